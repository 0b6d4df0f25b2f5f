//! Questions as a table asks them: a type of case and what the wall clock shows.

use jiff::{Timestamp, tz::TimeZone};
use worktime::{Calendar, Holidays, Policy, Promises, Reading};

fn promises(rows: &str) -> Promises {
    let text = format!("zone = \"America/New_York\"\nhours.mon = [[\"08:30\", \"17:00\"]]\n{rows}");
    let policy = Policy::read(&text, jiff::tz::db()).unwrap();
    policy.promises(&Holidays::none(), false).unwrap()
}

const TWO: &str = "
[[promise]]
type = \"repair\"
amount = 2
unit = \"hours\"
[[promise]]
type = \"reply\"
amount = 0.5
unit = \"calendar_days\"
clock = \"natural\"
";

#[test]
fn a_case_finds_the_promise_of_its_type() {
    let other = "[[promise]]\namount = 3\nunit = \"hours\"\n";
    let one = "[[promise]]\ntype = \"repair\"\namount = 2\nunit = \"hours\"\n";
    let rows = [
        (TWO.to_owned(), Some("repair"), "2026-11-23T10:30"),
        (TWO.to_owned(), Some("reply"), "2026-11-22T12:00"),
        (TWO.to_owned(), Some("claim"), "policy.no_promise:claim"),
        (TWO.to_owned(), None, "policy.no_promise"),
        (format!("{TWO}{other}"), Some("repair"), "2026-11-23T10:30"),
        (format!("{TWO}{other}"), Some("claim"), "2026-11-23T11:30"),
        (format!("{TWO}{other}"), None, "2026-11-23T11:30"),
        (one.to_owned(), None, "2026-11-23T10:30"),
        (one.to_owned(), Some("claim"), "policy.no_promise:claim"),
        (String::new(), None, "policy.no_promise"),
    ];
    for (policy, case, expected) in rows {
        let promises = promises(&policy);
        let calendar = promises.calendar();
        let (start, _) = calendar.read_time("2026-11-22T00:00").unwrap();
        let due = promises.due(case, start).and_then(|due| calendar.write_time(due.at));
        let told = due.unwrap_or_else(|problem| problem.to_string());
        assert_eq!(told, expected, "{case:?} in {policy}");
    }
}

#[test]
fn a_time_is_read_as_tables_write_it() {
    let promises = promises("");
    let rows = [
        ("2026-11-20T16:00", Ok(("2026-11-20T21:00Z", Reading::Once))),
        ("2026-11-20 16:00:05", Ok(("2026-11-20T21:00:05Z", Reading::Once))),
        ("2026-11-20", Ok(("2026-11-20T05:00Z", Reading::Once))),
        ("2026-11-20T16:00+08:00", Ok(("2026-11-20T08:00Z", Reading::Once))),
        ("2026-11-20T16:00Z", Ok(("2026-11-20T16:00Z", Reading::Once))),
        ("2026-03-08T02:30", Ok(("2026-03-08T07:30Z", Reading::Skipped))),
        ("2026-03-08T02:00", Ok(("2026-03-08T07:00Z", Reading::Skipped))),
        ("2026-03-08T03:00", Ok(("2026-03-08T07:00Z", Reading::Once))),
        ("2026-11-01T00:59:59", Ok(("2026-11-01T04:59:59Z", Reading::Once))),
        ("2026-11-01T01:00", Ok(("2026-11-01T05:00Z", Reading::Twice))),
        ("2026-11-01T01:59:59", Ok(("2026-11-01T05:59:59Z", Reading::Twice))),
        ("2026-11-01T02:00", Ok(("2026-11-01T07:00Z", Reading::Once))),
        ("", Err("time.not_readable")),
        ("tomorrow", Err("time.not_readable:tomorrow")),
        ("2026-02-30T10:00", Err("time.not_readable:2026-02-30T10:00")),
        ("2026-11-20T24:00", Err("time.not_readable:2026-11-20T24:00")),
    ];
    for (text, expected) in rows {
        let read = promises.calendar().read_time(text).map_err(|problem| problem.to_string());
        let expected = expected.map_err(str::to_owned);
        let expected = expected.map(|(at, reading)| (at.parse::<Timestamp>().unwrap(), reading));
        assert_eq!(read, expected, "{text}");
    }
}

/// Around the changes of the clock in zones that change it by an hour, half an hour and a day.
#[test]
fn a_time_that_was_shown_once_is_read_back_as_it_was_written() {
    for zone in ["America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Shanghai"] {
        let zone = TimeZone::get(zone).unwrap();
        let calendar = Calendar::natural(zone.clone());
        let from: Timestamp = "2010-01-01T00:00Z".parse().unwrap();
        let changes: Vec<_> = zone.following(from).map(|it| it.timestamp()).take(8).collect();
        for around in changes.into_iter().chain([from]) {
            for minutes in (-3000..3000).step_by(15) {
                let at = around + jiff::SignedDuration::from_mins(minutes);
                let shown = calendar.shown(at).unwrap();
                assert_eq!(shown, zone.to_datetime(at));
                let (read, reading) = calendar.read(shown).unwrap();
                assert_eq!(read, zone.to_timestamp(shown).unwrap());
                let ambiguous = zone.to_ambiguous_timestamp(shown).is_ambiguous();
                assert_eq!(reading == Reading::Twice, ambiguous, "{shown} {zone:?}");
                assert!(read == at || ambiguous);
                let written = calendar.write_time(at).unwrap();
                assert_eq!(calendar.read_time(&written), Ok((read, reading)), "{written}");
            }
        }
    }
}
