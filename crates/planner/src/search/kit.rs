//! Tools and parts: what a technician has when, and what was fetched from which depot.

use super::{route::Stop, state::State};
use crate::problem::{NONE, Problem};

/// What everybody fetches, and what is left in the depots.
#[derive(Debug, Clone, Default)]
pub(crate) struct Picks {
    /// Technician → depot, part, count.
    fetched: Vec<Vec<(u32, u32, i64)>>,
    /// Depot × part.
    left: Vec<Vec<i64>>,
    /// Technician × part: used before the first stop at a depot, and in all.
    used: Vec<Vec<[i64; 2]>>,
}

/// On which side of the depot stop of a route a job may stand. Without one all is before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sides {
    pub before: bool,
    pub after: bool,
}

impl Sides {
    pub const BOTH: Sides = Sides { before: true, after: true };
}

/// A job or a depot that is not there yet: into which route, behind which of its stops.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extra {
    pub route: u32,
    pub behind: usize,
    pub task: u32,
}

impl Picks {
    /// Into the memory that is there.
    pub fn copy(&mut self, from: &Picks) {
        self.fetched.clone_from(&from.fetched);
        self.left.clone_from(&from.left);
        self.used.clone_from(&from.used);
    }

    pub fn new(problem: &Problem) -> Picks {
        let fetched = vec![vec![]; problem.day.technicians.len()];
        let used = problem.stock.iter().map(|it| vec![[0; 2]; it.len()]).collect();
        Picks { fetched, left: problem.stored.clone(), used }
    }

    fn book(&mut self, technician: usize, fetched: Vec<(u32, u32, i64)>, used: Vec<[i64; 2]>) {
        self.used[technician] = used;
        for (depot, part, count) in std::mem::replace(&mut self.fetched[technician], fetched) {
            self.left[depot as usize][part as usize] += count;
        }
        for (depot, part, count) in &self.fetched[technician] {
            self.left[*depot as usize][*part as usize] -= count;
        }
    }
}

impl State<'_> {
    /// Where in a route a job may stand.
    pub fn sides(&self, route: usize, job: u32) -> Sides {
        let problem = self.problem;
        let task = &problem.tasks[job as usize];
        if !problem.traits.kit || (task.parts.is_empty() && !task.tools) {
            return Sides::BOTH;
        }
        let technician = problem.shifts[route].technician as usize;
        let toolless = problem.toolless.has(job, route as u32);
        let van = &problem.stock[technician];
        let used = &self.picks.used[technician];
        let enough = |it: &(u32, i64)| used[it.0 as usize][1] + it.1 <= van[it.0 as usize];
        if !toolless && task.parts.iter().all(enough) {
            return Sides::BOTH;
        }
        let one_day = problem.shifts_of[technician].len() == 1;
        match self.depot_stop(route) {
            None if one_day => return Sides { before: false, after: false },
            Some(depot) if one_day && self.has_everything(route, depot) => {
                let first = |it: &(u32, i64)| used[it.0 as usize][0] + it.1 <= van[it.0 as usize];
                let before = !toolless && task.parts.iter().all(first);
                return Sides { before, after: true };
            }
            Some(_) | None => {}
        }
        let left = self.left_for(technician);
        let stops = &self.routes[route].stops;
        let holds = |behind| {
            let extra = Extra { route: route as u32, behind, task: job };
            self.fetch(technician, &[extra], &left).is_ok()
        };
        let begun = self.routes[route].begun;
        match self.depot_stop(route) {
            None => Sides { before: holds(stops.len() - 2), after: false },
            Some(depot) => {
                Sides { before: depot > begun && holds(begun), after: holds(stops.len() - 2) }
            }
        }
    }

    /// Whether a job could stand in a route behind a new stop at a depot.
    pub fn with_depot(&self, route: usize, job: u32, depot: u32, behind: usize) -> bool {
        let number = depot as usize - self.problem.day.jobs.len();
        if self.problem.day.depots[number].everything {
            return true;
        }
        let technician = self.problem.shifts[route].technician as usize;
        let route = route as u32;
        let depot = Extra { route, behind, task: depot };
        let job = Extra { route, behind, task: job };
        self.fetch(technician, &[depot, job], &self.left_for(technician)).is_ok()
    }

    pub fn depot_stop(&self, route: usize) -> Option<usize> {
        if !self.problem.traits.kit {
            return None;
        }
        let stops = &self.routes[route].stops;
        stops.iter().rposition(|it| it.task != NONE && self.problem.is_depot(it.task))
    }

    /// What the depots have left without this technician.
    fn left_for(&self, technician: usize) -> Vec<Vec<i64>> {
        let mut left = self.picks.left.clone();
        for (depot, part, count) in &self.picks.fetched[technician] {
            left[*depot as usize][*part as usize] += count;
        }
        left
    }

    fn has_everything(&self, route: usize, at: usize) -> bool {
        let depot = self.routes[route].stops[at].task as usize - self.problem.day.jobs.len();
        self.problem.day.depots[depot].everything
    }

    fn used(&self, technician: usize) -> Vec<[i64; 2]> {
        let mut used = vec![[0; 2]; self.problem.stock[technician].len()];
        let mut first = true;
        for stop in self.stops_of(technician) {
            first &= !self.problem.is_depot(stop.task);
            for (part, count) in &self.problem.tasks[stop.task as usize].parts {
                let used = &mut used[*part as usize];
                used[1] += count;
                used[0] += if first { *count } else { 0 };
            }
        }
        used
    }

    fn stops_of(&self, technician: usize) -> impl Iterator<Item = &Stop> {
        let shifts = self.problem.shifts_of[technician].iter();
        shifts.flat_map(|it| self.routes[*it as usize].inner())
    }

    /// Goes through the days of a technician: what is fetched where; or the job for which a tool
    /// or a part is missing.
    fn fetch(
        &self,
        technician: usize,
        extras: &[Extra],
        left: &[Vec<i64>],
    ) -> Result<Vec<(u32, u32, i64)>, u32> {
        let mut walk = Walk {
            state: self,
            technician,
            used: vec![0; self.problem.stock[technician].len()],
            visited: vec![],
            fetched: vec![],
            left,
        };
        for shift in &self.problem.shifts_of[technician] {
            let known = &self.routes[*shift as usize];
            for (at, stop) in known.stops[..known.stops.len() - 1].iter().enumerate() {
                if at > 0 && at <= known.begun {
                    walk.begun(stop.task);
                } else if stop.task != NONE {
                    walk.stop(stop.task, *shift)?;
                }
                for extra in extras.iter().filter(|it| it.route == *shift && it.behind == at) {
                    walk.stop(extra.task, *shift)?;
                }
            }
        }
        Ok(walk.fetched)
    }

    /// After a route was changed: depots that are not needed are left out, jobs that lack something
    /// are taken out, and what is fetched is booked. The jobs taken out.
    pub fn settle_kit(&mut self, route: usize) -> Vec<u32> {
        let mut out = Vec::new();
        if !self.problem.traits.kit {
            return out;
        }
        let technician = self.problem.shifts[route].technician as usize;
        let left = self.left_for(technician);
        let begun = self.routes[route].begun;
        if let Some(depot) = self.depot_stop(route).filter(|it| *it > begun) {
            let stop = self.routes[route].stops.remove(depot);
            if self.fetch(technician, &[], &left).is_err() {
                self.routes[route].stops.insert(depot, stop);
            }
        }
        loop {
            match self.fetch(technician, &[], &left) {
                Ok(fetched) => {
                    let used = self.used(technician);
                    self.picks.book(technician, fetched, used);
                    return out;
                }
                Err(job) => {
                    let routes = self.problem.shifts_of[technician].clone();
                    for other in routes.into_iter().map(|it| it as usize) {
                        if let Some(at) = self.position(other, job) {
                            self.touch(other);
                            self.routes[other].stops.remove(at);
                            self.refresh(other);
                        }
                    }
                    out.push(job);
                }
            }
        }
    }

    pub fn position(&self, route: usize, task: u32) -> Option<usize> {
        self.routes[route].stops.iter().position(|it| it.task == task)
    }
}

struct Walk<'s, 'p> {
    state: &'s State<'p>,
    technician: usize,
    used: Vec<i64>,
    visited: Vec<u32>,
    fetched: Vec<(u32, u32, i64)>,
    left: &'s [Vec<i64>],
}

impl Walk<'_, '_> {
    /// What was begun before now had what it took, wherever that came from.
    fn begun(&mut self, task: u32) {
        let problem = self.state.problem;
        if problem.is_depot(task) {
            let _ = self.stop(task, 0);
            return;
        }
        for (part, count) in &problem.tasks[task as usize].parts {
            let left = problem.stock[self.technician][*part as usize] - self.used[*part as usize];
            self.used[*part as usize] += (*count).min(left.max(0));
        }
    }

    fn stop(&mut self, task: u32, shift: u32) -> Result<(), u32> {
        let problem = self.state.problem;
        let jobs = problem.day.jobs.len() as u32;
        if task >= jobs {
            let depot = task - jobs;
            self.visited.retain(|it| *it != depot);
            self.visited.push(depot);
            return Ok(());
        }
        let row = &problem.tasks[task as usize];
        if row.tools && problem.toolless.has(task, shift) && !self.tools(task) {
            return Err(task);
        }
        for (part, count) in &row.parts {
            self.used[*part as usize] += count;
            self.take(*part).then_some(()).ok_or(task)?;
        }
        Ok(())
    }

    /// Tools of van and depots together.
    fn tools(&self, task: u32) -> bool {
        let problem = self.state.problem;
        if self.visited.iter().any(|it| problem.has_tools[*it as usize][task as usize]) {
            return true;
        }
        let own = &problem.day.technicians[self.technician].tools;
        let fetched = |tool: &String| {
            let mut depots = self.visited.iter().map(|it| &problem.day.depots[*it as usize]);
            depots.any(|it| it.tools.contains(tool))
        };
        let mut tools = problem.day.jobs[task as usize].tools.iter();
        !self.visited.is_empty() && tools.all(|it| own.contains(it) || fetched(it))
    }

    /// What the van lacks, from the depot visited last that has it.
    fn take(&mut self, part: u32) -> bool {
        let had = self.state.problem.stock[self.technician][part as usize];
        let own = self.fetched.iter().filter(|it| it.1 == part).map(|it| it.2).sum::<i64>();
        let mut short = self.used[part as usize] - had - own;
        for depot in self.visited.iter().rev() {
            if short <= 0 {
                break;
            }
            let booked = self.fetched.iter().filter(|it| (it.0, it.1) == (*depot, part));
            let booked = booked.map(|it| it.2).sum::<i64>();
            let there = self.left[*depot as usize][part as usize] - booked;
            let taken = short.min(there.max(0));
            if taken > 0 {
                self.fetched.push((*depot, part, taken));
                short -= taken;
            }
        }
        short <= 0
    }
}
