//! Takes the phones out of a line: mobile numbers with or without blanks, masked ones, landlines and
//! 400 numbers; house numbers and post codes stay.

use super::line::{PHONE, is_separator, starts_piece};
use crate::phone::{MOBILE_DIGITS, Phone, PhoneKind};

/// The line with a mark where each phone stood, and the phones in order, as they are dialled.
pub(crate) fn take_out(line: &str) -> (String, Vec<String>) {
    let whole = take(line, phone_at);
    if whole.1.is_empty() { take(line, doubtful_at) } else { whole }
}

/// Where a phone begins and ends, and how it is dialled.
type Found = (usize, usize, String);

fn take(line: &str, phone_at: impl Fn(&str, usize) -> Option<Found>) -> (String, Vec<String>) {
    let (mut text, mut phones) = (String::with_capacity(line.len()), Vec::new());
    let mut at = 0;
    while let Some(character) = line[at..].chars().next() {
        if let Some((start, end, phone)) = phone_at(line, at) {
            text.push_str(&line[at..start]);
            text.push(PHONE);
            phones.push(phone);
            at = end;
        } else {
            // A run of digits is judged once, from its first digit.
            let end = at + digits(&line[at..]).max(character.len_utf8());
            text.push_str(&line[at..end]);
            at = end;
        }
    }
    (text, phones)
}

fn phone_at(line: &str, at: usize) -> Option<Found> {
    let here = &line[at..];
    if !here.starts_with(|c: char| c.is_ascii_digit() || c == '+' || c == '(') {
        return None;
    }
    masked(here)
        .map(|(bytes, phone)| (at, at + bytes, phone))
        .or_else(|| {
            let bytes = with_extension(here, complete(here)?);
            Some((at, at + bytes, Phone::parse(&here[..bytes]).ok()?.to_string()))
        })
        .or_else(|| in_long_run(line, at))
        .or_else(|| local(line, at))
}

/// The shortest beginning, to the end of a group of digits, that is a whole number.
fn complete(here: &str) -> Option<usize> {
    const MOST_GROUPS: usize = 5;
    let mut ends = Vec::with_capacity(MOST_GROUPS);
    let mut at = here.len() - here.trim_start_matches(['+', '(']).len();
    while ends.len() < MOST_GROUPS {
        let count = digits(&here[at..]);
        if count == 0 {
            break;
        }
        at += count;
        ends.push(at);
        let gap = here[at..].len() - here[at..].trim_start_matches([' ', '-', '(', ')']).len();
        if !matches!(gap, 1 | 2) {
            break;
        }
        at += gap;
    }
    ends.into_iter().find(|end| is_whole(&here[..*end]))
}

fn is_whole(written: &str) -> bool {
    let Ok(phone) = Phone::parse(written) else { return false };
    let from_abroad = written.starts_with(['+', '(']) || written.starts_with("00");
    match phone.kind() {
        // Not 1 栋 3800138000: the first group of a mobile number has three digits at least.
        PhoneKind::Mobile => digits(written) >= 3 || from_abroad || written.starts_with("86"),
        PhoneKind::Service => phone.digits().len() == 10,
        PhoneKind::Landline => {
            let subscriber = phone.area_code().map_or(0, |area| phone.digits().len() - area.len());
            let with_zero = written.starts_with('0') || from_abroad;
            with_zero && (7..=8).contains(&subscriber) && phone.extension().is_none()
        }
        PhoneKind::Local => false,
        PhoneKind::Abroad => phone.region().is_some() && phone.digits().len() == 11,
    }
}

/// -801, 转801 and 分机801 behind the number, but not -2栋.
fn with_extension(here: &str, bytes: usize) -> usize {
    let rest = &here[bytes..];
    let said = ["转", "分机"].iter().find_map(|sign| rest.trim_start().strip_prefix(sign));
    let Some(number) = said.map(str::trim_start).or_else(|| rest.strip_prefix('-')) else {
        return bytes;
    };
    let count = digits(number);
    let end = rest.len() - number.len() + count;
    let house = rest[end..].starts_with(['号', '栋', '幢', '楼', '室', '单', '层', '座', '-', '#']);
    if (1..=6).contains(&count) && !house { bytes + end } else { bytes }
}

/// 138****5678, with crosses or stars.
fn masked(here: &str) -> Option<(usize, String)> {
    let is_mask = |c: char| matches!(c, '*' | 'x' | 'X' | '×' | '•' | '·');
    let (start, rest) = here.split_at_checked(3).filter(|(start, _)| is_mobile_start(start))?;
    let rest = rest.trim_start_matches([' ', '-']);
    let tail = rest.trim_start_matches(is_mask);
    let hidden = rest[..rest.len() - tail.len()].chars().count();
    let tail = tail.trim_start_matches([' ', '-']);
    let shown = digits(tail);
    let fits = (3..=8).contains(&hidden) && shown <= 4 && (9..=12).contains(&(3 + hidden + shown));
    let end = here.len() - tail.len() + shown;
    fits.then(|| (end, format!("{start}{}{}", "*".repeat(hidden), &tail[..shown])))
}

/// A mobile number that ran together with a house number, a post code or a second number.
fn in_long_run(line: &str, at: usize) -> Option<Found> {
    let here = &line[at..];
    let count = digits(here);
    // 18 digits are an identity card, digits behind a letter the number of a parcel.
    let parcel = line[..at].ends_with(|c: char| c.is_ascii_alphabetic());
    if parcel || count <= MOBILE_DIGITS || count == 18 || count > 22 {
        return None;
    }
    let last = count - MOBILE_DIGITS;
    // A post code, a second number or a house behind it; else there is a digit too many.
    let house = here[count..].starts_with(['号', '栋', '幢', '楼', '室', '单', '座', '-', '#']);
    let start = match last {
        6 | 11 if is_mobile_start(here) => 0,
        _ if is_mobile_start(here) => Some(0).filter(|_| house)?,
        _ => last,
    };
    let end = start + MOBILE_DIGITS;
    is_mobile_start(&here[start..]).then(|| (at + start, at + end, here[start..end].to_owned()))
}

/// Seven or eight digits are a phone where the line says so.
fn local(line: &str, at: usize) -> Option<Found> {
    let said = line[..at].trim_end_matches([' ', ':', '是']);
    let is_said = ["电话", "座机", "固话", "tel", "Tel", "TEL"].iter().any(|w| said.ends_with(w));
    let end = at + digits(&line[at..]);
    let phone = Phone::parse(&line[at..end]).ok()?;
    (is_said && phone.kind() == PhoneKind::Local).then(|| (at, end, phone.to_string()))
}

/// Where no number is whole: a mobile number with a digit too few or too many, for the form to say
/// so, or seven or eight digits that stand alone.
fn doubtful_at(line: &str, at: usize) -> Option<Found> {
    let here = &line[at..];
    let count = digits(here);
    let (before, rest) = (&line[..at], &here[count..]);
    let parcel = before.ends_with(|c: char| c.is_ascii_alphanumeric());
    let mistyped = (9..=13).contains(&count) && is_mobile_start(here);
    let alone = starts_piece(line, at) && (rest.is_empty() || rest.starts_with(is_separator));
    let short = (7..=8).contains(&count) && alone;
    (!parcel && (mistyped || short)).then(|| (at, at + count, here[..count].to_owned()))
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn is_mobile_start(digits: &str) -> bool {
    matches!(digits.as_bytes(), [b'1', b'3'..=b'9', b'0'..=b'9', ..])
}
