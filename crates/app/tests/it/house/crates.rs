//! Which crate may use which, and what the pure ones may not touch.

use std::{collections::BTreeMap, fs};

use super::source::{none, root, sources, words};

/// Ours, with those of ours they may use: kernel ← rules ← app → platform → kernel; the pure
/// libraries stand by themselves.
const MAY_USE: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("locality", &[]),
    ("worktime", &[]),
    ("entitlement", &[]),
    ("planner", &[]),
    ("stocking", &[]),
    ("reliability", &[]),
    ("rules", &["kernel", "worktime", "locality", "entitlement", "planner"]),
    ("platform", &["kernel"]),
    ("app", &["kernel", "rules", "platform", "locality", "worktime", "entitlement", "planner"]),
];

/// No I/O, not async, no clock, no chance.
const PURE: &[&str] = &[
    "kernel",
    "rules",
    "locality",
    "worktime",
    "entitlement",
    "planner",
    "stocking",
    "reliability",
];

fn manifests() -> BTreeMap<String, toml::Table> {
    let crates = fs::read_dir(root().join("crates")).unwrap();
    let read = crates.map(|entry| {
        let folder = entry.unwrap().path();
        let text = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        (name, text.parse().unwrap())
    });
    read.collect()
}

fn ours(manifest: &toml::Table, table: &str) -> Vec<String> {
    let known: Vec<&str> = MAY_USE.iter().map(|it| it.0).collect();
    let used = manifest.get(table).and_then(toml::Value::as_table).into_iter().flatten();
    used.map(|it| it.0.clone()).filter(|it| known.contains(&it.as_str())).collect()
}

#[test]
fn crates_use_only_what_stands_below_them() {
    let mut broken = Vec::new();
    for (name, manifest) in manifests() {
        let Some((_, may)) = MAY_USE.iter().find(|it| it.0 == name) else {
            broken.push(format!("{name} is a crate that this table does not know"));
            continue;
        };
        for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let wrong = ours(&manifest, table);
            let wrong = wrong.iter().filter(|it| !may.contains(&it.as_str()));
            broken.extend(wrong.map(|it| format!("{name} uses {it}")));
        }
    }
    none(&broken, "a crate uses what does not stand below it");
}

#[test]
fn pure_crates_know_no_clock_no_disk_no_net_and_no_chance() {
    let forbidden = [
        "tokio",
        "std::fs",
        "std::net",
        "std::env",
        "SystemTime",
        "Instant",
        "Timestamp::now",
        "Zoned::now",
        "thread_rng",
        "rand",
        "async",
        "await",
        "File",
        "stdin",
        "println",
    ];
    let mut broken = Vec::new();
    for krate in PURE.iter().filter(|it| root().join("crates").join(it).is_dir()) {
        for file in sources(&format!("crates/{krate}/src")) {
            for word in forbidden {
                broken.extend(words(&file.code, word).map(|at| format!("{} {word}", file.at(at))));
            }
        }
    }
    none(&broken, "a pure crate reaches outside");
}

#[test]
fn money_is_never_a_float() {
    let mut broken = Vec::new();
    let files = sources("crates/kernel/src").into_iter().chain(sources("crates/rules/src"));
    for file in files.filter(|it| !it.path.ends_with("/tests.rs")) {
        for word in ["f64", "f32"] {
            broken.extend(words(&file.code, word).map(|at| format!("{} {word}", file.at(at))));
        }
    }
    none(&broken, "floats are for places, planner, stocking and reliability");
}

#[test]
fn the_platform_names_no_capability() {
    let named = [
        "order",
        "orders",
        "request",
        "requests",
        "customer",
        "customers",
        "device",
        "devices",
        "callback",
        "callbacks",
        "promise",
        "promises",
        "notice",
        "notices",
        "visit",
        "visits",
        "dispatch",
        "intake",
        "outlet",
        "technician",
    ];
    let mut broken = Vec::new();
    for file in sources("crates/platform/src") {
        for (at, text) in file.quoted() {
            let here = named.iter().filter(|word| words(&text, word).next().is_some());
            broken.extend(here.map(|word| format!("{} {word}", file.at(at))));
        }
        let names = named.iter().flat_map(|it| [format!("{it}::"), format!("mod {it}")]);
        broken.extend(
            names.filter(|it| file.code.contains(it)).map(|it| format!("{} {it}", file.path)),
        );
    }
    // `http::Request` and `order by` are no capabilities of ours.
    broken.retain(|it| !it.ends_with(" order"));
    none(&broken, "the floor knows no capability");
}
