//! Due and elapsed working time of the rows of a table, read and answered one by one, so that a
//! table may be longer than the memory. A row that cannot be answered says why; the others are.
//!
//! Source: interfaces, `calc promise` and `calc elapsed`.

use std::io::{self, Read, Write};

use csv::{ByteRecord, ReaderBuilder};
use jiff::{Timestamp, Zoned};
use worktime::{Calendar, Pause, Problem, Promises, Reading};

/// How many rows were answered, and how many of them with a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    pub rows: u64,
    pub bad: u64,
}

/// A clock time that the wall clock showed twice or never, and what was taken for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// As a spreadsheet counts them.
    pub row: u64,
    pub text: String,
    pub never: bool,
    pub taken: Zoned,
}

/// Whoever looks on while the rows go by.
pub trait Onlooker {
    fn doubt(&mut self, doubt: Doubt);
    /// After every so many rows, and at the end.
    fn progress(&mut self, rows: u64, bytes: u64);
}

/// `id,start[,type]` → `id,due,error`.
pub fn promise(
    promises: &Promises,
    input: impl Read,
    output: impl Write,
    onlooker: &mut dyn Onlooker,
) -> io::Result<Tally> {
    let calendar = promises.calendar();
    answer(["id", "due", "error"], input, output, onlooker, |row, heads, doubts| {
        let start = doubts.read(calendar, row.cell(heads.start)?)?;
        let case = heads.case.map(|column| row.cell(column)).transpose()?;
        let due = promises.due(case.filter(|case| !case.is_empty()), start)?;
        calendar.write_time(due.at)
    })
}

/// `id,start,end[,paused_from,paused_to[,paused_from_2,paused_to_2 …]]` →
/// `id,working_seconds,error`. A pause without end is still open.
pub fn elapsed(
    calendar: &Calendar,
    input: impl Read,
    output: impl Write,
    onlooker: &mut dyn Onlooker,
) -> io::Result<Tally> {
    let mut pauses = vec![];
    answer(["id", "working_seconds", "error"], input, output, onlooker, |row, heads, doubts| {
        let start = doubts.read(calendar, row.cell(heads.start)?)?;
        let end = doubts.read(calendar, row.cell(heads.end)?)?;
        pauses.clear();
        for (from, to) in heads.pauses(row.cells.len()) {
            let [from, to] = [row.cell(from)?, row.cell(to)?];
            if from.is_empty() && to.is_empty() {
                continue;
            }
            let from = doubts.read(calendar, from)?;
            let to = (!to.is_empty()).then(|| doubts.read(calendar, to)).transpose()?;
            pauses.push(Pause { from, to });
        }
        calendar.elapsed(start, end, &pauses).map(|seconds| seconds.to_string())
    })
}

/// Where the columns stand: by their headings, or, without a heading, in the order of the
/// documentation.
struct Heads {
    id: usize,
    start: usize,
    end: usize,
    case: Option<usize>,
    named_pauses: Option<Vec<(usize, usize)>>,
}

struct Row<'r> {
    cells: &'r ByteRecord,
}

/// Reads times and remembers which were in doubt.
struct Doubts<'o> {
    row: u64,
    onlooker: &'o mut dyn Onlooker,
}

const PROGRESS_EVERY: u64 = 10_000;

fn answer(
    headings: [&str; 3],
    input: impl Read,
    output: impl Write,
    onlooker: &mut dyn Onlooker,
    mut ask: impl FnMut(&Row<'_>, &Heads, &mut Doubts<'_>) -> worktime::Result<String>,
) -> io::Result<Tally> {
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(input);
    let mut writer = csv::Writer::from_writer(output);
    writer.write_record(headings)?;
    let mut tally = Tally::default();
    let mut cells = ByteRecord::new();
    let mut more = reader.read_byte_record(&mut cells)?;
    let named = Heads::named(&cells);
    if named.is_some() {
        more = reader.read_byte_record(&mut cells)?;
    }
    let heading = u64::from(named.is_some());
    let heads = named.unwrap_or_else(Heads::in_order);
    while more {
        tally.rows += 1;
        let row = Row { cells: &cells };
        let mut doubts = Doubts { row: tally.rows + heading, onlooker: &mut *onlooker };
        let answer = ask(&row, &heads, &mut doubts);
        tally.bad += u64::from(answer.is_err());
        let (answer, problem) = match answer {
            Ok(answer) => (answer, String::new()),
            Err(problem) => (String::new(), problem.to_string()),
        };
        let id = cells.get(heads.id).unwrap_or_default();
        writer.write_record([id, answer.as_bytes(), problem.as_bytes()])?;
        if tally.rows.is_multiple_of(PROGRESS_EVERY) {
            onlooker.progress(tally.rows, reader.position().byte());
        }
        more = reader.read_byte_record(&mut cells)?;
    }
    onlooker.progress(tally.rows, reader.position().byte());
    writer.flush()?;
    Ok(tally)
}

impl Heads {
    /// `id,start,type` or `id,start,end,` and pairs of pauses.
    fn in_order() -> Heads {
        Heads { id: 0, start: 1, end: 2, case: Some(2), named_pauses: None }
    }

    /// If it is a heading at all.
    fn named(cells: &ByteRecord) -> Option<Heads> {
        let names: Vec<String> = cells.iter().map(heading).collect();
        let column = |name: &str| names.iter().position(|heading| heading == name);
        let missing = names.len();
        let pause = |(from, name): (usize, &String)| {
            let to = name.strip_prefix("paused_from").map(|number| format!("paused_to{number}"))?;
            Some((from, column(&to).unwrap_or(missing)))
        };
        Some(Heads {
            start: column("start")?,
            id: column("id").unwrap_or(missing),
            end: column("end").unwrap_or(missing),
            case: column("type"),
            named_pauses: Some(names.iter().enumerate().filter_map(pause).collect()),
        })
    }

    /// The columns of each pause, its beginning and its end.
    fn pauses(&self, cells: usize) -> impl Iterator<Item = (usize, usize)> {
        let in_order = (self.end + 1..cells).step_by(2).map(|from| (from, from + 1));
        let in_order = in_order.filter(|_| self.named_pauses.is_none());
        self.named_pauses.iter().flatten().copied().chain(in_order)
    }
}

fn heading(cell: &[u8]) -> String {
    String::from_utf8_lossy(cell).trim().to_lowercase()
}

impl<'r> Row<'r> {
    /// What stands there; a column that the row does not have is empty.
    fn cell(&self, column: usize) -> worktime::Result<&'r str> {
        let cell = self.cells.get(column).unwrap_or_default().trim_ascii();
        std::str::from_utf8(cell).map_err(|_| Problem::new("row.not_utf8"))
    }
}

impl Doubts<'_> {
    fn read(&mut self, calendar: &Calendar, text: &str) -> worktime::Result<Timestamp> {
        let (taken, reading) = calendar.read_time(text)?;
        if reading != Reading::Once {
            let (never, text) = (reading == Reading::Skipped, text.to_owned());
            let taken = taken.to_zoned(calendar.zone().clone());
            self.onlooker.doubt(Doubt { row: self.row, text, never, taken });
        }
        Ok(taken)
    }
}
