//! One customer: who they are, what they have, what was done for them, who knows them, and what
//! happened to their file. Hidden, unless the reader needs to know, or says why.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use kernel::{Error, Refusal, Result};
use maud::{Markup, html};
use rules::{
    customer::{Alike, CustomerId, CustomerKind, mask_name, mask_phone},
    org::OrgKind,
    policy::{Act, PersonId, Reach},
};

use super::{
    super::{
        history::{self, History, Of},
        line::{self, Told},
    },
    list::area,
};
use crate::{
    App, Cx, account, args,
    customer::{self, Customer, ops::masked},
    desk::{
        devices::{self, Listed, Narrowed},
        show::Show,
    },
    device,
    edge::{Fail, status},
    org,
    paging::Paged,
    say::Say,
    ui::{
        Ask, Frame, Open, Page, Typed, address, card, card_with, coverage, facts, icon, moment,
        or_dash, page, pill,
    },
};

/// So many devices stand on the page; the list behind has them all.
const DEVICES: i64 = 12;
/// So many further names and numbers.
const CONTACTS: usize = 6;

pub struct Sheet {
    pub it: Customer,
    pub clear: bool,
    /// Why it is shown in the clear, on this answer only.
    pub reason: Option<String>,
    pub devices: Vec<Listed>,
    pub history: History,
    /// Whom else one asked for at their requests, and where they were called.
    contacts: Vec<(String, Option<String>)>,
    /// Of the network: name and, if there is one for this reader, the page.
    knows: Vec<(String, Option<String>)>,
    pub alike: Vec<(Customer, Alike)>,
    line: Vec<Told>,
}

impl Sheet {
    pub fn of(&self) -> Of {
        Of::Customer(self.it.id.to_string())
    }
}

pub async fn show(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
) -> Result<Response, Fail> {
    let asked = CustomerId::parse(&id)?;
    let it = read(&app, &f, &asked, None).await?;
    // What was merged leads to the one that stays.
    if it.it.id != asked {
        return Ok(f.go(&format!("/customers/{}", it.it.id), "customer-was-merged"));
    }
    Ok(draw(&f, &it, &Open::asked(&f)).into_response())
}

/// The customer as this reader sees them; who sees them in the clear leaves a trace.
pub async fn read(
    app: &App,
    f: &Frame,
    id: &CustomerId,
    reason: Option<&str>,
) -> Result<Sheet, Fail> {
    let (say, asked, q) = (f.say, id.clone(), f.asked("q").map(str::to_owned));
    let reason = reason.map(str::to_owned);
    let revealed = reason.is_some();
    let it = app.look(&f.who.actor, async move |cx| {
        sheet(cx, say, &asked, q.as_deref(), reason.clone()).await
    });
    let it = it.await?;
    if it.clear && !revealed {
        let id = it.it.id.clone();
        let seen = async move |cx: &mut Cx| customer::ops::viewed(cx, id.as_str()).await;
        app.act(&f.who.actor, seen).await?;
    }
    Ok(it)
}

async fn sheet(
    cx: &mut Cx,
    say: Say,
    id: &CustomerId,
    q: Option<&str>,
    reason: Option<String>,
) -> Result<Sheet> {
    let grant = cx.may(Act::Read)?;
    let it = customer::ops::get(cx, &grant, id).await?;
    let of = Of::Customer(it.id.to_string());
    let history = history::history(cx, &of).await?;
    let clear = reason.is_some() || sees(cx, say, &it, &history, q).await?;
    let which = device::ops::Which {
        customer: Some(it.id.to_string()),
        page: Paged::first(DEVICES),
        ..Default::default()
    };
    let alike = match cx.may(Act::RequestTake) {
        Ok(_) => customer::ops::duplicates(cx, &it).await?,
        Err(_) => Vec::new(),
    };
    let mut subjects: Vec<_> =
        customer::ops::parts_of(cx, &it.id).await?.iter().map(ToString::to_string).collect();
    subjects.push(it.id.to_string());
    let hide = |it: Customer| if clear { it } else { masked(it) };
    Ok(Sheet {
        devices: devices::listed(cx, &which, &Narrowed::default()).await?.rows,
        contacts: contacts(&it, &history, clear),
        knows: knows(cx, &it.id).await?,
        alike: alike.into_iter().map(|it| (hide(it.0), it.1)).collect(),
        line: line::line(cx, say, &subjects).await?,
        it: hide(it),
        clear,
        reason,
        history,
    })
}

/// Whoever found them by typing enough, and whoever works on an order of theirs, knows them.
async fn sees(
    cx: &mut Cx,
    say: Say,
    it: &Customer,
    history: &History,
    q: Option<&str>,
) -> Result<bool> {
    if let Some(q) = q.filter(|it| customer::ops::searches_clear(cx, Some(it)))
        && customer::ops::finds(cx, &it.id, q).await?
    {
        return Ok(true);
    }
    let mut show = Show::new(cx, say);
    for it in &history.orders {
        if show.clear(&it.order).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn contacts(it: &Customer, history: &History, clear: bool) -> Vec<(String, Option<String>)> {
    let mut all: Vec<(String, Option<String>)> = Vec::new();
    for request in &history.requests {
        let phone = request.phone.clone().filter(|phone| Some(phone) != it.phone.as_ref());
        let name = request.contact.clone().filter(|name| *name != it.name);
        if name.is_none() && phone.is_none() {
            continue;
        }
        let name = name.unwrap_or_else(|| it.name.clone());
        let (name, phone) = match clear {
            true => (name, phone),
            false => (mask_name(&name), phone.as_deref().map(mask_phone)),
        };
        if !all.contains(&(name.clone(), phone.clone())) {
            all.push((name, phone));
        }
    }
    all.truncate(CONTACTS);
    all
}

/// Which outlets and technicians of one's own branch have had to do with them.
async fn knows(cx: &mut Cx, id: &CustomerId) -> Result<Vec<(String, Option<String>)>> {
    let grant = cx.may(Act::Read)?;
    if grant.reach() <= Reach::Own {
        return Ok(Vec::new());
    }
    let sees = cx.actor.rights.reach(Act::TechnicianRead) > Reach::Own;
    let orgs = org::ops::list(cx, &grant, None).await?;
    let mut all = Vec::new();
    for who in customer::ops::acquaintances(cx, id).await? {
        if let Ok(person) = PersonId::parse(&who) {
            let person = account::ops::person(cx, &person).await?;
            let near = person.filter(|it| grant.covers(&it.path, None));
            let link = |id: &PersonId| sees.then(|| format!("/technicians/{id}"));
            all.extend(near.map(|it| (it.name.clone(), link(&it.id))));
        } else {
            let org = orgs.iter().find(|it| it.path == who && serves(it.kind));
            all.extend(org.map(|it| (it.name.clone(), None)));
        }
    }
    Ok(all)
}

/// A pool is no acquaintance.
fn serves(kind: OrgKind) -> bool {
    !matches!(kind, OrgKind::Hq | OrgKind::Region)
}

/// 显示: in the clear, on this answer only, for a reason that stays on record.
pub async fn reveal(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fail> {
    let id = CustomerId::parse(&id)?;
    let (asked, reason) = (id.clone(), typed.get("reason"));
    let said = reason.clone();
    let work = async move |cx: &mut Cx| customer::ops::reveal(cx, &asked, &said).await.map(|_| ());
    match app.act(&f.who.actor, work).await {
        Ok(()) => {
            let it = read(&app, &f, &id, Some(&reason)).await?;
            Ok(draw(&f, &it, &Open::default()).into_response())
        }
        Err(no) => {
            let open = Open { dialog: "reveal".to_owned(), typed: typed.refused(no)? };
            let it = read(&app, &f, &id, None).await?;
            Ok(draw(&f, &it, &open).into_response())
        }
    }
}

pub fn draw(f: &Frame, it: &Sheet, open: &Open) -> Page {
    let may_reveal = !it.clear && f.may(Act::Reveal);
    let body = html! {
        (head(f, it))
        @if may_reveal { (reveal_form(f, it, open)) }
        div class="cols" {
            div class="stack" {
                (about(f, it, may_reveal))
                (devices(f, it))
                (history::drawn(f, &it.history, &it.of()))
            }
            div class="stack" {
                (twice(f, it))
                (others(f, it))
                (line::drawn(f, &it.line))
            }
        }
    };
    let code = open.refusal().map(|it| status(&Error::from(Refusal::clone(it))));
    let page = page(f, &it.it.name, body);
    match code {
        Some(code) => page.status(code),
        None => page,
    }
}

fn head(f: &Frame, it: &Sheet) -> Markup {
    let takes = f.may(Act::RequestTake);
    let files = takes || f.may(Act::ComplaintFile);
    let mut intake = vec![("customer".to_owned(), it.it.id.to_string())];
    intake.extend(f.asked("q").map(|it| ("find".to_owned(), it.to_owned())));
    html! {
        div class="head order-head" {
            a class="from not-narrow" href="/customers" { (f.t("area-customers")) }
            span class="from not-narrow" { "/" }
            h1 { (it.it.name) }
            (pill("", &f.code("customer-kind", it.it.kind.code())))
            @if let Some(class) = &it.it.class { (pill("wait", class)) }
            @if !it.clear { (pill("", &f.t("masked"))) }
            div class="ms-auto" {
                @if files {
                    a class="btn btn-primary" href=(address("/intake", &intake)) {
                        (icon("phone-call")) (f.t("customer-request"))
                    }
                }
                @if takes { (edit(f, it)) }
            }
        }
    }
}

/// Who was asked why already is not asked again.
fn edit(f: &Frame, it: &Sheet) -> Markup {
    let word = html! { (icon("edit")) (f.t("edit")) };
    html! {
        @match &it.reason {
            Some(reason) => {
                form method="post" action={ "/customers/" (it.it.id) "/edit/open" } class="d-inline" {
                    input type="hidden" name="reason" value=(reason);
                    button class="btn" { (word) }
                }
            }
            None => {
                @let q = f.asked("q").map(|it| ("q".to_owned(), it.to_owned()));
                @let q: Vec<_> = q.into_iter().collect();
                a class="btn" href=(address(&format!("/customers/{}/edit", it.it.id), &q)) {
                    (word)
                }
            }
        }
    }
}

fn about(f: &Frame, sheet: &Sheet, may_reveal: bool) -> Markup {
    let it = &sheet.it;
    let call = it.phone.clone().filter(|_| sheet.clear);
    let mut all = vec![
        (
            f.t("field-phone"),
            html! {
                (or_dash(it.phone.as_deref()))
                @if let Some(phone) = call {
                    " " a class="keep" href={ "tel:" (phone) } { (icon("phone")) (f.t("order-call")) }
                }
            },
        ),
        (f.t("field-district"), or_dash(it.district.as_deref().map(area))),
        (f.t("field-address"), or_dash(it.address.as_deref())),
        (f.t("field-postcode"), or_dash(it.postcode.as_deref())),
    ];
    if it.kind == CustomerKind::Company || it.contact.is_some() {
        all.push((f.t("field-contact"), or_dash(it.contact.as_deref())));
    }
    all.push((f.t("filed"), moment(f, it.created_at)));
    let eye = html! {
        @if may_reveal {
            a href="?step=reveal" data-dialog="ask-reveal" title=(f.t("order-reveal-what")) {
                (icon("eye")) (f.t("order-reveal"))
            }
        }
    };
    card_with(&f.t("facts"), eye, facts(&all))
}

fn devices(f: &Frame, it: &Sheet) -> Markup {
    let customer = &it.it.id;
    let acts = html! {
        @if it.devices.len() as i64 >= DEVICES {
            a href={ "/devices?customer=" (customer) } { (f.t("all")) }
        }
        @if f.may(Act::RequestTake) {
            a href={ "/devices/new?customer=" (customer) } { (f.t("device-new")) }
        }
    };
    let rows = html! {
        @if it.devices.is_empty() { p class="muted" { (f.t("customer-no-devices")) } }
        @else {
            div class="sheet in-card" {
                table class="cards" {
                    tbody { @for row in &it.devices { (device(f, customer, row)) } }
                }
            }
        }
    };
    card_with(&f.t("area-devices-short"), acts, rows)
}

fn device(f: &Frame, customer: &CustomerId, row: &Listed) -> Markup {
    let it = &row.device;
    let name = [Some(f.category_of(it.category.as_deref())), it.model.clone()];
    let name = name.into_iter().flatten().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" ");
    let name = if name.is_empty() { f.t("field-device") } else { name };
    let bought_only = it.buyer.as_ref() == Some(customer) && it.user.as_ref() != Some(customer);
    html! {
        tr data-row {
            td class="c-title" { a href={ "/devices/" (it.id) } { (name) } }
            td class="c-line" { (or_dash(it.serial.as_deref())) }
            td class="c-due" { (coverage(f, row.coverage.code())) }
            td class="sub c-line" {
                @if let Some(day) = it.installed_on {
                    (f.with("installed-on", &args! { "day" => day.to_string() }))
                } @else if let Some(day) = it.sold_on {
                    (f.with("sold-on", &args! { "day" => day.to_string() }))
                }
            }
            td class="sub" { @if bought_only { (f.t("customer-bought")) } }
        }
    }
}

/// Whoever looks like the same customer, filed twice.
fn twice(f: &Frame, it: &Sheet) -> Markup {
    let by_hand = html! {
        a href={ "/customers/" (it.it.id) "/merge" } { (f.t("merge-by-hand")) }
    };
    if !f.may(Act::RequestTake) {
        return html! {};
    }
    let body = html! {
        @if it.alike.is_empty() { p class="muted" { (f.t("merge-nobody-alike")) } }
        @for (other, how) in &it.alike {
            div class="clock" {
                a href={ "/customers/" (other.id) } { (other.name) }
                a href={ "/customers/" (it.it.id) "/merge?other=" (other.id) } {
                    (f.t("merge-look"))
                }
                small {
                    (f.code("alike", how.code())) " · "
                    (other.phone.as_deref().unwrap_or("—")) " "
                    (other.address.as_deref().unwrap_or_default())
                }
            }
        }
    };
    html! {
        section class={ "card2" @if !it.alike.is_empty() { " warn" } } {
            h2 { (f.t("merge-alike")) span class="acts" { (by_hand) } }
            div class="in low" { (body) }
        }
    }
}

/// Whom else one may ask for, and who of the network was there.
fn others(f: &Frame, it: &Sheet) -> Markup {
    if it.contacts.is_empty() && it.knows.is_empty() {
        return html! {};
    }
    let comma = f.say.comma();
    let body = html! {
        @for (name, phone) in &it.contacts {
            div class="clock" {
                span { (name) }
                span class="keep" { (phone.as_deref().unwrap_or_default()) }
                small { (f.t("customer-asked-for")) }
            }
        }
        @if !it.knows.is_empty() {
            p class="muted small mb-1 mt-2" { (f.t("customer-served-by")) }
            p {
                @for (i, (name, link)) in it.knows.iter().enumerate() {
                    @if i > 0 { (comma) }
                    @match link {
                        Some(link) => { a href=(link) { (name) } }
                        None => { (name) }
                    }
                }
            }
        }
    };
    card(&f.t("customer-others"), body)
}

fn reveal_form(f: &Frame, it: &Sheet, open: &Open) -> Markup {
    let ask = Ask {
        name: "reveal",
        title: f.t("order-reveal-title"),
        submit: f.t("order-reveal"),
        action: format!("/customers/{}/reveal", it.it.id),
        danger: false,
        upload: false,
    };
    ask.draw(f, open, &Typed::default(), |form| {
        html! {
            p class="muted" { (f.t("order-reveal-what")) }
            (form.text("reason").required().attr("autocomplete", "off"))
        }
    })
}
