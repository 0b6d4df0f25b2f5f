//! One step with several orders: first what will become of each and why it cannot of some, then it
//! is done, each by itself, and then what became of it. An order that changed in between is left as
//! it is. Whom to send is proposed for one after the other, the most urgent first, and ticked off.

mod offers;

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::post,
};
use kernel::{Error, Refusal, Result};
use maud::{Markup, html};
use rules::{
    customer::{CustomerKind, mask_named},
    order::{OrderId, Step},
    policy::Act,
};

use offers::{Offer, Sent};

use crate::{
    App, Cx, args,
    desk::steps::{self, StepBody},
    edge::{Fail, detail},
    order::{self, Listed, pages::STEPS_FOR_MANY},
    org,
    ui::{Column, Form, Frame, Page, Typed, heading, page, state, table},
};

/// More rows than a page of the list has.
const MOST: usize = 200;

pub fn routes() -> Router<App> {
    Router::new().route("/orders/bulk", post(preview)).route("/orders/bulk/do", post(take))
}

/// An order that was ticked, as it stood when it was.
#[derive(Debug, Clone)]
struct Ticked {
    id: OrderId,
    version: i64,
    /// Who goes, and when, as it was proposed.
    sent: Option<Sent>,
}

/// One of them, and what speaks against the step.
struct Row {
    order: Listed,
    version: i64,
    no: Option<Refusal>,
    /// Who would go, where somebody is to be sent.
    offer: Offer,
}

/// What became of one.
struct Done {
    order: Listed,
    no: Option<Refusal>,
}

fn ticked(typed: &Typed) -> Vec<Ticked> {
    let read = |it: String| {
        let (id, rest) = it.split_once(':')?;
        let (version, sent) = match rest.split_once(':') {
            Some((version, sent)) => (version, Some(Sent::parse(sent)?)),
            None => (rest, None),
        };
        Some(Ticked { id: OrderId::parse(id).ok()?, version: version.parse().ok()?, sent })
    };
    typed.all("row").into_iter().filter_map(read).take(MOST).collect()
}

/// The step that is meant, of those this person takes at all.
fn step(f: &Frame, typed: &Typed) -> Result<Option<Step>> {
    if !STEPS_FOR_MANY.iter().any(|it| f.may(it.act())) {
        return Err(Refusal::NOT_ALLOWED.into());
    }
    let step = Step::parse(&typed.get("step")).filter(|it| STEPS_FOR_MANY.contains(it));
    match step {
        Some(step) if !f.may(step.act()) => Err(Refusal::NOT_ALLOWED.into()),
        step => Ok(step),
    }
}

/// The list they were ticked in, as it was narrowed.
fn list(typed: &Typed) -> String {
    let list = typed.text("list").filter(|it| it == "/orders" || it.starts_with("/orders?"));
    list.unwrap_or_else(|| "/orders".to_owned())
}

async fn preview(State(app): State<App>, f: Frame, typed: Typed) -> Result<Response, Fail> {
    let step = step(&f, &typed)?;
    let ticked = ticked(&typed);
    match step {
        Some(step) if !ticked.is_empty() => {
            Ok(look(&app, &f, &typed, step, ticked).await?.into_response())
        }
        _ => Ok(f.go(&list(&typed), "bulk-nothing")),
    }
}

async fn look(
    app: &App,
    f: &Frame,
    typed: &Typed,
    step: Step,
    ticked: Vec<Ticked>,
) -> Result<Page> {
    let read = app.look(&f.who.actor, async move |cx: &mut Cx| {
        let mut rows = Vec::new();
        for it in &ticked {
            // What went out of reach meanwhile is not there any more.
            let Some(order) = one(cx, &it.id).await? else { continue };
            let no = refused(cx, &order, it.version, step).err();
            rows.push(Row { order, version: it.version, no, offer: Offer::None });
        }
        let sought = if step == Step::Assign { offers::seek(cx, &rows).await? } else { Vec::new() };
        let outlets = if step == Step::Route { outlets(cx).await? } else { Vec::new() };
        Ok((rows, sought, outlets))
    });
    let (mut rows, sought, outlets) = read.await?;
    offers::settle(&mut rows, sought);
    let title = f.code("step", step.code());
    let body = html! {
        (heading(Some((list(typed).as_str(), &f.t("area-orders"))), &title, html! {}))
        (will(f, &rows, step))
        (ask(f, typed, &rows, step, &outlets))
        (table(f, &preview_columns(f, step), &rows, html! {}, html! {}))
    };
    Ok(page(f, &title, body).refused(typed))
}

async fn one(cx: &mut Cx, id: &OrderId) -> Result<Option<Listed>> {
    let filter = order::Filter { id: Some(id.to_string()), ..Default::default() };
    let found = order::ops::listed(cx, &filter, &order::Page::first(1)).await?;
    Ok(found.into_iter().next())
}

/// What speaks against the step as the order stands.
fn refused(cx: &Cx, it: &Listed, version: i64, step: Step) -> std::result::Result<(), Refusal> {
    if it.order.version != version {
        return Err(Refusal::STALE);
    }
    match it.order.check(&cx.actor, step) {
        Ok(()) => Ok(()),
        Err(Error::Refused(no)) => Err(*no),
        Err(_) => Err(Refusal::INVALID),
    }
}

/// Where orders can be sent by whoever asks.
async fn outlets(cx: &mut Cx) -> Result<Vec<(String, String)>> {
    let grant = cx.may(Act::OrderRoute)?;
    let all = org::ops::list(cx, &grant, None).await?;
    let serving = all.into_iter().filter(|it| it.kind.serves());
    Ok(serving.map(|it| (it.id.to_string(), it.name)).collect())
}

/// In one sentence what will happen, and what will not.
fn will(f: &Frame, rows: &[Row], step: Step) -> Markup {
    let good = rows.iter().filter(|it| it.goes(step)).count();
    let said = f.with(&format!("bulk-will-{}", step.code()), &args! { "count" => good });
    html! {
        p class="said" {
            @if good > 0 { (said) }
            @if good < rows.len() {
                " " (f.with("bulk-will-not", &args! { "count" => rows.len() - good }))
            }
        }
    }
}

/// What the step needs, and the button that says what it does.
fn ask(f: &Frame, typed: &Typed, rows: &[Row], step: Step, outlets: &[(String, String)]) -> Markup {
    let form = Form::new(f, typed);
    let good: Vec<_> = rows.iter().filter(|it| it.goes(step)).collect();
    let word = f.with(&format!("bulk-do-{}", step.code()), &args! { "count" => good.len() });
    let class = if step == Step::Cancel { "btn btn-danger" } else { "btn btn-primary" };
    html! {
        form class="narrow mb-3" method="post" action="/orders/bulk/do" id="bulk-ask" {
            (form.errors())
            input type="hidden" name="step" value=(step.code());
            input type="hidden" name="list" value=(list(typed));
            @for it in good.iter().filter(|_| step != Step::Assign) {
                input type="hidden" name="row" value=(it.value());
            }
            @if step == Step::Route && !good.is_empty() {
                (form.select("outlet", outlets.iter().cloned(), Some(f.t("order-choose"))).required())
            }
            @if asks_why(step) && !good.is_empty() {
                (form.area("reason", 2).required())
            }
            div class="form-end" {
                @if !good.is_empty() { button class=(class) { (word) } }
                a class="btn" href=(list(typed)) { (f.t("back")) }
            }
        }
    }
}

impl Row {
    /// Whether the step can be taken with it.
    fn goes(&self, step: Step) -> bool {
        self.no.is_none() && (step != Step::Assign || self.offer.sent().is_some())
    }

    /// As it is ticked: with who goes, where that was proposed.
    fn value(&self) -> String {
        let it = format!("{}:{}", self.order.order.id, self.version);
        self.offer.sent().map_or(it.clone(), |sent| format!("{it}:{sent}"))
    }
}

/// Sending away and giving up need a reason.
fn asks_why(step: Step) -> bool {
    matches!(step, Step::Route | Step::Cancel)
}

fn name_columns<T: 'static>(f: &Frame, of: fn(&T) -> &Listed) -> [Column<'_, T>; 3] {
    [
        Column::new(f.t("field-number"), move |it: &T| {
            let order = &of(it).order;
            html! { a href={ "/orders/" (order.id) } { (order.number) } }
        })
        .title(),
        Column::new(f.t("field-customer"), move |it: &T| {
            let it = of(it);
            let kind = it.customer_kind.unwrap_or(CustomerKind::Person);
            html! { (it.customer.as_deref().map(|it| mask_named(kind, it)).unwrap_or_default()) }
        })
        .line(),
        Column::new(f.t("field-fault"), move |it: &T| {
            html! { (of(it).order.fault_text.as_deref().unwrap_or_default()) }
        })
        .slim(),
    ]
}

fn preview_columns(f: &Frame, step: Step) -> Vec<Column<'_, Row>> {
    let will = move |it: &Row| {
        let to = it.order.order.status.targets(step).first().copied();
        html! {
            (state(f, "status", it.order.order.status.code()))
            @match (&it.no, to) {
                (Some(no), _) => { " " span class="t-late" { (detail(no, f.say)) } }
                (None, Some(to)) if it.goes(step) => { " → " (state(f, "status", to.code())) }
                _ => {}
            }
        }
    };
    let mut all: Vec<_> = name_columns(f, |it: &Row| &it.order).into();
    all.push(Column::new(f.t("bulk-becomes"), will).line().wraps());
    if step == Step::Assign {
        all.insert(0, offers::ticks(f));
        all.extend(offers::columns(f));
    }
    all
}

async fn take(State(app): State<App>, f: Frame, typed: Typed) -> Result<Response, Fail> {
    let Some(step) = step(&f, &typed)? else { return Ok(f.go(&list(&typed), "bulk-nothing")) };
    let ticked = ticked(&typed);
    if let Err(no) = whole(&typed, step) {
        let page = look(&app, &f, &typed.refused(no)?, step, ticked).await?;
        return Ok(page.into_response());
    }
    if ticked.is_empty() {
        return Ok(f.go(&list(&typed), "bulk-nothing"));
    }
    let text = |name: &str| typed.text(name);
    let body = StepBody {
        step: Some(step.code().to_owned()),
        outlet: text("outlet"),
        reason: text("reason"),
        ..StepBody::default()
    };
    let mut done = Vec::new();
    for it in ticked {
        let body = it.sent.as_ref().map_or(body.clone(), |sent| sent.said(&f, body.clone()));
        let no = match each(&app, &f, &it, &body).await {
            Ok(()) => None,
            Err(Error::Refused(no)) => Some(*no),
            Err(fault) => return Err(fault.into()),
        };
        let id = it.id.clone();
        let now = app.look(&f.who.actor, async move |cx: &mut Cx| one(cx, &id).await).await?;
        // Sent away it may be out of sight; then there is nothing to show of it but that it went.
        done.extend(now.map(|order| Done { order, no }));
    }
    Ok(told(&f, &list(&typed), step, &done).into_response())
}

/// What is missing for all of them is said before any is done.
fn whole(typed: &Typed, step: Step) -> Result<()> {
    let mut wrongs = kernel::Wrongs::default();
    if step == Step::Route && typed.text("outlet").is_none() {
        wrongs.say("outlet", "missing");
    }
    if asks_why(step) && typed.text("reason").is_none() {
        wrongs.say("reason", "missing");
    }
    wrongs.done()
}

/// Each is a use case of its own, with the version that was looked at.
async fn each(app: &App, f: &Frame, it: &Ticked, body: &StepBody) -> Result<()> {
    let (it, body) = (it.clone(), body.clone());
    let work = async move |cx: &mut Cx| {
        let order = order::ops::get(cx, &it.id).await?;
        if order.version != it.version {
            return Err(Refusal::STALE.into());
        }
        steps::take(cx, &it.id, &body, None).await.map(|_| ())
    };
    app.act(&f.who.actor, work).await
}

fn told(f: &Frame, list: &str, step: Step, done: &[Done]) -> Page {
    let good = done.iter().filter(|it| it.no.is_none()).count();
    let said = f.with("bulk-done", &args! { "count" => good, "not" => done.len() - good });
    let became = |it: &Done| {
        html! {
            (state(f, "status", it.order.order.status.code()))
            @match (&it.no, step, it.order.order.window()) {
                (Some(no), ..) => { " " span class="t-late" { (detail(no, f.say)) } }
                (None, Step::Assign, Some(window)) => {
                    " " (it.order.technician.as_deref().unwrap_or_default()) " · " (f.window(window))
                }
                _ => {}
            }
        }
    };
    let mut columns: Vec<_> = name_columns(f, |it: &Done| &it.order).into();
    columns.push(Column::new(f.t("bulk-became"), became).line().wraps());
    let title = f.code("step", step.code());
    let back = html! { a class="btn btn-primary" href=(list) { (f.t("bulk-back")) } };
    let body = html! {
        (heading(Some((list, &f.t("area-orders"))), &title, back))
        p class="said" { (said) }
        (table(f, &columns, done, html! { p class="muted in" { (f.t("bulk-gone")) } }, html! {}))
    };
    page(f, &title, body)
}
