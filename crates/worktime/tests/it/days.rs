//! Working days and calendar days against a count from day to day, in both ways of starting
//! outside hours.

use crate::plain::{Dice, Plain, calendars, timestamp};
use jiff::{
    ToSpan as _,
    civil::{Date, DateTime},
};
use worktime::{AfterHours, Amount, Unit};

const CUTOFF: AfterHours = AfterHours::Cutoff { cutoff: 16 * 60, next_start: 8 * 60 + 15 };

#[test]
fn days_are_what_a_count_from_day_to_day_finds() {
    for plain in calendars() {
        for after_hours in [AfterHours::Clamp, CUTOFF] {
            let calendar = plain.compile(after_hours);
            let mut dice = Dice(4);
            for _ in 0..3000 {
                let whole = plain.open.len() as i64 * 60;
                let start = (plain.first * 60 + 86_400 * 20) + dice.roll(whole - 86_400 * 90);
                // As often as not at a whole hour, where the edges are.
                let start = if dice.roll(2) == 0 { start / 1800 * 1800 } else { start };
                let amount = amount(&mut dice);
                let found = calendar.due(timestamp(start), amount).unwrap().at.as_second();
                let expected = count(plain, after_hours, start, amount);
                let case =
                    format!("{} {after_hours:?} {} + {amount:?}", plain.name, plain.shown(start));
                assert_eq!(plain.shown(found), plain.shown(expected), "{case}");
                assert_eq!(found, expected, "{case}");
            }
        }
    }
}

fn amount(dice: &mut Dice) -> Amount {
    let unit = [Unit::WorkingDays, Unit::CalendarDays][dice.roll(2) as usize];
    let day_end = unit == Unit::WorkingDays && dice.roll(2) == 0;
    let part = [0, 0, 250, 500, 333][dice.roll(5) as usize];
    let least = i64::from(part == 0 && !day_end);
    Amount { thousandths: (dice.roll(25) + least) * 1000 + part, unit, day_end }
}

fn count(plain: &Plain, after_hours: AfterHours, start: i64, amount: Amount) -> i64 {
    let (begun, (mut day, clock)) = match after_hours {
        AfterHours::Clamp => clamped(plain, start),
        AfterHours::Cutoff { cutoff, next_start } => cut_off(plain, start, cutoff, next_start),
    };
    for _ in 0..amount.thousandths / 1000 {
        day = match amount.unit {
            Unit::WorkingDays => next_working(plain, day),
            _ => day.tomorrow().unwrap(),
        };
    }
    let at = if amount.thousandths < 1000 { begun } else { instant(plain, day, clock) };
    let part = amount.thousandths % 1000;
    let at = match amount.unit {
        Unit::WorkingDays if part > 0 => {
            let minutes: i64 =
                plain.hours_of(day).iter().map(|it| i64::from(it.to - it.from)).sum();
            plain.due(at, minutes * 60 * part / 1000)
        }
        _ => at + 86_400 * part / 1000,
    };
    match amount.day_end {
        true if part > 0 => closing(plain, belongs(plain, at).0),
        true => closing(plain, day),
        false => at,
    }
}

/// A start in hours, or at their end, stays; any other waits for the next opening.
fn clamped(plain: &Plain, start: i64) -> (i64, (Date, i64)) {
    let stays = plain.at(start) || start % 60 == 0 && plain.at(start - 1);
    let begun = if stays { start } else { plain.opening(start) };
    (begun, belongs(plain, begun))
}

fn cut_off(plain: &Plain, start: i64, cutoff: u16, next_start: u16) -> (i64, (Date, i64)) {
    let (mut day, mut clock) = wall(plain.shown(start));
    if plain.hours_of(day).is_empty() {
        day = next_working(plain, day);
    }
    if clock > i64::from(cutoff) * 60 {
        (day, clock) = (next_working(plain, day), i64::from(next_start) * 60);
    }
    let stays = (day, clock) == wall(plain.shown(start));
    (if stays { start } else { instant(plain, day, clock) }, (day, clock))
}

/// The day in whose hours an instant lies, a night's in those of the day before.
fn belongs(plain: &Plain, at: i64) -> (Date, i64) {
    let (day, clock) = wall(plain.shown(at));
    let yesterday = day.yesterday().unwrap();
    let edges =
        |day| plain.hours_of(day).iter().map(|it| (i64::from(it.from) * 60, i64::from(it.to) * 60));
    let today = edges(day).any(|(from, to)| from <= clock && clock < to);
    let night = edges(yesterday).any(|(_, to)| to >= 86_400 && clock + 86_400 <= to);
    if !today && night { (yesterday, clock + 86_400) } else { (day, clock) }
}

fn closing(plain: &Plain, day: Date) -> i64 {
    let last = plain.hours_of(day).iter().map(|it| it.to).max();
    instant(plain, day, last.map_or(86_400, |to| i64::from(to) * 60))
}

fn next_working(plain: &Plain, mut day: Date) -> Date {
    loop {
        day = day.tomorrow().unwrap();
        if !plain.hours_of(day).is_empty() {
            return day;
        }
    }
}

fn wall(shown: DateTime) -> (Date, i64) {
    let clock = shown.time().duration_since(jiff::civil::Time::midnight()).as_secs();
    (shown.date(), clock)
}

fn instant(plain: &Plain, day: Date, clock: i64) -> i64 {
    let shown = day.at(0, 0, 0, 0).checked_add(clock.seconds()).unwrap();
    plain.zone.to_timestamp(shown).unwrap().as_second()
}
