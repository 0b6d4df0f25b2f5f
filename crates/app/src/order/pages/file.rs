//! The list as a file: exactly what is shown, row by row, for people's own spreadsheets. Names
//! stay hidden: a file goes where nobody can be asked why.

use axum::{extract::State, response::Response};
use kernel::Result;
use platform::sheet::Entry;
use rules::{customer::mask_address, customer::mask_phone};

use super::{Asked, device, fault, filters, name, ops};
use crate::{
    App,
    edge::{Fail, Query, asked::cut},
    order::Listed,
    ui::{
        Frame,
        file::{MOST_ROWS, cell, cell_at, file},
    },
};

/// The columns, by the key of their heading.
const HEADINGS: [&str; 17] = [
    "field-number",
    "field-status",
    "field-kind",
    "field-level",
    "field-due",
    "orders-due-at",
    "field-customer",
    "field-phone",
    "field-address",
    "field-device",
    "field-serial",
    "field-fault",
    "field-outlet",
    "field-technician",
    "field-coverage",
    "orders-opened",
    "orders-closed-at",
];

pub async fn download(
    State(app): State<App>,
    f: Frame,
    Query(asked): Query<Asked>,
) -> Result<Response, Fail> {
    let asked = if f.here.query.is_empty() { filters::open() } else { asked };
    let rows = app.look(&f.who.actor, async move |cx| {
        let (filter, mut page) = asked.read(cx)?;
        (page.limit, page.after) = (MOST_ROWS, None);
        Ok(cut(ops::listed(cx, &filter, &page).await?, MOST_ROWS).0)
    });
    let rows = rows.await?;
    let headings = HEADINGS.iter().map(|key| f.t(key)).collect();
    let lines = rows.iter().map(|it| line(&f, it)).collect();
    Ok(file(&f, &f.t("orders-file"), headings, lines).await?)
}

fn line(f: &Frame, it: &Listed) -> Vec<Entry> {
    let order = &it.order;
    vec![
        Entry::Text(order.number.clone()),
        Entry::Text(f.code("status", order.status.code())),
        Entry::Text(f.code("kind", order.kind.code())),
        Entry::Whole(order.fault_level),
        cell(it.promise.map(|it| f.code("promise", it.kind.code()))),
        cell_at(f, order.due),
        cell(name(it, false)),
        cell(it.phone.as_deref().map(mask_phone)),
        cell(it.address.as_deref().map(mask_address)),
        Entry::Text(device(f, it)),
        cell(it.serial.clone()),
        Entry::Text(order.fault_text.clone().unwrap_or_else(|| fault(f, it))),
        cell(it.outlet.clone()),
        cell(it.technician.clone()),
        Entry::Text(f.code("coverage", order.coverage.code())),
        cell_at(f, Some(order.opened_at)),
        cell_at(f, order.closed_at),
    ]
}
