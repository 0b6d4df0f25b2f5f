//! Where the house stands: the database and the files, by `--data`, `--config` or the
//! environment.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context as _;
use kernel::{Result, Time, refusals};
use platform::{db::Db, dice};
use rules::policy::{Actor, Grant};

use super::Where;
use crate::{
    App, Cx,
    app::Clock,
    config::{self, Settings},
    org,
};

refusals! {
    NO_DATABASE Invalid  "cli.no_database";
    NOT_THERE   NotFound "cli.not_there";
}

/// The settings and where they lead.
pub struct Place {
    pub settings: Settings,
    pub database: String,
    pub files: PathBuf,
}

impl Place {
    pub fn find(at: &Where) -> Result<Place> {
        let settings = settings(at.config.as_deref())?;
        if let Some(folder) = &at.data {
            let files = folder.join("files");
            return Ok(Place { settings, database: sqlite_in(folder), files });
        }
        let Some(database) = settings.get("database").map(str::to_owned) else {
            return Err(NO_DATABASE.into());
        };
        let files = settings.get("files").map(PathBuf::from);
        let files = files.unwrap_or_else(|| beside(&database));
        Ok(Place { settings, database, files })
    }

    /// A house that stands already: nothing is made by looking for it.
    pub fn find_standing(at: &Where) -> Result<Place> {
        let place = Place::find(at)?;
        match place.sqlite_file() {
            Some(file) if !file.exists() => {
                Err(NOT_THERE.with("file", file.display().to_string()).into())
            }
            _ => Ok(place),
        }
    }

    /// The embedded database's file; a PostgreSQL server has none.
    pub fn sqlite_file(&self) -> Option<&Path> {
        self.database.strip_prefix("sqlite:").map(Path::new)
    }

    /// The house, with the schema brought up to the program.
    pub async fn open(&self) -> Result<App> {
        let app = self.open_as_it_is().await?;
        app.migrate().await?;
        Ok(app)
    }

    pub async fn open_as_it_is(&self) -> Result<App> {
        let mut settings = self.settings.clone();
        if settings.get("database") != Some(&self.database) {
            settings.set("database", &self.database);
        }
        let config = settings.config(self.files.clone())?;
        let db = Db::open(&self.database).await?;
        Ok(App::new(db, clock(), dice::from_system, config))
    }
}

pub fn settings(file: Option<&Path>) -> Result<Settings> {
    let text = match file {
        None => None,
        Some(file) => Some(std::fs::read_to_string(file).map_err(|e| {
            let (file, why) = (file.display().to_string(), e.to_string());
            config::NOT_READ.with("file", file).with("why", why)
        })?),
    };
    Settings::read(text.as_deref(), |name| std::env::var(name).ok())
}

/// The embedded database of a folder.
pub fn sqlite_in(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("baoxiu.db").display())
}

/// Pictures lie beside an embedded database, else where the program was started.
fn beside(database: &str) -> PathBuf {
    let file = database.strip_prefix("sqlite:").map(Path::new);
    file.and_then(Path::parent).unwrap_or_else(|| Path::new("")).join("files")
}

/// A folder that is made if it is missing.
pub fn make_folder(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("{}", folder.display()))?;
    Ok(())
}

/// Whether somebody lives there: a house without headquarters is empty.
pub async fn is_empty(app: &App) -> Result<bool> {
    let all = async |cx: &mut Cx| org::ops::list(cx, &Grant::house(), None).await;
    Ok(app.look(&Arc::new(Actor::house()), all).await?.is_empty())
}

#[expect(clippy::disallowed_methods, reason = "the command line is where the clock comes from")]
pub fn clock() -> Clock {
    Arc::new(|| Time::of(jiff::Timestamp::now()))
}
