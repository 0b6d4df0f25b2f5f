//! What is wrong with a calendar, a policy or a question, as a value: a code for programs, the
//! value it is about, and the place where it stands. The words are the caller's.

use std::fmt;

pub type Result<T> = std::result::Result<T, Problem>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// As `calendar.no_data`.
    pub code: &'static str,
    /// What the code is about, as the year `2027`; empty where there is nothing to add.
    pub value: String,
    /// Where it stands, as `hours.mon[1]`; empty where the question itself is wrong.
    pub field: String,
    /// Where that is in the file it was read from.
    pub place: Option<Place>,
}

/// Every code, for whoever has to find words for them.
pub const CODES: &[&str] = &[
    "amount.day_end_needs_working_days",
    "amount.not_a_number",
    "amount.not_positive",
    "amount.too_large",
    "amount.too_many_decimals",
    "calendar.no_data",
    "calendar.no_hours",
    "calendar.out_of_range",
    "elapsed.ends_before_start",
    "holidays.date_twice",
    "holidays.not_readable",
    "holidays.other_year",
    "holidays.year_twice",
    "hours.backwards",
    "hours.begins_next_day",
    "hours.longer_than_a_day",
    "hours.not_a_date",
    "hours.not_a_time",
    "hours.not_an_interval",
    "hours.overlap",
    "pause.backwards",
    "pause.open",
    "pause.overlap",
    "policy.missing",
    "policy.natural_working_days",
    "policy.no_promise",
    "policy.not_readable",
    "policy.promise_twice",
    "policy.unknown_key",
    "policy.unknown_value",
    "policy.unknown_zone",
    "policy.wrong_type",
    "time.not_readable",
];

/// Both counted from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub line: usize,
    pub column: usize,
}

impl Problem {
    #[cold]
    pub fn new(code: &'static str) -> Problem {
        Problem { code, value: String::new(), field: String::new(), place: None }
    }

    #[cold]
    #[must_use]
    pub fn about(mut self, value: impl fmt::Display) -> Problem {
        self.value = value.to_string();
        self
    }

    #[cold]
    #[must_use]
    pub fn within(mut self, field: impl Into<String>) -> Problem {
        self.field = field.into();
        self
    }
}

/// The code and what it is about: `calendar.no_data:2027`.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)?;
        if !self.value.is_empty() {
            write!(f, ":{}", self.value)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

impl Place {
    /// Of a byte in a text.
    pub fn of(text: &str, byte: usize) -> Place {
        let before = text.get(..byte).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Place {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CODES;

    /// What stands in quotes and looks like a code, in the sources before their tests.
    #[test]
    fn the_list_of_codes_is_that_of_the_sources() {
        let mut found = vec![];
        for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src")).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            let text = text.split("#[cfg(test)]").next().unwrap();
            let text = text.split("pub const CODES").next().unwrap();
            let called = |text: &str, call: &str| -> Vec<String> {
                let rest = text.split(call).skip(1);
                rest.filter_map(|it| Some(it.split_once('"')?.0.to_owned())).collect()
            };
            for call in ["Problem::new(\"", "wrong(\"", "wrong_pause(\""] {
                found.extend(called(text, call));
            }
        }
        found.sort();
        found.dedup();
        assert_eq!(found, CODES);
    }
}
