//! The independent evaluator: recomputes a plan stop by stop from the rows of the day, and lists
//! everything that does not hold. It shares no line with the search.

mod kit;
mod way;

use crate::{
    objective::Figures,
    plan::{Plan, What},
    problem::{Begun, Job, Problem},
    travel::Time,
};

#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    pub violations: Vec<Violation>,
    pub figures: Figures,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// As `outside_window`.
    pub code: &'static str,
    pub technician: Option<usize>,
    pub job: Option<usize>,
    /// By how much, or which.
    pub value: String,
}

/// Every code, for whoever has to find words for them.
pub const VIOLATIONS: &[&str] = &[
    "after",
    "arrives_too_soon",
    "before_release",
    "begun_elsewhere",
    "capacity",
    "certificate",
    "depot_empty",
    "fixed",
    "job_missing",
    "job_twice",
    "leaves_too_soon",
    "lunch_missing",
    "lunch_too_short",
    "lunch_twice",
    "lunch_while_working",
    "lunch_window",
    "max_drive",
    "max_jobs",
    "max_work",
    "no_such_shift",
    "not_allowed",
    "not_together",
    "outside_window",
    "part_missing",
    "shift_end",
    "shift_twice",
    "skill",
    "starts_before_arrival",
    "tool_missing",
];

pub(crate) fn violation(
    code: &'static str,
    technician: Option<usize>,
    job: Option<usize>,
    value: impl ToString,
) -> Violation {
    Violation { code, technician, job, value: value.to_string() }
}

pub fn check(problem: &Problem, plan: &Plan) -> Report {
    let mut report = Report { violations: vec![], figures: Figures::default() };
    let mut loads = vec![0; problem.technicians().len()];
    let mut seen = vec![false; problem.routes()];
    for route in &plan.routes {
        match seen.get_mut(route.shift) {
            None => report.violations.push(violation("no_such_shift", None, None, route.shift)),
            Some(true) => {
                let who = problem.shift(route.shift).0;
                report.violations.push(violation("shift_twice", Some(who), None, route.shift));
            }
            Some(seen) => {
                *seen = true;
                let (technician, work) = way::walk(problem, route, &mut report);
                loads[technician] += work;
            }
        }
    }
    kit::check(problem, plan, &mut report.violations);
    served(problem, plan, &mut report);
    let most = loads.iter().max().copied().unwrap_or(0);
    report.figures.fairness = most - loads.iter().min().copied().unwrap_or(0);
    report
}

/// Every job is done as often as it should, or left over; and ties between jobs.
fn served(problem: &Problem, plan: &Plan, report: &mut Report) {
    let jobs = problem.jobs();
    let mut stops: Vec<Vec<(usize, Time, Time)>> = vec![vec![]; jobs.len()];
    for route in plan.routes.iter().filter(|it| it.shift < problem.routes()) {
        let technician = problem.shift(route.shift).0;
        for stop in &route.stops {
            if let What::Job(job) = stop.what {
                stops[job].push((technician, stop.start, stop.leave));
            }
        }
    }
    let mut left = vec![false; jobs.len()];
    for job in &plan.unassigned {
        left[*job] = true;
    }
    for (at, job) in jobs.iter().enumerate() {
        let mut say = |code, value: String| {
            report.violations.push(violation(code, None, Some(at), value));
        };
        if stops[at].is_empty() {
            if !left[at] {
                say("job_missing", String::new());
            }
            report.figures.value_lost += job.value;
            report.figures.first_priority_lost += u32::from(job.priority == 1);
            continue;
        }
        let together = job.together.max(1) as usize;
        if left[at] || stops[at].len() > together {
            say("job_twice", stops[at].len().to_string());
        }
        let mut people: Vec<usize> = stops[at].iter().map(|it| it.0).collect();
        people.sort_unstable();
        people.dedup();
        let same_start = stops[at].iter().all(|it| it.1 == stops[at][0].1);
        if together > 1 && (people.len() != together || !same_start) {
            say("not_together", people.len().to_string());
        }
        let listed = Begun::Job(job.id.clone());
        let mut begun = problem.technicians().iter().flat_map(|it| &it.begun);
        let begun = job.started || begun.any(|it| it.0 == listed);
        if let Some(first) =
            job.after.as_ref().and_then(|it| problem.job_named(it)).filter(|_| !begun)
        {
            let ended = stops[first].iter().map(|it| it.2).max();
            let begins = stops[at].iter().map(|it| it.1).min();
            if ended.is_none() || ended > begins {
                say("after", jobs[first].id.clone());
            }
        }
        moved(problem, job, &people, report);
    }
}

fn moved(problem: &Problem, job: &Job, people: &[usize], report: &mut Report) {
    let other = |id: &str| people.iter().filter(|it| problem.technicians()[**it].id != id).count();
    let known = |id: &&String| problem.technicians().iter().any(|it| it.id == **id);
    let yesterday = problem.day().yesterday.iter().rfind(|it| it.0 == job.id).map(|it| &it.1);
    if let Some(before) = yesterday.filter(known) {
        report.figures.moved += other(before) as u32;
    }
    if let Some(preferred) = job.prefer.as_ref().filter(known) {
        report.figures.unpreferred += other(preferred) as u32;
    }
}
