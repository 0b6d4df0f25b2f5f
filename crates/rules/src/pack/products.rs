//! 产品: categories with their components, fault levels and codes, the causes and actions a
//! technician chooses from, the certificates a job needs, usual durations.
//!
//! Source: C2 持证上岗, C3 (fault code and level), C6 levels [3.10], C8; the codes are our own
//! where the document names none.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Name, Origin, Pack, fields::Fields, mistake::Word};
use crate::intake::RequestKind;

/// 故障等级: 1 is the gravest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Level {
    pub level: i64,
    #[serde(flatten)]
    pub name: Name,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(flatten)]
    pub origin: Origin,
}

/// A thing with a name and nothing else: a certificate, a cause, an action, a customer class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Phrase {
    #[serde(flatten)]
    pub name: Name,
    #[serde(flatten)]
    pub origin: Origin,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Category {
    #[serde(flatten)]
    pub name: Name,
    #[serde(default)]
    pub components: Vec<Name>,
    /// Sold to consumers, so that the law of consumers holds; otherwise the contract alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub consumer: bool,
    /// Usual duration of a visit, by kind of work.
    #[serde(default)]
    pub minutes: BTreeMap<String, i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(flatten)]
    pub origin: Origin,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Model {
    pub model: String,
    pub category: String,
    #[serde(flatten)]
    pub origin: Origin,
}

/// 持证上岗: which certificate a job needs. What is left out holds for any.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Requirement {
    pub certificate: String,
    #[serde(default)]
    pub category: Vec<String>,
    #[serde(default)]
    pub kind: Vec<RequestKind>,
    #[serde(flatten)]
    pub origin: Origin,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    pub code: String,
    pub category: String,
    #[serde(flatten)]
    pub name: Name,
    pub level: i64,
    /// The component it is about, where the code says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    #[serde(default)]
    pub causes: Vec<String>,
    #[serde(default)]
    pub actions: Vec<String>,
    /// Made by the company itself, beside those of the pack.
    #[serde(skip)]
    pub ours: bool,
    /// One of the company's own that is offered no more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retired: bool,
    #[serde(flatten)]
    pub origin: Origin,
}

impl Pack {
    /// The category of that name, in either language.
    pub fn category(&self, name: &str) -> Option<&Category> {
        self.categories.iter().find(|it| it.name.zh == name || it.name.en == name)
    }

    /// A component by its Chinese name, whichever category it belongs to.
    pub fn component(&self, zh: &str) -> Option<&Name> {
        self.categories.iter().flat_map(|it| &it.components).find(|it| it.zh == zh)
    }

    /// A cause or an action that people choose from, by its Chinese words.
    pub fn phrase(&self, zh: &str) -> Option<&Name> {
        self.causes.iter().chain(&self.actions).map(|it| &it.name).find(|it| it.zh == zh)
    }

    /// The fault codes that can be given in a category; all, where the category is not known.
    pub fn fault_codes<'a>(&'a self, category: Option<&'a str>) -> impl Iterator<Item = &'a Fault> {
        let of = move |it: &&Fault| category.is_none_or(|name| it.category == name);
        self.faults.iter().filter(|it| !it.retired).filter(of)
    }

    pub fn fault(&self, code: &str) -> Option<&Fault> {
        self.faults.iter().find(|it| it.code == code)
    }

    /// The certificates a technician needs for such a job.
    pub fn certificates(&self, category: Option<&str>, kind: RequestKind) -> Vec<&str> {
        let needs = |it: &&Requirement| {
            let of_category = it.category.is_empty()
                || category.is_some_and(|name| it.category.iter().any(|one| one == name));
            of_category && (it.kind.is_empty() || it.kind.contains(&kind))
        };
        let mut names: Vec<&str> =
            self.requirements.iter().filter(needs).map(|it| it.certificate.as_str()).collect();
        names.dedup();
        names
    }

    /// How long a visit of this kind usually takes.
    pub fn minutes(&self, category: &str, kind: RequestKind) -> Option<i64> {
        self.category(category)?.minutes.get(kind.code()).copied()
    }
}

pub(super) fn read(pack: &mut Pack, head: &mut Fields) {
    pack.levels = head.rows("level", level);
    pack.certificates = head.rows("certificate", |row| phrase(row, Word::Certificate));
    pack.categories = head.rows("category", category);
    pack.models = head.rows("model", model);
    pack.requirements = head.rows("requirement", requirement);
    pack.causes = head.rows("cause", |row| phrase(row, Word::Cause));
    pack.actions = head.rows("action", |row| phrase(row, Word::Action));
    pack.faults = head.rows("fault", fault);
}

pub(super) fn phrase(row: &mut Fields, word: Word) -> Option<Phrase> {
    let name = row.name();
    let origin = row.origin();
    let name = name?;
    row.is_called(word, &name.zh);
    Some(Phrase { name, origin })
}

/// A component is a component of a category.
pub(super) fn component_key(category: Option<&str>, component: &str) -> String {
    format!("{}/{component}", category.unwrap_or("*"))
}

fn level(row: &mut Fields) -> Option<Level> {
    let level = row.required("level", |row, key| row.whole(key, 1..=4));
    let name = row.name();
    let (note, origin) = (row.note(), row.origin());
    row.is_called(Word::Level, &level?.to_string());
    Some(Level { level: level?, name: name?, note, origin })
}

fn category(row: &mut Fields) -> Option<Category> {
    let name = row.name();
    let zh = name.as_ref().map(|it| it.zh.clone());
    let components = row.rows("components", |component| {
        let name = component.name()?;
        component.is_called(Word::Component, &component_key(zh.as_deref(), &name.zh));
        component.may_be_called(Word::Component, &component_key(None, &name.zh));
        Some(name)
    });
    let minutes = row.table("minutes", |table| Some(minutes(table))).unwrap_or_default();
    let consumer = row.flag("consumer").unwrap_or_default();
    let (note, origin) = (row.note(), row.origin());
    let name = name?;
    row.is_called(Word::Category, &name.zh);
    Some(Category { name, components, consumer, minutes, note, origin })
}

fn minutes(table: &mut Fields) -> BTreeMap<String, i64> {
    let read = |kind: &RequestKind| {
        let minutes = table.whole(kind.code(), 1..=10_080)?;
        Some((kind.code().to_owned(), minutes))
    };
    RequestKind::ALL.iter().filter_map(read).collect()
}

fn model(row: &mut Fields) -> Option<Model> {
    let model = row.required("model", Fields::text);
    let category = row.required("category", |row, key| row.reference(key, Word::Category));
    let origin = row.origin();
    let model = model?;
    row.is_called(Word::Model, &model);
    Some(Model { model, category: category?, origin })
}

fn requirement(row: &mut Fields) -> Option<Requirement> {
    let certificate = row.required("certificate", |row, key| row.reference(key, Word::Certificate));
    let category = row.references("category", Word::Category);
    let kind = row.choices("kind", RequestKind::ALL, RequestKind::code);
    let origin = row.origin();
    let requirement = Requirement { certificate: certificate?, category, kind, origin };
    row.is_called(Word::Requirement, &requirement.key());
    Some(requirement)
}

impl Requirement {
    pub fn key(&self) -> String {
        let kinds: Vec<&str> = self.kind.iter().map(|it| it.code()).collect();
        format!("{}/{}/{}", self.certificate, self.category.join(","), kinds.join(","))
    }
}

fn fault(row: &mut Fields) -> Option<Fault> {
    let code = row.required("code", Fields::code);
    let category = row.required("category", |row, key| row.reference(key, Word::Category));
    let name = row.name();
    let level = row.whole("level", 1..=4).unwrap_or(3);
    let component = row.text("component");
    if let (Some(category), Some(component)) = (&category, &component) {
        let key = component_key(Some(category), component);
        row.refer(Word::Component, &key, row.span_of("component"));
    }
    let causes = row.references("causes", Word::Cause);
    let actions = row.references("actions", Word::Action);
    let origin = row.origin();
    let code = code?;
    row.is_called(Word::Fault, &code);
    Some(Fault {
        code,
        category: category?,
        name: name?,
        level,
        component,
        causes,
        actions,
        ours: false,
        retired: false,
        origin,
    })
}
