//! What a list of orders says of each: what everybody sees, what can be asked for besides, and the
//! same words for a file.

use maud::html;
use rules::{
    customer::{mask_address, mask_phone},
    policy::{Act, Reach},
};

use super::{View, device, fault, name, place, promised, steps_for_many, visit};
use crate::{
    order::Listed,
    ui::{
        COLUMNS, Column, Frame, coverage,
        file::{cell_at, yuan},
        or_dash, state,
    },
};

const TOTAL: &str = "total";
const CUSTOMER_PAYS: &str = "customer_pays";

/// Whether somebody asks for money, which has to be added up.
pub fn with_money(f: &Frame) -> bool {
    f.asked_all(COLUMNS).iter().any(|it| it == TOTAL || it == CUSTOMER_PAYS)
}

pub fn all<'a>(f: &'a Frame, view: &'a View) -> Vec<Column<'a, Listed>> {
    let mut columns = Vec::new();
    if !steps_for_many(f).is_empty() {
        columns.push(ticks(f));
    }
    columns.push(card(f, view));
    columns.extend(what(f));
    columns.extend(whose(f, view));
    columns.extend(where_and_who(f, view));
    columns.extend(when_and_how_much(f, view));
    columns
}

/// A box of each, with the version that was looked at.
fn ticks(f: &Frame) -> Column<'_, Listed> {
    Column::new("", |it: &Listed| {
        html! {
            input type="checkbox" name="row" form="bulk" class="form-check-input"
                value={ (it.order.id) ":" (it.order.version) }
                aria-label={ (f.t("tick")) " " (it.order.number) };
        }
    })
    .ticks()
}

fn href(it: &Listed) -> String {
    format!("/orders/{}", it.order.id)
}

/// On a card: whose it is, and what is wrong.
fn card<'a>(f: &'a Frame, view: &'a View) -> Column<'a, Listed> {
    let said = |it: &Listed| {
        let name = name(it, clear(f, view, it)).unwrap_or_else(|| it.order.number.clone());
        html! { a href=(href(it)) { (name) " · " (fault(f, it)) } }
    };
    Column::new("", said).title().narrow()
}

/// Whether this reader sees whose it is, having typed enough of it.
fn clear(f: &Frame, view: &View, it: &Listed) -> bool {
    view.clear && it.order.shows_customer(&f.who.actor, false, f.now)
}

fn what(f: &Frame) -> Vec<Column<'_, Listed>> {
    vec![
        Column::new(f.t("field-number"), |it: &Listed| {
            html! { a href=(href(it)) { (it.order.number) } }
        })
        .text("number", |it| Some(it.order.number.clone()))
        .always()
        .line()
        .sort("number"),
        Column::new(f.t("field-status"), |it: &Listed| state(f, "status", it.order.status.code()))
            .text("status", |it| Some(f.code("status", it.order.status.code())))
            .line(),
        Column::new(f.t("field-kind"), |it: &Listed| html! { (kind(f, it)) })
            .text("kind", |it| Some(kind(f, it)))
            .extra(),
        Column::new(f.t("field-level"), |it: &Listed| html! { (it.order.fault_level) })
            .text("level", |it| Some(it.order.fault_level.to_string()))
            .num()
            .extra(),
        Column::new(f.t("field-due"), |it: &Listed| promised(f, it))
            .file("due", |it| cell_at(f, it.order.due))
            .due()
            .sort("due"),
        Column::new(f.t("orders-promise"), |it: &Listed| or_dash(promise(f, it)))
            .text("promise", |it| promise(f, it))
            .extra(),
    ]
}

fn kind(f: &Frame, it: &Listed) -> String {
    f.code("kind", it.order.kind.code())
}

fn promise(f: &Frame, it: &Listed) -> Option<String> {
    it.promise.map(|it| f.code("promise", it.kind.code()))
}

/// Names stay hidden in a file: it goes where nobody can be asked why.
fn whose<'a>(f: &'a Frame, view: &'a View) -> Vec<Column<'a, Listed>> {
    let clear = move |it: &Listed| clear(f, view, it);
    let shown_phone = move |it: &Listed| match clear(it) {
        true => it.phone.clone(),
        false => it.phone.as_deref().map(mask_phone),
    };
    vec![
        Column::new(f.t("field-customer"), move |it: &Listed| or_dash(name(it, clear(it))))
            .text("customer", |it| name(it, false))
            .slim(),
        Column::new(f.t("field-phone"), move |it: &Listed| or_dash(shown_phone(it)))
            .text("phone", |it| it.phone.as_deref().map(mask_phone))
            .extra(),
        Column::new(f.t("field-address"), move |it: &Listed| or_dash(place(it, clear(it))))
            .text("address", |it| it.address.as_deref().map(mask_address))
            .quiet()
            .slim(),
        Column::new(f.t("field-device"), |it: &Listed| match &it.model {
            Some(model) => html! { span title=(device(f, it)) { (model) } },
            None => or_dash(Some(device(f, it))),
        })
        .text("device", |it| Some(device(f, it)))
        .slim(),
        Column::new(f.t("field-serial"), |it: &Listed| or_dash(it.serial.as_deref()))
            .text("serial", |it| it.serial.clone())
            .extra(),
        Column::new(f.t("field-fault"), |it: &Listed| html! { (fault(f, it)) })
            .text("fault", |it| Some(it.order.fault_text.clone().unwrap_or_else(|| fault(f, it))))
            .spare(),
    ]
}

fn where_and_who<'a>(f: &'a Frame, view: &'a View) -> Vec<Column<'a, Listed>> {
    let several = f.reach(Act::Read) > Reach::Branch || view.choices.outlets.len() > 1;
    let outlet = |it: &Listed| match &it.outlet {
        Some(name) => html! { (name) },
        None => html! { span class="t-wait" { (f.t("orders-in-pool")) } },
    };
    let mut outlet =
        Column::new(f.t("field-outlet"), outlet).text("outlet", |it| it.outlet.clone()).slim();
    if !several {
        outlet = outlet.extra();
    }
    vec![
        Column::new(f.t("orders-visit"), |it: &Listed| visit(f, it))
            .text("visit", |it| visited(f, it))
            .line(),
        outlet,
        Column::new(f.t("field-coverage"), |it: &Listed| coverage(f, it.order.coverage.code()))
            .text("coverage", |it| Some(f.code("coverage", it.order.coverage.code()))),
    ]
}

/// Who goes or went, and when.
fn visited(f: &Frame, it: &Listed) -> Option<String> {
    let window = it.order.window().map(|it| f.window(it)).unwrap_or_default();
    it.technician.as_ref().map(|name| format!("{name} {window}").trim().to_owned())
}

fn when_and_how_much<'a>(f: &'a Frame, view: &'a View) -> Vec<Column<'a, Listed>> {
    let opened = |it: &Listed| html! { (f.moment(it.order.opened_at)) };
    let closed = |it: &Listed| or_dash(it.order.closed_at.map(|at| f.moment(at)));
    let money = |it: &Listed| view.money.get(it.order.id.as_str()).copied().unwrap_or_default();
    let (total, pays) = (move |it: &Listed| money(it).0, move |it: &Listed| money(it).1);
    let mut opened = Column::new(f.t("orders-opened"), opened)
        .file("opened", |it| cell_at(f, Some(it.order.opened_at)))
        .quiet()
        .sort("opened_at");
    // By what is due first, what is old stands on top anyway.
    if f.asked("sort").is_some_and(|it| it.ends_with("due")) {
        opened = opened.extra();
    }
    vec![
        opened,
        Column::new(f.t("orders-closed-at"), closed)
            .file("closed", |it| cell_at(f, it.order.closed_at))
            .quiet()
            .extra(),
        Column::money(f.t("orders-total"), f, total)
            .file(TOTAL, move |it| yuan(total(it)))
            .line()
            .extra(),
        Column::money(f.t("orders-customer-pays"), f, pays)
            .file(CUSTOMER_PAYS, move |it| yuan(pays(it)))
            .line()
            .extra(),
    ]
}
