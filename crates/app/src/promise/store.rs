//! Promises in the database.

use kernel::{Column, Result, Time, Value};
use platform::record;
use rules::promise::Promise;

use crate::Cx;

record! { Promise in "promises" {
    id, request, order = "order_id", kind, state, started_at, from = "starts", due, provisional,
    clock, ended_at, source, told,
} }

pub async fn insert(cx: &mut Cx, it: &Promise) -> Result<()> {
    cx.tx.insert(TABLE, COLUMNS, &write(it)).await
}

/// How it stands; what was promised never changes.
pub async fn update(cx: &mut Cx, it: &Promise) -> Result<()> {
    let sql = "update promises set state = $2, ended_at = $3, told = $4, due = $5 where id = $1";
    let cells =
        [it.id.write(), it.state.write(), it.ended_at.write(), it.told.write(), it.due.write()];
    cx.tx.run(sql, &cells).await.map(|_| ())
}

pub async fn of_request(cx: &mut Cx, request: &str) -> Result<Vec<Promise>> {
    let sql = format!("{} where request = $1 order by started_at, due, id", select());
    let rows = cx.tx.rows(&sql, &[Value::Text(request.to_owned())]).await?;
    rows.iter().map(read).collect()
}

/// Those past their time of which nobody was told yet.
pub async fn newly_missed(cx: &mut Cx, now: Time, limit: i64) -> Result<Vec<Promise>> {
    let sql = format!(
        "{} where state = 'open' and told = 0 and due < $1 order by due limit {limit}",
        select()
    );
    cx.tx.rows(&sql, &[now.write()]).await?.iter().map(read).collect()
}
