//! The promises of a policy, ready to be asked; and times as people write them in tables: what
//! the wall clock shows, without an offset.

use std::collections::HashMap;

use jiff::{
    Timestamp,
    civil::{DateTime, date},
};

use crate::{
    amount::Amount,
    calendar::{Calendar, second, timestamp},
    due::Due,
    holidays::Holidays,
    policy::{Clock, Policy},
    problem::{Problem, Result},
};

pub struct Promises {
    working: Calendar,
    natural: Calendar,
    by_case: HashMap<String, (Amount, Clock)>,
    other: Option<(Amount, Clock)>,
}

/// How a clock time was found on the wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    Once,
    /// It was shown twice, as the clock was set back; the first was taken.
    Twice,
    /// It was left out, as the clock was set forward; it moved on by as much.
    Skipped,
}

impl Policy {
    pub fn promises(&self, holidays: &Holidays, provisional: bool) -> Result<Promises> {
        let working = self.compile(holidays)?.provisional(provisional);
        let natural = Calendar::natural(self.zone.clone());
        let terms = self.promises.iter().map(|it| (it.case.clone(), (it.amount, it.clock)));
        let (other, by_case): (Vec<_>, Vec<_>) = terms.partition(|(case, _)| case.is_none());
        let by_case = by_case.into_iter().filter_map(|(case, terms)| Some((case?, terms)));
        let other = other.first().map(|(_, terms)| *terms);
        Ok(Promises { working, natural, by_case: by_case.collect(), other })
    }
}

impl Promises {
    /// When a case of this type is due that is opened now. Where there is but one promise, a case
    /// need not say its type.
    pub fn due(&self, case: Option<&str>, start: Timestamp) -> Result<Due> {
        let own = case.and_then(|case| self.by_case.get(case)).or(self.other.as_ref());
        let only = || self.by_case.values().next().filter(|_| case.is_none());
        let only = || only().filter(|_| self.by_case.len() == 1);
        let unknown = || Problem::new("policy.no_promise").about(case.unwrap_or_default());
        match *own.or_else(only).ok_or_else(unknown)? {
            (amount, Clock::Working) => self.working.due(start, amount),
            (amount, Clock::Natural) => self.natural.due(start, amount),
        }
    }

    /// The calendar of the working clock.
    pub fn calendar(&self) -> &Calendar {
        &self.working
    }
}

impl Calendar {
    /// A time as `2026-11-20T16:00`, with or without seconds, a blank instead of the T, midnight
    /// if it is a date alone. One with an offset is what it says, whatever the zone.
    pub fn read_time(&self, text: &str) -> Result<(Timestamp, Reading)> {
        let not_readable = |_| Problem::new("time.not_readable").about(text);
        let offset = |mark| matches!(mark, b'+' | b'-' | b'Z' | b'z');
        if text.bytes().skip(10).any(offset) {
            return Ok((text.parse().map_err(not_readable)?, Reading::Once));
        }
        self.read(text.parse().map_err(not_readable)?)
    }

    /// The same, to the minute where it is one: `2026-11-20T16:00`, `2026-11-20T16:00:05`.
    pub fn write_time(&self, at: Timestamp) -> Result<String> {
        let shown = self.shown(at)?;
        let format = if shown.second() == 0 { "%Y-%m-%dT%H:%M" } else { "%Y-%m-%dT%H:%M:%S" };
        Ok(shown.strftime(format).to_string())
    }

    /// When the wall clock shows it.
    pub fn read(&self, shown: DateTime) -> Result<(Timestamp, Reading)> {
        let local = shown.duration_since(EPOCH).as_secs();
        let instant = self.instant(local);
        let reading = match self.local(instant) == local {
            false => Reading::Skipped,
            true if self.offsets.shows_again(instant, local) => Reading::Twice,
            true => Reading::Once,
        };
        Ok((timestamp(instant)?, reading))
    }

    /// What the wall clock shows, in whole seconds.
    pub fn shown(&self, at: Timestamp) -> Result<DateTime> {
        let local = timestamp(self.local(second(at)))?;
        Ok(jiff::tz::Offset::UTC.to_datetime(local))
    }
}

const EPOCH: DateTime = date(1970, 1, 1).at(0, 0, 0, 0);
