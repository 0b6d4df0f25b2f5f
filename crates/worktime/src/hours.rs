//! The timetable: which hours of which weekday are worked, on a make-up day and on exceptional
//! days. A day left out is closed.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::problem::{Problem, Result};

const DAY: u16 = 24 * 60;

/// Minutes from the midnight of the day on which it begins; `to` lies beyond 24:00 where the
/// shift runs over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Interval {
    pub from: u16,
    pub to: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Hours {
    /// Monday first.
    pub week: [Vec<Interval>; 7],
    /// Of a make-up working day. Left out: Monday's; where Monday is closed, the weekday's own.
    pub make_up: Option<Vec<Interval>>,
    /// Days that are not like their weekday, whatever the holidays say; an empty one is closed.
    pub exceptions: BTreeMap<Date, Vec<Interval>>,
}

impl Hours {
    pub const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// Day and night, every day.
    pub fn always() -> Hours {
        let whole_day = vec![Interval { from: 0, to: DAY }];
        Hours { week: std::array::from_fn(|_| whole_day.clone()), ..Hours::default() }
    }

    /// The same hours from Monday to Friday.
    pub fn monday_to_friday(intervals: &[(&str, &str)]) -> Result<Hours> {
        let day = intervals
            .iter()
            .map(|(from, to)| Interval::read(from, to))
            .collect::<Result<Vec<_>>>()?;
        let week = std::array::from_fn(|weekday| if weekday < 5 { day.clone() } else { vec![] });
        Ok(Hours { week, ..Hours::default() })
    }

    pub(crate) fn make_up_of(&self, weekday: usize) -> &[Interval] {
        match &self.make_up {
            Some(hours) => hours,
            None if self.week[0].is_empty() => &self.week[weekday],
            None => &self.week[0],
        }
    }

    /// Intervals that are impossible or overlap are refused; the field says which.
    pub fn check(&self) -> Result<()> {
        for (weekday, day) in self.week.iter().enumerate() {
            let field = format!("hours.{}", Hours::WEEKDAYS[weekday]);
            check_day(day, &field)?;
            check_night(day, &self.week[(weekday + 1) % 7], &field)?;
        }
        if let Some(day) = &self.make_up {
            check_day(day, "hours.make_up")?;
        }
        for (date, day) in &self.exceptions {
            check_day(day, &format!("exceptions.{date}"))?;
        }
        Ok(())
    }
}

impl Interval {
    /// From clock times as people write them. One that ends before it begins is a shift over
    /// midnight if that makes it at most twelve hours long ("22:00", "06:00"); otherwise it is
    /// taken for a mistake. A longer night is written with the hours going on: "17:00", "32:30".
    pub fn read(from: &str, to: &str) -> Result<Interval> {
        let interval = Interval { from: clock_time(from)?, to: clock_time(to)? };
        let night = Interval { to: interval.to.saturating_add(DAY), ..interval };
        if interval.to <= interval.from && night.to - night.from <= DAY / 2 {
            return night.check().map(|()| night);
        }
        interval.check().map(|()| interval)
    }

    fn check(self) -> Result<()> {
        let wrong = |code| Err(Problem::new(code).about(self));
        if self.to <= self.from {
            return wrong("hours.backwards");
        }
        if self.from >= DAY {
            return wrong("hours.begins_next_day");
        }
        if self.to - self.from > DAY {
            return wrong("hours.longer_than_a_day");
        }
        Ok(())
    }
}

/// As people write it, 08:30-12:00; the hours go on after 24:00.
impl std::fmt::Display for Interval {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Interval { from, to } = self;
        write!(f, "{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
    }
}

/// Minutes from midnight of `HH:MM`, up to 48:00.
pub fn clock_time(text: &str) -> Result<u16> {
    let number = |part: &str| match part.bytes().all(|byte| byte.is_ascii_digit()) {
        true => part.parse::<u16>().ok(),
        false => None,
    };
    text.split_once(':')
        .filter(|(hour, minute)| matches!(hour.len(), 1 | 2) && minute.len() == 2)
        .and_then(|(hour, minute)| Some((number(hour)?, number(minute)?)))
        .filter(|(hour, minute)| *minute < 60 && hour * 60 + minute <= 2 * DAY)
        .map(|(hour, minute)| hour * 60 + minute)
        .ok_or_else(|| Problem::new("hours.not_a_time").about(text))
}

fn check_day(day: &[Interval], field: &str) -> Result<()> {
    for (index, interval) in day.iter().enumerate() {
        let field = || format!("{field}[{index}]");
        interval.check().map_err(|problem| problem.within(field()))?;
        let overlaps = |other: &&Interval| other.from < interval.to && interval.from < other.to;
        if let Some(other) = day[..index].iter().find(overlaps) {
            let both = format!("{other} {interval}");
            return Err(Problem::new("hours.overlap").about(both).within(field()));
        }
    }
    Ok(())
}

/// A shift over midnight may end in the next day's hours only by mistake.
fn check_night(day: &[Interval], next: &[Interval], field: &str) -> Result<()> {
    for (index, night) in day.iter().enumerate().filter(|(_, interval)| interval.to > DAY) {
        if let Some(morning) = next.iter().find(|morning| morning.from + DAY < night.to) {
            let (both, field) = (format!("{night} {morning}"), format!("{field}[{index}]"));
            return Err(Problem::new("hours.overlap").about(both).within(field));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_read_as_people_write_it() {
        let read = |from, to| Interval::read(from, to).map(|it| (it.from, it.to));
        assert_eq!(read("08:30", "12:00"), Ok((510, 720)));
        assert_eq!(read("8:30", "24:00"), Ok((510, 1440)));
        assert_eq!(read("22:00", "06:00"), Ok((1320, 1800)), "a night shift");
        assert_eq!(read("17:00", "32:30"), Ok((1020, 1950)), "a long night");
    }

    #[test]
    fn an_interval_that_cannot_be_is_refused() {
        let code = |from, to| Interval::read(from, to).unwrap_err().code;
        assert_eq!(code("17:00", "08:30"), "hours.backwards");
        assert_eq!(code("12:00", "08:30"), "hours.backwards");
        assert_eq!(code("08:30", "08:30"), "hours.backwards");
        assert_eq!(code("25:00", "26:00"), "hours.begins_next_day");
        assert_eq!(code("08:00", "33:00"), "hours.longer_than_a_day");
        for time in ["", "8", "08:60", "49:00", "8:5", "-1:00", "08:30:00", "八点", "08：30"] {
            assert_eq!(code(time, "12:00"), "hours.not_a_time", "{time}");
        }
    }

    #[test]
    fn overlapping_hours_are_refused_with_their_place() {
        let mut hours = Hours::monday_to_friday(&[("08:30", "12:00")]).unwrap();
        hours.week[2].push(Interval { from: 690, to: 800 });
        let problem = hours.check().unwrap_err();
        assert_eq!((problem.code, problem.field.as_str()), ("hours.overlap", "hours.wed[1]"));
        assert_eq!(problem.value, "08:30-12:00 11:30-13:20");
    }

    #[test]
    fn a_night_that_runs_into_the_morning_shift_is_refused() {
        let mut hours = Hours::monday_to_friday(&[("06:00", "14:00")]).unwrap();
        hours.week[0].push(Interval { from: 1320, to: 1800 });
        assert_eq!(hours.check(), Ok(()), "it ends when the next begins");
        hours.week[0][1].to += 1;
        assert_eq!(hours.check().unwrap_err().field, "hours.mon[1]");
        hours.week[0].pop();
        hours.week[6].push(Interval { from: 1320, to: 1830 });
        assert_eq!(hours.check().unwrap_err().field, "hours.sun[0]");
    }
}
