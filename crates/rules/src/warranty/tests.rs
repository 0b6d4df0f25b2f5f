use super::*;
use crate::pack::{Exclusion, Name, Origin, Term};

fn day(text: &str) -> Option<Date> {
    Some(text.parse().unwrap())
}

fn term(category: &str, component: Option<&str>, months: i64, from: &[Start]) -> Term {
    Term {
        category: Some(category.to_owned()),
        component: component.map(str::to_owned),
        kind: entitlement::Kind::Repair,
        months,
        days: None,
        km: None,
        hours: None,
        causes: vec![],
        from: from.to_vec(),
        coverage: Coverage::Free,
        note: None,
        origin: Origin { source: Some("3.9".to_owned()), verified: true },
    }
}

fn exclusion(code: &str, outcome: Coverage) -> Exclusion {
    Exclusion {
        code: code.to_owned(),
        name: Name { zh: code.to_owned(), en: code.to_owned() },
        causes: vec![],
        outcome,
        evidence: vec!["照片".to_owned()],
        note: None,
        origin: Origin::default(),
    }
}

const LAW: &[Start] = &[Start::InstalledOn, Start::DeliveredOn, Start::SoldOn];

fn pack() -> Pack {
    Pack {
        terms: vec![
            term("空调", None, 12, LAW),
            term("空调", Some("压缩机"), 36, LAW),
            term("太阳能", Some("水箱"), 36, &[Start::AcceptedOn]),
            term("太阳能", Some("管路"), 12, &[Start::AcceptedOn]),
        ],
        exclusions: vec![
            exclusion("misuse", Coverage::FullPrice),
            exclusion("careless", Coverage::CostPrice),
        ],
        ..Pack::default()
    }
}

fn air_conditioner(dates: Dates) -> Case<'static> {
    Case { category: Some("空调"), dates, ..Case::default() }
}

fn codes(answer: &Entitlement) -> Vec<&str> {
    answer.reasons.iter().map(|it| it.code).collect()
}

#[test]
fn a_term_ends_on_the_corresponding_day_and_that_day_belongs_to_it() {
    #[rustfmt::skip]
    let cases = [
        ("2025-03-15", "2026-03-15"),
        ("2024-02-29", "2025-02-28"),
        ("2023-02-28", "2024-02-28"),
        ("2025-12-31", "2026-12-31"),
    ];
    for (from, last) in cases {
        let case = air_conditioner(Dates { sold_on: day(from), ..Dates::default() });
        let last: Date = last.parse().unwrap();
        let on = |as_of| decide(&pack(), &case, as_of).coverage;
        assert_eq!(on(last), Coverage::Free, "{from}");
        assert_eq!(on(last.tomorrow().unwrap()), Coverage::FullPrice, "{from}");
    }
}

#[test]
fn a_month_without_that_day_ends_the_term_on_its_last() {
    let mut pack = pack();
    pack.terms[0].months = 1;
    let case = air_conditioner(Dates { sold_on: day("2026-01-31"), ..Dates::default() });
    let answer = decide(&pack, &case, "2026-02-28".parse().unwrap());
    assert_eq!(answer.coverage, Coverage::Free);
    assert_eq!(answer.until[0].until.to_string(), "2026-02-28");
}

#[test]
fn installation_begins_the_term_before_delivery_and_delivery_before_sale() {
    let (sold_on, delivered_on) = (day("2025-01-01"), day("2025-01-10"));
    let installed_on = day("2025-02-01");
    #[rustfmt::skip]
    let cases = [
        (Dates { sold_on, ..Dates::default() }, "2026-01-01"),
        (Dates { sold_on, delivered_on, ..Dates::default() }, "2026-01-10"),
        (Dates { sold_on, delivered_on, installed_on, ..Dates::default() }, "2026-02-01"),
    ];
    for (dates, last) in cases {
        let answer = decide(&pack(), &air_conditioner(dates), "2025-06-01".parse().unwrap());
        assert_eq!(answer.until[0].until.to_string(), last);
        assert!(answer.missing.is_empty(), "inside the term nothing more is asked");
    }
}

#[test]
fn without_any_date_nobody_knows_and_the_missing_days_are_named() {
    let answer = decide(&pack(), &air_conditioner(Dates::default()), day("2026-01-01").unwrap());
    assert_eq!(answer.coverage, Coverage::Unknown);
    assert_eq!(answer.missing, ["installed_on", "delivered_on", "sold_on"]);
    assert_eq!(codes(&answer), ["warranty.start_missing"]);
}

#[test]
fn out_of_term_by_the_sale_says_that_the_installation_could_change_it() {
    let case = air_conditioner(Dates { sold_on: day("2020-01-01"), ..Dates::default() });
    let answer = decide(&pack(), &case, day("2026-01-01").unwrap());
    assert_eq!(answer.coverage, Coverage::FullPrice);
    assert_eq!(answer.missing, ["installed_on", "delivered_on"]);
}

#[test]
fn the_compressor_outlasts_the_unit() {
    let dates = Dates { installed_on: day("2024-01-01"), ..Dates::default() };
    let unit = decide(&pack(), &air_conditioner(dates), day("2026-01-01").unwrap());
    assert_eq!(unit.coverage, Coverage::FullPrice);
    assert_eq!(unit.missing, ["component"]);
    assert_eq!(codes(&unit), ["warranty.out_of_term", "warranty.component_until"]);
    let case = Case { component: Some("压缩机"), ..air_conditioner(dates) };
    assert_eq!(decide(&pack(), &case, day("2026-01-01").unwrap()).coverage, Coverage::Free);
    let case = Case { component: Some("遥控器"), ..air_conditioner(dates) };
    let remote = decide(&pack(), &case, day("2026-01-01").unwrap());
    assert_eq!(remote.coverage, Coverage::FullPrice, "it belongs to the unit");
    assert!(remote.missing.is_empty());
}

#[test]
fn without_a_term_of_the_unit_the_component_decides() {
    let dates = Dates { accepted_on: day("2024-06-30"), ..Dates::default() };
    let solar = Case { category: Some("太阳能"), dates, ..Case::default() };
    #[rustfmt::skip]
    let cases = [
        ("2025-06-30", None,         Coverage::Free,      vec![]),
        ("2025-07-01", None,         Coverage::Unknown,   vec!["component"]),
        ("2025-07-01", Some("水箱"), Coverage::Free,      vec![]),
        ("2025-07-01", Some("管路"), Coverage::FullPrice, vec![]),
        ("2027-06-30", Some("水箱"), Coverage::Free,      vec![]),
        ("2027-07-01", None,         Coverage::FullPrice, vec![]),
        ("2025-07-01", Some("水表"), Coverage::Unknown,   vec![]),
    ];
    for (as_of, component, coverage, missing) in cases {
        let answer = decide(&pack(), &Case { component, ..solar }, day(as_of).unwrap());
        assert_eq!(answer.coverage, coverage, "{as_of} {component:?}");
        assert_eq!(answer.missing, missing, "{as_of} {component:?}");
    }
    let unaccepted = Case { dates: Dates::default(), ..solar };
    let answer = decide(&pack(), &unaccepted, day("2025-01-01").unwrap());
    assert_eq!((answer.coverage, answer.missing), (Coverage::Unknown, vec!["accepted_on"]));
}

#[test]
fn a_proved_exclusion_takes_the_right_away_and_a_suspected_one_does_not() {
    let dates = Dates { sold_on: day("2025-06-01"), ..Dates::default() };
    #[rustfmt::skip]
    let cases = [
        ("2025-12-01", "misuse",   true,  Coverage::FullPrice, "warranty.excluded"),
        ("2025-12-01", "careless", true,  Coverage::CostPrice, "warranty.excluded"),
        ("2025-12-01", "misuse",   false, Coverage::Free,      "warranty.in_term"),
        ("2029-12-01", "careless", true,  Coverage::FullPrice, "warranty.out_of_term"),
        ("2025-12-01", "gremlins", true,  Coverage::Free,      "warranty.in_term"),
    ];
    for (as_of, exclusion, proved, coverage, first) in cases {
        let cause = Some(Cause { exclusion, proved });
        let case = Case { cause, ..air_conditioner(dates) };
        let answer = decide(&pack(), &case, day(as_of).unwrap());
        assert_eq!(answer.coverage, coverage, "{exclusion} {proved} {as_of}");
        assert_eq!(codes(&answer)[0], first, "{exclusion} {proved} {as_of}");
    }
}

#[test]
fn a_proved_exclusion_at_full_price_needs_no_date() {
    let cause = Some(Cause { exclusion: "misuse", proved: true });
    let case = Case { cause, ..air_conditioner(Dates::default()) };
    let answer = decide(&pack(), &case, day("2026-01-01").unwrap());
    assert_eq!((answer.coverage, answer.missing), (Coverage::FullPrice, vec![]));
}

#[test]
fn a_device_without_category_or_without_term_is_undecided() {
    let as_of = day("2026-01-01").unwrap();
    let answer = decide(&pack(), &Case::default(), as_of);
    assert_eq!((answer.coverage, answer.missing), (Coverage::Unknown, vec!["category"]));
    let chiller = Case { category: Some("冷水机组"), ..Case::default() };
    let answer = decide(&pack(), &chiller, as_of);
    assert_eq!(answer.coverage, Coverage::Unknown);
    assert_eq!(codes(&answer), ["warranty.no_term"]);
}

#[test]
fn before_it_is_installed_it_is_covered() {
    let dates = Dates { installed_on: day("2026-05-01"), ..Dates::default() };
    let answer = decide(&pack(), &air_conditioner(dates), day("2026-04-30").unwrap());
    assert_eq!(answer.coverage, Coverage::Free);
    // And what may be claimed by it.
    assert_eq!(codes(&answer), ["warranty.in_term", "warranty.promised"]);
    assert_eq!(answer.until[0].until.to_string(), "2027-05-01");
}

#[test]
fn the_law_holds_beside_the_pack_and_the_region_beside_both() {
    let dates = Dates { sold_on: day("2026-01-10"), ..Dates::default() };
    let fridge = Case { category: Some("家用电冰箱"), dates, ..Case::default() };
    let answer = decide(&pack(), &fridge, day("2026-01-15").unwrap());
    let decision = answer.decision.as_ref().unwrap();
    assert!(decision.may(entitlement::Kind::Return), "seven days");
    assert!(decision.rules.contains(&"sb95-9@1995-08-25".to_owned()));
    assert_eq!(answer.inputs.as_of, day("2026-01-15").unwrap());
    let there = Case { region: Some("330100"), ..fridge };
    let answer = decide(&pack(), &there, day("2026-09-01").unwrap());
    let burden = answer.decision.unwrap().burden_of_proof;
    assert_eq!(burden, entitlement::Bearer::Operator, "Zhejiang: the whole term");
}

#[test]
fn days_that_contradict_each_other_are_told_and_not_decided() {
    let (sold_on, installed_on) = (day("2026-01-10"), day("2026-01-05"));
    let case = air_conditioner(Dates { sold_on, installed_on, ..Dates::default() });
    let answer = decide(&pack(), &case, day("2026-02-01").unwrap());
    assert_eq!(
        (answer.coverage, answer.missing.as_slice()),
        (Coverage::Unknown, &["installed_on"][..])
    );
    assert_eq!(codes(&answer), ["warranty.contradiction"]);
}

#[test]
fn every_reason_of_ours_has_a_code_of_the_list() {
    let source = include_str!("../warranty.rs");
    let said = source.split("reason(\"warranty.").skip(1);
    for code in said.map(|it| format!("warranty.{}", it.split('"').next().unwrap())) {
        let known =
            REASONS.contains(&code.as_str()) || entitlement::REASONS.contains(&code.as_str());
        assert!(known, "{code}");
    }
}
