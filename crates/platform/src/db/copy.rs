//! A copy of an embedded database, taken while others write to it.

use std::path::Path;

use anyhow::Context as _;
use kernel::{Error, Result};
use rusqlite::{
    Connection, OpenFlags,
    backup::{Backup, StepResult},
};

use super::{away, sqlite::is_away};

/// So many pages at a time.
const STEP: i32 = 4096;

/// All pages of one moment: whoever writes meanwhile is neither seen nor kept waiting. An open
/// look at the source holds that moment; without it every change would begin the copy anew.
pub fn copy_sqlite(from: &Path, to: &Path) -> Result<()> {
    copy(from, to).map_err(|e| away(e, is_away))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let named = |file: &Path| file.display().to_string();
    let source = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .with_context(|| named(from))?;
    let moment = "begin; select count(*) from sqlite_master;";
    source.execute_batch(moment).with_context(|| named(from))?;
    let mut copy = Connection::open(to).with_context(|| named(to))?;
    let backup = Backup::new(&source, &mut copy).context("copying")?;
    loop {
        match backup.step(STEP).context("copying")? {
            StepResult::Done => return Ok(()),
            StepResult::More => (),
            _ => return Err(Error::fault(format!("{} is locked", named(from)))),
        }
    }
}
