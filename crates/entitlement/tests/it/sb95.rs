//! 部分商品修理更换退货责任规定 1995, article by article, the day before and the day after.

use entitlement::{Coverage, Kind, Payer};
use serde_json::json;

use crate::asked::{ask, because, fields, fridge, kinds, money, on, over, repairs};

#[test]
fn article_7_a_repaired_unit_works_for_thirty_days() {
    let case = over(
        fridge(),
        json!({"device": {"sold_on": "2024-01-01"},
        "repairs": [{"in": "2026-02-01", "out": "2026-02-03", "problem": "P1", "fixed": true}]}),
    );
    let last = on(&case, "2026-03-05", json!({}));
    assert_eq!((last.coverage, kinds(&last).as_str()), (Coverage::Free, "repair"));
    assert_eq!(last.entitlements[0].who_pays, Payer::Repairer);
    assert_eq!(because(&last, Kind::Repair), ["sb95-7"]);
    let after = on(&case, "2026-03-06", json!({}));
    assert_eq!((after.coverage, kinds(&after).as_str()), (Coverage::FullPrice, ""));
    let other = on(&case, "2026-03-05", json!({"fault": {"problem": "P2"}}));
    assert_eq!(other.coverage, Coverage::FullPrice, "another problem is another repair");
}

#[test]
fn article_8_time_in_repair_and_waiting_for_parts_extends_the_term() {
    let case = over(
        fridge(),
        json!({"repairs": [
        {"in": "2026-02-01T09:00", "out": "2026-02-15T17:00", "waiting_parts_days": 10}]}),
    );
    assert_eq!(on(&case, "2027-01-16", json!({})).coverage, Coverage::Free);
    assert_eq!(on(&case, "2027-01-17", json!({})).coverage, Coverage::FullPrice);
    // Before the regulation of 2024 the term began with the invoice, wherever it was delivered.
    let old = json!({"as_of": "2024-06-30", "device": {"sold_on": "2023-06-01",
        "delivered_on": "2023-06-20", "installed_on": "2023-07-05"}});
    assert_eq!(ask(fridge(), old.clone()).coverage, Coverage::FullPrice);
    let new = over(old, json!({"as_of": "2024-07-01"}));
    assert_eq!(ask(fridge(), new).coverage, Coverage::Free);
}

#[test]
fn article_9_within_seven_days_return_exchange_or_repair() {
    let last = on(&fridge(), "2026-01-08", json!({}));
    assert_eq!(kinds(&last), "repair exchange return");
    assert_eq!(money(&last), (Some(399_900), Some(0)));
    assert_eq!(because(&last, Kind::Return), ["sb95-9", "reg24-18-price"]);
    assert_eq!(last.entitlement(Kind::Return).unwrap().who_pays, Payer::Seller);
    assert_eq!(kinds(&on(&fridge(), "2026-01-09", json!({}))), "repair exchange");
    let scratch = on(&fridge(), "2026-01-08", json!({"fault": {"kind": "cosmetic"}}));
    assert_eq!(kinds(&scratch), "repair", "no fault of performance");
}

#[test]
fn article_10_within_fifteen_days_exchange_or_repair() {
    let last = on(&fridge(), "2026-01-16", json!({}));
    assert_eq!(kinds(&last), "repair exchange");
    assert_eq!(because(&last, Kind::Exchange), ["sb95-10"]);
    assert_eq!(kinds(&on(&fridge(), "2026-01-17", json!({}))), "repair");
}

#[test]
fn article_11_repaired_twice_and_still_not_working() {
    #[rustfmt::skip]
    let cases = [
        (repairs("P1", 1), "repair"),
        (repairs("P1", 2), "repair exchange return"),
        (repairs("P2", 2), "repair"),
    ];
    for (repairs, expected) in cases {
        let decision = ask(fridge(), json!({"repairs": repairs}));
        assert_eq!(kinds(&decision), expected, "{repairs}");
    }
    let twice = json!({"repairs": repairs("P1", 2)});
    // The last day of the term, two days of repair added; and the day after it.
    assert!(on(&fridge(), "2027-01-03", twice.clone()).may(Kind::Exchange));
    assert!(!on(&fridge(), "2027-01-04", twice.clone()).may(Kind::Exchange));
    let unnamed = over(fridge(), json!({"fault": {"problem": null}}));
    let decision = ask(unnamed, twice);
    assert!(!decision.may(Kind::Exchange));
    assert_eq!(fields(&decision), ["fault.problem"]);
}

#[test]
fn article_12_parts_not_supplied_for_more_than_ninety_days() {
    for (as_of, expected) in [("2026-05-02", false), ("2026-05-03", true)] {
        let open = json!({"repairs": [{"in": "2026-02-01T09:00", "delay_by": "parts"}]});
        let decision = on(&fridge(), as_of, open);
        assert_eq!(decision.may(Kind::Exchange), expected, "{as_of}");
    }
    for (days, expected) in [(90, false), (91, true)] {
        let waited = json!({"repairs": [{"in": "2026-02-01T09:00", "waiting_parts_days": days}]});
        let decision = on(&fridge(), "2026-05-10", waited);
        assert_eq!(decision.may(Kind::Exchange), expected, "{days}");
    }
    let why = on(&fridge(), "2026-05-10", json!({"repairs": [{"in": "2026-02-01T09:00"}]}));
    assert_eq!(fields(&why), ["repairs[0].delay_by"]);
}

#[test]
fn article_12_the_repairer_s_own_fault_for_more_than_thirty_days() {
    for (as_of, expected) in [("2026-03-03", false), ("2026-03-04", true)] {
        let open = json!({"repairs": [{"in": "2026-02-01T09:00", "delay_by": "repairer"}]});
        let decision = on(&fridge(), as_of, open);
        assert_eq!(decision.may(Kind::Exchange), expected, "{as_of}");
        let payer = decision.entitlement(Kind::Exchange).map(|it| it.who_pays);
        assert_eq!(payer, expected.then_some(Payer::Repairer));
    }
}

#[test]
fn article_13_no_same_model_and_no_other_wished_is_a_return_without_depreciation() {
    let twice = json!({"repairs": repairs("P1", 2)});
    let seller = |same: bool, other: bool| {
        json!({"seller":
        {"same_model_available": same, "consumer_accepts_other_model": other}})
    };
    let none = ask(over(fridge(), twice.clone()), seller(false, false));
    assert_eq!(kinds(&none), "repair return", "there is nothing to exchange it for");
    assert_eq!(money(&none), (Some(399_900), Some(0)));
    assert_eq!(because(&none, Kind::Return)[0], "sb95-13-no-model");
    let other = ask(over(fridge(), twice.clone()), seller(false, true));
    assert_eq!(kinds(&other), "repair exchange");
    // Not of the choice of the first fifteen days.
    let early = over(seller(false, false), json!({"as_of": "2026-01-16"}));
    assert!(!ask(fridge(), early).may(Kind::Return));
}

#[test]
fn article_13_a_return_although_there_is_one_is_less_depreciation() {
    // 120 days from the invoice, 15 of them in repair: 3,999 × 0.05 % × 105.
    let case = json!({"as_of": "2026-05-01", "repairs": [
        {"in": "2026-02-01T09:00", "out": "2026-02-10T17:00", "problem": "P1"},
        {"in": "2026-03-01T09:00", "out": "2026-03-05T17:00", "problem": "P1"}]});
    let decision = ask(fridge(), case.clone());
    assert_eq!(money(&decision), (Some(378_906), Some(20_994)));
    assert_eq!(because(&decision, Kind::Return)[0], "sb95-13-wish");
    // A day before and a day after: 104 and 106 days.
    let on = |as_of| money(&ask(fridge(), over(case.clone(), json!({"as_of": as_of})))).1;
    assert_eq!((on("2026-04-30"), on("2026-05-02")), (Some(20_794), Some(21_194)));
    let unknown = ask(fridge(), over(case.clone(), json!({"seller": null})));
    assert_eq!(money(&unknown).1, Some(20_994));
    assert_eq!(fields(&unknown), ["seller.same_model_available"]);
    let priceless = ask(fridge(), over(case, json!({"device": {"price_fen": null}})));
    assert_eq!(money(&priceless), (None, None));
    assert_eq!(fields(&priceless), ["device.price_fen"]);
}

#[test]
fn article_14_the_term_restarts_with_the_exchange() {
    let case = over(
        fridge(),
        json!({"device": {"exchanged_on": "2026-07-01"},
        "repairs": repairs("P1", 2)}),
    );
    for (as_of, coverage) in [("2027-07-01", Coverage::Free), ("2027-07-02", Coverage::FullPrice)] {
        let decision = on(&case, as_of, json!({}));
        assert_eq!(decision.coverage, coverage, "{as_of}");
        assert!(!decision.may(Kind::Exchange), "the repairs were those of the other unit");
    }
}

#[test]
fn article_17_what_is_excluded_has_to_be_proved() {
    #[rustfmt::skip]
    let cases = [
        ("misuse",              "proved",    Coverage::FullPrice, ""),
        ("unauthorised_repair", "proved",    Coverage::FullPrice, ""),
        ("force_majeure",       "proved",    Coverage::FullPrice, ""),
        ("transport",           "proved",    Coverage::FullPrice, ""),
        ("misuse",              "suspected", Coverage::Free,      "repair exchange return"),
        ("misuse",              "none",      Coverage::Free,      "repair exchange return"),
        ("quality",             "proved",    Coverage::Free,      "repair exchange return"),
        ("unknown",             "proved",    Coverage::Free,      "repair exchange return"),
    ];
    for (cause, evidence, coverage, expected) in cases {
        let fault = json!({"fault": {"cause": cause, "evidence": evidence}});
        let decision = on(&fridge(), "2026-01-05", fault);
        assert_eq!(decision.coverage, coverage, "{cause} {evidence}");
        assert_eq!(kinds(&decision), expected, "{cause} {evidence}");
    }
    let named = on(&fridge(), "2026-01-05", json!({"fault": {"cause": "misuse"}}));
    assert_eq!(named.coverage, Coverage::FullPrice, "a cause that is named is proved");
    let suspected = json!({"fault": {"cause": "misuse", "evidence": "suspected"}});
    assert_eq!(fields(&on(&fridge(), "2026-01-05", suspected)), ["fault.evidence"]);
}

#[test]
fn article_17_neither_certificate_nor_invoice() {
    #[rustfmt::skip]
    let cases = [
        (json!(false), json!(false), Coverage::FullPrice, vec![]),
        (json!(true),  json!(false), Coverage::Free,      vec![]),
        (json!(false), json!(true),  Coverage::Free,      vec![]),
        (json!(null),  json!(null),  Coverage::Free,      vec!["device.invoice"]),
        (json!(false), json!(null),  Coverage::Free,      vec!["device.certificate"]),
    ];
    for (invoice, certificate, coverage, asked) in cases {
        let papers = json!({"device": {"invoice": invoice, "certificate": certificate}});
        let decision = ask(fridge(), papers.clone());
        assert_eq!((decision.coverage, fields(&decision)), (coverage, asked), "{papers}");
    }
}
