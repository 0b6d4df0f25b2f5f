//! Markup in every text that somebody can type, in every page that shows it: it stands there as
//! letters. Beside it what turns the direction of reading, emoji, and letters of four bytes.

use std::collections::BTreeSet;

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::json;

use crate::{
    forms::{look, send},
    odd::{Known, chance::Chance, forms::Pages},
    town::{Answer, On, Town, finding},
};

/// Breaks out of an attribute, opens an element, and is an address of script; with its place, so
/// that one sees which text came through.
fn mark(place: &str) -> String {
    format!("javascript:zq-{place}\"'><i zq>")
}

/// What must never stand in a page as it was typed.
const RAW: &[&str] =
    &["<i zq", "\"'><i", "href=\"javascript:", "src=\"javascript:", "action=\"javascript:"];

/// Those who between them see every page.
const EYES: &[&str] = &["mei", "chen", "li", "zhou", "he", "hui", "guan", "an", "shen", "qu"];

/// Where a stored text has to be seen by somebody, or the walk proves nothing.
const SEEN: &[&str] = &[
    "customer",
    "contact",
    "address",
    "class",
    "model",
    "fault",
    "suspend",
    "part",
    "partnumber",
    "charge",
    "consent",
    "cause",
    "action",
    "readings",
    "signer",
    "callback",
    "complaint",
    "question",
    "answer",
    "person",
    "org",
];

#[tokio::test]
async fn whatever_is_typed_stands_on_every_page_as_letters() {
    let mut town = Town::new("markup", On::Sqlite).await;
    let mut known = Known::bare();
    stored(&mut town, &mut known).await;
    let mut pages = Pages::all();
    let mut seen = BTreeSet::new();
    // First what stands there, then every form with something in every field, then once more.
    let before = state(&town).await;
    crawl(&town, &known, EYES, &mut pages, &mut seen).await;
    assert_eq!(state(&town).await, before, "looking changes nothing");
    let sent = fill_in(&town, &pages, &mut seen).await;
    assert!(sent > 60, "only {sent} forms were sent");
    crawl(&town, &known, &["mei", "guan", "zhou", "li"], &mut pages, &mut seen).await;
    asked(&town, &known, &pages, &mut seen).await;
    let missing: Vec<_> = SEEN.iter().filter(|it| !seen.contains(**it)).collect();
    assert!(missing.is_empty(), "never seen on any page: {missing:?}");
}

/// How much there is of everything, and how often it was changed.
async fn state(town: &Town) -> Vec<i64> {
    let mut all = Vec::new();
    for sql in [
        "select count(*) from orders",
        "select sum(version) from orders",
        "select sum(version) from requests",
        "select sum(version) from customers",
        "select sum(version) from people",
        "select count(*) from devices",
        "select count(*) from callbacks",
        "select count(*) from visits",
        "select count(*) from keys",
        "select count(*) from jobs",
    ] {
        let count = async move |cx: &mut baoxiu::Cx| {
            let rows = cx.tx.rows(sql, &[]).await?;
            rows.first().map_or(Ok(0), |it| it.get(0))
        };
        all.push(town.house(count).await);
    }
    all
}

fn check(answer: &Answer, what: &str, seen: &mut BTreeSet<String>) {
    assert!(!answer.status.is_server_error(), "{what}: {} {}", answer.status, answer.text);
    let kind = answer.headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    if !kind.is_some_and(|it| it.starts_with("text/html")) {
        return;
    }
    for raw in RAW {
        if let Some(at) = answer.text.find(raw) {
            let from = answer.text[..at].char_indices().rev().nth(200).map_or(0, |it| it.0);
            panic!("{what}: {raw} in {}", &answer.text[from..at + raw.len()]);
        }
    }
    for (at, found) in answer.text.match_indices("zq-") {
        let rest = &answer.text[at + found.len()..];
        seen.insert(rest.chars().take_while(char::is_ascii_lowercase).collect());
    }
}

async fn crawl(
    town: &Town,
    known: &Known,
    eyes: &[&str],
    pages: &mut Pages,
    seen: &mut BTreeSet<String>,
) {
    let mut chance = Chance::new(1);
    for route in pages.looks.clone() {
        if route.contains(".csv") || route.contains(".xlsx") || route.starts_with("/assets") {
            continue;
        }
        for (n, who) in eyes.iter().enumerate() {
            // Whatever there are several of is looked at in turn.
            for path in known.every(&route, &mut chance) {
                let lang = if n % 2 == 0 { "zh-CN" } else { "en" };
                let answer = look(town, who, &path, lang).await;
                check(&answer, &format!("{who} {path}"), seen);
                if answer.status == StatusCode::OK {
                    pages.keep(&answer.text, who);
                }
            }
        }
    }
}

/// Every form once, as whoever saw it, with markup wherever one may write.
async fn fill_in(town: &Town, pages: &Pages, seen: &mut BTreeSet<String>) -> usize {
    let mut sent = 0;
    for form in pages.every() {
        // Whoever signs out or loses their key sees nothing more.
        let ends = ["/logout", "/revoke", "/me/second-factor", "/me/password", "/status"];
        if ends.iter().any(|it| form.action.contains(it)) {
            continue;
        }
        let own: Vec<(String, String)> = form
            .fields
            .iter()
            .map(|it| {
                let free = it.free && it.value.is_empty();
                (it.name.clone(), if free { mark("form") } else { it.value.clone() })
            })
            .collect();
        let pairs: Vec<_> = own.iter().map(|it| (it.0.as_str(), it.1.as_str())).collect();
        let answer = send(town, &form.who, &form.action, &pairs).await;
        check(&answer, &format!("{} to {}", form.who, form.action), seen);
        sent += 1;
    }
    sent
}

/// What an address asks comes back on the page too.
async fn asked(town: &Town, known: &Known, pages: &Pages, seen: &mut BTreeSet<String>) {
    let mut chance = Chance::new(2);
    let names = crate::odd::forms::ASKED;
    for route in pages.looks.clone() {
        let path = known.filled_well(&route, &mut chance);
        let all: Vec<_> = names.iter().map(|it| (*it, mark("asked"))).collect();
        let one = |name: &'static str| vec![(name, mark("asked"))];
        for asked in [all, one("q"), one("next"), one("step"), one("phone"), one("view")] {
            let query = serde_html_form::to_string(asked).unwrap();
            let page = look(town, "mei", &format!("{path}?{query}"), "zh-CN").await;
            check(&page, &format!("{path}?{query}"), seen);
        }
    }
    for next in ["/login?next=", "/login?half="] {
        let query = serde_html_form::to_string([("", mark("asked"))]).unwrap();
        let request = Request::get(format!("{next}{}", query.trim_start_matches('=')));
        let page = town.ask(request.body(Body::empty()).unwrap()).await;
        check(&page, next, seen);
    }
}

/// A whole job, with markup in everything that is written down on its way.
async fn stored(town: &mut Town, known: &mut Known) {
    let body = json!({
        "kind": "repair", "channel": "phone",
        "customer": {"name": mark("customer"), "contact": mark("contact"), "phone": "13900139880",
            "address": format!("广东省珠海市香洲区前山街道{}", mark("address")),
            "class": mark("class"), "postcode": "519000"},
        "device": {"category": "家用空调器", "model": mark("model"), "serial": "ZQ-880",
            "purchase_channel": mark("shop"), "card": mark("card")},
        "fault": {"text": format!("{} 😀𠮷\u{202e}abc\u{5d0}", mark("fault"))},
    });
    let filed = town.post("mei", "/requests", body.clone()).await;
    assert_eq!(filed.status, StatusCode::CREATED, "{}", filed.text);
    known.learn("/requests", &filed);
    let order = filed.json["order"]["id"].as_str().unwrap().to_owned();
    let there = town.get("mei", &format!("/orders/{order}")).await.json;
    known.add("customers", there["customer"]["id"].as_str().unwrap());
    known.add("devices", there["device"]["id"].as_str().unwrap());
    town.does("chen", &order, json!({"step": "accept"})).await;
    let spoke =
        json!({"step": "contact", "means": "phone", "reached": true, "text": mark("spoke")});
    town.does("mei", &order, spoke).await;
    let wait =
        json!({"step": "suspend", "reason": "part", "until": town.at(2), "text": mark("suspend")});
    town.does("chen", &order, wait).await;
    town.does("chen", &order, json!({"step": "resume"})).await;
    town.does("chen", &order, town.sending("li", 1, 3)).await;
    town.does("li", &order, json!({"step": "arrive", "lat": 22.27, "lon": 113.54})).await;
    let part = json!({"name": mark("part"), "number": mark("partnumber"), "quantity": 1,
        "price_fen": 500, "pays": "customer"});
    for (who, tail, body) in [
        ("li", "parts", part),
        (
            "li",
            "charges",
            json!({"kind": "travel", "text": mark("charge"), "amount_fen": 100,
            "pays": "customer"}),
        ),
        (
            "mei",
            "consents",
            json!({"by": mark("consent"), "means": "phone", "text": mark("agreed"),
            "amount_fen": 600}),
        ),
    ] {
        let done = town.post(who, &format!("/orders/{order}/{tail}"), body).await;
        assert_eq!(done.status, StatusCode::CREATED, "{}", done.text);
    }
    let mut found = finding();
    for name in ["cause", "action", "readings"] {
        found[name] = json!(mark(name));
    }
    town.does("li", &order, found).await;
    let code = town.code(&order).await;
    town.does("li", &order, json!({"step": "sign", "name": mark("signer"), "code": code})).await;
    let list = town.get("hui", &format!("/callbacks?order={order}")).await.json;
    let said = json!({"reached": true, "attitude": 2, "quality": 2, "solved": false,
        "text": mark("callback")});
    let callback = list["items"][0]["id"].as_str().unwrap();
    known.add("callbacks", callback);
    let path = format!("/callbacks/{callback}/answers");
    let done = town.post("hui", &path, said).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    // The same customer again, with an order that stays open.
    let again = town.post("mei", "/requests", body).await;
    assert_eq!(again.status, StatusCode::CREATED, "{}", again.text);
    known.learn("/requests", &again);
    for (kind, place) in [("complain", "complaint"), ("consult", "question")] {
        let body = json!({"kind": kind, "channel": "phone", "fault": {"text": mark(place)},
            "customer": {"name": mark("caller"), "phone": "13900139881"}});
        let taken = town.post("mei", "/requests", body).await;
        known.learn("/requests", &taken);
        let path = format!("/requests/{}/answer", taken.json["id"].as_str().unwrap());
        if kind == "consult" {
            let done = town.post("mei", &path, json!({"text": mark("answer")})).await;
            assert!(done.status.is_success(), "{}", done.text);
        }
    }
    let draft = baoxiu::account::ops::Draft {
        login: "marked".into(),
        name: mark("person"),
        roles: vec!["technician".into()],
        phone: Some("13900000001".into()),
        post: Some(mark("post")),
        skills: vec!["家用空调器".into()],
        ..Default::default()
    };
    let home = town.id("香洲网点");
    town.hire("marked", &home, draft, None).await;
    for kind in ["people", "technicians"] {
        known.add(kind, &town.id("marked"));
    }
    let above = rules::policy::OrgId::parse(&town.id("粤西")).unwrap();
    let org = town.house(async move |cx| {
        let named = baoxiu::org::ops::Draft { name: mark("org"), ..Default::default() };
        baoxiu::org::ops::found(cx, rules::org::OrgKind::Outlet, Some(&above), &named).await
    });
    known.add("orgs", org.await.id.as_str());
    known.add("outlets", &home);
}
