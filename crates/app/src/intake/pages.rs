//! 受理 on one screen: who, which device, what is wrong, and what the customer may be told. Each
//! part of it can be asked for alone, so that it changes while somebody speaks.

mod caller;
mod draft;
mod draw;
mod filed;
mod heard;
mod scene;

use axum::{
    Router,
    extract::State,
    http::HeaderValue,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use kernel::{Refusal, Result};
use maud::{Markup, html};
use rules::policy::Act;

use super::ops;
use crate::{
    App, Cx,
    edge::{Fail, form_key, replayed},
    ui::{Frame, Page, Typed, page},
};
pub use scene::address as whole_address;
use scene::{Scene, Who};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/intake", get(blank).post(file))
        .route("/intake/who", post(who))
        .route("/intake/person", post(person))
        .route("/intake/faults", post(faults))
        .route("/intake/told", post(told))
        .route("/intake/draft", post(draft::keep))
        .route("/intake/new", post(draft::again))
        .route("/requests/{id}/filed", get(filed::filed))
}

/// Whoever may take any kind of request.
fn may_take(f: &Frame) -> Result<()> {
    match f.may(Act::RequestTake) || f.may(Act::ComplaintFile) {
        true => Ok(()),
        false => Err(Refusal::NOT_ALLOWED.into()),
    }
}

async fn scene(app: &App, f: &Frame, typed: &Typed) -> Result<Scene> {
    may_take(f)?;
    let typed = typed.clone();
    app.look(&f.who.actor, async move |cx: &mut Cx| Scene::load(cx, &typed).await).await
}

/// `/intake?phone=13907565678` is what a telephone system opens when it rings: whoever has that
/// number is there at once, and of somebody new the number is. Without a question it goes on where
/// it was left.
async fn blank(State(app): State<App>, f: Frame) -> Result<Page, Fail> {
    may_take(&f)?;
    let mut typed = Typed { values: f.here.query.clone(), refusal: None };
    let left = draft::left(&app, &f).await?;
    let goes_on = left.as_ref().is_some_and(|it| draft::goes_on(it, &typed));
    if let Some(left) = left.as_ref().filter(|_| goes_on) {
        typed.values.clone_from(&left.typed);
    }
    let rings = typed.text("phone");
    if let Some(phone) = &rings {
        typed.set("find", phone.as_str());
    }
    heard::begin(&f, &mut typed, (app.dice)().as_mut());
    // Of an intake that goes on everything is there but what it was searched by.
    let found = if goes_on { None } else { search(&app, &f, &typed).await? };
    // Whoever is certain is picked at once.
    if let Some(only) = found.as_ref().and_then(|it| it.certain.clone()) {
        typed.set("customer", only);
    } else if let Some(new) = found.as_ref().filter(|_| rings.is_some()).and_then(Who::unknown) {
        typed.set("customer.phone", new);
    }
    let scene = match scene(&app, &f, &typed).await {
        // Whoever it was about is out of reach by now, or was merged: the rest is still there.
        Err(no) if goes_on && no.is(&Refusal::NOT_FOUND) => {
            typed.set("customer", "");
            typed.set("device", "");
            scene(&app, &f, &typed).await?
        }
        it => it?,
    };
    let body = html! {
        @if let Some(left) = &left { (draft::draw(&f, &typed, left, goes_on)) }
        (draw::whole(&f, &typed, &scene, found.as_ref()))
    };
    Ok(page(&f, &f.t("area-intake"), body))
}

fn whole(f: &Frame, typed: &Typed, scene: &Scene, found: Option<&Who>) -> Page {
    let body = draw::whole(f, typed, scene, found);
    page(f, &f.t("area-intake"), body).refused(typed)
}

async fn search(app: &App, f: &Frame, typed: &Typed) -> Result<Option<Who>> {
    may_take(f)?;
    let Some(q) = typed.text("find") else { return Ok(None) };
    let found = app.look(&f.who.actor, async move |cx: &mut Cx| Who::find(cx, &q).await);
    found.await.map(Some)
}

async fn who(State(app): State<App>, f: Frame, typed: Typed) -> Result<Markup, Fail> {
    let found = search(&app, &f, &typed).await?;
    Ok(caller::who(&f, found.as_ref()))
}

/// Somebody was picked, or turned out to be new.
async fn person(State(app): State<App>, f: Frame, mut typed: Typed) -> Result<Response, Fail> {
    heard::unpick(&mut typed);
    let noted = heard::note(&mut typed);
    let scene = scene(&app, &f, &typed).await?;
    draft::hold(&app, &f, &typed).await?;
    let mut response = draw::around(&f, &typed, &scene, noted).into_response();
    // A page loaded anew, or come back to through the door, shows the same person.
    let here = match &scene.customer {
        Some(it) => format!("/intake?customer={}", it.id),
        None => "/intake".to_owned(),
    };
    if let Ok(here) = HeaderValue::from_str(&here) {
        response.headers_mut().insert("hx-replace-url", here);
    }
    Ok(response)
}

async fn faults(State(app): State<App>, f: Frame, typed: Typed) -> Result<Markup, Fail> {
    let scene = scene(&app, &f, &typed).await?;
    Ok(draw::faults(&f, &typed, &scene, false))
}

async fn told(State(app): State<App>, f: Frame, typed: Typed) -> Result<Markup, Fail> {
    let scene = scene(&app, &f, &typed).await?;
    Ok(draw::told_and_word(&f, &typed, &scene))
}

/// Files it. The same form sent twice is one request.
async fn file(State(app): State<App>, f: Frame, typed: Typed) -> Result<Response, Fail> {
    let key = form_key("/intake", &typed.values);
    let said = typed.clone();
    let done = app.act(&f.who.actor, async move |cx: &mut Cx| {
        replayed(cx, &key, async |cx: &mut Cx| {
            let (report, about) = heard::read(cx, &said)?;
            ops::same::check(cx, &report, &about, &said.all("seen")).await?;
            let request = ops::report_about(cx, &report, &about).await?.request;
            ops::draft::forget(cx, &said.get("_key")).await?;
            Ok(request.id.to_string())
        })
        .await
    });
    match done.await {
        Ok(id) => Ok(Redirect::to(&format!("/requests/{id}/filed")).into_response()),
        Err(no) => {
            let typed = typed.refused(no)?;
            let scene = scene(&app, &f, &typed).await?;
            Ok(whole(&f, &typed, &scene, None).into_response())
        }
    }
}
