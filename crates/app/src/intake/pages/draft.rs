//! What was left unfinished on screen: kept while somebody types, gone on with when they come back,
//! and given up by one press.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::Result;
use maud::{Markup, html};

use super::super::{Draft, ops};
use crate::{
    App, Cx, args,
    edge::Fail,
    ui::{Form, Frame, Typed},
};

/// What whoever asks left unfinished.
pub async fn left(app: &App, f: &Frame) -> Result<Option<Draft>> {
    app.look(&f.who.actor, async |cx: &mut Cx| ops::draft::kept(cx).await).await
}

/// Keeps it as it stands.
pub async fn hold(app: &App, f: &Frame, typed: &Typed) -> Result<()> {
    let typed = typed.values.clone();
    app.act(&f.who.actor, async move |cx: &mut Cx| ops::draft::keep(cx, &typed).await).await
}

/// Whether this page is the one it was typed on: nobody else calls, and about nobody else.
pub fn goes_on(left: &Draft, asked: &Typed) -> bool {
    let elsewhere = ["phone", "find", "device"].iter().any(|it| asked.text(it).is_some());
    let theirs = left.typed.iter().find(|it| it.0 == "customer").map(|it| it.1.as_str());
    let same = asked.text("customer").is_none_or(|it| Some(it.as_str()) == theirs);
    !elsewhere && same
}

/// Above the form: that it is what was left, with the way to begin anew; or that something else was
/// left, with the way back to it.
pub fn draw(f: &Frame, typed: &Typed, left: &Draft, goes_on: bool) -> Markup {
    let key = if goes_on { "intake-goes-on" } else { "intake-was-left" };
    let said = f.with(key, &args! { "time" => f.moment(left.at) });
    html! {
        div class="flash wait draft" role="status" {
            span { (said) }
            @if goes_on {
                form method="post" action="/intake/new" data-forget {
                    (Form::new(f, typed).hidden("_key"))
                    button class="btn btn-sm" { (f.t("intake-begin-anew")) }
                }
            } @else {
                a class="btn btn-sm" href="/intake" { (f.t("intake-go-on")) }
            }
        }
    }
}

/// Sends what stands in the form to where it outlives this page.
pub fn kept() -> Markup {
    html! {
        div hx-post="/intake/draft" hx-include="#intake" hx-swap="none" hx-sync="this:replace"
            hx-trigger="input from:#intake delay:600ms, change from:#intake delay:600ms" {}
    }
}

/// Kept while somebody types; nothing changes on their screen.
pub async fn keep(State(app): State<App>, f: Frame, typed: Typed) -> Result<Response, Fail> {
    hold(&app, &f, &typed).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Somebody else calls: what was left is given up.
pub async fn again(State(app): State<App>, f: Frame, typed: Typed) -> Result<Response, Fail> {
    let form = typed.get("_key");
    app.act(&f.who.actor, async move |cx: &mut Cx| ops::draft::forget(cx, &form).await).await?;
    Ok(f.go("/intake", "intake-began-anew"))
}
