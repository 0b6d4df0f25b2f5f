//! 操作日志: what happened in the house, newest first, narrowed by person, matter, time or number,
//! as a page and as a file; and whether the chain it hangs on is whole.
//!
//! Source: 等保 GB/T 22239-2019 安全审计; requirements C31.

use axum::{
    Router,
    extract::State,
    response::Response,
    routing::{get, post},
};
use kernel::{Day, Field, Result, Time};
use maud::{Markup, html};
use platform::sheet::Entry;
use rules::policy::Act;

use super::super::{
    ops::{self, LogAsked, Verified},
    told::{About, Line, MATTERS, told},
};
use crate::{
    App, args,
    edge::{
        Fail,
        asked::{self, cut},
    },
    ui::{
        Column, Frame, Page, Typed, ago, days, empty, export,
        file::{self, cell, cell_at, file},
        filter, heading, page, pager, settings_tabs, switch, table, typed,
    },
};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/admin/events", get(list))
        .route("/admin/events.xlsx", get(download))
        .route("/admin/events.csv", get(download))
        .route("/admin/events/verify", post(verify))
}

const ROWS: i64 = 50;

/// Filters stand in the address.
fn read_asked(f: &Frame, limit: i64) -> Result<LogAsked> {
    let day = |name: &str, ahead: i64| match f.asked(name) {
        None => Ok(None),
        Some(text) => {
            let day = Day::parse(text).ok_or_else(|| Field::new(name, "day"))?;
            Ok::<_, Field>(Some(day.plus(ahead).start(&f.company.zone)))
        }
    };
    let before = asked::after_int(f.asked("cursor"))?;
    let before = before.and_then(|(at, seq)| Some((Time::from_millis(at), seq.parse().ok()?)));
    let kinds = f.asked_all("kind").into_iter().map(|it| match MATTERS.contains(&it.as_str()) {
        // All that concerns orders begins with `order.`; seeing in the clear is one event.
        true if it != "viewed" => format!("{it}."),
        _ => it,
    });
    Ok(LogAsked {
        who: f.asked("who").map(str::to_owned),
        kinds: kinds.collect(),
        number: f.asked("number").map(str::to_owned),
        subject: f.asked("subject").map(str::to_owned),
        from: day("from", 0)?,
        to: day("to", 1)?,
        before,
        limit,
    })
}

struct Read {
    lines: Vec<Line>,
    next: Option<String>,
    chain: Option<Verified>,
    /// Whom the list is narrowed to, where that is one person.
    who: Option<String>,
}

async fn read(app: &App, f: &Frame) -> Result<Read> {
    let (asked, say) = (read_asked(f, ROWS + 1)?, f.say);
    let read = app.look(&f.who.actor, async move |cx| {
        let (rows, more) = cut(ops::log(cx, &asked).await?, ROWS);
        let next = rows.last().filter(|_| more);
        let next = next.map(|it| asked::cursor(it.it.at.millis(), it.seq));
        let whole = ops::log_within(cx)?.is_none();
        let chain = if whole { ops::verified(cx).await? } else { None };
        let lines = told(cx, say, rows).await?;
        let one = asked.who.as_ref().filter(|it| it.starts_with("per_"));
        let named = lines.iter().filter_map(|it| it.who.as_ref());
        let who =
            one.and_then(|id| named.into_iter().find(|it| it.0 == *id).map(|it| it.1.clone()));
        Ok(Read { lines, next, chain, who })
    });
    read.await
}

async fn list(State(app): State<App>, f: Frame) -> Result<Page, Fail> {
    let it = read(&app, &f).await?;
    let title = f.t("tab-events");
    let none = empty("history", &f.t("log-none"), &f.t("log-none-what"), html! {});
    let foot = pager(&f, it.next.as_deref(), it.lines.len());
    let rows = table(&f, &columns(&f), &it.lines, none, foot);
    let acts = export(&f);
    let chips = chips(&f, it.who.as_deref());
    let body = html! {
        (heading(None, &title, acts))
        (settings_tabs(&f, "events"))
        @if f.may(Act::EventRead) { (chain(&f, it.chain.as_ref())) }
        @else { p class="hint" { (f.t("log-of-the-doors")) } }
        (chips)
        (rows)
    };
    Ok(page(&f, &title, body))
}

fn chips(f: &Frame, who: Option<&str>) -> Markup {
    let whole = f.may(Act::EventRead);
    let matters = MATTERS.iter().map(|it| ((*it).to_owned(), f.code("matter", it)));
    let matters: Vec<_> = matters.collect();
    let person = match who {
        Some(name) => switch(f, "who", f.asked("who").unwrap_or_default(), name),
        None => typed(f, "who", &f.t("log-who"), &f.t("log-who-hint")),
    };
    html! {
        div class="chips" {
            (person)
            @if f.asked("who").is_none() || f.asked("who") == Some("-") {
                (switch(f, "who", "-", &f.t("the-house")))
            }
            @if whole {
                (filter(f, "kind", &f.t("log-matter"), &matters))
                (typed(f, "number", &f.t("field-number"), &f.t("log-number-hint")))
            }
            (days(f, "from", "to", &f.t("log-days")))
            @if let Some(subject) = f.asked("subject") {
                (switch(f, "subject", subject, &f.t("log-only-this")))
            }
        }
    }
}

fn columns<'a>(f: &'a Frame) -> [Column<'a, Line>; 4] {
    [
        Column::new(f.t("log-at"), |it: &Line| exactly(f, it.at)).due(),
        Column::new(f.t("log-who"), |it: &Line| match &it.who {
            Some((id, name)) => html! { a class="t-ink" href=(f.href("who", id)) { (name) } },
            None => html! { span class="muted" { (f.t("the-house")) } },
        })
        .line(),
        Column::new(f.t("log-what"), |it: &Line| html! { (it.text) }).title().wraps(),
        Column::new(f.t("log-about"), |it: &Line| about(f, &it.about)).line(),
    ]
}

/// A log is read by the clock.
fn exactly(f: &Frame, at: Time) -> Markup {
    html! {
        time class="keep" datetime=(at.text(&f.company.zone)) title=(f.moment(at)) {
            (f.time().exact(at))
        }
    }
}

fn about(f: &Frame, it: &About) -> Markup {
    let word = f.code("matter", &it.matter);
    let name = it.name.as_deref().filter(|it| !it.is_empty());
    html! {
        span class="muted" { (word) } " "
        @match (name, &it.href) {
            (Some(name), Some(href)) => a href=(href) { (name) },
            (Some(name), None) => (name),
            _ => "",
        }
    }
}

/// Whether the log is whole, as far as it was walked.
fn chain(f: &Frame, it: Option<&Verified>) -> Markup {
    let press = |anew: &str, word: &str, class: &str| {
        let fields = [("anew", anew)];
        crate::ui::press("/admin/events/verify", html! { (f.t(word)) }, class, &fields)
    };
    html! {
        section class="card2 mb-3" {
            div class="in row-line" {
                div { (chain_state(f, it)) }
                div class="acts push" {
                    (press("", "chain-verify", "btn-sm"))
                    (press("true", "chain-verify-anew", "btn-sm"))
                }
            }
        }
    }
}

/// In words; also on the page of the system.
pub fn chain_state(f: &Frame, it: Option<&Verified>) -> Markup {
    let Some(it) = it else {
        return html! { span class="state s-wait" { (f.t("chain-never")) } };
    };
    let place = args! { "place" => it.last.place };
    html! {
        @if let Some((at, why)) = &it.broken {
            span class="state s-late" {
                (f.with(&format!("chain-{why}"), &args! { "place" => *at }))
            }
        } @else if it.more {
            span class="state s-busy" { (f.with("chain-walking", &place)) }
        } @else if it.late {
            span class="state s-late" { (f.with("chain-late", &args! { "count" => it.unsealed })) }
        } @else {
            span class="state s-good" { (f.with("chain-whole", &place)) }
        }
        " " span class="muted" {
            (f.t("chain-at")) " " (ago(f, it.at)) " · " (f.t("chain-since")) " " (ago(f, it.since))
        }
    }
}

async fn verify(State(app): State<App>, f: Frame, typed: Typed) -> Result<Response, Fail> {
    let it = ops::ask_to_verify(&app, &f.who.actor, typed.is("anew")).await?;
    let place = args! { "place" => it.last.place };
    Ok(match it.broken {
        None => f.go_saying("/admin/events", &f.with("chain-whole", &place)),
        Some(_) => f.go("/admin/events", "chain-is-broken"),
    })
}

async fn download(State(app): State<App>, f: Frame) -> Result<Response, Fail> {
    let (asked, say) = (read_asked(&f, file::MOST_ROWS)?, f.say);
    let read = app.act(&f.who.actor, async move |cx| {
        let rows = ops::log(cx, &LogAsked { before: None, ..asked.clone() }).await?;
        ops::log_exported(cx, rows.len()).await?;
        told(cx, say, rows).await
    });
    let lines = read.await?;
    let headings = ["log-at", "log-who", "log-what", "log-matter", "log-about"];
    let headings = headings.iter().map(|it| f.t(it)).collect();
    let rows = lines.into_iter().map(|it| {
        let who = it.who.map_or_else(|| f.t("the-house"), |it| it.1);
        vec![
            cell_at(&f, Some(it.at)),
            Entry::Text(who),
            Entry::Text(it.text),
            Entry::Text(f.code("matter", &it.about.matter)),
            cell(it.about.name),
        ]
    });
    Ok(file(&f, &f.t("log-file"), headings, rows.collect()).await?)
}
