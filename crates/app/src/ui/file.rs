//! Rows as a file to take away: a workbook, or text between commas.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use kernel::{Error, Result};
use platform::sheet::{self, Entry};

/// What kind of file; the address of a list with such an ending asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Xlsx,
    Csv,
}

impl Ending {
    pub fn of(path: &str) -> Ending {
        if path.ends_with(".csv") { Ending::Csv } else { Ending::Xlsx }
    }

    fn word(self) -> &'static str {
        match self {
            Ending::Xlsx => "xlsx",
            Ending::Csv => "csv",
        }
    }

    fn kind(self) -> &'static str {
        match self {
            Ending::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Ending::Csv => "text/csv; charset=utf-8",
        }
    }
}

/// Written on a thread for slow things. `name` is what the file is called, in plain letters.
pub async fn file(
    name: &str,
    ending: Ending,
    headings: Vec<String>,
    rows: Vec<Vec<Entry>>,
) -> Result<Response> {
    let written = tokio::task::spawn_blocking(move || match ending {
        Ending::Xlsx => sheet::xlsx(&headings, rows),
        Ending::Csv => sheet::csv(&headings, rows),
    });
    let written = written.await.map_err(|e| Error::fault(format!("writing a table: {e}")))?;
    let bytes = written.map_err(|e| Error::fault(format!("writing a table: {e:?}")))?;
    let disposition = format!("attachment; filename=\"{name}.{}\"", ending.word());
    let disposition = HeaderValue::from_str(&disposition);
    let disposition = disposition.unwrap_or(HeaderValue::from_static("attachment"));
    let kind = HeaderValue::from_static(ending.kind());
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, bytes).into_response())
}
