//! 计数: days of repairs, by civil days and by the hours of article 40 for cars; ends of terms.
//!
//! Source: interfaces, "Counting"; 民法典 201–202; 车三包 40.

use jiff::{
    ToSpan as _,
    civil::{Date, DateTime, time},
};

use crate::case::Repair;

/// The corresponding day, which belongs to the term; a month without it ends it on its last.
pub(crate) fn months_after(day: Date, months: i64) -> Date {
    day.saturating_add(months.clamp(0, 20_000).months())
}

/// The first day is not counted.
pub(crate) fn days_after(day: Date, days: i64) -> Date {
    day.saturating_add(days.clamp(0, 3_000_000).days())
}

pub(crate) fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

/// An open repair runs to the end of the day asked for.
pub(crate) fn last_day(it: &Repair, as_of: Date) -> Date {
    it.out.map_or(as_of, DateTime::date)
}

impl Repair {
    /// Civil days it took or has taken by then; both the first and the last are counted.
    pub fn civil_days(&self, as_of: Date) -> i64 {
        days_between(self.handed_in.date(), last_day(self, as_of)) + 1
    }
}

/// Each full 24 hours is a day; what remains is one.
pub(crate) fn car_days(it: &Repair, as_of: Date) -> i64 {
    let end = it.out.unwrap_or_else(|| days_after(as_of, 1).to_datetime(time(0, 0, 0, 0)));
    let seconds = end.duration_since(it.handed_in).as_secs();
    // `div_ceil` of signed numbers is not stable.
    ((seconds + 86_399) / 86_400).max(1)
}

/// Days taken by all of them; a day on which one ends and the next begins is one day.
pub(crate) fn civil_days_together<'a>(
    repairs: impl Iterator<Item = &'a Repair>,
    as_of: Date,
) -> i64 {
    let (mut days, mut until) = (0, None);
    for it in repairs {
        days += it.civil_days(as_of) - i64::from(until == Some(it.handed_in.date()));
        until = Some(last_day(it, as_of));
    }
    days
}

/// So many days have passed since hand-in, the first not counted.
pub(crate) fn in_hand(it: &Repair, as_of: Date) -> i64 {
    days_between(it.handed_in.date(), last_day(it, as_of))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repair(handed_in: &str, out: Option<&str>) -> Repair {
        Repair::between(handed_in.parse().unwrap(), out.map(|it| it.parse().unwrap()))
    }

    #[test]
    fn civil_days_count_both_ends_and_car_days_every_beginning_day() {
        let as_of: Date = "2026-03-10".parse().unwrap();
        #[rustfmt::skip]
        let cases = [
            ("2026-02-01T09:00", Some("2026-02-03T17:00"), 3, 3),
            ("2026-02-01T09:00", Some("2026-02-01T09:30"), 1, 1),
            ("2026-02-01T09:00", Some("2026-02-02T09:00"), 2, 1),
            ("2026-02-01T09:00", Some("2026-02-02T09:01"), 2, 2),
            ("2026-02-01T09:00", Some("2026-02-06T09:00"), 6, 5),
            ("2026-02-01T09:00", Some("2026-02-06T09:01"), 6, 6),
            ("2026-02-28T00:00", Some("2026-03-01T23:59"), 2, 2),
            ("2026-03-08T23:00", None,                     3, 3),
            ("2026-03-10T23:00", None,                     1, 1),
        ];
        for (handed_in, out, civil, car) in cases {
            let it = repair(handed_in, out);
            assert_eq!(it.civil_days(as_of), civil, "{handed_in} {out:?}");
            assert_eq!(car_days(&it, as_of), car, "{handed_in} {out:?}");
        }
    }

    #[test]
    fn a_day_of_two_repairs_is_one_day() {
        let as_of: Date = "2026-03-10".parse().unwrap();
        let first = repair("2026-02-01T09:00", Some("2026-02-03T12:00"));
        let then = repair("2026-02-03T13:00", Some("2026-02-04T12:00"));
        assert_eq!(civil_days_together([&first, &then].into_iter(), as_of), 4);
    }

    #[test]
    fn a_month_without_the_day_ends_on_its_last() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        #[rustfmt::skip]
        let cases = [
            ("2026-01-15", 12, "2027-01-15"), ("2024-02-29", 12, "2025-02-28"),
            ("2026-01-31", 1, "2026-02-28"), ("2023-02-28", 12, "2024-02-28"),
        ];
        for (from, months, until) in cases {
            assert_eq!(months_after(day(from), months), day(until), "{from}");
        }
    }
}
