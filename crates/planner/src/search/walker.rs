//! One search: from a greedy plan by ruin and recreate, with simulated annealing. First, where the
//! objective asks for few routes, routes are closed one by one.

use super::{
    Options,
    place::Blink,
    prices::Prices,
    recreate::Recreate,
    ruin::{Near, Ruin},
    state::{Kept, State},
};
use crate::{
    chance::Chance,
    objective::{Figures, Objective, Part},
    plan::Plan,
    problem::{NONE, Problem},
};

pub(crate) struct Walker<'p> {
    pub state: State<'p>,
    pub best: Kept,
    pub iterations: u64,
    pub improved_at: u64,
    pub objective: Objective,
    near: Near<'p>,
    chance: Chance,
    ruin: Ruin,
    recreate: Recreate,
    /// First and last temperature.
    heat: (f64, f64),
    late_is_cheap: bool,
    fleet: Option<Fleet>,
}

/// Where a search begins.
pub(crate) enum Start<'s> {
    Nothing,
    /// A plan that people know: the search stays near to it.
    Plan(&'s Plan),
    /// What an earlier part of the search has found.
    Kept(Box<Kept>),
}

/// Closing routes: how often each job was left over since.
struct Fleet {
    absences: Vec<u32>,
    /// The last plan in which all were served.
    whole: Kept,
    least: usize,
}

/// Temperatures, as parts of what an average job costs.
const HOT: f64 = 10.0;
const COLD: f64 = 0.05;
/// Where not all can be done, jobs take each other's places, and less heat does it.
const HOT_FULL: f64 = 3.0;
const COLD_FULL: f64 = 0.02;
/// Where a plan is mended, little is given up.
const WARM: f64 = 0.1;
/// Where value comes before punctuality, being late is cheap at first, so that room is found for
/// as much as possible; for the rest of the search it is dear, and losing something dearer.
const CHEAP: f64 = 0.01;
const CHEAP_UNTIL: f64 = 0.6;
const DEARER: f64 = 50.0;
/// The share of the search in which routes are closed.
const CLOSING: f64 = 0.4;

impl<'p> Walker<'p> {
    pub fn new(
        problem: &'p Problem,
        options: &Options,
        number: u64,
        start: &Start<'_>,
    ) -> Walker<'p> {
        let objective = options.objective.clone();
        let mut state = State::new(problem, Prices::of(&objective));
        state.begin();
        match start {
            Start::Nothing => {}
            Start::Plan(plan) => state.read(plan),
            Start::Kept(kept) => state.restore(kept),
        }
        let near = Near::new(problem);
        let chance =
            Chance::new(options.seed.wrapping_add(number.wrapping_mul(0x5851_F42D_4C95_7F2D)));
        let mut recreate = Recreate::default();
        let known = matches!(start, Start::Kept(_)).then(|| state.kept(&objective));
        construct(&mut state, &near, &mut recreate);
        // Whoever goes on from a plan never has a worse one.
        let worse = |it: &Kept| objective.compare(&state.figures(&objective), &it.figures).is_gt();
        if let Some(known) = known.filter(worse) {
            state.restore(&known);
        }
        let served = (state.at.len() - state.absent.len()).max(1) as f64;
        let routes: f64 = state.routes.iter().map(|it| it.tally.cost).sum();
        let way: i64 = state.routes.iter().map(|it| it.tally.drive).sum();
        let typical = (way as f64 / served).max(1.0).min((routes / served).max(1.0));
        let full = !state.absent.is_empty();
        state.prices.price_of_losing(problem, &objective, typical, full);
        state.recount();
        state.begin();
        let best = state.kept(&objective);
        let mut walker = Walker {
            best,
            iterations: 0,
            improved_at: 0,
            near,
            chance,
            ruin: Ruin::default(),
            recreate,
            heat: heat(typical, full, matches!(start, Start::Plan(_))),
            late_is_cheap: false,
            fleet: None,
            objective,
            state,
        };
        if walker.objective.weight(Part::Routes) > 0.0 {
            walker.start_closing();
        }
        let value_first = walker.objective.is_before(Part::ValueLost, Part::Lateness);
        if full && value_first && problem.traits.downstream {
            walker.price_lateness(true);
        }
        walker
    }

    fn price_lateness(&mut self, cheap: bool) {
        self.late_is_cheap = cheap;
        let prices = &mut self.state.prices;
        if cheap {
            prices.lateness *= CHEAP;
        } else {
            prices.lateness /= CHEAP;
            prices.lost.iter_mut().for_each(|it| *it *= DEARER);
        }
        self.state.restore(&self.best);
    }

    /// At this share of its patience.
    pub fn step(&mut self, share: f64) {
        self.iterations += 1;
        if self.late_is_cheap && share >= CHEAP_UNTIL {
            self.price_lateness(false);
        }
        let longer = self.state.absent.len();
        self.state.begin();
        self.ruin.strings(&mut self.state, &self.near, &mut self.chance);
        self.recreate.run(&mut self.state, &self.near, &mut self.chance, longer);
        self.state.settle();
        if self.fleet.is_some() {
            self.closing_step(share);
        } else {
            self.anneal(share);
        }
    }

    fn anneal(&mut self, share: f64) {
        let before = self.state.cost_before();
        let temperature = self.temperature(share);
        let luck = -(1.0 - self.chance.unit()).ln();
        if self.state.cost >= before + temperature * luck {
            self.state.undo();
            return;
        }
        let figures = self.state.figures_now(&self.objective);
        if self.objective.compare(&figures, &self.best.figures).is_lt() {
            self.state.keep(&mut self.best, figures);
            self.improved_at = self.iterations;
        }
    }

    fn temperature(&self, share: f64) -> f64 {
        let (hot, cold) = self.heat;
        hot * (cold / hot).powf(share.clamp(0.0, 1.0))
    }

    fn start_closing(&mut self) {
        if !self.state.absent.is_empty() {
            return;
        }
        let jobs = self.state.problem.day.jobs.len();
        let load: i64 = self.state.problem.tasks.iter().map(|it| it.load).sum();
        let largest = self.state.problem.shifts.iter().map(|it| it.capacity).max().unwrap_or(1);
        let least = (load / largest.max(1) + i64::from(load % largest.max(1) > 0)).max(1) as usize;
        let whole = self.best.clone();
        self.fleet = Some(Fleet { absences: vec![0; jobs], whole, least });
        self.state.prices.lost.fill(0.0);
        self.close_one();
    }

    /// The route whose jobs were left over least often; unused ones are closed too.
    fn close_one(&mut self) {
        let Some(fleet) = &self.fleet else { return };
        let used: Vec<usize> =
            (0..self.state.routes.len()).filter(|it| !self.state.routes[*it].is_empty()).collect();
        for route in 0..self.state.routes.len() {
            self.state.open[route] = used.contains(&route);
        }
        let sum = |route: &usize| -> u64 {
            let jobs = self.state.routes[*route].inner().iter();
            let jobs = jobs.filter(|it| !self.state.problem.is_depot(it.task));
            jobs.map(|it| u64::from(fleet.absences[it.task as usize])).sum()
        };
        let held = |it: &usize| {
            self.state.routes[*it].inner().iter().any(|it| self.state.is_held(it.task))
        };
        let closable = used.iter().filter(|it| !held(it)).min_by_key(|it| sum(it)).copied();
        let Some(route) = closable.filter(|_| used.len() > fleet.least) else {
            self.stop_closing();
            return;
        };
        self.state.begin();
        let tasks: Vec<u32> = self.state.routes[route].inner().iter().map(|it| it.task).collect();
        self.state.take_out(route, &tasks);
        self.state.open[route] = false;
        self.state.recount();
        self.state.begin();
    }

    fn closing_step(&mut self, share: f64) {
        let Some(fleet) = &mut self.fleet else { return };
        let score = |jobs: &[u32], absences: &[u32]| -> u64 {
            jobs.iter().map(|it| u64::from(absences[*it as usize])).sum()
        };
        let (now, before) = (&self.state.absent, self.state.absent_before());
        let closer = score(now, &fleet.absences) < score(before, &fleet.absences);
        let fewer = now.len() <= before.len();
        for job in now {
            fleet.absences[*job as usize] += 1;
        }
        let whole = now.is_empty();
        let luck = -(1.0 - self.chance.unit()).ln();
        let (hot, cold) = self.heat;
        let temperature = hot * (cold / hot).powf((share / CLOSING).clamp(0.0, 1.0));
        let cheap = self.state.cost < self.state.cost_before() + temperature * luck;
        if whole {
            fleet.whole = self.state.kept(&self.objective);
            self.best = fleet.whole.clone();
            self.improved_at = self.iterations;
            self.close_one();
        } else if !(closer || (fewer && cheap)) {
            self.state.undo();
        }
        if share >= CLOSING && self.fleet.is_some() {
            self.stop_closing();
        }
    }

    /// On with the plan in which all were served; no other routes than its own are used.
    fn stop_closing(&mut self) {
        let Some(fleet) = self.fleet.take() else { return };
        self.state.prices.lost.fill(self.heat.0 * 1000.0);
        self.state.restore(&fleet.whole);
        for route in 0..self.state.routes.len() {
            self.state.open[route] = !self.state.routes[route].is_empty();
        }
        self.best = fleet.whole;
    }

    /// Takes over another's best plan.
    pub fn adopt(&mut self, other: &Kept) {
        if self.fleet.is_some() {
            return;
        }
        self.state.restore(other);
        if self.objective.weight(Part::Routes) > 0.0 {
            for route in 0..self.state.routes.len() {
                self.state.open[route] = !self.state.routes[route].is_empty();
            }
        }
        self.best = self.state.kept(&self.objective);
    }

    pub fn closes_routes(&self) -> bool {
        self.fleet.is_some()
    }

    pub fn figures(&self) -> &Figures {
        &self.best.figures
    }
}

/// The first and the last temperature.
fn heat(typical: f64, full: bool, mended: bool) -> (f64, f64) {
    let (hot, cold) = if full { (HOT_FULL, COLD_FULL) } else { (HOT, COLD) };
    (typical * if mended { WARM } else { hot }, typical * cold)
}

/// The urgent and the valuable first, each where it costs least; held jobs before all.
pub(crate) fn construct(state: &mut State<'_>, near: &Near<'_>, recreate: &mut Recreate) {
    let problem = state.problem;
    let mut order = state.absent.clone();
    let rank = |it: &u32| {
        let task = &problem.tasks[*it as usize];
        (task.held, task.first_priority, task.value)
    };
    let width = |it: &u32| problem.tasks[*it as usize].last - problem.tasks[*it as usize].first;
    order.sort_by(|a, b| {
        let (x, y) = (rank(a), rank(b));
        (y.0, y.1).cmp(&(x.0, x.1)).then(y.2.total_cmp(&x.2)).then(width(a).cmp(&width(b)))
    });
    for _ in 0..2 {
        for job in &order {
            if state.at[*job as usize] == NONE {
                recreate.one(state, near, *job, &mut Blink::never());
            }
        }
        if !problem.traits.tied {
            break;
        }
    }
    let State { absent, at, .. } = state;
    absent.retain(|it| at[*it as usize] == NONE);
    state.recount();
}
