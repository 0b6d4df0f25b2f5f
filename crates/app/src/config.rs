//! What whoever runs the house decides: one struct, one file, the environment on top of it.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use kernel::{Result, codes, refusals};

refusals! {
    UNKNOWN_KEY Invalid "config.unknown_key";
    BAD_VALUE   Invalid "config.bad_value";
    NOT_READ    Invalid "config.not_read";
    NOT_TOML    Invalid "config.not_toml";
}

/// What a running house goes by; every key is described in `docs/handbook`.
#[derive(Debug, Clone)]
pub struct Config {
    /// Pictures and signatures lie here.
    pub files: PathBuf,
    /// Requests a second for one token, and for one address without token or session; 0 = none.
    pub rate_per_token: u32,
    pub rate_per_address: u32,
    /// Messages to customers: nothing configured, they are read aloud.
    pub sms: Option<Sms>,
    /// Argon2: memory in KiB and passes. Less only in tests.
    pub argon2: (u32, u32),
    /// Whether cookies are for HTTPS only.
    pub secure_cookies: bool,
    /// Nothing a person asks may take longer, sending included. Less only in tests.
    pub patience: Duration,
    /// How long one waits for room before one is told to come back. Less only in tests.
    pub wait: Duration,
    /// What was said, key by key, and where: for whoever wonders why it is so.
    pub said: Vec<Said>,
}

codes! {
    /// Where a setting was said. A later one wins.
    pub enum SettingFrom {
        File "file",
        Environment "environment",
        CommandLine "command_line",
    }
}

/// A setting that was said by whoever started the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub key: &'static str,
    /// Not there where it is a secret.
    pub value: Option<String>,
    pub from: SettingFrom,
}

/// What nobody is shown: a database's address may hold its password.
const SECRET: &[&str] = &["database", "sms_token", "sms_url"];

/// How messages leave the house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sms {
    /// One line of JSON per message, appended to a file: for gateways that watch a folder.
    File(PathBuf),
    /// A POST of `{to, text, id}`.
    Http { url: String, token: Option<String> },
}

impl Config {
    pub fn new(files: PathBuf) -> Config {
        Config {
            files,
            rate_per_token: 2000,
            rate_per_address: 20,
            sms: None,
            argon2: (19_456, 2),
            secure_cookies: false,
            patience: Duration::from_secs(60),
            wait: Duration::from_secs(20),
            said: Vec::new(),
        }
    }
}

impl Config {
    /// What holds where nobody said anything; nothing, where nothing does.
    pub fn by_default(&self, key: &str) -> Option<String> {
        match key {
            "files" => Some(self.files.display().to_string()),
            "rate_per_token" => Some(self.rate_per_token.to_string()),
            "rate_per_address" => Some(self.rate_per_address.to_string()),
            "argon2_memory" => Some(self.argon2.0.to_string()),
            "argon2_passes" => Some(self.argon2.1.to_string()),
            _ => None,
        }
    }
}

/// An embedded database is a file; a server's address may hold a password.
fn shown(key: &str, value: &str) -> Option<String> {
    let open = !SECRET.contains(&key) || value.starts_with("sqlite:");
    open.then(|| value.to_owned())
}

/// Every key of the file with its name in the environment. What is not here is refused by name.
pub const KEYS: &[(&str, &str)] = &[
    ("database", "DATABASE_URL"),
    ("files", "BAOXIU_FILES"),
    ("listen", "BAOXIU_LISTEN"),
    ("tls_cert", "BAOXIU_TLS_CERT"),
    ("tls_key", "BAOXIU_TLS_KEY"),
    ("tls_self", "BAOXIU_TLS_SELF"),
    ("rate_per_token", "BAOXIU_RATE_PER_TOKEN"),
    ("rate_per_address", "BAOXIU_RATE_PER_ADDRESS"),
    ("sms_file", "BAOXIU_SMS_FILE"),
    ("sms_url", "BAOXIU_SMS_URL"),
    ("sms_token", "BAOXIU_SMS_TOKEN"),
    ("secure_cookies", "BAOXIU_SECURE_COOKIES"),
    ("argon2_memory", "BAOXIU_ARGON2_MEMORY"),
    ("argon2_passes", "BAOXIU_ARGON2_PASSES"),
];

/// The settings as they were written: the file, with the environment on top.
#[derive(Debug, Clone, Default)]
pub struct Settings(BTreeMap<&'static str, (String, SettingFrom)>);

impl Settings {
    /// `env` looks a variable up; the file is TOML.
    pub fn read(file: Option<&str>, env: impl Fn(&str) -> Option<String>) -> Result<Settings> {
        let mut settings = Settings::default();
        if let Some(text) = file {
            settings.read_file(text)?;
        }
        for (key, variable) in KEYS {
            if let Some(value) = env(variable).filter(|it| !it.trim().is_empty()) {
                let from = SettingFrom::Environment;
                settings.0.insert(key, (value.trim().to_owned(), from));
            }
        }
        Ok(settings)
    }

    fn read_file(&mut self, text: &str) -> Result<()> {
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            let at = error.span().map_or(0, |it| it.start);
            let line = text[..at].lines().count().max(1) as i64;
            NOT_TOML.with("line", line).with("detail", error.message())
        })?;
        for (name, value) in table {
            let Some((key, _)) = KEYS.iter().find(|it| it.0 == name) else {
                let known: Vec<String> = KEYS.iter().map(|it| it.0.to_owned()).collect();
                return Err(UNKNOWN_KEY.with("key", name).with("known", known).into());
            };
            let value = match value {
                toml::Value::String(text) => text,
                toml::Value::Integer(number) => number.to_string(),
                toml::Value::Boolean(yes) => yes.to_string(),
                other => return Err(bad(key, &other.to_string()).into()),
            };
            self.0.insert(key, (value, SettingFrom::File));
        }
        Ok(())
    }

    /// What the command line says wins over everything.
    pub fn set(&mut self, key: &'static str, value: &str) {
        self.0.insert(key, (value.to_owned(), SettingFrom::CommandLine));
    }

    pub fn get(&self, key: &str) -> Option<&str> {
        debug_assert!(KEYS.iter().any(|it| it.0 == key), "{key} is a key");
        self.0.get(key).map(|it| it.0.as_str())
    }

    /// What the house goes by. `files` is where pictures lie if nothing is said.
    pub fn config(&self, files: PathBuf) -> Result<Config> {
        let mut config = Config::new(self.get("files").map_or(files, PathBuf::from));
        config.rate_per_token = self.number("rate_per_token", config.rate_per_token)?;
        config.rate_per_address = self.number("rate_per_address", config.rate_per_address)?;
        config.secure_cookies = self.is("secure_cookies", config.secure_cookies)?;
        config.argon2.0 = self.number("argon2_memory", config.argon2.0)?;
        config.argon2.1 = self.number("argon2_passes", config.argon2.1)?;
        config.sms = match (self.get("sms_file"), self.get("sms_url")) {
            (_, Some(url)) => Some(Sms::Http {
                url: url.to_owned(),
                token: self.get("sms_token").map(str::to_owned),
            }),
            (Some(file), None) => Some(Sms::File(file.into())),
            (None, None) => None,
        };
        let said = KEYS.iter().filter_map(|(key, _)| Some((*key, self.0.get(key)?)));
        config.said = said
            .map(|(key, (value, from))| Said { key, value: shown(key, value), from: *from })
            .collect();
        Ok(config)
    }

    pub fn is(&self, key: &'static str, or: bool) -> Result<bool> {
        match self.get(key) {
            None => Ok(or),
            Some("true" | "1" | "yes") => Ok(true),
            Some("false" | "0" | "no") => Ok(false),
            Some(other) => Err(bad(key, other).into()),
        }
    }

    fn number(&self, key: &'static str, or: u32) -> Result<u32> {
        match self.get(key) {
            None => Ok(or),
            Some(text) => Ok(text.parse().map_err(|_| bad(key, text))?),
        }
    }
}

fn bad(key: &str, value: &str) -> kernel::Refusal {
    BAD_VALUE.with("key", key).with("value", value)
}
