//! Roles of the company's own: a set of acts, each with a reach.

use kernel::{Field, Refusal, Result, Wrongs};
use rules::{
    account,
    policy::{Act, Grant, PersonId, Reach, Rights, Role},
};
use serde_json::json;

use super::{
    super::store::{self, Codes, CustomRole, Person},
    actor, people,
};
use crate::Cx;

const CODE_MOST: usize = 40;
const NAME_MOST: usize = 40;

impl CustomRole {
    pub fn rights(&self) -> Vec<(Act, Reach)> {
        let pair = |text: &String| {
            let (act, reach) = text.split_once(':')?;
            Some((Act::parse(act)?, Reach::parse(reach)?))
        };
        self.acts.0.iter().filter_map(pair).collect()
    }

    /// The same as rights.
    pub fn allows(&self) -> Rights {
        let mut rights = Rights::none();
        self.rights().into_iter().for_each(|(act, reach)| rights.allow(act, reach));
        rights
    }
}

/// What roles there are is read by those who make them, give them out or check them.
pub fn reads_roles(cx: &Cx) -> Result<()> {
    let may = cx.may(Act::AccountManage).or_else(|_| cx.may(Act::PeopleManage));
    may.or_else(|_| cx.may(Act::EventRead)).map(|_| ())
}

/// What somebody may do, and what they might with other roles.
pub async fn rights_of(
    cx: &mut Cx,
    id: &PersonId,
    roles: Option<Vec<String>>,
) -> Result<(Person, Rights, Rights)> {
    let person = people::managed_one(cx, id).await?;
    let now = actor(cx, &person).await?.rights;
    let mut other = person.clone();
    if let Some(roles) = roles {
        other.roles = Codes(roles);
    }
    let then = actor(cx, &other).await?.rights;
    Ok((person, now, then))
}

pub async fn custom_roles(cx: &mut Cx) -> Result<Vec<CustomRole>> {
    store::custom_roles(cx).await
}

/// The roles one may give out: none wider than one's own rights.
pub async fn roles_to_give(cx: &mut Cx) -> Result<(Vec<Role>, Vec<CustomRole>)> {
    people::managing(cx)?;
    let customs = store::custom_roles(cx).await?;
    let base = Role::ALL.iter().copied();
    let base = base.filter(|it| people::may_give(cx, &Rights::of(&[*it]), it.code())).collect();
    let customs = customs.into_iter().filter(|it| people::may_give(cx, &it.allows(), &it.code));
    Ok((base, customs.collect()))
}

/// What is said of a role when it is made or changed.
#[derive(Debug, Clone, Default)]
pub struct RoleDraft {
    pub code: String,
    pub name: String,
    pub acts: Vec<(Act, Reach)>,
    /// Made anew: a code that is taken is a mistake.
    pub is_new: bool,
    pub version: Option<i64>,
}

/// Makes a role, or changes what it may: whoever holds it may that from now on.
pub async fn save_role(cx: &mut Cx, draft: &RoleDraft) -> Result<()> {
    cx.may(Act::AccountManage)?;
    let known = store::custom_roles(cx).await?.into_iter().find(|it| it.code == draft.code);
    check(draft, known.as_ref())?;
    if let (Some(read), Some(known)) = (draft.version, &known)
        && read != known.version
    {
        return Err(Refusal::STALE.into());
    }
    let given = draft.acts.iter().filter(|it| it.1 > Reach::Nothing);
    let pairs = given.map(|(act, reach)| format!("{act}:{reach}")).collect();
    let now = cx.now();
    let is_new = known.is_none();
    let role = CustomRole {
        id: match &known {
            Some(known) => known.id.clone(),
            None => platform::events::EventId::born(now, cx.dice()).to_string(),
        },
        code: draft.code.clone(),
        name: draft.name.trim().to_owned(),
        acts: Codes(pairs),
        version: known.map_or(0, |it| it.version),
    };
    account::apart(cx.company.passwords, &role.allows())?;
    store::save_role(cx, &role, is_new).await?;
    stay_apart(cx, &role).await?;
    cx.record("role.saved", &role.code, json!({"name": role.name, "acts": role.acts.0})).await
}

/// Whoever holds the role already may with it do no more than one person may.
async fn stay_apart(cx: &mut Cx, role: &CustomRole) -> Result<()> {
    let which = store::Which { roles: vec![role.code.clone()], ..Default::default() };
    for person in store::list(cx, &Grant::house(), &which).await? {
        let rights = actor(cx, &person).await?.rights;
        account::apart(cx.company.passwords, &rights)?;
    }
    Ok(())
}

fn check(draft: &RoleDraft, known: Option<&CustomRole>) -> Result<()> {
    let mut wrongs = Wrongs::default();
    let plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_';
    let code = &draft.code;
    let fits = !code.is_empty() && code.len() <= CODE_MOST && code.chars().all(plain);
    if !fits || Role::parse(code).is_some() {
        wrongs.say("role_code", "role.code");
    } else if draft.is_new && known.is_some() {
        wrongs.say("role_code", "role.taken");
    }
    let name = draft.name.trim();
    if name.is_empty() {
        wrongs.say("role_name", "missing");
    } else if name.chars().count() > NAME_MOST {
        wrongs.add(Field::new("role_name", "too_long").with("most", NAME_MOST as i64));
    }
    if !draft.acts.iter().any(|it| it.1 > Reach::Nothing) {
        wrongs.say("acts", "role.no_act");
    }
    let fits = |it: &(Act, Reach)| it.1 == Reach::Nothing || it.0.reaches().contains(&it.1);
    if !draft.acts.iter().all(fits) {
        wrongs.say("acts", "role.reach");
    }
    wrongs.done()
}

/// How many people hold each of the company's own roles.
pub async fn role_holders(cx: &mut Cx) -> Result<Vec<(String, i64)>> {
    cx.may(Act::AccountManage)?;
    let mut all = Vec::new();
    for role in store::custom_roles(cx).await? {
        let count = store::holders(cx, &role.code).await?;
        all.push((role.code, count));
    }
    Ok(all)
}

/// A role that nobody holds any more is taken away.
pub async fn drop_role(cx: &mut Cx, code: &str) -> Result<()> {
    cx.may(Act::AccountManage)?;
    let all = store::custom_roles(cx).await?;
    let role = all.into_iter().find(|it| it.code == code).ok_or(Refusal::NOT_FOUND)?;
    let held = store::holders(cx, code).await?;
    if held > 0 {
        return Err(account::ROLE_IN_USE.with("count", held).into());
    }
    store::delete_role(cx, &role.id).await?;
    cx.record("role.dropped", code, json!({"name": role.name})).await
}
