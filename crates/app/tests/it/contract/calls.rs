//! Every call of the main job: its fields, its codes, and what comes of it.

use axum::http::{StatusCode, header};
use serde_json::{Value as Json, json};

use super::{get, has, post, refused};
use crate::town::{Town, everywhere, finding, wang};

const REQUEST: &str = "id number kind channel status received_at customer device fault entitlement promises order owner";
const PROMISE: &str = "kind due provisional clock state ended_at source";
const CUSTOMER: &str = "id name kind contact phone address district masked";
const DEVICE: &str = "id serial model category buyer user sold_on delivered_on installed_on \
    accepted_on entitlement";
const ORDER: &str = "id number kind status version request customer device outlet technician window \
    fault finding promises entitlement parts charges consents photos total_fen customer_fen \
    signature callback reopened_count repeat_of close_reason steps opened_at closed_at";

#[tokio::test]
async fn a_request_says_what_was_filed_and_what_is_promised() {
    everywhere("crequest", async |town| {
        let answer = post(town, "mei", "/requests", wang()).await;
        assert_eq!(answer.status, StatusCode::CREATED);
        let it = &answer.json;
        has(it, REQUEST);
        has(&it["customer"], CUSTOMER);
        has(&it["device"], DEVICE);
        has(&it["fault"], "code level text");
        has(&it["entitlement"], "coverage explanation missing");
        has(&it["order"], "id number status");
        it["promises"].as_array().unwrap().iter().for_each(|it| has(it, PROMISE));
        assert_eq!(it["status"], "ordered");
        assert_eq!(it["fault"]["level"], 3, "the usual level");
        assert!(it["number"].as_str().unwrap().starts_with("SL-2611-"), "{it}");
        assert!(it["received_at"].as_str().unwrap().ends_with("+08:00"), "{it}");
        for id in ["id", "customer/id", "device/id", "order/id"] {
            let id = it.pointer(&format!("/{id}")).unwrap().as_str().unwrap();
            let (kind, tail) = id.split_once('_').unwrap();
            assert!((2..=4).contains(&kind.len()) && tail.len() == 26, "{id}");
        }
        let id = it["id"].as_str().unwrap();
        let again = get(town, "mei", &format!("/requests/{id}")).await;
        assert_eq!(again["order"]["status"], "reported");
    })
    .await;
}

#[tokio::test]
async fn an_easy_question_is_answered_at_once_and_the_rest_have_an_owner_and_a_reply() {
    everywhere("canswer", async |town| {
        let mut body = wang();
        body["answer"] = json!("重启一下就好");
        let easy = post(town, "mei", "/requests", body).await.json;
        assert_eq!((&easy["status"], &easy["order"]), (&json!("answered"), &Json::Null));
        let body = json!({"kind": "consult", "channel": "wechat", "customer": {"phone": "13900139001"},
            "fault": {"text": "怎么清洗滤网"}});
        let asked = post(town, "mei", "/requests", body).await.json;
        assert_eq!(asked["status"], "open");
        assert_eq!(asked["owner"], town.id("mei").as_str());
        assert_eq!(asked["promises"][0]["kind"], "reply");
        let path = format!("/requests/{}/answer", asked["id"].as_str().unwrap());
        let no = post(town, "mei", &path, json!({})).await;
        assert_eq!(refused(&no, 422, "invalid"), ["text"]);
        let told = post(town, "mei", &path, json!({"text": "见说明书第 8 页"})).await;
        assert_eq!((told.status, &told.json["status"]), (StatusCode::OK, &json!("answered")));
        assert_eq!(told.json["promises"][0]["state"], "met");
        let again = post(town, "mei", &path, json!({"text": "再答一次"})).await;
        refused(&again, 409, "request.not_open");
    })
    .await;
}

#[tokio::test]
async fn a_complaint_belongs_to_a_desk_that_outlets_do_not_see() {
    everywhere("ccomplain", async |town| {
        let body = json!({"kind": "complain", "channel": "phone",
            "customer": {"phone": "13900139002"}, "fault": {"text": "师傅态度差"}});
        let filed = post(town, "zhou", "/requests", body).await.json;
        assert_eq!(filed["owner"], town.id("jian").as_str());
        let path = format!("/requests/{}", filed["id"].as_str().unwrap());
        for who in ["zhou", "chen", "qu", "mei", "li"] {
            let answer = town.get(who, &path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{who}");
            let list = get(town, who, "/requests?kind=complain").await;
            assert_eq!(list["items"], json!([]), "{who}");
        }
        for who in ["jian", "he", "shen"] {
            get(town, who, &path).await;
        }
        let answer = format!("{path}/answer");
        let no = post(town, "he", &answer, json!({"text": "已致歉"})).await;
        refused(&no, 403, "not_allowed");
        let yes = post(town, "jian", &answer, json!({"text": "已致歉"})).await;
        assert_eq!(yes.json["status"], "answered");
    })
    .await;
}

#[tokio::test]
async fn what_is_required_and_what_cannot_be_so_is_named_field_by_field() {
    everywhere("cfields", async |town| {
        let ask = async |body: Json| post(town, "mei", "/requests", body).await;
        let none = ask(json!({})).await;
        assert_eq!(refused(&none, 422, "invalid"), ["kind", "channel", "customer.phone"]);
        let to =
            json!({"kind": "repair", "channel": "phone", "customer": {"phone": "13800138000"}});
        let with = |name: &str, it: Json| {
            let mut body = to.clone();
            body[name] = it;
            body
        };
        let at = |days: i64| town.at(days * 24);
        for (body, field) in [
            (with("wanted", json!({"from": at(-2), "to": at(-1)})), "wanted.from"),
            (with("wanted", json!({"from": at(181), "to": at(182)})), "wanted.from"),
            (with("wanted", json!({"from": "soon"})), "wanted.from"),
            (with("fault", json!({"level": 5})), "fault.level"),
            (with("fault", json!({"level": "3"})), "fault.level"),
            (with("fault", json!({"code": "XX-99"})), "fault.code"),
            (with("channel", json!("pigeon")), "channel"),
            (with("device", json!({"category": "飞机"})), "device.category"),
            (with("device", json!({"sold_on": "2099-01-01"})), "device.sold_on"),
            (with("device", json!({"sold_on": "2026-02-30"})), "device.sold_on"),
            (with("customer", json!({"phone": "1380013800"})), "customer.phone"),
            (with("customer", json!({"phone": "13800138000", "kind": "king"})), "customer.kind"),
            (with("customer", json!({"address": "x".repeat(301)})), "customer.address"),
        ] {
            let answer = ask(body.clone()).await;
            assert_eq!(refused(&answer, 422, "invalid"), [field], "{body}");
        }
        for (body, says) in [
            (with("fault", json!({"level": "3"})), "这里要写数字，不加引号"),
            (with("fault", json!({"code": {"id": 1}})), "这里要写文字，加引号"),
            (with("customer", json!(["13800138000"])), "这里要写一组字段"),
            (with("device", json!({"new_user": "yes"})), "这里只能写 true 或 false"),
        ] {
            let no = ask(body.clone()).await;
            refused(&no, 422, "invalid");
            assert_eq!(no.json["errors"][0]["detail"], says, "{body}");
        }
        let fine = ask(json!({"kind": "repair", "channel": "phone",
            "customer": {"phone": "＋86 １３９-0013 9003"}}))
        .await;
        assert_eq!(fine.status, StatusCode::CREATED, "{}", fine.text);
        assert_eq!(fine.json["customer"]["phone"], "13900139003");
    })
    .await;
}

#[tokio::test]
async fn of_the_same_phone_another_name_is_whom_to_ask_for_and_a_serial_stays_with_its_user() {
    everywhere("csame", async |town| {
        let first = post(town, "mei", "/requests", wang()).await.json;
        let mut body = wang();
        body["customer"]["name"] = json!("王芳的丈夫");
        let second = post(town, "mei", "/requests", body).await.json;
        assert_eq!(second["customer"]["id"], first["customer"]["id"]);
        assert_eq!(second["customer"]["name"], "王芳");
        assert_eq!(second["contact"], "王芳的丈夫");
        assert_eq!(second["device"]["id"], first["device"]["id"]);
        let mut body = wang();
        body["customer"] = json!({"name": "李四", "phone": "13900139004"});
        let no = post(town, "mei", "/requests", body.clone()).await;
        assert_eq!(refused(&no, 422, "device.belongs_to_other"), ["device.serial"]);
        body["device"]["new_user"] = json!(true);
        let yes = post(town, "mei", "/requests", body).await.json;
        assert_eq!(yes["device"]["id"], first["device"]["id"]);
        assert_eq!(yes["device"]["user"]["name"], "李四");
    })
    .await;
}

#[tokio::test]
async fn an_order_shows_everything_on_it_and_grows_with_its_steps() {
    everywhere("corder", async |town| {
        let order = town.fault().await;
        let path = format!("/orders/{order}");
        let it = get(town, "chen", &path).await;
        has(&it, ORDER);
        assert!(it["request"].as_str().unwrap().starts_with("req_"));
        assert_eq!(it["repeat_of"], Json::Null);
        assert_eq!(it["technician"], Json::Null);
        let steps = format!("{path}/steps");
        let took = post(town, "chen", &steps, json!({"step": "accept"})).await;
        assert_eq!(took.json["version"], it["version"].as_i64().unwrap() + 1);
        let sent = post(town, "chen", &steps, town.sending("li", 1, 3)).await.json;
        has(&sent["technician"], "id name phone");
        has(&sent["window"], "from to");
        post(town, "li", &steps, json!({"step": "depart"})).await;
        post(town, "li", &steps, json!({"step": "arrive"})).await;
        let done = post(town, "li", &steps, finding()).await.json;
        has(&done["finding"], "cause action fault_code");
        let code = town.code(&order).await;
        let signed = json!({"step": "sign", "name": "王芳", "code": code});
        let signed = post(town, "li", &steps, signed).await.json;
        has(&signed["signature"], "name at means");
        has(&signed["callback"], "id status due");
        let happened = get(town, "mei", &format!("{path}/timeline")).await;
        let items = happened["items"].as_array().unwrap();
        items.iter().for_each(|it| has(it, "at kind actor text data"));
        let times: Vec<_> = items.iter().map(|it| it["at"].as_str().unwrap()).collect();
        assert!(times.is_sorted(), "{times:?}");
        assert!(items.iter().any(|it| it["actor"]["id"] == Json::Null), "the house itself");
    })
    .await;
}

#[tokio::test]
async fn a_step_not_possible_now_says_which_are() {
    everywhere("cnotnow", async |town| {
        let order = town.fault().await;
        let steps = format!("/orders/{order}/steps");
        post(town, "chen", &steps, json!({"step": "accept"})).await;
        let no = post(town, "chen", &steps, json!({"step": "accept"})).await;
        refused(&no, 409, "order.step_not_possible");
        assert_eq!(no.json["steps"], json!(["refuse", "contact", "assign", "suspend"]));
        let no = post(town, "chen", &steps, json!({"step": "fly"})).await;
        assert_eq!(refused(&no, 422, "invalid"), ["step"]);
        let mut past = town.sending("li", -3, -1);
        let no = post(town, "chen", &steps, past.clone()).await;
        assert_eq!(refused(&no, 422, "invalid"), ["to"]);
        (past["from"], past["to"]) = (json!(town.at(3)), json!(town.at(1)));
        let no = post(town, "chen", &steps, past).await;
        assert_eq!(refused(&no, 422, "invalid"), ["to"]);
        let no = post(town, "chen", &steps, town.sending("huang", 1, 3)).await;
        refused(&no, 409, "technician.other_outlet");
        post(town, "chen", &steps, town.sending("li", 1, 3)).await;
        let second = another(town, "13900139005").await;
        let no = town.step("chen", &second, town.sending("li", 2, 4)).await;
        refused(&no, 409, "technician.busy");
        let mut over = town.sending("li", 2, 4);
        over["override"] = json!("用户很急");
        let no = town.step("chen", &second, over.clone()).await;
        refused(&no, 403, "not_allowed");
        let yes = town.step("zhou", &second, over).await;
        assert_eq!(yes.status, StatusCode::OK, "{}", yes.text);
    })
    .await;
}

async fn another(town: &Town, phone: &str) -> String {
    let mut body = wang();
    body["customer"]["phone"] = json!(phone);
    body["device"] = json!({"category": "家用空调器"});
    let answer = town.post("mei", "/requests", body).await.json;
    answer["order"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn parts_and_charges_are_lines_with_amounts_and_what_the_customer_pays_is_agreed_first() {
    everywhere("clines", async |town| {
        let order = town.on_site().await;
        let to = |tail: &str| format!("/orders/{order}/{tail}");
        let part = json!({"name": "铜管", "number": "P-7", "quantity": "1.5", "price_fen": 333,
            "old_part": "kept", "pays": "customer"});
        let line = post(town, "li", &to("parts"), part).await;
        assert_eq!(line.status, StatusCode::CREATED, "{}", line.text);
        assert_eq!((&line.json["amount_fen"], &line.json["quantity"]), (&json!(500), &json!(1.5)));
        // Half a fen goes up; free repairs are the company's to pay unless somebody says so.
        let part = json!({"name": "螺丝", "quantity": 2, "price_fen": 10});
        let line = post(town, "li", &to("parts"), part).await.json;
        assert_eq!((&line["amount_fen"], &line["pays"]), (&json!(20), &json!("company")));
        let charge =
            json!({"kind": "travel", "text": "远程", "amount_fen": 2000, "pays": "customer"});
        let line = post(town, "li", &to("charges"), charge).await;
        assert_eq!((line.status, &line.json["amount_fen"]), (StatusCode::CREATED, &json!(2000)));
        let seen = get(town, "li", &format!("/orders/{order}")).await;
        assert_eq!((&seen["total_fen"], &seen["customer_fen"]), (&json!(2520), &json!(2500)));
        for (body, field) in [
            (json!({"name": "", "quantity": 1, "price_fen": 1}), "name"),
            (json!({"name": "x", "quantity": 1.2345, "price_fen": 1}), "quantity"),
            (json!({"name": "x", "quantity": -1, "price_fen": 1}), "quantity"),
            (json!({"name": "x", "quantity": 1, "price_fen": -1}), "price_fen"),
            (json!({"name": "x", "quantity": 1}), "price_fen"),
            (json!({"name": "x", "quantity": 1, "price_fen": 1, "pays": "nobody"}), "pays"),
            (json!({"name": "x", "quantity": 1, "price_fen": 1, "old_part": "?"}), "old_part"),
        ] {
            let no = post(town, "li", &to("parts"), body).await;
            assert_eq!(refused(&no, 422, "invalid"), [field]);
        }
        let no = town.step("li", &order, finding()).await;
        refused(&no, 409, "order.consent_missing");
        let yes = json!({"by": "王芳", "means": "phone", "text": "同意", "amount_fen": 2500});
        let line = post(town, "mei", &to("consents"), yes).await;
        assert_eq!((line.status, &line.json["amount_fen"]), (StatusCode::CREATED, &json!(2500)));
        town.does("li", &order, finding()).await;
    })
    .await;
}

#[tokio::test]
async fn a_callback_closes_is_tried_again_and_gives_up_the_third_time() {
    everywhere("ccallback", async |town| {
        let order = town.signed().await;
        let spoken = json!({"step": "contact", "means": "phone", "reached": true});
        town.does("mei", &order, spoken).await;
        let list = get(town, "hui", &format!("/callbacks?status=due&order={order}")).await;
        let it = &list["items"][0];
        has(it, "id order status due tries answers");
        assert_eq!(it["order"], order.as_str());
        let path = format!("/callbacks/{}/answers", it["id"].as_str().unwrap());
        let no = post(town, "hui", &path, json!({})).await;
        assert_eq!(refused(&no, 422, "invalid"), ["reached"]);
        let no = post(town, "hui", &path, json!({"reached": true, "attitude": 6, "nps": 11})).await;
        let fields = refused(&no, 422, "invalid");
        assert_eq!(fields, ["attitude", "quality", "solved", "nps"]);
        let mut due = it["due"].as_str().unwrap().to_owned();
        for (tries, status) in [(1, "tried"), (2, "tried"), (3, "unreachable")] {
            let said = post(town, "hui", &path, json!({"reached": false})).await;
            if status == "tried" {
                // The next try is what the order waits for, and no longer the one before.
                let waits = get(town, "hui", &format!("/orders/{order}")).await;
                assert_eq!(waits["due"], said.json["due"], "try {tries}");
            }
            assert_eq!(said.status, StatusCode::OK, "{}", said.text);
            assert_eq!(
                (&said.json["tries"], &said.json["status"]),
                (&json!(tries), &json!(status))
            );
            let next = said.json["due"].as_str().unwrap().to_owned();
            assert!(next >= due, "{next} {due}");
            due = next;
            town.later(24 * 60);
        }
        let closed = get(town, "mei", &format!("/orders/{order}")).await;
        assert_eq!(
            (&closed["status"], &closed["close_reason"]),
            (&json!("closed"), &json!("unreachable"))
        );
        let no = post(town, "hui", &path, json!({"reached": false})).await;
        refused(&no, 409, "callback.not_due");
    })
    .await;
}

#[tokio::test]
async fn a_call_about_a_closed_order_makes_a_new_one_that_names_it() {
    everywhere("crepeat", async |town| {
        let order = town.signed().await;
        let list = get(town, "hui", &format!("/callbacks?order={order}")).await;
        let path = format!("/callbacks/{}/answers", list["items"][0]["id"].as_str().unwrap());
        let said = json!({"reached": true, "attitude": 5, "quality": 5, "solved": true});
        post(town, "hui", &path, said).await;
        let second = town.fault().await;
        let seen = get(town, "mei", &format!("/orders/{second}")).await;
        assert_eq!(seen["repeat_of"], order.as_str());
    })
    .await;
}

#[tokio::test]
async fn customers_and_devices_are_filed_found_and_revealed() {
    everywhere("cfiles", async |town| {
        let body = json!({"name": "欧阳锋", "phone": "13900139006",
            "address": "广东省珠海市香洲区前山街道1号", "kind": "person"});
        let filed = post(town, "mei", "/customers", body.clone()).await;
        assert_eq!(filed.status, StatusCode::CREATED, "{}", filed.text);
        has(&filed.json, CUSTOMER);
        assert_eq!(filed.json["district"], "440402");
        let id = filed.json["id"].as_str().unwrap().to_owned();
        let twice = post(town, "mei", "/customers", body).await;
        assert_eq!(refused(&twice, 422, "invalid"), ["phone"]);
        let no = post(town, "mei", "/customers", json!({})).await;
        assert_eq!(refused(&no, 422, "invalid"), ["name", "phone"]);
        let masked = get(town, "mei", &format!("/customers/{id}")).await;
        assert_eq!((&masked["name"], &masked["phone"]), (&json!("欧阳*"), &json!("139****9006")));
        assert_eq!(masked["masked"], true);
        let reveal = format!("/customers/{id}/reveal");
        let no = post(town, "mei", &reveal, json!({"reason": "查"})).await;
        assert_eq!(refused(&no, 422, "invalid"), ["reason"]);
        let clear = post(town, "mei", &reveal, json!({"reason": "用户来电核对"})).await;
        assert_eq!((clear.status, &clear.json["name"]), (StatusCode::OK, &json!("欧阳锋")));
        let body = json!({"serial": "sn-000777", "model": "KFR-35GW", "category": "家用空调器",
            "sold_on": "2026-06-20", "customer": id});
        let device = post(town, "mei", "/devices", body.clone()).await;
        assert_eq!(device.status, StatusCode::CREATED, "{}", device.text);
        has(&device.json, DEVICE);
        assert_eq!(device.json["user"]["id"], id.as_str());
        let no = post(town, "mei", "/devices", body).await;
        assert_eq!(refused(&no, 422, "invalid"), ["serial"]);
        let found = get(town, "mei", "/devices?serial=SN-000777").await;
        assert_eq!(found["items"][0]["id"], device.json["id"]);
        get(town, "mei", &format!("/devices/{}", device.json["id"].as_str().unwrap())).await;
        let found = get(town, "mei", "/customers?q=9006").await;
        assert_eq!(found["items"][0]["name"], "欧阳锋", "four letters are enough to be shown");
    })
    .await;
}

#[tokio::test]
async fn what_another_system_calls_by_one_name_is_filed_once() {
    everywhere("cexternal", async |town| {
        let customer = |phone: &str| {
            json!({"name": "欧阳锋", "phone": phone, "external_id": "E-1"})
        };
        let filed = post(town, "mei", "/customers", customer("13900139007")).await;
        assert_eq!(filed.status, StatusCode::CREATED, "{}", filed.text);
        let twice = post(town, "mei", "/customers", customer("13900139008")).await;
        refused(&twice, 409, "customer.known_external");
        let device = |serial: &str| {
            json!({"serial": serial, "category": "家用空调器", "external_id": "E-1"})
        };
        let filed = post(town, "mei", "/devices", device("SN-000780")).await;
        assert_eq!(filed.status, StatusCode::CREATED, "{}", filed.text);
        let twice = post(town, "mei", "/devices", device("SN-000781")).await;
        refused(&twice, 409, "device.known_external");
        let mut fault = wang();
        fault["external_id"] = json!("E-1");
        let filed = post(town, "mei", "/requests", fault.clone()).await;
        assert_eq!(filed.status, StatusCode::CREATED, "{}", filed.text);
        refused(&post(town, "mei", "/requests", fault).await, 409, "request.known_external");
    })
    .await;
}

#[tokio::test]
async fn people_places_and_codes_are_looked_up() {
    everywhere("clookups", async |town| {
        let order = town.fault().await;
        let home = town.id("香洲网点");
        let all = get(town, "he", "/technicians").await;
        assert_eq!(all["items"].as_array().unwrap().len(), 3);
        let two = format!("/technicians?outlet={home},{}", town.id("天河网点"));
        assert_eq!(get(town, "he", &two).await["items"].as_array().unwrap().len(), 3);
        let some = get(town, "he", &format!("/technicians?outlet={home}")).await;
        let it = &some["items"][0];
        has(it, "id name outlet skills certificates open_orders");
        assert_eq!((some["items"].as_array().unwrap().len(), &it["outlet"]), (2, &json!(home)));
        let day = format!("/technicians/{}/day?date=2026-11-24", town.id("li"));
        let day = get(town, "chen", &day).await;
        has(&day, "date shift busy free");
        assert_eq!(day["date"], "2026-11-24");
        let no = town.get("chen", &format!("/technicians/{}/day?date=x", town.id("li"))).await;
        assert_eq!(refused(&no, 422, "invalid"), ["date"]);
        let who = get(town, "chen", &format!("/orders/{order}/candidates")).await;
        has(&who["items"][0], "technician free km qualified why");
        has(&who["items"][0]["free"][0], "from to");
        let outlets = get(town, "mei", "/outlets").await;
        has(&outlets["items"][0], "id name districts");
        assert_eq!(outlets["items"].as_array().unwrap().len(), 3);
        let products = get(town, "mei", "/products?q=KFR").await;
        has(&products["items"][0], "id model category");
        let codes = get(town, "mei", "/fault-codes?category=家用空调器").await;
        has(&codes["items"][0], "code name category");
        let some = codes["items"].as_array().unwrap();
        assert!(some.iter().all(|it| it["category"] == "家用空调器"));
        let more = get(town, "mei", "/fault-codes?category=家用空调器,多联机").await;
        assert!(more["items"].as_array().unwrap().len() > some.len());
        let me = get(town, "chen", "/me").await;
        has(&me, "id name role org acts");
        assert_eq!(me["role"], "dispatcher");
    })
    .await;
}

#[tokio::test]
async fn the_count_of_a_tile_is_the_number_of_rows_behind_it() {
    everywhere("ctiles", async |town| {
        town.signed().await;
        town.fault().await;
        town.later(26 * 60);
        for who in ["mei", "chen", "li", "hui", "qu", "he", "jian", "zhou"] {
            let tiles = get(town, who, "/stats/today").await;
            for tile in tiles["items"].as_array().unwrap() {
                has(tile, "key count list");
                let list = tile["list"].as_str().unwrap();
                let path = list.strip_prefix("/api/v1").expect("a path of the API");
                let mark = if path.contains('?') { '&' } else { '?' };
                let rows = get(town, who, &format!("{path}{mark}limit=200")).await;
                let rows = rows["items"].as_array().unwrap().len();
                assert_eq!(tile["count"], rows as i64, "{who} {tile}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_code_is_seen_by_those_who_may_read_it_out_and_never_by_the_outlet() {
    everywhere("csecret", async |town| {
        let order = town.finished().await;
        let code = town.code(&order).await;
        for who in ["mei", "hui"] {
            let seen = get(town, who, &format!("/orders/{order}")).await;
            assert_eq!(seen["code"], code.as_str(), "{who}");
        }
        for who in ["li", "chen", "zhou", "qu", "he", "jian", "shen", "ku"] {
            for path in [format!("/orders/{order}"), format!("/orders/{order}/timeline")] {
                let seen = town.get(who, &path).await;
                assert_eq!(seen.status, StatusCode::OK, "{who}");
                assert!(!seen.text.contains(&code), "{who} {path}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_photo_is_kept_and_shown_and_what_is_none_is_said_so() {
    everywhere("cphoto", async |town| {
        let order = town.on_site().await;
        let add = async |bytes: &[u8], kind: &str| {
            let edge = "x";
            let mut body = format!(
                "--{edge}\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\n{kind}\r\n--{edge}\
                 \r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\n"
            )
            .into_bytes();
            body.extend(bytes);
            body.extend(format!("\r\n--{edge}--\r\n").as_bytes());
            let request = town.request("POST", "li", &format!("/orders/{order}/photos"));
            let kind = format!("multipart/form-data; boundary={edge}");
            let request = request.header(header::CONTENT_TYPE, kind);
            town.ask(request.body(body.into()).unwrap()).await
        };
        let mut png = Vec::new();
        let drawn = image::RgbImage::from_pixel(40, 30, image::Rgb([1, 2, 3]));
        drawn.write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png).unwrap();
        let kept = add(&png, "before").await;
        assert_eq!(kept.status, StatusCode::CREATED, "{}", kept.text);
        has(&kept.json, "id url width height");
        assert_eq!((&kept.json["width"], &kept.json["height"]), (&json!(40), &json!(30)));
        let url = kept.json["url"].as_str().unwrap().strip_prefix("/api/v1").unwrap();
        let shown = town.get("li", url).await;
        assert_eq!((shown.status, &shown.headers["content-type"]), (StatusCode::OK, &"image/jpeg".parse().unwrap()));
        assert_eq!(town.get("lin", url).await.status, StatusCode::NOT_FOUND);
        refused(&add(&png, "selfie").await, 422, "invalid");
        refused(&add(b"no picture at all", "before").await, 415, "photo.not_a_picture");
        refused(&add(b"\0\0\0\x18ftypheic\0\0\0\0", "before").await, 415, "photo.heic");
    })
    .await;
}
