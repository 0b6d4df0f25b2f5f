//! Lines that other projects collected, with their right answers (`tests/data/README.md`). A line
//! counts if every field that it expects is the same.

use locality::{Parsed, division, parse};
use serde_json::Value;

#[test]
fn shipping_lines_are_read_as_their_collectors_expect() {
    let cases = cases(include_str!("data/address_parse_npm_1.2.19_cases.jsonl"));
    assert_eq!(cases.len(), 46);
    let counted: Vec<_> = cases
        .iter()
        .filter(|(_, expect)| expect.is_object())
        .filter(|(_, expect)| expect["code"].as_str().is_none_or(|c| division(c).is_some()))
        .collect();
    let misses: Vec<_> = counted.iter().filter_map(|(line, expect)| miss(line, expect)).collect();
    println!(
        "{} of {} lines; misses:\n{}",
        counted.len() - misses.len(),
        counted.len(),
        misses.join("\n")
    );
    assert_eq!(counted.len(), 41);
    assert!(misses.len() <= 1);
}

#[test]
fn addresses_are_divided_as_their_collectors_expect() {
    let cases = cases(include_str!("data/cpca_cases.jsonl"));
    let misses: Vec<_> = cases.iter().filter_map(|(line, expect)| miss(line, expect)).collect();
    println!("{} of {}; misses:\n{}", cases.len() - misses.len(), cases.len(), misses.join("\n"));
    assert_eq!((cases.len(), misses.len()), (10, 0));
}

fn cases(lines: &str) -> Vec<(String, Value)> {
    lines
        .lines()
        .map(|line| {
            let case: Value = serde_json::from_str(line).expect("a case is JSON");
            (case["input"].as_str().expect("a case has a line").to_owned(), case["expect"].clone())
        })
        .collect()
}

/// The line with what is wrong in its reading, if anything is.
fn miss(line: &str, expect: &Value) -> Option<String> {
    let parsed = parse(line);
    let wrong: Vec<_> = expect
        .as_object()
        .expect("a counted case expects fields")
        .iter()
        .filter(|(field, wanted)| ours(&parsed, field) != wanted.as_str().unwrap_or_default())
        .map(|(field, wanted)| format!("{field}: {wanted} is {:?}", ours(&parsed, field)))
        .collect();
    (!wrong.is_empty()).then(|| format!("{line}\n    {}", wrong.join("; ")))
}

/// Our value of a field by their name for it; they write nothing and null alike.
fn ours(parsed: &Parsed, field: &str) -> String {
    let rest = || format!("{}{}", text(&parsed.street), text(&parsed.detail));
    match field {
        "code" | "adcode" => parsed.code.unwrap_or_default().to_owned(),
        "name" => text(&parsed.name).to_owned(),
        "mobile" => text(&parsed.phone).to_owned(),
        "details" | "rest" => rest(),
        "province" => parsed.province.unwrap_or_default().to_owned(),
        "city" => parsed.city.unwrap_or_default().to_owned(),
        "district" => parsed.district.unwrap_or_default().to_owned(),
        _ => panic!("a field of theirs that has no counterpart: {field}"),
    }
}

fn text(field: &Option<String>) -> &str {
    field.as_deref().unwrap_or_default()
}
