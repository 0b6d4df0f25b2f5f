//! Who pays for an order, over HTTP: decided anew by what was found, by a person who decides
//! otherwise, and by what repairs have in common.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use kernel::Result;
use rules::order::OrderId;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Problems;
use crate::{
    App, Cx,
    desk::show::{OrderView, Show},
    edge::{Body, Fail, Key, Who, once},
    order::{self, ops::Finds},
};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(find))
        .routes(routes!(override_by))
        .routes(routes!(problem))
        .routes(routes!(delay))
}

/// What was found so far; what is left out stays as it was.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub struct FindingBody {
    fault_code: Option<String>,
    /// The component at fault, where the code does not say it.
    component: Option<String>,
    /// The code of an exclusion of the pack; empty takes it back.
    exclusion: Option<String>,
    /// `suspected` or `proved`.
    evidence: Option<String>,
}

/// 重新裁定: another code, component or cause was found.
#[utoipa::path(
    post,
    path = "/orders/{id}/finding",
    params(("id" = String, Path, description = "The id")),
    request_body = FindingBody,
    responses((status = 200, description = "Decided anew", body = OrderView), Problems),
    tag = "orders",
    operation_id = "orders_find",
)]
async fn find(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    key: Key,
    body: Body<FindingBody>,
) -> Result<Response, Fail> {
    let id = OrderId::parse(&id)?;
    let (say, it) = (who.say, body.it);
    let finds = Finds {
        fault_code: it.fault_code,
        component: it.component,
        exclusion: it.exclusion,
        evidence: it.evidence,
    };
    let work = async move |cx: &mut Cx| {
        let (order, _) = order::ops::find(cx, &id, &finds).await?;
        Show::new(cx, say).order(order).await
    };
    once(&app, &who, key, &body.raw, StatusCode::OK, work).await
}

#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub struct OverrideBody {
    /// `free`, `cost_price` or `full_price`, as the others.
    parts: Option<String>,
    labour: Option<String>,
    travel: Option<String>,
    reason: Option<String>,
}

/// 人为改判: a person decides who pays, and says why. What the rules said stays beside it.
#[utoipa::path(
    post,
    path = "/orders/{id}/override",
    params(("id" = String, Path, description = "The id")),
    request_body = OverrideBody,
    responses((status = 200, description = "Decided", body = OrderView), Problems),
    tag = "orders",
    operation_id = "orders_override",
)]
async fn override_by(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    key: Key,
    body: Body<OverrideBody>,
) -> Result<Response, Fail> {
    let id = OrderId::parse(&id)?;
    let (say, it) = (who.say, body.it);
    let work = async move |cx: &mut Cx| {
        let text = |it: &Option<String>| it.clone().unwrap_or_default();
        let (parts, labour, travel) = (text(&it.parts), text(&it.labour), text(&it.travel));
        let shares = [parts.as_str(), labour.as_str(), travel.as_str()];
        let order = order::ops::override_by(cx, &id, shares, &text(&it.reason)).await?;
        Show::new(cx, say).order(order).await
    };
    once(&app, &who, key, &body.raw, StatusCode::OK, work).await
}

#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub struct ProblemBody {
    /// The id or number of the other order; left out: it is of the same problem as none.
    order: Option<String>,
}

/// 同一问题: a person confirms that this repair is of the same problem as another.
#[utoipa::path(
    post,
    path = "/orders/{id}/problem",
    params(("id" = String, Path, description = "The id")),
    request_body = ProblemBody,
    responses((status = 200, description = "Confirmed, and decided anew", body = OrderView), Problems),
    tag = "orders",
    operation_id = "orders_problem",
)]
async fn problem(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    key: Key,
    body: Body<ProblemBody>,
) -> Result<Response, Fail> {
    let id = OrderId::parse(&id)?;
    let (say, it) = (who.say, body.it);
    let work = async move |cx: &mut Cx| {
        let order = order::ops::same_problem(cx, &id, it.order.as_deref()).await?;
        Show::new(cx, say).order(order).await
    };
    once(&app, &who, key, &body.raw, StatusCode::OK, work).await
}

#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub struct DelayBody {
    /// `parts` or `repairer`; left out: nobody says any more.
    delay_by: Option<String>,
}

/// 久修原因: why this repair takes so long, by somebody who knows it.
#[utoipa::path(
    post,
    path = "/orders/{id}/delay",
    params(("id" = String, Path, description = "The id")),
    request_body = DelayBody,
    responses((status = 200, description = "Kept; the device's rights are decided by it", body = OrderView), Problems),
    tag = "orders",
    operation_id = "orders_delay",
)]
async fn delay(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    key: Key,
    body: Body<DelayBody>,
) -> Result<Response, Fail> {
    let id = OrderId::parse(&id)?;
    let (say, it) = (who.say, body.it);
    let work = async move |cx: &mut Cx| {
        let order = order::ops::explain_delay(cx, &id, it.delay_by.as_deref()).await?;
        Show::new(cx, say).order(order).await
    };
    once(&app, &who, key, &body.raw, StatusCode::OK, work).await
}
