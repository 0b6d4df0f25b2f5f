//! Pictures over HTTP: taken in one at a time, shown to whoever may see the order.

use axum::{
    Router,
    body::Body as HttpBody,
    extract::{DefaultBodyLimit, Multipart, Path, State, multipart::MultipartRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use kernel::{Refusal, Result, refusals};
use rules::{order::OrderId, policy::Act, visit::PhotoId};

use super::orders::photo_kind;
use crate::{
    App, Cx,
    desk::show,
    edge::{Fail, Key, Who, once},
    order, visit,
    visit::picture,
};

refusals! {
    NO_FORM  WrongMedia "photo.no_form";
    TOO_LARGE TooLarge  "photo.too_large";
}

pub fn routes() -> Router<App> {
    Router::new()
        .route("/orders/{id}/photos", post(add))
        // Room for the frame around the picture.
        .layer(DefaultBodyLimit::max(picture::MOST_BYTES + (1 << 20)))
        .route("/photos/{id}", get(show_photo))
        .route("/orders/{id}/signature", get(show_signature))
}

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
    let kind = photo_kind(kind.as_deref())?;
    let asked = id.clone();
    let may = app.look(&who.actor, async move |cx| {
        let order = order::ops::get(cx, &asked).await?;
        let allowed = order.covered(&cx.actor, Act::OrderVisit);
        if allowed { Ok(()) } else { Err(Refusal::NOT_ALLOWED.into()) }
    });
    may.await?;
    let body = bytes.clone();
    let kept = picture::keep(&app, bytes).await?;
    let work =
        async move |cx: &mut Cx| visit::ops::add_photo(cx, &id, kind, &kept).await.map(show::photo);
    once(&app, &who, key, &body, StatusCode::CREATED, work).await
}

/// The picture and its kind, in whatever order they come.
pub async fn parts(mut form: Multipart) -> Result<(Vec<u8>, Option<String>), Fail> {
    let (mut file, mut kind) = (None, None);
    while let Some(field) = form.next_field().await.map_err(|_| NO_FORM)? {
        match field.name() {
            Some("file") => {
                let bytes = field.bytes().await.map_err(|_| TOO_LARGE)?;
                if bytes.len() > picture::MOST_BYTES {
                    return Err(TOO_LARGE.into());
                }
                file = Some(bytes.to_vec());
            }
            Some("kind") => kind = Some(field.text().await.map_err(|_| NO_FORM)?),
            _ => (),
        }
    }
    let file = file.filter(|it| !it.is_empty());
    Ok((file.ok_or_else(|| Refusal::field("file", "missing"))?, kind))
}

async fn show_photo(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, Fail> {
    let id = PhotoId::parse(&id)?;
    let photo = app.look(&who.actor, async move |cx| visit::ops::photo(cx, &id).await).await?;
    send(&app, &photo.file).await
}

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
