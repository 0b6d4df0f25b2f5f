//! 使用读数: how far a unit has run and how long it has worked, as somebody read it off. It never
//! falls, and terms end by it.

use std::collections::BTreeMap;

use kernel::{Result, Value, Wrongs};
use rules::{
    customer::{DeviceId, UsageId},
    policy::Act,
    warranty::{Usage, backwards},
};
use serde_json::json;

use super::super::store::{self, Usages};
use crate::Cx;

/// A reading, as it was typed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reading {
    pub km: Option<i64>,
    pub hours: Option<i64>,
}

/// Whoever has the unit before them, and may see its file, writes down what it shows.
pub async fn read_usage(cx: &mut Cx, id: &DeviceId, read: Reading) -> Result<Usage> {
    let grant = cx.may(Act::Read)?;
    store::get(cx, &grant, id).await?;
    if cx.may(Act::RequestTake).is_err() {
        cx.may(Act::OrderVisit)?;
    }
    let before = last_usage(cx, id).await?;
    let mut wrongs = Wrongs::default();
    let now = Usage { km: read.km, hours: read.hours };
    for field in backwards(before, now) {
        wrongs.add(field);
    }
    wrongs.done()?;
    write(cx, id, now).await?;
    Ok(Usage { km: read.km.or(before.km), hours: read.hours.or(before.hours) })
}

/// Kept as read today; whoever calls knows that it has not fallen.
pub(super) async fn write(cx: &mut Cx, id: &DeviceId, now: Usage) -> Result<()> {
    let row = Usages {
        id: UsageId::born(cx.now(), cx.dice()),
        device: id.clone(),
        read_on: cx.today(),
        km: now.km,
        hours: now.hours,
        at: cx.now(),
        by: cx.person(),
    };
    store::add_usage(cx, &row).await?;
    if let Some(km) = now.km {
        cx.record("device.km_read", id, json!({"km": km})).await?;
    }
    if let Some(hours) = now.hours {
        cx.record("device.hours_read", id, json!({"hours": hours})).await?;
    }
    Ok(())
}

/// As far as anybody has read it.
pub async fn last_usage(cx: &mut Cx, id: &DeviceId) -> Result<Usage> {
    let all = last_usages(cx, &[Value::Text(id.to_string())]).await?;
    Ok(all.into_values().next().unwrap_or_default())
}

/// The same of several units, by their ids.
pub async fn last_usages(cx: &mut Cx, ids: &[Value]) -> Result<BTreeMap<String, Usage>> {
    let rows = store::last_usages(cx, ids).await?;
    Ok(rows.into_iter().map(|(id, km, hours)| (id, Usage { km, hours })).collect())
}
