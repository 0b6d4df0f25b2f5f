//! Customers on their pages: found, shown as far as the reader needs it, filed once, changed with
//! nothing lost, and made one where they were filed twice.

use axum::http::StatusCode;
use serde_json::{Value as Json, json};

use crate::{
    forms::{comes_back, goes, look, see, send},
    town::{Town, everywhere, wang},
};

/// Ms Wang is on file, by a call about her air conditioner. Her customer's and device's ids.
async fn known(town: &Town) -> (String, String) {
    let answer = town.post("mei", "/requests", wang()).await.json;
    let id = |what: &str| answer[what]["id"].as_str().unwrap().to_owned();
    (id("customer"), id("device"))
}

/// Somebody else who may be her, filed by hand. The id.
async fn second(town: &Town) -> String {
    let said =
        [("name", "王芳"), ("phone", "13900139001"), ("address", "广东省珠海市香洲区吉大路1号")];
    let to = goes(town, "mei", "/customers/new", &said).await;
    to.trim_start_matches("/customers/").split('?').next().unwrap().to_owned()
}

async fn events(town: &Town, subject: &str) -> Vec<(String, Json)> {
    let subject = subject.to_owned();
    let all = town.house(async move |cx| platform::events::of(&mut cx.tx, &subject).await).await;
    all.into_iter().map(|it| (it.kind, it.data)).collect()
}

async fn kinds(town: &Town, subject: &str) -> Vec<String> {
    events(town, subject).await.into_iter().map(|it| it.0).collect()
}

#[tokio::test]
async fn a_customer_is_found_by_any_part_and_shown_as_far_as_was_typed() {
    everywhere("cfound", async |town| {
        let (id, _) = known(town).await;
        for typed in ["王芳", "wf", "8000", "金鸡路"] {
            let page = see(town, "mei", &format!("/customers?q={typed}")).await;
            assert!(page.contains(&format!("/customers/{id}")), "{typed}: {page}");
        }
        let short = see(town, "mei", "/customers?q=wf").await;
        assert!(short.contains("138****8000") && !short.contains("13800138000"), "{short}");
        let long = see(town, "mei", "/customers?q=13800138000").await;
        assert!(long.contains("13800138000") && long.contains("王芳"), "{long}");
        let manager = see(town, "zhou", "/customers?q=13800138000").await;
        assert!(manager.contains("138****8000") && !manager.contains(">王芳<"), "{manager}");
        let nobody = see(town, "mei", "/customers?q=nobody").await;
        assert!(nobody.contains("没有符合条件的") && nobody.contains("清除筛选"), "{nobody}");
        let firms = see(town, "mei", "/customers?kind=company").await;
        assert!(!firms.contains(&id), "{firms}");
        for area in ["440402", "440400", "440000"] {
            let there = see(town, "mei", &format!("/customers?district={area}")).await;
            assert!(there.contains(&id), "{area}: {there}");
        }
        let elsewhere = see(town, "mei", "/customers?district=440106").await;
        assert!(!elsewhere.contains(&id), "{elsewhere}");
        let wrong = look(town, "mei", "/customers?sort=phone", "zh-CN").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}

#[tokio::test]
async fn another_outlet_does_not_even_learn_that_a_customer_exists() {
    everywhere("creach", async |town| {
        let (id, device) = known(town).await;
        let list = see(town, "lin", "/customers?q=王芳").await;
        assert!(!list.contains(&id), "{list}");
        for path in [
            format!("/customers/{id}"),
            format!("/customers/{id}/edit"),
            format!("/customers/{id}/merge"),
            format!("/devices/{device}"),
            format!("/devices/{device}/edit"),
            format!("/devices?customer={id}"),
        ] {
            let answer = look(town, "lin", &path, "zh-CN").await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
        let reason = [("reason", "核对地址")];
        let answer = send(town, "lin", &format!("/customers/{id}/reveal"), &reason).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        // The outlet that got the order knows her; who administers the house sees nobody.
        see(town, "chen", &format!("/customers/{id}")).await;
        for who in ["guan", "an"] {
            let answer = look(town, who, "/customers", "zh-CN").await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{who}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_page_says_who_they_are_what_they_have_and_what_was_done() {
    everywhere("cpage", async |town| {
        let order = town.signed().await;
        let answer = town.get("mei", &format!("/orders/{order}")).await.json;
        let id = answer["customer"]["id"].as_str().unwrap().to_owned();
        let page = see(town, "he", &format!("/customers/{id}")).await;
        for it in [
            "王*",
            "138****8000",
            "家用空调器 KFR-35GW",
            "4H29B00731186",
            answer["number"].as_str().unwrap(),
            "香洲网点",
            "李师傅",
            "建立用户档案",
        ] {
            assert!(page.contains(it), "{it}: {page}");
        }
        assert!(!page.contains("13800138000") && !page.contains("1203"), "{page}");
        let english = look(town, "he", &format!("/customers/{id}"), "en").await;
        assert!(english.text.contains("Service history") && !english.text.contains('⟨'));
        let gone = look(town, "he", "/customers/cus_01jd0000000000000000000000", "zh-CN").await;
        assert_eq!(gone.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn whoever_works_on_an_open_order_sees_them_and_leaves_a_trace_once_a_day() {
    everywhere("cclear", async |town| {
        let (id, _) = known(town).await;
        for _ in 0..2 {
            let page = see(town, "mei", &format!("/customers/{id}")).await;
            assert!(page.contains("tel:13800138000"), "{page}");
        }
        let seen = kinds(town, &id).await;
        assert_eq!(seen.iter().filter(|it| *it == "viewed").count(), 1, "{seen:?}");
        let page = see(town, "jian", &format!("/customers/{id}?q=13800138000")).await;
        assert!(page.contains("138****8000") && !page.contains("tel:"), "{page}");
        // Without an order: what was typed must find this very customer.
        let filed = json!({"name": "李雷", "phone": "13900139003"});
        let other =
            town.post("mei", "/customers", filed).await.json["id"].as_str().unwrap().to_owned();
        for (typed, clear) in
            [("", false), ("13800138000", false), ("003", false), ("139003", true)]
        {
            let page = see(town, "mei", &format!("/customers/{other}?q={typed}")).await;
            assert_eq!(page.contains("tel:13900139003"), clear, "{typed}: {page}");
        }
    })
    .await;
}

#[tokio::test]
async fn revealing_asks_why_and_leaves_the_reason() {
    everywhere("creveal", async |town| {
        let (id, _) = known(town).await;
        let path = format!("/customers/{id}/reveal");
        // Without script the question stands on the page.
        let asked = see(town, "zhou", &format!("/customers/{id}?step=reveal")).await;
        assert!(asked.contains("<noscript>") && asked.contains("name=\"reason\""), "{asked}");
        let short = comes_back(town, "zhou", &path, &[("reason", "看看")]).await;
        assert!(short.contains("至少 4 个字") && short.contains("138****8000"), "{short}");
        assert!(short.contains("value=\"看看\""), "{short}");
        let clear = send(town, "zhou", &path, &[("reason", "用户要求核对地址")]).await;
        assert_eq!(clear.status, StatusCode::OK);
        assert!(clear.text.contains("13800138000") && clear.text.contains("1203"));
        let all = events(town, &id).await;
        let revealed = all.iter().find(|it| it.0 == "customer.revealed").unwrap();
        assert_eq!(revealed.1["reason"], "用户要求核对地址");
        // Only on that answer.
        let again = see(town, "zhou", &format!("/customers/{id}")).await;
        assert!(!again.contains("13800138000"), "{again}");
        assert!(again.contains("查看完整信息：用户要求核对地址"), "{again}");
        let auditor = send(town, "shen", &path, &[("reason", "审计需要核对")]).await;
        assert_eq!(auditor.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn a_pasted_line_fills_the_form_and_a_known_phone_leads_to_its_file() {
    everywhere("cnew", async |town| {
        let (id, _) = known(town).await;
        let line = "李雷 13900139002 广东省珠海市香洲区吉大街道景山路188号";
        let page = send(town, "mei", "/customers/new", &[("line", line), ("act", "fill")]).await;
        assert_eq!(page.status, StatusCode::OK);
        for it in ["value=\"李雷\"", "value=\"13900139002\"", "景山路188号\"", "香洲区"] {
            assert!(page.text.contains(it), "{it}: {}", page.text);
        }
        // The line may go in at once; what was typed goes before it.
        let said = [("line", line), ("name", "李蕾"), ("kind", "person")];
        let to = goes(town, "mei", "/customers/new", &said).await;
        let filed = see(town, "mei", &to).await;
        assert!(filed.contains("李蕾") && filed.contains("13900139002"), "{filed}");
        let known = [("name", "王小姐"), ("phone", "138-0013-8000"), ("class", "重要客户")];
        let page = comes_back(town, "mei", "/customers/new", &known).await;
        assert!(page.contains(&format!("/customers/{id}")) && page.contains("打开档案"), "{page}");
        assert!(page.contains("value=\"王小姐\"") && page.contains("重要客户"), "{page}");
        // Out of reach: they are not shown, and the work goes on all the same.
        let other = comes_back(town, "lin", "/customers/new", &known).await;
        assert!(!other.contains(&id) && other.contains("/intake?phone="), "{other}");
        let asked = json!({
            "kind": "consult", "channel": "phone", "fault": {"text": "多久上门"},
            "customer": {"name": "王芳", "phone": "13800138000"},
        });
        let taken = town.post("lin", "/requests", asked).await.json;
        let page = see(town, "lin", &format!("/requests/{}", taken["id"].as_str().unwrap())).await;
        assert!(page.contains(&format!("/customers/{id}")), "{page}");
        assert!(see(town, "lin", &format!("/customers/{id}")).await.contains("138****8000"));
        let wrong = [("name", ""), ("phone", "1380013800")];
        let page = comes_back(town, "mei", "/customers/new", &wrong).await;
        assert!(page.contains("必填") && page.contains("手机号要 11 位，现在是 10 位"), "{page}");
        let no = send(town, "hui", "/customers/new", &known).await;
        assert_eq!(no.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn a_change_asks_why_keeps_what_was_typed_and_tells_of_the_other_one() {
    everywhere("cedit", async |town| {
        let (id, _) = known(town).await;
        let edit = format!("/customers/{id}/edit");
        // Zhou sees stars: the form opens with a reason.
        let why = see(town, "zhou", &edit).await;
        assert!(why.contains("name=\"reason\"") && !why.contains("13800138000"), "{why}");
        let form = send(town, "zhou", &format!("{edit}/open"), &[("reason", "用户搬家了")]).await;
        assert!(form.text.contains("value=\"13800138000\""), "{}", form.text);
        assert!(kinds(town, &id).await.contains(&"customer.revealed".to_owned()));
        let moved = [
            ("name", "王芳"),
            ("kind", "person"),
            ("phone", "13800138000"),
            ("address", "广东省珠海市斗门区井岸镇中兴中路16号"),
            ("version", "0"),
        ];
        let wrong = [("name", "王芳"), ("phone", "12"), ("address", "新地址8号"), ("version", "0")];
        let page = comes_back(town, "zhou", &edit, &wrong).await;
        assert!(page.contains("新地址8号") && page.contains("7 到 12 位"), "{page}");
        assert_eq!(goes(town, "zhou", &edit, &moved).await, format!("/customers/{id}"));
        let page = see(town, "zhou", &format!("/customers/{id}")).await;
        assert!(page.contains("斗门区") && page.contains("修改用户档案（地址、区县）"), "{page}");
        // Mei had the form open all the while.
        let late = [("name", "王芳芳"), ("phone", "13800138000"), ("version", "0")];
        let page = comes_back(town, "mei", &edit, &late).await;
        assert!(page.contains("旧版本") && page.contains("value=\"王芳芳\""), "{page}");
        assert!(page.contains("name=\"version\" value=\"1\""), "{page}");
        let kept = see(town, "zhou", &format!("/customers/{id}")).await;
        assert!(kept.contains("斗门区"), "{kept}");
        // Sent once more, it is meant. Nothing new is no event.
        let meant = [("name", "王芳芳"), ("phone", "13800138000"), ("version", "1")];
        goes(town, "mei", &edit, &meant).await;
        goes(town, "mei", &edit, &[("version", "2"), meant[0], meant[1]]).await;
        let changed = kinds(town, &id).await;
        assert_eq!(changed.iter().filter(|it| *it == "customer.changed").count(), 2, "{changed:?}");
        let no = send(town, "hui", &edit, &meant).await;
        assert_eq!(no.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn two_files_of_one_customer_become_one_after_a_look_at_both() {
    everywhere("cmerge", async |town| {
        let (id, device) = known(town).await;
        let other = second(town).await;
        let page = see(town, "mei", &format!("/customers/{other}")).await;
        assert!(page.contains("可能重复的档案") && page.contains("同名"), "{page}");
        let found = see(town, "mei", &format!("/customers/{other}/merge?q=8000")).await;
        assert!(found.contains(&format!("/customers/{other}/merge?other={id}")), "{found}");
        let merge = format!("/customers/{other}/merge");
        let preview = see(town, "mei", &format!("{merge}?other={id}")).await;
        for it in ["1 台设备、1 张服务单、1 张受理单", "把 王* 138****8000 并入 王* 139****9001"]
        {
            assert!(preview.contains(it), "{it}: {preview}");
        }
        // Somebody changed one of them after the look.
        let stale = [("other", id.as_str()), ("version", "7"), ("other_version", "0")];
        let page = comes_back(town, "mei", &merge, &stale).await;
        assert!(page.contains("旧版本"), "{page}");
        let itself = [("other", other.as_str()), ("version", "0"), ("other_version", "0")];
        let page = comes_back(town, "mei", &merge, &itself).await;
        assert!(page.contains("内容有误"), "{page}");
        let meant = [("other", id.as_str()), ("version", "0"), ("other_version", "0")];
        assert_eq!(goes(town, "mei", &merge, &meant).await, format!("/customers/{other}"));
        let page = see(town, "mei", &format!("/customers/{other}")).await;
        assert!(page.contains(&device) && page.contains("并入一份重复档案"), "{page}");
        assert!(page.contains("GD-2611-"), "her order came along: {page}");
        // The old file leads to the one that stays, for whoever knew it.
        for who in ["mei", "chen"] {
            let gone = look(town, who, &format!("/customers/{id}"), "zh-CN").await;
            assert_eq!(gone.status, StatusCode::SEE_OTHER, "{who}");
            assert_eq!(gone.headers["location"], format!("/customers/{other}"));
        }
        let list = see(town, "mei", "/customers?q=王芳").await;
        assert!(!list.contains(&id) && list.contains(&other), "{list}");
        let again = comes_back(town, "mei", &merge, &meant).await;
        assert!(again.contains("已经合并过"), "{again}");
        assert!(kinds(town, &id).await.contains(&"customer.merged".to_owned()));
        let no = send(town, "shen", &merge, &meant).await;
        assert_eq!(no.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn the_file_has_the_rows_of_the_list_and_nobody_in_the_clear() {
    everywhere("cfile", async |town| {
        known(town).await;
        second(town).await;
        let list = see(town, "mei", "/customers?q=王芳&sort=name").await;
        let file = look(town, "mei", "/customers.csv?q=王芳&sort=name", "zh-CN").await;
        let rows = file.text.lines().count() - 1;
        assert_eq!((rows, list.matches("data-row").count()), (2, 2), "{}", file.text);
        assert!(file.text.contains("138****8000") && !file.text.contains("13800138000"));
        let far = look(town, "mei", "/customers.csv?district=440106", "zh-CN").await;
        assert_eq!(far.text.lines().count(), 1, "{}", far.text);
        let book = look(town, "mei", "/customers.xlsx", "zh-CN").await;
        assert!(book.text.starts_with("PK"));
        let requests =
            look(town, "mei", "/requests.csv?columns=customer&columns=phone", "zh-CN").await;
        assert!(requests.text.contains("138****8000") && !requests.text.contains("王芳"));
    })
    .await;
}

#[tokio::test]
async fn pages_of_a_list_follow_each_other_without_gap_or_repeat() {
    everywhere("cpages", async |town| {
        for n in 0..7 {
            let body = json!({"name": format!("赵{n}"), "phone": format!("1370013700{n}")});
            town.post("mei", "/customers", body).await;
        }
        for sort in ["", "name", "-name", "created_at"] {
            let (mut seen, mut at) = (Vec::new(), format!("/customers?limit=3&sort={sort}"));
            loop {
                let page = see(town, "mei", &at).await;
                seen.extend((0..7).filter(|n| {
                    page.contains(&format!("1370013700{n}"))
                        || page.contains(&format!("137****700{n}"))
                }));
                let Some(next) =
                    page.split("rel=\"next\"").next().filter(|it| it.len() < page.len())
                else {
                    break;
                };
                let href = next.rsplit("href=\"").next().unwrap().split('"').next().unwrap();
                at = href.replace("&amp;", "&");
            }
            let mut all = seen.clone();
            all.sort_unstable();
            assert_eq!(all, [0, 1, 2, 3, 4, 5, 6], "{sort}: {seen:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_request_for_this_customer_begins_with_them_known() {
    everywhere("cintake", async |town| {
        let (id, device) = known(town).await;
        let page = see(town, "mei", &format!("/customers/{id}")).await;
        assert!(page.contains(&format!("/intake?customer={id}")), "{page}");
        let intake = see(town, "mei", &format!("/intake?device={device}&customer={id}")).await;
        assert!(intake.contains(&format!("name=\"customer\" value=\"{id}\"")), "{intake}");
        assert!(intake.contains(&format!("value=\"{device}\" checked")), "{intake}");
        assert!(intake.contains(&format!("href=\"/customers/{id}\"")), "{intake}");
        let everywhere = see(town, "mei", "/search?q=8000").await;
        assert!(everywhere.contains(&format!("/customers/{id}?q=8000")), "{everywhere}");
    })
    .await;
}
