//! 视图: lists as somebody wants to see them again.

use kernel::{Column, Result, Time, Value};
use platform::record;
use rules::{account::ViewId, policy::PersonId};

use crate::Cx;

/// A list under a name of one's own: where it is, and what it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    pub id: ViewId,
    pub person: PersonId,
    pub path: String,
    pub name: String,
    pub query: String,
    /// What its owner sees first there.
    pub usual: bool,
    pub created_at: Time,
}

record! { View in "views" { id, person, path, name, query, usual, created_at, } }

/// Of one list, or of all of them.
pub async fn views(cx: &mut Cx, person: &PersonId, path: Option<&str>) -> Result<Vec<View>> {
    let mut args = vec![person.write()];
    let mut sql = format!("{} where person = $1", select());
    if let Some(path) = path {
        sql += " and path = $2";
        args.push(Value::Text(path.to_owned()));
    }
    sql += " order by path, created_at, id";
    cx.tx.rows(&sql, &args).await?.iter().map(read).collect()
}

/// One of the same name on the same list is what it says now.
pub async fn put_view(cx: &mut Cx, it: &View) -> Result<()> {
    let sql = "insert into views (id, person, path, name, query, usual, created_at)
               values ($1, $2, $3, $4, $5, $6, $7)
               on conflict (person, path, name) do update set query = excluded.query,
               usual = excluded.usual";
    cx.tx.run(sql, &write(it)).await.map(|_| ())
}

pub async fn rename_view(cx: &mut Cx, it: &View) -> Result<()> {
    let sql = "update views set name = $3, usual = $4 where id = $1 and person = $2";
    let cells = [it.id.write(), it.person.write(), it.name.write(), it.usual.write()];
    cx.tx.run(sql, &cells).await.map(|_| ())
}

/// Of a list only one is seen first.
pub async fn none_is_usual(cx: &mut Cx, person: &PersonId, path: &str) -> Result<()> {
    let sql = "update views set usual = 0 where person = $1 and path = $2";
    cx.tx.run(sql, &[person.write(), Value::Text(path.to_owned())]).await.map(|_| ())
}

pub async fn drop_view(cx: &mut Cx, person: &PersonId, id: &ViewId) -> Result<()> {
    let sql = "delete from views where id = $1 and person = $2";
    cx.tx.run(sql, &[id.write(), person.write()]).await.map(|_| ())
}
