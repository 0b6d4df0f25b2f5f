//! A case as the rules see it: which of them hold for these goods, in this place, on this day,
//! what they change, and which repairs still count.

use std::sync::Arc;

use jiff::civil::Date;

use crate::{
    book::RuleBook,
    case::{Case, Repair},
    codes::{Cause, Evidence, Kind, Start},
    count,
    rule::{Clause, Goods, Group, Rule},
    term::Term,
};

pub(crate) struct View<'a> {
    pub case: &'a Case,
    pub book: &'a RuleBook,
    pub group: Group,
    pub goods: Option<&'a Goods>,
    pub rules: Vec<&'a Rule>,
    /// Those of other places, if nobody knows which place it is.
    pub elsewhere: Vec<&'a Rule>,
    pub effects: Effects<'a>,
    /// In their order, since the last exchange.
    pub repairs: Vec<&'a Repair>,
    pub before_exchange: Vec<&'a Repair>,
    /// What began the first term.
    pub sale: Option<(Date, Start)>,
    pub unit: Option<Term>,
    /// The term of the component at fault, which is the unit's where it has none of its own.
    pub part: Option<Term>,
    /// For cars 三包有效期, else the unit's.
    pub claim: Option<Term>,
    /// The right is taken away: by what.
    pub excluded: Option<Excluded<'a>>,
}

/// What the rules that hold change.
#[derive(Default)]
pub(crate) struct Effects<'a> {
    pub starts: Vec<&'a [Start]>,
    pub repair_time: Option<&'a Arc<Clause>>,
    pub restarts: Option<&'a Arc<Clause>>,
    pub part_restarts: Option<&'a Arc<Clause>>,
    pub excludes: Option<(&'a [Cause], &'a Arc<Clause>)>,
    pub needs_document: Option<&'a Arc<Clause>>,
    pub without_document: Option<(&'a [Kind], &'a Arc<Clause>)>,
    pub refund_price: Option<&'a Arc<Clause>>,
    pub no_deduction: Option<&'a Arc<Clause>>,
    pub use_rate_most: Option<(i64, &'a Arc<Clause>)>,
    pub burden_months: Option<(i64, &'a Arc<Clause>)>,
    pub burden_whole_term: Option<&'a Arc<Clause>>,
}

#[derive(Clone, Copy)]
pub(crate) enum Excluded<'a> {
    Cause(Cause, Option<&'a Arc<Clause>>),
    /// Named by the company's own list.
    Own(&'a crate::book::Exclusion),
}

impl<'a> View<'a> {
    pub fn new(case: &'a Case, book: &'a RuleBook) -> View<'a> {
        let category = case.device.category.as_deref();
        let goods = category.and_then(|it| book.goods(it, case.as_of));
        let group = category.map_or(Group::Project, |it| book.group(it, case.as_of));
        let mut view = View {
            case,
            book,
            group,
            goods,
            rules: Vec::new(),
            elsewhere: Vec::new(),
            effects: Effects::default(),
            repairs: Vec::new(),
            before_exchange: Vec::new(),
            sale: None,
            unit: None,
            part: None,
            claim: None,
            excluded: None,
        };
        if category.is_some() {
            view.choose_rules();
        }
        view.order_repairs();
        view.sale = view.find_sale();
        view.unit = Term::unit(&view);
        view.part = Term::part(&view);
        view.claim = Term::claim(&view);
        view.excluded = view.find_exclusion();
        view
    }

    fn choose_rules(&mut self) {
        let region = self.case.region.as_deref();
        for rule in self.book.rules() {
            if !rule.is_of(self.group) || !rule.clause.holds_on(self.case.as_of) || !self.fits(rule)
            {
                continue;
            }
            match (region, &rule.region) {
                (_, None) => {}
                (None, Some(_)) => {
                    self.elsewhere.push(rule);
                    continue;
                }
                (Some(region), Some(_)) if rule.holds_in(region) => {}
                (Some(_), Some(_)) => continue,
            }
            self.effects.take(rule);
            self.rules.push(rule);
        }
    }

    /// Which goods a rule means, as far as it names them one by one.
    fn fits(&self, rule: &Rule) -> bool {
        let named = &rule.when.categories;
        let category = self.case.device.category.as_ref();
        let is_named = named.is_empty() || category.is_some_and(|it| named.contains(it));
        is_named && (!rule.when.durable || self.goods.is_some_and(|it| it.durable))
    }

    /// Repairs of the unit that was given back are no repairs of this one.
    fn order_repairs(&mut self) {
        let mut all: Vec<&Repair> = self.case.repairs.iter().collect();
        all.sort_by_key(|it| it.handed_in);
        let exchanged = self.case.device.exchanged_on.filter(|_| self.restarts());
        (self.before_exchange, self.repairs) =
            all.into_iter().partition(|it| exchanged.is_some_and(|on| it.handed_in.date() < on));
    }

    pub fn restarts(&self) -> bool {
        self.effects.restarts.is_some()
    }

    /// The latest of the days that the rules let begin it.
    fn find_sale(&self) -> Option<(Date, Start)> {
        let first = |starts: &&[Start]| {
            starts.iter().find_map(|it| Some((self.case.device.day(*it)?, *it)))
        };
        let known = self.effects.starts.iter().filter_map(first);
        let sold = self.case.device.sold_on.map(|day| (day, Start::SoldOn));
        known.chain(sold).max_by_key(|it| it.0)
    }

    /// Days that are not known and would begin it later.
    pub fn later_starts(&self) -> Vec<Start> {
        let device = &self.case.device;
        let is_installed = self.goods.is_some_and(|it| it.installed);
        let mut unknown = Vec::new();
        if device.installed_on.is_none() && self.begins_by(Start::InstalledOn) {
            if is_installed {
                unknown.push(Start::InstalledOn);
            }
            if device.delivered_on.is_none() && self.begins_by(Start::DeliveredOn) {
                unknown.push(Start::DeliveredOn);
            }
        }
        if self.sale.is_none() {
            unknown.push(Start::SoldOn);
        }
        unknown
    }

    fn begins_by(&self, start: Start) -> bool {
        self.effects.starts.iter().any(|it| it.contains(&start))
    }

    /// 收到商品: the day it was delivered, else the nearest that is known.
    pub fn receipt(&self) -> Option<Date> {
        let device = &self.case.device;
        device.delivered_on.or(device.sold_on).or(device.installed_on).or(device.accepted_on)
    }

    /// Days that a repair took, as these goods count them.
    pub fn days_of(&self, it: &Repair) -> i64 {
        match self.group {
            Group::Car => count::car_days(it, self.case.as_of),
            _ => it.civil_days(self.case.as_of),
        }
    }

    fn find_exclusion(&self) -> Option<Excluded<'a>> {
        let fault = &self.case.fault;
        if fault.evidence() != Evidence::Proved {
            return None;
        }
        if let Some(own) = self.own_exclusion() {
            return Some(Excluded::Own(own));
        }
        let cause = fault.cause.filter(|it| it.is_excluding())?;
        match self.effects.excludes {
            Some((causes, clause)) if causes.contains(&cause) => {
                Some(Excluded::Cause(cause, Some(clause)))
            }
            Some(_) => None,
            None => Some(Excluded::Cause(cause, None)),
        }
    }

    /// The company's own exclusion that was named, or that means this cause.
    pub fn own_exclusion(&self) -> Option<&'a crate::book::Exclusion> {
        let fault = &self.case.fault;
        if let Some(code) = &fault.exclusion {
            return self.book.exclusion(code);
        }
        let cause = fault.cause.filter(|it| it.is_excluding())?;
        self.book.own().exclusions.iter().find(|it| it.causes.contains(&cause))
    }

    /// Neither certificate nor invoice, where the rules want one.
    pub fn lacks_document(&self) -> Option<&'a Arc<Clause>> {
        let device = &self.case.device;
        let none = device.invoice == Some(false) && device.certificate == Some(false);
        self.effects.needs_document.filter(|_| none)
    }
}

impl<'a> Effects<'a> {
    fn take(&mut self, rule: &'a Rule) {
        let (sets, clause) = (&rule.sets, &rule.clause);
        let first = |slot: &mut Option<&'a Arc<Clause>>, is_set: bool| {
            if is_set && slot.is_none() {
                *slot = Some(clause);
            }
        };
        first(&mut self.repair_time, sets.repair_time_not_counted);
        first(&mut self.restarts, sets.restarts);
        first(&mut self.part_restarts, sets.replaced_part_restarts);
        first(&mut self.needs_document, sets.needs_document);
        first(&mut self.refund_price, sets.refund_price);
        first(&mut self.no_deduction, sets.no_deduction);
        first(&mut self.burden_whole_term, sets.burden_whole_term);
        if !sets.start.is_empty() {
            self.starts.push(&sets.start);
        }
        if !sets.excludes.is_empty() {
            self.excludes = Some((&sets.excludes, clause));
        }
        if !sets.without_document.is_empty() {
            self.without_document = Some((&sets.without_document, clause));
        }
        if let Some(most) = sets.use_rate_most_ppm {
            self.use_rate_most = Some((most, clause));
        }
        if let Some(months) = sets.burden_months
            && self.burden_months.is_none_or(|it| it.0 < months)
        {
            self.burden_months = Some((months, clause));
        }
    }
}
