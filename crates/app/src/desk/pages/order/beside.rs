//! The cards beside the work: whom it is about, what was promised, what the customer is to hear,
//! what was done before.

use maud::{Markup, html};
use rules::{
    notice::NoticeState,
    promise::{Promise, PromiseState},
};

use super::read::Sheet;
use crate::{
    args,
    notice::Notice,
    ui::{Frame, card, card_with, due_on, facts_one, icon, moment, or_dash, state, tone},
};

pub fn customer(f: &Frame, it: &Sheet) -> Markup {
    let Some(who) = &it.customer else {
        let place = it.request.address.as_deref().map(|it| html! { p { (it) } });
        let nobody =
            html! { p class="muted" { (f.t("order-nobody")) } (place.unwrap_or_default()) };
        return card(&f.t("field-customer"), nobody);
    };
    let phone = it.request.phone.clone().or_else(|| who.phone.clone());
    let call = phone.clone().filter(|_| it.clear);
    let mut all = vec![
        (
            f.t("field-phone"),
            html! {
                (or_dash(phone.as_deref()))
                @if let Some(phone) = call {
                    " " a class="keep" href={ "tel:" (phone) } { (icon("phone")) (f.t("order-call")) }
                }
            },
        ),
        (f.t("field-address"), or_dash(it.request.address.as_ref().or(who.address.as_ref()))),
    ];
    if let Some(contact) = it.request.contact.as_ref().or(who.contact.as_ref()) {
        all.push((f.t("field-contact"), html! { (contact) }));
    }
    if let Some(wish) = it.request.wish() {
        let said = if wish.from == wish.to { f.moment(wish.from) } else { f.window(wish) };
        all.push((f.t("order-wish"), html! { (said) }));
    }
    let bought = it.device.as_ref().and_then(|it| it.purchase_channel.clone());
    if let Some(bought) = bought {
        all.push((f.t("field-purchase_channel"), html! { (bought) }));
    }
    if let Some(buyer) = &it.buyer {
        all.push((f.t("order-buyer"), html! { (buyer.name) }));
    }
    let request = html! {
        a href={ "/requests/" (it.request.id) } { (it.request.number) } " "
        span class="muted" { (f.code("channel", it.request.channel.code())) }
    };
    all.push((f.t("order-request"), request));
    let body = html! {
        div class="who-line" {
            a class="strong" href={ "/customers/" (who.id) } { (who.name) }
            @if it.can.reveal {
                " " a class="small" href="?step=reveal" data-dialog="ask-reveal"
                    title=(f.t("order-reveal-what")) { (icon("eye")) (f.t("order-reveal")) }
            }
        }
        (facts_one(&all))
    };
    card(&f.t("field-customer"), body)
}

pub fn promises(f: &Frame, it: &Sheet) -> Markup {
    // What counts is what runs and how the last of each kind ended; the older ones are history.
    let shown = it.promises.iter().filter(|it| it.state != PromiseState::Withdrawn);
    let mut shown: Vec<&Promise> = shown.collect();
    shown.sort_by_key(|it| it.due);
    if shown.is_empty() {
        return html! {};
    }
    let rows = html! { @for promise in shown { (clock(f, promise)) } };
    html! {
        section class="card2" {
            h2 { (f.t("order-promises")) }
            div class="in low" { (rows) }
        }
    }
}

fn clock(f: &Frame, promise: &Promise) -> Markup {
    let state = promise.state_at(f.now);
    html! {
        div class="clock" {
            span { (f.code("promise", promise.kind.code())) }
            @if promise.is_running() && promise.paused_since().is_some() {
                span class="state s-wait" { (f.t("order-clock-paused")) }
            } @else if promise.is_running() {
                (due_on(f, promise.due, promise.clock))
            } @else {
                span class={ "state s-" (tone("promise-state", state.code())) } {
                    @if let Some(at) = promise.ended_at { (moment(f, at)) " " }
                    (f.code("promise-state", state.code()))
                }
            }
            small {
                (source(f, &promise.source)) " · " (f.code("clock", promise.clock.code()))
                @if promise.provisional { " · " (f.t("order-provisional")) }
            }
        }
    }
}

/// `3.1 · 30 min`, in words: how long, and which document says so.
fn source(f: &Frame, source: &str) -> String {
    let (document, length) = source.rsplit_once(" · ").unwrap_or((source, ""));
    let length = length.split_once(' ').map(|(amount, unit)| {
        // "0.5" is no whole number, and stays as it is.
        let args = match amount.parse::<i64>() {
            Ok(whole) => args! { "amount" => whole },
            Err(_) => args! { "amount" => amount.to_owned() },
        };
        f.with(&format!("length-{unit}"), &args)
    });
    let document = match document {
        "" => None,
        "own" => Some(f.t("source-own")),
        "law" => Some(f.t("source-law")),
        other => Some(f.with("source-document", &args! { "document" => other.to_owned() })),
    };
    length.into_iter().chain(document).collect::<Vec<_>>().join(" · ")
}

/// What the customer is to hear: read aloud, and pressed when they have heard it.
pub fn notices(f: &Frame, it: &Sheet) -> Markup {
    if it.notices.is_empty() {
        return html! {};
    }
    let rows = html! { @for notice in &it.notices { (told(f, it, notice)) } };
    card(&f.t("order-notices"), rows)
}

fn told(f: &Frame, it: &Sheet, notice: &Notice) -> Markup {
    let waits = matches!(notice.state, NoticeState::Queued | NoticeState::Failed);
    html! {
        div class="notice" {
            div class="row-line" {
                b { (f.code("notice-kind", notice.kind.code())) }
                span class="push" { (state(f, "notice-state", notice.state.code())) }
            }
            p class={ "say" @if !waits { " muted" } } { (notice.body) }
            @if waits && it.can.contact {
                form method="post"
                    action={ "/orders/" (it.order.id) "/notices/" (notice.id) "/spoken" } {
                    button class="btn btn-sm btn-primary" { (icon("check")) (f.t("order-spoken")) }
                }
            } @else if let Some(at) = notice.ended_at {
                small class="muted" { (moment(f, at)) " " (f.code("by", notice.means.code())) }
            }
        }
    }
}

/// What was done before for the same device.
pub fn earlier(f: &Frame, it: &Sheet) -> Markup {
    if it.earlier.is_empty() {
        return html! {};
    }
    let list = match (&it.order.device, &it.order.customer) {
        (Some(device), _) => format!("/orders?device={device}"),
        (None, Some(customer)) => format!("/orders?customer={customer}"),
        (None, None) => "/orders".to_owned(),
    };
    let rows = html! {
        @for other in &it.earlier {
            div class="clock" {
                a href={ "/orders/" (other.order.id) } { (other.order.number) }
                (state(f, "status", other.order.status.code()))
                small {
                    (f.moment(other.order.opened_at)) " " (f.code("kind", other.order.kind.code()))
                    @if let Some(text) = &other.order.fault_text { " · " (text) }
                }
            }
        }
    };
    let all = html! { a href=(list) { (f.t("all")) } };
    card_with(&f.t("order-earlier"), all, rows)
}
