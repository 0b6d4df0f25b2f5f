//! Creating requests over HTTP, and the bare engine beside it.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result};
use serde_json::Value as Json;

use crate::{
    Bench, CLIENT, SERVER,
    calls::{CATEGORY, ROUND, call},
    client::Client,
    disk::Disk,
    house::{House, Kept, go_to_core, people},
    load::{self, Taken},
    raw_postgres,
    raw_sqlite::Written,
    table::Table,
    tell,
};

/// As many rows as the bare loop writes again; more would only take longer.
const AGAIN: usize = 12_000;
/// The rate settles within this time; it is not counted.
const WARM: Duration = Duration::from_secs(2);

pub struct Wish<'a> {
    pub connections: &'a [usize],
    pub seconds: u64,
    pub disk: Option<Disk>,
}

pub fn sqlite(bench: &Bench, wish: &Wish) -> Result<()> {
    let seed = bench.sqlite_seed()?;
    let mut table = heads("groups");
    let mut said = String::new();
    for (nth, &connections) in wish.connections.iter().enumerate() {
        let folder = bench.folder.join("run");
        copy(&seed, &folder)?;
        let kept = Kept::Folder(folder.clone());
        let counting = match &wish.disk {
            Some(disk) => disk.clone(),
            None => Disk::make(&bench.folder, 0)?,
        };
        let house = House::serve(&bench.baoxiu, &kept, SERVER, Some(&counting))?;
        let before = counting.syncs()?;
        let taken = create(&house, &seed, connections, wish.seconds, nth as u64 + 1)?;
        let syncs = counting.syncs()? - before;
        let memory = house.memory()?.1;
        house.end()?;
        let group = taken.count() as f64 / syncs.max(1) as f64;
        let raw = match &wish.disk {
            // A bare loop on a slow disk measures the disk.
            Some(_) => f64::NAN,
            None => {
                let file = |of: &Path| of.join("baoxiu.db");
                let written = Written::read(&file(&folder), &file(&seed), AGAIN)?;
                said = written.per_request();
                copy(&seed, &folder)?;
                go_to_core(SERVER)?;
                let raw = written.replay(&file(&folder), connections.min(64))?;
                go_to_core(CLIENT)?;
                raw
            }
        };
        row(&mut table, connections, &taken, raw, format!("{group:.1}"), memory);
    }
    tell(&format!("SQLite, one request writes: {said}"));
    tell(&table.text());
    Ok(())
}

pub fn postgres(bench: &Bench, wish: &Wish) -> Result<()> {
    let cluster = bench.cluster(wish.disk.as_ref())?;
    let seed = bench.postgres_seed(&cluster)?;
    let files = bench.folder.join("run-files");
    let script = bench.folder.join("pgbench.sql");
    cluster.copy("seed", "run")?;
    let log = format!("{}?options=-clog_statement%3Dall", cluster.url("run"));
    let house = House::serve(&bench.baoxiu, &Kept::Server(log, files.clone()), SERVER, None)?;
    let who = people(&seed, "agent")?[0].token();
    let mut client = Client::connect(house.at, &who)?;
    let models = models(&mut client)?;
    for n in 0..3 {
        // Names, places and faults come round; only what is somebody's own differs.
        let body = call(77, n * ROUND, &models[..1]).to_string();
        client.ask("POST", "/api/v1/requests", "application/json", &body)?;
    }
    house.end()?;
    let statements = raw_postgres::script(&cluster.log(), &script)?;
    let mut table = heads("statements");
    for (nth, &connections) in wish.connections.iter().enumerate() {
        cluster.copy("seed", "run")?;
        let kept = Kept::Server(cluster.url("run"), files.clone());
        let house = House::serve(&bench.baoxiu, &kept, SERVER, None)?;
        let taken = create(&house, &seed, connections, wish.seconds, nth as u64 + 1)?;
        let memory = house.memory()?.1;
        house.end()?;
        cluster.copy("seed", "run")?;
        let raw = raw_postgres::run(&cluster, "run", &script, connections, wish.seconds, CLIENT)?;
        row(&mut table, connections, &taken, raw, statements.to_string(), memory);
    }
    tell("PostgreSQL, beside pgbench -M prepared with the same statements one by one:");
    tell(&table.text());
    Ok(())
}

fn heads(last: &str) -> Table {
    let heads = ["connections", "requests/s", "p50 ms", "p99 ms", "raw/s", "of raw", last, "MB"];
    Table::new(&heads)
}

fn row(table: &mut Table, connections: usize, it: &Taken, raw: f64, last: String, memory: f64) {
    table.row([
        connections.to_string(),
        format!("{:.0}", it.rate()),
        format!("{:.1}", it.within(50)),
        format!("{:.1}", it.within(99)),
        format!("{raw:.0}"),
        format!("{:.2}", it.rate() / raw),
        last,
        format!("{memory:.0}"),
    ]);
}

/// So many clients file requests for so long.
fn create(
    house: &House,
    seed: &Path,
    connections: usize,
    seconds: u64,
    series: u64,
) -> Result<Taken> {
    let who: Vec<String> = people(seed, "agent")?.iter().map(|it| it.token()).collect();
    let models = models(&mut Client::connect(house.at, &who[0])?)?;
    let say = |series: u64| {
        let models = models.clone();
        move |n: usize| {
            let body = call(series, n, &models).to_string();
            ("POST", "/api/v1/requests".to_owned(), body)
        }
    };
    load::run(house.at, &who, connections, WARM, 201, say(series + 50))?;
    let time = Duration::from_secs(seconds);
    load::run(house.at, &who, connections, time, 201, say(series))
}

/// Models of the category that the house knows.
fn models(client: &mut Client) -> Result<Vec<String>> {
    let answer = client.get("/api/v1/products")?;
    let known: Json = serde_json::from_str(&answer.body)?;
    let all = known["items"].as_array().context("products")?;
    let fits = all.iter().filter(|it| it["category"] == CATEGORY);
    Ok(fits.filter_map(|it| Some(it["model"].as_str()?.to_owned())).take(8).collect())
}

/// A folder again, without what lay there before.
pub fn copy(from: &Path, to: &PathBuf) -> Result<()> {
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    fs::create_dir_all(to)?;
    for name in ["baoxiu.db", "demo.json"] {
        fs::copy(from.join(name), to.join(name)).with_context(|| format!("copying {name}"))?;
    }
    // What was just copied is not what is measured.
    std::process::Command::new("sync").status()?;
    Ok(())
}
