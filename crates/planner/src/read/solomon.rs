//! Vehicles of one kind, one depot, customers with a load and one window (Solomon 1987, also
//! Gehring and Homberger). Vehicles and customers keep their numbers as ids.

use super::{Line, lines, whole};
use crate::{
    bad_row::BadRow,
    problem::{Day, Job, Technician},
    travel::Travel,
};

pub fn solomon(text: &str, truncated: bool) -> Result<Day, BadRow> {
    let mut rows = lines(text);
    let starts = |line: &Line<'_>, word: &str| line.text.trim().starts_with(word);
    let missing = |word: &str| BadRow::new("file.missing_part").about(word);
    rows.by_ref().find(|it| starts(it, "NUMBER")).ok_or_else(|| missing("VEHICLE"))?;
    let fleet = rows.next().ok_or_else(|| missing("VEHICLE"))?.numbers(2)?;
    rows.by_ref().find(|it| starts(it, "CUST")).ok_or_else(|| missing("CUSTOMER"))?;
    let mut customers = Vec::new();
    for line in rows.filter(|it| it.text.trim().starts_with(|it: char| it.is_ascii_digit())) {
        customers.push(line.numbers(7)?);
    }
    let depot = customers.first().ok_or_else(|| missing("CUSTOMER"))?.clone();
    let points = customers.iter().map(|it| (it[1], it[2])).collect();
    let travel = Travel::plane(points, truncated);
    let scale = (1.0 / travel.unit()).round();
    let job = |(row, it): (usize, &Vec<f64>)| Job {
        row,
        id: it[0].to_string(),
        place: row,
        duration: whole(it[6], scale),
        windows: vec![(whole(it[4], scale), whole(it[5], scale))],
        load: it[3] as i64,
        priority: 3,
        value: 1.0,
        together: 1,
        ..Job::default()
    };
    let vehicle = |row: usize| Technician {
        row,
        id: row.to_string(),
        start: Some(0),
        end: Some(0),
        shifts: vec![(whole(depot[4], scale), whole(depot[5], scale))],
        capacity: Some(fleet[1] as i64),
        speed: 1.0,
        ..Technician::default()
    };
    Ok(Day {
        travel,
        technicians: (0..fleet[0] as usize).map(vehicle).collect(),
        jobs: customers.iter().enumerate().skip(1).map(job).collect(),
        depots: vec![],
        now: None,
        yesterday: vec![],
    })
}
