//! The 保修卡 of a device: what its warranty says today and why, and each of its terms as a bar
//! from its first day to its last, with today on it.

use jiff::{Unit, civil::Date};
use maud::{Markup, html};
use rules::warranty::{Entitlement, Until};

use crate::{
    args,
    desk::show::EntitlementView,
    ui::{Frame, card_with, coverage, source},
};

pub fn drawn(
    f: &Frame,
    decided: &Entitlement,
    said: &EntitlementView,
    card: Option<&str>,
) -> Markup {
    let number = html! {
        @if let Some(card) = card { span class="muted" { (f.t("field-card")) " " (card) } }
    };
    let body = html! {
        div class="row-line" {
            (coverage(f, &said.coverage))
            span { (said.explanation) }
        }
        @for it in &decided.until { (term(f, it)) }
        @if !said.missing.is_empty() {
            p class="hint" { (f.with("warranty-missing", &args! { "what" => missing(f, said) })) }
        }
    };
    html! { div id="warranty" { (card_with(&f.t("warranty-card"), number, body)) } }
}

/// What would make it certain.
fn missing(f: &Frame, said: &EntitlementView) -> String {
    let word = |code: &String| match code.as_str() {
        "component" => f.t("warranty-component"),
        "category" => f.t("field-category"),
        day => f.code("start", day),
    };
    f.say.list(said.missing.iter().map(word))
}

/// One term: of the unit, or of a component that has its own.
fn term(f: &Frame, it: &Until) -> Markup {
    let today = f.today().0;
    let whole = days(it.from, it.until).max(1);
    let over = days(it.from, today).clamp(0, whole);
    let percent = over * 100 / whole;
    let ended = today > it.until;
    let left = days(today, it.until);
    let name = it.component.as_deref().map_or_else(|| f.t("term-unit"), |it| f.found(it));
    let state = if ended {
        f.with("term-ended", &args! { "days" => -left })
    } else if today < it.from {
        f.with("term-not-begun", &args! { "day" => it.from.to_string() })
    } else {
        f.with("term-left", &args! { "days" => left })
    };
    let spoken = format!("{name} {} – {} {state}", it.from, it.until);
    html! {
        div class="term" {
            div class="row-line" {
                b { (name) }
                span class={ "push state s-" (if ended { "late" } else { "good" }) } { (state) }
            }
            svg class={ "term-bar" @if ended { " over" } } viewBox="0 0 100 4" preserveAspectRatio="none" role="img" aria-label=(spoken) {
                rect class="ground" width="100" height="4" {}
                rect class="gone" width=(percent) height="4" {}
            }
            div class="row-line small muted" {
                span title=(f.code("start", it.began_by.code())) {
                    (it.from) " " (f.code("start", it.began_by.code()))
                }
                span class="push" { (it.until) }
            }
            @if let Some(from) = &it.source {
                div class="small muted" {
                    (source(f, from))
                    @if !it.verified { " " (f.t("reason-warranty-unverified")) }
                }
            }
        }
    }
}

fn days(from: Date, to: Date) -> i64 {
    from.until((Unit::Day, to)).map_or(0, |it| i64::from(it.get_days()))
}
