//! How a "no" looks: a problem for programs, a page or a line for people. Faults are logged once,
//! here, under a number that the person can quote.

use std::sync::{Arc, Mutex};

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use kernel::{Arg, Error, Kind, Refusal};
use serde_json::{Map, Value as Any, json};

use crate::{App, say::Say, ui};

/// What is not there just now is often back after so many seconds.
const SOON: i64 = 2;

/// Lets handlers say `?` on any error of the house.
#[derive(Debug)]
pub struct Fail(Error);

/// Carried with the bare response to where the reader's language and manners are known.
#[derive(Clone)]
struct Reason(Arc<Mutex<Option<Error>>>);

impl<E: Into<Error>> From<E> for Fail {
    fn from(error: E) -> Fail {
        Fail(error.into())
    }
}

impl Fail {
    pub fn response(error: Error) -> Response {
        Fail(error).into_response()
    }

    pub fn error(&self) -> &Error {
        &self.0
    }

    pub fn into_error(self) -> Error {
        self.0
    }
}

impl IntoResponse for Fail {
    fn into_response(self) -> Response {
        let mut response = status(&self.0).into_response();
        let reason = Reason(Arc::new(Mutex::new(Some(self.0))));
        response.extensions_mut().insert(reason);
        response
    }
}

pub fn status(error: &Error) -> StatusCode {
    let Some(refusal) = error.refusal() else { return StatusCode::INTERNAL_SERVER_ERROR };
    match refusal.kind {
        Kind::Unreadable => StatusCode::BAD_REQUEST,
        Kind::Unknown => StatusCode::UNAUTHORIZED,
        Kind::NotAllowed => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::Stale => StatusCode::PRECONDITION_FAILED,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::WrongMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// Gives every bare "no" its face: ours, and those that the framework says by itself.
pub async fn dress(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let api = path.starts_with("/api/");
    let fragment = request.headers().contains_key("hx-request");
    let back = ui::way_back(request.method(), request.uri(), request.headers());
    let headers = request.headers().clone();
    let response = next.run(request).await;
    let code = response.status();
    if code.is_success() || code.is_redirection() || code.is_informational() {
        return response;
    }
    let reason = response.extensions().get::<Reason>().cloned();
    let said = response.headers().contains_key(header::CONTENT_TYPE);
    let error = reason.and_then(|it| it.0.lock().ok()?.take());
    let error = match error {
        Some(error) => error,
        // The page itself said what is wrong, beside the fields.
        None if said && code != StatusCode::INTERNAL_SERVER_ERROR && !by_framework(&response) => {
            return response;
        }
        None => framework(code),
    };
    let lang = super::reader_language(&headers, &path);
    let say = response.extensions().get::<Say>().copied();
    let say = say.unwrap_or(Say(lang.unwrap_or(app.company().lang)));
    let quote = log(&error, &app, &path);
    let mut dressed = match (api, fragment) {
        (true, _) => problem(&error, say, quote.as_deref()),
        (false, true) => ui::no::fragment(code, &error, say, quote.as_deref()),
        (false, false) => ui::no::page(code, &error, say, quote.as_deref(), &back),
    };
    if let Error::Refused(refusal) = &error {
        come_back(&mut dressed, refusal);
    }
    for name in [header::RETRY_AFTER, header::ALLOW] {
        if let Some(value) = response.headers().get(&name) {
            dressed.headers_mut().insert(name, value.clone());
        }
    }
    dressed
}

/// When it is worth trying again: as the refusal says, or soon.
pub fn come_back(response: &mut Response, refusal: &Refusal) {
    if !matches!(refusal.kind, Kind::TooMany | Kind::Unavailable)
        || response.status() == StatusCode::REQUEST_TIMEOUT
    {
        return;
    }
    let wait = |unit: &str| {
        let found = refusal.args.iter().find(|it| it.0 == unit)?;
        if let Arg::Int(wait) = found.1 { Some(wait) } else { None }
    };
    let seconds = wait("minutes").map(|it| it * 60).or(wait("seconds")).unwrap_or(SOON);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
}

/// axum's own refusals are plain text without a reason.
fn by_framework(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    kind.is_some_and(|it| it.starts_with("text/plain"))
}

fn framework(code: StatusCode) -> Error {
    let (kind, name) = match code {
        StatusCode::NOT_FOUND => (Kind::NotFound, "not_found"),
        StatusCode::METHOD_NOT_ALLOWED => (Kind::NotAllowed, "method_not_allowed"),
        StatusCode::PAYLOAD_TOO_LARGE => (Kind::TooLarge, "too_large"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => (Kind::WrongMedia, "media_type"),
        StatusCode::REQUEST_TIMEOUT => (Kind::Unavailable, "timeout"),
        StatusCode::BAD_REQUEST => (Kind::Unreadable, "unreadable"),
        StatusCode::UNPROCESSABLE_ENTITY => (Kind::Invalid, "invalid"),
        StatusCode::SERVICE_UNAVAILABLE => (Kind::Unavailable, "unavailable"),
        _ => return Error::fault(format!("an answer of {code} without a reason")),
    };
    Refusal::new(kind, name).with("http", i64::from(code.as_u16())).into()
}

/// A fault is for whoever runs the place; the person gets a number to quote.
fn log(error: &Error, app: &App, path: &str) -> Option<String> {
    let Error::Fault(fault) = error else { return None };
    let quote = format!("{:08x}", (app.dice)().roll() as u32);
    tracing::error!(number = quote, path, "fault: {fault:#}");
    Some(quote)
}

/// RFC 9457, in the reader's language.
fn problem(error: &Error, say: Say, quote: Option<&str>) -> Response {
    let mut it = Map::new();
    let mut code = status(error);
    match error {
        Error::Refused(refusal) => {
            if let Some(http) = http_of(refusal) {
                code = http;
            }
            it.insert("type".into(), json!(format!("/problems/{}", refusal.code)));
            it.insert("title".into(), json!(say.refusal(refusal)));
            it.insert("status".into(), json!(code.as_u16()));
            it.insert("detail".into(), json!(detail(refusal, say)));
            it.insert("code".into(), json!(refusal.code));
            if !refusal.fields.is_empty() {
                let fields = refusal.fields.iter().map(|field| {
                    json!({"field": field.field, "code": field.code, "detail": say.field(field)})
                });
                it.insert("errors".into(), Any::Array(fields.collect()));
            }
            for (name, arg) in &refusal.args {
                it.entry(*name).or_insert(match arg {
                    Arg::Text(text) => json!(text),
                    Arg::Int(int) => json!(int),
                    Arg::Many(many) => json!(many),
                });
            }
            it.remove("http");
        }
        Error::Fault(_) => {
            let args = crate::args! { "number" => quote.unwrap_or_default().to_owned() };
            it.insert("type".into(), json!("/problems/fault"));
            it.insert("title".into(), json!(say.t("refusal-fault")));
            it.insert("status".into(), json!(500));
            it.insert("detail".into(), json!(say.with("refusal-fault-detail", &args)));
            it.insert("code".into(), json!("fault"));
            it.insert("number".into(), json!(quote));
        }
    }
    let mut response = (code, Json(Any::Object(it))).into_response();
    let kind = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// What the framework answered keeps its own status.
fn http_of(refusal: &Refusal) -> Option<StatusCode> {
    refusal.args.iter().find_map(|(name, arg)| match (*name, arg) {
        ("http", Arg::Int(code)) => StatusCode::from_u16(u16::try_from(*code).ok()?).ok(),
        _ => None,
    })
}

pub fn detail(refusal: &Refusal, say: Say) -> String {
    let fields: Vec<_> = refusal.fields.iter().map(|it| say.field(it)).collect();
    if fields.is_empty() {
        say.refusal(refusal)
    } else {
        fields.join(if say.is_chinese() { "；" } else { "; " })
    }
}
