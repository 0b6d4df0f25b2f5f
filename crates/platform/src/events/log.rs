//! The log: all events, newest first, narrowed and read page by page.

use kernel::{Column as _, Result, Time, Value};

use super::Happened;
use crate::db::Tx;

/// Which events, and from where on.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub from: Option<Time>,
    pub to: Option<Time>,
    /// Ids of people, any of them; an empty one: what the house did by itself.
    pub actors: Vec<String>,
    /// `order.closed`, or everything of one part: `order.`; any of several.
    pub kinds: Vec<String>,
    /// Ids of what it happened to, any of them.
    pub subjects: Vec<String>,
    /// The last one of the page before: its moment and its running number.
    pub before: Option<(Time, i64)>,
    pub limit: i64,
}

/// An event with its running number.
#[derive(Debug, Clone)]
pub struct Logged {
    pub seq: i64,
    pub it: Happened,
}

pub async fn log(tx: &mut Tx, asked: &Asked) -> Result<Vec<Logged>> {
    let mut args: Vec<Value> = Vec::new();
    let mut slot = |value: Value| {
        args.push(value);
        format!("${}", args.len())
    };
    let mut parts = vec!["1 = 1".to_owned()];
    if let Some(from) = asked.from {
        parts.push(format!("at >= {}", slot(from.write())));
    }
    if let Some(to) = asked.to {
        parts.push(format!("at < {}", slot(to.write())));
    }
    if !asked.actors.is_empty() {
        let any = asked.actors.iter().map(|it| match it.as_str() {
            "" => "actor is null".to_owned(),
            actor => format!("actor = {}", slot(Value::Text(actor.to_owned()))),
        });
        parts.push(format!("({})", any.collect::<Vec<_>>().join(" or ")));
    }
    if !asked.subjects.is_empty() {
        let any = asked.subjects.iter().map(|it| format!("subject = {}", slot(it.write())));
        parts.push(format!("({})", any.collect::<Vec<_>>().join(" or ")));
    }
    if !asked.kinds.is_empty() {
        let kinds = asked.kinds.iter().map(|kind| match kind.strip_suffix('.') {
            // The letter after the dot ends what begins with it.
            Some(part) => format!(
                "(kind >= {} and kind < {})",
                slot(kind.write()),
                slot(Value::Text(format!("{part}/")))
            ),
            None => format!("kind = {}", slot(kind.write())),
        });
        parts.push(format!("({})", kinds.collect::<Vec<_>>().join(" or ")));
    }
    if let Some((at, seq)) = asked.before {
        parts.push(format!("(at, seq) < ({}, {})", slot(at.write()), slot(seq.write())));
    }
    let limit = slot(asked.limit.write());
    let sql = format!(
        "select id, at, actor, kind, subject, data, seq from events
         where {} order by at desc, seq desc limit {limit}",
        parts.join(" and ")
    );
    let rows = tx.rows(&sql, &args).await?;
    rows.iter().map(|row| Ok(Logged { seq: row.get(6)?, it: Happened::read(row)? })).collect()
}
