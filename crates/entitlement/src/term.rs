//! 三包有效期: of the unit and of each component, with what began, extended and restarted it.
//!
//! Source: 条例 18; 1995 8, 14; 车三包 18, 29; 浙江 25–30 (a replaced part begins its own anew).

use std::sync::Arc;

use jiff::civil::Date;
use serde::Serialize;

use crate::{codes::Start, count, rule::Clause, view::View};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Term {
    /// `None`: the unit.
    pub component: Option<String>,
    pub months: i64,
    pub from: Option<Date>,
    pub began_by: Option<Start>,
    /// The last day, which belongs to it.
    pub until: Option<Date>,
    /// Days added because it was in repair.
    pub extended_days: i64,
    /// Begun anew on that day, by an exchange or by a new part.
    pub restarted_on: Option<Date>,
    pub km: Option<i64>,
    pub hours: Option<i64>,
    /// What is not known and could begin it later, or at all.
    pub missing: Vec<Start>,
    /// Sold after it was made: so far it runs in any case.
    pub certain_until: Option<Date>,
    pub clause: Arc<Clause>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    NotBegun,
    In,
    /// By time; nobody knows how far it ran or how long it worked.
    InByTime,
    Out,
    PastUsage,
    Unknown,
}

impl Standing {
    pub fn is_in(self) -> bool {
        matches!(self, Standing::NotBegun | Standing::In | Standing::InByTime)
    }
}

impl Term {
    pub(crate) fn unit(view: &View) -> Option<Term> {
        let goods = view.goods.filter(|it| it.unit_months > 0)?;
        Some(Term { km: goods.km, ..Term::of(view, None, goods.unit_months) })
    }

    pub(crate) fn part(view: &View) -> Option<Term> {
        let component = view.case.fault.component.as_deref();
        component.and_then(|it| Term::component(view, it)).or_else(|| view.unit.clone())
    }

    pub(crate) fn claim(view: &View) -> Option<Term> {
        let goods = view.goods?;
        match goods.claim_months {
            Some(months) => Some(Term { km: goods.claim_km, ..Term::of(view, None, months) }),
            None => view.unit.clone(),
        }
    }

    /// Of a component that has one of its own.
    pub(crate) fn component(view: &View, component: &str) -> Option<Term> {
        let goods = view.goods.filter(|it| it.is_part(component))?;
        let mut term = Term::of(view, Some(component), goods.part_months?);
        term.clause = goods.clause_of(component).clone();
        term.begin_anew(view, component);
        Some(term)
    }

    fn of(view: &View, component: Option<&str>, months: i64) -> Term {
        let goods = view.goods.expect("a term of the catalogue has its row");
        let exchanged = view.case.device.exchanged_on.filter(|_| view.restarts());
        let (from, began_by) = view.sale.unzip();
        let mut term = Term {
            component: component.map(str::to_owned),
            months,
            from,
            began_by,
            until: None,
            extended_days: 0,
            restarted_on: exchanged.filter(|on| from.is_none_or(|from| *on >= from)),
            km: None,
            hours: None,
            missing: Vec::new(),
            certain_until: None,
            clause: goods.clause.clone(),
        };
        term.run(view, view.effects.repair_time.is_some());
        if term.restarted_on.is_none() {
            term.missing = view.later_starts();
        }
        term
    }

    /// From its start to its end, with the time in repair not counted.
    pub(crate) fn run(&mut self, view: &View, not_counted: bool) {
        let made = view.case.device.produced_on;
        self.certain_until = made.map(|on| count::months_after(on, self.months));
        let Some(start) = self.restarted_on.or(self.from) else { return };
        let end = count::months_after(start, self.months);
        self.until = Some(end);
        if not_counted {
            self.extended_days = extension(view, start, end);
            self.until = Some(count::days_after(end, self.extended_days));
        }
    }

    /// A part that was replaced begins its own term anew.
    fn begin_anew(&mut self, view: &View, component: &str) {
        if view.effects.part_restarts.is_none() {
            return;
        }
        let replaced = view.repairs.iter().rev().find(|it| {
            it.replaced.iter().any(|name| name == component)
                && self.until.is_none_or(|until| it.handed_in.date() <= until)
        });
        let Some(out) = replaced.and_then(|it| it.out) else { return };
        let until = count::months_after(out.date(), self.months);
        if self.until.is_some_and(|it| it < until) {
            self.until = Some(until);
            self.restarted_on = Some(out.date());
        }
    }

    pub(crate) fn standing(&self, view: &View) -> Standing {
        let as_of = view.case.as_of;
        let usage = &view.case.usage;
        let limits = [(self.km, usage.km), (self.hours, usage.hours)];
        let is_past =
            |it: &(Option<i64>, Option<i64>)| matches!(it, (Some(most), Some(is)) if is > most);
        if limits.iter().any(is_past) {
            return Standing::PastUsage;
        }
        let is_unknown = limits.iter().any(|it| it.0.is_some() && it.1.is_none());
        let inside = if is_unknown { Standing::InByTime } else { Standing::In };
        match (self.restarted_on.or(self.from), self.until) {
            (Some(from), _) if as_of < from => Standing::NotBegun,
            (Some(_), Some(until)) if as_of <= until => inside,
            (Some(_), None) => inside,
            (Some(_), Some(_)) => Standing::Out,
            (None, _) if self.certain_until.is_some_and(|it| as_of <= it) => inside,
            (None, _) => Standing::Unknown,
        }
    }
}

/// Days in repair while the term ran; a day on which one repair ends and the next begins once.
fn extension(view: &View, start: Date, end: Date) -> i64 {
    let (mut days, mut until) = (0, None);
    for it in &view.repairs {
        let day = it.handed_in.date();
        if day < start || day > count::days_after(end, days) {
            continue;
        }
        let is_shared = until == Some(day) && view.group != crate::rule::Group::Car;
        days += view.days_of(it) - i64::from(is_shared);
        until = Some(count::last_day(it, view.case.as_of));
    }
    days
}
