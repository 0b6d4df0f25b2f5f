//! Reading what was sent: JSON bodies, query strings, moments. What cannot be read is 400; what
//! can be read but not be so is 422 and names the field.

use std::borrow::Cow;

use axum::{
    body::Bytes,
    extract::multipart::MultipartError,
    extract::{FromRequest, FromRequestParts, Request},
    http::{StatusCode, header, request::Parts},
};
use kernel::{Field, Kind, Refusal, plain, refusals};
use serde::de::DeserializeOwned;

use super::Fail;

refusals! {
    NOT_JSON    Unreadable "not_json";
    MEDIA_TYPE  WrongMedia "media_type";
    TOO_LARGE   TooLarge   "too_large";
    BAD_QUERY   Unreadable "bad_query";
}

/// Why a form with files could not be read to its end.
pub fn torn(error: &MultipartError, otherwise: Refusal) -> Refusal {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { TOO_LARGE } else { otherwise }
}

/// A JSON body.
pub struct Body<T> {
    pub it: T,
    /// As it came, for comparing repeated sendings.
    pub raw: Bytes,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Fail;

    async fn from_request(request: Request, state: &S) -> Result<Body<T>, Fail> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|it| it.to_str().ok()).unwrap_or_default().to_owned();
        let raw = Bytes::from_request(request, state).await.map_err(|no| {
            if no.status() == StatusCode::PAYLOAD_TOO_LARGE { TOO_LARGE } else { NOT_JSON }
        })?;
        if !raw.is_empty() && !kind.starts_with("application/json") {
            return Err(MEDIA_TYPE.with("wanted", "application/json").into());
        }
        let text: &[u8] = if raw.is_empty() { b"{}" } else { &raw };
        let mut tree: serde_json::Value = serde_json::from_slice(text).map_err(|e| {
            NOT_JSON.with("line", e.line() as i64).with("column", e.column() as i64)
        })?;
        if !tree.is_object() {
            return Err(NOT_JSON.with("line", 1i64).with("column", 1i64).into());
        }
        as_seen(&mut tree);
        let it = serde_path_to_error::deserialize(tree).map_err(|e| {
            let path = e.path().to_string();
            let field = Field::new(if path == "." { "body".into() } else { path }, "type");
            Refusal::INVALID.and(field.with("want", wanted(&e.inner().to_string())))
        })?;
        Ok(Body { it, raw })
    }
}

/// What should stand there instead, by what serde says of it.
fn wanted(said: &str) -> &'static str {
    let expected = said.rsplit("expected ").next().unwrap_or_default();
    match expected.split(' ').take(2).collect::<Vec<_>>().join(" ").as_str() {
        "a string" | "string or" => "text",
        "a boolean" => "truth",
        "a sequence" => "list",
        it if it.starts_with("struct") || it == "a map" => "fields",
        it if it.starts_with(['i', 'u', 'f']) && it.contains(|it: char| it.is_ascii_digit()) => {
            "number"
        }
        _ => "other",
    }
}

/// What nobody sees means nothing to anybody, and not every database takes it.
fn as_seen(tree: &mut serde_json::Value) {
    use serde_json::Value as Json;
    match tree {
        Json::String(text) => make_plain(text),
        Json::Array(all) => all.iter_mut().for_each(as_seen),
        Json::Object(all) => all.values_mut().for_each(as_seen),
        _ => (),
    }
}

/// The same of a text that is there already.
pub fn make_plain(text: &mut String) {
    let seen = match plain(text) {
        Cow::Borrowed(_) => return,
        Cow::Owned(seen) => seen,
    };
    *text = seen;
}

/// A query string; a field may come several times.
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Fail;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Query<T>, Fail> {
        let it = query(parts).ok_or(BAD_QUERY)?;
        let it = serde_html_form::to_string(it).map_err(|_| BAD_QUERY)?;
        let it = serde_html_form::from_str(&it).map_err(|_| BAD_QUERY)?;
        Ok(Query(it))
    }
}

/// What an address asks, as it looks.
pub fn query(parts: &Parts) -> Option<Vec<(String, String)>> {
    let text = parts.uri.query().unwrap_or_default();
    let mut pairs: Vec<(String, String)> = serde_html_form::from_str(text).ok()?;
    pairs.iter_mut().for_each(|it| make_plain(&mut it.1));
    Some(pairs)
}

/// Moments as they are typed: RFC 3339, or local time of the company where no offset stands.
pub struct Time;

impl Time {
    pub fn read(
        field: &str,
        text: Option<&str>,
        zone: &jiff::tz::TimeZone,
    ) -> Result<Option<kernel::Time>, Field> {
        let Some(text) = text.map(str::trim).filter(|it| !it.is_empty()) else { return Ok(None) };
        kernel::Time::parse(text, zone).map(Some).ok_or_else(|| Field::new(field, "time"))
    }
}

/// The version a person read, from `If-Match`.
pub fn if_match(headers: &axum::http::HeaderMap) -> Result<Option<i64>, Refusal> {
    let Some(text) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = text.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let number = text.trim_start_matches("W/").trim_matches('"').parse();
    number.map(Some).map_err(|_| Refusal::new(Kind::Stale, "stale_version"))
}
