//! Filing a customer, and changing what is on file. A pasted line fills the fields; whoever is on
//! file already is found by their phone; who may not see the data says first why they want to.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use kernel::{Kind, Refusal, Result};
use maud::{Markup, html};
use rules::{
    customer::{CustomerId, CustomerKind},
    policy::Act,
};

use super::one::{self, Sheet};
use crate::{
    App, Cx,
    customer::{
        self, Customer,
        ops::{Draft, masked},
    },
    edge::Fail,
    intake::pages::whole_address,
    ui::{Form, Frame, Page, Typed, address, card, heading, icon, page},
};

pub async fn blank(f: Frame) -> Result<Page, Fail> {
    may_file(&f)?;
    let known = ["name", "phone", "address"];
    let mut typed = Typed::of(known.map(|it| (it, f.asked(it).map(str::to_owned))));
    typed.set("kind", CustomerKind::Person.code());
    Ok(draw_new(&f, &typed, None))
}

fn may_file(f: &Frame) -> Result<()> {
    if f.may(Act::RequestTake) { Ok(()) } else { Err(Refusal::NOT_ALLOWED.into()) }
}

/// What a pasted line says goes into the fields: into the empty ones or, where every field has
/// something, in place of what stood there. Says whether there was a line.
fn fill(typed: &mut Typed, over: bool) -> bool {
    let Some(line) = typed.text("line") else { return false };
    let parsed = locality::parse(&line);
    let place = Some(whole_address(&parsed)).filter(|it| !it.is_empty());
    let said = [("name", parsed.name), ("phone", parsed.phone), ("address", place)];
    for (field, value) in said {
        if let Some(value) = value.filter(|_| over || typed.text(field).is_none()) {
            typed.set(field, value);
        }
    }
    typed.set("line", "");
    true
}

fn draft(typed: &Typed) -> Draft {
    Draft {
        name: typed.text("name"),
        phone: typed.text("phone"),
        address: typed.text("address"),
        kind: typed.text("kind").and_then(|it| CustomerKind::parse(&it)),
        contact: typed.text("contact"),
        postcode: typed.text("postcode"),
        class: typed.text("class"),
        ..Draft::default()
    }
}

pub async fn file(State(app): State<App>, f: Frame, mut typed: Typed) -> Result<Response, Fail> {
    may_file(&f)?;
    // Enter presses the first button of a form: without a line it means the last.
    if fill(&mut typed, false) && typed.has("act", "fill") {
        return Ok(draw_new(&f, &typed, None).into_response());
    }
    let said = draft(&typed);
    match app.act(&f.who.actor, async move |cx: &mut Cx| customer::ops::file(cx, &said).await).await
    {
        Ok(it) => {
            // Whoever typed the phone has seen it.
            let q = it.phone.clone().map(|it| ("q".to_owned(), it));
            let to = address(&format!("/customers/{}", it.id), &q.into_iter().collect::<Vec<_>>());
            Ok(f.go(&to, "customer-filed"))
        }
        Err(no) => {
            let typed = typed.refused(no)?;
            let known = on_file(&app, &f, &typed).await?;
            Ok(draw_new(&f, &typed, known.as_ref()).into_response())
        }
    }
}

/// Whoever has that phone, if this reader may know them.
async fn on_file(app: &App, f: &Frame, typed: &Typed) -> Result<Option<Customer>> {
    let refused = typed.refusal.iter().flat_map(|it| &it.fields);
    let known = refused.filter(|it| it.code == "phone.known").find_map(|it| {
        it.args.iter().find_map(|(name, id)| match id {
            kernel::Arg::Text(id) if *name == "customer" => CustomerId::parse(id).ok(),
            _ => None,
        })
    });
    let Some(id) = known else { return Ok(None) };
    let found = app.look(&f.who.actor, async move |cx: &mut Cx| {
        let grant = cx.may(Act::Read)?;
        customer::ops::get(cx, &grant, &id).await
    });
    match found.await {
        Ok(it) => Ok(Some(masked(it))),
        Err(no) if no.is(&Refusal::NOT_FOUND) => Ok(None),
        Err(no) => Err(no),
    }
}

/// `known` is the one who has the phone already.
fn draw_new(f: &Frame, typed: &Typed, known: Option<&Customer>) -> Page {
    let title = f.t("customer-new");
    let form = Form::new(f, typed);
    let inside = html! {
        @if let Some(it) = known { (met(f, it)) }
        @else if taken(typed) { (elsewhere(f, typed)) }
        (fields(f, form))
    };
    let body = html! {
        (heading(Some(("/customers", &f.t("area-customers"))), &title, html! {}))
        div class="narrow" { (card("", form.post("customer", "/customers/new", "customer-file-save", inside))) }
    };
    page(f, &title, body).refused(typed)
}

fn taken(typed: &Typed) -> bool {
    let fields = typed.refusal.iter().flat_map(|it| &it.fields);
    fields.into_iter().any(|it| it.code == "phone.known")
}

/// The one to go on with, instead of a second file.
fn met(f: &Frame, it: &Customer) -> Markup {
    html! {
        div class="flash wait" role="status" {
            span {
                (f.t("customer-known")) " " b { (it.name) } " "
                (it.address.as_deref().unwrap_or_default())
            }
            a class="btn btn-sm push" href={ "/customers/" (it.id) } { (f.t("customer-open")) }
        }
    }
}

/// Somebody out of reach: their file is nobody's business here, but the request is.
fn elsewhere(f: &Frame, typed: &Typed) -> Markup {
    let phone = ("phone".to_owned(), typed.get("phone"));
    html! {
        div class="flash wait" role="status" {
            span { (f.t("customer-known-elsewhere")) }
            a class="btn btn-sm push" href=(address("/intake", &[phone])) { (f.t("new-request")) }
        }
    }
}

fn fields(f: &Frame, form: Form) -> Markup {
    let kinds = CustomerKind::ALL.iter();
    let kinds: Vec<_> =
        kinds.map(|it| (it.code().to_owned(), f.code("customer-kind", it.code()))).collect();
    html! {
        div class="field paste" {
            label class="form-label" for="f-line" { (f.t("paste-line")) }
            div class="row-line" {
                input class="form-control" id="f-line" name="line" autocomplete="off"
                    value=(form.typed.get("line")) placeholder=(f.t("paste-example"));
                button class="btn" type="submit" name="act" value="fill" {
                    (icon("wand")) (f.t("paste-fill"))
                }
            }
            div class="hint" { (f.t("paste-hint")) }
        }
        div class="halves" {
            (form.text("name").required().attr("autocomplete", "off"))
            (form.segments("kind", kinds))
            (form.phone("phone").attr("autocomplete", "off"))
            (form.text("contact").hint(f.t("customer-contact-hint")).attr("autocomplete", "off"))
        }
        (form.text("address").placeholder(f.t("intake-address-example"))
            .hint(place(f, &form.typed.get("address"))).attr("autocomplete", "off"))
        div class="halves" {
            (form.text("postcode").attr("inputmode", "numeric").attr("autocomplete", "off"))
            (form.text("class").hint(f.t("customer-class-hint")))
        }
    }
}

/// Where the house understands the address to be: whoever reads it sees whether it is so.
fn place(f: &Frame, typed: &str) -> String {
    if typed.is_empty() {
        return f.t("customer-address-hint");
    }
    match customer::ops::place_of(Some(typed), None).district {
        Some(code) => {
            let name = locality::full_name(&code).unwrap_or(code);
            f.with("address-is-in", &crate::args! { "place" => name })
        }
        None => f.t("address-nowhere"),
    }
}

/// `GET …/edit`: at once for whoever sees the data anyway; others are asked why.
/// Asked before anything is shown or read of what was typed.
async fn may_change(app: &App, f: &Frame, id: &CustomerId) -> Result<()> {
    let id = id.clone();
    let asked = async move |cx: &mut Cx| customer::ops::to_change(cx, &id).await.map(|_| ());
    app.look(&f.who.actor, asked).await
}

pub async fn edit(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
) -> Result<Response, Fail> {
    let customer = CustomerId::parse(&id)?;
    may_change(&app, &f, &customer).await?;
    let it = one::read(&app, &f, &customer, None).await?;
    if it.it.id.as_str() != id {
        return Ok(f.go(&format!("/customers/{}/edit", it.it.id), "customer-was-merged"));
    }
    Ok(match it.clear {
        true => draw_edit(&f, &it, &known(&it.it)).into_response(),
        false => draw_why(&f, &it, &Typed::default()).into_response(),
    })
}

/// The reason was said: it stays on record, and the form opens.
pub async fn open(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fail> {
    let id = CustomerId::parse(&id)?;
    may_change(&app, &f, &id).await?;
    let (asked, reason) = (id.clone(), typed.get("reason"));
    let said = reason.clone();
    let work = async move |cx: &mut Cx| customer::ops::reveal(cx, &asked, &said).await.map(|_| ());
    match app.act(&f.who.actor, work).await {
        Ok(()) => {
            let it = one::read(&app, &f, &id, Some(&reason)).await?;
            Ok(draw_edit(&f, &it, &known(&it.it)).into_response())
        }
        Err(no) => {
            let typed = typed.refused(no)?;
            let it = one::read(&app, &f, &id, None).await?;
            Ok(draw_why(&f, &it, &typed).into_response())
        }
    }
}

fn known(it: &Customer) -> Typed {
    Typed::of([
        ("name", Some(it.name.clone())),
        ("kind", Some(it.kind.code().to_owned())),
        ("phone", it.phone.clone()),
        ("contact", it.contact.clone()),
        ("address", it.address.clone()),
        ("postcode", it.postcode.clone()),
        ("class", it.class.clone()),
        ("version", Some(it.version.to_string())),
    ])
}

pub async fn change(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    mut typed: Typed,
) -> Result<Response, Fail> {
    let id = CustomerId::parse(&id)?;
    may_change(&app, &f, &id).await?;
    if fill(&mut typed, true) {
        let it = one::read(&app, &f, &id, None).await?;
        return Ok(draw_edit(&f, &it, &typed).into_response());
    }
    let (asked, said, version) = (id.clone(), draft(&typed), typed.int("version").unwrap_or(-1));
    let work = async move |cx: &mut Cx| {
        customer::ops::change(cx, &asked, &said, Some(version)).await.map(|_| ())
    };
    match app.act(&f.who.actor, work).await {
        Ok(()) => Ok(f.go(&format!("/customers/{id}"), "customer-changed")),
        Err(no) => {
            let mut typed = typed.refused(no)?;
            let it = one::read(&app, &f, &id, None).await?;
            // What was typed stays; sent once more, it is meant.
            if typed.refusal.as_ref().is_some_and(|it| it.kind == Kind::Stale) {
                typed.set("version", it.it.version.to_string());
            }
            Ok(draw_edit(&f, &it, &typed).into_response())
        }
    }
}

fn draw_edit(f: &Frame, it: &Sheet, typed: &Typed) -> Page {
    let title = f.t("customer-edit");
    let at = format!("/customers/{}", it.it.id);
    let form = Form::new(f, typed);
    let stale = typed.refusal.as_ref().is_some_and(|it| it.kind == Kind::Stale);
    let inside = html! {
        (form.hidden("version"))
        @if stale {
            div class="flash wait" role="status" {
                span { (f.t("stale-typed-kept")) }
                a class="btn btn-sm push" href=(at) target="_blank" { (f.t("stale-look")) }
            }
        }
        (fields(f, form))
    };
    let end = html! {
        button class="btn btn-primary" type="submit" name="act" value="save" { (f.t("save")) }
        a class="btn" href=(at) { (f.t("cancel")) }
    };
    let body = html! {
        (heading(Some((&at, &f.t("customer-file"))), &title, html! {}))
        div class="narrow" {
            (card("", form.post_with("customer-edit", &format!("{at}/edit"), end, inside)))
        }
    };
    page(f, &title, body).refused(typed)
}

/// Whoever changes personal data sees it, and says why.
fn draw_why(f: &Frame, it: &Sheet, typed: &Typed) -> Page {
    let title = f.t("customer-edit");
    let at = format!("/customers/{}", it.it.id);
    let form = Form::new(f, typed);
    let inside = html! {
        p class="muted" { (f.t("customer-edit-why")) }
        (form.text("reason").required().focused().attr("autocomplete", "off"))
    };
    let body = html! {
        (heading(Some((&at, &it.it.name)), &title, html! {}))
        div class="narrow" {
            (card("", form.post("why", &format!("{at}/edit/open"), "customer-edit-open", inside)))
        }
    };
    page(f, &title, body).refused(typed)
}
