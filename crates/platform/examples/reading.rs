//! How fast tables are read, and with how much memory:
//! `cargo run --release -p platform --example reading -- FILE …`

use std::{fs, process::ExitCode, time::Instant};

use platform::sheet::{self, Options, Trouble};

fn main() -> ExitCode {
    let mut failed = false;
    for path in std::env::args().skip(1) {
        if let Err(trouble) = read(&path) {
            eprintln!("{path}: {trouble}");
            failed = true;
        }
    }
    ExitCode::from(u8::from(failed))
}

fn read(path: &str) -> Result<(), Trouble> {
    let start = Instant::now();
    let sheet = sheet::open(path, &Options::default())?;
    let opened = start.elapsed();
    let (mut rows, mut bad) = (0, 0);
    for row in sheet.rows() {
        rows += 1;
        bad += u64::from(row.is_err());
    }
    let read = start.elapsed() - opened;
    println!(
        "{path} ({}): {rows} rows of {} columns, {bad} bad; opened in {:.3} s, read in {:.3} s, \
         {:.0} rows/s; at most {} of memory",
        sheet.read_as(),
        sheet.headings().len(),
        opened.as_secs_f64(),
        read.as_secs_f64(),
        f64::from(rows) / read.as_secs_f64(),
        peak().unwrap_or_else(|| "?".to_owned()),
    );
    Ok(())
}

/// As Linux counts it.
fn peak() -> Option<String> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().to_owned())
}
