//! Customers and devices over HTTP.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use kernel::{Result, Wrongs};
use rules::{
    customer::{CustomerId, DeviceId},
    policy::Act,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Items, Problems, cut,
    requests::{CustomerBody, DeviceBody},
};
use crate::{
    App, Cx, customer,
    desk::devices::{self, Narrowed},
    desk::show::{CustomerView, DeviceView, Show},
    device,
    edge::{Body, Fail, Key, Query, Who, listed, once, shown},
};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(customers, file_customer))
        .routes(routes!(one_customer))
        .routes(routes!(reveal))
        .routes(routes!(devices, file_device))
        .routes(routes!(one_device))
        .routes(routes!(read_usage))
}

/// Customers within reach, by what was typed.
#[utoipa::path(
    get,
    path = "/customers",
    params(customer::Asked),
    responses((status = 200, description = "Newest first", body = Items<CustomerView>), Problems),
    tag = "customers",
    operation_id = "objects_customers",
)]
async fn customers(
    State(app): State<App>,
    who: Who,
    Query(query): Query<customer::Asked>,
) -> Result<Response, Fail> {
    let say = who.say;
    let which = query.read()?;
    let items = app.look(&who.actor, async move |cx| {
        let clear = customer::ops::searches_clear(cx, which.q.as_deref());
        let (rows, more) = cut(customer::ops::list(cx, &which).await?, which.page.limit);
        let next_cursor = rows.last().filter(|_| more).map(|it| customer::cursor(&which, it));
        let show = Show::new(cx, say);
        let items: Vec<CustomerView> =
            rows.into_iter().map(|it| show.customer(it, clear)).collect();
        Ok(Items { items, next_cursor })
    });
    listed(items.await?)
}

/// One customer.
#[utoipa::path(
    get,
    path = "/customers/{id}",
    params(("id" = String, Path, description = "The id")),
    responses((status = 200, description = "Masked", body = CustomerView), Problems),
    tag = "customers",
    operation_id = "objects_one_customer",
)]
async fn one_customer(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, Fail> {
    let id = CustomerId::parse(&id)?;
    let say = who.say;
    let it = app.look(&who.actor, async move |cx| {
        let grant = cx.may(Act::Read)?;
        let it = customer::ops::get(cx, &grant, &id).await?;
        Ok(Show::new(cx, say).customer(it, false))
    });
    shown(it.await?)
}

/// 建档.
#[utoipa::path(
    post,
    path = "/customers",
    request_body = CustomerBody,
    responses((status = 201, description = "Filed", body = CustomerView), Problems),
    tag = "customers",
    operation_id = "objects_file_customer",
)]
async fn file_customer(
    State(app): State<App>,
    who: Who,
    key: Key,
    body: Body<CustomerBody>,
) -> Result<Response, Fail> {
    let (say, it) = (who.say, body.it);
    let work = async move |cx: &mut Cx| {
        let mut wrongs = Wrongs::default();
        let draft = it.draft("", &mut wrongs);
        wrongs.done()?;
        let filed = customer::ops::file(cx, &draft).await?;
        Ok(Show::new(cx, say).customer(filed, true))
    };
    once(&app, &who, key, &body.raw, StatusCode::CREATED, work).await
}

#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub struct RevealBody {
    reason: Option<String>,
}

/// 显示, with a reason that stays on record.
#[utoipa::path(
    post,
    path = "/customers/{id}/reveal",
    params(("id" = String, Path, description = "The id")),
    request_body = RevealBody,
    responses((status = 200, description = "In the clear, for this answer only", body = CustomerView), Problems),
    tag = "customers",
    operation_id = "objects_reveal",
)]
async fn reveal(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    key: Key,
    body: Body<RevealBody>,
) -> Result<Response, Fail> {
    let id = CustomerId::parse(&id)?;
    let (say, it) = (who.say, body.it);
    let work = async move |cx: &mut Cx| {
        let reason = it.reason.clone().unwrap_or_default();
        let it = customer::ops::reveal(cx, &id, &reason).await?;
        Ok(Show::new(cx, say).customer(it, true))
    };
    once(&app, &who, key, &body.raw, StatusCode::OK, work).await
}

/// Devices within reach.
#[utoipa::path(
    get,
    path = "/devices",
    params(device::Asked),
    responses((status = 200, description = "Newest first", body = Items<DeviceView>), Problems),
    tag = "devices",
    operation_id = "objects_devices",
)]
async fn devices(
    State(app): State<App>,
    who: Who,
    Query(query): Query<device::Asked>,
) -> Result<Response, Fail> {
    let say = who.say;
    let (which, narrowed) = Narrowed::read(&query)?;
    let items = app.look(&who.actor, async move |cx| {
        let screen = devices::listed(cx, &which, &narrowed).await?;
        let rows: Vec<_> = screen.rows.into_iter().map(|it| it.device).collect();
        let next_cursor = screen.next;
        let mut show = Show::brief(cx, say);
        show.gather_owners(&rows).await?;
        let mut items: Vec<DeviceView> = Vec::new();
        for it in rows {
            items.push(show.device(it, false).await?);
        }
        Ok(Items { items, next_cursor })
    });
    listed(items.await?)
}

#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub struct UsageBody {
    km: Option<i64>,
    hours: Option<i64>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UsageView {
    km: Option<i64>,
    hours: Option<i64>,
}

/// 使用读数: how far it has run and how long it has worked, as somebody reads it off.
#[utoipa::path(
    post,
    path = "/devices/{id}/usage",
    params(("id" = String, Path, description = "The id")),
    request_body = UsageBody,
    responses((status = 201, description = "As far as it was ever read", body = UsageView), Problems),
    tag = "devices",
    operation_id = "objects_read_usage",
)]
async fn read_usage(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    key: Key,
    body: Body<UsageBody>,
) -> Result<Response, Fail> {
    let id = DeviceId::parse(&id)?;
    let read = device::ops::Reading { km: body.it.km, hours: body.it.hours };
    let work = async move |cx: &mut Cx| {
        let it = device::ops::read_usage(cx, &id, read).await?;
        Ok(UsageView { km: it.km, hours: it.hours })
    };
    once(&app, &who, key, &body.raw, StatusCode::CREATED, work).await
}

/// One device.
#[utoipa::path(
    get,
    path = "/devices/{id}",
    params(("id" = String, Path, description = "The id")),
    responses((status = 200, description = "The device", body = DeviceView), Problems),
    tag = "devices",
    operation_id = "objects_one_device",
)]
async fn one_device(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, Fail> {
    let id = DeviceId::parse(&id)?;
    let say = who.say;
    let it = app.look(&who.actor, async move |cx| {
        let grant = cx.may(Act::Read)?;
        let it = device::ops::get(cx, &grant, &id).await?;
        Show::new(cx, say).device(it, false).await
    });
    shown(it.await?)
}

/// A device by itself: with the customer who uses it, by id or as sent.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub struct FileDevice {
    #[serde(flatten)]
    device: DeviceBody,
    /// The user, by id.
    customer: Option<String>,
    user: Option<CustomerBody>,
}

/// 建档 of a unit.
#[utoipa::path(
    post,
    path = "/devices",
    request_body = FileDevice,
    responses((status = 201, description = "Filed", body = DeviceView), Problems),
    tag = "devices",
    operation_id = "objects_file_device",
)]
async fn file_device(
    State(app): State<App>,
    who: Who,
    key: Key,
    body: Body<FileDevice>,
) -> Result<Response, Fail> {
    let (say, it) = (who.say, body.it);
    let work = async move |cx: &mut Cx| {
        cx.may(Act::RequestTake)?;
        let mut wrongs = Wrongs::default();
        let draft = it.device.draft("", &mut wrongs);
        let user = match (&it.customer, &it.user) {
            (Some(id), _) => wrongs
                .take(CustomerId::parse(id).map_err(|_| kernel::Field::new("customer", "unknown"))),
            (None, Some(user)) => {
                let user = user.draft("user.", &mut wrongs);
                let user = customer::ops::check(&user, "user.", &mut wrongs);
                let filed = wrongs.is_empty();
                match filed {
                    true => Some(customer::ops::find_or_file(cx, &user).await?.0.id),
                    false => None,
                }
            }
            (None, None) => None,
        };
        wrongs.done()?;
        let device = device::ops::file(cx, user.as_ref(), &draft).await?;
        Show::new(cx, say).device(device, true).await
    };
    once(&app, &who, key, &body.raw, StatusCode::CREATED, work).await
}
