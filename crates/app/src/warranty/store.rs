//! Decisions in the database: added, never changed. They belong to an order, and whoever asks has
//! read the order through a grant.

use kernel::{Column as _, Result, Span, Time, Value};
use platform::record;
use rules::{
    order::{Coverage, OrderId},
    warranty::{DecisionId, Occasion, Shares},
};

use crate::Cx;

/// A decision as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    pub id: DecisionId,
    pub order: OrderId,
    pub occasion: Occasion,
    pub at: Time,
    pub coverage: Coverage,
    pub parts: Coverage,
    pub labour: Coverage,
    pub travel: Coverage,
    /// What was asked and answered, with the versions of the rules; a person has a reason instead.
    pub decided: Option<String>,
    pub reason: Option<String>,
    pub by: Option<String>,
}

record! { Decided in "decisions" {
    id, order = "order_id", occasion, at, coverage, parts, labour, travel, decided, reason,
    by = "by_person",
} }

impl Decided {
    pub fn shares(&self) -> Shares {
        Shares { parts: self.parts, labour: self.labour, travel: self.travel }
    }
}

/// Which was made last decides what is in force, and ids of one millisecond are in no order: of two
/// in the same one the later is kept as made after the other. The first of an order has none before.
pub async fn insert(cx: &mut Cx, it: &Decided) -> Result<()> {
    let mut it = it.clone();
    if it.occasion != Occasion::Report {
        let before = of(cx, &[it.order.write()]).await?;
        if let Some(last) = before.last().map(|it| it.at).filter(|at| *at >= it.at) {
            it.at = last.after(Span::millis(1));
        }
    }
    cx.tx.insert(TABLE, COLUMNS, &write(&it)).await
}

/// Of these orders, each in the order in which they were made.
pub async fn of(cx: &mut Cx, orders: &[Value]) -> Result<Vec<Decided>> {
    let sql = format!("{} where order_id in (?) order by order_id, at, id", select());
    let rows = cx.tx.rows_among(&sql, &[], orders).await?;
    let mut all = rows.iter().map(read).collect::<Result<Vec<Decided>>>()?;
    all.sort_by(|a, b| (&a.order, a.at, &a.id).cmp(&(&b.order, b.at, &b.id)));
    Ok(all)
}
