//! 工作台: how much waits, what to do first, who is where today, and what just happened.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Error, Kind, Result, Span, Time};
use maud::{Markup, html};
use rules::{
    order::{OrderId, Status},
    policy::{Act, PersonId, Reach, Role},
    promise::Clock,
};

use crate::{
    App, Cx, account, args,
    desk::{
        show::{Show, hide},
        steps::{self, StepBody},
        todo::{self, About, Next, Todo},
        workbench::{self, Tile},
    },
    edge::{Fail, detail},
    order::{self, Listed},
    ui::{
        Block, Frame, Happened, Lane, Typed, board, card, card_with, due_on, empty, page, press,
        put_flash, shortcuts, state, time::weekday, timeline,
    },
};

/// More people than that are looked at on the board of one outlet.
const LANES: usize = 12;
const NEWS: i64 = 8;

struct Home {
    tiles: Vec<Tile>,
    first: Vec<Todo>,
    lanes: Vec<Person>,
    news: Vec<News>,
}

/// Somebody's day.
struct Person {
    name: String,
    orders: Vec<Listed>,
    away: Vec<(Time, Time)>,
}

struct News {
    at: Time,
    who: String,
    text: String,
    kind: String,
    order: String,
    number: String,
}

pub async fn show(State(app): State<App>, f: Frame) -> Result<Response, Fail> {
    if f.on_phone() {
        return Ok(Redirect::to("/today").into_response());
    }
    let (say, counted) = (f.say, f.tiles.clone());
    let home = app.look(&f.who.actor, async move |cx: &mut Cx| {
        let read = cx.actor.rights.reach(Act::Read) > Reach::Nothing;
        Ok(Home {
            tiles: match &counted {
                Some(tiles) => tiles.clone(),
                None => workbench::tiles(cx).await?,
            },
            first: todo::first(cx).await?,
            lanes: lanes(cx).await?,
            news: if read { news(cx, say).await? } else { Vec::new() },
        })
    });
    let mut home = home.await?;
    todo::settle(&mut home.first);
    Ok(page(&f, &f.t("area-workbench"), draw(&f, &home)).into_response())
}

/// Today's people of those who send them.
async fn lanes(cx: &mut Cx) -> Result<Vec<Person>> {
    if cx.actor.rights.reach(Act::OrderDispatch) != Reach::Branch {
        return Ok(Vec::new());
    }
    let grant = cx.may(Act::TechnicianRead)?;
    let which = account::ops::WhichPeople { role: Some(Role::Technician), ..Default::default() };
    let people = account::ops::list(cx, &grant, &which).await?;
    if people.len() > LANES {
        return Ok(Vec::new());
    }
    let (from, to) = {
        let today = cx.today();
        (today.start(&cx.company.zone), today.plus(1).start(&cx.company.zone))
    };
    let filter = order::Filter {
        window_from: Some(from),
        window_to: Some(to),
        technician: people.iter().map(|it| it.id.to_string()).collect(),
        ..Default::default()
    };
    let page = order::Page { limit: 200, ..Default::default() };
    let orders = match people.is_empty() {
        true => Vec::new(),
        false => order::ops::listed(cx, &filter, &page).await?,
    };
    let ids: Vec<PersonId> = people.iter().map(|it| it.id.clone()).collect();
    let absences = account::ops::absences_of(cx, &ids, from, to).await?;
    let mut lanes = Vec::new();
    for it in people {
        let away = absences.iter().filter(|away| away.person == it.id);
        lanes.push(Person {
            name: it.name,
            orders: theirs(&orders, &it.id),
            away: away.map(|it| (it.starts.max(from), it.ends.min(to))).collect(),
        });
    }
    Ok(lanes)
}

fn theirs(orders: &[Listed], id: &PersonId) -> Vec<Listed> {
    let mine = |it: &&Listed| {
        it.order.technician.as_ref() == Some(id) && it.order.status != Status::Cancelled
    };
    orders.iter().filter(mine).cloned().collect()
}

async fn news(cx: &mut Cx, say: crate::say::Say) -> Result<Vec<News>> {
    let since = cx.now().before(Span::days(2));
    let all = workbench::lately(cx, since, NEWS).await?;
    let mut show = Show::new(cx, say);
    let mut news = Vec::new();
    for mut it in all {
        // Of many orders at once nobody needs to know whom they are about.
        hide(&mut it.happened);
        let text = show.happened(&it.happened).await?;
        let who = match &it.happened.actor {
            Some(id) => show.person(id).await?.0,
            None => say.t("the-house"),
        };
        let (at, kind) = (it.happened.at, it.happened.kind);
        news.push(News { at, who, text, kind, order: it.happened.subject, number: it.number });
    }
    Ok(news)
}

fn draw(f: &Frame, home: &Home) -> Markup {
    html! {
        // Asked for anew when something happens.
        div id="workbench" data-live hx-get="/" hx-trigger="live" hx-swap="outerHTML" {
            (greeting(f))
            (tiles(f, &home.tiles))
            div class="cols" {
                div class="stack" {
                    (first(f, &home.first))
                    @if !home.lanes.is_empty() { (today(f, &home.lanes)) }
                }
                div class="stack" {
                    @if f.may(Act::Read) { (card(&f.t("just-now"), latest(f, &home.news))) }
                    @if !f.may(Act::Read) { (shortcuts(f)) }
                }
            }
        }
    }
}

fn greeting(f: &Frame) -> Markup {
    let there = f.now.stamp().to_zoned(f.company.zone.clone());
    let part = match there.hour() {
        0..=4 | 18..=23 => "evening",
        5..=10 => "morning",
        11..=12 => "noon",
        _ => "afternoon",
    };
    let args = args! { "name" => f.who.actor.name.clone() };
    let day = if f.say.is_chinese() {
        format!("{} 月 {} 日 {}", there.month(), there.day(), weekday(f.say, there.weekday()))
    } else {
        format!("{} {}", weekday(f.say, there.weekday()), there.date())
    };
    html! {
        div class="head" {
            h1 { (f.with(&format!("greet-{part}"), &args)) }
            span class="muted" { (day) " · " (f.org) @if !f.post.is_empty() { " · " (f.post) } }
        }
    }
}

fn tiles(f: &Frame, all: &[Tile]) -> Markup {
    html! {
        @if !all.is_empty() {
            div class="tiles" {
                @for it in all {
                    @let late = it.alarming && it.count > 0;
                    a class=(if late { "tile late" } else { "tile" }) href=(it.list) {
                        b { (it.count) } span { (f.code("tile", it.key)) }
                    }
                }
            }
        }
    }
}

fn first(f: &Frame, all: &[Todo]) -> Markup {
    html! {
        div class="sheet first" data-keys {
            table class="cards" {
                thead { tr { th class="title" colspan="4" { (f.t("do-first")) } } }
                tbody { @for it in all { (row(f, it)) } }
            }
            @if all.is_empty() {
                (empty("circle-check", &f.t("all-done"), &f.t("all-done-what"), html! {}))
            }
        }
    }
}

fn row(f: &Frame, it: &Todo) -> Markup {
    let href = match &it.about {
        About::Order(id, _) => format!("/orders/{id}"),
        About::Request(id, _) => format!("/requests/{id}"),
        About::Callback(id, _) => format!("/callbacks/{id}"),
    };
    let clock = it.promise.map_or(Clock::Natural, |it| it.clock);
    let who = it.who.as_deref().unwrap_or_default();
    let what = it.what.as_deref().unwrap_or_default();
    html! {
        tr data-row {
            td class="c-due" { @if let Some(at) = it.due { (due_on(f, at, clock)) } }
            td class="c-title" {
                a href=(href) { (tail(&it.number)) } " " (who)
                @if !what.is_empty() { " · " span class="muted" { (what) } }
            }
            td class="c-line sub" { (why(f, it)) }
            td class="c-acts acts-cell" { (button(f, it, &href)) }
        }
    }
}

/// The running number is what people say; province and month they know.
fn tail(number: &str) -> String {
    number.rsplit_once('-').map_or_else(|| number.to_owned(), |it| format!("…{}", it.1))
}

fn why(f: &Frame, it: &Todo) -> Markup {
    let promise = it.promise.map(|it| f.code("promise", it.kind.code()));
    html! {
        @match &it.about {
            About::Order(_, status) => { (state(f, "status", status.code())) }
            About::Request(_, kind) => { (f.code("kind", kind.code())) }
            About::Callback(_, status) => { (state(f, "callback-status", status.code())) }
        }
        @if let Some(promise) = promise { " " (promise) }
    }
}

fn button(f: &Frame, it: &Todo, href: &str) -> Markup {
    let look = |word: &str| html! { a class="btn btn-sm" href=(href) { (f.t(word)) } };
    let About::Order(id, _) = &it.about else {
        return match it.next {
            Next::Call => look("call-back"),
            _ => look("answer"),
        };
    };
    let action = format!("/first/{id}");
    match &it.next {
        Next::Accept => {
            let word = html! { (f.code("step", "accept")) };
            press(&action, word, "btn-sm btn-primary", &[("step", "accept")])
        }
        Next::Assign { technician, name, window } => {
            let (from, to) = (f.time().typed(window.from), f.time().typed(window.to));
            let args = args! { "name" => name.clone(), "time" => f.short(window.from) };
            let word = html! { (f.with("send-now", &args)) };
            let fields = [
                ("step", "assign"),
                ("technician", technician.as_str()),
                ("from", &from),
                ("to", &to),
            ];
            press(&action, word, "btn-sm btn-primary", &fields)
        }
        Next::Route => look("route-to"),
        Next::Answer | Next::Call | Next::Look => look("look"),
    }
}

fn today(f: &Frame, people: &[Person]) -> Markup {
    let lanes: Vec<_> = people.iter().map(|it| lane(f, it)).collect();
    let link = html! { a href="/dispatch" { (f.t("area-dispatch")) } };
    card_with(&f.t("people-today"), link, board(f, f.today(), &lanes))
}

fn lane(f: &Frame, it: &Person) -> Lane {
    let day = f.today().start(&f.company.zone);
    let whole = |away: &(Time, Time)| {
        away.0 <= day.after(Span::hours(9)) && away.1 >= day.after(Span::hours(17))
    };
    let away = it.away.iter().map(|away| Block {
        from: away.0,
        to: away.1,
        tone: "",
        text: f.t("away"),
        small: None,
        href: None,
    });
    let orders = it.orders.iter().filter_map(|listed| block(f, listed));
    Lane {
        who: html! { (it.name) },
        blocks: orders.chain(away).collect(),
        off: it.away.iter().any(whole).then(|| f.t("away")),
    }
}

fn block(f: &Frame, it: &Listed) -> Option<Block> {
    let window = it.order.window()?;
    let kind = it.customer_kind.unwrap_or(rules::customer::CustomerKind::Person);
    let who = it.customer.as_deref().map(|name| rules::customer::mask_named(kind, name));
    let late = it.order.due.is_some_and(|due| due < f.now);
    let tone = match it.order.status {
        Status::Finished | Status::Signed | Status::Closed => "good",
        Status::Suspended => "wait",
        _ if late => "late",
        _ => "busy",
    };
    Some(Block {
        from: window.from,
        to: window.to,
        tone,
        text: who.unwrap_or_else(|| tail(&it.order.number)),
        small: it.order.fault_text.clone(),
        href: Some(format!("/orders/{}", it.order.id)),
    })
}

fn latest(f: &Frame, news: &[News]) -> Markup {
    if news.is_empty() {
        return html! { p class="muted" { (f.t("nothing-yet")) } };
    }
    let all: Vec<_> = news
        .iter()
        .enumerate()
        .map(|(at, it)| Happened {
            at: it.at,
            who: it.who.clone(),
            text: html! {
                a href={ "/orders/" (it.order) } { (tail(&it.number)) } " " (it.text)
            },
            said: None,
            tone: match it.kind.as_str() {
                "promise.missed" | "order.objected" | "order.no_show" => "bad",
                _ if at == 0 => "hot",
                _ => "",
            },
        })
        .collect();
    timeline(f, &all)
}

/// The step from the workbench. Where it is no longer possible, the order itself says why.
pub async fn take(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fail> {
    let id = OrderId::parse(&id)?;
    let body = StepBody {
        step: typed.text("step"),
        technician: typed.text("technician"),
        from: typed.text("from"),
        to: typed.text("to"),
        ..Default::default()
    };
    let order = id.clone();
    let done =
        app.act(&f.who.actor, async move |cx: &mut Cx| steps::take(cx, &order, &body, None).await);
    match done.await {
        Ok(order) => {
            let word = f.code("status", order.status.code());
            Ok(f.go_saying("/", &format!("{} {word}", order.number)))
        }
        Err(Error::Refused(no))
            if matches!(no.kind, Kind::Conflict | Kind::Stale | Kind::Invalid) =>
        {
            let mut response = Redirect::to(&format!("/orders/{id}")).into_response();
            put_flash(&mut response, "late", &detail(&no, f.say));
            Ok(response)
        }
        Err(no) => Err(no.into()),
    }
}
