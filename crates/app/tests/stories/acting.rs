//! Sentences in which somebody does something: each is one call with that person's token.

use base64::Engine as _;
use serde_json::{Value as Json, json};

use crate::scene::{Rows, Scene, fields, moment, records};

const KINDS: &[(&str, &str)] = &[
    ("报修", "repair"),
    ("安装", "install"),
    ("保养", "maintain"),
    ("咨询", "consult"),
    ("投诉", "complain"),
    ("退换货", "return"),
    ("建议", "suggest"),
    ("质量反馈", "quality"),
    ("索赔", "claim"),
];
const CHANNELS: &[(&str, &str)] = &[
    ("来电", "phone"),
    ("来信", "letter"),
    ("来访", "visit"),
    ("网上", "web"),
    ("公众号", "wechat"),
    ("邮件", "email"),
    ("传真", "fax"),
];
const WAITS: &[(&str, &str)] = &[
    ("待件", "part"),
    ("待用户", "customer"),
    ("转鉴定", "appraisal"),
    ("返厂", "depot"),
    ("方案报批", "approval"),
    ("现场进不去", "access"),
    ("其他", "other"),
];

fn code(table: &[(&'static str, &'static str)], word: &str) -> &'static str {
    table.iter().find(|it| it.0 == word).unwrap_or_else(|| panic!("no such word: {word}")).1
}

/// Where the story's field stands in the request.
const FIELDS: &[(&str, &str)] = &[
    ("姓名", "/customer/name"),
    ("电话", "/customer/phone"),
    ("地址", "/customer/address"),
    ("联系人", "/customer/contact"),
    ("品类", "/device/category"),
    ("型号", "/device/model"),
    ("序列号", "/device/serial"),
    ("购买日期", "/device/sold_on"),
    ("安装日期", "/device/installed_on"),
    ("验收日期", "/device/accepted_on"),
    ("购买渠道", "/device/purchase_channel"),
    ("故障码", "/fault/code"),
    ("故障", "/fault/text"),
    ("解答", "/answer"),
];

impl Scene {
    pub async fn act(&mut self, pattern: &str, parts: &[String], rows: &Rows) -> bool {
        let Some(rest) = pattern.strip_prefix('_') else { return false };
        let who = parts[0].clone();
        let said = &parts[1..];
        if let Some(what) = rest.strip_prefix("受理") {
            self.take_in(&who, what, rows).await;
            return true;
        }
        if rest == "答复受理单_" {
            let path = format!("/requests/{}/answer", self.request.clone().unwrap());
            self.post(&who, &path, json!({"text": said[0]})).await;
            return true;
        }
        if let Some(body) = self.step_of(rest, said, rows) {
            self.step(&who, body).await;
            return true;
        }
        if rest == "派给候选第一位" {
            let first = self.candidates().await[0].clone();
            let window = &first["proposal"]["window"];
            let sending = json!({
                "step": "assign", "technician": first["technician"]["id"],
                "from": window["from"], "to": window["to"],
            });
            self.step(&who, sending).await;
            return true;
        }
        self.record(&who, rest, said, rows).await
    }

    pub async fn post(&mut self, who: &str, path: &str, body: Json) {
        let answer = self.town().post(who, path, body).await;
        self.heard(who, answer);
    }

    async fn step(&mut self, who: &str, body: Json) {
        let path = format!("/orders/{}/steps", self.order.clone().expect("an order"));
        self.post(who, &path, body).await;
    }

    async fn take_in(&mut self, who: &str, what: &str, rows: &Rows) {
        let (channel, kind) = CHANNELS
            .iter()
            .find_map(|(word, code)| Some((*code, what.strip_prefix(word)?)))
            .unwrap_or_else(|| panic!("no such channel: {what}"));
        let mut body = json!({
            "kind": code(KINDS, kind), "channel": channel,
            "customer": {}, "device": {}, "fault": {},
        });
        for (name, value) in fields(rows) {
            match name {
                "级别" => body["fault"]["level"] = json!(value.parse::<i64>().unwrap()),
                "希望时间" => {
                    let (from, to) = value.split_once(" 到 ").expect("from and to");
                    let text = |it: &str| it.trim().replace(' ', "T") + ":00";
                    body["wanted"] = json!({"from": text(from), "to": text(to)});
                }
                "解答" => body["answer"] = json!(value),
                _ => {
                    let at = FIELDS.iter().find(|it| it.0 == name);
                    let at = at.unwrap_or_else(|| panic!("no such field: {name}")).1;
                    let (_, part) = at.split_at(1);
                    let (group, field) = part.split_once('/').unwrap();
                    body[group][field] = json!(value);
                }
            }
        }
        let answer = self.town().post(who, "/requests", body).await;
        let it = self.heard(who, answer).clone();
        self.request = it["id"].as_str().map(str::to_owned);
        self.order = it["order"]["id"].as_str().map(str::to_owned);
    }

    /// The steps of an order, as they are sent.
    fn step_of(&self, rest: &str, said: &[String], rows: &Rows) -> Option<Json> {
        let time = |i: usize| moment(self.town(), &said[i]).text(&self.town().app.company().zone);
        let technician = |i: usize| self.town().id(&said[i]);
        Some(match rest {
            "接单" => json!({"step": "accept"}),
            "退单，理由_" => json!({"step": "refuse", "reason": said[0]}),
            "转单到_，理由_" => {
                json!({"step": "route", "outlet": technician(0), "reason": said[1]})
            }
            "联系用户，已联系上" => {
                json!({"step": "contact", "means": "phone", "reached": true})
            }
            "联系用户，未联系上" => {
                json!({"step": "contact", "means": "phone", "reached": false})
            }
            "派工给_，时段_到_" => json!({
                "step": "assign", "technician": technician(0), "from": time(1), "to": time(2),
            }),
            "改派给_，时段_到_，理由_" => json!({
                "step": "reassign", "technician": technician(0), "from": time(1), "to": time(2),
                "reason": said[3],
            }),
            "改约，时段_到_" => json!({"step": "book", "from": time(0), "to": time(1)}),
            "出发" => json!({"step": "depart"}),
            "到达" => json!({"step": "arrive"}),
            "报告用户不在" => json!({"step": "no_show", "text": "敲门没人应"}),
            "挂起，原因_，到_" => {
                json!({"step": "suspend", "reason": code(WAITS, &said[0]), "until": time(1)})
            }
            "恢复" => json!({"step": "resume"}),
            "恢复并派给_，时段_到_" => json!({
                "step": "resume", "technician": technician(0), "from": time(1), "to": time(2),
            }),
            "完工" => {
                let it = fields(rows);
                json!({
                    "step": "finish", "cause": it["原因"], "action": it["处理"],
                    "fault_code": it["故障码"],
                })
            }
            "请_签字" => {
                json!({"step": "sign", "name": said[0], "signature_png": drawn()})
            }
            "记下异议_" => json!({"step": "object", "text": said[0]}),
            "归档，理由_" => json!({"step": "close", "reason": said[0]}),
            "取消，理由_" => json!({"step": "cancel", "reason": said[0]}),
            _ => return None,
        })
    }

    /// Parts, charges, consents and callbacks.
    async fn record(&mut self, who: &str, rest: &str, _said: &[String], rows: &Rows) -> bool {
        let order = self.order.clone().unwrap_or_default();
        match rest {
            "登记用料" => {
                for row in records(rows) {
                    let path = format!("/orders/{order}/parts");
                    self.post(who, &path, part(&row)).await;
                }
            }
            "登记费用" => {
                for row in records(rows) {
                    let path = format!("/orders/{order}/charges");
                    self.post(who, &path, charge(&row)).await;
                }
            }
            "回访" => {
                let it = fields(rows);
                let number = |name: &str| it.get(name).map(|it| it.parse::<i64>().unwrap());
                let body = json!({
                    "reached": true, "attitude": number("态度"), "quality": number("质量"),
                    "solved": it.get("是否解决").map(|it| *it == "是"),
                    "nps": number("推荐度"), "text": it.get("意见"),
                });
                self.call_back(who, body).await;
            }
            "回访，未接通" => self.call_back(who, json!({"reached": false})).await,
            _ => {
                let Some(amount) =
                    rest.strip_prefix("登记用户同意 ").and_then(|it| it.strip_suffix(" 元"))
                else {
                    return false;
                };
                let path = format!("/orders/{order}/consents");
                let body = json!({"by": "用户", "means": "signature", "amount_fen": fen(amount)});
                self.post(who, &path, body).await;
            }
        }
        true
    }

    async fn call_back(&mut self, who: &str, body: Json) {
        let order = self.order.clone().expect("an order");
        let all = self.town().get(who, &format!("/callbacks?order={order}")).await.json;
        let id = all["items"][0]["id"].as_str().expect("a callback").to_owned();
        self.post(who, &format!("/callbacks/{id}/answers"), body).await;
    }

    /// The first scenario up to a status: 有一张待签字的服务单.
    pub async fn order_at(&mut self, pattern: &str) -> bool {
        let Some(status) =
            pattern.strip_prefix("有一张").and_then(|it| it.strip_suffix("的服务单"))
        else {
            return false;
        };
        let row = |name: &str, value: &str| vec![name.to_owned(), value.to_owned()];
        let said = [
            row("姓名", "王芳"),
            row("电话", "13800138000"),
            row("地址", "广东省广州市天河区体育西路103号"),
            row("品类", "家用空调器"),
            row("型号", "KFR-35GW"),
            row("序列号", "GR35A0001"),
            row("购买日期", "2026-03-01"),
            row("安装日期", "2026-03-05"),
            row("故障码", "KT-01"),
            row("故障", "开机半小时还是不冷"),
        ];
        let outlet = "天河网点";
        let (agent, caller) = (self.somebody("agent", None), self.somebody("caller", None));
        let dispatcher = self.somebody("dispatcher", Some(outlet));
        let technician = self.somebody("technician", Some(outlet));
        self.take_in(&agent, "来电报修", &said).await;
        let done = [("原因", "缺制冷剂"), ("处理", "加注制冷剂"), ("故障码", "KT-01")];
        let done: Vec<_> = done.iter().map(|it| row(it.0, it.1)).collect();
        let window = ["2026-11-20 14:00".to_owned(), "2026-11-20 16:00".to_owned()];
        let sending = [vec![technician.clone()], window.to_vec()].concat();
        let way: &[(&str, &str, &str, &[String])] = &[
            ("2026-11-20 09:10", &dispatcher, "接单", &[]),
            ("2026-11-20 09:10", &dispatcher, "派工给_，时段_到_", &sending),
            ("2026-11-20 14:20", &technician, "到达", &[]),
            ("2026-11-20 15:00", &technician, "完工", &[]),
            ("2026-11-20 15:10", &technician, "请_签字", &["王芳".to_owned()]),
        ];
        let steps = match status {
            "已派工" => 2,
            "待签字" => 4,
            "待回访" | "已归档" => 5,
            other => panic!("no way to {other}"),
        };
        for (at, who, what, said) in &way[..steps] {
            self.town().set_clock(moment(self.town(), at));
            let body = self.step_of(what, said, &done).expect("a step");
            self.step(who, body).await;
            assert_eq!(self.unheard, None, "{what}");
        }
        if status == "已归档" {
            self.town().set_clock(moment(self.town(), "2026-11-23 10:00"));
            let body = json!({"reached": true, "attitude": 5, "quality": 5, "solved": true});
            self.call_back(&caller, body).await;
        }
        true
    }
}

fn part(row: &std::collections::BTreeMap<&str, &str>) -> Json {
    let old = match row.get("旧件").copied().unwrap_or("无") {
        "返还" => "returned",
        "用户留" => "kept",
        _ => "none",
    };
    json!({
        "name": row["名称"], "number": row.get("编号"), "quantity": row["数量"],
        "price_fen": fen(row["单价"]), "old_part": old, "pays": payer(row.get("谁付")),
    })
}

fn charge(row: &std::collections::BTreeMap<&str, &str>) -> Json {
    let kind = match row["类别"] {
        "人工" => "labour",
        "上门" => "travel",
        _ => "other",
    };
    json!({
        "kind": kind, "text": row.get("说明"), "amount_fen": fen(row["金额"]),
        "pays": payer(row.get("谁付")),
    })
}

fn payer(word: Option<&&str>) -> Option<&'static str> {
    match word.copied() {
        Some("用户") => Some("customer"),
        Some("公司") => Some("company"),
        _ => None,
    }
}

/// 340.00 → 34000.
pub fn fen(yuan: &str) -> i64 {
    let (whole, rest) = yuan.split_once('.').unwrap_or((yuan, ""));
    format!("{whole}{rest:0<2}").parse().expect("an amount")
}

/// Something drawn on white.
fn drawn() -> String {
    let mut picture = image::RgbImage::from_pixel(200, 80, image::Rgb([255; 3]));
    for x in 20..180u32 {
        let y = 40 + (x % 20);
        picture.put_pixel(x, y, image::Rgb([20, 20, 60]));
        picture.put_pixel(x, y + 1, image::Rgb([20, 20, 60]));
    }
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    base64::engine::general_purpose::STANDARD.encode(bytes.into_inner())
}
