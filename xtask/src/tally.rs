//! What the tests said: counted from the lines that cargo and the test binaries print.
//!
//! A test that cannot run here says `skipped: why` on a line of its own, written past libtest's
//! capture (`writeln!(io::stderr(), …)`). A test binary without libtest's harness ends with a
//! line like libtest's own: `test result: ok. 3 passed; 0 failed; 1 ignored`.

use std::{iter::Sum, ops::Add};

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
}

impl Tally {
    pub const FAILED: Tally = Tally { passed: 0, failed: 1, skipped: 0 };
    pub const SKIPPED: Tally = Tally { passed: 0, failed: 0, skipped: 1 };

    /// What one line of output adds.
    pub fn of(line: &str) -> Tally {
        if let Some(result) = line.trim_start().strip_prefix("test result: ") {
            let count = |word| result.split(['.', ';']).find_map(|part| count(part, word));
            return Tally {
                passed: count("passed").unwrap_or(0),
                failed: count("failed").unwrap_or(0),
                skipped: count("ignored").unwrap_or(0),
            };
        }
        // With one test thread libtest has written "test name ... " on this line before.
        let said = line.split_once(" ... ").map_or(line, |(_, rest)| rest);
        if said.trim_start().starts_with("skipped: ") { Tally::SKIPPED } else { Tally::default() }
    }
}

impl Add for Tally {
    type Output = Tally;
    fn add(self, other: Tally) -> Tally {
        Tally {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Tally>>(tallies: I) -> Tally {
        tallies.fold(Tally::default(), Add::add)
    }
}

/// The name of what is about to run, where cargo announces it.
pub fn announced(line: &str) -> Option<String> {
    let line = line.trim_start();
    if let Some(krate) = line.strip_prefix("Doc-tests ") {
        return Some(format!("{krate} (examples)"));
    }
    // "Running unittests src/lib.rs (target/debug/deps/kernel-0f3a…)"
    let binary =
        line.strip_prefix("Running ")?.strip_suffix(')')?.rsplit(['(', '/', '\\']).next()?;
    Some(binary.rsplit_once('-')?.0.to_owned())
}

fn count(part: &str, word: &str) -> Option<u64> {
    part.trim().strip_suffix(word)?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_adds_what_it_says() {
        let none = Tally::default();
        let result = "test result: ok. 12 passed; 1 failed; 2 ignored; 0 measured; 7 filtered out";
        for (line, said) in [
            (result, Tally { passed: 12, failed: 1, skipped: 2 }),
            ("test result: FAILED. 0 passed; 3 failed", Tally { failed: 3, ..none }),
            ("skipped: no chromium here", Tally::SKIPPED),
            ("test walk ... skipped: no chromium here", Tally::SKIPPED),
            ("test a_skipped_order_stays ... ok", none),
            ("the step was skipped: twice", none),
            ("running 3 tests", none),
        ] {
            assert_eq!(Tally::of(line), said, "{line}");
        }
    }

    #[test]
    fn a_stage_is_named_as_cargo_announces_it() {
        for (line, name) in [
            ("     Running unittests src/lib.rs (target/debug/deps/kernel-1b2c)", Some("kernel")),
            ("     Running tests/it/main.rs (/t/debug/deps/it-09ef)", Some("it")),
            ("   Doc-tests worktime", Some("worktime (examples)")),
            ("running 3 tests", None),
            ("   Compiling baoxiu v0.1.0", None),
        ] {
            assert_eq!(announced(line).as_deref(), name, "{line}");
        }
    }
}
