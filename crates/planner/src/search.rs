//! The search for a plan. It is stopped by its caller, who has the clock; with the same seed and
//! the same number of iterations it finds the same plan.

pub(crate) mod change;
mod detour;
pub(crate) mod kit;
pub(crate) mod leg;
mod lunching;
pub(crate) mod place;
pub(crate) mod prices;
pub(crate) mod recreate;
pub(crate) mod route;
pub(crate) mod ruin;
pub(crate) mod state;
mod threads;
pub(crate) mod tied;
pub(crate) mod walker;
mod write;

use std::cell::Cell;

use crate::{
    objective::{Figures, Objective},
    plan::Plan,
    problem::Problem,
};
use threads::Part;
use walker::{Start, Walker};

#[derive(Debug, Clone)]
pub struct Options {
    pub objective: Objective,
    pub seed: u64,
    /// Of each thread, and where windows are soft of each of the two parts of the search: first
    /// nobody may come late, then from the best such plan on. None: until the caller stops it.
    pub iterations: Option<u64>,
    /// So many without a better plan, and it stops.
    pub idle: Option<u64>,
    pub threads: usize,
}

impl Options {
    pub fn new(objective: Objective) -> Options {
        Options { objective, seed: 1, iterations: None, idle: None, threads: 1 }
    }
}

/// What the caller is told, now and then, and asked whether to stop.
pub struct Progress<'w> {
    pub iterations: u64,
    /// There is a better plan than when the caller was last asked.
    pub improved: bool,
    share: Cell<Option<f64>>,
    walker: &'w Walker<'w>,
}

impl Progress<'_> {
    /// Of the best plan so far, as far as the objective asks for them.
    pub fn figures(&self) -> &Figures {
        self.walker.figures()
    }

    /// The best plan so far.
    pub fn plan(&self) -> Plan {
        threads::plan(self.walker)
    }

    /// Which share of the caller's patience is used up: then the search cools down in time.
    pub fn used_up(&self, share: f64) {
        self.share.set(Some(share));
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub plan: Plan,
    /// Of all threads.
    pub iterations: u64,
}

/// Searches until it is stopped, has done its iterations or finds nothing better.
pub fn plan(
    problem: &Problem,
    options: &Options,
    stop: &mut dyn FnMut(&Progress<'_>) -> bool,
) -> Found {
    let whole = Part { begin: 0.0, end: 1.0, done: 0 };
    let Some(punctual) = problem.punctual() else {
        return threads::run(problem, options, &Start::Nothing, &whole, stop).found(problem);
    };
    // Who may come late begins with the best plan of those who may not, and serves no less.
    let first = Part { begin: 0.0, end: PUNCTUAL, done: 0 };
    let reached = threads::run(&punctual, options, &Start::Nothing, &first, stop);
    if reached.stopped {
        return reached.found(problem);
    }
    let last = Part { begin: PUNCTUAL, end: 1.0, done: reached.iterations };
    threads::run(problem, options, &Start::Kept(Box::new(reached.best)), &last, stop).found(problem)
}

/// The share of the caller's patience in which nobody comes late.
const PUNCTUAL: f64 = 0.5;

/// Sequences of stops with the times and lunches that the search would give them. A job that has
/// no place there is left over.
pub fn schedule(problem: &Problem, objective: &Objective, sequences: &Plan) -> Plan {
    let mut state = state::State::new(problem, prices::Prices::of(objective));
    state.read(sequences);
    state.plan()
}

/// The same, from an old plan, near to it.
pub(crate) fn resume(
    problem: &Problem,
    options: &Options,
    start: &Plan,
    stop: &mut dyn FnMut(&Progress<'_>) -> bool,
) -> Found {
    let whole = Part { begin: 0.0, end: 1.0, done: 0 };
    threads::run(problem, options, &Start::Plan(start), &whole, stop).found(problem)
}
