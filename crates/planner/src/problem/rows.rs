//! What may be wrong with a row, looked at one by one.

use std::collections::{HashMap, HashSet};

use super::{Begun, Day, Job, Technician, fits};
use crate::{bad_row::BadRow, travel::Time};

const DAY: Time = 86_400;

pub(super) fn technician(day: &Day, at: usize, seconds: bool) -> Vec<BadRow> {
    let it = &day.technicians[at];
    let mut bad = Vec::new();
    let row = format!("technicians[{}]", it.row);
    let mut say = |code, value: String| {
        bad.push(BadRow::new(code).at(&*row).named(&it.id).about(value));
    };
    if it.start.is_none() || it.end.is_none() {
        say("technician.no_home", String::new());
    }
    for place in [it.start, it.end].into_iter().flatten() {
        if place >= day.travel.places() {
            say("place.no_such_place", place.to_string());
        }
    }
    if it.shifts.is_empty() {
        say("technician.no_shift", String::new());
    }
    for (from, to) in &it.shifts {
        if to <= from {
            say("technician.backwards_shift", format!("{from}-{to}"));
        } else if seconds && to - from > DAY {
            say("technician.shift_too_long", format!("{from}-{to}"));
        }
    }
    let mut shifts = it.shifts.clone();
    shifts.sort_unstable();
    if shifts.windows(2).any(|it| it[1].0 < it[0].1) {
        say("technician.overlapping_shifts", String::new());
    }
    if it.lunch.is_some_and(|it| it.latest < it.earliest || it.seconds < 0) {
        say("technician.lunch_backwards", String::new());
    }
    if !(it.speed > 0.0 && it.speed.is_finite()) {
        say("technician.speed_not_positive", it.speed.to_string());
    }
    for (name, limit) in limits(it) {
        if limit < 0 {
            say("technician.negative_limit", format!("{name} {limit}"));
        }
    }
    let lunch = it.lunch.iter().flat_map(|it| [it.seconds, it.earliest, it.latest]);
    let times = it.shifts.iter().flat_map(|it| [it.0, it.1]).chain(lunch).chain([it.overtime]);
    for far in times.filter(is_far) {
        say("time.out_of_range", far.to_string());
    }
    if it.speed > 0.0 && !(0.001..=1000.0).contains(&it.speed) {
        say("time.out_of_range", format!("speed_factor {}", it.speed));
    }
    bad
}

/// Beyond any calendar: sums of such times would not be times any more.
const FARTHEST: Time = 1_000_000_000_000;

fn is_far(time: &Time) -> bool {
    !(-FARTHEST..=FARTHEST).contains(time)
}

fn limits(it: &Technician) -> Vec<(&str, i64)> {
    let mut limits = vec![
        ("overtime_seconds", it.overtime),
        ("max_work_seconds", it.max_work.unwrap_or(0)),
        ("max_km", it.max_drive.unwrap_or(0)),
        ("overtime_weight", it.overtime_weight.floor() as i64),
    ];
    limits.extend(it.parts.iter().map(|it| (it.0.as_str(), it.1)));
    limits
}

/// What is wrong with a job by itself.
pub(super) fn job(day: &Day, at: usize, names: &Names<'_>) -> Vec<BadRow> {
    let it = &day.jobs[at];
    let mut bad = Vec::new();
    let row = format!("jobs[{}]", it.row);
    let mut say = |code, value: String| {
        bad.push(BadRow::new(code).at(&*row).named(&it.id).about(value));
    };
    if it.place >= day.travel.places() {
        say("place.no_such_place", it.place.to_string());
    }
    if it.duration < 0 {
        say("job.negative_duration", it.duration.to_string());
    }
    for (from, to) in &it.windows {
        if to < from {
            say("job.window_backwards", format!("{from}-{to}"));
        }
    }
    let start = it.fixed.as_ref().and_then(|it| it.start);
    let times = it.windows.iter().flat_map(|it| [it.0, it.1]).chain(it.release).chain(it.due);
    for far in times.chain(start).chain([it.duration]).filter(is_far) {
        say("time.out_of_range", far.to_string());
    }
    for (name, count) in it.parts.iter().filter(|it| it.1 < 0) {
        say("job.negative_parts", format!("{name} {count}"));
    }
    if let Some(fixed) = &it.fixed {
        if !names.technicians.contains_key(fixed.technician.as_str()) {
            say("fixed.unknown_technician", fixed.technician.clone());
        }
        let past = fixed.start.is_some_and(|start| day.now.is_some_and(|now| start < now));
        if past && !it.started && !names.begun.contains(it.id.as_str()) {
            say("fixed.in_the_past", fixed.start.unwrap_or_default().to_string());
        }
    }
    if it.started && it.fixed.as_ref().is_none_or(|it| it.start.is_none()) {
        say("job.started_without_start", String::new());
    }
    for (who, is_one) in
        it.only.iter().map(|it| (it, true)).chain(it.never.iter().map(|it| (it, false)))
    {
        if is_one && !names.technicians.contains_key(who.as_str()) {
            say("job.unknown_technician", who.clone());
        }
    }
    if let Some(after) = it.after.as_ref().filter(|it| !names.jobs.contains_key(it.as_str())) {
        say("job.after_unknown", after.clone());
    }
    bad
}

/// Where the ids stand; of a row that stands twice, the first.
pub(super) struct Names<'d> {
    pub technicians: HashMap<&'d str, usize>,
    pub jobs: HashMap<&'d str, usize>,
    /// Jobs begun before now: nothing is asked of them any more.
    pub begun: HashSet<&'d str>,
}

impl<'d> Names<'d> {
    pub fn of(day: &'d Day) -> Names<'d> {
        let mut names =
            Names { technicians: HashMap::new(), jobs: HashMap::new(), begun: HashSet::new() };
        for (begun, _) in day.technicians.iter().flat_map(|it| &it.begun) {
            if let Begun::Job(id) = begun {
                names.begun.insert(id);
            }
        }
        for (at, it) in day.technicians.iter().enumerate() {
            names.technicians.entry(&it.id).or_insert(at);
        }
        for (at, it) in day.jobs.iter().enumerate() {
            names.jobs.entry(&it.id).or_insert(at);
        }
        names
    }

    pub fn twice(&self, day: &Day) -> Vec<(Kind, usize, BadRow)> {
        let mut bad = Vec::new();
        for (at, it) in day.technicians.iter().enumerate() {
            if self.technicians[it.id.as_str()] != at {
                let row = BadRow::new("technician.twice").at(format!("technicians[{}]", it.row));
                bad.push((Kind::Technician, at, row.named(&it.id)));
            }
        }
        for (at, it) in day.jobs.iter().enumerate() {
            if self.jobs[it.id.as_str()] != at {
                let row = BadRow::new("job.twice").at(format!("jobs[{}]", it.row));
                bad.push((Kind::Job, at, row.named(&it.id)));
            }
        }
        bad
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Technician,
    Job,
}

/// Jobs that wait for themselves in the end.
pub(super) fn in_circles(day: &Day, names: &Names<'_>) -> Vec<usize> {
    let before = |job: &Job| job.after.as_ref().and_then(|it| names.jobs.get(it.as_str()).copied());
    let circles = |start: usize| {
        let mut at = start;
        for _ in 0..=day.jobs.len() {
            match before(&day.jobs[at]) {
                Some(next) if next == start => return true,
                Some(next) => at = next,
                None => return false,
            }
        }
        false
    };
    (0..day.jobs.len()).filter(|it| day.jobs[*it].after.is_some() && circles(*it)).collect()
}

/// With the technicians that are left: nobody can, too few can, or it never opens.
pub(super) fn hopeless(day: &Day, at: usize, names: &Names<'_>, left: &[bool]) -> Option<BadRow> {
    let job = &day.jobs[at];
    let say = |code| Some(BadRow::new(code).at(format!("jobs[{}]", job.row)).named(&job.id));
    if job.started || names.begun.contains(job.id.as_str()) {
        return None;
    }
    let can = |(technician, left): (&Technician, &bool)| {
        *left
            && fits::can_be_equipped(job, technician, &day.depots)
            && technician.shifts.iter().any(|it| fits::lacks(job, technician, it.0).is_none())
    };
    let together = job.together.max(1) as usize;
    let many = day.technicians.iter().zip(left).filter(|it| can(*it)).take(together).count();
    if many == 0 {
        return say("job.nobody_can");
    }
    if many < together {
        return say("job.not_enough_people");
    }
    let earliest = job.release.unwrap_or(0).max(day.now.unwrap_or(Time::MIN));
    let opens = job.windows.is_empty()
        || job.soft
        || job.fixed.as_ref().is_some_and(|it| it.start.is_some())
        || job.windows.iter().any(|it| it.1 >= earliest);
    if opens { None } else { say("job.no_window") }
}
