//! What people do to send somebody: assign, book anew, take up again with a further visit.

use kernel::{Column as _, Refusal, Result, Time};
use rules::{
    notice::NoticeKind,
    order::{Candidate, Obstacle, Order, OrderId, Status, Step, VisitId, Window},
    policy::{Act, PersonId, Role},
    promise::PromiseKind,
};
use serde_json::json;

use super::store::{self, Visit};
pub use super::{
    day::{DayView, day, length, said},
    store::VisitState,
};
use crate::{
    Cx,
    account::{self, Certificate, Person},
    args, intake,
    notice::{self, ops::ToCustomer},
    order::ops::{begin, done, know},
    promise,
    say::Say,
    ui::time::kept_window,
};

/// What is said when somebody is sent.
#[derive(Debug, Clone)]
pub struct Sending {
    pub technician: String,
    pub window: Window,
    /// Why somebody goes although they are busy or off duty.
    pub overriding: Option<String>,
    /// Why somebody else goes.
    pub reason: Option<String>,
}

/// 派工, and 改派 where somebody had it before: a technician gets the order, with a window.
pub async fn assign(cx: &mut Cx, id: &OrderId, step: Step, sending: &Sending) -> Result<Order> {
    let mut order = begin(cx, id, step).await?;
    sending.window.check(cx.now())?;
    let reason = match (step, &sending.reason) {
        (Step::Reassign, reason) => {
            Some(crate::order::ops::said("reason", reason.as_deref().unwrap_or_default())?)
        }
        (_, reason) => reason.clone(),
    };
    let technician = chosen(cx, &order, sending).await?;
    let before = order.technician.clone();
    drop_visit(cx, &order).await?;
    order.assign(step, technician.id.clone(), sending.window);
    let visit = plan_visit(cx, &order, &technician.id, sending.window).await?;
    know(cx, &order, Some(&technician.id)).await?;
    let data = json!({
        "technician": technician.id, "name": technician.name, "visit": visit,
        "from": sending.window.from.millis(), "to": sending.window.to.millis(),
        "reason": reason, "override": sending.overriding,
    });
    tell(cx, &order, &technician, before.as_ref()).await?;
    done(cx, &mut order, step, data).await?;
    Ok(order)
}

/// The person, if nothing stands in the way that the sender may not override.
async fn chosen(cx: &mut Cx, order: &Order, sending: &Sending) -> Result<Person> {
    let unknown = || Refusal::field("technician", "technician.unknown");
    let id = PersonId::parse(&sending.technician).map_err(|_| unknown())?;
    // Two dispatchers may want the same person at the same time: one after the other.
    cx.tx.hold("people", &id.write()).await?;
    let person = account::ops::person(cx, &id).await?.ok_or_else(unknown)?;
    if !person.has(Role::Technician) {
        return Err(unknown().into());
    }
    if let Some(obstacle) = obstacle(cx, order, &person, sending.window).await? {
        let why = sending.overriding.as_deref().map(str::trim).filter(|it| !it.is_empty());
        let allowed = obstacle.may_be_overridden() && why.is_some();
        if !allowed {
            return Err(obstacle.refusal().with("technician", person.name).into());
        }
        let grant = cx.may(Act::OrderOverride)?;
        if !grant.covers(&order.path, None) {
            return Err(Refusal::NOT_ALLOWED.into());
        }
    }
    Ok(person)
}

async fn obstacle(
    cx: &mut Cx,
    order: &Order,
    person: &Person,
    window: Window,
) -> Result<Option<Obstacle>> {
    let certificates = account::ops::certificates(cx, &person.id).await?;
    let candidate = candidate(person, certificates);
    let day = window.from.day(&cx.company.zone);
    let company = cx.company.clone();
    let needs = company.pack.certificates(order.category.as_deref(), order.kind);
    for need in needs.iter().copied().map(Some).chain([None]) {
        if let Some(obstacle) = candidate.obstacle(&order.path, need, day) {
            return Ok(Some(obstacle));
        }
    }
    if !account::ops::absences(cx, &person.id, window.from, window.to).await?.is_empty() {
        return Ok(Some(Obstacle::Absent));
    }
    let busy = store::busy(cx, &person.id, window.from, window.to).await?;
    let other = |it: &Visit| it.order != order.id && it.state != VisitState::Done;
    Ok(busy.iter().any(other).then_some(Obstacle::Busy))
}

pub fn candidate(person: &Person, certificates: Vec<Certificate>) -> Candidate {
    Candidate {
        id: person.id.clone(),
        path: person.path.clone(),
        active: person.status == rules::account::PersonStatus::Active,
        certificates: certificates.into_iter().map(|it| (it.name, it.until)).collect(),
    }
}

async fn plan_visit(
    cx: &mut Cx,
    order: &Order,
    technician: &PersonId,
    window: Window,
) -> Result<VisitId> {
    let now = cx.now();
    let visit = Visit {
        id: VisitId::born(now, cx.dice()),
        order: order.id.clone(),
        technician: technician.clone(),
        from: window.from,
        to: window.to,
        state: VisitState::Planned,
        departed_at: None,
        arrived_at: None,
        ended_at: None,
        lat: None,
        lon: None,
    };
    store::insert(cx, &visit).await?;
    Ok(visit.id)
}

/// The window that will not be used frees the technician's time.
pub async fn drop_visit(cx: &mut Cx, order: &Order) -> Result<()> {
    end_visit(cx, &order.id, VisitState::Dropped).await
}

/// A job that waited goes on with the technician it had: the visit is planned anew, as far along
/// as the order is.
pub async fn take_up(cx: &mut Cx, order: &Order) -> Result<()> {
    let state = match order.status {
        Status::Assigned => VisitState::Planned,
        Status::OnWay => VisitState::OnWay,
        Status::OnSite => VisitState::OnSite,
        _ => return Ok(()),
    };
    let (Some(technician), Some(window)) = (&order.technician, order.window()) else {
        return Ok(());
    };
    if store::running(cx, &order.id).await?.is_none() {
        plan_visit(cx, order, technician, window).await?;
        move_visit(cx, &order.id, state, None).await?;
    }
    Ok(())
}

pub async fn end_visit(cx: &mut Cx, order: &OrderId, state: VisitState) -> Result<()> {
    let Some(mut visit) = store::running(cx, order).await? else { return Ok(()) };
    visit.state = state;
    visit.ended_at = Some(cx.now());
    store::update(cx, &visit).await
}

/// Underway, or there: with the place, if the phone gave one.
pub async fn move_visit(
    cx: &mut Cx,
    order: &OrderId,
    state: VisitState,
    place: Option<(i64, i64)>,
) -> Result<()> {
    let Some(mut visit) = store::running(cx, order).await? else { return Ok(()) };
    visit.state = state;
    let now = cx.now();
    match state {
        VisitState::OnWay => visit.departed_at = Some(now),
        VisitState::OnSite => visit.arrived_at = Some(now),
        _ => (),
    }
    if let Some((lat, lon)) = place {
        (visit.lat, visit.lon) = (Some(lat), Some(lon));
    }
    store::update(cx, &visit).await
}

/// Technician and customer are told, in the same transaction.
async fn tell(
    cx: &mut Cx,
    order: &Order,
    technician: &Person,
    before: Option<&PersonId>,
) -> Result<()> {
    let say = Say(technician.lang);
    let when = order.window().map(|it| kept_window(cx, say, it)).unwrap_or_default();
    let job = args! { "number" => order.number.clone(), "window" => when };
    let subject = order.id.as_str();
    let body = say.with("notice-job", &job);
    notice::ops::tell(cx, &technician.id, NoticeKind::Job, subject, body).await?;
    if let Some(before) = before.filter(|it| **it != technician.id) {
        let body = say.with("notice-job-gone", &job);
        notice::ops::tell(cx, before, NoticeKind::JobGone, subject, body).await?;
    }
    tell_customer(cx, order, technician).await
}

/// 时间、地点、技师姓名和电话 [1].
async fn tell_customer(cx: &mut Cx, order: &Order, technician: &Person) -> Result<()> {
    let say = Say(cx.company.lang);
    let when = order.window().map(|it| kept_window(cx, say, it)).unwrap_or_default();
    let visit = args! {
        "number" => order.number.clone(), "window" => when,
        "technician" => technician.name.clone(),
        "phone" => technician.phone.clone().unwrap_or_default(),
    };
    let request = intake::ops::known(cx, &order.request).await?;
    let to = ToCustomer {
        kind: NoticeKind::Visit,
        subject: order.id.to_string(),
        customer: order.customer.clone(),
        phone: request.phone,
        body: say.with("notice-visit", &visit),
        secret: false,
    };
    notice::ops::tell_customer(cx, to).await.map(|_| ())
}

/// 改约: the same technician, another time.
pub async fn book(cx: &mut Cx, id: &OrderId, window: Window) -> Result<Order> {
    let mut order = begin(cx, id, Step::Book).await?;
    window.check(cx.now())?;
    let technician = order.technician.clone().ok_or(Refusal::NOT_FOUND)?;
    cx.tx.hold("people", &technician.write()).await?;
    let person = account::ops::person(cx, &technician).await?.ok_or(Refusal::NOT_FOUND)?;
    if let Some(obstacle) = obstacle(cx, &order, &person, window).await? {
        return Err(obstacle.refusal().with("technician", person.name).into());
    }
    drop_visit(cx, &order).await?;
    order.book(window);
    plan_visit(cx, &order, &technician, window).await?;
    tell(cx, &order, &person, None).await?;
    let data = json!({"from": window.from.millis(), "to": window.to.millis()});
    done(cx, &mut order, Step::Book, data).await?;
    Ok(order)
}

/// 恢复 with somebody to go: a further visit. Who holds the job names themselves and a time; whom
/// else to send is for the outlet to say.
pub async fn resume_with(cx: &mut Cx, id: &OrderId, sending: &Sending) -> Result<Order> {
    let mut order = begin(cx, id, Step::Resume).await?;
    let myself = cx.actor.person.as_ref().is_some_and(|it| it.as_str() == sending.technician);
    if !myself && !order.covered(&cx.actor, Act::OrderDispatch) {
        return Err(Refusal::NOT_ALLOWED.into());
    }
    sending.window.check(cx.now())?;
    let technician = chosen(cx, &order, sending).await?;
    drop_visit(cx, &order).await?;
    order.assign(Step::Resume, technician.id.clone(), sending.window);
    plan_visit(cx, &order, &technician.id, sending.window).await?;
    know(cx, &order, Some(&technician.id)).await?;
    tell(cx, &order, &technician, None).await?;
    let of = crate::order::ops::of(&order, None);
    promise::ops::withdraw(cx, &of.request, &[PromiseKind::Appointment]).await?;
    promise::ops::agree(cx, &of, sending.window).await?;
    let data = json!({
        "technician": technician.id, "name": technician.name,
        "from": sending.window.from.millis(), "to": sending.window.to.millis(),
    });
    done(cx, &mut order, Step::Resume, data).await?;
    Ok(order)
}

/// The people who can be sent, within reach, of these outlets or of all, with how many orders
/// each has.
pub async fn technicians(cx: &mut Cx, outlets: &[String]) -> Result<Vec<(Person, i64)>> {
    let grant = cx.may(Act::TechnicianRead)?;
    let role = Some(Role::Technician);
    let which = account::ops::WhichPeople { role, ..Default::default() };
    let mut people = account::ops::list(cx, &grant, &which).await?;
    people.retain(|it| outlets.is_empty() || outlets.iter().any(|org| *org == it.org.as_str()));
    let mut all = Vec::new();
    for person in people {
        let filter = crate::order::Filter {
            technician: vec![person.id.to_string()],
            status: vec![Status::Assigned, Status::OnWay, Status::OnSite, Status::Finished],
            ..Default::default()
        };
        let open = crate::order::ops::count_known(cx, &filter).await?;
        all.push((person, open));
    }
    Ok(all)
}

pub async fn visits(cx: &mut Cx, order: &OrderId) -> Result<Vec<Visit>> {
    store::of_order(cx, order).await
}

/// What somebody still has to do between two moments: whoever manages them asks before they go on
/// leave or go for good.
pub async fn still_to_do(cx: &mut Cx, id: &PersonId, from: Time, to: Time) -> Result<Vec<Visit>> {
    let person = account::ops::managed_one(cx, id).await?;
    let busy = store::busy(cx, &person.id, from, to).await?;
    Ok(busy.into_iter().filter(|it| it.state != VisitState::Done).collect())
}
