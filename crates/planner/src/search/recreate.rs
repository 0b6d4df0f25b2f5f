//! Recreate: what is absent goes in again, one by one, each where it costs least, now and then
//! overlooking a place.

use super::{
    place::{Blink, Spot},
    ruin::Near,
    state::State,
};
use crate::{chance::Chance, problem::NONE};

/// With more routes than this only those near a job are looked at.
const ALL_ROUTES: usize = 80;
/// The routes of so many neighbours, and so many idle technicians.
const NEAR_JOBS: usize = 30;
const NEAR_IDLE: usize = 12;
/// What so few can do is offered to all of them, wherever they are.
const FEW: usize = 20;
/// Of many that are absent only some are tried again each time.
const TRIED: usize = 40;

/// Memory that is used again.
#[derive(Default)]
pub(crate) struct Recreate {
    order: Vec<u32>,
    keys: Vec<(f64, u32)>,
    classes: Vec<u32>,
    stamps: Vec<u32>,
    stamp: u32,
    /// Idle technicians near a job, found when first asked.
    homes: Vec<Option<Box<[u32]>>>,
    /// Job → route → the version of it in which there was no place for the job. On an over-full
    /// day most of what is left over has no place anywhere, again and again.
    closed: Vec<Vec<u64>>,
}

impl Recreate {
    /// In an order drawn by chance. The first `longer_absent` are not new.
    pub fn run(
        &mut self,
        state: &mut State<'_>,
        near: &Near<'_>,
        chance: &mut Chance,
        longer_absent: usize,
    ) {
        self.choose(state, chance, longer_absent);
        self.sort(state, chance);
        for at in 0..self.order.len() {
            let job = self.order[at];
            if state.at[job as usize] != NONE {
                continue;
            }
            self.one(state, near, job, &mut Blink::new(chance));
        }
        let State { absent, at, .. } = state;
        absent.retain(|it| at[*it as usize] == NONE);
    }

    /// Puts a job where it costs least, if there is a place.
    pub fn one(
        &mut self,
        state: &mut State<'_>,
        near: &Near<'_>,
        job: u32,
        blink: &mut Blink<'_>,
    ) -> bool {
        if state.is_tied(job) {
            return state.put_tied(job);
        }
        match self.best(state, near, job, blink) {
            None => false,
            Some(spot) => {
                state.put(job, &spot);
                true
            }
        }
    }

    fn best(
        &mut self,
        state: &State<'_>,
        near: &Near<'_>,
        job: u32,
        blink: &mut Blink<'_>,
    ) -> Option<Spot> {
        let asked = state.ask(job);
        let mut best: Option<Spot> = None;
        self.classes.clear();
        let mut closed = self.take_closed(state, job);
        let mut look = |classes: &mut Vec<u32>, route: usize| {
            if !state.open[route] || !state.problem.fits.has(job, route as u32) {
                return;
            }
            if state.routes[route].is_empty() {
                let class = state.problem.shifts[route].class;
                if classes.contains(&class) {
                    return;
                }
                classes.push(class);
            }
            if closed.get(route).is_some_and(|it| *it == state.routes[route].version) {
                let spot = |limit| state.spot(&asked, route, limit, &mut Blink::never());
                debug_assert!(spot(f64::INFINITY).is_none(), "a closed route has no place");
                return;
            }
            let limit = best.map_or(f64::INFINITY, |it| it.cost);
            blink.blinked = false;
            match state.spot(&asked, route, limit, blink) {
                Some(spot) => best = Some(spot),
                None if best.is_none() && !blink.blinked && !closed.is_empty() => {
                    closed[route] = state.routes[route].version;
                }
                None => {}
            }
        };
        if state.routes.len() <= ALL_ROUTES {
            (0..state.routes.len()).for_each(|it| look(&mut self.classes, it));
        } else {
            for route in self.near_routes(state, near, job) {
                look(&mut self.classes, route as usize);
            }
        }
        if let Some(known) = self.closed.get_mut(job as usize) {
            *known = closed;
        }
        best
    }

    /// Empty where more than the stops of a route decides whether a job has a place there.
    fn take_closed(&mut self, state: &State<'_>, job: u32) -> Vec<u64> {
        if state.problem.traits.kit || state.problem.traits.tied {
            return vec![];
        }
        self.closed.resize(state.at.len(), vec![]);
        let mut closed = std::mem::take(&mut self.closed[job as usize]);
        closed.resize(state.routes.len(), u64::MAX);
        closed
    }

    /// Those of the neighbours who can, and the idle ones that live near.
    fn near_routes(&mut self, state: &State<'_>, near: &Near<'_>, job: u32) -> Vec<u32> {
        let homes = self.homes(state, job);
        if homes.len() <= FEW {
            return homes.to_vec();
        }
        self.stamps.resize(state.routes.len(), 0);
        self.stamp += 1;
        let mut found = Vec::with_capacity(NEAR_JOBS);
        let routes = near.of(job).iter().map(|it| state.at[*it as usize]);
        let fit = routes.filter(|it| *it != NONE && state.problem.fits.has(job, *it));
        for route in fit.take(NEAR_JOBS) {
            if self.stamps[route as usize] != self.stamp {
                self.stamps[route as usize] = self.stamp;
                found.push(route);
            }
        }
        let mut idle = 0;
        for route in self.homes(state, job) {
            if state.routes[*route as usize].is_empty() {
                found.push(*route);
                idle += 1;
                if idle == NEAR_IDLE {
                    break;
                }
            }
        }
        found
    }

    fn homes(&mut self, state: &State<'_>, job: u32) -> &[u32] {
        self.homes.resize(state.at.len(), None);
        self.homes[job as usize].get_or_insert_with(|| {
            let problem = state.problem;
            let to = problem.day.travel.to(problem.tasks[job as usize].place as usize);
            let fits = (0..state.routes.len() as u32).filter(|it| problem.fits.has(job, *it));
            let mut routes: Vec<u32> = fits.collect();
            let home = |it: &u32| problem.shifts[*it as usize].start_place as usize;
            if routes.len() > 10 * NEAR_IDLE {
                routes.select_nth_unstable_by_key(10 * NEAR_IDLE, |it| (to.farness(home(it)), *it));
                routes.truncate(10 * NEAR_IDLE);
            }
            routes.sort_by_cached_key(|it| to.farness(home(it)));
            routes.into_boxed_slice()
        })
    }

    /// All that were just taken out, and some of those absent for longer.
    fn choose(&mut self, state: &State<'_>, chance: &mut Chance, longer: usize) {
        self.order.clear();
        self.order.extend_from_slice(&state.absent[longer.min(state.absent.len())..]);
        if longer <= TRIED {
            self.order.extend_from_slice(&state.absent[..longer]);
        } else {
            let start = chance.below(longer);
            let picked = (0..TRIED).map(|it| state.absent[(start + it) % longer]);
            self.order.extend(picked);
        }
    }

    fn sort(&mut self, state: &State<'_>, chance: &mut Chance) {
        let problem = state.problem;
        let task = |it: u32| &problem.tasks[it as usize];
        let way = |it: u32| {
            let from = problem.shifts[0].start_place as usize;
            problem.day.travel.drive(from, task(it).place as usize) as f64
        };
        chance.shuffle(&mut self.order);
        let worth = state.prices.lost.windows(2).any(|it| it[0] != it[1]);
        let draw = chance.below(if worth { 19 } else { 13 });
        let key: &dyn Fn(u32) -> f64 = match draw {
            0..4 => &|_| 0.0,
            4..6 => &|it| -(task(it).load as f64) - task(it).duration as f64 * 1e-9,
            6..8 => &|it| -way(it),
            8 => &way,
            9..11 => &|it| (task(it).last - task(it).first) as f64,
            11 => &|it| task(it).first as f64,
            12 => &|it| -(task(it).last as f64),
            _ => &|it| -state.lost(it),
        };
        if draw >= 4 {
            self.keys.clear();
            self.keys.extend(self.order.iter().map(|it| (key(*it), *it)));
            self.keys.sort_by(|a, b| a.0.total_cmp(&b.0));
            self.order.clear();
            self.order.extend(self.keys.iter().map(|it| it.1));
        }
        if problem.traits.tied {
            self.order.sort_by_key(|it| depth(state, *it));
        }
    }
}

/// How many must come before a job.
fn depth(state: &State<'_>, job: u32) -> usize {
    let before = |it: &u32| Some(state.problem.tasks[*it as usize].after).filter(|it| *it != NONE);
    std::iter::successors(before(&job), before).count()
}
