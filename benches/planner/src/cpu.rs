//! The time a thread really had: on a busy machine ten seconds of the wall are not ten seconds of
//! a core.

use std::{
    cell::Cell,
    fs,
    time::{Duration, Instant},
};

pub struct Cpu {
    began: Instant,
    before: Option<f64>,
    /// What was read last, and when.
    known: Cell<f64>,
    read: Cell<Instant>,
}

/// Reading costs some microseconds, and the figure moves with the kernel's ticks only.
const READ_EVERY: Duration = Duration::from_millis(2);

impl Cpu {
    pub fn start() -> Cpu {
        let now = Instant::now();
        Cpu { began: now, before: used(), known: Cell::new(0.0), read: Cell::new(now) }
    }

    pub fn seconds(&self) -> f64 {
        let Some(before) = self.before else { return self.wall() };
        if self.read.get().elapsed() >= READ_EVERY {
            self.known.set(used().unwrap_or(before) - before);
            self.read.set(Instant::now());
        }
        self.known.get()
    }

    /// For what takes less than a tick.
    pub fn wall(&self) -> f64 {
        self.began.elapsed().as_secs_f64()
    }
}

/// Seconds on a core, as Linux counts them for a thread.
fn used() -> Option<f64> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = text.split_whitespace().next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
}
