//! Question 3: the customer accepts the work, on the screen or with the code they were sent.

use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::{Refusal, Result};
use maud::{Markup, html};
use rules::order::{OrderId, Step};

use super::{again, read, shapes};
use crate::{
    App, Cx,
    edge::Fail,
    ui::{Form, Frame, Page, Typed, phone, script},
    visit::{
        job::Job,
        ops::{self, Signature},
        picture,
    },
};

const ASIDES: [(Step, &str); 2] =
    [(Step::Object, "message-exclamation"), (Step::Contact, "phone-call")];

pub fn draw(f: &Frame, job: &Job, typed: &Typed) -> Page {
    let mut typed = typed.clone();
    if typed.text("name").is_none() && typed.refusal.is_none() {
        typed.set("name", job.name());
    }
    let body = html! {
        (shapes::progress(3))
        div class="in stack" {
            (done(f, job))
            (on_the_screen(f, job, &typed))
            (by_code(f, job, &typed))
            div { (shapes::asides(f, job, &ASIDES)) }
        }
        (script("vendor/signature_pad/signature_pad.umd.min.js"))
    };
    let aside = shapes::of_three(f, 3, "job-at-sign");
    phone(f, &shapes::title(f, job), Some("/today"), aside, body)
}

/// What the customer signs for.
fn done(f: &Frame, job: &Job) -> Markup {
    let order = &job.order;
    html! {
        section class="card2" {
            div class="in" {
                b { (f.t("job-sign-for")) }
                p {
                    (f.t("field-cause")) (shapes::colon(f)) (found(f, order.cause.as_deref())) br;
                    (f.t("field-action")) (shapes::colon(f)) (found(f, order.action.as_deref()))
                }
                @if job.site.lines().is_empty() {
                    p class="muted" { (f.t("job-nothing-to-pay")) }
                } @else {
                    (shapes::sums(f, job, job.money()))
                }
            }
        }
    }
}

fn found(f: &Frame, text: Option<&str>) -> String {
    text.map_or_else(|| "—".to_owned(), |it| f.found(it))
}

fn on_the_screen(f: &Frame, job: &Job, typed: &Typed) -> Markup {
    let blank = wrong(f, typed, "signature_png");
    html! {
        section class="card2" {
            div class="in" {
                form id="sign" method="post" action=(action(job)) data-keep {
                    @if typed.text("code").is_none() { (shapes::refused(f, typed)) }
                    (Form::new(f, typed).text("name").label(f.t("job-signs")).required())
                    div class=(if blank.is_some() { "sign blank" } else { "sign" }) data-required {
                        canvas aria-label=(f.t("job-sign-here")) {}
                        input type="hidden" name="signature_png";
                        button type="button" class="btn btn-sm clear" data-sign-clear {
                            (f.t("clear"))
                        }
                    }
                    @if let Some(blank) = &blank { div class="err" { (blank) } }
                    p class="hint no-js" { (f.t("job-sign-no-script")) }
                    button class="btn btn-primary wide" { (f.t("job-sign")) }
                }
            }
        }
    }
}

fn by_code(f: &Frame, job: &Job, typed: &Typed) -> Markup {
    let form = Form::new(f, typed);
    html! {
        details class="card2" open[typed.text("code").is_some()] {
            summary class="opt add bare" { (f.t("job-by-code")) }
            div class="in" {
                form id="code" method="post" action=(action(job)) data-keep {
                    @if typed.text("code").is_some() { (shapes::refused(f, typed)) }
                    (form.text("name").label(f.t("job-signs")).required())
                    (form.text("code").label(f.t("job-code")).required()
                        .hint(f.t("job-code-hint"))
                        .attr("inputmode", "numeric")
                        .attr("maxlength", "6")
                        .attr("autocomplete", "one-time-code"))
                    button class="btn btn-primary wide" { (f.t("job-sign")) }
                }
                @if job.may(Step::Resend) {
                    (shapes::step_button(f, &job.order, Step::Resend, "wide", false))
                }
            }
        }
    }
}

fn action(job: &Job) -> String {
    format!("/jobs/{}/sign", job.order.id)
}

fn wrong(f: &Frame, typed: &Typed, name: &str) -> Option<String> {
    let refusal = typed.refusal.as_ref()?;
    refusal.fields.iter().find(|it| it.field == name).map(|it| f.say.field(it))
}

pub async fn save(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fail> {
    match sign(&app, &f, &id, &typed).await {
        Ok(()) => Ok(f.go("/today", "job-did-sign")),
        Err(no) => {
            // A drawing is not sent back: it is drawn again.
            let mut kept = typed.refused(no)?;
            kept.values.retain(|it| it.0 != "signature_png");
            again(&app, &f, &id, &kept).await
        }
    }
}

async fn sign(app: &App, f: &Frame, id: &str, typed: &Typed) -> Result<()> {
    let order = OrderId::parse(id)?;
    let (job, _) = read(app, f, id, typed).await?;
    // Whoever may not sign for it leaves no picture behind.
    job.order.check(&f.who.actor, Step::Sign)?;
    let signature = match (typed.text("signature_png"), typed.text("code")) {
        (Some(png), _) => Signature::Drawn(picture::keep_signature(app, &png).await?),
        (None, Some(code)) => Signature::Code(code),
        (None, None) => return Err(Refusal::field("signature_png", "signature.or_code").into()),
    };
    let name = typed.get("name");
    let work = async move |cx: &mut Cx| ops::sign(cx, &order, &name, &signature).await;
    app.act(&f.who.actor, work).await.map(|_| ())
}
