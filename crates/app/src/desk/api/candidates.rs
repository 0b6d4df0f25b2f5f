//! Who could go, over HTTP.

use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::Time;
use rules::{
    dispatch::{Delay, Proposal, Way},
    order::{Obstacle, OrderId, Window},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Items, Problems};
use crate::{
    App,
    company::Company,
    desk::show::{Named, WindowView},
    dispatch::{self, Choice},
    edge::{Fail, Who, listed},
    ui::time::Here,
};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(candidates))
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CandidateView {
    technician: Named,
    free: Vec<WindowView>,
    /// By road, as far as both places are known.
    km: Option<f64>,
    qualified: bool,
    why: String,
    /// What is proposed; none where they cannot go.
    proposal: Option<ProposalView>,
    /// What stands in the way: the code with which the step would be refused.
    obstacle: Option<&'static str>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ProposalView {
    window: WindowView,
    /// What the way is reckoned from: `road`, `same_district`, `districts` or `unknown`.
    way: &'static str,
    travel_minutes: i64,
    /// The number of the order they come from; none: from where their day begins.
    comes_from: Option<String>,
    delays: Vec<DelayView>,
    late: Option<LateView>,
}

/// Another order that begins later because of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct DelayView {
    order: String,
    number: String,
    minutes: i64,
    /// So much of it lies after the window agreed with that customer.
    over_minutes: i64,
}

/// The promise that would be broken.
#[derive(Debug, Serialize, ToSchema)]
pub struct LateView {
    promise: &'static str,
    minutes: i64,
}

/// Who could go, when, and why.
#[utoipa::path(
    get,
    path = "/orders/{id}/candidates",
    params(("id" = String, Path, description = "The id")),
    responses((status = 200, description = "The best first", body = Items<CandidateView>), Problems),
    tag = "orders",
    operation_id = "orders_candidates",
)]
async fn candidates(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, Fail> {
    let id = OrderId::parse(&id)?;
    let read = app.look(&who.actor, async move |cx| dispatch::seek(cx, &id).await);
    let choices = read.await?.map(|it| it.choices()).unwrap_or_default();
    let company = app.company();
    let here = Here { now: app.now(), zone: &company.zone, say: who.say };
    let items = choices.iter().map(|it| candidate(&company, here, it)).collect();
    listed(Items { items, next_cursor: None })
}

fn candidate(company: &Company, here: Here, it: &Choice) -> CandidateView {
    let barred = |no: &rules::dispatch::No| {
        matches!(no.obstacle(), Obstacle::OtherOutlet | Obstacle::NotCertified)
    };
    let technician = Named { id: it.technician.id.to_string(), name: it.technician.name.clone() };
    let metres = it.proposal().and_then(|it| it.way.metres());
    CandidateView {
        technician,
        free: it.free.iter().map(|it| window(company, *it)).collect(),
        km: metres.map(|it| ((it + 50) / 100) as f64 / 10.0),
        qualified: !it.verdict.as_ref().is_err_and(barred),
        why: dispatch::why(&company.pack, here, it),
        proposal: it.proposal().map(|it| proposal(company, it)),
        obstacle: it.verdict.as_ref().err().map(|it| it.obstacle().refusal().code),
    }
}

fn proposal(company: &Company, it: &Proposal) -> ProposalView {
    let late = |(promise, by): (rules::promise::PromiseKind, kernel::Span)| LateView {
        promise: promise.code(),
        minutes: by.whole_minutes(),
    };
    ProposalView {
        window: window(company, it.window),
        way: Way::code(it.way),
        travel_minutes: it.minutes,
        comes_from: it.after.clone(),
        delays: it.delays.iter().map(delay).collect(),
        late: it.late.map(late),
    }
}

fn delay(it: &Delay) -> DelayView {
    DelayView {
        order: it.order.to_string(),
        number: it.number.clone(),
        minutes: it.by.whole_minutes(),
        over_minutes: it.over.whole_minutes(),
    }
}

fn window(company: &Company, it: Window) -> WindowView {
    let text = |at: Time| at.text(&company.zone);
    WindowView { from: text(it.from), to: text(it.to) }
}
