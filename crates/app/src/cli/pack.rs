//! `baoxiu pack`: which packs there are, and what is wrong with one that somebody writes.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};
use kernel::Result;
use rules::pack::{self, Mistake, Pack};
use serde_json::json;

use super::{complain, print};
use crate::{args, packs, say::Say};

#[derive(Debug, Subcommand)]
pub enum Wish {
    List(List),
    Check(Check),
}

#[derive(Debug, Args)]
pub struct List {
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub struct Check {
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    #[arg(long)]
    json: bool,
}

pub fn run(wish: &Wish, say: Say) -> Result<ExitCode> {
    match wish {
        Wish::List(wish) => list(wish, say),
        Wish::Check(wish) => check(wish, say),
    }
}

fn list(wish: &List, say: Say) -> Result<ExitCode> {
    let packs: Vec<Pack> =
        packs::shipped().iter().map(|id| packs::read(id)).collect::<Result<_>>()?;
    if wish.json {
        let items = packs.iter().map(|it| {
            let about = &it.about;
            json!({"id": about.id, "zh": about.name.zh, "en": about.name.en,
                   "version": about.version, "industries": about.industries})
        });
        print(&json!({"items": items.collect::<Vec<_>>()}).to_string())?;
        return Ok(ExitCode::SUCCESS);
    }
    for it in &packs {
        let about = &it.about;
        let name = if say.is_chinese() { &about.name.zh } else { &about.name.en };
        print(&format!("{:20} {:8} {name}", about.id, about.version))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Every mistake with file, line and column, as compilers write them.
fn check(wish: &Check, say: Say) -> Result<ExitCode> {
    let files = packs::files_in(&wish.dir)?;
    let mistakes = match pack::read(&files) {
        Ok(pack) => {
            fine(wish, &pack, say)?;
            return Ok(ExitCode::SUCCESS);
        }
        Err(mistakes) => mistakes,
    };
    if wish.json {
        let items = mistakes.iter().map(|it| {
            json!({"file": it.file, "line": it.line, "column": it.column, "code": it.code,
                   "text": words(it, say)})
        });
        let items: Vec<_> = items.collect();
        print(&json!({"good": false, "mistakes": items}).to_string())?;
        return Ok(ExitCode::from(1));
    }
    for it in &mistakes {
        let file = wish.dir.join(&it.file);
        let words = words(it, say);
        print(&format!("{}:{}:{}: {words}", file.display(), it.line, it.column))?;
    }
    complain(&say.with("pack-check-bad", &args! { "count" => mistakes.len() as i64 }));
    Ok(ExitCode::from(1))
}

fn words(mistake: &Mistake, say: Say) -> String {
    say.by_code("mistake", mistake.code, &mistake.args)
}

fn fine(wish: &Check, pack: &Pack, say: Say) -> Result<()> {
    let about = &pack.about;
    if wish.json {
        let good = json!({"good": true, "id": about.id, "version": about.version,
                          "rows": pack.rows().len(), "mistakes": []});
        return print(&good.to_string());
    }
    let said = args! {
        "id" => about.id.clone(), "version" => about.version.clone(),
        "rows" => pack.rows().len() as i64,
    };
    print(&say.with("pack-check-good", &said))
}
