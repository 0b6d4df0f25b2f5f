//! Tools and parts: what is on the van, what was fetched on the way, what is used up.

use std::collections::HashMap;

use super::{Violation, violation};
use crate::{
    plan::{Plan, What},
    problem::{Begun, Job, Problem},
};

/// What a job takes from depots: as the van has not enough of it.
struct Want<'p> {
    part: &'p str,
    who: usize,
    job: usize,
    depots: Vec<usize>,
}

/// The van is used up first, by the jobs in their order; for the rest depots are looked for so that
/// everybody gets something, if that is possible at all.
pub(super) fn check(problem: &Problem, plan: &Plan, violations: &mut Vec<Violation>) {
    let mut wants = Vec::new();
    for who in 0..problem.technicians().len() {
        one(problem, plan, who, &mut wants, violations);
    }
    let mut shelves: HashMap<(usize, &str), Shelf> = HashMap::new();
    for (at, depot) in problem.depots().iter().enumerate() {
        for (part, count) in &depot.parts {
            shelves.entry((at, part.as_str())).or_default().room += count;
        }
    }
    for (at, want) in wants.iter().enumerate() {
        if !give(&wants, at, &mut shelves, &mut Vec::new()) {
            let code = if want.depots.is_empty() { "part_missing" } else { "depot_empty" };
            violations.push(violation(code, Some(want.who), Some(want.job), want.part));
        }
    }
}

/// What a depot has of a part, and who gets it.
#[derive(Default)]
struct Shelf {
    room: i64,
    given: Vec<usize>,
}

/// Gives a part to one who wants it; if need be, another gets it elsewhere.
fn give<'p>(
    wants: &[Want<'p>],
    at: usize,
    shelves: &mut HashMap<(usize, &'p str), Shelf>,
    asked: &mut Vec<usize>,
) -> bool {
    let want = &wants[at];
    for depot in &want.depots {
        if asked.contains(depot) {
            continue;
        }
        asked.push(*depot);
        let key = (*depot, want.part);
        let Some(shelf) = shelves.get_mut(&key) else { continue };
        if shelf.room > 0 {
            shelf.room -= 1;
            shelf.given.push(at);
            return true;
        }
        for other in shelf.given.clone() {
            if give(wants, other, shelves, asked) {
                let shelf = shelves.entry(key).or_default();
                shelf.given.retain(|it| *it != other);
                shelf.given.push(at);
                return true;
            }
        }
    }
    false
}

/// All shifts of a technician in their order.
fn one<'p>(
    problem: &'p Problem,
    plan: &Plan,
    who: usize,
    wants: &mut Vec<Want<'p>>,
    violations: &mut Vec<Violation>,
) {
    let technician = &problem.technicians()[who];
    let mut van: HashMap<&str, i64> = HashMap::new();
    for (part, count) in &technician.parts {
        *van.entry(part).or_default() += count;
    }
    let known = plan.routes.iter().filter(|it| it.shift < problem.routes());
    let mut routes: Vec<_> = known.filter(|it| problem.shift(it.shift).0 == who).collect();
    routes.sort_by_key(|it| problem.shift(it.shift).1);
    let mut depots: Vec<usize> = Vec::new();
    for stop in routes.iter().flat_map(|it| &it.stops) {
        let at = match stop.what {
            What::Lunch => continue,
            What::Depot(depot) => {
                depots.push(depot);
                continue;
            }
            What::Job(job) => job,
        };
        let job = &problem.jobs()[at];
        // What was begun before now had what it took, wherever that came from.
        let listed = Begun::Job(job.id.clone());
        let begun = job.started || technician.begun.iter().any(|it| it.0 == listed);
        if !begun {
            for tool in tools_missing(problem, job, who, &depots) {
                violations.push(violation("tool_missing", Some(who), Some(at), tool));
            }
        }
        let everything = depots.iter().any(|it| problem.depots()[*it].everything);
        for (part, count) in &job.parts {
            let here = van.entry(part).or_default();
            let short = (count - *here).max(0);
            *here = (*here - count).max(0);
            let fetched = if begun || everything { 0 } else { short };
            for _ in 0..fetched {
                wants.push(Want { part, who, job: at, depots: depots.clone() });
            }
        }
    }
}

fn tools_missing<'p>(
    problem: &'p Problem,
    job: &'p Job,
    who: usize,
    visited: &[usize],
) -> Vec<&'p String> {
    let fetched = |tool: &String| {
        let mut depots = visited.iter().map(|it| &problem.depots()[*it]);
        depots.any(|it| it.everything || it.tools.contains(tool))
    };
    let own = &problem.technicians()[who].tools;
    job.tools.iter().filter(|it| !own.contains(it) && !fetched(it)).collect()
}
