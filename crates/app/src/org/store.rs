//! Organisations and their territories in the database.

use kernel::{Column, Result, Value};
use platform::{db::Row, record};
use rules::{
    org::{Bonds, OrgKind, OrgStatus, Serving},
    policy::{Grant, OrgId},
};

use crate::{Cx, reach};

/// An organisation as it is kept. Its path is made of the running numbers of those above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Org {
    pub id: OrgId,
    pub kind: OrgKind,
    pub status: OrgStatus,
    pub name: String,
    pub parent: Option<OrgId>,
    pub path: String,
    pub phone: Option<String>,
    pub address: Option<String>,
    pub district: Option<String>,
    /// Millionths of a degree.
    pub lat: Option<i64>,
    pub lon: Option<i64>,
    pub version: i64,
}

record! { Org in "orgs" {
    id, kind, status, name, parent, path, phone, address, district, lat, lon, version,
} }

pub async fn insert(cx: &mut Cx, org: &Org) -> Result<()> {
    cx.tx.insert(TABLE, COLUMNS, &write(org)).await
}

pub async fn update(cx: &mut Cx, org: &Org) -> Result<()> {
    cx.tx.update(TABLE, COLUMNS, &write(org)).await
}

/// Organisations within reach; the tree itself is no secret to those who work in it.
pub async fn list(cx: &mut Cx, grant: &Grant, kind: Option<OrgKind>) -> Result<Vec<Org>> {
    let within = reach::within(grant, "path", None, 1);
    let slot = within.args.len() + 1;
    let kinds = if kind.is_some() { format!("and kind = ${slot}") } else { String::new() };
    let sql = format!("{} where {} {kinds} order by path limit 5000", select(), within.sql);
    let mut args = within.args;
    args.extend(kind.map(|it| it.write()));
    cx.tx.rows(&sql, &args).await?.iter().map(read).collect()
}

/// By id or by name, wherever it stands: for routing and for files that name their outlet.
pub async fn find(cx: &mut Cx, id_or_name: &str) -> Result<Option<Org>> {
    let sql = format!("{} where id = $1 or name = $1 order by id limit 1", select());
    let row = cx.tx.row(&sql, &[Value::Text(id_or_name.to_owned())]).await?;
    row.as_ref().map(read).transpose()
}

/// The same for many at once.
pub async fn find_all(cx: &mut Cx, ids_or_names: &[Value]) -> Result<Vec<Org>> {
    let sql = format!("{} where id in (?) or name in (?) order by id desc", select());
    cx.tx.rows_among(&sql, &[], ids_or_names).await?.iter().map(read).collect()
}

pub async fn by_path(cx: &mut Cx, path: &str) -> Result<Option<Org>> {
    let sql = format!("{} where path = $1", select());
    let row = cx.tx.row(&sql, &[Value::Text(path.to_owned())]).await?;
    row.as_ref().map(read).transpose()
}

pub async fn territory(cx: &mut Cx, org: &OrgId) -> Result<Vec<(String, Option<String>)>> {
    let sql = "select area, category from territories where org = $1 order by area, category";
    let rows = cx.tx.rows(sql, &[org.write()]).await?;
    rows.iter().map(|row| Ok((row.get(0)?, some(row, 1)?))).collect()
}

/// Any category is the empty one: a key cannot hold nothing.
fn some(row: &Row, at: usize) -> Result<Option<String>> {
    let text: String = row.get(at)?;
    Ok(Some(text).filter(|it| !it.is_empty()))
}

pub async fn set_territory(
    cx: &mut Cx,
    org: &OrgId,
    areas: impl Iterator<Item = &(String, Option<String>)>,
) -> Result<()> {
    cx.tx.run("delete from territories where org = $1", &[org.write()]).await?;
    for (area, category) in areas {
        let category = category.clone().unwrap_or_default();
        let cells = [org.write(), area.write(), category.write()];
        cx.tx.insert("territories", &["org", "area", "category"], &cells).await?;
    }
    Ok(())
}

pub async fn territories(
    cx: &mut Cx,
    grant: &Grant,
) -> Result<Vec<(OrgId, (String, Option<String>))>> {
    let within = reach::within(grant, "o.path", None, 1);
    let sql = format!(
        "select t.org, t.area, t.category from territories t join orgs o on o.id = t.org
         where {} order by t.org, t.area limit 50000",
        within.sql
    );
    let rows = cx.tx.rows(&sql, &within.args).await?;
    rows.iter().map(|row| Ok((row.get(0)?, (row.get(1)?, some(row, 2)?)))).collect()
}

/// Everybody of that kind who is not closed, with each area they name.
pub async fn all_named(
    cx: &mut Cx,
    kinds: &[OrgKind],
) -> Result<Vec<(Org, String, Option<String>)>> {
    let kinds = quoted(kinds.iter().map(|it| it.code()));
    let sql = format!(
        "select {}, t.area, t.category from territories t join orgs o on o.id = t.org
         where o.kind in ({kinds}) and o.status <> 'closed'
         order by o.id, t.area limit 50000",
        columns_of("o"),
    );
    let width = COLUMNS.len();
    let rows = cx.tx.rows(&sql, &[]).await?;
    rows.iter().map(|row| Ok((read(row)?, row.get(width)?, some(row, width + 1)?))).collect()
}

/// Two of one kind and one name could not be told apart.
pub async fn has_namesake(cx: &mut Cx, kind: OrgKind, name: &str, but: &OrgId) -> Result<bool> {
    let sql = "select count(*) from orgs
               where kind = $1 and name = $2 and id <> $3 and status <> 'closed'";
    let cells = [kind.write(), name.to_owned().write(), but.write()];
    Ok(cx.tx.cell::<i64>(sql, &cells).await? > 0)
}

/// Open orders at that place and below it, and organisations below it that are not closed.
pub async fn bonds(cx: &mut Cx, path: &str) -> Result<Bonds> {
    let branch = reach::branch(path, "path", 1);
    let sql = format!(
        "select count(*) from orders where {} and status not in ('closed', 'cancelled')",
        branch.sql
    );
    let open_orders = cx.tx.cell(&sql, &branch.args).await?;
    let sql = format!(
        "select count(*) from orgs where {} and path <> $1 and status <> 'closed'",
        branch.sql
    );
    let branches = cx.tx.cell(&sql, &branch.args).await?;
    Ok(Bonds { open_orders, branches })
}

/// Who of that kind names one of the areas, in the words of the territory.
pub async fn named(
    cx: &mut Cx,
    kinds: &[OrgKind],
    areas: &[String],
) -> Result<Vec<(Org, String, Option<String>)>> {
    let kinds = quoted(kinds.iter().map(|it| it.code()));
    let slots: Vec<String> = (1..=areas.len()).map(|i| format!("${i}")).collect();
    let sql = format!(
        "select {}, t.area, t.category from territories t join orgs o on o.id = t.org
         where o.kind in ({kinds}) and o.status = 'active' and t.area in ({})
         order by o.id, t.area desc limit 200",
        columns_of("o"),
        slots.join(", "),
    );
    let args: Vec<Value> = areas.iter().map(Column::write).collect();
    let width = COLUMNS.len();
    let rows = cx.tx.rows(&sql, &args).await?;
    rows.iter().map(|row| Ok((read(row)?, row.get(width)?, some(row, width + 1)?))).collect()
}

fn quoted<'a>(codes: impl Iterator<Item = &'a str>) -> String {
    codes.map(|it| format!("'{it}'")).collect::<Vec<_>>().join(", ")
}

/// How much each of them has to do.
pub async fn open_orders(cx: &mut Cx, serving: &mut [Serving]) -> Result<()> {
    let sql = "select count(*) from orders where outlet = $1
               and status in ('reported', 'accepted', 'assigned', 'on_way', 'on_site', 'suspended')";
    for it in serving {
        it.open_orders = cx.tx.cell(sql, &[it.org.write()]).await?;
    }
    Ok(())
}
