//! Giving promises, keeping them, and seeing which were missed.

use kernel::{Result, Time, Value};
use rules::{
    intake::RequestKind,
    order::{Step, Wait, Window},
    pack::{self, Calendars, Matter, Unit},
    promise::{self, Clock, Pause, Pauses, Promise, PromiseId, PromiseKind, PromiseState, Timing},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::store;
use crate::Cx;

/// What a promise hangs on.
#[derive(Debug, Clone)]
pub struct Of {
    pub request: String,
    pub order: Option<String>,
    pub kind: RequestKind,
    pub level: Option<i64>,
    pub district: Option<String>,
    pub customer_class: Option<String>,
    pub category: Option<String>,
}

/// Gives a promise from now on, if the pack has one for this matter.
pub async fn give(cx: &mut Cx, of: &Of, kind: PromiseKind) -> Result<Option<Promise>> {
    let Some(planned) = plan(cx, of, kind, cx.now())? else { return Ok(None) };
    let now = cx.now();
    let it = Promise {
        id: PromiseId::born(now, cx.dice()),
        request: of.request.clone(),
        order: of.order.clone(),
        kind,
        state: PromiseState::Open,
        started_at: now,
        from: None,
        due: planned.due,
        provisional: planned.provisional,
        clock: planned.clock,
        ended_at: None,
        source: planned.source,
        told: false,
        timing: Some(planned.timing),
        pauses: Pauses::default(),
    };
    store::insert(cx, &it).await?;
    Ok(Some(it))
}

/// What would be promised: the agent tells it before the order is filed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    pub kind: PromiseKind,
    pub due: Time,
    pub provisional: bool,
    pub clock: Clock,
    pub source: String,
    pub timing: Timing,
}

pub fn plan(cx: &Cx, of: &Of, kind: PromiseKind, start: Time) -> Result<Option<Planned>> {
    let pack = &cx.company.pack;
    let district = of.district.as_deref();
    let matter = Matter {
        kind: of.kind,
        level: of.level,
        region_class: district.and_then(|it| pack.region_class(it)),
        customer_class: of.customer_class.as_deref(),
        category: of.category.as_deref(),
    };
    let Some(chosen) = pack.promise(kind, &matter) else { return Ok(None) };
    let timing = chosen.row.timing.clone();
    let due = count(cx, &timing, start, &Pauses::default())?;
    let source = chosen.row.origin.source.clone().unwrap_or_default();
    Ok(Some(Planned {
        kind,
        due: Time::of(due.at),
        provisional: due.provisional,
        clock: chosen.row.clock,
        source: format!("{source} · {}", words(timing.amount)),
        timing,
    }))
}

/// When it runs out, its clock having stood still at times.
fn count(cx: &Cx, timing: &Timing, start: Time, pauses: &Pauses) -> Result<worktime::Due> {
    count_on(&cx.company.calendars, timing, start, pauses)
}

/// The same on calendars that are not the house's yet.
fn count_on(
    calendars: &Calendars,
    timing: &Timing,
    start: Time,
    pauses: &Pauses,
) -> Result<worktime::Due> {
    let pauses: Vec<worktime::Pause> = pauses.0.iter().map(stamped).collect();
    let due = pack::due(timing, calendars, start.stamp(), &pauses);
    Ok(due.map_err(|e| anyhow::anyhow!("a promise of the pack: {e}"))?)
}

fn stamped(it: &Pause) -> worktime::Pause {
    worktime::Pause { from: it.from.stamp(), to: it.to.map(Time::stamp) }
}

/// Counts it anew, after a pause or with the holidays of a year that are known now. Says whether
/// its time moved.
fn recount(cx: &Cx, it: &mut Promise) -> Result<bool> {
    let Some(timing) = &it.timing else { return Ok(false) };
    let due = count(cx, timing, it.started_at, &it.pauses)?;
    let before = it.due;
    (it.due, it.provisional) = (Time::of(due.at), due.provisional);
    Ok(it.due != before)
}

/// `30 min`: units are said by the reader's language where it is shown; this is for the record.
fn words(amount: worktime::Amount) -> String {
    let unit = match amount.unit {
        Unit::Minutes => "min",
        Unit::Hours => "h",
        Unit::WorkingDays => "wd",
        Unit::CalendarDays => "d",
    };
    let (whole, rest) = (amount.thousandths / 1000, amount.thousandths % 1000);
    let rest = format!("{rest:03}");
    let rest = rest.trim_end_matches('0');
    if rest.is_empty() { format!("{whole} {unit}") } else { format!("{whole}.{rest} {unit}") }
}

/// A time agreed with the customer is a promise of its own.
pub async fn agree(cx: &mut Cx, of: &Of, window: Window) -> Result<Promise> {
    let now = cx.now();
    let it = Promise {
        id: PromiseId::born(now, cx.dice()),
        request: of.request.clone(),
        order: of.order.clone(),
        kind: PromiseKind::Appointment,
        state: PromiseState::Open,
        started_at: now,
        from: Some(window.from),
        due: window.to,
        provisional: false,
        clock: Clock::Natural,
        ended_at: None,
        source: "1".into(),
        told: false,
        timing: None,
        pauses: Pauses::default(),
    };
    store::insert(cx, &it).await?;
    Ok(it)
}

/// Whether a promise is given with the step that is counted from a row of the pack.
pub fn gives(step: Step) -> bool {
    promise::started_by(step).iter().any(|it| *it != PromiseKind::Appointment)
}

/// What the step does to what was promised: ends, withdraws, starts, lets the clock stand still
/// while the order waits and run on when it does not. Returns when the next one falls due.
pub async fn follow(
    cx: &mut Cx,
    of: &Of,
    step: Step,
    window: Option<Window>,
    waits: Option<Wait>,
) -> Result<Option<Time>> {
    let started = promise::started_by(step);
    let now = cx.now();
    let mut all = store::of_request(cx, &of.request).await?;
    for it in all.iter_mut().filter(|it| it.is_running()) {
        if promise::met_by(step).contains(&it.kind) {
            it.meet(now);
        } else if promise::withdrawn_by(step).contains(&it.kind) || started.contains(&it.kind) {
            it.withdraw(now);
        } else if !stand_still_or_go_on(cx, it, waits)? {
            continue;
        }
        store::update(cx, it).await?;
    }
    for kind in started {
        match (kind, window) {
            (PromiseKind::Appointment, Some(window)) => all.push(agree(cx, of, window).await?),
            (PromiseKind::Appointment, None) => (),
            _ => all.extend(give(cx, of, *kind).await?),
        }
    }
    Ok(first_due(&all, now))
}

/// Says whether anything changed.
fn stand_still_or_go_on(cx: &Cx, it: &mut Promise, waits: Option<Wait>) -> Result<bool> {
    let now = cx.now();
    if let Some(wait) = waits {
        return Ok(it.pause(wait, now));
    }
    let stood = it.go_on(now);
    if stood {
        recount(cx, it)?;
    }
    Ok(stood)
}

/// One kind is fulfilled by something that is no step: the customer was reached, was answered.
pub async fn meet(cx: &mut Cx, request: &str, kind: PromiseKind) -> Result<bool> {
    let now = cx.now();
    let mut met = false;
    for mut it in store::of_request(cx, request).await? {
        if it.kind == kind && it.is_running() {
            it.meet(now);
            store::update(cx, &it).await?;
            met = true;
        }
    }
    Ok(met)
}

pub async fn withdraw(cx: &mut Cx, request: &str, kinds: &[PromiseKind]) -> Result<()> {
    let now = cx.now();
    for mut it in store::of_request(cx, request).await? {
        if kinds.contains(&it.kind) && it.is_running() {
            it.withdraw(now);
            store::update(cx, &it).await?;
        }
    }
    Ok(())
}

/// A callback that is tried again is due again.
pub async fn renew(cx: &mut Cx, of: &Of, kind: PromiseKind) -> Result<Option<Time>> {
    give(cx, of, kind).await.map(|it| it.map(|it| it.due))
}

/// The running promise that falls due first. One whose clock stands still does not fall due.
pub async fn next_due(cx: &mut Cx, request: &str) -> Result<Option<Time>> {
    let all = store::of_request(cx, request).await?;
    Ok(first_due(&all, cx.now()))
}

/// The same of promises that are at hand.
pub fn first_due(all: &[Promise], now: Time) -> Option<Time> {
    // What is missed already is late; what still runs is what counts next.
    let running = all.iter().filter(|it| it.is_running() && it.paused_since().is_none());
    let (late, ahead): (Vec<_>, Vec<_>) = running.partition(|it| it.due < now);
    let first = |of: &[&Promise]| of.iter().map(|it| it.due).min();
    first(&late).or_else(|| first(&ahead))
}

pub async fn of_request(cx: &mut Cx, request: &str) -> Result<Vec<Promise>> {
    store::of_request(cx, request).await
}

/// Of several requests at once, each with its own in the same order.
pub async fn of_requests(cx: &mut Cx, requests: &[Value]) -> Result<Vec<Promise>> {
    store::of_requests(cx, requests).await
}

/// A promise that moved, as the event keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    pub promise: PromiseKind,
    /// Milliseconds.
    pub before: i64,
    pub due: i64,
}

/// Requests with something provisional, a handful after the one that was looked at last.
pub async fn provisional(cx: &mut Cx, after: &str, limit: i64) -> Result<Vec<String>> {
    store::provisional(cx, after, limit).await
}

/// What is provisional and would fall due at another time on these calendars, with that time.
pub async fn would_move(
    cx: &mut Cx,
    calendars: &Calendars,
    request: &str,
) -> Result<Vec<(Promise, Time)>> {
    let mut all = Vec::new();
    for it in store::of_request(cx, request).await? {
        let Some(timing) = it.timing.as_ref().filter(|_| it.provisional && it.is_running()) else {
            continue;
        };
        let due = Time::of(count_on(calendars, timing, it.started_at, &it.pauses)?.at);
        if due != it.due {
            all.push((it, due));
        }
    }
    Ok(all)
}

/// Counts what is provisional of a request anew. What moved is an event, from which it follows
/// that the customer hears of it.
pub async fn recount_provisional(cx: &mut Cx, request: &str) -> Result<()> {
    let mut moved = Vec::new();
    let mut subject = request.to_owned();
    for mut it in store::of_request(cx, request).await? {
        if !it.provisional || !it.is_running() {
            continue;
        }
        let before = it.due;
        let moves = recount(cx, &mut it)?;
        if it.provisional && !moves {
            continue;
        }
        store::update(cx, &it).await?;
        if moves {
            let (before, due) = (before.millis(), it.due.millis());
            moved.push(Moved { promise: it.kind, before, due });
            subject = it.order.unwrap_or(subject);
        }
    }
    if moved.is_empty() {
        return Ok(());
    }
    let kinds: Vec<PromiseKind> = moved.iter().map(|it| it.promise).collect();
    cx.record("promise.moved", subject, json!({ "promise": kinds, "moved": moved })).await
}

/// Notes misses nobody was told of yet: an event each, from which the telling follows.
pub async fn sweep(cx: &mut Cx, limit: i64) -> Result<usize> {
    let now = cx.now();
    let missed = store::newly_missed(cx, now, limit).await?;
    for it in &missed {
        let told = Promise { told: true, ..it.clone() };
        store::update(cx, &told).await?;
        let subject = it.order.clone().unwrap_or_else(|| it.request.clone());
        let data = json!({"promise": it.kind, "due": it.due.millis(), "id": it.id});
        cx.record("promise.missed", subject, data).await?;
    }
    Ok(missed.len())
}
