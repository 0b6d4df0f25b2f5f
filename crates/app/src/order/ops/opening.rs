//! 建单: a request becomes an order, at the outlet that serves the district or in a pool.

use kernel::{Day, Result, Span, Time};
use rules::{
    customer::CustomerId,
    intake::{RequestId, RequestKind},
    order::{Coverage, Order, OrderId, Status},
    org::Because,
    policy::OrgId,
    promise::Promise,
    warranty::Occasion,
};
use serde_json::json;

use super::{know, of, store};
use crate::{Cx, org, promise, warranty};

/// A repair of the same thing within so long of the last one is a repeat [3.12].
const REPEAT: Span = Span::days(30);

/// What the numbers of requests begin with.
pub const REQUEST: &str = "SL";

/// What a request hands over.
#[derive(Debug, Clone)]
pub struct Opening {
    pub request: RequestId,
    pub kind: RequestKind,
    pub customer: Option<CustomerId>,
    pub device: Option<String>,
    pub category: Option<String>,
    pub district: Option<String>,
    pub customer_class: Option<String>,
    pub fault_code: Option<String>,
    pub fault_level: i64,
    pub fault_text: Option<String>,
    pub coverage: Coverage,
    /// Who pays, as it was decided at the report.
    pub decided: Option<serde_json::Value>,
}

/// Where an order will lie, and what it repeats: everything that has to be looked up before it is
/// numbered.
#[derive(Debug, Clone)]
pub struct Place {
    pub id: OrderId,
    outlet: Option<OrgId>,
    path: String,
    name: String,
    because: Because,
    repeat_of: Option<String>,
}

/// The outlet that serves the district, or a pool.
pub async fn place(cx: &mut Cx, from: &Opening) -> Result<Place> {
    let (serving, because) =
        org::ops::route(cx, from.district.as_deref(), from.category.as_deref()).await?;
    let (outlet, path, name) = match serving {
        Some(it) => (Some(it.org), it.path, it.name),
        None => {
            let pool = org::ops::pool(cx, from.district.as_deref()).await?;
            (None, pool.path, pool.name)
        }
    };
    let repeat_of = repeat_of(cx, from).await?;
    let id = OrderId::born(cx.now(), cx.dice());
    Ok(Place { id, outlet, path, name, because, repeat_of })
}

/// 建单: the order at its place, with its promises.
pub async fn open(
    cx: &mut Cx,
    from: &Opening,
    at: Place,
    number: String,
) -> Result<(Order, Vec<Promise>)> {
    let data = json!({"number": number, "at": at.name, "because": at.because.code()});
    let now = cx.now();
    let blank = new(cx, from, number, now);
    let mut order =
        Order { id: at.id, path: at.path, outlet: at.outlet, repeat_of: at.repeat_of, ..blank };
    let of = of(&order, from.customer_class.clone());
    let mut given = Vec::new();
    for kind in rules::promise::AT_INTAKE {
        given.extend(promise::ops::give(cx, &of, *kind).await?);
    }
    order.due = promise::ops::first_due(&given, cx.now());
    store::insert(cx, &order).await?;
    if let Some(decided) = &from.decided {
        let occasion = Occasion::Report;
        warranty::ops::keep(cx, &order.id, occasion, order.coverage, decided).await?;
    }
    know(cx, &order, None).await?;
    cx.record("order.opened", &order.id, data).await?;
    Ok((order, given))
}

/// As it is opened, before anybody has it.
pub(super) fn new(cx: &mut Cx, from: &Opening, number: String, at: Time) -> Order {
    Order {
        id: OrderId::born(at, cx.dice()),
        number,
        kind: from.kind,
        status: Status::Reported,
        before: None,
        request: from.request.clone(),
        customer: from.customer.as_ref().map(ToString::to_string),
        device: from.device.clone(),
        category: from.category.clone(),
        district: from.district.clone(),
        outlet: None,
        path: String::new(),
        technician: None,
        owner: None,
        window_from: None,
        window_to: None,
        fault_code: from.fault_code.clone(),
        fault_level: from.fault_level,
        fault_text: from.fault_text.clone(),
        cause: None,
        action: None,
        found_code: None,
        finished_at: None,
        coverage: from.coverage,
        signed_name: None,
        signed_at: None,
        signed_by: None,
        signature: None,
        code: None,
        code_until: None,
        code_tries: 0,
        wait: None,
        wait_until: None,
        wait_text: None,
        reopened_count: 0,
        repeat_of: None,
        problem: None,
        delay_by: None,
        close_reason: None,
        opened_at: at,
        closed_at: None,
        due: None,
        version: 0,
    }
}

async fn repeat_of(cx: &mut Cx, from: &Opening) -> Result<Option<String>> {
    if from.kind != RequestKind::Repair {
        return Ok(None);
    }
    let since = cx.now().before(REPEAT);
    let customer = from.customer.as_ref().map(CustomerId::as_str);
    store::last_closed(cx, customer, from.device.as_deref(), since).await
}

/// `GD-2611-000123`: the customer's province, year and month, running.
pub async fn number(cx: &mut Cx, prefix: &str, district: Option<&str>) -> Result<String> {
    let month = month(prefix, district, cx.today());
    let n = cx.next_number(&month).await?;
    Ok(format!("{month}-{n:06}"))
}

/// That of a request and that of its order, drawn together.
pub async fn numbers(cx: &mut Cx, district: Option<&str>) -> Result<[String; 2]> {
    let today = cx.today();
    let months = [month(REQUEST, None, today), month("", district, today)];
    let drawn = cx.next_of_both([&months[0], &months[1]]).await?;
    Ok([0, 1].map(|it| format!("{}-{:06}", months[it], drawn[it])))
}

/// `GD-2611`: what numbers run under.
pub(super) fn month(prefix: &str, district: Option<&str>, day: Day) -> String {
    let letters = match prefix {
        "" => district.map_or("ZZ", locality::province_letters),
        prefix => prefix,
    };
    format!("{letters}-{:02}{:02}", day.0.year().rem_euclid(100), day.0.month())
}
