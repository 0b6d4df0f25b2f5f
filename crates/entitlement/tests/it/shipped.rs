//! What comes with the crate is what was collected, and every code of it has its place.

use std::path::{Path, PathBuf};

use entitlement::{CHANGES, REASONS, REFUSALS, RuleBook};

/// What was collected, where it lies beside the sources; without it the comparison is left out.
fn found(path: &str) -> Option<PathBuf> {
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    above.map(|it| it.join("shared").join(path)).find(|it| it.exists())
}

#[test]
fn the_catalogue_is_the_collected_one() {
    let Some(file) = found("spec/vectors/sanbao_catalog.csv") else { return };
    let book = RuleBook::law();
    let mut rows = 0;
    for row in csv::Reader::from_path(file).unwrap().records().map(Result::unwrap) {
        let goods = book.catalogue().iter().find(|it| it.category == row[0]);
        let goods = goods.unwrap_or_else(|| panic!("{}", &row[0]));
        assert_eq!(goods.unit_months.to_string(), row[1], "{}", &row[0]);
        let months = goods.part_months.map(|it| it.to_string()).unwrap_or_default();
        assert_eq!(months, row[2], "{}", &row[0]);
        assert_eq!(goods.parts.join("|"), row[3], "{}", &row[0]);
        // Percent with two decimals: 0.05 is 500 millionths.
        let rate =
            goods.rate_ppm.map(|it| it / 100).map(|it| format!("{}.{:02}", it / 100, it % 100));
        let rate = rate.unwrap_or_default();
        assert_eq!(rate.trim_end_matches('0'), &row[4], "{}", &row[0]);
        rows += 1;
    }
    assert_eq!(rows, 24);
}

#[test]
fn every_rule_gives_or_changes_something_and_has_a_source() {
    for rule in RuleBook::law().rules() {
        let sets = rule.sets != entitlement::Sets::default();
        let says = sets || !rule.gives.is_empty() || rule.due.is_some();
        assert!(says, "{}", rule.clause.rule);
        assert!(!rule.clause.source.is_empty() && !rule.goods.is_empty(), "{}", rule.clause.rule);
    }
}

#[test]
fn the_lists_of_codes_are_those_of_the_sources() {
    let mut found: [Vec<String>; 3] = Default::default();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let text: String = text
            .split("pub const ")
            .enumerate()
            .map(|(i, part)| {
                // The lists themselves do not count.
                let is_list = i > 0
                    && (part.starts_with("REASONS")
                        || part.starts_with("CHANGES")
                        || part.starts_with("REFUSALS"));
                if is_list { part.split_once("];").map_or("", |it| it.1) } else { part }
            })
            .collect();
        for quoted in text.split('"').skip(1).step_by(2) {
            let lists = [REASONS, CHANGES, REFUSALS];
            for (list, found) in lists.iter().zip(&mut found) {
                if list.contains(&quoted) {
                    found.push(quoted.to_owned());
                }
            }
            let is_code = quoted.starts_with("warranty.") || quoted.starts_with("change.");
            assert!(!is_code || lists.iter().any(|it| it.contains(&quoted)), "{quoted}");
        }
    }
    for (list, mut found) in [REASONS, CHANGES, REFUSALS].into_iter().zip(found) {
        found.sort();
        found.dedup();
        assert_eq!(found, list);
    }
}
