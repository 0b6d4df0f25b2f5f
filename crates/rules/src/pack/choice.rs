//! Which promise holds: of all rows that fit a case the most specific one, and why.
//!
//! Source: C6, the matrix kind × level × region × customer.

use super::{Pack, PromiseRow};
use crate::{intake::RequestKind, promise::PromiseKind};

/// What a promise is looked up for. What is not known fits only rows that do not ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matter<'a> {
    pub kind: RequestKind,
    pub level: Option<i64>,
    pub region_class: Option<&'a str>,
    pub customer_class: Option<&'a str>,
    pub category: Option<&'a str>,
}

/// The row that holds, the axes that made it the most specific one, and the rows it stands above.
#[derive(Debug, Clone, PartialEq)]
pub struct Chosen<'a> {
    pub row: &'a PromiseRow,
    /// Axis and values, as `level` and `1,2`; none: it holds for everything.
    pub because: Vec<(&'static str, String)>,
    pub above: Vec<&'a PromiseRow>,
}

impl<'a> Matter<'a> {
    pub fn of(kind: RequestKind) -> Matter<'a> {
        Matter { kind, level: None, region_class: None, customer_class: None, category: None }
    }
}

impl Pack {
    /// The row that holds for the matter: the one that names most axes; of two that name as
    /// many, the one with the heavier axis (customer, region, category, level, kind).
    pub fn promise(&self, promise: PromiseKind, matter: &Matter) -> Option<Chosen<'_>> {
        let fits = |it: &&PromiseRow| it.promise == promise && it.fits(matter);
        let mut fitting: Vec<&PromiseRow> = self.promises.iter().filter(fits).collect();
        fitting.sort_by_key(|it| std::cmp::Reverse(it.weight()));
        let (row, above) = fitting.split_first()?;
        let axes = row.axes().into_iter().filter(|(_, values)| !values.is_empty());
        let because = axes.map(|(axis, values)| (axis, values.join(","))).collect();
        Some(Chosen { row, because, above: above.to_vec() })
    }
}

impl PromiseRow {
    fn fits(&self, matter: &Matter) -> bool {
        let among = |values: &[String], value: Option<&str>| {
            values.is_empty() || value.is_some_and(|it| values.iter().any(|one| one == it))
        };
        (self.kind.is_empty() || self.kind.contains(&matter.kind))
            && (self.level.is_empty() || matter.level.is_some_and(|it| self.level.contains(&it)))
            && among(&self.region_class, matter.region_class)
            && among(&self.customer_class, matter.customer_class)
            && among(&self.category, matter.category)
    }

    /// How many axes it names, then which: the axes stand by weight. Two rows of one weight that
    /// fit the same case are refused when the pack is read.
    fn weight(&self) -> (usize, [bool; 5]) {
        let named = self.axes().map(|(_, values)| !values.is_empty());
        (named.iter().filter(|it| **it).count(), named)
    }
}
