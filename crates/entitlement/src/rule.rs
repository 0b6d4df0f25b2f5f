//! 规则: what an article gives, to whom, when, and from which day to which it is in force.
//!
//! Source: law-and-standards 2.1: the record of a rule.

use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::codes::{Cause, FaultKind, Kind, Payer, Start};

/// 条款: the place of a rule, as it stands beside every right it gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Clause {
    /// Its id: `sb95-11`; of a promise, where it stands.
    pub rule: String,
    /// `sb95-11@1995-08-25`: which version of it.
    pub version: String,
    pub instrument: Name,
    /// `24(1)`; empty where nobody has seen the number.
    pub article: String,
    pub verified: bool,
    pub from: Option<Date>,
    pub to: Option<Date>,
    /// Of a promise: its own words.
    pub text: Option<String>,
    pub source: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    pub zh: String,
    pub en: String,
}

/// 规定: a law, a regulation, a rule, a local regulation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instrument {
    pub id: String,
    pub zh: String,
    pub en: String,
    /// The beginning of the division codes where it holds; left out: everywhere.
    #[serde(default)]
    pub region: Option<String>,
    pub from: Date,
    #[serde(default)]
    pub to: Option<Date>,
    pub confidence: Confidence,
    pub source: String,
}

/// 已核实: how far somebody has read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Confidence {
    /// The text itself.
    T,
    /// A second-hand source.
    S,
    /// Memory.
    M,
}

/// Goods that fall under the same rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    General,
    Av,
    Computer,
    Phone,
    Accessory,
    FixedPhone,
    Car,
    Farm,
    /// A company's own category, sold to consumers.
    Own,
    /// A company's own category, under contract.
    Project,
    /// In rules: all that consumers buy.
    All,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleRow {
    pub id: String,
    pub instrument: String,
    #[serde(default)]
    pub article: String,
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub confidence: Option<Confidence>,
    pub goods: Vec<Group>,
    #[serde(default)]
    pub when: When,
    #[serde(default)]
    pub gives: Vec<Kind>,
    #[serde(default)]
    pub payer: Payer,
    #[serde(default)]
    pub deduction: Deduction,
    pub amount: Option<Amount>,
    #[serde(default)]
    pub paid_beside: bool,
    #[serde(default)]
    pub alternative: bool,
    #[serde(default)]
    pub sets: Sets,
    pub due: Option<DueWithin>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    pub clause: Arc<Clause>,
    pub region: Option<String>,
    pub confidence: Confidence,
    pub goods: Vec<Group>,
    pub when: When,
    pub gives: Vec<Kind>,
    pub payer: Payer,
    pub deduction: Deduction,
    pub amount: Option<Amount>,
    /// Comes to what was paid beside the goods.
    pub paid_beside: bool,
    /// Falls away where the seller has no such model and the consumer refuses another.
    pub alternative: bool,
    pub sets: Sets,
    /// By when it has to be done.
    pub due: Option<DueWithin>,
}

/// 时限: so many days after a day of the case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DueWithin {
    pub days: Option<i64>,
    pub working_days: Option<i64>,
    pub since: DueSince,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueSince {
    /// Of the repair that is open.
    HandIn,
    /// The consumer asked for it.
    Claimed,
    /// The goods were given back.
    GivenBack,
    /// The certificate was reported lost.
    Lost,
}

/// 触发: all of it must hold.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct When {
    pub categories: Vec<String>,
    pub durable: bool,
    pub fault: Vec<FaultKind>,
    pub components: Vec<String>,
    pub problems: Vec<String>,
    pub needs_replacement: bool,
    pub term: Option<Within>,
    pub within_days: Option<i64>,
    pub within_months: Option<i64>,
    pub within_km: Option<i64>,
    pub since: Option<Since>,
    /// Of the same problem, done.
    pub repairs: Option<usize>,
    /// Of serious safety failures, done.
    pub serious_repairs: Option<usize>,
    /// Of one problem, whichever: more than so many.
    pub same_problem_over: Option<usize>,
    /// All repairs together: more than so many days.
    pub repair_days_over: Option<i64>,
    pub one_repair_over: Option<i64>,
    pub open_repair_over: Option<i64>,
    /// Handed in more than so many days ago and not repaired yet.
    pub in_hand_over: Option<i64>,
    pub in_hand_working_days_over: Option<i64>,
    /// The same, for parts that the producer does not supply,
    pub parts_over: Option<i64>,
    /// by the repairer's own fault,
    pub repairer_over: Option<i64>,
    /// without a reason.
    pub unexplained_over: Option<i64>,
    pub assembly_replaced: Option<usize>,
    pub part_replaced: Option<usize>,
    pub unit_exchanged: Option<usize>,
    /// The same problem after a part was replaced because of so many repairs.
    pub replaced_after_repairs: Option<usize>,
    pub same_after_exchange: bool,
    /// The same problem, so many days after it was repaired.
    pub after_repair_days: Option<i64>,
    pub fact: Option<Fact>,
    /// 农忙季节, in the area that is served.
    pub busy_season: bool,
    /// The unit or a main part of it; or what is neither.
    pub main_part: Option<bool>,
    /// Asked for more than so many working days ago and not done.
    pub claimed_working_days_over: Option<i64>,
    /// One of these rules holds.
    pub after: Vec<String>,
    pub same_model: Option<bool>,
    pub refuses_other: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Within {
    /// 整机三包有效期.
    Unit,
    /// The term of the component at fault.
    Part,
    /// For cars: 三包有效期, as opposed to 包修期.
    Claim,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Since {
    /// The start of the first term, whatever was exchanged later.
    Sale,
    /// The start of the term that runs.
    Term,
    /// 收到商品.
    Receipt,
    FirstSeason,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    DistanceSale,
    FoundUnqualified,
    Fraud,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deduction {
    #[default]
    None,
    /// 折旧费.
    Depreciation,
    /// 使用补偿费.
    UseCompensation,
}

/// Money that a right amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amount {
    pub times_price: i64,
    pub least_fen: i64,
}

/// What a rule changes instead of giving a right.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sets {
    /// The first of these days that is known may begin the term.
    pub start: Vec<Start>,
    pub repair_time_not_counted: bool,
    pub restarts: bool,
    pub replaced_part_restarts: bool,
    pub excludes: Vec<Cause>,
    pub needs_document: bool,
    pub without_document: Vec<Kind>,
    pub refund_price: bool,
    pub no_deduction: bool,
    pub use_rate_most_ppm: Option<i64>,
    pub burden_months: Option<i64>,
    pub burden_whole_term: bool,
    pub transport: bool,
}

/// A row of the catalogue: goods, their terms, their main parts and the rate of depreciation.
#[derive(Debug, Clone, PartialEq)]
pub struct Goods {
    pub category: String,
    pub group: Group,
    /// 0: no term by law.
    pub unit_months: i64,
    pub part_months: Option<i64>,
    /// As the catalogue names them,
    pub parts: Vec<String>,
    /// and those that nobody has seen in print.
    pub other_parts: Vec<String>,
    /// A day, in millionths of the price.
    pub rate_ppm: Option<i64>,
    pub km: Option<i64>,
    pub claim_months: Option<i64>,
    pub claim_km: Option<i64>,
    pub durable: bool,
    /// The seller has to install it.
    pub installed: bool,
    pub clause: Arc<Clause>,
    /// The same for a main part whose name nobody has seen in print.
    pub unseen: Arc<Clause>,
}

/// A main part whose name the catalogue does not give.
pub const MAIN_PART: &str = "主要部件";

impl Group {
    pub fn code(self) -> &'static str {
        match self {
            Group::General => "general",
            Group::Av => "av",
            Group::Computer => "computer",
            Group::Phone => "phone",
            Group::Accessory => "accessory",
            Group::FixedPhone => "fixed_phone",
            Group::Car => "car",
            Group::Farm => "farm",
            Group::Own => "own",
            Group::Project => "project",
            Group::All => "all",
        }
    }
}

impl Clause {
    pub fn holds_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

impl Rule {
    pub fn is_of(&self, group: Group) -> bool {
        let all = self.goods.contains(&Group::All) && group != Group::Project;
        all || self.goods.contains(&group)
    }

    pub fn holds_in(&self, region: &str) -> bool {
        self.region.as_ref().is_none_or(|it| region.starts_with(it.as_str()))
    }
}

impl Goods {
    /// The clause that a component's term rests on.
    pub(crate) fn clause_of(&self, component: &str) -> &Arc<Clause> {
        let unseen = self.other_parts.iter().any(|it| it == component);
        if unseen { &self.unseen } else { &self.clause }
    }

    /// Whether the component has a term of its own.
    pub fn is_part(&self, component: &str) -> bool {
        if self.part_months.is_none() {
            return false;
        }
        let plain = |it: &str| it.replace(['（', '）'], "").replace(['(', ')'], "");
        let named = |it: &String| {
            it == component
                || plain(it) == plain(component)
                || it.split('(').next() == Some(component)
        };
        component == MAIN_PART || self.parts.iter().chain(&self.other_parts).any(named)
    }
}
