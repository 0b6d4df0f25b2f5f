//! One case, one rule book, one decision: the same in, the same out, for ever.

use std::sync::Arc;

use crate::{
    book::RuleBook,
    case::Case,
    check::check,
    claims::{self, Claim, Claims},
    codes::{Bearer, Cause, Coverage, Kind},
    count,
    cover::{self, Cover},
    decision::{Change, Decision, Due, Expires, Pays, Reason},
    due,
    offer::{self, Offered},
    refused::Refused,
    rule::{Clause, Deduction, Group, Rule},
    term::Term,
    view::View,
    when,
};

/// Who pays, what may be claimed, until when, and why; or why the case contradicts itself.
pub fn decide(case: &Case, book: &RuleBook) -> Result<Decision, Refused> {
    check(case, book)?;
    let view = View::new(case, book);
    let offered = offer::offers(&view);
    let by_rules = claims::by_rules(&view);
    let repaired = by_rules.given.iter().any(|it| {
        it.kind == Kind::Repair || (view.group == Group::Accessory && it.kind == Kind::Exchange)
    });
    let cover = cover::cover(&view, &offered, repaired);
    Ok(conclude(&view, &offered, by_rules, &cover))
}

fn conclude(view: &View, offered: &[Offered], mut by_rules: Claims, cover: &Cover) -> Decision {
    let mut given = repairs(view, cover);
    given.append(&mut by_rules.given);
    given.extend(claims::by_offers(view, offered));
    let mut best = claims::best(view, &given);
    let mut changes = cover.changes.clone();
    changes.append(&mut best.changes.clone());
    changes.extend(claims::would_give(view, &by_rules, &best));
    changes.extend(doubts(view));
    changes = once(changes);
    let (burden_of_proof, burden_by) = burden(view);
    let mut reasons = cover.reasons.clone();
    if when::suspects(view) {
        let cause = view.case.fault.cause.map_or("", Cause::code);
        reasons.push(Reason::new("warranty.exclusion_suspected").with("cause", cause));
    }
    // That it is repaired free is what the term has already said.
    let is_plain = |it: &Reason| {
        it.code == "warranty.gives"
            && it.args.contains(&("kind", "repair".to_owned()))
            && cover.reasons.iter().any(|it| it.code == "warranty.in_term")
    };
    best.reasons.retain(|it| !is_plain(it));
    reasons.append(&mut best.reasons);
    reasons.extend(unverified(&reasons, best.entitlements.iter().flat_map(|it| &it.because)));
    let terms = terms(view, offered);
    let due = due::dues(view);
    let rules = versions(view, &best.entitlements, &terms, burden_by.as_ref(), &due);
    Decision {
        coverage: cover.coverage,
        pays: Pays::of(cover.coverage),
        expires: expires(view, offered),
        due,
        entitlements: best.entitlements,
        others: best.others,
        terms,
        burden_of_proof,
        burden_by,
        would_change: changes,
        reasons,
        rules,
    }
}

/// A free repair by the law's term or by a promise; for accessories the law exchanges.
fn repairs(view: &View, cover: &Cover) -> Vec<Claim> {
    let is_free =
        |it: &&cover::Candidate| it.holds && it.standing.is_in() && it.coverage == Coverage::Free;
    if cover.coverage != Coverage::Free {
        return vec![];
    }
    let is_exchanged =
        |it: &&cover::Candidate| view.group == Group::Accessory && it.term.clause.text.is_none();
    let claim = |it: &cover::Candidate| Claim {
        kind: Kind::Repair,
        payer: it.payer,
        deduction: Deduction::None,
        amount_fen: None,
        clause: it.term.clause.clone(),
    };
    let free = cover.candidates.iter().filter(is_free);
    free.filter(|it| !is_exchanged(it)).map(claim).collect()
}

/// What is not known of cause, evidence and papers, and could take the right away.
fn doubts(view: &View) -> Vec<Change> {
    let (fault, device) = (&view.case.fault, &view.case.device);
    let mut changes = Vec::new();
    if view.excluded.is_some() || device.category.is_none() {
        return changes;
    }
    if when::suspects(view) {
        changes.push(Change::new("fault.evidence", "change.evidence"));
    }
    if matches!(fault.cause, None | Some(Cause::Unknown)) && fault.exclusion.is_none() {
        changes.push(Change::new("fault.cause", "change.cause"));
    }
    if view.effects.needs_document.is_some() {
        let field = match (device.invoice, device.certificate) {
            (None, None | Some(false)) => Some("device.invoice"),
            (Some(false), None) => Some("device.certificate"),
            (Some(false), Some(_)) | (None, Some(true)) | (Some(true), _) => None,
        };
        changes.extend(field.map(|it| Change::new(it, "change.document")));
    }
    changes
}

fn once(changes: Vec<Change>) -> Vec<Change> {
    let mut kept: Vec<Change> = Vec::with_capacity(changes.len());
    for change in changes {
        if !kept.contains(&change) {
            kept.push(change);
        }
    }
    kept
}

/// Memory is not a source: whoever reads it is told.
fn unverified<'a>(
    said: &[Reason],
    clauses: impl Iterator<Item = &'a Arc<Clause>>,
) -> Option<Reason> {
    let is_said = said.iter().any(|it| it.code == "warranty.unverified");
    let is_open = clauses.into_iter().any(|it| !it.verified);
    (is_open && !is_said).then(|| Reason::new("warranty.unverified"))
}

/// 举证责任.
fn burden(view: &View) -> (Bearer, Option<Arc<Clause>>) {
    let as_of = view.case.as_of;
    let is_in = view.unit.as_ref().is_some_and(|it| it.standing(view).is_in())
        || view.part.as_ref().is_some_and(|it| it.standing(view).is_in());
    if let Some(clause) = view.effects.burden_whole_term.filter(|_| is_in) {
        return (Bearer::Operator, Some(clause.clone()));
    }
    if let Some((months, clause)) = view.effects.burden_months {
        let until = view.receipt().map(|it| count::months_after(it, months));
        if until.is_some_and(|it| as_of <= it) {
            return (Bearer::Operator, Some(clause.clone()));
        }
    }
    (Bearer::Consumer, None)
}

/// The unit, what has a term of its own, and what was promised beside it.
fn terms(view: &View, offered: &[Offered]) -> Vec<Term> {
    let named = view.goods.iter().flat_map(|it| &it.parts);
    let unit = view.unit.iter().cloned();
    let mut terms: Vec<Term> =
        unit.chain(named.filter_map(|it| Term::component(view, it))).collect();
    if let Some(part) = view.part.as_ref().filter(|it| !terms.contains(it)) {
        terms.push(part.clone());
    }
    let repairs = offered.iter().filter(|it| it.offer.kind == Kind::Repair);
    terms.extend(repairs.filter(|it| it.offer.causes.is_none()).map(|it| it.term.clone()));
    terms
}

fn expires(view: &View, offered: &[Offered]) -> Expires {
    let mut expires = Expires::default();
    let law = view.unit.iter().chain(view.part.iter());
    for term in law {
        note(&mut expires, term);
    }
    for part in view.goods.iter().flat_map(|it| &it.parts) {
        if let Some(term) = Term::component(view, part) {
            note(&mut expires, &term);
        }
    }
    let free = offered.iter().filter(|it| {
        let offer = &it.offer;
        offer.kind == Kind::Repair && offer.coverage == Coverage::Free && offer.causes.is_none()
    });
    for it in free {
        note(&mut expires, &it.term);
    }
    expires.km = view.unit.as_ref().and_then(|it| it.km);
    if let Some(claim) = view.claim.as_ref().filter(|_| view.group == Group::Car) {
        (expires.claims, expires.claims_km) = (claim.until, claim.km);
    }
    expires
}

/// The later day holds.
fn note(expires: &mut Expires, term: &Term) {
    match &term.component {
        None => expires.unit = expires.unit.max(term.until),
        Some(component) => {
            let kept = expires.components.entry(component.clone()).or_default();
            *kept = (*kept).max(term.until);
        }
    }
}

/// What gives the rights and the terms, and what changed how they were counted.
fn versions(
    view: &View,
    entitlements: &[crate::decision::Entitlement],
    terms: &[Term],
    burden: Option<&Arc<Clause>>,
    due: &[Due],
) -> Vec<String> {
    let because = entitlements.iter().flat_map(|it| &it.because);
    let all = because.chain(terms.iter().map(|it| &it.clause)).chain(burden);
    let all = all.chain(due.iter().map(|it| &it.clause));
    let only_changes = |it: &&&Rule| it.gives.is_empty() && it.due.is_none();
    let all = all.chain(view.rules.iter().filter(only_changes).map(|it| &it.clause));
    let mut versions: Vec<String> = all.map(|it| it.version.clone()).collect();
    versions.sort_unstable();
    versions.dedup();
    versions
}
