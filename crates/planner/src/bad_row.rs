//! What is wrong with a row of the problem, as a value: a code for programs, the row and the field
//! it stands in, and the value it is about. The words are the caller's.

use std::fmt;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// As `job.no_window`.
    pub code: &'static str,
    /// As `jobs[3]`; of a text file `line 17`; empty where the whole is wrong.
    pub row: String,
    /// The id of the row, where it has one.
    pub id: String,
    /// What the code is about; empty where there is nothing to add.
    pub value: String,
}

/// Every code, for whoever has to find words for them.
pub const CODES: &[&str] = &[
    "depot.twice",
    "file.missing_part",
    "file.not_a_number",
    "file.too_few_columns",
    "fixed.in_the_past",
    "fixed.unknown_technician",
    "job.after_circle",
    "job.after_unknown",
    "job.negative_duration",
    "job.negative_parts",
    "job.no_window",
    "job.nobody_can",
    "job.not_enough_people",
    "job.started_without_start",
    "job.twice",
    "job.unknown_technician",
    "job.window_backwards",
    "matrix.negative",
    "matrix.not_square",
    "place.elsewhere",
    "place.no_such_place",
    "place.outside",
    "place.zero_zero",
    "problem.no_technicians",
    "technician.backwards_shift",
    "technician.lunch_backwards",
    "technician.negative_limit",
    "technician.no_home",
    "technician.no_shift",
    "technician.overlapping_shifts",
    "technician.shift_too_long",
    "technician.speed_not_positive",
    "technician.twice",
    "time.out_of_range",
];

impl BadRow {
    #[cold]
    pub fn new(code: &'static str) -> BadRow {
        BadRow { code, row: String::new(), id: String::new(), value: String::new() }
    }

    #[cold]
    #[must_use]
    pub fn about(mut self, value: impl fmt::Display) -> BadRow {
        self.value = value.to_string();
        self
    }

    #[cold]
    #[must_use]
    pub fn at(mut self, row: impl Into<String>) -> BadRow {
        self.row = row.into();
        self
    }

    #[cold]
    #[must_use]
    pub fn named(mut self, id: &str) -> BadRow {
        id.clone_into(&mut self.id);
        self
    }
}

/// `job.no_window jobs[3] j4: 7`.
impl fmt::Display for BadRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)?;
        for part in [&self.row, &self.id, &self.value] {
            if !part.is_empty() {
                write!(f, " {part}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for BadRow {}
