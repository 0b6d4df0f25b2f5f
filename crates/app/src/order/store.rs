//! Orders in the database. Every read passes through a grant.

mod found;
mod paged;

use kernel::{Column, Refusal, Result, Time, Value};
use platform::{
    events::Happened,
    record,
    search::{self, Depth},
};
use rules::{
    customer::CustomerKind,
    order::{DelayBy, Order, OrderId, Status},
    policy::{Grant, PersonId},
    promise::Coming,
};

use crate::{
    Cx,
    paging::{Paged, Sorted, in_order},
    reach::{Where, shifted},
};

record! { Order in "orders" {
    id, number, kind, status, before, request, customer, device, category, district, outlet, path,
    technician, owner, window_from, window_to, fault_code, fault_level, fault_text, cause, action,
    found_code, finished_at, coverage, signed_name, signed_at, signed_by, signature, code,
    code_until, code_tries, wait, wait_until, wait_text, reopened_count, repeat_of, problem,
    delay_by, close_reason, opened_at, closed_at, due, version,
} }

pub async fn insert(cx: &mut Cx, order: &Order) -> Result<()> {
    cx.tx.insert(TABLE, COLUMNS, &write(order)).await?;
    let fault = order.fault_code.as_deref().and_then(|it| cx.company.pack.fault(it));
    let words = search::Words::default()
        .number(&order.number)
        .text(order.fault_text.as_deref().unwrap_or_default())
        .text(fault.map(|it| it.name.zh.as_str()).unwrap_or_default());
    search::file(&mut cx.tx, "order", order.id.as_str(), words).await
}

pub async fn update(cx: &mut Cx, order: &Order) -> Result<()> {
    cx.tx.update(TABLE, COLUMNS, &write(order)).await
}

pub async fn get(cx: &mut Cx, grant: &Grant, id: &OrderId) -> Result<Order> {
    let mut to = Where::new(grant, "path", Some("technician"));
    to.and("id = ?", id.write());
    let sql = format!("{} where {}", select(), to.sql());
    let row = cx.tx.row(&sql, &to.args).await?;
    row.as_ref().map(read).ok_or(Refusal::NOT_FOUND)?
}

pub async fn by_ids(cx: &mut Cx, ids: &[Value]) -> Result<Vec<Order>> {
    let sql = format!("{} where id in (?)", select());
    cx.tx.rows_among(&sql, &[], ids).await?.iter().map(read).collect()
}

/// Which orders, as the address line says it.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// This one, if it is like the rest says.
    pub id: Option<String>,
    pub status: Vec<Status>,
    pub kind: Vec<String>,
    pub outlet: Vec<String>,
    pub technician: Vec<String>,
    pub owner: Option<String>,
    pub coverage: Vec<String>,
    pub level: Vec<i64>,
    pub customer: Option<String>,
    pub device: Option<String>,
    pub overdue: bool,
    /// In a pool: no outlet has it.
    pub pool: bool,
    pub due_before: Option<Time>,
    pub opened_from: Option<Time>,
    pub opened_to: Option<Time>,
    pub window_from: Option<Time>,
    pub window_to: Option<Time>,
    pub q: Option<String>,
    pub depth: Depth,
}

impl Filter {
    fn words(&self) -> Option<&str> {
        self.q.as_deref().filter(|it| !it.trim().is_empty())
    }

    fn is_open(&self) -> bool {
        !self.status.is_empty() && self.status.iter().all(|it| it.is_open())
    }
}

kernel::codes! {
    /// What a list is sorted by.
    pub enum Sort {
        Opened "opened_at",
        Due "due",
        Number "number",
    }
}

impl Sorted for Sort {
    const USUAL: (Sort, bool) = (Sort::Opened, true);
    const KNOWN: &'static [Sort] = Sort::ALL;

    fn name(self) -> &'static str {
        self.code()
    }

    fn column(self, of: &str, descending: bool) -> String {
        match (self, descending) {
            (Sort::Due, false) => format!("coalesce({of}due, 9223372036854775807)"),
            (Sort::Due, true) => format!("coalesce({of}due, 0)"),
            (Sort::Opened, _) => format!("{of}opened_at"),
            (Sort::Number, _) => format!("{of}number"),
        }
    }

    fn value(self, text: &str) -> Option<Value> {
        match self {
            Sort::Number => Some(Value::Text(text.to_owned())),
            Sort::Opened | Sort::Due => text.parse().ok().map(Value::Int),
        }
    }
}

pub type Page = Paged<Sort>;

/// One more than asked for tells whether there is a next page.
pub async fn list(cx: &mut Cx, grant: &Grant, filter: &Filter, page: &Page) -> Result<Vec<Order>> {
    let ids = paged::ids(cx, grant, filter, page).await?;
    let found = by_ids(cx, &ids).await?;
    Ok(in_order(&ids, found, |it| it.id.as_str()))
}

/// An order with the names that stand beside it in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub order: Order,
    pub customer: Option<String>,
    pub customer_kind: Option<CustomerKind>,
    pub phone: Option<String>,
    pub address: Option<String>,
    pub serial: Option<String>,
    pub model: Option<String>,
    pub outlet: Option<String>,
    pub technician: Option<String>,
    /// Which promise falls due next.
    pub promise: Option<Coming>,
}

/// The same rows with their names.
pub async fn listed(
    cx: &mut Cx,
    grant: &Grant,
    filter: &Filter,
    page: &Page,
) -> Result<Vec<Listed>> {
    let ids = paged::ids(cx, grant, filter, page).await?;
    let sql = format!(
        "select {}, c.name, c.kind, c.phone,
         coalesce(c.address, (select q.address from requests q where q.id = o.request)),
         d.serial, d.model, g.name, t.name,
         (select min(p.kind || ' ' || p.clock) from promises p
          where p.request = o.request and p.due = o.due
          and p.ended_at is null)
         from orders o
         left join customers c on c.id = o.customer
         left join devices d on d.id = o.device
         left join orgs g on g.id = o.outlet
         left join people t on t.id = o.technician
         where o.id in (?)",
        columns_of("o")
    );
    let rows = cx.tx.rows_among(&sql, &[], &ids).await?;
    let from = COLUMNS.len();
    let listed = rows.iter().map(|row| {
        Ok(Listed {
            order: read(row)?,
            customer: row.get(from)?,
            customer_kind: row.get(from + 1)?,
            phone: row.get(from + 2)?,
            address: row.get(from + 3)?,
            serial: row.get(from + 4)?,
            model: row.get(from + 5)?,
            outlet: row.get(from + 6)?,
            technician: row.get(from + 7)?,
            promise: row.get(from + 8)?,
        })
    });
    let listed = listed.collect::<Result<Vec<_>>>()?;
    Ok(in_order(&ids, listed, |it| it.order.id.as_str()))
}

/// How many each of several filters leaves, asked in one question.
pub async fn counts(
    cx: &mut Cx,
    grant: &Grant,
    filters: &[Filter],
    most: Option<i64>,
) -> Result<Vec<i64>> {
    let open = |it: &Filter| (it.is_open() || it.overdue) && it.words().is_none();
    // Where all of them are among the few that are open, one look at those counts them all.
    let together = most.is_none() && cx.tx.dialect().counts_together() && filters.iter().all(open);
    let mut all = Where::new(grant, "path", Some("technician"));
    all.any("status", Status::OPEN.iter().map(Column::write));
    let (from, mut args) = match together {
        true => (format!(" from orders where {}", all.sql()), all.args),
        false => (String::new(), Vec::new()),
    };
    let mut asked = Vec::new();
    for filter in filters {
        let to = counted(cx, grant, filter);
        if together {
            let which = shifted(&to.sql(), args.len());
            asked.push(format!("count(*) filter (where {which})"));
            args.extend(to.args);
            continue;
        }
        let rows = match most {
            Some(most) => format!("(select 1 from orders where {} limit {most}) few", to.sql()),
            None => format!("orders where {}", to.sql()),
        };
        asked.push(format!("(select count(*) from {})", shifted(&rows, args.len())));
        args.extend(to.args);
    }
    let row = cx.tx.row(&format!("select {}{from}", asked.join(", ")), &args).await?;
    let row = row.ok_or(Refusal::NOT_FOUND)?;
    (0..filters.len()).map(|at| row.get(at)).collect()
}

/// Who finished an order about that device.
pub async fn who_was_at(cx: &mut Cx, device: &str) -> Result<Vec<PersonId>> {
    let sql = "select distinct technician from orders
               where device = $1 and technician is not null and status in ('signed', 'closed')";
    let rows = cx.tx.rows(sql, &[Value::Text(device.to_owned())]).await?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// How many there are, but no more than anybody wants to know.
pub async fn count_to(cx: &mut Cx, grant: &Grant, filter: &Filter, most: i64) -> Result<i64> {
    let to = counted(cx, grant, filter);
    let sql =
        format!("select count(*) from (select 1 from orders where {} limit {most}) few", to.sql());
    cx.tx.cell(&sql, &to.args).await
}

pub async fn count(cx: &mut Cx, grant: &Grant, filter: &Filter) -> Result<i64> {
    let to = counted(cx, grant, filter);
    let sql = format!("select count(*) from orders where {}", to.sql());
    cx.tx.cell(&sql, &to.args).await
}

/// As the index `orders_open` says it.
const OPEN: &str = "status not in ('closed', 'cancelled')";

fn narrowed(cx: &Cx, grant: &Grant, filter: &Filter) -> Where {
    let mut to = Where::new(grant, "path", Some("technician"));
    let texts = |all: &[String]| all.iter().map(Column::write).collect::<Vec<_>>();
    to.any("status", filter.status.iter().map(Column::write));
    to.any("kind", texts(&filter.kind));
    to.any("outlet", texts(&filter.outlet));
    to.any("technician", texts(&filter.technician));
    to.any("coverage", texts(&filter.coverage));
    to.any("fault_level", filter.level.iter().map(Column::write));
    for (column, value) in [
        ("id", &filter.id),
        ("owner", &filter.owner),
        ("customer", &filter.customer),
        ("device", &filter.device),
    ] {
        if let Some(value) = value {
            to.and(&format!("{column} = ?"), value.write());
        }
    }
    if filter.overdue {
        to.and("coalesce(due, 9223372036854775807) < ?", cx.now().write());
        to.plain(OPEN);
    }
    if filter.pool {
        to.plain("outlet is null");
    }
    let times = [
        ("coalesce(due, 9223372036854775807) < ?", filter.due_before),
        ("opened_at >= ?", filter.opened_from),
        ("opened_at < ?", filter.opened_to),
        ("window_to > ?", filter.window_from),
        ("window_from < ?", filter.window_to),
    ];
    for (sql, time) in times {
        if let Some(time) = time {
            to.and(sql, time.write());
        }
    }
    to
}

/// The same with the words, where nobody asks for a page.
fn counted(cx: &Cx, grant: &Grant, filter: &Filter) -> Where {
    let mut to = narrowed(cx, grant, filter);
    if filter.words().is_some() {
        found::all(cx, &mut to, filter);
    }
    to
}

/// An order for a repair of a unit, as far as it tells of the repair.
#[derive(Debug, Clone)]
pub struct Repaired {
    pub id: OrderId,
    pub number: String,
    pub device: String,
    pub category: Option<String>,
    pub opened_at: Time,
    pub finished_at: Option<Time>,
    pub problem: Option<String>,
    pub delay_by: Option<DelayBy>,
}

/// Of these units, the oldest first.
pub async fn repaired(cx: &mut Cx, devices: &[Value]) -> Result<Vec<Repaired>> {
    let sql = "select id, number, device, category, opened_at, finished_at, problem, delay_by
               from orders where kind = 'repair' and status <> 'cancelled' and device in (?)
               order by opened_at, id";
    let rows = cx.tx.rows_among(sql, &[], devices).await?;
    let read = |row: &platform::db::Row| {
        Ok(Repaired {
            id: row.get(0)?,
            number: row.get(1)?,
            device: row.get(2)?,
            category: row.get(3)?,
            opened_at: row.get(4)?,
            finished_at: row.get(5)?,
            problem: row.get(6)?,
            delay_by: row.get(7)?,
        })
    };
    rows.iter().map(read).collect()
}

/// The events that tell of these repairs, each order's oldest first. The kinds stand here as the index
/// `events_of_repairs` has them: by that an engine knows that it holds them all.
pub async fn told(cx: &mut Cx, ids: &[Value]) -> Result<Vec<Happened>> {
    let sql = "select id, at, actor, kind, subject, data from events
               where kind in ('order.arrived', 'order.suspended', 'order.resumed',
                              'order.part_added', 'order.line_removed')
               and subject in (?) order by subject, seq";
    cx.tx.rows_among(sql, &[], ids).await?.iter().map(Happened::read).collect()
}

/// By its number, within reach.
pub async fn by_number(cx: &mut Cx, grant: &Grant, number: &str) -> Result<Option<Order>> {
    let mut to = Where::new(grant, "path", Some("technician"));
    to.and("number = ?", Value::Text(number.to_owned()));
    let sql = format!("{} where {}", select(), to.sql());
    cx.tx.row(&sql, &to.args).await?.as_ref().map(read).transpose()
}

/// The last closed order about the same device or, without one, of the same customer: a further
/// call about it is a repeat.
pub async fn last_closed(
    cx: &mut Cx,
    customer: Option<&str>,
    device: Option<&str>,
    since: Time,
) -> Result<Option<String>> {
    let (column, value) = match (device, customer) {
        (Some(device), _) => ("device", device),
        (None, Some(customer)) => ("customer", customer),
        (None, None) => return Ok(None),
    };
    let sql = format!(
        "select id from orders where {column} = $1 and kind = 'repair' and status = 'closed'
         and closed_at >= $2 order by closed_at desc limit 1"
    );
    let cells = [Value::Text(value.to_owned()), since.write()];
    cx.tx.row(&sql, &cells).await?.map(|row| row.get(0)).transpose()
}

/// After a merge the orders follow their customer.
pub async fn move_to(cx: &mut Cx, from: &str, to: &str) -> Result<()> {
    let cells = [from, to].map(|it| Value::Text(it.to_owned()));
    let sql = "update orders set customer = $2 where customer = $1";
    cx.tx.run(sql, &cells).await.map(|_| ())
}
