//! Every route as nobody and as every base role, at the outlet whose order it is, with the order
//! in hand, and at an outlet of another region: out of reach is *not found*, in reach but not
//! theirs *not allowed*, who is not known is asked who they are.

pub mod routes;
mod table;

use std::io::Cursor;

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use image::{Rgb, RgbImage};
use rules::{
    order::Step,
    policy::{Act, Reach, Role, reach},
};
use serde_json::json;
use table::{EXCEPTIONS, Of, Rule, TABLE};

use crate::town::{Answer, Town, everywhere, wang};

/// Where somebody stands to the order of 香洲: it is theirs, their branch's, or none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Own,
    Branch,
    Other,
}

/// Somebody who tries the doors.
#[derive(Debug, Clone)]
struct Visitor {
    login: String,
    role: Role,
    place: Place,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Allowed,
    NotAllowed,
    NotFound,
    Unknown,
}

/// One door, as it is knocked at.
struct Knock {
    route: String,
    path: String,
    body: Sent,
    rule: Rule,
}

enum Sent {
    Nothing,
    Json(String),
    Form(String),
    Picture(Vec<u8>),
}

/// What stands behind the doors.
struct Things {
    order: String,
    signed: String,
    request: String,
    complaint: String,
    callback: String,
    customer: String,
    device: String,
    technician: String,
    person: String,
    org: String,
    photo: String,
    line: String,
    notice: String,
}

#[test]
fn every_route_stands_in_the_table_and_nothing_else() {
    let there = routes::all();
    let listed: Vec<_> = TABLE.iter().map(|it| it.0.to_owned()).collect();
    let missing: Vec<_> = there.iter().filter(|it| !listed.contains(it)).collect();
    let gone: Vec<_> = listed.iter().filter(|it| !there.contains(*it)).collect();
    assert!(missing.is_empty(), "routes without a rule: {missing:#?}");
    assert!(gone.is_empty(), "rules without a route: {gone:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_route_answers_every_role_as_the_policy_says() {
    everywhere("rights", async |town| {
        let visitors = visitors(town).await;
        let things = things(town).await;
        let mut wrong = Vec::new();
        for knock in knocks(&things) {
            let all = visitors.iter().map(|it| knock_as(town, &knock, Some(it)));
            let answers = futures_util::future::join_all(all).await;
            let nobody = knock_as(town, &knock, None).await;
            for (visitor, answer) in visitors.iter().map(Some).zip(answers).chain([(None, nobody)])
            {
                let expected = expected(&knock.rule, visitor);
                let name =
                    visitor.map_or("nobody".into(), |it| format!("{} {:?}", it.role, it.place));
                let broken = answer.status.is_server_error() || heard(&answer) != expected;
                let known = EXCEPTIONS.iter().any(|it| it.0 == knock.route)
                    && (heard(&answer), expected) == (Verdict::NotFound, Verdict::Allowed);
                if broken && !known {
                    wrong.push(format!(
                        "{} as {name}: {} instead of {expected:?}",
                        knock.route, answer.status
                    ));
                }
            }
        }
        assert!(wrong.is_empty(), "{} answers:\n{}", wrong.len(), wrong.join("\n"));
    })
    .await;
}

/// What the policy says of this door and this visitor.
fn expected(rule: &Rule, visitor: Option<&Visitor>) -> Verdict {
    let Some(visitor) = visitor else {
        return match rule {
            Rule::Open => Verdict::Allowed,
            Rule::Machine => Verdict::NotFound,
            _ => Verdict::Unknown,
        };
    };
    let has = |acts: &[Act]| acts.iter().any(|it| reach(visitor.role, *it) > Reach::Nothing);
    let covers = |acts: &[Act]| acts.iter().any(|it| visitor.covers(reach(visitor.role, *it)));
    match rule {
        Rule::Open | Rule::Known | Rule::Machine => Verdict::Allowed,
        Rule::Any(acts) if has(acts) => Verdict::Allowed,
        Rule::Any(_) => Verdict::NotAllowed,
        // Requests are one kind with complaints: who reads any of them learns nothing of others.
        Rule::One(Of::Complaint, see, _) if !has(see) && has(&[Act::Read]) => Verdict::NotFound,
        Rule::One(_, see, _) if !has(see) => Verdict::NotAllowed,
        Rule::One(_, see, _) if !covers(see) => Verdict::NotFound,
        Rule::One(_, _, does) if covers(does) => Verdict::Allowed,
        Rule::One(..) => Verdict::NotAllowed,
    }
}

impl Visitor {
    fn covers(&self, reach: Reach) -> bool {
        match reach {
            Reach::Everything => true,
            Reach::Branch => self.place != Place::Other,
            Reach::Own => self.place == Place::Own,
            Reach::Nothing => false,
        }
    }
}

/// What an answer says about rights: anything else is a matter of what was sent.
fn heard(answer: &Answer) -> Verdict {
    let to = answer.headers.get(header::LOCATION).and_then(|it| it.to_str().ok());
    match answer.status {
        StatusCode::UNAUTHORIZED => Verdict::Unknown,
        StatusCode::SEE_OTHER if to.is_some_and(|it| it.starts_with("/login?next")) => {
            Verdict::Unknown
        }
        StatusCode::FORBIDDEN => Verdict::NotAllowed,
        StatusCode::NOT_FOUND => Verdict::NotFound,
        _ => Verdict::Allowed,
    }
}

async fn knock_as(town: &Town, knock: &Knock, who: Option<&Visitor>) -> Answer {
    let (method, _) = knock.route.split_once(' ').unwrap();
    let mut request = Request::builder()
        .method(Method::from_bytes(method.as_bytes()).unwrap())
        .uri(&knock.path)
        .header(header::COOKIE, "lang=zh-CN");
    if let Some(who) = who {
        let bearer = format!("Bearer {}", town.token(&who.login));
        request = request.header(header::AUTHORIZATION, bearer);
    }
    let form = "application/x-www-form-urlencoded";
    let request = match &knock.body {
        Sent::Nothing => request.body(Body::empty()),
        Sent::Json(text) => {
            request.header(header::CONTENT_TYPE, "application/json").body(text.clone().into())
        }
        Sent::Form(text) => request.header(header::CONTENT_TYPE, form).body(text.clone().into()),
        Sent::Picture(bytes) => request
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={EDGE}"))
            .body(bytes.clone().into()),
    };
    town.ask(request.unwrap()).await
}

const EDGE: &str = "----edge";

/// A whole picture with its kind, so that only the right is missing.
fn picture() -> Vec<u8> {
    let mut bytes = Vec::new();
    let drawn = RgbImage::from_pixel(8, 8, Rgb([90, 90, 90]));
    drawn.write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Jpeg).unwrap();
    let mut body = format!(
        "--{EDGE}\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nbefore\r\n--{EDGE}\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\
         Content-Type: image/jpeg\r\n\r\n"
    )
    .into_bytes();
    body.extend(bytes);
    body.extend(format!("\r\n--{EDGE}--\r\n").as_bytes());
    body
}

/// Everybody at both places, and whoever has the order in hand.
async fn visitors(town: &mut Town) -> Vec<Visitor> {
    let mut all = Vec::new();
    for role in Role::ALL {
        for (place, org) in [(Place::Branch, home(*role)), (Place::Other, away(*role))] {
            let login = format!("{}.{place:?}", role.code()).to_lowercase();
            let draft = baoxiu::account::ops::Draft {
                login: login.clone(),
                name: "来客".into(),
                roles: vec![role.code().into()],
                ..Default::default()
            };
            let org = town.id(org);
            town.hire(&login, &org, draft, None).await;
            all.push(Visitor { login, role: *role, place });
        }
    }
    all.push(Visitor { login: "li".into(), role: Role::Technician, place: Place::Own });
    all
}

fn home(role: Role) -> &'static str {
    if role == Role::RegionManager { "粤西" } else { "香洲网点" }
}

fn away(role: Role) -> &'static str {
    if role == Role::RegionManager { "广州" } else { "天河网点" }
}

async fn things(town: &Town) -> Things {
    let signed = town.signed_by_hand().await;
    let filed = town.get("mei", &format!("/orders/{signed}")).await.json;
    let text = |it: &serde_json::Value| it.as_str().expect("an id").to_owned();
    let order = on_site(town).await;
    let photo = add_photo(town, &order).await;
    let part = json!({"name": "铜管", "quantity": 1, "price_fen": 0});
    let line = town.post("li", &format!("/orders/{order}/parts"), part).await;
    let line = text(&line.json["id"]);
    let sql = "select id from notices where subject = $1 and person is null and secret = 0";
    let notice = first(town, sql, &order).await;
    let open = town.get("mei", &format!("/orders/{order}")).await.json;
    Things {
        request: text(&open["request"]),
        complaint: complaint(town).await,
        callback: text(&filed["callback"]["id"]),
        customer: text(&filed["customer"]["id"]),
        device: text(&filed["device"]["id"]),
        technician: town.id("li"),
        person: town.id("ku"),
        org: town.id("香洲网点"),
        order,
        signed,
        photo,
        line,
        notice,
    }
}

async fn first(town: &Town, sql: &'static str, of: &str) -> String {
    let of = of.to_owned();
    town.house(async move |cx| cx.tx.cell(sql, &[kernel::Value::Text(of.clone())]).await).await
}

async fn on_site(town: &Town) -> String {
    let mut body = wang();
    body["customer"]["phone"] = json!("13900139777");
    body["device"] = json!({"category": "家用空调器"});
    let answer = town.post("mei", "/requests", body).await.json;
    let order = answer["order"]["id"].as_str().unwrap().to_owned();
    town.does("chen", &order, json!({"step": "accept"})).await;
    town.does("chen", &order, town.sending("li", 24, 26)).await;
    order
}

async fn complaint(town: &Town) -> String {
    let body = json!({"kind": "complain", "channel": "phone", "fault": {"text": "态度差"},
        "customer": {"name": "钱多", "phone": "13900139778"}});
    let answer = town.post("mei", "/requests", body).await;
    answer.json["id"].as_str().expect("a complaint").to_owned()
}

async fn add_photo(town: &Town, order: &str) -> String {
    let request = town
        .request("POST", "li", &format!("/orders/{order}/photos"))
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={EDGE}"));
    let answer = town.ask(request.body(picture().into()).unwrap()).await;
    answer.json["id"].as_str().expect(&answer.text).to_owned()
}

/// Every row of the table, and every step besides.
fn knocks(things: &Things) -> Vec<Knock> {
    let mut all: Vec<Knock> = TABLE.iter().map(|(route, rule)| row(things, route, *rule)).collect();
    let last = all.pop().expect("the way out");
    for step in Step::ALL {
        all.push(step_row(things, *step));
    }
    for (route, does) in [
        ("GET /api/v1/requests/{id}", Act::ComplaintRead),
        ("POST /api/v1/requests/{id}/answer", Act::ComplaintAnswer),
        ("GET /requests/{id}", Act::ComplaintRead),
    ] {
        let does: &'static [Act] = Box::leak(Box::new([does]));
        all.push(row(things, route, Rule::One(Of::Complaint, &[Act::ComplaintRead], does)));
    }
    all.push(last);
    all
}

fn step_row(things: &Things, step: Step) -> Knock {
    let does: &'static [Act] = Box::leak(Box::new([step.act()]));
    let route = "POST /api/v1/orders/{id}/steps";
    let mut knock = row(things, route, Rule::One(Of::Order, &[Act::Read], does));
    knock.route = format!("{route} {step}");
    knock.body = Sent::Json(json!({"step": step}).to_string());
    knock
}

fn row(things: &Things, route: &str, rule: Rule) -> Knock {
    let (method, path) = route.split_once(' ').unwrap();
    let api = path.starts_with("/api/");
    let body = match (method, path) {
        ("GET", _) => Sent::Nothing,
        (_, it) if it.ends_with("/photos") => Sent::Picture(picture()),
        (_, "/api/v1/orders/{id}/steps") => Sent::Json(r#"{"step": "contact"}"#.into()),
        (_, "/orders/{id}/steps") => Sent::Form("step=contact".into()),
        (_, "/first/{order}") => Sent::Form("step=accept".into()),
        _ if api => Sent::Json("{}".into()),
        _ => Sent::Form(String::new()),
    };
    let id = match rule {
        _ if path.contains("/photos/") => &things.photo,
        Rule::One(of, ..) => things.of(of),
        // Rights over accounts are not bound to a place.
        _ if path.starts_with("/people/") => &things.person,
        _ => &things.order,
    };
    let path = path
        .replace("{id}", id)
        .replace("{order}", &things.order)
        .replace("{line}", &things.line)
        .replace("faults/{code}", "faults/KT-01")
        .replace("{code}", "no_such_role")
        .replace("{notice}", &things.notice)
        .replace("{*path}", "app.css")
        .replace("aside/{step}", "aside/contact")
        .replace("{step}", "depart");
    Knock { route: route.to_owned(), path, body, rule }
}

impl Things {
    fn of(&self, of: Of) -> &String {
        match of {
            Of::Order => &self.order,
            Of::Signed => &self.signed,
            Of::Request => &self.request,
            Of::Complaint => &self.complaint,
            Of::Callback => &self.callback,
            Of::Customer => &self.customer,
            Of::Device => &self.device,
            Of::Technician => &self.technician,
            Of::Person => &self.person,
            Of::Org => &self.org,
        }
    }
}

#[tokio::test]
async fn on_every_route_what_is_out_of_reach_answers_as_if_it_were_not_there() {
    everywhere("guesses", async |town| {
        let mut all = visitors(town).await;
        let roles = [Role::Dispatcher, Role::OutletManager, Role::Technician];
        all.retain(|it| it.place == Place::Other && roles.contains(&it.role));
        let things = things(town).await;
        let (mut compared, mut wrong) = (0, Vec::new());
        for mut knock in knocks(&things) {
            let Rule::One(of, ..) = knock.rule else { continue };
            let own = knock.path.clone();
            let id = things.of(of);
            let last = if id.ends_with('0') { "1" } else { "0" };
            let guessed = format!("{}{last}", &id[..id.len() - 1]);
            for who in &all {
                if expected(&knock.rule, Some(who)) != Verdict::NotFound {
                    continue;
                }
                knock.path = own.clone();
                let there = knock_as(town, &knock, Some(who)).await;
                knock.path = own.replace(id, &guessed);
                let nowhere = knock_as(town, &knock, Some(who)).await;
                let same = there.text == nowhere.text.replace(&guessed, id);
                if there.status != nowhere.status || !same {
                    wrong.push(format!("{} as {}: {}", knock.route, who.role, there.status));
                }
                compared += 1;
            }
        }
        assert!(wrong.is_empty(), "one learns that it is there:\n{}", wrong.join("\n"));
        assert!(compared > 100, "{compared}");
    })
    .await;
}

#[tokio::test]
async fn what_does_not_exist_looks_like_what_is_out_of_reach() {
    everywhere("guessed", async |town| {
        let order = town.fault().await;
        let guessed = format!("{}0", &order[..order.len() - 1]);
        for tail in ["", "/timeline", "/candidates"] {
            let there = town.get("lin", &format!("/orders/{order}{tail}")).await;
            let nowhere = town.get("lin", &format!("/orders/{guessed}{tail}")).await;
            assert_eq!(there.status, StatusCode::NOT_FOUND, "{tail}");
            assert_eq!((there.status, there.text), (nowhere.status, nowhere.text), "{tail}");
        }
        for id in ["x", "ord_", "req_00000000000000000000000000", "%00", "ord_%27or%271"] {
            let answer = town.get("mei", &format!("/orders/{id}")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}");
        }
    })
    .await;
}
