//! 谁去，什么时候: the best five with the button that sends each, and below them everybody else, with
//! why not.

use maud::{Markup, html};
use rules::{
    dispatch::Proposal,
    order::{Status, Step},
};

use super::{
    read::Sheet,
    steps::{given, send_to},
};
use crate::{
    args,
    dispatch::{Choice, Seeking, far, why},
    ui::{Frame, card_with, empty, or_dash},
};

/// So many are proposed.
const PROPOSED: usize = 5;

pub fn card(f: &Frame, it: &Sheet) -> Markup {
    let Some(seeking) = &it.seeking else { return html! {} };
    let day = it.choices.iter().find_map(Choice::offer).map(|it| it.from.day(&f.company.zone));
    let day = day.unwrap_or_else(|| f.today());
    let more = html! {
        a href={ "/dispatch?date=" (day) "&order=" (it.order.id) } { (f.t("order-open-board")) }
    };
    card_with(&f.t("order-who-goes"), more, body(f, it, seeking))
}

fn body(f: &Frame, it: &Sheet, seeking: &Seeking) -> Markup {
    if it.choices.is_empty() {
        return empty(
            "users",
            &f.t("order-no-technicians"),
            &f.t("order-no-technicians-what"),
            html! {},
        );
    }
    let nobody = match it.can.overriding {
        _ if it.order.status == Status::Suspended => "order-nobody-free-suspended",
        true => "order-nobody-free-override",
        false => "order-nobody-free",
    };
    let able = it.choices.iter().filter(|it| it.verdict.is_ok()).count();
    let (first, rest) = it.choices.split_at(able.min(PROPOSED));
    html! {
        @if !seeking.has_place() {
            p class="hint" { (f.t("order-no-place")) }
        }
        @if first.is_empty() {
            p class="t-wait" { (f.t(nobody)) }
        } @else {
            (sheet(f, it, first, 0))
        }
        @if !rest.is_empty() {
            details class="more-fields mt-2" {
                summary { (f.with("order-others", &args! { "count" => rest.len() })) }
                (sheet(f, it, rest, first.len()))
            }
        }
    }
}

fn sheet(f: &Frame, it: &Sheet, choices: &[Choice], before: usize) -> Markup {
    html! {
        div class="sheet in-card" {
            table class="cards" {
                thead {
                    tr {
                        th class="not-narrow" {}
                        th { (f.t("field-technician")) }
                        th { (f.t("order-when")) }
                        th class="num" { (f.t("order-far")) }
                        th { (f.t("order-why")) }
                        th {}
                    }
                }
                tbody {
                    @for (i, choice) in choices.iter().enumerate() {
                        (candidate(f, it, before + i, choice))
                    }
                }
            }
        }
    }
}

fn candidate(f: &Frame, it: &Sheet, place: usize, choice: &Choice) -> Markup {
    let proposal = choice.proposal();
    let harms = proposal.is_some_and(|it| !it.is_clean());
    html! {
        tr class=[proposal.is_none().then_some("off")] {
            td class="not-narrow" { @if proposal.is_some() { (place + 1) } @else { "–" } }
            td class="c-title" {
                a class="strong" href={ "/technicians/" (choice.technician.id) } { (choice.technician.name) }
            }
            td class="c-due" {
                @if let Some(it) = proposal { (f.window(it.window)) } @else { "—" }
            }
            td class="num" { (way(f, proposal)) }
            td class={ "wrap c-line " (if harms { "t-late" } else { "sub" }) } { (why(&f.company.pack, f.time(), choice)) }
            td class="acts-cell c-acts" {
                @if let Some(proposal) = proposal { (send(f, it, place, choice, proposal)) }
            }
        }
    }
}

fn way(f: &Frame, proposal: Option<&Proposal>) -> Markup {
    let Some(it) = proposal else { return or_dash(None::<&str>) };
    let minutes = args! { "count" => it.minutes };
    html! {
        (or_dash(far(f.say, it.way)))
        small class="muted d-block" { (f.with("way-minutes", &minutes)) }
    }
}

/// Who had it before is told why: the form asks. A new one is sent at once.
fn send(f: &Frame, it: &Sheet, place: usize, choice: &Choice, proposal: &Proposal) -> Markup {
    let class = if place == 0 { "btn btn-sm btn-primary" } else { "btn btn-sm" };
    let window = proposal.window;
    let (from, to) = (f.time().typed(window.from), f.time().typed(window.to));
    let technician = choice.technician.id.as_str();
    let word = send_to(f, choice, window);
    if it.may(Step::Reassign) {
        if it.order.technician.as_ref() == Some(&choice.technician.id) {
            return html! { span class="muted" { (f.t("order-has-it")) } };
        }
        let asked = format!("?step=reassign&technician={technician}&from={from}&to={to}");
        return html! { a class="btn btn-sm" href=(asked) { (word) } };
    }
    let step = if it.may(Step::Assign) { Step::Assign } else { Step::Resume };
    html! {
        form method="post" action={ "/orders/" (it.order.id) "/steps" } class="d-inline" {
            (given("step", step.code()))
            (given("technician", technician))
            (given("from", &from))
            (given("to", &to))
            button class=(class) { (word) }
        }
    }
}
