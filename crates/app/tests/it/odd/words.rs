//! What people and programs send: what fits a field, and what nobody expects there.

use serde_json::{Value as Json, json};

use super::{Known, chance::Chance};

/// Texts that have broken programs before, ours or others.
const ODD: &[&str] = &[
    "",
    " ",
    "\t\r\n",
    "\0",
    "a\0b",
    "'",
    "\"",
    "' or '1'='1",
    "'); drop table orders; --",
    "\\",
    "%",
    "%s%n%x",
    "_%",
    "*",
    "(",
    "\"a* OR b",
    "NEAR(a b)",
    "$1",
    "?1",
    "{0}",
    "{ $number }",
    "${jndi:ldap://x}",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "=1+1",
    "@SUM(1)",
    "../../../etc/passwd",
    "..\\..\\windows",
    "//elsewhere.example",
    "a\r\nSet-Cookie: x=y",
    "null",
    "undefined",
    "NaN",
    "Infinity",
    "-0",
    "1e309",
    "0x10",
    "1_000",
    "٣٤",
    "１３８００１３８０００",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "99999999999999999999999999",
    "2026-02-30",
    "0000-00-00",
    "-9999-01-01",
    "9999-12-31",
    "9999-12-31T23:59:60Z",
    "2016-12-31T23:59:60Z",
    "+275760-09-13T00:00:00Z",
    "2026-11-23T09:00:00+99:00",
    "2026-11-23T09:00",
    "2026-11-23T24:00",
    "24:00",
    "\u{202e}txet",
    "\u{200b}\u{200d}\u{feff}",
    "\u{fffe}\u{ffff}",
    "\u{7f}\u{80}\u{9f}",
    "e\u{301}\u{301}\u{301}\u{301}",
    "ﷺ",
    "İıſK",
    "𠮷野家",
    "👨‍👩‍👧‍👦🇨🇳",
    "\u{10ffff}",
    "ord_",
    "ord_00000000000000000000000000",
    "ord_7zzzzzzzzzzzzzzzzzzzzzzzzz",
    "ORD_01H455VB4PEX5VSKNK084SN02Q",
    "x",
];

/// What a field of that name usually holds.
fn usual(name: &str) -> &'static [&'static str] {
    match name {
        "kind" => &[
            "repair", "install", "maintain", "consult", "complain", "person", "company", "travel",
            "labour", "before", "after",
        ],
        "channel" => &["phone", "web", "wechat", "fax", "email", "visit"],
        "status" => &[
            "reported",
            "accepted",
            "assigned",
            "onsite",
            "finished",
            "signed",
            "closed",
            "ordered",
            "due",
            "tried",
            "answered",
            "cancelled",
            "waiting",
        ],
        "phone" => &["13800138000", "138 0013 8000", "0756-8668888", "+86 13900139001", "110"],
        "name" | "contact" | "by" => &["王芳", "欧阳锋", "Smith", "珠海大酒店有限公司"],
        "address" => &["广东省珠海市香洲区前山街道金鸡路789号2栋1203", "广州市天河区1号", "月球"],
        "district" => &["440402", "440106", "440403", "999999"],
        "serial" => &["4H29B00731186", "sn-1", "4h29b00731186 "],
        "model" => &["KFR-35GW", "NOPE"],
        "category" => &["家用空调器", "多联机", "冰箱"],
        "text" | "reason" | "cause" | "action" | "readings" | "answer" | "override" => {
            &["室外机有异响，制冷比以前慢", "用户来电核对", "缺制冷剂", "part", "customer", "x"]
        }
        "fault_code" | "code" => &["KT-01", "E6", "123456"],
        "from" | "to" | "until" | "due_before" | "opened_from" | "opened_to" => {
            &["2026-11-23T14:00", "2026-11-23T16:00:00+08:00", "2026-11-24T09:00", "2026-11-25"]
        }
        "sold_on" | "installed_on" | "delivered_on" | "accepted_on" | "date" => {
            &["2026-06-20", "2020-02-29", "2026-11-24", "2099-01-01"]
        }
        "means" => &["phone", "sms", "wechat", "visit"],
        "pays" => &["customer", "company", "warranty"],
        "old_part" => &["kept", "returned", "none", "scrapped"],
        "sort" => &[
            "opened",
            "-opened",
            "due",
            "-due",
            "number",
            "-number",
            "name",
            "status",
            "-received",
            "serial",
        ],
        "limit" => &["1", "50", "200", "0", "201", "-1"],
        "overdue" | "pool" | "late" | "visit" | "owner" => &["true", "false", "1", "today", "me"],
        "coverage" => &["free", "paid", "unknown", "in", "out"],
        "level" => &["1", "2", "3"],
        "class" => &["重要", "A"],
        "q" => &["王", "8000", "138", "KFR", "制冷", "R2026", "wangfang"],
        "signature_png" => &["bm8gcGljdHVyZQ==", "data:image/png;base64,iVBORw0KGgo="],
        "external_id" => &["E-1", "E-2"],
        "cursor" => &["MXwx", "fHw", "MjAyNnxvcmRfMDA", "=", "8J-YgHw"],
        _ => &[],
    }
}

pub fn text(chance: &mut Chance) -> String {
    match chance.below(24) {
        0 => "x".repeat(10_000),
        1 => "长".repeat(5_000),
        2 => "\u{300}".repeat(2_000),
        3 => (0..chance.below(40)).map(|_| letter(chance)).collect(),
        _ => (*chance.of(ODD)).to_owned(),
    }
}

/// Any letter there is.
fn letter(chance: &mut Chance) -> char {
    loop {
        let most = *chance.of(&[0x80, 0x800, 0x1_0000, 0x11_0000]);
        if let Some(letter) = char::from_u32(u32::try_from(chance.below(most)).unwrap()) {
            return letter;
        }
    }
}

/// What fits the field, mostly; `ids` are things that are there.
pub fn fitting(name: &str, known: &Known, chance: &mut Chance) -> String {
    let own = match name {
        "step" => Some(chance.of(rules::order::Step::ALL).code().to_owned()),
        "technician" => known.id("technicians", chance),
        "outlet" => known.id("outlets", chance),
        "customer" => known.id("customers", chance),
        "device" => known.id("devices", chance),
        "order" => known.id("orders", chance),
        _ => None,
    };
    let usual = usual(name);
    match own {
        Some(id) => id,
        None if usual.is_empty() => text(chance),
        None => (*chance.of(usual)).to_owned(),
    }
}

pub fn number(chance: &mut Chance) -> Json {
    let whole = [0, 1, -1, 5, 10, 11, 999, i64::MAX, i64::MIN, i64::from(i32::MAX) + 1];
    match chance.below(6) {
        0 => json!(u64::MAX),
        1 => json!(*chance.of(&[0.1, -0.0, 1e15, 1e308, -1e308, 5e-324, 22.27, 113.54])),
        _ => json!(*chance.of(&whole)),
    }
}

/// Anything that JSON can say.
pub fn anything(chance: &mut Chance, deep: usize) -> Json {
    match chance.below(if deep == 0 { 5 } else { 8 }) {
        0 => Json::Null,
        1 => json!(chance.once_in(2)),
        2 | 3 => json!(text(chance)),
        4 => number(chance),
        5 => (0..chance.below(4)).map(|_| anything(chance, deep - 1)).collect(),
        6 => {
            let fields = (0..chance.below(4)).map(|_| (text(chance), anything(chance, deep - 1)));
            Json::Object(fields.collect())
        }
        _ => (0..40).fold(json!(1), |inner, _| json!([inner])),
    }
}
