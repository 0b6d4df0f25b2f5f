//! Requests as they were elsewhere: filed with their own times and words, with the orders that
//! belong to them, and nothing that is still to be kept.

use std::collections::HashMap;

use kernel::{Column as _, Result, Time};
use rules::{
    customer::ProductId,
    intake::{Channel, RequestId, RequestKind, RequestStatus},
    order::{Coverage, OrderId},
    policy::OrgId,
};
use serde_json::json;

use super::store::{self, Request};
use crate::{
    Cx,
    customer::{self, Customer},
    device::{self, Device},
    order::{
        self,
        ops::{
            Opening,
            import::{Changed, End, Now, Numbers},
        },
    },
};

/// A request of before.
#[derive(Debug, Clone)]
pub struct Past {
    pub external_id: String,
    pub kind: RequestKind,
    pub channel: Channel,
    pub opened_at: Time,
    /// What was promised then: told on the timeline, and nothing runs out.
    pub promised_at: Option<Time>,
    pub course: Course,
    /// Nobody, if neither a name nor a phone is known.
    pub customer: Option<customer::ops::Draft>,
    pub address: Option<String>,
    pub place: customer::ops::Place,
    pub outlet: Option<OrgId>,
    /// Whose it is: the outlet's, else headquarters'.
    pub path: String,
    pub product: Option<Product>,
    pub serial: Option<String>,
    pub fault_code: Option<String>,
    pub fault_text: Option<String>,
    pub level: i64,
    /// Its history comes as events of its own, and tells how it ended.
    pub is_case: bool,
}

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    Open,
    /// There and then, or later, without anybody being sent.
    Answered(Time),
    Ended(End),
}

#[derive(Debug, Clone)]
pub struct Product {
    pub id: ProductId,
    pub model: String,
    pub category: Option<String>,
}

/// How many were made new.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filed {
    pub requests: u64,
    pub orders: u64,
    pub customers: u64,
    pub devices: u64,
    pub products: u64,
}

impl Past {
    fn makes_an_order(&self) -> bool {
        self.kind.makes_an_order() && !matches!(self.course, Course::Answered(_))
    }

    fn end(&self) -> Option<End> {
        match self.course {
            Course::Ended(end) => Some(end),
            Course::Open | Course::Answered(_) => None,
        }
    }

    fn status(&self) -> RequestStatus {
        match self.course {
            Course::Answered(_) => RequestStatus::Answered,
            Course::Ended(_) if self.makes_an_order() => RequestStatus::Closed,
            Course::Ended(_) => RequestStatus::Answered,
            Course::Open if self.makes_an_order() => RequestStatus::Ordered,
            Course::Open => RequestStatus::Open,
        }
    }

    fn answered_at(&self) -> Option<Time> {
        match self.course {
            Course::Answered(at) => Some(at),
            Course::Ended(end) if !self.makes_an_order() => Some(end.at),
            Course::Ended(_) | Course::Open => None,
        }
    }

    fn closed_at(&self) -> Option<Time> {
        self.end().filter(|_| self.makes_an_order()).map(|it| it.at)
    }
}

/// Files them all. Their ids stand in the same order.
pub async fn file(cx: &mut Cx, all: &[Past]) -> Result<(Vec<RequestId>, Filed)> {
    let drafts = all.iter().filter_map(|it| it.customer.as_ref());
    let mut people = customer::ops::import::meet(cx, drafts).await?;
    let serials = all.iter().filter_map(|it| it.serial.clone());
    let models = all.iter().filter_map(|it| it.product.as_ref()).map(|it| it.model.clone());
    let mut units = device::ops::import::meet(cx, serials, models).await?;
    let mut numbers = Numbers::default();
    let zone = cx.company.zone.clone();
    let days = || all.iter().map(|it| (it, it.opened_at.day(&zone)));
    numbers.reserve(cx, "SL", days().map(|it| (None, it.1))).await?;
    let orders = days().filter(|it| it.0.makes_an_order());
    numbers.reserve(cx, "", orders.map(|it| (it.0.place.district.as_deref(), it.1))).await?;

    let (mut ids, mut filed) = (Vec::new(), Filed::default());
    for past in all {
        let who = match &past.customer {
            Some(draft) => Some(people.find_or_file(cx, draft, &past.path, &past.place).await?),
            None => None,
        };
        let user = who.as_ref().map(|it| it.0.id.clone());
        let model = past.product.as_ref().map(|it| it.model.as_str());
        let device = match &past.serial {
            Some(serial) => {
                Some(units.find_or_file(cx, serial, model, user.as_ref(), &past.path).await?)
            }
            None => None,
        };
        let request = one(cx, past, who, device.as_ref(), &mut numbers).await?;
        filed.requests += 1;
        filed.orders += u64::from(request.order.is_some());
        ids.push(request.id);
    }
    (filed.customers, filed.devices) = (people.filed, units.filed);
    filed.products = units.products;
    Ok((ids, filed))
}

async fn one(
    cx: &mut Cx,
    past: &Past,
    who: Option<(Customer, Option<String>)>,
    device: Option<&Device>,
    numbers: &mut Numbers,
) -> Result<Request> {
    let day = past.opened_at.day(&cx.company.zone);
    let number = numbers.next(cx, "SL", None, day).await?;
    let (who, contact) = who.map_or((None, None), |(who, contact)| (Some(who), contact));
    let mut request = new(cx, past, number);
    request.customer = who.as_ref().map(|it| it.id.clone());
    request.contact = contact;
    request.device = device.map(|it| it.id.to_string());
    let order = past.makes_an_order().then(|| OrderId::born(past.opened_at, cx.dice()));
    request.order = order.as_ref().map(ToString::to_string);
    // The order names its request, so the request has to be there first.
    store::insert(cx, &request).await?;
    if let Some(id) = order {
        let district = past.place.district.as_deref();
        let number = numbers.next(cx, "", district, day).await?;
        let order = of_order(id, past, &request, who.as_ref(), device);
        order::ops::import::file(cx, &order, number).await?;
    }
    tell(cx, past, &request).await?;
    Ok(request)
}

async fn tell(cx: &mut Cx, past: &Past, request: &Request) -> Result<()> {
    let data = json!({
        "number": request.number, "kind": request.kind, "channel": request.channel,
        "answered": request.answered_at.is_some(),
    });
    cx.recall("request.received", &request.id, past.opened_at, data).await?;
    if let Some(due) = past.promised_at {
        let data = json!({"due": due.millis()});
        cx.recall("request.was_promised", &request.id, past.opened_at, data).await?;
    }
    tell_end(cx, past, request).await
}

/// What sends nobody out has no order to tell its end.
async fn tell_end(cx: &mut Cx, past: &Past, request: &Request) -> Result<()> {
    match past.answered_at() {
        Some(at) => cx.recall("request.closed", &request.id, at, json!({})).await,
        None => Ok(()),
    }
}

fn new(cx: &mut Cx, past: &Past, number: String) -> Request {
    let phone = past.customer.as_ref().and_then(|it| it.phone.clone());
    Request {
        id: RequestId::born(past.opened_at, cx.dice()),
        number,
        kind: past.kind,
        channel: past.channel,
        status: past.status(),
        received_at: past.opened_at,
        customer: None,
        contact: None,
        phone,
        device: None,
        product: past.product.as_ref().map(|it| it.model.clone()),
        fault_code: past.fault_code.clone(),
        fault_level: past.level,
        fault_text: past.fault_text.clone(),
        wanted_from: None,
        wanted_to: None,
        coverage: Coverage::Unknown,
        entitlement: None,
        answer: None,
        answered_at: past.answered_at(),
        taken_by: None,
        owner: None,
        path: past.path.clone(),
        order: None,
        district: past.place.district.clone(),
        external_id: Some(past.external_id.clone()),
        closed_at: past.closed_at(),
        address: past.address.clone(),
        lat: past.place.lat,
        lon: past.place.lon,
        version: 0,
    }
}

fn of_order(
    id: OrderId,
    past: &Past,
    request: &Request,
    who: Option<&Customer>,
    device: Option<&Device>,
) -> order::ops::import::Past {
    let of_product = || past.product.as_ref().and_then(|it| it.category.clone());
    let category = device.and_then(|it| it.category.clone()).or_else(of_product);
    let opening = Opening {
        request: request.id.clone(),
        kind: past.kind,
        customer: request.customer.clone(),
        device: request.device.clone(),
        category,
        district: past.place.district.clone(),
        customer_class: who.and_then(|it| it.class.clone()),
        fault_code: past.fault_code.clone(),
        fault_level: past.level,
        fault_text: past.fault_text.clone(),
        coverage: Coverage::Unknown,
        decided: None,
    };
    let (outlet, path) = (past.outlet.clone(), past.path.clone());
    let (opened_at, end) = (past.opened_at, past.end());
    let tells_end = !past.is_case;
    order::ops::import::Past { id, opening, outlet, path, opened_at, end, tells_end }
}

/// Those that are on file under an external id or under their number, by what was asked.
pub async fn on_file(cx: &mut Cx, keys: &[String]) -> Result<HashMap<String, Request>> {
    let values: Vec<_> = keys.iter().map(|it| it.write()).collect();
    let mut known = HashMap::new();
    for it in store::by_numbers(cx, &values).await? {
        known.insert(it.number.clone(), it);
    }
    for it in store::by_externals(cx, &values).await? {
        known.insert(it.external_id.clone().unwrap_or_default(), it);
    }
    Ok(known)
}

/// Those with these ids.
pub async fn by_ids(
    cx: &mut Cx,
    ids: impl Iterator<Item = String>,
) -> Result<HashMap<String, Request>> {
    let ids: Vec<_> = ids.map(|it| it.write()).collect();
    let found = store::by_ids(cx, &ids).await?;
    Ok(found.into_iter().map(|it| (it.id.to_string(), it)).collect())
}

/// What the file says now of requests that are on file: words, times and how it ended. Whose they
/// are, and what people did with them since, stays. Says of each whether anything changed.
pub async fn change(cx: &mut Cx, all: &[(Request, Past)]) -> Result<Vec<bool>> {
    let orders = all.iter().filter_map(|it| it.0.order.clone());
    let orders = order::ops::import::by_ids(cx, orders).await?;
    let mut changed = Vec::new();
    for (before, past) in all {
        let order = before.order.as_ref().and_then(|it| orders.get(it));
        changed.push(change_one(cx, before, past, order).await?);
    }
    Ok(changed)
}

async fn change_one(
    cx: &mut Cx,
    before: &Request,
    past: &Past,
    order: Option<&rules::order::Order>,
) -> Result<bool> {
    let mut it = before.clone();
    it.channel = past.channel;
    it.received_at = past.opened_at;
    it.fault_text = past.fault_text.clone().or(it.fault_text);
    it.fault_code = past.fault_code.clone().or(it.fault_code);
    it.fault_level = past.level;
    it.address = past.address.clone().or(it.address);
    (it.lat, it.lon) = (past.place.lat.or(it.lat), past.place.lon.or(it.lon));
    let of_order = match order {
        Some(order) => {
            let now = Now {
                fault_text: it.fault_text.clone(),
                level: it.fault_level,
                opened_at: past.opened_at,
                end: past.end(),
                tells_end: !past.is_case,
            };
            order::ops::import::change(cx, order, &now).await?
        }
        // People may have answered it meanwhile.
        None => Changed { any: false, follows: before.answer.is_none() },
    };
    if of_order.follows && past.makes_an_order() == order.is_some() {
        it.status = past.status();
        (it.closed_at, it.answered_at) = (past.closed_at(), past.answered_at());
    }
    if it == *before {
        return Ok(of_order.any);
    }
    store::update(cx, &it).await?;
    let ends = it.answered_at != before.answered_at;
    if ends && order.is_none() && !past.is_case {
        tell_end(cx, past, &it).await?;
    }
    if !past.is_case {
        cx.record("request.changed_by_import", &it.id, json!({})).await?;
    }
    Ok(true)
}
