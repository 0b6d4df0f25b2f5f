//! 读数: how far a unit has run and how long it has worked, written down by whoever reads it off.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use kernel::{Field, Refusal, Result, Wrongs};
use maud::html;
use rules::{customer::DeviceId, policy::Act, warranty::Usage};

use super::one::name;
use crate::{
    App, Cx, args,
    device::{self, Device, ops::Reading},
    edge::Fail,
    ui::{Change, Form, Frame, Page, Typed},
};

pub async fn show(State(app): State<App>, f: Frame, Path(id): Path<String>) -> Result<Page, Fail> {
    let (it, usage) = read(&app, &f, &id).await?;
    Ok(draw(&f, &it, usage, &Typed::default()))
}

/// Who may not write it down need not see the form.
async fn read(app: &App, f: &Frame, id: &str) -> Result<(Device, Usage)> {
    let id = DeviceId::parse(id)?;
    let read = app.look(&f.who.actor, async move |cx: &mut Cx| {
        let grant = cx.may(Act::Read)?;
        let it = device::ops::get(cx, &grant, &id).await?;
        if cx.may(Act::RequestTake).is_err() && cx.may(Act::OrderVisit).is_err() {
            return Err(Refusal::NOT_ALLOWED.into());
        }
        let usage = device::ops::last_usage(cx, &id).await?;
        Ok((it, usage))
    });
    read.await
}

pub async fn save(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fail> {
    let asked = DeviceId::parse(&id)?;
    let said = typed.clone();
    let work = async move |cx: &mut Cx| {
        let mut wrongs = Wrongs::default();
        let read = [whole(&said, "km"), whole(&said, "hours")];
        let [km, hours] = read.map(|it| wrongs.take(it).flatten());
        wrongs.done()?;
        device::ops::read_usage(cx, &asked, Reading { km, hours }).await.map(|_| ())
    };
    match app.act(&f.who.actor, work).await {
        Ok(()) => Ok(f.go(&format!("/devices/{id}"), "usage-is-read")),
        Err(no) => {
            let typed = typed.refused(no)?;
            let (it, usage) = read(&app, &f, &id).await?;
            Ok(draw(&f, &it, usage, &typed).into_response())
        }
    }
}

/// What was typed, as a whole number.
fn whole(typed: &Typed, name: &'static str) -> Result<Option<i64>, Field> {
    let text = typed.text(name).map(|it| it.trim().to_owned());
    text.map(|it| it.parse().map_err(|_| Field::new(name, "whole_number"))).transpose()
}

fn draw(f: &Frame, it: &Device, usage: Usage, typed: &Typed) -> Page {
    let at = format!("/devices/{}", it.id);
    let form = Form::new(f, typed);
    let before = |key: &str, last: Option<i64>| {
        last.map(|it| f.with(key, &args! { "last" => it })).unwrap_or_default()
    };
    let inside = html! {
        div class="halves" {
            (form.number("km").label(f.t("usage-km-field")).hint(before("usage-last-km", usage.km)))
            (form.number("hours").label(f.t("usage-hours-field"))
                .hint(before("usage-last-hours", usage.hours)))
        }
    };
    Change {
        at: &at,
        name: &name(f, it),
        title: &f.t("usage-read"),
        id: "usage",
        action: &format!("{at}/usage"),
    }
    .draw(f, typed, inside)
}
