//! Everything else that can happen to a job: another time, nobody at home, waiting for a part,
//! a call, an objection. One short form each.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use kernel::{Refusal, Result, Span, Wrongs};
use maud::{Markup, html};
use rules::order::{Means, OrderId, Step, Wait, Window};

use super::{read, shapes};
use crate::{
    App, Cx, dispatch,
    edge::{Fail, Time},
    intake,
    order::{self, ops::window},
    ui::{Form, Frame, Page, Typed, phone},
    visit::{job::Job, ops},
};

/// So many free times are offered.
const OFFERED: usize = 6;
/// On so many days from today.
const DAYS: i64 = 7;

/// The steps that have a form here.
fn known(step: &str) -> Result<Step, Refusal> {
    let mine = [Step::Book, Step::NoShow, Step::Suspend, Step::Contact, Step::Object];
    Step::parse(step).filter(|it| mine.contains(it)).ok_or(Refusal::NOT_FOUND)
}

pub async fn show(
    State(app): State<App>,
    f: Frame,
    Path((id, step)): Path<(String, String)>,
) -> Result<Page, Fail> {
    let step = known(&step)?;
    let mut typed = Typed::default();
    if step == Step::Suspend {
        let tomorrow = f.now.after(Span::hours(24));
        typed.set("until", f.time().typed(tomorrow));
    }
    draw(&app, &f, &id, step, &typed).await
}

async fn draw(app: &App, f: &Frame, id: &str, step: Step, typed: &Typed) -> Result<Page, Fail> {
    let (job, _) = read(app, f, id, &Typed::default()).await?;
    let free = if step == Step::Book { free(app, f, &job).await? } else { Vec::new() };
    let action = format!("/jobs/{id}/aside/{}", step.code());
    let back = format!("/jobs/{id}");
    let end = html! {
        div class="dock" {
            a class="btn" href=(back) { (f.t("cancel")) }
            button class="btn btn-primary" { (f.t(&format!("job-do-{}", step.code()))) }
        }
    };
    let fields = fields(f, step, &free, typed);
    let body = html! {
        div class="in" {
            p class="form-label" { (shapes::title(f, &job)) }
            (Form::new(f, typed).post_with(step.code(), &action, end, fields))
        }
    };
    let title = f.t(&format!("job-{}", step.code()));
    Ok(phone(f, &title, Some(&back), html! {}, body).refused(typed))
}

fn fields(f: &Frame, step: Step, free: &[Window], typed: &Typed) -> Markup {
    let form = Form::new(f, typed);
    let words = |group: &str, codes: Vec<&str>| -> Vec<(String, String)> {
        codes.into_iter().map(|it| (it.to_owned(), f.code(group, it))).collect()
    };
    match step {
        Step::Book => html! {
            @for it in free {
                @let value = format!("{}/{}", f.time().typed(it.from), f.time().typed(it.to));
                label class="pick whole" {
                    input type="radio" name="slot" value=(value) checked[typed.has("slot", &value)];
                    span class="opt" { (f.window(*it)) }
                }
            }
            p class="form-label" { (f.t("job-other-time")) }
            (form.moment("from"))
            (form.moment("to"))
        },
        Step::Suspend => html! {
            @for wait in Wait::ALL {
                label class="pick whole" {
                    input type="radio" name="reason" value=(wait.code())
                        checked[typed.has("reason", wait.code())];
                    span class="opt" { (f.code("wait", wait.code())) }
                }
            }
            (wrong(f, typed, "reason"))
            (form.moment("until").required())
            (form.area("text", 2))
        },
        Step::Contact => html! {
            (form.segments("means", words("means", Means::ALL.iter().map(|it| it.code()).collect())).required())
            (form.segments("reached", words("reached", vec!["true", "false"])).required())
            (form.area("text", 2))
        },
        _ => html! { (form.area("text", 3).required().focused()) },
    }
}

/// The choices are no field of the form's own kind, so their error is drawn here.
fn wrong(f: &Frame, typed: &Typed, name: &str) -> Markup {
    let fields = typed.refusal.iter().flat_map(|it| &it.fields);
    html! {
        @for it in fields.filter(|it| it.field == name) { div class="err" { (f.say.field(it)) } }
    }
}

/// When the technician could come instead: the first free time of each day, long enough.
async fn free(app: &App, f: &Frame, job: &Job) -> Result<Vec<Window>> {
    let Some(technician) = job.order.technician.clone() else { return Ok(Vec::new()) };
    let order = job.order.clone();
    let read = async move |cx: &mut Cx| {
        let length = dispatch::ops::length(cx, &order);
        let mut free = Vec::new();
        for ahead in 0..DAYS {
            let day = dispatch::ops::day(cx, &technician, cx.today().plus(ahead)).await?;
            let fits = day.free.iter().filter(|it| it.from.until(it.to) >= length);
            free.extend(fits.map(|it| {
                let from = dispatch::ops::said(cx, it.from);
                Window { from, to: from.after(length) }
            }));
        }
        free.truncate(OFFERED);
        Ok(free)
    };
    app.look(&f.who.actor, read).await
}

pub async fn save(
    State(app): State<App>,
    f: Frame,
    Path((id, step)): Path<(String, String)>,
    typed: Typed,
) -> Result<Response, Fail> {
    let (order, step) = (OrderId::parse(&id)?, known(&step)?);
    let said = typed.clone();
    let work = async move |cx: &mut Cx| take(cx, &order, step, &said).await;
    match app.act(&f.who.actor, work).await {
        Ok(()) => {
            // Whoever was not at home is nobody's job until a new time is arranged.
            let to = if step == Step::NoShow { "/today".into() } else { format!("/jobs/{id}") };
            Ok(f.go(&to, &format!("job-did-{}", step.code())))
        }
        Err(no) => {
            let kept = typed.refused(no)?;
            Ok(draw(&app, &f, &id, step, &kept).await?.into_response())
        }
    }
}

async fn take(cx: &mut Cx, id: &OrderId, step: Step, typed: &Typed) -> Result<()> {
    // What is not possible now is said before what is wrong with the words.
    order::ops::begin(cx, id, step).await?;
    let text = typed.get("text");
    match step {
        Step::Book => {
            let window = read_window(cx, typed)?;
            dispatch::ops::book(cx, id, window).await?;
        }
        Step::NoShow => drop(ops::no_show(cx, id, &text).await?),
        Step::Object => drop(order::ops::object(cx, id, &text).await?),
        Step::Suspend => suspend(cx, id, typed).await?,
        Step::Contact => contact(cx, id, typed).await?,
        _ => return Err(Refusal::NOT_FOUND.into()),
    }
    Ok(())
}

fn read_window(cx: &Cx, typed: &Typed) -> Result<Window> {
    let (from, to) = (typed.text("from"), typed.text("to"));
    let slot = typed.text("slot").filter(|_| from.is_none() && to.is_none());
    let (from, to) = match slot.as_deref().and_then(|it| it.split_once('/')) {
        Some((from, to)) => (Some(from.to_owned()), Some(to.to_owned())),
        None => (from, to),
    };
    let zone = &cx.company.zone;
    let mut wrongs = Wrongs::default();
    let from = wrongs.take(Time::read("from", from.as_deref(), zone)).flatten();
    let to = wrongs.take(Time::read("to", to.as_deref(), zone)).flatten();
    wrongs.done()?;
    window(from, to, cx.now())
}

async fn suspend(cx: &mut Cx, id: &OrderId, typed: &Typed) -> Result<()> {
    let mut wrongs = Wrongs::default();
    let reason = typed.text("reason");
    let wait = intake::ops::code("reason", reason.as_deref(), Wait::parse, &mut wrongs);
    let zone = cx.company.zone.clone();
    let until = wrongs.take(Time::read("until", typed.text("until").as_deref(), &zone)).flatten();
    wrongs.done()?;
    let wait = wait.ok_or(Refusal::INVALID)?;
    let text = typed.text("text");
    order::ops::suspend(cx, id, wait, until, text.as_deref()).await.map(|_| ())
}

async fn contact(cx: &mut Cx, id: &OrderId, typed: &Typed) -> Result<()> {
    let mut wrongs = Wrongs::default();
    let means = typed.text("means");
    let means = intake::ops::code("means", means.as_deref(), Means::parse, &mut wrongs);
    let reached = typed.text("reached");
    if reached.is_none() {
        wrongs.say("reached", "missing");
    }
    wrongs.done()?;
    let means = means.ok_or(Refusal::INVALID)?;
    let (reached, text) = (reached.as_deref() == Some("true"), typed.text("text"));
    order::ops::contact(cx, id, means, reached, text.as_deref()).await.map(|_| ())
}
