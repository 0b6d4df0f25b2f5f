//! Jobs that depend on the times of others: several technicians at once, and one job after
//! another. Once placed, the time at which they meet is pinned, so that every route stays a matter
//! of its own.

use super::{
    place::{Blink, Spot},
    state::State,
};
use crate::{
    problem::NONE,
    travel::{NEVER, Time},
};

/// So many times are tried for a meeting.
const MEETINGS: usize = 12;

impl State<'_> {
    pub fn is_tied(&self, job: u32) -> bool {
        let task = &self.problem.tasks[job as usize];
        self.problem.traits.tied && (task.after != NONE || task.together > 1)
    }

    /// Puts a tied job where it costs least, if there is a place.
    pub fn put_tied(&mut self, job: u32) -> bool {
        let task = &self.problem.tasks[job as usize];
        let after = task.after;
        let ready = match after {
            NONE => -NEVER,
            before => match self.end_of(before) {
                None => return false,
                Some(end) => end,
            },
        };
        if task.together > 1 {
            let Some((start, spots)) = self.meeting(job, ready) else { return false };
            self.pin(job, (start, start));
            for spot in &spots {
                self.put(job, spot);
                if self.at[job as usize] == NONE {
                    return false;
                }
            }
        } else {
            self.pin(job, (ready, NEVER));
            let Some(spot) = self.cheapest(job) else {
                self.pin(job, (-NEVER, NEVER));
                return false;
            };
            self.put(job, &spot);
        }
        if self.at[job as usize] != NONE {
            self.meet(job, after);
        }
        self.at[job as usize] != NONE
    }

    /// The best place of all routes.
    fn cheapest(&self, job: u32) -> Option<Spot> {
        let asked = self.ask(job);
        let mut best: Option<Spot> = None;
        for route in 0..self.routes.len() {
            if !self.open[route] || !self.problem.fits.has(job, route as u32) {
                continue;
            }
            let limit = best.map_or(f64::INFINITY, |it| it.cost);
            best = self.spot(&asked, route, limit, &mut Blink::never()).or(best);
        }
        best
    }

    /// When several can be there at once at the least cost.
    fn meeting(&mut self, job: u32, ready: Time) -> Option<(Time, Vec<Spot>)> {
        let people = self.problem.tasks[job as usize].together as usize;
        let mut best: Option<(f64, Time, Vec<Spot>)> = None;
        for start in self.meeting_times(job, ready) {
            self.pins[job as usize] = (start, start);
            let mut spots = self.one_each(job);
            spots.sort_by(|a, b| a.cost.total_cmp(&b.cost));
            spots.truncate(people);
            let cost: f64 = spots.iter().map(|it| it.cost).sum();
            if spots.len() == people && best.as_ref().is_none_or(|it| cost < it.0) {
                best = Some((cost, start, spots));
            }
        }
        self.pins[job as usize] = (-NEVER, NEVER);
        best.map(|(_, start, spots)| (start, spots))
    }

    /// The best place of every technician.
    fn one_each(&self, job: u32) -> Vec<Spot> {
        let asked = self.ask(job);
        let mut spots = Vec::new();
        for shifts in &self.problem.shifts_of {
            let mut best: Option<Spot> = None;
            for route in shifts.iter().map(|it| *it as usize) {
                if self.open[route] && self.problem.fits.has(job, route as u32) {
                    let limit = best.map_or(f64::INFINITY, |it| it.cost);
                    best = self.spot(&asked, route, limit, &mut Blink::never()).or(best);
                }
            }
            spots.extend(best);
        }
        spots
    }

    /// The times at which somebody could begin, and the openings of the windows.
    fn meeting_times(&self, job: u32, ready: Time) -> Vec<Time> {
        let task = &self.problem.tasks[job as usize];
        let travel = &self.problem.day.travel;
        let mut times: Vec<Time> = Vec::new();
        for (route, shift) in self.routes.iter().zip(&self.problem.shifts) {
            for stop in &route.stops[route.begun..route.stops.len() - 1] {
                let drive = travel.drive(stop.place as usize, task.place as usize);
                for leave in stop.early.into_iter().filter(|it| *it < NEVER) {
                    let arrive = travel.arrive(leave, drive).max(ready);
                    times.extend(task.start(arrive));
                    if let Some(lunch) = shift.lunch {
                        times.extend(task.start(arrive + lunch.length));
                    }
                }
            }
        }
        times.sort_unstable();
        times.dedup();
        let step = times.len().div_ceil(MEETINGS).max(1);
        times.into_iter().step_by(step).collect()
    }

    /// The first job must have ended when the second begins, whatever happens to their routes.
    fn meet(&mut self, job: u32, first: u32) {
        let Some(route) = self.routes_of(job).first().copied() else { return };
        let Some(at) = self.position(route, job) else { return };
        let start = self.start_of(route, at);
        if self.problem.tasks[job as usize].together <= 1 {
            self.pin(job, (start, self.pins[job as usize].1));
        }
        if first == NONE {
            return;
        }
        for route in self.routes_of(first) {
            let takes = self.problem.duration(first, &self.problem.shifts[route]);
            let (from, to) = self.pins[first as usize];
            if self.problem.tasks[first as usize].together <= 1 {
                self.pin(first, (from, to.min(start - takes)));
            }
            self.touch(route);
            self.mend(route);
        }
        for route in self.routes_of(job) {
            self.touch(route);
            self.mend(route);
        }
    }
}
