//! 行业包: what differs from company to company, as data with its source: the network and its
//! posts, products and faults, promises, warranty terms, callback questions, what dispatch reckons
//! with. A pack is a folder of TOML files; every key is described in `packs/README.md`.
//!
//! Source: interfaces 3; requirements 1.1, 1.2, 1.7 ("seeds conflict on times, so every number
//! is a policy row with its provenance").

mod calendar;
mod callback;
mod choice;
mod clock;
mod dispatch;
mod fields;
mod mistake;
mod org;
mod products;
mod rows;
mod sla;
#[cfg(test)]
mod tests;
mod warranty;

use std::collections::BTreeMap;

use kernel::codes;
use serde::{Deserialize, Serialize};
use toml::de::DeTable;

use fields::Fields;
use mistake::{Ledger, Place};

pub use worktime::{Amount, Unit};

pub use self::{
    calendar::{CalendarRow, HolidayKind, year_missing},
    callback::{Callback, Question, QuestionKind},
    choice::{Chosen, Matter},
    clock::{Calendars, due},
    dispatch::Dispatch,
    mistake::{MISTAKES, Mistake},
    org::{Post, Region, Tier},
    products::{Category, Fault, Level, Model, Phrase, Requirement},
    rows::{Broken, Diff, Row, diff},
    sla::{Milestone, PromiseRow, RegionClass},
    warranty::{Exclusion, Start, Term},
};

/// An industry pack.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pack {
    pub about: About,
    pub tiers: Vec<Tier>,
    pub regions: Vec<Region>,
    pub posts: Vec<Post>,
    pub levels: Vec<Level>,
    pub certificates: Vec<Phrase>,
    pub categories: Vec<Category>,
    pub models: Vec<Model>,
    pub requirements: Vec<Requirement>,
    pub causes: Vec<Phrase>,
    pub actions: Vec<Phrase>,
    pub faults: Vec<Fault>,
    pub calendars: Vec<CalendarRow>,
    pub region_classes: Vec<RegionClass>,
    pub customer_classes: Vec<Phrase>,
    pub promises: Vec<PromiseRow>,
    pub terms: Vec<Term>,
    pub exclusions: Vec<Exclusion>,
    pub callback: Option<Callback>,
    pub questions: Vec<Question>,
    pub dispatch: Option<Dispatch>,
}

/// `pack.toml`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct About {
    pub id: String,
    #[serde(flatten)]
    pub name: Name,
    pub version: String,
    /// The zone of the company: `Asia/Shanghai`.
    pub zone: String,
    /// The language people begin with.
    pub language: String,
    pub industries: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(flatten)]
    pub origin: Origin,
}

/// In both languages. The Chinese one is the name by which rows refer to each other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    pub zh: String,
    pub en: String,
}

/// Where a row comes from, and whether somebody has checked it there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The document and its clause, as `3.15`; `own` where we supplied what it lacks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    pub verified: bool,
}

codes! {
    /// The languages of the house.
    pub enum Language {
        ZhCn "zh-CN",
        En "en",
    }
}

/// The files a pack may have, and who reads each.
const FILES: &[(&str, Reader)] = &[
    ("pack.toml", about),
    ("org.toml", org::read),
    ("products.toml", products::read),
    ("sla.toml", sla::read),
    ("warranty.toml", warranty::read),
    ("callback.toml", callback::read),
    ("dispatch.toml", dispatch::read),
];

type Reader = fn(&mut Pack, &mut Fields);

impl Origin {
    pub const OWN: &'static str = "own";
}

impl Default for Origin {
    fn default() -> Origin {
        Origin { source: None, verified: true }
    }
}

/// Reads the TOML files of one folder, by name; all mistakes are told, not only the first.
pub fn read(files: &BTreeMap<String, String>) -> Result<Pack, Vec<Mistake>> {
    let mut ledger = Ledger::default();
    let mut pack = Pack::default();
    for (name, text) in files {
        match FILES.iter().find(|it| it.0 == name) {
            Some(known) => file(&mut pack, &mut ledger, *known, text),
            None => {
                let known: Vec<String> = FILES.iter().map(|it| it.0.to_owned()).collect();
                let args = vec![("file", name.as_str().into()), ("known", known.into())];
                ledger.mistake(Place::head(name), "pack.unknown_file", args);
            }
        }
    }
    if !files.contains_key("pack.toml") {
        let args = vec![("file", "pack.toml".into())];
        ledger.mistake(Place::head("pack.toml"), "pack.missing_file", args);
    }
    let mistakes = ledger.settle();
    if mistakes.is_empty() { Ok(pack) } else { Err(mistakes) }
}

fn file(pack: &mut Pack, ledger: &mut Ledger, (name, read): (&'static str, Reader), text: &str) {
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let at = Place::of(name, text, error.span().unwrap_or(0..0));
        ledger.mistake(at, "pack.not_toml", vec![("detail", error.message().into())]);
    }
    if !errors.is_empty() {
        return;
    }
    ledger.file(name);
    let mut head = Fields::file(ledger, name, text, table.get_ref());
    read(pack, &mut head);
    head.finish();
}

fn about(pack: &mut Pack, head: &mut Fields) {
    pack.about = read_about(head).unwrap_or_default();
}

fn read_about(head: &mut Fields) -> Option<About> {
    let id = head.required("id", Fields::code);
    let name = head.name();
    let version = head.required("version", Fields::code);
    let zone = head.required("zone", calendar::zone);
    let language =
        head.required("language", |row, key| row.choice(key, Language::ALL, Language::code));
    let industries = head.texts("industries");
    let (note, origin) = (head.note(), head.origin());
    Some(About {
        id: id?,
        name: name?,
        version: version?,
        zone: zone?,
        language: language?.code().to_owned(),
        industries,
        note,
        origin,
    })
}
