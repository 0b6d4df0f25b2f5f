//! Several searches beside each other. Each walks by itself for a part of the way; then the worst
//! goes on from the best plan. The caller is asked in one of them only.

use std::{
    cell::Cell,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
};

use super::{Found, Options, Progress, state::State, walker::Walker};
use crate::{plan::Plan, problem::Problem};

/// The caller is asked after so many iterations.
const ASKED_EVERY: u64 = 16;
/// The parts of the way between which plans are exchanged.
const ROUNDS: u64 = 6;
/// Without a known end the search cools down again and again, each time twice as long.
const FIRST_CYCLE: u64 = 20_000;

pub(super) fn plan(walker: &Walker<'_>) -> Plan {
    let mut state = State::new(walker.state.problem, walker.state.prices.clone());
    state.restore(&walker.best);
    state.plan()
}

/// What the threads know of the caller.
struct Caller {
    stopped: AtomicBool,
    /// The bits of the share that is used up; a negative one is not known.
    share: AtomicU64,
}

impl Caller {
    fn share(&self, iterations: u64, options: &Options) -> f64 {
        let told = f64::from_bits(self.share.load(Ordering::Relaxed));
        if told >= 0.0 {
            return told;
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
}

pub(super) fn run(
    problem: &Problem,
    options: &Options,
    start: Option<&Plan>,
    stop: &mut dyn FnMut(&Progress<'_>) -> bool,
) -> Found {
    let caller =
        Caller { stopped: AtomicBool::new(false), share: AtomicU64::new((-1.0_f64).to_bits()) };
    let mut first = Walker::new(problem, options, 0, start);
    ask(&first, true, &caller, stop);
    let mut others: Vec<Walker<'_>> = Vec::new();
    if !caller.stopped.load(Ordering::Relaxed) {
        let more = 1..options.threads.max(1) as u64;
        others = more.map(|it| Walker::new(problem, options, it, start)).collect();
    }
    for round in 1..=ROUNDS {
        let part = round as f64 / ROUNDS as f64;
        thread::scope(|scope| {
            for walker in &mut others {
                let caller = &caller;
                scope.spawn(move || walk(walker, options, caller, part, None));
            }
            walk(&mut first, options, &caller, part, Some(&mut *stop));
        });
        if caller.stopped.load(Ordering::Relaxed) || round == ROUNDS {
            break;
        }
        exchange(&mut first, &mut others, options);
    }
    let iterations = first.iterations + others.iter().map(|it| it.iterations).sum::<u64>();
    let mut best = &first;
    for other in &others {
        if options.objective.compare(other.figures(), best.figures()).is_lt() {
            best = other;
        }
    }
    Found { plan: plan(best), iterations }
}

/// Until this part of the way is done, or the caller has enough.
fn walk(
    walker: &mut Walker<'_>,
    options: &Options,
    caller: &Caller,
    part: f64,
    mut stop: Option<&mut dyn FnMut(&Progress<'_>) -> bool>,
) {
    let mut known = walker.improved_at;
    let endless = options.iterations.is_none();
    loop {
        let share = caller.share(walker.iterations, options);
        let timed = f64::from_bits(caller.share.load(Ordering::Relaxed)) >= 0.0;
        let done = options.iterations.is_some_and(|all| {
            let mark = if part >= 1.0 { all } else { (all as f64 * part) as u64 };
            walker.iterations >= if timed { all } else { mark }
        });
        let past = timed && part < 1.0 && share >= part;
        let idle = options.idle.is_some_and(|it| {
            !walker.closes_routes() && walker.iterations - walker.improved_at >= it
        });
        if idle && stop.is_some() {
            caller.stopped.store(true, Ordering::Relaxed);
        }
        if done || past || idle || caller.stopped.load(Ordering::Relaxed) {
            return;
        }
        if endless && !timed && part < 1.0 && walker.iterations >= (part * 1e5) as u64 {
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

fn ask(
    walker: &Walker<'_>,
    improved: bool,
    caller: &Caller,
    stop: &mut dyn FnMut(&Progress<'_>) -> bool,
) {
    let share = Cell::new(None);
    let progress = Progress { iterations: walker.iterations, improved, share, walker };
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
