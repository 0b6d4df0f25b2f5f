//! The list of customers: found by a part of the name, its pinyin, the end of the phone or the
//! address; and the same rows as a file.

use axum::{extract::State, response::Response};
use kernel::{Result, Time};
use maud::{Markup, html};
use platform::sheet::Entry;
use rules::{customer::CustomerKind, policy::Act};

use crate::{
    App,
    customer::{
        self, Asked, Customer, cursor,
        ops::{Group, masked},
    },
    desk::beside::Beside,
    edge::{Fail, Query, asked::cut},
    ui::{
        Column, Frame, List, Page, address, choices,
        file::{MOST_ROWS, cell_at, file},
        filed, filter, icon, moment, most_rows, nothing, or_dash, pill, search_box,
    },
};

/// So many districts and classes can be chosen from.
const GROUPS: i64 = 40;

/// A customer as a row: hidden already, unless the search said enough.
struct Row {
    it: Customer,
    devices: i64,
    served: Option<Time>,
}

struct View {
    rows: Vec<Row>,
    next: Option<String>,
    clear: bool,
    districts: Vec<String>,
    classes: Vec<String>,
}

pub async fn show(
    State(app): State<App>,
    f: Frame,
    Query(asked): Query<Asked>,
) -> Result<Page, Fail> {
    let view = read(&app, &f, &asked, None).await?;
    let list = List {
        title: f.t("area-customers"),
        acts: new(&f),
        beside: html! {},
        views: Vec::new(),
        chips: chips(&f, &view),
        columns: columns(&f, &view),
        rows: &view.rows,
        next: view.next.as_deref(),
        none: nothing(&f, "users", "customers-none", "/customers", new(&f)),
        bulk: html! {},
    };
    Ok(list.draw(&f))
}

/// One screenful; or, with a limit, everything up to it as it goes into a file.
async fn read(app: &App, f: &Frame, asked: &Asked, limit: Option<i64>) -> Result<View> {
    let mut which = asked.read()?;
    match limit {
        Some(limit) => (which.page.limit, which.page.after) = (limit, None),
        None => which.page.limit = which.page.limit.min(most_rows(f)),
    }
    let read = app.look(&f.who.actor, async move |cx| {
        let (rows, more) = cut(customer::ops::list(cx, &which).await?, which.page.limit);
        let next = rows.last().filter(|_| more).map(|it| cursor(&which, it));
        // A file goes where nobody can be asked why.
        let clear = limit.is_none() && customer::ops::searches_clear(cx, which.q.as_deref());
        let beside = Beside::of(cx, &rows).await?;
        let mut districts = Vec::new();
        if limit.is_none() {
            districts = customer::ops::common(cx, Group::District, GROUPS).await?;
        }
        let classes = customer::ops::common(cx, Group::Class, GROUPS).await?;
        let row = |it: Customer| Row {
            devices: beside.devices(&it),
            served: beside.served(&it),
            it: if clear { it } else { masked(it) },
        };
        let rows = rows.into_iter().map(row).collect();
        Ok(View { rows, next, clear, districts, classes })
    });
    read.await
}

fn new(f: &Frame) -> Markup {
    html! {
        @if f.may(Act::RequestTake) {
            a class="btn btn-primary" href="/customers/new" { (icon("plus")) (f.t("customer-new")) }
        }
    }
}

fn chips(f: &Frame, view: &View) -> Markup {
    let kinds = choices(f, "customer-kind", CustomerKind::ALL.iter().map(|it| it.code()));
    let mut districts: Vec<_> = view.districts.iter().map(|it| (it.clone(), area(it))).collect();
    // A city in the address has no row of its own in the menu, but its chip says which it is.
    for code in f.asked_all("district").iter().filter(|it| !view.districts.contains(it)) {
        districts.insert(0, (code.clone(), area(code)));
    }
    let classes: Vec<_> = view.classes.iter().map(|it| (it.clone(), it.clone())).collect();
    html! {
        (search_box(f, &f.t("customers-find")))
        (filter(f, "kind", &f.t("field-kind"), &kinds))
        @if !districts.is_empty() {
            (filter(f, "district", &f.t("field-district"), &districts))
        }
        @if !classes.is_empty() { (filter(f, "class", &f.t("field-class"), &classes)) }
        @if view.clear && !view.rows.is_empty() { (pill("wait", &f.t("customers-clear"))) }
    }
}

/// `香洲区`; of a code nobody knows, the code.
pub fn area(code: &str) -> String {
    locality::division(code).map_or_else(|| code.to_owned(), |it| it.name.to_owned())
}

/// What was typed goes along: whoever was found by it is shown as the list showed them.
fn href(f: &Frame, view: &View, it: &Customer) -> String {
    let typed = f.asked("q").filter(|_| view.clear).map(|it| ("q".to_owned(), it.to_owned()));
    address(&format!("/customers/{}", it.id), &typed.into_iter().collect::<Vec<_>>())
}

fn columns<'a>(f: &'a Frame, view: &'a View) -> Vec<Column<'a, Row>> {
    let name = move |row: &Row| {
        html! {
            a href=(href(f, view, &row.it)) { (row.it.name) }
            @if row.it.kind == CustomerKind::Company {
                " " (pill("", &f.code("customer-kind", row.it.kind.code())))
            }
        }
    };
    let kind = |row: &Row| f.code("customer-kind", row.it.kind.code());
    let district = |row: &Row| row.it.district.as_deref().map(area);
    let class = |row: &Row| html! { @if let Some(it) = &row.it.class { (pill("wait", it)) } };
    let mut class =
        Column::new(f.t("field-class"), class).text("class", |row| row.it.class.clone());
    if view.classes.is_empty() {
        class = class.extra();
    }
    let served = |row: &Row| row.served.map_or_else(|| or_dash(None::<&str>), |at| moment(f, at));
    vec![
        Column::new(f.t("field-name"), name)
            .text("name", |row| Some(row.it.name.clone()))
            .title()
            .sort("name"),
        Column::new(f.t("field-kind"), move |row: &Row| html! { (kind(row)) })
            .text("kind", move |row| Some(kind(row)))
            .extra(),
        Column::new(f.t("field-phone"), |row: &Row| or_dash(row.it.phone.as_deref()))
            .text("phone", |row| row.it.phone.clone())
            .line(),
        Column::new(f.t("field-address"), |row: &Row| or_dash(short(&row.it)))
            .text("address", |row| row.it.address.clone())
            .line()
            .quiet(),
        Column::new(f.t("field-district"), move |row: &Row| or_dash(district(row)))
            .text("district", district),
        class,
        Column::new(f.t("area-devices-short"), |row: &Row| html! { (row.devices) })
            .file("devices", |row| Entry::Whole(row.devices))
            .num(),
        Column::new(f.t("customers-served"), served)
            .file("served", |row| cell_at(f, row.served))
            .due(),
        Column::new(f.t("filed"), |row: &Row| moment(f, row.it.created_at))
            .file("filed", |row| cell_at(f, Some(row.it.created_at)))
            .quiet()
            .sort("created_at"),
    ]
}

/// Without what the column beside it says: province, city and district.
fn short(it: &Customer) -> Option<String> {
    let address = it.address.clone()?;
    let known = it.district.as_deref().and_then(locality::division);
    let rest = known.and_then(|it| Some(address.split_once(it.name)?.1.to_owned()));
    Some(rest.filter(|it| !it.is_empty()).unwrap_or(address))
}

pub async fn download(
    State(app): State<App>,
    f: Frame,
    Query(asked): Query<Asked>,
) -> Result<Response, Fail> {
    let view = read(&app, &f, &asked, Some(MOST_ROWS)).await?;
    let (headings, lines) = filed(&f, columns(&f, &view), &view.rows);
    Ok(file(&f, &f.t("area-customers"), headings, lines).await?)
}
