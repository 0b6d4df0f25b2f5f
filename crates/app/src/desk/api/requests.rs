//! Requests over HTTP: `POST /requests` is where everything begins.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use kernel::{Result, Wrongs};
use rules::{
    customer::CustomerKind,
    intake::{Channel, RequestId, RequestKind, RequestStatus},
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Items, Problems, asked, cut};
use crate::{
    App, Cx, customer,
    desk::show::{RequestView, Show},
    device,
    edge::{Body, Fail, Key, Query, Time, Who, if_match, listed, once, shown},
    intake::{self, ops::Report},
    paging::Paged,
};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(take, list)).routes(routes!(one)).routes(routes!(answer))
}

/// A customer as sent.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub struct CustomerBody {
    pub name: Option<String>,
    pub phone: Option<String>,
    pub address: Option<String>,
    pub district: Option<String>,
    pub kind: Option<String>,
    pub contact: Option<String>,
    pub postcode: Option<String>,
    pub class: Option<String>,
    pub external_id: Option<String>,
}

/// A device as sent.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub struct DeviceBody {
    pub serial: Option<String>,
    pub model: Option<String>,
    pub category: Option<String>,
    pub sold_on: Option<String>,
    pub delivered_on: Option<String>,
    pub installed_on: Option<String>,
    pub accepted_on: Option<String>,
    pub produced_on: Option<String>,
    /// It took the place of another on that day.
    pub exchanged_on: Option<String>,
    pub price_fen: Option<i64>,
    pub invoice: Option<bool>,
    pub certificate: Option<bool>,
    pub purchase_channel: Option<String>,
    pub card: Option<String>,
    pub buyer: Option<CustomerBody>,
    #[serde(default)]
    pub new_user: bool,
    pub external_id: Option<String>,
}

/// What is wrong, as sent.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub struct FaultBody {
    pub code: Option<String>,
    pub level: Option<i64>,
    pub text: Option<String>,
}

/// The wished time, as sent.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub struct WantedBody {
    pub from: Option<String>,
    pub to: Option<String>,
}

/// A request as sent.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub struct RequestBody {
    pub kind: Option<String>,
    pub channel: Option<String>,
    pub customer: Option<CustomerBody>,
    pub device: Option<DeviceBody>,
    pub fault: Option<FaultBody>,
    pub wanted: Option<WantedBody>,
    pub answer: Option<String>,
    pub external_id: Option<String>,
}

impl CustomerBody {
    pub fn draft(&self, prefix: &str, wrongs: &mut Wrongs) -> customer::ops::Draft {
        let kind = self.kind.as_deref().filter(|it| !it.is_empty()).and_then(|it| {
            let field = format!("{prefix}kind");
            intake::ops::code(&field, Some(it), CustomerKind::parse, wrongs)
        });
        let it = self.clone();
        customer::ops::Draft {
            name: it.name,
            phone: it.phone,
            address: it.address,
            district: it.district,
            kind,
            contact: it.contact,
            postcode: it.postcode,
            class: it.class,
            external_id: it.external_id,
        }
    }
}

impl DeviceBody {
    pub fn draft(&self, prefix: &str, wrongs: &mut Wrongs) -> device::ops::Draft {
        let it = self.clone();
        let buyer = format!("{prefix}buyer.");
        device::ops::Draft {
            serial: it.serial,
            model: it.model,
            category: it.category,
            sold_on: it.sold_on,
            delivered_on: it.delivered_on,
            installed_on: it.installed_on,
            accepted_on: it.accepted_on,
            produced_on: it.produced_on,
            exchanged_on: it.exchanged_on,
            price_fen: it.price_fen,
            invoice: it.invoice,
            certificate: it.certificate,
            purchase_channel: it.purchase_channel,
            card: it.card,
            buyer: it.buyer.map(|it| it.draft(&buyer, wrongs)),
            new_user: it.new_user,
            external_id: it.external_id,
        }
    }
}

impl RequestBody {
    /// What the operation takes; moments are read in the company's zone.
    pub fn report(&self, zone: &jiff::tz::TimeZone) -> Result<Report> {
        let mut wrongs = Wrongs::default();
        let customer = self.customer.clone().unwrap_or_default();
        let device = self.device.clone().unwrap_or_default();
        let fault = self.fault.clone().unwrap_or_default();
        let wanted = self.wanted.clone().unwrap_or_default();
        let from = wrongs.take(Time::read("wanted.from", wanted.from.as_deref(), zone));
        let to = wrongs.take(Time::read("wanted.to", wanted.to.as_deref(), zone));
        let report = Report {
            kind: self.kind.clone(),
            channel: self.channel.clone(),
            customer: customer.draft("customer.", &mut wrongs),
            device: device.draft("device.", &mut wrongs),
            fault_code: fault.code,
            fault_level: fault.level,
            fault_text: fault.text,
            wanted_from: from.flatten(),
            wanted_to: to.flatten(),
            answer: self.answer.clone(),
            external_id: self.external_id.clone(),
        };
        wrongs.done()?;
        Ok(report)
    }
}

/// 受理: a customer wants something. Repair, installation and maintenance become an order.
#[utoipa::path(
    post,
    path = "/requests",
    request_body = RequestBody,
    responses((status = 201, description = "Filed, with what is promised", body = RequestView), Problems),
    tag = "requests",
    operation_id = "requests_take",
)]
async fn take(
    State(app): State<App>,
    who: Who,
    key: Key,
    body: Body<RequestBody>,
) -> Result<Response, Fail> {
    let say = who.say;
    let it = body.it;
    let work = async move |cx: &mut Cx| {
        let report = it.report(&cx.company.zone)?;
        let filed = intake::ops::report(cx, &report).await?;
        Show::new(cx, say).filed(filed).await
    };
    once(&app, &who, key, &body.raw, StatusCode::CREATED, work).await
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    #[serde(default)]
    status: Vec<String>,
    #[serde(default)]
    kind: Vec<String>,
    #[serde(default)]
    channel: Vec<String>,
    customer: Option<String>,
    device: Option<String>,
    q: Option<String>,
    sort: Option<String>,
    limit: Option<String>,
    cursor: Option<String>,
}

impl ListQuery {
    /// Whether it came with a link from one customer or one device, and which of the two.
    pub fn about_one(&self) -> Option<&'static str> {
        let said = |it: &Option<String>| it.as_deref().is_some_and(|it| !it.trim().is_empty());
        match (said(&self.customer), said(&self.device)) {
            (true, _) => Some("customer"),
            (false, true) => Some("device"),
            (false, false) => None,
        }
    }

    pub fn filter(&self) -> Result<intake::Filter> {
        let mut wrongs = Wrongs::default();
        let said = |it: &Option<String>| it.clone().filter(|it| !it.trim().is_empty());
        let (sort, limit) = (self.sort.as_deref(), self.limit.as_deref());
        let filter = intake::Filter {
            status: asked::codes("status", &self.status, RequestStatus::parse, &mut wrongs),
            kind: asked::codes("kind", &self.kind, RequestKind::parse, &mut wrongs),
            channel: asked::codes("channel", &self.channel, Channel::parse, &mut wrongs),
            customer: said(&self.customer),
            device: said(&self.device),
            q: self.q.clone(),
            page: Paged::read(sort, limit, self.cursor.as_deref(), &mut wrongs),
            ..Default::default()
        };
        wrongs.done()?;
        Ok(filter)
    }
}

/// Requests within reach.
#[utoipa::path(
    get,
    path = "/requests",
    params(ListQuery),
    responses((status = 200, description = "Newest first", body = Items<RequestView>), Problems),
    tag = "requests",
    operation_id = "requests_list",
)]
async fn list(
    State(app): State<App>,
    who: Who,
    Query(query): Query<ListQuery>,
) -> Result<Response, Fail> {
    let filter = query.filter()?;
    let say = who.say;
    let items = app.look(&who.actor, async move |cx| {
        let (rows, more) = cut(intake::ops::list(cx, &filter).await?, filter.page.limit);
        let last = rows.last().filter(|_| more);
        let next_cursor = last.map(|it| asked::cursor(it.received_at.millis(), &it.id));
        let mut items: Vec<RequestView> = Vec::new();
        let clear = customer::ops::searches_clear(cx, filter.q.as_deref());
        let mut show = Show::brief(cx, say);
        show.gather_requests(&rows).await?;
        for it in rows {
            // In a list only who typed enough of whom they look for sees who it is.
            items.push(if clear {
                show.request(it).await?
            } else {
                show.request_as(it, false).await?
            });
        }
        Ok(Items { items, next_cursor })
    });
    listed(items.await?)
}

/// One request; whoever sees the customer in the clear leaves a trace, once a day.
#[utoipa::path(
    get,
    path = "/requests/{id}",
    params(("id" = String, Path, description = "The id")),
    responses((status = 200, description = "The request", body = RequestView), Problems),
    tag = "requests",
    operation_id = "requests_one",
)]
async fn one(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, Fail> {
    let id = RequestId::parse(&id)?;
    let say = who.say;
    let it = app.look(&who.actor, async move |cx| {
        let it = intake::ops::get(cx, &id).await?;
        Show::new(cx, say).request(it).await
    });
    let it = it.await?;
    if it.customer.as_ref().is_some_and(|it| !it.masked) {
        let subject = it.order.as_ref().map_or_else(|| it.id.clone(), |it| it.id.clone());
        let seen = async move |cx: &mut Cx| customer::ops::viewed(cx, &subject).await;
        app.act(&who.actor, seen).await?;
    }
    shown(it)
}

#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub struct AnswerBody {
    pub text: Option<String>,
}

/// 答复.
#[utoipa::path(
    post,
    path = "/requests/{id}/answer",
    params(("id" = String, Path, description = "The id")),
    request_body = AnswerBody,
    responses((status = 200, description = "Answered", body = RequestView), Problems),
    tag = "requests",
    operation_id = "requests_answer",
)]
async fn answer(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    headers: HeaderMap,
    key: Key,
    body: Body<AnswerBody>,
) -> Result<Response, Fail> {
    let id = RequestId::parse(&id)?;
    let read = if_match(&headers)?;
    let (say, it) = (who.say, body.it);
    let work = async move |cx: &mut Cx| {
        let text = it.text.clone().unwrap_or_default();
        let request = intake::ops::answer(cx, &id, &text, read).await?;
        Show::new(cx, say).request(request).await
    };
    once(&app, &who, key, &body.raw, StatusCode::OK, work).await
}
