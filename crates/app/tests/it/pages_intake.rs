//! Intake in one breath: whoever calls is there, what is being done already is seen, and what was
//! typed outlives the page.

use axum::http::StatusCode;
use serde_json::json;

use crate::{
    forms::{comes_back, goes, look, see, send},
    town::{Town, everywhere, wang},
};

/// The value of a field, as the page has it.
fn value(page: &str, name: &str) -> Option<String> {
    let field = page.split("<input").find(|it| it.contains(&format!("name=\"{name}\"")))?;
    let (_, rest) = field.split_once("value=\"")?;
    Some(rest.split('"').next().unwrap_or_default().to_owned())
}

async fn wang_is_on_file(town: &Town) -> (String, String) {
    let answer = town.post("mei", "/requests", wang()).await.json;
    let order = answer["order"]["id"].as_str().expect("an order").to_owned();
    let seen = town.get("mei", &format!("/orders/{order}")).await.json;
    (order, seen["customer"]["id"].as_str().expect("a customer").to_owned())
}

#[tokio::test]
async fn whoever_calls_is_there_however_the_telephone_writes_the_number() {
    everywhere("rings", async |town| {
        let (_, id) = wang_is_on_file(town).await;
        for phone in [
            "13800138000",
            "138%200013%208000",
            "138-0013-8000",
            "%2B86%20138%200013%208000",
            "+8613800138000",
            "8613800138000",
            "008613800138000",
            "１３８００１３８０００",
        ] {
            let page = see(town, "mei", &format!("/intake?phone={phone}")).await;
            assert_eq!(value(&page, "customer").as_deref(), Some(id.as_str()), "{phone}");
            assert!(page.contains("KFR-35GW"), "{phone}: their device");
        }
    })
    .await;
}

#[tokio::test]
async fn of_somebody_new_the_number_is_there_and_what_is_no_number_does_no_harm() {
    everywhere("ringsnew", async |town| {
        let page = see(town, "mei", "/intake?phone=%2B86%20139%200013%209001").await;
        assert_eq!(value(&page, "customer.phone").as_deref(), Some("13900139001"));
        assert_eq!(value(&page, "customer"), None);
        for odd in ["anonymous", "", "%00", "1", "138001380001380013800013800"] {
            let page = look(town, "mei", &format!("/intake?phone={odd}"), "zh-CN").await;
            assert_eq!(page.status, StatusCode::OK, "{odd}");
            assert_eq!(value(&page.text, "customer.phone").as_deref(), Some(""), "{odd}");
        }
    })
    .await;
}

const TYPED: [(&str, &str); 7] = [
    ("kind", "repair"),
    ("channel", "phone"),
    ("customer.name", "钱多多"),
    ("customer.phone", "13900139055"),
    ("customer.address", "广东省珠海市香洲区人民东路1号"),
    ("device", ""),
    ("fault.text", "滴水，地板湿了"),
];

#[tokio::test]
async fn what_was_typed_is_there_again_for_its_typist_until_it_is_filed() {
    everywhere("drafts", async |town| {
        let kept = send(town, "mei", "/intake/draft", &TYPED).await;
        assert_eq!(kept.status, StatusCode::NO_CONTENT);
        let page = see(town, "mei", "/intake").await;
        assert_eq!(value(&page, "customer.phone").as_deref(), Some("13900139055"));
        assert!(page.contains("滴水，地板湿了") && page.contains("接着您"), "{page}");
        // Of somebody else nothing is seen.
        let other = see(town, "chen", "/intake").await;
        assert!(!other.contains("滴水") && !other.contains("13900139055"), "{other}");
        // The telephone rings: the other one is not lost.
        let ringing = see(town, "mei", "/intake?phone=13900139066").await;
        assert!(!ringing.contains("滴水") && ringing.contains("没有登记完"), "{ringing}");
        let filed = goes(town, "mei", "/intake", &TYPED).await;
        assert!(filed.ends_with("/filed"), "{filed}");
        let page = see(town, "mei", "/intake").await;
        assert!(!page.contains("滴水") && !page.contains("接着您"), "{page}");
    })
    .await;
}

/// The last letters may still be on their way when the form is sent.
#[tokio::test]
async fn what_arrives_after_its_form_was_filed_is_not_kept() {
    everywhere("latedraft", async |town| {
        let mut typed = TYPED.to_vec();
        typed.push(("_key", "0123456789abcdef"));
        goes(town, "mei", "/intake", &typed).await;
        send(town, "mei", "/intake/draft", &typed).await;
        assert!(!see(town, "mei", "/intake").await.contains("接着您"));
        typed.pop();
        typed.push(("_key", "fedcba9876543210"));
        send(town, "mei", "/intake/draft", &typed).await;
        assert!(see(town, "mei", "/intake").await.contains("接着您"), "the next form is another");
    })
    .await;
}

#[tokio::test]
async fn an_empty_form_leaves_nothing_and_a_draft_can_be_given_up_and_gets_old() {
    everywhere("olddrafts", async |town| {
        send(town, "mei", "/intake/draft", &TYPED).await;
        send(town, "mei", "/intake/draft", &[("kind", "repair"), ("channel", "phone")]).await;
        assert!(!see(town, "mei", "/intake").await.contains("接着您"));
        send(town, "mei", "/intake/draft", &TYPED).await;
        assert_eq!(goes(town, "mei", "/intake/new", &[]).await, "/intake");
        assert!(!see(town, "mei", "/intake").await.contains("接着您"));
        send(town, "mei", "/intake/draft", &TYPED).await;
        town.later(23 * 60);
        assert!(see(town, "mei", "/intake").await.contains("接着您"));
        town.later(2 * 60);
        assert!(!see(town, "mei", "/intake").await.contains("接着您"));
        baoxiu::schedule::beat(&town.app).await.unwrap();
        let sql = "select count(*) from drafts";
        let left: i64 = town.house(async move |cx| cx.tx.cell(sql, &[]).await).await;
        assert_eq!(left, 0, "nobody finds it any more, so it is not kept");
    })
    .await;
}

#[tokio::test]
async fn the_same_fault_of_the_same_device_is_seen_before_there_is_a_second_order() {
    everywhere("twice", async |town| {
        let (order, customer) = wang_is_on_file(town).await;
        let seen = town.get("mei", &format!("/orders/{order}")).await.json;
        let number = seen["number"].as_str().unwrap();
        let device = seen["device"]["id"].as_str().unwrap();
        let again = [
            ("kind", "repair"),
            ("channel", "phone"),
            ("customer", customer.as_str()),
            ("device", device),
            ("fault.text", "还是有异响"),
        ];
        let page = comes_back(town, "mei", "/intake", &again).await;
        assert!(page.contains(number) && page.contains("仍另建一张服务单"), "{page}");
        assert!(page.contains("还是有异响"), "what was typed stays: {page}");
        assert_eq!(value(&page, "seen").as_deref(), Some(order.as_str()));
        // By a serial that is typed it is the same device.
        let mut by_serial = TYPED.to_vec();
        by_serial.retain(|it| it.0 != "device" && !it.0.starts_with("customer."));
        by_serial.extend([("device", "new"), ("device.serial", " 4h29b00731186 ")]);
        by_serial.extend([("customer", customer.as_str())]);
        let page = comes_back(town, "mei", "/intake", &by_serial).await;
        assert!(page.contains(number), "{page}");
        // Whoever has seen it may want a second one all the same.
        let mut sure = again.to_vec();
        sure.push(("seen", order.as_str()));
        assert!(goes(town, "mei", "/intake", &sure).await.ends_with("/filed"));
        // Something else about the same device is no repetition.
        let mut other = again.to_vec();
        other[0] = ("kind", "maintain");
        assert!(goes(town, "mei", "/intake", &other).await.ends_with("/filed"));
        let of = format!("/orders?device={device}&limit=10");
        let all = town.get("mei", &of).await.json;
        assert_eq!(all["items"].as_array().unwrap().len(), 3, "{all}");
    })
    .await;
}

/// What a program files it means: the desk asks people, the interface answers what it is asked.
#[tokio::test]
async fn the_interface_files_what_it_is_sent() {
    everywhere("twiceapi", async |town| {
        wang_is_on_file(town).await;
        let again = town.post("mei", "/requests", wang()).await;
        assert_eq!(again.status, StatusCode::CREATED);
        assert_ne!(again.json["order"]["id"], json!(null));
    })
    .await;
}
