//! Public holidays and the working days that make up for them, by year. A year is known when its
//! notice has been published; what is not known is never guessed.
//!
//! Source: the yearly notices of the State Council as collected by holiday-cn.

use std::collections::BTreeMap;

use jiff::{ToSpan as _, civil::Date};
use serde::Deserialize;

use crate::problem::{Place, Problem, Result};

/// Which days are not like their weekday. Where holidays are kept at all, a year that is not
/// listed is a year without data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holidays {
    /// `None`: no holidays are kept, in any year.
    years: Option<BTreeMap<i16, HolidayYear>>,
}

/// One year's notice. It may also name days of the December before and the January after.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HolidayYear {
    /// Where the notice was published.
    pub papers: Vec<String>,
    pub days: BTreeMap<Date, Holiday>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    pub name: String,
    /// A day off; otherwise a day worked to make up for one.
    pub off: bool,
}

impl Holidays {
    /// The licence of the shipped data.
    pub const CN_LICENCE: &str = include_str!("../data/LICENSE.holiday-cn");

    /// Plain weekdays, in every year.
    pub const fn none() -> Holidays {
        Holidays { years: None }
    }

    /// Mainland China from 2007 to 2026, as shipped.
    pub fn cn() -> Holidays {
        let years = shipped(include_str!("../data/holidays_cn.txt"));
        Holidays { years: Some(years.expect("the shipped file is well formed: a test reads it")) }
    }

    /// One year as holiday-cn publishes it, or an array of years. A year whose list is empty has
    /// not been published yet and stays without data.
    pub fn from_json(text: &str) -> Result<Holidays> {
        let broken = |error: serde_json::Error| {
            let place = Some(place(text, &error));
            Problem { place, ..Problem::new("holidays.not_readable").about(&error) }
        };
        let listed: Vec<ListedYear> = match text.trim_start().starts_with('[') {
            true => serde_json::from_str(text).map_err(broken)?,
            false => vec![serde_json::from_str(text).map_err(broken)?],
        };
        let mut years = BTreeMap::new();
        for (index, year) in listed.into_iter().enumerate() {
            let number = year.year;
            if let Some(read) = year.read()?
                && years.insert(number, read).is_some()
            {
                let twice = Problem::new("holidays.year_twice").about(number);
                return Err(twice.within(format!("years[{index}]")));
            }
        }
        Ok(Holidays { years: Some(years) })
    }

    /// These, with the years of the others added or replaced by them.
    #[must_use]
    pub fn with(mut self, others: Holidays) -> Holidays {
        let years = others.years.into_iter().flatten();
        self.years.get_or_insert_default().extend(years);
        self
    }

    /// The years with data. `None`: no holidays are kept, so none is needed.
    pub fn years(&self) -> Option<&BTreeMap<i16, HolidayYear>> {
        self.years.as_ref()
    }

    /// The days that are not like their weekday. Of a day named by the notices of two years,
    /// what the notice of its own year says.
    pub(crate) fn days(&self) -> BTreeMap<Date, bool> {
        let listed = |own: bool| {
            self.years.iter().flatten().flat_map(move |(year, listed)| {
                let days = listed.days.iter().map(|(date, day)| (*date, day.off));
                days.filter(move |(date, _)| (date.year() == *year) == own)
            })
        };
        listed(false).chain(listed(true)).collect()
    }
}

/// What holiday-cn writes.
#[derive(Deserialize)]
struct ListedYear {
    year: i16,
    #[serde(default)]
    papers: Vec<String>,
    days: Vec<ListedDay>,
}

#[derive(Deserialize)]
struct ListedDay {
    #[serde(default)]
    name: String,
    date: Date,
    #[serde(rename = "isOffDay")]
    off: bool,
}

impl ListedYear {
    fn read(self) -> Result<Option<HolidayYear>> {
        let mut days = BTreeMap::new();
        for (index, day) in self.days.into_iter().enumerate() {
            let wrong = |code| {
                let field = format!("{}.days[{index}]", self.year);
                Err(Problem::new(code).about(day.date).within(field))
            };
            if !belongs(day.date, self.year) {
                return wrong("holidays.other_year");
            }
            if days.insert(day.date, Holiday { name: day.name, off: day.off }).is_some() {
                return wrong("holidays.date_twice");
            }
        }
        Ok((!days.is_empty()).then_some(HolidayYear { papers: self.papers, days }))
    }
}

/// The reader counts columns in bytes.
fn place(text: &str, error: &serde_json::Error) -> Place {
    let line = text.split('\n').nth(error.line().saturating_sub(1)).unwrap_or("");
    let before = line.as_bytes().get(..error.column()).unwrap_or(line.as_bytes());
    Place { line: error.line().max(1), column: String::from_utf8_lossy(before).chars().count() }
}

/// A notice also regulates the December before and the January after its year.
fn belongs(date: Date, year: i16) -> bool {
    match date.month() {
        12 => date.year() == year || date.year() == year - 1,
        1 => date.year() == year || date.year() == year + 1,
        _ => date.year() == year,
    }
}

/// The shipped file: `year 2026 URL`, then runs of days as `2026-02-15 9 off 春节`.
fn shipped(text: &str) -> Option<BTreeMap<i16, HolidayYear>> {
    let mut years = BTreeMap::new();
    let mut current = 0;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        match words.next()? {
            "year" => {
                current = words.next()?.parse().ok()?;
                let papers = words.map(str::to_owned).collect();
                years.insert(current, HolidayYear { papers, ..HolidayYear::default() });
            }
            first => {
                let first: Date = first.parse().ok()?;
                let count: i32 = words.next()?.parse().ok()?;
                let day = Holiday { off: words.next()? == "off", name: words.next()?.to_owned() };
                let days =
                    (0..count).map(|n| Some((first.checked_add(n.days()).ok()?, day.clone())));
                let days: Vec<_> = days.collect::<Option<_>>()?;
                years.get_mut(&current)?.days.extend(days);
            }
        }
    }
    Some(years)
}
