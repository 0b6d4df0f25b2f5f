//! 工作日历: when a place works, as the pack writes it. The arithmetic is `worktime`'s.
//!
//! Source: C6 "both 工作日 and natural-hour clocks needed"; [3.10] 8:30–17:00 Mon–Fri.

use std::ops::Range;

use jiff::{civil::Date, tz::TimeZone};
use kernel::codes;
use serde::{Deserialize, Serialize};
use toml::de::DeValue;
use worktime::{AfterHours, Hours, Interval, Problem, clock_time};

use super::{Name, Origin, fields::Fields, mistake::Word};

codes! {
    /// Which public holidays close it.
    pub enum HolidayKind {
        Cn "cn",
        None "none",
    }
}

codes! {
    /// The two ways of starting outside hours.
    pub enum Outside {
        Clamp "clamp",
        Cutoff "cutoff",
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CalendarRow {
    pub id: String,
    #[serde(flatten)]
    pub name: Name,
    /// Left out: the pack's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Open day and night, holidays too: the natural clock.
    pub natural: bool,
    pub hours: Hours,
    pub holidays: HolidayKind,
    pub after_hours: AfterHours,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(flatten)]
    pub origin: Origin,
}

/// The notice of a year comes in the last months of the year before.
const NOTICE_MONTH: i8 = 10;

/// The first year whose public holidays should be known by that day and are not: from October on
/// the next one's, or promises reach into days nobody knows.
pub fn year_missing(today: Date, known: impl Fn(i16) -> bool) -> Option<i16> {
    let ahead = i16::from(today.month() >= NOTICE_MONTH);
    (today.year()..=today.year() + ahead).find(|year| !known(*year))
}

pub(super) fn calendar(row: &mut Fields) -> Option<CalendarRow> {
    let id = row.required("id", Fields::code);
    let name = row.name();
    let zone = zone(row, "zone");
    let natural = row.flag("natural").unwrap_or(false);
    let hours = row.table("hours", |table| Some(hours(table)));
    if natural == hours.is_some() {
        let (key, other) = if natural { ("hours", "natural") } else { ("natural", "hours") };
        let args = vec![("key", key.into()), ("other", other.into())];
        row.wrong(row.span_of(key), "pack.one_of_two", args);
    }
    let hours = hours.unwrap_or_else(Hours::always);
    let holidays = row.choice("holidays", HolidayKind::ALL, HolidayKind::code);
    let after_hours = after_hours(row);
    let (note, origin) = (row.note(), row.origin());
    let id = id?;
    row.is_called(Word::Calendar, &id);
    let holidays = holidays.unwrap_or(HolidayKind::None);
    let (name, after_hours) = (name?, after_hours?);
    Some(CalendarRow { id, name, zone, natural, hours, holidays, after_hours, note, origin })
}

/// A zone of the tz database.
pub(super) fn zone(row: &mut Fields, key: &'static str) -> Option<String> {
    let name = row.text(key)?;
    if TimeZone::get(&name).is_ok() {
        return Some(name);
    }
    row.wrong(row.span_of(key), "pack.unknown_zone", vec![("value", name.into())]);
    None
}

/// Several intervals a day; a day left out is closed.
fn hours(table: &mut Fields) -> Hours {
    let mut hours = Hours::default();
    for (weekday, day) in Hours::WEEKDAYS.into_iter().enumerate() {
        hours.week[weekday] = intervals(table, day).unwrap_or_default();
    }
    hours.make_up = intervals(table, "make_up");
    if hours.week.iter().all(Vec::is_empty) {
        calendar_problem(table, table.span(), &Problem::new("calendar.no_hours"));
    }
    if let Err(problem) = hours.check() {
        let day = problem.field.trim_start_matches("hours.").split('[').next().unwrap_or("");
        calendar_problem(table, table.span_of(day), &problem);
    }
    hours
}

fn intervals(table: &mut Fields, key: &'static str) -> Option<Vec<Interval>> {
    let mut intervals = Vec::new();
    for cell in table.list_if_there(key)? {
        match interval(cell.get_ref()) {
            None => table.wrong_type(cell.span(), key, "interval"),
            Some(Err(problem)) => calendar_problem(table, cell.span(), &problem),
            Some(Ok(interval)) => intervals.push(interval),
        }
    }
    Some(intervals)
}

/// `["08:30", "12:00"]`.
fn interval(value: &DeValue) -> Option<worktime::Result<Interval>> {
    let [from, to] = value.as_array()?.as_ref() else { return None };
    Some(Interval::read(from.get_ref().as_str()?, to.get_ref().as_str()?))
}

fn after_hours(row: &mut Fields) -> Option<AfterHours> {
    let outside = row.choice("after_hours", Outside::ALL, Outside::code);
    match outside.unwrap_or(Outside::Clamp) {
        Outside::Clamp => Some(AfterHours::Clamp),
        Outside::Cutoff => {
            let cutoff = row.required("cutoff", of_day);
            let next_start = row.required("next_start", of_day);
            Some(AfterHours::Cutoff { cutoff: cutoff?, next_start: next_start? })
        }
    }
}

fn of_day(row: &mut Fields, key: &'static str) -> Option<u16> {
    let text = row.text(key)?;
    let read = clock_time(&text);
    if let Err(problem) = &read {
        calendar_problem(row, row.span_of(key), problem);
    }
    read.ok()
}

fn calendar_problem(row: &mut Fields, span: Range<usize>, problem: &Problem) {
    let args = vec![("problem", problem.code.into()), ("value", problem.value.clone().into())];
    row.wrong(span, "pack.calendar", args);
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn from_october_on_the_next_years_holidays_are_missed() {
        #[rustfmt::skip]
        let cases = [
            (date(2026,  9, 30), 2026, None),
            (date(2026, 10,  1), 2026, Some(2027)),
            (date(2026, 12, 31), 2027, None),
            (date(2027,  1,  1), 2026, Some(2027)),
            (date(2027, 11,  1), 2026, Some(2027)),
        ];
        for (today, last, missing) in cases {
            assert_eq!(year_missing(today, |year| year <= last), missing, "{today}");
        }
    }
}
