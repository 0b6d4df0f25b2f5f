//! Every call that changes something as it should be: words of its own, what it is about at the
//! right stage. Each is sent once, somewhere in the storm; the odd ones are made of them.

use std::collections::VecDeque;

use serde_json::{Value as Json, json};

use super::{Known, Sent, calls::EDGE};
use crate::town::{Town, finding, wang};

/// What is sent, and who sends it, in this order.
pub struct Whole(VecDeque<Sent>);

impl Whole {
    /// Makes what they are about. Nobody else knows of it, so that it stays as it is until then.
    pub async fn of(town: &Town, known: &mut Known) -> VecDeque<Sent> {
        let mut all = Whole(VecDeque::new());
        let drawn = town.signed_by_hand().await;
        let order = on_site(town).await;
        all.picture(&order);
        all.on_an_order(&order, &drawn);
        all.of_the_hotline(town).await;
        all.steps(town).await;
        // Its drawing can be looked at, and nothing more can be done with it.
        known.add("orders", &drawn);
        all.0
    }

    fn add(&mut self, who: &str, route: &'static str, id: &str, body: Json) {
        self.0.push_back(Sent {
            who: Some(who.to_owned()),
            method: "POST".to_owned(),
            route: route.to_owned(),
            path: route.replace("{id}", id),
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: body.to_string().into_bytes(),
        });
    }

    /// The first of all: whoever asks for a photo later finds one.
    fn picture(&mut self, order: &str) {
        let part =
            |name: &str| format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"");
        let mut body = format!("{}\r\n\r\nbefore\r\n", part("kind")).into_bytes();
        body.extend(format!("{}; filename=\"a.jpg\"\r\n\r\n", part("file")).into_bytes());
        body.extend(super::picture());
        body.extend(format!("\r\n--{EDGE}--\r\n").into_bytes());
        let route = "/api/v1/orders/{id}/photos";
        self.0.push_back(Sent {
            who: Some("wu".to_owned()),
            method: "POST".to_owned(),
            route: route.to_owned(),
            path: route.replace("{id}", order),
            headers: vec![("content-type".into(), format!("multipart/form-data; boundary={EDGE}"))],
            body,
        });
    }

    /// What is written down on site, and what a person decides about it.
    fn on_an_order(&mut self, order: &str, before: &str) {
        let part = json!({"name": "铜管", "number": "P-7", "quantity": "1.5", "price_fen": 333,
            "old_part": "kept", "pays": "customer"});
        let charge =
            json!({"kind": "travel", "text": "远程", "amount_fen": 2000, "pays": "customer"});
        let yes = json!({"by": "王芳", "means": "phone", "text": "同意", "amount_fen": 2500});
        let decided = json!({"parts": "cost_price", "labour": "free", "travel": "free",
            "reason": "老用户，厂家善意"});
        let found = json!({"component": "压缩机", "fault_code": "KT-01", "cause": "缺制冷剂"});
        self.add("wu", "/api/v1/orders/{id}/parts", order, part);
        self.add("wu", "/api/v1/orders/{id}/charges", order, charge);
        self.add("mei", "/api/v1/orders/{id}/consents", order, yes);
        self.add("wu", "/api/v1/orders/{id}/finding", order, found);
        self.add("qu", "/api/v1/orders/{id}/override", order, decided);
        self.add("zhou", "/api/v1/orders/{id}/problem", order, json!({"order": before}));
        self.add("zhou", "/api/v1/orders/{id}/delay", order, json!({"delay_by": "parts"}));
    }

    async fn of_the_hotline(&mut self, town: &Town) {
        let said = json!({"reached": true, "attitude": 5, "quality": 5, "solved": true,
            "text": "很满意"});
        let signed = town.signed().await;
        let list = town.get("hui", &format!("/callbacks?order={signed}")).await.json;
        self.add("hui", "/api/v1/callbacks/{id}/answers", id(&list["items"][0]["id"]), said);

        let asked = json!({"kind": "consult", "channel": "wechat",
            "customer": {"phone": "13900139822"}, "fault": {"text": "怎么清洗滤网"}});
        let asked = town.post("mei", "/requests", asked).await.json;
        let answer = json!({"text": "见说明书第 8 页"});
        self.add("mei", "/api/v1/requests/{id}/answer", id(&asked["id"]), answer);

        let customer = id(&asked["customer"]["id"]);
        let reason = json!({"reason": "用户来电核对"});
        self.add("mei", "/api/v1/customers/{id}/reveal", customer, reason);
        let body = json!({"name": "欧阳锋", "phone": "13900139823", "kind": "person",
            "address": "广东省珠海市香洲区前山街道1号"});
        self.add("mei", "/api/v1/customers", "", body);

        let of = |serial: &str| {
            json!({"serial": serial, "model": "KFR-35GW", "category": "家用空调器",
                "sold_on": "2026-06-20", "customer": customer})
        };
        let device = town.post("mei", "/devices", of("SN-000778")).await.json;
        self.add("mei", "/api/v1/devices", "", of("SN-000779"));
        let read = json!({"km": 1200, "hours": 30});
        self.add("mei", "/api/v1/devices/{id}/usage", id(&device["id"]), read);

        let mut fault = wang();
        fault["customer"]["phone"] = json!("13900139824");
        fault["device"] = json!({"category": "家用空调器"});
        self.add("mei", "/api/v1/requests", "", fault);
    }

    /// The steps of one order, one after the other.
    async fn steps(&mut self, town: &Town) {
        let order = reported(town, "13900139825").await;
        let route = "/api/v1/orders/{id}/steps";
        self.add("chen", route, &order, json!({"step": "accept"}));
        self.add("chen", route, &order, town.sending("wu", 400, 402));
        self.add("wu", route, &order, json!({"step": "depart"}));
        self.add("wu", route, &order, json!({"step": "arrive", "lat": 22.27, "lon": 113.54}));
        self.add("wu", route, &order, finding());
    }
}

fn id(it: &Json) -> &str {
    it.as_str().expect("an id")
}

async fn reported(town: &Town, phone: &str) -> String {
    let mut body = wang();
    body["customer"]["phone"] = json!(phone);
    body["device"] = json!({"category": "家用空调器"});
    let filed = town.post("mei", "/requests", body).await;
    filed.json["order"]["id"].as_str().unwrap_or_else(|| panic!("{}", filed.text)).to_owned()
}

/// The same device again, and somebody stands before it.
async fn on_site(town: &Town) -> String {
    let order = town.fault().await;
    town.does("chen", &order, json!({"step": "accept"})).await;
    town.does("chen", &order, town.sending("wu", 300, 302)).await;
    town.does("wu", &order, json!({"step": "arrive", "lat": 22.27, "lon": 113.54})).await;
    order
}
