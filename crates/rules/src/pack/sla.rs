//! 服务承诺: the matrix of promises and the classes its rows are matched by. One row is one
//! clock: how long, on which calendar, what starts it, what stops it, what pauses it.
//!
//! Source: C6 Service promises/SLA; its numbers and their conflicts are rows with provenance.

use kernel::codes;
use serde::{Deserialize, Serialize};
use worktime::{Amount, Unit};

use super::{Name, Origin, Pack, calendar, fields::Fields, mistake::Word, org, products};
use crate::{
    intake::RequestKind,
    order::Wait,
    promise::{Clock, PromiseKind, Timing},
};

codes! {
    /// What starts a clock, and what stops it.
    pub enum Milestone {
        Received "received",
        /// The order comes to an outlet.
        Routed "routed",
        /// The order comes back to accepted: nobody was at home, or the customer objected.
        Returned "returned",
        Contacted "contacted",
        Assigned "assigned",
        Booked "booked",
        Arrived "arrived",
        Finished "finished",
        Signed "signed",
        CalledBack "called_back",
        Answered "answered",
        Closed "closed",
    }
}

/// One clock of the matrix.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PromiseRow {
    pub promise: PromiseKind,
    /// The axes. Empty: any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kind: Vec<RequestKind>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub level: Vec<i64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub region_class: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub customer_class: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub category: Vec<String>,
    #[serde(flatten)]
    pub timing: Timing,
    pub clock: Clock,
    pub start: Vec<Milestone>,
    pub stop: Vec<Milestone>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(flatten)]
    pub origin: Origin,
}

/// A class of places with promises of their own, as 北京 2 h, 周边 12 h, 外省 48 h [3.8].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RegionClass {
    #[serde(flatten)]
    pub name: Name,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub areas: Vec<String>,
    #[serde(flatten)]
    pub origin: Origin,
}

impl Pack {
    /// The class of a division: by the longest area of a class, else that of its region.
    pub fn region_class(&self, division: &str) -> Option<&str> {
        let named = self.region_classes.iter().flat_map(|class| {
            let covers = class.areas.iter().filter(|area| org::covers(area, division));
            covers.map(move |area| (area.len(), class.name.zh.as_str()))
        });
        let by_area = named.max_by_key(|it| it.0).map(|it| it.1);
        by_area.or_else(|| self.region_of(division)?.region_class.as_deref())
    }
}

pub(super) fn read(pack: &mut Pack, head: &mut Fields) {
    pack.calendars = head.rows("calendar", calendar::calendar);
    pack.region_classes = head.rows("region_class", region_class);
    pack.customer_classes =
        head.rows("customer_class", |row| products::phrase(row, Word::CustomerClass));
    let natural: Vec<String> =
        pack.calendars.iter().filter(|it| it.natural).map(|it| it.id.clone()).collect();
    let mut seen = Vec::new();
    pack.promises = head.rows("promise", |row| promise(row, &natural, &mut seen));
}

fn region_class(row: &mut Fields) -> Option<RegionClass> {
    let name = row.name();
    let areas = org::areas(row, "areas", Word::RegionClassArea);
    let origin = row.origin();
    let name = name?;
    row.is_called(Word::RegionClass, &name.zh);
    Some(RegionClass { name, areas, origin })
}

fn promise(row: &mut Fields, natural: &[String], seen: &mut Vec<PromiseRow>) -> Option<PromiseRow> {
    let promise =
        row.required("promise", |row, key| row.choice(key, PromiseKind::ALL, PromiseKind::code));
    let kind = row.choices("kind", RequestKind::ALL, RequestKind::code);
    let level = row.wholes("level", 1..=4);
    for level in &level {
        row.refer(Word::Level, &level.to_string(), row.span_of("level"));
    }
    let region_class = row.references("region_class", Word::RegionClass);
    let customer_class = row.references("customer_class", Word::CustomerClass);
    let category = row.references("category", Word::Category);
    let whole_days = row.flag("whole_days").unwrap_or(false);
    let amount = amount(row, promise, whole_days);
    let calendar = row.reference("calendar", Word::Calendar);
    let clock = row.required("clock", |row, key| row.choice(key, Clock::ALL, Clock::code));
    let start =
        row.required("start", |row, key| Some(row.choices(key, Milestone::ALL, Milestone::code)));
    let stop =
        row.required("stop", |row, key| Some(row.choices(key, Milestone::ALL, Milestone::code)));
    let paused_by = row.choices("paused_by", Wait::ALL, Wait::code);
    let (note, origin) = (row.note(), row.origin());
    clock_fits(row, clock, amount, calendar.as_ref().map(|it| natural.contains(it)));
    #[rustfmt::skip]
    let read = PromiseRow {
        promise: promise?, kind, level, region_class, customer_class, category,
        timing: Timing { amount: amount?, whole_days, calendar, paused_by },
        clock: clock?, start: start?, stop: stop?, note, origin,
    };
    is_told_apart(row, &read, seen);
    seen.push(read.clone());
    Some(read)
}

/// Ten years at most. Nothing at all is promised only by an appointment: to come in its window,
/// and by "the end of this working day".
fn amount(row: &mut Fields, promise: Option<PromiseKind>, whole_days: bool) -> Option<Amount> {
    let unit = row.required("unit", |row, key| row.choice(key, &Unit::ALL, Unit::code));
    let thousandths = row.required("amount", Fields::thousandths);
    let day_end = row.flag("day_end").unwrap_or(false);
    let unit = unit?;
    for (key, said) in [("day_end", day_end), ("whole_days", whole_days)] {
        if said && unit != Unit::WorkingDays {
            let args = vec![("key", key.into()), ("other", "unit".into())];
            row.wrong(row.span_of(key), "pack.one_of_two", args);
        }
    }
    let most = match unit {
        Unit::Minutes => 5_256_000,
        Unit::Hours => 87_600,
        Unit::WorkingDays | Unit::CalendarDays => 3_650,
    };
    let may_be_nothing = promise == Some(PromiseKind::Appointment) || day_end;
    let least = if may_be_nothing { 0 } else { 1 };
    let thousandths = thousandths?;
    if whole_days && (thousandths < 1000 || thousandths % 1000 != 0) {
        row.wrong_type(row.span_of("amount"), "amount", "whole_number");
    }
    if (least..=most * 1000).contains(&thousandths) {
        return Some(Amount { thousandths, unit, day_end });
    }
    row.out_of_range(row.span_of("amount"), "amount", &decimal(thousandths), least, most);
    None
}

/// As people write it: `0.5`.
fn decimal(thousandths: i64) -> String {
    let sign = if thousandths < 0 { "-" } else { "" };
    let (whole, part) = (thousandths.unsigned_abs() / 1000, thousandths.unsigned_abs() % 1000);
    let text = format!("{sign}{whole}.{part:03}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A working clock needs a calendar with hours; a natural one has none to heed.
fn clock_fits(
    row: &mut Fields,
    clock: Option<Clock>,
    amount: Option<Amount>,
    calendar_is_natural: Option<bool>,
) {
    let (Some(clock), Some(amount)) = (clock, amount) else { return };
    let fits = match clock {
        Clock::Working => calendar_is_natural == Some(false),
        Clock::Natural => calendar_is_natural != Some(false) && amount.unit != Unit::WorkingDays,
    };
    if !fits {
        let args = vec![("clock", clock.code().into())];
        row.wrong(row.span_of("clock"), "pack.clock_needs_hours", args);
    }
}

/// Two rows that could both be the most specific one are a mistake: nobody could say which holds.
fn is_told_apart(row: &mut Fields, new: &PromiseRow, seen: &[PromiseRow]) {
    let key = new.key();
    row.is_called(Word::Promise, &key);
    let rival = seen.iter().find(|old| old.promise == new.promise && old.rivals(new));
    if let Some(old) = rival.filter(|old| old.key() != key) {
        let args = vec![("key", key.into()), ("other", old.key().into())];
        row.wrong(row.span_of("promise"), "pack.ambiguous", args);
    }
}

impl PromiseRow {
    /// What it is about, and so what tells it from every other row.
    pub fn key(&self) -> String {
        let mut key = self.promise.code().to_owned();
        for (axis, values) in self.axes() {
            if !values.is_empty() {
                key += &format!("/{axis}={}", values.join(","));
            }
        }
        key
    }

    /// The axes by weight: of two rows that name as many, the one with the heavier axis is the
    /// more specific.
    pub fn axes(&self) -> [(&'static str, Vec<String>); 5] {
        let sorted = |mut values: Vec<String>| {
            values.sort();
            values
        };
        let kinds = self.kind.iter().map(|it| it.code().to_owned()).collect();
        let levels = self.level.iter().map(i64::to_string).collect();
        [
            ("customer_class", sorted(self.customer_class.clone())),
            ("region_class", sorted(self.region_class.clone())),
            ("category", sorted(self.category.clone())),
            ("level", sorted(levels)),
            ("kind", sorted(kinds)),
        ]
    }

    /// Names the same axes, and some case fits both.
    fn rivals(&self, other: &PromiseRow) -> bool {
        self.axes().iter().zip(other.axes()).all(|((_, ours), (_, theirs))| {
            (ours.is_empty() && theirs.is_empty()) || ours.iter().any(|it| theirs.contains(it))
        })
    }
}
