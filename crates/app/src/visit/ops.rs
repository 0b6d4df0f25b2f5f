//! What the technician does, and what the customer signs.

use std::{collections::BTreeMap, slice};

use kernel::{Dice, Fen, Field, Refusal, Result, Wrongs};
use rules::{
    notice::NoticeKind,
    order::{Coverage, Finding, Order, OrderId, Pays, SignedBy, Status, Step},
    policy::Act,
    visit::{
        ChargeId, ChargeKind, ConsentBy, ConsentId, Line, OldPart, PartId, PhotoId, PhotoKind,
        amount, quantity, totals,
    },
    warranty::{Occasion, Shares},
};
use serde_json::json;

use super::{
    picture::Kept,
    store::{self, Charge, Consent, Part, Photo},
};
use crate::{
    Cx, args, dispatch,
    dispatch::ops::VisitState,
    intake,
    notice::{self, ops::ToCustomer},
    order::ops::{Finds, begin, decide_anew, done, read_finds, said, save, shares},
    say::Say,
};

/// 出发.
pub async fn depart(cx: &mut Cx, id: &OrderId, place: Option<(i64, i64)>) -> Result<Order> {
    let mut order = begin(cx, id, Step::Depart).await?;
    order.depart();
    dispatch::ops::move_visit(cx, id, VisitState::OnWay, None).await?;
    done(cx, &mut order, Step::Depart, at(place)).await?;
    Ok(order)
}

/// 到场: time and place are kept.
pub async fn arrive(cx: &mut Cx, id: &OrderId, place: Option<(i64, i64)>) -> Result<Order> {
    let mut order = begin(cx, id, Step::Arrive).await?;
    order.arrive();
    dispatch::ops::move_visit(cx, id, VisitState::OnSite, place).await?;
    done(cx, &mut order, Step::Arrive, at(place)).await?;
    Ok(order)
}

fn at(place: Option<(i64, i64)>) -> serde_json::Value {
    match place {
        Some((lat, lon)) => json!({"lat": lat as f64 / 1e6, "lon": lon as f64 / 1e6}),
        None => json!({}),
    }
}

/// 用户不在: a new time has to be arranged.
pub async fn no_show(cx: &mut Cx, id: &OrderId, text: &str) -> Result<Order> {
    let mut order = begin(cx, id, Step::NoShow).await?;
    let text = said("text", text)?;
    dispatch::ops::end_visit(cx, id, VisitState::NoShow).await?;
    order.no_show();
    done(cx, &mut order, Step::NoShow, json!({"text": text})).await?;
    Ok(order)
}

/// What the technician types when the work is done.
#[derive(Debug, Clone, Default)]
pub struct Found {
    pub cause: String,
    pub action: String,
    pub fault_code: String,
    /// What an installer measured: pressure, current, vacuum.
    pub readings: Option<String>,
    /// The component at fault, where the code does not say it.
    pub component: Option<String>,
    /// What would take the warranty away, and how far it is shown.
    pub exclusion: Option<String>,
    pub evidence: Option<String>,
}

impl Found {
    /// What of it decides who pays.
    pub fn finds(&self) -> Finds {
        Finds {
            fault_code: Some(self.fault_code.clone()),
            component: self.component.clone(),
            exclusion: self.exclusion.clone(),
            evidence: self.evidence.clone(),
        }
    }
}

/// 完工: cause, action and code, and a code for the customer to read out.
pub async fn finish(cx: &mut Cx, id: &OrderId, found: &Found) -> Result<Order> {
    let mut order = begin(cx, id, Step::Finish).await?;
    let mut wrongs = Wrongs::default();
    let texts = [("cause", &found.cause), ("action", &found.action)];
    for (name, text) in texts {
        if text.trim().is_empty() {
            wrongs.say(name, "missing");
        } else if text.chars().count() > crate::order::ops::LONGEST {
            wrongs.add(Field::new(name, "too_long").with("most", 2000i64));
        }
    }
    if found.readings.as_ref().is_some_and(|it| it.chars().count() > crate::order::ops::LONGEST) {
        wrongs.add(Field::new("readings", "too_long").with("most", 2000i64));
    }
    let code = found.fault_code.trim();
    if code.is_empty() {
        wrongs.say("fault_code", "missing");
    } else if intake::ops::known_fault(cx, code, order.category.as_deref(), "").is_err() {
        wrongs.add(Field::new("fault_code", "fault.unknown").with("value", code));
    }
    let known = read_finds(cx, &order, &found.finds(), &mut wrongs).await?;
    wrongs.done()?;
    decide_anew(cx, &mut order, &known, Occasion::Visit).await?;
    let (_, customer_pays) = totals(&lines(cx, id).await?);
    let consented =
        store::consents(cx, slice::from_ref(id)).await?.iter().map(|it| it.amount).sum();
    let now = cx.now();
    let finding = Finding {
        cause: found.cause.trim().to_owned(),
        action: found.action.trim().to_owned(),
        fault_code: code.to_owned(),
    };
    order.finish(finding, customer_pays, consented, now)?;
    new_code(cx, &mut order).await?;
    let data = json!({
        "cause": order.cause, "action": order.action, "fault_code": order.found_code,
        "readings": found.readings,
    });
    done(cx, &mut order, Step::Finish, data).await?;
    Ok(order)
}

/// 重发验收码.
pub async fn resend(cx: &mut Cx, id: &OrderId) -> Result<Order> {
    let mut order = begin(cx, id, Step::Resend).await?;
    new_code(cx, &mut order).await?;
    done(cx, &mut order, Step::Resend, json!({})).await?;
    Ok(order)
}

/// Six digits to the customer; neither technician nor outlet ever sees them.
async fn new_code(cx: &mut Cx, order: &mut Order) -> Result<()> {
    let code = six_digits(cx.dice());
    let now = cx.now();
    order.new_code(code.clone(), now);
    let say = Say(cx.company.lang);
    let text = args! { "number" => order.number.clone(), "code" => code };
    let request = intake::ops::known(cx, &order.request).await?;
    let to = ToCustomer {
        kind: NoticeKind::Code,
        subject: order.id.to_string(),
        customer: order.customer.clone(),
        phone: request.phone,
        body: say.with("notice-code", &text),
        secret: true,
    };
    notice::ops::tell_customer(cx, to).await.map(|_| ())
}

fn six_digits(dice: &mut dyn Dice) -> String {
    format!("{:06}", (dice.roll() >> 64) % 1_000_000)
}

/// How the customer confirms: on the screen, or with the code.
#[derive(Debug, Clone)]
pub enum Signature {
    Drawn(Kept),
    Code(String),
}

/// 签字: the customer accepts the work. A wrong code is counted, though the step is refused.
pub async fn sign(cx: &mut Cx, id: &OrderId, name: &str, signature: &Signature) -> Result<Order> {
    let mut order = begin(cx, id, Step::Sign).await?;
    let name = said("name", name)?;
    let now = cx.now();
    let (by, file) = match signature {
        Signature::Drawn(kept) => (SignedBy::Screen, Some(kept.file.clone())),
        Signature::Code(code) => {
            if let Err(wrong) = order.try_code(code, now) {
                save(cx, &mut order).await?;
                let refusal = wrong.refusal().cloned().unwrap_or(Refusal::INVALID);
                cx.refuse_but_keep(refusal);
                return Ok(order);
            }
            (SignedBy::Code, None)
        }
    };
    order.sign(name.clone(), by, file, now);
    dispatch::ops::end_visit(cx, id, VisitState::Done).await?;
    done(cx, &mut order, Step::Sign, json!({"name": name, "means": by})).await?;
    Ok(order)
}

/// A part as it is typed.
#[derive(Debug, Clone, Default)]
pub struct PartDraft {
    pub name: String,
    pub number: Option<String>,
    pub quantity: String,
    pub price_fen: Option<i64>,
    pub old_part: Option<String>,
    pub pays: Option<String>,
}

/// 用料.
pub async fn add_part(cx: &mut Cx, id: &OrderId, draft: &PartDraft) -> Result<Part> {
    let order = working_on(cx, id, Act::OrderVisit).await?;
    let mut wrongs = Wrongs::default();
    let name = wrongs.take(text("name", &draft.name));
    let quantity = wrongs.take(quantity(&draft.quantity));
    let price = wrongs.take(amount("price_fen", draft.price_fen));
    let old = optional("old_part", draft.old_part.as_deref(), OldPart::parse, &mut wrongs);
    let pays = optional("pays", draft.pays.as_deref(), Pays::parse, &mut wrongs);
    let amount = match (price, quantity) {
        (Some(price), Some(quantity)) => {
            let line = price.times_thousandths(quantity);
            wrongs.take(rules::visit::amount("quantity", Some(line.fen())))
        }
        _ => None,
    };
    wrongs.done()?;
    let (Some(name), Some(quantity), Some(price), Some(amount)) = (name, quantity, price, amount)
    else {
        return Err(Refusal::INVALID.into());
    };
    enough(store::parts(cx, slice::from_ref(id)).await?.len())?;
    let share = shares(cx, &order).await?.parts;
    let now = cx.now();
    let part = Part {
        id: PartId::born(now, cx.dice()),
        order: id.clone(),
        name,
        number: draft.number.clone().filter(|it| !it.trim().is_empty()),
        quantity,
        price,
        amount,
        old_part: old.unwrap_or(OldPart::None),
        pays: pays.unwrap_or(default_payer(share)),
        at: now,
        by: cx.person(),
    };
    store::add_part(cx, &part).await?;
    let data = json!({
        "name": part.name, "quantity": quantity, "amount": part.amount, "pays": part.pays,
        "line": part.id,
    });
    cx.record("order.part_added", id, data).await?;
    Ok(part)
}

/// A charge as it is typed.
#[derive(Debug, Clone, Default)]
pub struct ChargeDraft {
    pub kind: Option<String>,
    pub text: Option<String>,
    pub amount_fen: Option<i64>,
    pub pays: Option<String>,
}

/// 收费项目.
pub async fn add_charge(cx: &mut Cx, id: &OrderId, draft: &ChargeDraft) -> Result<Charge> {
    let order = working_on(cx, id, Act::OrderVisit).await?;
    let mut wrongs = Wrongs::default();
    let kind = intake::ops::code("kind", draft.kind.as_deref(), ChargeKind::parse, &mut wrongs);
    let amount = wrongs.take(amount("amount_fen", draft.amount_fen));
    let pays = optional("pays", draft.pays.as_deref(), Pays::parse, &mut wrongs);
    wrongs.done()?;
    let (Some(kind), Some(amount)) = (kind, amount) else { return Err(Refusal::INVALID.into()) };
    enough(store::charges(cx, slice::from_ref(id)).await?.len())?;
    let share = of_charge(shares(cx, &order).await?, kind);
    let now = cx.now();
    let charge = Charge {
        id: ChargeId::born(now, cx.dice()),
        order: id.clone(),
        kind,
        text: draft.text.clone().filter(|it| !it.trim().is_empty()),
        amount,
        pays: pays.unwrap_or(default_payer(share)),
        at: now,
        by: cx.person(),
    };
    store::add_charge(cx, &charge).await?;
    let data = json!({"kind": kind, "amount": charge.amount, "pays": charge.pays});
    cx.record("order.charge_added", id, data).await?;
    Ok(charge)
}

/// A consent as it is typed.
#[derive(Debug, Clone, Default)]
pub struct ConsentDraft {
    pub by: String,
    pub means: Option<String>,
    pub text: Option<String>,
    pub amount_fen: Option<i64>,
}

/// 用户同意: who said yes to how much, and how.
pub async fn add_consent(cx: &mut Cx, id: &OrderId, draft: &ConsentDraft) -> Result<Consent> {
    working_on(cx, id, Act::OrderConsent).await?;
    let mut wrongs = Wrongs::default();
    let by = wrongs.take(text("by", &draft.by));
    let means = draft.means.as_deref();
    let means = intake::ops::code("means", means, ConsentBy::parse, &mut wrongs);
    let amount = wrongs.take(amount("amount_fen", draft.amount_fen));
    wrongs.done()?;
    let (Some(by_name), Some(means), Some(amount)) = (by, means, amount) else {
        return Err(Refusal::INVALID.into());
    };
    enough(store::consents(cx, slice::from_ref(id)).await?.len())?;
    let now = cx.now();
    let consent = Consent {
        id: ConsentId::born(now, cx.dice()),
        order: id.clone(),
        by_name,
        means,
        text: draft.text.clone().filter(|it| !it.trim().is_empty()),
        amount,
        at: now,
        by: cx.person(),
    };
    store::add_consent(cx, &consent).await?;
    let data = json!({"by": consent.by_name, "means": means, "amount": consent.amount});
    cx.record("order.consented", id, data).await?;
    Ok(consent)
}

/// A picture of the order, already kept as a file.
pub async fn add_photo(cx: &mut Cx, id: &OrderId, kind: PhotoKind, kept: &Kept) -> Result<Photo> {
    working_on(cx, id, Act::OrderVisit).await?;
    enough(store::photos(cx, slice::from_ref(id)).await?.len())?;
    let now = cx.now();
    let photo = Photo {
        id: PhotoId::born(now, cx.dice()),
        order: id.clone(),
        kind,
        file: kept.file.clone(),
        width: kept.width,
        height: kept.height,
        at: now,
        by: cx.person(),
    };
    store::add_photo(cx, &photo).await?;
    cx.record("order.photo_added", id, json!({"kind": kind, "photo": photo.id})).await?;
    Ok(photo)
}

/// Takes back a part or a charge that was typed wrongly.
pub async fn remove_line(cx: &mut Cx, id: &OrderId, line: &str) -> Result<()> {
    working_on(cx, id, Act::OrderVisit).await?;
    if !store::remove(cx, id, line).await? {
        return Err(Refusal::NOT_FOUND.into());
    }
    cx.record("order.line_removed", id, json!({"line": line})).await
}

/// In reach, in one's hands, and being worked on.
async fn working_on(cx: &mut Cx, id: &OrderId, act: Act) -> Result<Order> {
    let order = crate::order::ops::get(cx, id).await?;
    if !order.covered(&cx.actor, act) {
        return Err(Refusal::NOT_ALLOWED.into());
    }
    let open = match act {
        // The customer may say yes on the phone before anybody sets out.
        Act::OrderConsent => order.status.is_open() && order.status != Status::Signed,
        _ => matches!(order.status, Status::OnWay | Status::OnSite | Status::Assigned),
    };
    if !open {
        let steps: Vec<String> =
            order.steps_for(&cx.actor).iter().map(|it| it.code().to_owned()).collect();
        return Err(rules::order::STEP_NOT_POSSIBLE
            .with("steps", steps)
            .with("status", order.status.code())
            .into());
    }
    Ok(order)
}

/// 三包 repairs are the company's to pay, the others the customer's.
pub fn default_payer(coverage: Coverage) -> Pays {
    if coverage == Coverage::Free { Pays::Company } else { Pays::Customer }
}

/// What is neither labour nor travel is paid like labour.
pub fn of_charge(shares: Shares, kind: ChargeKind) -> Coverage {
    match kind {
        ChargeKind::Travel => shares.travel,
        ChargeKind::Labour | ChargeKind::Other => shares.labour,
    }
}

fn enough(lines: usize) -> Result<()> {
    if lines >= store::MOST {
        return Err(Refusal::new(kernel::Kind::Conflict, "order.too_many_lines").into());
    }
    Ok(())
}

fn text(field: &'static str, text: &str) -> Result<String, Field> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(Field::new(field, "missing")),
        1..=200 => Ok(text.to_owned()),
        _ => Err(Field::new(field, "too_long").with("most", 200i64)),
    }
}

fn optional<T>(
    field: &'static str,
    text: Option<&str>,
    parse: impl Fn(&str) -> Option<T>,
    wrongs: &mut Wrongs,
) -> Option<T> {
    let text = text.map(str::trim).filter(|it| !it.is_empty())?;
    intake::ops::code(field, Some(text), parse, wrongs)
}

/// Every line of money on an order.
pub async fn lines(cx: &mut Cx, id: &OrderId) -> Result<Vec<Line>> {
    Ok(on_site(cx, id).await?.lines())
}

/// Everything recorded on site.
#[derive(Debug, Clone, Default)]
pub struct OnSite {
    pub parts: Vec<Part>,
    pub charges: Vec<Charge>,
    pub consents: Vec<Consent>,
    pub photos: Vec<Photo>,
}

pub async fn on_site(cx: &mut Cx, id: &OrderId) -> Result<OnSite> {
    let all = on_sites(cx, slice::from_ref(id)).await?;
    Ok(all.into_values().next().unwrap_or_default())
}

/// The same of several orders at once, by their ids.
pub async fn on_sites(cx: &mut Cx, ids: &[OrderId]) -> Result<BTreeMap<String, OnSite>> {
    let all = ids.iter().map(|it| (it.to_string(), OnSite::default()));
    let mut all: BTreeMap<String, OnSite> = all.collect();
    for it in store::parts(cx, ids).await? {
        all.entry(it.order.to_string()).or_default().parts.push(it);
    }
    for it in store::charges(cx, ids).await? {
        all.entry(it.order.to_string()).or_default().charges.push(it);
    }
    for it in store::consents(cx, ids).await? {
        all.entry(it.order.to_string()).or_default().consents.push(it);
    }
    for it in store::photos(cx, ids).await? {
        all.entry(it.order.to_string()).or_default().photos.push(it);
    }
    Ok(all)
}

/// What each of these orders comes to, and what of that the customer pays, by their ids.
pub async fn sums(cx: &mut Cx, ids: &[OrderId]) -> Result<BTreeMap<String, (Fen, Fen)>> {
    let all = on_sites(cx, ids).await?;
    Ok(all.into_iter().map(|(id, it)| (id, totals(&it.lines()))).collect())
}

/// A picture of an order in reach.
pub async fn photo(cx: &mut Cx, id: &PhotoId) -> Result<Photo> {
    let photo = store::photo(cx, id).await?;
    crate::order::ops::get(cx, &photo.order).await?;
    Ok(photo)
}

impl OnSite {
    pub fn lines(&self) -> Vec<Line> {
        let parts = self.parts.iter().map(|it| Line { amount: it.amount, pays: it.pays });
        let charges = self.charges.iter().map(|it| Line { amount: it.amount, pays: it.pays });
        parts.chain(charges).collect()
    }
}
