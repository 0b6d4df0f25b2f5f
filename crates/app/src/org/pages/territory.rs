//! 服务区域: which divisions an organisation serves, picked by province, city and district, each
//! for one category or for all; and who else serves them.

use std::collections::BTreeMap;

use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use kernel::Result;
use locality::Division;
use maud::{Markup, html};
use rules::policy::{Act, OrgId};

use super::super::{
    Org,
    ops::{self, Area},
};
use crate::{
    App, args,
    edge::Fail,
    ui::{Form, Frame, Page, Typed, card, empty, heading, icon, page, pill},
};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/orgs/{id}/territory", get(show).post(add))
        .route("/orgs/{id}/territory/drop", post(drop_one))
}

struct Shown {
    it: Org,
    areas: Vec<Area>,
    /// Who else serves any of them, or of those that can be picked.
    rivals: Vec<(Org, Vec<Area>)>,
    picked: Picked,
}

/// How far one has come down from the country.
#[derive(Default)]
struct Picked {
    province: Option<Division>,
    city: Option<Division>,
}

impl Picked {
    fn of(province: Option<&str>, city: Option<&str>) -> Picked {
        let province = province.and_then(locality::division);
        let city = city.and_then(locality::division);
        let fits =
            |it: &Division| province.is_some_and(|above| locality::within(it.code, above.code));
        Picked { province, city: city.filter(fits) }
    }

    /// What can be ticked: the whole, and what lies one step below it.
    fn choices(&self) -> Vec<Division> {
        let Some(top) = self.city.or(self.province) else { return Vec::new() };
        let below = locality::children(top.code);
        // Streets are not routed by: a city without districts is served as a whole.
        let below = below.into_iter().filter(|it| it.level != locality::Level::Street);
        std::iter::once(top).chain(below).collect()
    }
}

async fn read(app: &App, f: &Frame, id: &str, picked: Picked) -> Result<Shown> {
    let id = OrgId::parse(id)?;
    let codes: Vec<Area> = picked.choices().iter().map(|it| (it.code.to_owned(), None)).collect();
    let read = app.look(&f.who.actor, async move |cx| {
        let grant = cx.may(Act::PeopleManage)?;
        let it = ops::get(cx, &grant, &id).await?;
        let areas = ops::territory(cx, &id).await?;
        let asked: Vec<Area> = areas.iter().chain(&codes).cloned().collect();
        let rivals = ops::rivals(cx, &it, &asked).await?;
        Ok((it, areas, rivals))
    });
    let (it, areas, rivals) = read.await?;
    Ok(Shown { it, areas, rivals, picked })
}

async fn show(State(app): State<App>, f: Frame, Path(id): Path<String>) -> Result<Page, Fail> {
    let picked = Picked::of(f.asked("province"), f.asked("city"));
    let shown = read(&app, &f, &id, picked).await?;
    Ok(draw(&f, &shown, &Typed::default()))
}

fn draw(f: &Frame, shown: &Shown, typed: &Typed) -> Page {
    let it = &shown.it;
    let to = format!("/orgs/{}", it.id);
    let count: i64 = shown.areas.iter().map(|it| ops::districts_in(&it.0)).sum();
    let title = f.t("territory");
    let served = f.with("territory-count", &args! { "count" => count });
    let body = html! {
        (heading(Some((&to, &it.name)), &title, html! { span class="muted" { (served) } }))
        div class="cols even" {
            div class="stack" { (card(&f.t("territory-now"), now(f, shown))) }
            div class="stack" { (card(&f.t("territory-add"), pick(f, shown, typed))) }
        }
    };
    page(f, &title, body).refused(typed)
}

/// What is served, by province and city, each with a button that takes it away.
fn now(f: &Frame, shown: &Shown) -> Markup {
    if shown.areas.is_empty() {
        return empty("map", &f.t("territory-none"), &f.t("territory-none-what"), html! {});
    }
    let mut by_city: BTreeMap<String, Vec<&Area>> = BTreeMap::new();
    for area in &shown.areas {
        by_city.entry(above(&area.0)).or_default().push(area);
    }
    let action = format!("/orgs/{}/territory/drop", shown.it.id);
    html! {
        @for (city, areas) in &by_city {
            @if !city.is_empty() { h3 class="small muted mb-1" { (city) } }
            ul class="areas" {
                @for area in areas {
                    li {
                        span { (name(&area.0)) " " (of_category(f, area)) }
                        (others(f, shown, area))
                        form method="post" action=(action) class="push" {
                            input type="hidden" name="area" value=(area.0);
                            input type="hidden" name="category" value=[area.1.as_deref()];
                            input type="hidden" name="version" value=(shown.it.version);
                            @let word = f.with("territory-drop", &args! { "name" => name(&area.0) });
                            button class="btn btn-sm btn-ghost-secondary" aria-label=(word)
                                title=(word) { (icon("x")) }
                        }
                    }
                }
            }
        }
    }
}

/// Province and city over it, where it is a district; the province over a city.
fn above(area: &str) -> String {
    let Some(unit) = locality::division(area) else { return String::new() };
    unit.parent.and_then(locality::full_name).unwrap_or_default()
}

pub fn name(area: &str) -> String {
    locality::division(area).map_or_else(|| area.to_owned(), |it| it.name.to_owned())
}

fn of_category(f: &Frame, area: &Area) -> Markup {
    html! {
        @if let Some(category) = &area.1 {
            (pill("busy", &f.company.pack.category(category).map_or_else(
                || category.clone(),
                |it| if f.say.is_chinese() { it.name.zh.clone() } else { it.name.en.clone() },
            )))
        }
    }
}

/// Who else serves it: no mistake, but somebody should know.
fn others(f: &Frame, shown: &Shown, area: &Area) -> Markup {
    let meets = |theirs: &Area| {
        let same_work = theirs.1.is_none() || area.1.is_none() || theirs.1 == area.1;
        same_work && (locality::within(&area.0, &theirs.0) || locality::within(&theirs.0, &area.0))
    };
    let names: Vec<_> = shown
        .rivals
        .iter()
        .filter(|it| it.1.iter().any(meets))
        .map(|it| it.0.name.as_str())
        .collect();
    let comma = f.say.comma();
    let said = f.with("territory-also", &args! { "names" => names.join(comma) });
    html! { @if !names.is_empty() { small class="t-wait" { (said) } } }
}

fn pick(f: &Frame, shown: &Shown, typed: &Typed) -> Markup {
    let choices = shown.picked.choices();
    html! {
        (step_down(f, shown))
        @if choices.is_empty() {
            p class="muted mt-3" { (f.t("territory-pick-first")) }
        } @else {
            (tick(f, shown, &choices, typed))
        }
    }
}

/// Province and city are chosen by a form that sends itself; a button where no script runs.
fn step_down(f: &Frame, shown: &Shown) -> Markup {
    let picked = &shown.picked;
    let cities = picked.province.map(|it| locality::children(it.code)).unwrap_or_default();
    let cities: Vec<_> =
        cities.into_iter().filter(|it| it.level == locality::Level::City).collect();
    let options = |all: &[Division], chosen: Option<Division>| {
        html! {
            option value="" { (f.t("admin-choose")) }
            @for it in all {
                option value=(it.code) selected[chosen.is_some_and(|own| own.code == it.code)] {
                    (it.name)
                }
            }
        }
    };
    html! {
        form method="get" data-auto class="halves" {
            label class="field" {
                span class="form-label" { (f.t("territory-province")) }
                select class="form-select" name="province" {
                    (options(&locality::provinces(), picked.province))
                }
            }
            @if !cities.is_empty() {
                label class="field" {
                    span class="form-label" { (f.t("territory-city")) }
                    select class="form-select" name="city" { (options(&cities, picked.city)) }
                }
            }
            button class="btn no-js" { (f.t("apply")) }
        }
    }
}

fn tick(f: &Frame, shown: &Shown, choices: &[Division], typed: &Typed) -> Markup {
    let form = Form::new(f, typed);
    let categories: Vec<_> = f
        .company
        .pack
        .categories
        .iter()
        .map(|it| {
            let word = if f.say.is_chinese() { &it.name.zh } else { &it.name.en };
            (it.name.zh.clone(), word.clone())
        })
        .collect();
    let has =
        |code: &str| shown.areas.iter().any(|it| it.1.is_none() && locality::within(code, &it.0));
    let action = format!("/orgs/{}/territory", shown.it.id);
    let fields = html! {
        input type="hidden" name="version" value=(shown.it.version);
        @if let Some(it) = shown.picked.province {
            input type="hidden" name="province" value=(it.code);
        }
        @if let Some(it) = shown.picked.city {
            input type="hidden" name="city" value=(it.code);
        }
        fieldset class="mb-3" {
            legend class="visually-hidden" { (f.t("territory-add")) }
            ul class="areas" {
                @for (place, it) in choices.iter().enumerate() {
                    li {
                        label class="form-check m-0" {
                            input class="form-check-input" type="checkbox" name="areas"
                                value=(it.code) checked[typed.has("areas", it.code)]
                                disabled[has(it.code)];
                            span class="form-check-label" {
                                @if place == 0 {
                                    b { (f.with("territory-whole", &args! { "name" => it.name })) }
                                } @else { (it.name) }
                            }
                        }
                        @if has(it.code) { (pill("good", &f.t("territory-has"))) }
                        (others(f, shown, &(it.code.to_owned(), None)))
                    }
                }
            }
        }
        (form.select("category", categories, Some(f.t("category-all"))))
    };
    form.post("territory", &action, "territory-add", fields)
}

async fn add(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fail> {
    let (org, version, category) =
        (OrgId::parse(&id)?, typed.int("version"), typed.text("category"));
    let areas: Vec<Area> =
        typed.all("areas").into_iter().map(|it| (it, category.clone())).collect();
    let done =
        app.act(&f.who.actor, async move |cx| ops::add_areas(cx, &org, &areas, version).await);
    let (province, city) = (typed.get("province"), typed.get("city"));
    match done.await {
        Ok(()) => {
            let to = format!("/orgs/{id}/territory?province={province}&city={city}");
            Ok(f.go(&to, "territory-set"))
        }
        Err(no) => {
            let typed = typed.refused(no)?;
            let picked = Picked::of(Some(&province), Some(&city));
            let shown = read(&app, &f, &id, picked).await?;
            Ok(draw(&f, &shown, &typed).into_response())
        }
    }
}

async fn drop_one(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fail> {
    let (org, version) = (OrgId::parse(&id)?, typed.int("version"));
    let area: Area = (typed.get("area"), typed.text("category"));
    let done =
        app.act(&f.who.actor, async move |cx| ops::drop_area(cx, &org, &area, version).await);
    let to = format!("/orgs/{id}/territory");
    match done.await {
        Ok(()) => Ok(f.go(&to, "territory-set")),
        Err(no) => f.stay(&to, no),
    }
}
