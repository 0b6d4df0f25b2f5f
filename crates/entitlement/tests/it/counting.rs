//! Counting exactly as the interfaces have it, and what is said of a case that misses something.

use entitlement::{Coverage, Kind, RuleBook, decide};
use serde_json::{Value, json};

use crate::asked::{ask, car, fields, fridge, kinds, on, over, read};

/// The case of the interfaces.
fn documented() -> Value {
    json!({ "as_of": "2026-05-01", "region": "330100",
      "device": {"category": "家用空调器", "price_fen": 399_900, "invoice": true, "certificate": true,
                 "produced_on": null, "sold_on": "2026-01-10", "delivered_on": "2026-01-12",
                 "installed_on": "2026-01-15", "accepted_on": null, "exchanged_on": null,
                 "first_season_from": null, "producer_rate_n": 0.004},
      "usage": {"km": null, "hours": null},
      "fault": {"kind": "performance", "component": "压缩机", "needs_replacement": false,
                "cause": "quality", "evidence": "proved", "problem": "P1"},
      "repairs": [{"in": "2026-02-01T09:00", "out": "2026-02-03T17:00", "waiting_parts_days": 0,
                   "excluded_days": 0, "delay_by": null, "problem": "P1", "replaced": [],
                   "fixed": false}],
      "seller": {"same_model_available": true, "consumer_accepts_other_model": true},
      "promises": [{"by": "company", "kind": "exchange", "component": null, "from": "sold_on",
                    "within_days": 30, "within_months": null, "causes": null, "coverage": "free",
                    "text": "30 天包换"}] })
}

#[test]
fn the_documented_case_ends_on_the_documented_days() {
    let decision = ask(documented(), json!({}));
    assert_eq!(decision.coverage, Coverage::Free);
    assert_eq!(kinds(&decision), "repair");
    assert_eq!(decision.expires.unit, "2027-01-18".parse().ok());
    let parts: Vec<_> = decision.expires.components.iter().collect();
    assert_eq!(parts, [(&"压缩机".to_owned(), &"2029-01-18".parse().ok())]);
    assert_eq!(decision.expires.km, None);
    assert_eq!(fields(&decision), Vec::<&str>::new(), "nothing is missing");
    for (as_of, expected) in [("2026-02-09", true), ("2026-02-10", false)] {
        let decision = on(&documented(), as_of, json!({}));
        assert_eq!(decision.may(Kind::Exchange), expected, "{as_of}");
    }
}

#[test]
fn waiting_days_lie_within_and_are_not_taken_off_twice() {
    let waiting = json!({"repairs": [{"in": "2026-02-01T09:00", "out": "2026-02-03T17:00",
        "waiting_parts_days": 3}]});
    let decision = ask(documented(), waiting);
    assert_eq!(decision.expires.unit, "2027-01-18".parse().ok());
}

#[test]
fn an_open_repair_runs_to_the_end_of_the_day() {
    let open = json!({"repairs": [{"in": "2026-04-29T09:00"}]});
    let decision = ask(documented(), open);
    assert_eq!(decision.expires.unit, "2027-01-18".parse().ok());
}

#[test]
fn a_repair_after_the_term_extends_nothing() {
    for (day, until) in [("2027-01-15", "2027-01-16"), ("2027-01-16", "2027-01-15")] {
        let case = json!({"as_of": "2027-02-01", "repairs": [{"in": day, "out": day}]});
        assert_eq!(ask(documented(), case).expires.unit, until.parse().ok(), "{day}");
    }
}

#[test]
fn a_missing_date_gives_what_is_certain_and_what_would_change_it() {
    let none = json!({"sold_on": null, "delivered_on": null, "installed_on": null});
    let bare = over(documented(), json!({"device": none, "repairs": [], "promises": []}));
    let decision = ask(bare.clone(), json!({}));
    assert_eq!(decision.coverage, Coverage::Unknown);
    assert_eq!((decision.pays.parts, kinds(&decision).as_str()), (None, ""));
    for field in ["device.installed_on", "device.delivered_on", "device.sold_on"] {
        assert!(fields(&decision).contains(&field), "{field}");
    }
    // It was made eleven months ago, so it cannot have been sold before.
    let made = ask(bare.clone(), json!({"device": {"produced_on": "2025-06-01"}}));
    assert_eq!(made.coverage, Coverage::Free);
    // Out of its term by the sale; it may have been installed later.
    let sold = json!({"device": {"sold_on": "2020-01-10"}});
    let sold = ask(bare.clone(), sold);
    assert_eq!(sold.coverage, Coverage::FullPrice);
    assert_eq!(fields(&sold)[..2], ["device.installed_on", "device.delivered_on"]);
    // Whatever the day, misuse is paid.
    let misused = ask(bare, json!({"fault": {"cause": "misuse"}}));
    assert_eq!(misused.coverage, Coverage::FullPrice);
}

#[test]
fn without_a_category_nobody_can_say() {
    let decision = ask(documented(), json!({"device": {"category": null}, "promises": []}));
    assert_eq!(decision.coverage, Coverage::Unknown);
    assert_eq!(fields(&decision)[0], "device.category");
    let bare = decide(&read(&json!({"as_of": "2026-05-01"})), &RuleBook::law()).unwrap();
    assert_eq!(bare.coverage, Coverage::Unknown);
}

#[test]
fn before_any_rule_was_in_force_there_is_none() {
    let old = json!({"as_of": "2021-12-31", "device": {"sold_on": "2021-06-01",
        "delivered_on": "2021-06-01"}});
    let before = ask(car(), old.clone());
    assert_eq!(before.coverage, Coverage::Unknown);
    let after = ask(car(), over(old, json!({"as_of": "2022-01-01"})));
    assert_eq!(after.coverage, Coverage::Free);
}

#[test]
fn working_days_are_a_matter_of_the_caller() {
    let case = over(
        fridge(),
        json!({"as_of": "2026-02-20", "repairs": [{"in": "2026-02-02"}],
        "device": {"category": "联合收割机"}}),
    );
    let short = RuleBook::law().with_working_days(|day, _| day);
    assert!(decide(&read(&case), &short).unwrap().may(Kind::Exchange));
    assert!(!ask(case, json!({})).may(Kind::Exchange));
}

#[test]
fn a_decision_names_the_versions_of_its_rules_and_is_the_same_twice() {
    let first = ask(documented(), json!({}));
    assert!(first.rules.contains(&"家用空调器@1995-08-25".to_owned()), "{:?}", first.rules);
    assert_eq!(first, ask(documented(), json!({})));
    let kept = serde_json::to_value(&first).unwrap();
    assert_eq!(kept["coverage"], "free");
    assert_eq!(kept["entitlements"][0]["because"][0]["verified"], true);
}
