//! Files that mean harm: those we write for people's spreadsheets, those that swell when they are
//! opened, and names that lead elsewhere.

use std::io::{Cursor, Read as _, Write as _};

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use platform::sheet::{self, Options, trouble};
use serde_json::json;
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::{
    crash::run,
    forms::upload,
    rights::routes,
    town::{On, Town, everywhere},
};

/// What a spreadsheet would take for something to compute, or to fetch.
const FORMULAS: &[&str] = &[
    "=1+1",
    "=HYPERLINK(\"http://elsewhere.example\",\"x\")",
    "+1-2",
    "-2+3",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    "＝1+1",
];

async fn bytes_of(town: &Town, who: &str, path: &str) -> (StatusCode, Vec<u8>) {
    use tower::ServiceExt as _;
    let request = Request::get(path)
        .header(header::AUTHORIZATION, format!("Bearer {}", town.token(who)))
        .body(Body::empty());
    let door = baoxiu::server::router(town.app.clone());
    let answer = door.oneshot(request.unwrap()).await.unwrap();
    let status = answer.status();
    let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    (status, body.to_vec())
}

#[tokio::test]
async fn nothing_in_a_file_we_write_is_a_formula() {
    everywhere("formulas", async |town| {
        for (n, text) in FORMULAS.iter().enumerate() {
            let body = json!({
                "kind": "repair", "channel": "phone",
                "customer": {"name": text, "contact": text, "phone": format!("1390013970{n}"),
                    "address": format!("{text}广东省珠海市香洲区前山街道{n}号")},
                "device": {"category": "家用空调器", "model": text, "serial": format!("FZ-{n}000"),
                    "purchase_channel": text},
                "fault": {"text": text},
            });
            let filed = town.post("mei", "/requests", body).await;
            assert_eq!(filed.status, StatusCode::CREATED, "{}", filed.text);
        }
        let mut found = 0;
        let files: Vec<_> = routes::all().into_iter().collect();
        for path in files.iter().filter_map(|it| it.strip_prefix("GET ")) {
            for who in ["mei", "chen", "guan", "shen", "hui"] {
                if path.ends_with(".csv") {
                    let (status, bytes) = bytes_of(town, who, path).await;
                    if status == StatusCode::OK {
                        found += no_formula_in_csv(path, &bytes);
                    }
                } else if path.ends_with(".xlsx") {
                    let (status, bytes) = bytes_of(town, who, path).await;
                    if status == StatusCode::OK {
                        no_formula_in_workbook(path, &bytes);
                    }
                }
            }
        }
        assert!(found > 0, "nothing of it stands in any file");
    })
    .await;
}

/// Returns how many cells would have been formulas.
fn no_formula_in_csv(path: &str, bytes: &[u8]) -> usize {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let mut reader = csv::ReaderBuilder::new();
    let mut reader =
        reader.has_headers(false).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let mut guarded = 0;
    for record in reader.records() {
        for cell in &record.unwrap() {
            let number = cell.parse::<f64>().is_ok();
            let computes = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
            assert!(number || !computes, "{path}: {cell}");
            guarded += usize::from(cell.starts_with("'=") || cell.starts_with("'@"));
        }
    }
    guarded
}

fn no_formula_in_workbook(path: &str, bytes: &[u8]) {
    let mut book = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut sheets = 0;
    for at in 0..book.len() {
        let mut text = String::new();
        book.by_index(at).unwrap().read_to_string(&mut text).unwrap();
        sheets += usize::from(text.contains("<sheetData"));
        assert!(!text.contains("<f>") && !text.contains("<f "), "{path}: a formula: {text}");
        assert!(!text.contains("TargetMode=\"External\""), "{path} fetches something: {text}");
    }
    assert_eq!(sheets, 1, "{path}");
}

#[tokio::test]
async fn no_path_leads_out_of_what_may_be_seen() {
    let town = Town::new("paths", On::Sqlite).await;
    let mut tried = 0;
    for up in ["..", "%2e%2e", "..%2f..", "%2e%2e%2f", "..%5c", "....//", "%00", "%c0%ae%c0%ae"] {
        for file in ["etc/passwd", "Cargo.toml", "town.db", "locales/en/house.ftl"] {
            for base in ["/assets/", "/assets/css/", "/api/v1/photos/", "/"] {
                let path = format!("{base}{up}/{up}/{up}/{up}/{file}");
                let request = Request::get(&path)
                    .header(header::AUTHORIZATION, format!("Bearer {}", town.token("mei")));
                let answer = town.ask(request.body(Body::empty()).unwrap()).await;
                // What is no text at all is no address either.
                let no = [StatusCode::NOT_FOUND, StatusCode::BAD_REQUEST];
                assert!(no.contains(&answer.status), "{path}: {}", answer.status);
                for word in ["root:", "[workspace]", "SQLite format", "refusal-"] {
                    assert!(!answer.text.contains(word), "{path}: {}", answer.text);
                }
                tried += 1;
            }
        }
    }
    assert!(tried > 100);
    // ASVS 13.4.1: nor is there anything of how it was made.
    for trace in
        [".git/HEAD", ".git/config", ".svn/entries", ".env", "Cargo.lock", "target/", "src/"]
    {
        for base in ["/", "/assets/"] {
            let asked = Request::get(format!("{base}{trace}")).body(Body::empty());
            let answer = town.ask(asked.unwrap()).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{base}{trace}");
        }
    }
}

/// A PNG that says it is so large, and holds almost nothing.
fn png_of(width: u32, height: u32) -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let chunk = |png: &mut Vec<u8>, kind: &[u8], data: &[u8]| {
        png.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        let body = [kind, data].concat();
        let mut crc = u32::MAX;
        for byte in &body {
            crc ^= u32::from(*byte);
            for _ in 0..8 {
                crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
            }
        }
        png.extend(body);
        png.extend((!crc).to_be_bytes());
    };
    let mut head = [width.to_be_bytes(), height.to_be_bytes()].concat();
    head.extend([8, 2, 0, 0, 0]);
    chunk(&mut png, b"IHDR", &head);
    // Zeros that were packed: a few bytes that become gigabytes.
    chunk(&mut png, b"IDAT", &[0x78, 0x9c, 0x63, 0x60, 0x60, 0x60, 0, 0, 0, 4, 0, 1]);
    chunk(&mut png, b"IEND", &[]);
    png
}

#[tokio::test]
async fn a_picture_of_30_000_by_30_000_is_refused_before_it_is_opened() {
    everywhere("hugephoto", async |town| {
        let order = town.on_site().await;
        let path = format!("/orders/{order}/photos");
        for (width, height, code) in [
            (30_000, 30_000, "photo.too_many_pixels"),
            (u32::MAX >> 1, 1, "photo.not_a_picture"),
            (1 << 20, 1 << 20, "photo.too_many_pixels"),
        ] {
            let no = send_photo(town, &path, &png_of(width, height)).await;
            assert!(no.status.is_client_error(), "{}", no.text);
            let code_said = no.json["code"].as_str().unwrap();
            let refused = ["photo.too_many_pixels", "photo.not_a_picture"].contains(&code_said);
            assert!(refused, "{width}×{height}: {code_said}");
            if width == 30_000 {
                assert_eq!((no.status, code_said), (StatusCode::PAYLOAD_TOO_LARGE, code));
            }
        }
        // By the form of the page, in words, and the order is as before.
        let job = format!("/jobs/{order}/photos");
        let page = upload(town, "li", &job, "before", &png_of(30_000, 30_000)).await;
        assert!(page.status.is_client_error() && page.text.contains("像素"), "{}", page.text);
        let seen = town.get("li", &format!("/orders/{order}")).await.json;
        assert_eq!(seen["photos"].as_array().map(Vec::len), Some(0), "{seen}");
    })
    .await;
}

async fn send_photo(town: &Town, path: &str, bytes: &[u8]) -> crate::town::Answer {
    let mut body = b"--x\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nbefore\r\n--x\r\n\
        Content-Disposition: form-data; name=\"file\"; filename=\"../../a.png\"\r\n\r\n"
        .to_vec();
    body.extend(bytes);
    body.extend(b"\r\n--x--\r\n");
    let request = town.request("POST", "li", path);
    let request = request.header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
    town.ask(request.body(body.into()).unwrap()).await
}

#[tokio::test]
async fn of_a_picture_nothing_is_kept_but_what_is_seen() {
    let town = Town::new("hidden", On::Sqlite).await;
    let order = town.on_site().await;
    let secret = b"<script>alert(document.cookie)</script> GPS 22.27 113.54";
    let mut picture = Vec::new();
    let drawn = image::RgbImage::from_pixel(16, 16, image::Rgb([9, 90, 200]));
    drawn.write_to(&mut Cursor::new(&mut picture), image::ImageFormat::Jpeg).unwrap();
    // A remark inside the picture, and a page behind its end.
    let mut carried = picture[..2].to_vec();
    carried.extend([0xff, 0xfe]);
    carried.extend(u16::try_from(secret.len() + 2).unwrap().to_be_bytes());
    carried.extend(secret);
    carried.extend(&picture[2..]);
    carried.extend(secret);
    let kept = send_photo(&town, &format!("/orders/{order}/photos"), &carried).await;
    assert_eq!(kept.status, StatusCode::CREATED, "{}", kept.text);
    let url = kept.json["url"].as_str().unwrap();
    let (status, bytes) = bytes_of(&town, "li", url).await;
    assert_eq!(status, StatusCode::OK);
    assert!(!bytes.windows(8).any(|it| it == b"<script>" || it == b"GPS 22.2"));
    assert_eq!(&bytes[..2], b"\xff\xd8", "a picture");
    let mut files = Vec::new();
    crate::house::source::walk(&town.folder().join("files"), &mut files);
    let names: Vec<_> = files.iter().filter_map(|it| it.file_name()?.to_str()).collect();
    let own = |it: &&str| it.len() == 68 && it.ends_with(".jpg");
    assert!(names.iter().all(own) && !names.is_empty(), "named by what they hold: {names:?}");
}

/// An archive of one part, which holds so many megabytes of the same letter.
fn swollen(parts: &[(&str, &str)], bomb: &str, megabytes: usize) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let squeezed = SimpleFileOptions::default();
    for (name, text) in parts {
        archive.start_file(*name, squeezed).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.start_file(bomb, squeezed).unwrap();
    archive.write_all(b"a,b\n<worksheet><sheetData>").unwrap();
    let block = vec![b'\n'; 1 << 20];
    for _ in 0..megabytes {
        archive.write_all(&block).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

const BOOK: &[(&str, &str)] = &[
    ("[Content_Types].xml", "<Types/>"),
    (
        "_rels/.rels",
        "<Relationships><Relationship Id=\"r1\" Type=\"x/officeDocument\" \
         Target=\"xl/workbook.xml\"/></Relationships>",
    ),
    ("xl/workbook.xml", "<workbook><sheets><sheet name=\"a\" r:id=\"r1\"/></sheets></workbook>"),
    (
        "xl/_rels/workbook.xml.rels",
        "<Relationships><Relationship Id=\"r1\" Type=\"x/worksheet\" \
         Target=\"worksheets/sheet1.xml\"/></Relationships>",
    ),
];

#[test]
fn what_swells_when_it_is_opened_is_refused_early() {
    let text = swollen(&[], "a.csv", 100);
    let book = swollen(BOOK, "xl/worksheets/sheet1.xml", 100);
    assert!(text.len() < 1 << 20 && book.len() < 1 << 20, "a bomb is small");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let row = b"a,b,c\n".repeat(100_000);
    for _ in 0..170 {
        packed.write_all(&row).unwrap();
    }
    let packed = packed.finish().unwrap();
    // The sheet of the book is one row without an end, which is seen before anything else.
    let all = [
        ("a.zip", text, trouble::SWOLLEN),
        ("a.xlsx", book, trouble::TOO_LONG),
        ("a.csv.gz", packed, trouble::SWOLLEN),
    ];
    for (name, bytes, code) in all {
        let trouble = match sheet::of_bytes(name, &bytes, &Options::default()) {
            Err(trouble) => trouble,
            Ok(sheet) => sheet.rows().find_map(Result::err).expect("an end"),
        };
        assert_eq!(trouble.code, code, "{name}: {trouble}");
        for lang in [kernel::Lang::Zh, kernel::Lang::En] {
            let words = baoxiu::import::problem::Problem::of_trouble(&trouble);
            assert!(!words.text(baoxiu::say::Say(lang)).contains('⟨'), "{name}");
        }
    }
}

#[test]
fn what_a_table_names_elsewhere_is_not_fetched() {
    let outside = "<!DOCTYPE x [<!ENTITY out SYSTEM \"file:///etc/passwd\">\
                   <!ENTITY a \"zqzqzqzqzq\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>";
    let row = |cells: &str| format!("<row r=\"1\">{cells}</row>");
    let cell =
        |at: &str, text: &str| format!("<c r=\"{at}1\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let sheet = format!(
        "<?xml version=\"1.0\"?>{outside}<worksheet><sheetData>{}</sheetData></worksheet>",
        row(&(cell("A", "&out;") + &cell("B", "&b;")))
    );
    let log = format!(
        "<?xml version=\"1.0\"?>{outside}<log><trace><string key=\"concept:name\" \
                       value=\"&out;\"/></trace></log>"
    );
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let mut parts: Vec<(&str, &str)> = BOOK.to_vec();
    parts.push(("xl/worksheets/sheet1.xml", &sheet));
    for (name, text) in parts {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    let book = archive.finish().unwrap().into_inner();
    let plain = Options { header: false, ..Options::default() };
    for (name, bytes) in [("a.xlsx", book), ("a.xes", log.into_bytes())] {
        let said = match sheet::of_bytes(name, &bytes, &plain) {
            Err(trouble) => trouble.to_string(),
            Ok(sheet) => format!("{:?}", sheet.rows().collect::<Vec<_>>()),
        };
        assert!(!said.contains("root:") && !said.contains("zqzqzqzqzqzq"), "{name}: {said}");
    }
}

#[tokio::test]
async fn a_packed_body_is_not_opened() {
    let town = Town::new("packed", On::Sqlite).await;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&vec![b' '; 32 << 20]).unwrap();
    let packed = packed.finish().unwrap();
    let request = town
        .request("POST", "mei", "/requests")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CONTENT_ENCODING, "gzip");
    let answer = town.ask(request.body(packed.into()).unwrap()).await;
    assert_eq!(
        (answer.status, &answer.json["code"]),
        (StatusCode::BAD_REQUEST, &json!("not_json"))
    );
}

#[tokio::test]
async fn an_archive_whose_names_lead_elsewhere_writes_nothing_there() {
    let town = Town::new("slip", On::Sqlite).await;
    let good = town.folder().join("good.zip");
    assert!(run(&town, &["backup", good.to_str().unwrap()]).status.success());
    let bad = town.folder().join("bad.zip");
    let mut from = ZipArchive::new(std::fs::File::open(&good).unwrap()).unwrap();
    let mut to = ZipWriter::new(std::fs::File::create(&bad).unwrap());
    for at in 0..from.len() {
        to.raw_copy_file(from.by_index_raw(at).unwrap()).unwrap();
    }
    let out = town.folder().join("outside");
    let names = ["files/../../outside", "../outside", "files/ab/../../../outside", "/outside"];
    for name in names.iter().copied().chain([out.to_str().unwrap()]) {
        to.start_file(name, SimpleFileOptions::default()).unwrap();
        to.write_all(b"came through").unwrap();
    }
    to.finish().unwrap();
    let new = town.folder().join("new/house");
    std::fs::create_dir_all(&new).unwrap();
    let mut restore = std::process::Command::new(env!("CARGO_BIN_EXE_baoxiu"));
    restore.args(["restore", bad.to_str().unwrap(), "--data", new.to_str().unwrap()]);
    let said = restore.env_remove("DATABASE_URL").output().unwrap();
    let words = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(said.status.success(), "what is ours comes back: {words}");
    assert!(new.join("baoxiu.db").exists());
    let mut all = Vec::new();
    crate::house::source::walk(town.folder(), &mut all);
    let came: Vec<_> = all.iter().filter(|it| it.ends_with("outside")).collect();
    assert!(came.is_empty() && !std::path::Path::new("/outside").exists(), "{came:?}");
}
