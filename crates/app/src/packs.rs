//! 行业包 in the program: those that come with it, and the one this company works with, as rows
//! with version and source.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use kernel::{Column as _, Error, Field, Refusal, Result, Time, Value, Wrongs, refusals};
use platform::db::Tx;
use rules::{
    pack::{self, Calendars, Diff, Fault, Mistake, Name, Origin, Pack, Row},
    policy::Act,
};
use rust_embed::RustEmbed;
use serde_json::json;

use crate::{Cx, company, say::Say};

refusals! {
    UNKNOWN NotFound "pack.unknown";
    BROKEN  Invalid  "pack.broken";
    BROKEN_CALENDAR Invalid "pack.broken_calendar";
}

/// Between the several things that were found or done, where they are kept as one text.
pub const AND: &str = "；";

/// What was found, done or used is kept in the words of the pack and in people's own; what the
/// pack knows is said in the reader's language.
pub fn said(pack: &Pack, say: Say, text: &str) -> String {
    if say.is_chinese() {
        return text.to_owned();
    }
    let word = |zh: &str| {
        let known = pack.phrase(zh).or_else(|| pack.component(zh));
        known.map_or_else(|| zh.to_owned(), |it| say.name(it))
    };
    text.split(AND).map(word).collect::<Vec<_>>().join("; ")
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
    let mut pack = pack.map_err(|e| Error::fault(format!("the loaded pack: {e:?}")))?;
    for own in own_faults(tx).await? {
        // A code that the pack has by now is the pack's.
        if pack.fault(&own.fault.code).is_none() {
            pack.faults.push(own.fault);
        }
    }
    Ok(pack)
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

/// Since when the loaded version holds.
pub async fn since(cx: &mut Cx) -> Result<Option<Time>> {
    settled(cx)?;
    let row = cx.tx.row("select max(since) from pack_rows", &[]).await?;
    row.map_or(Ok(None), |row| row.get(0))
}

/// A fault code of the company's own, beside those of the pack.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnFault {
    pub fault: Fault,
    pub version: i64,
}

async fn own_faults(tx: &mut Tx) -> Result<Vec<OwnFault>> {
    let sql = "select code, category, zh, en, level, retired, version from own_faults
               order by category, code limit 2000";
    let rows = tx.rows(sql, &[]).await?;
    rows.iter()
        .map(|row| {
            Ok(OwnFault {
                fault: Fault {
                    code: row.get(0)?,
                    category: row.get(1)?,
                    name: Name { zh: row.get(2)?, en: row.get(3)? },
                    level: row.get(4)?,
                    ours: true,
                    retired: row.get(5)?,
                    component: None,
                    causes: Vec::new(),
                    actions: Vec::new(),
                    origin: Origin { source: Some(Origin::OWN.into()), verified: true },
                },
                version: row.get(6)?,
            })
        })
        .collect()
}

/// One of the company's own codes.
pub async fn own_fault(cx: &mut Cx, code: &str) -> Result<OwnFault> {
    cx.may(Act::AccountManage)?;
    let all = own_faults(&mut cx.tx).await?;
    Ok(all.into_iter().find(|it| it.fault.code == code).ok_or(Refusal::NOT_FOUND)?)
}

/// What is said of a fault code when it is made or changed.
#[derive(Debug, Clone, Default)]
pub struct FaultDraft {
    pub code: String,
    pub category: String,
    pub zh: String,
    pub en: String,
    pub level: Option<i64>,
    /// Offered no more; what was filed under it keeps it.
    pub retired: bool,
    /// The version that was read; none: it is made anew.
    pub version: Option<i64>,
}

const CODE_MOST: usize = 20;
const NAME_MOST: usize = 60;

/// Makes a fault code, or changes what it says.
pub async fn save_fault(cx: &mut Cx, draft: &FaultDraft) -> Result<()> {
    cx.may(Act::AccountManage)?;
    check_fault(cx, draft)?;
    let known = own_faults(&mut cx.tx).await?;
    let known = known.into_iter().find(|it| it.fault.code == draft.code);
    let columns = ["code", "category", "zh", "en", "level", "retired", "version"];
    let zh = draft.zh.trim().to_owned();
    let en = Some(draft.en.trim()).filter(|it| !it.is_empty()).unwrap_or(&zh).to_owned();
    let cells = [
        draft.code.write(),
        draft.category.write(),
        zh.write(),
        en.write(),
        draft.level.unwrap_or(DEGRADED).write(),
        draft.retired.write(),
        draft.version.unwrap_or(0).write(),
    ];
    match (known, draft.version) {
        (None, None) => cx.tx.insert("own_faults", &columns, &cells).await?,
        (Some(_), None) => return Err(Refusal::field("fault_code", "fault.taken").into()),
        (None, Some(_)) => return Err(Refusal::NOT_FOUND.into()),
        (Some(_), Some(version)) => {
            let sql = "update own_faults set category = $2, zh = $3, en = $4, level = $5,
                       retired = $6, version = $7 + 1 where code = $1 and version = $7";
            if cx.tx.run(sql, &cells).await? != 1 {
                tracing::debug!(version, "a fault code was changed by somebody else");
                return Err(Refusal::STALE.into());
            }
        }
    }
    let edition = company::edition(&mut cx.tx).await?;
    company::set(&mut cx.tx, "faults", &edition.to_string()).await?;
    let data = json!({"code": draft.code, "name": zh, "category": draft.category});
    cx.record("fault.saved", &draft.code, data).await
}

/// The level of a fault nobody graded: the third of four.
const DEGRADED: i64 = 3;

fn check_fault(cx: &Cx, draft: &FaultDraft) -> Result<()> {
    let mut wrongs = Wrongs::default();
    let plain = |it: char| it.is_ascii_alphanumeric() || "-_.".contains(it);
    let fits = !draft.code.is_empty() && draft.code.len() <= CODE_MOST;
    if !fits || !draft.code.chars().all(plain) {
        wrongs.add(Field::new("fault_code", "fault.code").with("most", CODE_MOST as i64));
    } else if draft.version.is_none() && cx.company.pack.fault(&draft.code).is_some() {
        wrongs.say("fault_code", "fault.taken");
    }
    if draft.zh.trim().is_empty() {
        wrongs.say("zh", "missing");
    }
    for (field, text) in [("zh", &draft.zh), ("en", &draft.en)] {
        if text.chars().count() > NAME_MOST {
            wrongs.add(Field::new(field, "too_long").with("most", NAME_MOST as i64));
        }
    }
    if !cx.company.pack.categories.iter().any(|it| it.name.zh == draft.category) {
        wrongs.say("category", "unknown_choice");
    }
    if draft.level.is_some_and(|it| !(1..=4).contains(&it)) {
        wrongs.add(Field::new("level", "range").with("min", 1i64).with("max", 4i64));
    }
    wrongs.done()
}
