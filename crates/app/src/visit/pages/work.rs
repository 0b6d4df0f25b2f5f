//! Question 2: what was wrong, what was done, what was used, who pays, and the customer's yes.
//! It is one form with several buttons, so that nothing typed is lost when a line is added.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use kernel::{Field, Refusal, Result};
use maud::{Markup, html};
use rules::{
    intake::RequestKind,
    order::{OrderId, Status},
    policy::Act,
};

use super::{choices, draw as draw_job, lines, pays, read, shapes};
use crate::{
    App, Cx,
    edge::Fail,
    order::{self, ops::Finds},
    ui::{Form, Frame, Page, Typed, phone},
    visit::{
        job::{AND, Job, Usual},
        ops::{self, Found},
    },
};

/// Whether it is this form that was sent.
pub fn is_of(typed: &Typed) -> bool {
    typed.text("do").is_some()
}

pub fn draw(f: &Frame, job: &Job, usual: &Usual, typed: &Typed) -> Page {
    let mut typed = typed.clone();
    if !is_of(&typed) {
        pays::begin(job, &mut typed);
    }
    let typed = &typed;
    let action = format!("/jobs/{}/work", job.order.id);
    let guard = if is_of(typed) { "dirty" } else { "" };
    let body = html! {
        (shapes::progress(2))
        form id="work" method="post" action=(action) data-guard=(guard) data-keep
            hx-post=(action) hx-target="#main" hx-select="#main" hx-swap="outerHTML show:none" {
            // What Enter presses: it looks at the form once more, and finishes nothing.
            button class="visually-hidden" name="do" value="look" tabindex="-1" aria-hidden="true" {}
            div class="in" {
                (Form::new(f, typed).errors())
                (choices::codes(f, job, typed))
                (pays::draw(f, job, typed))
                (choices::causes(f, job, usual, typed))
                (choices::actions(f, job, usual, typed))
                @if job.order.kind == RequestKind::Install { (readings(f, typed)) }
                (lines::draw(f, job, typed))
            }
            div class="dock" {
                (shapes::hold(f, job))
                button class="btn btn-primary" name="do" value="finish" { (f.t("job-finish")) }
            }
        }
    };
    let aside = shapes::of_three(f, 2, "job-at-work");
    let back = format!("/jobs/{}", job.order.id);
    phone(f, &shapes::title(f, job), Some(&back), aside, body)
}

/// What an installer measured; it stays with the device.
fn readings(f: &Frame, typed: &Typed) -> Markup {
    let form = Form::new(f, typed);
    html! {
        (form.area("readings", 2).label(f.t("job-readings")).placeholder(f.t("job-readings-hint")))
    }
}

pub async fn save(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    mut typed: Typed,
) -> Result<Response, Fail> {
    if typed.text("do").is_none() {
        typed.set("do", "look");
    }
    let meant = lines::meant(&typed);
    mine(&app, &f, &id).await?;
    let done = match meant.as_str() {
        "finish" => finish(&app, &f, &id, &typed).await,
        "look" => Ok(()),
        _ => lines::save(&app, &f, &id, &typed, &meant).await,
    };
    match done {
        Ok(()) if meant == "finish" => Ok(f.go(&format!("/jobs/{id}"), "job-did-finish")),
        Ok(()) => {
            lines::forget(&mut typed, &meant);
            page(&app, &f, &id, &typed).await
        }
        Err(no) => page(&app, &f, &id, &typed.refused(no)?).await,
    }
}

/// Whoever may see the order has its page; the work on it is its technician's.
async fn mine(app: &App, f: &Frame, id: &str) -> Result<()> {
    let id = OrderId::parse(id)?;
    let asked = app.look(&f.who.actor, async move |cx: &mut Cx| {
        let order = order::ops::get(cx, &id).await?;
        let mine = order.covered(&cx.actor, Act::OrderVisit);
        if mine { Ok(()) } else { Err(Refusal::NOT_ALLOWED.into()) }
    });
    asked.await
}

async fn page(app: &App, f: &Frame, id: &str, typed: &Typed) -> Result<Response, Fail> {
    let (job, usual) = read(app, f, id, typed).await?;
    let page = match job.order.status {
        Status::OnSite => draw(f, &job, &usual, typed),
        _ => draw_job(f, &job, &usual, typed),
    };
    Ok(page.refused(typed).into_response())
}

/// 完工. A line that was typed and not added would be lost: it is asked about.
async fn finish(app: &App, f: &Frame, id: &str, typed: &Typed) -> Result<()> {
    let id = OrderId::parse(id)?;
    if let Some(field) = lines::unfinished(typed) {
        return Err(Refusal::field(field, "line.not_added").into());
    }
    let found = found(typed);
    let done = app.act(&f.who.actor, async move |cx: &mut Cx| ops::finish(cx, &id, &found).await);
    done.await.map(|_| ())
}

/// What was chosen, and what was said in one's own words.
fn found(typed: &Typed) -> Found {
    let said = |name: &str| {
        let mut all = typed.all(name);
        all.extend(typed.text(&format!("{name}_text")));
        all.join(AND)
    };
    Found {
        cause: said("cause"),
        action: said("action"),
        fault_code: typed.get("fault_code"),
        readings: typed.text("readings"),
        component: typed.text("component"),
        exclusion: Some(typed.get("exclusion")),
        evidence: typed.text("evidence"),
    }
}

/// What of it decides who pays.
pub fn finds(typed: &Typed) -> Finds {
    Finds {
        fault_code: typed.text("fault_code"),
        component: typed.text("component"),
        exclusion: Some(typed.get("exclusion")),
        evidence: typed.text("evidence"),
    }
}

/// The same refusal under the names that the form has for its fields.
pub fn renamed(error: kernel::Error, prefix: &str) -> kernel::Error {
    let kernel::Error::Refused(mut refusal) = error else { return error };
    for Field { field, .. } in &mut refusal.fields {
        let name = field.strip_suffix("_fen").unwrap_or(field);
        *field = format!("{prefix}_{name}");
    }
    kernel::Error::Refused(refusal)
}
