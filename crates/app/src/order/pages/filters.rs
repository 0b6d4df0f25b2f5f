//! What narrows the list of orders: the views everybody uses, and the filters one by one.

use kernel::Result;
use maud::{Markup, html};
use rules::{
    customer::{CustomerId, DeviceId, mask_named},
    intake::RequestKind,
    order::{Coverage, Status},
    org::OrgKind,
    policy::{Act, Grant, OrgId, PersonId, Reach, Role},
};

use super::super::{Asked, Filter, ops};
use crate::{
    Cx, account, customer, device,
    edge::asked::many,
    org,
    ui::{Frame, Tab, choices, chosen, days, filter, icon, search_box, switch},
};

/// Nobody needs to know more exactly how many wait.
const MOST: i64 = 999;
/// More technicians than these are chosen after their outlet.
const PEOPLE: usize = 40;

fn of(status: &[Status], sort: &str) -> Asked {
    let status = status.iter().map(|it| it.code().to_owned()).collect();
    Asked { status, sort: Some(sort.to_owned()), ..Asked::default() }
}

/// 全部未完: what one sees first.
pub fn open() -> Asked {
    of(&Status::OPEN, "due")
}

/// The common views, by the key of their word. The closed ones nobody counts.
fn common() -> [(&'static str, Asked, bool); 8] {
    let coming = Asked { visit: Some("today".into()), ..of(&Status::OPEN, "due") };
    let late = Asked { overdue: Some("true".into()), ..of(&[], "due") };
    [
        ("orders-open", open(), true),
        ("orders-to-accept", of(&[Status::Reported], "due"), true),
        ("orders-to-assign", of(&[Status::Accepted], "due"), true),
        ("orders-today", coming, true),
        ("orders-late", late, true),
        ("orders-to-sign", of(&[Status::Finished], "due"), true),
        ("orders-closed", of(&[Status::Closed], "-opened_at"), false),
        ("orders-all", of(&[], "-opened_at"), false),
    ]
}

/// How many stand in each of the common views.
pub async fn counts(cx: &mut Cx) -> Result<Vec<i64>> {
    let common = common();
    let counted = common.iter().filter(|it| it.2);
    let filters: Result<Vec<Filter>> = counted.map(|it| Ok(it.1.read(cx)?.0)).collect();
    let mut counts = ops::counts(cx, &filters?, Some(MOST)).await?.into_iter();
    let each = common.iter().map(|it| if it.2 { counts.next().unwrap_or_default() } else { 0 });
    Ok(each.collect())
}

/// The view one is in is the one that asks the same.
pub fn views(f: &Frame, asked: &Asked, counts: &[i64]) -> Vec<Tab> {
    let bare = |it: &Asked| Asked { sort: None, limit: None, cursor: None, ..it.clone() }.query();
    let here = bare(asked);
    let tab = |(i, (key, view, counted)): (usize, (&str, Asked, bool))| Tab {
        word: f.t(key),
        href: format!("/orders?{}", view.query()),
        on: bare(&view) == here,
        count: counts.get(i).copied().filter(|_| counted),
        late: key == "orders-late",
    };
    common().into_iter().enumerate().map(tab).collect()
}

/// What can be chosen from, and the names of what is chosen by its id.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    pub outlets: Vec<(String, String)>,
    people: Vec<(String, String)>,
    /// A filter that came with a link: its name in the address, and of whom or what it is.
    fixed: Vec<(&'static str, String)>,
}

pub async fn known(cx: &mut Cx, asked: &Asked) -> Result<Choices> {
    let mut choices = Choices::default();
    let grant = cx.may(Act::Read)?;
    if grant.reach() > Reach::Own {
        for kind in [OrgKind::Outlet, OrgKind::Partner] {
            let all = org::ops::list(cx, &grant, Some(kind)).await?;
            choices.outlets.extend(all.into_iter().map(|it| (it.id.to_string(), it.name)));
        }
        choices.people = people(cx, asked, &choices.outlets).await?;
    }
    choices.fixed = fixed(cx, asked).await?;
    Ok(choices)
}

/// The technicians of the outlet that is chosen, or of the only one there is.
async fn people(
    cx: &mut Cx,
    asked: &Asked,
    outlets: &[(String, String)],
) -> Result<Vec<(String, String)>> {
    let chosen = many(&asked.outlet);
    let org = match (chosen.as_slice(), outlets) {
        ([one], _) => OrgId::parse(one).ok(),
        ([], [one]) => OrgId::parse(&one.0).ok(),
        _ => None,
    };
    let (Some(org), Ok(grant)) = (org, cx.may(Act::TechnicianRead)) else { return Ok(Vec::new()) };
    let (org, role) = (Some(org.to_string()), Some(Role::Technician));
    let which = account::ops::WhichPeople { org, role, ..Default::default() };
    let all = account::ops::list(cx, &grant, &which).await?;
    Ok(all.into_iter().take(PEOPLE).map(|it| (it.id.to_string(), it.name)).collect())
}

/// Links from elsewhere narrow the list to a person, a customer or a device.
async fn fixed(cx: &mut Cx, asked: &Asked) -> Result<Vec<(&'static str, String)>> {
    let mut fixed = Vec::new();
    if let Some(id) = asked.customer.as_deref().and_then(|it| CustomerId::parse(it).ok()) {
        let grant = cx.may(Act::Read)?;
        let found = customer::ops::get(cx, &grant, &id).await;
        let name = found.map(|it| mask_named(it.kind, &it.name)).unwrap_or_default();
        fixed.push(("customer", name));
    }
    if let Some(id) = asked.device.as_deref().and_then(|it| DeviceId::parse(it).ok()) {
        let found = device::ops::get(cx, &Grant::house(), &id).await.ok();
        let name = found.and_then(|it| it.serial.or(it.model)).unwrap_or_default();
        fixed.push(("device", name));
    }
    if let Some(owner) = asked.owner.as_deref() {
        fixed.push(("owner", person(cx, owner).await?));
    }
    Ok(fixed)
}

async fn person(cx: &mut Cx, id: &str) -> Result<String> {
    if id == "me" {
        return Ok(cx.actor.name.clone());
    }
    let Ok(id) = PersonId::parse(id) else { return Ok(String::new()) };
    Ok(account::ops::person(cx, &id).await?.map(|it| it.name).unwrap_or_default())
}

pub fn chips(f: &Frame, asked: &Asked, from: &Choices) -> Markup {
    let kinds = RequestKind::ALL.iter().filter(|it| it.makes_an_order()).map(|it| it.code());
    let coverages = Coverage::ALL.iter().map(|it| it.code());
    let levels = choices(f, "orders-level", ["1", "2", "3", "4"]);
    let own = f.reach(Act::Read) == Reach::Own;
    html! {
        @for (name, said) in &from.fixed { (chosen(f, name, said)) }
        (statuses(f, asked))
        (filter(f, "kind", &f.t("field-kind"), &choices(f, "kind", kinds)))
        @if from.outlets.len() > 1 {
            (filter(f, "outlet", &f.t("field-outlet"), &from.outlets))
        }
        @if !from.people.is_empty() {
            (filter(f, "technician", &f.t("field-technician"), &from.people))
        }
        (filter(f, "level", &f.t("field-level"), &levels))
        (filter(f, "coverage", &f.t("field-coverage"), &choices(f, "coverage", coverages)))
        (days(f, "opened_from", "opened_to", &f.t("field-opened")))
        (switch(f, "visit", "today", &f.t("orders-today")))
        (switch(f, "overdue", "true", &f.t("orders-late")))
        @if !own { (switch(f, "pool", "true", &f.t("orders-in-pool"))) }
        (search_box(f, &f.t("orders-find")))
    }
}

/// The states; everything unfinished has a word of its own.
fn statuses(f: &Frame, asked: &Asked) -> Markup {
    let chosen = many(&asked.status);
    let open = Status::OPEN.iter().all(|it| chosen.iter().any(|code| code == it.code()));
    let open = open && chosen.len() == Status::OPEN.len();
    if !open {
        let all = choices(f, "status", Status::ALL.iter().map(|it| it.code()));
        return filter(f, "status", &f.t("field-status"), &all);
    }
    html! {
        details class="menu" {
            summary class="chip on" { (f.t("field-status")) " " b { (f.t("orders-unfinished")) } }
            div class="list start" {
                @for it in Status::ALL {
                    a href=(f.href("status", it.code())) { (f.code("status", it.code())) }
                }
                hr;
                a href=(f.href("status", "")) { (icon("x")) (f.t("clear")) }
            }
        }
    }
}
