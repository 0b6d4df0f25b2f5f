//! A year's holidays were published: what was promised into that year is counted anew.

use std::sync::Arc;

use kernel::Result;
use rules::policy::Actor;

use super::ops;
use crate::App;

/// So many requests are looked at in one use case; others get their turn in between.
const HANDFUL: i64 = 100;

/// Counts everything provisional anew. Done twice, the second time finds nothing that moves.
pub async fn recount(app: &App) -> Result<()> {
    let house = Arc::new(Actor::house());
    // The calendars may have changed a moment ago, in another process.
    app.learn().await?;
    let mut after = String::new();
    loop {
        let from = after.clone();
        let group = app.act(&house, async move |cx| {
            let group = ops::provisional(cx, &from, HANDFUL).await?;
            for request in &group {
                ops::recount_provisional(cx, request).await?;
            }
            Ok(group)
        });
        match group.await?.pop() {
            Some(last) => after = last,
            None => return Ok(()),
        }
    }
}
