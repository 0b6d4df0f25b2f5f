//! The list as a file: exactly what is shown, row by row, for people's own spreadsheets. Names
//! stay hidden: a file goes where nobody can be asked why.

use anyhow::Context as _;
use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use kernel::{Result, Time};
use platform::sheet::{Entry, csv, xlsx};
use rules::{customer::mask_address, customer::mask_phone};

use super::{Asked, device, fault, filters, name, ops};
use crate::{
    App,
    edge::{Fail, Query, asked::cut},
    order::Listed,
    ui::Frame,
};

/// More rows than these are a matter for reporting.
const MOST: i64 = 10_000;

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

pub async fn workbook(
    State(app): State<App>,
    f: Frame,
    Query(asked): Query<Asked>,
) -> Result<Response, Fail> {
    let (headings, lines) = read(&app, &f, asked).await?;
    let written = tokio::task::spawn_blocking(move || xlsx(&headings, lines));
    let bytes = written.await.context("writing a workbook")?;
    let bytes = bytes.map_err(|it| anyhow::anyhow!("writing a workbook: {}", it.code))?;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(download(&f, "xlsx", kind, bytes))
}

pub async fn text(
    State(app): State<App>,
    f: Frame,
    Query(asked): Query<Asked>,
) -> Result<Response, Fail> {
    let (headings, lines) = read(&app, &f, asked).await?;
    let written = tokio::task::spawn_blocking(move || csv(&headings, lines));
    let bytes = written.await.context("writing a table")?;
    let bytes = bytes.map_err(|it| anyhow::anyhow!("writing a table: {}", it.code))?;
    Ok(download(&f, "csv", "text/csv; charset=utf-8", bytes))
}

async fn read(app: &App, f: &Frame, asked: Asked) -> Result<(Vec<String>, Vec<Vec<Entry>>), Fail> {
    let asked = if f.here.query.is_empty() { filters::open() } else { asked };
    let rows = app.look(&f.who.actor, async move |cx| {
        let (filter, mut page) = asked.read(cx)?;
        (page.limit, page.after) = (MOST, None);
        Ok(cut(ops::listed(cx, &filter, &page).await?, MOST).0)
    });
    let rows = rows.await?;
    let headings = HEADINGS.iter().map(|key| f.t(key)).collect();
    Ok((headings, rows.iter().map(|it| line(f, it)).collect()))
}

/// A name in Chinese is written as RFC 6266 has it.
fn download(f: &Frame, ending: &str, kind: &'static str, bytes: Vec<u8>) -> Response {
    let name = format!("{}-{}.{ending}", f.t("orders-file"), f.today());
    let name: String = name.bytes().map(encoded).collect();
    let said = format!("attachment; filename=\"orders.{ending}\"; filename*=UTF-8''{name}");
    let said = HeaderValue::from_str(&said).unwrap_or(HeaderValue::from_static("attachment"));
    let kind = HeaderValue::from_static(kind);
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, said)];
    (headers, bytes).into_response()
}

fn encoded(byte: u8) -> String {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    }
}

fn line(f: &Frame, it: &Listed) -> Vec<Entry> {
    let order = &it.order;
    let text = |text: Option<String>| text.map_or(Entry::Empty, Entry::Text);
    let moment = |at: Option<Time>| match at {
        Some(at) => Entry::Moment(at.stamp().to_zoned(f.company.zone.clone()).datetime()),
        None => Entry::Empty,
    };
    vec![
        Entry::Text(order.number.clone()),
        Entry::Text(f.code("status", order.status.code())),
        Entry::Text(f.code("kind", order.kind.code())),
        Entry::Whole(order.fault_level),
        text(it.promise.map(|it| f.code("promise", it.kind.code()))),
        moment(order.due),
        text(name(it, false)),
        text(it.phone.as_deref().map(mask_phone)),
        text(it.address.as_deref().map(mask_address)),
        Entry::Text(device(f, it)),
        text(it.serial.clone()),
        Entry::Text(order.fault_text.clone().unwrap_or_else(|| fault(f, it))),
        text(it.outlet.clone()),
        text(it.technician.clone()),
        Entry::Text(f.code("coverage", order.coverage.code())),
        moment(Some(order.opened_at)),
        moment(order.closed_at),
    ]
}
