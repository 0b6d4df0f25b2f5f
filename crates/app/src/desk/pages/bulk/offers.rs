//! Who would go to each of those that are ticked, and when.

use std::{collections::BTreeMap, fmt};

use kernel::{Result, Time};
use maud::{Markup, html};
use rules::order::{OrderId, Window};

use super::Row;
use crate::{
    Cx, args,
    desk::steps::StepBody,
    dispatch::{self, Choice, Seeking, why},
    ui::{Column, Frame},
};

/// What was found for an order.
pub enum Offer {
    /// Nothing was sought.
    None,
    /// Its outlet has nobody to send.
    Nobody,
    /// The best, or the one who comes nearest to it.
    Best(Box<Choice>),
}

/// A proposal as it travels with the tick: technician, from, to.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    technician: String,
    window: Window,
}

impl Sent {
    pub fn parse(text: &str) -> Option<Sent> {
        let mut parts = text.split(':');
        let technician = parts.next()?.to_owned();
        let mut time = || Some(Time::from_millis(parts.next()?.parse().ok()?));
        Some(Sent { technician, window: Window { from: time()?, to: time()? } })
    }

    /// The step as it is sent for one order.
    pub fn said(&self, f: &Frame, body: StepBody) -> StepBody {
        let typed = |at: Time| Some(f.time().typed(at));
        let technician = Some(self.technician.clone());
        StepBody { technician, from: typed(self.window.from), to: typed(self.window.to), ..body }
    }
}

impl fmt::Display for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Window { from, to } = self.window;
        write!(f, "{}:{}:{}", self.technician, from.millis(), to.millis())
    }
}

impl Offer {
    pub fn sent(&self) -> Option<Sent> {
        let Offer::Best(choice) = self else { return None };
        Some(Sent { technician: choice.technician.id.to_string(), window: choice.offer()? })
    }

    /// It breaks a promise, or what was agreed with somebody else.
    fn harms(&self) -> bool {
        let Offer::Best(choice) = self else { return false };
        choice.proposal().is_some_and(|it| !it.is_clean())
    }
}

/// Everybody who could be sent to those that can be assigned, the most urgent order first.
pub async fn seek(cx: &mut Cx, rows: &[Row]) -> Result<Vec<Seeking>> {
    let mut rows: Vec<&Row> = rows.iter().filter(|it| it.no.is_none()).collect();
    rows.sort_by_key(|it| it.order.order.due.map_or(i64::MAX, Time::millis));
    let mut all = Vec::new();
    for it in rows {
        all.extend(dispatch::seek(cx, &it.order.order.id).await?);
    }
    Ok(all)
}

/// Worked out when everything is read: nobody is proposed twice for the same time.
pub fn settle(rows: &mut [Row], sought: Vec<Seeking>) {
    let mut found: BTreeMap<OrderId, Option<Choice>> =
        dispatch::in_turn(sought).into_iter().collect();
    for row in rows {
        row.offer = match found.remove(&row.order.order.id) {
            Some(Some(best)) => Offer::Best(Box::new(best)),
            Some(None) => Offer::Nobody,
            None => Offer::None,
        };
    }
}

/// A box of each that somebody can be sent to; what is not ticked waits. What would disappoint somebody
/// is ticked by a person or not at all.
pub fn ticks(f: &Frame) -> Column<'_, Row> {
    Column::new("", |it: &Row| {
        html! {
            @if it.offer.sent().is_some() {
                input type="checkbox" name="row" form="bulk-ask" class="form-check-input" checked[!it.offer.harms()]
                    value=(it.value()) aria-label={ (f.t("tick")) " " (it.order.order.number) };
            }
        }
    })
    .ticks()
}

pub fn columns(f: &Frame) -> [Column<'_, Row>; 2] {
    [
        Column::new(f.t("order-who-goes"), |it: &Row| who(f, it)).line().wraps(),
        Column::new(f.t("order-why"), |it: &Row| reason(f, it)).line().wraps(),
    ]
}

fn who(f: &Frame, it: &Row) -> Markup {
    match &it.offer {
        Offer::None => html! { "—" },
        Offer::Nobody => html! { span class="t-late" { (f.t("order-no-technicians")) } },
        Offer::Best(choice) => match choice.offer() {
            Some(window) => html! { (choice.technician.name) " · " (f.window(window)) },
            None => html! { span class="t-late" { (f.t("order-nobody-free")) } },
        },
    }
}

/// Why this one; where nobody can go, what is in the way of the one who comes nearest to it.
fn reason(f: &Frame, it: &Row) -> Markup {
    let Offer::Best(choice) = &it.offer else { return html! { "—" } };
    let said = why(&f.company.pack, f.time(), choice);
    html! {
        span class=(if it.offer.harms() { "t-late" } else { "sub" }) {
            @if choice.offer().is_none() {
                (f.with("bulk-of", &args! { "name" => choice.technician.name.clone(), "why" => said }))
            } @else { (said) }
        }
    }
}
