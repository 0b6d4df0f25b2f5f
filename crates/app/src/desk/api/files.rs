//! Pictures over HTTP: taken in one at a time, shown to whoever may see the order.

use axum::{
    body::Body as HttpBody,
    extract::{DefaultBodyLimit, Multipart, Path, State, multipart::MultipartRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::{Refusal, Result};
use rules::{order::OrderId, policy::Act, visit::PhotoId};

use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Problems, orders::photo_kind};
use crate::{
    App, Cx,
    desk::show,
    edge::{Fail, Key, Who, answered, once, torn},
    order, visit,
    visit::picture::{self, NO_FORM, TOO_LARGE},
};

/// A picture as it is sent.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described; the parts are read as they come")]
struct PhotoForm {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// before, after, old_part or other
    kind: String,
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(add))
        // Room for the frame around the picture.
        .layer(DefaultBodyLimit::max(picture::MOST_BYTES + (1 << 20)))
        .routes(routes!(show_photo))
        .routes(routes!(show_signature))
}

/// A picture of the order: fields `file` and `kind`.
#[utoipa::path(
    post,
    path = "/orders/{id}/photos",
    params(("id" = String, Path, description = "The id")),
    request_body(content = PhotoForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "Kept", body = show::PhotoView), Problems),
    tag = "orders",
    operation_id = "files_add",
)]
async fn add(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    key: Key,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Fail> {
    let id = OrderId::parse(&id)?;
    let form = form.map_err(|_| NO_FORM)?;
    let (bytes, kind) = parts(form).await?;
    let body = [&bytes[..], kind.as_deref().unwrap_or_default().as_bytes()].concat();
    if let Some(known) = answered(&app, &who, &key, &body).await? {
        return Ok(known);
    }
    let kind = photo_kind(kind.as_deref())?;
    may_add(&app, &who, &id).await?;
    let kept = picture::keep(&app, bytes).await?;
    let work =
        async move |cx: &mut Cx| visit::ops::add_photo(cx, &id, kind, &kept).await.map(show::photo);
    once(&app, &who, key, &body, StatusCode::CREATED, work).await
}

/// Before the slow work: only for an order one works on, so that nobody fills the disk.
pub async fn may_add(app: &App, who: &Who, id: &OrderId) -> Result<(), Fail> {
    let id = id.clone();
    let may = app.look(&who.actor, async move |cx| {
        let order = order::ops::get(cx, &id).await?;
        let allowed = order.covered(&cx.actor, Act::OrderVisit);
        if allowed { Ok(()) } else { Err(Refusal::NOT_ALLOWED.into()) }
    });
    Ok(may.await?)
}

/// The picture and its kind, in whatever order they come.
pub async fn parts(mut form: Multipart) -> Result<(Vec<u8>, Option<String>), Fail> {
    let (mut file, mut kind) = (None, None);
    while let Some(field) = form.next_field().await.map_err(|it| torn(&it, NO_FORM))? {
        match field.name() {
            Some("file") => {
                let bytes = field.bytes().await.map_err(|_| TOO_LARGE)?;
                if bytes.len() > picture::MOST_BYTES {
                    return Err(TOO_LARGE.into());
                }
                file = Some(bytes.to_vec());
            }
            Some("kind") => kind = Some(field.text().await.map_err(|it| torn(&it, NO_FORM))?),
            _ => (),
        }
    }
    let file = file.filter(|it| !it.is_empty());
    Ok((file.ok_or_else(|| Refusal::field("file", "missing"))?, kind))
}

/// A kept picture.
#[utoipa::path(
    get,
    path = "/photos/{id}",
    params(("id" = String, Path, description = "The id")),
    responses((status = 200, description = "The picture", content_type = "image/jpeg"), Problems),
    tag = "photos",
    operation_id = "files_show_photo",
)]
async fn show_photo(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, Fail> {
    let id = PhotoId::parse(&id)?;
    let photo = app.look(&who.actor, async move |cx| visit::ops::photo(cx, &id).await).await?;
    send(&app, &photo.file).await
}

/// The drawn signature.
#[utoipa::path(
    get,
    path = "/orders/{id}/signature",
    params(("id" = String, Path, description = "The id")),
    responses((status = 200, description = "The signature", content_type = "image/jpeg"), Problems),
    tag = "orders",
    operation_id = "files_show_signature",
)]
async fn show_signature(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, Fail> {
    let id = OrderId::parse(&id)?;
    let order = app.look(&who.actor, async move |cx| order::ops::get(cx, &id).await).await?;
    send(&app, &order.signature.ok_or(Refusal::NOT_FOUND)?).await
}

async fn send(app: &App, file: &str) -> Result<Response, Fail> {
    let path = picture::path(&app.config.files, file);
    let bytes = tokio::fs::read(path).await.map_err(|_| Refusal::NOT_FOUND)?;
    let kind = if file.ends_with(".png") { "image/png" } else { "image/jpeg" };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=86400")),
    ];
    Ok((headers, HttpBody::from(bytes)).into_response())
}
