//! The day as it is now: what was begun, and what has changed.

use super::Change;
use crate::{
    plan::{Plan, Route, Stop, What},
    problem::{Begun, Day, Problem},
    travel::{FULL, Time, Travel},
};

pub(super) fn changed(problem: &Problem, plan: &Plan, change: &Change) -> Day {
    let mut day = problem.day().clone();
    day.travel = slower(&day.travel, &change.slower);
    day.yesterday = known(problem, plan);
    if let Some(now) = change.now {
        for route in &plan.routes {
            begin(problem, &mut day, route, now, change);
        }
        day.now = Some(day.now.map_or(now, |it| it.max(now)));
    }
    let done: Vec<String> = day
        .technicians
        .iter()
        .flat_map(|it| &it.begun)
        .filter_map(|it| match &it.0 {
            Begun::Job(id) => Some(id.clone()),
            Begun::Depot(_) => None,
        })
        .collect();
    // Of several who began together, those are left who are there.
    for job in day.jobs.iter_mut().filter(|it| it.together > 1 && done.contains(&it.id)) {
        job.together = done.iter().filter(|it| **it == job.id).count() as u32;
    }
    day.jobs.retain(|it| !change.cancelled.contains(&it.id));
    for technician in &mut day.technicians {
        let here = |it: &Begun| !matches!(it, Begun::Job(id) if change.cancelled.contains(id));
        technician.begun.retain(|it| here(&it.0));
    }
    for job in &mut day.jobs {
        if let Some(more) = change.overrun.iter().find(|it| it.0 == job.id) {
            job.duration += more.1;
        }
        let gone = |it: &String| change.cancelled.contains(it);
        if job.after.as_ref().is_some_and(gone) {
            job.after = None;
        }
        if done.contains(&job.id) {
            continue;
        }
        if job.fixed.as_ref().is_some_and(|it| change.absent.contains(&it.technician)) {
            (job.fixed, job.started) = (None, false);
        }
        job.never.extend(change.absent.iter().cloned());
    }
    let next = day.jobs.len();
    for (at, job) in change.added.iter().enumerate() {
        let mut job = job.clone();
        job.row = next + at;
        job.never.extend(change.absent.iter().cloned());
        day.jobs.push(job);
    }
    day
}

/// Who does what, for staying near it.
fn known(problem: &Problem, plan: &Plan) -> Vec<(String, String)> {
    let mut known = Vec::new();
    for (at, job) in problem.jobs().iter().enumerate().filter(|it| it.1.together <= 1) {
        if let Some((shift, _)) = plan.stops_of(at).next() {
            let who = problem.shift(shift).0;
            known.push((job.id.clone(), problem.technicians()[who].id.clone()));
        }
    }
    known
}

/// What was begun before now stays as it is: also what somebody is already on the way to.
fn begin(problem: &Problem, day: &mut Day, route: &Route, now: Time, change: &Change) {
    let (who, _) = problem.shift(route.shift);
    let technician = &mut day.technicians[who];
    let absent = change.absent.contains(&technician.id);
    let mut here = technician.start.unwrap_or_default();
    let mut lunch: Option<&Stop> = None;
    for stop in &route.stops {
        let (what, place) = match stop.what {
            What::Lunch => {
                lunch = Some(stop);
                if stop.start < now {
                    technician.lunched = Some(stop.start);
                }
                continue;
            }
            What::Job(job) => {
                (Begun::Job(problem.jobs()[job].id.clone()), problem.jobs()[job].place)
            }
            What::Depot(depot) => {
                (Begun::Depot(problem.depots()[depot].id.clone()), problem.depots()[depot].place)
            }
        };
        let drive = day.travel.drive(here, place);
        let ate = lunch.filter(|it| it.start >= now).map_or(0, |it| it.leave - it.start);
        let left = day.travel.depart(stop.start, drive) - ate;
        let tied = matches!(stop.what, What::Job(job)
            if problem.jobs()[job].together > 1 || problem.jobs()[job].after.is_some());
        let over = match (absent, tied) {
            (true, _) => stop.leave > now,
            (false, true) => stop.start >= now,
            (false, false) => left >= now,
        };
        if over {
            break;
        }
        if let Some(lunch) = lunch {
            technician.lunched = Some(lunch.start);
        }
        if technician.begun.iter().all(|it| it.0 != what) {
            technician.begun.push((what, stop.start));
        }
        (here, lunch) = (place, None);
    }
}

fn slower(travel: &Travel, slower: &[(Time, Time, f64)]) -> Travel {
    if slower.is_empty() {
        return travel.clone();
    }
    let old = travel.rates();
    let mut times: Vec<Time> = old.iter().map(|it| it.0).collect();
    times.push(Time::MIN / 8);
    times.extend(slower.iter().flat_map(|it| [it.0, it.1]));
    times.sort_unstable();
    times.dedup();
    let rate = |at: &Time| {
        let part = old.partition_point(|it| it.0 <= *at).saturating_sub(1);
        let mut rate = old.get(part).map_or(FULL, |it| it.1) as f64;
        for (_, _, factor) in slower.iter().filter(|it| (it.0..it.1).contains(at)) {
            rate /= factor.max(0.01);
        }
        (*at, (rate.round() as i64).max(1))
    };
    travel.clone().with_rates(times.iter().map(rate).collect())
}
