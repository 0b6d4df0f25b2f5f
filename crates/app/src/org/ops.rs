//! What people do with the network: build it, give out territories, and ask who serves a place.

use std::collections::{BTreeSet, HashMap};

use kernel::{Field, Refusal, Result, Value, Wrongs};
use rules::{
    org::{self, Because, Bonds, OrgKind, OrgStatus, OrgStep, Serving},
    policy::{Act, Grant, OrgId},
};
use serde_json::json;

use super::store::{self, Org};
use crate::{
    Cx,
    customer::ops::{phone, place_of},
};

const NAME_MOST: usize = 60;
const ADDRESS_MOST: usize = 200;
/// More districts than the country has would be a mistake.
const AREAS_MOST: usize = 4000;

/// What is said of an organisation when it is founded or changed.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    pub name: String,
    pub phone: Option<String>,
    pub address: Option<String>,
    pub district: Option<String>,
    /// Founded, but not yet at work.
    pub proposed: bool,
    /// The version that was read, where a lost change would hurt.
    pub version: Option<i64>,
}

/// Founds an organisation under another; headquarters has none above it.
pub async fn found(
    cx: &mut Cx,
    kind: OrgKind,
    parent: Option<&OrgId>,
    draft: &Draft,
) -> Result<Org> {
    let grant = cx.may(Act::PeopleManage)?;
    let above = match parent {
        Some(parent) => Some(get(cx, &grant, parent).await?),
        None => None,
    };
    let fits = match &above {
        Some(above) => kind.may_stand_under(above.kind),
        None => kind == OrgKind::Hq && cx.actor.is_house(),
    };
    if !fits {
        return Err(org::WRONG_PARENT.into());
    }
    let number = cx.next_number("org").await?;
    let path = format!("{}{number}/", above.as_ref().map_or("/", |it| it.path.as_str()));
    let now = cx.now();
    let mut it = Org {
        id: OrgId::born(now, cx.dice()),
        kind,
        status: if draft.proposed { OrgStatus::Proposed } else { OrgStatus::Active },
        name: String::new(),
        parent: parent.cloned(),
        path,
        phone: None,
        address: None,
        district: None,
        lat: None,
        lon: None,
        version: 0,
    };
    apply(cx, &mut it, draft).await?;
    store::insert(cx, &it).await?;
    cx.record("org.founded", &it.id, json!({"name": it.name, "kind": kind})).await?;
    Ok(it)
}

/// Name, phone and place of an organisation within reach.
pub async fn change(cx: &mut Cx, id: &OrgId, draft: &Draft) -> Result<Org> {
    let grant = cx.may(Act::PeopleManage)?;
    let mut it = get(cx, &grant, id).await?;
    still(&it, draft.version)?;
    apply(cx, &mut it, draft).await?;
    store::update(cx, &it).await?;
    it.version += 1;
    cx.record("org.changed", id, json!({"name": it.name})).await?;
    Ok(it)
}

/// Nobody changed it since it was read.
fn still(it: &Org, version: Option<i64>) -> Result<()> {
    if version.is_some_and(|read| read != it.version) {
        return Err(Refusal::STALE.into());
    }
    Ok(())
}

async fn apply(cx: &mut Cx, it: &mut Org, draft: &Draft) -> Result<()> {
    let mut wrongs = Wrongs::default();
    let said = |text: &Option<String>| {
        text.as_deref().map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned)
    };
    let name = draft.name.trim();
    if name.is_empty() {
        wrongs.say("name", "missing");
    } else if name.chars().count() > NAME_MOST {
        wrongs.add(Field::new("name", "too_long").with("most", NAME_MOST as i64));
    } else if store::has_namesake(cx, it.kind, name, &it.id).await? {
        wrongs.say("name", "org.name_taken");
    }
    let (address, district) = (said(&draft.address), said(&draft.district));
    if address.as_ref().is_some_and(|it| it.chars().count() > ADDRESS_MOST) {
        wrongs.add(Field::new("address", "too_long").with("most", ADDRESS_MOST as i64));
    }
    if district.as_deref().is_some_and(|it| locality::division(it).is_none()) {
        wrongs.say("district", "division.unknown");
    }
    let phone = said(&draft.phone).and_then(|text| wrongs.take(phone("phone", &text)));
    wrongs.done()?;
    let place = place_of(address.as_deref(), district.as_deref());
    it.name = name.to_owned();
    (it.phone, it.address, it.district) = (phone, address, place.district);
    (it.lat, it.lon) = (place.lat, place.lon);
    Ok(())
}

/// Opened, suspended, taken up again, closed. One's own organisation is others' to decide on.
pub async fn step(cx: &mut Cx, id: &OrgId, step: OrgStep, version: Option<i64>) -> Result<Org> {
    let grant = cx.may(Act::PeopleManage)?;
    let mut it = get(cx, &grant, id).await?;
    still(&it, version)?;
    if cx.actor.org.as_ref() == Some(id) {
        return Err(org::OWN_ORG.into());
    }
    let bonds = bonds(cx, &it).await?;
    it.status = it.status.after_step(it.kind, step, bonds)?;
    store::update(cx, &it).await?;
    it.version += 1;
    cx.record("org.status_set", id, json!({"name": it.name, "status": it.status})).await?;
    Ok(it)
}

/// What still hangs on an organisation.
pub async fn bonds(cx: &mut Cx, it: &Org) -> Result<Bonds> {
    store::bonds(cx, &it.path).await
}

/// Which districts it serves, or which areas a region owns; each for one category or for all.
pub async fn set_territory(cx: &mut Cx, id: &OrgId, areas: &[Area]) -> Result<()> {
    let grant = cx.may(Act::PeopleManage)?;
    let it = get(cx, &grant, id).await?;
    if areas.len() > AREAS_MOST {
        return Err(Field::new("areas", "too_long").with("most", AREAS_MOST as i64).into());
    }
    for (area, category) in areas {
        if locality::division(area).is_none() {
            return Err(Refusal::field("areas", "division.unknown"))?;
        }
        if category.as_ref().is_some_and(|it| cx.company.pack.category(it).is_none()) {
            let name = category.clone().unwrap_or_default();
            return Err(Field::new("areas", "category.unknown").with("value", name).into());
        }
    }
    let areas: BTreeSet<_> = areas.iter().cloned().collect();
    store::set_territory(cx, &it.id, areas.iter()).await?;
    store::update(cx, &it).await?;
    let areas: Vec<_> = areas.iter().map(|it| it.0.as_str()).collect();
    cx.record("org.territory_set", id, json!({"areas": areas})).await
}

/// A division, and the product category it is served for; none: all of them.
pub type Area = (String, Option<String>);

pub async fn territory(cx: &mut Cx, id: &OrgId) -> Result<Vec<Area>> {
    store::territory(cx, id).await
}

/// Serves these as well. What lies within another area of the same category says nothing new.
pub async fn add_areas(cx: &mut Cx, id: &OrgId, new: &[Area], version: Option<i64>) -> Result<()> {
    let mut areas = for_change(cx, id, version).await?;
    if new.is_empty() {
        return Err(Refusal::field("areas", "missing").into());
    }
    for (area, category) in new {
        let covers = |of: &Area, area: &str| of.1 == *category && is_in(area, &of.0);
        if areas.iter().any(|known| covers(known, area)) {
            continue;
        }
        areas.retain(|known| known.1 != *category || !is_in(&known.0, area));
        areas.push((area.clone(), category.clone()));
    }
    set_territory(cx, id, &areas).await
}

/// Serves this one no more.
pub async fn drop_area(cx: &mut Cx, id: &OrgId, area: &Area, version: Option<i64>) -> Result<()> {
    let mut areas = for_change(cx, id, version).await?;
    let before = areas.len();
    areas.retain(|known| known != area);
    if areas.len() == before {
        return Err(Refusal::STALE.into());
    }
    set_territory(cx, id, &areas).await
}

async fn for_change(cx: &mut Cx, id: &OrgId, version: Option<i64>) -> Result<Vec<Area>> {
    let grant = cx.may(Act::PeopleManage)?;
    let it = get(cx, &grant, id).await?;
    still(&it, version)?;
    store::territory(cx, id).await
}

/// Every territory within reach: for the tree with its counts.
pub async fn territories(cx: &mut Cx, grant: &Grant) -> Result<Vec<(OrgId, Area)>> {
    store::territories(cx, grant).await
}

/// Who else of the same kind of work serves some of these areas, with the areas they name.
pub async fn rivals(cx: &mut Cx, it: &Org, areas: &[Area]) -> Result<Vec<(Org, Vec<Area>)>> {
    let kinds: &[OrgKind] = match it.kind {
        OrgKind::Region => &[OrgKind::Region],
        _ => &[OrgKind::Outlet, OrgKind::Partner],
    };
    let meets = |theirs: &Area| {
        areas.iter().any(|(area, category)| {
            let same_work = category.is_none() || theirs.1.is_none() || *category == theirs.1;
            let overlaps = is_in(area, &theirs.0) || is_in(&theirs.0, area);
            same_work && overlaps
        })
    };
    let mut found: Vec<(Org, Vec<Area>)> = Vec::new();
    for (org, area, category) in store::all_named(cx, kinds).await? {
        let theirs = (area, category);
        if org.id == it.id || !meets(&theirs) {
            continue;
        }
        match found.last_mut().filter(|known| known.0.id == org.id) {
            Some(known) => known.1.push(theirs),
            None => found.push((org, vec![theirs])),
        }
    }
    Ok(found)
}

fn is_in(area: &str, of: &str) -> bool {
    significant(area).starts_with(significant(of))
}

/// Organisations within reach of people and territories.
pub async fn list(cx: &mut Cx, grant: &Grant, kind: Option<OrgKind>) -> Result<Vec<Org>> {
    store::list(cx, grant, kind).await
}

pub async fn get(cx: &mut Cx, grant: &Grant, id: &OrgId) -> Result<Org> {
    let found = store::find(cx, id.as_str()).await?;
    Ok(found.filter(|it| grant.covers(&it.path, None)).ok_or(Refusal::NOT_FOUND)?)
}

pub async fn find(cx: &mut Cx, id_or_name: &str) -> Result<Option<Org>> {
    store::find(cx, id_or_name).await
}

/// The same for many at once, by what was asked.
pub async fn find_all(
    cx: &mut Cx,
    ids_or_names: impl Iterator<Item = String>,
) -> Result<HashMap<String, Org>> {
    let asked: Vec<Value> = ids_or_names.map(Value::Text).collect();
    let mut found = HashMap::new();
    for it in store::find_all(cx, &asked).await? {
        found.insert(it.id.to_string(), it.clone());
        found.insert(it.name.clone(), it);
    }
    Ok(found)
}

pub async fn headquarters(cx: &mut Cx) -> Result<Org> {
    let all = store::list(cx, &Grant::house(), Some(OrgKind::Hq)).await?;
    Ok(all.into_iter().next().ok_or(Refusal::NOT_FOUND)?)
}

/// Where an order goes: the outlet that serves the district, with the reason.
pub async fn route(
    cx: &mut Cx,
    district: Option<&str>,
    category: Option<&str>,
) -> Result<(Option<Serving>, Because)> {
    let Some(district) = district else { return Ok((None, Because::NobodyServes)) };
    let kinds = [OrgKind::Outlet, OrgKind::Partner];
    let named = store::named(cx, &kinds, &areas_over(district)).await?;
    let mut serving: Vec<Serving> = Vec::new();
    for (org, _, wants) in named {
        let fits = wants.is_none() || wants.as_deref() == category;
        let for_category = fits && wants.is_some();
        match serving.iter_mut().find(|it| it.org == org.id) {
            Some(known) => known.for_category |= for_category,
            None if fits => {
                let (org, name, path) = (org.id, org.name, org.path);
                let (districts, open_orders) = (0, 0);
                serving.push(Serving { org, name, path, districts, for_category, open_orders });
            }
            None => (),
        }
    }
    // Whoever is the only one need not be weighed.
    if serving.len() > 1 {
        for it in &mut serving {
            let areas = store::territory(cx, &it.org).await?;
            it.districts = areas.iter().map(|it| districts_in(&it.0)).sum();
        }
        store::open_orders(cx, &mut serving).await?;
    }
    Ok(match org::choose(&serving) {
        Some((best, because)) => (Some(best.clone()), because),
        None => (None, Because::NobodyServes),
    })
}

/// The pool a district's orders lie in while no outlet has them: of its region, else of
/// headquarters.
pub async fn pool(cx: &mut Cx, district: Option<&str>) -> Result<Org> {
    if let Some(district) = district {
        let named = store::named(cx, &[OrgKind::Region], &areas_over(district)).await?;
        // The longest code is the nearest: a city goes before its province.
        if let Some((org, ..)) = named.into_iter().max_by_key(|it| significant(&it.1).len()) {
            return Ok(org);
        }
    }
    headquarters(cx).await
}

/// The pool above an outlet: where an order goes that it refuses.
pub async fn pool_above(cx: &mut Cx, path: &str) -> Result<Org> {
    let above = path.trim_end_matches('/').rsplit_once('/').map_or("/", |it| it.0);
    match store::by_path(cx, &format!("{above}/")).await? {
        Some(org) => Ok(org),
        None => headquarters(cx).await,
    }
}

/// A district's code, its city's and its province's, however they are written.
fn areas_over(district: &str) -> Vec<String> {
    let mut areas = vec![district.to_owned()];
    for length in [6, 4, 2] {
        if let Some(short) = district.get(..length) {
            areas.push(short.to_owned());
            areas.push(format!("{short:0<6}"));
        }
    }
    areas.sort();
    areas.dedup();
    areas
}

fn significant(area: &str) -> &str {
    area.strip_suffix("0000").or_else(|| area.strip_suffix("00")).unwrap_or(area)
}

/// How many districts an area has.
pub fn districts_in(area: &str) -> i64 {
    i64::try_from(locality::districts_in(area).len()).unwrap_or(i64::MAX).max(1)
}

pub async fn by_path(cx: &mut Cx, path: &str) -> Result<Option<Org>> {
    store::by_path(cx, path).await
}
