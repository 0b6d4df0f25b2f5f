//! A list as a file: a workbook or a table of text, under the list's own name.

use anyhow::Context as _;
use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use kernel::{Fen, Result, Time};
use platform::sheet::{Entry, csv, xlsx};

use super::frame::Frame;

/// More rows than these are a matter for reporting.
pub const MOST_ROWS: i64 = 10_000;

/// The answer to `/things.xlsx` and `/things.csv`.
pub async fn file(
    f: &Frame,
    title: &str,
    headings: Vec<String>,
    rows: Vec<Vec<Entry>>,
) -> Result<Response> {
    let as_workbook = f.here.path.ends_with(".xlsx");
    let written = tokio::task::spawn_blocking(move || match as_workbook {
        true => xlsx(&headings, rows),
        false => csv(&headings, rows),
    });
    let bytes = written.await.context("writing a file")?;
    let bytes = bytes.map_err(|it| anyhow::anyhow!("writing a file: {}", it.code))?;
    let (ending, kind) = match as_workbook {
        true => ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        false => ("csv", "text/csv; charset=utf-8"),
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, named(&format!("{title}-{}", f.today()), ending)),
    ];
    Ok((headers, bytes).into_response())
}

/// A name in Chinese is written as RFC 6266 has it.
fn named(title: &str, ending: &str) -> HeaderValue {
    let encoded: String = title.bytes().map(encoded).collect();
    let said =
        format!("attachment; filename=\"list.{ending}\"; filename*=UTF-8''{encoded}.{ending}");
    HeaderValue::from_str(&said).unwrap_or(HeaderValue::from_static("attachment"))
}

fn encoded(byte: u8) -> String {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    }
}

/// Money, as a figure that a spreadsheet can add up.
pub fn yuan(fen: Fen) -> Entry {
    Entry::Number(fen.fen() as f64 / 100.0)
}

/// A text, or an empty cell.
pub fn cell(text: Option<impl Into<String>>) -> Entry {
    text.map_or(Entry::Empty, |it| Entry::Text(it.into()))
}

/// A moment in the company's zone.
pub fn cell_at(f: &Frame, at: Option<Time>) -> Entry {
    at.map_or(Entry::Empty, |at| {
        Entry::Moment(at.stamp().to_zoned(f.company.zone.clone()).datetime())
    })
}
