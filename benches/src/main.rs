//! How fast the program is, with the bare engine beside it in the same run.

mod calls;
mod client;
mod clock;
mod cluster;
mod create;
mod disk;
mod house;
mod import;
mod load;
mod raw_postgres;
mod raw_sqlite;
mod read;
mod table;

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, ensure};
use clap::{Parser, ValueEnum};

use cluster::Cluster;
use disk::Disk;
use house::{House, Kept, go_to_core, make_demo};

/// Application and database have one core, the clients the other.
const SERVER: usize = 0;
const CLIENT: usize = 1;

#[derive(Debug, Parser)]
#[command(about = "Measures the program, with the bare engine beside it")]
struct Args {
    what: What,
    #[arg(long, default_value = "both")]
    engine: Engine,
    /// The release binary.
    #[arg(long, default_value = "target/release/baoxiu")]
    baoxiu: PathBuf,
    /// Where the seeds are kept from run to run.
    #[arg(long, default_value = "target/benches")]
    folder: PathBuf,
    #[arg(long, default_value = "large")]
    scale: String,
    #[arg(long, value_delimiter = ',', default_value = "1,8,64")]
    connections: Vec<usize>,
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    /// So many rows are imported.
    #[arg(long, default_value_t = 300_000)]
    rows: u64,
    /// Every sync takes so many milliseconds longer.
    #[arg(long, default_value_t = 0)]
    sync_ms: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// The seeds: a demo on each engine.
    Make,
    /// Requests over HTTP.
    Create,
    /// Lists, orders, searches, workbenches; start and memory.
    Read,
    /// Requests with orders, and customers, out of a file in no order; SQLite only.
    Import,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Engine {
    Sqlite,
    Postgres,
    Both,
}

/// Where everything lies.
struct Bench {
    baoxiu: PathBuf,
    folder: PathBuf,
    scale: String,
}

fn main() -> Result<()> {
    let args = Args::parse();
    fs::create_dir_all(&args.folder)?;
    let bench = Bench {
        baoxiu: args.baoxiu.canonicalize().context("the release binary")?,
        folder: args.folder.canonicalize()?,
        scale: args.scale.clone(),
    };
    go_to_core(CLIENT)?;
    tell(&quiet()?);
    let on = |it: Engine| args.engine == it || args.engine == Engine::Both;
    let slow = (args.sync_ms > 0).then(|| Disk::make(&bench.folder, args.sync_ms)).transpose()?;
    let wish = create::Wish { connections: &args.connections, seconds: args.seconds, disk: slow };
    if on(Engine::Sqlite) {
        match args.what {
            What::Make => drop(bench.sqlite_seed()?),
            What::Create => create::sqlite(&bench, &wish)?,
            What::Read => read::sqlite(&bench)?,
            What::Import => import::sqlite(&bench, args.rows)?,
        }
    }
    if on(Engine::Postgres) {
        match args.what {
            What::Make => drop(bench.postgres_seed(&bench.cluster(None)?)?),
            What::Create => create::postgres(&bench, &wish)?,
            What::Read => read::postgres(&bench)?,
            What::Import => (),
        }
    }
    tell(&quiet()?);
    Ok(())
}

impl Bench {
    /// The folder of a demo on SQLite; made if it is not there.
    fn sqlite_seed(&self) -> Result<PathBuf> {
        let folder = self.folder.join(format!("sqlite-{}", self.scale));
        if !folder.join("whole").exists() {
            fs::create_dir_all(&folder)?;
            let kept = Kept::Folder(folder.clone());
            let seconds = make_demo(&self.baoxiu, &self.scale, &kept, None)?;
            tell(&format!("demo --scale {} on SQLite: {seconds:.0} s", self.scale));
            self.whole(&folder, seconds)?;
        }
        // Made by an older program perhaps: the tables of seed and run have to be the same.
        House::serve(&self.baoxiu, &Kept::Folder(folder.clone()), SERVER, None)?.end()?;
        // What was written last stands in the log beside the file, which nobody copies.
        let seed = rusqlite::Connection::open(folder.join("baoxiu.db"))?;
        seed.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()))?;
        Ok(folder)
    }

    fn cluster(&self, disk: Option<&Disk>) -> Result<Cluster> {
        Cluster::start(&self.folder.join(&self.scale), SERVER, disk)
    }

    /// The folder with the names and keys of the demo in the database `seed`.
    fn postgres_seed(&self, cluster: &Cluster) -> Result<PathBuf> {
        let folder = self.folder.join(format!("postgres-{}", self.scale));
        let names = folder.join("baoxiu-demo");
        if !folder.join("whole").exists() {
            ensure!(!cluster.has("seed")?, "half a demo lies in {}", folder.display());
            cluster.say("postgres", "create database seed")?;
            let kept = Kept::Server(cluster.url("seed"), folder.clone());
            let seconds = make_demo(&self.baoxiu, &self.scale, &kept, None)?;
            cluster.say("seed", "vacuum analyze")?;
            tell(&format!("demo --scale {} on PostgreSQL: {seconds:.0} s", self.scale));
            self.whole(&folder, seconds)?;
        }
        let kept = Kept::Server(cluster.url("seed"), folder.join("files"));
        House::serve(&self.baoxiu, &kept, SERVER, None)?.end()?;
        Ok(names)
    }

    fn whole(&self, folder: &Path, seconds: f64) -> Result<()> {
        Ok(fs::write(folder.join("whole"), format!("{seconds:.0} s\n"))?)
    }
}

pub fn tell(text: &str) {
    // Nobody reads it any more if the terminal is gone.
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// How quiet the machine is.
fn quiet() -> Result<String> {
    let load = fs::read_to_string("/proc/loadavg")?;
    let kernel = Command::new("uname").arg("-sr").output()?;
    Ok(format!("{}; load {}", String::from_utf8_lossy(&kernel.stdout).trim(), load.trim()))
}
