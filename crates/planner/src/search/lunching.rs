//! Where in a route lunch is had so that the day costs least. The times that are kept at every stop
//! are those of who has had lunch soonest: they tell what is possible. But who comes late anyway is
//! often less late with lunch behind the next job than before it, though home later.

use super::{
    leg::{lunch_on_the_way, start},
    prices::Prices,
    route::Pins,
};
use crate::{
    problem::{NONE, Problem, Shift},
    travel::Time,
};

/// To a stop, or home.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Leg {
    pub task: u32,
    pub drive: i64,
}

/// Somewhere on the route: when, and what came together until then.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Here {
    pub time: Time,
    pub travel: Time,
    pub lateness: i64,
}

/// A whole route with the leg on which lunch is had.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lunching {
    pub leg: usize,
    pub home: Here,
}

/// What the legs of a route cost, by where lunch is.
pub(crate) struct Legs<'a> {
    pub problem: &'a Problem,
    pub shift: &'a Shift,
    pub pins: &'a Pins,
    pub prices: &'a Prices,
    pub work: Time,
    pub legs: &'a [Leg],
}

impl Legs<'_> {
    /// The way that costs least, if that is less than the limit.
    pub fn cheapest(&self, begin: Here, limit: f64) -> Option<Lunching> {
        let lunch = self.shift.lunch?;
        let (mut before, mut best, mut limit) = (begin, None, limit);
        for leg in 0..self.legs.len() {
            if before.time > lunch.latest {
                break;
            }
            if let Some(home) = self.with_lunch(leg, before, limit) {
                let cost = self.cost(home, self.overtime(home));
                if home.time <= self.shift.latest
                    && self.work + home.travel <= self.shift.max_work
                    && cost < limit
                {
                    limit = cost;
                    best = Some(Lunching { leg, home });
                }
            }
            let direct = self.problem.day.travel.arrive(before.time, self.legs[leg].drive);
            let travel = before.travel + direct - before.time;
            let there = Here { time: direct, travel, ..before };
            match self.serve(self.legs[leg].task, there) {
                Some(left) => before = left,
                None => break,
            }
        }
        best
    }

    /// When every stop is left, with lunch on that leg.
    pub fn times(&self, begin: Here, lunch_on: usize) -> Vec<Time> {
        let mut here = begin;
        let mut times = Vec::with_capacity(self.legs.len());
        for leg in 0..self.legs.len() {
            match self.go(leg, here, leg == lunch_on) {
                Some(left) => here = left,
                None => break,
            }
            times.push(here.time);
        }
        times
    }

    /// What a day costs that comes home like this.
    pub fn cost(&self, home: Here, overtime: Time) -> f64 {
        self.partly(home) + self.prices.overtime * self.shift.overtime_weight * overtime as f64
    }

    pub fn overtime(&self, home: Here) -> Time {
        (home.time - self.shift.end).max(0)
    }

    fn partly(&self, here: Here) -> f64 {
        self.prices.travel * here.travel as f64 + self.prices.late_lunch * here.lateness as f64
    }

    fn with_lunch(&self, first: usize, begin: Here, limit: f64) -> Option<Here> {
        let mut here = self.go(first, begin, true)?;
        for leg in first + 1..self.legs.len() {
            if self.partly(here) >= limit {
                return None;
            }
            here = self.go(leg, here, false)?;
        }
        Some(here)
    }

    fn go(&self, leg: usize, from: Here, with_lunch: bool) -> Option<Here> {
        let travel = &self.problem.day.travel;
        let Leg { task, drive } = self.legs[leg];
        let direct = travel.arrive(from.time, drive);
        let (time, driven) = match self.shift.lunch.filter(|_| with_lunch) {
            Some(lunch) => lunch_on_the_way(travel, lunch, from.time, drive),
            None => (direct, direct - from.time),
        };
        self.serve(task, Here { time, travel: from.travel + driven, ..from })
    }

    fn serve(&self, task: u32, there: Here) -> Option<Here> {
        if task == NONE {
            return Some(there);
        }
        let row = &self.problem.tasks[task as usize];
        let begin = start(row, self.pins, task, there.time)?;
        let time = begin + self.problem.duration(task, self.shift);
        let lateness = there.lateness + row.lateness(begin, time) * row.urgency;
        Some(Here { time, lateness, ..there })
    }
}
