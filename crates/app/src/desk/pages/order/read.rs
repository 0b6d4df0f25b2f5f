//! Everything that stands on the page of one order, read at one moment.

use kernel::{Fen, Result, Time};
use rules::{
    customer::{CustomerId, DeviceId},
    intake::RequestKind,
    order::{Order, OrderId, Status, Step},
    org::OrgKind,
    policy::{Act, Grant, Reach},
    promise::Promise,
};

use crate::{
    Cx,
    account::{self, Person},
    callback::{self, Callback},
    customer::{self, Customer},
    desk::show::{DecisionView, EntitlementView, Show},
    device::{self, Device},
    dispatch::{self, Choice, Seeking, Visit},
    intake::{self, Request},
    notice::{self, Notice},
    order::{self, Filter, Listed, Page, ops::Past},
    org::{self, Org},
    promise,
    say::Say,
    visit::{self, ops::OnSite},
};

/// So many earlier orders of a device or customer are named.
const EARLIER: i64 = 5;

/// An order with all that belongs to it. Whom it is about is hidden already, unless this reader
/// needs to know.
pub struct Sheet {
    pub order: Order,
    pub clear: bool,
    pub customer: Option<Customer>,
    pub buyer: Option<Customer>,
    pub device: Option<Device>,
    pub request: Request,
    pub cover: EntitlementView,
    pub decisions: Vec<DecisionView>,
    /// Repairs of the same unit before, of which one may be of the same problem.
    pub others: Vec<Past>,
    pub promises: Vec<Promise>,
    pub site: OnSite,
    pub callback: Option<Callback>,
    pub notices: Vec<Notice>,
    pub outlet: Option<Org>,
    pub technician: Option<Person>,
    pub owner: Option<String>,
    pub line: Vec<Told>,
    /// Somebody is to be sent, and `seek` says who could go.
    pub seeking: Option<Seeking>,
    pub choices: Vec<Choice>,
    /// Where it could be routed to.
    pub outlets: Vec<(String, String)>,
    /// The category's fault codes.
    pub faults: Vec<(String, String)>,
    pub earlier: Vec<Listed>,
    pub visits: Vec<Visit>,
    pub steps: Vec<Step>,
    pub can: Can,
}

/// One line of what happened.
pub struct Told {
    pub at: Time,
    pub kind: String,
    pub who: String,
    pub text: String,
    pub said: Option<String>,
}

/// What this person may do beside the steps.
#[derive(Debug, Clone, Copy, Default)]
pub struct Can {
    pub contact: bool,
    pub record: bool,
    pub consent: bool,
    pub reveal: bool,
    pub call_back: bool,
    pub overriding: bool,
    /// Decide who pays, and what repairs have in common.
    pub deciding: bool,
    pub problem: bool,
    /// Say why the repair takes so long.
    pub delay: bool,
}

impl Sheet {
    pub fn totals(&self) -> (Fen, Fen) {
        rules::visit::totals(&self.site.lines())
    }

    pub fn consented(&self) -> Fen {
        self.site.consents.iter().map(|it| it.amount).sum()
    }

    /// The running promise that counts now: what is late already, else what falls due next. One
    /// whose clock stands still does not.
    pub fn next(&self) -> Option<&Promise> {
        let runs = |it: &&Promise| it.is_running() && it.paused_since().is_none();
        self.promises.iter().filter(runs).min_by_key(|it| it.due)
    }

    pub fn may(&self, step: Step) -> bool {
        self.steps.contains(&step)
    }

    /// The candidate one would take, with the window one would offer.
    pub fn best(&self) -> Option<(&Choice, rules::order::Window)> {
        self.choices.iter().find_map(|it| Some((it, it.offer()?)))
    }

    /// Whoever could go, worked out when everything is read.
    pub fn seek(&mut self) {
        self.choices = self.seeking.as_ref().map(Seeking::choices).unwrap_or_default();
    }
}

/// The order, in reach of who asks; `revealed` when a reason was just given.
pub async fn sheet(cx: &mut Cx, say: Say, id: &OrderId, revealed: bool) -> Result<Sheet> {
    let it = order::ops::get(cx, id).await?;
    let clear = revealed || Show::new(cx, say).clear(&it).await?;
    let steps = it.steps_for(&cx.actor);
    let request = shown_request(intake::ops::known(cx, &it.request).await?, clear);
    let (cover, decisions) = Show::new(cx, say).cover(&it).await?;
    let device = device_of(cx, &it).await?;
    let buyer = device.as_ref().and_then(|it| it.buyer.clone()).map(|it| it.to_string());
    let buyer = buyer.filter(|buyer| Some(buyer) != it.customer.as_ref());
    let technician = match &it.technician {
        Some(id) => account::ops::person(cx, id).await?,
        None => None,
    };
    let owner = match &it.owner {
        Some(id) => account::ops::person(cx, id).await?.map(|it| it.name),
        None => None,
    };
    let can = can(cx, &it, clear);
    Ok(Sheet {
        customer: customer_of(cx, it.customer.as_deref(), clear).await?,
        buyer: customer_of(cx, buyer.as_deref(), clear).await?,
        cover,
        decisions,
        others: others(cx, &it).await?,
        promises: promise::ops::of_request(cx, it.request.as_str()).await?,
        site: visit::ops::on_site(cx, &it.id).await?,
        callback: callback::ops::of_order(cx, &it.id).await?,
        notices: notice::ops::to_customer(cx, it.id.as_str()).await?,
        outlet: match &it.outlet {
            Some(id) => org::ops::find(cx, id.as_str()).await?,
            None => None,
        },
        line: line(&mut Show::new(cx, say), &it, clear).await?,
        seeking: seeking(cx, &it, &steps).await?,
        choices: Vec::new(),
        outlets: outlets(cx, &it, &steps).await?,
        faults: faults(cx, say, &it),
        earlier: earlier(cx, &it).await?,
        visits: dispatch::ops::visits(cx, &it.id).await?,
        order: it,
        clear,
        device,
        request,
        technician,
        owner,
        steps,
        can,
    })
}

/// Whom to ask for and under which number is hidden like the customer.
fn shown_request(mut it: Request, clear: bool) -> Request {
    if !clear {
        it.contact = it.contact.as_deref().map(rules::customer::mask_name);
        it.phone = it.phone.as_deref().map(rules::customer::mask_phone);
        // Where nobody is named, nobody is told of.
        if it.customer.is_some() {
            it.address = it.address.as_deref().map(rules::customer::mask_address);
        }
    }
    it
}

async fn customer_of(cx: &mut Cx, id: Option<&str>, clear: bool) -> Result<Option<Customer>> {
    let Some(id) = id else { return Ok(None) };
    let it = customer::ops::get(cx, &Grant::house(), &CustomerId::parse(id)?).await?;
    Ok(Some(if clear { it } else { customer::ops::masked(it) }))
}

async fn device_of(cx: &mut Cx, order: &Order) -> Result<Option<Device>> {
    let Some(id) = &order.device else { return Ok(None) };
    device::ops::get(cx, &Grant::house(), &DeviceId::parse(id)?).await.map(Some)
}

fn can(cx: &Cx, it: &Order, clear: bool) -> Can {
    let actor = &cx.actor;
    let working = matches!(it.status, Status::Assigned | Status::OnWay | Status::OnSite);
    let confirms = it.covered(actor, Act::ProblemConfirm) && it.status.is_open();
    let before_signed = it.status.is_open() && it.status != Status::Signed;
    Can {
        contact: it.covered(actor, Act::OrderContact),
        record: it.covered(actor, Act::OrderVisit) && working,
        consent: it.covered(actor, Act::OrderConsent) && before_signed,
        reveal: !clear && it.customer.is_some() && actor.may(Act::Reveal).is_ok(),
        call_back: actor.may(Act::CallbackAnswer).is_ok(),
        overriding: it.covered(actor, Act::OrderOverride),
        deciding: it.covered(actor, Act::WarrantyOverride) && it.status.is_open(),
        problem: confirms,
        delay: confirms && it.kind == RequestKind::Repair,
    }
}

/// What happened to it.
pub async fn line(show: &mut Show<'_>, it: &Order, clear: bool) -> Result<Vec<Told>> {
    let mut line = Vec::new();
    for it in show.events(it, clear).await? {
        // What somebody said, or measured.
        let said = it.data["text"].as_str().or(it.data["readings"].as_str()).map(str::to_owned);
        let (at, kind) = (it.at, it.kind.clone());
        let item = show.item(it).await?;
        // What the sentence says already is not said twice.
        let said = said.filter(|said| !said.is_empty() && !item.text.contains(said));
        line.push(Told { at, kind, who: item.actor.name, text: item.text, said });
    }
    Ok(line)
}

/// What one has to know where somebody is to be sent.
async fn seeking(cx: &mut Cx, it: &Order, steps: &[Step]) -> Result<Option<Seeking>> {
    let sends = steps.iter().any(|it| matches!(it, Step::Assign | Step::Reassign));
    let resumes = steps.contains(&Step::Resume) && it.covered(&cx.actor, Act::OrderDispatch);
    let sees = cx.actor.rights.reach(Act::TechnicianRead) > Reach::Own;
    if !(sends || resumes) || !sees {
        return Ok(None);
    }
    dispatch::seek(cx, &it.id).await
}

async fn outlets(cx: &mut Cx, it: &Order, steps: &[Step]) -> Result<Vec<(String, String)>> {
    if !steps.contains(&Step::Route) {
        return Ok(Vec::new());
    }
    let grant = cx.may(Act::OrderRoute)?;
    let mut all = Vec::new();
    for kind in [OrgKind::Outlet, OrgKind::Partner] {
        let of_kind = org::ops::list(cx, &grant, Some(kind)).await?;
        let others = of_kind.into_iter().filter(|org| Some(&org.id) != it.outlet.as_ref());
        all.extend(others.map(|it| (it.id.to_string(), it.name)));
    }
    Ok(all)
}

fn faults(cx: &Cx, say: Say, it: &Order) -> Vec<(String, String)> {
    let all = cx.company.pack.fault_codes(it.category.as_deref());
    let word =
        |name: &rules::pack::Name| if say.is_chinese() { &name.zh } else { &name.en }.clone();
    all.map(|it| (it.code.clone(), format!("{} {}", it.code, word(&it.name)))).collect()
}

/// The repairs before this one, the last first.
async fn others(cx: &mut Cx, it: &Order) -> Result<Vec<Past>> {
    let Some(device) = &it.device else { return Ok(Vec::new()) };
    if it.kind != RequestKind::Repair {
        return Ok(Vec::new());
    }
    let mut all = order::ops::past(cx, device).await?;
    all.retain(|past| past.opened_at < it.opened_at && past.order != it.id.as_str());
    all.reverse();
    Ok(all)
}

/// What was done for the same device before or, without one, for the same customer.
async fn earlier(cx: &mut Cx, it: &Order) -> Result<Vec<Listed>> {
    let filter = match (&it.device, &it.customer) {
        (Some(device), _) => Filter { device: Some(device.clone()), ..Filter::default() },
        (None, Some(customer)) => Filter { customer: Some(customer.clone()), ..Filter::default() },
        (None, None) => return Ok(Vec::new()),
    };
    let page = Page { limit: EARLIER, ..Page::default() };
    let mut all = order::ops::listed(cx, &filter, &page).await?;
    all.retain(|other| other.order.id != it.id);
    Ok(all)
}
