//! A house put together in an embedded database before it moves into a server's.

use std::{fs, path::PathBuf};

use anyhow::Context as _;
use kernel::Result;

use super::{
    place,
    place::{Place, sqlite_in},
};

/// It is gone when it is done, with whatever became of it.
pub struct Aside {
    pub place: Place,
    pub file: PathBuf,
}

impl Aside {
    /// With the files of the house that it will be.
    pub fn beside(to: &Place) -> Result<Aside> {
        let folder = to.files.join("moving");
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
        }
        place::make_folder(&folder)?;
        let (settings, files) = (to.settings.clone(), to.files.clone());
        let place = Place { settings, database: sqlite_in(&folder), files };
        let file = place.sqlite_file().context("an embedded database")?.to_owned();
        Ok(Aside { place, file })
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        let Some(folder) = self.file.parent() else { return };
        if let Err(error) = fs::remove_dir_all(folder) {
            tracing::warn!("tidying up {}: {error}", folder.display());
        }
    }
}
