//! Who pays for this order and why: what the rules say, what a person decided instead, what the
//! customer may ask for, and every decision on the way there.

use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::Result;
use maud::{Markup, html};
use rules::order::{Coverage, DelayBy, OrderId};

use super::{Deed, read::Sheet};
use crate::{
    App, Cx, args,
    desk::show::{DecisionView, SharesView},
    edge::Fail,
    order,
    ui::{Ask, Frame, Open, Typed, card_with, coverage, pill},
};

/// What a person may decide.
const DECIDES: [Coverage; 3] = [Coverage::Free, Coverage::CostPrice, Coverage::FullPrice];

pub fn card(f: &Frame, it: &Sheet) -> Markup {
    let acts = html! {
        @if it.can.deciding {
            a class="noprint" href="?step=override" data-dialog="ask-override" {
                (f.t("decide-override"))
            }
        }
        @if it.can.problem && !it.others.is_empty() {
            a class="noprint" href="?step=problem" data-dialog="ask-problem" {
                (f.t("decide-problem"))
            }
        }
        @if it.can.delay {
            a class="noprint" href="?step=delay" data-dialog="ask-delay" { (f.t("decide-delay")) }
        }
    };
    let cover = &it.cover;
    let body = html! {
        div class="row-line" {
            (coverage(f, &cover.coverage))
            @if cover.overridden.is_some() { (pill("cost", &f.t("decide-by-person"))) }
            span { (shares(f, &cover.pays)) }
        }
        @if let Some(person) = &cover.overridden {
            p {
                (f.with("decide-overridden", &args! {
                    "name" => person.by.clone(), "reason" => person.reason.clone(),
                }))
            }
            p class="muted" {
                (f.with("decide-rules-say", &args! {
                    "coverage" => f.code("coverage", &person.coverage),
                })) " " (cover.explanation)
            }
        } @else {
            p { (cover.explanation) }
        }
        (same_problem(f, it))
        @if let Some(by) = it.order.delay_by {
            p { (f.t("decide-delay-by")) " " (f.code("delay", by.code())) }
        }
        @if !cover.rights().is_empty() {
            h3 class="small muted" { (f.t("decide-rights")) }
            ul class="plain small" { @for right in cover.rights() { li { (right.text) } } }
        }
        @if it.decisions.len() > 1 { (history(f, &it.decisions)) }
    };
    html! { div id="decision" { (card_with(&f.t("decide-card"), acts, body)) } }
}

/// 配件免费，人工免费，上门全价; where all cost the same, the mark before it says it.
fn shares(f: &Frame, it: &SharesView) -> String {
    if it.parts == it.labour && it.labour == it.travel {
        return String::new();
    }
    let word = |code: &str| f.code("coverage", code);
    let said = args! {
        "parts" => word(&it.parts), "labour" => word(&it.labour), "travel" => word(&it.travel),
    };
    f.with("decide-shares", &said)
}

fn same_problem(f: &Frame, it: &Sheet) -> Markup {
    let Some(problem) = &it.order.problem else { return html! {} };
    let of = |other: &&order::ops::Past| other.repair.problem.as_ref() == Some(problem);
    let others: Vec<_> = it.others.iter().filter(of).collect();
    html! {
        @if !others.is_empty() {
            p {
                (f.t("decide-same-problem"))
                @for other in others { " " a href={ "/orders/" (other.order) } { (other.number) } }
            }
        }
    }
}

/// One after the other, the first first.
fn history(f: &Frame, all: &[DecisionView]) -> Markup {
    html! {
        details class="more-fields" {
            summary { (f.with("decide-history", &args! { "count" => all.len() })) }
            @for it in all {
                div class="clock" {
                    span { (f.code("occasion", &it.occasion)) }
                    (coverage(f, &it.coverage))
                    small {
                        @if let Some(by) = &it.by { (by) " · " }
                        (said_at(f, &it.at))
                        @if let Some(reason) = &it.reason { " · " (reason) }
                        @if let Some(why) = &it.explanation { " · " (why) }
                        @if !it.rules.is_empty() { br; span class="muted" { (it.rules.join(" ")) } }
                    }
                }
            }
        }
    }
}

fn said_at(f: &Frame, at: &str) -> String {
    let at = kernel::Time::parse(at, &f.company.zone);
    at.map(|it| f.moment(it)).unwrap_or_default()
}

pub fn dialogs(f: &Frame, it: &Sheet, open: &Open) -> Vec<(&'static str, Markup)> {
    let mut all = Vec::new();
    if it.can.deciding {
        all.push(("override", overriding(f, it, open)));
    }
    if it.can.problem && !it.others.is_empty() {
        all.push(("problem", confirming(f, it, open)));
    }
    if it.can.delay {
        all.push(("delay", explaining(f, it, open)));
    }
    all
}

fn ask(f: &Frame, it: &Sheet, name: &'static str, title: &str) -> Ask {
    Ask {
        name,
        title: f.t(title),
        submit: f.t(&format!("{title}-do")),
        action: format!("/orders/{}/{name}", it.order.id),
        danger: false,
        upload: false,
    }
}

fn overriding(f: &Frame, it: &Sheet, open: &Open) -> Markup {
    let words: Vec<_> =
        DECIDES.iter().map(|it| (it.code().to_owned(), f.code("coverage", it.code()))).collect();
    let pays = &it.cover.pays;
    let known = Typed::of([
        ("parts", Some(pays.parts.clone())),
        ("labour", Some(pays.labour.clone())),
        ("travel", Some(pays.travel.clone())),
    ]);
    ask(f, it, "override", "decide-override").draw(f, open, &known, |form| {
        html! {
            p class="muted" { (f.t("decide-override-what")) }
            (form.segments("parts", words.clone()).label(f.t("share-parts")).required())
            (form.segments("labour", words.clone()).label(f.t("share-labour")).required())
            (form.segments("travel", words.clone()).label(f.t("share-travel")).required())
            (form.area("reason", 2).required())
        }
    })
}

fn confirming(f: &Frame, it: &Sheet, open: &Open) -> Markup {
    let of = |other: &order::ops::Past| {
        let day = other.repair.handed_in.date();
        (other.order.clone(), format!("{} · {day}", other.number))
    };
    let others: Vec<_> = it.others.iter().map(of).collect();
    let problem = it.order.problem.as_ref();
    let chosen = it
        .others
        .iter()
        .find(|it| it.repair.problem.is_some() && it.repair.problem.as_ref() == problem);
    let chosen = chosen.map(|it| it.order.clone()).or_else(|| it.order.repeat_of.clone());
    let known = Typed::of([("order", chosen)]);
    ask(f, it, "problem", "decide-problem").draw(f, open, &known, |form| {
        html! {
            p class="muted" { (f.t("decide-problem-what")) }
            (form.select("order", others.clone(), Some(f.t("decide-problem-none"))))
        }
    })
}

fn explaining(f: &Frame, it: &Sheet, open: &Open) -> Markup {
    let words: Vec<_> =
        DelayBy::ALL.iter().map(|it| (it.code().to_owned(), f.code("delay", it.code()))).collect();
    let known = Typed::of([("delay_by", it.order.delay_by.map(|it| it.code().to_owned()))]);
    ask(f, it, "delay", "decide-delay").draw(f, open, &known, |form| {
        html! {
            p class="muted" { (f.t("decide-delay-what")) }
            (form.select("delay_by", words.clone(), Some(f.t("decide-delay-none"))))
        }
    })
}

pub async fn override_by(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fail> {
    let id = OrderId::parse(&id)?;
    let (asked, said) = (id.clone(), typed.clone());
    let work = async move |cx: &mut Cx| {
        let [parts, labour, travel] = ["parts", "labour", "travel"].map(|it| said.get(it));
        let shares = [parts.as_str(), labour.as_str(), travel.as_str()];
        order::ops::override_by(cx, &asked, shares, &said.get("reason")).await.map(|_| ())
    };
    Deed::of("override", "#decision").done(&app, &f, &id, &typed, work).await
}

pub async fn problem(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fail> {
    let id = OrderId::parse(&id)?;
    let (asked, other) = (id.clone(), typed.text("order"));
    let work = async move |cx: &mut Cx| {
        order::ops::same_problem(cx, &asked, other.as_deref()).await.map(|_| ())
    };
    Deed::of("problem", "#decision").done(&app, &f, &id, &typed, work).await
}

pub async fn delay(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fail> {
    let id = OrderId::parse(&id)?;
    let (asked, by) = (id.clone(), typed.text("delay_by"));
    let work = async move |cx: &mut Cx| {
        order::ops::explain_delay(cx, &asked, by.as_deref()).await.map(|_| ())
    };
    Deed::of("delay", "#decision").done(&app, &f, &id, &typed, work).await
}
