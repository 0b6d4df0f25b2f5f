//! The cards of the order page: fault and device, who could go, what was found, pictures, whom it
//! is about, what was promised, what the customer is to hear, what happened.

use kernel::Day;
use maud::{Markup, html};
use rules::{
    notice::NoticeState,
    order::{Step, Window},
    promise::{Promise, PromiseState},
    visit::PhotoKind,
};

use super::{
    page::Open,
    read::{Sheet, Told},
    steps::{Ask, given},
};
use crate::{
    args,
    dispatch::{ops::Choice, why},
    notice::Notice,
    ui::{
        Frame, Happened, Typed, card, card_with, dialog, due, facts, facts_one, icon, moment,
        or_dash, state, timeline, tone,
    },
};

pub fn fault(f: &Frame, it: &Sheet) -> Markup {
    let order = &it.order;
    let said = order.fault_text.clone().unwrap_or_default();
    let mut all = Vec::new();
    if let Some(device) = &it.device {
        let model = device.model.clone().unwrap_or_default();
        let name = format!("{} {model}", f.category_of(device.category.as_deref()));
        let name = if name.trim().is_empty() { f.t("field-device") } else { name };
        all.push((f.t("field-device"), html! { (name) }));
        all.push((f.t("field-serial"), or_dash(device.serial.as_deref())));
        all.push((
            f.t("order-installed"),
            installed(device.installed_on, device.installer.as_deref()),
        ));
    } else {
        all.push((f.t("field-device"), or_dash(Some(f.category_of(order.category.as_deref())))));
    }
    all.extend(arranged(f, it));
    all.push((f.t("order-fault-code"), or_dash(fault_name(f, order.fault_code.as_deref()))));
    all.push((f.t("order-warranty"), html! { (it.cover.explanation) }));
    if let Some(repeat) = &order.repeat_of {
        let link = html! { a href={ "/orders/" (repeat) } { (f.t("order-repeat-see")) } };
        all.push((f.t("order-repeat"), link));
    }
    card(
        &f.t("order-fault-and-device"),
        html! {
            @if said.is_empty() { p class="said muted" { (f.t("order-nothing-said")) } }
            @else { p class="said" { (said) } }
            (facts(&all))
        },
    )
}

/// Whose it is, who goes, and when.
fn arranged(f: &Frame, it: &Sheet) -> Vec<(String, Markup)> {
    let outlet = match &it.outlet {
        Some(outlet) => html! { (outlet.name) },
        None => html! { span class="t-wait" { (f.t("order-pool")) } },
    };
    let mut all = vec![(f.t("field-outlet"), outlet)];
    if let Some(person) = &it.technician {
        let name = html! {
            a href={ "/technicians/" (person.id) } { (person.name) }
            @if let Some(phone) = &person.phone { " " span class="keep muted" { (phone) } }
        };
        all.push((f.t("field-technician"), name));
    }
    if let Some(window) = it.order.window() {
        all.push((f.t("field-window"), html! { (f.window(window)) }));
    }
    if let Some(owner) = &it.owner {
        all.push((f.t("field-owner"), html! { b { (owner) } }));
    }
    all
}

fn installed(on: Option<Day>, by: Option<&str>) -> Markup {
    match on {
        None => or_dash(None::<&str>),
        Some(on) => html! { (on) @if let Some(by) = by { " " (by) } },
    }
}

/// A fault's code with its name.
pub fn fault_name(f: &Frame, code: Option<&str>) -> Option<String> {
    let code = code?;
    let known = f.company.pack.fault(code);
    Some(known.map_or(code.to_owned(), |it| format!("{code} {}", f.name(&it.name))))
}

/// 谁去，什么时候: everybody who could, the best first, each with the button that sends them.
pub fn choices(f: &Frame, it: &Sheet) -> Markup {
    if it.choices.is_empty() {
        return html! {};
    }
    let day = it.choices.iter().find_map(|it| it.offer).map(|it| it.from.day(&f.company.zone));
    let day = day.unwrap_or_else(|| f.today());
    let board = format!("/dispatch?date={day}&order={}", it.order.id);
    let rows = html! {
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
                    @for (i, choice) in it.choices.iter().enumerate() { (candidate(f, it, i, choice)) }
                }
            }
        }
    };
    let more = html! { a href=(board) { (f.t("order-open-board")) } };
    card_with(&f.t("order-who-goes"), more, rows)
}

fn candidate(f: &Frame, it: &Sheet, place: usize, choice: &Choice) -> Markup {
    let offer = choice.offer.filter(|_| choice.obstacle.is_none());
    let way = choice.km.map(|km| f.with("order-km", &args! { "km" => format!("{km:.1}") }));
    html! {
        tr class=[offer.is_none().then_some("off")] {
            td class="not-narrow" { @if offer.is_some() { (place + 1) } @else { "–" } }
            td class="c-title" {
                a class="strong" href={ "/technicians/" (choice.technician.id) } { (choice.technician.name) }
            }
            td class="c-due" { @if let Some(it) = offer { (f.window(it)) } @else { "—" } }
            td class="num" { (or_dash(way.as_deref())) }
            td class="sub wrap c-line" { (why(f.say, choice)) }
            td class="acts-cell c-acts" {
                @if let Some(window) = offer { (send(f, it, place, choice, window)) }
            }
        }
    }
}

/// Who had it before is told why: the form asks. A new one is sent at once.
fn send(f: &Frame, it: &Sheet, place: usize, choice: &Choice, window: Window) -> Markup {
    let class = if place == 0 { "btn btn-sm btn-primary" } else { "btn btn-sm" };
    let (from, to) = (f.time().typed(window.from), f.time().typed(window.to));
    let technician = choice.technician.id.as_str();
    if it.may(Step::Reassign) {
        if it.order.technician.as_ref() == Some(&choice.technician.id) {
            return html! { span class="muted" { (f.t("order-has-it")) } };
        }
        let asked = format!("?step=reassign&technician={technician}&from={from}&to={to}");
        return html! { a class="btn btn-sm" href=(asked) { (f.t("order-send-this")) } };
    }
    let step = if it.may(Step::Assign) { Step::Assign } else { Step::Resume };
    html! {
        form method="post" action={ "/orders/" (it.order.id) "/steps" } class="d-inline" {
            (given("step", step.code()))
            (given("technician", technician))
            (given("from", &from))
            (given("to", &to))
            button class=(class) { (f.t("order-send-this")) }
        }
    }
}

/// What was found and done, as soon as the technician has written it down.
pub fn finding(f: &Frame, it: &Sheet) -> Markup {
    let order = &it.order;
    if order.cause.is_none() && order.signed_name.is_none() {
        return html! {};
    }
    let mut all = vec![
        (f.t("field-cause"), or_dash(order.cause.as_deref())),
        (f.t("field-action"), or_dash(order.action.as_deref())),
        (f.t("order-found-code"), or_dash(fault_name(f, order.found_code.as_deref()))),
    ];
    if let Some(name) = &order.signed_name {
        let name = if it.clear { name.clone() } else { rules::customer::mask_name(name) };
        let how = order.signed_by.map(|by| f.code("signed-by", by.code()));
        let signed = html! {
            (name) " " span class="muted" { (how.unwrap_or_default()) }
            @if let Some(at) = order.signed_at { " " (moment(f, at)) }
        };
        all.push((f.t("order-signed"), signed));
    }
    let picture = format!("/api/v1/orders/{}/signature", order.id);
    card(
        &f.t("order-found"),
        html! {
            (facts(&all))
            @if order.signature.is_some() {
                a class="signature" href=(picture) data-dialog="see-signature" {
                    img src=(picture) alt=(f.t("order-signature")) loading="lazy";
                }
            }
        },
    )
}

pub fn photos(f: &Frame, it: &Sheet) -> Markup {
    if it.site.photos.is_empty() && !it.can.record {
        return html! {};
    }
    let add = html! {
        @if it.can.record {
            a href="?step=photo" data-dialog="ask-photo" { (f.t("order-add-photo")) }
        }
    };
    let shown = html! {
        @if it.site.photos.is_empty() { p class="muted" { (f.t("order-no-photos")) } }
        div class="photos" {
            @for photo in &it.site.photos {
                @let src = format!("/api/v1/photos/{}", photo.id);
                @let word = f.code("photo", photo.kind.code());
                figure {
                    a href=(src) data-dialog={ "see-" (photo.id) } {
                        img src=(src) alt=(word) loading="lazy" width="96" height="96";
                    }
                    figcaption { (word) }
                }
            }
        }
    };
    html! { div id="photos" { (card_with(&f.t("order-photos"), add, shown)) } }
}

/// What happened, the newest first.
pub fn happened(f: &Frame, it: &Sheet) -> Markup {
    let newest = it.line.len().saturating_sub(1);
    let told = it.line.iter().enumerate().rev();
    let all: Vec<Happened> = told
        .map(|(i, told)| Happened {
            at: told.at,
            who: told.who.clone(),
            text: html! { (told.text) },
            said: told.said.clone(),
            tone: weight(told, i == newest),
        })
        .collect();
    html! { div id="happened" { (card(&f.t("order-happened"), timeline(f, &all))) } }
}

/// What should not have been is seen at once.
fn weight(told: &Told, newest: bool) -> &'static str {
    match told.kind.as_str() {
        "promise.missed" | "order.objected" | "order.refused" | "order.no_show"
        | "order.cancelled" | "callback.missed" | "callback.given_up" | "notice.failed" => "bad",
        _ if newest => "hot",
        _ => "",
    }
}

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
            b { (who.name) }
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
            @if promise.is_running() {
                (due(f, promise.due))
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
        f.with(&format!("length-{unit}"), &args! { "amount" => amount.to_owned() })
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

/// The questions of these cards, and the pictures large.
pub fn dialogs(f: &Frame, it: &Sheet, open: &Open) -> Vec<(&'static str, Markup)> {
    let mut all = Vec::new();
    if it.can.reveal {
        all.push(("reveal", reveal(f, it, open)));
    }
    if it.can.record {
        all.push(("photo", add_photo(f, it, open)));
    }
    for photo in &it.site.photos {
        let src = format!("/api/v1/photos/{}", photo.id);
        let word = f.code("photo", photo.kind.code());
        all.push(("", viewer(f, &format!("see-{}", photo.id), &word, &src)));
    }
    if it.order.signature.is_some() {
        let src = format!("/api/v1/orders/{}/signature", it.order.id);
        all.push(("", viewer(f, "see-signature", &f.t("order-signature"), &src)));
    }
    all
}

fn viewer(f: &Frame, id: &str, title: &str, src: &str) -> Markup {
    let body = html! {
        div class="in" { img class="large" src=(src) alt=(title) loading="lazy"; }
        div class="form-end" {
            a class="btn" href=(src) target="_blank" { (icon("external-link")) (f.t("order-full-size")) }
            button class="btn" type="button" data-close { (f.t("close")) }
        }
    };
    dialog(id, title, false, body)
}

fn reveal(f: &Frame, it: &Sheet, open: &Open) -> Markup {
    let ask = Ask {
        name: "reveal",
        title: f.t("order-reveal-title"),
        submit: f.t("order-reveal"),
        action: format!("/orders/{}/reveal", it.order.id),
        danger: false,
        upload: false,
    };
    ask.draw(f, open, &Typed::default(), |form| {
        html! {
            p class="muted" { (f.t("order-reveal-what")) }
            (form.text("reason").required().attr("autocomplete", "off"))
        }
    })
}

fn add_photo(f: &Frame, it: &Sheet, open: &Open) -> Markup {
    let ask = Ask {
        name: "photo",
        title: f.t("order-add-photo"),
        submit: f.t("save"),
        action: format!("/orders/{}/photos", it.order.id),
        danger: false,
        upload: true,
    };
    let kinds: Vec<_> = PhotoKind::ALL
        .iter()
        .map(|it| (it.code().to_owned(), f.code("photo", it.code())))
        .collect();
    let known = Typed::of([("kind", Some("before".to_owned()))]);
    ask.draw(f, open, &known, |form| {
        html! {
            (form.segments("kind", kinds.clone()).label(f.t("order-photo-kind")))
            div class="field shots" {
                label class="shot" id="f-photo-file" {
                    input type="file" name="file" accept="image/jpeg,image/png,image/webp";
                    span { (icon("camera")) (f.t("order-choose-photo")) }
                }
            }
            @if let Some(wrong) = form.typed.wrong(f, "file") { div class="err" { (wrong) } }
        }
    })
}
