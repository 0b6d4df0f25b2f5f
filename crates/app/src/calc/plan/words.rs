//! What the planner says by code, in the reader's language.

use planner::{BadRow, Binding, Problem, Violation};

use crate::{args, say::Say};

/// Codes of rows that could not be read at all; the others are the planner's.
pub const CODES: &[&str] = &[
    "change.slower",
    "matrix.unused",
    "problem.not_a_date",
    "problem.road_factor",
    "problem.speed",
    "problem.unknown_zone",
    "row.missing",
    "row.not_json",
    "row.unknown_key",
    "row.wrong_kind",
    "solution.unknown_depot",
    "solution.unknown_job",
    "solution.unknown_technician",
];

/// `jobs[3] (j4): …`.
pub fn told(bad: &BadRow, say: Say) -> String {
    let key = format!("planner-{}", bad.code.replace('.', "-"));
    let said = say.with(&key, &args! { "value" => bad.value.clone() });
    let place = match (bad.row.as_str(), bad.id.as_str()) {
        ("", "") => String::new(),
        (row, "") => format!("{row}: "),
        ("", id) => format!("{id}: "),
        (row, id) => format!("{row} ({id}): "),
    };
    format!("{place}{said}")
}

pub fn broken(problem: &Problem, it: &Violation, say: Say) -> String {
    let name = |list: Option<&str>| list.unwrap_or_default().to_owned();
    let technician = it.technician.map(|at| problem.technicians()[at].id.as_str());
    let job = it.job.map(|at| problem.jobs()[at].id.as_str());
    let key = format!("plan-broken-{}", it.code.replace('_', "-"));
    let said = args! {
        "technician" => name(technician),
        "job" => name(job),
        "value" => it.value.clone(),
    };
    say.with(&key, &said)
}

/// Why not. Times in minutes, begun ones counted.
pub fn why(binding: &Binding, say: Say) -> String {
    let key = format!("plan-why-{}", binding.code.replace('_', "-"));
    let minutes = (binding.amount + 59) / 60;
    let said = args! {
        "name" => binding.name.clone(),
        "amount" => binding.amount,
        "minutes" => minutes,
    };
    say.with(&key, &said)
}
