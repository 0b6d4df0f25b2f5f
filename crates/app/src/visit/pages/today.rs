//! 今天: the next job fills the screen, then the others, then what is done.

use axum::extract::State;
use kernel::Result;
use maud::{Markup, html};
use rules::order::{Status, Step};

use super::shapes;
use crate::{
    App, args,
    edge::Fail,
    ui::{self, Frame, Page, empty, icon, phone, state},
    visit::job::{self, Day, Job},
};

pub async fn show(State(app): State<App>, f: Frame) -> Result<Page, Fail> {
    let day = app.look(&f.who.actor, async |cx| job::day(cx).await).await?;
    let counts = args! { "all" => day.to_do.len() + day.done.len(), "done" => day.done.len() };
    let aside = html! { span class="net" { (f.with("today-counts", &counts)) } };
    Ok(phone(&f, &f.t("area-today"), None, aside, draw(&f, &day)))
}

fn draw(f: &Frame, day: &Day) -> Markup {
    let waits = |it: &&Job| it.order.status == Status::Suspended;
    let next = day.to_do.iter().find(|it| !waits(it));
    let others = day.to_do.iter().filter(|it| next.is_none_or(|next| next.order.id != it.order.id));
    html! {
        @match next {
            Some(job) => (next_job(f, job)),
            None => (empty("circle-check", &f.t("today-none"), &f.t("today-none-what"), html! {})),
        }
        @for job in others { (row(f, job)) }
        @for job in &day.done { (done(f, job)) }
    }
}

/// Name, place, time, fault, the way there, and the one thing to press.
fn next_job(f: &Frame, job: &Job) -> Markup {
    let order = &job.order;
    html! {
        section class="next" {
            @if let Some(window) = order.window() { (shapes::when(f, window)) }
            h2 { a href={ "/jobs/" (order.id) } { (job.name()) " · " (shapes::fault(f, job)) } }
            div class="muted" { (shapes::place(job)) }
            (shapes::marks(f, job))
            div class="big" {
                (shapes::call_and_drive(f, job))
                (next_step(f, job))
            }
        }
    }
}

fn next_step(f: &Frame, job: &Job) -> Markup {
    let order = &job.order;
    let press = |step| shapes::step_button(f, order, step, "btn-primary go", true);
    match order.status {
        Status::Assigned if job.may(Step::Depart) => press(Step::Depart),
        Status::OnWay if job.may(Step::Arrive) => press(Step::Arrive),
        status => html! {
            a class="btn btn-primary go" href={ "/jobs/" (order.id) } {
                (f.t(&format!("today-go-{}", status.code())))
            }
        },
    }
}

fn row(f: &Frame, job: &Job) -> Markup {
    let order = &job.order;
    html! {
        a class="job" href={ "/jobs/" (order.id) } {
            time { (hour(f, job)) }
            b { (job.name()) }
            @match order.status {
                Status::Assigned => (ui::coverage(f, order.coverage.code())),
                _ => (state(f, "status", order.status.code())),
            }
            small {
                (shapes::place(job)) " · " (shapes::fault(f, job))
                @if let Some(wait) = order.wait {
                    " · " span class="t-wait" { (f.code("wait", wait.code())) }
                }
            }
        }
    }
}

/// The hour of a job of today, the day of any other.
fn hour(f: &Frame, job: &Job) -> String {
    let Some(at) = job.order.window_from else { return "—".into() };
    let day = at.day(&f.company.zone);
    if day == f.today() { f.time().clock(at) } else { f.day(day) }
}

fn done(f: &Frame, job: &Job) -> Markup {
    let order = &job.order;
    html! {
        a class="job past" href={ "/jobs/" (order.id) } {
            time { (icon("check")) (order.signed_at.map(|at| f.time().clock(at)).unwrap_or_default()) }
            b { (job.name()) }
            (state(f, "status", order.status.code()))
            small { (shapes::place(job)) " · " (shapes::fault(f, job)) }
        }
    }
}
