//! What there is to see of a job that waits, or is signed for.

use maud::{Markup, html};
use rules::order::{Status, Step};

use super::{shapes, way};
use crate::{
    ui::{Frame, Page, Typed, moment, phone, state},
    visit::job::Job,
};

pub fn draw(f: &Frame, job: &Job, typed: &Typed) -> Page {
    let order = &job.order;
    let aside = html! { span class="net" { (state(f, "status", order.status.code())) } };
    let body = html! {
        div class="in stack" {
            (shapes::refused(f, typed))
            @match order.status {
                Status::Suspended => (waits(f, job)),
                _ => (signed(f, job)),
            }
            section class="card2" { div class="in" { (way::about(f, job)) } }
            @if !job.site.lines().is_empty() {
                section class="card2" { div class="in" { (shapes::sums(f, job, job.money())) } }
            }
        }
        div class="dock one" { a class="btn btn-primary" href="/today" { (f.t("job-to-today")) } }
    };
    phone(f, &shapes::title(f, job), Some("/today"), aside, body)
}

/// 挂起: what it waits for, and the way back to work.
fn waits(f: &Frame, job: &Job) -> Markup {
    let order = &job.order;
    html! {
        section class="card2 warn" {
            div class="in" {
                b { (order.wait.map(|it| f.code("wait", it.code())).unwrap_or_default()) }
                @if let Some(until) = order.wait_until {
                    p { (f.t("job-wait-until")) " " (moment(f, until)) }
                }
                @if let Some(text) = &order.wait_text { p class="said" { (text) } }
                @if job.may(Step::Resume) {
                    (shapes::step_button(f, order, Step::Resume, "btn-primary wide", false))
                }
                (shapes::asides(f, job, &[(Step::Contact, "phone-call")]))
            }
        }
    }
}

fn signed(f: &Frame, job: &Job) -> Markup {
    let order = &job.order;
    html! {
        section class="card2" {
            div class="in" {
                @if let (Some(name), Some(at), Some(by)) =
                    (&order.signed_name, order.signed_at, order.signed_by) {
                    b class="t-good" { (f.t("job-signed")) }
                    p {
                        @if job.clear { (name) } @else { (rules::customer::mask_name(name)) }
                        " · " (moment(f, at)) " · " (f.code("signed-by", by.code()))
                    }
                }
                @if let Some(cause) = &order.cause { p { (f.t("field-cause")) (shapes::colon(f)) (f.found(cause)) } }
                @if let Some(action) = &order.action { p { (f.t("field-action")) (shapes::colon(f)) (f.found(action)) } }
            }
        }
    }
}
