//! A calendar, compiled: is it open, when does it open next, is this a working day.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
};

use jiff::{
    Timestamp,
    civil::{Date, date},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};

use crate::{
    holidays::Holidays,
    hours::{Hours, Interval},
    problem::{Problem, Result},
    weeks::{DAY, Day, FIRST_DAY, Timetable, WEEKS, Weeks},
    zone::{Local, Offsets},
};

/// What a clock does that is started outside hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterHours {
    /// It starts at the next opening.
    Clamp,
    /// Started on a day that is not worked, it first moves to the next working day at the same
    /// clock time. Then, if that is later than `cutoff`, it starts on the working day after it at
    /// `next_start`. Earlier than the opening it stays as it is. In minutes from midnight.
    Cutoff { cutoff: u16, next_start: u16 },
}

/// Compiled once, asked often. It reaches from 1970 to 2169; what lies outside is refused.
pub struct Calendar {
    zone: TimeZone,
    pub(crate) offsets: Offsets,
    pub(crate) weeks: Weeks,
    pub(crate) timetables: Vec<Timetable>,
    pub(crate) after_hours: AfterHours,
    known: Known,
    provisional: bool,
}

/// The times for which there is holiday data.
struct Known {
    /// From the first instant of a year to the last of another; in order.
    spans: Vec<(i64, i64)>,
    years: Option<Vec<i16>>,
}

impl Calendar {
    pub fn compile(
        zone: TimeZone,
        hours: &Hours,
        holidays: &Holidays,
        after_hours: AfterHours,
    ) -> Result<Calendar> {
        hours.check()?;
        check_cutoff(after_hours)?;
        let from = (FIRST_DAY - 2) * DAY;
        let to = from + (WEEKS as i64 * 7 + 4) * DAY;
        let offsets = Offsets::of(&zone, from, to);
        let (timetables, days) = days(hours, holidays);
        let weeks = Weeks::compile(&offsets, &timetables, &days);
        if weeks.total_open() == 0 {
            return Err(Problem::new("calendar.no_hours").within("hours"));
        }
        let known = Known::of(holidays, &offsets);
        Ok(Calendar { zone, offsets, weeks, timetables, after_hours, known, provisional: false })
    }

    /// The natural clock: day and night, every day, no holidays.
    pub fn natural(zone: TimeZone) -> Calendar {
        Calendar::compile(zone, &Hours::always(), &Holidays::none(), AfterHours::Clamp)
            .expect("day and night is a calendar")
    }

    /// Whether a year without holiday data is counted in plain weekdays (and what is computed
    /// with it marked so) instead of being refused.
    #[must_use]
    pub fn provisional(self, provisional: bool) -> Calendar {
        Calendar { provisional, ..self }
    }

    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// A closing no longer is, an opening already is.
    pub fn is_open(&self, at: Timestamp) -> Result<bool> {
        let at = second(at);
        self.known_between(at, at + 1)?;
        self.weeks.is_open(at).ok_or_else(out_of_range)
    }

    /// The first open instant from here on: here, if it is open.
    pub fn next_opening(&self, at: Timestamp) -> Result<Timestamp> {
        let from = second(at);
        let open = self.weeks.open_until(from).and_then(|open| self.weeks.at_open(open + 1));
        let opening = open.ok_or_else(out_of_range)? - 1;
        self.known_between(from, opening)?;
        timestamp(opening)
    }

    /// The last instant up to here that was open or ended open time: here, if it is one.
    pub fn previous_closing(&self, at: Timestamp) -> Result<Timestamp> {
        let to = second(at);
        let closing = self.weeks.open_until(to).and_then(|open| self.weeks.at_open(open));
        let closing = closing.ok_or_else(out_of_range)?;
        self.known_between(closing, to)?;
        timestamp(closing)
    }

    /// A day with hours of its own; a night shift of the day before makes none.
    pub fn is_working_day(&self, day: Date) -> Result<bool> {
        self.known_years(day, day)?;
        self.weeks.is_working(day_of(day)).ok_or_else(out_of_range)
    }

    /// The n-th working day after a day, which itself does not count and need not be one. None on
    /// is the day itself.
    pub fn working_days_after(&self, day: Date, n: u32) -> Result<Date> {
        let after = match n {
            0 => day,
            n => {
                let after = self.working_day_after(day_of(day), i64::from(n));
                date_of(after.ok_or_else(out_of_range)?)?
            }
        };
        self.known_years(day, after)?;
        Ok(after)
    }

    /// The working days after one day up to another, that one included; none if it is earlier.
    pub fn working_days_between(&self, after: Date, through: Date) -> Result<u32> {
        self.known_years(after, through)?;
        let count = |day| self.weeks.working_through(day_of(day)).ok_or_else(out_of_range);
        Ok(u32::try_from(count(through)? - count(after)?).unwrap_or(0))
    }

    /// The first opening and the last closing of a working day; none if it is not worked.
    pub fn opening_hours(&self, day: Date) -> Result<Option<(Timestamp, Timestamp)>> {
        self.known_years(day, day)?;
        let midnight = (FIRST_DAY + day_of(day)) * DAY;
        let hours = &self.timetable(day_of(day)).ok_or_else(out_of_range)?.hours;
        let (Some((opens, _)), Some((_, closes))) = (hours.first(), hours.last()) else {
            return Ok(None);
        };
        let instant = |local| timestamp(self.instant(local));
        Ok(Some((instant(midnight + opens)?, instant(midnight + closes)?)))
    }

    /// The date that the wall clock shows.
    pub fn date(&self, at: Timestamp) -> Result<Date> {
        date_of(self.local(second(at)).div_euclid(DAY) - FIRST_DAY)
    }

    /// Whether there is holiday data, or none needed, for every year a time touches.
    pub(crate) fn is_known(&self, from: i64, to: i64) -> bool {
        self.known.spans.iter().any(|(first, last)| *first <= from && to <= *last)
    }

    /// Refused if there is no data and the calendar may not guess; otherwise, whether it guessed.
    pub(crate) fn known_between(&self, from: i64, to: i64) -> Result<bool> {
        let known = self.is_known(from, to);
        if known || self.provisional {
            return Ok(known);
        }
        let year = |at| Ok(date_of(self.local(at).div_euclid(DAY) - FIRST_DAY)?.year());
        Err(self.known.missing(year(from)?, year(to)?))
    }

    pub(crate) fn working_day_after(&self, day: Day, n: i64) -> Option<Day> {
        self.weeks.nth_working(self.weeks.working_through(day)?.checked_add(n)?)
    }

    pub(crate) fn timetable(&self, day: Day) -> Option<&Timetable> {
        self.timetables.get(self.weeks.timetable(day)? as usize)
    }

    /// What the wall clock shows.
    pub(crate) fn local(&self, instant: i64) -> Local {
        let offset = match self.weeks.at(instant) {
            Some(week) if week.steady => week.offset,
            _ => self.offsets.at(instant),
        };
        instant + i64::from(offset)
    }

    /// When the wall clock shows it.
    pub(crate) fn instant(&self, local: Local) -> i64 {
        match self.weeks.of_local(local) {
            Some(week) if week.steady => local - i64::from(week.offset),
            _ => self.offsets.instant(local),
        }
    }

    fn known_years(&self, from: Date, to: Date) -> Result<()> {
        let midnight = |day: Date| self.instant((FIRST_DAY + day_of(day)) * DAY);
        self.known_between(midnight(from.min(to)), midnight(from.max(to)) + 1).map(drop)
    }
}

/// What it was compiled from, not the centuries that came of it.
impl fmt::Debug for Calendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Calendar")
            .field("zone", &self.zone)
            .field("timetables", &self.timetables)
            .field("after_hours", &self.after_hours)
            .field("years", &self.known.years)
            .finish_non_exhaustive()
    }
}

impl Known {
    fn of(holidays: &Holidays, offsets: &Offsets) -> Known {
        let Some(years) = holidays.years() else {
            return Known { spans: vec![(i64::MIN, i64::MAX)], years: None };
        };
        let new_year = |year| {
            let midnight = Date::new(year, 1, 1).map_or(i64::MAX, |day| unix_day(day) * DAY);
            offsets.instant(midnight)
        };
        let mut spans: Vec<(i64, i64)> = vec![];
        for year in years.keys() {
            let (begins, ends) = (new_year(*year), new_year(year.saturating_add(1)));
            match spans.last_mut() {
                Some(last) if last.1 == begins => last.1 = ends,
                _ => spans.push((begins, ends)),
            }
        }
        Known { spans, years: Some(years.keys().copied().collect()) }
    }

    #[cold]
    fn missing(&self, from: i16, to: i16) -> Problem {
        let has = |year: &i16| self.years.as_ref().is_none_or(|years| years.contains(year));
        let year = (from..=to).find(|year| !has(year)).unwrap_or(to);
        Problem::new("calendar.no_data").about(year)
    }
}

fn check_cutoff(after_hours: AfterHours) -> Result<()> {
    let AfterHours::Cutoff { cutoff, next_start } = after_hours else { return Ok(()) };
    let last = i64::from(cutoff.max(next_start)) * 60;
    if last > DAY {
        let field = if cutoff >= next_start { "cutoff" } else { "next_start" };
        return Err(Problem::new("hours.not_a_time").within(field));
    }
    Ok(())
}

/// The distinct timetables, and which of them each day has.
fn days(hours: &Hours, holidays: &Holidays) -> (Vec<Timetable>, Vec<u32>) {
    let mut timetables = vec![];
    let mut known = HashMap::new();
    let mut number = |intervals: &[Interval]| {
        let timetable = Timetable::new(intervals);
        *known.entry(timetable.clone()).or_insert_with(|| {
            timetables.push(timetable);
            timetables.len() as u32 - 1
        })
    };
    let week = [0, 1, 2, 3, 4, 5, 6].map(|weekday| number(&hours.week[weekday]));
    let mut days: Vec<u32> = week.into_iter().cycle().take(7 * WEEKS).collect();
    let mut special: BTreeMap<Day, u32> = BTreeMap::new();
    for (date, off) in holidays.days() {
        let day = day_of(date);
        let worked = hours.make_up_of(day.rem_euclid(7) as usize);
        special.insert(day, number(if off { &[] } else { worked }));
    }
    for (date, intervals) in &hours.exceptions {
        special.insert(day_of(*date), number(intervals));
    }
    for (day, timetable) in special {
        if let Some(slot) = usize::try_from(day).ok().and_then(|day| days.get_mut(day)) {
            *slot = timetable;
        }
    }
    (timetables, days)
}

#[cold]
pub(crate) fn out_of_range() -> Problem {
    Problem::new("calendar.out_of_range").about("1970-2169")
}

/// Whole seconds, the part of a second cut off.
pub(crate) fn second(at: Timestamp) -> i64 {
    at.as_second() - i64::from(at.subsec_nanosecond() < 0)
}

pub(crate) fn timestamp(second: i64) -> Result<Timestamp> {
    Timestamp::from_second(second).map_err(|_| out_of_range())
}

fn unix_day(date: Date) -> i64 {
    date.duration_since(EPOCH).as_secs() / DAY
}

const EPOCH: Date = date(1970, 1, 1);

pub(crate) fn day_of(date: Date) -> Day {
    unix_day(date) - FIRST_DAY
}

pub(crate) fn date_of(day: Day) -> Result<Date> {
    let noon = timestamp((FIRST_DAY + day) * DAY)?;
    Ok(jiff::tz::Offset::UTC.to_datetime(noon).date())
}
