//! 候选: who could go to Ms Wang, when, and what that means for the others; pressed once, they are
//! sent.

use axum::http::StatusCode;
use kernel::Column as _;
use serde_json::{Value as Json, json};

use crate::{
    forms::{goes, look, see, send},
    town::{Town, everywhere, wang},
};

/// The outlet lies in the district that it serves: twenty minutes from anybody there.
async fn settled(town: &Town) {
    let outlet = town.id("香洲网点");
    let work = async move |cx: &mut baoxiu::Cx| {
        let sql = "update orgs set district = '440402' where id = $1";
        cx.tx.run(sql, &[outlet.write()]).await.map(|_| ())
    };
    town.house(work).await;
}

/// Ms Wang's order, accepted.
async fn accepted(town: &Town) -> String {
    let order = town.fault().await;
    town.does("chen", &order, json!({"step": "accept"})).await;
    order
}

async fn candidates(town: &Town, who: &str, order: &str) -> Vec<Json> {
    let answer = town.get(who, &format!("/orders/{order}/candidates")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json["items"].as_array().unwrap().clone()
}

fn named<'a>(all: &'a [Json], name: &str) -> &'a Json {
    all.iter().find(|it| it["technician"]["name"] == name).unwrap_or_else(|| panic!("{all:?}"))
}

fn from(it: &Json) -> &str {
    let from = it["proposal"]["window"]["from"].as_str();
    from.and_then(|it| it.get(5..16)).unwrap_or_else(|| panic!("no proposal: {it}"))
}

#[tokio::test]
async fn the_first_candidate_comes_first_and_keeps_the_promise() {
    everywhere("cranked", async |town| {
        settled(town).await;
        let busy = accepted(town).await;
        town.does("chen", &busy, town.sending("li", 0, 2)).await;
        let order = accepted(town).await;
        let all = candidates(town, "chen", &order).await;
        let names: Vec<_> = all.iter().map(|it| it["technician"]["name"].as_str()).collect();
        assert_eq!(names, [Some("吴师傅"), Some("李师傅")]);
        // It is nine; twenty minutes' way, an hour and a half of work, and the pause at noon.
        assert_eq!((from(&all[0]), from(&all[1])), ("11-23T09:30", "11-23T13:30"));
        assert_eq!(all[0]["proposal"]["window"]["to"], "2026-11-23T11:00:00+08:00");
        assert_eq!(all[0]["proposal"]["way"], "same_district");
        assert_eq!(all[0]["proposal"]["travel_minutes"], 20);
        assert_eq!(all[0]["km"], Json::Null, "no kilometres where no place is known");
        assert_eq!(all[0]["why"], "赶得上承诺，当天已有 0 单");
        let busy = town.get("chen", &format!("/orders/{busy}")).await.json;
        assert_eq!(all[1]["proposal"]["comes_from"], busy["number"]);
        let why = all[1]["why"].as_str().unwrap();
        assert!(why.contains(&format!("做完 {} 过去", busy["number"].as_str().unwrap())), "{why}");
        // Whoever already has the order is not in their own way.
        town.does("chen", &order, town.sending("wu", 1, 3)).await;
        assert_eq!(from(named(&candidates(town, "chen", &order).await, "吴师傅")), "11-23T09:30");
    })
    .await;
}

#[tokio::test]
async fn whoever_has_to_wait_for_it_is_named() {
    everywhere("cdelays", async |town| {
        settled(town).await;
        let next = accepted(town).await;
        town.does("chen", &next, town.sending("li", 2, 4)).await;
        let order = accepted(town).await;
        let all = candidates(town, "chen", &order).await;
        assert_eq!(all[0]["technician"]["name"], "吴师傅", "who holds up nobody goes first");
        let li = named(&all, "李师傅");
        assert_eq!(from(li), "11-23T09:30");
        let delay = &li["proposal"]["delays"][0];
        let next = town.get("chen", &format!("/orders/{next}")).await.json;
        assert_eq!((&delay["order"], &delay["number"]), (&next["id"], &next["number"]));
        assert_eq!((&delay["minutes"], &delay["over_minutes"]), (&json!(20), &json!(0)));
        let why = li["why"].as_str().unwrap();
        assert!(why.contains("会晚 20 分钟开始，仍在约定时段内"), "{why}");
        // The others' windows do not overlap with it, so the step takes it.
        let window = &li["proposal"]["window"];
        let sending = json!({"step": "assign", "technician": town.id("li"),
                             "from": window["from"], "to": window["to"]});
        town.does("chen", &order, sending).await;
    })
    .await;
}

#[tokio::test]
async fn the_wished_time_is_proposed_where_it_can_be() {
    everywhere("cwish", async |town| {
        settled(town).await;
        let mut body = wang();
        body["wanted"] = json!({"from": "2026-11-25T15:10", "to": "2026-11-25T17:00"});
        let answer = town.post("mei", "/requests", body).await;
        let order = answer.json["order"]["id"].as_str().unwrap().to_owned();
        let all = candidates(town, "chen", &order).await;
        assert_eq!(from(&all[0]), "11-25T15:15");
        // What was promised falls due before the wish: it says so.
        assert!(all[0]["why"].as_str().unwrap().contains("承诺会晚"), "{}", all[0]["why"]);
        assert_eq!(all[0]["proposal"]["late"]["promise"], "repair");
    })
    .await;
}

#[tokio::test]
async fn who_cannot_go_says_what_binds() {
    everywhere("cbinds", async |town| {
        settled(town).await;
        let draft = |name: &str| baoxiu::account::ops::Draft {
            login: name.into(),
            name: format!("{name}师傅"),
            roles: vec!["technician".into()],
            ..Default::default()
        };
        let outlet = town.id("香洲网点");
        town.hire("zhao", &outlet, draft("zhao"), Some(vec![])).await;
        let away = [
            ("person", town.id("li")),
            ("starts", "2026-11-23T00:00".into()),
            ("ends", "2026-12-02T08:00".into()),
            ("reason", "病假".into()),
        ];
        let away: Vec<_> = away.iter().map(|it| (it.0, it.1.as_str())).collect();
        goes(town, "zhou", "/absences", &away).await;
        let order = accepted(town).await;
        let all = candidates(town, "chen", &order).await;
        let names: Vec<_> = all.iter().map(|it| it["technician"]["name"].as_str()).collect();
        assert_eq!(names, [Some("吴师傅"), Some("李师傅"), Some("zhao师傅")]);
        let (li, zhao) = (&all[1], &all[2]);
        assert_eq!(
            (&li["why"], &li["obstacle"]),
            (&json!("不在班，到12-02 08:00"), &json!("technician.absent"))
        );
        assert_eq!((&li["qualified"], &li["proposal"]), (&json!(true), &Json::Null));
        assert_eq!(zhao["why"], "没有制冷与空调作业");
        assert_eq!(
            (&zhao["qualified"], &zhao["free"][0]["from"]),
            (&json!(false), &json!("2026-11-23T09:00:00+08:00"))
        );
        assert_eq!(zhao["obstacle"], "technician.not_certified");
        let step = town.step("chen", &order, town.sending("zhao", 1, 3)).await;
        assert_eq!(step.json["code"], "technician.not_certified");
    })
    .await;
}

/// The fields of the button with these words.
fn pressed<'a>(page: &'a str, words: &str) -> Vec<(&'a str, &'a str)> {
    let end =
        page.find(&format!("{words}</button>")).unwrap_or_else(|| panic!("no {words}: {page}"));
    let form = &page[page[..end].rfind("<form").unwrap()..end];
    let fields = form.split("<input type=\"hidden\" name=\"").skip(1);
    let field = |text: &'a str| {
        let (name, rest) = text.split_once('"')?;
        Some((name, rest.strip_prefix(" value=\"")?.split_once('"')?.0))
    };
    fields.filter_map(field).collect()
}

#[tokio::test]
async fn one_press_sends_and_the_button_says_whom_and_when() {
    everywhere("cpress", async |town| {
        settled(town).await;
        let order = accepted(town).await;
        let path = format!("/orders/{order}");
        let page = see(town, "chen", &path).await;
        assert!(page.contains("同区") && !page.contains("0.0 公里"), "{page}");
        let english = look(town, "chen", &path, "en").await.text;
        assert!(english.contains("Send 李师傅 09:30</button>"), "{english}");
        assert!(english.contains("same district") && english.contains("keeps the promise"));
        let fields = pressed(&page, "派给 吴师傅 09:30");
        assert_eq!(fields[0], ("step", "assign"));
        goes(town, "chen", &format!("{path}/steps"), &fields).await;
        let sent = town.get("chen", &path).await.json;
        assert_eq!(
            (&sent["status"], &sent["technician"]["name"]),
            (&json!("assigned"), &json!("吴师傅"))
        );
        assert_eq!(sent["window"]["from"], "2026-11-23T09:30:00+08:00");
    })
    .await;
}

#[tokio::test]
async fn of_two_who_press_at_once_one_sends() {
    everywhere("crace", async |town| {
        settled(town).await;
        let (first, second) = (accepted(town).await, accepted(town).await);
        let pages = [
            see(town, "chen", &format!("/orders/{first}")).await,
            see(town, "zhou", &format!("/orders/{second}")).await,
        ];
        // Both pages propose the same technician at the same time, for two orders.
        let fields = pages.each_ref().map(|it| pressed(it, "派给 李师傅 09:30"));
        let (a, b) = (format!("/orders/{first}/steps"), format!("/orders/{second}/steps"));
        let (a, b) =
            tokio::join!(send(town, "chen", &a, &fields[0]), send(town, "zhou", &b, &fields[1]));
        let mut both = [a.status, b.status];
        both.sort();
        assert_eq!(both, [StatusCode::SEE_OTHER, StatusCode::CONFLICT], "{} {}", a.text, b.text);
        let refused = if a.status == StatusCode::CONFLICT { &a.text } else { &b.text };
        assert!(refused.contains("李师傅"), "the page says who is busy: {refused}");
        // And for one order: the other's press is not possible any more.
        let third = accepted(town).await;
        let page = see(town, "chen", &format!("/orders/{third}")).await;
        let fields = pressed(&page, "派给 吴师傅 09:30");
        let path = format!("/orders/{third}/steps");
        let (a, b) =
            tokio::join!(send(town, "chen", &path, &fields), send(town, "zhou", &path, &fields));
        let mut both = [a.status, b.status];
        both.sort();
        assert_eq!(both, [StatusCode::SEE_OTHER, StatusCode::CONFLICT], "{} {}", a.text, b.text);
        let visits = town.house(async |cx| {
            cx.tx.cell::<i64>("select count(*) from visits where state = 'planned'", &[]).await
        });
        assert_eq!(visits.await, 2);
    })
    .await;
}

#[tokio::test]
async fn others_learn_nothing_and_technicians_send_nobody() {
    everywhere("crights", async |town| {
        settled(town).await;
        let order = accepted(town).await;
        let path = format!("/orders/{order}/candidates");
        for who in ["lin", "dou", "huang", "li"] {
            assert_eq!(town.get(who, &path).await.status, StatusCode::NOT_FOUND, "{who}");
        }
        assert_eq!(town.get("hui", &path).await.status, StatusCode::FORBIDDEN, "who only calls");
        assert_eq!(candidates(town, "mei", &order).await.len(), 2, "the hotline looks");
        let page = see(town, "mei", &format!("/orders/{order}")).await;
        assert!(!page.contains("派给 "), "but sends nobody: {page}");
        town.does("chen", &order, town.sending("li", 1, 3)).await;
        assert_eq!(candidates(town, "li", &order).await.len(), 1, "themselves");
        let step = town.step("li", &order, town.sending("wu", 1, 3)).await;
        assert_eq!(step.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn an_outlet_without_people_and_an_order_without_place_say_so() {
    everywhere("cbad", async |town| {
        let mut body = wang();
        body["customer"]["address"] = json!("广东省珠海市斗门区井岸镇中兴路8号");
        let answer = town.post("mei", "/requests", body).await;
        let order = answer.json["order"]["id"].as_str().unwrap().to_owned();
        assert_eq!(candidates(town, "dou", &order).await, Vec::<Json>::new());
        let page = see(town, "dou", &format!("/orders/{order}")).await;
        assert!(page.contains("这个网点还没有技师"), "{page}");

        let mut body = wang();
        body["customer"] = json!({"name": "无地址", "phone": "13800138999"});
        body["device"] = json!({"category": "家用空调器"});
        let answer = town.post("mei", "/requests", body).await;
        let order = answer.json["order"]["id"].as_str().unwrap().to_owned();
        assert_eq!(candidates(town, "he", &order).await, Vec::<Json>::new(), "no outlet has it");
        let route = json!({"step": "route", "outlet": town.id("香洲网点"), "reason": "最近"});
        town.does("he", &order, route).await;
        let all = candidates(town, "chen", &order).await;
        assert_eq!(all[0]["proposal"]["way"], "unknown");
        assert_eq!(
            (&all[0]["proposal"]["travel_minutes"], from(&all[0])),
            (&json!(40), "11-23T09:45")
        );
        let page = see(town, "chen", &format!("/orders/{order}")).await;
        assert!(page.contains("不知道用户在哪里"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn where_nobody_is_free_the_page_says_what_else_one_can_do() {
    everywhere("cfull", async |town| {
        settled(town).await;
        for who in ["li", "wu"] {
            let away = [
                ("person", town.id(who)),
                ("starts", "2026-11-23T00:00".into()),
                ("ends", "2026-12-02T08:00".into()),
                ("reason", "培训".into()),
            ];
            let away: Vec<_> = away.iter().map(|it| (it.0, it.1.as_str())).collect();
            goes(town, "zhou", "/absences", &away).await;
        }
        let order = accepted(town).await;
        let path = format!("/orders/{order}");
        let page = see(town, "chen", &path).await;
        assert!(page.contains("没有人排得上") && page.contains("请网点经理强派"), "{page}");
        assert!(!page.contains("派给 "), "no button for nobody: {page}");
        let page = see(town, "zhou", &path).await;
        assert!(page.contains("写明理由"), "{page}");
        let board = see(town, "chen", &format!("/dispatch?order={order}")).await;
        assert!(board.contains("不在班，到12-02 08:00"), "{board}");
    })
    .await;
}
