//! 派工参数: the numbers that dispatch reckons with: how fast one drives, how much longer roads are
//! than the straight line, what is reckoned where no place is known, how times are offered.
//!
//! Source: no document names them, so all of them are our own (`dispatch.toml` beside this file)
//! until a pack says otherwise.

use std::sync::LazyLock;

use kernel::{Span, Time};
use serde::{Deserialize, Serialize};

use super::{
    Origin, Pack,
    fields::Fields,
    mistake::{Ledger, Mistake},
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispatch {
    pub speed_kmh: i64,
    /// Of the straight line, in percent.
    pub road_percent: i64,
    /// Between two places of one district of which one is not known better than that.
    pub same_district_minutes: i64,
    /// Where nothing is known of a place.
    pub unknown_minutes: i64,
    /// A visit whose category says nothing.
    pub visit_minutes: i64,
    /// Times are offered in such steps.
    pub step_minutes: i64,
    /// Begins within so long of each other count as equally early.
    pub as_early_minutes: i64,
    /// The wished day counted, so many are looked at.
    pub days: i64,
    /// Where no calendar says when technicians work.
    pub opens_hour: i64,
    pub closes_hour: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(flatten)]
    pub origin: Origin,
}

/// What holds where a pack has no `dispatch.toml`.
const HOUSE: &str = include_str!("dispatch.toml");

static OURS: LazyLock<Dispatch> =
    LazyLock::new(|| of_house().expect("the house's own numbers are complete and in range"));

fn of_house() -> Result<Dispatch, Vec<Mistake>> {
    let (mut pack, mut ledger) = (Pack::default(), Ledger::default());
    super::file(&mut pack, &mut ledger, ("dispatch.toml", read), HOUSE);
    let mistakes = ledger.settle();
    pack.dispatch.ok_or(mistakes)
}

impl Pack {
    pub fn dispatch(&self) -> &Dispatch {
        self.dispatch.as_ref().unwrap_or(&OURS)
    }
}

impl Dispatch {
    pub fn step(&self) -> Span {
        Span::minutes(self.step_minutes)
    }

    /// The next moment that one would say on the phone.
    pub fn said(&self, at: Time) -> Time {
        let step = self.step().as_millis();
        Time::from_millis(at.millis() + (-at.millis()).rem_euclid(step))
    }

    pub fn visit(&self) -> Span {
        Span::minutes(self.visit_minutes)
    }
}

pub(super) fn read(pack: &mut Pack, head: &mut Fields) {
    pack.dispatch = head.required("dispatch", |head, key| head.table(key, dispatch));
}

fn dispatch(row: &mut Fields) -> Option<Dispatch> {
    let speed = row.required("speed_kmh", |row, key| row.whole(key, 1..=130));
    let road = row.required("road_percent", |row, key| row.whole(key, 100..=400));
    let same = row.required("same_district_minutes", |row, key| row.whole(key, 0..=600));
    let unknown = row.required("unknown_minutes", |row, key| row.whole(key, 0..=600));
    let visit = row.required("visit_minutes", |row, key| row.whole(key, 1..=1_440));
    let step = row.required("step_minutes", |row, key| row.whole(key, 5..=120));
    let early = row.required("as_early_minutes", |row, key| row.whole(key, 1..=1_440));
    let days = row.required("days", |row, key| row.whole(key, 1..=31));
    let opens = row.required("opens_hour", |row, key| row.whole(key, 0..=23));
    let closes = row.required("closes_hour", |row, key| row.whole(key, 1..=24));
    let (note, origin) = (row.note(), row.origin());
    Some(Dispatch {
        speed_kmh: speed?,
        road_percent: road?,
        same_district_minutes: same?,
        unknown_minutes: unknown?,
        visit_minutes: visit?,
        step_minutes: step?,
        as_early_minutes: early?,
        days: days?,
        opens_hour: opens?,
        closes_hour: closes?,
        note,
        origin,
    })
}
