//! The main job over HTTP, for every person in it.

use axum::http::StatusCode;
use serde_json::json;

use crate::town::{everywhere, finding, wang};

#[tokio::test]
async fn a_warm_air_conditioner_is_repaired_signed_for_and_called_back() {
    everywhere("story", async |town| {
        let answer = town.post("mei", "/requests", wang()).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        let request = answer.json;
        assert_eq!(request["status"], "ordered");
        assert_eq!(request["customer"]["phone"], "13800138000");
        assert_eq!(request["entitlement"]["coverage"], "free");
        let promises = request["promises"].as_array().unwrap().iter();
        let mut kinds: Vec<_> = promises.map(|it| it["kind"].as_str().unwrap()).collect();
        kinds.sort_unstable();
        assert_eq!(kinds, ["arrangement", "arrival", "first_contact", "repair"]);
        let number = request["order"]["number"].as_str().unwrap();
        assert!(number.starts_with("GD-2611-"), "{number}");
        let order = request["order"]["id"].as_str().unwrap().to_owned();

        let seen = town.get("chen", &format!("/orders/{order}")).await.json;
        assert_eq!(seen["outlet"]["name"], "香洲网点");
        assert_eq!(seen["steps"], json!(["accept", "refuse", "contact", "assign"]));
        town.does("chen", &order, json!({"step": "accept"})).await;
        let candidates = town.get("chen", &format!("/orders/{order}/candidates")).await.json;
        assert_eq!(candidates["items"].as_array().unwrap().len(), 2, "{candidates}");
        let assigned = town.does("chen", &order, town.sending("li", 1, 3)).await;
        assert_eq!(assigned["technician"]["name"], "李师傅");

        let seen = town.get("li", &format!("/orders/{order}")).await.json;
        assert_eq!(seen["customer"]["masked"], false);
        assert_eq!(seen["steps"], json!(["contact", "book", "depart", "arrive", "suspend"]));
        town.does("li", &order, json!({"step": "depart"})).await;
        town.later(70);
        town.does("li", &order, json!({"step": "arrive", "lat": 22.27, "lon": 113.54})).await;
        let done = town.does("li", &order, finding()).await;
        assert_eq!(done["status"], "finished");
        let code = town.code(&order).await;
        let signed =
            town.does("li", &order, json!({"step": "sign", "name": "王芳", "code": code})).await;
        assert_eq!(signed["status"], "signed");
        let callback = signed["callback"]["id"].as_str().expect("a callback").to_owned();

        let answers =
            json!({"reached": true, "attitude": 5, "quality": 5, "solved": true, "nps": 9});
        let said = town.post("hui", &format!("/callbacks/{callback}/answers"), answers).await;
        assert_eq!(said.status, StatusCode::OK, "{}", said.text);
        let closed = town.get("mei", &format!("/orders/{order}")).await.json;
        assert_eq!(closed["status"], "closed");
        let states: Vec<_> = closed["promises"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| format!("{} {}", it["kind"].as_str().unwrap(), it["state"].as_str().unwrap()))
            .collect();
        assert!(states.contains(&"arrangement met".into()), "{states:?}");
        assert!(states.contains(&"arrival met".into()), "{states:?}");
        assert!(states.contains(&"repair met".into()), "{states:?}");
        assert!(states.contains(&"callback met".into()), "{states:?}");
        let timeline = town.get("mei", &format!("/orders/{order}/timeline")).await;
        assert!(!timeline.text.contains('⟨'), "{}", timeline.text);
        let path = format!("/requests/{}", request["id"].as_str().unwrap());
        assert_eq!(town.get("mei", &path).await.json["status"], "closed");
    })
    .await;
}

#[tokio::test]
async fn another_outlet_does_not_even_learn_that_it_exists() {
    everywhere("unseen", async |town| {
        let order = town.fault().await;
        for who in ["lin", "dou", "huang"] {
            assert_eq!(
                town.get(who, &format!("/orders/{order}")).await.status,
                StatusCode::NOT_FOUND
            );
            let step = town.step(who, &order, json!({"step": "accept"})).await;
            assert_eq!(step.status, StatusCode::NOT_FOUND);
            let list = town.get(who, "/orders").await.json;
            assert_eq!(list["items"], json!([]), "{who}");
        }
        assert_eq!(town.get("qu", &format!("/orders/{order}")).await.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn the_hotline_may_not_dispatch() {
    everywhere("hotline", async |town| {
        let order = town.fault().await;
        let answer = town.step("mei", &order, json!({"step": "accept"})).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(answer.json["code"], "not_allowed");
        let answer = town.step("chen", &order, json!({"step": "depart"})).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn whoever_waits_for_a_part_comes_again_and_sends_nobody_else() {
    everywhere("again", async |town| {
        let order = town.fault().await;
        town.does("chen", &order, json!({"step": "accept"})).await;
        town.does("chen", &order, town.sending("li", 1, 3)).await;
        town.later(65);
        town.does("li", &order, json!({"step": "arrive"})).await;
        let wait = json!({"step": "suspend", "reason": "part", "until": town.at(40)});
        town.does("li", &order, wait).await;
        let again = |who: &str| {
            let mut body = town.sending(who, 42, 44);
            body["step"] = json!("resume");
            body
        };
        let other = town.step("li", &order, again("wu")).await;
        assert_eq!(other.status, StatusCode::FORBIDDEN, "{}", other.text);
        let resumed = town.does("li", &order, again("li")).await;
        assert_eq!(resumed["status"], "assigned");
        assert_eq!(resumed["technician"]["name"], "李师傅");
        assert_eq!(resumed["window"]["from"], town.at(42), "a further visit");
    })
    .await;
}

#[tokio::test]
async fn not_content_reopens_and_names_an_owner() {
    everywhere("reopened", async |town| {
        let order = town.signed().await;
        let seen = town.get("hui", &format!("/callbacks?order={order}")).await.json;
        let callback = seen["items"][0]["id"].as_str().unwrap().to_owned();
        let answers = json!({"reached": true, "attitude": 4, "quality": 2, "solved": true,
                             "text": "还是有声音"});
        town.post("hui", &format!("/callbacks/{callback}/answers"), answers).await;
        let order = town.get("zhou", &format!("/orders/{order}")).await.json;
        assert_eq!(order["status"], "accepted");
        assert_eq!(order["reopened_count"], 1);
        assert_eq!(order["owner"]["name"], "周经理");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_ten_hands_one_accepts() {
    everywhere("hands", async |town| {
        let order = town.fault().await;
        let hands = (0..10).map(|_| town.step("chen", &order, json!({"step": "accept"})));
        let answers: Vec<_> =
            futures_util::future::join_all(hands).await.iter().map(|it| it.status).collect();
        let of = |status| answers.iter().filter(|it| **it == status).count();
        assert_eq!((of(StatusCode::OK), of(StatusCode::CONFLICT)), (1, 9), "{answers:?}");
    })
    .await;
}

#[tokio::test]
async fn a_wrong_code_counts_and_the_fifth_is_the_last() {
    everywhere("code", async |town| {
        let order = town.finished().await;
        let right = town.code(&order).await;
        let wrong = if right == "000000" { "000001" } else { "000000" };
        for left in [4, 3, 2, 1, 0] {
            let body = json!({"step": "sign", "name": "王芳", "code": wrong});
            let answer = town.step("li", &order, body).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(answer.json["code"], "order.wrong_code", "{left}");
        }
        let body = json!({"step": "sign", "name": "王芳", "code": right});
        assert_eq!(town.step("li", &order, body).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        town.does("li", &order, json!({"step": "resend"})).await;
        let code = town.code(&order).await;
        town.does("li", &order, json!({"step": "sign", "name": "王芳", "code": code})).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_is_said_field_by_field() {
    everywhere("fields", async |town| {
        let body = json!({
            "kind": "reqair", "channel": "phone", "customer": {"phone": "1390756567"},
            "device": {"sold_on": "2099-01-01"}, "fault": {"level": 9},
        });
        let answer = town.post("mei", "/requests", body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let fields: Vec<_> = answer.json["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["field"].as_str().unwrap().to_owned())
            .collect();
        for field in ["kind", "customer.phone", "device.sold_on", "fault.level"] {
            assert!(fields.contains(&field.to_owned()), "{fields:?}");
        }
        assert!(answer.text.contains("手机号要 11 位，现在是 10 位"), "{}", answer.text);
    })
    .await;
}
