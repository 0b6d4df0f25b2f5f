//! Customers in the database, and who of the network knows them.

use kernel::{Column, Refusal, Result, Time, Value};
use platform::{
    record,
    search::{self, Depth},
};
use rules::{
    customer::{CustomerId, CustomerKind},
    policy::{Grant, Reach},
};

use crate::{
    Cx,
    paging::{Paged, Sorted},
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
    let sql = format!(
        "({} or exists (select 1 from acquaintances where customer = customers.id and {}))",
        filed.sql, met.sql
    );
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

/// Which customers, as the address line says it.
#[derive(Debug, Clone, Default)]
pub struct Which {
    /// This one, if it is like the rest says.
    pub id: Option<String>,
    pub q: Option<String>,
    pub depth: Depth,
    pub phone: Option<String>,
    pub kind: Vec<CustomerKind>,
    /// GB codes: of a district, or of a city or province with all of its districts.
    pub district: Vec<String>,
    pub class: Vec<String>,
    pub page: Paged<Sort>,
}

kernel::codes! {
    /// What a list is sorted by.
    pub enum Sort {
        Filed "created_at",
        Name "name",
    }
}

impl Sorted for Sort {
    const USUAL: (Sort, bool) = (Sort::Filed, true);
    const KNOWN: &'static [Sort] = Sort::ALL;

    fn name(self) -> &'static str {
        self.code()
    }

    fn column(self, of: &str, _: bool) -> String {
        match self {
            // Ids sort by birth.
            Sort::Filed => format!("{of}id"),
            Sort::Name => format!("{of}name"),
        }
    }
}

/// One more than asked for tells whether there is a next page.
pub async fn list(cx: &mut Cx, grant: &Grant, which: &Which) -> Result<Vec<Customer>> {
    let mut to = known(grant);
    to.plain("merged_into is null");
    if let Some(q) = which.q.as_deref().filter(|it| !it.trim().is_empty()) {
        match search::found(&cx.tx, "customer", q, &which.depth, to.slot()) {
            Some((sql, value)) => {
                to.plain(sql);
                to.args.push(value);
            }
            None => to.plain("1 = 0"),
        }
    }
    for (column, value) in [("id", &which.id), ("phone", &which.phone)] {
        if let Some(value) = value {
            to.and(&format!("{column} = ?"), value.write());
        }
    }
    to.any("kind", which.kind.iter().map(Column::write));
    to.any("class", which.class.iter().map(Column::write));
    within_areas(&mut to, &which.district);
    which.page.behind(&mut to);
    let (order, rows) = (which.page.order(""), which.page.rows());
    let sql = format!("{} where {} order by {order} limit {rows}", select(), to.sql());
    cx.tx.rows(&sql, &to.args).await?.iter().map(read).collect()
}

/// `440400` is everything that begins with 4404.
fn within_areas(to: &mut Where, areas: &[String]) {
    let mut any = Vec::new();
    for area in areas {
        let mut begin = area.as_str();
        while let Some(shorter) = begin.strip_suffix("00").filter(|it| it.len() >= 2) {
            begin = shorter;
        }
        any.push(format!("district like ${}", to.slot()));
        to.args.push(Value::Text(format!("{begin}%")));
    }
    if !any.is_empty() {
        to.plain(format!("({})", any.join(" or ")));
    }
}

/// The districts or classes in which there is somebody in reach, those with most people first.
pub async fn common(cx: &mut Cx, grant: &Grant, of: Group, most: i64) -> Result<Vec<String>> {
    let column = match of {
        Group::District => "district",
        Group::Class => "class",
    };
    let to = known(grant);
    let sql = format!(
        "select {column} from customers where {} and merged_into is null and {column} is not null
         group by {column} order by count(*) desc, {column} limit {most}",
        to.sql()
    );
    cx.tx.rows(&sql, &to.args).await?.iter().map(|it| it.get(0)).collect()
}

/// What customers can be grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    District,
    Class,
}

/// What became part of this one.
pub async fn parts_of(cx: &mut Cx, id: &CustomerId) -> Result<Vec<CustomerId>> {
    let sql = "select id from customers where merged_into = $1 order by id limit 50";
    cx.tx.rows(sql, &[id.write()]).await?.iter().map(|it| it.get(0)).collect()
}

/// Who of the network has had to do with them: paths of organisations and ids of people.
pub async fn acquaintances(cx: &mut Cx, id: &CustomerId) -> Result<Vec<String>> {
    let sql = "select who from acquaintances where customer = $1 order by who limit 100";
    cx.tx.rows(sql, &[id.write()]).await?.iter().map(|it| it.get(0)).collect()
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
