//! Who may come late serves no less than who may not.

use planner::{Figures, Objective, Options, Problem, check, plan};

use crate::dice::{Kind, day};

/// What the search finds where the windows are soft as the day says, or all hard, and how many jobs
/// could not be planned at all.
fn found(seed: u64, soft: bool, iterations: u64) -> (Figures, usize) {
    let mut kind = Kind::of(seed, 20 + seed as usize % 40, 2 + seed as usize % 5);
    kind.soft = true;
    let mut day = day(&kind, seed);
    for job in day.jobs.iter_mut().filter(|_| !soft) {
        job.soft = false;
    }
    let built = Problem::build(day, true).expect("somebody");
    let mut options = Options::new(Objective::service());
    (options.seed, options.iterations) = (seed, Some(iterations));
    let found = plan(&built.problem, &options, &mut |_| false);
    let report = check(&built.problem, &found.plan);
    assert_eq!(report.violations, [], "seed {seed}");
    (report.figures, built.left_out.len())
}

/// More where `PLANNER_SOFT_DAYS` says so.
fn days() -> u64 {
    std::env::var("PLANNER_SOFT_DAYS").ok().and_then(|it| it.parse().ok()).unwrap_or(300)
}

#[test]
fn soft_windows_lose_no_more_than_hard_ones() {
    let days = days();
    let (mut compared, mut better) = (0, 0);
    for seed in 0..days {
        let iterations = [30, 100, 500][seed as usize % 3];
        let (hard, soft) = (found(seed, false, iterations), found(seed, true, iterations));
        // A hard window that can never open leaves its job out of the problem.
        if hard.1 != soft.1 {
            continue;
        }
        let key = |it: &Figures| (it.first_priority_lost, it.value_lost);
        let (hard, soft) = (key(&hard.0), key(&soft.0));
        assert!(soft <= hard, "seed {seed}: soft {soft:?}, hard {hard:?}");
        compared += 1;
        better += u64::from(soft < hard);
    }
    assert!(compared > days * 2 / 3 && better > days / 3, "{compared} {better}");
}
