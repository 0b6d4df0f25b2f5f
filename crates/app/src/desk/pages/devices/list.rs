//! The list of devices: found by any part of the serial, above all its end; narrowed by what they
//! are and by what their warranty says today; and the same rows as a file.

use axum::{extract::State, response::Response};
use kernel::Result;
use maud::{Markup, html};
use platform::sheet::Entry;
use rules::{
    customer::{CustomerId, mask_named},
    order::Coverage,
    policy::Act,
};

use crate::{
    App, customer,
    desk::devices::{self, Listed, Narrowed, Screen},
    device::{self, Asked},
    edge::{Fail, Query},
    ui::{
        Column, Frame, List, Page, choices, chosen, coverage, export,
        file::{MOST_ROWS, cell, file},
        filter, icon, nothing, or_dash, search_box,
    },
};

/// So many models can be chosen from.
const MODELS: i64 = 40;

struct View {
    screen: Screen,
    models: Vec<String>,
    /// Whose devices these are, where a link asked for one customer's.
    whose: Option<String>,
}

pub async fn show(
    State(app): State<App>,
    f: Frame,
    Query(asked): Query<Asked>,
) -> Result<Page, Fail> {
    let view = read(&app, &f, &asked).await?;
    let list = List {
        title: f.t("area-devices"),
        acts: html! { (export(&f)) (new(&f)) },
        views: html! {},
        chips: chips(&f, &view),
        columns: columns(&f),
        rows: &view.screen.rows,
        next: view.screen.next.as_deref(),
        none: nothing(&f, "barcode", "devices-none", "/devices", new(&f)),
    };
    Ok(list.draw(&f))
}

async fn read(app: &App, f: &Frame, asked: &Asked) -> Result<View> {
    let (which, narrowed) = Narrowed::read(asked)?;
    let read = app.look(&f.who.actor, async move |cx| {
        let whose = match which.customer.as_deref().map(CustomerId::parse) {
            Some(Ok(id)) => {
                let grant = cx.may(Act::Read)?;
                let it = customer::ops::get(cx, &grant, &id).await?;
                Some(mask_named(it.kind, &it.name))
            }
            Some(Err(no)) => return Err(no),
            None => None,
        };
        let screen = devices::listed(cx, &which, &narrowed).await?;
        Ok(View { screen, models: device::ops::models(cx, MODELS).await?, whose })
    });
    read.await
}

fn new(f: &Frame) -> Markup {
    html! {
        @if f.may(Act::RequestTake) {
            a class="btn btn-primary" href="/devices/new" { (icon("plus")) (f.t("device-new")) }
        }
    }
}

fn chips(f: &Frame, view: &View) -> Markup {
    let categories = f.company.pack.categories.iter();
    let categories: Vec<_> = categories.map(|it| (it.name.zh.clone(), f.name(&it.name))).collect();
    let models: Vec<_> = view.models.iter().map(|it| (it.clone(), it.clone())).collect();
    let coverages = choices(f, "coverage", Coverage::ALL.iter().map(|it| it.code()));
    html! {
        @if let Some(name) = &view.whose { (chosen(f, "customer", name)) }
        (search_box(f, &f.t("devices-find")))
        (filter(f, "category", &f.t("field-category"), &categories))
        @if !models.is_empty() { (filter(f, "model", &f.t("field-model"), &models)) }
        (filter(f, "coverage", &f.t("device-today"), &coverages))
        (filter(f, "ending", &f.t("device-ending"), &[("soon".to_owned(), f.t("device-ending-soon"))]))
    }
}

fn columns(f: &Frame) -> Vec<Column<'_, Listed>> {
    vec![
        Column::new(f.t("field-serial"), |it: &Listed| {
            let name = it.device.serial.clone().unwrap_or_else(|| f.t("device-no-serial"));
            html! { a href={ "/devices/" (it.device.id) } { (name) } }
        })
        .title()
        .sort("serial"),
        Column::new(f.t("field-category"), |it: &Listed| {
            or_dash(it.device.category.as_deref().map(|it| f.category(it)))
        })
        .line(),
        Column::new(f.t("field-model"), |it: &Listed| or_dash(it.device.model.as_deref())).line(),
        Column::new(f.t("device-today"), |it: &Listed| coverage(f, it.coverage.code())).due(),
        Column::new(f.t("device-user"), |it: &Listed| {
            or_dash(it.user.as_ref().map(|(name, kind)| mask_named(*kind, name)))
        })
        .line()
        .slim(),
        Column::new(f.t("field-installed_on"), |it: &Listed| {
            or_dash(it.device.installed_on.map(|it| it.to_string()))
        })
        .sort("installed_on"),
        Column::new(f.t("field-sold_on"), |it: &Listed| {
            or_dash(it.device.sold_on.map(|it| it.to_string()))
        })
        .quiet()
        .sort("sold_on"),
        Column::new(f.t("field-purchase_channel"), |it: &Listed| {
            or_dash(it.device.purchase_channel.as_deref())
        })
        .quiet()
        .slim(),
    ]
}

pub async fn download(
    State(app): State<App>,
    f: Frame,
    Query(asked): Query<Asked>,
) -> Result<Response, Fail> {
    let (mut which, narrowed) = Narrowed::read(&asked)?;
    (which.page.limit, which.page.after) = (MOST_ROWS, None);
    let read = app
        .look(&f.who.actor, async move |cx| Ok(devices::listed(cx, &which, &narrowed).await?.rows));
    let rows = read.await?;
    let headings = [
        "field-serial",
        "field-category",
        "field-model",
        "device-today",
        "device-user",
        "field-sold_on",
        "field-delivered_on",
        "field-installed_on",
        "field-accepted_on",
        "field-purchase_channel",
        "field-card",
    ];
    let headings = headings.iter().map(|it| f.t(it)).collect();
    let lines = rows.iter().map(|it| line(&f, it)).collect();
    Ok(file(&f, &f.t("area-devices"), headings, lines).await?)
}

fn line(f: &Frame, row: &Listed) -> Vec<Entry> {
    let it = &row.device;
    let day = |day: Option<kernel::Day>| day.map_or(Entry::Empty, |it| Entry::Day(it.0));
    vec![
        cell(it.serial.clone()),
        cell(it.category.as_deref().map(|it| f.category(it))),
        cell(it.model.clone()),
        Entry::Text(f.code("coverage", row.coverage.code())),
        cell(row.user.as_ref().map(|(name, kind)| mask_named(*kind, name))),
        day(it.sold_on),
        day(it.delivered_on),
        day(it.installed_on),
        day(it.accepted_on),
        cell(it.purchase_channel.clone()),
        cell(it.card.clone()),
    ]
}
