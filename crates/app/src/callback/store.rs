//! Callbacks in the database.

use kernel::{Column, Refusal, Result, Time, Value};
use platform::{
    record,
    search::{self, Depth},
};
use rules::{
    callback::{CallbackId, CallbackStatus},
    customer::CustomerKind,
    intake::RequestKind,
    order::OrderId,
    policy::Grant,
};

use crate::{Cx, reach::Where};

/// A callback as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callback {
    pub id: CallbackId,
    pub order: OrderId,
    pub status: CallbackStatus,
    pub due: Time,
    pub tries: i64,
    pub reached_at: Option<Time>,
    pub attitude: Option<i64>,
    pub quality: Option<i64>,
    pub solved: Option<bool>,
    pub nps: Option<i64>,
    pub text: Option<String>,
    pub by: Option<String>,
    /// Of the order, when it was signed.
    pub path: String,
    pub technician: Option<String>,
    pub created_at: Time,
    pub version: i64,
}

record! { Callback in "callbacks" {
    id, order = "order_id", status, due, tries, reached_at, attitude, quality, solved, nps,
    text = "remark", by = "by_person", path, technician, created_at, version,
} }

pub async fn insert(cx: &mut Cx, it: &Callback) -> Result<()> {
    cx.tx.insert(TABLE, COLUMNS, &write(it)).await
}

pub async fn update(cx: &mut Cx, it: &Callback) -> Result<()> {
    cx.tx.update(TABLE, COLUMNS, &write(it)).await
}

pub async fn get(cx: &mut Cx, grant: &Grant, id: &CallbackId) -> Result<Callback> {
    let mut to = Where::new(grant, "path", Some("technician"));
    to.and("id = ?", id.write());
    let sql = format!("{} where {}", select(), to.sql());
    let row = cx.tx.row(&sql, &to.args).await?;
    row.as_ref().map(read).ok_or(Refusal::NOT_FOUND)?
}

/// The newest of an order: each signature plans one.
pub async fn of_order(cx: &mut Cx, order: &OrderId) -> Result<Option<Callback>> {
    let sql = format!("{} where order_id = $1 order by created_at desc, id desc limit 1", select());
    cx.tx.row(&sql, &[order.write()]).await?.as_ref().map(read).transpose()
}

/// Those of several orders, the newest of each last.
pub async fn of_orders(cx: &mut Cx, orders: &[OrderId]) -> Result<Vec<Callback>> {
    let ids: Vec<Value> = orders.iter().map(Column::write).collect();
    let sql = format!("{} where order_id in (?) order by created_at, id", select());
    cx.tx.rows_among(&sql, &[], &ids).await?.iter().map(read).collect()
}

/// Which callbacks.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub status: Vec<CallbackStatus>,
    pub order: Option<String>,
    pub customer: Option<String>,
    /// What was typed: an order's number, a customer's name or phone.
    pub q: Option<String>,
    pub due_before: Option<Time>,
    pub answered_from: Option<Time>,
    /// Due moment and id of the last row of the page before.
    pub after: Option<(i64, String)>,
    /// What is due first stands first; else the newest.
    pub due_first: bool,
    pub limit: i64,
}

pub async fn list(cx: &mut Cx, grant: &Grant, filter: &Filter) -> Result<Vec<Callback>> {
    let (sql, _, args) = paged(cx, grant, filter);
    cx.tx.rows(&sql, &args).await?.iter().map(read).collect()
}

/// A callback with the names that a list shows beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub callback: Callback,
    pub number: String,
    pub kind: RequestKind,
    pub fault_code: Option<String>,
    pub fault_text: Option<String>,
    pub signed_at: Option<Time>,
    pub customer: Option<String>,
    pub customer_kind: Option<CustomerKind>,
    pub technician: Option<String>,
}

/// The same page as `list`, with the names in the same query.
pub async fn listed(cx: &mut Cx, grant: &Grant, filter: &Filter) -> Result<Vec<Listed>> {
    let (inner, order_by, args) = paged(cx, grant, filter);
    let sql = format!(
        "select {}, o.number, o.kind, o.fault_code, o.fault_text, o.signed_at, c.name, c.kind,
         t.name
         from ({inner}) b
         join orders o on o.id = b.order_id
         left join customers c on c.id = o.customer
         left join people t on t.id = b.technician
         order by {order_by}",
        columns_of("b")
    );
    let rows = cx.tx.rows(&sql, &args).await?;
    let from = COLUMNS.len();
    let listed = rows.iter().map(|row| {
        Ok(Listed {
            callback: read(row)?,
            number: row.get(from)?,
            kind: row.get(from + 1)?,
            fault_code: row.get(from + 2)?,
            fault_text: row.get(from + 3)?,
            signed_at: row.get(from + 4)?,
            customer: row.get(from + 5)?,
            customer_kind: row.get(from + 6)?,
            technician: row.get(from + 7)?,
        })
    });
    listed.collect()
}

/// The query of a page, what it is ordered by where the callbacks are called `b`, its values.
fn paged(cx: &Cx, grant: &Grant, filter: &Filter) -> (String, String, Vec<Value>) {
    let mut to = narrowed(cx, grant, filter);
    let (before, way) = if filter.due_first { (">", "asc") } else { ("<", "desc") };
    if let Some((due, id)) = &filter.after {
        let slot = to.slot();
        to.plain(format!("(due, id) {before} (${slot}, ${})", slot + 1));
        to.args.extend([due.write(), id.write()]);
    }
    let limit = filter.limit + 1;
    let sql = format!("{} where {} order by due {way}, id {way} limit {limit}", select(), to.sql());
    (sql, format!("b.due {way}, b.id {way}"), to.args)
}

pub async fn count(cx: &mut Cx, grant: &Grant, filter: &Filter) -> Result<i64> {
    let to = narrowed(cx, grant, filter);
    let sql = format!("select count(*) from callbacks where {}", to.sql());
    cx.tx.cell(&sql, &to.args).await
}

fn narrowed(cx: &Cx, grant: &Grant, filter: &Filter) -> Where {
    let mut to = Where::new(grant, "path", Some("technician"));
    to.any("status", filter.status.iter().map(Column::write));
    if !filter.status.is_empty() && filter.status.iter().all(|it| it.is_waiting()) {
        // As the index `callbacks_open` says it.
        to.plain("status in ('due', 'tried')");
    }
    if let Some(order) = &filter.order {
        to.and("order_id = ?", Value::Text(order.clone()));
    }
    if let Some(customer) = &filter.customer {
        to.and("order_id in (select id from orders where customer = ?)", customer.write());
    }
    if let Some(q) = filter.q.as_deref().filter(|it| !it.trim().is_empty()) {
        match search::finds(&cx.tx, q, &Depth::All, to.slot()) {
            Some((finds, value)) => {
                to.plain(format!(
                    "order_id in (with found as materialized ({finds})
                     select subject from found where kind = 'order'
                     union select id from orders
                     where customer in (select subject from found where kind = 'customer'))"
                ));
                to.args.push(value);
            }
            None => to.plain("1 = 0"),
        }
    }
    if let Some(before) = filter.due_before {
        to.and("due < ?", before.write());
    }
    if let Some(from) = filter.answered_from {
        to.and("reached_at >= ?", from.write());
    }
    to
}
