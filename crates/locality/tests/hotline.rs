//! Lines as agents paste them, and what is read (`tests/data/hotline.txt`).

use locality::{Parsed, centre, full_name, parse};

#[test]
fn what_customers_send_becomes_fields() {
    let blocks = include_str!("data/hotline.txt").split("\n\n").skip(1);
    let cases: Vec<_> = blocks.filter_map(|block| block.trim_end().split_once("\n    ")).collect();
    assert!(cases.len() >= 200, "{}", cases.len());
    let wrong: Vec<_> = cases
        .iter()
        .map(|(line, wanted)| (line, *wanted, fields(&parse(&unescaped(line)))))
        .filter(|(_, wanted, got)| wanted != got)
        .map(|(line, wanted, got)| format!("{line}\n    {wanted}\n    {got}"))
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn fields_agree_with_each_other() {
    for block in include_str!("data/hotline.txt").trim_end().split("\n\n").skip(1) {
        let parsed = parse(&unescaped(block.lines().next().unwrap()));
        let Some(code) = parsed.code else {
            assert_eq!((parsed.province, parsed.lat, parsed.confidence), (None, None, 0.0));
            continue;
        };
        let point = centre(code).unwrap();
        assert_eq!((parsed.lat, parsed.lon), (Some(point.lat), Some(point.lon)), "{block}");
        assert!((0.0..=1.0).contains(&parsed.confidence) && parsed.confidence > 0.0, "{block}");
        let smallest = parsed.district.or(parsed.city).or(parsed.province).unwrap();
        let named = full_name(code).unwrap();
        // No codes below the province in Hong Kong, Macau and Taiwan.
        assert!(named.ends_with(smallest) || code >= "7", "{named} {block}");
        assert!(parsed.street_code.is_none_or(|street| street.starts_with(&code[..4])), "{block}");
    }
}

#[test]
fn the_json_has_these_fields_in_this_order() {
    let parsed = parse("张三 13800138000 广东省珠海市香洲区前山街道金鸡路789号2栋1203");
    let json = serde_json::to_string(&parsed).unwrap();
    assert_eq!(
        json,
        "{\"name\":\"张三\",\"phone\":\"13800138000\",\"province\":\"广东省\",\"city\":\"珠海市\",\
         \"district\":\"香洲区\",\"street\":\"前山街道\",\"detail\":\"金鸡路789号2栋1203\",\
         \"code\":\"440402\",\"lat\":22.2658,\"lon\":113.5438,\"confidence\":0.95}"
    );
    assert_eq!(parsed.street_code, Some("440402003"));
    let nothing = serde_json::to_value(parse("")).unwrap();
    assert_eq!(nothing["code"], serde_json::Value::Null);
    assert_eq!(nothing["confidence"], 0.0);
}

#[test]
fn what_is_less_sure_says_so() {
    let sure = |line: &str| parse(line).confidence;
    let descending = [
        "广东省珠海市香洲区金鸡路789号",
        "珠海香洲金鸡路789号",
        "深圳市民治街道民乐新村",
        "珠海市金鸡路789号",
        "深圳坂田五和大道",
        "广州市南山区科技园",
        "金鸡路789号",
    ];
    for pair in descending.windows(2) {
        assert!(sure(pair[0]) > sure(pair[1]), "{pair:?} {} {}", sure(pair[0]), sure(pair[1]));
    }
}

#[test]
fn a_name_shared_by_several_cities_is_not_guessed() {
    let parsed = parse("鼓楼区中山路1号");
    assert_eq!((parsed.code, parsed.detail.as_deref()), (None, Some("鼓楼区中山路1号")));
    // The province alone does not decide between 南京 and 徐州; the phone or the street does.
    let parsed = parse("江苏省鼓楼区中山路1号");
    assert_eq!(parsed.code, Some("320000"));
    assert_eq!(parse("江苏省鼓楼区中山路1号 0516-83712345").code, Some("320302"));
    assert_eq!(parse("江苏省鼓楼区环城街道1号").code, Some("320302"));
}

#[test]
fn further_phones_are_kept() {
    let parsed = parse("张三 13800138000/13900139000 或 0756-8615022 珠海市香洲区");
    assert_eq!(parsed.phone.as_deref(), Some("13800138000"));
    assert_eq!(parsed.other_phones, ["13900139000", "0756-8615022"]);
}

fn unescaped(line: &str) -> String {
    line.replace("\\n", "\n").replace("\\t", "\t")
}

/// As the file writes them.
fn fields(parsed: &Parsed) -> String {
    let text = |field: &Option<String>| field.as_deref().unwrap_or("-").to_owned();
    let area = [parsed.province, parsed.city, parsed.district].into_iter().flatten();
    let area: Vec<_> = [parsed.code.unwrap_or("-")].into_iter().chain(area).collect();
    let (name, phone) = (text(&parsed.name), text(&parsed.phone));
    let (street, detail, note) = (text(&parsed.street), text(&parsed.detail), text(&parsed.note));
    format!("{name} | {phone} | {} | {street} | {detail} | {note}", area.join(" "))
}
