//! What the tests make files with.

use std::io::{Cursor, Write as _};

use platform::sheet::{self, Options, Sheet, Trouble};

/// Cells as text, bad ones as their code in braces.
pub fn cells(row: &sheet::Row) -> Vec<String> {
    row.cells
        .iter()
        .map(|cell| match cell {
            sheet::Cell::Empty => String::new(),
            sheet::Cell::Text(text) => text.clone(),
            sheet::Cell::Bad(trouble) => format!("{{{}}}", trouble.code),
        })
        .collect()
}

/// Every row with its number; one that is wrong as a whole as its trouble.
pub fn rows(sheet: &Sheet) -> Vec<Result<(u64, Vec<String>), Trouble>> {
    sheet.rows().map(|row| row.map(|row| (row.number, cells(&row)))).collect()
}

/// The same for a table that must be without trouble.
pub fn good(sheet: &Sheet) -> Vec<(u64, Vec<String>)> {
    rows(sheet).into_iter().collect::<Result<_, _>>().unwrap()
}

pub fn row(number: u64, cells: &[&str]) -> (u64, Vec<String>) {
    (number, cells.iter().map(|cell| (*cell).to_owned()).collect())
}

pub fn plain(name: &str, bytes: impl AsRef<[u8]>) -> Result<Sheet, Trouble> {
    sheet::of_bytes(name, bytes.as_ref(), &Options::default())
}

pub fn code(found: Result<Sheet, Trouble>) -> &'static str {
    found.expect_err("this is no table").code
}

pub fn gz(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes.as_ref()).unwrap();
    packed.finish().unwrap()
}

pub fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A workbook by hand: what no library writes, but some programs do.
pub struct Book {
    pub sheets: &'static str,
    pub strings: String,
    pub styles: String,
    pub rows: String,
}

impl Book {
    pub fn of_rows(rows: &str) -> Book {
        Book {
            sheets: r#"<sheet name="One" sheetId="1" r:id="rId1"/>"#,
            strings: "<sst/>".to_owned(),
            styles: "<styleSheet/>".to_owned(),
            rows: rows.to_owned(),
        }
    }

    pub fn bytes(&self) -> Vec<u8> {
        let link = |id: &str, kind: &str, target: &str| {
            let kind = format!("http://schemas.example/relationships/{kind}");
            format!(r#"<Relationship Id="{id}" Type="{kind}" Target="{target}"/>"#)
        };
        let main = link("r1", "officeDocument", "/xl/workbook.xml");
        let links = [
            link("rId1", "worksheet", "worksheets/sheet1.xml"),
            link("rId2", "worksheet", "/xl/worksheets/sheet2.xml"),
            link("rId3", "sharedStrings", "../xl/sharedStrings.xml"),
            link("rId4", "styles", "styles.xml"),
        ];
        let relationships = |links: &str| format!("<Relationships>{links}</Relationships>");
        let sheet = format!("<worksheet><sheetData>{}</sheetData></worksheet>", self.rows);
        let other = "<worksheet><sheetData><row><c t='str'><v>other</v></c></row></sheetData>\
                     </worksheet>";
        let book = format!(r#"<workbook xmlns:r="r"><sheets>{}</sheets></workbook>"#, self.sheets);
        zip(&[
            ("[Content_Types].xml", b"<Types/>"),
            ("_rels/.rels", relationships(&main).as_bytes()),
            ("xl/workbook.xml", book.as_bytes()),
            ("xl/_rels/workbook.xml.rels", relationships(&links.concat()).as_bytes()),
            ("xl/sharedStrings.xml", self.strings.as_bytes()),
            ("xl/styles.xml", self.styles.as_bytes()),
            ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
            ("xl/worksheets/sheet2.xml", other.as_bytes()),
        ])
    }
}
