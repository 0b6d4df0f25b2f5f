//! Lists: filters in the address and as chips, columns that become cards on a phone, pages by
//! key, and the same rows as a file.

use maud::{Markup, html};

use super::{
    assets::icon,
    frame::Frame,
    page::{Page, heading as title_line, page},
    parts::empty,
};

/// A page with a list, as every area has one: ready-made views, what narrows it, the rows, and on
/// to the next. The same in all areas, so that whoever knows one knows them all.
pub struct List<'a, T> {
    pub title: String,
    /// What can be done with all of it.
    pub acts: Markup,
    /// Tabs, if there are any.
    pub views: Markup,
    /// What narrows it.
    pub chips: Markup,
    pub columns: Vec<Column<'a, T>>,
    pub rows: &'a [T],
    /// Where the next page begins.
    pub next: Option<&'a str>,
    /// Why there is nothing.
    pub none: Markup,
}

impl<T> List<'_, T> {
    pub fn draw(&self, f: &Frame) -> Page {
        let foot = pager(f, self.next, self.rows.len());
        let body = html! {
            (title_line(None, &self.title, self.acts.clone()))
            (self.views)
            div class="chips" { (self.chips) }
            (table(f, &self.columns, self.rows, self.none.clone(), foot))
        };
        page(f, &self.title, body)
    }
}

/// Why a list is empty, and what to do: where it is narrowed, everything is one press away; where
/// there is nothing at all, `key` says why and `key-what` what to do.
pub fn nothing(f: &Frame, sign: &str, key: &str, all: &str, acts: Markup) -> Markup {
    let narrowed = f.here.query.iter().any(|(name, it)| name != "sort" && !it.is_empty());
    if narrowed {
        let clear = html! { a class="btn" href=(all) { (f.t("clear-filters")) } };
        return empty("search", &f.t("list-none"), &f.t("list-none-what"), clear);
    }
    empty(sign, &f.t(key), &f.t(&format!("{key}-what")), acts)
}

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

/// One column: its heading, how it is set, and what a row says in it.
pub struct Column<'a, T> {
    head: String,
    class: String,
    sort: Option<&'static str>,
    cell: Box<dyn Fn(&T) -> Markup + 'a>,
}

impl<'a, T> Column<'a, T> {
    pub fn new(head: impl Into<String>, cell: impl Fn(&T) -> Markup + 'a) -> Column<'a, T> {
        let (head, class) = (head.into(), String::new());
        Column { head, class, sort: None, cell: Box::new(cell) }
    }

    fn class(mut self, class: &str) -> Self {
        if !self.class.is_empty() {
            self.class.push(' ');
        }
        self.class += class;
        self
    }

    /// What people call the thing: the link of the row, the heading of the card.
    pub fn title(self) -> Self {
        self.class("c-title")
    }
    /// What is due: on a card in the upper right corner.
    pub fn due(self) -> Self {
        self.class("c-due")
    }
    /// On a card in the second line.
    pub fn line(self) -> Self {
        self.class("c-line")
    }
    /// Only on a card.
    pub fn narrow(self) -> Self {
        self.class("only-narrow")
    }
    pub fn num(self) -> Self {
        self.class("num")
    }
    pub fn quiet(self) -> Self {
        self.class("sub")
    }
    pub fn slim(self) -> Self {
        self.class("slim")
    }
    pub fn wraps(self) -> Self {
        self.class("wrap")
    }
    /// Buttons, on the right.
    pub fn acts(self) -> Self {
        self.class("acts-cell c-acts")
    }
    /// The list can be sorted by it.
    pub fn sort(mut self, by: &'static str) -> Self {
        self.sort = Some(by);
        self
    }
}

/// A list as a table, and as cards where there is no room for one. `none` says why it is empty.
pub fn table<T>(
    f: &Frame,
    columns: &[Column<'_, T>],
    rows: &[T],
    none: Markup,
    foot: Markup,
) -> Markup {
    if rows.is_empty() {
        return html! { div class="sheet" { (none) } };
    }
    html! {
        div class="sheet sticks" data-keys {
            table class="cards" {
                thead {
                    tr { @for it in columns { th class=(it.class) { (heading(f, it)) } } }
                }
                tbody {
                    @for row in rows {
                        tr data-row {
                            @for it in columns { td class=(it.class) { ((it.cell)(row)) } }
                        }
                    }
                }
            }
            @if !foot.0.is_empty() { div class="foot" { (foot) } }
        }
    }
}

fn heading<T>(f: &Frame, column: &Column<'_, T>) -> Markup {
    let Some(by) = column.sort else { return html! { (column.head) } };
    let sorted = f.asked("sort").unwrap_or_default();
    let (next, sign) = match sorted {
        it if it == by => (format!("-{by}"), " ↑"),
        it if it.strip_prefix('-') == Some(by) => (String::new(), " ↓"),
        _ => (by.to_owned(), ""),
    };
    html! {
        a href=(f.href("sort", &next)) class=[(!sign.is_empty()).then_some("on")] {
            (column.head) (sign)
        }
    }
}

/// What stands below a list: on to the next rows, and which keys walk it. Nobody counts them all.
pub fn pager(f: &Frame, next: Option<&str>, shown: usize) -> Markup {
    html! {
        span { (f.with("rows-shown", &crate::args! { "count" => shown })) }
        @if f.asked("cursor").is_some() {
            a href=(f.href("cursor", "")) { (f.t("first-page")) }
        }
        @if let Some(next) = next {
            a href=(f.href("cursor", next)) rel="next" { (f.t("next-page")) }
        }
        span class="push not-narrow" {
            kbd { "j" } " " kbd { "k" } " " (f.t("key-move")) " "
            kbd { "Enter" } " " (f.t("key-open"))
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
fn others(f: &Frame, but: &[&str]) -> Markup {
    let kept = f.here.query.iter().filter(|it| it.0 != "cursor" && !but.contains(&it.0.as_str()));
    html! { @for (name, value) in kept { input type="hidden" name=(name) value=(value); } }
}

/// Ready-made views of a list: word, address, how many, and whether they should not be.
pub struct Tab {
    pub word: String,
    pub href: String,
    pub on: bool,
    pub count: Option<i64>,
    pub late: bool,
}

pub fn tabs(all: &[Tab]) -> Markup {
    html! {
        div class="tabs" {
            @for it in all {
                a href=(it.href) class=[it.on.then_some("on")]
                    aria-current=[it.on.then_some("page")] {
                    (it.word)
                    @if let Some(count) = it.count {
                        span class=(if it.late && count > 0 { "n late" } else { "n" }) { (count) }
                    }
                }
            }
        }
    }
}

/// The rows of this list as a file: the same address with another ending.
pub fn export(f: &Frame) -> Markup {
    let of = |ending: &str| {
        let pairs: Vec<_> = f.here.query.iter().filter(|it| it.0 != "cursor").cloned().collect();
        super::frame::address(&format!("{}.{ending}", f.here.path), &pairs)
    };
    html! {
        details class="menu" {
            summary class="btn" { (icon("download")) (f.t("export")) }
            div class="list" {
                a href=(of("xlsx")) download { (f.t("export-xlsx")) }
                a href=(of("csv")) download { (f.t("export-csv")) }
            }
        }
    }
}
