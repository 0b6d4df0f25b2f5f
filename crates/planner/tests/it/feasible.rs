//! Whatever the day, the search's plan holds before the independent evaluator, and both count the
//! same.

use planner::{Objective, Options, Part, Problem, check, plan};

use crate::dice::{Kind, problem};

fn objectives() -> Vec<Objective> {
    let mut fair = Objective::service();
    fair.tiers[3].push((Part::Fairness, 0.5));
    vec![Objective::service(), Objective::distance(), Objective::vehicles(), fair]
}

fn search(problem: &Problem, objective: &Objective, seed: u64, iterations: u64) {
    let mut options = Options::new(objective.clone());
    (options.seed, options.iterations) = (seed, Some(iterations));
    let mut counted = None;
    let found = plan(problem, &options, &mut |progress| {
        let report = check(problem, &progress.plan());
        assert_eq!(report.violations, [], "seed {seed}");
        counted = Some((progress.figures().clone(), report.figures));
        false
    });
    let report = check(problem, &found.plan);
    assert_eq!(report.violations, [], "seed {seed}");
    let (ours, theirs) = counted.expect("was asked");
    for tier in objective.tiers.iter().flatten().map(|it| it.0) {
        let counts = (ours.part(tier), theirs.part(tier));
        assert!((counts.0 - counts.1).abs() < 1e-6, "seed {seed} {tier:?} {counts:?}");
    }
}

#[test]
fn every_plan_of_every_day_holds_and_its_figures_are_true() {
    for seed in 0..2500 {
        let kind = Kind::of(seed, 6 + seed as usize % 15, 2 + seed as usize % 4);
        let objectives = objectives();
        let objective = &objectives[seed as usize % objectives.len()];
        search(&problem(&kind, seed), objective, seed, 150);
    }
}

#[test]
fn larger_days_hold_too() {
    for seed in 0..24 {
        let kind = Kind::of(seed, 120, 14);
        search(&problem(&kind, seed), &Objective::service(), seed, 600);
    }
}

#[test]
fn several_threads_find_a_plan_that_holds_and_the_same_again() {
    for seed in 0..8 {
        let kind = Kind::of(seed, 40, 6);
        let problem = problem(&kind, seed);
        let mut options = Options::new(Objective::service());
        (options.seed, options.iterations, options.threads) = (seed, Some(600), 3);
        let found = plan(&problem, &options, &mut |_| false);
        assert_eq!(check(&problem, &found.plan).violations, []);
        assert_eq!(plan(&problem, &options, &mut |_| false), found);
    }
}

#[test]
fn it_stops_when_told_and_has_a_plan_then() {
    let kind = Kind::of(3, 60, 8);
    let problem = problem(&kind, 3);
    let options = Options::new(Objective::service());
    let at_once = plan(&problem, &options, &mut |_| true);
    assert_eq!(at_once.iterations, 0);
    assert_eq!(check(&problem, &at_once.plan).violations, []);
    let later = plan(&problem, &options, &mut |it| it.iterations >= 64);
    assert_eq!(later.iterations, 64);
}

#[test]
fn it_stops_by_itself_when_nothing_gets_better() {
    let kind = Kind::of(5, 8, 2);
    let problem = problem(&kind, 5);
    let mut options = Options::new(Objective::service());
    options.idle = Some(300);
    let found = plan(&problem, &options, &mut |_| false);
    assert!(found.iterations >= 300, "{}", found.iterations);
}

/// With so many, only the routes near a job are looked at.
#[test]
fn days_of_many_technicians_hold_too() {
    for seed in 0..24 {
        let kind = Kind::of(seed, 140, 90);
        search(&problem(&kind, seed), &Objective::service(), seed, 60);
    }
}
