//! 行业包 in the program: those that come with it, and the one this company works with, as rows
//! with version and source.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use kernel::{Column as _, Error, Result, Time, Value, refusals};
use platform::db::Tx;
use rules::{
    pack::{self, Calendars, Diff, Mistake, Pack, Row},
    policy::Act,
};
use rust_embed::RustEmbed;
use serde_json::json;

use crate::{Cx, company};

refusals! {
    UNKNOWN NotFound "pack.unknown";
    BROKEN  Invalid  "pack.broken";
    BROKEN_CALENDAR Invalid "pack.broken_calendar";
}

/// The packs of the repository.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../packs"]
#[include = "*/*.toml"]
struct Shipped;

/// Ids of the packs that come with the program.
pub fn shipped() -> Vec<String> {
    let mut ids: Vec<String> = Shipped::iter()
        .filter_map(|file| file.strip_suffix("/pack.toml").map(str::to_owned))
        .collect();
    ids.sort();
    ids
}

/// The files of a shipped pack.
pub fn files(id: &str) -> Result<BTreeMap<String, String>> {
    let prefix = format!("{id}/");
    let mut files = BTreeMap::new();
    for path in Shipped::iter().filter(|it| it.starts_with(&prefix)) {
        let Some(file) = Shipped::get(&path) else { continue };
        let text = String::from_utf8(file.data.into_owned()).context("a pack is UTF-8")?;
        files.insert(path[prefix.len()..].to_owned(), text);
    }
    if files.is_empty() {
        return Err(UNKNOWN.with("pack", id).into());
    }
    Ok(files)
}

/// The files of a pack in a folder.
pub fn files_in(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    let unknown = || UNKNOWN.with("pack", folder.display().to_string());
    for entry in std::fs::read_dir(folder).map_err(|_| unknown())? {
        let path: PathBuf = entry.context("reading a folder")?.path();
        if path.extension().is_some_and(|it| it == "toml") {
            let text = std::fs::read_to_string(&path).context("reading a pack")?;
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.insert(name, text);
        }
    }
    if files.is_empty() { Err(unknown().into()) } else { Ok(files) }
}

/// A shipped pack, checked.
pub fn read(id: &str) -> Result<Pack> {
    pack::read(&files(id)?).map_err(|mistakes| broken(id, &mistakes))
}

pub fn broken(id: &str, mistakes: &[Mistake]) -> Error {
    let place = |it: &Mistake| format!("{}:{}:{} {}", it.file, it.line, it.column, it.code);
    let first = mistakes.first().map(place).unwrap_or_default();
    BROKEN.with("pack", id).with("count", mistakes.len() as i64).with("first", first).into()
}

/// The pack the company works with, as it was loaded.
pub async fn loaded(tx: &mut Tx) -> Result<Pack> {
    let rows = rows(tx).await?;
    if rows.is_empty() {
        return Ok(crate::company::Company::unknown().pack.as_ref().clone());
    }
    let pack = Pack::from_rows(&rows);
    pack.map_err(|e| Error::fault(format!("the loaded pack: {e:?}")))
}

async fn rows(tx: &mut Tx) -> Result<Vec<Row>> {
    let sql = "select tbl, key, row from pack_rows order by place";
    let rows = tx.rows(sql, &[]).await?;
    rows.iter()
        .map(|row| {
            let kept: String = row.get(2)?;
            let it: Row = serde_json::from_str(&kept).context("a row of the pack")?;
            Ok(it)
        })
        .collect()
}

/// What loading would change.
pub async fn compare(tx: &mut Tx, pack: &Pack) -> Result<Diff> {
    Ok(pack::diff(&rows(tx).await?, &pack.rows()))
}

/// Loads a pack; the same one twice changes nothing. Returns what changed.
pub async fn load(tx: &mut Tx, pack: &Pack, now: Time) -> Result<Diff> {
    let diff = compare(tx, pack).await?;
    if diff.is_empty() {
        return Ok(diff);
    }
    tx.run("delete from pack_rows", &[]).await?;
    let columns = ["pack", "tbl", "key", "row", "place", "version", "since"];
    for (place, row) in (0i64..).zip(pack.rows()) {
        let kept = serde_json::to_string(&row).context("a row of the pack")?;
        let cells = [
            pack.about.id.write(),
            row.table.to_string().write(),
            row.key.write(),
            Value::Text(kept),
            place.write(),
            pack.about.version.write(),
            now.write(),
        ];
        tx.insert("pack_rows", &columns, &cells).await?;
    }
    company::set(tx, "pack", &pack.about.id).await?;
    company::set(tx, "zone", &pack.about.zone).await?;
    Ok(diff)
}

/// What the shipped version of the company's own pack would change, with that version. Nothing,
/// where the company works with a pack that does not come with the program.
pub async fn newer(cx: &mut Cx) -> Result<Option<(Pack, Diff)>> {
    settled(cx)?;
    let id = cx.company.pack.about.id.clone();
    if !shipped().contains(&id) {
        return Ok(None);
    }
    let pack = read(&id)?;
    let diff = compare(&mut cx.tx, &pack).await?;
    Ok((!diff.is_empty()).then_some((pack, diff)))
}

/// The company goes on with the shipped version, if that is still the one it looked at.
pub async fn take_newer(cx: &mut Cx, version: &str) -> Result<Diff> {
    cx.may(Act::AccountManage)?;
    let Some((pack, _)) = newer(cx).await? else { return Ok(Diff::default()) };
    if pack.about.version != version {
        return Err(kernel::Refusal::STALE.into());
    }
    let calendars = Calendars::compile(&pack, &cx.company.holidays);
    calendars.map_err(|problem| BROKEN_CALENDAR.with("detail", problem.to_string()))?;
    let now = cx.now();
    let diff = load(&mut cx.tx, &pack, now).await?;
    let data = json!({
        "pack": pack.about.id, "version": pack.about.version, "added": diff.added.len(),
        "changed": diff.changed.len(), "removed": diff.removed.len(),
    });
    cx.record("pack.loaded", &pack.about.id, data).await?;
    Ok(diff)
}

/// How the house is set up is seen by who sets it up, and by who answers for it or checks it.
pub fn settled(cx: &Cx) -> Result<()> {
    cx.may(Act::AccountManage).or_else(|_| cx.may(Act::EventRead)).map(|_| ())
}

/// The rows of the loaded pack, in the order of its files.
pub async fn kept(cx: &mut Cx) -> Result<Vec<Row>> {
    settled(cx)?;
    rows(&mut cx.tx).await
}
