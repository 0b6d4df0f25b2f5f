//! Every pack of the repository is read without a mistake, and says of times what its document
//! says (requirement C6): the numbers conflict with each other, so each stands in its own pack.

#![allow(
    clippy::unwrap_used,
    clippy::type_complexity,
    reason = "a table of a test reads best flat"
)]

use std::{collections::BTreeMap, fs, path::Path};

use rules::{
    intake::RequestKind,
    pack::{self, Matter, Pack, Unit},
    promise::PromiseKind,
};

fn packs() -> BTreeMap<String, Pack> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let mut packs = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_dir() {
            continue;
        }
        let id = path.file_name().unwrap().to_string_lossy().into_owned();
        let files = fs::read_dir(&path).unwrap().map(|it| it.unwrap().path());
        let tables = files.filter(|it| it.extension().is_some_and(|it| it == "toml"));
        let texts = tables.map(|it| {
            let name = it.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(it).unwrap())
        });
        let read = pack::read(&texts.collect());
        let pack = read.unwrap_or_else(|mistakes| panic!("{id}: {mistakes:#?}"));
        assert_eq!(pack.about.id, id, "a pack is called like its folder");
        packs.insert(id, pack);
    }
    packs
}

/// Pack, document, promise, level, region class, amount and unit: as the documents say them.
#[rustfmt::skip]
const TIMES: &[(&str, &str, PromiseKind, i64, Option<&str>, i64, Unit)] = &[
    ("lighting", "3.1", PromiseKind::FirstContact, 3, None, 30, Unit::Minutes),
    ("led-display", "3.13", PromiseKind::Arrival, 3, None, 24, Unit::Hours),
    ("led-display", "3.13", PromiseKind::Repair, 3, None, 24, Unit::Hours),
    ("led-display", "3.13", PromiseKind::Repair, 1, None, 5, Unit::CalendarDays),
    ("landscaping", "3.5", PromiseKind::Arrival, 3, None, 2, Unit::CalendarDays),
    ("landscaping", "3.5", PromiseKind::Arrival, 1, None, 2, Unit::Hours),
    ("his-software", "3.8", PromiseKind::FirstContact, 3, None, 1, Unit::Hours),
    ("his-software", "3.8", PromiseKind::Repair, 3, None, 8, Unit::Hours),
    ("his-software", "3.8", PromiseKind::Repair, 1, None, 3, Unit::WorkingDays),
    ("his-software", "3.8", PromiseKind::Arrival, 3, Some("北京"), 2, Unit::Hours),
    ("his-software", "3.8", PromiseKind::Arrival, 3, Some("北京周边"), 12, Unit::Hours),
    ("his-software", "3.8", PromiseKind::Arrival, 3, None, 48, Unit::Hours),
    ("solar", "3.9", PromiseKind::Arrangement, 3, None, 4, Unit::Hours),
    ("solar", "3.9", PromiseKind::Arrival, 3, None, 12, Unit::Hours),
    ("pm-software", "3.10", PromiseKind::Arrival, 3, None, 48, Unit::Hours),
    ("aluminium-windows", "3.11", PromiseKind::Arrival, 3, None, 24, Unit::Hours),
    ("machinery", "3.12", PromiseKind::FirstContact, 3, None, 24, Unit::Hours),
    ("farm-machinery", "3.15", PromiseKind::Arrangement, 3, None, 2, Unit::Hours),
];

#[test]
fn each_document_s_times_come_out_of_its_pack() {
    let packs = packs();
    for (id, source, promise, level, region_class, amount, unit) in TIMES {
        let kind = RequestKind::Repair;
        let matter =
            Matter { level: Some(*level), region_class: *region_class, ..Matter::of(kind) };
        let chosen = packs[*id].promise(*promise, &matter);
        let chosen = chosen.unwrap_or_else(|| panic!("{id} promises no {promise}"));
        let said = (chosen.row.timing.amount.thousandths, chosen.row.timing.amount.unit);
        assert_eq!(said, (amount * 1000, *unit), "{id} {promise} {level} {region_class:?}");
        assert_eq!(chosen.row.origin.source.as_deref(), Some(*source), "{id} {promise}");
    }
}

#[test]
fn every_promise_says_where_it_comes_from() {
    for (id, pack) in packs() {
        for row in &pack.promises {
            assert!(row.origin.source.is_some(), "{id} {}", row.promise);
        }
    }
}

#[test]
fn a_region_class_is_found_by_the_district() {
    let packs = packs();
    let class = |district| packs["his-software"].region_class(district);
    assert_eq!(class("110105"), Some("北京"));
    assert_eq!(class("130681"), Some("北京周边"));
    assert_eq!(class("440402"), None);
}

#[test]
fn a_design_asked_for_and_a_unit_sent_back_have_times_of_their_own() {
    let packs = packs();
    let times = [
        (RequestKind::Consult, 2, Unit::CalendarDays),
        (RequestKind::Return, 5, Unit::WorkingDays),
    ];
    for (kind, amount, unit) in times {
        let chosen = packs["led-display"].promise(PromiseKind::Reply, &Matter::of(kind)).unwrap();
        let said = (chosen.row.timing.amount.thousandths, chosen.row.timing.amount.unit);
        assert_eq!(said, (amount * 1000, unit), "{kind}");
        assert_eq!(chosen.row.origin.source.as_deref(), Some("3.3"), "{kind}");
        assert!(!chosen.above.is_empty(), "the general answer stands below it: {kind}");
    }
}
