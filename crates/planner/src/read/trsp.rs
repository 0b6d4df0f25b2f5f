//! The technician routing and scheduling problem of Pillac, Guéret and Medaglia (2013): skills,
//! tools, spare parts on the van, and a main depot that has everything. Technicians and requests
//! keep their numbers as ids.

use super::{Line, lines, whole};
use crate::{
    bad_row::BadRow,
    problem::{Day, Depot, Job, Technician},
    travel::{Time, Travel},
};

/// The id of the depot.
const DEPOT: &str = "depot";

pub fn trsp(text: &str) -> Result<Day, BadRow> {
    let mut rows = lines(text);
    let missing = |word: &str| BadRow::new("file.missing_part").about(word);
    let starts = |line: &Line<'_>, word: &str| line.text.trim().starts_with(word);
    rows.by_ref().find(|it| starts(it, "CREW")).ok_or_else(|| missing("INFO"))?;
    let crew = rows.next().ok_or_else(|| missing("INFO"))?.numbers(4)?[0] as usize;
    rows.by_ref().find(|it| starts(it, "ID")).ok_or_else(|| missing("DEPOT"))?;
    let read: Result<Vec<Entry>, BadRow> = rows.map(|it| Entry::read(&it)).collect();
    let entries = read?;
    if entries.len() < crew + 1 {
        return Err(missing("TECHNICIANS"));
    }
    let travel = Travel::plane(entries.iter().map(|it| it.at).collect(), false);
    let scale = (1.0 / travel.unit()).round();
    let numbered = entries.iter().enumerate();
    Ok(Day {
        technicians: numbered
            .clone()
            .skip(1)
            .take(crew)
            .map(|it| it.1.technician(it.0, scale))
            .collect(),
        jobs: numbered.skip(1 + crew).map(|it| it.1.request(it.0, scale)).collect(),
        depots: vec![Depot {
            id: DEPOT.to_owned(),
            place: 0,
            everything: true,
            ..Depot::default()
        }],
        travel,
        now: None,
        yesterday: vec![],
    })
}

struct Entry {
    id: String,
    at: (f64, f64),
    window: (f64, f64),
    service: f64,
    skills: Vec<f64>,
    tools: Vec<f64>,
    parts: Vec<f64>,
}

impl Entry {
    fn read(line: &Line<'_>) -> Result<Entry, BadRow> {
        let (plain, lists) = line.text.split_once('[').unwrap_or((line.text, ""));
        let fields: Vec<&str> = plain.split_whitespace().collect();
        if fields.len() < 6 {
            return Err(line.bad("file.too_few_columns").about(fields.len()));
        }
        let lists: Vec<&str> =
            lists.split('[').filter_map(|it| Some(it.split_once(']')?.0)).collect();
        let [skills, tools, parts] = lists[..] else {
            return Err(line.bad("file.too_few_columns").about(fields.len() + lists.len()));
        };
        let list = |text: &str| -> Result<Vec<f64>, BadRow> {
            let values = text.split(',').map(str::trim).filter(|it| !it.is_empty());
            values.map(|it| line.number(it)).collect()
        };
        Ok(Entry {
            id: fields[0].to_owned(),
            at: (line.number(fields[1])?, line.number(fields[2])?),
            window: (line.number(fields[3])?, line.number(fields[4])?),
            service: line.number(fields[5])?,
            skills: list(skills)?,
            tools: list(tools)?,
            parts: list(parts)?,
        })
    }

    fn window(&self, scale: f64) -> (Time, Time) {
        (whole(self.window.0, scale), whole(self.window.1, scale))
    }

    fn parts(&self) -> Vec<(String, i64)> {
        let kinds = self.parts.iter().enumerate().filter(|it| *it.1 > 0.0);
        kinds.map(|(kind, count)| (kind.to_string(), *count as i64)).collect()
    }

    fn technician(&self, place: usize, scale: f64) -> Technician {
        Technician {
            row: place,
            id: self.id.clone(),
            start: Some(place),
            end: Some(place),
            shifts: vec![self.window(scale)],
            skills: self.skills.iter().map(|it| (it.to_string(), 1)).collect(),
            tools: self.tools.iter().map(f64::to_string).collect(),
            parts: self.parts(),
            speed: 1.0,
            ..Technician::default()
        }
    }

    fn request(&self, place: usize, scale: f64) -> Job {
        Job {
            row: place,
            id: self.id.clone(),
            place,
            duration: whole(self.service, scale),
            windows: vec![self.window(scale)],
            skills: self.skills.iter().map(|it| (it.to_string(), 1)).collect(),
            tools: self.tools.iter().map(f64::to_string).collect(),
            parts: self.parts(),
            priority: 3,
            value: 1.0,
            together: 1,
            ..Job::default()
        }
    }
}
