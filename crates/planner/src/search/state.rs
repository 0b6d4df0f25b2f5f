//! A plan while it is being searched: routes, who is where, what is left over, and the way back
//! from a change that is not wanted.

use super::{
    kit::Picks,
    prices::Prices,
    route::{Pins, Route},
};
use crate::{
    objective::{Figures, Objective, Part},
    problem::{NONE, Problem},
    travel::NEVER,
};

pub(crate) struct State<'p> {
    pub problem: &'p Problem,
    pub prices: Prices,
    pub routes: Vec<Route>,
    /// Routes that may be used.
    pub open: Vec<bool>,
    /// Job → route; of a job for several, one of them.
    pub at: Vec<u32>,
    pub absent: Vec<u32>,
    pub pins: Pins,
    pub picks: Picks,
    /// Sum over routes and lost jobs.
    pub cost: f64,
    journal: Journal,
    /// The newest of the routes.
    version: u64,
}

/// What was changed since `begin`.
#[derive(Default)]
struct Journal {
    routes: Vec<(u32, Route)>,
    /// Cleared copies, kept for their memory.
    spare: Vec<Route>,
    absent: Vec<u32>,
    pins: Vec<(u32, (i64, i64))>,
    picks: Picks,
    cost: f64,
    touched: Vec<bool>,
    /// Changed since the best plan was kept.
    dirty: Vec<bool>,
}

/// A plan as it was.
#[derive(Clone)]
pub(crate) struct Kept {
    pub routes: Vec<Route>,
    pub absent: Vec<u32>,
    pub pins: Pins,
    /// Who fetched what where: found out anew, in another order, it might not come out even.
    pub picks: Picks,
    pub figures: Figures,
}

impl<'p> State<'p> {
    /// Nothing is planned but what was begun.
    pub fn new(problem: &'p Problem, prices: Prices) -> State<'p> {
        let jobs = problem.day.jobs.len();
        let routes: Vec<Route> = problem.shifts.iter().map(|it| Route::new(problem, it)).collect();
        let count = routes.len();
        let pins = if problem.traits.tied { vec![(-NEVER, NEVER); jobs] } else { vec![] };
        let mut state = State {
            problem,
            prices,
            routes,
            open: vec![true; count],
            at: vec![NONE; jobs],
            absent: vec![],
            pins,
            picks: Picks::new(problem),
            cost: 0.0,
            journal: Journal::default(),
            version: 0,
        };
        state.journal.touched = vec![false; count];
        state.journal.dirty = vec![true; count];
        for route in 0..count {
            state.enter(route);
            state.refresh(route);
        }
        state.absent = (0..jobs as u32).filter(|it| state.at[*it as usize] == NONE).collect();
        state.recount();
        state
    }

    /// The stops of a route know where they are.
    pub fn enter(&mut self, route: usize) {
        for stop in self.routes[route].inner() {
            if !self.problem.is_depot(stop.task) {
                self.at[stop.task as usize] = route as u32;
            }
        }
    }

    pub fn refresh(&mut self, route: usize) -> Option<usize> {
        let shift = &self.problem.shifts[route];
        self.routes[route].refresh(self.problem, shift, &self.pins, &self.prices)
    }

    pub fn lost(&self, job: u32) -> f64 {
        self.prices.lost.get(job as usize).copied().unwrap_or(0.0)
    }

    pub fn recount(&mut self) {
        let routes: f64 = self.routes.iter().map(|it| it.tally.cost).sum();
        let lost: f64 = self.absent.iter().map(|it| self.lost(*it)).sum();
        self.cost = routes + lost + self.prices.fairness * self.spread();
    }

    /// Work and driving of the busiest technician less that of the idlest.
    pub fn spread(&self) -> f64 {
        if self.prices.fairness == 0.0 {
            return 0.0;
        }
        let load = |shifts: &Vec<u32>| -> i64 {
            let tally = |it: &u32| &self.routes[*it as usize].tally;
            shifts.iter().map(tally).map(|it| it.work + it.travel).sum()
        };
        let loads = self.problem.shifts_of.iter().map(load);
        let (least, most) = loads.fold((NEVER, 0), |it, load| (it.0.min(load), it.1.max(load)));
        (most - least) as f64
    }

    pub fn begin(&mut self) {
        let journal = &mut self.journal;
        for (route, old) in journal.routes.drain(..) {
            journal.touched[route as usize] = false;
            journal.spare.push(old);
        }
        journal.absent.clone_from(&self.absent);
        journal.pins.clear();
        if self.problem.traits.kit {
            journal.picks.copy(&self.picks);
        }
        journal.cost = self.cost;
    }

    /// Before a route is changed.
    pub fn touch(&mut self, route: usize) {
        self.journal.dirty[route] = true;
        if !self.journal.touched[route] {
            self.journal.touched[route] = true;
            let mut old = self.journal.spare.pop().unwrap_or_default();
            old.copy(&self.routes[route]);
            self.journal.routes.push((route as u32, old));
        }
        self.renew(route);
    }

    /// What was found out about the route holds no more.
    fn renew(&mut self, route: usize) {
        self.version += 1;
        self.routes[route].version = self.version;
    }

    pub fn pin(&mut self, job: u32, pin: (i64, i64)) {
        let old = std::mem::replace(&mut self.pins[job as usize], pin);
        self.journal.pins.push((job, old));
    }

    /// Back to how it was at `begin`.
    pub fn undo(&mut self) {
        let mut changed = std::mem::take(&mut self.journal.routes);
        for (route, old) in &mut changed {
            let route = *route as usize;
            std::mem::swap(&mut self.routes[route], old);
            for stop in old.inner() {
                if !self.problem.is_depot(stop.task) {
                    self.at[stop.task as usize] = NONE;
                }
            }
        }
        for (route, _) in &changed {
            self.enter(*route as usize);
        }
        self.journal.routes = changed;
        for (job, pin) in self.journal.pins.drain(..).rev() {
            self.pins[job as usize] = pin;
        }
        if self.problem.traits.kit {
            std::mem::swap(&mut self.picks, &mut self.journal.picks);
        }
        std::mem::swap(&mut self.absent, &mut self.journal.absent);
        self.cost = self.journal.cost;
    }

    /// The cost of the routes touched, after less before, and that of the lost.
    pub fn settle(&mut self) {
        let mut cost = self.journal.cost;
        for (route, old) in &self.journal.routes {
            cost += self.routes[*route as usize].tally.cost - old.tally.cost;
        }
        let lost = |jobs: &[u32]| jobs.iter().map(|it| self.lost(*it)).sum::<f64>();
        cost += lost(&self.absent) - lost(&self.journal.absent);
        if self.prices.fairness != 0.0 {
            self.recount();
        } else {
            self.cost = cost;
        }
    }

    /// The routes touched since `begin`.
    pub fn changed(&self) -> impl Iterator<Item = usize> {
        self.journal.routes.iter().map(|it| it.0 as usize)
    }

    pub fn cost_before(&self) -> f64 {
        self.journal.cost
    }

    pub fn absent_before(&self) -> &[u32] {
        &self.journal.absent
    }

    pub fn keep(&mut self, kept: &mut Kept, figures: Figures) {
        for route in 0..self.routes.len() {
            if std::mem::take(&mut self.journal.dirty[route]) {
                kept.routes[route].copy(&self.routes[route]);
            }
        }
        kept.absent.clone_from(&self.absent);
        kept.pins.clone_from(&self.pins);
        if self.problem.traits.kit {
            kept.picks.copy(&self.picks);
        }
        kept.figures = figures;
    }

    pub fn kept(&self, objective: &Objective) -> Kept {
        Kept {
            routes: self.routes.clone(),
            absent: self.absent.clone(),
            pins: self.pins.clone(),
            picks: self.picks.clone(),
            figures: self.figures(objective),
        }
    }

    pub fn restore(&mut self, kept: &Kept) {
        self.routes.clone_from(&kept.routes);
        self.absent.clone_from(&kept.absent);
        self.pins.clone_from(&kept.pins);
        self.at.fill(NONE);
        for route in 0..self.routes.len() {
            self.enter(route);
            self.refresh(route);
            self.renew(route);
        }
        self.journal.dirty.fill(true);
        self.picks.copy(&kept.picks);
        self.recount();
        self.begin();
    }

    /// As far as the objective asks for them.
    pub fn figures_now(&self, objective: &Objective) -> Figures {
        self.figures(objective)
    }

    /// As far as the objective asks for them.
    pub fn figures(&self, objective: &Objective) -> Figures {
        let mut figures = Figures::default();
        for (route, shift) in self.routes.iter().zip(&self.problem.shifts) {
            let it = &route.tally;
            figures.travel += it.travel;
            figures.weighted_lateness += it.lateness;
            figures.overtime += it.overtime;
            figures.weighted_overtime += it.overtime as f64 * shift.overtime_weight;
            figures.duration += it.duration;
            figures.routes += u32::from(!route.is_empty());
            figures.moved += it.moved;
            figures.unpreferred += it.unpreferred;
        }
        for job in &self.absent {
            let task = &self.problem.tasks[*job as usize];
            figures.value_lost += task.value;
            figures.first_priority_lost += u32::from(task.first_priority);
        }
        if objective.weight(Part::Fairness) != 0.0 {
            figures.fairness = self.spread() as i64;
        }
        figures
    }
}

impl Route {
    /// Into the memory that is there.
    pub fn copy(&mut self, from: &Route) {
        self.stops.clone_from(&from.stops);
        self.sums.clone_from(&from.sums);
        self.stretches.clone_from(&from.stretches);
        self.later_lunch.clone_from(&from.later_lunch);
        (self.tally, self.begun, self.version) = (from.tally, from.begun, from.version);
    }
}
