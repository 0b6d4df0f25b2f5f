//! Callbacks by forms: content closes, not content reopens, nobody there is tried again.

use axum::http::{StatusCode, header};
use serde_json::json;

use crate::{
    forms::{comes_back, goes, look, see, send},
    town::{Town, everywhere, wang},
};

/// A signed order's callback, by its id.
async fn due(town: &Town) -> (String, String) {
    let order = town.signed().await;
    let seen = town.get("hui", &format!("/callbacks?order={order}")).await.json;
    (order, seen["items"][0]["id"].as_str().unwrap().to_owned())
}

const CONTENT: [(&str, &str); 5] =
    [("reached", "true"), ("attitude", "5"), ("quality", "4"), ("solved", "true"), ("nps", "9")];

#[tokio::test]
async fn whoever_calls_sees_whom_and_what_was_done_and_content_closes() {
    everywhere("pcallback", async |town| {
        let (order, id) = due(town).await;
        let list = see(town, "hui", "/callbacks").await;
        assert!(list.contains("王芳") && list.contains(&format!("/callbacks/{id}")), "{list}");
        let page = see(town, "hui", &format!("/callbacks/{id}")).await;
        for it in [
            "tel:13800138000",
            "缺制冷剂",
            "补充制冷剂",
            "您对服务态度打几分？",
            "没联系上",
            "value=\"10\"",
        ] {
            assert!(page.contains(it), "{it}: {page}");
        }
        let answer = send(town, "hui", &format!("/callbacks/{id}"), &CONTENT).await;
        assert_eq!(answer.headers[header::LOCATION], "/callbacks");
        let seen = town.get("mei", &format!("/orders/{order}")).await.json;
        assert_eq!(seen["status"], "closed");
        let page = see(town, "hui", &format!("/callbacks/{id}")).await;
        assert!(page.contains("王*") && !page.contains("13800138000"), "{page}");
        let list = see(town, "hui", "/callbacks?status=answered").await;
        assert!(list.contains("5 / 4"), "{list}");
        let file = look(
            town,
            "hui",
            "/callbacks.csv?status=answered&columns=customer&columns=solved",
            "zh-CN",
        )
        .await;
        assert!(file.text.contains("王*") && file.text.contains("解决了"), "{}", file.text);
    })
    .await;
}

#[tokio::test]
async fn what_is_missing_comes_back_with_what_was_chosen() {
    everywhere("pmissing", async |town| {
        let (_, id) = due(town).await;
        let half = [("reached", "true"), ("attitude", "4"), ("text", "还行"), ("nps", "11")];
        let page = comes_back(town, "hui", &format!("/callbacks/{id}"), &half).await;
        assert!(page.contains("还行") && page.contains("要在 0 到 10 之间"), "{page}");
        assert!(page.contains("name=\"attitude\" value=\"4\" checked"), "{page}");
        assert!(page.contains("服务质量：必填"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn not_content_reopens_names_the_owner_and_the_next_is_due() {
    everywhere("pnext", async |town| {
        let (order, id) = due(town).await;
        town.later(24 * 60);
        let mut other = wang();
        other["customer"]["phone"] = json!("13900139001");
        other["device"] = json!({"category": "家用空调器"});
        let answer = town.post("mei", "/requests", other).await.json;
        let second = answer["order"]["id"].as_str().unwrap().to_owned();
        town.does("chen", &second, json!({"step": "accept"})).await;
        town.does("chen", &second, town.sending("wu", 1, 3)).await;
        town.does("wu", &second, json!({"step": "arrive"})).await;
        town.does("wu", &second, crate::town::finding()).await;
        let code = town.code(&second).await;
        town.does("wu", &second, json!({"step": "sign", "name": "王芳", "code": code})).await;
        town.later(24 * 60);
        let bad = [("reached", "true"), ("attitude", "4"), ("quality", "2"), ("solved", "false")];
        let next = goes(town, "hui", &format!("/callbacks/{id}"), &bad).await;
        assert!(next.starts_with("/callbacks/cbk_") && !next.ends_with(&id), "{next}");
        let seen = town.get("zhou", &format!("/orders/{order}")).await.json;
        assert_eq!(
            (&seen["status"], &seen["owner"]["name"]),
            (&json!("accepted"), &json!("周经理"))
        );
        let again = send(town, "hui", &format!("/callbacks/{id}"), &CONTENT).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.text.contains("已经处理过了"), "{}", again.text);
    })
    .await;
}

#[tokio::test]
async fn nobody_there_is_called_again() {
    everywhere("pagain", async |town| {
        let (_, id) = due(town).await;
        let to = goes(town, "hui", &format!("/callbacks/{id}"), &[("reached", "false")]).await;
        assert_eq!(to, "/callbacks");
        let page = see(town, "hui", &format!("/callbacks/{id}")).await;
        assert!(page.contains("已拨未通"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn who_only_reads_sees_no_phone_and_no_form() {
    everywhere("preads", async |town| {
        let (_, id) = due(town).await;
        let page = see(town, "zhou", &format!("/callbacks/{id}")).await;
        assert!(page.contains("138****8000") && !page.contains("tel:"), "{page}");
        assert!(!page.contains("name=\"attitude\""), "{page}");
        let refused = send(town, "zhou", &format!("/callbacks/{id}"), &CONTENT).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        let other = look(town, "lin", &format!("/callbacks/{id}"), "zh-CN").await;
        assert_eq!(other.status, StatusCode::NOT_FOUND);
        let english = look(town, "hui", &format!("/callbacks/{id}"), "en").await;
        assert!(english.text.contains("Is the fault solved?") && !english.text.contains('⟨'));
    })
    .await;
}
