//! `baoxiu calc plan` and what goes with it: files in, JSON out. The clock that stops the planner
//! is here.

use std::{
    fs,
    io::IsTerminal as _,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use clap::{Args, ValueEnum};
use indicatif::ProgressBar;
use kernel::{Result, refusals};
use planner::{BadRow, Objective, Options, Plan, Problem, Progress, check};
use serde_json::{Map, Value, json};

use super::read;
use crate::{
    calc::plan::{self, Frame, Ids, plan_json, read_plan, words},
    cli::{complain, print},
    say::Say,
};

mod later;

pub use later::{Explain, Insert, Repair, explain, insert, repair};

refusals! {
    BAD_PROBLEM  Invalid "calc.bad_problem";
    BAD_SOLUTION Invalid "calc.bad_solution";
    PLAN_BROKEN  Invalid "calc.plan_broken";
    NO_SUCH_JOB  Invalid "calc.no_such_job";
    NOT_WRITTEN  Invalid "calc.not_written";
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Baoxiu,
    Solomon,
    Trsp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Aim {
    Distance,
    Vehicles,
    Service,
}

/// How a problem is read.
#[derive(Debug, Args)]
struct Source {
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[arg(long, value_name = "trsp|solomon|baoxiu", default_value = "baoxiu")]
    format: Format,
    #[arg(long, value_name = "distance|vehicles|service")]
    objective: Option<Aim>,
    #[arg(long, value_name = "FILE")]
    matrix: Option<PathBuf>,
    #[arg(long)]
    truncate: bool,
    #[arg(long)]
    lenient: bool,
}

/// How long is searched.
#[derive(Debug, Args)]
struct Patience {
    #[arg(long, value_name = "S")]
    seconds: Option<f64>,
    #[arg(long, value_name = "N")]
    iterations: Option<u64>,
    #[arg(long, value_name = "N", default_value_t = 1)]
    threads: usize,
    #[arg(long, value_name = "K", default_value_t = 1)]
    seed: u64,
}

#[derive(Debug, Args)]
pub struct Make {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    patience: Patience,
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Check {
    #[command(flatten)]
    source: Source,
    #[arg(value_name = "SOLUTION")]
    solution: PathBuf,
}

/// A problem as the command line gave it.
struct Given {
    problem: Problem,
    left_out: Vec<BadRow>,
    frame: Option<Frame>,
    objective: Objective,
    ids: Ids,
}

impl Source {
    fn given(&self, say: Say) -> Result<Given> {
        let (day, bad, frame) = self.day(say)?;
        self.built(day, bad, frame, say)
    }

    fn day(&self, say: Say) -> Result<(planner::Day, Vec<BadRow>, Option<Frame>)> {
        let text = read(&self.file)?;
        let wrong = |it: BadRow| self.refused(&[it], say);
        match self.format {
            Format::Solomon => {
                Ok((planner::read::solomon(&text, self.truncate).map_err(wrong)?, vec![], None))
            }
            Format::Trsp => Ok((planner::read::trsp(&text).map_err(wrong)?, vec![], None)),
            Format::Baoxiu => {
                let matrix = self.matrix.as_deref().map(read).transpose()?;
                let read = plan::read(&text, matrix.as_deref()).map_err(wrong)?;
                Ok((read.day, read.bad, Some(read.frame)))
            }
        }
    }

    fn built(
        &self,
        day: planner::Day,
        mut bad: Vec<BadRow>,
        frame: Option<Frame>,
        say: Say,
    ) -> Result<Given> {
        // All that is wrong is said at once, also where a row could not even be read.
        let built = Problem::build(day, self.lenient || !bad.is_empty());
        let built = built.map_err(|mut more| {
            bad.append(&mut more);
            self.refused(&bad, say)
        })?;
        bad.extend(built.left_out);
        if !self.lenient && !bad.is_empty() {
            return Err(self.refused(&bad, say).into());
        }
        Ok(Given {
            problem: built.problem,
            left_out: bad,
            frame,
            objective: self.objective(),
            ids: if self.format == Format::Baoxiu { Ids::Texts } else { Ids::Numbers },
        })
    }

    /// Every row that is wrong, and the refusal with the first.
    fn refused(&self, bad: &[BadRow], say: Say) -> kernel::Refusal {
        for row in bad.iter().skip(1).take(ROWS_TOLD) {
            complain(&words::told(row, say));
        }
        let first = bad.first().map(|it| words::told(it, say)).unwrap_or_default();
        BAD_PROBLEM
            .with("file", self.file.display().to_string())
            .with("problem", first)
            .with("more", bad.len().saturating_sub(1) as i64)
    }

    fn objective(&self) -> Objective {
        match (self.objective, self.format) {
            (Some(Aim::Vehicles), _) => Objective::vehicles(),
            (Some(Aim::Service), _) | (None, Format::Baoxiu) => Objective::service(),
            (None, Format::Trsp) => Objective::working_time(),
            (Some(Aim::Distance), _) | (None, Format::Solomon) => Objective::distance(),
        }
    }
}

const ROWS_TOLD: usize = 50;
/// Without a word about patience.
const SECONDS: f64 = 10.0;

/// Watches the clock, Ctrl-C and the first plan.
struct Watch {
    began: Instant,
    seconds: Option<f64>,
    first: Option<f64>,
    stopped: Arc<AtomicBool>,
    bar: ProgressBar,
}

impl Patience {
    fn options(&self, objective: &Objective) -> Options {
        let mut options = Options::new(objective.clone());
        (options.seed, options.threads) = (self.seed, self.threads.clamp(1, 256));
        options.iterations = self.iterations;
        options
    }

    #[expect(clippy::disallowed_methods, reason = "the command line is where the clock comes from")]
    fn watch(&self, default: f64) -> Watch {
        let seconds = match (self.seconds, self.iterations) {
            (None, Some(_)) => None,
            (seconds, _) => Some(seconds.unwrap_or(default).max(0.0)),
        };
        let stopped = Arc::new(AtomicBool::new(false));
        let flag = stopped.clone();
        tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                flag.store(true, Ordering::Relaxed);
            }
        });
        let terminal = std::io::stderr().is_terminal() && !std::io::stdout().is_terminal();
        let bar = if terminal { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        bar.enable_steady_tick(Duration::from_millis(200));
        Watch { began: Instant::now(), seconds, first: None, stopped, bar }
    }
}

impl Watch {
    /// Whether it is enough.
    fn stop(&mut self, progress: &Progress<'_>) -> bool {
        let spent = self.began.elapsed().as_secs_f64();
        self.first.get_or_insert(spent);
        if progress.improved {
            let figures = progress.figures();
            self.bar.set_message(format!("{} · {:.0}", figures.value_lost, figures.travel));
        }
        if let Some(seconds) = self.seconds {
            progress.used_up(if seconds > 0.0 { spent / seconds } else { 1.0 });
        }
        self.seconds.is_some_and(|it| spent >= it) || self.stopped.load(Ordering::Relaxed)
    }
}

pub fn make(wish: &Make, say: Say) -> Result<ExitCode> {
    let given = wish.source.given(say)?;
    given.told(say);
    let options = wish.patience.options(&given.objective);
    let mut watch = wish.patience.watch(SECONDS);
    let found = planner::plan(&given.problem, &options, &mut |it| watch.stop(it));
    watch.bar.finish_and_clear();
    let mut json = given.json(&given.problem, &found.plan, &given.left_out, say);
    json.insert("seconds_to_first".into(), json!(watch.first.unwrap_or_default()));
    json.insert("iterations".into(), found.iterations.into());
    match &wish.out {
        None => print(&Value::from(json).to_string())?,
        Some(file) => fs::write(file, Value::from(json).to_string() + "\n").map_err(|e| {
            NOT_WRITTEN.with("file", file.display().to_string()).with("why", e.to_string())
        })?,
    }
    Ok(ExitCode::SUCCESS)
}

impl Given {
    /// What is left out is said.
    fn told(&self, say: Say) {
        for row in self.left_out.iter().take(ROWS_TOLD) {
            complain(&words::told(row, say));
        }
    }

    fn json(
        &self,
        problem: &Problem,
        plan: &Plan,
        left_out: &[BadRow],
        say: Say,
    ) -> Map<String, Value> {
        let figures = check(problem, plan).figures;
        let mut json = plan_json(problem, &self.objective, plan, &figures, self.ids);
        let why = planner::why_unassigned(problem, &self.objective, plan);
        let mut unassigned: Vec<Value> = why
            .iter()
            .map(|(job, binding)| {
                let code = binding.as_ref().map(|it| it.code);
                let why = binding.as_ref().map(|it| words::why(it, say));
                json!({"job": self.ids.write(&problem.jobs()[*job].id), "why": why, "code": code})
            })
            .collect();
        let rows = left_out.iter().filter(|it| it.row.starts_with("jobs"));
        unassigned.extend(rows.map(|it| {
            json!({"job": self.ids.write(&it.id), "why": words::told(it, say), "code": it.code})
        }));
        json.shift_insert(1, "unassigned".into(), unassigned.into());
        json
    }

    fn solution(&self, problem: &Problem, file: &Path, say: Say) -> Result<Plan> {
        let read = read_plan(problem, &read(file)?);
        Ok(read.map_err(|it| {
            BAD_SOLUTION
                .with("file", file.display().to_string())
                .with("problem", words::told(&it, say))
        })?)
    }

    /// A solution to go on from: it has to hold.
    fn good_solution(&self, problem: &Problem, file: &Path, say: Say) -> Result<Plan> {
        let plan = self.solution(problem, file, say)?;
        let report = check(problem, &plan);
        match report.violations.first() {
            None => Ok(plan),
            Some(first) => Err(PLAN_BROKEN
                .with("file", file.display().to_string())
                .with("problem", words::broken(problem, first, say))
                .into()),
        }
    }
}

pub fn check_plan(wish: &Check, say: Say) -> Result<ExitCode> {
    let given = wish.source.given(say)?;
    given.told(say);
    let problem = &given.problem;
    let plan = given.solution(problem, &wish.solution, say)?;
    let report = check(problem, &plan);
    let violations: Vec<Value> = report
        .violations
        .iter()
        .map(|it| {
            let technician = it.technician.map(|at| given.ids.write(&problem.technicians()[at].id));
            let job = it.job.map(|at| given.ids.write(&problem.jobs()[at].id));
            json!({"code": it.code, "technician": technician, "job": job, "value": it.value,
                   "text": words::broken(problem, it, say)})
        })
        .collect();
    let good = violations.is_empty();
    let mut json = plan_json(problem, &given.objective, &plan, &report.figures, given.ids);
    json.shift_remove("routes");
    json.shift_insert(0, "violations".into(), violations.into());
    print(&Value::from(json).to_string())?;
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
