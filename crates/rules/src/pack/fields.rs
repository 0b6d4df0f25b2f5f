//! Reading one table of a pack file, key by key: what is missing, unknown, of the wrong type or
//! out of range is noted with its place, and reading goes on: all mistakes are told at once.

use std::ops::{Range, RangeInclusive};

use kernel::Arg;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};
use worktime::Amount;

use super::{
    Name, Origin,
    mistake::{Ledger, Place, Word},
};

const TEXT_MAX: usize = 200;
const NOTE_MAX: usize = 2000;
const LIST_MAX: usize = 500;

/// One table: the whole file, or one row of it.
pub(super) struct Fields<'a, 't> {
    ledger: &'a mut Ledger,
    file: &'a str,
    text: &'a str,
    table: &'a DeTable<'t>,
    span: Range<usize>,
    asked: Vec<&'static str>,
    origin: Origin,
}

pub(super) type Cell<'t> = Spanned<DeValue<'t>>;

impl<'a, 't> Fields<'a, 't> {
    /// The file itself. `source` and `verified` at its head hold for every row that is silent.
    pub(super) fn file(
        ledger: &'a mut Ledger,
        file: &'a str,
        text: &'a str,
        table: &'a DeTable<'t>,
    ) -> Fields<'a, 't> {
        let (asked, origin) = (Vec::new(), Origin::default());
        let mut head = Fields { ledger, file, text, table, span: 0..0, asked, origin };
        head.origin = head.origin();
        head
    }

    /// The rows `[[key]]`, each read by `read`.
    pub(super) fn rows<T>(
        &mut self,
        key: &'static str,
        mut read: impl FnMut(&mut Fields) -> Option<T>,
    ) -> Vec<T> {
        let mut rows = Vec::new();
        for cell in self.list(key, "tables") {
            if let DeValue::Table(table) = cell.get_ref() {
                rows.extend(self.inside(table, cell.span(), &mut read));
            } else {
                self.wrong_type(cell.span(), key, "table");
            }
        }
        rows
    }

    /// The table `[key]`, if it is there.
    pub(super) fn table<T>(
        &mut self,
        key: &'static str,
        mut read: impl FnMut(&mut Fields) -> Option<T>,
    ) -> Option<T> {
        let cell = self.cell(key)?;
        let DeValue::Table(table) = cell.get_ref() else {
            self.wrong_type(cell.span(), key, "table");
            return None;
        };
        self.inside(table, cell.span(), &mut read)
    }

    /// What `read` reads, or its absence noted.
    pub(super) fn required<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&mut Self, &'static str) -> Option<T>,
    ) -> Option<T> {
        if self.cell(key).is_none() {
            self.wrong(self.span.clone(), "pack.missing_key", vec![("key", key.into())]);
            return None;
        }
        read(self, key)
    }

    pub(super) fn text(&mut self, key: &'static str) -> Option<String> {
        let cell = self.cell(key)?;
        self.text_of(cell, key, TEXT_MAX)
    }

    pub(super) fn note(&mut self) -> Option<String> {
        let cell = self.cell("note")?;
        self.text_of(cell, "note", NOTE_MAX)
    }

    /// A name for programs: letters, digits, `_`, `-`, `.`.
    pub(super) fn code(&mut self, key: &'static str) -> Option<String> {
        let cell = self.cell(key)?;
        let text = self.text_of(cell, key, 40)?;
        let fits = |it: char| it.is_ascii_alphanumeric() || "_-.".contains(it);
        if text.chars().all(fits) {
            return Some(text);
        }
        self.wrong_text(cell.span(), key, 40);
        None
    }

    pub(super) fn name(&mut self) -> Option<Name> {
        let zh = self.required("zh", Self::text);
        let en = self.required("en", Self::text);
        Some(Name { zh: zh?, en: en? })
    }

    pub(super) fn flag(&mut self, key: &'static str) -> Option<bool> {
        let cell = self.cell(key)?;
        let flag = cell.get_ref().as_bool();
        if flag.is_none() {
            self.wrong_type(cell.span(), key, "true_or_false");
        }
        flag
    }

    pub(super) fn whole(&mut self, key: &'static str, range: RangeInclusive<i64>) -> Option<i64> {
        let cell = self.cell(key)?;
        self.whole_of(cell, key, range)
    }

    pub(super) fn wholes(&mut self, key: &'static str, range: RangeInclusive<i64>) -> Vec<i64> {
        let cells = self.one_or_many(key);
        cells.into_iter().filter_map(|it| self.whole_of(it, key, range.clone())).collect()
    }

    /// A number with at most three decimals, in thousandths.
    pub(super) fn thousandths(&mut self, key: &'static str) -> Option<i64> {
        let cell = self.cell(key)?;
        let thousandths = match cell.get_ref() {
            DeValue::Integer(int) if int.radix() == 10 => Amount::thousandths(int.as_str()).ok(),
            DeValue::Float(float) => Amount::thousandths(float.as_str()).ok(),
            _ => None,
        };
        if thousandths.is_none() {
            self.wrong_type(cell.span(), key, "number_of_three_decimals");
        }
        thousandths
    }

    /// One of our codes.
    pub(super) fn choice<T: Copy>(
        &mut self,
        key: &'static str,
        all: &[T],
        code: fn(T) -> &'static str,
    ) -> Option<T> {
        let cell = self.cell(key)?;
        self.choice_of(cell, key, all, code)
    }

    pub(super) fn choices<T: Copy>(
        &mut self,
        key: &'static str,
        all: &[T],
        code: fn(T) -> &'static str,
    ) -> Vec<T> {
        let cells = self.one_or_many(key);
        cells.into_iter().filter_map(|it| self.choice_of(it, key, all, code)).collect()
    }

    /// One text or a list of them.
    pub(super) fn texts(&mut self, key: &'static str) -> Vec<String> {
        self.spanned_texts(key).into_iter().map(|it| it.0).collect()
    }

    /// The same, with where each stands.
    pub(super) fn spanned_texts(&mut self, key: &'static str) -> Vec<(String, Range<usize>)> {
        let cells = self.one_or_many(key);
        let read = |it: &'a Cell<'t>| Some((self.text_of(it, key, TEXT_MAX)?, it.span()));
        cells.into_iter().filter_map(read).collect()
    }

    /// The name of something else in the pack.
    pub(super) fn reference(&mut self, key: &'static str, word: Word) -> Option<String> {
        let cell = self.cell(key)?;
        let text = self.text_of(cell, key, TEXT_MAX)?;
        self.refer(word, &text, cell.span());
        Some(text)
    }

    pub(super) fn references(&mut self, key: &'static str, word: Word) -> Vec<String> {
        let texts = self.spanned_texts(key);
        for (text, span) in &texts {
            self.refer(word, text, span.clone());
        }
        texts.into_iter().map(|it| it.0).collect()
    }

    /// The cells of a list; none if the key is absent.
    pub(super) fn list(&mut self, key: &'static str, wanted: &'static str) -> Vec<&'a Cell<'t>> {
        let Some(cell) = self.cell(key) else { return Vec::new() };
        let DeValue::Array(cells) = cell.get_ref() else {
            self.wrong_type(cell.span(), key, wanted);
            return Vec::new();
        };
        if cells.len() > LIST_MAX {
            let most = i64::try_from(LIST_MAX).unwrap_or(i64::MAX);
            self.out_of_range(cell.span(), key, &cells.len().to_string(), 0, most);
        }
        cells.iter().take(LIST_MAX).collect()
    }

    pub(super) fn list_if_there(&mut self, key: &'static str) -> Option<Vec<&'a Cell<'t>>> {
        self.cell(key)?;
        Some(self.list(key, "list"))
    }

    pub(super) fn origin(&mut self) -> Origin {
        let source = self.text("source");
        let verified = self.flag("verified");
        let inherited = self.origin.clone();
        match (source, verified) {
            (None, None) => inherited,
            (None, Some(verified)) => Origin { verified, ..inherited },
            (Some(source), verified) => {
                let verified = verified.unwrap_or(source != Origin::OWN);
                Origin { source: Some(source), verified }
            }
        }
    }

    /// The row is called so; another of that name is a mistake.
    pub(super) fn is_called(&mut self, word: Word, key: &str) {
        let at = Place::of(self.file, self.text, self.span.clone());
        self.ledger.name(word, key, at);
    }

    /// The row has this too; others may as well.
    pub(super) fn may_be_called(&mut self, word: Word, key: &str) {
        let at = Place::of(self.file, self.text, self.span.clone());
        self.ledger.name_again(word, key, at);
    }

    pub(super) fn has(&mut self, word: Word, key: &str, span: Range<usize>) {
        self.ledger.name(word, key, Place::of(self.file, self.text, span));
    }

    pub(super) fn refer(&mut self, word: Word, key: &str, span: Range<usize>) {
        self.ledger.refer(word, key, Place::of(self.file, self.text, span));
    }

    pub(super) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    pub(super) fn span_of(&self, key: &str) -> Range<usize> {
        self.table.get(key).map_or(self.span.clone(), Spanned::span)
    }

    pub(super) fn wrong(
        &mut self,
        span: Range<usize>,
        code: &'static str,
        args: Vec<(&'static str, Arg)>,
    ) {
        self.ledger.mistake(Place::of(self.file, self.text, span), code, args);
    }

    pub(super) fn out_of_range(
        &mut self,
        span: Range<usize>,
        key: &str,
        value: &str,
        from: i64,
        to: i64,
    ) {
        let args = vec![
            ("key", key.into()),
            ("value", value.into()),
            ("from", from.into()),
            ("to", to.into()),
        ];
        self.wrong(span, "pack.out_of_range", args);
    }

    pub(super) fn unknown_value(&mut self, span: Range<usize>, key: &str, value: &str, all: Arg) {
        let args = vec![("key", key.into()), ("value", value.into()), ("known", all)];
        self.wrong(span, "pack.unknown_value", args);
    }

    pub(super) fn wrong_type(&mut self, span: Range<usize>, key: &str, wanted: &'static str) {
        let args = vec![("key", key.into()), ("wanted", wanted.into())];
        self.wrong(span, "pack.wrong_type", args);
    }

    /// Names every key that nobody asked for.
    pub(super) fn finish(self) {
        let known: Vec<String> = self.asked.iter().map(|it| (*it).to_owned()).collect();
        for (key, _) in self.table.iter() {
            let name = key.get_ref().as_ref();
            if self.asked.contains(&name) {
                continue;
            }
            let at = Place::of(self.file, self.text, key.span());
            let args = vec![("key", name.into()), ("known", known.clone().into())];
            self.ledger.mistake(at, "pack.unknown_key", args);
        }
    }

    fn cell(&mut self, key: &'static str) -> Option<&'a Cell<'t>> {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        self.table.get(key)
    }

    fn inside<T>(
        &mut self,
        table: &'a DeTable<'t>,
        span: Range<usize>,
        read: &mut impl FnMut(&mut Fields) -> Option<T>,
    ) -> Option<T> {
        let (file, text, origin) = (self.file, self.text, self.origin.clone());
        let ledger = &mut *self.ledger;
        let mut row = Fields { ledger, file, text, table, span, asked: Vec::new(), origin };
        let value = read(&mut row);
        row.finish();
        value
    }

    fn one_or_many(&mut self, key: &'static str) -> Vec<&'a Cell<'t>> {
        match self.cell(key) {
            None => Vec::new(),
            Some(cell) if cell.get_ref().is_array() => self.list(key, "list"),
            Some(cell) => vec![cell],
        }
    }

    fn text_of(&mut self, cell: &'a Cell<'t>, key: &str, max: usize) -> Option<String> {
        let Some(text) = cell.get_ref().as_str() else {
            self.wrong_type(cell.span(), key, "text");
            return None;
        };
        let fits = !text.is_empty()
            && text.trim() == text
            && text.chars().count() <= max
            && !text.chars().any(char::is_control);
        if fits {
            return Some(text.to_owned());
        }
        self.wrong_text(cell.span(), key, max);
        None
    }

    fn wrong_text(&mut self, span: Range<usize>, key: &str, max: usize) {
        let max = i64::try_from(max).unwrap_or(i64::MAX);
        self.wrong(span, "pack.wrong_text", vec![("key", key.into()), ("max", max.into())]);
    }

    fn whole_of(
        &mut self,
        cell: &'a Cell<'t>,
        key: &str,
        range: RangeInclusive<i64>,
    ) -> Option<i64> {
        let DeValue::Integer(int) = cell.get_ref() else {
            self.wrong_type(cell.span(), key, "whole_number");
            return None;
        };
        let whole = i64::from_str_radix(int.as_str(), int.radix()).ok();
        let fits = whole.filter(|it| range.contains(it));
        if fits.is_none() {
            let (from, to) = (*range.start(), *range.end());
            self.out_of_range(cell.span(), key, int.as_str(), from, to);
        }
        fits
    }

    fn choice_of<T: Copy>(
        &mut self,
        cell: &'a Cell<'t>,
        key: &str,
        all: &[T],
        code: fn(T) -> &'static str,
    ) -> Option<T> {
        let text = self.text_of(cell, key, TEXT_MAX)?;
        let chosen = all.iter().copied().find(|it| code(*it) == text);
        if chosen.is_none() {
            let known: Vec<String> = all.iter().map(|it| code(*it).to_owned()).collect();
            self.unknown_value(cell.span(), key, &text, known.into());
        }
        chosen
    }
}
