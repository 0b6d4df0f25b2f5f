//! 先做这些: what is late and what waits for me, first things first, each with the one thing to do
//! about it.

use std::sync::Arc;

use kernel::{Result, Time};
use rules::{
    callback::{CallbackId, CallbackStatus},
    customer::{CustomerKind, mask_named},
    intake::{RequestId, RequestKind, RequestStatus},
    order::{OrderId, Status, Step, Window},
    policy::{Act, PersonId, Reach},
    promise::{Clock, Coming, PromiseKind},
};

use crate::{
    Cx, callback, customer,
    dispatch::{self, Seeking},
    intake,
    order::{self, Listed},
    paging::Paged,
    promise,
};

/// As many as one looks at without scrolling.
const MOST: usize = 8;
/// Finding out who could go costs something; for the first few it is worth it.
const SUGGESTED: usize = 3;

/// One thing to do.
#[derive(Clone)]
pub struct Todo {
    pub due: Option<Time>,
    pub promise: Option<Coming>,
    pub about: About,
    pub number: String,
    /// With what identifies them hidden.
    pub who: Option<String>,
    pub what: Option<String>,
    pub next: Next,
    /// Somebody is sought for it; `settle` says whom.
    seeking: Option<Arc<Seeking>>,
}

/// What it is about, with where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    Order(OrderId, Status),
    Request(RequestId, RequestKind),
    Callback(CallbackId, CallbackStatus),
}

/// What one does about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    Accept,
    Assign { technician: PersonId, name: String, window: Window },
    Route,
    Answer,
    Call,
    Look,
}

pub async fn first(cx: &mut Cx) -> Result<Vec<Todo>> {
    let mut all = Vec::new();
    if cx.actor.rights.reach(Act::Read) > Reach::Own {
        all.extend(orders(cx).await?);
    }
    if may(cx, Act::RequestAnswer) || may(cx, Act::ComplaintAnswer) {
        all.extend(requests(cx).await?);
    }
    if may(cx, Act::CallbackAnswer) {
        all.extend(callbacks(cx).await?);
    }
    // What one does oneself comes before what one only watches.
    let watched = |it: &Todo| watches(cx) && matches!(it.next, Next::Look);
    all.sort_by_key(|it| (watched(it), it.due.map_or(i64::MAX, Time::millis)));
    all.truncate(MOST);
    suggest(cx, &mut all).await?;
    Ok(all)
}

fn may(cx: &Cx, act: Act) -> bool {
    cx.actor.rights.reach(act) > Reach::Nothing
}

fn watches(cx: &Cx) -> bool {
    !may(cx, Act::OrderDispatch) && !may(cx, Act::OrderRoute)
}

/// Those who dispatch see what falls due next; those who only watch, what is late.
async fn orders(cx: &mut Cx) -> Result<Vec<Todo>> {
    let open = Status::ALL.iter().copied();
    let open = open.filter(|it| it.is_open() && *it != Status::Signed).collect();
    let filter = order::Filter { status: open, overdue: watches(cx), ..Default::default() };
    let page =
        order::Page { sort: order::Sort::Due, descending: false, limit: MOST as i64, after: None };
    let rows = order::ops::listed(cx, &filter, &page).await?;
    Ok(rows.into_iter().map(|it| of_order(cx, it)).collect())
}

fn of_order(cx: &Cx, it: Listed) -> Todo {
    let kind = it.customer_kind.unwrap_or(CustomerKind::Person);
    let steps = it.order.steps_for(&cx.actor);
    let next = if steps.contains(&Step::Accept) {
        Next::Accept
    } else if it.order.outlet.is_none() && steps.contains(&Step::Route) {
        Next::Route
    } else {
        Next::Look
    };
    Todo {
        due: it.order.due,
        promise: it.promise,
        about: About::Order(it.order.id.clone(), it.order.status),
        number: it.order.number,
        who: it.customer.map(|name| mask_named(kind, &name)),
        what: it.order.fault_text,
        next,
        seeking: None,
    }
}

/// Who would go: worked out when everything is read.
pub fn settle(all: &mut [Todo]) {
    for it in all {
        let Some(seeking) = it.seeking.take() else { continue };
        let best = seeking.choices().into_iter().next();
        if let Some((choice, window)) = best.and_then(|it| it.offer().map(|at| (it, at))) {
            let (technician, name) = (choice.technician.id, choice.technician.name);
            it.next = Next::Assign { technician, name, window };
        }
    }
}

/// What one has to know of the first orders that wait for somebody.
async fn suggest(cx: &mut Cx, all: &mut [Todo]) -> Result<()> {
    let mut left = SUGGESTED;
    for it in all {
        let About::Order(id, Status::Accepted) = &it.about else { continue };
        if left == 0 {
            return Ok(());
        }
        let order = order::ops::known(cx, id).await?;
        if order.steps_for(&cx.actor).contains(&Step::Assign) {
            left -= 1;
            it.seeking = dispatch::seek(cx, &order.id).await?.map(Arc::new);
        }
    }
    Ok(())
}

async fn requests(cx: &mut Cx) -> Result<Vec<Todo>> {
    let kinds = RequestKind::ALL.iter().copied().filter(|it| !it.makes_an_order());
    let kinds: Vec<_> = kinds.filter(|it| may(cx, it.answer())).collect();
    let filter = intake::Filter {
        status: vec![RequestStatus::Open],
        kind: kinds,
        page: Paged { descending: false, ..Paged::first(MOST as i64) },
        ..Default::default()
    };
    let mut all = Vec::new();
    for it in intake::ops::list(cx, &filter).await? {
        let due = promise::ops::next_due(cx, it.id.as_str()).await?;
        let who = match &it.customer {
            Some(id) => {
                let house = rules::policy::Grant::house();
                let it = customer::ops::get(cx, &house, id).await?;
                Some(mask_named(it.kind, &it.name))
            }
            None => None,
        };
        all.push(Todo {
            due,
            promise: Some(Coming { kind: PromiseKind::Reply, clock: Clock::Natural }),
            about: About::Request(it.id, it.kind),
            number: it.number,
            who,
            what: it.fault_text,
            next: Next::Answer,
            seeking: None,
        });
    }
    Ok(all)
}

async fn callbacks(cx: &mut Cx) -> Result<Vec<Todo>> {
    let filter = callback::Filter {
        status: CallbackStatus::WAITING.to_vec(),
        due_before: Some(cx.today().plus(1).start(&cx.company.zone)),
        due_first: true,
        limit: MOST as i64,
        ..Default::default()
    };
    let mut all = Vec::new();
    for it in callback::ops::list(cx, &filter).await? {
        let order = order::ops::known(cx, &it.order).await?;
        let who = match &order.customer {
            Some(id) => {
                let house = rules::policy::Grant::house();
                let id = rules::customer::CustomerId::parse(id)?;
                let it = customer::ops::get(cx, &house, &id).await?;
                Some(mask_named(it.kind, &it.name))
            }
            None => None,
        };
        all.push(Todo {
            due: Some(it.due),
            promise: Some(Coming { kind: PromiseKind::Callback, clock: Clock::Working }),
            about: About::Callback(it.id, it.status),
            number: order.number,
            who,
            what: order.fault_text,
            next: Next::Call,
            seeking: None,
        });
    }
    Ok(all)
}
