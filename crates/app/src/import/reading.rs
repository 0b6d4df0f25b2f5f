//! The rows of a file, read group by group on a thread of their own: what they say, what is wrong
//! with each, and which of them speak of the same thing.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use kernel::{Arg, Field};
use platform::sheet::Sheet;
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc;

use super::{
    cells::{Cells, Doubt, Layout},
    problem::Problem,
    rows::Rows,
};

/// So many rows are filed in one transaction.
pub const GROUP: usize = 1000;
/// So many groups may be read ahead.
pub const AHEAD: usize = 2;

/// A file is read twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// Whether everything is right; what no check looks at need not be worked out.
    Check,
    File,
}

/// A row that can be filed.
#[derive(Debug, Clone)]
pub struct Item<R> {
    /// As a spreadsheet counts.
    pub number: u64,
    /// By what it is known.
    pub key: String,
    /// What it says, in short.
    pub hash: String,
    pub row: R,
}

/// What was read at once.
#[derive(Debug)]
pub struct Group<R> {
    pub items: Vec<Item<R>>,
    pub rows: u64,
    /// Rows that say again what one before them said.
    pub again: u64,
    pub bad: Vec<u64>,
    pub problems: Vec<Problem>,
    pub doubts: Vec<Doubt>,
}

impl<R> Default for Group<R> {
    fn default() -> Group<R> {
        Group {
            items: Vec::new(),
            rows: 0,
            again: 0,
            bad: Vec::new(),
            problems: Vec::new(),
            doubts: Vec::new(),
        }
    }
}

/// What the rows so far were about. Hashes, so that a long file stays small in memory.
#[derive(Debug, Default)]
pub struct Seen {
    /// Of each key what was said of it first, and in which row.
    keys: HashMap<u64, (u128, u64)>,
    /// Of what belongs to one only (a phone, a serial), to which key, and in which row.
    owned: HashMap<u64, (u64, u64)>,
    /// How often an event of a case stood there.
    pub equals: HashMap<u128, u32>,
}

impl Seen {
    fn first(&mut self, key: &str, said: u128, row: u64) -> Option<(u128, u64)> {
        let known = self.keys.get(&hash(key)).copied();
        if known.is_none() {
            self.keys.insert(hash(key), (said, row));
        }
        known
    }

    /// The row in which this thing was another key's.
    fn others(&mut self, thing: &str, key: &str, row: u64) -> Option<u64> {
        let (thing, key) = (hash(thing), hash(key));
        let (owner, first) = *self.owned.entry(thing).or_insert((key, row));
        (owner != key).then_some(first)
    }
}

fn hash(text: &str) -> u64 {
    let whole = Sha256::digest(text.as_bytes());
    u64::from_be_bytes(whole[..8].try_into().expect("a digest has 32 bytes"))
}

/// Reads all of it, leaving out the rows that are known to be bad. Ends early when nobody listens.
pub fn read<K: Rows>(
    sheet: &Sheet,
    pass: Pass,
    layout: &Arc<Layout>,
    bad: &HashSet<u64>,
    to: &mpsc::Sender<Group<K::Row>>,
) {
    let (mut seen, mut group) = (Seen::default(), Group::default());
    for row in sheet.rows() {
        group.rows += 1;
        match row {
            Ok(row) => {
                if !bad.contains(&row.number) {
                    one::<K>(Cells::new(layout, &row, pass), &mut seen, &mut group);
                }
            }
            Err(trouble) => {
                let number = trouble.row.unwrap_or_default();
                let ends = trouble.ends_reading();
                if !bad.contains(&number) {
                    group.bad.push(number);
                    group.problems.push(Problem::of_trouble(&trouble));
                }
                if ends {
                    break;
                }
            }
        }
        if group.rows as usize >= GROUP && to.blocking_send(std::mem::take(&mut group)).is_err() {
            return;
        }
    }
    // Whoever stopped listening has its reason.
    let _ = to.blocking_send(group);
}

fn one<K: Rows>(mut cells: Cells<'_>, seen: &mut Seen, group: &mut Group<K::Row>) {
    let read = K::read(&mut cells, seen);
    let number = cells.row.number;
    if let Some((key, row)) = read.filter(|_| cells.problems.is_empty()) {
        let said = cells.digest();
        match K::KEY.and_then(|_| seen.first(&key, said, number)) {
            Some((first, _)) if first == said => group.again += 1,
            Some((_, first)) => {
                let field = Field::new("key", "import.contradicts");
                cells.wrong(K::KEY.unwrap_or_default(), field.with("row", Arg::Int(first as i64)));
            }
            None => {
                for (field, thing) in K::owned(&row) {
                    if let Some(first) = seen.others(&thing, &key, number) {
                        let wrong = Field::new("key", "import.twice");
                        cells.wrong(field, wrong.with("row", Arg::Int(first as i64)));
                    }
                }
                let hash = format!("{said:032x}");
                group.items.push(Item { number, key, hash, row });
            }
        }
    }
    group.doubts.append(&mut cells.doubts);
    if !cells.problems.is_empty() {
        group.items.pop_if(|it| it.number == number);
        group.bad.push(number);
        group.problems.append(&mut cells.problems);
    }
}
