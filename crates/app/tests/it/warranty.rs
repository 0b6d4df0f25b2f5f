//! Who pays, decided again: at the visit, by a person, by what repairs have in common; what a
//! unit's file says for its customer; and that what was decided stays as it was.

use axum::http::StatusCode;
use serde_json::{Value as Json, json};

use crate::{
    forms::{comes_back, goes, see},
    town::{Town, everywhere, finding, wang},
};

/// Ms Wang's air conditioner, installed two years ago: the unit is out of its term, the
/// compressor is not.
fn old() -> Json {
    let mut body = wang();
    body["device"]["sold_on"] = json!("2024-06-20");
    body["device"]["installed_on"] = json!("2024-06-25");
    body
}

/// As far as the work on site; the ids of order and device.
async fn on_site(town: &Town, body: Json) -> (String, String) {
    let answer = town.post("mei", "/requests", body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let id = |what: &str| answer.json[what]["id"].as_str().unwrap().to_owned();
    let (order, device) = (id("order"), id("device"));
    town.does("chen", &order, json!({"step": "accept"})).await;
    town.does("chen", &order, town.sending("li", 1, 3)).await;
    town.does("li", &order, json!({"step": "depart"})).await;
    town.later(70);
    town.does("li", &order, json!({"step": "arrive"})).await;
    (order, device)
}

/// The rest of the way, to the closed order.
async fn closes(town: &Town, order: &str) {
    town.does("li", order, finding()).await;
    let code = town.code(order).await;
    town.does("li", order, json!({"step": "sign", "name": "王芳", "code": code})).await;
    town.does("he", order, json!({"step": "close", "reason": "用户满意"})).await;
}

async fn order(town: &Town, id: &str) -> Json {
    town.get("he", &format!("/orders/{id}")).await.json
}

/// The kinds of what happened to it.
async fn happened(town: &Town, id: &str) -> Vec<(String, String)> {
    let line = town.get("he", &format!("/orders/{id}/timeline")).await;
    assert!(!line.text.contains('⟨'), "{}", line.text);
    let text = |it: &Json| it.as_str().unwrap().to_owned();
    let items = line.json["items"].as_array().unwrap().clone();
    items.iter().map(|it| (text(&it["kind"]), text(&it["text"]))).collect()
}

/// Upon what it was decided, and how: `report free`.
fn coverages(order: &Json) -> Vec<String> {
    let all = order["decisions"].as_array().unwrap();
    let said = |it: &Json| {
        format!("{} {}", it["occasion"].as_str().unwrap(), it["coverage"].as_str().unwrap())
    };
    all.iter().map(said).collect()
}

#[tokio::test]
async fn another_component_or_cause_is_decided_at_once_and_everything_before_stays() {
    everywhere("anew", async |town| {
        let (id, _) = on_site(town, old()).await;
        let first = order(town, &id).await;
        assert_eq!(first["entitlement"]["coverage"], "full_price", "{first}");
        assert_eq!(coverages(&first), ["report full_price"]);
        let find = format!("/orders/{id}/finding");
        // The compressor is covered for three years.
        let found = town.post("li", &find, json!({"component": "压缩机"})).await;
        assert_eq!(found.status, StatusCode::OK, "{}", found.text);
        assert_eq!(found.json["entitlement"]["coverage"], "free", "{}", found.text);
        assert_eq!(found.json["entitlement"]["pays"]["parts"], "free");
        let says = found.json["entitlement"]["explanation"].as_str().unwrap();
        assert!(says.contains("2027-06-25"), "{says}");
        // A part added now is the company's to pay, without anybody saying so.
        let part = json!({"name": "压缩机", "quantity": 1, "price_fen": 80000});
        let part = town.post("li", &format!("/orders/{id}/parts"), part).await;
        assert_eq!(part.json["pays"], "company", "{}", part.text);
        // Suspected takes nothing away, proved does.
        let suspected = json!({"exclusion": "misuse", "evidence": "suspected"});
        let suspected = town.post("li", &find, suspected).await.json;
        assert_eq!(suspected["entitlement"]["coverage"], "free", "{suspected}");
        let proved = town.post("li", &find, json!({"evidence": "proved"})).await.json;
        assert_eq!(proved["entitlement"]["coverage"], "full_price", "{proved}");
        // The same once more is no new decision.
        town.post("li", &find, json!({"evidence": "proved"})).await;
        let now = order(town, &id).await;
        assert_eq!(
            coverages(&now),
            ["report full_price", "visit free", "visit free", "visit full_price"]
        );
        let rules = now["decisions"][1]["rules"].as_array().unwrap();
        assert!(rules.iter().any(|it| it.as_str().unwrap().contains('@')), "{rules:?}");
        assert_eq!(now["decisions"][0], first["decisions"][0], "what was decided stays");
        let line = happened(town, &id).await;
        let decided: Vec<_> = line.iter().filter(|it| it.0 == "order.decided").collect();
        assert_eq!(decided.len(), 3, "{line:?}");
        assert!(decided[0].1.contains("全价 → 免费"), "{decided:?}");
        // The list asks for what holds now.
        let listed = town.get("he", "/orders?coverage=full_price").await;
        assert!(listed.text.contains(&id), "{}", listed.text);
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_a_finding_is_named_and_nobody_else_may_say_it() {
    everywhere("findbad", async |town| {
        let (id, _) = on_site(town, wang()).await;
        let find = format!("/orders/{id}/finding");
        #[rustfmt::skip]
        let cases = [
            (json!({"component": "翅膀"}),            "component",  "component.unknown"),
            (json!({"exclusion": "gremlins"}),        "exclusion",  "unknown_code"),
            (json!({"evidence": "perhaps"}),          "evidence",   "unknown_code"),
            (json!({"fault_code": "XX-99"}),          "fault_code", "fault.unknown"),
        ];
        for (body, field, code) in cases {
            let no = town.post("li", &find, body.clone()).await;
            assert_eq!(no.status, StatusCode::UNPROCESSABLE_ENTITY, "{body} {}", no.text);
            assert_eq!(no.json["errors"][0]["field"], field, "{}", no.text);
            assert_eq!(no.json["errors"][0]["code"], code, "{}", no.text);
        }
        assert_eq!(town.post("zhou", &find, json!({})).await.status, StatusCode::FORBIDDEN);
        assert_eq!(town.post("huang", &find, json!({})).await.status, StatusCode::NOT_FOUND);
        town.does("li", &id, finding()).await;
        let late = town.post("li", &find, json!({"component": "压缩机"})).await;
        assert_eq!(late.json["code"], "warranty.order_ended", "{}", late.text);
    })
    .await;
}

#[tokio::test]
async fn a_person_decides_who_pays_with_a_right_and_a_reason_beside_what_the_rules_say() {
    everywhere("override", async |town| {
        let (id, _) = on_site(town, old()).await;
        let path = format!("/orders/{id}/override");
        let goodwill = json!({"parts": "cost_price", "labour": "free", "travel": "free",
                              "reason": "老用户，厂家善意"});
        for (who, status) in [
            ("li", StatusCode::FORBIDDEN),
            ("chen", StatusCode::FORBIDDEN),
            ("mei", StatusCode::FORBIDDEN),
            ("lin", StatusCode::NOT_FOUND),
        ] {
            assert_eq!(town.post(who, &path, goodwill.clone()).await.status, status, "{who}");
        }
        #[rustfmt::skip]
        let wrong = [
            (json!({"parts": "free", "labour": "free", "travel": "free"}), "reason", "missing"),
            (json!({"labour": "free", "travel": "free", "reason": "x"}),    "parts", "missing"),
            (json!({"parts": "unknown", "labour": "free", "travel": "free", "reason": "x"}),
             "parts", "unknown_code"),
        ];
        for (body, field, code) in wrong {
            let no = town.post("qu", &path, body).await;
            assert_eq!(no.json["errors"][0]["field"], field, "{}", no.text);
            assert_eq!(no.json["errors"][0]["code"], code, "{}", no.text);
        }
        let done = town.post("qu", &path, goodwill.clone()).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.text);
        let cover = &done.json["entitlement"];
        assert_eq!(cover["coverage"], "cost_price", "the dearest share");
        assert_eq!(
            cover["pays"],
            json!({"parts": "cost_price", "labour": "free", "travel": "free"})
        );
        assert_eq!(cover["overridden"]["coverage"], "full_price", "what the rules say");
        assert_eq!(cover["overridden"]["reason"], "老用户，厂家善意");
        assert_eq!(cover["overridden"]["by"], "区大勇");
        assert_eq!(coverages(&done.json), ["report full_price", "person cost_price"]);
        let same = town.post("qu", &path, goodwill).await;
        assert_eq!(same.json["code"], "warranty.nothing_changes", "{}", same.text);
        // Each line is paid by its own share.
        let charge = json!({"kind": "travel", "amount_fen": 3000});
        let charge = town.post("li", &format!("/orders/{id}/charges"), charge).await;
        assert_eq!(charge.json["pays"], "company", "{}", charge.text);
        let part = json!({"name": "电容", "quantity": 1, "price_fen": 2000});
        let part = town.post("li", &format!("/orders/{id}/parts"), part).await;
        assert_eq!(part.json["pays"], "customer", "{}", part.text);
        // What is found later is decided beside it, and does not undo it.
        let find = format!("/orders/{id}/finding");
        let found = town.post("li", &find, json!({"component": "压缩机"})).await.json;
        assert_eq!(found["entitlement"]["coverage"], "cost_price", "{found}");
        assert_eq!(found["entitlement"]["overridden"]["coverage"], "free", "{found}");
        let line = happened(town, &id).await;
        let said = line.iter().find(|it| it.0 == "order.overridden").expect("an event");
        assert!(said.1.contains("配件工本费") && said.1.contains("老用户"), "{said:?}");
    })
    .await;
}

#[tokio::test]
async fn the_pages_show_it_on_the_order_on_the_paper_and_on_the_phone() {
    everywhere("overpage", async |town| {
        let (id, _) = on_site(town, old()).await;
        let page = see(town, "chen", &format!("/orders/{id}")).await;
        assert!(page.contains("id=\"decision\"") && !page.contains("ask-override"), "{page}");
        let path = format!("/orders/{id}/override");
        let fields = [("parts", "free"), ("labour", "free"), ("travel", "free")];
        let back = comes_back(town, "qu", &path, &fields).await;
        assert!(back.contains("ask-override"), "{back}");
        let fields = [fields.as_slice(), &[("reason", "老用户")]].concat();
        let to = goes(town, "qu", &path, &fields).await;
        assert_eq!(to, format!("/orders/{id}#decision"));
        for path in [format!("/orders/{id}"), format!("/orders/{id}/print/acceptance")] {
            let page = see(town, "qu", &path).await;
            for it in ["区大勇改判，理由：老用户", "按规则是全价"] {
                assert!(page.contains(it), "{path} {it}: {page}");
            }
        }
        let phone = see(town, "li", &format!("/jobs/{id}?at=work")).await;
        assert!(phone.contains("id=\"pays\"") && phone.contains("老用户"), "{phone}");
    })
    .await;
}

#[tokio::test]
async fn the_phone_says_at_once_who_pays_when_something_else_is_chosen() {
    everywhere("phonepays", async |town| {
        let (id, _) = on_site(town, old()).await;
        let pays = |page: &str| {
            let card = page.split("id=\"pays\"").nth(1).expect("the card").to_owned();
            card.split("</section>").next().unwrap().to_owned()
        };
        let page = see(town, "li", &format!("/jobs/{id}?at=work")).await;
        assert!(pays(&page).contains("全价"), "{page}");
        let work = format!("/jobs/{id}/work");
        let chosen = [("do", "look"), ("component", "压缩机")];
        let page = crate::forms::send(town, "li", &work, &chosen).await.text;
        assert!(pays(&page).contains("免费") && pays(&page).contains("2027-06-25"), "{page}");
        // Looking keeps nothing; adding a part does.
        assert_eq!(coverages(&order(town, &id).await).len(), 1);
        let added = [
            ("do", "part"),
            ("component", "压缩机"),
            ("part_name", "压缩机"),
            ("part_price", "800"),
        ];
        let page = crate::forms::send(town, "li", &work, &added).await.text;
        assert!(page.contains("公司付"), "{page}");
        let now = order(town, &id).await;
        assert_eq!(coverages(&now), ["report full_price", "visit free"]);
        assert_eq!(now["parts"][0]["pays"], "company", "{now}");
    })
    .await;
}

#[tokio::test]
async fn a_person_confirms_that_two_repairs_are_of_the_same_problem() {
    everywhere("problem", async |town| {
        let mut orders = Vec::new();
        for _ in 0..3 {
            let (id, _) = on_site(town, wang()).await;
            if orders.len() < 2 {
                closes(town, &id).await;
            }
            orders.push(id);
            town.later(24 * 60);
        }
        let [first, second, third] = orders.as_slice() else { panic!("three orders") };
        let number = order(town, first).await["number"].as_str().unwrap().to_owned();
        let path = format!("/orders/{third}/problem");
        assert_eq!(
            town.post("hui", &path, json!({"order": first})).await.status,
            StatusCode::FORBIDDEN
        );
        let no = town.post("li", &path, json!({"order": "GD-0000-000000"})).await;
        assert_eq!(no.json["errors"][0]["code"], "problem.no_order", "{}", no.text);
        let no = town.post("li", &path, json!({"order": third})).await;
        assert_eq!(no.json["code"], "warranty.problem_elsewhere", "{}", no.text);
        let before = order(town, third).await;
        let exchange = |order: &Json| {
            let rights = order["entitlement"]["rights"].as_array().unwrap().clone();
            rights.iter().any(|it| it["kind"] == "exchange")
        };
        assert!(!exchange(&before), "{before}");
        // Ended orders take no more confirmations, so the link is made on the open one: one repair
        // of the same problem is not two.
        let one = town.post("li", &path, json!({"order": number})).await;
        assert_eq!(one.status, StatusCode::OK, "{}", one.text);
        assert_eq!(one.json["problem"].as_str(), Some(first.as_str()));
        assert!(!exchange(&one.json), "{}", one.text);
        let over = format!("/orders/{second}/problem");
        let ended = town.post("li", &over, json!({"order": first})).await;
        assert_eq!(ended.json["code"], "warranty.order_ended");
        let page = see(town, "zhou", &format!("/orders/{third}")).await;
        assert!(page.contains("与这些单是同一问题") && page.contains(&number), "{page}");
        let line = happened(town, third).await;
        let said = line.iter().find(|it| it.0 == "order.problem_confirmed").expect("an event");
        assert!(said.1.contains(&number), "{said:?}");
        let none = town.post("li", &path, json!({})).await;
        assert!(none.json["problem"].is_null(), "{}", none.text);
    })
    .await;
}

#[tokio::test]
async fn two_repairs_of_the_same_problem_give_a_right_to_an_exchange() {
    everywhere("twice", async |town| {
        let mut last: Option<String> = None;
        for times in 0..3 {
            let (id, _) = on_site(town, wang()).await;
            if let Some(before) = &last {
                let path = format!("/orders/{id}/problem");
                let done = town.post("li", &path, json!({"order": before})).await;
                assert_eq!(done.status, StatusCode::OK, "{}", done.text);
            }
            let now = order(town, &id).await;
            let rights = now["entitlement"]["rights"].as_array().unwrap();
            let right = rights.iter().find(|it| it["kind"] == "exchange");
            assert_eq!(right.is_some(), times == 2, "{times} repairs before: {now}");
            if let Some(right) = right {
                let text = right["text"].as_str().unwrap();
                assert!(text.contains("第11条"), "{text}");
                let rules = right["rules"].as_array().unwrap();
                assert!(rules.iter().any(|it| it.as_str().unwrap().starts_with("sb95-11@")));
            }
            closes(town, &id).await;
            last = Some(id);
            town.later(24 * 60);
        }
    })
    .await;
}

#[tokio::test]
async fn a_device_s_page_says_what_extended_its_terms_and_what_may_be_asked_for() {
    everywhere("rights", async |town| {
        let mut fresh = wang();
        fresh["device"]["sold_on"] = json!("2026-11-18");
        fresh["device"]["installed_on"] = json!("2026-11-20");
        fresh["device"]["price_fen"] = json!(299_900);
        let (id, device) = on_site(town, fresh).await;
        let page = see(town, "mei", &format!("/devices/{device}")).await;
        // Seven days, which what is installed counts from the installation, not from the sale
        // (条例 18): to the 27th.
        for it in ["今天可以要求什么", "退货", "第9条", "到 2026-11-27 为止", "2,999.00"]
        {
            assert!(page.contains(it), "{it}: {page}");
        }
        let listed = see(town, "mei", "/devices?ending=soon").await;
        assert!(listed.contains(&device), "{listed}");
        assert_eq!(
            town.get("mei", "/devices?ending=tomorrow").await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        // The unit was in repair for two days.
        town.later(24 * 60);
        closes(town, &id).await;
        let page = see(town, "mei", &format!("/devices/{device}")).await;
        assert!(page.contains("修理占用 2 天，期限顺延"), "{page}");
        assert!(page.contains("2027-11-22"), "a year, and two days: {page}");
    })
    .await;
}

#[tokio::test]
async fn an_exchange_begins_the_terms_anew_and_papers_are_kept() {
    everywhere("exchanged", async |town| {
        let (_, device) = on_site(town, old()).await;
        let path = format!("/devices/{device}/edit");
        let fields = [
            ("serial", "4H29B00731186"),
            ("model", "KFR-35GW"),
            ("category", "家用空调器"),
            ("sold_on", "2024-06-20"),
            ("installed_on", "2024-06-25"),
            ("exchanged_on", "2026-01-10"),
            ("price_fen", "2999"),
            ("invoice", "yes"),
            ("certificate", "no"),
            ("version", "0"),
        ];
        goes(town, "mei", &path, &fields).await;
        let page = see(town, "mei", &format!("/devices/{device}")).await;
        // A year from the exchange, and today, on which it is in repair.
        for it in ["换货后从 2026-01-10 重新起算", "2027-01-11", "2,999.00", "三包凭证"]
        {
            assert!(page.contains(it), "{it}: {page}");
        }
        let mut wrong = fields;
        wrong[5].1 = "2024-06-19";
        wrong[9].1 = "1";
        let page = comes_back(town, "mei", &path, &wrong).await;
        assert!(page.contains("不能早于销售日"), "{page}");
        let read = town.get("mei", &format!("/devices/{device}")).await.json;
        assert_eq!((&read["price_fen"], &read["invoice"]), (&json!(299_900), &json!(true)));
    })
    .await;
}

#[tokio::test]
async fn a_reading_never_falls() {
    everywhere("reading", async |town| {
        let (_, device) = on_site(town, wang()).await;
        let path = format!("/devices/{device}/usage");
        let read = town.post("li", &path, json!({"km": 1200})).await;
        assert_eq!(read.status, StatusCode::CREATED, "{}", read.text);
        assert_eq!(read.json, json!({"km": 1200, "hours": null}));
        let more = town.post("mei", &path, json!({"km": 1200, "hours": 30})).await;
        assert_eq!(more.json, json!({"km": 1200, "hours": 30}));
        #[rustfmt::skip]
        let cases = [
            (json!({"km": 1199}), "km",    "usage.backwards"),
            (json!({"hours": 29}), "hours", "usage.backwards"),
            (json!({"km": -1}),   "km",    "range"),
            (json!({}),           "km",    "missing"),
        ];
        for (body, field, code) in cases {
            let no = town.post("li", &path, body).await;
            assert_eq!(no.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", no.text);
            assert_eq!(no.json["errors"][0]["field"], field, "{}", no.text);
            assert_eq!(no.json["errors"][0]["code"], code, "{}", no.text);
        }
        assert_eq!(town.post("wu", &path, json!({"km": 9})).await.status, StatusCode::NOT_FOUND);
        let page = see(town, "li", &path).await;
        assert!(page.contains("上次 1200 公里"), "{page}");
        let page = comes_back(town, "li", &path, &[("km", "viele")]).await;
        assert!(page.contains("要填整数"), "{page}");
        goes(town, "li", &path, &[("km", "1300")]).await;
        let page = see(town, "mei", &format!("/devices/{device}")).await;
        assert!(page.contains("1300 公里") && page.contains("30 小时"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn why_a_repair_takes_so_long_is_said_on_the_order_and_decides_what_may_be_asked_for() {
    everywhere("delay", async |town| {
        let (id, device) = on_site(town, wang()).await;
        let (page, delay) = (format!("/devices/{device}"), format!("/orders/{id}/delay"));
        let exchange = async || {
            let read = town.get("mei", &page).await.json;
            let rights = read["entitlement"]["rights"].as_array().unwrap().clone();
            rights.iter().any(|it| it["kind"] == "exchange")
        };
        // 30 days on nobody has a right yet, and nobody asks.
        town.later(30 * 24 * 60);
        assert!(!see(town, "mei", &page).await.contains("修理已久"));
        // One day more: it depends on why.
        town.later(24 * 60);
        assert!(!exchange().await);
        let asks = see(town, "mei", &page).await;
        assert!(asks.contains("修理已久") && asks.contains("?step=delay"), "{asks}");
        let no = comes_back(town, "chen", &delay, &[("delay_by", "weather")]).await;
        assert!(no.contains("ask-delay"), "{no}");
        let no = town.post("chen", &delay, json!({"delay_by": "weather"})).await;
        assert_eq!(no.json["errors"][0]["field"], "delay_by", "{}", no.text);
        let by = town.post("chen", &delay, json!({"delay_by": "parts"})).await;
        assert_eq!(by.status, StatusCode::OK, "{}", by.text);
        assert_eq!(by.json["delay_by"], "parts");
        assert!(!exchange().await, "parts are waited for 90 days");
        let same = crate::forms::send(town, "chen", &delay, &[("delay_by", "parts")]).await;
        assert_eq!(same.status, StatusCode::CONFLICT);
        assert!(same.text.contains("没有可改的"), "{}", same.text);
        goes(town, "chen", &delay, &[("delay_by", "repairer")]).await;
        assert!(exchange().await, "30 days by the repairer's own fault");
        assert!(!see(town, "mei", &page).await.contains("修理已久"));
        let said = see(town, "chen", &format!("/orders/{id}")).await;
        assert!(said.contains("修理者自身原因"), "{said}");
        goes(town, "chen", &delay, &[("delay_by", "")]).await;
        assert!(!exchange().await, "taken back");
        let line = happened(town, &id).await;
        let told: Vec<_> = line.iter().filter(|it| it.0.starts_with("order.delay_")).collect();
        assert_eq!(told.len(), 3, "{line:?}");
        assert!(told[0].1.contains("等待零配件"), "{told:?}");
        // Another outlet does not learn of it, and what has ended takes no more.
        let hidden = crate::forms::send(town, "lin", &delay, &[("delay_by", "parts")]).await;
        assert_eq!(hidden.status, StatusCode::NOT_FOUND);
        closes(town, &id).await;
        let ended = crate::forms::send(town, "chen", &delay, &[("delay_by", "parts")]).await;
        assert_eq!(ended.status, StatusCode::CONFLICT);
        assert!(ended.text.contains("不能再"), "{}", ended.text);
    })
    .await;
}

#[tokio::test]
async fn what_contradicts_itself_or_the_file_is_refused_at_intake_with_its_field() {
    everywhere("against", async |town| {
        let told = async |device: &[(&str, Json)]| {
            let mut body = wang();
            for (name, value) in device {
                body["device"][*name] = value.clone();
            }
            town.post("mei", "/requests", body).await
        };
        #[rustfmt::skip]
        let cases = [
            (vec![("price_fen", json!(0))],                "device.price_fen",    "range"),
            (vec![("price_fen", json!(-1))],               "device.price_fen",    "range"),
            (vec![("sold_on", json!("2099-01-01")), ("installed_on", Json::Null)],
                                                           "device.sold_on",      "day.future"),
            (vec![("sold_on", json!("2026-01-10")), ("installed_on", json!("2026-01-09"))],
                                                           "device.installed_on", "day.before_sold"),
            (vec![("category", json!("飞机"))],            "device.category",     "category.unknown"),
        ];
        for (device, field, code) in cases {
            let no = told(&device).await;
            assert_eq!(no.status, StatusCode::UNPROCESSABLE_ENTITY, "{device:?} {}", no.text);
            assert_eq!(no.json["errors"][0]["field"], field, "{}", no.text);
            assert_eq!(no.json["errors"][0]["code"], code, "{}", no.text);
        }
        // The day of the sale is on file; who calls again names a day before it.
        let sold = [("sold_on", json!("2026-01-10")), ("installed_on", Json::Null)];
        assert_eq!(told(&sold).await.status, StatusCode::CREATED);
        let before = [("sold_on", Json::Null), ("installed_on", json!("2026-01-09"))];
        let no = told(&before).await;
        assert_eq!(no.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", no.text);
        assert_eq!(no.json["errors"][0]["field"], "device.installed_on", "{}", no.text);
        assert_eq!(no.json["errors"][0]["code"], "day.before_sold", "{}", no.text);
        // What is not known stays open, and is asked for.
        let known = [("sold_on", Json::Null), ("installed_on", Json::Null)];
        let open = told(&known).await;
        assert_eq!(open.status, StatusCode::CREATED, "{}", open.text);
        assert_eq!(open.json["entitlement"]["coverage"], "free", "{}", open.text);
    })
    .await;
}
