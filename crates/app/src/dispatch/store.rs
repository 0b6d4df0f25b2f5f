//! Visits in the database: the windows technicians have been given, and what became of them.

use kernel::{Column, Result, Time, codes};
use platform::record;
use rules::{
    order::{OrderId, VisitId},
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
