//! Whether a rule's trigger holds: yes, no, or not known, and then which field would tell.

use std::fmt;

use crate::{
    case::Repair,
    codes::{DelayBy, Evidence, FaultKind},
    count,
    rule::{Fact, Rule, Since, When, Within},
    term::{Standing, Term},
    view::View,
};

/// Which field of a case would tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Of(&'static str),
    OfRepair(usize, &'static str),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Held {
    Yes,
    No,
    Unless(Vec<Field>),
}

/// What was asked so far: one "no" decides, one "not known" leaves it open.
#[derive(Default)]
struct Asked {
    no: bool,
    unknown: Vec<Field>,
}

/// 车三包 23: what is a serious safety failure by its name.
const SERIOUS: &[&str] = &["转向失效", "制动失效", "车身开裂", "燃油泄漏", "动力蓄电池起火"];
/// Engine, gearbox, traction battery, drive motor: replaced as a whole.
const ASSEMBLIES: &[&str] = &["发动机", "变速器", "动力蓄电池", "行驶驱动电机"];

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Field::Of(field) => f.write_str(field),
            Field::OfRepair(i, field) => write!(f, "repairs[{i}].{field}"),
        }
    }
}

impl Asked {
    fn must(&mut self, is_so: bool) -> bool {
        self.no |= !is_so;
        is_so
    }

    fn must_if_known(&mut self, is_so: Option<bool>, field: &'static str) {
        match is_so {
            Some(is_so) => self.no |= !is_so,
            None => self.unknown.push(Field::Of(field)),
        }
    }
}

pub(crate) fn holds(rule: &Rule, view: &View) -> Held {
    let (when, mut asked) = (&rule.when, Asked::default());
    fault(when, view, &mut asked);
    if !asked.no {
        time(when, view, &mut asked);
    }
    if !asked.no {
        repairs(when, view, &mut asked);
    }
    if !asked.no {
        delays(when, view, &mut asked);
    }
    if !asked.no {
        replaced(when, view, &mut asked);
    }
    if !asked.no {
        rest(when, view, &mut asked);
    }
    match asked {
        Asked { no: true, .. } => Held::No,
        Asked { unknown, .. } if unknown.is_empty() => Held::Yes,
        Asked { unknown, .. } => Held::Unless(unknown),
    }
}

fn fault(when: &When, view: &View, asked: &mut Asked) {
    let fault = &view.case.fault;
    if !when.fault.is_empty() {
        // Nobody has said that it looks bad only: it does not work.
        let is_plain = when.fault.contains(&FaultKind::Performance).then_some(true);
        let is_one = fault.kind.map(|it| when.fault.contains(&it)).or(is_plain);
        asked.must_if_known(is_one, "fault.kind");
    }
    if !when.components.is_empty() {
        let main = fault.component.as_ref().map(|it| assembly(it));
        let is_one = main.map(|it| when.components.iter().any(|name| name == it));
        asked.must_if_known(is_one, "fault.component");
    }
    if !when.problems.is_empty() {
        let is_one = fault.problem.as_ref().map(|it| when.problems.contains(it));
        asked.must_if_known(is_one, "fault.problem");
    }
    if when.needs_replacement {
        asked.must_if_known(fault.needs_replacement, "fault.needs_replacement");
    }
}

/// `发动机/曲轴` is a part of 发动机.
fn assembly(component: &str) -> &str {
    component.split(['/', ':', '：']).next().unwrap_or(component)
}

fn time(when: &When, view: &View, asked: &mut Asked) {
    if let Some(within) = when.term {
        let term = match within {
            Within::Unit => &view.unit,
            Within::Part => &view.part,
            Within::Claim => &view.claim,
        };
        in_term(term.as_ref(), view, asked);
    }
    let limits = [when.within_days, when.within_months];
    if limits.iter().any(Option::is_some) {
        let (from, field) = since(when, view);
        match from {
            None => asked.unknown.push(Field::Of(field)),
            Some(from) => {
                let days = when.within_days.map(|it| count::days_after(from, it));
                let months = when.within_months.map(|it| count::months_after(from, it));
                let until = days.into_iter().chain(months).min();
                asked.must(until.is_some_and(|it| view.case.as_of <= it));
            }
        }
    }
    if let Some(most) = when.within_km {
        let is_in = view.case.usage.km.map(|it| it <= most);
        asked.must_if_known(is_in, "usage.km");
    }
}

fn in_term(term: Option<&Term>, view: &View, asked: &mut Asked) {
    match term.map(|it| (it, it.standing(view))) {
        Some((_, it)) if it.is_in() => {}
        Some((term, Standing::Unknown)) => {
            asked.unknown.extend(term.missing.iter().map(|it| Field::Of(it.field())));
        }
        Some((term, Standing::Out)) if !term.missing.is_empty() => {
            asked.unknown.extend(term.missing.iter().map(|it| Field::Of(it.field())));
        }
        Some(_) | None => asked.no = true,
    }
}

fn since(when: &When, view: &View) -> (Option<jiff::civil::Date>, &'static str) {
    let sale = view.sale.map(|it| it.0);
    match when.since.unwrap_or(Since::Term) {
        Since::Sale => (sale, "device.sold_on"),
        Since::Term => {
            let restarted = view.unit.as_ref().and_then(|it| it.restarted_on);
            (restarted.or(sale), "device.sold_on")
        }
        Since::Receipt => (view.receipt(), "device.delivered_on"),
        Since::FirstSeason => {
            let begun = view.case.device.first_season_from;
            (begun.map(|it| it.min(view.case.as_of)), "device.first_season_from")
        }
    }
}

/// Repairs that are done, and of the problem at hand as a person confirmed.
fn same_problem<'a>(view: &'a View, of: &'a [&Repair]) -> impl Iterator<Item = &'a Repair> {
    let problem = view.case.fault.problem.as_ref();
    let is_same = move |it: &&Repair| problem.is_some() && it.problem.as_ref() == problem;
    of.iter().copied().filter(|it| it.out.is_some()).filter(is_same)
}

/// So many of them; if labels are missing, those could be of the same problem as well.
fn at_least(view: &View, wanted: usize, asked: &mut Asked) {
    if same_problem(view, &view.repairs).count() >= wanted {
        return;
    }
    let done = || view.repairs.iter().filter(|it| it.out.is_some());
    let named = view.case.fault.problem.as_ref();
    let could = done().filter(|it| match (named, &it.problem) {
        (Some(named), Some(problem)) => named == problem,
        (None, _) | (_, None) => true,
    });
    if could.count() < wanted {
        asked.no = true;
    } else if named.is_none() {
        asked.unknown.push(Field::Of("fault.problem"));
    } else {
        let open = view.case.repairs.iter().position(|it| it.problem.is_none());
        asked.unknown.extend(open.map(|i| Field::OfRepair(i, "problem")));
    }
}

fn repairs(when: &When, view: &View, asked: &mut Asked) {
    if let Some(wanted) = when.repairs {
        at_least(view, wanted, asked);
    }
    if let Some(wanted) = when.serious_repairs {
        let problem = view.case.fault.problem.as_ref();
        let is_serious = |it: &&&Repair| {
            let named = it.problem.as_ref();
            it.kind == Some(FaultKind::SeriousSafety)
                || named.is_some_and(|it| SERIOUS.contains(&it.as_str()) || problem == Some(it))
        };
        let done = view.repairs.iter().filter(|it| it.out.is_some());
        if done.filter(is_serious).count() < wanted {
            at_least(view, wanted, asked);
        }
    }
    if let Some(most) = when.same_problem_over {
        let times = |problem: &String| {
            view.repairs.iter().filter(|it| it.problem.as_ref() == Some(problem)).count()
        };
        let is_over = view.repairs.iter().filter_map(|it| it.problem.as_ref());
        asked.must(is_over.map(times).any(|it| it > most));
    }
    let took = |it: &&Repair| view.days_of(it);
    if let Some(most) = when.repair_days_over {
        let counted = match view.group {
            crate::rule::Group::Car => {
                let own = view.repairs.iter().map(|it| (took(it) - it.excluded_days).max(0));
                own.sum()
            }
            _ => count::civil_days_together(view.repairs.iter().copied(), view.case.as_of),
        };
        asked.must(counted > most);
    }
    if let Some(most) = when.one_repair_over {
        asked.must(view.repairs.iter().map(took).any(|it| it > most));
    }
    if let Some(most) = when.open_repair_over {
        let open = view.repairs.iter().filter(|it| it.out.is_none());
        asked.must(open.map(took).any(|it| it > most));
    }
    if let Some(days) = when.after_repair_days {
        let last = same_problem(view, &view.repairs).filter_map(|it| it.out).last();
        let until = last.map(|it| count::days_after(it.date(), days));
        // It came back on the day it was handed in again, however long it then lies there.
        let open = view.repairs.iter().filter(|it| it.out.is_none());
        let back = open.map(|it| it.handed_in.date()).min().unwrap_or(view.case.as_of);
        asked.must(until.is_some_and(|it| back.min(view.case.as_of) <= it));
    }
}

/// Handed in and not mended: still open, or given back as it was.
fn in_hand<'a>(view: &'a View) -> impl Iterator<Item = &'a Repair> {
    let unmended = |it: &&Repair| it.out.is_none() || it.fixed == Some(false);
    view.repairs.iter().copied().filter(unmended)
}

fn delays(when: &When, view: &View, asked: &mut Asked) {
    let as_of = view.case.as_of;
    let days = |it: &Repair| count::in_hand(it, as_of);
    if let Some(most) = when.in_hand_over {
        asked.must(in_hand(view).any(|it| it.out.is_none() && days(it) > most));
    }
    if let Some(most) = when.in_hand_working_days_over {
        let is_over = |it: &Repair| {
            let due = view.book.working_days_after(it.handed_in.date(), most);
            count::last_day(it, as_of) > due
        };
        asked.must(in_hand(view).any(is_over));
    }
    if let Some(most) = when.parts_over {
        let is_over = |it: &Repair| match it.delay_by {
            Some(DelayBy::Parts) => Some(days(it).max(it.waiting_parts_days) > most),
            Some(DelayBy::Repairer) => Some(it.waiting_parts_days > most),
            None if it.waiting_parts_days > most => Some(true),
            None => (days(it) <= most).then_some(false),
        };
        any_delay(view, is_over, asked);
    }
    if let Some(most) = when.repairer_over {
        let is_over = |it: &Repair| match it.delay_by {
            Some(by) => Some(by == DelayBy::Repairer && days(it) > most),
            None => (days(it) <= most).then_some(false),
        };
        any_delay(view, is_over, asked);
    }
    if let Some(most) = when.unexplained_over {
        let is_over = |it: &Repair| Some(it.delay_by != Some(DelayBy::Parts) && days(it) > most);
        any_delay(view, is_over, asked);
    }
}

/// One is enough; if none is, why one of them took so long may still tell.
fn any_delay(view: &View, is_over: impl Fn(&Repair) -> Option<bool>, asked: &mut Asked) {
    if in_hand(view).any(|it| is_over(it) == Some(true)) {
        return;
    }
    let Some(open) = in_hand(view).find(|it| is_over(it).is_none()) else {
        asked.no = true;
        return;
    };
    let place = view.case.repairs.iter().position(|it| it.handed_in == open.handed_in);
    asked.unknown.extend(place.map(|i| Field::OfRepair(i, "delay_by")));
}

/// Assemblies and main parts are counted apart, never together.
fn replaced(when: &When, view: &View, asked: &mut Asked) {
    let times = |name: &str| {
        view.repairs.iter().filter(|it| it.replaced.iter().any(|part| part == name)).count()
    };
    let component = view.case.fault.component.as_deref();
    if let Some(wanted) = when.assembly_replaced {
        let is_so = component.map(|it| times(assembly(it)) >= wanted);
        asked.must_if_known(is_so, "fault.component");
    }
    if let Some(wanted) = when.part_replaced {
        let named = view.repairs.iter().flat_map(|it| &it.replaced);
        let is_main = |name: &&String| {
            let whole = assembly(name);
            let is_known = view.goods.is_some_and(|it| it.parts.iter().any(|it| it == whole));
            let is_assembly = ASSEMBLIES.contains(&name.as_str());
            is_known && !is_assembly
        };
        let often: Vec<&String> =
            named.filter(is_main).filter(|name| times(name) >= wanted).collect();
        if asked.must(!often.is_empty()) {
            let is_so = component
                .map(|it| often.iter().any(|name| assembly(name) == assembly(it) || *name == it));
            asked.must_if_known(is_so, "fault.component");
        }
    }
    if let Some(wanted) = when.unit_exchanged {
        let category = view.case.device.category.as_deref().unwrap_or_default();
        asked.must(times(category) >= wanted);
    }
    if let Some(wanted) = when.replaced_after_repairs {
        let is_part = |it: &Repair| match component {
            Some(component) => it.replaced.iter().any(|name| name == component),
            None => !it.replaced.is_empty(),
        };
        let done = same_problem(view, &view.repairs);
        asked.must(done.enumerate().any(|(i, it)| i >= wanted && is_part(it)));
    }
    if when.same_after_exchange {
        let is_same = same_problem(view, &view.before_exchange).next().is_some();
        asked.must(view.case.device.exchanged_on.is_some() && is_same);
    }
}

fn rest(when: &When, view: &View, asked: &mut Asked) {
    let (facts, seller) = (&view.case.facts, &view.case.seller);
    if let Some(fact) = when.fact {
        let is_so = match fact {
            Fact::DistanceSale => facts.distance_sale,
            Fact::FoundUnqualified => facts.found_unqualified,
            Fact::Fraud => facts.fraud,
        };
        asked.must(is_so == Some(true));
    }
    if when.busy_season {
        asked.must(facts.busy_season == Some(true));
    }
    if let Some(main) = when.main_part {
        let component = view.case.fault.component.as_deref();
        let is_main = component.is_none_or(|it| view.goods.is_some_and(|goods| goods.is_part(it)));
        asked.must(is_main == main);
    }
    if let Some(most) = when.claimed_working_days_over {
        let due = facts.claimed_on.map(|it| view.book.working_days_after(it, most));
        asked.must(due.is_some_and(|it| view.case.as_of > it));
    }
    match when.same_model {
        // Whoever has it need not say so; that there is none has to be known.
        Some(true) => asked.no |= seller.same_model_available == Some(false),
        Some(false) => {
            let is_so = seller.same_model_available.map(|it| !it);
            asked.must_if_known(is_so, "seller.same_model_available");
        }
        None => {}
    }
    if when.refuses_other {
        // It is the consumer's own choice.
        asked.must(seller.consumer_accepts_other_model != Some(true));
    }
    if !when.after.is_empty() && !asked.no {
        after(when, view, asked);
    }
}

fn after(when: &When, view: &View, asked: &mut Asked) {
    let named = view.rules.iter().filter(|it| when.after.contains(&it.clause.rule));
    let mut open: Option<Vec<Field>> = None;
    for rule in named {
        match holds(rule, view) {
            Held::Yes => return,
            Held::No => {}
            Held::Unless(fields) => open = open.or(Some(fields)),
        }
    }
    match open {
        Some(fields) => asked.unknown.extend(fields),
        None => asked.no = true,
    }
}

/// A cause that is only suspected takes nothing away.
pub(crate) fn suspects(view: &View) -> bool {
    let fault = &view.case.fault;
    let is_excluding = fault.cause.is_some_and(|it| it.is_excluding()) || fault.exclusion.is_some();
    is_excluding && fault.evidence() == Evidence::Suspected
}
