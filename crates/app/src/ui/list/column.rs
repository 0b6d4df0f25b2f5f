//! The columns of a list: what each says on the page, what it says in a file, which of them somebody
//! wants to see, and what they come to.

use kernel::Fen;
use maud::{Markup, html};
use platform::sheet::Entry;

use super::{
    super::{assets::icon, file::cell, frame::Frame, parts::money},
    filter::others,
};

/// The name in the address under which the columns stand that somebody chose.
pub const COLUMNS: &str = "columns";

/// What a row says.
type Says<'a, T, Said> = Box<dyn Fn(&T) -> Said + 'a>;

/// One column: its heading, how it is set, and what a row says in it.
pub struct Column<'a, T> {
    head: String,
    /// What the address calls it; without one nobody can choose or leave it, and no file has it.
    key: &'static str,
    class: String,
    sort: Option<&'static str>,
    cell: Says<'a, T, Markup>,
    file: Option<Says<'a, T, Entry>>,
    sum: Option<Says<'a, T, Fen>>,
    /// Only for those who ask for it.
    extra: bool,
    always: bool,
    ticks: bool,
}

impl<'a, T> Column<'a, T> {
    pub fn new(head: impl Into<String>, cell: impl Fn(&T) -> Markup + 'a) -> Column<'a, T> {
        Column {
            head: head.into(),
            key: "",
            class: String::new(),
            sort: None,
            cell: Box::new(cell),
            file: None,
            sum: None,
            extra: false,
            always: false,
            ticks: false,
        }
    }

    /// What it is called in the address, and what a row says in a file.
    pub fn file(mut self, key: &'static str, file: impl Fn(&T) -> Entry + 'a) -> Self {
        self.key = key;
        self.file = Some(Box::new(file));
        self
    }

    /// What it is called in the address, where the file of the list has columns of its own.
    pub fn key(mut self, key: &'static str) -> Self {
        self.key = key;
        self
    }

    /// The same where it is a text.
    pub fn text(self, key: &'static str, text: impl Fn(&T) -> Option<String> + 'a) -> Self {
        self.file(key, move |it| cell(text(it)))
    }

    /// Money: what all rows come to stands below them.
    pub fn money(
        head: impl Into<String>,
        f: &'a Frame,
        fen: impl Fn(&T) -> Fen + Clone + 'a,
    ) -> Self {
        let said = fen.clone();
        let column = Column::new(head, move |it: &T| money(f, said(it))).num();
        Column { sum: Some(Box::new(fen)), ..column }
    }

    /// Shown to whoever asks for it.
    pub fn extra(mut self) -> Self {
        self.extra = true;
        self
    }

    fn class(mut self, class: &str) -> Self {
        if !self.class.is_empty() {
            self.class.push(' ');
        }
        self.class += class;
        self
    }

    /// What people call the thing: the link of the row, the heading of the card.
    pub fn title(mut self) -> Self {
        self.always = true;
        self.class("c-title")
    }
    /// Nobody can leave it out: it is what leads on.
    pub fn always(mut self) -> Self {
        self.always = true;
        self
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
    /// A text of people: as wide as the others leave.
    pub fn spare(self) -> Self {
        self.class("spare")
    }
    pub fn wraps(self) -> Self {
        self.class("wrap")
    }
    /// Boxes to tick, on the left.
    pub fn ticks(mut self) -> Self {
        self.ticks = true;
        self.class("check c-check")
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

/// Those that somebody wants to see, in their usual order.
pub fn shown<T>(f: &Frame, columns: &mut Vec<Column<'_, T>>) {
    let asked = f.asked_all(COLUMNS);
    let known = columns.iter().any(|it| asked.iter().any(|key| key == it.key));
    columns.retain(|it| match known {
        true => it.always || it.key.is_empty() || asked.iter().any(|key| key == it.key),
        false => !it.extra,
    });
}

/// Chooses them: all there are, those that are shown ticked.
pub fn menu<T>(f: &Frame, all: &[Column<'_, T>]) -> Markup {
    let asked = f.asked_all(COLUMNS);
    let ticked = |it: &Column<'_, T>| match asked.is_empty() {
        true => !it.extra,
        false => asked.iter().any(|key| key == it.key),
    };
    let choosable = all.iter().filter(|it| !it.always && !it.key.is_empty());
    html! {
        details class="menu" {
            summary class="btn" { (icon("columns")) (f.t("columns")) }
            form class="list" action=(f.here.path) {
                (others(f, &[COLUMNS]))
                @for it in choosable {
                    label class="form-check" {
                        input class="form-check-input" type="checkbox" name=(COLUMNS) value=(it.key)
                            checked[ticked(it)];
                        span class="form-check-label" { (it.head) }
                    }
                }
                button class="btn btn-primary" { (f.t("apply")) }
                @if !asked.is_empty() { a href=(f.href(COLUMNS, "")) { (f.t("columns-usual")) } }
            }
        }
    }
}

/// The same columns as lines of a file: headings first.
pub fn lines<T>(columns: &[Column<'_, T>], rows: &[T]) -> (Vec<String>, Vec<Vec<Entry>>) {
    let filed: Vec<_> = columns.iter().filter_map(|it| Some((it, it.file.as_ref()?))).collect();
    let headings = filed.iter().map(|it| it.0.head.clone()).collect();
    let line = |row: &T| filed.iter().map(|it| (it.1)(row)).collect();
    (headings, rows.iter().map(line).collect())
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
    // What somebody asked for is shown, and scrolls where it is too much.
    let chosen = !f.asked_all(COLUMNS).is_empty();
    let class = if chosen { "sheet sticks chosen" } else { "sheet sticks" };
    html! {
        div class=(class) data-keys {
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
                (sums(f, columns, rows))
            }
            @if !foot.0.is_empty() { div class="foot" { (foot) } }
        }
    }
}

/// What the rows on this page come to, under the columns in which money stands.
fn sums<T>(f: &Frame, columns: &[Column<'_, T>], rows: &[T]) -> Markup {
    let Some(first) = columns.iter().position(|it| it.sum.is_some()) else { return html! {} };
    let (before, from) = columns.split_at(first);
    let seen = before.iter().filter(|it| !it.class.contains("only-narrow")).count();
    html! {
        tfoot {
            tr {
                td colspan=(seen) class="c-title" { (f.t("sum-of-these")) }
                @for it in from {
                    td class=(it.class) {
                        @if let Some(of) = &it.sum {
                            (money(f, Fen::new(rows.iter().map(|row| of(row).fen()).sum())))
                        }
                    }
                }
            }
        }
    }
}

fn heading<T>(f: &Frame, column: &Column<'_, T>) -> Markup {
    if column.ticks {
        return html! {
            input type="checkbox" class="form-check-input js-only" data-tick-all
                aria-label=(f.t("tick-all"));
        };
    }
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
