//! Areas that have several pages side by side: what the people manage who keep the house in order.

use maud::{Markup, html};
use rules::policy::Act;

use super::{
    card,
    frame::Frame,
    icon,
    list::{Tab, tabs},
};

/// Organisations, people, and what roles there are for them.
pub fn network_tabs(f: &Frame, here: &str) -> Markup {
    let manages = f.may(Act::PeopleManage);
    let all =
        [("orgs", "/orgs", true), ("people", "/people", true), ("roles", "/admin/roles", manages)];
    side_by_side(f, here, &all)
}

/// Settings, each for those whose business it is.
pub fn settings_tabs(f: &Frame, here: &str) -> Markup {
    side_by_side(f, here, &settings(f))
}

/// The first of the settings that somebody may see; whoever checks the house begins with its log.
pub fn first_setting(f: &Frame) -> Option<&'static str> {
    let (runs, checks) = (f.may(Act::AccountManage), f.may(Act::EventRead));
    if checks && !runs {
        return Some("/admin/events");
    }
    settings(f).into_iter().find(|it| it.2).map(|it| it.1)
}

/// For those whose work is the house itself: where it is done.
pub fn shortcuts(f: &Frame) -> Markup {
    let people = f.may(Act::PeopleManage) || f.may(Act::AccountManage);
    let mine: Vec<_> = settings(f).into_iter().filter(|it| it.2).collect();
    if !people && mine.is_empty() {
        return html! {};
    }
    card(
        &f.t("nav-manage"),
        html! {
            @if people {
                a class="opt" href="/orgs" { (icon("building-store")) (f.t("area-orgs")) }
            }
            @for (key, path, _) in mine {
                a class="opt" href=(path) { (icon("settings")) (f.code("tab", key)) }
            }
        },
    )
}

fn settings(f: &Frame) -> [(&'static str, &'static str, bool); 9] {
    let runs = f.may(Act::AccountManage);
    let checks = f.may(Act::EventRead);
    let guards = f.may(Act::SecurityManage);
    [
        ("settings", "/admin/settings", runs),
        ("roles", "/admin/roles", runs || checks),
        ("packs", "/admin/packs", runs || checks),
        ("faults", "/admin/faults", runs || checks),
        ("calendars", "/admin/calendars", runs || checks),
        ("security", "/admin/security", guards),
        ("tokens", "/admin/tokens", runs || guards),
        ("events", "/admin/events", checks || guards),
        ("system", "/admin/system", runs),
    ]
}

fn side_by_side(f: &Frame, here: &str, all: &[(&str, &str, bool)]) -> Markup {
    let mine = all.iter().filter(|it| it.2);
    let mine = mine.map(|(key, href, _)| Tab {
        word: f.code("tab", key),
        href: (*href).to_owned(),
        on: *key == here,
        count: None,
        late: false,
    });
    tabs(&mine.collect::<Vec<_>>())
}
