//! The tables.

use std::path::{Path, PathBuf};

use planner::{Figures, Objective};

use crate::{feasible, search, solomon, text, trsp};

/// The words of the command line.
struct Wish {
    folder: PathBuf,
    seconds: f64,
    seed: u64,
    vehicles: bool,
    seeds: u64,
    peers: Option<PathBuf>,
    names: Vec<String>,
}

pub fn run(words: &[String]) -> Result<(), String> {
    let usage = "planner-bench solomon|trsp DIR [--seconds S] [--seed K] [--vehicles] [NAME …]";
    let Some(table) = words.first() else { return Err(usage.to_owned()) };
    let folder = words.get(1).map(String::as_str).unwrap_or_default();
    let mut wish = Wish {
        folder: folder.into(),
        seconds: 10.0,
        seed: 1,
        vehicles: false,
        seeds: 5,
        peers: None,
        names: vec![],
    };
    let mut rest = words.iter().skip(2);
    while let Some(word) = rest.next() {
        let mut number = || rest.next().and_then(|it| it.parse().ok()).ok_or(usage.to_owned());
        match word.as_str() {
            "--seconds" => wish.seconds = number()?,
            "--seed" => wish.seed = number()? as u64,
            "--seeds" => wish.seeds = number()? as u64,
            "--peers" => wish.peers = rest.next().map(PathBuf::from),
            "--vehicles" => wish.vehicles = true,
            name => wish.names.push(name.to_owned()),
        }
    }
    match table.as_str() {
        "solomon" => solomon_table(&wish),
        "trsp" => trsp_table(&wish),
        "days" => days_table(&wish),
        "large" => crate::days::large(wish.seconds),
        "insert" => crate::days::inserted(wish.seconds),
        _ => Err(usage.to_owned()),
    }
}

/// Name and row of every instance wished for.
fn rows(wish: &Wish, file: &str) -> Result<Vec<Vec<String>>, String> {
    let known = text(&wish.folder.join(file))?;
    let rows = known.lines().skip(1).map(|it| it.split(',').map(str::to_owned).collect());
    let wanted = |row: &Vec<String>| {
        wish.names.is_empty() || wish.names.iter().any(|it| row[0].starts_with(it.as_str()))
    };
    Ok(rows.filter(wanted).collect())
}

fn number(row: &[String], column: usize) -> Result<f64, String> {
    row.get(column).and_then(|it| it.trim().parse().ok()).ok_or(format!("{row:?}"))
}

fn solomon_table(wish: &Wish) -> Result<(), String> {
    let (mut gaps, mut fleets) = (Vec::new(), 0);
    println!("instance  routes  distance   known    gap %  iterations  first ms");
    for row in rows(wish, "solomon_bks.csv")? {
        let file = wish.folder.join("solomon").join(format!("{}.txt", row[0]));
        let problem = solomon(&file, !wish.vehicles)?;
        let objective = if wish.vehicles { Objective::vehicles() } else { Objective::distance() };
        let tried = search(&problem, &objective, wish.seconds, wish.seed);
        let Figures { distance, routes, value_lost, .. } = feasible(&problem, &tried.plan)?;
        let known = number(&row, if wish.vehicles { 5 } else { 8 })?;
        let fleet = number(&row, 4)?;
        let gap = (distance / known - 1.0) * 100.0;
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

/// `days 200/30`.
fn days_table(wish: &Wish) -> Result<(), String> {
    let size = wish.folder.to_string_lossy().into_owned();
    let size = size.split_once('/').and_then(|it| Some((it.0.parse().ok()?, it.1.parse().ok()?)));
    let (jobs, technicians) = size.ok_or("days JOBS/TECHNICIANS")?;
    crate::days::table(jobs, technicians, wish.seeds, wish.seconds, wish.peers.as_ref())
}

fn trsp_table(wish: &Wish) -> Result<(), String> {
    let mut gaps = Vec::new();
    println!("instance             lost  working time     known    gap %  iterations");
    for row in rows(wish, "best_values.csv")? {
        let file = wish.folder.join("crew25").join(format!("{}.txt", row[0]));
        let problem = trsp(Path::new(&file))?;
        let tried = search(&problem, &Objective::working_time(), wish.seconds, wish.seed);
        let figures = feasible(&problem, &tried.plan)?;
        let time = figures.duration as f64 * problem.travel().unit();
        let known = number(&row, 1)?;
        let gap = (time / known - 1.0) * 100.0;
        gaps.push(gap);
        println!(
            "{:20} {:4} {time:13.2} {known:9.2} {gap:8.2} {:11}",
            row[0], figures.value_lost, tried.iterations
        );
    }
    summary(&gaps);
    Ok(())
}

fn summary(gaps: &[f64]) {
    let mean = gaps.iter().sum::<f64>() / gaps.len().max(1) as f64;
    let worst = gaps.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let better = gaps.iter().filter(|it| **it < -0.005).count();
    println!("{} instances, mean gap {mean:.3} %, worst {worst:.2} %, better {better}", gaps.len());
}
