//! An import from the first row to the report: checked once, then filed in groups. Between two
//! groups others write.

use std::{collections::HashSet, sync::Arc, time::Duration};

use anyhow::Context as _;
use kernel::{Error, Result, id};
use platform::{
    db::{Dialect, Pace},
    events,
    sheet::Sheet,
};
use rules::policy::Actor;
use serde_json::json;
use tokio::sync::mpsc;

use super::{
    cells::{Doubt, Layout},
    kind::Kind,
    map::{Map, bad},
    problem::Problem,
    reading::{self, AHEAD, Group, Item, Pass},
    report::{Counts, Report},
    rows::{self, Customers, Devices, Events, People, Requests, Rows},
};
use crate::{App, Cx, org};

id! {
    /// One import.
    ImportId = "imp";
}

/// On SQLite a server beside us is another process: it gets so much of our time to write in.
const BREATH: Duration = Duration::from_millis(3);

/// What is to be imported, and how.
#[derive(Debug, Clone)]
pub struct Wish {
    pub kind: Kind,
    pub sheet: Arc<Sheet>,
    pub map: Map,
    /// What the file is called, for the record.
    pub file: String,
    /// Only the first pass.
    pub dry_run: bool,
    /// Bad rows are left out instead of stopping it.
    pub good_rows: bool,
}

/// Whoever looks on.
pub trait Onlooker {
    fn doubt(&mut self, doubt: &Doubt);
    /// How many rows were gone through, and of how many, if that is known.
    fn progress(&mut self, rows: u64, of: Option<u64>);
}

pub async fn run(app: &App, wish: &Wish, onlooker: &mut dyn Onlooker) -> Result<Report> {
    let began = app.now();
    let zone = wish.map.zone.clone().unwrap_or_else(|| app.company().zone.clone());
    let layout = Arc::new(Layout::of(wish.kind, &wish.map, &wish.sheet, zone)?);
    check_defaults(app, wish).await?;
    let run = Run { app, wish, layout, house: Arc::new(Actor::house()) };
    let mut report = match wish.kind {
        Kind::Requests => run.passes::<Requests>(onlooker).await,
        Kind::Customers => run.passes::<Customers>(onlooker).await,
        Kind::Devices => run.passes::<Devices>(onlooker).await,
        Kind::People => run.passes::<People>(onlooker).await,
        Kind::Events => run.passes::<Events>(onlooker).await,
    }?;
    report.problems.sort_by_key(|it| it.row);
    report.seconds = began.until(app.now()).as_millis() as f64 / 1000.0;
    Ok(report)
}

/// What every row would get wrong is said once, with its place in the map.
async fn check_defaults(app: &App, wish: &Wish) -> Result<()> {
    let defaults = ["outlet", "product", "org"].into_iter();
    let defaults: Vec<_> =
        defaults.filter_map(|it| Some((it, wish.map.defaults.get(it)?.clone()))).collect();
    let known = async move |cx: &mut Cx| {
        let mut wrongs = Vec::new();
        for (field, named) in &defaults {
            if let Some(wrong) = rows::unknown(cx, field, &named.text).await? {
                wrongs.push((named.at, wrong));
            }
        }
        Ok(wrongs)
    };
    let wrongs = app.look(&Arc::new(Actor::house()), known).await?;
    let wrongs = wrongs
        .into_iter()
        .map(|(at, wrong)| kernel::Field { args: wrong.args, ..wish.map.wrong(at, wrong.code) });
    let wrongs: Vec<_> = wrongs.collect();
    if wrongs.is_empty() { Ok(()) } else { Err(bad(&wish.map.file, wrongs)) }
}

struct Run<'a> {
    app: &'a App,
    wish: &'a Wish,
    layout: Arc<Layout>,
    house: Arc<Actor>,
}

impl Run<'_> {
    async fn passes<K: Rows>(&self, onlooker: &mut dyn Onlooker) -> Result<Report> {
        let mut report = Report::default();
        let bad_rows = self.check::<K>(&mut report, onlooker).await?;
        let stops = !report.is_good() && !self.wish.good_rows;
        if self.wish.dry_run || stops {
            if stops && !self.wish.dry_run {
                report.counts = Counts::default();
            }
            return Ok(report);
        }
        report.counts = Counts::default();
        self.app.db.work(Pace::Long).await?;
        let filed = self.file::<K>(&mut report, bad_rows, onlooker).await;
        self.app.db.work(Pace::Usual).await?;
        filed?;
        self.record(&report).await?;
        Ok(report)
    }

    /// The first pass: every row is checked, nothing is written. Returns the bad ones.
    async fn check<K: Rows>(
        &self,
        report: &mut Report,
        onlooker: &mut dyn Onlooker,
    ) -> Result<HashSet<u64>> {
        let mut bad_rows = HashSet::new();
        let mut groups = self.groups::<K>(Pass::Check, HashSet::new());
        while let Some(group) = groups.recv().await {
            group.doubts.iter().for_each(|it| onlooker.doubt(it));
            report.rows += group.rows;
            report.counts.same += group.again;
            bad_rows.extend(&group.bad);
            group.problems.into_iter().for_each(|it| report.note(it));
            let (items, layout) = (Arc::new(group.items), Arc::clone(&self.layout));
            let work = async move |cx: &mut Cx| {
                let problems = K::check(cx, &items, &layout).await?;
                let wrong: HashSet<u64> = problems.iter().filter_map(|it| it.row).collect();
                let good: Vec<_> = items.iter().filter(|it| !wrong.contains(&it.number)).collect();
                let counts = K::compare(cx, &good).await?;
                Ok((problems, counts))
            };
            let (problems, counts) = self.app.look(&self.house, work).await?;
            bad_rows.extend(problems.iter().filter_map(|it: &Problem| it.row));
            problems.into_iter().for_each(|it| report.note(it));
            report.counts.add(&counts);
            onlooker.progress(report.rows, None);
        }
        report.bad = bad_rows.len() as u64;
        Ok(bad_rows)
    }

    /// The second pass: what is good is filed, group by group.
    async fn file<K: Rows>(
        &self,
        report: &mut Report,
        bad_rows: HashSet<u64>,
        onlooker: &mut dyn Onlooker,
    ) -> Result<()> {
        let (all, mut done) = (report.rows, 0);
        let mut groups = self.groups::<K>(Pass::File, bad_rows);
        while let Some(group) = groups.recv().await {
            done += group.rows;
            report.counts.same += group.again;
            // The file, or the house, has changed since it was checked.
            report.bad += group.bad.len() as u64;
            group.problems.into_iter().for_each(|it| report.note(it));
            for items in group.items.chunks(reading::GROUP) {
                let filed = self.file_group::<K>(items.to_vec()).await?;
                let rows: HashSet<_> = filed.wrong.iter().map(|it| it.row).collect();
                report.bad += rows.len() as u64;
                filed.wrong.into_iter().for_each(|it| report.note(it));
                report.counts.add(&filed.counts);
                self.breathe().await;
            }
            onlooker.progress(done, Some(all));
        }
        Ok(())
    }

    async fn file_group<K: Rows>(&self, items: Vec<Item<K::Row>>) -> Result<rows::Filed> {
        let layout = Arc::clone(&self.layout);
        let work = async move |cx: &mut Cx| K::file(cx, &items, &layout).await;
        self.app.act(&self.house, work).await
    }

    async fn breathe(&self) {
        if self.app.db.dialect() == Dialect::Sqlite {
            tokio::time::sleep(BREATH).await;
        }
    }

    /// Reads on a thread of its own, a little ahead.
    fn groups<K: Rows>(&self, pass: Pass, bad_rows: HashSet<u64>) -> mpsc::Receiver<Group<K::Row>> {
        let (to, groups) = mpsc::channel(AHEAD);
        let (sheet, layout) = (Arc::clone(&self.wish.sheet), Arc::clone(&self.layout));
        tokio::task::spawn_blocking(move || {
            reading::read::<K>(&sheet, pass, &layout, &bad_rows, &to)
        });
        groups
    }

    /// That it happened, and what came of it.
    async fn record(&self, report: &Report) -> Result<()> {
        let data = json!({
            "kind": self.wish.kind.name(), "file": self.wish.file, "rows": report.rows,
            "new": report.counts.new, "changed": report.counts.changed, "bad": report.bad,
        });
        let note = async move |cx: &mut Cx| {
            let id = ImportId::born(cx.now(), cx.dice());
            cx.record("data.imported", id, data.clone()).await
        };
        self.app.act(&self.house, note).await?;
        events::seal_all(&self.app.db).await
    }
}

/// Headquarters, where everything belongs that names no outlet.
pub async fn headquarters(cx: &mut Cx) -> Result<org::Org> {
    let found = org::ops::headquarters(cx).await;
    found.map_err(|error| match error {
        Error::Refused(_) => super::rows::NO_HOUSE.into(),
        fault => fault,
    })
}

/// Opens what can be opened; the reading of a file waits for its disk.
pub async fn open(
    file: std::path::PathBuf,
    options: platform::sheet::Options,
) -> Result<Result<Sheet, platform::sheet::Trouble>> {
    let open = move || platform::sheet::open(file, &options);
    Ok(tokio::task::spawn_blocking(open).await.context("reading")?)
}
