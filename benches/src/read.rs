//! Reading where a hundred thousand orders lie: lists, orders, searches, workbenches, pages and
//! API; how long the program takes to start, and what it keeps in memory.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value as Json;

use crate::{
    Bench, SERVER,
    client::Client,
    clock,
    house::{House, Kept, people},
    load::Taken,
    table::Table,
    tell,
};

/// So often each is asked, one after the other.
const TIMES: usize = 60;
/// What one looks at is warm: the first answers are not counted.
const WARM: usize = 5;
/// After an answer nobody asks at once.
const PAUSE: Duration = Duration::from_millis(2);
/// Somebody's search while they type.
const TYPED: &[&str] = &["13", "138", "1380", "王", "王芳", "不制冷", "GD-26", "000123", "4H29B"];

pub fn sqlite(bench: &Bench) -> Result<()> {
    let folder = bench.sqlite_seed()?;
    let house = House::serve(&bench.baoxiu, &Kept::Folder(folder.clone()), SERVER, None)?;
    tell("SQLite");
    all(house, &folder)
}

pub fn postgres(bench: &Bench) -> Result<()> {
    let cluster = bench.cluster(None)?;
    let folder = bench.postgres_seed(&cluster)?;
    let kept = Kept::Server(cluster.url("seed"), bench.folder.join("run-files"));
    let house = House::serve(&bench.baoxiu, &kept, SERVER, None)?;
    tell("PostgreSQL");
    all(house, &folder)
}

/// What is asked: its name, within how many milliseconds half of the answers should come, and
/// the addresses, asked in turn.
struct Question {
    name: String,
    goal: f64,
    paths: Vec<String>,
}

fn question(name: &str, goal: f64, paths: impl IntoIterator<Item = String>) -> Question {
    Question { name: name.to_owned(), goal, paths: paths.into_iter().collect() }
}

fn all(house: House, folder: &std::path::Path) -> Result<()> {
    std::thread::sleep(Duration::from_secs(3));
    let idle = house.memory()?.0;
    let mut table = Table::new(&["who", "what", "goal ms", "p50 ms", "p95 ms", "KB"]);
    for role in ["agent", "dispatcher", "hq_manager", "technician"] {
        let person = people(folder, role)?.swap_remove(0);
        let mut api = Client::connect(house.at, &person.token())?;
        let mut pages = Client::connect(house.at, &person.cookie(house.at)?)?;
        let (asked, shown) = questions(&mut api, role)?;
        for (client, all) in [(&mut api, asked), (&mut pages, shown)] {
            for it in all {
                let (taken, bytes) = ask(client, &it)?;
                table.row([
                    role.to_owned(),
                    it.name,
                    format!("{:.0}", it.goal),
                    format!("{:.1}", taken.within(50)),
                    format!("{:.1}", taken.within(95)),
                    format!("{:.0}", bytes as f64 / 1024.0),
                ]);
            }
        }
    }
    tell(&table.text());
    let (now, most) = house.memory()?;
    tell(&format!(
        "start to first answer {:.2} s; memory idle {idle:.0} MB, now {now:.0} MB, \
         at most {most:.0} MB",
        house.ready
    ));
    house.end()
}

/// Of the API, and of the pages.
fn questions(api: &mut Client, role: &str) -> Result<(Vec<Question>, Vec<Question>)> {
    let open = "status=reported,accepted,assigned,on_way,on_site,finished,signed,suspended";
    let lists = [
        ("open, by due", format!("{open}&sort=due")),
        ("closed repairs", "status=closed&kind=repair&sort=-opened_at".to_owned()),
        ("by number", "kind=repair&sort=number".to_owned()),
        ("late", "overdue=true&sort=due".to_owned()),
        ("all, -due", "sort=-due".to_owned()),
    ];
    let mut asked = Vec::new();
    let mut shown = Vec::new();
    for (name, query) in &lists {
        asked.push(question(&format!("API list: {name}"), 5.0, [format!("/orders?{query}")]));
        let page = format!("/orders?{query}");
        shown.push(question(&format!("page list: {name}"), 5.0, [page]));
    }
    let query = &lists[1].1;
    let last = format!("{query}&cursor={}", last_cursor(api, query)?);
    asked.push(question("API list: its last page", 5.0, [format!("/orders?{last}")]));
    shown.push(question("page list: its last page", 5.0, [format!("/orders?{last}")]));
    let answer = api.get("/api/v1/orders?limit=20&sort=-opened_at")?;
    let some: Json = serde_json::from_str(&answer.body)?;
    let some = some["items"].as_array().context("orders")?;
    let ids = some.iter().filter_map(|it| it["id"].as_str());
    let orders: Vec<String> = ids.map(|it| format!("/orders/{it}")).collect();
    let typed = |path: &str| TYPED.iter().map(move |it| format!("{path}{it}")).collect::<Vec<_>>();
    asked.push(question("API order", 8.0, orders.clone()));
    asked.push(question("API search", 10.0, typed("/orders?limit=20&q=")));
    asked.push(question("API workbench", 10.0, ["/stats/today".to_owned()]));
    shown.push(question("page order", 8.0, orders));
    if role == "technician" {
        shown.push(question("page day", 10.0, ["/today".to_owned()]));
    } else {
        shown.push(question("page workbench", 10.0, ["/".to_owned()]));
        asked.push(question("API requests", 5.0, ["/requests?limit=50".to_owned()]));
        shown.push(question("page requests", 5.0, ["/requests".to_owned()]));
        shown.push(question("page search", 10.0, typed("/search?q=")));
    }
    for it in asked.iter_mut().flat_map(|it| &mut it.paths) {
        *it = encoded(&format!("/api/v1{it}"));
    }
    for it in shown.iter_mut().flat_map(|it| &mut it.paths) {
        *it = encoded(it);
    }
    Ok((asked, shown))
}

/// Walks the whole list, as nobody does, to where its last page begins.
fn last_cursor(api: &mut Client, query: &str) -> Result<String> {
    let mut cursor = String::new();
    loop {
        let answer = api.get(&format!("/api/v1/orders?{query}&limit=200&cursor={cursor}"))?;
        ensure!(answer.status == 200, "{}", answer.body);
        let page: Json = serde_json::from_str(&answer.body)?;
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => return Ok(cursor),
        }
    }
}

fn ask(client: &mut Client, it: &Question) -> Result<(Taken, usize)> {
    let mut times = Vec::new();
    let mut bytes = 0;
    for nth in 0..TIMES + WARM {
        let path = &it.paths[nth % it.paths.len()];
        let asked = clock::now();
        let answer = client.get(path)?;
        let time = asked.elapsed().as_secs_f64() * 1000.0;
        ensure!(answer.status < 400, "{path}: {} {}", answer.status, answer.body);
        if nth >= WARM {
            times.push(time);
            bytes = bytes.max(answer.body.len());
        }
        std::thread::sleep(PAUSE);
    }
    Ok((Taken::new(1.0, times), bytes))
}

/// Chinese signs as an address has them.
fn encoded(path: &str) -> String {
    let letter = |byte: u8| match byte.is_ascii() {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    path.bytes().map(letter).collect()
}
