//! The time a thread really had: on a busy machine ten seconds of the wall are not ten seconds of
//! a core.

use std::{fs, time::Instant};

pub struct Cpu {
    began: Instant,
    used: Option<f64>,
}

impl Cpu {
    pub fn start() -> Cpu {
        Cpu { began: Instant::now(), used: used() }
    }

    pub fn seconds(&self) -> f64 {
        match (self.used, used()) {
            (Some(before), Some(now)) => now - before,
            _ => self.began.elapsed().as_secs_f64(),
        }
    }
}

/// Nanoseconds on a core, as Linux counts them for a thread.
fn used() -> Option<f64> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = text.split_whitespace().next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
}
