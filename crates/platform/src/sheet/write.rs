//! Tables for people's spreadsheets: numbers that can be added up, real dates, and no text that
//! becomes a formula.

use std::io::Write;

use jiff::civil::{Date, DateTime, date};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::trouble::{self, Trouble};

/// What stands in one cell of a table to be written.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    Empty,
    Text(String),
    Whole(i64),
    Number(f64),
    Day(Date),
    Moment(DateTime),
}

impl From<&str> for Entry {
    fn from(text: &str) -> Entry {
        Entry::Text(text.to_owned())
    }
}

/// Excel has no more.
const MOST_ROWS: u32 = 1_048_576;
const MOST_LETTERS: usize = 32_767;
/// So many rows are looked at for the widths of the columns.
const LOOKED_AT: usize = 200;
const WIDEST: usize = 60;

/// A workbook with one sheet, its headings bold and always in sight. However many rows there are,
/// they go through a temporary file.
pub fn xlsx<H: AsRef<str>>(
    headings: &[H],
    rows: impl IntoIterator<Item = Vec<Entry>>,
) -> Result<Vec<u8>, Trouble> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_constant_memory().map_err(unwritten)?;
    let mut rows = rows.into_iter();
    let first: Vec<Vec<Entry>> = rows.by_ref().take(LOOKED_AT).collect();
    head(sheet, headings, &first).map_err(unwritten)?;
    let looks = Looks::new();
    for (row, entries) in (1..).zip(first.into_iter().chain(rows)) {
        if row >= MOST_ROWS {
            return Err(Trouble::new(trouble::TOO_MANY_ROWS).with("most", MOST_ROWS - 1));
        }
        for (column, entry) in (0..).zip(&entries) {
            looks.write(sheet, row, column, entry).map_err(unwritten)?;
        }
    }
    book.save_to_buffer().map_err(unwritten)
}

/// Comma separated, with the mark by which Excel knows UTF-8.
pub fn csv<H: AsRef<str>>(
    headings: &[H],
    rows: impl IntoIterator<Item = Vec<Entry>>,
) -> Result<Vec<u8>, Trouble> {
    let mut out = Vec::new();
    csv_to(&mut out, headings, rows)?;
    Ok(out)
}

/// The same for more than memory should hold.
pub fn csv_to<H: AsRef<str>>(
    mut out: impl Write,
    headings: &[H],
    rows: impl IntoIterator<Item = Vec<Entry>>,
) -> Result<(), Trouble> {
    out.write_all("\u{feff}".as_bytes())?;
    let mut table =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).flexible(true).from_writer(out);
    let failed = |error: csv::Error| Trouble::new(trouble::UNREADABLE).with("why", error);
    table.write_record(headings.iter().map(|heading| guarded(heading.as_ref()))).map_err(failed)?;
    for row in rows {
        table.write_record(row.iter().map(plain)).map_err(failed)?;
    }
    table.flush()?;
    Ok(())
}

/// A text that a spreadsheet would take for a formula gets an apostrophe, which it understands.
fn guarded(text: &str) -> String {
    match looks_like_formula(text) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

/// Takes that apostrophe away again, where one of ours can be.
pub(super) fn unguarded(text: &str) -> Option<&str> {
    text.strip_prefix('\'').filter(|own| looks_like_formula(own))
}

/// Apostrophes in front are looked through, so that what is guarded can be told from what is not.
fn looks_like_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

fn plain(entry: &Entry) -> String {
    match entry {
        Entry::Empty => String::new(),
        Entry::Text(text) => guarded(text),
        Entry::Whole(number) => number.to_string(),
        Entry::Number(number) => number.to_string(),
        Entry::Day(day) => day.to_string(),
        Entry::Moment(moment) => moment.strftime("%Y-%m-%d %H:%M:%S").to_string(),
    }
}

fn head<H: AsRef<str>>(
    sheet: &mut Worksheet,
    headings: &[H],
    first: &[Vec<Entry>],
) -> Result<(), XlsxError> {
    for (at, column) in (0..headings.len()).zip(0..) {
        let entries = first.iter().filter_map(|row| row.get(at)).map(|entry| width(&plain(entry)));
        let widest = entries.chain([width(headings[at].as_ref())]).max().unwrap_or(0);
        sheet.set_column_width(column, (widest.clamp(6, WIDEST) + 2) as f64)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    let bold = Format::new().set_bold();
    for (column, heading) in (0..).zip(headings) {
        sheet.write_string_with_format(0, column, short(heading.as_ref()), &bold)?;
    }
    Ok(())
}

/// A Chinese character is as wide as two letters.
fn width(text: &str) -> usize {
    let line = text.lines().next().unwrap_or_default();
    line.chars().map(|letter| if letter < '\u{1100}' { 1 } else { 2 }).sum()
}

struct Looks {
    day: Format,
    moment: Format,
}

impl Looks {
    fn new() -> Looks {
        let look = |code| Format::new().set_num_format(code);
        Looks { day: look("yyyy-mm-dd"), moment: look("yyyy-mm-dd hh:mm:ss") }
    }

    fn write(
        &self,
        sheet: &mut Worksheet,
        row: u32,
        column: u16,
        entry: &Entry,
    ) -> Result<(), XlsxError> {
        let dated = match entry {
            Entry::Day(day) => serial(day.to_datetime(Default::default())).map(|n| (n, &self.day)),
            Entry::Moment(moment) => serial(*moment).map(|number| (number, &self.moment)),
            _ => None,
        };
        match (entry, dated) {
            (Entry::Empty, _) => {}
            (_, Some((number, look))) => {
                sheet.write_number_with_format(row, column, number, look)?;
            }
            // Excel keeps fifteen digits.
            (Entry::Whole(number), _) if number.unsigned_abs() < 1_000_000_000_000_000 => {
                sheet.write_number(row, column, *number as f64)?;
            }
            (Entry::Number(number), _) if number.is_finite() => {
                sheet.write_number(row, column, *number)?;
            }
            (Entry::Text(text), _) => {
                sheet.write_string(row, column, short(text))?;
            }
            (other, _) => {
                sheet.write_string(row, column, plain(other))?;
            }
        }
        Ok(())
    }
}

/// As Excel counts; before March 1900 it counts wrongly.
fn serial(moment: DateTime) -> Option<f64> {
    let days = (moment.date() - date(1899, 12, 30)).get_days();
    let time = moment.time();
    let seconds =
        i32::from(time.hour()) * 3600 + i32::from(time.minute()) * 60 + i32::from(time.second());
    (days > 60).then(|| f64::from(days) + f64::from(seconds) / 86_400.0)
}

/// What Excel cannot hold in one cell is cut, visibly.
fn short(text: &str) -> String {
    if text.len() <= MOST_LETTERS || text.encode_utf16().count() <= MOST_LETTERS {
        return text.to_owned();
    }
    let mut left = MOST_LETTERS - 1;
    let kept = text.chars().take_while(|letter| {
        let fits = left >= letter.len_utf16();
        left = left.saturating_sub(letter.len_utf16());
        fits
    });
    kept.chain(['…']).collect()
}

fn unwritten(error: XlsxError) -> Trouble {
    Trouble::new(trouble::UNREADABLE).with("why", error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_a_formula() {
        let texts = ["=1+1", "+86 138", "-5", "@sum", "\tx", "'=1", "''+", "'quoted", "plain", "'"];
        let rows = texts.iter().map(|text| vec![Entry::from(*text)]);
        let written = csv(&["=h"], rows).unwrap();
        let written = String::from_utf8(written).unwrap();
        let guarded = "\u{feff}'=h\r\n'=1+1\r\n'+86 138\r\n'-5\r\n'@sum\r\n'\tx\r\n''=1\r\n'''+\r\n\
                       'quoted\r\nplain\r\n'\r\n";
        assert_eq!(written, guarded);
    }

    #[test]
    fn numbers_and_dates_stay_what_they_are() {
        let row = vec![
            Entry::Whole(-5),
            Entry::Number(22.3),
            Entry::Day(date(2026, 1, 10)),
            Entry::Moment(date(2026, 1, 10).at(8, 30, 0, 0)),
            Entry::Empty,
        ];
        let written = csv(&["a", "b", "c", "d", "e"], [row]).unwrap();
        let text = String::from_utf8(written).unwrap();
        assert!(text.ends_with("-5,22.3,2026-01-10,2026-01-10 08:30:00,\r\n"), "{text}");
    }

    #[test]
    fn a_text_too_long_for_excel_is_cut_visibly() {
        let cut = short(&"格".repeat(MOST_LETTERS + 1));
        assert_eq!(cut.chars().count(), MOST_LETTERS);
        assert!(cut.ends_with("格…"));
        assert_eq!(short("short"), "short");
        assert_eq!(short(&"格".repeat(MOST_LETTERS)).chars().count(), MOST_LETTERS);
    }
}
