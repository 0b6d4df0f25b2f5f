//! What was used and what is charged, and the customer's yes to the price.

use kernel::Result;
use maud::{Markup, html};
use rules::{
    order::{Coverage, OrderId, Pays},
    visit::{ChargeKind, ConsentBy, OldPart, quantity_text, yuan},
};

use super::{
    shapes,
    work::{finds, renamed},
};
use crate::{
    App, Cx, args, order,
    ui::{self, Form, Frame, Typed, icon, moment},
    visit::{
        Charge, Part,
        job::{Job, Money},
        ops::{self, ChargeDraft, ConsentDraft, PartDraft},
    },
};

pub fn draw(f: &Frame, job: &Job, typed: &Typed) -> Markup {
    let money = job.money();
    html! {
        fieldset id="lines" {
            legend { (f.t("job-used")) }
            @for it in &job.site.parts { (part(f, it)) }
            @for it in &job.site.charges { (charge(f, it)) }
            (add(f, typed, "part", "package", part_fields(f, job, typed)))
            (add(f, typed, "charge", "receipt-yuan", charge_fields(f, job, typed)))
        }
        @if money.total.fen() > 0 { (pay(f, job, money, typed)) }
    }
}

fn part(f: &Frame, it: &Part) -> Markup {
    let old = f.code("old-part", it.old_part.code());
    html! {
        div class="opt" {
            span { (f.found(&it.name)) " ×" (quantity_text(it.quantity)) br; span class="small muted" {
                (old) " · " (f.code("pays", it.pays.code()))
            } }
            small { (ui::money(f, it.amount)) }
            (remove(f, it.id.as_str(), &f.found(&it.name)))
        }
    }
}

fn charge(f: &Frame, it: &Charge) -> Markup {
    let kind = f.code("charge", it.kind.code());
    html! {
        div class="opt" {
            span { (kind) @if let Some(text) = &it.text { " " (text) } br; span class="small muted" {
                (f.code("pays", it.pays.code()))
            } }
            small { (ui::money(f, it.amount)) }
            (remove(f, it.id.as_str(), &kind))
        }
    }
}

fn remove(f: &Frame, id: &str, name: &str) -> Markup {
    let label = f.with("job-remove", &args! { "name" => name.to_owned() });
    html! {
        button class="btn btn-ghost-secondary" name="do" value={ "remove:" (id) } formnovalidate
            aria-label=(label) { (icon("trash")) }
    }
}

/// A line to be added: closed until somebody wants it, open while something stands in it.
fn add(f: &Frame, typed: &Typed, what: &str, sign: &str, fields: Markup) -> Markup {
    let of_line = |name: &str| name.strip_prefix(what).is_some_and(|it| it.starts_with('_'));
    // Who pays stands there by itself; nobody has begun by that.
    let itself = format!("{what}_pays");
    let begun =
        typed.values.iter().any(|it| of_line(&it.0) && it.0 != itself && !it.1.trim().is_empty());
    let wrong = typed.refusal.iter().flat_map(|no| &no.fields).any(|it| of_line(&it.field));
    html! {
        details class="adds" open[begun || wrong] {
            summary class="opt add" { (icon(sign)) (f.t(&format!("job-add-{what}"))) }
            div class="card2" {
                div class="in" {
                    (fields)
                    button class="btn wide" name="do" value=(what) formnovalidate { (f.t("job-add")) }
                }
            }
        }
    }
}

fn part_fields(f: &Frame, job: &Job, typed: &Typed) -> Markup {
    let typed = paid_by_default(job.verdict.shares.parts, typed, "part_pays");
    let form = Form::new(f, &typed);
    let old = OldPart::ALL.iter().map(|it| (it.code().to_owned(), f.code("old-part", it.code())));
    html! {
        (form.text("part_name").required())
        (form.text("part_number").scans())
        div class="halves" {
            (form.number("part_quantity").placeholder("1").required())
            (form.number("part_price").placeholder("0.00").required())
        }
        (form.segments("part_old_part", old))
        (form.segments("part_pays", pays(f)))
    }
}

fn charge_fields(f: &Frame, job: &Job, typed: &Typed) -> Markup {
    let kind = ChargeKind::parse(&typed.get("charge_kind")).unwrap_or(ChargeKind::Labour);
    let share = ops::of_charge(job.verdict.shares, kind);
    let typed = paid_by_default(share, typed, "charge_pays");
    let form = Form::new(f, &typed);
    let kinds =
        ChargeKind::ALL.iter().map(|it| (it.code().to_owned(), f.code("charge", it.code())));
    html! {
        (form.segments("charge_kind", kinds).required())
        (form.text("charge_text"))
        (form.number("charge_amount").placeholder("0.00").required())
        (form.segments("charge_pays", pays(f)))
    }
}

/// Whoever the decision says, until somebody says otherwise.
fn paid_by_default(share: Coverage, typed: &Typed, name: &str) -> Typed {
    let mut typed = typed.clone();
    if typed.text(name).is_none() {
        typed.set(name, ops::default_payer(share).code());
    }
    typed
}

fn pays(f: &Frame) -> Vec<(String, String)> {
    Pays::ALL.iter().map(|it| (it.code().to_owned(), f.code("pays", it.code()))).collect()
}

/// What it comes to; where the customer pays, whether they said yes to it.
fn pay(f: &Frame, job: &Job, money: Money, typed: &Typed) -> Markup {
    html! {
        section class="card2" {
            div class="in" {
                (shapes::sums(f, job, money))
                @for it in &job.site.consents {
                    div class="row-line" {
                        span {
                            (it.by_name) " · " (f.code("consent-by", it.means.code()))
                            " · " (moment(f, it.at))
                        }
                        span class="state s-good push" { (f.say.money(it.amount)) }
                    }
                }
            }
        }
        @if let Some(missing) = money.missing() {
            section class="card2 warn" id="consent" {
                div class="in" {
                    b { (f.with("job-consent-missing", &args! { "amount" => f.say.money(missing) })) }
                    (consent_fields(f, job, typed))
                    button class="btn btn-primary wide" name="do" value="consent" formnovalidate {
                        (f.with("job-consent", &args! { "amount" => f.say.money(missing) }))
                    }
                }
            }
        }
    }
}

fn consent_fields(f: &Frame, job: &Job, typed: &Typed) -> Markup {
    let mut typed = typed.clone();
    if typed.text("consent_by").is_none() {
        typed.set("consent_by", job.name());
    }
    let form = Form::new(f, &typed);
    let means =
        ConsentBy::ALL.iter().map(|it| (it.code().to_owned(), f.code("consent-by", it.code())));
    html! {
        (form.text("consent_by").required())
        (form.segments("consent_means", means))
        (form.text("consent_text"))
    }
}

/// What a press means: Enter in the fields of a line adds the line.
pub fn meant(typed: &Typed) -> String {
    let pressed = typed.get("do");
    match (pressed.as_str(), unfinished(typed)) {
        ("look", Some("part_name")) if typed.text("part_name").is_some() => "part".into(),
        ("look", Some("charge_amount")) => "charge".into(),
        _ => pressed,
    }
}

/// Adds, removes or agrees; looking once more changes nothing.
pub async fn save(app: &App, f: &Frame, id: &str, typed: &Typed, meant: &str) -> Result<()> {
    let id = OrderId::parse(id)?;
    let actor = &f.who.actor;
    match meant {
        "part" => {
            let draft = part_draft(typed)?;
            let finds = finds(typed);
            let work = async move |cx: &mut Cx| {
                order::ops::find(cx, &id, &finds).await?;
                let added = ops::add_part(cx, &id, &draft).await;
                added.map(|_| ()).map_err(|no| renamed(no, "part"))
            };
            app.act(actor, work).await
        }
        "charge" => {
            let draft = charge_draft(typed)?;
            let finds = finds(typed);
            let work = async move |cx: &mut Cx| {
                order::ops::find(cx, &id, &finds).await?;
                let added = ops::add_charge(cx, &id, &draft).await;
                added.map(|_| ()).map_err(|no| renamed(no, "charge"))
            };
            app.act(actor, work).await
        }
        "consent" => {
            let said = typed.clone();
            let work = async move |cx: &mut Cx| consent(cx, &id, &said).await;
            app.act(actor, work).await.map_err(|no| renamed(no, "consent"))
        }
        other => {
            let Some(line) = other.strip_prefix("remove:").map(str::to_owned) else {
                return Ok(());
            };
            app.act(actor, async move |cx| ops::remove_line(cx, &id, &line).await).await
        }
    }
}

/// The yes is to what is missing at this moment, not to what stood on the screen before.
async fn consent(cx: &mut Cx, id: &OrderId, typed: &Typed) -> Result<()> {
    let site = ops::on_site(cx, id).await?;
    let missing = Money::of(&site).missing();
    let draft = ConsentDraft {
        by: typed.get("consent_by"),
        means: typed.text("consent_means"),
        text: typed.text("consent_text"),
        amount_fen: Some(missing.map_or(0, kernel::Fen::fen)),
    };
    ops::add_consent(cx, id, &draft).await.map(|_| ())
}

fn part_draft(typed: &Typed) -> Result<PartDraft> {
    Ok(PartDraft {
        name: typed.get("part_name"),
        number: typed.text("part_number"),
        quantity: typed.text("part_quantity").unwrap_or_else(|| "1".into()),
        price_fen: yuan("part_price", &typed.get("part_price"))?,
        old_part: typed.text("part_old_part"),
        pays: typed.text("part_pays"),
    })
}

fn charge_draft(typed: &Typed) -> Result<ChargeDraft> {
    Ok(ChargeDraft {
        kind: typed.text("charge_kind"),
        text: typed.text("charge_text"),
        amount_fen: yuan("charge_amount", &typed.get("charge_amount"))?,
        pays: typed.text("charge_pays"),
    })
}

/// The field of a line that was begun and not added.
pub fn unfinished(typed: &Typed) -> Option<&'static str> {
    let begun = |names: &[&str]| names.iter().any(|it| typed.text(it).is_some());
    if begun(&["part_name", "part_number", "part_quantity", "part_price"]) {
        Some("part_name")
    } else if begun(&["charge_text", "charge_amount"]) {
        Some("charge_amount")
    } else {
        None
    }
}

/// What was added stands among the lines now, no longer in its fields.
pub fn forget(typed: &mut Typed, meant: &str) {
    if ["part", "charge", "consent"].contains(&meant) {
        let added = format!("{meant}_");
        typed.values.retain(|it| !it.0.starts_with(&added));
    }
}
