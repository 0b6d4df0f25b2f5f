//! Who calls and about which unit: found by what is typed, picked, or filed anew.

use maud::{Markup, html};
use rules::customer::CustomerKind;

use super::{
    heard::NEW_DEVICE,
    scene::{Scene, Who, address},
};
use crate::{
    args,
    customer::Customer,
    device::Device,
    order::Listed,
    ui::{Form, Frame, Typed, facts, icon, moment, or_dash, pill, state},
};

pub fn find(f: &Frame, typed: &Typed) -> Markup {
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
                table class="cards" {
                    tbody {
                        @for it in &found.customers { (known(f, found, it, None)) }
                        @for (device, user) in &found.devices {
                            @if let Some(user) = user { (known(f, found, user, Some(device))) }
                        }
                        @if none && found.line.is_none() {
                            tr { td class="c-title sub" colspan="4" { (f.t("intake-nobody")) } }
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
            td class="c-title" {
                a href=(href) hx-post="/intake/person" hx-vals=(vals.to_string())
                    hx-target="#person" hx-swap="outerHTML" { b { (it.name) } }
            }
            td class="c-due" { (or_dash(it.phone.as_deref())) }
            td class="c-line" { (it.address.as_deref().unwrap_or_default()) }
            td class="c-line sub" {
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
            td class="c-title" colspan="4" {
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
pub fn person(f: &Frame, typed: &Typed, scene: &Scene) -> Markup {
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
pub fn devices(f: &Frame, typed: &Typed, scene: &Scene, apart: bool) -> Markup {
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
