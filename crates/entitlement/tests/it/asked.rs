//! Cases as JSON, laid over a plain one, and what was answered in short.

use entitlement::{Case, Decision, Kind, RuleBook, decide};
use serde_json::{Value, json};

/// A fridge for 3,999 sold on New Year's Day, elsewhere than where regions have rules.
pub fn fridge() -> Value {
    json!({
        "as_of": "2026-06-01", "region": "440100",
        "device": {"category": "家用电冰箱", "price_fen": 399_900, "invoice": true,
                   "certificate": true, "sold_on": "2026-01-01"},
        "fault": {"kind": "performance", "cause": "quality", "problem": "P1"},
        "seller": {"same_model_available": true, "consumer_accepts_other_model": true},
    })
}

/// A car for 200,000, delivered on New Year's Day.
pub fn car() -> Value {
    json!({
        "as_of": "2026-06-01", "region": "440100",
        "device": {"category": "家用汽车", "price_fen": 20_000_000, "invoice": true,
                   "certificate": true, "sold_on": "2026-01-01", "delivered_on": "2026-01-01",
                   "producer_rate_n": 0.005},
        "usage": {"km": 8_000},
        "fault": {"kind": "performance", "cause": "quality", "problem": "P1"},
        "seller": {"same_model_available": true},
    })
}

/// Objects are laid over objects; everything else takes the place.
pub fn over(mut base: Value, edits: Value) -> Value {
    match (&mut base, edits) {
        (Value::Object(base), Value::Object(edits)) => {
            for (key, value) in edits {
                let old = base.remove(&key).unwrap_or(Value::Null);
                base.insert(key, over(old, value));
            }
        }
        (base, edits) => *base = edits,
    }
    base
}

pub fn read(case: &Value) -> Case {
    serde_json::from_value(case.clone()).unwrap_or_else(|e| panic!("{e}: {case}"))
}

pub fn ask(base: Value, edits: Value) -> Decision {
    let case = read(&over(base, edits));
    decide(&case, &RuleBook::law()).unwrap()
}

pub fn on(base: &Value, as_of: &str, edits: Value) -> Decision {
    ask(over(base.clone(), json!({"as_of": as_of})), edits)
}

/// `repair exchange return`.
pub fn kinds(decision: &Decision) -> String {
    let codes: Vec<&str> = decision.entitlements.iter().map(|it| it.kind.code()).collect();
    codes.join(" ")
}

/// The rules that give it.
pub fn because(decision: &Decision, kind: Kind) -> Vec<&str> {
    let found = decision.entitlement(kind);
    found.into_iter().flat_map(|it| &it.because).map(|it| it.rule.as_str()).collect()
}

/// What would change, by field.
pub fn fields(decision: &Decision) -> Vec<&str> {
    let mut fields: Vec<&str> = decision.would_change.iter().map(|it| it.field.as_str()).collect();
    fields.dedup();
    fields
}

pub fn money(decision: &Decision) -> (Option<i64>, Option<i64>) {
    let back = decision.entitlement(Kind::Return).expect("a return");
    (back.refund_fen, back.deduction_fen)
}

/// Repairs of one day each, all of one problem, the first on that day, then monthly.
pub fn repairs(problem: &str, count: usize) -> Value {
    let one = |i: usize| {
        let at = |hour: &str| format!("2026-{:02}-10T{hour}", i + 2);
        json!({"in": at("09:00"), "out": at("17:00"), "problem": problem, "fixed": false})
    };
    (0..count).map(one).collect()
}
