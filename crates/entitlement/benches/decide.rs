//! What a decision costs, on one core: `cargo bench -p entitlement`.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use entitlement::{Case, RuleBook, decide};
use jiff::{ToSpan as _, civil::Date};
use serde_json::json;

criterion_group!(benches, decisions);
criterion_main!(benches);

/// Fridges, phones, cars, tractors at every age, a third of them with repairs.
fn cases() -> Vec<Case> {
    let book = RuleBook::law();
    let first: Date = "2026-01-01".parse().expect("a day");
    let day = |after: i64| first.saturating_add(after.days()).to_string();
    let mut cases = Vec::new();
    for (i, goods) in book.catalogue().iter().enumerate() {
        for age in (1..1100).step_by(97) {
            let repairs = match (i + age) % 3 {
                0 if age > 60 => json!([
                    {"in": day(20) + "T09:00", "out": day(23) + "T17:00", "problem": "P1"},
                    {"in": day(40) + "T09:00", "out": day(41) + "T17:00", "problem": "P1"}]),
                _ => json!([]),
            };
            let case = json!({
                "as_of": day(age as i64), "region": if i % 2 == 0 { "330100" } else { "440100" },
                "device": {"category": goods.category, "price_fen": 399_900, "invoice": true,
                           "certificate": true, "sold_on": day(0), "delivered_on": day(1),
                           "producer_rate_n": 0.004},
                "usage": {"km": age * 40},
                "fault": {"kind": "performance", "component": goods.parts.first(),
                          "cause": "quality", "evidence": "proved", "problem": "P1"},
                "repairs": repairs,
                "seller": {"same_model_available": true},
                "promises": [{"by": "company", "kind": "exchange", "from": "sold_on",
                              "within_days": 30, "text": "30 天包换"}],
            });
            cases.push(serde_json::from_value(case).expect("a case"));
        }
    }
    cases
}

fn decisions(criterion: &mut Criterion) {
    let (cases, book) = (cases(), RuleBook::law());
    let mut group = criterion.benchmark_group("decide");
    group.throughput(Throughput::Elements(cases.len() as u64));
    group.bench_function("all goods and ages", |bencher| {
        bencher.iter(|| {
            for case in &cases {
                black_box(decide(black_box(case), &book).expect("a decision"));
            }
        });
    });
    group.finish();
}
