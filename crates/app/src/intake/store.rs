//! Requests in the database. Complaints have a reach of their own, so they are asked for apart.

use kernel::{Column, Refusal, Result, Time, Value};
use platform::{
    record,
    search::{self, Depth},
};
use rules::{
    customer::CustomerId,
    intake::{Channel, RequestId, RequestKind, RequestStatus},
    order::{Coverage, Window},
    policy::{Grant, PersonId},
};

use crate::{
    Cx,
    paging::{Paged, Sorted},
    reach::{Where, within},
};

/// A request as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub id: RequestId,
    /// `SL-2611-000123`.
    pub number: String,
    pub kind: RequestKind,
    pub channel: Channel,
    pub status: RequestStatus,
    pub received_at: Time,
    pub customer: Option<CustomerId>,
    /// Whom to ask for this time.
    pub contact: Option<String>,
    pub phone: Option<String>,
    pub device: Option<String>,
    pub product: Option<String>,
    pub fault_code: Option<String>,
    /// 1 (paralysed) to 4 (indirect).
    pub fault_level: i64,
    pub fault_text: Option<String>,
    pub wanted_from: Option<Time>,
    pub wanted_to: Option<Time>,
    pub coverage: Coverage,
    /// The decision with its reasons, as it was drawn then.
    pub entitlement: Option<String>,
    pub answer: Option<String>,
    pub answered_at: Option<Time>,
    pub taken_by: Option<PersonId>,
    pub owner: Option<PersonId>,
    pub path: String,
    pub order: Option<String>,
    pub district: Option<String>,
    pub external_id: Option<String>,
    pub closed_at: Option<Time>,
    /// Where it is about, if that is not the customer's address.
    pub address: Option<String>,
    /// Millionths of a degree.
    pub lat: Option<i64>,
    pub lon: Option<i64>,
    pub version: i64,
}

impl Request {
    /// When the customer would like somebody to come.
    pub fn wish(&self) -> Option<Window> {
        let (from, to) = (self.wanted_from, self.wanted_to);
        Some(Window { from: from.or(to)?, to: to.or(from)? })
    }
}

record! { Request in "requests" {
    id, number, kind, channel, status, received_at, customer, contact, phone, device, product,
    fault_code, fault_level, fault_text, wanted_from, wanted_to, coverage, entitlement, answer,
    answered_at, taken_by, owner, path, order = "order_id", district, external_id, closed_at,
    address, lat, lon, version,
} }

pub async fn insert(cx: &mut Cx, it: &Request) -> Result<()> {
    cx.tx.insert(TABLE, COLUMNS, &write(it)).await?;
    let words = search::Words::default()
        .number(&it.number)
        .number(it.external_id.as_deref().unwrap_or_default())
        .text(it.fault_text.as_deref().unwrap_or_default());
    search::file(&mut cx.tx, "request", it.id.as_str(), words).await
}

pub async fn update(cx: &mut Cx, it: &Request) -> Result<()> {
    cx.tx.update(TABLE, COLUMNS, &write(it)).await
}

/// What each kind of request is seen by: its order's place and technician, or where it was taken.
fn reach(read: &Grant, complaints: &Grant) -> Where {
    let place = "coalesce((select o.path from orders o where o.id = requests.order_id), path)";
    let own = "(select o.technician from orders o where o.id = requests.order_id)";
    let others = within(read, place, Some(own), 1);
    let theirs = within(complaints, "path", Some("taken_by"), others.args.len() + 1);
    let mut to = Where::default();
    to.plain(format!(
        "((kind <> 'complain' and {}) or (kind = 'complain' and {}))",
        others.sql, theirs.sql
    ));
    to.args = [others.args, theirs.args].concat();
    to
}

pub async fn get(cx: &mut Cx, read: &Grant, complaints: &Grant, id: &RequestId) -> Result<Request> {
    let mut to = reach(read, complaints);
    to.and("id = ?", id.write());
    let sql = format!("{} where {}", select(), to.sql());
    let row = cx.tx.row(&sql, &to.args).await?;
    row.as_ref().map(self::read).ok_or(Refusal::NOT_FOUND)?
}

/// Which requests.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub status: Vec<RequestStatus>,
    pub kind: Vec<RequestKind>,
    pub channel: Vec<Channel>,
    pub owner: Option<String>,
    pub customer: Option<String>,
    pub device: Option<String>,
    pub received_from: Option<Time>,
    pub received_to: Option<Time>,
    pub q: Option<String>,
    pub depth: Depth,
    /// Only what has become no order.
    pub alone: bool,
    pub page: Paged<Sort>,
}

kernel::codes! {
    /// What the list is sorted by.
    pub enum Sort {
        Received "received_at",
    }
}

impl Sorted for Sort {
    const USUAL: (Sort, bool) = (Sort::Received, true);
    const KNOWN: &'static [Sort] = Sort::ALL;

    fn name(self) -> &'static str {
        self.code()
    }

    fn column(self, of: &str, _: bool) -> String {
        format!("{of}received_at")
    }

    fn value(self, text: &str) -> Option<Value> {
        text.parse().ok().map(Value::Int)
    }
}

pub async fn list(
    cx: &mut Cx,
    read: &Grant,
    complaints: &Grant,
    filter: &Filter,
) -> Result<Vec<Request>> {
    let mut to = narrowed(cx, read, complaints, filter);
    filter.page.behind(&mut to);
    let page = &filter.page;
    let sql = format!(
        "{} where {} order by {} limit {}",
        select(),
        to.sql(),
        page.order(""),
        page.rows()
    );
    cx.tx.rows(&sql, &to.args).await?.iter().map(self::read).collect()
}

pub async fn count(cx: &mut Cx, read: &Grant, complaints: &Grant, filter: &Filter) -> Result<i64> {
    let to = narrowed(cx, read, complaints, filter);
    let sql = format!("select count(*) from requests where {}", to.sql());
    cx.tx.cell(&sql, &to.args).await
}

fn narrowed(cx: &Cx, read: &Grant, complaints: &Grant, filter: &Filter) -> Where {
    let mut to = reach(read, complaints);
    to.any("status", filter.status.iter().map(Column::write));
    to.any("kind", filter.kind.iter().map(Column::write));
    to.any("channel", filter.channel.iter().map(Column::write));
    let texts =
        [("owner", &filter.owner), ("customer", &filter.customer), ("device", &filter.device)];
    for (column, value) in texts {
        if let Some(value) = value {
            to.and(&format!("{column} = ?"), value.write());
        }
    }
    let words = filter.q.as_deref().filter(|it| !it.trim().is_empty());
    if filter.alone && words.is_none() {
        to.plain("order_id is null");
    }
    if let Some(from) = filter.received_from {
        to.and("received_at >= ?", from.write());
    }
    if let Some(until) = filter.received_to {
        to.and("received_at < ?", until.write());
    }
    if let Some(q) = words {
        match search::finds(&cx.tx, q, &filter.depth, to.slot()) {
            Some((finds, value)) => {
                to.plain(by_any(cx, &finds, filter.alone));
                to.args.push(value);
            }
            None => to.plain("1 = 0"),
        }
    }
    to
}

/// A condition: found by its own words, by its customer's or by its device's. What became no order is a
/// small part and stands by itself, so that is asked within.
fn by_any(cx: &Cx, finds: &str, alone: bool) -> String {
    let within = if alone { "order_id is null" } else { "1 = 1" };
    let ways = [("request", "id"), ("customer", "customer"), ("device", "device")];
    let ways = ways.map(|(kind, column)| (kind, column, "requests".to_owned()));
    let found = search::in_any_way(&cx.tx, finds, "id", &ways, within);
    cx.tx.dialect().one_of("id", &found)
}

pub async fn by_external(cx: &mut Cx, external_id: &str) -> Result<Option<Request>> {
    let sql = format!("{} where external_id = $1", select());
    let row = cx.tx.row(&sql, &[Value::Text(external_id.to_owned())]).await?;
    row.as_ref().map(self::read).transpose()
}

pub async fn by_externals(cx: &mut Cx, external_ids: &[Value]) -> Result<Vec<Request>> {
    among(cx, "external_id", external_ids).await
}

pub async fn by_numbers(cx: &mut Cx, numbers: &[Value]) -> Result<Vec<Request>> {
    among(cx, "number", numbers).await
}

pub async fn by_ids(cx: &mut Cx, ids: &[Value]) -> Result<Vec<Request>> {
    among(cx, "id", ids).await
}

async fn among(cx: &mut Cx, column: &str, values: &[Value]) -> Result<Vec<Request>> {
    let sql = format!("{} where {column} in (?)", select());
    cx.tx.rows_among(&sql, &[], values).await?.iter().map(self::read).collect()
}

pub async fn of_order(cx: &mut Cx, order: &str) -> Result<Option<Request>> {
    let sql = format!("{} where id = (select request from orders where id = $1)", select());
    let row = cx.tx.row(&sql, &[Value::Text(order.to_owned())]).await?;
    row.as_ref().map(self::read).transpose()
}

pub async fn move_to(cx: &mut Cx, from: &str, to: &str) -> Result<()> {
    let cells = [from, to].map(|it| Value::Text(it.to_owned()));
    let sql = "update requests set customer = $2 where customer = $1";
    cx.tx.run(sql, &cells).await.map(|_| ())
}

/// What somebody typed and did not file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The key of the form it was typed on.
    pub form: String,
    /// Names and values of the form's fields; nothing, once it was filed or given up.
    pub typed: Vec<(String, String)>,
    pub at: Time,
}

pub async fn put_draft(cx: &mut Cx, person: &PersonId, draft: &Draft) -> Result<()> {
    let sql = "insert into drafts (person, form, typed, at) values ($1, $2, $3, $4)
               on conflict (person) do update set form = excluded.form, typed = excluded.typed,
               at = excluded.at";
    let typed = serde_json::to_string(&draft.typed);
    let typed = typed.map_err(|it| kernel::Error::fault(format!("writing a draft: {it}")))?;
    let cells = [person.write(), draft.form.write(), Value::Text(typed), draft.at.write()];
    cx.tx.run(sql, &cells).await.map(|_| ())
}

pub async fn draft(cx: &mut Cx, person: &PersonId) -> Result<Option<Draft>> {
    let sql = "select form, typed, at from drafts where person = $1";
    let Some(row) = cx.tx.row(sql, &[person.write()]).await? else { return Ok(None) };
    let typed: String = row.get(1)?;
    let typed = serde_json::from_str(&typed).unwrap_or_default();
    Ok(Some(Draft { form: row.get(0)?, typed, at: row.get(2)? }))
}
