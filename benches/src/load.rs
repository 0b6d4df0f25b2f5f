//! So many clients ask as fast as they are answered, each over a connection of its own.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};

use crate::{client::Client, clock};

/// What came of it.
#[derive(Debug, Clone, Default)]
pub struct Taken {
    pub seconds: f64,
    /// In milliseconds, the quickest first.
    times: Vec<f64>,
}

impl Taken {
    pub fn new(seconds: f64, mut times: Vec<f64>) -> Taken {
        times.sort_by(f64::total_cmp);
        Taken { seconds, times }
    }

    pub fn count(&self) -> usize {
        self.times.len()
    }

    pub fn rate(&self) -> f64 {
        self.times.len() as f64 / self.seconds
    }

    /// The time within which so many of a hundred were answered.
    pub fn within(&self, percent: usize) -> f64 {
        let at = (self.times.len() * percent / 100).min(self.times.len().saturating_sub(1));
        self.times.get(at).copied().unwrap_or(f64::NAN)
    }
}

/// One call: method, path, body.
pub type Call = (&'static str, String, String);

/// `say` makes the n-th call of all; every answer must have the status.
pub fn run(
    at: SocketAddr,
    who: &[String],
    connections: usize,
    time: Duration,
    status: u16,
    say: impl Fn(usize) -> Call + Sync,
) -> Result<Taken> {
    let next = AtomicUsize::new(0);
    let began = clock::now();
    let one = &|place: usize| -> Result<Vec<f64>> {
        let mut client = Client::connect(at, &who[place % who.len()])?;
        let mut times = Vec::new();
        while began.elapsed() < time {
            let (method, path, body) = say(next.fetch_add(1, Ordering::Relaxed));
            let kind = if body.is_empty() { "" } else { "application/json" };
            let asked = clock::now();
            let answer = client.ask(method, &path, kind, &body)?;
            times.push(asked.elapsed().as_secs_f64() * 1000.0);
            ensure!(answer.status == status, "{path}: {} {}", answer.status, answer.body);
        }
        Ok(times)
    };
    let all: Result<Vec<_>> = thread::scope(|scope| {
        let hands: Vec<_> = (0..connections).map(|it| scope.spawn(move || one(it))).collect();
        hands.into_iter().map(|it| it.join().ok().context("a client panicked")?).collect()
    });
    Ok(Taken::new(began.elapsed().as_secs_f64(), all?.into_iter().flatten().collect()))
}
