//! Orders over HTTP: lists, one with everything on it, its steps, and what is recorded on site.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use kernel::{Kind, Refusal, Result, Wrongs};
use rules::{
    order::{OrderId, Step},
    visit::PhotoKind,
};
use serde::Deserialize;
use serde_json::Value as Json;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Items, Problems, cut};
use crate::{
    App, Cx, customer,
    desk::{
        show::{self, OrderView, Show},
        steps::{self, StepBody},
    },
    edge::{Body, Fail, Key, Query, Who, answered, if_match, listed, once, shown},
    order,
    visit::{
        self,
        ops::{ChargeDraft, ConsentDraft, PartDraft},
        picture,
    },
};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(one))
        .routes(routes!(timeline))
        .routes(routes!(step))
        .routes(routes!(add_part))
        .routes(routes!(add_charge))
        .routes(routes!(add_consent))
}

/// Orders within reach.
#[utoipa::path(
    get,
    path = "/orders",
    params(order::Asked),
    responses((status = 200, description = "A page", body = Items<OrderView>), Problems),
    tag = "orders",
    operation_id = "orders_list",
)]
async fn list(
    State(app): State<App>,
    who: Who,
    Query(query): Query<order::Asked>,
) -> Result<Response, Fail> {
    let say = who.say;
    let items = app.look(&who.actor, async move |cx| {
        let (filter, page) = query.read(cx)?;
        let (rows, more) = cut(order::ops::list(cx, &filter, &page).await?, page.limit);
        let next_cursor = rows.last().filter(|_| more).map(|it| order::cursor(&page, it));
        let mut items: Vec<OrderView> = Vec::new();
        let clear = customer::ops::searches_clear(cx, query.q.as_deref());
        let mut show = Show::brief(cx, say);
        show.gather_orders(&rows).await?;
        for it in rows {
            // In a list only who typed enough of whom they look for sees who it is.
            items.push(if clear {
                show.order(it).await?
            } else {
                show.order_as(it, false).await?
            });
        }
        Ok(Items { items, next_cursor })
    });
    listed(items.await?)
}

/// One order with everything on it.
#[utoipa::path(
    get,
    path = "/orders/{id}",
    params(("id" = String, Path, description = "The id")),
    responses((status = 200, description = "The order", body = OrderView), Problems),
    tag = "orders",
    operation_id = "orders_one",
)]
async fn one(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, Fail> {
    let id = OrderId::parse(&id)?;
    let view = view(&app, &who, id).await?;
    shown(view)
}

/// One order; whoever sees the customer in the clear leaves a trace, once a day.
pub async fn view(app: &App, who: &Who, id: OrderId) -> Result<OrderView, Fail> {
    let say = who.say;
    let asked = id.clone();
    let view = app.look(&who.actor, async move |cx| {
        let it = order::ops::get(cx, &asked).await?;
        Show::new(cx, say).order(it).await
    });
    let view = view.await?;
    if view.customer.as_ref().is_some_and(|it| !it.masked) {
        let seen =
            app.act(&who.actor, async move |cx| customer::ops::viewed(cx, id.as_str()).await);
        seen.await?;
    }
    Ok(view)
}

/// Everything that happened to an order.
#[utoipa::path(
    get,
    path = "/orders/{id}/timeline",
    params(("id" = String, Path, description = "The id")),
    responses((status = 200, description = "Oldest first", body = Items<show::TimelineItem>), Problems),
    tag = "orders",
    operation_id = "orders_timeline",
)]
async fn timeline(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, Fail> {
    let id = OrderId::parse(&id)?;
    let say = who.say;
    let items = app.look(&who.actor, async move |cx| {
        let it = order::ops::get(cx, &id).await?;
        let items = Show::new(cx, say).timeline(&it).await?;
        Ok(Items { items, next_cursor: None })
    });
    listed(items.await?)
}

/// One step of the order's life.
#[utoipa::path(
    post,
    path = "/orders/{id}/steps",
    params(("id" = String, Path, description = "The id")),
    request_body = StepBody,
    responses((status = 200, description = "As the asker could see it before the step", body = OrderView), Problems),
    tag = "orders",
    operation_id = "orders_step",
)]
async fn step(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    headers: HeaderMap,
    key: Key,
    body: Body<StepBody>,
) -> Result<Response, Fail> {
    let id = OrderId::parse(&id)?;
    let read = if_match(&headers)?;
    if body.it.signature_png.is_some()
        && let Some(known) = answered(&app, &who, &key, &body.raw).await?
    {
        return Ok(known);
    }
    let drawn = drawn(&app, &who, &id, &body.it).await?;
    let (say, it) = (who.say, body.it);
    let work = async move |cx: &mut Cx| {
        let before = order::ops::get(cx, &id).await?;
        if read.is_some_and(|read| read != before.version) {
            return Err(Refusal::new(Kind::Stale, "stale_version").into());
        }
        let clear = Show::new(cx, say).clear(&before).await?;
        let order = steps::take(cx, &id, &it, drawn.as_ref()).await?;
        // The answer shows what followed from the step, too: the callback, the closed request.
        cx.settle().await?;
        let order = order::ops::known(cx, &order.id).await?;
        Show::new(cx, say).order_as(order, clear).await
    };
    once(&app, &who, key, &body.raw, StatusCode::OK, work).await
}

/// A drawn signature is read and stored before the use case, as pictures are slow; but only for
/// an order one may sign, so that nobody fills the disk.
pub async fn drawn(
    app: &App,
    who: &Who,
    id: &OrderId,
    body: &StepBody,
) -> Result<Option<picture::Kept>, Fail> {
    let png = body.signature_png.as_deref();
    let (Some(Step::Sign), Some(png)) = (body.step.as_deref().and_then(Step::parse), png) else {
        return Ok(None);
    };
    let id = id.clone();
    let may = app
        .look(&who.actor, async move |cx| order::ops::begin(cx, &id, Step::Sign).await.map(|_| ()));
    may.await?;
    Ok(Some(picture::keep_signature(app, png).await?))
}

#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub struct PartBody {
    name: Option<String>,
    number: Option<String>,
    /// A number or a decimal string.
    #[schema(value_type = Object)]
    quantity: Option<Json>,
    price_fen: Option<i64>,
    old_part: Option<String>,
    pays: Option<String>,
}

/// 用料.
#[utoipa::path(
    post,
    path = "/orders/{id}/parts",
    params(("id" = String, Path, description = "The id")),
    request_body = PartBody,
    responses((status = 201, description = "The line", body = show::PartView), Problems),
    tag = "orders",
    operation_id = "orders_add_part",
)]
async fn add_part(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    key: Key,
    body: Body<PartBody>,
) -> Result<Response, Fail> {
    let id = OrderId::parse(&id)?;
    let it = body.it;
    let draft = PartDraft {
        name: it.name.unwrap_or_default(),
        number: it.number,
        quantity: match it.quantity {
            Some(Json::String(text)) => text,
            Some(Json::Number(number)) => number.to_string(),
            Some(_) | None => String::new(),
        },
        price_fen: it.price_fen,
        old_part: it.old_part,
        pays: it.pays,
    };
    let work = async move |cx: &mut Cx| visit::ops::add_part(cx, &id, &draft).await.map(show::part);
    once(&app, &who, key, &body.raw, StatusCode::CREATED, work).await
}

#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub struct ChargeBody {
    kind: Option<String>,
    text: Option<String>,
    amount_fen: Option<i64>,
    pays: Option<String>,
}

/// 收费.
#[utoipa::path(
    post,
    path = "/orders/{id}/charges",
    params(("id" = String, Path, description = "The id")),
    request_body = ChargeBody,
    responses((status = 201, description = "The line", body = show::ChargeView), Problems),
    tag = "orders",
    operation_id = "orders_add_charge",
)]
async fn add_charge(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    key: Key,
    body: Body<ChargeBody>,
) -> Result<Response, Fail> {
    let id = OrderId::parse(&id)?;
    let it = body.it;
    let draft =
        ChargeDraft { kind: it.kind, text: it.text, amount_fen: it.amount_fen, pays: it.pays };
    let work =
        async move |cx: &mut Cx| visit::ops::add_charge(cx, &id, &draft).await.map(show::charge);
    once(&app, &who, key, &body.raw, StatusCode::CREATED, work).await
}

#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub struct ConsentBody {
    by: Option<String>,
    means: Option<String>,
    text: Option<String>,
    amount_fen: Option<i64>,
}

/// 用户同意.
#[utoipa::path(
    post,
    path = "/orders/{id}/consents",
    params(("id" = String, Path, description = "The id")),
    request_body = ConsentBody,
    responses((status = 201, description = "The line", body = show::ConsentView), Problems),
    tag = "orders",
    operation_id = "orders_add_consent",
)]
async fn add_consent(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    key: Key,
    body: Body<ConsentBody>,
) -> Result<Response, Fail> {
    let id = OrderId::parse(&id)?;
    let (say, it) = (who.say, body.it);
    let draft = ConsentDraft {
        by: it.by.unwrap_or_default(),
        means: it.means,
        text: it.text,
        amount_fen: it.amount_fen,
    };
    let work = async move |cx: &mut Cx| {
        let consent = visit::ops::add_consent(cx, &id, &draft).await?;
        Ok(Show::new(cx, say).consent(consent, true))
    };
    once(&app, &who, key, &body.raw, StatusCode::CREATED, work).await
}

/// The kind of a picture, as typed.
pub fn photo_kind(text: Option<&str>) -> Result<PhotoKind> {
    let mut wrongs = Wrongs::default();
    let kind = crate::intake::ops::code("kind", text, PhotoKind::parse, &mut wrongs);
    wrongs.done()?;
    Ok(kind.ok_or(Refusal::INVALID)?)
}
