//! What holds for every case: a better rule never harms, waiting never harms, nothing but the
//! inputs matters, every refusal says which field, every right has an instrument in force.

use entitlement::{Case, Coverage, Decision, Kind, REASONS, REFUSALS, RuleBook, decide};
use jiff::{ToSpan as _, civil::Date};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::asked::{fridge, over, read};

fn categories() -> Vec<String> {
    RuleBook::law().catalogue().iter().map(|it| it.category.clone()).collect()
}

fn day(after: i64) -> Date {
    let first: Date = "2022-01-01".parse().unwrap();
    first.saturating_add(after.days())
}

fn maybe<T: std::fmt::Debug + Clone + 'static>(
    it: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<Option<T>> {
    proptest::option::weighted(0.8, it).boxed()
}

prop_compose! {
    /// Days of a unit's life in their order, some of them not known.
    fn devices()(
        category in proptest::sample::select(categories()),
        sold in 0..1500i64, to_delivery in 0..20i64, to_installation in 0..20i64,
        known in proptest::array::uniform4(proptest::bool::weighted(0.8)),
        price in maybe(1..100_000_000i64),
        papers in (maybe(any::<bool>()), maybe(any::<bool>())),
        component in maybe(proptest::sample::select(vec!["压缩机", "发动机", "门封", "主要部件"])),
    ) -> Value {
        let on = |known: bool, it: i64| known.then(|| day(it));
        json!({"fault": {"component": component}, "device": {
            "category": category, "price_fen": price,
            "invoice": papers.0, "certificate": papers.1,
            "produced_on": on(known[3], sold), "sold_on": on(known[0], sold),
            "delivered_on": on(known[1], sold + to_delivery),
            "installed_on": on(known[2], sold + to_delivery + to_installation)}})
    }
}

prop_compose! {
    fn faults()(
        kind in maybe(proptest::sample::select(vec!["performance", "serious_safety", "cosmetic"])),
        cause in maybe(proptest::sample::select(vec![
            "quality", "misuse", "unauthorised_repair", "force_majeure", "transport", "unknown"])),
        evidence in maybe(proptest::sample::select(vec!["none", "suspected", "proved"])),
        problem in maybe(proptest::sample::select(vec!["P1", "P2", "制动失效"])),
        replaced in maybe(any::<bool>()),
    ) -> Value {
        json!({"kind": kind, "cause": cause, "evidence": evidence, "problem": problem,
               "needs_replacement": replaced})
    }
}

prop_compose! {
    /// One after the other, from fifty days after the sale on; the last may be open.
    fn repairs()(
        gaps in proptest::collection::vec((0..30i64, 0..45i64, any::<bool>()), 0..6),
        open in any::<bool>(),
        delay_by in maybe(proptest::sample::select(vec!["parts", "repairer"])),
        from in 1550..2200i64,
    ) -> Value {
        let (mut at, count) = (from, gaps.len());
        let one = |(i, (gap, took, same)): (usize, &(i64, i64, bool))| {
            let handed_in = at + gap;
            at = handed_in + took + 1;
            let out = (!open || i + 1 < count).then(|| format!("{}T17:00", day(handed_in + took)));
            json!({"in": format!("{}T09:00", day(handed_in)), "out": out, "delay_by": delay_by,
                   "problem": if *same { "P1" } else { "P2" }, "replaced": ["发动机"],
                   "fixed": false})
        };
        gaps.iter().enumerate().map(one).collect()
    }
}

prop_compose! {
    fn cases()(
        device in devices(), fault in faults(), repairs in repairs(),
        // Behind every repair: the last of six ends within 450 days after it began.
        as_of in 2700..3400i64,
        region in maybe(proptest::sample::select(vec!["330100", "310000", "370100", "440100"])),
        km in maybe(0..70_000i64),
        seller in (maybe(any::<bool>()), maybe(any::<bool>())),
    ) -> Value {
        let seller = json!({"same_model_available": seller.0,
                            "consumer_accepts_other_model": seller.1});
        over(device, json!({"as_of": day(as_of), "region": region, "fault": fault,
            "repairs": repairs, "usage": {"km": km}, "seller": seller}))
    }
}

fn decided(case: &Value) -> Decision {
    let case: Case = read(case);
    decide(&case, &RuleBook::law()).unwrap_or_else(|e| panic!("{e}: {case:?}"))
}

/// Free before at cost, at cost before the full price; what is not known is below.
fn worth(it: Coverage) -> u8 {
    match it {
        Coverage::Free => 3,
        Coverage::CostPrice => 2,
        Coverage::FullPrice | Coverage::Unknown => 1,
        Coverage::Refuse => 0,
    }
}

/// Nothing that could be claimed is lost, and no refund is smaller.
fn at_least_as_good(after: &Decision, before: &Decision) -> Result<(), TestCaseError> {
    prop_assert!(worth(after.coverage) >= worth(before.coverage));
    for kind in Kind::ALL {
        prop_assert!(after.may(*kind) || !before.may(*kind), "{kind:?} is lost");
        let refund = |it: &Decision| it.entitlement(*kind).and_then(|it| it.refund_fen);
        if let Some(refund_before) = refund(before) {
            prop_assert!(refund(after) >= Some(refund_before), "{kind:?} gives less back");
        }
    }
    Ok(())
}

const BETTER: &str = r#"
[[rule]]
id = "better"
instrument = "crpl"
article = "0"
goods = ["all"]
gives = ["repair", "exchange", "return", "loan"]
"#;

fn better_book() -> RuleBook {
    let mut law = entitlement::Law::read(
        include_str!("../../data/instruments.toml"),
        include_str!("../../data/rules.toml"),
        include_str!("../../data/goods.tsv"),
    )
    .unwrap();
    law.add(BETTER).unwrap();
    RuleBook::of(std::sync::Arc::new(law))
}

proptest! {
    #[test]
    fn a_more_favourable_promise_never_lowers_the_outcome(
        case in cases(),
        kind in proptest::sample::select(vec!["repair", "exchange", "return", "loan"]),
        months in 1..240i64,
        coverage in proptest::sample::select(vec!["free", "cost_price"]),
    ) {
        let promise = json!({"by": "company", "kind": kind, "from": "sold_on",
                             "within_months": months, "coverage": coverage, "text": "x"});
        let better = over(case.clone(), json!({"promises": [promise]}));
        at_least_as_good(&decided(&better), &decided(&case))?;
    }

    #[test]
    fn a_more_favourable_rule_never_lowers_the_outcome(case in cases()) {
        let better = decide(&read(&case), &better_book()).unwrap();
        at_least_as_good(&better, &decided(&case))?;
    }

    #[test]
    fn waiting_longer_never_lowers_it_inside_the_term(
        waited in 0..120i64, longer in 1..30i64,
        category in proptest::sample::select(categories()),
        delay_by in maybe(proptest::sample::select(vec!["parts", "repairer"])),
        region in proptest::sample::select(vec!["330100", "370100", "440100"]),
        repairs in 0..3usize,
    ) {
        // Handed in while the term runs, after the choice of the first days, and still there.
        let done = |i: usize| json!({"in": format!("2026-01-{:02}", 20 + i), "problem": "P1",
                                     "out": format!("2026-01-{:02}", 20 + i)});
        let mut all: Vec<Value> = (0..repairs).map(done).collect();
        all.push(json!({"in": "2026-01-25T09:00", "delay_by": delay_by, "problem": "P1"}));
        let handed_in: Date = "2026-01-25".parse().unwrap();
        let on = |days: i64| {
            let as_of = handed_in.saturating_add(days.days());
            let edits = json!({"as_of": as_of, "region": region, "repairs": all,
                               "device": {"category": category}, "usage": {"km": 5_000}});
            decided(&over(fridge(), edits))
        };
        at_least_as_good(&on(waited + longer), &on(waited))?;
    }

    #[test]
    fn nothing_but_the_inputs_matters(case in cases()) {
        prop_assert_eq!(decided(&case), decided(&case));
        // Nor the order in which repairs were told.
        let mut turned = case.clone();
        turned["repairs"].as_array_mut().unwrap().reverse();
        let (mut one, mut other) = (decided(&case), decided(&turned));
        one.would_change.clear();
        other.would_change.clear();
        prop_assert_eq!(one, other);
    }

    #[test]
    fn every_right_names_an_instrument_in_force_on_that_day(case in cases()) {
        let decision = decided(&case);
        let as_of = read(&case).as_of;
        for it in decision.entitlements.iter().chain(&decision.others) {
            prop_assert!(!it.because.is_empty());
            for clause in &it.because {
                prop_assert!(clause.holds_on(as_of), "{}", clause.rule);
                prop_assert!(!clause.instrument.zh.is_empty());
            }
            if let Some(refund) = it.refund_fen {
                let price = read(&case).device.price_fen;
                prop_assert_eq!(price, it.deduction_fen.map(|less| refund + less));
                prop_assert!(refund >= 0);
            }
        }
        prop_assert!(!decision.reasons.is_empty());
        prop_assert!(decision.reasons.iter().all(|it| REASONS.contains(&it.code)));
        let repair = decision.may(Kind::Repair) || decision.may(Kind::Exchange);
        prop_assert!(decision.coverage != Coverage::Free || repair);
        prop_assert!(decision.coverage == Coverage::Free || !decision.may(Kind::Repair));
    }

    #[test]
    fn every_refusal_has_a_field_and_a_reason(
        case in cases(),
        edit in proptest::sample::select(vec![
            json!({"device": {"price_fen": 0}}), json!({"device": {"sold_on": "2190-01-01"}}),
            json!({"device": {"category": "飞机"}}), json!({"region": "000000"}),
            json!({"usage": {"km": -5}}), json!({"repairs": [{"in": "2190-01-01"}]}),
        ]),
    ) {
        let refused = decide(&read(&over(case, edit.clone())), &RuleBook::law());
        let refused = refused.expect_err("it contradicts itself");
        prop_assert!(REFUSALS.contains(&refused.code) && !refused.field.is_empty());
    }
}
