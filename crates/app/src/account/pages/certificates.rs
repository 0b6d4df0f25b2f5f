//! 持证: which certificates somebody has, with their end: without one they are not sent.

use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::get,
};
use kernel::{Day, Field, Result};
use maud::html;
use rules::policy::PersonId;

use super::{
    super::{Certificate, Person, ops},
    words::named,
};
use crate::{
    App,
    edge::Fail,
    ui::{Form, Frame, Page, Typed, card, heading, page},
};

pub fn routes() -> Router<App> {
    Router::new().route("/people/{id}/certificates", get(show).post(set))
}

async fn read(app: &App, f: &Frame, id: &PersonId) -> Result<(Person, Vec<Certificate>)> {
    let id = id.clone();
    let read = app.look(&f.who.actor, async move |cx| {
        let it = ops::managed_one(cx, &id).await?;
        Ok((it, ops::certificates(cx, &id).await?))
    });
    read.await
}

/// Room for so many more than there are.
const MORE_ROWS: usize = 2;

async fn show(State(app): State<App>, f: Frame, Path(id): Path<String>) -> Result<Page, Fail> {
    let (it, known) = read(&app, &f, &PersonId::parse(&id)?).await?;
    let mut typed = Typed::default();
    for (at, one) in known.iter().enumerate() {
        typed.set(&format!("{at}.name"), &one.name);
        typed.set(&format!("{at}.until"), one.until.map(|day| day.to_string()).unwrap_or_default());
        typed.set(&format!("{at}.number"), one.number.clone().unwrap_or_default());
    }
    typed.set("rows", (known.len() + MORE_ROWS).to_string());
    Ok(draw(&f, &it, &typed))
}

fn draw(f: &Frame, it: &Person, typed: &Typed) -> Page {
    let form = Form::new(f, typed);
    let to = format!("/people/{}", it.id);
    let rows = usize::try_from(typed.int("rows").unwrap_or(0)).unwrap_or(0).clamp(1, 60);
    let known = &f.company.pack.certificates;
    let fields = html! {
        (form.hidden("rows"))
        datalist id="known-certificates" {
            @for it in known { option value=(it.name.zh) { (named(f, &it.name)) } }
        }
        @for at in 0..rows {
            div class="thirds" {
                (form.text(&format!("{at}.name")).label(f.t("certificate-name"))
                    .attr("list", "known-certificates").attr("maxlength", "60"))
                (form.text(&format!("{at}.number")).label(f.t("certificate-number")))
                (form.day(&format!("{at}.until")).label(f.t("certificate-until")))
            }
        }
        p class="hint" { (f.t("certificates-hint")) }
    };
    let end = html! {
        button class="btn btn-primary" { (f.t("save")) }
        a class="btn" href=(to) { (f.t("cancel")) }
    };
    let action = format!("{to}/certificates");
    let body = html! {
        (heading(Some((&to, &it.name)), &f.t("certificates"), html! {}))
        (card("", form.post_with("certificates", &action, end, fields)))
    };
    page(f, &f.t("certificates"), body).refused(typed)
}

async fn set(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fail> {
    let person = PersonId::parse(&id)?;
    let said = typed.clone();
    let asked = person.clone();
    let done = app.act(&f.who.actor, async move |cx| {
        let all = read_typed(&said)?;
        ops::set_certificates(cx, &asked, &all).await
    });
    match done.await {
        Ok(()) => Ok(f.go(&format!("/people/{id}"), "certificates-set")),
        Err(no) => {
            let typed = typed.refused(no)?;
            let (it, _) = read(&app, &f, &person).await?;
            Ok(draw(&f, &it, &typed).into_response())
        }
    }
}

/// The rows that name a certificate; an empty one is one that is not there any more.
fn read_typed(typed: &Typed) -> Result<Vec<Certificate>> {
    let mut all = Vec::new();
    for at in 0..usize::try_from(typed.int("rows").unwrap_or(0)).unwrap_or(0).min(60) {
        let said = |what: &str| typed.text(&format!("{at}.{what}"));
        let Some(name) = said("name") else { continue };
        let until = match said("until") {
            Some(text) => {
                let wrong = || Field::new(format!("{at}.until"), "day");
                Some(Day::parse(&text).ok_or_else(wrong)?)
            }
            None => None,
        };
        all.push(Certificate { name, until, number: said("number") });
    }
    Ok(all)
}
