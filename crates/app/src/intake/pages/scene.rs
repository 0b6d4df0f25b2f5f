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
    /// One of them is about the same fault of the same device.
    pub same: bool,
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
            it.around(cx, typed).await?;
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
            same: false,
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
    async fn around(&mut self, cx: &mut Cx, typed: &Typed) -> Result<()> {
        let (said, about) = (heard::said(typed), heard::about(typed)?);
        let device = ops::same::device_of(cx, &said, &about).await?;
        let customer = match (&device, &self.customer) {
            (Some(_), _) => None,
            (None, Some(customer)) => Some(customer.id.to_string()),
            (None, None) => return Ok(()),
        };
        let open = Status::ALL.iter().copied().filter(|it| it.is_open()).collect();
        let filter =
            order::Filter { status: open, device: device.clone(), customer, ..Default::default() };
        let page = order::Page { limit: 3, ..Default::default() };
        self.running = order::ops::listed(cx, &filter, &page).await?;
        self.running.truncate(3);
        if device.is_some() {
            let matter = ops::same::matter(&said);
            let same =
                |it: &Listed| matter.is_some_and(|m| m.is_same(ops::same::matter_of(&it.order)));
            self.same = self.running.iter().any(same);
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
    /// The one customer with exactly that phone.
    pub certain: Option<String>,
}

impl Who {
    pub async fn find(cx: &mut Cx, q: &str) -> Result<Who> {
        let line = pasted(q);
        let (mut customers, certain) = by_phone(cx, q, line.as_ref()).await?;
        let words = match &line {
            // Of a whole line the phone is what finds the person, else the name.
            Some(line) => line.name.clone().unwrap_or_default(),
            None => whole_phone(q).unwrap_or_else(|| q.to_owned()),
        };
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
            devices = by_number(cx, q).await?;
        }
        let clear = customer::ops::searches_clear(cx, Some(q));
        if !clear {
            customers = customers.into_iter().map(customer::ops::masked).collect();
            for (_, user) in &mut devices {
                *user = user.take().map(customer::ops::masked);
            }
        }
        Ok(Who { customers, devices, line, typed: q.to_owned(), certain })
    }

    /// The number that nobody on file has.
    pub fn unknown(&self) -> Option<String> {
        whole_phone(&self.typed).filter(|_| self.customers.is_empty())
    }
}

/// What was typed, if it is a telephone number from its first letter to its last, however it is
/// written.
fn whole_phone(q: &str) -> Option<String> {
    customer::ops::phone("find", q).ok()
}

/// Those who have the phone that was typed, alone or in a line; and the only one of them, where it
/// was typed alone.
async fn by_phone(
    cx: &mut Cx,
    q: &str,
    line: Option<&Parsed>,
) -> Result<(Vec<Customer>, Option<String>)> {
    let alone = whole_phone(q);
    let in_line = line.and_then(|it| customer::ops::phone("find", it.phone.as_deref()?).ok());
    let Some(phone) = alone.clone().or(in_line) else { return Ok((Vec::new(), None)) };
    let page = Paged::first(FOUND);
    let which = customer::ops::Which { phone: Some(phone), page, ..Default::default() };
    let customers = customer::ops::list(cx, &which).await?;
    let certain = match customers.as_slice() {
        [only] if alone.is_some() => Some(only.id.to_string()),
        _ => None,
    };
    Ok((customers, certain))
}

/// Devices whose number it may be, with whoever uses them.
async fn by_number(cx: &mut Cx, q: &str) -> Result<Vec<(Device, Option<Customer>)>> {
    let (q, page) = (Some(q.to_owned()), Paged::first(FOUND));
    let which = device::ops::Which { q, page, ..Default::default() };
    let mut found = Vec::new();
    for it in device::ops::list(cx, &which).await?.into_iter().take(FOUND as usize) {
        let user = with(cx, it.user.as_ref()).await?;
        found.push((it, user));
    }
    Ok(found)
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
