//! The rule book of a company: the law, and what its pack promises and excludes.
//!
//! Source: interfaces 3, `warranty.toml`.

use std::sync::{Arc, LazyLock};

use entitlement::{By, Category, Clause, Coverage, Offer, Own, RuleBook, Start};
use jiff::civil::Date;
use worktime::{AfterHours, Calendar, Holidays, Hours};

use crate::pack::{self, Exclusion, Origin, Pack, Term};

/// With the divisions there are and the working days of the country.
pub fn book(pack: &Pack) -> RuleBook {
    let own = Own {
        name: name(&pack.about.name),
        categories: pack.categories.iter().map(category).collect(),
        offers: pack.terms.iter().map(|it| offer(pack, it)).collect(),
        exclusions: pack.exclusions.iter().map(|it| exclusion(pack, it)).collect(),
    };
    let book = RuleBook::law().with(own).expect("a pack that was read has terms that run");
    book.with_regions(is_region).with_working_days(working_days_after)
}

pub(super) fn is_region(code: &str) -> bool {
    code.len() == 6 && locality::division(code).is_some()
}

fn category(it: &pack::Category) -> Category {
    Category { name: it.name.zh.clone(), consumer: it.consumer }
}

fn name(it: &pack::Name) -> entitlement::Name {
    entitlement::Name { zh: it.zh.clone(), en: it.en.clone() }
}

fn offer(pack: &Pack, it: &Term) -> Offer {
    let text = it.note.clone().unwrap_or_default();
    Offer {
        category: it.category.clone(),
        component: it.component.clone(),
        kind: it.kind,
        from: it.from.iter().map(|it| start(*it)).collect(),
        months: (it.months > 0).then_some(it.months),
        days: it.days,
        km: it.km,
        hours: it.hours,
        causes: (!it.causes.is_empty()).then(|| it.causes.clone()),
        coverage: coverage(it.coverage),
        by: By::Company,
        clause: Arc::new(clause(
            pack,
            &format!("{}/{}", pack.about.id, it.key()),
            &it.origin,
            text,
        )),
    }
}

fn exclusion(pack: &Pack, it: &Exclusion) -> entitlement::Exclusion {
    let rule = format!("{}/{}", pack.about.id, it.code);
    entitlement::Exclusion {
        code: it.code.clone(),
        name: name(&it.name),
        causes: it.causes.clone(),
        outcome: coverage(it.outcome),
        clause: Arc::new(clause(pack, &rule, &it.origin, String::new())),
    }
}

fn clause(pack: &Pack, rule: &str, origin: &Origin, text: String) -> Clause {
    Clause {
        rule: rule.to_owned(),
        version: format!("{rule}@{}", pack.about.version),
        instrument: name(&pack.about.name),
        article: String::new(),
        verified: origin.verified,
        from: None,
        to: None,
        text: Some(text),
        source: origin.source.clone().unwrap_or_default(),
    }
}

fn start(it: pack::Start) -> Start {
    match it {
        pack::Start::SoldOn => Start::SoldOn,
        pack::Start::DeliveredOn => Start::DeliveredOn,
        pack::Start::InstalledOn => Start::InstalledOn,
        pack::Start::AcceptedOn => Start::AcceptedOn,
        pack::Start::ProducedOn => Start::ProducedOn,
    }
}

fn coverage(it: crate::order::Coverage) -> Coverage {
    match it {
        crate::order::Coverage::Free => Coverage::Free,
        crate::order::Coverage::CostPrice => Coverage::CostPrice,
        crate::order::Coverage::FullPrice => Coverage::FullPrice,
        crate::order::Coverage::Refuse => Coverage::Refuse,
        crate::order::Coverage::Unknown => Coverage::Unknown,
    }
}

/// Of the country; a year whose holidays are not published yet counts plain weekdays.
fn working_days_after(day: Date, count: i64) -> Date {
    static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| {
        let hours = Hours::monday_to_friday(&[("08:30", "17:00")]).expect("plain hours");
        let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
        let calendar = Calendar::compile(zone, &hours, &Holidays::cn(), AfterHours::Clamp);
        calendar.expect("plain hours make a calendar").provisional(true)
    });
    let count = u32::try_from(count.max(0)).unwrap_or(u32::MAX);
    CALENDAR.working_days_after(day, count).unwrap_or(Date::MAX)
}
