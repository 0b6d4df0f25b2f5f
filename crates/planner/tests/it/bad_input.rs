//! What is wrong is said by row; what is good is planned all the same, where that is wished.

use planner::{BadRow, CODES, Day, Fixed, LunchBreak, Problem, Travel};

use crate::plain::{HOUR, job, line, technician};

fn good() -> Day {
    let jobs = vec![job("a", 1, 8 * HOUR, 12 * HOUR), job("b", 2, 8 * HOUR, 12 * HOUR)];
    let mut day = line(vec![technician("ann"), technician("bo")], jobs);
    for (row, it) in day.technicians.iter_mut().enumerate() {
        it.row = row;
    }
    for (row, it) in day.jobs.iter_mut().enumerate() {
        it.row = row;
    }
    day
}

type Spoil = fn(&mut Day);

#[rustfmt::skip]
const TABLE: &[(Spoil, &str)] = &[
    (|it| it.jobs[1].id = "a".into(),                          "job.twice jobs[1] a"),
    (|it| it.technicians[1].id = "ann".into(),                 "technician.twice technicians[1] ann"),
    (|it| it.technicians[1].start = None,                      "technician.no_home technicians[1] bo"),
    (|it| it.technicians[1].shifts.clear(),                    "technician.no_shift technicians[1] bo"),
    (|it| it.technicians[1].shifts[0] = (9, 8),                "technician.backwards_shift technicians[1] bo 9-8"),
    (|it| it.technicians[1].shifts[0] = (0, 86_401),           "technician.shift_too_long technicians[1] bo 0-86401"),
    (|it| it.technicians[1].shifts.push((9 * HOUR, 18 * HOUR)), "technician.overlapping_shifts technicians[1] bo"),
    (|it| it.technicians[1].speed = 0.0,                       "technician.speed_not_positive technicians[1] bo 0"),
    (|it| it.technicians[1].max_work = Some(-1),               "technician.negative_limit technicians[1] bo max_work_seconds -1"),
    (|it| it.technicians[1].parts = vec![("fan".into(), -1)],  "technician.negative_limit technicians[1] bo fan -1"),
    (|it| it.technicians[1].lunch = Some(LunchBreak { seconds: 60, earliest: 2, latest: 1 }),
                                                               "technician.lunch_backwards technicians[1] bo"),
    (|it| it.technicians[1].end = Some(99),                    "place.no_such_place technicians[1] bo 99"),
    (|it| it.jobs[1].place = 99,                               "place.no_such_place jobs[1] b 99"),
    (|it| it.jobs[1].duration = -5,                            "job.negative_duration jobs[1] b -5"),
    (|it| it.jobs[1].duration = i64::MAX,                      "time.out_of_range jobs[1] b 9223372036854775807"),
    (|it| it.technicians[1].overtime = i64::MAX,               "time.out_of_range technicians[1] bo 9223372036854775807"),
    (|it| it.technicians[1].speed = 1e-9,                      "time.out_of_range technicians[1] bo speed_factor 0.000000001"),
    (|it| it.jobs[1].parts = vec![("fan".into(), -1)],         "job.negative_parts jobs[1] b fan -1"),
    (|it| it.jobs[1].windows[0] = (2, 1),                      "job.window_backwards jobs[1] b 2-1"),
    (|it| it.jobs[1].release = Some(13 * HOUR),                "job.no_window jobs[1] b"),
    (|it| it.jobs[1].skills = vec![("gas".into(), 1)],         "job.nobody_can jobs[1] b"),
    (|it| it.jobs[1].tools = vec!["crane".into()],             "job.nobody_can jobs[1] b"),
    (|it| it.jobs[1].parts = vec![("fan".into(), 1)],          "job.nobody_can jobs[1] b"),
    (|it| it.jobs[1].together = 3,                             "job.not_enough_people jobs[1] b"),
    (|it| it.jobs[1].only = vec!["cy".into()],                 "job.unknown_technician jobs[1] b cy"),
    (|it| it.jobs[1].after = Some("z".into()),                 "job.after_unknown jobs[1] b z"),
    (|it| it.jobs[1].after = Some("b".into()),                 "job.after_circle jobs[1] b b"),
    (|it| it.jobs[1].started = true,                           "job.started_without_start jobs[1] b"),
    (|it| it.jobs[1].fixed = Some(Fixed { technician: "cy".into(), start: None }),
                                                               "fixed.unknown_technician jobs[1] b cy"),
    (|it| { it.now = Some(9 * HOUR);
            it.jobs[1].fixed = Some(Fixed { technician: "bo".into(), start: Some(8 * HOUR) }); },
                                                               "fixed.in_the_past jobs[1] b 28800"),
];

#[test]
fn a_bad_row_is_named_and_the_rest_is_planned() {
    assert!(Problem::build(good(), false).is_ok());
    for (spoil, said) in TABLE {
        let mut day = good();
        spoil(&mut day);
        let bad = Problem::build(day.clone(), false).expect_err(said);
        assert!(bad.iter().any(|it| it.to_string() == *said), "{said}: {bad:?}");
        let built = Problem::build(day, true).expect(said);
        assert!(built.left_out.iter().any(|it| it.to_string() == *said), "{said}");
        let left = built.problem.jobs().len() + built.problem.technicians().len();
        assert_eq!(left, 3, "{said}: one row was bad");
    }
}

#[test]
fn a_circle_is_named_row_by_row_and_what_hangs_on_a_bad_row_goes_with_it() {
    let mut day = good();
    day.jobs[0].after = Some("b".into());
    day.jobs[1].after = Some("a".into());
    let bad = Problem::build(day.clone(), false).expect_err("a circle");
    let said: Vec<String> = bad.iter().map(BadRow::to_string).collect();
    assert_eq!(said, ["job.after_circle jobs[0] a b", "job.after_circle jobs[1] b a"]);
    day.jobs[0].after = None;
    day.jobs[0].duration = -1;
    let built = Problem::build(day, true).expect("the technicians");
    assert!(built.problem.jobs().is_empty());
}

#[test]
fn without_technicians_there_is_nothing_to_plan() {
    let mut day = good();
    day.technicians.clear();
    let bad = Problem::build(day, true).expect_err("nobody");
    assert_eq!(bad.last().map(|it| it.code), Some("problem.no_technicians"));
}

#[test]
fn a_matrix_is_square_and_not_negative() {
    let said = |rows: &[Vec<i64>]| Travel::matrix(rows, 1.0).expect_err("bad").to_string();
    assert_eq!(said(&[vec![0, 1], vec![1]]), "matrix.not_square matrix[1] 1");
    assert_eq!(said(&[vec![0, -1], vec![1, 0]]), "matrix.negative matrix[0] -1");
}

#[test]
fn the_list_of_codes_is_that_of_the_sources() {
    let mut found = vec![];
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(path).expect("text");
            let text = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
            for call in ["BadRow::new(\"", "say(\"", ".bad(\""] {
                let rest = text.split(call).skip(1);
                found.extend(rest.filter_map(|it| Some(it.split_once('"')?.0.to_owned())));
            }
        }
    }
    found.retain(|it| it.contains('.'));
    found.sort();
    found.dedup();
    assert_eq!(found, CODES);
}
