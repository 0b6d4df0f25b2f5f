//! How much time is promised: "3 working days", "half an hour", "by the end of the second day".

use serde::{Deserialize, Serialize};

use crate::problem::{Problem, Result};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Of open time.
    Minutes,
    /// Of open time.
    Hours,
    WorkingDays,
    CalendarDays,
}

/// A promised amount of time. Half an hour is 500 thousandths of an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Amount {
    pub thousandths: i64,
    pub unit: Unit,
    /// Of working days only: not the same clock time, but the last closing of that day. Only
    /// then may the amount be zero: by the end of the same working day.
    pub day_end: bool,
}

impl Unit {
    pub const ALL: [Unit; 4] = [Unit::Minutes, Unit::Hours, Unit::WorkingDays, Unit::CalendarDays];

    pub const fn code(self) -> &'static str {
        match self {
            Unit::Minutes => "minutes",
            Unit::Hours => "hours",
            Unit::WorkingDays => "working_days",
            Unit::CalendarDays => "calendar_days",
        }
    }

    pub fn parse(code: &str) -> Option<Unit> {
        Unit::ALL.into_iter().find(|unit| unit.code() == code)
    }
}

impl Amount {
    /// A whole number of a unit. More than fits is the largest that does, which no calendar holds.
    pub const fn of(number: i64, unit: Unit) -> Amount {
        Amount { thousandths: number.saturating_mul(1000), unit, day_end: false }
    }

    pub const fn minutes(number: i64) -> Amount {
        Amount::of(number, Unit::Minutes)
    }

    pub const fn hours(number: i64) -> Amount {
        Amount::of(number, Unit::Hours)
    }

    pub const fn working_days(number: i64) -> Amount {
        Amount::of(number, Unit::WorkingDays)
    }

    pub const fn calendar_days(number: i64) -> Amount {
        Amount::of(number, Unit::CalendarDays)
    }

    /// The same, to the last closing of the day.
    #[must_use]
    pub const fn to_day_end(self) -> Amount {
        Amount { day_end: true, ..self }
    }

    /// A decimal number with at most three decimals, as `3`, `0.5` or `1_000`, in thousandths.
    pub fn thousandths(text: &str) -> Result<i64> {
        let digits = text.replace('_', "");
        let wrong = |code| Problem::new(code).about(text).within("amount");
        let (whole, decimals) = digits.split_once('.').unwrap_or((&digits, ""));
        let only_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let unsigned = whole.strip_prefix(['+', '-']).unwrap_or(whole);
        if unsigned.is_empty() || !only_digits(unsigned) || !only_digits(decimals) {
            return Err(wrong("amount.not_a_number"));
        }
        if decimals.trim_end_matches('0').len() > 3 {
            return Err(wrong("amount.too_many_decimals"));
        }
        let thousandths: String = decimals.chars().chain("000".chars()).take(3).collect();
        format!("{whole}{thousandths}").parse().map_err(|_| wrong("amount.too_large"))
    }

    pub(crate) fn check(self) -> Result<()> {
        let wrong = |code| Err(Problem::new(code).within("amount"));
        if self.day_end && self.unit != Unit::WorkingDays {
            return wrong("amount.day_end_needs_working_days");
        }
        if self.thousandths < 0 || self.thousandths == 0 && !self.day_end {
            return wrong("amount.not_positive");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_has_at_most_three_decimals() {
        let read = |text| Amount::thousandths(text).map_err(|problem| problem.code);
        assert_eq!(read("3"), Ok(3000));
        assert_eq!(read("0.5"), Ok(500));
        assert_eq!(read("1.125"), Ok(1125));
        assert_eq!(read("1.12500"), Ok(1125));
        assert_eq!(read("-0.5"), Ok(-500));
        assert_eq!(read("1_000"), Ok(1_000_000));
        assert_eq!(read("0.0005"), Err("amount.too_many_decimals"));
        assert_eq!(read("99999999999999999"), Err("amount.too_large"));
        for not_a_number in ["", "-", "1e3", "inf", "nan", "1.2.3", "三"] {
            assert_eq!(read(not_a_number), Err("amount.not_a_number"), "{not_a_number}");
        }
    }
}
