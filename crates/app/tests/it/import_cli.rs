//! `baoxiu import` as it is called: exit codes, reports, and what `export` gives comes back in.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::atomic::{AtomicU64, Ordering},
};

use serde_json::Value as Json;

/// A folder with a house in it.
struct House(PathBuf);

impl House {
    fn new() -> House {
        static HOUSES: AtomicU64 = AtomicU64::new(0);
        let n = HOUSES.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("baoxiu-import-{}-{n}", std::process::id()));
        let house = House(folder);
        let made = house.run(&["init", "--pack", "gree-hvac"]);
        assert!(made.status.success(), "{}", said(&made));
        house
    }

    fn run(&self, words: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_baoxiu"));
        command.args(words).arg("--data").arg(&self.0).args(["--lang", "zh"]);
        command.output().unwrap()
    }

    fn file(&self, name: &str, content: &str) -> String {
        let path = self.0.join(name);
        fs::write(&path, content).unwrap();
        path.display().to_string()
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn report(output: &Output) -> Json {
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}\n{}", said(output)))
}

const CUSTOMERS: &str = "\
external_id,name,kind,contact,phone,address,district,postcode,class
K1,王芳,person,,13800138000,广东省珠海市香洲区前山街道1号,440402,519000,重要
K2,珠海大酒店有限公司,company,陈经理,07563333333,广东省珠海市香洲区情侣路2号,440402,,
";
const DEVICES: &str = "\
external_id,serial,model,category,buyer_name,buyer_phone,user_name,user_phone,sold_on,delivered_on,installed_on,accepted_on,purchase_channel,produced_on,exchanged_on,price_fen,invoice,certificate,card,km,hours
U1,4H29B00731186,KFR-35GW,家用空调器,珠海大酒店有限公司,07563333333,王芳,13800138000,2025-01-10,,2025-01-15,,门店,2024-12-01,2025-02-01,299900,yes,no,BX-7,120,1300
";

#[test]
fn the_exit_code_says_how_it_ended() {
    let house = House::new();
    let good = house.file("good.csv", CUSTOMERS);
    let bad = house.file("bad.csv", "external_id,name,phone\nK9,张三,123\n");
    let empty = house.file("empty.csv", "");
    let map = house.file("map.toml", "kind = \"devices\"\n");

    let done = house.run(&["import", "customers", &good, "--json"]);
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    let seen = report(&done);
    assert_eq!((&seen["new"], &seen["filed"]["customers"]), (&2.into(), &2.into()));
    assert_eq!(String::from_utf8_lossy(&done.stdout).trim().lines().count(), 1);

    let done = house.run(&["import", "customers", &bad]);
    assert_eq!(done.status.code(), Some(1));
    let problem = &report(&done)["problems"][0];
    assert_eq!((&problem["row"], &problem["column"]), (&2.into(), &"phone".into()));
    assert_eq!((&problem["value"], &problem["code"]), (&"123".into(), &"phone.length".into()));
    assert_eq!(problem["text"], "电话要 7 到 12 位，现在是 3 位");

    let done = house.run(&["import", "customers", &empty]);
    assert_eq!(done.status.code(), Some(1));
    assert_eq!(report(&done)["problems"][0]["code"], "file.empty");
    assert!(said(&done).contains("文件是空的"), "{}", said(&done));

    let done = house.run(&["import", "customers", "nowhere.csv"]);
    assert_eq!(done.status.code(), Some(1));
    assert!(said(&done).contains("没有文件 nowhere.csv"), "{}", said(&done));

    let done = house.run(&["import", "customers", &good, "--map", &map]);
    assert_eq!(done.status.code(), Some(1));
    assert!(said(&done).contains("map.toml:1:8"), "{}", said(&done));

    assert_eq!(house.run(&["import", "spaceships", &good]).status.code(), Some(2));
    assert_eq!(house.run(&["import", "customers"]).status.code(), Some(2));
    let done = house.run(&["import", "customers", &good, "--report", "out.pdf"]);
    assert_eq!(done.status.code(), Some(1));
}

#[test]
fn a_report_goes_where_it_is_asked_for() {
    let house = House::new();
    let bad = house.file("bad.csv", "external_id,name,phone\nK9,张三,123\nK8,李四,13800138000\n");
    let (json, book) = (house.path("out.json"), house.path("out.xlsx"));
    let done = house.run(&["import", "customers", &bad, "--good-rows", "--report", &json]);
    assert_eq!(done.status.code(), Some(1), "{}", said(&done));
    assert!(done.stdout.is_empty());
    let kept: Json = serde_json::from_str(&fs::read_to_string(&json).unwrap()).unwrap();
    assert_eq!((&kept["rows"], &kept["bad"], &kept["new"]), (&2.into(), &1.into(), &1.into()));
    house.run(&["import", "customers", &bad, "--good-rows", "--report", &book]);
    let sheet = platform::sheet::open(Path::new(&book), &Default::default()).unwrap();
    assert_eq!(sheet.headings(), ["行", "列", "值", "代码", "原因"]);
    let rows: Vec<_> = sheet.rows().map(Result::unwrap).collect();
    assert_eq!(rows[0].cells[0].text(), Some("2"));
}

#[test]
fn what_export_gives_comes_back_in() {
    let (here, there) = (House::new(), House::new());
    for (kind, rows) in [("customers", CUSTOMERS), ("devices", DEVICES)] {
        let file = here.file(&format!("{kind}.csv"), rows);
        let done = here.run(&["import", kind, &file]);
        assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    }
    let sent = [("customers", "csv"), ("devices", "csv"), ("devices", "xlsx")];
    for (kind, form) in sent {
        let (out, again) = (here.path(&format!("{kind}-out.csv")), there.path("again.csv"));
        let file = here.path(&format!("{kind}-out.{form}"));
        assert!(here.run(&["export", kind, "--out", &file]).status.success());
        assert!(here.run(&["export", kind, "--out", &out]).status.success());
        let done = there.run(&["import", kind, &file]);
        assert_eq!(done.status.code(), Some(0), "{}", said(&done));
        assert!(there.run(&["export", kind, "--out", &again]).status.success());
        let sorted = |file: &str| {
            let text = fs::read_to_string(file).unwrap();
            let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
            lines.sort();
            lines
        };
        assert_eq!(sorted(&out), sorted(&again), "{kind} {form}");
        if kind == "devices" {
            let kept = sorted(&out).concat();
            assert!(kept.contains("2024-12-01,2025-02-01,299900,yes,no,BX-7,120,1300"), "{kept}");
        }
        // At home nothing is new in it.
        let done = here.run(&["import", kind, &out]);
        let seen = report(&done);
        assert_eq!((&seen["new"], &seen["changed"]), (&0.into(), &0.into()), "{seen}");
    }
}
