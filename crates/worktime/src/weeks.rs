//! The compiled timetable: two centuries of weeks with running sums of open seconds and working
//! days. Weeks that are alike share one pattern, so a calendar stays small and a look-up is one
//! division, a step or two, and a search among the few intervals of a week.

use std::collections::HashMap;

use crate::{
    hours::Interval,
    zone::{Local, Offsets},
};

pub(crate) const DAY: i64 = 86_400;
pub(crate) const WEEK: i64 = 7 * DAY;
/// Monday, 29 December 1969: the days of a calendar are counted from here.
pub(crate) const FIRST_DAY: i64 = -3;
/// The weeks to the end of 2169.
pub(crate) const WEEKS: usize = 10_436;

/// Days since [`FIRST_DAY`].
pub(crate) type Day = i64;

/// A day's hours, in seconds from its midnight, in order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Timetable {
    pub(crate) hours: Vec<(i64, i64)>,
    pub(crate) open_seconds: i64,
}

pub(crate) struct Weeks {
    weeks: Vec<Week>,
    patterns: Vec<Pattern>,
    open: Index,
    working: Index,
}

#[derive(Clone, Copy)]
pub(crate) struct Week {
    /// The first instant at which the wall clock shows this Monday.
    pub(crate) start: i64,
    open_before: i64,
    working_before: u32,
    pattern: u32,
    pub(crate) offset: i32,
    /// One offset all week, and no clock time of it left out or shown twice.
    pub(crate) steady: bool,
}

struct Pattern {
    pieces: Vec<Piece>,
    /// Of each day, its timetable.
    timetables: [u32; 7],
    worked: [bool; 7],
    /// Of each day, how many were worked up to it.
    worked_through: [u8; 7],
    /// The days that are worked, in order; the first so many count.
    worked_days: [u8; 7],
}

/// Open time, in seconds from the start of the week.
#[derive(Clone, Copy)]
struct Piece {
    from: u32,
    to: u32,
    open_before: u32,
    /// The day to whose hours it belongs; for the rest of a Sunday night that is the day before
    /// Monday.
    weekday: i32,
}

/// A day and the clock time on it, in seconds from its midnight: beyond 24 hours in a shift over
/// midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) day: Day,
    pub(crate) clock: i64,
}

impl Timetable {
    pub(crate) fn new(intervals: &[Interval]) -> Timetable {
        let second = |minute: u16| i64::from(minute) * 60;
        let mut hours: Vec<_> =
            intervals.iter().map(|it| (second(it.from), second(it.to))).collect();
        hours.sort_unstable();
        let open_seconds = hours.iter().map(|(from, to)| to - from).sum();
        Timetable { hours, open_seconds }
    }

    pub(crate) fn closing(&self) -> Option<i64> {
        self.hours.last().map(|(_, to)| *to)
    }
}

impl Weeks {
    /// `days` names the timetable of each day.
    pub(crate) fn compile(offsets: &Offsets, timetables: &[Timetable], days: &[u32]) -> Weeks {
        let mut compiling =
            Compiling { offsets, timetables, days, patterns: vec![], alike: HashMap::new() };
        let mut weeks: Vec<Week> = Vec::with_capacity(WEEKS + 1);
        let (mut open_before, mut working_before) = (0, 0);
        for number in 0..WEEKS {
            let week = Week { open_before, working_before, ..compiling.week(number) };
            let pattern = &compiling.patterns[week.pattern as usize];
            open_before += i64::from(pattern.open_until(u32::MAX));
            working_before += u32::from(pattern.worked_through[6]);
            weeks.push(week);
        }
        let end = offsets.instant((FIRST_DAY + 7 * WEEKS as i64) * DAY);
        let last = weeks[WEEKS - 1];
        weeks.push(Week { start: end, open_before, working_before, ..last });
        let open = Index::new(&weeks, |week| week.open_before);
        let working = Index::new(&weeks, |week| i64::from(week.working_before));
        Weeks { weeks, patterns: compiling.patterns, open, working }
    }

    /// The week of an instant, if the calendar reaches so far.
    pub(crate) fn at(&self, instant: i64) -> Option<&Week> {
        self.number(instant).map(|number| &self.weeks[number])
    }

    /// The week that holds a clock time.
    pub(crate) fn of_local(&self, local: Local) -> Option<&Week> {
        let number = (local - FIRST_DAY * DAY).div_euclid(WEEK);
        usize::try_from(number).ok().filter(|number| *number < WEEKS).map(|it| &self.weeks[it])
    }

    pub(crate) fn timetable(&self, day: Day) -> Option<u32> {
        let (_, pattern, weekday) = self.of_day(day)?;
        Some(pattern.timetables[weekday])
    }

    pub(crate) fn total_open(&self) -> i64 {
        self.weeks[WEEKS].open_before
    }

    /// Open seconds before an instant.
    pub(crate) fn open_until(&self, instant: i64) -> Option<i64> {
        let week = self.at(instant)?;
        let within = u32::try_from(instant - week.start).ok()?;
        let pattern = &self.patterns[week.pattern as usize];
        Some(week.open_before + i64::from(pattern.open_until(within)))
    }

    pub(crate) fn is_open(&self, instant: i64) -> Option<bool> {
        let week = self.at(instant)?;
        let within = u32::try_from(instant - week.start).ok()?;
        Some(self.patterns[week.pattern as usize].is_open(within))
    }

    /// The earliest instant before which so many seconds were open; none of none.
    pub(crate) fn at_open(&self, open: i64) -> Option<i64> {
        let number = self.open.find(open, &self.weeks, |week| week.open_before)?;
        let week = &self.weeks[number];
        let rest = u32::try_from(open - week.open_before).ok()?;
        let within = self.patterns[week.pattern as usize].at_open(rest);
        Some(week.start + i64::from(within))
    }

    /// The instant itself where it is open or just closing, else the next opening; and the day in
    /// whose hours that is.
    pub(crate) fn open_from(&self, instant: i64, offsets: &Offsets) -> Option<(i64, Moment)> {
        let mut number = self.number(instant)?;
        if let Some(moment) = self.open_or_closing(number, instant, offsets) {
            return Some((instant, moment));
        }
        loop {
            let week = &self.weeks[..WEEKS].get(number)?;
            let opens = |piece: &&Piece| week.start + i64::from(piece.from) >= instant;
            if let Some(piece) = self.pieces(number).iter().find(opens) {
                let opening = week.start + i64::from(piece.from);
                return Some((opening, self.moment(number, opening, piece, offsets)));
            }
            number += 1;
        }
    }

    /// The day in whose hours an instant lies. A closing still does, unless it opens there.
    pub(crate) fn moment_within(&self, instant: i64, offsets: &Offsets) -> Option<Moment> {
        self.open_or_closing(self.number(instant)?, instant, offsets)
    }

    fn open_or_closing(&self, number: usize, instant: i64, offsets: &Offsets) -> Option<Moment> {
        let ends_later = |number: usize, piece: &&Piece| {
            instant <= self.weeks[number].start + i64::from(piece.to)
        };
        let within = u32::try_from(instant - self.weeks[number].start).ok()?;
        let begun = self.patterns[self.weeks[number].pattern as usize].begun(within);
        if let Some(piece) = begun.filter(|piece| ends_later(number, piece)) {
            return Some(self.moment(number, instant, piece, offsets));
        }
        // The last closing of a Sunday may be the first instant of the Monday.
        let sunday = number.checked_sub(1).filter(|_| within == 0)?;
        let piece = self.pieces(sunday).last().filter(|piece| ends_later(sunday, piece))?;
        Some(self.moment(sunday, instant, piece, offsets))
    }

    fn moment(&self, number: usize, instant: i64, piece: &Piece, offsets: &Offsets) -> Moment {
        let week = &self.weeks[number];
        let offset = if week.steady { week.offset } else { offsets.at(instant) };
        let day = number as i64 * 7 + i64::from(piece.weekday);
        Moment { day, clock: instant + i64::from(offset) - (FIRST_DAY + day) * DAY }
    }

    fn pieces(&self, number: usize) -> &[Piece] {
        &self.patterns[self.weeks[number].pattern as usize].pieces
    }

    pub(crate) fn is_working(&self, day: Day) -> Option<bool> {
        let (_, pattern, weekday) = self.of_day(day)?;
        Some(pattern.worked[weekday])
    }

    /// Working days up to a day, that day included.
    pub(crate) fn working_through(&self, day: Day) -> Option<i64> {
        let (week, pattern, weekday) = self.of_day(day)?;
        Some(i64::from(week.working_before) + i64::from(pattern.worked_through[weekday]))
    }

    /// The day that is the n-th working day of the calendar. At least the first.
    pub(crate) fn nth_working(&self, n: i64) -> Option<Day> {
        let before = |week: &Week| i64::from(week.working_before);
        let number = self.working.find(n, &self.weeks, before)?;
        let week = &self.weeks[number];
        let nth = usize::try_from(n - before(week) - 1).ok()?;
        let weekday = *self.patterns[week.pattern as usize].worked_days.get(nth)?;
        Some(number as i64 * 7 + i64::from(weekday))
    }

    fn of_day(&self, day: Day) -> Option<(&Week, &Pattern, usize)> {
        let week = self.weeks[..WEEKS].get(usize::try_from(day.div_euclid(7)).ok()?)?;
        let weekday = usize::try_from(day.rem_euclid(7)).ok()?;
        Some((week, &self.patterns[week.pattern as usize], weekday))
    }

    fn number(&self, instant: i64) -> Option<usize> {
        let guess = (instant - self.weeks[0].start).div_euclid(WEEK);
        let mut number = usize::try_from(guess.clamp(0, WEEKS as i64 - 1)).ok()?;
        while number > 0 && self.weeks[number].start > instant {
            number -= 1;
        }
        while number < WEEKS && self.weeks[number + 1].start <= instant {
            number += 1;
        }
        (number < WEEKS && self.weeks[number].start <= instant).then_some(number)
    }
}

impl Pattern {
    fn new(open: Vec<Open>, timetables: [u32; 7], worked: [bool; 7]) -> Pattern {
        let mut open_before = 0;
        let within = |second| u32::try_from(second).expect("a week has fewer seconds than u32");
        let pieces = open.into_iter().map(|Open { from, to, weekday }| {
            let piece = Piece { from: within(from), to: within(to), open_before, weekday };
            open_before += piece.to - piece.from;
            piece
        });
        let pieces = pieces.collect();
        let (mut worked_through, mut worked_days, mut count) = ([0; 7], [0; 7], 0);
        for weekday in 0..7 {
            if worked[weekday] {
                worked_days[usize::from(count)] = weekday as u8;
                count += 1;
            }
            worked_through[weekday] = count;
        }
        Pattern { pieces, timetables, worked, worked_through, worked_days }
    }

    fn open_until(&self, within: u32) -> u32 {
        match self.begun(within) {
            Some(piece) => piece.open_before + within.min(piece.to) - piece.from,
            None => 0,
        }
    }

    fn is_open(&self, within: u32) -> bool {
        self.begun(within).is_some_and(|piece| within < piece.to)
    }

    fn at_open(&self, open: u32) -> u32 {
        let index = self.pieces.partition_point(|piece| piece.open_before < open) - 1;
        let piece = self.pieces[index];
        piece.from + (open - piece.open_before)
    }

    /// The last piece that has begun.
    fn begun(&self, within: u32) -> Option<&Piece> {
        let index = self.pieces.partition_point(|piece| piece.from <= within);
        self.pieces[..index].last()
    }
}

/// Where in a rising sum a number lies: a table of guesses, one or two for each week.
struct Index {
    /// A step of the table, as a power of two.
    step: u32,
    /// Of each step, the weeks before which the sum is still lower.
    lower: Vec<u32>,
}

impl Index {
    fn new(weeks: &[Week], before: impl Fn(&Week) -> i64) -> Index {
        let total = before(&weeks[WEEKS]);
        let step = (total / WEEKS as i64).max(1).ilog2();
        let mut lower = vec![];
        let mut number = 0;
        for sum in (0..=(total >> step) + 1).map(|count| count << step) {
            while number <= WEEKS && before(&weeks[number]) < sum {
                number += 1;
            }
            lower.push(number as u32);
        }
        Index { step, lower }
    }

    /// The week within which the sum reaches the number.
    fn find(&self, number: i64, weeks: &[Week], before: impl Fn(&Week) -> i64) -> Option<usize> {
        let step = usize::try_from(number >> self.step).ok()?;
        let (mut low, high) = (*self.lower.get(step)?, *self.lower.get(step + 1)?);
        if high - low > 4 {
            let between = &weeks[low as usize..high as usize];
            low += between.partition_point(|week| before(week) < number) as u32;
        }
        while low < high && before(&weeks[low as usize]) < number {
            low += 1;
        }
        (low > 0 && low as usize <= WEEKS).then(|| low as usize - 1)
    }
}

struct Compiling<'a> {
    offsets: &'a Offsets,
    timetables: &'a [Timetable],
    days: &'a [u32],
    patterns: Vec<Pattern>,
    /// Weeks without a change of the clock are alike if their days are, and the Sunday before.
    alike: HashMap<[u32; 8], u32>,
}

impl Compiling<'_> {
    fn week(&mut self, number: usize) -> Week {
        let monday = number as i64 * 7;
        let local = (FIRST_DAY + monday) * DAY;
        let (start, end) = (self.offsets.instant(local), self.offsets.instant(local + WEEK));
        let offset = self.offsets.at(start);
        let shows = |instant| instant + i64::from(offset);
        let steady = shows(start) == local
            && shows(end) == local + WEEK
            && self.offsets.steady(start, end).count() == 1;
        let days = std::array::from_fn(|day| self.day(monday + day as i64 - 1));
        let pattern = match self.alike.get(&days).filter(|_| steady) {
            Some(pattern) => *pattern,
            None => {
                let pattern = self.patterns.len() as u32;
                self.patterns.push(self.pattern(&days, start, end, monday));
                if steady {
                    self.alike.insert(days, pattern);
                }
                pattern
            }
        };
        Week { start, open_before: 0, working_before: 0, pattern, offset, steady }
    }

    /// The timetable of a day; before the first day everything is closed.
    fn day(&self, day: Day) -> u32 {
        usize::try_from(day).map_or(u32::MAX, |day| self.days[day])
    }

    fn pattern(&self, days: &[u32; 8], start: i64, end: i64, monday: Day) -> Pattern {
        let mut pieces: Vec<Open> = vec![];
        for (from, to, offset) in self.offsets.steady(start, end) {
            let shift = start + i64::from(offset);
            for open in self.open_between(from + i64::from(offset), to + i64::from(offset)) {
                let earliest = pieces.last().map_or(0, |last| last.to);
                let (from, to) = ((open.from - shift).max(earliest), open.to - shift);
                if from < to {
                    pieces.push(Open { from, to, weekday: open.weekday - monday as i32 });
                }
            }
        }
        let timetables = std::array::from_fn(|day| days[day + 1]);
        let worked = timetables.map(|it: u32| !self.timetables[it as usize].hours.is_empty());
        Pattern::new(pieces, timetables, worked)
    }

    /// The hours that the wall clock shows between two clock times, and their days.
    fn open_between(&self, from: Local, to: Local) -> Vec<Open> {
        let first = from.div_euclid(DAY) - 1 - FIRST_DAY;
        let last = (to - 1).div_euclid(DAY) - FIRST_DAY;
        let mut open = vec![];
        for day in first..=last.min(self.days.len() as i64 - 1) {
            let midnight = (FIRST_DAY + day) * DAY;
            let Some(timetable) = self.timetables.get(self.day(day) as usize) else { continue };
            open.extend(timetable.hours.iter().map(|(opens, closes)| Open {
                from: (midnight + opens).max(from),
                to: (midnight + closes).min(to),
                weekday: day as i32,
            }));
        }
        open.retain(|open| open.from < open.to);
        open.sort_by_key(|open| open.from);
        open
    }
}

/// Open time while a week is compiled, and its day.
struct Open {
    from: i64,
    to: i64,
    weekday: i32,
}
