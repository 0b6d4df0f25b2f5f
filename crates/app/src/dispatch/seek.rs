//! 候选: what has to be known to say who could go, read at one moment through the reader's grant; and,
//! afterwards and outside of any transaction, who that is.

use std::{collections::BTreeMap, sync::Arc};

use kernel::{Day, Refusal, Result, Time};
use rules::{
    customer::CustomerId,
    dispatch::{Booked, Hand, Proposal, Round, Site, Stage, Task, Verdict, deadlines},
    order::{Order, OrderId, Window},
    pack::Pack,
    policy::{Act, Grant, PersonId, Role},
};

use super::{
    day::{Diary, diary, length, usual},
    ops::candidate,
    store::{self, Planned, VisitState},
};
use crate::{
    Cx,
    account::{self, Person},
    customer,
    intake::{self, Request},
    org, promise,
};

/// So many gaps of somebody are named.
const GAPS: usize = 6;

/// The order, and everybody of its outlet with their days.
pub struct Seeking {
    pub order: OrderId,
    number: String,
    task: Task,
    pack: Arc<Pack>,
    now: Time,
    hands: Vec<(Person, Hand)>,
}

/// Somebody who could go, with when and what that means; or why not.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    pub technician: Person,
    pub free: Vec<Window>,
    pub knows_device: bool,
    pub verdict: Verdict,
}

impl Choice {
    /// What one would say on the phone.
    pub fn offer(&self) -> Option<Window> {
        self.proposal().map(|it| it.window)
    }

    pub fn proposal(&self) -> Option<&Proposal> {
        self.verdict.as_ref().ok()
    }
}

impl Seeking {
    /// Everybody of the outlet, the best first.
    pub fn choices(&self) -> Vec<Choice> {
        let by = self.pack.dispatch();
        let mut all: Vec<Choice> = self.hands.iter().map(|it| self.choice(it)).collect();
        all.sort_by(|a, b| by.rank((&a.verdict, a.knows_device), (&b.verdict, b.knows_device)));
        all
    }

    fn choice(&self, (person, hand): &(Person, Hand)) -> Choice {
        let long = |it: &&Window| it.from.until(it.to) >= self.task.length;
        let free = hand.days.iter().flat_map(|it| &it.free).filter(long).take(GAPS);
        Choice {
            technician: person.clone(),
            free: free.copied().collect(),
            knows_device: hand.knows_device,
            verdict: self.task.verdict(hand, self.pack.dispatch(), self.now),
        }
    }

    /// What one could offer of somebody's day, one time for each gap.
    pub fn offers(&self, id: &PersonId, round: &Round) -> Vec<Window> {
        let Some((_, hand)) = self.hands.iter().find(|it| it.0.id == *id) else {
            return Vec::new();
        };
        let offers = self.task.offers(hand, round, self.pack.dispatch(), self.now);
        offers.into_iter().map(|it| it.window).collect()
    }

    /// Whether it is known where the customer is, at least the district.
    pub fn has_place(&self) -> bool {
        self.task.site.is_known()
    }

    /// The visit that comes of it at that time.
    fn visit(&self, window: Window) -> Booked {
        Booked {
            order: self.order.clone(),
            number: self.number.clone(),
            window,
            length: self.task.length,
            site: self.task.site.clone(),
            stage: Stage::Ahead,
        }
    }

    fn give(&mut self, id: &PersonId, visit: &Booked) {
        if let Some((_, hand)) = self.hands.iter_mut().find(|it| it.0.id == *id) {
            hand.give(visit.clone());
        }
    }
}

/// Who goes to each of several orders, one after the other, as if those before had been sent
/// already. Where nobody can go, the one who comes nearest to it, with why not; None where there is
/// nobody at all.
pub fn in_turn(mut all: Vec<Seeking>) -> Vec<(OrderId, Option<Choice>)> {
    let mut found = Vec::new();
    while !all.is_empty() {
        let this = all.remove(0);
        let best = this.choices().into_iter().next();
        if let Some((choice, window)) = best.as_ref().and_then(|it| Some((it, it.offer()?))) {
            let visit = this.visit(window);
            all.iter_mut().for_each(|it| it.give(&choice.technician.id, &visit));
        }
        found.push((this.order, best));
    }
    found
}

/// Of an order in reach. None: no outlet has it.
pub async fn seek(cx: &mut Cx, id: &OrderId) -> Result<Option<Seeking>> {
    let order = crate::order::ops::get(cx, id).await?;
    let grant = cx.may(Act::TechnicianRead)?;
    let Some(outlet) = &order.outlet else { return Ok(None) };
    let outlet = org::ops::find(cx, outlet.as_str()).await?.ok_or(Refusal::NOT_FOUND)?;
    let request = intake::ops::known(cx, &order.request).await?;
    let wish = request.wish();
    let first = wish.map_or(cx.now(), |it| it.from.max(cx.now())).day(&cx.company.zone);
    let which = account::ops::WhichPeople {
        org: Some(outlet.id.to_string()),
        role: Some(Role::Technician),
        ..Default::default()
    };
    let people = account::ops::list(cx, &grant, &which).await?;
    let ids: Vec<PersonId> = people.iter().map(|it| it.id.clone()).collect();
    let days = cx.company.pack.dispatch().days;
    let mut rounds = rounds(cx, &order.id, &ids, first, days).await?;
    let mut certificates = account::ops::certificates_of(cx, &ids).await?;
    let known = match &order.device {
        Some(device) => crate::order::ops::who_was_at(cx, device).await?,
        None => Vec::new(),
    };
    let hand = |person: Person| {
        let hand = Hand {
            candidate: candidate(&person, certificates.remove(&person.id).unwrap_or_default()),
            home: Site::kept(person.lat, person.lon, outlet.district.as_deref()),
            days: rounds.remove(&person.id).unwrap_or_default(),
            knows_device: known.contains(&person.id),
        };
        (person, hand)
    };
    let hands = people.into_iter().map(hand).collect();
    let task = task(cx, &order, &request).await?;
    let (pack, now) = (Arc::clone(&cx.company.pack), cx.now());
    Ok(Some(Seeking { order: order.id, number: order.number, task, pack, now, hands }))
}

async fn task(cx: &mut Cx, order: &Order, request: &Request) -> Result<Task> {
    let promises = promise::ops::of_request(cx, order.request.as_str()).await?;
    let (arrive_by, done_by) = deadlines(&promises);
    let site = site_of(cx, order, request).await?;
    let needs = cx.company.pack.certificates(order.category.as_deref(), order.kind);
    Ok(Task {
        length: length(cx, order),
        site,
        wish: request.wish(),
        arrive_by,
        done_by,
        level: order.fault_level,
        certificates: needs.into_iter().map(str::to_owned).collect(),
        outlet: order.path.clone(),
    })
}

/// Where the request says, else where the customer lives, else the district.
async fn site_of(cx: &mut Cx, order: &Order, request: &Request) -> Result<Site> {
    let mut home = (None, None, None);
    if let Some(id) = &order.customer {
        let it = customer::ops::get(cx, &Grant::house(), &CustomerId::parse(id)?).await?;
        home = (it.lat, it.lon, it.district);
    }
    let own = (request.lat, request.lon);
    Ok(site(order.district.as_deref(), own, (home.0, home.1, home.2.as_deref())))
}

type Degrees = (Option<i64>, Option<i64>);

fn site(
    district: Option<&str>,
    own: Degrees,
    (lat, lon, home): (Option<i64>, Option<i64>, Option<&str>),
) -> Site {
    match own {
        (Some(_), Some(_)) => Site::kept(own.0, own.1, district),
        _ if district.is_none() || district == home => Site::kept(lat, lon, home),
        _ => Site::kept(None, None, district),
    }
}

/// The days of several people, without what they have to do for this very order.
pub async fn rounds(
    cx: &mut Cx,
    order: &OrderId,
    people: &[PersonId],
    first: Day,
    days: i64,
) -> Result<BTreeMap<PersonId, Vec<Round>>> {
    let mut diary = diary(cx, people, first, days).await?;
    diary.forget(order);
    let zone = cx.company.zone.clone();
    let (from, to) = (first.start(&zone), first.plus(days).start(&zone));
    let mut planned = store::planned(cx, people, from, to).await?;
    planned.retain(|it| it.visit.order != *order);
    let mut rounds = BTreeMap::new();
    for id in people {
        let mine: Vec<&Planned> = planned.iter().filter(|it| it.visit.technician == *id).collect();
        let round = |ahead| round(cx, &diary, id, first.plus(ahead), &mine);
        rounds.insert(id.clone(), (0..days).map(round).collect());
    }
    Ok(rounds)
}

fn round(cx: &Cx, diary: &Diary, id: &PersonId, date: Day, planned: &[&Planned]) -> Round {
    let day = diary.day(cx, id, date);
    let here = |it: &&&Planned| day.busy.iter().any(|busy| busy.id == it.visit.id);
    let visits = planned.iter().filter(here).filter_map(|it| booked(cx, it)).collect();
    let away = day.away.iter().map(|it| Window { from: it.starts, to: it.ends }).collect();
    Round { date, shift: day.shift, pauses: day.pauses, free: day.free, visits, away }
}

fn booked(cx: &Cx, it: &Planned) -> Option<Booked> {
    let visit = &it.visit;
    let stage = match visit.state {
        VisitState::Planned => Stage::Ahead,
        VisitState::OnWay => Stage::OnWay(visit.departed_at.unwrap_or(visit.from)),
        VisitState::OnSite => Stage::OnSite(visit.arrived_at.unwrap_or(visit.from)),
        VisitState::Done => Stage::Done(visit.ended_at.unwrap_or(visit.to)),
        VisitState::NoShow | VisitState::Dropped => return None,
    };
    let (lat, lon) = it.home;
    Some(Booked {
        order: visit.order.clone(),
        number: it.number.clone(),
        window: Window { from: visit.from, to: visit.to },
        length: usual(cx, it.category.as_deref(), it.kind),
        site: site(it.district.as_deref(), it.place, (lat, lon, it.home_district.as_deref())),
        stage,
    })
}
