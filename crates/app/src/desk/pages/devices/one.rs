//! One device: what it is, whose it is, its days, what its warranty says today and why, what was
//! done with it, and what happened to its file.

use axum::extract::{Path, State};
use kernel::{Day, Refusal, Result};
use maud::{Markup, html};
use rules::{
    customer::{CustomerId, DeviceId},
    policy::{Act, Grant},
    warranty::{Ending, Entitlement, Usage, counts as warranty_counts, endings},
};

use super::{
    super::{
        history::{self, History, Of},
        line::{self, Told},
    },
    terms,
};
use crate::{
    App, Cx, args,
    customer::{self, Customer, ops::masked},
    desk::{
        devices,
        show::{EntitlementView, entitlement},
    },
    device::{self, Device},
    edge::Fail,
    order::ops::Past,
    say::Say,
    ui::{
        Frame, Page, address, card, card_with, coverage, facts, icon, moment, or_dash, page, pill,
    },
    warranty,
};

pub struct Sheet {
    pub it: Device,
    user: Option<Customer>,
    buyer: Option<Customer>,
    decided: Entitlement,
    past: Vec<Past>,
    usage: Usage,
    endings: Vec<Ending>,
    said: EntitlementView,
    history: History,
    line: Vec<Told>,
}

pub async fn show(State(app): State<App>, f: Frame, Path(id): Path<String>) -> Result<Page, Fail> {
    let id = DeviceId::parse(&id)?;
    let say = f.say;
    let it = app.look(&f.who.actor, async move |cx| sheet(cx, say, &id).await).await?;
    Ok(draw(&f, &it))
}

async fn sheet(cx: &mut Cx, say: Say, id: &DeviceId) -> Result<Sheet> {
    let grant = cx.may(Act::Read)?;
    let it = device::ops::get(cx, &grant, id).await?;
    let (decided, past, usage) = devices::one(cx, &it).await?;
    let endings = endings(&cx.company.book, &decided, devices::SOON);
    let of = Of::Device(it.id.to_string());
    let buyer = it.buyer.clone().filter(|buyer| Some(buyer) != it.user.as_ref());
    Ok(Sheet {
        user: person(cx, &grant, it.user.as_ref()).await?,
        buyer: person(cx, &grant, buyer.as_ref()).await?,
        said: entitlement(say, &warranty::ops::said(&decided), false),
        decided,
        past,
        usage,
        endings,
        history: history::history(cx, &of).await?,
        line: line::line(cx, say, &[it.id.to_string()]).await?,
        it,
    })
}

/// Whose it is, hidden; nobody where they are out of reach.
pub async fn person(
    cx: &mut Cx,
    grant: &Grant,
    id: Option<&CustomerId>,
) -> Result<Option<Customer>> {
    let Some(id) = id else { return Ok(None) };
    match customer::ops::get(cx, grant, id).await {
        Ok(it) => Ok(Some(masked(it))),
        Err(no) if no.is(&Refusal::NOT_FOUND) => Ok(None),
        Err(no) => Err(no),
    }
}

/// `家用空调器 KFR-35GW`.
pub fn name(f: &Frame, it: &Device) -> String {
    let category = f.category_of(it.category.as_deref());
    let name = format!("{category} {}", it.model.as_deref().unwrap_or_default());
    match name.trim() {
        "" => f.t("field-device"),
        name => name.to_owned(),
    }
}

fn draw(f: &Frame, it: &Sheet) -> Page {
    let of = Of::Device(it.it.id.to_string());
    let body = html! {
        (head(f, it))
        div class="cols" {
            div class="stack" {
                (about(f, it))
                (terms::drawn(f, &terms::Card {
                    decided: &it.decided,
                    said: &it.said,
                    number: it.it.card.as_deref(),
                    past: &it.past,
                    usage: it.usage,
                    endings: &it.endings,
                }))
                (history::drawn(f, &it.history, &of))
            }
            div class="stack" {
                (whose(f, it))
                (line::drawn(f, &it.line))
            }
        }
    };
    page(f, &name(f, &it.it), body)
}

fn head(f: &Frame, it: &Sheet) -> Markup {
    let device = &it.it;
    let takes = f.may(Act::RequestTake);
    let files = takes || f.may(Act::ComplaintFile);
    let mut intake = vec![("device".to_owned(), device.id.to_string())];
    let user = it.user.as_ref().or(it.buyer.as_ref());
    intake.extend(user.map(|it| ("customer".to_owned(), it.id.to_string())));
    html! {
        div class="head order-head" {
            a class="from not-narrow" href="/devices" { (f.t("area-devices")) }
            span class="from not-narrow" { "/" }
            h1 { (name(f, device)) }
            @if let Some(serial) = &device.serial { (pill("", serial)) }
            (coverage(f, it.decided.coverage.code()))
            div class="ms-auto" {
                @if files && user.is_some() {
                    a class="btn btn-primary" href=(address("/intake", &intake)) {
                        (icon("phone-call")) (f.t("device-request"))
                    }
                }
                @if takes {
                    a class="btn" href={ "/devices/" (device.id) "/edit" } {
                        (icon("edit")) (f.t("edit"))
                    }
                }
            }
        }
    }
}

fn about(f: &Frame, sheet: &Sheet) -> Markup {
    let it = &sheet.it;
    let day = |day: Option<Day>| or_dash(day.map(|it| it.to_string()));
    let mut all = vec![
        (f.t("field-serial"), or_dash(it.serial.as_deref())),
        (f.t("field-sold_on"), day(it.sold_on)),
        (f.t("field-category"), or_dash(it.category.as_deref().map(|it| f.category(it)))),
        (f.t("field-delivered_on"), day(it.delivered_on)),
        (f.t("field-model"), or_dash(it.model.as_deref())),
        (f.t("field-installed_on"), day(it.installed_on)),
        (f.t("field-purchase_channel"), or_dash(it.purchase_channel.as_deref())),
        (f.t("field-accepted_on"), day(it.accepted_on)),
    ];
    all.extend(papers(f, it));
    let counts = it.category.as_deref().map(|it| warranty_counts(&f.company.pack, it));
    if counts.is_some_and(|it| it.0 || it.1) || sheet.usage != Usage::default() {
        all.push((f.t("device-usage"), used(f, sheet)));
    }
    if it.installer.is_some() || it.readings.is_some() {
        all.push((f.t("device-installer"), or_dash(it.installer.as_deref())));
        all.push((f.t("field-readings"), or_dash(it.readings.as_deref())));
    }
    all.push((f.t("filed"), moment(f, it.created_at)));
    card(&f.t("facts"), facts(&all))
}

/// What is on file beside the days, as far as it is.
fn papers(f: &Frame, it: &Device) -> Vec<(String, Markup)> {
    let day = |day: Option<Day>| day.map(|it| it.to_string());
    let paper = |it: Option<bool>| it.map(|it| f.t(if it { "paper-there" } else { "paper-gone" }));
    let all = [
        ("field-produced_on", day(it.produced_on)),
        ("field-exchanged_on", day(it.exchanged_on)),
        ("field-price_paid", it.price.map(|it| f.say.money(it))),
        ("field-invoice", paper(it.invoice)),
        ("field-certificate", paper(it.certificate)),
    ];
    let mut known = Vec::new();
    for (key, value) in all {
        known.extend(value.map(|it| (f.t(key), html! { (it) })));
    }
    known
}

/// As far as it was read, and where somebody may write down what it shows now.
fn used(f: &Frame, it: &Sheet) -> Markup {
    let reads = f.may(Act::RequestTake) || f.may(Act::OrderVisit);
    html! {
        @if let Some(km) = it.usage.km { (f.with("usage-km", &args! { "km" => km })) " " }
        @if let Some(hours) = it.usage.hours {
            (f.with("usage-hours", &args! { "hours" => hours })) " "
        }
        @if it.usage == Usage::default() { span class="muted" { (f.t("usage-unread")) } " " }
        @if reads {
            a href={ "/devices/" (it.it.id) "/usage" } { (f.t("usage-read")) }
        }
    }
}

fn whose(f: &Frame, it: &Sheet) -> Markup {
    let other = html! {
        @if f.may(Act::RequestTake) {
            a href={ "/devices/" (it.it.id) "/user" } { (f.t("device-hand-over")) }
        }
    };
    let one = |who: &Customer, role: &str| {
        html! {
            div class="clock" {
                a href={ "/customers/" (who.id) } { (who.name) }
                span class="muted" { (f.t(role)) }
                small {
                    (who.phone.as_deref().unwrap_or("—")) " "
                    (who.address.as_deref().unwrap_or_default())
                }
            }
        }
    };
    let body = html! {
        @match &it.user {
            Some(user) => (one(user, "device-user")),
            None => { p class="muted" { (f.t("device-nobody")) } }
        }
        @if let Some(buyer) = &it.buyer { (one(buyer, "device-buyer")) }
    };
    card_with(&f.t("device-whose"), other, body)
}
