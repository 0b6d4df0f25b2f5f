//! Whose house it is: the company's name, zone and language, its pack with everything that is
//! data instead of code, and the settings an administrator may change.

use std::{collections::BTreeMap, sync::Arc};

use jiff::tz::TimeZone;
use kernel::{Column as _, Day, Error, Field, Lang, Refusal, Result, Span, Value, Wrongs};
use platform::db::Tx;
use rules::{
    account::{self, PasswordProfile},
    pack::{Calendars, HolidayKind, Pack},
    policy::Act,
    promise::Clock,
    warranty::{self, RuleBook},
};
use serde_json::json;
use worktime::{Holidays, Problem};

use crate::{Cx, app::Config};

const NAME_MOST: usize = 60;
/// Years of holidays that were published after the program was.
const HOLIDAYS: &str = "holidays.";

/// Read once and kept in memory; `App::learn` reads it anew after a change.
#[derive(Clone)]
pub struct Company {
    pub name: String,
    pub zone: TimeZone,
    pub zone_name: String,
    pub lang: Lang,
    pub pack: Arc<Pack>,
    /// The law with what the pack promises: made once, asked often.
    pub book: Arc<RuleBook>,
    pub calendars: Arc<Calendars>,
    /// The public holidays that the house knows: those shipped, with the years added here.
    pub holidays: Arc<Holidays>,
    pub passwords: PasswordProfile,
    /// A browser's session ends after so long without use.
    pub idle: Span,
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
        let holidays = Holidays::cn();
        let calendars = compile(&pack, &holidays);
        Company {
            name: String::new(),
            zone: TimeZone::UTC,
            zone_name: "UTC".into(),
            lang: Lang::Zh,
            book: Arc::new(warranty::book(&pack)),
            pack: Arc::new(pack),
            calendars: Arc::new(calendars.expect("no pack has no calendar that could be wrong")),
            holidays: Arc::new(holidays),
            passwords: PasswordProfile::Asvs,
            idle: account::SESSION,
            sends_messages: false,
            edition: 0,
        }
    }

    /// The year whose public holidays should stand here by now, and do not.
    pub fn year_missing(&self, today: Day) -> Option<i16> {
        let known = |year| self.holidays.years().is_none_or(|it| it.contains_key(&year));
        let keeps = self.pack.calendars.iter().any(|it| it.holidays == HolidayKind::Cn);
        if keeps { rules::pack::year_missing(today.0, known) } else { None }
    }

    pub async fn load(tx: &mut Tx, config: &Config) -> Result<Company> {
        let unknown = Company::unknown();
        let settings = settings(tx).await?;
        let get = |key: &str| settings.get(key).map(String::as_str);
        let pack = crate::packs::loaded(tx).await?;
        let zone_name = get("zone").unwrap_or(&pack.about.zone).to_owned();
        let zone = TimeZone::get(&zone_name).unwrap_or(TimeZone::UTC);
        let holidays = holidays(&settings);
        let idle = get("idle_minutes").and_then(|it| it.parse().ok()).map(Span::minutes);
        Ok(Company {
            name: get("company").unwrap_or_default().to_owned(),
            zone,
            zone_name,
            lang: get("lang").and_then(Lang::parse).unwrap_or(unknown.lang),
            calendars: Arc::new(compile(&pack, &holidays)?),
            holidays: Arc::new(holidays),
            idle: idle.unwrap_or(unknown.idle),
            book: Arc::new(warranty::book(&pack)),
            pack: Arc::new(pack),
            passwords: get("passwords")
                .and_then(PasswordProfile::parse)
                .unwrap_or(unknown.passwords),
            sends_messages: config.sms.is_some(),
            edition: get("edition").and_then(|it| it.parse().ok()).unwrap_or(0),
        })
    }
}

impl Company {
    /// The calendar on which the house counts working days: that of its promises.
    pub fn office(&self) -> Option<&worktime::Calendar> {
        let working = self.pack.promises.iter().filter(|it| it.clock == Clock::Working);
        let mut named = working.filter_map(|it| it.timing.calendar.as_deref());
        named.find_map(|id| self.calendars.get(id))
    }
}

/// What an added year says goes before what was shipped.
fn holidays(settings: &BTreeMap<String, String>) -> Holidays {
    let added = settings.iter().filter(|it| it.0.starts_with(HOLIDAYS));
    added.fold(Holidays::cn(), |known, (key, text)| match Holidays::from_json(text) {
        Ok(year) => known.with(year),
        Err(problem) => {
            tracing::error!(key, "a year of holidays cannot be read: {problem}");
            known
        }
    })
}

fn compile(pack: &Pack, holidays: &Holidays) -> Result<Calendars> {
    let compiled = Calendars::compile(pack, holidays);
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

/// What is worth remembering but concerns no other process: it changes nothing that is kept in
/// memory.
pub async fn note(tx: &mut Tx, key: &str, value: &str) -> Result<()> {
    put(tx, key, value).await
}

/// What was noted under a key.
pub async fn noted(tx: &mut Tx, key: &str) -> Result<Option<String>> {
    let sql = "select value from settings where key = $1";
    let row = tx.row(sql, &[key.to_owned().write()]).await?;
    row.map(|row| row.get(0)).transpose()
}

/// What an administrator says about the company.
#[derive(Debug, Clone)]
pub struct Draft {
    pub name: String,
    /// The language people begin with.
    pub lang: Lang,
    /// The count of changes that was read, where a lost change would hurt.
    pub edition: Option<i64>,
}

/// The company is called otherwise, or speaks another language at the door.
pub async fn change(cx: &mut Cx, draft: &Draft) -> Result<()> {
    cx.may(Act::AccountManage)?;
    let name = draft.name.trim();
    let mut wrongs = Wrongs::default();
    if name.is_empty() {
        wrongs.say("company", "missing");
    } else if name.chars().count() > NAME_MOST {
        wrongs.add(Field::new("company", "too_long").with("most", NAME_MOST as i64));
    }
    wrongs.done()?;
    if let Some(read) = draft.edition
        && read != edition(&mut cx.tx).await?
    {
        return Err(Refusal::STALE.into());
    }
    set(&mut cx.tx, "company", name).await?;
    set(&mut cx.tx, "lang", draft.lang.code()).await?;
    cx.record("company.changed", "company", json!({"name": name, "lang": draft.lang})).await
}

/// Years of public holidays as somebody brings them, beside what the house would know with them.
pub struct Brought {
    pub years: Vec<i16>,
    pub known: Holidays,
    pub calendars: Calendars,
}

/// As holiday-cn has it: the State Council's notice as JSON, one year or several.
pub fn read_holidays(company: &Company, text: &str) -> Result<Brought> {
    let read = Holidays::from_json(text).map_err(unreadable)?;
    let years: Vec<i16> = read.years().into_iter().flatten().map(|it| *it.0).collect();
    if years.is_empty() {
        return Err(Field::new("holidays", "holidays.no_year").into());
    }
    let known = Holidays::clone(&company.holidays).with(read);
    let calendars = Calendars::compile(&company.pack, &known).map_err(unreadable)?;
    Ok(Brought { years, known, calendars })
}

/// A year of public holidays that was published since. Returns the years it names.
pub async fn add_holidays(cx: &mut Cx, text: &str) -> Result<Vec<i16>> {
    cx.may(Act::AccountManage)?;
    let Brought { years, .. } = read_holidays(&cx.company, text)?;
    let first = years.first().copied().unwrap_or_default();
    set(&mut cx.tx, &format!("{HOLIDAYS}{first}"), text).await?;
    cx.record("company.holidays_added", "company", json!({"years": years})).await?;
    Ok(years)
}

fn unreadable(problem: Problem) -> Field {
    match problem.place {
        Some(place) => Field::new("holidays", "holidays.not_json")
            .with("line", i64::try_from(place.line).unwrap_or_default())
            .with("column", i64::try_from(place.column).unwrap_or_default()),
        None => Field::new("holidays", "holidays.wrong").with("value", problem.value),
    }
}

async fn put(tx: &mut Tx, key: &str, value: &str) -> Result<()> {
    let sql = "insert into settings (key, value) values ($1, $2)
               on conflict (key) do update set value = excluded.value";
    tx.run(sql, &[key.to_owned().write(), Value::Text(value.to_owned())]).await.map(|_| ())
}
