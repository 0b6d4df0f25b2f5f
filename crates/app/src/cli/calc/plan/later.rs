//! What is asked of a plan that is there: room for one more job, mending, reasons.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use kernel::Result;
use planner::{BadRow, Problem};
use serde_json::{Value, json};

use super::{BAD_SOLUTION, NO_SUCH_JOB, Patience, Source};
use crate::{
    calc::plan::{self, words},
    cli::{calc::read, print},
    say::Say,
};

#[derive(Debug, Args)]
pub struct Insert {
    #[command(flatten)]
    source: Source,
    #[arg(value_name = "SOLUTION")]
    solution: PathBuf,
    #[arg(value_name = "JOB")]
    job: PathBuf,
}

#[derive(Debug, Args)]
pub struct Repair {
    #[command(flatten)]
    source: Source,
    #[arg(value_name = "SOLUTION")]
    solution: PathBuf,
    #[arg(value_name = "CHANGE")]
    change: PathBuf,
    #[command(flatten)]
    patience: Patience,
}

#[derive(Debug, Args)]
pub struct Explain {
    #[command(flatten)]
    source: Source,
    #[arg(value_name = "SOLUTION")]
    solution: PathBuf,
    #[arg(long, value_name = "ID")]
    job: String,
}

/// To mend a plan, without a word about patience.
const SECONDS: f64 = 2.0;

pub fn insert(wish: &Insert, say: Say) -> Result<ExitCode> {
    let (mut day, bad, frame) = wish.source.day(say)?;
    let mut frame = frame.ok_or_else(|| wish.source.refused(&[no_rows()], say))?;
    let file = wish.job.display().to_string();
    let wrong =
        |it: BadRow| BAD_SOLUTION.with("file", file.clone()).with("problem", words::told(&it, say));
    let value: Value = serde_json::from_str(&read(&wish.job)?).map_err(|e| {
        wrong(BadRow::new("row.not_json").about(format!("{}:{}", e.line(), e.column())))
    })?;
    let job = plan::job(&mut frame, day.jobs.len(), &value).map_err(wrong)?;
    day = plan::with_places(day, &frame);
    let id = job.id.clone();
    day.jobs.push(job);
    let given = wish.source.built(day, bad, Some(frame), say)?;
    let problem = &given.problem;
    let number = problem.job_named(&id).ok_or_else(|| NO_SUCH_JOB.with("job", id.clone()))?;
    let mut before = given.solution(problem, &wish.solution, say)?;
    if !before.unassigned.contains(&number) {
        before.unassigned.push(number);
    }
    let places = planner::insert(problem, &given.objective, &before, number);
    let who = |at: usize| problem.technicians()[at].id.clone();
    let minutes = |it: i64| (it as f64 / 6.0).round() / 10.0;
    let places: Vec<Value> = places
        .iter()
        .map(|it| {
            let moves = it.moves.iter().map(|it| {
                let job = &problem.jobs()[it.job].id;
                json!({"job": job, "from": who(it.from), "to": it.to.map(who)})
            });
            let delays = it
                .delays
                .iter()
                .map(|(job, by)| json!({"job": problem.jobs()[*job].id, "minutes": minutes(*by)}));
            json!({"technician": who(it.technician), "position": it.position, "arrive": it.arrive,
                   "start": it.start, "cost": it.cost, "lateness_minutes": minutes(it.lateness),
                   "moves": moves.collect::<Vec<_>>(), "delays": delays.collect::<Vec<_>>()})
        })
        .collect();
    print(&json!({"places": places}).to_string())?;
    Ok(ExitCode::SUCCESS)
}

/// Only our own format has rows for single jobs.
fn no_rows() -> BadRow {
    BadRow::new("row.wrong_kind").about("--format")
}

pub fn repair(wish: &Repair, say: Say) -> Result<ExitCode> {
    let given = wish.source.given(say)?;
    let mut frame = given.frame.clone().ok_or_else(|| wish.source.refused(&[no_rows()], say))?;
    let plan = given.good_solution(&given.problem, &wish.solution, say)?;
    let file = wish.change.display().to_string();
    let wrong =
        |it: BadRow| BAD_SOLUTION.with("file", file.clone()).with("problem", words::told(&it, say));
    let change = plan::changed(&mut frame, &read(&wish.change)?).map_err(wrong)?;
    // Where an added job lies at a place nobody knew, the ways there are counted too.
    let day = plan::with_places(given.problem.day().clone(), &frame);
    let wider = Problem::build(day, true).map_err(|it| wish.source.refused(&it, say))?;
    let options = wish.patience.options(&given.objective);
    let mut watch = wish.patience.watch(SECONDS);
    let repaired =
        planner::repair(&wider.problem, &plan, &change, &options, &mut |it| watch.stop(it));
    let repaired = repaired.map_err(|it| wish.source.refused(&it, say))?;
    watch.bar.finish_and_clear();
    let mut json = given.json(&repaired.problem, &repaired.plan, &repaired.left_out, say);
    let moved: Vec<Value> = repaired
        .moved
        .iter()
        .map(|it| {
            let text = say.code("plan-moved", it.why);
            json!({"job": it.job, "from": it.from, "to": it.to, "why": it.why, "text": text})
        })
        .collect();
    json.insert("moved".into(), moved.into());
    json.insert("iterations".into(), repaired.iterations.into());
    print(&Value::from(json).to_string())?;
    Ok(ExitCode::SUCCESS)
}

pub fn explain(wish: &Explain, say: Say) -> Result<ExitCode> {
    let given = wish.source.given(say)?;
    let problem = &given.problem;
    let plan = given.good_solution(problem, &wish.solution, say)?;
    let job = problem.job_named(&wish.job);
    let job = job.ok_or_else(|| NO_SUCH_JOB.with("job", wish.job.clone()))?;
    let reasons = planner::explain(problem, &given.objective, &plan, job);
    let name = |at: usize| given.ids.write(&problem.technicians()[at].id);
    let unit = problem.travel().unit();
    let reasons: Vec<Value> = reasons
        .iter()
        .map(|it| {
            let binding = it.binding.as_ref().map(|it| {
                json!({"code": it.code, "name": it.name, "amount": it.amount,
                       "text": words::why(it, say)})
            });
            json!({"technician": name(it.technician), "possible": it.binding.is_none(),
                   "cost": it.cost.map(|it| it * unit), "binding": binding})
        })
        .collect();
    let by: Vec<Value> = plan.stops_of(job).map(|it| name(problem.shift(it.0).0)).collect();
    print(&json!({"job": wish.job, "done_by": by, "per_technician": reasons}).to_string())?;
    Ok(ExitCode::SUCCESS)
}
