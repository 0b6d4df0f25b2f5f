//! The command line: what is asked for, and how it ends. The work is done elsewhere.
//!
//! Exit code 0: done; 1: refused, or something is wrong with what was checked; 2: not understood;
//! 3: a fault.

mod demo;
mod place;
mod serve;

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};
use kernel::{Error, Lang};

use crate::say::Say;

#[derive(Debug, Parser)]
#[command(name = "baoxiu", version)]
struct Line {
    #[command(subcommand)]
    command: Command,
    #[arg(long, global = true, value_name = "zh|en", value_parser = ["zh", "en"])]
    lang: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Wish),
    Serve(serve::Wish),
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
    let line = match Line::try_parse() {
        Ok(line) => line,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    log();
    let say = Say(language(line.lang.as_deref()));
    match run(line.command, say) {
        Ok(code) => code,
        Err(error) => end(&error, say),
    }
}

fn run(command: Command, say: Say) -> kernel::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|e| Error::fault(format!("starting: {e}")))?;
    runtime.block_on(async {
        match command {
            Command::Demo(wish) => demo::run(wish, say).await,
            Command::Serve(wish) => serve::run(wish, say).await,
        }
    })
}

/// What was asked for, else the language of the terminal, else Chinese.
fn language(asked: Option<&str>) -> Lang {
    let from_terminal = || {
        ["LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|it| !it.is_empty()))
    };
    let text = asked.map(str::to_owned).or_else(from_terminal).unwrap_or_default();
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
            eprintln!("baoxiu: {}", say.refusal(refusal));
            for field in &refusal.fields {
                eprintln!("  {}: {}", field.field, say.field(field));
            }
            ExitCode::from(1)
        }
        Error::Fault(fault) => {
            eprintln!("baoxiu: {fault:#}");
            ExitCode::from(3)
        }
    }
}
