//! A small town where everything is known: Mei answers the phone, Chen dispatches for the outlet
//! of 香洲 in Zhuhai, Lin for the one in Guangzhou, Li repairs, and Ms Wang's air conditioner is
//! warm. The same town stands on SQLite and, where `BAOXIU_TEST_POSTGRES` names a server, on
//! PostgreSQL.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
    response::Response,
};
use baoxiu::{App, Cx, account, app::Config, org, packs, server};
use kernel::{Dice, Result, Time};
use platform::db::{Db, Ear, Tx};
use rules::{org::OrgKind, policy::Actor};
use serde_json::{Value as Json, json};
use tower::ServiceExt as _;

/// Monday 2026-11-23, nine in the morning in Shanghai.
pub const MONDAY: i64 = 1_795_395_600_000;

/// Names the server on which the tests may make schemas.
const SERVER: &str = "BAOXIU_TEST_POSTGRES";

/// Which engine a town stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    Sqlite,
    Postgres,
}

pub struct Town {
    pub app: App,
    pub on: On,
    clock: Arc<AtomicI64>,
    tokens: BTreeMap<String, String>,
    pub ids: BTreeMap<String, String>,
    /// Where its database is, as `DATABASE_URL` says it.
    pub database: String,
    router: Router,
    dir: Dir,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    pub json: Json,
}

/// Runs the same story on every engine there is.
pub async fn everywhere(name: &str, story: impl AsyncFn(&mut Town)) {
    story(&mut Town::new(name, On::Sqlite).await).await;
    if std::env::var("BAOXIU_TEST_POSTGRES").is_ok() {
        story(&mut Town::new(name, On::Postgres).await).await;
    } else {
        skipped(&format!("{name} on PostgreSQL: BAOXIU_TEST_POSTGRES names no server"));
    }
}

/// Past the capture of the test runner, so that a summary can count it.
pub fn skipped(why: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

/// Login, name, roles, where.
const PEOPLE: &[(&str, &str, &[&str], &str)] = &[
    ("mei", "梅小雨", &["agent"], "总部"),
    ("he", "何建国", &["hq_manager"], "总部"),
    ("hui", "回小英", &["caller"], "总部"),
    ("jian", "简监督", &["supervisor"], "总部"),
    ("shen", "沈审计", &["auditor"], "总部"),
    ("guan", "管系统", &["admin"], "总部"),
    ("an", "安全", &["security"], "总部"),
    ("qu", "区大勇", &["region_manager"], "粤西"),
    ("chen", "陈晓敏", &["dispatcher"], "香洲网点"),
    ("zhou", "周经理", &["outlet_manager"], "香洲网点"),
    ("li", "李师傅", &["technician"], "香洲网点"),
    ("wu", "吴师傅", &["technician"], "香洲网点"),
    ("ku", "库管", &["storekeeper"], "香洲网点"),
    ("lin", "林调度", &["dispatcher"], "天河网点"),
    ("huang", "黄师傅", &["technician"], "天河网点"),
    ("dou", "斗门调度", &["dispatcher"], "斗门网点"),
];

impl Town {
    pub async fn new(name: &str, on: On) -> Town {
        let mut town = Town::bare(name, on, "gree-hvac").await;
        town.build().await;
        town
    }

    /// The same town today: for programs that have a clock of their own.
    pub async fn today(name: &str, on: On) -> Town {
        let mut town = Town::bare(name, on, "gree-hvac").await;
        town.set_to_today();
        town.build().await;
        town
    }

    /// The town of today, on a disk that is there already.
    pub async fn within(dir: Dir) -> Town {
        let database = format!("sqlite:{}/town.db", dir.0);
        let mut town = Town::over(dir, On::Sqlite, database, "gree-hvac", None).await;
        town.set_to_today();
        town.build().await;
        town
    }

    #[expect(clippy::disallowed_methods, reason = "a program beside the test knows no other")]
    fn set_to_today(&self) {
        self.set_clock(Time::of(jiff::Timestamp::now()));
    }

    /// One whose every statement is heard.
    pub async fn overheard(name: &str, on: On, ear: Ear) -> Town {
        let mut town = Town::ground(name, on, "gree-hvac", Some(ear)).await;
        town.build().await;
        town
    }

    /// A folder of its own, gone with the town.
    pub fn folder(&self) -> &std::path::Path {
        std::path::Path::new(&self.dir.0)
    }

    /// Ground to build on: a pack, and nobody there yet.
    pub async fn bare(name: &str, on: On, pack: &str) -> Town {
        Town::ground(name, on, pack, None).await
    }

    async fn ground(name: &str, on: On, pack: &str, ear: Option<Ear>) -> Town {
        let dir = Dir::new(name);
        let database = match on {
            On::Sqlite => format!("sqlite:{}/town.db", dir.0),
            On::Postgres => schema_on(&std::env::var(SERVER).unwrap(), name).await,
        };
        Town::over(dir, on, database, pack, ear).await
    }

    /// On a server of its own, which may be treated badly.
    pub async fn on_server(name: &str, server: &str) -> Town {
        let database = schema_on(server, name).await;
        let mut town = Town::over(Dir::new(name), On::Postgres, database, "gree-hvac", None).await;
        town.set_to_today();
        town.build().await;
        town
    }

    async fn over(dir: Dir, on: On, database: String, pack: &str, ear: Option<Ear>) -> Town {
        let db = Db::overheard(&database, ear).await.unwrap();
        let clock = Arc::new(AtomicI64::new(MONDAY));
        let hand = Arc::clone(&clock);
        let now = Arc::new(move || Time::from_millis(hand.load(Ordering::SeqCst)));
        let mut config = Config::new(format!("{}/files", dir.0).into());
        config.argon2 = (64, 1);
        (config.rate_per_token, config.rate_per_address) = (0, 0);
        let app = App::new(db, now, dice, config);
        app.migrate().await.unwrap();
        let (tokens, ids) = (BTreeMap::new(), BTreeMap::new());
        let router = server::router(app.clone());
        let town = Town { app, on, clock, tokens, ids, database, router, dir };
        let pack = packs::read(pack).unwrap();
        let now = town.app.now();
        let load = async move |mut tx: Tx| packs::load(&mut tx, &pack, now).await.map(|_| ());
        town.app.db.act(load).await.unwrap();
        town.app.learn().await.unwrap();
        town
    }

    async fn build(&mut self) {
        let orgs = self.house(async |cx| build_orgs(cx).await).await;
        self.ids.extend(orgs.clone());
        for (login, name, roles, place) in PEOPLE {
            let (org, roles) = (orgs[*place].clone(), roles.iter().map(|it| (*it).to_owned()));
            let draft = account::ops::Draft {
                login: (*login).into(),
                name: (*name).into(),
                roles: roles.collect(),
                phone: Some("13900000000".into()),
                skills: vec!["家用空调器".into()],
                ..Default::default()
            };
            self.hire(login, &org, draft, None).await;
        }
    }

    /// Somebody comes to work here, with every certificate of the pack or with those named.
    pub async fn hire(
        &mut self,
        login: &str,
        org: &str,
        draft: account::ops::Draft,
        certificates: Option<Vec<String>>,
    ) {
        let org = org.to_owned();
        let work = async move |cx: &mut Cx| hire(cx, &org, &draft, certificates.as_deref()).await;
        let (id, token) = self.house(work).await;
        self.ids.insert(login.into(), id);
        self.tokens.insert(login.into(), token);
    }

    pub fn set_clock(&self, time: Time) {
        self.clock.store(time.millis(), Ordering::SeqCst);
    }

    /// Past the front door, as the house itself.
    pub async fn house<T: Send + 'static>(
        &self,
        work: impl AsyncFn(&mut Cx) -> Result<T> + Send + 'static,
    ) -> T {
        self.app.act(&Arc::new(Actor::house()), work).await.unwrap()
    }

    pub fn id(&self, name: &str) -> String {
        self.ids[name].clone()
    }

    pub fn later(&self, minutes: i64) {
        self.clock.fetch_add(minutes * 60_000, Ordering::SeqCst);
    }

    pub fn token(&self, login: &str) -> &str {
        &self.tokens[login]
    }

    /// A moment so many hours from now, as it is typed.
    pub fn at(&self, hours: i64) -> String {
        let time = self.app.now().after(kernel::Span::hours(hours));
        time.text(&self.app.company().zone)
    }

    pub async fn get(&self, who: &str, path: &str) -> Answer {
        self.ask(self.request("GET", who, path).body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, who: &str, path: &str, body: Json) -> Answer {
        let request = self.request("POST", who, path).header("content-type", "application/json");
        self.ask(request.body(Body::from(body.to_string())).unwrap()).await
    }

    pub fn request(&self, method: &str, who: &str, path: &str) -> axum::http::request::Builder {
        let request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header("accept-language", "zh-CN");
        match self.tokens.get(who) {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        }
    }

    /// The answer as it comes, for those that do not end by themselves.
    pub async fn open(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.open(request).await;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let text = String::from_utf8_lossy(&body).into_owned();
        let json = serde_json::from_str(&text).unwrap_or_default();
        Answer { status, headers, text, json }
    }

    /// Ms Wang's fault, as the hotline writes it down. Returns the order's id.
    pub async fn fault(&self) -> String {
        let answer = self.post("mei", "/requests", wang()).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        answer.json["order"]["id"].as_str().expect("an order").to_owned()
    }

    pub async fn step(&self, who: &str, order: &str, body: Json) -> Answer {
        self.post(who, &format!("/orders/{order}/steps"), body).await
    }

    /// The step, and that it went well.
    pub async fn does(&self, who: &str, order: &str, body: Json) -> Json {
        let answer = self.step(who, order, body.clone()).await;
        assert_eq!(answer.status, StatusCode::OK, "{who} {body}: {}", answer.text);
        answer.json
    }

    /// As far as the technician's work on site.
    pub async fn on_site(&self) -> String {
        let order = self.fault().await;
        self.does("chen", &order, json!({"step": "accept"})).await;
        self.does("chen", &order, self.sending("li", 1, 3)).await;
        self.does("li", &order, json!({"step": "depart"})).await;
        self.later(70);
        self.does("li", &order, json!({"step": "arrive", "lat": 22.27, "lon": 113.54})).await;
        order
    }

    pub async fn finished(&self) -> String {
        let order = self.on_site().await;
        self.does("li", &order, finding()).await;
        order
    }

    /// As far as the customer's signature.
    pub async fn signed(&self) -> String {
        let order = self.finished().await;
        let code = self.code(&order).await;
        self.does("li", &order, json!({"step": "sign", "name": "王芳", "code": code})).await;
        order
    }

    /// The same with a drawing on the screen, which can be looked at.
    pub async fn signed_by_hand(&self) -> String {
        let order = self.finished().await;
        let sign = json!({"step": "sign", "name": "王芳", "signature_png": signature(true)});
        self.does("li", &order, sign).await;
        order
    }

    /// The code the customer was sent.
    pub async fn code(&self, order: &str) -> String {
        let order = order.to_owned();
        self.house(async move |cx| {
            let sql = "select code from orders where id = $1";
            cx.tx.cell(sql, &[kernel::Value::Text(order.clone())]).await
        })
        .await
    }

    pub fn sending(&self, technician: &str, from: i64, to: i64) -> Json {
        json!({
            "step": "assign", "technician": self.id(technician),
            "from": self.at(from), "to": self.at(to),
        })
    }
}

/// A picture of a signature, as the screen sends it; or one on which nobody has drawn.
pub fn signature(drawn: bool) -> String {
    use base64::Engine as _;
    let stroke = |x: u32, y: u32| drawn && (x + y) % 17 < 3;
    let colour = |x, y| image::Rgb([if stroke(x, y) { 10 } else { 255 }; 3]);
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::from_fn(120, 60, colour);
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    base64::engine::general_purpose::STANDARD.encode(bytes.into_inner())
}

pub fn finding() -> Json {
    json!({"step": "finish", "cause": "缺制冷剂", "action": "补充制冷剂", "fault_code": "KT-01"})
}

/// Ms Wang's air conditioner is warm.
pub fn wang() -> Json {
    json!({
        "kind": "repair", "channel": "phone",
        "customer": {"name": "王芳", "phone": "138 0013 8000",
                     "address": "广东省珠海市香洲区前山街道金鸡路789号2栋1203"},
        "device": {"serial": "4H29B00731186", "model": "KFR-35GW", "category": "家用空调器",
                   "sold_on": "2026-06-20", "installed_on": "2026-06-25"},
        "fault": {"text": "室外机有异响，制冷比以前慢"},
    })
}

async fn build_orgs(cx: &mut Cx) -> Result<BTreeMap<String, String>> {
    let named = |name: &str| org::ops::Draft { name: name.into(), ..Default::default() };
    let hq = org::ops::found(cx, OrgKind::Hq, None, &named("总部")).await?;
    let mut ids = BTreeMap::from([("总部".to_owned(), hq.id.to_string())]);
    let pack = Arc::clone(&cx.company.pack);
    for region in pack.regions.iter().filter(|it| ["粤西", "广州"].contains(&it.name.zh.as_str()))
    {
        let it =
            org::ops::found(cx, OrgKind::Region, Some(&hq.id), &named(&region.name.zh)).await?;
        let areas: Vec<_> = region.areas.iter().map(|it| (it.clone(), None)).collect();
        org::ops::set_territory(cx, &it.id, &areas).await?;
        ids.insert(region.name.zh.clone(), it.id.to_string());
        let outlets: &[(&str, &str)] = match region.name.zh.as_str() {
            "粤西" => &[("香洲网点", "440402"), ("斗门网点", "440403")],
            _ => &[("天河网点", "440106")],
        };
        for (name, district) in outlets {
            let outlet = org::ops::found(cx, OrgKind::Outlet, Some(&it.id), &named(name)).await?;
            let areas = [((*district).to_owned(), None)];
            org::ops::set_territory(cx, &outlet.id, &areas).await?;
            ids.insert((*name).into(), outlet.id.to_string());
        }
    }
    Ok(ids)
}

async fn hire(
    cx: &mut Cx,
    org: &str,
    draft: &account::ops::Draft,
    certificates: Option<&[String]>,
) -> Result<(String, String)> {
    let org = rules::policy::OrgId::parse(org)?;
    let person = account::ops::hire(cx, &org, draft, None).await?;
    if draft.roles.iter().any(|it| it == "technician") {
        let pack = Arc::clone(&cx.company.pack);
        let every: Vec<_> = pack.certificates.iter().map(|it| it.name.zh.clone()).collect();
        let named = certificates.unwrap_or(&every).iter().map(|it| account::Certificate {
            name: it.clone(),
            until: None,
            number: None,
        });
        let named: Vec<_> = named.collect();
        account::ops::set_certificates(cx, &person.id, &named).await?;
    }
    let token = account::ops::create_token(cx, &person.id, "test", 90).await?;
    Ok((person.id.to_string(), token))
}

/// The same tests on the other engine: a schema per town.
pub async fn schema_on(server: &str, name: &str) -> String {
    static TOWNS: AtomicU64 = AtomicU64::new(0);
    let n = TOWNS.fetch_add(1, Ordering::Relaxed);
    let schema = format!("town_{name}_{}_{n}", std::process::id());
    let create = format!("create schema {schema}");
    let work = async move |mut tx: Tx| tx.run(&create, &[]).await;
    Db::open(server).await.unwrap().act(work).await.unwrap();
    let mark = if server.contains('?') { '&' } else { '?' };
    format!("{server}{mark}options=-csearch_path%3D{schema}")
}

/// Counts, so that ids and codes are the same in every run.
pub fn dice() -> Box<dyn Dice> {
    static THROWS: AtomicU64 = AtomicU64::new(1);
    struct Counting;
    impl Dice for Counting {
        fn roll(&mut self) -> u128 {
            let n = u128::from(THROWS.fetch_add(1, Ordering::Relaxed));
            // Spread over all bits, as what is made of it looks at different ones.
            n.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)
        }
    }
    Box::new(Counting)
}

pub struct Dir(pub String);

impl Dir {
    pub fn new(name: &str) -> Dir {
        static TOWNS: AtomicU64 = AtomicU64::new(0);
        let n = TOWNS.fetch_add(1, Ordering::Relaxed);
        let dir =
            format!("{}/baoxiu-{}-{name}-{n}", std::env::temp_dir().display(), std::process::id());
        std::fs::create_dir_all(&dir).unwrap();
        Dir(dir)
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
