//! `cargo xtask`: the workshop. What a developer or a build machine does with this repository
//! beyond plain cargo, in Rust, so that it reads and fails the same everywhere.

mod clock;
mod postgres;
mod stage;
mod tally;
mod test;
mod tools;
mod vendor;

use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Result, bail};

const USAGE: &str = "\
cargo xtask test [--fast] [--only NAME]
    Format, lints and all tests, on SQLite and PostgreSQL, with stories and browser.
    --fast       SQLite only, no browser, installs nothing
    --only NAME  fmt, clippy, a crate (worktime) or a test binary (it, stories, browser)
cargo xtask vendor
    Copies the browser's libraries, pinned in crates/app/assets/package.json, and what its tests
    look with, pinned in crates/app/tests/browser/package.json (needs npm).";

fn main() -> ExitCode {
    match run(env::args().skip(1).collect()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: Vec<String>) -> Result<ExitCode> {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["test", options @ ..] => test::run(&root()?, test::Wish::read(options)?),
        ["vendor"] => vendor::run(&root()?),
        ["keep-postgres", folder] => postgres::keep(Path::new(folder)),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        _ => bail!("what is wanted? {}\n{USAGE}", args.join(" ")),
    }
}

/// Cargo tells the folder of this crate when it runs it; the repository is the folder above.
fn root() -> Result<PathBuf> {
    let here = match env::var_os("CARGO_MANIFEST_DIR") {
        Some(xtask) => PathBuf::from(xtask).join(".."),
        None => env::current_dir()?,
    };
    Ok(here.canonicalize()?)
}
