//! One odd call after the other on every page: looked at with odd questions, and its forms sent
//! as they stand on the page, with something in them that nobody typed.

use std::collections::BTreeMap;

use super::{Known, Sent, calls, chance::Chance, words};
use crate::rights::routes;

/// What the address of a page may ask; unknown names are among them.
pub const ASKED: &[&str] = &[
    "q",
    "sort",
    "cursor",
    "limit",
    "status",
    "kind",
    "channel",
    "outlet",
    "technician",
    "level",
    "coverage",
    "customer",
    "device",
    "overdue",
    "pool",
    "visit",
    "from",
    "to",
    "date",
    "step",
    "view",
    "columns",
    "phone",
    "next",
    "done",
    "order",
    "org",
    "post",
    "role",
    "category",
    "day",
    "category",
    "opened_from",
    "opened_to",
    "due_before",
    "actor",
    "subject",
    "lat",
    "lon",
];

/// A form as it stood on a page: its route, who saw it, where it is sent, and its fields.
#[derive(Debug, Clone)]
pub struct Shown {
    route: String,
    pub who: String,
    pub action: String,
    pub fields: Vec<Field>,
}

#[derive(Debug, Clone)]
pub struct Field {
    pub name: String,
    pub value: String,
    /// One may write there whatever one likes.
    pub free: bool,
}

pub struct Pages {
    pub looks: Vec<String>,
    sends: Vec<String>,
    shown: BTreeMap<String, Vec<Shown>>,
}

impl Pages {
    pub fn all() -> Pages {
        let all = routes::all();
        let pages = |method: &str| {
            let own = all.iter().filter_map(|it| it.strip_prefix(method));
            own.filter(|it| !it.starts_with("/api/")).map(str::to_owned).collect::<Vec<_>>()
        };
        Pages { looks: pages("GET "), sends: pages("POST "), shown: BTreeMap::new() }
    }

    /// Keeps the forms of a page that was shown.
    pub fn keep(&mut self, html: &str, who: &str) {
        for form in html.split("<form").skip(1) {
            let Some((tag, rest)) = form.split_once('>') else { continue };
            let Some(action) = attribute(tag, "action") else { continue };
            if attribute(tag, "method").as_deref() != Some("post") {
                continue;
            }
            let Some(route) = self.sends.iter().find(|it| fits(it, &action)) else { continue };
            let inside = rest.split("</form>").next().unwrap_or_default();
            let (who, fields) = (who.to_owned(), fields(inside));
            let shown = Shown { route: route.clone(), who, action, fields };
            let kept = self.shown.entry(shown.route.clone()).or_default();
            if kept.len() < 12 {
                kept.push(shown);
            }
        }
    }

    /// Of the forms that take a key from somebody, those alone of whoever can do without.
    pub fn spare(&mut self, keys: &[String]) {
        let is_spare = |it: &Field| it.name != "hash" || keys.contains(&it.value);
        for shown in self.shown.values_mut() {
            shown.retain(|it| it.fields.iter().all(is_spare));
        }
        self.shown.retain(|_, it| !it.is_empty());
    }

    pub fn forms(&self) -> usize {
        self.shown.len()
    }

    /// One of each kind for everybody who saw it.
    pub fn every(&self) -> Vec<Shown> {
        let mut all: Vec<Shown> = self.shown.values().flatten().cloned().collect();
        all.dedup_by(|a, b| (&a.route, &a.who) == (&b.route, &b.who));
        all
    }

    pub fn call(&self, known: &Known, chance: &mut Chance) -> Sent {
        if chance.once_in(2) {
            let route = chance.of(&self.looks).clone();
            let names: Vec<String> = ASKED.iter().map(|it| (*it).to_owned()).collect();
            let path = known.filled(&route, chance);
            let path = format!("{path}{}", calls::query(&names, known, chance));
            let who = known.who(&route, chance);
            return sent("GET", who, route, path, Vec::new());
        }
        let route = chance.of(&self.sends).clone();
        let who = known.who(&route, chance);
        let Some(shown) = self.shown.get(&route).map(|it| chance.of(it).clone()) else {
            let path = known.filled(&route, chance);
            let field = Field { name: words::text(chance), value: words::text(chance), free: true };
            return sent("POST", who, route, path, form(&[field]));
        };
        let mut fields = shown.fields;
        for _ in 0..=chance.below(4) {
            spoil(&mut fields, known, chance);
        }
        let action = if chance.once_in(4) { known.filled(&route, chance) } else { shown.action };
        sent("POST", who, route, action, form(&fields))
    }
}

fn sent(method: &str, who: Option<String>, route: String, path: String, body: Vec<u8>) -> Sent {
    let mut headers = vec![("cookie".into(), "lang=zh-CN".into())];
    if method == "POST" {
        headers.push(("content-type".into(), "application/x-www-form-urlencoded".into()));
    }
    Sent { who, method: method.into(), route, path, headers, body }
}

/// The fields of a form; of a choice the first that is one.
fn fields(html: &str) -> Vec<Field> {
    let mut all: Vec<Field> = Vec::new();
    let mut choosing = false;
    for tag in html.split('<').skip(1).filter_map(|it| it.split('>').next()) {
        if let Some(value) = attribute(tag, "value").filter(|_| tag.starts_with("option")) {
            if let Some(last) = all.last_mut().filter(|it| choosing && it.value.is_empty()) {
                last.value = value;
            }
            continue;
        }
        let Some(name) = attribute(tag, "name") else { continue };
        choosing = tag.starts_with("select");
        let kind = attribute(tag, "type").unwrap_or_default();
        let free = tag.starts_with("textarea")
            || (tag.starts_with("input") && ["", "text", "search"].contains(&kind.as_str()));
        // Of several to press or to choose from, one.
        if ["radio", "submit"].contains(&kind.as_str()) && all.iter().any(|it| it.name == name) {
            continue;
        }
        all.push(Field { name, value: attribute(tag, "value").unwrap_or_default(), free });
    }
    all
}

fn form(fields: &[Field]) -> Vec<u8> {
    let pair = |it: &Field| format!("{}={}", calls::encoded(&it.name), calls::encoded(&it.value));
    fields.iter().map(pair).collect::<Vec<_>>().join("&").into_bytes()
}

fn spoil(fields: &mut Vec<Field>, known: &Known, chance: &mut Chance) {
    if fields.is_empty() || chance.once_in(10) {
        fields.push(Field { name: words::text(chance), value: words::text(chance), free: true });
        return;
    }
    let at = chance.below(fields.len());
    let name = fields[at].name.rsplit('.').next().unwrap_or_default().to_owned();
    match chance.below(5) {
        0 => drop(fields.remove(at)),
        1 => {
            let value = words::text(chance);
            fields.push(Field { value, ..fields[at].clone() });
        }
        2 => fields[at].value = words::fitting(&name, known, chance),
        _ => fields[at].value = words::text(chance),
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let from = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let text = tag[from..].split('"').next()?;
    Some(text.replace("&amp;", "&").replace("&lt;", "<").replace("&quot;", "\""))
}

/// `/orders/{id}/steps` and `/orders/ord_1/steps`.
fn fits(route: &str, path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    let (route, path): (Vec<_>, Vec<_>) = (route.split('/').collect(), path.split('/').collect());
    route.len() == path.len() && route.iter().zip(&path).all(|(a, b)| a == b || a.starts_with('{'))
}
