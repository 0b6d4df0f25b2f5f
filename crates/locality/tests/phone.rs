//! Numbers as they are pasted into the hotline's form, and where they are at home.

use locality::{Phone, PhoneError, PhoneKind, full_name};
use proptest::prelude::*;

#[test]
fn a_pasted_number_is_understood_as_it_would_be_dialled() {
    use PhoneKind::{Abroad, Landline, Local, Mobile, Service};
    for (pasted, kind, shown) in [
        ("13800138000", Mobile, "13800138000"),
        ("138 0013 8000", Mobile, "13800138000"),
        ("138-0013-8000", Mobile, "13800138000"),
        (" １３８００１３８０００ ", Mobile, "13800138000"),
        ("+86 138 0013 8000", Mobile, "13800138000"),
        ("+86-13800138000", Mobile, "13800138000"),
        ("(+86)13800138000", Mobile, "13800138000"),
        ("＋８６１３８００１３８０００", Mobile, "13800138000"),
        ("008613800138000", Mobile, "13800138000"),
        ("8613800138000", Mobile, "13800138000"),
        ("013800138000", Mobile, "13800138000"),
        ("13800138000-1234", Mobile, "13800138000-1234"),
        ("13800138000转1234", Mobile, "13800138000-1234"),
        ("19900001234", Mobile, "19900001234"),
        ("0756-8615022", Landline, "0756-8615022"),
        ("07568615022", Landline, "0756-8615022"),
        ("(0756) 861 5022", Landline, "0756-8615022"),
        ("（0756）8615022", Landline, "0756-8615022"),
        ("0756—8615022", Landline, "0756-8615022"),
        ("+86 756 8615022", Landline, "0756-8615022"),
        ("756-8615022", Landline, "0756-8615022"),
        ("010-12345678", Landline, "010-12345678"),
        ("10 1234 5678", Landline, "010-12345678"),
        ("86-10-12345678", Landline, "010-12345678"),
        ("021-6861-5022", Landline, "021-68615022"),
        ("0756-8615022-801", Landline, "0756-8615022-801"),
        ("0756-8615022-1", Landline, "0756-8615022-1"),
        ("0756-8615022转801", Landline, "0756-8615022-801"),
        ("0756-8615022 分机 801", Landline, "0756-8615022-801"),
        ("02512345678#9", Landline, "025-12345678-9"),
        ("400-830-9995", Service, "400-830-9995"),
        ("4008309995", Service, "400-830-9995"),
        ("400-8309-995", Service, "400-830-9995"),
        ("800 830 9995", Service, "800-830-9995"),
        ("400-830-9995-2", Service, "400-830-9995-2"),
        ("8615022", Local, "8615022"),
        ("6861-5022", Local, "68615022"),
        ("8615022-801", Local, "8615022-801"),
        ("+852 9123 4567", Abroad, "+85291234567"),
        ("00853-2833-1234", Abroad, "+85328331234"),
    ] {
        let phone = Phone::parse(pasted).unwrap_or_else(|e| panic!("{pasted}: {e:?}"));
        assert_eq!((phone.kind(), phone.to_string().as_str()), (kind, shown), "{pasted}");
    }
}

#[test]
fn what_is_no_number_is_refused_and_says_how_many_digits_it_has() {
    use PhoneError::{Empty, Foreign, Length, MobileLength};
    for (pasted, error) in [
        ("1380013800", MobileLength { digits: 10 }),
        ("138001380000", MobileLength { digits: 12 }),
        ("13", MobileLength { digits: 2 }),
        ("+86 1380013800", MobileLength { digits: 10 }),
        ("１３８００１３８００", MobileLength { digits: 10 }),
        ("123456", Length { digits: 6 }),
        ("0756-8615022333", Length { digits: 14 }),
        ("12345", Length { digits: 5 }),
        ("+1 234", Length { digits: 4 }),
        ("", Empty),
        (" - ", Empty),
        ("+86", Empty),
        ("138****8000", Foreign { character: '*' }),
        ("张三", Foreign { character: '张' }),
        ("1380013800o", Foreign { character: 'o' }),
    ] {
        assert_eq!(Phone::parse(pasted), Err(error), "{pasted}");
    }
}

#[test]
fn a_number_is_at_home_in_a_city_or_where_that_is_unsure_in_a_province() {
    for (pasted, home) in [
        ("0756-8615022", Some("广东省珠海市")),
        ("010-12345678", Some("北京市")),
        ("0551-62345678", Some("安徽省合肥市")),
        // 长沙, 株洲 and 湘潭 share 0731, all of Hainan 0898.
        ("0731-82345678", Some("湖南省")),
        ("0898-66223344", Some("海南省")),
        ("0312-5881234", Some("河北省保定市")),
        ("0479-8221234", Some("内蒙古自治区锡林郭勒盟")),
        ("1300000 0000", Some("山东省济南市")),
        ("13000010000", Some("江苏省常州市")),
        ("+852 9123 4567", Some("香港特别行政区")),
        ("400-830-9995", None),
        ("8615022", None),
        ("0999-1234567", Some("新疆维吾尔自治区伊犁哈萨克自治州")),
        ("01912345678", None),
        ("+1 202 555 0123", None),
    ] {
        let region = Phone::parse(pasted).unwrap().region();
        assert_eq!(region.and_then(full_name).as_deref(), home, "{pasted}");
    }
}

#[test]
fn an_area_code_names_all_cities_it_serves_the_likeliest_first() {
    let phone = Phone::parse("0731-82345678").unwrap();
    assert_eq!(phone.area_code(), Some("0731"));
    assert_eq!(phone.cities(), ["430100", "430200", "430300"]);
    assert_eq!(Phone::parse("0551-62345678").unwrap().cities(), ["340100"]);
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".{0,40}") {
        let _ = Phone::parse(&text);
    }

    #[test]
    fn what_is_shown_is_understood_as_the_same_number(
        text in "[+]?[0-9]{3,4}[- ]?[0-9]{3,9}(-[0-9]{1,4})?",
    ) {
        if let Ok(phone) = Phone::parse(&text) {
            prop_assert_eq!(Phone::parse(&phone.to_string()), Ok(phone));
        }
    }

    #[test]
    fn every_eleven_digits_after_13_to_19_are_a_mobile_number(
        text in "1[3-9][0-9]{9}",
    ) {
        let phone = Phone::parse(&text).unwrap();
        prop_assert_eq!((phone.kind(), phone.digits()), (PhoneKind::Mobile, text.as_str()));
        for city in phone.cities() {
            prop_assert!(full_name(city).is_some());
        }
    }
}
