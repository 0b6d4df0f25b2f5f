//! 同一故障: what is being done already about the very device somebody calls about, so that two
//! technicians do not go to one fault.

use kernel::Result;
use rules::{
    intake::{Matter, RequestKind, SAME_RUNNING},
    order::{Order, Status},
};

use super::{About, Report};
use crate::{Cx, device, order};

/// More open orders about one device are looked at by nobody.
const MOST: i64 = 5;

/// The id of the device that was picked, or whose number was typed.
pub async fn device_of(cx: &mut Cx, said: &Report, about: &About) -> Result<Option<String>> {
    if let Some(id) = &about.device {
        return Ok(Some(id.to_string()));
    }
    let serial = device::ops::serial(said.device.serial.as_deref());
    match serial {
        Some(serial) => Ok(device::ops::by_serial(cx, &serial).await?.map(|it| it.id.to_string())),
        None => Ok(None),
    }
}

/// What somebody reports, as far as it can be told apart from what is under way.
pub fn matter(said: &Report) -> Option<Matter<'_>> {
    let kind = RequestKind::parse(said.kind.as_deref()?.trim())?;
    let fault_code = said.fault_code.as_deref().filter(|it| !it.is_empty());
    Some(Matter { kind, fault_code })
}

pub fn matter_of(order: &Order) -> Matter<'_> {
    Matter { kind: order.kind, fault_code: order.fault_code.as_deref() }
}

/// Refuses a second order about the same fault of the same device, unless whoever asks for it has
/// seen the first: `seen` are the ids of the orders that stood on their screen.
pub async fn check(cx: &mut Cx, said: &Report, about: &About, seen: &[String]) -> Result<()> {
    let Some(matter) = matter(said).filter(|it| it.kind.makes_an_order()) else { return Ok(()) };
    let Some(device) = device_of(cx, said, about).await? else { return Ok(()) };
    let status = Status::ALL.iter().copied().filter(|it| it.is_open()).collect();
    let filter = order::Filter { status, device: Some(device), ..Default::default() };
    let page = order::Page::first(MOST);
    let running = order::ops::list(cx, &filter, &page).await?;
    let unseen = running.into_iter().find(|it| {
        matter.is_same(matter_of(it)) && !seen.iter().any(|id| *id == it.id.to_string())
    });
    match unseen {
        Some(order) => Err(SAME_RUNNING.with("number", order.number).into()),
        None => Ok(()),
    }
}
