//! What the wall clock shows. The changes of a time zone's offset, laid out for looking up.

use jiff::{Timestamp, tz::TimeZone};

/// Seconds of the wall clock, counted as if there were no zone.
pub(crate) type Local = i64;

pub(crate) struct Offsets {
    changes: Vec<Change>,
}

struct Change {
    /// The first instant with this offset.
    at: i64,
    /// The first clock time that is read with this offset: past the gap, past what exists twice.
    local: Local,
    offset: i32,
}

impl Offsets {
    /// The offsets in use between two instants.
    pub(crate) fn of(zone: &TimeZone, from: i64, to: i64) -> Offsets {
        let instant = |second| Timestamp::from_second(second).expect("a year of four digits");
        let before = zone.to_offset(instant(from)).seconds();
        let mut changes = vec![Change { at: i64::MIN, local: i64::MIN, offset: before }];
        for change in zone.following(instant(from)) {
            let (at, offset) = (change.timestamp().as_second(), change.offset().seconds());
            let before = changes[changes.len() - 1].offset;
            if at >= to {
                break;
            }
            if offset != before {
                changes.push(Change { at, local: at + i64::from(before.max(offset)), offset });
            }
        }
        Offsets { changes }
    }

    /// The offset of an instant.
    pub(crate) fn at(&self, instant: i64) -> i32 {
        self.changes[self.index(instant)].offset
    }

    /// When the wall clock shows this. What does not exist moves forward by the gap; of what
    /// exists twice it is the first.
    pub(crate) fn instant(&self, local: Local) -> i64 {
        let index = self.changes.partition_point(|change| change.local <= local) - 1;
        local - i64::from(self.changes[index].offset)
    }

    /// Whether the wall clock shows it once more after this instant.
    pub(crate) fn shows_again(&self, instant: i64, local: Local) -> bool {
        let next = self.changes.get(self.index(instant) + 1);
        next.is_some_and(|next| next.at + i64::from(next.offset) <= local)
    }

    /// The parts of a time during which the offset stays the same.
    pub(crate) fn steady(&self, from: i64, to: i64) -> impl Iterator<Item = (i64, i64, i32)> {
        let (first, last) = (self.index(from), self.index(to - 1));
        (first..=last).map(move |index| {
            let end = self.changes.get(index + 1).map_or(to, |next| next.at.min(to));
            (self.changes[index].at.max(from), end, self.changes[index].offset)
        })
    }

    fn index(&self, instant: i64) -> usize {
        self.changes.partition_point(|change| change.at <= instant) - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FROM: i64 = -3 * 86_400;
    const TO: i64 = 73_049 * 86_400;

    /// Around every change of every zone, against the library itself.
    #[test]
    fn every_zone_is_read_as_the_time_zone_database_has_it() {
        let mut zones = 0;
        for name in jiff::tz::db().available() {
            let zone = TimeZone::get(name.as_str()).unwrap();
            let offsets = Offsets::of(&zone, FROM, TO);
            zones += 1;
            for change in offsets.changes.iter().skip(1).take(150) {
                for step in [-90_000, -7200, -3600, -1801, -1, 0, 1, 1799, 3600, 7201, 90_000] {
                    let instant = change.at + step;
                    let timestamp = Timestamp::from_second(instant).unwrap();
                    let seen = zone.to_offset(timestamp).seconds();
                    assert_eq!(offsets.at(instant), seen, "{name:?} {timestamp}");

                    let local = change.at + i64::from(change.offset) + step;
                    let civil = Timestamp::from_second(local).unwrap();
                    let civil = civil.to_zoned(TimeZone::UTC).datetime();
                    let read = zone.to_timestamp(civil).unwrap().as_second();
                    assert_eq!(offsets.instant(local), read, "{name:?} {civil}");
                }
            }
        }
        assert!(zones > 400, "the time zone database is missing: {zones} zones");
    }
}
