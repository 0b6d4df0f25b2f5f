//! One route: its drives, its hours, its lunch and its limits.

use super::{Report, violation};
use crate::{
    plan::{Route, Stop, What},
    problem::{Begun, Job, Problem, Technician},
    travel::Time,
};

const DAY: Time = 86_400;

/// Where the technician is in the walk, and what was counted so far.
struct Walk<'p, 'r> {
    problem: &'p Problem,
    report: &'r mut Report,
    who: usize,
    shift: (Time, Time),
    /// When the last stop was left.
    free: Time,
    here: usize,
    lunch: Option<(Time, Time)>,
    lunches: usize,
    /// When and where what was begun before now was left.
    begun: Option<(Time, usize)>,
    driven: Time,
    undisturbed: i64,
    worked: Time,
    jobs: u32,
    /// Of them, begun before now.
    begun_jobs: u32,
    load: i64,
}

/// The technician, and the driving and working.
pub(super) fn walk(problem: &Problem, route: &Route, report: &mut Report) -> (usize, Time) {
    let (who, shift) = problem.shift(route.shift);
    let technician = &problem.technicians()[who];
    if route.stops.iter().all(|it| it.what == What::Lunch) {
        return (who, 0);
    }
    let mut walk = Walk {
        problem,
        report,
        who,
        shift,
        free: shift.0,
        here: technician.start.unwrap_or_default(),
        lunch: None,
        lunches: 0,
        begun: None,
        driven: 0,
        undisturbed: 0,
        worked: 0,
        jobs: 0,
        begun_jobs: 0,
        load: 0,
    };
    for stop in &route.stops {
        match stop.what {
            What::Lunch => walk.eat(stop),
            What::Job(job) => walk.work(job, stop),
            What::Depot(depot) => {
                let begun = walk.begun(&Begun::Depot(problem.depots()[depot].id.clone()));
                walk.go(problem.depots()[depot].place, stop, begun, None);
                walk.leave(stop, 0, None, begun.is_some());
            }
        }
    }
    let begun = walk.begun;
    let home = walk.drive(technician.end.unwrap_or_default());
    walk.return_home(home, begun);
    walk.limits();
    walk.report.figures.duration += match quiet(problem, technician) {
        true => home - latest_departure(problem, route, home),
        false => home - shift.0,
    };
    (who, walk.driven + walk.worked)
}

impl Walk<'_, '_> {
    fn technician(&self) -> &Technician {
        &self.problem.technicians()[self.who]
    }

    fn say(&mut self, code: &'static str, job: Option<usize>, value: impl ToString) {
        self.report.violations.push(violation(code, Some(self.who), job, value));
    }

    fn begun(&self, what: &Begun) -> Option<Time> {
        let listed = self.technician().begun.iter().find(|it| it.0 == *what).map(|it| it.1);
        let Begun::Job(id) = what else { return listed };
        if listed.is_some() {
            return listed;
        }
        let job = self.problem.jobs().iter().find(|it| it.id == *id)?;
        let fixed = job.fixed.as_ref().filter(|_| job.started)?;
        fixed.start.filter(|_| fixed.technician == self.technician().id)
    }

    fn eat(&mut self, stop: &Stop) {
        self.lunches += 1;
        if self.lunches > 1 {
            self.say("lunch_twice", None, "");
        }
        if let Some(at) = self.technician().lunched {
            if stop.start != at {
                self.say("lunch_window", None, stop.start);
            }
            return;
        }
        self.lunch = Some((stop.start, stop.leave));
        if stop.start < self.free {
            self.say("lunch_while_working", None, self.free - stop.start);
        }
        let Some(lunch) = self.technician().lunch else { return };
        if stop.leave - stop.start < lunch.seconds {
            self.say("lunch_too_short", None, lunch.seconds - (stop.leave - stop.start));
        }
        let at = stop.start - self.midnight();
        if !(lunch.earliest..=lunch.latest).contains(&at) {
            self.say("lunch_window", None, at);
        }
    }

    /// The midnight before the shift, as it was written down.
    fn midnight(&self) -> Time {
        let written = self.technician().shifts.iter().find(|it| it.1 == self.shift.1);
        let plane = self.problem.travel().is_plane();
        if plane { 0 } else { written.map_or(0, |it| it.0.div_euclid(DAY) * DAY) }
    }

    /// Drives on to a place, with the lunch that lies on the way; when one gets there.
    fn drive(&mut self, to: usize) -> Time {
        let travel = self.problem.travel();
        let drive = travel.drive(self.here, to);
        let direct = travel.arrive(self.free, drive);
        let (arrive, driven) = match self.lunch.take() {
            Some((from, until)) if direct > from => {
                let from = from.max(self.free);
                let rest = drive * 1000 - travel.progress(self.free, from);
                let arrive = travel.finish(until, rest);
                (arrive, (from - self.free) + (arrive - until))
            }
            lunch => (lunch.map_or(direct, |it| direct.max(it.1)), direct - self.free),
        };
        self.count(to, driven);
        arrive
    }

    fn count(&mut self, to: usize, driven: Time) {
        let travel = self.problem.travel();
        self.driven += driven;
        self.undisturbed += travel.drive(self.here, to);
        self.report.figures.travel += driven;
        self.report.figures.distance += travel.length(self.here, to);
        self.here = to;
    }

    /// Arrives and starts; of what was begun before now only the record is known.
    fn go(&mut self, to: usize, stop: &Stop, begun: Option<Time>, job: Option<usize>) {
        if let Some(start) = begun {
            self.count(to, self.problem.travel().drive(self.here, to));
            if stop.start != start {
                self.say("begun_elsewhere", job, start);
            }
            return;
        }
        let possible = self.drive(to);
        if stop.arrive + self.problem.travel().tolerance() < possible {
            self.say("arrives_too_soon", job, possible - stop.arrive);
        }
        if stop.start < stop.arrive {
            self.say("starts_before_arrival", job, stop.arrive - stop.start);
        }
    }

    fn leave(&mut self, stop: &Stop, takes: Time, job: Option<usize>, begun: bool) {
        if stop.leave + self.problem.travel().tolerance() < stop.start + takes {
            self.say("leaves_too_soon", job, stop.start + takes - stop.leave);
        }
        self.worked += takes;
        self.free = stop.leave.max(self.shift.0);
        if begun {
            self.begun = Some((self.free, self.here));
        }
    }

    fn work(&mut self, at: usize, stop: &Stop) {
        let job = &self.problem.jobs()[at];
        let begun = self.begun(&Begun::Job(job.id.clone()));
        self.go(job.place, stop, begun, Some(at));
        let takes = job.duration as f64 / self.technician().speed;
        let takes = (takes - 1e-9).ceil() as Time;
        self.leave(stop, takes, Some(at), begun.is_some());
        self.jobs += 1;
        self.begun_jobs += u32::from(begun.is_some());
        self.load += job.load;
        if begun.is_none() {
            self.may(job, at);
            self.hours(job, at, stop);
        }
        let late = lateness(job, stop);
        self.report.figures.lateness += late;
        self.report.figures.weighted_lateness += late * i64::from(5 - job.priority.clamp(1, 4));
    }

    fn may(&mut self, job: &Job, at: usize) {
        let who = &self.problem.technicians()[self.who];
        let named = job.only.is_empty() || job.only.contains(&who.id);
        if !named || job.never.contains(&who.id) || job.started {
            self.say("not_allowed", Some(at), &who.id);
        }
        if job.fixed.as_ref().is_some_and(|it| it.technician != who.id) {
            self.say("fixed", Some(at), &who.id);
        }
        for (skill, level) in &job.skills {
            if !who.skills.iter().any(|it| it.0 == *skill && it.1 >= *level) {
                self.say("skill", Some(at), skill);
            }
        }
        for name in &job.certificates {
            if !who.certificates.iter().any(|it| it.0 == *name && it.1 > self.shift.0) {
                self.say("certificate", Some(at), name);
            }
        }
    }

    fn hours(&mut self, job: &Job, at: usize, stop: &Stop) {
        if let Some(start) = job.fixed.as_ref().and_then(|it| it.start) {
            if stop.start != start {
                self.say("fixed", Some(at), start);
            }
            return;
        }
        if job.release.is_some_and(|it| stop.start < it) {
            self.say("before_release", Some(at), stop.start);
        }
        let inside = job.windows.iter().any(|it| it.0 <= stop.start && stop.start <= it.1);
        let last = job.windows.iter().map(|it| it.1).max();
        let after = job.soft && last.is_some_and(|it| stop.start > it);
        if !job.windows.is_empty() && !inside && !after {
            self.say("outside_window", Some(at), stop.start);
        }
    }

    /// Who was held up before now may come home as late as that makes it.
    fn return_home(&mut self, home: Time, begun: Option<(Time, usize)>) {
        let technician = &self.problem.technicians()[self.who];
        let (begin, end) = self.shift;
        let travel = self.problem.travel();
        let lunch = technician.lunch.filter(|_| technician.lunched.is_none());
        let held_up = begun.map_or(begin, |(left, place)| {
            let drive = travel.drive(place, technician.end.unwrap_or_default());
            travel.arrive(left, drive) + lunch.map_or(0, |it| it.seconds)
        });
        if home > (end + technician.overtime).max(held_up) {
            self.say("shift_end", None, home - end - technician.overtime);
        }
        let over = (home - end).max(0);
        let figures = &mut self.report.figures;
        figures.overtime += over;
        figures.weighted_overtime += over as f64 * technician.overtime_weight;
        figures.routes += 1;
        if let Some(lunch) = lunch {
            let until = lunch.latest + self.midnight();
            let could = begin.max(begun.map_or(begin, |it| it.0)) <= until;
            if self.lunches == 0 && could && home > until {
                self.say("lunch_missing", None, home - until);
            }
        }
    }

    fn limits(&mut self) {
        // What was begun before now is nobody's choice any more.
        if self.jobs == self.begun_jobs {
            return;
        }
        let technician = self.technician();
        let limits = [
            ("max_jobs", i64::from(self.jobs), technician.max_jobs.map(i64::from)),
            ("max_work", self.driven + self.worked, technician.max_work),
            ("max_drive", self.undisturbed, technician.max_drive),
            ("capacity", self.load, technician.capacity),
        ];
        for (code, used, most) in limits {
            if most.is_some_and(|it| used > it) {
                self.say(code, None, used);
            }
        }
    }
}

fn lateness(job: &Job, stop: &Stop) -> Time {
    let fixed = job.fixed.as_ref().is_some_and(|it| it.start.is_some());
    let last = job.windows.iter().map(|it| it.1).max().filter(|_| job.soft && !fixed);
    let of_window = last.map_or(0, |it| stop.start - it);
    let of_due = job.due.map_or(0, |it| stop.leave - it);
    of_window.max(of_due).max(0)
}

/// Where the latest departure can be told by going back from stop to stop.
fn quiet(problem: &Problem, technician: &Technician) -> bool {
    technician.lunch.is_none() && !problem.travel().changes_with_the_hour()
}

/// The latest with the same return.
fn latest_departure(problem: &Problem, route: &Route, home: Time) -> Time {
    let (who, _) = problem.shift(route.shift);
    let technician = &problem.technicians()[who];
    let (mut by, mut there) = (home, technician.end.unwrap_or_default());
    for stop in route.stops.iter().rev() {
        let (place, takes, window) = match stop.what {
            What::Job(at) => {
                let job = &problem.jobs()[at];
                let takes = (job.duration as f64 / technician.speed - 1e-9).ceil() as Time;
                let last = job.windows.iter().find(|it| it.0 <= stop.start && stop.start <= it.1);
                (job.place, takes, last.map(|it| it.1))
            }
            What::Depot(depot) => (problem.depots()[depot].place, 0, None),
            What::Lunch => continue,
        };
        by -= problem.travel().drive(place, there) + takes;
        by = window.map_or(by, |it| by.min(it));
        there = place;
    }
    by - problem.travel().drive(technician.start.unwrap_or_default(), there)
}
