//! One more job in a plan that people already know.

use planner::{Objective, Options, Plan, Problem, check, insert, plan, schedule};

use crate::{
    dice::{Kind, day},
    plain::{HOUR, job, line, technician},
};

/// A plan of all jobs but the last.
fn without_last(problem: &Problem, seed: u64) -> Plan {
    let last = problem.jobs().len() - 1;
    let mut options = Options::new(Objective::service());
    (options.iterations, options.seed) = (Some(200), seed);
    let mut found = plan(problem, &options, &mut |_| false).plan;
    for route in &mut found.routes {
        route.stops.retain(|it| it.what != planner::What::Job(last));
    }
    found.routes.retain(|it| it.stops.iter().any(|it| it.what != planner::What::Lunch));
    if !found.unassigned.contains(&last) {
        found.unassigned.push(last);
    }
    schedule(problem, &Objective::service(), &found)
}

#[test]
fn every_place_holds_costs_what_it_says_and_loses_nothing_more_urgent() {
    let mut places_seen = 0;
    for seed in 0..400 {
        let mut kind = Kind::of(seed, 20, 4);
        (kind.tied, kind.odd, kind.begun) = (false, false, false);
        let mut day = day(&kind, seed);
        let last = day.jobs.last_mut().expect("jobs");
        (last.priority, last.fixed, last.together) = (1, None, 1);
        let problem = Problem::build(day, true).expect("somebody").problem;
        let job = problem.jobs().len() - 1;
        let objective = Objective::service();
        let before = without_last(&problem, seed);
        let known = check(&problem, &before).figures;
        for place in insert(&problem, &objective, &before, job) {
            places_seen += 1;
            let report = check(&problem, &place.plan);
            assert_eq!(report.violations, [], "seed {seed}");
            let cost = objective.cost(&report.figures) - objective.cost(&known);
            assert!((cost - place.cost).abs() < 1e-6, "seed {seed} {cost} {}", place.cost);
            assert!(place.moves.len() <= 2, "seed {seed}");
            let lost = place.moves.iter().filter(|it| it.to.is_none());
            let urgent = problem.jobs()[job].priority;
            assert!(lost.into_iter().all(|it| problem.jobs()[it.job].priority > urgent));
            assert!(place.plan.stops_of(job).next().is_some());
        }
    }
    assert!(places_seen > 500, "{places_seen}");
}

#[test]
fn where_there_is_no_room_the_less_urgent_makes_it() {
    let near = job("near", 1, 9 * HOUR, 9 * HOUR);
    let mut urgent = job("urgent", 2, 9 * HOUR, 9 * HOUR + 600);
    urgent.priority = 1;
    let day = line(vec![technician("ann")], vec![near, urgent]);
    let problem = Problem::build(day, false).expect("good").problem;
    let before = without_last(&problem, 1);
    let before = if before.routes.is_empty() {
        let alone = line(vec![technician("ann")], vec![job("near", 1, 9 * HOUR, 9 * HOUR)]);
        let mut plan = crate::plain::solved(alone).1;
        plan.unassigned.push(1);
        plan
    } else {
        before
    };
    let places = insert(&problem, &Objective::service(), &before, 1);
    assert_eq!(places.len(), 1);
    assert_eq!(places[0].moves[0].job, 0);
    assert_eq!(places[0].moves[0].to, None);
    assert_eq!(places[0].start, 9 * HOUR);
}
