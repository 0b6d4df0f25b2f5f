//! Event logs (XES, IEEE 1849): what happened to each case, one event after the other. A log is a
//! table as well: one row an event, with the columns case, activity, at, person, group and every
//! attribute by its own name, those of the case with `case:` in front.

use std::{collections::HashMap, sync::Arc};

use quick_xml::events::{BytesStart, Event as Piece};

use super::{
    Cell, Row,
    delimited::MOST_COLUMNS,
    source::Bytes,
    trouble::{self, Trouble},
    xml::{Xml, attribute},
};

/// In the order of the file; attributes of attributes and lists are passed over.
pub(super) struct XesLog {
    xml: Xml,
    /// Where we are: what each open element is.
    within: Vec<Place>,
    case: Arc<Vec<Attribute>>,
    event: Vec<Attribute>,
    over: bool,
}

/// What happened to one case at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Event {
    /// What is known of the case before its first event.
    pub case: Arc<Vec<Attribute>>,
    pub attributes: Vec<Attribute>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attribute {
    pub key: String,
    /// As written, times with their offset.
    pub value: String,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    Log,
    Trace,
    Event,
    Other,
}

/// More than any case has; they stay in memory as long as it lasts.
const MOST_ATTRIBUTES: usize = 10_000;

impl XesLog {
    pub fn new(bytes: Bytes) -> Result<XesLog, Trouble> {
        let (case, event) = (Arc::default(), Vec::new());
        Ok(XesLog { xml: Xml::new(bytes)?, within: Vec::new(), case, event, over: false })
    }

    fn event(&mut self) -> Result<Option<Event>, Trouble> {
        loop {
            let (begun, ended) = match self.xml.next()?.1 {
                Piece::Start(element) => {
                    (Some(Begun::of(self.within.last().copied(), &element)?), false)
                }
                Piece::Empty(element) => {
                    (Some(Begun::of(self.within.last().copied(), &element)?), true)
                }
                Piece::End(_) => (None, true),
                Piece::Eof => return Ok(None),
                _ => continue,
            };
            if let Some(begun) = begun {
                self.begin(begun)?;
            }
            if ended && self.within.pop() == Some(Place::Event) {
                let attributes = std::mem::take(&mut self.event);
                return Ok(Some(Event { case: Arc::clone(&self.case), attributes }));
            }
        }
    }

    fn begin(&mut self, begun: Begun) -> Result<(), Trouble> {
        let parent = self.within.last().copied();
        self.within.push(begun.place);
        match begun.place {
            Place::Trace => self.case = Arc::default(),
            // An event outside of every case.
            Place::Event if parent == Some(Place::Log) => self.case = Arc::default(),
            _ => {}
        }
        let Some(attribute) = begun.attribute else { return Ok(()) };
        let list = match parent {
            Some(Place::Event) => &mut self.event,
            _ => Arc::make_mut(&mut self.case),
        };
        list.push(attribute);
        match list.len() > MOST_ATTRIBUTES {
            true => Err(Trouble::damaged("too many attributes")),
            false => Ok(()),
        }
    }
}

impl Iterator for XesLog {
    type Item = Result<Event, Trouble>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let event = self.event();
        self.over = !matches!(event, Ok(Some(_)));
        event.transpose()
    }
}

/// An element, seen from the one around it.
struct Begun {
    place: Place,
    attribute: Option<Attribute>,
}

impl Begun {
    fn of(parent: Option<Place>, element: &BytesStart) -> Result<Begun, Trouble> {
        let name = element.local_name();
        let place = match (parent, name.as_ref()) {
            (None, "log") => Place::Log,
            (Some(Place::Log), "trace") => Place::Trace,
            (Some(Place::Log | Place::Trace), "event") => Place::Event,
            _ => Place::Other,
        };
        let kinds = ["string", "date", "int", "float", "boolean", "id"];
        let own = matches!(parent, Some(Place::Trace | Place::Event));
        if !own || !kinds.contains(&name.as_ref()) {
            return Ok(Begun { place, attribute: None });
        }
        let key = attribute(element, "key")?.unwrap_or_default();
        let value = attribute(element, "value")?.unwrap_or_default();
        Ok(Begun { place, attribute: Some(Attribute { key, value }) })
    }
}

/// Where each attribute stands in a row.
#[derive(Debug, Default)]
pub(super) struct Columns {
    headings: Vec<String>,
    of_case: HashMap<String, usize>,
    of_event: HashMap<String, usize>,
}

const STANDARD: [&str; 5] = ["case", "activity", "at", "person", "group"];

impl Columns {
    /// All of the log is gone through: its last event may have an attribute of its own.
    pub fn of(bytes: Bytes) -> Result<Columns, Trouble> {
        let mut columns = Columns::default();
        for name in STANDARD {
            columns.headings.push(name.to_owned());
        }
        columns.of_case.insert("concept:name".to_owned(), 0);
        for (at, key) in [(1, "concept:name"), (2, "time:timestamp"), (3, "org:resource")] {
            columns.of_event.insert(key.to_owned(), at);
        }
        columns.of_event.insert("org:group".to_owned(), 4);
        for event in XesLog::new(bytes)? {
            columns.note(&event?)?;
        }
        Ok(columns)
    }

    fn note(&mut self, event: &Event) -> Result<(), Trouble> {
        for own in &event.attributes {
            if !self.of_event.contains_key(&own.key) {
                self.of_event.insert(own.key.clone(), self.headings.len());
                self.headings.push(own.key.clone());
            }
        }
        for own in event.case.iter() {
            if !self.of_case.contains_key(&own.key) {
                self.of_case.insert(own.key.clone(), self.headings.len());
                self.headings.push(format!("case:{}", own.key));
            }
        }
        match self.headings.len() > MOST_COLUMNS {
            true => Err(Trouble::new(trouble::TOO_MANY_COLUMNS).with("most", MOST_COLUMNS)),
            false => Ok(()),
        }
    }

    fn row(&self, event: &Event) -> Vec<Cell> {
        let mut cells = vec![Cell::Empty; self.headings.len()];
        for (places, attributes) in
            [(&self.of_case, event.case.as_slice()), (&self.of_event, &event.attributes)]
        {
            for own in attributes {
                if let Some(at) = places.get(&own.key) {
                    cells[*at] = Cell::of(own.value.clone());
                }
            }
        }
        cells
    }
}

/// A log as a table: its header is row 1, its first event row 2.
pub(super) struct Rows {
    log: XesLog,
    columns: Arc<Columns>,
    number: u64,
}

impl Rows {
    pub fn new(bytes: Bytes, columns: Arc<Columns>) -> Result<Rows, Trouble> {
        Ok(Rows { log: XesLog::new(bytes)?, columns, number: 0 })
    }
}

impl Iterator for Rows {
    type Item = Result<Row, Trouble>;

    fn next(&mut self) -> Option<Self::Item> {
        self.number += 1;
        let number = self.number;
        if number == 1 {
            let cells = self.columns.headings.iter().cloned().map(Cell::of).collect();
            return Some(Ok(Row { number, cells }));
        }
        let row = |event: Event| Row { number, cells: self.columns.row(&event) };
        Some(self.log.next()?.map(row).map_err(|trouble| trouble.in_row(number)))
    }
}
