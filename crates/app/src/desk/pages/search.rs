//! The search over everything: orders, customers, devices, requests and people, grouped, as far
//! as the arm reaches.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::Result;
use maud::{Markup, html};
use platform::search::{Depth, bare};
use rules::{
    customer::{CustomerKind, mask_named},
    policy::{Act, Reach},
};

use crate::{
    App, Cx,
    account::{self, Person},
    customer::{self, Customer},
    device::{self, Device},
    edge::Fail,
    intake::{self, Request},
    order::{self, Listed},
    paging::Paged,
    ui::{Frame, address, due, empty, heading, moment, or_dash, page, state},
};

/// So many of each kind; the list behind has them all.
const EACH: usize = 6;

#[derive(Default)]
struct Found {
    orders: Vec<Listed>,
    requests: Vec<Request>,
    customers: Vec<Customer>,
    devices: Vec<Device>,
    people: Vec<Person>,
}

impl Found {
    fn is_empty(&self) -> bool {
        self.orders.is_empty()
            && self.requests.is_empty()
            && self.customers.is_empty()
            && self.devices.is_empty()
            && self.people.is_empty()
    }
}

pub async fn show(State(app): State<App>, f: Frame) -> Result<Response, Fail> {
    let q = f.asked("q").unwrap_or_default().trim().to_owned();
    let asked = q.clone();
    let found = match q.is_empty() {
        true => Found::default(),
        false => {
            app.look(&f.who.actor, async move |cx: &mut Cx| everything(cx, &asked).await).await?
        }
    };
    // A whole number was typed: there is nothing to choose.
    if let [only] = found.orders.as_slice()
        && bare(&only.order.number) == bare(&q)
    {
        return Ok(Redirect::to(&format!("/orders/{}", only.order.id)).into_response());
    }
    Ok(page(&f, &f.t("find"), draw(&f, &q, &found)).into_response())
}

async fn everything(cx: &mut Cx, q: &str) -> Result<Found> {
    let reach = |act: Act| cx.actor.rights.reach(act);
    let (reads, complaints) = (reach(Act::Read), reach(Act::ComplaintRead));
    let people = reach(Act::TechnicianRead).max(reach(Act::PeopleManage)) > Reach::Own
        || reach(Act::AccountManage) > Reach::Nothing;
    let (limit, depth) = (EACH as i64, Depth::newest(&mut cx.tx, q).await?);
    let q = Some(q.to_owned());
    let mut found = Found::default();
    if reads > Reach::Nothing {
        let filter = order::Filter { q: q.clone(), depth: depth.clone(), ..Default::default() };
        let few = order::Page { limit, ..Default::default() };
        found.orders = order::ops::listed(cx, &filter, &few).await?;
        let clear = customer::ops::searches_clear(cx, q.as_deref());
        let page = Paged::first(limit);
        let which =
            customer::ops::Which { q: q.clone(), depth: depth.clone(), page, ..Default::default() };
        found.customers = customer::ops::list(cx, &which).await?;
        if !clear {
            found.customers = found.customers.into_iter().map(customer::ops::masked).collect();
            found.orders.iter_mut().for_each(hide);
        }
        let page = Paged::first(limit);
        let which =
            device::ops::Which { q: q.clone(), depth: depth.clone(), page, ..Default::default() };
        found.devices = device::ops::list(cx, &which).await?;
    }
    if reads.max(complaints) > Reach::Nothing {
        let page = Paged::first(limit);
        // What became an order stands among the orders.
        let filter =
            intake::Filter { q: q.clone(), depth, alone: true, page, ..Default::default() };
        found.requests = intake::ops::list(cx, &filter).await?;
    }
    if people {
        found.people = colleagues(cx, q.as_deref()).await?;
    }
    Ok(found)
}

fn hide(it: &mut Listed) {
    let kind = it.customer_kind.unwrap_or(CustomerKind::Person);
    it.customer = it.customer.take().map(|name| mask_named(kind, &name));
}

async fn colleagues(cx: &mut Cx, q: Option<&str>) -> Result<Vec<Person>> {
    let which = account::ops::WhichPeople { q: q.map(str::to_owned), ..Default::default() };
    let grant = cx.may(Act::AccountManage).or_else(|_| cx.may(Act::PeopleManage));
    let grant = grant.or_else(|_| cx.may(Act::TechnicianRead))?;
    let mut all = account::ops::list(cx, &grant, &which).await?;
    all.truncate(EACH);
    Ok(all)
}

fn draw(f: &Frame, q: &str, found: &Found) -> Markup {
    let title = match q.is_empty() {
        true => f.t("find"),
        false => f.with("found-for", &crate::args! { "words" => q.to_owned() }),
    };
    let more = |path: &str| address(path, &[("q".to_owned(), q.to_owned())]);
    html! {
        (heading(None, &title, html! {}))
        // The box of the top is too narrow for a thumb.
        form class="only-narrow list-find mb-3" action="/search" role="search" {
            input class="form-control" type="search" name="q" value=(q)
                placeholder=(f.t("find-hint")) aria-label=(f.t("find"));
        }
        div class="stack" {
            (group(f, "area-orders", &more("/orders"), found.orders.iter().map(|it| order(f, it))))
            (group(f, "area-customers", &more("/customers"),
                found.customers.iter().map(|it| customer(f, q, it))))
            (group(f, "area-devices", &more("/devices"),
                found.devices.iter().map(|it| device(f, it))))
            (group(f, "area-requests", &more("/requests"),
                found.requests.iter().map(|it| request(f, it))))
            (group(f, "people", &more("/people"), found.people.iter().map(|it| person(f, it))))
            @if found.is_empty() {
                div class="sheet" {
                    (empty("search", &f.t("found-nothing"), &f.t("found-nothing-what"), html! {}))
                }
            }
        }
    }
}

fn group(f: &Frame, key: &str, more: &str, rows: impl ExactSizeIterator<Item = Markup>) -> Markup {
    let full = rows.len() >= EACH;
    html! {
        @if rows.len() > 0 {
            div class="sheet" data-keys {
                table class="cards" {
                    thead class="named" { tr { th class="title" colspan="4" { (f.t(key)) } } }
                    tbody { @for row in rows.take(EACH) { tr data-row { (row) } } }
                }
                @if full { div class="foot" { a href=(more) { (f.t("find-all")) } } }
            }
        }
    }
}

fn order(f: &Frame, it: &Listed) -> Markup {
    html! {
        td class="c-title" {
            a href={ "/orders/" (it.order.id) } { (it.order.number) } " "
            (it.customer.as_deref().unwrap_or_default())
        }
        td class="c-line" { (state(f, "status", it.order.status.code())) }
        td class="c-due" { @if let Some(at) = it.order.due { (due(f, at)) } }
        td class="sub" { (it.order.fault_text.as_deref().unwrap_or_default()) }
    }
}

fn customer(f: &Frame, q: &str, it: &Customer) -> Markup {
    // What was typed goes along: whoever was found by it is shown as they are here.
    let link = address(&format!("/customers/{}", it.id), &[("q".to_owned(), q.to_owned())]);
    html! {
        td class="c-title" { a href=(link) { (it.name) } }
        td class="c-line" { (or_dash(it.phone.as_deref())) }
        td class="c-line sub" { (it.address.as_deref().unwrap_or_default()) }
        td class="sub" { (f.code("customer-kind", it.kind.code())) }
    }
}

fn device(f: &Frame, it: &Device) -> Markup {
    let category = it.category.as_deref().map(|it| f.category(it));
    let name = it.serial.as_deref().or(it.model.as_deref()).unwrap_or("—");
    html! {
        td class="c-title" { a href={ "/devices/" (it.id) } { (name) } }
        td class="c-line" { (it.model.as_deref().unwrap_or_default()) }
        td class="c-line sub" { (category.unwrap_or_default()) }
        td class="sub" { @if let Some(day) = it.installed_on { (day) } }
    }
}

fn request(f: &Frame, it: &Request) -> Markup {
    html! {
        td class="c-title" {
            a href={ "/requests/" (it.id) } { (it.number) } " "
            (f.code("kind", it.kind.code()))
        }
        td class="c-line" { (state(f, "request-status", it.status.code())) }
        td class="c-line" { (moment(f, it.received_at)) }
        td class="sub" { (it.fault_text.as_deref().unwrap_or_default()) }
    }
}

fn person(f: &Frame, it: &Person) -> Markup {
    let manages = f.may(Act::PeopleManage) || f.may(Act::AccountManage);
    let role = it.roles.0.first().map(|it| format!("role-{it}")).unwrap_or_default();
    let role = if f.say.knows(&role) { f.t(&role) } else { String::new() };
    html! {
        td class="c-title" {
            @if manages { a href={ "/people/" (it.id) } { (it.name) } } @else { (it.name) }
        }
        td class="c-line" { (it.post.as_deref().map_or(role, |it| f.post_of(it))) }
        td class="c-line" { (or_dash(it.phone.as_deref())) }
        td class="sub" { (it.login) }
    }
}
