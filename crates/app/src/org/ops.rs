//! What people do with the network: build it, give out territories, and ask who serves a place.

use kernel::{Refusal, Result, Wrongs};
use rules::{
    org::{self, Because, OrgKind, OrgStatus, Serving},
    policy::{Act, Grant, OrgId},
};
use serde_json::json;

use super::store::{self, Org};
use crate::{Cx, customer::ops::place_of};

/// What is said of an organisation when it is founded or changed.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    pub name: String,
    pub phone: Option<String>,
    pub address: Option<String>,
    pub district: Option<String>,
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
        status: OrgStatus::Active,
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
    apply(&mut it, draft)?;
    store::insert(cx, &it).await?;
    cx.record("org.founded", &it.id, json!({"name": it.name, "kind": kind})).await?;
    Ok(it)
}

/// Name, phone and place of an organisation within reach.
pub async fn change(cx: &mut Cx, id: &OrgId, draft: &Draft) -> Result<Org> {
    let grant = cx.may(Act::PeopleManage)?;
    let mut it = get(cx, &grant, id).await?;
    apply(&mut it, draft)?;
    store::update(cx, &it).await?;
    cx.record("org.changed", id, json!({"name": it.name})).await?;
    Ok(it)
}

fn apply(it: &mut Org, draft: &Draft) -> Result<()> {
    let mut wrongs = Wrongs::default();
    if draft.name.trim().is_empty() {
        wrongs.say("name", "missing");
    }
    let place = place_of(draft.address.as_deref(), draft.district.as_deref());
    wrongs.done()?;
    it.name = draft.name.trim().to_owned();
    it.phone = draft.phone.clone();
    it.address = draft.address.clone();
    it.district = place.district;
    (it.lat, it.lon) = (place.lat, place.lon);
    Ok(())
}

/// Which districts it serves, or which areas a region owns; each for one category or for all.
pub async fn set_territory(
    cx: &mut Cx,
    id: &OrgId,
    areas: &[(String, Option<String>)],
) -> Result<()> {
    let grant = cx.may(Act::PeopleManage)?;
    let it = get(cx, &grant, id).await?;
    for (area, category) in areas {
        if locality::division(area).is_none() {
            return Err(Refusal::field("areas", "division.unknown"))?;
        }
        if category.as_ref().is_some_and(|it| cx.company.pack.category(it).is_none()) {
            return Err(Refusal::field("areas", "category.unknown"))?;
        }
    }
    store::set_territory(cx, &it.id, areas).await?;
    let areas: Vec<_> = areas.iter().map(|it| it.0.as_str()).collect();
    cx.record("org.territory_set", id, json!({"areas": areas})).await
}

pub async fn territory(cx: &mut Cx, id: &OrgId) -> Result<Vec<(String, Option<String>)>> {
    store::territory(cx, id).await
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
                let areas = store::territory(cx, &org.id).await?;
                let districts = areas.iter().map(|it| districts_in(&it.0)).sum();
                let (org, name, path) = (org.id, org.name, org.path);
                let it = Serving { org, name, path, districts, for_category, open_orders: 0 };
                serving.push(it);
            }
            None => (),
        }
    }
    if serving.len() > 1 {
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

fn districts_in(area: &str) -> i64 {
    i64::try_from(locality::districts_in(area).len()).unwrap_or(i64::MAX).max(1)
}

pub async fn by_path(cx: &mut Cx, path: &str) -> Result<Option<Org>> {
    store::by_path(cx, path).await
}
