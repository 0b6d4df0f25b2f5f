//! The words of a case and of a decision, each with its code as it stands in files.

use serde::{Deserialize, Serialize};

/// 故障种类.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    Performance,
    SeriousSafety,
    Cosmetic,
}

/// 原因. All but quality and unknown take the right away, if they are proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    Quality,
    Misuse,
    UnauthorisedRepair,
    ForceMajeure,
    Transport,
    Unknown,
}

/// 举证: how far the cause is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    None,
    Suspected,
    Proved,
}

/// What a repair waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DelayBy {
    Repairer,
    Parts,
}

/// The day a term begins on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    SoldOn,
    DeliveredOn,
    InstalledOn,
    AcceptedOn,
    ProducedOn,
}

/// 权利: what the customer may claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Repair,
    Exchange,
    Return,
    Assembly,
    Loan,
    Compensation,
}

/// 保修结论.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    Free,
    CostPrice,
    FullPrice,
    Refuse,
    Unknown,
}

/// Who bears what a right costs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payer {
    #[default]
    Seller,
    Producer,
    Repairer,
    Consumer,
}

/// Who has promised it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    #[serde(alias = "producer")]
    Company,
    #[serde(alias = "dealer")]
    Seller,
    Repairer,
}

/// Who has to prove what the fault comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bearer {
    Operator,
    Consumer,
}

impl Cause {
    pub const EXCLUDING: &[Cause] =
        &[Cause::Misuse, Cause::UnauthorisedRepair, Cause::ForceMajeure, Cause::Transport];

    pub fn code(self) -> &'static str {
        match self {
            Cause::Quality => "quality",
            Cause::Misuse => "misuse",
            Cause::UnauthorisedRepair => "unauthorised_repair",
            Cause::ForceMajeure => "force_majeure",
            Cause::Transport => "transport",
            Cause::Unknown => "unknown",
        }
    }

    pub fn from_code(code: &str) -> Option<Cause> {
        let all = [Cause::EXCLUDING, &[Cause::Quality, Cause::Unknown]].concat();
        all.into_iter().find(|it| it.code() == code)
    }

    /// A quality problem, or nobody has said otherwise.
    pub fn is_excluding(self) -> bool {
        Cause::EXCLUDING.contains(&self)
    }
}

impl Start {
    pub const ALL: &[Start] = &[
        Start::SoldOn,
        Start::DeliveredOn,
        Start::InstalledOn,
        Start::AcceptedOn,
        Start::ProducedOn,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Start::SoldOn => "sold_on",
            Start::DeliveredOn => "delivered_on",
            Start::InstalledOn => "installed_on",
            Start::AcceptedOn => "accepted_on",
            Start::ProducedOn => "produced_on",
        }
    }

    /// Where it stands in a case.
    pub fn field(self) -> &'static str {
        match self {
            Start::SoldOn => "device.sold_on",
            Start::DeliveredOn => "device.delivered_on",
            Start::InstalledOn => "device.installed_on",
            Start::AcceptedOn => "device.accepted_on",
            Start::ProducedOn => "device.produced_on",
        }
    }
}

impl Kind {
    pub const ALL: &[Kind] = &[
        Kind::Repair,
        Kind::Exchange,
        Kind::Return,
        Kind::Assembly,
        Kind::Loan,
        Kind::Compensation,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Kind::Repair => "repair",
            Kind::Exchange => "exchange",
            Kind::Return => "return",
            Kind::Assembly => "assembly",
            Kind::Loan => "loan",
            Kind::Compensation => "compensation",
        }
    }
}

impl Coverage {
    pub const ALL: &[Coverage] = &[
        Coverage::Free,
        Coverage::CostPrice,
        Coverage::FullPrice,
        Coverage::Refuse,
        Coverage::Unknown,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Coverage::Free => "free",
            Coverage::CostPrice => "cost_price",
            Coverage::FullPrice => "full_price",
            Coverage::Refuse => "refuse",
            Coverage::Unknown => "unknown",
        }
    }
}

impl Payer {
    pub fn code(self) -> &'static str {
        match self {
            Payer::Seller => "seller",
            Payer::Producer => "producer",
            Payer::Repairer => "repairer",
            Payer::Consumer => "consumer",
        }
    }
}

impl By {
    pub fn code(self) -> &'static str {
        match self {
            By::Company => "company",
            By::Seller => "seller",
            By::Repairer => "repairer",
        }
    }

    /// Whoever promises more than the law bears it.
    pub fn pays(self) -> Payer {
        match self {
            By::Company => Payer::Producer,
            By::Seller => Payer::Seller,
            By::Repairer => Payer::Repairer,
        }
    }
}

impl Bearer {
    pub fn code(self) -> &'static str {
        match self {
            Bearer::Operator => "operator",
            Bearer::Consumer => "consumer",
        }
    }
}
