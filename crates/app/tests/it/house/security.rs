//! The written check of security: every line has its verdict and tests that exist, and what no
//! other test sees is seen here.

use std::{collections::BTreeSet, fs};

use super::source::{none, root, sources, words};

/// Level 1 of the standard, chapter by chapter.
const LEVEL_1: &[&str] = &[
    "1.2.1", "1.2.2", "1.2.3", "1.2.4", "1.2.5", "1.3.1", "1.3.2", "1.5.1", "2.1.1", "2.2.1",
    "2.2.2", "2.3.1", "3.2.1", "3.2.2", "3.3.1", "3.4.1", "3.4.2", "3.5.1", "3.5.2", "3.5.3",
    "4.1.1", "4.4.1", "5.2.1", "5.2.2", "5.3.1", "5.3.2", "6.1.1", "6.2.1", "6.2.2", "6.2.3",
    "6.2.4", "6.2.5", "6.2.6", "6.2.7", "6.2.8", "6.3.1", "6.3.2", "6.4.1", "6.4.2", "7.2.1",
    "7.2.2", "7.2.3", "7.2.4", "7.4.1", "7.4.2", "8.1.1", "8.2.1", "8.2.2", "8.3.1", "9.1.1",
    "9.1.2", "9.1.3", "9.2.1", "10.4.1", "10.4.2", "10.4.3", "10.4.4", "10.4.5", "11.3.1",
    "11.3.2", "11.4.1", "12.1.1", "12.2.1", "12.2.2", "13.4.1", "14.2.1", "14.3.1", "15.1.1",
    "15.2.1", "15.3.1",
];

const VERDICTS: &[&str] = &["met", "in part", "yours", "none of it here"];

/// The rows of the two lists: what, verdict, tests.
fn rows() -> Vec<(String, String, Vec<String>)> {
    let text = fs::read_to_string(root().join("docs/security.md")).unwrap();
    let five = text.lines().filter_map(|line| {
        let cells: Vec<_> = line.strip_prefix('|')?.strip_suffix('|')?.split('|').collect();
        let [what, _, _, verdict, tests] = cells.as_slice() else { return None };
        let tests = tests.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        Some((what.trim().to_owned(), verdict.trim().to_owned(), tests))
    });
    five.filter(|it| !["id", "control", "---"].contains(&it.0.as_str())).collect()
}

#[test]
fn every_line_of_the_check_names_tests_that_exist() {
    let all: String = sources("crates").into_iter().map(|it| it.text).collect();
    let rows = rows();
    let ids: BTreeSet<_> = rows.iter().map(|it| it.0.as_str()).collect();
    let mut broken = Vec::new();
    for id in LEVEL_1.iter().filter(|it| !ids.contains(*it)) {
        broken.push(format!("{id} is missing"));
    }
    assert_eq!(LEVEL_1.len(), 70);
    assert_eq!(rows.len(), LEVEL_1.len() + 20, "and the twenty of 等保, each once");
    assert_eq!(ids.len(), rows.len(), "a line stands twice");
    for (what, verdict, tests) in rows {
        if !VERDICTS.contains(&verdict.as_str()) {
            broken.push(format!("{what}: {verdict} is no verdict"));
        }
        if verdict == "met" && tests.is_empty() {
            broken.push(format!("{what} is met, and nothing shows it"));
        }
        for test in tests.iter().filter(|it| !all.contains(&format!("fn {it}("))) {
            broken.push(format!("{what}: no test {test}"));
        }
    }
    none(&broken, "the check of security");
}

#[test]
fn programs_are_started_by_backup_alone() {
    let known = ["crates/app/src/cli/backup/postgres.rs"];
    let mut broken = Vec::new();
    for file in sources("crates").iter().filter(|it| it.path.contains("/src/")) {
        for at in words(&file.code, "Command::new").filter(|_| !known.contains(&file.path.as_str()))
        {
            broken.push(file.at(at));
        }
        let shell = ["\"sh\"", "\"bash\"", "\"cmd\"", "\"-c\""];
        for (at, _) in shell.iter().flat_map(|it| file.code.match_indices(*it)) {
            broken.push(file.at(at));
        }
    }
    none(&broken, "a program is started");
}

#[test]
fn our_scripts_make_no_code_and_no_markup_of_texts() {
    let ways = [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "setTimeout('",
        "setTimeout(\"",
        "createContextualFragment",
    ];
    let mut broken = Vec::new();
    for name in ["app.js", "api-docs.js"] {
        let text = fs::read_to_string(root().join("crates/app/assets").join(name)).unwrap();
        for (line, it) in text.lines().enumerate() {
            let found = ways.iter().filter(|way| it.contains(*way));
            broken.extend(found.map(|way| format!("{name}:{} {way}", line + 1)));
        }
    }
    none(&broken, "a script makes code or markup");
}
