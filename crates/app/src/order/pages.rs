//! The list of service orders: common views, filters in the address, the promise that runs out
//! next in every row, and the same rows as a file. Names are hidden unless one typed enough of
//! whom one looks for.

mod file;
mod filters;

use axum::{Router, extract::State, routing::get};
use kernel::Result;
use maud::{Markup, html};
use rules::{
    customer::{CustomerKind, mask_address, mask_named},
    order::{Order, Status},
    policy::{Act, Reach},
};

use super::{Asked, Listed, cursor, ops};
use crate::{
    App, customer,
    edge::{Fail, Query, asked::cut},
    ui::{
        Column, Frame, List, Page, coverage, due, due_on, export, icon, nothing, or_dash, state,
        tabs,
    },
};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/orders", get(list))
        .route("/orders.xlsx", get(file::download))
        .route("/orders.csv", get(file::download))
}

/// Without a question: everything that is not finished, what is due first on top.
async fn list(
    State(app): State<App>,
    mut f: Frame,
    Query(asked): Query<Asked>,
) -> Result<Page, Fail> {
    let asked = if f.here.query.is_empty() { filters::open() } else { asked };
    if f.here.query.is_empty() {
        f.here.query = serde_html_form::from_str(&asked.query()).unwrap_or_default();
    }
    let view = view(&app, &f, &asked).await?;
    let list = List {
        title: f.t("area-orders"),
        acts: export(&f),
        views: tabs(&filters::views(&f, &asked, &view.counts)),
        chips: filters::chips(&f, &asked, &view.choices),
        columns: columns(&f, &view),
        rows: &view.rows,
        next: view.next.as_deref(),
        none: none(&f),
    };
    Ok(list.draw(&f))
}

/// One screenful, and what stands around it.
struct View {
    rows: Vec<Listed>,
    next: Option<String>,
    /// Whether this search may show whom it finds.
    clear: bool,
    counts: Vec<i64>,
    choices: filters::Choices,
}

async fn view(app: &App, f: &Frame, asked: &Asked) -> Result<View, Fail> {
    let (asked, fragment) = (asked.clone(), f.here.fragment);
    let view = app.look(&f.who.actor, async move |cx| {
        let (filter, page) = asked.read(cx)?;
        let (rows, more) = cut(ops::listed(cx, &filter, &page).await?, page.limit);
        let next = rows.last().filter(|_| more).map(|it| cursor(&page, &it.order));
        let counts = if fragment { Vec::new() } else { filters::counts(cx).await? };
        Ok(View {
            next,
            clear: customer::ops::searches_clear(cx, asked.q.as_deref()),
            counts,
            choices: filters::known(cx, &asked).await?,
            rows,
        })
    });
    Ok(view.await?)
}

fn columns<'a>(f: &'a Frame, view: &'a View) -> Vec<Column<'a, Listed>> {
    let clear = |it: &Listed| view.clear && it.order.shows_customer(&f.who.actor, false, f.now);
    let name = move |it: &Listed| name(it, clear(it));
    let address = move |it: &Listed| place(it, clear(it));
    let outlets = f.reach(Act::Read) > Reach::Branch || view.choices.outlets.len() > 1;
    let href = |it: &Listed| format!("/orders/{}", it.order.id);
    let mut columns = vec![
        Column::new("", move |it: &Listed| html! {
            a href=(href(it)) { (name(it).unwrap_or_else(|| it.order.number.clone())) " · " (fault(f, it)) }
        })
        .title()
        .narrow(),
        Column::new(f.t("field-number"), move |it: &Listed| html! {
            a href=(href(it)) { (it.order.number) }
        })
        .line()
        .sort("number"),
        Column::new(f.t("field-status"), |it: &Listed| state(f, "status", it.order.status.code()))
            .line(),
        Column::new(f.t("field-due"), |it: &Listed| promised(f, it)).due().sort("due"),
        Column::new(f.t("field-customer"), move |it: &Listed| match &it.order.customer {
            Some(_) => or_dash(name(it)),
            None => or_dash(None::<&str>),
        })
        .slim(),
        Column::new(f.t("field-address"), move |it: &Listed| or_dash(address(it))).quiet().slim(),
        Column::new(f.t("field-device"), |it: &Listed| match &it.model {
            Some(model) => html! { span title=(device(f, it)) { (model) } },
            None => or_dash(Some(device(f, it))),
        })
        .slim(),
        Column::new(f.t("field-fault"), |it: &Listed| html! { (fault(f, it)) }).slim(),
        Column::new(f.t("orders-visit"), |it: &Listed| visit(f, it)).line(),
        Column::new(f.t("field-coverage"), |it: &Listed| coverage(f, it.order.coverage.code())),
    ];
    if outlets {
        let outlet = |it: &Listed| match &it.outlet {
            Some(name) => html! { (name) },
            None => html! { span class="t-wait" { (f.t("orders-in-pool")) } },
        };
        columns.insert(9, Column::new(f.t("field-outlet"), outlet).slim());
    }
    if !f.asked("sort").is_some_and(|it| it.ends_with("due")) {
        let opened = |it: &Listed| html! { (f.moment(it.order.opened_at)) };
        columns.push(Column::new(f.t("orders-opened"), opened).quiet().sort("opened_at"));
    }
    columns
}

pub fn name(it: &Listed, clear: bool) -> Option<String> {
    let name = it.customer.clone()?;
    let kind = it.customer_kind.unwrap_or(CustomerKind::Person);
    Some(if clear { name } else { mask_named(kind, &name) })
}

/// Where it is, without what everybody here knows: province and city.
fn place(it: &Listed, clear: bool) -> Option<String> {
    let address = it.address.clone()?;
    let address = if clear { address } else { mask_address(&address) };
    let known = it.order.district.as_deref().and_then(locality::division);
    let short = known.and_then(|it| Some(address.split_once(it.name)?.1.to_owned()));
    Some(short.filter(|it| !it.is_empty()).unwrap_or(address))
}

fn device(f: &Frame, it: &Listed) -> String {
    let category = f.category_of(it.order.category.as_deref());
    match &it.model {
        Some(model) => format!("{category} {model}"),
        None => category,
    }
}

/// What is wrong, or what is to be done where nothing is.
fn fault(f: &Frame, it: &Listed) -> String {
    let said = it.order.fault_text.as_deref().unwrap_or_default();
    let said: String = said.chars().take(60).collect();
    if said.trim().is_empty() { f.code("kind", it.order.kind.code()) } else { said }
}

/// The promise that runs out next; of what is over, how it ended.
fn promised(f: &Frame, it: &Listed) -> Markup {
    match it.order.due {
        Some(at) => html! {
            @if let Some(coming) = it.promise {
                span class="muted small" { (f.code("promise", coming.kind.code())) } " "
                (due_on(f, at, coming.clock))
            } @else {
                (due(f, at))
            }
        },
        None => match it.order.closed_at {
            Some(at) => html! { span class="muted" { (f.moment(at)) } },
            None => or_dash(None::<&str>),
        },
    }
}

/// Who goes and when, or what it waits for.
fn visit(f: &Frame, it: &Listed) -> Markup {
    let order: &Order = &it.order;
    let coming = matches!(order.status, Status::Assigned | Status::OnWay | Status::OnSite);
    html! {
        (or_dash(it.technician.as_deref()))
        @if let Some(wait) = order.wait {
            " · " (f.code("wait", wait.code()))
        } @else if let Some(window) = order.window().filter(|_| coming) {
            " " span class="muted" { (f.window(window)) }
        }
    }
}

/// Why there is nothing, and what to do.
fn none(f: &Frame) -> Markup {
    let takes = f.may(Act::RequestTake);
    let new = html! {
        @if takes { a class="btn btn-primary" href="/intake" { (icon("plus")) (f.t("new-request")) } }
    };
    nothing(f, "clipboard-list", "orders-none", "/orders?sort=-opened_at", new)
}
