//! `baoxiu calc`: the engines by themselves, on standard input and output.

mod plan;

use std::{
    fs,
    io::{self, BufRead as _, BufWriter, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use kernel::{Refusal, Result, refusals};
use rules::warranty;
use worktime::{Holidays, Policy, Problem, Promises};

use super::{complain, print};
use crate::{
    args,
    calc::{
        entitlement,
        time::{self, Doubt, Onlooker, Tally},
        words,
    },
    packs,
    say::Say,
};

refusals! {
    NOT_READ     NotFound "calc.not_read";
    BAD_POLICY   Invalid  "calc.bad_policy";
    BAD_HOLIDAYS Invalid  "calc.bad_holidays";
}

#[derive(Debug, Subcommand)]
pub enum Wish {
    Promise(Clock),
    Elapsed(Clock),
    Address(Address),
    Entitlement(Entitled),
    Plan(plan::Make),
    CheckPlan(plan::Check),
    Insert(plan::Insert),
    Repair(plan::Repair),
    Explain(plan::Explain),
}

#[derive(Debug, Args)]
pub struct Clock {
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    #[arg(long, value_name = "cn|none|FILE", default_value = "none")]
    holidays: String,
    #[arg(long)]
    provisional: bool,
}

#[derive(Debug, Args)]
pub struct Address {}

#[derive(Debug, Args)]
pub struct Entitled {
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[arg(long, value_name = "ID")]
    pack: Option<String>,
}

pub fn run(wish: &Wish, say: Say) -> Result<ExitCode> {
    match wish {
        Wish::Promise(clock) => {
            let promises = promises(clock, say)?;
            table(say, |input, output, look| time::promise(&promises, input, output, look))
        }
        Wish::Elapsed(clock) => {
            let promises = promises(clock, say)?;
            let calendar = promises.calendar();
            table(say, |input, output, look| time::elapsed(calendar, input, output, look))
        }
        Wish::Address(Address {}) => addresses(),
        Wish::Entitlement(wish) => entitled(wish, say),
        Wish::Plan(wish) => plan::make(wish, say),
        Wish::CheckPlan(wish) => plan::check_plan(wish, say),
        Wish::Insert(wish) => plan::insert(wish, say),
        Wish::Repair(wish) => plan::repair(wish, say),
        Wish::Explain(wish) => plan::explain(wish, say),
    }
}

fn promises(clock: &Clock, say: Say) -> Result<Promises> {
    let file = clock.policy.display().to_string();
    let bad = |problem: Problem| bad(&BAD_POLICY, &file, &problem, say);
    let policy = Policy::read(&read(&clock.policy)?, jiff::tz::db()).map_err(bad)?;
    let holidays = holidays(&clock.holidays, say)?;
    Ok(policy.promises(&holidays, clock.provisional).map_err(bad)?)
}

fn bad(refusal: &Refusal, file: &str, problem: &Problem, say: Say) -> Refusal {
    refusal.clone().with("problem", words::told(problem, file, say))
}

fn read(file: &Path) -> Result<String> {
    Ok(fs::read_to_string(file).map_err(|e| {
        NOT_READ.with("file", file.display().to_string()).with("why", e.to_string())
    })?)
}

/// Those shipped, none, or a file of holiday-cn: one year or an array of them.
fn holidays(wish: &str, say: Say) -> Result<Holidays> {
    match wish {
        "cn" => Ok(Holidays::cn()),
        "none" => Ok(Holidays::none()),
        file => {
            let known = Holidays::from_json(&read(Path::new(file))?);
            Ok(known.map_err(|problem| bad(&BAD_HOLIDAYS, file, &problem, say))?)
        }
    }
}

/// What is noted while a table goes by.
struct Notes {
    say: Say,
    bar: ProgressBar,
    doubts: i64,
}

/// A column of doubts would hide everything else.
const DOUBTS_TOLD: i64 = 20;

impl Onlooker for Notes {
    fn doubt(&mut self, doubt: Doubt) {
        self.doubts += 1;
        if self.doubts > DOUBTS_TOLD {
            return;
        }
        let taken = doubt.taken.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
        let said = args! { "row" => doubt.row as i64, "time" => doubt.text, "taken" => taken };
        let key = if doubt.never { "calc-never" } else { "calc-twice" };
        self.bar.suspend(|| complain(&self.say.with(key, &said)));
    }

    fn progress(&mut self, rows: u64, bytes: u64) {
        self.bar.set_message(rows.to_string());
        self.bar.set_position(bytes);
    }
}

/// Exit code 1 if a row could not be answered; the others were.
fn table<F>(say: Say, answer: F) -> Result<ExitCode>
where
    F: Fn(
        io::StdinLock<'static>,
        BufWriter<io::StdoutLock<'static>>,
        &mut dyn Onlooker,
    ) -> io::Result<Tally>,
{
    let mut notes = Notes { say, bar: bar(), doubts: 0 };
    let (input, output) = (io::stdin().lock(), BufWriter::new(io::stdout().lock()));
    let tally = answer(input, output, &mut notes).map_err(anyhow::Error::from)?;
    notes.bar.finish_and_clear();
    let untold = notes.doubts - DOUBTS_TOLD;
    if untold > 0 {
        complain(&say.with("calc-more-doubts", &args! { "count" => untold }));
    }
    if tally.bad == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    let said = args! { "bad" => tally.bad as i64, "rows" => tally.rows as i64 };
    complain(&say.with("calc-bad-rows", &said));
    Ok(ExitCode::from(1))
}

/// How far it is, for who looks at a terminal; how far to go, where the table is a file.
fn bar() -> ProgressBar {
    if !io::stderr().is_terminal() || io::stdout().is_terminal() {
        return ProgressBar::hidden();
    }
    let length = fs::metadata("/dev/stdin").ok().filter(|it| it.is_file()).map(|it| it.len());
    let (bar, style) = match length {
        Some(length) => (ProgressBar::new(length), "{wide_bar} {percent} %  {msg}  {eta}"),
        None => (ProgressBar::new_spinner(), "{spinner} {msg}  {bytes}  {elapsed}"),
    };
    match ProgressStyle::with_template(style) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// One case or an array of them; exit code 1 if one was refused.
fn entitled(wish: &Entitled, say: Say) -> Result<ExitCode> {
    let pack = wish.pack.as_deref().map(packs::read).transpose()?.unwrap_or_default();
    let text = match wish.file.to_str() {
        Some("-") => io::read_to_string(io::stdin()).map_err(anyhow::Error::from)?,
        _ => read(&wish.file)?,
    };
    let answer = entitlement::answer(&text, &warranty::book(&pack), say);
    print(&serde_json::to_string_pretty(&answer.json).context("an answer")?)?;
    Ok(if answer.refused { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// A pasted line in, its fields as a line of JSON out.
fn addresses() -> Result<ExitCode> {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut input = io::stdin().lock();
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = input.read_until(b'\n', &mut line).map_err(anyhow::Error::from)?;
        if read == 0 {
            break;
        }
        let text = String::from_utf8_lossy(&line);
        let parsed = locality::parse(text.trim_end_matches(['\n', '\r']));
        let parsed = serde_json::to_string(&parsed).context("an address")?;
        writeln!(out, "{parsed}").map_err(anyhow::Error::from)?;
    }
    out.flush().map_err(anyhow::Error::from)?;
    Ok(ExitCode::SUCCESS)
}
