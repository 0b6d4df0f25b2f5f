//! The keys of one page of orders: along which index, or from what was found by its words. Their
//! rows are read by key: PostgreSQL plans a walk anew for every filter, what is read by key only once,
//! and an engine that has to sort need not carry whole rows along.

use kernel::{Result, Value};
use platform::search::{Depth, Sought};
use rules::{
    org::is_leaf,
    policy::{Grant, Reach},
};

use super::{Filter, OPEN, Page, Sort, found, narrowed};
use crate::{Cx, reach::Where};

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
    let mut whole = filter.clone();
    let mut sought = found::sought(cx, filter, page).await?;
    if let Some(Sought::Many(words)) = &sought
        && is_long(grant, filter)
    {
        let soon = stretch(cx, (&from, &to), page, words).await?;
        if soon.len() == page.rows() as usize {
            return Ok(soon);
        }
        // Found by the thousand, and hardly ever in an order: that is looked up after all.
        whole.depth = Depth::All;
        sought = found::sought_among(cx, &whole, GATHERED).await?;
    }
    match sought {
        Some(Sought::Few) => from = found::among(cx, &mut to, &whole, "id, number, opened_at, due"),
        Some(Sought::Many(words)) => found::each(cx, &mut to, words),
        Some(Sought::Nothing) => to.plain("1 = 0"),
        None => (),
    }
    let (which, order, rows) = (to.sql(), page.order(""), page.rows());
    let sql = format!("select id from {from} where {which} order by {order} limit {rows}");
    read(cx, &sql, &to.args).await
}

async fn read(cx: &mut Cx, sql: &str, args: &[Value]) -> Result<Vec<Value>> {
    let rows = cx.tx.rows(sql, args).await?;
    rows.iter().map(|row| Ok(Value::Text(row.get(0)?))).collect()
}

/// So many of a long list are walked at first; where they do not fill a page,
const STRETCH: i64 = 2_000;
/// so many finds are looked up before all of it is walked.
const GATHERED: i64 = 20_000;

/// What is found in the first stretch of a list. Both engines yield the rows of the inner query as they
/// come: there is nothing to join them with.
async fn stretch(
    cx: &mut Cx,
    (from, to): (&str, &Where),
    page: &Page,
    words: &str,
) -> Result<Vec<Value>> {
    let is_found = found::is_found(cx, "stretch", to.slot());
    let (which, order, rows) = (to.sql(), page.order(""), page.rows());
    let sql = format!(
        "select id from (select id, customer, device from {from}
         where {which} order by {order} limit {STRETCH}) stretch where {is_found} limit {rows}"
    );
    let args = [&to.args[..], &[Value::Text(words.to_owned())]].concat();
    read(cx, &sql, &args).await
}

/// Whether a list may be as long as there are orders.
fn is_long(grant: &Grant, filter: &Filter) -> bool {
    grant.reach() > Reach::Own && !filter.is_open() && !is_few(filter)
}

fn is_of_one(it: &Filter) -> bool {
    [&it.id, &it.owner, &it.customer, &it.device].iter().any(|it| it.is_some())
}

/// Whether the filter leaves little.
fn is_few(it: &Filter) -> bool {
    let day = it.window_from.or(it.window_to).or(it.due_before).is_some();
    let some = !it.technician.is_empty() || !it.outlet.is_empty();
    is_of_one(it) || day || it.overdue || it.pool || some
}

/// The index to walk along, where so much is like the filter says that the first rows of a page
/// are soon found: a list that leaves little out, or what is finished, and not of one person. Words
/// are not in it: where few are found nobody walks. What is one's own is never much, and stands
/// together.
fn walk(grant: &Grant, filter: &Filter, page: &Page) -> Option<&'static str> {
    let it = filter;
    let own = grant.reach() == Reach::Own;
    if own && !is_of_one(filter) {
        return Some("orders_by_technician");
    }
    if is_few(filter) || filter.is_open() || grant.reach() < Reach::Branch {
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
