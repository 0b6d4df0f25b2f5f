//! 保修条款: terms per unit and component, and what they do not cover.
//!
//! Source: C5 Warranty & 三包 entitlement: terms differ per component, start triggers differ,
//! outcomes are free, cost price or full price, not a yes or no.

use entitlement::{Cause, Kind};
use kernel::codes;
use serde::{Deserialize, Serialize};

use super::{Name, Origin, Pack, fields::Fields, mistake::Word, products::component_key};
use crate::order::Coverage;

codes! {
    /// The day a term begins on.
    pub enum Start {
        SoldOn "sold_on",
        DeliveredOn "delivered_on",
        InstalledOn "installed_on",
        AcceptedOn "accepted_on",
        ProducedOn "produced_on",
    }
}

/// How long the unit, or one component of it, is repaired at whose cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Term {
    /// Left out: every category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Left out: the unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    /// What is promised; mostly a repair.
    #[serde(default = "repair", skip_serializing_if = "is_repair")]
    pub kind: Kind,
    /// 0: by days alone.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub months: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub km: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<i64>,
    /// For these causes; left out: for all that do not exclude.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<Cause>,
    /// The first of these days that is known begins the term.
    pub from: Vec<Start>,
    /// Inside the term; after it the customer pays in full.
    pub coverage: Coverage,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(flatten)]
    pub origin: Origin,
}

/// What a term does not cover, what it costs then, and what has to be shown for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exclusion {
    pub code: String,
    #[serde(flatten)]
    pub name: Name,
    /// The causes of the law that it means.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<Cause>,
    pub outcome: Coverage,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(flatten)]
    pub origin: Origin,
}

impl Pack {
    /// The term of repairs of a component, else of the unit; of the category, else of every one.
    pub fn term(&self, category: Option<&str>, component: Option<&str>) -> Option<&Term> {
        let fits = |it: &&Term| {
            (it.category.is_none() || it.category.as_deref() == category)
                && (it.component.is_none() || it.component.as_deref() == component)
                && it.kind == Kind::Repair
                && it.causes.is_empty()
        };
        let weight = |it: &&Term| (it.component.is_some(), it.category.is_some());
        self.terms.iter().filter(fits).max_by_key(weight)
    }

    pub fn exclusion(&self, code: &str) -> Option<&Exclusion> {
        self.exclusions.iter().find(|it| it.code == code)
    }
}

pub(super) fn read(pack: &mut Pack, head: &mut Fields) {
    pack.terms = head.rows("term", term);
    pack.exclusions = head.rows("exclusion", exclusion);
}

fn term(row: &mut Fields) -> Option<Term> {
    let category = row.reference("category", Word::Category);
    let component = row.text("component");
    if let Some(component) = &component {
        let key = component_key(category.as_deref(), component);
        row.refer(Word::Component, &key, row.span_of("component"));
    }
    let kind = row.choice("kind", Kind::ALL, Kind::code).unwrap_or(Kind::Repair);
    let days = row.whole("days", 1..=36_500);
    let months = match days {
        Some(_) => Some(row.whole("months", 1..=1200).unwrap_or(0)),
        None => row.required("months", |row, key| row.whole(key, 1..=1200)),
    };
    let (km, hours) = (row.whole("km", 1..=10_000_000), row.whole("hours", 1..=1_000_000));
    let causes = row.choices("causes", Cause::EXCLUDING, Cause::code);
    let from = row.required("from", |row, key| Some(row.choices(key, Start::ALL, Start::code)));
    let inside = [Coverage::Free, Coverage::CostPrice];
    let coverage = row.choice("coverage", &inside, Coverage::code).unwrap_or(Coverage::Free);
    let (note, origin) = (row.note(), row.origin());
    let (months, from) = (months?, from?);
    let term = Term {
        category,
        component,
        kind,
        months,
        days,
        km,
        hours,
        causes,
        from,
        coverage,
        note,
        origin,
    };
    row.is_called(Word::Term, &term.key());
    Some(term)
}

fn exclusion(row: &mut Fields) -> Option<Exclusion> {
    let code = row.required("code", Fields::code);
    let name = row.name();
    let causes = row.choices("causes", Cause::EXCLUDING, Cause::code);
    let outcomes = [Coverage::Free, Coverage::CostPrice, Coverage::FullPrice, Coverage::Refuse];
    let outcome = row.required("outcome", |row, key| row.choice(key, &outcomes, Coverage::code));
    let evidence = row.texts("evidence");
    let (note, origin) = (row.note(), row.origin());
    let code = code?;
    row.is_called(Word::Exclusion, &code);
    Some(Exclusion { code, name: name?, causes, outcome: outcome?, evidence, note, origin })
}

impl Term {
    pub fn key(&self) -> String {
        let part = |it: &Option<String>| it.clone().unwrap_or_else(|| "*".to_owned());
        let mut key = format!("{}/{}", part(&self.category), part(&self.component));
        if self.kind != Kind::Repair {
            key = format!("{key}/{}", self.kind.code());
        }
        self.causes.iter().fold(key, |key, cause| format!("{key}/{}", cause.code()))
    }
}

fn repair() -> Kind {
    Kind::Repair
}

fn is_repair(kind: &Kind) -> bool {
    *kind == Kind::Repair
}

fn is_zero(months: &i64) -> bool {
    *months == 0
}
