//! The catalogue of law-and-standards 2.5: every row, the last day and the day after it, of the
//! unit and of the main parts, and its daily rate.

use entitlement::{Coverage, Group, Kind, RuleBook};
use serde_json::{Value, json};

use crate::asked::{fridge, money, on, over, repairs};

/// Category, the unit's months, the parts' months, a part, and price 10,000 × rate a day in fen.
#[rustfmt::skip]
const ROWS: &[(&str, i64, i64, &str, Option<i64>)] = &[
    ("自行车",       12, 24, "车架",           Some(500)),
    ("彩色电视机",   12, 36, "显像管",         Some(1_000)),
    ("黑白电视机",   12, 36, "高频头",         Some(500)),
    ("家用录像机",   12, 12, "磁鼓电机",       Some(1_000)),
    ("等离子电视机", 12, 36, "显示屏",         Some(1_000)),
    ("液晶电视机",   12, 36, "背光组件",       Some(1_000)),
    ("摄像机",       12, 12, "主要部件",       Some(1_000)),
    ("家用电冰箱",   12, 36, "压缩机",         Some(500)),
    ("洗衣机",       12, 36, "电动机",         Some(500)),
    ("电风扇",       12, 36, "电动机",         Some(500)),
    ("吸尘器",       12, 36, "电动机",         Some(500)),
    ("微波炉",       12, 24, "磁控管",         Some(500)),
    ("家用空调器",   12, 36, "压缩机",         Some(1_000)),
    ("吸排油烟机",   12, 12, "电动机",         Some(500)),
    ("燃气热水器",   12, 12, "水气联动装置",   Some(500)),
    ("家用视盘机",   12, 24, "激光头组件",     None),
    ("微型计算机",   12, 24, "键盘(笔记本)",   Some(2_500)),
    ("手机主机",     12, 12, "听筒",           Some(5_000)),
    ("固定电话机",   12, 12, "听筒",           Some(2_500)),
];

fn of(category: &str) -> Value {
    over(fridge(), json!({"device": {"category": category, "price_fen": 1_000_000}}))
}

fn after_months(months: i64) -> jiff::civil::Date {
    let sold: jiff::civil::Date = "2026-01-01".parse().unwrap();
    sold.saturating_add(jiff::Span::new().months(months))
}

#[test]
fn every_row_lasts_to_its_last_day_and_no_longer() {
    for (category, unit, part_months, part, _) in ROWS {
        let cases = [(*unit, json!({})), (*part_months, json!({"fault": {"component": part}}))];
        for (months, fault) in cases {
            let last = after_months(months);
            let free = on(&of(category), &last.to_string(), fault.clone());
            assert_eq!(free.coverage, Coverage::Free, "{category} {last}");
            let after = last.tomorrow().unwrap().to_string();
            let paid = on(&of(category), &after, fault);
            assert_eq!(paid.coverage, Coverage::FullPrice, "{category} {after}");
        }
    }
}

#[test]
fn every_row_has_its_daily_rate() {
    for (category, .., rate) in ROWS {
        let decision = on(&of(category), "2026-05-01", json!({"repairs": repairs("P1", 2)}));
        // 120 days less two in repair.
        assert_eq!(money(&decision).1, rate.map(|it| it * 118), "{category}");
    }
}

#[test]
fn every_row_of_the_catalogue_is_tried() {
    let book = RuleBook::law();
    let tried = |name: &str| ROWS.iter().any(|it| it.0 == name);
    let elsewhere = [Group::Accessory, Group::Car, Group::Farm];
    let left: Vec<&str> = book
        .catalogue()
        .iter()
        .filter(|it| !elsewhere.contains(&it.group) && !tried(&it.category))
        .map(|it| it.category.as_str())
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_component_that_the_catalogue_does_not_name_belongs_to_the_unit() {
    let remote = json!({"fault": {"component": "遥控器"}});
    assert_eq!(on(&of("家用空调器"), "2027-01-01", remote.clone()).coverage, Coverage::Free);
    assert_eq!(on(&of("家用空调器"), "2027-01-02", remote).coverage, Coverage::FullPrice);
    // Nobody has said which component it is.
    let unknown = on(&of("家用空调器"), "2027-01-02", json!({}));
    assert_eq!(unknown.coverage, Coverage::FullPrice);
    assert!(unknown.would_change.iter().any(|it| it.field == "fault.component"));
    assert!(!unknown.may(Kind::Repair));
}

#[test]
fn a_flat_television_begins_when_it_stands_and_runs() {
    // Before the regulation of 2024, by the announcement of 2011.
    let case = over(
        of("液晶电视机"),
        json!({"as_of": "2024-06-30",
        "device": {"sold_on": "2023-06-01", "installed_on": "2023-06-30"}}),
    );
    assert_eq!(on(&case, "2024-06-30", json!({})).coverage, Coverage::Free);
    let crt = over(case, json!({"device": {"category": "彩色电视机"}}));
    assert_eq!(on(&crt, "2024-06-30", json!({})).coverage, Coverage::FullPrice);
}

#[test]
fn whatever_the_law_names_has_an_english_name_of_its_own() {
    let book = RuleBook::law();
    let named = book.catalogue().iter().flat_map(|it| {
        let parts = it.parts.iter().chain(&it.other_parts);
        parts.chain([&it.category]).cloned()
    });
    let mut missing: Vec<String> = named.filter(|it| entitlement::english(it).is_none()).collect();
    missing.extend(
        book.rules()
            .iter()
            .flat_map(|it| it.when.categories.iter().chain(&it.when.components))
            .filter(|it| entitlement::english(it).is_none())
            .map(ToString::to_string),
    );
    assert!(missing.is_empty(), "{missing:?}");
    assert_eq!(entitlement::english("压缩机"), Some("Compressor"));
    assert_eq!(entitlement::english("不是货物"), None);
}
