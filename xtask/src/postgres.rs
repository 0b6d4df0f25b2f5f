//! A private PostgreSQL for one run of the tests: its own folder, its own port, nothing durable.
//!
//! A keeper (this program again) starts the server and holds it for as long as somebody holds
//! the keeper's standard input. However the run ends, killed or finished, that pipe closes, and
//! the keeper ends the server by its process and takes the folder away.

use std::{
    env, fs,
    io::{Read as _, stdin},
    net::TcpListener,
    os::unix::{fs::chown, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, Stdio, id},
    thread::sleep,
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};

use crate::tools::user;

/// Ends the server when dropped.
pub struct Postgres {
    keeper: Child,
    pub url: String,
}

/// Speed before safety (a crash loses the run and nothing else), and room for many tests at once.
const SETTINGS: &[&str] = &[
    "listen_addresses=127.0.0.1",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=300",
];
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(100);

impl Postgres {
    pub fn start(bin: &Path) -> Result<Postgres> {
        let folder = env::temp_dir().join(format!("baoxiu-postgres-{}", id()));
        fs::create_dir(&folder).with_context(|| format!("making {}", folder.display()))?;
        let port = free_port()?;
        fs::write(folder.join("start"), format!("{port}\n{}", bin.display()))?;
        let mut keeper = Command::new(env::current_exe()?)
            .arg("keep-postgres")
            .arg(&folder)
            .stdin(Stdio::piped())
            // Ctrl-C reaches us; the keeper hears of it by its closed input and tidies up.
            .process_group(0)
            .spawn()?;
        let ready = folder.join("ready");
        for _ in 0..PATIENCE.as_millis() / PAUSE.as_millis() {
            if ready.exists() {
                let url = format!("postgres://baoxiu@127.0.0.1:{port}/postgres");
                return Ok(Postgres { keeper, url });
            }
            if keeper.try_wait()?.is_some() {
                bail!("PostgreSQL did not start");
            }
            sleep(PAUSE);
        }
        drop(Postgres { keeper, url: String::new() });
        bail!("PostgreSQL did not start within {} seconds", PATIENCE.as_secs())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        if let Err(error) = self.keeper.wait() {
            eprintln!("xtask: the keeper of PostgreSQL: {error}");
        }
    }
}

/// The keeper's whole life.
pub fn keep(folder: &Path) -> Result<ExitCode> {
    let kept = serve(folder);
    if kept.is_err() {
        eprintln!("{}", fs::read_to_string(folder.join("log")).unwrap_or_default());
    }
    fs::remove_dir_all(folder)?;
    kept.map(|()| ExitCode::SUCCESS)
}

fn serve(folder: &Path) -> Result<()> {
    let start = fs::read_to_string(folder.join("start"))?;
    let (port, bin) = start.split_once('\n').context("the note how to start")?;
    let seat = Seat { bin: bin.into(), folder: folder.to_owned(), user: owner()? };
    if let Some((user, group)) = seat.user {
        chown(folder, Some(user), Some(group))?;
    }
    seat.init()?;
    let mut server = seat.server(port)?;
    let held = seat.wait(port, &mut server).and_then(|()| {
        fs::write(folder.join("ready"), "")?;
        // Nothing is ever sent: this returns when the other end is gone.
        stdin().read_to_end(&mut Vec::new())?;
        Ok(())
    });
    // SIGINT is the server's "fast" end: open connections are cut, then it leaves.
    Command::new("kill").args(["-INT", &server.id().to_string()]).status()?;
    server.wait()?;
    held
}

struct Seat {
    bin: PathBuf,
    folder: PathBuf,
    user: Option<(u32, u32)>,
}

impl Seat {
    fn init(&self) -> Result<()> {
        let mut initdb = self.command("initdb");
        initdb.arg("-D").arg(self.folder.join("data"));
        initdb.args(["-U", "baoxiu", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]);
        initdb.stdout(Stdio::null());
        ensure!(initdb.status().context("starting initdb")?.success(), "initdb failed");
        Ok(())
    }

    fn server(&self, port: &str) -> Result<Child> {
        let log = fs::File::create(self.folder.join("log"))?;
        let mut server = self.command("postgres");
        server.arg("-D").arg(self.folder.join("data")).args(["-p", port]);
        server.arg("-k").arg(&self.folder);
        for setting in SETTINGS {
            server.args(["-c", setting]);
        }
        server.stdout(log.try_clone()?).stderr(log).spawn().context("starting postgres")
    }

    fn wait(&self, port: &str, server: &mut Child) -> Result<()> {
        for _ in 0..PATIENCE.as_millis() / PAUSE.as_millis() {
            let mut question = self.command("pg_isready");
            question.args(["-q", "-h", "127.0.0.1", "-p", port]);
            if question.status()?.success() {
                return Ok(());
            }
            ensure!(server.try_wait()?.is_none(), "postgres ended at once");
            sleep(PAUSE);
        }
        bail!("postgres does not answer")
    }

    /// PostgreSQL refuses to run as root.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.bin.join(program));
        command.current_dir(&self.folder).stdin(Stdio::null());
        if let Some((user, group)) = self.user {
            command.uid(user).gid(group);
        }
        command
    }
}

/// Who the server runs as, if it cannot be us.
fn owner() -> Result<Option<(u32, u32)>> {
    if user(&["-u"]) != Some(0) {
        return Ok(None);
    }
    let named = |name| Some((user(&["-u", name])?, user(&["-g", name])?));
    Ok(Some(named("postgres").or_else(|| named("nobody")).context("no user but root")?))
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
