//! The keys of one page of orders: along which index, or from what was found by its words. Their
//! rows are read by key: PostgreSQL plans a walk anew for every filter, what is read by key only once,
//! and an engine that has to sort need not carry whole rows along.

use kernel::{Result, Value};
use platform::search::Sought;
use rules::{
    org::is_leaf,
    policy::{Grant, Reach},
};

use super::{Filter, OPEN, Page, Sort, found, narrowed};
use crate::Cx;

/// The ids of a page, in its order.
pub async fn ids(cx: &mut Cx, grant: &Grant, filter: &Filter, page: &Page) -> Result<Vec<Value>> {
    let mut to = narrowed(cx, grant, filter);
    // Behind the last open one nobody has to look for more.
    if filter.is_open() && !filter.overdue && page.sort == Sort::Due && !page.descending {
        to.plain(OPEN);
    }
    page.behind(&mut to);
    let along = walk(grant, filter, page).map(|index| cx.tx.dialect().along(index));
    let mut from = format!("orders{}", along.unwrap_or_default());
    match found::sought(cx, filter, page).await? {
        Some(Sought::Few) => from = found::among(cx, &mut to, filter, "id, number, opened_at, due"),
        Some(Sought::Many(words)) => found::each(cx, &mut to, words),
        Some(Sought::Nothing) => to.plain("1 = 0"),
        None => (),
    }
    let (which, order, rows) = (to.sql(), page.order(""), page.rows());
    let sql = format!("select id from {from} where {which} order by {order} limit {rows}");
    let rows = cx.tx.rows(&sql, &to.args).await?;
    rows.iter().map(|row| Ok(Value::Text(row.get(0)?))).collect()
}

/// The index to walk along, where so much is like the filter says that the first rows of a page
/// are soon found: a list that leaves little out, or what is finished, and not of one person. Words
/// are not in it: where few are found nobody walks. What is one's own is never much, and stands
/// together.
fn walk(grant: &Grant, filter: &Filter, page: &Page) -> Option<&'static str> {
    let it = filter;
    let one = [&it.id, &it.owner, &it.customer, &it.device].iter().any(|it| it.is_some());
    let day = it.window_from.or(it.window_to).or(it.due_before).is_some();
    let few = one || day || it.overdue || it.pool;
    let few = few || !it.technician.is_empty() || !it.outlet.is_empty();
    let own = grant.reach() == Reach::Own;
    if own && !one {
        return Some("orders_by_technician");
    }
    if few || filter.is_open() || grant.reach() < Reach::Branch {
        return None;
    }
    let leaf = grant.reach() == Reach::Branch && is_leaf(grant.path());
    match (page.sort, page.descending) {
        (Sort::Due, false) => Some("orders_due_first"),
        (Sort::Due, true) => Some("orders_due_last"),
        (Sort::Number, _) => Some("orders_by_number"),
        // What is in one state stands by time already.
        (Sort::Opened, _) if it.status.len() == 1 => None,
        (Sort::Opened, _) if leaf => Some("orders_by_path"),
        (Sort::Opened, _) => Some("orders_by_time"),
    }
}
