//! Text between separators, in all letters and packings.

use encoding_rs::{GB18030, WINDOWS_1252};
use platform::sheet::{self, Options, trouble};

use crate::kit::{cells, good, gz, plain, row, rows, zip};

const CUSTOMERS: &str =
    "编号,姓名,地址\n1,王芳,\"广东省珠海市香洲区\n凤凰北路 1 号\"\n2,李娜,中山市\n";

#[test]
fn the_same_table_is_read_in_all_letters() {
    let wide = |order: fn(u16) -> [u8; 2]| {
        format!("\u{feff}{CUSTOMERS}").encode_utf16().flat_map(order).collect::<Vec<u8>>()
    };
    for bytes in [
        CUSTOMERS.as_bytes().to_vec(),
        format!("\u{feff}{CUSTOMERS}").into_bytes(),
        GB18030.encode(CUSTOMERS).0.into_owned(),
        wide(u16::to_le_bytes),
        wide(u16::to_be_bytes),
    ] {
        let sheet = plain("customers.csv", bytes).unwrap();
        assert_eq!(sheet.headings(), ["编号", "姓名", "地址"], "{}", sheet.read_as());
        let expected = [
            row(2, &["1", "王芳", "广东省珠海市香洲区\n凤凰北路 1 号"]),
            row(3, &["2", "李娜", "中山市"]),
        ];
        assert_eq!(good(&sheet), expected, "{}", sheet.read_as());
    }
}

#[test]
fn western_accents_are_read_too() {
    let text = "id\tnom\n1\tDésirée\n2\tMüller\n";
    let sheet = plain("noms.txt", WINDOWS_1252.encode(text).0).unwrap();
    assert_eq!(good(&sheet), [row(2, &["1", "Désirée"]), row(3, &["2", "Müller"])]);
    assert_eq!(sheet.read_as(), "windows-1252, '\\t'");
}

#[test]
fn packed_tables_are_read_where_they_lie() {
    let table = CUSTOMERS.as_bytes();
    let packed = gz(table);
    let mac =
        zip(&[("a/", b""), ("a/t.csv", table), ("__MACOSX/a/._t.csv", b"x"), ("read.me", b"")]);
    for (name, bytes) in [
        ("t.csv.gz", packed.clone()),
        ("t.zip", zip(&[("t.csv", table)])),
        ("t.zip", zip(&[("t.csv.gz", &packed)])),
        ("t.zip", mac),
        ("t.zip.gz", gz(zip(&[("t.csv", table)]))),
        ("upload", packed),
    ] {
        let sheet = plain(name, bytes).unwrap();
        assert_eq!(good(&sheet).len(), 2, "{name}");
        assert_eq!(good(&sheet).len(), 2, "{name}, read again");
    }
}

#[test]
fn an_archive_with_several_tables_names_them() {
    let archive = zip(&[("b/two.csv", b"x"), ("one.txt", b"x"), ("pic.png", b"x")]);
    let found = plain("t.zip", archive).unwrap_err();
    assert_eq!(found.code, trouble::SEVERAL_TABLES);
    assert_eq!(found.arg("names"), Some("b/two.csv, one.txt"));
    let none = plain("t.zip", zip(&[("pic.png", b"x")])).unwrap_err();
    assert_eq!((none.code, none.arg("names")), (trouble::NO_TABLE, Some("pic.png")));
}

#[test]
fn names_in_chinese_archives_can_be_read() {
    let mut archive = zip(&[("AABBCC1.csv", b"x"), ("AABBCC2.csv", b"x")]);
    let name = GB18030.encode("客户表").0.into_owned();
    for at in 0..archive.len() - name.len() {
        if archive[at..].starts_with(b"AABBCC") {
            archive[at..at + name.len()].copy_from_slice(&name);
        }
    }
    let found = plain("t.zip", archive).unwrap_err();
    assert_eq!(found.arg("names"), Some("客户表1.csv, 客户表2.csv"));
}

#[test]
fn a_short_row_ends_in_empty_cells_and_a_long_one_is_a_trouble_of_its_own() {
    let sheet = plain("t.csv", "a,b,c\n1,2\n1,2,3,4\n1,2,3,,,\n7,8,9\n").unwrap();
    let found = rows(&sheet);
    assert_eq!(found[0], Ok(row(2, &["1", "2", ""])));
    let long = found[1].clone().unwrap_err();
    assert_eq!((long.code, long.row), (trouble::TOO_MANY_CELLS, Some(3)));
    assert_eq!((long.arg("found"), long.arg("expected")), (Some("4"), Some("3")));
    assert!(!long.ends_reading());
    assert_eq!(found[2..], [Ok(row(4, &["1", "2", "3"])), Ok(row(5, &["7", "8", "9"]))]);
}

#[test]
fn a_row_without_an_end_ends_the_reading() {
    let sheet = plain("t.csv", "a,b\n1,2\n\"3,4\n5,6\n").unwrap();
    let found = rows(&sheet);
    assert_eq!((found.len(), &found[0]), (2, &Ok(row(2, &["1", "2"]))));
    let open = found[1].clone().unwrap_err();
    assert_eq!((open.code, open.row), (trouble::OPEN_QUOTE, Some(3)));
    assert!(open.ends_reading());
}

#[test]
fn empty_rows_are_left_out_but_counted() {
    let sheet = plain("t.csv", "a,b\n\n1,2\n,,,\n \n3,\"\n\"\n\n4,5").unwrap();
    assert_eq!(good(&sheet), [row(3, &["1", "2"]), row(6, &["3", ""]), row(8, &["4", "5"])]);
}

#[test]
fn rows_above_the_header_are_skipped_and_counted() {
    let text = "客户清单,,\n\"打印于\n2026\",,\nname,phone,name\n王芳,138,x\n";
    let options = Options { skip_rows: 2, ..Options::default() };
    let sheet = sheet::of_bytes("t.csv", text.as_bytes(), &options).unwrap();
    assert_eq!(sheet.headings(), ["name", "phone", "name#2"]);
    assert_eq!(good(&sheet), [row(4, &["王芳", "138", "x"])]);
}

#[test]
fn without_a_header_columns_are_called_by_number() {
    let options = Options { header: false, skip_rows: 1, ..Options::default() };
    let sheet = sheet::of_bytes("t.csv", b"x\n1,2\n3,4,5\n", &options).unwrap();
    assert_eq!(sheet.headings(), ["1", "2", "3"]);
    assert_eq!(good(&sheet), [row(2, &["1", "2", ""]), row(3, &["3", "4", "5"])]);
}

#[test]
fn no_header_where_one_should_be_is_said() {
    for (text, skip_rows) in [("\na,b\n1,2\n", 0), ("1,2\n3,4\n", 0), ("a,b\n", 1), ("a,b\n1,2", 9)]
    {
        let options = Options { skip_rows, ..Options::default() };
        let found = sheet::of_bytes("t.csv", text.as_bytes(), &options).unwrap_err();
        assert_eq!((found.code, found.row), (trouble::NO_HEADER, Some(skip_rows + 1)), "{text:?}");
    }
}

#[test]
fn what_is_missing_is_empty() {
    let missing = vec!["?".to_owned(), "N/A".to_owned()];
    let options = Options { missing, ..Options::default() };
    let sheet = sheet::of_bytes("t.csv", b"a,b,c,d\n?, N/A ,  ,why?\n", &options).unwrap();
    assert_eq!(good(&sheet), [row(2, &["", "", "", "why?"])]);
}

#[test]
fn a_letter_that_cannot_be_read_is_a_trouble_of_its_cell() {
    let mut text = "id,name\n".to_owned().into_bytes();
    text.extend("1,格力电器服务中心\n".repeat(20).bytes());
    text.extend(b"2,\xff\xfe?\n3,");
    text.extend("\u{fffd}\n".bytes());
    let found = good(&plain("t.csv", &text).unwrap());
    assert_eq!(found[20], row(22, &["2", "{cell.garbled}"]));
    // A file without damage may hold the sign for it.
    let found = good(&plain("t.csv", "id,name\n3,\u{fffd}\n").unwrap());
    assert_eq!(found, [row(2, &["3", "\u{fffd}"])]);
}

#[test]
fn what_was_written_for_a_spreadsheet_is_read_back() {
    let texts = ["=1+1", "+86 138", "'=x", "''-", "'quoted", "line\nbreak", "a,\"b\"", "格力"];
    let table = texts.iter().map(|text| vec![(*text).into(), sheet::Entry::Whole(-5)]);
    let written = sheet::csv(&["text", "number"], table).unwrap();
    let sheet = plain("t.csv", written).unwrap();
    assert_eq!(sheet.headings(), ["text", "number"]);
    let read: Vec<Vec<String>> = sheet.rows().map(|row| cells(&row.unwrap())).collect();
    assert_eq!(read, texts.map(|text| vec![text.to_owned(), "-5".to_owned()]));
}

#[test]
fn extracts_of_real_tables_are_read() {
    for (file, columns) in
        [("boston311_200.csv", 29), ("sf311_200.csv", 19), ("uci_incident_200.csv", 36)]
    {
        let path = format!("{}/tests/data/{file}", env!("CARGO_MANIFEST_DIR"));
        let sheet = sheet::open(path, &Options::default()).unwrap();
        let found = good(&sheet);
        assert_eq!((found.len(), sheet.headings().len()), (200, columns), "{file}");
        assert_eq!((found[0].0, found[199].0), (2, 201), "{file}");
    }
}
