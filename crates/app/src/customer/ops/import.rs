//! Customers out of files: those on file are read at once, the others are filed as they come.

use std::collections::HashMap;

use kernel::{Column as _, Result};
use rules::customer::CustomerId;
use serde_json::json;

use super::{Draft, Place, new, store};
use crate::{Cx, customer::Customer};

/// Whom the rows of a group speak of.
#[derive(Debug, Default)]
pub struct Met {
    by_phone: HashMap<String, Customer>,
    by_place: HashMap<(String, String), Customer>,
    /// How many were not on file before.
    pub filed: u64,
}

/// Whoever of them is on file. Others who file one of them at this moment are waited for.
pub async fn meet<'a>(cx: &mut Cx, drafts: impl Iterator<Item = &'a Draft>) -> Result<Met> {
    let (mut phones, mut names, mut alone) = (Vec::new(), Vec::new(), Vec::new());
    for draft in drafts {
        match (&draft.phone, &draft.name, &draft.address) {
            (Some(phone), ..) => {
                alone.push(format!("customer {phone}"));
                phones.push(phone.write());
            }
            (None, Some(name), Some(address)) => {
                alone.push(format!("customer {name} {address}"));
                names.push(name.write());
            }
            _ => (),
        }
    }
    cx.tx.alone_all(&alone).await?;
    let mut met = Met::default();
    for it in store::by_phones(cx, &phones).await? {
        met.by_phone.entry(it.phone.clone().unwrap_or_default()).or_insert(it);
    }
    for it in store::by_names(cx, &names).await? {
        if let Some(address) = it.address.clone() {
            met.by_place.entry((it.name.clone(), address)).or_insert(it);
        }
    }
    Ok(met)
}

impl Met {
    /// Who it is, as [`super::find_or_file`] finds them, and whom to ask for this time. The place
    /// is better known than their address tells, if one is given.
    pub async fn find_or_file(
        &mut self,
        cx: &mut Cx,
        draft: &Draft,
        path: &str,
        place: &Place,
    ) -> Result<(Customer, Option<String>)> {
        if let Some(known) = self.known(draft) {
            let other = draft.name.clone().filter(|it| *it != known.name);
            return Ok((known.clone(), draft.contact.clone().or(other)));
        }
        let district = draft.district.clone().or_else(|| place.district.clone());
        let mut it = new(cx, &Draft { district, ..draft.clone() });
        it.path = path.to_owned();
        if place.lat.is_some() {
            (it.lat, it.lon) = (place.lat, place.lon);
        }
        self.file(cx, &it).await?;
        Ok((it, draft.contact.clone()))
    }

    pub fn known(&self, draft: &Draft) -> Option<&Customer> {
        match (&draft.phone, &draft.name, &draft.address) {
            (Some(phone), ..) => self.by_phone.get(phone),
            (None, Some(name), Some(address)) => {
                self.by_place.get(&(name.clone(), address.clone()))
            }
            _ => None,
        }
    }

    async fn file(&mut self, cx: &mut Cx, it: &Customer) -> Result<()> {
        store::insert(cx, it).await?;
        cx.record("customer.filed", &it.id, json!({})).await?;
        self.filed += 1;
        match (&it.phone, &it.address) {
            (Some(phone), _) => {
                self.by_phone.insert(phone.clone(), it.clone());
            }
            (None, Some(address)) => {
                self.by_place.insert((it.name.clone(), address.clone()), it.clone());
            }
            (None, None) => (),
        }
        Ok(())
    }
}

/// A customer as a file has them: the key by which they are known there, and who they are here,
/// if that is known already.
#[derive(Debug, Clone)]
pub struct Listed {
    pub draft: Draft,
    pub id: Option<String>,
}

/// Files or changes each; says who it is and whether anything changed. Nothing where the phone is
/// somebody else's.
pub async fn list(
    cx: &mut Cx,
    rows: &[Listed],
    path: &str,
) -> Result<(Vec<Option<(CustomerId, bool)>>, Met)> {
    let mut met = meet(cx, rows.iter().map(|it| &it.draft)).await?;
    let known = on_file(cx, rows).await?;
    let mut done = Vec::new();
    for row in rows {
        let own = row.id.as_ref().or(row.draft.external_id.as_ref()).and_then(|it| known.get(it));
        let at_phone = met.known(&row.draft);
        let it = match (own, at_phone) {
            (Some(own), Some(other)) if own.id != other.id => None,
            (Some(own), _) => Some(own.clone()),
            (None, Some(other)) if is_taken(other, &row.draft) => None,
            (None, Some(other)) => Some(other.clone()),
            (None, None) => {
                let mut it = new(cx, &row.draft);
                it.path = path.to_owned();
                met.file(cx, &it).await?;
                done.push(Some((it.id, true)));
                continue;
            }
        };
        done.push(match it {
            None => None,
            Some(it) => Some((it.id.clone(), change(cx, it, &row.draft).await?)),
        });
    }
    Ok((done, met))
}

/// By external id, or by the id of this house where an export comes back.
async fn on_file(cx: &mut Cx, rows: &[Listed]) -> Result<HashMap<String, Customer>> {
    let keys: Vec<_> = rows.iter().filter_map(|it| it.draft.external_id.as_ref()).collect();
    let keys: Vec<_> = keys.into_iter().map(|it| it.write()).collect();
    let ids = rows.iter().filter_map(|it| it.id.as_ref()).map(|it| it.write());
    let ids: Vec<_> = ids.chain(keys.iter().cloned()).collect();
    let mut known = HashMap::new();
    for it in store::by_ids(cx, &ids).await? {
        known.insert(it.id.to_string(), it);
    }
    for it in store::by_externals(cx, &keys).await? {
        known.insert(it.external_id.clone().unwrap_or_default(), it);
    }
    Ok(known)
}

/// Whether somebody else, known under another key, has the phone.
fn is_taken(other: &Customer, draft: &Draft) -> bool {
    match (&other.external_id, &draft.external_id) {
        (Some(theirs), Some(own)) => theirs != own,
        _ => false,
    }
}

/// Those of the rows whose phone is somebody else's, by place.
pub async fn taken(cx: &mut Cx, rows: &[Listed]) -> Result<Vec<usize>> {
    let met = meet(cx, rows.iter().map(|it| &it.draft)).await?;
    let known = on_file(cx, rows).await?;
    let is_wrong = |row: &Listed| {
        let own = row.id.as_ref().or(row.draft.external_id.as_ref()).and_then(|it| known.get(it));
        met.known(&row.draft).is_some_and(|other| match own {
            Some(own) => own.id != other.id,
            None => is_taken(other, &row.draft),
        })
    };
    Ok(rows.iter().enumerate().filter(|it| is_wrong(it.1)).map(|it| it.0).collect())
}

/// What the file says counts; what it is silent about stays.
async fn change(cx: &mut Cx, before: Customer, draft: &Draft) -> Result<bool> {
    let mut it = before.clone();
    let said = |new: &Option<String>, old: Option<String>| new.clone().or(old);
    it.name = draft.name.clone().unwrap_or(it.name);
    it.kind = draft.kind.unwrap_or(it.kind);
    it.contact = said(&draft.contact, it.contact);
    it.phone = said(&draft.phone, it.phone);
    it.postcode = said(&draft.postcode, it.postcode);
    it.class = said(&draft.class, it.class);
    if it.external_id.is_none() && draft.external_id.as_deref() != Some(it.id.as_str()) {
        it.external_id = draft.external_id.clone();
    }
    let moved = draft.address.is_some() && draft.address != it.address;
    let redrawn = draft.district.is_some() && draft.district != it.district;
    if moved || redrawn {
        let address = said(&draft.address, it.address.clone());
        let place = super::place_of(address.as_deref(), draft.district.as_deref());
        it.address = address;
        (it.district, it.lat, it.lon) = (place.district, place.lat, place.lon);
    }
    if it == before {
        return Ok(false);
    }
    store::update(cx, &it).await?;
    cx.record("customer.changed", &it.id, json!({})).await?;
    Ok(true)
}
