//! `baoxiu export`: tables in the shapes the import reads, page by page, however many rows.

mod rows;

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{Arc, mpsc},
};

use anyhow::Context as _;
use clap::Args;
use kernel::{Error, Result};
use platform::sheet::{self, Entry};
use rules::policy::Actor;
use serde_json::json;

use super::{Where, place::Place};
use crate::{App, Cx};
use rows::{After, Kind};

/// So many rows are read at one moment.
const PAGE: i64 = 500;
/// So many pages may wait to be written.
const AHEAD: usize = 4;

#[derive(Debug, Args)]
pub struct Wish {
    #[arg(value_name = "KIND", value_parser = Kind::NAMES)]
    kind: String,
    #[command(flatten)]
    at: Where,
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub async fn run(wish: Wish) -> Result<ExitCode> {
    let app = Place::find_standing(&wish.at)?.open().await?;
    let kind = Kind::named(&wish.kind).ok_or_else(|| Error::fault("clap knows the kinds"))?;
    let (sender, receiver) = mpsc::sync_channel::<Vec<Entry>>(AHEAD * PAGE as usize);
    let out = wish.out.clone();
    let writing = tokio::task::spawn_blocking(move || write(kind, out.as_deref(), receiver));
    let read = all(&app, kind, sender).await;
    writing.await.context("writing")??;
    let count = read?;
    let note = async move |cx: &mut Cx| {
        cx.record("data.exported", kind.name(), json!({"rows": count})).await
    };
    app.act(&Arc::new(Actor::house()), note).await?;
    Ok(ExitCode::SUCCESS)
}

/// Page after page; ends early when nobody takes the rows any more.
async fn all(app: &App, kind: Kind, to: mpsc::SyncSender<Vec<Entry>>) -> Result<usize> {
    let house = Arc::new(Actor::house());
    let (mut after, mut count) = (After::default(), 0);
    loop {
        let from = after.clone();
        let page = async move |cx: &mut Cx| rows::page(cx, kind, &from, PAGE).await;
        let (rows, next) = app.look(&house, page).await?;
        count += rows.len();
        // The writer says itself why it ended.
        if rows.into_iter().any(|row| to.send(row).is_err()) {
            return Ok(count);
        }
        match next {
            Some(next) => after = next,
            None => return Ok(count),
        }
    }
}

fn write(kind: Kind, out: Option<&Path>, rows: mpsc::Receiver<Vec<Entry>>) -> Result<()> {
    let trouble = |it: sheet::Trouble| Error::fault(format!("writing: {it}"));
    let is_book = |it: &Path| it.extension().is_some_and(|it| it.eq_ignore_ascii_case("xlsx"));
    let Some(file) = out else {
        let out = BufWriter::new(std::io::stdout().lock());
        return sheet::csv_to(out, kind.columns(), rows).map_err(trouble);
    };
    let mut to = File::create(file).with_context(|| format!("{}", file.display()))?;
    if is_book(file) {
        let bytes = sheet::xlsx(kind.columns(), rows).map_err(trouble)?;
        to.write_all(&bytes).with_context(|| format!("{}", file.display()))?;
        return Ok(());
    }
    sheet::csv_to(BufWriter::new(to), kind.columns(), rows).map_err(trouble)
}
