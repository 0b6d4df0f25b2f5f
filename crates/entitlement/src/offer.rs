//! 承诺: what the company or the seller has promised for this unit, and whether it still runs.
//! It gives only what it says; time in repair does not count against a term of months.

use std::sync::Arc;

use crate::{
    book::Offer,
    case::Promise,
    codes::{Coverage, Kind},
    count,
    rule::{Clause, Name},
    term::Term,
    view::View,
};

/// A promise with its term.
pub(crate) struct Offered {
    pub offer: Offer,
    pub term: Term,
}

/// Those of the company's tables and those of the case, as far as they mean this category.
pub(crate) fn offers(view: &View) -> Vec<Offered> {
    let category = view.case.device.category.as_ref();
    let own = view
        .book
        .own()
        .offers
        .iter()
        .filter(|it| it.category.is_none() || it.category.as_ref() == category);
    let said = view.case.promises.iter().enumerate().map(|(i, it)| promise(i, it));
    let all = own.cloned().chain(said);
    all.map(|offer| Offered { term: term(view, &offer), offer }).collect()
}

fn promise(i: usize, it: &Promise) -> Offer {
    let clause = Clause {
        rule: format!("promises[{i}]"),
        version: format!("promises[{i}]"),
        instrument: Name { zh: "承诺".to_owned(), en: "Promise".to_owned() },
        article: String::new(),
        verified: true,
        from: None,
        to: None,
        text: Some(it.text.clone()),
        source: it.by.code().to_owned(),
    };
    Offer {
        category: None,
        component: it.component.clone(),
        kind: it.kind,
        from: vec![it.from],
        months: it.within_months,
        days: it.within_days,
        km: None,
        hours: None,
        causes: it.causes.clone(),
        coverage: it.coverage.unwrap_or(Coverage::Free),
        by: it.by,
        clause: Arc::new(clause),
    }
}

fn term(view: &View, offer: &Offer) -> Term {
    let device = &view.case.device;
    let known = offer.from.iter().find_map(|it| Some((device.day(*it)?, *it)));
    let (from, began_by) = known.unzip();
    let is_repair = offer.kind == Kind::Repair;
    let exchanged = device.exchanged_on.filter(|_| is_repair && view.restarts());
    let missing = offer.from.iter().take_while(|it| Some(**it) != began_by).copied();
    let mut term = Term {
        component: offer.component.clone(),
        months: offer.months.unwrap_or(0),
        from,
        began_by,
        until: None,
        extended_days: 0,
        restarted_on: exchanged.filter(|on| from.is_some_and(|from| *on >= from)),
        km: offer.km,
        hours: offer.hours,
        missing: missing.collect(),
        certain_until: None,
        clause: offer.clause.clone(),
    };
    if offer.months.is_some() {
        term.run(view, is_repair && view.effects.repair_time.is_some());
    }
    if let Some((days, start)) = offer.days.zip(term.restarted_on.or(from)) {
        let until = count::days_after(start, days);
        term.until = Some(term.until.map_or(until, |it| it.min(until)));
    }
    term
}

impl Offered {
    /// Whether it means what was found: a cause that takes rights away has to be named.
    pub fn means(&self, view: &View) -> bool {
        let cause = view.case.fault.cause;
        match &self.offer.causes {
            None => view.excluded.is_none(),
            Some(causes) => causes.contains(&cause.unwrap_or(crate::codes::Cause::Quality)),
        }
    }

    /// Whether it is for the component at fault; one of the unit is for all of them.
    pub fn is_for(&self, view: &View) -> bool {
        self.offer.component.is_none() || self.offer.component == view.case.fault.component
    }
}
