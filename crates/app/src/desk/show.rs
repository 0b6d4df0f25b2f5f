//! How things look over HTTP: the objects of the interface, in the reader's language, masked
//! where the reader does not need to know whom they are about.

use std::collections::BTreeMap;

use kernel::{Fen, Result, Time};
use platform::events::{self, Happened};
use rules::{
    callback::CallbackStatus,
    customer::{CustomerId, CustomerKind, DeviceId},
    order::{Order, OrderId},
    policy::{Grant, PersonId, Role},
    visit::quantity_text,
};
use serde::Serialize;
use serde_json::{Value as Json, json};
use utoipa::ToSchema;

use crate::{
    Cx, account, callback,
    callback::Callback,
    customer::{self, Customer},
    device::{self, Device},
    intake::{self, Request},
    order, org, promise,
    say::{Args, Say},
    visit::{self, ops::OnSite},
};

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CustomerView {
    pub id: String,
    pub name: String,
    #[schema(value_type = String)]
    pub kind: CustomerKind,
    pub contact: Option<String>,
    pub phone: Option<String>,
    pub address: Option<String>,
    pub district: Option<String>,
    pub masked: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EntitlementView {
    pub coverage: String,
    pub explanation: String,
    pub missing: Vec<String>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DeviceView {
    pub id: String,
    pub serial: Option<String>,
    pub model: Option<String>,
    pub category: Option<String>,
    pub buyer: Option<CustomerView>,
    pub user: Option<CustomerView>,
    pub sold_on: Option<String>,
    pub delivered_on: Option<String>,
    pub installed_on: Option<String>,
    pub accepted_on: Option<String>,
    pub entitlement: EntitlementView,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PromiseView {
    pub kind: String,
    pub due: String,
    pub provisional: bool,
    pub clock: String,
    pub state: String,
    pub ended_at: Option<String>,
    pub source: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FaultView {
    pub code: Option<String>,
    pub level: i64,
    pub text: Option<String>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Named {
    pub id: String,
    pub name: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TechnicianName {
    pub id: String,
    pub name: String,
    pub phone: Option<String>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WindowView {
    pub from: String,
    pub to: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OrderRef {
    pub id: String,
    pub number: String,
    pub status: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RequestView {
    pub id: String,
    pub number: String,
    pub kind: String,
    pub channel: String,
    pub status: String,
    pub received_at: String,
    pub customer: Option<CustomerView>,
    pub contact: Option<String>,
    pub device: Option<DeviceView>,
    pub fault: FaultView,
    pub wanted: Option<WindowView>,
    pub entitlement: EntitlementView,
    pub promises: Vec<PromiseView>,
    pub order: Option<OrderRef>,
    pub owner: Option<String>,
    pub answer: Option<String>,
    pub external_id: Option<String>,
    pub version: i64,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FindingView {
    pub cause: Option<String>,
    pub action: Option<String>,
    pub fault_code: Option<String>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PartView {
    pub id: String,
    pub name: String,
    pub number: Option<String>,
    #[schema(value_type = f64)]
    pub quantity: Json,
    #[schema(value_type = i64)]
    pub price_fen: Fen,
    #[schema(value_type = i64)]
    pub amount_fen: Fen,
    pub old_part: String,
    pub pays: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChargeView {
    pub id: String,
    pub kind: String,
    pub text: Option<String>,
    #[schema(value_type = i64)]
    pub amount_fen: Fen,
    pub pays: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConsentView {
    pub id: String,
    pub by: String,
    pub means: String,
    pub text: Option<String>,
    #[schema(value_type = i64)]
    pub amount_fen: Fen,
    pub at: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PhotoView {
    pub id: String,
    pub url: String,
    pub kind: String,
    pub width: i64,
    pub height: i64,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SignatureView {
    pub name: String,
    pub at: String,
    pub means: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CallbackRef {
    pub id: String,
    pub status: String,
    pub due: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OrderView {
    pub id: String,
    pub number: String,
    pub kind: String,
    pub status: String,
    pub version: i64,
    pub request: String,
    pub customer: Option<CustomerView>,
    pub device: Option<DeviceView>,
    pub outlet: Option<Named>,
    pub technician: Option<TechnicianName>,
    pub window: Option<WindowView>,
    pub fault: FaultView,
    pub finding: Option<FindingView>,
    pub promises: Vec<PromiseView>,
    pub entitlement: EntitlementView,
    pub parts: Vec<PartView>,
    pub charges: Vec<ChargeView>,
    pub consents: Vec<ConsentView>,
    pub photos: Vec<PhotoView>,
    #[schema(value_type = i64)]
    pub total_fen: Fen,
    #[schema(value_type = i64)]
    pub customer_fen: Fen,
    pub signature: Option<SignatureView>,
    pub callback: Option<CallbackRef>,
    pub reopened_count: i64,
    pub repeat_of: Option<String>,
    pub close_reason: Option<String>,
    pub owner: Option<Named>,
    pub steps: Vec<String>,
    pub due: Option<String>,
    pub opened_at: String,
    pub closed_at: Option<String>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CallbackView {
    pub id: String,
    pub order: String,
    pub status: String,
    pub due: String,
    pub tries: i64,
    pub answers: Option<AnswersView>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AnswersView {
    pub reached: bool,
    pub attitude: Option<i64>,
    pub quality: Option<i64>,
    pub solved: Option<bool>,
    pub nps: Option<i64>,
    pub text: Option<String>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TimelineItem {
    pub at: String,
    pub kind: String,
    pub actor: ActorView,
    pub text: String,
    #[schema(value_type = Object)]
    pub data: Json,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ActorView {
    pub id: Option<String>,
    pub name: String,
}

/// Reads and shows; remembers names it looked up, as a list says the same ones again and again.
pub struct Show<'a> {
    pub cx: &'a mut Cx,
    pub say: Say,
    people: BTreeMap<String, (String, Option<String>)>,
    orgs: BTreeMap<String, String>,
}

impl<'a> Show<'a> {
    pub fn new(cx: &'a mut Cx, say: Say) -> Show<'a> {
        Show { cx, say, people: BTreeMap::new(), orgs: BTreeMap::new() }
    }

    pub fn time(&self, time: Time) -> String {
        time.text(&self.cx.company.zone)
    }

    /// Name and phone of a person.
    pub async fn person(&mut self, id: &str) -> Result<(String, Option<String>)> {
        if let Some(known) = self.people.get(id) {
            return Ok(known.clone());
        }
        let found = match PersonId::parse(id) {
            Ok(id) => account::ops::person(self.cx, &id).await?,
            Err(_) => None,
        };
        let named = found.map(|it| (it.name, it.phone)).unwrap_or_default();
        self.people.insert(id.to_owned(), named.clone());
        Ok(named)
    }

    pub async fn org(&mut self, id: &str) -> Result<String> {
        if let Some(known) = self.orgs.get(id) {
            return Ok(known.clone());
        }
        let name = org::ops::find(self.cx, id).await?.map(|it| it.name).unwrap_or_default();
        self.orgs.insert(id.to_owned(), name.clone());
        Ok(name)
    }

    pub fn customer(&self, it: Customer, clear: bool) -> CustomerView {
        let version = it.version;
        let it = if clear { it } else { customer::ops::masked(it) };
        CustomerView {
            id: it.id.to_string(),
            name: it.name,
            kind: it.kind,
            contact: it.contact,
            phone: it.phone,
            address: it.address,
            district: it.district,
            masked: !clear,
            version: Some(version),
        }
    }

    async fn customer_by_id(
        &mut self,
        id: Option<&str>,
        clear: bool,
    ) -> Result<Option<CustomerView>> {
        let Some(id) = id else { return Ok(None) };
        let id = CustomerId::parse(id)?;
        let it = customer::ops::get(self.cx, &Grant::house(), &id).await?;
        let mut view = self.customer(it, clear);
        // Inside another object the version is not what `If-Match` is about.
        view.version = None;
        Ok(Some(view))
    }

    pub async fn device(&mut self, it: Device, clear: bool) -> Result<DeviceView> {
        let decided = intake::ops::kept(&intake::ops::entitlement(self.cx, Some(&it), None));
        let buyer = it.buyer.as_ref().map(CustomerId::as_str);
        let user = it.user.as_ref().map(CustomerId::as_str);
        let text = |day: Option<kernel::Day>| day.map(|it| it.to_string());
        Ok(DeviceView {
            buyer: self.customer_by_id(buyer, clear).await?,
            user: self.customer_by_id(user, clear).await?,
            id: it.id.to_string(),
            serial: it.serial,
            model: it.model,
            category: it.category,
            sold_on: text(it.sold_on),
            delivered_on: text(it.delivered_on),
            installed_on: text(it.installed_on),
            accepted_on: text(it.accepted_on),
            entitlement: entitlement(self.say, &decided),
        })
    }

    async fn device_by_id(&mut self, id: Option<&str>, clear: bool) -> Result<Option<DeviceView>> {
        let Some(id) = id else { return Ok(None) };
        let it = device::ops::get(self.cx, &Grant::house(), &DeviceId::parse(id)?).await?;
        self.device(it, clear).await.map(Some)
    }

    pub async fn promises(&mut self, request: &str) -> Result<Vec<PromiseView>> {
        let now = self.cx.now();
        let all = promise::ops::of_request(self.cx, request).await?;
        let view = |it: &rules::promise::Promise| PromiseView {
            kind: it.kind.code().into(),
            due: self.time(it.due),
            provisional: it.provisional,
            clock: it.clock.code().into(),
            state: it.state_at(now).code().into(),
            ended_at: it.ended_at.map(|at| self.time(at)),
            source: it.source.clone(),
        };
        Ok(all.iter().map(view).collect())
    }

    /// A request; whether its customer shows depends on its order, if it has one.
    pub async fn request(&mut self, it: Request) -> Result<RequestView> {
        let clear = self.request_clear(&it).await?;
        self.request_as(it, clear).await
    }

    async fn request_clear(&mut self, it: &Request) -> Result<bool> {
        match &it.order {
            Some(id) => {
                let order = order::ops::known(self.cx, &OrderId::parse(id)?).await?;
                self.clear(&order).await
            }
            None => Ok(self.cx.actor.has(Role::Agent) || self.takes_complaints(it)),
        }
    }

    pub async fn request_as(&mut self, it: Request, clear: bool) -> Result<RequestView> {
        let order = match &it.order {
            Some(id) => Some(order::ops::known(self.cx, &OrderId::parse(id)?).await?),
            None => None,
        };
        let kept = it.entitlement.as_deref().and_then(|it| serde_json::from_str(it).ok());
        let wanted = match (it.wanted_from, it.wanted_to) {
            (None, None) => None,
            (from, to) => {
                let (first, last) = (from.or(to), to.or(from));
                let text = |it: Option<Time>| it.map(|it| self.time(it)).unwrap_or_default();
                Some(WindowView { from: text(first), to: text(last) })
            }
        };
        Ok(RequestView {
            customer: self
                .customer_by_id(it.customer.as_ref().map(CustomerId::as_str), clear)
                .await?,
            device: self.device_by_id(it.device.as_deref(), clear).await?,
            promises: self.promises(it.id.as_str()).await?,
            id: it.id.to_string(),
            number: it.number,
            kind: it.kind.code().into(),
            channel: it.channel.code().into(),
            status: it.status.code().into(),
            received_at: self.time(it.received_at),
            contact: match (it.contact, clear) {
                (Some(name), false) => Some(rules::customer::mask_name(&name)),
                (name, _) => name,
            },
            fault: FaultView { code: it.fault_code, level: it.fault_level, text: it.fault_text },
            wanted,
            entitlement: entitlement(self.say, &kept.unwrap_or_else(|| json!({}))),
            order: order.map(|it| OrderRef {
                id: it.id.to_string(),
                number: it.number,
                status: it.status.code().into(),
            }),
            owner: it.owner.map(|it| it.to_string()),
            answer: it.answer,
            external_id: it.external_id,
            version: it.version,
        })
    }

    /// The desk that has to answer a complaint knows whom to call.
    fn takes_complaints(&self, it: &Request) -> bool {
        it.kind.is_complaint() && self.cx.actor.has(Role::Supervisor)
    }

    /// Whether this reader sees the customer of this order in the clear.
    pub async fn clear(&mut self, order: &Order) -> Result<bool> {
        let waits = callback::ops::of_order(self.cx, &order.id)
            .await?
            .is_some_and(|it| matches!(it.status, CallbackStatus::Due | CallbackStatus::Tried));
        let now = self.cx.now();
        Ok(order.shows_customer(&self.cx.actor, waits, now))
    }

    pub async fn order(&mut self, it: Order) -> Result<OrderView> {
        let clear = self.clear(&it).await?;
        self.order_as(it, clear).await
    }

    pub async fn order_as(&mut self, it: Order, clear: bool) -> Result<OrderView> {
        let steps = it.steps_for(&self.cx.actor).iter().map(|it| it.code().to_owned()).collect();
        let site = visit::ops::on_site(self.cx, &it.id).await?;
        let (total, customer_pays) = rules::visit::totals(&site.lines());
        let request = intake::ops::known(self.cx, &it.request).await?;
        let kept = request.entitlement.as_deref().and_then(|it| serde_json::from_str(it).ok());
        let callback = callback::ops::of_order(self.cx, &it.id).await?;
        let finding = it.cause.as_ref().map(|_| FindingView {
            cause: it.cause.clone(),
            action: it.action.clone(),
            fault_code: it.found_code.clone(),
        });
        let window = it.window().map(|it| self.window(it));
        let (parts, charges, consents, photos) = self.lines(site);
        Ok(OrderView {
            customer: self.customer_by_id(it.customer.as_deref(), clear).await?,
            device: self.device_by_id(it.device.as_deref(), clear).await?,
            outlet: match &it.outlet {
                Some(id) => Some(Named { id: id.to_string(), name: self.org(id.as_str()).await? }),
                None => None,
            },
            technician: self.technician(it.technician.as_ref()).await?,
            owner: match &it.owner {
                Some(id) => {
                    let (name, _) = self.person(id.as_str()).await?;
                    Some(Named { id: id.to_string(), name })
                }
                None => None,
            },
            promises: self.promises(it.request.as_str()).await?,
            signature: match (&it.signed_name, it.signed_at, it.signed_by) {
                (Some(name), Some(at), Some(by)) => Some(SignatureView {
                    name: if clear { name.clone() } else { rules::customer::mask_name(name) },
                    at: self.time(at),
                    means: by.code().into(),
                }),
                _ => None,
            },
            callback: callback.map(|it| CallbackRef {
                id: it.id.to_string(),
                status: it.status.code().into(),
                due: self.time(it.due),
            }),
            id: it.id.to_string(),
            number: it.number,
            kind: it.kind.code().into(),
            status: it.status.code().into(),
            version: it.version,
            request: it.request.to_string(),
            window,
            fault: FaultView { code: it.fault_code, level: it.fault_level, text: it.fault_text },
            finding,
            entitlement: entitlement(self.say, &kept.unwrap_or_else(|| json!({}))),
            parts,
            charges,
            consents,
            photos,
            total_fen: total,
            customer_fen: customer_pays,
            reopened_count: it.reopened_count,
            repeat_of: it.repeat_of,
            close_reason: it.close_reason,
            steps,
            due: it.due.map(|it| self.time(it)),
            opened_at: self.time(it.opened_at),
            closed_at: it.closed_at.map(|it| self.time(it)),
        })
    }

    pub fn window(&self, it: rules::order::Window) -> WindowView {
        WindowView { from: self.time(it.from), to: self.time(it.to) }
    }

    async fn technician(&mut self, id: Option<&PersonId>) -> Result<Option<TechnicianName>> {
        let Some(id) = id else { return Ok(None) };
        let (name, phone) = self.person(id.as_str()).await?;
        Ok(Some(TechnicianName { id: id.to_string(), name, phone }))
    }

    fn lines(
        &self,
        site: OnSite,
    ) -> (Vec<PartView>, Vec<ChargeView>, Vec<ConsentView>, Vec<PhotoView>) {
        let parts = site.parts.into_iter().map(part);
        let charges = site.charges.into_iter().map(charge);
        let consents = site.consents.into_iter().map(|it| self.consent(it));
        let photos = site.photos.into_iter().map(photo);
        (parts.collect(), charges.collect(), consents.collect(), photos.collect())
    }

    pub fn consent(&self, it: visit::Consent) -> ConsentView {
        ConsentView {
            id: it.id.to_string(),
            by: it.by_name,
            means: it.means.code().into(),
            text: it.text,
            amount_fen: it.amount,
            at: self.time(it.at),
        }
    }

    pub fn callback(&self, it: Callback) -> CallbackView {
        let answered = it.reached_at.is_some();
        let missed = it.tries > 0 && !answered;
        let answers = (answered || missed).then_some(AnswersView {
            reached: answered,
            attitude: it.attitude,
            quality: it.quality,
            solved: it.solved,
            nps: it.nps,
            text: it.text,
        });
        CallbackView {
            id: it.id.to_string(),
            order: it.order.to_string(),
            status: it.status.code().into(),
            due: self.time(it.due),
            tries: it.tries,
            answers,
        }
    }

    /// Everything that happened to an order and its request, oldest first.
    pub async fn timeline(&mut self, order: &Order) -> Result<Vec<TimelineItem>> {
        let mut all = events::of(&mut self.cx.tx, order.request.as_str()).await?;
        all.extend(events::of(&mut self.cx.tx, order.id.as_str()).await?);
        all.sort_by_key(|it| it.at);
        let mut items = Vec::new();
        for it in all {
            let item = self.item(it).await?;
            items.push(item);
        }
        Ok(items)
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
            let said = crate::ui::time::window(self.cx, self.say, window);
            args.insert("window".into(), said.into());
        }
        for name in ["reason", "text", "at", "name", "window", "due", "technician", "said"] {
            args.entry(name.into()).or_insert_with(|| "".into());
        }
        Ok(self.say.with(&key, &args))
    }

    /// One value of an event as it is said: codes as words, moments as times, ids as names.
    async fn argument(&mut self, kind: &str, name: &str, value: &Json) -> Result<Option<String>> {
        let group = match (kind, name) {
            ("order.suspended", "reason") => Some("wait"),
            ("order.closed", "reason") => Some("close"),
            (_, "means") if kind.starts_with("order.signed") => Some("signed-by"),
            (_, "means") => Some("means"),
            (_, "because") => Some("because"),
            (_, "promise") => Some("promise"),
            (_, "pays") => Some("pays"),
            ("order.charge_added", "kind") => Some("charge"),
            ("order.photo_added", "kind") => Some("photo"),
            ("notice.spoken" | "notice.sent" | "notice.failed", "kind") => Some("notice-kind"),
            ("request.received", "kind") => Some("kind"),
            ("request.received", "channel") => Some("channel"),
            _ => None,
        };
        let text = match value {
            Json::String(text) => text.clone(),
            Json::Number(number) => {
                let int = number.as_i64().unwrap_or_default();
                return Ok(Some(match name {
                    "due" | "until" => {
                        crate::ui::time::moment(self.cx, self.say, Time::from_millis(int))
                    }
                    "amount" => self.say.money(Fen::new(int)),
                    "quantity" => quantity_text(int),
                    _ => number.to_string(),
                }));
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
        Ok(Some(text))
    }
}

pub fn part(it: visit::Part) -> PartView {
    PartView {
        id: it.id.to_string(),
        name: it.name,
        number: it.number,
        quantity: serde_json::from_str(&quantity_text(it.quantity)).unwrap_or_default(),
        price_fen: it.price,
        amount_fen: it.amount,
        old_part: it.old_part.code().into(),
        pays: it.pays.code().into(),
    }
}

pub fn charge(it: visit::Charge) -> ChargeView {
    ChargeView {
        id: it.id.to_string(),
        kind: it.kind.code().into(),
        text: it.text,
        amount_fen: it.amount,
        pays: it.pays.code().into(),
    }
}

pub fn photo(it: visit::Photo) -> PhotoView {
    PhotoView {
        url: format!("/api/v1/photos/{}", it.id),
        id: it.id.to_string(),
        kind: it.kind.code().into(),
        width: it.width,
        height: it.height,
    }
}

/// A kept decision in the reader's words.
pub fn entitlement(say: Say, kept: &Json) -> EntitlementView {
    let reasons = kept["reasons"].as_array().cloned().unwrap_or_default();
    let sentences: Vec<String> = reasons.iter().map(|it| reason(say, it)).collect();
    let missing = kept["missing"].as_array().cloned().unwrap_or_default();
    let coverage = kept["coverage"].as_str().unwrap_or("unknown").to_owned();
    let explanation = if sentences.is_empty() {
        say.code("coverage", &coverage)
    } else {
        sentences.join(if say.is_chinese() { "" } else { " " })
    };
    EntitlementView {
        coverage,
        explanation,
        missing: missing.iter().filter_map(|it| it.as_str().map(str::to_owned)).collect(),
    }
}

fn reason(say: Say, it: &Json) -> String {
    let code = it["code"].as_str().unwrap_or_default();
    let mut args = Args::new();
    for (name, value) in it["args"].as_object().into_iter().flatten() {
        let text = value.as_str().unwrap_or_default();
        let said = match name.as_str() {
            "began_by" => say.code("start", text),
            "component" if text.is_empty() => say.t("warranty-unit"),
            "fields" => {
                let words: Vec<_> = text.split(',').map(|it| say.code("start", it)).collect();
                words.join(if say.is_chinese() { "、" } else { ", " })
            }
            _ => text.to_owned(),
        };
        args.insert(name.clone().into(), said.into());
    }
    say.with(&format!("reason-{}", code.replace('.', "-")), &args)
}
