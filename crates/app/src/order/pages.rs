//! The list of service orders: common views, filters in the address, the promise that runs out
//! next in every row, and the same rows as a file. Names are hidden unless one typed enough of
//! whom one looks for.

mod columns;
mod file;
mod filters;

use std::collections::BTreeMap;

use axum::{Router, extract::State, routing::get};
use kernel::{Fen, Result};
use maud::{Markup, html};
use rules::{
    customer::{CustomerKind, mask_address, mask_named},
    order::{Order, Status, Step},
    policy::Act,
};

use super::{Asked, Listed, cursor, ops};
use crate::{
    App, Cx, customer,
    edge::{Fail, Query, asked::cut},
    ui::{Frame, List, Page, address, due, due_on, icon, most_rows, nothing, or_dash},
    visit,
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
        acts: html! {},
        beside: html! {},
        views: filters::views(&f, &asked, &view.counts),
        chips: filters::chips(&f, &asked, &view.choices),
        columns: columns::all(&f, &view),
        rows: &view.rows,
        next: view.next.as_deref(),
        none: none(&f),
        bulk: bulk(&f),
    };
    Ok(list.draw(&f))
}

/// What can be done with many orders at once.
pub const STEPS_FOR_MANY: [Step; 4] = [Step::Accept, Step::Assign, Step::Route, Step::Cancel];

/// Of these what this person takes.
pub fn steps_for_many(f: &Frame) -> Vec<Step> {
    STEPS_FOR_MANY.into_iter().filter(|it| f.may(it.act())).collect()
}

/// What can be done with those that are ticked. Nothing happens before it was looked at.
fn bulk(f: &Frame) -> Markup {
    let steps = steps_for_many(f);
    html! {
        @if !steps.is_empty() {
            form id="bulk" class="bulk" method="post" action="/orders/bulk" {
                input type="hidden" name="list" value=(address(&f.here.path, &f.here.query));
                span class="muted" { (f.t("bulk-ticked")) }
                @for it in steps {
                    button class="btn btn-sm" name="step" value=(it.code()) {
                        (f.code("step", it.code())) "…"
                    }
                }
            }
        }
    }
}

/// One screenful, and what stands around it.
#[derive(Default)]
struct View {
    rows: Vec<Listed>,
    next: Option<String>,
    /// Whether this search may show whom it finds.
    clear: bool,
    counts: Vec<i64>,
    choices: filters::Choices,
    /// Of each order what it comes to, and what of that the customer pays: where it is asked for.
    money: Sums,
}

type Sums = BTreeMap<String, (Fen, Fen)>;

async fn view(app: &App, f: &Frame, asked: &Asked) -> Result<View, Fail> {
    let (asked, fragment, most) = (asked.clone(), f.here.fragment, most_rows(f));
    let with_money = columns::with_money(f);
    let view = app.look(&f.who.actor, async move |cx| {
        let (filter, mut page) = asked.read(cx)?;
        page.limit = page.limit.min(most);
        let (rows, more) = cut(ops::listed(cx, &filter, &page).await?, page.limit);
        let next = rows.last().filter(|_| more).map(|it| cursor(&page, &it.order));
        let counts = if fragment { Vec::new() } else { filters::counts(cx).await? };
        Ok(View {
            next,
            clear: customer::ops::searches_clear(cx, asked.q.as_deref()),
            counts,
            choices: filters::known(cx, &asked).await?,
            money: if with_money { sums(cx, &rows).await? } else { Sums::new() },
            rows,
        })
    });
    Ok(view.await?)
}

/// What each of these orders comes to.
async fn sums(cx: &mut Cx, rows: &[Listed]) -> Result<Sums> {
    let ids: Vec<_> = rows.iter().map(|it| it.order.id.clone()).collect();
    visit::ops::sums(cx, &ids).await
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
