//! `baoxiu demo`: a network that lives, made once and kept, with a login for everybody in it.

use std::{
    io::IsTerminal as _,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context as _;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use kernel::{Result, refusals};
use platform::db::{self, Pace};
use rules::policy::{Actor, PersonId};
use serde_json::json;

use super::{aside::Aside, complain, place, place::Place, print, serve};
use crate::{
    App, Cx, account, args,
    demo::{self, Account, Progress, Scale, Secrets},
    say::Say,
};

refusals! {
    NOT_EMPTY  Conflict "demo.not_empty";
    HALF_MADE  Conflict "demo.half_made";
    /// The names and keys in the folder are those of another demo.
    OTHER_ONE  Conflict "demo.other_one";
}

#[derive(Debug, Args)]
pub struct Wish {
    #[arg(long, value_name = "ID", default_value = "gree-hvac")]
    pack: String,
    #[arg(long, value_name = "SIZE", default_value = "medium",
          value_parser = ["small", "medium", "large"])]
    scale: String,
    #[arg(long, value_name = "DIR", default_value = "./baoxiu-demo")]
    data: PathBuf,
    #[arg(long, value_name = "URL", conflicts_with = "data")]
    database: Option<String>,
    #[arg(long, value_name = "ADDR", default_value = serve::LISTEN)]
    listen: String,
    #[arg(long)]
    json: bool,
}

pub async fn run(wish: Wish, say: Say) -> Result<ExitCode> {
    let listener = serve::bind(&wish.listen).await?;
    place::make_folder(&wish.data)?;
    let (app, people) = there_or_made(&wish, say).await?;
    let at = listener.local_addr().context("listening")?;
    let url = serve::url(at, "http");
    if wish.json {
        print(&json!({"url": url, "people": people}).to_string())?;
    } else {
        table(&people, &url, &wish.data, say)?;
    }
    serve::warn(at, false, say);
    serve::serve(app, listener, None).await?;
    Ok(ExitCode::SUCCESS)
}

/// What was made before is kept; what was only half made is made anew.
async fn there_or_made(wish: &Wish, say: Say) -> Result<(App, Vec<Account>)> {
    let folder = &wish.data;
    let known = Secrets::read(folder)?;
    let own = wish.database.is_none();
    let database = wish.database.clone().unwrap_or_else(|| place::sqlite_in(folder));
    let mut settings = place::settings(None)?;
    settings.set("listen", &wish.listen);
    let place = Place { settings, database, files: folder.join("files") };
    let begun = known.is_some();
    match known {
        Some(known) if known.made => {
            let app = place.open().await?;
            if !lives_there(&app, &known.people).await? {
                let folder = folder.display().to_string();
                let no = OTHER_ONE.with("folder", folder).with("database", place.database);
                return Err(no.into());
            }
            return Ok((app, known.people));
        }
        Some(_) if own => clear(folder)?,
        _ => (),
    }
    let scale = Scale::named(&wish.scale).unwrap_or(demo::Scale::ALL[1]);
    // Before anything is made it stands in demo.json that this is a demo, and not whole yet.
    let app = match empty(&place).await {
        Err(no) if begun && no.is(&NOT_EMPTY) => {
            return Err(HALF_MADE.with("database", place.database).into());
        }
        found => found?,
    };
    let aside = (!own).then(|| Aside::beside(&place)).transpose()?;
    let (pack, size) = (wish.pack.clone(), scale.name.to_owned());
    let mut secrets = Secrets { pack, scale: size, made: false, people: Vec::new() };
    secrets.write(folder)?;
    let bar = bar(wish.json, say);
    let progress = |at: Progress| show(&bar, at, say);
    // A year of history is a million small questions: in this process they are answered at once, and
    // what came of it moves to a server whole.
    secrets.people = match &aside {
        None => tell(&app, wish, scale, &progress).await?,
        Some(aside) => {
            let people = tell(&aside.place.open().await?, wish, scale, &progress).await?;
            progress(Progress::Moving);
            db::move_sqlite(&aside.file, &app.db).await?;
            people
        }
    };
    bar.finish_and_clear();
    secrets.made = true;
    secrets.write(folder)?;
    app.learn().await?;
    Ok((app, secrets.people))
}

/// Whether these people are those of that database.
async fn lives_there(app: &App, people: &[Account]) -> Result<bool> {
    let Some(first) = people.first() else { return Ok(true) };
    let id = PersonId::parse(&first.id)?;
    let find = async move |cx: &mut Cx| account::ops::person(cx, &id).await;
    Ok(app.look(&Arc::new(Actor::house()), find).await?.is_some())
}

async fn tell(
    app: &App,
    wish: &Wish,
    scale: Scale,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Vec<Account>> {
    // Half of it would be made anew.
    app.db.work(Pace::Fresh).await?;
    let people = demo::make(app, &wish.pack, scale, progress).await?;
    app.db.work(Pace::Usual).await?;
    Ok(people)
}

/// A database in which nothing stands yet: a demo is never mixed into somebody's house.
async fn empty(place: &Place) -> Result<App> {
    let app = place.open().await?;
    if !place::is_empty(&app).await? {
        return Err(NOT_EMPTY.with("database", place.database.clone()).into());
    }
    Ok(app)
}

/// Takes away what an interrupted start left, and nothing else.
fn clear(folder: &Path) -> Result<()> {
    for name in ["baoxiu.db", "baoxiu.db-wal", "baoxiu.db-shm"] {
        let file = folder.join(name);
        if file.exists() {
            std::fs::remove_file(&file).with_context(|| format!("{}", file.display()))?;
        }
    }
    Ok(())
}

fn bar(quiet: bool, say: Say) -> ProgressBar {
    if quiet || !std::io::stderr().is_terminal() {
        if !quiet {
            complain(&say.t("demo-making"));
        }
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{msg:12} {wide_bar} {pos}/{len} {eta}");
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn show(bar: &ProgressBar, at: Progress, say: Say) {
    let (what, done, all) = match at {
        Progress::People(done, all) => ("demo-people", done, all),
        Progress::Customers(done, all) => ("demo-customers", done, all),
        Progress::Requests(done, all) => ("demo-requests", done, all),
        Progress::Moving => ("demo-moving", 0, 1),
    };
    bar.set_message(say.t(what));
    bar.set_length(all as u64);
    bar.set_position(done as u64);
}

/// One line per role: the first who has it.
fn table(people: &[Account], url: &str, folder: &Path, say: Say) -> Result<()> {
    let mut shown: Vec<&Account> = Vec::new();
    for it in people {
        if !shown.iter().any(|one| one.role == it.role) {
            shown.push(it);
        }
    }
    let heads = ["demo-role", "demo-name", "demo-org", "demo-login", "demo-password", "demo-token"];
    let mut rows: Vec<Vec<String>> = vec![heads.iter().map(|it| say.t(it)).collect()];
    for it in shown {
        let role = say.code("role", &it.role);
        let cells = [&role, &it.name, &it.org.name, &it.login, &it.password, &it.token];
        rows.push(cells.iter().map(|it| (*it).clone()).collect());
    }
    let widths: Vec<usize> = (0..heads.len())
        .map(|column| rows.iter().map(|row| wide(&row[column])).max().unwrap_or(0))
        .collect();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(width - wide(cell) + 2));
        }
        print(line.trim_end())?;
    }
    let file = folder.join("demo.json").display().to_string();
    print("")?;
    print(&say.with("demo-everybody", &args! { "file" => file }))?;
    print(&say.with("demo-open", &args! { "url" => url.to_owned() }))
}

/// Columns on a terminal: a Chinese sign takes two.
fn wide(text: &str) -> usize {
    text.chars().map(|it| if it as u32 >= 0x2e80 { 2 } else { 1 }).sum()
}
