//! Lists: filters in the address and as chips, columns that become cards on a phone, views of one's
//! own, pages by key, and the same rows as a file.

mod column;
mod filter;
mod saved;

use maud::{Markup, html};
use platform::sheet::Entry;

use super::{
    assets::icon,
    frame::Frame,
    page::{Page, heading as title_line, page},
    parts::empty,
};
pub use column::{COLUMNS, Column, table};
pub use filter::{choices, chosen, days, filter, search_box, switch, typed};
pub use saved::LISTS;

/// So many rows fill a page; with more columns than usual fewer, as each cell is a weight.
const ROWS: i64 = 40;
const FEW_ROWS: i64 = 30;
const MANY_COLUMNS: usize = 10;

/// How many rows a page has at most, as its columns are.
pub fn most_rows(f: &Frame) -> i64 {
    if f.asked_all(COLUMNS).len() > MANY_COLUMNS { FEW_ROWS } else { ROWS }
}

/// A page with a list, as every area has one: ready-made views, what narrows it, the rows, and on
/// to the next. The same in all areas, so that whoever knows one knows them all.
pub struct List<'a, T> {
    pub title: String,
    /// What can be done with all of it, besides keeping, choosing columns and taking it away.
    pub acts: Markup,
    /// Where several areas stand side by side.
    pub beside: Markup,
    /// Those that everybody has.
    pub views: Vec<Tab>,
    /// What narrows it.
    pub chips: Markup,
    pub columns: Vec<Column<'a, T>>,
    pub rows: &'a [T],
    /// Where the next page begins.
    pub next: Option<&'a str>,
    /// Why there is nothing.
    pub none: Markup,
    /// What can be done with the rows that are ticked.
    pub bulk: Markup,
}

impl<T> List<'_, T> {
    pub fn draw(mut self, f: &Frame) -> Page {
        let foot = pager(f, self.next, self.rows.len());
        let acts = html! {
            (saved::menu(f)) (column::menu(f, &self.columns)) (export(f)) (self.acts)
        };
        let mine = saved::tabs(f, !self.views.is_empty());
        self.views.extend(mine);
        column::shown(f, &mut self.columns);
        let body = html! {
            (title_line(None, &self.title, acts))
            (self.beside)
            @if !self.views.is_empty() { (tabs(&self.views)) }
            div class="chips" { (self.chips) }
            (table(f, &self.columns, self.rows, self.none.clone(), foot))
            @if !self.rows.is_empty() { (self.bulk) }
        };
        page(f, &self.title, body)
    }
}

/// Headings and rows of a file: exactly the columns that are shown.
pub fn filed<T>(
    f: &Frame,
    mut columns: Vec<Column<'_, T>>,
    rows: &[T],
) -> (Vec<String>, Vec<Vec<Entry>>) {
    column::shown(f, &mut columns);
    column::lines(&columns, rows)
}

/// Why a list is empty, and what to do: where it is narrowed, everything is one press away; where
/// there is nothing at all, `key` says why and `key-what` what to do.
pub fn nothing(f: &Frame, sign: &str, key: &str, all: &str, acts: Markup) -> Markup {
    let narrowed =
        f.here.query.iter().any(|(name, it)| !saved::narrows_nothing(name) && !it.is_empty());
    if narrowed {
        let clear = html! { a class="btn" href=(all) { (f.t("clear-filters")) } };
        return empty("search", &f.t("list-none"), &f.t("list-none-what"), clear);
    }
    empty(sign, &f.t(key), &f.t(&format!("{key}-what")), acts)
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
