//! 派工板: what waits to be given to somebody, and what everybody of an outlet has to do on a day.

use std::collections::BTreeMap;

use kernel::{Day, Refusal, Result, Time};
use rules::{
    dispatch::Round,
    order::{OrderId, Status, Window},
    org::OrgKind,
    policy::{Act, Grant, PersonId, Reach, Role},
};

use super::{
    day::{DayView, Diary, diary},
    seek::{Choice, Seeking, rounds, seek},
    store::{self, Planned},
};
use crate::{
    Cx,
    account::{self, Certificate, Person},
    order::{self, Filter, Listed, Page, Sort},
    org::{self, Org},
};

/// So many orders wait in sight; the rest stands in the list.
const WAITING: i64 = 50;

/// One outlet's day.
pub struct Board {
    pub date: Day,
    /// The outlets this reader may look at.
    pub outlets: Vec<Org>,
    pub outlet: Option<Org>,
    pub lanes: Vec<Lane>,
    pub waiting: Vec<Listed>,
    /// How many lie in a pool above, for whoever may route them.
    pub pool: i64,
    /// The order somebody is sought for, with what one has to know to say who could go.
    pub chosen: Option<Listed>,
    seeking: Option<Seeking>,
}

/// One technician's day.
pub struct Lane {
    pub person: Person,
    pub certificates: Vec<Certificate>,
    pub day: DayView,
    pub jobs: Vec<Planned>,
    /// For the chosen order: what is against them, and the windows one could offer.
    pub choice: Option<Choice>,
    pub offers: Vec<Window>,
    round: Option<Round>,
}

impl Lane {
    fn new(person: Person, certificates: Vec<Certificate>, day: DayView) -> Lane {
        let (jobs, offers) = (Vec::new(), Vec::new());
        Lane { person, certificates, day, jobs, choice: None, offers, round: None }
    }
}

impl Board {
    /// Whoever could go, worked out when everything is read.
    pub fn settle(&mut self) {
        let Some(seeking) = &self.seeking else { return };
        let mut choices = seeking.choices();
        for lane in &mut self.lanes {
            let place = choices.iter().position(|it| it.technician.id == lane.person.id);
            lane.choice = place.map(|place| choices.swap_remove(place));
            let offers = lane.round.as_ref().map(|it| seeking.offers(&lane.person.id, it));
            lane.offers = offers.unwrap_or_default();
        }
    }
}

pub async fn board(
    cx: &mut Cx,
    outlet: Option<&str>,
    date: Option<Day>,
    order: Option<&OrderId>,
) -> Result<Board> {
    let grant = cx.may(Act::TechnicianRead)?;
    let date = date.unwrap_or_else(|| cx.today());
    let outlets = outlets(cx, &grant).await?;
    let chosen = match order {
        Some(id) => chosen(cx, id).await?,
        None => None,
    };
    // Whoever seeks somebody for an order sees the outlet that has it.
    let of_order = chosen.as_ref().and_then(|it| it.order.outlet.as_ref());
    let asked = of_order.map(|it| it.as_str()).or(outlet);
    let own = cx.actor.org.clone();
    let outlet = match asked {
        Some(id) => outlets.iter().find(|it| it.id.as_str() == id),
        None => outlets.iter().find(|it| Some(&it.id) == own.as_ref()).or(outlets.first()),
    };
    let outlet = outlet.cloned();
    let lanes = match &outlet {
        Some(outlet) => lanes(cx, &grant, outlet, date, chosen.as_ref()).await?,
        None => Vec::new(),
    };
    let seeking = match &chosen {
        Some(it) => seek(cx, &it.order.id).await?,
        None => None,
    };
    Ok(Board {
        date,
        lanes,
        waiting: waiting(cx, outlet.as_ref()).await?,
        pool: pool(cx).await?,
        outlets,
        outlet,
        chosen,
        seeking,
    })
}

async fn outlets(cx: &mut Cx, grant: &Grant) -> Result<Vec<Org>> {
    if grant.reach() == Reach::Own {
        let Some(own) = cx.actor.org.clone() else { return Ok(Vec::new()) };
        return Ok(org::ops::find(cx, own.as_str()).await?.into_iter().collect());
    }
    let mut all = Vec::new();
    for kind in [OrgKind::Outlet, OrgKind::Partner] {
        all.extend(org::ops::list(cx, grant, Some(kind)).await?);
    }
    Ok(all)
}

/// Somebody can be sought only for an order that waits or may be given to somebody else.
async fn chosen(cx: &mut Cx, id: &OrderId) -> Result<Option<Listed>> {
    let status = vec![Status::Reported, Status::Accepted, Status::Assigned, Status::OnWay];
    let filter = Filter { status, id: Some(id.to_string()), ..Filter::default() };
    Ok(order::ops::listed(cx, &filter, &Page::default()).await?.into_iter().next())
}

async fn waiting(cx: &mut Cx, outlet: Option<&Org>) -> Result<Vec<Listed>> {
    let Some(outlet) = outlet.filter(|_| cx.may(Act::Read).is_ok()) else { return Ok(Vec::new()) };
    let filter = Filter {
        status: vec![Status::Reported, Status::Accepted],
        outlet: vec![outlet.id.to_string()],
        ..Filter::default()
    };
    let page = Page { sort: Sort::Due, descending: false, limit: WAITING - 1, after: None };
    order::ops::listed(cx, &filter, &page).await
}

async fn pool(cx: &mut Cx) -> Result<i64> {
    if cx.may(Act::OrderRoute).is_err() || cx.may(Act::Read).is_err() {
        return Ok(0);
    }
    let filter = Filter { pool: true, status: vec![Status::Reported], ..Filter::default() };
    order::ops::count_to(cx, &filter, 999).await
}

async fn lanes(
    cx: &mut Cx,
    grant: &Grant,
    outlet: &Org,
    date: Day,
    chosen: Option<&Listed>,
) -> Result<Vec<Lane>> {
    let (org, role) = (Some(outlet.id.to_string()), Some(Role::Technician));
    let which = account::ops::WhichPeople { org, role, ..Default::default() };
    let people = account::ops::list(cx, grant, &which).await?;
    let ids: Vec<PersonId> = people.iter().map(|it| it.id.clone()).collect();
    let (from, to) = span(cx, date);
    let mut jobs = store::planned(cx, &ids, from, to).await?;
    let mut rounds = match chosen {
        Some(it) => rounds(cx, &it.order.id, &ids, date, 1).await?,
        None => BTreeMap::new(),
    };
    let diary = diary(cx, &ids, date, 1).await?;
    let mut certificates = account::ops::certificates_of(cx, &ids).await?;
    let mut lanes = Vec::new();
    for person in people {
        let round = rounds.remove(&person.id).and_then(|it| it.into_iter().next());
        let mine = jobs.extract_if(.., |it| it.visit.technician == person.id).collect();
        let certificates = certificates.remove(&person.id).unwrap_or_default();
        let day = diary.day(cx, &person.id, date);
        lanes.push(Lane { jobs: mine, round, ..Lane::new(person, certificates, day) });
    }
    Ok(lanes)
}

fn span(cx: &Cx, date: Day) -> (Time, Time) {
    let zone = &cx.company.zone;
    (date.start(zone), date.plus(1).start(zone))
}

/// One technician's day, for who may look at it.
pub async fn of_person(cx: &mut Cx, id: &PersonId, date: Option<Day>) -> Result<(Lane, Org)> {
    let grant = cx.may(Act::TechnicianRead)?;
    let date = date.unwrap_or_else(|| cx.today());
    let person = account::ops::person(cx, id).await?.ok_or(Refusal::NOT_FOUND)?;
    if !person.has(Role::Technician) || !grant.covers(&person.path, Some(&person.id)) {
        return Err(Refusal::NOT_FOUND.into());
    }
    let org = org::ops::find(cx, person.org.as_str()).await?.ok_or(Refusal::NOT_FOUND)?;
    let (from, to) = span(cx, date);
    let jobs = store::planned(cx, std::slice::from_ref(&person.id), from, to).await?;
    let diary: Diary = diary(cx, std::slice::from_ref(&person.id), date, 1).await?;
    let day = diary.day(cx, &person.id, date);
    let certificates = account::ops::certificates(cx, &person.id).await?;
    Ok((Lane { jobs, ..Lane::new(person, certificates, day) }, org))
}
