//! The workbench while one looks: numbers that agree with the lists behind them, and news for those
//! whose things it is.

use std::sync::Arc;

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use baoxiu::{account, desk::live, pulse::Beat, schedule};
use futures_util::StreamExt as _;
use rules::policy::Actor;
use serde_json::json;

use crate::{
    forms::{look, see},
    town::{Town, everywhere, wang},
};

const DESKS: &[&str] =
    &["mei", "he", "hui", "jian", "shen", "guan", "an", "qu", "chen", "zhou", "ku", "lin", "dou"];

/// One of everything that waits.
async fn much_waits(town: &Town) {
    let at = |phone: &str, place: &str| {
        let mut body = wang();
        body["customer"] = json!({"name": "周全", "phone": phone, "address": place});
        body["device"] = json!({"category": "家用空调器"});
        body
    };
    let near = "广东省珠海市香洲区前山街道金鸡路1号";
    // Finished, to be signed; signed, to be called back.
    town.finished().await;
    let order = file(town, at("13900139101", near)).await;
    town.does("chen", &order, json!({"step": "accept"})).await;
    let order = file(town, at("13900139102", near)).await;
    town.does("chen", &order, json!({"step": "accept"})).await;
    town.does("chen", &order, town.sending("wu", 2, 4)).await;
    let order = file(town, at("13900139103", near)).await;
    town.does("chen", &order, json!({"step": "accept"})).await;
    let until = town.at(72);
    let wait = json!({"step": "suspend", "reason": "part", "until": until});
    town.does("chen", &order, wait).await;
    file(town, at("13900139104", near)).await;
    file(town, at("13900139105", near)).await;
    // Nobody serves there: it lies in the region's pool.
    file(town, at("13900139106", "广东省江门市蓬江区港口路1号")).await;
    let signed = file(town, at("13900139107", near)).await;
    town.does("chen", &signed, json!({"step": "accept"})).await;
    town.does("chen", &signed, town.sending("wu", 5, 7)).await;
    town.does("wu", &signed, json!({"step": "depart"})).await;
    town.does("wu", &signed, json!({"step": "arrive"})).await;
    town.does("wu", &signed, crate::town::finding()).await;
    let code = town.code(&signed).await;
    town.does("wu", &signed, json!({"step": "sign", "name": "周全", "code": code})).await;
    for (kind, phone) in [("consult", "13900139108"), ("complain", "13900139109")] {
        let customer = json!({"name": "问话人", "phone": phone});
        let body = json!({"kind": kind, "channel": "phone", "customer": customer,
                          "fault": {"text": "想问一下"}});
        let answer = town.post("mei", "/requests", body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    }
    // Some of what was promised is late by then.
    town.later(26 * 60);
}

async fn file(town: &Town, body: serde_json::Value) -> String {
    let answer = town.post("mei", "/requests", body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    answer.json["order"]["id"].as_str().expect("an order").to_owned()
}

/// Links that begin so, with the number that stands in them.
fn numbers(page: &str, begin: &str) -> Vec<(String, i64)> {
    let mut found = Vec::new();
    for (at, _) in page.match_indices(begin) {
        let link = &page[at..];
        let href = link.split("href=\"").nth(1).unwrap().split('"').next().unwrap();
        let number = link.split("<b>").nth(1).unwrap().split('<').next().unwrap();
        found.push((href.replace("&amp;", "&"), number.parse().unwrap()));
    }
    found
}

#[tokio::test]
async fn every_number_of_every_role_is_that_of_the_list_behind_it() {
    everywhere("numbers", async |town| {
        much_waits(town).await;
        let mut told = 0;
        for who in DESKS {
            let page = see(town, who, "/").await;
            let mut all = numbers(&page, "<a class=\"tile");
            all.extend(numbers(&page, "<a class=\"n"));
            for (href, number) in all {
                let list = see(town, who, &href).await;
                let rows = list.matches("<tr data-row").count() as i64;
                assert_eq!(rows, number, "{who} {href}");
                told += i64::from(number > 0);
            }
        }
        assert!(told > 30, "there is something to count: {told}");
        // Technicians have their day on the phone; their tiles stand in the interface.
        for who in ["li", "wu"] {
            let tiles = town.get(who, "/stats/today").await.json;
            for tile in tiles["items"].as_array().unwrap() {
                let list = tile["list"].as_str().unwrap().trim_start_matches("/api/v1");
                let rows = town.get(who, list).await.json["items"].as_array().unwrap().len();
                assert_eq!(tile["count"], json!(rows), "{who} {list}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_numbers_can_be_asked_for_alone() {
    everywhere("alone", async |town| {
        town.fault().await;
        let now = look(town, "chen", "/live", "zh-CN").await;
        assert_eq!(now.json["waits"]["/orders"], 1, "{}", now.text);
        let now = look(town, "lin", "/live", "zh-CN").await;
        assert_eq!(now.json["waits"]["/orders"], 0, "{}", now.text);
    })
    .await;
}

/// A page whose session is over is told nothing, and knows by it that it has to go to the door.
#[tokio::test]
async fn who_is_nobody_hears_nothing() {
    everywhere("hearsnothing", async |town| {
        for wants in ["text/event-stream", "application/json"] {
            let asked = Request::get("/live").header(header::ACCEPT, wants);
            let answer = town.ask(asked.body(Body::empty()).unwrap()).await;
            assert_eq!((answer.status, answer.text.as_str()), (StatusCode::NO_CONTENT, ""));
        }
    })
    .await;
}

async fn actor(town: &Town, login: &str) -> Arc<Actor> {
    let login = login.to_owned();
    let work = async move |cx: &mut baoxiu::Cx| {
        let person = account::ops::by_login(cx, &login).await?.expect("somebody");
        account::ops::actor(cx, &person).await
    };
    Arc::new(town.house(work).await)
}

/// What was told since the last time somebody listened.
async fn told(town: &Town, from: &mut Option<i64>) -> Vec<Beat> {
    let mut seat = town.app.pulse.sit("listener").expect("a seat");
    sealed(town).await;
    *from = Some(live::look(&town.app, *from).await.unwrap());
    std::iter::from_fn(|| seat.hears.try_recv().ok()).collect()
}

#[tokio::test]
async fn news_goes_to_those_whose_things_it_is() {
    everywhere("news", async |town| {
        let (chen, lin) = (actor(town, "chen").await, actor(town, "lin").await);
        let (jian, guan) = (actor(town, "jian").await, actor(town, "guan").await);
        let mut from = None;
        assert!(told(town, &mut from).await.is_empty(), "what was before is no news");
        let order = town.fault().await;
        let beats = told(town, &mut from).await;
        assert!(beats.iter().any(|it| it.concerns(&chen)), "{beats:?}");
        assert!(!beats.iter().any(|it| it.concerns(&lin)), "{beats:?}");
        assert!(!beats.iter().any(|it| it.concerns(&guan)), "{beats:?}");
        // A look at somebody's data is none.
        see(town, "mei", &format!("/orders/{order}")).await;
        let beats = told(town, &mut from).await;
        assert!(beats.is_empty(), "{beats:?}");
        let complaint = json!({"kind": "complain", "channel": "phone", "fault": {"text": "态度差"},
            "customer": {"name": "钱多", "phone": "13900139778"}});
        town.post("jian", "/requests", complaint).await;
        let beats = told(town, &mut from).await;
        assert!(beats.iter().any(|it| it.concerns(&jian)), "{beats:?}");
        assert!(!beats.iter().any(|it| it.concerns(&chen)), "{beats:?}");
        // Whose keys are taken back has to come in again.
        town.house(async |cx| {
            let person = account::ops::by_login(cx, "chen").await?.expect("somebody");
            account::ops::revoke_all(cx, &person.id, "").await
        })
        .await;
        let beats = told(town, &mut from).await;
        assert!(beats.iter().any(|it| it.ends(&chen)), "{beats:?}");
        assert!(!beats.iter().any(|it| it.ends(&lin)), "{beats:?}");
    })
    .await;
}

fn listening(town: &Town, who: &str) -> Request<Body> {
    Request::get("/live")
        .header(header::AUTHORIZATION, format!("Bearer {}", town.token(who)))
        .header(header::ACCEPT, "text/event-stream")
        .body(Body::empty())
        .unwrap()
}

/// On PostgreSQL events get their place a moment later: when nobody in the whole server writes any
/// more who began before them, a neighbour of this test for one.
async fn sealed(town: &Town) {
    for _ in 0..500 {
        schedule::beat(&town.app).await.unwrap();
        let sql = "select count(*) from events where place is null";
        let left = town.house(async move |cx| cx.tx.cell::<i64>(sql, &[]).await).await;
        if left == 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("events have no place");
}

#[tokio::test]
async fn a_page_hears_it_and_the_line_ends_with_the_house_and_has_its_limits() {
    everywhere("line", async |town| {
        sealed(town).await;
        let from = Some(live::look(&town.app, None).await.unwrap());
        let mut lines = Vec::new();
        for _ in 0..6 {
            let line = town.open(listening(town, "chen")).await;
            assert_eq!(line.status(), StatusCode::OK);
            assert_eq!(line.headers()[header::CONTENT_TYPE], "text/event-stream");
            lines.push(line.into_body().into_data_stream());
        }
        let full = town.open(listening(town, "chen")).await;
        assert_eq!(full.status(), StatusCode::TOO_MANY_REQUESTS);
        let mut line = lines.pop().unwrap();
        let begun = line.next().await.unwrap().unwrap();
        assert!(begun.starts_with(b"event: open"), "{begun:?}");
        town.fault().await;
        sealed(town).await;
        live::look(&town.app, from).await.unwrap();
        let change = line.next().await.unwrap().unwrap();
        // Without data a browser takes it for nothing.
        assert!(change.starts_with(b"event: change\ndata: 1"), "{change:?}");
        town.app.pulse.beat(Beat::End);
        assert!(line.next().await.is_none(), "it ends");
        drop((line, lines));
        let again = town.open(listening(town, "chen")).await;
        assert_eq!(again.status(), StatusCode::OK, "who left makes room");
    })
    .await;
}
