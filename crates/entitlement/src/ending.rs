//! 到期: which rights a customer has on the day asked for and no longer some days later, as long
//! as nothing else happens.

use std::sync::Arc;

use jiff::{ToSpan as _, civil::Date};
use serde::Serialize;

use crate::{
    book::RuleBook, case::Case, codes::Kind, decide::decide, decision::Decision, refused::Refused,
    rule::Clause,
};

/// A right that ends soon.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ending {
    pub kind: Kind,
    /// The last day on which it can be claimed.
    pub last: Date,
    /// What gives it on that day.
    pub because: Vec<Arc<Clause>>,
}

/// The rights of that day that end within so many days, the first to end first.
pub fn endings(case: &Case, book: &RuleBook, days: i64) -> Result<Vec<Ending>, Refused> {
    let mut before = decide(case, book)?;
    let mut held: Vec<Kind> = before.entitlements.iter().map(|it| it.kind).collect();
    let mut all = Vec::new();
    let mut later = case.clone();
    for _ in 0..=days.clamp(0, 400) {
        if held.is_empty() {
            break;
        }
        let last = later.as_of;
        later.as_of = last.saturating_add(1.day());
        let after = decide(&later, book)?;
        let (ended, still): (Vec<Kind>, Vec<Kind>) =
            held.iter().copied().partition(|it| !after.may(*it));
        all.extend(ended.into_iter().map(|kind| ending(&before, kind, last)));
        (held, before) = (still, after);
    }
    Ok(all)
}

fn ending(before: &Decision, kind: Kind, last: Date) -> Ending {
    let because = before.entitlement(kind).map(|it| it.because.clone()).unwrap_or_default();
    Ending { kind, last, because }
}
