//! 农业机械产品修理更换退货责任规定 2010 (not the text of 1998).

use entitlement::{Coverage, Kind};
use serde_json::{Value, json};

use crate::asked::{because, fields, fridge, kinds, money, on, over, repairs};

fn tractor() -> Value {
    over(fridge(), json!({"device": {"category": "大中型拖拉机", "price_fen": 8_000_000}}))
}

#[test]
fn there_is_no_choice_of_the_first_days() {
    assert_eq!(kinds(&on(&tractor(), "2026-01-02", json!({}))), "repair");
}

#[test]
fn not_mended_within_thirty_working_days() {
    // Plain weekdays: thirty after Monday the second of February are over on the 16th of March.
    for (as_of, expected) in [("2026-03-16", false), ("2026-03-17", true)] {
        let open = json!({"repairs": [{"in": "2026-02-02T09:00"}]});
        let decision = on(&tractor(), as_of, open);
        assert_eq!(decision.may(Kind::Exchange), expected, "{as_of}");
    }
}

#[test]
fn a_serious_problem_again_after_two_repairs_replaces_the_part() {
    let serious = json!({"fault": {"kind": "serious_safety", "component": "气缸盖"}});
    for (count, expected) in [(1, false), (2, true)] {
        let case = over(serious.clone(), json!({"repairs": repairs("P1", count)}));
        let decision = on(&tractor(), "2026-06-01", case);
        assert_eq!(decision.may(Kind::Assembly), expected, "{count}");
    }
}

#[test]
fn a_general_problem_within_thirty_days_of_the_first_season() {
    let case = json!({"device": {"first_season_from": "2026-04-01"}, "repairs": repairs("P1", 2)});
    for (as_of, expected) in [("2026-05-01", true), ("2026-05-02", false)] {
        let decision = on(&tractor(), as_of, case.clone());
        assert_eq!(decision.may(Kind::Assembly), expected, "{as_of}");
    }
    let unknown = on(&tractor(), "2026-05-01", json!({"repairs": repairs("P1", 2)}));
    assert_eq!(fields(&unknown), ["device.first_season_from"]);
}

#[test]
fn the_same_problem_after_the_part_was_replaced_exchanges_the_machine() {
    let parted = |count: usize| {
        let mut all = repairs("P1", count);
        all[count - 1]["replaced"] = json!(["气缸盖"]);
        json!({"fault": {"component": "气缸盖"}, "repairs": all})
    };
    assert!(!on(&tractor(), "2026-06-01", parted(2)).may(Kind::Exchange), "before two repairs");
    assert!(on(&tractor(), "2026-06-01", parted(3)).may(Kind::Exchange));
}

#[test]
fn the_same_problem_after_the_exchange_gives_the_price_back() {
    let case = json!({"device": {"exchanged_on": "2026-05-01"}, "repairs": repairs("P1", 2)});
    let decision = on(&tractor(), "2026-06-01", case);
    assert_eq!(money(&decision), (Some(8_000_000), Some(0)));
    assert!(decision.reasons.iter().any(|it| it.code == "warranty.unverified"));
    let none = json!({"repairs": [{"in": "2026-02-02T09:00"}], "seller":
        {"same_model_available": false, "consumer_accepts_other_model": false}});
    let decision = on(&tractor(), "2026-03-17", none);
    assert_eq!(because(&decision, Kind::Return)[0], "farm10-no-model");
}

#[test]
fn annex_1_has_the_terms_of_units_and_main_parts() {
    #[rustfmt::skip]
    let cases = [
        ("多缸柴油机",   "2027-01-01", "2028-01-01"), ("单缸柴油机", "2026-10-01", "2027-07-01"),
        ("二冲程汽油机", "2026-04-01", "2026-07-01"), ("四冲程汽油机", "2026-07-01", "2027-01-01"),
        ("大中型拖拉机", "2027-01-01", "2028-01-01"), ("小型拖拉机", "2026-10-01", "2027-07-01"),
        ("联合收割机",   "2027-01-01", "2028-01-01"), ("插秧机",     "2027-01-01", "2028-01-01"),
    ];
    for (category, unit, part) in cases {
        let case = over(tractor(), json!({"device": {"category": category}}));
        let main = json!({"fault": {"component": "主要部件"}});
        for (edits, last) in [(json!({}), unit), (main, part)] {
            let last: jiff::civil::Date = last.parse().unwrap();
            let after = last.tomorrow().unwrap().to_string();
            let free = on(&case, &last.to_string(), edits.clone()).coverage;
            assert_eq!(free, Coverage::Free, "{category} {last}");
            let over = on(&case, &after, edits).coverage;
            assert_eq!(over, Coverage::FullPrice, "{category} {after}");
        }
    }
}

#[test]
fn what_the_user_did_is_not_covered() {
    for cause in ["misuse", "unauthorised_repair", "force_majeure"] {
        let decision = on(&tractor(), "2026-06-01", json!({"fault": {"cause": cause}}));
        assert_eq!(decision.coverage, Coverage::FullPrice, "{cause}");
    }
}
