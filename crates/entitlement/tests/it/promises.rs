//! What the company and the seller promise beside the law.

use std::sync::Arc;

use entitlement::{
    By, Category, Cause, Clause, Coverage, Exclusion, Kind, Name, Offer, Own, Payer, RuleBook,
    Start, decide,
};
use serde_json::{Value, json};

use crate::asked::{because, fridge, kinds, on, over, read};

fn promise(edits: Value) -> Value {
    let base = json!({"by": "company", "kind": "repair", "from": "sold_on", "text": "十年包修"});
    json!({"promises": [over(base, edits)]})
}

#[test]
fn a_longer_term_than_the_law_s_holds_beside_it() {
    let case = over(fridge(), promise(json!({"within_months": 120})));
    let inside = on(&case, "2026-06-01", json!({}));
    assert_eq!(because(&inside, Kind::Repair), ["家用电冰箱", "promises[0]"]);
    for (as_of, coverage) in [("2036-01-01", Coverage::Free), ("2036-01-02", Coverage::FullPrice)] {
        let decision = on(&case, as_of, json!({}));
        assert_eq!(decision.coverage, coverage, "{as_of}");
        assert_eq!(decision.expires.unit, "2036-01-01".parse().ok());
    }
    let paid_by = on(&case, "2036-01-01", json!({})).entitlements[0].who_pays;
    assert_eq!(paid_by, Payer::Producer);
}

#[test]
fn fifteen_days_return_and_thirty_days_exchange() {
    let case = over(
        fridge(),
        json!({"promises": [
        {"by": "company", "kind": "return", "from": "sold_on", "within_days": 15, "text": "15天包退"},
        {"by": "company", "kind": "exchange", "from": "sold_on", "within_days": 30,
         "text": "30天包换"}]}),
    );
    #[rustfmt::skip]
    let cases = [
        ("2026-01-16", "repair exchange return"), ("2026-01-17", "repair exchange"),
        ("2026-01-31", "repair exchange"), ("2026-02-01", "repair"),
    ];
    for (as_of, expected) in cases {
        assert_eq!(kinds(&on(&case, as_of, json!({}))), expected, "{as_of}");
    }
}

#[test]
fn a_promise_of_a_component_is_for_that_component_only() {
    let case = over(fridge(), promise(json!({"component": "压缩机", "within_months": 120})));
    let on = |component: &str| {
        on(&case, "2031-01-01", json!({"fault": {"component": component}})).coverage
    };
    assert_eq!((on("压缩机"), on("门封")), (Coverage::Free, Coverage::FullPrice));
}

#[test]
fn misuse_at_cost_price_is_better_than_at_full_price_and_no_entitlement() {
    let said = promise(json!({"within_months": 24, "causes": ["misuse", "force_majeure"],
        "coverage": "cost_price", "text": "只收取工本费"}));
    let case = over(fridge(), said);
    #[rustfmt::skip]
    let cases = [
        ("2026-06-01", "misuse",        Coverage::CostPrice), ("2028-01-01", "misuse", Coverage::CostPrice),
        ("2028-01-02", "misuse",        Coverage::FullPrice), ("2026-06-01", "transport", Coverage::FullPrice),
        ("2026-06-01", "force_majeure", Coverage::CostPrice), ("2026-06-01", "quality", Coverage::Free),
        ("2027-06-01", "quality",       Coverage::FullPrice),
    ];
    for (as_of, cause, coverage) in cases {
        let decision = on(&case, as_of, json!({"fault": {"cause": cause}}));
        assert_eq!(decision.coverage, coverage, "{as_of} {cause}");
        let claims = if coverage == Coverage::Free { "repair" } else { "" };
        assert_eq!(kinds(&decision), claims, "a repair to be paid is none: {as_of} {cause}");
        assert_eq!(decision.pays.travel, Some(coverage));
    }
}

#[test]
fn a_promise_without_limit_is_for_life_and_without_its_day_nobody_knows() {
    let case = over(fridge(), promise(json!({"from": "accepted_on"})));
    let unknown = on(&case, "2031-01-01", json!({}));
    assert_eq!(unknown.coverage, Coverage::Unknown);
    assert!(unknown.would_change.iter().any(|it| it.field == "device.accepted_on"));
    let accepted = json!({"device": {"accepted_on": "2026-01-05"}});
    assert_eq!(on(&case, "2099-01-01", accepted).coverage, Coverage::Free);
}

fn clause(rule: &str) -> Arc<Clause> {
    Arc::new(Clause {
        rule: rule.to_owned(),
        version: rule.to_owned(),
        instrument: Name::default(),
        article: String::new(),
        verified: true,
        from: None,
        to: None,
        text: Some(rule.to_owned()),
        source: "3.3".to_owned(),
    })
}

fn offer(component: Option<&str>, months: i64) -> Offer {
    Offer {
        category: Some("太阳能热水系统".to_owned()),
        component: component.map(str::to_owned),
        kind: Kind::Repair,
        from: vec![Start::AcceptedOn],
        months: Some(months),
        days: None,
        km: None,
        hours: None,
        causes: None,
        coverage: Coverage::Free,
        by: By::Company,
        clause: clause("solar"),
    }
}

/// A company's own tables: components only, and exclusions with their outcome.
fn solar() -> RuleBook {
    let outcome = |code: &str, causes: &[Cause], outcome| Exclusion {
        code: code.to_owned(),
        name: Name::default(),
        causes: causes.to_vec(),
        outcome,
        clause: clause(code),
    };
    let own = Own {
        name: Name::default(),
        categories: vec![Category { name: "太阳能热水系统".to_owned(), consumer: false }],
        offers: vec![offer(Some("水箱"), 36), offer(Some("管路"), 12)],
        exclusions: vec![
            outcome("mishandled", &[Cause::Misuse], Coverage::CostPrice),
            outcome("virus", &[], Coverage::Refuse),
        ],
    };
    RuleBook::law().with(own).unwrap()
}

#[test]
fn a_company_s_own_tables_decide_by_component() {
    #[rustfmt::skip]
    let cases = [
        ("2025-06-30", None,         Coverage::Free),      ("2025-07-01", None,         Coverage::Unknown),
        ("2025-07-01", Some("水箱"), Coverage::Free),      ("2025-07-01", Some("管路"), Coverage::FullPrice),
        ("2027-06-30", Some("水箱"), Coverage::Free),      ("2027-07-01", None,         Coverage::FullPrice),
        ("2025-07-01", Some("水表"), Coverage::Unknown),
    ];
    for (as_of, component, coverage) in cases {
        let case = json!({"as_of": as_of, "device": {"category": "太阳能热水系统",
            "accepted_on": "2024-06-30"}, "fault": {"component": component}});
        let decision = decide(&read(&case), &solar()).unwrap();
        assert_eq!(decision.coverage, coverage, "{as_of} {component:?}");
    }
}

#[test]
fn a_company_s_own_exclusions_have_their_own_outcome() {
    #[rustfmt::skip]
    let cases = [
        ("2025-01-01", json!({"cause": "misuse"}), Coverage::CostPrice),
        ("2026-01-01", json!({"cause": "misuse"}), Coverage::FullPrice),
        ("2025-01-01", json!({"cause": "misuse", "evidence": "suspected"}), Coverage::Free),
        ("2025-01-01", json!({"exclusion": "virus"}), Coverage::Refuse),
    ];
    for (as_of, fault, coverage) in cases {
        let fault = over(fault, json!({"component": "管路"}));
        let case = json!({"as_of": as_of, "device": {"category": "太阳能热水系统",
            "accepted_on": "2024-06-30"}, "fault": fault});
        let decision = decide(&read(&case), &solar()).unwrap();
        assert_eq!(decision.coverage, coverage, "{as_of} {fault}");
    }
}
