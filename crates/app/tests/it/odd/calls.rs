//! One odd call after the other, of every call that the description of the API names: mostly
//! right and a little wrong, so that it gets past the door.

use std::sync::LazyLock;

use serde_json::{Map, Value as Json, json};

use super::{Known, Sent, chance::Chance, words};

static SAID: LazyLock<Json> =
    LazyLock::new(|| serde_json::from_str(&baoxiu::desk::api::openapi()).unwrap());

/// What parts of a form stand between where nothing is odd about it.
pub const EDGE: &str = "----edge";

/// A call as it is described.
pub struct Described {
    pub method: String,
    pub path: String,
    queries: Vec<String>,
    body: Option<Json>,
    picture: bool,
}

pub fn described() -> Vec<Described> {
    let mut all = Vec::new();
    for (path, methods) in SAID["paths"].as_object().unwrap() {
        for (method, it) in methods.as_object().unwrap() {
            let asked = it["parameters"].as_array().into_iter().flatten();
            let queries = asked.filter(|it| it["in"] == "query");
            let content = &it["requestBody"]["content"];
            all.push(Described {
                method: method.to_uppercase(),
                path: path.clone(),
                queries: queries.map(|it| it["name"].as_str().unwrap().to_owned()).collect(),
                body: content["application/json"].get("schema").cloned(),
                picture: content.get("multipart/form-data").is_some(),
            });
        }
    }
    assert!(all.len() > 25, "the description names hardly anything");
    all
}

impl Described {
    pub fn call(&self, known: &Known, chance: &mut Chance) -> Sent {
        let path = known.filled(&self.path, chance);
        let mut sent = Sent {
            who: known.who(&self.path, chance),
            method: self.method.clone(),
            route: self.path.clone(),
            path: format!("{path}{}", query(&self.queries, known, chance)),
            headers: headers(chance),
            body: Vec::new(),
        };
        if self.picture {
            picture(&mut sent, chance);
        } else if let Some(schema) = &self.body {
            // Half of them are made of one that is accepted where it belongs.
            let mut tree = match known.bodies.get(&self.path) {
                Some(whole) if chance.once_in(2) => chance.of(whole).clone(),
                _ => fitting(schema, known, chance),
            };
            for _ in 0..chance.below(4) {
                spoil(&mut tree, chance);
            }
            sent.body = written(&tree, chance);
            let kind = if chance.once_in(30) { odd_kind(chance) } else { "application/json" };
            sent.headers.push(("content-type".into(), kind.into()));
        }
        sent
    }
}

fn odd_kind(chance: &mut Chance) -> &'static str {
    const KINDS: [&str; 5] =
        ["text/plain", "application/xml", "multipart/form-data", "", "application/json;;;"];
    KINDS[chance.below(KINDS.len())]
}

/// `?a=b&c=`: known names with fitting and odd values, some twice, some unknown.
pub fn query(names: &[String], known: &Known, chance: &mut Chance) -> String {
    let mut pairs = Vec::new();
    for _ in 0..chance.below(5) {
        let name = match names.is_empty() || chance.once_in(12) {
            true => words::text(chance),
            false => chance.of(names).clone(),
        };
        let mut value = match chance.once_in(3) {
            true => words::text(chance),
            false => words::fitting(&name, known, chance),
        };
        if chance.once_in(10) {
            value = format!("{value},{}", words::text(chance));
        }
        // An address has an end, here as everywhere.
        let value: String = value.chars().take(300).collect();
        let name: String = name.chars().take(100).collect();
        pairs.push(format!("{}={}", encoded(&name), encoded(&value)));
    }
    match chance.below(20) {
        0 => "?%zz&%ff=%c3&=&&a".to_owned(),
        _ if pairs.is_empty() => String::new(),
        _ => format!("?{}", pairs.join("&")),
    }
}

pub fn encoded(text: &str) -> String {
    let byte = |it: u8| match it {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(it).to_string(),
        _ => format!("%{it:02X}"),
    };
    text.bytes().map(byte).collect()
}

fn headers(chance: &mut Chance) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let langs = ["zh-CN", "en", "", "fr;q=0.9", "*", "zh-Hant-TW,en;q=x", "e", "中"];
    all.push(("accept-language".into(), (*chance.of(&langs)).to_owned()));
    if chance.once_in(8) {
        let keys = ["k1", "k2", "", "'", "一", "a b c"];
        let key = if chance.once_in(5) { "k".repeat(300) } else { (*chance.of(&keys)).to_owned() };
        all.push(("idempotency-key".into(), key));
    }
    if chance.once_in(8) {
        let tags =
            ["\"0\"", "\"1\"", "W/\"2\"", "*", "", "\"x\"", "\"99999999999999999999\"", "-1"];
        all.push(("if-match".into(), (*chance.of(&tags)).to_owned()));
    }
    if chance.once_in(40) {
        let cookies = ["baoxiu=", "baoxiu=x; baoxiu=y", "=;=;;", "lang=xx", "baoxiu=\u{e9}"];
        all.push(("cookie".into(), (*chance.of(&cookies)).to_owned()));
    }
    if chance.once_in(40) {
        all.push(("hx-request".into(), "true".into()));
    }
    all
}

/// A body as the description has it.
fn fitting(schema: &Json, known: &Known, chance: &mut Chance) -> Json {
    let schema = resolved(schema);
    let Some(fields) = schema["properties"].as_object() else { return json!({}) };
    let mut body = Map::new();
    for (name, of) in fields {
        if !chance.once_in(4) {
            body.insert(name.clone(), field(name, of, known, chance));
        }
    }
    Json::Object(body)
}

fn field(name: &str, schema: &Json, known: &Known, chance: &mut Chance) -> Json {
    let schema = resolved(schema);
    if schema["properties"].is_object() {
        return fitting(schema, known, chance);
    }
    let has = |word: &str| match &schema["type"] {
        Json::Array(all) => all.iter().any(|it| it == word),
        one => one == word,
    };
    match name {
        "quantity" => json!(*chance.of(&[1.0, 2.0, 0.5])),
        "lat" => json!(22.27),
        "lon" => json!(113.54),
        "level" => json!(1 + chance.below(3)),
        _ if has("boolean") => json!(chance.once_in(2)),
        _ if has("integer") => json!(chance.below(6)),
        _ => json!(words::fitting(name, known, chance)),
    }
}

fn resolved(schema: &Json) -> &Json {
    if let Some(name) = schema["$ref"].as_str() {
        return SAID.pointer(name.trim_start_matches('#')).unwrap();
    }
    let one = schema["oneOf"].as_array().and_then(|it| it.iter().find(|it| it["$ref"].is_string()));
    one.map_or(schema, resolved)
}

/// One thing is wrong with it now.
fn spoil(tree: &mut Json, chance: &mut Chance) {
    let Some(fields) = tree.as_object_mut() else {
        *tree = words::anything(chance, 3);
        return;
    };
    let names: Vec<String> = fields.keys().cloned().collect();
    if names.is_empty() || chance.once_in(10) {
        let name = words::text(chance);
        fields.insert(name, words::anything(chance, 2));
        return;
    }
    let name = chance.of(&names).clone();
    let value = fields.get_mut(&name).unwrap();
    match chance.below(6) {
        0 => drop(fields.remove(&name)),
        1 | 2 if value.is_object() => spoil(value, chance),
        1 | 2 => *value = json!(words::text(chance)),
        3 => *value = words::number(chance),
        4 => *value = json!([value.take()]),
        _ => *value = words::anything(chance, 3),
    }
}

/// As it goes over the line: mostly as it should.
fn written(tree: &Json, chance: &mut Chance) -> Vec<u8> {
    let text = tree.to_string();
    match chance.below(60) {
        0 => text.as_bytes()[..text.len() / 2].to_vec(),
        1 => [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat(),
        2 => [text.as_bytes(), b"\xff\xfe"].concat(),
        3 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        4 => format!("[{text}]").into_bytes(),
        5 => text.replacen(':', ":1e999,\"x\":", 1).into_bytes(),
        6 => text.replacen('{', "{\"kind\":1,\"kind\":2,", 1).into_bytes(),
        7 => "[".repeat(20_000).into_bytes(),
        8 => Vec::new(),
        9 => text.replace("\\u", "\\ud800\\u").into_bytes(),
        10 => b"{\"text\":\"\\ud800\"}".to_vec(),
        _ => text.into_bytes(),
    }
}

/// A form with a picture that is mostly none.
fn picture(sent: &mut Sent, chance: &mut Chance) {
    let edge = *chance.of(&["x", EDGE, "", "é"]);
    let kinds: [&[u8]; 6] = [
        b"",
        b"no picture",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"\xff\xd8\xff\xe0",
        b"RIFF\0\0\0\0WEBP",
        b"\0\0\0\x18ftypheic",
    ];
    let mut bytes = chance.of(&kinds).to_vec();
    if chance.once_in(3) {
        bytes = super::picture();
        let at = chance.below(bytes.len());
        if chance.once_in(2) {
            bytes[at] ^= 0xff;
        }
    }
    let name = *chance.of(&["a.jpg", "../../a.jpg", "\\\"", "\r\nx: y", "一.png", ""]);
    let kind = words::text(chance);
    let kind = if chance.once_in(2) { "before" } else { kind.as_str() };
    let mut body = format!(
        "--{edge}\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\n{kind}\r\n--{edge}\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
    )
    .into_bytes();
    body.extend(bytes);
    if !chance.once_in(10) {
        body.extend(format!("\r\n--{edge}--\r\n").as_bytes());
    }
    sent.body = body;
    let kind = format!("multipart/form-data; boundary={edge}");
    sent.headers.push(("content-type".into(), kind));
}
