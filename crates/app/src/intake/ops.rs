//! What people do with requests: take them, answer them, and read them as far as they may.

pub mod draft;
pub mod import;
pub mod same;

use kernel::{Field, Kind, Refusal, Result, Time, Value, Wrongs};
use rules::{
    customer::{CustomerId, DeviceId},
    intake::{self, Channel, RequestId, RequestKind, RequestStatus, RequestStep},
    order::Order,
    policy::{Act, Grant, PersonId, Reach, Role},
    promise::{Promise, PromiseKind},
    warranty::Entitlement,
};
use serde_json::{Value as Json, json};

use super::store::{self, Filter, Request};
use crate::{
    Cx, account,
    customer::{self, Customer},
    device::{self, Device},
    order::{self, ops::Opening},
    promise,
    warranty::ops::{self as warranty, Asked},
};

/// What the caller says, as it was typed.
#[derive(Debug, Clone, Default)]
pub struct Report {
    pub kind: Option<String>,
    pub channel: Option<String>,
    pub customer: customer::ops::Draft,
    pub device: device::ops::Draft,
    pub fault_code: Option<String>,
    pub fault_level: Option<i64>,
    pub fault_text: Option<String>,
    pub wanted_from: Option<Time>,
    pub wanted_to: Option<Time>,
    /// An easy question is answered and closed at once.
    pub answer: Option<String>,
    pub external_id: Option<String>,
}

/// A report that was read: nothing in it is wrong by itself.
struct Heard {
    kind: RequestKind,
    channel: Channel,
    customer: customer::ops::Draft,
    device: device::ops::Clean,
    level: i64,
}

/// Whom and which device the desk picked from what is on file.
#[derive(Debug, Clone, Default)]
pub struct About {
    pub customer: Option<CustomerId>,
    pub device: Option<DeviceId>,
}

/// What came of a report.
#[derive(Debug, Clone)]
pub struct Filed {
    pub request: Request,
    pub order: Option<Order>,
    pub customer: Customer,
    pub device: Option<Device>,
    /// As they are listed: by when they began, then by when they are due.
    pub promises: Vec<Promise>,
}

/// 受理: who calls, about which device, what is wrong; filed, promised, and sent on its way.
pub async fn report(cx: &mut Cx, said: &Report) -> Result<Filed> {
    report_about(cx, said, &About::default()).await
}

/// The same about somebody who was picked: whoever may not see their phone need not type it.
pub async fn report_about(cx: &mut Cx, said: &Report, about: &About) -> Result<Filed> {
    may_take(cx, said)?;
    let heard = hear(cx, said, about.customer.is_some())?;
    if let Some(external) = &said.external_id
        && store::by_external(cx, external).await?.is_some()
    {
        return Err(Refusal::new(Kind::Conflict, "request.known_external").into());
    }
    let (who, contact) = match &about.customer {
        Some(id) => (picked(cx, id).await?, heard.customer.contact.clone()),
        None => customer::ops::find_or_file(cx, &heard.customer).await?,
    };
    let device = match (&about.device, heard.device.is_empty()) {
        (Some(id), _) => Some(picked_device(cx, id, &who).await?),
        (None, true) => None,
        (None, false) => {
            Some(device::ops::find_or_file(cx, &who.id, &heard.device, "device.").await?)
        }
    };
    check_fault(cx, said, device.as_ref())?;
    let fault = said.fault_code.as_deref();
    let district = who.district.as_deref();
    let asked = Asked { device: device.as_ref(), fault, district, ..Asked::default() };
    let entitlement = decide(cx, asked).await?;
    let mut request = new(cx, said, &heard, &who, contact, device.as_ref(), &entitlement);
    let (order, mut promises) = settle(cx, said, &mut request, &who, device.as_ref()).await?;
    promises.sort_by(|a, b| {
        (a.started_at, a.due, a.id.as_str()).cmp(&(b.started_at, b.due, b.id.as_str()))
    });
    Ok(Filed { request, order, customer: who, device, promises })
}

/// Who may not take it is told so before what is wrong with it.
fn may_take(cx: &Cx, said: &Report) -> Result<()> {
    let kind = said.kind.as_deref().and_then(|it| RequestKind::parse(it.trim()));
    let taken = match kind {
        Some(kind) => cx.may(kind.take()),
        None => cx.may(Act::RequestTake).or_else(|_| cx.may(Act::ComplaintFile)),
    };
    taken.map(|_| ())
}

async fn picked(cx: &mut Cx, id: &CustomerId) -> Result<Customer> {
    let grant = cx.may(Act::Read)?;
    customer::ops::get(cx, &grant, id).await
}

async fn picked_device(cx: &mut Cx, id: &DeviceId, who: &Customer) -> Result<Device> {
    let grant = cx.may(Act::Read)?;
    let it = device::ops::get(cx, &grant, id).await?;
    let theirs = [&it.user, &it.buyer].into_iter().flatten().any(|it| *it == who.id);
    if theirs { Ok(it) } else { Err(Refusal::field("device", "unknown").into()) }
}

/// Ordered, answered at once, or open with an owner and a promised reply.
async fn settle(
    cx: &mut Cx,
    said: &Report,
    request: &mut Request,
    who: &Customer,
    device: Option<&Device>,
) -> Result<(Option<Order>, Vec<Promise>)> {
    let answer = said.answer.as_deref().map(str::trim).filter(|it| !it.is_empty());
    if answer.is_none() && request.kind.makes_an_order() {
        let (order, promises) = ordered(cx, request, who, device).await?;
        return Ok((Some(order), promises));
    }
    match answer {
        Some(answer) => {
            request.status = request.status.take(RequestStep::Answer)?;
            request.answer = Some(order::ops::said("answer", answer)?);
            request.answered_at = Some(cx.now());
        }
        None => request.owner = owner(cx, request.kind).await?,
    }
    request.number = order::ops::number(cx, order::ops::REQUEST, None).await?;
    file(cx, request).await?;
    if answer.is_some() {
        return Ok((None, Vec::new()));
    }
    let of = of(request, who, device);
    let promise = promise::ops::give(cx, &of, PromiseKind::Reply).await?;
    Ok((None, promise.into_iter().collect()))
}

/// Everything is looked up before the numbers are drawn: until the end nobody else gets one.
async fn ordered(
    cx: &mut Cx,
    request: &mut Request,
    who: &Customer,
    device: Option<&Device>,
) -> Result<(Order, Vec<Promise>)> {
    request.status = request.status.take(RequestStep::Order)?;
    let opening = opening(request, who, device);
    let place = order::ops::place(cx, &opening).await?;
    request.order = Some(place.id.to_string());
    let [own, number] = order::ops::numbers(cx, who.district.as_deref()).await?;
    request.number = own;
    file(cx, request).await?;
    order::ops::open(cx, &opening, place, number).await
}

async fn file(cx: &mut Cx, request: &Request) -> Result<()> {
    store::insert(cx, request).await?;
    let data = json!({
        "number": request.number, "kind": request.kind, "channel": request.channel,
        "answered": request.answer.is_some(),
    });
    cx.record("request.received", &request.id, data).await
}

fn opening(request: &Request, who: &Customer, device: Option<&Device>) -> Opening {
    Opening {
        request: request.id.clone(),
        kind: request.kind,
        customer: Some(who.id.clone()),
        device: request.device.clone(),
        category: device.and_then(|it| it.category.clone()),
        district: who.district.clone(),
        customer_class: who.class.clone(),
        fault_code: request.fault_code.clone(),
        fault_level: request.fault_level,
        fault_text: request.fault_text.clone(),
        coverage: request.coverage,
        decided: request.entitlement.as_deref().and_then(|it| serde_json::from_str(it).ok()),
    }
}

fn of(request: &Request, who: &Customer, device: Option<&Device>) -> promise::ops::Of {
    promise::ops::Of {
        request: request.id.to_string(),
        order: None,
        kind: request.kind,
        level: Some(request.fault_level),
        district: who.district.clone(),
        customer_class: who.class.clone(),
        category: device.and_then(|it| it.category.clone()),
    }
}

/// Everything that is wrong with what was typed is said at once.
fn hear(cx: &Cx, said: &Report, known: bool) -> Result<Heard> {
    let mut wrongs = Wrongs::default();
    let kind = code("kind", said.kind.as_deref(), RequestKind::parse, &mut wrongs);
    let channel = code("channel", said.channel.as_deref(), Channel::parse, &mut wrongs);
    let customer = customer::ops::check(&said.customer, "customer.", &mut wrongs);
    let typed = |it: &Option<String>| it.as_deref().is_some_and(|it| !it.trim().is_empty());
    if !known && !typed(&said.customer.phone) && customer.address.is_none() {
        wrongs.say("customer.phone", "phone_or_address");
    }
    let device = device::ops::check(cx, &said.device, "device.", &mut wrongs);
    let level = said.fault_level.or_else(|| {
        let fault = cx.company.pack.fault(said.fault_code.as_deref()?)?;
        Some(fault.level)
    });
    if level.is_some_and(|it| !(1..=4).contains(&it)) {
        wrongs.add(Field::new("fault.level", "range").with("min", 1i64).with("max", 4i64));
    }
    if said.fault_text.as_ref().is_some_and(|it| it.chars().count() > order::ops::LONGEST) {
        let most = order::ops::LONGEST as i64;
        wrongs.add(Field::new("fault.text", "too_long").with("most", most));
    }
    if let Err(code) = intake::wish(cx.now(), said.wanted_from, said.wanted_to) {
        wrongs.say("wanted.from", code);
    }
    wrongs.done()?;
    match (kind, channel) {
        (Some(kind), Some(channel)) => {
            Ok(Heard { kind, channel, customer, device, level: level.unwrap_or(3) })
        }
        _ => Err(Refusal::INVALID.into()),
    }
}

/// A code that has to be one of ours.
pub fn code<T>(
    field: &str,
    text: Option<&str>,
    parse: impl Fn(&str) -> Option<T>,
    wrongs: &mut Wrongs,
) -> Option<T> {
    match text.map(str::trim).filter(|it| !it.is_empty()) {
        None => {
            wrongs.say(field, "missing");
            None
        }
        Some(text) => {
            let found = parse(text);
            if found.is_none() {
                wrongs.add(Field::new(field, "unknown_code").with("value", text));
            }
            found
        }
    }
}

/// A fault code belongs to the device's category; a device without category takes any.
fn check_fault(cx: &Cx, said: &Report, device: Option<&Device>) -> Result<()> {
    let Some(code) = said.fault_code.as_deref().filter(|it| !it.is_empty()) else {
        return Ok(());
    };
    known_fault(cx, code, device.and_then(|it| it.category.as_deref()), "fault.code")
}

pub fn known_fault(cx: &Cx, code: &str, category: Option<&str>, field: &str) -> Result<()> {
    if cx.company.pack.fault_codes(category).any(|it| it.code == code) {
        return Ok(());
    }
    Err(Field::new(field, "fault.unknown").with("value", code).into())
}

/// It gets its number when it is filed.
fn new(
    cx: &mut Cx,
    said: &Report,
    heard: &Heard,
    who: &Customer,
    contact: Option<String>,
    device: Option<&Device>,
    entitlement: &Entitlement,
) -> Request {
    let now = cx.now();
    Request {
        id: RequestId::born(now, cx.dice()),
        number: String::new(),
        kind: heard.kind,
        channel: heard.channel,
        status: RequestStatus::Open,
        received_at: now,
        customer: Some(who.id.clone()),
        contact,
        phone: heard.customer.phone.clone(),
        device: device.map(|it| it.id.to_string()),
        product: None,
        fault_code: said.fault_code.clone().filter(|it| !it.is_empty()),
        fault_level: heard.level,
        fault_text: said.fault_text.as_deref().map(str::trim).map(str::to_owned),
        wanted_from: said.wanted_from,
        wanted_to: said.wanted_to,
        coverage: entitlement.coverage,
        entitlement: Some(kept(entitlement, said.fault_code.as_deref()).to_string()),
        answer: None,
        answered_at: None,
        taken_by: cx.actor.person.clone(),
        owner: None,
        path: cx.actor.path.clone(),
        order: None,
        district: who.district.clone(),
        external_id: said.external_id.clone(),
        closed_at: None,
        address: None,
        lat: None,
        lon: None,
        version: 0,
    }
}

/// Who pays today, with what was repaired on the unit before and how far it has run.
pub async fn decide(cx: &mut Cx, mut asked: Asked<'_>) -> Result<Entitlement> {
    if let Some(device) = asked.device {
        let past = order::ops::past(cx, device.id.as_str()).await?;
        asked.repairs = past.into_iter().map(|it| it.repair).collect();
        asked.usage = device::ops::last_usage(cx, &device.id).await?;
    }
    Ok(warranty::decide(cx, &asked))
}

/// The decision as it is kept, with the code that was reported.
pub fn kept(it: &Entitlement, fault: Option<&str>) -> Json {
    let mut kept = warranty::kept(it);
    kept["found"] = json!(fault.filter(|it| !it.is_empty()));
    kept
}

/// A complaint belongs to the supervisor's desk, the rest to the agents.
async fn owner(cx: &mut Cx, kind: RequestKind) -> Result<Option<PersonId>> {
    let role = if kind.is_complaint() { Role::Supervisor } else { Role::Agent };
    if cx.actor.has(role) {
        return Ok(cx.actor.person.clone());
    }
    let which = account::ops::WhichPeople { role: Some(role), ..Default::default() };
    let people = account::ops::list(cx, &Grant::house(), &which).await?;
    Ok(people.into_iter().next().map(|it| it.id))
}

/// 答复: the customer hears what was asked.
pub async fn answer(
    cx: &mut Cx,
    id: &RequestId,
    text: &str,
    version: Option<i64>,
) -> Result<Request> {
    let mut request = get(cx, id).await?;
    cx.may(request.kind.answer())?;
    if version.is_some_and(|read| read != request.version) {
        return Err(Refusal::new(Kind::Stale, "stale_version").into());
    }
    let text = order::ops::said("text", text)?;
    request.status = request.status.take(RequestStep::Answer)?;
    request.answer = Some(text.clone());
    request.answered_at = Some(cx.now());
    store::update(cx, &request).await?;
    request.version += 1;
    promise::ops::meet(cx, request.id.as_str(), PromiseKind::Reply).await?;
    cx.record("request.answered", id, json!({"text": text})).await?;
    Ok(request)
}

/// Its order ended; so does the request.
pub async fn close(cx: &mut Cx, order: &str) -> Result<()> {
    let Some(mut request) = store::of_order(cx, order).await? else { return Ok(()) };
    let Some(status) = request.status.after(RequestStep::Close) else { return Ok(()) };
    request.status = status;
    request.closed_at = Some(cx.now());
    store::update(cx, &request).await?;
    cx.record("request.closed", &request.id, json!({})).await
}

/// How far somebody reads requests: complaints apart from the rest.
fn grants(cx: &Cx) -> Result<(Grant, Grant)> {
    let (read, complaints) =
        (cx.actor.grant_for(Act::Read), cx.actor.grant_for(Act::ComplaintRead));
    if read.reach() == Reach::Nothing && complaints.reach() == Reach::Nothing {
        return Err(Refusal::NOT_ALLOWED.into());
    }
    Ok((read, complaints))
}

pub async fn get(cx: &mut Cx, id: &RequestId) -> Result<Request> {
    let (read, complaints) = grants(cx)?;
    store::get(cx, &read, &complaints, id).await
}

/// For what was just made, or follows from something already allowed.
pub async fn known(cx: &mut Cx, id: &RequestId) -> Result<Request> {
    store::get(cx, &Grant::house(), &Grant::house(), id).await
}

/// For what follows from something already allowed.
pub async fn several_known(cx: &mut Cx, ids: &[Value]) -> Result<Vec<Request>> {
    store::by_ids(cx, ids).await
}

pub async fn list(cx: &mut Cx, filter: &Filter) -> Result<Vec<Request>> {
    let (read, complaints) = grants(cx)?;
    store::list(cx, &read, &complaints, filter).await
}

pub async fn count(cx: &mut Cx, filter: &Filter) -> Result<i64> {
    let (read, complaints) = grants(cx)?;
    store::count(cx, &read, &complaints, filter).await
}

pub async fn by_external(cx: &mut Cx, external_id: &str) -> Result<Option<Request>> {
    store::by_external(cx, external_id).await
}

pub async fn follow_merge(cx: &mut Cx, gone: &str, kept: &str) -> Result<()> {
    store::move_to(cx, gone, kept).await
}
