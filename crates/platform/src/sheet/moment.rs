//! Times and days as people write them. What could be read in two ways is not guessed at.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    fmt::{
        strtime::{self, BrokenDownTime},
        temporal::Pieces,
    },
    tz::{AmbiguousOffset, TimeZone},
};

use super::trouble::{self, Trouble};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    pub at: Timestamp,
    pub note: Option<Note>,
}

/// What the clocks of a zone did to a local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// It was shown twice, as clocks went back: the first is meant.
    Twice,
    /// It was never shown, as clocks went forward: it moves by the gap.
    Never,
}

/// Year first, or with the Chinese words: these have one reading only.
const USUAL: &[&str] = &[
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M:%S%.f",
    "%Y/%m/%d %H:%M",
    "%Y.%m.%d %H:%M:%S%.f",
    "%Y.%m.%d %H:%M",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日%H时%M分%S秒",
    "%Y年%m月%d日%H时%M分",
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y年%m月%d日",
];

/// With formats (`%d.%m.%Y %H:%M`; zeros in front may be left out) one of them must fit, or ISO
/// 8601, in which dates come out of workbooks. Without an offset in the text it is a time in
/// `zone`.
pub fn when(text: &str, formats: &[impl AsRef<str>], zone: &TimeZone) -> Result<Moment, Trouble> {
    let unclear = || Trouble::new(trouble::NO_TIME).with("value", text);
    match read(text.trim(), formats).ok_or_else(unclear)? {
        Written::At(at) => Ok(Moment { at, note: None }),
        Written::Local(local) => in_zone(local, zone).ok_or_else(unclear),
    }
}

/// The day that is written there; a time behind it does not matter.
pub fn day(text: &str, formats: &[impl AsRef<str>]) -> Result<Date, Trouble> {
    let unclear = || Trouble::new(trouble::NO_DAY).with("value", text);
    let text = text.trim();
    // "2026-01-10T00:30:00+08:00" is the 10th, whatever day it is in Greenwich.
    let found = match own(text, formats) {
        Some(broken) => broken.to_date().ok(),
        None => Pieces::parse(text).ok().map(|pieces| pieces.date()),
    };
    let found = found.or_else(|| match formats.is_empty() {
        true => usual(text).map(DateTime::date),
        false => None,
    });
    found.filter(|date| plausible(*date)).ok_or_else(unclear)
}

enum Written {
    At(Timestamp),
    Local(DateTime),
}

fn read(text: &str, formats: &[impl AsRef<str>]) -> Option<Written> {
    let written = match own(text, formats) {
        Some(broken) => written(&broken)?,
        None => iso(text).or_else(|| match formats.is_empty() {
            true => usual(text).map(Written::Local),
            false => None,
        })?,
    };
    let date = match &written {
        Written::At(at) => TimeZone::UTC.to_datetime(*at).date(),
        Written::Local(local) => local.date(),
    };
    plausible(date).then_some(written)
}

fn own(text: &str, formats: &[impl AsRef<str>]) -> Option<BrokenDownTime> {
    formats.iter().find_map(|format| strtime::parse(format.as_ref(), text).ok())
}

fn written(broken: &BrokenDownTime) -> Option<Written> {
    if broken.offset().is_some() || broken.timestamp().is_some() {
        return broken.to_timestamp().ok().map(Written::At);
    }
    let date = broken.to_date().ok()?;
    let time = broken.to_time().unwrap_or(Time::midnight());
    Some(Written::Local(date.to_datetime(time)))
}

fn iso(text: &str) -> Option<Written> {
    if let Ok(at) = text.parse() {
        return Some(Written::At(at));
    }
    text.parse().ok().map(Written::Local)
}

fn usual(text: &str) -> Option<DateTime> {
    own(text, USUAL).and_then(|broken| match written(&broken)? {
        Written::Local(local) => Some(local),
        Written::At(_) => None,
    })
}

/// "01-02-20" is not a day of the year 1.
fn plausible(date: Date) -> bool {
    date.year() >= 1000
}

fn in_zone(local: DateTime, zone: &TimeZone) -> Option<Moment> {
    let ambiguous = zone.to_ambiguous_timestamp(local);
    let note = match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } => None,
        AmbiguousOffset::Fold { .. } => Some(Note::Twice),
        AmbiguousOffset::Gap { .. } => Some(Note::Never),
    };
    ambiguous.compatible().ok().map(|at| Moment { at, note })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: &[&str] = &[];

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        for (text, expected) in [
            ("2011-07-01 01:32:33", "2011-06-30T17:32:33Z"),
            ("2011-07-01 01:32", "2011-06-30T17:32:00Z"),
            ("2011-07-01T01:32:33", "2011-06-30T17:32:33Z"),
            ("2011-07-01T01:32:33.25", "2011-06-30T17:32:33.25Z"),
            ("2011-07-01T01:32:33Z", "2011-07-01T01:32:33Z"),
            ("2011-07-01T01:32:33+02:00", "2011-06-30T23:32:33Z"),
            ("2011-07-01T01:32:33.000+0200", "2011-06-30T23:32:33Z"),
            ("2016-07-13 15:11:07+00:00", "2016-07-13T15:11:07Z"),
            ("2011/7/1 1:05", "2011-06-30T17:05:00Z"),
            (" 2011/7/1 1:05:09 ", "2011-06-30T17:05:09Z"),
            ("2011年7月1日", "2011-06-30T16:00:00Z"),
            ("2011年7月1日 8:30", "2011-07-01T00:30:00Z"),
            ("2011年07月01日08时30分", "2011-07-01T00:30:00Z"),
            ("2011-7-1", "2011-06-30T16:00:00Z"),
            ("2011-07-01", "2011-06-30T16:00:00Z"),
            ("20110701", "2011-06-30T16:00:00Z"),
        ] {
            let moment = when(text, NONE, &zone("Asia/Shanghai")).map(|moment| moment.at);
            assert_eq!(moment, Ok(expected.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn what_has_two_readings_is_not_guessed_at() {
        for text in [
            "",
            "soon",
            "01/02/2020",
            "1-2-20",
            "01-02-20",
            "45943",
            "2011-02-30",
            "2011-13-01",
            "2011-07-01 25:00",
            "2011-07-01 01:32 or later",
            "0201-07-01",
            "9999-12-31 23:59:59",
            "12:30",
        ] {
            let trouble = when(text, NONE, &zone("America/New_York")).unwrap_err();
            assert_eq!((trouble.code, trouble.arg("value")), (trouble::NO_TIME, Some(text)));
        }
    }

    #[test]
    fn a_format_reads_with_and_without_zeros_in_front() {
        for (format, text) in [
            ("%d-%m-%Y %H:%M", "09-02-2016 01:16"),
            ("%d-%m-%Y %H:%M", "9-2-2016 1:16"),
            ("%-d-%-m-%Y %-H:%M", "09-02-2016 01:16"),
            ("%-d-%-m-%Y %-H:%M", "9-2-2016 1:16"),
            ("%m/%d/%y %I:%M %p", "2/9/16 1:16 AM"),
            ("%Y%m%d%H%M", "201602090116"),
            // Dates of a workbook come as ISO 8601, whatever format the texts have.
            ("%d-%m-%Y %H:%M", "2016-02-09T01:16:00"),
        ] {
            let moment = when(text, &["%Y!", format], &TimeZone::UTC).map(|moment| moment.at);
            assert_eq!(moment, Ok("2016-02-09T01:16:00Z".parse().unwrap()), "{format} {text}");
        }
        assert!(when("2016/02/09 01:16", &["%d-%m-%Y %H:%M"], &TimeZone::UTC).is_err());
        let offset = when("09.02.2016 01:16 +0100", &["%d.%m.%Y %H:%M %z"], &zone("Asia/Tokyo"));
        assert_eq!(offset.unwrap().at, "2016-02-09T00:16:00Z".parse().unwrap());
    }

    #[test]
    fn the_clocks_of_a_zone_go_back_and_forward() {
        for (text, at, note) in [
            ("2011-11-06 01:30", "2011-11-06T05:30:00Z", Some(Note::Twice)),
            ("2011-03-13 02:30", "2011-03-13T07:30:00Z", Some(Note::Never)),
            ("2011-03-13 03:30", "2011-03-13T07:30:00Z", None),
        ] {
            let moment = when(text, NONE, &zone("America/New_York"));
            assert_eq!(moment, Ok(Moment { at: at.parse().unwrap(), note }), "{text}");
        }
    }

    #[test]
    fn a_day_is_the_one_that_is_written() {
        for (text, formats) in [
            ("2026-01-10", NONE),
            ("2026/1/10", NONE),
            ("2026.01.10", NONE),
            ("2026年1月10日", NONE),
            ("20260110", NONE),
            ("2026-01-10 23:59:59", NONE),
            ("2026/1/10 0:00", NONE),
            ("2026-01-10T00:30:00+08:00", NONE),
            ("2026-01-10T23:30:00Z", NONE),
            ("10.1.26", &["%d.%m.%y"]),
            ("10.1.2026 8:15", &["%d.%m.%Y %H:%M"]),
            ("2026-01-10", &["%d.%m.%y"]),
        ] {
            assert_eq!(day(text, formats), Ok(jiff::civil::date(2026, 1, 10)), "{text}");
        }
        for text in ["", "x", "10.1.2026", "01-10-26", "2026-02-29"] {
            assert_eq!(day(text, NONE).unwrap_err().code, trouble::NO_DAY, "{text}");
        }
    }
}
