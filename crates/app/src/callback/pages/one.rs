//! One callback: whom to call, what was done there, and what they said.

use axum::extract::{Path, State};
use kernel::{Refusal, Result};
use maud::{Markup, html};
use rules::{
    callback::CallbackId,
    customer::{CustomerId, DeviceId, mask_name, mask_phone},
    order::Order,
    policy::{Act, Grant},
};

use super::{super::Callback, ask, ops};
use crate::{
    App, Cx, account,
    customer::{self, Customer},
    device::{self, Device},
    edge::Fail,
    intake, order,
    ui::{
        Form, Frame, Page, Typed, card, card_with, coverage, due_box, facts, facts_one, heading,
        icon, moment, money, or_dash, page, state, to_reveal,
    },
    visit::{self, ops::OnSite},
};

/// Everything that whoever calls wants to see.
pub struct One {
    pub callback: Callback,
    pub order: Order,
    pub customer: Option<Customer>,
    pub contact: Option<String>,
    pub phone: Option<String>,
    pub device: Option<Device>,
    pub site: OnSite,
    pub technician: Option<String>,
    pub by: Option<String>,
    /// Whether the customer shows in the clear.
    pub clear: bool,
    /// Whether the one who looks may note an answer.
    pub may: bool,
}

pub async fn show(State(app): State<App>, f: Frame, Path(id): Path<String>) -> Result<Page, Fail> {
    let one = read(&app, &f, &id).await?;
    if one.clear {
        let seen = one.order.id.clone();
        let seen = async move |cx: &mut Cx| customer::ops::viewed(cx, seen.as_str()).await;
        app.act(&f.who.actor, seen).await?;
    }
    Ok(draw(&f, &one, &Typed::default()))
}

pub async fn read(app: &App, f: &Frame, id: &str) -> Result<One> {
    let id = CallbackId::parse(id)?;
    app.look(&f.who.actor, async move |cx| gather(cx, &id).await).await
}

async fn gather(cx: &mut Cx, id: &CallbackId) -> Result<One> {
    let callback = ops::get(cx, id).await?;
    let order = order::ops::known(cx, &callback.order).await?;
    let waiting = callback.status.is_waiting();
    let clear = order.shows_customer(&cx.actor, waiting, cx.now());
    let house = Grant::house();
    let customer = match &order.customer {
        Some(id) => Some(customer::ops::get(cx, &house, &CustomerId::parse(id)?).await?),
        None => None,
    };
    let device = match &order.device {
        Some(id) => Some(device::ops::get(cx, &house, &DeviceId::parse(id)?).await?),
        None => None,
    };
    let request = intake::ops::known(cx, &order.request).await?;
    let phone = request.phone.or_else(|| customer.as_ref()?.phone.clone());
    let may = waiting && cx.actor.grant_for(Act::CallbackAnswer).covers(&callback.path, None);
    Ok(One {
        site: visit::ops::on_site(cx, &order.id).await?,
        technician: person(cx, callback.technician.as_deref()).await?,
        by: person(cx, callback.by.as_deref()).await?,
        customer: if clear { customer } else { customer.map(customer::ops::masked) },
        contact: request.contact.map(|it| if clear { it } else { mask_name(&it) }),
        phone: phone.map(|it| if clear { it } else { mask_phone(&it) }),
        callback,
        order,
        device,
        clear,
        may,
    })
}

async fn person(cx: &mut Cx, id: Option<&str>) -> Result<Option<String>> {
    let Some(id) = id else { return Ok(None) };
    let id = rules::policy::PersonId::parse(id).map_err(|_| Refusal::NOT_FOUND)?;
    Ok(account::ops::person(cx, &id).await?.map(|it| it.name))
}

pub fn draw(f: &Frame, one: &One, typed: &Typed) -> Page {
    let (it, order) = (&one.callback, &one.order);
    let acts = html! {
        (state(f, "callback-status", it.status.code()))
        @if it.status.is_waiting() { (due_box(f, &f.t("callback-due"), it.due)) }
    };
    let body = html! {
        (heading(Some(("/callbacks", &f.t("area-callbacks"))), &order.number, acts))
        // Where nothing is left to ask there is no form to say what was refused.
        @if !one.may { (Form::new(f, typed).errors()) }
        div class="cols turn" {
            div class="stack" {
                @if one.may {
                    (card(&f.t("callback-ask"), ask::form(f, one, typed)))
                } @else if it.reached_at.is_some() || it.tries > 0 {
                    (card(&f.t("callback-said"), said(f, one)))
                }
                (card_with(&f.t("callback-done"), order_link(f, order), done(f, one)))
            }
            div class="stack first" { (card(&f.t("field-customer"), whom(f, one))) }
        }
    };
    page(f, &order.number, body)
}

fn order_link(f: &Frame, order: &Order) -> Markup {
    html! { a href={ "/orders/" (order.id) } { (f.t("callback-to-order")) } }
}

/// Whom to call: the number is the button.
fn whom(f: &Frame, one: &One) -> Markup {
    let customer = one.customer.as_ref();
    let name = customer.map(|it| it.name.clone());
    let address = customer.and_then(|it| it.address.clone());
    html! {
        div class="strong lead-name" { (or_dash(one.contact.as_deref().or(name.as_deref()))) }
        @if let Some(phone) = &one.phone {
            @if one.clear {
                a class="btn btn-primary tall call" href={ "tel:" (phone) } { (icon("phone")) (phone) }
            } @else {
                p {
                    (phone) " "
                    @if let Some(it) = customer.filter(|_| f.may(Act::Reveal)) {
                        (to_reveal(f, it.id.as_str()))
                    }
                }
            }
        } @else {
            p class="muted" { (f.t("callback-no-phone")) }
        }
        (facts_one(&[
            (f.t("field-name"), or_dash(name)),
            (f.t("field-address"), or_dash(address)),
            (f.t("callback-tries"), html! { (one.callback.tries) }),
        ]))
    }
}

/// What was done, so that whoever calls knows what they ask about.
fn done(f: &Frame, one: &One) -> Markup {
    let order = &one.order;
    let device = one.device.as_ref();
    let unit = device.map(|it| {
        let words = [it.category.as_deref().map(|it| f.category(it)), it.model.clone()];
        words.into_iter().flatten().collect::<Vec<_>>().join(" ")
    });
    let (_, pays) = rules::visit::totals(&one.site.lines());
    let parts: Vec<String> = one.site.parts.iter().map(|it| f.found(&it.name)).collect();
    let comma = f.say.comma();
    let signed = match (order.signed_at, order.signed_by) {
        (Some(at), Some(by)) => html! { (moment(f, at)) " · " (f.code("signed-by", by.code())) },
        _ => or_dash(None::<&str>),
    };
    html! {
        p class="said" { (order.fault_text.as_deref().unwrap_or_default()) }
        (facts(&[
            (f.t("field-kind"), html! { (f.code("kind", order.kind.code())) }),
            (f.t("field-device"), or_dash(unit)),
            (f.t("field-technician"), or_dash(one.technician.as_deref())),
            (f.t("callback-signed"), signed),
            (f.t("field-cause"), or_dash(order.cause.as_deref().map(|it| f.found(it)))),
            (f.t("field-action"), or_dash(order.action.as_deref().map(|it| f.found(it)))),
            (f.t("callback-parts"), or_dash(Some(parts.join(comma)))),
            (f.t("job-customer-pays"), html! {
                (money(f, pays)) " " (coverage(f, order.coverage.code()))
            }),
        ]))
    }
}

/// What they said, once they said it.
fn said(f: &Frame, one: &One) -> Markup {
    let it = &one.callback;
    let mark = |it: Option<i64>| or_dash(it.map(|it| it.to_string()));
    let solved = it.solved.map(|it| f.code("solved", if it { "true" } else { "false" }));
    html! {
        @if let Some(text) = &it.text { p class="said" { "“" (text) "”" } }
        (facts(&[
            (f.t("field-attitude"), mark(it.attitude)),
            (f.t("field-quality"), mark(it.quality)),
            (f.t("field-solved"), or_dash(solved)),
            (f.t("field-nps"), mark(it.nps)),
            (f.t("callback-by"), or_dash(one.by.as_deref())),
            (f.t("callback-at"), match it.reached_at {
                Some(at) => moment(f, at),
                None => or_dash(None::<&str>),
            }),
        ]))
    }
}
