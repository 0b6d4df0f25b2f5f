//! The technician's phone: the day, one job after the other, one question at a time. Everything
//! works by plain forms; only the drawn signature needs a script, and the code is the way without.

mod aside;
mod choices;
mod done;
mod lines;
mod pays;
mod photos;
mod shapes;
mod sign;
mod today;
mod way;
mod work;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, State},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use kernel::{Refusal, Result};
use rules::order::{OrderId, Status, Step};

use super::{
    job::{self, Job, Usual},
    ops, picture,
};
use crate::{
    App, Cx, customer,
    edge::Fail,
    order,
    ui::{Frame, Page, Typed},
};

pub fn routes() -> Router<App> {
    let pictures = Router::new()
        .route("/jobs/{id}/photos", post(photos::add))
        // Room for the frame around a picture.
        .layer(DefaultBodyLimit::max(picture::MOST_BYTES + (1 << 20)));
    Router::new()
        .route("/today", get(today::show))
        .route("/jobs/{id}", get(show))
        .route("/jobs/{id}/work", post(work::save))
        .route("/jobs/{id}/sign", post(sign::save))
        .route("/jobs/{id}/aside/{step}", get(aside::show).post(aside::save))
        .route("/jobs/{id}/{step}", post(take))
        .merge(pictures)
}

async fn show(State(app): State<App>, f: Frame, Path(id): Path<String>) -> Result<Response, Fail> {
    let (job, usual) = read(&app, &f, &id, &Typed::default()).await?;
    if !job.mine {
        // Whoever else may see the order has its page.
        return Ok(Redirect::to(&format!("/orders/{}", job.order.id)).into_response());
    }
    let seen = job.order.id.clone();
    app.act(&f.who.actor, async move |cx| customer::ops::viewed(cx, seen.as_str()).await).await?;
    Ok(draw(&f, &job, &usual, &Typed::default()).into_response())
}

/// The job, and what was found before on others like it; who pays, by what was chosen so far.
async fn read(app: &App, f: &Frame, id: &str, typed: &Typed) -> Result<(Job, Usual)> {
    let id = OrderId::parse(id)?;
    let finds = work::is_of(typed).then(|| work::finds(typed));
    let read = async move |cx: &mut Cx| {
        let job = job::read(cx, &id, finds.as_ref()).await?;
        let usual = match job.order.status {
            Status::OnSite => job::usual(cx, &job.order).await?,
            _ => Usual::default(),
        };
        Ok((job, usual))
    };
    app.look(&f.who.actor, read).await
}

/// The question that is next for this job.
fn draw(f: &Frame, job: &Job, usual: &Usual, typed: &Typed) -> Page {
    match job.order.status {
        Status::Assigned | Status::OnWay => way::draw(f, job, typed),
        Status::OnSite if f.asked("at") == Some("work") || work::is_of(typed) => {
            work::draw(f, job, usual, typed)
        }
        Status::OnSite => photos::draw(f, job, typed),
        Status::Finished => sign::draw(f, job, typed),
        _ => done::draw(f, job, typed),
    }
}

/// The steps that take nothing but a press: 出发, 到场, 恢复, 重发验收码.
async fn take(
    State(app): State<App>,
    f: Frame,
    Path((id, step)): Path<(String, String)>,
    typed: Typed,
) -> Result<Response, Fail> {
    let asked = OrderId::parse(&id)?;
    let step = Step::parse(&step).ok_or(Refusal::NOT_FOUND)?;
    let place = place(&typed);
    let work = async move |cx: &mut Cx| match step {
        Step::Depart => ops::depart(cx, &asked, place).await,
        Step::Arrive => ops::arrive(cx, &asked, place).await,
        Step::Resume => order::ops::resume(cx, &asked).await,
        Step::Resend => ops::resend(cx, &asked).await,
        _ => Err(Refusal::NOT_FOUND.into()),
    };
    match app.act(&f.who.actor, work).await {
        Ok(_) => Ok(f.go(&format!("/jobs/{id}"), &format!("job-did-{}", step.code()))),
        Err(no) => again(&app, &f, &id, &typed.refused(no)?).await,
    }
}

/// The same question again, with what was typed and why it was refused. What the job has come to
/// meanwhile is shown as it stands now.
async fn again(app: &App, f: &Frame, id: &str, typed: &Typed) -> Result<Response, Fail> {
    let (job, usual) = read(app, f, id, typed).await?;
    Ok(draw(f, &job, &usual, typed).refused(typed).into_response())
}

/// Where the phone is, in millionths of a degree. A place that cannot be read is none: the step
/// counts more than where it was taken.
fn place(typed: &Typed) -> Option<(i64, i64)> {
    let degrees = |name: &str, most: f64| {
        let degrees: f64 = typed.text(name)?.parse().ok()?;
        (-most..=most).contains(&degrees).then(|| (degrees * 1e6).round() as i64)
    };
    Some((degrees("lat", 90.0)?, degrees("lon", 180.0)?))
}
