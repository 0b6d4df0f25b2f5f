//! 班次与请假: when somebody works, and when not. Managers of the branch say it; whoever looks
//! after technicians reads it.
//!
//! Source: C7.

use std::collections::BTreeMap;

use kernel::{Field, Refusal, Result, Span, Time, Wrongs};
use rules::policy::{Act, PersonId};
use serde_json::json;
use worktime::{Hours, Interval};

use super::{
    super::store::{self, Absence},
    people::{managing, visible},
};
use crate::Cx;

pub use store::{Away, WhichAway};

const REASON_MOST: usize = 200;
/// Longer than this somebody has left, or the year is wrong.
const ABSENT_MOST: i64 = 400;

/// The hours of each weekday, Monday first; an empty day is off.
pub type Week = [Vec<Interval>; 7];

/// Who is absent, as far as the asker looks after technicians; each sees their own.
pub async fn away(cx: &mut Cx, which: &WhichAway) -> Result<Vec<Away>> {
    let grant = cx.may(Act::TechnicianRead)?;
    store::away(cx, &grant, which).await
}

/// The week somebody works where it is not the pack's.
pub async fn shift(cx: &mut Cx, id: &PersonId) -> Result<Option<Week>> {
    let kept = store::shift(cx, id).await?;
    // What was kept was checked; what cannot be read any more is the pack's again.
    Ok(kept.and_then(|it| serde_json::from_str(&it).ok()))
}

/// The weeks of those of several who have one of their own.
pub async fn shifts_of(cx: &mut Cx, ids: &[PersonId]) -> Result<BTreeMap<PersonId, Week>> {
    let kept = store::shifts_of(cx, ids).await?;
    let read = kept.into_iter().filter_map(|it| Some((it.0, serde_json::from_str(&it.1).ok()?)));
    Ok(read.collect())
}

/// What several people are absent for between two moments.
pub async fn absences_of(
    cx: &mut Cx,
    ids: &[PersonId],
    from: Time,
    to: Time,
) -> Result<Vec<Absence>> {
    store::absences_of(cx, ids, from, to).await
}

/// The week as it is typed: per day `08:30-12:00 13:30-18:00`, or nothing on a day off. Nothing
/// at all: as the pack has it.
pub async fn set_shift(cx: &mut Cx, id: &PersonId, said: &[String; 7]) -> Result<()> {
    let grant = managing(cx)?;
    let person = visible(cx, &grant, id).await?;
    let own = said.iter().any(|it| !it.trim().is_empty());
    let week = if own { Some(read_week(said)?) } else { None };
    let text = week.as_ref().map(serde_json::to_string).transpose();
    let text = text.map_err(|e| anyhow::anyhow!("a week: {e}"))?;
    store::set_shift(cx, &person.id, text.as_deref()).await?;
    cx.record("person.shift_set", id, json!({"name": person.name})).await
}

fn read_week(said: &[String; 7]) -> Result<Week> {
    let mut wrongs = Wrongs::default();
    let mut week = Week::default();
    for (at, text) in said.iter().enumerate() {
        let field = Hours::WEEKDAYS[at];
        for part in text.split([' ', ',', '，', '、', ';', '；']).filter(|it| !it.is_empty()) {
            let plain = part.replace(['–', '—', '~', '～', '至'], "-").replace('：', ":");
            let read = plain.split_once('-').map(|(from, to)| Interval::read(from, to));
            match read {
                Some(Ok(it)) => week[at].push(it),
                _ => wrongs.add(Field::new(field, "shift.hours").with("value", part)),
            }
        }
    }
    wrongs.done()?;
    let hours = Hours { week, ..Hours::default() };
    if let Err(problem) = hours.check() {
        let day = problem.field.trim_start_matches("hours.").split('[').next().unwrap_or("mon");
        return Err(Refusal::field(day.to_owned(), "shift.overlaps").into());
    }
    Ok(hours.week)
}

pub async fn absences(cx: &mut Cx, id: &PersonId, from: Time, to: Time) -> Result<Vec<Absence>> {
    store::absences(cx, id, from, to).await
}

pub async fn set_absence(
    cx: &mut Cx,
    id: &PersonId,
    starts: Time,
    ends: Time,
    reason: &str,
) -> Result<()> {
    let grant = managing(cx)?;
    let person = visible(cx, &grant, id).await?;
    check_absence(starts, ends, reason)?;
    if !store::absences(cx, id, starts, ends).await?.is_empty() {
        return Err(Refusal::field("starts", "absence.overlaps").into());
    }
    let now = cx.now();
    let key = platform::events::EventId::born(now, cx.dice()).to_string();
    let reason = reason.trim().to_owned();
    let it = Absence { id: key, person: person.id, starts, ends, reason };
    store::insert_absence(cx, &it).await?;
    let data = json!({
        "name": person.name, "from": starts.millis(), "to": ends.millis(), "reason": it.reason,
    });
    cx.record("person.absent", id, data).await
}

pub fn check_absence(starts: Time, ends: Time, reason: &str) -> Result<()> {
    let mut wrongs = Wrongs::default();
    if ends <= starts {
        wrongs.say("ends", "window.backwards");
    } else if starts.until(ends) > Span::days(ABSENT_MOST) {
        wrongs.add(Field::new("ends", "absence.too_long").with("most", ABSENT_MOST));
    }
    if reason.chars().count() > REASON_MOST {
        wrongs.add(Field::new("reason", "too_long").with("most", REASON_MOST as i64));
    }
    wrongs.done()
}

pub async fn end_absence(cx: &mut Cx, id: &PersonId, absence: &str) -> Result<()> {
    let grant = managing(cx)?;
    let person = visible(cx, &grant, id).await?;
    if !store::delete_absence(cx, &person.id, absence).await? {
        return Err(Refusal::NOT_FOUND.into());
    }
    cx.record("person.back", id, json!({"name": person.name})).await
}
