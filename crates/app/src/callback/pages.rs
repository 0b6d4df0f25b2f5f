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
        Column, Frame, List, Page, Tab, due, empty,
        file::{MOST_ROWS, cell_at, file},
        filed, filter, moment, or_dash, search_box, state, switch,
    },
};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/callbacks", get(list))
        .route("/callbacks.xlsx", get(download))
        .route("/callbacks.csv", get(download))
        .route("/callbacks/{id}", get(one::show).post(ask::save))
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
    let none = empty("headset", &f.t("callbacks-none"), &f.t("callbacks-none-what"), html! {});
    let list = List {
        title: f.t("area-callbacks"),
        acts: html! {},
        beside: html! {},
        views: views(&f, &counts),
        chips: chips(&f),
        columns: columns(&f),
        rows: &rows,
        next: next.as_deref(),
        none,
        bulk: html! {},
    };
    Ok(list.draw(&f))
}

/// Of those who are to be called: all, today's, the late ones.
async fn counts(cx: &mut Cx) -> Result<[i64; 3]> {
    let status = CallbackStatus::WAITING.to_vec();
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
        (search_box(f, &f.t("callbacks-find")))
        (filter(f, "status", &f.t("field-status"), &states))
        (switch(f, "late", "true", &f.t("callbacks-late")))
    }
}

fn columns(f: &Frame) -> Vec<Column<'_, Listed>> {
    let mut all = vec![
        Column::new(f.t("field-number"), |it: &Listed| {
            html! { a href={ "/callbacks/" (it.callback.id) } { (it.number) } }
        })
        .text("number", |it| Some(it.number.clone()))
        .title(),
        Column::new(f.t("field-status"), |it: &Listed| {
            state(f, "callback-status", it.callback.status.code())
        })
        .text("status", |it| Some(f.code("callback-status", it.callback.status.code())))
        .line(),
        Column::new(f.t("callback-due"), |it: &Listed| when(f, it))
            .file("due", |it| cell_at(f, Some(it.callback.due)))
            .due(),
        Column::new(f.t("field-customer"), |it: &Listed| or_dash(name(f, it)))
            .text("customer", |it| {
                let kind = it.customer_kind.unwrap_or(CustomerKind::Person);
                it.customer.as_deref().map(|it| mask_named(kind, it))
            })
            .line(),
        Column::new(f.t("field-fault"), |it: &Listed| html! { (fault(f, it)) })
            .text("fault", |it| Some(fault(f, it)))
            .line()
            .quiet(),
        Column::new(f.t("field-technician"), |it: &Listed| or_dash(it.technician.as_deref()))
            .text("technician", |it| it.technician.clone())
            .quiet(),
        Column::new(f.t("callback-signed"), |it: &Listed| match it.signed_at {
            Some(at) => moment(f, at),
            None => or_dash(None::<&str>),
        })
        .file("signed", |it| cell_at(f, it.signed_at))
        .quiet(),
        Column::new(f.t("callback-tries"), |it: &Listed| html! { (it.callback.tries) })
            .file("tries", |it| Entry::Whole(it.callback.tries))
            .num(),
        Column::new(f.t("callback-score"), |it: &Listed| or_dash(score(it)))
            .text("score", score)
            .num(),
    ];
    all.extend(answers(f));
    all
}

/// What was answered, one by one.
fn answers(f: &Frame) -> Vec<Column<'_, Listed>> {
    let mark = |head: &str, key: &'static str, mark: fn(&Listed) -> Option<i64>| {
        Column::new(f.t(head), move |it: &Listed| or_dash(mark(it).map(|it| it.to_string())))
            .file(key, move |it| mark(it).map_or(Entry::Empty, Entry::Whole))
            .num()
            .extra()
    };
    let solved = |it: &Listed| {
        it.callback.solved.map(|it| f.code("solved", if it { "true" } else { "false" }))
    };
    vec![
        mark("field-attitude", "attitude", |it| it.callback.attitude),
        mark("field-quality", "quality", |it| it.callback.quality),
        Column::new(f.t("field-solved"), move |it: &Listed| or_dash(solved(it)))
            .text("solved", solved)
            .extra(),
        mark("field-nps", "nps", |it| it.callback.nps),
        Column::new(f.t("field-text"), |it: &Listed| or_dash(it.callback.text.as_deref()))
            .text("text", |it| it.callback.text.clone())
            .quiet()
            .extra(),
    ]
}

/// When to call; of a call that is over, when it was.
fn when(f: &Frame, it: &Listed) -> Markup {
    match (it.callback.status.is_waiting(), it.callback.reached_at) {
        (true, _) => due(f, it.callback.due),
        (false, Some(at)) => moment(f, at),
        (false, None) => or_dash(None::<&str>),
    }
}

/// Whoever has to call knows whom.
fn name(f: &Frame, it: &Listed) -> Option<String> {
    let name = it.customer.clone()?;
    let kind = it.customer_kind.unwrap_or(CustomerKind::Person);
    let clear = f.who.actor.has(Role::Caller) && it.callback.status.is_waiting();
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
    let (headings, lines) = filed(&f, columns(&f), &rows);
    Ok(file(&f, &f.t("area-callbacks"), headings, lines).await?)
}
