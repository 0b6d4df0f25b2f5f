//! Whose name shows to whom: in the clear for those who have to know, masked for everybody else,
//! in every answer about an order.

use serde_json::json;

use super::{get, post};
use crate::town::{Town, everywhere, finding};

const WHERE: [&str; 2] = ["", "/timeline"];

/// Whether anything of the customer shows to this person anywhere about the order.
async fn shows(town: &Town, who: &str, order: &str) -> Option<&'static str> {
    let seen = get(town, who, &format!("/orders/{order}")).await;
    let request = seen["request"].as_str().unwrap().to_owned();
    let mut texts = vec![seen.to_string()];
    for path in WHERE {
        texts.push(town.get(who, &format!("/orders/{order}{path}")).await.text);
    }
    texts.push(town.get(who, &format!("/requests/{request}")).await.text);
    let words = ["王芳", "王大明", "13800138000", "金鸡路789号2栋1203"];
    let found = words.into_iter().find(|word| texts.iter().any(|it| it.contains(word)));
    assert_eq!(seen["customer"]["masked"], found.is_none(), "{who}: {found:?}");
    found
}

#[tokio::test]
async fn the_name_shows_to_those_who_work_on_it_and_hides_from_everybody_else() {
    everywhere("masks", async |town| {
        let order = town.on_site().await;
        let yes = json!({"by": "王大明", "means": "phone", "amount_fen": 100});
        post(town, "li", &format!("/orders/{order}/consents"), yes).await;
        town.does("li", &order, finding()).await;
        let open = ["mei", "chen", "li"];
        let code = town.code(&order).await;
        for who in ["mei", "chen", "li", "hui", "zhou", "qu", "he", "jian", "shen", "ku"] {
            assert_eq!(shows(town, who, &order).await.is_some(), open.contains(&who), "{who}");
        }
        let signed = json!({"step": "sign", "name": "王大明", "code": code});
        town.does("li", &order, signed).await;
        // The callback waits now, and whoever calls has to know whom.
        let open = ["mei", "chen", "li", "hui"];
        for who in ["mei", "chen", "li", "hui", "zhou", "qu", "he", "jian", "shen", "ku"] {
            assert_eq!(shows(town, who, &order).await.is_some(), open.contains(&who), "{who}");
        }
        town.later(25 * 60);
        assert_eq!(shows(town, "li", &order).await, None, "a day after the signature");
        let list = get(town, "hui", &format!("/callbacks?order={order}")).await;
        let path = format!("/callbacks/{}/answers", list["items"][0]["id"].as_str().unwrap());
        let said = json!({"reached": true, "attitude": 5, "quality": 5, "solved": true});
        post(town, "hui", &path, said).await;
        for who in ["mei", "chen", "li", "hui", "he"] {
            assert_eq!(shows(town, who, &order).await, None, "{who}: it is closed");
        }
    })
    .await;
}

#[tokio::test]
async fn a_list_shows_names_only_to_who_typed_enough_of_them() {
    everywhere("maskedlist", async |town| {
        town.fault().await;
        for path in ["/orders", "/requests", "/customers"] {
            for (who, q, clear) in [
                ("mei", "", false),
                ("mei", "?q=800", false),
                ("mei", "?q=8000", true),
                ("chen", "?q=8000", true),
                ("he", "?q=13800138000", false),
                ("zhou", "?q=8000", false),
            ] {
                let list = get(town, who, &format!("{path}{q}")).await;
                assert_eq!(list["items"].as_array().unwrap().len(), 1, "{who} {path}{q}");
                assert_eq!(list.to_string().contains("王芳"), clear, "{who} {path}{q}");
            }
        }
        let devices = get(town, "mei", "/devices?q=0731186").await;
        assert!(!devices.to_string().contains("王芳"), "{devices}");
    })
    .await;
}

#[tokio::test]
async fn who_saw_it_in_the_clear_left_one_trace_a_day() {
    everywhere("viewed", async |town| {
        let order = town.fault().await;
        let request = get(town, "mei", &format!("/orders/{order}")).await["request"].clone();
        let request = request.as_str().unwrap().to_owned();
        let count = async |who: &str| {
            let (order, who) = (order.clone(), town.id(who));
            town.house(async move |cx| {
                let sql = "select count(*) from events
                           where kind = 'viewed' and subject = $1 and actor = $2";
                let cells = [&order, &who].map(|it| kernel::Value::Text(it.clone()));
                cx.tx.cell::<i64>(sql, &cells).await
            })
            .await
        };
        for _ in 0..3 {
            get(town, "mei", &format!("/orders/{order}")).await;
            get(town, "mei", &format!("/requests/{request}")).await;
            get(town, "he", &format!("/orders/{order}")).await;
        }
        assert_eq!((count("mei").await, count("he").await), (1, 0));
        town.later(24 * 60);
        get(town, "mei", &format!("/requests/{request}")).await;
        assert_eq!(count("mei").await, 2);
    })
    .await;
}
