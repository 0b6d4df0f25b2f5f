//! What is generated equals what the code says. `UPDATE=1 cargo test --test it house::drawn`
//! writes it anew.

use std::{collections::BTreeSet, fs};

use super::source::root;

/// Every life, by the name of its file.
fn lives() -> Vec<(&'static str, String)> {
    vec![
        ("callback", rules::callback::CallbackStatus::diagram()),
        ("notice", rules::notice::NoticeState::diagram()),
        ("order", rules::order::Status::diagram()),
        ("org", rules::org::OrgStatus::diagram()),
        ("request", rules::intake::RequestStatus::diagram()),
    ]
}

fn equals(path: &str, said: &str) {
    let file = root().join("docs").join(path);
    if std::env::var("UPDATE").is_ok() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, said).unwrap();
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    assert!(kept == said, "docs/{path} is stale: UPDATE=1 cargo test --test it house::drawn");
}

#[test]
fn the_policy_sheet_equals_the_policy() {
    let text = format!(
        "# Who may do what\n\nGenerated from `crates/rules/src/policy.rs`. all: the whole network; \
         branch: one's own organisation and below; own: what one has in hand or took.\n\n{}",
        rules::policy::sheet()
    );
    equals("policy.md", &text);
}

#[test]
fn the_drawn_lives_equal_the_tables() {
    for (name, diagram) in lives() {
        equals(&format!("lives/{name}.mmd"), &diagram);
    }
    let there = fs::read_dir(root().join("docs/lives")).unwrap();
    let there: BTreeSet<_> =
        there.map(|it| it.unwrap().file_name().to_string_lossy().into_owned()).collect();
    let drawn = lives().iter().map(|it| format!("{}.mmd", it.0)).collect();
    assert_eq!(there, drawn);
}

#[test]
fn every_life_of_the_rules_is_drawn() {
    let tables = super::source::sources("crates/rules/src");
    let tables: usize = tables.iter().map(|it| it.code.matches("machine! {").count()).sum();
    assert_eq!(tables, lives().len());
}
