//! 换用户: the unit has changed hands. Whoever has it now is found among those on file, or filed.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use kernel::{Result, Wrongs};
use maud::{Markup, html};
use rules::customer::{CustomerId, DeviceId};

use super::one::{name, person};
use crate::{
    App, Cx, args,
    customer::{self, Customer, ops::masked},
    device::{self, Device},
    edge::{Fail, asked::cut},
    paging::Paged,
    ui::{Form, Frame, Page, Typed, card, empty, heading, or_dash, page, search_box},
};

/// So many of those found are shown.
const FOUND: i64 = 12;

struct Scene {
    it: Device,
    user: Option<Customer>,
    found: Option<Vec<Customer>>,
}

async fn read(app: &App, f: &Frame, id: &DeviceId) -> Result<Scene> {
    let (id, q) = (id.clone(), f.asked("q").map(str::to_owned));
    let read = app.look(&f.who.actor, async move |cx: &mut Cx| {
        let grant = device::ops::to_change(cx, &id).await?;
        let it = device::ops::get(cx, &grant, &id).await?;
        let clear = customer::ops::searches_clear(cx, q.as_deref());
        let found = match q.clone() {
            Some(q) => {
                let page = Paged::first(FOUND);
                let which = customer::ops::Which { q: Some(q), page, ..Default::default() };
                let (all, _) = cut(customer::ops::list(cx, &which).await?, FOUND);
                let others = all.into_iter().filter(|one| Some(&one.id) != it.user.as_ref());
                Some(others.map(|it| if clear { it } else { masked(it) }).collect())
            }
            None => None,
        };
        Ok(Scene { user: person(cx, &grant, it.user.as_ref()).await?, it, found })
    });
    read.await
}

pub async fn show(State(app): State<App>, f: Frame, Path(id): Path<String>) -> Result<Page, Fail> {
    let scene = read(&app, &f, &DeviceId::parse(&id)?).await?;
    Ok(draw(&f, &scene, &Typed::default()))
}

pub async fn give(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fail> {
    let id = DeviceId::parse(&id)?;
    let (asked, said) = (id.clone(), typed.clone());
    let work = async move |cx: &mut Cx| {
        device::ops::to_change(cx, &asked).await?;
        let user = new_user(cx, &said).await?;
        let version = said.int("version").unwrap_or(-1);
        device::ops::hand_over(cx, &asked, &user, Some(version)).await.map(|_| ())
    };
    match app.act(&f.who.actor, work).await {
        Ok(()) => Ok(f.go(&format!("/devices/{id}"), "device-handed-over")),
        Err(no) => {
            let typed = typed.refused(no)?;
            let scene = read(&app, &f, &id).await?;
            Ok(draw(&f, &scene, &typed).into_response())
        }
    }
}

/// Who was picked, or whose name and phone were typed.
async fn new_user(cx: &mut Cx, typed: &Typed) -> Result<CustomerId> {
    if let Some(id) = typed.text("customer") {
        return CustomerId::parse(&id);
    }
    let text = |name: &str| typed.text(&format!("user.{name}"));
    let said = customer::ops::Draft {
        name: text("name"),
        phone: text("phone"),
        address: text("address"),
        ..Default::default()
    };
    let mut wrongs = Wrongs::default();
    let clean = customer::ops::check(&said, "user.", &mut wrongs);
    if clean.name.is_none() {
        wrongs.say("user.name", "missing");
    }
    if said.phone.is_none() && clean.address.is_none() {
        wrongs.say("user.phone", "phone_or_address");
    }
    wrongs.done()?;
    Ok(customer::ops::find_or_file(cx, &clean).await?.0.id)
}

fn draw(f: &Frame, scene: &Scene, typed: &Typed) -> Page {
    let title = f.t("device-hand-over");
    let at = format!("/devices/{}", scene.it.id);
    let form = Form::new(f, typed);
    let now = scene.user.as_ref().map(|it| it.name.as_str());
    let inside = html! {
        input type="hidden" name="version" value=(scene.it.version);
        div class="halves" {
            (form.text("user.name").required().attr("autocomplete", "off"))
            (form.phone("user.phone").attr("autocomplete", "off"))
        }
        (form.text("user.address").placeholder(f.t("intake-address-example"))
            .hint(f.t("device-user-hint")).attr("autocomplete", "off"))
    };
    let body = html! {
        (heading(Some((&at, &name(f, &scene.it))), &title, html! {}))
        div class="stack narrow" {
            (card(&f.t("hand-over-found"), html! {
                p { (f.t("device-user")) ": " (or_dash(now)) }
                (search_box(f, &f.t("customers-find")))
                @if let Some(found) = &scene.found {
                    div class="mt-3" { (rows(f, &scene.it, found)) }
                }
            }))
            (card(&f.t("hand-over-new"), form.post(
                "hand-over", &format!("{at}/user"), "hand-over-file", inside,
            )))
        }
    };
    page(f, &title, body).refused(typed)
}

/// Each with the button that knows to whom it gives what.
fn rows(f: &Frame, it: &Device, found: &[Customer]) -> Markup {
    if found.is_empty() {
        return empty("search", &f.t("list-none"), &f.t("found-nothing-what"), html! {});
    }
    html! {
        div class="sheet in-card" {
            table class="cards" {
                tbody {
                    @for who in found {
                        tr data-row {
                            td class="c-title" { (who.name) }
                            td class="c-line" { (or_dash(who.phone.as_deref())) }
                            td class="c-line sub wrap" { (who.address.as_deref().unwrap_or_default()) }
                            td class="acts-cell c-acts" {
                                form method="post" action={ "/devices/" (it.id) "/user" } class="d-inline" {
                                    input type="hidden" name="customer" value=(who.id);
                                    input type="hidden" name="version" value=(it.version);
                                    button class="btn btn-sm btn-primary" {
                                        (f.with("hand-over-to", &args! { "name" => who.name.clone() }))
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
