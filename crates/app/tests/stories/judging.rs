//! One case, decided by the engine alone: what the law and a pack say, without a house around it.

use baoxiu::{calc::entitlement, packs, say::Say};
use kernel::Lang;
use rules::warranty;
use serde_json::{Value as Json, json};

use crate::scene::{Rows, Scene, records};

/// As a story says it, and where it stands in a case.
const FIELDS: &[(&str, &str, &str)] = &[
    ("品类", "device", "category"),
    ("价格", "device", "price_fen"),
    ("生产日期", "device", "produced_on"),
    ("购买日期", "device", "sold_on"),
    ("交付日期", "device", "delivered_on"),
    ("安装日期", "device", "installed_on"),
    ("验收日期", "device", "accepted_on"),
    ("换货日期", "device", "exchanged_on"),
    ("首个作业季", "device", "first_season_from"),
    ("使用补偿系数", "device", "producer_rate_n"),
    ("发票", "device", "invoice"),
    ("三包凭证", "device", "certificate"),
    ("部件", "fault", "component"),
    ("故障", "fault", "kind"),
    ("原因", "fault", "cause"),
    ("证据", "fault", "evidence"),
    ("免责情形", "fault", "exclusion"),
    ("同一问题", "fault", "problem"),
    ("需要更换", "fault", "needs_replacement"),
    ("里程", "usage", "km"),
    ("同型号", "seller", "same_model_available"),
    ("接受其他型号", "seller", "consumer_accepts_other_model"),
    ("网购", "facts", "distance_sale"),
];

#[rustfmt::skip]
const WORDS: &[(&str, &str)] = &[
    ("性能故障", "performance"), ("严重安全性能故障", "serious_safety"), ("外观瑕疵", "cosmetic"),
    ("质量原因", "quality"), ("使用不当", "misuse"), ("擅自拆修", "unauthorised_repair"),
    ("不可抗力", "force_majeure"), ("运输仓储损坏", "transport"), ("原因不明", "unknown"),
    ("没有", "none"), ("怀疑", "suspected"), ("证实", "proved"),
    ("修理者", "repairer"), ("待件", "parts"), ("销售者", "seller"), ("生产者", "producer"),
    ("消费者", "consumer"), ("经营者", "operator"),
    ("维修", "repair"), ("换货", "exchange"), ("退货", "return"), ("更换总成", "assembly"),
    ("备用机", "loan"), ("补偿", "compensation"),
    ("免费", "free"), ("工本费", "cost_price"), ("全价", "full_price"), ("不予受理", "refuse"),
    ("待定", "unknown"),
];

fn code(word: &str) -> &'static str {
    let found = WORDS.iter().find(|it| it.0 == word);
    found.unwrap_or_else(|| panic!("no word of a case: {word}")).1
}

fn value(field: &str, text: &str) -> Json {
    match field {
        "price_fen" => fen(text).into(),
        "km" => text.parse::<i64>().expect("whole km").into(),
        "producer_rate_n" => serde_json::from_str(text).expect("a rate"),
        "kind" | "cause" | "evidence" => code(text).into(),
        "invoice" | "certificate" => (text == "有").into(),
        "needs_replacement"
        | "same_model_available"
        | "consumer_accepts_other_model"
        | "distance_sale" => (text == "是").into(),
        _ => text.into(),
    }
}

/// `3999.00` → 399900.
fn fen(text: &str) -> i64 {
    let (yuan, rest) = text.split_once('.').unwrap_or((text, "00"));
    format!("{yuan}{rest:0<2}").parse().expect("money")
}

impl Scene {
    pub fn judge(&mut self, pattern: &str, parts: &[String], rows: &Rows) -> bool {
        match pattern {
            "有下列个案" => self.case = case(rows),
            "修过" => {
                let repairs: Vec<Json> = records(rows).iter().map(repair).collect();
                self.case["repairs"] = repairs.into();
            }
            "按法律在_判定" => self.decide(None, &parts[0]),
            "按行业包_在_判定" => self.decide(Some(&parts[0]), &parts[1]),
            "判定为_" => {
                assert_eq!(self.verdict["coverage"], code(&parts[0]), "{}", self.verdict);
            }
            "拒绝判定:_" => {
                assert_eq!(self.verdict["error"]["field"], parts[0], "{}", self.verdict);
            }
            "可以主张_" => {
                let kinds: Vec<_> = parts[0].split('、').map(code).collect();
                assert_eq!(self.kinds(), kinds, "{}", self.verdict);
            }
            "不能主张_" => {
                assert!(!self.kinds().contains(&code(&parts[0])), "{}", self.verdict);
            }
            "_由_承担" => {
                assert_eq!(self.right(code(&parts[0]))["who_pays"], code(&parts[1]));
            }
            "依据里有_" => assert!(self.rests_on(&parts[0]), "{}", self.verdict),
            "整机保修到_" => assert_eq!(self.verdict["expires"]["unit"], parts[0]),
            "_保修到_" => {
                assert_eq!(self.verdict["expires"]["components"][&parts[0]], parts[1]);
            }
            "由_举证" => assert_eq!(self.verdict["burden_of_proof"], code(&parts[0])),
            "知道_会有变化" => {
                let changes = self.verdict["would_change"].as_array().expect("changes");
                assert!(changes.iter().any(|it| it["field"] == parts[0]), "{}", self.verdict);
            }
            _ => return self.refunds(pattern),
        }
        true
    }

    fn refunds(&self, pattern: &str) -> bool {
        let Some((refund, less)) = pattern
            .strip_prefix("退款 ")
            .and_then(|it| it.strip_suffix(" 元"))
            .and_then(|it| it.split_once(" 元，扣减 "))
        else {
            return false;
        };
        let back = self.right("return");
        assert_eq!(
            (&back["refund_fen"], &back["deduction_fen"]),
            (&json!(fen(refund)), &json!(fen(less)))
        );
        true
    }

    fn decide(&mut self, pack: Option<&str>, day: &str) {
        let pack = pack.map(|id| packs::read(id).expect("a pack that ships")).unwrap_or_default();
        self.case["as_of"] = day.into();
        let book = warranty::book(&pack);
        self.verdict = entitlement::answer(&self.case.to_string(), &book, Say(Lang::Zh)).json;
        let told = self.verdict.to_string();
        assert!(!told.contains('⟨') && !told.contains("{$"), "{told}");
    }

    fn rights(&self) -> &[Json] {
        self.verdict["entitlements"].as_array().map_or(&[], Vec::as_slice)
    }

    fn kinds(&self) -> Vec<&str> {
        self.rights().iter().filter_map(|it| it["kind"].as_str()).collect()
    }

    fn right(&self, kind: &str) -> &Json {
        let found = self.rights().iter().find(|it| it["kind"] == kind);
        found.unwrap_or_else(|| panic!("no {kind}: {}", self.verdict))
    }

    fn rests_on(&self, clause: &str) -> bool {
        let because = self.rights().iter().filter_map(|it| it["because"].as_array()).flatten();
        let name = |it: &Json| {
            let part = |key: &str| it[key].as_str().unwrap_or_default().to_owned();
            part("instrument") + &part("article")
        };
        because.map(name).any(|it| it == clause)
    }
}

fn case(rows: &Rows) -> Json {
    let mut case = json!({});
    for row in rows {
        let (name, text) = (row[0].as_str(), row[1].as_str());
        if text.is_empty() {
            continue;
        }
        if name == "地区" {
            case["region"] = text.into();
            continue;
        }
        let known = FIELDS.iter().find(|it| it.0 == name);
        let (_, part, field) = known.unwrap_or_else(|| panic!("no field of a case: {name}"));
        case[part][field] = value(field, text);
    }
    case
}

fn repair(row: &std::collections::BTreeMap<&str, &str>) -> Json {
    let text = |name: &str| row.get(name).copied().filter(|it| !it.is_empty());
    let days = |name: &str| text(name).map_or(0, |it| it.parse::<i64>().expect("days"));
    let moment = |name: &str| text(name).map(|it| it.replace(' ', "T"));
    json!({
        "in": moment("送修"), "out": moment("修好"), "problem": text("问题"),
        "replaced": text("更换").into_iter().collect::<Vec<_>>(), "fixed": false,
        "waiting_parts_days": days("待件"), "excluded_days": days("不计"),
        "delay_by": text("耽误").map(code),
    })
}
