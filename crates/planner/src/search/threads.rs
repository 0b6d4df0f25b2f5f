//! Several searches beside each other. Each walks by itself for a part of the way; then the worst
//! goes on from the best plan. The caller is asked in one of them only.

use std::{
    cell::Cell,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
};

use super::{
    Found, Options, Progress,
    prices::Prices,
    state::{Kept, State},
    walker::{Start, Walker},
};
use crate::{objective::Objective, plan::Plan, problem::Problem};

/// The caller is asked after so many iterations.
const ASKED_EVERY: u64 = 16;
/// The parts of the way between which plans are exchanged.
const ROUNDS: u64 = 6;
/// Without a known end the search cools down again and again, each time twice as long.
const FIRST_CYCLE: u64 = 20_000;
/// And plans are exchanged in the first so many iterations.
const EXCHANGED: f64 = 1e5;

pub(super) fn plan(walker: &Walker<'_>) -> Plan {
    written(walker.state.problem, &walker.objective, &walker.best)
}

fn written(problem: &Problem, objective: &Objective, best: &Kept) -> Plan {
    let mut state = State::new(problem, Prices::of(objective));
    state.restore(best);
    state.plan()
}

/// A search is done in parts, one after the other.
pub(super) struct Part {
    /// Of the caller's patience.
    pub begin: f64,
    pub end: f64,
    /// Iterations before it.
    pub done: u64,
}

impl Part {
    fn is_last(&self) -> bool {
        self.end >= 1.0
    }
}

/// Where a part of the search came to.
pub(super) struct Reached {
    pub best: Kept,
    /// With those before.
    pub iterations: u64,
    /// By the caller.
    pub stopped: bool,
    objective: Objective,
}

impl Reached {
    pub fn found(&self, problem: &Problem) -> Found {
        let plan = written(problem, &self.objective, &self.best);
        Found { plan, iterations: self.iterations }
    }
}

/// What the threads know of the caller.
struct Caller<'a> {
    part: &'a Part,
    stopped: AtomicBool,
    /// The bits of the share that is used up; a negative one is not known.
    share: AtomicU64,
}

impl Caller<'_> {
    /// Of this part of the search.
    fn share(&self, iterations: u64, options: &Options) -> f64 {
        if let Some(told) = self.told() {
            let Part { begin, end, .. } = self.part;
            return ((told - begin) / (end - begin)).clamp(0.0, 1.0);
        }
        match options.iterations {
            Some(all) => iterations as f64 / all.max(1) as f64,
            None => {
                let mut rest = iterations;
                let mut cycle = FIRST_CYCLE;
                while rest >= cycle {
                    rest -= cycle;
                    cycle *= 2;
                }
                rest as f64 / cycle as f64
            }
        }
    }

    fn told(&self) -> Option<f64> {
        let told = f64::from_bits(self.share.load(Ordering::Relaxed));
        (told >= 0.0).then_some(told)
    }
}

pub(super) fn run(
    problem: &Problem,
    options: &Options,
    start: &Start<'_>,
    part: &Part,
    stop: &mut dyn FnMut(&Progress<'_>) -> bool,
) -> Reached {
    let caller = Caller {
        part,
        stopped: AtomicBool::new(false),
        share: AtomicU64::new((-1.0_f64).to_bits()),
    };
    let mut first = Walker::new(problem, options, 0, start);
    ask(&first, part.done == 0, &caller, stop);
    let mut others: Vec<Walker<'_>> = Vec::new();
    if !caller.stopped.load(Ordering::Relaxed) {
        let more = 1..options.threads.max(1) as u64;
        others = more.map(|it| Walker::new(problem, options, it, start)).collect();
    }
    for round in 1..=ROUNDS {
        let way = round as f64 / ROUNDS as f64;
        thread::scope(|scope| {
            for walker in &mut others {
                let caller = &caller;
                scope.spawn(move || walk(walker, options, caller, way, None));
            }
            walk(&mut first, options, &caller, way, Some(&mut *stop));
        });
        if caller.stopped.load(Ordering::Relaxed) || round == ROUNDS {
            break;
        }
        exchange(&mut first, &mut others, options);
    }
    let walked = first.iterations + others.iter().map(|it| it.iterations).sum::<u64>();
    let mut best = &first;
    for other in &others {
        if options.objective.compare(other.figures(), best.figures()).is_lt() {
            best = other;
        }
    }
    Reached {
        best: best.best.clone(),
        iterations: part.done + walked,
        stopped: caller.stopped.load(Ordering::Relaxed),
        objective: options.objective.clone(),
    }
}

/// Until this much of the way is done, or the caller has enough.
fn walk(
    walker: &mut Walker<'_>,
    options: &Options,
    caller: &Caller<'_>,
    way: f64,
    mut stop: Option<&mut dyn FnMut(&Progress<'_>) -> bool>,
) {
    let mut known = walker.improved_at;
    loop {
        let share = caller.share(walker.iterations, options);
        let timed = caller.told().is_some();
        let idle = options.idle.is_some_and(|it| {
            !walker.closes_routes() && walker.iterations - walker.improved_at >= it
        });
        if idle && stop.is_some() && caller.part.is_last() {
            caller.stopped.store(true, Ordering::Relaxed);
        }
        let past = timed && share >= way && (way < 1.0 || !caller.part.is_last());
        let walked = walked(walker.iterations, options, caller, way, timed);
        if walked || past || idle || caller.stopped.load(Ordering::Relaxed) {
            return;
        }
        walker.step(share);
        if let Some(stop) = &mut stop
            && walker.iterations.is_multiple_of(ASKED_EVERY)
        {
            ask(walker, walker.improved_at > known, caller, &mut **stop);
            known = walker.improved_at;
        }
    }
}

/// By iterations.
fn walked(iterations: u64, options: &Options, caller: &Caller<'_>, way: f64, timed: bool) -> bool {
    match options.iterations {
        Some(all) if timed || way >= 1.0 => iterations >= all,
        Some(all) => iterations >= (all as f64 * way) as u64,
        None if timed => false,
        None if caller.part.is_last() => way < 1.0 && iterations >= (way * EXCHANGED) as u64,
        None => iterations >= (way * FIRST_CYCLE as f64) as u64,
    }
}

fn ask(
    walker: &Walker<'_>,
    improved: bool,
    caller: &Caller<'_>,
    stop: &mut dyn FnMut(&Progress<'_>) -> bool,
) {
    let share = Cell::new(None);
    let iterations = caller.part.done + walker.iterations;
    let progress = Progress { iterations, improved, share, walker };
    if stop(&progress) {
        caller.stopped.store(true, Ordering::Relaxed);
    }
    if let Some(share) = progress.share.get() {
        caller.share.store(share.clamp(0.0, 1.0).to_bits(), Ordering::Relaxed);
    }
}

/// The worst goes on from the best.
fn exchange<'p>(first: &mut Walker<'p>, others: &mut [Walker<'p>], options: &Options) {
    if others.is_empty() {
        return;
    }
    let mut all: Vec<&mut Walker<'p>> = std::iter::once(first).chain(others).collect();
    let better = |a: &Walker<'_>, b: &Walker<'_>| {
        options.objective.compare(a.figures(), b.figures()).is_lt()
    };
    let (mut best, mut worst) = (0, 0);
    for at in 1..all.len() {
        if better(all[at], all[best]) {
            best = at;
        }
        if better(all[worst], all[at]) {
            worst = at;
        }
    }
    if best != worst {
        let kept = all[best].best.clone();
        all[worst].adopt(&kept);
    }
}
