//! Jobs go into routes and out of them, with what hangs on them: depots that are not needed any
//! more, and jobs that are tied to others.

use super::{place::Spot, state::State};
use crate::{
    problem::NONE,
    travel::{NEVER, Time},
};

impl State<'_> {
    /// What does not hold any more in the route is taken out.
    pub fn put(&mut self, job: u32, spot: &Spot) {
        let route = spot.route as usize;
        self.touch(route);
        if self.problem.traits.plain && self.prices.duration == 0.0 {
            let shift = &self.problem.shifts[route];
            let known = &mut self.routes[route];
            known.insert_plain(self.problem, shift, spot.behind, job, &self.prices);
            self.at[job as usize] = route as u32;
            return;
        }
        self.routes[route].insert(self.problem, spot.behind, job);
        if let Some((depot, behind)) = spot.depot {
            self.routes[route].insert(self.problem, behind, depot);
        }
        self.at[job as usize] = route as u32;
        if self.problem.traits.kit || self.refresh(route).is_some() {
            self.mend(route);
        }
    }

    /// Takes a job out of all its routes, and those that wait for it. They are absent then.
    pub fn pull(&mut self, job: u32) {
        if self.at[job as usize] == NONE || self.is_begun(job) {
            return;
        }
        for route in self.routes_of(job) {
            self.touch(route);
            self.routes[route].stops.retain(|it| it.task != job);
            self.mend(route);
        }
        self.gone(job);
    }

    /// A job that stands in no route any more.
    pub fn gone(&mut self, job: u32) {
        if self.at[job as usize] == NONE {
            return;
        }
        self.at[job as usize] = NONE;
        if !self.absent.contains(&job) {
            self.absent.push(job);
        }
        if !self.problem.traits.tied {
            return;
        }
        for route in self.routes_of(job) {
            self.touch(route);
            self.routes[route].stops.retain(|it| it.task != job);
            self.mend(route);
        }
        self.pin(job, (-NEVER, NEVER));
        for follower in self.problem.followers[job as usize].clone() {
            self.pull(follower);
        }
        self.loosen(self.problem.tasks[job as usize].after);
    }

    /// A job for which nobody waits any more may end when it likes.
    fn loosen(&mut self, job: u32) {
        if job == NONE || self.at[job as usize] == NONE {
            return;
        }
        let placed = |it: &u32| self.at[*it as usize] != NONE;
        let together = self.problem.tasks[job as usize].together > 1;
        if together || self.problem.followers[job as usize].iter().any(placed) {
            return;
        }
        self.pin(job, (self.pins[job as usize].0, NEVER));
        for route in self.routes_of(job) {
            self.touch(route);
            self.refresh(route);
        }
    }

    pub fn routes_of(&self, job: u32) -> Vec<usize> {
        let one = self.at[job as usize];
        if self.problem.tasks[job as usize].together <= 1 {
            return if one == NONE { vec![] } else { vec![one as usize] };
        }
        (0..self.routes.len()).filter(|it| self.position(*it, job).is_some()).collect()
    }

    /// After stops were taken out or put in: tools and parts, times. Where a shorter way takes
    /// longer, or a job lacks something now, it goes.
    pub fn mend(&mut self, route: usize) {
        for job in self.settle_kit(route) {
            self.gone(job);
        }
        while let Some(broken) = self.refresh(route) {
            let Some(out) = self.weakest(route, broken) else { return };
            let job = self.routes[route].stops.remove(out).task;
            let depot = self.problem.is_depot(job);
            for job in self.settle_kit(route) {
                self.gone(job);
            }
            if !depot {
                self.gone(job);
            }
        }
    }

    /// Which stop is given up where the times break: the last before it that is not held.
    fn weakest(&self, route: usize, broken: usize) -> Option<usize> {
        let known = &self.routes[route];
        let (first, last) = (known.begun + 1, known.stops.len() - 2);
        let loose = |at: &usize| !self.is_held(known.stops[*at].task);
        let out = (first..=broken.min(last)).rev().find(loose);
        out.or_else(|| (first..=last).rev().find(loose)).or((first <= last).then_some(last))
    }

    /// Begun before now: it stays where it is.
    pub fn is_begun(&self, job: u32) -> bool {
        let begun =
            |it: usize| self.position(it, job).is_some_and(|at| at <= self.routes[it].begun);
        self.routes_of(job).into_iter().any(begun)
    }

    pub fn is_held(&self, task: u32) -> bool {
        self.problem.tasks[task as usize].held
    }

    /// Earliest start in the schedule that is kept.
    pub fn start_of(&self, route: usize, at: usize) -> Time {
        let known = &self.routes[route];
        let stop = known.stops[at];
        let shift = &self.problem.shifts[route];
        if at <= known.begun {
            return shift.begun[at - 1].1;
        }
        known.left(at) - self.problem.duration(stop.task, shift)
    }

    /// When all who do a job have left it.
    pub fn end_of(&self, job: u32) -> Option<Time> {
        let ends = self.routes_of(job).into_iter().filter_map(|route| {
            let at = self.position(route, job)?;
            let takes = self.problem.duration(job, &self.problem.shifts[route]);
            Some(self.start_of(route, at) + takes)
        });
        ends.max()
    }
}
