//! What opens the door: sessions and tokens, who is locked out, passwords set by others.

use kernel::{Refusal, Result, Span};
use rules::{
    account::{self, PasswordProfile},
    policy::{Act, Grant, PersonId},
};
use serde_json::json;

use super::{
    super::{
        password,
        store::{self, Key, KeyKind, Person},
    },
    actor, hash_of, new_key,
    people::{managing, no_wider_than_mine, visible},
};
use crate::{Cx, company};

pub use store::{Owned as OwnedKey, WhichKeys};

const LABEL_MOST: usize = 100;

/// A token for a program that acts as a person. It is shown once.
pub async fn create_token(
    cx: &mut Cx,
    person: &PersonId,
    label: &str,
    days: i64,
) -> Result<String> {
    let grant = own_or(cx, person, Act::AccountManage)?;
    let person = visible(cx, &grant, person).await?;
    // The machine's own hand, on the command line, has every right there is and is no person.
    if !cx.actor.is_house() && cx.actor.person.as_ref() != Some(&person.id) {
        let theirs = actor(cx, &person).await?.rights;
        account::may_hold_token(cx.company.passwords, &cx.actor.rights, &theirs)?;
    }
    if label.trim().is_empty() {
        return Err(Refusal::field("label", "missing").into());
    }
    let token = format!("bx_{}", password::made_up(cx.dice(), 40));
    let lives = Span::days(days.clamp(1, 3650));
    let mut key = new_key(cx, &person.id, &hash_of(&token), KeyKind::Token, lives);
    key.label = label.trim().chars().take(LABEL_MOST).collect();
    store::insert_key(cx, &key).await?;
    cx.record("account.token_created", &person.id, json!({"label": key.label})).await?;
    Ok(token)
}

/// One's own things, or those of whoever the right reaches.
fn own_or(cx: &Cx, person: &PersonId, act: Act) -> Result<Grant> {
    if cx.actor.person.as_ref() == Some(person) { Ok(Grant::house()) } else { cx.may(act) }
}

/// Which kinds of keys somebody else's hand may touch: security administers all of them, system
/// administration the tokens.
fn kinds_within(cx: &Cx, person: Option<&PersonId>) -> Result<&'static [KeyKind]> {
    let mine = person.is_some() && cx.actor.person.as_ref() == person;
    if mine || cx.may(Act::SecurityManage).is_ok() {
        return Ok(&[KeyKind::Session, KeyKind::Token]);
    }
    cx.may(Act::AccountManage).map(|_| [KeyKind::Token].as_slice())
}

/// A person's sessions and tokens, as far as they are the asker's business.
pub async fn keys(cx: &mut Cx, person: &PersonId) -> Result<Vec<Key>> {
    let kinds = kinds_within(cx, Some(person))?;
    let keys = store::keys_of(cx, person).await?;
    Ok(keys.into_iter().filter(|it| kinds.contains(&it.kind)).collect())
}

/// Everybody's, the latest used first. System administration sees the tokens.
pub async fn all_keys(cx: &mut Cx, which: &WhichKeys) -> Result<Vec<OwnedKey>> {
    let kinds = kinds_within(cx, None)?;
    let mut which = which.clone();
    match which.kind {
        Some(kind) if !kinds.contains(&kind) => return Err(Refusal::NOT_ALLOWED.into()),
        None if kinds.len() == 1 => which.kind = kinds.first().copied(),
        _ => (),
    }
    store::all_keys(cx, &which).await
}

/// Ends a session or a token, by its hash.
pub async fn revoke(cx: &mut Cx, hash: &str) -> Result<()> {
    let key = store::key_by_hash(cx, hash).await?.ok_or(Refusal::NOT_FOUND)?;
    if !kinds_within(cx, Some(&key.person))?.contains(&key.kind) {
        return Err(Refusal::NOT_ALLOWED.into());
    }
    store::delete_key(cx, hash).await?;
    let data = json!({"label": key.label, "kind": key.kind});
    cx.record("account.key_revoked", &key.person, data).await
}

/// The same of one person's.
pub async fn revoke_of(cx: &mut Cx, person: &PersonId, hash: &str) -> Result<()> {
    let theirs = keys(cx, person).await?;
    if !theirs.iter().any(|it| it.hash == hash) {
        return Err(Refusal::NOT_FOUND.into());
    }
    revoke(cx, hash).await
}

/// Ends everything that opens the door as this person, but the key one holds oneself.
pub async fn revoke_all(cx: &mut Cx, id: &PersonId, keep: &str) -> Result<()> {
    let grant = cx.may(Act::SecurityManage)?;
    let person = visible(cx, &grant, id).await?;
    store::delete_keys_of(cx, &person.id, Some(keep)).await?;
    cx.record("account.keys_revoked", id, json!({})).await
}

/// A password somebody else chose for them: to be changed at the first sign-in.
pub async fn reset_password(cx: &mut Cx, id: &PersonId, hashed: &str) -> Result<()> {
    let grant = managing(cx)?;
    let mut person = visible(cx, &grant, id).await?;
    // Whoever sets a password could sign in with it.
    no_wider_than_mine(cx, &person).await?;
    person.password = Some(hashed.to_owned());
    person.changed_at = Some(cx.now());
    person.must_change = true;
    (person.failed, person.locked_until) = (0, None);
    store::update(cx, &person).await?;
    store::delete_keys_of(cx, id, None).await?;
    cx.record("account.password_reset", id, json!({})).await
}

/// The phone with the second factor is lost: security turns it off, the person sets up another.
pub async fn drop_second_factor(cx: &mut Cx, id: &PersonId) -> Result<()> {
    let grant = cx.may(Act::SecurityManage)?;
    let mut person = visible(cx, &grant, id).await?;
    person.totp = None;
    store::update(cx, &person).await?;
    store::delete_keys_of(cx, id, None).await?;
    cx.record("account.second_factor_dropped", id, json!({})).await
}

/// Who is shut out just now.
pub async fn locked_out(cx: &mut Cx) -> Result<Vec<Person>> {
    cx.may(Act::SecurityManage)?;
    store::locked_out(cx).await
}

/// Lets somebody in again before the quarter of an hour is over.
pub async fn unlock(cx: &mut Cx, id: &PersonId) -> Result<()> {
    let grant = cx.may(Act::SecurityManage)?;
    let person = visible(cx, &grant, id).await?;
    store::set_tries(cx, &person.id, 0, None).await?;
    cx.record("account.unlocked", id, json!({})).await
}

/// The rules that passwords and sessions follow from now on.
pub async fn set_rules(cx: &mut Cx, profile: PasswordProfile, idle_minutes: i64) -> Result<()> {
    cx.may(Act::SecurityManage)?;
    if !account::IDLE_CHOICES.contains(&idle_minutes) {
        return Err(Refusal::field("idle", "unknown_choice").into());
    }
    company::set(&mut cx.tx, "passwords", profile.code()).await?;
    company::set(&mut cx.tx, "idle_minutes", &idle_minutes.to_string()).await?;
    let data = json!({"profile": profile, "minutes": idle_minutes});
    cx.record("account.rules_set", "company", data).await
}
