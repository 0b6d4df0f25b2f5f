//! Devices in the database. Who may see the customer may see the device.

use kernel::{Column, Day, Refusal, Result, Time, Value};
use platform::{record, search};
use rules::{
    customer::{CustomerId, DeviceId, ProductId},
    policy::{Grant, Reach},
};

use crate::{
    Cx,
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
    installed_on, accepted_on, purchase_channel, card, readings, installer, path, external_id,
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

fn known(grant: &Grant) -> Where {
    if grant.reach() == Reach::Everything {
        return Where::new(grant, "path", None);
    }
    let met = within(grant, "who", Some("who"), 1);
    let filed = within(grant, "path", None, 1);
    let acquainted = format!("select customer from acquaintances where {}", met.sql);
    let mut to = Where::default();
    to.plain(format!("({} or user_id in ({acquainted}) or buyer in ({acquainted}))", filed.sql));
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

/// Which devices.
#[derive(Debug, Clone, Default)]
pub struct Which {
    pub q: Option<String>,
    pub serial: Option<String>,
    pub category: Option<String>,
    /// As user or as buyer.
    pub customer: Option<String>,
    pub after: Option<String>,
    pub limit: i64,
}

pub async fn list(cx: &mut Cx, grant: &Grant, which: &Which) -> Result<Vec<Device>> {
    let mut to = known(grant);
    if let Some(q) = which.q.as_deref().filter(|it| !it.trim().is_empty()) {
        match search::found(&cx.tx, "id", q, to.slot()) {
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
    if let Some(category) = &which.category {
        to.and("category = ?", category.write());
    }
    if let Some(customer) = &which.customer {
        to.and("(user_id = ? or buyer = ?)", customer.write());
    }
    if let Some(after) = &which.after {
        to.and("id < ?", after.write());
    }
    let limit = which.limit + 1;
    let sql = format!("{} where {} order by id desc limit {limit}", select(), to.sql());
    cx.tx.rows(&sql, &to.args).await?.iter().map(read).collect()
}

/// After a merge the units follow their people.
pub async fn move_to(cx: &mut Cx, from: &str, to: &str) -> Result<()> {
    let cells = [from, to].map(|it| Value::Text(it.to_owned()));
    cx.tx.run("update devices set user_id = $2 where user_id = $1", &cells).await?;
    cx.tx.run("update devices set buyer = $2 where buyer = $1", &cells).await.map(|_| ())
}
