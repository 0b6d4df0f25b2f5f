//! 保修结论: free, at cost, at full price, or not known yet; by the law's term, by what was
//! promised, by a repair of the same problem not long ago. The best of them holds.

use crate::{
    codes::{Coverage, Kind, Payer},
    decision::{Change, Reason},
    offer::Offered,
    term::{Standing, Term},
    view::{Excluded, View},
};

/// A term under which it would be repaired.
pub(crate) struct Candidate<'a> {
    pub term: &'a Term,
    pub standing: Standing,
    pub coverage: Coverage,
    pub payer: Payer,
    /// Nothing takes it away.
    pub holds: bool,
}

pub(crate) struct Cover<'a> {
    pub coverage: Coverage,
    pub candidates: Vec<Candidate<'a>>,
    pub reasons: Vec<Reason>,
    pub changes: Vec<Change>,
}

/// `repaired`: some rule gives a repair apart from the terms.
pub(crate) fn cover<'a>(view: &'a View, offered: &'a [Offered], repaired: bool) -> Cover<'a> {
    let candidates = candidates(view, offered);
    let mut cover =
        Cover { coverage: Coverage::Unknown, candidates, reasons: vec![], changes: vec![] };
    if view.case.device.category.is_none() {
        cover.reasons.push(Reason::new("warranty.category_missing"));
        cover.changes.push(Change::new("device.category", "change.category"));
        return cover;
    }
    cover.coverage = cover.decide(view, repaired);
    cover.explain(view);
    cover.name_what_lasts_longer(view);
    cover
}

fn candidates<'a>(view: &'a View, offered: &'a [Offered]) -> Vec<Candidate<'a>> {
    let is_kept = |kind| match view.effects.without_document {
        Some((kinds, _)) => kinds.contains(&kind),
        None => false,
    };
    let has_document = view.lacks_document().is_none() || is_kept(Kind::Repair);
    let law = view.part.as_ref().map(|term| Candidate {
        term,
        standing: term.standing(view),
        coverage: Coverage::Free,
        payer: Payer::Seller,
        holds: view.excluded.is_none() && has_document,
    });
    let promised = nearest(view, offered).into_iter().map(|it| Candidate {
        term: &it.term,
        standing: it.term.standing(view),
        coverage: it.offer.coverage,
        payer: it.offer.by.pays(),
        holds: it.means(view),
    });
    law.into_iter().chain(promised).collect()
}

/// Of a company's own tables a component's term stands before the unit's; a promise of the case
/// holds beside them. Where only components have terms, all of them may be meant.
fn nearest<'a>(view: &View, offered: &'a [Offered]) -> Vec<&'a Offered> {
    let repairs = offered.iter().filter(|it| it.offer.kind == Kind::Repair);
    let is_own = |it: &&Offered| !it.offer.clause.rule.starts_with("promises[");
    let (own, said): (Vec<_>, Vec<_>) = repairs.partition(is_own);
    let mut all: Vec<&Offered> = said.into_iter().filter(|it| it.is_for(view)).collect();
    let mut fitting: Vec<&Offered> = own.iter().copied().filter(|it| it.is_for(view)).collect();
    let weight = |it: &&Offered| (it.offer.component.is_some(), it.offer.category.is_some());
    if let Some(heaviest) = fitting.iter().map(weight).max() {
        fitting.retain(|it| weight(it) == heaviest);
    }
    if fitting.is_empty() && view.case.fault.component.is_none() {
        fitting = own;
    }
    all.splice(0..0, fitting);
    all
}

impl Cover<'_> {
    fn decide(&self, view: &View, repaired: bool) -> Coverage {
        let live = |coverage| {
            self.candidates
                .iter()
                .any(|it| it.holds && it.standing.is_in() && it.coverage == coverage)
        };
        if repaired || (live(Coverage::Free) && !self.differ(view)) {
            return Coverage::Free;
        }
        if live(Coverage::CostPrice) && !self.differ(view) {
            return Coverage::CostPrice;
        }
        if let Some(excluded) = view.excluded {
            return self.by_exclusion(excluded);
        }
        if view.lacks_document().is_some() {
            return Coverage::FullPrice;
        }
        let is_open = self.candidates.iter().any(|it| it.standing == Standing::Unknown);
        if self.candidates.is_empty() || is_open || self.differ(view) {
            return Coverage::Unknown;
        }
        Coverage::FullPrice
    }

    /// Whatever an undecided term would say, nothing is worse than the full price.
    fn by_exclusion(&self, excluded: Excluded) -> Coverage {
        let Excluded::Own(own) = excluded else { return Coverage::FullPrice };
        let is_in = self.candidates.iter().any(|it| it.standing.is_in());
        let is_open = self.candidates.iter().any(|it| it.standing == Standing::Unknown);
        match own.outcome {
            Coverage::Free | Coverage::CostPrice if !is_in && is_open => Coverage::Unknown,
            Coverage::Free | Coverage::CostPrice if !is_in => Coverage::FullPrice,
            outcome => outcome,
        }
    }

    /// Only components have terms, nobody knows which one it is, and they do not agree.
    fn differ(&self, view: &View) -> bool {
        let is_part = |it: &Candidate| it.term.component.is_some();
        if view.case.fault.component.is_some() || !self.candidates.iter().all(is_part) {
            return false;
        }
        let outcome = |it: &Candidate| (it.standing.is_in(), it.coverage);
        let mut all = self.candidates.iter().map(outcome);
        let first = all.next();
        all.any(|it| Some(it) != first)
    }

    fn explain(&mut self, view: &View) {
        if let Some(excluded) = view.excluded {
            let is_named = self.coverage != Coverage::Free && !self.is_out(view);
            if is_named {
                self.reasons.push(excluded_by(excluded));
            }
        } else if self.coverage == Coverage::FullPrice
            && let Some(clause) = view.lacks_document()
        {
            let reason = Reason::new("warranty.no_document");
            self.reasons.push(reason.with("rule", &clause.rule));
        }
        if self.candidates.is_empty() {
            let category = view.case.device.category.as_deref().unwrap_or_default();
            let component = view.case.fault.component.as_deref().unwrap_or_default();
            let reason = Reason::new("warranty.no_term").with("category", category);
            self.reasons.push(reason.with("component", component));
        }
        if self.differ(view) {
            self.reasons.push(Reason::new("warranty.components_differ"));
            self.changes.push(Change::new("fault.component", "change.component"));
        }
        let (told_of, shown) = self.deciding(view);
        for (i, at) in told_of.into_iter().enumerate() {
            let (reasons, changes) = told(&self.candidates[at], view, self.coverage);
            if i < shown {
                self.reasons.extend(reasons);
            }
            self.changes.extend(changes);
        }
    }

    /// Every term is over, so an exclusion changes nothing more.
    fn is_out(&self, view: &View) -> bool {
        let is_over = |it: &Candidate| matches!(it.standing, Standing::Out | Standing::PastUsage);
        let outcome =
            matches!(view.excluded, Some(Excluded::Own(own)) if own.outcome != Coverage::Refuse);
        let is_cause = matches!(view.excluded, Some(Excluded::Cause(..)));
        !self.candidates.is_empty() && (outcome || is_cause) && self.candidates.iter().all(is_over)
    }

    /// The candidates that made it so, the one that says most first, and of how many to tell: a
    /// person hears of one term, but every day that is missing is asked for.
    fn deciding(&self, view: &View) -> (Vec<usize>, usize) {
        let count = self.candidates.len();
        if self.differ(view) {
            return ((0..count).collect(), count);
        }
        let gives = |i: &usize| {
            let it = &self.candidates[*i];
            it.holds && it.standing.is_in() && it.coverage == self.coverage
        };
        let mut all: Vec<usize> = (0..count).filter(gives).collect();
        // An exclusion decides, or a rule apart from the terms.
        let is_excluded = view.excluded.is_some() && !self.is_out(view);
        if all.is_empty() && (is_excluded || self.coverage == Coverage::Free) {
            return (vec![], 0);
        }
        if all.is_empty() {
            all = (0..count).collect();
        }
        let says = |i: &usize| {
            let it = &self.candidates[*i];
            let is_open = self.coverage == Coverage::Unknown && it.standing == Standing::Unknown;
            let lasts = it.term.until.is_none() && it.term.from.is_some();
            std::cmp::Reverse((is_open, lasts, it.term.until))
        };
        all.sort_by_key(says);
        let is_part = |i: &usize| self.candidates[*i].term.component.is_some();
        let is_one = view.case.fault.component.is_some() || !all.iter().all(is_part);
        let shown = if is_one { all.len().min(1) } else { all.len() };
        (all, shown)
    }

    /// The unit is out of its term, but who knows which component it is.
    fn name_what_lasts_longer(&mut self, view: &View) {
        let is_open = view.case.fault.component.is_none() && view.excluded.is_none();
        let is_over = self.coverage == Coverage::FullPrice && view.lacks_document().is_none();
        if !is_open || !is_over {
            return;
        }
        let mut longer: Vec<(String, jiff::civil::Date)> = Vec::new();
        for term in parts(view).into_iter().filter(|it| it.standing(view).is_in()) {
            longer.extend(term.component.zip(term.until));
        }
        // By the law and by the company until the same day is said once.
        let mut said = Vec::with_capacity(longer.len());
        for (component, until) in longer {
            if said.contains(&(component.clone(), until)) {
                continue;
            }
            said.push((component.clone(), until));
            let reason = Reason::new("warranty.component_until").with("component", component);
            self.reasons.push(reason.with("until", until));
            let change = Change::new("fault.component", "change.component");
            if !self.changes.contains(&change) {
                self.changes.push(change);
            }
        }
    }
}

/// Terms of the components that have one of their own, by law and by the company's tables.
pub(crate) fn parts(view: &View) -> Vec<Term> {
    let named = view.goods.iter().flat_map(|it| &it.parts);
    let mut terms: Vec<Term> = named.filter_map(|it| Term::component(view, it)).collect();
    for it in crate::offer::offers(view) {
        let is_repair = it.offer.kind == Kind::Repair && it.offer.coverage == Coverage::Free;
        if is_repair && it.offer.component.is_some() && it.offer.causes.is_none() {
            terms.push(it.term);
        }
    }
    terms
}

fn excluded_by(excluded: Excluded) -> Reason {
    let reason = Reason::new("warranty.excluded");
    match excluded {
        Excluded::Own(own) => {
            let reason = reason.with("exclusion", &own.code).with("source", &own.clause.source);
            reason.with("zh", &own.name.zh).with("en", &own.name.en)
        }
        Excluded::Cause(cause, clause) => {
            let reason = reason.with("cause", cause.code());
            match clause {
                Some(clause) => reason.with("rule", &clause.rule),
                None => reason,
            }
        }
    }
}

/// What a term says, and what would make it say otherwise.
fn told(it: &Candidate, view: &View, coverage: Coverage) -> (Vec<Reason>, Vec<Change>) {
    let term = it.term;
    let fields: Vec<&str> = term.missing.iter().map(|it| it.code()).collect();
    let code = match it.standing {
        Standing::NotBegun => "warranty.not_begun",
        Standing::In | Standing::InByTime => "warranty.in_term",
        Standing::Out => "warranty.out_of_term",
        Standing::PastUsage => "warranty.past_usage",
        Standing::Unknown => "warranty.start_missing",
    };
    let mut reason = Reason::new(code);
    let mut changes = Vec::new();
    if it.standing == Standing::Unknown {
        reason = reason.with("fields", fields.join(","));
    } else {
        let shown = |it: Option<String>| it.unwrap_or_default();
        reason = reason
            .with("component", term.component.as_deref().unwrap_or_default())
            .with("began_by", term.began_by.map_or("produced_on", crate::codes::Start::code))
            .with("from", shown(term.restarted_on.or(term.from).map(|it| it.to_string())))
            .with("until", shown(term.until.or(term.certain_until).map(|it| it.to_string())))
            .with("km", shown(term.km.map(|it| it.to_string())))
            .with("source", &term.clause.source);
    }
    let mut reasons = vec![reason];
    if let Some(on) = term.restarted_on {
        reasons.push(Reason::new("warranty.restarted").with("on", on));
    }
    if term.extended_days > 0 {
        reasons.push(Reason::new("warranty.extended").with("days", term.extended_days));
    }
    if !term.clause.verified {
        reasons.push(Reason::new("warranty.unverified"));
    }
    let is_worse = matches!(coverage, Coverage::FullPrice | Coverage::Unknown);
    if is_worse && !it.standing.is_in() && it.standing != Standing::PastUsage {
        let fields = term.missing.iter();
        changes.extend(fields.map(|it| Change::new(it.field(), "change.start")));
    }
    if it.standing == Standing::InByTime {
        let field = if term.km.is_some() && view.case.usage.km.is_none() { "km" } else { "hours" };
        let most = term.km.or(term.hours).unwrap_or_default();
        changes.push(Change::new(format!("usage.{field}"), "change.usage").with("most", most));
    }
    (reasons, changes)
}
