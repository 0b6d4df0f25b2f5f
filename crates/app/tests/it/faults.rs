//! What goes wrong around the program: two of it on one file, a file that somebody holds or that
//! takes nothing, a backup in the middle of work, a database of the first day, a server that dies.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc,
    },
    time::Duration,
};

use axum::http::{StatusCode, header};
use futures_util::future::join_all;
use platform::{
    db::{self, Db, Dialect, Migration, Tx},
    search::{self, Depth},
};
use serde_json::{Value as Json, json};

use crate::{
    crash::{Running, program, run},
    town::{Dir, On, Town, schema_on, skipped, wang},
};

fn http() -> reqwest::Client {
    reqwest::Client::builder().timeout(Duration::from_secs(40)).no_proxy().build().unwrap()
}

fn call(n: usize) -> Json {
    let mut body = wang();
    body["customer"]["phone"] = json!(format!("1390055{n:04}"));
    body["device"] = json!({"category": "家用空调器"});
    body
}

async fn file(http: &reqwest::Client, url: &str, token: &str, n: usize) -> reqwest::Response {
    let request = http.post(format!("{url}/api/v1/requests")).bearer_auth(token).json(&call(n));
    request.send().await.unwrap()
}

async fn count(db: &Db, sql: &'static str) -> i64 {
    db.look(async move |mut tx| tx.cell(sql, &[]).await).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_programs_on_one_file_do_not_hurt_each_other() {
    let town = Town::today("twoprograms", On::Sqlite).await;
    let both = [Running::start(&town), Running::start(&town)];
    let (http, token) = (http(), town.token("mei").to_owned());
    let all = (0..24).map(|n| file(&http, &both[n % 2].url, &token, n));
    for answer in join_all(all).await {
        assert_eq!(answer.status().as_u16(), 201, "{}", answer.text().await.unwrap());
    }
    assert_eq!(count(&town.app.db, "select count(*) from orders").await, 24);
    let check = run(&town, &["check", "--audit"]);
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_somebody_holds_the_file_others_read_and_are_told_to_come_back() {
    let town = Town::today("held", On::Sqlite).await;
    let server = Running::start(&town);
    let (http, token) = (http(), town.token("mei").to_owned());
    assert_eq!(file(&http, &server.url, &token, 1).await.status().as_u16(), 201);
    let (open, gate) = mpsc::channel::<()>();
    let (begun, began) = mpsc::channel::<()>();
    let db = town.app.db.clone();
    let held = tokio::spawn(async move {
        let work = async move |mut tx: Tx| {
            tx.run("update counters set n = n", &[]).await?;
            let _ = begun.send(());
            let _ = gate.recv();
            Ok(())
        };
        db.act(work).await
    });
    tokio::task::spawn_blocking(move || began.recv().unwrap()).await.unwrap();
    let seen = http.get(format!("{}/api/v1/orders", server.url)).bearer_auth(&token).send().await;
    assert_eq!(seen.unwrap().status().as_u16(), 200, "readers do not wait");
    let no = file(&http, &server.url, &token, 2).await;
    assert_eq!(no.status().as_u16(), 503);
    assert!(no.headers().contains_key("retry-after"));
    let no: Json = no.json().await.unwrap();
    assert_eq!(no["code"], "database.away");
    open.send(()).unwrap();
    held.await.unwrap().unwrap();
    assert_eq!(file(&http, &server.url, &token, 2).await.status().as_u16(), 201, "by itself");
}

/// As somebody who may not write there; a superuser may write everywhere.
fn as_nobody(command: &mut Command) {
    use std::os::unix::{fs::MetadataExt as _, process::CommandExt as _};
    if fs::metadata("/proc/self").unwrap().uid() == 0 {
        command.uid(65534).gid(65534);
    }
}

fn may(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[tokio::test]
async fn a_file_that_takes_nothing_is_said_so_at_the_start() {
    let town = Town::today("readonly", On::Sqlite).await;
    for entry in fs::read_dir(town.folder()).unwrap() {
        let path = entry.unwrap().path();
        may(&path, if path.is_dir() { 0o555 } else { 0o444 });
    }
    may(town.folder(), 0o555);
    for (lang, word) in [("zh", "只读"), ("en", "read-only")] {
        let mut serve = program(&town);
        as_nobody(serve.args(["serve", "--listen", "127.0.0.1:0", "--lang", lang]));
        let said = serve.output().unwrap();
        let words = String::from_utf8_lossy(&said.stderr).into_owned();
        assert_eq!(said.status.code(), Some(1), "{words}");
        assert!(words.contains(word), "{words}");
    }
    may(town.folder(), 0o755);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_in_the_middle_of_work_is_a_whole_house() {
    let town = Town::today("backup", On::Sqlite).await;
    let server = Running::start(&town);
    let token = town.token("mei").to_owned();
    let url = server.url.clone();
    let busy = tokio::spawn(async move {
        let http = http();
        for n in 0..40 {
            assert_eq!(file(&http, &url, &token, n).await.status().as_u16(), 201);
        }
    });
    let archive = town.folder().join("house.zip");
    let archive = archive.to_str().unwrap();
    let saved = run(&town, &["backup", archive]);
    assert!(saved.status.success(), "{}", String::from_utf8_lossy(&saved.stderr));
    busy.await.unwrap();
    let new = town.folder().join("elsewhere");
    let new = new.to_str().unwrap();
    let there = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_baoxiu"));
        command.args(args).args(["--data", new]).env_remove("DATABASE_URL").output().unwrap()
    };
    let back = there(&["restore", archive]);
    assert!(back.status.success(), "{}", String::from_utf8_lossy(&back.stderr));
    let check = there(&["check", "--audit"]);
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
    let again = there(&["restore", archive]);
    assert_eq!(again.status.code(), Some(1), "a house in which somebody lives is not overwritten");
    let db = Db::open(&format!("sqlite:{new}/baoxiu.db")).await.unwrap();
    let half = "select count(*) from orders o where (select count(*) from promises p
                where p.request = o.request) <> 4";
    assert_eq!(count(&db, half).await, 0);
    assert_eq!(count(&db, "select count(*) from people").await, 16);
}

/// The schema of the first day, with a customer in it.
async fn first_day(database: &str) -> Db {
    let text = include_str!("../../migrations/0001_ground.sql");
    let first = Migration { name: "0001_ground", sql: text };
    let db = Db::open(database).await.unwrap();
    let applied = db::migrate(&db, Box::leak(Box::new([first]))).await.unwrap();
    assert_eq!(applied, ["0001_ground"]);
    let fill = async |mut tx: Tx| {
        tx.run(
            "insert into customers (id, name, kind, phone, path, created_at, version)
             values ('cus_1', '王芳', 'person', '13800138000', '/1/', 1795395600000, 0)",
            &[],
        )
        .await?;
        tx.run("insert into finds (kind, subject) values ('customer', 'cus_1')", &[]).await?;
        let words = match tx.dialect() {
            Dialect::Sqlite => "insert into words (rowid, tokens) values (1, '王 芳 王芳')",
            Dialect::Postgres => {
                "insert into words (id, tokens) values (1, array_to_tsvector('{王,芳,王芳}'))"
            }
        };
        tx.run(words, &[]).await?;
        let sql = "insert into events (id, at, kind, subject, data)
                   values ('evt_1', 1795395600000, 'customer.filed', 'cus_1', '{}')";
        tx.run(sql, &[]).await
    };
    db.act(fill).await.unwrap();
    db
}

#[tokio::test]
async fn a_database_of_the_first_day_goes_to_the_newest_with_its_data() {
    let dir = Dir::new("firstday");
    let mut all = vec![format!("sqlite:{}/old.db", dir.0)];
    match std::env::var("BAOXIU_TEST_POSTGRES") {
        Ok(server) => all.push(schema_on(&server, "firstday").await),
        Err(_) => skipped("the first day on PostgreSQL: BAOXIU_TEST_POSTGRES names no server"),
    }
    for database in all {
        let db = first_day(&database).await;
        let mut before = Command::new(env!("CARGO_BIN_EXE_baoxiu"));
        before.args(["check", "--lang", "en"]).env("DATABASE_URL", &database);
        assert_eq!(before.output().unwrap().status.code(), Some(1), "it is behind");
        let app = app_over(&dir, db.clone());
        app.migrate().await.unwrap();
        assert_eq!(count(&db, "select count(*) from customers where name = '王芳'").await, 1);
        let found = db.look(async |mut tx: Tx| {
            let found = search::finds(&tx, "王芳", &Depth::All, 1);
            let (sql, words) = found.expect("there are words in it");
            tx.rows(&sql, &[words]).await?.iter().map(|it| it.get::<String>(1)).collect()
        });
        let found: Vec<String> = found.await.unwrap();
        assert_eq!(found, ["cus_1"], "what was found is still found");
        platform::events::seal_committed(&db).await.unwrap();
        let after = before.arg("--audit").output().unwrap();
        assert!(after.status.success(), "{}", String::from_utf8_lossy(&after.stdout));
        app.migrate().await.unwrap();
    }
}

fn app_over(dir: &Dir, db: Db) -> baoxiu::App {
    let now = Arc::new(|| kernel::Time::from_millis(crate::town::MONDAY));
    let config = baoxiu::app::Config::new(format!("{}/files", dir.0).into());
    baoxiu::App::new(db, now, crate::town::dice, config)
}

/// A server that nobody else uses: started, killed, started again.
struct Server {
    folder: Dir,
    port: u16,
    bin: std::path::PathBuf,
    child: Option<std::process::Child>,
}

impl Server {
    fn new() -> Option<Server> {
        let mut all: Vec<_> = fs::read_dir("/usr/lib/postgresql").ok()?.flatten().collect();
        all.sort_by_key(std::fs::DirEntry::path);
        let bin = all.pop()?.path().join("bin");
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut server = Server { folder: Dir::new("server"), port, bin, child: None };
        may(Path::new(&server.folder.0), 0o777);
        let data = format!("{}/data", server.folder.0);
        let options = ["-U", "baoxiu", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"];
        let made = server.tool("initdb").args(["-D", &data]).args(options).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        server.start();
        Some(server)
    }

    fn tool(&self, name: &str) -> Command {
        let mut command = Command::new(self.bin.join(name));
        command.current_dir(&self.folder.0).stdin(Stdio::null());
        as_nobody(&mut command);
        command
    }

    fn url(&self) -> String {
        format!("postgres://baoxiu@127.0.0.1:{}/postgres", self.port)
    }

    /// Whoever is still leaving after a kill holds it up for a moment.
    fn start(&mut self) {
        for _ in 0..100 {
            let (data, port) = (format!("{}/data", self.folder.0), self.port.to_string());
            let mut server = self.tool("postgres");
            server.args(["-D", &data, "-p", &port, "-k", &self.folder.0]);
            server.args(["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=60"]);
            let mut child = server.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            for _ in 0..200 {
                let asked =
                    self.tool("pg_isready").args(["-q", "-h", "127.0.0.1", "-p", &port]).status();
                if asked.unwrap().success() {
                    self.child = Some(child);
                    return;
                }
                if child.try_wait().unwrap().is_some() {
                    break;
                }
                std::thread::sleep(Duration::from_millis(50));
            }
            let _ = child.kill();
            let _ = child.wait();
        }
        panic!("the server does not start");
    }

    fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_server_that_dies_is_waited_for_and_nothing_is_lost() {
    let known = std::env::var("BAOXIU_TEST_POSTGRES").is_ok();
    let Some(mut server) = known.then(Server::new).flatten() else {
        return skipped("a server that dies: no PostgreSQL to start");
    };
    let town = Town::on_server("dying", &server.url()).await;
    let order = town.fault().await;
    for _ in 0..2 {
        server.kill();
        // Its connections fall one after the other, in their own time.
        until(&town, StatusCode::SERVICE_UNAVAILABLE).await;
        for (who, path) in [("mei", "/orders"), ("chen", "/me")] {
            let no = town.get(who, path).await;
            assert_eq!(no.status, StatusCode::SERVICE_UNAVAILABLE, "{}", no.text);
            assert!(no.headers.contains_key(header::RETRY_AFTER));
            assert_eq!(no.json["code"], "database.away");
        }
        let no = town.post("mei", "/requests", call(7)).await;
        assert_eq!(no.status, StatusCode::SERVICE_UNAVAILABLE, "{}", no.text);
        assert_eq!(bare(&town, "/readyz").await, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(bare(&town, "/healthz").await, StatusCode::OK);
        server.start();
        until(&town, StatusCode::OK).await;
        let seen = town.get("mei", &format!("/orders/{order}")).await;
        assert_eq!(seen.status, StatusCode::OK, "what was acknowledged is there");
    }
    let yes = town.post("mei", "/requests", call(7)).await;
    assert_eq!(yes.status, StatusCode::CREATED, "{}", yes.text);
}

/// What the clients of a server that dies have heard.
#[derive(Default)]
struct Heard {
    /// The order of each key.
    filed: Mutex<BTreeMap<String, String>>,
    away: AtomicUsize,
    over: AtomicBool,
}

impl Heard {
    fn count(&self) -> usize {
        self.filed.lock().unwrap().len()
    }

    /// Files one request after the other, each until it is acknowledged.
    async fn work(self: Arc<Heard>, url: String, token: String, client: usize) {
        let http = http();
        for n in 0.. {
            let mut body = call(client * 1000 + n);
            let key = format!("{client}-{n}");
            body["external_id"] = json!(key);
            loop {
                let asked = http.post(format!("{url}/api/v1/requests")).bearer_auth(&token);
                let answer =
                    asked.header("idempotency-key", &key).json(&body).send().await.unwrap();
                let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
                let said: Json = answer.json().await.unwrap();
                if status == 201 {
                    let order = said["order"]["id"].as_str().unwrap().to_owned();
                    self.filed.lock().unwrap().insert(key, order);
                    break;
                }
                assert_eq!((status, &said["code"]), (503, &json!("database.away")), "{said}");
                assert!(headers.contains_key("retry-after"));
                self.away.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(30)).await;
            }
            if self.over.load(Ordering::Relaxed) {
                return;
            }
        }
    }

    /// Until so many are acknowledged, or so many were sent away.
    async fn reaches(&self, filed: usize, away: usize) {
        for _ in 0..2_000 {
            if self.count() >= filed && self.away.load(Ordering::Relaxed) >= away {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{} filed, {:?} away, and it does not go on", self.count(), self.away);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_at_work_lose_nothing_when_the_database_server_dies_under_them() {
    let known = std::env::var("BAOXIU_TEST_POSTGRES").is_ok();
    let Some(mut server) = known.then(Server::new).flatten() else {
        return skipped("clients of a server that dies: no PostgreSQL to start");
    };
    let town = Town::on_server("dyingwork", &server.url()).await;
    let app = Running::start(&town);
    let heard = Arc::new(Heard::default());
    let token = town.token("mei").to_owned();
    let clients = (0..4).map(|n| Arc::clone(&heard).work(app.url.clone(), token.clone(), n));
    let clients: Vec<_> = clients.map(tokio::spawn).collect();
    for _ in 0..2 {
        heard.reaches(heard.count() + 12, 0).await;
        server.kill();
        heard.reaches(0, heard.away.load(Ordering::Relaxed) + 4).await;
        server.start();
        heard.reaches(heard.count() + 12, 0).await;
    }
    heard.over.store(true, Ordering::Relaxed);
    join_all(clients).await.into_iter().for_each(|it| it.unwrap());
    let filed = heard.filed.lock().unwrap().clone();
    let http = http();
    for (key, order) in &filed {
        let seen = http.get(format!("{}/api/v1/orders/{order}", app.url)).bearer_auth(&token);
        assert_eq!(seen.send().await.unwrap().status().as_u16(), 200, "{key} was acknowledged");
    }
    let there = count(&town.app.db, "select count(*) from requests").await;
    assert_eq!(usize::try_from(there).unwrap(), filed.len(), "each once");
    let orders = count(&town.app.db, "select count(*) from orders").await;
    assert_eq!(usize::try_from(orders).unwrap(), filed.len());
    until_sealed(&town).await;
    let check = run(&town, &["check", "--audit"]);
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_a_database_server_in_the_middle_of_work_is_a_whole_house_too() {
    let known = std::env::var("BAOXIU_TEST_POSTGRES").is_ok();
    let Some(server) = known.then(Server::new).flatten() else {
        return skipped("a backup of a server: no PostgreSQL to start");
    };
    let town = Town::on_server("serverbackup", &server.url()).await;
    let app = Running::start(&town);
    let (token, url) = (town.token("mei").to_owned(), app.url.clone());
    assert_eq!(file(&http(), &url, &token, 0).await.status().as_u16(), 201);
    let busy = tokio::spawn(async move {
        let http = http();
        for n in 1..40 {
            assert_eq!(file(&http, &url, &token, n).await.status().as_u16(), 201);
        }
    });
    let archive = town.folder().join("house.zip");
    let archive = archive.to_str().unwrap();
    let saved = run(&town, &["backup", archive]);
    let words = String::from_utf8_lossy(&saved.stderr).into_owned();
    busy.await.unwrap();
    if words.contains("没有 pg_dump") {
        return skipped("a backup of a server: no pg_dump");
    }
    assert!(saved.status.success(), "{words}");
    let port = server.port.to_string();
    let mut made = server.tool("createdb");
    made.args(["-h", "127.0.0.1", "-p", &port, "-U", "baoxiu", "elsewhere"]);
    assert!(made.status().unwrap().success());
    let elsewhere = town.database.replace("/postgres?", "/elsewhere?");
    assert_ne!(elsewhere, town.database);
    let there = |args: &[&str]| {
        let mut command = program(&town);
        command.env("DATABASE_URL", &elsewhere);
        command.env("BAOXIU_FILES", town.folder().join("elsewhere"));
        command.args(args).output().unwrap()
    };
    let back = there(&["restore", archive]);
    assert!(back.status.success(), "{}", String::from_utf8_lossy(&back.stderr));
    let db = Db::open(&elsewhere).await.unwrap();
    let half = "select count(*) from orders o where (select count(*) from promises p
                where p.request = o.request) <> 4";
    assert_eq!(count(&db, half).await, 0);
    assert_eq!(count(&db, "select count(*) from people").await, 16);
    assert!(count(&db, "select count(*) from orders").await > 0);
    platform::events::seal_committed(&db).await.unwrap();
    let check = there(&["check", "--audit"]);
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
    let again = there(&["restore", archive]);
    assert_eq!(again.status.code(), Some(1), "where somebody lives nothing is overwritten");
}

async fn until_sealed(town: &Town) {
    for _ in 0..200 {
        if count(&town.app.db, "select count(*) from events where place is null").await == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("events stay unsealed");
}

/// It comes to this by itself, if it is given a moment.
async fn until(town: &Town, wanted: StatusCode) {
    for _ in 0..200 {
        if bare(town, "/readyz").await == wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("/readyz never answers {wanted}");
}

async fn bare(town: &Town, path: &str) -> StatusCode {
    let request = axum::http::Request::get(path).body(axum::body::Body::empty()).unwrap();
    town.ask(request).await.status
}
