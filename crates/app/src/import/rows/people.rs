//! 人员 of before: one row each, known by the login. Nobody can sign in yet: passwords are given
//! by whoever manages the accounts.

use kernel::{Field, Result};
use rules::policy::OrgId;

use super::{Filed, Rows, each_once, no_org};
use crate::{
    Cx,
    account::{self, Person, ops::Draft},
    import::{
        cells::{Cells, Layout, narrow},
        problem::Problem,
        reading::{Item, Seen},
        report::Counts,
    },
    org,
};

pub struct People;

#[derive(Debug, Clone)]
pub struct Row {
    draft: Draft,
    org: String,
}

/// What a row would make of somebody.
enum Ready {
    Hire(OrgId),
    Change(Box<Person>),
    Same,
}

impl Rows for People {
    type Row = Row;
    const KEY: Option<&'static str> = Some("login");

    fn read(cells: &mut Cells<'_>, _seen: &mut Seen) -> Option<(String, Row)> {
        let login = cells.needed("login").map(|it| it.to_lowercase());
        let name = cells.needed("name").and_then(|_| cells.name("name", 40));
        let roles = cells.needed("role");
        let org = cells.needed("org");
        let phone = cells.text("phone");
        let skills = cells.text("skills");
        let draft = Draft {
            login: login.clone()?,
            name: name?,
            roles: several(roles?),
            phone,
            skills: skills.map(several).unwrap_or_default(),
            ..Default::default()
        };
        Some((login?, Row { draft, org: org? }))
    }

    async fn check(cx: &mut Cx, items: &[Item<Row>], layout: &Layout) -> Result<Vec<Problem>> {
        let orgs = each_once(items.iter().map(|it| it.row.org.clone()));
        let orgs = org::ops::find_all(cx, orgs).await?;
        let mut problems = Vec::new();
        for it in items {
            let found = orgs.get(&it.row.org);
            if let Some(wrong) = no_org(found, "org", &it.row.org) {
                problems.push(it.wrong(layout, "org", Some(&it.row.org), wrong));
                continue;
            }
            let Some(org) = found else { continue };
            if let Err(error) = ready(cx, &it.row, &org.id).await {
                problems.extend(refused(it, layout, error)?);
            }
        }
        Ok(problems)
    }

    async fn compare(cx: &mut Cx, items: &[&Item<Row>]) -> Result<Counts> {
        let mut counts = Counts::default();
        for it in items {
            let Some(org) = org::ops::find(cx, &it.row.org).await? else { continue };
            match ready(cx, &it.row, &org.id).await? {
                Ready::Hire(_) => counts.new += 1,
                Ready::Change(_) => counts.changed += 1,
                Ready::Same => counts.same += 1,
            }
        }
        Ok(counts)
    }

    async fn file(cx: &mut Cx, items: &[Item<Row>], layout: &Layout) -> Result<Filed> {
        let mut filed =
            Filed { wrong: People::check(cx, items, layout).await?, ..Filed::default() };
        let wrong: Vec<_> = filed.wrong.iter().filter_map(|it| it.row).collect();
        for it in items.iter().filter(|it| !wrong.contains(&it.number)) {
            let Some(org) = org::ops::find(cx, &it.row.org).await? else { continue };
            match ready(cx, &it.row, &org.id).await? {
                Ready::Hire(org) => {
                    account::ops::hire(cx, &org, &it.row.draft, None).await?;
                    filed.counts.new += 1;
                    filed.counts.made("people", 1);
                }
                Ready::Change(person) => {
                    let draft = kept(&it.row.draft, &person);
                    account::ops::change(cx, &person.id, &draft).await?;
                    filed.counts.changed += 1;
                }
                Ready::Same => filed.counts.same += 1,
            }
        }
        Ok(filed)
    }
}

/// All that is against it is said; nothing is written.
async fn ready(cx: &mut Cx, row: &Row, org: &OrgId) -> Result<Ready> {
    let Some(known) = account::ops::by_login(cx, &row.draft.login).await? else {
        account::ops::hireable(cx, org, &row.draft).await?;
        return Ok(Ready::Hire(org.clone()));
    };
    if known.org != *org {
        return Err(Field::new("org", "import.works_elsewhere").into());
    }
    let after = account::ops::changeable(cx, &known.id, &kept(&row.draft, &known)).await?;
    Ok(if after == known { Ready::Same } else { Ready::Change(Box::new(known)) })
}

/// What the file is silent about stays.
fn kept(draft: &Draft, known: &Person) -> Draft {
    let mut draft = draft.clone();
    draft.post = known.post.clone();
    draft.phone = draft.phone.or_else(|| known.phone.clone());
    if draft.skills.is_empty() {
        draft.skills = known.skills.0.clone();
    }
    draft
}

/// A refusal as problems of the row; a fault goes its own way.
fn refused(it: &Item<Row>, layout: &Layout, error: kernel::Error) -> Result<Vec<Problem>> {
    let Some(refusal) = error.refusal() else { return Err(error) };
    let mut fields = refusal.fields.clone();
    if fields.is_empty() {
        let whole = Field { field: "login".into(), code: refusal.code, args: refusal.args.clone() };
        fields.push(whole);
    }
    let problems = fields.into_iter().map(|wrong| {
        let field = if wrong.field == "roles" { "role".into() } else { wrong.field.clone() };
        let value = match field.as_str() {
            "role" => Some(it.row.draft.roles.join(",")),
            "skills" => Some(it.row.draft.skills.join(",")),
            "phone" => it.row.draft.phone.clone(),
            "org" => Some(it.row.org.clone()),
            "name" => Some(it.row.draft.name.clone()),
            _ => Some(it.row.draft.login.clone()),
        };
        it.wrong(layout, &field, value.as_deref(), wrong)
    });
    Ok(problems.collect())
}

/// Several in one cell, with whatever people put between them.
fn several(text: String) -> Vec<String> {
    let narrow = narrow(&text);
    let parts = narrow.split([',', ';', '、', '|']).map(str::trim);
    parts.filter(|it| !it.is_empty()).map(str::to_owned).collect()
}
