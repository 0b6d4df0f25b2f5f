//! Whether the chain of events is whole: every row follows from the one before it, none is missing,
//! none waits unsealed. The whole chain, or what came after a place that was verified before.

use kernel::{Column as _, Error, Result, Time};

use super::{BATCH, GENESIS, SELECT, link};
use crate::db::Db;

/// Unsealed for longer than this, something is wrong.
const LATE: i64 = 60_000;

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audit {
    pub sealed: i64,
    pub unsealed: i64,
    /// The oldest unsealed event is older than a minute.
    pub late: bool,
    /// The first row that does not follow from those before it, and why.
    pub broken: Option<Broken>,
    /// As far as the chain is whole.
    pub last: Link,
    /// There was more than was asked for.
    pub more: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    pub place: i64,
    pub id: String,
    pub why: &'static str,
}

/// A place of the chain, and the hash that stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub place: i64,
    pub hash: String,
}

impl Default for Link {
    /// Before the first event.
    fn default() -> Link {
        Link { place: 0, hash: GENESIS.to_owned() }
    }
}

/// Walks the whole chain, a batch at a time.
pub async fn audit(db: &Db, now: Time) -> Result<Audit> {
    audit_from(db, now, Link::default(), i64::MAX).await
}

/// The same from a place that was verified before, which must still be there as it was, and only
/// so many events on.
pub async fn audit_from(db: &Db, now: Time, from: Link, most: i64) -> Result<Audit> {
    let mut audit = Audit { last: from, ..Audit::default() };
    audit.broken = changed(db, &audit.last).await?;
    while audit.broken.is_none() {
        let sql = format!("{SELECT} where place > $1 order by place limit {BATCH}");
        let at = audit.last.place;
        let rows = db.look(async move |mut tx| tx.rows(&sql, &[at.write()]).await).await?;
        for row in &rows {
            let place = audit.last.place + 1;
            let (here, kept): (i64, String) = (row.get(6)?, row.get(7)?);
            let next = link(&audit.last.hash, place, row)?;
            if here != place || next != kept {
                let why = if here != place { "missing" } else { "changed" };
                audit.broken = Some(Broken { place, id: row.get(0)?, why });
                return Ok(audit);
            }
            audit.last = Link { place, hash: next };
            audit.sealed += 1;
        }
        if rows.len() < BATCH {
            break;
        }
        if audit.sealed >= most {
            audit.more = true;
            break;
        }
    }
    unsealed(db, now, &mut audit).await?;
    Ok(audit)
}

/// Whether the place is not what it was when it was verified.
async fn changed(db: &Db, from: &Link) -> Result<Option<Broken>> {
    if from.place == 0 {
        return Ok(None);
    }
    let at = from.place;
    let sql = "select id, hash from events where place = $1";
    let row = db.look(async move |mut tx| tx.row(sql, &[at.write()]).await).await?;
    let broken = |id: String, why| Some(Broken { place: at, id, why });
    match row {
        None => Ok(broken(String::new(), "missing")),
        Some(row) if row.get::<String>(1)? != from.hash => Ok(broken(row.get(0)?, "changed")),
        Some(_) => Ok(None),
    }
}

async fn unsealed(db: &Db, now: Time, audit: &mut Audit) -> Result<()> {
    let sql = "select count(*), min(at) from events where place is null";
    let row = db.look(async move |mut tx| tx.row(sql, &[]).await).await?;
    let row = row.ok_or_else(|| Error::fault("a count has a line"))?;
    audit.unsealed = row.get(0)?;
    let oldest: Option<i64> = row.get(1)?;
    audit.late = oldest.is_some_and(|oldest| now.millis() - oldest > LATE);
    Ok(())
}
