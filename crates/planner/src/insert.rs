//! One new job in a plan that people already know: the best places for it, with what each costs
//! and whom it delays; where there is none, at most two others make room.

use std::cmp::Ordering;

use crate::{
    objective::{Figures, Objective},
    plan::{Plan, Route, What},
    problem::{NONE, Problem},
    search::{
        place::{Blink, Spot},
        prices::Prices,
        state::State,
    },
    travel::Time,
};

#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    pub technician: usize,
    pub shift: usize,
    /// Among the jobs of that shift, from 0.
    pub position: usize,
    pub arrive: Time,
    pub start: Time,
    /// What the plan costs more, by the weights of the objective.
    pub cost: f64,
    /// What is late more than before.
    pub lateness: Time,
    /// Others that begin later, in the same shift.
    pub delays: Vec<(usize, Time)>,
    pub moves: Vec<Move>,
    /// The plan with the job.
    pub plan: Plan,
}

/// A job that changes hands; to nobody: it is left over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    pub job: usize,
    pub from: usize,
    pub to: Option<usize>,
}

/// So many places are named.
const NAMED: usize = 10;
/// So many ways of making room are followed up.
const FOLLOWED: usize = 120;

/// The job is one of the problem's that the plan leaves over. Best first.
pub fn insert(problem: &Problem, objective: &Objective, plan: &Plan, job: usize) -> Vec<Place> {
    let mut state = State::new(problem, Prices::of(objective).exact(objective));
    state.read(plan);
    let before = Before { figures: state.figures(objective), plan: state.plan() };
    let job = job as u32;
    let mut places = Vec::new();
    let mut spots = state.spots(job);
    spots.truncate(NAMED);
    for spot in &spots {
        state.begin();
        if state.put_at(job, spot) {
            places.push(state.place(&before, objective, job, &[]));
        }
        state.undo();
    }
    let late = places.first().is_none_or(|it| it.1.lateness > 0);
    if late && !state.is_tied(job) {
        places.extend(state.make_room(&before, objective, job));
    }
    places.sort_by(|a, b| best_first(objective, a, b));
    places.dedup_by(|a, b| a.1.shift == b.1.shift && a.1.moves == b.1.moves);
    places.truncate(NAMED);
    places.into_iter().map(|it| it.1).collect()
}

type Valued = (Figures, Place);

fn best_first(objective: &Objective, a: &Valued, b: &Valued) -> Ordering {
    objective.compare(&a.0, &b.0).then(a.1.moves.len().cmp(&b.1.moves.len()))
}

struct Before {
    figures: Figures,
    plan: Plan,
}

impl State<'_> {
    /// The best spot of every shift, best first.
    fn spots(&self, job: u32) -> Vec<Spot> {
        let asked = self.ask(job);
        let fits = (0..self.routes.len()).filter(|it| self.problem.fits.has(job, *it as u32));
        let mut spots: Vec<Spot> = fits
            .filter_map(|it| self.spot(&asked, it, f64::INFINITY, &mut Blink::never()))
            .collect();
        spots.sort_by(|a, b| a.cost.total_cmp(&b.cost).then(a.route.cmp(&b.route)));
        spots
    }

    fn put_at(&mut self, job: u32, spot: &Spot) -> bool {
        let absent = self.absent.len();
        if self.is_tied(job) {
            if !self.put_tied(job) {
                return false;
            }
        } else {
            self.put(job, spot);
        }
        let State { absent: left, at, .. } = self;
        left.retain(|it| at[*it as usize] == NONE);
        self.settle();
        self.at[job as usize] != NONE && self.absent.len() < absent
    }

    /// The place of a job that was just put in.
    fn place(&self, before: &Before, objective: &Objective, job: u32, moves: &[Move]) -> Valued {
        let figures = self.figures(objective);
        let plan = self.patched(&before.plan);
        let shift = self.at[job as usize] as usize;
        let technician = self.problem.shifts[shift].technician as usize;
        let route = plan.routes.iter().find(|it| it.shift == shift);
        let stops = route.map(|it| it.stops.as_slice()).unwrap_or_default();
        let jobs = stops.iter().filter(|it| matches!(it.what, What::Job(_)));
        let position = jobs.clone().position(|it| it.what == What::Job(job as usize));
        let stop = jobs.clone().find(|it| it.what == What::Job(job as usize));
        let (arrive, start) = stop.map_or((0, 0), |it| (it.arrive, it.start));
        let old = before.plan.routes.iter().find(|it| it.shift == shift);
        let place = Place {
            technician,
            shift,
            position: position.unwrap_or_default(),
            arrive,
            start,
            cost: objective.cost(&figures) - objective.cost(&before.figures),
            lateness: self.changed_lateness(&plan) - self.changed_lateness(&before.plan),
            delays: old.map(|it| delays(it, stops)).unwrap_or_default(),
            moves: moves.to_vec(),
            plan,
        };
        (figures, place)
    }

    /// In the routes that were changed.
    fn changed_lateness(&self, plan: &Plan) -> Time {
        let changed = |it: &&Route| self.changed().any(|changed| changed == it.shift);
        let stops = plan.routes.iter().filter(changed).flat_map(|it| &it.stops);
        let late = |it: &crate::plan::Stop| match it.what {
            What::Job(job) => self.problem.tasks[job].lateness(it.start, it.leave),
            What::Depot(_) | What::Lunch => 0,
        };
        stops.map(late).sum()
    }

    /// One or two others of a shift go elsewhere, or, if they are less urgent, are left over.
    fn make_room(&mut self, before: &Before, objective: &Objective, job: u32) -> Vec<Valued> {
        let mut places = Vec::new();
        for count in 1..=2 {
            let mut ways = self.ways(job, count);
            ways.sort_by(|a, b| a.0.total_cmp(&b.0));
            ways.truncate(FOLLOWED);
            for (_, route, out) in ways {
                if places.len() >= NAMED {
                    break;
                }
                self.begin();
                if let Some(moves) = self.follow(job, route, &out) {
                    places.push(self.place(before, objective, job, &moves));
                }
                self.undo();
            }
            if !places.is_empty() {
                break;
            }
        }
        places
    }

    /// Neighbouring stops without which the job has a place, with what that place costs.
    fn ways(&mut self, job: u32, count: usize) -> Vec<(f64, usize, Vec<u32>)> {
        let asked = self.ask(job);
        let mut ways = Vec::new();
        for route in 0..self.routes.len() {
            let known = &self.routes[route];
            if !self.problem.fits.has(job, route as u32) {
                continue;
            }
            let base = known.tally.cost;
            let tasks: Vec<u32> =
                known.inner().iter().skip(known.begun).map(|it| it.task).collect();
            for out in tasks.windows(count) {
                if out.iter().any(|it| !self.can_move(*it)) {
                    continue;
                }
                self.begin();
                self.take_out(route, out);
                let limit = f64::INFINITY;
                if let Some(spot) = self.spot(&asked, route, limit, &mut Blink::never()) {
                    let cost = spot.cost + self.routes[route].tally.cost - base;
                    ways.push((cost, route, out.to_vec()));
                }
                self.undo();
            }
        }
        ways
    }

    fn can_move(&self, task: u32) -> bool {
        if self.problem.is_depot(task) || self.is_held(task) {
            return false;
        }
        !self.problem.traits.tied
            || (!self.is_tied(task) && self.problem.followers[task as usize].is_empty())
    }

    fn follow(&mut self, job: u32, route: usize, out: &[u32]) -> Option<Vec<Move>> {
        let from = self.problem.shifts[route].technician as usize;
        let absent = self.absent.clone();
        self.take_out(route, out);
        let asked = self.ask(job);
        let spot = self.spot(&asked, route, f64::INFINITY, &mut Blink::never())?;
        self.put(job, &spot);
        let mut moves = Vec::new();
        for moved in out {
            let spot = self.spots(*moved).first().copied();
            if let Some(spot) = spot {
                self.put(*moved, &spot);
                let to = self.problem.shifts[spot.route as usize].technician as usize;
                moves.push(Move { job: *moved as usize, from, to: Some(to) });
            } else if self.may_be_lost(*moved, job) {
                moves.push(Move { job: *moved as usize, from, to: None });
            } else {
                return None;
            }
        }
        let State { absent: left, at, .. } = self;
        left.retain(|it| at[*it as usize] == NONE);
        self.settle();
        let known = |it: &&u32| absent.contains(it) || out.contains(it);
        let all_known = self.absent.iter().all(|it| known(&it));
        (self.at[job as usize] != NONE && all_known).then_some(moves)
    }

    /// Only what is less urgent.
    fn may_be_lost(&self, job: u32, urgent: u32) -> bool {
        let jobs = &self.problem.day.jobs;
        jobs[job as usize].priority > jobs[urgent as usize].priority
    }
}

fn delays(old: &Route, new: &[crate::plan::Stop]) -> Vec<(usize, Time)> {
    let later = |it: &crate::plan::Stop| {
        let What::Job(job) = it.what else { return None };
        let was = old.stops.iter().find(|was| was.what == it.what)?;
        (it.start > was.start).then(|| (job, it.start - was.start))
    };
    new.iter().filter_map(later).collect()
}
