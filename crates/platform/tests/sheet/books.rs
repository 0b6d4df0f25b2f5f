//! Workbooks, as a person sees them.

use jiff::civil::date;
use platform::sheet::{self, Entry, Options, trouble};
use rust_xlsxwriter::{Format, Formula, Workbook};

use crate::kit::{Book, good, gz, plain, row, rows, zip};

#[test]
fn a_cell_is_read_as_a_person_sees_it() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, heading) in (0..).zip(["编号", "日期", "时刻", "邮编", "数", "是", "和", "空"])
    {
        sheet.write_string(0, column, heading).unwrap();
    }
    let look = |code: &str| Format::new().set_num_format(code);
    sheet.write_string(2, 0, "A-1 ").unwrap();
    let day = look("yyyy\"年\"m\"月\"d\"日\"");
    sheet.write_number_with_format(2, 1, 45943, &day).unwrap();
    let time = look("yyyy/m/d h:mm;@");
    sheet.write_number_with_format(2, 2, 45943.541666666664, &time).unwrap();
    sheet.write_number_with_format(2, 3, 10000, &look("000000")).unwrap();
    sheet.write_number(2, 4, 0.1 + 0.2).unwrap();
    sheet.write_boolean(2, 5, true).unwrap();
    sheet.write_formula(2, 6, Formula::new("=1+2").set_result("3")).unwrap();
    let bytes = book.save_to_buffer().unwrap();

    let sheet = plain("a.xlsx", bytes).unwrap();
    assert_eq!(sheet.read_as(), "XLSX, \"Sheet1\"");
    let seen = ["A-1 ", "2025-10-13", "2025-10-13T13:00:00", "010000", "0.3", "TRUE", "3", ""];
    assert_eq!(good(&sheet), [row(3, &seen)]);
}

#[test]
fn a_formula_without_a_value_is_a_trouble_of_its_cell() {
    let book = Book::of_rows(concat!(
        r#"<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c>"#,
        r#"<c r="B1" t="str"><v>b</v></c><c t="inlineStr"><is><t>c</t></is></c></row>"#,
        r#"<row r="2"><c r="A2"><f>SUM(B1)</f></c><c r="B2"><f>1</f><v/></c>"#,
        r#"<c r="C2"><v>7</v></c></row>"#,
        r##"<row r="3"><c r="A3" t="e"><f>A9</f><v>#REF!</v></c>"##,
        r##"<c r="B3" t="e"><v>#SPILL!</v></c></row>"##,
        r#"<row r="4"><c r="A4" t="str"><f>"x"</f><v>x</v></c>"#,
        r#"<c r="B4" t="str"><f>""</f><v></v></c>"#,
        r#"<c r="C4"><f>1+1</f><v>2</v></c></row>"#,
    ));
    let sheet = plain("a.xlsx", book.bytes()).unwrap();
    let none = "{cell.formula_without_value}";
    assert_eq!(
        good(&sheet),
        [
            row(2, &[none, none, "7"]),
            row(3, &["{cell.error}", "{cell.error}", ""]),
            row(4, &["x", "", "2"]),
        ]
    );
    let second = sheet.rows().nth(1).unwrap().unwrap();
    let platform::sheet::Cell::Bad(trouble) = &second.cells[1] else { panic!("{second:?}") };
    assert_eq!((trouble.row, trouble.column.as_deref()), (Some(3), Some("b")));
    assert_eq!(trouble.arg("value"), Some("#SPILL!"));
}

#[test]
fn merged_cells_are_refused_by_their_range() {
    let merged = |first: u32, last: u32| {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for row in 0..5 {
            sheet.write_string(row, 0, format!("h{row}")).unwrap();
            sheet.write_string(row, 1, "x").unwrap();
        }
        sheet.merge_range(first, 0, last, 1, "title", &Format::new()).unwrap();
        book.save_to_buffer().unwrap()
    };
    let found = plain("a.xlsx", merged(2, 3)).unwrap_err();
    assert_eq!((found.code, found.arg("range")), (trouble::MERGED, Some("A3:B4")));
    assert_eq!(found.row, Some(3));
    assert_eq!(plain("a.xlsx", merged(0, 0)).unwrap_err().arg("range"), Some("A1:B1"));

    // A title above the table does no harm.
    let below = Options { skip_rows: 1, ..Options::default() };
    let sheet = sheet::of_bytes("a.xlsx", &merged(0, 0), &below).unwrap();
    assert_eq!((sheet.headings(), good(&sheet).len()), (&["h1".to_owned(), "x".to_owned()][..], 3));
    let bare = Options { header: false, ..Options::default() };
    assert!(sheet::of_bytes("a.xlsx", &merged(0, 0), &bare).is_err());
}

#[test]
fn a_sheet_is_found_by_its_name() {
    let book = Book {
        sheets: concat!(
            r#"<sheet name="Hidden" state="hidden" r:id="rId2"/>"#,
            r#"<sheet name="A &amp; B" r:id="rId1"/><sheet name="Gone" r:id="rId9"/>"#
        ),
        ..Book::of_rows(r#"<row r="1"><c t="str"><v>head</v></c></row>"#)
    };
    let named = |sheet: Option<&str>| {
        let options = Options { sheet: sheet.map(str::to_owned), ..Options::default() };
        sheet::of_bytes("a.xlsx", &book.bytes(), &options)
    };
    assert_eq!(named(None).unwrap().headings(), ["head"]);
    assert_eq!(named(Some("A & B")).unwrap().headings(), ["head"]);
    assert_eq!(named(Some("Hidden")).unwrap().headings(), ["other"]);
    for missing in ["Gone", "a & b", ""] {
        let found = named(Some(missing)).unwrap_err();
        assert_eq!((found.code, found.arg("sheet")), (trouble::NO_SUCH_SHEET, Some(missing)));
        assert_eq!(found.arg("names"), Some("Hidden, A & B"));
    }
}

#[test]
fn texts_of_several_fonts_are_one_text() {
    let book = Book {
        strings: concat!(
            "<x:sst xmlns:x='m' uniqueCount='99999999999999'><x:si><x:t>head</x:t></x:si>",
            "<x:si><x:r><x:rPr><x:b/></x:rPr><x:t>王</x:t></x:r>",
            "<x:r><x:t xml:space='preserve'> 芳</x:t></x:r>",
            "<x:rPh sb='0' eb='1'><x:t>wang</x:t></x:rPh></x:si><x:si/>",
            "<x:si><x:t>a_x000D_b _x0041_ &lt;&#33268;&gt; _xyz_</x:t></x:si></x:sst>"
        )
        .to_owned(),
        ..Book::of_rows(concat!(
            r#"<row><c t="s"><v>0</v></c></row><row><c t="s"><v>1</v></c></row>"#,
            r#"<row><c t="s"><v>2</v></c></row><row><c t="s"><v>3</v></c></row>"#,
        ))
    };
    let sheet = plain("a.xlsx", book.bytes()).unwrap();
    assert_eq!(good(&sheet), [row(2, &["王 芳"]), row(4, &["a\rb A <致> _xyz_"])]);
}

#[test]
fn rows_keep_the_numbers_of_the_spreadsheet() {
    let book = Book::of_rows(concat!(
        r#"<row r="3"><c r="B3" t="str"><v>head</v></c></row><row r="4"/>"#,
        r#"<row r="7"><c r="B7"><v>1</v></c></row><row r="9"><c r="B9"><v>2</v></c></row>"#,
        r#"<row r="12"><c r="D12"><v>3</v></c></row>"#,
    ));
    let options = Options { skip_rows: 2, ..Options::default() };
    let sheet = sheet::of_bytes("a.xlsx", &book.bytes(), &options).unwrap();
    assert_eq!(sheet.headings(), ["1", "head"]);
    let found = rows(&sheet);
    assert_eq!(found[..2], [Ok(row(7, &["", "1"])), Ok(row(9, &["", "2"]))]);
    let long = found[2].clone().unwrap_err();
    assert_eq!((long.code, long.row), (trouble::TOO_MANY_CELLS, Some(12)));
}

#[test]
fn a_workbook_without_headings_says_so() {
    for rows in [
        "",
        r#"<row r="2"><c t="str"><v>late</v></c></row>"#,
        r#"<row r="1"><c><v>1</v></c><c><v>2</v></c></row>"#,
    ] {
        let found = plain("a.xlsx", Book::of_rows(rows).bytes()).unwrap_err();
        assert_eq!((found.code, found.row), (trouble::NO_HEADER, Some(1)), "{rows}");
    }
}

#[test]
fn a_packed_workbook_is_read_too() {
    let book = Book::of_rows(r#"<row><c t="str"><v>a</v></c></row><row><c><v>1</v></c></row>"#);
    for (name, bytes) in [
        ("a.zip", zip(&[("in/a.xlsx", &book.bytes())])),
        ("a.xlsx.gz", gz(book.bytes())),
        ("upload", book.bytes()),
    ] {
        assert_eq!(good(&plain(name, bytes).unwrap()), [row(2, &["1"])], "{name}");
    }
}

#[test]
fn what_was_written_is_read_back() {
    let moment = date(2026, 1, 10).at(8, 30, 15, 0);
    let table = (0..1_000).map(|number| {
        vec![
            Entry::Whole(number),
            Entry::from("=HYPERLINK(\"x\")"),
            Entry::Day(date(2026, 1, 10)),
            Entry::Moment(moment),
            Entry::Number(-22.25),
            Entry::Empty,
            Entry::Whole(440_402_199_001_011_234),
            Entry::from("0010"),
        ]
    });
    let headings = ["编号", "文字", "日期", "时刻", "数", "空", "身份证", "码"];
    let written = sheet::xlsx(&headings, table).unwrap();
    let sheet = plain("a.xlsx", written).unwrap();
    assert_eq!(sheet.headings(), headings);
    let read = good(&sheet);
    assert_eq!(read.len(), 1_000);
    let last = ["999", "=HYPERLINK(\"x\")", "2026-01-10", "2026-01-10T08:30:15", "-22.25", ""];
    let rest = ["440402199001011234", "0010"];
    assert_eq!(read[999], row(1_001, &[&last[..], &rest[..]].concat()));
}

#[test]
fn more_rows_than_excel_has_are_not_written() {
    let table = std::iter::repeat_n(Vec::new(), 1_048_576);
    let found = sheet::xlsx(&["a"], table).unwrap_err();
    assert_eq!((found.code, found.arg("most")), (trouble::TOO_MANY_ROWS, Some("1048575")));
}
