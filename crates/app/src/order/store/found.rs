//! Orders by words: by the order's own, by its customer's or by its device's.

use kernel::{Result, Value};
use platform::search::{self, Sought};

use super::{Filter, Page};
use crate::{Cx, reach::Where};

/// Where so many are found for each row of a page, a walk fills it sooner than sorting them all,
const EACH: i64 = 20;
/// but never below the one, nor above the other.
const FEW: std::ops::RangeInclusive<i64> = 300..=1000;

/// What was typed, and whether there is much of it.
pub async fn sought(cx: &mut Cx, filter: &Filter, page: &Page) -> Result<Option<Sought>> {
    let few = page.limit.saturating_mul(EACH).clamp(*FEW.start(), *FEW.end());
    sought_among(cx, filter, few).await
}

/// The same, where that many are few.
pub async fn sought_among(cx: &mut Cx, filter: &Filter, few: i64) -> Result<Option<Sought>> {
    let Some(q) = filter.words() else { return Ok(None) };
    Sought::ask(&mut cx.tx, q, &filter.depth, few).await.map(Some)
}

/// For few: what is found, in place of the table. What else is asked for is asked within, so that no
/// row is read twice.
pub fn among(cx: &Cx, to: &mut Where, filter: &Filter, columns: &str) -> String {
    match by_any(cx, to, filter, columns) {
        Some(found) => {
            to.is_said();
            format!("({found}) hits")
        }
        None => "orders".to_owned(),
    }
}

/// A condition for many: each that one comes by is asked.
pub fn each(cx: &Cx, to: &mut Where, words: String) {
    to.plain(is_found(cx, "orders", to.slot()));
    to.args.push(Value::Text(words));
}

/// The same of rows that are called so; the words go into that slot.
pub fn is_found(cx: &Cx, of: &str, slot: usize) -> String {
    let columns = ["id", "customer", "device"].map(|it| format!("{of}.{it}"));
    Sought::is_found(&cx.tx, &columns, slot)
}

/// A condition where nobody asks for a page, and all are counted.
pub fn all(cx: &Cx, to: &mut Where, filter: &Filter) {
    if let Some(found) = by_any(cx, to, filter, "id") {
        to.plain(format!("id in ({found})"));
    }
}

fn by_any(cx: &Cx, to: &mut Where, filter: &Filter, columns: &str) -> Option<String> {
    let finds = filter.words().and_then(|q| search::finds(&cx.tx, q, &filter.depth, to.slot()));
    let Some((finds, value)) = finds else {
        to.plain("1 = 0");
        return None;
    };
    let (within, dialect) = (to.sql(), cx.tx.dialect());
    to.args.push(value);
    let ways = [
        ("order", "id", dialect.by_key("orders")),
        ("customer", "customer", dialect.along("orders_by_customer")),
        ("device", "device", dialect.along("orders_by_device")),
    ];
    let ways = ways.map(|(kind, column, index)| (kind, column, format!("orders{index}")));
    Some(search::in_any_way(&cx.tx, &finds, columns, &ways, &within))
}
