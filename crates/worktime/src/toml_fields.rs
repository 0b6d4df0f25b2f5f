//! Fields of a TOML table, each known by its path, as `hours.mon[1]`; what is wrong with one is
//! told with its line and column.

use std::collections::HashMap;

use toml::{
    Spanned,
    de::{DeArray, DeTable, DeValue},
};

use crate::problem::{Place, Problem, Result};

pub(crate) type Value<'t> = Spanned<DeValue<'t>>;

pub(crate) fn parse(text: &str) -> Result<Spanned<DeTable<'_>>> {
    DeTable::parse(text).map_err(|error| {
        let place = error.span().map(|span| Place::of(text, span.start));
        Problem { place, ..Problem::new("policy.not_readable").about(error.message()) }
    })
}

/// The problem, with the place of its field or of the nearest that holds it: where the key is
/// wrong the key's, otherwise the value's.
pub(crate) fn placed(problem: Problem, table: &DeTable<'_>, text: &str) -> Problem {
    let mut bytes = Bytes::new();
    mark_table(table, "", &mut bytes);
    let mut field = problem.field.as_str();
    while !field.is_empty() && !bytes.contains_key(field) {
        field = field.rfind(['.', '[']).map_or("", |end| &field[..end]);
    }
    let (key, value) = bytes.get(field).copied().unwrap_or((0, 0));
    let wrong_key = matches!(problem.code, "policy.unknown_key" | "hours.not_a_date");
    let place = Place::of(text, if wrong_key { key } else { value });
    Problem { place: Some(problem.place.unwrap_or(place)), ..problem }
}

/// Of each field, where its key begins and where its value does.
type Bytes = HashMap<String, (usize, usize)>;

pub(crate) fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// No key that is not one of these.
pub(crate) fn only(table: &DeTable<'_>, path: &str, keys: &[&str]) -> Result<()> {
    match table.keys().find(|key| !keys.contains(&key.get_ref().as_ref())) {
        Some(key) => {
            let key = key.get_ref();
            Err(Problem::new("policy.unknown_key").about(key).within(join(path, key)))
        }
        None => Ok(()),
    }
}

pub(crate) fn needed<'a, 't>(
    table: &'a DeTable<'t>,
    path: &str,
    key: &str,
) -> Result<&'a Value<'t>> {
    table.get(key).ok_or_else(|| Problem::new("policy.missing").about(key).within(path))
}

pub(crate) fn string<'a>(value: &'a Value<'_>, path: &str) -> Result<&'a str> {
    value.get_ref().as_str().ok_or_else(|| not_a("string", value, path))
}

pub(crate) fn boolean(value: &Value<'_>, path: &str) -> Result<bool> {
    value.get_ref().as_bool().ok_or_else(|| not_a("boolean", value, path))
}

pub(crate) fn array<'a, 't>(value: &'a Value<'t>, path: &str) -> Result<&'a DeArray<'t>> {
    value.get_ref().as_array().ok_or_else(|| not_a("array", value, path))
}

pub(crate) fn table<'a, 't>(value: &'a Value<'t>, path: &str) -> Result<&'a DeTable<'t>> {
    value.get_ref().as_table().ok_or_else(|| not_a("table", value, path))
}

/// A number as it is written.
pub(crate) fn number<'a>(value: &'a Value<'_>, path: &str) -> Result<&'a str> {
    match value.get_ref() {
        DeValue::Integer(number) if number.radix() == 10 => Ok(number.as_str()),
        DeValue::Float(number) => Ok(number.as_str()),
        _ => Err(not_a("number", value, path)),
    }
}

fn not_a(wanted: &str, value: &Value<'_>, path: &str) -> Problem {
    let both = format!("{wanted}, not {}", value.get_ref().type_str());
    Problem::new("policy.wrong_type").about(both).within(path)
}

fn mark_table(table: &DeTable<'_>, path: &str, bytes: &mut Bytes) {
    for (key, value) in table {
        let begins = key.span().start;
        let value_begins = match value.get_ref() {
            DeValue::Table(_) => begins,
            _ => value.span().start,
        };
        let path = join(path, key.get_ref());
        bytes.insert(path.clone(), (begins, value_begins));
        mark(value, &path, bytes);
    }
}

fn mark(value: &Value<'_>, path: &str, bytes: &mut Bytes) {
    match value.get_ref() {
        DeValue::Table(table) => mark_table(table, path, bytes),
        DeValue::Array(array) => {
            for (index, value) in array.iter().enumerate() {
                let (path, begins) = (format!("{path}[{index}]"), value.span().start);
                bytes.insert(path.clone(), (begins, begins));
                mark(value, &path, bytes);
            }
        }
        _ => {}
    }
}
