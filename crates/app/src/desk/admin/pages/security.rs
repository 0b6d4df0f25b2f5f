//! 安全管理: the rules of passwords and sessions, who is shut out, who is signed in, and what
//! happened at the doors. Tokens, which open the door for programs, are also the business of
//! system administration.
//!
//! Source: 等保 GB/T 22239-2019 身份鉴别, 安全管理: a person of its own.

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use kernel::{Refusal, Result, Time};
use maud::{Markup, html};
use rules::{
    account::{IDLE_CHOICES, LOCKED_FOR, PasswordProfile, TRIES},
    policy::{Act, PersonId},
};

use crate::{
    App, Cx,
    account::{
        KeyKind, Person,
        ops::{self, OwnedKey, WhichKeys},
    },
    args,
    edge::{
        Fail,
        asked::{self, cut},
    },
    ui::{
        Column, Form, Frame, Page, Typed, ago, card, card_with, empty, heading, icon, moment, page,
        pager, pill, press, search_box, settings_tabs, table,
    },
};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/admin/security", get(show).post(set_rules))
        .route("/admin/security/unlock", post(unlock))
        .route("/admin/tokens", get(tokens))
        .route("/admin/keys/revoke", post(revoke))
}

const ROWS: i64 = 50;
const TOKENS: &str = "/admin/tokens";

struct Read {
    locked: Vec<Person>,
    keys: Vec<OwnedKey>,
    next: Option<String>,
}

/// Which keys, from the address.
fn which(f: &Frame, kind: KeyKind) -> Result<WhichKeys> {
    let after = asked::after_int(f.asked("cursor"))?;
    Ok(WhichKeys {
        kind: Some(kind),
        q: f.asked("q").map(str::to_owned),
        after: after.map(|(at, id)| (Time::from_millis(at), id)),
        limit: ROWS + 1,
    })
}

async fn keys_of(cx: &mut Cx, which: &WhichKeys) -> Result<(Vec<OwnedKey>, Option<String>)> {
    let (keys, more) = cut(ops::all_keys(cx, which).await?, ROWS);
    let last = keys.last().filter(|_| more);
    let next = last.map(|it| asked::cursor(it.key.seen_at.millis(), &it.key.person));
    Ok((keys, next))
}

async fn read(app: &App, f: &Frame) -> Result<Read> {
    let which = which(f, KeyKind::Session)?;
    let read = app.look(&f.who.actor, async move |cx: &mut Cx| {
        cx.may(Act::SecurityManage)?;
        let (keys, next) = keys_of(cx, &which).await?;
        Ok(Read { locked: ops::locked_out(cx).await?, keys, next })
    });
    read.await
}

async fn show(State(app): State<App>, f: Frame) -> Result<Page, Fail> {
    let it = read(&app, &f).await?;
    let typed = Typed::of([
        ("passwords", Some(f.company.passwords.code().to_owned())),
        ("idle", Some(f.company.idle.whole_minutes().to_string())),
    ]);
    Ok(draw(&f, &it, &typed))
}

fn draw(f: &Frame, it: &Read, typed: &Typed) -> Page {
    let title = f.t("tab-security");
    let log = html! {
        a class="btn" href="/admin/events" { (icon("history")) (f.t("security-log")) }
    };
    let body = html! {
        (heading(None, &title, log))
        (settings_tabs(f, "security"))
        div class="cols" {
            div class="stack" {
                (locked(f, &it.locked))
                (sessions(f, it))
            }
            div class="stack" { (card(&f.t("security-rules"), rules(f, typed))) }
        }
    };
    page(f, &title, body).refused(typed)
}

/// `30 分钟`, `12 小时`.
pub fn idle_word(f: &Frame, minutes: i64) -> String {
    match minutes % 60 {
        0 => f.with("idle-hours", &args! { "count" => minutes / 60 }),
        _ => f.with("idle-minutes", &args! { "count" => minutes }),
    }
}

fn rules(f: &Frame, typed: &Typed) -> Markup {
    let form = Form::new(f, typed);
    let profiles = PasswordProfile::ALL.iter();
    let profiles: Vec<_> =
        profiles.map(|it| (it.code().to_owned(), f.code("password-profile", it.code()))).collect();
    let idle = IDLE_CHOICES.map(|it| (it.to_string(), idle_word(f, it)));
    let fixed = args! { "tries" => TRIES, "minutes" => LOCKED_FOR.whole_minutes() };
    let fields = html! {
        (form.select("passwords", profiles, None).label(f.t("password-rules"))
            .hint(f.t("password-rules-hint")))
        (form.select("idle", idle, None).label(f.t("idle")).hint(f.t("idle-hint")))
        p class="hint" { (f.with("lockout-rule", &fixed)) }
    };
    form.post("rules", "/admin/security", "save", fields)
}

fn locked(f: &Frame, all: &[Person]) -> Markup {
    let columns = [
        Column::new(f.t("field-name"), |it: &Person| html! { (it.name) }).title(),
        Column::new(f.t("field-login"), |it: &Person| html! { (it.login) }).line(),
        Column::new(f.t("locked-until"), |it: &Person| match it.locked_until {
            Some(at) => moment(f, at),
            None => html! {},
        })
        .due(),
        Column::new("", |it: &Person| {
            let fields = [("person", it.id.as_str())];
            press("/admin/security/unlock", html! { (f.t("person-unlock")) }, "btn-sm", &fields)
        })
        .acts(),
    ];
    card(
        &f.t("locked"),
        html! {
            @if all.is_empty() { p class="muted" { (f.t("locked-none")) } }
            @else { (table(f, &columns, all, html! {}, html! {})) }
        },
    )
}

fn sessions(f: &Frame, it: &Read) -> Markup {
    let foot = pager(f, it.next.as_deref(), it.keys.len());
    let find = search_box(f, &f.t("people-find"));
    let none = empty("key", &f.t("sessions-nobody"), "", html! {});
    let body = html! {
        div class="chips" { (find) }
        (table(f, &columns(f, "/admin/security"), &it.keys, none, foot))
    };
    card_with(&f.t("sessions"), html! {}, body)
}

/// Sessions and tokens, with whose they are and the button that ends them.
fn columns<'a>(f: &'a Frame, back: &'a str) -> Vec<Column<'a, OwnedKey>> {
    let tokens = back == TOKENS;
    let mut columns = vec![
        Column::new(f.t("field-name"), |it: &OwnedKey| {
            html! {
                (it.name)
                @if it.key.hash == f.who.session.hash { " " (pill("good", &f.t("this-one"))) }
            }
        })
        .title(),
        Column::new(f.t("field-login"), |it: &OwnedKey| html! { (it.login) }).quiet().line(),
        Column::new(f.t("last-seen"), |it: &OwnedKey| ago(f, it.key.seen_at)).due(),
        Column::new(f.t("token-until"), |it: &OwnedKey| moment(f, it.key.expires_at)),
        Column::new("", move |it: &OwnedKey| {
            let word = f.t(match it.key.kind {
                KeyKind::Token => "revoke",
                KeyKind::Session | KeyKind::HalfWay => "end-session",
            });
            let fields = [("hash", it.key.hash.as_str()), ("back", back)];
            press("/admin/keys/revoke", html! { (word) }, "btn-sm", &fields)
        })
        .acts(),
    ];
    if tokens {
        let label = Column::new(f.t("token-label"), |it: &OwnedKey| html! { (it.key.label) });
        columns.insert(2, label.line());
    }
    columns
}

async fn set_rules(State(app): State<App>, f: Frame, typed: Typed) -> Result<Response, Fail> {
    app.look(&f.who.actor, async |cx: &mut Cx| cx.may(Act::SecurityManage).map(|_| ())).await?;
    let said = typed.clone();
    let done = app.act(&f.who.actor, async move |cx: &mut Cx| {
        let profile = PasswordProfile::parse(&said.get("passwords"));
        let profile = profile.ok_or_else(|| Refusal::field("passwords", "unknown_choice"))?;
        ops::set_rules(cx, profile, said.int("idle").unwrap_or(0)).await
    });
    match done.await {
        Ok(()) => {
            app.learn().await?;
            Ok(f.go("/admin/security", "rules-are-set"))
        }
        Err(no) => {
            let typed = typed.refused(no)?;
            let it = read(&app, &f).await?;
            Ok(draw(&f, &it, &typed).into_response())
        }
    }
}

async fn unlock(State(app): State<App>, f: Frame, typed: Typed) -> Result<Response, Fail> {
    app.look(&f.who.actor, async |cx: &mut Cx| cx.may(Act::SecurityManage).map(|_| ())).await?;
    let person = PersonId::parse(&typed.get("person"))?;
    app.act(&f.who.actor, async move |cx| ops::unlock(cx, &person).await).await?;
    Ok(f.go("/admin/security", "person-unlocked"))
}

/// Programs that act as people.
async fn tokens(State(app): State<App>, f: Frame) -> Result<Page, Fail> {
    let which = which(&f, KeyKind::Token)?;
    let read = app.look(&f.who.actor, async move |cx| keys_of(cx, &which).await);
    let (keys, next) = read.await?;
    let title = f.t("tab-tokens");
    let foot = pager(&f, next.as_deref(), keys.len());
    let none = empty("key", &f.t("tokens-nobody"), &f.t("tokens-nobody-what"), html! {});
    let body = html! {
        (heading(None, &title, html! {}))
        (settings_tabs(&f, "tokens"))
        p class="hint" { (f.t("tokens-of-all-what")) }
        div class="chips" { (search_box(&f, &f.t("people-find"))) }
        (table(&f, &columns(&f, TOKENS), &keys, none, foot))
    };
    Ok(page(&f, &title, body))
}

async fn revoke(State(app): State<App>, f: Frame, typed: Typed) -> Result<Response, Fail> {
    let administers = async |cx: &mut Cx| {
        cx.may(Act::SecurityManage).or_else(|_| cx.may(Act::AccountManage)).map(|_| ())
    };
    app.look(&f.who.actor, administers).await?;
    let hash = typed.get("hash");
    let back = if typed.get("back") == TOKENS { TOKENS } else { "/admin/security" };
    let done = app.act(&f.who.actor, async move |cx| ops::revoke(cx, &hash).await);
    match done.await {
        Ok(()) => Ok(f.go(back, "key-revoked")),
        Err(no) => f.stay(back, no),
    }
}
