//! The intake as it looks. Each part has a name of its own, so that htmx can change it alone.

use maud::{Markup, html};
use rules::intake::Channel;

use super::{
    caller::{devices, find, person, who},
    draft,
    heard::{self, PARTS},
    scene::{Scene, Who},
};
use crate::{
    args,
    order::Listed,
    ui::{Form, Frame, Typed, card, coverage, source, state},
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
