//! How the page of an order is put together: what it is, where it stands, what can be done now,
//! and below it everything that is known.

use axum::http::StatusCode;
use kernel::{Error, Refusal};
use maud::{Markup, html};
use rules::order::{Order, Status};

use super::{beside, cards, choices, deciding, dialogs, money, read::Sheet, steps};
use crate::{
    args, edge,
    ui::{
        Frame, Mark, Open, Page, coverage, due_box, icon, moment, page, pill, script, state,
        step_bar,
    },
};

pub fn draw(f: &Frame, it: &Sheet, open: &Open) -> Page {
    let mut dialogs = steps::dialogs(f, it, open);
    dialogs.extend(money::dialogs(f, it, open));
    dialogs.extend(deciding::dialogs(f, it, open));
    dialogs.extend(dialogs::all(f, it, open));
    let is_open = dialogs.iter().any(|(name, _)| *name == open.dialog);
    let signs = it.may(rules::order::Step::Sign);
    let body = html! {
        (head(f, it))
        @if let Some(refusal) = open.refusal().filter(|_| !is_open) {
            div class="flash late" role="alert" { span { (f.say.refusal(refusal)) } }
        }
        (bar(f, it))
        @for (_, dialog) in &dialogs { (dialog) }
        div class="cols" {
            div class="stack" {
                (cards::fault(f, it))
                (deciding::card(f, it))
                (choices::card(f, it))
                (cards::finding(f, it))
                (cards::photos(f, it))
                (cards::happened(f, it))
            }
            div class="stack" {
                (beside::customer(f, it))
                (beside::promises(f, it))
                (money::card(f, it))
                (beside::notices(f, it))
                (beside::earlier(f, it))
            }
        }
        @if signs { (script("vendor/signature_pad/signature_pad.umd.min.js")) }
    };
    page(f, &it.order.number, body).status(status(open.refusal()))
}

pub fn status(refusal: Option<&Refusal>) -> StatusCode {
    refusal.map_or(StatusCode::OK, |it| edge::status(&Error::from(it.clone())))
}

fn head(f: &Frame, it: &Sheet) -> Markup {
    let order = &it.order;
    let level = args! { "level" => order.fault_level };
    let printed = |what: &str| format!("/orders/{}/print/{what}", order.id);
    html! {
        div class="head order-head" {
            a class="from not-narrow" href="/orders" { (f.t("area-orders")) }
            span class="from not-narrow" { "/" }
            h1 { (order.number) }
            (state(f, "status", order.status.code()))
            (coverage(f, order.coverage.code()))
            (pill("", &f.code("kind", order.kind.code())))
            (pill(if order.fault_level == 1 { "late" } else { "" }, &f.with("order-level", &level)))
            @if order.reopened_count > 0 {
                @let times = args! { "count" => order.reopened_count };
                (pill("late", &f.with("order-reopened", &times)))
            }
            div class="ms-auto noprint" {
                @if order.technician.is_some() {
                    a class="btn not-narrow" href=(printed("dispatch")) {
                        (icon("printer")) (f.t("paper-dispatch"))
                    }
                }
                a class="btn" href=(printed("acceptance")) {
                    (icon("printer")) (f.t("paper-acceptance"))
                }
            }
        }
    }
}

/// Where it stands, what runs out next, and what this person can do about it.
fn bar(f: &Frame, it: &Sheet) -> Markup {
    html! {
        section class="card2 order-bar" aria-label=(f.t("order-now")) {
            div class="in bar" {
                (step_bar(&stages(f, &it.order)))
                (next(f, it))
                (steps::acts(f, it))
            }
        }
    }
}

fn next(f: &Frame, it: &Sheet) -> Markup {
    let order = &it.order;
    if let (Status::Suspended, Some(wait)) = (order.status, order.wait) {
        return html! {
            div class="duebox push" {
                div class="due soon" { (f.code("wait", wait.code())) }
                @if let Some(until) = order.wait_until {
                    small { (f.t("field-until-short")) " " (moment(f, until)) }
                }
            }
        };
    }
    if let Some(reason) = &order.close_reason {
        let key = format!("close-{reason}");
        let said = if f.say.knows(&key) { f.t(&key) } else { reason.clone() };
        return html! {
            div class="duebox push" {
                div { (said) }
                @if let Some(at) = order.closed_at { small { (moment(f, at)) } }
            }
        };
    }
    match it.next() {
        Some(next) => html! {
            div class="push" { (due_box(f, &f.code("promise", next.kind.code()), next.due)) }
        },
        None => html! { div class="push" {} },
    }
}

const STAGES: [&str; 8] =
    ["report", "accept", "assign", "visit", "finish", "sign", "callback", "close"];

/// What is behind it, what is next, what lies ahead. What left the way stands where it left it.
fn stages(f: &Frame, order: &Order) -> Vec<(String, Mark)> {
    let (at, halted) = match order.status {
        Status::Suspended => (stage(order.before.unwrap_or(Status::Accepted)), true),
        // Cancelling is possible until somebody sets out.
        Status::Cancelled => (if order.technician.is_some() { 3 } else { 1 }, true),
        status => (stage(status), false),
    };
    let mark = |place: usize| match place.cmp(&at) {
        std::cmp::Ordering::Less => Mark::Done,
        std::cmp::Ordering::Equal if halted => Mark::Halt,
        std::cmp::Ordering::Equal => Mark::Now,
        std::cmp::Ordering::Greater => Mark::Ahead,
    };
    let word = |place: usize, stage: &str| match mark(place) {
        Mark::Halt => f.code("status", order.status.code()),
        _ => f.code("stage", stage),
    };
    STAGES.iter().enumerate().map(|(i, it)| (word(i, it), mark(i))).collect()
}

/// What is to be done next, counted from the report.
fn stage(status: Status) -> usize {
    match status {
        Status::Reported => 1,
        Status::Accepted => 2,
        Status::Assigned | Status::OnWay => 3,
        Status::OnSite => 4,
        Status::Finished => 5,
        Status::Signed => 6,
        Status::Closed => STAGES.len(),
        Status::Suspended | Status::Cancelled => 0,
    }
}
