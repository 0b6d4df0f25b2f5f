//! Tiny days, where all plans can be tried: the search finds the best.

use planner::{
    Day, Figures, Job, NEVER, Objective, Options, Plan, Problem, Route, Stop, Technician, Travel,
    What, check, plan,
};

use crate::dice::Dice;

/// Hard windows, no lunch: a plan is its sequences.
fn day(seed: u64) -> Day {
    let mut dice = Dice::new(seed);
    let at: Vec<(f64, f64)> =
        (0..8).map(|_| (dice.below(50) as f64, dice.below(50) as f64)).collect();
    let unit = 1_000_000;
    let technician = |row: usize| Technician {
        row,
        id: format!("t{row}"),
        start: Some(6 + row),
        end: Some(6 + row),
        shifts: vec![(0, 230 * unit)],
        speed: 1.0,
        ..Technician::default()
    };
    let technicians = (0..2).map(technician).collect();
    let jobs = (0..5 + dice.below(2) as usize).map(|row| {
        let from = dice.below(120) * unit;
        Job {
            row,
            id: format!("j{row}"),
            place: row,
            duration: (10 + dice.below(20)) * unit,
            windows: vec![(from, from + (20 + dice.below(60)) * unit)],
            priority: 1 + dice.below(3) as u32,
            value: (1 + dice.below(5)) as f64,
            together: 1,
            ..Job::default()
        }
    });
    let jobs = jobs.collect();
    Day {
        travel: Travel::plane(at, false),
        technicians,
        jobs,
        depots: vec![],
        now: None,
        yesterday: vec![],
    }
}

/// Every way of giving every job to one of the two or to nobody, in every order.
struct All<'p> {
    problem: &'p Problem,
    objective: Objective,
    best: Option<Figures>,
}

impl All<'_> {
    fn go(&mut self, job: usize, sequences: &mut [Vec<usize>; 2]) {
        if job == self.problem.jobs().len() {
            return self.judge(sequences);
        }
        self.go(job + 1, sequences);
        for who in [0, 1] {
            for at in 0..=sequences[who].len() {
                sequences[who].insert(at, job);
                self.go(job + 1, sequences);
                sequences[who].remove(at);
            }
        }
    }

    fn judge(&mut self, sequences: &[Vec<usize>; 2]) {
        let mut plan = Plan::default();
        for (shift, sequence) in sequences.iter().enumerate().filter(|it| !it.1.is_empty()) {
            let Some(stops) = self.timed(shift, sequence) else { return };
            plan.routes.push(Route { shift, stops });
        }
        let served: Vec<usize> = sequences.iter().flatten().copied().collect();
        let jobs = 0..self.problem.jobs().len();
        plan.unassigned = jobs.filter(|it| !served.contains(it)).collect();
        let report = check(self.problem, &plan);
        if !report.violations.is_empty() {
            return;
        }
        let better = |it: &Figures| self.objective.compare(&report.figures, it).is_lt();
        if self.best.as_ref().is_none_or(better) {
            self.best = Some(report.figures);
        }
    }

    fn timed(&self, shift: usize, sequence: &[usize]) -> Option<Vec<Stop>> {
        let (who, (mut time, _)) = self.problem.shift(shift);
        let mut here = self.problem.technicians()[who].start?;
        let mut stops = Vec::new();
        for job in sequence {
            let row = &self.problem.jobs()[*job];
            let arrive = time + self.problem.travel().drive(here, row.place);
            let (from, to) = row.windows[0];
            let start = arrive.max(from);
            if start > to.min(NEVER) {
                return None;
            }
            (time, here) = (start + row.duration, row.place);
            stops.push(Stop { what: What::Job(*job), arrive, start, leave: time });
        }
        Some(stops)
    }
}

#[test]
fn the_search_finds_the_best_of_all_plans() {
    for seed in 0..60 {
        let problem = Problem::build(day(seed), true).expect("somebody").problem;
        let objectives = [
            Objective::service(),
            Objective::distance(),
            Objective::vehicles(),
            Objective::working_time(),
        ];
        let objective = objectives[seed as usize % 4].clone();
        let mut all = All { problem: &problem, objective: objective.clone(), best: None };
        all.go(0, &mut [vec![], vec![]]);
        let mut options = Options::new(objective.clone());
        (options.iterations, options.seed) = (Some(3000), seed);
        let found = plan(&problem, &options, &mut |_| false);
        let report = check(&problem, &found.plan);
        assert_eq!(report.violations, []);
        let best = all.best.expect("at least the empty plan");
        let (ours, theirs) = (objective.key(&report.figures), objective.key(&best));
        assert_eq!(
            objective.compare(&report.figures, &best),
            std::cmp::Ordering::Equal,
            "seed {seed}: {ours:?}, best {theirs:?}"
        );
    }
}
