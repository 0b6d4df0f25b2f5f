//! 粘贴识别: one pasted line of text becomes name, phone, province, city, district, street and detail,
//! with the GB code and the place on the map.
//!
//! Source: the hotline's need (requirement C3) that an agent pastes what the customer sent and
//! corrects it, instead of typing it; the cases in `tests/data/`.

mod chain;
mod dialled;
mod gazetteer;
mod line;
mod person;
mod sorting;
mod street;
mod words;

use std::fmt;

use serde::Serialize;

use crate::divisions::{self, Level, children};
use crate::phone::Phone;
use chain::Chain;
use gazetteer::{Spelling, Unit, names_at};
use line::Line;
use sorting::Sorted;
use street::Street;

/// What a line says. Province, city and district are official names; what is not said or cannot be
/// known is `None`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Parsed {
    pub name: Option<String>,
    /// As it is dialled, or as it is written where that is no whole number: 138****5678.
    pub phone: Option<String>,
    pub province: Option<&'static str>,
    /// 市辖区 in a municipality, as in the standard.
    pub city: Option<&'static str>,
    pub district: Option<&'static str>,
    /// 街道, 镇, 乡.
    pub street: Option<String>,
    /// Road, number, house, room.
    pub detail: Option<String>,
    /// The GB code of the smallest of province, city and district.
    pub code: Option<&'static str>,
    pub lat: Option<f64>,
    pub lon: Option<f64>,
    /// From 0 to 1: how sure the division is. Below 0.6 a person should look.
    pub confidence: f64,
    /// The nine digits of the street, if it is in the list.
    #[serde(skip)]
    pub street_code: Option<&'static str>,
    #[serde(skip)]
    pub other_phones: Vec<String>,
    /// What belongs to no field: 空调不制冷, 请勿发百世快递.
    #[serde(skip)]
    pub note: Option<String>,
}

/// Reads one pasted line. Line breaks count as blanks; of several addresses the first is read. A name
/// that several divisions share is decided by what else the line says: the street, the phone's home;
/// else it is left in the detail, and there is no code.
pub fn parse(pasted: &str) -> Parsed {
    let line = Line::read(pasted);
    let nearby = line.phones.iter().find_map(|phone| home(phone));
    let chain = chain::find(&line.text, nearby);
    let sorted = Sorted::of(&line.text, chain.as_ref());
    let mut parsed = Parsed {
        name: sorted.name.map(str::to_owned),
        note: joined(&sorted.note),
        ..Parsed::default()
    };
    match chain {
        Some(chain) => parsed.settle(&chain, &sorted.address),
        None => parsed.detail = joined(&sorted.address),
    }
    let mut phones = line.phones.into_iter();
    parsed.phone = phones.next();
    parsed.other_phones = phones.collect();
    parsed
}

/// The line as it would be pasted: `张三 13800138000 广东省珠海市香洲区前山街道金鸡路789号`.
impl fmt::Display for Parsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = |name: &&str| !divisions::is_grouping(name) || self.district == Some(name);
        let area = [self.province, self.city, self.district].into_iter().flatten().filter(said);
        let mut address: String = area.collect();
        address.extend(self.street.as_deref());
        address.extend(self.detail.as_deref());
        let parts = [self.name.as_deref(), self.phone.as_deref(), Some(address.as_str())];
        let parts: Vec<&str> = parts.into_iter().flatten().filter(|p| !p.is_empty()).collect();
        f.write_str(&parts.join(" "))
    }
}

impl Parsed {
    /// The division, and in it the street and the rest of the address.
    fn settle(&mut self, chain: &Chain, address: &[&str]) {
        let first = address.first().copied().unwrap_or_default();
        let mut unit = only_child(chain.unit, !address.is_empty()).unwrap_or(chain.unit);
        let known = known_street(first, unit);
        let by_street = known.and_then(|street| street.district()).filter(|d| d.level > unit.level);
        let hinted = if known.is_none() { hinted_district(first, unit) } else { None };
        unit = by_street.or(hinted).unwrap_or(unit);
        let bytes = known.map(|street| street.bytes).or_else(|| street::unlisted_at(first));
        let (written, rest) = first.split_at(bytes.unwrap_or_default());
        self.street = known
            .map(|street| street.name_for(written).to_owned())
            .or_else(|| (!written.is_empty()).then(|| written.to_owned()));
        self.street_code = known.map(|street| street.code);
        let others = address.iter().skip(1).copied();
        let rest: Vec<&str> = [rest.trim_start_matches(['-', '/', ' '])]
            .into_iter()
            .chain(others)
            .filter(|text| !text.is_empty())
            .collect();
        self.detail = joined(&rest);
        self.locate(unit);
        let choice = divisions::districts_in(chain.unit.code).len() > 1;
        let guess = match (by_street, hinted) {
            (Some(_), _) if choice => 80,
            (_, Some(_)) if choice => 60,
            _ => 100,
        };
        self.confidence = confidence(chain, unit, &first[written.len()..], guess);
    }

    fn locate(&mut self, unit: &'static Unit) {
        let name = |level| unit.at(level).map(|unit| unit.name);
        self.province = name(Level::Province);
        self.city = name(Level::City);
        self.district = name(Level::District);
        self.code = Some(unit.code);
        if let Some(point) = divisions::centre(unit.code) {
            (self.lat, self.lon) = (Some(point.lat), Some(point.lon));
        }
    }
}

/// The street of the list that the address begins with; in cities without districts a town by its
/// bare name too.
fn known_street(text: &str, unit: &'static Unit) -> Option<Street> {
    street::known_at(text, unit).or_else(|| {
        let towns_only = unit.level == Level::City && divisions::has_no_districts(unit.code);
        let other = !towns_only || street::unlisted_at(text).is_some();
        if other { None } else { street::bare_at(text, unit) }
    })
}

/// 深圳坂田, 江北新区泰山街道: the district that a street points to which is not written as one.
fn hinted_district(text: &str, unit: &'static Unit) -> Option<&'static Unit> {
    let street = street::behind_zone_at(text, unit).or_else(|| {
        let bare = street::bare_at(text, unit).filter(|_| street::unlisted_at(text).is_none())?;
        (!text[..bare.bytes].ends_with('区')).then_some(bare)
    })?;
    street.district().filter(|district| district.level > unit.level)
}

/// 嘉峪关 has one district, that is meant; a municipality has one city (重庆 two), that is meant where
/// an address follows.
fn only_child(unit: &'static Unit, addressed: bool) -> Option<&'static Unit> {
    match &children(unit.code)[..] {
        [child] if child.level == Level::District => gazetteer::unit(child.code),
        [child] if child.level == Level::City && addressed => gazetteer::unit(child.code),
        _ => None,
    }
}

/// How sure the division is: by the level that was reached, less for bare names, for a district
/// that only the street tells, and for a second district that contradicts.
fn confidence(chain: &Chain, unit: &Unit, rest: &str, guess: u32) -> f64 {
    let reached = match unit.level {
        Level::District | Level::Street => 95,
        Level::City if divisions::has_no_districts(unit.code) => 95,
        Level::City => 65,
        Level::Province => 40,
    };
    let spelled = match chain.spelling {
        Spelling::Full => 100,
        Spelling::Near => 95,
        Spelling::Bare => 85,
    };
    let contradicts = names_at(rest).any(|other| {
        let near = other.spelling == Spelling::Near && other.unit.above() == unit.above();
        let meant = other.spelling == Spelling::Full || near;
        meant && !other.needs_city && !unit.contains(other.unit)
    });
    let sure = reached * spelled / 100 * guess / 100;
    let sure: u32 = if contradicts { sure * 60 / 100 } else { sure };
    f64::from(sure) / 100.0
}

/// The city where a phone is at home.
fn home(phone: &str) -> Option<&'static Unit> {
    Phone::parse(phone).ok()?.region().and_then(gazetteer::unit)
}

fn joined(texts: &[&str]) -> Option<String> {
    (!texts.is_empty()).then(|| texts.join(" "))
}
