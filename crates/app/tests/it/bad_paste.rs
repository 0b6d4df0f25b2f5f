//! What comes from a clipboard, a keyboard in another width, or a clock that was put back.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use kernel::Span;
use serde_json::{Value as Json, json};

use crate::{
    crash::run,
    forms::{look, see, upload},
    town::{Answer, Town, everywhere, finding, wang},
};

async fn filed(town: &Town, body: Json) -> Json {
    let answer = town.post("mei", "/requests", body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let order = answer.json["order"]["id"].as_str().unwrap().to_owned();
    town.get("mei", &format!("/orders/{order}")).await.json
}

#[tokio::test]
async fn what_was_pasted_is_taken_as_it_looks() {
    everywhere("pasted", async |town| {
        let mut body = wang();
        body["customer"]["name"] = json!("\u{feff}王\u{200b}芳\u{200e}");
        body["customer"]["phone"] =
            json!("\u{202d}＋８６ １３８\u{2011}００１３-８０００\u{202c}\r\n");
        body["customer"]["address"] =
            json!("广东省珠海市\r\n香洲区\u{200b}前山街道\n金鸡路789号2栋1203");
        body["fault"]["text"] =
            json!("室外机\u{202e}有异响\r\n制冷\tvery\u{0}慢 👨\u{200d}👩\u{200d}👧");
        let seen = filed(town, body).await;
        assert_eq!(seen["customer"]["name"], "王芳");
        assert_eq!(seen["customer"]["phone"], "13800138000");
        assert_eq!(seen["customer"]["district"], "440402", "{}", seen["customer"]);
        assert!(!seen["customer"]["address"].as_str().unwrap().contains('\n'));
        let text = seen["fault"]["text"].as_str().unwrap();
        assert_eq!(text, "室外机有异响\n制冷 very慢 👨\u{200d}👩\u{200d}👧");
        // The next call of the same person is the same person.
        let next = filed(town, wang()).await;
        assert_eq!(next["customer"]["id"], seen["customer"]["id"]);
    })
    .await;
}

#[tokio::test]
async fn an_order_number_is_found_however_it_is_typed() {
    everywhere("numbers", async |town| {
        let order = town.fault().await;
        let mut other = wang();
        other["customer"]["phone"] = json!("13900139666");
        other["device"] = json!({"category": "家用空调器"});
        filed(town, other).await;
        let number = town.get("mei", &format!("/orders/{order}")).await.json;
        let number = number["number"].as_str().unwrap().to_owned();
        let wide: String = number
            .chars()
            .map(|it| char::from_u32(it as u32 + 0xfee0).filter(|_| it.is_ascii()).unwrap_or(it))
            .collect();
        for typed in [
            number.clone(),
            number.to_lowercase(),
            format!("  {} ", number.to_lowercase()),
            number.replace('-', " "),
            number.replace('-', ""),
            format!("\u{200b}{number}\u{feff}"),
            wide,
        ] {
            let query = serde_html_form::to_string([("q", &typed)]).unwrap();
            let list = town.get("mei", &format!("/orders?{query}")).await.json;
            let found: Vec<_> = list["items"].as_array().unwrap().iter().collect();
            assert_eq!(found.len(), 1, "{typed:?}: {list}");
            assert_eq!(found[0]["number"], number.as_str());
            let page = look(town, "mei", &format!("/search?{query}"), "zh-CN").await;
            let led = page.headers.get(header::LOCATION).map(|it| it.to_str().unwrap());
            let shown = page.text.contains(&format!("/orders/{order}"));
            assert!(shown || led == Some(&format!("/orders/{order}")), "{typed:?}");
        }
        for typed in [number.to_lowercase(), number.replace('-', " ")] {
            let query = serde_html_form::to_string([("q", &typed)]).unwrap();
            let page = look(town, "mei", &format!("/search?{query}"), "zh-CN").await;
            assert_eq!(page.status, StatusCode::SEE_OTHER, "a whole number leads to its order");
        }
    })
    .await;
}

#[tokio::test]
async fn a_clock_set_back_an_hour_stops_no_work_and_breaks_no_chain() {
    everywhere("backclock", async |town| {
        let order = town.fault().await;
        town.does("chen", &order, json!({"step": "accept"})).await;
        town.does("chen", &order, town.sending("li", 1, 3)).await;
        let noon = town.app.now();
        town.set_clock(noon.before(Span::hours(1)));
        town.does("li", &order, json!({"step": "depart"})).await;
        town.does("li", &order, json!({"step": "arrive"})).await;
        town.does("li", &order, finding()).await;
        // Others begin, and nothing of theirs is in the future either.
        let mut other = wang();
        other["customer"]["phone"] = json!("13900139667");
        other["device"] = json!({"category": "家用空调器"});
        let second = filed(town, other).await;
        assert_eq!(second["status"], "reported");
        baoxiu::schedule::beat(&town.app).await.unwrap();
        town.set_clock(noon.after(Span::hours(1)));
        let code = town.code(&order).await;
        town.does("li", &order, json!({"step": "sign", "name": "王芳", "code": code})).await;
        let seen = town.get("mei", &format!("/orders/{order}")).await.json;
        assert_eq!(seen["status"], "signed");
        // Every step is told once, with the time the clock showed.
        let told = town.get("mei", &format!("/orders/{order}/timeline")).await.json;
        let all = told["items"].as_array().unwrap();
        for step in ["assigned", "departed", "arrived", "finished", "signed"] {
            let kind = format!("order.{step}");
            let found = all.iter().filter(|it| it["kind"] == kind.as_str()).count();
            assert_eq!(found, 1, "{kind}: {told}");
        }
        for path in ["/", "/orders", "/dispatch", &format!("/orders/{order}")] {
            let page = look(town, "chen", path, "zh-CN").await;
            assert!(page.status.is_success() || page.status.is_redirection(), "{path}");
        }
        platform::events::seal_committed(&town.app.db).await.unwrap();
        let check = run(town, &["check", "--audit"]);
        assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
    })
    .await;
}

#[tokio::test]
async fn a_second_that_was_put_in_is_the_one_before_it() {
    everywhere("leap", async |town| {
        let mut body = wang();
        body["wanted"] =
            json!({"from": "2026-11-24T09:00:60+08:00", "to": "2026-11-24T10:59:60+08:00"});
        let taken = town.post("mei", "/requests", body.clone()).await;
        assert_eq!(taken.status, StatusCode::CREATED, "{}", taken.text);
        let wanted = taken.json["wanted"].to_string();
        assert!(wanted.contains("09:00:59") && wanted.contains("10:59:59"), "{wanted}");
        for (field, text) in [
            ("from", "2026-11-24T09:00:61+08:00"),
            ("from", "2026-11-24T24:00:00+08:00"),
            ("to", "2026-02-30T09:00:00+08:00"),
        ] {
            body["wanted"] = json!({field: text});
            let no = town.post("mei", "/requests", body.clone()).await;
            assert_eq!(no.status, StatusCode::UNPROCESSABLE_ENTITY, "{text}: {}", no.text);
            assert_eq!(no.json["errors"][0]["field"], format!("wanted.{field}"), "{text}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_text_without_end_is_refused_beside_its_field() {
    everywhere("endlesstext", async |town| {
        let long = "长".repeat(3_000);
        for field in ["model", "serial", "purchase_channel", "card"] {
            let mut body = wang();
            body["device"][field] = json!(long);
            let no = town.post("mei", "/requests", body).await;
            assert_eq!(no.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}: {}", no.text);
            assert_eq!(no.json["errors"][0]["field"], format!("device.{field}"));
        }
        let order = town.on_site().await;
        let mut found = finding();
        found["readings"] = json!(long);
        let no = town.step("li", &order, found).await;
        assert_eq!(no.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", no.text);
        assert_eq!(no.json["errors"][0]["field"], "readings");
    })
    .await;
}

/// A form with a picture, as heavy as it says.
async fn photo_of(town: &Town, path: &str, megabytes: usize) -> Answer {
    let mut body = b"--x\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nbefore\r\n--x\r\n\
        Content-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\n"
        .to_vec();
    body.extend(b"\xff\xd8\xff\xe0");
    body.resize(megabytes << 20, 0x55);
    body.extend(b"\r\n--x--\r\n");
    let request = Request::post(path)
        .header(header::AUTHORIZATION, format!("Bearer {}", town.token("li")))
        .header(header::COOKIE, "lang=zh-CN")
        .header(header::ACCEPT_LANGUAGE, "zh-CN")
        .header(header::CONTENT_LENGTH, body.len())
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
    town.ask(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn a_photo_of_forty_megabytes_is_too_large_and_says_so() {
    everywhere("heavyphoto", async |town| {
        let order = town.on_site().await;
        for megabytes in [21, 40] {
            let path = format!("/api/v1/orders/{order}/photos");
            let no = photo_of(town, &path, megabytes).await;
            assert_eq!(no.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", no.text);
            let code = no.json["code"].as_str().unwrap();
            assert!(["photo.too_large", "too_large"].contains(&code), "{}", no.text);
            assert!(no.json["title"].as_str().unwrap().chars().any(|it| it > '\u{4e00}'));
        }
        let page = photo_of(town, &format!("/jobs/{order}/photos"), 40).await;
        assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(page.text.contains("内容太大"), "{}", page.text);
        let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
        let page = upload(town, "li", &format!("/jobs/{order}/photos"), "before", heic).await;
        assert!(page.text.contains("HEIC"), "{}", page.text);
        let seen = town.get("li", &format!("/orders/{order}")).await.json;
        assert_eq!(seen["photos"], json!([]), "nothing of it was kept");
        see(town, "li", &format!("/jobs/{order}")).await;
    })
    .await;
}
