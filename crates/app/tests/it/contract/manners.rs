//! Manners of the whole API: keys, versions, languages, sizes, and how a "no" looks.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use baoxiu::{App, server};
use futures_util::future::join_all;
use serde_json::{Value as Json, json};
use tower::ServiceExt as _;

use super::{get, refused};
use crate::town::{Answer, Town, everywhere, finding, signature, wang};

/// A POST with headers of its own.
async fn send(town: &Town, who: &str, path: &str, more: &[(&str, &str)], body: &str) -> Answer {
    let mut request = town.request("POST", who, path);
    for (name, value) in more {
        request = request.header(*name, *value);
    }
    town.ask(request.body(Body::from(body.to_owned())).unwrap()).await
}

const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test]
async fn a_replayed_post_happens_once_and_another_body_is_refused() {
    everywhere("mkey", async |town| {
        let body = wang().to_string();
        let key = ("idempotency-key", "call-17");
        let first = send(town, "mei", "/requests", &[JSON, key], &body).await;
        let again = send(town, "mei", "/requests", &[JSON, key], &body).await;
        assert_eq!((first.status, &first.text), (StatusCode::CREATED, &again.text));
        assert_eq!(again.status, StatusCode::CREATED);
        assert_eq!(get(town, "mei", "/requests").await["items"].as_array().unwrap().len(), 1);
        let mut other = wang();
        other["kind"] = json!("maintain");
        let no = send(town, "mei", "/requests", &[JSON, key], &other.to_string()).await;
        refused(&no, 409, "idempotency.other_body");
        // The key is the person's and the path's.
        let theirs = send(town, "chen", "/requests", &[JSON, key], &other.to_string()).await;
        assert_eq!(theirs.status, StatusCode::CREATED, "{}", theirs.text);
        town.later(24 * 60 + 1);
        let next = send(town, "mei", "/requests", &[JSON, key], &other.to_string()).await;
        assert_eq!(next.status, StatusCode::CREATED, "kept for a day");
        let long = "x".repeat(201);
        for bad in ["", long.as_str()] {
            let no = send(town, "mei", "/requests", &[JSON, ("idempotency-key", bad)], &body).await;
            refused(&no, 400, "idempotency.bad_key");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_eight_who_send_the_same_at_once_all_hear_the_same() {
    everywhere("mkeys", async |town| {
        let body = wang().to_string();
        let key = ("idempotency-key", "at-once");
        let headers = [JSON, key];
        let all = (0..8).map(|_| send(town, "mei", "/requests", &headers, &body));
        for answer in join_all(all).await {
            assert!([201, 409].contains(&answer.status.as_u16()), "{}", answer.text);
        }
        assert_eq!(get(town, "mei", "/requests").await["items"].as_array().unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_step_that_was_taken_answers_its_replay_though_it_is_over() {
    everywhere("mreplay", async |town| {
        let order = town.finished().await;
        let body =
            json!({"step": "sign", "name": "王芳", "signature_png": signature(true)}).to_string();
        let path = format!("/orders/{order}/steps");
        let key = ("idempotency-key", "sign-1");
        let first = send(town, "li", &path, &[JSON, key], &body).await;
        assert_eq!(first.status, StatusCode::OK, "{}", first.text);
        let again = send(town, "li", &path, &[JSON, key], &body).await;
        assert_eq!((again.status, again.text), (first.status, first.text));
        let other = send(town, "li", &path, &[JSON], &body).await;
        refused(&other, 409, "order.step_not_possible");
    })
    .await;
}

#[tokio::test]
async fn a_stale_version_is_refused_and_the_fresh_one_is_in_the_answer() {
    everywhere("metag", async |town| {
        let order = town.fault().await;
        let path = format!("/orders/{order}");
        let seen = town.get("chen", &path).await;
        let tag = seen.headers[header::ETAG].to_str().unwrap().to_owned();
        assert_eq!(tag, format!("\"{}\"", seen.json["version"]));
        let step = format!("{path}/steps");
        let body = json!({"step": "accept"}).to_string();
        let no = send(town, "chen", &step, &[JSON, ("if-match", "\"99\"")], &body).await;
        refused(&no, 412, "stale_version");
        let no = send(town, "chen", &step, &[JSON, ("if-match", "nonsense")], &body).await;
        refused(&no, 412, "stale_version");
        let yes = send(town, "chen", &step, &[JSON, ("if-match", &tag)], &body).await;
        assert_eq!(yes.status, StatusCode::OK, "{}", yes.text);
        let next = yes.headers[header::ETAG].to_str().unwrap();
        assert_eq!(next, format!("\"{}\"", yes.json["version"]));
        assert_ne!(next, tag);
        let no = send(town, "chen", &step, &[JSON, ("if-match", &tag)], &body).await;
        refused(&no, 412, "stale_version");
        let body =
            json!({"kind": "consult", "channel": "phone", "customer": {"phone": "13900139001"}});
        let asked = town.post("mei", "/requests", body).await;
        let path = format!("/requests/{}/answer", asked.json["id"].as_str().unwrap());
        let said = json!({"text": "答复"}).to_string();
        let no = send(town, "mei", &path, &[JSON, ("if-match", "\"99\"")], &said).await;
        refused(&no, 412, "stale_version");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_read_what_is_too_large_and_what_is_no_json_have_a_code_each() {
    everywhere("mbodies", async |town| {
        let send = async |more: &[(&str, &str)], body: &str| {
            send(town, "mei", "/requests", more, body).await
        };
        let no = send(&[JSON], "{\"kind\": ").await;
        refused(&no, 400, "not_json");
        assert!(no.json["line"].is_i64() && no.json["column"].is_i64(), "{}", no.text);
        refused(&send(&[JSON], "[1, 2]").await, 400, "not_json");
        refused(&send(&[JSON], "\u{feff}").await, 400, "not_json");
        refused(&send(&[], "{}").await, 415, "media_type");
        refused(&send(&[("content-type", "text/xml")], "<a/>").await, 415, "media_type");
        let large = format!("{{\"kind\": \"{}\"}}", "x".repeat(3 << 20));
        refused(&send(&[JSON], &large).await, 413, "too_large");
        let wrong = send(&[JSON], r#"{"kind": 7, "channel": "phone"}"#).await;
        assert_eq!(refused(&wrong, 422, "invalid"), ["kind"]);
        let fine = send(
            &[("content-type", "application/json; charset=utf-8")],
            r#"{"kind": "consult", "channel": "phone", "customer": {"phone": "13900139001"},
                "fault": {"text": "a\u0000b 😀 \u202e"}}"#,
        )
        .await;
        assert_eq!(fine.status, StatusCode::CREATED, "{}", fine.text);
        let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
        refused(&send(&[JSON], &format!("{{\"kind\": {deep}}}")).await, 400, "not_json");
    })
    .await;
}

#[tokio::test]
async fn no_such_path_no_such_method_and_nobody_known_answer_as_problems() {
    everywhere("mnos", async |town| {
        let bare = async |method: &str, path: &str, token: &str| {
            let mut request = Request::builder().method(method).uri(path);
            if !token.is_empty() {
                request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
            }
            town.ask(request.body(Body::empty()).unwrap()).await
        };
        let mei = town.token("mei");
        refused(&bare("GET", "/api/v1/nothing", mei).await, 404, "not_found");
        refused(&bare("GET", "/api/v1/orders/ord_x/steps/1", mei).await, 404, "not_found");
        let no = bare("DELETE", "/api/v1/orders", mei).await;
        refused(&no, 405, "method_not_allowed");
        assert!(no.headers.contains_key(header::ALLOW), "{:?}", no.headers);
        refused(&bare("GET", "/api/v1/me", "").await, 401, "unknown");
        refused(&bare("GET", "/api/v1/me", "bx_nobody").await, 401, "unknown");
        refused(&bare("POST", "/api/v1/requests", "").await, 401, "unknown");
    })
    .await;
}

#[tokio::test]
async fn a_no_speaks_the_language_of_the_reader_and_its_code_does_not() {
    everywhere("mlang", async |town| {
        let bearer = format!("Bearer {}", town.token("mei"));
        for (lang, title) in [
            ("zh-CN", "没有找到"),
            ("zh", "没有找到"),
            ("en-GB,en;q=0.9", "Not found"),
            ("fr, en;q=0.5", "Not found"),
        ] {
            let request = Request::get("/api/v1/orders/ord_x")
                .header(header::AUTHORIZATION, &bearer)
                .header(header::ACCEPT_LANGUAGE, lang);
            let no = town.ask(request.body(Body::empty()).unwrap()).await;
            refused(&no, 404, "not_found");
            let said = no.json["title"].as_str().unwrap();
            assert!(!said.contains('⟨'), "{said}");
            let chinese = said.chars().any(|it| it >= '\u{4e00}');
            assert_eq!(chinese, title.starts_with('没'), "{lang}: {said}");
        }
    })
    .await;
}

/// The same house with other limits.
fn limited(town: &Town, per_token: u32, per_address: u32) -> Router {
    let mut config = (*town.app.config).clone();
    (config.rate_per_token, config.rate_per_address) = (per_token, per_address);
    let clock = Arc::clone(&town.app.clock);
    server::router(App::new(town.app.db.clone(), clock, town.app.dice, config))
}

#[tokio::test]
async fn who_asks_too_much_is_told_when_to_come_back() {
    everywhere("mlimits", async |town| {
        let door = limited(town, 3, 2);
        let bearer = format!("Bearer {}", town.token("mei"));
        let ask = async |token: bool| {
            let mut request = Request::get("/api/v1/me");
            if token {
                request = request.header(header::AUTHORIZATION, &bearer);
            }
            let request = request.body(Body::empty()).unwrap();
            door.clone().oneshot(request).await.unwrap()
        };
        for (token, quota, usual) in
            [(true, 3, StatusCode::OK), (false, 2, StatusCode::UNAUTHORIZED)]
        {
            let mut seen = Vec::new();
            for _ in 0..quota * 4 {
                let answer = ask(token).await;
                if answer.status() == StatusCode::TOO_MANY_REQUESTS {
                    let wait = answer.headers()[header::RETRY_AFTER].to_str().unwrap();
                    assert!(wait.parse::<u32>().unwrap() >= 1);
                }
                seen.push(answer.status());
            }
            assert_eq!(seen[..quota], vec![usual; quota], "{seen:?}");
            assert!(seen.contains(&StatusCode::TOO_MANY_REQUESTS), "{seen:?}");
        }
        let alive = Request::get("/healthz").body(Body::empty()).unwrap();
        assert_eq!(door.clone().oneshot(alive).await.unwrap().status(), StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn after_five_wrong_passwords_the_door_stays_shut_for_a_quarter_of_an_hour() {
    everywhere("mlockout", async |town| {
        let hashed = baoxiu::account::password::hash(&town.app, "correct horse 9").await.unwrap();
        let id = rules::policy::PersonId::parse(&town.id("mei")).unwrap();
        town.house(async move |cx| baoxiu::account::ops::reset_password(cx, &id, &hashed).await)
            .await;
        let enter = async |login: &str, password: &str| {
            let request = Request::post("/login")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            let body = format!("login={login}&password={}", password.replace(' ', "+"));
            town.ask(request.body(Body::from(body)).unwrap()).await
        };
        for login in ["mei", "nobody-of-that-name"] {
            for _ in 0..5 {
                assert_eq!(enter(login, "wrong").await.status, StatusCode::UNPROCESSABLE_ENTITY);
            }
            let shut = enter(login, "correct horse 9").await;
            assert_eq!(shut.status, StatusCode::TOO_MANY_REQUESTS, "{login}");
            let wait: i64 = shut.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
            assert!((1..=16 * 60).contains(&wait), "{wait}");
        }
        town.later(16);
        assert_eq!(enter("mei", "correct horse 9").await.status, StatusCode::SEE_OTHER);
    })
    .await;
}

#[tokio::test]
async fn whoever_watches_the_machine_is_answered() {
    everywhere("mwatch", async |town| {
        for path in ["/healthz", "/readyz"] {
            let request = Request::get(path).body(Body::empty()).unwrap();
            assert_eq!(town.ask(request).await.status, StatusCode::OK, "{path}");
        }
        let answer = town.get("mei", "/me").await;
        for (name, value) in [("x-content-type-options", "nosniff"), ("cache-control", "no-store")]
        {
            assert_eq!(answer.headers[name], value);
        }
        assert!(answer.headers.contains_key("content-security-policy"));
    })
    .await;
}

#[tokio::test]
async fn a_cookie_from_another_origin_changes_nothing() {
    everywhere("mcsrf", async |town| {
        let order = town.fault().await;
        for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")]
        {
            let request = Request::post(format!("/orders/{order}/steps"))
                .header(header::COOKIE, format!("{}=whatever", baoxiu::edge::COOKIE))
                .header(header::HOST, "baoxiu.test")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(name, value);
            let answer = town.ask(request.body(Body::from("step=accept")).unwrap()).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}");
        }
        let seen = get(town, "chen", &format!("/orders/{order}")).await;
        assert_eq!(seen["status"], "reported");
    })
    .await;
}

#[tokio::test]
async fn times_carry_the_zone_of_the_house_and_nothing_is_null_that_has_a_value() {
    everywhere("mtimes", async |town| {
        let order = town.on_site().await;
        town.does("li", &order, finding()).await;
        let seen = get(town, "chen", &format!("/orders/{order}")).await;
        let mut times = vec![&seen["opened_at"], &seen["window"]["from"], &seen["window"]["to"]];
        times.extend(seen["promises"].as_array().unwrap().iter().map(|it| &it["due"]));
        for time in times {
            let text = time.as_str().unwrap_or_else(|| panic!("{time}"));
            assert!(text.ends_with("+08:00") && text.contains('T'), "{text}");
        }
        assert_eq!(seen["closed_at"], Json::Null);
    })
    .await;
}
