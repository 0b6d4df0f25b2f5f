//! Every shift of every technician as a route of its own, with what was begun in it.

use std::collections::HashMap;

use super::{Begun, Day, Lunch, Shift, rows::Names};
use crate::travel::{NEVER, Time};

const DAY: Time = 86_400;

pub(super) fn shifts(day: &Day, names: &Names<'_>) -> Vec<Shift> {
    let mut shifts = Vec::new();
    for (at, it) in day.technicians.iter().enumerate() {
        let mut begun: Vec<(u32, Time)> = it
            .begun
            .iter()
            .filter_map(|(what, start)| Some((begun_task(day, names, what)?, *start)))
            .collect();
        let started = day.jobs.iter().enumerate().filter(|(_, job)| {
            job.started && job.fixed.as_ref().is_some_and(|fixed| fixed.technician == it.id)
        });
        for (job, start) in started.filter_map(|(at, it)| Some((at, it.fixed.as_ref()?.start?))) {
            if begun.iter().all(|it| it.0 != job as u32) {
                begun.push((job as u32, start));
            }
        }
        begun.sort_by_key(|it| it.1);
        let mut own = it.shifts.clone();
        own.sort_unstable();
        for (number, (from, to)) in own.iter().enumerate() {
            let next = own.get(number + 1).map_or(NEVER, |it| it.0);
            let here =
                |(_, start): &&(u32, Time)| *start < next && (number == 0 || *start >= *from);
            let begun: Vec<(u32, Time)> = begun.iter().filter(here).copied().collect();
            shifts.push(shift(day, at, (*from, *to), begun));
        }
    }
    shifts
}

fn begun_task(day: &Day, names: &Names<'_>, what: &Begun) -> Option<u32> {
    match what {
        Begun::Job(id) => names.jobs.get(id.as_str()).map(|it| *it as u32),
        Begun::Depot(id) => {
            let at = day.depots.iter().position(|it| it.id == *id)?;
            Some((day.jobs.len() + at) as u32)
        }
    }
}

fn shift(day: &Day, at: usize, (from, to): (Time, Time), begun: Vec<(u32, Time)>) -> Shift {
    let it = &day.technicians[at];
    let midnight = if day.travel.is_plane() { 0 } else { from.div_euclid(DAY) * DAY };
    let lunched = it.lunched.filter(|at| (from..=to + it.overtime).contains(at));
    let ate = lunched.map_or(from, |at| at + it.lunch.map_or(0, |it| it.seconds));
    let begin = from.max(day.now.unwrap_or(from)).max(ate);
    let lunch = it.lunch.filter(|_| lunched.is_none()).map(|it| Lunch {
        length: it.seconds,
        earliest: it.earliest + midnight,
        latest: it.latest + midnight,
    });
    let free = begun.last().map_or(begin, |it| begin.max(free_after(day, at, *it)));
    let home = begun.last().map_or(from, |it| {
        let here = begun_place(day, it.0);
        let drive = day.travel.drive(here, technician_end(day, at));
        day.travel.arrive(free, drive) + lunch.map_or(0, |it| it.length)
    });
    Shift {
        technician: at as u32,
        begin,
        end: to,
        // Who was held up may come home later than ever allowed.
        latest: (to + it.overtime).max(home),
        lunch: lunch.filter(|it| it.latest >= free),
        start_place: it.start.unwrap_or_default() as u32,
        end_place: it.end.unwrap_or_default() as u32,
        capacity: it.capacity.unwrap_or(NEVER),
        max_jobs: it.max_jobs.unwrap_or(u32::MAX),
        max_work: it.max_work.unwrap_or(NEVER),
        max_drive: it.max_drive.unwrap_or(NEVER),
        overtime_weight: it.overtime_weight,
        speed: it.speed,
        begun,
        lunched,
        class: 0,
    }
}

fn free_after(day: &Day, at: usize, (task, start): (u32, Time)) -> Time {
    let job = day.jobs.get(task as usize);
    let takes = job.map_or(0.0, |it| it.duration as f64 / day.technicians[at].speed);
    start + (takes - 1e-9).ceil() as Time
}

fn begun_place(day: &Day, task: u32) -> usize {
    let depot = || day.depots[task as usize - day.jobs.len()].place;
    day.jobs.get(task as usize).map_or_else(depot, |it| it.place)
}

fn technician_end(day: &Day, at: usize) -> usize {
    day.technicians[at].end.unwrap_or_default()
}

/// Technicians who differ in nothing but their names, where no row calls anybody by name.
pub(super) fn classes(day: &Day, shifts: &mut [Shift]) {
    let named = !day.yesterday.is_empty()
        || day.jobs.iter().any(|it| {
            !it.only.is_empty() || !it.never.is_empty() || it.prefer.is_some() || it.fixed.is_some()
        });
    let mut known: HashMap<String, u32> = HashMap::new();
    for shift in shifts {
        let technician = &day.technicians[shift.technician as usize];
        let next = known.len() as u32;
        let one = technician.shifts.len() == 1 && !named && shift.begun.is_empty();
        let nameless = super::Technician { id: String::new(), row: 0, ..technician.clone() };
        let key = if one { format!("{nameless:?}") } else { next.to_string() };
        shift.class = *known.entry(key).or_insert(next);
    }
}
