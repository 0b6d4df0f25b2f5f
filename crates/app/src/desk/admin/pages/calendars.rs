//! 日历: which years of public holidays the house knows, the hours of the pack, and a year that is
//! brought: what it would change, day by day and promise by promise, before it does.
//!
//! Source: C6; the yearly notice of the State Council as holiday-cn writes it.

use axum::{
    Router,
    extract::{Multipart, State, multipart::MultipartRejection},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use jiff::civil::Date;
use kernel::{Error, Field, Refusal, Result};
use maud::{Markup, html};
use rules::{pack::CalendarRow, policy::Act};

use super::super::ops::{self, DayChange, Moved, Preview};
use crate::{
    App, Cx, args, company,
    edge::Fail,
    packs,
    ui::{
        Column, Form, Frame, Page, Typed, card, empty, heading, moment, or_dash, page, pill,
        settings_tabs, source, table, time::weekday,
    },
};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/admin/calendars", get(show).post(load))
        .route("/admin/calendars/preview", post(preview))
}

/// A notice of the State Council is a page; a hundred of them are less than this.
const FILE_MOST: usize = 1 << 20;

/// That a year is missing is said where it is mended, and where the system is looked at.
pub fn missing(f: &Frame) -> Markup {
    let Some(year) = f.company.year_missing(f.today()) else { return html! {} };
    html! {
        div class="flash wait" role="status" {
            span { (f.with("holidays-missing", &args! { "year" => year.to_string() })) }
            @if f.here.path != "/admin/calendars" {
                " " a href="/admin/calendars" { (f.t("tab-calendars")) }
            }
        }
    }
}

async fn show(State(app): State<App>, f: Frame) -> Result<Page, Fail> {
    app.look(&f.who.actor, async |cx: &mut Cx| packs::settled(cx)).await?;
    Ok(draw(&f, &Typed::default()))
}

fn draw(f: &Frame, typed: &Typed) -> Page {
    let title = f.t("tab-calendars");
    let body = html! {
        (heading(None, &title, html! {}))
        (settings_tabs(f, "calendars"))
        (missing(f))
        div class="cols turn" {
            div class="stack" {
                (card(&f.t("holidays"), years(f)))
                (card(&f.t("calendars-of-pack"), calendars(f)))
            }
            div class="stack first" {
                @if f.may(Act::AccountManage) { (card(&f.t("holidays-add"), upload(f, typed))) }
            }
        }
    };
    page(f, &title, body).refused(typed)
}

/// One year of holidays.
struct Year<'a> {
    year: i16,
    off: usize,
    worked: usize,
    papers: &'a [String],
}

fn years(f: &Frame) -> Markup {
    let known = f.company.holidays.years();
    let rows: Vec<Year> = known
        .into_iter()
        .flatten()
        .rev()
        .map(|(year, it)| Year {
            year: *year,
            off: it.days.values().filter(|it| it.off).count(),
            worked: it.days.values().filter(|it| !it.off).count(),
            papers: &it.papers,
        })
        .collect();
    let columns = [
        Column::new(f.t("holidays-year"), |it: &Year| html! { b { (it.year) } }).title(),
        Column::new(f.t("holidays-off"), |it: &Year| {
            html! {
                (f.with("days", &args! { "count" => it.off }))
            }
        })
        .due()
        .num(),
        Column::new(f.t("holidays-worked"), |it: &Year| html! { (it.worked) }).num(),
        Column::new(f.t("holidays-paper"), |it: &Year| {
            html! {
                @for paper in it.papers.iter().filter(|it| it.starts_with("http")) {
                    a href=(paper) rel="noreferrer" { (f.t("holidays-notice")) } " "
                }
            }
        })
        .line(),
    ];
    table(f, &columns, &rows, empty("calendar", &f.t("holidays-none"), "", html! {}), html! {})
}

fn calendars(f: &Frame) -> Markup {
    let columns = [
        Column::new(f.t("org-name"), |it: &CalendarRow| html! { (f.name(&it.name)) }).title(),
        Column::new(f.t("calendar-hours"), |it: &CalendarRow| {
            html! {
                @if it.natural { (f.t("calendar-natural")) } @else { (hours(f, it)) }
            }
        })
        .line()
        .wraps(),
        Column::new(f.t("holidays"), |it: &CalendarRow| {
            html! { (f.code("calendar-holidays", it.holidays.code())) }
        })
        .line(),
        Column::new(f.t("field-source"), |it: &CalendarRow| {
            or_dash(it.origin.source.as_deref().map(|it| source(f, it)))
        })
        .quiet(),
    ];
    let none = empty("calendar", &f.t("calendars-none"), "", html! {});
    table(f, &columns, &f.company.pack.calendars, none, html! {})
}

/// `周一–周五 08:30–17:00`: days of the same hours stand together.
fn hours(f: &Frame, it: &CalendarRow) -> Markup {
    const MONDAY: Date = jiff::civil::date(2024, 1, 1);
    let name = |day: usize| {
        let date = MONDAY.saturating_add(jiff::Span::new().days(day as i64));
        weekday(f.say, date.weekday())
    };
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for day in (0..7).filter(|day| !it.hours.week[*day].is_empty()) {
        match runs.last_mut() {
            Some(run) if run.1 + 1 == day && it.hours.week[run.0] == it.hours.week[day] => {
                run.1 = day;
            }
            _ => runs.push((day, day)),
        }
    }
    html! {
        @for (first, last) in runs {
            div {
                (name(first)) @if last > first { "–" (name(last)) }
                @for one in &it.hours.week[first] { " " (clock(one.from)) "–" (clock(one.to)) }
            }
        }
    }
}

fn upload(f: &Frame, typed: &Typed) -> Markup {
    let form = Form::new(f, typed);
    html! {
        p class="hint" { (f.t("holidays-add-what")) }
        form method="post" action="/admin/calendars/preview" enctype="multipart/form-data" {
            (form.errors())
            div class="field" {
                label class="form-label" for="f-file" { (f.t("holidays-file")) }
                input class="form-control" type="file" id="f-file" name="file"
                    accept=".json,application/json";
            }
            (form.area("holidays", 5).label(f.t("holidays-paste")))
            div class="form-end" {
                button class="btn btn-primary" { (f.t("holidays-look")) }
            }
        }
    }
}

/// The file, or what was pasted.
async fn sent(form: Result<Multipart, MultipartRejection>) -> Result<String> {
    let unreadable = || Field::new("holidays", "not_a_text");
    let mut form = form.map_err(|_| unreadable())?;
    let (mut file, mut pasted) = (String::new(), String::new());
    while let Some(part) = form.next_field().await.map_err(|_| unreadable())? {
        let name = part.name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(|_| unreadable())?;
        if bytes.len() > FILE_MOST {
            return Err(Field::new("holidays", "too_long").with("most", FILE_MOST as i64).into());
        }
        let text = String::from_utf8(bytes.to_vec()).map_err(|_| unreadable())?;
        let text = text.trim_start_matches('\u{feff}').trim().to_owned();
        match name.as_str() {
            "file" => file = text,
            "holidays" => pasted = text,
            _ => (),
        }
    }
    let text = if file.is_empty() { pasted } else { file };
    if text.is_empty() { Err(Refusal::field("holidays", "missing").into()) } else { Ok(text) }
}

async fn preview(
    State(app): State<App>,
    f: Frame,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Fail> {
    app.look(&f.who.actor, async |cx: &mut Cx| cx.may(Act::AccountManage).map(|_| ())).await?;
    let text = match sent(form).await {
        Ok(text) => text,
        Err(no) => return again(&f, String::new(), no),
    };
    let asked = text.clone();
    let read = app.look(&f.who.actor, async move |cx| ops::preview(cx, &asked).await);
    match read.await {
        Ok(it) => Ok(draw_preview(&f, &it, &text).into_response()),
        Err(no) => again(&f, text, no),
    }
}

fn again(f: &Frame, text: String, no: Error) -> Result<Response, Fail> {
    let typed = Typed::of([("holidays", Some(text))]);
    Ok(draw(f, &typed.refused(no)?).into_response())
}

fn draw_preview(f: &Frame, it: &Preview, text: &str) -> Page {
    let years = it.years.iter().map(ToString::to_string).collect::<Vec<_>>();
    let years = years.join(f.say.comma());
    let title = f.with("holidays-of", &args! { "years" => years.clone() });
    let nothing = it.days.is_empty() && it.promises.is_empty();
    let body = html! {
        (heading(Some(("/admin/calendars", &f.t("tab-calendars"))), &title, html! {}))
        div class="cols" {
            div class="stack" {
                (card(&f.t("holidays-changes"), changes(f, &it.days)))
                (card(&f.t("holidays-moves"), moves(f, &it.promises)))
            }
            (card("", html! {
                p {
                    @if nothing { (f.t("holidays-nothing-new")) }
                    @else {
                        (f.with("holidays-would", &args! {
                            "days" => it.days.len(), "promises" => it.promises.len(),
                        }))
                    }
                }
                form method="post" action="/admin/calendars" {
                    textarea class="d-none" name="holidays" aria-hidden="true" readonly { (text) }
                    div class="form-end" {
                        @if !nothing {
                            button class="btn btn-primary" {
                                (f.with("holidays-load", &args! { "years" => years }))
                            }
                        }
                        a class="btn" href="/admin/calendars" { (f.t("cancel")) }
                    }
                }
            }))
        }
    };
    page(f, &title, body)
}

/// Days of one kind that follow each other, from the first to the last.
fn changes(f: &Frame, all: &[DayChange]) -> Markup {
    let mut runs: Vec<(&DayChange, &DayChange)> = Vec::new();
    for it in all {
        match runs.last_mut() {
            Some((first, last))
                if last.day.plus(1) == it.day
                    && (&first.name, first.after, first.before)
                        == (&it.name, it.after, it.before) =>
            {
                *last = it;
            }
            _ => runs.push((it, it)),
        }
    }
    let kind = |it: Option<bool>| match it {
        Some(true) => f.t("day-off"),
        Some(false) => f.t("day-worked"),
        None => f.t("day-plain"),
    };
    let columns = [
        Column::new(f.t("holidays-day"), |(first, last): &(&DayChange, &DayChange)| {
            html! { (first.day) @if first.day != last.day { " – " (last.day) } }
        })
        .title(),
        Column::new(f.t("org-name"), |it: &(&DayChange, &DayChange)| html! { (it.0.name) }).line(),
        Column::new(f.t("holidays-then"), |it: &(&DayChange, &DayChange)| {
            let tone = if it.0.after == Some(true) { "good" } else { "wait" };
            html! {
                (pill(tone, &kind(it.0.after)))
                @if it.0.before.is_some() {
                    " " span class="muted" { (f.t("before")) " " (kind(it.0.before)) }
                }
            }
        })
        .due(),
    ];
    table(f, &columns, &runs, empty("check", &f.t("holidays-same"), "", html! {}), html! {})
}

/// So many promises are named; the rest is counted.
const MOVES_SHOWN: usize = 50;

fn moves(f: &Frame, all: &[Moved]) -> Markup {
    let columns = [
        Column::new(f.t("field-number"), |it: &Moved| html! { (it.number) }).title(),
        Column::new(f.t("promise-kind"), |it: &Moved| {
            html! { (f.code("promise", it.promise.kind.code())) }
        })
        .line(),
        Column::new(f.t("before"), |it: &Moved| moment(f, it.promise.due)).line(),
        Column::new(f.t("after"), |it: &Moved| moment(f, it.due)).due(),
    ];
    let shown = &all[..all.len().min(MOVES_SHOWN)];
    let foot = html! {
        @if all.len() > MOVES_SHOWN {
            (f.with("and-more", &args! { "count" => all.len() - MOVES_SHOWN }))
        }
    };
    table(f, &columns, shown, empty("check", &f.t("holidays-moves-none"), "", html! {}), foot)
}

async fn load(State(app): State<App>, f: Frame, typed: Typed) -> Result<Response, Fail> {
    let text = typed.get("holidays");
    let asked = text.clone();
    let work = async move |cx: &mut Cx| company::add_holidays(cx, &asked).await;
    match app.act(&f.who.actor, work).await {
        Ok(_) => {
            app.learn().await?;
            Ok(f.go("/admin/calendars", "holidays-loaded"))
        }
        Err(no) => again(&f, text, no),
    }
}
