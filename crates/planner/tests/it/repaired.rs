//! The day went differently.

use planner::{Change, Moved, Objective, Options, check, plan, repair};

use crate::{
    dice::{Kind, problem},
    plain::{HOUR, job, line, solved, technician},
};

fn options() -> Options {
    let mut options = Options::new(Objective::service());
    options.iterations = Some(300);
    options
}

fn moved(job: &str, from: &str, to: &str, why: &'static str) -> Moved {
    let some = |id: &str| (!id.is_empty()).then(|| id.to_owned());
    Moved { job: job.into(), from: some(from), to: some(to), why }
}

#[test]
fn the_jobs_of_who_is_absent_go_to_others_and_the_rest_stays() {
    let mut bo = technician("bo");
    (bo.start, bo.end, bo.row) = (Some(10), Some(10), 1);
    let jobs = vec![job("a", 1, 9 * HOUR, 12 * HOUR), job("b", 11, 9 * HOUR, 12 * HOUR)];
    let (problem, plan) = solved(line(vec![technician("ann"), bo], jobs));
    let change = Change { absent: vec!["ann".into()], ..Change::default() };
    let repaired = repair(&problem, &plan, &change, &options(), &mut |_| false).expect("possible");
    assert_eq!(repaired.moved, [moved("a", "ann", "bo", "absent")]);
    assert_eq!(check(&repaired.problem, &repaired.plan).violations, []);
}

#[test]
fn what_was_begun_stays_and_an_overrun_pushes_only_what_it_must() {
    let jobs = vec![
        job("a", 1, 8 * HOUR, 12 * HOUR),
        job("b", 2, 10 * HOUR, 10 * HOUR + 600),
        job("c", 3, 8 * HOUR, 16 * HOUR),
    ];
    let (problem, plan) = solved(line(vec![technician("ann"), technician("bo")], jobs));
    let change = Change {
        overrun: vec![("a".into(), 2 * HOUR)],
        now: Some(8 * HOUR + 1800),
        ..Change::default()
    };
    let repaired = repair(&problem, &plan, &change, &options(), &mut |_| false).expect("possible");
    assert_eq!(check(&repaired.problem, &repaired.plan).violations, []);
    let a = repaired.plan.stops_of(0).next().expect("goes on");
    assert_eq!((a.1.start, a.1.leave), (8 * HOUR + 600, 11 * HOUR + 600));
    assert!(repaired.moved.iter().all(|it| it.why == "overrun"), "{:?}", repaired.moved);
}

#[test]
fn added_and_cancelled_are_said_and_nothing_else_moves() {
    let jobs = vec![job("a", 1, 8 * HOUR, 12 * HOUR), job("b", 2, 8 * HOUR, 12 * HOUR)];
    let (problem, plan) = solved(line(vec![technician("ann")], jobs));
    let change = Change {
        cancelled: vec!["b".into()],
        added: vec![job("n", 3, 8 * HOUR, 16 * HOUR)],
        ..Change::default()
    };
    let repaired = repair(&problem, &plan, &change, &options(), &mut |_| false).expect("possible");
    let expected = [moved("b", "ann", "", "cancelled"), moved("n", "", "ann", "added")];
    assert_eq!(repaired.moved, expected);
}

#[test]
fn what_came_after_a_cancelled_job_and_was_begun_goes_on() {
    let mut second = job("b", 2, 8 * HOUR, 12 * HOUR);
    second.after = Some("a".into());
    let (problem, plan) =
        solved(line(vec![technician("ann")], vec![job("a", 1, 8 * HOUR, 12 * HOUR), second]));
    let start = plan.stops_of(1).next().expect("is planned").1.start;
    let change = Change { cancelled: vec!["a".into()], now: Some(start + 60), ..Change::default() };
    let repaired = repair(&problem, &plan, &change, &options(), &mut |_| false).expect("possible");
    let b = repaired.problem.job_named("b").expect("is there");
    assert_eq!(repaired.plan.stops_of(b).next().map(|it| it.1.start), Some(start));
}

#[test]
fn after_any_change_of_any_day_the_plan_holds_and_what_was_begun_is_as_it_was() {
    for seed in 0..500 {
        let mut kind = Kind::of(seed, 16, 4);
        kind.begun = false;
        let problem = problem(&kind, seed);
        let mut plain = options();
        plain.iterations = Some(60);
        let before = plan(&problem, &plain, &mut |_| false).plan;
        let now = Some((8 + (seed as i64) % 8) * HOUR);
        let change = Change {
            absent: if seed % 3 == 0 { vec!["t0".into()] } else { vec![] },
            overrun: if seed % 2 == 0 { vec![("j1".into(), 2400)] } else { vec![] },
            cancelled: if seed % 5 == 0 { vec!["j2".into()] } else { vec![] },
            slower: if seed % 4 == 0 { vec![(10 * HOUR, 12 * HOUR, 1.5)] } else { vec![] },
            now,
            ..Change::default()
        };
        let Ok(repaired) = repair(&problem, &before, &change, &plain, &mut |_| false) else {
            continue;
        };
        let report = check(&repaired.problem, &repaired.plan);
        let held_up = ["max_work", "max_drive", "max_jobs", "capacity"];
        let bad = report.violations.iter().filter(|it| !held_up.contains(&it.code));
        let bad: Vec<_> = bad.collect();
        assert!(bad.is_empty(), "seed {seed} {bad:?}");
        for (at, job) in problem.jobs().iter().enumerate() {
            let was = before.stops_of(at).next().map(|it| it.1.start);
            let began = was.is_some_and(|it| now.is_some_and(|now| it < now));
            let gone = change.cancelled.contains(&job.id) || !change.absent.is_empty();
            let new = repaired.problem.job_named(&job.id);
            if began && !gone {
                let is = new.and_then(|it| Some(repaired.plan.stops_of(it).next()?.1.start));
                assert_eq!(is, was, "seed {seed} {}", job.id);
            }
        }
    }
}
