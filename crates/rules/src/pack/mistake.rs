//! What is wrong with a pack, and where: file, line, column, code and arguments. The words are
//! made by whoever shows it.

use std::{collections::BTreeMap, ops::Range};

use kernel::Arg;

/// One thing that is wrong with a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    pub code: &'static str,
    pub args: Vec<(&'static str, Arg)>,
}

/// Every code a mistake can have, each with words in the text files.
pub const MISTAKES: &[&str] = &[
    "pack.not_toml",
    "pack.unknown_file",
    "pack.missing_file",
    "pack.unknown_key",
    "pack.missing_key",
    "pack.wrong_type",
    "pack.wrong_text",
    "pack.unknown_value",
    "pack.out_of_range",
    "pack.unknown_reference",
    "pack.unknown_division",
    "pack.unknown_zone",
    "pack.duplicate",
    "pack.ambiguous",
    "pack.calendar",
    "pack.one_of_two",
    "pack.clock_needs_hours",
];

/// Where something stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    file: String,
    line: usize,
    column: usize,
}

/// What the rows of a pack name and refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Word {
    Tier,
    Region,
    Area,
    Post,
    Level,
    Certificate,
    Requirement,
    Category,
    Component,
    Model,
    Cause,
    Action,
    Fault,
    Calendar,
    RegionClass,
    RegionClassArea,
    CustomerClass,
    Promise,
    Term,
    Exclusion,
    Question,
}

/// Gathers mistakes, names and references while the files are read; settles them at the end,
/// because a row may name what stands further down or in another file.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    mistakes: Vec<Mistake>,
    files: Vec<&'static str>,
    known: BTreeMap<(Word, String), Place>,
    asked: Vec<(Word, String, Place)>,
}

impl Word {
    pub(super) fn code(self) -> &'static str {
        match self {
            Word::Tier => "tier",
            Word::Region => "region",
            Word::Area | Word::RegionClassArea => "area",
            Word::Post => "post",
            Word::Level => "level",
            Word::Certificate => "certificate",
            Word::Requirement => "requirement",
            Word::Category => "category",
            Word::Component => "component",
            Word::Model => "model",
            Word::Cause => "cause",
            Word::Action => "action",
            Word::Fault => "fault",
            Word::Calendar => "calendar",
            Word::RegionClass => "region_class",
            Word::CustomerClass => "customer_class",
            Word::Promise => "promise",
            Word::Term => "term",
            Word::Exclusion => "exclusion",
            Word::Question => "question",
        }
    }

    /// The file that says what there is of it.
    fn home(self) -> &'static str {
        match self {
            Word::Tier | Word::Region | Word::Area | Word::Post => "org.toml",
            Word::Level
            | Word::Certificate
            | Word::Requirement
            | Word::Category
            | Word::Component
            | Word::Model
            | Word::Cause
            | Word::Action
            | Word::Fault => "products.toml",
            Word::Calendar
            | Word::RegionClass
            | Word::RegionClassArea
            | Word::CustomerClass
            | Word::Promise => "sla.toml",
            Word::Term | Word::Exclusion => "warranty.toml",
            Word::Question => "callback.toml",
        }
    }
}

impl Place {
    /// The head of a file, for what concerns it as a whole.
    pub(super) fn head(file: &str) -> Place {
        Place { file: file.to_owned(), line: 1, column: 1 }
    }

    pub(super) fn of(file: &str, text: &str, span: Range<usize>) -> Place {
        let worktime::Place { line, column } = worktime::Place::of(text, span.start);
        Place { file: file.to_owned(), line, column }
    }
}

impl Ledger {
    pub(super) fn mistake(
        &mut self,
        at: Place,
        code: &'static str,
        args: Vec<(&'static str, Arg)>,
    ) {
        let Place { file, line, column } = at;
        self.mistakes.push(Mistake { file, line, column, code, args });
    }

    /// The file is there, so references to what it says can be checked.
    pub(super) fn file(&mut self, name: &'static str) {
        self.files.push(name);
    }

    /// Notes that the pack has this word; twice is a mistake.
    pub(super) fn name(&mut self, word: Word, key: &str, at: Place) {
        match self.known.get(&(word, key.to_owned())) {
            None => {
                self.known.insert((word, key.to_owned()), at);
            }
            Some(first) => {
                let first_line = i64::try_from(first.line).unwrap_or(i64::MAX);
                let args = vec![
                    ("what", word.code().into()),
                    ("key", key.into()),
                    ("first_line", first_line.into()),
                ];
                self.mistake(at, "pack.duplicate", args);
            }
        }
    }

    /// The same for a word that many rows may have.
    pub(super) fn name_again(&mut self, word: Word, key: &str, at: Place) {
        self.known.entry((word, key.to_owned())).or_insert(at);
    }

    pub(super) fn refer(&mut self, word: Word, key: &str, at: Place) {
        self.asked.push((word, key.to_owned(), at));
    }

    /// Everything that is wrong, in the order of the files. A reference is checked where the pack
    /// has the file that could answer it: a pack of promises alone may name any category.
    pub(super) fn settle(mut self) -> Vec<Mistake> {
        for (word, key, at) in std::mem::take(&mut self.asked) {
            let answerable = self.files.contains(&word.home());
            if answerable && !self.known.contains_key(&(word, key.clone())) {
                let args = vec![("what", word.code().into()), ("key", key.into())];
                self.mistake(at, "pack.unknown_reference", args);
            }
        }
        self.mistakes.sort_by(|a, b| {
            (&a.file, a.line, a.column, a.code).cmp(&(&b.file, b.line, b.column, b.code))
        });
        self.mistakes.dedup();
        self.mistakes
    }
}
