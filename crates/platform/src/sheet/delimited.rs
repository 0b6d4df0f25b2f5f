//! Rows of text: cells between commas, tabs, semicolons or bars, in quotation marks where they
//! hold one of these. Rows are numbered as a spreadsheet numbers them: a cell with line breaks is
//! in one row, an empty line is a row. (The csv crate passes over empty lines without counting
//! them and reads on without end behind a quotation mark that is never closed.)

use std::io::{self, BufRead, BufReader, Read};

use super::{
    Cell, Row,
    charset::{Charset, Decoded},
    source::Bytes,
    trouble::{self, Trouble},
};

pub(super) const MOST_BYTES: usize = 1 << 20;
pub(super) const MOST_COLUMNS: usize = 16_384;
const SAMPLE: usize = 256 << 10;
const SAMPLE_ROWS: usize = 200;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Dialect {
    pub separator: u8,
    /// Raw exports from databases have tabs or bars and no quotation marks: there `"` means inches.
    pub quoted: bool,
    /// `\n`, or `\r` in files from very old Macs.
    pub end: u8,
}

/// The reading in which most rows have the same, large number of cells.
pub(super) fn guess(bytes: Bytes, charset: Charset) -> Result<Dialect, Trouble> {
    let mut sample = Vec::new();
    Decoded::new(bytes, charset.encoding).take(SAMPLE as u64).read_to_end(&mut sample)?;
    let whole = sample.len() < SAMPLE;
    let end = if !sample.contains(&b'\n') && sample.contains(&b'\r') { b'\r' } else { b'\n' };
    let mut best = (0.0, Dialect { separator: b',', quoted: true, end });
    for (separator, quoted) in
        [(b',', true), (b'\t', true), (b';', true), (b'|', true), (b'\t', false), (b'|', false)]
    {
        let dialect = Dialect { separator, quoted, end };
        let score = regularity(&sample, whole, charset, dialect);
        // A reading without quotation marks must be clearly better.
        if score > best.0 * 1.01 {
            best = (score, dialect);
        }
    }
    Ok(best.1)
}

fn regularity(sample: &[u8], whole: bool, charset: Charset, dialect: Dialect) -> f64 {
    let text = io::Cursor::new(sample.to_vec());
    let rows = Records::over(Box::new(text), charset.damaged, dialect);
    let mut widths: Vec<usize> = Vec::new();
    let mut broken = 0;
    for row in rows.take(SAMPLE_ROWS) {
        match row {
            Ok(row) if row.is_blank() => {}
            Ok(row) => widths.push(row.cells.len()),
            Err(_) => broken = 1,
        }
    }
    if !whole && broken == 0 && widths.len() < SAMPLE_ROWS {
        widths.pop();
    }
    let same = |width: usize| widths.iter().filter(|other| **other == width).count();
    let usual = widths.iter().copied().max_by_key(|width| (same(*width), *width)).unwrap_or(1);
    let share = same(usual) as f64 / (widths.len() + broken).max(1) as f64;
    share * share * (usual as f64).log2()
}

pub(super) struct Records {
    text: Box<dyn BufRead + Send>,
    damaged: bool,
    dialect: Dialect,
    number: u64,
    line: Vec<u8>,
    over: bool,
}

impl Records {
    pub fn new(bytes: Bytes, charset: Charset, dialect: Dialect) -> Records {
        let text = BufReader::with_capacity(64 << 10, Decoded::new(bytes, charset.encoding));
        Records::over(Box::new(text), charset.damaged, dialect)
    }

    fn over(text: Box<dyn BufRead + Send>, damaged: bool, dialect: Dialect) -> Records {
        Records { text, damaged, dialect, number: 0, line: Vec::new(), over: false }
    }

    fn record(&mut self) -> Result<Option<Vec<Cell>>, Trouble> {
        let mut cutter = Cutter::new(self.dialect);
        let mut taken = 0;
        loop {
            self.line.clear();
            let left = MOST_BYTES - taken;
            let mut ration = (&mut self.text).take(left as u64 + 1);
            let read = ration.read_until(self.dialect.end, &mut self.line)?;
            taken += read;
            match (read, taken) {
                (0, 0) => return Ok(None),
                (0, _) => return Err(Trouble::new(trouble::OPEN_QUOTE)),
                (_, MOST_BYTES..) if cutter.is_open() => {
                    return Err(Trouble::new(trouble::OPEN_QUOTE));
                }
                (_, MOST_BYTES..) => {
                    return Err(Trouble::new(trouble::TOO_LONG).with("most", MOST_BYTES));
                }
                _ => cutter.cut(&self.line),
            }
            if cutter.cells.len() > MOST_COLUMNS {
                return Err(Trouble::new(trouble::TOO_MANY_COLUMNS).with("most", MOST_COLUMNS));
            }
            if !cutter.is_open() {
                return Ok(Some(cutter.cells.into_iter().map(|cell| self.cell(cell)).collect()));
            }
        }
    }

    fn cell(&self, bytes: Vec<u8>) -> Cell {
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        };
        if self.damaged && text.contains(char::REPLACEMENT_CHARACTER) {
            return Cell::Bad(Box::new(Trouble::new(trouble::GARBLED).with("value", text)));
        }
        match super::write::unguarded(&text) {
            Some(own) => Cell::of(own.to_owned()),
            None => Cell::of(text),
        }
    }
}

impl Iterator for Records {
    type Item = Result<Row, Trouble>;

    /// A row that cannot be cut is the last: nobody knows where the next begins.
    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        self.number += 1;
        let record = self.record().map_err(|trouble| trouble.in_row(self.number));
        self.over = !matches!(record, Ok(Some(_)));
        record.map(|cells| cells.map(|cells| Row { number: self.number, cells })).transpose()
    }
}

/// Cuts one record, which comes line by line as long as a quotation mark is open.
struct Cutter {
    dialect: Dialect,
    cells: Vec<Vec<u8>>,
    cell: Vec<u8>,
    at: At,
}

#[derive(Clone, Copy, PartialEq)]
enum At {
    Begin,
    Plain,
    Quoted,
    /// Behind a quotation mark in a quoted cell: its end, or the first of two.
    Closed,
}

impl Cutter {
    fn new(dialect: Dialect) -> Cutter {
        Cutter { dialect, cells: Vec::new(), cell: Vec::new(), at: At::Begin }
    }

    fn is_open(&self) -> bool {
        self.at == At::Quoted
    }

    fn cut(&mut self, line: &[u8]) {
        let end = [self.dialect.end];
        let bare = line.strip_suffix(&end).unwrap_or(line);
        let bare = bare.strip_suffix(b"\r").unwrap_or(bare);
        let mut rest = bare;
        while let Some((byte, others)) = rest.split_first() {
            rest = match self.at {
                At::Quoted => self.quoted(rest),
                At::Closed if *byte == b'"' => {
                    self.cell.push(b'"');
                    self.at = At::Quoted;
                    others
                }
                At::Begin if *byte == b'"' && self.dialect.quoted => {
                    self.at = At::Quoted;
                    others
                }
                At::Begin | At::Plain | At::Closed => self.plain(rest),
            };
        }
        if self.at == At::Quoted {
            self.cell.extend_from_slice(&line[bare.len()..]);
        } else {
            self.finish();
        }
    }

    fn quoted<'l>(&mut self, rest: &'l [u8]) -> &'l [u8] {
        let length = rest.iter().position(|byte| *byte == b'"');
        self.cell.extend_from_slice(&rest[..length.unwrap_or(rest.len())]);
        match length {
            Some(length) => {
                self.at = At::Closed;
                &rest[length + 1..]
            }
            None => &[],
        }
    }

    fn plain<'l>(&mut self, rest: &'l [u8]) -> &'l [u8] {
        self.at = At::Plain;
        let length = rest.iter().position(|byte| *byte == self.dialect.separator);
        self.cell.extend_from_slice(&rest[..length.unwrap_or(rest.len())]);
        match length {
            Some(length) => {
                self.finish();
                &rest[length + 1..]
            }
            None => &[],
        }
    }

    fn finish(&mut self) {
        self.cells.push(std::mem::take(&mut self.cell));
        self.at = At::Begin;
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use encoding_rs::UTF_8;
    use proptest::prelude::*;

    use super::*;

    const TEXT: Charset = Charset { encoding: UTF_8, damaged: false };

    fn guessed(text: &str) -> Dialect {
        guess(Box::new(Cursor::new(text.as_bytes().to_vec())), TEXT).unwrap()
    }

    type Seen = Result<(u64, Vec<String>), (&'static str, Option<u64>)>;

    fn rows(text: &str) -> Vec<Seen> {
        let bytes = || Box::new(Cursor::new(text.as_bytes().to_vec()));
        let records = Records::new(bytes(), TEXT, guessed(text));
        let text = |cell: &Cell| cell.text().unwrap_or_default().to_owned();
        records
            .map(|row| match row {
                Ok(row) => Ok((row.number, row.cells.iter().map(text).collect())),
                Err(trouble) => Err((trouble.code, trouble.row)),
            })
            .collect()
    }

    fn row(number: u64, cells: &[&str]) -> Seen {
        Ok((number, cells.iter().map(|cell| cell.to_string()).collect()))
    }

    #[test]
    fn the_separator_is_the_one_that_makes_rows_even() {
        for (text, separator, quoted) in [
            ("a,b,c\n1,2,3\n", b',', true),
            ("a;b;c\n1,5;2,5;3,5\n4;5;6\n", b';', true),
            ("a\tb\n1,2,3\t4\n5,6\t7\n", b'\t', true),
            ("a|b|c\n1|2|3\n", b'|', true),
            ("name,text\nx,\"a;b;c;d\ne;f\"\ny,z\n", b',', true),
            ("id\tpipe\n1\t\"5 inch\n2\t6\" pipe\n3\t\"7\n", b'\t', false),
            ("only one column\nnothing else\n", b',', true),
            ("", b',', true),
        ] {
            let dialect = guessed(text);
            assert_eq!((dialect.separator, dialect.quoted), (separator, quoted), "{text:?}");
        }
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_numbers_them() {
        let text = "a,b\r\n\r\n1,\"line one\r\n\r\nline three\"\r\n\n2,x";
        assert_eq!(
            rows(text),
            [
                row(1, &["a", "b"]),
                row(2, &[""]),
                row(3, &["1", "line one\r\n\r\nline three"]),
                row(4, &[""]),
                row(5, &["2", "x"]),
            ]
        );
        assert_eq!(rows("a,b\r1,2\r"), [row(1, &["a", "b"]), row(2, &["1", "2"])]);
    }

    #[test]
    fn quotation_marks_are_read_as_spreadsheets_do() {
        for (line, cells) in [
            (r#"a,"b ""quoted"" c",d"#, ["a", r#"b "quoted" c"#, "d"]),
            (r#"5" pipe,x,y"#, [r#"5" pipe"#, "x", "y"]),
            (r#""a"b,"",c"#, ["ab", "", "c"]),
            ("a,\"b,\"\"\"", ["a", "b,\"", ""]),
        ] {
            let cells = cells.iter().rev().skip_while(|cell| cell.is_empty()).collect::<Vec<_>>();
            let cells = cells.into_iter().rev().copied().collect::<Vec<_>>();
            let found = rows(&format!("h,i,j\n{line}"));
            assert_eq!(found[1], row(2, &cells), "{line}");
        }
    }

    #[test]
    fn a_quotation_mark_that_is_never_closed_is_named_with_its_row() {
        let text = format!("a,b\n1,2\n\"3,4\n{}", "5,6\n".repeat(10));
        assert_eq!(rows(&text)[2], Err((trouble::OPEN_QUOTE, Some(3))));
        let long = format!("a,b\n1,2\n\"3,4\n{}", "5,6\n".repeat(MOST_BYTES));
        assert_eq!(rows(&long)[2..], [Err((trouble::OPEN_QUOTE, Some(3)))]);
    }

    #[test]
    fn a_line_of_more_than_a_megabyte_ends_the_reading() {
        let text = format!("a,b\n1,{}\n", "x".repeat(MOST_BYTES));
        assert_eq!(rows(&text)[1..], [Err((trouble::TOO_LONG, Some(2)))]);
    }

    #[test]
    fn more_columns_than_any_spreadsheet_has_are_refused() {
        let text = ",".repeat(MOST_COLUMNS);
        assert_eq!(rows(&text), [Err((trouble::TOO_MANY_COLUMNS, Some(1)))]);
    }

    proptest! {
        #[test]
        fn what_the_csv_crate_writes_is_read_back(
            table in proptest::collection::vec(
                proptest::collection::vec("[a-z\"\n\r, 格]{0,6}", 3), 1..20)
        ) {
            let mut out = csv::Writer::from_writer(Vec::new());
            table.iter().for_each(|row| out.write_record(row).unwrap());
            let text = String::from_utf8(out.into_inner().unwrap()).unwrap();
            let dialect = Dialect { separator: b',', quoted: true, end: b'\n' };
            let bytes = Box::new(Cursor::new(text.into_bytes()));
            let cells = Records::new(bytes, TEXT, dialect)
                .map(|row| row.unwrap().cells.iter()
                    .map(|cell| cell.text().unwrap_or_default().to_owned()).collect::<Vec<_>>())
                .collect::<Vec<_>>();
            prop_assert_eq!(cells, table);
        }
    }
}
