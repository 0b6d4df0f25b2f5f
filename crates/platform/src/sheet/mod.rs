//! Tables out of files as people have them, row by row: text between separators, workbooks, event
//! logs, packed or not, in whatever letters; and tables written for people's spreadsheets.
//!
//! A file is read as often as one likes, and the memory needed does not grow with it. Whatever is
//! wrong comes back as a [`Trouble`].

mod cells;
mod charset;
mod delimited;
mod figure;
mod headings;
pub mod moment;
mod peel;
mod source;
pub mod trouble;
mod workbook;
pub mod write;
mod xes;
mod xml;

use std::{path::Path, sync::Arc};

use self::{
    charset::Charset,
    delimited::Dialect,
    peel::Found,
    source::{Source, Store},
    workbook::Workbook,
};
pub use self::{
    moment::{Moment, Note, day, when},
    trouble::Trouble,
    write::{Entry, csv, csv_to, xlsx},
};

#[derive(Debug, Clone)]
pub struct Options {
    /// Without one the columns are called "1", "2", …
    pub header: bool,
    /// Rows above the header.
    pub skip_rows: u64,
    /// Of a workbook; the first one that can be seen, if nothing is said.
    pub sheet: Option<String>,
    /// What stands where nothing is known. An empty cell is missing in any case.
    pub missing: Vec<String>,
}

impl Default for Options {
    fn default() -> Options {
        Options { header: true, skip_rows: 0, sheet: None, missing: Vec::new() }
    }
}

pub fn open(path: impl AsRef<Path>, options: &Options) -> Result<Sheet, Trouble> {
    let path = path.as_ref();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Sheet::of(&name, Store::File(path.to_owned()), options)
}

/// The same for what was sent and never was a file here.
pub fn of_bytes(name: &str, bytes: &[u8], options: &Options) -> Result<Sheet, Trouble> {
    Sheet::of(name, Store::Memory(bytes.into()), options)
}

/// A table that can be read.
#[derive(Debug)]
pub struct Sheet {
    form: Form,
    shape: Arc<Shape>,
}

#[derive(Debug)]
enum Form {
    Text(Source, Charset, Dialect),
    EventLog(Source, Arc<xes::Columns>),
    Workbook(Workbook),
}

/// What a row must look like.
#[derive(Debug)]
struct Shape {
    headings: Vec<String>,
    /// The last row that is not yet one of the table.
    above: u64,
    missing: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// As a spreadsheet shows it: the header is 1, rows that were skipped or empty are counted.
    pub number: u64,
    /// As many as there are headings.
    pub cells: Vec<Cell>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Empty,
    /// As the file has it; dates of a workbook as ISO 8601, numbers without needless zeros.
    Text(String),
    Bad(Box<Trouble>),
}

type Raw = Box<dyn Iterator<Item = Result<Row, Trouble>> + Send>;

impl Sheet {
    fn of(name: &str, store: Store, options: &Options) -> Result<Sheet, Trouble> {
        let form = match peel::peel(name, store)? {
            Found::Text(source) => {
                let charset = charset::of_text(source.open()?)?;
                let dialect = delimited::guess(source.open()?, charset)?;
                Form::Text(source, charset, dialect)
            }
            Found::EventLog(source) => {
                let columns = Arc::new(xes::Columns::of(source.open()?)?);
                Form::EventLog(source, columns)
            }
            Found::Workbook(store, parts) => {
                Form::Workbook(Workbook::open(store, parts, options.sheet.as_deref())?)
            }
        };
        let (header, skip_rows) = match form {
            Form::EventLog(..) => (true, 0),
            Form::Text(..) | Form::Workbook(_) => (options.header, options.skip_rows),
        };
        let above = skip_rows.saturating_add(u64::from(header));
        form.refuse_merged(above, header)?;
        let headings = headings::of(form.rows()?, header, skip_rows)?;
        let missing = options.missing.clone();
        Ok(Sheet { form, shape: Arc::new(Shape { headings, above, missing }) })
    }

    /// A second column of one name is "name#2".
    pub fn headings(&self) -> &[String] {
        &self.shape.headings
    }

    /// Where a column stands.
    pub fn place(&self, heading: &str) -> Option<usize> {
        self.shape.headings.iter().position(|own| own == heading)
    }

    /// How the file was understood, for whoever wonders: letters and separator, or the sheet.
    pub fn read_as(&self) -> String {
        match &self.form {
            Form::Text(_, charset, dialect) => {
                format!("{}, {:?}", charset.encoding.name(), char::from(dialect.separator))
            }
            Form::EventLog(..) => "XES".to_owned(),
            Form::Workbook(book) => format!("XLSX, {:?}", book.sheet),
        }
    }

    /// From the first row on, every time. Rows without any content are left out.
    pub fn rows(&self) -> Rows {
        let raw =
            self.form.rows().unwrap_or_else(|trouble| Box::new(Some(Err(trouble)).into_iter()));
        Rows { raw, shape: Arc::clone(&self.shape) }
    }
}

impl Form {
    /// All there are, the header among them.
    fn rows(&self) -> Result<Raw, Trouble> {
        Ok(match self {
            Form::Text(source, charset, dialect) => {
                Box::new(delimited::Records::new(source.open()?, *charset, *dialect))
            }
            Form::EventLog(source, columns) => {
                Box::new(xes::Rows::new(source.open()?, Arc::clone(columns))?)
            }
            Form::Workbook(book) => Box::new(book.rows()?),
        })
    }

    /// Who merges cells says something to the eye that a row does not say. A title above the
    /// table does no harm.
    fn refuse_merged(&self, above: u64, header: bool) -> Result<(), Trouble> {
        let Form::Workbook(book) = self else { return Ok(()) };
        let first = if header { above } else { above + 1 };
        match book.merged.iter().find(|merged| merged.last_row >= first) {
            Some(merged) => {
                let trouble = Trouble::new(trouble::MERGED).with("range", &merged.range);
                Err(trouble.in_row(merged.first_row))
            }
            None => Ok(()),
        }
    }
}

/// The rows of a table. One that is wrong as a whole comes as its trouble, and the next follows,
/// unless the trouble [ends the reading](Trouble::ends_reading).
pub struct Rows {
    raw: Raw,
    shape: Arc<Shape>,
}

impl Iterator for Rows {
    type Item = Result<Row, Trouble>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.raw.next()? {
                Ok(row) if row.number <= self.shape.above || row.is_blank() => {}
                Ok(row) => return Some(self.shape.fit(row)),
                Err(trouble) => return Some(Err(trouble)),
            }
        }
    }
}

impl Shape {
    /// Cells that are missing at the end are empty; one too many is a trouble of the row.
    fn fit(&self, mut row: Row) -> Result<Row, Trouble> {
        let used = row.cells.iter().rposition(|cell| *cell != Cell::Empty).map_or(0, |at| at + 1);
        if used > self.headings.len() {
            let trouble = Trouble::new(trouble::TOO_MANY_CELLS).in_row(row.number);
            return Err(trouble.with("found", used).with("expected", self.headings.len()));
        }
        row.cells.resize(self.headings.len(), Cell::Empty);
        for (cell, heading) in row.cells.iter_mut().zip(&self.headings) {
            match cell {
                Cell::Text(text) if self.is_missing(text.trim()) => *cell = Cell::Empty,
                Cell::Bad(trouble) => {
                    trouble.row = Some(row.number);
                    trouble.column = Some(heading.clone());
                }
                Cell::Empty | Cell::Text(_) => {}
            }
        }
        Ok(row)
    }

    fn is_missing(&self, text: &str) -> bool {
        text.is_empty() || self.missing.iter().any(|word| word == text)
    }
}

impl Row {
    fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| match cell {
            Cell::Empty => true,
            Cell::Text(text) => text.trim().is_empty(),
            Cell::Bad(_) => false,
        })
    }
}

impl Cell {
    fn of(text: String) -> Cell {
        if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
    }

    pub fn text(&self) -> Option<&str> {
        match self {
            Cell::Text(text) => Some(text),
            Cell::Empty | Cell::Bad(_) => None,
        }
    }
}
