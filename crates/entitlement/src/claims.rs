//! 权利: what each rule and each promise gives, and of every kind the most favourable. The others
//! stay beside it.

use std::sync::Arc;

use crate::{
    codes::{Coverage, Kind, Payer},
    count,
    decision::{Change, Entitlement, Reason},
    money,
    offer::Offered,
    rule::{Clause, Deduction, Fact, Rule},
    view::View,
    when::{Field, Held, holds},
};

/// One kind of right by one rule.
pub(crate) struct Claim {
    pub kind: Kind,
    pub payer: Payer,
    pub deduction: Deduction,
    pub amount_fen: Option<i64>,
    pub clause: Arc<Clause>,
}

/// What the rules say: given, and what might be given.
pub(crate) struct Claims<'a> {
    pub given: Vec<Claim>,
    pub open: Vec<(&'a Rule, Vec<Field>)>,
}

/// A deduction, and of what it comes.
struct Deducted {
    fen: Option<i64>,
    reason: Option<Reason>,
    missing: Option<&'static str>,
}

pub(crate) fn by_rules<'a>(view: &View<'a>) -> Claims<'a> {
    let mut claims = Claims { given: Vec::new(), open: Vec::new() };
    for rule in view.rules.iter().copied().filter(|it| !it.gives.is_empty()) {
        if !survives(rule, view) {
            continue;
        }
        match holds(rule, view) {
            Held::Yes => claims.give(rule, view),
            Held::No => {}
            Held::Unless(fields) => claims.open.push((rule, fields)),
        }
    }
    claims
}

/// An exclusion takes away what follows from the fault, not what follows from a deceit.
fn survives(rule: &Rule, view: &View) -> bool {
    let apart = matches!(rule.when.fact, Some(Fact::FoundUnqualified | Fact::Fraud));
    apart || view.excluded.is_none()
}

impl Claims<'_> {
    fn give(&mut self, rule: &Rule, view: &View) {
        let seller = &view.case.seller;
        let is_none_left = seller.same_model_available == Some(false)
            && seller.consumer_accepts_other_model == Some(false);
        for kind in &rule.gives {
            let is_kept = view.effects.without_document.is_some_and(|it| it.0.contains(kind));
            let is_undocumented = view.lacks_document().is_some() && !is_kept;
            let gone = rule.alternative && *kind == Kind::Exchange && is_none_left;
            if gone || (is_undocumented && rule.when.fact.is_none()) {
                continue;
            }
            let price = view.case.device.price_fen;
            let amount_fen = rule.amount.zip(price).map(|(amount, price)| {
                money::times_price(price, amount.times_price, amount.least_fen)
            });
            let beside = rule.paid_beside.then(|| money::paid_beside(&view.case.facts)).flatten();
            let amount_fen = amount_fen.or(beside);
            self.given.push(Claim {
                kind: *kind,
                payer: rule.payer,
                deduction: rule.deduction,
                amount_fen,
                clause: rule.clause.clone(),
            });
        }
    }
}

/// Promises of other things than a repair, while they run.
pub(crate) fn by_offers(view: &View, offered: &[Offered]) -> Vec<Claim> {
    let gives = |it: &&Offered| {
        let offer = &it.offer;
        offer.kind != Kind::Repair
            && offer.coverage == Coverage::Free
            && it.is_for(view)
            && it.means(view)
            && it.term.standing(view).is_in()
    };
    let claim = |it: &Offered| Claim {
        kind: it.offer.kind,
        payer: it.offer.by.pays(),
        deduction: Deduction::None,
        amount_fen: None,
        clause: it.offer.clause.clone(),
    };
    offered.iter().filter(gives).map(claim).collect()
}

/// Of each kind the most favourable, with all the rules that give as much; the lesser ones; why
/// what was deducted; and what is missing to say how much.
pub(crate) struct Best {
    pub entitlements: Vec<Entitlement>,
    pub others: Vec<Entitlement>,
    pub reasons: Vec<Reason>,
    pub changes: Vec<Change>,
}

pub(crate) fn best(view: &View, claims: &[Claim]) -> Best {
    let mut best = Best { entitlements: vec![], others: vec![], reasons: vec![], changes: vec![] };
    for kind in Kind::ALL {
        let mut of_kind: Vec<(&Claim, Deducted)> = claims
            .iter()
            .filter(|it| it.kind == *kind)
            .map(|it| (it, deducted(view, it)))
            .collect();
        // What nobody can compute stands last.
        of_kind.sort_by_key(|it| it.1.fen.unwrap_or(i64::MAX));
        let Some(least) = of_kind.first().map(|it| it.1.fen) else { continue };
        let (same, lesser): (Vec<_>, Vec<_>) =
            of_kind.into_iter().partition(|it| it.1.fen == least);
        best.take(view, *kind, &same);
        for (claim, deducted) in &lesser {
            best.others.push(entitlement(view, claim, deducted, vec![claim.clause.clone()]));
        }
    }
    best
}

impl Best {
    fn take(&mut self, view: &View, kind: Kind, same: &[(&Claim, Deducted)]) {
        let Some((claim, deducted)) = same.first() else { return };
        let mut because: Vec<Arc<Clause>> = Vec::new();
        for (claim, _) in same {
            if !because.contains(&claim.clause) {
                because.push(claim.clause.clone());
            }
        }
        let is_promise = claim.clause.text.is_some();
        let code = if is_promise { "warranty.promised" } else { "warranty.gives" };
        let mut reason = Reason::new(code).with("kind", kind.code());
        reason = match &claim.clause.text {
            Some(text) if text.is_empty() => reason.with("text", &claim.clause.source),
            Some(text) => reason.with("text", text),
            None => reason.with("rule", &claim.clause.rule),
        };
        self.reasons.push(reason.with("payer", claim.payer.code()));
        if kind == Kind::Return {
            let effects = &view.effects;
            let waived = effects.no_deduction.filter(|_| claim.deduction != Deduction::None);
            let rated = effects.use_rate_most.map(|it| it.1);
            let rated = rated.filter(|_| claim.deduction == Deduction::UseCompensation);
            let rated = rated.filter(|_| waived.is_none());
            because.extend([waived, rated, effects.refund_price].into_iter().flatten().cloned());
            self.reasons.extend(deducted.reason.clone());
            self.tell_refund(view, deducted);
        }
        self.entitlements.push(entitlement(view, claim, deducted, because));
    }

    fn tell_refund(&mut self, view: &View, deducted: &Deducted) {
        let price = view.case.device.price_fen;
        if let Some((price, fen)) = price.zip(deducted.fen) {
            let reason = Reason::new("warranty.refund").with("refund_fen", price - fen);
            self.reasons.push(reason);
        }
        let missing = price.is_none().then_some("device.price_fen").or(deducted.missing);
        self.changes.extend(missing.map(|it| Change::new(it, "change.refund")));
    }
}

fn entitlement(
    view: &View,
    claim: &Claim,
    deducted: &Deducted,
    because: Vec<Arc<Clause>>,
) -> Entitlement {
    let is_return = claim.kind == Kind::Return;
    let deduction_fen = deducted.fen.filter(|_| is_return);
    let price = view.case.device.price_fen.filter(|_| is_return);
    Entitlement {
        kind: claim.kind,
        who_pays: claim.payer,
        refund_fen: price.zip(deduction_fen).map(|(price, less)| price - less),
        deduction_fen,
        amount_fen: claim.amount_fen,
        because,
    }
}

fn deducted(view: &View, claim: &Claim) -> Deducted {
    let nothing = |reason| Deducted { fen: Some(0), reason, missing: None };
    if claim.kind != Kind::Return || claim.deduction == Deduction::None {
        return nothing(None);
    }
    if let Some(clause) = view.effects.no_deduction {
        let reason = Reason::new("warranty.no_deduction").with("rule", &clause.rule);
        return nothing(Some(reason));
    }
    match claim.deduction {
        Deduction::None => nothing(None),
        Deduction::Depreciation => depreciated(view),
        Deduction::UseCompensation => compensated(view),
    }
}

/// Days from the invoice, or from the exchange, without those in repair.
fn depreciated(view: &View) -> Deducted {
    let device = &view.case.device;
    let unknown = |missing, reason| Deducted { fen: None, reason, missing: Some(missing) };
    let Some(rate) = view.goods.and_then(|it| it.rate_ppm) else {
        let reason = Some(Reason::new("warranty.rate_unknown"));
        return Deducted { fen: None, reason, missing: None };
    };
    let exchanged = device.exchanged_on.filter(|_| view.restarts());
    let Some(from) = exchanged.or(device.sold_on) else { return unknown("device.sold_on", None) };
    let Some(price) = device.price_fen else { return unknown("device.price_fen", None) };
    let as_of = view.case.as_of;
    let repaired = count::civil_days_together(view.repairs.iter().copied(), as_of);
    let days = (count::days_between(from, as_of) - repaired).max(0);
    let fen = money::depreciation(price, rate, days);
    let reason = Reason::new("warranty.depreciation")
        .with("price_fen", price)
        .with("rate_ppm", rate)
        .with("days", days)
        .with("repair_days", repaired)
        .with("deduction_fen", fen);
    Deducted { fen: Some(fen), reason: Some(reason), missing: None }
}

/// What the producer states, never more than the law allows; if nobody knows, as much as that.
fn compensated(view: &View) -> Deducted {
    let device = &view.case.device;
    let most = view.effects.use_rate_most.map_or(0, |it| it.0);
    let rate = device.producer_rate_n.map_or(most, |it| it.0.min(most));
    let unknown = |missing| Deducted { fen: None, reason: None, missing: Some(missing) };
    let Some(km) = view.case.usage.km else { return unknown("usage.km") };
    let Some(price) = device.price_fen else { return unknown("device.price_fen") };
    let fen = money::use_compensation(price, km, rate);
    let reason = Reason::new("warranty.use_compensation")
        .with("price_fen", price)
        .with("rate_ppm", rate)
        .with("km", km)
        .with("deduction_fen", fen);
    let missing = device.producer_rate_n.is_none().then_some("device.producer_rate_n");
    Deducted { fen: Some(fen), reason: Some(reason), missing }
}

/// What would be given, or be deducted less, if a field were known.
pub(crate) fn would_give(view: &View, claims: &Claims, best: &Best) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    let deducts = |kind: Kind| {
        let it = best.entitlements.iter().find(|it| it.kind == kind);
        it.map(|it| kind == Kind::Return && it.deduction_fen != Some(0))
    };
    let is_better = |rule: &Rule, kind: Kind| match deducts(kind) {
        None => true,
        Some(deducts) => deducts && rule.deduction == Deduction::None,
    };
    for (rule, fields) in &claims.open {
        let gained = rule.gives.iter().filter(|kind| is_better(rule, **kind));
        for (kind, field) in gained.flat_map(|kind| fields.iter().map(move |it| (kind, it))) {
            // Said once for each field and kind, by the first rule that gives it.
            let field = field.to_string();
            let is_said = changes.iter().any(|it| {
                it.field == field && it.args.first().is_some_and(|arg| arg.1 == kind.code())
            });
            if !is_said {
                let change = Change::new(field, "change.gives").with("kind", kind.code());
                changes.push(change.with("rule", &rule.clause.rule));
            }
        }
    }
    let there = view.elsewhere.iter().filter(|it| view.excluded.is_none() && !it.gives.is_empty());
    let there = there.filter(|rule| rule.gives.iter().any(|kind| is_better(rule, *kind)));
    let is_deducted = deducts(Kind::Return) == Some(true);
    let mut waived = view.elsewhere.iter().filter(|it| is_deducted && it.sets.no_deduction);
    let mut given = there.filter(|it| holds(it, view) == Held::Yes);
    if let Some(rule) = given.next().or_else(|| waived.next()) {
        let change = Change::new("region", "change.region");
        changes.push(change.with("rule", &rule.clause.rule));
    }
    changes
}
