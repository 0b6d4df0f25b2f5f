//! Visits in the database: the windows technicians have been given, and what became of them.

use kernel::{Column, Result, Time, Value, codes};
use platform::record;
use rules::{
    customer::CustomerKind,
    intake::RequestKind,
    order::{OrderId, Status, VisitId},
    policy::PersonId,
};

use crate::Cx;

codes! {
    /// Where a visit stands.
    pub enum VisitState {
        Planned "planned",
        OnWay "on_way",
        OnSite "on_site",
        Done "done",
        /// The customer was not there.
        NoShow "no_show",
        /// Moved, given to somebody else, or not needed any more.
        Dropped "dropped",
    }
}

/// One technician's window on one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    pub id: VisitId,
    pub order: OrderId,
    pub technician: PersonId,
    pub from: Time,
    pub to: Time,
    pub state: VisitState,
    pub departed_at: Option<Time>,
    pub arrived_at: Option<Time>,
    pub ended_at: Option<Time>,
    /// Where the technician arrived, in millionths of a degree.
    pub lat: Option<i64>,
    pub lon: Option<i64>,
}

record! { Visit in "visits" {
    id, order = "order_id", technician, from = "starts", to = "ends", state, departed_at,
    arrived_at, ended_at, lat, lon,
} }

const RUNNING: &str = "state in ('planned', 'on_way', 'on_site')";

pub async fn insert(cx: &mut Cx, it: &Visit) -> Result<()> {
    cx.tx.insert(TABLE, COLUMNS, &write(it)).await
}

pub async fn update(cx: &mut Cx, it: &Visit) -> Result<()> {
    let sql = "update visits set state = $2, departed_at = $3, arrived_at = $4, ended_at = $5,
               lat = $6, lon = $7 where id = $1";
    let cells = [
        it.id.write(),
        it.state.write(),
        it.departed_at.write(),
        it.arrived_at.write(),
        it.ended_at.write(),
        it.lat.write(),
        it.lon.write(),
    ];
    cx.tx.run(sql, &cells).await.map(|_| ())
}

/// The visit of an order that is still to be made or being made.
pub async fn running(cx: &mut Cx, order: &OrderId) -> Result<Option<Visit>> {
    let sql = format!("{} where order_id = $1 and {RUNNING} limit 1", select());
    cx.tx.row(&sql, &[order.write()]).await?.as_ref().map(read).transpose()
}

pub async fn of_order(cx: &mut Cx, order: &OrderId) -> Result<Vec<Visit>> {
    let sql = format!("{} where order_id = $1 order by starts, id limit 100", select());
    cx.tx.rows(&sql, &[order.write()]).await?.iter().map(read).collect()
}

/// What a technician has to do between two moments.
pub async fn busy(cx: &mut Cx, technician: &PersonId, from: Time, to: Time) -> Result<Vec<Visit>> {
    let sql = format!(
        "{} where technician = $1 and ends > $2 and starts < $3
         and state in ('planned', 'on_way', 'on_site', 'done') order by starts limit 200",
        select()
    );
    let cells = [technician.write(), from.write(), to.write()];
    cx.tx.rows(&sql, &cells).await?.iter().map(read).collect()
}

/// The same of several technicians at once.
pub async fn busy_of(
    cx: &mut Cx,
    technicians: &[PersonId],
    from: Time,
    to: Time,
) -> Result<Vec<Visit>> {
    let ids: Vec<Value> = technicians.iter().map(Column::write).collect();
    let sql = format!(
        "{} where ends > $1 and starts < $2 and technician in (?)
         and state in ('planned', 'on_way', 'on_site', 'done') order by starts limit 20000",
        select()
    );
    let rows = cx.tx.rows_among(&sql, &[from.write(), to.write()], &ids).await?;
    rows.iter().map(read).collect()
}

/// A visit with what one says of it on the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    pub visit: Visit,
    pub number: String,
    pub status: Status,
    pub kind: RequestKind,
    pub category: Option<String>,
    pub fault_text: Option<String>,
    pub level: i64,
    pub due: Option<Time>,
    pub customer: Option<String>,
    pub customer_kind: Option<CustomerKind>,
    pub address: Option<String>,
    pub district: Option<String>,
    /// Where the request says, in millionths of a degree, and where the customer lives.
    pub place: (Option<i64>, Option<i64>),
    pub home: (Option<i64>, Option<i64>),
    pub home_district: Option<String>,
}

/// What several technicians have to do between two moments.
pub async fn planned(
    cx: &mut Cx,
    technicians: &[PersonId],
    from: Time,
    to: Time,
) -> Result<Vec<Planned>> {
    if technicians.is_empty() {
        return Ok(Vec::new());
    }
    let slots: Vec<String> = (3..technicians.len() + 3).map(|it| format!("${it}")).collect();
    let sql = format!(
        "select {}, o.number, o.status, o.kind, o.category, o.fault_text, o.fault_level, o.due,
         c.name, c.kind, c.address, o.district, r.lat, r.lon, c.lat, c.lon, c.district
         from visits v join orders o on o.id = v.order_id join requests r on r.id = o.request
         left join customers c on c.id = o.customer
         where v.ends > $1 and v.starts < $2 and v.technician in ({})
         and v.state in ('planned', 'on_way', 'on_site', 'done')
         order by v.starts, v.id limit 2000",
        columns_of("v"),
        slots.join(", ")
    );
    let mut cells = vec![from.write(), to.write()];
    cells.extend(technicians.iter().map(Column::write));
    let at = COLUMNS.len();
    let rows = cx.tx.rows(&sql, &cells).await?;
    let planned = rows.iter().map(|row| {
        Ok(Planned {
            visit: read(row)?,
            number: row.get(at)?,
            status: row.get(at + 1)?,
            kind: row.get(at + 2)?,
            category: row.get(at + 3)?,
            fault_text: row.get(at + 4)?,
            level: row.get(at + 5)?,
            due: row.get(at + 6)?,
            customer: row.get(at + 7)?,
            customer_kind: row.get(at + 8)?,
            address: row.get(at + 9)?,
            district: row.get(at + 10)?,
            place: (row.get(at + 11)?, row.get(at + 12)?),
            home: (row.get(at + 13)?, row.get(at + 14)?),
            home_district: row.get(at + 15)?,
        })
    });
    planned.collect()
}
