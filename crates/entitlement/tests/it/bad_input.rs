//! What contradicts itself is refused with its field.

use entitlement::{Case, Law, REFUSALS, RuleBook, decide};
use serde_json::{Value, json};

use crate::asked::{car, fridge, over, read};

fn refused(base: Value, edits: Value) -> (String, &'static str) {
    let case = read(&over(base, edits));
    let refused = decide(&case, &RuleBook::law()).unwrap_err();
    assert!(REFUSALS.contains(&refused.code), "{refused}");
    (refused.field, refused.code)
}

#[test]
fn every_contradiction_names_its_field() {
    let repair =
        |edits: Value| json!({"repairs": [over(json!({"in": "2026-02-01T09:00"}), edits)]});
    #[rustfmt::skip]
    let cases = [
        (json!({"device": {"sold_on": "2026-06-02"}}), "device.sold_on", "date.in_future"),
        (json!({"device": {"delivered_on": "2027-01-01"}}), "device.delivered_on", "date.in_future"),
        (json!({"device": {"installed_on": "2025-12-31"}}), "device.installed_on", "date.before_sale"),
        (json!({"device": {"delivered_on": "2026-02-01", "installed_on": "2026-01-05"}}),
            "device.installed_on", "date.before_delivery"),
        (json!({"device": {"installed_on": "2026-01-05", "accepted_on": "2026-01-04"}}),
            "device.accepted_on", "date.before_installation"),
        (json!({"device": {"produced_on": "2026-01-02"}}), "device.sold_on", "date.before_production"),
        (json!({"device": {"exchanged_on": "2025-12-31"}}), "device.exchanged_on", "date.before_sale"),
        (json!({"facts": {"registration_fen": -1}}), "facts.registration_fen", "amount.negative"),
        (json!({"facts": {"fittings_fen": 5, "fittings_depreciation_fen": 6}}),
            "facts.fittings_depreciation_fen", "amount.more_than_paid"),
        (json!({"facts": {"claimed_on": "2025-12-31"}}), "facts.claimed_on", "date.before_sale"),
        (json!({"facts": {"given_back_on": "2026-06-02"}}), "facts.given_back_on", "date.in_future"),
        (json!({"facts": {"certificate_lost_on": "2025-12-31"}}),
            "facts.certificate_lost_on", "date.before_sale"),
        (json!({"as_of": "9999-01-01"}), "as_of", "date.out_of_range"),
        (json!({"device": {"price_fen": 0}}), "device.price_fen", "price.not_positive"),
        (json!({"device": {"price_fen": -1}}), "device.price_fen", "price.not_positive"),
        (json!({"device": {"producer_rate_n": -0.001}}), "device.producer_rate_n", "rate.out_of_range"),
        (json!({"device": {"producer_rate_n": 1.5}}), "device.producer_rate_n", "rate.out_of_range"),
        (json!({"device": {"category": "飞机"}}), "device.category", "category.unknown"),
        (json!({"region": "990000"}), "region", "region.unknown"),
        (json!({"region": "浙江"}), "region", "region.unknown"),
        (json!({"fault": {"exclusion": "gremlins"}}), "fault.exclusion", "exclusion.unknown"),
        (json!({"usage": {"km": -1}}), "usage.km", "usage.negative"),
        (json!({"usage": {"hours": -1}}), "usage.hours", "usage.negative"),
        (over(json!({"usage": {"km": 99}}), repair(json!({"out": "2026-02-02", "km": 100}))),
            "usage.km", "usage.backwards"),
        (repair(json!({"out": "2026-01-31T09:00"})), "repairs[0].out", "repair.ends_before_start"),
        (repair(json!({"out": "2026-06-02T09:00"})), "repairs[0].out", "date.in_future"),
        (repair(json!({"in": "2026-06-02T09:00"})), "repairs[0].in", "date.in_future"),
        (repair(json!({"in": "2025-12-31T09:00"})), "repairs[0].in", "repair.before_sale"),
        (repair(json!({"out": "2026-02-02", "waiting_parts_days": 3})),
            "repairs[0].waiting_parts_days", "repair.more_days_than_it_took"),
        (repair(json!({"out": "2026-02-02", "excluded_days": -1})),
            "repairs[0].excluded_days", "repair.days_negative"),
        (json!({"promises": [{"by": "company", "kind": "repair", "from": "sold_on", "within_days": 0}]}),
            "promises[0].within_days", "promise.not_positive"),
        (json!({"promises": [{"by": "company", "kind": "repair", "from": "sold_on", "coverage": "refuse"}]}),
            "promises[0].coverage", "promise.wrong_coverage"),
    ];
    for (edits, field, code) in cases {
        assert_eq!(refused(fridge(), edits.clone()), (field.to_owned(), code), "{edits}");
    }
}

#[test]
fn repairs_do_not_overlap_whatever_their_order() {
    let first = json!({"in": "2026-02-01T09:00", "out": "2026-02-05T09:00"});
    let inside = json!({"in": "2026-02-05T08:59", "out": "2026-02-06T09:00"});
    let next = json!({"in": "2026-02-05T09:00", "out": "2026-02-06T09:00"});
    let open = json!({"in": "2026-01-20T09:00"});
    let overlap = |all: [&Value; 2]| refused(fridge(), json!({"repairs": all}));
    assert_eq!(overlap([&first, &inside]), ("repairs[1].in".to_owned(), "repair.overlaps"));
    assert_eq!(overlap([&inside, &first]), ("repairs[0].in".to_owned(), "repair.overlaps"));
    assert_eq!(overlap([&open, &first]), ("repairs[1].in".to_owned(), "repair.overlaps"));
    let case = read(&over(fridge(), json!({"repairs": [first, next]})));
    assert!(decide(&case, &RuleBook::law()).is_ok());
}

#[test]
fn readings_never_fall_from_repair_to_repair() {
    let repairs = json!({"repairs": [
        {"in": "2026-03-01", "out": "2026-03-02", "km": 900},
        {"in": "2026-02-01", "out": "2026-02-02", "km": 1_000}]});
    assert_eq!(refused(car(), repairs), ("repairs[0].km".to_owned(), "usage.backwards"));
}

#[test]
fn what_cannot_be_read_is_no_case() {
    for text in [
        "{}",
        r#"{"as_of": "2026-02-30"}"#,
        r#"{"as_of": "2026-02-03", "colour": "red"}"#,
        r#"{"as_of": "2026-02-03", "device": {"price_fen": 1.5}}"#,
        r#"{"as_of": "2026-02-03", "fault": {"cause": "gremlins"}}"#,
        r#"{"as_of": "2026-02-03", "repairs": [{"out": "2026-02-03"}]}"#,
    ] {
        assert!(serde_json::from_str::<Case>(text).is_err(), "{text}");
    }
}

const INSTRUMENT: &str = r#"
[[instrument]]
id = "x"
zh = "规定"
en = "Rule"
from = "2020-01-01"
confidence = "T"
source = "own"
"#;

fn rules(versions: &[(&str, Option<&str>)]) -> String {
    let row = |(from, to): &(&str, Option<&str>)| {
        let to = to.map(|it| format!("to = \"{it}\"\n")).unwrap_or_default();
        format!(
            "[[rule]]\nid = \"x-1\"\ninstrument = \"x\"\ngoods = [\"all\"]\nfrom = \"{from}\"\n{to}"
        )
    };
    versions.iter().map(row).collect()
}

#[test]
fn two_overlapping_versions_of_one_rule_are_refused() {
    let read = |versions: &[(&str, Option<&str>)]| {
        Law::read(INSTRUMENT, &rules(versions), "").map(|it| it.rules.len()).map_err(|it| it.code)
    };
    let (early, late) = (("2020-01-01", Some("2023-12-31")), ("2024-01-01", None));
    assert_eq!(read(&[early, late]), Ok(2));
    assert_eq!(read(&[late, early]), Ok(2));
    assert_eq!(read(&[early, ("2023-12-31", None)]), Err("rule.versions_overlap"));
    assert_eq!(read(&[("2020-01-01", None), late]), Err("rule.versions_overlap"));
}

#[test]
fn a_rule_that_names_what_is_not_there_is_refused() {
    let rule = "[[rule]]\nid = \"x-1\"\ninstrument = \"y\"\ngoods = [\"all\"]\n";
    let refused = Law::read(INSTRUMENT, rule, "").unwrap_err();
    assert_eq!((refused.field.as_str(), refused.code), ("x-1", "rule.unknown_reference"));
    let after =
        "[[rule]]\nid = \"x-1\"\ninstrument = \"x\"\ngoods = [\"all\"]\nwhen = {after = [\"z\"]}\n";
    assert_eq!(Law::read(INSTRUMENT, after, "").unwrap_err().code, "rule.unknown_reference");
    assert_eq!(Law::read(INSTRUMENT, "colour = 1", "").unwrap_err().code, "rules.not_readable");
    assert_eq!(Law::read(INSTRUMENT, "", "head\nrow").unwrap_err().code, "goods.not_readable");
}
