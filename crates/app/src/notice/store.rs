//! Notices in the database.

use kernel::{Column, Refusal, Result, Time, Value};
use platform::record;
use rules::{
    notice::{By, NoticeId, NoticeKind, NoticeState},
    policy::PersonId,
};

use crate::Cx;

/// A notice as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub id: NoticeId,
    /// What it is about: an order's id.
    pub subject: String,
    pub kind: NoticeKind,
    pub person: Option<PersonId>,
    pub customer: Option<String>,
    pub phone: Option<String>,
    pub means: By,
    pub body: String,
    /// Holds a code that technician and outlet must not read.
    pub secret: bool,
    pub state: NoticeState,
    pub created_at: Time,
    pub ended_at: Option<Time>,
    pub read_at: Option<Time>,
    pub error: Option<String>,
}

record! { Notice in "notices" {
    id, subject, kind, person, customer, phone, means, body, secret, state, created_at, ended_at,
    read_at, error,
} }

pub async fn insert(cx: &mut Cx, it: &Notice) -> Result<()> {
    cx.tx.insert(TABLE, COLUMNS, &write(it)).await
}

pub async fn get(cx: &mut Cx, id: &NoticeId) -> Result<Notice> {
    let sql = format!("{} where id = $1", select());
    let row = cx.tx.row(&sql, &[id.write()]).await?;
    row.as_ref().map(read).ok_or(Refusal::NOT_FOUND)?
}

pub async fn end(cx: &mut Cx, it: &Notice) -> Result<()> {
    let sql = "update notices set state = $2, ended_at = $3, error = $4, means = $5 where id = $1";
    let cells =
        [it.id.write(), it.state.write(), it.ended_at.write(), it.error.write(), it.means.write()];
    cx.tx.send(sql, &cells).await
}

pub async fn of_person(cx: &mut Cx, person: &PersonId, limit: i64) -> Result<Vec<Notice>> {
    let sql =
        format!("{} where person = $1 order by created_at desc, id desc limit {limit}", select());
    cx.tx.rows(&sql, &[person.write()]).await?.iter().map(read).collect()
}

pub async fn unread(cx: &mut Cx, person: &PersonId) -> Result<i64> {
    let sql = "select count(*) from notices where person = $1 and read_at is null";
    cx.tx.cell(sql, &[person.write()]).await
}

pub async fn mark_read(cx: &mut Cx, person: &PersonId, now: Time) -> Result<()> {
    let sql = "update notices set read_at = $2 where person = $1 and read_at is null";
    cx.tx.run(sql, &[person.write(), now.write()]).await.map(|_| ())
}

/// What the customer was told, or is still to be told, about one thing.
pub async fn to_customer(cx: &mut Cx, subject: &str) -> Result<Vec<Notice>> {
    let sql = format!(
        "{} where subject = $1 and person is null order by created_at desc, id desc limit 50",
        select()
    );
    cx.tx.rows(&sql, &[Value::Text(subject.to_owned())]).await?.iter().map(read).collect()
}
