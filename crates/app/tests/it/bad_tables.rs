//! Tables that are too long, empty for a million rows, or written in two alphabets at once.

use std::{
    io::{Cursor, Write as _},
    process::{Command, Stdio},
    time::Duration,
};

use baoxiu::{import::problem::Problem, say::Say};
use kernel::Lang;
use platform::sheet::{self, Options, trouble};
use rust_xlsxwriter::Workbook;
use serde_json::Value as Json;
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{
    import::{PLAIN, codes, count, counts, import},
    town::{Dir, On, Town, everywhere},
};

/// What reading so many rows may take, in kilobytes.
const MOST_MEMORY: u64 = 300 << 10;

/// Fewer rows while one works on something else: `BAOXIU_ROWS=20000`.
fn rows() -> u32 {
    std::env::var("BAOXIU_ROWS").ok().and_then(|it| it.parse().ok()).unwrap_or(300_000)
}

/// The most memory a program holds until it ends, and what it said.
fn watched(command: &mut Command) -> (u64, std::process::Output) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        let said = std::fs::read_to_string(&status).unwrap_or_default();
        let line = said.lines().find_map(|it| it.strip_prefix("VmHWM:"));
        let held = line.and_then(|it| it.trim().trim_end_matches("kB").trim().parse().ok());
        most = most.max(held.unwrap_or(0));
        std::thread::sleep(Duration::from_millis(20));
    }
    (most, child.wait_with_output().unwrap())
}

#[test]
fn a_spreadsheet_of_300_000_rows_is_read_to_its_end_without_growing() {
    let dir = Dir::new("longsheet");
    let file = format!("{}/long.xlsx", dir.0);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_constant_memory().unwrap();
    for (column, heading) in (0..).zip(["external_id", "name", "phone", "address"]) {
        sheet.write_string(0, column, heading).unwrap();
    }
    for row in 1..=rows() {
        sheet.write_string(row, 0, format!("L{row}")).unwrap();
        sheet.write_string(row, 1, format!("用户{row}")).unwrap();
        sheet.write_string(row, 2, format!("139{row:08}")).unwrap();
        sheet.write_string(row, 3, "广东省珠海市香洲区前山街道金鸡路789号").unwrap();
    }
    book.save(&file).unwrap();
    let baoxiu = || Command::new(env!("CARGO_BIN_EXE_baoxiu"));
    let made = baoxiu().args(["init", "--pack", "gree-hvac", "--data", &dir.0]).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let mut command = baoxiu();
    command.args(["import", "customers", &file, "--dry-run", "--json", "--data", &dir.0]);
    let (most, said) = watched(&mut command);
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let report: Json = serde_json::from_slice(&said.stdout).unwrap();
    assert_eq!((&report["rows"], &report["bad"]), (&rows().into(), &0.into()), "{report}");
    assert!(most < MOST_MEMORY, "{most} kB");
}

/// A workbook whose sheet is written by hand.
fn book(sheet: &[u8]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let link = |kind: &str, to: &str| {
        format!(
            "<Relationships><Relationship Id=\"r1\" Type=\"x/{kind}\" Target=\"{to}\"/>\
             </Relationships>"
        )
    };
    let listed = "<workbook><sheets><sheet name=\"a\" r:id=\"r1\"/></sheets></workbook>";
    let parts = [
        ("[Content_Types].xml", "<Types/>".to_owned()),
        ("_rels/.rels", link("officeDocument", "xl/workbook.xml")),
        ("xl/workbook.xml", listed.to_owned()),
        ("xl/_rels/workbook.xml.rels", link("worksheet", "worksheets/sheet1.xml")),
    ];
    for (name, text) in &parts {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.start_file("xl/worksheets/sheet1.xml", SimpleFileOptions::default()).unwrap();
    archive.write_all(sheet).unwrap();
    archive.finish().unwrap().into_inner()
}

#[tokio::test]
async fn a_million_empty_rows_are_no_rows() {
    let row = |n: u64, cells: &[&str]| {
        let cells: String = ('A'..)
            .zip(cells)
            .map(|(at, it)| format!("<c r=\"{at}{n}\" t=\"inlineStr\"><is><t>{it}</t></is></c>"))
            .collect();
        format!("<row r=\"{n}\">{cells}</row>")
    };
    let mut sheet = b"<worksheet><sheetData>".to_vec();
    sheet.extend(row(1, &["external_id", "name", "phone"]).bytes());
    sheet.extend(row(2, &["M1", "王芳", "13800138000"]).bytes());
    for n in 3..1_000_003 {
        // Some with nothing, some with a look and no content.
        match n % 3 {
            0 => sheet.extend(format!("<row r=\"{n}\"/>").bytes()),
            1 => sheet.extend(format!("<row r=\"{n}\"><c r=\"A{n}\" s=\"0\"/></row>").bytes()),
            _ => sheet.extend(format!("<row r=\"{n}\"></row>").bytes()),
        }
    }
    sheet.extend(row(1_000_003, &["M2", "李强", "13900139001"]).bytes());
    sheet.extend(b"</sheetData></worksheet>");
    let bytes = book(&sheet);
    let table = sheet::of_bytes("a.xlsx", &bytes, &Options::default()).unwrap();
    let found: Vec<_> = table.rows().map(Result::unwrap).collect();
    let numbers: Vec<_> = found.iter().map(|it| it.number).collect();
    assert_eq!(numbers, [2, 1_000_003], "and each keeps the number that Excel shows");
}

#[tokio::test]
async fn two_alphabets_in_one_file_are_read_where_it_is_certain_and_said_where_not() {
    everywhere("mixed", async |town| {
        // "王芳" in UTF-8, and "李强" in GB 18030, in one file.
        let mut bytes = "external_id,name,phone\nK1,王芳,13800138000\nK2,".as_bytes().to_vec();
        bytes.extend([0xc0, 0xee, 0xc7, 0xbf]);
        bytes.extend(b",13900139001\n");
        bytes.extend("K3,欧阳锋,13900139002\n".as_bytes());
        let report = import(town, "customers", &bytes, &PLAIN).await;
        assert_eq!(
            codes(&report),
            [(3, "name".to_owned(), trouble::GARBLED)],
            "{:?}",
            report.problems
        );
        for lang in [Lang::Zh, Lang::En] {
            let text = report.problems[0].text(Say(lang));
            assert!(!text.contains('⟨') && !text.is_empty(), "{text}");
        }
        assert_eq!(count(town, "customers").await, 0, "nothing is filed beside it");
    })
    .await;
}

#[test]
fn a_quote_that_never_closes_in_a_long_file_is_named_and_not_read_for_ever() {
    let rows = "1,\"ok\",x\n".repeat(1000);
    let text = format!("a,b,c\n{rows}2,\"open,x\n{}", "3,ok,x\n".repeat(400_000));
    let sheet = sheet::of_bytes("a.csv", text.as_bytes(), &Options::default()).unwrap();
    let mut good = 0;
    let mut wrong = Vec::new();
    for row in sheet.rows() {
        match row {
            Ok(_) => good += 1,
            Err(it) => wrong.push(it),
        }
    }
    assert_eq!(good, 1000);
    assert_eq!(wrong.len(), 1, "it ends the reading: {wrong:?}");
    let said = [trouble::OPEN_QUOTE, trouble::TOO_LONG];
    assert!(said.contains(&wrong[0].code) && wrong[0].row == Some(1002), "{}", wrong[0]);
    for lang in [Lang::Zh, Lang::En] {
        assert!(!Problem::of_trouble(&wrong[0]).text(Say(lang)).contains('⟨'));
    }
}

#[tokio::test]
async fn a_leap_second_and_a_serial_day_in_a_table_are_read_or_refused_in_words() {
    let town = Town::new("leapsheet", On::Sqlite).await;
    let text = "external_id,kind,opened_at\nL1,repair,2016-12-31 23:59:60\n";
    let report = import(&town, "requests", text, &PLAIN).await;
    assert_eq!(counts(&report), [1, 0, 1, 0, 0], "{:?}", report.problems);
    let it = crate::import::request(&town, "L1").await;
    assert_eq!(it["received_at"], "2016-12-31T23:59:59+08:00");
    let text = "external_id,kind,opened_at\nL2,repair,45943.5\nL3,repair,2025-13-01\n";
    let report = import(&town, "requests", text, &PLAIN).await;
    let said: Vec<_> = codes(&report).into_iter().map(|it| it.2).collect();
    assert_eq!(said, ["time.unclear", "time.unclear"]);
}
