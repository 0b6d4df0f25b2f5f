//! What the forms of the order page send, in the terms of the operations. Names are those of the
//! JSON; money is typed in yuan.

use kernel::Result;
use rules::visit::yuan;

use crate::{
    desk::steps::StepBody,
    ui::Typed,
    visit::ops::{ChargeDraft, ConsentDraft, PartDraft},
};

pub fn step(typed: &Typed) -> StepBody {
    let degrees = |name: &str| typed.text(name).and_then(|it| it.parse().ok());
    StepBody {
        step: typed.text("step"),
        reason: typed.text("reason"),
        outlet: typed.text("outlet"),
        means: typed.text("means"),
        reached: match typed.text("reached").as_deref() {
            Some("true") => Some(true),
            Some("false") => Some(false),
            _ => None,
        },
        text: typed.text("text"),
        technician: typed.text("technician"),
        from: typed.text("from"),
        to: typed.text("to"),
        overriding: typed.text("override"),
        lat: degrees("lat"),
        lon: degrees("lon"),
        until: typed.text("until"),
        cause: typed.text("cause"),
        action: typed.text("action"),
        fault_code: typed.text("fault_code"),
        readings: typed.text("readings"),
        component: typed.text("component"),
        exclusion: typed.text("exclusion"),
        evidence: typed.text("evidence"),
        name: typed.text("name"),
        signature_png: typed.text("signature_png"),
        code: typed.text("code"),
    }
}

/// Where to go on: a page of ours, where the form says one.
pub fn back(typed: &Typed) -> Option<String> {
    typed.text("back").filter(|it| it.starts_with("/dispatch") || it.starts_with("/technicians/"))
}

pub fn part(typed: &Typed) -> Result<PartDraft> {
    Ok(PartDraft {
        name: typed.get("name"),
        number: typed.text("number"),
        quantity: typed.text("quantity").unwrap_or_else(|| "1".into()),
        price_fen: fen(typed, "price_fen")?,
        old_part: typed.text("old_part"),
        pays: typed.text("pays"),
    })
}

pub fn charge(typed: &Typed) -> Result<ChargeDraft> {
    Ok(ChargeDraft {
        kind: typed.text("kind"),
        text: typed.text("text"),
        amount_fen: fen(typed, "amount_fen")?,
        pays: typed.text("pays"),
    })
}

pub fn consent(typed: &Typed) -> Result<ConsentDraft> {
    Ok(ConsentDraft {
        by: typed.get("by"),
        means: typed.text("means"),
        text: typed.text("text"),
        amount_fen: fen(typed, "amount_fen")?,
    })
}

/// Nothing typed is for the operation to refuse, with what else is missing.
fn fen(typed: &Typed, name: &'static str) -> Result<Option<i64>> {
    Ok(yuan(name, &typed.get(name))?)
}
