//! What a good plan is: parts that are counted apart, in tiers of which the first decides.

use std::cmp::Ordering;

use crate::travel::Time;

/// What a plan costs, each part by itself. Times in the units of the travel.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Figures {
    pub first_priority_lost: u32,
    pub value_lost: f64,
    /// Of every technician who comes or ends too late.
    pub lateness: Time,
    /// The same, by urgency: priority 1 four times, 2 three times, 3 twice.
    pub weighted_lateness: Time,
    /// Time spent driving.
    pub travel: Time,
    pub overtime: Time,
    /// By the weights of the technicians.
    pub weighted_overtime: f64,
    /// Routes: from setting off as late as possible to coming home.
    pub duration: Time,
    /// Shifts in which something is done.
    pub routes: u32,
    /// Work and driving of the busiest technician less that of the idlest.
    pub fairness: Time,
    /// Jobs that another technician does than yesterday's plan said.
    pub moved: u32,
    /// Jobs that another technician does than preferred.
    pub unpreferred: u32,
    /// In the file's own numbers, or metres.
    pub distance: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    FirstPriorityLost,
    ValueLost,
    Lateness,
    Travel,
    Overtime,
    Duration,
    Routes,
    Fairness,
    Moved,
    Unpreferred,
}

/// Tiers, the most important first; in a tier parts are weighed and added.
#[derive(Debug, Clone, PartialEq)]
pub struct Objective {
    pub tiers: Vec<Vec<(Part, f64)>>,
}

impl Objective {
    /// Serve by value, then the shortest way.
    pub fn distance() -> Objective {
        Objective { tiers: vec![vec![(Part::ValueLost, 1.0)], vec![(Part::Travel, 1.0)]] }
    }

    /// Serve by value, then as few routes as possible, then the shortest way.
    pub fn vehicles() -> Objective {
        let tiers = [Part::ValueLost, Part::Routes, Part::Travel];
        Objective { tiers: tiers.map(|it| vec![(it, 1.0)]).into() }
    }

    /// Serve by value, then the shortest working days, waiting included.
    pub fn working_time() -> Objective {
        Objective { tiers: vec![vec![(Part::ValueLost, 1.0)], vec![(Part::Duration, 1.0)]] }
    }

    /// The day of a service company: the urgent, then the valuable, then promises, then the way
    /// with overtime, and at last what people already know.
    pub fn service() -> Objective {
        Objective {
            tiers: vec![
                vec![(Part::FirstPriorityLost, 1.0)],
                vec![(Part::ValueLost, 1.0)],
                vec![(Part::Lateness, 1.0)],
                vec![(Part::Travel, 1.0), (Part::Overtime, 1.0)],
                vec![(Part::Moved, 1.0), (Part::Unpreferred, 1.0)],
            ],
        }
    }

    pub fn weight(&self, part: Part) -> f64 {
        self.tiers.iter().flatten().filter(|it| it.0 == part).map(|it| it.1).sum()
    }

    /// Whether both count, and the first in an earlier tier.
    pub(crate) fn is_before(&self, first: Part, second: Part) -> bool {
        let tier = |part: Part| self.tiers.iter().position(|it| it.iter().any(|it| it.0 == part));
        matches!((tier(first), tier(second)), (Some(first), Some(second)) if first < second)
    }

    /// Lateness and ways as one number, by the weights.
    pub fn cost(&self, figures: &Figures) -> f64 {
        let parts = [Part::Lateness, Part::Travel, Part::Overtime, Part::Duration];
        parts.into_iter().map(|it| self.weight(it) * figures.part(it)).sum()
    }

    /// The figures tier by tier.
    pub fn key(&self, figures: &Figures) -> Vec<f64> {
        let tier = |tier: &Vec<(Part, f64)>| tier.iter().map(|it| it.1 * figures.part(it.0)).sum();
        self.tiers.iter().map(tier).collect()
    }

    /// Less is better.
    pub fn compare(&self, a: &Figures, b: &Figures) -> Ordering {
        let tiers = self.key(a).into_iter().zip(self.key(b));
        let mut apart = tiers
            .map(|(a, b)| if (a - b).abs() < 1e-9 { Ordering::Equal } else { a.total_cmp(&b) });
        apart.find(|it| it.is_ne()).unwrap_or(Ordering::Equal)
    }
}

impl Figures {
    pub fn part(&self, part: Part) -> f64 {
        match part {
            Part::FirstPriorityLost => f64::from(self.first_priority_lost),
            Part::ValueLost => self.value_lost,
            Part::Lateness => self.weighted_lateness as f64,
            Part::Travel => self.travel as f64,
            Part::Overtime => self.weighted_overtime,
            Part::Duration => self.duration as f64,
            Part::Routes => f64::from(self.routes),
            Part::Fairness => self.fairness as f64,
            Part::Moved => f64::from(self.moved),
            Part::Unpreferred => f64::from(self.unpreferred),
        }
    }
}
