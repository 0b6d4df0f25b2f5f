//! What holds for every line, and for every division of the tables.

use locality::{children, districts_in, division, full_name, parse, provinces};
use proptest::prelude::*;

#[test]
fn every_districts_full_name_is_read_as_that_district() {
    for district in provinces().iter().flat_map(|province| districts_in(province.code)) {
        let name = full_name(district.code).unwrap();
        // 嘉峪关 is a city of one district of the same name; all others are told apart.
        assert_eq!(parse(&name).code, Some(district.code), "{name}");
    }
}

#[test]
fn every_district_is_known_by_its_city_and_a_house_behind_it_stays() {
    for district in provinces().iter().flat_map(|province| districts_in(province.code)) {
        let city = division(district.parent.unwrap()).unwrap();
        // Hong Kong, Macau and Taiwan have no districts with codes; groupings are no cities.
        if full_name(city.code).unwrap().ends_with(city.name) && !city.name.contains('辖') {
            let line = format!("{}{}人民路1号", city.name, district.name);
            let parsed = parse(&line);
            let read = (parsed.code, parsed.detail.as_deref());
            assert_eq!(read, (Some(district.code), Some("人民路1号")), "{line}");
        }
    }
}

/// Of 41,352 streets these do not come back: zones and farms that begin with the name of their own
/// district, which is then taken as said twice.
#[test]
fn nearly_every_street_is_found_again_behind_its_district() {
    let districts = provinces().into_iter().flat_map(|province| districts_in(province.code));
    let streets: Vec<_> = districts.flat_map(|d| children(d.code)).step_by(5).collect();
    let missed: Vec<_> = streets
        .iter()
        .map(|street| (street.code, format!("{}12号", full_name(street.code).unwrap())))
        .filter(|(code, line)| parse(line).street_code != Some(code))
        .collect();
    let rate = 1.0 - missed.len() as f64 / streets.len() as f64;
    assert!(streets.len() > 8000 && rate > 0.985, "{rate} {missed:?}");
}

/// Pieces of lines that mean something to the reader, and some that do not.
fn fragment() -> impl Strategy<Value = String> {
    let words = "张三 李四 欧阳娜娜 王女士 陈师傅 13800138000 +86 138-0013-8000 0756-8615022 138****5678 \
        400-830-9995 1380013800 30115800000000 广东省 珠海市 香洲区 广东 珠海 香洲 上海 上海市 市辖区 县 \
        浦东新区 朝阳区 北京 重庆市 城口县 内蒙古 锡盟 正蓝旗 东莞 虎门 长安镇 高新区 即墨市 莱芜市 莱城区 \
        香港 九龙 油尖旺区 台北市 大安区 前山街道 民治街道办 塘厦塘镇 金鸡路789号 2栋1203 5楼 路 镇 街道 \
        收货人 姓名: 电话: 地址: 所在地区 详细地址 备注: 邮编 519070 收 先生 转801 空调不制冷 我家的地址是 \
        ， , 。 ； / - ( ) 【 】 ： * x # 　 \u{1} \u{4} \u{200b} 😀 a 1 18 00 东 区 市";
    let words: Vec<String> = words.split_ascii_whitespace().map(str::to_owned).collect();
    prop_oneof![12 => prop::sample::select(words), 1 => "[ -~一-龥]{0,6}", 2 => Just(" ".to_owned())]
}

fn line() -> impl Strategy<Value = String> {
    prop::collection::vec(fragment(), 0..14).prop_map(|fragments| fragments.concat())
}

/// A line that is an address for certain: a district in one of its spellings, a house, a person.
fn address() -> impl Strategy<Value = (String, &'static str, &'static str)> {
    let districts: Vec<_> = provinces().iter().flat_map(|p| districts_in(p.code)).collect();
    let house = "(人民|解放|中山)(路|大道|街)[1-9][0-9]{0,2}号([1-9]栋[1-9]0[1-9])?";
    let person = prop_oneof![Just(""), Just("张三"), Just("王女士"), Just("欧阳娜娜")];
    let phone = prop_oneof![Just(""), Just("13800138000"), Just("0756-8615022")];
    let blank = prop_oneof![Just(" "), Just("，"), Just("\n")];
    (prop::sample::select(districts), house, person, phone, blank, any::<bool>()).prop_map(
        |(district, house, person, phone, blank, person_first)| {
            let place = format!("{}{house}", full_name(district.code).unwrap_or_default());
            let parts =
                if person_first { [person, phone, &place] } else { [&place, person, phone] };
            let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            (parts.join(blank), district.code, person)
        },
    )
}

/// What people write around an address.
fn chatter() -> impl Strategy<Value = String> {
    let words = "您好 我家在 麻烦尽快上门 空调不制冷 洗衣机漏水 备注:周末在家 快递SF1234567890123 519070 \
        2024-01-15 订单号123456789012345678 电话: 地址: 姓名:李四 13900139000 138****5678 收 谢谢 (加急) 😀 ! 。";
    let words: Vec<String> = words.split_ascii_whitespace().map(str::to_owned).collect();
    prop::collection::vec(prop::sample::select(words), 0..4).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 500,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,80}", pasted in line()) {
        parse(&text);
        let parsed = parse(&pasted);
        prop_assert!((0.0..=1.0).contains(&parsed.confidence));
        prop_assert_eq!(parsed.code.is_some(), parsed.confidence > 0.0);
    }

    /// Nothing is invented: every word of a name, a detail and a note stands in the line.
    #[test]
    fn what_is_no_official_name_was_said(pasted in line()) {
        let parsed = parse(&pasted);
        let narrow = |c: char| match c {
            '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap(),
            _ => c,
        };
        let said: String = pasted.chars().map(narrow).filter(|c| *c != '\u{200b}').collect();
        for field in [&parsed.name, &parsed.detail, &parsed.note].into_iter().flatten() {
            for word in field.split(' ') {
                prop_assert!(said.contains(word), "{word:?} of {field:?} in {said:?}");
            }
        }
        if let Some(phone) = &parsed.phone {
            let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
            prop_assert!(digits(&said).contains(digits(phone).trim_start_matches('0')), "{phone}");
        }
    }

    #[test]
    fn a_whole_address_is_read_wherever_the_person_stands((pasted, code, person) in address()) {
        let parsed = parse(&pasted);
        prop_assert_eq!(parsed.code, Some(code), "{}", pasted);
        prop_assert_eq!(parsed.name.as_deref().unwrap_or_default(), person, "{}", pasted);
        let has_phone = pasted.contains("8615022") || pasted.contains("13800138000");
        prop_assert_eq!(parsed.phone.is_some(), has_phone);
        prop_assert!(parsed.detail.is_some_and(|detail| pasted.contains(&detail)));
    }

    #[test]
    fn what_was_read_is_read_again_as_the_same((pasted, _, _) in address()) {
        let parsed = parse(&pasted);
        prop_assert_eq!(parse(&parsed.to_string()), parsed, "{}", pasted);
    }

    /// Chatter, labels, parcels and second numbers around an address do not move it, and it
    /// survives being written out and pasted again.
    #[test]
    fn the_division_survives_chatter_and_being_written_out(
        before in chatter(),
        (address, code, _) in address(),
        after in chatter(),
    ) {
        let pasted = format!("{before} {address} {after}");
        let parsed = parse(&pasted);
        prop_assert_eq!(parsed.code, Some(code), "{}", pasted);
        prop_assert_eq!(parse(&parsed.to_string()).code, Some(code), "{} | {}", pasted, parsed);
    }
}
