//! What the pages of a job share: who, where, what, and the way to the customer.

use kernel::Fen;
use maud::{Markup, html};
use rules::{
    intake::RequestKind,
    order::{Order, Step, Window},
};

use crate::{
    ui::{self, Frame, Typed, icon, pill},
    visit::job::{Job, Money},
};

/// `陈先生 · 空调漏水`, short enough for the head of a phone.
pub fn title(f: &Frame, job: &Job) -> String {
    const LETTERS: usize = 9;
    let fault = fault(f, job);
    let short: String = fault.chars().take(LETTERS).collect();
    let more = if short.len() < fault.len() { "…" } else { "" };
    format!("{} · {short}{more}", job.name())
}

/// What was reported; where nothing was said, the fault code or the kind of work.
pub fn fault(f: &Frame, job: &Job) -> String {
    if let Some(text) = job.order.fault_text.clone().filter(|it| !it.is_empty()) {
        return text;
    }
    match job.reported(&f.company.pack) {
        Some(fault) => f.say.name(&fault.name),
        None => f.code("kind", job.order.kind.code()),
    }
}

/// The address as people of the town say it: without the province and the city.
pub fn place(job: &Job) -> String {
    let Some(customer) = &job.customer else { return String::new() };
    let address = customer.address.clone().unwrap_or_default();
    let city = customer.district.as_ref().and_then(|it| it.get(..4)).map(|it| format!("{it}00"));
    let city = city.and_then(|it| locality::full_name(&it));
    match city.and_then(|it| address.strip_prefix(&it).map(str::to_owned)) {
        Some(rest) if !rest.is_empty() => rest,
        _ => address,
    }
}

/// The three questions, and at which one we are.
pub fn progress(at: usize) -> Markup {
    html! {
        div class="bar3" aria-hidden="true" {
            @for n in 1..=3 { i class=[(n <= at).then_some("on")] {} }
        }
    }
}

pub fn of_three(f: &Frame, at: usize, key: &str) -> Markup {
    html! { span class="net" { (at) " / 3 " (f.t(key)) } }
}

/// When somebody waits for us, and how long that is from now.
pub fn when(f: &Frame, it: Window) -> Markup {
    let left = f.now.until(it.to).whole_minutes();
    let class = match left {
        it if it < 0 => "due late",
        it if it < 60 => "due soon",
        _ => "due",
    };
    html! {
        span class=(class) {
            (f.window(it))
            @if left < 240 {
                " · "
                time datetime=(it.to.text(&f.company.zone)) data-until { (f.time().distance(it.to)) }
            }
        }
    }
}

/// What to know before going in.
pub fn marks(f: &Frame, job: &Job) -> Markup {
    let order = &job.order;
    let device = job.device.as_ref();
    let unit = device.and_then(|it| {
        it.model.clone().or_else(|| it.category.as_deref().map(|it| f.category(it)))
    });
    html! {
        div class="pills" {
            (ui::coverage(f, order.coverage.code()))
            @if order.kind != RequestKind::Repair { (pill("busy", &f.code("kind", order.kind.code()))) }
            @if order.fault_level == 1 { (pill("late", &level(f, 1))) }
            @if order.reopened_count > 0 { (pill("late", &f.t("job-reopened"))) }
            @if let Some(unit) = unit { (pill("", &unit)) }
        }
    }
}

fn level(f: &Frame, level: i64) -> String {
    let found = f.company.pack.levels.iter().find(|it| it.level == level);
    found.map(|it| f.say.name(&it.name)).unwrap_or_default()
}

/// 拨打 and 导航. The map of the phone finds the address; where we know the district it looks
/// there first.
pub fn call_and_drive(f: &Frame, job: &Job) -> Markup {
    let map = map_link(job);
    html! {
        @if let Some(phone) = job.phone.as_deref().filter(|_| job.clear) {
            a class="btn" href={ "tel:" (phone) } { (icon("phone")) (f.t("job-call")) }
        } @else {
            span class="btn disabled" { (icon("phone")) (f.t("job-no-phone")) }
        }
        @if let Some(map) = map {
            a class="btn" href=(map) { (icon("navigation")) (f.t("job-drive")) }
        } @else {
            span class="btn disabled" { (icon("navigation")) (f.t("job-no-address")) }
        }
    }
}

fn map_link(job: &Job) -> Option<String> {
    let customer = job.customer.as_ref()?;
    let address = customer.address.as_deref().filter(|it| !it.is_empty())?;
    let (lat, lon) = match (customer.lat, customer.lon) {
        (Some(lat), Some(lon)) => (lat as f64 / 1e6, lon as f64 / 1e6),
        _ => (0.0, 0.0),
    };
    let q = serde_html_form::to_string([("q", address)]).ok()?;
    Some(format!("geo:{lat},{lon}?{q}"))
}

/// A step that is taken by one press; the place goes with it where the phone tells it.
pub fn step_button(f: &Frame, order: &Order, step: Step, class: &str, place: bool) -> Markup {
    html! {
        form method="post" action={ "/jobs/" (order.id) "/" (step.code()) } {
            @if place {
                input type="hidden" name="lat";
                input type="hidden" name="lon";
            }
            button class={ "btn " (class) } data-geo[place] { (f.t(&format!("job-{}", step.code()))) }
        }
    }
}

/// Everything else that can happen to a job, as rows to press.
pub fn asides(f: &Frame, job: &Job, steps: &[(Step, &str)]) -> Markup {
    html! {
        @for (step, sign) in steps.iter().filter(|it| job.may(it.0)) {
            a class="opt" href={ "/jobs/" (job.order.id) "/aside/" (step.code()) } {
                (icon(sign)) (f.t(&format!("job-{}", step.code())))
            }
        }
    }
}

/// 挂起, beside the button that goes on.
pub fn hold(f: &Frame, job: &Job) -> Markup {
    html! {
        @if job.may(Step::Suspend) {
            a class="btn" href={ "/jobs/" (job.order.id) "/aside/suspend" } { (f.t("job-suspend")) }
        } @else {
            a class="btn" href="/today" { (f.t("back")) }
        }
    }
}

/// What a refusal says that belongs to no field.
pub fn refused(f: &Frame, typed: &Typed) -> Markup {
    html! {
        @if let Some(refusal) = &typed.refusal {
            div class="errors" role="alert" { b { (f.say.refusal(refusal)) } }
        }
    }
}

/// Between a word and what it says.
pub fn colon(f: &Frame) -> &'static str {
    if f.say.is_chinese() { "：" } else { ": " }
}

/// The sums of an order's lines.
pub fn sums(f: &Frame, job: &Job, money: Money) -> Markup {
    let line = |name: String, aside: String, pays: &str, amount: Fen| {
        html! {
            tr {
                td { (name) " " small { (aside) " " (f.code("pays", pays)) } }
                td { (ui::money(f, amount)) }
            }
        }
    };
    html! {
        table class="sums" {
            @for it in &job.site.parts {
                (line(f.found(&it.name), format!("×{}", rules::visit::quantity_text(it.quantity)),
                    it.pays.code(), it.amount))
            }
            @for it in &job.site.charges {
                (line(f.code("charge", it.kind.code()), it.text.clone().unwrap_or_default(),
                    it.pays.code(), it.amount))
            }
            tr class="total" { td { (f.t("job-customer-pays")) } td { (ui::money(f, money.customer)) } }
        }
    }
}
