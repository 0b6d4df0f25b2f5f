//! A day is checked row by row and compiled. Bad rows are named; leniently they are left out, and
//! what depends on them too.

use std::collections::HashMap;

use super::{
    Bits, Day, Job, NONE, Problem, Shift, Task, Traits, Window, fits, lacks,
    rows::{self, Kind, Names},
    shifts::{classes, shifts},
};
use crate::{
    bad_row::BadRow,
    travel::{NEVER, Time},
};

/// With what was left out.
#[derive(Debug)]
pub struct Built {
    pub problem: Problem,
    pub left_out: Vec<BadRow>,
}

impl Problem {
    pub fn build(mut day: Day, lenient: bool) -> Result<Built, Vec<BadRow>> {
        let mut left_out = depots_twice(&mut day);
        loop {
            let (bad, technicians, jobs) = bad_rows(&day);
            left_out.extend(bad);
            if !lenient && !left_out.is_empty() {
                return Err(left_out);
            }
            if technicians.iter().all(|it| *it) && jobs.iter().all(|it| *it) {
                break;
            }
            keep(&mut day.technicians, &technicians);
            keep(&mut day.jobs, &jobs);
        }
        if day.technicians.is_empty() {
            left_out.push(BadRow::new("problem.no_technicians"));
            return Err(left_out);
        }
        Ok(Built { problem: compile(day), left_out })
    }
}

/// The first of them is kept.
fn depots_twice(day: &mut Day) -> Vec<BadRow> {
    let mut known = std::collections::HashSet::new();
    let mut bad = Vec::new();
    for (at, it) in day.depots.iter().enumerate().filter(|it| !known.insert(it.1.id.clone())) {
        bad.push(BadRow::new("depot.twice").at(format!("depots[{at}]")).named(&it.id));
    }
    let mut known = std::collections::HashSet::new();
    day.depots.retain(|it| known.insert(it.id.clone()));
    bad
}

fn keep<T>(rows: &mut Vec<T>, kept: &[bool]) {
    let mut kept = kept.iter();
    rows.retain(|_| kept.next().is_some_and(|it| *it));
}

/// And which rows are good.
fn bad_rows(day: &Day) -> (Vec<BadRow>, Vec<bool>, Vec<bool>) {
    let names = Names::of(day);
    let mut technicians = vec![true; day.technicians.len()];
    let mut jobs = vec![true; day.jobs.len()];
    let mut bad = Vec::new();
    for (kind, at, row) in names.twice(day) {
        bad.push(row);
        match kind {
            Kind::Technician => technicians[at] = false,
            Kind::Job => jobs[at] = false,
        }
    }
    for (at, good) in technicians.iter_mut().enumerate() {
        let found = rows::technician(day, at, !day.travel.is_plane());
        *good &= found.is_empty();
        bad.extend(found);
    }
    for (at, good) in jobs.iter_mut().enumerate() {
        let found = rows::job(day, at, &names);
        *good &= found.is_empty();
        bad.extend(found);
    }
    for at in rows::in_circles(day, &names) {
        if jobs[at] {
            jobs[at] = false;
            let it = &day.jobs[at];
            let row = BadRow::new("job.after_circle").at(format!("jobs[{}]", it.row));
            bad.push(row.named(&it.id).about(it.after.as_deref().unwrap_or_default()));
        }
    }
    for (at, good) in jobs.iter_mut().enumerate().filter(|it| *it.1) {
        let found = rows::hopeless(day, at, &names, &technicians);
        *good &= found.is_none();
        bad.extend(found);
    }
    (bad, technicians, jobs)
}

fn compile(day: Day) -> Problem {
    let names = Names::of(&day);
    let parts = Ids::of(day.technicians.iter().flat_map(|it| &it.parts), &day);
    let yesterday: HashMap<&str, &str> =
        day.yesterday.iter().map(|(job, who)| (job.as_str(), who.as_str())).collect();
    let who = |id: &str| names.technicians.get(id).map_or(NONE, |it| *it as u32);
    let mut tasks: Vec<Task> = Vec::with_capacity(day.jobs.len() + day.depots.len());
    for job in &day.jobs {
        let mut task = task(job, day.now, &parts);
        task.after = job.after.as_ref().map_or(NONE, |it| names.jobs[it.as_str()] as u32);
        task.prefer = job.prefer.as_ref().map_or(NONE, |it| who(it));
        task.yesterday = yesterday.get(job.id.as_str()).map_or(NONE, |it| who(it));
        tasks.push(task);
    }
    tasks.extend(day.depots.iter().map(|it| depot(it.place as u32)));
    let mut shifts = shifts(&day, &names);
    classes(&day, &mut shifts);
    let mut shifts_of = vec![vec![]; day.technicians.len()];
    for (at, shift) in shifts.iter().enumerate() {
        shifts_of[shift.technician as usize].push(at as u32);
    }
    let mut followers = vec![vec![]; day.jobs.len()];
    for (at, task) in tasks.iter().enumerate().filter(|it| it.1.after != NONE) {
        followers[task.after as usize].push(at as u32);
    }
    let (fits, toolless) = bits(&day, &tasks, &shifts);
    let stored = |depot: &super::Depot| match depot.everything {
        true => vec![NEVER; parts.0.len()],
        false => parts.counts(&depot.parts),
    };
    let has_tools = |depot: &super::Depot| {
        let has =
            |job: &Job| depot.everything || job.tools.iter().all(|it| depot.tools.contains(it));
        day.jobs.iter().map(has).collect()
    };
    let mut problem = Problem {
        stock: day.technicians.iter().map(|it| parts.counts(&it.parts)).collect(),
        stored: day.depots.iter().map(stored).collect(),
        has_tools: day.depots.iter().map(has_tools).collect(),
        fits,
        toolless,
        followers,
        shifts_of,
        shifts,
        tasks,
        traits: Traits::default(),
        day,
    };
    problem.traits = traits(&problem);
    problem
}

/// Kinds of parts, by number.
struct Ids(HashMap<String, u32>);

impl Ids {
    fn of<'d>(in_vans: impl Iterator<Item = &'d (String, i64)>, day: &'d Day) -> Ids {
        let needed = day.jobs.iter().flat_map(|it| &it.parts);
        let mut ids = HashMap::new();
        for (name, _) in in_vans.chain(needed) {
            let next = ids.len() as u32;
            ids.entry(name.clone()).or_insert(next);
        }
        Ids(ids)
    }

    fn counts(&self, parts: &[(String, i64)]) -> Vec<i64> {
        let mut counts = vec![0; self.0.len()];
        for (name, count) in parts {
            if let Some(id) = self.0.get(name) {
                counts[*id as usize] += count;
            }
        }
        counts
    }
}

fn task(job: &Job, now: Option<Time>, parts: &Ids) -> Task {
    let fixed_start = job.fixed.as_ref().and_then(|it| it.start);
    let earliest = job.release.unwrap_or(-NEVER).max(now.unwrap_or(-NEVER));
    let mut windows: Vec<Window> =
        job.windows.iter().map(|(from, to)| Window { from: *from, to: *to }).collect();
    windows.sort_unstable_by_key(|it| (it.from, it.to));
    let last = windows.iter().map(|it| it.to).max().unwrap_or(NEVER);
    if windows.is_empty() {
        windows.push(Window { from: earliest, to: NEVER });
    }
    for window in &mut windows {
        window.from = window.from.max(earliest);
    }
    windows.retain(|it| it.from <= it.to);
    windows.dedup_by(|next, before| {
        let meets = next.from <= before.to;
        before.to = if meets { before.to.max(next.to) } else { before.to };
        meets
    });
    if windows.is_empty() {
        windows.push(Window { from: earliest, to: earliest });
    }
    if let Some(start) = fixed_start {
        windows = vec![Window { from: start, to: start }];
    }
    let (first, opens) = (windows[0].from, windows.iter().map(|it| it.to).max().unwrap_or(NEVER));
    let mut needs: Vec<(u32, i64)> = Vec::new();
    for (name, count) in &job.parts {
        let id = parts.0[name];
        match needs.iter_mut().find(|it| it.0 == id) {
            Some(need) => need.1 += count,
            None => needs.push((id, *count)),
        }
    }
    // A fixed start is the only one, and never late.
    let soft = job.soft && fixed_start.is_none();
    Task {
        place: job.place as u32,
        duration: job.duration,
        windows,
        first,
        last: if soft { last } else { opens },
        soft,
        due: job.due.unwrap_or(NEVER),
        urgency: job.urgency(),
        load: job.load,
        value: job.value,
        first_priority: job.priority == 1,
        parts: needs,
        tools: !job.tools.is_empty(),
        after: NONE,
        together: job.together.max(1),
        prefer: NONE,
        yesterday: NONE,
        held: job.fixed.is_some() || job.started,
    }
}

/// A depot as a stop without work.
fn depot(place: u32) -> Task {
    let always = Window { from: -NEVER, to: NEVER };
    Task {
        place,
        duration: 0,
        windows: vec![always],
        first: always.from,
        last: always.to,
        soft: false,
        due: NEVER,
        urgency: 1,
        load: 0,
        value: 0.0,
        first_priority: false,
        parts: vec![],
        tools: false,
        after: NONE,
        together: 1,
        prefer: NONE,
        yesterday: NONE,
        held: false,
    }
}

fn bits(day: &Day, tasks: &[Task], shifts: &[Shift]) -> (Bits, Bits) {
    let mut fits = Bits::new(tasks.len(), shifts.len());
    let mut toolless = Bits::new(tasks.len(), shifts.len());
    for (job, row) in day.jobs.iter().enumerate() {
        for (at, shift) in shifts.iter().enumerate() {
            let who = &day.technicians[shift.technician as usize];
            let begun = shift.begun.iter().any(|it| it.0 == job as u32);
            let can = lacks(row, who, shift.begin).is_none()
                && fits::can_be_equipped(row, who, &day.depots);
            if begun || (can && !row.started) {
                fits.set(job as u32, at as u32);
            }
            if row.tools.iter().any(|it| !who.tools.contains(it)) {
                toolless.set(job as u32, at as u32);
            }
        }
    }
    for depot in day.jobs.len()..tasks.len() {
        for at in 0..shifts.len() {
            fits.set(depot as u32, at as u32);
        }
    }
    (fits, toolless)
}

pub(super) fn traits(problem: &Problem) -> Traits {
    let Problem { day, tasks, shifts, .. } = problem;
    let jobs = &tasks[..day.jobs.len()];
    let soft = jobs.iter().any(|it| it.soft || it.due < NEVER);
    let overtime = shifts.iter().any(|it| it.latest > it.end);
    let rates = day.travel.changes_with_the_hour();
    let kit = jobs.iter().any(|it| it.tools || !it.parts.is_empty());
    let tied = jobs.iter().any(|it| it.after != NONE || it.together > 1);
    let downstream = soft || overtime || rates;
    let simple = |it: &Shift| {
        it.lunch.is_none()
            && it.begun.is_empty()
            && it.speed == 1.0
            && it.max_jobs == u32::MAX
            && it.max_work == NEVER
            && it.max_drive == NEVER
    };
    let plain = !downstream
        && !kit
        && !tied
        && shifts.iter().all(simple)
        && jobs.iter().all(|it| it.windows.len() == 1 && it.prefer == NONE && it.yesterday == NONE);
    Traits { plain, downstream, kit, tied }
}
