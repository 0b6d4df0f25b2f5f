//! What people do with orders that is neither dispatch nor visit nor callback. Each is one
//! transaction: load through the grant, check the step, apply the rule, keep the promises, save,
//! record.

mod deciding;
pub mod import;
mod opening;
mod past;

use kernel::{Field, Refusal, Result, Time, Value, Wrongs};
use rules::{
    customer::CustomerId,
    order::{Means, Order, OrderId, Status, Step, Wait, Window},
    policy::{Act, Grant, PersonId, Role},
    promise::PromiseKind,
};
use serde_json::{Value as Json, json};

pub use self::deciding::{
    Finds, Known, decide_anew, decisions, explain_delay, find, look, override_by, read_finds,
    same_problem, shares,
};
pub use self::opening::{Opening, Place, REQUEST, number, numbers, open, place};
use self::opening::{month, new};
pub use self::past::{Past, past, pasts};
use super::store::{self, Filter, Listed, Page};
use crate::{Cx, account, customer, org, promise};

/// A text people type has an end.
pub const LONGEST: usize = 2000;

/// Whoever has the order knows the customer.
pub async fn know(cx: &mut Cx, order: &Order, technician: Option<&PersonId>) -> Result<()> {
    let Some(customer) = &order.customer else { return Ok(()) };
    let id = CustomerId::parse(customer)?;
    customer::ops::acquaint(cx, &id, &order.path).await?;
    if let Some(technician) = technician {
        customer::ops::acquaint(cx, &id, technician.as_str()).await?;
    }
    Ok(())
}

/// What the order's promises hang on.
pub fn of(order: &Order, customer_class: Option<String>) -> promise::ops::Of {
    promise::ops::Of {
        request: order.request.to_string(),
        order: Some(order.id.to_string()),
        kind: order.kind,
        level: Some(order.fault_level),
        district: order.district.clone(),
        customer_class,
        category: order.category.clone(),
    }
}

/// An order in reach, with the step checked: the beginning of every step.
pub async fn begin(cx: &mut Cx, id: &OrderId, step: Step) -> Result<Order> {
    let order = get(cx, id).await?;
    order.check(&cx.actor, step)?;
    Ok(order)
}

/// Promises kept, the order saved, the step recorded: the end of every step.
pub async fn done(cx: &mut Cx, order: &mut Order, step: Step, data: Json) -> Result<()> {
    // Only a promise that is given now asks whose it is.
    let class = if promise::ops::gives(step) { class_of(cx, order).await? } else { None };
    let of = of(order, class);
    order.due = promise::ops::follow(cx, &of, step, order.window(), order.wait).await?;
    if !order.status.is_open() {
        order.due = None;
    }
    save(cx, order).await?;
    cx.record(happened(step), &order.id, data).await
}

async fn class_of(cx: &mut Cx, order: &Order) -> Result<Option<String>> {
    let Some(id) = &order.customer else { return Ok(None) };
    let customer = customer::ops::get(cx, &Grant::house(), &CustomerId::parse(id)?).await?;
    Ok(customer.class)
}

pub async fn save(cx: &mut Cx, order: &mut Order) -> Result<()> {
    store::update(cx, order).await?;
    order.version += 1;
    Ok(())
}

/// What a step is called once it happened.
pub fn happened(step: Step) -> &'static str {
    match step {
        Step::Accept => "order.accepted",
        Step::Refuse => "order.refused",
        Step::Route => "order.routed",
        Step::Contact => "order.contacted",
        Step::Assign => "order.assigned",
        Step::Reassign => "order.reassigned",
        Step::Book => "order.booked",
        Step::Depart => "order.departed",
        Step::Arrive => "order.arrived",
        Step::NoShow => "order.no_show",
        Step::Suspend => "order.suspended",
        Step::Resume => "order.resumed",
        Step::Finish => "order.finished",
        Step::Sign => "order.signed",
        Step::Object => "order.objected",
        Step::Resend => "order.code_resent",
        Step::Close => "order.closed",
        Step::Cancel => "order.cancelled",
    }
}

/// A reason, a remark: there, and not endless.
pub fn said(field: &str, text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Refusal::field(field, "missing").into());
    }
    if text.chars().count() > LONGEST {
        return Err(Field::new(field, "too_long").with("most", LONGEST as i64).into());
    }
    Ok(text.to_owned())
}

/// 接单.
pub async fn accept(cx: &mut Cx, id: &OrderId) -> Result<Order> {
    let mut order = begin(cx, id, Step::Accept).await?;
    order.accept();
    done(cx, &mut order, Step::Accept, json!({})).await?;
    Ok(order)
}

/// 拒单: the outlet cannot; the order lies in the pool above it until somebody routes it.
pub async fn refuse(cx: &mut Cx, id: &OrderId, reason: &str) -> Result<Order> {
    let mut order = begin(cx, id, Step::Refuse).await?;
    let reason = said("reason", reason)?;
    let from = order.outlet.clone();
    let pool = org::ops::pool_above(cx, &order.path).await?;
    order.refuse(&pool.path);
    know(cx, &order, None).await?;
    let data = json!({"reason": reason, "from": from, "at": pool.name});
    done(cx, &mut order, Step::Refuse, data).await?;
    Ok(order)
}

/// 转单: to an outlet, by somebody whose arm reaches both.
pub async fn route(cx: &mut Cx, id: &OrderId, outlet: &str, reason: &str) -> Result<Order> {
    let mut order = begin(cx, id, Step::Route).await?;
    let grant = cx.may(Act::OrderRoute)?;
    let mut wrongs = Wrongs::default();
    let reason = said("reason", reason);
    if reason.is_err() {
        wrongs.say("reason", "missing");
    }
    let to = org::ops::find(cx, outlet).await?.filter(|it| grant.covers(&it.path, None));
    match &to {
        None => wrongs.say("outlet", if outlet.is_empty() { "missing" } else { "org.unknown" }),
        Some(to) if !to.kind.serves() => wrongs.say("outlet", "org.not_an_outlet"),
        Some(_) => (),
    }
    wrongs.done()?;
    let (to, reason) = (to.ok_or(Refusal::NOT_FOUND)?, reason?);
    let from = order.outlet.clone();
    order.route(to.id.clone(), &to.path);
    know(cx, &order, None).await?;
    let data = json!({"reason": reason, "from": from, "to": to.id, "at": to.name});
    done(cx, &mut order, Step::Route, data).await?;
    Ok(order)
}

/// 联系用户: somebody spoke with the customer, or tried to.
pub async fn contact(
    cx: &mut Cx,
    id: &OrderId,
    means: Means,
    reached: bool,
    text: Option<&str>,
) -> Result<Order> {
    let mut order = begin(cx, id, Step::Contact).await?;
    let text = text.map(|it| said("text", it)).transpose()?;
    if reached {
        promise::ops::meet(cx, order.request.as_str(), PromiseKind::FirstContact).await?;
    }
    let data = json!({"means": means, "reached": reached, "text": text});
    done(cx, &mut order, Step::Contact, data).await?;
    Ok(order)
}

/// 挂起: it waits for something.
pub async fn suspend(
    cx: &mut Cx,
    id: &OrderId,
    wait: Wait,
    until: Option<Time>,
    text: Option<&str>,
) -> Result<Order> {
    let mut order = begin(cx, id, Step::Suspend).await?;
    let Some(until) = until else { return Err(Refusal::field("until", "missing").into()) };
    if until <= cx.now() {
        return Err(Refusal::field("until", "window.past").into());
    }
    if until > cx.now().after(rules::intake::WISH_AHEAD) {
        return Err(Refusal::field("until", "window.too_far").into());
    }
    let text = text.map(|it| said("text", it)).transpose()?;
    order.suspend(wait, Some(until), text.clone());
    let data = json!({"reason": wait, "until": until.millis(), "text": text});
    done(cx, &mut order, Step::Suspend, data).await?;
    Ok(order)
}

/// 恢复: back to where it was.
pub async fn resume(cx: &mut Cx, id: &OrderId) -> Result<Order> {
    let mut order = begin(cx, id, Step::Resume).await?;
    order.resume();
    done(cx, &mut order, Step::Resume, json!({})).await?;
    Ok(order)
}

/// 提异议: before the signature the technician goes on; after it the outlet's manager owns it.
pub async fn object(cx: &mut Cx, id: &OrderId, text: &str) -> Result<Order> {
    let mut order = begin(cx, id, Step::Object).await?;
    let text = said("text", text)?;
    back_to_work(cx, &mut order, &text).await?;
    Ok(order)
}

/// The callback heard that the customer is not content: the same way back.
pub async fn reopen(cx: &mut Cx, id: &OrderId, text: &str) -> Result<Order> {
    let mut order = store::get(cx, &Grant::house(), id).await?;
    if order.status != Status::Signed {
        return Ok(order);
    }
    back_to_work(cx, &mut order, text).await?;
    Ok(order)
}

async fn back_to_work(cx: &mut Cx, order: &mut Order, text: &str) -> Result<()> {
    let signed = order.status == Status::Signed;
    let owner = if signed { manager_of(cx, order).await? } else { None };
    order.object(owner.clone());
    if signed {
        let class = class_of(cx, order).await?;
        let of = of(order, class);
        promise::ops::withdraw(cx, &of.request, &[PromiseKind::Arrangement, PromiseKind::Callback])
            .await?;
        promise::ops::give(cx, &of, PromiseKind::Arrangement).await?;
    }
    let data = json!({"text": text, "reopened": signed, "owner": owner});
    done(cx, order, Step::Object, data).await
}

/// Who answers for the outlet; for a pool, whoever manages the region or the house.
pub async fn manager_of(cx: &mut Cx, order: &Order) -> Result<Option<PersonId>> {
    let mut path = order.path.clone();
    loop {
        let Some(org) = org::ops::by_path(cx, &path).await? else { return Ok(None) };
        let role = match org.kind {
            rules::org::OrgKind::Hq => Role::HqManager,
            rules::org::OrgKind::Region => Role::RegionManager,
            _ => Role::OutletManager,
        };
        let (org, role) = (Some(org.id.to_string()), Some(role));
        let which = account::ops::WhichPeople { org, role, ..Default::default() };
        let people = account::ops::list(cx, &Grant::house(), &which).await?;
        if let Some(manager) = people.into_iter().next() {
            return Ok(Some(manager.id));
        }
        let Some((above, _)) = path.trim_end_matches('/').rsplit_once('/') else {
            return Ok(None);
        };
        path = format!("{above}/");
    }
}

/// 归档 by headquarters: the customer cannot or will not sign.
pub async fn close(cx: &mut Cx, id: &OrderId, reason: &str) -> Result<Order> {
    let order = begin(cx, id, Step::Close).await?;
    let reason = said("reason", reason)?;
    end(cx, order, &reason).await
}

/// 归档 by the callback's answer.
pub async fn close_after_callback(cx: &mut Cx, id: &OrderId, reason: &str) -> Result<Order> {
    let order = store::get(cx, &Grant::house(), id).await?;
    if order.status != Status::Signed {
        return Ok(order);
    }
    end(cx, order, reason).await
}

async fn end(cx: &mut Cx, mut order: Order, reason: &str) -> Result<Order> {
    order.close(reason, cx.now());
    done(cx, &mut order, Step::Close, json!({"reason": reason})).await?;
    Ok(order)
}

/// 取消.
pub async fn cancel(cx: &mut Cx, id: &OrderId, reason: &str) -> Result<Order> {
    let mut order = begin(cx, id, Step::Cancel).await?;
    let reason = said("reason", reason)?;
    order.cancel(&reason, cx.now());
    done(cx, &mut order, Step::Cancel, json!({"reason": reason})).await?;
    Ok(order)
}

pub async fn get(cx: &mut Cx, id: &OrderId) -> Result<Order> {
    let grant = cx.may(Act::Read)?;
    store::get(cx, &grant, id).await
}

/// For what follows from something already allowed.
pub async fn known(cx: &mut Cx, id: &OrderId) -> Result<Order> {
    store::get(cx, &Grant::house(), id).await
}

pub async fn list(cx: &mut Cx, filter: &Filter, page: &Page) -> Result<Vec<Order>> {
    let grant = cx.may(Act::Read)?;
    store::list(cx, &grant, filter, page).await
}

/// The same with the names that a list shows.
pub async fn listed(cx: &mut Cx, filter: &Filter, page: &Page) -> Result<Vec<Listed>> {
    let grant = cx.may(Act::Read)?;
    store::listed(cx, &grant, filter, page).await
}

/// For what follows from something already allowed.
pub async fn several_known(cx: &mut Cx, ids: &[Value]) -> Result<Vec<Order>> {
    store::by_ids(cx, ids).await
}

/// Who has been at this device before.
pub async fn who_was_at(cx: &mut Cx, device: &str) -> Result<Vec<PersonId>> {
    store::who_was_at(cx, device).await
}

/// How many each of several filters leaves, but no more than anybody wants to know.
pub async fn counts(cx: &mut Cx, filters: &[Filter], most: Option<i64>) -> Result<Vec<i64>> {
    if filters.is_empty() {
        return Ok(Vec::new());
    }
    let grant = cx.may(Act::Read)?;
    store::counts(cx, &grant, filters, most).await
}

/// How many there are, but no more than anybody wants to know.
pub async fn count_to(cx: &mut Cx, filter: &Filter, most: i64) -> Result<i64> {
    let grant = cx.may(Act::Read)?;
    store::count_to(cx, &grant, filter, most).await
}

pub async fn count(cx: &mut Cx, filter: &Filter) -> Result<i64> {
    let grant = cx.may(Act::Read)?;
    store::count(cx, &grant, filter).await
}

/// For what follows from something already allowed.
pub async fn count_known(cx: &mut Cx, filter: &Filter) -> Result<i64> {
    store::count(cx, &Grant::house(), filter).await
}

/// Orders that may be acted on, rather than only read: what waits for *me*.
pub async fn list_for(cx: &mut Cx, act: Act, filter: &Filter, page: &Page) -> Result<Vec<Order>> {
    let grant = cx.may(act)?;
    store::list(cx, &grant, filter, page).await
}

pub async fn follow_merge(cx: &mut Cx, gone: &str, kept: &str) -> Result<()> {
    store::move_to(cx, gone, kept).await
}

/// The window a person typed.
pub fn window(from: Option<Time>, to: Option<Time>, now: Time) -> Result<Window> {
    let mut wrongs = Wrongs::default();
    for (name, time) in [("from", from), ("to", to)] {
        if time.is_none() {
            wrongs.say(name, "missing");
        }
    }
    wrongs.done()?;
    let (Some(from), Some(to)) = (from, to) else { return Err(Refusal::INVALID.into()) };
    let window = Window { from, to };
    window.check(now)?;
    Ok(window)
}
