//! `baoxiu backup` and `restore`: one archive with the database and the files, taken while the
//! house is at work. A PostgreSQL server is asked by its own tools.

mod archive;
mod postgres;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use clap::Args;
use kernel::{Result, refusals};
use platform::db::{self, copy_sqlite};

use super::{Where, aside::Aside, complain, place, place::Place, print};
use crate::{App, args, company, desk::admin::ops::BACKUP, migrations, say::Say};
use archive::{Label, Reading, Writing};

refusals! {
    NO_PG_TOOL Unavailable "backup.no_pg_tool";
    NOT_EMPTY  Conflict    "restore.not_empty";
    OTHER_ENGINE Conflict  "restore.other_engine";
}

#[derive(Debug, Args)]
pub struct Wish {
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    at: Where,
}

/// The database first, then the files: whatever it names is there by then.
pub async fn save(wish: Wish, say: Say) -> Result<ExitCode> {
    let place = Place::find_standing(&wish.at)?;
    let app = place.open_as_it_is().await?;
    let half = half_of(&wish.file);
    let copy = half.with_extension("copy");
    let packed = pack(&app, &place, &half, &copy).await;
    if packed.is_err() {
        // Half a backup helps nobody, least of all on a disk that is full.
        let _ = (fs::remove_file(&half), fs::remove_file(&copy));
    }
    let (taken, files) = packed?;
    fs::rename(&half, &wish.file).with_context(|| format!("{}", wish.file.display()))?;
    let file = wish.file.display().to_string();
    print(&say.with("backup-done", &args! { "file" => file, "files" => files as i64 }))?;
    if !taken {
        return Err(NO_PG_TOOL.with("tool", "pg_dump").into());
    }
    remember(&app).await;
    Ok(ExitCode::SUCCESS)
}

/// Returns whether the database was taken, and how many files.
async fn pack(app: &App, place: &Place, half: &Path, copy: &Path) -> Result<(bool, usize)> {
    let state = db::state(&app.db, migrations::ALL).await?;
    let taken = match place.sqlite_file() {
        Some(file) => copy_sqlite(file, copy).map(|()| true)?,
        None => postgres::dump(&place.database, copy)?,
    };
    let engine = if place.sqlite_file().is_some() { "sqlite" } else { "postgres" };
    let label = Label {
        program: env!("CARGO_PKG_VERSION").to_owned(),
        engine: engine.to_owned(),
        made_at: app.now().stamp().to_string(),
        migrations: state.names,
    };
    let mut archive = Writing::begin(half)?;
    archive.label(&label)?;
    if taken {
        archive.put(label.database(), copy)?;
        fs::remove_file(copy).context("tidying up")?;
    }
    let files = archive.put_all("files", &place.files)?;
    archive.finish()?;
    Ok((taken, files))
}

/// The page of the system says when the last one was. A house that cannot be written to was saved
/// all the same.
async fn remember(app: &App) {
    let at = app.now().millis().to_string();
    let noted = async move |mut tx| company::note(&mut tx, BACKUP, &at).await;
    if let Err(error) = app.db.act(noted).await {
        tracing::warn!("that a backup was taken could not be noted: {error}");
    }
}

/// Beside where it will be, so that half a backup is never taken for one.
fn half_of(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".half");
    file.with_file_name(name)
}

/// Into a place where nobody lives.
pub async fn restore(wish: Wish, say: Say) -> Result<ExitCode> {
    let mut archive = Reading::open(&wish.file)?;
    let label = archive.label()?;
    if let Some(newer) = label.newer_than(migrations::ALL) {
        return Err(db::NEWER.with("migration", newer).into());
    }
    if let Some(folder) = &wish.at.data {
        place::make_folder(folder)?;
    }
    let place = Place::find(&wish.at)?;
    let was_embedded = label.engine == "sqlite";
    match place.sqlite_file() {
        Some(file) if was_embedded => into_file(&mut archive, &label, file)?,
        Some(_) => return Err(OTHER_ENGINE.with("from", label.engine).with("to", "sqlite").into()),
        None if was_embedded => move_in(&mut archive, &label, &place).await?,
        None => into_server(&mut archive, &label, &place).await?,
    }
    let files = archive.take_all("files", &place.files)?;
    // What an older program saved, this one brings up to itself.
    place.open().await?;
    let said = args! { "files" => files as i64, "made_at" => label.made_at };
    complain(&say.with("restore-done", &said));
    Ok(ExitCode::SUCCESS)
}

fn into_file(archive: &mut Reading, label: &Label, file: &Path) -> Result<()> {
    if file.exists() {
        return Err(NOT_EMPTY.with("place", file.display().to_string()).into());
    }
    let half = half_of(file);
    archive.take(label.database(), &half)?;
    fs::rename(&half, file).with_context(|| format!("{}", file.display()))?;
    Ok(())
}

/// A house that outgrew its embedded database moves into a server's.
async fn move_in(archive: &mut Reading, label: &Label, place: &Place) -> Result<()> {
    vacant(place).await?;
    place::make_folder(&place.files)?;
    let aside = Aside::beside(place)?;
    archive.take(label.database(), &aside.file)?;
    // What an older program saved, this one brings up to itself before it moves.
    aside.place.open().await?;
    let app = place.open().await?;
    db::move_sqlite(&aside.file, &app.db).await.map(|_| ())
}

async fn vacant(place: &Place) -> Result<()> {
    let app = place.open_as_it_is().await?;
    let begun = db::state(&app.db, migrations::ALL).await?.applied > 0;
    if begun && !place::is_empty(&place.open().await?).await? {
        return Err(NOT_EMPTY.with("place", postgres::without_password(&place.database).0).into());
    }
    Ok(())
}

async fn into_server(archive: &mut Reading, label: &Label, place: &Place) -> Result<()> {
    let app = place.open_as_it_is().await?;
    if db::state(&app.db, migrations::ALL).await?.applied > 0 {
        return Err(NOT_EMPTY.with("place", postgres::without_password(&place.database).0).into());
    }
    place::make_folder(&place.files)?;
    let copy = place.files.join("baoxiu.dump.half");
    archive.take(label.database(), &copy)?;
    let loaded = postgres::load(&place.database, &copy);
    fs::remove_file(&copy).context("tidying up")?;
    if loaded? { Ok(()) } else { Err(NO_PG_TOOL.with("tool", "pg_restore").into()) }
}
