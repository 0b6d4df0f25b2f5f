//! 受理单: the list, and one of them with everything on it and, if it waits for one, its answer.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use kernel::{Result, Time};
use maud::{Markup, html};
use rules::intake::{Channel, RequestId, RequestKind, RequestStatus};

use crate::{
    App, Cx, args, customer,
    desk::{
        api::RequestQuery,
        show::{PromiseView, RequestView, Show, TimelineItem},
    },
    edge::{Fail, Query, asked, asked::cut},
    intake,
    ui::{
        Column, Form, Frame, Happened, Page, Typed, card, card_with, coverage, due, empty, facts,
        facts_one, filter, heading, icon, moment, or_dash, page, pager, pill, search_box, source,
        state, table, timeline,
    },
};

pub async fn list(
    State(app): State<App>,
    f: Frame,
    Query(query): Query<RequestQuery>,
) -> Result<Page, Fail> {
    let filter = query.filter()?;
    let say = f.say;
    let read = app.look(&f.who.actor, async move |cx: &mut Cx| {
        let (rows, more) = cut(intake::ops::list(cx, &filter).await?, filter.limit);
        let last = rows.last().filter(|_| more);
        let next = last.map(|it| asked::cursor(it.received_at.millis(), &it.id));
        let clear = customer::ops::searches_clear(cx, filter.q.as_deref());
        let mut show = Show::new(cx, say);
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
    let (items, next) = read.await?;
    Ok(page(&f, &f.t("area-requests"), draw_list(&f, &items, next.as_deref())))
}

type Row = (RequestView, Option<String>);

fn draw_list(f: &Frame, rows: &[Row], next: Option<&str>) -> Markup {
    let columns = [
        Column::new(f.t("field-number"), |it: &Row| {
            html! { a href={ "/requests/" (it.0.id) } { (it.0.number) } }
        })
        .title(),
        Column::new(f.t("field-status"), |it: &Row| state(f, "request-status", &it.0.status))
            .line(),
        Column::new(f.t("field-kind"), |it: &Row| html! { (f.code("kind", &it.0.kind)) }).line(),
        Column::new(f.t("reply-by"), |it: &Row| {
            let open = it.0.promises.iter().filter(|it| it.ended_at.is_none());
            let next = open.filter_map(|it| time(f, &it.due)).min();
            html! { @if let Some(at) = next { (due(f, at)) } }
        })
        .due(),
        Column::new(f.t("field-customer"), |it: &Row| {
            or_dash(it.0.customer.as_ref().map(|it| it.name.as_str()))
        })
        .line(),
        Column::new(f.t("field-text"), |it: &Row| or_dash(it.0.fault.text.as_deref())).quiet(),
        Column::new(f.t("field-channel"), |it: &Row| {
            html! { (f.code("channel", &it.0.channel)) }
        })
        .quiet(),
        Column::new(f.t("field-owner"), |it: &Row| or_dash(it.1.as_deref())),
        Column::new(f.t("received"), |it: &Row| {
            html! { @if let Some(at) = time(f, &it.0.received_at) { (moment(f, at)) } }
        })
        .sort("received_at"),
    ];
    let words = |group: &str, codes: Vec<&'static str>| -> Vec<(String, String)> {
        codes.into_iter().map(|it| (it.to_owned(), f.code(group, it))).collect()
    };
    let status = words("request-status", RequestStatus::ALL.iter().map(|it| it.code()).collect());
    let kinds = words("kind", RequestKind::ALL.iter().map(|it| it.code()).collect());
    let channels = words("channel", Channel::ALL.iter().map(|it| it.code()).collect());
    let clean = f.here.query.is_empty();
    let key = if clean { "requests-none" } else { "list-none" };
    let none = empty(
        "message-report",
        &f.t(key),
        &f.t(&format!("{key}-what")),
        html! {
            @if !clean { a class="btn" href="/requests" { (f.t("clear-filters")) } }
        },
    );
    html! {
        (heading(None, &f.t("area-requests"), html! {}))
        div class="chips" {
            (search_box(f, &f.t("requests-find")))
            (filter(f, "status", &f.t("field-status"), &status))
            (filter(f, "kind", &f.t("field-kind"), &kinds))
            (filter(f, "channel", &f.t("field-channel"), &channels))
        }
        (table(f, &columns, rows, none, pager(f, next, rows.len())))
    }
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
    let done = app
        .act(&f.who.actor, async move |cx: &mut Cx| intake::ops::answer(cx, &request, &text).await);
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
        (or_dash(device.as_deref()))
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
    let link = html! {};
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
            p class="said" { b { (it.name) } " " @if it.masked { (pill("", &f.t("masked"))) } }
            (facts_one(&all))
        },
    )
}

fn clock(f: &Frame, it: &PromiseView) -> Markup {
    let at = time(f, &it.due);
    let ended = it.ended_at.as_deref().and_then(|it| time(f, it));
    html! {
        div class="clock" {
            span { (f.code("promise", &it.kind)) }
            @match (ended, at) {
                (None, Some(at)) => (due(f, at)),
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
