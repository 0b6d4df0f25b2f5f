//! What I was told: newest first, what is new stands out.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use kernel::Result;
use maud::{Markup, html};

use super::{Notice, ops};
use crate::{
    App, Cx,
    edge::Fail,
    ui::{Frame, Page, ago, empty, heading, page, pill, press},
};

/// As far back as anybody looks.
const SHOWN: i64 = 100;

pub fn routes() -> Router<App> {
    Router::new().route("/notices", get(list)).route("/notices/read", post(read))
}

async fn list(State(app): State<App>, f: Frame) -> Result<Page, Fail> {
    let mine = app.look(&f.who.actor, async |cx: &mut Cx| ops::mine(cx, SHOWN).await).await?;
    Ok(page(&f, &f.t("notices"), draw(&f, &mine)))
}

fn draw(f: &Frame, all: &[Notice]) -> Markup {
    let new = all.iter().any(|it| it.read_at.is_none());
    let acts = html! {
        @if new { (press("/notices/read", html! { (f.t("all-read")) }, "", &[])) }
    };
    html! {
        (heading(None, &f.t("notices"), acts))
        div class="sheet" data-keys {
            // Whoever has looked at them for a moment has read them.
            @if new {
                div hx-post="/notices/read" hx-trigger="load delay:3s" hx-swap="none" {}
            }
            @if all.is_empty() {
                (empty("bell", &f.t("notices-none"), &f.t("notices-none-what"), html! {}))
            } @else {
                table class="cards" { tbody { @for it in all { (row(f, it)) } } }
            }
        }
    }
}

fn row(f: &Frame, it: &Notice) -> Markup {
    let kind = match it.kind.code() {
        "missed" | "stuck" | "reopened" => "late",
        "job" | "arrived" => "busy",
        _ => "",
    };
    let text = html! { @if it.read_at.is_none() { b { (it.body) } } @else { (it.body) } };
    html! {
        tr data-row {
            td class="c-line slim" { (pill(kind, &f.code("notice-kind", it.kind.code()))) }
            td class="c-title wrap" {
                @match href(f, &it.subject) {
                    Some(href) => { a href=(href) { (text) } }
                    None => (text),
                }
            }
            td class="c-due sub" { (ago(f, it.created_at)) }
        }
    }
}

/// Where the thing it is about is seen.
fn href(f: &Frame, subject: &str) -> Option<String> {
    let (kind, _) = subject.split_once('_')?;
    let path = match kind {
        "ord" if f.on_phone() => "/jobs",
        "ord" => "/orders",
        "req" => "/requests",
        _ => return None,
    };
    Some(format!("{path}/{subject}"))
}

async fn read(State(app): State<App>, f: Frame) -> Result<Response, Fail> {
    app.act(&f.who.actor, async |cx: &mut Cx| ops::mark_read(cx).await).await?;
    if f.here.fragment {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Ok(f.go("/notices", "notices-read"))
}
