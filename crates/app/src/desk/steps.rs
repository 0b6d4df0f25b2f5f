//! The one door for all steps: what was sent is read here, and the capability it belongs to
//! takes the step.

use kernel::{Field, Refusal, Result, Wrongs};
use rules::order::{Means, Order, OrderId, Step, Wait};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    Cx, dispatch,
    dispatch::ops::Sending,
    edge, intake,
    order::{self, ops::window},
    visit::{
        self,
        ops::{Found, Signature},
        picture::Kept,
    },
};

/// A step as it is sent: flat, with what it takes.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub struct StepBody {
    /// The step's code.
    pub step: Option<String>,
    pub reason: Option<String>,
    pub outlet: Option<String>,
    pub means: Option<String>,
    pub reached: Option<bool>,
    pub text: Option<String>,
    pub technician: Option<String>,
    pub from: Option<String>,
    pub to: Option<String>,
    #[serde(rename = "override")]
    pub overriding: Option<String>,
    pub lat: Option<f64>,
    pub lon: Option<f64>,
    pub until: Option<String>,
    pub cause: Option<String>,
    pub action: Option<String>,
    pub fault_code: Option<String>,
    pub readings: Option<String>,
    /// The component at fault, where the code does not say it.
    pub component: Option<String>,
    /// The code of an exclusion of the pack.
    pub exclusion: Option<String>,
    /// `suspected` or `proved`.
    pub evidence: Option<String>,
    pub name: Option<String>,
    pub signature_png: Option<String>,
    pub code: Option<String>,
}

/// Which step it is; one nobody knows is a wrong field.
pub fn step(body: &StepBody) -> Result<Step> {
    let mut wrongs = Wrongs::default();
    let step = intake::ops::code("step", body.step.as_deref(), Step::parse, &mut wrongs);
    wrongs.done()?;
    Ok(step.ok_or(Refusal::INVALID)?)
}

/// Takes the step. A drawn signature was stored before the use case began.
pub async fn take(
    cx: &mut Cx,
    id: &OrderId,
    body: &StepBody,
    drawn: Option<&Kept>,
) -> Result<Order> {
    let step = step(body)?;
    let text = |it: &Option<String>| it.clone().unwrap_or_default();
    // What is not possible or not allowed is said before what is wrong with the words.
    order::ops::begin(cx, id, step).await?;
    match step {
        Step::Accept => order::ops::accept(cx, id).await,
        Step::Refuse => order::ops::refuse(cx, id, &text(&body.reason)).await,
        Step::Route => order::ops::route(cx, id, &text(&body.outlet), &text(&body.reason)).await,
        Step::Contact => contact(cx, id, body).await,
        Step::Assign | Step::Reassign => {
            let sending = sending(cx, body)?;
            dispatch::ops::assign(cx, id, step, &sending).await
        }
        Step::Book => {
            let window = read_window(cx, body)?;
            dispatch::ops::book(cx, id, window).await
        }
        Step::Depart => visit::ops::depart(cx, id, place(body)?).await,
        Step::Arrive => visit::ops::arrive(cx, id, place(body)?).await,
        Step::NoShow => visit::ops::no_show(cx, id, &text(&body.text)).await,
        Step::Suspend => suspend(cx, id, body).await,
        Step::Resume if body.technician.is_some() => {
            let sending = sending(cx, body)?;
            dispatch::ops::resume_with(cx, id, &sending).await
        }
        Step::Resume => order::ops::resume(cx, id).await,
        Step::Finish => visit::ops::finish(cx, id, &found(body)).await,
        Step::Sign => sign(cx, id, body, drawn).await,
        Step::Object => order::ops::object(cx, id, &text(&body.text)).await,
        Step::Resend => visit::ops::resend(cx, id).await,
        Step::Close => order::ops::close(cx, id, &text(&body.reason)).await,
        Step::Cancel => order::ops::cancel(cx, id, &text(&body.reason)).await,
    }
}

fn found(body: &StepBody) -> Found {
    let text = |it: &Option<String>| it.clone().unwrap_or_default();
    Found {
        cause: text(&body.cause),
        action: text(&body.action),
        fault_code: text(&body.fault_code),
        readings: body.readings.clone().filter(|it| !it.trim().is_empty()),
        component: body.component.clone(),
        exclusion: body.exclusion.clone(),
        evidence: body.evidence.clone(),
    }
}

async fn contact(cx: &mut Cx, id: &OrderId, body: &StepBody) -> Result<Order> {
    let mut wrongs = Wrongs::default();
    let means = intake::ops::code("means", body.means.as_deref(), Means::parse, &mut wrongs);
    if body.reached.is_none() {
        wrongs.say("reached", "missing");
    }
    wrongs.done()?;
    let (Some(means), Some(reached)) = (means, body.reached) else {
        return Err(Refusal::INVALID.into());
    };
    let text = body.text.as_deref().filter(|it| !it.trim().is_empty());
    order::ops::contact(cx, id, means, reached, text).await
}

async fn suspend(cx: &mut Cx, id: &OrderId, body: &StepBody) -> Result<Order> {
    let mut wrongs = Wrongs::default();
    let wait = intake::ops::code("reason", body.reason.as_deref(), Wait::parse, &mut wrongs);
    let zone = cx.company.zone.clone();
    let until = wrongs.take(edge::Time::read("until", body.until.as_deref(), &zone)).flatten();
    wrongs.done()?;
    let text = body.text.as_deref().filter(|it| !it.trim().is_empty());
    order::ops::suspend(cx, id, wait.ok_or(Refusal::INVALID)?, until, text).await
}

async fn sign(cx: &mut Cx, id: &OrderId, body: &StepBody, drawn: Option<&Kept>) -> Result<Order> {
    let code = body.code.as_deref().map(str::trim).filter(|it| !it.is_empty());
    let signature = match (drawn, code) {
        (Some(kept), _) => Signature::Drawn(kept.clone()),
        (None, Some(code)) => Signature::Code(code.to_owned()),
        (None, None) => return Err(Refusal::field("signature_png", "signature.or_code").into()),
    };
    visit::ops::sign(cx, id, body.name.as_deref().unwrap_or_default(), &signature).await
}

fn read_window(cx: &Cx, body: &StepBody) -> Result<rules::order::Window> {
    let zone = &cx.company.zone;
    let mut wrongs = Wrongs::default();
    let from = wrongs.take(edge::Time::read("from", body.from.as_deref(), zone)).flatten();
    let to = wrongs.take(edge::Time::read("to", body.to.as_deref(), zone)).flatten();
    wrongs.done()?;
    window(from, to, cx.now())
}

fn sending(cx: &Cx, body: &StepBody) -> Result<Sending> {
    let technician = body.technician.clone().unwrap_or_default();
    if technician.trim().is_empty() {
        return Err(Refusal::field("technician", "missing").into());
    }
    Ok(Sending {
        technician,
        window: read_window(cx, body)?,
        overriding: body.overriding.clone(),
        reason: body.reason.clone().filter(|it| !it.trim().is_empty()),
    })
}

/// Where the phone is, in millionths of a degree.
fn place(body: &StepBody) -> Result<Option<(i64, i64)>, Refusal> {
    let (Some(lat), Some(lon)) = (body.lat, body.lon) else { return Ok(None) };
    let inside = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
    if !inside {
        return Err(Refusal::INVALID.and(Field::new("lat", "place")));
    }
    Ok(Some(((lat * 1e6).round() as i64, (lon * 1e6).round() as i64)))
}
