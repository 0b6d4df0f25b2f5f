//! 规则库: the law that comes with the crate, and what a company adds to it.

use std::{
    fmt,
    sync::{Arc, LazyLock},
};

use jiff::{ToSpan as _, civil::Date};

use crate::{
    codes::{By, Cause, Coverage, Kind, Start},
    read::Law,
    refused::Refused,
    rule::{Clause, Goods, Group, Name, Rule},
};

static LAW: LazyLock<Arc<Law>> = LazyLock::new(|| {
    let law = Law::read(
        include_str!("../data/instruments.toml"),
        include_str!("../data/rules.toml"),
        include_str!("../data/goods.tsv"),
    );
    Arc::new(law.expect("the shipped rules can be read"))
});

/// All that a decision rests on beside the case.
#[derive(Clone)]
pub struct RuleBook {
    law: Arc<Law>,
    own: Own,
    regions: fn(&str) -> bool,
    working_days: Arc<dyn Fn(Date, i64) -> Date + Send + Sync>,
}

/// What a company adds: its categories, what it promises, and what it excludes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Own {
    pub name: Name,
    pub categories: Vec<Category>,
    pub offers: Vec<Offer>,
    pub exclusions: Vec<Exclusion>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Category {
    pub name: String,
    /// Consumers buy it; otherwise the contract alone holds.
    pub consumer: bool,
}

/// 承诺 as a rule: of a company, for all its goods or a category.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    pub category: Option<String>,
    pub component: Option<String>,
    pub kind: Kind,
    /// The first that is known begins it.
    pub from: Vec<Start>,
    pub months: Option<i64>,
    pub days: Option<i64>,
    pub km: Option<i64>,
    pub hours: Option<i64>,
    /// `None`: all but those that exclude.
    pub causes: Option<Vec<Cause>>,
    pub coverage: Coverage,
    pub by: By,
    pub clause: Arc<Clause>,
}

/// 免责情形 of a company.
#[derive(Debug, Clone, PartialEq)]
pub struct Exclusion {
    pub code: String,
    pub name: Name,
    pub causes: Vec<Cause>,
    pub outcome: Coverage,
    pub clause: Arc<Clause>,
}

impl RuleBook {
    /// The law that comes with the crate.
    pub fn law() -> RuleBook {
        RuleBook::of(LAW.clone())
    }

    pub fn of(law: Arc<Law>) -> RuleBook {
        let working_days = Arc::new(weekdays_after);
        RuleBook { law, own: Own::default(), regions: known_province, working_days }
    }

    /// With what a company adds. A category or a promise without meaning is refused.
    pub fn with(mut self, own: Own) -> Result<RuleBook, Refused> {
        for offer in &own.offers {
            let limits = [offer.months, offer.days, offer.km, offer.hours];
            if let Some(value) = limits.into_iter().flatten().find(|it| *it < 1) {
                let refused = Refused::new(&offer.clause.rule, "promise.not_positive");
                return Err(refused.with("value", value));
            }
        }
        self.own = own;
        Ok(self)
    }

    /// Which division codes there are; without it, those of a known province.
    #[must_use]
    pub fn with_regions(mut self, known: fn(&str) -> bool) -> RuleBook {
        self.regions = known;
        self
    }

    /// The day on which so many working days after a day are over; without it, weekdays.
    #[must_use]
    pub fn with_working_days(
        mut self,
        after: impl Fn(Date, i64) -> Date + Send + Sync + 'static,
    ) -> RuleBook {
        self.working_days = Arc::new(after);
        self
    }

    pub fn own(&self) -> &Own {
        &self.own
    }

    pub fn rules(&self) -> &[Rule] {
        &self.law.rules
    }

    pub fn instruments(&self) -> &[crate::rule::Instrument] {
        &self.law.instruments
    }

    pub fn catalogue(&self) -> &[Goods] {
        &self.law.goods
    }

    pub fn knows_region(&self, code: &str) -> bool {
        code.len() == 6 && code.bytes().all(|it| it.is_ascii_digit()) && (self.regions)(code)
    }

    pub fn knows(&self, category: &str) -> bool {
        self.law.goods.iter().any(|it| it.category == category) || self.is_own(category)
    }

    pub(crate) fn is_own(&self, category: &str) -> bool {
        self.own.categories.iter().any(|it| it.name == category)
            || self.own.offers.iter().any(|it| it.category.as_deref() == Some(category))
    }

    /// The row of the catalogue that is in force on that day.
    pub fn goods(&self, category: &str, on: Date) -> Option<&Goods> {
        self.law.goods.iter().find(|it| it.category == category && it.clause.holds_on(on))
    }

    /// Under which rules the category falls.
    pub(crate) fn group(&self, category: &str, on: Date) -> Group {
        match self.goods(category, on) {
            Some(goods) => goods.group,
            None if self.own.categories.iter().any(|it| it.name == category && it.consumer) => {
                Group::Own
            }
            None => Group::Project,
        }
    }

    pub fn exclusion(&self, code: &str) -> Option<&Exclusion> {
        self.own.exclusions.iter().find(|it| it.code == code)
    }

    pub(crate) fn working_days_after(&self, day: Date, count: i64) -> Date {
        (self.working_days)(day, count)
    }
}

impl fmt::Debug for RuleBook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RuleBook").field("rules", &self.law.rules.len()).finish_non_exhaustive()
    }
}

/// GB/T 2260: the provinces, autonomous regions, municipalities and special regions.
fn known_province(code: &str) -> bool {
    const PROVINCES: &[&str] = &[
        "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37",
        "41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64",
        "65", "71", "81", "82",
    ];
    PROVINCES.iter().any(|it| code.starts_with(it))
}

fn weekdays_after(day: Date, count: i64) -> Date {
    let (mut day, mut left) = (day, count);
    while left > 0 {
        day = day.saturating_add(1.day());
        left -= i64::from(day.weekday().to_monday_one_offset() <= 5);
        if day == Date::MAX {
            break;
        }
    }
    day
}
