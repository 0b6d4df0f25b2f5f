//! Words to find things by. Chinese is cut into single characters and pairs of neighbours, names
//! also into the initials of their pinyin, phones into their last digits, numbers and serials into
//! their endings. Queries are cut the same way, so a part of a word is found as well as the whole.

use std::{collections::BTreeSet, sync::Arc};

use kernel::{Column as _, Result, Value};
use pinyin::ToPinyin as _;
use serde_json::{Value as Json, json};

use crate::db::{Row, Tx};

/// The last so many digits of a phone are words of their own.
const TAIL: std::ops::RangeInclusive<usize> = 4..=11;
/// So many characters of a serial at least.
const SHORTEST: usize = 4;
/// With so many letters the beginning of a word says something.
const BEGUN: usize = 3;
/// A text longer than this is found by its beginning.
const LONGEST: usize = 400;

/// Collects the words of one thing.
#[derive(Debug, Default)]
pub struct Words(BTreeSet<String>);

impl Words {
    /// Anything people read: addresses, faults.
    pub fn text(mut self, text: &str) -> Words {
        for run in runs(text) {
            self.run(&run);
        }
        self
    }

    /// A name: also by the initials of its pinyin.
    pub fn name(self, name: &str) -> Words {
        let initials: String = name
            .chars()
            .filter_map(|it| it.to_pinyin())
            .filter_map(|it| it.plain().chars().next())
            .collect();
        let mut words = self.text(name);
        let letters: Vec<char> = initials.chars().collect();
        for from in 0..letters.len() {
            for to in from + 2..=letters.len() {
                words.0.insert(letters[from..to].iter().collect());
            }
        }
        words
    }

    pub fn phone(mut self, phone: &str) -> Words {
        let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
        for length in TAIL.filter(|it| *it <= digits.len()) {
            self.0.insert(digits[digits.len() - length..].iter().collect());
        }
        self.0.insert(digits.into_iter().collect());
        self
    }

    /// A serial or an order's number: every ending of four characters or more. A part in the
    /// middle is the beginning of an ending.
    pub fn number(mut self, number: &str) -> Words {
        let letters: Vec<char> = plain(number);
        for from in 0..=letters.len().saturating_sub(SHORTEST) {
            self.0.insert(letters[from..].iter().collect());
        }
        self.text(number)
    }

    fn run(&mut self, run: &Run) {
        match run {
            Run::Chinese(letters) => {
                self.0.extend(letters.iter().map(char::to_string));
                self.0.extend(letters.windows(2).map(|pair| pair.iter().collect::<String>()));
            }
            Run::Latin(word) => {
                self.0.insert(word.clone());
            }
        }
    }

    pub fn into_text(mut self) -> String {
        self.0.remove("");
        self.0.into_iter().collect::<Vec<_>>().join(" ")
    }
}

enum Run {
    Chinese(Vec<char>),
    Latin(String),
}

/// The letters and digits of a number, however somebody writes it: 「ＧＤ 2611-000123」 is
/// `gd2611000123`.
pub fn bare(number: &str) -> String {
    plain(number).into_iter().collect()
}

/// Shorter ones are endings of numbers, and years, and models.
const PHONE: usize = 7;
/// The province's two letters, year and month, and the running number.
const ORDER: usize = 12;

/// A telephone number or an order's, typed with blanks and dashes in between: one word all the
/// same. The code of the country goes, as numbers are kept without.
fn one_number(typed: &str) -> Option<String> {
    let grouping = |it: char| it.is_whitespace() || "-–—+()（）－".contains(it);
    let all = plain(typed);
    let digits = all.iter().filter(|it| it.is_ascii_digit()).count();
    let letters = all.iter().take_while(|it| it.is_ascii_lowercase()).count();
    let rest = typed.chars().filter(|it| !grouping(*it)).count();
    if rest != all.len() || letters + digits != all.len() {
        return None;
    }
    let word: String = all.into_iter().collect();
    match letters {
        0 if digits >= PHONE => Some(at_home(&word).to_owned()),
        2 if letters + digits >= ORDER => Some(word),
        _ => None,
    }
}

/// `8613800138000` is `13800138000`.
fn at_home(digits: &str) -> &str {
    let bare = digits.strip_prefix("00").unwrap_or(digits);
    bare.strip_prefix("86").filter(|it| it.len() == 11 && it.starts_with('1')).unwrap_or(digits)
}

fn plain(text: &str) -> Vec<char> {
    text.chars().filter(|it| it.is_alphanumeric()).flat_map(narrow).collect()
}

/// Full-width letters and digits are the same as narrow ones, and case does not count.
fn narrow(letter: char) -> impl Iterator<Item = char> {
    let narrow = match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(letter as u32 - 0xfee0).unwrap_or(letter),
        other => other,
    };
    narrow.to_lowercase()
}

fn is_chinese(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}' | '\u{f900}'..='\u{faff}')
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut latin = String::new();
    let mut chinese = Vec::new();
    let letters = text.chars().take(LONGEST).flat_map(narrow);
    for letter in letters.chain([' ']) {
        if !is_chinese(letter) && !chinese.is_empty() {
            runs.push(Run::Chinese(std::mem::take(&mut chinese)));
        }
        if (is_chinese(letter) || !letter.is_alphanumeric()) && !latin.is_empty() {
            runs.push(Run::Latin(std::mem::take(&mut latin)));
        }
        if is_chinese(letter) {
            chinese.push(letter);
        } else if letter.is_alphanumeric() {
            latin.push(letter);
        }
    }
    runs
}

/// What was typed, cut like what was filed: words that must all be there, and the word that is
/// still being typed.
pub fn cut(typed: &str) -> (Vec<String>, Option<String>) {
    if let Some(number) = one_number(typed) {
        return (Vec::new(), Some(number));
    }
    let mut words = Vec::new();
    let mut begun = None;
    for run in runs(typed) {
        match run {
            Run::Chinese(letters) if letters.len() == 1 => words.push(letters[0].to_string()),
            Run::Chinese(letters) => {
                words.extend(letters.windows(2).map(|pair| pair.iter().collect::<String>()));
            }
            Run::Latin(word) => {
                words.extend(begun.take());
                begun = Some(word);
            }
        }
    }
    (words, begun)
}

/// Files the words of a thing; filing it again replaces them.
pub async fn file(tx: &mut Tx, kind: &str, subject: &str, words: Words) -> Result<()> {
    let text = |it: &str| Value::Text(it.to_owned());
    let (find, under_number) = tx.dialect().file_words();
    let (named, words) = ([text(kind), text(subject)], Value::Text(words.into_text()));
    let Some(put) = under_number else {
        return tx.send(find, &[&named[..], &[words]].concat()).await;
    };
    let id: i64 = tx.cell(find, &named).await?;
    tx.lastly(put, &[id.write(), words]).await
}

/// How many finds a search looks at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Depth {
    /// All of them: for lists.
    #[default]
    All,
    /// The newest that fit, of every kind, while somebody is still typing: gathered once.
    Newest(Arc<Newest>),
}

/// Finds: of what kind, and which.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Newest(Vec<(String, String)>);

impl Depth {
    pub async fn newest(tx: &mut Tx, typed: &str) -> Result<Depth> {
        let Some(query) = query(tx, typed) else { return Ok(Depth::default()) };
        let sql = tx.dialect().newest_finds(1, NEWEST);
        let rows = tx.rows(&sql, &[Value::Text(query)]).await?;
        let read = |row: &Row| Ok((row.get(0)?, row.get(1)?));
        Ok(Depth::Newest(Arc::new(Newest(rows.iter().map(read).collect::<Result<_>>()?))))
    }
}

impl Newest {
    /// Those of one kind, as the engines take a list in one slot.
    fn of(&self, kind: &str) -> Value {
        let mine = self.0.iter().filter(|it| it.0 == kind);
        Value::Text(Json::from_iter(mine.map(|it| it.1.as_str())).to_string())
    }

    fn all(&self) -> Value {
        let each = self.0.iter().map(|it| json!({"kind": it.0, "subject": it.1}));
        Value::Text(Json::from_iter(each).to_string())
    }
}

/// More than one looks through.
const NEWEST: i64 = 400;

/// A query for kind and subject of what is found, with the value for its slot; nothing if there is no
/// word in what was typed.
pub fn finds(tx: &Tx, typed: &str, depth: &Depth, slot: usize) -> Option<(String, Value)> {
    let query = query(tx, typed)?;
    Some(match depth {
        Depth::All => (tx.dialect().finds(slot), Value::Text(query)),
        Depth::Newest(newest) => (tx.dialect().listed_finds(slot), newest.all()),
    })
}

/// What was typed, in the words of the engine.
fn query(tx: &Tx, typed: &str) -> Option<String> {
    let (mut words, mut begun) = cut(typed);
    // One or two letters begin nearly everything; they are looked up as they are.
    if begun.as_ref().is_some_and(|it| it.chars().count() < BEGUN) {
        words.extend(begun.take());
    }
    if words.is_empty() && begun.is_none() {
        return None;
    }
    Some(tx.dialect().all_words(&words, begun.as_deref()))
}

/// What was typed, once the index was asked how much of it there is. Few finds are looked up and
/// sorted. What is found by the thousand is not: a list is walked in its own order, and each row is
/// asked whether it is found, until the page is full. Both ways find the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sought {
    /// There is no word in what was typed: nothing is like it.
    Nothing,
    Few,
    /// What is asked of each.
    Many(String),
}

impl Sought {
    /// More than `few` are many. What was gathered before is counted already.
    pub async fn ask(tx: &mut Tx, typed: &str, depth: &Depth, few: i64) -> Result<Sought> {
        let Some(query) = query(tx, typed) else { return Ok(Sought::Nothing) };
        let is_few = match depth {
            Depth::Newest(newest) => newest.0.len() < NEWEST as usize,
            Depth::All => {
                let numbers = tx.dialect().numbers(1);
                let sql = format!("select count(*) from ({numbers} limit {}) few", few + 1);
                tx.cell::<i64>(&sql, &[Value::Text(query.clone())]).await? <= few
            }
        };
        Ok(if is_few { Sought::Few } else { Sought::Many(query) })
    }

    /// A condition: one of these columns is a subject that is found, for many of them.
    pub fn is_found(tx: &Tx, columns: &[String], slot: usize) -> String {
        tx.dialect().holds_words(&columns.join(", "), slot)
    }
}

/// What is found in any of these ways: by finds of that kind, in that column, of that table. What else
/// is asked for is asked of each.
pub fn in_any_way(
    tx: &Tx,
    finds: &str,
    columns: &str,
    ways: &[(&str, &str, String)],
    within: &str,
) -> String {
    let way = |(kind, column, table): &(&str, &str, String)| {
        let subjects = format!("select subject from found where kind = '{kind}'");
        let is_one = tx.dialect().one_of(column, &subjects);
        format!("select {columns} from {table} where {is_one} and {within}")
    };
    let ways = ways.iter().map(way).collect::<Vec<_>>().join(" union ");
    format!("with found as materialized ({finds}) {ways}")
}

/// A condition on the ids of one kind of things. Each find is one kind's: the others need not be
/// looked for among them.
pub fn found(
    tx: &Tx,
    kind: &'static str,
    typed: &str,
    depth: &Depth,
    slot: usize,
) -> Option<(String, Value)> {
    let dialect = tx.dialect();
    Some(match depth {
        Depth::All => {
            let (finds, value) = finds(tx, typed, depth, slot)?;
            let kind = dialect.of_kind(kind);
            (format!("id in (select subject from ({finds}{kind}) found)"), value)
        }
        Depth::Newest(newest) => (dialect.one_of("id", &dialect.listed(slot)), newest.of(kind)),
    })
}

/// The same of a table of a few hundred rows, all of which are looked at anyway.
pub fn found_of_few(
    tx: &Tx,
    (table, kind): (&str, &'static str),
    typed: &str,
    slot: usize,
) -> Option<(String, Value)> {
    let query = query(tx, typed)?;
    match tx.dialect().asks_each() {
        true => {
            let each = tx.dialect().holds_words(&format!("{table}.id"), slot);
            Some((each, Value::Text(query)))
        }
        false => found(tx, kind, typed, &Depth::All, slot),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(words: Words, typed: &str) -> bool {
        let text = words.into_text();
        let all: Vec<&str> = text.split(' ').collect();
        let (must, begun) = cut(typed);
        must.iter().all(|it| all.contains(&it.as_str()))
            && begun.is_none_or(|it| all.iter().any(|word| word.starts_with(&it)))
    }

    #[test]
    fn a_part_is_found_as_well_as_the_whole() {
        let person = || Words::default().name("欧阳静姝").phone("13907565678");
        for typed in ["欧阳", "静", "静姝", "oyjs", "oyj", "js", "5678", "13907565678", "欧阳 5678"]
        {
            assert!(has(person(), typed), "{typed}");
        }
        for typed in ["欧姝", "9999", "阳欧"] {
            assert!(!has(person(), typed), "{typed}");
        }
    }

    #[test]
    fn a_serial_is_found_by_any_part() {
        let serial = || Words::default().number("4H29B00731186");
        for typed in ["4H29B", "31186", "b0073", "００７３１"] {
            assert!(has(serial(), typed), "{typed}");
        }
        assert!(!has(serial(), "99999"));
    }

    #[test]
    fn an_order_is_found_by_its_number() {
        let number = || Words::default().number("GD-2611-000123");
        for typed in [
            "000123",
            "gd2611000123",
            "GD-2611-000123",
            "gd 2611 000123",
            "gd2611 000123",
            "ＧＤ－2611－０００１２３",
            "2611 000123",
        ] {
            assert!(has(number(), typed), "{typed}");
        }
        assert!(!has(number(), "gd 2611 000124"));
    }

    #[test]
    fn a_phone_is_found_however_it_is_written() {
        let person = || Words::default().name("王芳").phone("13800138000");
        for typed in [
            "138 0013 8000",
            "138-0013-8000",
            "+86 138 0013 8000",
            "008613800138000",
            "１３８００１３８０００",
            "0138000",
            "8000",
            "王芳 8000",
        ] {
            assert!(has(person(), typed), "{typed}");
        }
        assert!(!has(person(), "139 0013 8000"));
        let landline = || Words::default().phone("07568615022");
        for typed in ["0756-8615022", "(0756) 8615022", "8615022"] {
            assert!(has(landline(), typed), "{typed}");
        }
    }
}
