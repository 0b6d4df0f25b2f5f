//! The staff file: hiring, posts and roles, certificates, leaving. People belong to the
//! managers of their branch; accounts also to the system administrator.

use std::collections::BTreeMap;

use kernel::{Field, Lang, Refusal, Result, Wrongs};
use platform::db::{Db, Tx};
use rules::{
    account::{self, PersonStatus},
    policy::{Act, Grant, OrgId, PersonId, Reach, Rights, Role},
};
use serde_json::json;

use super::{
    super::store::{self, Certificate, Codes, Person, Which},
    actor,
};
use crate::{Cx, org};

pub use store::Which as WhichPeople;

const LOGIN_MOST: usize = 40;
const NAME_MOST: usize = 40;
const POST_MOST: usize = 60;
const CERTIFICATES_MOST: usize = 50;

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
    /// The version that was read, where a lost change would hurt.
    pub version: Option<i64>,
}

/// Hires somebody into an organisation within reach, with no wider rights than one's own.
pub async fn hire(
    cx: &mut Cx,
    org: &OrgId,
    draft: &Draft,
    hashed: Option<String>,
) -> Result<Person> {
    let mut person = hireable(cx, org, draft).await?;
    person.changed_at = hashed.as_ref().map(|_| cx.now());
    person.password = hashed;
    store::insert(cx, &person).await?;
    let data = json!({"name": person.name, "roles": person.roles.0});
    cx.record("person.hired", &person.id, data).await?;
    Ok(person)
}

/// Whom one would hire, if nothing is against it.
pub async fn hireable(cx: &mut Cx, org: &OrgId, draft: &Draft) -> Result<Person> {
    let grant = managing(cx)?;
    let org = org::ops::get(cx, &grant, org).await?;
    let login = draft.login.trim().to_lowercase();
    let mut wrongs = Wrongs::default();
    wrongs.take(check_login(&login));
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
        changed_at: None,
        password: None,
        must_change: false,
        failed: 0,
        locked_until: None,
        totp: None,
        totp_used: None,
        version: 0,
    };
    apply(cx, &mut person, draft, wrongs).await?;
    Ok(person)
}

fn check_login(login: &str) -> std::result::Result<(), Field> {
    if login.is_empty() {
        return Err(Field::new("login", "missing"));
    }
    let plain = |it: char| it.is_alphanumeric() || "._-@".contains(it);
    if login.chars().count() > LOGIN_MOST || !login.chars().all(plain) {
        return Err(Field::new("login", "login.letters").with("most", LOGIN_MOST as i64));
    }
    Ok(())
}

/// Whose people one manages.
pub fn managing(cx: &Cx) -> Result<Grant> {
    cx.may(Act::PeopleManage).or_else(|_| cx.may(Act::AccountManage))
}

pub(super) async fn visible(cx: &mut Cx, grant: &Grant, id: &PersonId) -> Result<Person> {
    let found = store::get(cx, id).await?;
    Ok(found.filter(|it| grant.covers(&it.path, Some(&it.id))).ok_or(Refusal::NOT_FOUND)?)
}

pub async fn change(cx: &mut Cx, id: &PersonId, draft: &Draft) -> Result<Person> {
    let mut person = changeable(cx, id, draft).await?;
    store::update(cx, &person).await?;
    store::index(&mut cx.tx, &person).await?;
    person.version += 1;
    let data = json!({"name": person.name, "roles": person.roles.0});
    cx.record("person.changed", id, data).await?;
    Ok(person)
}

/// What they would be after the change, if nothing is against it.
pub async fn changeable(cx: &mut Cx, id: &PersonId, draft: &Draft) -> Result<Person> {
    let grant = managing(cx)?;
    let mut person = visible(cx, &grant, id).await?;
    if draft.version.is_some_and(|read| read != person.version) {
        return Err(Refusal::STALE.into());
    }
    no_wider_than_mine(cx, &person).await?;
    let roles = person.roles.clone();
    apply(cx, &mut person, draft, Wrongs::default()).await?;
    if cx.actor.person.as_ref() == Some(id) && roles != person.roles {
        return Err(account::OWN_ACCOUNT.into());
    }
    Ok(person)
}

/// What is wrong already is said together with the rest.
async fn apply(cx: &mut Cx, person: &mut Person, draft: &Draft, mut wrongs: Wrongs) -> Result<()> {
    let name = draft.name.trim();
    if name.is_empty() {
        wrongs.say("name", "missing");
    } else if name.chars().count() > NAME_MOST {
        wrongs.add(Field::new("name", "too_long").with("most", NAME_MOST as i64));
    }
    let post = draft.post.as_deref().map(str::trim).filter(|it| !it.is_empty());
    if post.is_some_and(|it| it.chars().count() > POST_MOST) {
        wrongs.add(Field::new("post", "too_long").with("most", POST_MOST as i64));
    }
    check_codes(cx, draft, &mut wrongs).await?;
    let phone = match draft.phone.as_deref().filter(|it| !it.trim().is_empty()) {
        Some(text) => wrongs.take(crate::customer::ops::phone("phone", text)),
        None => None,
    };
    wrongs.done()?;
    person.name = name.to_owned();
    person.post = post.map(str::to_owned);
    person.roles = Codes(draft.roles.clone());
    person.phone = phone;
    person.skills = Codes(draft.skills.clone());
    person.lang = draft.lang.unwrap_or(person.lang);
    no_wider_than_mine(cx, person).await?;
    let given = actor(cx, person).await?;
    Ok(account::apart(cx.company.passwords, &given.rights)?)
}

async fn check_codes(cx: &mut Cx, draft: &Draft, wrongs: &mut Wrongs) -> Result<()> {
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
    Ok(())
}

/// Nobody gives out, or lays hands on, more rights than they have.
pub(super) async fn no_wider_than_mine(cx: &mut Cx, person: &Person) -> Result<()> {
    let mut rest = person.clone();
    rest.roles.0.retain(|it| !is_hired_for(it));
    let given = actor(cx, &rest).await?.rights;
    if may_give(cx, &given, "") { Ok(()) } else { Err(account::WIDER_RIGHTS.into()) }
}

pub(super) fn may_give(cx: &Cx, rights: &Rights, role: &str) -> bool {
    // Whoever manages accounts or the whole network gives out every role.
    let everything = cx.actor.rights.reach(Act::AccountManage) == Reach::Everything
        || cx.actor.rights.reach(Act::PeopleManage) == Reach::Everything;
    everything || is_hired_for(role) || cx.actor.rights.covers(rights)
}

/// What these two do a manager does not do personally, and hires for all the same.
fn is_hired_for(role: &str) -> bool {
    matches!(Role::parse(role), Some(Role::Technician | Role::Storekeeper))
}

/// Somebody leaves, or is suspended for a while, or comes back: their keys open nothing.
pub async fn set_status(cx: &mut Cx, id: &PersonId, status: PersonStatus) -> Result<()> {
    let grant = managing(cx)?;
    let mut person = visible(cx, &grant, id).await?;
    if cx.actor.person.as_ref() == Some(id) {
        return Err(account::OWN_ACCOUNT.into());
    }
    no_wider_than_mine(cx, &person).await?;
    person.status = status;
    store::update(cx, &person).await?;
    if status != PersonStatus::Active {
        store::delete_keys_of(cx, id, None).await?;
    }
    cx.record("person.status_set", id, json!({"name": person.name, "status": status})).await
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

/// How many work in each organisation, within reach.
pub async fn head_counts(cx: &mut Cx) -> Result<Vec<(OrgId, i64)>> {
    let grant = managing(cx)?;
    store::head_counts(cx, &grant).await
}

pub async fn certificates(cx: &mut Cx, id: &PersonId) -> Result<Vec<Certificate>> {
    store::certificates(cx, id).await
}

/// Those of several people at once.
pub async fn certificates_of(
    cx: &mut Cx,
    ids: &[PersonId],
) -> Result<BTreeMap<PersonId, Vec<Certificate>>> {
    let mut all: BTreeMap<PersonId, Vec<Certificate>> = BTreeMap::new();
    for (person, it) in store::certificates_of(cx, ids).await? {
        all.entry(person).or_default().push(it);
    }
    Ok(all)
}

pub async fn set_certificates(cx: &mut Cx, id: &PersonId, all: &[Certificate]) -> Result<()> {
    let grant = managing(cx)?;
    let person = visible(cx, &grant, id).await?;
    let mut wrongs = Wrongs::default();
    let mut names: Vec<_> = all.iter().map(|it| it.name.as_str()).collect();
    if names.len() > CERTIFICATES_MOST {
        wrongs.add(Field::new("certificates", "too_long").with("most", CERTIFICATES_MOST as i64));
    }
    for it in all {
        let too_long = |text: &str| text.chars().count() > POST_MOST;
        if too_long(&it.name) || it.number.as_deref().is_some_and(too_long) {
            wrongs.add(Field::new("certificates", "too_long").with("most", POST_MOST as i64));
        }
    }
    names.sort_unstable();
    if names.windows(2).any(|it| it[0] == it[1]) {
        wrongs.say("certificates", "certificate.twice");
    }
    wrongs.done()?;
    store::set_certificates(cx, &person.id, all).await?;
    cx.record("person.certified", id, json!({"certificates": names})).await
}

/// Files the words of those whom an older program hired without: once, at the start.
pub async fn index(db: &Db) -> Result<()> {
    const HANDFUL: i64 = 200;
    loop {
        let filed = db.act(async |mut tx: Tx| {
            let all = store::not_indexed(&mut tx, HANDFUL).await?;
            for it in &all {
                store::index(&mut tx, it).await?;
            }
            Ok(all.len() as i64)
        });
        if filed.await? < HANDFUL {
            return Ok(());
        }
    }
}
