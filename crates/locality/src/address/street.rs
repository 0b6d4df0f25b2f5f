//! 街道, 镇, 乡 at the start of what follows the district: by the list, else by how it is written.

use super::gazetteer::{Unit, unit};
use super::line::is_separator;
use super::words::{AFTER_STREETS, ZONES};
use crate::divisions::{Level, streets_from};

/// A street or town at the start of a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Street {
    pub name: &'static str,
    /// Nine digits.
    pub code: &'static str,
    pub bytes: usize,
}

impl Street {
    /// As it is called, but with the kind that was written: 柳市街道 stays, 民治街道办 loses 办.
    pub fn name_for<'a>(&self, written: &'a str) -> &'a str
    where
        'static: 'a,
    {
        let listed = written.starts_with(self.name) || !written.ends_with(['道', '镇', '乡']);
        if listed { self.name } else { written }
    }

    /// The district it belongs to.
    pub fn district(&self) -> Option<&'static Unit> {
        unit(&self.code[..6])
    }
}

/// The street of the list whose name stands here. In a city it must be in one district only.
pub(crate) fn known_at(text: &str, area: &Unit) -> Option<Street> {
    let start = match area.level {
        Level::City => &area.code[..4],
        Level::District => area.code,
        Level::Province | Level::Street => return None,
    };
    if area.is_beyond() || !text.starts_with(|c: char| !is_separator(c)) {
        return None;
    }
    let mut longest: Option<Street> = None;
    let mut several = false;
    for (code, name) in streets_from(start).filter(|(_, name)| shares_start(text, name)) {
        let Some(bytes) = written(text, name) else { continue };
        let best = longest.map_or(0, |street| street.bytes);
        if bytes > best {
            (longest, several) = (Some(Street { name, code, bytes }), false);
        } else if bytes == best {
            several |= longest.is_some_and(|street| street.code[..6] != code[..6]);
        }
    }
    longest.filter(|_| !several)
}

/// The street or town whose bare name stands here: 东莞长安, 深圳坂田. It must be in one district only.
pub(crate) fn bare_at(text: &str, city: &Unit) -> Option<Street> {
    if city.level != Level::City || city.is_beyond() {
        return None;
    }
    let mut found: Option<Street> = None;
    let named = streets_from(&city.code[..4]).filter(|(_, name)| shares_start(text, name));
    for (code, name) in named {
        let Some(stem) = stem(name).filter(|stem| text.starts_with(stem)) else { continue };
        let rest = &text[stem.len()..];
        // 东城区 is how 东城街道 of 东莞 was called before.
        let kind = if rest.starts_with('区') { "区".len() } else { 0 };
        let other = rest.starts_with(|c| AFTER_STREETS.contains(c));
        if other || found.is_some_and(|one| one.code[..6] != code[..6]) {
            return None;
        }
        let bytes = stem.len() + kind;
        if found.is_none_or(|one| one.bytes < bytes) {
            found = Some(Street { name, code, bytes });
        }
    }
    found
}

/// The street of the list behind a zone that is no division: 江北新区泰山街道.
pub(crate) fn behind_zone_at(text: &str, city: &Unit) -> Option<Street> {
    let ends = text.char_indices().take(8).skip(2).map(|(at, _)| at);
    let rest = ends.map(|at| text.split_at(at)).find(|(zone, _)| ZONES.end(zone))?.1;
    known_at(rest, city)
}

/// How many bytes at the start read like a street or town: 塘厦塘镇, 民治街道办.
pub(crate) fn unlisted_at(text: &str) -> Option<usize> {
    let mut at = 0;
    for (count, character) in text.chars().enumerate() {
        let is_han = ('\u{4e00}'..='\u{9fff}').contains(&character);
        if !is_han || count > 7 || "路号村区栋".contains(character) {
            return None;
        }
        let rest = &text[at..];
        let kind = KINDS.iter().find(|(kind, least)| rest.starts_with(kind) && count >= *least);
        if let Some((kind, _)) = kind {
            let behind = &rest[kind.len()..];
            // 古镇路, 水乡大道, 李镇江: the kind is part of another word.
            let other = behind.starts_with(['路', '街', '大', '中', '江', '海', '长', '人', '政']);
            return (!other).then_some(at + kind.len());
        }
        at += character.len_utf8();
    }
    None
}

/// How a kind of street is written, the longest first, and how many characters come before it.
const KINDS: [(&str, usize); 7] = [
    ("街道办事处", 2),
    ("街道办", 2),
    ("街道", 2),
    ("民族乡", 1),
    ("苏木", 2),
    ("镇", 2),
    ("乡", 2),
];

fn shares_start(text: &str, name: &str) -> bool {
    text.as_bytes().iter().zip(name.as_bytes()).take(3).all(|(a, b)| a == b)
}

/// In full, with 办 or 办事处 behind, or with the kind it had before or has now.
fn written(text: &str, name: &str) -> Option<usize> {
    if text.starts_with(name) {
        let office =
            ["办事处", "办"].iter().find(|office| text[name.len()..].starts_with(**office));
        let office = office.filter(|_| name.ends_with("街道"));
        return Some(name.len() + office.map_or(0, |office| office.len()));
    }
    let stem = stem(name)?;
    let rest = text.strip_prefix(stem)?;
    let kind = KINDS.iter().find(|(kind, _)| rest.starts_with(kind))?.0;
    let behind = &rest[kind.len()..];
    let other = behind.starts_with(['路', '街', '大']);
    (!other).then_some(stem.len() + kind.len())
}

fn stem(name: &str) -> Option<&str> {
    ["街道", "镇", "乡"]
        .iter()
        .find_map(|kind| name.strip_suffix(kind))
        .filter(|stem| stem.chars().nth(1).is_some())
}
