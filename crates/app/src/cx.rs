//! The context of one use case: who acts, when, for which company, and the transaction it happens
//! in.

use std::{collections::VecDeque, sync::Arc};

use anyhow::Context as _;
use kernel::{Day, Dice, Refusal, Result, Time};
use platform::{
    db::Tx,
    events::{self, Event, EventId},
    jobs::{self, JobId},
};
use rules::policy::{Act, Actor, Grant};
use serde_json::Value as Json;

use crate::{App, company::Company, reactions};

pub struct Cx {
    pub tx: Tx,
    pub actor: Arc<Actor>,
    pub company: Arc<Company>,
    pub(crate) refused: Option<Refusal>,
    pub(crate) happened: VecDeque<(&'static str, String)>,
    now: Time,
    dice: Box<dyn Dice>,
}

impl Cx {
    /// The moment is that of the question; the transaction comes later, perhaps more than once.
    pub(crate) fn birth(
        app: &App,
        actor: &Arc<Actor>,
        now: Time,
    ) -> impl Fn(Tx) -> Cx + Send + 'static {
        let (actor, company, dice) = (Arc::clone(actor), app.company(), app.dice);
        move |tx| Cx {
            tx,
            actor: Arc::clone(&actor),
            company: Arc::clone(&company),
            refused: None,
            happened: VecDeque::new(),
            now,
            dice: dice(),
        }
    }

    pub fn now(&self) -> Time {
        self.now
    }

    pub fn today(&self) -> Day {
        self.now.day(&self.company.zone)
    }

    pub fn dice(&mut self) -> &mut dyn Dice {
        &mut *self.dice
    }

    /// One use case of several in this transaction, by somebody else at another moment: the demo
    /// tells weeks of history so, an import files many rows.
    pub async fn step<T>(
        &mut self,
        actor: &Arc<Actor>,
        now: Time,
        work: impl AsyncFnOnce(&mut Cx) -> Result<T>,
    ) -> Result<T> {
        (self.actor, self.now) = (Arc::clone(actor), now);
        let done = work(self).await?;
        reactions::follow(self).await?;
        match self.refused.take() {
            None => Ok(done),
            Some(refusal) => Err(refusal.into()),
        }
    }

    /// The first line of every use case.
    pub fn may(&self, act: Act) -> Result<Grant> {
        self.actor.may(act)
    }

    /// The id of who acts, for the column that remembers it.
    pub fn person(&self) -> Option<String> {
        self.actor.person.as_ref().map(|it| it.as_str().to_owned())
    }

    /// The last line of every use case: the timeline, the audit and the news in one row.
    pub async fn record(
        &mut self,
        kind: &'static str,
        subject: impl std::fmt::Display,
        data: Json,
    ) -> Result<()> {
        let id = EventId::born(self.now, &mut *self.dice);
        let (actor, subject) = (self.person(), subject.to_string());
        self.happened.push_back((kind, subject.clone()));
        let event = Event { id, at: self.now, actor, kind, subject, data };
        events::record(&mut self.tx, &event).await
    }

    /// What happened before it was known here: it stands on the timeline at its own time, and
    /// nothing follows of it.
    pub async fn recall(
        &mut self,
        kind: &'static str,
        subject: impl std::fmt::Display,
        at: Time,
        data: Json,
    ) -> Result<()> {
        let id = EventId::born(at, &mut *self.dice);
        let (actor, subject) = (self.person(), subject.to_string());
        let event = Event { id, at, actor, kind, subject, data };
        events::record(&mut self.tx, &event).await
    }

    /// Lets everything follow that follows from what happened so far. It happens by itself at the
    /// end; whoever has to show the outcome asks for it earlier.
    pub async fn settle(&mut self) -> Result<()> {
        crate::reactions::follow(self).await
    }

    /// Work that can wait, known by its key.
    pub async fn later(&mut self, kind: &str, key: &str, at: Time, data: &Json) -> Result<()> {
        let id = JobId::born(self.now, &mut *self.dice);
        jobs::later(&mut self.tx, &id, kind, key, at, data).await
    }

    /// Says no, and keeps what was written all the same: a wrong password counts.
    pub fn refuse_but_keep(&mut self, refusal: Refusal) {
        self.refused = Some(refusal);
    }

    /// The next running number under a key: `order GD-2611`. Where the use case comes to nothing there
    /// is a gap; nobody waits for anybody else's.
    pub async fn next_number(&mut self, key: &str) -> Result<i64> {
        self.next_numbers(key, 1).await
    }

    /// The first of so many running numbers under a key.
    pub async fn next_numbers(&mut self, key: &str, count: i64) -> Result<i64> {
        let sql = "insert into counters (key, n) values ($1, $2)
                   on conflict (key) do update set n = counters.n + $2 returning n";
        let cells = [kernel::Value::Text(key.to_owned()), kernel::Value::Int(count)];
        let rows = self.tx.beside(sql, &cells).await?;
        let last: i64 = rows.first().context("a running number")?.get(0)?;
        Ok(last - count + 1)
    }

    /// The next number under each of two keys, asked for together.
    pub async fn next_of_both(&mut self, keys: [&str; 2]) -> Result<[i64; 2]> {
        // In one order everywhere, so that nobody waits for who waits for them.
        let mut sorted = keys.map(|it| kernel::Value::Text(it.to_owned()));
        if keys[0] > keys[1] {
            sorted.reverse();
        }
        let sql = "insert into counters (key, n) values ($1, 1), ($2, 1)
                   on conflict (key) do update set n = counters.n + 1 returning key, n";
        let rows = self.tx.beside(sql, &sorted).await?;
        let mut numbers = [0; 2];
        for row in &rows {
            let (key, n): (String, i64) = (row.get(0)?, row.get(1)?);
            numbers[usize::from(key == keys[1])] = n;
        }
        Ok(numbers)
    }
}
