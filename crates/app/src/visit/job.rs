//! 技师的一单: everything the technician needs of one order, gathered for the phone.

use kernel::{Fen, Result, Span, Time, Wrongs};
use rules::{
    customer::{CustomerId, DeviceId},
    order::{Order, OrderId, Status, Step},
    pack::{Fault, Pack},
    policy::Grant,
    visit::totals,
    warranty::{Occasion, Shares},
};
use serde_json::Value as Json;

use super::{
    ops::{self, OnSite},
    store,
};
use crate::{
    Cx,
    customer::{self, Customer},
    device::{self, Device},
    intake,
    order::{self, ops::Finds},
    warranty::{self, ops::by_rules},
};

/// What was found within so long makes the first choices.
const LATELY: Span = Span::days(90);
/// So many jobs nobody has in one day.
const MOST: i64 = 100;

/// What the technician still has to do, or waits for.
const TO_DO: [Status; 5] =
    [Status::Assigned, Status::OnWay, Status::OnSite, Status::Finished, Status::Suspended];

/// One order as its technician sees it.
#[derive(Debug, Clone)]
pub struct Job {
    pub order: Order,
    pub customer: Option<Customer>,
    /// Whom to ask for, where it is not the customer.
    pub contact: Option<String>,
    pub phone: Option<String>,
    pub device: Option<Device>,
    pub site: OnSite,
    pub steps: Vec<Step>,
    /// In the hands of whoever looks at it.
    pub mine: bool,
    /// Whether the customer shows in the clear.
    pub clear: bool,
    pub verdict: Verdict,
}

/// Who pays as things stand, or would if that were found.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    pub shares: Shares,
    /// What the rules say, as it is kept.
    pub said: Json,
    /// Why a person decided otherwise.
    pub person: Option<String>,
}

/// What the customer has to pay, and how much of it was said yes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    pub total: Fen,
    pub customer: Fen,
    pub consented: Fen,
}

/// The jobs of a day: what is to do, and what is done.
#[derive(Debug, Clone, Default)]
pub struct Day {
    pub to_do: Vec<Job>,
    pub done: Vec<Job>,
}

/// What the outlet found before: by fault code, cause, action, how often.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Usual(Vec<(String, String, String, i64)>);

/// The order with who pays: as it is kept or, where something else was chosen on the phone, as it
/// would be decided.
pub async fn read(cx: &mut Cx, id: &OrderId, finds: Option<&Finds>) -> Result<Job> {
    let order = order::ops::get(cx, id).await?;
    let site = ops::on_site(cx, id).await?;
    let mut job = brief(cx, order).await?;
    job.site = site;
    job.verdict = verdict(cx, &job.order, finds).await?;
    Ok(job)
}

async fn verdict(cx: &mut Cx, order: &Order, finds: Option<&Finds>) -> Result<Verdict> {
    let all = order::ops::decisions(cx, &order.id).await?;
    let person = all.iter().rev().find(|it| it.occasion == Occasion::Person);
    let kept = by_rules(&all).and_then(|it| serde_json::from_str(it.decided.as_deref()?).ok());
    // What nobody can read yet is said when it is sent.
    let mut wrongs = Wrongs::default();
    let known = match finds {
        Some(finds) => Some(order::ops::read_finds(cx, order, finds, &mut wrongs).await?),
        None => None,
    };
    let (coverage, said) = match known.filter(|_| wrongs.done().is_ok()) {
        Some(known) => {
            let decided = order::ops::look(cx, order, &known).await?;
            (decided.coverage, warranty::ops::kept(&decided))
        }
        None => (order.coverage, kept.unwrap_or(Json::Null)),
    };
    let shares = person.map_or_else(|| warranty::ops::shares(coverage, &said), |it| it.shares());
    Ok(Verdict { shares, said, person: person.and_then(|it| it.reason.clone()) })
}

/// Without what was recorded on site: enough for a list.
async fn brief(cx: &mut Cx, order: Order) -> Result<Job> {
    let clear = order.shows_customer(&cx.actor, false, cx.now());
    let house = Grant::house();
    let customer = match &order.customer {
        Some(id) => Some(customer::ops::get(cx, &house, &CustomerId::parse(id)?).await?),
        None => None,
    };
    let device = match &order.device {
        Some(id) => Some(device::ops::get(cx, &house, &DeviceId::parse(id)?).await?),
        None => None,
    };
    let request = intake::ops::known(cx, &order.request).await?;
    let known = customer.as_ref().and_then(|it| it.phone.clone());
    let hidden = |it: Option<String>, mask: fn(&str) -> String| match clear {
        true => it,
        false => it.as_deref().map(mask),
    };
    Ok(Job {
        contact: hidden(request.contact, rules::customer::mask_name),
        phone: hidden(request.phone.or(known), rules::customer::mask_phone),
        customer: if clear { customer } else { customer.map(customer::ops::masked) },
        device,
        site: OnSite::default(),
        steps: order.steps_for(&cx.actor),
        mine: order.technician.is_some() && order.technician == cx.actor.person,
        clear,
        verdict: Verdict { shares: Shares::of(order.coverage), said: Json::Null, person: None },
        order,
    })
}

/// What lies before the one who asks, the next job first, and what was signed today.
pub async fn day(cx: &mut Cx) -> Result<Day> {
    let technician = vec![cx.person().unwrap_or_default()];
    let page = order::Page { limit: MOST, ..order::Page::default() };
    let filter = order::Filter {
        technician: technician.clone(),
        status: TO_DO.to_vec(),
        ..order::Filter::default()
    };
    let mut to_do = order::ops::list(cx, &filter, &page).await?;
    to_do.sort_by_key(|it| (nearness(it.status), it.window_from, it.number.clone()));
    let today = cx.today().start(&cx.company.zone);
    let filter = order::Filter {
        technician,
        status: vec![Status::Signed, Status::Closed],
        window_from: Some(today),
        ..order::Filter::default()
    };
    let mut done = order::ops::list(cx, &filter, &page).await?;
    done.retain(|it| it.signed_at.is_some_and(|at| at >= today));
    done.sort_by_key(|it| it.signed_at);
    let mut day = Day::default();
    for order in to_do {
        day.to_do.push(brief(cx, order).await?);
    }
    for order in done {
        day.done.push(brief(cx, order).await?);
    }
    Ok(day)
}

/// Where one is already comes before where one has to go; what waits comes last.
fn nearness(status: Status) -> u8 {
    match status {
        Status::OnSite => 0,
        Status::OnWay => 1,
        Status::Finished => 2,
        Status::Suspended => 4,
        _ => 3,
    }
}

/// What the outlet found lately on things of this kind.
pub async fn usual(cx: &mut Cx, order: &Order) -> Result<Usual> {
    let since = cx.now().before(LATELY);
    let rows = store::found_lately(cx, &order.path, order.category.as_deref(), since).await?;
    Ok(Usual(rows))
}

pub use crate::packs::AND;

impl Usual {
    /// Of any code, where none is named.
    pub fn causes(&self, code: Option<&str>) -> Vec<(String, i64)> {
        self.counted(code, |it| vec![it.1.as_str()])
    }

    pub fn actions(&self, code: Option<&str>) -> Vec<(String, i64)> {
        self.counted(code, |it| it.2.split(AND).collect())
    }

    fn counted<'a>(
        &'a self,
        code: Option<&str>,
        texts: impl Fn(&'a (String, String, String, i64)) -> Vec<&'a str>,
    ) -> Vec<(String, i64)> {
        let mut all: Vec<(String, i64)> = Vec::new();
        for row in self.0.iter().filter(|it| code.is_none_or(|code| code == it.0)) {
            for text in texts(row) {
                match all.iter_mut().find(|it| it.0 == text) {
                    Some(known) => known.1 += row.3,
                    None => all.push((text.to_owned(), row.3)),
                }
            }
        }
        all.sort_by_key(|it| std::cmp::Reverse(it.1));
        all
    }
}

impl Job {
    pub fn money(&self) -> Money {
        Money::of(&self.site)
    }

    /// Whom to ask for.
    pub fn name(&self) -> &str {
        let own = self.customer.as_ref().map(|it| it.name.as_str());
        self.contact.as_deref().or(own).unwrap_or_default()
    }

    pub fn address(&self) -> &str {
        self.customer.as_ref().and_then(|it| it.address.as_deref()).unwrap_or_default()
    }

    pub fn may(&self, step: Step) -> bool {
        self.steps.contains(&step)
    }

    /// What was reported, else the name of its code.
    pub fn fault(&self, pack: &Pack) -> Option<String> {
        let text = self.order.fault_text.clone().filter(|it| !it.is_empty());
        text.or_else(|| self.reported(pack).map(|it| it.name.zh.clone()))
    }

    pub fn reported<'a>(&self, pack: &'a Pack) -> Option<&'a Fault> {
        pack.fault(self.order.fault_code.as_deref()?)
    }

    /// When it is to begin, and until when.
    pub fn starts(&self) -> Option<Time> {
        self.order.window_from
    }
}

impl Money {
    pub fn of(site: &OnSite) -> Money {
        let (total, customer) = totals(&site.lines());
        let consented = site.consents.iter().map(|it| it.amount).sum();
        Money { total, customer, consented }
    }

    /// What still has to be said yes to.
    pub fn missing(&self) -> Option<Fen> {
        let missing = self.customer.fen() - self.consented.fen();
        (missing > 0).then(|| Fen::new(missing))
    }
}
