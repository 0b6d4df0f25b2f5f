//! Small days that one can check with paper and pencil.

use planner::{
    Day, Depot, Job, LunchBreak, Objective, Options, Plan, Problem, Technician, Travel, What,
    check, plan,
};

pub const HOUR: i64 = 3600;

/// On a line, a place every ten minutes; everybody lives at 0.
pub fn line(technicians: Vec<Technician>, jobs: Vec<Job>) -> Day {
    let rows: Vec<Vec<i64>> =
        (0..20_i64).map(|a| (0..20_i64).map(|b| (a - b).abs() * 600).collect()).collect();
    let travel = Travel::matrix(&rows, 10.0).expect("a good matrix");
    Day { travel, technicians, jobs, depots: vec![], now: None, yesterday: vec![] }
}

pub fn technician(id: &str) -> Technician {
    Technician {
        id: id.into(),
        start: Some(0),
        end: Some(0),
        shifts: vec![(8 * HOUR, 17 * HOUR)],
        speed: 1.0,
        ..Technician::default()
    }
}

pub fn job(id: &str, place: usize, from: i64, to: i64) -> Job {
    Job {
        id: id.into(),
        place,
        duration: HOUR,
        windows: vec![(from, to)],
        priority: 3,
        value: 10.0,
        together: 1,
        ..Job::default()
    }
}

pub fn solved(day: Day) -> (Problem, Plan) {
    let problem = Problem::build(day, false).expect("a good day").problem;
    let mut options = Options::new(Objective::service());
    options.iterations = Some(2000);
    let found = plan(&problem, &options, &mut |_| false);
    assert_eq!(check(&problem, &found.plan).violations, []);
    (problem, found.plan)
}

fn times(plan: &Plan) -> Vec<(What, i64, i64, i64)> {
    let stops = plan.routes.iter().flat_map(|it| &it.stops);
    stops.map(|it| (it.what, it.arrive, it.start, it.leave)).collect()
}

#[test]
fn lunch_may_interrupt_the_drive_between_two_stops() {
    let mut ann = technician("ann");
    ann.lunch = Some(LunchBreak { seconds: 1800, earliest: 12 * HOUR, latest: 12 * HOUR });
    let day = line(
        vec![ann],
        vec![job("a", 1, 10 * HOUR + 3000, 11 * HOUR), job("b", 6, 12 * HOUR, 14 * HOUR)],
    );
    let (_, plan) = solved(day);
    let expected = [
        (What::Job(0), 8 * HOUR + 600, 10 * HOUR + 3000, 11 * HOUR + 3000),
        (What::Lunch, 12 * HOUR, 12 * HOUR, 12 * HOUR + 1800),
        // Ten minutes of the fifty were driven before lunch.
        (What::Job(1), 12 * HOUR + 1800 + 2400, 12 * HOUR + 4200, 13 * HOUR + 4200),
    ];
    assert_eq!(times(&plan), expected);
}

#[test]
fn lunch_comes_after_a_job_that_would_be_late_behind_it() {
    let mut ann = technician("ann");
    let latest = 13 * HOUR + 900;
    ann.lunch = Some(LunchBreak { seconds: 1800, earliest: 12 * HOUR, latest });
    let mut due = job("a", 1, 12 * HOUR + 600, 14 * HOUR);
    due.due = Some(13 * HOUR + 600);
    let (problem, plan) = solved(line(vec![ann], vec![due]));
    // With lunch from twelve she would be home ten minutes earlier, and the job twenty late.
    let expected = [
        (What::Job(0), 8 * HOUR + 600, 12 * HOUR + 600, 13 * HOUR + 600),
        (What::Lunch, 13 * HOUR + 600, 13 * HOUR + 600, 13 * HOUR + 2400),
    ];
    assert_eq!(times(&plan), expected);
    assert_eq!(check(&problem, &plan).figures.lateness, 0);
}

#[test]
fn what_comes_after_has_a_place_behind_a_job_of_the_same_way() {
    let (first, mut second) = (job("a", 1, 8 * HOUR, 12 * HOUR), job("b", 2, 8 * HOUR, 12 * HOUR));
    second.after = Some("a".into());
    // In front of the first it would cost as little, and never hold.
    let (_, plan) = solved(line(vec![technician("ann")], vec![first, second]));
    let expected = [
        (What::Job(0), 8 * HOUR + 600, 8 * HOUR + 600, 9 * HOUR + 600),
        (What::Job(1), 9 * HOUR + 1200, 9 * HOUR + 1200, 10 * HOUR + 1200),
    ];
    assert_eq!(times(&plan), expected);
}

#[test]
fn who_is_home_before_the_window_ends_needs_no_lunch() {
    let mut ann = technician("ann");
    ann.lunch = Some(LunchBreak { seconds: 1800, earliest: 12 * HOUR, latest: 13 * HOUR });
    let (_, plan) = solved(line(vec![ann], vec![job("a", 1, 8 * HOUR, 11 * HOUR)]));
    assert_eq!(times(&plan).len(), 1);
}

#[test]
fn the_urgent_comes_before_the_valuable_and_that_before_the_near() {
    let mut urgent = job("urgent", 6, 9 * HOUR, 9 * HOUR);
    (urgent.priority, urgent.value) = (1, 1.0);
    let mut valuable = job("valuable", 6, 9 * HOUR, 9 * HOUR + 600);
    valuable.value = 100.0;
    let near = job("near", 1, 9 * HOUR, 9 * HOUR + 600);
    let (_, plan) =
        solved(line(vec![technician("ann")], vec![near.clone(), valuable.clone(), urgent]));
    assert_eq!(plan.unassigned, [0, 1]);
    let (_, plan) = solved(line(vec![technician("ann")], vec![near, valuable]));
    assert_eq!(plan.unassigned, [0]);
}

/// The neighbours of the second job are done by others, and who can do it is busy elsewhere.
#[test]
fn what_only_one_of_many_can_do_is_offered_to_that_one() {
    let mut people: Vec<_> = (0..100).map(|it| technician(&format!("t{it}"))).collect();
    people[99].skills = vec![("lift".into(), 1)];
    let whole = |at: usize| Job { value: 50.0, ..job(&format!("j{at}"), 15, 11 * HOUR, 11 * HOUR) };
    let mut jobs: Vec<_> = (0..60).map(whole).collect();
    for (id, place, value) in [("here", 1, 30.0), ("there", 15, 20.0)] {
        let mut job = job(id, place, 8 * HOUR, 14 * HOUR);
        (job.skills, job.value) = (vec![("lift".into(), 1)], value);
        jobs.push(job);
    }
    for (row, it) in people.iter_mut().enumerate() {
        it.row = row;
    }
    for (row, it) in jobs.iter_mut().enumerate() {
        it.row = row;
    }
    let (_, plan) = solved(line(people, jobs));
    assert!(plan.unassigned.is_empty(), "{:?}", plan.unassigned);
}

#[test]
fn of_several_windows_the_next_is_waited_for_and_after_the_last_a_soft_job_is_late() {
    let mut soft = job("a", 6, 8 * HOUR, 8 * HOUR + 1800);
    soft.windows.push((10 * HOUR, 10 * HOUR + 60));
    soft.soft = true;
    let (problem, plan) = solved(line(vec![technician("ann")], vec![soft.clone()]));
    assert_eq!(times(&plan)[0].2, 10 * HOUR);
    assert_eq!(check(&problem, &plan).figures.lateness, 0);
    soft.windows.pop();
    let (problem, plan) = solved(line(vec![technician("ann")], vec![soft]));
    assert_eq!(times(&plan)[0].2, 9 * HOUR);
    let figures = check(&problem, &plan).figures;
    assert_eq!((figures.lateness, figures.weighted_lateness), (1800, 3600));
}

#[test]
fn a_part_that_is_not_on_the_van_is_fetched_on_the_way_and_runs_out() {
    let mut ann = technician("ann");
    ann.parts = vec![("fan".into(), 1)];
    let with = |id: &str, place| {
        let mut job = job(id, place, 8 * HOUR, 16 * HOUR);
        job.parts = vec![("fan".into(), 1)];
        job
    };
    let mut day = line(vec![ann], vec![with("a", 2), with("b", 4), with("c", 6)]);
    let depot =
        Depot { id: "d".into(), place: 3, parts: vec![("fan".into(), 1)], ..Depot::default() };
    day.depots = vec![depot];
    let (problem, plan) = solved(day);
    assert_eq!(plan.unassigned.len(), 1, "three fans are wanted, two there");
    let depots = plan.routes[0].stops.iter().filter(|it| it.what == What::Depot(0)).count();
    assert_eq!(depots, 1);
    assert_eq!(check(&problem, &plan).figures.distance, 2.0 * 4.0 * 6000.0);
}

#[test]
fn two_technicians_meet_and_what_comes_after_waits() {
    let mut heavy = job("heavy", 3, 9 * HOUR, 15 * HOUR);
    heavy.together = 2;
    let mut later = job("later", 5, 8 * HOUR, 16 * HOUR);
    later.after = Some("heavy".into());
    let (_, plan) = solved(line(vec![technician("ann"), technician("bo")], vec![later, heavy]));
    let heavy: Vec<_> = plan.stops_of(1).collect();
    assert_eq!(heavy.len(), 2);
    assert_eq!(heavy[0].1.start, heavy[1].1.start);
    let later = plan.stops_of(0).next().expect("is done");
    assert!(later.1.start >= heavy[0].1.leave);
}

#[test]
fn a_night_shift_goes_over_midnight() {
    let mut ann = technician("ann");
    ann.shifts = vec![(20 * HOUR, 30 * HOUR)];
    let (_, plan) = solved(line(vec![ann], vec![job("a", 3, 25 * HOUR, 26 * HOUR)]));
    assert_eq!(times(&plan)[0].2, 25 * HOUR);
}

#[test]
fn a_day_and_a_night_are_one_shift() {
    let mut ann = technician("ann");
    ann.shifts = vec![(8 * HOUR, 32 * HOUR)];
    ann.lunch = Some(LunchBreak { seconds: 1800, earliest: 12 * HOUR, latest: 13 * HOUR });
    let jobs = vec![job("late", 3, 23 * HOUR, 23 * HOUR), job("early", 3, 30 * HOUR, 31 * HOUR)];
    let (_, plan) = solved(line(vec![ann], jobs));
    let starts: Vec<i64> = times(&plan).iter().map(|it| it.2).collect();
    assert_eq!(starts, [12 * HOUR, 23 * HOUR, 30 * HOUR]);
}

#[test]
fn a_plan_that_does_not_hold_is_found_out() {
    let day = line(
        vec![technician("ann")],
        vec![job("a", 6, 8 * HOUR, 10 * HOUR), job("b", 1, 8 * HOUR, 9 * HOUR)],
    );
    let (problem, good) = solved(day);
    let codes = |plan: &Plan| -> Vec<&'static str> {
        check(&problem, plan).violations.iter().map(|it| it.code).collect()
    };
    let change = |how: &dyn Fn(&mut Plan)| {
        let mut plan = good.clone();
        how(&mut plan);
        codes(&plan)
    };
    assert_eq!(change(&|_| ()), [""; 0]);
    assert_eq!(change(&|it| it.routes[0].stops.swap(0, 1)), ["arrives_too_soon"; 1]);
    assert_eq!(change(&|it| it.routes[0].stops[1].start -= 1800), ["starts_before_arrival"]);
    assert_eq!(change(&|it| it.routes[0].stops[0].leave -= 60), ["leaves_too_soon"]);
    assert_eq!(change(&|it| _ = it.routes[0].stops.pop()), ["job_missing"]);
    assert_eq!(
        change(&|it| it.routes[0].shift = 7),
        ["no_such_shift", "job_missing", "job_missing"]
    );
    let late = change(&|it| {
        let stop = &mut it.routes[0].stops[1];
        (stop.start, stop.leave) = (17 * HOUR, 18 * HOUR);
    });
    assert_eq!(late, ["outside_window", "shift_end"]);
}

type Spoil = fn(&mut Day);

#[rustfmt::skip]
const STRICTER: &[(Spoil, &str)] = &[
    (|it| it.jobs[0].skills = vec![("ac".into(), 1)],                        "skill"),
    (|it| it.jobs[0].certificates = vec!["gas".into()],                      "certificate"),
    (|it| it.jobs[0].tools = vec!["crane".into()],                           "tool_missing"),
    (|it| it.jobs[0].parts = vec![("fan".into(), 1)],                        "part_missing"),
    (|it| it.jobs[0].never = vec!["ann".into()],                             "not_allowed"),
    (|it| it.jobs[0].release = Some(9 * HOUR),                               "before_release"),
    (|it| it.jobs[0].together = 2,                                           "not_together"),
    (|it| it.jobs[0].after = Some("b".into()),                               "after"),
    (|it| it.technicians[0].max_jobs = Some(1),                              "max_jobs"),
    (|it| it.technicians[0].max_work = Some(HOUR),                           "max_work"),
    (|it| it.technicians[0].max_drive = Some(600),                           "max_drive"),
    (|it| (it.technicians[0].capacity, it.jobs[0].load) = (Some(1), 2),      "capacity"),
    (|it| it.technicians[0].lunch = Some(LunchBreak {
        seconds: 1800, earliest: 9 * HOUR, latest: 10 * HOUR }),             "lunch_missing"),
];

/// A plan of an easier day; Bo can do everything, so that the stricter day can be planned too.
#[test]
fn a_plan_that_breaks_a_rule_is_found_out_rule_by_rule() {
    let mut bo = technician("bo");
    (bo.row, bo.shifts) = (1, vec![(12 * HOUR, 20 * HOUR)]);
    (bo.skills, bo.tools) = (vec![("ac".into(), 1)], vec!["crane".into()]);
    (bo.parts, bo.certificates) = (vec![("fan".into(), 1)], vec![("gas".into(), 100 * HOUR)]);
    let jobs = vec![job("a", 1, 8 * HOUR, 15 * HOUR), job("b", 2, 10 * HOUR, 11 * HOUR)];
    let day = line(vec![technician("ann"), bo], jobs);
    let (_, plan) = solved(day.clone());
    assert_eq!(plan.routes.len(), 1);
    for (spoil, said) in STRICTER {
        let mut day = day.clone();
        spoil(&mut day);
        let problem = Problem::build(day, false).expect(said).problem;
        let codes: Vec<_> = check(&problem, &plan).violations.iter().map(|it| it.code).collect();
        assert!(codes.contains(said), "{said}: {codes:?}");
    }
}
