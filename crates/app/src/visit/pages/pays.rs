//! 谁付: decided anew at once when another code, component or cause is chosen, and said so that it
//! can be read to the customer.

use maud::{Markup, html};
use rules::warranty::{components, counts};

use crate::{
    args,
    ui::{Form, Frame, Typed, coverage},
    visit::job::Job,
    warranty::words,
};

/// What the form begins with: what was last decided upon.
pub fn begin(job: &Job, typed: &mut Typed) {
    let said = &job.verdict.said;
    let text = |it: &serde_json::Value| it.as_str().map(str::to_owned);
    let code = text(&said["found"]).or_else(|| job.order.fault_code.clone());
    typed.set("fault_code", code.unwrap_or_default());
    let fault = &said["inputs"]["fault"];
    typed.set("component", text(&said["named"]).unwrap_or_default());
    typed.set("exclusion", text(&fault["exclusion"]).unwrap_or_default());
    if fault["exclusion"].is_string() {
        typed.set("evidence", text(&fault["evidence"]).unwrap_or_default());
    }
}

pub fn draw(f: &Frame, job: &Job, typed: &Typed) -> Markup {
    let category = job.order.category.as_deref().unwrap_or_default();
    let (km, hours) = counts(&f.company.pack, category);
    html! {
        (asks(f, job, typed))
        @if let Some(device) = job.device.as_ref().filter(|_| km || hours) {
            a class="opt" href={ "/devices/" (device.id) "/usage" } { (f.t("usage-read")) }
        }
        section class="card2" id="pays" aria-live="polite" {
            div class="in" {
                div class="row-line" {
                    b { (f.t("job-who-pays")) }
                    (coverage(f, job.verdict.shares.dearest().code()))
                    span { (shares(f, job)) }
                }
                @if let Some(reason) = &job.verdict.person {
                    p { (f.with("job-person-decided", &args! { "reason" => reason.clone() })) }
                }
                p class="muted small" { (words::explanation(f.say, &job.verdict.said)) }
            }
        }
    }
}

/// Each share by itself, where they differ.
fn shares(f: &Frame, job: &Job) -> String {
    let it = job.verdict.shares;
    if it.parts == it.labour && it.labour == it.travel {
        return String::new();
    }
    let word = |it: rules::order::Coverage| f.code("coverage", it.code());
    let said = args! {
        "parts" => word(it.parts), "labour" => word(it.labour), "travel" => word(it.travel),
    };
    f.with("decide-shares", &said)
}

/// The component, where the code does not say it, and what would take the warranty away. Closed
/// until somebody needs it; every choice draws the form anew.
fn asks(f: &Frame, job: &Job, typed: &Typed) -> Markup {
    let form = Form::new(f, typed);
    let action = format!("/jobs/{}/work", job.order.id);
    let parts = components(&f.company.pack, job.order.category.as_deref().unwrap_or_default());
    let parts: Vec<_> = parts.into_iter().map(|it| (it.clone(), f.component(&it))).collect();
    let exclusions = f.company.pack.exclusions.iter();
    let exclusions: Vec<_> = exclusions.map(|it| (it.code.clone(), f.name(&it.name))).collect();
    let shown = ["suspected", "proved"].map(|it| (it.to_owned(), f.code("evidence", it)));
    let named = typed.text("component").is_some() || typed.text("exclusion").is_some();
    let wrong = typed.refusal.iter().flat_map(|no| &no.fields);
    let wrong = wrong
        .into_iter()
        .any(|it| ["component", "exclusion", "evidence"].contains(&it.field.as_str()));
    if parts.is_empty() && exclusions.is_empty() {
        return html! {};
    }
    html! {
        details class="adds" open[named || wrong] {
            summary class="opt add" { (f.t("job-other-cause")) }
            div class="card2" {
                div class="in" {
                    @if !parts.is_empty() {
                        (form.select("component", parts, Some(f.t("by-the-code")))
                            .attr("hx-post", action.clone()))
                    }
                    @if !exclusions.is_empty() {
                        (form.select("exclusion", exclusions, Some(f.t("exclusion-none")))
                            .attr("hx-post", action.clone()))
                    }
                    @if typed.text("exclusion").is_some() {
                        (form.select("evidence", shown, Some(f.t("choose")))
                            .label(f.t("field-evidence")).attr("hx-post", action))
                    }
                }
            }
        }
    }
}
