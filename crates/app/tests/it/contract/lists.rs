//! Lists: filters with several values, sorting, paging, and what nobody can ask.

use serde_json::{Value as Json, json};

use super::{get, refused};
use crate::town::{Town, everywhere, wang};

/// Orders at several stages, each opened a minute after the other. Returns their ids, oldest first.
async fn several(town: &Town) -> Vec<String> {
    let mut all = Vec::new();
    for n in 0..7 {
        let mut body = wang();
        body["customer"]["phone"] = json!(format!("1390013920{n}"));
        body["customer"]["name"] = json!(format!("用户{n}"));
        body["device"] = json!({"category": "家用空调器"});
        body["kind"] = json!(if n % 2 == 0 { "repair" } else { "maintain" });
        let answer = town.post("mei", "/requests", body).await.json;
        let id = answer["order"]["id"].as_str().unwrap().to_owned();
        if n < 4 {
            town.does("chen", &id, json!({"step": "accept"})).await;
        }
        if n == 0 {
            town.does("chen", &id, town.sending("li", 1, 3)).await;
        }
        all.push(id);
        town.later(1);
    }
    all
}

fn ids(list: &Json) -> Vec<String> {
    let items = list["items"].as_array().unwrap();
    items.iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_filter_takes_several_values_and_the_newest_comes_first() {
    everywhere("lfilter", async |town| {
        let all = several(town).await;
        let newest: Vec<_> = all.iter().rev().cloned().collect();
        assert_eq!(ids(&get(town, "chen", "/orders").await), newest);
        // In a list nobody reads why, and what else might be claimed.
        let (listed, one) = (&get(town, "chen", "/orders").await["items"][0], &newest[0]);
        let one = get(town, "chen", &format!("/orders/{one}")).await;
        let fields = |it: &Json| it.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        let more: Vec<_> =
            fields(&one).into_iter().filter(|it| !fields(listed).contains(it)).collect();
        assert_eq!(more, ["decisions"], "the rest is the same");
        assert_eq!(listed["entitlement"]["explanation"], one["entitlement"]["explanation"]);
        assert!(
            listed["entitlement"]["rights"].is_null() && one["entitlement"]["rights"].is_array()
        );
        let both = get(town, "chen", "/orders?status=reported,accepted").await;
        assert_eq!(ids(&both), newest[..6]);
        let twice = get(town, "chen", "/orders?status=reported&status=accepted").await;
        assert_eq!(ids(&twice), newest[..6]);
        let home = town.id("香洲网点");
        let other = town.id("天河网点");
        let list = get(town, "he", &format!("/orders?outlet={home},{other}")).await;
        assert_eq!(ids(&list).len(), 7);
        assert_eq!(ids(&get(town, "he", &format!("/orders?outlet={other}")).await).len(), 0);
        let sent = format!("/orders?technician={},{}", town.id("li"), town.id("wu"));
        assert_eq!(ids(&get(town, "chen", &sent).await), all[..1]);
        let list = get(town, "mei", "/requests?kind=repair,maintain&status=ordered").await;
        assert_eq!(ids(&list).len(), 7);
        assert_eq!(ids(&get(town, "mei", "/requests?kind=maintain&channel=phone").await).len(), 3);
        assert_eq!(ids(&get(town, "mei", "/requests?channel=web,fax").await).len(), 0);
    })
    .await;
}

#[tokio::test]
async fn orders_are_found_by_when_they_were_opened_and_by_being_late() {
    everywhere("ltimes", async |town| {
        let all = several(town).await;
        let at = |minutes: i64| {
            let time = town.app.now().after(kernel::Span::minutes(minutes));
            let text = time.text(&town.app.company().zone);
            text.replace('+', "%2B")
        };
        let from = format!("/orders?opened_from={}", at(-3));
        assert_eq!(ids(&get(town, "chen", &from).await).len(), 3);
        let to = format!("/orders?opened_to={}", at(-3));
        assert_eq!(ids(&get(town, "chen", &to).await).len(), 4);
        let today = get(town, "chen", "/orders?opened_from=2026-11-23&opened_to=2026-11-23").await;
        assert_eq!(ids(&today).len(), 7, "a day belongs to itself to its end");
        assert_eq!(ids(&get(town, "chen", "/orders?overdue=true").await).len(), 0);
        town.later(25 * 60);
        assert_eq!(ids(&get(town, "chen", "/orders?overdue=true").await).len(), all.len());
    })
    .await;
}

#[tokio::test]
async fn every_page_follows_the_one_before_however_it_is_sorted() {
    everywhere("lpages", async |town| {
        let all = several(town).await;
        for sort in ["opened_at", "-opened_at", "due", "-due", "number", "-number"] {
            let whole = ids(&get(town, "chen", &format!("/orders?sort={sort}")).await);
            assert_eq!(whole.len(), all.len(), "{sort}");
            let back = sort.strip_prefix('-').map_or(format!("-{sort}"), str::to_owned);
            let mut turned = ids(&get(town, "chen", &format!("/orders?sort={back}")).await);
            turned.reverse();
            assert_eq!(whole, turned, "{sort}");
            assert_eq!(page_by_page(town, "chen", &format!("/orders?sort={sort}")).await, whole);
        }
        for path in [
            "/requests?",
            "/requests?sort=received_at",
            "/customers?",
            "/technicians?",
            "/outlets?",
            "/fault-codes?category=家用空调器&",
        ] {
            let key = if path.starts_with("/fault") { "code" } else { "id" };
            let whole = get(town, "mei", path.trim_end_matches(['?', '&'])).await;
            let whole = whole["items"].as_array().unwrap().clone();
            let whole: Vec<_> =
                whole.iter().map(|it| it[key].as_str().unwrap().to_owned()).collect();
            assert!(whole.len() > 2, "{path}");
            assert_eq!(pages(town, "mei", path, key).await, whole, "{path}");
        }
    })
    .await;
}

async fn page_by_page(town: &Town, who: &str, path: &str) -> Vec<String> {
    pages(town, who, path, "id").await
}

/// Two rows at a time, until there are no more.
async fn pages(town: &Town, who: &str, path: &str, key: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut cursor = String::new();
    for _ in 0..200 {
        let mark = if path.ends_with(['?', '&']) { "" } else { "&" };
        let page = get(town, who, &format!("{path}{mark}limit=2&cursor={cursor}")).await;
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 2, "{page}");
        found.extend(items.iter().map(|it| it[key].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => return found,
        }
    }
    panic!("{path} has no end");
}

#[tokio::test]
async fn what_a_list_cannot_be_asked_is_said_by_its_name() {
    everywhere("lwrong", async |town| {
        for (path, field) in [
            ("/orders?limit=0", "limit"),
            ("/orders?limit=201", "limit"),
            ("/orders?limit=many", "limit"),
            ("/orders?sort=price", "sort"),
            ("/orders?status=flying", "status"),
            ("/orders?overdue=perhaps", "overdue"),
            ("/orders?opened_from=soon", "opened_from"),
            ("/orders?cursor=%21%21", "cursor"),
            ("/orders?cursor=eHx5eg", "cursor"),
            ("/requests?sort=price", "sort"),
            ("/requests?kind=dance", "kind"),
            ("/requests?channel=pigeon", "channel"),
            ("/requests?cursor=eHx5", "cursor"),
            ("/callbacks?status=never", "status"),
            ("/callbacks?limit=201", "limit"),
            ("/callbacks?due_before=soon", "due_before"),
            ("/callbacks?sort=price", "sort"),
            ("/customers?limit=0", "limit"),
            ("/devices?cursor=%21", "cursor"),
            ("/technicians?limit=0", "limit"),
        ] {
            let who = if path.starts_with("/callbacks") { "hui" } else { "mei" };
            let answer = town.get(who, path).await;
            assert_eq!(refused(&answer, 422, "invalid"), [field], "{path}");
        }
        let no = town.get("mei", "/orders?sort=price").await.json.to_string();
        let known = ["opened_at", "due", "number"];
        assert!(known.iter().all(|it| no.contains(it)), "by what it can be sorted: {no}");
        for path in [
            "/orders?q=%27%3B+drop+table+orders",
            "/orders?q=%25",
            "/orders?q=%00",
            "/customers?q=%22%2A%28",
            "/orders?customer=%27&technician=%27",
        ] {
            get(town, "mei", path).await;
        }
    })
    .await;
}
