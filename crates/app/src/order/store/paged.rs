//! The query of one page of orders: along which index, or from what was found by its words.

use kernel::{Result, Value};
use platform::search::Sought;
use rules::{
    org::is_leaf,
    policy::{Grant, Reach},
};

use super::{Filter, OPEN, Page, Sort, found, narrowed, select};
use crate::Cx;

/// The query of a page, what it is ordered by where the orders are called `o`, and its values.
pub async fn paged(
    cx: &mut Cx,
    grant: &Grant,
    filter: &Filter,
    page: &Page,
) -> Result<(String, String, Vec<Value>)> {
    let mut to = narrowed(cx, grant, filter);
    // Behind the last open one nobody has to look for more.
    if filter.is_open() && !filter.overdue && page.sort == Sort::Due && !page.descending {
        to.plain(OPEN);
    }
    page.behind(&mut to);
    let (order, order_by) = (page.order(""), page.order("o."));
    let (dialect, rows) = (cx.tx.dialect(), page.rows());
    let mut from = walk(grant, filter, page).map(|index| dialect.along(index));
    let mut is_sorted = grant.reach() == Reach::Own;
    match found::sought(cx, filter, page).await? {
        Some(Sought::Few(words)) => {
            found::among(cx, &mut to, &words);
            (from, is_sorted) = (Some(dialect.by_key("orders")), true);
        }
        Some(Sought::Many(words)) => found::each(cx, &mut to, words),
        Some(Sought::Nothing) => to.plain("1 = 0"),
        None => (),
    }
    let (from, which) = (from.unwrap_or_default(), to.sql());
    let sql = if is_sorted && dialect.sorts_whole_rows() {
        let ids =
            format!("select id from orders{from} where {which} order by {order} limit {rows}");
        format!("{} where id in ({ids}) order by {order}", select())
    } else {
        format!("{}{from} where {which} order by {order} limit {rows}", select())
    };
    Ok((sql, order_by, to.args))
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
