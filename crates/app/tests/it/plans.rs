//! Whatever people ask and the schedule does, no engine walks through a table that grows: every
//! statement that is really run is explained, on both.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use axum::http::StatusCode;
use kernel::{Result, Value};
use platform::db::{Dialect, Ear, Tx};
use serde_json::json;

use crate::{
    forms::look,
    house::source::none,
    town::{On, Town, finding, skipped, wang},
};

/// The rest is as large as the company.
const GROW: &[&str] = &[
    "acquaintances",
    "callbacks",
    "charges",
    "consents",
    "customers",
    "devices",
    "events",
    "finds",
    "imports",
    "jobs",
    "keys",
    "notices",
    "orders",
    "parts",
    "photos",
    "promises",
    "replies",
    "requests",
    "sights",
    "visits",
    "words",
];

/// Statements that walk all the same, by what they begin with, and why. It may only shrink.
const WALK: &[(&str, &str)] = &[];

/// The indexes of what is not finished.
const OPEN: &str = include_str!("../../migrations/0013_open.sql");

/// Every statement that was run, with values it was run with.
type Heard = Arc<Mutex<BTreeMap<String, Vec<Value>>>>;

#[tokio::test]
async fn nobody_walks_through_what_grows_on_sqlite() {
    check(On::Sqlite).await;
}

#[tokio::test]
async fn nobody_walks_through_what_grows_on_postgres() {
    match std::env::var("BAOXIU_TEST_POSTGRES") {
        Ok(_) => check(On::Postgres).await,
        Err(_) => skipped("plans on PostgreSQL: BAOXIU_TEST_POSTGRES names no server"),
    }
}

async fn check(on: On) {
    let heard = Heard::default();
    let listener = Arc::clone(&heard);
    let ear: Ear = Arc::new(move |sql: &str, args: &[Value]| {
        let mut heard = listener.lock().unwrap();
        heard.entry(sql.to_owned()).or_insert_with(|| args.to_vec());
    });
    let town = Town::overheard("plans", on, ear).await;
    heard.lock().unwrap().clear();
    live(&town).await;
    ask(&town).await;
    baoxiu::schedule::beat(&town.app).await.unwrap();
    baoxiu::desk::live::look(&town.app, Some(0)).await.unwrap();
    let all = heard.lock().unwrap().clone();
    if on == On::Postgres {
        town.house(async |cx| multiply(&mut cx.tx).await).await;
    }
    let explained = ["select", "update", "delete", "insert"];
    let all: Vec<_> =
        all.into_iter().filter(|it| explained.iter().any(|word| it.0.starts_with(word))).collect();
    assert!(all.len() > 100, "only {} statements were heard", all.len());
    // An engine takes an index of a part where the question says the part in the same words.
    for part in ["status not in ('closed', 'cancelled')", "status in ('due', 'tried')"] {
        assert!(OPEN.contains(part), "an index of {part}");
        let asked =
            |it: &String| it.contains(part) && it.contains("order by") && it.contains("due");
        assert!(all.iter().any(|it| asked(&it.0)), "nobody asks for {part} by itself");
    }
    let mut broken = Vec::new();
    let mut walked = BTreeSet::new();
    for (sql, args) in all {
        let plan = explain(&town, &sql, &args).await;
        let walks = match on {
            On::Sqlite => walks_on_sqlite(&sql, &plan),
            On::Postgres => walks_on_postgres(&plan),
        };
        if let Some(known) = WALK.iter().find(|it| sql.starts_with(it.0)) {
            walked.insert(known.0);
        } else if !walks.is_empty() {
            broken.push(format!("{sql}\n    {}", plan.join("\n    ")));
        }
    }
    none(&broken, &format!("{on:?} walks through a table that grows"));
    assert_eq!(walked.len(), WALK.len(), "an exception is not needed any more: {walked:?}");
}

/// Of a handful of orders PostgreSQL sorts rather than walks along an index: it is shown many.
async fn multiply(tx: &mut Tx) -> Result<()> {
    let many = "insert into orders select (jsonb_populate_record(it, jsonb_build_object(
                  'id', it.id || n, 'number', it.number || n, 'opened_at', it.opened_at + n,
                  'status', case when n % 50 = 0 then it.status else 'closed' end))).*
                from orders it cross join generate_series(1, 500) as n";
    tx.run(many, &[]).await?;
    tx.run("analyze orders", &[]).await.map(|_| ())
}

/// A bit of everything.
async fn live(town: &Town) {
    town.signed().await;
    town.finished().await;
    let order = town.fault().await;
    town.does("chen", &order, json!({"step": "accept"})).await;
    town.does("chen", &order, town.sending("li", 30, 32)).await;
    town.does("chen", &order, json!({"step": "suspend", "reason": "part", "until": town.at(50)}))
        .await;
    for kind in ["consult", "complain"] {
        let mut call = wang();
        call["kind"] = json!(kind);
        let answer = town.post("jian", "/requests", call.clone()).await;
        let answer = match answer.status {
            StatusCode::CREATED => answer,
            _ => town.post("mei", "/requests", call).await,
        };
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    }
    assert!(!finding().is_null());
}

/// What everybody looks at all day.
async fn ask(town: &Town) {
    let order = town.get("mei", "/orders?limit=1").await.json["items"][0].clone();
    let request = town.get("mei", "/requests?limit=1").await.json["items"][0].clone();
    let callback = town.get("hui", "/callbacks?limit=1").await.json["items"][0].clone();
    let id = |it: &serde_json::Value| it["id"].as_str().unwrap_or_default().to_owned();
    let mut lists = Vec::new();
    for sort in ["due", "-due", "opened_at", "-opened_at", "number", "-number"] {
        for query in QUERIES {
            lists.push(format!("/orders?{query}&sort={sort}"));
        }
        let first = town.get("mei", &format!("/orders?sort={sort}&limit=1")).await;
        let cursor = first.json["next_cursor"].as_str().unwrap_or_default();
        lists.push(format!("/orders?sort={sort}&cursor={cursor}"));
    }
    lists.extend(["/requests", "/requests?status=open&kind=consult"].map(str::to_owned));
    lists.extend(["/requests?q=138", "/requests?sort=received_at"].map(str::to_owned));
    lists.extend(["/callbacks", "/callbacks?status=due,tried&late=true"].map(str::to_owned));
    lists.push("/orders?sort=due&columns=total".to_owned());
    lists.push(format!("/orders/{}", id(&order)));
    lists.push(format!("/requests/{}", id(&request)));
    lists.push(format!("/callbacks/{}", id(&callback)));
    let pages =
        ["/", "/today", "/dispatch", "/search?q=王芳", "/search?q=1380", "/things", "/people"];
    let api = ["/stats/today", "/me", "/technicians", "/outlets", "/customers?q=王"];
    let more = ["/devices?q=4H29", "/customers?phone=13800138000", "/devices?serial=4H29B00731186"];
    for who in ["mei", "chen", "li", "hui", "jian", "he", "qu", "zhou", "guan"] {
        for path in pages.iter().copied().chain(lists.iter().map(String::as_str)) {
            let answer = look(town, who, &encoded(path), "zh-CN").await;
            assert!(answer.status.as_u16() < 500, "{who} {path}: {}", answer.text);
        }
        let lists = lists.iter().map(String::as_str);
        for path in api.iter().chain(&more).copied().chain(lists) {
            let answer = town.get(who, &encoded(path)).await;
            assert!(answer.status.as_u16() < 500, "{who} {path}: {}", answer.text);
        }
    }
}

const QUERIES: &[&str] = &[
    "",
    "status=reported,accepted,assigned,on_way,on_site,finished,signed,suspended",
    "status=closed&kind=repair",
    "overdue=true",
    "pool=true",
    "visit=today",
    "technician=me",
    "owner=me",
    "level=1&coverage=paid",
    "q=王",
    "opened_from=2026-11-01&opened_to=2026-11-30",
];

fn encoded(path: &str) -> String {
    let letter = |byte: u8| match byte.is_ascii() {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    path.bytes().map(letter).collect()
}

/// As the engine says it would run it, as if there were many rows.
async fn explain(town: &Town, sql: &str, args: &[Value]) -> Vec<String> {
    let (sql, args) = (sql.to_owned(), args.to_vec());
    let said = sql.clone();
    let plan = town.app.db.act(async move |mut tx: Tx| -> Result<Vec<String>> {
        let (ask, column) = match tx.dialect() {
            Dialect::Sqlite => ("explain query plan", 3),
            Dialect::Postgres => {
                // Of a handful of rows any plan will do: only the one for many is of interest.
                for way in ["seqscan", "hashjoin", "mergejoin"] {
                    tx.run(&format!("set local enable_{way} = off"), &[]).await?;
                }
                ("explain", 0)
            }
        };
        let rows = tx.rows(&format!("{ask} {sql}"), &args).await?;
        rows.iter().map(|row| row.get(column)).collect()
    });
    plan.await.unwrap_or_else(|error| panic!("{said}: {error:?}"))
}

/// `SCAN` is a walk; along an index it ends at the limit, unless all of it is sorted afterwards.
fn walks_on_sqlite(sql: &str, plan: &[String]) -> Vec<String> {
    let tables = tables(sql);
    let grows = |name: &str| GROW.contains(&tables.get(name).map_or(name, String::as_str));
    let sorts = |it: &String| it.starts_with("USE TEMP B-TREE FOR ORDER BY");
    // A page that is cut off inside and given its names outside is sorted again, but no longer.
    let block = |at: usize| {
        let inside = plan[..at].iter().any(|it| it.starts_with("CO-ROUTINE"));
        let after = |line: &String| line.starts_with("SCAN ") && line.split(' ').count() == 2;
        let end = plan[at..].iter().skip(1).position(after).map_or(plan.len(), |it| at + 1 + it);
        if inside { end } else { plan.len() }
    };
    let walks = plan.iter().enumerate().filter(|(at, line)| {
        let ends = sql.contains(" limit ") && !plan[*at..block(*at)].iter().any(sorts);
        let mut words = line.split(' ');
        let (how, name) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        if !grows(name) {
            return false;
        }
        match how {
            "SEARCH" => line.contains("AUTOMATIC"),
            "SCAN" if line.contains("VIRTUAL TABLE INDEX") => !line.contains(":M"),
            "SCAN" if line.contains(" USING ") => !ends,
            "SCAN" => true,
            _ => false,
        }
    });
    walks.map(|it| it.1.clone()).collect()
}

/// What is called how: `from orders o` makes `o` of `orders`.
fn tables(sql: &str) -> BTreeMap<String, String> {
    let words: Vec<&str> = sql.split(|it: char| it.is_whitespace() || "(),".contains(it)).collect();
    let words: Vec<&str> = words.into_iter().filter(|it| !it.is_empty()).collect();
    let named = words.windows(3).filter(|it| matches!(it[0], "from" | "join"));
    named.map(|it| (it[2].to_owned(), it[1].to_owned())).collect()
}

/// A `Seq Scan`, or an index walked without a condition whose end no limit sets.
fn walks_on_postgres(plan: &[String]) -> Vec<String> {
    let depth = |line: &str| line.len() - line.trim_start_matches([' ', '-', '>']).len();
    let name = |line: &str| line.trim_start_matches([' ', '-', '>']).to_owned();
    let is_node = |line: &str| line.contains("(cost=");
    let mut walks = Vec::new();
    for (at, line) in plan.iter().enumerate().filter(|it| is_node(it.1)) {
        let node = name(line);
        let Some((how, rest)) = node.split_once(" on ") else { continue };
        let table = rest.split(' ').next().unwrap_or_default();
        if !GROW.contains(&table) || !how.contains("Scan") {
            continue;
        }
        let mut details = plan[at + 1..].iter().take_while(|it| !is_node(it));
        if details.any(|it| it.contains("Index Cond") || it.contains("Recheck Cond")) {
            continue;
        }
        let mut level = depth(line);
        let above = plan[..at].iter().rev().filter(|it| is_node(it)).filter(|it| {
            let above = depth(it) < level;
            level = level.min(depth(it));
            above
        });
        let blocks = ["Sort", "Aggregate", "Hash", "HashAggregate", "GroupAggregate"];
        let above: Vec<String> = above.map(|it| name(it)).collect();
        let limit = above.iter().position(|it| it.starts_with("Limit"));
        let block = above.iter().position(|it| blocks.iter().any(|word| it.starts_with(word)));
        let ends = limit.is_some_and(|limit| block.is_none_or(|block| limit < block));
        if how.starts_with("Seq") || !ends {
            walks.push(line.clone());
        }
    }
    walks
}
