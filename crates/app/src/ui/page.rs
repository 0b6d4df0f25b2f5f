//! The frame around what a page says: areas on the left, search on top, a bar below on a phone.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::Engine as _;
use maud::{DOCTYPE, Markup, html};
use rules::policy::{Act, Reach};

use super::{
    areas::first_setting,
    assets::{href, icon},
    form::Typed,
    frame::{Door, Frame, Place},
};
use crate::{desk::workbench::Waits, say::Say};

/// A whole answer: the page, its status, and whether a message on it was shown now.
#[derive(Debug)]
pub struct Page {
    body: Markup,
    status: StatusCode,
    shown: bool,
}

/// A word about what was just done, on the page after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flash {
    pub kind: String,
    pub text: String,
}

/// What every page is: the body inside the frame; for htmx the body alone.
pub fn page(f: &Frame, title: &str, body: Markup) -> Page {
    if f.here.fragment {
        return Page { body, status: StatusCode::OK, shown: false };
    }
    let inside = html! {
        (messages(&f.here, f.say))
        (body)
    };
    let inside = html! { (inside) @if !f.on_phone() { (script("live.js")) } };
    let framed = if f.on_phone() { on_phone(f, inside) } else { at_a_desk(f, inside) };
    Page::whole(f.say, &f.here, Some(f), title, framed)
}

/// A page made for a phone held in one hand: its own header, rows from edge to edge. Others may
/// open it as well.
pub fn phone(f: &Frame, title: &str, back: Option<&str>, aside: Markup, body: Markup) -> Page {
    let inside = html! {
        div class="phone" {
            header {
                @if let Some(back) = back {
                    a href=(back) aria-label=(f.t("back")) { (icon("arrow-left")) }
                }
                h1 { (title) }
                (aside)
            }
            main id="main" { (messages(&f.here, f.say)) (body) }
            (phone_bar(f))
        }
    };
    Page::whole(f.say, &f.here, Some(f), title, inside)
}

/// A page at the door, for whoever comes: signing in.
pub fn door(d: &Door, title: &str, body: Markup) -> Page {
    let inside = html! {
        main class="door" id="main" {
            p class="brand" { (d.say.t("brand")) }
            p class="motto" { (d.company.name) }
            (messages(&d.here, d.say))
            (body)
            div class="below" { (languages(d.say, &d.here)) }
        }
    };
    Page::whole(d.say, &d.here, None, title, inside)
}

/// A form on A4, on the screen with a button that prints it.
pub fn paper(f: &Frame, title: &str, back: &str, body: Markup) -> Page {
    let inside = html! {
        div class="row-line noprint paper-bar" {
            a class="btn" href=(back) { (icon("arrow-left")) (f.t("back")) }
            button class="btn btn-primary" type="button" data-print {
                (icon("printer")) (f.t("print"))
            }
        }
        main id="main" { (body) }
    };
    Page::whole(f.say, &f.here, Some(f), title, inside)
}

impl Page {
    fn whole(say: Say, here: &Place, f: Option<&Frame>, title: &str, inside: Markup) -> Page {
        let now = f.map(|it| it.now.text(&it.company.zone));
        let person = f.and_then(|it| it.who.actor.person.as_ref().map(ToString::to_string));
        let body = html! {
            (DOCTYPE)
            html lang=(say.0.code()) data-bs-theme=[here.theme]
                data-person=[person] data-now=[now] {
                (head(say, title))
                body {
                    a class="skip" href="#main" { (say.t("skip")) }
                    div class="busyline htmx-indicator" id="busy" aria-hidden="true" {}
                    (inside)
                }
            }
        };
        Page { body, status: StatusCode::OK, shown: here.flash.is_some() }
    }

    /// What was refused comes back with its errors.
    pub fn refused(mut self, typed: &Typed) -> Page {
        if typed.refusal.is_some() {
            self.status = StatusCode::UNPROCESSABLE_ENTITY;
        }
        self
    }

    pub fn status(mut self, status: StatusCode) -> Page {
        self.status = status;
        self
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.body).into_response();
        if self.shown {
            let gone = "flash=; Path=/; Max-Age=0; SameSite=Lax; HttpOnly";
            response.headers_mut().append(header::SET_COOKIE, HeaderValue::from_static(gone));
        }
        response
    }
}

impl Flash {
    pub fn read(cookie: &str) -> Option<Flash> {
        let (kind, text) = cookie.split_once('.')?;
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).ok()?;
        let kind = ["good", "wait", "late", "busy"].into_iter().find(|it| *it == kind)?;
        Some(Flash { kind: kind.to_owned(), text: String::from_utf8(bytes).ok()? })
    }
}

/// Leaves a message for the next page.
pub fn put_flash(response: &mut Response, kind: &str, text: &str) {
    let text: String = text.chars().take(300).collect();
    let text = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    let cookie = format!("flash={kind}.{text}; Path=/; Max-Age=60; SameSite=Lax; HttpOnly");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// htmx: no eval, no style element, no copy of pages with personal data in the browser's storage.
const HTMX: &str = concat!(
    r#"{"includeIndicatorStyles":false,"allowEval":false,"allowScriptTags":false,"#,
    r#""selfRequestsOnly":true,"historyCacheSize":0,"responseHandling":["#,
    r#"{"code":"204","swap":false},{"code":"[23]..","swap":true},"#,
    r#"{"code":"422","swap":true},{"code":"[45]..","swap":false,"error":true}]}"#,
);

pub fn head(say: Say, title: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover";
            meta name="htmx-config" content=(HTMX);
            title { (title) " · " (say.t("brand")) }
            link rel="icon" type="image/svg+xml" href=(href("favicon.svg"));
            link rel="stylesheet" href=(href("vendor/tabler/tabler.min.css"));
            link rel="stylesheet" href=(href("app.css"));
            script src=(href("vendor/htmx/htmx.min.js")) defer {}
            script src=(href("app.js")) defer {}
        }
    }
}

/// A further script of a page that needs one, as the signature pad.
pub fn script(path: &str) -> Markup {
    html! { script src=(href(path)) defer {} }
}

fn messages(here: &Place, say: Say) -> Markup {
    html! {
        @if let Some(flash) = &here.flash {
            div class={ "flash " (flash.kind) } role="status" {
                span { (flash.text) }
                button class="x" type="button" data-dismiss aria-label=(say.t("close")) { "×" }
            }
        }
    }
}

/// An area of the house: where it is, and what it is called.
struct Area {
    group: &'static str,
    path: &'static str,
    key: &'static str,
    icon: &'static str,
}

/// The areas this person may use, in the order in which they are used.
fn areas(f: &Frame) -> Vec<Area> {
    let any = |all: &[Act]| all.iter().any(|act| f.may(*act));
    let more_than_own = |act: Act| f.reach(act) > Reach::Own;
    let takes = any(&[Act::RequestTake, Act::ComplaintFile]);
    let answers = any(&[Act::Read, Act::ComplaintRead]);
    let manages = any(&[Act::PeopleManage, Act::AccountManage]);
    let (reads, sends) = (any(&[Act::Read]), more_than_own(Act::TechnicianRead));
    let calls = more_than_own(Act::CallbackRead);
    #[rustfmt::skip]
    let all = [
        (true,    "today",  "/",          "workbench", "layout-dashboard"),
        (takes,   "today",  "/intake",    "intake",    "phone-call"),
        (answers, "today",  "/requests",  "requests",  "message-report"),
        (reads,   "today",  "/orders",    "orders",    "clipboard-list"),
        (sends,   "today",  "/dispatch",  "dispatch",  "calendar-time"),
        (reads,   "people", "/customers", "customers", "users"),
        (reads,   "people", "/devices",   "devices",   "barcode"),
        (calls,   "people", "/callbacks", "callbacks", "headset"),
        (reads,   "manage", "/rules",     "rules",     "books"),
        (manages, "manage", "/orgs",      "orgs",      "building-store"),
    ];
    let admin = first_setting(f).map(|first| (true, "manage", first, "admin", "settings"));
    let mine = all.into_iter().filter(|it| it.0).chain(admin);
    mine.map(|(_, group, path, key, icon)| Area { group, path, key, icon }).collect()
}

/// Whether the reader is in this area.
fn is_in(f: &Frame, path: &str) -> bool {
    let here = f.here.path.as_str();
    let below = |of: &str| here.strip_prefix(of).is_some_and(|it| it.starts_with('/'));
    // People stand beside their organisations, and all settings side by side.
    let beside = match path {
        "/orgs" => here == "/people" || below("/people"),
        it if it.starts_with("/admin/") => below("/admin"),
        _ => false,
    };
    here == path || (path != "/" && below(path)) || beside
}

fn at_a_desk(f: &Frame, inside: Markup) -> Markup {
    let areas = areas(f);
    html! {
        div class="frame" {
            (side(f, &areas))
            a class="shade" href="#" aria-label=(f.t("close")) {}
            (top(f))
            main class="main" id="main" { (inside) }
            (tab_bar(f, &areas))
        }
    }
}

fn side(f: &Frame, areas: &[Area]) -> Markup {
    let groups = ["today", "people", "manage"];
    let beside = f.waits();
    html! {
        nav class="side" id="nav" aria-label=(f.t("nav-main")) {
            a class="brand" href="/" { (f.t("brand")) small { (f.org) } }
            @for group in groups.iter().filter(|it| areas.iter().any(|area| area.group == **it)) {
                h6 { (f.code("nav", group)) }
                @for it in areas.iter().filter(|it| it.group == *group) {
                    @let on = is_in(f, it.path);
                    div class=(if on { "area on" } else { "area" }) {
                        a href=(it.path) aria-current=[on.then_some("page")] {
                            (icon(it.icon)) (f.code("area", it.key))
                        }
                        @if let Some(waits) = beside.iter().find(|all| all.area == it.path) {
                            (waiting(f, waits))
                        }
                    }
                }
            }
        }
    }
}

/// How much waits there, as a link to exactly that. Where nothing does it is there, unseen, for
/// when something comes while the page is open.
fn waiting(f: &Frame, it: &Waits) -> Markup {
    // What waits at the workbench is late.
    let class = if it.area == "/" { "n late" } else { "n" };
    html! {
        a class=(class) href=(it.list) data-waits=(it.area) hidden[it.count == 0]
            title=(f.code("tile", it.key)) {
            span class="visually-hidden" { (f.code("tile", it.key)) " " }
            b { (it.count) }
        }
    }
}

fn top(f: &Frame) -> Markup {
    let takes = f.may(Act::RequestTake) || f.may(Act::ComplaintFile);
    html! {
        header class="top" {
            a class="btn btn-ghost-secondary only-narrow" href="#nav" aria-label=(f.t("nav-main")) {
                (icon("menu-2"))
            }
            @if f.may(Act::Read) {
                form class="find" action="/search" role="search" {
                    (icon("search"))
                    input class="form-control" type="search" name="q" data-search
                        value=[(f.here.path == "/search").then(|| f.asked("q")).flatten()]
                        placeholder=(f.t("find-hint")) aria-label=(f.t("find")) autocomplete="off";
                    kbd { "/" }
                }
            }
            div class="row-line push" {
                @if takes {
                    a class="btn btn-primary" href="/intake" data-new {
                        (icon("plus")) span class="read-narrow" { (f.t("new-request")) } kbd { "n" }
                    }
                }
                (bell(f))
                (person(f))
            }
        }
    }
}

fn bell(f: &Frame) -> Markup {
    html! {
        a class="btn btn-ghost-secondary bell" href="/notices" {
            (icon("bell")) span class="visually-hidden" { (f.t("notices")) }
            span class="count" data-unread hidden[f.unread == 0] { (f.unread.min(99)) }
        }
    }
}

/// Who I am, in which language, in which light, and out.
fn person(f: &Frame) -> Markup {
    html! {
        details class="menu" {
            summary class="btn btn-ghost-secondary person" {
                span class="not-narrow" {
                    (f.who.actor.name) @if !f.post.is_empty() { " · " (f.post) }
                }
                span class="only-narrow" {
                    (icon("user")) span class="visually-hidden" { (f.who.actor.name) }
                }
            }
            div class="list" {
                a href="/me" { (icon("user")) (f.t("me")) }
                (languages(f.say, &f.here))
                hr;
                @for (theme, sign) in [("light", "sun"), ("dark", "moon"), ("auto", "sun-moon")] {
                    @let on = f.here.theme.unwrap_or("auto") == theme;
                    button type="button" data-theme-set=(theme) class=[on.then_some("on")] {
                        (icon(sign)) (f.code("theme", theme))
                    }
                }
                hr;
                form method="post" action="/logout" data-signout {
                    button { (icon("logout")) (f.t("sign-out")) }
                }
            }
        }
    }
}

/// The other language, for this very page.
fn languages(say: Say, here: &Place) -> Markup {
    let other = if say.is_chinese() { "en" } else { "zh-CN" };
    let back = super::frame::address(&here.path, &here.query);
    html! {
        form method="post" action="/language" {
            input type="hidden" name="back" value=(back);
            button class="as-link" name="lang" value=(other) {
                (icon("language")) (say.t("other-language"))
            }
        }
    }
}

/// At the bottom of a narrow screen: what is needed most, and the whole list.
fn tab_bar(f: &Frame, areas: &[Area]) -> Markup {
    html! {
        nav class="tabbar" aria-label=(f.t("nav-short")) {
            @for it in areas.iter().filter(|it| it.path != "/intake").take(3) {
                a href=(it.path) class=[is_in(f, it.path).then_some("on")] {
                    (icon(it.icon)) (f.code("area", it.key))
                }
            }
            a href="#nav" { (icon("menu-2")) (f.t("more")) }
        }
    }
}

fn on_phone(f: &Frame, inside: Markup) -> Markup {
    html! {
        div class="phone" {
            main class="in" id="main" { (inside) }
            (phone_bar(f))
        }
    }
}

fn phone_bar(f: &Frame) -> Markup {
    let tabs = [
        ("/today", "calendar-event", "area-today"),
        ("/orders", "clipboard-list", "area-orders"),
        ("/notices", "bell", "notices"),
        ("/me", "user", "me"),
    ];
    html! {
        nav aria-label=(f.t("nav-main")) {
            @for (path, sign, key) in tabs {
                @let on = is_in(f, path);
                a href=(path) class=[on.then_some("on")] aria-current=[on.then_some("page")] {
                    (icon(sign)) (f.t(key))
                    @if path == "/notices" && f.unread > 0 {
                        span class="count" { (f.unread.min(99)) }
                    }
                }
            }
        }
    }
}

/// Where a page lies, what it is called, and what can be done with all of it.
pub fn heading(from: Option<(&str, &str)>, title: &str, acts: Markup) -> Markup {
    html! {
        div class="head" {
            @if let Some((href, name)) = from {
                a class="from" href=(href) { (name) }
                span class="from" { "/" }
            }
            h1 { (title) }
            @if !acts.0.is_empty() { div class="ms-auto" { (acts) } }
        }
    }
}
