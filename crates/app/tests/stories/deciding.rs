//! Sentences about who pays: found out at the visit, decided otherwise by a person, and what was
//! decided one after the other.

use baoxiu::say::Say;
use kernel::Lang;
use rules::order::Coverage;
use serde_json::{Value as Json, json};

use crate::scene::{Rows, Scene, fields};

const SAY: Say = Say(Lang::Zh);

/// What was found, as a story says it.
const FOUND: &[(&str, &str)] =
    &[("部件", "component"), ("故障码", "fault_code"), ("免责情形", "exclusion")];

fn coverage(word: &str) -> &'static str {
    let found = Coverage::ALL.iter().find(|it| SAY.code("coverage", it.code()) == word);
    found.unwrap_or_else(|| panic!("no such outcome: {word}")).code()
}

impl Scene {
    pub async fn decides(&mut self, pattern: &str, parts: &[String], rows: &Rows) -> bool {
        match pattern {
            "_改判，配件_、人工_、上门_，理由_" => {
                let body = json!({
                    "parts": coverage(&parts[1]), "labour": coverage(&parts[2]),
                    "travel": coverage(&parts[3]), "reason": parts[4],
                });
                self.at_order(&parts[0], "override", body).await;
            }
            "_查明" => {
                let body = found(self, rows);
                self.at_order(&parts[0], "finding", body).await;
            }
            "按规则的结论是_" => {
                let said = self.this_order().await["entitlement"]["overridden"].clone();
                assert_eq!(said["coverage"], coverage(&parts[0]), "{said}");
            }
            "历次判定依次是" => {
                let all = self.this_order().await["decisions"].clone();
                let word = |group: &str, it: &Json| SAY.code(group, it.as_str().unwrap());
                let said = all.as_array().unwrap().iter().map(|it| {
                    [word("occasion", &it["occasion"]), word("coverage", &it["coverage"])].to_vec()
                });
                assert_eq!(said.collect::<Vec<_>>(), rows, "{all}");
            }
            "设备的整机保修到_" => {
                let device = self.this_order().await["device"].clone();
                let id = device["id"].as_str().unwrap();
                let now = self.look(&format!("/devices/{id}")).await["entitlement"].clone();
                let says = now["explanation"].as_str().unwrap();
                assert!(says.contains(&format!("到 {}", parts[0])), "{says}");
            }
            _ => return false,
        }
        true
    }

    async fn at_order(&mut self, who: &str, what: &str, body: Json) {
        let path = format!("/orders/{}/{what}", self.order.clone().expect("an order"));
        self.post(who, &path, body).await;
    }
}

fn found(scene: &Scene, rows: &Rows) -> Json {
    let mut body = json!({});
    for (name, value) in fields(rows) {
        if name == "证据" {
            body["evidence"] = json!(if value == "证实" { "proved" } else { "suspected" });
            continue;
        }
        let field = FOUND.iter().find(|it| it.0 == name);
        let field = field.unwrap_or_else(|| panic!("nothing is found like this: {name}")).1;
        body[field] = match field {
            "exclusion" => {
                let all = &scene.town().app.company().pack.exclusions;
                let it = all.iter().find(|it| it.name.zh == value);
                json!(it.unwrap_or_else(|| panic!("no exclusion of the pack: {value}")).code)
            }
            _ => json!(value),
        };
    }
    body
}
