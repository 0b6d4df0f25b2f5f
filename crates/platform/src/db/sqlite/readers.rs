//! Those who read: whoever became free last goes first. What one reader has in its cache another
//! would have to fetch from the file again, so as few of them work as there is work for.

use std::{
    collections::VecDeque,
    rc::Rc,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::{self, Thread},
};

use kernel::Result;
use tokio::sync::Semaphore;

use super::{QUEUE, Seat, group::Job};
use crate::db::{AWAY, Reply, answered};

/// Where looks wait for a reader, and readers for a look. The last one to go closes it.
pub(super) struct Readers(Arc<Desk>);

struct Desk {
    /// So many may wait; the next one waits to wait.
    room: Semaphore,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Job>,
    /// The one that became free last stands last.
    idle: Vec<Thread>,
    closed: bool,
}

impl Readers {
    pub(super) fn start(seats: Vec<Seat>) -> Readers {
        let desk = Arc::new(Desk { room: Semaphore::new(QUEUE), state: Mutex::default() });
        for seat in seats {
            let desk = Arc::clone(&desk);
            thread::spawn(move || read(&Rc::new(seat), &desk));
        }
        Readers(desk)
    }

    pub(super) async fn ask<T>(&self, job: impl FnOnce(Reply<T>) -> Job) -> Result<T> {
        let room = self.0.room.acquire().await.map_err(|_| AWAY)?;
        // Whoever takes the job gives the place back.
        room.forget();
        let put = async |reply| -> Result<()> {
            self.0.put(job(reply));
            Ok(())
        };
        answered(put).await
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.closed = true;
        state.idle.iter().for_each(Thread::unpark);
    }
}

impl Desk {
    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing is done under the lock that could stop half way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, job: Job) {
        let mut state = self.state();
        state.waiting.push_back(job);
        if let Some(reader) = state.idle.pop() {
            reader.unpark();
        }
    }

    /// The next one, when there is one; none, when there will be none any more.
    fn take(&self) -> Option<Job> {
        let me = thread::current();
        loop {
            let mut state = self.state();
            state.idle.retain(|it| it.id() != me.id());
            if let Some(job) = state.waiting.pop_front() {
                drop(state);
                self.room.add_permits(1);
                return Some(job);
            }
            if state.closed {
                return None;
            }
            state.idle.push(me.clone());
            drop(state);
            thread::park();
        }
    }
}

/// Outside a transaction a savepoint is a deferred transaction, so a reader needs nothing else.
fn read(seat: &Rc<Seat>, desk: &Desk) {
    while let Some(mut job) = desk.take() {
        let ended = seat.carefully(&mut job);
        job.answer(ended.as_ref().map(|_| ()));
    }
}
