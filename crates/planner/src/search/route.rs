//! One route with what makes an insertion cheap to judge: the earliest time one can leave each
//! stop, and the latest one may arrive at it for the rest to hold. Both in two states: lunch still
//! to come, and lunch had.

use super::{
    leg::{arrivals, departures, start},
    lunching::{Here, Leg, Legs},
    prices::Prices,
};
use crate::{
    problem::{NONE, Problem, Shift},
    travel::{NEVER, Time},
};

#[derive(Debug, Clone, Copy)]
pub(crate) struct Stop {
    pub task: u32,
    pub place: u32,
    /// Undisturbed, from the stop before.
    pub drive: i64,
    /// Earliest leaving before and after lunch. Without lunch all is "before".
    pub early: [Time; 2],
    /// Latest arrival before and after lunch.
    pub late: [Time; 2],
    /// Who has had lunch here soonest, had it on the way from the stop before.
    pub fresh: bool,
}

impl Stop {
    fn new(task: u32, place: u32) -> Stop {
        Stop { task, place, drive: 0, early: [0; 2], late: [0; 2], fresh: false }
    }
}

/// What came together up to a stop, before and after lunch.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sums {
    pub travel: [Time; 2],
    pub lateness: [i64; 2],
    pub fresh: bool,
}

/// A stretch of a route, for its shortest duration (Vidal): how long it takes, and between when it
/// may be begun for that.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Stretch {
    pub duration: Time,
    pub earliest: Time,
    pub latest: Time,
}

impl Stretch {
    #[inline]
    pub fn then(self, drive: i64, next: Stretch) -> Stretch {
        let way = self.duration + drive;
        let wait = (next.earliest - way - self.latest).max(0);
        Stretch {
            duration: way + next.duration + wait,
            earliest: self.earliest.max(next.earliest - way) - wait,
            latest: self.latest.min(next.latest - way),
        }
    }
}

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    pub jobs: u32,
    pub load: i64,
    pub work: Time,
    pub drive: i64,
    pub travel: Time,
    pub lateness: i64,
    pub overtime: Time,
    pub duration: Time,
    pub moved: u32,
    pub unpreferred: u32,
    pub cost: f64,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Route {
    /// Home, the stops, home.
    pub stops: Vec<Stop>,
    pub sums: Vec<Sums>,
    /// Up to and from each stop.
    pub stretches: Vec<[Stretch; 2]>,
    pub tally: Tally,
    /// Where the soonest lunch is not the one that costs least.
    pub later_lunch: Option<LaterLunch>,
    /// So many stops were begun before now; nothing goes before them.
    pub begun: usize,
    /// Two routes of one state with the same number hold the same stops.
    pub version: u64,
}

/// Another lunch than the soonest.
#[derive(Debug, Clone, Default)]
pub(crate) struct LaterLunch {
    /// The stop behind which it is had.
    pub behind: usize,
    /// When each stop behind what was begun is left.
    pub left: Vec<Time>,
    /// Travel, lateness and overtime with the soonest lunch.
    pub soonest: (Time, i64, Time),
}

/// From when to when the start of a job is pinned by its ties.
pub(crate) type Pins = Vec<(Time, Time)>;

impl Route {
    pub fn new(problem: &Problem, shift: &Shift) -> Route {
        let begun = shift.begun.iter().map(|it| it.0);
        let mut stops = vec![Stop::new(NONE, shift.start_place)];
        stops.extend(begun.map(|it| Stop::new(it, problem.tasks[it as usize].place)));
        stops.push(Stop::new(NONE, shift.end_place));
        Route { stops, begun: shift.begun.len(), ..Route::default() }
    }

    /// The stops between the homes.
    pub fn inner(&self) -> &[Stop] {
        &self.stops[1..self.stops.len() - 1]
    }

    pub fn is_empty(&self) -> bool {
        self.stops.len() == 2
    }

    pub fn insert(&mut self, problem: &Problem, after: usize, task: u32) {
        let place = problem.tasks[task as usize].place;
        self.stops.insert(after + 1, Stop::new(task, place));
    }

    /// Puts a job where it is known to fit, in a plain problem: only what changes is counted anew.
    pub fn insert_plain(
        &mut self,
        problem: &Problem,
        shift: &Shift,
        behind: usize,
        task: u32,
        prices: &Prices,
    ) {
        let row = &problem.tasks[task as usize];
        let travel = &problem.day.travel;
        let at = behind + 1;
        let mut stop = Stop::new(task, row.place);
        let (before, next) = (self.stops[behind].place, self.stops[at].place);
        stop.drive = travel.drive(before as usize, row.place as usize);
        let on = travel.drive(row.place as usize, next as usize);
        let skipped = if self.is_empty() { 0 } else { self.stops[at].drive };
        self.tally.drive += stop.drive + on - skipped;
        self.stops[at].drive = on;
        self.stops.insert(at, stop);
        self.forward_plain(problem, at);
        self.backward_plain(problem, at);
        let tally = &mut self.tally;
        tally.jobs += 1;
        tally.load += row.load;
        tally.work += row.duration;
        tally.travel = tally.drive;
        tally.cost = prices.route(tally, shift);
    }

    /// From a new stop on, until nothing changes any more.
    fn forward_plain(&mut self, problem: &Problem, new: usize) {
        for at in new..self.stops.len() {
            let arrive = self.stops[at - 1].early[0] + self.stops[at].drive;
            let stop = &mut self.stops[at];
            let leave = match problem.tasks.get(stop.task as usize) {
                None => arrive,
                Some(task) => arrive.max(task.first) + task.duration,
            };
            if at > new && leave == stop.early[0] {
                return;
            }
            stop.early = [leave, NEVER];
        }
    }

    fn backward_plain(&mut self, problem: &Problem, new: usize) {
        for at in (1..=new).rev() {
            let by = self.stops[at + 1].late[0] - self.stops[at + 1].drive;
            let stop = &mut self.stops[at];
            let task = &problem.tasks[stop.task as usize];
            let late = (by - task.duration).min(task.last);
            if at < new && late == stop.late[0] {
                return;
            }
            stop.late = [late, -NEVER];
        }
    }

    /// Counts everything anew. None if the times hold; else the stop at which they do not.
    pub fn refresh(
        &mut self,
        problem: &Problem,
        shift: &Shift,
        pins: &Pins,
        prices: &Prices,
    ) -> Option<usize> {
        self.tally = Tally::default();
        self.later_lunch = None;
        if let Some(broken) = self.forward(problem, shift, pins) {
            return Some(broken);
        }
        self.backward(problem, shift, pins);
        if prices.duration > 0.0 {
            self.stretch(problem, shift);
        }
        self.count(problem, shift, prices);
        self.choose_lunch(problem, shift, pins, prices);
        self.too_far(shift).then(|| self.stops.len() - 1)
    }

    /// A way may get longer by leaving a stop out, and with it too long for the day.
    fn too_far(&self, shift: &Shift) -> bool {
        let Tally { drive, work, travel, .. } = self.tally;
        let planned = self.stops.len() > self.begun + 2;
        planned && (drive > shift.max_drive || work + travel > shift.max_work)
    }

    fn forward(&mut self, problem: &Problem, shift: &Shift, pins: &Pins) -> Option<usize> {
        let travel = &problem.day.travel;
        let home = self.stops.len() - 1;
        let downstream = problem.traits.downstream;
        if downstream {
            self.sums.clear();
            self.sums.resize(home + 1, Sums::default());
        }
        self.stops[0].early = [shift.begin, NEVER];
        for at in 1..=home {
            let before = self.stops[at - 1];
            let stop = &mut self.stops[at];
            stop.drive = travel.drive(before.place as usize, stop.place as usize);
            if at <= self.begun {
                self.begun_stop(problem, shift, at);
                continue;
            }
            let sums = if downstream { self.sums[at - 1] } else { Sums::default() };
            let (arrive, mut sums) = arrivals(problem, shift, before.early, stop.drive, sums);
            stop.early = match at == home {
                true => arrive,
                false => serve(problem, shift, pins, stop.task, arrive, &mut sums),
            };
            if at == home && shift.lunch.is_some_and(|it| stop.early[0] > it.latest) {
                stop.early[0] = NEVER;
            }
            stop.fresh = sums.fresh;
            if downstream {
                self.sums[at] = sums;
            }
            if stop.early[0].min(stop.early[1]) >= NEVER {
                return Some(at);
            }
        }
        let back = self.stops[home].early;
        (!self.is_empty() && back[0].min(back[1]) > shift.latest).then_some(home)
    }

    fn begun_stop(&mut self, problem: &Problem, shift: &Shift, at: usize) {
        let (task, start) = shift.begun[at - 1];
        let leave = start + problem.duration(task, shift);
        let stop = &mut self.stops[at];
        stop.early = [leave.max(shift.begin), NEVER];
        if problem.traits.downstream {
            let row = &problem.tasks[task as usize];
            let before = self.sums[at - 1];
            let sums = &mut self.sums[at];
            sums.travel = [before.travel[0] + stop.drive; 2];
            sums.lateness = [before.lateness[0] + row.lateness(start, leave) * row.urgency; 2];
        }
    }

    fn backward(&mut self, problem: &Problem, shift: &Shift, pins: &Pins) {
        let home = self.stops.len() - 1;
        self.stops[home].late = match shift.lunch {
            None => [shift.latest, -NEVER],
            Some(lunch) => [shift.latest.min(lunch.latest), shift.latest],
        };
        for at in (self.begun + 1..home).rev() {
            let next = self.stops[at + 1];
            let leave = departures(problem, shift, next.late, next.drive);
            let stop = &mut self.stops[at];
            let task = &problem.tasks[stop.task as usize];
            let takes = problem.duration(stop.task, shift);
            let pin = pins.get(stop.task as usize).copied().unwrap_or((-NEVER, NEVER));
            stop.late = leave.map(|leave| {
                if leave <= -NEVER {
                    return -NEVER;
                }
                let arrive = task.latest_arrival((leave - takes).min(pin.1));
                arrive.filter(|it| *it >= pin.0).unwrap_or(-NEVER)
            });
        }
    }

    /// Who comes late with the soonest lunch may have it later.
    fn choose_lunch(&mut self, problem: &Problem, shift: &Shift, pins: &Pins, prices: &Prices) {
        let tally = self.tally;
        let late = tally.lateness > 0 && prices.late_lunch > 0.0;
        if !late || self.soonest_lunch_behind().is_none() {
            return;
        }
        let inner = self.stops[self.begun + 1..].iter();
        let legs: Vec<Leg> = inner.map(|it| Leg { task: it.task, drive: it.drive }).collect();
        let legs = Legs { problem, shift, pins, prices, work: tally.work, legs: &legs };
        let home = self.stops[self.stops.len() - 1].early[1];
        let now = Here { time: home, travel: tally.travel, lateness: tally.lateness };
        let begin = self.begun_here();
        let Some(found) = legs.cheapest(begin, legs.cost(now, tally.overtime)) else { return };
        let overtime = legs.overtime(found.home);
        self.later_lunch = Some(LaterLunch {
            behind: self.begun + found.leg,
            left: legs.times(begin, found.leg),
            soonest: (tally.travel, tally.lateness, tally.overtime),
        });
        let tally = &mut self.tally;
        (tally.travel, tally.lateness) = (found.home.travel, found.home.lateness);
        tally.overtime = overtime;
        if prices.duration > 0.0 {
            tally.duration = found.home.time - shift.begin;
        }
        tally.cost = prices.route(tally, shift);
    }

    /// At the last stop that was begun before now, or at home in the morning.
    pub fn begun_here(&self) -> Here {
        let sums = &self.sums[self.begun];
        let time = self.stops[self.begun].early[0];
        Here { time, travel: sums.travel[0], lateness: sums.lateness[0] }
    }

    /// When a stop is left in the schedule that is kept.
    pub fn left(&self, at: usize) -> Time {
        if let Some(later) = self.later_lunch.as_ref().filter(|_| at > self.begun) {
            return later.left[at - self.begun - 1];
        }
        let had = self.soonest_lunch_behind().is_some_and(|it| it < at);
        self.stops[at].early[usize::from(had)]
    }

    fn stretch(&mut self, problem: &Problem, shift: &Shift) {
        let home = self.stops.len() - 1;
        self.stretches.clear();
        self.stretches.resize(home + 1, [Stretch::default(); 2]);
        for at in 0..=home {
            let own = Stretch::of(problem, shift, self.stops[at].task);
            self.stretches[at] = [own, own];
            if at > 0 {
                let before = self.stretches[at - 1][0];
                self.stretches[at][0] = before.then(self.stops[at].drive, own);
            }
        }
        for at in (0..home).rev() {
            let (own, next) = (self.stretches[at][1], self.stretches[at + 1][1]);
            self.stretches[at][1] = own.then(self.stops[at + 1].drive, next);
        }
    }

    fn count(&mut self, problem: &Problem, shift: &Shift, prices: &Prices) {
        if self.is_empty() {
            return;
        }
        let home = self.stops[self.stops.len() - 1];
        let mut tally = Tally { drive: home.drive, ..Tally::default() };
        for stop in self.inner() {
            let task = &problem.tasks[stop.task as usize];
            tally.drive += stop.drive;
            tally.jobs += u32::from(!problem.is_depot(stop.task));
            tally.load += task.load;
            tally.work += problem.duration(stop.task, shift);
            let other = |who: u32| u32::from(who != NONE && who != shift.technician);
            tally.moved += other(task.yesterday);
            tally.unpreferred += other(task.prefer);
        }
        let state = usize::from(home.early[1] < home.early[0]);
        tally.travel = tally.drive;
        if problem.traits.downstream {
            let sums = self.sums[self.stops.len() - 1];
            (tally.travel, tally.lateness) = (sums.travel[state], sums.lateness[state]);
        }
        tally.overtime = (home.early[state] - shift.end).max(0);
        if prices.duration > 0.0 {
            let plain = shift.lunch.is_none() && !problem.traits.downstream;
            tally.duration = match plain {
                true => self.stretches[0][1].duration,
                false => home.early[state] - shift.begin,
            };
        }
        tally.cost = prices.route(&tally, shift);
        self.tally = tally;
    }
}

impl Stretch {
    pub fn of(problem: &Problem, shift: &Shift, task: u32) -> Stretch {
        if task == NONE {
            return Stretch { duration: 0, earliest: shift.begin, latest: shift.latest };
        }
        let row = &problem.tasks[task as usize];
        let duration = problem.duration(task, shift);
        Stretch { duration, earliest: row.first, latest: row.last }
    }
}

/// When one leaves, before and after lunch.
#[inline]
pub(crate) fn serve(
    problem: &Problem,
    shift: &Shift,
    pins: &Pins,
    task: u32,
    arrive: [Time; 2],
    sums: &mut Sums,
) -> [Time; 2] {
    let takes = problem.duration(task, shift);
    let row = &problem.tasks[task as usize];
    let mut leave = [NEVER; 2];
    for (state, arrive) in arrive.into_iter().enumerate() {
        if arrive >= NEVER {
            continue;
        }
        let Some(start) = start(row, pins, task, arrive) else { continue };
        leave[state] = start + takes;
        sums.lateness[state] += row.lateness(start, start + takes) * row.urgency;
    }
    leave
}
