//! `calc plan` and what goes with it, on files.

use std::process::Command;

use baoxiu::{args, calc::plan::words, say::Say};
use kernel::Lang;
use planner::{BINDINGS, BadRow, Binding, CODES, VIOLATIONS, WHY};
use serde_json::{Value, json};

/// The exit code, standard output and standard error.
fn run(arguments: &[&str], lang: &str) -> (Option<i32>, String, String) {
    let ended = Command::new(env!("CARGO_BIN_EXE_baoxiu"))
        .arg("calc")
        .args(arguments)
        .args(["--lang", lang])
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (ended.status.code(), text(ended.stdout), text(ended.stderr))
}

fn file(name: &str, value: &Value) -> String {
    let file = std::env::temp_dir().join(format!("baoxiu-plan-{}-{name}", std::process::id()));
    std::fs::write(&file, value.to_string()).unwrap();
    file.display().to_string()
}

fn answer(arguments: &[&str]) -> Value {
    let (code, output, told) = run(arguments, "en");
    assert_eq!(code, Some(0), "{told}");
    serde_json::from_str(&output).unwrap()
}

/// Two technicians, three jobs, one of which nobody can reach in time.
fn day() -> Value {
    json!({
        "date": "2026-11-23", "zone": "Asia/Shanghai", "days": 1, "now": null,
        "speed_kmh": [[0, 30]], "road_factor": 1.3,
        "depots": [{"id": "d1", "at": {"lat": 22.3, "lon": 113.5}, "parts": {"P7": 20},
                    "tools": ["vacuum"]}],
        "technicians": [
            {"id": "t1", "start": {"lat": 22.27, "lon": 113.54}, "shifts": [[28800, 61200]],
             "lunch": {"seconds": 2700, "start_between": [41400, 48600]}, "skills": {"ac": 2},
             "certificates": {"制冷": "2027-03-01"}, "tools": ["vacuum"], "parts": {"P7": 1},
             "max_jobs": 8, "max_work_seconds": 28800, "max_km": 150},
            {"id": "t2", "start": {"lat": 22.20, "lon": 113.50}, "end": {"lat": 22.21, "lon": 113.5},
             "shifts": [[28800, 61200]], "skills": {"ac": 1},
             "certificates": {"制冷": "2026-11-22"}},
        ],
        "jobs": [
            {"id": "j1", "at": {"lat": 22.28, "lon": 113.53}, "seconds": 3600,
             "windows": [[32400, 39600]], "skills": {"ac": 1}, "certificates": ["制冷"],
             "parts": {"P7": 1}, "priority": 1, "value": 100},
            {"id": "j2", "at": {"lat": 22.22, "lon": 113.51}, "seconds": 1800, "value": 30,
             "windows": [[28800, 61200]]},
            {"id": "j3", "at": {"lat": 23.4, "lon": 113.5}, "seconds": 1800, "value": 10,
             "windows": [[28800, 30000]]},
        ],
        "yesterday": {"j2": "t1"},
    })
}

#[test]
fn a_day_is_planned_checked_and_explained() {
    let day = file("day.json", &day());
    let plan = answer(&["plan", &day, "--iterations", "300"]);
    assert_eq!(plan, answer_but_seconds(&["plan", &day, "--iterations", "300"], &plan));
    assert_eq!(plan["unassigned"].as_array().map(Vec::len), Some(1));
    assert_eq!(plan["unassigned"][0]["job"], "j3");
    assert_eq!(plan["unassigned"][0]["code"], "too_late");
    assert_eq!((&plan["value_lost"], &plan["lateness_minutes"]), (&json!(10), &json!(0)));
    assert_eq!(plan["parts_of_cost"]["priority_1_lost"], 0);
    let route = |who: &str| {
        let routes = plan["routes"].as_array().unwrap().iter();
        routes.clone().find(|it| it["technician"] == who).cloned().unwrap()
    };
    assert_eq!(route("t1")["stops"][0]["job"], "j1");
    assert_eq!(route("t1")["stops"][0]["start"], 32400);
    let saved = file("plan.json", &plan);
    let checked = answer(&["check-plan", &day, &saved]);
    assert_eq!(checked["violations"], json!([]));
    assert_eq!((&checked["cost"], &checked["distance"]), (&plan["cost"], &plan["distance"]));

    let why = answer(&["explain", &day, &saved, "--job", "j1"]);
    assert_eq!(why["done_by"], json!(["t1"]));
    let second = &why["per_technician"][1];
    assert_eq!((&second["possible"], &second["cost"]), (&json!(false), &Value::Null));
    assert_eq!(second["binding"]["code"], "certificate_ended");
}

/// Only the seconds may differ.
fn answer_but_seconds(arguments: &[&str], like: &Value) -> Value {
    let mut again = answer(arguments);
    again["seconds_to_first"] = like["seconds_to_first"].clone();
    again
}

#[test]
fn a_plan_that_does_not_hold_ends_with_exit_code_1_and_every_violation() {
    let day = file("day2.json", &day());
    let mut plan = answer(&["plan", &day, "--iterations", "50"]);
    for stop in plan["routes"][0]["stops"].as_array_mut().unwrap() {
        stop["start"] = json!(0);
    }
    let (code, output, _) = run(&["check-plan", &day, &file("broken.json", &plan)], "zh");
    let report: Value = serde_json::from_str(&output).unwrap();
    assert_eq!(code, Some(1));
    let violations = report["violations"].as_array().unwrap();
    let codes: Vec<_> = violations.iter().map(|it| it["code"].as_str().unwrap()).collect();
    assert!(codes.contains(&"starts_before_arrival"), "{codes:?}");
    assert!(violations.iter().all(|it| !it["text"].as_str().unwrap().contains('⟨')));
}

#[test]
fn one_more_job_has_places_and_a_changed_day_is_mended() {
    let mut smaller = day();
    smaller["jobs"].as_array_mut().unwrap().pop();
    let day = file("day3.json", &smaller);
    let plan = file("plan3.json", &answer(&["plan", &day, "--iterations", "50"]));
    let job = json!({"id": "n", "at": {"lat": 22.25, "lon": 113.52}, "seconds": 1800,
                     "windows": [[36000, 50000]], "value": 30});
    let places = answer(&["insert", &day, &plan, &file("job.json", &job)]);
    assert_eq!(places["places"].as_array().map(Vec::len), Some(2));
    assert_eq!(places["places"][0]["moves"], json!([]));

    let change = json!({"absent": ["t2"], "added": [job], "cancelled": ["j1"],
                        "slower": [{"from": 30000, "to": 40000, "factor": 1.5}]});
    let mended =
        answer(&["repair", &day, &plan, &file("change.json", &change), "--iterations", "50"]);
    let moved = mended["moved"].as_array().unwrap();
    let why: Vec<_> = moved.iter().map(|it| (it["job"].as_str(), it["why"].as_str())).collect();
    assert!(why.contains(&(Some("j1"), Some("cancelled"))), "{why:?}");
    assert!(why.contains(&(Some("n"), Some("added"))), "{why:?}");
    assert!(mended["routes"].as_array().unwrap().iter().all(|it| it["technician"] == "t1"));
}

#[test]
fn a_bad_row_is_named_and_leniently_left_out() {
    let spoiled = [
        ("/jobs/1/at/lat", json!(0), ""),
        ("/jobs/1/seconds", json!(-1), "jobs[1] (j2): takes -1 seconds"),
        ("/jobs/1/id", json!("j1"), "jobs[1] (j1): this id is there twice"),
        ("/jobs/1/colour", json!("red"), "jobs[1] (j2): there is no key “colour”"),
        ("/jobs/1/seconds", json!("long"), "jobs[1] (j2): the value of seconds"),
        ("/technicians/1/start", Value::Null, "technicians[1] (t2): there is no place"),
        ("/technicians/1/certificates/制冷", json!("soon"), "soon is not a date"),
    ];
    for (at, value, said) in spoiled {
        let mut bad = day();
        let (row, key) = at.rsplit_once('/').unwrap();
        bad.pointer_mut(row).unwrap()[key] = value;
        if at.ends_with("lat") {
            bad["jobs"][1]["at"]["lon"] = json!(0);
        }
        let said = if said.is_empty() { "jobs[1] (j2): the place is 0,0" } else { said };
        let bad = file("bad.json", &bad);
        let (code, output, told) = run(&["plan", &bad, "--iterations", "9"], "en");
        assert_eq!((code, output.as_str()), (Some(1), ""), "{said}");
        assert!(told.contains(said), "{said}: {told}");
        let (code, output, told) = run(&["plan", &bad, "--iterations", "9", "--lenient"], "en");
        assert_eq!(code, Some(0), "{said}");
        assert!(told.contains(said) && output.contains("\"routes\""), "{said}: {told}");
    }
    let mut bad = day();
    bad["colour"] = json!("red");
    let (code, _, told) = run(&["plan", &file("key.json", &bad)], "zh");
    assert!(code == Some(1) && told.contains("没有“colour”这个项"), "{told}");
    let far = json!({"lat": 51.5, "lon": -0.1});
    let mut bad = day();
    bad["jobs"][1]["at"] = far;
    let (_, _, told) = run(&["plan", &file("far.json", &bad)], "en");
    assert!(told.contains("outside the country"), "{told}");
}

#[test]
fn a_matrix_of_the_wrong_size_is_named_by_its_row() {
    let place = |it: usize| json!({"place": it});
    let mut day = json!({
        "matrix": [[0, 60, 60], [60, 0], [60, 60, 0]],
        "technicians": [{"id": "t", "start": place(0), "shifts": [[0, 36000]]}],
        "jobs": [{"id": "a", "at": place(1), "seconds": 60}, {"id": "b", "at": place(2), "seconds": 60}],
    });
    let (code, _, told) = run(&["plan", &file("matrix.json", &day)], "en");
    assert!(code == Some(1) && told.contains("matrix[1]: this row has 2 numbers"), "{told}");
    let lenient = ["plan", &file("matrix.json", &day), "--iterations", "9", "--lenient"];
    let plan = answer(&lenient);
    assert_eq!(plan["routes"][0]["stops"][0]["job"], "b");
    day["matrix"] = json!([[0, 60, 60], [60, 0, 60], [60, 60, 0]]);
    let plan = answer(&["plan", &file("matrix.json", &day), "--iterations", "9"]);
    assert_eq!(plan["parts_of_cost"]["travel"], 180);
}

#[test]
fn places_of_a_matrix_and_points_go_together_where_a_way_is_known() {
    let home = json!({"lat": 22.27, "lon": 113.54});
    let mut day = json!({
        "matrix": [[0, 480], [500, 0]], "speed_kmh": [[0, 36]], "road_factor": 1.0,
        "technicians": [{"id": "t1", "start": {"place": 0}, "end": home, "shifts": [[0, 36000]]}],
        "jobs": [{"id": "j1", "at": {"place": 1, "lat": 22.27, "lon": 113.64}, "seconds": 60}],
    });
    let plan = answer(&["plan", &file("mixed.json", &day), "--iterations", "9"]);
    assert_eq!(plan["routes"][0]["stops"][0]["arrive"], 480);
    // A tenth of a degree at this latitude is 10.29 km.
    assert_eq!(plan["parts_of_cost"]["travel"], 480 + 1029);
    day["jobs"][0]["at"] = json!({"place": 1});
    let plan = answer(&["plan", &file("nowhere.json", &day), "--iterations", "9"]);
    assert_eq!(plan["unassigned"][0]["code"], "no_way");

    day["technicians"][0]["start"] = home;
    day["jobs"][0]["at"] = json!({"lat": 22.3, "lon": 113.5});
    let (code, _, told) = run(&["plan", &file("unused.json", &day)], "en");
    assert!(code == Some(1) && told.contains("matrix: no row names a place of it"), "{told}");
}

/// The last Sunday of October has 25 hours in Berlin, that of March 23.
#[test]
fn a_certificate_ends_with_its_day_also_where_clocks_are_put_back_or_forward() {
    let place = json!({"lat": 52.5, "lon": 13.4});
    for (date, begin, served) in [
        ("2026-10-25", 24 * 3600, true),
        ("2026-10-25", 25 * 3600, false),
        ("2026-03-29", 23 * 3600 - 1, true),
        ("2026-03-29", 23 * 3600, false),
    ] {
        let day = json!({
            "date": date, "zone": "Europe/Berlin", "days": 2,
            "technicians": [
                {"id": "t", "start": place, "shifts": [[begin, begin + 86400]],
                 "certificates": {"gas": date}},
                {"id": "u", "start": place, "shifts": [[0, 1]], "certificates": {"gas": date}},
            ],
            "jobs": [{"id": "j", "at": place, "seconds": 3600, "certificates": ["gas"]}],
        });
        let plan = answer(&["plan", &file("clocks.json", &day), "--iterations", "9"]);
        assert_eq!(plan["unassigned"] == json!([]), served, "{date} {begin}");
    }
}

#[test]
fn every_code_of_the_planner_has_its_words() {
    for lang in [Lang::Zh, Lang::En] {
        let say = Say(lang);
        for code in CODES.iter().chain(words::CODES) {
            let told = words::told(&BadRow::new(code).about(7), say);
            assert!(!told.contains('⟨'), "{told}");
        }
        for code in BINDINGS {
            let told = words::why(&Binding { code, name: "x".into(), amount: 61 }, say);
            assert!(!told.contains('⟨'), "{told}");
        }
        for code in VIOLATIONS {
            let said = args! { "technician" => "t1", "job" => "j1", "value" => "7" };
            let told = say.with(&format!("plan-broken-{}", code.replace('_', "-")), &said);
            assert!(!told.contains('⟨'), "{told}");
        }
        for code in WHY {
            assert!(!say.code("plan-moved", code).contains('⟨'), "{code}");
        }
    }
}
