//! The weeks of history: what everybody does, one thing after the other, by the same use cases
//! that people use. A queue holds what happens next; each happening puts the following ones in it.

mod answering;
mod work;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
    sync::Arc,
};

use jiff::tz::TimeZone;
use kernel::{Day, Result, Span, Time};
use rules::{
    callback::CallbackId,
    intake::RequestId,
    order::{OrderId, Window},
    policy::{Actor, Role},
};

use super::{calls::Call, chance::Chance, households::Household, network::Staff};
use crate::{Cx, promise};

/// Everything that does not change while time goes by.
pub struct Cast {
    pub households: Vec<Household>,
    pub calls: Vec<Call>,
    pub staff: Vec<Staff>,
    pub desks: Desks,
    /// Who is away on which days, by place in the staff.
    pub away: Vec<(usize, Day)>,
    pub zone: TimeZone,
    pub ends: Time,
    /// How long a visit takes, by category and kind.
    pub pack: Arc<rules::pack::Pack>,
    pub signature: crate::visit::picture::Kept,
}

/// Who sits where, as places in the staff.
#[derive(Debug, Default)]
pub struct Desks {
    pub agents: Vec<usize>,
    pub callers: Vec<usize>,
    pub managers: Vec<usize>,
    pub supervisors: Vec<usize>,
    pub outlets: Vec<Outlet>,
    pub regions: Vec<Region>,
}

#[derive(Debug, Default)]
pub struct Outlet {
    pub id: String,
    pub path: String,
    pub districts: Vec<String>,
    pub dispatchers: Vec<usize>,
    pub technicians: Vec<usize>,
}

#[derive(Debug, Default)]
pub struct Region {
    pub path: String,
    pub manager: usize,
}

/// Where the story stands. It is told in pieces, and a piece that failed is told again.
#[derive(Clone)]
pub struct World {
    queue: BinaryHeap<Reverse<Next>>,
    count: u64,
    chance: Chance,
    cases: BTreeMap<u32, Case>,
    agendas: BTreeMap<usize, Agenda>,
    next_call: usize,
}

/// What happens next, to which case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Next {
    at: Time,
    count: u64,
    case: u32,
    /// Of an older round it is not true any more: the order was cancelled, routed, reopened.
    round: u32,
    what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Call,
    /// Every quarter of an hour somebody looks for promises that were missed.
    Sweep,
    /// In the evening everybody has read what they were told.
    Read,
    Answer,
    Contact,
    Accept,
    Refuse,
    Route,
    Assign,
    Speak,
    Cancel,
    Depart,
    Arrive,
    NoShow,
    Suspend,
    Resume,
    Finish,
    Object,
    Sign,
    Callback,
}

/// An order or a request that is under way.
#[derive(Debug, Clone)]
struct Case {
    call: usize,
    request: RequestId,
    order: Option<OrderId>,
    callback: Option<CallbackId>,
    outlet: Option<usize>,
    technician: Option<usize>,
    window: Option<Window>,
    round: u32,
    visits: u32,
    rework: u32,
}

#[derive(Debug, Clone, Default)]
struct Agenda {
    booked: Vec<Window>,
    free_at: Option<Time>,
}

/// A piece of the story: as many happenings as one transaction takes.
pub const PIECE: usize = 400;

impl World {
    pub fn begin(cast: &Cast, begins: Time) -> World {
        let mut world = World {
            queue: BinaryHeap::new(),
            count: 0,
            chance: Chance::seeded(41),
            cases: BTreeMap::new(),
            agendas: BTreeMap::new(),
            next_call: 0,
        };
        world.later(begins, 0, 0, What::Sweep);
        let evening = begins.day(&cast.zone).start(&cast.zone).after(Span::hours(21));
        world.later(evening, 0, 0, What::Read);
        world.expect_call(cast);
        world
    }

    /// How many of the calls were made.
    pub fn told(&self) -> usize {
        self.next_call
    }

    fn later(&mut self, at: Time, case: u32, round: u32, what: What) {
        self.count += 1;
        self.queue.push(Reverse(Next { at, count: self.count, case, round, what }));
    }

    fn expect_call(&mut self, cast: &Cast) {
        if let Some(call) = cast.calls.get(self.next_call) {
            let case = u32::try_from(self.next_call).unwrap_or(u32::MAX);
            self.next_call += 1;
            self.later(call.at, case, 0, What::Call);
        }
    }

    /// Goes on for one piece. Returns whether the story is over.
    pub async fn go_on(&mut self, cast: &Cast, cx: &mut Cx) -> Result<bool> {
        for _ in 0..PIECE {
            let Some(Reverse(next)) = self.queue.pop() else { return Ok(true) };
            if next.at > cast.ends {
                return Ok(true);
            }
            let stale = !matches!(next.what, What::Call | What::Sweep | What::Read)
                && self.cases.get(&next.case).is_none_or(|it| it.round != next.round);
            if !stale {
                let mut now = Now { cast, world: self, cx, at: next.at, case: next.case };
                now.happen(next.what).await?;
            }
        }
        Ok(false)
    }
}

/// One happening: where, when, about what.
struct Now<'a> {
    cast: &'a Cast,
    world: &'a mut World,
    cx: &'a mut Cx,
    at: Time,
    case: u32,
}

impl<'a> Now<'a> {
    async fn happen(&mut self, what: What) -> Result<()> {
        match what {
            What::Call => self.call().await,
            What::Sweep => self.sweep().await,
            What::Read => self.read().await,
            What::Answer => self.answer().await,
            What::Contact => self.contact().await,
            What::Accept => self.accept().await,
            What::Refuse => self.refuse().await,
            What::Route => self.route().await,
            What::Assign => self.assign().await,
            What::Speak => self.speak().await,
            What::Cancel => self.cancel().await,
            What::Depart => self.depart().await,
            What::Arrive => self.arrive().await,
            What::NoShow => self.no_show().await,
            What::Suspend => self.suspend().await,
            What::Resume => self.resume().await,
            What::Finish => self.finish().await,
            What::Object => self.object().await,
            What::Sign => self.sign().await,
            What::Callback => self.callback().await,
        }
    }

    /// One use case of somebody, at this moment.
    async fn does<T>(
        &mut self,
        who: &Arc<Actor>,
        work: impl AsyncFnOnce(&mut Cx) -> Result<T>,
    ) -> Result<T> {
        self.cx.step(who, self.at, work).await
    }

    fn chance(&mut self) -> &mut Chance {
        &mut self.world.chance
    }

    fn actor(&self, staff: usize) -> Arc<Actor> {
        Arc::clone(&self.cast.staff[staff].actor)
    }

    /// One of those who sit at a desk.
    fn one_of(&mut self, desk: &[usize]) -> Arc<Actor> {
        let place = *self.chance().pick(desk);
        self.actor(place)
    }

    fn it(&self) -> &Case {
        &self.world.cases[&self.case]
    }

    fn it_mut(&mut self) -> &mut Case {
        self.world.cases.get_mut(&self.case).expect("a happening that is not stale has its case")
    }

    fn order(&self) -> OrderId {
        self.it().order.clone().expect("a case that is worked on has an order")
    }

    fn told(&self) -> &'a Call {
        let cast = self.cast;
        &cast.calls[self.it().call]
    }

    /// After so many minutes, between two bounds.
    fn then(&mut self, least: i64, most: i64, what: What) {
        let minutes = self.chance().between(least, most);
        let seconds = self.chance().between(0, 59);
        self.at_time(self.at.after(Span::seconds(minutes * 60 + seconds)), what);
    }

    fn at_time(&mut self, at: Time, what: What) {
        let (case, round) = (self.case, self.it().round);
        self.world.later(at, case, round, what);
    }

    /// The same, but between eight in the morning and eight in the evening.
    fn then_by_day(&mut self, least: i64, most: i64, what: What) {
        let minutes = self.chance().between(least, most);
        let at = self.at.after(Span::minutes(minutes));
        let start = at.day(&self.cast.zone).start(&self.cast.zone);
        let hour = start.until(at).whole_hours();
        let open = |day: Time, minutes: i64| day.after(Span::minutes(8 * 60 + minutes));
        let wait = self.chance().between(1, 35);
        let at = match hour {
            0..8 => open(start, wait),
            8..20 => at,
            _ => open(start.after(Span::days(1)), wait),
        };
        self.at_time(at, what);
    }

    /// What was planned before does not happen any more.
    fn new_round(&mut self) {
        self.it_mut().round += 1;
    }

    fn forget(&mut self) {
        self.world.cases.remove(&self.case);
    }

    async fn sweep(&mut self) -> Result<()> {
        let house = Arc::new(Actor::house());
        while self.does(&house, async |cx| promise::ops::sweep(cx, 100).await).await? == 100 {}
        let next = self.at.after(Span::minutes(15));
        self.world.later(next, 0, 0, What::Sweep);
        Ok(())
    }

    async fn read(&mut self) -> Result<()> {
        let next = self.at.after(Span::days(1));
        self.world.later(next, 0, 0, What::Read);
        // What came today stays unread.
        if next > self.cast.ends {
            return Ok(());
        }
        for place in 0..self.cast.staff.len() {
            let staff = &self.cast.staff[place];
            let told =
                matches!(staff.role, Role::Technician | Role::OutletManager | Role::RegionManager);
            if told {
                let actor = self.actor(place);
                self.does(&actor, async |cx| crate::notice::ops::mark_read(cx).await).await?;
            }
        }
        Ok(())
    }
}
