//! 派工: who could go to a customer, when, and what that means for everybody else; and of those who
//! cannot, why not. Each free gap of a technician is tried in their day as it is planned; people
//! then see first who keeps the promise, who disturbs nobody, who comes early, who is near.
//!
//! Source: C7 (near, free, qualified; the reason of each); [3.15] §4; our own order of preference.

mod site;
#[cfg(test)]
mod tests;
mod trial;

use std::cmp::Ordering;

use kernel::{Day, Span, Time};

use crate::{
    order::{Candidate, Obstacle, OrderId, Window},
    pack::Dispatch,
    promise::{Promise, PromiseKind},
};

pub use site::{Site, Way};

/// What somebody is sought for.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    pub length: Span,
    pub site: Site,
    pub wish: Option<Window>,
    /// 到场 and 修复, as long as they are promised.
    pub arrive_by: Option<Time>,
    pub done_by: Option<Time>,
    /// 1 is the gravest.
    pub level: i64,
    pub certificates: Vec<String>,
    /// The outlet's path.
    pub outlet: String,
}

/// A technician with the days that are looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Hand {
    pub candidate: Candidate,
    /// Where the day begins.
    pub home: Site,
    pub days: Vec<Round>,
    pub knows_device: bool,
}

/// One technician's day as it is planned.
#[derive(Debug, Clone, PartialEq)]
pub struct Round {
    pub date: Day,
    /// From the first opening to the last closing.
    pub shift: Option<Window>,
    /// Inside the shift, but off.
    pub pauses: Vec<Window>,
    /// What is left of the shift.
    pub free: Vec<Window>,
    pub visits: Vec<Booked>,
    /// Absences of that day.
    pub away: Vec<Window>,
}

/// A visit somebody has been given.
#[derive(Debug, Clone, PartialEq)]
pub struct Booked {
    pub order: OrderId,
    pub number: String,
    pub window: Window,
    /// How long the work usually takes.
    pub length: Span,
    pub site: Site,
    pub stage: Stage,
}

/// How far along a visit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Ahead,
    /// Since then.
    OnWay(Time),
    OnSite(Time),
    /// Since then they are free.
    Done(Time),
}

/// A time one could offer, and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub window: Window,
    /// From where they are before it.
    pub way: Way,
    pub minutes: i64,
    /// The order they come from; None: from home.
    pub after: Option<String>,
    pub delays: Vec<Delay>,
    /// The promise that this breaks, and by how much.
    pub late: Option<(PromiseKind, Span)>,
    /// Some promise to the customer runs.
    pub promised: bool,
    /// There is a wish, and this is not it.
    pub unwished: bool,
    /// So many visits they have that day.
    pub jobs: usize,
}

/// Another visit that begins later because of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delay {
    pub order: OrderId,
    pub number: String,
    pub by: Span,
    /// So much of it lies after the time agreed with that customer.
    pub over: Span,
}

/// Why somebody cannot go: what binds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum No {
    OtherOutlet,
    /// With the last day it was good for, if there was one.
    NotCertified {
        name: String,
        ended: Option<Day>,
    },
    /// Absent on every day that is looked at, until then.
    Absent(Time),
    OffDuty,
    /// No gap is long enough until that day.
    Full(Day),
    /// There is a gap, but by so much they cannot be there and done in it.
    TooFar(Span),
}

pub type Verdict = Result<Proposal, No>;

impl No {
    /// What the step would be refused with.
    pub fn obstacle(&self) -> Obstacle {
        match self {
            No::OtherOutlet => Obstacle::OtherOutlet,
            No::NotCertified { .. } => Obstacle::NotCertified,
            No::Absent(_) | No::OffDuty => Obstacle::Absent,
            No::Full(_) | No::TooFar(_) => Obstacle::Busy,
        }
    }
}

/// The moments until which one has to be there and done, of the promises that run.
pub fn deadlines(promises: &[Promise]) -> (Option<Time>, Option<Time>) {
    let due = |kind: PromiseKind| {
        let running = promises.iter().filter(|it| it.is_running() && it.paused_since().is_none());
        running.filter(|it| it.kind == kind).map(|it| it.due).min()
    };
    (due(PromiseKind::Arrival), due(PromiseKind::Repair))
}

impl Task {
    /// The best time with this one, or why there is none.
    pub fn verdict(&self, hand: &Hand, by: &Dispatch, now: Time) -> Verdict {
        let days: Vec<&Round> =
            hand.days.iter().filter(|it| self.bar(&hand.candidate, it.date).is_none()).collect();
        if days.is_empty() {
            let first = hand.days.first().and_then(|it| self.bar(&hand.candidate, it.date));
            return Err(first.unwrap_or(No::OffDuty));
        }
        let asked = |wished| self.best(hand, &days, by, now, wished);
        let as_wished = self.wish.and_then(|_| asked(true).ok());
        match as_wished {
            Some(it) => Ok(it),
            None => asked(false),
        }
    }

    fn best(
        &self,
        hand: &Hand,
        days: &[&Round],
        by: &Dispatch,
        now: Time,
        wished: bool,
    ) -> Verdict {
        let (mut best, mut nearest): (Option<Proposal>, Option<Span>) = (None, None);
        for round in days {
            for found in trial::of_round(self, hand, round, by, now, wished) {
                match found {
                    Ok(it) => best = Some(better(best, it, by)),
                    Err(short) => nearest = Some(nearest.map_or(short, |it| it.min(short))),
                }
            }
            // Later days cannot be better than a time that harms nobody.
            if best.as_ref().is_some_and(Proposal::is_clean) {
                break;
            }
        }
        best.ok_or_else(|| nearest.map_or_else(|| why_none(days, now), No::TooFar))
    }

    /// The times one could offer of one day, one for each gap.
    pub fn offers(&self, hand: &Hand, round: &Round, by: &Dispatch, now: Time) -> Vec<Proposal> {
        if self.bar(&hand.candidate, round.date).is_some() {
            return Vec::new();
        }
        trial::of_round(self, hand, round, by, now, false).into_iter().flatten().collect()
    }

    /// What is against somebody whatever the hour.
    fn bar(&self, candidate: &Candidate, day: Day) -> Option<No> {
        let all = self.certificates.iter().map(|it| Some(it.as_str())).chain([None]);
        for need in all {
            match (candidate.obstacle(&self.outlet, need, day), need) {
                (None, _) => (),
                (Some(Obstacle::NotCertified), Some(name)) => {
                    let held = candidate.certificates.iter().filter(|it| it.0 == name);
                    let ended = held.filter_map(|it| it.1).max();
                    return Some(No::NotCertified { name: name.to_owned(), ended });
                }
                (Some(_), _) => return Some(No::OtherOutlet),
            }
        }
        None
    }
}

fn better(known: Option<Proposal>, it: Proposal, by: &Dispatch) -> Proposal {
    match known {
        Some(known) if by.compare(&known, &it).is_le() => known,
        _ => it,
    }
}

/// Nothing was free: because they are away, have no shift, or are full.
fn why_none(days: &[&Round], now: Time) -> No {
    let on_duty: Vec<&&Round> = days.iter().filter(|it| it.shift.is_some()).collect();
    let gone = |it: &&&Round| {
        let shift = it.shift?;
        let from = shift.from.max(now);
        it.away.iter().find(|away| away.from <= from && shift.to <= away.to).map(|it| it.to)
    };
    let back: Vec<Time> = on_duty.iter().filter_map(gone).collect();
    match (on_duty.last(), back.iter().max()) {
        (None, _) => No::OffDuty,
        (Some(_), Some(until)) if back.len() == on_duty.len() => No::Absent(*until),
        (Some(last), _) => No::Full(last.date),
    }
}

impl Hand {
    /// As they are once this visit is theirs: whoever is sought next finds that time taken.
    pub fn give(&mut self, visit: Booked) {
        let window = visit.window;
        let holds = |it: &&mut Round| it.free.iter().any(|free| free.overlaps(window));
        let Some(round) = self.days.iter_mut().find(holds) else { return };
        round.free = round.free.iter().flat_map(|it| it.without(window)).collect();
        round.visits.push(visit);
    }
}

impl Proposal {
    /// Nobody is disappointed: not this customer, and none of the others.
    pub fn is_clean(&self) -> bool {
        self.late.is_none() && self.over() == Span::minutes(0)
    }

    fn over(&self) -> Span {
        self.delays.iter().map(|it| it.over).max().unwrap_or(Span::minutes(0))
    }

    /// Time on the road, with what others wait.
    fn trouble(&self) -> i64 {
        self.minutes + self.delays.iter().map(|it| it.by.whole_minutes()).sum::<i64>()
    }
}

impl Dispatch {
    /// Promises first, then what was agreed with others, then the wish, then who comes early, and
    /// of those who come as early, who has the shorter way and holds up others less.
    pub fn compare(&self, a: &Proposal, b: &Proposal) -> Ordering {
        let as_early = Span::minutes(self.as_early_minutes).as_millis();
        let key = |it: &Proposal| {
            let late = it.late.map_or(0, |it| it.1.as_millis());
            let begin = it.window.from.millis();
            (late, it.over().as_millis(), it.unwished, begin.div_euclid(as_early), it.trouble())
        };
        let tied = |it: &Proposal| (it.jobs, it.window.from);
        key(a).cmp(&key(b)).then_with(|| tied(a).cmp(&tied(b)))
    }

    /// Those who can go before those who cannot; of two as good, who knows the device.
    pub fn rank(&self, a: (&Verdict, bool), b: (&Verdict, bool)) -> Ordering {
        match (a.0, b.0) {
            (Ok(first), Ok(second)) => self.compare(first, second).then_with(|| b.1.cmp(&a.1)),
            (Ok(_), Err(_)) => Ordering::Less,
            (Err(_), Ok(_)) => Ordering::Greater,
            // What can be overridden, or ends by itself, before what cannot.
            (Err(a), Err(b)) => b.obstacle().cmp(&a.obstacle()),
        }
    }
}
