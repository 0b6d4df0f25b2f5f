//! A year of public holidays is brought: what it changes, and which promises it would move. They
//! move by themselves once it is loaded: see `promise::jobs`.

use std::collections::BTreeMap;

use kernel::{Day, Result, Time};
use rules::{intake::RequestId, order::OrderId, pack::Calendars, policy::Act, promise::Promise};

use crate::{Cx, company, intake, order, promise};

/// So many requests are looked at in one go.
const HANDFUL: i64 = 100;
/// A preview that moves more than these need not count them all.
const PROMISES_MOST: usize = 1_000;

/// A day that would be otherwise than the house knows it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayChange {
    pub day: Day,
    pub name: String,
    /// Off, worked to make up for one, or like its weekday.
    pub after: Option<bool>,
    pub before: Option<bool>,
}

/// What a file would change.
pub struct Preview {
    pub years: Vec<i16>,
    pub days: Vec<DayChange>,
    pub promises: Vec<Moved>,
}

/// A promise that falls due at another time.
#[derive(Debug, Clone)]
pub struct Moved {
    pub promise: Promise,
    pub number: String,
    pub due: Time,
}

/// What the file would change, before it does.
pub async fn preview(cx: &mut Cx, text: &str) -> Result<Preview> {
    cx.may(Act::AccountManage)?;
    let brought = company::read_holidays(&cx.company, text)?;
    let listed = |known: &worktime::Holidays| -> BTreeMap<Day, (String, bool)> {
        let years = known.years().into_iter().flatten();
        let days = years.filter(|it| brought.years.contains(it.0)).flat_map(|it| &it.1.days);
        days.map(|(date, it)| (Day(*date), (it.name.clone(), it.off))).collect()
    };
    let (before, after) = (listed(&cx.company.holidays), listed(&brought.known));
    let mut days: BTreeMap<Day, DayChange> = BTreeMap::new();
    for (day, (name, off)) in &after {
        let was = before.get(day).map(|it| it.1);
        if was != Some(*off) {
            let name = name.clone();
            days.insert(*day, DayChange { day: *day, name, after: Some(*off), before: was });
        }
    }
    for (day, (name, off)) in before.iter().filter(|it| !after.contains_key(it.0)) {
        let name = name.clone();
        days.insert(*day, DayChange { day: *day, name, after: None, before: Some(*off) });
    }
    let promises = moved(cx, &brought.calendars).await?;
    Ok(Preview { years: brought.years, days: days.into_values().collect(), promises })
}

/// The promises that would fall due at another time, by the number people know them by.
async fn moved(cx: &mut Cx, calendars: &Calendars) -> Result<Vec<Moved>> {
    let mut all = Vec::new();
    let mut after = String::new();
    loop {
        let group = promise::ops::provisional(cx, &after, HANDFUL).await?;
        let Some(last) = group.last() else { return Ok(all) };
        after.clone_from(last);
        for request in &group {
            for (promise, due) in promise::ops::would_move(cx, calendars, request).await? {
                let number = match &promise.order {
                    Some(id) => order::ops::known(cx, &OrderId::parse(id)?).await?.number,
                    None => intake::ops::known(cx, &RequestId::parse(request)?).await?.number,
                };
                all.push(Moved { promise, number, due });
            }
            if all.len() >= PROMISES_MOST {
                return Ok(all);
            }
        }
    }
}
