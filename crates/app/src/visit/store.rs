//! Parts, charges, consents and pictures of an order in the database.

use kernel::{Column, Fen, Refusal, Result, Time, Value};
use platform::db::Row;
use rules::{
    order::{OrderId, Pays},
    visit::{ChargeId, ChargeKind, ConsentBy, ConsentId, OldPart, PartId, PhotoId, PhotoKind},
};

use crate::Cx;

/// A part used. The amount is price times quantity, rounded half up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub id: PartId,
    pub order: OrderId,
    pub name: String,
    pub number: Option<String>,
    /// In thousandths.
    pub quantity: i64,
    pub price: Fen,
    pub amount: Fen,
    pub old_part: OldPart,
    pub pays: Pays,
    pub at: Time,
    pub by: Option<String>,
}

/// Labour, travel, something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    pub id: ChargeId,
    pub order: OrderId,
    pub kind: ChargeKind,
    pub text: Option<String>,
    pub amount: Fen,
    pub pays: Pays,
    pub at: Time,
    pub by: Option<String>,
}

/// The customer said yes to an amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    pub id: ConsentId,
    pub order: OrderId,
    pub by_name: String,
    pub means: ConsentBy,
    pub text: Option<String>,
    pub amount: Fen,
    pub at: Time,
    pub by: Option<String>,
}

/// A picture, kept as a file named by its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    pub id: PhotoId,
    pub order: OrderId,
    pub kind: PhotoKind,
    pub file: String,
    pub width: i64,
    pub height: i64,
    pub at: Time,
    pub by: Option<String>,
}

/// Each kind of line has its own columns in a module of its own: one `record!` each.
mod part {
    use super::Part;
    platform::record! { Part in "parts" {
        id, order = "order_id", name, number, quantity, price, amount, old_part, pays, at,
        by = "by_person",
    } }
    pub fn read_it(row: &platform::db::Row) -> kernel::Result<Part> {
        read(row)
    }
    pub fn write_it(it: &Part) -> Vec<kernel::Value> {
        write(it)
    }
}
mod charge {
    use super::Charge;
    platform::record! { Charge in "charges" {
        id, order = "order_id", kind, text = "remark", amount, pays, at, by = "by_person",
    } }
    pub fn read_it(row: &platform::db::Row) -> kernel::Result<Charge> {
        read(row)
    }
    pub fn write_it(it: &Charge) -> Vec<kernel::Value> {
        write(it)
    }
}
mod consent {
    use super::Consent;
    platform::record! { Consent in "consents" {
        id, order = "order_id", by_name, means, text = "remark", amount, at, by = "by_person",
    } }
    pub fn read_it(row: &platform::db::Row) -> kernel::Result<Consent> {
        read(row)
    }
    pub fn write_it(it: &Consent) -> Vec<kernel::Value> {
        write(it)
    }
}
mod photo {
    use super::Photo;
    platform::record! { Photo in "photos" {
        id, order = "order_id", kind, file, width, height, at, by = "by_person",
    } }
    pub fn read_it(row: &platform::db::Row) -> kernel::Result<Photo> {
        read(row)
    }
    pub fn write_it(it: &Photo) -> Vec<kernel::Value> {
        write(it)
    }
}

/// So many lines of a kind an order has at most.
pub const MOST: usize = 200;

pub async fn add_part(cx: &mut Cx, it: &Part) -> Result<()> {
    cx.tx.insert(part::TABLE, part::COLUMNS, &part::write_it(it)).await
}

pub async fn add_charge(cx: &mut Cx, it: &Charge) -> Result<()> {
    cx.tx.insert(charge::TABLE, charge::COLUMNS, &charge::write_it(it)).await
}

pub async fn add_consent(cx: &mut Cx, it: &Consent) -> Result<()> {
    cx.tx.insert(consent::TABLE, consent::COLUMNS, &consent::write_it(it)).await
}

pub async fn add_photo(cx: &mut Cx, it: &Photo) -> Result<()> {
    cx.tx.insert(photo::TABLE, photo::COLUMNS, &photo::write_it(it)).await
}

/// The lines of a kind on one order or on several.
async fn of_orders(cx: &mut Cx, select: String, orders: &[OrderId]) -> Result<Vec<Row>> {
    let ids: Vec<Value> = orders.iter().map(Column::write).collect();
    let sql = format!("{select} where order_id in (?) order by id");
    cx.tx.rows_among(&sql, &[], &ids).await
}

pub async fn parts(cx: &mut Cx, orders: &[OrderId]) -> Result<Vec<Part>> {
    of_orders(cx, part::select(), orders).await?.iter().map(part::read_it).collect()
}

pub async fn charges(cx: &mut Cx, orders: &[OrderId]) -> Result<Vec<Charge>> {
    of_orders(cx, charge::select(), orders).await?.iter().map(charge::read_it).collect()
}

pub async fn consents(cx: &mut Cx, orders: &[OrderId]) -> Result<Vec<Consent>> {
    of_orders(cx, consent::select(), orders).await?.iter().map(consent::read_it).collect()
}

pub async fn photos(cx: &mut Cx, orders: &[OrderId]) -> Result<Vec<Photo>> {
    of_orders(cx, photo::select(), orders).await?.iter().map(photo::read_it).collect()
}

pub async fn photo(cx: &mut Cx, id: &PhotoId) -> Result<Photo> {
    let sql = format!("{} where id = $1", photo::select());
    let row = cx.tx.row(&sql, &[id.write()]).await?;
    row.as_ref().map(photo::read_it).ok_or(Refusal::NOT_FOUND)?
}

/// Takes a line away that was typed wrongly, while the work is not finished.
pub async fn remove(cx: &mut Cx, order: &OrderId, line: &str) -> Result<bool> {
    let table = if line.starts_with("prt_") { "parts" } else { "charges" };
    let sql = format!("delete from {table} where order_id = $1 and id = $2");
    Ok(cx.tx.run(&sql, &[order.write(), Value::Text(line.to_owned())]).await? == 1)
}

/// What was found lately on orders of this place: code, cause, action and how often.
pub async fn found_lately(
    cx: &mut Cx,
    path: &str,
    category: Option<&str>,
    since: Time,
) -> Result<Vec<(String, String, String, i64)>> {
    let sql = "select found_code, cause, action, count(*) as n from orders
               where path = $1 and opened_at >= $2 and coalesce(category, '') = $3
                 and found_code is not null and cause is not null and action is not null
               group by found_code, cause, action
               order by n desc, found_code, cause, action limit 200";
    let category = category.unwrap_or_default().to_owned();
    let cells = [Value::Text(path.to_owned()), since.write(), Value::Text(category)];
    let rows = cx.tx.rows(sql, &cells).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).collect()
}
