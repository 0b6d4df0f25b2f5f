//! When this happened, then that: what capabilities do because of what others did, in the same
//! transaction. The whole wiring is this table.

use std::sync::Arc;

use kernel::Result;
use rules::{order::OrderId, policy::Actor};
use serde_json::json;

use crate::{Cx, callback, desk, device, intake, order};

/// A reaction may set off the next; none of them goes in circles, so a long chain is a mistake.
const LONGEST: usize = 200;

pub async fn follow(cx: &mut Cx) -> Result<()> {
    let person = Arc::clone(&cx.actor);
    for _ in 0..LONGEST {
        let Some((kind, subject)) = cx.happened.pop_front() else { break };
        if !matters(kind) {
            continue;
        }
        cx.actor = Arc::new(Actor::house());
        let reacted = react(cx, kind, &subject).await;
        cx.actor = Arc::clone(&person);
        reacted?;
    }
    Ok(())
}

fn matters(kind: &str) -> bool {
    matches!(
        kind,
        "order.signed"
            | "order.closed"
            | "order.cancelled"
            | "order.objected"
            | "order.suspended"
            | "order.resumed"
            | "order.refused"
            | "order.routed"
            | "notice.spoken"
            | "notice.sent"
            | "promise.missed"
            | "promise.moved"
            | "company.holidays_added"
            | "customer.merged"
    )
}

#[rustfmt::skip]
async fn react(cx: &mut Cx, kind: &str, subject: &str) -> Result<()> {
    let order = || OrderId::parse(subject);
    match kind {
        "order.signed"    => { callback::ops::plan(cx, &order()?).await?;
                               desk::follow::installed(cx, &order()?).await }
        "order.closed"    => { desk::follow::over(cx, &order()?).await?;
                               callback::ops::pointless(cx, &order()?).await?;
                               intake::ops::close(cx, subject).await }
        "order.cancelled" => { desk::follow::freed(cx, &order()?).await?;
                               intake::ops::close(cx, subject).await }
        "order.objected"  => { callback::ops::objected(cx, &order()?).await?;
                               desk::follow::reopened(cx, &order()?).await }
        "order.suspended" | "order.refused" | "order.routed"
                          => desk::follow::freed(cx, &order()?).await,
        "order.resumed"   => desk::follow::resumed(cx, &order()?).await,
        // What was read aloud or sent tells the customer who comes: the first contact is made.
        "notice.spoken" | "notice.sent"
                          => desk::follow::told(cx, subject).await,
        "promise.missed"  => desk::follow::missed(cx, subject).await,
        "promise.moved"   => desk::follow::moved(cx, subject).await,
        "company.holidays_added"
                          => { let key = format!("recount:{}", cx.now().millis());
                               cx.later("recount", &key, cx.now(), &json!({})).await }
        "customer.merged" => { let Some(kept) = desk::follow::merged_into(cx, subject).await? else { return Ok(()) };
                               device::ops::follow_merge(cx, subject, &kept).await?;
                               order::ops::follow_merge(cx, subject, &kept).await?;
                               intake::ops::follow_merge(cx, subject, &kept).await }
        _ => Ok(()),
    }
}
