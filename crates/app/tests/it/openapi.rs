//! The description of the API equals what the code says, and stands in the repository.

use std::{fs, path::PathBuf};

use axum::http::StatusCode;

use crate::town::everywhere;

#[test]
fn the_description_in_the_repository_equals_the_code() {
    let file = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json"));
    let said = baoxiu::desk::api::openapi() + "\n";
    if std::env::var("UPDATE").is_ok() {
        fs::write(&file, &said).unwrap();
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    assert!(kept == said, "docs/openapi.json is stale: UPDATE=1 cargo test --test it openapi");
}

#[tokio::test]
async fn the_description_is_served_and_names_every_call_of_the_main_job() {
    everywhere("openapi", async |town| {
        let request = axum::http::Request::get("/api/openapi.json").body(Default::default());
        let answer = town.ask(request.unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.json["openapi"].as_str().unwrap().starts_with("3.1"));
        for path in [
            "/requests",
            "/requests/{id}",
            "/requests/{id}/answer",
            "/orders",
            "/orders/{id}",
            "/orders/{id}/timeline",
            "/orders/{id}/candidates",
            "/orders/{id}/steps",
            "/orders/{id}/parts",
            "/orders/{id}/charges",
            "/orders/{id}/consents",
            "/orders/{id}/photos",
            "/callbacks",
            "/callbacks/{id}/answers",
            "/customers",
            "/customers/{id}",
            "/customers/{id}/reveal",
            "/devices",
            "/devices/{id}",
            "/technicians",
            "/technicians/{id}/day",
            "/outlets",
            "/products",
            "/fault-codes",
            "/stats/today",
            "/me",
        ] {
            assert!(answer.json["paths"][format!("/api/v1{path}")].is_object(), "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn figures_are_for_the_machine_itself_and_for_tokens() {
    everywhere("metrics", async |town| {
        town.get("mei", "/me").await;
        let nobody = axum::http::Request::get("/metrics").body(Default::default()).unwrap();
        assert_eq!(town.ask(nobody).await.status, StatusCode::NOT_FOUND);
        let bearer = format!("Bearer {}", town.token("guan"));
        let request = axum::http::Request::get("/metrics").header("authorization", bearer);
        let answer = town.ask(request.body(Default::default()).unwrap()).await;
        assert!(answer.text.contains("baoxiu_http_requests_total"), "{}", answer.text);
        assert!(answer.text.contains("baoxiu_jobs_waiting"), "{}", answer.text);
    })
    .await;
}
