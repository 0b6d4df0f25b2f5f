//! What it costs to put a job between two stops, in constant time where the objective allows it.

use super::{
    kit::Sides,
    leg::arrivals,
    lunching::{Here, Leg, Legs},
    route::{Route, Stretch, Sums, serve},
    state::State,
};
use crate::{
    chance::Chance,
    problem::{NONE, Shift, Task},
    travel::{NEVER, Row, Time},
};

/// Where a job would go: behind which stop of which route, perhaps with a new stop at a depot
/// behind an earlier (or the same) one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spot {
    pub route: u32,
    pub behind: usize,
    pub depot: Option<(u32, usize)>,
    pub cost: f64,
}

/// What would be new in a route: a job behind a stop, perhaps with a depot behind another.
pub(crate) struct New {
    pub job: u32,
    pub behind: usize,
    pub depot: Option<(u32, usize)>,
}

/// Now and then a place is overlooked, so that the greedy is not always equally greedy.
pub(crate) struct Blink<'c> {
    chance: Option<&'c mut Chance>,
    rest: u32,
    /// Something was overlooked.
    pub blinked: bool,
}

const BLINK: f64 = 0.01;

impl<'c> Blink<'c> {
    pub fn new(chance: &'c mut Chance) -> Blink<'c> {
        let mut blink = Blink { chance: Some(chance), rest: 0, blinked: false };
        blink.draw();
        blink
    }

    pub fn never() -> Blink<'static> {
        Blink { chance: None, rest: u32::MAX, blinked: false }
    }

    fn draw(&mut self) {
        if let Some(chance) = &mut self.chance {
            self.rest = ((1.0 - chance.unit()).ln() / (1.0 - BLINK).ln()) as u32;
        }
    }

    #[inline]
    fn blinks(&mut self) -> bool {
        if self.rest > 0 {
            self.rest -= 1;
            return false;
        }
        self.draw();
        self.blinked |= self.chance.is_some();
        self.chance.is_some()
    }
}

/// A job to be placed, with what is asked again and again.
pub(crate) struct Asked<'s> {
    pub job: u32,
    pub task: &'s Task,
    pub from: Row<'s>,
    pub to: Row<'s>,
}

impl<'p> State<'p> {
    pub fn ask(&self, job: u32) -> Asked<'p> {
        let task = &self.problem.tasks[job as usize];
        let travel = &self.problem.day.travel;
        let place = task.place as usize;
        Asked { job, task, from: travel.from(place), to: travel.to(place) }
    }

    /// The best place of a job in a route, if it is better than what is known.
    pub fn spot(
        &self,
        asked: &Asked<'_>,
        route: usize,
        best: f64,
        blink: &mut Blink<'_>,
    ) -> Option<Spot> {
        let known = &self.routes[route];
        let shift = &self.problem.shifts[route];
        if known.tally.load + asked.task.load > shift.capacity {
            return None;
        }
        if !self.problem.traits.plain || self.prices.duration > 0.0 {
            return self.rich(asked, route, best, blink);
        }
        let (behind, cost) = self.plain(asked, known, best, blink)?;
        Some(Spot { route: route as u32, behind, depot: None, cost })
    }

    fn plain(
        &self,
        asked: &Asked<'_>,
        route: &Route,
        best: f64,
        blink: &mut Blink<'_>,
    ) -> Option<(usize, f64)> {
        let opening = self.opening(route);
        let travel = self.prices.travel;
        let limit = (best - opening) / travel;
        let mut limit = if limit >= NEVER as f64 { NEVER } else { limit.ceil() as i64 };
        let (window, takes) = (asked.task.windows[0], asked.task.duration);
        let mut found = None;
        for at in 0..route.stops.len() - 1 {
            let (before, next) = (&route.stops[at], &route.stops[at + 1]);
            if before.early[0] > window.to {
                break;
            }
            if next.late[0] < window.from + takes {
                continue;
            }
            let there = asked.to.get(before.place as usize);
            let on = asked.from.get(next.place as usize);
            let longer = there + on - next.drive;
            let start = (before.early[0] + there).max(window.from);
            if longer >= limit || start > window.to || start + takes + on > next.late[0] {
                continue;
            }
            if blink.blinks() {
                continue;
            }
            limit = longer;
            found = Some(at);
        }
        let cost = found.map(|at| (at, limit as f64 * travel + opening))?;
        (cost.1 < best).then_some(cost)
    }

    fn rich(
        &self,
        asked: &Asked<'_>,
        route: usize,
        best: f64,
        blink: &mut Blink<'_>,
    ) -> Option<Spot> {
        let known = &self.routes[route];
        let shift = &self.problem.shifts[route];
        let takes = self.problem.duration(asked.job, shift);
        let tally = &known.tally;
        if tally.jobs >= shift.max_jobs || tally.work + takes + tally.travel > shift.max_work {
            return None;
        }
        let sides = self.sides(route, asked.job);
        let mut found: Option<Spot> = None;
        let mut limit = best;
        if sides.before || sides.after {
            let depot = self.depot_stop(route).unwrap_or(usize::MAX);
            for behind in self.first_place(asked, route)..known.stops.len() - 1 {
                let side = if behind < depot { sides.before } else { sides.after };
                if !side || blink.blinks() {
                    continue;
                }
                if known.stops[behind].early[0].min(known.stops[behind].early[1]) > asked.task.last
                    && !asked.task.soft
                {
                    break;
                }
                let late = known.stops[behind + 1].late;
                if late[0].max(late[1]) < asked.task.first + takes {
                    continue;
                }
                if let Some(cost) = self.between(asked, route, behind, limit) {
                    limit = cost;
                    found = Some(Spot { route: route as u32, behind, depot: None, cost });
                }
            }
        }
        if self.problem.traits.kit && sides == (Sides { before: false, after: false }) {
            return self.spot_with_depot(asked, route, limit);
        }
        found
    }

    /// Behind which stop of a route at the earliest: behind what was begun, and behind the job that
    /// must have ended. In front of that one it might cost as little, and could never be.
    pub fn first_place(&self, asked: &Asked<'_>, route: usize) -> usize {
        let begun = self.routes[route].begun;
        match asked.task.after {
            NONE => begun,
            before => self.position(route, before).map_or(begun, |it| it.max(begun)),
        }
    }

    /// What a route costs more with the job at that place, if that is possible and less than the
    /// limit.
    pub fn between(
        &self,
        asked: &Asked<'_>,
        route: usize,
        behind: usize,
        limit: f64,
    ) -> Option<f64> {
        let problem = self.problem;
        let (known, shift) = (&self.routes[route], &problem.shifts[route]);
        let (before, next) = (&known.stops[behind], &known.stops[behind + 1]);
        let there = asked.to.get(before.place as usize);
        let on = asked.from.get(next.place as usize);
        let longer = there + on - next.drive;
        let sure = self.opening(known) + self.names(asked.task, shift);
        let downstream = problem.traits.downstream;
        // A detour makes nothing better that comes after it, unless the hour decides how fast one is.
        let monotone = !downstream || (longer >= 0 && !problem.day.travel.changes_with_the_hour());
        if monotone && sure + self.prices.travel * longer as f64 >= limit {
            return None;
        }
        let takes = problem.duration(asked.job, shift);
        let drive = known.stops_drive() + longer;
        if drive > shift.max_drive {
            return None;
        }
        let sums = if downstream { known.sums[behind] } else { Sums::default() };
        let (arrive, mut sums) = arrivals(problem, shift, before.early, there, sums);
        let leave = serve(problem, shift, &self.pins, asked.job, arrive, &mut sums);
        if downstream && monotone {
            let late = self.prices.lateness * lateness(asked.task, takes, leave) as f64;
            if sure + self.prices.travel * longer as f64 + late >= limit {
                return None;
            }
        }
        let (arrive, sums) = arrivals(problem, shift, leave, on, sums);
        if arrive[0] > next.late[0] && arrive[1] > next.late[1] {
            return None;
        }
        let added = if downstream {
            let work = known.tally.work + takes;
            let new = New { job: asked.job, behind, depot: None };
            self.downstream(route, &new, (arrive, sums), work)?
        } else {
            if known.tally.work + takes + drive > shift.max_work {
                return None;
            }
            self.prices.travel * longer as f64 + self.longer_day(asked, route, behind, there, on)
        };
        let cost = sure + added;
        (cost < limit).then_some(cost)
    }

    /// An empty route costs nothing; the first job pays for the way between the homes as well.
    pub fn opening(&self, known: &Route) -> f64 {
        if !known.is_empty() {
            return 0.0;
        }
        let between = if self.problem.traits.downstream { 0 } else { known.stops[1].drive };
        self.prices.route + self.prices.travel * between as f64
    }

    /// Other people than yesterday's or the preferred.
    pub fn names(&self, task: &Task, shift: &Shift) -> f64 {
        let other = |who: u32| who != NONE && who != shift.technician;
        let moved = if other(task.yesterday) { self.prices.moved } else { 0.0 };
        moved + if other(task.prefer) { self.prices.unpreferred } else { 0.0 }
    }

    fn longer_day(
        &self,
        asked: &Asked<'_>,
        route: usize,
        behind: usize,
        there: i64,
        on: i64,
    ) -> f64 {
        if self.prices.duration == 0.0 {
            return 0.0;
        }
        let (known, shift) = (&self.routes[route], &self.problem.shifts[route]);
        let own = Stretch::of(self.problem, shift, asked.job);
        let before = known.stretches[behind][0];
        let after = known.stretches[behind + 1][1];
        let day = before.then(there, own).then(on, after);
        self.prices.duration * (day.duration - known.tally.duration) as f64
    }

    /// Goes on until nothing is later than it was.
    pub fn downstream(
        &self,
        route: usize,
        new: &New,
        (mut arrive, mut sums): ([Time; 2], Sums),
        work: Time,
    ) -> Option<f64> {
        let from = new.behind + 1;
        let problem = self.problem;
        let (known, shift) = (&self.routes[route], &problem.shifts[route]);
        let home = known.stops.len() - 1;
        let mut added = None;
        for at in from..home {
            let stop = &known.stops[at];
            let leave = serve(problem, shift, &self.pins, stop.task, arrive, &mut sums);
            if leave == stop.early {
                added = Some(self.absorbed(route, at, sums));
                break;
            }
            (arrive, sums) = arrivals(problem, shift, leave, known.stops[at + 1].drive, sums);
        }
        let tally = &known.tally;
        let mut ate = known.soonest_lunch_behind().is_some();
        let (travel, lateness, overtime) = match added {
            Some((travel, lateness)) => {
                let soonest = (tally.travel, tally.lateness, tally.overtime);
                let soonest = known.later_lunch.as_ref().map_or(soonest, |it| it.soonest);
                (soonest.0 + travel, soonest.1 + lateness, soonest.2)
            }
            None => {
                if shift.lunch.is_some_and(|it| arrive[0] > it.latest) {
                    arrive[0] = NEVER;
                }
                let state = usize::from(arrive[1] < arrive[0]);
                if arrive[state] > shift.latest {
                    return None;
                }
                ate = state == 1;
                let overtime = (arrive[state] - shift.end).max(0);
                (sums.travel[state], sums.lateness[state], overtime)
            }
        };
        if work + travel > shift.max_work {
            return None;
        }
        let cost = |travel: i64, lateness: i64, overtime: i64| {
            self.prices.travel * travel as f64
                + self.prices.lateness * lateness as f64
                + self.prices.overtime * shift.overtime_weight * overtime as f64
        };
        let mut then = (travel, lateness, overtime);
        if ate && lateness > 0 && self.prices.late_lunch > 0.0 {
            then = self.later_lunch(route, new, work, then);
        }
        let now = cost(tally.travel, tally.lateness, tally.overtime);
        Some(cost(then.0, then.1, then.2) - now)
    }

    /// Travel, lateness and overtime with what is new in a route and the lunch that is best then.
    fn later_lunch(
        &self,
        route: usize,
        new: &New,
        work: Time,
        soonest: (Time, i64, Time),
    ) -> (Time, i64, Time) {
        let problem = self.problem;
        let (known, shift) = (&self.routes[route], &problem.shifts[route]);
        let mut legs = Vec::with_capacity(known.stops.len() + 2);
        let mut place = known.stops[known.begun].place;
        let mut to = |task: u32, there: u32| {
            let drive = problem.day.travel.drive(place as usize, there as usize);
            place = there;
            legs.push(Leg { task, drive });
        };
        for at in known.begun..known.stops.len() {
            let stop = &known.stops[at];
            if at > known.begun {
                to(stop.task, stop.place);
            }
            for (task, behind) in new.depot.into_iter().chain([(new.job, new.behind)]) {
                if behind == at {
                    to(task, problem.tasks[task as usize].place);
                }
            }
        }
        let (pins, prices) = (&self.pins, &self.prices);
        let legs = Legs { problem, shift, pins, prices, work, legs: &legs };
        let now = Here { time: 0, travel: soonest.0, lateness: soonest.1 };
        match legs.cheapest(known.begun_here(), legs.cost(now, soonest.2)) {
            Some(it) => (it.home.travel, it.home.lateness, legs.overtime(it.home)),
            None => soonest,
        }
    }

    /// From here on all is as before: what changed until here, in the state that reaches home.
    fn absorbed(&self, route: usize, at: usize, sums: Sums) -> (i64, i64) {
        let known = &self.routes[route];
        let state = known.state_at(at);
        let before = &known.sums[at];
        (sums.travel[state] - before.travel[state], sums.lateness[state] - before.lateness[state])
    }
}

/// Weighted, of whoever comes in the better of the two states.
fn lateness(task: &Task, takes: Time, leave: [Time; 2]) -> i64 {
    let left = leave.into_iter().filter(|it| *it < NEVER);
    left.map(|it| task.lateness(it - takes, it)).min().unwrap_or(0) * task.urgency
}

impl Route {
    pub fn stops_drive(&self) -> i64 {
        if self.is_empty() { self.stops[1].drive } else { self.tally.drive }
    }

    /// Whether lunch was had at a stop, if it is had soonest.
    fn state_at(&self, at: usize) -> usize {
        usize::from(self.soonest_lunch_behind().is_some_and(|it| it < at))
    }

    /// Behind which stop lunch is had, in the schedule that is kept.
    pub fn lunch_behind(&self) -> Option<usize> {
        match &self.later_lunch {
            Some(later) => Some(later.behind),
            None => self.soonest_lunch_behind(),
        }
    }

    /// The same, of who comes home first.
    pub fn soonest_lunch_behind(&self) -> Option<usize> {
        let home = self.stops.len() - 1;
        if self.stops[home].early[0] <= self.stops[home].early[1] {
            return None;
        }
        (0..home).rev().find(|it| self.stops[it + 1].fresh)
    }
}
