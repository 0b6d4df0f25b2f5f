//! Filing a device, and changing what is on file of it.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use kernel::{Kind, Refusal, Result, Wrongs};
use maud::{Markup, html};
use rules::{
    customer::{CustomerId, DeviceId},
    policy::Act,
    visit::yuan,
};

use super::one::{name, person};
use crate::{
    App, Cx, args,
    customer::{self, Customer},
    device::{self, Device, ops::Draft},
    edge::Fail,
    ui::{Change, Form, Frame, Page, Typed, card, heading, page},
};

/// The fields of a form that a file has as well.
const FIELDS: [&str; 14] = [
    "serial",
    "model",
    "category",
    "sold_on",
    "delivered_on",
    "installed_on",
    "accepted_on",
    "produced_on",
    "exchanged_on",
    "price_fen",
    "invoice",
    "certificate",
    "purchase_channel",
    "card",
];

fn may_file(f: &Frame) -> Result<()> {
    if f.may(Act::RequestTake) { Ok(()) } else { Err(Refusal::NOT_ALLOWED.into()) }
}

fn draft(typed: &Typed) -> Result<Draft> {
    let price = match typed.text("price_fen") {
        Some(text) => yuan("price_fen", &text)?,
        None => None,
    };
    let paper = |name: &str| match typed.text(name).as_deref() {
        Some("yes") => Some(true),
        Some("no") => Some(false),
        _ => None,
    };
    Ok(Draft {
        serial: typed.text("serial"),
        model: typed.text("model"),
        category: typed.text("category"),
        sold_on: typed.text("sold_on"),
        delivered_on: typed.text("delivered_on"),
        installed_on: typed.text("installed_on"),
        accepted_on: typed.text("accepted_on"),
        produced_on: typed.text("produced_on"),
        exchanged_on: typed.text("exchanged_on"),
        price_fen: price,
        invoice: paper("invoice"),
        certificate: paper("certificate"),
        purchase_channel: typed.text("purchase_channel"),
        card: typed.text("card"),
        ..Draft::default()
    })
}

pub async fn blank(State(app): State<App>, f: Frame) -> Result<Page, Fail> {
    may_file(&f)?;
    let typed = Typed::of(["customer", "serial"].map(|it| (it, f.asked(it).map(str::to_owned))));
    let around = around(&app, &f, &typed).await?;
    Ok(draw_new(&f, &typed, &around))
}

/// Who stands beside the form: the user who is on file, and the device that has the serial.
#[derive(Default)]
struct Around {
    user: Option<Customer>,
    known: Option<Device>,
}

async fn around(app: &App, f: &Frame, typed: &Typed) -> Result<Around> {
    let user = typed.text("customer").map(|it| CustomerId::parse(&it)).transpose()?;
    let refused = typed.refusal.iter().flat_map(|it| &it.fields);
    let is_known = refused.into_iter().any(|it| it.code == "device.known");
    let serial = typed.text("serial").filter(|_| is_known);
    let read = app.look(&f.who.actor, async move |cx: &mut Cx| {
        let grant = cx.may(Act::Read)?;
        let serial = serial.clone().map(|it| it.to_uppercase());
        let known = match serial {
            Some(serial) => {
                let which = device::ops::Which { serial: Some(serial), ..Default::default() };
                device::ops::list(cx, &which).await?.into_iter().next()
            }
            None => None,
        };
        Ok(Around { user: person(cx, &grant, user.as_ref()).await?, known })
    });
    read.await
}

pub async fn file(State(app): State<App>, f: Frame, typed: Typed) -> Result<Response, Fail> {
    may_file(&f)?;
    let said = typed.clone();
    let work = async move |cx: &mut Cx| {
        let user = user(cx, &said).await?;
        device::ops::file(cx, user.as_ref(), &draft(&said)?).await
    };
    match app.act(&f.who.actor, work).await {
        Ok(it) => Ok(f.go(&format!("/devices/{}", it.id), "device-filed")),
        Err(no) => {
            let typed = typed.refused(no)?;
            let around = around(&app, &f, &typed).await?;
            Ok(draw_new(&f, &typed, &around).into_response())
        }
    }
}

/// The user on file, or the one whose name and phone were typed; nobody yet where neither was. All
/// that is wrong is said at once.
async fn user(cx: &mut Cx, typed: &Typed) -> Result<Option<CustomerId>> {
    if let Some(id) = typed.text("customer") {
        return CustomerId::parse(&id).map(Some);
    }
    let text = |name: &str| typed.text(&format!("user.{name}"));
    let said = customer::ops::Draft {
        name: text("name"),
        phone: text("phone"),
        address: text("address"),
        ..Default::default()
    };
    if said.name.is_none() && said.phone.is_none() && said.address.is_none() {
        return Ok(None);
    }
    let mut wrongs = Wrongs::default();
    let clean = customer::ops::check(&said, "user.", &mut wrongs);
    if said.phone.is_none() && said.address.is_none() {
        wrongs.say("user.phone", "phone_or_address");
    }
    device::ops::check(cx, &draft(typed)?, "", &mut wrongs);
    wrongs.done()?;
    Ok(Some(customer::ops::find_or_file(cx, &clean).await?.0.id))
}

fn draw_new(f: &Frame, typed: &Typed, around: &Around) -> Page {
    let title = f.t("device-new");
    let form = Form::new(f, typed);
    let inside = html! {
        @if let Some(it) = &around.known {
            div class="flash wait" role="status" {
                span { (f.t("device-known")) " " b { (name(f, it)) } }
                a class="btn btn-sm push" href={ "/devices/" (it.id) } { (f.t("device-open")) }
            }
        }
        (fields(f, form, None))
        fieldset class="mt-3" {
            legend { (f.t("device-user")) }
            @match &around.user {
                Some(it) => {
                    (form.hidden("customer"))
                    p {
                        b { (it.name) } " " (it.phone.as_deref().unwrap_or_default()) " "
                        a class="small" href="/devices/new" { (f.t("intake-another")) }
                    }
                }
                None => {
                    div class="halves" {
                        (form.text("user.name").attr("autocomplete", "off"))
                        (form.phone("user.phone").attr("autocomplete", "off"))
                    }
                    (form.text("user.address").placeholder(f.t("intake-address-example"))
                        .hint(f.t("device-user-hint")).attr("autocomplete", "off"))
                }
            }
        }
    };
    let body = html! {
        (heading(Some(("/devices", &f.t("area-devices"))), &title, html! {}))
        div class="narrow" { (card("", form.post("device", "/devices/new", "device-file", inside))) }
    };
    page(f, &title, body).refused(typed)
}

/// `now`: what is on file, where somebody else changed it meanwhile.
fn fields(f: &Frame, form: Form, now: Option<&Typed>) -> Markup {
    let categories = f.company.pack.categories.iter();
    let categories: Vec<_> = categories.map(|it| (it.name.zh.clone(), f.name(&it.name))).collect();
    let also = |name: &str, hint: String| {
        let other = now.map(|it| it.get(name)).filter(|it| *it != form.typed.get(name));
        match other {
            Some(value) => {
                let value = if value.is_empty() { "—".to_owned() } else { value };
                f.with("stale-now", &args! { "value" => value })
            }
            None => hint,
        }
    };
    let day = |name: &'static str| {
        form.day(name).attr("max", f.today().to_string()).hint(also(name, String::new()))
    };
    html! {
        div class="halves" {
            (form.text("serial").scans()
                .hint(also("serial", f.t("device-serial-hint"))))
            (form.text("model").attr("autocomplete", "off").hint(also("model", String::new())))
            (form.select("category", categories, Some(f.t("unknown"))))
            (form.text("card").attr("autocomplete", "off").hint(also("card", String::new())))
            (day("sold_on"))
            (day("delivered_on"))
            (day("installed_on"))
            (day("accepted_on"))
            (day("produced_on"))
            (day("exchanged_on"))
            (form.number("price_fen").label(f.t("field-price_paid"))
                .hint(also("price_fen", String::new())))
            (form.select("invoice", papers(f), Some(f.t("unknown"))))
            (form.select("certificate", papers(f), Some(f.t("unknown"))))
        }
        (form.text("purchase_channel").hint(also("purchase_channel", String::new())))
    }
}

/// Whether the customer has a paper to show.
fn papers(f: &Frame) -> Vec<(String, String)> {
    [("yes", "paper-there"), ("no", "paper-gone")]
        .map(|(code, key)| (code.to_owned(), f.t(key)))
        .to_vec()
}

async fn on_file(app: &App, f: &Frame, id: &DeviceId) -> Result<Device> {
    let id = id.clone();
    let read = app.look(&f.who.actor, async move |cx: &mut Cx| {
        let grant = device::ops::to_change(cx, &id).await?;
        device::ops::get(cx, &grant, &id).await
    });
    read.await
}

fn known(it: &Device) -> Typed {
    let day = |day: Option<kernel::Day>| day.map(|it| it.to_string());
    let paper = |it: Option<bool>| it.map(|it| if it { "yes" } else { "no" }.to_owned());
    let values = [
        it.serial.clone(),
        it.model.clone(),
        it.category.clone(),
        day(it.sold_on),
        day(it.delivered_on),
        day(it.installed_on),
        day(it.accepted_on),
        day(it.produced_on),
        day(it.exchanged_on),
        it.price.map(|it| it.to_string()),
        paper(it.invoice),
        paper(it.certificate),
        it.purchase_channel.clone(),
        it.card.clone(),
    ];
    let mut typed = Typed::of(FIELDS.into_iter().zip(values));
    typed.set("version", it.version.to_string());
    typed
}

pub async fn edit(State(app): State<App>, f: Frame, Path(id): Path<String>) -> Result<Page, Fail> {
    let it = on_file(&app, &f, &DeviceId::parse(&id)?).await?;
    Ok(draw_edit(&f, &it, &known(&it)))
}

pub async fn change(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fail> {
    let id = DeviceId::parse(&id)?;
    let (asked, said, version) = (id.clone(), typed.clone(), typed.int("version").unwrap_or(-1));
    let work = async move |cx: &mut Cx| {
        device::ops::change(cx, &asked, &draft(&said)?, Some(version)).await.map(|_| ())
    };
    match app.act(&f.who.actor, work).await {
        Ok(()) => Ok(f.go(&format!("/devices/{id}"), "device-is-changed")),
        Err(no) => {
            let mut typed = typed.refused(no)?;
            let it = on_file(&app, &f, &id).await?;
            // What was typed stays; sent once more, it is meant.
            if typed.refusal.as_ref().is_some_and(|it| it.kind == Kind::Stale) {
                typed.set("version", it.version.to_string());
            }
            Ok(draw_edit(&f, &it, &typed).into_response())
        }
    }
}

fn draw_edit(f: &Frame, it: &Device, typed: &Typed) -> Page {
    let at = format!("/devices/{}", it.id);
    let form = Form::new(f, typed);
    let stale = typed.refusal.as_ref().is_some_and(|it| it.kind == Kind::Stale);
    let now = stale.then(|| known(it));
    let inside = html! {
        (form.hidden("version"))
        @if stale {
            div class="flash wait" role="status" { span { (f.t("stale-typed-kept")) } }
        }
        (fields(f, form, now.as_ref()))
        p class="hint" { (f.t("device-edit-hint")) }
    };
    Change {
        at: &at,
        name: &name(f, it),
        title: &f.t("device-edit"),
        id: "device-edit",
        action: &format!("{at}/edit"),
    }
    .draw(f, typed, inside)
}
