//! The plain way: look at the wall clock of every single minute. Slow, and hard to get wrong.

use std::sync::LazyLock;

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use worktime::{AfterHours, Calendar, Holidays, Hours, Interval};

pub struct Plain {
    pub name: &'static str,
    pub zone: TimeZone,
    pub hours: Hours,
    pub holidays: Holidays,
    /// The first minute, and of every minute from there whether it is open.
    pub first: i64,
    pub open: Vec<u8>,
}

impl Plain {
    pub fn new(name: &'static str, hours: Hours, holidays: Holidays, years: (i16, i16)) -> Plain {
        let zone = TimeZone::get(name).unwrap();
        let minute = |year| {
            let new_year = Date::new(year, 1, 1).unwrap().to_zoned(zone.clone()).unwrap();
            new_year.timestamp().as_second().div_euclid(60)
        };
        let (first, end) = (minute(years.0), minute(years.1 + 1));
        Plain { name, zone, hours, holidays, first, open: vec![] }.walked(end)
    }

    /// Without holidays, from one instant to another.
    pub fn between(zone: &TimeZone, hours: &Hours, from: i64, to: i64) -> Plain {
        let (first, end) = (from.div_euclid(60), to.div_euclid(60));
        let (zone, hours, holidays) = (zone.clone(), hours.clone(), Holidays::none());
        Plain { name: "", zone, hours, holidays, first, open: vec![] }.walked(end)
    }

    fn walked(mut self, end: i64) -> Plain {
        self.open = (self.first..end).map(|minute| u8::from(self.is_open(minute))).collect();
        self
    }

    pub fn compile(&self, after_hours: AfterHours) -> Calendar {
        Calendar::compile(self.zone.clone(), &self.hours, &self.holidays, after_hours).unwrap()
    }

    /// Whether the wall clock shows an hour of the day, or of the night before.
    fn is_open(&self, minute: i64) -> bool {
        let shown = self.shown(minute * 60);
        let clock = shown.hour() as u16 * 60 + shown.minute() as u16;
        let within = |it: &Interval, clock| it.from <= clock && clock < it.to;
        let yesterday = shown.date().yesterday().unwrap();
        self.hours_of(shown.date()).iter().any(|it| within(it, clock))
            || self.hours_of(yesterday).iter().any(|it| within(it, clock + 1440))
    }

    pub fn hours_of(&self, day: Date) -> &[Interval] {
        let weekday = day.weekday().to_monday_zero_offset() as usize;
        if let Some(exception) = self.hours.exceptions.get(&day) {
            return exception;
        }
        let listed = self.holidays.years().into_iter().flatten();
        match listed.filter_map(|(_, year)| year.days.get(&day)).next() {
            Some(holiday) if holiday.off => &[],
            Some(_) => self.hours.make_up.as_deref().unwrap_or(&self.hours.week[0]),
            None => &self.hours.week[weekday],
        }
    }

    pub fn shown(&self, second: i64) -> DateTime {
        self.zone.to_datetime(Timestamp::from_second(second).unwrap())
    }

    /// When so many seconds will have been open.
    pub fn due(&self, start: i64, seconds: i64) -> i64 {
        let minute = start.div_euclid(60);
        let into_minute = i64::from(self.at(start)) * start.rem_euclid(60);
        let mut left = seconds + into_minute;
        for (passed, open) in self.open[(minute - self.first) as usize..].iter().enumerate() {
            if *open == 1 {
                if left <= 60 {
                    return (minute + passed as i64) * 60 + left;
                }
                left -= 60;
            }
        }
        panic!("{}: beyond the last minute", self.name);
    }

    /// The open seconds from one instant to another.
    pub fn elapsed(&self, start: i64, end: i64) -> i64 {
        let (first, last) = (start.div_euclid(60), end.div_euclid(60));
        let minutes = &self.open[(first - self.first) as usize..(last - self.first) as usize];
        let whole: i64 = minutes.chunks(255).map(|part| sum(part) as i64 * 60).sum();
        whole - i64::from(self.at(start)) * start.rem_euclid(60)
            + i64::from(self.at(end)) * end.rem_euclid(60)
    }

    pub fn opening(&self, start: i64) -> i64 {
        let mut at = start;
        while !self.at(at) {
            at += 60 - at.rem_euclid(60);
        }
        at
    }

    pub fn at(&self, second: i64) -> bool {
        self.open[(second.div_euclid(60) - self.first) as usize] == 1
    }
}

fn sum(minutes: &[u8]) -> u8 {
    minutes.iter().sum()
}

/// Chance, the same every time.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, below: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) % below as u64) as i64
    }
}

pub fn timestamp(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

pub fn week(days: [&[(&str, &str)]; 7]) -> Hours {
    let interval = |(from, to): &(&str, &str)| Interval::read(from, to).unwrap();
    let week = days.map(|day| day.iter().map(interval).collect());
    Hours { week, ..Hours::default() }
}

/// Calendars that differ in what makes them hard.
pub fn calendars() -> &'static [Plain] {
    static CALENDARS: LazyLock<Vec<Plain>> = LazyLock::new(hard_calendars);
    &CALENDARS
}

fn hard_calendars() -> Vec<Plain> {
    let split: &[(&str, &str)] = &[("08:30", "12:00"), ("13:30", "17:00")];
    let night: &[(&str, &str)] = &[("22:00", "06:00")];
    let small: &[(&str, &str)] =
        &[("00:30", "01:10"), ("01:20", "01:40"), ("02:15", "02:45"), ("23:30", "24:00")];
    let shop: &[(&str, &str)] = &[("09:00", "12:30"), ("14:00", "21:00")];
    let (none, cn) = (Holidays::none(), Holidays::cn());
    let mut exceptional = week([split, split, split, split, split, &[("09:00", "12:00")], &[]]);
    exceptional.make_up = Some(vec![Interval { from: 600, to: 900 }]);
    for (day, hours) in
        [("2025-12-24", vec![Interval { from: 480, to: 720 }]), ("2026-01-02", vec![])]
    {
        exceptional.exceptions.insert(day.parse().unwrap(), hours);
    }
    let weekdays = |day| week([day, day, day, day, day, &[], &[]]);
    let all = |day| week([day; 7]);
    vec![
        Plain::new("Asia/Shanghai", weekdays(split), cn.clone(), (2019, 2026)),
        Plain::new("Asia/Shanghai", exceptional, cn, (2025, 2026)),
        Plain::new("America/New_York", weekdays(split), none.clone(), (2019, 2024)),
        Plain::new("Australia/Sydney", weekdays(night), none.clone(), (2019, 2024)),
        Plain::new("Europe/London", all(small), none.clone(), (2025, 2026)),
        Plain::new("Australia/Lord_Howe", all(small), none.clone(), (2025, 2026)),
        Plain::new(
            "Pacific/Apia",
            week([split, shop, shop, night, shop, split, &[]]),
            none.clone(),
            (2011, 2012),
        ),
        Plain::new("Africa/Casablanca", Hours::always(), none, (2025, 2026)),
    ]
}
