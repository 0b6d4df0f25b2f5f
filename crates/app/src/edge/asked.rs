//! What every list can be asked: how many, from where on, and which.

use kernel::{Field, Refusal, Result, Wrongs};

/// So many rows a page has at most.
pub const MOST: i64 = 200;
const USUAL: i64 = 50;

pub fn limit(text: Option<&str>) -> Result<i64, Field> {
    match text.filter(|it| !it.is_empty()) {
        None => Ok(USUAL),
        Some(text) => text
            .parse()
            .ok()
            .filter(|it| (1..=MOST).contains(it))
            .ok_or_else(|| Field::new("limit", "range").with("min", 1i64).with("max", MOST)),
    }
}

/// Several values of one filter: repeated, or with commas between them.
pub fn many(values: &[String]) -> Vec<String> {
    let all = values.iter().flat_map(|it| it.split(','));
    all.map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

/// The codes of a filter; one nobody knows is a wrong field.
pub fn codes<T>(
    field: &str,
    values: &[String],
    parse: impl Fn(&str) -> Option<T>,
    wrongs: &mut Wrongs,
) -> Vec<T> {
    let mut found = Vec::new();
    for value in many(values) {
        match parse(&value) {
            Some(it) => found.push(it),
            None => wrongs.add(Field::new(field, "unknown_code").with("value", value)),
        }
    }
    found
}

/// Where the next page begins: the sorted value and the id, in one opaque text.
pub fn cursor(value: impl std::fmt::Display, id: impl std::fmt::Display) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(format!("{value}|{id}"))
}

pub fn after(text: Option<&str>) -> Result<Option<(String, String)>, Refusal> {
    use base64::Engine as _;
    let Some(text) = text.filter(|it| !it.is_empty()) else { return Ok(None) };
    let wrong = || Refusal::field("cursor", "cursor");
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let bytes = engine.decode(text).map_err(|_| wrong())?;
    let text = String::from_utf8(bytes).map_err(|_| wrong())?;
    let (value, id) = text.rsplit_once('|').ok_or_else(wrong)?;
    Ok(Some((value.to_owned(), id.to_owned())))
}

/// The same where the value is a number.
pub fn after_int(text: Option<&str>) -> Result<Option<(i64, String)>, Refusal> {
    let Some((value, id)) = after(text)? else { return Ok(None) };
    let value = value.parse().map_err(|_| Refusal::field("cursor", "cursor"))?;
    Ok(Some((value, id)))
}

/// A look-up is short and is given whole; who asks for pages of it gets them all the same.
pub fn paged<T>(
    mut items: Vec<T>,
    most: Option<&str>,
    from: Option<&str>,
    id: impl Fn(&T) -> String,
) -> Result<(Vec<T>, Option<String>)> {
    if let Some((_, last)) = after(from)? {
        let there = items.iter().position(|it| id(it) == last);
        items.drain(..there.map_or(items.len(), |at| at + 1));
    }
    if most.is_none_or(str::is_empty) {
        return Ok((items, None));
    }
    let (items, more) = cut(items, limit(most)?);
    let next = items.last().filter(|_| more).map(|it| cursor("", id(it)));
    Ok((items, next))
}

/// The rows that were asked for, and whether there is one more behind them.
pub fn cut<T>(mut rows: Vec<T>, limit: i64) -> (Vec<T>, bool) {
    let limit = usize::try_from(limit).unwrap_or(0);
    let more = rows.len() > limit;
    rows.truncate(limit);
    (rows, more)
}
