//! One more visit, tried in every gap of a technician's day. The day as it is planned becomes a
//! problem for the planner: visits that were agreed stay with their technician and begin inside
//! their window, the new one may begin at the quarters of a gap; the planner says where it goes,
//! what waits for it, and how much too late it would be where it does not fit.

use kernel::{Span, Time};
use planner::{
    Day as Planning, Fixed, Job, Objective, Place, Plan, Problem, Route, Stop, Technician, Travel,
    What, explain, insert, schedule,
};

use super::{Booked, Delay, Hand, Proposal, Round, Site, Stage, Task};
use crate::{order::Window, pack::Dispatch, promise::PromiseKind};

/// The one technician of the problem.
const WHO: &str = "technician";
const NEW: &str = "new";
/// The gaps say how long one works: the planner's shift lasts until they are all behind.
const SHIFT: i64 = 86_400;

/// A time, or by how much there is none, for each gap that is long enough.
pub fn of_round(
    task: &Task,
    hand: &Hand,
    round: &Round,
    by: &Dispatch,
    now: Time,
    wished: bool,
) -> Vec<Result<Proposal, Span>> {
    let Some(shift) = round.shift else { return Vec::new() };
    let (gaps, length) = gaps(round, shift, task.length);
    let trial = Trial::of(task, hand, round, by, (shift.from, now), length);
    let wanted = |it: &Time| !wished || wishes(task.wish, *it, by);
    let starts = gaps.into_iter().map(|gap| starts(gap, length, by, now));
    let starts = starts.map(|it| it.into_iter().filter(wanted).collect::<Vec<_>>());
    starts.filter(|it| !it.is_empty()).filter_map(|it| trial.place(&it)).collect()
}

/// Of the free time what is long enough. What takes longer than people work at a stretch goes on
/// after the pause, and what takes longer than a day begins with a whole one.
fn gaps(round: &Round, shift: Window, length: Span) -> (Vec<Window>, Span) {
    let lasts = |it: &Window| it.from.until(it.to);
    let begins = [shift.from].into_iter().chain(round.pauses.iter().map(|it| it.to));
    let ends = round.pauses.iter().map(|it| it.from).chain([shift.to]);
    let stretch = begins.zip(ends).map(|(from, to)| from.until(to)).max();
    let length = length.min(lasts(&shift));
    let mut gaps: Vec<Window> = Vec::new();
    for it in &round.free {
        let over_pause = |last: &&mut Window| {
            stretch.is_none_or(|it| it < length)
                && round.pauses.iter().any(|pause| pause.from == last.to && pause.to == it.from)
        };
        match gaps.last_mut().filter(over_pause) {
            Some(last) => last.to = it.to,
            None => gaps.push(*it),
        }
    }
    gaps.retain(|it| lasts(it) >= length);
    (gaps, length)
}

/// The moments of a gap that one would say on the phone.
fn starts(gap: Window, length: Span, by: &Dispatch, now: Time) -> Vec<Time> {
    let step = by.step().as_millis();
    let first = by.said(gap.from.max(now)).millis();
    let last = gap.to.before(length).millis();
    let count = (last - first).div_euclid(step) + 1;
    (0..count.max(0)).map(|it| Time::from_millis(first + it * step)).collect()
}

fn wishes(wish: Option<Window>, at: Time, by: &Dispatch) -> bool {
    wish.is_some_and(|wish| wish.from <= at && at < wish.to.max(wish.from.after(by.step())))
}

/// A day with one more visit, but for the gap it is to go to.
struct Trial<'a> {
    task: &'a Task,
    by: &'a Dispatch,
    length: Span,
    /// Where the planner's seconds are counted from.
    zero: Time,
    /// From when on one is free to go.
    begin: Time,
    /// Where one sets out, and whom one was with before.
    start: &'a Site,
    after: Option<&'a Booked>,
    /// The visits still ahead: the problem's jobs are these in this order, then the new one.
    ahead: Vec<&'a Booked>,
    jobs: usize,
}

impl<'a> Trial<'a> {
    fn of(
        task: &'a Task,
        hand: &'a Hand,
        round: &'a Round,
        by: &'a Dispatch,
        (opens, now): (Time, Time),
        length: Span,
    ) -> Trial<'a> {
        let mut ahead: Vec<&Booked> =
            round.visits.iter().filter(|it| it.stage == Stage::Ahead).collect();
        ahead.sort_by_key(|it| it.window.from);
        let begun = round.visits.iter().filter_map(|it| Some((free_at(it, hand, by, now)?, it)));
        let begun = begun.max_by_key(|it| it.0);
        // Whoever is expected early sets out in time for it.
        let sets_out = |it: &&Booked| {
            let drive = Span::minutes(hand.home.way(&it.site, by).minutes(by));
            it.window.from.before(drive)
        };
        let first = ahead.first().map_or(opens, |it| sets_out(it).min(opens)).max(now);
        let begin = begun.map_or(first, |it| it.0.max(first));
        let (start, after) = begun.map_or((&hand.home, None), |it| (&it.1.site, Some(it.1)));
        let jobs = round.visits.len();
        Trial { task, by, length, zero: opens, begin, start, after, ahead, jobs }
    }

    fn seconds(&self, at: Time) -> i64 {
        self.zero.until(at).as_millis().div_euclid(1000)
    }

    fn planning(&self, starts: &[Time]) -> Planning {
        let begin = self.seconds(self.begin);
        let technician = Technician {
            id: WHO.to_owned(),
            start: Some(0),
            end: Some(self.ahead.len() + 2),
            shifts: vec![(begin, begin + SHIFT)],
            speed: 1.0,
            ..Technician::default()
        };
        let agreed = self.ahead.iter().enumerate().map(|(at, it)| self.agreed(at, it));
        let jobs = agreed.chain([self.wanted(starts)]).collect();
        let travel = self.travel();
        let (technicians, depots) = (vec![technician], vec![]);
        Planning { travel, technicians, jobs, depots, now: None, yesterday: vec![] }
    }

    /// Where one sets out, where the visits are, the new one's place, and nowhere: how one gets home
    /// is one's own affair.
    fn travel(&self) -> Travel {
        let ahead = self.ahead.iter().map(|it| &it.site);
        let sites: Vec<&Site> = [self.start].into_iter().chain(ahead).collect();
        let sites: Vec<&Site> = sites.into_iter().chain([&self.task.site]).collect();
        let drive = |a: usize, b: usize| {
            let way = sites[a].way(sites[b], self.by);
            if a == b { 0 } else { way.minutes(self.by) * 60 }
        };
        let all = 0..sites.len();
        let row = |a| all.clone().map(|b| drive(a, b)).chain([0]).collect();
        let mut rows: Vec<Vec<i64>> = all.clone().map(row).collect();
        rows.push(vec![0; sites.len() + 1]);
        // Lengths are told apart, from the places; the planner only counts the time.
        Travel::matrix(&rows, 1.0).expect("a square of drives that are not negative")
    }

    /// Comes when it was agreed, or as little later as possible.
    fn agreed(&self, at: usize, it: &Booked) -> Job {
        Job {
            id: at.to_string(),
            place: at + 1,
            duration: it.length.as_millis() / 1000,
            windows: vec![(self.seconds(it.window.from), self.seconds(it.window.to))],
            soft: true,
            priority: 1,
            value: 1.0,
            fixed: Some(Fixed { technician: WHO.to_owned(), start: None }),
            ..Job::default()
        }
    }

    fn wanted(&self, starts: &[Time]) -> Job {
        let arrive_by = self.task.arrive_by.map(|it| it.after(self.length));
        let due = arrive_by.into_iter().chain(self.task.done_by).min();
        Job {
            id: NEW.to_owned(),
            place: self.ahead.len() + 1,
            duration: self.length.as_millis() / 1000,
            windows: starts.iter().map(|it| (self.seconds(*it), self.seconds(*it))).collect(),
            due: due.map(|it| self.seconds(it)),
            priority: u32::try_from(self.task.level).unwrap_or(1),
            value: 1.0,
            ..Job::default()
        }
    }

    /// The best of these moments. None where the day itself cannot be planned.
    fn place(&self, starts: &[Time]) -> Option<Result<Proposal, Span>> {
        let problem = Problem::build(self.planning(starts), false).ok()?.problem;
        let new = self.ahead.len();
        let objective = Objective::service();
        let before = schedule(&problem, &objective, &self.sequence(new));
        let found = insert(&problem, &objective, &before, new);
        if let Some(place) = found.into_iter().find(|it| it.moves.is_empty()) {
            return Some(Ok(self.proposal(&place, &before)));
        }
        let reasons = explain(&problem, &objective, &before, new);
        let short = reasons.into_iter().find_map(|it| it.binding).map_or(0, |it| it.amount);
        Some(Err(Span::seconds(short)))
    }

    fn sequence(&self, new: usize) -> Plan {
        let stop = |at| Stop { what: What::Job(at), arrive: 0, start: 0, leave: 0 };
        let stops: Vec<Stop> = (0..new).map(stop).collect();
        let routes = if stops.is_empty() { vec![] } else { vec![Route { shift: 0, stops }] };
        Plan { routes, unassigned: vec![new] }
    }

    fn proposal(&self, place: &Place, before: &Plan) -> Proposal {
        let from = self.zero.after(Span::seconds(place.start));
        let window = Window { from, to: from.after(self.length) };
        let stops = place.plan.routes.first().map(|it| it.stops.as_slice()).unwrap_or_default();
        let previous = place.position.checked_sub(1).and_then(|it| match stops.get(it)?.what {
            What::Job(job) => self.ahead.get(job).copied(),
            What::Depot(_) | What::Lunch => None,
        });
        let comes_from = previous.map_or(self.start, |it| &it.site);
        let way = comes_from.way(&self.task.site, self.by);
        let delays = place.delays.iter().filter_map(|it| self.delay(*it, &place.plan, before));
        Proposal {
            window,
            way,
            minutes: way.minutes(self.by),
            after: previous.or(self.after).map(|it| it.number.clone()),
            delays: delays.collect(),
            late: self.late(window),
            promised: self.task.arrive_by.or(self.task.done_by).is_some(),
            unwished: self.task.wish.is_some() && !wishes(self.task.wish, from, self.by),
            jobs: self.jobs,
        }
    }

    fn delay(&self, (job, by): (usize, i64), after: &Plan, before: &Plan) -> Option<Delay> {
        let it = self.ahead.get(job)?;
        let last = self.seconds(it.window.to);
        let over = |plan: &Plan| {
            plan.stops_of(job).map(|it| (it.1.start - last).max(0)).max().unwrap_or_default()
        };
        Some(Delay {
            order: it.order.clone(),
            number: it.number.clone(),
            by: Span::seconds(by),
            over: Span::seconds((over(after) - over(before)).max(0)),
        })
    }

    /// The promise that is broken most.
    fn late(&self, it: Window) -> Option<(PromiseKind, Span)> {
        let arrival = self.task.arrive_by.map(|due| (PromiseKind::Arrival, due.until(it.from)));
        let repair = self.task.done_by.map(|due| (PromiseKind::Repair, due.until(it.to)));
        let broken = arrival.into_iter().chain(repair).filter(|it| it.1 > Span::minutes(0));
        broken.max_by_key(|it| it.1)
    }
}

/// When somebody who has begun this visit is free again, as far as one can tell.
fn free_at(it: &Booked, hand: &Hand, by: &Dispatch, now: Time) -> Option<Time> {
    match it.stage {
        Stage::Ahead => None,
        Stage::OnWay(since) => {
            let drive = Span::minutes(hand.home.way(&it.site, by).minutes(by));
            Some(since.after(drive).max(now).after(it.length))
        }
        Stage::OnSite(since) => Some(since.after(it.length).max(now)),
        Stage::Done(since) => Some(since.max(now)),
    }
}
