//! Importing requests of before with their orders, and customers: many rows in no order, as they
//! come out of another house's database.

use std::{
    fs::{self, File},
    io::{BufWriter, Write as _},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value as Json;

use crate::{Bench, CLIENT, SERVER, calls::call, clock, create::copy, table::Table, tell};

/// A minute of the years that are imported.
const MINUTE: u64 = 60;
/// 2019-01-01, in seconds.
const BEGINS: u64 = 1_546_300_800;
const PEEK: Duration = Duration::from_millis(50);

pub fn sqlite(bench: &Bench, rows: u64) -> Result<()> {
    let seed = bench.sqlite_seed()?;
    let mut table = Table::new(&["what", "rows", "seconds", "rows/s", "most MB"]);
    for kind in ["requests", "customers"] {
        let folder = bench.folder.join("run");
        copy(&seed, &folder)?;
        let file = bench.folder.join(format!("{kind}.csv"));
        write(kind, rows, &file)?;
        let (seconds, most) = import(&bench.baoxiu, kind, &file, &folder, rows)?;
        table.row([
            kind.to_owned(),
            rows.to_string(),
            format!("{seconds:.1}"),
            format!("{:.0}", rows as f64 / seconds),
            format!("{most:.0}"),
        ]);
    }
    tell("SQLite, import: checked in a first pass, filed in a second");
    tell(&table.text());
    Ok(())
}

/// Every row once, none where its neighbour in time is.
fn write(kind: &str, rows: u64, file: &Path) -> Result<()> {
    let mut out = BufWriter::new(File::create(file)?);
    let heads = match kind {
        "requests" => {
            "external_id,kind,channel,opened_at,closed_at,customer_name,phone,address,serial,\
             fault_text,level"
        }
        _ => "external_id,name,phone,address",
    };
    writeln!(out, "{heads}")?;
    let step = shuffling(rows);
    for nth in 0..rows {
        let it = nth * step % rows;
        let said = call(88, it as usize, &[String::new()]);
        let (who, device) = (&said["customer"], &said["device"]);
        let text = |of: &Json, name: &str| of[name].as_str().unwrap_or_default().to_owned();
        let (name, phone) = (text(who, "name"), text(who, "phone"));
        let address = text(who, "address");
        if kind != "requests" {
            writeln!(out, "K{it},{name},{phone},{address}")?;
            continue;
        }
        let opened = BEGINS + it * 10 * MINUTE;
        let closed = opened + (60 + it % 4000) * MINUTE;
        let (serial, fault) = (text(device, "serial"), text(&said["fault"], "text"));
        writeln!(
            out,
            "V{it},repair,phone,{},{},{name},{phone},{address},{serial},{fault},3",
            moment(opened),
            moment(closed)
        )?;
    }
    Ok(out.flush()?)
}

/// About five eighths of all, and without a common divisor.
fn shuffling(rows: u64) -> u64 {
    let divides = |a: u64, b: u64| {
        let (mut a, mut b) = (a, b);
        while b > 0 {
            (a, b) = (b, a % b);
        }
        a > 1
    };
    (rows * 5 / 8..).find(|it| !divides(*it, rows)).unwrap_or(1)
}

/// `2019-01-01T00:00:00Z`, by the calendar.
fn moment(seconds: u64) -> String {
    let (mut day, time) = (seconds / 86_400, seconds % 86_400);
    let mut year = 1970;
    let leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    while day >= 365 + u64::from(leap(year)) {
        day -= 365 + u64::from(leap(year));
        year += 1;
    }
    let lengths = [31, 28 + u64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while day >= lengths[month] {
        day -= lengths[month];
        month += 1;
    }
    let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
    format!("{year}-{:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z", month + 1, day + 1)
}

/// How many seconds it took, and the most memory it had, in MB.
fn import(baoxiu: &Path, kind: &str, file: &Path, folder: &Path, rows: u64) -> Result<(f64, f64)> {
    let report = folder.join("report.json");
    // One reads, one writes.
    let mut command = Command::new("taskset");
    command.args(["-c", &format!("{SERVER},{CLIENT}")]).arg(baoxiu);
    command.args(["import", kind]).arg(file).arg("--data").arg(folder);
    command.arg("--report").arg(&report).stdout(Stdio::null()).stderr(Stdio::null());
    let began = clock::now();
    let mut child = command.spawn().context("starting baoxiu")?;
    let mut most = 0.0_f64;
    while child.try_wait()?.is_none() {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id()));
        let line = status.unwrap_or_default();
        let high = line.lines().find_map(|it| it.strip_prefix("VmHWM:"));
        let high = high.and_then(|it| it.split_whitespace().next()?.parse::<f64>().ok());
        most = most.max(high.unwrap_or(0.0) / 1024.0);
        std::thread::sleep(PEEK);
    }
    let seconds = began.elapsed().as_secs_f64();
    let said: Json = serde_json::from_str(&fs::read_to_string(&report).context("a report")?)?;
    let new = said["new"].as_u64();
    ensure!(new == Some(rows), "{kind}: {new:?} new of {rows}: {said}");
    Command::new("sync").status()?;
    Ok((seconds, most))
}
