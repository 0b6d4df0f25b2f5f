//! Real files. What may not be copied into the repository is read where it lies, if it is there.

use std::{collections::HashSet, path::PathBuf};

use platform::sheet::{self, Cell, Options, Row, Sheet};

/// Beside the repository, or where `BAOXIU_SHARED` says.
fn shared(file: &str) -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = std::env::var_os("BAOXIU_SHARED").map_or_else(beside, PathBuf::from);
    let path = folder.join("data").join(file);
    if !path.exists() {
        println!("skipped: {} is not there; set BAOXIU_SHARED", path.display());
        return None;
    }
    Some(path)
}

fn read(sheet: &Sheet) -> Vec<Row> {
    sheet.rows().collect::<Result<_, _>>().unwrap()
}

fn column<'a>(sheet: &Sheet, rows: &'a [Row], heading: &str) -> Vec<Option<&'a str>> {
    let place = sheet.place(heading).unwrap();
    rows.iter().map(|row| row.cells[place].text()).collect()
}

#[test]
fn tables_have_as_many_rows_and_columns_as_their_sources_say() {
    for (file, header, rows, columns) in [
        ("boston311_2011/dev_2011_07_08.csv.gz", true, 21_401, 29),
        ("uci_incident/incident_event_log_first5998_original_labels.csv", true, 5_998, 36),
        ("sf311/sf311_10000.csv.gz", true, 10_000, 19),
        ("nhtsa_recalls/RCL_FROM_2025_2026.zip", true, 4_739, 6),
        ("nhtsa_samples/complaints.txt", false, 100, 48),
        ("nhtsa_samples/nhtsa-complaints-100.txt", false, 101, 49),
        ("nhtsa_samples/recalls.txt", false, 100, 24),
        ("nhtsa_samples/investigations.txt", false, 110, 11),
        ("nhtsa_samples/service_bulletins.txt", false, 100, 10),
        ("openrepair/OpenRepairData_v0.3_RestartProject_202204.csv.gz", true, 23_940, 14),
        ("openrepair/OpenRepairData_v0.3_RepairCafeToronto_202507.csv", true, 5_567, 14),
        ("openrepair/OpenRepairData_v0.3_FixitClinic_202507.csv", true, 1_033, 14),
        ("product_matching/D2_abt.csv", true, 1_076, 4),
        ("cn_divisions/streets.csv.gz", true, 41_352, 5),
        ("adventureworks/BillOfMaterials.csv", false, 2_679, 9),
        ("adventureworks/FactCallCenter.csv", false, 120, 14),
        ("adventureworks/ProductInventory.csv", false, 1_069, 7),
    ] {
        let Some(path) = shared(file) else { continue };
        let sheet = sheet::open(path, &Options { header, ..Options::default() }).unwrap();
        assert_eq!(read(&sheet).len(), rows, "{file}");
        assert_eq!(sheet.headings().len(), columns, "{file}");
        assert_eq!(sheet.rows().count(), rows, "{file}, read again");
    }
}

#[test]
fn event_logs_have_as_many_events_and_cases_as_their_sources_say() {
    for (file, events, cases) in [
        ("bpi2013_volvo/BPI_Challenge_2013_closed_problems.xes.gz", 6_660, 1_487),
        ("helpdesk_it/helpdesk.xes.gz", 21_348, 4_580),
        ("repair_example/repairExample.xes.gz", 11_855, 1_104),
    ] {
        let Some(path) = shared(file) else { continue };
        let sheet = sheet::open(path, &Options::default()).unwrap();
        assert_eq!(sheet.headings()[..5], ["case", "activity", "at", "person", "group"]);
        let rows = read(&sheet);
        assert_eq!(rows.len(), events, "{file}");
        let named: HashSet<_> = column(&sheet, &rows, "case").into_iter().collect();
        assert_eq!((named.len(), named.contains(&None)), (cases, false), "{file}");
        assert!(rows.iter().zip(2..).all(|(row, number)| row.number == number));
        let times = column(&sheet, &rows, "at");
        let zone = jiff::tz::TimeZone::UTC;
        let none: &[&str] = &[];
        assert!(times.iter().all(|at| sheet::when(at.unwrap(), none, &zone).is_ok()), "{file}");
    }
}

#[test]
fn attributes_of_an_event_stand_under_their_own_names() {
    let file = "bpi2013_volvo/BPI_Challenge_2013_closed_problems.xes.gz";
    let Some(path) = shared(file) else { return };
    let sheet = sheet::open(path, &Options::default()).unwrap();
    let rows = read(&sheet);
    for heading in ["impact", "product", "resource country", "lifecycle:transition", "org:role"] {
        let known = column(&sheet, &rows, heading).into_iter().flatten().count();
        assert!(known > 1_000, "{heading}: {known}");
    }
    let at = column(&sheet, &rows, "at");
    assert!(at.iter().flatten().all(|at| at.ends_with("+01:00") || at.ends_with("+02:00")));
}

#[test]
fn a_line_break_in_a_cell_does_not_shift_the_rows() {
    let Some(path) = shared("nhtsa_recalls/RCL_FROM_2025_2026.zip") else { return };
    let sheet = sheet::open(path, &Options::default()).unwrap();
    let rows = read(&sheet);
    assert!(rows.iter().zip(2..).all(|(row, number)| row.number == number));
    let broken = column(&sheet, &rows, "SUMMARY").into_iter().flatten();
    assert!(broken.filter(|summary| summary.contains('\n')).count() > 100);
}

#[test]
fn a_missing_value_is_empty() {
    let file = "uci_incident/incident_event_log_first5998_original_labels.csv";
    let Some(path) = shared(file) else { return };
    let missing = vec!["?".to_owned()];
    let sheet = sheet::open(path, &Options { missing, ..Options::default() }).unwrap();
    let rows = read(&sheet);
    let unknown = rows.iter().flat_map(|row| &row.cells).filter(|cell| **cell == Cell::Empty);
    assert!(unknown.count() > 10_000);
    let opened = column(&sheet, &rows, "opened_at").into_iter().flatten();
    let formats = ["%d-%m-%Y %H:%M"];
    let zone = jiff::tz::TimeZone::UTC;
    assert_eq!(opened.filter(|at| sheet::when(at, &formats, &zone).is_ok()).count(), 5_998);
}

#[test]
fn tables_that_nobody_should_write_do_no_harm() {
    let Some(folder) = shared("adventureworks") else { return };
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        for header in [true, false] {
            let sheet = sheet::open(&path, &Options { header, ..Options::default() }).unwrap();
            assert!(sheet.rows().count() > 2, "{}", path.display());
        }
    }
}
