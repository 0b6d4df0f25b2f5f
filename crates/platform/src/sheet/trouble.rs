//! What is wrong with a file, a row or a cell: a code with its arguments, and where it is. The
//! words belong to whoever shows it.

use std::{fmt, io};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    pub code: &'static str,
    pub args: Vec<(&'static str, String)>,
    /// As a spreadsheet counts: the first row of the file is 1.
    pub row: Option<u64>,
    /// The file's own heading.
    pub column: Option<String>,
}

pub const NOT_FOUND: &str = "file.not_found";
/// `why`
pub const UNREADABLE: &str = "file.unreadable";
pub const EMPTY: &str = "file.empty";
pub const BINARY: &str = "file.binary";
/// `is`: pdf, image, document, html, xml, archive, …
pub const NOT_A_TABLE: &str = "file.not_a_table";
/// `says`, `is`: the name promises one thing, the content is another
pub const NOT_WHAT_IT_SAYS: &str = "file.not_what_it_says";
/// `is`: xls, xlsb, ods. To be saved as .xlsx first
pub const OTHER_SPREADSHEET: &str = "file.other_spreadsheet";
pub const ENCRYPTED: &str = "file.encrypted";
pub const TRUNCATED: &str = "file.truncated";
/// `why`
pub const DAMAGED: &str = "file.damaged";
/// `most`, in bytes
pub const TOO_BIG: &str = "file.too_big";
/// `times`: it unpacks to more than so many times its size
pub const SWOLLEN: &str = "file.swollen";
/// `names`: what is in the archive instead
pub const NO_TABLE: &str = "archive.no_table";
/// `names`
pub const SEVERAL_TABLES: &str = "archive.several_tables";
/// `sheet`, `names`
pub const NO_SUCH_SHEET: &str = "sheet.unknown";
/// `range`
pub const MERGED: &str = "sheet.merged_cells";
/// There are no words where the headings should be.
pub const NO_HEADER: &str = "sheet.no_header";
/// `most`
pub const TOO_MANY_COLUMNS: &str = "sheet.too_many_columns";
/// `most`: of rows to be written
pub const TOO_MANY_ROWS: &str = "sheet.too_many_rows";
/// `most`, in bytes
pub const TOO_LONG: &str = "row.too_long";
/// A quotation mark that is never closed.
pub const OPEN_QUOTE: &str = "row.open_quote";
/// `found`, `expected`
pub const TOO_MANY_CELLS: &str = "row.too_many_cells";
/// `value`: #REF! and its kin
pub const CELL_ERROR: &str = "cell.error";
/// A formula that nobody has computed yet.
pub const NO_VALUE: &str = "cell.formula_without_value";
/// `value`: with � where it could not be read
pub const GARBLED: &str = "cell.garbled";
/// `value`
pub const NO_TIME: &str = "time.unclear";
/// `value`
pub const NO_DAY: &str = "day.unclear";

/// Every code there is, so that a test can ask for the words of each.
pub const CODES: &[&str] = &[
    NOT_FOUND,
    UNREADABLE,
    EMPTY,
    BINARY,
    NOT_A_TABLE,
    NOT_WHAT_IT_SAYS,
    OTHER_SPREADSHEET,
    ENCRYPTED,
    TRUNCATED,
    DAMAGED,
    TOO_BIG,
    SWOLLEN,
    NO_TABLE,
    SEVERAL_TABLES,
    NO_SUCH_SHEET,
    MERGED,
    NO_HEADER,
    TOO_MANY_COLUMNS,
    TOO_MANY_ROWS,
    TOO_LONG,
    OPEN_QUOTE,
    TOO_MANY_CELLS,
    CELL_ERROR,
    NO_VALUE,
    GARBLED,
    NO_TIME,
    NO_DAY,
];

impl Trouble {
    pub const fn new(code: &'static str) -> Trouble {
        Trouble { code, args: Vec::new(), row: None, column: None }
    }

    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Trouble {
        self.args.push((name, value.to_string()));
        self
    }

    pub fn in_row(mut self, row: u64) -> Trouble {
        self.row = self.row.or(Some(row));
        self
    }

    pub fn in_column(mut self, column: &str) -> Trouble {
        self.column.get_or_insert_with(|| column.to_owned());
        self
    }

    pub fn arg(&self, name: &str) -> Option<&str> {
        self.args.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
    }

    /// Among rows: what stands behind it cannot be read, so nobody knows how many rows there are.
    pub fn ends_reading(&self) -> bool {
        self.code != TOO_MANY_CELLS
    }

    pub(super) fn damaged(why: impl fmt::Display) -> Trouble {
        Trouble::new(DAMAGED).with("why", why)
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)?;
        for (name, value) in &self.args {
            write!(f, " {name}={value:?}")?;
        }
        self.row.map_or(Ok(()), |row| write!(f, " row {row}"))?;
        self.column.as_ref().map_or(Ok(()), |column| write!(f, " column {column:?}"))
    }
}

impl std::error::Error for Trouble {}

/// A trouble found deep inside a reader travels through `io::Error` and comes out as itself.
impl From<Trouble> for io::Error {
    fn from(trouble: Trouble) -> io::Error {
        io::Error::other(trouble)
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Trouble {
        Trouble::from(&error)
    }
}

impl From<&io::Error> for Trouble {
    fn from(error: &io::Error) -> Trouble {
        if let Some(trouble) = error.get_ref().and_then(|inner| inner.downcast_ref::<Trouble>()) {
            return trouble.clone();
        }
        match error.kind() {
            io::ErrorKind::NotFound => Trouble::new(NOT_FOUND),
            io::ErrorKind::UnexpectedEof => Trouble::new(TRUNCATED),
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => Trouble::damaged(error),
            _ => Trouble::new(UNREADABLE).with("why", error),
        }
    }
}
