//! 三包: who pays for this device, this component, this cause and this day, by the terms of the
//! pack; with reasons, and with what is missing where that decides it.
//!
//! Source: C5 Warranty & 三包 entitlement; 民法典 201–202 (a term of months ends on the
//! corresponding day, which belongs to it); 条例 18 (installation, else delivery, begins it).

#[cfg(test)]
mod tests;

use jiff::{ToSpan as _, civil::Date};

use crate::{
    order::Coverage,
    pack::{Exclusion, Pack, Start, Term},
};

/// What is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Case<'a> {
    pub category: Option<&'a str>,
    /// The component at fault; the unit, where nobody knows yet.
    pub component: Option<&'a str>,
    pub dates: Dates,
    /// The cause that would exclude it, if somebody names one.
    pub cause: Option<Cause<'a>>,
}

/// The days of a device's life.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dates {
    pub sold_on: Option<Date>,
    pub delivered_on: Option<Date>,
    pub installed_on: Option<Date>,
    pub accepted_on: Option<Date>,
    pub produced_on: Option<Date>,
}

/// 免责情形: takes the right away only if it is proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cause<'a> {
    /// The code of an exclusion of the pack.
    pub exclusion: &'a str,
    pub proved: bool,
}

/// 保修结论, with everything it was drawn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entitlement {
    pub coverage: Coverage,
    /// Of the unit and of every component with a term of its own, as far as its start is known.
    pub until: Vec<Until>,
    /// Codes of the text files with their arguments, the deciding one first.
    pub reasons: Vec<Reason>,
    /// What would make it certain, or could change it.
    pub missing: Vec<&'static str>,
}

/// A term of this device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Until {
    /// `None`: the unit.
    pub component: Option<String>,
    pub from: Date,
    pub began_by: Start,
    /// The last day, which belongs to it.
    pub until: Date,
    pub source: Option<String>,
    pub verified: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    pub code: &'static str,
    pub args: Vec<(&'static str, String)>,
}

/// Every code a reason can have.
pub const REASONS: &[&str] = &[
    "warranty.category_missing",
    "warranty.no_term",
    "warranty.start_missing",
    "warranty.not_begun",
    "warranty.in_term",
    "warranty.out_of_term",
    "warranty.components_differ",
    "warranty.component_until",
    "warranty.excluded",
    "warranty.exclusion_suspected",
    "warranty.exclusion_unknown",
    "warranty.unverified",
];

/// Who pays on that day.
pub fn decide(pack: &Pack, case: &Case, as_of: Date) -> Entitlement {
    let unit = pack.term(case.category, None);
    let components = pack.component_terms(case.category);
    let shown = unit.into_iter().chain(components.iter().copied());
    let until = shown.filter_map(|term| until(term, &case.dates)).collect();
    let mut answer = match pack.term(case.category, case.component) {
        Some(term) => by_term(term, &case.dates, as_of),
        None if case.component.is_none() => by_components(&components, case, as_of),
        None => unknown(case),
    };
    answer.until = until;
    if let Some(cause) = case.cause {
        answer.exclude(cause, pack.exclusion(cause.exclusion));
    }
    if case.component.is_none() {
        answer.name_what_lasts_longer(as_of);
    }
    answer.name_in_english(pack);
    answer
}

/// The first day that is known begins the term; without one nobody can say.
fn by_term(term: &Term, dates: &Dates, as_of: Date) -> Entitlement {
    let Some(until) = until(term, dates) else {
        let fields: Vec<&str> = term.from.iter().map(|it| it.code()).collect();
        let reason = Reason::new("warranty.start_missing").with("fields", fields.join(","));
        let missing = term.from.iter().map(|it| it.code()).collect();
        return Entitlement::new(Coverage::Unknown, reason, missing);
    };
    let (code, coverage) = if as_of < until.from {
        ("warranty.not_begun", term.coverage)
    } else if as_of <= until.until {
        ("warranty.in_term", term.coverage)
    } else {
        ("warranty.out_of_term", Coverage::FullPrice)
    };
    let reason = Reason::new(code)
        .with("component", until.component.unwrap_or_default())
        .with("began_by", until.began_by.code())
        .with("from", until.from)
        .with("until", until.until)
        .with("source", until.source.unwrap_or_default());
    // A day that comes first in the term and is not known may lie later than the one we took.
    let earlier = term.from.iter().take_while(|it| **it != until.began_by);
    let missing = match coverage {
        Coverage::Free | Coverage::CostPrice => Vec::new(),
        Coverage::FullPrice | Coverage::Refuse | Coverage::Unknown => {
            earlier.map(|it| it.code()).collect()
        }
    };
    let mut answer = Entitlement::new(coverage, reason, missing);
    if !until.verified {
        answer.reasons.push(Reason::new("warranty.unverified"));
    }
    answer
}

/// No term of the unit: what holds for every component holds; otherwise the component decides.
fn by_components(components: &[&Term], case: &Case, as_of: Date) -> Entitlement {
    let answers: Vec<Entitlement> =
        components.iter().map(|term| by_term(term, &case.dates, as_of)).collect();
    let Some(first) = answers.first() else { return unknown(case) };
    let mut answer = Entitlement { reasons: vec![], missing: vec![], ..first.clone() };
    if answers.iter().any(|it| it.coverage != first.coverage) {
        let reason = Reason::new("warranty.components_differ");
        answer = Entitlement::new(Coverage::Unknown, reason, vec!["component"]);
    }
    for one in answers {
        answer.missing.extend(one.missing);
        answer.reasons.extend(one.reasons);
    }
    answer.tidy();
    answer
}

fn unknown(case: &Case) -> Entitlement {
    let Some(category) = case.category else {
        let reason = Reason::new("warranty.category_missing");
        return Entitlement::new(Coverage::Unknown, reason, vec!["category"]);
    };
    let reason = Reason::new("warranty.no_term")
        .with("category", category)
        .with("component", case.component.unwrap_or_default());
    Entitlement::new(Coverage::Unknown, reason, vec![])
}

/// From its first known day on; a month's corresponding day is the last, or the month's end.
fn until(term: &Term, dates: &Dates) -> Option<Until> {
    let (began_by, from) = term.from.iter().find_map(|it| Some((*it, dates.get(*it)?)))?;
    let until = from.saturating_add(term.months.months());
    let (source, verified) = (term.origin.source.clone(), term.origin.verified);
    Some(Until { component: term.component.clone(), from, began_by, until, source, verified })
}

impl Dates {
    pub fn get(&self, start: Start) -> Option<Date> {
        match start {
            Start::SoldOn => self.sold_on,
            Start::DeliveredOn => self.delivered_on,
            Start::InstalledOn => self.installed_on,
            Start::AcceptedOn => self.accepted_on,
            Start::ProducedOn => self.produced_on,
        }
    }
}

impl Entitlement {
    fn new(coverage: Coverage, reason: Reason, missing: Vec<&'static str>) -> Entitlement {
        Entitlement { coverage, until: vec![], reasons: vec![reason], missing }
    }

    /// A proved exclusion takes the right away; a suspected one says what would prove it.
    fn exclude(&mut self, cause: Cause, exclusion: Option<&Exclusion>) {
        let Some(exclusion) = exclusion else {
            let reason = Reason::new("warranty.exclusion_unknown");
            return self.reasons.push(reason.with("exclusion", cause.exclusion));
        };
        let reason = |code| {
            let source = exclusion.origin.source.clone().unwrap_or_default();
            Reason::new(code).with("exclusion", &exclusion.code).with("source", source)
        };
        if !cause.proved {
            let reason = reason("warranty.exclusion_suspected");
            return self.reasons.push(reason.with("evidence", exclusion.evidence.join(",")));
        }
        // Whatever an undecided term would say, nothing is worse than the full price.
        let is_worse = match self.coverage {
            Coverage::Free => exclusion.outcome != Coverage::Free,
            Coverage::CostPrice | Coverage::Unknown => exclusion.outcome == Coverage::FullPrice,
            Coverage::FullPrice | Coverage::Refuse => false,
        };
        if is_worse {
            self.coverage = exclusion.outcome;
            self.missing.clear();
            self.reasons.insert(0, reason("warranty.excluded"));
        }
    }

    /// Reasons are kept, and read years later by people of either language.
    fn name_in_english(&mut self, pack: &Pack) {
        for Reason { args, .. } in &mut self.reasons {
            let named = args.iter().filter_map(|(name, zh)| match *name {
                "component" => Some(("component_en", pack.component(zh)?.en.clone())),
                "category" => Some(("category_en", pack.category(zh)?.name.en.clone())),
                _ => None,
            });
            let named: Vec<_> = named.collect();
            args.extend(named);
        }
    }

    /// The unit is out of its term, but who knows which component it is.
    fn name_what_lasts_longer(&mut self, as_of: Date) {
        let is_excluded = self.reasons.iter().any(|it| it.code == "warranty.excluded");
        if self.coverage != Coverage::FullPrice || is_excluded {
            return;
        }
        for until in self.until.iter().filter(|it| as_of <= it.until) {
            let component = until.component.clone().unwrap_or_default();
            let reason = Reason::new("warranty.component_until");
            self.reasons.push(reason.with("component", component).with("until", until.until));
            self.missing.push("component");
        }
        self.tidy();
    }

    fn tidy(&mut self) {
        let mut seen = Vec::new();
        self.missing.retain(|it| {
            !seen.contains(it) && {
                seen.push(*it);
                true
            }
        });
        let mut said: Vec<Reason> = Vec::new();
        for reason in self.reasons.drain(..) {
            if !said.contains(&reason) {
                said.push(reason);
            }
        }
        self.reasons = said;
    }
}

impl Reason {
    fn new(code: &'static str) -> Reason {
        Reason { code, args: Vec::new() }
    }

    fn with(mut self, name: &'static str, value: impl ToString) -> Reason {
        self.args.push((name, value.to_string()));
        self
    }
}
