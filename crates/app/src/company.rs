//! Whose house it is: the company's name, zone and language, its pack with everything that is
//! data instead of code, and the settings an administrator may change.

use std::{collections::BTreeMap, sync::Arc};

use jiff::tz::TimeZone;
use kernel::{Column as _, Error, Lang, Result, Value};
use platform::db::Tx;
use rules::{
    account::PasswordProfile,
    pack::{Calendars, Pack},
};
use worktime::Holidays;

use crate::app::Config;

/// Read once and kept in memory; `App::learn` reads it anew after a change.
#[derive(Clone)]
pub struct Company {
    pub name: String,
    pub zone: TimeZone,
    pub zone_name: String,
    pub lang: Lang,
    pub pack: Arc<Pack>,
    pub calendars: Arc<Calendars>,
    pub passwords: PasswordProfile,
    /// Whether messages to customers leave the house, or are read aloud.
    pub sends_messages: bool,
    /// Counts changes, so that other processes notice them.
    pub edition: i64,
}

impl Company {
    /// Before anything is known: no pack, no promises.
    pub fn unknown() -> Company {
        let mut pack = Pack::default();
        pack.about.zone = "UTC".into();
        let calendars = compile(&pack);
        Company {
            name: String::new(),
            zone: TimeZone::UTC,
            zone_name: "UTC".into(),
            lang: Lang::Zh,
            pack: Arc::new(pack),
            calendars: Arc::new(calendars.expect("no pack has no calendar that could be wrong")),
            passwords: PasswordProfile::Asvs,
            sends_messages: false,
            edition: 0,
        }
    }

    pub async fn load(tx: &mut Tx, config: &Config) -> Result<Company> {
        let unknown = Company::unknown();
        let settings = settings(tx).await?;
        let get = |key: &str| settings.get(key).map(String::as_str);
        let pack = crate::packs::loaded(tx).await?;
        let zone_name = get("zone").unwrap_or(&pack.about.zone).to_owned();
        let zone = TimeZone::get(&zone_name).unwrap_or(TimeZone::UTC);
        Ok(Company {
            name: get("company").unwrap_or_default().to_owned(),
            zone,
            zone_name,
            lang: get("lang").and_then(Lang::parse).unwrap_or(unknown.lang),
            calendars: Arc::new(compile(&pack)?),
            pack: Arc::new(pack),
            passwords: get("passwords")
                .and_then(PasswordProfile::parse)
                .unwrap_or(unknown.passwords),
            sends_messages: config.sms.is_some(),
            edition: get("edition").and_then(|it| it.parse().ok()).unwrap_or(0),
        })
    }
}

fn compile(pack: &Pack) -> Result<Calendars> {
    let compiled = Calendars::compile(pack, &Holidays::cn());
    compiled.map_err(|e| Error::fault(format!("a calendar of the pack: {e}")))
}

async fn settings(tx: &mut Tx) -> Result<BTreeMap<String, String>> {
    let rows = tx.rows("select key, value from settings", &[]).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// The count of changes, as it stands in the database.
pub async fn edition(tx: &mut Tx) -> Result<i64> {
    let sql = "select value from settings where key = 'edition'";
    let row = tx.row(sql, &[]).await?;
    let text: Option<String> = row.map(|row| row.get(0)).transpose()?;
    Ok(text.and_then(|it| it.parse().ok()).unwrap_or(0))
}

/// Changes a setting, and lets every process know by the count.
pub async fn set(tx: &mut Tx, key: &str, value: &str) -> Result<()> {
    put(tx, key, value).await?;
    let next = edition(tx).await? + 1;
    put(tx, "edition", &next.to_string()).await
}

async fn put(tx: &mut Tx, key: &str, value: &str) -> Result<()> {
    let sql = "insert into settings (key, value) values ($1, $2)
               on conflict (key) do update set value = excluded.value";
    tx.run(sql, &[key.to_owned().write(), Value::Text(value.to_owned())]).await.map(|_| ())
}
