//! In whose hands a unit is, and who may change what is on file of it.

use kernel::{Refusal, Result};
use rules::{
    customer::{CustomerId, DeviceId},
    policy::{Act, Grant},
};
use serde_json::json;

use super::super::store::{self, Device};
use crate::{Cx, customer};

/// The grant of whoever wants to change this file. Who may not see it does not learn that it is
/// there; who may only see it is told so.
pub async fn to_change(cx: &mut Cx, id: &DeviceId) -> Result<Grant> {
    let seen = cx.may(Act::Read)?;
    store::get(cx, &seen, id).await?;
    cx.may(Act::RequestTake)
}

/// 换用户: the unit has changed hands.
pub async fn hand_over(
    cx: &mut Cx,
    id: &DeviceId,
    user: &CustomerId,
    version: Option<i64>,
) -> Result<Device> {
    let grant = to_change(cx, id).await?;
    let mut it = store::get(cx, &grant, id).await?;
    if version.is_some_and(|read| read != it.version) {
        return Err(Refusal::new(kernel::Kind::Stale, "stale_version").into());
    }
    let user = customer::ops::get(cx, &grant, user).await?.id;
    if it.user.as_ref() == Some(&user) {
        return Ok(it);
    }
    let before = it.user.replace(user.clone());
    store::update(cx, &it).await?;
    it.version += 1;
    cx.record("device.new_user", id, json!({"from": before, "to": user})).await?;
    Ok(it)
}

/// After a merge the units follow their people.
pub async fn follow_merge(cx: &mut Cx, gone: &str, kept: &str) -> Result<()> {
    store::move_to(cx, gone, kept).await
}
