//! Times as people say them: near ones by their distance, others by day and hour.

use jiff::{Unit, civil::Weekday};
use kernel::Time;
use rules::order::Window;

use crate::{Cx, args, say::Say};

/// `今天 14:00`, `周二 18:00`, `11-28 09:00`, `2025-03-02`.
pub fn moment(cx: &Cx, say: Say, at: Time) -> String {
    let zone = &cx.company.zone;
    let there = at.stamp().to_zoned(zone.clone());
    let today = cx.today().0;
    let days = today.until((Unit::Day, there.date())).map_or(999, |it| it.get_days());
    let clock = there.strftime("%H:%M").to_string();
    let day = match days {
        0 => say.t("day-today"),
        1 => say.t("day-tomorrow"),
        -1 => say.t("day-yesterday"),
        2..=6 => weekday(say, there.weekday()),
        _ if there.year() == today.year() => there.strftime("%m-%d").to_string(),
        _ => there.strftime("%Y-%m-%d").to_string(),
    };
    format!("{day} {clock}")
}

fn weekday(say: Say, day: Weekday) -> String {
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

/// `今天 14:00–16:00`.
pub fn window(cx: &Cx, say: Say, it: Window) -> String {
    let end = it.to.stamp().to_zoned(cx.company.zone.clone());
    let same_day = it.from.day(&cx.company.zone) == it.to.day(&cx.company.zone);
    let end = if same_day { end.strftime("%H:%M").to_string() } else { moment(cx, say, it.to) };
    format!("{}–{end}", moment(cx, say, it.from))
}

/// How long until then, or how long it has been late: `还有 35 分钟`, `超 2 小时`.
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
