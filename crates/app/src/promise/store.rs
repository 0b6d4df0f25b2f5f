//! Promises in the database.

use kernel::{Column, Result, Time, Value};
use platform::record;
use rules::promise::Promise;

use crate::Cx;

record! { Promise in "promises" {
    id, request, order = "order_id", kind, state, started_at, from = "starts", due, provisional,
    clock, ended_at, source, told, timing, pauses,
} }

pub async fn insert(cx: &mut Cx, it: &Promise) -> Result<()> {
    cx.tx.insert(TABLE, COLUMNS, &write(it)).await
}

/// How it stands; what was promised never changes.
pub async fn update(cx: &mut Cx, it: &Promise) -> Result<()> {
    let sql =
        "update promises set state = $2, ended_at = $3, told = $4, due = $5, provisional = $6,
               pauses = $7 where id = $1";
    let cells = [
        it.id.write(),
        it.state.write(),
        it.ended_at.write(),
        it.told.write(),
        it.due.write(),
        it.provisional.write(),
        it.pauses.write(),
    ];
    cx.tx.send(sql, &cells).await
}

pub async fn of_request(cx: &mut Cx, request: &str) -> Result<Vec<Promise>> {
    let sql = format!("{} where request = $1 order by started_at, due, id", select());
    let rows = cx.tx.rows(&sql, &[Value::Text(request.to_owned())]).await?;
    rows.iter().map(read).collect()
}

pub async fn of_requests(cx: &mut Cx, requests: &[Value]) -> Result<Vec<Promise>> {
    let sql = format!("{} where request in (?) order by started_at, due, id", select());
    cx.tx.rows_among(&sql, &[], requests).await?.iter().map(read).collect()
}

/// Requests with a running promise that was counted without a year's holidays, from after one.
pub async fn provisional(cx: &mut Cx, after: &str, limit: i64) -> Result<Vec<String>> {
    let sql = format!(
        "select distinct request from promises
         where provisional = 1 and ended_at is null and request > $1
         order by request limit {limit}"
    );
    let rows = cx.tx.rows(&sql, &[Value::Text(after.to_owned())]).await?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// Those past their time of which nobody was told yet. A clock that stands still (its last pause
/// has no end) misses nothing.
pub async fn newly_missed(cx: &mut Cx, now: Time, limit: i64) -> Result<Vec<Promise>> {
    let sql = format!(
        "{} where state = 'open' and told = 0 and due < $1 and pauses not like '%-'
         order by due limit {limit}",
        select()
    );
    cx.tx.rows(&sql, &[now.write()]).await?.iter().map(read).collect()
}
