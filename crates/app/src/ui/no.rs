//! A "no" on a page: what happened, and what one can do.

use axum::{
    http::{HeaderValue, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Error, Kind};
use maud::{DOCTYPE, html};
use serde_json::json;

use crate::{args, edge::detail, say::Say};

/// A whole page. Who is not signed in is asked to, and comes back to that path.
pub fn page(
    code: StatusCode,
    error: &Error,
    say: Say,
    quote: Option<&str>,
    path: &str,
) -> Response {
    if error.refusal().is_some_and(|it| it.kind == Kind::Unknown) {
        let next = serde_html_form::to_string([("next", path)]).unwrap_or_default();
        return Redirect::to(&format!("/login?{next}")).into_response();
    }
    let title = title(error, say);
    let sentence = sentence(error, say, quote);
    let page = html! {
        (DOCTYPE)
        html lang=(say.0.code()) {
            (super::page::head(say, &title))
            body {
                main class="sorry" id="main" {
                    h1 { (title) }
                    @if sentence != title { p { (sentence) } }
                    p { a class="btn btn-primary" href="/" { (say.t("to-workbench")) } }
                    p class="no" { (code.as_u16()) }
                }
            }
        }
    };
    (code, page).into_response()
}

/// For htmx: nothing is put anywhere, a message says why.
pub fn fragment(code: StatusCode, error: &Error, say: Say, quote: Option<&str>) -> Response {
    let text = sentence(error, say, quote);
    let toast = json!({"toast": {"text": text, "kind": "late"}}).to_string();
    let mut response = (code, text).into_response();
    let headers = response.headers_mut();
    headers.insert("hx-reswap", HeaderValue::from_static("none"));
    if let Ok(toast) = HeaderValue::from_str(&ascii(&toast)) {
        headers.insert("hx-trigger", toast);
    }
    if error.refusal().is_some_and(|it| it.kind == Kind::Unknown) {
        headers.insert("hx-redirect", HeaderValue::from_static("/login"));
    }
    response
}

/// JSON in a header has its letters beyond ASCII written as `\u4e0d`.
fn ascii(json: &str) -> String {
    let mut text = String::new();
    for unit in json.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() => text.push(char::from(byte)),
            _ => text += &format!("\\u{unit:04x}"),
        }
    }
    text
}

fn title(error: &Error, say: Say) -> String {
    match error {
        Error::Refused(refusal) => say.refusal(refusal),
        Error::Fault(_) => say.t("refusal-fault"),
    }
}

pub fn sentence(error: &Error, say: Say, quote: Option<&str>) -> String {
    match error {
        Error::Refused(refusal) => detail(refusal, say),
        Error::Fault(_) => {
            let number = quote.unwrap_or_default().to_owned();
            say.with("refusal-fault-detail", &args! { "number" => number })
        }
    }
}
