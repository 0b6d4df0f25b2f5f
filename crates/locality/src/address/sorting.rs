//! Sorts the pieces around the division: who, where exactly, and what belongs to neither.

use super::chain::{Chain, without_repeats};
use super::gazetteer::names_at;
use super::line::{Label, PHONE, Piece, is_separator, offset, pieces};
use super::person;
use super::words::{FILLERS, PLACE_MARKS, PLACES, REMARKS};

/// The pieces of a line by what they are.
#[derive(Debug, Default)]
pub(crate) struct Sorted<'a> {
    pub name: Option<&'a str>,
    pub address: Vec<&'a str>,
    pub note: Vec<&'a str>,
}

/// A piece and where it stands to the division.
#[derive(Debug, Clone, Copy)]
struct Placed<'a> {
    piece: Piece<'a>,
    before: bool,
    /// Nothing parts it from the division.
    glued: bool,
    /// A phone lies between the division and this piece.
    past_phone: bool,
}

impl<'a> Sorted<'a> {
    pub fn of(text: &'a str, chain: Option<&Chain>) -> Sorted<'a> {
        let mut all = placed(text, chain);
        let mut sorted = Sorted::default();
        if let Some(at) = name_among(&all) {
            sorted.name = Some(person::tidy(all.remove(at).piece.text)).filter(|n| !n.is_empty());
        }
        for placed in &all {
            sorted.place(placed, chain);
        }
        // 2栋1203 金鸡路789号 珠海市香洲区: what comes before is the address if nothing comes after.
        if sorted.address.is_empty() {
            let (address, note) = sorted.note.iter().partition(|text| is_address(text));
            (sorted.address, sorted.note) = (address, note);
        }
        if sorted.name.is_none() {
            sorted.cut_run_on(&all, chain.is_some());
        }
        sorted
    }

    fn place(&mut self, placed: &Placed<'a>, chain: Option<&Chain>) {
        let piece = &placed.piece;
        let postcode = piece.text.len() == 6 && piece.text.bytes().all(|b| b.is_ascii_digit());
        if postcode || piece.label == Some(Label::Postcode) {
            return;
        }
        if placed.before || matches!(piece.label, Some(Label::Remark | Label::Phone)) {
            let text = piece.text.trim_end_matches(['在', '到', '住', ':']);
            if !FILLERS.contain(text) && !is_area(text) {
                self.note.push(text);
            }
            return;
        }
        let said = piece.label == Some(Label::Address);
        let late = placed.past_phone && !self.address.is_empty() && !said;
        if (late || REMARKS.within(piece.text)) && !is_address(piece.text) {
            self.note.push(piece.text);
            return;
        }
        let repeats = said || is_area(piece.text);
        let text = match chain.filter(|_| repeats) {
            Some(chain) => without_repeats(piece.text, chain.unit),
            None => piece.text,
        };
        self.address.extend(Some(text).filter(|text| !text.is_empty()));
    }

    /// …789号2栋1203张三: a name that runs on behind the last piece of the address.
    fn cut_run_on(&mut self, all: &[Placed<'a>], in_division: bool) {
        let Some(last) = self.address.last_mut() else { return };
        let Some(placed) = all.iter().find(|placed| placed.piece.text.ends_with(*last)) else {
            return;
        };
        if !(placed.piece.before_phone || placed.piece.last) {
            return;
        }
        if let Some(at) = person::run_on_at_end(last, in_division && placed.glued) {
            let (address, name) = last.split_at(at);
            self.name = Some(person::tidy(name));
            *last = address;
            self.address.retain(|text| !text.is_empty());
        }
    }
}

fn placed<'a>(text: &'a str, chain: Option<&Chain>) -> Vec<Placed<'a>> {
    let (start, end) = chain.map_or((text.len(), text.len()), |chain| (chain.start, chain.end));
    let (before, after) = (&text[..start], &text[end..]);
    let mut all = Vec::new();
    let mut first_pieces = pieces(before);
    let last_is_glued = chain.is_some() && !before.ends_with(is_separator);
    if let Some(piece) = first_pieces.last_mut().filter(|_| chain.is_some()) {
        piece.last = false;
    }
    let count = first_pieces.len();
    for (piece, place) in first_pieces.into_iter().zip(1..) {
        let glued = last_is_glued && place == count;
        // Without a division there is no before and after.
        all.push(Placed { piece, before: chain.is_some(), glued, past_phone: false });
    }
    let glued_first = !after.starts_with(is_separator);
    let phone_at = after.find(PHONE).unwrap_or(after.len());
    for (mut piece, place) in pieces(after).into_iter().zip(0..) {
        let at = offset(piece.text, after);
        let glued = glued_first && place == 0;
        piece.first = false;
        all.push(Placed { piece, before: false, glued, past_phone: at > phone_at });
    }
    all
}

/// The labelled name, else the piece most like one.
fn name_among(all: &[Placed]) -> Option<usize> {
    let labelled = all.iter().position(|placed| placed.piece.label == Some(Label::Name));
    if labelled.is_some_and(|at| all[at].piece.text.chars().count() <= LONGEST_NAME) {
        return labelled;
    }
    let has_address_after = all.iter().filter(|placed| !placed.before).count() > 1;
    let likeness = |placed: &Placed| {
        let piece = &placed.piece;
        let beside = piece.before_phone || piece.after_phone;
        let edge = piece.first || piece.last || beside;
        let alone = !placed.before && !has_address_after && !beside;
        let sure = person::has_surname(piece.text);
        person::likeness(piece)
            - if edge { 0 } else { 2 }
            - if alone && !sure { 4 } else { 0 }
            - if is_area(piece.text) { 6 } else { 0 }
    };
    let candidates = all.iter().enumerate().filter(|(_, placed)| {
        let behind_division = placed.glued && !placed.before;
        let free = matches!(placed.piece.label, None | Some(Label::Address | Label::Name));
        free && !behind_division
    });
    let scored = candidates.map(|(at, placed)| (likeness(placed), at));
    let (score, at) = scored.max_by_key(|(score, at)| (*score, usize::MAX - at))?;
    (score >= LEAST_LIKE).then_some(at)
}

const LEAST_LIKE: i32 = 3;
const LONGEST_NAME: usize = 40;

/// Whether the piece is the name of a division and nothing more.
fn is_area(text: &str) -> bool {
    names_at(text).any(|token| token.bytes == text.len())
}

fn is_address(text: &str) -> bool {
    text.contains(|c| PLACE_MARKS.contains(c)) || PLACES.within(text)
}
