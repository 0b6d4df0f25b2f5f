//! 脉搏: that something happened, told to whoever has a page open. Who may hear it is decided where
//! it is heard; here is only the wire, and how many may hang on it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use rules::policy::{Act, Actor, PersonId};
use tokio::sync::broadcast;

/// Whoever hears so many too late hears that much happened, and looks for themselves.
const BEHIND: usize = 256;
/// Pages one person may have open at once. A browser opens six connections to one address and no
/// more, so a seventh would keep the others waiting.
const EACH: usize = 6;
/// Of everybody together: each costs a connection and a little memory.
const ALL: usize = 2000;

/// One beat: where something happened, or what ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Beat {
    /// To something that whoever has this right so far may see.
    Thing { act: Act, path: String, own: Option<PersonId> },
    /// To somebody's own account: their rights may be others now, or none.
    Person(String),
    /// What roles may do has changed.
    Everybody,
    /// The house closes.
    End,
}

impl Beat {
    /// Whether it is news to this person.
    pub fn concerns(&self, actor: &Actor) -> bool {
        match self {
            Beat::Thing { act, path, own } => actor.grant_for(*act).covers(path, own.as_ref()),
            Beat::Person(_) | Beat::Everybody | Beat::End => false,
        }
    }

    /// Whether this person has to come in again to hear more.
    pub fn ends(&self, actor: &Actor) -> bool {
        match self {
            Beat::Thing { .. } => false,
            Beat::Person(id) => actor.person.as_ref().is_some_and(|me| me.as_str() == id),
            Beat::Everybody | Beat::End => true,
        }
    }
}

/// The wire of this process.
pub struct Pulse {
    wire: broadcast::Sender<Beat>,
    seats: Mutex<BTreeMap<String, usize>>,
}

/// One page that is open. Its place is free again when it goes.
pub struct Seat {
    pulse: Arc<Pulse>,
    person: String,
    pub hears: broadcast::Receiver<Beat>,
}

impl Default for Pulse {
    fn default() -> Pulse {
        Pulse { wire: broadcast::Sender::new(BEHIND), seats: Mutex::default() }
    }
}

impl Pulse {
    pub fn beat(&self, it: Beat) {
        // Nobody there to hear it is no mistake.
        let _ = self.wire.send(it);
    }

    /// Whether anybody listens: where nobody does nothing has to be found out.
    pub fn is_heard(&self) -> bool {
        self.wire.receiver_count() > 0
    }

    /// A place on the wire; none, where somebody or everybody has as many as there may be.
    pub fn sit(self: &Arc<Pulse>, person: &str) -> Option<Seat> {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        let taken: usize = seats.values().sum();
        let mine = seats.get(person).copied().unwrap_or(0);
        if mine >= EACH || taken >= ALL {
            return None;
        }
        seats.insert(person.to_owned(), mine + 1);
        let (pulse, person) = (Arc::clone(self), person.to_owned());
        Some(Seat { pulse, person, hears: self.wire.subscribe() })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = self.pulse.seats.lock().unwrap_or_else(PoisonError::into_inner);
        let left = seats.get(&self.person).copied().unwrap_or(1) - 1;
        match left {
            0 => drop(seats.remove(&self.person)),
            left => drop(seats.insert(self.person.clone(), left)),
        }
    }
}
