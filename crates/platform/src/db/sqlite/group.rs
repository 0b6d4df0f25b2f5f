//! Use cases that wait for a connection are done in groups: many share one commit, which is what
//! costs.

use std::{
    fs,
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use kernel::{Error, Result};
use tokio::sync::mpsc::Receiver;

use super::{LONG_LOG, STRANGER, Seat, at_once, is_away};
use crate::{
    db::{AWAY, Engine, Pace, Reply, Tx, Work, away},
    events,
};

/// A group takes no more use cases after so many, or after so long: a few times what the commit
/// costs on a busy disk, which they share.
const GROUP: usize = 64;
const PATIENCE: Duration = Duration::from_millis(50);
/// SQLite keeps its log of changes near 4 MB by itself, unless somebody is always reading.
const LOG: u64 = 32 << 20;
/// How long writers wait for old readers to let go of the log.
const FOLDING: Duration = Duration::from_millis(500);

/// A use case on its way to a connection, and its answer on the way back.
pub(super) trait Errand: Send {
    /// Does the work, perhaps again: what it did before is gone. Says whether it may be kept.
    fn run(&mut self, seat: &Rc<Seat>) -> bool;
    /// Given once it is known whether the work was kept.
    fn answer(self: Box<Self>, kept: std::result::Result<(), &Error>);
}

pub(super) type Job = Box<dyn Errand>;

struct Case<T, W> {
    work: W,
    done: Option<Result<T>>,
    reply: Reply<T>,
}

pub(super) fn job<T: Send + 'static>(work: impl Work<T>, reply: Reply<T>) -> Job {
    Box::new(Case { work, done: None, reply })
}

impl<T: Send + 'static, W: Work<T>> Errand for Case<T, W> {
    fn run(&mut self, seat: &Rc<Seat>) -> bool {
        let done = seat.caught(&self.work);
        let kept = done.is_ok();
        self.done = Some(done);
        kept
    }

    fn answer(self: Box<Self>, kept: std::result::Result<(), &Error>) {
        let Some(done) = self.done else { return };
        let done = done.map_err(|e| away(e, is_away));
        let kept = kept.map_err(|e| match e {
            Error::Fault(fault) if is_away(fault) => AWAY.into(),
            e => Error::fault(format!("committing: {e}")),
        });
        // Nobody listens any more if the client hung up. What is done stays done.
        let _ = self.reply.send(done.and_then(|done| kept.map(|()| done)));
    }
}

/// The pace is taken up when the group that it comes with is kept.
pub(super) struct Change(pub(super) Pace, pub(super) Reply<()>);

impl Errand for Change {
    fn run(&mut self, seat: &Rc<Seat>) -> bool {
        seat.pace.set(self.0);
        true
    }

    fn answer(self: Box<Self>, kept: std::result::Result<(), &Error>) {
        let kept = kept.map_err(|e| Error::fault(format!("committing: {e}")));
        // Nobody listens any more: nothing is lost.
        let _ = self.1.send(kept);
    }
}

/// Ends when the last `Db` is gone.
pub(super) fn write(seat: &Rc<Seat>, log: &str, mut jobs: Receiver<Job>) {
    let (mut pace, mut limit) = (Pace::Usual, LOG);
    while let Some(first) = jobs.blocking_recv() {
        let mut kept = group(seat, first, &mut jobs);
        if seat.pace.get() != pace {
            pace = seat.pace.get();
            limit = pace.log();
            kept = kept.and_then(|()| seat.take_up(pace));
        }
        // Whoever was dropped without an answer is told that the log says why.
        if let Err(error) = kept.and_then(|()| fold(seat, log, &mut limit)) {
            tracing::error!("the writer: {error}");
        }
    }
}

/// Whatever waits is done in one transaction, and nobody hears of it before it is on disk: not
/// even a refusal, which may rest on what a neighbour just wrote.
fn group(seat: &Rc<Seat>, first: Job, jobs: &mut Receiver<Job>) -> Result<()> {
    seat.begin()?;
    let began = Instant::now();
    let (mut done, mut careful) = (Vec::new(), false);
    let mut next = Some(first);
    while let Some(mut job) = next {
        if careful {
            seat.carefully(&mut job)?;
            done.push(job);
        } else {
            careful = boldly(seat, &mut done, job)?;
        }
        // SQLite itself may end the transaction (disk full); then the commit fails, and all hear it.
        let more = done.len() < GROUP && began.elapsed() < PATIENCE && !seat.conn.is_autocommit();
        next = if more { jobs.try_recv().ok() } else { None };
    }
    let kept = seal(seat).and_then(|()| seat.last_things()).and_then(|()| seat.say("commit"));
    if kept.is_err() && !seat.conn.is_autocommit() {
        seat.say("rollback")?;
    }
    seat.lastly.borrow_mut().clear();
    for job in done {
        job.answer(kept.as_ref().map(|_| ()));
    }
    Ok(())
}

/// Without a savepoint, for which SQLite copies every page that is changed: most use cases succeed,
/// and most that are refused have written nothing. If one fails after it wrote, the group begins
/// anew, each in a savepoint of its own from then on. Says whether that is so.
fn boldly(seat: &Rc<Seat>, done: &mut Vec<Job>, mut job: Job) -> Result<bool> {
    seat.wrote.set(false);
    let kept = job.run(seat);
    let alone = done.is_empty();
    done.push(job);
    if kept || !seat.wrote.get() || seat.conn.is_autocommit() {
        return Ok(false);
    }
    seat.say("rollback")?;
    seat.begin()?;
    if alone {
        // Nothing of it is left, and nothing of others was there.
        return Ok(false);
    }
    for job in done {
        seat.carefully(job)?;
    }
    Ok(true)
}

/// The events of the group join the chain before the commit: none is ever seen unsealed.
fn seal(seat: &Rc<Seat>) -> Result<()> {
    if !seat.has_events()? || seat.conn.is_autocommit() {
        return Ok(());
    }
    let tx = || Tx { engine: Engine::Sqlite(Rc::clone(seat)), failed: Rc::default() };
    // One use case may tell of more than a batch.
    at_once(async move {
        while events::seal(tx()).await? == events::BATCH {}
        Ok(())
    })
}

/// SQLite starts its log anew only when nobody reads from it. With readers coming and going that
/// moment never comes, and the log grows for ever; so the writer stops and waits for it. If a
/// reader holds out too long, the next try comes one size later.
fn fold(seat: &Seat, log: &str, limit: &mut u64) -> Result<()> {
    let size = fs::metadata(log).map_or(0, |it| it.len());
    if size < *limit {
        return Ok(());
    }
    seat.conn.busy_timeout(FOLDING).context("folding")?;
    let told = seat.rows("pragma wal_checkpoint(truncate)", &[])?;
    seat.conn.busy_timeout(STRANGER).context("folding")?;
    let busy = told.first().is_none_or(|row| row.get(0).unwrap_or(1) != 0);
    let usual = seat.pace.get().log();
    *limit = if busy { size + usual } else { usual };
    Ok(())
}

impl Pace {
    /// How large the log may be.
    fn log(self) -> u64 {
        if self == Pace::Usual { LOG } else { LONG_LOG }
    }
}
