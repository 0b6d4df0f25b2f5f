//! The examples that are written down elsewhere: the table of policies, and working days across
//! the Spring Festival and the national holidays.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use worktime::{AfterHours, Amount, Calendar, Holidays, Hours};

const SPLIT: &[(&str, &str)] = &[("08:30", "12:00"), ("13:30", "17:00")];
const WHOLE: &[(&str, &str)] = &[("08:30", "17:00")];
const CUTOFF: AfterHours = AfterHours::Cutoff { cutoff: 17 * 60, next_start: 8 * 60 + 30 };

fn calendar(hours: &[(&str, &str)], holidays: &Holidays, after_hours: AfterHours) -> Calendar {
    let hours = Hours::monday_to_friday(hours).unwrap();
    Calendar::compile(zone(), &hours, holidays, after_hours).unwrap()
}

fn zone() -> TimeZone {
    TimeZone::get("Asia/Shanghai").unwrap()
}

fn at(local: &str) -> Timestamp {
    local.parse::<DateTime>().unwrap().to_zoned(zone()).unwrap().timestamp()
}

#[test]
fn the_table_of_policies_holds() {
    let clamp = calendar(SPLIT, &Holidays::none(), AfterHours::Clamp);
    let cn = calendar(SPLIT, &Holidays::cn(), AfterHours::Clamp);
    let cutoff = calendar(WHOLE, &Holidays::none(), CUTOFF);
    let day = Amount::working_days(1);
    let rows = [
        (&clamp, Amount::hours(4), "2026-11-20T16:00", "2026-11-23T11:30"),
        (&cn, Amount::working_days(2), "2026-09-30T10:00", "2026-10-09T10:00"),
        (&cn, day, "2026-02-13T10:00", "2026-02-14T10:00"),
        (&cutoff, day, "2026-11-20T18:00", "2026-11-24T08:30"),
        (&cutoff, day, "2026-11-21T01:00", "2026-11-24T01:00"),
        (&cutoff, day, "2026-11-21T18:00", "2026-11-25T08:30"),
    ];
    for (calendar, amount, start, due) in rows {
        assert_eq!(calendar.due(at(start), amount).unwrap().at, at(due), "{start} + {amount:?}");
    }
}

#[test]
fn working_days_pass_over_the_holidays() {
    let cn = calendar(WHOLE, &Holidays::cn(), AfterHours::Clamp);
    let rows = [
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-13", 7, "2026-03-02"),
        ("2026-09-30", 1, "2026-10-08"),
        ("2026-09-18", 10, "2026-10-09"),
        ("2026-04-30", 20, "2026-06-01"),
        ("2026-01-01", 1, "2026-01-04"),
    ];
    for (day, n, expected) in rows {
        let [day, expected] = [day, expected].map(|text| text.parse().unwrap());
        assert_eq!(cn.working_days_after(day, n), Ok(expected), "{day} + {n}");
        assert_eq!(cn.working_days_between(day, expected), Ok(n), "{day} .. {expected}");
    }
}

#[test]
fn a_year_has_as_many_working_days_as_published() {
    let cn = calendar(WHOLE, &Holidays::cn(), AfterHours::Clamp);
    for (before, last, count) in
        [("2024-12-31", "2025-12-31", 248), ("2025-12-31", "2026-12-31", 248)]
    {
        let [before, last] = [before, last].map(|text| text.parse().unwrap());
        assert_eq!(cn.working_days_between(before, last), Ok(count));
    }
}

#[test]
fn a_deadline_in_a_year_without_data_is_refused_or_marked() {
    let cn = calendar(WHOLE, &Holidays::cn(), AfterHours::Clamp);
    let (start, week) = (at("2026-12-30T10:00"), Amount::working_days(5));
    assert_eq!(cn.due(start, week).unwrap_err().to_string(), "calendar.no_data:2027");
    let guess = cn.provisional(true).due(start, week).unwrap();
    assert_eq!((guess.at, guess.provisional), (at("2027-01-06T10:00"), true));
    let none = calendar(WHOLE, &Holidays::none(), AfterHours::Clamp);
    assert!(!none.due(start, week).unwrap().provisional);
}
