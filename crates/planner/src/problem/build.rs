//! A day is checked row by row and compiled. Bad rows are named; leniently they are left out, and
//! what depends on them too.

use std::collections::HashMap;

use super::{
    Begun, Bits, Day, Job, Lunch, NONE, Problem, Shift, Task, Traits, Window, fits, lacks,
    rows::{self, Kind, Names},
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

const DAY: Time = 86_400;

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
        let found = rows::hopeless(day, at, &technicians);
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
    Task {
        place: job.place as u32,
        duration: job.duration,
        windows,
        first,
        last: if job.soft { last } else { opens },
        soft: job.soft && fixed_start.is_none(),
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

fn shifts(day: &Day, names: &Names<'_>) -> Vec<Shift> {
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
fn classes(day: &Day, shifts: &mut [Shift]) {
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

fn traits(problem: &Problem) -> Traits {
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
