//! What stands in each row of an export, in the columns the import knows.

use kernel::{Column as _, Day, Fen, Result, Time};
use platform::sheet::Entry;
use rules::{
    customer::{CustomerId, DeviceId},
    policy::Grant,
    promise::PromiseKind,
    warranty::Usage,
};

use crate::{
    Cx, account, customer,
    customer::Customer,
    device,
    device::Device,
    import, intake,
    intake::Request,
    org,
    paging::{Paged, Sorted},
    promise,
};

/// What can be exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Customers,
    Devices,
    Requests,
    People,
}

/// After which row the next page begins.
#[derive(Debug, Clone, Default)]
pub struct After(Option<(i64, String)>);

impl Kind {
    pub const NAMES: [&'static str; 4] = ["customers", "devices", "requests", "people"];
    const ALL: [Kind; 4] = [Kind::Customers, Kind::Devices, Kind::Requests, Kind::People];

    pub fn named(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|it| it.name() == name)
    }

    pub fn name(self) -> &'static str {
        Kind::NAMES[self as usize]
    }

    /// Those of the import, so that what goes out comes back in.
    pub fn columns(self) -> &'static [&'static str] {
        let kind = import::kind::Kind::named(self.name());
        kind.expect("what is exported can be imported").fields()
    }
}

/// One page, and where the next one begins.
pub async fn page(
    cx: &mut Cx,
    kind: Kind,
    after: &After,
    limit: i64,
) -> Result<(Vec<Vec<Entry>>, Option<After>)> {
    match kind {
        Kind::Customers => customers(cx, after, limit).await,
        Kind::Devices => devices(cx, after, limit).await,
        Kind::Requests => requests(cx, after, limit).await,
        Kind::People => people(cx).await,
    }
}

type Page = (Vec<Vec<Entry>>, Option<After>);

/// Lists give one row more than asked for if there is another page.
fn cut<T>(all: &mut Vec<T>, limit: i64, key: impl Fn(&T) -> (i64, String)) -> Option<After> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if all.len() <= limit {
        return None;
    }
    all.truncate(limit);
    all.last().map(|it| After(Some(key(it))))
}

/// The newest first, on from an id.
fn by_id<S: Sorted>(after: &After, limit: i64) -> Paged<S> {
    let after = after.0.as_ref().map(|it| (String::new(), it.1.clone()));
    Paged { after, ..Paged::first(limit) }
}

async fn customers(cx: &mut Cx, after: &After, limit: i64) -> Result<Page> {
    let which = customer::ops::Which { page: by_id(after, limit), ..Default::default() };
    let mut all = customer::ops::list(cx, &which).await?;
    let next = cut(&mut all, limit, |it| (0, it.id.to_string()));
    let rows = all.iter().map(|it| {
        vec![
            text(it.external_id.as_deref().or(Some(it.id.as_str()))),
            text(Some(&it.name)),
            text(Some(it.kind.code())),
            text(it.contact.as_deref()),
            text(it.phone.as_deref()),
            text(it.address.as_deref()),
            text(it.district.as_deref()),
            text(it.postcode.as_deref()),
            text(it.class.as_deref()),
        ]
    });
    Ok((rows.collect(), next))
}

async fn devices(cx: &mut Cx, after: &After, limit: i64) -> Result<Page> {
    let which = device::ops::Which { page: by_id(after, limit), ..Default::default() };
    let mut all = device::ops::list(cx, &which).await?;
    let next = cut(&mut all, limit, |it| (0, it.id.to_string()));
    let ids: Vec<_> = all.iter().map(|it| it.id.write()).collect();
    let usages = device::ops::last_usages(cx, &ids).await?;
    let mut rows = Vec::new();
    for it in &all {
        let usage = usages.get(it.id.as_str()).copied().unwrap_or_default();
        rows.push(device_row(cx, it, usage).await?);
    }
    Ok((rows, next))
}

async fn device_row(cx: &mut Cx, it: &Device, usage: Usage) -> Result<Vec<Entry>> {
    let buyer = whose(cx, it.buyer.as_ref()).await?;
    let user = whose(cx, it.user.as_ref()).await?;
    let name = |it: &Option<Customer>| text(it.as_ref().map(|it| it.name.as_str()));
    let phone = |it: &Option<Customer>| text(it.as_ref().and_then(|it| it.phone.as_deref()));
    Ok(vec![
        text(it.external_id.as_deref().or(Some(it.id.as_str()))),
        text(it.serial.as_deref()),
        text(it.model.as_deref()),
        text(it.category.as_deref()),
        name(&buyer),
        phone(&buyer),
        name(&user),
        phone(&user),
        day(it.sold_on),
        day(it.delivered_on),
        day(it.installed_on),
        day(it.accepted_on),
        text(it.purchase_channel.as_deref()),
        day(it.produced_on),
        day(it.exchanged_on),
        whole(it.price.map(Fen::fen)),
        paper(it.invoice),
        paper(it.certificate),
        text(it.card.as_deref()),
        whole(usage.km),
        whole(usage.hours),
    ])
}

async fn whose(cx: &mut Cx, id: Option<&CustomerId>) -> Result<Option<Customer>> {
    match id {
        Some(id) => Ok(Some(customer::ops::get(cx, &Grant::house(), id).await?)),
        None => Ok(None),
    }
}

async fn requests(cx: &mut Cx, after: &After, limit: i64) -> Result<Page> {
    let after = after.0.clone().map(|(at, id)| (at.to_string(), id));
    let page = Paged { after, ..Paged::first(limit) };
    let filter = intake::Filter { page, ..Default::default() };
    let mut all = intake::ops::list(cx, &filter).await?;
    let next = cut(&mut all, limit, |it| (it.received_at.millis(), it.id.to_string()));
    let mut rows = Vec::new();
    for it in &all {
        rows.push(request_row(cx, it).await?);
    }
    Ok((rows, next))
}

async fn request_row(cx: &mut Cx, it: &Request) -> Result<Vec<Entry>> {
    let customer = match &it.customer {
        Some(id) => whose(cx, Some(id)).await?,
        None => None,
    };
    let serial = match &it.device {
        Some(id) => device::ops::get(cx, &Grant::house(), &DeviceId::parse(id)?).await?.serial,
        None => None,
    };
    let outlet = outlet(cx, it).await?;
    let promised = promised(cx, it).await?;
    let closed = it.closed_at.or(it.answered_at);
    let address = customer.as_ref().and_then(|it| it.address.clone());
    let micro = |it: Option<i64>| it.map_or(Entry::Empty, |it| Entry::Number(it as f64 / 1e6));
    Ok(vec![
        text(it.external_id.as_deref().or(Some(&it.number))),
        text(Some(it.kind.code())),
        text(Some(it.channel.code())),
        moment(cx, Some(it.received_at)),
        moment(cx, promised),
        moment(cx, closed),
        hours(it.received_at, closed),
        text(Some(it.status.code())),
        text(customer.as_ref().map(|it| it.name.as_str())),
        text(it.phone.as_deref()),
        text(address.as_deref()),
        text(it.district.as_deref()),
        micro(customer.as_ref().and_then(|it| it.lat)),
        micro(customer.as_ref().and_then(|it| it.lon)),
        text(outlet.as_deref()),
        text(it.product.as_deref()),
        text(serial.as_deref()),
        text(it.fault_code.as_deref()),
        text(it.fault_text.as_deref()),
        Entry::Whole(it.fault_level),
    ])
}

/// The outlet that has the request's order.
async fn outlet(cx: &mut Cx, it: &Request) -> Result<Option<String>> {
    let Some(order) = &it.order else { return Ok(None) };
    let order = crate::order::ops::known(cx, &rules::order::OrderId::parse(order)?).await?;
    let Some(outlet) = &order.outlet else { return Ok(None) };
    Ok(org::ops::find(cx, outlet.as_str()).await?.map(|it| it.name))
}

/// When the matter itself was to be settled: repaired, else there, else replied.
async fn promised(cx: &mut Cx, it: &Request) -> Result<Option<Time>> {
    let all = promise::ops::of_request(cx, it.id.as_str()).await?;
    let kinds = [PromiseKind::Repair, PromiseKind::Arrival, PromiseKind::Reply];
    let due = kinds.iter().find_map(|kind| all.iter().find(|it| it.kind == *kind));
    Ok(due.map(|it| it.due))
}

async fn people(cx: &mut Cx) -> Result<Page> {
    let which = account::ops::WhichPeople { everybody: true, ..Default::default() };
    let mut rows = Vec::new();
    for it in account::ops::list(cx, &Grant::house(), &which).await? {
        let org = org::ops::find(cx, it.org.as_str()).await?.map(|it| it.name);
        rows.push(vec![
            text(Some(&it.login)),
            text(Some(&it.name)),
            text(Some(&it.roles.0.join(","))),
            text(org.as_deref()),
            text(it.phone.as_deref()),
            text(Some(&it.skills.0.join(","))),
        ]);
    }
    Ok((rows, None))
}

fn text(it: Option<&str>) -> Entry {
    it.filter(|it| !it.is_empty()).map_or(Entry::Empty, Entry::from)
}

fn whole(it: Option<i64>) -> Entry {
    it.map_or(Entry::Empty, Entry::Whole)
}

fn paper(it: Option<bool>) -> Entry {
    it.map_or(Entry::Empty, |it| Entry::from(if it { "yes" } else { "no" }))
}

fn day(it: Option<Day>) -> Entry {
    it.map_or(Entry::Empty, |it| Entry::Day(it.0))
}

/// In the company's zone.
fn moment(cx: &Cx, it: Option<Time>) -> Entry {
    let zone = cx.company.zone.clone();
    it.map_or(Entry::Empty, |it| Entry::Moment(it.stamp().to_zoned(zone).datetime()))
}

/// To a ten-thousandth: what is read back has to agree with both moments.
fn hours(from: Time, to: Option<Time>) -> Entry {
    to.map_or(Entry::Empty, |to| {
        let millis = from.until(to).as_millis();
        Entry::Number((millis as f64 / 360.0).round() / 10_000.0)
    })
}
