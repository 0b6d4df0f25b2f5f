//! A pack as rows with stable keys: how it is kept, and how two versions of it are compared.
//! Loading the same pack twice changes nothing because every row equals the one that is there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{Origin, Pack};

/// One row of one table of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub table: String,
    /// Says what the row is about; two versions of a row have one key.
    pub key: String,
    pub json: String,
    pub source: Option<String>,
    pub verified: bool,
}

/// What a newer version would change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diff {
    pub added: Vec<Row>,
    /// Old and new.
    pub changed: Vec<(Row, Row)>,
    pub removed: Vec<Row>,
}

/// A kept row that is no longer a row of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    pub table: String,
    pub key: String,
    pub detail: String,
}

impl Diff {
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty()
    }
}

impl Pack {
    /// Every row, in the order of the files.
    #[rustfmt::skip]
    pub fn rows(&self) -> Vec<Row> {
        let mut all = Vec::new();
        let into = &mut all;
        let about = std::slice::from_ref(&self.about);
        rows(into, "pack", about, |it| (it.id.clone(), &it.origin));
        rows(into, "tier", &self.tiers, |it| (it.tier.to_string(), &it.origin));
        rows(into, "region", &self.regions, |it| (it.name.zh.clone(), &it.origin));
        rows(into, "post", &self.posts, |it| (it.key(), &it.origin));
        rows(into, "level", &self.levels, |it| (it.level.to_string(), &it.origin));
        rows(into, "certificate", &self.certificates, |it| (it.name.zh.clone(), &it.origin));
        rows(into, "category", &self.categories, |it| (it.name.zh.clone(), &it.origin));
        rows(into, "model", &self.models, |it| (it.model.clone(), &it.origin));
        rows(into, "requirement", &self.requirements, |it| (it.key(), &it.origin));
        rows(into, "cause", &self.causes, |it| (it.name.zh.clone(), &it.origin));
        rows(into, "action", &self.actions, |it| (it.name.zh.clone(), &it.origin));
        rows(into, "fault", &self.faults, |it| (it.code.clone(), &it.origin));
        rows(into, "calendar", &self.calendars, |it| (it.id.clone(), &it.origin));
        rows(into, "region_class", &self.region_classes, |it| (it.name.zh.clone(), &it.origin));
        rows(into, "customer_class", &self.customer_classes, |it| (it.name.zh.clone(), &it.origin));
        rows(into, "promise", &self.promises, |it| (it.key(), &it.origin));
        rows(into, "term", &self.terms, |it| (it.key(), &it.origin));
        rows(into, "exclusion", &self.exclusions, |it| (it.code.clone(), &it.origin));
        rows(into, "callback", self.callback.as_slice(), |it| ("callback".into(), &it.origin));
        rows(into, "question", &self.questions, |it| (it.code.clone(), &it.origin));
        rows(into, "dispatch", self.dispatch.as_slice(), |it| ("dispatch".into(), &it.origin));
        all
    }

    /// The pack that these rows are, as they were kept.
    pub fn from_rows<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Result<Pack, Broken> {
        let mut pack = Pack::default();
        for row in rows {
            pack.take(row)?;
        }
        Ok(pack)
    }

    fn take(&mut self, row: &Row) -> Result<(), Broken> {
        match row.table.as_str() {
            "pack" => self.about = value(row)?,
            "tier" => self.tiers.push(value(row)?),
            "region" => self.regions.push(value(row)?),
            "post" => self.posts.push(value(row)?),
            "level" => self.levels.push(value(row)?),
            "certificate" => self.certificates.push(value(row)?),
            "category" => self.categories.push(value(row)?),
            "model" => self.models.push(value(row)?),
            "requirement" => self.requirements.push(value(row)?),
            "cause" => self.causes.push(value(row)?),
            "action" => self.actions.push(value(row)?),
            "fault" => self.faults.push(value(row)?),
            "calendar" => self.calendars.push(value(row)?),
            "region_class" => self.region_classes.push(value(row)?),
            "customer_class" => self.customer_classes.push(value(row)?),
            "promise" => self.promises.push(value(row)?),
            "term" => self.terms.push(value(row)?),
            "exclusion" => self.exclusions.push(value(row)?),
            "callback" => self.callback = Some(value(row)?),
            "question" => self.questions.push(value(row)?),
            "dispatch" => self.dispatch = Some(value(row)?),
            _ => return Err(broken(row, "unknown table".to_owned())),
        }
        Ok(())
    }
}

/// What the newer rows would add, change and remove.
pub fn diff(old: &[Row], new: &[Row]) -> Diff {
    let at = |row: &Row| (row.table.clone(), row.key.clone());
    let mut gone: BTreeMap<_, &Row> = old.iter().map(|row| (at(row), row)).collect();
    let mut diff = Diff::default();
    for row in new {
        match gone.remove(&at(row)) {
            None => diff.added.push(row.clone()),
            Some(same) if same == row => (),
            Some(was) => diff.changed.push((was.clone(), row.clone())),
        }
    }
    diff.removed = gone.into_values().cloned().collect();
    diff
}

fn rows<T: Serialize>(
    into: &mut Vec<Row>,
    table: &str,
    all: &[T],
    about: impl Fn(&T) -> (String, &Origin),
) {
    for it in all {
        let (key, origin) = about(it);
        let json = serde_json::to_string(it).expect("a row has text keys only");
        let (source, verified) = (origin.source.clone(), origin.verified);
        into.push(Row { table: table.to_owned(), key, json, source, verified });
    }
}

fn value<T: DeserializeOwned>(row: &Row) -> Result<T, Broken> {
    serde_json::from_str(&row.json).map_err(|error| broken(row, error.to_string()))
}

fn broken(row: &Row, detail: String) -> Broken {
    Broken { table: row.table.clone(), key: row.key.clone(), detail }
}
