//! Which piece of a line is the person's name: by its place beside the phone, its length, its
//! surname, and by not being an address, a remark or a company's door.

use super::line::Piece;
use super::words::{
    COMPANIES, DOORS, DOUBLE_SURNAMES, FILLERS, INTRODUCES, NEVER_IN_NAMES, PLACE_ENDS, SAYS,
    SURNAMES, TITLES,
};

/// How much a piece looks like the name of whom the line is about; below three it is none.
pub(crate) fn likeness(piece: &Piece) -> i32 {
    // 李四(房东) is judged by 李四.
    let name = tidy(piece.text).split('(').next().unwrap_or_default();
    let length = name.chars().count() as i32;
    let other = !is_spelled_as_name(name) || FILLERS.contain(name) || TITLES.contain(name);
    if name.is_empty() || other || length > 15 {
        return -10;
    }
    let (company, titled) = (COMPANIES.end(name), TITLES.end(name) || name.ends_with('*'));
    let by_length = match length {
        1 | 4 => 1,
        2 | 3 => 3,
        _ if titled && length <= 6 => 2,
        _ if company || name.is_ascii() => 1,
        // 买买提·吐尔逊
        5..=8 if name.contains('·') => 3,
        _ => -4,
    };
    let surname = i32::from(has_surname(name) && length <= 4) * 3;
    let beside = i32::from(piece.before_phone) * 3 + i32::from(piece.after_phone) * 2;
    let edge = i32::from(piece.first || piece.last) * 2;
    let place = i32::from(ends_as_place(name) && !titled && !company) * 6;
    by_length + surname + beside + edge + i32::from(titled) * 3 - place
}

/// The name without 收, 我叫, 反映 and the punctuation around it.
pub(crate) fn tidy(text: &str) -> &str {
    let mut name = text.trim_matches(|c: char| " -:/.,·~'".contains(c));
    if name.matches('(').count() != name.matches(')').count() {
        name = name.trim_matches(['(', ')']);
    }
    let mut introduced = name;
    while let Some(shorter) = INTRODUCES.strip_begin(introduced) {
        introduced = shorter;
    }
    if has_surname(introduced) {
        name = introduced;
    }
    if let Some(called) = TITLES.up_to(name).filter(|called| SAYS.begin(&name[called.len()..])) {
        name = called;
    }
    let endings = ["亲收", "亲启", "(收)", "签收", "收"];
    let shorter = endings.iter().find_map(|ending| name.strip_suffix(ending));
    shorter.filter(|shorter| shorter.chars().nth(1).is_some()).map_or(name, str::trim_end)
}

/// Where in the text the name begins that ran on behind the address: 789号2栋1203张三. Directly behind
/// the division (香洲区张小三) only where it can hardly be anything else.
pub(crate) fn run_on_at_end(text: &str, behind_division: bool) -> Option<usize> {
    (2..=4).rev().find_map(|count| {
        let (at, _) = text.char_indices().rev().nth(count - 1)?;
        let (address, name) = text.split_at(at);
        let titled = TITLES.end(name);
        let ends = match address.chars().next_back() {
            Some(door) => door.is_ascii_alphanumeric() || DOORS.contains(door),
            None => behind_division && (count == 3 || titled),
        };
        let fits = has_surname(name) && is_spelled_as_name(name) && !ends_as_place(name);
        let length = count <= 3 || titled || DOUBLE_SURNAMES.begin(name);
        (ends && fits && length && name.chars().all(is_han)).then_some(at)
    })
}

pub(crate) fn has_surname(name: &str) -> bool {
    name.starts_with(|first: char| SURNAMES.contains(first)) || DOUBLE_SURNAMES.begin(name)
}

fn ends_as_place(name: &str) -> bool {
    name.ends_with(|last: char| PLACE_ENDS.contains(last)) || name.ends_with("大道")
}

/// Without digits, and without words that no name has.
fn is_spelled_as_name(name: &str) -> bool {
    let letter = |c: char| is_han(c) || c.is_ascii_alphabetic() || "·*.() ".contains(c);
    name.chars().all(letter) && !NEVER_IN_NAMES.within(name)
}

pub(crate) fn is_han(character: char) -> bool {
    ('\u{3400}'..='\u{9fff}').contains(&character) || character == '〇'
}
