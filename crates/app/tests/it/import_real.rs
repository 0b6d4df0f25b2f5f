//! Real files, with the maps that lie in `docs/examples`: extracts kept here, and the whole of them
//! where they are.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    import::{DRY, count, counts, import, made, mapped, request, timeline, try_import},
    town::{On, Town, everywhere, skipped},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn map(example: &str) -> String {
    fs::read_to_string(root().join("docs/examples").join(example).join("import.toml")).unwrap()
}

fn extract(file: &str) -> Vec<u8> {
    fs::read(root().join("crates/platform/tests/data").join(file)).unwrap()
}

/// Beside the repository, or where `BAOXIU_SHARED` says.
fn whole(file: &str) -> Option<Vec<u8>> {
    let beside = || root().join("../shared");
    let folder = std::env::var_os("BAOXIU_SHARED").map_or_else(beside, PathBuf::from);
    let path = folder.join("data").join(file);
    if !path.exists() {
        skipped(&format!("{} is not there; set BAOXIU_SHARED", path.display()));
        return None;
    }
    Some(fs::read(path).unwrap())
}

#[tokio::test]
async fn requests_of_boston_stand_in_the_lists_with_place_and_department() {
    everywhere("boston", async |town| {
        let ask = mapped(&map("boston311"));
        let report = import(town, "requests", extract("boston311_200.csv"), &ask).await;
        assert_eq!(counts(&report), [200, 0, 200, 0, 0], "{:?}", report.problems);
        let it = request(town, "101000295613").await;
        assert_eq!(it["received_at"], "2011-07-01T13:32:33+08:00");
        assert_eq!(it["fault"]["text"], "Street Light Outages · Public Works Department");
        assert_eq!(it["place"]["lat"], 42.2715);
        let line = timeline(town, &it).await;
        assert!(line.iter().any(|it| it.2.contains("2011-07-15")), "{line:?}");
        let report = import(town, "requests", extract("boston311_200.csv"), &ask).await;
        assert_eq!(counts(&report), [200, 0, 0, 0, 200]);
        let late = town.get("he", "/orders?overdue=true").await.json;
        assert_eq!(late["items"].as_array().unwrap().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_status_log_is_rebuilt_case_by_case() {
    everywhere("uci", async |town| {
        let ask = mapped(&map("uci_incident"));
        let report = import(town, "events", extract("uci_incident_200.csv"), &ask).await;
        assert_eq!(counts(&report), [200, 0, 200, 0, 0], "{:?}", report.problems);
        assert_eq!(made(&report, "requests"), count(town, "requests").await as u64);
        let it = request(town, "INC0000045").await;
        assert_eq!((&it["channel"], &it["status"]), (&"phone".into(), &"closed".into()));
        let line = timeline(town, &it).await;
        let said: Vec<_> = line.iter().map(|it| it.2.as_str()).collect();
        assert!(said.contains(&"New") && said.contains(&"Closed"), "{said:?}");
        let report = import(town, "events", extract("uci_incident_200.csv"), &ask).await;
        assert_eq!(counts(&report), [200, 0, 0, 0, 200]);
    })
    .await;
}

#[tokio::test]
async fn the_whole_files_pass_the_first_pass() {
    let town = Town::new("whole", On::Sqlite).await;
    for (example, kind, file, rows) in [
        ("boston311", "requests", "boston311_2011/dev_2011_07_08.csv.gz", 21_401),
        ("bpi2013", "events", "bpi2013_volvo/BPI_Challenge_2013_closed_problems.xes.gz", 6_660),
        (
            "uci_incident",
            "events",
            "uci_incident/incident_event_log_first5998_original_labels.csv",
            5_998,
        ),
        ("helpdesk_it", "events", "helpdesk_it/helpdesk.xes.gz", 21_348),
        ("repair_example", "events", "repair_example/repairExample.xes.gz", 11_855),
    ] {
        let Some(bytes) = whole(file) else { continue };
        let ask = crate::import::Ask { dry_run: true, ..mapped(&map(example)) };
        let name = file.rsplit('/').next().unwrap();
        let (report, _) = try_import(&town, kind, name, &bytes, &ask).await.unwrap();
        assert_eq!(counts(&report), [rows, 0, rows, 0, 0], "{file} {:?}", report.problems);
    }
}

#[tokio::test]
async fn a_place_of_nought_is_a_problem_and_no_pin_in_the_sea() {
    let Some(bytes) = whole("sf311/sf311_10000.csv.gz") else { return };
    let town = Town::new("sf", On::Sqlite).await;
    let map = "[columns]\nexternal_id = \"unique_key\"\nopened_at = \"created_date\"\n\
               lat = \"latitude\"\nlon = \"longitude\"\n[defaults]\nkind = \"repair\"\n";
    let ask = crate::import::Ask { map: map.into(), ..DRY };
    let (report, _) = try_import(&town, "requests", "sf.csv.gz", &bytes, &ask).await.unwrap();
    assert_eq!((report.rows, report.bad), (10_000, 4_264));
    assert!(report.problems.iter().all(|it| it.code == "import.nowhere"));
}
