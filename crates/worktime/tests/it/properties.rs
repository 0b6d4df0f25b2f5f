//! What holds for every calendar, every zone and every year.

use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, DateTime, date},
    tz::TimeZone,
};
use proptest::prelude::*;
use worktime::{AfterHours, Amount, Calendar, Holidays, Hours, Interval, Pause, Unit};

use crate::plain::{Dice, Plain, timestamp, week};

const SPLIT: &[(&str, &str)] = &[("08:30", "12:00"), ("13:30", "17:00")];
const CUTOFF: AfterHours = AfterHours::Cutoff { cutoff: 17 * 60, next_start: 8 * 60 + 30 };
const ZONES: &[&str] =
    &["Asia/Shanghai", "America/New_York", "Australia/Sydney", "Africa/Casablanca", "Asia/Kolkata"];
/// 2015 to 2026.
const SECONDS: std::ops::Range<i64> = 1_420_070_400..1_767_225_600;

prop_compose! {
    /// Two, one or no intervals, the last perhaps over midnight.
    fn day()(
        edges in prop::collection::btree_set(0_u16..96, 0..5),
        late in 0_u16..24,
    ) -> Vec<Interval> {
        let edges: Vec<u16> = edges.into_iter().map(|quarter| quarter * 15).collect();
        let interval = |it: &[u16]| Interval { from: it[0], to: it[1] };
        let mut day: Vec<_> = edges.chunks_exact(2).map(interval).collect();
        if let Some(last) = day.last_mut().filter(|_| late < 6) {
            last.to = (1440 + late * 15).min(last.from + 1440);
        }
        day
    }
}

prop_compose! {
    fn any_calendar()(
        days in prop::array::uniform7(day()),
        zone in prop::sample::select(ZONES),
        cn in any::<bool>(),
        cutoff in any::<bool>(),
    ) -> (Calendar, Hours) {
        let mut hours = Hours { week: days, ..Hours::default() };
        // A night may not run into the morning after it.
        for weekday in 0..7 {
            let morning = hours.week[(weekday + 1) % 7].first().map_or(1440, |it| it.from) + 1440;
            if let Some(last) = hours.week[weekday].last_mut() {
                last.to = last.to.min(morning);
            }
        }
        if hours.week.iter().all(Vec::is_empty) {
            hours.week[3] = vec![Interval { from: 600, to: 660 }];
        }
        let holidays = if cn { Holidays::cn() } else { Holidays::none() };
        let after_hours = if cutoff { CUTOFF } else { AfterHours::Clamp };
        let zone = TimeZone::get(zone).unwrap();
        let calendar = Calendar::compile(zone, &hours, &holidays, after_hours).unwrap();
        (calendar.provisional(true), hours)
    }
}

fn clamped() -> impl Strategy<Value = Calendar> {
    let clamps = |(calendar, hours): (Calendar, Hours)| {
        let zone = calendar.zone().clone();
        Calendar::compile(zone, &hours, &Holidays::none(), AfterHours::Clamp).unwrap()
    };
    any_calendar().prop_map(clamps)
}

fn amount(thousandths: i64, unit: Unit) -> Amount {
    Amount { thousandths, unit, day_end: false }
}

fn due(calendar: &Calendar, start: i64, amount: Amount) -> i64 {
    calendar.due(timestamp(start), amount).unwrap().at.as_second()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_later_start_is_never_due_earlier(
        calendar in clamped(),
        start in SECONDS,
        later in 0_i64..2_000_000,
        minutes in 1_i64..20_000,
    ) {
        let minutes = Amount::minutes(minutes);
        prop_assert!(due(&calendar, start, minutes) <= due(&calendar, start + later, minutes));
    }

    #[test]
    fn more_time_is_never_due_earlier(
        calendar in clamped(),
        start in SECONDS,
        some in 1_i64..2_000_000,
        more in 0_i64..2_000_000,
    ) {
        // Four thousand hours of a quarter of an hour a week are three centuries: no calendar goes so far.
        let due = |amount: Amount| match calendar.due(timestamp(start), amount) {
            Ok(due) => due.at.as_second(),
            Err(no) => {
                assert_eq!(no.code, "calendar.out_of_range", "{no:?}");
                i64::MAX
            }
        };
        for unit in [Unit::Minutes, Unit::Hours] {
            let (some, more) = (amount(some, unit), amount(some + more, unit));
            prop_assert!(due(some) <= due(more));
        }
    }

    #[test]
    fn an_amount_in_two_parts_is_due_when_the_whole_is(
        calendar in clamped(),
        start in SECONDS,
        first in 1_i64..5000,
        second in 1_i64..5000,
    ) {
        let between = due(&calendar, start, Amount::minutes(first));
        let in_parts = due(&calendar, between, Amount::minutes(second));
        prop_assert_eq!(in_parts, due(&calendar, start, Amount::minutes(first + second)));
    }

    #[test]
    fn when_it_is_due_the_whole_amount_has_elapsed(
        calendar in clamped(),
        start in SECONDS,
        minutes in 1_i64..20_000,
        cut in 0_i64..60,
    ) {
        let minutes_due = timestamp(due(&calendar, start, Amount::minutes(minutes)));
        let elapsed = calendar.elapsed(timestamp(start), minutes_due, &[]);
        prop_assert_eq!(elapsed, Ok(minutes * 60));
        let earlier = timestamp((minutes_due.as_second() - cut).max(start));
        prop_assert!(calendar.elapsed(timestamp(start), earlier, &[]).unwrap() <= minutes * 60);
    }

    #[test]
    fn pauses_only_ever_move_a_due_time_later(
        (calendar, _) in any_calendar(),
        start in SECONDS,
        thousandths in 1_i64..40_000,
        unit in prop::sample::select(&Unit::ALL[..]),
        day_end in any::<bool>(),
        from in -500_000_i64..2_000_000,
        first in 0_i64..300_000,
        gap in 0_i64..300_000,
        second in 0_i64..300_000,
    ) {
        let day_end = day_end && unit == Unit::WorkingDays;
        let amount = Amount { thousandths, unit, day_end };
        let pause = |from, length| {
            Pause { from: timestamp(from), to: Some(timestamp(from + length)) }
        };
        let one = pause(start + from, first);
        let other = pause(start + from + first + gap, second);
        let after = |pauses: &[Pause]| {
            calendar.due_after_pauses(timestamp(start), amount, pauses).unwrap().at
        };
        prop_assert_eq!(after(&[]), calendar.due(timestamp(start), amount).unwrap().at);
        prop_assert!(after(&[]) <= after(&[one]));
        prop_assert!(after(&[one]) <= after(&[other, one]));
        let mut longer = other;
        longer.to = longer.to.map(|to| to + 1.hour());
        prop_assert!(after(&[one, other]) <= after(&[one, longer]));
    }

    #[test]
    fn working_days_are_counted_the_same_in_both_directions(
        (calendar, _) in any_calendar(),
        day in 0_i32..4000,
        n in 0_u32..400,
    ) {
        let day = date(2010, 1, 1).checked_add(day.days()).unwrap();
        let after = calendar.working_days_after(day, n).unwrap();
        prop_assert_eq!(calendar.working_days_between(day, after), Ok(n));
        prop_assert!(n == 0 || calendar.is_working_day(after).unwrap());
    }
}

/// Around every change of the clock from 2024 to 2027, by the walk along the minutes.
#[test]
fn the_hours_are_kept_in_every_zone_of_the_database() {
    let hours = week([SPLIT, SPLIT, SPLIT, SPLIT, SPLIT, &[("22:00", "03:30")], &[]]);
    let mut zones = 0;
    for name in jiff::tz::db().available() {
        let zone = TimeZone::get(name.as_str()).unwrap();
        let from = "2024-01-01T00:00Z".parse().unwrap();
        let changes = zone.following(from).map(|it| it.timestamp().as_second());
        let first = changes.take_while(|at| *at < 1_830_000_000).take(2).chain([1_770_000_000]);
        for change in first.collect::<Vec<_>>() {
            let (before, after) = (change - 4 * 86_400, change + 12 * 86_400);
            let plain = Plain::between(&zone, &hours, before, after);
            let calendar = plain.compile(AfterHours::Clamp);
            let mut dice = Dice(change as u64);
            for _ in 0..20 {
                let start = before + dice.roll(5 * 86_400);
                let minutes = 1 + dice.roll(20 * 60);
                let at = due(&calendar, start, Amount::minutes(minutes));
                assert_eq!(at, plain.due(start, minutes * 60), "{name:?} {start} + {minutes}");
                let elapsed = calendar.elapsed(timestamp(start), timestamp(at), &[]);
                assert_eq!(elapsed, Ok(minutes * 60), "{name:?} {start}");
            }
        }
        zones += 1;
    }
    assert!(zones > 400, "the time zone database is missing: {zones} zones");
}

fn office(zone: &str, holidays: &Holidays) -> Calendar {
    let hours = Hours::monday_to_friday(SPLIT).unwrap();
    Calendar::compile(TimeZone::get(zone).unwrap(), &hours, holidays, AfterHours::Clamp).unwrap()
}

fn night_shift(zone: &str) -> Calendar {
    let hours = week([&[("22:00", "06:00")]; 7]);
    let zone = TimeZone::get(zone).unwrap();
    Calendar::compile(zone, &hours, &Holidays::none(), AfterHours::Clamp).unwrap()
}

fn local(zone: &str, text: &str) -> Timestamp {
    let shown: DateTime = text.parse().unwrap();
    TimeZone::get(zone).unwrap().to_timestamp(shown).unwrap()
}

#[test]
fn a_night_shift_is_an_hour_longer_or_shorter_when_the_clock_is_set() {
    let rows = [
        ("America/New_York", "2026-03-07", "2026-03-09", 7),
        ("America/New_York", "2026-10-31", "2026-11-02", 9),
        ("Australia/Sydney", "2026-04-04", "2026-04-06", 9),
        ("Australia/Sydney", "2026-10-03", "2026-10-05", 7),
        ("Asia/Shanghai", "2026-10-03", "2026-10-05", 8),
    ];
    for (zone, evening, after, hours) in rows {
        let (calendar, at) = (night_shift(zone), |day: &str| local(zone, &format!("{day}T12:00")));
        let elapsed = calendar.elapsed(at(evening), at(after), &[]).unwrap();
        assert_eq!(elapsed, (hours + 8) * 3600, "{zone} {evening}");
    }
}

#[test]
fn a_clock_time_that_does_not_exist_moves_on_and_of_two_it_is_the_first() {
    let calendar = Calendar::natural(TimeZone::get("America/New_York").unwrap());
    let day = Amount::calendar_days(1);
    let due = |start: &str| calendar.due(start.parse().unwrap(), day).unwrap().at;
    let instant = |text: &str| text.parse::<Timestamp>().unwrap();
    assert_eq!(due("2026-03-07T02:30-05:00"), instant("2026-03-08T03:30-04:00"));
    assert_eq!(due("2026-10-31T01:30-04:00"), instant("2026-11-01T01:30-04:00"));
    assert_eq!(due("2026-11-01T01:30-05:00"), instant("2026-11-02T01:30-05:00"));
}

#[test]
fn the_natural_clock_is_plain_addition() {
    let calendar = Calendar::natural(TimeZone::get("Europe/London").unwrap());
    let start = "2026-03-28T23:00Z".parse::<Timestamp>().unwrap();
    let hours = |n: i64| calendar.due(start, Amount::hours(n)).unwrap().at;
    for n in [1, 24, 24 * 365, 24 * 365 * 50] {
        assert_eq!(hours(n), start + n.hours());
        assert_eq!(calendar.elapsed(start, hours(n), &[]), Ok(n * 3600));
    }
    assert_eq!(calendar.next_opening(start), Ok(start));
    assert_eq!(calendar.previous_closing(start), Ok(start));
}

#[test]
fn the_spring_festival_of_every_shipped_year_is_passed_over() {
    let (cn, holidays) = (office("Asia/Shanghai", &Holidays::cn()), Holidays::cn());
    let years = holidays.years().unwrap();
    assert_eq!(years.len(), 20);
    for (year, notice) in years {
        let festival = |off| {
            let days = notice.days.iter().filter(move |(_, day)| day.off == off);
            days.filter(|(_, day)| day.name.contains("春节")).map(|(date, _)| *date)
        };
        let (first, last) = (festival(true).min().unwrap(), festival(true).max().unwrap());
        assert!((1..=2).contains(&first.month()) && festival(true).count() >= 7, "{year}");
        assert!(!notice.papers.is_empty());
        let eve = first.yesterday().unwrap();
        let worked = |day: Date| cn.is_working_day(day).unwrap();
        assert!((0..7).any(|back| worked(eve.checked_sub(back.days()).unwrap())));
        assert!(festival(true).all(|day| !worked(day)), "{year}");
        assert!(festival(false).all(worked), "{year}: a make-up day is worked");
        assert!(cn.working_days_after(eve, 1).unwrap() > last, "{year}");
        let at_ten = |day: Date| day.at(10, 0, 0, 0).to_zoned(cn.zone().clone()).unwrap();
        let due = cn.due(at_ten(first).timestamp(), Amount::hours(7)).unwrap().at;
        assert_eq!(cn.date(due), cn.working_days_after(last, 1), "{year}: a full day of hours");
    }
}

#[test]
fn a_make_up_sunday_is_worked_in_the_hours_of_a_monday_or_its_own() {
    let make_up_sunday = date(2026, 1, 4);
    let hours = |make_up| {
        let mut hours = Hours::monday_to_friday(SPLIT).unwrap();
        hours.make_up = make_up;
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let calendar = Calendar::compile(zone, &hours, &Holidays::cn(), AfterHours::Clamp);
        calendar.unwrap().opening_hours(make_up_sunday).unwrap().unwrap()
    };
    let at = |clock: &str| local("Asia/Shanghai", &format!("2026-01-04T{clock}"));
    assert_eq!(hours(None), (at("08:30"), at("17:00")));
    let short = Some(vec![Interval { from: 600, to: 720 }]);
    assert_eq!(hours(short), (at("10:00"), at("12:00")));
    assert!(!office("Asia/Shanghai", &Holidays::none()).is_working_day(make_up_sunday).unwrap());
}

#[test]
fn year_ends_and_leap_days_are_days_like_others() {
    let calendar = office("Europe/Paris", &Holidays::none());
    let rows = [
        ("2027-12-31T16:00", 4, "2028-01-03T11:30"),
        ("2028-02-28T16:00", 4, "2028-02-29T11:30"),
        ("2100-02-26T16:00", 4, "2100-03-01T11:30"),
        ("2096-02-28T16:00", 4, "2096-02-29T11:30"),
    ];
    for (start, hours, expected) in rows {
        let due = calendar.due(local("Europe/Paris", start), Amount::hours(hours)).unwrap();
        assert_eq!(due.at, local("Europe/Paris", expected), "{start}");
    }
}
