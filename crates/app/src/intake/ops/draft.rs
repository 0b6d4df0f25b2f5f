//! 草稿: what was typed of an intake that is not filed yet. The house keeps it and not the browser,
//! as it names people and several share a desk: it comes back wherever its typist signs in, to
//! nobody else, and goes when the request is filed.

use kernel::{Result, Span};
use rules::policy::Act;

use super::super::store::{self, Draft};
use crate::Cx;

/// So long an unfinished intake is kept: whoever was called away comes back the same day.
pub const KEPT: Span = Span::hours(24);
/// The field in which a form has its key.
const FORM: &str = "_key";
/// Longer than any form that somebody filled in by hand.
const MOST: usize = 20_000;
/// What is picked and not typed: whoever only looked at somebody's file left nothing unfinished.
const NOTHING_SAID: &[&str] = &[
    "kind",
    "channel",
    "find",
    "customer",
    "customer.kind",
    "device",
    "picked_device",
    "note",
    "wanted.part",
    "seen",
];

fn may(cx: &Cx) -> Result<()> {
    cx.may(Act::RequestTake).or_else(|_| cx.may(Act::ComplaintFile)).map(|_| ())
}

/// Keeps it in place of the one before; a form with nothing in it leaves none. What is still on
/// its way when its form is filed comes too late, and is not kept.
pub async fn keep(cx: &mut Cx, typed: &[(String, String)]) -> Result<()> {
    may(cx)?;
    let Some(me) = cx.actor.person.clone() else { return Ok(()) };
    let form = typed.iter().find(|it| it.0 == FORM).map(|it| it.1.clone()).unwrap_or_default();
    let before = store::draft(cx, &me).await?;
    if before.is_some_and(|it| it.typed.is_empty() && it.form == form && !form.is_empty()) {
        return Ok(());
    }
    let is_there = |it: &&(String, String)| !it.0.starts_with('_') && !it.1.trim().is_empty();
    let mut typed: Vec<_> = typed.iter().filter(is_there).cloned().collect();
    let said = typed.iter().any(|it| !NOTHING_SAID.contains(&it.0.as_str()));
    let length: usize = typed.iter().map(|it| it.0.len() + it.1.len()).sum();
    if !said || length > MOST {
        typed.clear();
    }
    // An empty form may be filled yet: only one that is over is known again.
    let form = if typed.is_empty() { String::new() } else { form };
    store::put_draft(cx, &me, &Draft { form, typed, at: cx.now() }).await
}

/// The one of whoever asks, if it is not too old.
pub async fn kept(cx: &mut Cx) -> Result<Option<Draft>> {
    may(cx)?;
    let Some(me) = cx.actor.person.clone() else { return Ok(None) };
    let since = cx.now().before(KEPT);
    Ok(store::draft(cx, &me).await?.filter(|it| it.at >= since && !it.typed.is_empty()))
}

/// What was typed on that form is filed, or given up.
pub async fn forget(cx: &mut Cx, form: &str) -> Result<()> {
    may(cx)?;
    let Some(me) = cx.actor.person.clone() else { return Ok(()) };
    let over = Draft { form: form.to_owned(), typed: Vec::new(), at: cx.now() };
    store::put_draft(cx, &me, &over).await
}
