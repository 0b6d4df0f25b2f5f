//! What people do with accounts: sign in and out, get a token, change a password, and manage the
//! people of their branch.

use std::sync::Arc;

use kernel::{Dice, Error, Field, Lang, Refusal, Result, Span, Time, Wrongs};
use rules::{
    account::{self, PersonStatus},
    policy::{Act, Actor, Grant, OrgId, PersonId, Reach, Rights, Role},
};
use serde_json::json;

use super::{
    password,
    store::{self, Absence, Certificate, Codes, CustomRole, Key, KeyKind, Person, Which},
};
use crate::{
    App, Cx,
    edge::{Session, hex},
    org,
};

pub use store::Which as WhichPeople;

/// A person who came in by a key.
pub struct Known {
    pub actor: Actor,
    pub lang: Lang,
    pub session: Session,
}

/// Whose key it is, if it still opens. A session lives on with use.
pub async fn who(app: &App, key: &str, browser: bool) -> Result<Option<Known>> {
    let hash = hash_of(key);
    let house = Arc::new(Actor::house());
    let wanted = if browser { KeyKind::Session } else { KeyKind::Token };
    let asked = hash.clone();
    let found = app.look(&house, async move |cx| {
        let Some(key) = store::key_by_hash(cx, &asked).await? else { return Ok(None) };
        if key.kind != wanted || key.expires_at < cx.now() {
            return Ok(None);
        }
        let Some(person) = store::get(cx, &key.person).await? else { return Ok(None) };
        if person.status != PersonStatus::Active {
            return Ok(None);
        }
        let actor = actor(cx, &person).await?;
        let profile = cx.company.passwords;
        let stale = account::is_stale(profile, person.changed_at, cx.now());
        Ok(Some((key, person.lang, person.must_change || stale, actor)))
    });
    let Some((key, lang, must_change, actor)) = found.await? else { return Ok(None) };
    if browser && key.seen_at.after(Span::minutes(5)) < app.now() {
        let hash = hash.clone();
        let touch = app.act(&house, async move |cx| {
            let now = cx.now();
            store::touch_key(cx, &hash, now, now.after(account::SESSION)).await
        });
        touch.await?;
    }
    let session = Session { hash, browser, must_change: browser && must_change };
    Ok(Some(Known { actor, lang, session }))
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

impl CustomRole {
    pub fn rights(&self) -> Vec<(Act, Reach)> {
        let pair = |text: &String| {
            let (act, reach) = text.split_once(':')?;
            Some((Act::parse(act)?, Reach::parse(reach)?))
        };
        self.acts.0.iter().filter_map(pair).collect()
    }
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

/// 登录. Five wrong tries shut the door for a quarter of an hour.
pub async fn sign_in(app: &App, said: &SignIn) -> Result<Came> {
    let house = Arc::new(Actor::house());
    let login = said.login.trim().to_lowercase();
    let asked = login.clone();
    let person = app.look(&house, async move |cx| store::by_login(cx, &asked).await).await?;
    if let Some(person) = &person {
        not_locked(person, app.now())?;
    }
    let hashed = person.as_ref().and_then(|it| it.password.clone());
    let right = password::verify(app, &said.password, hashed).await?;
    let code = said.code.clone().filter(|it| !it.trim().is_empty());
    let key = password::made_up((app.dice)().as_mut(), 43);
    let hash = hash_of(&key);
    let half_way = app.act(&house, async move |cx| {
        let Some(person) = store::by_login(cx, &login).await? else {
            return Err(account::WRONG_LOGIN.into());
        };
        if !right || person.status != PersonStatus::Active {
            failed(cx, person, account::WRONG_LOGIN).await?;
            return Ok(false);
        }
        match (&person.totp, &code) {
            (Some(_), None) => {
                let half = new_key(cx, &person.id, &hash, KeyKind::HalfWay, account::HALF_WAY);
                store::insert_key(cx, &half).await?;
                Ok(true)
            }
            (Some(secret), Some(code)) if !second_factor(secret, code, cx.now())? => {
                failed(cx, person, account::WRONG_CODE).await?;
                Ok(false)
            }
            _ => come_in(cx, person, &hash).await.map(|()| false),
        }
    });
    Ok(if half_way.await? { Came::HalfWay(key) } else { Came::In(key) })
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
        let person = store::get(cx, &known.person).await?.ok_or(account::TOO_SLOW)?;
        not_locked(&person, cx.now())?;
        let secret = person.totp.clone().filter(|_| person.status == PersonStatus::Active);
        let secret = secret.ok_or(account::TOO_SLOW)?;
        if !second_factor(&secret, &code, cx.now())? {
            return failed(cx, person, account::WRONG_CODE).await;
        }
        store::delete_key(cx, &half).await?;
        come_in(cx, person, &hash).await
    });
    checked.await?;
    Ok(key)
}

fn not_locked(person: &Person, now: Time) -> Result<(), Refusal> {
    let Some(until) = person.locked_until.filter(|it| *it > now) else { return Ok(()) };
    Err(account::LOCKED.with("minutes", now.until(until).whole_minutes() + 1))
}

async fn come_in(cx: &mut Cx, mut person: Person, hash: &str) -> Result<()> {
    (person.failed, person.locked_until) = (0, None);
    store::update(cx, &person).await?;
    let key = new_key(cx, &person.id, hash, KeyKind::Session, account::SESSION);
    store::insert_key(cx, &key).await?;
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

async fn failed(cx: &mut Cx, mut person: Person, refusal: Refusal) -> Result<()> {
    (person.failed, person.locked_until) = account::after_failure(person.failed, cx.now());
    store::update(cx, &person).await?;
    let locked = person.locked_until.is_some();
    cx.record("account.failed", &person.id, json!({"locked": locked})).await?;
    cx.refuse_but_keep(refusal);
    Ok(())
}

pub fn second_factor(secret: &str, code: &str, now: Time) -> Result<bool> {
    let totp = totp(secret)?;
    let seconds = u64::try_from(now.millis() / 1000).unwrap_or(0);
    Ok(totp.check(code.trim(), seconds).is_some())
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

/// A token for a program that acts as a person. It is shown once.
pub async fn create_token(
    cx: &mut Cx,
    person: &PersonId,
    label: &str,
    days: i64,
) -> Result<String> {
    let grant = own_or(cx, person, Act::AccountManage)?;
    let person = visible(cx, &grant, person).await?;
    let token = format!("bx_{}", password::made_up(cx.dice(), 40));
    let lives = Span::days(days.clamp(1, 3650));
    let mut key = new_key(cx, &person.id, &hash_of(&token), KeyKind::Token, lives);
    key.label = label.trim().chars().take(100).collect();
    store::insert_key(cx, &key).await?;
    cx.record("account.token_created", &person.id, json!({"label": key.label})).await?;
    Ok(token)
}

/// One's own things, or those of whoever the right reaches.
fn own_or(cx: &Cx, person: &PersonId, act: Act) -> Result<Grant> {
    if cx.actor.person.as_ref() == Some(person) { Ok(Grant::house()) } else { cx.may(act) }
}

async fn visible(cx: &mut Cx, grant: &Grant, id: &PersonId) -> Result<Person> {
    let found = store::get(cx, id).await?;
    Ok(found.filter(|it| grant.covers(&it.path, Some(&it.id))).ok_or(Refusal::NOT_FOUND)?)
}

pub async fn keys(cx: &mut Cx, person: &PersonId) -> Result<Vec<Key>> {
    own_or(cx, person, Act::SecurityManage)?;
    store::keys(cx, Some(person)).await
}

pub async fn all_keys(cx: &mut Cx) -> Result<Vec<Key>> {
    cx.may(Act::SecurityManage)?;
    store::keys(cx, None).await
}

/// Ends a session or a token, by its hash.
pub async fn revoke(cx: &mut Cx, hash: &str) -> Result<()> {
    let key = store::key_by_hash(cx, hash).await?.ok_or(Refusal::NOT_FOUND)?;
    own_or(cx, &key.person, Act::SecurityManage)?;
    store::delete_key(cx, hash).await?;
    cx.record("account.key_revoked", &key.person, json!({"label": key.label})).await
}

/// What is said of a person when they are hired or changed.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    pub login: String,
    pub name: String,
    pub post: Option<String>,
    pub roles: Vec<String>,
    pub phone: Option<String>,
    pub skills: Vec<String>,
    pub lang: Option<Lang>,
}

/// Hires somebody into an organisation within reach, with no wider rights than one's own.
pub async fn hire(
    cx: &mut Cx,
    org: &OrgId,
    draft: &Draft,
    hashed: Option<String>,
) -> Result<Person> {
    let grant = managing(cx)?;
    let org = org::ops::get(cx, &grant, org).await?;
    let login = draft.login.trim().to_lowercase();
    let mut wrongs = Wrongs::default();
    if login.is_empty() || login.contains(char::is_whitespace) {
        wrongs.say("login", "missing");
    }
    wrongs.done()?;
    if store::by_login(cx, &login).await?.is_some() {
        return Err(account::LOGIN_TAKEN.with("login", login).into());
    }
    let now = cx.now();
    let mut person = Person {
        id: PersonId::born(now, cx.dice()),
        login,
        name: String::new(),
        org: org.id,
        path: org.path,
        post: None,
        roles: Codes::default(),
        phone: None,
        lang: draft.lang.unwrap_or(cx.company.lang),
        status: PersonStatus::Active,
        skills: Codes::default(),
        lat: org.lat,
        lon: org.lon,
        changed_at: hashed.as_ref().map(|_| now),
        password: hashed,
        must_change: false,
        failed: 0,
        locked_until: None,
        totp: None,
        version: 0,
    };
    apply(cx, &mut person, draft).await?;
    store::insert(cx, &person).await?;
    let data = json!({"name": person.name, "roles": person.roles.0});
    cx.record("person.hired", &person.id, data).await?;
    Ok(person)
}

/// People belong to the managers of their branch; accounts also to the system administrator.
fn managing(cx: &Cx) -> Result<Grant> {
    cx.may(Act::PeopleManage).or_else(|_| cx.may(Act::AccountManage))
}

pub async fn change(cx: &mut Cx, id: &PersonId, draft: &Draft) -> Result<Person> {
    let grant = managing(cx)?;
    let mut person = visible(cx, &grant, id).await?;
    apply(cx, &mut person, draft).await?;
    store::update(cx, &person).await?;
    person.version += 1;
    let data = json!({"name": person.name, "roles": person.roles.0});
    cx.record("person.changed", id, data).await?;
    Ok(person)
}

async fn apply(cx: &mut Cx, person: &mut Person, draft: &Draft) -> Result<()> {
    let mut wrongs = Wrongs::default();
    if draft.name.trim().is_empty() {
        wrongs.say("name", "missing");
    }
    if draft.roles.is_empty() {
        wrongs.say("roles", "missing");
    }
    let customs = store::custom_roles(cx).await?;
    for role in &draft.roles {
        if Role::parse(role).is_none() && !customs.iter().any(|it| it.code == *role) {
            wrongs.add(Field::new("roles", "unknown_code").with("value", role.as_str()));
        }
    }
    for skill in &draft.skills {
        if cx.company.pack.category(skill).is_none() {
            wrongs.add(Field::new("skills", "unknown_code").with("value", skill.as_str()));
        }
    }
    let phone = match draft.phone.as_deref().filter(|it| !it.trim().is_empty()) {
        Some(text) => wrongs.take(crate::customer::ops::phone("phone", text)),
        None => None,
    };
    wrongs.done()?;
    person.name = draft.name.trim().to_owned();
    person.post = draft.post.clone().filter(|it| !it.is_empty());
    person.roles = Codes(draft.roles.clone());
    person.phone = phone;
    person.skills = Codes(draft.skills.clone());
    person.lang = draft.lang.unwrap_or(person.lang);
    no_wider_than_mine(cx, person).await
}

async fn no_wider_than_mine(cx: &mut Cx, person: &Person) -> Result<()> {
    // Whoever manages accounts or the whole network gives out every role.
    let everything = cx.actor.rights.reach(Act::AccountManage) == Reach::Everything
        || cx.actor.rights.reach(Act::PeopleManage) == Reach::Everything;
    let given = actor(cx, person).await?;
    let own_kind = |role: &Role| matches!(role, Role::Technician | Role::Storekeeper);
    if everything || cx.actor.rights.covers(&given.rights) || given.roles.iter().all(own_kind) {
        return Ok(());
    }
    Err(account::WIDER_RIGHTS.into())
}

/// Somebody leaves, or is suspended for a while, or comes back: their keys open nothing.
pub async fn set_status(cx: &mut Cx, id: &PersonId, status: PersonStatus) -> Result<()> {
    let grant = managing(cx)?;
    let mut person = visible(cx, &grant, id).await?;
    person.status = status;
    store::update(cx, &person).await?;
    if status != PersonStatus::Active {
        store::delete_keys_of(cx, id, None).await?;
    }
    cx.record("person.status_set", id, json!({"status": status})).await
}

/// A password somebody else chose for them: to be changed at the first sign-in.
pub async fn reset_password(cx: &mut Cx, id: &PersonId, hashed: &str) -> Result<()> {
    let grant = managing(cx)?;
    let mut person = visible(cx, &grant, id).await?;
    person.password = Some(hashed.to_owned());
    person.changed_at = Some(cx.now());
    person.must_change = true;
    (person.failed, person.locked_until) = (0, None);
    store::update(cx, &person).await?;
    store::delete_keys_of(cx, id, None).await?;
    cx.record("account.password_reset", id, json!({})).await
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
    person.totp = secret.map(str::to_owned);
    store::update(cx, &person).await?;
    let on = secret.is_some();
    cx.record("account.second_factor_set", &person.id, json!({"on": on})).await
}

/// Lets somebody in again before the quarter of an hour is over.
pub async fn unlock(cx: &mut Cx, id: &PersonId) -> Result<()> {
    let grant = cx.may(Act::SecurityManage)?;
    let mut person = visible(cx, &grant, id).await?;
    (person.failed, person.locked_until) = (0, None);
    store::update(cx, &person).await?;
    cx.record("account.unlocked", id, json!({})).await
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

pub async fn by_login(cx: &mut Cx, login: &str) -> Result<Option<Person>> {
    store::by_login(cx, login).await
}

pub async fn list(cx: &mut Cx, grant: &Grant, which: &Which) -> Result<Vec<Person>> {
    store::list(cx, grant, which).await
}

pub async fn managed(cx: &mut Cx, which: &Which) -> Result<Vec<Person>> {
    let grant = managing(cx)?;
    store::list(cx, &grant, which).await
}

pub async fn managed_one(cx: &mut Cx, id: &PersonId) -> Result<Person> {
    let grant = managing(cx)?;
    visible(cx, &grant, id).await
}

pub async fn certificates(cx: &mut Cx, id: &PersonId) -> Result<Vec<Certificate>> {
    store::certificates(cx, id).await
}

pub async fn set_certificates(cx: &mut Cx, id: &PersonId, all: &[Certificate]) -> Result<()> {
    let grant = managing(cx)?;
    let person = visible(cx, &grant, id).await?;
    store::set_certificates(cx, &person.id, all).await?;
    let names: Vec<_> = all.iter().map(|it| it.name.as_str()).collect();
    cx.record("person.certified", id, json!({"certificates": names})).await
}

pub async fn absences(cx: &mut Cx, id: &PersonId, from: Time, to: Time) -> Result<Vec<Absence>> {
    store::absences(cx, id, from, to).await
}

pub async fn set_absence(
    cx: &mut Cx,
    id: &PersonId,
    starts: Time,
    ends: Time,
    reason: &str,
) -> Result<()> {
    let grant = managing(cx)?;
    let person = visible(cx, &grant, id).await?;
    if ends <= starts {
        return Err(Refusal::field("ends", "window.backwards").into());
    }
    let now = cx.now();
    let key = platform::events::EventId::born(now, cx.dice()).to_string();
    let it = Absence { id: key, person: person.id, starts, ends, reason: reason.to_owned() };
    store::insert_absence(cx, &it).await?;
    cx.record("person.absent", id, json!({"from": starts.millis(), "to": ends.millis()})).await
}

pub async fn end_absence(cx: &mut Cx, id: &PersonId, absence: &str) -> Result<()> {
    let grant = managing(cx)?;
    let person = visible(cx, &grant, id).await?;
    if !store::delete_absence(cx, &person.id, absence).await? {
        return Err(Refusal::NOT_FOUND.into());
    }
    cx.record("person.back", id, json!({})).await
}

pub async fn custom_roles(cx: &mut Cx) -> Result<Vec<CustomRole>> {
    store::custom_roles(cx).await
}

/// A role of the company's own: a set of acts with a reach.
pub async fn save_role(cx: &mut Cx, code: &str, name: &str, acts: &[(Act, Reach)]) -> Result<()> {
    cx.may(Act::AccountManage)?;
    let mut wrongs = Wrongs::default();
    let plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_';
    if code.is_empty() || !code.chars().all(plain) || Role::parse(code).is_some() {
        wrongs.say("code", "role.code");
    }
    if name.trim().is_empty() {
        wrongs.say("name", "missing");
    }
    wrongs.done()?;
    let known = store::custom_roles(cx).await?.into_iter().find(|it| it.code == code);
    let pairs = acts.iter().map(|(act, reach)| format!("{act}:{reach}")).collect();
    let now = cx.now();
    let is_new = known.is_none();
    let role = CustomRole {
        id: match &known {
            Some(known) => known.id.clone(),
            None => platform::events::EventId::born(now, cx.dice()).to_string(),
        },
        code: code.to_owned(),
        name: name.trim().to_owned(),
        acts: Codes(pairs),
        version: known.map_or(0, |it| it.version),
    };
    store::save_role(cx, &role, is_new).await?;
    cx.record("role.saved", code, json!({"acts": role.acts.0})).await
}

fn hash_of(key: &str) -> String {
    use sha2::{Digest as _, Sha256};
    hex(&Sha256::digest(key.as_bytes()))
}
