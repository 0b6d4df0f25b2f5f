//! The technician's way through a job, by forms.

use std::io::Cursor;

use axum::http::StatusCode;
use image::{Rgb, RgbImage};
use serde_json::json;

use crate::{
    forms::{comes_back, goes, look, see, send, upload},
    town::{Town, everywhere, signature},
};

fn picture() -> Vec<u8> {
    let drawn = RgbImage::from_fn(64, 48, |x, y| Rgb([x as u8 * 3, y as u8 * 5, 90]));
    let mut bytes = Vec::new();
    drawn.write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Jpeg).unwrap();
    bytes
}

/// A signature as the browser sends it: white, with a stroke or without.
/// Sent to Li, who has not yet set out.
async fn assigned(town: &Town) -> String {
    let order = town.fault().await;
    town.does("chen", &order, json!({"step": "accept"})).await;
    town.does("chen", &order, town.sending("li", 1, 3)).await;
    order
}

#[tokio::test]
async fn another_fault_code_opens_no_form_that_nobody_began() {
    everywhere("codes", async |town| {
        let order = town.on_site().await;
        let work = format!("/jobs/{order}/work");
        let chosen =
            [("fault_code", "KT-02"), ("part_pays", "company"), ("charge_pays", "company")];
        let page = send(town, "li", &work, &chosen).await.text;
        assert!(page.contains("<details class=\"adds\">"), "{page}");
        assert!(!page.contains("<details class=\"adds\" open"), "{page}");
        let begun = [("fault_code", "KT-02"), ("part_name", "电容"), ("part_pays", "company")];
        let page = send(town, "li", &work, &begun).await.text;
        assert!(page.contains("<details class=\"adds\" open"), "what was begun stays: {page}");
    })
    .await;
}

#[tokio::test]
async fn a_technician_goes_from_the_day_to_the_signature_by_forms() {
    everywhere("phone", async |town| {
        let order = assigned(town).await;
        let job = format!("/jobs/{order}");
        let today = see(town, "li", "/today").await;
        for it in ["王芳", "室外机有异响", "tel:13800138000", "geo:22.", "出发", "10:00"]
        {
            assert!(today.contains(it), "{it}: {today}");
        }
        assert_eq!(goes(town, "li", &format!("{job}/depart"), &[]).await, job);
        let place = [("lat", "22.270000"), ("lon", "113.540000")];
        goes(town, "li", &format!("{job}/arrive"), &place).await;
        let page = see(town, "li", &job).await;
        assert!(page.contains("capture=\"environment\""), "{page}");
        let taken = upload(town, "li", &format!("{job}/photos"), "before", &picture()).await;
        assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
        assert!(see(town, "li", &job).await.contains("/api/v1/photos/pho_"));
        let page = see(town, "li", &format!("{job}?at=work")).await;
        assert!(page.contains("缺制冷剂") && page.len() < 60_000, "{}", page.len());
        let found = [
            ("do", "finish"),
            ("fault_code", "KT-01"),
            ("cause", "缺制冷剂"),
            ("action", "加注制冷剂"),
            ("action", "检漏并补焊"),
            ("action_text", "换了阀芯"),
        ];
        assert_eq!(goes(town, "li", &format!("{job}/work"), &found).await, job);
        let seen = town.get("li", &format!("/orders/{order}")).await.json;
        assert_eq!(seen["finding"]["action"], "加注制冷剂；检漏并补焊；换了阀芯");
        assert!(see(town, "li", &job).await.contains("签字验收"));
        let signed = [("name", "王芳"), ("signature_png", &signature(true))];
        assert_eq!(goes(town, "li", &format!("{job}/sign"), &signed).await, "/today");
        let seen = town.get("li", &format!("/orders/{order}")).await.json;
        assert_eq!(
            (&seen["status"], &seen["signature"]["means"]),
            (&json!("signed"), &json!("signature"))
        );
        let today = see(town, "li", "/today").await;
        assert!(today.contains("1 单 · 已完 1"), "{today}");
        assert!(see(town, "li", &job).await.contains("用户已签字"));
    })
    .await;
}

/// The picture first; then what was wrong, what was done, finished: three presses, nothing typed.
#[tokio::test]
async fn a_fault_that_is_known_is_finished_by_three_presses_after_the_picture() {
    everywhere("taps", async |town| {
        town.finished().await;
        let mut body = crate::town::wang();
        body["customer"]["phone"] = json!("13900139888");
        body["device"] = json!({"category": "家用空调器"});
        body["fault"]["code"] = json!("KT-01");
        let filed = town.post("mei", "/requests", body).await.json;
        let order = filed["order"]["id"].as_str().unwrap();
        town.does("chen", order, json!({"step": "accept"})).await;
        town.does("chen", order, town.sending("li", 4, 6)).await;
        town.does("li", order, json!({"step": "depart"})).await;
        town.does("li", order, json!({"step": "arrive"})).await;
        let first = see(town, "li", &format!("/jobs/{order}")).await;
        assert!(first.contains("capture=\"environment\"") && !first.contains("name=\"cause\""));
        let page = see(town, "li", &format!("/jobs/{order}?at=work")).await;
        assert!(page.contains("<option value=\"KT-01\" selected>"), "{page}");
        // What stands first of each is what is pressed.
        let first = |name: &str| {
            let chip = page.split("<input").find(|it| it.contains(&format!("name=\"{name}\"")));
            let (_, rest) = chip.expect("a choice").split_once("value=\"").unwrap();
            rest.split('"').next().unwrap().to_owned()
        };
        let (cause, action) = (first("cause"), first("action"));
        assert!(!cause.is_empty() && !action.is_empty());
        let pressed = [
            ("fault_code", "KT-01"),
            ("cause", cause.as_str()),
            ("action", action.as_str()),
            ("do", "finish"),
        ];
        let to = goes(town, "li", &format!("/jobs/{order}/work"), &pressed).await;
        assert_eq!(to, format!("/jobs/{order}"));
    })
    .await;
}

#[tokio::test]
async fn a_line_is_added_and_nothing_typed_is_lost() {
    everywhere("lines", async |town| {
        let order = town.on_site().await;
        let work = format!("/jobs/{order}/work");
        let part = [
            ("do", "part"),
            ("fault_code", "KT-01"),
            ("cause", "缺制冷剂"),
            ("cause_text", "阀门处有油渍"),
            ("part_name", "铜管"),
            ("part_quantity", "1.5"),
            ("part_price", "12"),
            ("part_pays", "customer"),
        ];
        let page = send(town, "li", &work, &part).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert!(
            page.text.contains("阀门处有油渍") && page.text.contains("¥18.00"),
            "{}",
            page.text
        );
        assert!(page.text.contains("value=\"缺制冷剂\" checked"), "{}", page.text);
        let finish = [
            ("do", "finish"),
            ("fault_code", "KT-01"),
            ("cause", "缺制冷剂"),
            ("action", "加注制冷剂"),
        ];
        let page = comes_back(town, "li", &work, &finish).await;
        assert!(page.contains("差 ¥18.00") && page.contains("用户同意 ¥18.00"), "{page}");
        let consent = [("do", "consent"), ("consent_by", "王芳"), ("consent_means", "phone")];
        let page = send(town, "li", &work, &consent).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert!(!page.text.contains("用户同意 ¥"), "{}", page.text);
        let begun = [&finish[..], &[("charge_amount", "30")]].concat();
        let page = comes_back(town, "li", &work, &begun).await;
        assert!(page.contains("还没有加上"), "{page}");
        let seen = town.get("li", &format!("/orders/{order}")).await.json;
        let line = format!("remove:{}", seen["parts"][0]["id"].as_str().unwrap());
        send(town, "li", &work, &[("do", &line)]).await;
        goes(town, "li", &work, &finish).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_a_line_stands_beside_its_field() {
    everywhere("wronglines", async |town| {
        let order = town.on_site().await;
        let work = format!("/jobs/{order}/work");
        let part = [
            ("do", "part"),
            ("part_name", "铜管"),
            ("part_quantity", "一"),
            ("part_price", "1.234"),
        ];
        let page = comes_back(town, "li", &work, &part).await;
        assert!(page.contains("最多两位小数"), "{page}");
        let part =
            [("do", "part"), ("part_name", ""), ("part_quantity", "一"), ("part_price", "1")];
        let page = comes_back(town, "li", &work, &part).await;
        assert!(page.contains("id=\"f-part_quantity-wrong\""), "{page}");
        let page = comes_back(town, "li", &work, &[("do", "finish")]).await;
        for field in ["原因", "处理", "故障"] {
            assert!(page.contains(&format!("{field}：必填")), "{field}: {page}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_blank_signature_is_refused_and_the_name_stays() {
    everywhere("blank", async |town| {
        let order = town.finished().await;
        let sign = format!("/jobs/{order}/sign");
        for png in ["", &signature(false)] {
            let page =
                comes_back(town, "li", &sign, &[("name", "王芳的丈夫"), ("signature_png", png)])
                    .await;
            assert!(page.contains("value=\"王芳的丈夫\""), "{page}");
            assert!(!page.contains("iVBOR"), "a drawing comes back");
        }
        let page = comes_back(town, "li", &sign, &[("name", "王芳"), ("code", "1")]).await;
        assert!(page.contains("验收码不对，还可以试 4 次"), "{page}");
        goes(town, "li", &format!("/jobs/{order}/resend"), &[]).await;
        let code = town.code(&order).await;
        goes(town, "li", &sign, &[("name", "王芳"), ("code", &code)]).await;
    })
    .await;
}

#[tokio::test]
async fn a_text_renamed_to_jpg_is_no_photo() {
    everywhere("textjpg", async |town| {
        let order = town.on_site().await;
        let path = format!("/jobs/{order}/photos");
        let answer = upload(town, "li", &path, "before", b"this is no picture").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text.contains("这不是 JPEG、PNG 或 WebP 图片"), "{}", answer.text);
        let answer = upload(town, "li", &path, "before", b"").await;
        assert!(answer.text.contains("没有选照片"), "{}", answer.text);
        let answer = upload(town, "wu", &path, "before", &picture()).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn what_happens_beside_the_work_has_a_form_each() {
    everywhere("asides", async |town| {
        let order = assigned(town).await;
        let aside = |step: &str| format!("/jobs/{order}/aside/{step}");
        let page = see(town, "li", &aside("book")).await;
        assert!(page.contains("name=\"slot\""), "{page}");
        let (from, to) = (town.at(26), town.at(28));
        goes(town, "li", &aside("book"), &[("slot", &format!("{from}/{to}"))]).await;
        let page = comes_back(town, "li", &aside("contact"), &[("means", "phone")]).await;
        assert!(page.contains("必填"), "{page}");
        let called = [("means", "phone"), ("reached", "true"), ("text", "说好明天到")];
        goes(town, "li", &aside("contact"), &called).await;
        let page = comes_back(town, "li", &aside("suspend"), &[("text", "等压缩机")]).await;
        assert!(page.contains("等压缩机"), "{page}");
        let wait = [("reason", "part"), ("until", &town.at(48)), ("text", "等压缩机")];
        goes(town, "li", &aside("suspend"), &wait).await;
        assert!(see(town, "li", &format!("/jobs/{order}")).await.contains("待件"));
        goes(town, "li", &format!("/jobs/{order}/resume"), &[]).await;
        goes(town, "li", &format!("/jobs/{order}/arrive"), &[]).await;
        let home = goes(town, "li", &aside("no_show"), &[("text", "敲门没人应")]).await;
        assert_eq!(home, "/today");
        let seen = town.get("chen", &format!("/orders/{order}")).await.json;
        assert_eq!(seen["status"], "accepted");
        assert_eq!(
            look(town, "li", &format!("/jobs/{order}"), "zh-CN").await.status,
            StatusCode::NOT_FOUND
        );
    })
    .await;
}

#[tokio::test]
async fn a_step_that_is_over_shows_where_the_job_stands_now() {
    everywhere("twice", async |town| {
        let order = town.on_site().await;
        let page = comes_back(town, "li", &format!("/jobs/{order}/depart"), &[]).await;
        assert!(page.contains("服务单现在不能这样做"), "{page}");
        assert!(page.contains("capture=\"environment\""), "{page}");
    })
    .await;
}

#[tokio::test]
async fn a_job_is_for_its_technician_alone() {
    everywhere("alone", async |town| {
        let order = assigned(town).await;
        let path = format!("/jobs/{order}");
        assert_eq!(look(town, "wu", &path, "zh-CN").await.status, StatusCode::NOT_FOUND);
        let chen = look(town, "chen", &path, "zh-CN").await;
        assert_eq!(chen.status, StatusCode::SEE_OTHER);
        let english = look(town, "li", &path, "en").await;
        assert!(
            english.text.contains("Set out") && !english.text.contains('⟨'),
            "{}",
            english.text
        );
    })
    .await;
}
