//! 时限: until when a repair, an answer, an exchange or a refund has to be done.

use jiff::civil::Date;

use crate::{
    count,
    decision::Due,
    rule::{DueSince, DueWithin},
    view::View,
    when::{Held, holds},
};

/// The nearest first.
pub(crate) fn dues(view: &View) -> Vec<Due> {
    let mut all = Vec::new();
    if view.excluded.is_some() {
        return all;
    }
    for rule in view.rules.iter().filter(|it| it.due.is_some()) {
        let by = rule.due.and_then(|it| day(&it, view));
        if let Some(by) = by
            && holds(rule, view) == Held::Yes
        {
            all.push(Due { by, clause: rule.clause.clone() });
        }
    }
    all.sort_by_key(|it| it.by);
    all
}

fn day(within: &DueWithin, view: &View) -> Option<Date> {
    let facts = &view.case.facts;
    let since = match within.since {
        DueSince::HandIn => {
            let open = view.repairs.iter().filter(|it| it.out.is_none());
            open.map(|it| it.handed_in.date()).min()
        }
        DueSince::Claimed => facts.claimed_on,
        DueSince::GivenBack => facts.given_back_on,
        DueSince::Lost => facts.certificate_lost_on,
    }?;
    let working = within.working_days.map(|it| view.book.working_days_after(since, it));
    working.or_else(|| within.days.map(|it| count::days_after(since, it)))
}
