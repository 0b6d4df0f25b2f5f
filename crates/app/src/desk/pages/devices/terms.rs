//! The 保修卡 of a device: what its warranty says today and why; each of its terms as a bar from its
//! first day to its last, with today on it and with what made it longer or shorter; what the
//! customer may ask for today, and what of it ends soon.

use jiff::{Unit, civil::Date};
use maud::{Markup, html};
use rules::warranty::{Ending, Entitlement, Until, Usage, unexplained};

use crate::{
    args,
    desk::show::EntitlementView,
    order::ops::Past,
    ui::{Frame, card_with, coverage, source},
    warranty::words,
};

/// What the card is drawn from.
pub struct Card<'a> {
    pub decided: &'a Entitlement,
    pub said: &'a EntitlementView,
    pub number: Option<&'a str>,
    pub past: &'a [Past],
    pub usage: Usage,
    pub endings: &'a [Ending],
}

pub fn drawn(f: &Frame, it: &Card) -> Markup {
    let number = html! {
        @if let Some(card) = it.number { span class="muted" { (f.t("field-card")) " " (card) } }
    };
    let said = it.said;
    let body = html! {
        div class="row-line" {
            (coverage(f, &said.coverage))
            span { (said.explanation) }
        }
        @for until in &it.decided.until { (term(f, it, until)) }
        @if !said.missing.is_empty() {
            p class="hint" { (f.with("warranty-missing", &args! { "what" => missing(f, said) })) }
        }
    };
    html! {
        div id="warranty" { (card_with(&f.t("warranty-card"), number, body)) }
        (rights(f, it))
    }
}

/// What may be asked for today, with the clause; and what of it ends within the month.
fn rights(f: &Frame, it: &Card) -> Markup {
    let asks = unexplained(it.decided);
    let asks = |past: &&Past| asks.iter().any(|it| it.handed_in == past.repair.handed_in);
    let asks: Vec<&Past> = it.past.iter().filter(asks).collect();
    if it.said.rights().is_empty() && asks.is_empty() {
        return html! {};
    }
    let burden = it.decided.decision.as_ref().map(|it| it.burden_of_proof.code());
    let body = html! {
        @for right in it.said.rights() {
            @let ends = it.endings.iter().find(|it| it.kind.code() == right.kind);
            div class="right" {
                span { (right.text) }
                @if let Some(ends) = ends {
                    " " span class="state s-late" { (ending(f, ends)) }
                }
            }
        }
        @for it in asks {
            p {
                (f.t("rights-delay")) " "
                a href={ "/orders/" (it.order) "?step=delay" } { (it.number) }
            }
        }
        @if let Some(burden) = burden { p class="hint" { (f.code("burden", burden)) } }
    };
    html! { div id="rights" { (card_with(&f.t("rights-card"), html! {}, body)) } }
}

fn ending(f: &Frame, it: &Ending) -> String {
    let left = days(f.today().0, it.last);
    f.with("right-ends", &args! { "day" => it.last.to_string(), "days" => left })
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

/// What made a term longer, shorter, or begin anew: a sentence each.
fn notes(f: &Frame, card: &Card, it: &Until) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(on) = it.restarted_on {
        let by = card.decided.inputs.device.exchanged_on == Some(on);
        let key = if by { "term-restarted-exchange" } else { "term-restarted-part" };
        notes.push(f.with(key, &args! { "day" => on.to_string() }));
    }
    if it.extended_days > 0 {
        let inside = |past: &&Past| {
            let day = past.repair.handed_in.date();
            day >= it.from && day <= it.until
        };
        let repairs = card.past.iter().filter(inside).map(|it| it.number.clone());
        let said = args! { "days" => it.extended_days, "orders" => f.say.list(repairs) };
        notes.push(f.with("term-extended", &said));
        let waited: i64 =
            card.past.iter().filter(inside).map(|it| it.repair.waiting_parts_days).sum();
        if waited > 0 {
            notes.push(f.with("term-waited", &args! { "days" => waited }));
        }
    }
    let limits = [("km", it.km, card.usage.km), ("hours", it.hours, card.usage.hours)];
    for (unit, most, is) in limits {
        let Some(most) = most else { continue };
        let key = match is {
            None => format!("term-unread-{unit}"),
            Some(is) if is > most => format!("term-past-{unit}"),
            Some(_) => format!("term-inside-{unit}"),
        };
        notes.push(f.with(&key, &args! { "most" => most, "is" => is.unwrap_or_default() }));
    }
    notes
}

/// By how far it has run or worked it has ended before its time.
fn is_past(card: &Card, it: &Until) -> bool {
    let over =
        |most: Option<i64>, is: Option<i64>| most.zip(is).is_some_and(|(most, is)| is > most);
    over(it.km, card.usage.km) || over(it.hours, card.usage.hours)
}

/// One term: of the unit, or of a component that has its own.
fn term(f: &Frame, card: &Card, it: &Until) -> Markup {
    let today = f.today().0;
    let whole = days(it.from, it.until).max(1);
    let over = days(it.from, today).clamp(0, whole);
    let percent = over * 100 / whole;
    let past = is_past(card, it);
    let ended = today > it.until || past;
    let left = days(today, it.until);
    let name = it.component.as_deref().map(|it| f.component(it));
    let name = name.unwrap_or_else(|| f.t("term-unit"));
    let state = if past {
        f.t("term-past-use")
    } else if ended {
        f.with("term-ended", &args! { "days" => -left })
    } else if today < it.from {
        f.with("term-not-begun", &args! { "day" => it.from.to_string() })
    } else {
        f.with("term-left", &args! { "days" => left })
    };
    let tone = match (ended, left <= crate::desk::devices::SOON) {
        (true, _) => "late",
        (false, true) => "wait",
        (false, false) => "good",
    };
    // The days in repair are the last of the bar.
    let added = (it.extended_days * 100 / whole).clamp(0, 100);
    let spoken = format!("{name} {} – {} {state}", it.from, it.until);
    html! {
        div class="term" {
            div class="row-line" {
                b { (name) }
                span class={ "push state s-" (tone) } { (state) }
            }
            svg class={ "term-bar" @if ended { " over" } } viewBox="0 0 100 4" preserveAspectRatio="none" role="img" aria-label=(spoken) {
                rect class="ground" width="100" height="4" {}
                @if added > 0 {
                    rect class="added" x=(100 - added) width=(added) height="4" {}
                }
                rect class="gone" width=(percent) height="4" {}
            }
            div class="row-line small muted" {
                span title=(f.code("start", it.began_by.code())) {
                    (it.from) " " (f.code("start", it.began_by.code()))
                }
                span class="push" { (it.until) }
            }
            @for note in notes(f, card, it) { div class="small" { (note) } }
            @if let Some(from) = from(f, it) {
                div class="small muted" {
                    (from)
                    @if !it.verified { " " (f.t("reason-warranty-unverified")) }
                }
            }
        }
    }
}

/// Which clause of the law gives it, else where the company's own table says so.
fn from(f: &Frame, it: &Until) -> Option<String> {
    match &it.law {
        Some(clause) => {
            let (name, article) = (words::instrument(f.say, clause), words::article(f.say, clause));
            Some(format!("{name} {article}").trim().to_owned())
        }
        None => it.source.as_deref().map(|it| source(f, it)),
    }
}

fn days(from: Date, to: Date) -> i64 {
    from.until((Unit::Day, to)).map_or(0, |it| i64::from(it.get_days()))
}
