//! Orders as they were elsewhere: with their own times and their own end, without promises.

use std::collections::HashMap;

use kernel::{Column as _, Day, Result, Time};
use rules::{
    order::{Order, OrderId, Status},
    policy::OrgId,
};
use serde_json::json;

use super::{Opening, know, month, new, store};
use crate::Cx;

/// What an order that had ended elsewhere is closed with; the text files have the words.
pub const IMPORTED: &str = "imported";

/// An order of before.
#[derive(Debug, Clone)]
pub struct Past {
    pub id: OrderId,
    pub opening: Opening,
    pub outlet: Option<OrgId>,
    pub path: String,
    pub opened_at: Time,
    pub end: Option<End>,
    /// Events of its own may tell how it ended.
    pub tells_end: bool,
}

/// How and when it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    pub at: Time,
    pub cancelled: bool,
}

impl End {
    fn status(self) -> Status {
        if self.cancelled { Status::Cancelled } else { Status::Closed }
    }

    fn event(self) -> &'static str {
        if self.cancelled { "order.cancelled" } else { "order.closed" }
    }
}

/// Running numbers for many at once: one question a month and province instead of one a row.
#[derive(Debug, Default)]
pub struct Numbers(HashMap<String, i64>);

impl Numbers {
    /// Sets so many aside as there are days and districts.
    pub async fn reserve<'a>(
        &mut self,
        cx: &mut Cx,
        prefix: &str,
        of: impl Iterator<Item = (Option<&'a str>, Day)>,
    ) -> Result<()> {
        let mut wanted: HashMap<String, i64> = HashMap::new();
        for (district, day) in of {
            *wanted.entry(month(prefix, district, day)).or_default() += 1;
        }
        let mut wanted: Vec<_> = wanted.into_iter().collect();
        wanted.sort();
        for (month, count) in wanted {
            let first = cx.next_numbers(&month, count).await?;
            self.0.insert(month, first);
        }
        Ok(())
    }

    pub async fn next(
        &mut self,
        cx: &mut Cx,
        prefix: &str,
        district: Option<&str>,
        day: Day,
    ) -> Result<String> {
        let month = month(prefix, district, day);
        let n = match self.0.get_mut(&month) {
            Some(next) => {
                *next += 1;
                *next - 1
            }
            None => cx.next_number(&month).await?,
        };
        Ok(format!("{month}-{n:06}"))
    }
}

/// Files it, with what is known of its course.
pub async fn file(cx: &mut Cx, past: &Past, number: String) -> Result<Order> {
    let mut it = new(cx, &past.opening, number, past.opened_at);
    it.id = past.id.clone();
    (it.outlet, it.path) = (past.outlet.clone(), past.path.clone());
    ended(&mut it, past.end);
    store::insert(cx, &it).await?;
    know(cx, &it, None).await?;
    let data = json!({"number": it.number, "said": it.fault_text.as_ref().unwrap_or(&it.number)});
    cx.recall("order.imported", &it.id, it.opened_at, data).await?;
    if past.tells_end {
        tell_end(cx, &it, past.end).await?;
    }
    Ok(it)
}

fn ended(it: &mut Order, end: Option<End>) {
    it.status = end.map_or(Status::Reported, End::status);
    it.closed_at = end.map(|it| it.at);
    it.close_reason = end.map(|_| IMPORTED.to_owned());
}

async fn tell_end(cx: &mut Cx, it: &Order, end: Option<End>) -> Result<()> {
    let Some(end) = end else { return Ok(()) };
    cx.recall(end.event(), &it.id, end.at, json!({"reason": IMPORTED})).await
}

/// Those orders, by id.
pub async fn by_ids(
    cx: &mut Cx,
    ids: impl Iterator<Item = String>,
) -> Result<HashMap<String, Order>> {
    let ids: Vec<_> = ids.map(|it| it.write()).collect();
    let found = store::by_ids(cx, &ids).await?;
    Ok(found.into_iter().map(|it| (it.id.to_string(), it)).collect())
}

/// What the file says now of an order that it brought.
#[derive(Debug, Clone)]
pub struct Now {
    pub fault_text: Option<String>,
    pub level: i64,
    pub opened_at: Time,
    pub end: Option<End>,
    pub tells_end: bool,
}

/// Whether anything changed, and whether the order still goes where the file says: what people did
/// with it since stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Changed {
    pub any: bool,
    pub follows: bool,
}

pub async fn change(cx: &mut Cx, before: &Order, now: &Now) -> Result<Changed> {
    let mut it = before.clone();
    it.fault_text.clone_from(&now.fault_text);
    (it.fault_level, it.opened_at) = (now.level, now.opened_at);
    let follows = match before.status {
        Status::Reported => true,
        Status::Closed | Status::Cancelled => before.close_reason.as_deref() == Some(IMPORTED),
        _ => false,
    };
    if follows {
        ended(&mut it, now.end);
    }
    if it == *before {
        return Ok(Changed { any: false, follows });
    }
    store::update(cx, &it).await?;
    if now.tells_end && it.closed_at != before.closed_at {
        tell_end(cx, &it, now.end).await?;
    }
    Ok(Changed { any: true, follows })
}
