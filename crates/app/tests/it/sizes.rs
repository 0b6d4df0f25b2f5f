//! Full and empty: a town with much in it, names of one letter and of forty, an order to which two
//! hundred things happened, a technician with twelve jobs and one with none; and every page that
//! each of its people finds, which stays light and waits for no script.

use std::collections::{BTreeSet, VecDeque};

use axum::http::{StatusCode, header};
use serde_json::json;

use crate::{
    forms::look,
    town::{Town, everywhere, wang},
};

const MOST_BYTES: usize = 150_000;
const MOST_NODES: usize = 1_500;
/// The pages of the staircase, with one bar of network.
const MOST_ON_THE_WAY: usize = 60_000;
/// So many pages of one person are enough to know the way.
const PAGES: usize = 60;

const LONG_NAME: &str =
    "深圳市前海深港现代服务业合作区某某某某某某某某智能装备制造股份有限公司珠海分公司一";

async fn much(town: &Town) -> Vec<String> {
    let mut orders = Vec::new();
    for n in 0..60 {
        let mut body = wang();
        let name = match n {
            0 => "王".to_owned(),
            1 => LONG_NAME.chars().take(40).collect(),
            n => format!("用户{n}"),
        };
        body["customer"]["name"] = json!(name);
        body["customer"]["phone"] = json!(format!("137001370{n:02}"));
        body["device"] = json!({"serial": format!("4H29B007{n:05}"), "category": "家用空调器",
                                "model": "KFR-35GW/(35592)FNhAa-A3 变频冷暖壁挂式家用空调器"});
        body["fault"]["text"] =
            json!("室外机有异响，制冷比以前慢，".repeat(if n == 1 { 60 } else { 1 }));
        let filed = town.post("mei", "/requests", body).await;
        assert_eq!(filed.status, StatusCode::CREATED, "{}", filed.text);
        orders.push(filed.json["order"]["id"].as_str().unwrap().to_owned());
    }
    for (n, order) in orders.iter().take(12).enumerate() {
        town.does("chen", order, json!({"step": "accept"})).await;
        let hour = 1 + 24 * (n as i64 / 3) + 2 * (n as i64 % 3);
        town.does("chen", order, town.sending("li", hour, hour + 2)).await;
    }
    for n in 0..200 {
        let said = json!({"step": "contact", "means": "phone", "reached": n % 2 == 0,
                          "text": format!("第 {n} 次联系")});
        town.does("chen", &orders[1], said).await;
    }
    for n in 0..60 {
        let customer = json!({"name": "问话人", "phone": format!("136001360{n:02}")});
        let body = json!({"kind": "consult", "channel": "phone", "customer": customer,
                          "fault": {"text": "想问一下保养多少钱"}});
        town.post("mei", "/requests", body).await;
    }
    orders
}

fn nodes(page: &str) -> usize {
    let begins =
        |it: &(usize, &str)| page[it.0 + 1..].starts_with(|it: char| it.is_ascii_alphabetic());
    page.match_indices('<').filter(begins).count()
}

/// What is wrong with a page, in words.
fn wrong(page: &str, on_the_way: bool) -> Vec<String> {
    let mut wrong = Vec::new();
    let most = if on_the_way { MOST_ON_THE_WAY } else { MOST_BYTES };
    if page.len() > most {
        wrong.push(format!("{} bytes, {most} at most", page.len()));
    }
    let nodes = nodes(page);
    if nodes > MOST_NODES {
        wrong.push(format!("{nodes} nodes, {MOST_NODES} at most"));
    }
    for script in page.split("<script").skip(1) {
        let tag = script.split('>').next().unwrap_or_default();
        if !tag.contains(" defer") && !tag.contains("type=\"module\"") {
            wrong.push(format!("the first paint waits for <script{tag}>"));
        }
    }
    wrong
}

/// Two links to two orders are one kind of page.
fn shape(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let part =
        |it: &str| if it.len() > 20 && it.contains('_') { "…".into() } else { it.to_owned() };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

fn links(page: &str) -> Vec<String> {
    let all = page.split("href=\"/").skip(1).map(|it| it.split('"').next().unwrap_or_default());
    let file = |it: &str| {
        [".csv", ".xlsx", "assets/", "api/", "logout"].iter().any(|other| it.contains(other))
    };
    all.filter(|it| !file(it)).map(|it| format!("/{}", it.replace("&amp;", "&"))).collect()
}

/// Walks from the first page to whatever is new.
async fn walk(town: &Town, who: &str, first: &[String], lang: &str) -> Vec<String> {
    let on_the_way = ["li", "wu", "huang"].contains(&who);
    let mut ahead: VecDeque<String> = first.iter().cloned().chain(["/".to_owned()]).collect();
    let mut known: BTreeSet<String> = ahead.iter().map(|it| shape(it)).collect();
    let mut bad = Vec::new();
    for _ in 0..PAGES {
        let Some(path) = ahead.pop_front() else { break };
        let path = path.split('#').next().unwrap_or_default();
        let answer = look(town, who, path, lang).await;
        if let Some(to) = answer.headers.get(header::LOCATION) {
            ahead.push_back(to.to_str().unwrap().to_owned());
            continue;
        }
        if answer.status != StatusCode::OK {
            bad.push(format!("{who} {path}: {}", answer.status));
            continue;
        }
        bad.extend(
            wrong(&answer.text, on_the_way).into_iter().map(|it| format!("{who} {path}: {it}")),
        );
        for link in links(&answer.text) {
            if known.insert(shape(&link)) {
                ahead.push_back(link);
            }
        }
    }
    bad
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_of_everybody_is_light_where_there_is_much() {
    everywhere("much", async |town| {
        let orders = much(town).await;
        let longest = format!("/orders/{}", orders[1]);
        let all = "/orders?sort=-opened_at&columns=status&columns=kind&columns=level&columns=due\
                   &columns=promise&columns=customer&columns=phone&columns=address&columns=device\
                   &columns=serial&columns=fault&columns=visit&columns=outlet&columns=coverage\
                   &columns=opened&columns=closed&columns=total&columns=customer_pays";
        let mut bad = Vec::new();
        for who in ["mei", "he", "qu", "chen", "zhou"] {
            let first = [longest.clone(), all.to_owned(), "/orders?limit=200".to_owned()];
            bad.extend(walk(town, who, &first, "zh-CN").await);
        }
        for who in ["hui", "jian", "shen", "guan", "an", "ku", "lin"] {
            bad.extend(walk(town, who, &[], "en").await);
        }
        let job = format!("/jobs/{}", orders[1]);
        bad.extend(walk(town, "li", &[job, longest], "zh-CN").await);
        bad.extend(walk(town, "wu", &[], "zh-CN").await);
        assert!(bad.is_empty(), "{}", bad.join("\n"));
    })
    .await;
}

/// Nothing anywhere: every list says why and what to do, and nobody runs into a wall.
#[tokio::test]
async fn every_page_of_everybody_is_there_where_there_is_nothing() {
    everywhere("empty", async |town| {
        let mut bad = Vec::new();
        for who in
            ["mei", "he", "hui", "jian", "shen", "guan", "an", "qu", "chen", "zhou", "ku", "li"]
        {
            bad.extend(walk(town, who, &[], "zh-CN").await);
        }
        assert!(bad.is_empty(), "{}", bad.join("\n"));
        for (who, path) in [
            ("mei", "/orders"),
            ("mei", "/requests"),
            ("mei", "/customers"),
            ("mei", "/devices"),
            ("hui", "/callbacks"),
            ("li", "/today"),
        ] {
            let page = look(town, who, path, "zh-CN").await.text;
            assert!(page.contains("class=\"empty\""), "{who} {path}: {page}");
        }
    })
    .await;
}

/// A technician sees all twelve jobs of the day's end, and the next one first.
#[tokio::test]
async fn twelve_jobs_and_none_are_both_a_day() {
    everywhere("twelve", async |town| {
        much(town).await;
        let full = look(town, "li", "/today", "zh-CN").await.text;
        assert_eq!(full.matches("href=\"/jobs/").count(), 12, "{full}");
        let none = look(town, "wu", "/today", "zh-CN").await.text;
        assert!(!none.contains("href=\"/jobs/") && none.contains("class=\"empty\""), "{none}");
    })
    .await;
}
