//! Ruin: strings of neighbouring stops are taken out of neighbouring routes (slack induction by
//! string removals, Christiaens and Vanden Berghe 2020).

use std::cell::OnceCell;

use super::state::State;
use crate::{
    chance::Chance,
    problem::{NONE, Problem},
};

/// The average number of jobs taken out, and the longest string.
const AVERAGE: f64 = 10.0;
const LONGEST: f64 = 10.0;
/// How often a string keeps something in its middle, and how often that grows by one.
const SPLIT: f64 = 0.5;
const GROWS: f64 = 0.99;
/// So many neighbours of a job are known.
const NEIGHBOURS: usize = 250;

/// Jobs by their distance from each job, found out when first asked.
pub(crate) struct Near<'p> {
    problem: &'p Problem,
    lists: Vec<OnceCell<Box<[u32]>>>,
}

impl<'p> Near<'p> {
    pub fn new(problem: &'p Problem) -> Near<'p> {
        Near { problem, lists: vec![OnceCell::new(); problem.day.jobs.len()] }
    }

    pub fn of(&self, job: u32) -> &[u32] {
        self.lists[job as usize].get_or_init(|| {
            let tasks = &self.problem.tasks[..self.problem.day.jobs.len()];
            let travel = &self.problem.day.travel;
            let here = tasks[job as usize].place as usize;
            let (from, to) = (travel.from(here), travel.to(here));
            let even = travel.is_even();
            let way = |it: u32| {
                let there = tasks[it as usize].place as usize;
                let back = if even { 0 } else { to.farness(there) };
                (from.farness(there) + back, it)
            };
            let others = (0..tasks.len() as u32).filter(|it| *it != job);
            let mut ways: Vec<(i64, u32)> = others.map(way).collect();
            if ways.len() > NEIGHBOURS {
                ways.select_nth_unstable(NEIGHBOURS);
                ways.truncate(NEIGHBOURS);
            }
            ways.sort_unstable();
            let mut jobs = vec![job];
            jobs.extend(ways.iter().map(|it| it.1));
            jobs.into_boxed_slice()
        })
    }
}

/// Memory that is used again.
#[derive(Default)]
pub(crate) struct Ruin {
    ruined: Vec<u32>,
    out: Vec<u32>,
}

impl Ruin {
    /// The jobs taken out are absent then.
    pub fn strings(&mut self, state: &mut State<'_>, near: &Near<'_>, chance: &mut Chance) {
        let jobs = state.at.len();
        let served = jobs - state.absent.len();
        if served == 0 {
            return;
        }
        let used = state.routes.iter().filter(|it| it.tally.jobs > 0).count().max(1);
        let longest = LONGEST.min(served as f64 / used as f64).max(1.0);
        let most = (4.0 * AVERAGE / (1.0 + longest) - 1.0).max(1.0);
        let strings = (1.0 + chance.unit() * most) as usize;
        let seed = chance.below(jobs) as u32;
        self.ruined.clear();
        for job in near.of(seed) {
            let route = state.at[*job as usize];
            if route == NONE || self.ruined.contains(&route) || state.is_held(*job) {
                continue;
            }
            self.string(state, route as usize, *job, longest, chance);
            self.ruined.push(route);
            if self.ruined.len() >= strings {
                break;
            }
        }
    }

    fn string(
        &mut self,
        state: &mut State<'_>,
        route: usize,
        job: u32,
        longest: f64,
        chance: &mut Chance,
    ) {
        let Some(at) = state.position(route, job) else { return };
        let known = &state.routes[route];
        let (first, last) = (known.begun + 1, known.stops.len() - 2);
        if at < first {
            return;
        }
        let stops = last + 1 - first;
        let length = (1.0 + chance.unit() * longest.min(stops as f64)) as usize;
        let length = length.min(stops);
        let mut kept = 0;
        if length > 1 && length < stops && chance.happens(SPLIT) {
            kept = 1;
            while length + kept < stops && chance.happens(1.0 - GROWS) {
                kept += 1;
            }
        }
        let whole = length + kept;
        let lowest = (at + 1).saturating_sub(whole).max(first);
        let highest = at.min(last + 1 - whole);
        let from = lowest + chance.below(highest - lowest + 1);
        let skip = from + if kept > 0 { 1 + chance.below(length - 1) } else { whole };
        self.out.clear();
        for (number, stop) in known.stops[from..from + whole].iter().enumerate() {
            let number = from + number;
            if !(skip..skip + kept).contains(&number) && !state.is_held(stop.task) {
                self.out.push(stop.task);
            }
        }
        state.take_out(route, &self.out);
    }
}

impl State<'_> {
    /// Several stops of a route at once.
    pub fn take_out(&mut self, route: usize, tasks: &[u32]) {
        self.touch(route);
        self.routes[route].stops.retain(|it| it.task == NONE || !tasks.contains(&it.task));
        self.mend(route);
        for job in tasks {
            if !self.problem.is_depot(*job) {
                self.gone(*job);
            }
        }
    }
}
