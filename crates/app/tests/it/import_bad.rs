//! Files as people have them: understood where the meaning is certain, refused in words where it
//! is not.

use baoxiu::say::Say;
use kernel::Lang;
use platform::sheet::{self, Options, trouble};
use rust_xlsxwriter::{Format, Formula, Workbook};

use crate::{
    import::{DRY, PLAIN, codes, count, counts, import, mapped, request, try_import},
    town::{On, Town, everywhere},
};

/// One row of a request with some cells of its own.
const HEAD: &str = "external_id,kind,opened_at,closed_at,duration_hours,status,customer_name,phone,\
                    address,district,lat,lon,outlet,product,level";

fn with(cells: &[(&str, &str)]) -> String {
    let row = HEAD.split(',').map(|field| {
        let own = cells.iter().find(|it| it.0 == field).map(|it| it.1);
        own.unwrap_or(match field {
            "external_id" => "X1",
            "kind" => "repair",
            "opened_at" => "2025-03-01 08:00",
            _ => "",
        })
    });
    format!("{HEAD}\n{}\n", row.collect::<Vec<_>>().join(","))
}

/// What the row says, the column of the problem, and its code.
type Contradiction = (&'static [(&'static str, &'static str)], &'static str, &'static str);

#[tokio::test]
async fn a_row_that_contradicts_itself_is_a_problem_with_its_column() {
    let town = Town::new("contradicts", On::Sqlite).await;
    #[rustfmt::skip]
    let cases: &[Contradiction] = &[
        (&[("closed_at", "2025-02-28 08:00")],                    "closed_at",      "import.ends_before_start"),
        (&[("closed_at", "2025-03-01 10:00"), ("duration_hours", "2.02")], "duration_hours", "import.hours_differ"),
        (&[("duration_hours", "-1")],                             "duration_hours", "negative"),
        (&[("duration_hours", "long")],                           "duration_hours", "number"),
        (&[("status", "open"), ("closed_at", "2025-03-01 10:00")], "status",        "import.open_and_closed"),
        (&[("status", "lost")],                                   "status",         "unknown_code"),
        (&[("kind", "reqair")],                                   "kind",           "unknown_code"),
        (&[("kind", "")],                                         "kind",           "missing"),
        (&[("external_id", "")],                                  "external_id",    "missing"),
        (&[("opened_at", "")],                                    "opened_at",      "missing"),
        (&[("opened_at", "soon")],                                "opened_at",      "time.unclear"),
        (&[("opened_at", "45943")],                               "opened_at",      "time.unclear"),
        (&[("opened_at", "王芳")],                                "opened_at",      "time.unclear"),
        (&[("lat", "0"), ("lon", "0.0")],                         "lat",            "import.nowhere"),
        (&[("lat", "22.27")],                                     "lon",            "import.half_a_place"),
        (&[("lat", "122.27"), ("lon", "113")],                    "lat",            "range"),
        (&[("lat", "96.1999$"), ("lon", "113")],                  "lat",            "number"),
        (&[("lat", "Mattapan"), ("lon", "113")],                  "lat",            "number"),
        (&[("phone", "1390756567")],                              "phone",          "phone.mobile_length"),
        (&[("phone", "a@b.cn")],                                  "phone",          "phone.letters"),
        (&[("customer_name", "13800138000")],                     "customer_name",  "import.other_kind"),
        (&[("customer_name", "2025-03-01T08:00:00")],             "customer_name",  "import.other_kind"),
        (&[("address", "22.2711")],                               "address",        "import.other_kind"),
        (&[("district", "999999")],                               "district",       "division.unknown"),
        (&[("level", "9")],                                       "level",          "unknown_code"),
        (&[("outlet", "月球网点")],                               "outlet",         "import.unknown_org"),
        (&[("outlet", "粤西")],                                   "outlet",         "import.not_an_outlet"),
        (&[("product", "NOPE-1")],                                "product",        "import.unknown_product"),
    ];
    for (cells, column, code) in cases {
        let report = import(&town, "requests", with(cells), &PLAIN).await;
        assert_eq!(codes(&report), [(2, (*column).to_owned(), *code)], "{cells:?}");
        for lang in [Lang::Zh, Lang::En] {
            let text = report.problems[0].text(Say(lang));
            assert!(!text.contains('⟨') && !text.contains('{'), "{text}");
        }
    }
    assert_eq!(count(&town, "requests").await, 0);
}

#[tokio::test]
async fn every_problem_of_a_row_is_said() {
    let town = Town::new("every", On::Sqlite).await;
    let text =
        with(&[("kind", "x"), ("opened_at", "y"), ("phone", "1"), ("lat", "z"), ("lon", "1")]);
    let report = import(&town, "requests", text, &PLAIN).await;
    let columns: Vec<_> = codes(&report).into_iter().map(|it| it.1).collect();
    assert_eq!(columns, ["kind", "opened_at", "lat", "phone"]);
    assert_eq!(report.bad, 1);
    let json = report.json(Say(Lang::Zh));
    assert_eq!(json["problems"][0]["value"], "x");
    assert_eq!(json["filed"]["requests"], 0);
}

#[tokio::test]
async fn what_is_certain_is_understood() {
    everywhere("certain", async |town| {
        let text = with(&[
            ("opened_at", "２０２５/３/１ ８:０５"),
            ("closed_at", "2025-03-01 10:05:00"),
            ("duration_hours", "2.01"),
            ("phone", "＋８６ １３８-００１３-８０００"),
            ("lat", "２２.27"),
            ("lon", "113.54"),
            ("level", "２"),
            ("customer_name", "王\u{200b}芳 "),
        ]);
        let report = import(town, "requests", text, &PLAIN).await;
        assert_eq!(counts(&report), [1, 0, 1, 0, 0], "{:?}", report.problems);
        let it = request(town, "X1").await;
        assert_eq!(it["received_at"], "2025-03-01T08:05:00+08:00");
        assert_eq!(it["fault"]["level"], 2);
        let seen = town.get("mei", "/customers?q=13800138000").await.json;
        assert_eq!(seen["items"][0]["name"], "王芳", "{seen}");
    })
    .await;
}

#[tokio::test]
async fn two_rows_of_one_key_that_differ_are_said_and_two_alike_are_one() {
    everywhere("twice", async |town| {
        let text = "external_id,kind,opened_at,fault_text\nE1,repair,2025-03-01 08:00,滴水\n\
                    E1,repair,2025-03-01 08:00,不转\nE2,repair,2025-03-01 08:00,x\n\
                    E2,repair,2025-03-01 08:00,x\n";
        let report = import(town, "requests", text, &PLAIN).await;
        assert_eq!(codes(&report), [(3, "external_id".into(), "import.contradicts")]);
        assert!(report.problems[0].text(Say(Lang::Zh)).contains("第 2 行"));
        let alike = text.replace("不转", "滴水");
        let report = import(town, "requests", alike, &PLAIN).await;
        assert_eq!(counts(&report), [4, 0, 2, 0, 2]);

        let phones = "external_id,name,phone\nF1,王芳,13800138000\nF2,李强,13800138000\n";
        let report = import(town, "customers", phones, &PLAIN).await;
        assert_eq!(codes(&report), [(3, "phone".into(), "import.twice")]);
    })
    .await;
}

#[tokio::test]
async fn letters_of_an_older_office_are_read() {
    everywhere("gb18030", async |town| {
        // "K1,王芳" in GB 18030.
        let mut bytes = b"external_id,name,phone\nK1,".to_vec();
        bytes.extend([0xcd, 0xf5, 0xb7, 0xbc]);
        bytes.extend(b",13800138000\n");
        let report = import(town, "customers", bytes, &PLAIN).await;
        assert_eq!(counts(&report), [1, 0, 1, 0, 0], "{:?}", report.problems);
        let seen = town.get("mei", "/customers?q=13800138000").await.json;
        assert_eq!(seen["items"][0]["name"], "王芳");
    })
    .await;
}

#[tokio::test]
async fn a_workbook_is_read_as_a_person_sees_it() {
    everywhere("book", async |town| {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (column, heading) in (0..).zip(["external_id", "kind", "opened_at", "phone", "level"]) {
            sheet.write_string(0, column, heading).unwrap();
        }
        sheet.write_string(1, 0, "W1").unwrap();
        sheet.write_string(1, 1, "repair").unwrap();
        let look = Format::new().set_num_format("yyyy/m/d h:mm;@");
        sheet.write_number_with_format(1, 2, 45943.5, &look).unwrap();
        sheet.write_number(1, 3, 13_800_138_000.0).unwrap();
        sheet.write_formula(1, 4, Formula::new("=1+1").set_result("2")).unwrap();
        let bytes = book.save_to_buffer().unwrap();
        let (report, _) = try_import(town, "requests", "a.xlsx", bytes, &PLAIN).await.unwrap();
        assert_eq!(counts(&report), [1, 0, 1, 0, 0], "{:?}", report.problems);
        let it = request(town, "W1").await;
        assert_eq!(it["received_at"], "2025-10-13T12:00:00+08:00");
        assert_eq!(it["fault"]["level"], 2);
    })
    .await;
}

#[test]
fn merged_cells_are_refused_with_their_place() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, heading) in (0..).zip(["external_id", "name"]) {
        sheet.write_string(0, column, heading).unwrap();
    }
    sheet.merge_range(1, 0, 2, 0, "K1", &Format::new()).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let trouble = sheet::of_bytes("a.xlsx", &bytes, &Options::default()).unwrap_err();
    assert_eq!((trouble.code, trouble.row), (trouble::MERGED, Some(2)));
    let problem = baoxiu::import::problem::Problem::of_trouble(&trouble);
    assert!(problem.text(Say(Lang::Zh)).contains("A2:A3"), "{problem:?}");
}

#[tokio::test]
async fn a_quote_that_never_closes_ends_the_reading_and_is_said() {
    let town = Town::new("quote", On::Sqlite).await;
    let text = "external_id,kind,opened_at,fault_text\nQ1,repair,2025-03-01 08:00,ok\n\
                Q2,repair,2025-03-01 08:00,\"open\nQ3,repair,2025-03-01 08:00,ok\n";
    let report = import(&town, "requests", text, &PLAIN).await;
    assert_eq!(codes(&report), [(3, String::new(), trouble::OPEN_QUOTE)]);
    assert_eq!(count(&town, "requests").await, 0);
}

#[tokio::test]
async fn without_a_header_columns_are_numbers() {
    everywhere("header", async |town| {
        let text = "K1,王芳,13800138000\nK2,李强,13900000001\n";
        let map = "header = false\n[columns]\nexternal_id = \"1\"\nname = \"2\"\nphone = \"3\"\n";
        let report = import(town, "customers", text, &mapped(map)).await;
        assert_eq!(counts(&report), [2, 0, 2, 0, 0], "{:?}", report.problems);
        let refused = try_import(town, "customers", "a.csv", text, &PLAIN).await.unwrap_err();
        assert_eq!(refused.refusal().unwrap().code, "import.no_columns");
    })
    .await;
}

#[tokio::test]
async fn a_time_that_was_shown_twice_or_never_is_noted() {
    let town = Town::new("clocks", On::Sqlite).await;
    let text = "external_id,kind,opened_at\nZ1,repair,2011-11-06 01:30\n\
                Z2,repair,2011-03-13 02:30\n";
    let ask = mapped("zone = \"America/New_York\"\n");
    let (report, doubts) = try_import(&town, "requests", "a.csv", text, &ask).await.unwrap();
    assert_eq!(counts(&report), [2, 0, 2, 0, 0]);
    let seen: Vec<_> = doubts.iter().map(|it| (it.row, it.never)).collect();
    assert_eq!(seen, [(2, false), (3, true)]);
    let at = |it: &str| it.parse::<jiff::Timestamp>().unwrap();
    assert_eq!(doubts[0].taken.timestamp(), at("2011-11-06T05:30:00Z"));
    assert_eq!(doubts[1].taken.timestamp(), at("2011-03-13T07:30:00Z"));
}

#[tokio::test]
async fn a_wrong_map_is_refused_with_line_and_column() {
    let town = Town::new("maps", On::Sqlite).await;
    let text = "id,was\nM1,2025-03-01 08:00\n";
    #[rustfmt::skip]
    let cases = [
        ("kind = \"customers\"\n",                                   "map.toml:1:8", "import.other_kind_of_map"),
        ("kind = \"requests\"\nzoen = \"UTC\"\n",                    "map.toml:2:1", "import.unknown_key"),
        ("zone = \"Mars/Base\"\n",                                   "map.toml:1:8", "import.unknown_zone"),
        ("[columns]\nexternal_id = \"id\"\nopend_at = \"was\"\n",    "map.toml:3:1", "import.unknown_key"),
        ("[columns]\nexternal_id = \"nr\"\n",                        "map.toml:2:15", "import.no_such_column"),
        ("[values.channel]\n\"Tel\" = \"fone\"\n",                   "map.toml:2:9", "unknown_code"),
        ("[defaults]\nkind = \"reqair\"\n",                          "map.toml:2:8", "unknown_code"),
        ("header = \"no\"\n",                                        "map.toml:1:10", "import.wrong_type"),
        ("[columns\n",                                               "map.toml:1:9", "import.not_toml"),
        ("[columns]\nexternal_id = \"id\"\nopened_at = \"was\"\n[defaults]\nkind = \"repair\"\noutlet = \"月球\"\n",
                                                                     "map.toml:6:10", "import.unknown_org"),
    ];
    for (map, place, code) in cases {
        let refused = try_import(&town, "requests", "a.csv", text, &mapped(map)).await.unwrap_err();
        let refusal = refused.refusal().unwrap();
        assert_eq!(refusal.code, "import.bad_map", "{map}");
        let said = (refusal.fields[0].field.as_str(), refusal.fields[0].code);
        assert_eq!(said, (place, code), "{map}");
        for lang in [Lang::Zh, Lang::En] {
            let text = Say(lang).field(&refusal.fields[0]);
            assert!(!text.contains('⟨') && !text.contains('{'), "{text}");
        }
    }
    let refused = try_import(&town, "requests", "a.csv", text, &DRY).await.unwrap_err();
    let named: Vec<_> = refused.refusal().unwrap().fields.iter().map(|it| &it.field).collect();
    assert_eq!(named, ["external_id", "kind", "opened_at"]);
}

#[test]
fn every_trouble_of_a_file_has_its_words() {
    for code in trouble::CODES {
        let key = format!("problem-{}", code.replace('.', "-"));
        for lang in [Lang::Zh, Lang::En] {
            assert!(Say(lang).knows(&key), "{key}");
        }
    }
}
