//! People's rights, doors, absences and shifts, by forms.

use axum::http::{StatusCode, header};
use kernel::Value;
use serde_json::json;

use crate::{
    forms::{comes_back, goes, look, see, send},
    town::{Town, everywhere},
};

async fn count(town: &Town, kind: &'static str) -> i64 {
    town.house(async move |cx| {
        let sql = "select count(*) from events where kind = $1";
        cx.tx.cell(sql, &[Value::Text(kind.into())]).await
    })
    .await
}

const CLERK: [(&str, &str); 4] = [
    ("role_name", "配件文员"),
    ("role_code", "parts_clerk"),
    ("act.read", "branch"),
    ("act.technician_read", "branch"),
];

#[tokio::test]
async fn a_role_of_ones_own_is_made_given_changed_and_dropped() {
    everywhere("prole", async |town| {
        goes(town, "guan", "/admin/roles/new", &CLERK).await;
        let page = see(town, "guan", "/admin/roles").await;
        assert!(page.contains("配件文员") && page.contains("/people?role=parts_clerk"), "{page}");
        let ku = town.id("ku");
        let hired =
            [("name", "库管"), ("roles", "parts_clerk"), ("lang", "zh-CN"), ("version", "0")];
        goes(town, "guan", &format!("/people/{ku}/edit"), &hired).await;
        let page = see(town, "guan", &format!("/people/{ku}/rights")).await;
        assert!(page.contains("查看技师及其日程") && page.contains("配件文员"), "{page}");
        let drop = send(town, "guan", "/admin/roles/parts_clerk/drop", &[]).await;
        assert_eq!(drop.headers[header::LOCATION], "/admin/roles/parts_clerk");
        assert_eq!(count(town, "role.dropped").await, 0, "somebody holds it");
        let page = see(town, "guan", "/admin/roles/parts_clerk").await;
        assert!(page.contains("1 人有这个角色") && !page.contains("data-dialog"), "{page}");
        let less = [("role_name", "配件文员"), ("act.read", "branch"), ("version", "0")];
        goes(town, "guan", "/admin/roles/parts_clerk", &less).await;
        let page = see(town, "guan", &format!("/people/{ku}/rights")).await;
        assert!(!page.contains("查看技师及其日程"), "{page}");
        let page = comes_back(town, "guan", "/admin/roles/parts_clerk", &less).await;
        assert!(page.contains("刚才有人改过"), "{page}");
        let back =
            [("name", "库管"), ("roles", "storekeeper"), ("lang", "zh-CN"), ("version", "1")];
        goes(town, "guan", &format!("/people/{ku}/edit"), &back).await;
        goes(town, "guan", "/admin/roles/parts_clerk/drop", &[]).await;
        assert_eq!(count(town, "role.dropped").await, 1);
        assert_eq!(count(town, "role.saved").await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_refused_role_keeps_what_was_typed() {
    everywhere("pbadrole", async |town| {
        let bad = [("role_name", "甲"), ("role_code", "Agent!"), ("act.read", "own")];
        let page = comes_back(town, "guan", "/admin/roles/new", &bad).await;
        assert!(page.contains("代码：") && page.contains("value=\"Agent!\""), "{page}");
        assert!(page.contains("value=\"own\" selected"), "{page}");
        let none = [("role_name", "甲"), ("role_code", "agent")];
        let page = comes_back(town, "guan", "/admin/roles/new", &none).await;
        assert!(page.contains("至少要有一项权限"), "{page}");
        // The log is of the whole house or not at all.
        let part = [("role_name", "甲"), ("role_code", "peek"), ("act.event_read", "own")];
        let page = comes_back(town, "guan", "/admin/roles/new", &part).await;
        assert!(page.contains("不能只给一部分"), "{page}");
        let tried = send(town, "he", "/admin/roles/new", &CLERK).await;
        assert_eq!(tried.status, StatusCode::FORBIDDEN);
        let tried = look(town, "zhou", "/admin/roles/new", "zh-CN").await;
        assert_eq!(tried.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn under_mlps_no_role_makes_one_person_of_three() {
    everywhere("papart", async |town| {
        let rules = [("passwords", "mlps"), ("idle", "30")];
        let before = count(town, "account.token_created").await;
        goes(town, "an", "/admin/security", &rules).await;
        assert_eq!(count(town, "account.rules_set").await, 1);
        let page = see(town, "an", "/admin/security").await;
        assert!(page.contains("value=\"mlps\" selected"), "{page}");
        let both = [
            ("role_name", "全能"),
            ("role_code", "all_in_one"),
            ("act.account_manage", "all"),
            ("act.read", "all"),
        ];
        let page = comes_back(town, "guan", "/admin/roles/new", &both).await;
        assert!(page.contains("由不同的人担任"), "{page}");
        assert_eq!(count(town, "role.saved").await, 0);
        // Nor does one person hold the keys of another of the three, or of who sees customers.
        for other in ["an", "mei"] {
            let (id, mine) = (town.id(other), [("label", "接口"), ("days", "30")]);
            let page = send(town, "guan", &format!("/people/{id}/tokens"), &mine).await.text;
            assert!(page.contains("不能由别人代建"), "{other}: {page}");
        }
        assert_eq!(count(town, "account.token_created").await, before);
        let own = send(town, "an", "/me/tokens", &[("label", "接口"), ("days", "30")]).await.text;
        assert!(own.contains("bx_"), "everybody makes their own");
        let odd = [("passwords", "mlps"), ("idle", "7")];
        let page = comes_back(town, "an", "/admin/security", &odd).await;
        assert!(page.contains("请从所列选项中选"), "{page}");
        let tried = send(town, "guan", "/admin/security", &rules).await;
        assert_eq!(tried.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn managers_read_what_the_base_roles_may_and_try_others_on_somebody() {
    everywhere("prights", async |town| {
        let page = see(town, "zhou", "/admin/roles").await;
        assert!(page.contains("受理、建档") && !page.contains("/admin/roles/new"), "{page}");
        assert_eq!(look(town, "mei", "/admin/roles", "zh-CN").await.status, StatusCode::FORBIDDEN);
        let li = town.id("li");
        let page =
            see(town, "zhou", &format!("/people/{li}/rights?try=true&role=dispatcher")).await;
        assert!(page.contains("+ 本组织及下级") && page.contains("− "), "{page}");
        let seen = town.get("li", "/me").await.json;
        assert_eq!(seen["role"], "technician", "looking changes nothing");
        let other = town.id("huang");
        let answer = look(town, "zhou", &format!("/people/{other}/rights"), "zh-CN").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn security_lets_in_again_and_ends_what_nobody_knows() {
    everywhere("pdoors", async |town| {
        let wrong = [("login", "li"), ("password", "nonsense-1")];
        for _ in 0..5 {
            send(town, "mei", "/login", &wrong).await;
        }
        let page = see(town, "an", "/admin/security").await;
        assert!(page.contains("李师傅") && page.contains("/admin/security/unlock"), "{page}");
        let li = town.id("li");
        goes(town, "an", "/admin/security/unlock", &[("person", li.as_str())]).await;
        assert_eq!(count(town, "account.unlocked").await, 1);
        let page = see(town, "an", "/admin/security").await;
        assert!(page.contains("没有账号被锁定"), "{page}");
        let page = see(town, "guan", "/admin/tokens?q=%E6%9D%8E%E5%B8%88%E5%82%85").await;
        let at = page.find("name=\"hash\" value=\"").expect("the token of Li") + 19;
        let hash = page[at..].split('"').next().unwrap().to_owned();
        let tried = send(town, "he", "/admin/keys/revoke", &[("hash", hash.as_str())]).await;
        assert_eq!(tried.status, StatusCode::FORBIDDEN);
        let said = [("hash", hash.as_str()), ("back", "/admin/tokens")];
        assert_eq!(goes(town, "guan", "/admin/keys/revoke", &said).await, "/admin/tokens");
        assert_eq!(town.get("li", "/me").await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(count(town, "account.key_revoked").await, 1);
    })
    .await;
}

#[tokio::test]
async fn an_absence_takes_somebody_off_the_board_and_names_whose_visits_are_left() {
    everywhere("paway", async |town| {
        let order = town.fault().await;
        town.does("chen", &order, json!({"step": "accept"})).await;
        town.does("chen", &order, town.sending("li", 1, 3)).await;
        let li = town.id("li");
        let said = [
            ("person", li.as_str()),
            ("starts", "2026-11-23T08:00"),
            ("ends", "2026-11-24T20:00"),
            ("reason", "病假"),
        ];
        let backwards = [
            ("person", li.as_str()),
            ("starts", "2026-11-24T08:00"),
            ("ends", "2026-11-23T20:00"),
            ("reason", "病假"),
        ];
        let page = comes_back(town, "zhou", "/absences", &backwards).await;
        assert!(page.contains("value=\"2026-11-24T08:00\"") && page.contains("病假"), "{page}");
        let page = comes_back(town, "zhou", "/absences", &[("reason", "事假")]).await;
        assert!(page.contains("人员：必填") && page.contains("事假"), "{page}");
        goes(town, "zhou", "/absences", &said).await;
        let page = comes_back(town, "zhou", "/absences", &said).await;
        assert!(page.contains("已经登记过请假"), "{page}");
        let page = see(town, "chen", "/absences").await;
        assert!(
            page.contains("病假") && page.contains(&format!("/dispatch?order={order}")),
            "{page}"
        );
        assert!(!page.contains("name=\"starts\""), "the dispatcher reads: {page}");
        let tried = send(town, "chen", "/absences", &said).await;
        assert_eq!(tried.status, StatusCode::FORBIDDEN);
        let own = see(town, "li", "/absences").await;
        assert!(own.contains("病假") && !own.contains("name=\"starts\""), "{own}");
        assert!(!see(town, "wu", "/absences").await.contains("病假"), "each sees their own");
        let tried = send(town, "guan", "/absences", &[]).await;
        assert_eq!(tried.status, StatusCode::FORBIDDEN, "who keeps accounts manages nobody");
        let page = see(town, "lin", "/absences").await;
        assert!(!page.contains("李师傅"), "another outlet: {page}");
        let board = see(town, "chen", "/dispatch?date=2026-11-24").await;
        assert!(board.contains("病假") && board.contains("/absences?outlet="), "{board}");
        let second = town.fault().await;
        town.does("chen", &second, json!({"step": "accept"})).await;
        let sent = town.step("chen", &second, town.sending("li", 25, 27)).await;
        assert_eq!(sent.json["code"], "technician.absent", "{}", sent.text);
        let page = see(town, "zhou", "/absences").await;
        let at = page.find("name=\"absence\" value=\"").unwrap() + 22;
        let absence = page[at..].split('"').next().unwrap().to_owned();
        let over = [("person", li.as_str()), ("absence", absence.as_str())];
        goes(town, "zhou", "/absences/end", &over).await;
        town.does("chen", &second, town.sending("li", 25, 27)).await;
        assert_eq!((count(town, "person.absent").await, count(town, "person.back").await), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn a_shift_of_ones_own_is_the_day_on_the_board() {
    everywhere("pshift", async |town| {
        let (li, path) = (town.id("li"), format!("/people/{}/shift", town.id("li")));
        let bad = [("mon", "13:00-bald"), ("tue", "08:00-12:00 11:00-15:00")];
        let page = comes_back(town, "zhou", &path, &bad).await;
        assert!(page.contains("“13:00-bald”看不懂") && page.contains("11:00-15:00"), "{page}");
        let over = [("tue", "08:00-12:00 11:00-15:00")];
        let page = comes_back(town, "zhou", &path, &over).await;
        assert!(page.contains("时间重叠了"), "{page}");
        goes(town, "zhou", &path, &[("tue", "13:00-17:00")]).await;
        let day = async |town: &Town, date: &str| {
            town.get("chen", &format!("/technicians/{li}/day?date={date}")).await.json
        };
        let tuesday = day(town, "2026-11-24").await;
        assert_eq!(tuesday["shift"]["from"], "2026-11-24T13:00:00+08:00", "{tuesday}");
        assert_eq!(day(town, "2026-11-25").await["shift"], json!(null));
        let page = see(town, "zhou", &format!("/people/{li}")).await;
        assert!(page.contains("13:00-17:00"), "{page}");
        goes(town, "zhou", &path, &[]).await;
        assert_ne!(day(town, "2026-11-25").await["shift"], json!(null), "the pack's again");
        assert_eq!(count(town, "person.shift_set").await, 2);
        let tried = send(town, "chen", &path, &[]).await;
        assert_eq!(tried.status, StatusCode::FORBIDDEN);
    })
    .await;
}

/// Whose work is the house itself finds on their workbench where it is done.
#[tokio::test]
async fn the_workbench_leads_who_keeps_the_house_to_their_pages() {
    everywhere("pkeeps", async |town| {
        let leads = [
            ("guan", vec!["/orgs", "/admin/settings", "/admin/tokens", "/admin/system"]),
            ("an", vec!["/admin/security", "/admin/tokens", "/admin/events"]),
        ];
        for (who, paths) in leads {
            let page = see(town, who, "/").await;
            for path in paths {
                assert!(
                    page.contains(&format!("class=\"opt\" href=\"{path}\"")),
                    "{who} {path}: {page}"
                );
            }
        }
        let page = see(town, "an", "/").await;
        assert!(!page.contains("class=\"opt\" href=\"/admin/settings\""), "{page}");
    })
    .await;
}
