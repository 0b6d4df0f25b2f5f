//! The program as its users run it: the release binary, on a core of its own.

use std::{
    ffi::OsStr,
    fs,
    io::{BufRead as _, BufReader},
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio, id},
    thread::sleep,
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value as Json;

use crate::{client::Client, clock, disk::Disk};

/// A command that runs on one core only.
pub fn on_core(core: usize, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("taskset");
    command.args(["-c", &core.to_string()]).arg(program);
    command
}

/// From now on this process runs there; its threads follow.
pub fn go_to_core(core: usize) -> Result<()> {
    let mut taskset = Command::new("taskset");
    taskset.args(["-a", "-c", "-p", &core.to_string(), &id().to_string()]);
    ensure!(taskset.stdout(Stdio::null()).status()?.success(), "taskset failed");
    Ok(())
}

/// Where a house keeps what it knows.
#[derive(Debug, Clone)]
pub enum Kept {
    Folder(PathBuf),
    Server(String, PathBuf),
}

impl Kept {
    fn say(&self, command: &mut Command) {
        match self {
            Kept::Folder(folder) => {
                command.arg("--data").arg(folder);
            }
            Kept::Server(url, files) => {
                command.env("DATABASE_URL", url).env("BAOXIU_FILES", files);
            }
        }
    }
}

pub struct House {
    child: Child,
    pub at: SocketAddr,
    /// From the start of the process to the first answer out of the database, in seconds.
    pub ready: f64,
}

impl House {
    pub fn serve(baoxiu: &Path, kept: &Kept, core: usize, disk: Option<&Disk>) -> Result<House> {
        let at = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut command = on_core(core, baoxiu);
        command.arg("serve").args(["--listen", &at.to_string()]);
        kept.say(&mut command);
        // A thousand requests a second from one address are what we are here for.
        command.env("BAOXIU_RATE_PER_TOKEN", "0").env("BAOXIU_RATE_PER_ADDRESS", "0");
        if let Some(disk) = disk {
            disk.before(&mut command);
        }
        let began = clock::now();
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let mut house = House { child: child.context("starting baoxiu")?, at, ready: 0.0 };
        while began.elapsed() < Duration::from_secs(60) {
            let answer = Client::connect(at, "").and_then(|mut it| it.get("/readyz"));
            if answer.is_ok_and(|it| it.status == 200) {
                house.ready = began.elapsed().as_secs_f64();
                return Ok(house);
            }
            ensure!(house.child.try_wait()?.is_none(), "baoxiu ended at once");
            sleep(Duration::from_millis(2));
        }
        bail!("baoxiu does not answer")
    }

    /// What the process has in memory now and had at most, in MB.
    pub fn memory(&self) -> Result<(f64, f64)> {
        let text = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let kilobytes = |name: &str| {
            let line = text.lines().find_map(|it| it.strip_prefix(name))?;
            line.split_whitespace().next()?.parse::<f64>().ok()
        };
        let named = |name| kilobytes(name).with_context(|| format!("no {name}"));
        Ok((named("VmRSS:")? / 1024.0, named("VmHWM:")? / 1024.0))
    }

    pub fn end(mut self) -> Result<()> {
        self.tell_to_end()?;
        self.child.wait()?;
        Ok(())
    }

    fn tell_to_end(&self) -> Result<()> {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        Ok(())
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.tell_to_end();
            let _ = self.child.wait();
        }
    }
}

/// Makes a demo, which takes so many seconds.
pub fn make_demo(baoxiu: &Path, scale: &str, kept: &Kept, core: Option<usize>) -> Result<f64> {
    let mut command = match core {
        Some(core) => on_core(core, baoxiu),
        None => Command::new(baoxiu),
    };
    command.args(["demo", "--json", "--listen", "127.0.0.1:0", "--scale", scale]);
    match kept {
        Kept::Folder(folder) => command.arg("--data").arg(folder),
        // The names and keys lie in the folder where the program was started.
        Kept::Server(url, files) => {
            fs::create_dir_all(files)?;
            command.args(["--database", url]).current_dir(files)
        }
    };
    let began = clock::now();
    let mut child = command.stdout(Stdio::piped()).spawn().context("starting baoxiu")?;
    let mut line = String::new();
    let told = child.stdout.take().context("its output")?;
    BufReader::new(told).read_line(&mut line)?;
    let seconds = began.elapsed().as_secs_f64();
    Command::new("kill").args(["-TERM", &child.id().to_string()]).status()?;
    child.wait()?;
    ensure!(!line.is_empty(), "baoxiu demo ended at once");
    Ok(seconds)
}

/// Somebody of the demo.
#[derive(Debug, Clone)]
pub struct Person {
    pub login: String,
    pub password: String,
    pub token: String,
}

/// Everybody of a role, as `demo.json` has them.
pub fn people(folder: &Path, role: &str) -> Result<Vec<Person>> {
    let text = fs::read_to_string(folder.join("demo.json"))?;
    let known: Json = serde_json::from_str(&text)?;
    let all = known["people"].as_array().context("people")?;
    let text = |it: &Json, name: &str| it[name].as_str().unwrap_or_default().to_owned();
    let of_role = all.iter().filter(|it| it["role"] == role).map(|it| Person {
        login: text(it, "login"),
        password: text(it, "password"),
        token: text(it, "token"),
    });
    let people: Vec<_> = of_role.collect();
    ensure!(!people.is_empty(), "nobody is a {role}");
    Ok(people)
}

impl Person {
    pub fn token(&self) -> String {
        format!("authorization: Bearer {}", self.token)
    }

    /// Comes in by the door, as a browser does.
    pub fn cookie(&self, at: SocketAddr) -> Result<String> {
        let mut client = Client::connect(at, "")?;
        let body = format!("login={}&password={}", self.login, self.password);
        let kind = "application/x-www-form-urlencoded";
        let answer = client.ask("POST", "/login", kind, &body)?;
        let cookie = answer.header("set-cookie").and_then(|it| it.split(';').next());
        let cookie = cookie.filter(|it| it.starts_with("baoxiu="));
        Ok(format!("cookie: {}", cookie.with_context(|| format!("signing in: {}", answer.status))?))
    }
}
