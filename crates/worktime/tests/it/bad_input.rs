//! What cannot be is refused, and the place is named.

use jiff::{Timestamp, tz::TimeZone};
use proptest::prelude::*;
use worktime::{
    AfterHours, Amount, Calendar, Clock, Holidays, Hours, Interval, Pause, Policy, Unit,
};

const GOOD: &str = r#"
zone = "Asia/Shanghai"
after_hours = "cutoff"
cutoff = "17:00"
next_start = "08:30"

[hours]
mon = [["08:30", "12:00"], ["13:30", "17:00"]]
tue = [["08:30", "24:00"]]
fri = [["22:00", "06:00"]]
make_up = [["09:00", "12:00"]]

[exceptions]
2026-12-24 = [["08:30", "12:00"]]
"2026-12-31" = []

[[promise]]
type = "repair"
amount = 3
unit = "working_days"
day_end = true

[[promise]]
amount = 0.125
unit = "hours"
clock = "natural"
"#;

fn read(text: &str) -> Result<Policy, String> {
    Policy::read(text, jiff::tz::db()).map_err(|problem| {
        let place = problem.place.expect("what is read from a file has a place");
        format!("{place} {} {problem}", problem.field)
    })
}

#[test]
fn a_policy_is_read_whole() {
    let policy = read(GOOD).unwrap();
    assert_eq!(policy.after_hours, AfterHours::Cutoff { cutoff: 1020, next_start: 510 });
    assert_eq!(policy.hours.week[0].len(), 2);
    assert_eq!(policy.hours.week[1], [Interval { from: 510, to: 1440 }]);
    assert_eq!(policy.hours.week[4], [Interval { from: 1320, to: 1800 }]);
    assert!(policy.hours.week[2].is_empty());
    assert_eq!(policy.hours.make_up, Some(vec![Interval { from: 540, to: 720 }]));
    assert_eq!(policy.hours.exceptions.len(), 2);
    let [repair, other] = &policy.promises[..] else { panic!("two promises") };
    assert_eq!(repair.case.as_deref(), Some("repair"));
    assert_eq!(repair.amount, Amount::working_days(3).to_day_end());
    let eighth = Amount { thousandths: 125, unit: Unit::Hours, day_end: false };
    assert_eq!((other.amount, other.clock, &other.case), (eighth, Clock::Natural, &None));
}

#[test]
fn a_wrong_policy_is_refused_with_line_and_column() {
    let rows = [
        ("Asia/Shanghai", "Asia/Atlantis", "2:8 zone policy.unknown_zone:Asia/Atlantis"),
        ("zone = ", "zoen = ", "2:1 zoen policy.unknown_key:zoen"),
        ("zone = \"Asia/Shanghai\"", "", "1:1  policy.missing:zone"),
        ("zone = \"Asia/Shanghai\"", "zone = 8", "2:8 zone policy.wrong_type:string, not integer"),
        ("\"cutoff\"", "\"later\"", "3:15 after_hours policy.unknown_value:later"),
        ("cutoff = \"17:00\"", "", "3:15 after_hours policy.missing:cutoff"),
        (
            "next_start = \"08:30\"",
            "next_start = \"8.30\"",
            "5:14 next_start hours.not_a_time:8.30",
        ),
        ("cutoff = \"17:00\"", "cutoff = \"25:00\"", "4:10 cutoff hours.not_a_time:25:00"),
        ("13:30", "11:30", "8:28 hours.mon[1] hours.overlap:08:30-12:00 11:30-17:00"),
        (
            "\"13:30\", \"17:00\"",
            "\"17:00\", \"13:30\"",
            "8:28 hours.mon[1] hours.backwards:17:00-13:30",
        ),
        ("\"13:30\", \"17:00\"", "\"13:30\"", "8:28 hours.mon[1] hours.not_an_interval"),
        (
            "\"13:30\", \"17:00\"",
            "\"13:30\", 17",
            "8:28 hours.mon[1] policy.wrong_type:string, not integer",
        ),
        ("24:00", "24:60", "9:8 hours.tue[0] hours.not_a_time:24:60"),
        ("tue", "die", "9:1 hours.die policy.unknown_key:die"),
        (
            "make_up = [[",
            "make_up = [[\"11:00\", \"13:00\"], [",
            "11:32 hours.make_up[1] hours.overlap:11:00-13:00 09:00-12:00",
        ),
        ("2026-12-24", "2026-02-30", "14:1 exceptions.2026-02-30 hours.not_a_date:2026-02-30"),
        (
            "amount = 3",
            "amount = 0.0005",
            "19:10 promise[0].amount amount.too_many_decimals:0.0005",
        ),
        ("amount = 3", "amount = -3", "19:10 promise[0].amount amount.not_positive"),
        ("amount = 0.125", "amount = 0", "24:10 promise[1].amount amount.not_positive"),
        (
            "amount = 3",
            "amount = 99999999999999999999",
            "19:10 promise[0].amount amount.too_large:99999999999999999999",
        ),
        (
            "amount = 3",
            "amount = \"3\"",
            "19:10 promise[0].amount policy.wrong_type:number, not string",
        ),
        ("amount = 3", "", "17:1 promise[0] policy.missing:amount"),
        ("working_days", "weeks", "20:8 promise[0].unit policy.unknown_value:weeks"),
        ("working_days", "hours", "21:11 promise[0].day_end amount.day_end_needs_working_days"),
        ("type = \"repair\"", "", "23:1 promise[1].type policy.promise_twice"),
        (
            "unit = \"hours\"",
            "unit = \"working_days\"",
            "26:9 promise[1].clock policy.natural_working_days",
        ),
        ("[hours]", "[hours", "7:7  policy.not_readable:unclosed table, expected `]`"),
    ];
    for (good, bad, expected) in rows {
        let told = read(&GOOD.replacen(good, bad, 1)).unwrap_err();
        assert_eq!(told, expected, "{bad}");
    }
}

fn office() -> Calendar {
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let hours = Hours::monday_to_friday(&[("08:30", "17:00")]).unwrap();
    Calendar::compile(zone, &hours, &Holidays::none(), AfterHours::Clamp).unwrap()
}

fn at(text: &str) -> Timestamp {
    format!("{text}+08:00").parse().unwrap()
}

#[test]
fn a_calendar_without_any_hours_is_refused() {
    let compile =
        |hours| Calendar::compile(TimeZone::UTC, &hours, &Holidays::none(), AfterHours::Clamp);
    let code = |hours| compile(hours).err().map(|problem| (problem.code, problem.field));
    assert_eq!(code(Hours::default()), Some(("calendar.no_hours", "hours".to_owned())));
    let empty = Hours::monday_to_friday(&[]).unwrap();
    assert_eq!(code(empty), Some(("calendar.no_hours", "hours".to_owned())));
    let mut one_day = Hours::default();
    let day = "2026-11-22".parse().unwrap();
    one_day.exceptions.insert(day, vec![Interval { from: 0, to: 60 }]);
    assert_eq!(code(one_day.clone()), None, "one hour on one day is little, but a calendar");
    one_day.exceptions.insert(day, vec![Interval { from: 60, to: 0 }]);
    let refused = ("hours.backwards", "exceptions.2026-11-22[0]".to_owned());
    assert_eq!(code(one_day), Some(refused));
}

#[test]
fn an_amount_that_cannot_be_is_refused() {
    let code = |amount| office().due(at("2026-11-20T10:00"), amount).err().map(|it| it.code);
    assert_eq!(code(Amount::hours(0)), Some("amount.not_positive"));
    assert_eq!(code(Amount::hours(-1)), Some("amount.not_positive"));
    assert_eq!(code(Amount::working_days(0)), Some("amount.not_positive"));
    assert_eq!(code(Amount::working_days(0).to_day_end()), None, "by the end of today");
    assert_eq!(code(Amount::working_days(-1).to_day_end()), Some("amount.not_positive"));
    assert_eq!(code(Amount::hours(1).to_day_end()), Some("amount.day_end_needs_working_days"));
    for unit in Unit::ALL {
        for number in [400 * 366 * 24 * 60, 1_000_000 * 366 * 24 * 60, i64::MAX] {
            assert_eq!(code(Amount::of(number, unit)), Some("calendar.out_of_range"), "{unit:?}");
        }
    }
}

#[test]
fn an_instant_beyond_the_calendar_is_refused() {
    let calendar = office();
    for far in ["1969-06-01T00:00", "2170-06-01T00:00", "-009998-01-01T00:00", "9998-01-01T00:00"] {
        for unit in Unit::ALL {
            let code = calendar.due(at(far), Amount::of(1, unit)).unwrap_err().code;
            assert_eq!(code, "calendar.out_of_range", "{far} {unit:?}");
        }
        assert!(calendar.is_open(at(far)).is_err());
        assert!(calendar.next_opening(at(far)).is_err());
        assert!(calendar.previous_closing(at(far)).is_err());
        assert!(calendar.elapsed(at("2026-01-01T00:00").min(at(far)), at(far), &[]).is_err());
    }
}

#[test]
fn a_pause_that_cannot_be_is_refused_by_its_number() {
    let calendar = office();
    let (start, end) = (at("2026-11-20T09:00"), at("2026-11-20T12:00"));
    let pause = |from: &str, to: Option<&str>| Pause {
        from: at(&format!("2026-11-20T{from}")),
        to: to.map(|to| at(&format!("2026-11-20T{to}"))),
    };
    let told = |pauses: &[Pause]| {
        let due = calendar.due_after_pauses(start, Amount::hours(1), pauses);
        let elapsed = calendar.elapsed(start, end, pauses);
        (due.map_err(|it| it.to_string()).err(), elapsed.map_err(|it| it.to_string()))
    };
    let refused = |problem: &str| (Some(problem.to_owned()), Err(problem.to_owned()));

    let backwards = pause("10:00", Some("09:59"));
    assert_eq!(told(&[pause("09:00", Some("09:30")), backwards]), refused("pause.backwards:2"));
    let overlapping = [pause("10:00", Some("11:00")), pause("09:30", Some("10:01"))];
    assert_eq!(told(&overlapping), refused("pause.overlap:2"));
    let after_open = [pause("09:30", None), pause("11:00", Some("11:30"))];
    assert_eq!(told(&after_open), refused("pause.overlap:2"));
    let touching = [pause("10:00", Some("11:00")), pause("09:30", Some("10:00"))];
    assert_eq!(told(&touching), (None, Ok(90 * 60)));
    let open = [pause("09:30", None)];
    assert_eq!(told(&open), (Some("pause.open:1".to_owned()), Ok(30 * 60)), "it has no due time");
    let open_later = [pause("11:30", None)];
    assert_eq!(told(&open_later), (None, Ok(150 * 60)), "it was due before");
}

#[test]
fn time_does_not_run_backwards() {
    let (start, end) = (at("2026-11-20T09:00"), at("2026-11-20T08:59"));
    let code = office().elapsed(start, end, &[]).unwrap_err().code;
    assert_eq!(code, "elapsed.ends_before_start");
}

#[test]
fn a_wrong_holiday_file_is_refused_with_its_place() {
    let told = |text: &str| {
        let problem = Holidays::from_json(text).unwrap_err();
        let place = problem.place.map_or_else(|| problem.field.clone(), |it| it.to_string());
        format!("{place} {}", problem.code)
    };
    let year = |days: &str| format!("{{\"year\": 2027,\n \"papers\": [],\n \"days\": [{days}]}}");
    let day =
        |date: &str| format!("{{\"name\": \"元旦\", \"date\": \"{date}\", \"isOffDay\": true}}");
    assert_eq!(told(&year(&day("2027-02-30"))), "3:45 holidays.not_readable");
    assert_eq!(told(&year(&day("2027-1-1"))), "3:43 holidays.not_readable");
    assert_eq!(told(&year(&day("2026-11-30"))), "2027.days[0] holidays.other_year");
    let twice = format!("{}, {}", day("2027-01-01"), day("2027-01-01"));
    assert_eq!(told(&year(&twice)), "2027.days[1] holidays.date_twice");
    let (one, other) = (year(&day("2027-01-01")), year(&day("2027-01-02")));
    assert_eq!(told(&format!("[{one},{other}]")), "years[1] holidays.year_twice");
    assert_eq!(told("{\"year\": 2027}"), "1:14 holidays.not_readable");
    assert_eq!(told(""), "1:0 holidays.not_readable");
    assert_eq!(told("[1]"), "1:2 holidays.not_readable");
}

#[test]
fn a_year_that_is_not_published_yet_has_no_data() {
    let empty = Holidays::from_json(r#"{"year": 2027, "papers": [], "days": []}"#).unwrap();
    assert_eq!(empty.years().map(|years| years.len()), Some(0));
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let hours = Hours::monday_to_friday(&[("08:30", "17:00")]).unwrap();
    let calendar = Calendar::compile(zone, &hours, &empty, AfterHours::Clamp).unwrap();
    let problem = calendar.is_working_day("2027-01-04".parse().unwrap()).unwrap_err();
    assert_eq!(problem.to_string(), "calendar.no_data:2027");
}

#[test]
fn a_policy_with_any_slip_of_the_keyboard_is_read_or_refused_with_its_place() {
    let mut refused = 0;
    for (byte, _) in GOOD.char_indices() {
        for slip in ["", "9", "-", "]", "\"", "夜", "\n", "[[", "="] {
            let rest = GOOD[byte..].chars().next().map_or(0, char::len_utf8);
            let text = format!("{}{slip}{}", &GOOD[..byte], &GOOD[byte + rest..]);
            if let Err(problem) = Policy::read(&text, jiff::tz::db()) {
                let place = problem.place.expect("what is read from a file has a place");
                assert!(place.line <= text.lines().count() + 1, "{place} of {text}");
                refused += 1;
            }
        }
    }
    assert!(refused > 1000);
}

proptest! {
    #[test]
    fn no_question_breaks_a_calendar(
        start in any::<i64>(),
        end in any::<i64>(),
        thousandths in any::<i64>(),
        unit in prop::sample::select(&Unit::ALL[..]),
        day_end in any::<bool>(),
        pauses in prop::collection::vec((any::<i64>(), any::<Option<i64>>()), 0..3),
    ) {
        let stamp = |number: i64| {
            // Half of them about the years that a calendar reaches, 1960 to 2180.
            let range = match number % 2 {
                0 => -315_619_200..6_627_000_000,
                _ => Timestamp::MIN.as_second()..Timestamp::MAX.as_second(),
            };
            let second = range.start + number.rem_euclid(range.end - range.start);
            Timestamp::from_second(second).unwrap()
        };
        let pause = |(from, to): (i64, Option<i64>)| Pause { from: stamp(from), to: to.map(stamp) };
        let pauses: Vec<Pause> = pauses.into_iter().map(pause).collect();
        let (start, end) = (stamp(start), stamp(end));
        let amount = Amount { thousandths, unit, day_end };
        let cutoff = AfterHours::Cutoff { cutoff: 1440, next_start: 0 };
        for after_hours in [AfterHours::Clamp, cutoff] {
            let hours = Hours::monday_to_friday(&[("22:00", "24:00")]).unwrap();
            let zone = TimeZone::get("Pacific/Apia").unwrap();
            let calendar = Calendar::compile(zone, &hours, &Holidays::cn(), after_hours).unwrap();
            for calendar in [calendar, Calendar::natural(TimeZone::UTC).provisional(true)] {
                let _ = calendar.due(start, amount);
                let _ = calendar.due(start, Amount { thousandths: thousandths % 9_000_000, ..amount });
                let _ = calendar.due_after_pauses(start, amount, &pauses);
                let _ = calendar.elapsed(start, end, &pauses);
                let _ = calendar.next_opening(start);
                let _ = calendar.previous_closing(start);
                let day = calendar.date(start).unwrap();
                let _ = calendar.opening_hours(day);
                let _ = calendar.working_days_after(day, 100_000);
                let _ = calendar.write_time(start);
                let _ = calendar.read(day.at(23, 59, 59, 999));
            }
        }
    }
}
