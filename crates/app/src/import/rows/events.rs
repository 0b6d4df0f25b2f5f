//! 事件日志: what happened to each case, one row an event. A case becomes a request with its
//! history; an event is known by its case, all its columns and its place among equals.

use std::collections::{BTreeMap, HashMap};

use kernel::{Result, Time};
use rules::intake::{Channel, RequestId, RequestKind};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{Filed, Named, Rows, known, requests, store};
use crate::{
    Cx,
    import::{
        cells::{Cells, Layout, clean},
        problem::Problem,
        reading::{Item, Seen},
        report::Counts,
        store::Known,
    },
    intake::{
        self,
        ops::import::{Course, Past},
    },
    order::ops::import::End,
};

const EVENTS: &str = "events";
const CASES: &str = "cases";
const LONGEST: usize = 1000;

pub struct Events;

#[derive(Debug, Clone)]
pub struct Row {
    case: String,
    /// What happened, in the log's own words.
    said: String,
    at: Time,
    by: Option<String>,
    group: Option<String>,
    attributes: BTreeMap<String, String>,
    /// How the case stands after it, if the map knows.
    status: Option<String>,
    /// Whether the map knows of any event.
    has_words: bool,
    kind: RequestKind,
    channel: Channel,
    outlet: Option<String>,
    product: Option<String>,
    fault_text: Option<String>,
    level: i64,
}

/// How far the history of a case goes, and how it stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Case {
    first: Time,
    last: Time,
    /// The last word of ours for it, and since when. Without any the log tells of what is over.
    status: Option<(Time, String)>,
    has_words: bool,
}

impl Case {
    fn of(row: &Row) -> Case {
        let status = row.status.clone().map(|it| (row.at, it));
        Case { first: row.at, last: row.at, status, has_words: row.has_words }
    }

    fn goes_on(&mut self, row: &Row) {
        self.first = self.first.min(row.at);
        self.last = self.last.max(row.at);
        let later = self.status.as_ref().is_none_or(|it| it.0 <= row.at);
        if let Some(status) = row.status.clone().filter(|_| later) {
            self.status = Some((row.at, status));
        }
    }

    fn course(&self) -> Course {
        let end = |at, cancelled| Course::Ended(End { at, cancelled });
        match &self.status {
            None if self.has_words => Course::Open,
            None => end(self.last, false),
            Some((at, status)) => match status.as_str() {
                "answered" => Course::Answered(*at),
                "closed" => end(*at, false),
                "cancelled" => end(*at, true),
                _ => Course::Open,
            },
        }
    }

    fn write(&self) -> String {
        let (at, status) = self.status.clone().unwrap_or((self.first, String::new()));
        let millis = [self.first, self.last, at].map(|it| it.millis().to_string()).join(" ");
        format!("{millis} {} {status}", i64::from(self.has_words))
    }

    fn read(text: &str) -> Option<Case> {
        let mut parts = text.splitn(5, ' ');
        let mut time = || parts.next()?.parse().ok().map(Time::from_millis);
        let (first, last, at) = (time()?, time()?, time()?);
        let has_words = parts.next()? == "1";
        let status = parts.next().filter(|it| !it.is_empty()).map(|it| (at, it.to_owned()));
        Some(Case { first, last, status, has_words })
    }
}

impl Rows for Events {
    type Row = Row;
    const KEY: Option<&'static str> = None;

    fn read(cells: &mut Cells<'_>, seen: &mut Seen) -> Option<(String, Row)> {
        let case = cells.needed("case").and_then(|_| cells.short("case", 100));
        cells.needed("activity");
        let said = cells.words("activity").map(|it| it.chars().take(LONGEST).collect());
        let at = cells.needed("at").and_then(|_| cells.time("at"));
        let kind = cells.choice("kind", RequestKind::parse).unwrap_or(RequestKind::Repair);
        let channel = cells.choice("channel", Channel::parse).unwrap_or(Channel::Import);
        let level =
            cells.choice("level", |it| it.parse::<i64>().ok().filter(|it| (1..=4).contains(it)));
        let (outlet, product) = (cells.text("outlet"), cells.text("product"));
        let fault_text = cells.short("fault_text", crate::order::ops::LONGEST);
        let case = case?;
        let key = key(cells, &case, seen);
        let row = Row {
            said: said?,
            at: at?,
            by: cells.words("person"),
            group: cells.words("group"),
            attributes: attributes(cells),
            status: cells.word("activity").map(str::to_owned),
            has_words: cells.layout.has_words("activity"),
            case,
            kind,
            channel,
            outlet,
            product,
            fault_text,
            level: level.unwrap_or(3),
        };
        Some((key, row))
    }

    async fn check(cx: &mut Cx, items: &[Item<Row>], layout: &Layout) -> Result<Vec<Problem>> {
        let named = named(cx, items).await?;
        let mut problems = Vec::new();
        for it in items {
            let (outlet, product) = (it.row.outlet.as_deref(), it.row.product.as_deref());
            for (field, wrong) in named.wrongs(outlet, product) {
                let value = if field == "outlet" { outlet } else { product };
                problems.push(it.wrong(layout, field, value, wrong));
            }
        }
        Ok(problems)
    }

    async fn compare(cx: &mut Cx, items: &[&Item<Row>]) -> Result<Counts> {
        let known = known(cx, EVENTS, items.iter().copied()).await?;
        let same = known.len() as u64;
        Ok(Counts { new: items.len() as u64 - same, same, ..Counts::default() })
    }

    async fn file(cx: &mut Cx, items: &[Item<Row>], _layout: &Layout) -> Result<Filed> {
        let known = known(cx, EVENTS, items.iter()).await?;
        let new: Vec<_> = items.iter().filter(|it| !known.contains_key(&it.key)).collect();
        let named = named(cx, items).await?;
        let mut filed = Filed::default();
        let ids = file_cases(cx, &new, &named, &mut filed.counts).await?;
        for it in &new {
            let id = &ids[&it.row.case];
            tell(cx, id, &it.row).await?;
            store::remember(cx, EVENTS, &it.key, id.as_str(), "").await?;
        }
        filed.counts.new = new.len() as u64;
        filed.counts.same = (items.len() - new.len()) as u64;
        filed.counts.made("events", new.len() as u64);
        Ok(filed)
    }
}

async fn tell(cx: &mut Cx, id: &RequestId, row: &Row) -> Result<()> {
    let data = json!({
        "said": row.said, "by": row.by, "text": row.group, "group": row.group,
        "attributes": row.attributes,
    });
    cx.recall("request.imported", id, row.at, data).await
}

/// The requests of the cases, made or brought up to what is known of them now.
async fn file_cases(
    cx: &mut Cx,
    items: &[&Item<Row>],
    named: &Named,
    counts: &mut Counts,
) -> Result<HashMap<String, RequestId>> {
    let mut names: Vec<String> = Vec::new();
    let mut by_case: HashMap<&str, Vec<&Row>> = HashMap::new();
    for it in items {
        let rows = by_case.entry(&it.row.case).or_default();
        if rows.is_empty() {
            names.push(it.row.case.clone());
        }
        rows.push(&it.row);
    }
    let known = store::known(cx, CASES, names.iter()).await?;
    let others: Vec<_> = names.iter().filter(|it| !known.contains_key(*it)).cloned().collect();
    let on_file = intake::ops::import::on_file(cx, &others).await?;
    let mut ids = HashMap::new();
    let mut new = Vec::new();
    for name in &others {
        let rows = &by_case[name.as_str()];
        match on_file.get(name) {
            // It came by another way; the log only tells more of it.
            Some(request) => {
                store::remember(cx, CASES, name, request.id.as_str(), "").await?;
                ids.insert(name.clone(), request.id.clone());
            }
            None => new.push((name, past(rows, &whole(rows), named))),
        }
    }
    let (names, pasts): (Vec<_>, Vec<_>) = new.into_iter().unzip();
    let (made, filed) = intake::ops::import::file(cx, &pasts).await?;
    requests::count(counts, &filed);
    for (name, id) in names.into_iter().zip(made) {
        let state = whole(&by_case[name.as_str()]).write();
        store::remember(cx, CASES, name, id.as_str(), &state).await?;
        ids.insert(name.clone(), id);
    }
    go_on(cx, known, &by_case, named, &mut ids).await?;
    Ok(ids)
}

/// Cases that are on file from an earlier group, or from an earlier run.
async fn go_on(
    cx: &mut Cx,
    known: HashMap<String, Known>,
    by_case: &HashMap<&str, Vec<&Row>>,
    named: &Named,
    ids: &mut HashMap<String, RequestId>,
) -> Result<()> {
    let subjects = known.values().map(|it| it.subject.clone());
    let requests = intake::ops::import::by_ids(cx, subjects).await?;
    let mut known: Vec<_> = known.into_iter().collect();
    known.sort_by(|a, b| a.0.cmp(&b.0));
    let mut changed = Vec::new();
    for (name, known) in known {
        ids.insert(name.clone(), RequestId::parse(&known.subject)?);
        let Some(before) = Case::read(&known.hash) else { continue };
        let rows = &by_case[name.as_str()];
        let mut case = before.clone();
        rows.iter().for_each(|it| case.goes_on(it));
        let Some(request) = requests.get(&known.subject).filter(|_| case != before) else {
            continue;
        };
        store::remember(cx, CASES, &name, &known.subject, &case.write()).await?;
        let mut past = past(rows, &case, named);
        // What it is about was said by its first event.
        past.fault_text = request.fault_text.clone();
        (past.level, past.channel) = (request.fault_level, request.channel);
        changed.push((request.clone(), past));
    }
    intake::ops::import::change(cx, &changed).await.map(|_| ())
}

fn whole(rows: &[&Row]) -> Case {
    let mut case = Case::of(rows[0]);
    rows[1..].iter().for_each(|it| case.goes_on(it));
    case
}

/// The request that a case is. Its first event says what it is about.
fn past(rows: &[&Row], case: &Case, named: &Named) -> Past {
    let first = rows.iter().min_by_key(|it| it.at).unwrap_or(&rows[0]);
    let (outlet, path) = named.place(first.outlet.as_deref());
    let about = || Some(format!("{} · {}", first.case, first.said));
    Past {
        external_id: first.case.clone(),
        kind: first.kind,
        channel: first.channel,
        opened_at: case.first,
        promised_at: None,
        course: case.course(),
        customer: None,
        address: None,
        place: crate::customer::ops::Place::default(),
        outlet,
        path,
        product: named.product(first.product.as_deref()),
        serial: None,
        fault_code: None,
        fault_text: first.fault_text.clone().or_else(about),
        level: first.level,
        is_case: true,
    }
}

async fn named(cx: &mut Cx, items: &[Item<Row>]) -> Result<Named> {
    let outlets = items.iter().filter_map(|it| it.row.outlet.clone());
    let products = items.iter().filter_map(|it| it.row.product.clone());
    Named::read(cx, outlets, products).await
}

/// Everything else that the log says of the event, under its own names.
fn attributes(cells: &Cells<'_>) -> BTreeMap<String, String> {
    let others = cells.layout.attributes.iter();
    let said = others.filter_map(|at| {
        let text = clean(cells.row.cells[*at].text()?).into_owned();
        Some((cells.layout.headings[*at].clone(), text))
    });
    said.filter(|it| !it.1.is_empty()).collect()
}

/// The case, all columns, and how many like it stood before.
fn key(cells: &Cells<'_>, case: &str, seen: &mut Seen) -> String {
    let mut said = Sha256::new();
    said.update(case.as_bytes());
    for (heading, cell) in cells.layout.headings.iter().zip(&cells.row.cells) {
        if let Some(text) = cell.text() {
            for part in ["", heading, text.trim()] {
                said.update([0]);
                said.update(part.as_bytes());
            }
        }
    }
    let whole = said.finalize();
    let half = u128::from_be_bytes(whole[..16].try_into().expect("a digest has 32 bytes"));
    let equals = seen.equals.entry(half).or_default();
    *equals += 1;
    format!("{half:032x}:{equals}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_written_and_read_again() {
        let at = Time::from_millis;
        for case in [
            Case { first: at(1), last: at(9), status: None, has_words: false },
            Case { first: at(-5), last: at(0), status: None, has_words: true },
            Case {
                first: at(1),
                last: at(9),
                status: Some((at(3), "closed".into())),
                has_words: true,
            },
        ] {
            assert_eq!(Case::read(&case.write()), Some(case));
        }
        assert_eq!(Case::read(""), None);
    }
}
