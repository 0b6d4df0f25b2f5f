//! A plan: who is where when, and what is left over.

use crate::travel::Time;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// Only shifts in which something is done.
    pub routes: Vec<Route>,
    pub unassigned: Vec<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// As [`Problem::shift`](crate::Problem::shift) numbers them.
    pub shift: usize,
    pub stops: Vec<Stop>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    pub what: What,
    pub arrive: Time,
    pub start: Time,
    pub leave: Time,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Job(usize),
    Depot(usize),
    Lunch,
}

impl Plan {
    /// The stops of a job, with their shifts: none, one, or as many as it takes technicians.
    pub fn stops_of(&self, job: usize) -> impl Iterator<Item = (usize, &Stop)> {
        let all =
            self.routes.iter().flat_map(|it| it.stops.iter().map(move |stop| (it.shift, stop)));
        all.filter(move |it| it.1.what == What::Job(job))
    }
}
