//! Tiny days, where all plans can be tried: the search finds the best.

use planner::{
    Day, Figures, Job, LunchBreak, Objective, Options, Plan, Problem, Route, Stop, Technician,
    Travel, What, check, plan,
};

use crate::dice::Dice;

const UNIT: i64 = 1_000_000;

/// Hard windows, no lunch: a plan is its sequences.
fn day(seed: u64) -> Day {
    let mut dice = Dice::new(seed);
    let at: Vec<(f64, f64)> =
        (0..8).map(|_| (dice.below(50) as f64, dice.below(50) as f64)).collect();
    let technician = |row: usize| Technician {
        row,
        id: format!("t{row}"),
        start: Some(6 + row),
        end: Some(6 + row),
        shifts: vec![(0, 230 * UNIT)],
        speed: 1.0,
        ..Technician::default()
    };
    let technicians = (0..2).map(technician).collect();
    let jobs = (0..5 + dice.below(2) as usize).map(|row| {
        let from = dice.below(120) * UNIT;
        Job {
            row,
            id: format!("j{row}"),
            place: row,
            duration: (10 + dice.below(20)) * UNIT,
            windows: vec![(from, from + (20 + dice.below(60)) * UNIT)],
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

/// And with soft windows, levels of skill, lunch and overtime: a plan is its sequences and where in
/// them lunch is.
fn rich_day(seed: u64) -> Day {
    let mut dice = Dice::new(seed ^ 0x50F7);
    let mut day = day(seed);
    day.jobs.truncate(5);
    for job in &mut day.jobs {
        job.soft = dice.one_in(2);
        job.due = dice.one_in(4).then(|| (60 + dice.below(100)) * UNIT);
        job.skills = vec![("ac".into(), 1 + dice.below(2) as u32)];
    }
    for technician in &mut day.technicians {
        technician.skills = vec![("ac".into(), 1 + dice.below(2) as u32)];
        technician.overtime = dice.below(2) * 40 * UNIT;
        technician.overtime_weight = 1.5;
        technician.max_jobs = dice.one_in(3).then_some(3);
        let earliest = (60 + dice.below(40)) * UNIT;
        let (seconds, latest) = (20 * UNIT, earliest + 40 * UNIT);
        technician.lunch = dice.one_in(2).then_some(LunchBreak { seconds, earliest, latest });
    }
    day
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
        let served: Vec<usize> = sequences.iter().flatten().copied().collect();
        let jobs = 0..self.problem.jobs().len();
        let unassigned: Vec<usize> = jobs.filter(|it| !served.contains(it)).collect();
        let [first, second] = [0, 1].map(|it| self.ways(it, &sequences[it]));
        for first in &first {
            for second in &second {
                let routes = first.iter().chain(second).cloned().collect();
                self.compare(&Plan { routes, unassigned: unassigned.clone() });
            }
        }
    }

    /// Lunch anywhere, or nowhere. None of a route without jobs.
    fn ways(&self, shift: usize, sequence: &[usize]) -> Vec<Option<Route>> {
        if sequence.is_empty() {
            return vec![None];
        }
        let lunch = self.problem.technicians()[self.problem.shift(shift).0].lunch;
        let places = lunch.map_or(0, |_| sequence.len() + 1);
        let lunches = (0..places).map(Some).chain([None]);
        let timed = |lunch| {
            let stops = self.timed(shift, sequence, lunch)?;
            Some(Some(Route { shift, stops }))
        };
        lunches.filter_map(timed).collect()
    }

    fn compare(&mut self, plan: &Plan) {
        let report = check(self.problem, plan);
        if !report.violations.is_empty() {
            return;
        }
        let better = |it: &Figures| self.objective.compare(&report.figures, it).is_lt();
        if self.best.as_ref().is_none_or(better) {
            self.best = Some(report.figures);
        }
    }

    fn timed(
        &self,
        shift: usize,
        sequence: &[usize],
        lunch_at: Option<usize>,
    ) -> Option<Vec<Stop>> {
        let (who, (mut time, _)) = self.problem.shift(shift);
        let technician = &self.problem.technicians()[who];
        let mut here = technician.start?;
        let mut stops = Vec::new();
        for at in 0..=sequence.len() {
            let mut ready = time;
            if lunch_at == Some(at) {
                let lunch = technician.lunch?;
                let start = time.max(lunch.earliest);
                let leave = start + lunch.seconds;
                stops.push(Stop { what: What::Lunch, arrive: start, start, leave });
                ready = lunch.earliest;
            }
            let Some(job) = sequence.get(at) else { break };
            let row = &self.problem.jobs()[*job];
            let eaten = if lunch_at == Some(at) { technician.lunch?.seconds } else { 0 };
            let there = time + self.problem.travel().drive(here, row.place);
            let arrive = there.max(ready) + eaten;
            let (from, to) = row.windows[0];
            let start = arrive.max(from);
            if start > to && !row.soft {
                return None;
            }
            (time, here) = (start + row.duration, row.place);
            stops.push(Stop { what: What::Job(*job), arrive, start, leave: time });
        }
        Some(stops)
    }
}

fn finds_the_best(problem: &Problem, objective: &Objective, seed: u64) {
    let mut all = All { problem, objective: objective.clone(), best: None };
    all.go(0, &mut [vec![], vec![]]);
    let mut options = Options::new(objective.clone());
    (options.iterations, options.seed) = (Some(3000), seed);
    let found = plan(problem, &options, &mut |_| false);
    let report = check(problem, &found.plan);
    assert_eq!(report.violations, []);
    let best = all.best.expect("at least the empty plan");
    let (ours, theirs) = (objective.key(&report.figures), objective.key(&best));
    assert_eq!(
        objective.compare(&report.figures, &best),
        std::cmp::Ordering::Equal,
        "seed {seed}: {ours:?}, best {theirs:?}"
    );
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
        finds_the_best(&problem, &objectives[seed as usize % 4], seed);
    }
}

#[test]
fn also_with_lunch_lateness_overtime_and_levels_of_skill() {
    for seed in 0..60 {
        let problem = Problem::build(rich_day(seed), true).expect("somebody").problem;
        finds_the_best(&problem, &Objective::service(), seed);
    }
}
