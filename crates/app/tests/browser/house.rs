//! A demo that is running, and a browser beside it. Tests that run at the same time share them;
//! both end with the last of these tests.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Arc, Weak},
    time::Duration,
};

use serde_json::Value as Json;
use thirtyfour::{
    ChromeCapabilities, ChromiumLikeCapabilities as _, LoggingPrefsLogLevel, WebDriver, prelude::*,
};
use tokio::sync::Mutex;

/// How long the demo may take to be made, and the driver to answer.
const PATIENCE: Duration = Duration::from_secs(300);

/// The one that stands, as long as a test holds it.
static STANDING: Mutex<Weak<House>> = Mutex::const_new(Weak::new());

pub struct House {
    pub url: String,
    pub people: Vec<Json>,
    driver: Ended,
    driver_url: String,
    demo: Ended,
    folder: PathBuf,
}

/// Ends with its owner, by its process id.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Whether there is a browser to look with; says so where there is none.
pub fn browser_is_here() -> bool {
    let asked = std::env::var("BAOXIU_TEST_BROWSER").is_ok();
    if !asked {
        let why = "browser tests: set BAOXIU_TEST_BROWSER=1 where chromium and its driver are";
        let _ = writeln!(std::io::stderr(), "skipped: {why}");
    }
    asked
}

impl House {
    pub async fn open() -> Arc<House> {
        let mut standing = STANDING.lock().await;
        if let Some(house) = standing.upgrade() {
            return house;
        }
        let house = Arc::new(House::build().await);
        *standing = Arc::downgrade(&house);
        house
    }

    async fn build() -> House {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = std::env::temp_dir().join(format!("baoxiu-browser-{}", rand()));
        std::fs::create_dir_all(&folder).unwrap();
        let (demo, said) = demo(&folder);
        let port = free_port();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts");
        let house = House {
            url: said["url"].as_str().unwrap().trim_end_matches('/').to_owned(),
            people: said["people"].as_array().unwrap().clone(),
            driver: Ended(driver),
            driver_url: format!("http://127.0.0.1:{port}"),
            demo,
            folder,
        };
        house.wait_for_driver().await;
        house
    }

    async fn wait_for_driver(&self) {
        for _ in 0..100 {
            if std::net::TcpStream::connect(self.driver_url.trim_start_matches("http://")).is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("chromedriver (process {}) does not answer", self.driver.0.id());
    }

    /// The first person with that role, of an organisation whose name is as wished.
    pub fn person(&self, role: &str, org: Option<&str>) -> Option<&Json> {
        let of = |it: &&Json| org.is_none_or(|org| it["org"]["name"] == org);
        self.people.iter().filter(|it| it["role"] == role).find(of)
    }

    /// Somebody by their id.
    pub fn known(&self, id: &str) -> Option<&Json> {
        self.people.iter().find(|it| it["id"] == id)
    }

    /// A place for files of a test.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A browser of a size, with nothing remembered.
    pub async fn browser(&self, size: Size) -> WebDriver {
        self.browser_with(size, true).await
    }

    /// The same, where scripts may be forbidden.
    pub async fn browser_with(&self, size: Size, scripts: bool) -> WebDriver {
        let mut caps = ChromeCapabilities::new();
        let profile = self.folder.join(format!("profile-{}", rand()));
        let window = format!("--window-size={},{}", size.width, size.height);
        for arg in [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            window.as_str(),
            &format!("--user-data-dir={}", profile.display()),
        ] {
            caps.add_arg(arg).unwrap();
        }
        caps.set_logging_prefs("browser", LoggingPrefsLogLevel::All).unwrap();
        // Whoever is on the way lets the page know where they are.
        let allowed = serde_json::json!({
            "profile.default_content_setting_values.geolocation": 1,
            "profile.default_content_setting_values.javascript": if scripts { 1 } else { 2 },
        });
        caps.add_experimental_option("prefs", allowed).unwrap();
        if size.phone {
            let metrics = serde_json::json!({
                "width": size.width, "height": size.height, "pixelRatio": 2.0, "touch": true,
            });
            let phone = serde_json::json!({"deviceMetrics": metrics});
            caps.add_experimental_option("mobileEmulation", phone).unwrap();
        }
        WebDriver::new(&self.driver_url, caps).await.expect("a browser")
    }

    /// Chooses the language before anybody signs in.
    pub async fn speak(&self, browser: &WebDriver, lang: &str) -> WebDriverResult<()> {
        browser.goto(format!("{}/login", self.url)).await?;
        let mut cookie = Cookie::new("lang", lang);
        cookie.set_path("/");
        browser.add_cookie(cookie).await
    }

    /// Signs somebody in through the form, and stays until they are in: a password takes its time.
    pub async fn sign_in(&self, browser: &WebDriver, person: &Json) -> WebDriverResult<()> {
        browser.goto(format!("{}/login", self.url)).await?;
        for field in ["login", "password"] {
            let input = browser.find(By::Css(format!("input[name={field}]"))).await?;
            input.send_keys(person[field].as_str().unwrap()).await?;
        }
        browser.find(By::Css("main form button[type=submit], form button")).await?.click().await?;
        for _ in 0..400 {
            if !browser.current_url().await?.path().starts_with("/login") {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }
}

/// A folder for the pictures of a test.
pub fn pictures(name: &str) -> PathBuf {
    let folder =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../test-output/screenshots").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = self.demo.0.kill();
        let _ = self.demo.0.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub name: &'static str,
    pub width: u32,
    pub height: u32,
    pub phone: bool,
}

pub const DESK: Size = Size { name: "desk", width: 1440, height: 900, phone: false };
pub const PHONE: Size = Size { name: "phone", width: 390, height: 844, phone: true };

/// The demo says in one line of JSON where it is and who works there.
fn demo(folder: &std::path::Path) -> (Ended, Json) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_baoxiu"))
        .args(["demo", "--scale", "small", "--json", "--listen"])
        .arg(format!("127.0.0.1:{}", free_port()))
        .arg("--data")
        .arg(folder.join("demo"))
        // A browser opens a page with all its parts at once.
        .env("BAOXIU_RATE_PER_ADDRESS", "0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the demo starts");
    let out = child.stdout.take().unwrap();
    let (sender, line) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut text = String::new();
        let _ = BufReader::new(out).read_line(&mut text);
        let _ = sender.send(text);
    });
    let ended = Ended(child);
    let text = line.recv_timeout(PATIENCE).expect("the demo answers in time");
    (ended, serde_json::from_str(&text).expect("one line of JSON"))
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn rand() -> u64 {
    use std::hash::{BuildHasher as _, RandomState};
    RandomState::new().hash_one(0)
}
