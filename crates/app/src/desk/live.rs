//! 实时: one task of each process looks what was done since it last looked, and tells the pages that
//! are open of whose things it was. However many of them there are, the database is asked once.

use std::time::Duration;

use kernel::{Result, Value};
use platform::events;
use rules::policy::{Act, PersonId};

use super::store;
use crate::{App, Cx, pulse::Beat};

/// How often it looks.
const EVERY: Duration = Duration::from_millis(500);
/// More than that at once is looked at in two looks.
const MOST: i64 = 500;

/// What one keeps for oneself changes no right.
const MINE: [&str; 2] = ["account.view_saved", "account.view_dropped"];

/// Looks as long as the process lives. Where nobody listens it does not look.
pub async fn keep_watch(app: App) {
    let mut from = None;
    loop {
        if app.pulse.is_heard() {
            match look(&app, from).await {
                Ok(last) => from = Some(last),
                Err(error) => tracing::error!("the pulse: {error}"),
            }
        } else {
            from = None;
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Tells what happened behind a place of the chain, and says where it ends now. Without a place
/// nothing is told: what happened before anybody listened they see on their page.
pub async fn look(app: &App, from: Option<i64>) -> Result<i64> {
    let read = app.db.look(async move |mut tx| match from {
        None => Ok((Vec::new(), events::end(&mut tx).await?)),
        Some(from) => events::behind(&mut tx, from, MOST).await,
    });
    let (happened, last) = read.await?;
    if !happened.is_empty() {
        let house = std::sync::Arc::new(rules::policy::Actor::house());
        let beats = app.look(&house, async move |cx: &mut Cx| beats(cx, &happened).await).await?;
        beats.into_iter().for_each(|it| app.pulse.beat(it));
    }
    Ok(last)
}

/// Of kinds and subjects of events: whom each of them is news to, once.
async fn beats(cx: &mut Cx, happened: &[(String, String)]) -> Result<Vec<Beat>> {
    let mut beats = Vec::new();
    let mut subjects: Vec<Value> = Vec::new();
    for (kind, subject) in happened {
        match kind.split_once('.').map_or("", |it| it.0) {
            "order" | "request" | "callback" | "promise" => {
                subjects.push(Value::Text(subject.clone()));
            }
            "account" if MINE.contains(&kind.as_str()) => (),
            "account" | "person" => beats.push(Beat::Person(subject.clone())),
            "role" => beats.push(Beat::Everybody),
            // A look at somebody's data is no news.
            _ => (),
        }
    }
    for it in store::whereabouts(cx, &subjects).await? {
        let own = it.own.as_deref().and_then(|it| PersonId::parse(it).ok());
        let act = Act::parse(&it.act).unwrap_or(Act::Read);
        beats.push(Beat::Thing { act, path: it.path, own });
    }
    beats.dedup();
    Ok(beats)
}
