//! What an answer costs, beside the plain loop from day to day that it replaces.
//!
//! `cargo bench -p worktime`. For orientation the same questions go to a Python library in a
//! subprocess, if it is installed: `pip install businesstimedelta`.

use std::{hint::black_box, process::Command};

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use worktime::{AfterHours, Amount, Calendar, Holidays, Hours, Pause};

const SPLIT: &[(&str, &str)] = &[("08:30", "12:00"), ("13:30", "17:00")];
const CUTOFF: AfterHours = AfterHours::Cutoff { cutoff: 17 * 60, next_start: 8 * 60 + 30 };

criterion_group!(benches, compile, due, elapsed, in_python);
criterion_main!(benches);

fn office(zone: &str, holidays: &Holidays, after_hours: AfterHours) -> Calendar {
    let hours = Hours::monday_to_friday(SPLIT).expect("good hours");
    let zone = TimeZone::get(zone).expect("a zone of the database");
    Calendar::compile(zone, &hours, holidays, after_hours).expect("a calendar")
}

fn calendars() -> Vec<(&'static str, Calendar)> {
    let (none, cn) = (Holidays::none(), Holidays::cn());
    let natural = Calendar::natural(TimeZone::get("America/New_York").expect("New York"));
    vec![
        ("Shanghai cn", office("Asia/Shanghai", &cn, AfterHours::Clamp)),
        ("New York", office("America/New_York", &none, AfterHours::Clamp)),
        ("New York cutoff", office("America/New_York", &none, CUTOFF)),
        ("natural", natural),
    ]
}

/// Starts all over the years 2008 to 2015, one after the other.
fn starts() -> impl FnMut() -> Timestamp {
    let mut chance = 1_u64;
    let mut roll = || {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        let second = 1_199_145_600 + ((chance >> 33) % (8 * 365 * 86_400)) as i64;
        Timestamp::from_second(second).expect("within the years")
    };
    let starts: Vec<Timestamp> = (0..4096).map(|_| roll()).collect();
    let mut next = 0;
    move || {
        next = (next + 1) % 4096;
        starts[next]
    }
}

fn compile(criterion: &mut Criterion) {
    criterion.bench_function("compile", |bencher| {
        let cn = Holidays::cn();
        bencher.iter(|| office("Asia/Shanghai", black_box(&cn), AfterHours::Clamp));
    });
}

fn due(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("due");
    let amounts = [
        ("4 hours", Amount::hours(4)),
        ("5000 hours", Amount::hours(5000)),
        ("3 working days", Amount::working_days(3)),
        ("2000 working days", Amount::working_days(2000)),
        ("30 calendar days", Amount::calendar_days(30)),
    ];
    for (name, calendar) in calendars() {
        for (amount_name, amount) in amounts {
            let mut start = starts();
            group.bench_function(BenchmarkId::new(name, amount_name), |bencher| {
                bencher.iter(|| calendar.due(black_box(start()), black_box(amount)));
            });
        }
    }
    let plain = PlainDays::new();
    for (name, hours) in [("4 hours", 4), ("5000 hours", 5000)] {
        let mut start = starts();
        group.bench_function(BenchmarkId::new("day by day", name), |bencher| {
            bencher.iter(|| plain.due(black_box(start()), hours * 3600));
        });
    }
    group.finish();
}

fn elapsed(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("elapsed");
    let end = Timestamp::from_second(1_700_000_000).expect("2023");
    let from = Timestamp::from_second(1_690_000_000).expect("2023");
    let pause = Pause { from, to: Some(end) };
    for (name, calendar) in calendars() {
        for (pauses_name, pauses) in [("years", &[][..]), ("years less a pause", &[pause])] {
            let mut start = starts();
            group.bench_function(BenchmarkId::new(name, pauses_name), |bencher| {
                bencher.iter(|| calendar.elapsed(black_box(start()), end, black_box(pauses)));
            });
        }
    }
    let plain = PlainDays::new();
    let mut start = starts();
    group.bench_function(BenchmarkId::new("day by day", "years"), |bencher| {
        bencher.iter(|| plain.elapsed(black_box(start()), end));
    });
    group.finish();
}

/// The loop that everybody writes first: from day to day, through the hours of each.
struct PlainDays {
    zone: TimeZone,
    holidays: Vec<(Date, bool)>,
}

impl PlainDays {
    fn new() -> PlainDays {
        let cn = Holidays::cn();
        let listed = cn.years().into_iter().flatten().flat_map(|(_, year)| &year.days);
        let mut holidays: Vec<_> = listed.map(|(date, day)| (*date, day.off)).collect();
        holidays.sort_unstable();
        PlainDays { zone: TimeZone::get("Asia/Shanghai").expect("Shanghai"), holidays }
    }

    fn due(&self, start: Timestamp, mut left: i64) -> Timestamp {
        let mut day = start.to_zoned(self.zone.clone()).date();
        loop {
            for (opens, closes) in self.hours(day) {
                let from = opens.max(start);
                let open = (closes.as_second() - from.as_second()).max(0);
                if left <= open {
                    return Timestamp::from_second(from.as_second() + left).expect("in range");
                }
                left -= open;
            }
            day = day.tomorrow().expect("in range");
        }
    }

    fn elapsed(&self, start: Timestamp, end: Timestamp) -> i64 {
        let mut day = start.to_zoned(self.zone.clone()).date();
        let last = end.to_zoned(self.zone.clone()).date();
        let mut elapsed = 0;
        while day <= last {
            for (opens, closes) in self.hours(day) {
                let (from, to) = (opens.max(start).as_second(), closes.min(end).as_second());
                elapsed += (to - from).max(0);
            }
            day = day.tomorrow().expect("in range");
        }
        elapsed
    }

    fn hours(&self, day: Date) -> impl Iterator<Item = (Timestamp, Timestamp)> {
        let listed = self.holidays.binary_search_by_key(&day, |(date, _)| *date);
        let worked = match listed {
            Ok(index) => !self.holidays[index].1,
            Err(_) => day.weekday().to_monday_zero_offset() < 5,
        };
        let hours: &[(i8, i8, i8, i8)] =
            if worked { &[(8, 30, 12, 0), (13, 30, 17, 0)] } else { &[] };
        let instant = move |hour, minute| {
            self.zone.to_timestamp(day.at(hour, minute, 0, 0)).expect("in range")
        };
        hours.iter().map(move |(h, m, to_h, to_m)| (instant(*h, *m), instant(*to_h, *to_m)))
    }
}

fn in_python(_: &mut Criterion) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/due.py");
    match Command::new("python3").arg(script).output() {
        Ok(answer) if answer.status.success() => {
            print!("{}", String::from_utf8_lossy(&answer.stdout));
        }
        Ok(answer) => print!("python: {}", String::from_utf8_lossy(&answer.stderr)),
        Err(error) => println!("python: {error}"),
    }
}
