//! 我: one's own data, language, password, second factor, sessions and tokens.

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use kernel::{Error, Refusal, Result};
use maud::{Markup, PreEscaped, html};
use rules::account;

use super::{
    super::{KeyKind, Person, ops, password, store::Key},
    raw,
};
use crate::{
    App, Cx, args,
    edge::Fail,
    ui::{
        Column, Form, Frame, Page, Typed, ago, card, card_with, empty, facts, heading, icon,
        moment, or_dash, page, press, table,
    },
};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/me", get(me))
        .route("/me/password", get(ask_password).post(set_password))
        .route("/me/second-factor", get(second_factor).post(turn_on))
        .route("/me/second-factor/off", post(turn_off))
        .route("/me/tokens", post(create_token))
        .route("/me/keys/revoke", post(revoke))
}

/// What the page about oneself shows.
struct Mine {
    person: Person,
    certificates: Vec<super::super::Certificate>,
    keys: Vec<Key>,
}

async fn mine(app: &App, f: &Frame) -> Result<Mine> {
    let read = app.look(&f.who.actor, async |cx: &mut Cx| {
        let person = ops::me(cx).await?;
        let certificates = ops::certificates(cx, &person.id).await?;
        let keys = ops::keys(cx, &person.id).await?;
        Ok(Mine { person, certificates, keys })
    });
    read.await
}

async fn me(State(app): State<App>, f: Frame) -> Result<Page, Fail> {
    let mine = mine(&app, &f).await?;
    Ok(draw(&f, &mine, &Typed::default(), None))
}

fn draw(f: &Frame, mine: &Mine, typed: &Typed, token: Option<&str>) -> Page {
    let body = html! {
        (heading(None, &f.t("me"), html! {}))
        @if let Some(token) = token { (shown_once(f, token)) }
        div class="cols" {
            div class="stack" {
                (own_data(f, mine))
                (sessions(f, mine))
                (tokens(f, mine, typed))
            }
            div class="stack" {
                (card(&f.t("safety"), safety(f, &mine.person)))
                @if f.on_phone() { (out(f)) }
            }
        }
    };
    page(f, &f.t("me"), body).refused(typed)
}

fn own_data(f: &Frame, mine: &Mine) -> Markup {
    let it = &mine.person;
    let role = |code: &String| {
        let key = format!("role-{code}");
        if f.say.knows(&key) { f.t(&key) } else { code.clone() }
    };
    let comma = f.say.comma();
    let roles: Vec<_> = it.roles.0.iter().map(role).collect();
    let certificates = html! {
        @for one in &mine.certificates {
            div {
                (f.certificate(&one.name)) " "
                @if let Some(until) = one.until {
                    span class="muted" {
                        (f.with("good-until", &args! { "day" => until.to_string() }))
                    }
                }
            }
        }
        @if mine.certificates.is_empty() { (or_dash(None::<&str>)) }
    };
    let skills: Vec<_> = it.skills.0.iter().map(|it| f.category(it)).collect();
    let all = [
        (f.t("field-name"), html! { b { (it.name) } }),
        (f.t("field-login"), html! { (it.login) }),
        (f.t("org"), html! { (f.org) }),
        (f.t("post"), or_dash(it.post.as_deref().map(|it| f.post_of(it)))),
        (f.t("field-roles"), or_dash(Some(roles.join(comma)))),
        (f.t("field-phone"), or_dash(it.phone.as_deref())),
        (f.t("field-skills"), or_dash(Some(skills.join(comma)))),
        (f.t("certificates"), certificates),
    ];
    card(
        &f.t("my-data"),
        html! {
            (facts(&all))
            p class="hint mt-2" { (f.t("my-data-hint")) }
        },
    )
}

fn safety(f: &Frame, person: &Person) -> Markup {
    let on = person.totp.is_some();
    let state = if on { "s-good" } else { "s-calm" };
    html! {
        div class="clock" {
            span { (f.t("field-password")) }
            a href="/me/password" { (f.t("change")) }
            @if let Some(at) = person.changed_at {
                small { (f.t("changed-at")) " " (moment(f, at)) }
            }
        }
        div class="clock" {
            span {
                (f.t("second-factor")) " "
                span class={ "state " (state) } { (f.t(if on { "is-on" } else { "is-off" })) }
            }
            a href="/me/second-factor" { (f.t(if on { "turn-off" } else { "turn-on" })) }
            small { (f.t("second-factor-what")) }
        }
    }
}

fn out(f: &Frame) -> Markup {
    let other = if f.say.is_chinese() { "en" } else { "zh-CN" };
    html! {
        form method="post" action="/language" {
            input type="hidden" name="back" value="/me";
            button class="btn tall w-100" name="lang" value=(other) {
                (icon("language")) (f.t("other-language"))
            }
        }
        form method="post" action="/logout" data-signout {
            button class="btn tall w-100" { (icon("logout")) (f.t("sign-out")) }
        }
    }
}

fn sessions(f: &Frame, mine: &Mine) -> Markup {
    let keys = mine.keys.iter().filter(|it| it.kind == KeyKind::Session);
    let keys: Vec<_> = keys.cloned().collect();
    let columns = [
        Column::new(f.t("signed-in"), |it: &Key| {
            html! {
                (moment(f, it.created_at))
                @if it.hash == f.who.session.hash {
                    " " span class="pill good" { (f.t("this-one")) }
                }
            }
        })
        .title(),
        Column::new(f.t("last-seen"), |it: &Key| ago(f, it.seen_at)).line(),
        Column::new("", |it: &Key| end(f, it, "end-session")).acts(),
    ];
    let none = empty("key", &f.t("sessions-none"), "", html! {});
    card(&f.t("my-sessions"), table(f, &columns, &keys, none, html! {}))
}

fn tokens(f: &Frame, mine: &Mine, typed: &Typed) -> Markup {
    let keys = mine.keys.iter().filter(|it| it.kind == KeyKind::Token);
    let keys: Vec<_> = keys.cloned().collect();
    let columns = [
        Column::new(f.t("token-label"), |it: &Key| html! { (it.label) }).title(),
        Column::new(f.t("token-until"), |it: &Key| moment(f, it.expires_at)).line(),
        Column::new(f.t("last-seen"), |it: &Key| ago(f, it.seen_at)).line(),
        Column::new("", |it: &Key| end(f, it, "revoke")).acts(),
    ];
    let form = Form::new(f, typed);
    let days = [30, 90, 365].map(|it| (it.to_string(), f.with("days", &args! { "count" => it })));
    let fields = html! {
        div class="halves" {
            (form.text("label").label(f.t("token-label")).placeholder(f.t("token-example")))
            (form.select("days", days, None).label(f.t("token-days")))
        }
    };
    let body = html! {
        p class="muted" { (f.t("tokens-what")) }
        @if !keys.is_empty() { (table(f, &columns, &keys, html! {}, html! {})) }
        div class="mt-3" { (form.post("token", "/me/tokens", "token-create", fields)) }
    };
    card_with(&f.t("my-tokens"), html! { a href="/api/docs" { (f.t("api-docs")) } }, body)
}

fn end(f: &Frame, key: &Key, word: &str) -> Markup {
    let fields = [("hash", key.hash.as_str())];
    press("/me/keys/revoke", html! { (f.t(word)) }, "btn-sm", &fields)
}

fn shown_once(f: &Frame, token: &str) -> Markup {
    html! {
        div class="flash good" role="status" {
            div {
                (f.t("token-shown-once"))
                div { code { (token) } }
            }
            button class="btn btn-sm push" type="button" data-copy=(token) {
                (icon("copy")) (f.t("copy"))
            }
        }
    }
}

async fn create_token(State(app): State<App>, f: Frame, typed: Typed) -> Result<Response, Fail> {
    let label = typed.get("label");
    let days = typed.int("days").filter(|it| (1..=365).contains(it)).unwrap_or(90);
    let made = app.act(&f.who.actor, async move |cx| {
        if label.is_empty() {
            return Err(Refusal::field("label", "missing").into());
        }
        let me = ops::me(cx).await?;
        ops::create_token(cx, &me.id, &label, days).await
    });
    let (typed, token) = match made.await {
        Ok(token) => (Typed::default(), Some(token)),
        Err(no) => (typed.refused(no)?, None),
    };
    let mine = mine(&app, &f).await?;
    Ok(draw(&f, &mine, &typed, token.as_deref()).into_response())
}

async fn revoke(State(app): State<App>, f: Frame, typed: Typed) -> Result<Response, Fail> {
    let hash = typed.get("hash");
    app.act(&f.who.actor, async move |cx| ops::revoke(cx, &hash).await).await?;
    Ok(f.go("/me", "key-revoked"))
}

async fn ask_password(f: Frame) -> Page {
    draw_password(&f, &Typed::default())
}

fn draw_password(f: &Frame, typed: &Typed) -> Page {
    let form = Form::new(f, typed);
    let rule = format!("password-rule-{}", f.company.passwords.code());
    let fields = html! {
        @if f.who.session.must_change {
            div class="flash wait" { (f.t("password-must-change")) }
        }
        (for_whom(f))
        (form.password("current").label(f.t("password-current")).required()
            .attr("autocomplete", "current-password").focused())
        (form.password("password").label(f.t("password-new")).required().hint(f.t(&rule))
            .attr("autocomplete", "new-password"))
        (form.password("again").label(f.t("password-again")).required()
            .attr("autocomplete", "new-password"))
    };
    let end = html! {
        button class="btn btn-primary" { (f.t("save")) }
        @if !f.who.session.must_change { a class="btn" href="/me" { (f.t("cancel")) } }
    };
    let body = html! {
        (heading(Some(("/me", &f.t("me"))), &f.t("change-password"), html! {}))
        div class="narrow" {
            (card("", form.post_with("password-form", "/me/password", end, fields)))
        }
    };
    page(f, &f.t("change-password"), body).refused(typed)
}

/// Whose password it is, for those who keep passwords for others.
fn for_whom(f: &Frame) -> Markup {
    html! {
        input type="text" name="_for" value=(f.who.actor.name) autocomplete="username" hidden;
    }
}

async fn set_password(State(app): State<App>, f: Frame, typed: Typed) -> Result<Response, Fail> {
    match change_password(&app, &f, &typed).await {
        Ok(()) => Ok(f.go(if f.on_phone() { "/today" } else { "/" }, "password-changed")),
        Err(no) => Ok(draw_password(&f, &typed.refused(no)?).into_response()),
    }
}

async fn change_password(app: &App, f: &Frame, typed: &Typed) -> Result<()> {
    let new = raw(typed, "password");
    let me = app.look(&f.who.actor, async |cx: &mut Cx| ops::me(cx).await).await?;
    check_current(app, &me, &raw(typed, "current")).await?;
    account::check_password(f.company.passwords, &me.login, &new)?;
    if new != raw(typed, "again") {
        return Err(Refusal::field("again", "password.different").into());
    }
    if new == raw(typed, "current") {
        return Err(Refusal::field("password", "password.same").into());
    }
    let hashed = password::hash(app, &new).await?;
    let keep = f.who.session.hash.clone();
    app.act(&f.who.actor, async move |cx| ops::set_password(cx, &hashed, &keep).await).await
}

/// Whoever sits at an open screen is not therefore its owner.
async fn check_current(app: &App, me: &Person, typed: &str) -> Result<()> {
    if password::verify(app, typed, me.password.clone()).await? {
        return Ok(());
    }
    Err(Refusal::field("current", "password.wrong").into())
}

async fn second_factor(State(app): State<App>, f: Frame) -> Result<Page, Fail> {
    let me = app.look(&f.who.actor, async |cx: &mut Cx| ops::me(cx).await).await?;
    if me.totp.is_some() {
        return Ok(draw_off(&f, &Typed::default()));
    }
    let secret = ops::new_secret((app.dice)().as_mut());
    let typed = Typed::of([("secret", Some(secret))]);
    Ok(draw_on(&f, &me.login, &typed)?)
}

fn draw_on(f: &Frame, login: &str, typed: &Typed) -> Result<Page> {
    let form = Form::new(f, typed);
    let secret = typed.get("secret");
    let url = ops::totp_url(&secret, login, &f.company.name)?;
    let code = qrcode::QrCode::new(url.as_bytes());
    let code = code.map_err(|e| Error::fault(format!("a QR code: {e}")))?;
    let svg = code.render::<qrcode::render::svg::Color>().min_dimensions(184, 184).build();
    // Without the line that makes it a document of its own.
    let svg = svg.split_once("?>").map_or(svg.as_str(), |it| it.1).to_owned();
    let fields = html! {
        p { (f.t("second-factor-scan")) }
        div class="qr-box" role="img" aria-label=(f.t("qr")) { (PreEscaped(svg)) }
        p class="hint text-center" { (f.t("second-factor-by-hand")) " " code { (secret) } }
        (form.hidden("secret"))
        (form.text("second_code").label(f.t("second-factor-code")).required()
            .attr("inputmode", "numeric").attr("autocomplete", "one-time-code")
            .attr("maxlength", "6"))
    };
    let body = html! {
        (heading(Some(("/me", &f.t("me"))), &f.t("second-factor"), html! {}))
        div class="narrow" {
            (card("", form.post("factor", "/me/second-factor", "turn-on", fields)))
        }
    };
    Ok(page(f, &f.t("second-factor"), body).refused(typed))
}

fn draw_off(f: &Frame, typed: &Typed) -> Page {
    let form = Form::new(f, typed);
    let fields = html! {
        p { (f.t("second-factor-off-what")) }
        (for_whom(f))
        (form.password("current").label(f.t("password-current")).required()
            .attr("autocomplete", "current-password"))
    };
    let body = html! {
        (heading(Some(("/me", &f.t("me"))), &f.t("second-factor"), html! {}))
        div class="narrow" {
            (card("", form.post("factor-off", "/me/second-factor/off", "turn-off", fields)))
        }
    };
    page(f, &f.t("second-factor"), body).refused(typed)
}

async fn turn_on(State(app): State<App>, f: Frame, mut typed: Typed) -> Result<Response, Fail> {
    if !ops::is_secret(&typed.get("secret")) {
        // Of what was sent no code can be right: there is a new one to scan.
        typed.set("secret", ops::new_secret((app.dice)().as_mut()));
    }
    let (secret, code) = (typed.get("secret"), typed.get("second_code"));
    let done = app.act(&f.who.actor, async move |cx| {
        if !ops::second_factor(&secret, &code, cx.now())? {
            return Err(Refusal::field("second_code", "code.not_this_one").into());
        }
        ops::set_second_factor(cx, Some(&secret)).await
    });
    match done.await {
        Ok(()) => Ok(f.go("/me", "second-factor-is-on")),
        Err(no) => {
            let typed = typed.refused(no)?;
            let me = app.look(&f.who.actor, async |cx: &mut Cx| ops::me(cx).await).await?;
            Ok(draw_on(&f, &me.login, &typed)?.into_response())
        }
    }
}

async fn turn_off(State(app): State<App>, f: Frame, typed: Typed) -> Result<Response, Fail> {
    let me = app.look(&f.who.actor, async |cx: &mut Cx| ops::me(cx).await).await?;
    if let Err(no) = check_current(&app, &me, &raw(&typed, "current")).await {
        return Ok(draw_off(&f, &typed.refused(no)?).into_response());
    }
    app.act(&f.who.actor, async |cx: &mut Cx| ops::set_second_factor(cx, None).await).await?;
    Ok(f.go("/me", "second-factor-is-off"))
}
