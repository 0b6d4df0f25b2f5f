//! Question 1: what it looks like. A picture goes up as soon as it is taken.

use axum::{
    extract::{Multipart, Path, State, multipart::MultipartRejection},
    response::Response,
};
use kernel::{Error, Refusal, Result};
use maud::{Markup, html};
use rules::{order::OrderId, policy::Act, visit::PhotoKind};

use super::{again, shapes};
use crate::{
    App, Cx,
    edge::{Fail, torn},
    ui::{Frame, Page, Typed, icon, phone},
    visit::{
        job::Job,
        ops,
        picture::{self, NO_FORM, TOO_LARGE},
    },
};

/// What is asked for, in the order in which it is seen.
const ASKED: [PhotoKind; 3] = [PhotoKind::Before, PhotoKind::OldPart, PhotoKind::After];

pub fn draw(f: &Frame, job: &Job, typed: &Typed) -> Page {
    let id = &job.order.id;
    let body = html! {
        (shapes::progress(1))
        div class="in" {
            (shapes::refused(f, typed))
            p class="form-label" { (f.t("job-photos")) }
            div class="shots" { @for kind in ASKED { (shot(f, job, kind)) } }
            p class="hint" { (f.t("job-photos-hint")) }
            @if !job.site.photos.is_empty() { (taken(f, job)) }
        }
        div class="dock" {
            (shapes::hold(f, job))
            a class="btn btn-primary" href={ "/jobs/" (id) "?at=work" } { (f.t("job-next-work")) }
        }
    };
    let aside = shapes::of_three(f, 1, "job-at-photos");
    phone(f, &shapes::title(f, job), Some("/today"), aside, body)
}

/// A square that opens the camera.
fn shot(f: &Frame, job: &Job, kind: PhotoKind) -> Markup {
    let count = job.site.photos.iter().filter(|it| it.kind == kind).count();
    let (code, word) = (kind.code(), f.code("photo", kind.code()));
    html! {
        form method="post" enctype="multipart/form-data" data-auto
            action={ "/jobs/" (job.order.id) "/photos" } {
            label class=(if count > 0 { "shot done" } else { "shot" }) {
                input type="file" name=(code) required capture="environment"
                    accept="image/jpeg,image/png,image/webp";
                span {
                    (icon(if count > 0 { "check" } else { "camera" }))
                    (word) @if count > 1 { " ×" (count) }
                }
            }
            button class="btn btn-sm no-js" { (f.t("job-upload")) }
        }
    }
}

fn taken(f: &Frame, job: &Job) -> Markup {
    html! {
        div class="photos" {
            @for it in &job.site.photos {
                figure {
                    a href={ "/api/v1/photos/" (it.id) } {
                        img src={ "/api/v1/photos/" (it.id) } loading="lazy"
                            width=(it.width) height=(it.height)
                            alt=(f.code("photo", it.kind.code()));
                    }
                    figcaption { (f.code("photo", it.kind.code())) }
                }
            }
        }
    }
}

/// 照片: each is decoded and kept before the order learns of it.
pub async fn add(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Fail> {
    let order = OrderId::parse(&id)?;
    let asked = order.clone();
    let may = app.look(&f.who.actor, async move |cx| {
        let order = crate::order::ops::get(cx, &asked).await?;
        let allowed = order.covered(&cx.actor, Act::OrderVisit);
        if allowed { Ok(()) } else { Err(Refusal::NOT_ALLOWED.into()) }
    });
    may.await?;
    match keep(&app, &f, &order, form).await {
        Ok(()) => Ok(f.go(&format!("/jobs/{id}"), "job-photo-added")),
        Err(Error::Refused(refusal)) => {
            let typed = Typed { refusal: Some(*refusal), ..Typed::default() };
            again(&app, &f, &id, &typed).await
        }
        Err(fault) => Err(fault.into()),
    }
}

async fn keep(
    app: &App,
    f: &Frame,
    order: &OrderId,
    form: Result<Multipart, MultipartRejection>,
) -> Result<()> {
    let mut form = form.map_err(|_| NO_FORM)?;
    let mut any = false;
    while let Some(part) = form.next_field().await.map_err(|it| torn(&it, NO_FORM))? {
        let Some(kind) = part.name().and_then(PhotoKind::parse) else { continue };
        let bytes = part.bytes().await.map_err(|_| TOO_LARGE)?;
        if bytes.is_empty() {
            continue;
        }
        if bytes.len() > picture::MOST_BYTES {
            return Err(TOO_LARGE.into());
        }
        any = true;
        let kept = picture::keep(app, bytes.to_vec()).await?;
        let order = order.clone();
        let work = async move |cx: &mut Cx| ops::add_photo(cx, &order, kind, &kept).await;
        app.act(&f.who.actor, work).await?;
    }
    if any { Ok(()) } else { Err(picture::MISSING.into()) }
}
