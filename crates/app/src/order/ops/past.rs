//! What was repaired on a unit before: in from the first arrival, out at the finish, with the days
//! it waited for parts and the components that were replaced.
//!
//! Source: 1995 8, 11, 12; 条例 18; C5.

use std::collections::BTreeMap;

use kernel::{Column as _, Result, Time, Value};
use platform::events::Happened;
use rules::{
    order::Wait,
    warranty::{Repair, components},
};

use super::store::{self, Repaired};
use crate::Cx;

/// A repair of a unit, and the order it was.
#[derive(Debug, Clone)]
pub struct Past {
    pub order: String,
    pub number: String,
    pub opened_at: Time,
    pub repair: Repair,
}

/// Of one unit.
pub async fn past(cx: &mut Cx, device: &str) -> Result<Vec<Past>> {
    let all = pasts(cx, &[Value::Text(device.to_owned())]).await?;
    Ok(all.into_values().next().unwrap_or_default())
}

/// Of several units, by their ids.
pub async fn pasts(cx: &mut Cx, devices: &[Value]) -> Result<BTreeMap<String, Vec<Past>>> {
    let orders = store::repaired(cx, devices).await?;
    let ids: Vec<Value> = orders.iter().map(|it| it.id.write()).collect();
    let mut told: BTreeMap<String, Vec<Happened>> = BTreeMap::new();
    if !ids.is_empty() {
        for it in store::told(cx, &ids).await? {
            told.entry(it.subject.clone()).or_default().push(it);
        }
    }
    let mut all: BTreeMap<String, Vec<Past>> = BTreeMap::new();
    for it in orders {
        let told = told.remove(it.id.as_str()).unwrap_or_default();
        let device = it.device.clone();
        if let Some(past) = one(cx, it, &told) {
            all.entry(device).or_default().push(past);
        }
    }
    Ok(all)
}

/// Nobody has been there and nothing is finished: no repair.
fn one(cx: &Cx, it: Repaired, told: &[Happened]) -> Option<Past> {
    let arrived = told.iter().find(|it| it.kind == "order.arrived").map(|it| it.at);
    let handed_in = arrived.or(it.finished_at)?;
    let zone = &cx.company.zone;
    let civil = |it: Time| it.stamp().to_zoned(zone.clone()).datetime();
    let out = it.finished_at.filter(|out| *out >= handed_in);
    let repair = Repair {
        waiting_parts_days: waited(cx, told, out.unwrap_or(cx.now())),
        delay_by: it.delay_by.map(Into::into),
        problem: it.problem,
        replaced: replaced(cx, it.category.as_deref(), told),
        fixed: out.map(|_| true),
        ..Repair::between(civil(handed_in), out.map(civil))
    };
    Some(Past { order: it.id.to_string(), number: it.number, opened_at: it.opened_at, repair })
}

/// Days from "waiting for parts" to going on, the first not counted.
fn waited(cx: &Cx, told: &[Happened], end: Time) -> i64 {
    let zone = &cx.company.zone;
    let between = |from: Option<Time>, to: Time| {
        let Some(from) = from else { return 0 };
        let span = from.day(zone).0.until((jiff::Unit::Day, to.day(zone).0));
        span.map_or(0, |it| i64::from(it.get_days()).max(0))
    };
    let (mut days, mut since) = (0, None);
    for it in told {
        match it.kind.as_str() {
            "order.suspended" if it.data["reason"] == Wait::Part.code() => since = Some(it.at),
            "order.resumed" => days += between(since.take(), it.at),
            _ => (),
        }
    }
    days + between(since, end)
}

/// Parts that carry the name of a component: what was taken back from the order does not count.
fn replaced(cx: &Cx, category: Option<&str>, told: &[Happened]) -> Vec<String> {
    let Some(category) = category else { return Vec::new() };
    let known = components(&cx.company.pack, category);
    let gone: Vec<_> = told.iter().filter(|it| it.kind == "order.line_removed").collect();
    let added = told.iter().filter(|it| it.kind == "order.part_added").filter(|it| {
        let line = &it.data["line"];
        line.is_null() || !gone.iter().any(|gone| gone.data["line"] == *line)
    });
    let names = added.filter_map(|it| it.data["name"].as_str()).filter(|name| {
        let whole = name.split('/').next().unwrap_or_default();
        known.iter().any(|it| it == name || it == whole)
    });
    names.map(str::to_owned).collect()
}
