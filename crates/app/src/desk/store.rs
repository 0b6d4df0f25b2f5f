//! What happened lately to the orders one may see.

use kernel::{Column as _, Result, Time};
use platform::events::Happened;
use rules::policy::Grant;

use crate::{Cx, reach::Where};

/// Of an order, with its number.
#[derive(Debug, Clone)]
pub struct Lately {
    pub happened: Happened,
    pub number: String,
}

/// The newest first, since that moment.
pub async fn lately(cx: &mut Cx, grant: &Grant, since: Time, most: i64) -> Result<Vec<Lately>> {
    let mut to = Where::new(grant, "o.path", Some("o.technician"));
    to.and("e.at >= ?", since.write());
    // A look at somebody's data is no news.
    to.plain("(e.kind like 'order.%' or e.kind = 'promise.missed')");
    let sql = format!(
        "select e.id, e.at, e.actor, e.kind, e.subject, e.data, o.number
         from events e join orders o on o.id = e.subject
         where {} order by e.at desc, e.seq desc limit {most}",
        to.sql()
    );
    let rows = cx.tx.rows(&sql, &to.args).await?;
    let read = |row| -> Result<Lately> {
        let row: &platform::db::Row = row;
        Ok(Lately { happened: Happened::read(row)?, number: row.get(6)? })
    };
    rows.iter().map(read).collect()
}
