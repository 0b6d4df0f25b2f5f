//! The plug is pulled: the real program, eight clients that file and step orders, SIGKILL at any
//! moment. Started again, everything that was acknowledged is there, nothing is half, the chain of
//! events is whole, and every message left the house.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead as _, BufReader},
    process::{Child, Command, Output, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
        mpsc,
    },
    time::Duration,
};

use futures_util::future::join_all;
use kernel::Span;
use serde_json::{Value as Json, json};

use crate::town::{On, Town, skipped};

const CLIENTS: usize = 8;
/// What one client does at most before the plug is pulled.
const CALLS: usize = 400;
/// A program that does not answer within this time never will.
const PATIENCE: Duration = Duration::from_secs(60);

/// 20 in the run for everybody, 100 by hand: `BAOXIU_CRASH_ROUNDS=100`.
fn rounds() -> usize {
    std::env::var("BAOXIU_CRASH_ROUNDS").ok().and_then(|it| it.parse().ok()).unwrap_or(3)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_was_acknowledged_survives_the_plug() {
    pull(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_was_acknowledged_survives_the_plug_on_postgresql() {
    if std::env::var("BAOXIU_TEST_POSTGRES").is_err() {
        return skipped("the plug on PostgreSQL: BAOXIU_TEST_POSTGRES names no server");
    }
    pull(On::Postgres).await;
}

async fn pull(on: On) {
    let town = Town::today("crash", on).await;
    let crowd = Arc::new(Crowd::new(&town));
    for round in 0..rounds() {
        let mut server = Running::start(&town);
        let url = server.url.clone();
        let clients =
            (0..CLIENTS).map(|n| tokio::spawn(Arc::clone(&crowd).work(url.clone(), n, round)));
        let clients: Vec<_> = clients.collect();
        let moment = Duration::from_millis(80 + random() % 900);
        tokio::time::sleep(moment).await;
        server.kill();
        join_all(clients).await.into_iter().for_each(|it| it.unwrap());
        drop(server);
        release_jobs(&town).await;
        let server = Running::start(&town);
        crowd.is_all_there(&server.url).await;
        nothing_is_half(&town).await;
        every_message_left(&town, round + 1).await;
        audit_is_green(&town).await;
    }
    assert!(crowd.known().calls > rounds() * CLIENTS, "hardly anything was asked");
}

/// What the clients heard.
struct Crowd {
    tokens: BTreeMap<&'static str, String>,
    technicians: [String; 2],
    started: kernel::Time,
    zone: jiff::tz::TimeZone,
    windows: AtomicI64,
    heard: Mutex<Heard>,
}

#[derive(Default, Clone)]
struct Heard {
    /// Every request that was sent, by its key: with the answer, if there was one.
    requests: BTreeMap<String, (Json, Option<Json>)>,
    /// The last version of an order that somebody was told of, and where it stood.
    orders: BTreeMap<String, (i64, String)>,
    calls: usize,
}

impl Crowd {
    fn new(town: &Town) -> Crowd {
        let token = |who: &'static str| (who, town.token(who).to_owned());
        Crowd {
            tokens: ["mei", "chen"].map(token).into(),
            technicians: [town.id("li"), town.id("wu")],
            started: town.app.now(),
            zone: town.app.company().zone.clone(),
            windows: AtomicI64::new(0),
            heard: Mutex::default(),
        }
    }

    fn known(&self) -> Heard {
        self.heard.lock().unwrap().clone()
    }

    /// Files orders and takes them as far as a technician, until nobody answers any more.
    async fn work(self: Arc<Crowd>, url: String, client: usize, round: usize) {
        let http = http();
        for n in 0..CALLS {
            let key = format!("{round}-{client}-{n}");
            let body = request(&key);
            self.heard.lock().unwrap().requests.insert(key.clone(), (body.clone(), None));
            let Some(filed) = self.post(&http, &url, "mei", "/requests", &key, &body).await else {
                return;
            };
            let order = filed["order"]["id"].as_str().expect("an order").to_owned();
            self.filed(&key, &order, filed);
            let contact = json!({"step": "contact", "means": "phone", "reached": true});
            for (who, step) in
                [("chen", json!({"step": "accept"})), ("mei", contact), ("chen", self.sending())]
            {
                let path = format!("/orders/{order}/steps");
                let key = format!("{key}-{}", step["step"]);
                let Some(took) = self.post(&http, &url, who, &path, &key, &step).await else {
                    return;
                };
                let status = took["status"].as_str().unwrap().to_owned();
                let version = took["version"].as_i64().unwrap();
                self.heard.lock().unwrap().orders.insert(order.clone(), (version, status));
            }
        }
    }

    fn filed(&self, key: &str, order: &str, answer: Json) {
        let mut heard = self.heard.lock().unwrap();
        heard.requests.get_mut(key).unwrap().1 = Some(answer);
        heard.orders.insert(order.to_owned(), (0, "reported".into()));
    }

    /// A window that nobody else asks for.
    fn sending(&self) -> Json {
        let n = self.windows.fetch_add(1, Ordering::Relaxed);
        let from = self.started.after(Span::hours(3)).after(Span::minutes(n / 2 * 20));
        let (from, to) = (from.text(&self.zone), from.after(Span::minutes(15)).text(&self.zone));
        let technician = &self.technicians[usize::try_from(n % 2).unwrap()];
        json!({"step": "assign", "technician": technician, "from": from, "to": to})
    }

    /// The answer, or nothing if there is none any more.
    async fn post(
        &self,
        http: &reqwest::Client,
        url: &str,
        who: &str,
        path: &str,
        key: &str,
        body: &Json,
    ) -> Option<Json> {
        let sent = http
            .post(format!("{url}/api/v1{path}"))
            .bearer_auth(&self.tokens[who])
            .header("idempotency-key", key)
            .json(body)
            .send()
            .await;
        let answer = sent.ok()?;
        let status = answer.status();
        let text = answer.text().await.ok()?;
        // Half an answer is none.
        let json: Json = serde_json::from_str(&text).ok()?;
        self.heard.lock().unwrap().calls += 1;
        assert!(status.is_success(), "{path} {body}: {status} {text}");
        Some(json)
    }

    async fn is_all_there(&self, url: &str) {
        let http = http();
        let heard = self.known();
        for (key, (body, answer)) in &heard.requests {
            // Sent again, it is the one that was filed before, or is filed now.
            let again = self.post(&http, url, "mei", "/requests", key, body).await;
            let again = again.expect("an answer after the start");
            if let Some(answer) = answer {
                assert_eq!(&again, answer, "{key}: acknowledged, and gone or doubled");
            }
            self.heard.lock().unwrap().requests.get_mut(key).unwrap().1 = Some(again);
        }
        for (order, (version, status)) in &heard.orders {
            let asked =
                http.get(format!("{url}/api/v1/orders/{order}")).bearer_auth(&self.tokens["chen"]);
            let seen: Json = asked.send().await.unwrap().json().await.unwrap();
            let now = seen["version"].as_i64().unwrap_or_else(|| panic!("{order}: {seen}"));
            assert!(now >= *version, "{order} was at {version} and is at {now}");
            assert!(now > *version || seen["status"] == status.as_str(), "{order}: {seen}");
        }
    }
}

pub fn http() -> reqwest::Client {
    reqwest::Client::builder().timeout(Duration::from_secs(30)).no_proxy().build().unwrap()
}

fn request(key: &str) -> Json {
    let mut digits = 0u64;
    for part in key.split('-') {
        digits = digits * 1000 + part.parse::<u64>().unwrap();
    }
    json!({
        "kind": "repair", "channel": "phone", "external_id": key,
        "customer": {"name": "王芳", "phone": format!("139{digits:08}"),
                     "address": "广东省珠海市香洲区前山街道金鸡路789号"},
        "fault": {"text": "制冷慢"},
    })
}

async fn cell(town: &Town, sql: &'static str) -> i64 {
    town.app.db.look(async move |mut tx| tx.cell(sql, &[]).await).await.unwrap()
}

/// Every order is whole: its request, its promises, its events, one for each step of its version.
async fn nothing_is_half(town: &Town) {
    for (what, sql) in [
        (
            "an order whose request does not know it",
            "select count(*) from orders o join requests r on r.id = o.request
          where r.order_id is null or r.order_id <> o.id",
        ),
        (
            "a request that is ordered and has no order",
            "select count(*) from requests where status = 'ordered' and order_id is null",
        ),
        (
            "an order without its four promises",
            "select count(*) from orders o where (select count(*) from promises p
          where p.request = o.request and p.kind in
          ('first_contact', 'arrangement', 'arrival', 'repair')) <> 4",
        ),
        (
            "an order whose steps are not its version",
            "select count(*) from orders o where o.version <> (select count(*) from events e
          where e.subject = o.id and e.kind in
          ('order.accepted', 'order.contacted', 'order.assigned'))",
        ),
        (
            "an order that was not opened once",
            "select count(*) from orders o where 1 <> (select count(*) from events e
          where e.subject = o.id and e.kind = 'order.opened')",
        ),
        (
            "somebody who goes, with no visit or two",
            "select count(*) from orders o where o.status = 'assigned' and 1 <> (select count(*)
          from visits v where v.order_id = o.id and v.state = 'planned')",
        ),
        (
            "a message of a visit that nobody was told",
            "select count(*) from orders o where o.status = 'assigned' and 2 <> (select count(*)
          from notices n where n.subject = o.id)",
        ),
        (
            "two requests of one key",
            "select count(*) from (select external_id from requests where external_id is not null
          group by external_id having count(*) > 1) twice",
        ),
    ] {
        assert_eq!(cell(town, sql).await, 0, "{what}");
    }
}

/// What a worker that died held comes free after minutes; the test does not wait for them.
async fn release_jobs(town: &Town) {
    let free = async |mut tx: platform::db::Tx| tx.run("update jobs set run_at = 0", &[]).await;
    town.app.db.act(free).await.unwrap();
}

/// Every message once; at most the one that was on its way when the plug was pulled twice.
async fn every_message_left(town: &Town, kills: usize) {
    for _ in 0..600 {
        if cell(town, "select count(*) from jobs").await == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(cell(town, "select count(*) from jobs").await, 0, "jobs that nobody does");
    let unsent = "select count(*) from notices where means = 'sms' and state <> 'sent'";
    assert_eq!(cell(town, unsent).await, 0, "messages that never left");
    let twice = "select count(*) from notices n where n.means = 'sms' and 1 < (select count(*)
                 from events e where e.kind = 'notice.sent' and e.subject = n.subject)";
    assert_eq!(cell(town, twice).await, 0, "sent twice by the record");
    let text = std::fs::read_to_string(town.folder().join("sms.jsonl")).unwrap_or_default();
    let ids: Vec<String> = text
        .lines()
        .map(|it| serde_json::from_str::<Json>(it).expect("a whole line"))
        .map(|it| it["id"].as_str().unwrap().to_owned())
        .collect();
    let distinct: BTreeSet<_> = ids.iter().collect();
    let sql = "select id from notices where means = 'sms'";
    let rows = town.app.db.look(async move |mut tx| tx.rows(sql, &[]).await).await.unwrap();
    let all: BTreeSet<String> = rows.iter().map(|it| it.get(0).unwrap()).collect();
    assert_eq!(distinct, all.iter().collect());
    assert!(ids.len() - distinct.len() <= kills, "{} of {}", ids.len(), distinct.len());
}

async fn audit_is_green(town: &Town) {
    for _ in 0..100 {
        if cell(town, "select count(*) from events where place is null").await == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let check = run(town, &["check", "--audit", "--json"]);
    let said = String::from_utf8_lossy(&check.stdout).into_owned();
    assert!(check.status.success(), "{said} {}", String::from_utf8_lossy(&check.stderr));
    let said: Json = serde_json::from_str(&said).unwrap();
    assert_eq!(said["good"], true);
    let audit = said["items"].as_array().unwrap().iter().find(|it| it["what"] == "audit").unwrap();
    assert!(audit["more"]["sealed"].as_i64().unwrap() > 0, "{said}");
}

fn random() -> u64 {
    use std::hash::{BuildHasher as _, RandomState};
    RandomState::new().hash_one(0)
}

/// The program at work over the town's database.
pub struct Running {
    child: Child,
    pub url: String,
}

impl Running {
    pub fn start(town: &Town) -> Running {
        Running::start_as(town, |it| it)
    }

    /// With settings of its own.
    pub fn start_as(town: &Town, set: impl Fn(&mut Command) -> &mut Command) -> Running {
        let mut command = program(town);
        let mut child = set(&mut command)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("the program starts");
        let out = child.stderr.take().unwrap();
        let (sender, url) = mpsc::channel();
        std::thread::spawn(move || {
            // Read to the end, so that the program never waits for us.
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                let at =
                    ["http://127.0.0.1:", "https://127.0.0.1:"].iter().find_map(|it| line.find(it));
                let _ = sender.send(at.map(|at| line[at..].trim_end().to_owned()).ok_or(line));
            }
        });
        let mut said = Vec::new();
        loop {
            match url.recv_timeout(PATIENCE) {
                Ok(Ok(url)) => {
                    let end = url.find(|it: char| it.is_whitespace() || "，。,".contains(it));
                    let url = url[..end.unwrap_or(url.len())].trim_end_matches('/').to_owned();
                    return Running { child, url };
                }
                Ok(Err(line)) => said.push(line),
                Err(e) => panic!("the program does not open: {e} {said:?}"),
            }
        }
    }

    /// The most memory it ever held, in kilobytes, where the system says so.
    pub fn memory(&self) -> Option<u64> {
        let said = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = said.lines().find_map(|it| it.strip_prefix("VmHWM:"))?;
        line.trim().trim_end_matches("kB").trim().parse().ok()
    }

    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The program, told where the town's database is.
pub fn program(town: &Town) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_baoxiu"));
    command
        .env("DATABASE_URL", &town.database)
        .env("BAOXIU_FILES", town.folder().join("files"))
        .env("BAOXIU_SMS_FILE", town.folder().join("sms.jsonl"))
        .env("BAOXIU_RATE_PER_TOKEN", "0")
        .env("BAOXIU_RATE_PER_ADDRESS", "0")
        .env("LANG", "zh_CN.UTF-8");
    command
}

pub fn run(town: &Town, args: &[&str]) -> Output {
    program(town).args(args).output().expect("the program runs")
}
