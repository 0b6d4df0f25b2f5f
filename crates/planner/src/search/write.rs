//! From the routes of the search to a plan with times, and back.

use super::{leg::arrivals, route::Sums, state::State};
use crate::{
    plan::{Plan, Route, Stop, What},
    problem::{NONE, Shift},
    travel::{NEVER, Time},
};

impl State<'_> {
    pub fn plan(&self) -> Plan {
        let used = (0..self.routes.len()).filter(|it| !self.routes[*it].is_empty());
        let mut unassigned: Vec<usize> = self.absent.iter().map(|it| *it as usize).collect();
        unassigned.sort_unstable();
        Plan { routes: used.map(|it| self.written(it)).collect(), unassigned }
    }

    /// The plan as it was at `begin`, with what was changed since.
    pub fn patched(&self, before: &Plan) -> Plan {
        let mut plan = before.clone();
        for changed in self.changed() {
            plan.routes.retain(|it| it.shift != changed);
            if !self.routes[changed].is_empty() {
                let at = plan.routes.partition_point(|it| it.shift < changed);
                plan.routes.insert(at, self.written(changed));
            }
        }
        plan.unassigned = self.absent.iter().map(|it| *it as usize).collect();
        plan.unassigned.sort_unstable();
        plan
    }

    fn written(&self, route: usize) -> Route {
        let problem = self.problem;
        let shift = &problem.shifts[route];
        let known = &self.routes[route];
        let lunch_behind = known.lunch_behind();
        let mut stops = Vec::with_capacity(known.stops.len());
        for at in 1..known.stops.len() {
            let lunch = lunch_behind == Some(at - 1);
            let left = known.left(at - 1);
            if lunch {
                stops.push(self.lunch(shift, left));
            }
            let stop = &known.stops[at];
            if stop.task == NONE {
                break;
            }
            stops.push(self.stop(route, at, left, lunch));
        }
        if let Some(start) = shift.lunched {
            let length = problem.day.technicians[shift.technician as usize].lunch;
            let leave = start + length.map_or(0, |it| it.seconds);
            let at = stops.iter().position(|it| it.start > start).unwrap_or(stops.len());
            stops.insert(at, Stop { what: What::Lunch, arrive: start, start, leave });
        }
        Route { shift: route, stops }
    }

    fn lunch(&self, shift: &Shift, left: Time) -> Stop {
        let (start, leave) = match shift.lunch {
            None => (left, left),
            Some(lunch) => {
                let start = left.max(lunch.earliest);
                (start, start + lunch.length)
            }
        };
        Stop { what: What::Lunch, arrive: start, start, leave }
    }

    fn stop(&self, route: usize, at: usize, left: Time, lunch: bool) -> Stop {
        let problem = self.problem;
        let shift = &problem.shifts[route];
        let known = &self.routes[route];
        let stop = &known.stops[at];
        let start = self.start_of(route, at);
        let depot = problem.is_depot(stop.task);
        let number = stop.task as usize - if depot { problem.day.jobs.len() } else { 0 };
        let what = if depot { What::Depot(number) } else { What::Job(number) };
        let takes = problem.duration(stop.task, shift);
        if at <= known.begun {
            return Stop { what, arrive: start, start, leave: start + takes };
        }
        let had = known.lunch_behind().is_some_and(|it| it + 1 < at);
        let early = if had { [NEVER, left] } else { [left, NEVER] };
        let (arrive, _) = arrivals(problem, shift, early, stop.drive, Sums::default());
        let arrive = arrive[usize::from(had || lunch)];
        Stop { what, arrive, start, leave: start + takes }
    }
}

impl State<'_> {
    /// Puts the stops of a plan into the routes, in its order, with its meetings. What does not
    /// hold is absent.
    pub fn read(&mut self, plan: &Plan) {
        let problem = self.problem;
        if problem.traits.tied {
            self.pin_meetings(plan);
        }
        let mut touched = Vec::new();
        for written in &plan.routes {
            let route = written.shift;
            for stop in &written.stops {
                let task = match stop.what {
                    What::Lunch => continue,
                    What::Job(job) => job as u32,
                    What::Depot(depot) => (problem.day.jobs.len() + depot) as u32,
                };
                let known = &self.routes[route];
                if known.stops[..=known.begun].iter().any(|it| it.task == task) {
                    continue;
                }
                let behind = known.stops.len() - 2;
                self.routes[route].insert(problem, behind, task);
            }
            self.enter(route);
            touched.push(route);
        }
        let State { absent, at, .. } = self;
        absent.retain(|it| at[*it as usize] == NONE);
        for route in touched {
            self.touch(route);
            self.mend(route);
        }
        self.part_meetings();
        self.recount();
        self.begin();
    }

    /// A job for several that has lost one of them has no meeting any more, and one that would begin
    /// before the first has ended is too soon.
    fn part_meetings(&mut self) {
        for job in 0..self.at.len() as u32 {
            let together = self.problem.tasks[job as usize].together as usize;
            if together > 1 && self.routes_of(job).len() != together {
                self.pull(job);
            }
            if self.is_too_soon(job) {
                self.pull(job);
            }
        }
    }

    fn is_too_soon(&self, job: u32) -> bool {
        let first = self.problem.tasks[job as usize].after;
        if first == NONE || self.at[job as usize] == NONE {
            return false;
        }
        let starts = self.routes_of(job).into_iter();
        let starts = starts.filter_map(|it| Some(self.start_of(it, self.position(it, job)?)));
        let end = self.end_of(first);
        end.is_none() || starts.min() < end
    }

    fn pin_meetings(&mut self, plan: &Plan) {
        for (job, task) in self.problem.tasks[..self.problem.day.jobs.len()].iter().enumerate() {
            let first = task.after;
            let Some(start) = plan.stops_of(job).map(|it| it.1.start).min() else { continue };
            if task.together > 1 {
                self.pins[job] = (start, start);
            } else if first != NONE {
                self.pins[job].0 = start;
            }
            if first != NONE && self.problem.tasks[first as usize].together <= 1 {
                let takes = plan.stops_of(first as usize).map(|it| it.1.leave - it.1.start).max();
                let pin = &mut self.pins[first as usize];
                pin.1 = pin.1.min(start - takes.unwrap_or(0));
            }
        }
    }
}
