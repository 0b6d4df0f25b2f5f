//! What pages about one thing are made of: facts, states, promises, the step bar, the timeline.

use kernel::{Fen, Time};
use maud::{Markup, html};
use rules::promise::Clock;

use super::{assets::icon, frame::Frame, page::script};

/// Name and value, two pairs a row where there is room.
pub fn facts(all: &[(String, Markup)]) -> Markup {
    html! { dl class="facts" { (pairs(all)) } }
}

/// The same, one pair a row: beside the main column.
pub fn facts_one(all: &[(String, Markup)]) -> Markup {
    html! { dl class="facts one" { (pairs(all)) } }
}

fn pairs(all: &[(String, Markup)]) -> Markup {
    html! { @for (name, value) in all { dt { (name) } dd { (value) } } }
}

/// A value, or a dash where there is none.
pub fn or_dash(text: Option<impl AsRef<str>>) -> Markup {
    match text {
        Some(text) if !text.as_ref().trim().is_empty() => html! { (text.as_ref()) },
        _ => html! { span class="muted" { "—" } },
    }
}

pub fn card(title: &str, body: Markup) -> Markup {
    card_with(title, html! {}, body)
}

/// A card with a link or buttons in its heading.
pub fn card_with(title: &str, aside: Markup, body: Markup) -> Markup {
    html! {
        section class="card2" {
            @if !title.is_empty() {
                h2 { (title) @if !aside.0.is_empty() { span class="acts" { (aside) } } }
            }
            div class="in" { (body) }
        }
    }
}

/// The word of a state with its dot.
pub fn state(f: &Frame, group: &str, code: &str) -> Markup {
    html! { span class={ "state s-" (tone(group, code)) } { (f.code(group, code)) } }
}

/// How a state looks: what waits for us, what is under way, what is well, what is late.
pub fn tone(group: &str, code: &str) -> &'static str {
    match (group, code) {
        ("status", "reported" | "accepted" | "finished") => "wait",
        ("status", "assigned" | "on_way" | "on_site") => "busy",
        ("status", "closed") => "good",
        ("request-status", "open") => "wait",
        ("request-status", "ordered") => "busy",
        ("request-status", "answered" | "closed") => "good",
        ("callback-status", "due") => "wait",
        ("callback-status", "tried") => "late",
        ("callback-status", "answered") => "good",
        ("promise-state", "met") => "good",
        ("promise-state", "missed") => "late",
        ("promise-state", "open") => "busy",
        ("notice-state", "queued") => "wait",
        ("notice-state", "failed") => "late",
        ("notice-state", "sent" | "spoken") => "good",
        ("org-status" | "person-status", "active") => "good",
        ("org-status" | "person-status", "suspended") => "wait",
        _ => "calm",
    }
}

/// Where a promise comes from, in words: `3.15 · 2 h` is `文件 3.15，2 小时`.
pub fn source(f: &Frame, text: &str) -> String {
    let (document, amount) = text.split_once(" · ").unwrap_or((text, ""));
    let amount = amount.split_once(' ').map(|(count, unit)| {
        let count = count.parse::<f64>().unwrap_or_default();
        f.with(&format!("amount-{unit}"), &crate::args! { "count" => count })
    });
    let document = match document {
        "" => None,
        "own" => Some(f.t("source-own")),
        it if it.starts_with("law: ") => Some(format!("{} {}", f.t("source-law"), &it[5..])),
        it => Some(f.with("source-of", &crate::args! { "document" => it.to_owned() })),
    };
    let both: Vec<_> = amount.into_iter().chain(document).collect();
    both.join(" · ")
}

/// A short mark on a soft ground.
pub fn pill(kind: &str, text: &str) -> Markup {
    html! { span class={ "pill " (kind) } { (text) } }
}

/// Who pays, as a mark.
pub fn coverage(f: &Frame, code: &str) -> Markup {
    let kind = match code {
        "free" => "free",
        "cost_price" => "cost",
        "full_price" => "full",
        "refuse" => "late",
        _ => "",
    };
    pill(kind, &f.code("coverage", code))
}

/// So far ahead a promise counts down instead of saying its hour.
const NEAR_MINUTES: i64 = 240;
const SOON_MINUTES: i64 = 60;

/// When something falls due: by its distance when that is near, by its hour when not.
pub fn due(f: &Frame, at: Time) -> Markup {
    let left = f.now.until(at).whole_minutes();
    let (class, said) = match left {
        it if it < 0 => ("due late", f.time().distance(at)),
        it if it < SOON_MINUTES => ("due soon", f.time().distance(at)),
        it if it < NEAR_MINUTES => ("due", f.time().distance(at)),
        _ => ("due", f.with("until-then", &crate::args! { "time" => f.moment(at) })),
    };
    countdown(f, at, class, &said)
}

/// The same for a promise that runs on its own clock: on one of working time, days ahead are
/// counted as those who wait for it count them, across weekends and holidays.
pub fn due_on(f: &Frame, at: Time, clock: Clock) -> Markup {
    match working_days(f, at) {
        Some(days) if clock == Clock::Working && days > 1 => {
            let said = f.with("left-working-days", &crate::args! { "count" => i64::from(days) });
            countdown(f, at, "due", &said)
        }
        _ => due(f, at),
    }
}

/// How many working days there are after today until then.
fn working_days(f: &Frame, at: Time) -> Option<u32> {
    let (today, then) = (f.today().0, at.day(&f.company.zone).0);
    f.company.office()?.working_days_between(today, then).ok()
}

fn countdown(f: &Frame, at: Time, class: &str, said: &str) -> Markup {
    let exact = f.time().exact(at);
    html! {
        span class=(class) {
            time datetime=(at.text(&f.company.zone)) data-until title=(exact) { (said) }
        }
    }
}

/// The same for the head of a page: what is due, and until when exactly.
pub fn due_box(f: &Frame, what: &str, at: Time) -> Markup {
    // What is further off says its hour by itself.
    let near = f.now.until(at).whole_minutes() < NEAR_MINUTES;
    html! {
        div class="duebox" {
            div { (what) " " (due(f, at)) }
            @if near { small { (f.with("until-then", &crate::args! { "time" => f.moment(at) })) } }
        }
    }
}

/// When something happened: by its distance within a day, by its hour before.
pub fn ago(f: &Frame, at: Time) -> Markup {
    html! {
        time datetime=(at.text(&f.company.zone)) data-ago title=(f.time().exact(at)) {
            (f.moment(at))
        }
    }
}

/// A moment in words, exact on hover.
pub fn moment(f: &Frame, at: Time) -> Markup {
    html! {
        time datetime=(at.text(&f.company.zone)) title=(f.time().exact(at)) { (f.moment(at)) }
    }
}

pub fn money(f: &Frame, fen: Fen) -> Markup {
    html! { span class="keep" { (f.say.money(fen)) } }
}

/// Where one step of the bar stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Done,
    Now,
    /// Left the way here: suspended, cancelled.
    Halt,
    Ahead,
}

/// How far it is. On a phone only the step where it stands, and of how many.
pub fn step_bar(all: &[(String, Mark)]) -> Markup {
    let at = all.iter().position(|it| matches!(it.1, Mark::Now | Mark::Halt));
    let at = at.unwrap_or(all.len().saturating_sub(1)) + 1;
    let stands = |mark: Mark| matches!(mark, Mark::Now | Mark::Halt);
    html! {
        ol class="steps2 short" {
            @for (word, mark) in all {
                @let class = match mark {
                    Mark::Done => "done",
                    Mark::Now => "now",
                    Mark::Halt => "halt",
                    Mark::Ahead => "",
                };
                li class=(class) aria-current=[stands(*mark).then_some("step")] {
                    i { @if *mark == Mark::Done { "✓" } }
                    (word)
                    @if stands(*mark) { span class="of" { " " (at) "/" (all.len()) } }
                }
            }
        }
    }
}

/// One thing that happened.
pub struct Happened {
    pub at: Time,
    pub who: String,
    pub text: Markup,
    /// What was said, in their own words.
    pub said: Option<String>,
    /// Nothing, `hot` for the newest, `bad` for what should not have been.
    pub tone: &'static str,
}

/// Who did what when, newest where the caller puts it; a heading for every day.
pub fn timeline(f: &Frame, all: &[Happened]) -> Markup {
    let zone = &f.company.zone;
    let days = all.iter().map(|it| it.at.day(zone));
    let before = std::iter::once(None).chain(all.iter().map(|it| Some(it.at.day(zone))));
    html! {
        ul class="line" {
            @for ((it, day), before) in all.iter().zip(days).zip(before) {
                @if before != Some(day) { li class="day" { (f.day(day)) } }
                li class=(it.tone) {
                    time datetime=(it.at.text(zone)) title=(f.time().exact(it.at)) {
                        (f.time().clock(it.at))
                    }
                    b { (it.who) } " " (it.text)
                    @if let Some(said) = &it.said { br; span class="say" { "“" (said) "”" } }
                }
            }
        }
    }
}

/// Why there is nothing, and what to do.
pub fn empty(sign: &str, why: &str, what: &str, acts: Markup) -> Markup {
    html! {
        div class="empty" {
            (icon(sign))
            b { (why) }
            (what)
            @if !acts.0.is_empty() { div class="acts" { (acts) } }
        }
    }
}

/// A question over the page; `data-dialog="id"` on a button opens it, `open` shows it at once.
pub fn dialog(id: &str, title: &str, open: bool, body: Markup) -> Markup {
    html! {
        dialog class="ask" id=(id) aria-labelledby={ (id) "-title" } data-show[open] {
            h2 id={ (id) "-title" } { (title) }
            (body)
        }
    }
}

/// A button that does something at once, with what it needs to know.
pub fn press(action: &str, word: Markup, class: &str, fields: &[(&str, &str)]) -> Markup {
    html! {
        form method="post" action=(action) class="d-inline" {
            @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
            button class={ "btn " (class) } { (word) }
        }
    }
}

/// Unseen until a script finds that the browser reads barcodes.
pub fn scan(f: &Frame, field: &str) -> Markup {
    html! {
        button class="btn" type="button" hidden data-scan=(field) data-aim=(f.t("scan-aim"))
            data-stop=(f.t("close")) data-no=(f.t("scan-no-camera")) aria-label=(f.t("scan")) {
            (icon("barcode"))
        }
        (script("scan.js"))
    }
}

/// Beside the name of what has to be said.
pub fn star(required: bool) -> Markup {
    html! { @if required { span class="req" aria-hidden="true" { "*" } } }
}

/// Whose name and number are hidden here shows them at their file, for a reason.
pub fn to_reveal(f: &Frame, customer: &str) -> Markup {
    html! {
        a class="small" href={ "/customers/" (customer) "?step=reveal" }
            title=(f.t("order-reveal-what")) { (icon("eye")) (f.t("order-reveal")) }
    }
}
