//! 请假: who of the technicians is absent when, noted by those who manage them; what they were to
//! do in that time stands beside it, for somebody else to be sent.

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use kernel::{Refusal, Result, Span, Time};
use maud::{Markup, html};
use rules::{
    order::Window,
    policy::{Act, PersonId},
};

use super::super::away::{Absences, absences, left_to_do};
use crate::{
    App,
    account::{
        self,
        ops::{Away, WhichAway},
    },
    args,
    dispatch::Planned,
    edge,
    edge::Fail,
    ui::{
        Column, Form, Frame, Page, Typed, card, empty, filter, heading, or_dash, page, pill, press,
        switch, table,
    },
};

pub fn routes() -> Router<App> {
    Router::new().route("/absences", get(show).post(add)).route("/absences/end", post(end))
}

/// So far ahead and, where the past is asked for, back.
const AHEAD: Span = Span::days(400);
const BACK: Span = Span::days(90);
const MOST: i64 = 200;

fn which(f: &Frame) -> Result<WhichAway> {
    let person = f.asked("person").map(PersonId::parse).transpose()?;
    let from = if f.asked("past").is_some() { f.now.before(BACK) } else { f.now };
    let org = f.asked("outlet").map(str::to_owned);
    Ok(WhichAway { org, person, from, to: f.now.after(AHEAD), limit: MOST })
}

async fn read(app: &App, f: &Frame) -> Result<Absences> {
    let which = which(f)?;
    app.look(&f.who.actor, async move |cx| absences(cx, &which).await).await
}

async fn show(State(app): State<App>, f: Frame) -> Result<Page, Fail> {
    let it = read(&app, &f).await?;
    let person = f.asked("person").map(str::to_owned);
    Ok(draw(&f, &it, &Typed::of([("person", person)])))
}

fn draw(f: &Frame, it: &Absences, typed: &Typed) -> Page {
    let title = f.t("absences");
    let outlets: Vec<_> =
        it.outlets.iter().take(60).map(|it| (it.id.to_string(), it.name.clone())).collect();
    let none =
        empty("calendar-event", &f.t("absences-nobody"), &f.t("absences-nobody-what"), html! {});
    let one = f.asked("person").and_then(|id| it.people.iter().find(|it| it.id.as_str() == id));
    let rows = table(f, &columns(f, it), &it.away, none, html! {});
    let body = html! {
        (heading(Some(("/dispatch", &f.t("area-dispatch"))), &title, html! {}))
        div class="chips" {
            @if outlets.len() > 1 { (filter(f, "outlet", &f.t("field-outlet"), &outlets)) }
            @if let Some(person) = f.asked("person") {
                @let name = one.map_or_else(|| f.t("absence-one"), |it| it.name.clone());
                (switch(f, "person", person, &name))
            }
            (switch(f, "past", "true", &f.t("absences-past")))
        }
        @if f.may(Act::PeopleManage) {
            div class="cols" {
                (rows)
                (card(&f.t("absence-new"), form(f, it, typed)))
            }
        } @else { (rows) }
    };
    page(f, &title, body).refused(typed)
}

fn form(f: &Frame, it: &Absences, typed: &Typed) -> Markup {
    let form = Form::new(f, typed);
    let people = it.people.iter().map(|it| (it.id.to_string(), it.name.clone()));
    let fields = html! {
        (form.select("person", people, Some(f.t("admin-choose"))).required())
        (form.moment("starts").label(f.t("absence-from")).required())
        (form.moment("ends").label(f.t("absence-to")).required())
        (form.text("reason").placeholder(f.t("absence-example")).attr("maxlength", "200"))
        p class="hint" { (f.t("absence-hint")) }
    };
    form.post("absence", "/absences", "absence-save", fields)
}

fn columns<'a>(f: &'a Frame, it: &'a Absences) -> Vec<Column<'a, (Away, Vec<Planned>)>> {
    type Row = (Away, Vec<Planned>);
    let outlet = |row: &Row| it.outlets.iter().find(|it| it.id == row.0.org).map(|it| &it.name);
    let mut columns = vec![
        Column::new(f.t("field-technician"), |row: &Row| html! {
            a href={ "/technicians/" (row.0.absence.person) } { (row.0.name) }
        })
        .title(),
        Column::new(f.t("field-outlet"), move |row: &Row| or_dash(outlet(row))).line(),
        Column::new(f.t("absence-when"), |row: &Row| {
            let window = Window { from: row.0.absence.starts, to: row.0.absence.ends };
            html! {
                (f.time().span(window))
                @if window.from <= f.now && f.now < window.to { " " (pill("wait", &f.t("absence-now"))) }
            }
        })
        .due(),
        Column::new(f.t("field-reason"), |row: &Row| or_dash(Some(&row.0.absence.reason))).line(),
        Column::new(f.t("absence-visits"), |row: &Row| visits(f, &row.1)).line().wraps(),
    ];
    if f.may(Act::PeopleManage) {
        columns.push(
            Column::new("", |row: &Row| {
                let person = row.0.absence.person.to_string();
                let fields = [("person", person.as_str()), ("absence", row.0.absence.id.as_str())];
                press("/absences/end", html! { (f.t("absence-end")) }, "btn-sm", &fields)
            })
            .acts(),
        );
    }
    columns
}

/// What somebody else has to be sent for.
fn visits(f: &Frame, all: &[Planned]) -> Markup {
    html! {
        @if all.is_empty() { span class="muted" { (f.t("absence-no-visits")) } }
        @for it in all {
            div {
                a class="t-late" href={ "/dispatch?order=" (it.visit.order) } { (it.number) }
                " " (f.moment(it.visit.from))
            }
        }
    }
}

/// What was typed, as a moment of the company's zone.
fn typed_moment(f: &Frame, typed: &Typed, name: &'static str) -> Result<Time> {
    let text = typed.text(name);
    let read = edge::Time::read(name, text.as_deref(), &f.company.zone)?;
    Ok(read.ok_or_else(|| Refusal::field(name, "missing"))?)
}

fn asked(f: &Frame, typed: &Typed) -> Result<(PersonId, Window, String)> {
    let mut wrongs = kernel::Wrongs::default();
    let mut moment = |name| match typed_moment(f, typed, name) {
        Ok(at) => Ok(Some(at)),
        Err(kernel::Error::Refused(no)) => {
            no.fields.into_iter().for_each(|it| wrongs.add(it));
            Ok(None)
        }
        Err(fault) => Err(fault),
    };
    let (starts, ends) = (moment("starts")?, moment("ends")?);
    let person = typed.text("person");
    if person.is_none() {
        wrongs.say("person", "missing");
    }
    wrongs.done()?;
    match (starts, ends, person) {
        (Some(from), Some(to), Some(person)) => {
            Ok((PersonId::parse(&person)?, Window { from, to }, typed.get("reason")))
        }
        _ => Err(Refusal::INVALID.into()),
    }
}

/// Absences are noted by those who manage people, not by those who keep their accounts.
async fn manages(app: &App, f: &Frame) -> Result<()> {
    app.look(&f.who.actor, async |cx: &mut crate::Cx| cx.may(Act::PeopleManage).map(|_| ())).await
}

async fn add(State(app): State<App>, f: Frame, typed: Typed) -> Result<Response, Fail> {
    manages(&app, &f).await?;
    let said = asked(&f, &typed);
    let done = match said {
        Err(no) => Err(no),
        Ok((person, window, reason)) => {
            let work = async move |cx: &mut crate::Cx| {
                account::ops::set_absence(cx, &person, window.from, window.to, &reason).await?;
                Ok(left_to_do(cx, &person, window).await?.len())
            };
            app.act(&f.who.actor, work).await
        }
    };
    match done {
        Ok(0) => Ok(f.go("/absences", "absence-is-noted")),
        Ok(left) => {
            let said = f.with("absence-noted-but", &args! { "count" => left });
            Ok(f.go_saying("/absences", &said))
        }
        Err(no) => {
            let typed = typed.refused(no)?;
            let it = read(&app, &f).await?;
            Ok(draw(&f, &it, &typed).into_response())
        }
    }
}

async fn end(State(app): State<App>, f: Frame, typed: Typed) -> Result<Response, Fail> {
    manages(&app, &f).await?;
    let (person, absence) = (PersonId::parse(&typed.get("person"))?, typed.get("absence"));
    let work =
        async move |cx: &mut crate::Cx| account::ops::end_absence(cx, &person, &absence).await;
    match app.act(&f.who.actor, work).await {
        Ok(()) => Ok(f.go("/absences", "absence-is-over")),
        Err(no) => f.stay("/absences", no),
    }
}
