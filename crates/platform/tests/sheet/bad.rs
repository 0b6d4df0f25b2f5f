//! What people send that is no table, or no longer one. Each gets its trouble, none a panic.

use platform::sheet::{self, Options, trouble};
use proptest::prelude::*;

use crate::kit::{Book, code, gz, plain, zip};

#[test]
fn a_file_that_is_not_what_it_says_is_named_as_both() {
    let book = Book::of_rows(r#"<row><c t="str"><v>a</v></c></row>"#).bytes();
    for (name, bytes, says, is) in [
        ("Customers.XLSX", b"name,phone\nx,1\n".to_vec(), "xlsx", "text"),
        ("a.gz", b"name,phone\n".to_vec(), "gz", "text"),
        ("a.zip", b"name,phone\n".to_vec(), "zip", "text"),
        ("a.xes", b"name,phone\n".to_vec(), "xes", "text"),
        ("a.csv", book.clone(), "csv", "zip"),
        ("a.zip", book, "zip", "xlsx"),
        ("a.xlsx", zip(&[("a.csv", b"a,b\n")]), "xlsx", "zip"),
        ("a.csv", gz("a,b\n"), "csv", "gz"),
        ("a.csv", b"<log/>".to_vec(), "csv", "xes"),
        ("a.xlsx.gz", gz("a,b\n"), "xlsx", "text"),
        ("a.xlsx", b"%PDF-1.7".to_vec(), "xlsx", "pdf"),
        ("a.csv", b"\xff\xd8\xff\xe0".to_vec(), "csv", "image"),
    ] {
        let found = plain(name, bytes).unwrap_err();
        assert_eq!(found.code, trouble::NOT_WHAT_IT_SAYS, "{name}: {found}");
        assert_eq!((found.arg("says"), found.arg("is")), (Some(says), Some(is)), "{name}");
    }
}

#[test]
fn what_is_no_table_at_all_is_refused() {
    let old = [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), &[0; 2_000]].concat();
    let stream: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let locked = [old.as_slice(), &stream].concat();
    let nested = zip(&[("a.gz", &gz(zip(&[("a.csv", b"a")])))]);
    for (name, bytes, expected) in [
        ("a.csv", Vec::new(), trouble::EMPTY),
        ("a.csv.gz", gz(""), trouble::EMPTY),
        ("a.xlsx", Vec::new(), trouble::EMPTY),
        ("a.csv", vec![0, 159, 146, 150, 0, 1, 2, 3], trouble::BINARY),
        ("upload", vec![7; 100], trouble::BINARY),
        ("a.xls", old.clone(), trouble::OTHER_SPREADSHEET),
        ("a.xlsx", old, trouble::OTHER_SPREADSHEET),
        ("a.xlsx", locked, trouble::ENCRYPTED),
        ("a.xls", b"<html><table><tr><td>1".to_vec(), trouble::NOT_A_TABLE),
        ("a.xls", b"\xef\xbb\xbf<?xml version=\"1.0\"?><Workbook/>".to_vec(), trouble::NOT_A_TABLE),
        ("a.pdf", b"%PDF-1.7".to_vec(), trouble::NOT_A_TABLE),
        ("a.docx", zip(&[("word/document.xml", b"<a/>")]), trouble::NOT_A_TABLE),
        ("a.ods", zip(&[("mimetype", b"x"), ("content.xml", b"x")]), trouble::OTHER_SPREADSHEET),
        ("a.xlsb", zip(&[("xl/workbook.bin", b"x")]), trouble::OTHER_SPREADSHEET),
        ("a.zip", zip(&[]), trouble::NO_TABLE),
        ("a.zip", nested, trouble::NOT_A_TABLE),
        ("a.xlsx", zip(&[("[Content_Types].xml", b"<Types/>")]), trouble::DAMAGED),
    ] {
        let found = plain(name, bytes).unwrap_err();
        assert_eq!(found.code, expected, "{name}: {found}");
    }
    let open = |path: &str| code(sheet::open(path, &Options::default()));
    assert_eq!(open("/nowhere/customers.csv"), trouble::NOT_FOUND);
    assert_eq!(open(env!("CARGO_MANIFEST_DIR")), trouble::UNREADABLE);
}

#[test]
fn what_was_cut_off_on_its_way_is_noticed_before_its_first_row() {
    let table = "name,phone\n".to_owned() + &"王芳,13800138000\n".repeat(5_000);
    let packed = gz(&table);
    assert_eq!(code(plain("a.csv.gz", &packed[..packed.len() - 1])), trouble::TRUNCATED);
    assert_eq!(code(plain("a.csv.gz", &packed[..packed.len() / 2])), trouble::TRUNCATED);
    assert_eq!(code(plain("a.csv.gz", &packed[..5])), trouble::TRUNCATED);
    let archive = zip(&[("a.csv", table.as_bytes())]);
    assert_eq!(code(plain("a.zip", &archive[..archive.len() / 2])), trouble::DAMAGED);
    let book = Book::of_rows(r#"<row><c t="str"><v>a</v></c></row>"#).bytes();
    assert_eq!(code(plain("a.xlsx", &book[..book.len() - 30])), trouble::DAMAGED);
    let open = Book::of_rows(r#"<row><c t="str"><v>a</v></c></row><row>"#).bytes();
    assert_eq!(code(plain("a.xlsx", open)), trouble::DAMAGED);
}

#[test]
fn a_flipped_bit_in_an_archive_is_noticed() {
    let table = "name,phone\n".to_owned() + &"x,1\n".repeat(50);
    let mut archive = zip(&[("a.csv", table.as_bytes())]);
    let crc = archive.windows(4).position(|mark| mark == b"PK\x01\x02").unwrap() + 16;
    archive[crc] ^= 1;
    let found = plain("a.zip", archive).unwrap_err();
    assert_eq!(
        (found.code, found.arg("why")),
        (trouble::DAMAGED, Some("a check sum does not match"))
    );
}

#[test]
fn a_workbook_is_not_believed_about_its_sizes() {
    for rows in [
        r#"<row r="5"><c t="str"><v>a</v></c></row><row r="4"/>"#,
        r#"<row r="99999999999999999999"/>"#,
        r#"<row><c r="ABCD1"><v>1</v></c></row>"#,
        r#"<row><c r="1"><v>1</v></c></row>"#,
        r#"<row><c t="s"><v>7</v></c></row>"#,
    ] {
        let bare = Options { header: false, ..Options::default() };
        let found = sheet::of_bytes("a.xlsx", &Book::of_rows(rows).bytes(), &bare);
        assert_eq!(code(found), trouble::DAMAGED, "{rows}");
    }
    let wide = Book::of_rows(r#"<row><c r="XFE1"><v>1</v></c></row>"#).bytes();
    assert_eq!(code(plain("a.xlsx", wide)), trouble::TOO_MANY_COLUMNS);
    let long = format!(r#"<row><c t="str"><v>{}</v></c></row>"#, "x".repeat(2 << 20));
    assert_eq!(code(plain("a.xlsx", Book::of_rows(&long).bytes())), trouble::TOO_LONG);
    let bits = format!(r#"<row><c t="str"><v>{}</v></c></row>"#, "&amp;x".repeat(1 << 20));
    assert_eq!(code(plain("a.xlsx", Book::of_rows(&bits).bytes())), trouble::TOO_LONG);
}

#[test]
fn every_trouble_has_a_code_of_its_own() {
    let mut codes = trouble::CODES.to_vec();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), trouble::CODES.len());
}

/// To the end, whatever comes.
fn exhaust(name: &str, bytes: &[u8]) -> usize {
    let mut seen = 0;
    for header in [true, false] {
        let options = Options { header, ..Options::default() };
        if let Ok(sheet) = sheet::of_bytes(name, bytes, &options) {
            seen += sheet.rows().count() + 1;
        }
    }
    seen
}

const STYLES: &str = "<styleSheet><numFmts><numFmt numFmtId='170' formatCode='yyyy\\-mm;[h]'/>\
    </numFmts><cellXfs><xf numFmtId='0'/><xf numFmtId='170'/></cellXfs></styleSheet>";

const NAMES: [&str; 6] = ["upload", "a.csv", "a.xlsx", "a.xes", "a.csv.gz", "a.zip"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        for name in NAMES {
            exhaust(name, &bytes);
            exhaust(name, &gz(&bytes));
            exhaust(name, &zip(&[(name, &bytes)]));
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "[a-z0-9\",;|\t\r\n'=格é\u{feff}\u{0}]{0,300}") {
        for name in NAMES {
            exhaust(name, text.as_bytes());
        }
    }

    #[test]
    fn no_damage_to_a_good_file_makes_it_panic(
        flips in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<prop::sample::Index>(),
    ) {
        let rows = "<row><c t='s'><v>0</v></c></row><row><c s='1'><v>45943.5</v></c></row>";
        let book = Book {
            strings: "<sst><si><r><t>a</t></r></si></sst>".to_owned(),
            styles: STYLES.to_owned(),
            ..Book::of_rows(rows)
        };
        let log = "<log><trace><string key='a' value='b'/><event/></trace></log>";
        for (name, good) in [
            ("a.xlsx", book.bytes()),
            ("a.zip", zip(&[("a.csv", b"a,b\n1,2\n")])),
            ("a.csv.gz", gz("a,b\n1,2\n")),
            ("a.xes", log.as_bytes().to_vec()),
        ] {
            assert!(exhaust(name, &good) > 0, "{name}");
            let mut bytes = good;
            for (at, byte) in &flips {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            exhaust(name, &bytes);
            exhaust(name, &bytes[..cut.index(bytes.len())]);
        }
    }

    #[test]
    fn no_damage_inside_a_workbook_makes_it_panic(
        flips in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let damaged = |text: &str| {
            let mut bytes = text.as_bytes().to_vec();
            for (at, byte) in &flips {
                let at = at.index(bytes.len());
                bytes[at] = byte & 0x7f;
            }
            String::from_utf8(bytes).unwrap()
        };
        let rows = "<row r='1'><c r='A1' t='s'><v>0</v></c><c t='inlineStr'><is><t>x</t></is></c>\
                    </row><row r='2'><c s='1'><f>1</f><v>45943.5</v></c></row>";
        let book = Book {
            strings: damaged("<sst><si><r><t>a_x0041_</t></r><rPh><t>x</t></rPh></si></sst>"),
            styles: damaged(STYLES),
            ..Book::of_rows(&damaged(rows))
        };
        exhaust("a.xlsx", &book.bytes());
    }

    #[test]
    fn no_text_is_a_time_that_makes_it_panic(
        text in "\\PC{0,30}",
        format in "[%a-zA-Z0-9年 :.-]{0,12}",
    ) {
        let zone = jiff::tz::TimeZone::UTC;
        let _ = sheet::when(&text, &[&format], &zone);
        let _ = sheet::day(&text, &[&format]);
        let none: &[&str] = &[];
        let _ = sheet::when(&text, none, &zone);
        let _ = sheet::day(&text, none);
    }
}
