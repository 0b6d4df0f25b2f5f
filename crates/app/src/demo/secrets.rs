//! Who is who in the demo, with passwords and tokens: kept beside the database, readable by its
//! owner only.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use kernel::Result;
use serde::{Deserialize, Serialize};

/// `DIR/demo.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Secrets {
    pub pack: String,
    pub scale: String,
    /// False while the demo is being made: what lies there then is half a demo.
    pub made: bool,
    pub people: Vec<Account>,
}

/// Somebody one can sign in as.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Account {
    pub id: String,
    pub role: String,
    pub name: String,
    pub login: String,
    pub password: String,
    pub token: String,
    pub org: Home,
}

/// Where they work.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Home {
    pub id: String,
    pub name: String,
    pub kind: String,
}

fn file(folder: &Path) -> PathBuf {
    folder.join("demo.json")
}

impl Secrets {
    pub fn read(folder: &Path) -> Result<Option<Secrets>> {
        let file = file(folder);
        if !file.exists() {
            return Ok(None);
        }
        let text = fs::read_to_string(&file).with_context(|| format!("{}", file.display()))?;
        Ok(Some(serde_json::from_str(&text).with_context(|| format!("{}", file.display()))?))
    }

    /// Written aside and put in its place at once.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let (file, half) = (file(folder), folder.join("demo.json.half"));
        let text = serde_json::to_string_pretty(self).context("demo.json")?;
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut open = options.open(&half).with_context(|| format!("{}", half.display()))?;
        open.write_all(text.as_bytes()).context("demo.json")?;
        open.sync_all().context("demo.json")?;
        fs::rename(&half, &file).with_context(|| format!("{}", file.display()))?;
        Ok(())
    }
}
