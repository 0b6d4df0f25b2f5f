//! What is asked of the rules, and how the answer is kept: the same years later, whatever the rules
//! say then.

use kernel::{Result, Value};
use rules::{
    order::{Coverage, OrderId},
    warranty::{
        self, Case, Cause, Dates, DecisionId, Entitlement, Occasion, Papers, Repair, Shares, Usage,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::store;
use crate::{Cx, device::Device};

pub use store::Decided;

/// What is known of a unit and its fault.
#[derive(Debug, Clone, Default)]
pub struct Asked<'a> {
    pub device: Option<&'a Device>,
    /// Of a unit that is not on file.
    pub category: Option<&'a str>,
    pub dates: Dates,
    /// A fault code that names a component asks for the component's own term.
    pub fault: Option<&'a str>,
    /// The component itself, where somebody has named it.
    pub component: Option<&'a str>,
    pub cause: Option<Cause<'a>>,
    /// Some regions have rules of their own.
    pub district: Option<&'a str>,
    pub usage: Usage,
    /// Of the unit, before.
    pub repairs: Vec<Repair>,
    pub problem: Option<&'a str>,
    /// The day that counts; today, where nobody says otherwise.
    pub on: Option<jiff::civil::Date>,
}

/// Who pays, and what may be claimed.
pub fn decide(cx: &Cx, asked: &Asked) -> Entitlement {
    let pack = &cx.company.pack;
    let on = asked.on.unwrap_or_else(|| cx.today().0);
    let dates = asked.device.map_or(asked.dates, dates);
    let named = asked.fault.and_then(|it| pack.fault(it)?.component.as_deref());
    let begun = [dates.sold_on, dates.delivered_on].into_iter().flatten().min();
    let repairs = warranty::tidy(asked.repairs.clone(), begun, on);
    let case = Case {
        category: asked.device.map_or(asked.category, |it| it.category.as_deref()),
        component: asked.component.or(named),
        dates,
        cause: asked.cause,
        region: asked.district,
        papers: asked.device.map_or_else(Papers::default, |it| papers(it, on)),
        usage: asked.usage,
        repairs: &repairs,
        problem: asked.problem,
    };
    warranty::decide_by(&cx.company.book, pack, &case, on)
}

fn dates(it: &Device) -> Dates {
    let date = |day: Option<kernel::Day>| day.map(|it| it.0);
    Dates {
        sold_on: date(it.sold_on),
        delivered_on: date(it.delivered_on),
        installed_on: date(it.installed_on),
        accepted_on: date(it.accepted_on),
        produced_on: date(it.produced_on),
    }
}

/// An exchange after the day that is asked for has not happened yet.
fn papers(it: &Device, on: jiff::civil::Date) -> Papers {
    Papers {
        price_fen: it.price.map(kernel::Fen::fen),
        invoice: it.invoice,
        certificate: it.certificate,
        exchanged_on: it.exchanged_on.map(|it| it.0).filter(|it| *it <= on),
    }
}

/// The decision as it is kept, with what was asked and the versions of its rules.
pub fn kept(it: &Entitlement) -> Json {
    let mut kept = said(it);
    kept["inputs"] = it.inputs.known();
    kept
}

/// The decision as it is shown.
pub fn said(it: &Entitlement) -> Json {
    let mut said = said_briefly(it);
    let until = it.until.iter().map(|it| {
        json!({
            "component": it.component, "from": it.from.to_string(), "until": it.until.to_string(),
            "began_by": it.began_by.code(), "source": it.source, "verified": it.verified,
        })
    });
    said["until"] = until.collect();
    if let Some(decision) = &it.decision {
        let rights = decision.entitlements.iter().map(|it| {
            let because: Vec<&str> = it.because.iter().map(|it| it.version.as_str()).collect();
            json!({
                "kind": it.kind, "who_pays": it.who_pays, "refund_fen": it.refund_fen,
                "deduction_fen": it.deduction_fen, "because": because,
            })
        });
        said["entitlements"] = rights.collect();
        said["burden_of_proof"] = json!(decision.burden_of_proof);
        said["rules"] = json!(decision.rules);
    }
    said
}

/// The part of it that a list shows: who pays, and why.
pub fn said_briefly(it: &Entitlement) -> Json {
    let reasons = it.reasons.iter().map(|reason| {
        let args: serde_json::Map<_, _> =
            reason.args.iter().map(|(name, arg)| ((*name).to_owned(), json!(arg))).collect();
        json!({"code": reason.code, "args": args})
    });
    let mut said = json!({
        "coverage": it.coverage, "reasons": reasons.collect::<Vec<_>>(), "missing": it.missing,
    });
    if let Some(decision) = &it.decision {
        said["pays"] = json!(decision.pays);
    }
    said
}

/// The same part of what was kept, without reading the rest of it.
pub fn kept_briefly(kept: &str) -> Option<Json> {
    #[derive(Default, Serialize, Deserialize)]
    #[serde(default)]
    struct Brief {
        coverage: Json,
        reasons: Json,
        missing: Json,
        pays: Json,
    }
    let brief: Brief = serde_json::from_str(kept).ok()?;
    serde_json::to_value(brief).ok()
}

/// What each share costs by a kept decision; one that is not sure of it costs as the whole does.
pub fn shares(coverage: Coverage, kept: &Json) -> Shares {
    let of = |name: &str| kept["pays"][name].as_str().and_then(Coverage::parse);
    let of = |name: &str| of(name).unwrap_or(coverage);
    Shares { parts: of("parts"), labour: of("labour"), travel: of("travel") }
}

/// Keeps what the rules said about an order.
pub async fn keep(
    cx: &mut Cx,
    order: &OrderId,
    occasion: Occasion,
    coverage: Coverage,
    kept: &Json,
) -> Result<()> {
    let shares = shares(coverage, kept);
    let it =
        Decided { coverage, decided: Some(kept.to_string()), ..new(cx, order, occasion, shares) };
    store::insert(cx, &it).await
}

/// Keeps what a person decided instead, and why.
pub async fn keep_override(
    cx: &mut Cx,
    order: &OrderId,
    shares: Shares,
    reason: &str,
) -> Result<()> {
    let it = new(cx, order, Occasion::Person, shares);
    store::insert(cx, &Decided { reason: Some(reason.to_owned()), ..it }).await
}

fn new(cx: &mut Cx, order: &OrderId, occasion: Occasion, shares: Shares) -> Decided {
    Decided {
        id: DecisionId::born(cx.now(), cx.dice()),
        order: order.clone(),
        occasion,
        at: cx.now(),
        coverage: shares.dearest(),
        parts: shares.parts,
        labour: shares.labour,
        travel: shares.travel,
        decided: None,
        reason: None,
        by: cx.person(),
    }
}

/// Every decision about these orders, the first of each first. Whoever asks has read the orders.
pub async fn of(cx: &mut Cx, orders: &[Value]) -> Result<Vec<Decided>> {
    store::of(cx, orders).await
}

/// What a person decided stands until a person decides otherwise; else the last of the rules.
pub fn in_force(all: &[Decided]) -> Option<&Decided> {
    let person = all.iter().rev().find(|it| it.occasion == Occasion::Person);
    person.or_else(|| all.last())
}

/// The last one that the rules made.
pub fn by_rules(all: &[Decided]) -> Option<&Decided> {
    all.iter().rev().find(|it| it.decided.is_some())
}
