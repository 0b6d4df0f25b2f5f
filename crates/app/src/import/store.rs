//! By which key a row is known, which thing it became, and what it said when it was last read.

use std::collections::HashMap;

use kernel::{Column as _, Result, Value};

use crate::Cx;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub subject: String,
    /// What the row said; of a case, how far its history goes.
    pub hash: String,
}

pub async fn known(
    cx: &mut Cx,
    source: &str,
    keys: impl Iterator<Item = &String>,
) -> Result<HashMap<String, Known>> {
    let keys: Vec<Value> = keys.map(|it| it.write()).collect();
    let sql = "select key, subject, hash from imports where source = $1 and key in (?)";
    let rows = cx.tx.rows_among(sql, &[Value::Text(source.to_owned())], &keys).await?;
    rows.iter()
        .map(|row| Ok((row.get(0)?, Known { subject: row.get(1)?, hash: row.get(2)? })))
        .collect()
}

pub async fn remember(
    cx: &mut Cx,
    source: &str,
    key: &str,
    subject: &str,
    hash: &str,
) -> Result<()> {
    let sql = "insert into imports (source, key, subject, hash) values ($1, $2, $3, $4)
               on conflict (source, key) do update set subject = excluded.subject,
               hash = excluded.hash";
    let cells = [source, key, subject, hash].map(|it| Value::Text(it.to_owned()));
    cx.tx.send(sql, &cells).await
}
