//! Rows of before, filed with their own times and words, and nothing that follows from them.

use std::sync::Arc;

use baoxiu::import::{
    cells::Doubt,
    kind::Kind,
    map::Map,
    report::Report,
    run::{self, Onlooker},
};
use kernel::Result;
use platform::sheet;
use serde_json::Value as Json;

use crate::town::{Town, everywhere};

/// Who only looks, and keeps what was in doubt.
#[derive(Default)]
pub struct Eyes(pub Vec<Doubt>);

impl Onlooker for Eyes {
    fn doubt(&mut self, doubt: &Doubt) {
        self.0.push(doubt.clone());
    }
    fn progress(&mut self, _rows: u64, _of: Option<u64>) {}
}

/// How a file is imported.
pub struct Ask {
    pub map: String,
    pub dry_run: bool,
    pub good_rows: bool,
}

pub const PLAIN: Ask = Ask { map: String::new(), dry_run: false, good_rows: false };
pub const GOOD_ROWS: Ask = Ask { map: String::new(), dry_run: false, good_rows: true };
pub const DRY: Ask = Ask { map: String::new(), dry_run: true, good_rows: false };

pub fn mapped(map: &str) -> Ask {
    Ask { map: map.to_owned(), ..PLAIN }
}

pub async fn try_import(
    town: &Town,
    kind: &str,
    file: &str,
    bytes: impl AsRef<[u8]>,
    ask: &Ask,
) -> Result<(Report, Vec<Doubt>)> {
    let kind = Kind::named(kind).unwrap();
    let map = match ask.map.as_str() {
        "" => Map::none(),
        text => Map::read("map.toml", text, kind)?,
    };
    let sheet = sheet::of_bytes(file, bytes.as_ref(), &map.options).unwrap();
    let (sheet, file) = (Arc::new(sheet), file.to_owned());
    let (dry_run, good_rows) = (ask.dry_run, ask.good_rows);
    let wish = run::Wish { kind, sheet, map, file, dry_run, good_rows };
    let mut eyes = Eyes::default();
    let report = run::run(&town.app, &wish, &mut eyes).await?;
    Ok((report, eyes.0))
}

pub async fn import(town: &Town, kind: &str, text: impl AsRef<[u8]>, ask: &Ask) -> Report {
    try_import(town, kind, "rows.csv", text, ask).await.unwrap().0
}

/// Row, column and code of each problem.
pub fn codes(report: &Report) -> Vec<(u64, String, &'static str)> {
    let place = |it: &baoxiu::import::problem::Problem| {
        (it.row.unwrap_or_default(), it.column.clone().unwrap_or_default(), it.code)
    };
    report.problems.iter().map(place).collect()
}

pub fn counts(report: &Report) -> [u64; 5] {
    let of = &report.counts;
    [report.rows, report.bad, of.new, of.changed, of.same]
}

pub fn made(report: &Report, what: &str) -> u64 {
    report.counts.filed.get(what).copied().unwrap_or_default()
}

pub async fn count(town: &Town, table: &'static str) -> i64 {
    let sql = format!("select count(*) from {table}");
    town.house(async move |cx| cx.tx.cell(&sql, &[]).await).await
}

/// The only request with that external id, as headquarters sees it.
pub async fn request(town: &Town, external_id: &str) -> Json {
    let q = external_id.replace(' ', "%20");
    let found = town.get("he", &format!("/requests?q={q}&limit=200")).await.json;
    let all = found["items"].as_array().unwrap().iter();
    let mut own = all.filter(|it| it["external_id"] == external_id);
    let it = own.next().unwrap_or_else(|| panic!("no request {external_id}: {found}")).clone();
    assert!(own.next().is_none(), "{external_id} twice");
    it
}

pub async fn timeline(town: &Town, request: &Json) -> Vec<(String, String, String)> {
    let order = request["order"]["id"].as_str().expect("an order");
    let seen = town.get("he", &format!("/orders/{order}/timeline")).await.json;
    let text = |it: &Json| it.as_str().unwrap_or_default().to_owned();
    let line = |it: &Json| (text(&it["at"]), text(&it["actor"]["name"]), text(&it["text"]));
    seen["items"].as_array().unwrap().iter().map(line).collect()
}

const HISTORY: &str = "\
external_id,kind,channel,opened_at,promised_at,closed_at,duration_hours,status,customer_name,phone,address,outlet,serial,fault_text,level
A-0001,repair,phone,2025-03-01 08:00,2025-03-02 08:00,2025-03-01 12:30,4.5,closed,王芳,１３８ ００１３ ８０００,广东省珠海市香洲区前山街道金鸡路789号,香洲网点,4h29b00731186,外机响,2
A-0002,repair,wechat,2025-03-03 09:00,2025-03-03 10:00,,,open,,,,,,不制冷,
A-0003,suggest,phone,2025-03-04 10:00,,2025-03-05 10:00,24,closed,李强,13900000001,,,,早点来,3
";

#[tokio::test]
async fn history_keeps_its_times_and_words_and_nothing_comes_of_it() {
    everywhere("history", async |town| {
        let report = import(town, "requests", HISTORY, &PLAIN).await;
        assert_eq!(counts(&report), [3, 0, 3, 0, 0], "{:?}", report.problems);
        let filed = ["requests", "orders", "customers", "devices"].map(|it| made(&report, it));
        assert_eq!(filed, [3, 2, 2, 1]);
        for table in ["promises", "callbacks", "jobs", "notices"] {
            assert_eq!(count(town, table).await, 0, "{table}");
        }

        let first = request(town, "A-0001").await;
        assert_eq!(first["number"], "SL-2503-000001");
        assert_eq!(first["status"], "closed");
        assert_eq!(first["received_at"], "2025-03-01T08:00:00+08:00");
        assert_eq!(first["device"]["serial"], "4H29B00731186");
        assert_eq!(first["order"]["number"], "GD-2503-000001");
        assert_eq!(first["order"]["status"], "closed");
        let line = timeline(town, &first).await;
        let seen: Vec<_> = line.iter().map(|it| (it.0.as_str(), it.2.as_str())).collect();
        assert_eq!(
            seen,
            [
                ("2025-03-01T08:00:00+08:00", "受理（来电 报修）"),
                ("2025-03-01T08:00:00+08:00", "当时承诺 2025-03-02 08:00 前办好"),
                ("2025-03-01T08:00:00+08:00", "外机响"),
                ("2025-03-01T12:30:00+08:00", "归档：导入时已结束"),
            ]
        );
        let second = request(town, "A-0002").await;
        assert_eq!(second["order"]["status"], "reported");
        assert_eq!(second["promises"].as_array().unwrap().len(), 0);
        let third = request(town, "A-0003").await;
        assert_eq!((&third["status"], &third["order"]), (&"answered".into(), &Json::Null));

        let late = town.get("he", "/orders?overdue=true").await.json;
        assert_eq!(late["items"].as_array().unwrap().len(), 0, "{late}");
    })
    .await;
}

#[tokio::test]
async fn the_outlet_sees_its_own_and_headquarters_alone_the_rest() {
    everywhere("whose", async |town| {
        import(town, "requests", HISTORY, &PLAIN).await;
        for (who, numbers) in [("chen", 1), ("lin", 0), ("qu", 1), ("he", 2)] {
            let seen = town.get(who, "/orders").await.json;
            assert_eq!(seen["items"].as_array().unwrap().len(), numbers, "{who} {seen}");
        }
        // Whoever has the order knows the customer.
        let seen = town.get("chen", "/customers?q=8000").await.json;
        assert_eq!(seen["items"].as_array().unwrap().len(), 1, "{seen}");
    })
    .await;
}

#[tokio::test]
async fn a_second_run_adds_nothing_and_a_changed_row_changes() {
    everywhere("again", async |town| {
        import(town, "requests", HISTORY, &PLAIN).await;
        let events = count(town, "events").await;
        let report = import(town, "requests", HISTORY, &PLAIN).await;
        assert_eq!(counts(&report), [3, 0, 0, 0, 3]);
        // That it was tried stands in the log; nothing else does.
        assert_eq!(count(town, "events").await, events + 1);
        assert_eq!(count(town, "requests").await, 3);

        let closed = HISTORY.replace(
            "A-0002,repair,wechat,2025-03-03 09:00,2025-03-03 10:00,,,open",
            "A-0002,repair,wechat,2025-03-03 09:00,2025-03-03 10:00,2025-03-04 09:00,,closed",
        );
        let report = import(town, "requests", &closed, &PLAIN).await;
        assert_eq!(counts(&report), [3, 0, 0, 1, 2]);
        let it = request(town, "A-0002").await;
        assert_eq!((&it["status"], &it["order"]["status"]), (&"closed".into(), &"closed".into()));
        let line = timeline(town, &it).await;
        assert!(line.iter().any(|it| it.0.starts_with("2025-03-04T09:00")), "{line:?}");
        let report = import(town, "requests", &closed, &PLAIN).await;
        assert_eq!(counts(&report), [3, 0, 0, 0, 3]);
    })
    .await;
}

#[tokio::test]
async fn what_people_did_since_is_not_undone() {
    everywhere("since", async |town| {
        let open = "external_id,kind,opened_at,outlet,fault_text\n\
                    B1,repair,2026-11-20 08:00,香洲网点,不制冷\n";
        import(town, "requests", open, &PLAIN).await;
        let order = request(town, "B1").await["order"]["id"].as_str().unwrap().to_owned();
        town.does("chen", &order, serde_json::json!({"step": "accept"})).await;
        let closed = "external_id,kind,opened_at,closed_at,outlet,fault_text\n\
                      B1,repair,2026-11-20 08:00,2026-11-21 08:00,香洲网点,滴水\n";
        let report = import(town, "requests", closed, &PLAIN).await;
        assert_eq!(counts(&report), [1, 0, 0, 1, 0]);
        let it = town.get("he", &format!("/orders/{order}")).await.json;
        assert_eq!((&it["status"], &it["fault"]["text"]), (&"accepted".into(), &"滴水".into()));
    })
    .await;
}

#[tokio::test]
async fn one_bad_row_stops_it_unless_the_good_ones_are_asked_for() {
    everywhere("goodrows", async |town| {
        let text = "external_id,kind,opened_at,closed_at\n\
                    C1,repair,2025-03-01 08:00,\nC2,repair,2025-03-01 08:00,2025-02-01 08:00\n\
                    C3,repair,2025-03-02 08:00,\n";
        let report = import(town, "requests", text, &PLAIN).await;
        assert_eq!(counts(&report), [3, 1, 0, 0, 0]);
        assert_eq!(codes(&report), [(3, "closed_at".into(), "import.ends_before_start")]);
        assert_eq!(count(town, "requests").await, 0);
        let report = import(town, "requests", text, &GOOD_ROWS).await;
        assert_eq!(counts(&report), [3, 1, 2, 0, 0]);
        assert_eq!(count(town, "requests").await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_dry_run_says_what_would_be_and_writes_nothing() {
    everywhere("dry", async |town| {
        let report = import(town, "requests", HISTORY, &DRY).await;
        assert_eq!(counts(&report), [3, 0, 3, 0, 0]);
        assert_eq!((made(&report, "requests"), count(town, "requests").await), (0, 0));
        assert_eq!(count(town, "imports").await, 0);
        // What stands in the file already is no change, with an address or without.
        let text = "external_id,kind,opened_at,customer_name,phone,address\n\
                    D1,repair,2025-03-01 08:00,王芳,13800138000,广东省珠海市香洲区前山街道1号\n\
                    D2,repair,2025-03-01 08:00,李明,13800138001,\n";
        import(town, "requests", text, &PLAIN).await;
        let report = import(town, "requests", text, &DRY).await;
        assert_eq!(counts(&report), [2, 0, 0, 0, 2]);
    })
    .await;
}

#[tokio::test]
async fn more_rows_than_a_group_holds_are_all_filed_and_sealed() {
    everywhere("many", async |town| {
        let mut text = String::from("external_id,kind,opened_at,closed_at\n");
        for n in 0..1_203 {
            text += &format!("D{n},repair,2025-03-01 08:00,2025-03-01 09:00\n");
        }
        let report = import(town, "requests", &text, &PLAIN).await;
        assert_eq!(counts(&report), [1_203, 0, 1_203, 0, 0]);
        assert_eq!(count(town, "events where place is null").await, 0);
        let sql = "select count(distinct number) from orders";
        let numbers: i64 = town.house(async |cx| cx.tx.cell(sql, &[]).await).await;
        assert_eq!(numbers, 1_203);
    })
    .await;
}

#[tokio::test]
async fn customers_are_known_by_their_key_and_by_their_phone() {
    everywhere("customers", async |town| {
        town.post("mei", "/customers", serde_json::json!({"name": "王芳", "phone": "13800138000"}))
            .await;
        let text = "external_id,name,kind,contact,phone,address,postcode,class\n\
                    K1,王芳,person,,138 0013 8000,广东省珠海市香洲区前山街道1号,519000,重要\n\
                    K2,珠海大酒店有限公司,company,陈经理,0756-3333333,广东省珠海市香洲区情侣路2号,,\n";
        let report = import(town, "customers", text, &PLAIN).await;
        assert_eq!(counts(&report), [2, 0, 1, 1, 0], "{:?}", report.problems);
        assert_eq!(made(&report, "customers"), 1);
        let seen = town.get("mei", "/customers?q=8000").await.json;
        assert_eq!(seen["items"][0]["address"], "广东省珠海市香洲区前山街道1号");
        assert_eq!(seen["items"][0]["district"], "440402");
        let report = import(town, "customers", text, &PLAIN).await;
        assert_eq!(counts(&report), [2, 0, 0, 0, 2]);

        let moved = text.replace("情侣路2号", "情侣路9号");
        let report = import(town, "customers", moved, &PLAIN).await;
        assert_eq!(counts(&report), [2, 0, 0, 1, 1]);
        let other = "external_id,name,phone\nK3,张三,13800138000\n";
        let report = import(town, "customers", other, &PLAIN).await;
        assert_eq!(codes(&report), [(2, "phone".into(), "import.phone_taken")]);
    })
    .await;
}

#[tokio::test]
async fn devices_bring_their_people_and_models() {
    everywhere("devices", async |town| {
        let text = "external_id,serial,model,category,buyer_name,buyer_phone,user_name,user_phone,sold_on,installed_on\n\
                    U1,4h29b00731186,KFR-35GW,家用空调器,李强,13900000001,王芳,13800138000,2025/1/10,2025年1月15日\n\
                    U2,4H29B00731187,KFR-35GW,家用空调器,,,王芳,13800138000,2025-01-10,\n";
        let report = import(town, "devices", text, &PLAIN).await;
        assert_eq!(counts(&report), [2, 0, 2, 0, 0], "{:?}", report.problems);
        let filed = ["devices", "customers", "products"].map(|it| made(&report, it));
        assert_eq!(filed, [2, 2, 1]);
        let seen = town.get("mei", "/devices?serial=4H29B00731186").await.json;
        let it = &seen["items"][0];
        assert_eq!((&it["sold_on"], &it["installed_on"]), (&"2025-01-10".into(), &"2025-01-15".into()));
        assert_eq!(it["buyer"]["phone"], "139****0001");
        let report = import(town, "devices", text, &PLAIN).await;
        assert_eq!(counts(&report), [2, 0, 0, 0, 2]);

        let bad = "external_id,serial,category,sold_on\n\
                   U3,4H29B00731186,家用空调器,2025-01-01\nU4,S4,飞船,2025-01-01\n\
                   U5,S5,家用空调器,2099-01-01\n";
        let report = import(town, "devices", bad, &PLAIN).await;
        assert_eq!(
            codes(&report),
            [
                (2, "serial".into(), "import.serial_taken"),
                (3, "category".into(), "category.unknown"),
                (4, "sold_on".into(), "day.future"),
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn devices_bring_their_papers_and_how_far_they_have_run() {
    everywhere("devpapers", async |town| {
        let text = "external_id,serial,category,sold_on,produced_on,exchanged_on,price_fen,invoice,certificate,card,km,hours\n\
                    U1,S1,家用空调器,2025-01-10,2024-12-01,2025-02-01,299900,有,no,BX-7,,1200\n\
                    U2,S2,家用空调器,2025-01-10,,,,,,,,\n";
        let report = import(town, "devices", text, &PLAIN).await;
        assert_eq!(counts(&report), [2, 0, 2, 0, 0], "{:?}", report.problems);
        let seen = town.get("mei", "/devices?serial=S1").await.json;
        let it = &seen["items"][0];
        assert_eq!(it["price_fen"], 299_900, "{it}");
        assert_eq!((&it["invoice"], &it["certificate"]), (&true.into(), &false.into()));
        assert_eq!((&it["produced_on"], &it["exchanged_on"]), (&"2024-12-01".into(), &"2025-02-01".into()));
        let id = it["id"].as_str().unwrap();
        let page = crate::forms::see(town, "mei", &format!("/devices/{id}")).await;
        assert!(page.contains("BX-7") && page.contains("1200 小时"), "{page}");

        // What it is silent about stays; a reading that is higher is a new one.
        let more = "external_id,serial,price_fen,hours\nU1,S1,,1300\nU2,S2,1,\n";
        let report = import(town, "devices", more, &PLAIN).await;
        assert_eq!(counts(&report), [2, 0, 0, 2, 0], "{:?}", report.problems);
        let it = town.get("mei", "/devices?serial=S1").await.json["items"][0].clone();
        assert_eq!((&it["price_fen"], &it["invoice"]), (&299_900.into(), &true.into()));

        // Beside what is on file, and beside itself.
        let bad = "external_id,serial,installed_on,produced_on,exchanged_on,price_fen,invoice,km,hours\n\
                   U1,S1,,,,,,,1299\nU1b,S1b,,,,0,,,\nU3,S3,,,,-1,,,\nU4,S4,,,,12.5,,,\n\
                   U5,S5,,,,,maybe,,\nU6,S6,,,,,,-1,\nU7,S7,,,,,,far,\n\
                   U2,S2,2025-01-09,,,,,,\n";
        let report = import(town, "devices", bad, &PLAIN).await;
        #[rustfmt::skip]
        let wanted: Vec<(u64, String, &str)> = [
            (2, "hours", "usage.backwards"), (3, "price_fen", "range"), (4, "price_fen", "range"),
            (5, "price_fen", "whole_number"), (6, "invoice", "unknown_code"), (7, "km", "range"),
            (8, "km", "whole_number"), (9, "installed_on", "day.before_sold"),
        ].map(|(row, column, code)| (row, column.to_owned(), code)).to_vec();
        let mut said = codes(&report);
        said.sort_by_key(|it| it.0);
        assert_eq!(said, wanted);
        let apart = "external_id,serial,sold_on,produced_on,exchanged_on\n\
                     U8,S8,2025-01-10,2025-01-11,2025-01-09\n";
        let report = import(town, "devices", apart, &PLAIN).await;
        let both = [(2, "produced_on".into(), "day.after_sold"), (2, "exchanged_on".into(), "day.before_sold")];
        assert_eq!(codes(&report), both);
        // The list as a file has them too.
        let path = "/devices.csv?columns=serial,produced_on,exchanged_on,price,invoice,certificate,km,hours";
        let file = crate::forms::look(town, "mei", path, "zh-CN").await;
        assert!(file.text.contains("2024-12-01,2025-02-01,2999,有,没有,,1300"), "{}", file.text);
    })
    .await;
}

#[tokio::test]
async fn people_come_with_their_roles_and_cannot_sign_in_yet() {
    everywhere("people", async |town| {
        let text = "login,name,role,org,phone,skills\n\
                    zhao,赵师傅,technician,香洲网点,13900000009,家用空调器\n\
                    li,李师傅,technician,香洲网点,,\nsun,孙两样,\"dispatcher,outlet_manager\",天河网点,,\n";
        let report = import(town, "people", text, &PLAIN).await;
        assert_eq!(counts(&report), [3, 0, 2, 0, 1], "{:?}", report.problems);
        let report = import(town, "people", text, &PLAIN).await;
        assert_eq!(counts(&report), [3, 0, 0, 0, 3]);
        let bad = "login,name,role,org,phone,skills\nqian,钱,wizard,香洲网点,,\n\
                   wu,吴师傅,technician,天河网点,,\nzhou2,周,agent,月球网点,,\n";
        let report = import(town, "people", bad, &PLAIN).await;
        assert_eq!(
            codes(&report),
            [
                (2, "role".into(), "unknown_code"),
                (3, "org".into(), "import.works_elsewhere"),
                (4, "org".into(), "import.unknown_org"),
            ]
        );
    })
    .await;
}
