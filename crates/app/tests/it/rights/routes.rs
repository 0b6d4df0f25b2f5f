//! Every route there is: the calls of the API as their description names them, the pages as the
//! code adds them. A new route is in the list by itself; it cannot be forgotten.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::house::source::{Source, none, sources, words};

/// Served by the house of another door: the page that explains how to trust our certificate.
const ANOTHER_DOOR: &[&str] = &["crates/app/src/cli/trust.rs"];

/// `GET /orders/{id}`, of everything the one door leads to.
pub fn all() -> BTreeSet<String> {
    let files = sources("crates/app/src");
    let pages = files.iter().filter(|it| !ANOTHER_DOOR.contains(&it.path.as_str()));
    pages.flat_map(added).chain(described()).collect()
}

/// What the description of the API names.
fn described() -> Vec<String> {
    let said: Json = serde_json::from_str(&baoxiu::desk::api::openapi()).unwrap();
    let paths = said["paths"].as_object().unwrap();
    let each = |(path, it): (&String, &Json)| {
        let methods = it.as_object().unwrap().keys().map(|it| it.to_uppercase());
        methods.map(|method| format!("{method} {path}")).collect::<Vec<_>>()
    };
    paths.iter().flat_map(each).collect()
}

/// What a file adds with `.route(path, methods)`.
fn added(file: &Source) -> Vec<String> {
    let mut found = Vec::new();
    for (at, begin) in file.code.match_indices(".route(") {
        let rest = &file.code[at + begin.len()..];
        let Some(rest) = rest.trim_start().strip_prefix('"') else { continue };
        let (path, rest) = rest.split_once('"').unwrap();
        let call = &rest[..end_of_call(rest)];
        for method in ["get", "post", "put", "patch", "delete"] {
            let there = words(call, method).any(|at| {
                let before = call[..at].chars().next_back();
                call[at..].starts_with(&format!("{method}(")) && before != Some(':')
            });
            if there {
                found.push(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    found
}

/// Where the parenthesis that `.route(` opened closes.
fn end_of_call(rest: &str) -> usize {
    let mut depth = 1;
    for (at, letter) in rest.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => (),
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

#[test]
fn there_is_no_other_way_to_add_a_route() {
    let ways = [".nest(", ".nest_service(", ".route_service(", ".fallback_service(", "on(Method"];
    let known = ["crates/app/src/desk/api.rs"];
    let files = sources("crates/app/src");
    let others = files.iter().filter(|it| !known.contains(&it.path.as_str()));
    let mut broken = Vec::new();
    for file in others {
        for way in ways {
            broken.extend(file.code.match_indices(way).map(|it| file.at(it.0)));
        }
        // A path that is no text right there would be missing above.
        for (at, begin) in file.code.match_indices(".route(") {
            let rest = file.code[at + begin.len()..].trim_start();
            let is_step = file.code[..at].ends_with("order") || file.code[..at].ends_with("self");
            if !rest.starts_with('"') && !is_step {
                broken.push(file.at(at));
            }
        }
    }
    none(&broken, "a route that the list of routes does not see");
}

#[test]
fn the_list_of_routes_sees_pages_and_calls_with_their_methods() {
    let all = all();
    for known in [
        "GET /",
        "GET /healthz",
        "GET /login",
        "POST /login",
        "GET /orders/{id}/photos",
        "POST /orders/{id}/photos",
        "POST /orders/{id}/print/acceptance",
        "POST /api/v1/orders/{id}/steps",
        "GET /api/v1/devices/{id}",
    ] {
        assert!(all.contains(known), "{known}");
    }
}
