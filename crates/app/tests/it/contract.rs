//! The interface as it is written, sentence by sentence: what programs may build on.

mod calls;
mod lists;
mod manners;
mod masks;
pub mod schema;

use axum::http::StatusCode;
use serde_json::Value as Json;

use crate::town::{Answer, Town};

/// The path as the description has it: ids become `{id}`.
fn described(path: &str) -> String {
    let path = path.split('?').next().unwrap();
    let part = |it: &str| if it.contains('_') { "{id}".to_owned() } else { it.to_owned() };
    format!("/api/v1{}", path.split('/').map(part).collect::<Vec<_>>().join("/"))
}

/// Asked for, answered so, and as described.
async fn get(town: &Town, who: &str, path: &str) -> Json {
    let answer = town.get(who, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
    schema::holds("get", &described(path), &answer);
    answer.json
}

/// Sent, and the answer is as described, whatever it is.
async fn post(town: &Town, who: &str, path: &str, body: Json) -> Answer {
    let answer = town.post(who, path, body).await;
    schema::holds("post", &described(path), &answer);
    answer
}

/// The names of an object's fields, sorted.
fn names(it: &Json) -> Vec<String> {
    let mut names: Vec<_> = it.as_object().expect("an object").keys().cloned().collect();
    names.sort();
    names
}

/// Every field that the interface names is there.
fn has(it: &Json, fields: &str) {
    let there = names(it);
    for field in fields.split_whitespace() {
        assert!(there.iter().any(|name| name == field), "{field} is missing: {it}");
    }
}

/// Refused with that status and code; returns the fields that were wrong.
fn refused(answer: &Answer, status: u16, code: &str) -> Vec<String> {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text);
    assert_eq!(answer.json["code"], code, "{}", answer.text);
    has(&answer.json, "type title status detail code");
    assert_eq!(answer.json["status"], status);
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    let errors = answer.json["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().for_each(|it| has(it, "field code detail"));
    errors.iter().map(|it| it["field"].as_str().unwrap().to_owned()).collect()
}
