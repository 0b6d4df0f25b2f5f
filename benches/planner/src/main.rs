//! How good the planner is.
//!
//! `cargo run --release -p planner-bench -- solomon DIR [--seconds S] [--vehicles] [NAME …]`,
//! `trsp DIR`, `days [--seeds N] [--peers PYTHON]`, `large`. Seconds are those of one core.

use std::{env, fs, path::Path, process::ExitCode};

use planner::{Objective, Options, Plan, Problem, check, plan, read};

mod cpu;
mod days;
mod tables;

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    match tables::run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(said) => {
            eprintln!("{said}");
            ExitCode::from(2)
        }
    }
}

/// What one search gave.
pub struct Tried {
    pub plan: Plan,
    pub iterations: u64,
    pub first: f64,
}

pub fn search(problem: &Problem, objective: &Objective, seconds: f64, seed: u64) -> Tried {
    let began = cpu::Cpu::start();
    let mut first = None;
    let mut options = Options::new(objective.clone());
    options.seed = seed;
    let found = plan(problem, &options, &mut |progress| {
        let spent = began.seconds();
        first.get_or_insert(spent);
        progress.used_up(spent / seconds);
        spent >= seconds
    });
    Tried { plan: found.plan, iterations: found.iterations, first: first.unwrap_or_default() }
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
