//! What happened to something, the newest first, as customers and devices show it.

use kernel::{Result, Time};
use maud::{Markup, html};
use platform::events;

use crate::{
    Cx,
    desk::show::Show,
    say::Say,
    ui::{Frame, Happened, card, timeline},
};

/// So much of it is shown; the rest is for the audit.
const MOST: usize = 60;

/// One line of it.
pub struct Told {
    at: Time,
    who: String,
    text: String,
}

/// What happened to any of these.
pub async fn line(cx: &mut Cx, say: Say, subjects: &[String]) -> Result<Vec<Told>> {
    let mut all = Vec::new();
    for subject in subjects {
        all.extend(events::of(&mut cx.tx, subject).await?);
    }
    all.sort_by_key(|it| it.at);
    let mut show = Show::new(cx, say);
    let mut line = Vec::new();
    for it in all.into_iter().rev().take(MOST) {
        let at = it.at;
        let item = show.item(it).await?;
        line.push(Told { at, who: item.actor.name, text: item.text });
    }
    Ok(line)
}

pub fn drawn(f: &Frame, all: &[Told]) -> Markup {
    let happened = |(place, it): (usize, &Told)| Happened {
        at: it.at,
        who: it.who.clone(),
        text: html! { (it.text) },
        said: None,
        tone: if place == 0 { "hot" } else { "" },
    };
    let all: Vec<_> = all.iter().enumerate().map(happened).collect();
    html! { div id="happened" { (card(&f.t("timeline"), timeline(f, &all))) } }
}
