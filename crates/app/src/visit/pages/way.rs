//! On the way: where to, to whom, what for; and the press that says we are there.

use maud::{Markup, html};
use rules::order::{Status, Step};

use super::shapes;
use crate::{
    ui::{Frame, Page, Typed, facts_one, or_dash, phone, state},
    visit::job::Job,
};

/// What can happen before the work begins.
const ASIDES: [(Step, &str); 4] = [
    (Step::Contact, "phone-call"),
    (Step::Book, "calendar-event"),
    (Step::NoShow, "user"),
    (Step::Suspend, "player-pause"),
];

pub fn draw(f: &Frame, job: &Job, typed: &Typed) -> Page {
    let order = &job.order;
    let aside = html! { span class="net" { (state(f, "status", order.status.code())) } };
    let body = html! {
        section class="next" {
            (shapes::refused(f, typed))
            @if let Some(window) = order.window() { (shapes::when(f, window)) }
            h2 { (job.name()) " · " (shapes::fault(f, job)) }
            div class="muted" { (shapes::place(job)) }
            (shapes::marks(f, job))
            div class="big" {
                (shapes::call_and_drive(f, job))
                (steps(f, job))
            }
        }
        div class="in" {
            section class="card2" { div class="in" { (about(f, job)) } }
            (shapes::asides(f, job, &ASIDES))
        }
    };
    phone(f, &shapes::title(f, job), Some("/today"), aside, body)
}

/// Whoever is next door already need not say that they set out.
fn steps(f: &Frame, job: &Job) -> Markup {
    let press = |step, class| shapes::step_button(f, &job.order, step, class, true);
    html! {
        @if job.order.status == Status::Assigned {
            @if job.may(Step::Depart) { (press(Step::Depart, "btn-primary go")) }
            @if job.may(Step::Arrive) { (press(Step::Arrive, "go")) }
        } @else if job.may(Step::Arrive) {
            (press(Step::Arrive, "btn-primary go"))
        }
    }
}

/// What there is to know of the order before ringing the bell.
pub fn about(f: &Frame, job: &Job) -> Markup {
    let device = job.device.as_ref();
    let unit = device.map(|it| {
        let parts = [it.category.as_deref().map(|it| f.category(it)), it.model.clone()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    });
    let serial = device.and_then(|it| it.serial.clone());
    let installed = device.and_then(|it| it.installed_on).map(|it| it.to_string());
    let code = job.reported(&f.company.pack);
    let code = code.map(|it| format!("{} {}", f.say.name(&it.name), it.code));
    let order = &job.order;
    let number = html! { a href={ "/orders/" (order.id) } { (order.number) } };
    let customer = job.customer.as_ref().map(|it| it.name.clone());
    facts_one(&[
        (f.t("field-number"), number),
        (f.t("field-customer"), or_dash(customer)),
        (f.t("field-device"), or_dash(unit)),
        (f.t("field-serial"), or_dash(serial)),
        (f.t("field-installed_on"), or_dash(installed)),
        (f.t("job-fault-code"), or_dash(code)),
        (f.t("job-reported"), or_dash(order.fault_text.clone())),
    ])
}
