//! What happened, in the reader's words: the timeline of an order, line by line.

use kernel::{Fen, Result, Time};
use platform::events::{self, Happened};
use rules::{order::Order, visit::quantity_text};
use serde_json::Value as Json;

use super::{ActorView, Show, TimelineItem};
use crate::{packs, say::Args};

/// Who signed or consented is named by the event; most readers need not know.
pub fn hide(it: &mut Happened) {
    let names = match it.kind.as_str() {
        "order.signed" => "name",
        "order.consented" => "by",
        _ => return,
    };
    if let Some(name) = it.data[names].as_str() {
        it.data[names] = rules::customer::mask_name(name).into();
    }
}

/// What a text may speak of where the event does not say it.
const UNSAID: &str = "\
    reason text at name window due technician said kind channel label model serial place \
    because number means pays amount quantity cause action attitude quality tries until \
    by pack version added changed removed count promise status profile minutes years \
    locked reached category code fields changes coverage before parts labour travel km \
    hours";

impl Show<'_> {
    /// Everything that happened to an order and its request, oldest first.
    pub async fn timeline(&mut self, order: &Order) -> Result<Vec<TimelineItem>> {
        let clear = self.clear(order).await?;
        let mut items = Vec::new();
        for it in self.events(order, clear).await? {
            let item = self.item(it).await?;
            items.push(item);
        }
        Ok(items)
    }

    /// The same before it is put into words. Whom it is about is hidden here as everywhere.
    pub async fn events(&mut self, order: &Order, clear: bool) -> Result<Vec<Happened>> {
        let mut all = events::of(&mut self.cx.tx, order.request.as_str()).await?;
        all.extend(events::of(&mut self.cx.tx, order.id.as_str()).await?);
        all.sort_by_key(|it| it.at);
        all.iter_mut().filter(|_| !clear).for_each(hide);
        Ok(all)
    }

    pub async fn item(&mut self, it: Happened) -> Result<TimelineItem> {
        let name = match (&it.actor, it.data["by"].as_str()) {
            (Some(id), _) => self.person(id).await?.0,
            // What was imported names people as the file did.
            (None, Some(by)) => by.to_owned(),
            (None, None) => self.say.t("the-house"),
        };
        Ok(TimelineItem {
            at: self.time(it.at),
            text: self.happened(&it).await?,
            kind: it.kind,
            actor: ActorView { id: it.actor, name },
            data: it.data,
        })
    }

    /// An event in words.
    pub async fn happened(&mut self, it: &Happened) -> Result<String> {
        let key = format!("event-{}", it.kind.replace('.', "-"));
        let mut args = Args::new();
        if let Some(data) = it.data.as_object() {
            for (name, value) in data {
                if let Some(said) = self.argument(&it.kind, name, value).await? {
                    args.insert(name.clone().into(), said.into());
                }
            }
        }
        let moment = |name: &str| it.data[name].as_i64().map(Time::from_millis);
        if let (Some(from), Some(to)) = (moment("from"), moment("to")) {
            let window = rules::order::Window { from, to };
            let here = crate::ui::time::here(self.cx, self.say);
            let said = if self.lasting { here.exact_window(window) } else { here.window(window) };
            args.insert("window".into(), said.into());
        }
        for name in UNSAID.split_whitespace() {
            args.entry(name.into()).or_insert_with(|| "".into());
        }
        Ok(self.say.with(&key, &args))
    }

    /// What was changed, field by field: `（电话、地址）`, `（安装完成日 2026-06-25 → 2026-06-27）`.
    fn changed(&self, all: &[Json]) -> String {
        let said = all.iter().map(|it| {
            let word = |field: &str| self.say.code("field", field);
            let Some(field) = it["field"].as_str() else {
                return word(it.as_str().unwrap_or_default());
            };
            let value = |name: &str| it[name].as_str().unwrap_or("—");
            format!("{} {} → {}", word(field), value("from"), value("to"))
        });
        let said = self.say.list(said);
        if self.say.is_chinese() { format!("（{said}）") } else { format!(" ({said})") }
    }

    /// One value of an event as it is said: codes as words, moments as times, ids as names.
    async fn argument(&mut self, kind: &str, name: &str, value: &Json) -> Result<Option<String>> {
        let group = group_of(kind, name);
        let text = match value {
            Json::String(text) => text.clone(),
            Json::Number(number) => {
                let int = number.as_i64().unwrap_or_default();
                return Ok(Some(match name {
                    "due" | "until" => {
                        let here = crate::ui::time::here(self.cx, self.say);
                        let at = Time::from_millis(int);
                        if self.lasting { here.exact(at) } else { here.moment(at) }
                    }
                    "amount" => self.say.money(Fen::new(int)),
                    "quantity" => quantity_text(int),
                    _ => number.to_string(),
                }));
            }
            Json::Array(all) if matches!(name, "fields" | "changes") => {
                return Ok(Some(self.changed(all)));
            }
            Json::Array(all) if name == "years" => {
                return Ok(Some(self.say.list(all.iter().map(Json::to_string))));
            }
            Json::Array(all) => {
                let Some(group) = group else { return Ok(None) };
                let words = all.iter().filter_map(Json::as_str).map(|it| self.say.code(group, it));
                return Ok(Some(self.say.list(words)));
            }
            Json::Bool(yes) => return Ok(Some(if *yes { "yes" } else { "no" }.into())),
            _ => return Ok(None),
        };
        if let Some(group) = group {
            let key = format!("{group}-{}", text.replace('.', "-"));
            return Ok(Some(if self.say.knows(&key) { self.say.t(&key) } else { text }));
        }
        if text.starts_with("per_") {
            return Ok(Some(self.person(&text).await?.0));
        }
        if text.starts_with("org_") {
            return Ok(Some(self.org(&text).await?));
        }
        if matches!((kind, name), (_, "cause" | "action") | ("order.part_added", "name")) {
            return Ok(Some(packs::said(&self.cx.company.pack, self.say, &text)));
        }
        Ok(Some(text))
    }
}

/// Whose words a value of an event is said in.
fn group_of(kind: &str, name: &str) -> Option<&'static str> {
    match (kind, name) {
        ("order.suspended", "reason") => Some("wait"),
        ("order.closed", "reason") => Some("close"),
        (_, "means") if kind.starts_with("order.signed") => Some("signed-by"),
        (_, "means") => Some("means"),
        ("order.delay_explained", "delay") => Some("delay"),
        ("order.decided", "because") => Some("occasion"),
        (_, "because") => Some("because"),
        (_, "promise") => Some("promise"),
        (_, "pays") => Some("pays"),
        ("order.charge_added", "kind") => Some("charge"),
        ("order.photo_added", "kind") => Some("photo"),
        ("notice.spoken" | "notice.sent" | "notice.failed", "kind") => Some("notice-kind"),
        ("request.received", "kind") => Some("kind"),
        ("request.received", "channel") => Some("channel"),
        ("person.status_set", "status") => Some("person-status"),
        ("org.status_set", "status") => Some("org-status"),
        ("order.decided" | "order.overridden", "coverage" | "before" | "parts" | "labour") => {
            Some("coverage")
        }
        ("order.overridden", "travel" | "parts_before" | "labour_before" | "travel_before") => {
            Some("coverage")
        }
        ("account.rules_set", "profile") => Some("password-profile"),
        _ => None,
    }
}
