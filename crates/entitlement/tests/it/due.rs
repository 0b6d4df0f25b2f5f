//! By when something has to be done: each limit with the day before and the day after it.

use entitlement::{Decision, Kind};
use serde_json::{Value, json};

use crate::asked::{because, car, fridge, money, on, over, read, repairs};

fn due(decision: &Decision, rule: &str) -> Option<String> {
    let found = decision.due.iter().find(|it| it.clause.rule == rule);
    found.map(|it| it.by.to_string())
}

fn tractor() -> Value {
    over(fridge(), json!({"device": {"category": "大中型拖拉机"}}))
}

#[test]
fn farm_2010_thirty_working_days_and_in_the_busy_season_three_or_one() {
    let open = json!({"repairs": [{"in": "2026-02-02T09:00"}]});
    let plain = on(&tractor(), "2026-02-03", open.clone());
    // Plain weekdays after Monday the second of February.
    assert_eq!(due(&plain, "farm10-repair").as_deref(), Some("2026-03-16"));
    assert_eq!(due(&plain, "farm10-season-main"), None, "nobody says that it is the season");
    let season = over(open, json!({"facts": {"busy_season": true}}));
    #[rustfmt::skip]
    let cases = [
        (json!(null),         Some("2026-02-05"), None),
        (json!("变速箱箱体"), Some("2026-02-05"), None),
        (json!("主要部件"),   Some("2026-02-05"), None),
        (json!("三角皮带"),   None,               Some("2026-02-03")),
    ];
    for (component, main, other) in cases {
        let case = over(season.clone(), json!({"fault": {"component": component}}));
        let decision = on(&tractor(), "2026-02-03", case);
        assert_eq!(due(&decision, "farm10-season-main").as_deref(), main, "{component}");
        assert_eq!(due(&decision, "farm10-season-other").as_deref(), other, "{component}");
    }
    let done = json!({"repairs": [{"in": "2026-02-02T09:00", "out": "2026-02-02T12:00"}]});
    assert_eq!(due(&on(&tractor(), "2026-02-03", done), "farm10-repair"), None);
}

#[test]
fn farm_2010_a_lost_certificate_is_issued_again_within_ten_working_days() {
    let lost = json!({"facts": {"certificate_lost_on": "2026-02-02"}});
    let decision = on(&tractor(), "2026-02-03", lost);
    assert_eq!(due(&decision, "farm10-certificate").as_deref(), Some("2026-02-16"));
}

#[test]
fn car_28_an_answer_in_ten_working_days_and_the_exchange_in_twenty() {
    let claimed = json!({"facts": {"claimed_on": "2026-07-01"}, "repairs": repairs("P1", 5)});
    let decision = on(&car(), "2026-07-02", claimed.clone());
    // Wednesday the first of July: plain weekdays.
    assert_eq!(due(&decision, "car22-28-answer").as_deref(), Some("2026-07-15"));
    assert_eq!(due(&decision, "car22-28-done").as_deref(), Some("2026-07-29"));
    for (as_of, expected) in [("2026-07-29", false), ("2026-07-30", true)] {
        let decision = on(&car(), as_of, claimed.clone());
        let by_28 = because(&decision, Kind::Return).contains(&"car22-28-used");
        assert_eq!(by_28, expected, "{as_of}");
        // What is deducted for use stays as it was.
        assert_eq!(money(&decision).1, Some(800_000), "{as_of}");
    }
    let new = json!({"facts": {"claimed_on": "2026-01-05"}, "fault": {"component": "发动机", "needs_replacement": true}});
    let decision = on(&car(), "2026-01-08", new);
    assert_eq!(due(&decision, "car22-28-done").as_deref(), Some("2026-02-02"));
    let nothing = on(&car(), "2026-07-02", json!({"facts": {"claimed_on": "2026-07-01"}}));
    assert_eq!(due(&nothing, "car22-28-answer"), None, "there is nothing to answer");
}

#[test]
fn zhejiang_repairs_within_five_days() {
    let there = over(fridge(), json!({"region": "330100"}));
    let open = json!({"repairs": [{"in": "2026-03-02T09:00"}]});
    let decision = on(&there, "2026-03-03", open.clone());
    assert_eq!(due(&decision, "zj17-5-repair").as_deref(), Some("2026-03-07"));
    assert_eq!(due(&on(&fridge(), "2026-03-03", open), "zj17-5-repair"), None, "elsewhere");
}

#[test]
fn consumer_law_25_gives_the_money_back_within_seven_days_of_the_goods() {
    let back = json!({"facts": {"distance_sale": true, "given_back_on": "2026-01-05"}});
    let decision = on(&fridge(), "2026-01-06", back.clone());
    assert_eq!(due(&decision, "crpl-25-refund").as_deref(), Some("2026-01-12"));
    let shop = over(back, json!({"facts": {"distance_sale": false}}));
    assert_eq!(due(&on(&fridge(), "2026-01-06", shop), "crpl-25-refund"), None);
}

#[test]
fn penalties_8_more_than_fifteen_days_without_acting_is_a_delay_on_purpose() {
    let claimed = json!({"facts": {"claimed_on": "2026-01-05"}});
    let decision = on(&fridge(), "2026-01-06", claimed);
    assert_eq!(due(&decision, "pen15-delay").as_deref(), Some("2026-01-20"));
}

#[test]
fn what_ends_within_thirty_days_is_told_with_its_last_day() {
    let book = entitlement::RuleBook::law();
    let fresh = over(fridge(), json!({"as_of": "2026-01-03"}));
    let ends: Vec<String> = entitlement::endings(&read(&fresh), &book, 30)
        .unwrap()
        .iter()
        .map(|it| format!("{} {} {}", it.kind.code(), it.last, it.because[0].rule))
        .collect();
    assert_eq!(ends, ["return 2026-01-08 sb95-9", "exchange 2026-01-16 sb95-10"]);
    for (as_of, expected) in [("2026-12-01", 0), ("2026-12-02", 1), ("2027-01-01", 1)] {
        let late = over(fridge(), json!({"as_of": as_of, "fault": {"component": null}}));
        let ends = entitlement::endings(&read(&late), &book, 30).unwrap();
        assert_eq!(ends.len(), expected, "{as_of}");
        assert!(ends.iter().all(|it| it.last.to_string() == "2027-01-01"), "{as_of}");
    }
}

#[test]
fn a_main_part_whose_name_nobody_has_seen_in_print_says_so() {
    for (component, unverified) in [("温控器", true), ("主要部件", false)] {
        let decision = on(&fridge(), "2028-06-01", json!({"fault": {"component": component}}));
        let said = decision.reasons.iter().any(|it| it.code == "warranty.unverified");
        assert_eq!(said, unverified, "{component}");
    }
    let oven = over(fridge(), json!({"device": {"category": "微波炉"}}));
    let decision = on(&oven, "2026-06-01", json!({}));
    assert!(decision.reasons.iter().any(|it| it.code == "warranty.unverified"), "2 or 3 years");
}
