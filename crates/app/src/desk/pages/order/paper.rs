//! The papers of an order on A4, the same on the screen: 派工单 for whoever goes, 服务验收单 (三包
//! 维修记录) for the customer to sign, with room for the seal.
//!
//! Source: requirements 1.8 [3.12][4.5][3.15][1].

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use kernel::{Refusal, Result, Time};
use maud::{Markup, html};
use rules::{
    customer::CustomerId,
    order::{OrderId, Pays},
    promise::PromiseKind,
    visit::{OldPart, quantity_text},
};

use super::{
    cards::fault_name,
    page::status,
    read,
    read::{Sheet, line},
};
use crate::{
    App, Cx, args, customer,
    desk::show::Show,
    edge::Fail,
    order,
    ui::{Form, Frame, Typed, paper},
};

/// Rows for parts that are left empty for writing by hand.
const ROWS: usize = 4;

pub async fn dispatch(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
) -> Result<Response, Fail> {
    let it = dated(&app, &f, &OrderId::parse(&id)?, false).await?;
    Ok(show(&f, &it, Paper::Dispatch, &Typed::default()))
}

pub async fn acceptance(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
) -> Result<Response, Fail> {
    let it = dated(&app, &f, &OrderId::parse(&id)?, false).await?;
    Ok(show(&f, &it, Paper::Acceptance, &Typed::default()))
}

pub async fn reveal_dispatch(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fail> {
    revealed(&app, &f, &id, Paper::Dispatch, &typed).await
}

pub async fn reveal_acceptance(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fail> {
    revealed(&app, &f, &id, Paper::Acceptance, &typed).await
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Paper {
    Dispatch,
    Acceptance,
}

/// The order as the page shows it, with what happened in words that hold on another day.
async fn dated(app: &App, f: &Frame, id: &OrderId, revealed: bool) -> Result<Sheet, Fail> {
    let mut it = read(app, f, id, revealed).await?;
    let (say, order, clear) = (f.say, it.order.clone(), it.clear);
    let line = async move |cx: &mut Cx| line(&mut Show::lasting(cx, say), &order, clear).await;
    it.line = app.look(&f.who.actor, line).await?;
    Ok(it)
}

/// A paper with the customer's name on it, for who may see it and says why.
async fn revealed(
    app: &App,
    f: &Frame,
    id: &str,
    which: Paper,
    typed: &Typed,
) -> Result<Response, Fail> {
    let id = OrderId::parse(id)?;
    let (asked, reason) = (id.clone(), typed.get("reason"));
    let work = async move |cx: &mut Cx| {
        let order = order::ops::get(cx, &asked).await?;
        let customer = order.customer.ok_or(Refusal::NOT_FOUND)?;
        customer::ops::reveal(cx, &CustomerId::parse(&customer)?, &reason).await.map(|_| ())
    };
    match app.act(&f.who.actor, work).await {
        Ok(()) => Ok(show(f, &dated(app, f, &id, true).await?, which, &Typed::default())),
        Err(no) => Ok(show(f, &dated(app, f, &id, false).await?, which, &typed.refused(no)?)),
    }
}

/// Whom it is about, if the reader may not see it and may ask.
fn asks(f: &Frame, it: &Sheet, path: &str, typed: &Typed) -> Markup {
    let form = Form::new(f, typed);
    let action = format!("/orders/{}/print/{path}", it.order.id);
    html! {
        @if it.can.reveal {
            details class="noprint paper-ask" open[typed.refusal.is_some()] {
                summary { (f.t("paper-hidden")) }
                (form.post("reveal", &action, "order-reveal", html! {
                    p class="muted" { (f.t("order-reveal-what")) }
                    (form.text("reason").required())
                }))
            }
        }
    }
}

fn show(f: &Frame, it: &Sheet, which: Paper, typed: &Typed) -> Response {
    let (path, title, body) = match which {
        Paper::Dispatch => ("dispatch", f.t("paper-dispatch"), work_order(f, it)),
        Paper::Acceptance => ("acceptance", f.t("paper-acceptance"), acceptance_sheet(f, it)),
    };
    let body = html! {
        (asks(f, it, path, typed))
        article class="paper" tabindex="0" {
            p class="letterhead" { (f.company.name) }
            h1 { (title) }
            (body)
        }
    };
    let title = format!("{title} {}", it.order.number);
    let back = format!("/orders/{}", it.order.id);
    paper(f, &title, &back, body).status(status(typed.refusal.as_ref())).into_response()
}

/// Under the title: which order, and when it was written.
fn number(f: &Frame, it: &Sheet) -> Markup {
    html! {
        div class="no" {
            span { (f.t("field-number")) " " b { (it.order.number) } }
            span { (f.t("paper-printed")) " " (f.time().exact(f.now)) }
        }
    }
}

fn row(all: &[(String, Markup)]) -> Markup {
    html! { tr { @for (name, value) in all { th { (name) } td { (value) } } } }
}

/// One field over the whole width.
fn wide(name: &str, value: Markup, tall: bool) -> Markup {
    html! { tr { th { (name) } td colspan="3" class=[tall.then_some("tall")] { (value) } } }
}

fn said(text: Option<impl AsRef<str>>) -> Markup {
    html! { (text.map(|it| it.as_ref().to_owned()).unwrap_or_default()) }
}

fn exact(f: &Frame, at: Option<Time>) -> Markup {
    html! { (at.map(|it| f.time().exact(it)).unwrap_or_default()) }
}

/// Whom it is about, and which unit: both papers begin with it.
fn about(f: &Frame, it: &Sheet) -> Markup {
    let who = it.customer.as_ref();
    let device = it.device.as_ref();
    let phone = it.request.phone.as_deref().or(who.and_then(|it| it.phone.as_deref()));
    let contact = it.request.contact.as_deref().or(who.and_then(|it| it.contact.as_deref()));
    let category = device.and_then(|it| it.category.as_deref());
    let category = f.category_of(category.or(it.order.category.as_deref()));
    let model = device.and_then(|it| it.model.clone()).unwrap_or_default();
    let sold = device.and_then(|it| it.sold_on).map(|it| it.to_string());
    let installed = device.and_then(|it| it.installed_on).map(|it| it.to_string());
    html! {
        (row(&[
            (f.t("field-customer"), said(who.map(|it| it.name.as_str()))),
            (f.t("field-phone"), said(phone)),
        ]))
        (wide(&f.t("field-address"), html! {
            (said(who.and_then(|it| it.address.as_deref())))
            @if let Some(contact) = contact { "　" (f.t("field-contact")) " " (contact) }
        }, false))
        (row(&[
            (f.t("paper-unit"), html! { (category) " " (model) }),
            (f.t("field-serial"), said(device.and_then(|it| it.serial.as_deref()))),
        ]))
        (row(&[
            (f.t("field-sold_on"), said(sold)),
            (f.t("field-installed_on"), said(installed)),
        ]))
        (row(&[
            (f.t("field-purchase_channel"), said(device.and_then(|it| it.purchase_channel.as_deref()))),
            (f.t("field-card"), said(device.and_then(|it| it.card.as_deref()))),
        ]))
    }
}

/// 派工单: who sends whom where, when and why, with everybody who had it before.
fn work_order(f: &Frame, it: &Sheet) -> Markup {
    let order = &it.order;
    let chain = it.line.iter().filter(|it| {
        matches!(
            it.kind.as_str(),
            "order.opened"
                | "order.accepted"
                | "order.refused"
                | "order.routed"
                | "order.assigned"
                | "order.reassigned"
                | "order.booked"
        )
    });
    let sender = it.line.iter().rev().find(|it| {
        matches!(it.kind.as_str(), "order.assigned" | "order.reassigned" | "order.resumed")
    });
    let promised = |kind: PromiseKind| {
        let found = it.promises.iter().rev().find(|it| it.kind == kind);
        exact(f, found.map(|it| it.due))
    };
    let technician = it.technician.as_ref();
    html! {
        (number(f, it))
        table class="form" {
            (row(&[
                (f.t("field-outlet"), said(it.outlet.as_ref().map(|it| it.name.as_str()))),
                (f.t("field-kind"), html! {
                    (f.code("kind", order.kind.code())) " · "
                    (f.with("order-level", &args! { "level" => order.fault_level }))
                }),
            ]))
            (row(&[
                (f.t("paper-sender"), said(sender.map(|it| it.who.as_str()))),
                (f.t("paper-sent-at"), exact(f, sender.map(|it| it.at))),
            ]))
            (row(&[
                (f.t("field-technician"), html! {
                    (said(technician.map(|it| it.name.as_str()))) " "
                    (said(technician.and_then(|it| it.phone.as_deref())))
                }),
                (f.t("paper-window"), said(order.window().map(|it| f.time().exact_window(it)))),
            ]))
            (row(&[
                (f.t("paper-arrive-by"), promised(PromiseKind::Arrival)),
                (f.t("paper-repair-by"), promised(PromiseKind::Repair)),
            ]))
            (about(f, it))
            (wide(&f.t("order-fault-code"), said(fault_name(f, order.fault_code.as_deref())), false))
            (wide(&f.t("paper-fault"), said(order.fault_text.as_deref()), true))
            (wide(&f.t("field-coverage"), basis(f, it), false))
            (wide(&f.t("paper-chain"), html! {
                @for told in chain {
                    div { (f.time().exact(told.at)) "　" (told.who) "　" (told.text) }
                }
            }, false))
            (wide(&f.t("paper-remark"), html! {}, true))
        }
        div class="ends" {
            div { (f.t("paper-sender")) }
            div { (f.t("field-technician")) }
            div { (f.t("paper-date")) }
        }
        div class="seal" { (f.t("paper-seal")) }
    }
}

/// 服务验收单（三包维修记录）: what was found and done, with what, for how much, and what the
/// customer says to it.
fn acceptance_sheet(f: &Frame, it: &Sheet) -> Markup {
    let order = &it.order;
    let visit = it.visits.iter().rev().find(|it| it.arrived_at.is_some());
    let arrived = visit.and_then(|it| it.arrived_at);
    let place = visit.and_then(|it| Some((it.lat?, it.lon?)));
    html! {
        p class="letterhead" { (f.t("paper-acceptance-sub")) }
        (number(f, it))
        table class="form" {
            (row(&[
                (f.t("field-outlet"), said(it.outlet.as_ref().map(|it| it.name.as_str()))),
                (f.t("field-technician"), said(it.technician.as_ref().map(|it| it.name.as_str()))),
            ]))
            (about(f, it))
            (row(&[
                (f.t("field-opened"), exact(f, Some(order.opened_at))),
                (f.t("paper-arrived"), html! {
                    (exact(f, arrived))
                    @if let Some((lat, lon)) = place {
                        br; small { (format!("{:.5}, {:.5}", lat as f64 / 1e6, lon as f64 / 1e6)) }
                    }
                }),
            ]))
            (row(&[
                (f.t("paper-finished"), exact(f, order.finished_at)),
                (f.t("paper-hours"), hours(f, arrived, order.finished_at)),
            ]))
            (wide(&f.t("paper-fault"), said(order.fault_text.as_deref()), false))
            (wide(&f.t("order-found-code"), said(fault_name(f, order.found_code.as_deref())), false))
            (wide(&f.t("field-cause"), said(order.cause.as_deref().map(|it| f.found(it))), order.cause.is_none()))
            (wide(&f.t("field-action"), said(order.action.as_deref().map(|it| f.found(it))), order.action.is_none()))
        }
        (parts(f, it))
        (charges(f, it))
        (opinion(f, it))
        div class="seal" { (f.t("paper-seal")) }
        p class="fine" { (f.t("paper-acceptance-fine")) }
    }
}

/// Who pays and why; where a person decided, who and why, and what the rules say.
fn basis(f: &Frame, it: &Sheet) -> Markup {
    html! {
        (f.code("coverage", it.order.coverage.code())) "　"
        @if let Some(person) = &it.cover.overridden {
            (f.with("decide-overridden", &args! {
                "name" => person.by.clone(), "reason" => person.reason.clone(),
            }))
            br;
            (f.with("decide-rules-say", &args! {
                "coverage" => f.code("coverage", &person.coverage),
            })) " "
        }
        (it.cover.explanation)
    }
}

/// Time on site, to the minute.
fn hours(f: &Frame, from: Option<Time>, to: Option<Time>) -> Markup {
    let (Some(from), Some(to)) = (from, to) else { return html! {} };
    let minutes = from.until(to).whole_minutes().max(0);
    let args = args! { "hours" => minutes / 60, "minutes" => minutes % 60 };
    html! { (f.with("paper-duration", &args)) }
}

/// New parts, and what became of the old ones.
fn parts(f: &Frame, it: &Sheet) -> Markup {
    let empty = ROWS.saturating_sub(it.site.parts.len()).min(ROWS);
    html! {
        table class="form more" {
            tr {
                th { (f.t("order-part-name")) }
                th { (f.t("paper-new-number")) }
                th { (f.t("paper-old-number")) }
                th { (f.t("field-quantity")) }
                th { (f.t("order-amount")) }
                th { (f.t("field-pays")) }
            }
            @for part in &it.site.parts {
                tr {
                    td { (f.found(&part.name)) }
                    td { (said(part.number.as_deref())) }
                    td {
                        @if part.old_part != OldPart::None { (f.code("old-part", part.old_part.code())) }
                    }
                    td class="num" { (quantity_text(part.quantity)) }
                    td class="num" { (part.amount) }
                    td { (f.code("pays", part.pays.code())) }
                }
            }
            @for _ in 0..empty { tr { @for _ in 0..6 { td {} } } }
        }
    }
}

/// What is charged and why: the basis, the lines, the sums.
fn charges(f: &Frame, it: &Sheet) -> Markup {
    let (total, customer) = it.totals();
    let company = it.site.lines();
    let company = company.iter().filter(|it| it.pays == Pays::Company).map(|it| it.amount);
    let company: kernel::Fen = company.sum();
    // Before the work is done there is nothing to sum up: it is written by hand.
    let blank = it.order.finished_at.is_none() && it.site.lines().is_empty();
    let sum = |fen: kernel::Fen| html! { "¥" @if !blank { (fen) } };
    html! {
        table class="form more" {
            (wide(&f.t("paper-basis"), basis(f, it), false))
            @for charge in &it.site.charges {
                (wide(&f.code("charge", charge.kind.code()), html! {
                    "¥" (charge.amount) "　" (f.code("pays", charge.pays.code())) "　"
                    (said(charge.text.as_deref()))
                }, false))
            }
            @if blank { (wide(&f.code("charge", "labour"), sum(total), false)) }
            (row(&[
                (f.t("order-total"), sum(total)),
                (f.t("paper-company-pays"), sum(company)),
            ]))
            (wide(&f.t("order-customer-pays"), html! {
                b { (sum(customer)) }
                @for consent in &it.site.consents {
                    "　" (f.with("order-agreed", &args! { "name" => name(it, &consent.by_name) }))
                    " ¥" (consent.amount) " " (f.code("consent-by", consent.means.code())) " "
                    (f.time().exact(consent.at))
                }
            }, false))
        }
    }
}

fn name(it: &Sheet, name: &str) -> String {
    if it.clear { name.to_owned() } else { rules::customer::mask_name(name) }
}

/// 用户意见, 签字, 日期.
fn opinion(f: &Frame, it: &Sheet) -> Markup {
    let order = &it.order;
    let signed = order.signed_name.as_ref().map(|it_name| name(it, it_name));
    let how = order.signed_by.map(|it| f.code("signed-by", it.code()));
    html! {
        table class="form more" {
            (wide(&f.t("paper-opinion"), html! {
                @for mark in ["good", "fair", "bad"] {
                    span class="box" {} (f.code("paper-opinion", mark)) "　"
                }
            }, true))
        }
        div class="ends" {
            div {
                (f.t("paper-customer-signs"))
                @if order.signature.is_some() {
                    img src={ "/api/v1/orders/" (order.id) "/signature" } alt=(f.t("order-signature"));
                } @else if let Some(signed) = &signed {
                    " " (signed) @if let Some(how) = &how { "（" (how) "）" }
                }
            }
            div {
                (f.t("field-technician")) " "
                (said(it.technician.as_ref().filter(|_| order.signed_at.is_some()).map(|it| it.name.as_str())))
            }
            div { (f.t("paper-date")) " " (exact(f, order.signed_at)) }
        }
    }
}
