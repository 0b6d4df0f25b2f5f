//! What an order, a call or a file tells of a unit that is on file: only what was not known.

use kernel::{Refusal, Result};
use rules::customer::CustomerId;
use serde_json::json;

use super::{Clean, papers::contradiction, store};
use crate::{Cx, device::Device};

/// What was not known of a known unit is learnt.
pub(super) async fn complete(
    cx: &mut Cx,
    mut it: Device,
    user: &CustomerId,
    clean: &Clean,
    prefix: &str,
) -> Result<Device> {
    let before = it.clone();
    it.user = it.user.or_else(|| Some(user.clone()));
    fill(&mut it, clean, prefix)?;
    if it != before {
        store::update(cx, &it).await?;
        it.version += 1;
        cx.record("device.changed", &it.id, json!({})).await?;
    }
    Ok(it)
}

/// A day that contradicts one on file is refused: who pays hangs on both.
pub(super) fn fill(it: &mut Device, clean: &Clean, prefix: &str) -> Result<()> {
    let known = contradiction(it);
    it.model = it.model.take().or_else(|| clean.draft.model.clone());
    it.category = it.category.take().or_else(|| clean.draft.category.clone());
    it.sold_on = it.sold_on.or(clean.sold_on);
    it.delivered_on = it.delivered_on.or(clean.delivered_on);
    it.installed_on = it.installed_on.or(clean.installed_on);
    it.accepted_on = it.accepted_on.or(clean.accepted_on);
    clean.papers.fill(it);
    it.card = it.card.take().or_else(|| clean.draft.card.clone());
    let channel = || clean.draft.purchase_channel.clone();
    it.purchase_channel = it.purchase_channel.take().or_else(channel);
    match contradiction(it).filter(|it| known != Some(*it)) {
        Some((field, code)) => Err(Refusal::field(format!("{prefix}{field}"), code).into()),
        None => Ok(()),
    }
}
