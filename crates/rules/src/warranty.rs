//! 三包: who pays for this device, this component, this cause and this day, and what the customer
//! may claim; by the law and by the terms of the pack, with reasons, and with what is missing where
//! that decides it. `entitlement` decides; here stands what we know of a device and of a pack.
//!
//! Source: C5 Warranty & 三包 entitlement; law-and-standards 2.

mod book;
mod past;
mod shares;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use jiff::civil::Date;

use crate::{
    order::Coverage,
    pack::{Pack, Start},
};

pub use book::book;
pub use entitlement::{Clause, Decision, Ending, Evidence, Reason, Repair, RuleBook};
pub use past::{Usage, backwards, tidy};
pub use shares::{DecisionId, NOTHING_CHANGES, ORDER_ENDED, Occasion, PROBLEM_ELSEWHERE, Shares};

/// What is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Case<'a> {
    pub category: Option<&'a str>,
    /// The component at fault; the unit, where nobody knows yet.
    pub component: Option<&'a str>,
    pub dates: Dates,
    /// The cause that would exclude it, if somebody names one.
    pub cause: Option<Cause<'a>>,
    /// The district of the customer: some regions have rules of their own.
    pub region: Option<&'a str>,
    pub papers: Papers,
    /// How far it has run and worked, as last read.
    pub usage: Usage,
    /// What was repaired before, in its order; as `tidy` leaves it.
    pub repairs: &'a [Repair],
    /// 同一问题: what a person says the fault has in common with repairs before.
    pub problem: Option<&'a str>,
}

/// What the customer can show, what was paid, and whether the unit took the place of another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Papers {
    pub price_fen: Option<i64>,
    pub invoice: Option<bool>,
    pub certificate: Option<bool>,
    pub exchanged_on: Option<Date>,
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
#[derive(Debug, Clone, PartialEq)]
pub struct Entitlement {
    pub coverage: Coverage,
    /// Of the unit and of every component with a term of its own, as far as its start is known.
    pub until: Vec<Until>,
    /// Codes of the text files with their arguments, the deciding one first.
    pub reasons: Vec<Reason>,
    /// What would make it certain, or could change it.
    pub missing: Vec<&'static str>,
    /// What was asked, and the whole answer with the versions of its rules.
    pub inputs: entitlement::Case,
    pub decision: Option<Decision>,
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
    /// The clause of the law that gives it too.
    pub law: Option<Arc<Clause>>,
    pub verified: bool,
    /// Days added because it was in repair.
    pub extended_days: i64,
    /// Begun anew on that day, by an exchange or by a new part.
    pub restarted_on: Option<Date>,
    /// Where it ends by use, whichever comes first.
    pub km: Option<i64>,
    pub hours: Option<i64>,
}

/// Every code a reason of ours can have, beside those of `entitlement`.
pub const REASONS: &[&str] = &["warranty.contradiction", "warranty.exclusion_unknown"];

/// The fields that a form can ask for, as a case names them.
const ASKED: &[(&str, &str)] = &[
    ("device.sold_on", "sold_on"),
    ("device.delivered_on", "delivered_on"),
    ("device.installed_on", "installed_on"),
    ("device.accepted_on", "accepted_on"),
    ("device.produced_on", "produced_on"),
    ("device.category", "category"),
    ("fault.component", "component"),
];

/// Who pays on that day, and what may be claimed.
pub fn decide(pack: &Pack, case: &Case, as_of: Date) -> Entitlement {
    decide_by(&book(pack), pack, case, as_of)
}

/// The same by a book that was made before: for whoever asks many times.
pub fn decide_by(book: &RuleBook, pack: &Pack, case: &Case, as_of: Date) -> Entitlement {
    let inputs = inputs(pack, case, as_of);
    if let Some(category) = case.category.filter(|it| !book.knows(it)) {
        let reason = reason("warranty.no_term")
            .with("category", category)
            .with("component", case.component.unwrap_or_default());
        return undecided(inputs, reason.0, vec![]);
    }
    let decision = match entitlement::decide(&inputs, book) {
        Ok(decision) => decision,
        Err(refused) => {
            let missing = ASKED.iter().filter(|it| it.0 == refused.field).map(|it| it.1);
            let reason = reason("warranty.contradiction").with("field", refused.field.clone());
            return undecided(inputs, reason.0, missing.collect());
        }
    };
    let mut reasons = decision.reasons.clone();
    name_in_english(&mut reasons, pack);
    if let Some(cause) = case.cause.filter(|it| pack.exclusion(it.exclusion).is_none()) {
        reasons.push(reason("warranty.exclusion_unknown").with("exclusion", cause.exclusion).0);
    }
    Entitlement {
        coverage: coverage(decision.coverage),
        until: untils(&decision),
        reasons,
        missing: missing(&decision),
        inputs,
        decision: Some(decision),
    }
}

fn inputs(pack: &Pack, case: &Case, as_of: Date) -> entitlement::Case {
    let dates = &case.dates;
    let all = [dates.sold_on, dates.delivered_on, dates.installed_on, dates.accepted_on];
    // Before it is installed it is covered as on that day.
    let as_of = all.into_iter().flatten().chain([as_of]).max().unwrap_or(as_of);
    let mut inputs = entitlement::Case::on(as_of);
    inputs.region = case.region.map(str::to_owned).filter(|it| book::is_region(it));
    inputs.device.category = case.category.map(str::to_owned);
    inputs.device.sold_on = dates.sold_on;
    inputs.device.delivered_on = dates.delivered_on;
    inputs.device.installed_on = dates.installed_on;
    inputs.device.accepted_on = dates.accepted_on;
    inputs.device.produced_on = dates.produced_on;
    inputs.device.exchanged_on = case.papers.exchanged_on;
    inputs.device.price_fen = case.papers.price_fen;
    inputs.device.invoice = case.papers.invoice;
    inputs.device.certificate = case.papers.certificate;
    inputs.usage = entitlement::Usage { km: case.usage.km, hours: case.usage.hours };
    inputs.repairs = case.repairs.to_vec();
    inputs.fault.problem = case.problem.map(str::to_owned);
    inputs.fault.component = case.component.map(str::to_owned);
    if let Some(cause) = case.cause.filter(|it| pack.exclusion(it.exclusion).is_some()) {
        inputs.fault.exclusion = Some(cause.exclusion.to_owned());
        let evidence = [entitlement::Evidence::Suspected, entitlement::Evidence::Proved];
        inputs.fault.evidence = Some(evidence[usize::from(cause.proved)]);
    }
    inputs
}

fn undecided(inputs: entitlement::Case, reason: Reason, missing: Vec<&'static str>) -> Entitlement {
    let coverage = Coverage::Unknown;
    Entitlement { coverage, until: vec![], reasons: vec![reason], missing, inputs, decision: None }
}

fn coverage(it: entitlement::Coverage) -> Coverage {
    match it {
        entitlement::Coverage::Free => Coverage::Free,
        entitlement::Coverage::CostPrice => Coverage::CostPrice,
        entitlement::Coverage::FullPrice => Coverage::FullPrice,
        entitlement::Coverage::Refuse => Coverage::Refuse,
        entitlement::Coverage::Unknown => Coverage::Unknown,
    }
}

/// Reasons are kept, and read years later by people of either language.
fn name_in_english(reasons: &mut [Reason], pack: &Pack) {
    for Reason { args, .. } in reasons {
        let named = args.iter().filter_map(|(name, zh)| match *name {
            "component" => Some(("component_en", pack.component(zh)?.en.clone())),
            "category" => Some(("category_en", pack.category(zh)?.name.en.clone())),
            _ => None,
        });
        let named: Vec<_> = named.collect();
        args.extend(named);
    }
}

/// The same term by the law and by the pack is one term to a reader, with the clause and the source.
fn untils(decision: &Decision) -> Vec<Until> {
    let mut all: Vec<Until> = Vec::new();
    for it in decision.terms.iter().filter_map(until) {
        let same = |that: &Until| {
            (&that.component, that.from, that.until) == (&it.component, it.from, it.until)
        };
        match all.iter_mut().find(|that| same(that)) {
            Some(that) => {
                let law = it.law.clone().or_else(|| that.law.take());
                *that = Until { law, ..it };
            }
            None => all.push(it),
        }
    }
    all
}

fn until(it: &entitlement::Term) -> Option<Until> {
    let clause = &it.clause;
    let source = match clause.text {
        None => format!("law: {} {}", clause.instrument.zh, clause.article).trim().to_owned(),
        Some(_) => clause.source.clone(),
    };
    Some(Until {
        component: it.component.clone(),
        from: it.restarted_on.or(it.from)?,
        began_by: start(it.began_by?),
        until: it.until?,
        source: Some(source).filter(|it| !it.is_empty()),
        law: clause.text.is_none().then(|| clause.clone()),
        verified: clause.verified,
        extended_days: it.extended_days,
        restarted_on: it.restarted_on,
        km: it.km,
        hours: it.hours,
    })
}

fn start(it: entitlement::Start) -> Start {
    match it {
        entitlement::Start::SoldOn => Start::SoldOn,
        entitlement::Start::DeliveredOn => Start::DeliveredOn,
        entitlement::Start::InstalledOn => Start::InstalledOn,
        entitlement::Start::AcceptedOn => Start::AcceptedOn,
        entitlement::Start::ProducedOn => Start::ProducedOn,
    }
}

/// What the customer may claim today and no longer after so many days.
pub fn endings(book: &RuleBook, decided: &Entitlement, days: i64) -> Vec<Ending> {
    if decided.decision.is_none() {
        return Vec::new();
    }
    entitlement::endings(&decided.inputs, book, days).unwrap_or_default()
}

/// The repairs that take so long that the law asks why, and nobody has said.
pub fn unexplained(decided: &Entitlement) -> Vec<&Repair> {
    let changes = decided.decision.iter().flat_map(|it| &it.would_change);
    let mut places: Vec<usize> = changes
        .filter_map(|it| it.field.strip_prefix("repairs[")?.strip_suffix("].delay_by"))
        .filter_map(|it| it.parse().ok())
        .collect();
    places.sort_unstable();
    places.dedup();
    places.into_iter().filter_map(|it| decided.inputs.repairs.get(it)).collect()
}

/// The components that a category has by the pack and by the catalogue, each once.
pub fn components(pack: &Pack, category: &str) -> Vec<String> {
    let law = RuleBook::law();
    let goods = law.catalogue().iter().filter(|it| it.category == category);
    let terms = pack.terms.iter().filter(|it| it.category.as_deref() == Some(category));
    let faults = pack.fault_codes(Some(category)).filter_map(|it| it.component.clone());
    let named = pack.category(category).into_iter().flat_map(|it| &it.components);
    let mut all: Vec<String> = terms.filter_map(|it| it.component.clone()).chain(faults).collect();
    all.extend(named.map(|it| it.zh.clone()));
    all.extend(goods.flat_map(|it| it.parts.iter().cloned()));
    let mut once = Vec::with_capacity(all.len());
    for it in all {
        if !once.contains(&it) {
            once.push(it);
        }
    }
    once
}

/// Whether some term of the category ends by km, and by hours.
pub fn counts(pack: &Pack, category: &str) -> (bool, bool) {
    let law = RuleBook::law();
    let mut goods = law.catalogue().iter().filter(|it| it.category == category);
    let mut terms = pack.terms.iter().filter(|it| it.category.as_deref() == Some(category));
    let km = goods.any(|it| it.km.is_some()) || terms.clone().any(|it| it.km.is_some());
    (km, terms.any(|it| it.hours.is_some()))
}

/// Days, category and component, each once; the rest is told where there is room for it.
fn missing(decision: &Decision) -> Vec<&'static str> {
    let mut fields = Vec::new();
    for change in &decision.would_change {
        let known = ASKED.iter().find(|it| change.is_of_term() && it.0 == change.field);
        if let Some((_, field)) = known.filter(|it| !fields.contains(&it.1)) {
            fields.push(*field);
        }
    }
    fields
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

/// A reason of ours, built like those of `entitlement`.
struct Said(Reason);

fn reason(code: &'static str) -> Said {
    Said(Reason { code, args: Vec::new() })
}

impl Said {
    fn with(mut self, name: &'static str, value: impl Into<String>) -> Said {
        self.0.args.push((name, value.into()));
        self
    }
}
