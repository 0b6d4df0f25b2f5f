//! The list of devices: found by any part of the serial, above all its end; narrowed by what they
//! are and by what their warranty says today; and the same rows as a file.

use axum::{extract::State, response::Response};
use kernel::{Day, Result};
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
        Column, Frame, List, Page, choices, chosen, coverage,
        file::{MOST_ROWS, file, yuan},
        filed, filter, icon, most_rows, nothing, or_dash, search_box,
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
        acts: new(&f),
        beside: html! {},
        views: Vec::new(),
        chips: chips(&f, &view),
        columns: columns(&f),
        rows: &view.screen.rows,
        next: view.screen.next.as_deref(),
        none: nothing(&f, "barcode", "devices-none", "/devices", new(&f)),
        bulk: html! {},
    };
    Ok(list.draw(&f))
}

async fn read(app: &App, f: &Frame, asked: &Asked) -> Result<View> {
    let (mut which, narrowed) = Narrowed::read(asked)?;
    which.page.limit = which.page.limit.min(most_rows(f));
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
    let user = |it: &Listed| it.user.as_ref().map(|(name, kind)| mask_named(*kind, name));
    let category = |it: &Listed| it.device.category.as_deref().map(|it| f.category(it));
    let mut all = vec![
        Column::new(f.t("field-serial"), |it: &Listed| {
            let name = it.device.serial.clone().unwrap_or_else(|| f.t("device-no-serial"));
            html! { a href={ "/devices/" (it.device.id) } { (name) } }
        })
        .text("serial", |it| it.device.serial.clone())
        .title()
        .sort("serial"),
        Column::new(f.t("field-category"), move |it: &Listed| or_dash(category(it)))
            .text("category", category)
            .line(),
        Column::new(f.t("field-model"), |it: &Listed| or_dash(it.device.model.as_deref()))
            .text("model", |it| it.device.model.clone())
            .line(),
        Column::new(f.t("device-today"), |it: &Listed| coverage(f, it.coverage.code()))
            .text("coverage", |it| Some(f.code("coverage", it.coverage.code())))
            .due(),
        Column::new(f.t("device-user"), move |it: &Listed| or_dash(user(it)))
            .text("user", user)
            .line()
            .slim(),
    ];
    all.extend(days(f));
    all.extend([
        Column::new(f.t("field-purchase_channel"), |it: &Listed| {
            or_dash(it.device.purchase_channel.as_deref())
        })
        .text("purchase_channel", |it| it.device.purchase_channel.clone())
        .quiet()
        .slim(),
        Column::new(f.t("field-card"), |it: &Listed| or_dash(it.device.card.as_deref()))
            .text("card", |it| it.device.card.clone())
            .extra(),
    ]);
    all.extend(papers(f));
    all.extend(usages(f));
    all
}

/// What the customer can show, and what was paid: for those who ask for it, and in the file.
fn papers(f: &Frame) -> [Column<'_, Listed>; 3] {
    let paper = |name: &'static str, head: &str, of: fn(&Listed) -> Option<bool>| {
        let said =
            move |it: &Listed| of(it).map(|it| f.t(if it { "paper-there" } else { "paper-gone" }));
        Column::new(f.t(head), move |it: &Listed| or_dash(said(it))).text(name, said).extra()
    };
    let price = |it: &Listed| it.device.price;
    [
        Column::new(f.t("field-price_paid"), move |it: &Listed| {
            or_dash(price(it).map(|it| f.say.money(it)))
        })
        .file("price", move |it| price(it).map_or(Entry::Empty, yuan))
        .extra(),
        paper("invoice", "field-invoice", |it| it.device.invoice),
        paper("certificate", "field-certificate", |it| it.device.certificate),
    ]
}

/// As last read.
fn usages(f: &Frame) -> [Column<'_, Listed>; 2] {
    let column = |name: &'static str, head: &str, of: fn(&Listed) -> Option<i64>| {
        Column::new(f.t(head), move |it: &Listed| or_dash(of(it).map(|it| it.to_string())))
            .file(name, move |it| of(it).map_or(Entry::Empty, Entry::Whole))
            .extra()
    };
    [
        column("km", "usage-km-field", |it| it.usage.km),
        column("hours", "usage-hours-field", |it| it.usage.hours),
    ]
}

/// The days that a warranty hangs on.
fn days(f: &Frame) -> [Column<'_, Listed>; 6] {
    let column = |head: &str, key: &'static str, day: fn(&Listed) -> Option<Day>| {
        Column::new(f.t(head), move |it: &Listed| or_dash(day(it).map(|it| it.to_string())))
            .file(key, move |it| day(it).map_or(Entry::Empty, |it| Entry::Day(it.0)))
    };
    let (installed, sold) = ("field-installed_on", "field-sold_on");
    [
        column(installed, "installed_on", |it| it.device.installed_on).sort("installed_on"),
        column(sold, "sold_on", |it| it.device.sold_on).quiet().sort("sold_on"),
        column("field-delivered_on", "delivered_on", |it| it.device.delivered_on).extra(),
        column("field-accepted_on", "accepted_on", |it| it.device.accepted_on).extra(),
        column("field-produced_on", "produced_on", |it| it.device.produced_on).extra(),
        column("field-exchanged_on", "exchanged_on", |it| it.device.exchanged_on).extra(),
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
    let (headings, lines) = filed(&f, columns(&f), &rows);
    Ok(file(&f, &f.t("area-devices"), headings, lines).await?)
}
