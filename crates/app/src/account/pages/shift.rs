//! 班次: the week a technician works, where it is not that of the pack.

use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::get,
};
use kernel::Result;
use maud::{Markup, html};
use rules::policy::PersonId;
use worktime::{Hours, Interval};

use super::{
    super::{
        Person,
        ops::{self, Week},
    },
    person::Shown,
};
use crate::{
    App,
    edge::Fail,
    ui::{Form, Frame, Page, Typed, card, card_with, heading, page},
};

pub fn routes() -> Router<App> {
    Router::new().route("/people/{id}/shift", get(show).post(set))
}

/// `08:30-12:00 13:30-18:00`.
fn hours(all: &[Interval]) -> String {
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    let each = all.iter().map(|it| format!("{}-{}", clock(it.from), clock(it.to)));
    each.collect::<Vec<_>>().join(" ")
}

/// On the page of the person.
pub(super) fn card_of(f: &Frame, shown: &Shown) -> Markup {
    let edit = html! { a href={ "/people/" (shown.it.id) "/shift" } { (f.t("edit")) } };
    let body = html! {
        @match &shown.shift {
            None => p class="muted" { (f.t("shift-of-pack")) },
            Some(week) => @for (day, it) in Hours::WEEKDAYS.iter().zip(week) {
                div class="clock" {
                    span { (f.code("weekday", day)) }
                    @if it.is_empty() { span class="muted" { (f.t("board-no-shift")) } }
                    @else { span { (hours(it)) } }
                }
            },
        }
    };
    card_with(&f.t("shift"), edit, body)
}

async fn read(app: &App, f: &Frame, id: &PersonId) -> Result<(Person, Option<Week>)> {
    let id = id.clone();
    let read = app.look(&f.who.actor, async move |cx| {
        let it = ops::managed_one(cx, &id).await?;
        Ok((it, ops::shift(cx, &id).await?))
    });
    read.await
}

async fn show(State(app): State<App>, f: Frame, Path(id): Path<String>) -> Result<Page, Fail> {
    let (it, week) = read(&app, &f, &PersonId::parse(&id)?).await?;
    let mut typed = Typed::default();
    for (day, it) in Hours::WEEKDAYS.iter().zip(week.iter().flatten()) {
        typed.set(day, hours(it));
    }
    Ok(draw(&f, &it, &typed))
}

fn draw(f: &Frame, it: &Person, typed: &Typed) -> Page {
    let form = Form::new(f, typed);
    let to = format!("/people/{}", it.id);
    let fields = html! {
        p class="hint" { (f.t("shift-hint")) }
        @for day in Hours::WEEKDAYS {
            (form.text(day).label(f.code("weekday", day)).placeholder(f.t("board-no-shift"))
                .attr("maxlength", "80"))
        }
    };
    let end = html! {
        button class="btn btn-primary" { (f.t("save")) }
        a class="btn" href=(to) { (f.t("cancel")) }
    };
    let action = format!("{to}/shift");
    let body = html! {
        (heading(Some((&to, &it.name)), &f.t("shift"), html! {}))
        div class="narrow" { (card("", form.post_with("shift", &action, end, fields))) }
    };
    page(f, &f.t("shift"), body).refused(typed)
}

async fn set(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fail> {
    let person = PersonId::parse(&id)?;
    let (it, _) = read(&app, &f, &person).await?;
    let said = Hours::WEEKDAYS.map(|day| typed.get(day));
    let done = app.act(&f.who.actor, async move |cx| ops::set_shift(cx, &person, &said).await);
    match done.await {
        Ok(()) => Ok(f.go(&format!("/people/{id}"), "shift-is-set")),
        Err(no) => Ok(draw(&f, &it, &typed.refused(no)?).into_response()),
    }
}
