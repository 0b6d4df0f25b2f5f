//! 重复: customers who were filed twice are found, and made one.

use kernel::{Refusal, Result};
use rules::{
    customer::{Alike, CustomerId, Known, alike},
    policy::Act,
};
use serde_json::json;

use super::{
    MERGED, STALE_VERSION, Which,
    store::{self, Customer},
    to_change,
};
use crate::{Cx, paging::Paged};

/// So many files are compared when duplicates are looked for, and so many shown.
const COMPARED: i64 = 40;
const SHOWN: usize = 6;

/// Whoever may be filed twice: those in reach who are alike, the likeliest first.
pub async fn duplicates(cx: &mut Cx, it: &Customer) -> Result<Vec<(Customer, Alike)>> {
    let grant = cx.may(Act::RequestTake)?;
    let page = Paged::first(COMPARED);
    let by = |q: Option<&String>| Which { q: q.cloned(), page: page.clone(), ..Which::default() };
    let mut asked = vec![by(Some(&it.name))];
    asked.extend(it.address.as_ref().map(|it| by(Some(it))));
    asked.extend(it.phone.clone().map(|it| Which { phone: Some(it), ..by(None) }));
    let mut found: Vec<(Customer, Alike)> = Vec::new();
    for which in asked {
        for other in store::list(cx, &grant, &which).await? {
            let is_known = other.id == it.id || found.iter().any(|it| it.0.id == other.id);
            if let Some(how) = alike(&compared(it), &compared(&other)).filter(|_| !is_known) {
                found.push((other, how));
            }
        }
    }
    found.sort_by_key(|it| it.1);
    found.truncate(SHOWN);
    Ok(found)
}

fn compared(it: &Customer) -> Known<'_> {
    Known {
        name: &it.name,
        phone: it.phone.as_deref(),
        address: it.address.as_deref(),
        district: it.district.as_deref(),
    }
}

/// 合并: the second file becomes part of the first. Its devices and orders follow by the event.
/// `read`: the versions of both as they were when somebody decided it.
pub async fn merge(
    cx: &mut Cx,
    kept: &CustomerId,
    gone: &CustomerId,
    read: Option<(i64, i64)>,
) -> Result<Customer> {
    let grant = to_change(cx, kept).await?;
    if kept == gone {
        return Err(Refusal::field("other", "customer.same").into());
    }
    let stays = store::get(cx, &grant, kept).await?;
    let mut goes = store::get(cx, &grant, gone).await?;
    if stays.merged_into.is_some() || goes.merged_into.is_some() {
        return Err(MERGED.into());
    }
    if read.is_some_and(|it| it != (stays.version, goes.version)) {
        return Err(STALE_VERSION.into());
    }
    let mut stays = united(stays, &goes);
    goes.merged_into = Some(kept.clone());
    store::update(cx, &stays).await?;
    store::update(cx, &goes).await?;
    store::lead_on(cx, gone, kept).await?;
    store::same_acquaintances(cx, gone, kept).await?;
    // Whoever filed the one that goes still knows whom it was about.
    store::acquaint(cx, kept, &goes.path).await?;
    stays.version += 1;
    cx.record("customer.merged", gone, json!({"into": kept})).await?;
    cx.record("customer.took_over", kept, json!({"from": gone})).await?;
    Ok(stays)
}

/// What stands on file after a merge: the one that stays, and what only the other one knew.
pub fn united(mut stays: Customer, goes: &Customer) -> Customer {
    stays.phone = stays.phone.or_else(|| goes.phone.clone());
    stays.contact = stays.contact.or_else(|| goes.contact.clone());
    stays.class = stays.class.or_else(|| goes.class.clone());
    if stays.address.is_none() {
        (stays.address, stays.district) = (goes.address.clone(), goes.district.clone());
        stays.postcode = goes.postcode.clone();
        (stays.lat, stays.lon) = (goes.lat, goes.lon);
    }
    stays
}
