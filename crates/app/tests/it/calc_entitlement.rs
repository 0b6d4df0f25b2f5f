//! `calc entitlement`: cases of JSON, through the library and through the command.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use baoxiu::{
    calc::entitlement::{Answer, answer},
    packs,
    say::Say,
    warranty::words,
};
use entitlement::{CHANGES, REASONS, REFUSALS, RuleBook};
use kernel::Lang;
use rules::warranty;
use serde_json::{Value as Json, json};

/// The case of the interfaces.
fn documented() -> Json {
    json!({ "as_of": "2026-05-01", "region": "330100",
      "device": {"category": "家用空调器", "price_fen": 399_900, "invoice": true, "certificate": true,
                 "produced_on": null, "sold_on": "2026-01-10", "delivered_on": "2026-01-12",
                 "installed_on": "2026-01-15", "accepted_on": null, "exchanged_on": null,
                 "first_season_from": null, "producer_rate_n": 0.004},
      "usage": {"km": null, "hours": null},
      "fault": {"kind": "performance", "component": "压缩机", "needs_replacement": false,
                "cause": "quality", "evidence": "proved", "problem": "P1"},
      "repairs": [{"in": "2026-02-01T09:00", "out": "2026-02-03T17:00", "waiting_parts_days": 0,
                   "excluded_days": 0, "delay_by": null, "problem": "P1", "replaced": [],
                   "fixed": false}],
      "seller": {"same_model_available": true, "consumer_accepts_other_model": true},
      "promises": [{"by": "company", "kind": "exchange", "component": null, "from": "sold_on",
                    "within_days": 30, "within_months": null, "causes": null, "coverage": "free",
                    "text": "30 天包换"}] })
}

fn with(path: &str, value: Json) -> Json {
    let mut case = documented();
    *case.pointer_mut(path).unwrap_or_else(|| panic!("{path}")) = value;
    case
}

fn answered(case: &Json, pack: Option<&str>, lang: Lang) -> Answer {
    let pack = pack.map(|id| packs::read(id).unwrap()).unwrap_or_default();
    answer(&case.to_string(), &warranty::book(&pack), Say(lang))
}

fn ask(case: &Json) -> Json {
    answered(case, None, Lang::Zh).json
}

#[test]
fn the_documented_case_is_answered_as_documented() {
    let it = ask(&documented());
    assert_eq!(it["coverage"], "free");
    assert_eq!(it["pays"], json!({"parts": "free", "labour": "free", "travel": "free"}));
    assert_eq!(it["expires"]["unit"], "2027-01-18");
    assert_eq!(it["expires"]["components"], json!({"压缩机": "2029-01-18"}));
    assert_eq!(it["expires"]["km"], Json::Null);
    assert_eq!(it["burden_of_proof"], "operator");
    assert_eq!(it["would_change"], json!([]));
    let right = &it["entitlements"][0];
    assert_eq!((&right["kind"], &right["who_pays"]), (&json!("repair"), &json!("seller")));
    let because = &right["because"][0];
    assert_eq!(because["instrument"], "部分商品修理更换退货责任规定");
    assert_eq!((&because["article"], &because["verified"]), (&json!("目录"), &json!(true)));
    let zh = "免费。压缩机保修到 2029-01-18，自安装完成日 2026-01-15 起算。修理占用 3 天，期限顺延。\
              对瑕疵有争议的，由经营者举证。";
    assert_eq!(it["explanation"]["zh"], zh);
    let en = "Free. The term of the compressor runs until 2029-01-18, from completed installation on \
              2026-01-15. It is extended by 3 days in repair. In a dispute about the defect the \
              operator has to prove.";
    assert_eq!(it["explanation"]["en"], en);
}

#[test]
fn a_return_is_explained_with_its_sum() {
    let mut case = with("/region", json!("440100"));
    let repair = |day: &str| json!({"in": day, "out": day, "problem": "P1", "fixed": false});
    case["repairs"] = json!([repair("2026-02-01"), repair("2026-03-01")]);
    let it = ask(&case);
    // 111 days, two of them in repair: 3,999 × 0.1 % × 109 = 435.891.
    let back = &it["entitlements"][2];
    assert_eq!((&back["kind"], &back["deduction_fen"]), (&json!("return"), &json!(43_589)));
    assert_eq!(back["refund_fen"], 356_311);
    let zh = it["explanation"]["zh"].as_str().unwrap();
    let sum =
        "扣折旧费 ¥435.89：¥3,999.00 × 日折旧率 0.1% × 109 天（已扣除修理 2 天）。退款 ¥3,563.11。";
    assert!(zh.contains(sum), "{zh}");
    let why = "可以主张换货，由销售者承担：三包有效期内修理两次，仍不能正常使用，凭修理记录免费换同型号\
               同规格（《部分商品修理更换退货责任规定》第11条）。";
    assert!(zh.contains(why), "{zh}");
}

#[test]
fn an_array_is_answered_one_by_one_and_a_refusal_spoils_only_itself() {
    let cases = json!([documented(), with("/device/price_fen", json!(0)), documented()]);
    let it = answered(&cases, None, Lang::En);
    assert!(it.refused);
    assert_eq!(it.json[0]["coverage"], "free");
    let text = "A price is more than nothing: 0";
    let error = json!({"field": "device.price_fen", "code": "price.not_positive", "text": text});
    assert_eq!(it.json[1], json!({"error": error}));
    assert_eq!(it.json[2], it.json[0]);
}

#[test]
fn what_cannot_be_read_names_its_field() {
    #[rustfmt::skip]
    let cases = [
        (with("/device/sold_on", json!("2026-02-30")), "device.sold_on", "case.not_readable"),
        (with("/device/price_fen", json!(3.5)), "device.price_fen", "case.not_readable"),
        (with("/fault/cause", json!("gremlins")), "fault.cause", "case.not_readable"),
        (with("/repairs/0/in", json!("soon")), "repairs[0].in", "case.not_readable"),
        (with("/device", json!({"colour": "red"})), "device.colour", "case.unknown_key"),
        (with("/repairs/0", json!({"out": "2026-02-01"})), "repairs[0].in", "case.missing_key"),
        (json!({}), "as_of", "case.missing_key"),
        (json!(7), "", "case.not_readable"),
        (with("/region", json!("330199")), "region", "region.unknown"),
        (with("/device/category", json!("飞机")), "device.category", "category.unknown"),
        (with("/device/sold_on", json!("2026-05-02")), "device.sold_on", "date.in_future"),
        (with("/device/installed_on", json!("2026-01-09")), "device.installed_on", "date.before_sale"),
        (with("/repairs/0/out", json!("2026-01-31T09:00")), "repairs[0].out", "repair.ends_before_start"),
        (with("/usage/km", json!(-1)), "usage.km", "usage.negative"),
    ];
    for (case, field, code) in cases {
        let it = ask(&case);
        assert_eq!(
            (&it["error"]["field"], &it["error"]["code"]),
            (&json!(field), &json!(code)),
            "{it}"
        );
        assert!(!it["error"]["text"].as_str().unwrap().contains('⟨'), "{it}");
    }
    let it = answer("{", &RuleBook::law(), Say(Lang::Zh));
    assert_eq!((&it.json["error"]["code"], it.refused), (&json!("case.not_json"), true));
}

#[test]
fn every_code_and_every_rule_is_told_in_both_languages() {
    for lang in [Lang::Zh, Lang::En] {
        for code in REASONS {
            #[rustfmt::skip]
            let args = [
                ("from", "2026-01-01"), ("until", "2026-01-01"), ("on", "2026-01-01"),
                ("component", "压缩机"), ("began_by", "sold_on"), ("fields", "sold_on"),
                ("days", "3"), ("repair_days", "3"), ("km", "10"), ("most", "2"),
                ("kind", "exchange"), ("payer", "seller"), ("rate_ppm", "500"), ("text", "保修"),
                ("refund_fen", "100"), ("deduction_fen", "100"), ("price_fen", "100"), ("rule", ""),
            ];
            let told = words::sentence(Say(lang), "reason", code, args.into_iter());
            assert!(!told.contains('⟨'), "{code}");
        }
        for code in CHANGES {
            let args = [("kind", "exchange"), ("most", "2"), ("days", "3"), ("rule", "")];
            let told = words::sentence(Say(lang), "", code, args.into_iter());
            assert!(!told.contains('⟨'), "{code}: {told}");
        }
        let own = ["case.not_json", "case.not_readable", "case.unknown_key", "case.missing_key"];
        for code in REFUSALS.iter().chain(&own) {
            assert!(Say(lang).knows(&format!("refused-{}", code.replace('.', "-"))), "{code}");
        }
        for rule in RuleBook::law().rules() {
            let key = format!("law-{}", rule.clause.rule);
            assert!(Say(lang).knows(&key), "{key}");
        }
    }
}

#[test]
fn every_answer_is_whole_in_both_languages() {
    let book = RuleBook::law();
    for goods in book.catalogue() {
        for (as_of, cause) in
            [("2026-01-12", "quality"), ("2026-05-01", "misuse"), ("2031-05-01", "unknown")]
        {
            let mut case = with("/as_of", json!(as_of));
            case["device"]["category"] = json!(goods.category);
            case["device"]["delivered_on"] = Json::Null;
            case["device"]["installed_on"] = Json::Null;
            case["device"]["invoice"] = Json::Null;
            case["fault"]["cause"] = json!(cause);
            case["repairs"] = json!([]);
            for lang in [Lang::Zh, Lang::En] {
                let it = answered(&case, None, lang);
                let text = it.json.to_string();
                assert!(!it.refused && !text.contains('⟨') && !text.contains("{$"), "{text}");
            }
        }
    }
}

type Promised = (
    &'static str,
    &'static str,
    Option<&'static str>,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

/// Category and component, the day it began, the day asked for, the cause, and who pays.
#[rustfmt::skip]
const PROMISED: &[Promised] = &[
    ("led-display", "LED 显示屏", None, "2026-01-10", "2027-01-10", "quality", "free"),
    ("led-display", "LED 显示屏", None, "2026-01-10", "2027-01-11", "quality", "full_price"),
    ("led-display", "LED 显示屏", None, "2026-01-10", "2026-06-01", "misuse", "cost_price"),
    ("led-display", "LED 显示屏", None, "2026-01-10", "2026-06-01", "force_majeure", "cost_price"),
    ("led-display", "LED 显示屏", None, "2026-01-10", "2027-01-11", "misuse", "full_price"),
    ("landscaping", "绿化植物", None, "2026-01-10", "2028-01-10", "quality", "free"),
    ("landscaping", "绿化植物", None, "2026-01-10", "2028-01-11", "quality", "full_price"),
    ("landscaping", "绿化植物", None, "2026-01-10", "2028-01-10", "misuse", "full_price"),
    ("his-software", "医院信息系统", None, "2026-01-10", "2027-01-10", "quality", "free"),
    ("his-software", "医院信息系统", None, "2026-01-10", "2027-01-11", "quality", "full_price"),
    ("solar", "太阳能热水系统", Some("水箱"), "2026-01-10", "2029-01-10", "quality", "free"),
    ("solar", "太阳能热水系统", Some("水箱"), "2026-01-10", "2029-01-11", "quality", "full_price"),
    ("solar", "太阳能热水系统", Some("集热管"), "2026-01-10", "2029-01-10", "quality", "free"),
    ("solar", "太阳能热水系统", Some("管路"), "2026-01-10", "2027-01-10", "quality", "free"),
    ("solar", "太阳能热水系统", Some("管路"), "2026-01-10", "2027-01-11", "quality", "full_price"),
    ("solar", "太阳能热水系统", Some("水箱"), "2026-01-10", "2026-06-01", "misuse", "full_price"),
    ("machinery", "机械设备", None, "2026-01-10", "2027-01-10", "quality", "free"),
    ("machinery", "机械设备", None, "2026-01-10", "2027-01-11", "quality", "full_price"),
    ("farm-machinery", "联合收割机", None, "2026-01-10", "2027-01-10", "quality", "free"),
    ("farm-machinery", "联合收割机", None, "2026-01-10", "2027-01-11", "quality", "full_price"),
    ("construction-machinery", "工程机械", None, "2026-01-10", "2028-01-10", "quality", "free"),
    ("construction-machinery", "工程机械", None, "2026-01-10", "2028-01-11", "quality", "full_price"),
];

#[test]
fn the_packs_promises_decide_under_their_own_id() {
    for (pack, category, component, from, as_of, cause, coverage) in PROMISED {
        let case = json!({"as_of": as_of,
            "device": {"category": category, "sold_on": from, "delivered_on": from,
                       "installed_on": from, "accepted_on": from},
            "fault": {"component": component, "cause": cause}});
        let it = answered(&case, Some(pack), Lang::Zh).json;
        assert_eq!(it["coverage"], *coverage, "{pack} {component:?} {as_of} {cause}: {it}");
        assert!(!it.to_string().contains('⟨'), "{it}");
    }
}

#[test]
fn software_that_is_not_ours_is_not_repaired() {
    for code in ["operating_system", "virus", "other_process"] {
        let case = json!({"as_of": "2026-06-01",
            "device": {"category": "医院信息系统", "accepted_on": "2026-01-10"},
            "fault": {"exclusion": code}});
        let it = answered(&case, Some("his-software"), Lang::Zh).json;
        assert_eq!((&it["coverage"], &it["pays"]["parts"]), (&json!("refuse"), &Json::Null));
    }
}

#[test]
fn fifteen_days_return_and_thirty_days_exchange_of_the_construction_machines() {
    #[rustfmt::skip]
    let days = [
        ("2026-01-25", "repair exchange return"), ("2026-01-26", "repair exchange"),
        ("2026-02-09", "repair exchange"), ("2026-02-10", "repair"),
    ];
    for (as_of, expected) in days {
        let case = json!({"as_of": as_of, "device": {"category": "工程机械", "sold_on": "2026-01-10",
            "price_fen": 100}, "fault": {"cause": "quality"}});
        let it = answered(&case, Some("construction-machinery"), Lang::Zh).json;
        let kinds: Vec<_> = it["entitlements"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["kind"].as_str().unwrap())
            .collect();
        assert_eq!(kinds.join(" "), expected, "{as_of}");
    }
}

fn run(arguments: &[&str], input: &str) -> (Option<i32>, Json, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_baoxiu"))
        .args(["calc", "entitlement"])
        .args(arguments)
        .args(["--lang", "en"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let ended = child.wait_with_output().unwrap();
    let json = serde_json::from_slice(&ended.stdout).unwrap_or(Json::Null);
    (ended.status.code(), json, String::from_utf8(ended.stderr).unwrap())
}

#[test]
fn the_command_answers_and_its_exit_code_says_whether_all_were_decided() {
    let file = std::env::temp_dir().join(format!("baoxiu-case-{}.json", std::process::id()));
    std::fs::write(&file, documented().to_string()).unwrap();
    let file = file.display().to_string();
    let (code, it, told) = run(&[&file], "");
    assert_eq!((code, &it["coverage"], told.as_str()), (Some(0), &json!("free"), ""));

    let bad = with("/device/price_fen", json!(-5)).to_string();
    let (code, it, _) = run(&["-"], &bad);
    assert_eq!((code, &it["error"]["field"]), (Some(1), &json!("device.price_fen")));

    let solar = json!({"as_of": "2026-06-01", "fault": {"component": "水箱"},
        "device": {"category": "太阳能热水系统", "accepted_on": "2026-01-10"}});
    assert_eq!(run(&["-"], &solar.to_string()).0, Some(1), "no category of the law");
    let (code, it, _) = run(&["-", "--pack", "solar"], &solar.to_string());
    assert_eq!((code, &it["coverage"]), (Some(0), &json!("free")));
    assert_eq!(run(&["no-such-file.json"], "").0, Some(1));
    assert_eq!(run(&["-", "--pack", "nobody"], "{}").0, Some(1));
    assert_eq!(run(&[], "").0, Some(2));
}
