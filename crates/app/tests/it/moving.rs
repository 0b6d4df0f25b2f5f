//! A house that outgrew its embedded database moves into a server's, with everything in it.

use std::process::{Command, Output};

use platform::db::Db;
use serde_json::{Value as Json, json};

use crate::{
    crash::{Running, http, program, run},
    town::{On, Town, schema_on, skipped, wang},
};

/// What differs: that a backup was taken is noted after it was taken.
const OWN: &str = "settings";

/// The first column of whatever is asked, as texts.
async fn texts(db: &Db, sql: String) -> Vec<String> {
    let read = db.look(async move |mut tx| {
        let rows = tx.rows(&sql, &[]).await?;
        rows.iter().map(|it| it.get::<String>(0)).collect::<kernel::Result<Vec<_>>>()
    });
    read.await.unwrap()
}

/// The index of words is another thing on each engine.
async fn tables(db: &Db) -> Vec<String> {
    let sql = "select name from sqlite_master where type = 'table' and name not like 'sqlite%'
               and name not like 'words%' and name <> 'migrations' order by name";
    texts(db, sql.to_owned()).await
}

/// Every row of a table, as text, in an order of its own.
async fn rows(db: &Db, table: &str, columns: &[String]) -> Vec<String> {
    let cells = columns.iter().map(|it| format!("coalesce(cast({it} as text), '∅')"));
    let cells = cells.collect::<Vec<_>>().join(" || '|' || ");
    let mut all = texts(db, format!("select {cells} from {table}")).await;
    all.sort();
    all
}

/// A schema that nobody has touched; none where the tests have no server.
async fn server(name: &str) -> Option<String> {
    let Ok(server) = std::env::var("BAOXIU_TEST_POSTGRES") else {
        skipped(&format!("{name}: BAOXIU_TEST_POSTGRES names no server"));
        return None;
    };
    Some(schema_on(&server, name).await)
}

fn there(town: &Town, database: &str) -> Command {
    let mut command = program(town);
    command.env("DATABASE_URL", database).env("BAOXIU_FILES", town.folder().join("moved"));
    command
}

fn said(it: &Output) -> String {
    String::from_utf8_lossy(&it.stderr).into_owned() + &String::from_utf8_lossy(&it.stdout)
}

async fn ask(url: &str, token: &str, path: &str) -> Json {
    let asked = http().get(format!("{url}/api/v1{path}")).bearer_auth(token);
    let answer = asked.send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200, "{path}");
    answer.json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_house_that_outgrew_its_file_moves_into_a_server_with_everything_in_it() {
    let Some(server) = server("moved").await else { return };
    let town = Town::today("moving", On::Sqlite).await;
    let signed = town.signed().await;
    let mut odd = wang();
    odd["fault"] = json!({"text": "面板写着 \\N\t\"E5\"，\r\n反斜杠 \\ 和 😀"});
    odd["customer"]["phone"] = json!("13900139001");
    odd["device"] = json!({"category": "家用空调器"});
    town.post("mei", "/requests", odd).await;
    let archive = town.folder().join("house.zip");
    let archive = archive.to_str().unwrap();
    let saved = run(&town, &["backup", archive]);
    assert!(saved.status.success(), "{}", said(&saved));

    let moved = there(&town, &server).args(["restore", archive]).output().unwrap();
    assert!(moved.status.success(), "{}", said(&moved));
    let to = Db::open(&server).await.unwrap();
    let (from, mut held) = (&town.app.db, 0);
    for table in tables(from).await.iter().filter(|it| *it != OWN) {
        let columns = texts(from, format!("select name from pragma_table_info('{table}')")).await;
        let (before, after) = (rows(from, table, &columns).await, rows(&to, table, &columns).await);
        assert_eq!(before, after, "{table}");
        held += before.len();
    }
    assert!(held > 200, "{held} rows are no house");
    assert!(!town.folder().join("moved/moving").exists(), "nothing is left lying about");
    let check = there(&town, &server).args(["check", "--audit"]).output().unwrap();
    assert!(check.status.success(), "{}", said(&check));

    // People go on where they were: same keys, same finds, and what comes next comes after it.
    let token = town.token("mei");
    let new = Running::start_as(&town, |it| {
        it.env("DATABASE_URL", &server).env("BAOXIU_FILES", town.folder().join("moved"))
    });
    let (old, mut found) = (Running::start(&town), 0);
    for words in
        ["王芳", "wangfang", "wf", "8000", "9001", "反斜杠", "异响", "E5", "香洲", "没有这个"]
    {
        for list in ["orders", "customers"] {
            let path = format!("/{list}?q={words}");
            let (was, is) = (ask(&old.url, token, &path).await, ask(&new.url, token, &path).await);
            assert_eq!(was, is, "{list} {words}");
            found += is["items"].as_array().unwrap().len();
        }
    }
    assert!(found > 10, "{found} finds");
    let order = format!("/orders/{signed}");
    assert_eq!(ask(&old.url, token, &order).await, ask(&new.url, token, &order).await);
    let filed = http().post(format!("{}/api/v1/requests", new.url)).bearer_auth(token);
    let mut next = wang();
    next["customer"]["phone"] = json!("13900139002");
    next["customer"]["name"] = json!("欧阳慧敏");
    next["device"] = json!({"category": "家用空调器"});
    let filed = filed.json(&next).send().await.unwrap();
    assert_eq!(filed.status().as_u16(), 201, "{}", filed.text().await.unwrap());
    let found = ask(&new.url, token, "/orders?q=欧阳慧敏").await;
    assert_eq!(found["items"].as_array().unwrap().len(), 1, "{found}");

    let again = there(&town, &server).args(["restore", archive]).output().unwrap();
    assert_eq!(again.status.code(), Some(1), "where somebody lives nothing is overwritten");
}

/// The same way a demo of a year goes: made in a file, moved whole.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_demo_on_a_server_is_the_demo_in_a_file() {
    let Some(server) = server("demo").await else { return };
    let town = Town::bare("demos", On::Sqlite, "gree-hvac").await;
    let folder = town.folder().join("made");
    let mut command = Command::new(env!("CARGO_BIN_EXE_baoxiu"));
    std::fs::create_dir_all(&folder).unwrap();
    command.args(["demo", "--scale", "small", "--json", "--listen", "127.0.0.1:0"]);
    command.args(["--database", &server]).current_dir(&folder).stdout(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut out, &mut line).unwrap();
    let told: Json = serde_json::from_str(&line).unwrap();
    let people = told["people"].as_array().unwrap();
    let of = |role: &str| {
        let it = people.iter().find(|it| it["role"] == role).unwrap();
        it["token"].as_str().unwrap().to_owned()
    };
    let url = told["url"].as_str().unwrap().trim_end_matches('/');
    let orders = ask(url, &of("hq_manager"), "/orders?limit=200").await;
    assert_eq!(orders["items"].as_array().unwrap().len(), 200, "{orders}");
    let seen = ask(url, &of("technician"), "/me").await;
    assert_eq!(seen["role"], "technician");
    child.kill().unwrap();
    child.wait().unwrap();
    let db = Db::open(&server).await.unwrap();
    let count = async |sql: &'static str| -> i64 {
        db.look(async move |mut tx| tx.cell(sql, &[]).await).await.unwrap()
    };
    // What happened since it serves may wait for its place; its history does not.
    let sealed = count("select count(*) from events where place is not null").await;
    let waiting = count("select count(*) from events where place is null").await;
    assert!(
        sealed > 5000 && waiting < 100,
        "{sealed} have their place in the chain, {waiting} not"
    );
    assert_eq!(count("select count(*) from orders").await, 600);
    // With the names and keys of this one nobody is let into another.
    let other = schema_on(&std::env::var("BAOXIU_TEST_POSTGRES").unwrap(), "demo2").await;
    let mut command = Command::new(env!("CARGO_BIN_EXE_baoxiu"));
    command.args(["demo", "--scale", "small", "--listen", "127.0.0.1:0", "--database", &other]);
    let no = command.current_dir(&folder).output().unwrap();
    assert!(no.status.code() == Some(1) && said(&no).contains("另一个演示网络"), "{}", said(&no));
}
