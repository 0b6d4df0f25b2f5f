//! 家用汽车产品修理更换退货责任规定 2022, article by article.

use entitlement::{Coverage, Kind, Payer};
use serde_json::{Value, json};

use crate::asked::{ask, because, car, fields, kinds, money, on, over, repairs};

fn km(km: i64) -> Value {
    json!({"usage": {"km": km}})
}

#[test]
fn article_18_three_years_or_sixty_thousand_km_whichever_comes_first() {
    #[rustfmt::skip]
    let cases = [
        ("2029-01-01", 60_000, Coverage::Free), ("2029-01-02", 60_000, Coverage::FullPrice),
        ("2029-01-01", 60_001, Coverage::FullPrice),
    ];
    for (as_of, km_now, coverage) in cases {
        assert_eq!(on(&car(), as_of, km(km_now)).coverage, coverage, "{as_of} {km_now}");
    }
    // 三包有效期: two years or 50,000 km.
    let five = json!({"repairs": repairs("P1", 5)});
    #[rustfmt::skip]
    let cases = [
        ("2028-01-06", 50_000, true), ("2028-01-07", 50_000, false), ("2028-01-06", 50_001, false),
    ];
    for (as_of, km_now, expected) in cases {
        let decision = on(&car(), as_of, over(km(km_now), five.clone()));
        assert_eq!(decision.may(Kind::Return), expected, "{as_of} {km_now}");
    }
    let delivered = json!({"device": {"delivered_on": "2026-03-01"}, "usage": {"km": 100}});
    assert_eq!(on(&car(), "2029-03-01", delivered.clone()).coverage, Coverage::Free);
    assert_eq!(on(&car(), "2029-03-02", delivered).coverage, Coverage::FullPrice);
    let unread = on(&car(), "2028-06-01", json!({"usage": {"km": null}}));
    assert_eq!((unread.coverage, fields(&unread)), (Coverage::Free, vec!["usage.km"]));
}

#[test]
fn article_19_needs_no_paper() {
    let papers = json!({"device": {"invoice": false, "certificate": false}});
    assert_eq!(ask(car(), papers).coverage, Coverage::Free);
}

#[test]
fn article_20_the_assembly_within_sixty_days_and_three_thousand_km() {
    #[rustfmt::skip]
    let cases = [
        ("2026-03-02", 3_000, "发动机", true), ("2026-03-03", 3_000, "发动机", false),
        ("2026-03-02", 3_001, "发动机", false), ("2026-03-02", 3_000, "变速器/齿轮", true),
        ("2026-03-02", 3_000, "动力蓄电池", true), ("2026-03-02", 3_000, "行驶驱动电机", true),
        ("2026-03-02", 3_000, "转向系统", false),
    ];
    for (as_of, km_now, component, expected) in cases {
        let fault = json!({"fault": {"component": component}});
        let decision = on(&car(), as_of, over(km(km_now), fault));
        assert_eq!(decision.may(Kind::Assembly), expected, "{as_of} {km_now} {component}");
    }
}

#[test]
fn article_21_a_loan_car_or_compensation_from_the_sixth_day() {
    for (as_of, expected) in [("2026-02-05", "repair"), ("2026-02-06", "repair loan compensation")]
    {
        let open = json!({"repairs": [{"in": "2026-02-01T09:00"}]});
        assert_eq!(kinds(&on(&car(), as_of, open)), expected, "{as_of}");
    }
    for (out, expected) in [("2026-02-06T09:00", false), ("2026-02-06T09:01", true)] {
        let done = json!({"repairs": [{"in": "2026-02-01T09:00", "out": out}]});
        assert_eq!(ask(car(), done).may(Kind::Compensation), expected, "{out}");
    }
}

#[test]
fn article_22_within_seven_days_if_it_has_to_be_replaced() {
    let fault = json!({"fault": {"component": "发动机", "needs_replacement": true}});
    let last = on(&car(), "2026-01-08", fault.clone());
    assert_eq!(kinds(&last), "repair exchange return compensation");
    assert_eq!(money(&last), (Some(20_000_000), Some(0)));
    assert_eq!(because(&last, Kind::Return)[0], "car22-22");
    assert!(!on(&car(), "2026-01-09", fault.clone()).may(Kind::Return));
    let mendable = over(fault.clone(), json!({"fault": {"needs_replacement": false}}));
    assert!(!on(&car(), "2026-01-08", mendable).may(Kind::Return));
    let open = over(fault, json!({"fault": {"needs_replacement": null}}));
    assert!(fields(&on(&car(), "2026-01-08", open)).contains(&"fault.needs_replacement"));
}

#[test]
fn article_23_five_failures_within_sixty_days_and_three_thousand_km() {
    for problem in ["转向失效", "制动失效", "车身开裂", "燃油泄漏", "动力蓄电池起火"]
    {
        let fault = json!({"fault": {"kind": "serious_safety", "problem": problem}});
        #[rustfmt::skip]
        let cases = [
            ("2026-03-02", 3_000, true), ("2026-03-03", 3_000, false),
            ("2026-03-02", 3_001, false),
        ];
        for (as_of, km_now, expected) in cases {
            let decision = on(&car(), as_of, over(km(km_now), fault.clone()));
            assert_eq!(decision.may(Kind::Return), expected, "{problem} {as_of} {km_now}");
            if expected {
                assert_eq!(money(&decision), (Some(20_000_000), Some(0)), "no use compensation");
            }
        }
    }
}

#[test]
fn article_24_1_two_repairs_of_a_serious_safety_failure() {
    let serious = json!({"fault": {"kind": "serious_safety", "problem": "P1"}});
    for (count, expected) in [(1, false), (2, true)] {
        let decision = ask(car(), over(serious.clone(), json!({"repairs": repairs("P1", count)})));
        assert_eq!(decision.may(Kind::Exchange), expected, "{count}");
    }
    // A new one after two of another.
    let new = over(serious, json!({"repairs": repairs("制动失效", 2)}));
    assert_eq!(because(&ask(car(), new), Kind::Return)[0], "car22-24-1");
    let plain = json!({"repairs": repairs("P1", 2)});
    assert!(!ask(car(), plain).may(Kind::Exchange), "not serious");
}

fn replaced(parts: &[&str]) -> Value {
    let one = |(i, part): (usize, &&str)| {
        let day = format!("2026-{:02}-10", i + 2);
        json!({"in": day, "out": day, "problem": format!("R{i}"), "replaced": [part]})
    };
    parts.iter().enumerate().map(one).collect()
}

#[test]
fn article_24_2_and_3_assemblies_and_main_parts_are_counted_apart() {
    #[rustfmt::skip]
    let cases: &[(&[&str], &str, Option<&str>)] = &[
        (&["发动机"],                  "发动机",      None),
        (&["发动机", "发动机"],        "发动机",      Some("car22-24-2")),
        (&["发动机", "变速器"],        "发动机",      None),
        (&["发动机", "发动机/曲轴"],   "发动机",      None),
        (&["发动机/曲轴", "发动机/曲轴"], "发动机/曲轴", Some("car22-24-3")),
        (&["发动机/曲轴", "发动机/缸盖"], "发动机/曲轴", None),
        (&["制动系统", "制动系统"],    "制动系统",    Some("car22-24-3")),
        (&["污染控制装置", "污染控制装置"], "污染控制装置", Some("car22-24-3")),
        (&["制动系统", "制动系统"],    "发动机",      None),
        (&["雨刮片", "雨刮片"],        "雨刮片",      None),
    ];
    for (parts, component, rule) in cases {
        let case = json!({"fault": {"component": component}, "repairs": replaced(parts)});
        let decision = ask(car(), case);
        let first = because(&decision, Kind::Exchange).first().copied();
        assert_eq!(first, *rule, "{parts:?} {component}");
    }
}

#[test]
fn article_24_4_more_than_thirty_days_or_more_than_four_times() {
    let long = |out: &str, excluded: i64| {
        json!({"usage": {"km": 100}, "repairs": [
        {"in": "2026-02-01T09:00", "out": "2026-02-11T09:00"},
        {"in": "2026-03-01T09:00", "out": out, "excluded_days": excluded}]})
    };
    #[rustfmt::skip]
    let cases = [
        ("2026-03-21T09:00", 0, false), ("2026-03-21T09:01", 0, true),
        ("2026-03-22T09:00", 1, false),
    ];
    for (out, excluded, expected) in cases {
        let decision = ask(car(), long(out, excluded));
        assert_eq!(decision.may(Kind::Return), expected, "{out} {excluded}");
    }
    let times = |count| {
        let day = |i: usize| format!("2026-02-{:02}", i + 1);
        let one = |i| json!({"in": day(i), "out": day(i), "problem": "P1"});
        json!({"repairs": (0..count).map(one).collect::<Value>()})
    };
    assert!(!ask(car(), times(4)).may(Kind::Return));
    assert_eq!(because(&ask(car(), times(5)), Kind::Return)[0], "car22-24-4-times");
}

#[test]
fn article_25_without_the_model_there_is_the_return() {
    let none = json!({"repairs": repairs("P1", 5), "as_of": "2026-07-01",
        "seller": {"same_model_available": false, "consumer_accepts_other_model": false}});
    assert_eq!(kinds(&ask(car(), none)), "repair return compensation");
}

#[test]
fn article_26_what_was_paid_beside_the_car_is_compensated() {
    let decision = on(&car(), "2026-07-01", json!({"repairs": repairs("P1", 5)}));
    assert_eq!(because(&decision, Kind::Compensation), ["car22-26"]);
    let amount = |facts: Value| {
        let case = json!({"repairs": repairs("P1", 5), "facts": facts});
        on(&car(), "2026-07-01", case).entitlement(Kind::Compensation).unwrap().amount_fen
    };
    assert_eq!(amount(json!({})), None, "nobody has said what was paid");
    // 登记费 500, 加装装饰费 3,000 less 1,200 for age, 服务费 2,000.
    let paid = json!({"registration_fen": 50_000, "fittings_fen": 300_000,
        "fittings_depreciation_fen": 120_000, "service_fees_fen": 200_000});
    assert_eq!(amount(paid), Some(430_000));
    assert_eq!(amount(json!({"registration_fen": 50_000})), Some(50_000));
}

#[test]
fn article_27_use_is_compensated_by_km_and_n() {
    let five = json!({"as_of": "2026-07-01", "repairs": repairs("P1", 5)});
    // 200,000 × 8,000 km / 1,000 × 0.5 %.
    let decision = ask(car(), five.clone());
    assert_eq!(money(&decision), (Some(19_200_000), Some(800_000)));
    let said = because(&decision, Kind::Return);
    assert_eq!(said, ["car22-24-4-times", "car22-27", "reg24-18-price"]);
    #[rustfmt::skip]
    let cases = [
        (json!(0.004), 640_000), (json!(0.02), 800_000), (json!(null), 800_000), (json!(0), 0),
    ];
    for (n, deduction) in cases {
        let case = over(five.clone(), json!({"device": {"producer_rate_n": n}}));
        assert_eq!(money(&ask(car(), case)).1, Some(deduction), "{n}");
    }
    for (km_now, deduction) in [(7_999, 799_900), (8_001, 800_100)] {
        let case = over(five.clone(), km(km_now));
        assert_eq!(money(&ask(car(), case)).1, Some(deduction), "{km_now}");
    }
    let odd = over(five, json!({"device": {"price_fen": 19_999_999}, "usage": {"km": 7_777}}));
    assert_eq!(money(&ask(car(), odd)).1, Some(777_699), "777,699.96 rounded down");
}

#[test]
fn article_29_both_terms_restart() {
    let case = over(car(), json!({"device": {"exchanged_on": "2026-07-01"}, "usage": {"km": 100}}));
    assert_eq!(on(&case, "2029-07-01", json!({})).coverage, Coverage::Free);
    assert_eq!(on(&case, "2029-07-02", json!({})).coverage, Coverage::FullPrice);
    let at_once = json!({"fault": {"component": "发动机", "needs_replacement": true}});
    assert!(on(&case, "2026-07-08", at_once.clone()).may(Kind::Return));
    assert!(!on(&case, "2026-07-09", at_once).may(Kind::Return));
}

#[test]
fn article_32_excludes_what_is_proved() {
    for cause in ["misuse", "unauthorised_repair", "force_majeure"] {
        let proved = ask(car(), json!({"fault": {"cause": cause, "evidence": "proved"}}));
        assert_eq!(proved.coverage, Coverage::FullPrice, "{cause}");
        let suspected = ask(car(), json!({"fault": {"cause": cause, "evidence": "suspected"}}));
        assert_eq!(suspected.coverage, Coverage::Free, "{cause}");
    }
}

#[test]
fn article_40_the_term_is_extended_by_beginning_days() {
    let case = over(
        car(),
        json!({"usage": {"km": 100},
        "repairs": [{"in": "2026-02-01T09:00", "out": "2026-02-02T09:00"}]}),
    );
    assert_eq!(on(&case, "2029-01-02", json!({})).coverage, Coverage::Free);
    assert_eq!(on(&case, "2029-01-03", json!({})).coverage, Coverage::FullPrice);
}

#[test]
fn the_seller_pays() {
    let decision = on(&car(), "2026-07-01", json!({"repairs": repairs("P1", 5)}));
    assert!(decision.entitlements.iter().all(|it| it.who_pays == Payer::Seller));
}
