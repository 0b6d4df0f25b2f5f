//! Tools and parts: what is on the van, what was fetched on the way, what is used up.

use std::collections::HashMap;

use super::{Violation, violation};
use crate::{
    plan::{Plan, What},
    problem::{Begun, Job, Problem},
};

/// What is left in the depots.
type Stored<'p> = HashMap<(usize, &'p str), i64>;

pub(super) fn check(problem: &Problem, plan: &Plan, violations: &mut Vec<Violation>) {
    let mut stored = Stored::new();
    for (at, depot) in problem.depots().iter().enumerate() {
        for (part, count) in &depot.parts {
            *stored.entry((at, part.as_str())).or_default() += count;
        }
    }
    for who in 0..problem.technicians().len() {
        one(problem, plan, who, &mut stored, violations);
    }
}

/// All shifts of a technician in their order. What the van lacks is taken from the depot visited
/// last that has it.
fn one<'p>(
    problem: &'p Problem,
    plan: &Plan,
    who: usize,
    stored: &mut Stored<'p>,
    violations: &mut Vec<Violation>,
) {
    let mut van: HashMap<&str, i64> = HashMap::new();
    for (part, count) in &problem.technicians()[who].parts {
        *van.entry(part).or_default() += count;
    }
    let known = plan.routes.iter().filter(|it| it.shift < problem.routes());
    let mut routes: Vec<_> = known.filter(|it| problem.shift(it.shift).0 == who).collect();
    routes.sort_by_key(|it| problem.shift(it.shift).1);
    let mut visited: Vec<usize> = Vec::new();
    for stop in routes.iter().flat_map(|it| &it.stops) {
        let at = match stop.what {
            What::Lunch => continue,
            What::Depot(depot) => {
                visited.retain(|it| *it != depot);
                visited.push(depot);
                continue;
            }
            What::Job(job) => job,
        };
        let job = &problem.jobs()[at];
        // What was begun before now had what it took, wherever that came from.
        let begun =
            problem.technicians()[who].begun.iter().any(|it| it.0 == Begun::Job(job.id.clone()));
        if begun || job.started {
            for (part, count) in &job.parts {
                let here = van.entry(part).or_default();
                *here = (*here - count).max(0);
            }
            continue;
        }
        for tool in tools_missing(problem, job, who, &visited) {
            violations.push(violation("tool_missing", Some(who), Some(at), tool));
        }
        for (part, count) in &job.parts {
            let here = van.entry(part).or_default();
            *here -= count;
            fetch(problem, part, &visited, here, stored);
            if *here < 0 {
                let code = if visited.is_empty() { "part_missing" } else { "depot_empty" };
                violations.push(violation(code, Some(who), Some(at), part));
                *here = 0;
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

fn fetch<'p>(
    problem: &'p Problem,
    part: &'p str,
    visited: &[usize],
    here: &mut i64,
    stored: &mut Stored<'p>,
) {
    for depot in visited.iter().rev() {
        if problem.depots()[*depot].everything {
            *here = (*here).max(0);
            return;
        }
        let there = stored.entry((*depot, part)).or_default();
        let taken = (-*here).clamp(0, (*there).max(0));
        *here += taken;
        *there -= taken;
    }
}
