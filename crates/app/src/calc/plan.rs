//! The planner on files: problems and solutions as JSON, in both directions, and the words for
//! what the planner says by code.
//!
//! Source: interfaces, `calc plan`.

mod row;
mod solution;
pub mod words;

use planner::{BadRow, Bounds, Day, Places, Travel};
use serde_json::Value;

pub use row::{changed, job};
pub use solution::{Ids, plan_json, read_plan, route_json};

/// A problem as it was read, with the rows that could not be.
pub struct Read {
    pub day: Day,
    pub bad: Vec<BadRow>,
    /// For a job that comes later.
    pub frame: Frame,
}

/// What all rows share.
#[derive(Debug, Clone)]
pub struct Frame {
    pub places: Places,
    midnight: Option<(jiff::civil::Date, jiff::tz::TimeZone)>,
    metres_per_second: f64,
    road_factor: f64,
}

const SPEED_KMH: f64 = 30.0;
const ROAD_FACTOR: f64 = 1.3;
const DAY: i64 = 86_400;
/// The zones of China, and those beside them that its maps show.
const CHINA: &[&str] = &[
    "Asia/Shanghai",
    "Asia/Urumqi",
    "Asia/Chongqing",
    "Asia/Harbin",
    "Asia/Kashgar",
    "Asia/Hong_Kong",
    "Asia/Macau",
    "Asia/Taipei",
    "PRC",
];

/// The problem of `baoxiu calc`. `matrix`, if given, replaces that of the file.
pub fn read(text: &str, matrix: Option<&str>) -> Result<Read, BadRow> {
    let mut problem: row::Problem = row::whole(text, "")?;
    if let Some(matrix) = matrix {
        problem.matrix = Some(row::whole(matrix, "matrix")?);
    }
    let speeds = problem.speed_kmh.clone().unwrap_or_else(|| vec![(0, SPEED_KMH)]);
    let positive = |it: &f64| *it > 0.0 && it.is_finite();
    if speeds.is_empty() || !speeds.iter().all(|it| positive(&it.1)) {
        return Err(BadRow::new("problem.speed").at("speed_kmh"));
    }
    let road_factor = problem.road_factor.unwrap_or(ROAD_FACTOR);
    if !positive(&road_factor) {
        return Err(BadRow::new("problem.road_factor").about(road_factor));
    }
    let metres_per_second = speeds[0].1 / 3.6;
    let midnight = midnight(&problem)?;
    let zone = problem.zone.as_deref().unwrap_or_default();
    let bounds = if CHINA.contains(&zone) { Bounds::CHINA } else { Bounds::EARTH };
    let places = Places::new(problem.matrix.as_ref().map_or(0, Vec::len), bounds);
    let mut frame = Frame { places, midnight, metres_per_second, road_factor };
    let mut bad = Vec::new();
    if let Some(rows) = &mut problem.matrix {
        frame.square(rows, &mut bad);
    }
    let technicians = frame.rows(&problem.technicians, "technicians", &mut bad, row::technician);
    let jobs = frame.rows(&problem.jobs, "jobs", &mut bad, row::job);
    let depots = frame.rows(&problem.depots, "depots", &mut bad, row::depot);
    if problem.matrix.is_some() && !frame.places.uses_matrix() {
        bad.push(BadRow::new("matrix.unused").at("matrix"));
    }
    let rows = problem.matrix.as_deref().unwrap_or_default();
    let travel = Travel::matrix(rows, metres_per_second)?;
    let travel = travel.with_points(frame.places.points(), road_factor);
    let travel = travel.with_rates(rates(&speeds, problem.days.unwrap_or(1)));
    let yesterday = problem.yesterday.into_iter().collect();
    let day = Day { travel, technicians, jobs, depots, now: problem.now, yesterday };
    Ok(Read { day, bad, frame })
}

/// The day with the ways to places that came later.
pub fn with_places(mut day: Day, frame: &Frame) -> Day {
    day.travel = day.travel.with_points(frame.places.points(), frame.road_factor);
    day
}

/// The first day, and the zone in which its midnight is.
fn midnight(
    problem: &row::Problem,
) -> Result<Option<(jiff::civil::Date, jiff::tz::TimeZone)>, BadRow> {
    let zone = problem.zone.as_deref().unwrap_or("UTC");
    let zone = jiff::tz::TimeZone::get(zone)
        .map_err(|_| BadRow::new("problem.unknown_zone").at("zone").about(zone))?;
    let Some(date) = &problem.date else { return Ok(None) };
    let date =
        date.parse().map_err(|_| BadRow::new("problem.not_a_date").at("date").about(date))?;
    Ok(Some((date, zone)))
}

/// The same hours every day, in thousandths of the first speed.
fn rates(speeds: &[(i64, f64)], days: u32) -> Vec<(i64, i64)> {
    if speeds.len() < 2 {
        return vec![];
    }
    let mut sorted = speeds.to_vec();
    sorted.sort_by_key(|it| it.0);
    let rate = |kmh: f64| ((kmh / speeds[0].1 * planner::FULL as f64).round() as i64).max(1);
    let days = 0..=i64::from(days.min(366)) + 1;
    days.flat_map(|day| sorted.iter().map(move |(from, kmh)| (day * DAY + from, rate(*kmh))))
        .collect()
}

impl Frame {
    /// Of a place whose row is not one of the matrix the ways are not known.
    fn square(&mut self, rows: &mut [Vec<i64>], bad: &mut Vec<BadRow>) {
        let count = rows.len();
        for (at, row) in rows.iter_mut().enumerate() {
            let place = format!("matrix[{at}]");
            let wrong = match row.iter().find(|it| i32::try_from(**it).is_err() || **it < 0) {
                Some(drive) => Some(BadRow::new("matrix.negative").about(drive)),
                None if row.len() != count => {
                    Some(BadRow::new("matrix.not_square").about(row.len()))
                }
                None => None,
            };
            if let Some(wrong) = wrong {
                bad.push(wrong.at(place));
                *row = vec![0; count];
                self.places.close(at);
            }
        }
    }

    fn rows<T>(
        &mut self,
        rows: &[Value],
        name: &str,
        bad: &mut Vec<BadRow>,
        read: fn(&mut Frame, usize, &Value) -> Result<T, BadRow>,
    ) -> Vec<T> {
        let mut good = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            match read(self, at, row) {
                Ok(row) => good.push(row),
                Err(it) => {
                    let id = row.get("id").and_then(Value::as_str).unwrap_or_default();
                    bad.push(it.at(format!("{name}[{at}]")).named(id));
                }
            }
        }
        good
    }

    /// From the first midnight to the end of a date, in seconds that pass.
    fn end_of(&self, date: &str) -> Result<i64, BadRow> {
        let not_a_date = || BadRow::new("problem.not_a_date").about(date);
        let last: jiff::civil::Date = date.parse().map_err(|_| not_a_date())?;
        let Some((first, zone)) = &self.midnight else { return Ok(planner::NEVER) };
        let begin = first.to_zoned(zone.clone()).map_err(|_| not_a_date())?;
        let next = last.tomorrow().map_err(|_| not_a_date())?;
        let end = next.to_zoned(zone.clone()).map_err(|_| not_a_date())?;
        Ok(end.timestamp().as_second() - begin.timestamp().as_second())
    }
}
