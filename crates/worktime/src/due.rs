//! When a promise runs out, and how much of its time has been used.

use jiff::Timestamp;

use crate::{
    amount::{Amount, Unit},
    calendar::{AfterHours, Calendar, out_of_range, second, timestamp},
    problem::{Problem, Result},
    weeks::{DAY, Day, FIRST_DAY},
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

/// A working day and the clock time on it, in seconds from its midnight: beyond 24 hours in a
/// shift over midnight.
#[derive(Clone, Copy)]
struct Moment {
    day: Day,
    clock: i64,
}

impl Calendar {
    /// When an amount of time has passed. Working days keep the clock time, also where it lies
    /// outside the hours of the day they lead to.
    pub fn due(&self, start: Timestamp, amount: Amount) -> Result<Due> {
        let start = second(start);
        let due = self.due_second(start, amount)?;
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
        let start = second(start);
        let all_time = amount.unit == Unit::CalendarDays;
        let mut due = self.due_second(start, Amount { day_end: false, ..amount })?;
        for pause in sorted(pauses)? {
            let from = pause.from.max(start);
            if from >= due {
                break;
            }
            let to = pause.to.ok_or_else(|| wrong_pause("pause.open", pause.place))?;
            due = match all_time {
                true => due + (to - from).max(0),
                false => self.later(due, self.open_between(from, to.max(from))?)?,
            };
        }
        if amount.day_end {
            let unpaused = self.due_second(start, amount)?;
            due = self.closing(self.moment(due)?.day)?.max(unpaused);
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
        let mut elapsed = self.open_between(start, end)?;
        for pause in sorted(pauses)? {
            let from = pause.from.clamp(start, end);
            let to = pause.to.map_or(end, |to| to.clamp(start, end));
            elapsed -= self.open_between(from, to)?;
        }
        self.known_between(start, end)?;
        Ok(elapsed)
    }

    fn answer(&self, start: i64, due: i64) -> Result<Due> {
        let known = self.known_between(start, due)?;
        Ok(Due { at: timestamp(due)?, provisional: !known })
    }

    fn due_second(&self, start: i64, amount: Amount) -> Result<i64> {
        amount.check()?;
        match (amount.unit, self.after_hours) {
            (Unit::Minutes, AfterHours::Clamp) => self.later(start, seconds(amount, 60)?),
            (Unit::Hours, AfterHours::Clamp) => self.later(start, seconds(amount, 3600)?),
            (Unit::Minutes, _) => self.later(self.started(start)?.0, seconds(amount, 60)?),
            (Unit::Hours, _) => self.later(self.started(start)?.0, seconds(amount, 3600)?),
            (Unit::WorkingDays, _) => self.working_days_later(start, amount),
            (Unit::CalendarDays, _) => self.calendar_days_later(start, amount),
        }
    }

    /// The instant at which so much more time was open: the earliest, which is the closing.
    fn later(&self, start: i64, seconds: i64) -> Result<i64> {
        if seconds == 0 {
            return Ok(start);
        }
        let open = self.open_until(start)?.checked_add(seconds).ok_or_else(out_of_range)?;
        self.weeks.at_open(open).ok_or_else(out_of_range)
    }

    fn working_days_later(&self, start: i64, amount: Amount) -> Result<i64> {
        let (_, begun) = self.started(start)?;
        let day = match amount.thousandths / 1000 {
            0 => begun.day,
            days => self.working_day_after(begun.day, days)?,
        };
        let mut due = self.instant_of(Moment { day, ..begun });
        let part = amount.thousandths % 1000;
        if part > 0 {
            due = self.later(due, part * self.timetable(day)?.open_seconds() / 1000)?;
        }
        match amount.day_end {
            true if part > 0 => self.closing(self.moment(due)?.day),
            true => self.closing(day),
            false => Ok(due),
        }
    }

    fn calendar_days_later(&self, start: i64, amount: Amount) -> Result<i64> {
        let (_, begun) = self.started(start)?;
        let day = begun.day.checked_add(amount.thousandths / 1000).ok_or_else(out_of_range)?;
        self.timetable(day)?;
        let part = (amount.thousandths % 1000) * DAY / 1000;
        Ok(self.instant_of(Moment { day, ..begun }) + part)
    }

    /// When the clock starts, as an instant and as a clock time on a day.
    fn started(&self, start: i64) -> Result<(i64, Moment)> {
        let AfterHours::Cutoff { cutoff, next_start } = self.after_hours else {
            return match self.moment_within(start)? {
                Some(moment) => Ok((start, moment)),
                None => {
                    let opening = self.opening(start)?;
                    Ok((opening, self.moment(opening)?))
                }
            };
        };
        let mut moment = self.shown(start);
        if self.timetable(moment.day)?.hours.is_empty() {
            moment.day = self.working_day_after(moment.day, 1)?;
        }
        if moment.clock > i64::from(cutoff) * 60 {
            moment.day = self.working_day_after(moment.day, 1)?;
            moment.clock = i64::from(next_start) * 60;
        }
        Ok((self.instant_of(moment), moment))
    }

    /// The day to which an instant belongs, outside hours the one the wall clock shows.
    fn moment(&self, instant: i64) -> Result<Moment> {
        Ok(self.moment_within(instant)?.unwrap_or_else(|| self.shown(instant)))
    }

    /// The day in whose hours an instant lies. A closing still does, unless it opens there.
    fn moment_within(&self, instant: i64) -> Result<Option<Moment>> {
        let shown = self.shown(instant);
        let night = Moment { day: shown.day - 1, clock: shown.clock + DAY };
        let today = &self.timetable(shown.day)?.hours;
        if today.iter().any(|(opens, closes)| *opens <= shown.clock && shown.clock < *closes) {
            return Ok(Some(shown));
        }
        let mut yesterday = self.weeks.timetable(night.day).into_iter();
        let yesterday = yesterday.find_map(|it| self.timetables[it as usize].closing());
        if yesterday.is_some_and(|closes| night.clock <= closes) {
            return Ok(Some(night));
        }
        Ok(today.iter().any(|(_, closes)| shown.clock == *closes).then_some(shown))
    }

    fn shown(&self, instant: i64) -> Moment {
        let local = self.local(instant);
        Moment { day: local.div_euclid(DAY) - FIRST_DAY, clock: local.rem_euclid(DAY) }
    }

    fn instant_of(&self, moment: Moment) -> i64 {
        self.instant((FIRST_DAY + moment.day) * DAY + moment.clock)
    }

    /// The last closing of a day; midnight where it has no hours.
    fn closing(&self, day: Day) -> Result<i64> {
        let clock = self.timetable(day)?.closing().unwrap_or(DAY);
        Ok(self.instant_of(Moment { day, clock }))
    }

    fn open_between(&self, from: i64, to: i64) -> Result<i64> {
        Ok(self.open_until(to)? - self.open_until(from)?)
    }
}

/// Whole seconds of an amount, the part of a second cut off.
fn seconds(amount: Amount, unit: i64) -> Result<i64> {
    Ok(amount.thousandths.checked_mul(unit).ok_or_else(out_of_range)? / 1000)
}

struct Paused {
    from: i64,
    to: Option<i64>,
    place: usize,
}

/// In order of time. One that ends before it begins, or begins before another has ended, is
/// refused.
fn sorted(pauses: &[Pause]) -> Result<Vec<Paused>> {
    let mut sorted = Vec::with_capacity(pauses.len());
    for (place, pause) in pauses.iter().enumerate() {
        let (from, to) = (second(pause.from), pause.to.map(second));
        if to.is_some_and(|to| to < from) {
            return Err(wrong_pause("pause.backwards", place));
        }
        sorted.push(Paused { from, to, place });
    }
    sorted.sort_by_key(|pause| (pause.from, pause.to.is_none(), pause.to));
    for pair in sorted.windows(2) {
        if pair[0].to.is_none_or(|to| pair[1].from < to) {
            return Err(wrong_pause("pause.overlap", pair[0].place.max(pair[1].place)));
        }
    }
    Ok(sorted)
}

#[cold]
fn wrong_pause(code: &'static str, place: usize) -> Problem {
    Problem::new(code).about(place + 1).within(format!("pauses[{place}]"))
}
