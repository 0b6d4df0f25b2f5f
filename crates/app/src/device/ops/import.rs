//! Devices out of files: those on file are read at once, the others are filed as they come, with
//! their models.

use std::collections::{BTreeMap, HashMap};

use kernel::{Column as _, Field, Result};
use rules::{
    customer::{CustomerId, DeviceId},
    warranty::{Usage, backwards},
};
use serde_json::json;

use super::{Clean, papers::contradiction, store, usage};
use crate::{
    Cx,
    device::Device,
    product::{self, Product},
};

/// As it is said, before anybody looks up what is known of its model and its buyer.
pub(super) fn new(cx: &mut Cx, user: Option<&CustomerId>, clean: &Clean) -> Device {
    let (now, draft) = (cx.now(), &clean.draft);
    Device {
        id: DeviceId::born(now, cx.dice()),
        serial: draft.serial.clone(),
        model: draft.model.clone(),
        product: None,
        category: draft.category.clone(),
        buyer: None,
        user: user.cloned(),
        sold_on: clean.sold_on,
        delivered_on: clean.delivered_on,
        installed_on: clean.installed_on,
        accepted_on: clean.accepted_on,
        produced_on: clean.papers.produced_on,
        exchanged_on: clean.papers.exchanged_on,
        price: clean.papers.price,
        invoice: clean.papers.invoice,
        certificate: clean.papers.certificate,
        purchase_channel: draft.purchase_channel.clone(),
        card: draft.card.clone(),
        readings: None,
        installer: None,
        path: cx.actor.path.clone(),
        external_id: draft.external_id.clone(),
        created_at: now,
        version: 0,
    }
}

/// A device as a file has it, with its people, who are on file.
#[derive(Debug, Clone)]
pub struct Listed {
    pub clean: Clean,
    pub user: Option<CustomerId>,
    pub buyer: Option<CustomerId>,
    /// How far it has run and worked, where the file says so.
    pub usage: Usage,
    /// Who it is here, if that is known already.
    pub id: Option<String>,
}

/// The units and models that the rows of a group speak of.
#[derive(Debug, Default)]
pub struct Met {
    by_key: HashMap<String, Device>,
    by_serial: HashMap<String, Device>,
    models: HashMap<String, Product>,
    usages: BTreeMap<String, Usage>,
    /// How many devices and models were not on file before.
    pub filed: u64,
    pub products: u64,
}

/// Units by what a request says of them: the serial and, if it is new, the model.
pub async fn meet(
    cx: &mut Cx,
    serials: impl Iterator<Item = String>,
    models: impl Iterator<Item = String>,
) -> Result<Met> {
    let serials: Vec<_> = serials.map(|it| it.write()).collect();
    let mut met = Met::default();
    for it in store::by_serials(cx, &serials).await? {
        met.by_serial.insert(it.serial.clone().unwrap_or_default(), it);
    }
    met.models = product::ops::by_models(cx, models).await?;
    Ok(met)
}

impl Met {
    pub fn at_serial(&self, serial: &str) -> Option<&Device> {
        self.by_serial.get(serial)
    }

    /// The unit with that serial, or a new file for it.
    pub async fn find_or_file(
        &mut self,
        cx: &mut Cx,
        serial: &str,
        model: Option<&str>,
        user: Option<&CustomerId>,
        path: &str,
    ) -> Result<Device> {
        if let Some(known) = self.by_serial.get(serial) {
            return Ok(known.clone());
        }
        let mut clean = Clean::default();
        clean.draft.serial = Some(serial.to_owned());
        clean.draft.model = model.map(str::to_owned);
        let it = Device { path: path.to_owned(), ..new(cx, user, &clean) };
        self.file(cx, Device { buyer: user.cloned(), ..it }).await
    }

    async fn file(&mut self, cx: &mut Cx, mut it: Device) -> Result<Device> {
        if let Some(model) = &it.model {
            if !self.models.contains_key(model) {
                let filed = product::ops::file(cx, model, it.category.as_deref()).await?;
                self.models.insert(model.clone(), filed);
                self.products += 1;
            }
            let product = &self.models[model];
            it.product = Some(product.id.clone());
            it.category = it.category.or_else(|| product.category.clone());
        }
        store::insert(cx, &it).await?;
        cx.record("device.filed", &it.id, json!({"serial": it.serial})).await?;
        self.filed += 1;
        if let Some(serial) = &it.serial {
            self.by_serial.insert(serial.clone(), it.clone());
        }
        Ok(it)
    }

    fn own(&self, row: &Listed) -> Option<&Device> {
        let key = row.id.as_ref().or(row.clean.draft.external_id.as_ref())?;
        self.by_key.get(key)
    }

    fn of_serial(&self, row: &Listed) -> Option<&Device> {
        self.by_serial.get(row.clean.draft.serial.as_ref()?)
    }

    /// Whether another unit, known under another key, has the serial.
    fn is_taken(&self, row: &Listed) -> bool {
        let Some(other) = self.of_serial(row) else { return false };
        match self.own(row) {
            Some(own) => own.id != other.id,
            None => match (&other.external_id, &row.clean.draft.external_id) {
                (Some(theirs), Some(own)) => theirs != own,
                _ => false,
            },
        }
    }

    fn known(&self, row: &Listed) -> Option<&Device> {
        self.own(row).or_else(|| self.of_serial(row))
    }

    fn last_usage(&self, row: &Listed) -> Usage {
        let known = self.known(row).and_then(|it| self.usages.get(it.id.as_str()));
        known.copied().unwrap_or_default()
    }

    /// Why the row cannot be filed: the serial is another unit's, a day contradicts one on file, a
    /// reading has fallen.
    fn wrongs(&self, row: &Listed) -> Vec<Field> {
        if self.is_taken(row) {
            return vec![Field::new("serial", "import.serial_taken")];
        }
        let mut wrongs = Vec::new();
        if let Some(known) = self.known(row) {
            let found = contradiction(&changed(known, row));
            let new = found.filter(|it| contradiction(known) != Some(*it));
            wrongs.extend(new.map(|(field, code)| Field::new(field, code)));
        }
        if row.usage != Usage::default() {
            wrongs.extend(backwards(self.last_usage(row), row.usage));
        }
        wrongs
    }
}

async fn met(cx: &mut Cx, rows: &[Listed]) -> Result<Met> {
    let drafts = || rows.iter().map(|it| &it.clean.draft);
    let serials = drafts().filter_map(|it| it.serial.clone());
    let mut met = meet(cx, serials, drafts().filter_map(|it| it.model.clone())).await?;
    let keys: Vec<_> =
        drafts().filter_map(|it| it.external_id.as_ref()).map(|it| it.write()).collect();
    let ids = rows.iter().filter_map(|it| it.id.as_ref()).map(|it| it.write());
    let ids: Vec<_> = ids.chain(keys.iter().cloned()).collect();
    for it in store::by_ids(cx, &ids).await? {
        met.by_key.insert(it.id.to_string(), it);
    }
    for it in store::by_externals(cx, &keys).await? {
        met.by_key.insert(it.external_id.clone().unwrap_or_default(), it);
    }
    if rows.iter().any(|it| it.usage != Usage::default()) {
        let all = met.by_key.values().chain(met.by_serial.values());
        let ids: Vec<_> = all.map(|it| it.id.write()).collect();
        met.usages = usage::last_usages(cx, &ids).await?;
    }
    Ok(met)
}

/// What is wrong with each of the rows, beside what is on file.
pub async fn wrongs(cx: &mut Cx, rows: &[Listed]) -> Result<Vec<Vec<Field>>> {
    let met = met(cx, rows).await?;
    Ok(rows.iter().map(|it| met.wrongs(it)).collect())
}

/// Which unit a row is, and whether it is new or anything of it has changed; or what was wrong.
type Done = Result<(DeviceId, bool), Vec<Field>>;

/// Files or changes each, but those with which something is wrong.
pub async fn list(cx: &mut Cx, rows: &[Listed], path: &str) -> Result<(Vec<Done>, Met)> {
    let mut met = met(cx, rows).await?;
    let mut done = Vec::new();
    for row in rows {
        let wrongs = met.wrongs(row);
        if !wrongs.is_empty() {
            done.push(Err(wrongs));
            continue;
        }
        let before = met.last_usage(row);
        let (id, mut is_changed) = match met.known(row).cloned() {
            Some(known) => (known.id.clone(), change(cx, known, row).await?),
            None => {
                let it = new(cx, row.user.as_ref(), &row.clean);
                let buyer = row.buyer.clone().or_else(|| row.user.clone());
                let it = Device { path: path.to_owned(), buyer, ..it };
                (met.file(cx, it).await?.id, true)
            }
        };
        let read = |now: Option<i64>, before: Option<i64>| now.filter(|it| before != Some(*it));
        let (km, hours) = (read(row.usage.km, before.km), read(row.usage.hours, before.hours));
        if km.is_some() || hours.is_some() {
            usage::write(cx, &id, Usage { km, hours }).await?;
            is_changed = true;
        }
        done.push(Ok((id, is_changed)));
    }
    Ok((done, met))
}

async fn change(cx: &mut Cx, before: Device, row: &Listed) -> Result<bool> {
    let it = changed(&before, row);
    if it == before {
        return Ok(false);
    }
    store::update(cx, &it).await?;
    let changes = super::changed(&before, &it);
    cx.record("device.changed", &it.id, json!({"changes": changes})).await?;
    Ok(true)
}

/// What the file says counts; what it is silent about stays.
fn changed(before: &Device, row: &Listed) -> Device {
    let (mut it, clean) = (before.clone(), &row.clean);
    let draft = &clean.draft;
    let said = |new: &Option<String>, old: Option<String>| new.clone().or(old);
    it.serial = said(&draft.serial, it.serial);
    it.model = said(&draft.model, it.model);
    it.category = said(&draft.category, it.category);
    it.purchase_channel = said(&draft.purchase_channel, it.purchase_channel);
    it.card = said(&draft.card, it.card);
    it.sold_on = clean.sold_on.or(it.sold_on);
    it.delivered_on = clean.delivered_on.or(it.delivered_on);
    it.installed_on = clean.installed_on.or(it.installed_on);
    it.accepted_on = clean.accepted_on.or(it.accepted_on);
    clean.papers.overwrite(&mut it);
    it.buyer = row.buyer.clone().or(it.buyer);
    it.user = row.user.clone().or(it.user);
    if it.external_id.is_none() && draft.external_id.as_deref() != Some(it.id.as_str()) {
        it.external_id = draft.external_id.clone();
    }
    it
}
