//! `baoxiu import`: rows of a file, checked and filed, and the report of it.

use std::{
    fs,
    io::IsTerminal as _,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context as _;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use kernel::{Error, Field, Result, refusals};
use platform::sheet::{self, Trouble};

use super::{Where, complain, place::Place, print};
use crate::{
    args,
    import::{
        cells::Doubt,
        kind::Kind,
        map::{MAP_NOT_READ, Map},
        problem::Problem,
        report::Report,
        run::{self, Onlooker},
    },
    say::Say,
};

refusals! {
    NO_FILE    NotFound "import.no_file";
    BAD_REPORT Invalid  "import.bad_report";
}

#[derive(Debug, Args)]
pub struct Wish {
    #[arg(value_name = "KIND", value_parser = Kind::NAMES)]
    kind: String,
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[arg(long, value_name = "MAP.toml")]
    map: Option<PathBuf>,
    #[arg(long)]
    dry_run: bool,
    #[arg(long)]
    good_rows: bool,
    #[arg(long, value_name = "OUT")]
    report: Option<PathBuf>,
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    at: Where,
}

/// Exit code 1 if any row was bad.
pub async fn run(wish: Wish, say: Say) -> Result<ExitCode> {
    let kind = Kind::named(&wish.kind).ok_or_else(|| Error::fault("clap knows the kinds"))?;
    if let Some(out) = &wish.report {
        check_report(out)?;
    }
    let map = match &wish.map {
        Some(file) => read_map(file, kind)?,
        None => Map::none(),
    };
    let sheet = match run::open(wish.file.clone(), map.options.clone()).await? {
        Ok(sheet) => Arc::new(sheet),
        Err(trouble) if trouble.code == sheet::trouble::NOT_FOUND => {
            return Err(NO_FILE.with("file", shown(&wish.file)).into());
        }
        Err(trouble) => return unreadable(&wish, &trouble, say),
    };
    let app = Place::find_standing(&wish.at)?.open().await?;
    let file = wish.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (dry_run, good_rows) = (wish.dry_run, wish.good_rows);
    let asked = run::Wish { kind, sheet, map, file, dry_run, good_rows };
    let mut look = Look { say, bar: bar(), doubts: 0 };
    let report = run::run(&app, &asked, &mut look).await?;
    look.end();
    hand_over(&wish, &report, say)?;
    Ok(ExitCode::from(u8::from(!report.is_good())))
}

fn shown(file: &Path) -> String {
    file.display().to_string()
}

fn read_map(file: &Path, kind: Kind) -> Result<Map> {
    let text = fs::read_to_string(file)
        .map_err(|error| MAP_NOT_READ.with("file", shown(file)).with("why", error.to_string()))?;
    Map::read(&shown(file), &text, kind)
}

/// Said before an hour of work, not after it.
fn check_report(out: &Path) -> Result<()> {
    let ending = out.extension().map(|it| it.to_string_lossy().to_lowercase());
    match ending.as_deref() {
        Some("json" | "xlsx") => Ok(()),
        _ => Err(BAD_REPORT.and(Field::new("--report", "import.report_ending")).into()),
    }
}

/// The file cannot be read as a table: that is the whole report.
fn unreadable(wish: &Wish, trouble: &Trouble, say: Say) -> Result<ExitCode> {
    let mut report = Report::default();
    report.note(Problem::of_trouble(trouble));
    complain(&format!("baoxiu: {}: {}", shown(&wish.file), report.problems[0].text(say)));
    hand_over(wish, &report, say)?;
    Ok(ExitCode::from(1))
}

/// To where it was asked for, else to standard output.
fn hand_over(wish: &Wish, report: &Report, say: Say) -> Result<()> {
    let json = report.json(say);
    match &wish.report {
        None if wish.json => print(&json.to_string())?,
        None => print(&serde_json::to_string_pretty(&json).context("a report")?)?,
        Some(out) => {
            let is_book = out.extension().is_some_and(|it| it.eq_ignore_ascii_case("xlsx"));
            let bytes = match is_book {
                true => sheet::xlsx(&Report::headings(say), report.entries(say))
                    .map_err(|it| Error::fault(format!("writing: {it}")))?,
                false => serde_json::to_vec_pretty(&json).context("a report")?,
            };
            fs::write(out, bytes).with_context(|| shown(out))?;
            if wish.json {
                print(&json.to_string())?;
            }
        }
    }
    complain(&report.sentence(say));
    if wish.dry_run {
        complain(&say.t("import-dry"));
    } else if !report.is_good() && !wish.good_rows {
        complain(&say.t("import-stopped"));
    }
    Ok(())
}

/// What is seen while it runs.
struct Look {
    say: Say,
    bar: ProgressBar,
    doubts: i64,
}

/// A column of doubts would hide everything else.
const DOUBTS_TOLD: i64 = 20;

impl Onlooker for Look {
    fn doubt(&mut self, doubt: &Doubt) {
        self.doubts += 1;
        if self.doubts > DOUBTS_TOLD {
            return;
        }
        let taken = doubt.taken.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
        let row = i64::try_from(doubt.row).unwrap_or(i64::MAX);
        let said = args! { "row" => row, "time" => doubt.text.clone(), "taken" => taken };
        let key = if doubt.never { "calc-never" } else { "calc-twice" };
        self.bar.suspend(|| complain(&self.say.with(key, &said)));
    }

    fn progress(&mut self, rows: u64, of: Option<u64>) {
        let key = if of.is_some() { "import-filing" } else { "import-checking" };
        self.bar.set_message(self.say.t(key));
        if let Some(all) = of {
            self.bar.set_length(all);
        }
        self.bar.set_position(rows);
    }
}

impl Look {
    fn end(&self) {
        self.bar.finish_and_clear();
        let untold = self.doubts - DOUBTS_TOLD;
        if untold > 0 {
            complain(&self.say.with("calc-more-doubts", &args! { "count" => untold }));
        }
    }
}

fn bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::no_length();
    match ProgressStyle::with_template("{spinner} {msg} {pos} {wide_bar} {per_sec}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
