//! What the search pays for the parts of an objective, as one number: tiers are made apart by
//! factors, so that a better plan may be reached over a slightly worse one. Which plan is best is
//! decided by the tiers themselves.

use super::route::Tally;
use crate::{
    objective::{Objective, Part},
    problem::{Problem, Shift},
};

#[derive(Debug, Clone, Default)]
pub(crate) struct Prices {
    pub travel: f64,
    pub lateness: f64,
    /// The same where lunch is chosen: whatever a phase of the search pays, a route has one lunch.
    pub late_lunch: f64,
    pub overtime: f64,
    pub duration: f64,
    pub route: f64,
    pub fairness: f64,
    pub moved: f64,
    pub unpreferred: f64,
    /// Of each job.
    pub lost: Vec<f64>,
}

/// A unit of what is late in a tier above travel, in units of travel.
const LATE: f64 = 10.0;
/// What a move is worth in the plan's last tier, in seconds of travel.
const LAST_TIER: f64 = 60.0;

impl Prices {
    pub fn of(objective: &Objective) -> Prices {
        let tier =
            |part: Part| objective.tiers.iter().position(|it| it.iter().any(|it| it.0 == part));
        let way = tier(Part::Travel).or(tier(Part::Duration)).unwrap_or(usize::MAX);
        let priced = |part: Part, above: f64, below: f64| {
            let weight = objective.weight(part);
            match tier(part) {
                Some(at) if at < way => weight * above,
                Some(at) if at > way => weight * below,
                _ => weight,
            }
        };
        Prices {
            travel: priced(Part::Travel, 1.0, 1.0),
            duration: priced(Part::Duration, 1.0, 0.01),
            lateness: priced(Part::Lateness, LATE, 0.1),
            late_lunch: priced(Part::Lateness, LATE, 0.1),
            overtime: priced(Part::Overtime, LATE, 0.1),
            fairness: priced(Part::Fairness, LATE, 0.1),
            moved: priced(Part::Moved, LAST_TIER * LATE, LAST_TIER),
            unpreferred: priced(Part::Unpreferred, LAST_TIER * LATE, LAST_TIER),
            route: 0.0,
            lost: vec![],
        }
    }

    /// Without factors between tiers: what the objective itself says.
    #[must_use]
    pub fn exact(mut self, objective: &Objective) -> Prices {
        self.lateness = objective.weight(Part::Lateness);
        self.overtime = objective.weight(Part::Overtime);
        self.travel = objective.weight(Part::Travel);
        self.duration = objective.weight(Part::Duration);
        (self.moved, self.unpreferred, self.fairness) = (0.0, 0.0, 0.0);
        self
    }

    pub fn route(&self, tally: &Tally, shift: &Shift) -> f64 {
        self.travel * tally.travel as f64
            + self.lateness * tally.lateness as f64
            + self.overtime * shift.overtime_weight * tally.overtime as f64
            + self.duration * tally.duration as f64
            + self.moved * f64::from(tally.moved)
            + self.unpreferred * f64::from(tally.unpreferred)
            + self.route
    }

    /// Jobs are lost at a price by their value: very dear where all can be done, else so that the
    /// search may give one up for a better one. `typical` is what a job costs to be done.
    pub fn price_of_losing(
        &mut self,
        problem: &Problem,
        objective: &Objective,
        typical: f64,
        full: bool,
    ) {
        let jobs = &problem.tasks[..problem.day.jobs.len()];
        let mean = jobs.iter().map(|it| it.value).sum::<f64>() / jobs.len().max(1) as f64;
        let urgent = objective.weight(Part::FirstPriorityLost) > 0.0;
        let dear = if full { OVERFULL } else { 1000.0 };
        let price = |it: &crate::problem::Task| {
            let value = if mean > 0.0 { it.value.max(0.0) / mean } else { 1.0 };
            let first = if urgent && it.first_priority { FIRST_PRIORITY } else { 0.0 };
            let held = if it.held { 1e4 } else { 0.0 };
            typical * (dear * (value + first + LEAST) + held)
        };
        self.lost = jobs.iter().map(price).collect();
    }
}

/// In an over-full day a job of mean value is worth so many times what it costs.
const OVERFULL: f64 = 8.0;
/// And one of priority 1 so many more mean values.
const FIRST_PRIORITY: f64 = 8.0;
/// Even a job without value is rather done.
const LEAST: f64 = 0.05;
