//! The cards of the order page that tell of the work: fault and device, what was found,
//! pictures, what happened.

use kernel::Day;
use maud::{Markup, html};
use rules::policy::Act;

use super::read::{Sheet, Told};
use crate::ui::{Frame, Happened, card, card_with, facts, moment, or_dash, timeline};

pub fn fault(f: &Frame, it: &Sheet) -> Markup {
    let order = &it.order;
    let said = order.fault_text.clone().unwrap_or_default();
    let mut all = Vec::new();
    if let Some(device) = &it.device {
        let model = device.model.clone().unwrap_or_default();
        let name = format!("{} {model}", f.category_of(device.category.as_deref()));
        let name = if name.trim().is_empty() { f.t("field-device") } else { name };
        let link = html! { a href={ "/devices/" (device.id) } { (name) } };
        all.push((f.t("field-device"), link));
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
            @if f.may(Act::TechnicianRead) {
                a href={ "/technicians/" (person.id) } { (person.name) }
            } @else {
                (person.name)
            }
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

/// What was found and done, as soon as the technician has written it down.
pub fn finding(f: &Frame, it: &Sheet) -> Markup {
    let order = &it.order;
    if order.cause.is_none() && order.signed_name.is_none() {
        return html! {};
    }
    let mut all = vec![
        (f.t("field-cause"), or_dash(order.cause.as_deref().map(|it| f.found(it)))),
        (f.t("field-action"), or_dash(order.action.as_deref().map(|it| f.found(it)))),
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
