//! Devices on their pages: found by the end of the serial, what their warranty says and why, days
//! that cannot be, new users, and the list as a file.

use axum::http::StatusCode;
use serde_json::json;

use crate::{
    forms::{comes_back, goes, look, see, send},
    town::{Town, everywhere, wang},
};

async fn known(town: &Town) -> (String, String) {
    let answer = town.post("mei", "/requests", wang()).await.json;
    let id = |what: &str| answer[what]["id"].as_str().unwrap().to_owned();
    (id("customer"), id("device"))
}

/// A unit by itself. The id.
async fn unit(town: &Town, serial: &str, installed: Option<&str>) -> String {
    let body = json!({
        "serial": serial, "category": "家用空调器", "model": "KFR-26GW",
        "installed_on": installed,
    });
    let answer = town.post("mei", "/devices", body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    answer.json["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_device_is_found_by_the_end_of_its_serial_and_by_what_it_is() {
    everywhere("dfound", async |town| {
        let (customer, id) = known(town).await;
        let other = unit(town, "6K20C00000042", Some("2020-01-10")).await;
        for query in [
            "q=31186",
            "q=4H29B",
            "model=KFR-35GW",
            "coverage=free",
            &format!("customer={customer}"),
            "q=31186&category=家用空调器",
        ] {
            let page = see(town, "mei", &format!("/devices?{query}")).await;
            assert!(page.contains(&id) && !page.contains(&other), "{query}: {page}");
        }
        let over = see(town, "mei", "/devices?coverage=full_price").await;
        assert!(over.contains(&other) && !over.contains(&id), "{over}");
        let none = see(town, "mei", "/devices?category=冷水机组").await;
        assert!(none.contains("没有符合条件的"), "{none}");
        let list = see(town, "lin", "/devices").await;
        assert!(list.contains("还没有设备档案") && !list.contains(&id), "{list}");
        let first = |page: &str| page.find(&id) < page.find(&other);
        assert!(first(&see(town, "mei", "/devices?sort=-installed_on").await));
        assert!(!first(&see(town, "mei", "/devices?sort=installed_on").await));
    })
    .await;
}

#[tokio::test]
async fn the_page_says_whose_it_is_and_what_the_warranty_says_today_and_why() {
    everywhere("dpage", async |town| {
        let (customer, id) = known(town).await;
        let page = see(town, "zhou", &format!("/devices/{id}")).await;
        for it in [
            "4H29B00731186",
            "2026-06-25",
            "免费",
            "安装完成日",
            "class=\"term-bar\"",
            "王*",
            &format!("/customers/{customer}"),
            "GD-2611-",
            "建立设备档案",
            &format!("/intake?device={id}&amp;customer={customer}"),
        ] {
            assert!(page.contains(it), "{it}: {page}");
        }
        assert!(!page.contains("13800138000") && !page.contains("王芳"), "{page}");
        let english = look(town, "zhou", &format!("/devices/{id}"), "en").await;
        assert!(english.text.contains("days left") && !english.text.contains('⟨'));
        let bare = unit(town, "6K20C00000043", None).await;
        let page = see(town, "mei", &format!("/devices/{bare}")).await;
        assert!(page.contains("待定") && page.contains("结论更确定"), "{page}");
        assert!(page.contains("还没有登记使用人"), "{page}");
        let technician = look(town, "wu", &format!("/devices/{id}"), "zh-CN").await;
        assert_eq!(technician.status, StatusCode::NOT_FOUND, "not on an order of his");
    })
    .await;
}

#[tokio::test]
async fn days_that_cannot_be_are_refused_and_what_was_typed_stays() {
    everywhere("ddays", async |town| {
        let (_, id) = known(town).await;
        let edit = format!("/devices/{id}/edit");
        let with = |sold: &'static str, installed: &'static str| {
            [
                ("serial", "4H29B00731186"),
                ("model", "KFR-35GW/A"),
                ("category", "家用空调器"),
                ("sold_on", sold),
                ("installed_on", installed),
                ("version", "0"),
            ]
        };
        for (sold, installed, says) in [
            ("2026-11-24", "2026-11-24", "日期不能晚于今天"),
            ("2026-06-20", "2026-06-19", "不能早于销售日"),
            ("20.6.2026", "2026-06-25", "日期要写成"),
        ] {
            let page = comes_back(town, "mei", &edit, &with(sold, installed)).await;
            assert!(page.contains(says) && page.contains("KFR-35GW/A"), "{says}: {page}");
            assert!(page.contains(&format!("value=\"{sold}\"")), "{page}");
        }
        goes(town, "mei", &edit, &with("2026-06-20", "2026-06-27")).await;
        let page = see(town, "mei", &format!("/devices/{id}")).await;
        assert!(page.contains("安装完成日 2026-06-25 → 2026-06-27"), "{page}");
        assert!(page.contains("型号 KFR-35GW → KFR-35GW/A"), "{page}");
        // Chen had the form open all the while; what is on file now stands beside what he typed.
        let page = comes_back(town, "chen", &edit, &with("2026-06-20", "2026-06-25")).await;
        assert!(page.contains("旧版本") && page.contains("档案里现在是：2026-06-27"), "{page}");
        assert!(page.contains("name=\"version\" value=\"1\""), "{page}");
        let no = send(town, "hui", &edit, &with("2026-06-20", "2026-06-25")).await;
        assert_eq!(no.status, StatusCode::FORBIDDEN);
        let body = json!({"serial": "X1", "sold_on": "2026-06-20", "installed_on": "2026-06-19"});
        let api = town.post("mei", "/devices", body).await;
        assert_eq!(api.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", api.text);
    })
    .await;
}

#[tokio::test]
async fn a_device_is_filed_once_with_its_user() {
    everywhere("dnew", async |town| {
        let (customer, id) = known(town).await;
        let form = see(town, "mei", &format!("/devices/new?customer={customer}")).await;
        assert!(form.contains("王*") && form.contains(&format!("value=\"{customer}\"")), "{form}");
        let said = [
            ("serial", "9n26a0000077"),
            ("category", "家用空调器"),
            ("customer", customer.as_str()),
            ("sold_on", "2026-11-20"),
        ];
        let to = goes(town, "mei", "/devices/new", &said).await;
        let page = see(town, "mei", &to).await;
        assert!(page.contains("9N26A0000077") && page.contains(&customer), "{page}");
        let twice = [("serial", "4h29b00731186"), ("model", "别的型号")];
        let page = comes_back(town, "mei", "/devices/new", &twice).await;
        assert!(page.contains("已建档") && page.contains(&format!("/devices/{id}")), "{page}");
        assert!(page.contains("别的型号"), "{page}");
        let other = comes_back(town, "lin", "/devices/new", &twice).await;
        assert!(!other.contains(&id), "out of reach: {other}");
        let wrong = [("serial", ""), ("user.name", "赵六"), ("sold_on", "2027-01-01")];
        let page = comes_back(town, "mei", "/devices/new", &wrong).await;
        for it in ["请填电话或地址", "日期不能晚于今天", "value=\"赵六\""] {
            assert!(page.contains(it), "{it}: {page}");
        }
        let fresh =
            [("serial", "9N26A0000078"), ("user.name", "赵六"), ("user.phone", "13700137001")];
        let to = goes(town, "mei", "/devices/new", &fresh).await;
        assert!(see(town, "mei", &to).await.contains("赵*"));
    })
    .await;
}

#[tokio::test]
async fn a_device_that_changed_hands_has_a_new_user_and_keeps_its_past() {
    everywhere("dhand", async |town| {
        let (customer, id) = known(town).await;
        let at = format!("/devices/{id}/user");
        let filed = json!({"name": "钱七", "phone": "13700137007"});
        let next =
            town.post("mei", "/customers", filed).await.json["id"].as_str().unwrap().to_owned();
        let found = see(town, "mei", &format!("{at}?q=7007")).await;
        assert!(found.contains("换给 钱七") && found.contains(&next), "{found}");
        let stale = [("customer", next.as_str()), ("version", "9")];
        assert!(comes_back(town, "mei", &at, &stale).await.contains("旧版本"));
        let nobody = [("user.name", ""), ("user.address", "某处"), ("version", "0")];
        let page = comes_back(town, "mei", &at, &nobody).await;
        assert!(page.contains("必填") && page.contains("value=\"某处\""), "{page}");
        goes(town, "mei", &at, &[("customer", next.as_str()), ("version", "0")]).await;
        let page = see(town, "mei", &format!("/devices/{id}")).await;
        assert!(page.contains(&next) && page.contains("设备换了用户"), "{page}");
        assert!(page.contains(&customer), "she bought it: {page}");
        assert!(page.contains("GD-2611-"), "{page}");
        let no = send(town, "shen", &at, &[("customer", next.as_str()), ("version", "1")]).await;
        assert_eq!(no.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn the_file_has_the_rows_of_the_list() {
    everywhere("dfile", async |town| {
        known(town).await;
        for (n, installed) in ["2019-05-01", "2020-05-01", "2026-05-01"].iter().enumerate() {
            unit(town, &format!("6K20C0000010{n}"), Some(installed)).await;
        }
        for query in ["", "coverage=full_price", "q=0010", "sort=serial&coverage=free"] {
            let list = see(town, "mei", &format!("/devices?{query}")).await;
            let file = look(town, "mei", &format!("/devices.csv?{query}"), "zh-CN").await;
            let rows = file.text.lines().count() - 1;
            assert_eq!(rows, list.matches("data-row").count(), "{query}: {}", file.text);
            assert!(rows > 0 && !file.text.contains("王芳"), "{query}");
        }
        let over = look(town, "mei", "/devices.csv?coverage=full_price", "zh-CN").await;
        assert_eq!(over.text.matches("全价").count(), 2, "{}", over.text);
    })
    .await;
}

#[tokio::test]
async fn pages_follow_each_other_even_where_the_warranty_narrows_them() {
    everywhere("dpages", async |town| {
        for n in 0..7 {
            let installed = if n % 2 == 0 { Some("2026-05-01") } else { Some("2015-05-01") };
            unit(town, &format!("8P20C000020{n}"), installed.filter(|_| n != 6)).await;
        }
        for (query, all) in [
            ("sort=", vec![0, 1, 2, 3, 4, 5, 6]),
            ("sort=installed_on", vec![0, 1, 2, 3, 4, 5, 6]),
            ("sort=-installed_on", vec![0, 1, 2, 3, 4, 5, 6]),
            ("sort=-serial&coverage=full_price", vec![1, 3, 5]),
            ("coverage=free,unknown", vec![0, 2, 4, 6]),
        ] {
            let (mut seen, mut at) = (Vec::new(), format!("/devices?limit=2&{query}"));
            loop {
                let page = see(town, "mei", &at).await;
                seen.extend((0..7).filter(|n| page.contains(&format!("8P20C000020{n}"))));
                let Some(next) =
                    page.split("rel=\"next\"").next().filter(|it| it.len() < page.len())
                else {
                    break;
                };
                let href = next.rsplit("href=\"").next().unwrap().split('"').next().unwrap();
                at = href.replace("&amp;", "&");
            }
            let mut sorted = seen.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, all, "{query}: {seen:?}");
        }
    })
    .await;
}
