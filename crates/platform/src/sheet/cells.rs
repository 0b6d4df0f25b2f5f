//! The rows of a worksheet, cell by cell: the value that was last computed, as a person sees it.

use std::sync::Arc;

use quick_xml::events::{BytesStart, Event};

use super::{
    Cell, Row,
    delimited::MOST_COLUMNS,
    trouble::{self, Trouble},
    workbook::{Shared, rich, unescaped},
    xml::{Xml, attribute},
};

pub(super) struct Cells {
    xml: Xml,
    shared: Arc<Shared>,
    number: u64,
    over: bool,
}

/// A cell as far as it is known before its value.
struct Begun {
    column: usize,
    kind: String,
    style: usize,
}

impl Cells {
    pub fn new(xml: Xml, shared: Arc<Shared>) -> Cells {
        Cells { xml, shared, number: 0, over: false }
    }

    fn row(&mut self) -> Result<Option<Row>, Trouble> {
        loop {
            match self.xml.next()?.1 {
                Event::Start(element) if element.local_name().as_ref() == "row" => {
                    let number = row_number(&element, self.number)?;
                    self.number = number;
                    let cells = self.cells()?;
                    return Ok(Some(Row { number, cells }));
                }
                Event::Empty(element) if element.local_name().as_ref() == "row" => {
                    self.number = row_number(&element, self.number)?;
                }
                Event::End(element) if element.local_name().as_ref() == "sheetData" => {
                    return Ok(None);
                }
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }

    fn cells(&mut self) -> Result<Vec<Cell>, Trouble> {
        let mut cells = Vec::new();
        let mut next = 0;
        loop {
            let begun = match self.xml.next()?.1 {
                Event::Start(element) if element.local_name().as_ref() == "c" => {
                    begun(&element, next)?
                }
                Event::Empty(element) if element.local_name().as_ref() == "c" => {
                    next = begun(&element, next)?.column + 1;
                    continue;
                }
                Event::End(element) if element.local_name().as_ref() == "row" => return Ok(cells),
                _ => continue,
            };
            let column = begun.column;
            let cell = self.cell(begun)?;
            if cells.len() <= column {
                cells.resize(column + 1, Cell::Empty);
            }
            cells[column] = cell;
            next = column + 1;
        }
    }

    fn cell(&mut self, begun: Begun) -> Result<Cell, Trouble> {
        enum Part {
            Value,
            Inline,
            Formula,
            End,
            Other,
        }
        let (mut value, mut formula) = (None, false);
        loop {
            let part = match self.xml.next()?.1 {
                Event::Start(element) => match element.local_name().as_ref() {
                    "v" => Part::Value,
                    "is" => Part::Inline,
                    "f" => Part::Formula,
                    _ => Part::Other,
                },
                Event::Empty(element) => {
                    formula |= element.local_name().as_ref() == "f";
                    continue;
                }
                Event::End(_) => Part::End,
                _ => continue,
            };
            match part {
                Part::Value => self.xml.text(value.insert(String::new()))?,
                Part::Inline => rich(&mut self.xml, value.insert(String::new()))?,
                Part::Formula => {
                    formula = true;
                    self.xml.text(&mut String::new())?;
                }
                Part::Other => self.xml.text(&mut String::new())?,
                Part::End => return self.shown(&begun, value, formula),
            }
        }
    }

    fn shown(&self, begun: &Begun, value: Option<String>, formula: bool) -> Result<Cell, Trouble> {
        let kind = begun.kind.as_str();
        let Some(value) = value.filter(|value| !value.is_empty() || kind == "str") else {
            return Ok(match formula {
                true => Cell::Bad(Box::new(Trouble::new(trouble::NO_VALUE))),
                false => Cell::Empty,
            });
        };
        Ok(match kind {
            "s" => {
                let text = value.trim().parse().ok().and_then(|at| self.shared.strings.get(at));
                let missing = || Trouble::damaged("a text of a cell is missing");
                Cell::of(text.ok_or_else(missing)?.to_owned())
            }
            "str" => Cell::of(unescaped(&value)),
            "inlineStr" | "d" => Cell::of(value),
            "b" => match value.trim() {
                "1" | "true" => Cell::Text("TRUE".to_owned()),
                _ => Cell::Text("FALSE".to_owned()),
            },
            "e" => Cell::Bad(Box::new(Trouble::new(trouble::CELL_ERROR).with("value", value))),
            _ => {
                let look = self.shared.looks.get(begun.style).copied().unwrap_or_default();
                Cell::of(look.show(value.trim(), self.shared.since_1904))
            }
        })
    }
}

impl Iterator for Cells {
    type Item = Result<Row, Trouble>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let row = self.row().map_err(|trouble| trouble.in_row(self.number.max(1)));
        self.over = !matches!(row, Ok(Some(_)));
        row.transpose()
    }
}

/// Rows may leave out their number, and must not go back.
fn row_number(element: &BytesStart, before: u64) -> Result<u64, Trouble> {
    let Some(number) = attribute(element, "r")? else { return Ok(before + 1) };
    let number = number.trim().parse().ok().filter(|number| *number > before);
    number.ok_or_else(|| Trouble::damaged("the rows are in disorder"))
}

fn begun(element: &BytesStart, next: usize) -> Result<Begun, Trouble> {
    let mut begun = Begun { column: next, kind: String::new(), style: 0 };
    for own in element.attributes().with_checks(false) {
        let own = own.map_err(Trouble::damaged)?;
        match own.key.as_ref() {
            "r" => {
                let disorder = || Trouble::damaged(format!("a cell {:?}", own.value));
                begun.column = column(&own.value).ok_or_else(disorder)?;
            }
            "t" => begun.kind = own.value.to_string(),
            "s" => begun.style = own.value.parse().unwrap_or_default(),
            _ => {}
        }
    }
    if begun.column >= MOST_COLUMNS {
        return Err(Trouble::new(trouble::TOO_MANY_COLUMNS).with("most", MOST_COLUMNS));
    }
    Ok(begun)
}

/// "AB12" is the 28th column: 27.
fn column(place: &str) -> Option<usize> {
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic);
    let count = letters.clone().count();
    if count == 0 || count > 3 {
        return None;
    }
    let digit = |letter: u8| usize::from(letter.to_ascii_uppercase() - b'A') + 1;
    Some(letters.fold(0, |column, letter| column * 26 + digit(letter)) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_in_letters() {
        for (place, expected) in [
            ("A1", Some(0)),
            ("z9", Some(25)),
            ("AA10", Some(26)),
            ("AB12", Some(27)),
            ("XFD1", Some(16_383)),
            ("12", None),
            ("", None),
            ("ABCD1", None),
        ] {
            assert_eq!(column(place), expected, "{place}");
        }
    }
}
