//! The tables of published instances.

use std::path::Path;

use planner::{Figures, Objective};

use crate::{Wish, feasible, gap, number, solomon, summary, text, trsp};

/// Name and row of every instance wished for.
fn rows(wish: &Wish, file: &str) -> Result<Vec<Vec<String>>, String> {
    let known = text(&wish.folder.join(file))?;
    let rows = known.lines().skip(1).map(|it| it.split(',').map(str::to_owned).collect());
    Ok(rows.filter(|it: &Vec<String>| wish.wants(&it[0])).collect())
}

pub fn of_solomon(wish: &Wish) -> Result<(), String> {
    let (mut gaps, mut fleets) = (Vec::new(), 0);
    println!("instance  routes  distance   known    gap %  iterations  first ms");
    for row in rows(wish, "solomon_bks.csv")? {
        let file = wish.folder.join("solomon").join(format!("{}.txt", row[0]));
        let problem = solomon(&file, !wish.vehicles)?;
        let objective = if wish.vehicles { Objective::vehicles() } else { Objective::distance() };
        let tried = wish.search(&problem, &objective, wish.seconds.unwrap_or(SECONDS));
        let Figures { distance, routes, value_lost, .. } = feasible(&problem, &tried.plan)?;
        let known = number(&row, if wish.vehicles { 5 } else { 8 })?;
        let fleet = number(&row, 4)?;
        let gap = gap(distance, known);
        gaps.push(gap);
        fleets += u32::from(value_lost == 0.0 && f64::from(routes) <= fleet);
        println!(
            "{:9} {routes:3}/{fleet:<3} {distance:9.1} {known:8.1} {gap:8.2} {:11} {:9.2}",
            row[0],
            tried.iterations,
            tried.first * 1000.0
        );
    }
    summary(&gaps);
    if wish.vehicles {
        println!("fleet as known: {fleets} of {}", gaps.len());
    }
    Ok(())
}

/// What others are measured with, on Solomon's instances.
const SECONDS: f64 = 10.0;
/// And of Pillac's.
const TRSP_SECONDS: f64 = 60.0;

pub fn of_trsp(wish: &Wish) -> Result<(), String> {
    let mut gaps = Vec::new();
    println!("instance             lost  working time     known    gap %  iterations");
    for row in rows(wish, "best_values.csv")? {
        let file = wish.folder.join("crew25").join(format!("{}.txt", row[0]));
        let problem = trsp(Path::new(&file))?;
        let seconds = wish.seconds.unwrap_or(TRSP_SECONDS);
        let tried = wish.search(&problem, &Objective::working_time(), seconds);
        let figures = feasible(&problem, &tried.plan)?;
        let time = figures.duration as f64 * problem.travel().unit();
        let known = number(&row, 1)?;
        let gap = gap(time, known);
        gaps.push(gap);
        println!(
            "{:20} {:4} {time:13.2} {known:9.2} {gap:8.2} {:11}",
            row[0], figures.value_lost, tried.iterations
        );
    }
    summary(&gaps);
    Ok(())
}
