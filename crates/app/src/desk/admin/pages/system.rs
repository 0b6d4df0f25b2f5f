//! 系统状态: what whoever keeps the house running looks at: version, database, later work that
//! waits or was given up, what runs by the clock, disk, memory, the last backup. Nobody's data.

use axum::{
    Router,
    extract::{Path, State as Asked},
    response::Response,
    routing::{get, post},
};
use kernel::{Span, Time};
use maud::{Markup, html};
use platform::{db::Dialect, jobs::Standing};

use super::{
    super::ops::{self, State},
    events::chain_state,
};
use crate::{
    App, args,
    edge::Fail,
    ui::{
        Column, Frame, Page, ago, card, facts, heading, icon, moment, page, press, settings_tabs,
        table,
    },
};

pub fn routes() -> Router<App> {
    Router::new().route("/admin/system", get(show)).route("/admin/jobs/{id}/retry", post(retry))
}

/// A backup older than this is no backup.
const BACKUP_GOOD: Span = Span::days(7);
/// Of the disk, so much has to be free, in hundredths.
const ROOM_LEAST: u64 = 10;

async fn show(Asked(app): Asked<App>, f: Frame) -> Result<Page, Fail> {
    let it = ops::state(&app, &f.who.actor).await?;
    let title = f.t("tab-system");
    let body = html! {
        (heading(None, &title, html! {}))
        (settings_tabs(&f, "system"))
        (warnings(&f, &it))
        div class="cols" {
            div class="stack" {
                (card(&f.t("system-facts"), facts(&about(&f, &it))))
                (given_up(&f, &it))
                (waiting(&f, &it))
            }
            div class="stack" { (schedule(&f, &it)) (migrations(&f, &it)) }
        }
    };
    Ok(page(&f, &title, body))
}

/// What somebody has to do something about.
fn warnings(f: &Frame, it: &State) -> Markup {
    let mut all: Vec<(&str, String)> = Vec::new();
    if it.failed > 0 {
        all.push(("late", f.with("system-failed", &args! { "count" => it.failed })));
    }
    if it.verified.as_ref().is_some_and(|it| it.broken.is_some()) {
        all.push(("late", f.t("chain-is-broken")));
    }
    if it.room.is_some_and(|(free, all)| free.saturating_mul(100) < all * ROOM_LEAST) {
        all.push(("late", f.t("system-disk-full")));
    }
    if it.backup.is_none_or(|at| at.after(BACKUP_GOOD) < f.now) {
        all.push(("wait", f.t("system-no-backup")));
    }
    html! {
        @for (tone, text) in all { div class={ "flash " (tone) } role="status" { (text) } }
        (super::calendars::missing(f))
    }
}

fn about(f: &Frame, it: &State) -> Vec<(String, Markup)> {
    let engine = match it.database.engine {
        Dialect::Sqlite => "SQLite",
        Dialect::Postgres => "PostgreSQL",
    };
    let none = || html! { span class="muted" { (f.t("not-known")) } };
    let backup = match it.backup {
        Some(at) => ago(f, at),
        None => html! { span class="t-wait" { (f.t("backup-never")) } },
    };
    vec![
        (f.t("system-version"), html! { (env!("CARGO_PKG_VERSION")) }),
        (
            f.t("system-since"),
            html! { (moment(f, it.since)) " " span class="muted" { (lasted(f, it.since)) } },
        ),
        (f.t("system-database"), html! { (engine) " " (it.database.version) }),
        (f.t("system-size"), html! { (size(it.database.bytes.unsigned_abs())) }),
        (f.t("system-memory"), it.memory.map_or_else(none, |it| html! { (size(it)) })),
        (
            f.t("system-disk"),
            match it.room {
                Some((free, all)) => html! {
                    (f.with("system-free", &args! { "free" => size(free), "all" => size(all) }))
                },
                None => none(),
            },
        ),
        (f.t("system-backup"), backup),
        (f.t("system-chain"), chain_state(f, it.verified.as_ref())),
        (
            f.t("system-jobs"),
            html! {
                (f.with("system-waiting", &args! { "count" => it.waiting }))
            },
        ),
    ]
}

/// How long it has been: days, hours or minutes.
fn lasted(f: &Frame, since: Time) -> String {
    let minutes = since.until(f.now).whole_minutes().max(0);
    let (unit, count) = match minutes {
        0..=99 => ("minutes", minutes),
        100..=2879 => ("hours", minutes / 60),
        _ => ("days", minutes / 1440),
    };
    f.with(&format!("lasted-{unit}"), &args! { "count" => count })
}

/// `1.4 GB`.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
    let mut amount = bytes as f64 / 1024.0;
    let mut unit = 0;
    while amount >= 1024.0 && unit + 1 < UNITS.len() {
        amount /= 1024.0;
        unit += 1;
    }
    format!("{amount:.1} {}", UNITS[unit])
}

fn kind(f: &Frame, it: &Standing) -> String {
    let key = format!("later-{}", it.kind);
    if f.say.knows(&key) { f.t(&key) } else { f.t("later-other") }
}

/// What no retry helped: for a person to look at.
fn given_up(f: &Frame, it: &State) -> Markup {
    let columns = [
        Column::new(f.t("job-kind"), |it: &Standing| html! { (kind(f, it)) }).title(),
        Column::new(f.t("job-error"), |it: &Standing| {
            html! { span class="muted" { (it.error.as_deref().unwrap_or_default()) } }
        })
        .line()
        .wraps(),
        Column::new(f.t("job-tries"), |it: &Standing| html! { (it.tries) }).num(),
        Column::new("", |it: &Standing| {
            let action = format!("/admin/jobs/{}/retry", it.id);
            press(&action, html! { (icon("refresh")) (f.t("job-retry")) }, "btn-sm", &[])
        })
        .acts(),
    ];
    card(
        &f.t("jobs-failed"),
        html! {
            @if it.given_up.is_empty() { p class="muted" { (f.t("jobs-none-failed")) } }
            @else { (table(f, &columns, &it.given_up, html! {}, html! {})) }
        },
    )
}

fn waiting(f: &Frame, it: &State) -> Markup {
    let columns = [
        Column::new(f.t("job-kind"), |it: &Standing| html! { (kind(f, it)) }).title(),
        Column::new(f.t("job-next"), |it: &Standing| html! { (ago(f, it.run_at)) }).due(),
        Column::new(f.t("job-tries"), |it: &Standing| html! { (it.tries) }).num(),
        Column::new(f.t("job-error"), |it: &Standing| {
            html! { span class="muted" { (it.error.as_deref().unwrap_or_default()) } }
        })
        .line()
        .wraps(),
    ];
    card(
        &f.t("jobs-waiting"),
        html! {
            @if it.soon.is_empty() { p class="muted" { (f.t("jobs-none-waiting")) } }
            @else { (table(f, &columns, &it.soon, html! {}, html! {})) }
        },
    )
}

/// What runs by the clock, and when it last did.
fn schedule(f: &Frame, it: &State) -> Markup {
    let body = html! {
        @for (name, at) in &it.database.schedules {
            div class="clock" {
                span { (f.code("schedule", name)) }
                (ago(f, Time::from_millis(*at)))
            }
        }
        @if it.database.schedules.is_empty() { p class="muted" { (f.t("schedule-none")) } }
    };
    card(&f.t("schedule"), body)
}

fn migrations(f: &Frame, it: &State) -> Markup {
    let body = html! {
        @for name in &it.database.migrations {
            div class="clock" { span { (name) } }
        }
    };
    card(&f.t("system-migrations"), body)
}

async fn retry(Asked(app): Asked<App>, f: Frame, Path(id): Path<String>) -> Result<Response, Fail> {
    let done = app.act(&f.who.actor, async move |cx| ops::retry(cx, &id).await);
    match done.await {
        Ok(()) => Ok(f.go("/admin/system", "job-retried")),
        Err(no) => f.stay("/admin/system", no),
    }
}
