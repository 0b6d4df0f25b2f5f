//! The day went differently: somebody is absent, a job takes longer, one is cancelled or comes
//! anew, the roads are full. The plan is mended with as few changes as possible, and says what
//! changed hands and why.

mod day;

use crate::{
    bad_row::BadRow,
    objective::{Objective, Part},
    plan::{Plan, What},
    problem::{Begun, Job, Problem},
    search::{Options, Progress, resume},
    travel::Time,
};

#[derive(Debug, Clone, Default)]
pub struct Change {
    /// Technicians, by id.
    pub absent: Vec<String>,
    /// Jobs, and how much longer they take.
    pub overrun: Vec<(String, Time)>,
    pub cancelled: Vec<String>,
    pub added: Vec<Job>,
    /// From when to when drives take so many times as long.
    pub slower: Vec<(Time, Time, f64)>,
    /// What was begun before it, stays.
    pub now: Option<Time>,
}

#[derive(Debug)]
pub struct Repaired {
    pub problem: Problem,
    pub plan: Plan,
    pub moved: Vec<Moved>,
    /// Rows that cannot be planned any more.
    pub left_out: Vec<BadRow>,
    pub iterations: u64,
}

/// By id: the problem is another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub job: String,
    pub from: Option<String>,
    pub to: Option<String>,
    /// One of [`WHY`].
    pub why: &'static str,
}

pub const WHY: &[&str] = &["absent", "added", "cancelled", "made_room", "overrun", "slower"];

pub fn repair(
    problem: &Problem,
    plan: &Plan,
    change: &Change,
    options: &Options,
    stop: &mut dyn FnMut(&Progress<'_>) -> bool,
) -> Result<Repaired, Vec<BadRow>> {
    let built = Problem::build(day::changed(problem, plan, change), true)?;
    let start = mapped(problem, plan, change, &built.problem);
    let mut options = options.clone();
    options.objective = staying(&options.objective);
    let found = resume(&built.problem, &options, &start, stop);
    let moved = moves(problem, plan, change, &built.problem, &found.plan);
    Ok(Repaired {
        moved,
        plan: found.plan,
        iterations: found.iterations,
        problem: built.problem,
        left_out: built.left_out,
    })
}

/// What people already know comes before the way.
fn staying(objective: &Objective) -> Objective {
    let mut tiers = objective.tiers.clone();
    for tier in &mut tiers {
        tier.retain(|it| it.0 != Part::Moved);
    }
    tiers.retain(|it| !it.is_empty());
    let is_way = |tier: &Vec<(Part, f64)>| {
        tier.iter().any(|it| matches!(it.0, Part::Travel | Part::Duration))
    };
    let way = tiers.iter().position(is_way).unwrap_or(tiers.len());
    tiers.insert(way, vec![(Part::Moved, 1.0)]);
    Objective { tiers }
}

/// The old plan in the numbers of the new problem, without what is gone.
fn mapped(old: &Problem, plan: &Plan, change: &Change, new: &Problem) -> Plan {
    let mut start = Plan::default();
    for route in &plan.routes {
        let (who, shift) = old.shift(route.shift);
        let id = &old.technicians()[who].id;
        let same = |it: &usize| {
            let (who, times) = new.shift(*it);
            new.technicians()[who].id == *id && times.1 == shift.1
        };
        let Some(number) = (0..new.routes()).find(same) else { continue };
        let absent = change.absent.contains(id);
        let begun = &new.technicians()[new.shift(number).0].begun;
        let mut stops = Vec::new();
        for stop in &route.stops {
            let mut stop = *stop;
            match stop.what {
                What::Lunch => continue,
                What::Depot(_) if absent => continue,
                What::Depot(_) => {}
                What::Job(job) => {
                    let Some(job) = new.job_named(&old.jobs()[job].id) else { continue };
                    // Whoever is away now has left also what others who were there go on with.
                    let here =
                        |it: &Begun| matches!(it, Begun::Job(it) if *it == new.jobs()[job].id);
                    let left = absent && !begun.iter().any(|it| here(&it.0));
                    if left || new.jobs()[job].never.contains(id) {
                        continue;
                    }
                    stop.what = What::Job(job);
                }
            }
            stops.push(stop);
        }
        start.routes.push(crate::plan::Route { shift: number, stops });
    }
    start
}

fn moves(old: &Problem, before: &Plan, change: &Change, new: &Problem, after: &Plan) -> Vec<Moved> {
    let who = |problem: &Problem, plan: &Plan, job: Option<usize>| {
        let stop = job.and_then(|it| plan.stops_of(it).next().map(|it| it.0))?;
        Some(problem.technicians()[problem.shift(stop).0].id.clone())
    };
    let mut moved = Vec::new();
    for (at, job) in old.jobs().iter().enumerate() {
        let from = who(old, before, Some(at));
        let to = who(new, after, new.job_named(&job.id));
        if from != to {
            let why = why(old, before, change, &job.id, from.as_deref());
            moved.push(Moved { job: job.id.clone(), from, to, why });
        }
    }
    for job in &change.added {
        let to = who(new, after, new.job_named(&job.id));
        moved.push(Moved { job: job.id.clone(), from: None, to, why: "added" });
    }
    moved
}

fn why(
    old: &Problem,
    before: &Plan,
    change: &Change,
    job: &str,
    from: Option<&str>,
) -> &'static str {
    if change.cancelled.iter().any(|it| it == job) {
        return "cancelled";
    }
    let Some(from) = from else { return "made_room" };
    if change.absent.iter().any(|it| it == from) {
        return "absent";
    }
    let with_him = |id: &String| {
        let stops = old.job_named(id).into_iter().flat_map(|it| before.stops_of(it));
        stops.into_iter().any(|it| old.technicians()[old.shift(it.0).0].id == from)
    };
    if change.overrun.iter().any(|it| with_him(&it.0)) {
        return "overrun";
    }
    if change.slower.is_empty() { "made_room" } else { "slower" }
}
