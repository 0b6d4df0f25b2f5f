//! A job for which something has to be fetched first: a new stop at a depot, and the job behind it.

use super::{
    leg::arrivals,
    place::{Asked, New, Spot},
    route::{Stop, Stretch, Sums, serve},
    state::State,
};
use crate::{problem::Shift, travel::NEVER};

impl State<'_> {
    /// The best place with a new stop at a depot behind an earlier stop.
    pub fn spot_with_depot(&self, asked: &Asked<'_>, route: usize, best: f64) -> Option<Spot> {
        if self.depot_stop(route).is_some() {
            return None;
        }
        let known = &self.routes[route];
        let jobs = self.problem.day.jobs.len() as u32;
        let mut found: Option<Spot> = None;
        for depot in jobs..self.problem.tasks.len() as u32 {
            for first in known.begun..known.stops.len() - 1 {
                if !self.with_depot(route, asked.job, depot, first) {
                    continue;
                }
                let limit = found.map_or(best, |it| it.cost);
                let spot = self.behind_depot(asked, route, (depot, first), limit);
                found = spot.or(found);
            }
        }
        found
    }

    /// The depot behind one stop, the job behind it or any later one.
    fn behind_depot(
        &self,
        asked: &Asked<'_>,
        route: usize,
        depot: (u32, usize),
        mut limit: f64,
    ) -> Option<Spot> {
        let problem = self.problem;
        let (known, shift) = (&self.routes[route], &problem.shifts[route]);
        let travel = &problem.day.travel;
        let place = problem.tasks[depot.0 as usize].place;
        let (before, next) = (&known.stops[depot.1], &known.stops[depot.1 + 1]);
        let there = travel.drive(before.place as usize, place as usize);
        let detour = travel.drive(place as usize, next.place as usize) - next.drive + there;
        let mut chain = Chain::new(self, route, depot.1);
        chain.go(self, shift, there, depot.0, place);
        let first = self.first_place(asked, route);
        let mut found = None;
        for behind in depot.1..known.stops.len() - 1 {
            if behind > depot.1 {
                let stop = &known.stops[behind];
                let drive = travel.drive(chain.place as usize, stop.place as usize);
                chain.go(self, shift, drive, stop.task, stop.place);
            }
            if chain.leave[0].min(chain.leave[1]) >= NEVER {
                break;
            }
            if behind < first {
                continue;
            }
            let new = New { job: asked.job, behind, depot: Some(depot) };
            let Some(added) = self.on_from(asked, route, &new, &chain, detour) else { continue };
            let cost = added + self.opening(known) + self.names(asked.task, shift);
            if cost < limit {
                limit = cost;
                found = Some(Spot { route: route as u32, behind, depot: Some(depot), cost });
            }
        }
        found
    }

    /// The job next, and then the rest of the route.
    fn on_from(
        &self,
        asked: &Asked<'_>,
        route: usize,
        new: &New,
        chain: &Chain,
        detour: i64,
    ) -> Option<f64> {
        let problem = self.problem;
        let (known, shift) = (&self.routes[route], &problem.shifts[route]);
        let next = &known.stops[new.behind + 1];
        let there = asked.to.get(chain.place as usize);
        let on = asked.from.get(next.place as usize);
        let mut with = chain.clone();
        with.go(self, shift, there, asked.job, asked.task.place);
        let (arrive, sums) = arrivals(problem, shift, with.leave, on, with.sums);
        if arrive[0] > next.late[0] && arrive[1] > next.late[1] {
            return None;
        }
        let skipped = problem.day.travel.drive(chain.place as usize, next.place as usize);
        let longer = there + on - skipped + detour;
        let work = known.tally.work + problem.duration(asked.job, shift);
        let drive = known.stops_drive() + longer;
        if drive > shift.max_drive || work + drive > shift.max_work {
            return None;
        }
        if problem.traits.downstream {
            return self.downstream(route, new, (arrive, sums), work);
        }
        let day = with.stretch.then(on, chain.rest(self, route, new.behind + 1));
        let longer_day = (day.duration - known.tally.duration) as f64;
        Some(self.prices.travel * longer as f64 + self.prices.duration * longer_day)
    }
}

/// A route driven anew from some stop on.
#[derive(Clone)]
struct Chain {
    leave: [i64; 2],
    sums: Sums,
    stretch: Stretch,
    place: u32,
}

impl Chain {
    fn new(state: &State<'_>, route: usize, at: usize) -> Chain {
        let (known, problem) = (&state.routes[route], state.problem);
        let Stop { early, place, .. } = known.stops[at];
        let sums = if problem.traits.downstream { known.sums[at] } else { Sums::default() };
        let timed = state.prices.duration > 0.0;
        let stretch = if timed { known.stretches[at][0] } else { Stretch::default() };
        Chain { leave: early, sums, stretch, place }
    }

    fn go(&mut self, state: &State<'_>, shift: &Shift, drive: i64, task: u32, place: u32) {
        let (arrive, mut sums) = arrivals(state.problem, shift, self.leave, drive, self.sums);
        self.leave = serve(state.problem, shift, &state.pins, task, arrive, &mut sums);
        self.sums = sums;
        if state.prices.duration > 0.0 {
            self.stretch = self.stretch.then(drive, Stretch::of(state.problem, shift, task));
        }
        self.place = place;
    }

    fn rest(&self, state: &State<'_>, route: usize, from: usize) -> Stretch {
        let timed = state.prices.duration > 0.0;
        if timed { state.routes[route].stretches[from][1] } else { Stretch::default() }
    }
}
