//! The packs of the repository, and packs with typos.

use std::collections::{BTreeMap, BTreeSet};

use worktime::Holidays;

use super::*;
use crate::{intake::RequestKind, order::Coverage, policy::Role, promise::PromiseKind};

const GREE: &[(&str, &str)] = &[
    ("pack.toml", include_str!("../../../../packs/gree-hvac/pack.toml")),
    ("org.toml", include_str!("../../../../packs/gree-hvac/org.toml")),
    ("products.toml", include_str!("../../../../packs/gree-hvac/products.toml")),
    ("sla.toml", include_str!("../../../../packs/gree-hvac/sla.toml")),
    ("warranty.toml", include_str!("../../../../packs/gree-hvac/warranty.toml")),
    ("callback.toml", include_str!("../../../../packs/gree-hvac/callback.toml")),
    ("dispatch.toml", include_str!("../../../../packs/gree-hvac/dispatch.toml")),
];

const SOLAR: &[(&str, &str)] = &[
    ("pack.toml", include_str!("../../../../packs/solar/pack.toml")),
    ("org.toml", include_str!("../../../../packs/solar/org.toml")),
    ("products.toml", include_str!("../../../../packs/solar/products.toml")),
    ("sla.toml", include_str!("../../../../packs/solar/sla.toml")),
    ("warranty.toml", include_str!("../../../../packs/solar/warranty.toml")),
    ("callback.toml", include_str!("../../../../packs/solar/callback.toml")),
];

fn files(all: &[(&str, &str)]) -> BTreeMap<String, String> {
    all.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

fn gree() -> Pack {
    read(&files(GREE)).expect("the pack has no mistakes")
}

/// `line:column code` of every mistake of one file beside a good `pack.toml`.
fn mistakes(file: &str, text: &str) -> Vec<String> {
    let about = "id = 'x'\nzh = '甲'\nen = 'A'\nversion = '1'\nzone = 'Asia/Shanghai'\n\
        language = 'zh-CN'\n";
    let read = read(&files(&[("pack.toml", about), (file, text)]));
    let say = |it: &Mistake| format!("{}:{} {}", it.line, it.column, it.code);
    read.err().unwrap_or_default().iter().map(say).collect()
}

#[test]
fn the_gree_network_is_the_one_of_the_document() {
    let pack = gree();
    let regions: Vec<&str> = pack.regions.iter().map(|it| it.name.zh.as_str()).collect();
    assert_eq!(
        regions.join(" "),
        "北京 上海 天津 重庆 河北 山西 山东 江苏 安徽 河南 陕西 四川 湖南 江西 浙江 福建 厦门 \
         广州 粤西 粤东 海南 广西 东莞 佛山 湖北 深圳 东北"
    );
    assert_eq!(pack.tiers.len(), 3);
    for tier in 1..=3 {
        assert!(pack.posts.iter().any(|it| it.tier == tier), "tier {tier} has posts");
    }
    for role in Role::ALL {
        assert!(pack.posts.iter().any(|it| it.roles.contains(role)), "somebody is {role}");
    }
    let guessed: Vec<&str> =
        pack.regions.iter().filter(|it| !it.origin.verified).map(|it| &*it.name.zh).collect();
    assert_eq!(guessed, ["粤西", "粤东"]);
}

#[test]
fn the_smallest_area_wins_and_what_nobody_owns_is_headquarters() {
    let pack = gree();
    #[rustfmt::skip]
    let cases = [
        ("350203", Some("厦门")), ("350200", Some("厦门")), ("350102", Some("福建")),
        ("440402", Some("粤西")), ("440402001", Some("粤西")), ("440802", Some("粤西")),
        ("440507", Some("粤东")), ("440106", Some("广州")), ("440305", Some("深圳")),
        ("441900", Some("东莞")), ("440604", Some("佛山")), ("210102", Some("东北")),
        ("220102", Some("东北")), ("230102", Some("东北")), ("460105", Some("海南")),
        ("530102", None), ("441302", None), ("440203", None), ("442000", None), ("440000", None),
    ];
    for (division, region) in cases {
        assert_eq!(pack.region_of(division).map(|it| it.name.zh.as_str()), region, "{division}");
    }
}

#[test]
fn every_borrowed_promise_says_where_it_comes_from() {
    let pack = gree();
    #[rustfmt::skip]
    let cases = [
        (PromiseKind::FirstContact, RequestKind::Repair,   3, "30 minutes 3.1",      true),
        (PromiseKind::Arrangement,  RequestKind::Install,  3, "2 hours 3.15",        true),
        (PromiseKind::Arrival,      RequestKind::Repair,   1, "24 hours 3.13",       true),
        (PromiseKind::Repair,       RequestKind::Repair,   3, "24 hours 3.13",       true),
        (PromiseKind::Repair,       RequestKind::Repair,   4, "24 hours 3.13",       true),
        (PromiseKind::Repair,       RequestKind::Repair,   2, "5 calendar_days 3.13", true),
        (PromiseKind::Repair,       RequestKind::Repair,   1, "5 calendar_days 3.13", true),
        (PromiseKind::Callback,     RequestKind::Maintain, 3, "1 working_days own",  false),
        (PromiseKind::Reply,        RequestKind::Complain, 3, "24 hours 3.12",       true),
    ];
    for (promise, kind, level, said, verified) in cases {
        let matter = Matter { level: Some(level), ..Matter::of(kind) };
        let row = pack.promise(promise, &matter).expect("promised").row;
        let amount = row.timing.amount.thousandths / 1000;
        let source = row.origin.source.as_deref().unwrap_or_default();
        assert_eq!(format!("{amount} {} {source}", row.timing.amount.unit.code()), said);
        assert_eq!(row.origin.verified, verified, "{promise} {kind} {level}");
    }
    let unpromised = pack.promise(PromiseKind::Arrival, &Matter::of(RequestKind::Install));
    assert!(unpromised.is_none(), "an installation comes when it is agreed");
}

#[test]
fn what_a_pack_does_not_say_of_dispatch_the_house_says_and_calls_its_own() {
    let (silent, gree) = (Pack::default(), gree());
    for pack in [&silent, &gree] {
        let it = pack.dispatch();
        assert_eq!((it.origin.source.as_deref(), it.origin.verified), (Some("own"), false));
    }
    let slow = Dispatch { speed_kmh: 10, ..silent.dispatch().clone() };
    let said = Pack { dispatch: Some(slow.clone()), ..silent };
    assert_eq!(said.dispatch(), &slow, "the pack is heard first");
    assert_eq!(Pack::from_rows(&said.rows()).unwrap().dispatch(), &slow, "also when it was kept");
    let wrong = mistakes("dispatch.toml", "[dispatch]\nspeed_kmh = 0\nfast = 1\n");
    for code in ["pack.out_of_range", "pack.unknown_key", "pack.missing_key"] {
        assert!(wrong.iter().any(|it| it.ends_with(code)), "{code}: {wrong:?}");
    }
}

#[test]
fn the_callback_is_due_at_the_end_of_the_next_working_day() {
    let pack = gree();
    let calendars = Calendars::compile(&pack, &Holidays::cn()).unwrap();
    let matter = Matter { level: Some(2), ..Matter::of(RequestKind::Repair) };
    #[rustfmt::skip]
    let cases = [
        (PromiseKind::Callback,     "2026-11-20T16:00+08:00", "2026-11-23T17:00+08:00", false),
        (PromiseKind::Callback,     "2026-11-20T07:00+08:00", "2026-11-23T17:00+08:00", false),
        (PromiseKind::Callback,     "2026-11-20T21:00+08:00", "2026-11-23T17:00+08:00", false),
        (PromiseKind::Callback,     "2026-11-21T10:00+08:00", "2026-11-23T17:00+08:00", false),
        (PromiseKind::Callback,     "2026-11-22T23:59+08:00", "2026-11-23T17:00+08:00", false),
        (PromiseKind::Callback,     "2026-02-13T21:00+08:00", "2026-02-14T17:00+08:00", false),
        (PromiseKind::Callback,     "2026-02-14T21:00+08:00", "2026-02-24T17:00+08:00", false),
        (PromiseKind::Callback,     "2026-10-03T10:00+08:00", "2026-10-08T17:00+08:00", false),
        (PromiseKind::Callback,     "2026-01-01T10:00+08:00", "2026-01-04T17:00+08:00", false),
        (PromiseKind::Callback,     "2026-12-31T10:00+08:00", "2027-01-01T17:00+08:00", true),
        (PromiseKind::FirstContact, "2026-12-31T23:45+08:00", "2027-01-01T00:15+08:00", false),
        (PromiseKind::Repair,       "2026-11-20T16:00+08:00", "2026-11-25T16:00+08:00", false),
        (PromiseKind::Appointment,  "2026-11-20T16:00+08:00", "2026-11-20T16:00+08:00", false),
    ];
    for (promise, start, at, provisional) in cases {
        let row = pack.promise(promise, &matter).unwrap().row;
        let due = due(&row.timing, &calendars, start.parse().unwrap(), &[]).unwrap();
        assert_eq!(due.at, at.parse().unwrap(), "{promise} from {start}");
        assert_eq!(due.provisional, provisional, "{promise} from {start}");
    }
}

#[test]
fn the_room_air_conditioner_has_its_terms_faults_and_certificate() {
    let pack = gree();
    let names: Vec<&str> = pack.categories.iter().map(|it| it.name.zh.as_str()).collect();
    assert_eq!(names, ["家用空调器", "多联机", "冷水机组"]);
    let term = |component| pack.term(Some("家用空调器"), component).unwrap().months;
    assert_eq!((term(None), term(Some("压缩机")), term(Some("遥控器"))), (12, 36, 12));
    assert!(pack.term(Some("冷水机组"), None).is_none());
    assert!(pack.fault_codes(Some("家用空调器")).count() >= 15);
    assert!(pack.faults.iter().all(|it| it.origin.source.as_deref() == Some(Origin::OWN)));
    assert_eq!(pack.certificates(Some("多联机"), RequestKind::Repair), ["制冷与空调作业"]);
    assert_eq!(pack.certificates(None, RequestKind::Consult), Vec::<&str>::new());
    assert_eq!(pack.minutes("家用空调器", RequestKind::Install), Some(180));
    for exclusion in &pack.exclusions {
        assert_eq!(exclusion.outcome, Coverage::FullPrice);
    }
}

#[test]
fn the_solar_pack_promises_four_and_twelve_hours_and_a_term_per_component() {
    let pack = read(&files(SOLAR)).expect("the pack has no mistakes");
    let hours = |promise| {
        let chosen = pack.promise(promise, &Matter::of(RequestKind::Repair))?;
        Some((chosen.row.timing.amount.thousandths / 1000, chosen.row.timing.amount.unit))
    };
    assert_eq!(hours(PromiseKind::Arrangement), Some((4, Unit::Hours)));
    assert_eq!(hours(PromiseKind::Arrival), Some((12, Unit::Hours)));
    assert_eq!(hours(PromiseKind::Repair), None, "the document promises no repair time");
    let category = Some("太阳能热水系统");
    #[rustfmt::skip]
    let cases = [("水箱", 36), ("集热管", 36), ("支架", 36), ("管路", 12), ("电器", 12)];
    for (component, months) in cases {
        let term = pack.term(category, Some(component)).expect("it has a term");
        assert_eq!((term.months, &*term.from), (months, &[Start::AcceptedOn][..]), "{component}");
        assert!(!term.origin.verified, "the document does not say from when");
    }
    assert!(pack.term(category, None).is_none(), "the unit has no term of its own");
    let outcomes: Vec<Coverage> = pack.exclusions.iter().map(|it| it.outcome).collect();
    assert_eq!(outcomes, [Coverage::FullPrice; 4]);
}

#[test]
fn the_heavier_axis_wins_among_as_many() {
    let all = files(&[GREE[0], ("sla.toml", include_str!("tests/axes.toml"))]);
    let pack = read(&all).expect("no mistakes");
    let repair = Matter::of(RequestKind::Repair);
    #[rustfmt::skip]
    let cases = [
        (repair,                                                     10, ""),
        (Matter { level: Some(1), ..repair },                        20, "level=1,2"),
        (Matter { level: Some(3), ..repair },                        10, ""),
        (Matter { level: Some(2), category: Some("电梯"), ..repair }, 30, "category=电梯"),
        (Matter { customer_class: Some("重点"), category: Some("电梯"), ..repair },
                                                                     40, "customer_class=重点"),
        (Matter { level: Some(1), customer_class: Some("重点"), category: Some("电梯"), ..repair },
                                                                     50, "category=电梯 level=1"),
    ];
    for (matter, hours, because) in cases {
        let chosen = pack.promise(PromiseKind::Arrival, &matter).unwrap();
        assert_eq!(chosen.row.timing.amount.thousandths, hours * 1000, "{matter:?}");
        let said: Vec<String> =
            chosen.because.iter().map(|(axis, value)| format!("{axis}={value}")).collect();
        assert_eq!(said.join(" "), because, "{matter:?}");
    }
    let chosen = pack.promise(PromiseKind::Arrival, &cases[5].0).unwrap();
    let above: Vec<i64> =
        chosen.above.iter().map(|it| it.timing.amount.thousandths / 1000).collect();
    assert_eq!(above, [40, 30, 20, 10], "and says what it stands above");
}

#[test]
fn a_district_has_the_class_of_its_longest_area() {
    let all = files(&[GREE[0], ("sla.toml", include_str!("tests/axes.toml"))]);
    let pack = read(&all).expect("no mistakes");
    assert_eq!(pack.region_class("110101"), Some("北京"));
    assert_eq!(pack.region_class("130102"), Some("周边"));
    assert_eq!(pack.region_class("440106"), None);
}

#[test]
fn all_mistakes_are_told_with_line_and_column() {
    #[rustfmt::skip]
    let cases: &[(&str, &str, &[&str])] = &[
        ("org.toml", "[[tier]]\ntier = 1\nzh = '总部'\nen = 'HQ'\nnmae = 'x'\n",
            &["5:1 pack.unknown_key"]),
        ("org.toml", "[[tier]]\ntier = 0\nzh = ' 总部'\n",
            &["1:1 pack.missing_key", "2:8 pack.out_of_range", "3:6 pack.wrong_text"]),
        ("org.toml", "[[tier]]\ntier = 1\n\n[[tier]\n", &["4:8 pack.not_toml"]),
        ("org.toml", "[[region]]\nzh = '甲'\nen = 'A'\nareas = ['4401', '4499', '4401', 5]\n",
            &["4:18 pack.unknown_division", "4:26 pack.duplicate", "4:34 pack.wrong_type"]),
        ("org.toml", "[[post]]\ntier = 2\ncode = 'a'\nzh = '员'\nen = 'A'\nroles = ['boss']\n",
            &["2:8 pack.unknown_reference", "6:10 pack.unknown_value"]),
        ("org.toml", "tier = 'one'\n", &["1:8 pack.wrong_type"]),
        ("products.toml", "[[category]]\nzh = '空调'\nen = 'AC'\n\n\
                           [[category]]\nzh = '空调'\nen = 'AC'\n", &["5:1 pack.duplicate"]),
        ("products.toml", "[[fault]]\ncode = 'E1'\ncategory = '空调'\nzh = '热'\nen = 'Warm'\n\
                           causes = ['霉']\nlevel = 5\ncomponent = '泵'\n",
            &["3:12 pack.unknown_reference", "6:11 pack.unknown_reference",
              "7:9 pack.out_of_range", "8:13 pack.unknown_reference"]),
        ("products.toml", "[[category]]\nzh = '空调'\nen = 'AC'\n\
                           minutes = { repair = 1.5, fly = 2 }\n",
            &["4:22 pack.wrong_type", "4:27 pack.unknown_key"]),
        ("sla.toml", "[[calendar]]\nid = 'a'\nzh = '甲'\nen = 'A'\nzone = 'Mars/Base'\n\
                      [calendar.hours]\n\
                      mon = [['08:30', '12:00'], ['11:00', '17:00']]\ntue = [['9', '10:00']]\n",
            &["5:8 pack.unknown_zone", "7:7 pack.calendar", "8:8 pack.calendar"]),
        ("sla.toml", "[[calendar]]\nid = 'a'\nzh = '甲'\nen = 'A'\n", &["1:1 pack.one_of_two"]),
        ("sla.toml", "[[calendar]]\nid = 'a'\nzh = '甲'\nen = 'A'\nafter_hours = 'cutoff'\n\
                      cutoff = '17:00'\nhours = { mon = [['08:00', '17:00']] }\n",
            &["1:1 pack.missing_key"]),
        ("sla.toml", "[[promise]]\npromise = 'arrival'\namount = 1.5555\nunit = 'hours'\n\
                      clock = 'natural'\nstart = 'received'\nstop = 'never'\n",
            &["3:10 pack.wrong_type", "7:8 pack.unknown_value"]),
        ("sla.toml", "[[promise]]\npromise = 'arrival'\namount = 0\nunit = 'days'\n\
                      clock = 'working'\ncalendar = 'x'\nstart = 'received'\nstop = 'arrived'\n",
            &["4:8 pack.unknown_value", "6:12 pack.unknown_reference"]),
        ("sla.toml", "[[promise]]\npromise = 'arrival'\namount = 1.5\nunit = 'hours'\n\
                      clock = 'natural'\nstart = 'received'\nstop = 'arrived'\nday_end = true\n\
                      whole_days = true\n",
            &["3:10 pack.wrong_type", "8:11 pack.one_of_two", "9:14 pack.one_of_two"]),
        ("sla.toml", "[[promise]]\npromise = 'arrival'\namount = 99999\nunit = 'hours'\n\
                      clock = 'working'\nstart = 'received'\nstop = 'arrived'\n",
            &["3:10 pack.out_of_range"]),
        ("sla.toml", "[[promise]]\npromise = 'arrival'\namount = 9\nunit = 'hours'\n\
                      clock = 'working'\nstart = 'received'\nstop = 'arrived'\n",
            &["5:9 pack.clock_needs_hours"]),
        ("sla.toml", "[[promise]]\npromise = 'arrival'\nlevel = [1, 2]\namount = 9\n\
                      unit = 'hours'\n\
                      clock = 'natural'\nstart = 'received'\nstop = 'arrived'\n\
                      [[promise]]\npromise = 'arrival'\nlevel = 2\namount = 8\nunit = 'hours'\n\
                      clock = 'natural'\nstart = 'received'\nstop = 'arrived'\n",
            &["10:11 pack.ambiguous"]),
        ("warranty.toml", "[[term]]\nmonths = 0\nfrom = 'bought_on'\ncoverage = 'full_price'\n",
            &["2:10 pack.out_of_range", "3:8 pack.unknown_value", "4:12 pack.unknown_value"]),
        ("callback.toml", "[callback]\nreopen_at = 2\ntries = 3\n", &["1:1 pack.missing_key"]),
        ("prices.toml", "", &["1:1 pack.unknown_file"]),
    ];
    let mut seen = BTreeSet::from(["pack.missing_file".to_owned()]);
    for (file, text, expected) in cases {
        let said = mistakes(file, text);
        assert_eq!(said, *expected, "{file}\n{text}");
        seen.extend(said.iter().filter_map(|it| it.split(' ').nth(1)).map(str::to_owned));
    }
    let known: BTreeSet<String> = MISTAKES.iter().map(|it| (*it).to_owned()).collect();
    assert_eq!(seen, known, "every code is listed, and every listed one can happen");
}

#[test]
fn a_folder_without_pack_toml_is_no_pack() {
    let mistakes = read(&BTreeMap::new()).unwrap_err();
    assert_eq!((mistakes[0].code, mistakes[0].line), ("pack.missing_file", 1));
}

#[test]
fn a_pack_of_promises_alone_may_name_categories_it_does_not_describe() {
    let text = "[[promise]]\npromise = 'arrival'\ncategory = '电梯'\nlevel = 1\namount = 2\n\
        unit = 'hours'\nclock = 'natural'\nstart = 'received'\nstop = 'arrived'\n";
    assert_eq!(mistakes("sla.toml", text), Vec::<String>::new());
}

#[test]
fn a_row_without_source_has_the_source_of_its_file() {
    let text = "source = 'own'\n[[cause]]\nzh = '甲'\nen = 'A'\n\
        [[cause]]\nzh = '乙'\nen = 'B'\nsource = '3.10'\n\
        [[cause]]\nzh = '丙'\nen = 'C'\nverified = true\n";
    let pack = read(&files(&[GREE[0], ("products.toml", text)])).unwrap();
    let said: Vec<_> = pack
        .causes
        .iter()
        .map(|it| (it.origin.source.as_deref().unwrap(), it.origin.verified))
        .collect();
    assert_eq!(said, [("own", false), ("3.10", true), ("own", true)]);
}

#[test]
fn a_pack_is_the_same_after_it_was_kept_as_rows() {
    let pack = gree();
    let rows = pack.rows();
    assert_eq!(Pack::from_rows(&rows).unwrap(), pack);
    let mut keys: Vec<_> = rows.iter().map(|it| (&it.table, &it.key)).collect();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), rows.len(), "every row has a key of its own");
    assert!(diff(&rows, &gree().rows()).is_empty(), "loading it again changes nothing");
}

#[test]
fn a_newer_version_shows_what_it_would_change() {
    let old = gree().rows();
    let mut newer = gree();
    newer.promises[0].timing.amount.thousandths = 15_000;
    newer.regions.remove(0);
    newer.causes.push(Phrase {
        name: Name { zh: "老鼠咬线".into(), en: "Cable eaten".into() },
        origin: Origin::default(),
    });
    let diff = diff(&old, &newer.rows());
    let keys = |rows: &[Row]| rows.iter().map(|it| it.key.clone()).collect::<Vec<_>>();
    assert_eq!(keys(&diff.added), ["老鼠咬线"]);
    assert_eq!(keys(&diff.removed), ["北京"]);
    assert_eq!(diff.changed.len(), 1);
    let (was, is) = &diff.changed[0];
    assert_eq!(was.key, "first_contact/kind=install,maintain,repair");
    assert!(was.json.contains("30000") && is.json.contains("15000"));
}

#[test]
fn a_broken_row_is_named() {
    let mut rows = gree().rows();
    rows[3].json = "{}".to_owned();
    let broken = Pack::from_rows(&rows).unwrap_err();
    assert_eq!((broken.table, broken.key), (rows[3].table.clone(), rows[3].key.clone()));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_is_typed_into_a_pack_is_read_or_refused_with_a_place(
        file in 0..GREE.len(),
        at in 0.0..1.0f64,
        gone in 0..12usize,
        typed in "[\\PC\n\"'=\\[\\]{}0-9a-z]{0,8}",
    ) {
        let (name, text) = GREE[file];
        let chars: Vec<char> = text.chars().collect();
        let from = (at * chars.len() as f64) as usize;
        let rest: String = chars.iter().skip(from + gone).collect();
        let text = chars[..from].iter().collect::<String>() + &typed + &rest;
        let lines = text.lines().count();
        let mut all = files(GREE);
        all.insert(name.to_owned(), text);
        for mistake in read(&all).err().unwrap_or_default() {
            proptest::prop_assert!(mistake.line >= 1 && mistake.column >= 1);
            proptest::prop_assert!(mistake.file != name || mistake.line <= lines + 1);
        }
    }
}
