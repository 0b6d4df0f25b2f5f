//! People, their keys, certificates and roles of the company's own in the database.

mod days;
mod views;
mod words;

use kernel::{Column, Day, Lang, Result, Time, Value};
use platform::{record, search};
use rules::{
    account::PersonStatus,
    policy::{Grant, OrgId, PersonId, Role},
};

pub use self::days::{
    Absence, Away, WhichAway, absences, absences_of, away, delete_absence, insert_absence,
    set_shift, shift, shifts_of,
};
pub use self::views::{View, drop_view, none_is_usual, put_view, rename_view, views};
pub use self::words::{index, not_indexed};

use crate::{
    Cx,
    reach::{self, Where},
};

/// A person as they are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    pub login: String,
    pub name: String,
    pub org: OrgId,
    pub path: String,
    /// The post, in the pack's words: 维修技师.
    pub post: Option<String>,
    /// Base roles and roles of the company's own, by code.
    pub roles: Codes,
    pub phone: Option<String>,
    pub lang: Lang,
    pub status: PersonStatus,
    /// Product categories the technician works on.
    pub skills: Codes,
    /// Where the day starts, in millionths of a degree.
    pub lat: Option<i64>,
    pub lon: Option<i64>,
    pub password: Option<String>,
    pub changed_at: Option<Time>,
    pub must_change: bool,
    pub failed: i64,
    pub locked_until: Option<Time>,
    pub totp: Option<String>,
    /// The half minute of the last code that was taken: none is taken twice.
    pub totp_used: Option<i64>,
    pub version: i64,
}

/// Several codes in one column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Codes(pub Vec<String>);

impl Column for Codes {
    fn write(&self) -> Value {
        Value::Text(self.0.join(","))
    }
    fn read(value: &Value) -> Result<Self> {
        let all = value.text()?.split(',').filter(|it| !it.is_empty());
        Ok(Codes(all.map(str::to_owned).collect()))
    }
}

record! { Person in "people" {
    id, login, name, org, path, post, roles, phone, lang, status, skills, lat, lon, password,
    changed_at, must_change, failed, locked_until, totp, totp_used, version,
} }

impl Person {
    pub fn has(&self, role: Role) -> bool {
        self.roles.0.iter().any(|it| it == role.code())
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    pub name: String,
    pub until: Option<Day>,
    pub number: Option<String>,
}

/// A role of the company's own: acts with their reach, as `act:reach` pairs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomRole {
    pub id: String,
    pub code: String,
    pub name: String,
    pub acts: Codes,
    pub version: i64,
}

kernel::codes! {
    /// What opens the door.
    pub enum KeyKind {
        Session "session",
        Token "token",
        /// The password was right, the second factor is still to come.
        HalfWay "half_way",
    }
}

pub async fn insert(cx: &mut Cx, person: &Person) -> Result<()> {
    cx.tx.insert(TABLE, COLUMNS, &write(person)).await?;
    index(&mut cx.tx, person).await
}

pub async fn update(cx: &mut Cx, person: &Person) -> Result<()> {
    cx.tx.update(TABLE, COLUMNS, &write(person)).await
}

/// By id, wherever they work: names stand on orders that others may see.
pub async fn get(cx: &mut Cx, id: &PersonId) -> Result<Option<Person>> {
    let sql = format!("{} where id = $1", select());
    cx.tx.row(&sql, &[id.write()]).await?.as_ref().map(read).transpose()
}

/// Those of that many ids.
pub async fn several(cx: &mut Cx, ids: &[Value]) -> Result<Vec<Person>> {
    let sql = format!("{} where id in (?)", select());
    cx.tx.rows_among(&sql, &[], ids).await?.iter().map(read).collect()
}

pub async fn by_login(cx: &mut Cx, login: &str) -> Result<Option<Person>> {
    let sql = format!("{} where login = $1", select());
    let row = cx.tx.row(&sql, &[login.to_owned().write()]).await?;
    row.as_ref().map(read).transpose()
}

/// Which people: by organisation, by role, by what was typed of the name, login or phone.
#[derive(Debug, Clone, Default)]
pub struct Which {
    pub org: Option<String>,
    /// Paths of organisations: they and everything below them.
    pub branches: Vec<String>,
    pub role: Option<Role>,
    /// Roles by code, also those of the company's own: any of them.
    pub roles: Vec<String>,
    pub status: Vec<PersonStatus>,
    pub q: Option<String>,
    pub everybody: bool,
    /// The last one of the page before: place, name, id.
    pub after: Option<(String, String, String)>,
    pub limit: Option<i64>,
}

/// More than any company's whole network, so that a list has an end.
const EVERYBODY: i64 = 20_000;

pub async fn list(cx: &mut Cx, grant: &Grant, which: &Which) -> Result<Vec<Person>> {
    let mut to = Where::new(grant, "path", Some("id"));
    if !which.everybody && which.status.is_empty() {
        to.plain("status <> 'left'");
    }
    to.any("status", which.status.iter().map(Column::write));
    if let Some(org) = &which.org {
        to.and("org = ?", org.write());
    }
    let mut any = Vec::new();
    for branch in &which.branches {
        let within = reach::branch(branch, "path", to.slot());
        any.push(within.sql);
        to.args.extend(within.args);
    }
    if !any.is_empty() {
        to.plain(format!("({})", any.join(" or ")));
    }
    let roles = which.role.iter().map(|it| it.code()).chain(which.roles.iter().map(String::as_str));
    let mut any = Vec::new();
    for role in roles {
        any.push(format!("(',' || roles || ',') like ${}", to.slot()));
        to.args.push(Value::Text(format!("%,{role},%")));
    }
    if !any.is_empty() {
        to.plain(format!("({})", any.join(" or ")));
    }
    if let Some(q) = which.q.as_ref().filter(|it| !it.trim().is_empty()) {
        let like = Value::Text(format!("%{}%", q.trim().to_lowercase().replace(['%', '_'], "")));
        let (slot, next) = (to.slot(), to.slot() + 1);
        let mut any =
            format!("lower(name || ' ' || login || ' ' || coalesce(phone, '')) like ${slot}");
        to.args.push(like);
        if let Some((sql, value)) = search::found_of_few(&cx.tx, ("people", "person"), q, next) {
            any = format!("{any} or {sql}");
            to.args.push(value);
        }
        to.plain(format!("({any})"));
    }
    if let Some((path, name, id)) = &which.after {
        let at = to.slot();
        to.plain(format!("(path, name, id) > (${at}, ${}, ${})", at + 1, at + 2));
        to.args.extend([path.write(), name.write(), id.write()]);
    }
    let slot = to.slot();
    let sql = format!("{} where {} order by path, name, id limit ${slot}", select(), to.sql());
    to.args.push(which.limit.unwrap_or(EVERYBODY).write());
    cx.tx.rows(&sql, &to.args).await?.iter().map(read).collect()
}

pub async fn head_counts(cx: &mut Cx, grant: &Grant) -> Result<Vec<(OrgId, i64)>> {
    let mut to = Where::new(grant, "path", None);
    to.plain("status <> 'left'");
    let sql = format!("select org, count(*) from people where {} group by org", to.sql());
    let rows = cx.tx.rows(&sql, &to.args).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// Who is shut out at this moment.
pub async fn locked_out(cx: &mut Cx) -> Result<Vec<Person>> {
    let sql = format!("{} where locked_until > $1 order by locked_until limit 500", select());
    let now = cx.now().write();
    cx.tx.rows(&sql, &[now]).await?.iter().map(read).collect()
}

/// Wrong tries are counted beside the version: whoever edits the person meanwhile is not disturbed.
pub async fn set_tries(
    cx: &mut Cx,
    id: &PersonId,
    failed: i64,
    locked_until: Option<Time>,
) -> Result<()> {
    let sql = "update people set failed = $2, locked_until = $3 where id = $1";
    cx.tx.run(sql, &[id.write(), failed.write(), locked_until.write()]).await.map(|_| ())
}

pub async fn use_code(cx: &mut Cx, id: &PersonId, step: i64) -> Result<()> {
    let sql = "update people set totp_used = $2 where id = $1";
    cx.tx.run(sql, &[id.write(), step.write()]).await.map(|_| ())
}

/// How often somebody tried a login that nobody has, by its hash, and until when it is shut.
pub async fn stranger(cx: &mut Cx, hash: &str) -> Result<(i64, Option<Time>)> {
    let sql = "select failed, locked_until from strangers where hash = $1";
    let row = cx.tx.row(sql, &[hash.to_owned().write()]).await?;
    row.map_or(Ok((0, None)), |row| Ok((row.get(0)?, row.get(1)?)))
}

pub async fn set_stranger(
    cx: &mut Cx,
    hash: &str,
    failed: i64,
    locked_until: Option<Time>,
) -> Result<()> {
    let sql = "insert into strangers (hash, failed, locked_until, at) values ($1, $2, $3, $4)
               on conflict (hash) do update set failed = excluded.failed,
               locked_until = excluded.locked_until, at = excluded.at";
    let cells = [hash.to_owned().write(), failed.write(), locked_until.write(), cx.now().write()];
    cx.tx.run(sql, &cells).await.map(|_| ())
}

pub async fn certificates(cx: &mut Cx, person: &PersonId) -> Result<Vec<Certificate>> {
    let sql = "select name, until, number from certificates where person = $1 order by name";
    let rows = cx.tx.rows(sql, &[person.write()]).await?;
    rows.iter()
        .map(|row| Ok(Certificate { name: row.get(0)?, until: row.get(1)?, number: row.get(2)? }))
        .collect()
}

/// The same of several people at once, with whose they are.
pub async fn certificates_of(
    cx: &mut Cx,
    people: &[PersonId],
) -> Result<Vec<(PersonId, Certificate)>> {
    let ids: Vec<Value> = people.iter().map(Column::write).collect();
    let sql = "select name, until, number, person from certificates
               where person in (?) order by name";
    let rows = cx.tx.rows_among(sql, &[], &ids).await?;
    let read = |row: &platform::db::Row| -> Result<(PersonId, Certificate)> {
        let it = Certificate { name: row.get(0)?, until: row.get(1)?, number: row.get(2)? };
        Ok((row.get(3)?, it))
    };
    rows.iter().map(read).collect()
}

pub async fn set_certificates(cx: &mut Cx, person: &PersonId, all: &[Certificate]) -> Result<()> {
    cx.tx.run("delete from certificates where person = $1", &[person.write()]).await?;
    for it in all {
        let cells = [person.write(), it.name.write(), it.until.write(), it.number.write()];
        cx.tx.insert("certificates", &["person", "name", "until", "number"], &cells).await?;
    }
    Ok(())
}

pub async fn custom_roles(cx: &mut Cx) -> Result<Vec<CustomRole>> {
    let sql = "select id, code, name, acts, version from roles order by name limit 500";
    let rows = cx.tx.rows(sql, &[]).await?;
    rows.iter()
        .map(|row| {
            Ok(CustomRole {
                id: row.get(0)?,
                code: row.get(1)?,
                name: row.get(2)?,
                acts: row.get(3)?,
                version: row.get(4)?,
            })
        })
        .collect()
}

pub async fn save_role(cx: &mut Cx, it: &CustomRole, is_new: bool) -> Result<()> {
    let columns = ["id", "code", "name", "acts", "version"];
    let cells =
        [it.id.write(), it.code.write(), it.name.write(), it.acts.write(), it.version.write()];
    if is_new {
        cx.tx.insert("roles", &columns, &cells).await
    } else {
        cx.tx.update("roles", &columns, &cells).await
    }
}

/// How many people hold a role, by its code.
pub async fn holders(cx: &mut Cx, role: &str) -> Result<i64> {
    let sql = "select count(*) from people
               where status <> 'left' and (',' || roles || ',') like $1";
    cx.tx.cell(sql, &[Value::Text(format!("%,{role},%"))]).await
}

pub async fn delete_role(cx: &mut Cx, id: &str) -> Result<()> {
    cx.tx.run("delete from roles where id = $1", &[id.to_owned().write()]).await.map(|_| ())
}

/// What opens the door: only the hash is kept.
#[derive(Debug, Clone)]
pub struct Key {
    pub hash: String,
    pub kind: KeyKind,
    pub person: PersonId,
    pub label: String,
    pub created_at: Time,
    pub expires_at: Time,
    pub seen_at: Time,
}

const KEY_COLUMNS: &[&str] =
    &["hash", "kind", "person", "label", "created_at", "expires_at", "seen_at"];

pub async fn insert_key(cx: &mut Cx, it: &Key) -> Result<()> {
    let cells = [
        it.hash.write(),
        it.kind.write(),
        it.person.write(),
        it.label.write(),
        it.created_at.write(),
        it.expires_at.write(),
        it.seen_at.write(),
    ];
    cx.tx.insert("keys", KEY_COLUMNS, &cells).await
}

/// From that column on.
fn key(row: &platform::db::Row, from: usize) -> Result<Key> {
    Ok(Key {
        hash: row.get(from)?,
        kind: row.get(from + 1)?,
        person: row.get(from + 2)?,
        label: row.get(from + 3)?,
        created_at: row.get(from + 4)?,
        expires_at: row.get(from + 5)?,
        seen_at: row.get(from + 6)?,
    })
}

pub async fn key_by_hash(cx: &mut Cx, hash: &str) -> Result<Option<Key>> {
    let sql = format!("select {} from keys where hash = $1", KEY_COLUMNS.join(", "));
    cx.tx.row(&sql, &[hash.to_owned().write()]).await?.map(|row| key(&row, 0)).transpose()
}

/// A key and whose it is, which is asked before everything else.
pub async fn who(cx: &mut Cx, hash: &str) -> Result<Option<(Key, Person)>> {
    let keys = KEY_COLUMNS.iter().map(|it| format!("k.{it}"));
    let sql = format!(
        "select {}, {} from people p join keys k on k.person = p.id where k.hash = $1",
        columns_of("p"),
        keys.collect::<Vec<_>>().join(", ")
    );
    let Some(row) = cx.tx.row(&sql, &[hash.to_owned().write()]).await? else { return Ok(None) };
    Ok(Some((key(&row, COLUMNS.len())?, read(&row)?)))
}

pub async fn keys_of(cx: &mut Cx, person: &PersonId) -> Result<Vec<Key>> {
    let sql = format!(
        "select {} from keys where person = $1 and kind <> 'half_way'
         order by seen_at desc limit 500",
        KEY_COLUMNS.join(", ")
    );
    cx.tx.rows(&sql, &[person.write()]).await?.iter().map(|row| key(row, 0)).collect()
}

/// Which sessions and tokens of everybody's.
#[derive(Debug, Clone, Default)]
pub struct WhichKeys {
    pub kind: Option<KeyKind>,
    pub q: Option<String>,
    /// The last one of the page before: when it was used, and whose it is.
    pub after: Option<(Time, String)>,
    pub limit: i64,
}

/// A key with whose it is.
#[derive(Debug, Clone)]
pub struct Owned {
    pub key: Key,
    pub name: String,
    pub login: String,
}

pub async fn all_keys(cx: &mut Cx, which: &WhichKeys) -> Result<Vec<Owned>> {
    let mut to = Where::new(&Grant::house(), "p.path", None);
    to.plain("k.kind <> 'half_way'");
    to.and("k.expires_at >= ?", cx.now().write());
    if let Some(kind) = which.kind {
        to.and("k.kind = ?", kind.write());
    }
    if let Some(q) = which.q.as_ref().filter(|it| !it.trim().is_empty()) {
        let like = Value::Text(format!("%{}%", q.trim().to_lowercase().replace(['%', '_'], "")));
        to.and("lower(p.name || ' ' || p.login || ' ' || k.label) like ?", like);
    }
    if let Some((seen_at, id)) = &which.after {
        let at = to.slot();
        to.plain(format!("(k.seen_at, k.person) < (${at}, ${})", at + 1));
        to.args.extend([seen_at.write(), id.write()]);
    }
    let columns: Vec<String> = KEY_COLUMNS.iter().map(|it| format!("k.{it}")).collect();
    let sql = format!(
        "select {}, p.name, p.login from keys k join people p on p.id = k.person
         where {} order by k.seen_at desc, k.person desc limit ${}",
        columns.join(", "),
        to.sql(),
        to.slot(),
    );
    to.args.push(which.limit.write());
    let width = KEY_COLUMNS.len();
    let rows = cx.tx.rows(&sql, &to.args).await?;
    rows.iter()
        .map(|row| {
            Ok(Owned { key: key(row, 0)?, name: row.get(width)?, login: row.get(width + 1)? })
        })
        .collect()
}

pub async fn touch_key(cx: &mut Cx, hash: &str, seen_at: Time, expires_at: Time) -> Result<()> {
    let sql = "update keys set seen_at = $2, expires_at = $3 where hash = $1";
    let cells = [hash.to_owned().write(), seen_at.write(), expires_at.write()];
    cx.tx.run(sql, &cells).await.map(|_| ())
}

pub async fn delete_key(cx: &mut Cx, hash: &str) -> Result<bool> {
    Ok(cx.tx.run("delete from keys where hash = $1", &[hash.to_owned().write()]).await? == 1)
}

pub async fn delete_keys_of(cx: &mut Cx, person: &PersonId, but: Option<&str>) -> Result<()> {
    let sql = "delete from keys where person = $1 and hash <> $2";
    let but = but.unwrap_or_default().to_owned();
    cx.tx.run(sql, &[person.write(), but.write()]).await.map(|_| ())
}
