//! Answers held against the description of the API: every field named there, of the type it says,
//! and no field that it does not name.

use std::sync::LazyLock;

use serde_json::{Map, Value as Json};

use crate::town::Answer;

static SAID: LazyLock<Json> =
    LazyLock::new(|| serde_json::from_str(&baoxiu::desk::api::openapi()).unwrap());

/// The answer is one that the description names for this call, and has its shape.
pub fn holds(method: &str, path: &str, answer: &Answer) {
    let wrong = wrongs(method, path, answer);
    assert!(wrong.is_empty(), "{method} {path} {}: {wrong:#?}\n{}", answer.status, answer.text);
}

/// Where it is another one.
pub fn wrongs(method: &str, path: &str, answer: &Answer) -> Vec<String> {
    let call = &SAID["paths"][path][method.to_lowercase()];
    if !call.is_object() {
        return vec!["the call is not described".into()];
    }
    let said = &call["responses"][answer.status.as_u16().to_string()];
    if !said.is_object() {
        return vec!["the status is not described".into()];
    }
    let kind = answer.headers["content-type"].to_str().unwrap();
    let schema = &said["content"][kind]["schema"];
    if !schema.is_object() {
        return vec![format!("it answers {kind}: {said}")];
    }
    let mut wrong = Vec::new();
    check(schema, &answer.json, "$", &mut wrong);
    wrong
}

fn check(schema: &Json, value: &Json, at: &str, wrong: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        let pointer = name.trim_start_matches('#');
        let schema = SAID.pointer(pointer).unwrap_or_else(|| panic!("{name} is nowhere"));
        return check(schema, value, at, wrong);
    }
    if let Some(any) = schema["oneOf"].as_array() {
        let fits = |it: &&Json| {
            let mut wrong = Vec::new();
            check(it, value, at, &mut wrong);
            wrong.is_empty()
        };
        if any.iter().filter(fits).count() != 1 {
            wrong.push(format!("{at} is none of those it may be: {value}"));
        }
        return;
    }
    if let Some(all) = schema["allOf"].as_array() {
        return all.iter().for_each(|it| check(it, value, at, wrong));
    }
    if !types(schema).iter().any(|it| is(it, value)) {
        wrong.push(format!("{at} is {value}, not {}", schema["type"]));
        return;
    }
    match value {
        Json::Object(fields) => object(schema, fields, at, wrong),
        Json::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                check(&schema["items"], item, &format!("{at}[{n}]"), wrong);
            }
        }
        _ => (),
    }
}

fn object(schema: &Json, fields: &Map<String, Json>, at: &str, wrong: &mut Vec<String>) {
    let Some(named) = schema["properties"].as_object() else { return };
    for needed in schema["required"].as_array().into_iter().flatten() {
        if !fields.contains_key(needed.as_str().unwrap()) {
            wrong.push(format!("{at} has no {needed}"));
        }
    }
    for (name, value) in fields {
        match named.get(name) {
            Some(schema) => check(schema, value, &format!("{at}.{name}"), wrong),
            // A problem may say more, by the words of its refusal.
            None if named.contains_key("title") => (),
            None => wrong.push(format!("{at}.{name} is not described")),
        }
    }
}

/// No type is every type.
fn types(schema: &Json) -> Vec<String> {
    match &schema["type"] {
        Json::String(one) => vec![one.clone()],
        Json::Array(many) => many.iter().map(|it| it.as_str().unwrap().to_owned()).collect(),
        _ => ["null", "boolean", "number", "string", "array", "object"].map(str::to_owned).into(),
    }
}

fn is(name: &str, value: &Json) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("no such type: {other}"),
    }
}

#[test]
fn a_wrong_answer_is_found() {
    let schema = serde_json::json!({
        "type": "object", "required": ["a"],
        "properties": {"a": {"type": ["string", "null"]}, "b": {"type": "integer"}},
    });
    for (value, fine) in [
        (serde_json::json!({"a": "x"}), true),
        (serde_json::json!({"a": null, "b": 1}), true),
        (serde_json::json!({"b": 1}), false),
        (serde_json::json!({"a": "x", "b": "1"}), false),
        (serde_json::json!({"a": "x", "c": 1}), false),
    ] {
        let mut wrong = Vec::new();
        check(&schema, &value, "$", &mut wrong);
        assert_eq!(wrong.is_empty(), fine, "{value}: {wrong:?}");
    }
}
