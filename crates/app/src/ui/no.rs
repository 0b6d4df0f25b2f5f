//! A "no" on a page: what happened, and what one can do.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Error, Kind};
use maud::{DOCTYPE, Markup, html};

use crate::{args, edge::detail, say::Say};

/// A whole page. Who is not signed in is asked to, and comes back to where they were.
pub fn page(
    code: StatusCode,
    error: &Error,
    say: Say,
    quote: Option<&str>,
    path: &str,
) -> Response {
    if error.refusal().is_some_and(|it| it.kind == Kind::Unknown) {
        return Redirect::to(&format!("/login?next={path}")).into_response();
    }
    let lang = say.0.code();
    let page = html! {
        (DOCTYPE)
        html lang=(lang) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width,initial-scale=1";
                title { (code.as_u16()) " · " (say.t("brand")) }
                link rel="stylesheet" href="/assets/vendor/tabler.min.css";
                link rel="stylesheet" href="/assets/app.css";
            }
            body {
                main class="main no" {
                    h1 { (title(error, say)) }
                    p { (sentence(error, say, quote)) }
                    p { a class="btn btn-primary" href="/" { (say.t("to-workbench")) } }
                }
            }
        }
    };
    (code, page).into_response()
}

/// A line for where the answer was expected.
pub fn fragment(code: StatusCode, error: &Error, say: Say, quote: Option<&str>) -> Response {
    let mut response = (code, line(error, say, quote)).into_response();
    // htmx shows it as a message of its own, whatever it was about to replace.
    response.headers_mut().insert("hx-retarget", HeaderValue::from_static("#messages"));
    response.headers_mut().insert("hx-reswap", HeaderValue::from_static("beforeend"));
    if error.refusal().is_some_and(|it| it.kind == Kind::Unknown) {
        response.headers_mut().insert("hx-redirect", HeaderValue::from_static("/login"));
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn line(error: &Error, say: Say, quote: Option<&str>) -> Markup {
    html! { div class="toast late" role="alert" { (sentence(error, say, quote)) } }
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
