//! Finds where in a line the division is named: 广东省珠海市香洲区, 江苏淮安清江浦区, 福清市; the
//! place that explains most wins, the earliest of equals.

use super::gazetteer::{Spelling, Token, Unit, names_at, short_of};
use super::line::{Label, PHONE, is_mark, is_separator, label_of, starts_piece};
use super::words::OTHER_PLACES;
use super::{person, street};
use crate::divisions::Level;

/// Names of divisions that follow each other, from the larger to the smaller.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chain {
    pub start: usize,
    pub end: usize,
    /// The smallest division named.
    pub unit: &'static Unit,
    /// The least sure spelling in it.
    pub spelling: Spelling,
    /// How the last name in it is spelled.
    last: Spelling,
    score: u32,
    names: usize,
}

/// The best chain of the line. `nearby` is where the phone is at home: it decides between divisions
/// of the same name.
pub(crate) fn find(text: &str, nearby: Option<&'static Unit>) -> Option<Chain> {
    let mut best: Option<Chain> = None;
    for (start, _) in text.char_indices().filter(|(start, _)| !in_labelled_name(text, *start)) {
        let bar = best.map_or(0, |chain| chain.score + ahead(chain.score));
        best = the_one(text, &at(text, start), nearby).filter(|c| c.score > bar).or(best);
    }
    best.map(|chain| Chain { end: past_repeats(text, chain.end, chain.unit), ..chain })
}

/// The names of divisions above (or of) this one that stand once more at the start of the text.
pub(crate) fn without_repeats<'a>(text: &'a str, unit: &'static Unit) -> &'a str {
    let mut rest = text;
    while let Some((bytes, _)) = repeat_at(rest, unit) {
        rest = rest[bytes..].trim_start_matches(is_separator);
    }
    rest
}

/// Points for a name written in full, for a near form, for bare names by level.
const FULL: u32 = 10;
const NEAR: u32 = 7;

/// What a later chain must have more than an earlier one: further on the line may name another
/// city, as part of a shop's name.
fn ahead(score: u32) -> u32 {
    if score >= NEAR { 6 } else { 3 }
}

fn points(token: &Token) -> u32 {
    match (token.spelling, token.unit.level) {
        // The form's 市辖区 gives way to the district that follows it.
        _ if token.unit.name == "市辖区" => 5,
        (Spelling::Full, _) => FULL,
        (Spelling::Near, _) => NEAR,
        (Spelling::Bare, Level::Province) => 6,
        (Spelling::Bare, Level::City) => 4,
        (Spelling::Bare, Level::District | Level::Street) => 3,
    }
}

/// All chains that begin here.
fn at(text: &str, start: usize) -> Vec<Chain> {
    let mut found = Vec::new();
    for token in names_at(&text[start..]) {
        if token.needs_city || (token.spelling < Spelling::Full && !may_begin(text, start)) {
            continue;
        }
        let (end, unit, spelling) = (start + token.bytes, token.unit, token.spelling);
        let (last, score) = (spelling, points(&token));
        let chain = Chain { start, end, unit, spelling, last, score, names: 1 };
        follow(text, chain, &mut found);
    }
    found.retain(|chain| !is_doubtful(text, chain));
    found
}

fn follow(text: &str, chain: Chain, found: &mut Vec<Chain>) {
    let before = found.len();
    let mut at = past_separators(text, chain.end);
    // 上海 上海市, 重庆市县城口县: what is said again or only groups is passed over.
    for _ in 0..4 {
        for token in names_at(&text[at..]).chain(short_of(&text[at..], chain.unit)) {
            let smaller = token.unit.level > chain.unit.level && chain.unit.contains(token.unit);
            let in_city = chain.unit.level == Level::City || token.unit.is_beyond();
            if smaller && (in_city || !token.needs_city) {
                let next = Chain {
                    end: at + token.bytes,
                    unit: token.unit,
                    spelling: chain.spelling.min(token.spelling),
                    last: token.spelling,
                    score: chain.score + points(&token),
                    names: chain.names + 1,
                    ..chain
                };
                follow(text, next, found);
            }
        }
        match repeat_at(&text[at..], chain.unit) {
            Some((bytes, _)) => at = past_separators(text, at + bytes),
            None => break,
        }
    }
    // 上海路, 南山大道: the bare name is part of another word, unless a smaller division follows.
    if found.len() > before
        || !(chain.last == Spelling::Bare && begins_other_word(&text[chain.end..]))
    {
        found.push(chain);
    }
}

/// A name of this division or of one above it, in full, or a grouping: how long it is, and whether
/// it is the division's own.
fn repeat_at(text: &str, unit: &'static Unit) -> Option<(usize, bool)> {
    let again = names_at(text)
        .filter(|token| token.spelling == Spelling::Full && token.unit.contains(unit))
        .max_by_key(|token| token.bytes);
    if let Some(token) = again {
        return Some((token.bytes, token.unit == unit));
    }
    let grouping = GROUPINGS.iter().find(|grouping| text.starts_with(**grouping))?;
    let sense = *grouping != "县" || names_at(&text[grouping.len()..]).next().is_some();
    sense.then_some((grouping.len(), false))
}

/// What addresses say between a province or city and its district and what is no name of either:
/// the forms' groupings, and 雄安新区, which is three counties of 保定.
const GROUPINGS: [&str; 6] = [
    "省直辖县级行政区划",
    "自治区直辖县级行政区划",
    "省直辖县级行政单位",
    "市辖区",
    "雄安新区",
    "县",
];

/// 广东省东莞市东莞市: what repeats the whole chain is left out; 北京市朝阳区北京市第一中学 stays.
fn past_repeats(text: &str, end: usize, unit: &'static Unit) -> usize {
    let (mut at, mut kept) = (past_separators(text, end), end);
    while let Some((bytes, is_own)) = repeat_at(&text[at..], unit) {
        at += bytes;
        if is_own {
            kept = at;
        }
        at = past_separators(text, at);
    }
    kept
}

/// Of the chains that explain most, the one that the street or the phone speaks for; else what they
/// have in common, if that was said.
fn the_one(text: &str, found: &[Chain], nearby: Option<&'static Unit>) -> Option<Chain> {
    let top = found.iter().map(|chain| chain.score).max()?;
    let equals: Vec<Chain> = found.iter().filter(|chain| chain.score == top).copied().collect();
    let in_region = |region: Option<&Unit>| {
        only(&equals, |chain| region.is_some_and(|region| region.contains(chain.unit)))
    };
    only(&equals, |_| true)
        .or_else(|| {
            only(&equals, |chain| {
                let rest = text[chain.end..].trim_start_matches(is_separator);
                street::known_at(rest, chain.unit).is_some()
            })
        })
        .or_else(|| in_region(nearby))
        .or_else(|| in_region(nearby.and_then(|unit| unit.at(Level::Province))))
        .or_else(|| {
            let common = |c: &&Chain| equals.iter().all(|equal| c.unit.contains(equal.unit));
            found.iter().filter(common).max_by_key(|chain| chain.score).copied()
        })
}

fn only(chains: &[Chain], wanted: impl Fn(&Chain) -> bool) -> Option<Chain> {
    let mut fit = chains.iter().filter(|chain| wanted(chain));
    let first = fit.next()?;
    fit.all(|chain| chain.unit == first.unit).then_some(*first)
}

/// 客户名称: 珠海市香洲区第一小学 is no address.
fn in_labelled_name(text: &str, start: usize) -> bool {
    let piece = text[..start].rfind(is_separator).map_or("", |at| &text[at..]);
    label_of(piece.chars().next().unwrap_or(' ')) == Some(Label::Name)
}

/// A bare name counts at the start of a piece or behind 在, 到, 是: elsewhere it is part of a word.
fn may_begin(text: &str, start: usize) -> bool {
    starts_piece(text, start) || text[..start].ends_with(['在', '到', '是', '住', '去', '于', '址'])
}

/// One bare name alone beside the phone may be a person's: 高阳, 文昌.
fn is_doubtful(text: &str, chain: &Chain) -> bool {
    if chain.names > 1 || chain.spelling != Spelling::Bare || chain.unit.level == Level::Province {
        return false;
    }
    let (before, after) = (&text[..chain.start], &text[chain.end..]);
    let gap_after = &after[..after.len() - after.trim_start_matches(is_separator).len()];
    let gap_before = &before[before.trim_end_matches(is_separator).len()..];
    person::has_surname(&text[chain.start..chain.end])
        && (!gap_after.is_empty() || after.is_empty())
        && (gap_before.contains(PHONE) || gap_after.contains(PHONE))
}

fn begins_other_word(rest: &str) -> bool {
    let mut chars = rest.chars();
    let (first, second) = (chars.next().unwrap_or(' '), chars.next().unwrap_or(' '));
    let numbered = "东西南北中一二三四五六七八九十".contains(first);
    OTHER_PLACES.begin(rest) || (numbered && "路街道巷大环".contains(second))
}

fn past_separators(text: &str, at: usize) -> usize {
    let rest = text[at..].trim_start_matches(|c| is_separator(c) || "-/>·.".contains(c));
    // A label or a phone between two names belongs to another part of the line.
    if text[at..text.len() - rest.len()].contains(is_mark) {
        return at;
    }
    text.len() - rest.len()
}
