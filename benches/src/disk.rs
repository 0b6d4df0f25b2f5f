//! A disk that is slower than ours, and a count of how often it was asked to be sure.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, ensure};

const SOURCE: &str = include_str!("sync.c");

/// Stands between a program and its disk.
#[derive(Debug, Clone)]
pub struct Disk {
    library: PathBuf,
    count: PathBuf,
    delay_ms: u64,
}

impl Disk {
    pub fn make(folder: &Path, delay_ms: u64) -> Result<Disk> {
        let (source, library) = (folder.join("sync.c"), folder.join("sync.so"));
        let count = folder.join("syncs");
        fs::write(&source, SOURCE)?;
        fs::write(&count, [0; 8])?;
        let mut cc = Command::new("cc");
        cc.args(["-O2", "-shared", "-fPIC", "-o"]).arg(&library).arg(&source).arg("-ldl");
        ensure!(cc.status().context("starting cc")?.success(), "cc failed");
        Ok(Disk { library, count, delay_ms })
    }

    pub fn before(&self, command: &mut Command) {
        command.env("LD_PRELOAD", &self.library);
        command.env("BENCH_SYNC_US", (self.delay_ms * 1000).to_string());
        command.env("BENCH_SYNC_COUNT", &self.count);
    }

    pub fn syncs(&self) -> Result<u64> {
        let bytes = fs::read(&self.count)?;
        Ok(u64::from_ne_bytes(bytes.as_slice().try_into().context("eight bytes")?))
    }
}
