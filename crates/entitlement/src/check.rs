//! What contradicts itself is refused with its field, before anything is decided.

use jiff::civil::Date;

use crate::{
    book::RuleBook,
    case::{Case, Repair},
    codes::{Coverage, Start},
    refused::Refused,
};

type Checked = Result<(), Refused>;

const MOST_DAYS: i64 = 40_000;
const MOST_MONTHS: i64 = 1_200;

pub(crate) fn check(case: &Case, book: &RuleBook) -> Checked {
    let known = |it: &String| book.knows_region(it);
    if let Some(region) = case.region.as_ref().filter(|it| !known(it)) {
        return Err(Refused::new("region", "region.unknown").with("value", region));
    }
    if let Some(category) = case.device.category.as_ref().filter(|it| !book.knows(it)) {
        return Err(Refused::new("device.category", "category.unknown").with("value", category));
    }
    if let Some(code) = case.fault.exclusion.as_ref().filter(|it| book.exclusion(it).is_none()) {
        return Err(Refused::new("fault.exclusion", "exclusion.unknown").with("value", code));
    }
    if let Some(price) = case.device.price_fen.filter(|it| *it <= 0) {
        let refused = Refused::new("device.price_fen", "price.not_positive");
        return Err(refused.with("value", price));
    }
    let share = 0..=1_000_000;
    if let Some(rate) = case.device.producer_rate_n.filter(|it| !share.contains(&it.0)) {
        let refused = Refused::new("device.producer_rate_n", "rate.out_of_range");
        return Err(refused.with("value", rate));
    }
    paid(case)?;
    days(case)?;
    repairs(case)?;
    usage(case)?;
    promises(case)
}

/// What was paid is not less than nothing, and no more is off the fittings than they cost.
fn paid(case: &Case) -> Checked {
    let facts = &case.facts;
    let off = facts.fittings_depreciation_fen;
    for (field, value) in [
        ("facts.registration_fen", facts.registration_fen),
        ("facts.fittings_fen", facts.fittings_fen),
        ("facts.fittings_depreciation_fen", off),
        ("facts.service_fees_fen", facts.service_fees_fen),
    ] {
        if let Some(value) = value.filter(|it| *it < 0) {
            return Err(Refused::new(field, "amount.negative").with("value", value));
        }
    }
    if let Some(off) = off.filter(|it| *it > facts.fittings_fen.unwrap_or_default()) {
        let refused = Refused::new("facts.fittings_depreciation_fen", "amount.more_than_paid");
        return Err(refused.with("value", off));
    }
    Ok(())
}

fn days(case: &Case) -> Checked {
    let device = &case.device;
    let named = [
        ("device.produced_on", device.produced_on),
        ("device.sold_on", device.sold_on),
        ("device.delivered_on", device.delivered_on),
        ("device.installed_on", device.installed_on),
        ("device.accepted_on", device.accepted_on),
        ("device.exchanged_on", device.exchanged_on),
    ];
    let facts = &case.facts;
    let happened = [
        ("facts.claimed_on", facts.claimed_on),
        ("facts.given_back_on", facts.given_back_on),
        ("facts.certificate_lost_on", facts.certificate_lost_on),
    ];
    for (field, day) in named.iter().chain(&happened).filter_map(|it| Some((it.0, it.1?))) {
        if day > case.as_of {
            let refused = Refused::new(field, "date.in_future").with("value", day);
            return Err(refused.with("as_of", case.as_of));
        }
    }
    let season = ("device.first_season_from", device.first_season_from);
    let as_of = ("as_of", Some(case.as_of));
    for (field, day) in named.iter().chain(&happened).chain([&season, &as_of]) {
        if let Some(day) = day.filter(|it| !(1950..=2200).contains(&it.year())) {
            return Err(Refused::new(*field, "date.out_of_range").with("value", day));
        }
    }
    let [produced, sold, delivered, installed, accepted, exchanged] = named;
    let [claimed, given_back, lost] = happened;
    #[rustfmt::skip]
    let order = [
        (sold, claimed, "date.before_sale"), (sold, given_back, "date.before_sale"),
        (sold, lost, "date.before_sale"),
        (produced, sold, "date.before_production"), (produced, delivered, "date.before_production"),
        (produced, installed, "date.before_production"), (sold, installed, "date.before_sale"),
        (delivered, installed, "date.before_delivery"), (sold, exchanged, "date.before_sale"),
        (installed, accepted, "date.before_installation"),
    ];
    for ((_, first), (field, then), code) in order {
        if let (Some(first), Some(then)) = (first, then)
            && then < first
        {
            return Err(Refused::new(field, code).with("value", then).with("first", first));
        }
    }
    Ok(())
}

fn repairs(case: &Case) -> Checked {
    let begun = [Start::SoldOn, Start::DeliveredOn].map(|it| case.device.day(it));
    let begun = begun.into_iter().flatten().min();
    for (i, it) in case.repairs.iter().enumerate() {
        repair(case, it, begun).map_err(|refused| Refused {
            field: format!("repairs[{i}].{}", refused.field),
            ..refused
        })?;
    }
    let mut order: Vec<usize> = (0..case.repairs.len()).collect();
    order.sort_by_key(|i| case.repairs[*i].handed_in);
    for pair in order.windows(2) {
        let (first, then) = (&case.repairs[pair[0]], &case.repairs[pair[1]]);
        if first.out.is_none_or(|out| then.handed_in < out) {
            let refused = Refused::new(format!("repairs[{}].in", pair[1]), "repair.overlaps");
            return Err(refused.with("value", then.handed_in).with("other", pair[0] + 1));
        }
    }
    Ok(())
}

fn repair(case: &Case, it: &Repair, begun: Option<Date>) -> Checked {
    if it.handed_in.date() > case.as_of {
        return Err(Refused::new("in", "date.in_future")
            .with("value", it.handed_in)
            .with("as_of", case.as_of));
    }
    if let Some(begun) = begun.filter(|begun| it.handed_in.date() < *begun) {
        let refused = Refused::new("in", "repair.before_sale").with("value", it.handed_in);
        return Err(refused.with("first", begun));
    }
    if let Some(out) = it.out {
        if out < it.handed_in {
            let refused = Refused::new("out", "repair.ends_before_start").with("value", out);
            return Err(refused.with("first", it.handed_in));
        }
        if out.date() > case.as_of {
            let refused = Refused::new("out", "date.in_future").with("value", out);
            return Err(refused.with("as_of", case.as_of));
        }
    }
    let took = it.civil_days(case.as_of);
    let parts =
        [("waiting_parts_days", it.waiting_parts_days), ("excluded_days", it.excluded_days)];
    for (field, days) in parts {
        if days < 0 {
            return Err(Refused::new(field, "repair.days_negative").with("value", days));
        }
        if days > took {
            let refused = Refused::new(field, "repair.more_days_than_it_took");
            return Err(refused.with("value", days).with("took", took));
        }
    }
    Ok(())
}

/// Readings never fall, from repair to repair and to today.
fn usage(case: &Case) -> Checked {
    let mut order: Vec<usize> = (0..case.repairs.len()).collect();
    order.sort_by_key(|i| case.repairs[*i].handed_in);
    for (name, of, now) in [
        ("km", (|it: &Repair| it.km) as fn(&Repair) -> Option<i64>, case.usage.km),
        ("hours", |it: &Repair| it.hours, case.usage.hours),
    ] {
        let earlier = order.iter().map(|i| (format!("repairs[{i}].{name}"), of(&case.repairs[*i])));
        let mut highest = 0;
        for (field, value) in earlier.chain([(format!("usage.{name}"), now)]) {
            let Some(value) = value else { continue };
            if value < 0 {
                return Err(Refused::new(field, "usage.negative").with("value", value));
            }
            if value < highest {
                let refused = Refused::new(field, "usage.backwards").with("value", value);
                return Err(refused.with("first", highest));
            }
            highest = value;
        }
    }
    Ok(())
}

fn promises(case: &Case) -> Checked {
    for (i, it) in case.promises.iter().enumerate() {
        let limits = [
            ("within_days", it.within_days, MOST_DAYS),
            ("within_months", it.within_months, MOST_MONTHS),
        ];
        for (name, value, most) in limits {
            if let Some(value) = value.filter(|it| !(1..=most).contains(it)) {
                let refused = Refused::new(format!("promises[{i}].{name}"), "promise.not_positive");
                return Err(refused.with("value", value).with("most", most));
            }
        }
        let inside = [None, Some(Coverage::Free), Some(Coverage::CostPrice)];
        if !inside.contains(&it.coverage) {
            let field = format!("promises[{i}].coverage");
            return Err(Refused::new(field, "promise.wrong_coverage"));
        }
    }
    Ok(())
}
