//! 派工: who may be sent, and when.

use kernel::{Day, Refusal, Result, Span, Time, Wrongs, refusals};

use crate::policy::PersonId;

refusals! {
    TECHNICIAN_BUSY   Conflict "technician.busy";
    TECHNICIAN_ABSENT Conflict "technician.absent";
    NOT_CERTIFIED     Conflict "technician.not_certified";
    OTHER_OUTLET      Conflict "technician.other_outlet";
}

/// A time agreed with the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub from: Time,
    pub to: Time,
}

/// What the rules want to know of the person who shall go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub id: PersonId,
    pub path: String,
    pub active: bool,
    /// Certificates by name, with the last day they are good for.
    pub certificates: Vec<(String, Option<Day>)>,
}

/// What stands in the way of sending somebody; some of it a manager may override.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Obstacle {
    OtherOutlet,
    NotCertified,
    Absent,
    Busy,
}

impl Window {
    /// A window lies ahead and runs forward; it may have begun, but not days ago, and neither end
    /// lies years away.
    pub fn check(self, now: Time) -> Result<()> {
        let mut wrongs = Wrongs::default();
        let last = now.after(crate::intake::WISH_AHEAD);
        if self.to <= self.from {
            wrongs.say("to", "window.backwards");
        } else if self.to <= now {
            wrongs.say("to", "window.past");
        } else if self.from <= now.before(Span::days(1)) {
            wrongs.say("from", "window.past");
        } else if self.from > last {
            wrongs.say("from", "window.too_far");
        } else if self.to > last {
            wrongs.say("to", "window.too_far");
        }
        wrongs.done()
    }

    pub fn overlaps(self, other: Window) -> bool {
        self.from < other.to && other.from < self.to
    }

    /// What is left of it before and after another.
    pub fn without(self, other: Window) -> Vec<Window> {
        if !self.overlaps(other) {
            return vec![self];
        }
        let before = Window { from: self.from, to: other.from };
        let after = Window { from: other.to, to: self.to };
        [before, after].into_iter().filter(|it| it.from < it.to).collect()
    }
}

impl Obstacle {
    pub fn refusal(self) -> Refusal {
        match self {
            Obstacle::OtherOutlet => OTHER_OUTLET,
            Obstacle::NotCertified => NOT_CERTIFIED,
            Obstacle::Absent => TECHNICIAN_ABSENT,
            Obstacle::Busy => TECHNICIAN_BUSY,
        }
    }

    /// A manager may send somebody who is busy or off duty, never somebody without certificate.
    pub fn may_be_overridden(self) -> bool {
        matches!(self, Obstacle::Absent | Obstacle::Busy)
    }
}

impl Candidate {
    /// What is against this person for this order, apart from the day's load.
    pub fn obstacle(&self, outlet: &str, needs: Option<&str>, day: Day) -> Option<Obstacle> {
        if !self.active || self.path != outlet {
            return Some(Obstacle::OtherOutlet);
        }
        let holds = |need: &str| {
            let good = |until: &Option<Day>| until.is_none_or(|until| day <= until);
            self.certificates.iter().any(|(name, until)| name == need && good(until))
        };
        let certified = needs.is_none_or(holds);
        (!certified).then_some(Obstacle::NotCertified)
    }
}
