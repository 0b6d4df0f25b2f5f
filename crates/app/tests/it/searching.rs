//! Search over everything: by whatever of a thing somebody has in hand or in mind.

use axum::http::{StatusCode, header};
use platform::search;
use serde_json::json;

use crate::{
    forms::{look, see},
    town::{Town, everywhere, wang},
};

struct Known {
    order: String,
    number: String,
    customer: String,
    device: String,
}

async fn known(town: &Town) -> Known {
    let mut body = wang();
    body["fault"]["code"] = json!("KT-01");
    let filed = town.post("mei", "/requests", body).await.json;
    let order = filed["order"]["id"].as_str().expect("an order").to_owned();
    let seen = town.get("mei", &format!("/orders/{order}")).await.json;
    let text = |it: &serde_json::Value| it.as_str().expect("a text").to_owned();
    // Somebody and something else, which must not be found along with it.
    let other = json!({"kind": "repair", "channel": "phone",
        "customer": {"name": "赵六", "phone": "13700137999", "address": "广东省珠海市香洲区水湾路2号"},
        "device": {"serial": "9Z11X00000001", "category": "家用空调器"},
        "fault": {"text": "遥控器失灵"}});
    assert_eq!(town.post("mei", "/requests", other).await.status, StatusCode::CREATED);
    Known {
        number: text(&seen["number"]),
        customer: text(&seen["customer"]["id"]),
        device: text(&seen["device"]["id"]),
        order,
    }
}

async fn found(town: &Town, who: &str, q: &str) -> String {
    let q = serde_html_form::to_string([("q", q)]).unwrap();
    see(town, who, &format!("/search?{q}")).await
}

#[tokio::test]
async fn an_order_is_found_by_its_number_however_it_is_typed() {
    everywhere("bynumber", async |town| {
        let it = known(town).await;
        let parts: Vec<&str> = it.number.split('-').collect();
        for typed in [
            it.number.clone(),
            it.number.to_lowercase(),
            it.number.replace('-', ""),
            it.number.replace('-', " "),
            format!("  {}  ", it.number.to_lowercase().replace('-', " - ")),
            format!("{}{} {}", parts[0], parts[1], parts[2]),
        ] {
            let q = serde_html_form::to_string([("q", &typed)]).unwrap();
            let there = look(town, "mei", &format!("/search?{q}"), "zh-CN").await;
            assert_eq!(there.status, StatusCode::SEE_OTHER, "{typed}: {}", there.text);
            assert_eq!(there.headers[header::LOCATION], format!("/orders/{}", it.order), "{typed}");
        }
        let tail = found(town, "mei", parts[2]).await;
        assert!(tail.contains(&it.number), "by its running number: {tail}");
    })
    .await;
}

#[tokio::test]
async fn a_customer_is_found_by_name_initials_phone_and_address() {
    everywhere("bywho", async |town| {
        let it = known(town).await;
        for typed in [
            "王芳",
            "wf",
            "WF",
            "13800138000",
            "138 0013 8000",
            "+86 138-0013-8000",
            "8000",
            "138000",
            "金鸡路",
            "王芳 8000",
        ] {
            let page = found(town, "mei", typed).await;
            assert!(page.contains(&format!("/customers/{}", it.customer)), "{typed}: {page}");
            assert!(!page.contains("赵六") && !page.contains("赵*"), "{typed}: {page}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_device_is_found_by_any_part_of_its_serial_and_a_fault_by_its_words() {
    everywhere("bywhat", async |town| {
        let it = known(town).await;
        for typed in ["4H29B00731186", "4h29b", "31186", "0073118", "b0073"] {
            let page = found(town, "mei", typed).await;
            assert!(page.contains(&format!("/devices/{}", it.device)), "{typed}: {page}");
            assert!(!page.contains("9Z11X00000001"), "{typed}: {page}");
        }
        let fault = town.app.company().pack.fault("KT-01").expect("a fault").name.zh.clone();
        for typed in ["异响", "室外机", "制冷 慢", &fault] {
            let page = found(town, "mei", typed).await;
            assert!(page.contains(&format!("/orders/{}", it.order)), "{typed}: {page}");
            assert!(!page.contains("遥控器失灵"), "{typed}: {page}");
        }
        assert!(found(town, "mei", "冰箱不冷").await.contains("没有找到"));
    })
    .await;
}

#[tokio::test]
async fn a_colleague_is_found_by_name_initials_login_and_phone_as_far_as_the_arm_reaches() {
    everywhere("bycolleague", async |town| {
        let id = town.id("wu");
        for typed in ["吴师傅", "wsf", "WS", "吴", "wu"] {
            let page = found(town, "zhou", typed).await;
            assert!(page.contains(&format!("/people/{id}")), "{typed}: {page}");
            let other = found(town, "lin", typed).await;
            assert!(!other.contains("<td class=\"c-title\">吴师傅"), "{typed}: {other}");
        }
        // Whoever changes their name is found by the new one.
        let work = async move |cx: &mut baoxiu::Cx| {
            let person = rules::policy::PersonId::parse(&id)?;
            let it = baoxiu::account::ops::person(cx, &person).await?.expect("somebody");
            let draft = baoxiu::account::ops::Draft {
                login: it.login.clone(),
                name: "郑师傅".into(),
                roles: it.roles.0.clone(),
                ..Default::default()
            };
            baoxiu::account::ops::change(cx, &person, &draft).await.map(|_| ())
        };
        town.house(work).await;
        assert!(found(town, "zhou", "zsf").await.contains("郑师傅"));
        assert!(!found(town, "zhou", "wsf").await.contains("郑师傅"));
    })
    .await;
}

/// People hired by an older program are found too: their words are filed at the start.
#[tokio::test]
async fn whoever_was_there_before_is_filed_at_the_start() {
    everywhere("olderpeople", async |town| {
        let forget = "delete from finds where kind = 'person'";
        town.house(async move |cx| cx.tx.run(forget, &[]).await.map(|_| ())).await;
        assert!(!found(town, "zhou", "wsf").await.contains("吴师傅"));
        town.app.migrate().await.unwrap();
        assert!(found(town, "zhou", "wsf").await.contains("吴师傅"));
    })
    .await;
}

#[tokio::test]
async fn a_question_is_found_behind_many_orders_of_the_same_words() {
    everywhere("behind", async |town| {
        let who = json!({"name": "孙莉", "phone": "13600136001", "address": "广东省珠海市香洲区九洲大道8号"});
        let asks = json!({"kind": "consult", "channel": "phone", "customer": who,
            "fault": {"text": "滤网在哪里买"}});
        let filed = town.post("mei", "/requests", asks).await.json;
        let question = filed["number"].as_str().expect("a number").to_owned();
        // More than a group of the page has, and all of them newer.
        for nth in 0..8 {
            let call = json!({"kind": "repair", "channel": "phone", "customer": who,
                "device": {"serial": format!("7K31M0000000{nth}"), "category": "家用空调器"},
                "fault": {"text": format!("滤网脏，第{nth}台")}});
            assert_eq!(town.post("mei", "/requests", call).await.status, StatusCode::CREATED);
        }
        let page = found(town, "mei", "滤网").await;
        assert!(page.contains(&question), "{page}");
    })
    .await;
}

/// PostgreSQL sorts no thousands of finds while somebody is typing: what was filed last is found all the same.
#[tokio::test]
async fn what_was_filed_last_is_found_among_thousands() {
    everywhere("thousands", async |town| {
        let crowd = async move |cx: &mut baoxiu::Cx| {
            for nth in 0..1_200 {
                let words = search::Words::default().text("滤网");
                search::file(&mut cx.tx, "device", &format!("dev_{nth}"), words).await?;
            }
            Ok(())
        };
        town.house(crowd).await;
        let asks = json!({"kind": "consult", "channel": "phone",
            "customer": {"name": "孙莉", "phone": "13600136001", "address": "广东省珠海市香洲区九洲大道8号"},
            "fault": {"text": "滤网在哪里买"}});
        let filed = town.post("mei", "/requests", asks).await.json;
        let question = filed["number"].as_str().expect("a number");
        let repair = json!({"kind": "repair", "channel": "phone",
            "customer": {"name": "孙莉", "phone": "13600136001", "address": "广东省珠海市香洲区九洲大道8号"},
            "device": {"serial": "7K31M00000001", "category": "家用空调器"},
            "fault": {"text": "滤网脏"}});
        let filed = town.post("mei", "/requests", repair).await.json;
        let order = filed["order"]["number"].as_str().expect("an order");
        let page = found(town, "mei", "滤网").await;
        assert!(page.contains(question) && page.contains(order), "{page}");
    })
    .await;
}

/// A word in thousands of files and hardly in an order is looked up, where a walk would go through all of them;
/// a word in every order fills a page from the first that come by.
#[tokio::test]
async fn a_list_finds_what_is_rare_and_what_is_everywhere_among_thousands_of_orders() {
    everywhere("rare", async |town| {
        let mut rare = Vec::new();
        for nth in 0..2 {
            let mut body = wang();
            body["customer"] = json!({"name": "上官云", "phone": format!("1390013000{nth}"),
                "address": "广东省珠海市香洲区水湾路2号"});
            body["device"] = json!({"category": "家用空调器"});
            let filed = town.post("mei", "/requests", body).await.json;
            rare.insert(0, filed["order"]["id"].as_str().expect("an order").to_owned());
            town.later(1);
        }
        let first = rare[0].clone();
        let many = async move |cx: &mut baoxiu::Cx| {
            for nth in 0..1_100 {
                let words = search::Words::default().name("上官云");
                search::file(&mut cx.tx, "customer", &format!("cus_{nth}"), words).await?;
            }
            let copy =
                "with recursive n (n) as (select 1 union all select n + 1 from n where n < 2500)
                insert into orders (id, number, kind, status, request, outlet, path, fault_level,
                  coverage, code_tries, reopened_count, opened_at, version)
                select substr(id, 1, 26) || (n + 1000), number || n, kind, 'closed', request, outlet, path, fault_level,
                  coverage, 0, 0, opened_at + n, 0 from orders cross join n where id = $1";
            cx.tx.run(copy, &[kernel::Value::Text(first.clone())]).await?;
            for nth in 1..=900 {
                let words = search::Words::default().text("滤网");
                search::file(&mut cx.tx, "order", &format!("{}{}", &first[..26], nth + 1000), words).await?;
            }
            Ok(())
        };
        town.house(many).await;
        let ids = async |q: &str| {
            let q = serde_html_form::to_string([("q", q), ("limit", "40")]).unwrap();
            let list = town.get("he", &format!("/orders?{q}")).await.json;
            let items = list["items"].as_array().expect("a list").clone();
            items.iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(ids("上官云").await, rare, "behind two thousand newer ones");
        let newest: Vec<_> = (861..=900).rev().map(|nth| format!("{}{}", &rare[0][..26], nth + 1000)).collect();
        assert_eq!(ids("滤网").await, newest, "the newest first");
    })
    .await;
}
