//! What happened to a unit before, as a case can take it: repairs in their order that do not
//! overlap, and readings that never fall.
//!
//! Source: C5; interfaces, "Counting".

use jiff::civil::Date;
use kernel::Field;

use super::Repair;
use crate::order::DelayBy;

impl From<DelayBy> for entitlement::DelayBy {
    fn from(it: DelayBy) -> Self {
        match it {
            DelayBy::Parts => entitlement::DelayBy::Parts,
            DelayBy::Repairer => entitlement::DelayBy::Repairer,
        }
    }
}

/// 使用读数: how far it has run, how long it has worked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    pub km: Option<i64>,
    pub hours: Option<i64>,
}

/// Nothing runs further, nothing works longer: a slip of the keyboard.
const MOST: i64 = 10_000_000;

/// What is wrong with a reading: there is none, it is out of range, or it fell.
pub fn backwards(before: Usage, now: Usage) -> Vec<Field> {
    if now == Usage::default() {
        return vec![Field::new("km", "missing")];
    }
    let fields = [("km", before.km, now.km), ("hours", before.hours, now.hours)];
    let wrong = fields.into_iter().filter_map(|(name, before, now)| {
        let now = now?;
        if !(0..=MOST).contains(&now) {
            return Some(Field::new(name, "range").with("min", 0i64).with("max", MOST));
        }
        let before = before.filter(|it| now < *it)?;
        Some(Field::new(name, "usage.backwards").with("before", before))
    });
    wrong.collect()
}

/// Two orders may be open for one unit, and a day may be asked for on which a repair still ran:
/// what lies before the sale or after that day is left out, what runs beyond it is open, and two
/// that overlap are told apart.
pub fn tidy(all: Vec<Repair>, begun: Option<Date>, as_of: Date) -> Vec<Repair> {
    let inside = |it: &Repair| {
        let day = it.handed_in.date();
        day <= as_of && begun.is_none_or(|begun| day >= begun)
    };
    let mut all: Vec<Repair> = all.into_iter().filter(inside).collect();
    for it in &mut all {
        it.out = it.out.filter(|out| out.date() <= as_of && *out >= it.handed_in);
    }
    all.sort_by_key(|it| (it.handed_in, it.out.is_none(), it.out));
    let mut kept: Vec<Repair> = Vec::with_capacity(all.len());
    for it in all {
        match kept.pop() {
            None => kept.push(it),
            Some(before) => kept.extend(apart(before, it)),
        }
    }
    for it in &mut kept {
        it.waiting_parts_days = it.waiting_parts_days.clamp(0, it.civil_days(as_of));
    }
    kept
}

/// Two repairs in their order, so that each day belongs to one of them and none is lost.
fn apart(mut before: Repair, mut it: Repair) -> Vec<Repair> {
    match (before.out, it.out) {
        (Some(end), out) if end > it.handed_in => {
            it.handed_in = end;
            it.out = out.map(|out| out.max(end));
            vec![before, it]
        }
        (Some(_), _) => vec![before, it],
        // The first is still open: the other was done in between.
        (None, Some(out)) => {
            it.handed_in = before.handed_in;
            before.handed_in = out;
            vec![it, before]
        }
        (None, None) => vec![before],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repair(handed_in: &str, out: Option<&str>) -> Repair {
        Repair::between(handed_in.parse().unwrap(), out.map(|it| it.parse().unwrap()))
    }

    fn spans(all: &[Repair]) -> Vec<String> {
        let out = |it: &Repair| it.out.map(|it| it.to_string()).unwrap_or_default();
        all.iter().map(|it| format!("{} {}", it.handed_in, out(it))).collect()
    }

    #[test]
    fn repairs_never_overlap_and_none_lies_outside_of_what_is_asked() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        #[rustfmt::skip]
        let cases = [
            // before the sale, after the day
            (vec![("2026-01-01T09:00", Some("2026-01-02T09:00")), ("2026-03-01T09:00", None)],
             vec![]),
            // still open on that day
            (vec![("2026-02-01T09:00", Some("2026-03-02T09:00"))],
             vec!["2026-02-01T09:00:00 "]),
            // one inside the other
            (vec![("2026-02-01T09:00", Some("2026-02-09T09:00")),
                  ("2026-02-03T09:00", Some("2026-02-04T09:00"))],
             vec!["2026-02-01T09:00:00 2026-02-09T09:00:00",
                  "2026-02-09T09:00:00 2026-02-09T09:00:00"]),
            // one into the other
            (vec![("2026-02-01T09:00", Some("2026-02-03T09:00")),
                  ("2026-02-02T09:00", Some("2026-02-05T09:00"))],
             vec!["2026-02-01T09:00:00 2026-02-03T09:00:00",
                  "2026-02-03T09:00:00 2026-02-05T09:00:00"]),
            // one left open, another done since
            (vec![("2026-02-01T09:00", None), ("2026-02-03T09:00", Some("2026-02-04T09:00"))],
             vec!["2026-02-01T09:00:00 2026-02-04T09:00:00", "2026-02-04T09:00:00 "]),
            // two left open
            (vec![("2026-02-01T09:00", None), ("2026-02-03T09:00", None)],
             vec!["2026-02-01T09:00:00 "]),
        ];
        for (given, wanted) in cases {
            let all = given.iter().map(|it| repair(it.0, it.1)).collect();
            let kept = tidy(all, Some(day("2026-01-10")), day("2026-02-20"));
            assert_eq!(spans(&kept), wanted, "{given:?}");
            let mut case = entitlement::Case::on(day("2026-02-20"));
            case.repairs = kept;
            let decided = entitlement::decide(&case, &entitlement::RuleBook::law());
            assert!(decided.is_ok(), "{given:?} {decided:?}");
        }
    }

    #[test]
    fn a_reading_never_falls_and_says_something() {
        let usage = |km, hours| Usage { km, hours };
        #[rustfmt::skip]
        let cases = [
            (usage(Some(100), None), usage(Some(100), None), vec![]),
            (usage(Some(100), None), usage(Some(99), None),  vec![("km", "usage.backwards")]),
            (usage(None, Some(10)),  usage(Some(1), Some(9)), vec![("hours", "usage.backwards")]),
            (usage(None, None),      usage(Some(-1), None),  vec![("km", "range")]),
            (usage(None, None),      usage(None, None),      vec![("km", "missing")]),
        ];
        for (before, now, wanted) in cases {
            let wrong = backwards(before, now);
            let said: Vec<_> = wrong.iter().map(|it| (it.field.as_str(), it.code)).collect();
            assert_eq!(said, wanted, "{before:?} {now:?}");
        }
    }
}
