//! 裁定 of an order: as it was opened, anew when something else was found, and by a person who
//! decides otherwise. Each is kept; none is changed.
//!
//! Source: C5; 1995 11, 车三包 24 (the same problem is for a person to confirm).

use kernel::{Column as _, Field, Refusal, Result, Wrongs};
use rules::{
    customer::DeviceId,
    intake::RequestKind,
    order::{DelayBy, Order, OrderId, Status},
    policy::{Act, Grant},
    warranty::{
        Cause, Entitlement, NOTHING_CHANGES, ORDER_ENDED, Occasion, PROBLEM_ELSEWHERE, Shares,
        components,
    },
};
use serde_json::{Value as Json, json};

use super::{get, past, said, save, store};
use crate::{
    Cx, device,
    warranty::ops::{self, Asked, Decided, by_rules, in_force},
};

/// What somebody found of the fault; what is left out stays as it was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Finds {
    pub fault_code: Option<String>,
    pub component: Option<String>,
    /// The code of an exclusion of the pack; empty takes it back.
    pub exclusion: Option<String>,
    /// `suspected` or `proved`.
    pub evidence: Option<String>,
}

/// The same after it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    pub fault_code: Option<String>,
    pub component: Option<String>,
    /// With whether it is proved.
    pub exclusion: Option<(String, bool)>,
}

/// Every decision about it, the first first; whoever asks has read the order.
pub async fn decisions(cx: &mut Cx, id: &OrderId) -> Result<Vec<Decided>> {
    ops::of(cx, &[id.write()]).await
}

/// What each share of the work costs the customer, as things stand.
pub async fn shares(cx: &mut Cx, order: &Order) -> Result<Shares> {
    let all = decisions(cx, &order.id).await?;
    Ok(in_force(&all).map_or(Shares::of(order.coverage), Decided::shares))
}

/// What is wrong with what was found, in the words of the form.
pub async fn read_finds(
    cx: &mut Cx,
    order: &Order,
    finds: &Finds,
    wrongs: &mut Wrongs,
) -> Result<Known> {
    let tidy = |it: &Option<String>| it.as_deref().map(str::trim).map(str::to_owned);
    let all = decisions(cx, &order.id).await?;
    let before = last_known(&all);
    let pack = &cx.company.pack;
    let fault_code = tidy(&finds.fault_code).filter(|it| !it.is_empty());
    let component = tidy(&finds.component).filter(|it| !it.is_empty());
    if let (Some(it), Some(category)) = (&component, order.category.as_deref())
        && !components(pack, category).contains(it)
    {
        wrongs.add(Field::new("component", "component.unknown").with("value", it.as_str()));
    }
    let evidence = tidy(&finds.evidence).filter(|it| !it.is_empty());
    let proved = match evidence.as_deref() {
        None => before.exclusion.as_ref().is_some_and(|it| it.1),
        Some("suspected") => false,
        Some("proved") => true,
        Some(other) => {
            wrongs.add(Field::new("evidence", "unknown_code").with("value", other));
            false
        }
    };
    let exclusion = match tidy(&finds.exclusion) {
        None => before.exclusion.map(|it| (it.0, proved)),
        Some(it) if it.is_empty() => None,
        Some(it) => {
            if pack.exclusion(&it).is_none() {
                wrongs.add(Field::new("exclusion", "unknown_code").with("value", it.as_str()));
            }
            Some((it, proved))
        }
    };
    // Another code speaks for another component, unless somebody names it.
    let component = component.or_else(|| before.component.filter(|_| fault_code.is_none()));
    let fault_code = fault_code.or(before.fault_code).or_else(|| order.fault_code.clone());
    Ok(Known { fault_code, component, exclusion })
}

/// What the last decision of the rules rested on.
fn last_known(all: &[Decided]) -> Known {
    let Some(last) = by_rules(all).and_then(|it| it.decided.as_deref()) else {
        return Known::default();
    };
    let kept: Json = serde_json::from_str(last).unwrap_or_default();
    let text = |it: &Json| it.as_str().map(str::to_owned);
    let fault = &kept["inputs"]["fault"];
    let proved = fault["evidence"] == "proved";
    Known {
        fault_code: text(&kept["found"]),
        component: text(&kept["named"]),
        exclusion: text(&fault["exclusion"]).map(|it| (it, proved)),
    }
}

/// What the rules say of this order, were this found: on the day it was reported, with what was
/// repaired before.
pub async fn look(cx: &mut Cx, order: &Order, known: &Known) -> Result<Entitlement> {
    let device = match &order.device {
        Some(id) => {
            let id = DeviceId::parse(id)?;
            let it = device::ops::get(cx, &Grant::house(), &id).await?;
            let usage = device::ops::last_usage(cx, &id).await?;
            Some((it, usage))
        }
        None => None,
    };
    let before = match &order.device {
        Some(id) => past::past(cx, id).await?,
        None => Vec::new(),
    };
    let before = before
        .into_iter()
        .filter(|it| (it.opened_at, it.order.as_str()) < (order.opened_at, order.id.as_str()));
    let repairs = before.map(|it| it.repair).collect();
    let exclusion = known.exclusion.as_ref();
    let asked = Asked {
        device: device.as_ref().map(|it| &it.0),
        category: order.category.as_deref(),
        fault: known.fault_code.as_deref(),
        component: known.component.as_deref(),
        cause: exclusion.map(|it| Cause { exclusion: &it.0, proved: it.1 }),
        district: order.district.as_deref(),
        usage: device.as_ref().map(|it| it.1).unwrap_or_default(),
        repairs,
        problem: order.problem.as_deref(),
        on: Some(order.opened_at.day(&cx.company.zone).0),
        ..Asked::default()
    };
    Ok(ops::decide(cx, &asked))
}

/// 重新裁定: if anything it rests on is otherwise, it is kept beside the others, and the order is
/// listed under it unless a person has decided. The order is for the caller to save.
pub async fn decide_anew(
    cx: &mut Cx,
    order: &mut Order,
    known: &Known,
    occasion: Occasion,
) -> Result<Entitlement> {
    let decided = look(cx, order, known).await?;
    let mut kept = ops::kept(&decided);
    kept["found"] = json!(known.fault_code);
    kept["named"] = json!(known.component);
    let all = decisions(cx, &order.id).await?;
    if is_same(by_rules(&all), &kept) {
        return Ok(decided);
    }
    ops::keep(cx, &order.id, occasion, decided.coverage, &kept).await?;
    let before = order.coverage;
    let person = all.iter().any(|it| it.occasion == Occasion::Person);
    if !person {
        order.coverage = decided.coverage;
    }
    let data = json!({
        "coverage": decided.coverage, "before": before, "because": occasion, "person": person,
    });
    cx.record("order.decided", &order.id, data).await?;
    Ok(decided)
}

/// Nothing else was asked, and nothing else answered.
fn is_same(last: Option<&Decided>, kept: &Json) -> bool {
    let last = last.and_then(|it| serde_json::from_str::<Json>(it.decided.as_deref()?).ok());
    let Some(last) = last else { return false };
    ["inputs", "coverage", "entitlements", "rules"].iter().all(|it| last[*it] == kept[*it])
}

/// What was found while the work is under way: decided at once, and kept with the order.
pub async fn find(cx: &mut Cx, id: &OrderId, finds: &Finds) -> Result<(Order, Entitlement)> {
    let mut order = get(cx, id).await?;
    if !order.covered(&cx.actor, Act::OrderVisit) {
        return Err(Refusal::NOT_ALLOWED.into());
    }
    if !matches!(order.status, Status::Assigned | Status::OnWay | Status::OnSite) {
        return Err(ORDER_ENDED.with("status", order.status.code()).into());
    }
    let mut wrongs = Wrongs::default();
    let known = read_finds(cx, &order, finds, &mut wrongs).await?;
    if let Some(code) = &known.fault_code
        && !cx.company.pack.fault_codes(order.category.as_deref()).any(|it| it.code == *code)
    {
        wrongs.add(Field::new("fault_code", "fault.unknown").with("value", code.as_str()));
    }
    wrongs.done()?;
    let decided = decide_anew(cx, &mut order, &known, Occasion::Visit).await?;
    save(cx, &mut order).await?;
    Ok((order, decided))
}

/// 人为改判: who pays for parts, labour and travel, by somebody who has the right to, and why.
pub async fn override_by(
    cx: &mut Cx,
    id: &OrderId,
    [parts, labour, travel]: [&str; 3],
    reason: &str,
) -> Result<Order> {
    let mut order = get(cx, id).await?;
    if !order.covered(&cx.actor, Act::WarrantyOverride) {
        return Err(Refusal::NOT_ALLOWED.into());
    }
    if !order.status.is_open() {
        return Err(ORDER_ENDED.with("status", order.status.code()).into());
    }
    let mut wrongs = Wrongs::default();
    let read = Shares::read(parts, labour, travel, &mut wrongs);
    let reason = wrongs.take(said("reason", reason).map_err(field));
    wrongs.done()?;
    let (Some(new), Some(reason)) = (read, reason) else { return Err(Refusal::INVALID.into()) };
    let before = shares(cx, &order).await?;
    if before == new {
        return Err(NOTHING_CHANGES.into());
    }
    ops::keep_override(cx, id, new, &reason).await?;
    order.coverage = new.dearest();
    save(cx, &mut order).await?;
    let data = json!({
        "parts": new.parts, "labour": new.labour, "travel": new.travel, "reason": reason,
        "parts_before": before.parts, "labour_before": before.labour,
        "travel_before": before.travel,
    });
    cx.record("order.overridden", id, data).await?;
    Ok(order)
}

/// The one field of a refusal, to be said with what else is wrong.
fn field(error: kernel::Error) -> Field {
    let found = error.refusal().and_then(|it| it.fields.first().cloned());
    found.unwrap_or_else(|| Field::new("reason", "missing"))
}

/// 同一问题: somebody who knows both says that this repair is of the same problem as another, or
/// that it is of none.
pub async fn same_problem(cx: &mut Cx, id: &OrderId, other: Option<&str>) -> Result<Order> {
    let mut order = get(cx, id).await?;
    if !order.covered(&cx.actor, Act::ProblemConfirm) {
        return Err(Refusal::NOT_ALLOWED.into());
    }
    if !order.status.is_open() {
        return Err(ORDER_ENDED.with("status", order.status.code()).into());
    }
    let other = other.map(str::trim).filter(|it| !it.is_empty());
    let (problem, data) = match other {
        Some(other) => {
            let other = problem_of(cx, &order, other).await?;
            (other.problem.clone(), json!({"number": other.number, "order": other.id}))
        }
        None => (None, json!({})),
    };
    if order.problem == problem {
        return Err(NOTHING_CHANGES.into());
    }
    order.problem = problem;
    let all = decisions(cx, &order.id).await?;
    let mut known = last_known(&all);
    known.fault_code = known.fault_code.or_else(|| order.fault_code.clone());
    let kind = if other.is_some() { "order.problem_confirmed" } else { "order.problem_denied" };
    cx.record(kind, id, data).await?;
    decide_anew(cx, &mut order, &known, Occasion::Problem).await?;
    save(cx, &mut order).await?;
    Ok(order)
}

/// The other order, which from now on carries the problem's name.
async fn problem_of(cx: &mut Cx, order: &Order, other: &str) -> Result<Order> {
    let grant = cx.may(Act::Read)?;
    let found = match OrderId::parse(other) {
        Ok(id) => Some(store::get(cx, &grant, &id).await?),
        Err(_) => store::by_number(cx, &grant, &other.to_uppercase()).await?,
    };
    let unknown = || Refusal::INVALID.and(Field::new("order", "problem.no_order"));
    let mut found = found.ok_or_else(unknown)?;
    let repairs = found.kind == RequestKind::Repair && order.kind == RequestKind::Repair;
    if found.id == order.id || found.device.is_none() || found.device != order.device || !repairs {
        return Err(PROBLEM_ELSEWHERE.into());
    }
    if found.problem.is_none() {
        found.problem = Some(found.id.to_string());
        save(cx, &mut found).await?;
    }
    Ok(found)
}

/// 久修原因: why this repair takes so long, by somebody who knows it; nothing takes it back. The unit's
/// rights of the day are decided with it.
pub async fn explain_delay(cx: &mut Cx, id: &OrderId, by: Option<&str>) -> Result<Order> {
    let mut order = get(cx, id).await?;
    if !order.covered(&cx.actor, Act::ProblemConfirm) {
        return Err(Refusal::NOT_ALLOWED.into());
    }
    if !order.status.is_open() || order.kind != RequestKind::Repair {
        return Err(ORDER_ENDED.with("status", order.status.code()).into());
    }
    let unknown = |it: &str| Field::new("delay_by", "unknown_code").with("value", it);
    let by = match by.map(str::trim).filter(|it| !it.is_empty()) {
        None => None,
        Some(it) => Some(DelayBy::parse(it).ok_or_else(|| unknown(it))?),
    };
    if order.delay_by == by {
        return Err(NOTHING_CHANGES.into());
    }
    order.delay_by = by;
    save(cx, &mut order).await?;
    let (kind, data) = match by {
        Some(by) => ("order.delay_explained", json!({"delay": by})),
        None => ("order.delay_unexplained", json!({})),
    };
    cx.record(kind, id, data).await?;
    Ok(order)
}
