//! A case or a rule that cannot be taken, as a value: which field, why, and with what. The words
//! are the caller's.

use std::fmt;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// As `repairs[1].out`.
    pub field: String,
    pub code: &'static str,
    pub args: Vec<(&'static str, String)>,
}

/// Every code, for whoever has to find words for them.
pub const REFUSALS: &[&str] = &[
    "amount.more_than_paid",
    "amount.negative",
    "category.unknown",
    "date.before_delivery",
    "date.before_installation",
    "date.before_production",
    "date.before_sale",
    "date.in_future",
    "date.out_of_range",
    "exclusion.unknown",
    "goods.not_readable",
    "price.not_positive",
    "promise.not_positive",
    "promise.wrong_coverage",
    "rate.out_of_range",
    "region.unknown",
    "repair.before_sale",
    "repair.days_negative",
    "repair.ends_before_start",
    "repair.more_days_than_it_took",
    "repair.overlaps",
    "rule.unknown_reference",
    "rule.versions_overlap",
    "rules.not_readable",
    "usage.backwards",
    "usage.negative",
];

impl Refused {
    #[cold]
    pub fn new(field: impl Into<String>, code: &'static str) -> Refused {
        Refused { field: field.into(), code, args: Vec::new() }
    }

    #[cold]
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Refused {
        self.args.push((name, value.to_string()));
        self
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.code)?;
        self.args.iter().try_for_each(|(name, value)| write!(f, " {name}={value}"))
    }
}

impl std::error::Error for Refused {}
