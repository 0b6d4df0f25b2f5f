//! A technician's day: their shift or that of the pack, what they have been given, what is left of it.

use std::collections::BTreeMap;

use jiff::civil;
use kernel::{Day, Refusal, Result, Span, Time};
use rules::{
    intake::RequestKind,
    order::{Order, OrderId, Window},
    policy::{Act, PersonId, Role},
};

use worktime::Interval;

use super::store::{self, Visit};
use crate::{
    Cx,
    account::{self, Absence, ops::Week},
};

/// The calendar of the pack that says when technicians work.
const SHIFT: &str = "shift";

/// When they work, what they have to do, what is free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayView {
    pub date: Day,
    pub shift: Option<Window>,
    /// Inside the shift, but off: the pack's midday.
    pub pauses: Vec<Window>,
    pub busy: Vec<Visit>,
    pub away: Vec<Absence>,
    pub free: Vec<Window>,
}

pub async fn day(cx: &mut Cx, id: &PersonId, date: Day) -> Result<DayView> {
    let grant = cx.may(Act::TechnicianRead)?;
    let person = account::ops::person(cx, id).await?.ok_or(Refusal::NOT_FOUND)?;
    if !person.has(Role::Technician) || !grant.covers(&person.path, Some(&person.id)) {
        return Err(Refusal::NOT_FOUND.into());
    }
    day_of(cx, &person.id, date).await
}

async fn day_of(cx: &mut Cx, id: &PersonId, date: Day) -> Result<DayView> {
    let diary = diary(cx, std::slice::from_ref(id), date, 1).await?;
    Ok(diary.day(cx, id, date))
}

/// What several people have to do on some days, read at once.
pub struct Diary {
    busy: Vec<Visit>,
    away: Vec<Absence>,
    weeks: BTreeMap<PersonId, Week>,
    /// The hours of the pack, by day.
    open: BTreeMap<Day, Vec<Window>>,
}

/// Of these people, on so many days from that one on.
pub async fn diary(cx: &mut Cx, people: &[PersonId], date: Day, days: i64) -> Result<Diary> {
    let zone = cx.company.zone.clone();
    let (from, to) = (date.start(&zone), date.plus(days).start(&zone));
    let busy = store::busy_of(cx, people, from, to).await?;
    let away = account::ops::absences_of(cx, people, from, to).await?;
    let weeks = account::ops::shifts_of(cx, people).await?;
    let days = (0..days).map(|it| date.plus(it));
    let open = days.map(|it| (it, open_hours(cx, it.0))).collect();
    Ok(Diary { busy, away, weeks, open })
}

impl Diary {
    /// As if nobody had been sent for this order.
    pub fn forget(&mut self, order: &OrderId) {
        self.busy.retain(|it| it.order != *order);
    }

    /// Somebody's day, of those that were read.
    pub fn day(&self, cx: &Cx, id: &PersonId, date: Day) -> DayView {
        let zone = &cx.company.zone;
        let (from, to) = (date.start(zone), date.plus(1).start(zone));
        let busy = self.busy.iter().filter(|it| it.technician == *id);
        let busy = busy.filter(|it| it.to > from && it.from < to).cloned().collect();
        let away = self.away.iter().filter(|it| it.person == *id);
        let away = away.filter(|it| it.ends > from && it.starts < to).cloned().collect();
        let open = match self.weeks.get(id) {
            Some(week) => own_hours(cx, week, date),
            None => self.open.get(&date).cloned().unwrap_or_default(),
        };
        view(cx, date, &open, busy, away)
    }
}

fn view(cx: &Cx, date: Day, open: &[Window], busy: Vec<Visit>, away: Vec<Absence>) -> DayView {
    let shift = match (open.first(), open.last()) {
        (Some(first), Some(last)) => Some(Window { from: first.from, to: last.to }),
        _ => None,
    };
    let taken = busy.iter().map(|it| Window { from: it.from, to: it.to });
    let gone = away.iter().map(|it| Window { from: it.starts, to: it.ends });
    let taken: Vec<Window> = taken.chain(gone).collect();
    let free = free(open, &taken, cx.now(), cx.company.pack.dispatch().step());
    let pauses = open.windows(2).map(|it| Window { from: it[0].to, to: it[1].from }).collect();
    DayView { date, shift, pauses, busy, away, free }
}

/// The shift somebody has of their own.
fn own_hours(cx: &Cx, week: &Week, date: Day) -> Vec<Window> {
    let start = date.start(&cx.company.zone);
    let at = usize::try_from(date.0.weekday().to_monday_zero_offset()).unwrap_or(0);
    let window = |it: &Interval| Window {
        from: start.after(Span::minutes(i64::from(it.from))),
        to: start.after(Span::minutes(i64::from(it.to))),
    };
    let mut open: Vec<Window> = week[at].iter().map(window).collect();
    open.sort_by_key(|it| it.from);
    open
}

/// The shift of the pack, to the quarter of an hour; without one, the hours it reckons with.
fn open_hours(cx: &Cx, date: civil::Date) -> Vec<Window> {
    let company = &cx.company;
    let start = Day(date).start(&company.zone);
    let Some(calendar) = company.calendars.get(SHIFT) else {
        let by = company.pack.dispatch();
        return vec![Window {
            from: start.after(Span::hours(by.opens_hour)),
            to: start.after(Span::hours(by.closes_hour)),
        }];
    };
    let mut open: Vec<Window> = Vec::new();
    for quarter in 0..96 {
        let from = start.after(Span::minutes(quarter * 15));
        if !calendar.is_open(from.stamp()).unwrap_or(false) {
            continue;
        }
        let to = from.after(Span::minutes(15));
        match open.last_mut().filter(|it| it.to == from) {
            Some(last) => last.to = to,
            None => open.push(Window { from, to }),
        }
    }
    open
}

/// What is left of the open hours, from now on, in pieces that one could speak of.
fn free(open: &[Window], taken: &[Window], now: Time, least: Span) -> Vec<Window> {
    let mut left: Vec<Window> = open
        .iter()
        .filter(|it| it.to > now)
        .map(|it| Window { from: it.from.max(now), to: it.to })
        .collect();
    for busy in taken {
        left = left.into_iter().flat_map(|it| it.without(*busy)).collect();
    }
    left.retain(|it| it.from.until(it.to) >= least);
    left
}

/// How long the visit takes, by the pack.
pub fn length(cx: &Cx, order: &Order) -> Span {
    usual(cx, order.category.as_deref(), order.kind)
}

pub fn usual(cx: &Cx, category: Option<&str>, kind: RequestKind) -> Span {
    let pack = &cx.company.pack;
    let minutes = pack.minutes(category.unwrap_or_default(), kind);
    minutes.map_or(pack.dispatch().visit(), Span::minutes)
}

/// The next moment that one would say on the phone: nobody arranges to come at 09:07.
pub fn said(cx: &Cx, at: Time) -> Time {
    cx.company.pack.dispatch().said(at)
}
