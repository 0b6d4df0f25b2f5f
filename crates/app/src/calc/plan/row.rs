//! The rows of a problem as people write them, and what is not readable about one.

use std::collections::BTreeMap;

use planner::{BadRow, Depot, Fixed, Job, LunchBreak, Technician};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::Frame;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Problem {
    pub date: Option<String>,
    pub zone: Option<String>,
    pub days: Option<u32>,
    pub now: Option<i64>,
    pub matrix: Option<Vec<Vec<i64>>>,
    pub speed_kmh: Option<Vec<(i64, f64)>>,
    pub road_factor: Option<f64>,
    #[serde(default)]
    pub depots: Vec<Value>,
    #[serde(default)]
    pub technicians: Vec<Value>,
    #[serde(default)]
    pub jobs: Vec<Value>,
    #[serde(default)]
    pub yesterday: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceRow {
    place: Option<usize>,
    lat: Option<f64>,
    lon: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LunchRow {
    seconds: i64,
    start_between: (i64, i64),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TechnicianRow {
    id: String,
    start: Option<PlaceRow>,
    end: Option<PlaceRow>,
    shifts: Option<Vec<(i64, i64)>>,
    lunch: Option<LunchRow>,
    skills: Option<BTreeMap<String, u32>>,
    certificates: Option<BTreeMap<String, String>>,
    tools: Option<Vec<String>>,
    parts: Option<BTreeMap<String, i64>>,
    max_jobs: Option<u32>,
    max_work_seconds: Option<i64>,
    max_km: Option<f64>,
    overtime_seconds: Option<i64>,
    overtime_weight: Option<f64>,
    speed_factor: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct JobRow {
    id: String,
    at: PlaceRow,
    seconds: i64,
    windows: Option<Vec<(i64, i64)>>,
    soft: Option<bool>,
    release: Option<i64>,
    due: Option<i64>,
    skills: Option<BTreeMap<String, u32>>,
    certificates: Option<Vec<String>>,
    tools: Option<Vec<String>>,
    parts: Option<BTreeMap<String, i64>>,
    priority: Option<u32>,
    value: Option<f64>,
    only: Option<Vec<String>>,
    never: Option<Vec<String>>,
    prefer: Option<String>,
    after: Option<String>,
    together: Option<u32>,
    fixed: Option<FixedRow>,
    started: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FixedRow {
    technician: String,
    start: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DepotRow {
    id: String,
    at: PlaceRow,
    parts: Option<BTreeMap<String, i64>>,
    tools: Option<Vec<String>>,
}

/// What changed since a plan was made.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    #[serde(default)]
    absent: Vec<String>,
    #[serde(default)]
    overrun: Vec<OverrunRow>,
    #[serde(default)]
    cancelled: Vec<String>,
    #[serde(default)]
    added: Vec<Value>,
    #[serde(default)]
    slower: Vec<SlowerRow>,
    now: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OverrunRow {
    job: String,
    seconds: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SlowerRow {
    from: i64,
    to: i64,
    factor: f64,
}

/// A whole file, or a row of it.
pub(super) fn whole<T: DeserializeOwned>(text: &str, at: &str) -> Result<T, BadRow> {
    let value: Value = serde_json::from_str(text).map_err(|e| {
        let place = format!("{}:{}", e.line(), e.column());
        BadRow::new("row.not_json").at(at).about(place)
    })?;
    typed(&value).map_err(|it| if at.is_empty() { it } else { it.at(at) })
}

fn typed<T: DeserializeOwned>(value: &Value) -> Result<T, BadRow> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let said = error.inner().to_string();
        let quoted = said.split('`').nth(1).unwrap_or_default();
        if said.starts_with("unknown field") {
            BadRow::new("row.unknown_key").about(quoted)
        } else if said.starts_with("missing field") {
            BadRow::new("row.missing").about(quoted)
        } else {
            BadRow::new("row.wrong_kind").about(path)
        }
    })
}

impl Frame {
    fn place(&mut self, row: PlaceRow) -> Result<usize, BadRow> {
        match row {
            PlaceRow { place: Some(number), lat: None, lon: None } => self.places.number(number),
            PlaceRow { place: None, lat: Some(lat), lon: Some(lon) } => self.places.point(lat, lon),
            PlaceRow { place: Some(number), lat: Some(lat), lon: Some(lon) } => {
                self.places.number_at(number, lat, lon)
            }
            PlaceRow { .. } => Err(BadRow::new("row.missing").about("lat, lon")),
        }
    }
}

pub(super) fn technician(
    frame: &mut Frame,
    at: usize,
    value: &Value,
) -> Result<Technician, BadRow> {
    let row: TechnicianRow = typed(value)?;
    let start = row.start.map(|it| frame.place(it)).transpose()?;
    let end = row.end.map(|it| frame.place(it)).transpose()?;
    let mut certificates = Vec::new();
    for (name, last) in row.certificates.unwrap_or_default() {
        certificates.push((name, frame.end_of(&last)?));
    }
    let drive = |km: f64| (km * 1000.0 / frame.metres_per_second).floor() as i64;
    Ok(Technician {
        row: at,
        id: row.id,
        start,
        end: end.or(start),
        shifts: row.shifts.unwrap_or_default(),
        lunch: row.lunch.map(|it| LunchBreak {
            seconds: it.seconds,
            earliest: it.start_between.0,
            latest: it.start_between.1,
        }),
        skills: row.skills.unwrap_or_default().into_iter().collect(),
        certificates,
        tools: row.tools.unwrap_or_default(),
        parts: row.parts.unwrap_or_default().into_iter().collect(),
        max_jobs: row.max_jobs,
        max_work: row.max_work_seconds,
        max_drive: row.max_km.map(drive),
        overtime: row.overtime_seconds.unwrap_or(0),
        overtime_weight: row.overtime_weight.unwrap_or(1.0),
        speed: row.speed_factor.unwrap_or(1.0),
        ..Technician::default()
    })
}

pub fn job(frame: &mut Frame, at: usize, value: &Value) -> Result<Job, BadRow> {
    let row: JobRow = typed(value)?;
    let fixed = row.fixed.map(|it| Fixed { technician: it.technician, start: it.start });
    Ok(Job {
        row: at,
        place: frame.place(row.at)?,
        id: row.id,
        duration: row.seconds,
        windows: row.windows.unwrap_or_default(),
        soft: row.soft.unwrap_or(false),
        release: row.release,
        due: row.due,
        skills: row.skills.unwrap_or_default().into_iter().collect(),
        certificates: row.certificates.unwrap_or_default(),
        tools: row.tools.unwrap_or_default(),
        parts: row.parts.unwrap_or_default().into_iter().collect(),
        load: 0,
        priority: row.priority.unwrap_or(3),
        value: row.value.unwrap_or(1.0),
        only: row.only.unwrap_or_default(),
        never: row.never.unwrap_or_default(),
        prefer: row.prefer,
        after: row.after,
        together: row.together.unwrap_or(1),
        fixed,
        started: row.started.unwrap_or(false),
    })
}

pub(super) fn depot(frame: &mut Frame, _: usize, value: &Value) -> Result<Depot, BadRow> {
    let row: DepotRow = typed(value)?;
    Ok(Depot {
        place: frame.place(row.at)?,
        id: row.id,
        tools: row.tools.unwrap_or_default(),
        parts: row.parts.unwrap_or_default().into_iter().collect(),
        everything: false,
    })
}

/// What changed, and the places it names.
pub fn changed(frame: &mut Frame, text: &str) -> Result<planner::Change, BadRow> {
    let row: Change = whole(text, "")?;
    let mut added = Vec::new();
    for (at, value) in row.added.iter().enumerate() {
        added.push(job(frame, at, value).map_err(|it| it.at(format!("added[{at}]")))?);
    }
    for (at, it) in row.slower.iter().enumerate() {
        if it.to <= it.from || !(it.factor > 0.0 && it.factor.is_finite()) {
            return Err(BadRow::new("change.slower").at(format!("slower[{at}]")));
        }
    }
    Ok(planner::Change {
        absent: row.absent,
        overrun: row.overrun.into_iter().map(|it| (it.job, it.seconds)).collect(),
        cancelled: row.cancelled,
        added,
        slower: row.slower.into_iter().map(|it| (it.from, it.to, it.factor)).collect(),
        now: row.now,
    })
}
