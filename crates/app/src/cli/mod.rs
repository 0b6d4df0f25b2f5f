//! The command line: what is asked for, and how it ends. The work is done elsewhere.
//!
//! Exit code 0: done; 1: refused, or something is wrong with what was checked; 2: not understood;
//! 3: a fault.

mod aside;
mod backup;
mod calc;
mod check;
mod demo;
mod export;
mod help;
mod import;
mod init;
mod pack;
mod place;
mod serve;
mod token;
mod trust;

use std::{io::Write as _, path::PathBuf, process::ExitCode};

use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use kernel::{Error, Lang, Result, refusals};

use crate::say::Say;

refusals! {
    NO_ROOM Unavailable "cli.no_room";
}

#[derive(Debug, Parser)]
#[command(name = "baoxiu", version)]
struct Line {
    #[command(subcommand)]
    command: Command,
    #[arg(long, global = true, value_name = "zh|en", value_parser = ["zh", "en"])]
    lang: Option<String>,
}

/// What can be asked for. The words of `--help` stand in `locales/`, by command and argument.
#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Wish),
    Init(init::Wish),
    Serve(serve::Wish),
    #[command(subcommand)]
    Pack(pack::Wish),
    Import(import::Wish),
    Export(export::Wish),
    #[command(subcommand)]
    Token(token::Wish),
    Backup(backup::Wish),
    Restore(backup::Wish),
    Check(check::Wish),
    #[command(subcommand)]
    Calc(calc::Wish),
}

/// Where the house stands: said by every command that needs it.
#[derive(Debug, Clone, Default, Args)]
struct Where {
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Reads the command line and does what it says.
pub fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().collect();
    let say = Say(language(asked(&words)));
    let line = help::said(Line::command(), say).try_get_matches_from(words);
    let line = match line.and_then(|it| Line::from_arg_matches(&it)) {
        Ok(line) => line,
        Err(error) => return help::explain(&error, say),
    };
    log();
    match run(line.command, say) {
        Ok(code) => code,
        Err(error) => end(&error, say),
    }
}

fn run(command: Command, say: Say) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|e| Error::fault(format!("starting: {e}")))?;
    runtime.block_on(async {
        match command {
            Command::Demo(wish) => demo::run(wish, say).await,
            Command::Init(wish) => init::run(wish, say).await,
            Command::Serve(wish) => serve::run(wish, say).await,
            Command::Pack(wish) => pack::run(&wish, say),
            Command::Import(wish) => import::run(wish, say).await,
            Command::Export(wish) => export::run(wish).await,
            Command::Token(wish) => token::run(wish).await,
            Command::Backup(wish) => backup::save(wish, say).await,
            Command::Restore(wish) => backup::restore(wish, say).await,
            Command::Check(wish) => check::run(wish, say).await,
            Command::Calc(wish) => calc::run(&wish, say),
        }
    })
}

/// The language is needed before the line is understood: to say what is wrong with it.
fn asked(words: &[String]) -> Option<&str> {
    let place = words.iter().position(|it| it == "--lang" || it.starts_with("--lang="))?;
    match words[place].strip_prefix("--lang=") {
        Some(lang) => Some(lang),
        None => words.get(place + 1).map(String::as_str),
    }
}

/// What was asked for, else the language of the terminal, else Chinese.
fn language(asked: Option<&str>) -> Lang {
    let of_terminal = || {
        let names = ["LC_ALL", "LC_MESSAGES", "LANG"];
        names.iter().find_map(|name| std::env::var(name).ok().filter(|it| !it.is_empty()))
    };
    let text = asked.map(str::to_owned).or_else(of_terminal).unwrap_or_default();
    if text.to_lowercase().starts_with("en") { Lang::En } else { Lang::Zh }
}

/// Logs go to standard error; `RUST_LOG` says how much.
fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,baoxiu=info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}

/// Says why it ends.
fn end(error: &Error, say: Say) -> ExitCode {
    match error {
        Error::Refused(refusal) => {
            complain(&format!("baoxiu: {}", say.refusal(refusal)));
            for field in &refusal.fields {
                complain(&format!("  {}: {}", field.field, say.field(field)));
            }
            ExitCode::from(1)
        }
        Error::Fault(fault) if whoever_read_left(fault) => ExitCode::SUCCESS,
        Error::Fault(fault) if no_room(fault) => {
            let no = NO_ROOM.with("what", fault.to_string());
            complain(&format!("baoxiu: {}", say.refusal(&no)));
            ExitCode::from(1)
        }
        Error::Fault(fault) => {
            complain(&format!("baoxiu: {fault:#}"));
            ExitCode::from(3)
        }
    }
}

/// `baoxiu … | head`: they have read enough.
fn whoever_read_left(fault: &anyhow::Error) -> bool {
    let kind = fault.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
    kind == Some(std::io::ErrorKind::BrokenPipe)
}

/// Somebody has to make room; the program is in order.
fn no_room(fault: &anyhow::Error) -> bool {
    use std::io::ErrorKind as Kind;
    let told = fault.chain().filter_map(|it| it.downcast_ref::<std::io::Error>());
    let mut kinds = told.map(std::io::Error::kind);
    kinds.any(|it| matches!(it, Kind::StorageFull | Kind::QuotaExceeded | Kind::ReadOnlyFilesystem))
}

/// A line on standard output, for people and for programs.
fn print(line: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    let written = writeln!(out, "{line}").and_then(|()| out.flush());
    Ok(written.map_err(anyhow::Error::from)?)
}

/// A line on standard error. If nobody reads it, there is nobody to tell.
fn complain(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
