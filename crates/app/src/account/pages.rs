//! The door: signing in with password and second factor, signing out, choosing a language. One's
//! own things stand in `me`.

mod certificates;
mod hire;
mod me;
mod people;
mod person;
mod shift;
mod views;
mod words;

use axum::{
    Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use kernel::{Kind, Lang, Refusal};
use maud::{Markup, html};

pub use words::{role_word, role_words};

use super::ops::{self, Came, SignIn};
use crate::{
    App,
    edge::{self, Fail, Who},
    ui::{Door, Typed, door},
};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/login", get(ask).post(sign_in))
        .route("/login/code", post(with_code))
        .route("/logout", post(sign_out))
        .route("/language", post(language))
        .merge(me::routes())
        .merge(people::routes())
        .merge(hire::routes())
        .merge(person::routes())
        .merge(certificates::routes())
        .merge(shift::routes())
        .merge(views::routes())
}

/// Who is in already goes on to where they wanted.
async fn ask(d: Door, who: Option<Who>) -> Response {
    let next = next_of(d.asked("next"));
    if who.is_some() {
        return Redirect::to(&next).into_response();
    }
    let mut typed = Typed::default();
    typed.set("next", next);
    with_password(&d, &typed, None)
}

async fn sign_in(
    State(app): State<App>,
    who: Option<Who>,
    d: Door,
    typed: Typed,
) -> Result<Response, Fail> {
    let said = SignIn { login: typed.get("login"), password: raw(&typed, "password"), code: None };
    match ops::sign_in(&app, &said).await {
        Ok(Came::In(key)) => come_in(&app, who, &key, &typed).await,
        Ok(Came::HalfWay(half)) => {
            let mut typed = typed;
            typed.set("half", half);
            Ok(second_factor(&d, &typed, None))
        }
        Err(error) => {
            let no = refusal(error)?;
            Ok(with_password(&d, &typed, Some(&no)))
        }
    }
}

async fn with_code(
    State(app): State<App>,
    who: Option<Who>,
    d: Door,
    typed: Typed,
) -> Result<Response, Fail> {
    match ops::sign_in_with_code(&app, &typed.get("half"), &typed.get("code")).await {
        Ok(key) => come_in(&app, who, &key, &typed).await,
        Err(error) => {
            let no = refusal(error)?;
            let again = no.code == rules::account::WRONG_CODE.code;
            let page = if again { second_factor } else { with_password };
            Ok(page(&d, &typed, Some(&no)))
        }
    }
}

/// A password may begin and end with blanks.
pub(super) fn raw(typed: &Typed, name: &str) -> String {
    let found = typed.values.iter().find(|it| it.0 == name);
    found.map(|it| it.1.clone()).unwrap_or_default()
}

/// Only a fault gets a page of its own: every refusal of the door stands at the door.
fn refusal(error: kernel::Error) -> Result<Refusal, Fail> {
    match error {
        kernel::Error::Refused(it) => Ok(*it),
        error => Err(error.into()),
    }
}

/// Into the house, to where one wanted to be. Whoever was in already comes in anew: the key they
/// had opens nothing any more.
async fn come_in(app: &App, who: Option<Who>, key: &str, typed: &Typed) -> Result<Response, Fail> {
    if let Some(who) = who.filter(|it| it.session.browser) {
        leave(app, &who).await?;
    }
    let (name, secure) = (edge::session_cookie(&app.config), secure(app));
    // The server ends it after twelve hours without use; the browser only forgets it some time.
    let cookie = format!("{name}={key}; Path=/; HttpOnly; SameSite=Lax; Max-Age=604800{secure}");
    let mut response = Redirect::to(&next_of(typed.text("next").as_deref())).into_response();
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

fn secure(app: &App) -> &'static str {
    if app.config.secure_cookies { "; Secure" } else { "" }
}

/// A path of this house, or its first page. A browser takes a backslash for a slash and leaves
/// out what steers a printer, so neither may stand in one.
fn own_path(text: Option<&str>) -> String {
    let own = |it: &&str| {
        let odd = |it: char| it == '\\' || it.is_control();
        it.starts_with('/') && !it.starts_with("//") && !it.contains(odd)
    };
    text.filter(own).unwrap_or("/").to_owned()
}

/// Where one wanted to be; never back at the door.
fn next_of(text: Option<&str>) -> String {
    own_path(text.filter(|it| !it.starts_with("/login")))
}

fn with_password(d: &Door, typed: &Typed, no: Option<&Refusal>) -> Response {
    let say = d.say;
    let wrong = no.filter(|it| it.code == rules::account::WRONG_LOGIN.code);
    let other = no.filter(|_| wrong.is_none());
    let class = if wrong.is_some() { "form-control is-invalid" } else { "form-control" };
    let login = typed.get("login");
    let body = html! {
        form class="card2" method="post" action="/login" {
            div class="in" {
                (above(d, other))
                (next(typed))
                div class="field" {
                    label class="form-label" for="login" { (say.t("field-login")) }
                    input class="form-control" id="login" name="login" value=(login) required
                        autocomplete="username" autocapitalize="none" spellcheck="false"
                        autofocus[login.is_empty()];
                }
                div class="field" {
                    label class="form-label" for="password" { (say.t("field-password")) }
                    input class=(class) id="password" name="password" type="password" required
                        autocomplete="current-password" autofocus[!login.is_empty()]
                        aria-invalid=[wrong.map(|_| "true")] aria-describedby="password-wrong";
                    @if let Some(no) = wrong {
                        div class="err" id="password-wrong" role="alert" { (say.refusal(no)) }
                    }
                }
                button class="btn btn-primary" { (say.t("sign-in")) }
            }
        }
        p class="hint" { (say.t("forgot-password")) }
    };
    at_the_door(d, no, body)
}

fn second_factor(d: &Door, typed: &Typed, no: Option<&Refusal>) -> Response {
    let say = d.say;
    let body = html! {
        form class="card2" method="post" action="/login/code" {
            div class="in" {
                (next(typed))
                input type="hidden" name="half" value=(typed.get("half"));
                input type="hidden" name="login" value=(typed.get("login"));
                div class="field" {
                    label class="form-label" for="code" { (say.t("second-factor-code")) }
                    input class="form-control code" id="code" name="code" required autofocus
                        inputmode="numeric" autocomplete="one-time-code" maxlength="6"
                        aria-describedby="code-wrong";
                    @if let Some(no) = no {
                        div class="err" id="code-wrong" role="alert" { (say.refusal(no)) }
                    }
                    div class="hint" { (say.t("second-factor-hint")) }
                }
                button class="btn btn-primary" { (say.t("sign-in")) }
            }
        }
        p class="hint" { a href="/login" { (say.t("start-again")) } }
    };
    at_the_door(d, no, body)
}

fn at_the_door(d: &Door, no: Option<&Refusal>, body: Markup) -> Response {
    let page = door(d, &d.say.t("sign-in"), body);
    let Some(no) = no else { return page.into_response() };
    let status = match no.kind {
        Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let mut response = page.status(status).into_response();
    edge::come_back(&mut response, no);
    response
}

fn above(d: &Door, no: Option<&Refusal>) -> Markup {
    html! {
        @if let Some(no) = no { div class="errors" role="alert" { (d.say.refusal(no)) } }
    }
}

fn next(typed: &Typed) -> Markup {
    html! { input type="hidden" name="next" value=(next_of(typed.text("next").as_deref())); }
}

async fn sign_out(State(app): State<App>, who: Option<Who>) -> Result<Response, Fail> {
    if let Some(who) = who {
        leave(&app, &who).await?;
    }
    let mut response = Redirect::to("/login").into_response();
    let (name, secure) = (edge::session_cookie(&app.config), secure(&app));
    let gone = format!("{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax{secure}");
    if let Ok(gone) = HeaderValue::from_str(&gone) {
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    // What other pages of this browser kept goes too, where it is asked over HTTPS. Pages are never
    // in its cache, and what is there, styles and scripts, is nobody's.
    let kept = HeaderValue::from_static("\"storage\"");
    response.headers_mut().insert("clear-site-data", kept);
    Ok(response)
}

async fn leave(app: &App, who: &Who) -> Result<(), Fail> {
    let hash = who.session.hash.clone();
    app.act(&who.actor, async move |cx| ops::sign_out(cx, &hash).await).await?;
    Ok(())
}

/// For this browser, and for whoever is signed in on every other.
async fn language(
    State(app): State<App>,
    who: Option<Who>,
    typed: Typed,
) -> Result<Response, Fail> {
    let mut response = Redirect::to(&own_path(typed.text("back").as_deref())).into_response();
    let Some(lang) = typed.text("lang").and_then(|it| Lang::parse(&it)) else {
        return Ok(response);
    };
    if let Some(who) = who {
        app.act(&who.actor, async move |cx| ops::set_language(cx, lang).await).await?;
    }
    let (lang, secure) = (lang.code(), secure(&app));
    let cookie = format!("lang={lang}; Path=/; Max-Age=31536000; SameSite=Lax{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
