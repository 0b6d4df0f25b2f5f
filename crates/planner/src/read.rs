//! Problems of the literature, as they are published: text in, a [`Day`](crate::Day) out.

mod solomon;
mod trsp;

pub use solomon::solomon;
pub use trsp::trsp;

use crate::bad_row::BadRow;

/// A line of a file, with its number.
struct Line<'t> {
    number: usize,
    text: &'t str,
}

fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let numbered = text.lines().enumerate().map(|(at, text)| Line { number: at + 1, text });
    numbered.filter(|it| !it.text.trim().is_empty())
}

impl Line<'_> {
    fn bad(&self, code: &'static str) -> BadRow {
        BadRow::new(code).at(format!("line {}", self.number))
    }

    fn number(&self, text: &str) -> Result<f64, BadRow> {
        let known = text.parse().ok().filter(|it: &f64| it.is_finite());
        known.ok_or_else(|| self.bad("file.not_a_number").about(text))
    }

    /// All of it are numbers, at least so many.
    fn numbers(&self, least: usize) -> Result<Vec<f64>, BadRow> {
        let all: Result<Vec<f64>, BadRow> =
            self.text.split_whitespace().map(|it| self.number(it)).collect();
        let all = all?;
        if all.len() < least {
            return Err(self.bad("file.too_few_columns").about(all.len()));
        }
        Ok(all)
    }
}

fn whole(value: f64, scale: f64) -> i64 {
    (value * scale).round() as i64
}
