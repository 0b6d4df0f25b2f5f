//! 裁定: the answer as a value, with everything it was drawn from. Its words are the caller's.

use std::{collections::BTreeMap, sync::Arc};

use jiff::civil::Date;
use serde::Serialize;

use crate::{
    codes::{Bearer, Coverage, Kind, Payer},
    rule::Clause,
    term::Term,
};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Decision {
    pub coverage: Coverage,
    pub pays: Pays,
    /// What may be claimed: of each kind the most favourable.
    pub entitlements: Vec<Entitlement>,
    /// What other rules would have given of the same kind.
    pub others: Vec<Entitlement>,
    pub expires: Expires,
    /// By when something has to be done.
    pub due: Vec<Due>,
    /// Of the unit, of every component with a term of its own, and of what was promised.
    pub terms: Vec<Term>,
    pub burden_of_proof: Bearer,
    pub burden_by: Option<Arc<Clause>>,
    pub would_change: Vec<Change>,
    /// The deciding one first.
    pub reasons: Vec<Reason>,
    /// Which versions of which rules it rests on.
    pub rules: Vec<String>,
}

/// `None`: nobody can say yet, or it is not done at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Pays {
    pub parts: Option<Coverage>,
    pub labour: Option<Coverage>,
    pub travel: Option<Coverage>,
}

/// 权利.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entitlement {
    pub kind: Kind,
    pub who_pays: Payer,
    /// What the consumer gets back, after the deduction.
    pub refund_fen: Option<i64>,
    pub deduction_fen: Option<i64>,
    /// What is to be paid on top: three times the price.
    pub amount_fen: Option<i64>,
    pub because: Vec<Arc<Clause>>,
}

/// The last days, and the km, of what is free.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Expires {
    pub unit: Option<Date>,
    pub components: BTreeMap<String, Option<Date>>,
    pub km: Option<i64>,
    /// Exchange and return, where they end before repairs do.
    pub claims: Option<Date>,
    pub claims_km: Option<i64>,
}

/// 时限: by that day, which belongs to it, and by which clause.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Due {
    pub by: Date,
    pub clause: Arc<Clause>,
}

/// What would change if a field were known, or were otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    pub field: String,
    pub code: &'static str,
    pub args: Vec<(&'static str, String)>,
}

/// A code with its arguments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    pub code: &'static str,
    pub args: Vec<(&'static str, String)>,
}

/// Every code a reason can have.
pub const REASONS: &[&str] = &[
    "warranty.category_missing",
    "warranty.component_until",
    "warranty.components_differ",
    "warranty.depreciation",
    "warranty.excluded",
    "warranty.exclusion_suspected",
    "warranty.extended",
    "warranty.gives",
    "warranty.in_term",
    "warranty.no_deduction",
    "warranty.no_document",
    "warranty.no_term",
    "warranty.not_begun",
    "warranty.out_of_term",
    "warranty.past_usage",
    "warranty.promised",
    "warranty.rate_unknown",
    "warranty.refund",
    "warranty.restarted",
    "warranty.start_missing",
    "warranty.unverified",
    "warranty.use_compensation",
];

/// Every code a change can have.
pub const CHANGES: &[&str] = &[
    "change.category",
    "change.cause",
    "change.component",
    "change.document",
    "change.evidence",
    "change.gives",
    "change.refund",
    "change.region",
    "change.start",
    "change.usage",
];

impl Pays {
    pub(crate) fn of(coverage: Coverage) -> Pays {
        let all = match coverage {
            Coverage::Free | Coverage::CostPrice | Coverage::FullPrice => Some(coverage),
            Coverage::Refuse | Coverage::Unknown => None,
        };
        Pays { parts: all, labour: all, travel: all }
    }
}

impl Change {
    /// A day, the category or the component: without it the terms themselves are open.
    pub fn is_of_term(&self) -> bool {
        ["change.start", "change.category", "change.component"].contains(&self.code)
    }

    pub(crate) fn new(field: impl ToString, code: &'static str) -> Change {
        Change { field: field.to_string(), code, args: Vec::new() }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl ToString) -> Change {
        self.args.push((name, value.to_string()));
        self
    }
}

impl Reason {
    pub(crate) fn new(code: &'static str) -> Reason {
        Reason { code, args: Vec::new() }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl ToString) -> Reason {
        self.args.push((name, value.to_string()));
        self
    }
}

impl Decision {
    pub fn entitlement(&self, kind: Kind) -> Option<&Entitlement> {
        self.entitlements.iter().find(|it| it.kind == kind)
    }

    pub fn may(&self, kind: Kind) -> bool {
        self.entitlement(kind).is_some()
    }
}
