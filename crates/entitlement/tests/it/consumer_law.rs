//! 消费者权益保护法 and its regulation of 2024.

use std::sync::Arc;

use entitlement::{Bearer, Category, Coverage, Kind, Own, Payer, RuleBook, decide};
use serde_json::json;

use crate::asked::{ask, because, fridge, kinds, money, on, over, read};

#[test]
fn article_23_the_operator_proves_for_six_months_of_receiving_durable_goods() {
    let case = over(fridge(), json!({"device": {"delivered_on": "2026-01-05"}}));
    for (as_of, bearer) in [("2026-07-05", Bearer::Operator), ("2026-07-06", Bearer::Consumer)] {
        let decision = on(&case, as_of, json!({}));
        assert_eq!(decision.burden_of_proof, bearer, "{as_of}");
    }
    let fan = json!({"device": {"category": "电风扇"}});
    assert_eq!(ask(fridge(), fan).burden_of_proof, Bearer::Consumer, "not among those named");
}

#[test]
fn article_24_goods_without_rules_of_their_own_are_given_back_within_seven_days() {
    let categories = vec![Category { name: "太阳能热水器".to_owned(), consumer: true }];
    let book = RuleBook::law().with(Own { categories, ..Own::default() }).unwrap();
    let heater = over(
        fridge(),
        json!({"device": {"category": "太阳能热水器",
        "delivered_on": "2026-01-05"}}),
    );
    for (as_of, expected) in [("2026-01-12", "return"), ("2026-01-13", "")] {
        let case = read(&over(heater.clone(), json!({"as_of": as_of})));
        assert_eq!(kinds(&decide(&case, &book).unwrap()), expected, "{as_of}");
    }
}

#[test]
fn article_25_bought_over_the_network_it_goes_back_without_a_reason() {
    let case = over(
        fridge(),
        json!({"facts": {"distance_sale": true},
        "device": {"delivered_on": "2026-02-01"}, "fault": {"kind": "cosmetic"}}),
    );
    let last = on(&case, "2026-02-08", json!({}));
    let back = last.entitlement(Kind::Return).unwrap();
    assert_eq!((back.who_pays, back.refund_fen), (Payer::Consumer, Some(399_900)));
    assert!(!on(&case, "2026-02-09", json!({})).may(Kind::Return));
}

#[test]
fn article_54_found_unqualified_it_goes_back_on_demand() {
    let case = json!({"facts": {"found_unqualified": true}, "fault": {"cause": "misuse"}});
    let decision = on(&fridge(), "2030-01-01", case);
    assert_eq!(because(&decision, Kind::Return), ["crpl-54", "reg24-18-price"]);
}

#[test]
fn article_55_fraud_costs_three_times_the_price_and_at_least_five_hundred() {
    for (price, amount) in [(399_900, 1_199_700), (16_666, 50_000), (16_667, 50_001)] {
        let case = json!({"facts": {"fraud": true}, "device": {"price_fen": price}});
        let decision = ask(fridge(), case);
        let paid = decision.entitlement(Kind::Compensation).unwrap().amount_fen;
        assert_eq!(paid, Some(amount), "{price}");
    }
}

#[test]
fn regulation_18_the_term_begins_with_the_installation_else_with_the_delivery() {
    #[rustfmt::skip]
    let cases = [
        (json!({}), "2027-01-01"),
        (json!({"delivered_on": "2026-01-05"}), "2027-01-05"),
        (json!({"delivered_on": "2026-01-05", "installed_on": "2026-01-09"}), "2027-01-09"),
        (json!({"installed_on": "2026-01-09"}), "2027-01-09"),
    ];
    for (days, last) in cases {
        let case = over(fridge(), json!({"device": days}));
        let last: jiff::civil::Date = last.parse().unwrap();
        let after = last.tomorrow().unwrap();
        assert_eq!(on(&case, &last.to_string(), json!({})).coverage, Coverage::Free, "{last}");
        let over = on(&case, &after.to_string(), json!({})).coverage;
        assert_eq!(over, Coverage::FullPrice, "{after}");
    }
    // The limits in days as well.
    let case = over(fridge(), json!({"device": {"installed_on": "2026-01-09"}}));
    assert!(on(&case, "2026-01-16", json!({})).may(Kind::Return));
    assert!(!on(&case, "2026-01-17", json!({})).may(Kind::Return));
}

#[test]
fn regulation_18_restarts_after_an_exchange_and_does_not_count_the_repair() {
    let case = over(
        fridge(),
        json!({"device": {"exchanged_on": "2026-03-01"},
        "repairs": [{"in": "2026-02-01", "out": "2026-02-20"},
                    {"in": "2026-04-01", "out": "2026-04-02"}]}),
    );
    assert_eq!(on(&case, "2027-03-03", json!({})).coverage, Coverage::Free);
    assert_eq!(on(&case, "2027-03-04", json!({})).coverage, Coverage::FullPrice);
}

#[test]
fn regulation_18_gives_back_the_price_of_the_invoice() {
    let decision = on(&fridge(), "2026-01-08", json!({}));
    assert_eq!(money(&decision), (Some(399_900), Some(0)));
    assert!(because(&decision, Kind::Return).contains(&"reg24-18-price"));
}

#[test]
fn two_books_of_the_same_law_decide_alike() {
    let book = RuleBook::law();
    let law = entitlement::Law::read(
        include_str!("../../data/instruments.toml"),
        include_str!("../../data/rules.toml"),
        include_str!("../../data/goods.tsv"),
    );
    let other = RuleBook::of(Arc::new(law.unwrap()));
    let case = read(&fridge());
    assert_eq!(decide(&case, &book), decide(&case, &other));
}
