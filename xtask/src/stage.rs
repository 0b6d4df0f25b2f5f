//! A stage: one cargo command, its output passed on while it runs, counted and timed.

use std::{
    io::{BufRead as _, BufReader, PipeReader, pipe},
    process::{Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};

use crate::{
    clock::now,
    tally::{Tally, announced},
};

/// One row of the summary.
pub struct Row {
    pub name: String,
    pub tally: Tally,
    pub took: Duration,
    pub good: bool,
}

impl Row {
    /// What was decided before anything ran.
    pub fn at_once(name: &str, tally: Tally) -> Row {
        Row { name: name.to_owned(), tally, took: Duration::ZERO, good: tally.failed == 0 }
    }
}

/// A check without tests of its own: it is good or it counts as one failure.
pub fn check(name: &str, command: &mut Command) -> Result<Row> {
    let began = now();
    say(command);
    let good = command.status().with_context(|| format!("starting {name}"))?.success();
    let tally = if good { Tally::default() } else { Tally::FAILED };
    Ok(Row { name: name.to_owned(), tally, took: began.elapsed(), good })
}

/// A cargo command that runs tests: a row for each binary it announces.
pub fn tests(command: &mut Command) -> Result<Vec<Row>> {
    let mut rows = Rows { done: Vec::new(), current: "build (tests)".to_owned(), began: now() };
    let mut tally = Tally::default();
    say(command);
    // One pipe for both streams keeps cargo's announcements and the results in their order.
    let (reader, writer) = pipe()?;
    let mut child = command.stdout(writer.try_clone()?).stderr(writer).spawn()?;
    // The command keeps the pipe's other end open; without it the lines end with the child.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let lines = lines(reader);
    loop {
        match lines.recv_timeout(Duration::from_millis(500)) {
            Ok(line) => {
                println!("{line}");
                if let Some(name) = announced(&line) {
                    rows.turn(name, &mut tally);
                }
                tally = tally + Tally::of(&line);
            }
            // Something a test left behind may hold the pipe open for ever.
            Err(RecvTimeoutError::Timeout) if child.try_wait()?.is_none() => {}
            Err(_) => break,
        }
    }
    rows.turn(String::new(), &mut tally);
    let mut rows = rows.done;
    let told = rows.iter().any(|row| !row.good);
    if !child.wait()?.success() && !told {
        // Nothing was counted as failed: it did not compile, or a binary died.
        let last = rows.last_mut().expect("the stage itself is a row");
        (last.tally.failed, last.good) = (1, false);
    }
    Ok(rows)
}

struct Rows {
    done: Vec<Row>,
    current: String,
    began: Instant,
}

impl Rows {
    fn turn(&mut self, next: String, tally: &mut Tally) {
        let tally = std::mem::take(tally);
        self.done.push(Row {
            name: std::mem::replace(&mut self.current, next),
            tally,
            took: self.began.elapsed(),
            good: tally.failed == 0,
        });
        self.began = now();
    }
}

fn lines(reader: PipeReader) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut reader = BufReader::new(reader);
        let mut line = Vec::new();
        while matches!(reader.read_until(b'\n', &mut line), Ok(1..)) {
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            line.clear();
            if sender.send(text).is_err() {
                return;
            }
        }
    });
    receiver
}

fn say(command: &Command) {
    let args: Vec<_> = command.get_args().map(|arg| arg.to_string_lossy()).collect();
    println!("\n=== cargo {}", args.join(" "));
}
