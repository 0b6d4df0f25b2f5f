//! 操作日志: the events as those read them who check the house: narrowed by person, matter, time
//! or order number. Security reads what concerns the doors and nothing else.

use kernel::{Result, Time};
use platform::events::{self, Asked, Logged};
use rules::policy::{Act, Grant, PersonId};
use serde_json::json;

use crate::{Cx, account, intake, order, paging::Paged};

/// What security may read of the log: its own.
pub const SECURITY_LOG: &str = "account.";
/// As `who`: what the house did by itself.
pub const HOUSE: &str = "-";
/// More people than these are no answer to a name.
const NAMED_MOST: i64 = 50;
/// Of a search by number, so many are looked at.
const NUMBERED_MOST: i64 = 20;
/// Matches nothing: what was asked for does not exist.
const NOTHING: &str = "-";

/// Which part of the log somebody may read: all of it, or what concerns the doors.
pub fn log_within(cx: &Cx) -> Result<Option<&'static str>> {
    if cx.may(Act::EventRead).is_ok() {
        return Ok(None);
    }
    cx.may(Act::SecurityManage).map(|_| Some(SECURITY_LOG))
}

/// What somebody wants to see of the log, as they typed it.
#[derive(Debug, Clone, Default)]
pub struct LogAsked {
    /// A person's id, or part of a name or login; `-`: the house itself.
    pub who: Option<String>,
    /// `order.closed`, or everything of one part: `order.`.
    pub kinds: Vec<String>,
    /// The number of an order or a request.
    pub number: Option<String>,
    /// The id of what it happened to.
    pub subject: Option<String>,
    pub from: Option<Time>,
    pub to: Option<Time>,
    pub before: Option<(Time, i64)>,
    pub limit: i64,
}

/// The log, as far as it is the asker's.
pub async fn log(cx: &mut Cx, said: &LogAsked) -> Result<Vec<Logged>> {
    let part = log_within(cx)?;
    let mut kinds = said.kinds.clone();
    if let Some(part) = part {
        kinds.retain(|it| it.starts_with(part));
        if kinds.is_empty() {
            kinds.push(part.to_owned());
        }
    }
    let actors = match said.who.as_deref() {
        None => Vec::new(),
        Some(HOUSE) => vec![String::new()],
        Some(who) => people(cx, who).await?,
    };
    let mut subjects: Vec<String> = said.subject.iter().cloned().collect();
    if let Some(number) = &said.number {
        subjects.extend(numbered(cx, number).await?);
    }
    let asked = Asked {
        from: said.from,
        to: said.to,
        actors,
        kinds,
        subjects,
        before: said.before,
        limit: said.limit,
    };
    events::log(&mut cx.tx, &asked).await
}

/// Whoever bears that name; nobody is a person without an id.
async fn people(cx: &mut Cx, who: &str) -> Result<Vec<String>> {
    if let Ok(id) = PersonId::parse(who) {
        return Ok(vec![id.to_string()]);
    }
    let which = account::ops::WhichPeople {
        q: Some(who.to_owned()),
        everybody: true,
        limit: Some(NAMED_MOST),
        ..Default::default()
    };
    // Names stand in the log anyway; who reads it was asked above.
    let found = account::ops::list(cx, &Grant::house(), &which).await?;
    let ids: Vec<_> = found.into_iter().map(|it| it.id.to_string()).collect();
    Ok(if ids.is_empty() { vec![NOTHING.to_owned()] } else { ids })
}

/// The order of that number with its request, or the request.
async fn numbered(cx: &mut Cx, text: &str) -> Result<Vec<String>> {
    let number: String = text.split_whitespace().collect::<String>().to_uppercase();
    let mut found = vec![NOTHING.to_owned()];
    if cx.may(Act::Read).is_err() {
        return Ok(found);
    }
    let filter = order::Filter { q: Some(number.clone()), ..Default::default() };
    let page = order::Page { limit: NUMBERED_MOST, ..Default::default() };
    for it in order::ops::list(cx, &filter, &page).await? {
        if it.number == number {
            found.extend([it.id.to_string(), it.request.to_string()]);
        }
    }
    let page = Paged::first(NUMBERED_MOST);
    let filter = intake::Filter { q: Some(number.clone()), page, ..Default::default() };
    for it in intake::ops::list(cx, &filter).await? {
        if it.number == number {
            found.push(it.id.to_string());
        }
    }
    Ok(found)
}

/// That somebody took the log away as a file is an event itself.
pub async fn log_exported(cx: &mut Cx, rows: usize) -> Result<()> {
    log_within(cx)?;
    cx.record("log.exported", "log", json!({"count": rows})).await
}
