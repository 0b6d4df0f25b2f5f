//! 受理单: the list, and one of them with everything on it and, if it waits for one, its answer.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use kernel::{Result, Time};
use maud::{Markup, html};
use rules::{
    customer::{mask_named, mask_phone},
    intake::{Channel, RequestId, RequestKind, RequestStatus},
    policy::Act,
    promise::{Clock, PromiseKind},
};

use crate::{
    App, Cx, args, customer,
    desk::{
        api::RequestQuery,
        show::{PromiseView, RequestView, Show, TimelineItem},
    },
    edge::{Fail, Query, asked, asked::cut},
    intake,
    ui::{
        Column, Form, Frame, Happened, List, Page, Typed, card, card_with, choices, chosen,
        coverage, due, due_on, facts, facts_one,
        file::{MOST_ROWS, cell_at, file},
        filed, filter, heading, icon, moment, most_rows, nothing, or_dash, page, pill, search_box,
        source, state, timeline, to_reveal,
    },
};

pub async fn list(
    State(app): State<App>,
    f: Frame,
    Query(query): Query<RequestQuery>,
) -> Result<Page, Fail> {
    let mut filter = query.filter()?;
    filter.page.limit = filter.page.limit.min(most_rows(&f));
    let (rows, next) = rows(&app, &f, filter).await?;
    let list = List {
        title: f.t("area-requests"),
        acts: html! {},
        beside: html! {},
        views: Vec::new(),
        chips: chips(&f, &query),
        columns: columns(&f),
        rows: &rows,
        next: next.as_deref(),
        none: nothing(&f, "message-report", "requests-none", "/requests", html! {}),
        bulk: html! {},
    };
    Ok(list.draw(&f))
}

type Row = (RequestView, Option<String>);

async fn rows(app: &App, f: &Frame, filter: intake::Filter) -> Result<(Vec<Row>, Option<String>)> {
    let say = f.say;
    let read = app.look(&f.who.actor, async move |cx: &mut Cx| {
        let (mut rows, more) = cut(intake::ops::list(cx, &filter).await?, filter.page.limit);
        let last = rows.last().filter(|_| more);
        let next = last.map(|it| asked::cursor(it.received_at.millis(), &it.id));
        let clear = customer::ops::searches_clear(cx, filter.q.as_deref());
        // A row says nothing of the device and of who pays, and deciding that takes time.
        for it in &mut rows {
            (it.device, it.entitlement) = (None, None);
            it.order = it.order.take().filter(|_| clear);
        }
        let mut show = Show::brief(cx, say);
        show.gather_requests(&rows).await?;
        let mut items = Vec::new();
        for it in rows {
            let owner = match &it.owner {
                Some(id) => Some(show.person(id.as_str()).await?.0),
                None => None,
            };
            let view = match clear {
                true => show.request(it).await?,
                false => show.request_as(it, false).await?,
            };
            items.push((view, owner));
        }
        Ok((items, next))
    });
    read.await
}

fn chips(f: &Frame, query: &RequestQuery) -> Markup {
    let status = choices(f, "request-status", RequestStatus::ALL.iter().map(|it| it.code()));
    let kinds = choices(f, "kind", RequestKind::ALL.iter().map(|it| it.code()));
    let channels = choices(f, "channel", Channel::ALL.iter().map(|it| it.code()));
    html! {
        @if let Some(what) = query.about_one() { (chosen(f, what, &f.t("requests-of-one"))) }
        (search_box(f, &f.t("requests-find")))
        (filter(f, "status", &f.t("field-status"), &status))
        (filter(f, "kind", &f.t("field-kind"), &kinds))
        (filter(f, "channel", &f.t("field-channel"), &channels))
    }
}

fn columns(f: &Frame) -> Vec<Column<'_, Row>> {
    let code = |group: &'static str, it: &str| Some(f.code(group, it));
    vec![
        Column::new(f.t("field-number"), |it: &Row| {
            html! { a href={ "/requests/" (it.0.id) } { (it.0.number) } }
        })
        .text("number", |it| Some(it.0.number.clone()))
        .title(),
        Column::new(f.t("field-status"), |it: &Row| state(f, "request-status", &it.0.status))
            .text("status", move |it| code("request-status", &it.0.status))
            .line(),
        Column::new(f.t("field-kind"), |it: &Row| html! { (f.code("kind", &it.0.kind)) })
            .text("kind", move |it| code("kind", &it.0.kind))
            .line(),
        Column::new(f.t("reply-by"), |it: &Row| {
            html! { @if let Some(at) = reply_by(f, &it.0) { (due(f, at)) } }
        })
        .file("reply_by", |it| cell_at(f, reply_by(f, &it.0)))
        .due(),
        Column::new(f.t("field-customer"), |it: &Row| {
            or_dash(it.0.customer.as_ref().map(|it| it.name.as_str()))
        })
        .text("customer", |it| hidden(&it.0).0)
        .line(),
        Column::new(f.t("field-phone"), |it: &Row| {
            or_dash(it.0.customer.as_ref().and_then(|it| it.phone.as_deref()))
        })
        .text("phone", |it| hidden(&it.0).1)
        .extra(),
        Column::new(f.t("field-text"), |it: &Row| or_dash(it.0.fault.text.as_deref()))
            .text("text", |it| it.0.fault.text.clone())
            .quiet(),
        Column::new(f.t("field-channel"), |it: &Row| {
            html! { (f.code("channel", &it.0.channel)) }
        })
        .text("channel", move |it| code("channel", &it.0.channel))
        .quiet(),
        Column::new(f.t("field-owner"), |it: &Row| or_dash(it.1.as_deref()))
            .text("owner", |it| it.1.clone()),
        Column::new(f.t("received"), |it: &Row| {
            html! { @if let Some(at) = time(f, &it.0.received_at) { (moment(f, at)) } }
        })
        .file("received", |it| cell_at(f, time(f, &it.0.received_at)))
        .sort("received_at"),
    ]
}

/// Name and phone as a file has them: nobody stands there in the clear.
fn hidden(it: &RequestView) -> (Option<String>, Option<String>) {
    let Some(it) = &it.customer else { return (None, None) };
    match it.masked {
        true => (Some(it.name.clone()), it.phone.clone()),
        false => (Some(mask_named(it.kind, &it.name)), it.phone.as_deref().map(mask_phone)),
    }
}

fn reply_by(f: &Frame, it: &RequestView) -> Option<Time> {
    let reply = PromiseKind::Reply.code();
    let open = it.promises.iter().filter(|it| it.kind == reply && it.ended_at.is_none());
    open.filter_map(|it| time(f, &it.due)).min()
}

/// The rows of the list as a file; a file shows nobody in the clear.
pub async fn download(
    State(app): State<App>,
    f: Frame,
    Query(query): Query<RequestQuery>,
) -> Result<Response, Fail> {
    let mut filter = query.filter()?;
    (filter.page.limit, filter.page.after) = (MOST_ROWS, None);
    let (rows, _) = rows(&app, &f, filter).await?;
    let (headings, lines) = filed(&f, columns(&f), &rows);
    Ok(file(&f, &f.t("area-requests"), headings, lines).await?)
}

/// The views say times as programs read them.
fn time(f: &Frame, text: &str) -> Option<Time> {
    Time::parse(text, &f.company.zone)
}

struct Shown {
    view: RequestView,
    owner: Option<String>,
    taken_by: Option<String>,
    happened: Vec<TimelineItem>,
    /// Whether this reader may answer it now.
    answerable: bool,
}

async fn read(app: &App, f: &Frame, id: &str) -> Result<Shown> {
    let id = RequestId::parse(id)?;
    let say = f.say;
    let read = app.look(&f.who.actor, async move |cx: &mut Cx| {
        let it = intake::ops::get(cx, &id).await?;
        let answerable = it.status == RequestStatus::Open && cx.may(it.kind.answer()).is_ok();
        let (owner, taken_by) = (it.owner.clone(), it.taken_by.clone());
        let mut events = platform::events::of(&mut cx.tx, id.as_str()).await?;
        // What was imported happened before it was known here.
        events.sort_by_key(|it| it.at);
        let mut show = Show::new(cx, say);
        let mut happened = Vec::new();
        for event in events {
            happened.push(show.item(event).await?);
        }
        let owner = match owner {
            Some(id) => Some(show.person(id.as_str()).await?.0),
            None => None,
        };
        let taken_by = match taken_by {
            Some(id) => Some(show.person(id.as_str()).await?.0),
            None => None,
        };
        let view = show.request(it).await?;
        Ok(Shown { view, owner, taken_by, happened, answerable })
    });
    read.await
}

pub async fn one(State(app): State<App>, f: Frame, Path(id): Path<String>) -> Result<Page, Fail> {
    let it = read(&app, &f, &id).await?;
    Ok(draw(&f, &it, &Typed::default()))
}

pub async fn answer(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fail> {
    let (request, text) = (RequestId::parse(&id)?, typed.get("text"));
    let done = app.act(&f.who.actor, async move |cx: &mut Cx| {
        intake::ops::answer(cx, &request, &text, None).await
    });
    match done.await {
        Ok(_) => Ok(f.go(&format!("/requests/{id}"), "request-is-answered")),
        Err(no) => {
            let typed = typed.refused(no)?;
            let it = read(&app, &f, &id).await?;
            Ok(draw(&f, &it, &typed).into_response())
        }
    }
}

fn draw(f: &Frame, it: &Shown, typed: &Typed) -> Page {
    let view = &it.view;
    let body = html! {
        (heading(Some(("/requests", &f.t("area-requests"))), &view.number, html! {}))
        div class="row-line mb-3" {
            (state(f, "request-status", &view.status))
            (pill("", &f.code("kind", &view.kind)))
            (pill("", &f.code("channel", &view.channel)))
            @if let Some(order) = &view.order {
                a class="btn btn-sm push" href={ "/orders/" (order.id) } {
                    (icon("clipboard-list")) (order.number)
                }
                (state(f, "status", &order.status))
            }
        }
        div class="cols" {
            div class="stack" {
                (what(f, it))
                @if it.answerable { (answer_form(f, view, typed)) }
                @if let Some(answer) = &view.answer {
                    (card(&f.t("field-answer"), html! { p class="said" { (answer) } }))
                }
                (card(&f.t("timeline"), timeline(f, &happened(f, &it.happened))))
            }
            div class="stack" {
                (who(f, view))
                @if !view.promises.is_empty() {
                    (card(&f.t("promises"), html! {
                        @for promise in &view.promises { (clock(f, promise)) }
                    }))
                }
            }
        }
    };
    page(f, &view.number, body).refused(typed)
}

fn what(f: &Frame, it: &Shown) -> Markup {
    let view = &it.view;
    let fault = view.fault.code.as_deref().map(|code| {
        let known = f.company.pack.fault(code);
        known.map_or_else(|| code.to_owned(), |it| f.name(&it.name))
    });
    let device = view.device.as_ref().map(|it| {
        let words = [it.category.as_deref().map(|it| f.category(it)), it.model.clone()];
        words.into_iter().flatten().collect::<Vec<_>>().join(" ")
    });
    let device = html! {
        @match (&view.device, &device) {
            (Some(it), Some(name)) if f.may(Act::Read) => {
                a href={ "/devices/" (it.id) } { (name) }
            }
            _ => (or_dash(device.as_deref())),
        }
    };
    let moment_of = |text: &str| html! { @if let Some(at) = time(f, text) { (moment(f, at)) } };
    let wish = view.wanted.as_ref().and_then(|it| {
        let (from, to) = (time(f, &it.from)?, time(f, &it.to)?);
        Some(f.window(rules::order::Window { from, to }))
    });
    let mut all = vec![
        (f.t("received"), moment_of(&view.received_at)),
        (f.t("taken-by"), or_dash(it.taken_by.as_deref())),
        (f.t("field-owner"), or_dash(it.owner.as_deref())),
        (f.t("field-device"), device),
    ];
    if RequestKind::parse(&view.kind).is_some_and(RequestKind::makes_an_order) {
        all.extend([
            (f.t("field-fault"), or_dash(fault)),
            (f.t("intake-wish"), or_dash(wish)),
            (
                f.t("intake-cost"),
                html! {
                    (coverage(f, &view.entitlement.coverage)) " " (view.entitlement.explanation)
                },
            ),
        ]);
    }
    card(
        &f.t("intake-words"),
        html! {
            p class="said" { (or_dash(view.fault.text.as_deref())) }
            (facts(&all))
        },
    )
}

fn who(f: &Frame, view: &RequestView) -> Markup {
    let place = view.place.as_ref().and_then(|it| it.address.as_deref());
    let Some(it) = &view.customer else {
        return card(&f.t("field-customer"), facts_one(&[(f.t("field-address"), or_dash(place))]));
    };
    let link = html! {
        @if f.may(Act::Read) { a href={ "/customers/" (it.id) } { (f.t("customer-file")) } }
    };
    let mut all = vec![
        (f.t("field-phone"), or_dash(it.phone.as_deref())),
        (f.t("field-address"), or_dash(place.or(it.address.as_deref()))),
    ];
    if view.contact.is_some() {
        all.push((f.t("field-contact"), or_dash(view.contact.as_deref())));
    }
    card_with(
        &f.t("field-customer"),
        link,
        html! {
            p class="said" {
                b { (it.name) } " "
                @if it.masked && f.may(Act::Reveal) { (to_reveal(f, &it.id)) }
                @else if it.masked { (pill("", &f.t("masked"))) }
            }
            (facts_one(&all))
        },
    )
}

fn clock(f: &Frame, it: &PromiseView) -> Markup {
    let at = time(f, &it.due);
    let on = Clock::parse(&it.clock).unwrap_or(Clock::Natural);
    let ended = it.ended_at.as_deref().and_then(|it| time(f, it));
    html! {
        div class="clock" {
            span { (f.code("promise", &it.kind)) }
            @match (ended, at) {
                (None, Some(at)) => (due_on(f, at, on)),
                _ => (state(f, "promise-state", &it.state)),
            }
            small {
                (source(f, &it.source)) " · " (f.code("clock", &it.clock))
                @if let Some(at) = ended { " · " (moment(f, at)) }
            }
        }
    }
}

fn answer_form(f: &Frame, view: &RequestView, typed: &Typed) -> Markup {
    let form = Form::new(f, typed);
    let fields = form.area("text", 4).label(f.t("intake-answer")).required();
    let title = f.with("answer-title", &args! { "kind" => f.code("kind", &view.kind) });
    let action = format!("/requests/{}/answer", view.id);
    card(&title, form.post("answer", &action, "answer-send", html! { (fields) }))
}

fn happened(f: &Frame, all: &[TimelineItem]) -> Vec<Happened> {
    let newest_first = all.iter().rev().enumerate();
    newest_first
        .filter_map(|(place, it)| {
            Some(Happened {
                at: time(f, &it.at)?,
                who: it.actor.name.clone(),
                text: html! { (it.text) },
                said: None,
                tone: match (it.kind.as_str(), place) {
                    ("promise.missed", _) => "bad",
                    (_, 0) => "hot",
                    _ => "",
                },
            })
        })
        .collect()
}
