//! Devices in the database. Who may see the customer may see the device.

use kernel::{Column, Day, Fen, Refusal, Result, Time, Value};
use platform::{
    record,
    search::{self, Depth},
};
use rules::{
    customer::{CustomerId, CustomerKind, DeviceId, ProductId, UsageId},
    policy::{Grant, Reach},
};

use crate::{
    Cx,
    paging::{Paged, Sorted},
    reach::{Where, within},
};

/// A device as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    pub id: DeviceId,
    pub serial: Option<String>,
    pub model: Option<String>,
    pub product: Option<ProductId>,
    pub category: Option<String>,
    /// 购机单位.
    pub buyer: Option<CustomerId>,
    /// 使用单位.
    pub user: Option<CustomerId>,
    pub sold_on: Option<Day>,
    pub delivered_on: Option<Day>,
    pub installed_on: Option<Day>,
    pub accepted_on: Option<Day>,
    pub produced_on: Option<Day>,
    /// It took the place of another on that day.
    pub exchanged_on: Option<Day>,
    /// What was paid.
    pub price: Option<Fen>,
    /// What the customer can show.
    pub invoice: Option<bool>,
    pub certificate: Option<bool>,
    pub purchase_channel: Option<String>,
    /// Number of the 保修卡.
    pub card: Option<String>,
    /// What the installer measured.
    pub readings: Option<String>,
    pub installer: Option<String>,
    pub path: String,
    pub external_id: Option<String>,
    pub created_at: Time,
    pub version: i64,
}

record! { Device in "devices" {
    id, serial, model, product, category, buyer, user = "user_id", sold_on, delivered_on,
    installed_on, accepted_on, produced_on, exchanged_on, price, invoice, certificate,
    purchase_channel, card, readings, installer, path, external_id,
    created_at, version,
} }

pub async fn insert(cx: &mut Cx, it: &Device) -> Result<()> {
    cx.tx.insert(TABLE, COLUMNS, &write(it)).await?;
    index(cx, it).await
}

pub async fn update(cx: &mut Cx, it: &Device) -> Result<()> {
    cx.tx.update(TABLE, COLUMNS, &write(it)).await?;
    index(cx, it).await
}

async fn index(cx: &mut Cx, it: &Device) -> Result<()> {
    let words = search::Words::default()
        .number(it.serial.as_deref().unwrap_or_default())
        .number(it.model.as_deref().unwrap_or_default())
        .text(it.category.as_deref().unwrap_or_default());
    search::file(&mut cx.tx, "device", it.id.as_str(), words).await
}

/// A reading as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usages {
    pub id: UsageId,
    pub device: DeviceId,
    pub read_on: Day,
    pub km: Option<i64>,
    pub hours: Option<i64>,
    pub at: Time,
    pub by: Option<String>,
}

pub async fn add_usage(cx: &mut Cx, it: &Usages) -> Result<()> {
    let columns = &["id", "device", "read_on", "km", "hours", "at", "by_person"];
    let cells = [
        it.id.write(),
        it.device.write(),
        it.read_on.write(),
        it.km.write(),
        it.hours.write(),
        it.at.write(),
        it.by.write(),
    ];
    cx.tx.insert("usages", columns, &cells).await
}

/// Readings never fall, so the highest is the last.
pub async fn last_usages(
    cx: &mut Cx,
    ids: &[Value],
) -> Result<Vec<(String, Option<i64>, Option<i64>)>> {
    let sql = "select device, max(km), max(hours) from usages where device in (?) group by device";
    let rows = cx.tx.rows_among(sql, &[], ids).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
}

fn known(grant: &Grant) -> Where {
    if grant.reach() == Reach::Everything {
        return Where::new(grant, "path", None);
    }
    let met = within(grant, "who", Some("who"), 1);
    let filed = within(grant, "path", None, 1);
    let mut to = Where::default();
    to.plain(format!(
        "({} or exists (select 1 from acquaintances
          where customer in (devices.user_id, devices.buyer) and {}))",
        filed.sql, met.sql
    ));
    to.args = met.args;
    to
}

pub async fn get(cx: &mut Cx, grant: &Grant, id: &DeviceId) -> Result<Device> {
    let mut to = known(grant);
    to.and("id = ?", id.write());
    let sql = format!("{} where {}", select(), to.sql());
    let row = cx.tx.row(&sql, &to.args).await?;
    row.as_ref().map(read).ok_or(Refusal::NOT_FOUND)?
}

/// By serial, wherever it is known: one unit is filed once.
pub async fn by_serial(cx: &mut Cx, serial: &str) -> Result<Option<Device>> {
    let sql = format!("{} where serial = $1", select());
    let row = cx.tx.row(&sql, &[Value::Text(serial.to_owned())]).await?;
    row.as_ref().map(read).transpose()
}

pub async fn by_external(cx: &mut Cx, external_id: &str) -> Result<Option<Device>> {
    let sql = format!("{} where external_id = $1", select());
    let row = cx.tx.row(&sql, &[Value::Text(external_id.to_owned())]).await?;
    row.as_ref().map(read).transpose()
}

pub async fn by_serials(cx: &mut Cx, serials: &[Value]) -> Result<Vec<Device>> {
    among(cx, "serial", serials).await
}

pub async fn by_externals(cx: &mut Cx, external_ids: &[Value]) -> Result<Vec<Device>> {
    among(cx, "external_id", external_ids).await
}

pub async fn by_ids(cx: &mut Cx, ids: &[Value]) -> Result<Vec<Device>> {
    among(cx, "id", ids).await
}

async fn among(cx: &mut Cx, column: &str, values: &[Value]) -> Result<Vec<Device>> {
    let sql = format!("{} where {column} in (?)", select());
    cx.tx.rows_among(&sql, &[], values).await?.iter().map(read).collect()
}

/// Which devices, as the address line says it.
#[derive(Debug, Clone, Default)]
pub struct Which {
    pub q: Option<String>,
    pub depth: Depth,
    pub serial: Option<String>,
    pub category: Vec<String>,
    pub model: Vec<String>,
    /// As user or as buyer.
    pub customer: Option<String>,
    pub page: Paged<Sort>,
}

kernel::codes! {
    /// What a list is sorted by.
    pub enum Sort {
        Filed "created_at",
        Serial "serial",
        Sold "sold_on",
        Installed "installed_on",
    }
}

impl Sorted for Sort {
    const USUAL: (Sort, bool) = (Sort::Filed, true);
    const KNOWN: &'static [Sort] = Sort::ALL;

    fn name(self) -> &'static str {
        self.code()
    }

    fn column(self, of: &str, descending: bool) -> String {
        // Behind every number and day there is, in every collation; or before them.
        let none = if descending { "" } else { "zzzz" };
        match self {
            // Ids sort by birth.
            Sort::Filed => format!("{of}id"),
            _ => format!("coalesce({of}{}, '{none}')", self.code()),
        }
    }
}

pub async fn list(cx: &mut Cx, grant: &Grant, which: &Which) -> Result<Vec<Device>> {
    let (sql, args) = paged(cx, grant, which);
    cx.tx.rows(&sql, &args).await?.iter().map(read).collect()
}

/// A device with whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owned {
    pub device: Device,
    pub user: Option<(String, CustomerKind)>,
}

/// The same rows, with the names of their users read in the same query.
pub async fn owned(cx: &mut Cx, grant: &Grant, which: &Which) -> Result<Vec<Owned>> {
    let (inner, args) = paged(cx, grant, which);
    let sql = format!(
        "select {}, c.name, c.kind from ({inner}) d left join customers c on c.id = d.user_id
         order by {}",
        columns_of("d"),
        which.page.order("d.")
    );
    let from = COLUMNS.len();
    let rows = cx.tx.rows(&sql, &args).await?;
    let read = |row: &platform::db::Row| {
        let (name, kind): (Option<String>, Option<CustomerKind>) =
            (row.get(from)?, row.get(from + 1)?);
        Ok(Owned { device: read(row)?, user: name.zip(kind) })
    };
    rows.iter().map(read).collect()
}

fn paged(cx: &Cx, grant: &Grant, which: &Which) -> (String, Vec<Value>) {
    let mut to = known(grant);
    if let Some(q) = which.q.as_deref().filter(|it| !it.trim().is_empty()) {
        match search::found(&cx.tx, "device", q, &which.depth, to.slot()) {
            Some((sql, value)) => {
                to.plain(sql);
                to.args.push(value);
            }
            None => to.plain("1 = 0"),
        }
    }
    if let Some(serial) = &which.serial {
        to.and("serial = ?", serial.write());
    }
    to.any("category", which.category.iter().map(Column::write));
    to.any("model", which.model.iter().map(Column::write));
    if let Some(customer) = &which.customer {
        to.and("(user_id = ? or buyer = ?)", customer.write());
    }
    which.page.behind(&mut to);
    let (order, rows) = (which.page.order(""), which.page.rows());
    let sql = format!("{} where {} order by {order} limit {rows}", select(), to.sql());
    (sql, to.args)
}

/// The models of which there is one in reach, the most frequent first.
pub async fn models(cx: &mut Cx, grant: &Grant, most: i64) -> Result<Vec<String>> {
    let to = known(grant);
    let sql = format!(
        "select model from devices where {} and model is not null
         group by model order by count(*) desc, model limit {most}",
        to.sql()
    );
    cx.tx.rows(&sql, &to.args).await?.iter().map(|it| it.get(0)).collect()
}

/// After a merge the units follow their people.
pub async fn move_to(cx: &mut Cx, from: &str, to: &str) -> Result<()> {
    let cells = [from, to].map(|it| Value::Text(it.to_owned()));
    cx.tx.run("update devices set user_id = $2 where user_id = $1", &cells).await?;
    cx.tx.run("update devices set buyer = $2 where buyer = $1", &cells).await.map(|_| ())
}
