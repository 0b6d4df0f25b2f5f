//! A workbook (.xlsx): which sheets it has, the texts its cells share, and how its numbers look.
//! Nothing it declares about its own sizes is believed.

use std::{collections::HashMap, sync::Arc};

use quick_xml::events::Event;

use super::{
    cells::Cells,
    figure::Look,
    source::{Bytes, Part, Store},
    trouble::{self, Trouble},
    xml::{Xml, attribute},
};

/// All texts of a workbook together; they stay in memory.
const MOST_TEXT: usize = 512 << 20;
const MOST_STRINGS: usize = 20_000_000;
/// Excel allows 65,490 cell formats.
const MOST_LOOKS: usize = 100_000;
const MOST_SHEETS: usize = 10_000;

#[derive(Debug)]
pub(super) struct Workbook {
    package: Package,
    pub sheet: String,
    path: String,
    pub merged: Vec<Merged>,
    pub shared: Arc<Shared>,
}

/// What all sheets of a workbook have in common.
#[derive(Debug, Default)]
pub(super) struct Shared {
    pub strings: Strings,
    pub looks: Vec<Look>,
    /// Days are counted from 1904, as on the first Macs.
    pub since_1904: bool,
}

#[derive(Debug)]
pub(super) struct Merged {
    pub range: String,
    pub first_row: u64,
    pub last_row: u64,
}

impl Workbook {
    /// The sheet of this name, or the first one that can be seen.
    pub fn open(store: Store, parts: Vec<Part>, sheet: Option<&str>) -> Result<Workbook, Trouble> {
        let package = Package::new(store, parts);
        let book = package.main()?;
        let folder = book.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let links = package.links(&book)?;
        let (sheets, since_1904) = sheets(package.xml(&book)?)?;
        let chosen = choose(&sheets, &links, sheet)?;
        let path = chosen.1.path.clone();
        let mut shared = Shared { since_1904, ..Shared::default() };
        let linked = |kind: &str, usual: &str| {
            let link = links.values().find(|link| link.kind == kind);
            link.map_or_else(|| format!("{folder}/{usual}"), |link| link.path.clone())
        };
        if let Some(xml) = package.find(&linked("sharedStrings", "sharedStrings.xml"))? {
            shared.strings = Strings::read(xml)?;
        }
        if let Some(xml) = package.find(&linked("styles", "styles.xml"))? {
            shared.looks = looks(xml)?;
        }
        let merged = merged(package.xml(&path)?)?;
        Ok(Workbook { sheet: chosen.0.name.clone(), path, merged, shared: shared.into(), package })
    }

    pub fn rows(&self) -> Result<Cells, Trouble> {
        Ok(Cells::new(self.package.xml(&self.path)?, Arc::clone(&self.shared)))
    }
}

/// The archive a workbook is.
#[derive(Debug)]
struct Package {
    store: Store,
    parts: HashMap<String, Part>,
}

#[derive(Debug)]
struct Link {
    kind: String,
    path: String,
}

impl Package {
    fn new(store: Store, parts: Vec<Part>) -> Package {
        let key = |part: Part| (part.name.replace('\\', "/").to_lowercase(), part);
        Package { store, parts: parts.into_iter().map(key).collect() }
    }

    fn find(&self, path: &str) -> Result<Option<Xml>, Trouble> {
        let Some(part) = self.parts.get(&path.trim_start_matches('/').to_lowercase()) else {
            return Ok(None);
        };
        let bytes: Bytes = part.open(&self.store)?;
        Xml::new(bytes).map(Some)
    }

    fn xml(&self, path: &str) -> Result<Xml, Trouble> {
        self.find(path)?.ok_or_else(|| Trouble::damaged(format!("{path} is missing")))
    }

    fn main(&self) -> Result<String, Trouble> {
        let links = self.links("")?;
        let link = links.into_values().find(|link| link.kind == "officeDocument");
        Ok(link.map_or_else(|| "xl/workbook.xml".to_owned(), |link| link.path))
    }

    /// What a part refers to, by the names it uses for it.
    fn links(&self, path: &str) -> Result<HashMap<String, Link>, Trouble> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let mut links = HashMap::new();
        let Some(mut xml) = self.find(&format!("{folder}/_rels/{name}.rels"))? else {
            return Ok(links);
        };
        loop {
            match xml.next()?.1 {
                Event::Start(element) | Event::Empty(element)
                    if element.local_name().as_ref() == "Relationship" =>
                {
                    let part = |name| attribute(&element, name).map(Option::unwrap_or_default);
                    let kind = part("Type")?.rsplit('/').next().unwrap_or_default().to_owned();
                    links
                        .insert(part("Id")?, Link { kind, path: joined(folder, &part("Target")?) });
                }
                Event::Eof => return Ok(links),
                _ => {}
            }
            if links.len() > MOST_SHEETS {
                return Err(Trouble::damaged("too many relationships"));
            }
        }
    }
}

/// `../worksheets/sheet1.xml` seen from a folder.
fn joined(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut pieces: Vec<&str> = folder.split('/').filter(|piece| !piece.is_empty()).collect();
    for piece in target.split('/') {
        match piece {
            ".." => {
                pieces.pop();
            }
            "." | "" => {}
            piece => pieces.push(piece),
        }
    }
    pieces.join("/")
}

struct Named {
    name: String,
    id: String,
    hidden: bool,
}

fn sheets(mut xml: Xml) -> Result<(Vec<Named>, bool), Trouble> {
    let (mut sheets, mut since_1904) = (Vec::new(), false);
    loop {
        match xml.next()?.1 {
            Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                "sheet" => {
                    let name = attribute(&element, "name")?.unwrap_or_default();
                    let state = attribute(&element, "state")?;
                    let id = id(&element)?;
                    sheets.push(Named { name, id, hidden: state.is_some_and(|s| s != "visible") });
                }
                "workbookPr" => {
                    let date = attribute(&element, "date1904")?;
                    since_1904 |= matches!(date.as_deref(), Some("1" | "true"));
                }
                _ => {}
            },
            Event::Eof => return Ok((sheets, since_1904)),
            _ => {}
        }
        if sheets.len() > MOST_SHEETS {
            return Err(Trouble::damaged("too many sheets"));
        }
    }
}

/// `r:id`, whatever the prefix.
fn id(element: &quick_xml::events::BytesStart) -> Result<String, Trouble> {
    for own in element.attributes().with_checks(false) {
        let own = own.map_err(Trouble::damaged)?;
        if own.key.as_ref().ends_with(":id") {
            return Ok(own.value.to_string());
        }
    }
    Ok(String::new())
}

fn choose<'a>(
    sheets: &'a [Named],
    links: &'a HashMap<String, Link>,
    wanted: Option<&str>,
) -> Result<(&'a Named, &'a Link), Trouble> {
    let tables: Vec<(&Named, &Link)> = sheets
        .iter()
        .filter_map(|sheet| links.get(&sheet.id).map(|link| (sheet, link)))
        .filter(|(_, link)| link.kind == "worksheet")
        .collect();
    let chosen = match wanted {
        Some(name) => tables.iter().find(|(sheet, _)| sheet.name == name),
        None => tables.iter().find(|(sheet, _)| !sheet.hidden).or(tables.first()),
    };
    chosen.copied().ok_or_else(|| {
        let names: Vec<&str> = tables.iter().map(|(sheet, _)| sheet.name.as_str()).collect();
        let trouble =
            Trouble::new(trouble::NO_SUCH_SHEET).with("sheet", wanted.unwrap_or_default());
        trouble.with("names", names.join(", "))
    })
}

/// One text after the other, and where each ends.
#[derive(Debug, Default)]
pub(super) struct Strings {
    text: String,
    ends: Vec<usize>,
}

impl Strings {
    pub fn get(&self, at: usize) -> Option<&str> {
        let end = *self.ends.get(at)?;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(&self.text[start..end])
    }

    fn read(mut xml: Xml) -> Result<Strings, Trouble> {
        let mut strings = Strings::default();
        let mut own = String::new();
        loop {
            let begun = match xml.next()?.1 {
                Event::Start(element) => element.local_name().as_ref() == "si",
                Event::Empty(element) if element.local_name().as_ref() == "si" => {
                    strings.ends.push(strings.text.len());
                    false
                }
                Event::Eof => return Ok(strings),
                _ => false,
            };
            if begun {
                own.clear();
                rich(&mut xml, &mut own)?;
                strings.text.push_str(&own);
                strings.ends.push(strings.text.len());
            }
            if strings.text.len() > MOST_TEXT || strings.ends.len() > MOST_STRINGS {
                return Err(Trouble::new(trouble::TOO_BIG).with("most", MOST_TEXT));
            }
        }
    }
}

/// A text of several fonts is one text; how it is pronounced does not belong to it.
pub(super) fn rich(xml: &mut Xml, into: &mut String) -> Result<(), Trouble> {
    enum Part {
        Words,
        Sound,
        End,
        Other,
    }
    let before = into.len();
    let mut depth = 1;
    loop {
        let part = match xml.next()?.1 {
            Event::Start(element) => match element.local_name().as_ref() {
                "t" => Part::Words,
                "rPh" => Part::Sound,
                _ => {
                    depth += 1;
                    Part::Other
                }
            },
            Event::End(_) => Part::End,
            _ => Part::Other,
        };
        match part {
            Part::Words => xml.text(into)?,
            Part::Sound => xml.text(&mut String::new())?,
            Part::End => depth -= 1,
            Part::Other => {}
        }
        if depth == 0 {
            if into[before..].contains("_x") {
                let escaped = into.split_off(before);
                into.push_str(&unescaped(&escaped));
            }
            return Ok(());
        }
    }
}

/// Excel writes letters that XML cannot hold as `_x000D_`.
pub(super) fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, mark) = rest.split_at(at);
        out.push_str(before);
        let digits = mark.get(2..6).filter(|_| mark.as_bytes().get(6) == Some(&b'_'));
        let letter =
            digits.and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
        rest = match letter {
            Some(letter) => {
                out.push(letter);
                &mark[7..]
            }
            None => {
                out.push_str("_x");
                &mark[2..]
            }
        };
    }
    out + rest
}

/// How the numbers of each cell format are shown.
fn looks(mut xml: Xml) -> Result<Vec<Look>, Trouble> {
    let mut own: HashMap<String, Look> = HashMap::new();
    let mut looks = Vec::new();
    let mut in_cells = false;
    loop {
        match xml.next()?.1 {
            Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                "numFmt" => {
                    let code = attribute(&element, "formatCode")?.unwrap_or_default();
                    let id = attribute(&element, "numFmtId")?.unwrap_or_default();
                    own.insert(id, Look::of_code(&code));
                }
                "cellXfs" => in_cells = true,
                "xf" if in_cells => {
                    let id = attribute(&element, "numFmtId")?.unwrap_or_default();
                    looks.push(own.get(&id).copied().unwrap_or_else(|| Look::of_builtin(&id)));
                }
                _ => {}
            },
            Event::End(element) if element.local_name().as_ref() == "cellXfs" => in_cells = false,
            Event::Eof => return Ok(looks),
            _ => {}
        }
        if looks.len() + own.len() > MOST_LOOKS {
            return Err(Trouble::damaged("too many cell formats"));
        }
    }
}

/// They are named behind the rows, so all of the sheet is gone through.
fn merged(mut xml: Xml) -> Result<Vec<Merged>, Trouble> {
    let mut all = Vec::new();
    loop {
        match xml.next()?.1 {
            Event::Start(element) | Event::Empty(element)
                if element.local_name().as_ref() == "mergeCell" && all.len() < MOST_LOOKS =>
            {
                let range = attribute(&element, "ref")?.unwrap_or_default();
                let row =
                    |cell: &str| cell.trim_start_matches(|c: char| !c.is_ascii_digit()).parse();
                let (first, last) = range.split_once(':').unwrap_or((&range, &range));
                if let (Ok(first_row), Ok(last_row)) = (row(first), row(last)) {
                    all.push(Merged { range, first_row, last_row });
                }
            }
            Event::Eof => return Ok(all),
            _ => {}
        }
    }
}
