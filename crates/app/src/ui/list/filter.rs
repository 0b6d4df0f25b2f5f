//! What narrows a list: chips that open, chips that are pressed, days, words. All of it stands in the
//! address, so that a list can be kept, handed on and come back to.

use maud::{Markup, html};

use super::super::{assets::icon, frame::Frame};

/// Codes with their words, to choose from.
pub fn choices(
    f: &Frame,
    group: &str,
    codes: impl IntoIterator<Item = &'static str>,
) -> Vec<(String, String)> {
    codes.into_iter().map(|it| (it.to_owned(), f.code(group, it))).collect()
}

/// A filter that came with a link: it can only be taken away.
pub fn chosen(f: &Frame, name: &str, said: &str) -> Markup {
    html! {
        a class="chip on" href=(f.href(name, "")) {
            (f.code("field", name)) " " b { (said) }
            span class="x" aria-hidden="true" { "×" }
            span class="visually-hidden" { (f.t("clear")) }
        }
    }
}

/// A filter as a chip that opens: each choice is a link that adds or takes away its value.
pub fn filter(f: &Frame, name: &str, label: &str, options: &[(String, String)]) -> Markup {
    let chosen = f.asked_all(name);
    let words: Vec<_> = options.iter().filter(|it| chosen.contains(&it.0)).collect();
    let said = match words.as_slice() {
        [] => String::new(),
        [one] => one.1.clone(),
        [one, ..] => format!("{} +{}", one.1, words.len() - 1),
    };
    html! {
        details class="menu" {
            summary class=(if words.is_empty() { "chip" } else { "chip on" }) {
                (label) @if !said.is_empty() { " " b { (said) } }
            }
            div class="list start" {
                @for (code, word) in options {
                    @let on = chosen.contains(code);
                    a href=(f.href(name, &toggled(&chosen, code))) class=[on.then_some("on")] {
                        @if on { (icon("check")) }
                        (word)
                    }
                }
                @if !words.is_empty() {
                    hr;
                    a href=(f.href(name, "")) { (icon("x")) (f.t("clear")) }
                }
            }
        }
    }
}

fn toggled(chosen: &[String], code: &str) -> String {
    let mut all: Vec<&str> = chosen.iter().map(String::as_str).collect();
    match all.iter().position(|it| *it == code) {
        Some(at) => drop(all.remove(at)),
        None => all.push(code),
    }
    all.join(",")
}

/// A filter that is on or off.
pub fn switch(f: &Frame, name: &str, value: &str, label: &str) -> Markup {
    let on = f.asked(name) == Some(value);
    let href = f.href(name, if on { "" } else { value });
    html! {
        a class=(if on { "chip on" } else { "chip" }) href=(href) {
            (label) @if on { span class="x" aria-hidden="true" { "×" } }
        }
    }
}

/// A filter by days: from, to.
pub fn days(f: &Frame, from: &str, to: &str, label: &str) -> Markup {
    let (first, last) = (f.asked(from), f.asked(to));
    let on = first.is_some() || last.is_some();
    html! {
        details class="menu" {
            summary class=(if on { "chip on" } else { "chip" }) {
                (label)
                @if on { " " b { (first.unwrap_or("…")) " – " (last.unwrap_or("…")) } }
            }
            form class="list start" {
                (others(f, &[from, to]))
                div class="field" {
                    label class="form-label" {
                        (f.t("from-day"))
                        input class="form-control" type="date" name=(from) value=[first];
                    }
                }
                div class="field" {
                    label class="form-label" {
                        (f.t("to-day"))
                        input class="form-control" type="date" name=(to) value=[last];
                    }
                }
                button class="btn btn-primary" { (f.t("apply")) }
            }
        }
    }
}

/// A filter by a word that is typed.
pub fn typed(f: &Frame, name: &str, label: &str, hint: &str) -> Markup {
    let said = f.asked(name);
    html! {
        details class="menu" {
            summary class=(if said.is_some() { "chip on" } else { "chip" }) {
                (label) @if let Some(said) = said { " " b { (said) } }
            }
            form class="list start" {
                (others(f, &[name]))
                div class="field" {
                    label class="form-label" {
                        (label)
                        input class="form-control" type="search" name=(name) value=[said]
                            autocomplete="off";
                    }
                    div class="hint" { (hint) }
                }
                button class="btn btn-primary" { (f.t("apply")) }
                @if said.is_some() {
                    a href=(f.href(name, "")) { (icon("x")) (f.t("clear")) }
                }
            }
        }
    }
}

/// What narrows a list by typing.
pub fn search_box(f: &Frame, placeholder: &str) -> Markup {
    html! {
        form class="list-find" role="search" {
            (others(f, &["q"]))
            input class="form-control" type="search" name="q" value=[f.asked("q")]
                placeholder=(placeholder) aria-label=(placeholder) autocomplete="off";
        }
    }
}

/// The rest of the address, carried by a form that changes part of it.
pub fn others(f: &Frame, but: &[&str]) -> Markup {
    let kept = f.here.query.iter().filter(|it| it.0 != "cursor" && !but.contains(&it.0.as_str()));
    html! { @for (name, value) in kept { input type="hidden" name=(name) value=(value); } }
}
