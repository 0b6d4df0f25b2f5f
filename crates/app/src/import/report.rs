//! What came of an import: how many rows, how many of them wrong, what was filed, and what is
//! wrong with which row.

use std::collections::BTreeMap;

use platform::sheet::Entry;
use serde_json::{Value as Json, json};

use super::problem::Problem;
use crate::say::Say;

/// A list longer than this nobody reads; all are counted.
pub const LISTED: usize = 10_000;

/// What this run made new, zeros among it.
pub const MADE: [&str; 7] =
    ["requests", "orders", "customers", "devices", "products", "people", "events"];

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    pub rows: u64,
    pub bad: u64,
    pub counts: Counts,
    pub seconds: f64,
    pub problems: Vec<Problem>,
    /// Also those that are not listed.
    pub problem_count: u64,
}

/// What became of good rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    pub new: u64,
    pub changed: u64,
    pub same: u64,
    pub filed: BTreeMap<&'static str, u64>,
}

impl Counts {
    pub fn made(&mut self, what: &'static str, count: u64) {
        *self.filed.entry(what).or_default() += count;
    }

    pub fn add(&mut self, other: &Counts) {
        self.new += other.new;
        self.changed += other.changed;
        self.same += other.same;
        for (what, count) in &other.filed {
            self.made(what, *count);
        }
    }
}

impl Report {
    pub fn note(&mut self, problem: Problem) {
        self.problem_count += 1;
        if self.problems.len() < LISTED {
            self.problems.push(problem);
        }
    }

    pub fn is_good(&self) -> bool {
        self.problem_count == 0
    }

    pub fn good(&self) -> u64 {
        self.rows - self.bad
    }

    pub fn json(&self, say: Say) -> Json {
        let filed = MADE.iter().map(|it| {
            let count = self.counts.filed.get(it).copied().unwrap_or_default();
            ((*it).to_owned(), json!(count))
        });
        json!({
            "rows": self.rows, "good": self.good(), "bad": self.bad,
            "new": self.counts.new, "changed": self.counts.changed, "same": self.counts.same,
            "filed": filed.collect::<serde_json::Map<_, _>>(),
            "seconds": (self.seconds * 1000.0).round() / 1000.0,
            "problems": self.problems.iter().map(|it| it.json(say)).collect::<Vec<_>>(),
        })
    }

    /// The counts and then the problems, for whoever mends the file in a spreadsheet.
    pub fn headings(say: Say) -> Vec<String> {
        ["row", "column", "value", "code", "text"]
            .iter()
            .map(|it| say.code("import-report", it))
            .collect()
    }

    pub fn entries(&self, say: Say) -> Vec<Vec<Entry>> {
        let whole = |count: u64| Entry::Whole(i64::try_from(count).unwrap_or(i64::MAX));
        let text = |it: &Option<String>| it.as_deref().map_or(Entry::Empty, Entry::from);
        self.problems
            .iter()
            .map(|it| {
                vec![
                    it.row.map_or(Entry::Empty, whole),
                    text(&it.column),
                    text(&it.value),
                    it.code.into(),
                    it.text(say).as_str().into(),
                ]
            })
            .collect()
    }

    /// The counts in one sentence.
    pub fn sentence(&self, say: Say) -> String {
        let int = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let said = crate::args! {
            "rows" => int(self.rows), "good" => int(self.good()), "bad" => int(self.bad),
            "new" => int(self.counts.new), "changed" => int(self.counts.changed),
            "same" => int(self.counts.same),
        };
        say.with("import-sentence", &said)
    }
}
