//! What callback staff do: see who is due, ask, and note what was said.

use kernel::{Refusal, Result, Span, Time};
use rules::{
    callback::{self, CallbackId, CallbackStatus, CallbackStep, Outcome, Said},
    order::OrderId,
    policy::Act,
    promise::PromiseKind,
};
use serde_json::json;

use super::store::{self, Callback, Filter, Listed};
use crate::{Cx, order, promise};

/// Signed: the callback is planned, due when the pack says, else a day later.
pub async fn plan(cx: &mut Cx, order: &OrderId) -> Result<()> {
    let order = order::ops::known(cx, order).await?;
    let of = order::ops::of(&order, None);
    let now = cx.now();
    let due = promise::ops::plan(cx, &of, PromiseKind::Callback, now)?
        .map_or(now.after(Span::hours(24)), |it| it.due);
    let it = Callback {
        id: CallbackId::born(now, cx.dice()),
        order: order.id.clone(),
        status: CallbackStatus::Due,
        due,
        tries: 0,
        reached_at: None,
        attitude: None,
        quality: None,
        solved: None,
        nps: None,
        text: None,
        by: None,
        path: order.path.clone(),
        technician: order.technician.as_ref().map(ToString::to_string),
        created_at: now,
        version: 0,
    };
    store::insert(cx, &it).await?;
    cx.record("callback.planned", &order.id, json!({"due": due.millis()})).await
}

/// 回访结果: content closes the order, not content reopens it.
pub async fn answer(cx: &mut Cx, id: &CallbackId, said: &Said) -> Result<Callback> {
    let mut it = to_answer(cx, id).await?;
    if !it.status.is_waiting() {
        return Err(callback::NOT_DUE.into());
    }
    said.check()?;
    it.tries += 1;
    it.by = cx.person();
    it.text = said.text.as_deref().map(|it| order::ops::said("text", it)).transpose()?;
    let request = order::ops::known(cx, &it.order).await?.request;
    promise::ops::meet(cx, request.as_str(), PromiseKind::Callback).await?;
    match said.outcome(it.tries, scoring(cx)) {
        Outcome::Content => content(cx, &mut it, said).await?,
        Outcome::NotContent => not_content(cx, &mut it, said).await?,
        Outcome::TryAgain => try_again(cx, &mut it).await?,
        Outcome::GivenUp => given_up(cx, &mut it).await?,
    }
    Ok(it)
}

/// One in reach that is this person's to answer.
pub async fn to_answer(cx: &mut Cx, id: &CallbackId) -> Result<Callback> {
    let read = cx.may(Act::CallbackRead)?;
    let it = store::get(cx, &read, id).await?;
    let grant = cx.may(Act::CallbackAnswer)?;
    if grant.covers(&it.path, None) { Ok(it) } else { Err(Refusal::NOT_ALLOWED.into()) }
}

fn scoring(cx: &Cx) -> callback::Scoring {
    let scored = cx.company.pack.callback.as_ref();
    // Without a table of its own a pack scores as the interfaces say.
    scored.map_or(callback::Scoring { reopen_at: 2, tries: 3 }, |it| callback::Scoring {
        reopen_at: it.reopen_at,
        tries: it.tries,
    })
}

fn take(it: &mut Callback, step: CallbackStep) -> Result<()> {
    it.status = it.status.after(step).ok_or(callback::NOT_DUE)?;
    Ok(())
}

async fn note(cx: &mut Cx, it: &mut Callback, said: &Said) -> Result<()> {
    take(it, CallbackStep::Answer)?;
    it.reached_at = Some(cx.now());
    (it.attitude, it.quality) = (said.attitude, said.quality);
    (it.solved, it.nps) = (said.solved, said.nps);
    store::update(cx, it).await?;
    it.version += 1;
    let data = json!({
        "attitude": it.attitude, "quality": it.quality, "solved": it.solved, "nps": it.nps,
        "text": it.text,
    });
    cx.record("callback.answered", &it.order, data).await
}

async fn content(cx: &mut Cx, it: &mut Callback, said: &Said) -> Result<()> {
    note(cx, it, said).await?;
    order::ops::close_after_callback(cx, &it.order, "content").await.map(|_| ())
}

async fn not_content(cx: &mut Cx, it: &mut Callback, said: &Said) -> Result<()> {
    note(cx, it, said).await?;
    let text = it.text.clone().unwrap_or_default();
    order::ops::reopen(cx, &it.order, &text).await.map(|_| ())
}

/// Nobody picked up: again the next working day.
async fn try_again(cx: &mut Cx, it: &mut Callback) -> Result<()> {
    take(it, CallbackStep::Miss)?;
    let mut order = order::ops::known(cx, &it.order).await?;
    let of = order::ops::of(&order, None);
    let now = cx.now();
    let next = promise::ops::renew(cx, &of, PromiseKind::Callback).await?;
    order.due = promise::ops::next_due(cx, order.request.as_str()).await?;
    order::ops::save(cx, &mut order).await?;
    it.due = next.unwrap_or(now.after(Span::hours(24)));
    store::update(cx, it).await?;
    it.version += 1;
    let data = json!({"tries": it.tries, "due": it.due.millis()});
    cx.record("callback.missed", &it.order, data).await
}

async fn given_up(cx: &mut Cx, it: &mut Callback) -> Result<()> {
    take(it, CallbackStep::GiveUp)?;
    store::update(cx, it).await?;
    it.version += 1;
    cx.record("callback.given_up", &it.order, json!({"tries": it.tries})).await?;
    order::ops::close_after_callback(cx, &it.order, "unreachable").await.map(|_| ())
}

/// The order went back to work by an objection: what was said counts as the answer.
pub async fn objected(cx: &mut Cx, order: &OrderId) -> Result<()> {
    let Some(mut it) = store::of_order(cx, order).await? else { return Ok(()) };
    if !it.status.is_waiting() {
        return Ok(());
    }
    take(&mut it, CallbackStep::Answer)?;
    it.reached_at = Some(cx.now());
    it.solved = Some(false);
    it.by = cx.person();
    store::update(cx, &it).await
}

/// Its promise was counted anew with the holidays of that year.
pub async fn moved(cx: &mut Cx, order: &OrderId, due: Time) -> Result<()> {
    let Some(mut it) = store::of_order(cx, order).await? else { return Ok(()) };
    if !it.status.is_waiting() {
        return Ok(());
    }
    it.due = due;
    store::update(cx, &it).await
}

/// The order was closed some other way: there is nothing left to ask.
pub async fn pointless(cx: &mut Cx, order: &OrderId) -> Result<()> {
    let Some(mut it) = store::of_order(cx, order).await? else { return Ok(()) };
    if it.status.after(CallbackStep::GiveUp).is_some() {
        it.status = CallbackStatus::Unreachable;
        store::update(cx, &it).await?;
    }
    Ok(())
}

pub async fn get(cx: &mut Cx, id: &CallbackId) -> Result<Callback> {
    let grant = cx.may(Act::CallbackRead)?;
    store::get(cx, &grant, id).await
}

pub async fn list(cx: &mut Cx, filter: &Filter) -> Result<Vec<Callback>> {
    let grant = cx.may(Act::CallbackRead)?;
    store::list(cx, &grant, filter).await
}

/// The same with the names that a list shows.
pub async fn listed(cx: &mut Cx, filter: &Filter) -> Result<Vec<Listed>> {
    let grant = cx.may(Act::CallbackRead)?;
    store::listed(cx, &grant, filter).await
}

/// Whom to call next, apart from the one that was just called: what is due today, longest due
/// first.
pub async fn next(cx: &mut Cx, but: &CallbackId) -> Result<Option<CallbackId>> {
    let filter = Filter {
        status: CallbackStatus::WAITING.to_vec(),
        due_before: Some(cx.today().plus(1).start(&cx.company.zone)),
        due_first: true,
        limit: 2,
        ..Filter::default()
    };
    let due = list(cx, &filter).await?;
    Ok(due.into_iter().map(|it| it.id).find(|it| it != but))
}

pub async fn count(cx: &mut Cx, filter: &Filter) -> Result<i64> {
    let grant = cx.may(Act::CallbackRead)?;
    store::count(cx, &grant, filter).await
}

/// The one that shows on an order.
/// Of several orders at once; the newest of each comes last.
pub async fn of_orders(cx: &mut Cx, orders: &[OrderId]) -> Result<Vec<Callback>> {
    store::of_orders(cx, orders).await
}

pub async fn of_order(cx: &mut Cx, order: &OrderId) -> Result<Option<Callback>> {
    store::of_order(cx, order).await
}
