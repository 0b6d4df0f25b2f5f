//! How the code reads, as far as a machine can tell.

use super::source::{none, sources};

/// A file has about 400 lines; at so many somebody has to cut it.
const FILE: usize = 480;

const FOLDERS: &[&str] = &["benches", "crates", "xtask"];

#[test]
fn files_are_short_enough_to_be_read() {
    let mut broken = Vec::new();
    for file in FOLDERS.iter().flat_map(|it| sources(it)) {
        if !file.path.contains("/src/") {
            continue;
        }
        let lines = file.text.lines().count();
        if lines > FILE {
            broken.push(format!("{} has {lines} lines, {FILE} at most", file.path));
        }
    }
    none(&broken, "a file is too long");
}

#[test]
fn nothing_is_unwrapped_outside_of_tests_and_nothing_is_left_to_do() {
    let words =
        [".unwrap()", ".unwrap_err()", "todo!(", "unimplemented!(", "dbg!(", "panic!(\"not"];
    let mut broken = Vec::new();
    for file in FOLDERS.iter().flat_map(|it| sources(it)) {
        let is_test = file.path.contains("/tests/")
            || file.path.ends_with("/tests.rs")
            || file.path.contains("/benches/")
            || file.path.contains("/examples/");
        if is_test {
            continue;
        }
        for word in words {
            let found = file.code.match_indices(word).map(|it| file.at(it.0));
            broken.extend(found.map(|at| format!("{at} {word}")));
        }
        for word in ["FIXME", "TODO", "XXX"] {
            let found = file.text.lines().enumerate().filter(|it| it.1.contains(word));
            broken.extend(found.map(|(at, _)| format!("{}:{} {word}", file.path, at + 1)));
        }
    }
    none(&broken, "left for later, or left to luck");
}

#[test]
fn every_module_says_what_it_is() {
    let mut broken = Vec::new();
    for file in FOLDERS.iter().flat_map(|it| sources(it)) {
        let says = file.text.starts_with("//!");
        let ours = file.path.contains("/src/") && !file.path.ends_with("/tests.rs");
        if !says && ours && !file.path.ends_with("/main.rs") {
            broken.push(file.path);
        }
    }
    none(&broken, "a module begins with what it is in the business");
}
