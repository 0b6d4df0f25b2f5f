//! 谁付: parts, labour and travel of one order, each free, at cost or at full price; as the rules
//! say, or as a person decides otherwise.
//!
//! Source: C5; issue "who pays, and what the law and the company give".

use kernel::{Wrongs, codes, id, refusals};

use crate::order::Coverage;

id! {
    /// 裁定: one decision about one order, kept as it was made.
    DecisionId = "dec";
}

codes! {
    /// 裁定时机: what a decision was made upon.
    pub enum Occasion {
        Report "report",
        Visit "visit",
        Problem "problem",
        Person "person",
    }
}

refusals! {
    ORDER_ENDED       Conflict "warranty.order_ended";
    NOTHING_CHANGES   Conflict "warranty.nothing_changes";
    PROBLEM_ELSEWHERE Conflict "warranty.problem_elsewhere";
}

/// What each share of the work costs the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shares {
    pub parts: Coverage,
    pub labour: Coverage,
    pub travel: Coverage,
}

impl Shares {
    pub fn of(coverage: Coverage) -> Shares {
        Shares { parts: coverage, labour: coverage, travel: coverage }
    }

    /// As a person typed them: all that is wrong at once. Nobody decides that it is not known.
    pub fn read(parts: &str, labour: &str, travel: &str, wrongs: &mut Wrongs) -> Option<Shares> {
        let mut read = |field: &'static str, text: &str| {
            let text = text.trim();
            let decides = [Coverage::Free, Coverage::CostPrice, Coverage::FullPrice];
            let found = Coverage::parse(text).filter(|it| decides.contains(it));
            if found.is_none() {
                let code = if text.is_empty() { "missing" } else { "unknown_code" };
                wrongs.add(kernel::Field::new(field, code).with("value", text));
            }
            found
        };
        let (parts, labour, travel) =
            (read("parts", parts), read("labour", labour), read("travel", travel));
        Some(Shares { parts: parts?, labour: labour?, travel: travel? })
    }

    /// What the order is listed under: the share that costs the customer most.
    pub fn dearest(self) -> Coverage {
        let weight = |it: &Coverage| match it {
            Coverage::Free => 0,
            Coverage::CostPrice => 1,
            Coverage::Unknown => 2,
            Coverage::FullPrice => 3,
            Coverage::Refuse => 4,
        };
        [self.parts, self.labour, self.travel].into_iter().max_by_key(weight).unwrap_or(self.parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_listed_under_what_costs_most() {
        use Coverage::{CostPrice, Free, FullPrice};
        #[rustfmt::skip]
        let cases = [
            (Free,      Free,      Free,      Free),
            (CostPrice, Free,      Free,      CostPrice),
            (Free,      Free,      FullPrice, FullPrice),
            (CostPrice, FullPrice, Free,      FullPrice),
        ];
        for (parts, labour, travel, wanted) in cases {
            assert_eq!(Shares { parts, labour, travel }.dearest(), wanted);
        }
    }

    #[test]
    fn each_share_that_is_missing_or_no_decision_is_named() {
        #[rustfmt::skip]
        let cases = [
            (("free", "free", "full_price"), vec![]),
            (("", "free", "free"),           vec![("parts", "missing")]),
            (("free", "unknown", "refuse"),  vec![("labour", "unknown_code"), ("travel", "unknown_code")]),
        ];
        for ((parts, labour, travel), wanted) in cases {
            let mut wrongs = Wrongs::default();
            let read = Shares::read(parts, labour, travel, &mut wrongs);
            assert_eq!(read.is_some(), wanted.is_empty());
            let Err(error) = wrongs.done() else { continue };
            let fields = &error.refusal().unwrap().fields;
            let said: Vec<_> = fields.iter().map(|it| (it.field.as_str(), it.code)).collect();
            assert_eq!(said, wanted);
        }
    }
}
