//! When a promise runs out, and how much of its time has been used.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::{
    amount::{Amount, Unit},
    calendar::{AfterHours, Calendar, out_of_range, second, timestamp},
    problem::{Problem, Result},
    weeks::{DAY, Day, FIRST_DAY, Moment},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    pub at: Timestamp,
    /// Computed with plain weekdays for want of a year's holidays: it may move.
    pub provisional: bool,
}

/// A time during which the clock stands still; open while it has no end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    pub from: Timestamp,
    pub to: Option<Timestamp>,
}

impl Calendar {
    /// When an amount of time has passed. Working days keep the clock time, also where it lies
    /// outside the hours of the day they lead to.
    pub fn due(&self, start: Timestamp, amount: Amount) -> Result<Due> {
        amount.check()?;
        let start = second(start);
        let due = self.due_second(start, amount).ok_or_else(out_of_range)?;
        self.answer(start, due)
    }

    /// The same when the clock stood still at times: the due time moves on by the open time of
    /// the pauses before it (calendar days: by their whole time).
    pub fn due_after_pauses(
        &self,
        start: Timestamp,
        amount: Amount,
        pauses: &[Pause],
    ) -> Result<Due> {
        amount.check()?;
        let start = second(start);
        let (begun, _) = self.started(start).ok_or_else(out_of_range)?;
        let to_clock_time = Amount { day_end: false, ..amount };
        let mut due = self.due_second(start, to_clock_time).ok_or_else(out_of_range)?;
        for pause in in_order(pauses)?.iter() {
            let from = second(pause.from).max(begun);
            if from >= due {
                break;
            }
            let to = pause.to.map(second).ok_or_else(|| open_pause(pauses))?.max(from);
            let moved = match amount.unit {
                Unit::CalendarDays => due.checked_add(to - from),
                _ => self.open_between(from, to).and_then(|paused| self.later(due, paused)),
            };
            due = moved.ok_or_else(out_of_range)?;
        }
        if amount.day_end {
            let (closing, unpaused) =
                (self.closing(self.moment(due).day), self.due_second(start, amount));
            due = closing.max(unpaused).ok_or_else(out_of_range)?;
        }
        self.answer(start, due)
    }

    /// Open seconds from start to end, less those of the pauses. However the clock starts, only
    /// open time counts.
    pub fn elapsed(&self, start: Timestamp, end: Timestamp, pauses: &[Pause]) -> Result<i64> {
        let (start, end) = (second(start), second(end));
        if end < start {
            return Err(Problem::new("elapsed.ends_before_start"));
        }
        let mut elapsed = self.open_between(start, end).ok_or_else(out_of_range)?;
        for pause in in_order(pauses)?.iter() {
            let from = second(pause.from).clamp(start, end);
            let to = pause.to.map_or(end, |to| second(to).clamp(start, end));
            elapsed -= self.open_between(from, to).ok_or_else(out_of_range)?;
        }
        self.known_between(start, end)?;
        Ok(elapsed)
    }

    fn answer(&self, start: i64, due: i64) -> Result<Due> {
        let known = self.known_between(start, due)?;
        Ok(Due { at: timestamp(due)?, provisional: !known })
    }

    fn due_second(&self, start: i64, amount: Amount) -> Option<i64> {
        let begun = |start| match self.after_hours {
            AfterHours::Clamp => Some(start),
            AfterHours::Cutoff { .. } => self.started(start).map(|(instant, _)| instant),
        };
        match amount.unit {
            Unit::Minutes => self.later(begun(start)?, seconds(amount, 60)?),
            Unit::Hours => self.later(begun(start)?, seconds(amount, 3600)?),
            Unit::WorkingDays => self.working_days_later(start, amount),
            Unit::CalendarDays => self.calendar_days_later(start, amount),
        }
    }

    /// The instant at which so much more time was open: the earliest, which is the closing.
    fn later(&self, start: i64, seconds: i64) -> Option<i64> {
        match seconds {
            0 => Some(start),
            _ => self.weeks.at_open(self.weeks.open_until(start)?.checked_add(seconds)?),
        }
    }

    fn working_days_later(&self, start: i64, amount: Amount) -> Option<i64> {
        let (begun, moment) = self.started(start)?;
        let (day, at) = match amount.thousandths / 1000 {
            0 => (moment.day, begun),
            days => {
                let day = self.working_day_after(moment.day, days)?;
                (day, self.instant_of(Moment { day, ..moment }))
            }
        };
        let part = amount.thousandths % 1000;
        match (part, amount.day_end) {
            (0, true) => self.closing(day),
            (0, false) => Some(at),
            (_, day_end) => {
                let due = self.later(at, part * self.timetable(day)?.open_seconds / 1000)?;
                if day_end { self.closing(self.moment(due).day) } else { Some(due) }
            }
        }
    }

    fn calendar_days_later(&self, start: i64, amount: Amount) -> Option<i64> {
        let (begun, moment) = self.started(start)?;
        let at = match amount.thousandths / 1000 {
            0 => begun,
            days => {
                let day = moment.day.checked_add(days)?;
                self.timetable(day)?;
                self.instant_of(Moment { day, ..moment })
            }
        };
        Some(at + (amount.thousandths % 1000) * DAY / 1000)
    }

    /// When the clock starts, as an instant and as a clock time on a day.
    fn started(&self, start: i64) -> Option<(i64, Moment)> {
        let AfterHours::Cutoff { cutoff, next_start } = self.after_hours else {
            return self.weeks.open_from(start, &self.offsets);
        };
        let shown = self.shown_moment(start);
        let mut moment = shown;
        if !self.weeks.is_working(moment.day)? {
            moment.day = self.working_day_after(moment.day, 1)?;
        }
        if moment.clock > i64::from(cutoff) * 60 {
            moment.day = self.working_day_after(moment.day, 1)?;
            moment.clock = i64::from(next_start) * 60;
        }
        let instant = if moment == shown { start } else { self.instant_of(moment) };
        Some((instant, moment))
    }

    /// The day to which an instant belongs, outside hours the one the wall clock shows.
    fn moment(&self, instant: i64) -> Moment {
        let within = self.weeks.moment_within(instant, &self.offsets);
        within.unwrap_or_else(|| self.shown_moment(instant))
    }

    fn shown_moment(&self, instant: i64) -> Moment {
        let local = self.local(instant);
        Moment { day: local.div_euclid(DAY) - FIRST_DAY, clock: local.rem_euclid(DAY) }
    }

    fn instant_of(&self, moment: Moment) -> i64 {
        self.instant((FIRST_DAY + moment.day) * DAY + moment.clock)
    }

    /// The last closing of a day; midnight where it has no hours.
    fn closing(&self, day: Day) -> Option<i64> {
        let clock = self.timetable(day)?.closing().unwrap_or(DAY);
        Some(self.instant_of(Moment { day, clock }))
    }

    fn open_between(&self, from: i64, to: i64) -> Option<i64> {
        Some(self.weeks.open_until(to)? - self.weeks.open_until(from)?)
    }
}

/// Whole seconds of an amount, the part of a second cut off.
fn seconds(amount: Amount, unit: i64) -> Option<i64> {
    Some(amount.thousandths.checked_mul(unit)? / 1000)
}

/// In order of time. One that ends before it begins, or begins before another has ended, is
/// refused.
fn in_order(pauses: &[Pause]) -> Result<Cow<'_, [Pause]>> {
    if let Some(place) = pauses.iter().position(|it| it.to.is_some_and(|to| to < it.from)) {
        return Err(wrong_pause("pause.backwards", place));
    }
    let follow = |pair: &[Pause]| pair[0].to.is_some_and(|to| to <= pair[1].from);
    if pauses.windows(2).all(follow) {
        return Ok(Cow::Borrowed(pauses));
    }
    let mut sorted = pauses.to_vec();
    sorted.sort_by_key(|pause| (pause.from, pause.to.is_none(), pause.to));
    match sorted.windows(2).find(|pair| !follow(pair)) {
        Some(pair) => {
            let place = pauses.iter().rposition(|pause| pair.contains(pause));
            Err(wrong_pause("pause.overlap", place.unwrap_or(0)))
        }
        None => Ok(Cow::Owned(sorted)),
    }
}

#[cold]
fn open_pause(pauses: &[Pause]) -> Problem {
    let place = pauses.iter().position(|pause| pause.to.is_none());
    wrong_pause("pause.open", place.unwrap_or(0))
}

#[cold]
fn wrong_pause(code: &'static str, place: usize) -> Problem {
    Problem::new(code).about(place + 1).within(format!("pauses[{place}]"))
}
