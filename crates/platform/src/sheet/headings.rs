//! What the columns of a table are called.

use std::collections::{HashMap, HashSet};

use super::{
    Cell, Raw, Row,
    trouble::{self, Trouble},
};

/// Without a header the widest of so many rows says how many columns there are.
const LOOKED_AT: usize = 200;

pub(super) fn of(raw: Raw, header: bool, skip_rows: u64) -> Result<Vec<String>, Trouble> {
    let mut rows = raw.skip_while(|row| matches!(row, Ok(row) if row.number <= skip_rows));
    if header {
        let number = skip_rows.saturating_add(1);
        let row = rows.next().transpose()?.filter(|row| row.number == number);
        return row.and_then(named).ok_or_else(|| Trouble::new(trouble::NO_HEADER).in_row(number));
    }
    let mut width = 0;
    for row in rows.take(LOOKED_AT) {
        width = width.max(row?.cells.len());
    }
    Ok((1..=width).map(|number| number.to_string()).collect())
}

/// None where no cell of the row has a letter: that is no header.
fn named(row: Row) -> Option<Vec<String>> {
    let used = row.cells.iter().rposition(|cell| *cell != Cell::Empty)?;
    let words: Vec<&str> =
        row.cells[..=used].iter().map(|cell| cell.text().unwrap_or_default().trim()).collect();
    if !words.iter().any(|word| word.chars().any(char::is_alphabetic)) {
        return None;
    }
    let mut taken = HashSet::new();
    let mut counts: HashMap<String, u32> = HashMap::new();
    let mut names = Vec::with_capacity(words.len());
    for (at, word) in words.iter().enumerate() {
        let own = if word.is_empty() { (at + 1).to_string() } else { (*word).to_owned() };
        let count = counts.entry(own.clone()).or_default();
        let mut name = own.clone();
        loop {
            *count += 1;
            if *count > 1 {
                name = format!("{own}#{count}");
            }
            if taken.insert(name.clone()) {
                break;
            }
        }
        names.push(name);
    }
    Some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(words: &[&str], header: bool) -> Result<Vec<String>, &'static str> {
        let cells = words.iter().map(|word| Cell::of((*word).to_owned())).collect();
        let rows: Raw = Box::new(std::iter::once(Ok(Row { number: 1, cells })));
        of(rows, header, 0).map_err(|trouble| trouble.code)
    }

    #[test]
    fn every_column_has_a_name_of_its_own() {
        for (words, names) in [
            (&["a", "b", "c"][..], &["a", "b", "c"][..]),
            (&["name", "name", "name"], &["name", "name#2", "name#3"]),
            (&["name", "name#2", "name"], &["name", "name#2", "name#3"]),
            (&["name#2", "name", "name"], &["name#2", "name", "name#3"]),
            (&[" 姓名 ", "", "电话", "", ""], &["姓名", "2", "电话"]),
        ] {
            assert_eq!(named(words, true).unwrap(), names);
        }
    }

    #[test]
    fn numbers_are_no_headings() {
        for words in [&["1", "2.5", "2024-01-01"][..], &["", ""], &[]] {
            assert_eq!(named(words, true), Err(trouble::NO_HEADER), "{words:?}");
        }
        assert_eq!(named(&["7", "8", "9"], false).unwrap(), ["1", "2", "3"]);
    }
}
