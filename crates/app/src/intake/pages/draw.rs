//! The intake as it looks. Each part has a name of its own, so that htmx can change it alone.

use maud::{Markup, html};
use rules::{customer::CustomerKind, intake::Channel};

use super::{
    draft,
    heard::{self, NEW_DEVICE, PARTS},
    scene::{Scene, Who, address},
};
use crate::{
    args,
    customer::Customer,
    device::Device,
    order::Listed,
    ui::{Form, Frame, Typed, card, coverage, facts, icon, moment, or_dash, pill, source, state},
    warranty::words,
};

pub fn whole(f: &Frame, typed: &Typed, scene: &Scene, found: Option<&Who>) -> Markup {
    let form = Form::new(f, typed);
    let guard = if typed.refusal.is_some() { "dirty" } else { "" };
    html! {
        form method="post" action="/intake" id="intake" data-guard=(guard) data-keep data-submit
            autocomplete="off" {
            div class="head intake-head" {
                h1 { (f.t("area-intake")) }
                (kinds(f, typed))
                div class="ms-auto" { (channels(f, typed)) }
            }
            (form.errors())
            (form.hidden("_key"))
            (draft::kept())
            div class="cols" {
                div class="stack" {
                    section class="card2" {
                        h2 { (f.t("intake-who")) }
                        div class="in" {
                            (find(f, typed))
                            (who(f, found))
                            (person(f, typed, scene))
                        }
                    }
                    section class="card2" {
                        h2 { (f.t("intake-what")) }
                        div class="in" {
                            (devices(f, typed, scene, false))
                            (trouble(f, typed, scene))
                        }
                    }
                }
                div class="stack" {
                    (told(f, typed, scene, false))
                    (buttons(f, typed, scene))
                }
            }
        }
    }
}

fn kinds(f: &Frame, typed: &Typed) -> Markup {
    html! {
        div class="seg" role="radiogroup" aria-label=(f.t("field-kind")) {
            @for kind in heard::kinds(f) {
                label {
                    input type="radio" name="kind" value=(kind.code())
                        checked[typed.has("kind", kind.code())];
                    span { (f.code("kind", kind.code())) }
                }
            }
        }
    }
}

fn channels(f: &Frame, typed: &Typed) -> Markup {
    let all = Channel::ALL.iter().filter(|it| **it != Channel::Import);
    html! {
        select class="form-select" name="channel" aria-label=(f.t("field-channel")) {
            @for it in all {
                option value=(it.code()) selected[typed.has("channel", it.code())] {
                    (f.code("channel", it.code()))
                }
            }
        }
    }
}

fn find(f: &Frame, typed: &Typed) -> Markup {
    html! {
        div class="row-line" {
            input class="form-control lead" name="find" id="find" value=(typed.get("find"))
                aria-label=(f.t("intake-find")) placeholder=(f.t("intake-find"))
                autofocus[typed.refusal.is_none()]
                data-list="#who" data-pick-first
                hx-post="/intake/who" hx-trigger="input changed delay:200ms, search"
                hx-target="#who" hx-swap="outerHTML" hx-sync="this:queue last";
            button class="btn no-js" formaction="/intake" formmethod="get" { (f.t("find")) }
        }
        div class="hint" { (f.t("intake-find-hint")) }
    }
}

/// Whom the typed words may mean; Enter takes the first.
pub fn who(f: &Frame, found: Option<&Who>) -> Markup {
    let Some(found) = found else { return html! { div id="who" {} } };
    let none = found.customers.is_empty() && found.devices.is_empty();
    html! {
        div id="who" class="mt-2" data-of=(found.typed.trim()) {
            div class="sheet in-card" {
                table {
                    tbody {
                        @for it in &found.customers { (known(f, found, it, None)) }
                        @for (device, user) in &found.devices {
                            @if let Some(user) = user { (known(f, found, user, Some(device))) }
                        }
                        @if none && found.line.is_none() {
                            tr { td class="sub" colspan="4" { (f.t("intake-nobody")) } }
                        }
                        (stranger(f, found))
                    }
                }
            }
        }
    }
}

fn known(f: &Frame, found: &Who, it: &Customer, device: Option<&Device>) -> Markup {
    let picked = device.map(|it| it.id.to_string()).unwrap_or_default();
    let vals = serde_json::json!({
        "customer": it.id.to_string(), "picked_device": picked, "customer.phone": "",
        "customer.contact": "",
    });
    let href = crate::ui::address(
        "/intake",
        &[("customer".into(), it.id.to_string()), ("find".into(), found.typed.clone())],
    );
    html! {
        tr data-row {
            td {
                a href=(href) hx-post="/intake/person" hx-vals=(vals.to_string())
                    hx-target="#person" hx-swap="outerHTML" { b { (it.name) } }
            }
            td { (or_dash(it.phone.as_deref())) }
            td { (it.address.as_deref().unwrap_or_default()) }
            td class="sub" {
                @if let Some(device) = device {
                    (device.model.as_deref().unwrap_or_default()) " "
                    (device.serial.as_deref().unwrap_or_default())
                } @else if it.kind == CustomerKind::Company {
                    (f.code("customer-kind", it.kind.code()))
                }
            }
        }
    }
}

/// Somebody new: with what the pasted line says of them.
fn stranger(f: &Frame, found: &Who) -> Markup {
    let line = found.line.as_ref();
    let name = line.and_then(|it| it.name.clone());
    let phone = line.and_then(|it| it.phone.clone());
    let place = line.map(address).unwrap_or_default();
    let typed_phone = crate::customer::ops::phone("find", &found.typed).ok();
    let name = name.or_else(|| {
        let word = found.typed.chars().all(|it| !it.is_ascii_digit());
        (line.is_none() && word).then(|| found.typed.clone())
    });
    let vals = serde_json::json!({
        "customer": "", "picked_device": "", "customer.name": name.clone().unwrap_or_default(),
        "customer.phone": phone.clone().or(typed_phone).unwrap_or_default(),
        "customer.address": place,
        "note": line.and_then(|it| it.note.clone()).unwrap_or_default(),
    });
    html! {
        tr data-row {
            td colspan="4" {
                a href="/intake" hx-post="/intake/person" hx-vals=(vals.to_string())
                    hx-target="#person" hx-swap="outerHTML" {
                    (icon("plus")) " " (f.t("intake-new-customer"))
                }
                @if line.is_some() {
                    " " span class="sub" {
                        (name.unwrap_or_default()) " " (phone.unwrap_or_default()) " " (place)
                    }
                }
            }
        }
    }
}

/// Who was picked, or the fields of somebody new.
fn person(f: &Frame, typed: &Typed, scene: &Scene) -> Markup {
    html! {
        div id="person" class="mt-3" {
            @match &scene.customer {
                Some(it) => (picked(f, typed, scene, it)),
                None => (fresh(f, typed, scene)),
            }
        }
    }
}

fn picked(f: &Frame, typed: &Typed, scene: &Scene, it: &Customer) -> Markup {
    let form = Form::new(f, typed);
    let vals = serde_json::json!({"customer": "", "picked_device": ""});
    html! {
        input type="hidden" name="customer" value=(it.id);
        div class="row-line mb-2" {
            a class="said-name strong" href={ "/customers/" (it.id) } target="_blank" { (it.name) }
            @if let Some(class) = &it.class { (pill("wait", class)) }
            @if !scene.clear { (pill("", &f.t("masked"))) }
            a class="push" href="/intake" hx-post="/intake/person" hx-vals=(vals.to_string())
                hx-target="#person" hx-swap="outerHTML" { (f.t("intake-another")) }
        }
        (facts(&[
            (f.t("field-phone"), or_dash(it.phone.as_deref())),
            (f.t("field-address"), or_dash(it.address.as_deref())),
        ]))
        @if !scene.history.is_empty() {
            div class="mt-2" { @for it in &scene.history { (line(f, it)) } }
        }
        details class="more-fields mt-2" open[typed.text("customer.contact").is_some()
            || typed.text("customer.phone").is_some()] {
            summary { (f.t("intake-other-contact")) }
            div class="halves mt-2" {
                (form.text("customer.contact"))
                (form.phone("customer.phone").label(f.t("intake-contact-phone")))
            }
        }
    }
}

/// One order of theirs, in a line.
fn line(f: &Frame, it: &Listed) -> Markup {
    let text = it.order.fault_text.as_deref().unwrap_or_default();
    html! {
        div class="row-line small past-order" {
            a class="keep" href={ "/orders/" (it.order.id) } target="_blank" { (it.order.number) }
            (state(f, "status", it.order.status.code()))
            span class="muted keep" { (moment(f, it.order.opened_at)) }
            span class="cut muted" { (it.model.as_deref().unwrap_or_default()) " " (text) }
        }
    }
}

fn fresh(f: &Frame, typed: &Typed, scene: &Scene) -> Markup {
    let form = Form::new(f, typed);
    let kinds = CustomerKind::ALL.iter();
    let kinds = kinds.map(|it| (it.code().to_owned(), f.code("customer-kind", it.code())));
    let mut with_kind = typed.clone();
    if typed.text("customer.kind").is_none() {
        with_kind.set("customer.kind", CustomerKind::Person.code());
    }
    let kind_form = Form::new(f, &with_kind);
    html! {
        div class="thirds" {
            (form.text("customer.name"))
            (form.phone("customer.phone"))
            (kind_form.segments("customer.kind", kinds))
        }
        @if let Some(it) = &scene.same_phone {
            @let vals = serde_json::json!({"customer": it.id.to_string(), "picked_device": ""});
            div class="flash wait" {
                (f.with("intake-same-phone", &args! { "name" => it.name.clone() })) " "
                a href={ "/intake?customer=" (it.id) } hx-post="/intake/person"
                    hx-vals=(vals.to_string()) hx-target="#person" hx-swap="outerHTML" {
                    (f.t("intake-take-them"))
                }
            }
        }
        (form.text("customer.address").placeholder(f.t("intake-address-example")))
    }
}

/// Their devices as cards, another one, or none.
fn devices(f: &Frame, typed: &Typed, scene: &Scene, apart: bool) -> Markup {
    let chosen = typed.get("device");
    let card = |value: &str, body: Markup| {
        html! {
            label class="pick whole" {
                input type="radio" name="device" value=(value) checked[chosen == value]
                    hx-post="/intake/faults" hx-target="#faults" hx-swap="outerHTML"
                    hx-trigger="change";
                span class="opt" { (body) }
            }
        }
    };
    html! {
        div id="devices" hx-swap-oob=[apart.then_some("true")] {
            div class="halves" role="radiogroup" aria-label=(f.t("field-device")) {
                @for (it, covered) in &scene.devices {
                    (card(it.id.as_str(), device(f, it, covered.code())))
                }
                (card("", html! { span class="muted" { (f.t("intake-no-device")) } }))
                (card(NEW_DEVICE, html! { (icon("plus")) (f.t("intake-new-device")) }))
            }
            (new_device(f, typed))
        }
    }
}

fn device(f: &Frame, it: &Device, covered: &str) -> Markup {
    let category = it.category.as_deref().map(|it| f.category(it));
    html! {
        span class="cut" {
            (category.unwrap_or_default()) " " (it.model.as_deref().unwrap_or_default())
        }
        small {
            @if let Some(day) = it.installed_on.or(it.sold_on) { (day) " · " }
            (f.code("coverage", covered))
        }
    }
}

fn new_device(f: &Frame, typed: &Typed) -> Markup {
    let form = Form::new(f, typed);
    let categories = f.company.pack.categories.iter();
    let categories = categories.map(|it| (it.name.zh.clone(), f.name(&it.name)));
    let more = ["device.sold_on", "device.purchase_channel", "device.buyer.name"];
    let moved = typed.is("device.new_user")
        || typed.refusal.as_ref().is_some_and(|it| it.code == "device.belongs_to_other");
    html! {
        div class="new-device mt-3" {
            div class="thirds" {
                (form.text("device.serial").scans())
                (form.text("device.model"))
                (form.select("device.category", categories, Some(f.t("unknown")))
                    .attr("hx-post", "/intake/faults").attr("hx-target", "#faults")
                    .attr("hx-swap", "outerHTML").attr("hx-trigger", "change"))
                (form.day("device.installed_on"))
                (form.day("device.sold_on"))
                (form.text("device.purchase_channel"))
            }
            @if moved { (form.check("device.new_user").label(f.t("intake-new-user"))) }
            details class="more-fields" open[more.iter().any(|it| typed.text(it).is_some())] {
                summary { (f.t("intake-buyer-differs")) }
                div class="thirds mt-2" {
                    (form.text("device.buyer.name").label(f.t("intake-buyer")))
                    (form.phone("device.buyer.phone").label(f.t("intake-buyer-phone")))
                    (form.text("device.card"))
                }
            }
        }
    }
}

fn trouble(f: &Frame, typed: &Typed, scene: &Scene) -> Markup {
    let form = Form::new(f, typed);
    let levels = f.company.pack.levels.iter();
    let levels =
        levels.map(|it| (it.level.to_string(), format!("{} {}", it.level, f.name(&it.name))));
    let parts = PARTS.iter().map(|it| (it.0.to_owned(), f.code("part", it.0)));
    let parts = std::iter::once((String::new(), f.t("part-any"))).chain(parts);
    let mut with_part = typed.clone();
    if typed.text("wanted.part").is_none() {
        with_part.set("wanted.part", "");
    }
    html! {
        div class="mt-3" {
            (said(f, typed, false))
            (faults(f, typed, scene, false))
            div class="halves level-and-wish mt-3" {
                (form.select("fault.level", levels, Some(f.t("intake-level-by-fault"))))
                div class="halves wish" {
                    (form.day("wanted.from").label(f.t("intake-wish"))
                        .attr("min", f.today().to_string()))
                    (Form::new(f, &with_part).segments("wanted.part", parts)
                        .label(f.t("intake-wish-part")))
                }
            }
        }
    }
}

fn said(f: &Frame, typed: &Typed, apart: bool) -> Markup {
    let form = Form::new(f, typed);
    html! {
        div id="said" hx-swap-oob=[apart.then_some("true")] {
            (form.area("fault.text", 2).label(f.t("intake-words"))
                .placeholder(f.t("intake-words-example")))
        }
    }
}

/// The fault codes of the device's category, as words to press.
pub fn faults(f: &Frame, typed: &Typed, scene: &Scene, apart: bool) -> Markup {
    const IN_SIGHT: usize = 9;
    let category = scene.category.as_deref();
    let all: Vec<_> = match category {
        Some(it) => f.company.pack.fault_codes(Some(it)).collect(),
        None => Vec::new(),
    };
    let chosen = typed.get("fault.code");
    let chip = |code: &str, word: &str| {
        html! {
            label class="pick" {
                input type="radio" name="fault.code" value=(code) checked[chosen == code];
                span class="chip" { (word) }
            }
        }
    };
    let rest = all.iter().skip(IN_SIGHT).collect::<Vec<_>>();
    let hidden = rest.iter().any(|it| it.code == chosen);
    html! {
        div id="faults" class="chips mt-2" hx-swap-oob=[apart.then_some("true")] {
            @if all.is_empty() {
                span class="hint" { (f.t("intake-faults-need-category")) }
            } @else {
                (chip("", &f.t("intake-fault-unknown")))
                @for it in all.iter().take(IN_SIGHT) { (chip(&it.code, &f.name(&it.name))) }
                @if !rest.is_empty() {
                    details class="more-faults" open[hidden] {
                        summary class="chip" {
                            (f.with("intake-more-faults", &args! { "count" => rest.len() }))
                        }
                        div class="chips mt-2" {
                            @for it in rest {
                                (chip(&it.code, &format!("{} {}", it.code, f.name(&it.name))))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What may be told to the customer, as things stand in the form.
fn told(f: &Frame, typed: &Typed, scene: &Scene, apart: bool) -> Markup {
    let kind = heard::kind(typed);
    html! {
        div id="told" class="stack" hx-swap-oob=[apart.then_some("true")]
            hx-post="/intake/told" hx-trigger="change from:#intake delay:50ms"
            hx-target="this" hx-swap="outerHTML" hx-include="#intake" hx-sync="this:queue last" {
            (card(&f.t("intake-told"), html! {
                @for it in &scene.promises {
                    div class="clock" {
                        span { (f.code("told", it.kind.code())) }
                        b { (f.with("until-then", &args! { "time" => f.moment(it.due) })) }
                        small {
                            (source(f, &it.source)) " · " (f.code("clock", it.clock.code()))
                            @if it.provisional { " · " (f.t("provisional")) }
                        }
                    }
                }
                @if scene.promises.is_empty() { p class="muted" { (f.t("intake-no-promise")) } }
                (who_comes(f, scene))
                @if kind.makes_an_order() { (who_pays(f, scene)) }
                @if kind.is_complaint() { p class="hint" { (f.t("intake-complaint")) } }
            }))
            @for it in &scene.running { (warning(f, it, "intake-running")) }
            @if let Some(it) = &scene.last { (warning(f, it, "intake-last")) }
        }
    }
}

fn who_comes(f: &Frame, scene: &Scene) -> Markup {
    html! {
        @if let Some((name, phone)) = &scene.serving {
            div class="clock" {
                span { (f.t("intake-who-comes")) } b { (name) }
                @if let Some(phone) = phone { small { (phone) } }
            }
        } @else if let Some(pool) = &scene.pool {
            div class="clock" {
                span { (f.t("intake-who-comes")) } b { (pool) }
                small { (f.t("because-nobody_serves")) }
            }
        }
    }
}

fn who_pays(f: &Frame, scene: &Scene) -> Markup {
    let code = scene.entitlement["coverage"].as_str().unwrap_or("unknown");
    html! {
        div class="clock" {
            span { (f.t("intake-cost")) }
            span { (coverage(f, code)) }
            small { (words::explanation(f.say, &scene.entitlement)) }
        }
    }
}

/// Something about the same thing is under way, or was a short while ago.
fn warning(f: &Frame, it: &Listed, key: &str) -> Markup {
    let order = &it.order;
    html! {
        section class="card2 warn" {
            div class="in" {
                b { (f.with(key, &args! {
                    "kind" => f.code("kind", order.kind.code()),
                    "day" => f.day(super::scene::ended(it).day(&f.company.zone)),
                })) }
                div class="hint" {
                    a href={ "/orders/" (order.id) } target="_blank" { (order.number) } " "
                    (state(f, "status", order.status.code())) " "
                    @if let Some(name) = &it.technician { (name) " " }
                    @if let Some(window) = order.window() { (f.window(window)) }
                }
                // It stood on the screen before a second order was asked for.
                @if key == "intake-running" { input type="hidden" name="seen" value=(order.id); }
                @if key == "intake-last" { div class="hint" { (f.t("intake-repeat")) } }
            }
        }
    }
}

/// What is told, and what the button says: both follow from the kind.
pub fn told_and_word(f: &Frame, typed: &Typed, scene: &Scene) -> Markup {
    html! { (told(f, typed, scene, false)) (word(f, typed, scene, true)) }
}

/// Everything that changes with the person: the person in their place, the rest beside it.
pub fn around(f: &Frame, typed: &Typed, scene: &Scene, noted: bool) -> Markup {
    html! {
        (person(f, typed, scene))
        (devices(f, typed, scene, true))
        (faults(f, typed, scene, true))
        (told(f, typed, scene, true))
        (word(f, typed, scene, true))
        @if noted { (said(f, typed, true)) }
        div id="who" hx-swap-oob="true" {}
    }
}

/// What the button does; where the same is being done already, that it does it once more.
fn word(f: &Frame, typed: &Typed, scene: &Scene, apart: bool) -> Markup {
    let key = match (heard::kind(typed).makes_an_order(), scene.same) {
        (true, true) => "intake-make-second",
        (true, false) => "intake-make-order",
        (false, _) => "intake-file",
    };
    html! { span id="word" hx-swap-oob=[apart.then_some("true")] { (f.t(key)) } }
}

fn buttons(f: &Frame, typed: &Typed, scene: &Scene) -> Markup {
    let form = Form::new(f, typed);
    let answering = typed.has("act", "answer");
    html! {
        button class="btn btn-primary tall" type="submit" {
            (word(f, typed, scene, false)) kbd { "Ctrl ⏎" }
        }
        @if heard::may_answer(f, heard::kind(typed)) {
            details class="answer-now" open[answering] {
                summary class="btn tall w-100" { (f.t("intake-answer-now")) }
                div class="mt-2" {
                    (form.area("answer", 3).label(f.t("intake-answer")))
                    button class="btn btn-primary" name="act" value="answer" {
                        (f.t("intake-answer-file"))
                    }
                }
            }
        }
    }
}
