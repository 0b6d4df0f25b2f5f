//! Lists: kept as somebody wants to see them again, with the columns they chose, taken away as they
//! are shown, and done something with many rows at once.

use axum::http::StatusCode;
use serde_json::json;

use crate::{
    forms::{comes_back, goes, look, see, send},
    town::{Town, everywhere, wang},
};

const LISTS: &[(&str, &str)] = &[
    ("mei", "/orders"),
    ("mei", "/requests"),
    ("mei", "/customers"),
    ("mei", "/devices"),
    ("hui", "/callbacks"),
    ("zhou", "/people"),
];

#[tokio::test]
async fn a_list_is_kept_under_a_name_for_its_owner_alone() {
    everywhere("views", async |town| {
        for (who, path) in LISTS {
            let kept = [("path", *path), ("query", "sort=-name&q=王"), ("name", "我的王")];
            let back = goes(town, who, "/views", &kept).await;
            assert_eq!(back, format!("{path}?sort=-name&q=%E7%8E%8B"));
        }
        let page = see(town, "mei", "/customers").await;
        assert!(page.contains("我的王") && page.contains("/customers?sort=-name&amp;q=%E7%8E%8B"));
        let other = see(town, "chen", "/customers").await;
        assert!(!other.contains("我的王"), "{other}");
        // Where one stands is marked; of a list without common views the way back is there.
        let there = see(town, "mei", "/customers?q=王&sort=-name").await;
        assert!(there.contains("class=\"on\" aria-current=\"page\">我的王"), "{there}");
        assert!(there.contains("/customers?plain=1"), "{there}");
    })
    .await;
}

/// The id of somebody's first view, as the page of views has it.
async fn first_view(town: &Town, who: &str) -> String {
    let page = see(town, who, "/views").await;
    let rest = page.split("name=\"id\" value=\"").nth(1).expect("a view");
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn one_view_can_come_first_be_renamed_and_go() {
    everywhere("usual", async |town| {
        let kept = [
            ("path", "/devices"),
            ("query", "sort=serial"),
            ("name", "按序列号"),
            ("usual", "true"),
        ];
        goes(town, "mei", "/views", &kept).await;
        let first = look(town, "mei", "/devices", "zh-CN").await;
        assert_eq!(first.status, StatusCode::SEE_OTHER);
        assert_eq!(first.headers["location"], "/devices?sort=serial");
        // Others see what everybody sees, and its owner can too.
        see(town, "chen", "/devices").await;
        see(town, "mei", "/devices?plain=1").await;
        let id = first_view(town, "mei").await;
        let renamed = [("id", id.as_str()), ("name", "序列号")];
        goes(town, "mei", "/views/change", &renamed).await;
        let page = see(town, "mei", "/devices").await;
        assert!(page.contains("序列号") && !page.contains("按序列号"), "{page}");
        // What is somebody else's is not there.
        let foreign = send(town, "chen", "/views/change", &renamed).await;
        assert_eq!(foreign.status, StatusCode::NOT_FOUND);
        goes(town, "mei", "/views/change", &[("id", id.as_str()), ("do", "drop")]).await;
        assert!(see(town, "mei", "/views").await.contains("还没有自己的视图"));
    })
    .await;
}

#[tokio::test]
async fn a_view_has_a_name_and_an_end_and_leads_to_a_list_of_ours() {
    everywhere("badviews", async |town| {
        for path in ["https://example.org", "//example.org", "/admin/roles", "", "/orders/x"] {
            let kept = [("path", path), ("query", ""), ("name", "外面")];
            let no = send(town, "mei", "/views", &kept).await;
            assert_eq!(no.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        }
        let no_name = [("path", "/orders"), ("query", "sort=due"), ("name", "  ")];
        assert_eq!(goes(town, "mei", "/views", &no_name).await, "/orders?sort=due");
        assert!(see(town, "mei", "/views").await.contains("还没有自己的视图"));
        for n in 0..25 {
            let name = format!("第{n}个");
            let kept = [("path", "/orders"), ("query", "sort=due"), ("name", &name)];
            goes(town, "mei", "/views", &kept).await;
            // The first stays the first.
            town.later(1);
        }
        let page = see(town, "mei", "/views").await;
        assert!(page.contains("第19个") && !page.contains("第20个"), "{page}");
        let id = first_view(town, "mei").await;
        let same = [("id", id.as_str()), ("name", "第5个")];
        comes_back(town, "mei", "/views/change", &same).await;
    })
    .await;
}

/// The headings of a table, or of a file.
fn headings(text: &str) -> Vec<String> {
    let head = text.split("<thead>").nth(1).unwrap().split("</thead>").next().unwrap();
    let cells = head.split("<th").skip(1).filter(|it| !it.contains("only-narrow"));
    let word = |it: &str| {
        let text = it.split_once('>').unwrap().1;
        let text = text.split("</th>").next().unwrap();
        let text = text.rsplit("\">").next().unwrap();
        text.trim_end_matches("</a>").trim_end_matches([' ', '↑', '↓']).to_owned()
    };
    cells.map(word).filter(|it| !it.is_empty()).collect()
}

#[tokio::test]
async fn what_is_shown_is_chosen_and_a_file_has_exactly_that() {
    everywhere("columns", async |town| {
        town.signed().await;
        for (who, path) in LISTS.iter().filter(|it| it.1 != "/people") {
            let page = see(town, who, &format!("{path}?plain=1")).await;
            let file = look(town, who, &format!("{path}.csv?plain=1"), "zh-CN").await;
            let first = file.text.trim_start_matches('\u{feff}').lines().next().unwrap().to_owned();
            assert_eq!(first.split(',').collect::<Vec<_>>(), headings(&page), "{who} {path}");
        }
        let asked = "columns=customer&columns=fault&columns=total&columns=customer_pays";
        let page = see(town, "mei", &format!("/orders?{asked}")).await;
        assert_eq!(headings(&page), ["单号", "用户", "故障", "总额", "用户付"]);
        let file = look(town, "mei", &format!("/orders.csv?{asked}"), "zh-CN").await.text;
        assert!(file.contains("单号,用户,故障,总额,用户付"), "{file}");
        assert!(file.contains("王*"), "names stay hidden: {file}");
        // What nobody knows changes nothing.
        let odd = see(town, "mei", "/orders?columns=no_such&sort=due").await;
        assert_eq!(headings(&odd), headings(&see(town, "mei", "/orders?sort=due").await));
    })
    .await;
}

#[tokio::test]
async fn what_orders_come_to_stands_below_them() {
    everywhere("sums", async |town| {
        for (phone, fen) in [("13900139201", 12_345), ("13900139202", 100)] {
            let mut body = wang();
            body["customer"]["phone"] = json!(phone);
            body["device"] = json!({"category": "家用空调器"});
            let filed = town.post("mei", "/requests", body).await.json;
            let order = filed["order"]["id"].as_str().unwrap().to_owned();
            town.does("chen", &order, json!({"step": "accept"})).await;
            let hour = if fen > 1000 { 1 } else { 5 };
            town.does("chen", &order, town.sending("li", hour, hour + 2)).await;
            town.does("li", &order, json!({"step": "depart"})).await;
            town.does("li", &order, json!({"step": "arrive"})).await;
            let charge = json!({"kind": "labour", "amount_fen": fen, "pays": "customer"});
            let added = town.post("li", &format!("/orders/{order}/charges"), charge).await;
            assert!(added.status.is_success(), "{}", added.text);
            if fen > 1000 {
                let part = json!({"name": "铜管", "quantity": 1, "price_fen": 5000,
                                  "pays": "company"});
                town.post("li", &format!("/orders/{order}/parts"), part).await;
            }
            // The next one is on its way only when this one waits.
            let wait = json!({"step": "suspend", "reason": "part", "until": town.at(72)});
            town.does("li", &order, wait).await;
        }
        let page = see(town, "mei", "/orders?columns=total&columns=customer_pays").await;
        let foot = page.split("<tfoot>").nth(1).expect("sums");
        assert!(foot.contains("¥174.45") && foot.contains("¥124.45"), "{foot}");
        let file = look(town, "mei", "/orders.csv?columns=total", "zh-CN").await.text;
        let ends = |sum: &str| file.lines().any(|it| it.ends_with(sum));
        assert!(ends(",173.45") && (ends(",1") || ends(",1.00")), "{file}");
        // Nobody who did not ask for it has it added up.
        assert!(!see(town, "mei", "/orders?sort=due").await.contains("<tfoot>"));
    })
    .await;
}

/// Orders of the outlet, as their rows are ticked: id and version.
async fn ticked(town: &Town, who: &str, query: &str) -> Vec<String> {
    let page = see(town, who, &format!("/orders?{query}")).await;
    boxes(&page, "bulk")
}

/// What the boxes of a form stand for.
fn boxes(page: &str, form: &str) -> Vec<String> {
    let begins = format!("name=\"row\" form=\"{form}\"");
    let value = |it: &str| it.split("value=\"").nth(1).unwrap().split('"').next().unwrap().into();
    page.split(&begins).skip(1).map(value).collect()
}

async fn faults(town: &Town, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for n in 0..count {
        let mut body = wang();
        body["customer"]["phone"] = json!(format!("139001393{n:02}"));
        body["device"] = json!({"category": "家用空调器"});
        let filed = town.post("mei", "/requests", body).await.json;
        ids.push(filed["order"]["id"].as_str().unwrap().to_owned());
    }
    ids
}

fn form<'a>(step: &'a str, rows: &'a [String]) -> Vec<(&'a str, &'a str)> {
    let rows = rows.iter().map(|it| ("row", it.as_str()));
    std::iter::once(("step", step)).chain(rows).collect()
}

#[tokio::test]
async fn many_orders_take_a_step_after_a_look_at_what_will_become_of_each() {
    everywhere("bulk", async |town| {
        let ids = faults(town, 4).await;
        let rows = ticked(town, "chen", "status=reported").await;
        assert_eq!(rows.len(), 4);
        // One is accepted by a colleague meanwhile.
        town.does("zhou", &ids[0], json!({"step": "accept"})).await;
        let look = send(town, "chen", "/orders/bulk", &form("accept", &rows)).await;
        assert_eq!(look.status, StatusCode::OK, "{}", look.text);
        assert!(look.text.contains("将接下 3 张单") && look.text.contains("1 张不会动"));
        // The way back leads to the list as it was narrowed, and nowhere else.
        for (list, back) in
            [("/orders?status=reported", "/orders?status=reported"), ("//x.y", "/orders")]
        {
            let form = [form("accept", &rows), vec![("list", list)]].concat();
            let look = send(town, "chen", "/orders/bulk", &form).await;
            assert!(
                look.text.contains(&format!("name=\"list\" value=\"{back}\"")),
                "{}",
                look.text
            );
        }
        for id in &ids {
            let seen = town.get("chen", &format!("/orders/{id}")).await.json;
            let expected = if *id == ids[0] { "accepted" } else { "reported" };
            assert_eq!(seen["status"], expected, "looking does nothing");
        }
        // Another changes between the look and the step.
        town.does("zhou", &ids[1], json!({"step": "accept"})).await;
        let done = send(town, "chen", "/orders/bulk/do", &form("accept", &rows)).await;
        assert!(done.text.contains("办成 2 张，没办成 2 张"), "{}", done.text);
        for id in &ids {
            let seen = town.get("chen", &format!("/orders/{id}")).await.json;
            assert_eq!(seen["status"], "accepted");
            let line = town.get("chen", &format!("/orders/{id}/timeline")).await.text;
            assert_eq!(line.matches("order.accepted").count(), 1, "once and no more: {line}");
        }
        // Sent again it does nothing more.
        let again = send(town, "chen", "/orders/bulk/do", &form("accept", &rows)).await;
        assert!(again.text.contains("办成 0 张"), "{}", again.text);
    })
    .await;
}

#[tokio::test]
async fn what_is_missing_for_many_is_said_before_any_is_done() {
    everywhere("bulkmissing", async |town| {
        faults(town, 2).await;
        let rows = ticked(town, "qu", "status=reported").await;
        let page = comes_back(town, "qu", "/orders/bulk/do", &form("cancel", &rows)).await;
        assert!(page.contains("取消 2 张单"), "{page}");
        let page = comes_back(town, "qu", "/orders/bulk/do", &form("route", &rows)).await;
        assert!(
            page.contains("斗门网点") && !page.contains("天河网点"),
            "as far as the arm reaches"
        );
        let outlet = town.id("斗门网点");
        let mut sent = form("route", &rows);
        sent.extend([("outlet", outlet.as_str()), ("reason", "香洲今天忙")]);
        let done = send(town, "qu", "/orders/bulk/do", &sent).await;
        assert!(done.text.contains("办成 2 张，没办成 0 张"), "{}", done.text);
        assert_eq!(ticked(town, "dou", "status=reported").await.len(), 2);
        let rows = ticked(town, "qu", "status=reported").await;
        let mut sent = form("cancel", &rows);
        sent.push(("reason", "用户说不用了"));
        let done = send(town, "qu", "/orders/bulk/do", &sent).await;
        assert!(done.text.contains("办成 2 张"), "{}", done.text);
        assert!(ticked(town, "qu", "status=reported").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn nobody_reaches_with_many_what_they_do_not_reach_with_one() {
    everywhere("bulkrights", async |town| {
        faults(town, 2).await;
        let rows = ticked(town, "chen", "status=reported").await;
        // Another outlet's: not there. A technician's: no boxes, no door.
        let other = send(town, "lin", "/orders/bulk/do", &form("accept", &rows)).await;
        assert!(other.text.contains("办成 0 张，没办成 0 张"), "{}", other.text);
        assert!(ticked(town, "li", "status=reported").await.is_empty());
        let no = send(town, "li", "/orders/bulk", &form("accept", &rows)).await;
        assert_eq!(no.status, StatusCode::FORBIDDEN);
        let no = send(town, "chen", "/orders/bulk", &form("cancel", &rows)).await;
        assert_eq!(no.status, StatusCode::FORBIDDEN, "a dispatcher does not cancel");
        // A step that is none of these is none here.
        let odd = goes(town, "chen", "/orders/bulk", &form("close", &rows)).await;
        assert_eq!(odd, "/orders");
        assert_eq!(goes(town, "chen", "/orders/bulk", &[("step", "accept")]).await, "/orders");
        assert_eq!(ticked(town, "chen", "status=reported").await.len(), 2);
    })
    .await;
}

/// 一起派工: as many as are ticked are proposed one after the other, and nobody gets two at a time.
#[tokio::test]
async fn many_are_sent_as_proposed_and_nobody_is_needed_twice() {
    everywhere("bulksend", async |town| {
        let ids = faults(town, 5).await;
        for id in &ids[1..] {
            town.does("chen", id, json!({"step": "accept"})).await;
        }
        let rows = ticked(town, "chen", "status=accepted,reported").await;
        let look = send(town, "chen", "/orders/bulk", &form("assign", &rows)).await;
        assert!(
            look.text.contains("可派 5 张单") && look.text.contains("派出勾选的单"),
            "{}",
            look.text
        );
        let offered = boxes(&look.text, "bulk-ask");
        assert_eq!(offered.len(), 5, "{}", look.text);
        let when: std::collections::BTreeSet<_> =
            offered.iter().map(|it| it.splitn(3, ':').nth(2).unwrap().to_owned()).collect();
        assert_eq!(when.len(), 5, "each a person and a time of its own: {offered:?}");
        for id in &ids {
            let seen = town.get("chen", &format!("/orders/{id}")).await.json;
            assert_ne!(seen["status"], "assigned", "looking sends nobody");
        }
        // One is ticked off, and of one a colleague was quicker.
        let first = offered[1].split(':').next().unwrap().to_owned();
        town.does("zhou", &first, town.sending("wu", 100, 101)).await;
        let sent = send(town, "chen", "/orders/bulk/do", &form("assign", &offered[1..])).await;
        assert!(sent.text.contains("办成 3 张，没办成 1 张"), "{}", sent.text);
        let mut windows = Vec::new();
        for it in &offered[2..] {
            let (id, said) = it.split_once(':').unwrap();
            let seen = town.get("chen", &format!("/orders/{id}")).await.json;
            assert_eq!(seen["status"], "assigned", "{seen}");
            assert!(said.contains(seen["technician"]["id"].as_str().unwrap()), "{said} {seen}");
            windows
                .push((seen["technician"]["id"].to_string(), seen["window"]["from"].to_string()));
        }
        windows.sort();
        windows.dedup();
        assert_eq!(windows.len(), 3);
        let waits = offered[0].split(':').next().unwrap();
        let seen = town.get("chen", &format!("/orders/{waits}")).await.json;
        assert_ne!(seen["status"], "assigned", "ticked off it waits");
        // Without a person and a time nobody is sent, whoever wrote the form.
        let bare: Vec<String> = vec![rows.iter().find(|it| it.starts_with(waits)).unwrap().clone()];
        let no = send(town, "chen", "/orders/bulk/do", &form("assign", &bare)).await;
        assert!(no.text.contains("办成 0 张，没办成 1 张"), "{}", no.text);
    })
    .await;
}

/// Where nobody can go the row says why, and there is nothing to tick.
#[tokio::test]
async fn who_cannot_be_sent_is_not_proposed() {
    everywhere("bulknobody", async |town| {
        let gas = town.fault().await;
        let mut body = wang();
        body["device"] = json!({"category": "家用空调器"});
        body["customer"]["phone"] = json!("13900139477");
        let filed = town.post("mei", "/requests", body).await.json;
        let id = filed["order"]["id"].as_str().unwrap().to_owned();
        for technician in ["li", "wu"] {
            let at = town.id(technician);
            let away = [
                ("person", at.as_str()),
                ("starts", "2026-11-22T00:00"),
                ("ends", "2027-01-20T00:00"),
                ("reason", "培训"),
            ];
            goes(town, "zhou", "/absences", &away).await;
        }
        let rows = ticked(town, "chen", "status=reported").await;
        assert!(
            rows.iter().any(|it| it.starts_with(&id)) && rows.iter().any(|it| it.starts_with(&gas))
        );
        let look = send(town, "chen", "/orders/bulk", &form("assign", &rows)).await;
        assert!(
            !look.text.contains("张单，急的先排") && look.text.contains("2 张不会动"),
            "{}",
            look.text
        );
        assert!(
            look.text.contains("没有人排得上") && look.text.contains("师傅：不在班"),
            "{}",
            look.text
        );
        assert!(
            boxes(&look.text, "bulk-ask").is_empty() && !look.text.contains("派出勾选"),
            "{}",
            look.text
        );
    })
    .await;
}

/// Whoever can go only after the promise is proposed, and not ticked.
#[tokio::test]
async fn what_would_break_a_promise_is_not_ticked_by_itself() {
    everywhere("bulklate", async |town| {
        faults(town, 1).await;
        let rows = ticked(town, "chen", "status=reported").await;
        let look = send(town, "chen", "/orders/bulk", &form("assign", &rows)).await;
        let ticked_box = "class=\"form-check-input\" checked";
        assert!(look.text.contains(ticked_box), "in time: {}", look.text);
        for technician in ["li", "wu"] {
            let at = town.id(technician);
            let away = [
                ("person", at.as_str()),
                ("starts", "2026-11-22T00:00"),
                ("ends", "2026-11-26T00:00"),
                ("reason", "培训"),
            ];
            goes(town, "zhou", "/absences", &away).await;
        }
        let look = send(town, "chen", "/orders/bulk", &form("assign", &rows)).await;
        assert_eq!(boxes(&look.text, "bulk-ask").len(), 1, "{}", look.text);
        assert!(!look.text.contains(ticked_box) && look.text.contains("承诺会晚"), "{}", look.text);
    })
    .await;
}

#[tokio::test]
async fn what_happened_lately_hides_whom_it_is_about() {
    everywhere("lately", async |town| {
        town.signed().await;
        for who in ["he", "chen"] {
            let page = see(town, who, "/").await;
            assert!(page.contains("王* 签字") && !page.contains("王芳 签字"), "{who}: {page}");
        }
    })
    .await;
}

/// It is read on another day, and what is not done yet is written by hand.
#[tokio::test]
async fn paper_says_the_day_and_no_sum_before_there_is_one() {
    everywhere("paper", async |town| {
        let order = town.fault().await;
        town.does("chen", &order, json!({"step": "accept"})).await;
        town.does("chen", &order, town.sending("li", 1, 3)).await;
        let paper = see(town, "chen", &format!("/orders/{order}/print/dispatch")).await;
        let day = &town.at(1)[..10];
        assert!(paper.contains(&format!("{day} ")) && !paper.contains("今天"), "{paper}");
        let paper = see(town, "chen", &format!("/orders/{order}/print/acceptance")).await;
        assert!(paper.contains("合计") && !paper.contains("¥0.00"), "{paper}");
        let told = see(town, "li", "/notices").await;
        assert!(told.contains(&format!("派给您，{}", &day[5..])), "{told}");
    })
    .await;
}
