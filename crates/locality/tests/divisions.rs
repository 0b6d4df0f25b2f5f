//! What territories, forms, order numbers and maps ask of the divisions.

use locality::{
    Level, centre, children, districts_in, division, full_name, province_letters, provinces,
    successor, within,
};

#[test]
fn a_division_is_found_by_two_four_six_and_nine_digits() {
    for (code, name, level) in [
        ("44", "广东省", Level::Province),
        ("440000", "广东省", Level::Province),
        ("4404", "珠海市", Level::City),
        ("440400", "珠海市", Level::City),
        ("440402", "香洲区", Level::District),
        ("441900", "东莞市", Level::City),
        ("441900116", "塘厦镇", Level::Street),
        ("810000", "香港特别行政区", Level::Province),
    ] {
        let found = division(code).unwrap();
        assert_eq!((found.name, found.level, found.current), (name, level, true), "{code}");
    }
    for nothing in ["", "4", "444", "999999", "440499", "4404029", "44040200x", "四四", "香洲"]
    {
        assert_eq!(division(nothing), None, "{nothing}");
    }
}

#[test]
fn a_full_name_reads_as_on_an_envelope() {
    for (code, name) in [
        ("440402", "广东省珠海市香洲区"),
        ("310104", "上海市徐汇区"),
        ("500229", "重庆市城口县"),
        ("429004", "湖北省仙桃市"),
        ("659001", "新疆维吾尔自治区石河子市"),
        ("441900116", "广东省东莞市塘厦镇"),
        ("620201", "甘肃省嘉峪关市"),
        ("460204", "海南省三亚市天涯区"),
        ("44", "广东省"),
    ] {
        assert_eq!(full_name(code).as_deref(), Some(name));
    }
    assert_eq!(full_name("990000"), None);
}

#[test]
fn every_division_but_a_province_has_a_parent_that_contains_it() {
    for province in provinces() {
        assert_eq!(province.parent, None);
        for city in children(province.code) {
            assert_eq!(city.parent, Some(province.code));
            for district in children(city.code) {
                assert_eq!(district.parent, Some(city.code), "{}", district.code);
                assert!(within(district.code, city.code) && within(district.code, province.code));
                assert!(!within(city.code, district.code));
            }
        }
    }
}

#[test]
fn the_districts_of_all_provinces_cover_the_country() {
    let all: usize = provinces().iter().map(|p| districts_in(p.code).len()).sum();
    // 2,978 areas of the source; the list of areas counts 东莞, 中山 and 儋州 as well.
    assert_eq!((provinces().len(), all), (34, 2978));
    let zhuhai: Vec<_> = districts_in("4404").iter().map(|d| d.name).collect();
    assert_eq!(zhuhai, ["香洲区", "斗门区", "金湾区"]);
    let dongguan: Vec<_> = districts_in("441900").iter().map(|d| d.name).collect();
    assert_eq!(dongguan, ["东莞市"]);
    let one: Vec<_> = districts_in("440402").iter().map(|d| d.name).collect();
    assert_eq!(one, ["香洲区"]);
    for nothing in ["", "0", "000000", "99", "x"] {
        assert!(districts_in(nothing).is_empty(), "{nothing}");
    }
}

#[test]
fn a_code_lies_in_every_area_that_contains_it_and_in_no_other() {
    for area in ["44", "4404", "440402", "440000", "440400"] {
        assert!(within("440402", area), "{area}");
        assert!(within("440402001", area), "{area}");
    }
    for (code, area) in [
        ("440402", "4405"),
        ("440402", "45"),
        ("440400", "440402"),
        ("440402", ""),
        ("440402", "4"),
        ("440402", "440"),
        ("440402", "000000"),
        ("44040x", "4404"),
        ("", "44"),
        ("", ""),
    ] {
        assert!(!within(code, area), "{code} in {area}");
    }
    assert!(within("440000", "44") && within("44", "440000"));
    assert!(within("441900116", "441900") && within("441900", "4419"));
}

#[test]
fn letters_of_provinces_are_those_of_the_standard() {
    for (code, letters) in [
        ("130000", "HE"),
        ("420100", "HB"),
        ("410102", "HA"),
        ("430102", "HN"),
        ("460204", "HI"),
        ("140100", "SX"),
        ("610113", "SN"),
        ("440402", "GD"),
        ("44", "GD"),
        ("810000", "HK"),
        ("999999", "ZZ"),
        ("", "ZZ"),
        ("4", "ZZ"),
        ("广东", "ZZ"),
    ] {
        assert_eq!(province_letters(code), letters, "{code}");
    }
    let mut all: Vec<_> = provinces().iter().map(|p| province_letters(p.code)).collect();
    all.sort();
    all.dedup();
    assert!(all.len() == 34 && !all.contains(&"ZZ"));
}

#[test]
fn a_district_without_known_centre_lies_at_its_citys() {
    let zone = division("340176").unwrap();
    assert_eq!((zone.name, zone.lat), ("合肥高新技术产业开发区", None));
    assert_eq!(centre("340176"), centre("340100"));
    let xiangzhou = centre("440402").unwrap();
    assert!((xiangzhou.lat - 22.2663).abs() < 1e-3 && (xiangzhou.lon - 113.5438).abs() < 1e-3);
    assert_eq!(centre("440402001"), Some(xiangzhou));
    assert_eq!(centre("99"), None);
}

#[test]
fn every_present_district_has_a_centre_near_its_city() {
    for province in provinces() {
        for district in districts_in(province.code) {
            let here = centre(district.code).unwrap();
            let above = district.parent.unwrap();
            let km = here.distance_km(centre(above).unwrap());
            // Districts directly under a region have a grouping above them, without a place of its
            // own; the sea districts of 三沙 and the western prefectures are wide.
            let wide = division(above).unwrap().lat.is_none() || above == "460300";
            assert!(km < 600.0 || wide, "{} {km}", district.name);
        }
    }
}

#[test]
fn a_renamed_division_knows_its_successor() {
    for (former, present) in [
        ("370282", "370215"),
        ("130223", "130284"),
        ("542400", "540600"),
        ("542421", "540602"),
        ("371200", "370116"),
        ("610125", "610118"),
    ] {
        assert!(!division(former).unwrap().current, "{former}");
        let heir = successor(former).unwrap();
        assert_eq!((heir.code, heir.current), (present, true));
    }
    assert_eq!(successor("440402"), None);
    assert_eq!(successor("130101"), None);
}

#[test]
fn streets_are_the_children_of_districts_and_of_cities_without_districts() {
    let names: Vec<_> = children("440402").iter().map(|d| d.name).collect();
    assert!(names.contains(&"前山街道") && names.contains(&"翠香街道"), "{names:?}");
    assert!(children("4419").iter().any(|d| d.name == "虎门镇" && d.code == "441900121"));
    assert!(children("440402001").is_empty());
    let all: usize =
        provinces().iter().flat_map(|p| districts_in(p.code)).map(|d| children(d.code).len()).sum();
    assert_eq!(all, 41_352);
}
