//! How good the planner is.
//!
//! `cargo run --release -p planner-bench -- solomon DIR [--seconds S] [--vehicles] [NAME …]`,
//! `trsp DIR`, `made`, `days 200/30 [--seeds N] [--peers PYTHON]`, `insert`, `large`; what they print
//! is described in the README. Seconds are those of one core.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use planner::{Found, Objective, Options, Plan, Problem, check, plan, read};

mod cpu;
mod days;
mod made;
mod tables;

const USAGE: &str = "planner-bench solomon DIR | trsp DIR | made | made-files DIR NAME … | \
    days JOBS/TECHNICIANS | insert | large \
    [--seconds S] [--iterations N] [--seed K] [--seeds N] [--vehicles] [--peers PYTHON] [NAME …]";

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    match Wish::read(&words).and_then(|it| it.run()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(said) => {
            eprintln!("{said}");
            ExitCode::from(2)
        }
    }
}

/// The words of the command line.
pub struct Wish {
    table: String,
    pub folder: PathBuf,
    pub seconds: Option<f64>,
    /// Instead of seconds: what comes out is the same on every machine.
    pub iterations: Option<u64>,
    pub seed: u64,
    pub vehicles: bool,
    pub seeds: u64,
    pub peers: Option<PathBuf>,
    names: Vec<String>,
}

impl Wish {
    fn read(words: &[String]) -> Result<Wish, String> {
        let mut rest = words.iter();
        let table = rest.next().ok_or(USAGE)?.clone();
        let mut folder = PathBuf::new();
        if ["solomon", "trsp", "made-files", "days"].contains(&table.as_str()) {
            folder = rest.next().ok_or(USAGE)?.into();
        }
        let (names, peers) = (vec![], None);
        let mut wish = Wish {
            table,
            folder,
            seconds: None,
            iterations: None,
            seed: 1,
            vehicles: false,
            seeds: 10,
            peers,
            names,
        };
        while let Some(word) = rest.next() {
            let mut number = || rest.next().and_then(|it| it.parse::<f64>().ok()).ok_or(USAGE);
            match word.as_str() {
                "--seconds" => wish.seconds = Some(number()?),
                "--iterations" => wish.iterations = Some(number()? as u64),
                "--seed" => wish.seed = number()? as u64,
                "--seeds" => wish.seeds = number()? as u64,
                "--peers" => wish.peers = rest.next().map(PathBuf::from),
                "--vehicles" => wish.vehicles = true,
                name => wish.names.push(name.to_owned()),
            }
        }
        Ok(wish)
    }

    fn run(&self) -> Result<(), String> {
        match self.table.as_str() {
            "solomon" => tables::of_solomon(self),
            "trsp" => tables::of_trsp(self),
            "made" => made::table(self),
            "made-files" => made::write(&self.folder, &self.names),
            "days" => days::table(self),
            "large" => days::large(self.seconds.unwrap_or(60.0)),
            "insert" => days::inserted(self.seconds.unwrap_or(5.0)),
            _ => Err(USAGE.to_owned()),
        }
    }

    /// All, if none is named.
    pub fn wants(&self, name: &str) -> bool {
        self.names.is_empty() || self.names.iter().any(|it| name.starts_with(it.as_str()))
    }
}

/// What one search gave.
pub struct Tried {
    pub plan: Plan,
    pub iterations: u64,
    /// Seconds to the first plan: on the wall, and of the core.
    pub first: f64,
    pub first_of_core: f64,
}

impl Wish {
    pub fn search(&self, problem: &Problem, objective: &Objective, seconds: f64) -> Tried {
        match self.iterations {
            None => search(problem, objective, seconds, self.seed),
            Some(iterations) => counted(problem, objective, iterations, self.seed),
        }
    }
}

fn counted(problem: &Problem, objective: &Objective, iterations: u64, seed: u64) -> Tried {
    let mut options = Options::new(objective.clone());
    (options.seed, options.iterations) = (seed, Some(iterations));
    let found = plan(problem, &options, &mut |_| false);
    let Found { plan, iterations } = found;
    Tried { plan, iterations, first: 0.0, first_of_core: 0.0 }
}

pub fn search(problem: &Problem, objective: &Objective, seconds: f64, seed: u64) -> Tried {
    let began = cpu::Cpu::start();
    let mut first = None;
    let mut options = Options::new(objective.clone());
    options.seed = seed;
    let found = plan(problem, &options, &mut |progress| {
        let spent = began.seconds();
        first.get_or_insert_with(|| (began.wall(), spent));
        progress.used_up(spent / seconds);
        spent >= seconds
    });
    let (first, first_of_core) = first.unwrap_or_default();
    Tried { plan: found.plan, iterations: found.iterations, first, first_of_core }
}

pub fn problem(day: planner::Day) -> Result<Problem, String> {
    let built = Problem::build(day, false).map_err(|bad| bad[0].to_string())?;
    Ok(built.problem)
}

pub fn feasible(problem: &Problem, plan: &Plan) -> Result<planner::Figures, String> {
    let report = check(problem, plan);
    match report.violations.first() {
        Some(it) => Err(format!("{it:?} and {} more", report.violations.len() - 1)),
        None => Ok(report.figures),
    }
}

pub fn text(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}

pub fn solomon(path: &Path, truncated: bool) -> Result<Problem, String> {
    problem(read::solomon(&text(path)?, truncated).map_err(|bad| bad.to_string())?)
}

pub fn trsp(path: &Path) -> Result<Problem, String> {
    problem(read::trsp(&text(path)?).map_err(|bad| bad.to_string())?)
}

pub fn number(row: &[String], column: usize) -> Result<f64, String> {
    row.get(column).and_then(|it| it.trim().parse().ok()).ok_or(format!("{row:?}"))
}

/// In per cent.
pub fn gap(found: f64, known: f64) -> f64 {
    (found / known - 1.0) * 100.0
}

pub fn summary(gaps: &[f64]) {
    let mean = gaps.iter().sum::<f64>() / gaps.len().max(1) as f64;
    let worst = gaps.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let better = gaps.iter().filter(|it| **it < -0.005).count();
    println!("{} instances, mean gap {mean:.3} %, worst {worst:.2} %, better {better}", gaps.len());
}
