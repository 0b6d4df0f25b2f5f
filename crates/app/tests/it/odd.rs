//! Ten thousand odd calls of everything there is: whatever is sent, the answer is one that the
//! description names, in words, and never a fault. By hand a hundred thousand:
//! `BAOXIU_ODD=100000`; from another beginning: `BAOXIU_ODD_SEED=7`.

mod calls;
pub mod chance;
pub mod forms;
mod whole;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use chance::Chance;
use futures_util::future::join_all;
use serde_json::json;

use baoxiu::account;

use crate::{
    contract::schema,
    crash::run,
    town::{Answer, On, Town, finding, skipped, wang},
};

/// So many at once: each commit of the database then serves several.
const AT_ONCE: usize = 16;
/// So many calls of pages for so many of the API; a page is drawn, and takes its time.
const PAGES: usize = 5;
/// With fewer calls not every one can be expected to find the right thing by chance.
const ENOUGH: usize = 8000;

/// Who may be dismissed and signed out by chance: of whoever does the work somebody is to be left,
/// or after an hour everything would be refused at the door.
const SPARE: [(&str, &str); 3] = [("bei", "agent"), ("dai", "dispatcher"), ("ti", "technician")];
/// What takes somebody's way in.
const LEAVES: &[&str] = &["/logout", "/me/keys", "/me/password", "/me/second-factor"];

fn setting(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|it| it.parse().ok()).unwrap_or(usual)
}

#[tokio::test]
async fn whatever_is_sent_nothing_breaks() {
    storm(On::Sqlite, setting("BAOXIU_ODD", 10_000)).await;
}

#[tokio::test]
async fn whatever_is_sent_nothing_breaks_on_postgresql() {
    if std::env::var("BAOXIU_TEST_POSTGRES").is_err() {
        return skipped("odd calls on PostgreSQL: BAOXIU_TEST_POSTGRES names no server");
    }
    storm(On::Postgres, setting("BAOXIU_ODD", 10_000) / 5).await;
}

/// One call, as it is sent.
#[derive(Debug, Clone)]
pub struct Sent {
    who: Option<String>,
    method: String,
    /// What it is a call of.
    route: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// What there is in town.
pub struct Known {
    ids: BTreeMap<&'static str, Vec<String>>,
    people: Vec<String>,
    /// For each call, what is accepted where it belongs.
    bodies: BTreeMap<String, Vec<serde_json::Value>>,
}

async fn storm(on: On, count: usize) {
    let mut town = Town::new("odd", on).await;
    let home = town.id("香洲网点");
    for (login, role) in SPARE {
        let roles = vec![role.to_owned()];
        let (login, name) = (login.to_owned(), format!("替补{login}"));
        let draft = account::ops::Draft { login: login.clone(), name, roles, ..Default::default() };
        town.hire(&login, &home, draft, None).await;
    }
    let mut known = Known::bare();
    // First, while everybody still has time.
    let mut whole = whole::Whole::of(&town, &mut known).await;
    known.meet(&town).await;
    let described = calls::described();
    let mut pages = forms::Pages::all();
    gather(&town, &known, &mut pages).await;
    pages.spare(&spare_keys(&town).await);
    let seed = setting("BAOXIU_ODD_SEED", 1);
    let mut chance = Chance::new(seed as u64);
    let mut heard: BTreeMap<String, BTreeSet<u16>> = BTreeMap::new();
    let mut wrong = Vec::new();
    let batches = (count + count / PAGES) / AT_ONCE;
    let apart = (batches / (whole.len() + 1)).max(1);
    for n in 0..batches {
        let mut batch: Vec<Sent> = (1..AT_ONCE)
            .map(|_| match chance.once_in(PAGES + 1) {
                true => pages.call(&known, &mut chance),
                false => chance.of_call(&described, &known),
            })
            .collect();
        // One of them as it should be, now and then until each was sent.
        let good = (n % apart == 0).then(|| whole.pop_front()).flatten();
        batch.extend(good.clone());
        let answers = join_all(batch.iter().map(|it| knock(&town, it))).await;
        if let (Some(sent), Some(answer)) = (good, answers.last()) {
            assert!(answer.status.is_success(), "{}: {}\n  {sent}", answer.status, answer.text);
            let body = serde_json::from_slice(&sent.body);
            known.bodies.entry(sent.route).or_default().extend(body.ok());
        }
        for (sent, answer) in batch.iter().zip(answers) {
            let route = format!("{} {}", sent.method, sent.route);
            heard.entry(route).or_default().insert(answer.status.as_u16());
            known.learn(&sent.route, &answer);
            wrong.extend(complaint(sent, &answer).map(|it| format!("{it}\n  {sent}")));
        }
        assert!(wrong.is_empty(), "seed {seed}, batch {n}:\n{}", wrong.join("\n"));
    }
    if count >= ENOUGH {
        everything_was_reached(&described, &heard);
    }
    is_whole(&town).await;
}

/// The keys of those who may be signed out by chance.
async fn spare_keys(town: &Town) -> Vec<String> {
    let ids = SPARE.map(|(login, _)| town.id(login));
    town.house(async move |cx| {
        let mut all = Vec::new();
        for id in &ids {
            let sql = "select hash from keys where person = $1";
            all.push(cx.tx.cell(sql, &[kernel::Value::Text(id.clone())]).await?);
        }
        Ok(all)
    })
    .await
}

impl Chance {
    fn of_call(&mut self, all: &[calls::Described], known: &Known) -> Sent {
        let at = self.below(all.len());
        all[at].call(known, self)
    }
}

/// A call that was never accepted was tried at the door alone.
fn everything_was_reached(all: &[calls::Described], heard: &BTreeMap<String, BTreeSet<u16>>) {
    let missing: Vec<_> = all
        .iter()
        .map(|it| format!("{} {}", it.method, it.path))
        .filter(|it| !heard.get(it).is_some_and(|it| it.iter().any(|code| *code < 300)))
        .collect();
    assert!(missing.is_empty(), "never got further than the door: {missing:#?}");
}

/// What is wrong with an answer, if anything is.
fn complaint(sent: &Sent, answer: &Answer) -> Option<String> {
    if answer.status.is_server_error() {
        return Some(format!("{}: {}", answer.status, answer.text));
    }
    if let Some(at) = answer.text.find('⟨') {
        let end =
            answer.text[at..].char_indices().nth(60).map_or(answer.text.len(), |it| at + it.0);
        return Some(format!("a text is missing: {}", &answer.text[at..end]));
    }
    let kind = answer.headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let json = kind.is_some_and(|it| it.contains("json"));
    if !json || !sent.route.starts_with("/api/v1/") {
        return None;
    }
    let wrong = schema::wrongs(&sent.method, &sent.route, answer);
    (!wrong.is_empty()).then(|| format!("not as described: {wrong:?}: {}", answer.text))
}

impl std::fmt::Display for Sent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let body: String = String::from_utf8_lossy(&self.body).chars().take(1500).collect();
        let Sent { who, method, path, headers, .. } = self;
        write!(f, "{method} {path} as {who:?} {headers:?} {body:?}")
    }
}

async fn knock(town: &Town, sent: &Sent) -> Answer {
    let mut request = Request::builder().method(sent.method.as_str()).uri(&sent.path);
    for (name, value) in &sent.headers {
        request = request.header(name, header::HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    if let Some(who) = &sent.who {
        request = request.header(header::AUTHORIZATION, format!("Bearer {}", town.token(who)));
    }
    town.ask(request.body(Body::from(sent.body.clone())).unwrap()).await
}

/// Every page once as it is, for the forms that stand on it.
async fn gather(town: &Town, known: &Known, pages: &mut forms::Pages) {
    let mut chance = Chance::new(1);
    for route in pages.looks.clone() {
        for who in ["mei", "chen", "li", "guan", "zhou", "an", "hui"] {
            let path = known.filled_well(&route, &mut chance);
            let sent = Sent {
                who: Some(who.into()),
                method: "GET".into(),
                route: route.clone(),
                path,
                headers: Vec::new(),
                body: Vec::new(),
            };
            let answer = knock(town, &sent).await;
            assert!(!answer.status.is_server_error(), "{route}: {}", answer.text);
            if answer.status == StatusCode::OK {
                pages.keep(&answer.text, who);
            }
        }
    }
    assert!(pages.forms() > 30, "only {} forms were found", pages.forms());
}

impl Known {
    /// Nobody but the people.
    pub fn bare() -> Known {
        let people = [
            "mei", "he", "hui", "jian", "shen", "guan", "an", "qu", "chen", "zhou", "li", "wu",
            "ku", "lin", "huang", "dou",
        ];
        Known {
            ids: BTreeMap::new(),
            people: people.map(str::to_owned).into(),
            bodies: BTreeMap::new(),
        }
    }

    /// Orders at every stage, and whatever hangs on them.
    async fn meet(&mut self, town: &Town) {
        let text = |it: &serde_json::Value| it.as_str().unwrap().to_owned();
        let closed = town.signed().await;
        self.add("orders", &closed);
        self.add("orders", &town.fault().await);
        for n in 0..4 {
            let mut body = wang();
            body["customer"]["phone"] = json!(format!("1390013981{n}"));
            body["device"] = json!({"category": "家用空调器"});
            let order = text(&town.post("mei", "/requests", body).await.json["order"]["id"]);
            town.does("chen", &order, json!({"step": "accept"})).await;
            if n > 0 {
                town.does("chen", &order, town.sending("li", 2 * n, 2 * n + 1)).await;
                let there = json!({"step": "arrive", "lat": 22.27, "lon": 113.54});
                town.does("li", &order, there).await;
            }
            if n > 1 {
                town.does("li", &order, finding()).await;
            }
            self.add("orders", &order);
        }
        let seen = town.get("mei", &format!("/orders/{closed}")).await.json;
        self.add("requests", &text(&seen["request"]));
        self.add("customers", &text(&seen["customer"]["id"]));
        self.add("devices", &text(&seen["device"]["id"]));
        self.add("callbacks", &text(&seen["callback"]["id"]));
        let kinds: [(_, &[&str]); 4] = [
            ("technicians", &["li", "wu", "huang"]),
            ("people", &["bei", "dai", "ti"]),
            ("orgs", &["斗门网点"]),
            ("outlets", &["香洲网点", "天河网点", "斗门网点"]),
        ];
        for (kind, names) in kinds {
            names.iter().for_each(|it| self.add(kind, &town.id(it)));
        }
    }

    pub fn add(&mut self, kind: &'static str, id: &str) {
        let all = self.ids.entry(kind).or_default();
        if all.len() < 60 {
            all.push(id.to_owned());
        }
        if kind == "orders" {
            self.add("jobs", id);
        }
    }

    pub fn id(&self, of: &str, chance: &mut Chance) -> Option<String> {
        self.ids.get(of).map(|it| chance.of(it).clone())
    }

    /// Whoever usually does it, or anybody, or nobody.
    pub fn who(&self, path: &str, chance: &mut Chance) -> Option<String> {
        if LEAVES.iter().any(|it| path.starts_with(it)) {
            return Some(chance.of(&SPARE).0.to_owned());
        }
        let usual: &[&str] = match path {
            it if it.contains("/callbacks") => &["hui"],
            it if it.contains("/steps") || it.contains("/jobs") => &["chen", "li", "li", "mei"],
            it if it.contains("/orders/") => &["li", "mei", "chen"],
            it if it.contains("/admin") || it.contains("/people") => &["guan", "an", "shen"],
            _ => &["mei", "mei", "he"],
        };
        match chance.below(20) {
            0 => None,
            1..6 => Some(chance.of(&self.people).clone()),
            _ => Some((*chance.of(usual)).to_owned()),
        }
    }

    /// The path with something that is there, mostly.
    pub fn filled(&self, route: &str, chance: &mut Chance) -> String {
        if !chance.once_in(6) {
            return self.filled_well(route, chance);
        }
        let kinds: Vec<_> = self.ids.keys().copied().collect();
        let odd = match chance.once_in(3) {
            true => self.id(kinds[chance.below(kinds.len())], chance).unwrap_or_default(),
            false => words::text(chance).chars().take(200).collect(),
        };
        let odd = if odd.is_empty() { "%00".to_owned() } else { calls::encoded(&odd) };
        self.put(route, |_| odd.clone())
    }

    pub fn filled_well(&self, route: &str, chance: &mut Chance) -> String {
        let all = self.every(route, chance);
        chance.of(&all).clone()
    }

    /// The path with everything that is there of its kind, once each.
    pub fn every(&self, route: &str, chance: &mut Chance) -> Vec<String> {
        let kind = route.split('/').find(|it| self.ids.contains_key(*it));
        let order = self.id("orders", chance).unwrap_or_default();
        let with = |id: &str| {
            self.put(route, |slot| match slot {
                "order" => order.clone(),
                "step" => "contact".into(),
                "code" => "KT-01".into(),
                "*path" => "app.css".into(),
                _ => id.to_owned(),
            })
        };
        match kind.filter(|_| route.contains("{id}")) {
            Some(kind) => self.ids[kind].iter().map(|it| with(it)).collect(),
            None => vec![with("x")],
        }
    }

    fn put(&self, route: &str, with: impl Fn(&str) -> String) -> String {
        let part = |it: &str| match it.strip_prefix('{').and_then(|it| it.strip_suffix('}')) {
            Some(slot) => with(slot),
            None => it.to_owned(),
        };
        route.split('/').map(part).collect::<Vec<_>>().join("/")
    }

    /// What came of a call can be asked for afterwards.
    pub fn learn(&mut self, route: &str, answer: &Answer) {
        if answer.status != StatusCode::CREATED {
            return;
        }
        let kind = route.rsplit('/').next().unwrap_or_default();
        for (kind, id) in [(kind, &answer.json["id"]), ("orders", &answer.json["order"]["id"])] {
            let kinds = ["orders", "requests", "customers", "devices", "photos"];
            let kind = kinds.into_iter().find(|it| *it == kind);
            if let (Some(kind), Some(id)) = (kind, id.as_str()) {
                self.add(kind, id);
            }
        }
    }
}

/// A whole small picture.
pub fn picture() -> Vec<u8> {
    let mut bytes = Vec::new();
    let drawn = image::RgbImage::from_pixel(8, 8, image::Rgb([90, 90, 90]));
    drawn.write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Jpeg).unwrap();
    bytes
}

/// The house stands as before: its chain whole, nothing half.
async fn is_whole(town: &Town) {
    platform::events::seal_committed(&town.app.db).await.unwrap();
    let check = run(town, &["check", "--audit"]);
    let said = String::from_utf8_lossy(&check.stdout).into_owned();
    assert!(check.status.success(), "{said} {}", String::from_utf8_lossy(&check.stderr));
}
