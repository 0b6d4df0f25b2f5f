//! Problems of 200 to 1,000 customers in the manner of Gehring and Homberger, made by name:
//! `rc2-400-1` has 400 customers, half of them in clusters, and long days. What is known of them
//! was found by another solver in ten times the time, and stands in `made.csv`.

use std::{fs, path::Path};

use planner::{Objective, read};

use crate::{Wish, days::Dice, feasible, gap, problem, summary};

const KNOWN: &str = include_str!("../made.csv");

pub fn table(wish: &Wish) -> Result<(), String> {
    println!("instance   routes   distance     known    gap %  iterations  first ms");
    let mut gaps = Vec::new();
    for line in KNOWN.lines().skip(1) {
        let columns: Vec<&str> = line.split(',').collect();
        let [name, known, ..] = columns[..] else { return Err(line.to_owned()) };
        if !wish.wants(name) {
            continue;
        }
        let known: f64 = known.parse().map_err(|_| line.to_owned())?;
        let problem = problem(read::solomon(&text(name)?, true).map_err(|it| it.to_string())?)?;
        let seconds = wish.seconds.unwrap_or(if problem.jobs().len() > 200 { 60.0 } else { 30.0 });
        let tried = wish.search(&problem, &Objective::distance(), seconds);
        let figures = feasible(&problem, &tried.plan)?;
        let gap = gap(figures.distance, known);
        gaps.push(gap);
        println!(
            "{name:10} {:6} {:10.1} {known:9.1} {gap:8.2} {:11} {:9.2}",
            figures.routes,
            figures.distance,
            tried.iterations,
            tried.first * 1000.0
        );
    }
    summary(&gaps);
    Ok(())
}

/// The same problems as files, for others.
pub fn write(folder: &Path, names: &[String]) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|e| e.to_string())?;
    for name in names {
        let file = folder.join(format!("{name}.txt"));
        fs::write(&file, text(name)?).map_err(|e| format!("{}: {e}", file.display()))?;
    }
    Ok(())
}

/// What a name stands for.
struct Kind {
    customers: usize,
    /// Of a hundred customers so many live in clusters.
    clustered: i64,
    /// Long days and large vehicles: few routes.
    long: bool,
    seed: u64,
}

impl Kind {
    fn of(name: &str) -> Option<Kind> {
        let [kind, customers, seed] = name.split('-').collect::<Vec<_>>()[..] else { return None };
        let (places, days) = kind.split_at(kind.len().checked_sub(1)?);
        let clustered = match places {
            "r" => 0,
            "c" => 100,
            "rc" => 50,
            _ => return None,
        };
        let customers = customers.parse().ok()?;
        Some(Kind { customers, clustered, long: days == "2", seed: seed.parse().ok()? })
    }

    fn extent(&self) -> i64 {
        match self.customers {
            0..=200 => 140,
            201..=400 => 200,
            _ => 500,
        }
    }
}

/// In Solomon's form.
fn text(name: &str) -> Result<String, String> {
    let kind = Kind::of(name).ok_or_else(|| format!("{name}: r1-200-1, c2-400-1, rc1-1000-2 …"))?;
    let extent = kind.extent();
    let (horizon, capacity) = match kind.long {
        true => (extent * 15, 1000),
        false => (extent * 4 + 100, 200),
    };
    let mut dice = Dice::new(kind.seed * 31 + kind.customers as u64 + kind.clustered as u64);
    let centres: Vec<(i64, i64)> =
        (0..kind.customers / 20).map(|_| (dice.below(extent), dice.below(extent))).collect();
    let head = "\nCUST NO. XCOORD. YCOORD. DEMAND READY DUE SERVICE\n\n";
    let mut text =
        format!("{name}\n\nVEHICLE\nNUMBER CAPACITY\n{} {capacity}\n", kind.customers / 4);
    let depot = (extent / 2, extent / 2);
    text.push_str(head);
    text.push_str(&format!("0 {} {} 0 0 {horizon} 0\n", depot.0, depot.1));
    for number in 1..=kind.customers {
        let at = match dice.below(100) < kind.clustered {
            true => near(centres[dice.below(centres.len() as i64) as usize], extent, &mut dice),
            false => (dice.below(extent), dice.below(extent)),
        };
        let way = ((at.0 - depot.0) as f64).hypot((at.1 - depot.1) as f64).ceil() as i64;
        let (first, last) = (way, horizon - way - 10);
        // One in four comes when it likes.
        let (ready, due) = match dice.below(4) {
            0 => (first, last),
            _ => {
                let width = 20 + dice.below(horizon / 5);
                let ready = first + dice.below((last - first - width).max(1));
                (ready, (ready + width).min(last))
            }
        };
        let demand = 5 + dice.below(30);
        text.push_str(&format!("{number} {} {} {demand} {ready} {due} 10\n", at.0, at.1));
    }
    Ok(text)
}

/// Within a twelfth of the whole.
fn near(centre: (i64, i64), extent: i64, dice: &mut Dice) -> (i64, i64) {
    let mut beside = |at: i64| (at + dice.below(extent / 6) - extent / 12).clamp(0, extent);
    (beside(centre.0), beside(centre.1))
}
