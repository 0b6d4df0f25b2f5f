//! A plan as JSON, and back. Solomon's and Pillac's rows are known by number, ours by id.

use std::collections::HashMap;

use planner::{BadRow, Figures, Objective, Plan, Problem, Route, Stop, What};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// How ids are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ids {
    Numbers,
    Texts,
}

impl Ids {
    pub fn write(self, id: &str) -> Value {
        match (self, id.parse::<u64>()) {
            (Ids::Numbers, Ok(number)) => number.into(),
            (Ids::Numbers, Err(_)) | (Ids::Texts, _) => id.into(),
        }
    }
}

/// Routes and figures; what is left over has its reasons added by whoever knows the words.
pub fn plan_json(
    problem: &Problem,
    objective: &Objective,
    plan: &Plan,
    figures: &Figures,
    ids: Ids,
) -> Map<String, Value> {
    let unit = problem.travel().unit();
    let routes: Vec<Value> = plan.routes.iter().map(|it| route_json(problem, it, ids)).collect();
    let mut json = Map::new();
    json.insert("routes".into(), routes.into());
    let full = problem.travel().is_plane();
    let kilometres = if full { figures.distance } else { figures.distance / 1000.0 };
    let cost = match full && objective.weight(planner::Part::Duration) == 0.0 {
        true => figures.distance,
        false => objective.cost(figures) * unit,
    };
    json.insert("cost".into(), number(cost));
    json.insert("distance".into(), number(kilometres));
    json.insert("value_lost".into(), number(figures.value_lost));
    let late = if full { 0.0 } else { figures.lateness as f64 / 60.0 };
    json.insert("lateness_minutes".into(), number(late));
    if !full {
        let parts = json!({
            "value_lost": number(figures.value_lost),
            "priority_1_lost": figures.first_priority_lost,
            "lateness": figures.weighted_lateness,
            "travel": figures.travel,
            "overtime": number(figures.weighted_overtime),
            "fairness": figures.fairness,
            "moved": figures.moved,
            "unpreferred": figures.unpreferred,
        });
        json.insert("parts_of_cost".into(), parts);
    }
    json
}

/// Whole where it is whole.
fn number(value: f64) -> Value {
    let whole = value.round();
    if (value - whole).abs() < 1e-9 && whole.abs() < 9e15 {
        (whole as i64).into()
    } else {
        ((value * 1e6).round() / 1e6).into()
    }
}

pub fn route_json(problem: &Problem, route: &Route, ids: Ids) -> Value {
    let (technician, _) = problem.shift(route.shift);
    let row = &problem.technicians()[technician];
    let stops: Vec<Value> = route.stops.iter().map(|it| stop_json(problem, it, ids)).collect();
    let mut json = Map::new();
    json.insert("technician".into(), ids.write(&row.id));
    if row.shifts.len() > 1 {
        json.insert("shift".into(), shift_number(problem, route.shift).into());
    }
    json.insert("stops".into(), stops.into());
    json.into()
}

/// Which of its technician's shifts it is, from 0.
fn shift_number(problem: &Problem, route: usize) -> usize {
    let who = problem.shift(route).0;
    (0..route).filter(|it| problem.shift(*it).0 == who).count()
}

fn stop_json(problem: &Problem, stop: &Stop, ids: Ids) -> Value {
    let time = |it: i64| number(it as f64 * problem.travel().unit());
    let mut json = Map::new();
    match stop.what {
        What::Job(job) => json.insert("job".into(), ids.write(&problem.jobs()[job].id)),
        What::Depot(depot) if ids == Ids::Texts => {
            json.insert("depot".into(), problem.depots()[depot].id.as_str().into())
        }
        What::Depot(_) => json.insert("job".into(), "depot".into()),
        What::Lunch => json.insert("lunch".into(), true.into()),
    };
    if stop.what != What::Lunch {
        json.insert("arrive".into(), time(stop.arrive));
    }
    json.insert("start".into(), time(stop.start));
    json.insert("leave".into(), time(stop.leave));
    json.into()
}

/// What a solution must have; the rest of it is not looked at.
#[derive(Debug, Deserialize)]
struct SolutionRow {
    routes: Vec<RouteRow>,
    #[serde(default)]
    unassigned: Vec<LeftRow>,
}

#[derive(Debug, Deserialize)]
struct RouteRow {
    technician: Value,
    #[serde(default)]
    shift: usize,
    stops: Vec<StopRow>,
}

#[derive(Debug, Deserialize)]
struct LeftRow {
    job: Value,
}

#[derive(Debug, Deserialize)]
struct StopRow {
    job: Option<Value>,
    depot: Option<Value>,
    #[serde(default)]
    lunch: bool,
    arrive: Option<f64>,
    start: f64,
    leave: f64,
}

/// Ids to numbers, times to units.
struct Reader<'p> {
    problem: &'p Problem,
    jobs: HashMap<&'p str, usize>,
    technicians: HashMap<&'p str, usize>,
}

pub fn read_plan(problem: &Problem, text: &str) -> Result<Plan, BadRow> {
    let row: SolutionRow = super::row::whole(text, "")?;
    let numbered = problem.jobs().iter().enumerate().map(|(at, it)| (it.id.as_str(), at));
    let jobs = numbered.collect();
    let numbered = problem.technicians().iter().enumerate().map(|(at, it)| (it.id.as_str(), at));
    let reader = Reader { problem, jobs, technicians: numbered.collect() };
    let mut plan = Plan::default();
    for (at, route) in row.routes.iter().enumerate() {
        let place = format!("routes[{at}]");
        plan.routes.push(reader.way(route).map_err(|it| it.at(place))?);
    }
    // What was left out of the problem is not known here.
    plan.unassigned.extend(row.unassigned.iter().filter_map(|it| reader.job(&it.job).ok()));
    plan.unassigned.sort_unstable();
    Ok(plan)
}

fn id(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

impl Reader<'_> {
    fn job(&self, value: &Value) -> Result<usize, BadRow> {
        let id = id(value);
        let known = self.jobs.get(id.as_str()).copied();
        known.ok_or_else(|| BadRow::new("solution.unknown_job").about(id))
    }

    fn way(&self, row: &RouteRow) -> Result<Route, BadRow> {
        let id = id(&row.technician);
        let who = self.technicians.get(id.as_str()).copied();
        let unknown = || BadRow::new("solution.unknown_technician").about(&id);
        let who = who.ok_or_else(unknown)?;
        let mut shifts = (0..self.problem.routes()).filter(|it| self.problem.shift(*it).0 == who);
        let shift = shifts.nth(row.shift).ok_or_else(unknown)?;
        let stops: Result<Vec<Stop>, BadRow> = row.stops.iter().map(|it| self.stop(it)).collect();
        Ok(Route { shift, stops: stops? })
    }

    fn stop(&self, row: &StopRow) -> Result<Stop, BadRow> {
        let unit = self.problem.travel().unit();
        let time = |it: f64| (it / unit).round() as i64;
        let depot = |value: &Value| {
            let id = id(value);
            let known = self.problem.depots().iter().position(|it| it.id == id);
            known.map(What::Depot).ok_or_else(|| BadRow::new("solution.unknown_depot").about(id))
        };
        let what = match (&row.job, &row.depot) {
            _ if row.lunch => What::Lunch,
            (_, Some(value)) => depot(value)?,
            (Some(job), None) => match self.job(job) {
                Ok(job) => What::Job(job),
                Err(unknown) => depot(job).map_err(|_| unknown)?,
            },
            (None, None) => return Err(BadRow::new("row.missing").about("job")),
        };
        let start = time(row.start);
        let arrive = row.arrive.map_or(start, time);
        Ok(Stop { what, arrive, start, leave: time(row.leave) })
    }
}
