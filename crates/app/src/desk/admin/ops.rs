//! What is asked about the house as a whole: its log, its state, its later work.

mod calendars;
mod log;

use std::sync::Arc;

use kernel::{Refusal, Result, Time};
use platform::{
    db::{Measure, measure},
    events::{self, Link},
    jobs::{self, JobId, Standing},
    machine,
};
use rules::policy::{Act, Actor};
use serde_json::{Value as Json, json};

pub use self::calendars::{DayChange, Moved, Preview, preview};
pub use self::log::{LogAsked, SECURITY_LOG, log, log_exported, log_within};

use crate::{App, Cx, company};

/// So many jobs are shown of each kind.
const JOBS_MOST: i64 = 100;
/// Under this key stands how far the chain was verified.
const AUDIT: &str = "audit";
/// So many events of it are walked in one go.
const AT_ONCE: i64 = 50_000;
/// Under this key stands when the last backup was taken, in milliseconds.
pub const BACKUP: &str = "last_backup";

/// How far the chain of events was verified, and what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// When this walk began at the first event; it goes on with what is new.
    pub since: Time,
    pub at: Time,
    pub last: Link,
    /// There is more, and somebody is at it.
    pub more: bool,
    /// The place that does not follow from those before it, and why.
    pub broken: Option<(i64, String)>,
    pub unsealed: i64,
    pub late: bool,
}

pub async fn verified(cx: &mut Cx) -> Result<Option<Verified>> {
    cx.may(Act::EventRead).or_else(|_| cx.may(Act::AccountManage))?;
    let kept = company::noted(&mut cx.tx, AUDIT).await?;
    Ok(kept.and_then(|text| Verified::parse(&text)))
}

impl Verified {
    fn parse(text: &str) -> Option<Verified> {
        let it: Json = serde_json::from_str(text).ok()?;
        let moment = |name: &str| it[name].as_i64().map(Time::from_millis);
        let broken = it["broken"].as_i64();
        Some(Verified {
            since: moment("since")?,
            at: moment("at")?,
            last: Link { place: it["place"].as_i64()?, hash: it["hash"].as_str()?.to_owned() },
            more: it["more"].as_bool().unwrap_or(false),
            broken: broken.map(|at| (at, it["why"].as_str().unwrap_or_default().to_owned())),
            unsealed: it["unsealed"].as_i64().unwrap_or(0),
            late: it["late"].as_bool().unwrap_or(false),
        })
    }

    fn text(&self) -> String {
        let (place, why) = self.broken.clone().unzip();
        json!({
            "since": self.since.millis(), "at": self.at.millis(), "place": self.last.place,
            "hash": self.last.hash, "more": self.more, "broken": place, "why": why,
            "unsealed": self.unsealed, "late": self.late,
        })
        .to_string()
    }
}

/// Walks the chain on from where it was verified, or anew from its beginning, and remembers how
/// far it is whole. What is broken stays said until a new walk finds it mended.
pub async fn verify(app: &App, anew: bool) -> Result<Verified> {
    let kept = app.db.look(async |mut tx| company::noted(&mut tx, AUDIT).await).await?;
    let before = kept.and_then(|text| Verified::parse(&text)).filter(|_| !anew);
    if let Some(known) = before.clone().filter(|it| it.broken.is_some()) {
        return Ok(known);
    }
    let now = app.now();
    let from = before.as_ref().map(|it| it.last.clone()).unwrap_or_default();
    let audit = events::audit_from(&app.db, now, from, AT_ONCE).await?;
    let state = Verified {
        since: before.map_or(now, |it| it.since),
        at: now,
        last: audit.last,
        more: audit.more,
        broken: audit.broken.map(|it| (it.place, it.why.to_owned())),
        unsealed: audit.unsealed,
        late: audit.late,
    };
    if let Some((place, why)) = &state.broken {
        tracing::error!(place, why, "the chain of events is broken");
    }
    let text = state.text();
    app.db.act(async move |mut tx| company::note(&mut tx, AUDIT, &text).await).await?;
    Ok(state)
}

/// Somebody has it verified now. A long chain goes on being walked after the answer.
pub async fn ask_to_verify(app: &App, actor: &Arc<Actor>, anew: bool) -> Result<Verified> {
    actor.may(Act::EventRead)?;
    let state = verify(app, anew).await?;
    let data = json!({"place": state.last.place, "broken": state.broken.as_ref().map(|it| it.0)});
    let record = async move |cx: &mut Cx| cx.record("log.verified", "log", data.clone()).await;
    app.act(actor, record).await?;
    if state.more {
        let app = app.clone();
        tokio::spawn(async move {
            while matches!(verify(&app, false).await, Ok(Verified { more: true, .. })) {}
        });
    }
    Ok(state)
}

/// How the system stands.
#[derive(Debug, Clone)]
pub struct State {
    /// Since when this process answers.
    pub since: Time,
    pub database: Measure,
    pub waiting: i64,
    pub failed: i64,
    pub soon: Vec<Standing>,
    pub given_up: Vec<Standing>,
    /// Free and in all, on the disk of the files.
    pub room: Option<(u64, u64)>,
    pub memory: Option<u64>,
    pub backup: Option<Time>,
    pub verified: Option<Verified>,
}

pub async fn state(app: &App, actor: &Arc<Actor>) -> Result<State> {
    let (files, since) = (app.config.files.clone(), app.started);
    let read = app.look(actor, async move |cx: &mut Cx| {
        cx.may(Act::AccountManage)?;
        let (waiting, failed) = jobs::waiting(&mut cx.tx).await?;
        let backup = company::noted(&mut cx.tx, BACKUP).await?;
        Ok(State {
            since,
            database: measure(&mut cx.tx).await?,
            waiting,
            failed,
            soon: standing(cx, false).await?,
            given_up: standing(cx, true).await?,
            room: machine::room(&files),
            memory: machine::memory(),
            backup: backup.and_then(|it| it.parse().ok()).map(Time::from_millis),
            verified: verified(cx).await?,
        })
    });
    read.await
}

/// A gateway that says no may quote whom it was for; whoever runs the house need not know.
async fn standing(cx: &mut Cx, failed: bool) -> Result<Vec<Standing>> {
    let mut all = jobs::standing(&mut cx.tx, failed, JOBS_MOST).await?;
    for it in &mut all {
        it.error = it.error.take().map(|text| without_numbers(&text));
    }
    Ok(all)
}

/// A telephone number has at least so many digits.
const NUMBER_LEAST: usize = 7;

fn without_numbers(text: &str) -> String {
    let mut said = String::new();
    let mut digits = String::new();
    for letter in text.chars().chain(std::iter::once('\n')) {
        if letter.is_ascii_digit() {
            digits.push(letter);
            continue;
        }
        said += if digits.len() >= NUMBER_LEAST { "…" } else { &digits };
        digits.clear();
        said.push(letter);
    }
    said.trim_end().to_owned()
}

/// A job that was given up is tried anew.
pub async fn retry(cx: &mut Cx, id: &str) -> Result<()> {
    cx.may(Act::AccountManage)?;
    let job = JobId::parse(id)?;
    let now = cx.now();
    if !jobs::retry(&mut cx.tx, &job, now).await? {
        return Err(Refusal::STALE.into());
    }
    cx.record("job.retried", &job, json!({})).await
}

#[cfg(test)]
mod tests {
    use super::without_numbers;

    #[test]
    fn nobodys_telephone_number_is_shown_to_whoever_runs_the_house() {
        for (said, shown) in [
            ("no route for 13800138000", "no route for …"),
            ("HTTP 502 after 3 tries", "HTTP 502 after 3 tries"),
            ("+8613800138000: denied", "+…: denied"),
        ] {
            assert_eq!(without_numbers(said), shown);
        }
    }
}
