//! The archive: a ZIP with a label, the database and the files as they lie in their folder.

use std::{
    fs::{self, File},
    io::{Read as _, Write as _},
    path::Path,
};

use anyhow::Context as _;
use kernel::{Result, refusals};
use platform::db::Migration;
use serde::{Deserialize, Serialize};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

refusals! {
    NOT_A_BACKUP Invalid "restore.not_a_backup";
}

const LABEL: &str = "backup.json";
/// A label is short; more is none of ours.
const LONGEST: u64 = 1 << 20;

/// What the archive says of itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Label {
    pub program: String,
    pub engine: String,
    pub made_at: String,
    pub migrations: Vec<String>,
}

impl Label {
    pub fn database(&self) -> &'static str {
        if self.engine == "sqlite" { "baoxiu.db" } else { "baoxiu.dump" }
    }

    /// A step of the schema that this program does not know.
    pub fn newer_than(&self, known: &[Migration]) -> Option<String> {
        let unknown = |it: &&String| !known.iter().any(|one| one.name == it.as_str());
        self.migrations.iter().find(unknown).cloned()
    }
}

pub struct Writing(ZipWriter<File>);

impl Writing {
    pub fn begin(file: &Path) -> Result<Writing> {
        let mut options = File::options();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let open = options.open(file).with_context(|| format!("{}", file.display()))?;
        Ok(Writing(ZipWriter::new(open)))
    }

    pub fn label(&mut self, label: &Label) -> Result<()> {
        let text = serde_json::to_string_pretty(label).context("a label")?;
        self.0.start_file(LABEL, squeezed(true)).context("a backup")?;
        self.0.write_all(text.as_bytes()).context("a backup")?;
        Ok(())
    }

    pub fn put(&mut self, name: &str, file: &Path) -> Result<()> {
        // Pictures are small already.
        let picture = matches!(file.extension().and_then(|it| it.to_str()), Some("jpg" | "png"));
        let mut from = File::open(file).with_context(|| format!("{}", file.display()))?;
        self.0.start_file(name, squeezed(!picture)).context("a backup")?;
        std::io::copy(&mut from, &mut self.0).context("a backup")?;
        Ok(())
    }

    /// A folder with what is under it. Returns how many files there were.
    pub fn put_all(&mut self, name: &str, folder: &Path) -> Result<usize> {
        let mut count = 0;
        if !folder.exists() {
            return Ok(count);
        }
        let mut entries: Vec<_> = fs::read_dir(folder)
            .and_then(Iterator::collect)
            .with_context(|| format!("{}", folder.display()))?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let (path, own) = (entry.path(), entry.file_name());
            let name = format!("{name}/{}", own.to_string_lossy());
            if path.is_dir() {
                count += self.put_all(&name, &path)?;
            } else if path.extension().is_none_or(|it| it != "half") {
                self.put(&name, &path)?;
                count += 1;
            }
        }
        Ok(count)
    }

    pub fn finish(self) -> Result<()> {
        let file = self.0.finish().context("a backup")?;
        file.sync_all().context("a backup")?;
        Ok(())
    }
}

fn squeezed(yes: bool) -> SimpleFileOptions {
    let method = if yes { CompressionMethod::Deflated } else { CompressionMethod::Stored };
    SimpleFileOptions::default().compression_method(method).large_file(true).unix_permissions(0o600)
}

pub struct Reading(ZipArchive<File>);

impl Reading {
    pub fn open(file: &Path) -> Result<Reading> {
        let open = File::open(file).with_context(|| format!("{}", file.display()))?;
        let not = || NOT_A_BACKUP.with("file", file.display().to_string());
        Ok(Reading(ZipArchive::new(open).map_err(|_| not())?))
    }

    pub fn label(&mut self) -> Result<Label> {
        let not = || NOT_A_BACKUP.with("file", LABEL);
        let mut text = String::new();
        let entry = self.0.by_name(LABEL).map_err(|_| not())?;
        entry.take(LONGEST).read_to_string(&mut text).map_err(|_| not())?;
        Ok(serde_json::from_str(&text).map_err(|_| not())?)
    }

    pub fn take(&mut self, name: &str, to: &Path) -> Result<()> {
        let not = || NOT_A_BACKUP.with("file", name);
        let place = self.0.index_for_name(name).ok_or_else(not)?;
        self.take_at(place, to)
    }

    fn take_at(&mut self, place: usize, to: &Path) -> Result<()> {
        let mut entry = self.0.by_index(place).context("a backup")?;
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent).with_context(|| format!("{}", parent.display()))?;
        }
        let mut file = File::create(to).with_context(|| format!("{}", to.display()))?;
        std::io::copy(&mut entry, &mut file).context("a backup")?;
        file.sync_all().context("a backup")?;
        Ok(())
    }

    /// Everything under a name, into a folder and nowhere else.
    pub fn take_all(&mut self, name: &str, folder: &Path) -> Result<usize> {
        let prefix = format!("{name}/");
        let mut inside = Vec::new();
        for place in 0..self.0.len() {
            let entry = self.0.by_index(place).context("a backup")?;
            // A name that leads out of the folder is none of ours.
            let path = entry.enclosed_name().filter(|_| entry.is_file());
            if let Some(rest) =
                path.and_then(|it| it.strip_prefix(&prefix).map(Path::to_owned).ok())
            {
                inside.push((place, rest));
            }
        }
        for (place, rest) in &inside {
            self.take_at(*place, &folder.join(rest))?;
        }
        Ok(inside.len())
    }
}
