//! What a file is, whatever its name says: packed, an archive, a workbook, an event log, a text,
//! or no table at all.

use quick_xml::events::Event;

use super::{
    charset,
    source::{Part, Source, Store},
    trouble::{self, Trouble},
};

const HEAD: usize = 16 << 10;
/// An archive in a packed file in an archive: enough.
const DEEPEST: usize = 3;

pub(super) enum Found {
    Text(Source),
    EventLog(Source),
    Workbook(Store, Vec<Part>),
}

/// `name` is the file's own; what is inside may bring another.
pub(super) fn peel(name: &str, store: Store) -> Result<Found, Trouble> {
    let mut name = name.to_lowercase();
    let mut source = Source { store, part: None, gz: false };
    for _ in 0..DEEPEST {
        let head = source.head(HEAD)?;
        let is = look(&head);
        promised(&name, is)?;
        match is {
            Looks::Gzip => {
                name = name.strip_suffix(".gz").unwrap_or_default().to_owned();
                // Packed twice is rare enough to be put into memory.
                let store = if source.gz { source.unpacked()? } else { source.store };
                source = Source { store, part: source.part, gz: true };
            }
            Looks::Zip => {
                let store = source.unpacked()?;
                match archive(&store)? {
                    Inside::Workbook(parts) => {
                        promised(&name, Looks::Workbook)?;
                        return Ok(Found::Workbook(store, parts));
                    }
                    Inside::Table(part) => {
                        promised(&name, Looks::Archive)?;
                        name = part.name.to_lowercase();
                        source = Source { store, part: Some(part), gz: false };
                    }
                }
            }
            Looks::EventLog => return Ok(Found::EventLog(source)),
            Looks::Text => return Ok(Found::Text(source)),
            Looks::Nothing => return Err(Trouble::new(trouble::EMPTY)),
            Looks::Ole => return Err(ole(&head)),
            Looks::Workbook | Looks::Archive | Looks::Other(_) => {
                return Err(Trouble::new(trouble::NOT_A_TABLE).with("is", is.word()));
            }
        }
    }
    Err(Trouble::new(trouble::NOT_A_TABLE).with("is", "archive"))
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Looks {
    Nothing,
    Gzip,
    /// Not yet known which of the two below.
    Zip,
    Workbook,
    Archive,
    EventLog,
    Text,
    /// Microsoft's container of old: .xls, and .xlsx with a password.
    Ole,
    Other(&'static str),
}

impl Looks {
    fn word(self) -> &'static str {
        match self {
            Looks::Nothing => "nothing",
            Looks::Gzip => "gz",
            Looks::Zip | Looks::Archive => "zip",
            Looks::Workbook => "xlsx",
            Looks::EventLog => "xes",
            Looks::Text => "text",
            Looks::Ole => "xls",
            Looks::Other(word) => word,
        }
    }
}

const MARKS: &[(&[u8], Looks)] = &[
    (b"\x1f\x8b", Looks::Gzip),
    (b"PK\x03\x04", Looks::Zip),
    (b"PK\x05\x06", Looks::Zip),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Looks::Ole),
    (b"%PDF", Looks::Other("pdf")),
    (b"{\\rtf", Looks::Other("document")),
    (b"\x89PNG", Looks::Other("image")),
    (b"\xff\xd8\xff", Looks::Other("image")),
    (b"GIF8", Looks::Other("image")),
    (b"7z\xbc\xaf\x27\x1c", Looks::Other("archive")),
    (b"Rar!\x1a", Looks::Other("archive")),
    (b"BZh", Looks::Other("archive")),
    (b"\xfd7zXZ", Looks::Other("archive")),
    (b"\x28\xb5\x2f\xfd", Looks::Other("archive")),
    (b"SQLite format 3", Looks::Other("database")),
    (b"PAR1", Looks::Other("parquet")),
];

fn look(head: &[u8]) -> Looks {
    if head.is_empty() {
        return Looks::Nothing;
    }
    if let Some((_, looks)) = MARKS.iter().find(|(mark, _)| head.starts_with(mark)) {
        return *looks;
    }
    let (text, _, _) = charset::of_xml(head).decode(head);
    let text = text.trim_start();
    let begins =
        |word: &str| text.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word));
    if begins("<!doctype html") || begins("<html") || begins("<table") {
        return Looks::Other("html");
    }
    if begins("<?xml") || begins("<!--") || begins("<log") {
        return root(text);
    }
    Looks::Text
}

/// By its outermost element.
fn root(text: &str) -> Looks {
    let mut xml = quick_xml::Reader::from_str(text);
    loop {
        match xml.read_event() {
            Ok(Event::Start(element) | Event::Empty(element)) => {
                return match element.local_name().as_ref() {
                    "log" => Looks::EventLog,
                    "html" => Looks::Other("html"),
                    _ => Looks::Other("xml"),
                };
            }
            Ok(Event::Eof) | Err(_) => return Looks::Other("xml"),
            Ok(_) => {}
        }
    }
}

/// A name that ends in .xlsx promises a workbook. A name that promises nothing cannot lie.
fn promised(name: &str, is: Looks) -> Result<(), Trouble> {
    let Some((_, says)) = name.rsplit_once('.') else { return Ok(()) };
    let kept = match says {
        "xlsx" | "xlsm" => matches!(is, Looks::Workbook | Looks::Zip | Looks::Ole),
        "xes" => is == Looks::EventLog,
        "gz" => is == Looks::Gzip,
        "zip" => matches!(is, Looks::Archive | Looks::Zip),
        "csv" | "tsv" | "tab" | "txt" => is == Looks::Text,
        _ => true,
    };
    if kept || is == Looks::Nothing {
        return Ok(());
    }
    Err(Trouble::new(trouble::NOT_WHAT_IT_SAYS).with("says", says).with("is", is.word()))
}

enum Inside {
    Workbook(Vec<Part>),
    Table(Part),
}

fn archive(store: &Store) -> Result<Inside, Trouble> {
    let parts = store.parts()?;
    let has = |name: &str| parts.iter().any(|part| part.name.eq_ignore_ascii_case(name));
    let other = |is| Err(Trouble::new(trouble::OTHER_SPREADSHEET).with("is", is));
    if has("xl/workbook.bin") {
        return other("xlsb");
    }
    if has("mimetype") && has("content.xml") {
        return other("ods");
    }
    if has("word/document.xml") || has("ppt/presentation.xml") {
        return Err(Trouble::new(trouble::NOT_A_TABLE).with("is", "document"));
    }
    if has("[Content_Types].xml") || has("xl/workbook.xml") {
        return Ok(Inside::Workbook(parts));
    }
    let names = |parts: &[Part]| {
        parts.iter().take(20).map(|part| part.name.as_str()).collect::<Vec<_>>().join(", ")
    };
    let (mut tables, others): (Vec<_>, Vec<_>) = parts.into_iter().partition(is_table);
    match (tables.pop(), tables.is_empty()) {
        (Some(table), true) => Ok(Inside::Table(table)),
        (Some(table), false) => {
            tables.push(table);
            Err(Trouble::new(trouble::SEVERAL_TABLES).with("names", names(&tables)))
        }
        (None, _) => Err(Trouble::new(trouble::NO_TABLE).with("names", names(&others))),
    }
}

/// By its name; what a Mac adds to every archive is none.
fn is_table(part: &Part) -> bool {
    let name = part.name.to_lowercase();
    let hidden = name.split('/').any(|piece| piece.starts_with('.') || piece == "__macosx");
    let ends = ["csv", "tsv", "tab", "txt", "xes", "xlsx", "xlsm", "gz"];
    !hidden && name.rsplit_once('.').is_some_and(|(_, end)| ends.contains(&end))
}

/// A workbook with a password is the same container as an old .xls, with a stream of this name.
fn ole(head: &[u8]) -> Trouble {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    if head.windows(name.len()).any(|piece| piece == name) {
        return Trouble::new(trouble::ENCRYPTED);
    }
    Trouble::new(trouble::OTHER_SPREADSHEET).with("is", "xls")
}
