//! What kind of database it is, and how large: for whoever keeps it running.

use kernel::{Error, Result};

use super::{Dialect, Tx};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    pub engine: Dialect,
    /// As the engine names it.
    pub version: String,
    pub bytes: i64,
    /// The steps of the schema that were applied, oldest first.
    pub migrations: Vec<String>,
    /// What runs by the clock, and when it last did, in milliseconds.
    pub schedules: Vec<(String, i64)>,
}

pub async fn measure(tx: &mut Tx) -> Result<Measure> {
    let engine = tx.dialect();
    let row = tx.row(engine.measure(), &[]).await?;
    let row = row.ok_or_else(|| Error::fault("a database has a size"))?;
    let migrations = tx.rows("select name from migrations order by name", &[]).await?;
    let schedules = tx.rows("select name, done_at from schedules order by name", &[]).await?;
    Ok(Measure {
        engine,
        version: row.get(0)?,
        bytes: row.get(1)?,
        migrations: migrations.iter().map(|row| row.get(0)).collect::<Result<_>>()?,
        schedules: schedules
            .iter()
            .map(|row| Ok((row.get(0)?, row.get(1)?)))
            .collect::<Result<_>>()?,
    })
}
