//! PostgreSQL has its own tools for this, and they are the right ones: `pg_dump` and
//! `pg_restore`, called with what this machine has of them.

use std::{path::Path, process::Command};

use anyhow::Context as _;
use kernel::{Error, Result};

/// Returns whether there was a `pg_dump` to do it.
pub fn dump(database: &str, to: &Path) -> Result<bool> {
    let mut command = tool("pg_dump", database);
    command.args(["--format=custom", "--no-owner", "--no-privileges"]).arg("--file").arg(to);
    run(command, "pg_dump")
}

/// Returns whether there was a `pg_restore` to do it.
pub fn load(database: &str, from: &Path) -> Result<bool> {
    let mut command = tool("pg_restore", database);
    command.args(["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]);
    command.arg(from);
    run(command, "pg_restore")
}

/// The password goes by the environment: arguments are seen by everybody on the machine.
fn tool(name: &str, database: &str) -> Command {
    let (database, password) = without_password(database);
    let mut command = Command::new(name);
    command.arg(format!("--dbname={database}"));
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    command
}

fn run(mut command: Command, name: &str) -> Result<bool> {
    let status = match command.status() {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        done => done.with_context(|| name.to_owned())?,
    };
    if status.success() { Ok(true) } else { Err(Error::fault(format!("{name}: {status}"))) }
}

/// `postgres://user:secret@host/db` without the secret, and the secret.
pub fn without_password(database: &str) -> (String, Option<String>) {
    let whole = || (database.to_owned(), None);
    let Some((scheme, rest)) = database.split_once("://") else { return whole() };
    let Some((who, place)) = rest.split_once('@') else { return whole() };
    let Some((user, password)) = who.split_once(':') else { return whole() };
    (format!("{scheme}://{user}@{place}"), Some(decoded(password)))
}

/// `%40` is an at sign.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let pair = after.get(..2).and_then(|it| std::str::from_utf8(it).ok());
        let byte = pair.and_then(|it| u8::from_str_radix(it, 16).ok());
        match (first, byte) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
