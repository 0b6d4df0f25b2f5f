//! What people do with accounts: sign in and out, and see to their own. The keys of others, the
//! people of a branch and the company's own roles stand in files of their own.

mod keys;
mod people;
mod roles;
mod shifts;
mod views;

use std::sync::Arc;

use kernel::{Dice, Error, Lang, Refusal, Result, Span, Time, Value};
use rules::{
    account::{self, PersonStatus},
    policy::{Actor, PersonId, Rights, Role},
};
use serde_json::json;

use super::{
    password,
    store::{self, Key, KeyKind, Person},
};
use crate::{
    App, Cx,
    edge::{Session, hex},
};

pub use self::{keys::*, people::*, roles::*, shifts::*, views::*};

/// So often a session notes that it was used.
const TOUCH: Span = Span::minutes(1);

/// A person who came in by a key.
pub struct Known {
    pub actor: Actor,
    pub lang: Lang,
    pub session: Session,
}

/// Whose key it is, if it still opens. A session lives on with use, but not for ever; what a page
/// asks by itself while nobody sits before it is no use.
pub async fn who(app: &App, key: &str, browser: bool, used: bool) -> Result<Option<Known>> {
    let hash = hash_of(key);
    let house = Arc::new(Actor::house());
    let wanted = if browser { KeyKind::Session } else { KeyKind::Token };
    let asked = hash.clone();
    let found = app.look(&house, async move |cx| {
        let Some((key, person)) = store::who(cx, &asked).await? else { return Ok(None) };
        let until = until(cx, &key);
        if key.kind != wanted || until < cx.now() || person.status != PersonStatus::Active {
            return Ok(None);
        }
        let actor = actor(cx, &person).await?;
        let profile = cx.company.passwords;
        let stale = account::is_stale(profile, person.changed_at, cx.now());
        Ok(Some((key, until, person.lang, person.must_change || stale, actor)))
    });
    let Some((key, until, lang, must_change, actor)) = found.await? else { return Ok(None) };
    if used && key.seen_at.after(TOUCH) < app.now() {
        let hash = hash.clone();
        let touch = app.act(&house, async move |cx| {
            let now = cx.now();
            let ends = if browser { now.after(cx.company.idle) } else { key.expires_at };
            store::touch_key(cx, &hash, now, ends).await
        });
        touch.await?;
    }
    let session = Session { hash, browser, must_change: browser && must_change, until };
    Ok(Some(Known { actor, lang, session }))
}

/// The last moment at which a key opens the door, if nobody uses it meanwhile.
fn until(cx: &Cx, key: &Key) -> Time {
    if key.kind != KeyKind::Session {
        return key.expires_at;
    }
    let unused = key.seen_at.after(cx.company.idle);
    key.expires_at.min(unused).min(key.created_at.after(account::SESSION_MOST))
}

/// The rights a person has: of base roles, and of the company's own.
pub async fn actor(cx: &mut Cx, person: &Person) -> Result<Actor> {
    let roles: Vec<Role> = person.roles.0.iter().filter_map(|it| Role::parse(it)).collect();
    let mut rights = Rights::of(&roles);
    if person.roles.0.len() > roles.len() {
        for custom in store::custom_roles(cx).await? {
            if person.roles.0.contains(&custom.code) {
                for (act, reach) in custom.rights() {
                    rights.allow(act, reach);
                }
            }
        }
    }
    Ok(Actor {
        person: Some(person.id.clone()),
        name: person.name.clone(),
        roles,
        rights,
        org: Some(person.org.clone()),
        path: person.path.clone(),
    })
}

/// What somebody types to come in.
#[derive(Debug, Clone, Default)]
pub struct SignIn {
    pub login: String,
    pub password: String,
    pub code: Option<String>,
}

/// How far somebody came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// The key for the cookie.
    In(String),
    /// The password was right; the second factor is asked for against this key.
    HalfWay(String),
}

/// 登录. Five wrong tries shut the door for a quarter of an hour, also where nobody lives behind
/// it: from outside the two look alike.
pub async fn sign_in(app: &App, said: &SignIn) -> Result<Came> {
    let house = Arc::new(Actor::house());
    let login = said.login.trim().to_lowercase();
    let asked = login.clone();
    let known = app.look(&house, async move |cx| {
        let person = store::by_login(cx, &asked).await?;
        let shut = match &person {
            Some(person) => person.locked_until,
            None => store::stranger(cx, &hash_of(&asked)).await?.1,
        };
        not_locked(shut, cx.now())?;
        Ok(person)
    });
    let person = known.await?;
    let hashed = person.as_ref().and_then(|it| it.password.clone());
    let right = password::verify(app, &said.password, hashed.clone()).await?;
    let code = said.code.clone().filter(|it| !it.trim().is_empty());
    let key = password::made_up((app.dice)().as_mut(), 43);
    let hash = hash_of(&key);
    let half_way = app.act(&house, async move |cx| {
        let Some(known) = &person else { return stranger(cx, &login).await };
        let person = again(cx, &known.id).await?;
        if !right || person.status != PersonStatus::Active || person.password != hashed {
            failed(cx, &person, account::WRONG_LOGIN).await?;
            return Ok(false);
        }
        match (&person.totp, &code) {
            (Some(_), None) => {
                let half = new_key(cx, &person.id, &hash, KeyKind::HalfWay, account::HALF_WAY);
                store::insert_key(cx, &half).await?;
                Ok(true)
            }
            (Some(_), Some(code)) if !takes(cx, &person, code).await? => {
                failed(cx, &person, account::WRONG_CODE).await?;
                Ok(false)
            }
            _ => come_in(cx, &person, &hash).await.map(|()| false),
        }
    });
    Ok(if half_way.await? { Came::HalfWay(key) } else { Came::In(key) })
}

/// The person as they are now, held: several tries at once are counted one after the other.
async fn again(cx: &mut Cx, id: &PersonId) -> Result<Person> {
    cx.tx.hold("people", &kernel::Column::write(id)).await?;
    let person = store::get(cx, id).await?.ok_or(account::WRONG_LOGIN)?;
    not_locked(person.locked_until, cx.now())?;
    Ok(person)
}

/// The second factor, of somebody whose password was right a moment ago.
pub async fn sign_in_with_code(app: &App, half: &str, code: &str) -> Result<String> {
    let house = Arc::new(Actor::house());
    let key = password::made_up((app.dice)().as_mut(), 43);
    let (hash, half, code) = (hash_of(&key), hash_of(half), code.to_owned());
    let checked = app.act(&house, async move |cx| {
        let known = store::key_by_hash(cx, &half).await?;
        let known = known.filter(|it| it.kind == KeyKind::HalfWay && it.expires_at > cx.now());
        let known = known.ok_or(account::TOO_SLOW)?;
        let person = again(cx, &known.person).await?;
        if person.totp.is_none() || person.status != PersonStatus::Active {
            return Err(account::TOO_SLOW.into());
        }
        if !takes(cx, &person, &code).await? {
            return failed(cx, &person, account::WRONG_CODE).await;
        }
        store::delete_key(cx, &half).await?;
        come_in(cx, &person, &hash).await
    });
    checked.await?;
    Ok(key)
}

fn not_locked(until: Option<Time>, now: Time) -> Result<(), Refusal> {
    let Some(until) = until.filter(|it| *it > now) else { return Ok(()) };
    Err(account::LOCKED.with("minutes", now.until(until).whole_minutes() + 1))
}

async fn come_in(cx: &mut Cx, person: &Person, hash: &str) -> Result<()> {
    if person.failed > 0 || person.locked_until.is_some() {
        store::set_tries(cx, &person.id, 0, None).await?;
    }
    let key = new_key(cx, &person.id, hash, KeyKind::Session, cx.company.idle);
    store::insert_key(cx, &key).await?;
    // From here on it is the person who acts, not the house that held the door.
    cx.actor = Arc::new(actor(cx, person).await?);
    cx.record("account.signed_in", &person.id, json!({})).await
}

fn new_key(cx: &Cx, person: &PersonId, hash: &str, kind: KeyKind, lives: Span) -> Key {
    let now = cx.now();
    Key {
        hash: hash.to_owned(),
        kind,
        person: person.clone(),
        label: String::new(),
        created_at: now,
        expires_at: now.after(lives),
        seen_at: now,
    }
}

async fn failed(cx: &mut Cx, person: &Person, refusal: Refusal) -> Result<()> {
    let (failed, locked_until) = account::after_failure(person.failed, cx.now());
    store::set_tries(cx, &person.id, failed, locked_until).await?;
    let data = json!({"locked": locked_until.is_some()});
    cx.record("account.failed", &person.id, data).await?;
    cx.refuse_but_keep(refusal);
    Ok(())
}

/// Nobody has that login. What was typed is not kept: it may have been a password.
async fn stranger(cx: &mut Cx, login: &str) -> Result<bool> {
    let hash = hash_of(login);
    let (failed, shut) = store::stranger(cx, &hash).await?;
    not_locked(shut, cx.now())?;
    let (failed, locked_until) = account::after_failure(failed, cx.now());
    store::set_stranger(cx, &hash, failed, locked_until).await?;
    cx.refuse_but_keep(account::WRONG_LOGIN);
    Ok(false)
}

/// Whether the code is the one of this half minute, and was not used before.
async fn takes(cx: &mut Cx, person: &Person, code: &str) -> Result<bool> {
    let Some(secret) = &person.totp else { return Ok(false) };
    let step = step_of(secret, code, cx.now())?;
    let Some(step) = step.filter(|it| person.totp_used.is_none_or(|used| used < *it)) else {
        return Ok(false);
    };
    store::use_code(cx, &person.id, step).await?;
    Ok(true)
}

pub fn second_factor(secret: &str, code: &str, now: Time) -> Result<bool> {
    Ok(step_of(secret, code, now)?.is_some())
}

fn step_of(secret: &str, code: &str, now: Time) -> Result<Option<i64>> {
    let seconds = u64::try_from(now.millis() / 1000).unwrap_or(0);
    let step = totp(secret)?.check(code.trim(), seconds);
    Ok(step.and_then(|it| i64::try_from(it).ok()))
}

fn totp(secret: &str) -> Result<totp_rs::Totp> {
    let made = totp_rs::Builder::new().with_secret(bytes(secret)?).build();
    made.map_err(|e| Error::fault(format!("a second factor: {e:?}")))
}

/// A secret that came back from a form may be anything.
fn bytes(secret: &str) -> Result<totp_rs::Secret> {
    let read = totp_rs::Secret::try_from_base32(secret);
    Ok(read.map_err(|_| Refusal::field("secret", "unknown"))?)
}

/// Whether something can be made of it.
pub fn is_secret(secret: &str) -> bool {
    totp(secret).is_ok()
}

pub fn new_secret(dice: &mut dyn Dice) -> String {
    let bytes = [dice.roll().to_be_bytes(), dice.roll().to_be_bytes()].concat();
    totp_rs::Secret::from(bytes[..20].to_vec()).to_base32()
}

/// What the QR code says to the telephone.
pub fn totp_url(secret: &str, login: &str, company: &str) -> Result<String> {
    bytes(secret)?;
    // A colon parts issuer and name, so neither may have one.
    let clean = |text: &str| {
        let pair = serde_html_form::to_string([("", text.replace(':', " "))]);
        let coded = pair.map_err(|e| anyhow::anyhow!("a second factor: {e}"))?;
        Ok::<_, Error>(coded.trim_start_matches('=').replace('+', "%20"))
    };
    let issuer = clean(if company.is_empty() { "baoxiu" } else { company })?;
    let login = clean(login)?;
    Ok(format!("otpauth://totp/{issuer}:{login}?secret={secret}&issuer={issuer}"))
}

/// 退出: the key opens nothing any more.
pub async fn sign_out(cx: &mut Cx, hash: &str) -> Result<()> {
    store::delete_key(cx, hash).await?;
    let person = cx.person().unwrap_or_default();
    cx.record("account.signed_out", person, json!({})).await
}

/// One's own password; other sessions end.
pub async fn set_password(cx: &mut Cx, hashed: &str, keep: &str) -> Result<()> {
    let mut person = me(cx).await?;
    person.password = Some(hashed.to_owned());
    person.changed_at = Some(cx.now());
    person.must_change = false;
    store::update(cx, &person).await?;
    store::delete_keys_of(cx, &person.id, Some(keep)).await?;
    cx.record("account.password_changed", &person.id, json!({})).await
}

/// Turns the second factor on (the code was checked) or off.
pub async fn set_second_factor(cx: &mut Cx, secret: Option<&str>) -> Result<()> {
    let mut person = me(cx).await?;
    if secret.is_some() && person.totp.is_some() {
        // Whoever found the screen open would put their own in its place, and needs no password for it.
        return Err(account::SECOND_FACTOR_IS_ON.into());
    }
    person.totp = secret.map(str::to_owned);
    store::update(cx, &person).await?;
    let on = secret.is_some();
    cx.record("account.second_factor_set", &person.id, json!({"on": on})).await
}

pub async fn set_language(cx: &mut Cx, lang: Lang) -> Result<()> {
    let mut person = me(cx).await?;
    person.lang = lang;
    store::update(cx, &person).await?;
    cx.record("account.language_set", &person.id, json!({"lang": lang})).await
}

pub async fn me(cx: &mut Cx) -> Result<Person> {
    let id = cx.actor.person.clone().ok_or(Refusal::NOT_FOUND)?;
    Ok(store::get(cx, &id).await?.ok_or(Refusal::NOT_FOUND)?)
}

/// Anybody, for names and phones on what one may see anyway.
pub async fn person(cx: &mut Cx, id: &PersonId) -> Result<Option<Person>> {
    store::get(cx, id).await
}

/// The same of several at once.
pub async fn several(cx: &mut Cx, ids: &[Value]) -> Result<Vec<Person>> {
    store::several(cx, ids).await
}

pub async fn by_login(cx: &mut Cx, login: &str) -> Result<Option<Person>> {
    store::by_login(cx, login).await
}

fn hash_of(key: &str) -> String {
    use sha2::{Digest as _, Sha256};
    hex(&Sha256::digest(key.as_bytes()))
}
