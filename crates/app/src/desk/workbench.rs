//! 工作台: what waits for *me*. Each tile is a count and the list behind it, and the two are one
//! query, so they always agree.

use kernel::{Result, Span, Time};
use rules::{
    callback::CallbackStatus,
    intake::{RequestKind, RequestStatus},
    order::Status,
    policy::{Act, Reach, Role},
};

use super::store;
use crate::{Cx, callback, intake, order};

/// One thing that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    pub key: &'static str,
    pub count: i64,
    /// The list behind it, as query of the page and of the API.
    pub list: String,
    /// Something is late or wrong as long as it is not nought.
    pub alarming: bool,
}

enum List {
    Orders(order::Filter, String),
    Requests(intake::Filter, String),
    Callbacks(callback::Filter, String),
}

/// The tiles of this person, in the order in which they should be looked at.
pub async fn tiles(cx: &mut Cx) -> Result<Vec<Tile>> {
    let lists = lists(cx);
    // Most are orders: one question for all of them.
    let of_orders = lists.iter().filter_map(|it| match &it.2 {
        List::Orders(filter, _) => Some(filter.clone()),
        _ => None,
    });
    let of_orders: Vec<_> = of_orders.collect();
    let mut orders = order::ops::counts(cx, &of_orders, None).await?.into_iter();
    let mut tiles = Vec::new();
    for (key, alarming, list) in lists {
        let (count, list) = match list {
            List::Orders(_, query) => {
                (orders.next().unwrap_or_default(), format!("/orders?{query}"))
            }
            List::Requests(filter, query) => {
                (intake::ops::count(cx, &filter).await?, format!("/requests?{query}"))
            }
            List::Callbacks(filter, query) => {
                (callback::ops::count(cx, &filter).await?, format!("/callbacks?{query}"))
            }
        };
        tiles.push(Tile { key, count, list, alarming });
    }
    Ok(tiles)
}

fn lists(cx: &Cx) -> Vec<(&'static str, bool, List)> {
    let mut all = Vec::new();
    let may = |act: Act| cx.actor.rights.reach(act) > Reach::Nothing;
    let me = cx.person().unwrap_or_default();
    if cx.actor.has(Role::Technician) {
        all.extend(technician(&me));
    }
    if may(Act::Read) && !only_technician(cx) {
        // As the tab of the list says it: what is late first. Only what is open is late.
        let late = order::Filter { overdue: true, ..Default::default() };
        all.push(("overdue", true, List::Orders(late, "overdue=true&sort=due".to_owned())));
    }
    if may(Act::OrderRoute) {
        let filter =
            order::Filter { pool: true, status: Status::OPEN.to_vec(), ..Default::default() };
        let query = format!("pool=true&status={}", codes(&Status::OPEN));
        all.push(("pool", false, List::Orders(filter, query)));
    }
    if may(Act::OrderDispatch) {
        all.extend(dispatcher());
    }
    if may(Act::RequestAnswer) || may(Act::ComplaintAnswer) {
        all.extend(requests(cx));
    }
    if may(Act::CallbackAnswer) {
        let status = CallbackStatus::WAITING.to_vec();
        let before = Some(cx.today().plus(1).start(&cx.company.zone));
        let filter =
            callback::Filter { status: status.clone(), due_before: before, ..Default::default() };
        let today = format!("status=due,tried&due_before={}", cx.today().plus(1));
        all.push(("callbacks_today", false, List::Callbacks(filter, today)));
        let late = callback::Filter { status, due_before: Some(cx.now()), ..Default::default() };
        let query = "status=due,tried&late=true".to_owned();
        all.push(("callbacks_late", true, List::Callbacks(late, query)));
    }
    let mine =
        order::Filter { owner: Some(me), status: Status::OPEN.to_vec(), ..Default::default() };
    if may(Act::OrderDispatch) {
        let query = format!("owner=me&status={}", codes(&Status::OPEN));
        all.push(("mine", true, List::Orders(mine, query)));
    }
    all
}

fn only_technician(cx: &Cx) -> bool {
    cx.actor.rights.reach(Act::Read) == Reach::Own
}

fn codes(all: &[Status]) -> String {
    all.iter().map(|it| it.code()).collect::<Vec<_>>().join(",")
}

fn technician(me: &str) -> Vec<(&'static str, bool, List)> {
    let to_do = [Status::Assigned, Status::OnWay, Status::OnSite, Status::Finished];
    let list = |status: &[Status]| {
        let filter = order::Filter {
            technician: vec![me.to_owned()],
            status: status.to_vec(),
            ..Default::default()
        };
        List::Orders(filter, format!("technician=me&status={}", codes(status)))
    };
    vec![("jobs", false, list(&to_do)), ("waiting", false, list(&[Status::Suspended]))]
}

fn dispatcher() -> Vec<(&'static str, bool, List)> {
    let list = |status: &[Status]| {
        let filter = order::Filter { status: status.to_vec(), ..Default::default() };
        List::Orders(filter, format!("status={}", codes(status)))
    };
    vec![
        ("to_accept", false, list(&[Status::Reported])),
        ("to_assign", false, list(&[Status::Accepted])),
        ("under_way", false, list(&[Status::Assigned, Status::OnWay, Status::OnSite])),
        ("to_sign", false, list(&[Status::Finished])),
        ("waiting", false, list(&[Status::Suspended])),
    ]
}

fn requests(cx: &Cx) -> Vec<(&'static str, bool, List)> {
    let mut all = Vec::new();
    let list = |kinds: Vec<RequestKind>| {
        let query: Vec<_> = kinds.iter().map(|it| it.code()).collect();
        let query = format!("status=open&kind={}", query.join(","));
        let filter =
            intake::Filter { status: vec![RequestStatus::Open], kind: kinds, ..Default::default() };
        List::Requests(filter, query)
    };
    if cx.actor.rights.reach(Act::RequestAnswer) > Reach::Nothing {
        let others = RequestKind::ALL.iter().copied();
        let others = others.filter(|it| !it.is_complaint() && !it.makes_an_order());
        all.push(("to_answer", false, list(others.collect())));
    }
    if cx.actor.rights.reach(Act::ComplaintAnswer) > Reach::Nothing {
        all.push(("complaints", true, list(vec![RequestKind::Complain])));
    }
    all
}

/// 刚刚: what happened to orders in reach since that moment, the newest first.
pub async fn lately(cx: &mut Cx, since: Time, most: i64) -> Result<Vec<store::Lately>> {
    let grant = cx.may(Act::Read)?;
    store::lately(cx, &grant, since, most).await
}

/// Today and a little more: so far ahead a promise counts as due soon.
pub const SOON: Span = Span::hours(2);

/// What waits in an area of the house: as many as the list behind it has rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waits {
    /// The area, by its address.
    pub area: &'static str,
    /// What they wait for, by the key of its tile.
    pub key: &'static str,
    pub count: i64,
    pub list: String,
}

/// The areas, and whose tiles' count stands beside them: the first that somebody has.
const BESIDE: [(&str, &[&str]); 5] = [
    ("/", &["overdue"]),
    ("/requests", &["to_answer", "complaints"]),
    ("/orders", &["to_accept", "pool", "jobs"]),
    ("/dispatch", &["to_assign"]),
    ("/callbacks", &["callbacks_today"]),
];

/// The numbers beside the areas: each is one tile's, with its list.
pub fn waiting(tiles: &[Tile]) -> Vec<Waits> {
    let beside = |(area, keys): &(&'static str, &[&str])| {
        let mut found = keys.iter().filter_map(|key| tiles.iter().find(|it| it.key == *key));
        let first = found.next()?;
        Some(Waits { area, key: first.key, count: first.count, list: first.list.clone() })
    };
    BESIDE.iter().filter_map(beside).collect()
}
