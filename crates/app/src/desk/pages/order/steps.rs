//! The buttons of an order and what they ask. A step that needs nothing is pressed; the others
//! open a small form, which without script is a page of its own.

use maud::{Markup, html};
use rules::{
    intake::RequestKind,
    order::{Means, Status, Step, Wait, Window},
};

use super::read::Sheet;
use crate::dispatch::Choice;
use crate::ui::{Ask, Form, Frame, Open, Typed, icon};

/// So many buttons stand beside the first; the others are in the menu.
const BESIDE: usize = 2;

/// In this order they are offered: what brings the order on, then what holds it up.
const OFFERED: [Step; 18] = [
    Step::Accept,
    Step::Assign,
    Step::Depart,
    Step::Arrive,
    Step::Finish,
    Step::Sign,
    Step::Resume,
    Step::Book,
    Step::Reassign,
    Step::Contact,
    Step::NoShow,
    Step::Resend,
    Step::Object,
    Step::Suspend,
    Step::Refuse,
    Step::Route,
    Step::Close,
    Step::Cancel,
];

/// The step one would take, if it is this person's to take.
fn first(it: &Sheet) -> Option<Step> {
    let step = match it.order.status {
        Status::Reported if it.order.outlet.is_none() => Step::Route,
        Status::Reported => Step::Accept,
        Status::Accepted => Step::Assign,
        Status::Assigned => Step::Depart,
        Status::OnWay => Step::Arrive,
        Status::OnSite => Step::Finish,
        Status::Finished => Step::Sign,
        Status::Suspended => Step::Resume,
        Status::Signed | Status::Closed | Status::Cancelled => return None,
    };
    it.may(step).then_some(step)
}

/// The buttons of the bar: the one to press, some beside it, the rest in a menu.
pub fn acts(f: &Frame, it: &Sheet) -> Markup {
    let first = first(it);
    let others = OFFERED.into_iter().filter(|step| it.may(*step) && Some(*step) != first);
    let others: Vec<Step> = others.collect();
    let (beside, rest) = others.split_at(others.len().min(BESIDE));
    let calls = it.can.call_back && it.order.status == Status::Signed;
    html! {
        div class="acts noprint" {
            @if let Some(callback) = it.callback.as_ref().filter(|_| calls) {
                a class="btn btn-primary" href={ "/callbacks/" (callback.id) } {
                    (icon("headset")) (f.t("stage-callback"))
                }
            }
            @if let Some(step) = first { (button(f, it, step, "btn btn-primary", true)) }
            @for step in beside { (button(f, it, *step, "btn", true)) }
            @if !rest.is_empty() {
                details class="menu" {
                    summary class="btn bare" aria-label=(f.t("more")) { (icon("dots")) }
                    div class="list" {
                        @for step in rest { (button(f, it, *step, "", false)) }
                    }
                }
            }
        }
    }
}

fn button(f: &Frame, it: &Sheet, step: Step, class: &str, best: bool) -> Markup {
    let word = f.code("step", step.code());
    match step {
        Step::Accept | Step::Depart | Step::Arrive | Step::Resend => press(it, step, class, &word),
        Step::Resume => html! {
            @let second = if class.is_empty() { "" } else { "btn" };
            (press(it, step, class, &word))
            @if !it.choices.is_empty() { (opener(step, second, &f.t("order-resume-visit"))) }
        },
        Step::Assign if best && it.best().is_some() => html! {
            (offered(f, it, class))
            (opener(step, "btn", &f.t("order-other-technician")))
        },
        _ => opener(step, class, &word),
    }
}

/// The button that already knows its object: 派给 梁伟 14:00.
fn offered(f: &Frame, it: &Sheet, class: &str) -> Markup {
    let Some((choice, window)) = it.best() else { return html! {} };
    html! {
        form method="post" action={ "/orders/" (it.order.id) "/steps" } class="d-inline" {
            (given("step", Step::Assign.code()))
            (given("technician", choice.technician.id.as_str()))
            (given("from", &f.time().typed(window.from)))
            (given("to", &f.time().typed(window.to)))
            button class=(class) { (send_to(f, choice, window)) }
        }
    }
}

pub fn send_to(f: &Frame, choice: &Choice, window: Window) -> String {
    let name = choice.technician.name.clone();
    f.with("send-now", &crate::args! { "name" => name, "time" => f.short(window.from) })
}

pub fn given(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

fn press(it: &Sheet, step: Step, class: &str, word: &str) -> Markup {
    let moves = matches!(step, Step::Depart | Step::Arrive);
    html! {
        form method="post" action={ "/orders/" (it.order.id) "/steps" } class="d-inline" {
            (given("step", step.code()))
            @if moves { (given("lat", "")) (given("lon", "")) }
            button class=(class) data-geo[moves] { (word) }
        }
    }
}

fn opener(step: Step, class: &str, word: &str) -> Markup {
    let code = step.code();
    html! { a class=(class) href={ "?step=" (code) } data-dialog={ "ask-" (code) } { (word) } }
}

/// The forms behind the buttons, each by its name.
pub fn dialogs(f: &Frame, it: &Sheet, open: &Open) -> Vec<(&'static str, Markup)> {
    let asking = it.steps.iter().filter(|it| !is_pressed(**it));
    asking.map(|step| (step.code(), ask_step(f, it, open, *step))).collect()
}

fn is_pressed(step: Step) -> bool {
    matches!(step, Step::Accept | Step::Depart | Step::Arrive | Step::Resend)
}

fn ask_step(f: &Frame, it: &Sheet, open: &Open, step: Step) -> Markup {
    let code = step.code();
    let known = defaults(f, it, step);
    let ask = Ask {
        name: code,
        title: f.code("step", code),
        submit: f.code("step", code),
        action: format!("/orders/{}/steps", it.order.id),
        danger: matches!(step, Step::Cancel | Step::Refuse | Step::Close),
        upload: false,
    };
    ask.draw(f, open, &known, |form| {
        html! { (given("step", code)) (fields(f, it, step, form)) }
    })
}

/// What a form begins with.
fn defaults(f: &Frame, it: &Sheet, step: Step) -> Typed {
    let typed = |at| f.time().typed(at);
    let some = |text: &str| Some(text.to_owned());
    match step {
        Step::Contact => Typed::of([("means", some("phone")), ("reached", some("true"))]),
        Step::Assign | Step::Reassign | Step::Resume => match it.best() {
            Some((choice, window)) => Typed::of([
                ("technician", some(choice.technician.id.as_str())),
                ("from", Some(typed(window.from))),
                ("to", Some(typed(window.to))),
            ]),
            None => Typed::default(),
        },
        Step::Book => {
            let window = it.order.window();
            Typed::of([
                ("from", window.map(|it| typed(it.from))),
                ("to", window.map(|it| typed(it.to))),
            ])
        }
        Step::Finish => Typed::of([("fault_code", it.order.fault_code.clone())]),
        Step::Sign => Typed::of([(
            "name",
            it.customer.as_ref().filter(|_| it.clear).map(|it| it.name.clone()),
        )]),
        _ => Typed::default(),
    }
}

fn fields(f: &Frame, it: &Sheet, step: Step, form: Form) -> Markup {
    let words = |group: &str, codes: &[&'static str]| -> Vec<(String, String)> {
        codes.iter().map(|code| ((*code).to_owned(), f.code(group, code))).collect()
    };
    let codes = |all: &[Wait]| all.iter().map(|it| it.code()).collect::<Vec<_>>();
    match step {
        Step::Refuse | Step::Close | Step::Cancel => html! {
            p class="muted" { (f.code("order-will", step.code())) }
            (form.area("reason", 3).required())
        },
        Step::Route => html! {
            (form.select("outlet", it.outlets.clone(), Some(f.t("order-choose"))).required())
            (form.area("reason", 2).required())
        },
        Step::Contact => {
            let means: Vec<_> = Means::ALL.iter().map(|it| it.code()).collect();
            let reached = [("true", "order-reached"), ("false", "order-not-reached")]
                .map(|(code, key)| (code.to_owned(), f.t(key)));
            html! {
                (form.segments("means", words("means", &means)).label(f.t("order-means")))
                (form.segments("reached", reached).label(f.t("order-whether-reached")))
                (form.area("text", 3).label(f.t("order-what-said")))
            }
        }
        Step::Assign | Step::Reassign | Step::Resume => sending(f, it, step, form),
        Step::Book => html! { (window(form)) p class="hint" { (f.t("order-book-hint")) } },
        Step::NoShow | Step::Object => html! {
            (form.area("text", 3).required().label(f.code("order-text", step.code())))
        },
        Step::Suspend => html! {
            (form.segments("reason", words("wait", &codes(Wait::ALL))).required())
            (form.moment("until").required())
            (form.area("text", 2))
        },
        Step::Finish => finishing(f, it, form),
        Step::Sign => signing(f, form),
        Step::Accept | Step::Depart | Step::Arrive | Step::Resend => html! {},
    }
}

fn window(form: Form) -> Markup {
    html! {
        div class="halves" {
            (form.moment("from").required())
            (form.moment("to").required())
        }
    }
}

/// Who, when; why somebody else; why nevertheless.
fn sending(f: &Frame, it: &Sheet, step: Step, form: Form) -> Markup {
    let name = |choice: &Choice| {
        let when = choice.offer().map(|it| f.window(it));
        let when = when.unwrap_or_else(|| crate::dispatch::why(&f.company.pack, f.time(), choice));
        (choice.technician.id.to_string(), format!("{} · {when}", choice.technician.name))
    };
    let people: Vec<_> = it.choices.iter().map(name).collect();
    html! {
        (form.select("technician", people, Some(f.t("order-choose"))).required())
        (window(form))
        @if step == Step::Reassign { (form.area("reason", 2).required()) }
        @if it.can.overriding {
            (form.text("override").label(f.t("order-override")).hint(f.t("order-override-hint")))
        }
    }
}

/// Cause, action, code; the pack's own words are a press away.
fn finishing(f: &Frame, it: &Sheet, form: Form) -> Markup {
    let known = it.order.fault_code.as_deref().and_then(|code| f.company.pack.fault(code));
    let says = |into: &str, words: &[String]| {
        html! {
            @if !words.is_empty() {
                div class="chips" {
                    @for word in words {
                        button class="chip" type="button" data-say={ "#f-finish-" (into) } { (word) }
                    }
                }
            }
        }
    };
    html! {
        (form.select("fault_code", it.faults.clone(), Some(f.t("order-choose"))).required())
        (cause_of(f, it, form))
        (form.area("cause", 2).required())
        (says("cause", known.map(|it| it.causes.as_slice()).unwrap_or_default()))
        (form.area("action", 2).required())
        (says("action", known.map(|it| it.actions.as_slice()).unwrap_or_default()))
        @if it.order.kind == RequestKind::Install {
            (form.area("readings", 2).hint(f.t("order-readings-hint")))
        }
    }
}

/// The component, where the code does not say it, and what would take the warranty away.
fn cause_of(f: &Frame, it: &Sheet, form: Form) -> Markup {
    let category = it.order.category.as_deref().unwrap_or_default();
    let parts = rules::warranty::components(&f.company.pack, category);
    let parts: Vec<_> = parts.into_iter().map(|it| (it.clone(), f.component(&it))).collect();
    let exclusions = f.company.pack.exclusions.iter();
    let exclusions: Vec<_> = exclusions.map(|it| (it.code.clone(), f.name(&it.name))).collect();
    let shown = ["suspected", "proved"].map(|it| (it.to_owned(), f.code("evidence", it)));
    html! {
        div class="halves" {
            @if !parts.is_empty() { (form.select("component", parts, Some(f.t("by-the-code")))) }
            @if !exclusions.is_empty() {
                (form.select("exclusion", exclusions, Some(f.t("exclusion-none"))))
            }
        }
        (form.segments("evidence", shown).label(f.t("field-evidence")))
    }
}

/// On the screen, or by the code the customer was told.
fn signing(f: &Frame, form: Form) -> Markup {
    let drawn = form.typed.wrong(f, "signature_png");
    html! {
        (form.text("name").required().label(f.t("order-signer")))
        div class="field js-only" {
            div class="form-label" { (f.t("order-signature")) }
            div class="sign" id="f-sign-signature_png" {
                canvas aria-label=(f.t("order-signature")) {}
                input type="hidden" name="signature_png";
                button type="button" class="btn btn-sm clear" data-sign-clear { (f.t("clear")) }
            }
            @if let Some(wrong) = drawn { div class="err" { (wrong) } }
        }
        (form.text("code").label(f.t("order-code")).hint(f.t("order-code-hint"))
            .attr("inputmode", "numeric").attr("autocomplete", "off").attr("maxlength", "6"))
    }
}
