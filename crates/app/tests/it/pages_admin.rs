//! The house kept in order by forms: its log, its state, its settings and its data.

use std::sync::Arc;

use axum::http::StatusCode;
use baoxiu::{app::Sms, schedule};
use kernel::{Span, Time, Value};
use serde_json::json;

use crate::{
    forms::{comes_back, goes, look, see, send},
    town::{MONDAY, Town, everywhere},
};

/// Who may not even know that a page is there.
async fn forbidden(town: &Town, who: &[&str], path: &str) {
    for who in who {
        let answer = look(town, who, path, "zh-CN").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{who} {path}");
    }
}

/// How many events of a kind there are.
async fn count(town: &Town, kind: &'static str) -> i64 {
    town.house(async move |cx| {
        let sql = "select count(*) from events where kind = $1";
        cx.tx.cell(sql, &[Value::Text(kind.into())]).await
    })
    .await
}

async fn number(town: &Town, order: &str) -> String {
    let it = town.get("he", &format!("/orders/{order}")).await.json;
    it["number"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_log_is_read_by_number_person_and_matter_and_names_no_customer() {
    everywhere("plog", async |town| {
        let order = town.signed().await;
        let number = number(town, &order).await;
        let page = see(town, "shen", "/admin/events?kind=order").await;
        assert!(page.contains(&format!("/orders/{order}\">{number}")), "{page}");
        assert!(page.contains("李师傅") && page.contains("完工"), "{page}");
        assert!(page.contains("王*") && !page.contains("王芳"), "{page}");
        for raw in ["{$", "ord_01", "order.signed", ">per_"] {
            assert!(!page.replace("/orders/ord_", "").contains(raw), "{raw}: {page}");
        }
        let typed = number.to_lowercase();
        let page = see(town, "he", &format!("/admin/events?number=%20{typed}")).await;
        assert!(page.contains("受理（") && page.contains("完工"), "request and order: {page}");
        let page = see(town, "he", "/admin/events?number=GD-2611-999999").await;
        assert!(page.contains("没有符合的记录"), "{page}");
        let page = see(town, "shen", "/admin/events?who=%E6%9D%8E%E5%B8%88%E5%82%85").await;
        assert!(page.contains("到场") && !page.contains("接单"), "{page}");
        let page = see(town, "shen", "/admin/events?to=2026-11-22").await;
        assert!(page.contains("没有符合的记录"), "{page}");
        let english = look(town, "shen", "/admin/events", "en").await.text;
        assert!(english.contains("Event log") && !english.contains('⟨'), "{english}");
        let wrong = look(town, "shen", "/admin/events?from=gestern", "zh-CN").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}

#[tokio::test]
async fn the_log_goes_on_page_by_page_without_a_gap() {
    everywhere("plogpages", async |town| {
        town.signed().await;
        let mut path = "/admin/events".to_owned();
        let mut rows = 0;
        for _ in 0..20 {
            let page = see(town, "shen", &path).await;
            rows += page.matches("data-row").count() as i64;
            let Some(at) = page.find("rel=\"next\"") else { break };
            let link = page[..at].rfind("href=\"").unwrap() + 6;
            let end = page[link..].find('"').unwrap();
            path = page[link..link + end].replace("&amp;", "&");
        }
        let all: i64 =
            town.house(async |cx| cx.tx.cell("select count(*) from events", &[]).await).await;
        assert!(all > 50, "one page would prove nothing");
        assert_eq!(rows, all);
    })
    .await;
}

#[tokio::test]
async fn each_reads_of_the_log_what_is_theirs() {
    everywhere("plogwho", async |town| {
        town.fault().await;
        forbidden(town, &["guan", "mei", "chen", "zhou", "qu", "jian", "li"], "/admin/events")
            .await;
        for path in ["/admin/events", "/admin/events?kind=order,request", "/admin/events?who=mei"] {
            let page = see(town, "an", path).await;
            assert!(!page.contains("受理（") && !page.contains("GD-2611"), "{path}: {page}");
        }
        let page = see(town, "an", "/admin/events").await;
        assert!(page.contains("新建令牌"), "{page}");
        assert!(!page.contains("/admin/events/verify"), "{page}");
        let file = look(town, "an", "/admin/events.csv?kind=order", "zh-CN").await;
        assert!(file.text.contains("新建令牌") && !file.text.contains("服务单"), "{}", file.text);
        let tried = send(town, "an", "/admin/events/verify", &[]).await;
        assert_eq!(tried.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn the_log_as_a_file_is_what_is_shown_and_leaves_an_event() {
    everywhere("plogfile", async |town| {
        let order = town.fault().await;
        let number = number(town, &order).await;
        let path = format!("/admin/events.csv?number={number}");
        let file = look(town, "shen", &path, "zh-CN").await;
        assert_eq!(file.status, StatusCode::OK);
        assert!(file.text.contains(&number) && !file.text.contains("新建令牌"), "{}", file.text);
        let book = look(town, "shen", "/admin/events.xlsx", "zh-CN").await;
        assert!(book.text.starts_with("PK"), "a workbook");
        assert_eq!(count(town, "log.exported").await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_log_that_was_tampered_with_says_so() {
    everywhere("pchain", async |town| {
        town.fault().await;
        schedule::beat(&town.app).await.unwrap();
        assert_eq!(goes(town, "shen", "/admin/events/verify", &[]).await, "/admin/events");
        let page = see(town, "shen", "/admin/events").await;
        assert!(page.contains("日志完整"), "{page}");
        assert_eq!(count(town, "log.verified").await, 1);
        town.house(async |cx| {
            let sql = "update events set subject = 'x' where place = 3";
            cx.tx.run(sql, &[]).await.map(|_| ())
        })
        .await;
        goes(town, "shen", "/admin/events/verify", &[("anew", "true")]).await;
        let page = see(town, "shen", "/admin/events").await;
        assert!(page.contains("第 3 条被改动过"), "{page}");
        let page = see(town, "guan", "/admin/system").await;
        assert!(page.contains("第 3 条被改动过"), "{page}");
    })
    .await;
}

/// Messages go to a file whose folder is not there: every try fails.
async fn with_a_gateway(town: &mut Town, name: &str) -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!(
        "baoxiu-sms-{}-{name}-{:?}",
        std::process::id(),
        town.on
    ));
    let _ = std::fs::remove_dir_all(&folder);
    let mut config = (*town.app.config).clone();
    config.sms = Some(Sms::File(folder.join("out.jsonl")));
    town.app.config = Arc::new(config);
    town.app.learn().await.unwrap();
    folder
}

#[tokio::test]
async fn a_job_that_was_given_up_is_tried_again_and_done_once() {
    everywhere("pretry", async |town| {
        let folder = with_a_gateway(town, "pretry").await;
        let order = town.fault().await;
        town.does("chen", &order, json!({"step": "accept"})).await;
        town.does("chen", &order, town.sending("li", 1, 3)).await;
        for _ in 0..10 {
            schedule::beat(&town.app).await.unwrap();
            town.later(60);
        }
        let page = see(town, "guan", "/admin/system").await;
        assert!(page.contains("发短信给用户") && page.contains("重试"), "{page}");
        assert!(!page.contains("13800138000") && !page.contains("王芳"), "{page}");
        let at = page.find("/admin/jobs/").unwrap();
        let retry = page[at..].split('"').next().unwrap().to_owned();
        forbidden(town, &["he", "shen", "an", "mei"], "/admin/system").await;
        let tried = send(town, "he", &retry, &[]).await;
        assert_eq!(tried.status, StatusCode::FORBIDDEN);
        std::fs::create_dir_all(&folder).unwrap();
        assert_eq!(goes(town, "guan", &retry, &[]).await, "/admin/system");
        for _ in 0..3 {
            schedule::beat(&town.app).await.unwrap();
            town.later(60);
        }
        let sent = std::fs::read_to_string(folder.join("out.jsonl")).unwrap();
        assert_eq!(sent.lines().count(), 1, "{sent}");
        assert_eq!(count(town, "job.retried").await, 1);
        goes(town, "guan", &retry, &[]).await;
        assert_eq!(count(town, "job.retried").await, 1, "what is done cannot be tried again");
        let page = see(town, "guan", "/admin/system").await;
        assert!(page.contains("没有失败的任务"), "{page}");
        let _ = std::fs::remove_dir_all(&folder);
    })
    .await;
}

#[tokio::test]
async fn system_administration_sees_no_customer() {
    everywhere("padmin", async |town| {
        town.fault().await;
        let pages =
            ["settings", "roles", "packs", "faults", "calendars", "tokens", "system", "roles/new"];
        for path in pages {
            let page = see(town, "guan", &format!("/admin/{path}")).await;
            assert!(!page.contains("王芳") && !page.contains("1380013"), "{path}: {page}");
            let english = look(town, "guan", &format!("/admin/{path}"), "en").await;
            assert!(!english.text.contains('⟨'), "{path}: {}", english.text);
        }
        for path in ["settings", "system"] {
            forbidden(town, &["mei", "chen", "he", "an", "shen"], &format!("/admin/{path}")).await;
        }
        forbidden(town, &["mei", "chen", "zhou", "an"], "/admin/packs").await;
        forbidden(town, &["guan", "he", "shen", "mei"], "/admin/security").await;
        forbidden(town, &["he", "shen", "mei"], "/admin/tokens").await;
    })
    .await;
}

#[tokio::test]
async fn the_company_is_renamed_and_nobody_overwrites_the_other() {
    everywhere("pcompany", async |town| {
        let page = see(town, "guan", "/admin/settings").await;
        let at = page.find("name=\"edition\" value=\"").unwrap() + 22;
        let edition = page[at..].split('"').next().unwrap().to_owned();
        let said = [("company", "海风空调"), ("lang", "en"), ("edition", edition.as_str())];
        let page = comes_back(
            town,
            "guan",
            "/admin/settings",
            &[("company", ""), ("lang", "en"), ("edition", edition.as_str())],
        )
        .await;
        assert!(page.contains("公司名称：必填") && page.contains("value=\"en\" checked"), "{page}");
        goes(town, "guan", "/admin/settings", &said).await;
        assert_eq!(town.app.company().name, "海风空调");
        let odd = send(town, "mei", "/admin/settings", &[("lang", "xx")]).await;
        assert_eq!(odd.status, StatusCode::FORBIDDEN, "a bad form opens no door");
        let late = [("company", "别的名字"), ("lang", "zh-CN"), ("edition", edition.as_str())];
        let page = comes_back(town, "guan", "/admin/settings", &late).await;
        assert!(page.contains("别的名字") && page.contains("刚才有人改过"), "{page}");
        assert_eq!(town.app.company().name, "海风空调");
        assert_eq!(count(town, "company.changed").await, 1);
    })
    .await;
}

/// The next year as holiday-cn writes it.
const YEAR: &str = r#"{"year": 2027, "papers": ["https://www.gov.cn/x"], "days": [
    {"name": "元旦", "date": "2027-01-01", "isOffDay": true},
    {"name": "元旦", "date": "2027-01-04", "isOffDay": true},
    {"name": "元旦", "date": "2027-01-05", "isOffDay": true}]}"#;

async fn upload(town: &Town, who: &str, text: &str) -> crate::town::Answer {
    crate::forms::upload(town, who, "/admin/calendars/preview", "file", text.as_bytes()).await
}

/// When the customer of an order is to be called.
async fn callback_due(town: &Town, order: &str) -> String {
    let it = town.get("hui", &format!("/callbacks?order={order}")).await.json;
    it["items"][0]["due"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_year_of_holidays_says_what_it_moves_before_it_does() {
    everywhere("pyear", async |town| {
        // Signed on the last day of the year: the callback is due on the next that is worked.
        town.set_clock(Time::from_millis(MONDAY).after(Span::days(38)));
        let order = town.signed().await;
        let page = see(town, "guan", "/admin/calendars").await;
        assert!(page.contains("2027 年节假日未导入"), "{page}");
        assert!(callback_due(town, &order).await.starts_with("2027-01-01"));
        let preview = upload(town, "guan", YEAR).await;
        assert_eq!(preview.status, StatusCode::OK, "{}", preview.text);
        for it in ["2027-01-04 – 2027-01-05", "元旦", "会改 3 天，1 个暂定的承诺", "回访"]
        {
            assert!(preview.text.contains(it), "{it}: {}", preview.text);
        }
        assert!(!preview.text.contains("王芳"));
        schedule::beat(&town.app).await.unwrap();
        let due = callback_due(town, &order).await;
        assert!(due.starts_with("2027-01-01"), "looking moves nothing: {due}");
        let to = goes(town, "guan", "/admin/calendars", &[("holidays", YEAR)]).await;
        assert_eq!(to, "/admin/calendars");
        schedule::beat(&town.app).await.unwrap();
        let due = callback_due(town, &order).await;
        assert!(due.starts_with("2027-01-06"), "as the preview said: {due}");
        let page = see(town, "guan", "/admin/calendars").await;
        assert!(!page.contains("未导入") && page.contains(">2027<"), "{page}");
        assert_eq!(count(town, "promise.moved").await, 1);
        let again = upload(town, "guan", YEAR).await;
        assert!(again.text.contains("没有要改的"), "{}", again.text);
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_no_year_is_refused_and_kept() {
    everywhere("pnoyear", async |town| {
        for (text, said) in [
            ("{\"year\": 2027,\n \"days\": [oops]}", "第 2 行"),
            ("{\"year\": 2027, \"days\": []}", "没有任何一年"),
            ("", "必填"),
        ] {
            let answer = upload(town, "guan", text).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text);
            assert!(answer.text.contains(said), "{said}: {}", answer.text);
        }
        let answer = upload(town, "guan", "{\"year\": 2027, \"days\": []}").await;
        assert!(answer.text.contains("&quot;year&quot;: 2027"), "{}", answer.text);
        let tried = upload(town, "shen", YEAR).await;
        assert_eq!(tried.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn a_fault_code_of_ones_own_is_offered_until_it_is_retired() {
    everywhere("pfault", async |town| {
        let bad =
            [("fault_code", "KT-01"), ("zh", "外机结霜"), ("category", "冰箱"), ("level", "2")];
        let page = comes_back(town, "guan", "/admin/faults/new", &bad).await;
        assert!(page.contains("已有故障用这个代码") && page.contains("外机结霜"), "{page}");
        assert!(page.contains("请从所列选项中选"), "{page}");
        let good = [
            ("fault_code", "HF-1"),
            ("zh", "外机结霜"),
            ("category", "家用空调器"),
            ("level", "2"),
        ];
        goes(town, "guan", "/admin/faults/new", &good).await;
        let offered = async |town: &Town| {
            let category = "%E5%AE%B6%E7%94%A8%E7%A9%BA%E8%B0%83%E5%99%A8";
            let it = town.get("mei", &format!("/fault-codes?category={category}")).await;
            it.text.contains("HF-1")
        };
        assert!(offered(town).await);
        let page = see(town, "shen", "/admin/faults").await;
        assert!(page.contains("HF-1") && !page.contains("/admin/faults/HF-1"), "{page}");
        let page = see(town, "guan", "/admin/faults/HF-1").await;
        assert!(page.contains("name=\"version\" value=\"0\""), "{page}");
        let retired = [
            ("zh", "外机结霜"),
            ("category", "家用空调器"),
            ("level", "2"),
            ("retired", "true"),
            ("version", "0"),
        ];
        goes(town, "guan", "/admin/faults/HF-1", &retired).await;
        assert!(!offered(town).await);
        let page = comes_back(town, "guan", "/admin/faults/HF-1", &retired).await;
        assert!(page.contains("刚才有人改过"), "{page}");
        let page = see(town, "guan", "/admin/faults").await;
        assert!(page.contains("已停用"), "{page}");
        assert_eq!(count(town, "fault.saved").await, 2);
        let tried = send(town, "he", "/admin/faults/new", &good).await;
        assert_eq!(tried.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn a_newer_pack_says_what_it_changes_before_it_does() {
    everywhere("ppack", async |town| {
        // The house works with an older version: one row less, one otherwise.
        town.house(async |cx| {
            let mut pack = baoxiu::packs::read("gree-hvac")?;
            pack.about.version = "0.9.0".into();
            pack.faults.retain(|it| it.code != "KT-02");
            let now = cx.now();
            baoxiu::packs::load(&mut cx.tx, &pack, now).await.map(|_| ())
        })
        .await;
        town.app.learn().await.unwrap();
        let page = see(town, "guan", "/admin/packs").await;
        assert!(page.contains("程序带来了新版本") && page.contains("KT-02"), "{page}");
        let page = see(town, "shen", "/admin/packs").await;
        assert!(page.contains("KT-02") && !page.contains("/admin/packs/load"), "{page}");
        goes(town, "guan", "/admin/packs/load", &[("version", "0.1.0")]).await;
        assert_eq!(count(town, "pack.loaded").await, 0, "not the version that was looked at");
        let version = baoxiu::packs::read("gree-hvac").unwrap().about.version;
        goes(town, "guan", "/admin/packs/load", &[("version", version.as_str())]).await;
        assert_eq!(count(town, "pack.loaded").await, 1);
        let page = see(town, "guan", "/admin/packs?table=promise").await;
        assert!(!page.contains("程序带来了新版本") && page.contains("首次联系"), "{page}");
        assert!(!page.contains("first_contact"), "{page}");
    })
    .await;
}
