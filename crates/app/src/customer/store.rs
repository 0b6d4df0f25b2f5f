//! Customers in the database, and who of the network knows them.

use kernel::{Column, Refusal, Result, Time, Value};
use platform::{record, search};
use rules::{
    customer::{CustomerId, CustomerKind},
    policy::{Grant, Reach},
};

use crate::{
    Cx,
    reach::{Where, within},
};

/// A customer as they are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    pub id: CustomerId,
    pub name: String,
    pub kind: CustomerKind,
    /// Whom to ask for at a company.
    pub contact: Option<String>,
    pub phone: Option<String>,
    pub address: Option<String>,
    /// GB code of the district.
    pub district: Option<String>,
    pub postcode: Option<String>,
    /// 重要客户 or ordinary, in the pack's words.
    pub class: Option<String>,
    /// Millionths of a degree.
    pub lat: Option<i64>,
    pub lon: Option<i64>,
    /// Whoever filed them knows them.
    pub path: String,
    pub merged_into: Option<CustomerId>,
    pub external_id: Option<String>,
    pub created_at: Time,
    pub version: i64,
}

record! { Customer in "customers" {
    id, name, kind, contact, phone, address, district, postcode, class, lat, lon, path,
    merged_into, external_id, created_at, version,
} }

pub async fn insert(cx: &mut Cx, it: &Customer) -> Result<()> {
    cx.tx.insert(TABLE, COLUMNS, &write(it)).await?;
    index(cx, it).await
}

pub async fn update(cx: &mut Cx, it: &Customer) -> Result<()> {
    cx.tx.update(TABLE, COLUMNS, &write(it)).await?;
    index(cx, it).await
}

async fn index(cx: &mut Cx, it: &Customer) -> Result<()> {
    let words = search::Words::default()
        .name(&it.name)
        .name(it.contact.as_deref().unwrap_or_default())
        .phone(it.phone.as_deref().unwrap_or_default())
        .text(it.address.as_deref().unwrap_or_default());
    search::file(&mut cx.tx, "customer", it.id.as_str(), words).await
}

/// Filed by one's branch, or met there on an order; the own: met on an order of one's own.
fn known(grant: &Grant) -> Where {
    if grant.reach() == Reach::Everything {
        return Where::new(grant, "path", None);
    }
    let met = within(grant, "who", Some("who"), 1);
    let filed = within(grant, "path", None, 1);
    let sql =
        format!("({} or id in (select customer from acquaintances where {}))", filed.sql, met.sql);
    let mut to = Where::default();
    to.args = met.args;
    to.plain(sql);
    to
}

pub async fn get(cx: &mut Cx, grant: &Grant, id: &CustomerId) -> Result<Customer> {
    let mut to = known(grant);
    to.and("id = ?", id.write());
    let sql = format!("{} where {}", select(), to.sql());
    let row = cx.tx.row(&sql, &to.args).await?;
    row.as_ref().map(read).ok_or(Refusal::NOT_FOUND)?
}

/// Which customers: what was typed, or the key after which the page begins.
#[derive(Debug, Clone, Default)]
pub struct Which {
    pub q: Option<String>,
    pub phone: Option<String>,
    pub class: Option<String>,
    pub after: Option<String>,
    pub limit: i64,
}

/// Newest first; one more than asked for tells whether there is a next page.
pub async fn list(cx: &mut Cx, grant: &Grant, which: &Which) -> Result<Vec<Customer>> {
    let mut to = known(grant);
    to.plain("merged_into is null");
    if let Some(q) = which.q.as_deref().filter(|it| !it.trim().is_empty()) {
        match search::found(&cx.tx, "id", q, to.slot()) {
            Some((sql, value)) => {
                to.plain(sql);
                to.args.push(value);
            }
            None => to.plain("1 = 0"),
        }
    }
    if let Some(phone) = &which.phone {
        to.and("phone = ?", phone.write());
    }
    if let Some(class) = &which.class {
        to.and("class = ?", class.write());
    }
    if let Some(after) = &which.after {
        to.and("id < ?", after.write());
    }
    let limit = which.limit + 1;
    let sql = format!("{} where {} order by id desc limit {limit}", select(), to.sql());
    cx.tx.rows(&sql, &to.args).await?.iter().map(read).collect()
}

/// The one with that phone, wherever they are known: the same person is filed once.
pub async fn by_phone(cx: &mut Cx, phone: &str) -> Result<Option<Customer>> {
    let sql = format!(
        "{} where phone = $1 and merged_into is null order by created_at limit 1",
        select()
    );
    let row = cx.tx.row(&sql, &[Value::Text(phone.to_owned())]).await?;
    row.as_ref().map(read).transpose()
}

/// Without a phone: the same name at the same address.
pub async fn by_place(cx: &mut Cx, name: &str, address: &str) -> Result<Option<Customer>> {
    let sql = format!(
        "{} where phone is null and name = $1 and address = $2 and merged_into is null
         order by created_at limit 1",
        select()
    );
    let cells = [Value::Text(name.to_owned()), Value::Text(address.to_owned())];
    cx.tx.row(&sql, &cells).await?.as_ref().map(read).transpose()
}

pub async fn by_external(cx: &mut Cx, external_id: &str) -> Result<Option<Customer>> {
    let sql = format!("{} where external_id = $1", select());
    let row = cx.tx.row(&sql, &[Value::Text(external_id.to_owned())]).await?;
    row.as_ref().map(read).transpose()
}

/// Those with one of many phones, the first filed first.
pub async fn by_phones(cx: &mut Cx, phones: &[Value]) -> Result<Vec<Customer>> {
    among(cx, "phone in (?) and merged_into is null order by created_at, id", phones).await
}

/// Those without a phone who have one of many names.
pub async fn by_names(cx: &mut Cx, names: &[Value]) -> Result<Vec<Customer>> {
    let which = "phone is null and name in (?) and merged_into is null order by created_at, id";
    among(cx, which, names).await
}

pub async fn by_externals(cx: &mut Cx, external_ids: &[Value]) -> Result<Vec<Customer>> {
    among(cx, "external_id in (?)", external_ids).await
}

pub async fn by_ids(cx: &mut Cx, ids: &[Value]) -> Result<Vec<Customer>> {
    among(cx, "id in (?)", ids).await
}

async fn among(cx: &mut Cx, which: &str, values: &[Value]) -> Result<Vec<Customer>> {
    let sql = format!("{} where {which}", select());
    cx.tx.rows_among(&sql, &[], values).await?.iter().map(read).collect()
}

/// From now on they know the customer: an outlet by its path, a technician by their id.
pub async fn acquaint(cx: &mut Cx, id: &CustomerId, who: &str) -> Result<()> {
    let sql = "insert into acquaintances (customer, who) values ($1, $2) on conflict do nothing";
    cx.tx.send(sql, &[id.write(), Value::Text(who.to_owned())]).await
}

/// What was merged into the one that goes now leads to the one that stays.
pub async fn lead_on(cx: &mut Cx, gone: &CustomerId, kept: &CustomerId) -> Result<()> {
    let sql = "update customers set merged_into = $2 where merged_into = $1";
    cx.tx.run(sql, &[gone.write(), kept.write()]).await.map(|_| ())
}

pub async fn same_acquaintances(cx: &mut Cx, from: &CustomerId, to: &CustomerId) -> Result<()> {
    let sql = "insert into acquaintances (customer, who)
               select $2, who from acquaintances where customer = $1 on conflict do nothing";
    cx.tx.run(sql, &[from.write(), to.write()]).await.map(|_| ())
}

/// Whether this person saw this before, today; and remembers that they did.
pub async fn first_sight(cx: &mut Cx, person: &str, subject: &str, day: &str) -> Result<bool> {
    let sql = "insert into sights (person, subject, day) values ($1, $2, $3)
               on conflict do nothing";
    let cells = [person, subject, day].map(|it| Value::Text(it.to_owned()));
    Ok(cx.tx.run(sql, &cells).await? == 1)
}
