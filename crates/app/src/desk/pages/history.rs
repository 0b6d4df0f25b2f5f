//! What was done for a customer or with a device: their orders, and the requests that became none.

use kernel::Result;
use maud::{Markup, html};

use crate::{
    Cx, intake,
    intake::Request,
    order::{self, Listed},
    paging::Paged,
    ui::{Frame, card_with, due, moment, or_dash, state},
};

/// So many of each are shown; the lists behind have them all.
const SHOWN: i64 = 10;

#[derive(Debug, Default)]
pub struct History {
    pub orders: Vec<Listed>,
    pub requests: Vec<Request>,
}

/// Whose history it is.
#[derive(Debug, Clone)]
pub enum Of {
    Customer(String),
    Device(String),
}

impl Of {
    fn query(&self) -> String {
        match self {
            Of::Customer(id) => format!("customer={id}"),
            Of::Device(id) => format!("device={id}"),
        }
    }

    pub fn orders(&self) -> order::Filter {
        match self.clone() {
            Of::Customer(id) => order::Filter { customer: Some(id), ..Default::default() },
            Of::Device(id) => order::Filter { device: Some(id), ..Default::default() },
        }
    }

    pub fn requests(&self) -> intake::Filter {
        match self.clone() {
            Of::Customer(id) => intake::Filter { customer: Some(id), ..Default::default() },
            Of::Device(id) => intake::Filter { device: Some(id), ..Default::default() },
        }
    }
}

pub async fn history(cx: &mut Cx, of: &Of) -> Result<History> {
    let mut orders = order::ops::listed(cx, &of.orders(), &order::Page::first(SHOWN)).await?;
    orders.truncate(usize::try_from(SHOWN).unwrap_or_default());
    let filter = intake::Filter { page: Paged::first(50), ..of.requests() };
    let requests = intake::ops::list(cx, &filter).await?;
    Ok(History { orders, requests })
}

/// Both, as a card.
pub fn drawn(f: &Frame, it: &History, of: &Of) -> Markup {
    let others = it.requests.iter().filter(|it| it.order.is_none());
    let others: Vec<_> = others.take(usize::try_from(SHOWN).unwrap_or_default()).collect();
    let query = of.query();
    let all = html! {
        @if !it.orders.is_empty() { a href={ "/orders?" (query) } { (f.t("history-all-orders")) } }
        @if !it.requests.is_empty() {
            a href={ "/requests?" (query) } { (f.t("history-all-requests")) }
        }
    };
    let rows = html! {
        @if it.orders.is_empty() && others.is_empty() {
            p class="muted" { (f.t("history-none")) }
        } @else {
            div class="sheet in-card" {
                table class="cards" {
                    tbody {
                        @for order in &it.orders { (order_row(f, order)) }
                        @for request in others { (request_row(f, request)) }
                    }
                }
            }
        }
    };
    html! { div id="history" { (card_with(&f.t("history"), all, rows)) } }
}

fn order_row(f: &Frame, it: &Listed) -> Markup {
    let said = it.order.fault_text.as_deref().unwrap_or_default();
    html! {
        tr data-row {
            td class="c-title" { a href={ "/orders/" (it.order.id) } { (it.order.number) } }
            td class="c-line" { (state(f, "status", it.order.status.code())) }
            td class="c-line" { (f.code("kind", it.order.kind.code())) }
            td class="c-due" {
                @match it.order.due {
                    Some(at) => (due(f, at)),
                    None => (moment(f, it.order.closed_at.unwrap_or(it.order.opened_at))),
                }
            }
            td class="sub c-line" { (it.model.as_deref().unwrap_or_default()) " " (said) }
            td class="sub" { (or_dash(it.technician.as_deref())) }
        }
    }
}

fn request_row(f: &Frame, it: &Request) -> Markup {
    html! {
        tr data-row {
            td class="c-title" { a href={ "/requests/" (it.id) } { (it.number) } }
            td class="c-line" { (state(f, "request-status", it.status.code())) }
            td class="c-line" { (f.code("kind", it.kind.code())) }
            td class="c-due" { (moment(f, it.received_at)) }
            td class="sub c-line" { (it.fault_text.as_deref().unwrap_or_default()) }
            td class="sub" { (f.code("channel", it.channel.code())) }
        }
    }
}
