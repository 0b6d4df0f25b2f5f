//! 映射: which column of the file is which of our fields, how times are written there, which of
//! their words are which of ours. Everything that is wrong with it is said at once, with line and
//! column.

use std::{collections::HashMap, ops::Range};

use jiff::tz::TimeZone;
use kernel::{Arg, Field, Refusal, Result, refusals};
use platform::sheet;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};
use worktime::Place;

use super::kind::{Kind, is_wrong_code};

refusals! {
    BAD_MAP      Invalid  "import.bad_map";
    MAP_NOT_READ NotFound "import.map_not_read";
}

/// A map that was read. Without one the columns have our names.
#[derive(Debug, Clone)]
pub struct Map {
    pub file: String,
    pub zone: Option<TimeZone>,
    pub options: sheet::Options,
    /// Field, and the columns that are joined to make it; nothing where the names are ours.
    pub columns: Option<Vec<(&'static str, Vec<Named>)>>,
    pub formats: HashMap<&'static str, Vec<String>>,
    pub values: HashMap<&'static str, HashMap<String, String>>,
    pub defaults: HashMap<&'static str, Named>,
}

/// A text of the map, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub text: String,
    pub at: Place,
}

type Cell<'t> = Spanned<DeValue<'t>>;

impl Map {
    pub fn none() -> Map {
        Map {
            file: String::new(),
            zone: None,
            options: sheet::Options::default(),
            columns: None,
            formats: HashMap::new(),
            values: HashMap::new(),
            defaults: HashMap::new(),
        }
    }

    pub fn read(file: &str, text: &str, kind: Kind) -> Result<Map> {
        let mut reader = Reader { file, text, kind, wrongs: Vec::new() };
        let map = match DeTable::parse(text) {
            Ok(table) => reader.map(table.get_ref()),
            Err(error) => {
                let span = error.span().unwrap_or_default();
                let field = reader.field(span, "import.not_toml");
                reader.wrongs.push(field.with("detail", error.message()));
                Map::none()
            }
        };
        if reader.wrongs.is_empty() { Ok(map) } else { Err(bad(file, reader.wrongs)) }
    }

    /// Something in it that only turned out to be wrong beside the file or the house.
    pub fn wrong(&self, at: Place, code: &'static str) -> Field {
        placed(&self.file, at, code)
    }
}

pub fn bad(file: &str, wrongs: Vec<Field>) -> kernel::Error {
    Refusal { fields: wrongs, ..BAD_MAP.with("file", file) }.into()
}

fn placed(file: &str, at: Place, code: &'static str) -> Field {
    Field { field: format!("{file}:{}:{}", at.line, at.column), code, args: Vec::new() }
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    kind: Kind,
    wrongs: Vec<Field>,
}

const KEYS: &[&str] = &[
    "kind",
    "zone",
    "header",
    "skip_rows",
    "sheet",
    "missing",
    "columns",
    "formats",
    "values",
    "defaults",
];

impl Reader<'_> {
    fn map(&mut self, table: &DeTable<'_>) -> Map {
        let mut map = Map { file: self.file.to_owned(), ..Map::none() };
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "kind" => self.kind(value),
                "zone" => map.zone = self.zone(value),
                "header" => match value.get_ref().as_bool() {
                    Some(yes) => map.options.header = yes,
                    None => self.wrong_type(value, "true, false"),
                },
                "skip_rows" => match whole(value) {
                    Some(count) => map.options.skip_rows = count,
                    None => self.wrong_type(value, "0, 1, 2 …"),
                },
                "sheet" => map.options.sheet = self.string(value),
                "missing" => map.options.missing = self.strings(value),
                "columns" => map.columns = Some(self.columns(value)),
                "formats" => map.formats = self.formats(value),
                "values" => map.values = self.values(value),
                "defaults" => map.defaults = self.defaults(value),
                other => self.unknown(key.span(), other, KEYS),
            }
        }
        map
    }

    fn kind(&mut self, value: &Cell<'_>) {
        let Some(named) = self.string(value) else { return };
        if Kind::named(&named) != Some(self.kind) {
            let asked = self.kind.name();
            let field = self.field(value.span(), "import.other_kind_of_map");
            self.wrongs.push(field.with("value", named).with("asked", asked));
        }
    }

    fn zone(&mut self, value: &Cell<'_>) -> Option<TimeZone> {
        let named = self.string(value)?;
        let zone = TimeZone::get(&named).ok();
        if zone.is_none() {
            let field = self.field(value.span(), "import.unknown_zone");
            self.wrongs.push(field.with("value", named));
        }
        zone
    }

    fn columns(&mut self, value: &Cell<'_>) -> Vec<(&'static str, Vec<Named>)> {
        let mut columns = Vec::new();
        for (field, theirs) in self.by_field(value) {
            let named = self.many(&theirs);
            columns.push((field, named));
        }
        columns
    }

    fn formats(&mut self, value: &Cell<'_>) -> HashMap<&'static str, Vec<String>> {
        let mut formats = HashMap::new();
        for (field, theirs) in self.by_field(value) {
            let named = self.many(&theirs).into_iter().map(|it| it.text);
            formats.insert(field, named.collect());
        }
        formats
    }

    fn values(&mut self, value: &Cell<'_>) -> HashMap<&'static str, HashMap<String, String>> {
        let mut values = HashMap::new();
        for (field, words) in self.by_field(value) {
            let Some(table) = words.get_ref().as_table() else {
                self.wrong_type(&words, "theirs = ours");
                continue;
            };
            let mut known = HashMap::new();
            for (theirs, ours) in table {
                let Some(text) = self.text_or_number(ours) else { continue };
                self.check_code(field, &text, ours);
                known.insert(theirs.get_ref().trim().to_owned(), text);
            }
            values.insert(field, known);
        }
        values
    }

    fn defaults(&mut self, value: &Cell<'_>) -> HashMap<&'static str, Named> {
        let mut defaults = HashMap::new();
        for (field, ours) in self.by_field(value) {
            let Some(text) = self.text_or_number(&ours) else { continue };
            self.check_code(field, &text, &ours);
            defaults.insert(field, Named { text, at: self.place(ours.span()) });
        }
        defaults
    }

    fn check_code(&mut self, name: &'static str, text: &str, at: &Cell<'_>) {
        // What is nothing of ours is nothing at all.
        if !text.is_empty() && is_wrong_code(self.kind, name, text) {
            let field = self.field(at.span(), "unknown_code");
            self.wrongs.push(field.with("value", text));
        }
    }

    /// The keys of a table that have to be fields of ours.
    fn by_field<'t>(&mut self, value: &Cell<'t>) -> Vec<(&'static str, Cell<'t>)> {
        let Some(table) = value.get_ref().as_table() else {
            self.wrong_type(value, "[…]");
            return Vec::new();
        };
        let mut known = Vec::new();
        for (key, value) in table {
            match self.kind.field(key.get_ref()) {
                Some(field) => known.push((field, value.clone())),
                None => self.unknown(key.span(), key.get_ref(), self.kind.fields()),
            }
        }
        known
    }

    fn unknown(&mut self, span: Range<usize>, key: &str, known: &[&str]) {
        let known: Vec<String> = known.iter().map(|it| (*it).to_owned()).collect();
        let field = self.field(span, "import.unknown_key");
        self.wrongs.push(field.with("key", key).with("known", Arg::Many(known)));
    }

    /// One text, or several.
    fn many(&mut self, value: &Cell<'_>) -> Vec<Named> {
        let cells = match value.get_ref() {
            DeValue::Array(cells) => cells.iter().collect(),
            _ => vec![value],
        };
        let mut named = Vec::new();
        for cell in cells {
            if let Some(text) = self.string(cell) {
                named.push(Named { text, at: self.place(cell.span()) });
            }
        }
        named
    }

    fn strings(&mut self, value: &Cell<'_>) -> Vec<String> {
        self.many(value).into_iter().map(|it| it.text).collect()
    }

    fn string(&mut self, value: &Cell<'_>) -> Option<String> {
        let text = value.get_ref().as_str().map(str::to_owned);
        if text.is_none() {
            self.wrong_type(value, "\"…\"");
        }
        text
    }

    fn text_or_number(&mut self, value: &Cell<'_>) -> Option<String> {
        match value.get_ref() {
            DeValue::Integer(number) => Some(number.as_str().to_owned()),
            DeValue::Float(number) => Some(number.as_str().to_owned()),
            _ => self.string(value),
        }
    }

    fn wrong_type(&mut self, value: &Cell<'_>, wanted: &str) {
        let field = self.field(value.span(), "import.wrong_type");
        self.wrongs.push(field.with("wanted", wanted));
    }

    fn field(&self, span: Range<usize>, code: &'static str) -> Field {
        placed(self.file, self.place(span), code)
    }

    fn place(&self, span: Range<usize>) -> Place {
        Place::of(self.text, span.start)
    }
}

fn whole(value: &Cell<'_>) -> Option<u64> {
    match value.get_ref() {
        DeValue::Integer(number) => number.as_str().parse().ok(),
        _ => None,
    }
}
