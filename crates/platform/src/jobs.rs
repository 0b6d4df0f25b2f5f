//! Work that can wait is a row, written in the transaction that asks for it: done at least once,
//! known by a key, tried again with growing patience, and given to a person when it will not go.

use kernel::{Column as _, Result, Span, Time, Value, id};

use crate::db::{Db, Row, Tx};

id! {
    /// A piece of later work.
    JobId = "job";
}

/// So often it is tried before a person has to look at it.
pub const TRIES: i64 = 8;
/// A worker that died lets go of its jobs after so long.
const HELD: Span = Span::minutes(5);

/// A job as a worker takes it.
#[derive(Debug, Clone)]
pub struct Job {
    pub id: JobId,
    pub kind: String,
    pub key: String,
    pub data: serde_json::Value,
    pub tries: i64,
}

/// Asks for work at that moment or later. The same key again asks for nothing more while the
/// first still waits.
pub async fn later(
    tx: &mut Tx,
    id: &JobId,
    kind: &str,
    key: &str,
    at: Time,
    data: &serde_json::Value,
) -> Result<()> {
    let sql = "insert into jobs (id, kind, key, run_at, data, tries, state)
               values ($1, $2, $3, $4, $5, 0, 'waiting') on conflict (key) do nothing";
    let text = |it: &str| Value::Text(it.to_owned());
    let cells = [id.write(), text(kind), text(key), at.write(), Value::Text(data.to_string())];
    tx.send(sql, &cells).await
}

/// Claims what is due, so that no other process does it at the same time.
pub async fn claim(db: &Db, now: Time, most: usize) -> Result<Vec<Job>> {
    db.act(async move |mut tx| {
        let due = format!(
            "select id from jobs where state = 'waiting' and run_at <= $1
             order by run_at limit {most}{}",
            tx.dialect().skip_locked(),
        );
        let sql = format!(
            "update jobs set run_at = $2, tries = tries + 1 where id in ({due})
             returning id, kind, key, data, tries"
        );
        let rows = tx.rows(&sql, &[now.write(), now.after(HELD).write()]).await?;
        rows.iter().map(read).collect()
    })
    .await
}

fn read(row: &Row) -> Result<Job> {
    let data: String = row.get(3)?;
    Ok(Job {
        id: row.get(0)?,
        kind: row.get(1)?,
        key: row.get(2)?,
        data: serde_json::from_str(&data).unwrap_or_default(),
        tries: row.get(4)?,
    })
}

/// Done: the row goes, what it did stands in the events.
pub async fn done(tx: &mut Tx, id: &JobId) -> Result<()> {
    tx.run("delete from jobs where id = $1", &[id.write()]).await.map(|_| ())
}

/// Not done: tried again later, or failed for a person to look at. Returns whether it is given up.
pub async fn failed(tx: &mut Tx, job: &Job, error: &str, now: Time) -> Result<bool> {
    let given_up = job.tries >= TRIES;
    let wait = Span::seconds(10 * (1 << job.tries.clamp(0, 10)));
    let state = if given_up { "failed" } else { "waiting" };
    let sql = "update jobs set state = $2, run_at = $3, error = $4 where id = $1";
    let error: String = error.chars().take(500).collect();
    let cells =
        [job.id.write(), Value::Text(state.into()), now.after(wait).write(), Value::Text(error)];
    tx.run(sql, &cells).await?;
    Ok(given_up)
}

/// How many wait, and how many were given up.
pub async fn waiting(tx: &mut Tx) -> Result<(i64, i64)> {
    let waiting = "select count(*) from jobs where state = 'waiting'";
    let failed = "select count(*) from jobs where state = 'failed'";
    Ok((tx.cell(waiting, &[]).await?, tx.cell(failed, &[]).await?))
}

/// A person looked at it and lets it be tried anew.
pub async fn retry(tx: &mut Tx, id: &JobId, now: Time) -> Result<bool> {
    let sql = "update jobs set state = 'waiting', tries = 0, run_at = $2
               where id = $1 and state = 'failed'";
    Ok(tx.run(sql, &[id.write(), now.write()]).await? == 1)
}

/// A job as a person looks at it.
#[derive(Debug, Clone)]
pub struct Standing {
    pub id: JobId,
    pub kind: String,
    pub key: String,
    pub run_at: Time,
    pub tries: i64,
    pub error: Option<String>,
}

/// Those that wait, the next one first, or those that were given up, the latest first.
pub async fn standing(tx: &mut Tx, failed: bool, most: i64) -> Result<Vec<Standing>> {
    let (state, order) = if failed { ("failed", "desc") } else { ("waiting", "asc") };
    let sql = format!(
        "select id, kind, key, run_at, tries, error from jobs where state = '{state}'
         order by run_at {order}, id limit $1"
    );
    let rows = tx.rows(&sql, &[most.write()]).await?;
    rows.iter()
        .map(|row| {
            Ok(Standing {
                id: row.get(0)?,
                kind: row.get(1)?,
                key: row.get(2)?,
                run_at: row.get(3)?,
                tries: row.get(4)?,
                error: row.get(5)?,
            })
        })
        .collect()
}
