//! Anybody does anything to any order, in any sequence: whatever is asked, the order stays on its
//! drawn life, and everything that hangs on it stays consistent.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use futures_util::future::join;
use kernel::Time;
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use rules::order::{Status, Step};
use serde_json::{Value as Json, json};

use crate::town::{Answer, On, Town, skipped, wang};

/// One thing somebody tries: who, on which order, what, and how the details fall.
#[derive(Debug, Clone)]
struct Move {
    who: usize,
    order: usize,
    what: usize,
    dice: u32,
}

const WHO: [&str; 13] =
    ["mei", "he", "hui", "qu", "chen", "zhou", "li", "wu", "lin", "huang", "ku", "shen", "jian"];
const ORDERS: usize = 4;

fn moves() -> impl Strategy<Value = Vec<Move>> {
    // Whoever has the work in hand comes more often, or nothing would ever be finished.
    let who = prop_oneof![0..WHO.len(), Just(4), Just(4), Just(6), Just(6), Just(6)];
    let one = (who, 0..ORDERS, 0..40_usize, any::<u32>());
    let one = one.prop_map(|(who, order, what, dice)| Move { who, order, what, dice });
    prop::collection::vec(one, 60..120)
}

fn walk(name: &'static str, on: On, cases: u32) {
    let config =
        Config { cases, failure_persistence: None, max_shrink_iters: 60, ..Config::default() };
    let mut runner =
        TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let taken = std::cell::Cell::new(0);
    let done = runner.run(&moves(), |moves| {
        runtime.block_on(async {
            let town = Town::new(name, on).await;
            let mut world = World::begin(&town).await;
            for it in &moves {
                world.take(it).await;
            }
            world.end().await;
            taken.set(taken.get() + world.taken.values().sum::<usize>());
        });
        Ok(())
    });
    done.unwrap();
    // Else nothing was tried.
    assert!(taken.get() >= 8 * cases as usize, "hardly anything happened: {}", taken.get());
}

/// More of them by hand: `BAOXIU_STEPS=200`.
fn cases(usual: u32) -> u32 {
    std::env::var("BAOXIU_STEPS").ok().and_then(|it| it.parse().ok()).unwrap_or(usual)
}

#[test]
fn whatever_anybody_tries_an_order_stays_on_its_life() {
    walk("steps", On::Sqlite, cases(10));
}

#[test]
fn whatever_anybody_tries_an_order_stays_on_its_life_on_postgresql() {
    if std::env::var("BAOXIU_TEST_POSTGRES").is_err() {
        return skipped("random steps on PostgreSQL: BAOXIU_TEST_POSTGRES names no server");
    }
    walk("stepspg", On::Postgres, cases(2));
}

/// One of the steps that are offered. What ends an order or sends it back is taken one time in
/// eight only, else most orders are over before anybody drives to them.
fn choose(offered: &[Step], it: &Move) -> Step {
    let ends = |step: &Step| matches!(step, Step::Cancel | Step::Refuse | Step::Close);
    let onward: Vec<_> = offered.iter().copied().filter(|it| !ends(it)).collect();
    match onward.is_empty() || (it.dice / 5).is_multiple_of(8) {
        true => offered[it.what % offered.len()],
        false => onward[it.what % onward.len()],
    }
}

struct World<'a> {
    town: &'a Town,
    orders: Vec<String>,
    /// How often each step went well: a walk on which nothing happens proves nothing.
    taken: BTreeMap<&'static str, usize>,
    /// Orders that waited once: a clock that stood still may end after its due time.
    waited: BTreeSet<String>,
}

impl<'a> World<'a> {
    async fn begin(town: &'a Town) -> World<'a> {
        let mut orders = Vec::new();
        for (n, place) in ["香洲区前山街道", "香洲区吉大街道", "香洲区拱北街道", "斗门区井岸镇"]
            .into_iter()
            .enumerate()
        {
            let mut body = wang();
            body["customer"]["phone"] = json!(format!("1390013980{n}"));
            body["customer"]["address"] = json!(format!("广东省珠海市{place}{n}号"));
            body["device"] = json!({"category": "家用空调器"});
            let answer = town.post("mei", "/requests", body).await;
            orders.push(answer.json["order"]["id"].as_str().unwrap().to_owned());
        }
        World { town, orders, taken: BTreeMap::new(), waited: BTreeSet::new() }
    }

    async fn take(&mut self, it: &Move) {
        let order = self.orders[it.order].clone();
        self.town.later(i64::from(it.dice % 97));
        match it.what {
            0..30 => self.step(WHO[it.who], &order, it).await,
            30..34 => self.line(WHO[it.who], &order, it.dice).await,
            34..36 => self.call_back(WHO[it.who], &order, it.dice).await,
            36..38 => self.at_once(&order, it).await,
            _ => self.town.later(i64::from(it.dice % 1500)),
        }
        self.look(&order).await;
    }

    async fn see(&self, who: &str, order: &str) -> Answer {
        self.town.get(who, &format!("/orders/{order}")).await
    }

    async fn step(&mut self, who: &str, order: &str, it: &Move) {
        let before = self.see(who, order).await;
        // Half of the time something that is offered, so that orders get somewhere.
        let offered = before.json["steps"].as_array().cloned().unwrap_or_default();
        let step = match offered.is_empty() || it.dice.is_multiple_of(4) {
            true => Step::ALL[it.what % Step::ALL.len()],
            false => {
                let offered = offered.iter().map(|it| Step::parse(it.as_str().unwrap()).unwrap());
                choose(&offered.collect::<Vec<_>>(), it)
            }
        };
        let truth = self.truth(order).await;
        let body = self.body(step, order, it.dice).await;
        let answer = self.town.step(who, order, body.clone()).await;
        let said = format!("{who} {body} at {}: {} {}", truth.0, answer.status, answer.text);
        if before.status == StatusCode::NOT_FOUND {
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{said}");
            return;
        }
        let code = answer.json["code"].as_str().unwrap_or_default().to_owned();
        let mine = offered.iter().any(|it| it == step.code());
        match answer.status.as_u16() {
            200 => assert!(mine, "not offered, and taken: {said}"),
            403 => {
                let further = body.get("override").is_some() || body.get("technician").is_some();
                assert!(!mine || further, "offered, and not allowed: {said}");
            }
            409 if code == "order.step_not_possible" => assert!(!mine, "offered: {said}"),
            409 | 422 => assert!(mine, "the words come after the right: {said}"),
            _ => panic!("{said}"),
        }
        let after = self.truth(order).await;
        let counted = code == "order.wrong_code";
        if answer.status == StatusCode::OK {
            let to = Status::parse(&after.0).unwrap();
            let from = Status::parse(&truth.0).unwrap();
            assert!(from.targets(step).contains(&to), "{from} {step} {to}");
            assert_eq!(after.1, truth.1 + 1, "{said}");
            assert_eq!(answer.json["version"], after.1, "{said}");
            *self.taken.entry(step.code()).or_default() += 1;
            if step == Step::Suspend {
                self.waited.insert(order.to_owned());
            }
        } else {
            let moved = if counted { truth.1 + 1 } else { truth.1 };
            assert_eq!(after, (truth.0, moved), "refused, and changed: {said}");
        }
    }

    /// Where the order stands, and its version.
    async fn truth(&self, order: &str) -> (String, i64) {
        let it = self.see("he", order).await.json;
        (it["status"].as_str().unwrap().to_owned(), it["version"].as_i64().unwrap())
    }

    /// What the step takes, right or a little wrong.
    async fn body(&self, step: Step, order: &str, dice: u32) -> Json {
        let pick = |all: &[&str]| all[(dice / 7) as usize % all.len()].to_owned();
        let wrong = dice.is_multiple_of(11);
        let mut body = match step {
            Step::Assign | Step::Reassign => {
                let who = pick(&["li", "li", "wu", "huang", "mei"]);
                let from = i64::from(dice % 40) + 1;
                let mut body = self.town.sending(&who, from, from + 2);
                body["reason"] = json!("换人");
                if dice.is_multiple_of(5) {
                    body["override"] = json!("用户很急");
                }
                body
            }
            Step::Book => json!({"from": self.town.at(5), "to": self.town.at(7)}),
            Step::Resume if dice.is_multiple_of(2) => self.town.sending("li", 3, 5),
            Step::Route => {
                let to = pick(&["香洲网点", "斗门网点", "天河网点", "粤西"]);
                json!({"outlet": self.town.id(&to), "reason": "就近"})
            }
            Step::Contact => {
                json!({"means": pick(&["phone", "sms"]), "reached": !dice.is_multiple_of(3)})
            }
            Step::Suspend => json!({"reason": pick(&["part", "customer", "access"]),
                "until": self.town.at(20)}),
            Step::Finish => json!({"cause": "缺氟", "action": "加氟", "fault_code": "KT-01"}),
            Step::Sign => {
                let code = self.code(order).await.filter(|_| !dice.is_multiple_of(3));
                json!({"name": "王芳", "code": code.unwrap_or("000000".into())})
            }
            Step::NoShow | Step::Object => json!({"text": "没人在"}),
            Step::Refuse | Step::Close | Step::Cancel => json!({"reason": "原因"}),
            Step::Depart | Step::Arrive => json!({"lat": 22.27, "lon": 113.5}),
            Step::Accept | Step::Resume | Step::Resend => json!({}),
        };
        if wrong {
            body = json!({"lat": 99.0, "lon": 1.0, "from": "?", "until": "1999-01-01T00:00"});
        }
        body["step"] = json!(step);
        body
    }

    async fn code(&self, order: &str) -> Option<String> {
        let order = order.to_owned();
        self.town
            .house(async move |cx| {
                let sql = "select code from orders where id = $1";
                cx.tx.cell(sql, &[kernel::Value::Text(order.clone())]).await
            })
            .await
    }

    async fn line(&mut self, who: &str, order: &str, dice: u32) {
        let (path, body) = match dice % 3 {
            0 => (
                "parts",
                json!({"name": "铜管", "quantity": format!("{}.5", dice % 9),
                "price_fen": dice % 5000, "pays": if dice.is_multiple_of(2) { "customer" } else { "company" }}),
            ),
            1 => ("charges", json!({"kind": "labour", "amount_fen": dice % 9000})),
            _ => ("consents", json!({"by": "王芳", "means": "phone", "amount_fen": dice % 90_000})),
        };
        let answer = self.town.post(who, &format!("/orders/{order}/{path}"), body).await;
        let fine = [201, 403, 404, 409, 422].contains(&answer.status.as_u16());
        assert!(fine, "{who} {path}: {} {}", answer.status, answer.text);
    }

    async fn call_back(&mut self, who: &str, order: &str, dice: u32) {
        let who = if dice.is_multiple_of(2) { "hui" } else { who };
        let order = self.see("he", order).await.json;
        let Some(id) = order["callback"]["id"].as_str() else { return };
        let body = match dice % 4 {
            0 => json!({"reached": false}),
            1 => json!({"reached": true, "attitude": 1, "quality": 5, "solved": false}),
            2 => json!({"reached": true}),
            _ => json!({"reached": true, "attitude": 5, "quality": 5, "solved": true, "nps": 9}),
        };
        let answer = self.town.post(who, &format!("/callbacks/{id}/answers"), body).await;
        let fine = [200, 403, 404, 409, 422].contains(&answer.status.as_u16());
        assert!(fine, "{who}: {} {}", answer.status, answer.text);
    }

    /// Two at once: where the step leads away, one of them is too late.
    async fn at_once(&mut self, order: &str, it: &Move) {
        let who = WHO[it.who];
        let before = self.see(who, order).await.json;
        let Some(steps) = before["steps"].as_array().filter(|it| !it.is_empty()) else { return };
        let step = Step::parse(steps[it.what % steps.len()].as_str().unwrap()).unwrap();
        let from = Status::parse(before["status"].as_str().unwrap()).unwrap();
        let leads_away = from.targets(step).iter().all(|to| to.targets(step).is_empty());
        let body = self.body(step, order, it.dice).await;
        let hands = join(
            self.town.step(who, order, body.clone()),
            self.town.step(who, order, body.clone()),
        );
        let (one, other) = hands.await;
        if step == Step::Suspend {
            self.waited.insert(order.to_owned());
        }
        let won = [&one, &other].iter().filter(|it| it.status == StatusCode::OK).count();
        for it in [&one, &other] {
            assert!(!it.status.is_server_error(), "{who} {body}: {}", it.text);
        }
        if leads_away {
            assert!(won <= 1, "{who} {body} at {from}: both won");
            // Who let go of it does not even find it any more.
            let late = ["order.step_not_possible", "not_found"];
            let is_late = |it: &&&Answer| late.iter().any(|code| it.json["code"] == *code);
            let lost = [&one, &other].iter().filter(is_late).count();
            assert!(won == 0 || lost == 1, "{who} {body}: {} and {}", one.text, other.text);
        }
    }

    /// What must be true of an order at any moment.
    async fn look(&self, order: &str) {
        let it = self.see("he", order).await.json;
        let fen = |it: &Json, name: &str| it[name].as_i64().unwrap();
        let lines = ["parts", "charges"].into_iter().flat_map(|it_| it[it_].as_array().unwrap());
        let lines: Vec<_> = lines.collect();
        let total: i64 = lines.iter().map(|it| fen(it, "amount_fen")).sum();
        let customer = lines.iter().filter(|it| it["pays"] == "customer");
        let customer: i64 = customer.map(|it| fen(it, "amount_fen")).sum();
        assert_eq!((fen(&it, "total_fen"), fen(&it, "customer_fen")), (total, customer));
        let status = Status::parse(it["status"].as_str().unwrap()).unwrap();
        let sent = matches!(
            status,
            Status::Assigned | Status::OnWay | Status::OnSite | Status::Finished | Status::Signed
        );
        assert!(!sent || (it["technician"].is_object() && it["window"].is_object()), "{it}");
        assert_eq!(it["closed_at"].is_string(), !status.is_open(), "{it}");
        assert!(status != Status::Signed || it["signature"].is_object(), "{it}");
        assert!(
            it["outlet"].is_object()
                || status == Status::Reported
                || !status.is_open()
                || status == Status::Suspended,
            "{it}"
        );
        self.promises(&it, status).await;
        self.visits(order, status).await;
    }

    async fn promises(&self, it: &Json, status: Status) {
        let zone = self.town.app.company().zone.clone();
        let now = self.town.app.now();
        let waited = self.waited.contains(it["id"].as_str().unwrap());
        let time = |it: &Json| it.as_str().map(|it| Time::parse(it, &zone).unwrap());
        let mut running = BTreeMap::<&str, usize>::new();
        for promise in it["promises"].as_array().unwrap() {
            let (due, ended) = (time(&promise["due"]).unwrap(), time(&promise["ended_at"]));
            let kind = promise["kind"].as_str().unwrap();
            match promise["state"].as_str().unwrap() {
                "open" => {
                    let still = status == Status::Suspended;
                    assert!(ended.is_none() && (still || now <= due), "{promise} {now:?}");
                }
                "met" | "withdrawn" => {
                    let ended = ended.unwrap_or_else(|| panic!("it has an end: {promise}"));
                    assert!(waited || ended <= due, "{promise}");
                }
                "missed" => assert!(
                    kind == "appointment" || ended.is_none_or(|ended| ended > due) && now > due,
                    "{promise} {now:?}"
                ),
                other => panic!("{other}"),
            }
            *running.entry(kind).or_default() += usize::from(ended.is_none());
        }
        assert!(running.values().all(|it| *it <= 1), "twice at once: {it}");
        let some = running.values().any(|it| *it > 0);
        assert!(status.is_open() || !some, "it is over, and something still runs: {it}");
        for (kind, from) in [("arrival", 3), ("repair", 5)] {
            let reached = it["reopened_count"] != 0 || status.stage() >= from;
            let over = !status.is_open() || status == Status::Suspended;
            let runs = running.get(kind).is_some_and(|it| *it > 0);
            assert!(
                over || !reached || !runs || status.stage() < from || status == Status::OnWay,
                "{kind} still runs: {it}"
            );
        }
    }

    /// Whoever is on a job has their time taken by it, once.
    async fn visits(&self, order: &str, status: Status) {
        let id = order.to_owned();
        let running: i64 = self
            .town
            .house(async move |cx| {
                let sql = "select count(*) from visits where order_id = $1
                           and state in ('planned', 'on_way', 'on_site')";
                cx.tx.cell(sql, &[kernel::Value::Text(id.clone())]).await
            })
            .await;
        let at_work =
            matches!(status, Status::Assigned | Status::OnWay | Status::OnSite | Status::Finished);
        assert_eq!(running, i64::from(at_work), "{status}: visits that run");
    }

    async fn end(&self) {
        platform::events::seal_committed(&self.town.app.db).await.unwrap();
        let audit = platform::events::audit(&self.town.app.db, self.town.app.now()).await.unwrap();
        assert!(audit.broken.is_none() && audit.unsealed == 0 && audit.sealed > 0, "{audit:?}");
    }
}
