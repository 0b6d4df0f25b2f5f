//! `cargo xtask test`: what must be green before a change is good.

use std::{
    env,
    path::Path,
    process::{Command, ExitCode},
};

use anyhow::{Result, bail};

use crate::{
    clock::now,
    postgres::Postgres,
    stage::{self, Row},
    tally::Tally,
    tools::Tools,
};

/// Where the tests find a PostgreSQL they may fill; without it they run on SQLite alone.
const POSTGRES: &str = "BAOXIU_TEST_POSTGRES";
/// Set where a browser can be driven; without it the browser tests say `skipped: …`.
const BROWSER: &str = "BAOXIU_TEST_BROWSER";
/// How often the plug is pulled on each engine; a plain `cargo test` does it three times.
const CRASHES: &str = "BAOXIU_CRASH_ROUNDS";

#[derive(Debug, Default, PartialEq)]
pub struct Wish {
    fast: bool,
    only: Option<String>,
}

impl Wish {
    pub fn read(mut options: &[&str]) -> Result<Wish> {
        let mut wish = Wish::default();
        loop {
            options = match options {
                [] => return Ok(wish),
                ["--fast", rest @ ..] => {
                    wish.fast = true;
                    rest
                }
                ["--only", name, rest @ ..] => {
                    wish.only = Some((*name).to_owned());
                    rest
                }
                [other, ..] => bail!("test does not know {other}"),
            }
        }
    }

    fn wants(&self, name: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == name)
    }

    fn wants_tests(&self) -> bool {
        !matches!(self.only.as_deref(), Some("fmt" | "clippy"))
    }
}

pub fn run(root: &Path, wish: Wish) -> Result<ExitCode> {
    let began = now();
    let mut rows = Vec::new();
    if wish.wants("fmt") {
        rows.push(tool(root, "fmt", &["fmt", "--all", "--check"])?);
    }
    if wish.wants("clippy") {
        let args = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
        rows.push(tool(root, "clippy", &args)?);
    }
    if wish.wants_tests() {
        rows.extend(tests(root, &wish)?);
    }
    let total: Tally = rows.iter().map(|row| row.tally).sum();
    print(&rows, began.elapsed().as_secs_f64());
    println!("baoxiu: {} passed, {} failed, {} skipped", total.passed, total.failed, total.skipped);
    let good = rows.iter().all(|row| row.good);
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A stage of a tool that a plain toolchain may lack.
fn tool(root: &Path, name: &str, args: &[&str]) -> Result<Row> {
    let there = cargo(root).args([name, "--version"]).output()?.status.success();
    if there {
        return stage::check(name, cargo(root).args(args));
    }
    println!("xtask: cargo {name} is not installed (rustup component add): skipped");
    Ok(Row::at_once(name, Tally::SKIPPED))
}

fn tests(root: &Path, wish: &Wish) -> Result<Vec<Row>> {
    let mut command = cargo(root);
    command.args(["test", "--no-fail-fast"]).args(selection(root, wish.only.as_deref()));
    if wish.fast {
        command.env_remove(POSTGRES).env_remove(BROWSER);
        return stage::tests(&mut command);
    }
    if env::var_os(CRASHES).is_none() {
        command.env(CRASHES, "20");
    }
    let tools = Tools::ready();
    if tools.browser {
        command.env(BROWSER, "1");
    }
    if env::var_os(POSTGRES).is_some() {
        return stage::tests(&mut command);
    }
    let server = tools.postgres.map(|bin| Postgres::start(&bin));
    let start = match &server {
        Some(Ok(server)) => {
            command.env(POSTGRES, &server.url);
            None
        }
        Some(Err(error)) => {
            println!("xtask: PostgreSQL: {error:#}");
            Some(Row::at_once("postgresql", Tally::FAILED))
        }
        None => Some(Row::at_once("postgresql", Tally::SKIPPED)),
    };
    let mut rows = stage::tests(&mut command)?;
    rows.extend(start);
    Ok(rows)
}

/// Everything at once is built with one set of features; a crate alone is built alone.
fn selection(root: &Path, only: Option<&str>) -> Vec<String> {
    match only {
        None | Some("test") => vec!["--workspace".into()],
        Some("app") => vec!["--package".into(), "baoxiu".into()],
        Some("xtask") => vec!["--package".into(), "xtask".into()],
        Some(krate) if root.join("crates").join(krate).is_dir() => {
            vec!["--package".into(), krate.into()]
        }
        Some(binary) => vec!["--workspace".into(), "--test".into(), binary.into()],
    }
}

fn cargo(root: &Path) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root);
    cargo
}

fn print(rows: &[Row], seconds: f64) {
    println!("\n{:<28}{:>9}{:>9}{:>9}{:>9}", "stage", "passed", "failed", "skipped", "seconds");
    for row in rows {
        let Tally { passed, failed, skipped } = row.tally;
        let took = row.took.as_secs_f64();
        println!("{:<28}{passed:>9}{failed:>9}{skipped:>9}{took:>9.1}", row.name);
    }
    println!("{:<28}{:>36.1}", "all", seconds);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_in_any_order_and_unknown_ones_refused() {
        let both = Wish { fast: true, only: Some("it".into()) };
        assert_eq!(Wish::read(&["--only", "it", "--fast"]).unwrap(), both);
        assert_eq!(Wish::read(&["--fast", "--only", "it"]).unwrap(), both);
        assert_eq!(Wish::read(&[]).unwrap(), Wish::default());
        assert!(Wish::read(&["--only"]).is_err());
        assert!(Wish::read(&["--slow"]).is_err());
    }
}
