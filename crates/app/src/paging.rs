//! One screenful of a list: sorted by one column, read from where the screenful before ended. What
//! it costs does not grow with how far somebody has gone, and nobody counts the rest. Orders,
//! requests, customers and devices turn their pages with it.

use std::collections::HashMap;

use kernel::{Arg, Field, Value, Wrongs};

use crate::{edge::asked, reach::Where};

/// What a list can be sorted by.
pub trait Sorted: Copy + 'static {
    /// Unless somebody asks for something else; and whether it falls.
    const USUAL: (Self, bool);
    const KNOWN: &'static [Self];

    /// As it stands in an address.
    fn name(self) -> &'static str;

    /// The column, in a table of that alias (`o.`, or nothing). What may be empty says here where
    /// the empty ones stand: last, whichever way the list runs.
    fn column(self, of: &str, descending: bool) -> String;

    /// A value of that column as it stood in an address; none, if it is not one.
    fn value(self, text: &str) -> Option<Value> {
        Some(Value::Text(text.to_owned()))
    }
}

#[derive(Debug, Clone)]
pub struct Paged<S> {
    pub sort: S,
    pub descending: bool,
    pub limit: i64,
    /// The sorted value and the id of the last row of the page before.
    pub after: Option<(String, String)>,
}

/// A list cannot be sorted by that; by what it can is said along.
pub fn unsorted(known: impl Iterator<Item = &'static str>) -> Field {
    Field::new("sort", "sort").with("known", Arg::Many(known.map(str::to_owned).collect()))
}

/// Rows that were read by key, as their keys stand. What is gone meanwhile is not there.
pub fn in_order<T>(ids: &[Value], mut rows: Vec<T>, id: impl Fn(&T) -> &str) -> Vec<T> {
    let places = ids.iter().enumerate().filter_map(|(at, id)| match id {
        Value::Text(id) => Some((id.as_str(), at)),
        _ => None,
    });
    let places: HashMap<&str, usize> = places.collect();
    rows.sort_by_key(|it| places.get(id(it)).copied());
    rows
}

impl<S: Sorted> Default for Paged<S> {
    fn default() -> Paged<S> {
        Paged::first(50)
    }
}

impl<S: Sorted> Paged<S> {
    /// So many, in the usual order.
    pub fn first(limit: i64) -> Paged<S> {
        Paged { sort: S::USUAL.0, descending: S::USUAL.1, limit, after: None }
    }

    /// As the address says it: `due` rises, `-due` falls.
    pub fn read(
        sort: Option<&str>,
        limit: Option<&str>,
        cursor: Option<&str>,
        wrongs: &mut Wrongs,
    ) -> Paged<S> {
        let mut page = Paged::first(wrongs.take(asked::limit(limit)).unwrap_or(0));
        if let Some(text) = sort.filter(|it| !it.is_empty()) {
            let (name, falls) = text.strip_prefix('-').map_or((text, false), |it| (it, true));
            match S::KNOWN.iter().find(|it| it.name() == name) {
                Some(sort) => (page.sort, page.descending) = (*sort, falls),
                None => wrongs.add(unsorted(S::KNOWN.iter().map(|it| it.name()))),
            }
        }
        match asked::after(cursor) {
            Ok(after) if page.goes_on_from(after.as_ref()) => page.after = after,
            _ => wrongs.say("cursor", "cursor"),
        }
        page
    }

    fn goes_on_from(&self, after: Option<&(String, String)>) -> bool {
        after.is_none_or(|(value, _)| self.sort.value(value).is_some())
    }

    /// Only what comes behind the last row of the page before.
    pub fn behind(&self, to: &mut Where) {
        let Some((value, id)) = &self.after else { return };
        let column = self.sort.column("", self.descending);
        let sign = if self.descending { "<" } else { ">" };
        let id = Value::Text(id.clone());
        if column == "id" {
            return to.and(&format!("id {sign} ?"), id);
        }
        let (slot, next) = (to.slot(), to.slot() + 1);
        // The first half says where the index begins, which SQLite does not see in the second.
        to.plain(format!("{column} {sign}= ${slot} and ({column}, id) {sign} (${slot}, ${next})"));
        to.args.extend([self.sort.value(value).unwrap_or(Value::Null), id]);
    }

    /// What stands behind `order by`, in a table of that alias.
    pub fn order(&self, of: &str) -> String {
        let (column, way) = (self.sort.column(of, self.descending), self.way());
        format!("{column} {way}, {of}id {way}")
    }

    fn way(&self) -> &'static str {
        if self.descending { "desc" } else { "asc" }
    }

    /// One more than asked for tells whether there is a next page.
    pub fn rows(&self) -> i64 {
        self.limit + 1
    }
}
