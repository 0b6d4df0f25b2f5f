//! `calc promise` and `calc elapsed` on whole tables.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use baoxiu::{
    calc::{
        time::{Doubt, Onlooker, Tally, elapsed, promise},
        words,
    },
    say::Say,
};
use kernel::Lang;
use worktime::{CODES, Holidays, Policy, Problem, Promises};

const CLAMP: &str = r#"
zone = "Asia/Shanghai"
after_hours = "clamp"
[hours]
mon = [["08:30","12:00"],["13:30","17:00"]]
tue = [["08:30","12:00"],["13:30","17:00"]]
wed = [["08:30","12:00"],["13:30","17:00"]]
thu = [["08:30","12:00"],["13:30","17:00"]]
fri = [["08:30","12:00"],["13:30","17:00"]]
[[promise]]
type = "answer"
amount = 4
unit = "hours"
[[promise]]
type = "repair"
amount = 2
unit = "working_days"
"#;

#[derive(Default)]
struct Seen {
    doubts: Vec<Doubt>,
    rows: u64,
    bytes: u64,
}

impl Onlooker for Seen {
    fn doubt(&mut self, doubt: Doubt) {
        self.doubts.push(doubt);
    }

    fn progress(&mut self, rows: u64, bytes: u64) {
        (self.rows, self.bytes) = (rows, bytes);
    }
}

fn promises(policy: &str, provisional: bool) -> Promises {
    let policy = Policy::read(policy, jiff::tz::db()).unwrap();
    policy.promises(&Holidays::cn(), provisional).unwrap()
}

fn answered(promises: &Promises, table: &str) -> (Tally, String) {
    let (mut output, mut seen) = (vec![], Seen::default());
    let tally = promise(promises, table.as_bytes(), &mut output, &mut seen).unwrap();
    assert_eq!((seen.rows, seen.bytes), (tally.rows, table.len() as u64));
    (tally, String::from_utf8(output).unwrap())
}

fn counted(table: &str) -> (Tally, String) {
    let (mut output, mut seen) = (vec![], Seen::default());
    let promises = promises(CLAMP, false);
    let tally = elapsed(promises.calendar(), table.as_bytes(), &mut output, &mut seen).unwrap();
    (tally, String::from_utf8(output).unwrap())
}

#[test]
fn a_bad_row_gives_its_error_and_the_others_are_computed() {
    let table = "id,start,type\n\
        a,2026-11-20T16:00,answer\n\
        b,2026-09-30T10:00,repair\n\
        \"c,d\",2026-02-30T10:00,repair\n\
        e,2026-12-31T10:00,repair\n\
        f,2026-11-20T16:00,paint\n\
        g\n";
    let (tally, output) = answered(&promises(CLAMP, false), table);
    let expected = "id,due,error\n\
        a,2026-11-23T11:30,\n\
        b,2026-10-09T10:00,\n\
        \"c,d\",,time.not_readable:2026-02-30T10:00\n\
        e,,calendar.no_data:2027\n\
        f,,policy.no_promise:paint\n\
        g,,time.not_readable\n";
    assert_eq!(output, expected);
    assert_eq!(tally, Tally { rows: 6, bad: 4 });
}

#[test]
fn a_year_without_data_is_computed_with_plain_weekdays_where_that_is_wished() {
    let table = "id,start,type\ne,2026-12-31T10:00,repair\n";
    let (tally, output) = answered(&promises(CLAMP, true), table);
    assert_eq!(output, "id,due,error\ne,2027-01-04T10:00,\n");
    assert_eq!(tally, Tally { rows: 1, bad: 0 });
}

#[test]
fn columns_are_found_by_their_heading_or_in_their_order() {
    let due = "id,due,error\n1,2026-11-23T11:30,\n";
    for table in [
        "1,2026-11-20T16:00,answer\n",
        "1,2026-11-20T16:00:00,answer",
        "\u{feff}id,start,type\r\n1,2026-11-20 16:00,answer\r\n",
        "note,Type,Start,ID\nx,answer,2026-11-20T16:00,1\n",
        "id,start,type\n\n1, 2026-11-20T16:00 ,answer\n",
    ] {
        assert_eq!(answered(&promises(CLAMP, false), table).1, due, "{table}");
    }
    let nothing = answered(&promises(CLAMP, false), "");
    assert_eq!(nothing, (Tally::default(), "id,due,error\n".to_owned()));
}

#[test]
fn pauses_do_not_count_and_one_without_an_end_is_open() {
    let table = "id,start,end,paused_from,paused_to,paused_from_2,paused_to_2\n\
        none,2026-11-20T16:00,2026-11-23T09:30,,,,\n\
        short,2026-11-20T16:00,2026-11-23T09:30\n\
        one,2026-11-20T16:00,2026-11-23T09:30,2026-11-20T16:30,2026-11-23T08:45,,\n\
        two,2026-11-20T16:00,2026-11-23T09:30,\
        2026-11-23T09:00,2026-11-23T09:10,2026-11-20T16:00,2026-11-20T16:10\n\
        open,2026-11-20T16:00,2026-11-23T09:30,2026-11-20T16:30,,,\n\
        both,2026-11-20T16:00,2026-11-23T09:30,\
        2026-11-20T16:30,,2026-11-23T09:00,2026-11-23T09:10\n\
        back,2026-11-23T16:00,2026-11-20T09:30,,,,\n\
        lost,2026-11-20T16:00,2026-11-23T09:30,,2026-11-23T09:10,,\n";
    let expected = "id,working_seconds,error\n\
        none,7200,\n\
        short,7200,\n\
        one,4500,\n\
        two,6000,\n\
        open,1800,\n\
        both,,pause.overlap:2\n\
        back,,elapsed.ends_before_start\n\
        lost,,time.not_readable\n";
    let (tally, output) = counted(table);
    assert_eq!(output, expected);
    assert_eq!(tally, Tally { rows: 8, bad: 3 });
    let without_heading: Vec<&str> = table.split_inclusive('\n').skip(1).collect();
    assert_eq!(counted(&without_heading.concat()).1, expected);
}

#[test]
fn a_clock_time_in_doubt_is_told_with_its_row() {
    let policy = CLAMP.replace("Asia/Shanghai", "America/New_York");
    let table = "id,start,type\n\
        1,2026-11-20T16:00,answer\n\
        2,2026-11-01T01:30,answer\n\
        3,2026-03-08T02:30,answer\n";
    let (mut output, mut seen) = (vec![], Seen::default());
    let promises = promises(&policy, false);
    promise(&promises, table.as_bytes(), &mut output, &mut seen).unwrap();
    let told: Vec<_> =
        seen.doubts.iter().map(|it| (it.row, it.never, it.taken.timestamp().to_string())).collect();
    let expected = [(3, false, "2026-11-01T05:30:00Z"), (4, true, "2026-03-08T07:30:00Z")];
    assert_eq!(told, expected.map(|(row, never, taken)| (row, never, taken.to_owned())));
}

#[test]
fn what_is_not_text_spoils_its_row_only() {
    let promises = promises(CLAMP, false);
    let (mut output, mut seen) = (vec![], Seen::default());
    let table = b"id,start,type\n1,\xff\xfe,answer\n2,2026-11-20T16:00,answer\n";
    let tally = promise(&promises, &table[..], &mut output, &mut seen).unwrap();
    assert_eq!(tally, Tally { rows: 2, bad: 1 });
    let expected = "id,due,error\n1,,row.not_utf8\n2,2026-11-23T11:30,\n";
    assert_eq!(String::from_utf8(output).unwrap(), expected);
}

#[test]
fn every_problem_is_told_in_both_languages_and_with_its_place() {
    for code in CODES {
        let told = |lang| words::told(&Problem::new(code).about(7), "file", Say(lang));
        assert!(!told(Lang::Zh).contains('⟨'), "{code}");
        assert_ne!(told(Lang::Zh), told(Lang::En), "{code} has no English words");
    }
    let problem = Policy::read(&CLAMP.replace("13:30", "11:30"), jiff::tz::db()).unwrap_err();
    let told = |lang| words::told(&problem, "policy.toml", Say(lang));
    let english = "policy.toml:5:26: These hours overlap: 08:30-12:00 11:30-17:00 (hours.mon[1])";
    assert_eq!(told(Lang::En), english);
    let chinese = "policy.toml:5:26: 工作时间重叠：08:30-12:00 11:30-17:00 (hours.mon[1])";
    assert_eq!(told(Lang::Zh), chinese);
}

/// The exit code, standard output and standard error.
fn run(arguments: &[&str], table: &str) -> (Option<i32>, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_baoxiu"))
        .arg("calc")
        .args(arguments)
        .args(["--lang", "en"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may have refused the policy and closed the pipe.
    let _ = child.stdin.take().unwrap().write_all(table.as_bytes());
    let ended = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (ended.status.code(), text(ended.stdout), text(ended.stderr))
}

fn file(name: &str, text: &str) -> String {
    let file = std::env::temp_dir().join(format!("baoxiu-{}-{name}", std::process::id()));
    std::fs::write(&file, text).unwrap();
    file.display().to_string()
}

#[test]
fn the_command_answers_and_its_exit_code_says_whether_all_rows_were_good() {
    let policy = file("clamp.toml", CLAMP);
    let promise = ["promise", "--policy", &policy, "--holidays", "cn"];
    let good = "id,start,type\n1,2026-02-13T10:00,repair\n";
    let (code, output, told) = run(&promise, good);
    assert_eq!((code, output.as_str()), (Some(0), "id,due,error\n1,2026-02-24T10:00,\n"));
    assert_eq!(told, "");

    let late = format!("{good}2,2026-12-31T10:00,repair\n");
    let (code, output, told) = run(&promise, &late);
    let refused = "id,due,error\n1,2026-02-24T10:00,\n2,,calendar.no_data:2027\n";
    assert_eq!((code, output.as_str()), (Some(1), refused));
    assert!(told.starts_with("1 of 2 rows"), "{told}");
    let provisional = [&promise[..], &["--provisional"]].concat();
    assert_eq!(run(&provisional, &late).0, Some(0));

    let elapsed = ["elapsed", "--policy", &policy];
    let table = "id,start,end\n1,2026-11-20T16:00,2026-11-23T09:30\n";
    let (code, output, _) = run(&elapsed, table);
    assert_eq!((code, output.as_str()), (Some(0), "id,working_seconds,error\n1,7200,\n"));
}

#[test]
fn an_imported_year_is_asked_instead_of_the_shipped_ones() {
    let day = r#"{"name": "元旦", "date": "2027-01-01", "isOffDay": true}"#;
    let year = format!(r#"{{"year": 2027, "papers": [], "days": [{day}]}}"#);
    let (policy, year) = (file("policy.toml", CLAMP), file("2027.json", &year));
    let promise = ["promise", "--policy", &policy, "--holidays", &year];
    let (code, output, _) = run(&promise, "1,2027-01-04T10:00,repair\n2,2026-06-01T10:00,repair\n");
    let expected = "id,due,error\n1,2027-01-06T10:00,\n2,,calendar.no_data:2026\n";
    assert_eq!((code, output.as_str()), (Some(1), expected));
}

#[test]
fn what_is_wrong_with_the_files_is_told_with_line_and_column() {
    let policy = file("wrong.toml", &CLAMP.replace("13:30", "11:30"));
    let (code, output, told) = run(&["promise", "--policy", &policy], "");
    assert_eq!((code, output.as_str()), (Some(1), ""));
    assert!(told.contains("wrong.toml:5:26: These hours overlap: 08:30-12:00 11:30"), "{told}");

    let (policy, year) = (file("good.toml", CLAMP), file("wrong.json", "{\"year\": 2027}"));
    let wrong_year = ["promise", "--policy", &policy, "--holidays", &year];
    let (code, _, told) = run(&wrong_year, "");
    assert!(code == Some(1) && told.contains("wrong.json:1:14"), "{told}");

    let (code, _, told) = run(&["promise", "--policy", "nowhere.toml"], "");
    assert!(code == Some(1) && told.contains("nowhere.toml"), "{told}");
    assert_eq!(run(&["promise"], "").0, Some(2));
}

#[test]
fn a_flood_of_clock_times_in_doubt_is_told_in_short() {
    let policy = file("new_york.toml", &CLAMP.replace("Asia/Shanghai", "America/New_York"));
    let (code, output, told) =
        run(&["promise", "--policy", &policy], &"1,2026-03-08T02:30,answer\n".repeat(50));
    assert_eq!((code, output.lines().count(), told.lines().count()), (Some(0), 51, 21));
    assert!(told.starts_with("Row 1: 2026-03-08T02:30 does not exist"), "{told}");
    assert!(told.contains("2026-03-08T03:30:00-04:00") && told.contains("30 more"), "{told}");
}
