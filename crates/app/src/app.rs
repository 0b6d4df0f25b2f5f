//! What the process owns, and the one way to do something with it.

use std::sync::{Arc, RwLock};

use kernel::{Dice, Error, Result, Time};
use platform::db::{self, Db};
use rules::policy::Actor;

pub use crate::config::{Config, Sms};
use crate::{
    Cx, account,
    company::Company,
    edge::{Limits, Room},
    migrations,
    pulse::Pulse,
    reactions,
};

/// Cheap to clone: every handler has one.
#[derive(Clone)]
pub struct App {
    pub db: Db,
    pub clock: Clock,
    pub dice: fn() -> Box<dyn Dice>,
    pub config: Arc<Config>,
    pub limits: Arc<Limits>,
    pub room: Arc<Room>,
    /// Tells pages that are open that something happened.
    pub pulse: Arc<Pulse>,
    /// Since when this process runs.
    pub started: Time,
    company: Arc<RwLock<Arc<Company>>>,
}

pub type Clock = Arc<dyn Fn() -> Time + Send + Sync>;

impl App {
    pub fn new(db: Db, clock: Clock, dice: fn() -> Box<dyn Dice>, config: Config) -> App {
        // Whoever speaks TLS in this process, in or out, does it with ring; the first one counts.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let limits = Arc::new(Limits::new(&config));
        let room = Arc::new(Room::new(&config));
        let company = Arc::new(RwLock::new(Arc::new(Company::unknown())));
        let started = clock();
        let (config, pulse) = (Arc::new(config), Arc::default());
        App { db, clock, dice, config, limits, room, pulse, started, company }
    }

    /// Brings the schema up to the program and learns whose house it is.
    pub async fn migrate(&self) -> Result<()> {
        db::migrate(&self.db, migrations::ALL).await?;
        account::ops::index(&self.db).await?;
        self.learn().await
    }

    /// Reads the company's settings and pack anew.
    pub async fn learn(&self) -> Result<()> {
        let config = Arc::clone(&self.config);
        let company = async move |mut tx| Company::load(&mut tx, &config).await;
        let company = self.db.look(company).await?;
        let mut slot = self.company.write().map_err(|_| Error::fault("a learner panicked"))?;
        *slot = Arc::new(company);
        Ok(())
    }

    pub fn company(&self) -> Arc<Company> {
        match self.company.read() {
            Ok(company) => Arc::clone(&company),
            Err(poisoned) => Arc::clone(&poisoned.into_inner()),
        }
    }

    pub fn now(&self) -> Time {
        (self.clock)()
    }

    /// One use case, one transaction, one moment. It is kept if the work succeeds and gone if not.
    /// The work may be called again, so it brings what it needs and borrows it.
    pub async fn act<T: Send + 'static>(
        &self,
        actor: &Arc<Actor>,
        work: impl AsyncFn(&mut Cx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.act_at(actor, self.now(), work).await
    }

    /// The same at a moment of its own: imports and the demo know when things happened.
    pub async fn act_at<T: Send + 'static>(
        &self,
        actor: &Arc<Actor>,
        now: Time,
        work: impl AsyncFn(&mut Cx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let birth = Cx::birth(self, actor, now);
        let work = async move |tx| {
            let mut cx = birth(tx);
            let done = work(&mut cx).await?;
            reactions::follow(&mut cx).await?;
            Ok((done, cx.refused.take()))
        };
        match self.db.act(work).await? {
            (done, None) => Ok(done),
            (_, Some(refusal)) => Err(refusal.into()),
        }
    }

    /// For those who only look: one moment, nothing to keep.
    pub async fn look<T: Send + 'static>(
        &self,
        actor: &Arc<Actor>,
        work: impl AsyncFn(&mut Cx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let birth = Cx::birth(self, actor, self.now());
        self.db.look(async move |tx| work(&mut birth(tx)).await).await
    }
}
