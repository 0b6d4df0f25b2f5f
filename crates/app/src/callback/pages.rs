//! Callbacks on screen: who is to be called, longest due first, and the questions to ask.

mod ask;
mod one;

use axum::{Router, extract::State, response::Response, routing::get};
use kernel::Result;
use maud::{Markup, html};
use platform::sheet::Entry;
use rules::{
    callback::CallbackStatus,
    customer::{CustomerKind, mask_named},
    policy::Role,
};

use super::{Asked, Filter, Listed, ops};
use crate::{
    App, Cx,
    edge::{
        Fail, Query,
        asked::{cursor, cut},
    },
    ui::{
        Column, Frame, Page, Tab, due, empty, export,
        file::{MOST_ROWS, cell, cell_at, file},
        filter, heading, moment, or_dash, page, pager, search_box, state, switch, table, tabs,
    },
};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/callbacks", get(list))
        .route("/callbacks.xlsx", get(download))
        .route("/callbacks.csv", get(download))
        .route("/callbacks/{id}", get(one::show).post(ask::save))
}

/// Somebody still has to call.
pub fn waits(status: CallbackStatus) -> bool {
    matches!(status, CallbackStatus::Due | CallbackStatus::Tried)
}

/// So many rows fill a screen.
const ROWS: &str = "30";
const TO_CALL: &str = "due,tried";

/// Without a question: everybody who is to be called, longest due first.
fn usual(f: &mut Frame, asked: Asked) -> Asked {
    let mut asked = asked;
    if f.here.query.is_empty() {
        f.here.query = vec![("status".into(), TO_CALL.into())];
        asked.status = vec![TO_CALL.into()];
    }
    if asked.sort.is_none() && f.asked("status") == Some(TO_CALL) {
        asked.sort = Some("due".into());
    }
    asked
}

async fn list(
    State(app): State<App>,
    mut f: Frame,
    Query(asked): Query<Asked>,
) -> Result<Page, Fail> {
    let mut asked = usual(&mut f, asked);
    asked.limit.get_or_insert_with(|| ROWS.into());
    let read = app.look(&f.who.actor, async move |cx| {
        let which = asked.read(cx)?;
        let (rows, more) = cut(ops::listed(cx, &which).await?, which.limit);
        let last = rows.last().filter(|_| more).map(|it| &it.callback);
        let next = last.map(|it| cursor(it.due.millis(), &it.id));
        Ok((rows, next, counts(cx).await?))
    });
    let (rows, next, counts) = read.await?;
    let title = f.t("area-callbacks");
    let body = html! {
        (heading(None, &title, export(&f)))
        (tabs(&views(&f, &counts)))
        (chips(&f))
        (sheet(&f, &rows, next.as_deref()))
    };
    Ok(page(&f, &title, body))
}

/// Of those who are to be called: all, today's, the late ones.
async fn counts(cx: &mut Cx) -> Result<[i64; 3]> {
    let status = vec![CallbackStatus::Due, CallbackStatus::Tried];
    let all = Filter { status, ..Filter::default() };
    let tonight = cx.today().plus(1).start(&cx.company.zone);
    let today = Filter { due_before: Some(tonight), ..all.clone() };
    let late = Filter { due_before: Some(cx.now()), ..all.clone() };
    Ok([ops::count(cx, &all).await?, ops::count(cx, &today).await?, ops::count(cx, &late).await?])
}

fn views(f: &Frame, counts: &[i64; 3]) -> Vec<Tab> {
    let tomorrow = f.today().plus(1);
    let to_call = f.asked("status") == Some(TO_CALL);
    let (late, day) = (f.asked("late").is_some(), f.asked("due_before").is_some());
    let tab = |key: &str, href: String, on: bool, count: Option<i64>, late: bool| Tab {
        word: f.t(key),
        href,
        on,
        count,
        late,
    };
    let of = |status: &str| format!("/callbacks?status={status}");
    vec![
        tab("callbacks-all", of(TO_CALL), to_call && !late && !day, Some(counts[0]), false),
        tab(
            "callbacks-today",
            format!("{}&due_before={tomorrow}", of(TO_CALL)),
            to_call && day,
            Some(counts[1]),
            false,
        ),
        tab(
            "callbacks-late",
            format!("{}&late=true", of(TO_CALL)),
            to_call && late,
            Some(counts[2]),
            true,
        ),
        tab(
            "callbacks-answered",
            of("answered"),
            f.asked("status") == Some("answered"),
            None,
            false,
        ),
        tab(
            "callbacks-unreachable",
            of("unreachable"),
            f.asked("status") == Some("unreachable"),
            None,
            false,
        ),
    ]
}

fn chips(f: &Frame) -> Markup {
    let states = CallbackStatus::ALL.iter();
    let states: Vec<_> =
        states.map(|it| (it.code().to_owned(), f.code("callback-status", it.code()))).collect();
    html! {
        div class="chips" {
            (search_box(f, &f.t("callbacks-find")))
            (filter(f, "status", &f.t("field-status"), &states))
            (switch(f, "late", "true", &f.t("callbacks-late")))
        }
    }
}

fn sheet(f: &Frame, rows: &[Listed], next: Option<&str>) -> Markup {
    let columns = [
        Column::new(f.t("field-number"), |it: &Listed| {
            html! { a href={ "/callbacks/" (it.callback.id) } { (it.number) } }
        })
        .title(),
        Column::new(f.t("field-status"), |it: &Listed| {
            state(f, "callback-status", it.callback.status.code())
        })
        .line(),
        Column::new(f.t("callback-due"), |it: &Listed| when(f, it)).due(),
        Column::new(f.t("field-customer"), |it: &Listed| or_dash(name(f, it))).line(),
        Column::new(f.t("field-fault"), |it: &Listed| html! { (fault(f, it)) }).line().quiet(),
        Column::new(f.t("field-technician"), |it: &Listed| or_dash(it.technician.as_deref()))
            .quiet(),
        Column::new(f.t("callback-signed"), |it: &Listed| match it.signed_at {
            Some(at) => moment(f, at),
            None => or_dash(None::<&str>),
        })
        .quiet(),
        Column::new(f.t("callback-tries"), |it: &Listed| html! { (it.callback.tries) }).num(),
        Column::new(f.t("callback-score"), |it: &Listed| or_dash(score(it))).num(),
    ];
    let none = empty("headset", &f.t("callbacks-none"), &f.t("callbacks-none-what"), html! {});
    table(f, &columns, rows, none, pager(f, next, rows.len()))
}

/// When to call; of a call that is over, when it was.
fn when(f: &Frame, it: &Listed) -> Markup {
    match (waits(it.callback.status), it.callback.reached_at) {
        (true, _) => due(f, it.callback.due),
        (false, Some(at)) => moment(f, at),
        (false, None) => or_dash(None::<&str>),
    }
}

/// Whoever has to call knows whom.
fn name(f: &Frame, it: &Listed) -> Option<String> {
    let name = it.customer.clone()?;
    let kind = it.customer_kind.unwrap_or(CustomerKind::Person);
    let clear = f.who.actor.has(Role::Caller) && waits(it.callback.status);
    Some(if clear { name } else { mask_named(kind, &name) })
}

fn fault(f: &Frame, it: &Listed) -> String {
    let code = it.fault_code.as_deref().and_then(|it| f.company.pack.fault(it));
    match (it.fault_text.clone().filter(|it| !it.is_empty()), code) {
        (Some(text), _) => text,
        (None, Some(fault)) => f.say.name(&fault.name),
        (None, None) => f.code("kind", it.kind.code()),
    }
}

/// Attitude and quality: `5 / 4`.
fn score(it: &Listed) -> Option<String> {
    Some(format!("{} / {}", it.callback.attitude?, it.callback.quality?))
}

/// The rows of the list as a file; a file shows nobody in the clear.
async fn download(
    State(app): State<App>,
    mut f: Frame,
    Query(asked): Query<Asked>,
) -> Result<Response, Fail> {
    let asked = usual(&mut f, asked);
    let read = app.look(&f.who.actor, async move |cx| {
        let mut which = asked.read(cx)?;
        (which.limit, which.after) = (MOST_ROWS, None);
        Ok(cut(ops::listed(cx, &which).await?, MOST_ROWS).0)
    });
    let rows = read.await?;
    let headings = [
        "field-number",
        "field-status",
        "callback-due",
        "field-customer",
        "field-fault",
        "field-technician",
        "callback-signed",
        "callback-tries",
        "field-attitude",
        "field-quality",
        "field-solved",
        "field-nps",
        "field-text",
    ];
    let headings = headings.iter().map(|it| f.t(it)).collect();
    let rows = rows.iter().map(|it| line(&f, it)).collect();
    Ok(file(&f, &f.t("area-callbacks"), headings, rows).await?)
}

fn line(f: &Frame, it: &Listed) -> Vec<Entry> {
    let one = &it.callback;
    let kind = it.customer_kind.unwrap_or(CustomerKind::Person);
    let mark = |it: Option<i64>| it.map_or(Entry::Empty, Entry::Whole);
    vec![
        Entry::Text(it.number.clone()),
        Entry::Text(f.code("callback-status", one.status.code())),
        cell_at(f, Some(one.due)),
        cell(it.customer.as_deref().map(|it| mask_named(kind, it))),
        Entry::Text(fault(f, it)),
        cell(it.technician.clone()),
        cell_at(f, it.signed_at),
        Entry::Whole(one.tries),
        mark(one.attitude),
        mark(one.quality),
        cell(one.solved.map(|it| f.code("solved", if it { "true" } else { "false" }))),
        mark(one.nps),
        cell(one.text.clone()),
    ]
}
