//! What the tests need beside Rust: PostgreSQL, and a browser that can be driven.
//! On a Debian machine that may be changed (root, apt) it is installed; elsewhere it is named.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The oldest PostgreSQL that the program promises to run on.
const OLDEST_POSTGRES: u32 = 15;

#[derive(Debug)]
pub struct Tools {
    /// The folder with `initdb` and `postgres`.
    pub postgres: Option<PathBuf>,
    /// Chromium and the driver that fits it.
    pub browser: bool,
}

impl Tools {
    /// Installs what is missing, if it may, and says what stays missing.
    pub fn ready() -> Tools {
        let missing = missing();
        if !missing.is_empty() {
            install(&missing);
        }
        let tools = Tools { postgres: postgres(), browser: browser() };
        if tools.postgres.is_none() {
            println!("xtask: no PostgreSQL {OLDEST_POSTGRES} or newer: its tests are skipped");
        }
        if !tools.browser {
            println!("xtask: no chromium with chromedriver: browser tests are skipped");
        }
        tools
    }
}

/// A user number that is root's or ours.
pub fn user(question: &[&str]) -> Option<u32> {
    let answer = Command::new("id").args(question).stderr(Stdio::null()).output().ok()?;
    String::from_utf8(answer.stdout).ok()?.trim().parse().ok()
}

fn missing() -> Vec<&'static str> {
    let mut packages = Vec::new();
    if postgres().is_none() {
        packages.push("postgresql");
    }
    if !browser() {
        packages.extend(["chromium", "chromium-driver"]);
    }
    // Without Chinese letters the screenshots would show boxes.
    if !Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").exists() {
        packages.push("fonts-noto-cjk");
    }
    packages
}

fn install(packages: &[&str]) {
    let names = packages.join(" ");
    if found("apt-get").is_none() || user(&["-u"]) != Some(0) {
        println!("xtask: not installed: {names}; for all tests: apt-get install {names} (as root)");
        return;
    }
    println!("xtask: installing {names}");
    let update = apt(&["update", "-q"]);
    if !update || !apt(&[&["install", "-q", "-y", "--no-install-recommends"], packages].concat()) {
        println!("xtask: apt could not install all of {names}; going on with what is there");
    }
}

fn apt(args: &[&str]) -> bool {
    let mut apt = Command::new("apt-get");
    // RUNLEVEL=1: Debian's packages do not start a server of their own; ours is private.
    apt.args(args).env("DEBIAN_FRONTEND", "noninteractive").env("RUNLEVEL", "1");
    apt.stdin(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Debian keeps the server's programs off the path, a folder for each version.
fn postgres() -> Option<PathBuf> {
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = debian
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path())))
        .map(|(version, folder)| (version, folder.join("bin")))
        .filter(|(version, bin)| *version >= OLDEST_POSTGRES && bin.join("initdb").exists())
        .max();
    newest.map(|(_, bin)| bin).or_else(|| {
        let bin = found("initdb")?.canonicalize().ok()?.parent()?.to_owned();
        (version(&bin)? >= OLDEST_POSTGRES).then_some(bin)
    })
}

/// "postgres (PostgreSQL) 17.2"
fn version(bin: &Path) -> Option<u32> {
    let answer = Command::new(bin.join("postgres")).arg("--version").output().ok()?;
    let words = String::from_utf8(answer.stdout).ok()?;
    words.split_whitespace().nth(2)?.split('.').next()?.parse().ok()
}

fn browser() -> bool {
    found("chromium").is_some() && found("chromedriver").is_some()
}

fn found(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}
