//! The schema, step by step. A file that was released is never edited; the next one follows.

use platform::db::Migration;

macro_rules! migrations {
    ($($name:literal)+) => {
        pub const ALL: &[Migration] = &[$(Migration {
            name: $name,
            sql: include_str!(concat!("../migrations/", $name, ".sql")),
        }),+];
    };
}

migrations! {
    "0001_ground"
    "0002_views"
    "0003_administration"
    "0004_promise_clocks"
    "0005_faults_and_shifts"
    "0006_import"
    "0007_reading"
    "0008_entitlement"
    "0010_drafts_and_views"
    "0011_delays"
    "0012_told"
    "0013_open"
    "0014_finds"
}
