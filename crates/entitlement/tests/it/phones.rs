//! 移动电话机, 固定电话机, 微型计算机, 家用视听商品: their own rules.

use entitlement::{Coverage, Kind, Payer};
use serde_json::{Value, json};

use crate::asked::{ask, because, fridge, kinds, money, on, over, repairs};

fn of(category: &str) -> Value {
    over(fridge(), json!({"device": {"category": category, "price_fen": 500_000}}))
}

#[test]
fn each_of_them_has_seven_and_fifteen_days() {
    for category in ["手机主机", "固定电话机", "微型计算机", "家用视盘机"] {
        let case = of(category);
        #[rustfmt::skip]
        let days = [
            ("2026-01-08", "repair exchange return"), ("2026-01-09", "repair exchange"),
            ("2026-01-16", "repair exchange"), ("2026-01-17", "repair"),
            ("2027-01-01", "repair"), ("2027-01-02", ""),
        ];
        for (as_of, expected) in days {
            assert_eq!(kinds(&on(&case, as_of, json!({}))), expected, "{category} {as_of}");
        }
    }
}

#[test]
fn each_of_them_is_exchanged_after_two_repairs() {
    for category in ["手机主机", "固定电话机", "微型计算机", "家用视盘机"] {
        let once = ask(of(category), json!({"repairs": repairs("P1", 1)}));
        assert_eq!(kinds(&once), "repair", "{category}");
        let twice = ask(of(category), json!({"repairs": repairs("P1", 2)}));
        assert_eq!(kinds(&twice), "repair exchange return", "{category}");
    }
}

#[test]
fn sixty_days_for_parts_and_thirty_by_the_repairer() {
    for category in ["手机主机", "固定电话机", "微型计算机"] {
        #[rustfmt::skip]
        let cases = [
            ("parts",    "2026-04-02", None), ("parts",    "2026-04-03", Some(Payer::Seller)),
            ("repairer", "2026-03-03", None), ("repairer", "2026-03-04", Some(Payer::Repairer)),
        ];
        for (delay_by, as_of, payer) in cases {
            let open = json!({"repairs": [{"in": "2026-02-01T09:00", "delay_by": delay_by}]});
            let decision = on(&of(category), as_of, open);
            let found = decision.entitlement(Kind::Exchange).map(|it| it.who_pays);
            assert_eq!(found, payer, "{category} {delay_by} {as_of}");
        }
    }
}

#[test]
fn a_phone_loses_half_a_percent_a_day() {
    // 60 days from the invoice, 7 of them in repair: 5,000 × 0.5 % × 53.
    let case = json!({"as_of": "2026-03-02", "repairs": [
        {"in": "2026-01-20T09:00", "out": "2026-01-23T17:00", "problem": "P1"},
        {"in": "2026-02-10T09:00", "out": "2026-02-12T17:00", "problem": "P1"}]});
    assert_eq!(money(&ask(of("手机主机"), case.clone())), (Some(367_500), Some(132_500)));
    let none = json!({"seller": {"same_model_available": false,
                                 "consumer_accepts_other_model": false}});
    let back = ask(over(of("手机主机"), case), none);
    assert_eq!(money(&back), (Some(500_000), Some(0)));
    assert_eq!(because(&back, Kind::Return)[0], "mp01-no-model");
}

#[test]
fn accessories_are_exchanged_and_after_two_exchanges_given_back() {
    #[rustfmt::skip]
    let cases = [
        ("手机电池", "2026-07-01", "2026-07-02"), ("手机充电器", "2027-01-01", "2027-01-02"),
        ("移动终端卡", "2027-01-01", "2027-01-02"), ("数据接口卡", "2027-01-01", "2027-01-02"),
        ("外接有线耳机", "2026-04-01", "2026-04-02"),
    ];
    for (category, last, after) in cases {
        let case = over(of(category), json!({"device": {"price_fen": 9_900}}));
        assert_eq!(kinds(&on(&case, last, json!({}))), "exchange", "{category}");
        assert_eq!(on(&case, last, json!({})).coverage, Coverage::Free, "{category}");
        assert_eq!(kinds(&on(&case, after, json!({}))), "", "{category}");
    }
    let swap =
        |day: &str| json!({"in": day, "out": day, "problem": "P1", "replaced": ["手机电池"]});
    let once = json!({"repairs": [swap("2026-02-01")]});
    assert_eq!(kinds(&on(&of("手机电池"), "2026-03-15", once)), "exchange");
    let twice = json!({"repairs": [swap("2026-02-01"), swap("2026-03-01")]});
    let decision = on(&of("手机电池"), "2026-03-15", twice);
    assert_eq!((kinds(&decision).as_str(), money(&decision).1), ("exchange return", Some(0)));
}

#[test]
fn fixed_15_and_16_a_return_with_and_without_depreciation() {
    let twice = json!({"as_of": "2026-05-01", "repairs": repairs("P1", 2)});
    let decision = ask(of("固定电话机"), twice.clone());
    // 120 days less 2 of repair: 5,000 × 0.25 % × 118.
    assert_eq!(money(&decision), (Some(352_500), Some(147_500)));
    assert_eq!(because(&decision, Kind::Return)[0], "fp01-16");
    let none = json!({"seller": {"same_model_available": false,
                                 "consumer_accepts_other_model": false}});
    let back = ask(over(of("固定电话机"), twice), none);
    assert_eq!((money(&back).1, because(&back, Kind::Return)[0]), (Some(0), "fp01-15"));
}

#[test]
fn fixed_18_the_term_restarts() {
    let case = over(of("固定电话机"), json!({"device": {"exchanged_on": "2026-07-01"}}));
    assert_eq!(on(&case, "2027-07-01", json!({})).coverage, Coverage::Free);
    assert_eq!(on(&case, "2027-07-02", json!({})).coverage, Coverage::FullPrice);
}

#[test]
fn fixed_20_a_loan_telephone_after_three_days() {
    for (as_of, expected) in [("2026-02-04", false), ("2026-02-05", true)] {
        let open = json!({"repairs": [{"in": "2026-02-01T09:00"}]});
        assert_eq!(on(&of("固定电话机"), as_of, open).may(Kind::Loan), expected, "{as_of}");
    }
}

#[test]
fn computer_9_and_10_without_papers_repair_and_exchange_are_due_still() {
    let papers = json!({"device": {"invoice": false, "certificate": false}});
    let decision = on(&of("微型计算机"), "2026-01-05", papers.clone());
    assert_eq!(kinds(&decision), "repair exchange");
    let phone = on(&of("手机主机"), "2026-01-05", papers);
    assert_eq!((phone.coverage, kinds(&phone).as_str()), (Coverage::FullPrice, ""));
}

#[test]
fn a_computer_loses_a_quarter_of_a_percent_a_day() {
    let twice = json!({"as_of": "2026-05-01", "repairs": repairs("P1", 2)});
    assert_eq!(money(&ask(of("微型计算机"), twice)), (Some(352_500), Some(147_500)));
}

#[test]
fn a_rate_that_nobody_has_seen_is_not_invented() {
    let twice = json!({"as_of": "2026-05-01", "repairs": repairs("P1", 2)});
    let decision = ask(of("家用视盘机"), twice);
    assert_eq!(money(&decision), (None, None));
    assert!(decision.reasons.iter().any(|it| it.code == "warranty.rate_unknown"));
    assert!(decision.reasons.iter().any(|it| it.code == "warranty.unverified"));
}
