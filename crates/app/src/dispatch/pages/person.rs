//! One technician's day: when they work, what they have to do, what they may be sent to.

use kernel::Day;
use maud::{Markup, html};
use rules::{customer::mask_address, order::Window};

use super::{
    super::{Planned, board::Lane},
    day::{self, Hours},
};
use crate::{
    args,
    org::Org,
    ui::{Column, Frame, Page, card, empty, heading, or_dash, page, pill, state, table},
};

pub fn draw(f: &Frame, lane: &Lane, org: &Org) -> Page {
    let date = lane.day.date;
    let back = format!("/dispatch?date={date}&outlet={}", org.id);
    let body = html! {
        (heading(Some((&back, &f.t("area-dispatch"))), &lane.person.name, acts(f, lane, org)))
        div class="row-line board-bar noprint" { (day::dates(f, date)) }
        div class="board whole" { (lane_alone(f, date, lane)) }
        div class="stack" {
            (jobs(f, lane))
            (certificates(f, lane))
        }
    };
    page(f, &lane.person.name, body)
}

fn acts(f: &Frame, lane: &Lane, org: &Org) -> Markup {
    html! {
        span class="muted" { (org.name) }
        @if let Some(phone) = &lane.person.phone { a class="btn" href={ "tel:" (phone) } { (phone) } }
        a class="btn" href={ "/orders?technician=" (lane.person.id) "&sort=due" } {
            (f.t("board-all-orders"))
        }
    }
}

fn lane_alone(f: &Frame, date: Day, lane: &Lane) -> Markup {
    let hours = Hours::of(f, date, std::iter::once(lane));
    html! {
        div class="sheet" {
            (day::head(hours, &f.day(date)))
            (day::lane_of(f, date, hours, lane, None))
        }
    }
}

fn jobs(f: &Frame, lane: &Lane) -> Markup {
    let columns = [
        Column::new(f.t("field-window"), |it: &Planned| {
            let window = Window { from: it.visit.from, to: it.visit.to };
            html! { span class="strong" { (f.window(window)) } }
        })
        .due(),
        Column::new(f.t("field-customer"), |it: &Planned| html! {
            a href={ "/orders/" (it.visit.order) } { (day::customer(it)) " · " (day::what(f, it)) }
        })
        .title(),
        Column::new(f.t("field-number"), |it: &Planned| html! {
            a href={ "/orders/" (it.visit.order) } { (it.number) }
        })
        .line(),
        Column::new(f.t("field-status"), |it: &Planned| state(f, "status", it.status.code())).line(),
        Column::new(f.t("field-address"), |it: &Planned| {
            or_dash(it.address.as_deref().map(mask_address))
        })
        .quiet(),
        Column::new(f.t("field-category"), |it: &Planned| {
            or_dash(Some(f.category_of(it.category.as_deref())))
        }),
    ];
    let none = empty("calendar", &f.t("board-nothing-to-do"), "", html! {});
    table(f, &columns, &lane.jobs, none, html! {})
}

/// What they may be sent to, and until when.
fn certificates(f: &Frame, lane: &Lane) -> Markup {
    let today = f.today();
    let skills = lane.person.skills.0.iter().map(|it| f.category_of(Some(it)));
    card(
        &f.t("board-skills"),
        html! {
            div class="chips" { @for skill in skills { (pill("", &skill)) } }
            @for it in &lane.certificates {
                div class="clock" {
                    span { (f.certificate(&it.name)) }
                    @match it.until {
                        Some(until) if until < today => span class="t-late" {
                            (f.with("board-expired", &args! { "day" => until.to_string() }))
                        },
                        Some(until) => span class="muted" { (f.t("field-until-short")) " " (until) },
                        None => span class="muted" { (f.t("board-no-end")) },
                    }
                }
            }
            @if lane.certificates.is_empty() { p class="muted" { (f.t("board-no-certificates")) } }
        },
    )
}
