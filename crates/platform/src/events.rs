//! What happened, in the order in which it happened, chained by hash: the timeline, the audit and
//! the trigger of reactions are one table. Rows are only ever added; sealing gives each its place
//! in the chain.

mod audit;
mod log;

use kernel::{Column as _, Result, Time, Value, id};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::db::{Db, Row, Tx};

pub use audit::{Audit, Broken, Link, audit, audit_from};
pub use log::{Asked, Logged, log};

id! {
    /// Something that happened.
    EventId = "evt";
}

/// One event, as it is recorded.
#[derive(Debug, Clone)]
pub struct Event {
    pub id: EventId,
    pub at: Time,
    /// The person, or nothing where the house acted by itself.
    pub actor: Option<String>,
    pub kind: &'static str,
    /// The id of what it happened to.
    pub subject: String,
    /// What else is known of it, a JSON object.
    pub data: serde_json::Value,
}

const COLUMNS: &[&str] = &["id", "at", "actor", "kind", "subject", "data", "place", "hash"];
const SELECT: &str = "select id, at, actor, kind, subject, data, place, hash, seq from events";

/// So many are sealed at once.
pub const BATCH: usize = 1000;
/// What the first event follows on.
const GENESIS: &str = "baoxiu";
/// The number of the lock that the sealing process holds.
const SEALER: u32 = 0x0BA0_71E5;

/// Where the writer is alone the next place of the chain is known, and the event gets it at once.
pub async fn record(tx: &mut Tx, event: &Event) -> Result<()> {
    let content = Content {
        id: event.id.to_string(),
        at: event.at.millis(),
        actor: event.actor.clone(),
        kind: event.kind.to_owned(),
        subject: event.subject.clone(),
        data: event.data.to_string(),
    };
    let sealed = match tx.dialect().writes_alone() {
        true => {
            let (place, hash) = last(tx).await?;
            let sealed = (place + 1, content.link(&hash, place + 1));
            tx.chain_ends(sealed.0, &sealed.1);
            Some(sealed)
        }
        false => None,
    };
    let (place, hash) = sealed.unzip();
    let cells = [
        content.id.write(),
        content.at.write(),
        content.actor.write(),
        content.kind.write(),
        content.subject.write(),
        content.data.write(),
        place.write(),
        hash.write(),
    ];
    tx.insert("events", COLUMNS, &cells).await
}

/// The end of the chain.
async fn last(tx: &mut Tx) -> Result<(i64, String)> {
    if let Some(known) = tx.end_of_chain() {
        return Ok(known);
    }
    let sql = "select place, hash from events where place is not null order by place desc limit 1";
    match tx.row(sql, &[]).await? {
        Some(row) => Ok((row.get(0)?, row.get(1)?)),
        None => Ok((0, GENESIS.to_owned())),
    }
}

/// Gives the unsealed events their places behind the last one, a batch of them. Returns how many.
pub async fn seal(mut tx: Tx) -> Result<usize> {
    let sql = format!("{SELECT} where place is null order by seq limit {BATCH}");
    let rows = tx.rows(&sql, &[]).await?;
    if rows.is_empty() {
        return Ok(0);
    }
    let (mut place, mut hash) = last(&mut tx).await?;
    let mut sealed = Vec::new();
    for row in &rows {
        place += 1;
        hash = link(&hash, place, row)?;
        sealed.push(json!({"seq": row.get::<i64>(8)?, "place": place, "hash": hash}));
    }
    tx.chain_ends(place, &hash);
    let sql = tx.dialect().seal();
    tx.run(sql, &[Value::Text(serde_json::Value::Array(sealed).to_string())]).await?;
    Ok(rows.len())
}

/// The one process that may seals what has been committed. On SQLite nothing is ever left.
pub async fn seal_committed(db: &Db) -> Result<usize> {
    db.act(async |mut tx| {
        let mine: i64 = tx.cell(&tx.dialect().only_one(SEALER), &[]).await?;
        if mine == 1 { seal(tx).await } else { Ok(0) }
    })
    .await
}

/// The same until none is left: at the end of a work that told of very much.
pub async fn seal_all(db: &Db) -> Result<()> {
    while seal_committed(db).await? > 0 {}
    Ok(())
}

fn link(before: &str, place: i64, row: &Row) -> Result<String> {
    let content = Content {
        id: row.get(0)?,
        at: row.get(1)?,
        actor: row.get(2)?,
        kind: row.get(3)?,
        subject: row.get(4)?,
        data: row.get(5)?,
    };
    Ok(content.link(before, place))
}

/// What of an event is hashed.
struct Content {
    id: String,
    at: i64,
    actor: Option<String>,
    kind: String,
    subject: String,
    data: String,
}

impl Content {
    fn link(&self, before: &str, place: i64) -> String {
        let it = self;
        let content = json!([before, place, it.id, it.at, it.actor, it.kind, it.subject, it.data]);
        hex(&Sha256::digest(content.to_string().as_bytes()))
    }
}

/// Two small digits for each byte.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        for half in [byte >> 4, byte & 15] {
            text.push(char::from(b"0123456789abcdef"[usize::from(half)]));
        }
    }
    text
}

/// One line of a timeline, as it is read.
#[derive(Debug, Clone)]
pub struct Happened {
    pub id: String,
    pub at: Time,
    pub actor: Option<String>,
    pub kind: String,
    pub subject: String,
    pub data: serde_json::Value,
}

impl Happened {
    /// The columns in this order: id, at, actor, kind, subject, data.
    pub fn read(row: &Row) -> Result<Happened> {
        let data: String = row.get(5)?;
        Ok(Happened {
            id: row.get(0)?,
            at: row.get(1)?,
            actor: row.get(2)?,
            kind: row.get(3)?,
            subject: row.get(4)?,
            data: serde_json::from_str(&data).unwrap_or_default(),
        })
    }
}

/// Everything that happened to one thing, oldest first.
pub async fn of(tx: &mut Tx, subject: &str) -> Result<Vec<Happened>> {
    let sql = "select id, at, actor, kind, subject, data from events
               where subject = $1 order by seq limit 2000";
    let rows = tx.rows(sql, &[Value::Text(subject.to_owned())]).await?;
    rows.iter().map(Happened::read).collect()
}

/// Where the chain ends: the place of its last event.
pub async fn end(tx: &mut Tx) -> Result<i64> {
    tx.cell("select coalesce(max(place), 0) from events", &[]).await
}

/// Kind and subject of what was sealed behind a place, oldest first, with where that leads to.
/// Places are given in the order in which transactions are done, so none is passed over.
pub async fn behind(tx: &mut Tx, place: i64, most: i64) -> Result<(Vec<(String, String)>, i64)> {
    let sql = "select kind, subject, place from events where place > $1 order by place limit $2";
    let rows = tx.rows(sql, &[place.write(), most.write()]).await?;
    let mut all = Vec::new();
    let mut last = place;
    for row in &rows {
        all.push((row.get(0)?, row.get(1)?));
        last = row.get(2)?;
    }
    Ok((all, last))
}
