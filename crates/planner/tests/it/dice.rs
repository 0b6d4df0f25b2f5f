//! Random days with every feature there is.

use planner::{Day, Depot, Fixed, Job, LunchBreak, Problem, Technician, Travel};

pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1CE);
        dice.below(2);
        dice
    }

    pub fn below(&mut self, end: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        ((self.0 >> 33) % end as u64) as i64
    }

    pub fn one_in(&mut self, many: i64) -> bool {
        self.below(many) == 0
    }
}

const HOUR: i64 = 3600;

/// Which features a day may have.
#[derive(Clone, Copy)]
pub struct Kind {
    pub jobs: usize,
    pub technicians: usize,
    pub lunch: bool,
    pub soft: bool,
    pub kit: bool,
    pub tied: bool,
    pub rates: bool,
    pub limits: bool,
    pub begun: bool,
    /// Ways that get shorter by a detour.
    pub odd: bool,
}

impl Kind {
    pub fn of(seed: u64, jobs: usize, technicians: usize) -> Kind {
        let mut dice = Dice::new(seed ^ 0xFEA7);
        let mut some = || dice.one_in(2);
        Kind {
            jobs,
            technicians,
            lunch: some(),
            soft: some(),
            kit: some(),
            tied: some(),
            rates: some(),
            limits: some(),
            begun: some(),
            odd: some(),
        }
    }
}

pub fn problem(kind: &Kind, seed: u64) -> Problem {
    let built = Problem::build(day(kind, seed), true).expect("somebody is left");
    built.problem
}

pub fn day(kind: &Kind, seed: u64) -> Day {
    let mut dice = Dice::new(seed);
    let depots = if kind.kit { 1 + dice.below(2) as usize } else { 0 };
    let places = kind.jobs + 2 * kind.technicians + depots;
    let travel = travel(kind, places, &mut dice);
    let now = (kind.begun && dice.one_in(2)).then_some(9 * HOUR);
    let technicians: Vec<Technician> =
        (0..kind.technicians).map(|it| technician(kind, it, &mut dice)).collect();
    let mut jobs: Vec<Job> = (0..kind.jobs).map(|it| job(kind, it, &mut dice)).collect();
    if let Some(now) = now {
        begin(&mut jobs, &technicians, now, &mut dice);
    }
    let yesterday = (0..kind.jobs / 3)
        .map(|it| (format!("j{it}"), format!("t{}", dice.below(kind.technicians as i64 + 1))));
    let yesterday = yesterday.collect();
    let depots = (0..depots).map(|it| Depot {
        id: format!("d{it}"),
        place: places - depots + it,
        tools: if dice.one_in(2) { vec!["vacuum".into()] } else { vec![] },
        parts: vec![("P1".into(), dice.below(4)), ("P2".into(), dice.below(3))],
        everything: dice.one_in(4),
    });
    Day { travel, technicians, jobs, depots: depots.collect(), now, yesterday }
}

fn travel(kind: &Kind, places: usize, dice: &mut Dice) -> Travel {
    let at: Vec<(i64, i64)> = (0..places).map(|_| (dice.below(2000), dice.below(2000))).collect();
    let rows: Vec<Vec<i64>> = at
        .iter()
        .map(|a| {
            let way = |b: &(i64, i64)| {
                let there = (a.0 - b.0).abs() + (a.1 - b.1).abs();
                if kind.odd && there > 0 { there / 2 + dice.below(1500) } else { there }
            };
            at.iter().map(way).collect()
        })
        .collect();
    let travel = Travel::matrix(&rows, 8.0).expect("a good matrix");
    let rates = vec![(0, 1000), (9 * HOUR, 600), (11 * HOUR, 1300), (16 * HOUR, 450)];
    if kind.rates { travel.with_rates(rates) } else { travel }
}

fn technician(kind: &Kind, at: usize, dice: &mut Dice) -> Technician {
    let home = kind.jobs + 2 * at;
    let begin = 8 * HOUR + dice.below(3) * HOUR;
    let mut shifts = vec![(begin, begin + 4 * HOUR + dice.below(6) * HOUR)];
    if dice.one_in(4) {
        shifts.push((32 * HOUR, 38 * HOUR));
    }
    let lunch = LunchBreak {
        seconds: 1800 + dice.below(3) * 900,
        earliest: 11 * HOUR + dice.below(2) * 1800,
        latest: 13 * HOUR + dice.below(3) * 900,
    };
    let limited = kind.limits && dice.one_in(2);
    Technician {
        row: at,
        id: format!("t{at}"),
        start: Some(home),
        end: Some(home + usize::from(dice.one_in(3))),
        shifts,
        lunch: (kind.lunch && !dice.one_in(4)).then_some(lunch),
        skills: vec![("ac".into(), 1 + dice.below(3) as u32)],
        certificates: if dice.one_in(2) { vec![("gas".into(), 24 * HOUR)] } else { vec![] },
        tools: if dice.one_in(2) { vec!["vacuum".into()] } else { vec![] },
        parts: vec![("P1".into(), dice.below(3)), ("P2".into(), dice.below(2))],
        capacity: limited.then(|| 3 + dice.below(10)),
        max_jobs: limited.then(|| 2 + dice.below(4) as u32),
        max_work: limited.then(|| 3 * HOUR + dice.below(4) * HOUR),
        max_drive: limited.then(|| 4000 + dice.below(5000)),
        overtime: if kind.soft { dice.below(3) * 1800 } else { 0 },
        overtime_weight: 2.0,
        speed: if dice.one_in(3) { 1.3 } else { 1.0 },
        ..Technician::default()
    }
}

fn job(kind: &Kind, at: usize, dice: &mut Dice) -> Job {
    let mut job = Job {
        row: at,
        id: format!("j{at}"),
        place: at,
        duration: 600 + dice.below(12) * 300,
        soft: kind.soft && dice.one_in(2),
        skills: if dice.one_in(2) { vec![("ac".into(), 1 + dice.below(3) as u32)] } else { vec![] },
        certificates: if dice.one_in(6) { vec!["gas".into()] } else { vec![] },
        load: dice.below(4),
        priority: 1 + dice.below(4) as u32,
        value: [100.0, 30.0, 10.0][dice.below(3) as usize],
        together: 1,
        ..Job::default()
    };
    for _ in 0..dice.below(3) {
        let from = 8 * HOUR + dice.below(9) * HOUR;
        job.windows.push((from, from + 1800 + dice.below(6) * 1800));
    }
    if dice.one_in(6) {
        job.release = Some(9 * HOUR + dice.below(4) * HOUR);
    }
    if kind.soft && dice.one_in(3) {
        job.due = Some(10 * HOUR + dice.below(8) * HOUR);
    }
    if kind.kit {
        job.tools = if dice.one_in(4) { vec!["vacuum".into()] } else { vec![] };
        if dice.one_in(2) {
            job.parts.push(("P1".into(), 1 + dice.below(2)));
        }
        if dice.one_in(3) {
            job.parts.push(("P2".into(), 1));
        }
    }
    let somebody = |dice: &mut Dice| format!("t{}", dice.below(kind.technicians as i64));
    if dice.one_in(8) {
        job.only = vec![somebody(dice), somebody(dice)];
    }
    if dice.one_in(8) {
        job.never = vec![somebody(dice)];
    }
    if dice.one_in(5) {
        job.prefer = Some(somebody(dice));
    }
    if kind.tied && at > 0 && dice.one_in(5) {
        job.after = Some(format!("j{}", dice.below(at as i64)));
    }
    if kind.tied && dice.one_in(7) {
        job.together = 2;
    }
    if dice.one_in(12) {
        let start = dice.one_in(2).then(|| 10 * HOUR + dice.below(6) * 1800);
        job.fixed = Some(Fixed { technician: somebody(dice), start });
    }
    job
}

/// Some are at work already.
fn begin(jobs: &mut [Job], technicians: &[Technician], now: i64, dice: &mut Dice) {
    for (job, technician) in jobs.iter_mut().zip(technicians) {
        if technician.shifts[0].0 < now && dice.one_in(2) && job.together == 1 {
            let start = technician.shifts[0].0 + dice.below(now - technician.shifts[0].0);
            job.fixed = Some(Fixed { technician: technician.id.clone(), start: Some(start) });
            job.started = true;
            job.after = None;
        }
    }
}
