//! When people work and when not, in the database.

use kernel::{Column, Result, Time, Value};
use rules::policy::{Grant, OrgId, PersonId};

use crate::{Cx, reach::Where};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absence {
    pub id: String,
    pub person: PersonId,
    pub starts: Time,
    pub ends: Time,
    pub reason: String,
}

pub async fn absences(
    cx: &mut Cx,
    person: &PersonId,
    from: Time,
    to: Time,
) -> Result<Vec<Absence>> {
    let sql = "select id, person, starts, ends, reason from absences
               where person = $1 and ends > $2 and starts < $3 order by starts limit 100";
    let rows = cx.tx.rows(sql, &[person.write(), from.write(), to.write()]).await?;
    rows.iter().map(absence).collect()
}

/// The same of several people at once.
pub async fn absences_of(
    cx: &mut Cx,
    people: &[PersonId],
    from: Time,
    to: Time,
) -> Result<Vec<Absence>> {
    let ids: Vec<Value> = people.iter().map(Column::write).collect();
    let sql = "select id, person, starts, ends, reason from absences
               where ends > $1 and starts < $2 and person in (?) order by starts limit 5000";
    let rows = cx.tx.rows_among(sql, &[from.write(), to.write()], &ids).await?;
    rows.iter().map(absence).collect()
}

/// The weeks of those who have one of their own.
pub async fn shifts_of(cx: &mut Cx, people: &[PersonId]) -> Result<Vec<(PersonId, String)>> {
    let ids: Vec<Value> = people.iter().map(Column::write).collect();
    let sql = "select person, week from shifts where person in (?)";
    let rows = cx.tx.rows_among(sql, &[], &ids).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// An absence with whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Away {
    pub absence: Absence,
    pub name: String,
    pub org: OrgId,
}

/// Which absences of a branch.
#[derive(Debug, Clone)]
pub struct WhichAway {
    pub org: Option<String>,
    pub person: Option<PersonId>,
    pub from: Time,
    pub to: Time,
    pub limit: i64,
}

/// Who is absent, the next first.
pub async fn away(cx: &mut Cx, grant: &Grant, which: &WhichAway) -> Result<Vec<Away>> {
    let mut to = Where::new(grant, "p.path", Some("p.id"));
    to.plain("p.status <> 'left'");
    to.and("a.ends > ?", which.from.write());
    to.and("a.starts < ?", which.to.write());
    if let Some(org) = &which.org {
        to.and("p.org = ?", org.write());
    }
    if let Some(person) = &which.person {
        to.and("p.id = ?", person.write());
    }
    let sql = format!(
        "select a.id, a.person, a.starts, a.ends, a.reason, p.name, p.org
         from absences a join people p on p.id = a.person
         where {} order by a.starts, a.id limit ${}",
        to.sql(),
        to.slot(),
    );
    to.args.push(which.limit.write());
    let rows = cx.tx.rows(&sql, &to.args).await?;
    rows.iter()
        .map(|row| Ok(Away { absence: absence(row)?, name: row.get(5)?, org: row.get(6)? }))
        .collect()
}

fn absence(row: &platform::db::Row) -> Result<Absence> {
    Ok(Absence {
        id: row.get(0)?,
        person: row.get(1)?,
        starts: row.get(2)?,
        ends: row.get(3)?,
        reason: row.get(4)?,
    })
}

/// The week somebody works, as JSON; none: as the pack has it.
pub async fn shift(cx: &mut Cx, person: &PersonId) -> Result<Option<String>> {
    let sql = "select week from shifts where person = $1";
    let row = cx.tx.row(sql, &[person.write()]).await?;
    row.map(|row| row.get(0)).transpose()
}

pub async fn set_shift(cx: &mut Cx, person: &PersonId, week: Option<&str>) -> Result<()> {
    cx.tx.run("delete from shifts where person = $1", &[person.write()]).await?;
    let Some(week) = week else { return Ok(()) };
    let cells = [person.write(), Value::Text(week.to_owned())];
    cx.tx.insert("shifts", &["person", "week"], &cells).await
}

pub async fn insert_absence(cx: &mut Cx, it: &Absence) -> Result<()> {
    let cells =
        [it.id.write(), it.person.write(), it.starts.write(), it.ends.write(), it.reason.write()];
    cx.tx.insert("absences", &["id", "person", "starts", "ends", "reason"], &cells).await
}

pub async fn delete_absence(cx: &mut Cx, person: &PersonId, id: &str) -> Result<bool> {
    let sql = "delete from absences where person = $1 and id = $2";
    Ok(cx.tx.run(sql, &[person.write(), id.to_owned().write()]).await? == 1)
}
