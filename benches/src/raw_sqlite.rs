//! The bare engine, SQLite: a loop of prepared statements that writes the very rows that the
//! program wrote, with the hashes of their events and the words of their searches, and nothing
//! else: no rules, no reads, no HTTP.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use rusqlite::{Connection, params_from_iter, types::Value};
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};

use crate::clock;

/// Parents before those who name them, in the order in which a request files them.
const ORDER: &[&str] =
    &["customers", "devices", "requests", "promises", "orders", "acquaintances", "finds", "words"];
/// Kept by the programs themselves, or of no request.
const NOT: &[&str] = &["keys", "schedules", "settings", "sights", "events", "counters"];

/// What one run of the program wrote, taken apart by request.
pub struct Written {
    tables: Vec<Table>,
    events: Vec<Vec<Value>>,
    counters: Vec<String>,
    pub requests: usize,
}

struct Table {
    name: String,
    insert: String,
    rows: Vec<Vec<Value>>,
}

impl Written {
    /// The rows of the database that were not in the seed.
    pub fn read(database: &Path, seed: &Path, most: usize) -> Result<Written> {
        let db = Connection::open(database).context("opening")?;
        db.execute("attach ?1 as seed", [seed.to_str()])?;
        let count = |table: &str| count(&db, table);
        let written = i64::try_from(count("requests")?)?;
        let requests = usize::try_from(written)?.min(most);
        let mut tables = Vec::new();
        let named = names(&db)?;
        let later = named.iter().filter(|it| !ORDER.contains(&it.as_str()));
        let later = later.filter(|it| !NOT.contains(&it.as_str()) && !it.starts_with("words"));
        for name in ORDER.iter().map(|it| (*it).to_owned()).chain(later.cloned()) {
            let rows = if name == "words" { words(&db)? } else { new_rows(&db, &name)? };
            if rows.is_empty() {
                continue;
            }
            let rows = cut(rows, requests, usize::try_from(written)?);
            tables.push(Table { insert: insert(&db, &name)?, name, rows });
        }
        let events = cut(new_rows(&db, "events")?, requests, usize::try_from(written)?);
        let sql = "select c.key from main.counters c left join seed.counters s on s.key = c.key
                   where s.n is null or s.n <> c.n";
        let mut found = db.prepare(sql)?;
        let counters = found.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        Ok(Written { tables, events, counters, requests })
    }

    /// How many rows of which table one request writes.
    pub fn per_request(&self) -> String {
        let all = self.tables.iter().map(|it| (it.name.as_str(), it.rows.len()));
        let all = all.chain([("events", self.events.len())]);
        let said =
            all.map(|(name, rows)| format!("{name} {:.1}", rows as f64 / self.requests as f64));
        said.collect::<Vec<_>>().join(", ") + &format!(", counters {}", self.counters.len())
    }

    /// Writes it all into that copy of the seed, so many requests in a transaction. Returns
    /// requests per second.
    pub fn replay(&self, database: &Path, group: usize) -> Result<f64> {
        let db = Connection::open(database).context("opening")?;
        db.set_prepared_statement_cache_capacity(512);
        db.pragma_update(None, "journal_mode", "wal")?;
        db.pragma_update(None, "synchronous", "full")?;
        db.pragma_update(None, "foreign_keys", true)?;
        let last = "select place, hash from events where place is not null
                    order by place desc limit 1";
        let mut chain = db.query_row(last, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let began = clock::now();
        for from in (0..self.requests).step_by(group) {
            db.prepare_cached("begin immediate")?.execute([])?;
            for at in from..(from + group).min(self.requests) {
                self.one(&db, at, &mut chain)?;
            }
            db.prepare_cached("commit")?.execute([])?;
        }
        Ok(self.requests as f64 / began.elapsed().as_secs_f64())
    }

    fn one(&self, db: &Connection, at: usize, chain: &mut (i64, String)) -> Result<()> {
        let next = "insert into counters (key, n) values (?1, 1)
                    on conflict (key) do update set n = counters.n + 1 returning n";
        for key in &self.counters {
            db.prepare_cached(next)?.query_row([key], |row| row.get::<_, i64>(0))?;
        }
        for table in &self.tables {
            let mut statement = db.prepare_cached(&table.insert)?;
            for row in part(&table.rows, at, self.requests) {
                statement.execute(params_from_iter(row))?;
            }
        }
        let sql = "insert into events (id, at, actor, kind, subject, data, place, hash)
                   values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        let mut statement = db.prepare_cached(sql)?;
        for row in part(&self.events, at, self.requests) {
            chain.0 += 1;
            let mut content = vec![json!(chain.1), json!(chain.0)];
            content.extend(row[1..7].iter().map(plain));
            let digest = Sha256::digest(Json::Array(content).to_string().as_bytes());
            chain.1 = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            let sealed = [Value::Integer(chain.0), Value::Text(chain.1.clone())];
            statement.execute(params_from_iter(row[1..7].iter().chain(&sealed)))?;
        }
        Ok(())
    }
}

fn plain(value: &Value) -> Json {
    match value {
        Value::Integer(int) => json!(int),
        Value::Text(text) => json!(text),
        _ => Json::Null,
    }
}

/// What of all the rows belongs to the first so many of the requests.
fn cut(mut rows: Vec<Vec<Value>>, requests: usize, of: usize) -> Vec<Vec<Value>> {
    rows.truncate(rows.len() * requests / of.max(1));
    rows
}

/// The share of one request; every request writes alike.
fn part(rows: &[Vec<Value>], at: usize, of: usize) -> &[Vec<Value>] {
    &rows[at * rows.len() / of..(at + 1) * rows.len() / of]
}

fn names(db: &Connection) -> Result<Vec<String>> {
    let sql = "select name from main.sqlite_master where type = 'table' order by rowid";
    let mut found = db.prepare(sql)?;
    Ok(found.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}

fn columns(db: &Connection, table: &str) -> Result<Vec<String>> {
    let mut found = db.prepare("select name from pragma_table_info(?1)")?;
    Ok(found.query_map([table], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}

fn insert(db: &Connection, table: &str) -> Result<String> {
    let columns = match table {
        "words" => vec!["rowid".to_owned(), "tokens".to_owned()],
        table => columns(db, table)?,
    };
    let slots: Vec<String> = (1..=columns.len()).map(|it| format!("?{it}")).collect();
    Ok(format!("insert into {table} ({}) values ({})", columns.join(", "), slots.join(", ")))
}

fn count(db: &Connection, table: &str) -> Result<usize> {
    let sql = format!(
        "select count(*) from main.{table} where rowid > (select max(rowid) from seed.{table})"
    );
    Ok(db.query_row(&sql, [], |row| row.get::<_, i64>(0)).map(|it| it as usize)?)
}

fn new_rows(db: &Connection, table: &str) -> Result<Vec<Vec<Value>>> {
    let columns = columns(db, table)?;
    let sql = format!(
        "select {} from main.{table}
         where rowid > coalesce((select max(rowid) from seed.{table}), 0) order by rowid",
        columns.join(", ")
    );
    all(db, &sql, columns.len())
}

fn all(db: &Connection, sql: &str, width: usize) -> Result<Vec<Vec<Value>>> {
    let mut found = db.prepare(sql)?;
    let rows = found.query_map([], |row| (0..width).map(|it| row.get(it)).collect())?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The index keeps no texts; its words are put together again.
fn words(db: &Connection) -> Result<Vec<Vec<Value>>> {
    db.execute_batch("create virtual table temp.terms using fts5vocab(main, words, instance)")?;
    let sql = "select doc, group_concat(term, ' ') from
               (select doc, term from temp.terms
                where doc > (select max(id) from seed.finds) order by doc, offset) group by doc";
    let rows = all(db, sql, 2)?;
    ensure!(!rows.is_empty(), "nothing was put into the index");
    Ok(rows)
}
