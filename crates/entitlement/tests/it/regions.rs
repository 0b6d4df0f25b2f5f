//! 浙江, 上海, 山东: what holds there beside the law of the whole country.

use entitlement::{Bearer, Coverage, Kind};
use serde_json::{Value, json};

use crate::asked::{ask, because, car, fields, fridge, kinds, money, on, over, repairs};

fn in_zhejiang() -> Value {
    over(fridge(), json!({"region": "330100"}))
}

#[test]
fn zhejiang_seven_and_fifteen_days() {
    #[rustfmt::skip]
    let cases = [
        ("2026-01-08", "repair exchange return"), ("2026-01-09", "repair exchange"),
        ("2026-01-16", "repair exchange"), ("2026-01-17", "repair"),
    ];
    for (as_of, expected) in cases {
        assert_eq!(kinds(&on(&in_zhejiang(), as_of, json!({}))), expected, "{as_of}");
    }
}

#[test]
fn zhejiang_takes_no_depreciation_and_no_fee_for_use() {
    let twice = json!({"as_of": "2026-05-01", "repairs": repairs("P1", 2)});
    let there = ask(in_zhejiang(), twice.clone());
    assert_eq!(money(&there), (Some(399_900), Some(0)));
    assert!(because(&there, Kind::Return).contains(&"zj17-no-fee"));
    let elsewhere = ask(fridge(), twice.clone());
    assert_eq!(money(&elsewhere).1, Some(23_594));
    let unknown = ask(over(fridge(), json!({"region": null})), twice);
    assert!(fields(&unknown).contains(&"region"));
    let five = json!({"region": "330100", "as_of": "2026-07-01", "repairs": repairs("P1", 5)});
    assert_eq!(money(&ask(car(), five)).1, Some(0));
}

#[test]
fn zhejiang_lends_a_unit_after_five_days() {
    for (as_of, expected) in [("2026-02-06", false), ("2026-02-07", true)] {
        let open = json!({"repairs": [{"in": "2026-02-01T09:00"}]});
        assert_eq!(on(&in_zhejiang(), as_of, open.clone()).may(Kind::Loan), expected, "{as_of}");
        assert!(!on(&fridge(), as_of, open).may(Kind::Loan));
    }
}

#[test]
fn zhejiang_two_repairs_or_more_than_thirty_five_days() {
    let twice = json!({"repairs": repairs("P1", 2)});
    assert!(because(&ask(in_zhejiang(), twice), Kind::Return).contains(&"zj17-two-repairs"));
    for (out, expected) in [("2026-03-07", false), ("2026-03-08", true)] {
        let long = json!({"repairs": [{"in": "2026-02-01", "out": out}]});
        assert_eq!(ask(in_zhejiang(), long).may(Kind::Return), expected, "{out}");
    }
}

#[test]
fn zhejiang_a_repaired_part_is_covered_for_thirty_days_and_a_new_one_anew() {
    let old = over(
        in_zhejiang(),
        json!({"device": {"category": "家用空调器",
        "sold_on": "2023-04-01"}, "fault": {"component": "压缩机"}}),
    );
    let done = json!({"repairs": [
        {"in": "2026-03-01", "out": "2026-03-10", "problem": "P1", "replaced": ["压缩机"]}]});
    assert_eq!(on(&old, "2029-03-10", done.clone()).coverage, Coverage::Free);
    assert_eq!(on(&old, "2029-03-11", done.clone()).coverage, Coverage::FullPrice);
    let elsewhere = over(done, json!({"region": "440100"}));
    assert_eq!(on(&old, "2026-04-12", elsewhere).coverage, Coverage::FullPrice);
    let late = over(
        in_zhejiang(),
        json!({"device": {"category": "电风扇", "sold_on": "2023-01-01"},
        "repairs": [{"in": "2026-03-01", "out": "2026-03-10", "problem": "P1"}]}),
    );
    let last = on(&late, "2026-04-09", json!({}));
    assert!(because(&last, Kind::Repair).contains(&"zj17-30"));
    assert_eq!(on(&late, "2026-04-10", json!({})).coverage, Coverage::FullPrice);
}

#[test]
fn zhejiang_the_operator_proves_for_the_whole_term() {
    for (as_of, bearer) in [("2027-01-01", Bearer::Operator), ("2027-01-02", Bearer::Consumer)] {
        let decision = on(&in_zhejiang(), as_of, json!({}));
        assert_eq!(decision.burden_of_proof, bearer, "{as_of}");
    }
    assert_eq!(on(&fridge(), "2026-07-02", json!({})).burden_of_proof, Bearer::Consumer);
}

#[test]
fn shanghai_six_months_for_goods_generally() {
    let phones = over(fridge(), json!({"device": {"category": "外接有线耳机"}}));
    let there = over(phones.clone(), json!({"region": "310000"}));
    assert_eq!(kinds(&on(&there, "2026-07-01", json!({}))), "repair");
    assert_eq!(kinds(&on(&there, "2026-07-02", json!({}))), "");
    assert_eq!(on(&phones, "2026-07-01", json!({})).coverage, Coverage::FullPrice);
}

#[test]
fn shandong_not_mended_in_thirty_days_without_a_reason() {
    let there = over(fridge(), json!({"region": "370100"}));
    #[rustfmt::skip]
    let cases = [
        ("2026-03-03", json!(null), false), ("2026-03-04", json!(null), true),
        ("2026-03-04", json!("parts"), false), ("2026-03-04", json!("repairer"), true),
    ];
    for (as_of, delay_by, expected) in cases {
        let open = json!({"repairs": [{"in": "2026-02-01T09:00", "delay_by": delay_by}]});
        assert_eq!(on(&there, as_of, open).may(Kind::Return), expected, "{as_of} {delay_by}");
    }
}

#[test]
fn shandong_adds_telephones_and_cameras_to_the_burden_of_proof() {
    for category in ["手机主机", "摄像机"] {
        let case = |region: &str| {
            let device = json!({"category": category});
            json!({"region": region, "as_of": "2026-07-01", "device": device})
        };
        assert_eq!(ask(fridge(), case("370100")).burden_of_proof, Bearer::Operator);
        assert_eq!(ask(fridge(), case("440100")).burden_of_proof, Bearer::Consumer);
    }
}
