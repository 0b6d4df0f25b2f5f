//! Times as people say them: near ones by their distance, others by day and hour.

use jiff::{Unit, civil::Weekday, tz::TimeZone};
use kernel::{Day, Time};
use rules::order::Window;

use crate::{Cx, args, say::Say};

/// From where a time is looked at: when, in which zone, in which language.
#[derive(Debug, Clone, Copy)]
pub struct Here<'a> {
    pub now: Time,
    pub zone: &'a TimeZone,
    pub say: Say,
}

impl Here<'_> {
    /// `今天 14:00`, `周二 18:00`, `11-28 09:00`, `2025-03-02 09:00`.
    pub fn moment(self, at: Time) -> String {
        let clock = at.stamp().to_zoned(self.zone.clone()).strftime("%H:%M").to_string();
        format!("{} {clock}", self.day(at.day(self.zone)))
    }

    /// `今天`, `周二`, `11-28`, `2025-03-02`.
    pub fn day(self, day: Day) -> String {
        let today = self.now.day(self.zone).0;
        let days = today.until((Unit::Day, day.0)).map_or(999, |it| it.get_days());
        match days {
            0 => self.say.t("day-today"),
            1 => self.say.t("day-tomorrow"),
            -1 => self.say.t("day-yesterday"),
            2..=6 => weekday(self.say, day.0.weekday()),
            _ if day.0.year() == today.year() => day.0.strftime("%m-%d").to_string(),
            _ => day.to_string(),
        }
    }

    /// `今天 14:00–16:00`.
    pub fn window(self, it: Window) -> String {
        let end = it.to.stamp().to_zoned(self.zone.clone());
        let same_day = it.from.day(self.zone) == it.to.day(self.zone);
        let end = if same_day { end.strftime("%H:%M").to_string() } else { self.moment(it.to) };
        format!("{}–{end}", self.moment(it.from))
    }

    /// `11-28 周六 14:00–16:00`: in a text that is kept, as it is read on another day.
    pub fn kept_window(self, it: Window) -> String {
        let (from, to) = (it.from.day(self.zone), it.to.day(self.zone));
        let dated = |day: Day, at: Time| {
            let date = day.0.strftime("%m-%d");
            format!("{date} {} {}", weekday(self.say, day.0.weekday()), self.clock(at))
        };
        let end = if from == to { self.clock(it.to) } else { dated(to, it.to) };
        format!("{}–{end}", dated(from, it.from))
    }

    /// `2026-11-28 14:00–16:00`: on paper.
    pub fn exact_window(self, it: Window) -> String {
        let same_day = it.from.day(self.zone) == it.to.day(self.zone);
        let end = if same_day { self.clock(it.to) } else { self.exact(it.to) };
        format!("{}–{end}", self.exact(it.from))
    }

    /// From the first to the last of whole days, `今天–周日`; otherwise as a window.
    pub fn span(self, it: Window) -> String {
        let whole = [it.from, it.to].iter().all(|at| self.clock(*at) == "00:00");
        let (first, last) = (it.from.day(self.zone), it.to.day(self.zone).plus(-1));
        match whole {
            true if first == last => self.day(first),
            true => format!("{}–{}", self.day(first), self.day(last)),
            false => self.window(it),
        }
    }

    /// The end of such a span: midnight is the end of the day before.
    pub fn until(self, at: Time) -> String {
        match self.clock(at).as_str() {
            "00:00" => self.day(at.day(self.zone).plus(-1)),
            _ => self.moment(at),
        }
    }

    /// `2026-11-22 14:05`: what stands behind a time said by its distance.
    pub fn exact(self, at: Time) -> String {
        at.stamp().to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// `2026-11-22T14:05`, as a browser's field wants it.
    pub fn typed(self, at: Time) -> String {
        at.stamp().to_zoned(self.zone.clone()).strftime("%Y-%m-%dT%H:%M").to_string()
    }

    /// `14:05`.
    pub fn clock(self, at: Time) -> String {
        at.stamp().to_zoned(self.zone.clone()).strftime("%H:%M").to_string()
    }

    /// How long until then, or how long it has been late: `剩 35 分`, `超 2 小时`.
    pub fn distance(self, due: Time) -> String {
        distance(self.say, self.now, due)
    }
}

pub fn weekday(say: Say, day: Weekday) -> String {
    let name = match day {
        Weekday::Monday => "mon",
        Weekday::Tuesday => "tue",
        Weekday::Wednesday => "wed",
        Weekday::Thursday => "thu",
        Weekday::Friday => "fri",
        Weekday::Saturday => "sat",
        Weekday::Sunday => "sun",
    };
    say.code("weekday", name)
}

/// The same inside a use case.
pub fn moment(cx: &Cx, say: Say, at: Time) -> String {
    here(cx, say).moment(at)
}

pub fn window(cx: &Cx, say: Say, it: Window) -> String {
    here(cx, say).window(it)
}

pub fn kept_window(cx: &Cx, say: Say, it: Window) -> String {
    here(cx, say).kept_window(it)
}

pub fn here(cx: &Cx, say: Say) -> Here<'_> {
    Here { now: cx.now(), zone: &cx.company.zone, say }
}

pub fn distance(say: Say, now: Time, due: Time) -> String {
    let (late, minutes) = if due < now {
        (true, due.until(now).whole_minutes())
    } else {
        (false, now.until(due).whole_minutes())
    };
    let (unit, count) = match minutes {
        0..=99 => ("minutes", minutes),
        100..=2879 => ("hours", minutes / 60),
        _ => ("days", minutes / 1440),
    };
    let key = format!("{}-{unit}", if late { "late" } else { "left" });
    say.with(&key, &args! { "count" => count })
}
