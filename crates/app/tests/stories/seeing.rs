//! Sentences in which something is seen: with the eyes of whoever acted last where they may, else
//! of somebody who sees everything.

use axum::http::StatusCode;
use baoxiu::say::Say;
use kernel::Lang;
use serde_json::Value as Json;

use crate::{
    acting::fen,
    scene::{Rows, Scene},
};

const SAY: Say = Say(Lang::Zh);

/// What a refusal is called in a story.
const REFUSALS: &[(&str, u16, Option<&str>)] = &[
    ("没有找到", 404, None),
    ("没有这项权限", 403, None),
    ("现在不能做这一步", 409, Some("order.step_not_possible")),
    ("没有写理由", 422, Some("reason")),
    ("和现在的结论一样", 409, Some("warranty.nothing_changes")),
    ("费用没有用户同意", 409, Some("order.consent_missing")),
    ("技师没有资格证", 409, Some("technician.not_certified")),
    ("技师已有安排", 409, Some("technician.busy")),
    ("技师不在班", 409, Some("technician.absent")),
    ("技师是别的网点的", 409, Some("technician.other_outlet")),
];

const PROMISES: &[(&str, &str)] = &[
    ("首次联系", "first_contact"),
    ("安排", "arrangement"),
    ("到场", "arrival"),
    ("修复", "repair"),
    ("预约", "appointment"),
    ("回访", "callback"),
    ("答复", "reply"),
];
const MISSING: &[(&str, &str)] = &[
    ("购买日期", "sold_on"),
    ("交付日期", "delivered_on"),
    ("安装日期", "installed_on"),
    ("验收日期", "accepted_on"),
    ("生产日期", "produced_on"),
    ("部件", "component"),
    ("品类", "category"),
];
/// What a line of the timeline is called.
const EVENTS: &[(&str, &str)] = &[
    ("接单", "order.accepted"),
    ("退单", "order.refused"),
    ("转单", "order.routed"),
    ("联系用户", "order.contacted"),
    ("派工", "order.assigned"),
    ("改派", "order.reassigned"),
    ("出发", "order.departed"),
    ("到达", "order.arrived"),
    ("完工", "order.finished"),
    ("签字", "order.signed"),
    ("归档", "order.closed"),
    ("挂起", "order.suspended"),
    ("恢复", "order.resumed"),
    ("重新判定", "order.decided"),
    ("改判", "order.overridden"),
];

fn code<'a>(table: &[(&'a str, &'a str)], word: &str) -> &'a str {
    table.iter().find(|it| it.0 == word).unwrap_or_else(|| panic!("no such word: {word}")).1
}

impl Scene {
    pub async fn see(&mut self, pattern: &str, parts: &[String], rows: &Rows) -> bool {
        if pattern.starts_with("系统拒绝") {
            self.refused(&parts[0]);
            return true;
        }
        self.see_request(pattern, parts).await
            || self.see_order(pattern, parts).await
            || self.see_promise(pattern, parts).await
            || self.see_rest(pattern, parts, rows).await
    }

    fn refused(&self, word: &str) {
        let (_, status, code) =
            REFUSALS.iter().find(|it| it.0 == word).unwrap_or_else(|| panic!("no such no: {word}"));
        let last = self.last.as_ref().expect("something was done");
        assert_eq!(last.status.as_u16(), *status, "{}", last.text);
        // A form that is wrong says where, every other refusal has a code of its own.
        let said =
            if *status == 422 { &last.json["errors"][0]["field"] } else { &last.json["code"] };
        if let Some(code) = code {
            assert_eq!(said, *code, "{}", last.text);
        }
    }

    /// Whoever acted last, if they may see it; else headquarters, else the agent.
    pub async fn look(&self, path: &str) -> Json {
        let everything = ["hq_manager", "agent"].map(|role| {
            self.posts.iter().find(|it| it.1.iter().any(|has| has == role)).map(|it| it.0.clone())
        });
        let eyes = [self.actor.clone()].into_iter().chain(everything).flatten();
        let mut last = String::new();
        for who in eyes {
            let answer = self.town().get(&who, path).await;
            if answer.status == StatusCode::OK {
                return answer.json;
            }
            last = answer.text;
        }
        panic!("nobody sees {path}: {last}");
    }

    pub async fn this_order(&self) -> Json {
        self.look(&format!("/orders/{}", self.order.as_ref().expect("an order"))).await
    }

    async fn this_request(&self) -> Json {
        self.look(&format!("/requests/{}", self.request.as_ref().expect("a request"))).await
    }

    async fn see_request(&self, pattern: &str, parts: &[String]) -> bool {
        match pattern {
            "受理单的状态是_" => {
                let it = self.this_request().await;
                let word = SAY.code("request-status", it["status"].as_str().unwrap());
                assert_eq!(word, parts[0]);
            }
            "受理单的责任人是_" => {
                // Of what became an order, the order's owner answers for it.
                let name = match &self.order {
                    Some(_) => self.this_order().await["owner"]["name"].clone(),
                    None => {
                        let owner = self.this_request().await["owner"].clone();
                        let ids = &self.town().ids;
                        let named = ids.iter().find(|it| Some(it.1.as_str()) == owner.as_str());
                        named.map(|it| Json::from(it.0.as_str())).unwrap_or_default()
                    }
                };
                assert_eq!(name, parts[0].as_str());
            }
            "没有服务单" => assert_eq!(self.order, None),
            _ => return false,
        }
        true
    }

    async fn see_order(&self, pattern: &str, parts: &[String]) -> bool {
        let pattern = if let Some(rest) = pattern.strip_prefix("服务单重办了 ") {
            let count: i64 = rest.trim_end_matches(" 次").parse().unwrap();
            assert_eq!(self.this_order().await["reopened_count"], count);
            return true;
        } else {
            pattern
        };
        match pattern {
            "服务单的状态是_" => {
                let it = self.this_order().await;
                assert_eq!(SAY.code("status", it["status"].as_str().unwrap()), parts[0]);
            }
            "服务单在_" => {
                assert_eq!(self.this_order().await["outlet"]["name"], parts[0].as_str())
            }
            "服务单没有网点" => assert_eq!(self.this_order().await["outlet"], Json::Null),
            "服务单的技师是_" => {
                assert_eq!(self.this_order().await["technician"]["name"], parts[0].as_str());
            }
            "服务单的编号以_开头" => {
                let it = self.this_order().await;
                assert!(it["number"].as_str().unwrap().starts_with(&parts[0]), "{it}");
            }
            "服务单是服务单_的重复报修" => {
                assert_eq!(self.this_order().await["repeat_of"], self.names[&parts[0]].as_str());
            }
            _ => return false,
        }
        true
    }

    async fn see_promise(&self, pattern: &str, parts: &[String]) -> bool {
        let Some(kind) = parts.first().filter(|_| pattern.contains("承诺_")) else {
            return false;
        };
        let it = match &self.order {
            Some(_) => self.this_order().await,
            None => self.this_request().await,
        };
        let kind = code(PROMISES, kind);
        let all = it["promises"].as_array().unwrap().iter();
        let newest = all.rev().find(|it| it["kind"] == kind);
        if pattern == "没有承诺_" {
            assert!(newest.is_none(), "{newest:?}");
            return true;
        }
        let newest = newest.unwrap_or_else(|| panic!("no promise {kind}: {}", it["promises"]));
        match pattern {
            "承诺_的期限是_" => same_moment(&newest["due"], &parts[1]),
            "承诺_的出处是_" => {
                assert!(newest["source"].as_str().unwrap().starts_with(&parts[1]), "{newest}");
            }
            "承诺_的状态是_" => {
                let word = SAY.code("promise-state", newest["state"].as_str().unwrap());
                assert_eq!(word, parts[1], "{newest}");
            }
            _ => return false,
        }
        true
    }

    async fn see_rest(&mut self, pattern: &str, parts: &[String], rows: &Rows) -> bool {
        let number = |prefix: &str| {
            pattern.strip_prefix(prefix).and_then(|it| it.strip_suffix(" 元")).map(fen)
        };
        if let Some(total) = number("合计 ") {
            assert_eq!(self.this_order().await["total_fen"], total);
            return true;
        }
        if let Some(pays) = number("用户应付 ") {
            assert_eq!(self.this_order().await["customer_fen"], pays);
            return true;
        }
        match pattern {
            "保修结论是_" => {
                let coverage = self.entitlement().await["coverage"].clone();
                assert_eq!(SAY.code("coverage", coverage.as_str().unwrap()), parts[0]);
            }
            "保修结论还缺_" => {
                let missing = self.entitlement().await["missing"].clone();
                let field = code(MISSING, &parts[0]);
                assert!(missing.as_array().unwrap().iter().any(|it| it == field), "{missing}");
            }
            "候选技师里有_" => {
                let all = self.candidates().await;
                let named = |it: &Json| it["technician"]["name"] == parts[0].as_str();
                assert!(all.iter().any(named), "{all:?}");
            }
            "候选第一位是_，时段_到_" => {
                let first = self.candidates().await[0].clone();
                assert_eq!(first["technician"]["name"], parts[0].as_str(), "{first}");
                same_moment(&first["proposal"]["window"]["from"], &parts[1]);
                same_moment(&first["proposal"]["window"]["to"], &parts[2]);
            }
            "候选_的理由里有_" => {
                let all = self.candidates().await;
                let it = all.iter().find(|it| it["technician"]["name"] == parts[0].as_str());
                let why = it.unwrap()["why"].as_str().unwrap();
                assert!(why.contains(&parts[1]), "{why}");
            }
            "经过里依次有" => self.in_order(rows).await,
            "_看得到这张服务单" | "_看不到这张服务单" => {
                let sees = pattern.contains('得');
                self.sees(&parts[0], "orders", self.order.as_ref().unwrap(), sees).await;
            }
            "_看得到这张受理单" | "_看不到这张受理单" => {
                let sees = pattern.contains('得');
                self.sees(&parts[0], "requests", self.request.as_ref().unwrap(), sees).await;
            }
            "设备的安装日期是_" => {
                let it = self.this_order().await;
                let id = it["device"]["id"].as_str().unwrap();
                let device = self.look(&format!("/devices/{id}")).await;
                assert_eq!(device["installed_on"], parts[0].as_str());
            }
            "回访的状态是_" => {
                let status = self.callback().await["status"].clone();
                assert_eq!(SAY.code("callback-status", status.as_str().unwrap()), parts[0]);
            }
            "回访的期限是_" => same_moment(&self.callback().await["due"], &parts[0]),
            _ => return false,
        }
        true
    }

    /// Of an installation the device's own terms count, once it is installed.
    async fn entitlement(&self) -> Json {
        let it = match &self.order {
            Some(_) => self.this_order().await,
            None => self.this_request().await,
        };
        let signed = matches!(it["status"].as_str(), Some("signed" | "closed"));
        if it["kind"] == "install" && signed {
            return it["device"]["entitlement"].clone();
        }
        it["entitlement"].clone()
    }

    pub async fn candidates(&self) -> Vec<Json> {
        let order = self.order.as_ref().expect("an order");
        let all = self.look(&format!("/orders/{order}/candidates")).await;
        all["items"].as_array().expect("a list").clone()
    }

    async fn callback(&self) -> Json {
        let order = self.order.as_ref().expect("an order");
        let caller = self.somebody("caller", None);
        let all = self.town().get(&caller, &format!("/callbacks?order={order}")).await.json;
        all["items"][0].clone()
    }

    async fn in_order(&self, rows: &Rows) {
        let order = self.order.as_ref().unwrap();
        let all = self.look(&format!("/orders/{order}/timeline")).await;
        let mut kinds = all["items"].as_array().unwrap().iter().map(|it| it["kind"].clone());
        for row in rows {
            let wanted = code(EVENTS, &row[0]);
            assert!(kinds.any(|it| it == wanted), "{} is not there in its turn: {all}", row[0]);
        }
    }

    async fn sees(&self, who: &str, list: &str, id: &str, sees: bool) {
        let one = self.town().get(who, &format!("/{list}/{id}")).await;
        let all = self.town().get(who, &format!("/{list}")).await;
        let listed =
            all.json["items"].as_array().is_some_and(|it| it.iter().any(|it| it["id"] == id));
        if sees {
            assert_eq!((one.status, listed), (StatusCode::OK, true), "{who}: {}", one.text);
        } else {
            assert_eq!((one.status, listed), (StatusCode::NOT_FOUND, false), "{who}: {}", one.text);
        }
    }
}

/// A day means any time of it.
fn same_moment(due: &Json, said: &str) {
    let due = due.as_str().expect("a moment");
    let said = said.replace(' ', "T");
    assert!(due.starts_with(&said), "due {due}, said {said}");
}
