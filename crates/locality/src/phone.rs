//! 电话: a number as people paste it, told apart by what it begins with, and where it is at home.
//!
//! Source: the national numbering plan (mobile numbers of eleven digits, area codes, 400 and 800)
//! and the product rule that landlines, 400 and 800 numbers have 7 to 12 digits.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use crate::{divisions, packed, within};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PhoneKind {
    Mobile,
    Landline,
    /// 400 and 800.
    Service,
    /// A landline without its area code.
    Local,
    /// With the code of another country or region, 852 and 853 included.
    Abroad,
}

/// A number that can be dialled.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Phone {
    digits: String,
    kind: PhoneKind,
    extension: Option<String>,
}

/// Why a text is no phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneError {
    Empty,
    Foreign { character: char },
    MobileLength { digits: usize },
    Length { digits: usize },
}

/// How long a mobile number is.
pub const MOBILE_DIGITS: usize = 11;
/// How short and how long every other number may be.
pub const OTHER_DIGITS: std::ops::RangeInclusive<usize> = 7..=12;

impl Phone {
    /// Understands blanks, dashes, brackets, full-width digits, +86, 0086 and extensions.
    pub fn parse(text: &str) -> Result<Phone, PhoneError> {
        let text: String = text.trim().chars().map(narrow).collect();
        let (main, extension) = cut_extension(&text);
        let (main, country) = cut_country(main);
        let groups = groups(main)?;
        if country == Country::Abroad {
            return abroad(groups.concat());
        }
        let (digits, tail) = cut_tail(&groups);
        let extension = match extension {
            Some(written) => Some(all_digits(written)?).filter(|e| !e.is_empty()),
            None => tail,
        };
        let digits = at_home(digits);
        let kind = kind_of(&digits)?;
        Ok(Phone { digits, kind, extension })
    }

    /// The digits to dial within the country, without the extension.
    pub fn digits(&self) -> &str {
        &self.digits
    }

    pub fn kind(&self) -> PhoneKind {
        self.kind
    }

    pub fn extension(&self) -> Option<&str> {
        self.extension.as_deref()
    }

    /// 0756 of 0756-8615022.
    pub fn area_code(&self) -> Option<&'static str> {
        match self.kind {
            PhoneKind::Landline => area_code(&self.digits),
            PhoneKind::Mobile | PhoneKind::Service | PhoneKind::Local | PhoneKind::Abroad => None,
        }
    }

    /// The GB codes of the cities where the number is at home, the likeliest first. A mobile number
    /// has one at most; an area code may serve several.
    pub fn cities(&self) -> Vec<&'static str> {
        match self.kind {
            PhoneKind::Mobile => mobile_city(&self.digits).into_iter().collect(),
            PhoneKind::Landline => self.area_code().map(cities_of).unwrap_or_default(),
            PhoneKind::Abroad => BEYOND
                .iter()
                .filter(|(country, _)| self.digits.starts_with(country))
                .map(|(_, code)| *code)
                .collect(),
            PhoneKind::Service | PhoneKind::Local => Vec::new(),
        }
    }

    /// The GB code of the city, or of the province where the area code serves several cities.
    pub fn region(&self) -> Option<&'static str> {
        let cities = self.cities();
        let first = cities.first()?;
        if cities.iter().all(|city| within(city, first)) {
            return Some(first);
        }
        divisions::division(&first[..2]).map(|province| province.code)
    }
}

impl FromStr for Phone {
    type Err = PhoneError;

    fn from_str(text: &str) -> Result<Phone, PhoneError> {
        Phone::parse(text)
    }
}

/// 13800138000, 0756-8615022, 0756-8615022-801, 400-830-9995, +85291234567.
impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.digits.as_str();
        match (self.kind, self.area_code()) {
            (PhoneKind::Abroad, _) => write!(f, "+{digits}")?,
            (PhoneKind::Service, _) if digits.len() == 10 => {
                write!(f, "{}-{}-{}", &digits[..3], &digits[3..6], &digits[6..])?;
            }
            (_, Some(area)) => write!(f, "{area}-{}", &digits[area.len()..])?,
            (_, None) => f.write_str(digits)?,
        }
        match &self.extension {
            Some(extension) => write!(f, "-{extension}"),
            None => Ok(()),
        }
    }
}

/// The half-width form of what an input method makes wide.
pub(crate) fn narrow(character: char) -> char {
    match character {
        '\u{3000}' | '\u{a0}' => ' ',
        '！'..='～' => {
            char::from_u32(character as u32 - 0xFEE0).expect("the wide forms mirror ASCII")
        }
        '—' | '–' | '‐' | '‑' | '−' | '─' | '‒' => '-',
        _ => character,
    }
}

#[derive(PartialEq, Eq)]
enum Country {
    China,
    Abroad,
}

fn cut_extension(text: &str) -> (&str, Option<&str>) {
    for sign in ["转", "分机", "ext.", "ext", "EXT", "#", "x"] {
        if let Some((main, extension)) = text.split_once(sign) {
            let extension = extension.trim_matches(|c: char| c == ':' || c.is_whitespace());
            return (main.trim_end_matches([' ', '-', ',']), Some(extension));
        }
    }
    (text, None)
}

fn cut_country(text: &str) -> (&str, Country) {
    let text = text.trim_start_matches(['(', ' ']);
    let international = text.strip_prefix('+').or_else(|| text.strip_prefix("00"));
    let Some(number) = international else { return (text, Country::China) };
    match number.trim_start().strip_prefix("86") {
        Some(national) => (national, Country::China),
        None => (number, Country::Abroad),
    }
}

/// The runs of digits between dashes; blanks, dots and brackets only decorate, but a closing
/// bracket ends an area code as a dash does.
fn groups(text: &str) -> Result<Vec<String>, PhoneError> {
    let mut groups = vec![String::new()];
    for character in text.chars() {
        match character {
            '0'..='9' => {
                groups.last_mut().expect("there is always a last group").push(character);
            }
            '-' | ')' | '_' | '/' => groups.push(String::new()),
            ' ' | '.' | '(' | '\t' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' => {}
            _ => return Err(PhoneError::Foreign { character }),
        }
    }
    groups.retain(|group| !group.is_empty());
    if groups.is_empty() { Err(PhoneError::Empty) } else { Ok(groups) }
}

fn all_digits(text: &str) -> Result<String, PhoneError> {
    groups(text).map(|groups| groups.concat()).or_else(|error| match error {
        PhoneError::Empty => Ok(String::new()),
        _ => Err(error),
    })
}

/// A short last group behind a whole number is an extension: 0756-8615022-801, and the
/// protected numbers of the shops: 13800138000-1234.
fn cut_tail(groups: &[String]) -> (String, Option<String>) {
    let whole = groups.concat();
    let Some((last, before)) =
        groups.split_last().filter(|(last, before)| !before.is_empty() && last.len() <= 6)
    else {
        return (whole, None);
    };
    let number = before.concat();
    let shaped = match before {
        [area, subscriber] => {
            area_code(&at_home(area.clone())) == Some(area) && (7..=8).contains(&subscriber.len())
        }
        [one] => is_mobile(one) && one.len() == MOBILE_DIGITS,
        _ => false,
    };
    if shaped || (!is_complete(&whole) && is_complete(&number)) {
        return (number, Some(last.clone()));
    }
    (whole, None)
}

/// The number as it is dialled at home: 86 and the long-distance 0 before a mobile number dropped,
/// the 0 before an area code put back.
fn at_home(digits: String) -> String {
    if let Some(national) = digits.strip_prefix("86")
        && is_mobile(national)
        && national.len() == MOBILE_DIGITS
    {
        return national.to_owned();
    }
    if let Some(mobile) = digits.strip_prefix('0')
        && is_mobile(mobile)
        && mobile.len() == MOBILE_DIGITS
    {
        return mobile.to_owned();
    }
    if digits.starts_with('0') || is_mobile(&digits) || is_service(&digits) {
        return digits;
    }
    let with_zero = |national: &str| {
        let long = format!("0{national}");
        let area = area_code(&long)?;
        (7..=8).contains(&(long.len() - area.len())).then_some(long)
    };
    let national = digits.strip_prefix("86").filter(|national| national.len() >= 10);
    with_zero(&digits).or_else(|| with_zero(national?)).unwrap_or(digits)
}

fn kind_of(digits: &str) -> Result<PhoneKind, PhoneError> {
    let count = digits.len();
    if is_mobile(digits) {
        return match count {
            MOBILE_DIGITS => Ok(PhoneKind::Mobile),
            _ => Err(PhoneError::MobileLength { digits: count }),
        };
    }
    match count {
        _ if !OTHER_DIGITS.contains(&count) => Err(PhoneError::Length { digits: count }),
        _ if is_service(digits) => Ok(PhoneKind::Service),
        7..=8 if !digits.starts_with('0') => Ok(PhoneKind::Local),
        _ => Ok(PhoneKind::Landline),
    }
}

fn abroad(digits: String) -> Result<Phone, PhoneError> {
    // The longest number that the international plan knows has 15 digits.
    match digits.len() {
        7..=15 => Ok(Phone { digits, kind: PhoneKind::Abroad, extension: None }),
        count => Err(PhoneError::Length { digits: count }),
    }
}

fn is_mobile(digits: &str) -> bool {
    matches!(digits.as_bytes(), [b'1', b'3'..=b'9', ..])
}

fn is_service(digits: &str) -> bool {
    digits.len() == 10 && (digits.starts_with("400") || digits.starts_with("800"))
}

fn is_complete(digits: &str) -> bool {
    let landline = area_code(digits).map(|area| digits.len() - area.len());
    match digits.len() {
        MOBILE_DIGITS if is_mobile(digits) => true,
        7..=8 if !digits.starts_with('0') && !is_mobile(digits) => true,
        _ => is_service(digits) || landline.is_some_and(|rest| (7..=8).contains(&rest)),
    }
}

/// The known area code that these digits begin with.
fn area_code(digits: &str) -> Option<&'static str> {
    let homes = &HOMES[..];
    [3, 4].into_iter().filter_map(|length| digits.get(..length)).find_map(|start| {
        let at = homes.partition_point(|(area, _)| *area < start);
        homes.get(at).filter(|(area, _)| *area == start).map(|(area, _)| *area)
    })
}

fn cities_of(area: &str) -> Vec<&'static str> {
    let served: Vec<&str> =
        HOMES.iter().filter(|(code, _)| *code == area).map(|(_, city)| *city).collect();
    // A county that has numbers of its own (巢湖 in 合肥) says nothing its city does not say.
    let inside = |city: &&str| served.iter().any(|other| other != city && within(city, other));
    served.iter().filter(|city| !inside(city)).copied().collect()
}

fn mobile_city(digits: &str) -> Option<&'static str> {
    let segment: usize = digits.get(..7)?.parse().ok()?;
    let at = segment.checked_sub(FIRST_SEGMENT)?;
    let (high, low) = MOBILES.split_at(MOBILES.len() / 2);
    let line = usize::from(*high.get(at)?) << 8 | usize::from(*low.get(at)?);
    HOMES.get(line.checked_sub(1)?).map(|(_, city)| *city)
}

/// Area code and GB code, in order of area codes, the city with most numbers first.
static HOMES: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    include_str!("../data/area_codes.tsv").lines().filter_map(|l| l.split_once('\t')).collect()
});

/// The line of `HOMES`, counted from one, for every seven digits from 1300000: high bytes, low
/// bytes.
static MOBILES: LazyLock<Vec<u8>> =
    LazyLock::new(|| packed::bytes(include_bytes!("../data/mobiles.bin.gz")));

const FIRST_SEGMENT: usize = 1_300_000;

const BEYOND: [(&str, &str); 3] = [("852", "810000"), ("853", "820000"), ("886", "710000")];
