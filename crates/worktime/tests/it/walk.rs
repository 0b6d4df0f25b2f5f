//! Every answer against a walk along the minutes.

use crate::plain::{Dice, Plain, calendars, timestamp};
use worktime::{AfterHours, Amount, Calendar, Pause, Unit};

const WEEK: i64 = 7 * 86_400;
const EACH: i64 = 125_000;

/// Somewhere in the calendar, so much before its end.
fn somewhere(plain: &Plain, dice: &mut Dice, before_end: i64) -> i64 {
    plain.first * 60 + dice.roll(plain.open.len() as i64 * 60 - before_end)
}

fn seconds(seconds: i64) -> Amount {
    assert_eq!(seconds * 50 % 3, 0, "a thousandth of a minute is 0.06 s");
    Amount { thousandths: seconds * 50 / 3, unit: Unit::Minutes, day_end: false }
}

fn due(calendar: &Calendar, start: i64, amount: Amount) -> i64 {
    calendar.due(timestamp(start), amount).unwrap().at.as_second()
}

#[test]
fn a_million_random_ones_within_a_week_are_what_the_walk_finds() {
    let mut tried = 0;
    for plain in calendars() {
        let calendar = plain.compile(AfterHours::Clamp);
        let mut dice = Dice(1);
        for _ in 0..EACH / 2 {
            let start = somewhere(plain, &mut dice, 4 * WEEK);
            let amount = 3 * (1 + dice.roll(40 * 1200));
            let found = due(&calendar, start, seconds(amount));
            assert_eq!(found, plain.due(start, amount), "{}: {start} + {amount}", plain.name);

            let end = start + dice.roll(WEEK);
            let found = calendar.elapsed(timestamp(start), timestamp(end), &[]);
            assert_eq!(found, Ok(plain.elapsed(start, end)), "{}: {start} to {end}", plain.name);
            tried += 2;
        }
    }
    assert_eq!(tried, 1_000_000);
}

#[test]
fn a_thousand_random_ones_over_years_are_what_the_walk_finds() {
    let long = calendars().iter().filter(|it| it.open.len() > 2_000_000);
    let long: Vec<_> = long.map(|plain| (plain, plain.compile(AfterHours::Clamp))).collect();
    for turn in 0..1000 {
        let (plain, calendar) = &long[turn % long.len()];
        let mut dice = Dice(turn as u64 * 7919);
        let whole = plain.open.len() as i64 * 60;
        let start = plain.first * 60 + dice.roll(whole / 2);
        let end = start + dice.roll(whole / 2);
        let elapsed = plain.elapsed(start, end);
        assert_eq!(calendar.elapsed(timestamp(start), timestamp(end), &[]), Ok(elapsed));
        let amount = elapsed / 3 * 3;
        if amount > 0 {
            let found = due(calendar, start, seconds(amount));
            assert_eq!(found, plain.due(start, amount), "{}: {start} + {amount}", plain.name);
        }
    }
}

#[test]
fn openings_and_closings_are_what_the_walk_finds() {
    for plain in calendars() {
        let calendar = plain.compile(AfterHours::Clamp);
        let mut dice = Dice(2);
        for _ in 0..20_000 {
            let at = somewhere(plain, &mut dice, 4 * WEEK) + 2 * WEEK;
            let opening = plain.opening(at);
            assert_eq!(calendar.is_open(timestamp(at)), Ok(plain.at(at)));
            assert_eq!(calendar.next_opening(timestamp(at)), Ok(timestamp(opening)));
            let closing = calendar.previous_closing(timestamp(at)).unwrap().as_second();
            assert!(plain.at(closing - 1), "{} {at}", plain.name);
            assert_eq!(plain.elapsed(closing, at), 0);
            assert!(closing == at || !plain.at(closing));
        }
    }
}

#[test]
fn the_clock_stands_still_in_pauses_and_only_there() {
    for plain in calendars() {
        let calendar = plain.compile(AfterHours::Clamp);
        let mut dice = Dice(3);
        for _ in 0..10_000 {
            let start = somewhere(plain, &mut dice, 8 * WEEK);
            let mut edges: Vec<i64> = (0..4).map(|_| start + dice.roll(WEEK)).collect();
            edges.sort_unstable();
            let pause =
                |from: i64, to: i64| Pause { from: timestamp(from), to: Some(timestamp(to)) };
            let pauses = [pause(edges[2], edges[3]), pause(edges[0], edges[1])];

            let end = start + dice.roll(WEEK);
            let outside = [(start, edges[0]), (edges[1], edges[2]), (edges[3], end.max(edges[3]))];
            let clip = |(from, to): (i64, i64)| plain.elapsed(from.min(end), to.min(end));
            let elapsed = outside.into_iter().map(clip).sum();
            let found = calendar.elapsed(timestamp(start), timestamp(end), &pauses);
            assert_eq!(found, Ok(elapsed), "{}: {start} to {end}", plain.name);

            let amount = 3 * (1 + dice.roll(20 * 1200));
            let found = calendar.due_after_pauses(timestamp(start), seconds(amount), &pauses);
            let expected = walk_around(plain, start, amount, &edges);
            assert_eq!(
                found.unwrap().at,
                timestamp(expected),
                "{}: {start} + {amount}",
                plain.name
            );
        }
    }
}

/// From piece to piece between the pauses.
fn walk_around(plain: &Plain, start: i64, seconds: i64, edges: &[i64]) -> i64 {
    let mut left = seconds;
    for (from, to) in [(start, edges[0]), (edges[1], edges[2])] {
        let open = plain.elapsed(from, to);
        if left <= open {
            return plain.due(from, left);
        }
        left -= open;
    }
    plain.due(edges[3], left)
}
