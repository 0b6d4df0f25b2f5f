//! The cells of a row as our fields: joined, put into our words, and read as what they have to be.
//! Whatever is wrong is noted with the column and the value that stands there.

use std::{borrow::Cow, collections::HashMap};

use jiff::tz::TimeZone;
use kernel::{Arg, Day, Field, Refusal, Result, Time, plain, refusals};
use platform::sheet::{self, Cell, Note, Row, Sheet};
use sha2::{Digest as _, Sha256};

use super::{
    kind::Kind,
    map::{Map, Named, bad},
    problem::Problem,
    reading::Pass,
};

refusals! {
    NO_COLUMNS Invalid "import.no_columns";
}

/// The fields that make an event: case, activity, at, person, group.
const EVENT: usize = 5;

/// Which cells make which field.
#[derive(Debug)]
pub struct Layout {
    pub kind: Kind,
    pub zone: TimeZone,
    pub headings: Vec<String>,
    /// Of an event log: the columns that are none of ours.
    pub attributes: Vec<usize>,
    slots: HashMap<&'static str, Slot>,
}

#[derive(Debug, Default)]
struct Slot {
    columns: Vec<usize>,
    formats: Vec<String>,
    values: HashMap<String, String>,
    default: Option<String>,
}

impl Layout {
    /// The map laid over the file: a column that is not there, or one that is needed and that
    /// nobody named, is said before the first row is read.
    pub fn of(kind: Kind, map: &Map, sheet: &Sheet, zone: TimeZone) -> Result<Layout> {
        let headings = sheet.headings().to_vec();
        let (attributes, slots) = (Vec::new(), HashMap::new());
        let mut layout = Layout { kind, zone, headings, attributes, slots };
        let mut wrongs = Vec::new();
        for (field, named) in layout.named(kind, map) {
            let slot = layout.slots.entry(field).or_default();
            for it in named {
                match sheet.place(&it.text) {
                    Some(at) => slot.columns.push(at),
                    None => {
                        let field = map.wrong(it.at, "import.no_such_column");
                        let known = Arg::Many(sheet.headings().to_vec());
                        wrongs.push(field.with("column", it.text).with("known", known));
                    }
                }
            }
        }
        layout.attributes = layout.others(&kind.fields()[..EVENT]);
        for (field, formats) in &map.formats {
            layout.slots.entry(field).or_default().formats.clone_from(formats);
        }
        for (field, values) in &map.values {
            layout.slots.entry(field).or_default().values.clone_from(values);
        }
        for (field, default) in &map.defaults {
            layout.slots.entry(field).or_default().default = Some(default.text.clone());
        }
        if wrongs.is_empty() {
            wrongs.extend(layout.missing());
        }
        match (wrongs.is_empty(), map.file.is_empty()) {
            (true, _) => Ok(layout),
            (false, true) => Err(Refusal { fields: wrongs, ..NO_COLUMNS }.into()),
            (false, false) => Err(bad(&map.file, wrongs)),
        }
    }

    fn named(&self, kind: Kind, map: &Map) -> Vec<(&'static str, Vec<Named>)> {
        if let Some(columns) = &map.columns {
            return columns.clone();
        }
        // Without a map for them the columns have our names.
        let ours = kind.fields().iter().filter(|it| self.headings.iter().any(|own| own == *it));
        let at = worktime::Place { line: 1, column: 1 };
        ours.map(|it| (*it, vec![Named { text: (*it).to_owned(), at }])).collect()
    }

    fn missing(&self) -> Vec<Field> {
        let has = |it: &str| {
            let slot = self.slots.get(it);
            slot.is_some_and(|it| !it.columns.is_empty() || it.default.is_some())
        };
        let missing = self.kind.needed().iter().filter(|it| !has(it));
        let wrong = |it: &&str| {
            let known = Arg::Many(self.headings.clone());
            let field = Field::new((*it).to_owned(), "import.no_column");
            field.with("field", (*it).to_owned()).with("known", known)
        };
        missing.map(wrong).collect()
    }

    /// What the file calls a field.
    pub fn column(&self, field: &str) -> Option<String> {
        let columns = &self.slots.get(field)?.columns;
        let named: Vec<&str> = columns.iter().map(|at| self.headings[*at].as_str()).collect();
        (!named.is_empty()).then(|| named.join(", "))
    }

    pub fn has_words(&self, field: &str) -> bool {
        self.slots.get(field).is_some_and(|it| !it.values.is_empty())
    }

    fn others(&self, fields: &[&str]) -> Vec<usize> {
        let taken = |at: &usize| {
            let slots = fields.iter().filter_map(|it| self.slots.get(it));
            slots.into_iter().any(|it| it.columns.contains(at))
        };
        (0..self.headings.len()).filter(|at| !taken(at)).collect()
    }
}

/// A local time that the clocks showed twice or never, and what was taken for it.
#[derive(Debug, Clone)]
pub struct Doubt {
    pub row: u64,
    pub text: String,
    pub never: bool,
    pub taken: jiff::Zoned,
}

/// One row, while it is read.
pub struct Cells<'a> {
    pub layout: &'a Layout,
    pub row: &'a Row,
    pub pass: Pass,
    pub problems: Vec<Problem>,
    pub doubts: Vec<Doubt>,
    said: Sha256,
}

impl<'a> Cells<'a> {
    pub fn new(layout: &'a Layout, row: &'a Row, pass: Pass) -> Cells<'a> {
        let mut problems = Vec::new();
        for cell in &row.cells {
            if let Cell::Bad(trouble) = cell {
                problems.push(Problem::of_trouble(trouble));
            }
        }
        Cells { layout, row, pass, problems, doubts: Vec::new(), said: Sha256::new() }
    }

    /// What stands there, in our words where they differ, else the default.
    pub fn text(&mut self, field: &'static str) -> Option<String> {
        let slot = self.layout.slots.get(field)?;
        let theirs = joined(self.row, field, &slot.columns);
        let ours = match theirs {
            Some(theirs) => slot.values.get(theirs.as_ref()).cloned().or(Some(theirs.into_owned())),
            None => slot.default.clone(),
        };
        let ours = ours.filter(|it| !it.is_empty())?;
        self.note(field, &ours);
        Some(ours)
    }

    /// As it stands there, whatever it is called here.
    pub fn words(&mut self, field: &'static str) -> Option<String> {
        let slot = self.layout.slots.get(field)?;
        joined(self.row, field, &slot.columns).map(Cow::into_owned)
    }

    /// Our word for it, if the map has one.
    pub fn word(&self, field: &'static str) -> Option<&'a str> {
        let slot = self.layout.slots.get(field)?;
        let theirs = joined(self.row, field, &slot.columns)?;
        slot.values.get(theirs.as_ref()).map(String::as_str).filter(|it| !it.is_empty())
    }

    pub fn needed(&mut self, field: &'static str) -> Option<String> {
        let text = self.text(field);
        let column = self.layout.column(field);
        // A cell that cannot be read is not empty, and was said already.
        let said = column.is_some() && self.problems.iter().any(|it| it.column == column);
        if text.is_none() && !said {
            self.wrong(field, Field::new(field, "missing"));
        }
        text
    }

    pub fn short(&mut self, field: &'static str, most: usize) -> Option<String> {
        let text = self.text(field)?;
        if text.chars().count() <= most {
            return Some(text);
        }
        self.wrong(field, Field::new(field, "too_long").with("most", most as i64));
        None
    }

    /// A name or an address: neither a number nor a time has got into the wrong column.
    pub fn name(&mut self, field: &'static str, most: usize) -> Option<String> {
        let text = self.short(field, most)?;
        if !text.chars().any(char::is_alphabetic) && text.chars().any(char::is_numeric)
            || text.parse::<jiff::civil::DateTime>().is_ok()
        {
            self.wrong(field, Field::new(field, "import.other_kind").with("value", text));
            return None;
        }
        Some(text)
    }

    pub fn choice<T>(
        &mut self,
        field: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(field)?;
        let found = parse(narrow(&text).trim());
        if found.is_none() {
            self.wrong(field, Field::new(field, "unknown_code").with("value", text));
        }
        found
    }

    pub fn number(&mut self, field: &'static str) -> Option<f64> {
        let text = self.text(field)?;
        let found: Option<f64> =
            narrow(&text).trim().parse().ok().filter(|it: &f64| it.is_finite());
        if found.is_none() {
            self.wrong(field, Field::new(field, "number"));
        }
        found
    }

    /// A number without a fraction, as a counter or an amount in fen has it.
    pub fn whole(&mut self, field: &'static str) -> Option<i64> {
        let text = self.text(field)?;
        let found: Option<i64> = narrow(&text).trim().parse().ok();
        if found.is_none() {
            self.wrong(field, Field::new(field, "whole_number"));
        }
        found
    }

    pub fn time(&mut self, field: &'static str) -> Option<Time> {
        let text = self.text(field)?;
        let formats = &self.layout.slots[field].formats;
        match sheet::when(&narrow(&text), formats, &self.layout.zone) {
            Ok(moment) => {
                if let Some(note) = moment.note {
                    let taken = moment.at.to_zoned(self.layout.zone.clone());
                    let (row, never) = (self.row.number, note == Note::Never);
                    self.doubts.push(Doubt { row, text, never, taken });
                }
                let at = Time::of(moment.at);
                self.note(field, &at.millis().to_string());
                Some(at)
            }
            Err(trouble) => self.trouble(field, &text, &trouble),
        }
    }

    pub fn day(&mut self, field: &'static str) -> Option<Day> {
        let text = self.text(field)?;
        let formats = &self.layout.slots[field].formats;
        match sheet::day(&narrow(&text), formats) {
            Ok(day) => {
                self.note(field, &day.to_string());
                Some(Day(day))
            }
            Err(trouble) => self.trouble(field, &text, &trouble),
        }
    }

    fn trouble<T>(&mut self, field: &str, text: &str, it: &sheet::Trouble) -> Option<T> {
        let mut problem = Problem::of_trouble(it);
        problem.row = Some(self.row.number);
        problem.column = self.layout.column(field);
        problem.value = Some(text.to_owned());
        self.problems.push(problem);
        None
    }

    /// Notes what is wrong with a field, beside what stands there.
    pub fn wrong(&mut self, field: &'static str, wrong: Field) {
        let value = self.words(field);
        let column = self.layout.column(field).or_else(|| Some(field.to_owned()));
        let number = self.row.number;
        self.problems.push(Problem::of_field(number, column, value.as_deref(), wrong));
    }

    /// Two readings that differ are two rows.
    pub fn note(&mut self, field: &str, said: &str) {
        for part in [field, said] {
            self.said.update(part.as_bytes());
            self.said.update([0]);
        }
    }

    /// What the row says, in short.
    pub fn digest(&self) -> u128 {
        let whole = self.said.clone().finalize();
        let half: [u8; 16] = whole[..16].try_into().expect("a digest has 32 bytes");
        u128::from_be_bytes(half)
    }
}

/// The cells that are there, with a blank between them, or a dot where each is a remark of its own.
fn joined<'r>(row: &'r Row, field: &str, columns: &[usize]) -> Option<Cow<'r, str>> {
    let mut texts = columns.iter().filter_map(|at| row.cells[*at].text()).map(clean);
    let mut joined = texts.find(|it| !it.is_empty())?;
    for text in texts.filter(|it| !it.is_empty()) {
        let whole = joined.to_mut();
        whole.push_str(if field == "fault_text" { " · " } else { " " });
        whole.push_str(&text);
    }
    Some(joined)
}

/// Without blanks at the ends, and without what nobody sees.
pub fn clean(text: &str) -> Cow<'_, str> {
    match plain(text.trim()) {
        Cow::Borrowed(text) => Cow::Borrowed(text),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}

/// Full-width digits and signs are the same as narrow ones.
pub fn narrow(text: &str) -> Cow<'_, str> {
    let wide = |it: char| matches!(it, '\u{ff01}'..='\u{ff5e}' | '\u{3000}');
    if !text.contains(wide) {
        return Cow::Borrowed(text);
    }
    let narrow = |it: char| match it {
        '\u{3000}' => ' ',
        it if wide(it) => char::from_u32(it as u32 - 0xfee0).unwrap_or(it),
        it => it,
    };
    Cow::Owned(text.chars().map(narrow).collect())
}
