//! The schema grows by migrations, applied in order, each once and whole.

use kernel::{Column as _, Result, Value, refusals};

use super::{Db, Tx};

refusals! {
    /// The database was made by a newer program: this one would not understand it.
    NEWER Unavailable "database.newer";
}

/// One step of the schema: its file's name and its text.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    pub name: &'static str,
    pub sql: &'static str,
}

/// Brings the schema up to the program. Returns the names of what was applied.
pub async fn migrate(db: &Db, all: &'static [Migration]) -> Result<Vec<&'static str>> {
    let known = db.act(async |mut tx| known(&mut tx).await).await?;
    if let Some(newer) = known.iter().find(|it| !all.iter().any(|one| one.name == **it)) {
        return Err(NEWER.with("migration", newer.as_str()).into());
    }
    let mut applied = Vec::new();
    for migration in all.iter().filter(|it| !known.iter().any(|name| name == it.name)) {
        db.act(async move |mut tx| apply(&mut tx, migration).await).await?;
        applied.push(migration.name);
    }
    Ok(applied)
}

/// How a database stands to the program, before anything is done about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    pub applied: usize,
    pub names: Vec<String>,
    /// Steps the program knows and the database does not have.
    pub missing: Vec<&'static str>,
    /// A step the database has and the program does not know.
    pub newer: Option<String>,
}

/// Looks, and changes nothing.
pub async fn state(db: &Db, all: &'static [Migration]) -> Result<State> {
    let names = db.look(async |mut tx| there(&mut tx).await).await?;
    let is_there = |it: &Migration| names.iter().any(|name| name == it.name);
    let is_known = |name: &String| all.iter().any(|it| it.name == name.as_str());
    Ok(State {
        applied: names.len(),
        missing: all.iter().filter(|it| !is_there(it)).map(|it| it.name).collect(),
        newer: names.iter().find(|it| !is_known(it)).cloned(),
        names,
    })
}

/// The names of what was applied; a database nobody migrated has none.
async fn there(tx: &mut Tx) -> Result<Vec<String>> {
    let sql = tx.dialect().has_table();
    if tx.cell::<i64>(sql, &["migrations".to_owned().write()]).await? == 0 {
        return Ok(Vec::new());
    }
    let rows = tx.rows("select name from migrations order by name", &[]).await?;
    rows.iter().map(|row| row.get(0)).collect()
}

async fn known(tx: &mut Tx) -> Result<Vec<String>> {
    tx.run("create table if not exists migrations (name text primary key)", &[]).await?;
    let rows = tx.rows("select name from migrations order by name", &[]).await?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// Two processes may start at once: the second finds the name taken and leaves it at that.
async fn apply(tx: &mut Tx, migration: &Migration) -> Result<()> {
    let taken = "insert into migrations (name) values ($1) on conflict do nothing";
    if tx.run(taken, &[migration.name.to_owned().write()]).await? == 0 {
        return Ok(());
    }
    let dialect = tx.dialect();
    for statement in statements(migration.sql) {
        let (mark, sql) = marked(statement);
        if mark.is_none_or(|mark| dialect.speaks(mark)) {
            tx.run(&dialect.ddl(sql), &[] as &[Value]).await?;
        }
    }
    Ok(())
}

fn statements(sql: &str) -> impl Iterator<Item = &str> {
    sql.split_inclusive(";\n").filter(|it| !it.trim().is_empty())
}

/// `-- sqlite:` as the first line of a statement names the only engine it is for.
fn marked(statement: &str) -> (Option<&str>, &str) {
    let statement = statement.trim_start();
    let first = statement.lines().next().unwrap_or_default();
    let mark = first.strip_prefix("-- ").and_then(|it| it.strip_suffix(':'));
    (mark, statement)
}
