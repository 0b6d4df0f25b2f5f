//! The board: what waits on the left, the people and their day on the right; and one technician's
//! day by itself.

mod absences;
mod day;
mod person;

use axum::{
    Router,
    extract::{Path, State},
    routing::get,
};
use kernel::{Day, Refusal, Result};
use maud::{Markup, html};
use rules::{
    order::OrderId,
    policy::{Act, PersonId, Reach},
};

use super::board::{Board, board, of_person};
use crate::{
    App, args,
    edge::Fail,
    order::Listed,
    ui::{Frame, Page, due, empty, heading, icon, or_dash, page},
};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/dispatch", get(show))
        .route("/technicians/{id}", get(one))
        .merge(absences::routes())
}

async fn show(State(app): State<App>, f: Frame) -> Result<Page, Fail> {
    let date = asked_day(&f)?;
    let outlet = f.asked("outlet").map(str::to_owned);
    let order = f.asked("order").map(OrderId::parse).transpose()?;
    let read = app.look(&f.who.actor, async move |cx| {
        board(cx, outlet.as_deref(), date, order.as_ref()).await
    });
    let mut it = read.await?;
    it.settle();
    let title = f.t("area-dispatch");
    let body = html! {
        (heading(None, &title, acts(&f, &it)))
        div class="row-line board-bar noprint" { (day::dates(&f, it.date)) (outlets(&f, &it)) }
        (seeking(&f, &it))
        div class="board" {
            (waiting(&f, &it))
            (day::lanes(&f, &it))
        }
    };
    Ok(page(&f, &title, body))
}

async fn one(State(app): State<App>, f: Frame, Path(id): Path<String>) -> Result<Page, Fail> {
    let date = asked_day(&f)?;
    let id = PersonId::parse(&id)?;
    let read = app.look(&f.who.actor, async move |cx| of_person(cx, &id, date).await);
    let (lane, org) = read.await?;
    Ok(person::draw(&f, &lane, &org))
}

fn asked_day(f: &Frame) -> Result<Option<Day>, Fail> {
    let Some(text) = f.asked("date") else { return Ok(None) };
    let day = Day::parse(text).ok_or_else(|| Refusal::field("date", "day"))?;
    Ok(Some(day))
}

fn acts(f: &Frame, it: &Board) -> Markup {
    html! {
        @if it.pool > 0 {
            a class="btn" href="/orders?status=reported&pool=true&sort=due" {
                (icon("route")) (f.with("board-pool", &args! { "count" => it.pool }))
            }
        }
        @if f.reach(Act::TechnicianRead) > Reach::Own {
            @let outlet = it.outlet.as_ref().map_or("", |it| it.id.as_str());
            a class="btn" href={ "/absences?outlet=" (outlet) } {
                (icon("calendar-event")) (f.t("absences"))
            }
        }
    }
}

/// Whoever looks at several outlets chooses one.
fn outlets(f: &Frame, it: &Board) -> Markup {
    if it.outlets.len() < 2 {
        return html! {};
    }
    let here = it.outlet.as_ref().map(|it| &it.id);
    html! {
        form class="row-line push" data-auto action="/dispatch" {
            input type="hidden" name="date" value=(it.date);
            label class="visually-hidden" for="f-outlet" { (f.t("field-outlet")) }
            select class="form-select" id="f-outlet" name="outlet" {
                @for outlet in &it.outlets {
                    option value=(outlet.id) selected[Some(&outlet.id) == here] { (outlet.name) }
                }
            }
            button class="btn no-js" { (f.t("apply")) }
        }
    }
}

/// For which order somebody is sought.
fn seeking(f: &Frame, it: &Board) -> Markup {
    let Some(order) = &it.chosen else { return html! {} };
    let any = it.lanes.iter().any(|it| !it.offers.is_empty());
    html! {
        section class="card2 main-line board-seek" {
            div class="in bar" {
                b { (f.t("board-seeking")) }
                a href={ "/orders/" (order.order.id) } { (order.order.number) }
                span { (name(order)) " · " (what(f, order)) }
                @if let Some(at) = order.order.due { (due(f, at)) }
                span class="muted" {
                    (f.t(if any { "board-press-a-window" } else { "board-nobody-free" }))
                }
                a class="btn btn-sm push" href=(f.href("order", "")) { (icon("x")) (f.t("close")) }
            }
        }
    }
}

fn name(it: &Listed) -> String {
    crate::order::pages::name(it, false).unwrap_or_else(|| it.order.number.clone())
}

fn what(f: &Frame, it: &Listed) -> String {
    let said = it.order.fault_text.clone().filter(|it| !it.trim().is_empty());
    said.unwrap_or_else(|| f.code("kind", it.order.kind.code()))
}

/// What waits, what is due first on top; pressing one seeks somebody for it.
fn waiting(f: &Frame, it: &Board) -> Markup {
    let sends = f.may(Act::OrderDispatch);
    html! {
        section class="pool" aria-label=(f.t("board-waiting")) {
            div class="row-line pool-head" {
                b { (f.with("board-waiting-count", &args! { "count" => it.waiting.len() })) }
                span class="push muted small" { (f.t("board-by-due")) }
            }
            @for order in &it.waiting { (waits(f, it, order, sends)) }
            @if it.waiting.is_empty() {
                (empty("circle-check", &f.t("board-none"), &f.t("board-none-what"), html! {}))
            }
        }
    }
}

fn waits(f: &Frame, it: &Board, order: &Listed, sends: bool) -> Markup {
    let at = order.order.due;
    let left = at.map(|at| f.now.until(at).whole_minutes());
    let tone = match left {
        Some(left) if left < 0 => " late",
        Some(left) if left < 60 => " soon",
        _ => "",
    };
    let on = it.chosen.as_ref().is_some_and(|it| it.order.id == order.order.id);
    let href = if sends {
        f.href("order", order.order.id.as_str())
    } else {
        format!("/orders/{}", order.order.id)
    };
    let district = order.order.district.as_deref().and_then(locality::division);
    html! {
        a class={ "it" (tone) @if on { " on" } } href=(href) aria-current=[on.then_some("true")] {
            div {
                b class="cut" { (name(order)) }
                span class="keep" { @if let Some(at) = at { (due(f, at)) } }
            }
            span class="cut" { (what(f, order)) }
            small {
                (or_dash(district.map(|it| it.name)))
                @let category = f.category_of(order.order.category.as_deref());
                @if !category.is_empty() { " · " (category) }
                " · " (f.code("status", order.order.status.code()))
            }
        }
    }
}
