//! Days of a service company, made with fixed seeds: more work than can be done, lunch, windows
//! hard or soft, jobs worth 100, 30 or 10. The same day goes to other solvers, as far as they can
//! express it, with the same seconds of one core.

use std::{fs, path::PathBuf, process::Command};

use planner::{
    Day, Job, LunchBreak, Objective, Plan, Problem, Route, Stop, Technician, Travel, What, schedule,
};
use serde_json::{Value, json};

use crate::{Wish, feasible, problem, search};

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;

/// A stream of chance that is the same everywhere.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(7919) + 17)
    }

    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub fn below(&mut self, end: i64) -> i64 {
        (self.unit() * end as f64) as i64
    }

    /// Around a few towns.
    fn place(&mut self, towns: &[(f64, f64)]) -> (f64, f64) {
        let town = towns[self.below(towns.len() as i64) as usize];
        let spread = |dice: &mut Dice| (dice.unit() + dice.unit() + dice.unit() - 1.5) * 0.12;
        (town.0 + spread(self), town.1 + spread(self))
    }
}

/// Technicians live at the last places; every technician has one of three skills of some jobs.
pub fn day(seed: u64, jobs: usize, technicians: usize, soft: bool) -> Day {
    let mut dice = Dice::new(seed);
    let extent = (technicians as f64 / 30.0).sqrt();
    let towns: Vec<(f64, f64)> = (0..3 + technicians / 15)
        .map(|_| (22.2 + dice.unit() * 0.3 * extent, 113.3 + dice.unit() * 0.3 * extent))
        .collect();
    let points: Vec<(f64, f64)> = (0..jobs + technicians).map(|_| dice.place(&towns)).collect();
    let skills = ["ac", "gas", "solar"];
    let technician = |row: usize, dice: &mut Dice| Technician {
        row,
        id: format!("t{row}"),
        start: Some(jobs + row),
        end: Some(jobs + row),
        shifts: vec![(8 * HOUR, 17 * HOUR)],
        lunch: Some(LunchBreak {
            seconds: 45 * MINUTE,
            earliest: 11 * HOUR + 30 * MINUTE,
            latest: 13 * HOUR,
        }),
        skills: (0..3)
            .filter(|it| *it == row % 3 || dice.below(2) == 0)
            .map(|it| (skills[it].to_owned(), 1))
            .collect(),
        speed: 1.0,
        ..Technician::default()
    };
    let job = |row: usize, dice: &mut Dice| {
        let rank = [0, 1, 1, 2, 2, 2][dice.below(6) as usize];
        let width = [2, 4, 9][dice.below(3) as usize] * HOUR;
        let from = 8 * HOUR + dice.below((9 * HOUR - width) / (30 * MINUTE) + 1) * 30 * MINUTE;
        Job {
            row,
            id: format!("j{row}"),
            place: row,
            duration: (40 + dice.below(9) * 10) * MINUTE,
            windows: vec![(from, from + width)],
            soft,
            skills: vec![(skills[dice.below(3) as usize].to_owned(), 1)],
            priority: 1 + rank as u32,
            value: [100.0, 30.0, 10.0][rank],
            together: 1,
            ..Job::default()
        }
    };
    Day {
        travel: Travel::sphere(&points, 1.3, 30.0 / 3.6),
        technicians: (0..technicians).map(|it| technician(it, &mut dice)).collect(),
        jobs: (0..jobs).map(|it| job(it, &mut dice)).collect(),
        depots: vec![],
        now: None,
        yesterday: vec![],
    }
}

/// How a plan fared.
fn row(problem: &Problem, plan: &Plan) -> Result<String, String> {
    let figures = feasible(problem, plan)?;
    Ok(format!(
        "{:4} lost, {:2} of priority 1, value {:6.0}, late {:7.1} min, travel {:7.1} h",
        plan.unassigned.len(),
        figures.first_priority_lost,
        figures.value_lost,
        figures.lateness as f64 / 60.0,
        figures.travel as f64 / 3600.0
    ))
}

/// `days 200/30`.
pub fn table(wish: &Wish) -> Result<(), String> {
    let size = wish.folder.to_string_lossy().into_owned();
    let size = size.split_once('/').and_then(|it| Some((it.0.parse().ok()?, it.1.parse().ok()?)));
    let (jobs, technicians) = size.ok_or("days JOBS/TECHNICIANS")?;
    let seconds = wish.seconds.unwrap_or(10.0);
    for seed in 1..=wish.seeds {
        for soft in [false, true] {
            let problem = problem(day(seed, jobs, technicians, soft))?;
            let name =
                format!("{jobs}/{technicians} day {seed} {}", if soft { "soft" } else { "hard" });
            let tried = wish.search(&problem, &Objective::service(), seconds);
            let ours = row(&problem, &tried.plan)?;
            println!(
                "{name:20} ours     {ours}  first {:.1} ms, {} iterations",
                tried.first * 1000.0,
                tried.iterations
            );
            for peer in ["vroom", "ortools", "pyvrp"].into_iter().filter(|it| wish.wants(it)) {
                let Some(python) = &wish.peers else { continue };
                let said = match asked(python, peer, &problem, seconds) {
                    Ok(plan) => row(&problem, &plan)?,
                    Err(why) => why,
                };
                println!("{name:20} {peer:8} {said}");
            }
        }
    }
    Ok(())
}

/// The day as others understand it; their sequences with our times.
fn asked(python: &PathBuf, peer: &str, problem: &Problem, seconds: f64) -> Result<Plan, String> {
    let places = problem.travel().places();
    let drives = |from: usize| -> Vec<i64> {
        (0..places).map(|to| problem.travel().drive(from, to)).collect()
    };
    let jobs: Vec<Value> = problem
        .jobs()
        .iter()
        .map(|it| {
            json!({"place": it.place, "seconds": it.duration, "window": it.windows[0],
                   "skill": it.skills[0].0, "value": it.value, "soft": it.soft,
                   "urgency": 5 - it.priority})
        })
        .collect();
    let technicians: Vec<Value> = problem
        .technicians()
        .iter()
        .map(|it| {
            let lunch = it.lunch.map(|it| json!([it.seconds, it.earliest, it.latest]));
            let skills: Vec<&String> = it.skills.iter().map(|it| &it.0).collect();
            json!({"place": it.start, "shift": it.shifts[0], "lunch": lunch, "skills": skills})
        })
        .collect();
    let matrix: Vec<Vec<i64>> = (0..places).map(drives).collect();
    let day = json!({"matrix": matrix, "jobs": jobs, "technicians": technicians});
    let file = std::env::temp_dir().join(format!("planner-bench-{}.json", std::process::id()));
    fs::write(&file, day.to_string()).map_err(|e| e.to_string())?;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/peers.py");
    let ran = Command::new(python)
        .args([script, peer])
        .arg(&file)
        .arg(seconds.to_string())
        .output()
        .map_err(|e| e.to_string())?;
    let _ = fs::remove_file(&file);
    if !ran.status.success() {
        let said = String::from_utf8_lossy(&ran.stderr);
        return Err(said.lines().last().unwrap_or("did not answer").to_owned());
    }
    let answer: Vec<Vec<usize>> = serde_json::from_slice(&ran.stdout).map_err(|e| e.to_string())?;
    let stop = |job: &usize| Stop { what: What::Job(*job), arrive: 0, start: 0, leave: 0 };
    let routes = answer.iter().enumerate().filter(|it| !it.1.is_empty());
    let routes = routes
        .map(|(shift, jobs)| Route { shift, stops: jobs.iter().map(stop).collect() })
        .collect();
    let sequences = Plan { routes, unassigned: vec![] };
    Ok(schedule(problem, &Objective::service(), &sequences))
}

/// 10,000 jobs and 1,000 technicians, and the memory that took.
pub fn large(seconds: f64) -> Result<(), String> {
    let began = std::time::Instant::now();
    let core = crate::cpu::Cpu::start();
    let problem = problem(day(1, 10_000, 1_000, false))?;
    let (wall, cpu) = (core.wall(), core.seconds());
    println!("built after {wall:.1} s, {cpu:.1} of the core");
    let tried = search(&problem, &Objective::service(), seconds, 1);
    let spent = began.elapsed().as_secs_f64();
    println!("10000/1000 {}, {} iterations", row(&problem, &tried.plan)?, tried.iterations);
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|it| it.starts_with("VmHWM")).unwrap_or_default();
    let (first, cpu, all) = (tried.first, tried.first_of_core, core.seconds());
    println!(
        "first plan {first:.1} s, {cpu:.1} of the core; all {spent:.1} s, {all:.1} of the core; {peak}"
    );
    Ok(())
}

/// One urgent job into full days that knew nothing of it: how long it takes, and whom it moves.
pub fn inserted(seconds: f64) -> Result<(), String> {
    // Over-full days, and days with room.
    for (jobs, technicians) in [(200, 30), (1000, 120), (200, 70), (1000, 300)] {
        let (mut direct, mut with_room) = (Vec::new(), Vec::new());
        let (mut moved, mut most, mut lost, mut none) = (0, 0, 0, 0);
        for seed in 1..=5 {
            let (problem, before) = surprised(seed, jobs, technicians, seconds)?;
            for job in jobs..jobs + URGENT {
                let (places, spent) = placed(&problem, &before, job);
                let Some(best) = places.first() else {
                    none += 1;
                    continue;
                };
                feasible(&problem, &best.plan)?;
                let times = if best.moves.is_empty() { &mut direct } else { &mut with_room };
                times.push(spent);
                moved += best.moves.len();
                most = most.max(best.moves.len());
                let gone = best.moves.iter().filter(|it| it.to.is_none());
                lost += gone.filter(|it| problem.jobs()[it.job].priority == 1).count();
            }
        }
        println!(
            "{jobs}/{technicians}: direct {} {}, with room made {} {}, nowhere {none}, \
             moved {moved}, at once at most {most}, priority 1 lost {lost}",
            direct.len(),
            spread(&mut direct),
            with_room.len(),
            spread(&mut with_room),
        );
    }
    Ok(())
}

/// With the milliseconds that takes: the fewest of some times, as less than a tick of the core's
/// clock cannot be read, and whoever else runs on it is in most of them.
fn placed(problem: &Problem, before: &Plan, job: usize) -> (Vec<planner::Place>, f64) {
    let once = || {
        let began = std::time::Instant::now();
        let places = planner::insert(problem, &Objective::service(), before, job);
        (places, began.elapsed().as_secs_f64() * 1000.0)
    };
    let (places, mut least) = once();
    for _ in 1..TIMES {
        least = least.min(once().1);
    }
    (places, least)
}

const TIMES: usize = 10;

/// So many come one by one, each into the same plan.
const URGENT: usize = 20;

/// A day with urgent jobs at its end, and the plan of the others.
fn surprised(
    seed: u64,
    jobs: usize,
    technicians: usize,
    seconds: f64,
) -> Result<(Problem, Plan), String> {
    let mut all = day(seed, jobs + URGENT, technicians, false);
    for (at, job) in all.jobs.iter_mut().enumerate().skip(jobs) {
        (job.priority, job.value) = (1, 100.0);
        let from = (9 + at as i64 % 5) * HOUR;
        job.windows = vec![(from, from + HOUR)];
    }
    let mut known = all.clone();
    known.jobs.truncate(jobs);
    let mut before = search(&problem(known)?, &Objective::service(), seconds, seed).plan;
    before.unassigned.extend(jobs..jobs + URGENT);
    Ok((problem(all)?, before))
}

fn spread(times: &mut [f64]) -> String {
    times.sort_by(f64::total_cmp);
    match times {
        [] => String::new(),
        _ => format!(
            "(median {:.2} ms, most {:.2} ms)",
            times[times.len() / 2],
            times[times.len() - 1]
        ),
    }
}
