//! What happened lately to the orders one may see, and what stands beside customers in a list.

use kernel::{Column, Result, Time, Value};
use platform::events::Happened;
use rules::policy::Grant;

use crate::{Cx, reach::Where};

/// Of an order, with its number.
#[derive(Debug, Clone)]
pub struct Lately {
    pub happened: Happened,
    pub number: String,
}

/// The newest first, since that moment: from the newest event back, not from the orders in reach.
pub async fn lately(cx: &mut Cx, grant: &Grant, since: Time, most: i64) -> Result<Vec<Lately>> {
    let mut to = Where::new(grant, "o.path", Some("o.technician"));
    to.and("e.at >= ?", since.write());
    // A look at somebody's data is no news.
    to.plain("(e.kind like 'order.%' or e.kind = 'promise.missed')");
    let sql = format!(
        "select e.id, e.at, e.actor, e.kind, e.subject, e.data, o.number
         from events e cross join orders o
         where o.id = e.subject and {} order by e.at desc, e.seq desc limit {most}",
        to.sql()
    );
    let rows = cx.tx.rows(&sql, &to.args).await?;
    let read = |row| -> Result<Lately> {
        let row: &platform::db::Row = row;
        Ok(Lately { happened: Happened::read(row)?, number: row.get(6)? })
    };
    rows.iter().map(read).collect()
}

/// How many devices each of these customers uses: whoever sees the customer sees their devices.
pub async fn devices_of(cx: &mut Cx, customers: &[String]) -> Result<Vec<(String, i64)>> {
    let mut to = Where::default();
    to.any("user_id", customers.iter().map(Column::write));
    let sql = format!("select user_id, count(*) from devices where {} group by user_id", to.sql());
    let rows = cx.tx.rows(&sql, &to.args).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// When each of these customers last had an order that this reader may see.
pub async fn served(
    cx: &mut Cx,
    grant: &Grant,
    customers: &[String],
) -> Result<Vec<(String, Time)>> {
    let mut to = Where::new(grant, "path", Some("technician"));
    to.any("customer", customers.iter().map(Column::write));
    let sql =
        format!("select customer, max(opened_at) from orders where {} group by customer", to.sql());
    let rows = cx.tx.rows(&sql, &to.args).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// Where something is, in whose hands, and which right shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whereabouts {
    pub path: String,
    pub own: Option<String>,
    pub act: String,
}

/// Of those orders, requests and callbacks: for telling who may hear of them, so without a grant.
pub async fn whereabouts(cx: &mut Cx, subjects: &[Value]) -> Result<Vec<Whereabouts>> {
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    let sql = "select path, technician, 'read' from orders where id in (?)
               union select path, taken_by, case kind when 'complain' then 'complaint_read'
                     else 'read' end from requests where id in (?)
               union select path, technician, 'callback_read' from callbacks where id in (?)";
    let rows = cx.tx.rows_among(sql, &[], subjects).await?;
    let read = |row: &platform::db::Row| {
        Ok(Whereabouts { path: row.get(0)?, own: row.get(1)?, act: row.get(2)? })
    };
    rows.iter().map(read).collect()
}
