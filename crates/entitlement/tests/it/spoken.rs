//! No rule is shipped that no decision ever rests on.

use std::path::Path;

use entitlement::{Goods, RuleBook, decide};
use serde_json::{Value, json};

use crate::asked::{over, read};

/// What takes a longer story, and has it: the rule, and the test that tells it.
#[rustfmt::skip]
const TOLD: &[(&str, &str, &str)] = &[
    ("crpl-24", "consumer_law.rs", "article_24_goods_without_rules_of_their_own_are_given_back_within_seven_days"),
    ("mp01-accessory-twice", "phones.rs", "accessories_are_exchanged_and_after_two_exchanges_given_back"),
    ("farm10-season-other", "due.rs", "farm_2010_thirty_working_days_and_in_the_busy_season_three_or_one"),
    ("farm10-part-general", "farm.rs", "a_general_problem_within_thirty_days_of_the_first_season"),
    ("farm10-exchange", "farm.rs", "the_same_problem_after_the_part_was_replaced_exchanges_the_machine"),
    ("farm10-return", "farm.rs", "the_same_problem_after_the_exchange_gives_the_price_back"),
    ("car22-24-3", "cars.rs", "article_24_2_and_3_assemblies_and_main_parts_are_counted_apart"),
    ("car22-24-4-times", "cars.rs", "article_24_4_more_than_thirty_days_or_more_than_four_times"),
];

/// What may have been repaired on such a unit, and on which day one asks.
fn lives(part: &str) -> Vec<(&'static str, Value)> {
    let repair = |from: &str, out: Option<&str>| json!({"in": from, "out": out, "problem": "P1", "fixed": false, "replaced": [part]});
    let done = |days: &[(&str, &str)]| -> Value {
        days.iter().map(|(from, out)| repair(from, Some(out))).collect()
    };
    let open = |by: Value| json!([over(repair("2026-02-01", None), json!({"delay_by": by}))]);
    vec![
        ("2026-01-04", json!([])),
        ("2026-01-12", json!([])),
        ("2026-02-09", open(Value::Null)),
        ("2026-07-01", open(json!("parts"))),
        ("2026-07-01", open(json!("repairer"))),
        ("2026-02-14", done(&[("2026-02-01", "2026-02-02")])),
        ("2026-02-20", done(&[("2026-02-01", "2026-02-03"), ("2026-02-10", "2026-02-12")])),
        ("2026-04-20", done(&[("2026-02-01", "2026-04-03")])),
    ]
}

/// The fault, the papers and what the seller has.
fn faults(part: &str) -> Vec<Value> {
    let fault = |kind: &str, problem: &str, component: Option<&str>| {
        json!({"kind": kind, "cause": "quality", "problem": problem, "component": component,
               "needs_replacement": true})
    };
    let seller =
        |model: bool| json!({"same_model_available": model, "consumer_accepts_other_model": model});
    let papers = |there: bool| json!({"invoice": there, "certificate": there});
    let facts = json!({"distance_sale": true, "found_unqualified": true, "fraud": true,
        "registration_fen": 100, "busy_season": true, "claimed_on": "2026-01-02",
        "given_back_on": "2026-01-03", "certificate_lost_on": "2026-01-02"});
    vec![
        json!({"fault": fault("performance", "P1", None), "seller": seller(true)}),
        json!({"fault": fault("performance", "P1", Some(part)), "seller": seller(false),
               "device": papers(true)}),
        json!({"fault": fault("performance", "P1", None), "device": papers(false)}),
        json!({"fault": fault("serious_safety", "P1", Some(part)), "seller": seller(true),
               "device": papers(true)}),
        json!({"fault": fault("serious_safety", "制动失效", Some(part)), "facts": facts}),
        json!({"fault": fault("performance", "P1", None), "device": {"exchanged_on": "2026-01-02"},
               "facts": {"claimed_on": "2026-01-02"}}),
    ]
}

fn unit(it: &Goods, region: &str) -> Value {
    json!({"region": region, "usage": {"km": 2_000}, "device": {
        "category": it.category, "price_fen": 399_900, "sold_on": "2026-01-01",
        "delivered_on": "2026-01-01", "first_season_from": "2026-01-20",
        "producer_rate_n": 0.005}})
}

#[test]
fn every_rule_of_the_law_speaks_in_some_decision() {
    let book = RuleBook::law();
    let mut silent: Vec<&str> = book.rules().iter().map(|it| it.clause.version.as_str()).collect();
    for it in book.catalogue() {
        let part = it.parts.first().map_or("主要部件", String::as_str);
        for region in ["440100", "330100", "310000", "370100", "110100"] {
            for (as_of, repairs) in lives(part) {
                for fault in faults(part) {
                    let life = json!({"as_of": as_of, "repairs": repairs});
                    let case = read(&over(over(unit(it, region), life), fault));
                    let decision = decide(&case, &book).unwrap();
                    silent.retain(|it| !decision.rules.iter().any(|said| said == it));
                }
            }
        }
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    for (rule, file, test) in TOLD {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        assert!(text.contains(&format!("fn {test}()")), "{rule}: no test {test}");
        let before = silent.len();
        silent.retain(|it| it.split('@').next() != Some(rule));
        assert_eq!(silent.len() + 1, before, "{rule} speaks");
    }
    assert_eq!(silent, Vec::<&str>::new());
}
