//! When a promise runs out: the one function between the rows of a pack and `worktime`.
//!
//! Source: C6; interfaces, calc ("a deadline in a year without data").

use std::{collections::BTreeMap, fmt};

use jiff::{Timestamp, tz::TimeZone};
use worktime::{Amount, Calendar, Due, Holidays, Pause, Problem};

use super::{CalendarRow, HolidayKind, Pack};
use crate::promise::Timing;

/// The calendars of a pack, compiled once.
pub struct Calendars {
    natural: Calendar,
    by_id: BTreeMap<String, Calendar>,
}

/// When the promise runs out that starts then, its clock having stood still at times, and whether
/// that is provisional: a year whose holidays are not published yet is counted in plain weekdays.
///
/// Refused is only what lies outside the years that calendars reach, or a row of another pack.
pub fn due(
    timing: &Timing,
    calendars: &Calendars,
    start: Timestamp,
    pauses: &[Pause],
) -> Result<Due, Problem> {
    // To come in the agreed window: the window's end is the due time.
    if timing.amount.thousandths == 0 && !timing.amount.day_end {
        return Ok(Due { at: start, provisional: false });
    }
    let calendar = calendars.of(timing)?;
    let (start, amount) = if timing.whole_days {
        days_after(calendar, start, timing.amount)?
    } else {
        (start, timing.amount)
    };
    calendar.due_after_pauses(start, amount, pauses)
}

/// The last closing of the n-th working day after the day of the start: what is counted, and from
/// where.
fn days_after(
    calendar: &Calendar,
    start: Timestamp,
    amount: Amount,
) -> Result<(Timestamp, Amount), Problem> {
    let amount = amount.to_day_end();
    match calendar.opening_hours(calendar.date(start)?)? {
        Some((opening, _)) => Ok((opening, amount)),
        None => {
            let one_less = Amount { thousandths: amount.thousandths - 1000, ..amount };
            Ok((calendar.next_opening(start)?, one_less))
        }
    }
}

impl fmt::Debug for Calendars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.by_id.keys()).finish()
    }
}

impl Calendars {
    /// `cn` are the public holidays the house knows: those shipped, with the years imported.
    pub fn compile(pack: &Pack, cn: &Holidays) -> Result<Calendars, Problem> {
        let own = zone(&pack.about.zone)?;
        let mut by_id = BTreeMap::new();
        for row in &pack.calendars {
            by_id.insert(row.id.clone(), compile(row, &own, cn)?);
        }
        Ok(Calendars { natural: Calendar::natural(own), by_id })
    }

    /// The calendar a promise counts in; without one, day and night in the company's zone.
    pub fn of(&self, timing: &Timing) -> Result<&Calendar, Problem> {
        match &timing.calendar {
            None => Ok(&self.natural),
            Some(id) => self.get(id).ok_or_else(|| Problem::new("calendar.unknown").about(id)),
        }
    }

    pub fn get(&self, id: &str) -> Option<&Calendar> {
        self.by_id.get(id)
    }
}

fn compile(row: &CalendarRow, own: &TimeZone, cn: &Holidays) -> Result<Calendar, Problem> {
    let zone = row.zone.as_deref().map_or_else(|| Ok(own.clone()), zone)?;
    if row.natural {
        return Ok(Calendar::natural(zone));
    }
    let none = Holidays::none();
    let holidays = match row.holidays {
        HolidayKind::Cn => cn,
        HolidayKind::None => &none,
    };
    Ok(Calendar::compile(zone, &row.hours, holidays, row.after_hours)?.provisional(true))
}

fn zone(name: &str) -> Result<TimeZone, Problem> {
    TimeZone::get(name).map_err(|_| Problem::new("calendar.unknown_zone").about(name))
}
