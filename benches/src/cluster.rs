//! A PostgreSQL server of our own, as durable as it comes, on the core of the application.

use std::{
    fs,
    net::TcpListener,
    os::unix::{fs::chown, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};

use crate::{disk::Disk, house::on_core, tell};

/// Every statement can be told apart in the log by the process that ran it.
pub const PREFIX: &str = "@@%p ";
const PAUSE: Duration = Duration::from_millis(100);

pub struct Cluster {
    folder: PathBuf,
    bin: PathBuf,
    port: u16,
    user: Option<(u32, u32)>,
    server: Option<Child>,
}

impl Cluster {
    /// The one in that folder; made if it is not there.
    pub fn start(folder: &Path, core: usize, disk: Option<&Disk>) -> Result<Cluster> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let folder = folder.join("postgres");
        let mut it = Cluster { folder, bin: bin()?, port, user: owner()?, server: None };
        if !it.folder.join("data").exists() {
            fs::create_dir_all(&it.folder)?;
            if let Some((user, group)) = it.user {
                chown(&it.folder, Some(user), Some(group))?;
            }
            let mut init = it.command(Command::new(it.bin.join("initdb")));
            init.arg("-D").arg(it.folder.join("data")).stdout(Stdio::null());
            init.args(["-U", "baoxiu", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]);
            ensure!(init.status().context("starting initdb")?.success(), "initdb failed");
        }
        it.serve(core, disk)?;
        Ok(it)
    }

    fn serve(&mut self, core: usize, disk: Option<&Disk>) -> Result<()> {
        let log = fs::File::create(self.log())?;
        let mut server = self.command(on_core(core, self.bin.join("postgres")));
        server.arg("-D").arg(self.folder.join("data")).args(["-p", &self.port.to_string()]);
        server.arg("-k").arg(&self.folder).args(["-c", "listen_addresses=127.0.0.1"]);
        server.args(["-c", &format!("log_line_prefix={PREFIX}")]);
        if let Some(disk) = disk {
            disk.before(&mut server);
        }
        self.server = Some(server.stdout(log.try_clone()?).stderr(log).spawn()?);
        for _ in 0..600 {
            if self.say("postgres", "select 1").is_ok() {
                return Ok(());
            }
            sleep(PAUSE);
        }
        bail!("PostgreSQL does not answer: {}", fs::read_to_string(self.log())?)
    }

    pub fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    pub fn url(&self, database: &str) -> String {
        format!("postgres://baoxiu@127.0.0.1:{}/{database}", self.port)
    }

    pub fn say(&self, database: &str, sql: &str) -> Result<String> {
        let mut psql = Command::new(self.bin.join("psql"));
        psql.args(["-qAtX", "-v", "ON_ERROR_STOP=1", "-c", sql, &self.url(database)]);
        let said = psql.output().context("starting psql")?;
        ensure!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        Ok(String::from_utf8_lossy(&said.stdout).trim().to_owned())
    }

    pub fn has(&self, database: &str) -> Result<bool> {
        let sql = format!("select count(*) from pg_database where datname = '{database}'");
        Ok(self.say("postgres", &sql)? == "1")
    }

    /// The same database again, to write into.
    pub fn copy(&self, from: &str, to: &str) -> Result<()> {
        self.say("postgres", &format!("drop database if exists {to}"))?;
        self.say("postgres", &format!("create database {to} template {from}"))?;
        self.say("postgres", "checkpoint").map(|_| ())
    }

    pub fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }

    /// PostgreSQL refuses to run as root.
    fn command(&self, mut command: Command) -> Command {
        command.current_dir(&self.folder).stdin(Stdio::null());
        if let Some((user, group)) = self.user {
            command.uid(user).gid(group);
        }
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let Some(mut server) = self.server.take() else { return };
        // SIGINT is the server's "fast" end.
        let told = Command::new("kill").args(["-INT", &server.id().to_string()]).status();
        if let Err(error) = told.and_then(|_| server.wait()) {
            tell(&format!("ending PostgreSQL: {error}"));
        }
    }
}

/// Where the newest server lies.
fn bin() -> Result<PathBuf> {
    let all = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = all.filter_map(|it| it.file_name().to_str()?.parse::<u32>().ok()).max();
    match newest {
        Some(version) => Ok(format!("/usr/lib/postgresql/{version}/bin").into()),
        None => {
            let said = Command::new("pg_config").arg("--bindir").output();
            let said = said.context("no PostgreSQL server on this machine")?;
            Ok(String::from_utf8(said.stdout)?.trim().into())
        }
    }
}

fn owner() -> Result<Option<(u32, u32)>> {
    if id(&["-u"]) != Some(0) {
        return Ok(None);
    }
    let named = |name| Some((id(&["-u", name])?, id(&["-g", name])?));
    Ok(Some(named("postgres").or_else(|| named("nobody")).context("no user but root")?))
}

fn id(args: &[&str]) -> Option<u32> {
    let said = Command::new("id").args(args).output().ok()?;
    String::from_utf8(said.stdout).ok()?.trim().parse().ok()
}
