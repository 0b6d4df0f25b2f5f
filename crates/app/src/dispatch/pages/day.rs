//! A day drawn: hours across, a lane for everybody, every visit where it lies. Places are classes
//! (`.q6` begins six quarters after the first hour, `.w8` lasts eight).

use kernel::{Day, Span, Time};
use maud::{Markup, html};
use rules::{
    customer::{CustomerKind, mask_named},
    order::{Status, Window},
};

use super::super::{
    Planned, VisitState,
    board::{Board, Lane},
};
use crate::{
    args,
    dispatch::why,
    order::Listed,
    ui::{Frame, empty, icon, time::weekday},
};

/// The hours that are drawn, if nobody works outside them.
const FIRST: i64 = 8;
const LAST: i64 = 18;
/// So many hours wide a day can be drawn.
const WIDTHS: [i64; 11] = [8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 24];

/// From which hour to which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    first: i64,
    count: i64,
}

impl Hours {
    /// Wide enough for every shift and every visit.
    pub fn of<'a>(f: &Frame, date: Day, lanes: impl Iterator<Item = &'a Lane>) -> Hours {
        let (mut first, mut last) = (FIRST * 60, LAST * 60);
        for lane in lanes {
            let visits = lane.jobs.iter().map(|it| (it.visit.from, it.visit.to));
            let shift = lane.day.shift.iter().map(|it| (it.from, it.to));
            for (from, to) in visits.chain(shift) {
                first = first.min(minute(f, date, from));
                last = last.max(minute(f, date, to));
            }
        }
        let first = first / 60;
        let needed = (last + 59) / 60 - first;
        let count = WIDTHS.into_iter().find(|it| *it >= needed).unwrap_or(24);
        Hours { first: first.min(24 - count).max(0), count }
    }

    /// Where a window lies, as classes; nothing if it lies outside.
    fn place(self, f: &Frame, date: Day, from: Time, to: Time) -> Option<String> {
        let quarter = |at: i64| at - self.first * 4;
        let (start, end) = (minute(f, date, from) / 15, (minute(f, date, to) + 14) / 15);
        let start = quarter(start).clamp(0, self.count * 4);
        let end = quarter(end).clamp(0, self.count * 4);
        (start < end).then(|| format!("q{start} w{}", end - start))
    }
}

/// The minute of the civil day, and its ends for what lies before and after it.
fn minute(f: &Frame, date: Day, at: Time) -> i64 {
    let there = at.stamp().to_zoned(f.company.zone.clone());
    match there.date().cmp(&date.0) {
        std::cmp::Ordering::Less => 0,
        std::cmp::Ordering::Greater => 24 * 60,
        std::cmp::Ordering::Equal => i64::from(there.hour()) * 60 + i64::from(there.minute()),
    }
}

/// The day before, today, the day after, any day.
pub fn dates(f: &Frame, date: Day) -> Markup {
    let go = |day: Day| f.href("date", &day.to_string());
    let today = f.today();
    html! {
        div class="seg" {
            a href=(go(date.plus(-1))) aria-label=(f.t("board-day-before")) { (icon("chevron-left")) }
            a href=(go(today)) class=[(date == today).then_some("on")] { (f.t("day-today")) }
            a href=(go(today.plus(1))) class=[(date == today.plus(1)).then_some("on")] {
                (f.t("day-tomorrow"))
            }
            a href=(go(date.plus(1))) aria-label=(f.t("board-day-after")) { (icon("chevron-right")) }
        }
        form class="row-line" data-auto action=(f.here.path) {
            @for (name, value) in f.here.query.iter().filter(|it| it.0 != "date") {
                input type="hidden" name=(name) value=(value);
            }
            label class="visually-hidden" for="f-date" { (f.t("board-day")) }
            input class="form-control" type="date" id="f-date" name="date" value=(date);
            button class="btn no-js" { (f.t("apply")) }
        }
        span class="muted keep" { (weekday(f.say, date.0.weekday())) }
    }
}

pub fn lanes(f: &Frame, it: &Board) -> Markup {
    if it.lanes.is_empty() {
        let none = empty("users", &f.t("board-nobody"), &f.t("board-nobody-what"), html! {});
        return html! { div class="sheet" { (none) } };
    }
    let hours = Hours::of(f, it.date, it.lanes.iter());
    html! {
        div class="sheet" {
            (head(hours, &f.t("field-technician")))
            @for lane in &it.lanes { (lane_of(f, it.date, hours, lane, it.chosen.as_ref())) }
        }
    }
}

/// The hours over the lanes.
pub fn head(hours: Hours, title: &str) -> Markup {
    html! {
        div class="lane hours" {
            div class="who" { (title) }
            div class={ "day hours-" (hours.count) } {
                @for hour in 0..hours.count {
                    span class={ "q" (hour * 4) " w4" } { (hours.first + hour) ":00" }
                }
            }
        }
    }
}

/// Somebody, and their day.
pub fn lane_of(f: &Frame, date: Day, hours: Hours, lane: &Lane, chosen: Option<&Listed>) -> Markup {
    let minutes: i64 =
        lane.jobs.iter().map(|it| it.visit.from.until(it.visit.to).whole_minutes()).sum();
    let load =
        args! { "count" => lane.jobs.len(), "hours" => format!("{:.1}", minutes as f64 / 60.0) };
    let person = format!("/technicians/{}?date={date}", lane.person.id);
    let obstacle = lane.choice.as_ref().filter(|it| it.verdict.is_err());
    html! {
        div class="lane" {
            div class="who" {
                a class="strong t-ink" href=(person) { (lane.person.name) }
                @if let (Some(choice), Some(_)) = (obstacle, chosen) {
                    small class="t-late" { (why(&f.company.pack, f.time(), choice)) }
                } @else {
                    small { (f.with("board-load", &load)) }
                }
            }
            (day_of(f, date, hours, lane, chosen))
        }
    }
}

fn day_of(f: &Frame, date: Day, hours: Hours, lane: &Lane, chosen: Option<&Listed>) -> Markup {
    let gone = lane.day.away.iter().find(|it| {
        lane.day.shift.is_none_or(|shift| it.starts <= shift.from && shift.to <= it.ends)
    });
    if let Some(gone) = gone.filter(|_| lane.jobs.is_empty()) {
        let until = args! { "reason" => gone.reason.clone(), "until" => f.time().until(gone.ends) };
        return html! { div class="day off" { (f.with("board-away", &until)) } };
    }
    if lane.day.shift.is_none() && lane.jobs.is_empty() {
        return html! { div class="day off" { (f.t("board-no-shift")) } };
    }
    let soon = f.now.after(Span::minutes(15));
    let now = hours.place(f, date, f.now, soon).filter(|_| f.today() == date);
    html! {
        div class={ "day hours-" (hours.count) } {
            @for pause in &lane.day.pauses {
                @if let Some(place) = hours.place(f, date, pause.from, pause.to) {
                    span class={ "lunch " (place) } {}
                }
            }
            @for away in &lane.day.away {
                @if let Some(place) = hours.place(f, date, away.starts, away.ends) {
                    span class={ "job2 " (place) } title=(away.reason) { (away.reason) }
                }
            }
            @for (job, row) in stacked(&lane.jobs) {
                @if let Some(place) = hours.place(f, date, job.visit.from, job.visit.to) {
                    (visit(f, job, &place, row))
                }
            }
            @if let Some(order) = chosen { (offers(f, date, hours, lane, order)) }
            @if let Some(place) = now { span class={ "nowline " (place) } {} }
        }
    }
}

/// Visits that overlap stand in rows of their own.
fn stacked(jobs: &[Planned]) -> Vec<(&Planned, usize)> {
    let mut ends: [Option<Time>; 3] = [None; 3];
    let mut placed = Vec::new();
    for job in jobs {
        let fits = |end: &Option<Time>| end.is_none_or(|end| end <= job.visit.from);
        let row = ends.iter().position(fits).unwrap_or(2);
        ends[row] = Some(ends[row].map_or(job.visit.to, |it| it.max(job.visit.to)));
        placed.push((job, row));
    }
    placed
}

fn visit(f: &Frame, job: &Planned, place: &str, row: usize) -> Markup {
    let row = ["", " r2", " r3"][row.min(2)];
    let window = Window { from: job.visit.from, to: job.visit.to };
    let title =
        format!("{} · {} · {}", job.number, f.window(window), f.code("status", job.status.code()));
    html! {
        a class={ "job2 " (tone(f, job)) " " (place) (row) } title=(title)
            href={ "/orders/" (job.visit.order) } {
            span class="only-narrow when" { (f.time().clock(window.from)) "–" (f.time().clock(window.to)) }
            (customer(job)) small { (what(f, job)) }
        }
    }
}

/// Done, late, or ahead.
pub fn tone(f: &Frame, job: &Planned) -> &'static str {
    let over = matches!(job.status, Status::Finished | Status::Signed | Status::Closed);
    match job.visit.state {
        VisitState::Done => "good",
        _ if over => "good",
        _ if job.due.is_some_and(|due| due < f.now) => "late",
        _ => "busy",
    }
}

pub fn customer(job: &Planned) -> String {
    let kind = job.customer_kind.unwrap_or(CustomerKind::Person);
    match &job.customer {
        Some(name) => mask_named(kind, name),
        None => job.number.clone(),
    }
}

pub fn what(f: &Frame, job: &Planned) -> String {
    let said = job.fault_text.clone().filter(|it| !it.trim().is_empty());
    said.unwrap_or_else(|| f.code("kind", job.kind.code()))
}

/// The windows one could offer for the order somebody is sought for; pressing one sends.
fn offers(f: &Frame, date: Day, hours: Hours, lane: &Lane, order: &Listed) -> Markup {
    let again = matches!(order.order.status, Status::Assigned | Status::OnWay);
    let back = f.href("order", "");
    html! {
        @for (i, offer) in lane.offers.iter().enumerate() {
            @if let Some(place) = hours.place(f, date, offer.from, offer.to) {
                @let (from, to) = (f.time().typed(offer.from), f.time().typed(offer.to));
                @let look = if i == 0 { "job2 ghost" } else { "job2 open" };
                @let said = args! { "time" => f.time().clock(offer.from) };
                @if again {
                    // Who had it before is told why: the form asks.
                    a class={ (look) " " (place) } href={
                        "/orders/" (order.order.id) "?step=reassign&technician=" (lane.person.id)
                        "&from=" (from) "&to=" (to)
                    } { (f.with("board-give", &said)) }
                } @else {
                    form class={ "slot " (place) } method="post"
                        action={ "/orders/" (order.order.id) "/steps" } {
                        input type="hidden" name="step" value="assign";
                        input type="hidden" name="technician" value=(lane.person.id);
                        input type="hidden" name="from" value=(from);
                        input type="hidden" name="to" value=(to);
                        input type="hidden" name="back" value=(back);
                        button class=(look) {
                            (f.with("board-give", &said)) small { (f.time().clock(offer.to)) }
                        }
                    }
                }
            }
        }
    }
}
