//! The policy file: a time zone, a timetable and what is promised for which type of case, in
//! TOML. Whatever is wrong is told with its line and column, and an unknown key is refused.

use std::collections::BTreeMap;

use jiff::{
    civil::Date,
    tz::{TimeZone, TimeZoneDatabase},
};
use toml::de::DeTable;

use crate::{
    amount::{Amount, Unit},
    calendar::{AfterHours, Calendar},
    holidays::Holidays,
    hours::{Hours, Interval, clock_time},
    problem::{Problem, Result},
    toml_fields::{
        Value, array, boolean, join, needed, number, only, parse, placed, string, table,
    },
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    pub zone: TimeZone,
    pub after_hours: AfterHours,
    pub hours: Hours,
    pub promises: Vec<Promise>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// The type of case it is for; without one, for every case that has no promise of its own.
    pub case: Option<String>,
    pub amount: Amount,
    pub clock: Clock,
}

/// Which clock runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Clock {
    /// In the hours of the policy.
    Working,
    /// Day and night, from the very moment it is started.
    Natural,
}

impl Policy {
    pub fn read(text: &str, zones: &TimeZoneDatabase) -> Result<Policy> {
        let fields = parse(text)?;
        policy(fields.get_ref(), zones).map_err(|problem| placed(problem, fields.get_ref(), text))
    }

    /// The calendar of the working clock.
    pub fn compile(&self, holidays: &Holidays) -> Result<Calendar> {
        Calendar::compile(self.zone.clone(), &self.hours, holidays, self.after_hours)
    }
}

impl Hours {
    /// From a table like `[hours]` of a policy, wherever it stands in the text of its file.
    pub fn from_toml(fields: &DeTable<'_>, text: &str) -> Result<Hours> {
        let check = |hours: Hours| match hours.check() {
            Ok(()) => Ok(hours),
            Err(problem) => {
                let field = problem.field.trim_start_matches("hours.").to_owned();
                Err(Problem { field, ..problem })
            }
        };
        hours(fields, "").and_then(check).map_err(|problem| placed(problem, fields, text))
    }
}

fn policy(fields: &DeTable<'_>, zones: &TimeZoneDatabase) -> Result<Policy> {
    const KEYS: [&str; 7] =
        ["zone", "after_hours", "cutoff", "next_start", "hours", "exceptions", "promise"];
    only(fields, "", &KEYS)?;
    let zone = string(needed(fields, "", "zone")?, "zone")?;
    let unknown_zone = |_| Problem::new("policy.unknown_zone").about(zone).within("zone");
    let zone = zones.get(zone).map_err(unknown_zone)?;
    let after_hours = after_hours(fields)?;
    let mut hours = hours(table(needed(fields, "", "hours")?, "hours")?, "hours")?;
    if let Some(value) = fields.get("exceptions") {
        hours.exceptions = exceptions(table(value, "exceptions")?)?;
    }
    hours.check()?;
    if hours.week.iter().chain(hours.exceptions.values()).all(Vec::is_empty) {
        return Err(Problem::new("calendar.no_hours").within("hours"));
    }
    let promises = match fields.get("promise") {
        Some(value) => promises(value)?,
        None => vec![],
    };
    Ok(Policy { zone, after_hours, hours, promises })
}

fn after_hours(fields: &DeTable<'_>) -> Result<AfterHours> {
    let clock = |key| match fields.get(key) {
        Some(value) => time_of_day(string(value, key)?, key).map(Some),
        None => Ok(None),
    };
    let (cutoff, next_start) = (clock("cutoff")?, clock("next_start")?);
    let name = match fields.get("after_hours") {
        Some(value) => string(value, "after_hours")?,
        None => "clamp",
    };
    let missing = |key| Problem::new("policy.missing").about(key).within("after_hours");
    match name {
        "clamp" => Ok(AfterHours::Clamp),
        "cutoff" => Ok(AfterHours::Cutoff {
            cutoff: cutoff.ok_or_else(|| missing("cutoff"))?,
            next_start: next_start.ok_or_else(|| missing("next_start"))?,
        }),
        other => Err(Problem::new("policy.unknown_value").about(other).within("after_hours")),
    }
}

fn time_of_day(text: &str, path: &str) -> Result<u16> {
    let time = clock_time(text).map_err(|problem| problem.within(path))?;
    match time {
        0..=1440 => Ok(time),
        _ => Err(Problem::new("hours.not_a_time").about(text).within(path)),
    }
}

fn hours(fields: &DeTable<'_>, path: &str) -> Result<Hours> {
    const KEYS: [&str; 8] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun", "make_up"];
    only(fields, path, &KEYS)?;
    let day = |key: &str| match fields.get(key) {
        Some(value) => intervals(value, &join(path, key)).map(Some),
        None => Ok(None),
    };
    let mut hours = Hours { make_up: day("make_up")?, ..Hours::default() };
    for (weekday, key) in hours.week.iter_mut().zip(KEYS) {
        *weekday = day(key)?.unwrap_or_default();
    }
    Ok(hours)
}

fn exceptions(fields: &DeTable<'_>) -> Result<BTreeMap<Date, Vec<Interval>>> {
    let mut exceptions = BTreeMap::new();
    for (key, value) in fields {
        let path = join("exceptions", key.get_ref());
        let not_a_date = |_| Problem::new("hours.not_a_date").about(key.get_ref()).within(&path);
        exceptions.insert(key.get_ref().parse().map_err(not_a_date)?, intervals(value, &path)?);
    }
    Ok(exceptions)
}

fn intervals(value: &Value<'_>, path: &str) -> Result<Vec<Interval>> {
    let interval = |(index, value)| {
        let path = format!("{path}[{index}]");
        let times: Vec<_> = array(value, &path)?.iter().collect();
        let [from, to] = times[..] else {
            return Err(Problem::new("hours.not_an_interval").within(path));
        };
        Interval::read(string(from, &path)?, string(to, &path)?)
            .map_err(|problem| problem.within(path))
    };
    array(value, path)?.iter().enumerate().map(interval).collect()
}

fn promises(value: &Value<'_>) -> Result<Vec<Promise>> {
    let mut promises: BTreeMap<Option<String>, usize> = BTreeMap::new();
    let mut read = vec![];
    for (index, value) in array(value, "promise")?.iter().enumerate() {
        let path = format!("promise[{index}]");
        let promise = promise(table(value, &path)?, &path)?;
        if promises.insert(promise.case.clone(), index).is_some() {
            let case = promise.case.unwrap_or_default();
            let field = join(&path, "type");
            return Err(Problem::new("policy.promise_twice").about(case).within(field));
        }
        read.push(promise);
    }
    Ok(read)
}

fn promise(fields: &DeTable<'_>, path: &str) -> Result<Promise> {
    only(fields, path, &["type", "amount", "unit", "day_end", "clock"])?;
    let at = |key| join(path, key);
    let word = |key| fields.get(key).map(|value| string(value, &at(key))).transpose();
    let unknown =
        |key, word: &str| Problem::new("policy.unknown_value").about(word).within(at(key));
    let thousandths = Amount::thousandths(number(needed(fields, path, "amount")?, &at("amount"))?)
        .map_err(|problem| problem.within(at("amount")))?;
    let unit = string(needed(fields, path, "unit")?, &at("unit"))?;
    let unit = Unit::parse(unit).ok_or_else(|| unknown("unit", unit))?;
    let day_end = match fields.get("day_end") {
        Some(value) => boolean(value, &at("day_end"))?,
        None => false,
    };
    let clock = match word("clock")?.unwrap_or("working") {
        "working" => Clock::Working,
        "natural" if unit != Unit::WorkingDays => Clock::Natural,
        "natural" => return Err(Problem::new("policy.natural_working_days").within(at("clock"))),
        other => return Err(unknown("clock", other)),
    };
    let amount = Amount { thousandths, unit, day_end };
    amount.check().map_err(|problem| {
        let field = if day_end && unit != Unit::WorkingDays { "day_end" } else { "amount" };
        problem.within(at(field))
    })?;
    Ok(Promise { case: word("type")?.map(str::to_owned), amount, clock })
}
