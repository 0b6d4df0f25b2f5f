//! What the intake shows at a moment of the call: the person, their devices and history, and
//! what may be promised.

use kernel::{Result, Time};
use locality::Parsed;
use rules::{
    customer::CustomerId,
    intake::RequestKind,
    order::{Coverage, Status},
    promise::{AT_INTAKE, PromiseKind},
};
use serde_json::Value as Json;

use super::{super::ops, heard};
use crate::{
    Cx,
    customer::{self, Customer},
    device::{self, Device},
    order::{self, Listed},
    org,
    paging::Paged,
    promise::ops::{Of, Planned, plan},
    ui::Typed,
    warranty::ops::Asked,
};

/// So many devices and old orders fit on the screen while somebody waits on the line.
const DEVICES: i64 = 8;
const HISTORY: i64 = 4;
const FOUND: i64 = 6;

pub struct Scene {
    pub customer: Option<Customer>,
    pub clear: bool,
    pub devices: Vec<(Device, Coverage)>,
    pub device: Option<Device>,
    pub category: Option<String>,
    pub history: Vec<Listed>,
    /// Somebody on file has the phone that was typed.
    pub same_phone: Option<Customer>,
    pub promises: Vec<Planned>,
    /// The decision who pays, with its reasons.
    pub entitlement: Json,
    /// Who would get the order, with their telephone.
    pub serving: Option<(String, Option<String>)>,
    /// Where it lies if nobody serves the district.
    pub pool: Option<String>,
    /// The same thing is being done already.
    pub running: Vec<Listed>,
    /// The last order about this very device, if it ended.
    pub last: Option<Listed>,
}

impl Scene {
    pub async fn load(cx: &mut Cx, typed: &Typed) -> Result<Scene> {
        let kind = heard::kind(typed);
        let about = heard::about(typed)?;
        let clear = customer::ops::searches_clear(cx, typed.text("find").as_deref());
        let mut it = Scene::empty(clear);
        if let Some(id) = &about.customer {
            it.meet(cx, id).await?;
        } else {
            it.same_phone = same_phone(cx, typed).await?;
        }
        if let Some(id) = &about.device {
            let found = it.devices.iter().find(|(device, _)| device.id == *id);
            it.device = found.map(|it| it.0.clone());
        }
        it.category = match &it.device {
            Some(device) => device.category.clone(),
            None => heard::device(typed).category,
        };
        let code = typed.text("fault.code");
        let district = it.district(typed);
        let asked = Asked {
            device: it.device.as_ref(),
            category: it.category.as_deref(),
            dates: heard::dates(typed),
            fault: code.as_deref(),
            district: district.as_deref(),
            ..Asked::default()
        };
        let decided = ops::decide(cx, asked).await?;
        it.entitlement = ops::kept(&decided, code.as_deref());
        it.promise(cx, typed, kind).await?;
        if kind.makes_an_order() {
            it.around(cx).await?;
        }
        if !clear {
            it.customer = it.customer.map(customer::ops::masked);
            it.same_phone = it.same_phone.map(customer::ops::masked);
        }
        Ok(it)
    }

    fn empty(clear: bool) -> Scene {
        Scene {
            customer: None,
            clear,
            devices: Vec::new(),
            device: None,
            category: None,
            history: Vec::new(),
            same_phone: None,
            promises: Vec::new(),
            entitlement: Json::Null,
            serving: None,
            pool: None,
            running: Vec::new(),
            last: None,
        }
    }

    async fn meet(&mut self, cx: &mut Cx, id: &CustomerId) -> Result<()> {
        let grant = cx.may(rules::policy::Act::Read)?;
        let who = customer::ops::get(cx, &grant, id).await?;
        let customer = Some(who.id.to_string());
        let which = device::ops::Which {
            customer: customer.clone(),
            page: Paged::first(DEVICES),
            ..Default::default()
        };
        for it in device::ops::list(cx, &which).await?.into_iter().take(DEVICES as usize) {
            let asked = Asked { device: Some(&it), ..Asked::default() };
            let coverage = ops::decide(cx, asked).await?.coverage;
            self.devices.push((it, coverage));
        }
        let filter = order::Filter { customer, ..Default::default() };
        let page = order::Page { limit: HISTORY, ..Default::default() };
        self.history = order::ops::listed(cx, &filter, &page).await?;
        self.history.truncate(HISTORY as usize);
        self.customer = Some(who);
        Ok(())
    }

    /// Where the customer is, on file or as typed.
    fn district(&self, typed: &Typed) -> Option<String> {
        match &self.customer {
            Some(it) => it.district.clone(),
            None => {
                let address = typed.text("customer.address");
                customer::ops::place_of(address.as_deref(), None).district
            }
        }
    }

    /// What would be promised if it were filed now.
    async fn promise(&mut self, cx: &mut Cx, typed: &Typed, kind: RequestKind) -> Result<()> {
        let district = self.district(typed);
        let code = typed.text("fault.code");
        let by_code = code.and_then(|it| cx.company.pack.fault(&it).map(|it| it.level));
        let of = Of {
            request: String::new(),
            order: None,
            kind,
            level: typed.int("fault.level").or(by_code).or(Some(3)),
            district: district.clone(),
            customer_class: self.customer.as_ref().and_then(|it| it.class.clone()),
            category: self.category.clone(),
        };
        let kinds = if kind.makes_an_order() { AT_INTAKE } else { &[PromiseKind::Reply] };
        for kind in kinds {
            self.promises.extend(plan(cx, &of, *kind, cx.now())?);
        }
        if kind.makes_an_order() && district.is_some() {
            let category = self.category.clone();
            let (serving, _) =
                org::ops::route(cx, district.as_deref(), category.as_deref()).await?;
            match serving {
                Some(it) => {
                    let org = org::ops::find(cx, it.org.as_str()).await?;
                    self.serving = Some((it.name, org.and_then(|it| it.phone)));
                }
                None => {
                    let pool = org::ops::pool(cx, district.as_deref()).await?;
                    self.pool = Some(pool.name);
                }
            }
        }
        Ok(())
    }

    /// What is under way about the same thing, and what was.
    async fn around(&mut self, cx: &mut Cx) -> Result<()> {
        let (device, customer) = match (&self.device, &self.customer) {
            (Some(device), _) => (Some(device.id.to_string()), None),
            (None, Some(customer)) => (None, Some(customer.id.to_string())),
            (None, None) => return Ok(()),
        };
        let open = Status::ALL.iter().copied().filter(|it| it.is_open()).collect();
        let filter =
            order::Filter { status: open, device: device.clone(), customer, ..Default::default() };
        let page = order::Page { limit: 3, ..Default::default() };
        self.running = order::ops::listed(cx, &filter, &page).await?;
        self.running.truncate(3);
        if device.is_some() {
            let filter =
                order::Filter { status: vec![Status::Closed], device, ..Default::default() };
            let page = order::Page { limit: 1, ..Default::default() };
            self.last = order::ops::listed(cx, &filter, &page).await?.into_iter().next();
        }
        Ok(())
    }
}

async fn same_phone(cx: &mut Cx, typed: &Typed) -> Result<Option<Customer>> {
    let Some(text) = typed.text("customer.phone") else { return Ok(None) };
    let Ok(phone) = customer::ops::phone("customer.phone", &text) else { return Ok(None) };
    let which =
        customer::ops::Which { phone: Some(phone), page: Paged::first(1), ..Default::default() };
    Ok(customer::ops::list(cx, &which).await?.into_iter().next())
}

/// Whom the typed words may mean.
pub struct Who {
    pub customers: Vec<Customer>,
    /// Devices whose number it may be, with whoever uses them.
    pub devices: Vec<(Device, Option<Customer>)>,
    /// What a pasted line says of somebody new.
    pub line: Option<Parsed>,
    pub typed: String,
}

impl Who {
    pub async fn find(cx: &mut Cx, q: &str) -> Result<Who> {
        let line = pasted(q);
        // Of a whole line the phone is what finds the person, else the name.
        let by_phone = match line.as_ref().and_then(|it| it.phone.clone()) {
            Some(phone) => {
                let phone = customer::ops::phone("find", &phone).ok();
                let which =
                    customer::ops::Which { phone, page: Paged::first(FOUND), ..Default::default() };
                customer::ops::list(cx, &which).await?
            }
            None => Vec::new(),
        };
        let words = match &line {
            Some(line) => line.name.clone().unwrap_or_default(),
            None => q.to_owned(),
        };
        let mut customers = by_phone;
        if customers.is_empty() && !words.trim().is_empty() {
            let which = customer::ops::Which {
                q: Some(words),
                page: Paged::first(FOUND),
                ..Default::default()
            };
            customers = customer::ops::list(cx, &which).await?;
        }
        customers.truncate(FOUND as usize);
        let mut devices = Vec::new();
        if line.is_none() {
            let which = device::ops::Which {
                q: Some(q.to_owned()),
                page: Paged::first(FOUND),
                ..Default::default()
            };
            for it in device::ops::list(cx, &which).await?.into_iter().take(FOUND as usize) {
                let user = with(cx, it.user.as_ref()).await?;
                devices.push((it, user));
            }
        }
        let clear = customer::ops::searches_clear(cx, Some(q));
        if !clear {
            customers = customers.into_iter().map(customer::ops::masked).collect();
            for (_, user) in &mut devices {
                *user = user.take().map(customer::ops::masked);
            }
        }
        Ok(Who { customers, devices, line, typed: q.to_owned() })
    }

    /// The one customer with exactly that phone.
    pub fn certain(&self) -> Option<String> {
        let whole = customer::ops::phone("find", &self.typed).ok()?;
        let same = self.customers.len() == 1 && whole.len() >= 7;
        same.then(|| self.customers[0].id.to_string())
    }
}

async fn with(cx: &mut Cx, user: Option<&CustomerId>) -> Result<Option<Customer>> {
    let Some(id) = user else { return Ok(None) };
    let grant = cx.may(rules::policy::Act::Read)?;
    match customer::ops::get(cx, &grant, id).await {
        Ok(it) => Ok(Some(it)),
        Err(error) if error.is(&kernel::Refusal::NOT_FOUND) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A line that says more than a name: with a whole phone and something else, or with a place.
fn pasted(q: &str) -> Option<Parsed> {
    if q.chars().count() < 10 {
        return None;
    }
    let parsed = locality::parse(q);
    let more = parsed.name.is_some() || parsed.detail.is_some();
    let line = parsed.code.is_some() || (parsed.phone.is_some() && more);
    line.then_some(parsed)
}

/// The address of a parsed line in one piece, as it is filed.
pub fn address(it: &Parsed) -> String {
    let division = [it.province, it.city.filter(|it| *it != "市辖区"), it.district];
    let division = division.into_iter().flatten();
    let rest = [it.street.as_deref(), it.detail.as_deref()].into_iter().flatten();
    division.chain(rest).collect()
}

/// The day of the last order, for "9 days ago".
pub fn ended(it: &Listed) -> Time {
    it.order.closed_at.unwrap_or(it.order.opened_at)
}
