//! How things look over HTTP: the objects of the interface, in the reader's language, masked
//! where the reader does not need to know whom they are about.

mod cover;
mod happened;
mod shelf;
mod site;
mod views;

use std::collections::BTreeMap;

use kernel::{Result, Time};
use rules::{
    customer::{CustomerId, DeviceId},
    order::{DelayBy, Order, OrderId},
    policy::{Act, Grant, PersonId, Role},
};
use serde_json::json;

use crate::{
    Cx, account, callback,
    callback::Callback,
    customer::{self, Customer},
    desk::devices,
    device::{self, Device},
    intake::{Request, ops::Filed},
    order, org, promise,
    say::Say,
    visit, warranty,
};

pub use cover::entitlement;
pub use happened::hide;
use shelf::Shelf;
pub use site::{charge, part, photo};
pub use views::*;

/// Reads and shows; remembers names it looked up, as a list says the same ones again and again.
pub struct Show<'a> {
    pub cx: &'a mut Cx,
    pub say: Say,
    /// Of many: without what only whoever looks at one of them reads.
    brief: bool,
    /// Times as they stand on what is read on another day.
    lasting: bool,
    people: BTreeMap<String, (String, Option<String>)>,
    orgs: BTreeMap<String, String>,
    shelf: Shelf,
}

impl<'a> Show<'a> {
    pub fn new(cx: &'a mut Cx, say: Say) -> Show<'a> {
        let (people, orgs) = (BTreeMap::new(), BTreeMap::new());
        Show { cx, say, brief: false, lasting: false, people, orgs, shelf: Shelf::default() }
    }

    /// For a list: without the rights of the customer and the history of decisions.
    pub fn brief(cx: &'a mut Cx, say: Say) -> Show<'a> {
        Show { brief: true, ..Show::new(cx, say) }
    }

    /// For paper, which is read on another day.
    pub fn lasting(cx: &'a mut Cx, say: Say) -> Show<'a> {
        Show { lasting: true, ..Show::new(cx, say) }
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
        let it = match self.shelf.customers.get(id) {
            Some(known) => known.clone(),
            None => {
                let parsed = CustomerId::parse(id)?;
                let it = customer::ops::get(self.cx, &Grant::house(), &parsed).await?;
                self.shelf.customers.insert(id.to_owned(), it.clone());
                it
            }
        };
        let mut view = self.customer(it, clear);
        // Inside another object the version is not what `If-Match` is about.
        view.version = None;
        Ok(Some(view))
    }

    pub async fn device(&mut self, it: Device, clear: bool) -> Result<DeviceView> {
        let say = if self.brief { warranty::ops::said_briefly } else { warranty::ops::said };
        let decided = match self.shelf.covers.get(it.id.as_str()) {
            Some(known) => say(known),
            None => say(&devices::one(self.cx, &it).await?.0),
        };
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
            produced_on: text(it.produced_on),
            exchanged_on: text(it.exchanged_on),
            price_fen: it.price,
            invoice: it.invoice,
            certificate: it.certificate,
            entitlement: self.entitlement(&decided),
        })
    }

    async fn device_by_id(&mut self, id: Option<&str>, clear: bool) -> Result<Option<DeviceView>> {
        let Some(id) = id else { return Ok(None) };
        let it = match self.shelf.devices.get(id) {
            Some(known) => known.clone(),
            None => device::ops::get(self.cx, &Grant::house(), &DeviceId::parse(id)?).await?,
        };
        self.device(it, clear).await.map(Some)
    }

    pub async fn promises(&mut self, request: &str) -> Result<Vec<PromiseView>> {
        let now = self.cx.now();
        let all = match self.shelf.promises.remove(request) {
            Some(known) => known,
            None => promise::ops::of_request(self.cx, request).await?,
        };
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
        let order = self.order_of(&it).await?;
        let clear = self.request_clear(&it, order.as_ref()).await?;
        let device = self.device_by_id(it.device.as_deref(), clear).await?;
        self.request_with(it, order, device, clear).await
    }

    /// One that was filed a moment ago: what it is about is known.
    pub async fn filed(&mut self, it: Filed) -> Result<RequestView> {
        let Filed { request, order, customer, device, promises } = it;
        self.shelf.promises.insert(request.id.to_string(), promises);
        self.shelf.customers.insert(customer.id.to_string(), customer);
        let clear = self.request_clear(&request, order.as_ref()).await?;
        let device = match device {
            Some(device) => Some(self.device(device, clear).await?),
            None => None,
        };
        self.request_with(request, order, device, clear).await
    }

    async fn order_of(&mut self, it: &Request) -> Result<Option<Order>> {
        let Some(id) = &it.order else { return Ok(None) };
        match self.shelf.orders.remove(id) {
            Some(known) => Ok(Some(known)),
            None => Ok(Some(order::ops::known(self.cx, &OrderId::parse(id)?).await?)),
        }
    }

    async fn callback_of(&mut self, order: &OrderId) -> Result<Option<Callback>> {
        match self.shelf.callbacks.get(order.as_str()) {
            Some(known) => Ok(known.clone()),
            None => callback::ops::of_order(self.cx, order).await,
        }
    }

    async fn request_clear(&mut self, it: &Request, order: Option<&Order>) -> Result<bool> {
        match order {
            Some(order) => self.clear(order).await,
            None => Ok(self.cx.actor.has(Role::Agent) || self.takes_complaints(it)),
        }
    }

    pub async fn request_as(&mut self, it: Request, clear: bool) -> Result<RequestView> {
        let order = self.order_of(&it).await?;
        let device = self.device_by_id(it.device.as_deref(), clear).await?;
        self.request_with(it, order, device, clear).await
    }

    async fn request_with(
        &mut self,
        it: Request,
        order: Option<Order>,
        device: Option<DeviceView>,
        clear: bool,
    ) -> Result<RequestView> {
        let kept = it.entitlement.as_deref().and_then(|it| serde_json::from_str(it).ok());
        let wanted = match (it.wanted_from, it.wanted_to) {
            (None, None) => None,
            (from, to) => {
                let (first, last) = (from.or(to), to.or(from));
                let text = |it: Option<Time>| it.map(|it| self.time(it)).unwrap_or_default();
                Some(WindowView { from: text(first), to: text(last) })
            }
        };
        // A street lamp has an address, and nobody lives there.
        let nobody = it.customer.is_none();
        Ok(RequestView {
            customer: self
                .customer_by_id(it.customer.as_ref().map(CustomerId::as_str), clear)
                .await?,
            device,
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
            entitlement: self.entitlement(&kept.unwrap_or_else(|| json!({}))),
            order: order.map(|it| OrderRef {
                id: it.id.to_string(),
                number: it.number,
                status: it.status.code().into(),
            }),
            owner: it.owner.map(|it| it.to_string()),
            place: place(it.address, it.lat, it.lon, clear || nobody),
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
        // Only to those who call back it matters whether somebody has to.
        let waits = self.cx.actor.has(Role::Caller)
            && self.callback_of(&order.id).await?.is_some_and(|it| it.status.is_waiting());
        let now = self.cx.now();
        Ok(order.shows_customer(&self.cx.actor, waits, now))
    }

    pub async fn order(&mut self, it: Order) -> Result<OrderView> {
        let clear = self.clear(&it).await?;
        self.order_as(it, clear).await
    }

    pub async fn order_as(&mut self, it: Order, clear: bool) -> Result<OrderView> {
        let steps = it.steps_for(&self.cx.actor).iter().map(|it| it.code().to_owned()).collect();
        let site = match self.shelf.sites.remove(it.id.as_str()) {
            Some(known) => known,
            None => visit::ops::on_site(self.cx, &it.id).await?,
        };
        let (total, customer_pays) = rules::visit::totals(&site.lines());
        let (cover, decisions) = self.cover(&it).await?;
        let callback = self.callback_of(&it.id).await?;
        let finding = it.cause.as_ref().map(|_| FindingView {
            cause: it.cause.clone(),
            action: it.action.clone(),
            fault_code: it.found_code.clone(),
        });
        let window = it.window().map(|it| self.window(it));
        let (parts, charges, consents, photos) = self.lines(site, clear);
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
            entitlement: cover,
            decisions: (!self.brief).then_some(decisions),
            problem: it.problem,
            delay_by: it.delay_by.map(DelayBy::code),
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
            code: it.code.filter(|_| self.cx.may(Act::CodeRead).is_ok()),
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
}

/// Where somebody lives is hidden like who they are.
fn place(
    address: Option<String>,
    lat: Option<i64>,
    lon: Option<i64>,
    clear: bool,
) -> Option<PlaceView> {
    if address.is_none() && lat.is_none() {
        return None;
    }
    let degrees = |micro: i64| micro as f64 / 1e6;
    let shown = |it: String| if clear { it } else { rules::customer::mask_address(&it) };
    let (lat, lon) = (lat.filter(|_| clear), lon.filter(|_| clear));
    Some(PlaceView { address: address.map(shown), lat: lat.map(degrees), lon: lon.map(degrees) })
}
