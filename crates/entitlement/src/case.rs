//! 个案: what is known of one device, one fault and one day. What is not known is left out.
//!
//! Source: interfaces, `calc entitlement FILE.json`.

use std::fmt;

use jiff::civil::{Date, DateTime, time};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::codes::{By, Cause, Coverage, DelayBy, Evidence, FaultKind, Kind, Start};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The day the question is asked for.
    pub as_of: Date,
    /// 行政区划代码: where the consumer is.
    #[serde(default)]
    pub region: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub device: Device,
    #[serde(default, deserialize_with = "or_default")]
    pub usage: Usage,
    #[serde(default, deserialize_with = "or_default")]
    pub fault: Fault,
    #[serde(default, deserialize_with = "or_default")]
    pub repairs: Vec<Repair>,
    #[serde(default, deserialize_with = "or_default")]
    pub seller: Seller,
    #[serde(default, deserialize_with = "or_default")]
    pub promises: Vec<Promise>,
    #[serde(default, deserialize_with = "or_default")]
    pub facts: Facts,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Device {
    pub category: Option<String>,
    pub price_fen: Option<i64>,
    pub invoice: Option<bool>,
    pub certificate: Option<bool>,
    pub produced_on: Option<Date>,
    pub sold_on: Option<Date>,
    pub delivered_on: Option<Date>,
    pub installed_on: Option<Date>,
    pub accepted_on: Option<Date>,
    pub exchanged_on: Option<Date>,
    /// 首个作业季 of a farm machine began on.
    pub first_season_from: Option<Date>,
    /// 使用补偿系数 n, as the producer states it.
    pub producer_rate_n: Option<Rate>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Usage {
    pub km: Option<i64>,
    pub hours: Option<i64>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Fault {
    pub kind: Option<FaultKind>,
    pub component: Option<String>,
    pub needs_replacement: Option<bool>,
    pub cause: Option<Cause>,
    /// The code of an exclusion of the company's own, if one is named.
    pub exclusion: Option<String>,
    pub evidence: Option<Evidence>,
    /// 同一问题: repairs with the same label were of the same problem; a person has confirmed it.
    pub problem: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repair {
    #[serde(rename = "in", deserialize_with = "handed_in")]
    pub handed_in: DateTime,
    /// Left out while it is open.
    #[serde(default, deserialize_with = "handed_out")]
    pub out: Option<DateTime>,
    #[serde(default, deserialize_with = "or_default")]
    pub waiting_parts_days: i64,
    /// 车三包 24: transport of parts made for this car, rescue travel.
    #[serde(default, deserialize_with = "or_default")]
    pub excluded_days: i64,
    #[serde(default)]
    pub delay_by: Option<DelayBy>,
    #[serde(default)]
    pub problem: Option<String>,
    /// Of which kind that problem was, where it is told.
    #[serde(default)]
    pub kind: Option<FaultKind>,
    /// `发动机`: the assembly; `发动机/曲轴`: a main part of it.
    #[serde(default, deserialize_with = "or_default")]
    pub replaced: Vec<String>,
    #[serde(default)]
    pub fixed: Option<bool>,
    /// Readings at hand-in.
    #[serde(default)]
    pub km: Option<i64>,
    #[serde(default)]
    pub hours: Option<i64>,
}

impl Repair {
    /// From then till then, or still open; nothing else is known of it.
    pub fn between(handed_in: DateTime, out: Option<DateTime>) -> Repair {
        Repair {
            handed_in,
            out,
            waiting_parts_days: 0,
            excluded_days: 0,
            delay_by: None,
            problem: None,
            kind: None,
            replaced: Vec::new(),
            fixed: None,
            km: None,
            hours: None,
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Seller {
    pub same_model_available: Option<bool>,
    pub consumer_accepts_other_model: Option<bool>,
}

/// 额外承诺. It gives what it says and no more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promise {
    pub by: By,
    pub kind: Kind,
    #[serde(default)]
    pub component: Option<String>,
    pub from: Start,
    #[serde(default)]
    pub within_days: Option<i64>,
    #[serde(default)]
    pub within_months: Option<i64>,
    /// Left out: all causes but those that exclude.
    #[serde(default)]
    pub causes: Option<Vec<Cause>>,
    #[serde(default)]
    pub coverage: Option<Coverage>,
    #[serde(default, deserialize_with = "or_default")]
    pub text: String,
}

/// What happened beside the fault.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Facts {
    /// Bought over the network, by television, telephone or post.
    pub distance_sale: Option<bool>,
    /// An authority has found the goods unqualified.
    pub found_unqualified: Option<bool>,
    pub fraud: Option<bool>,
    /// 车三包 26, paid beside the car: registration, fittings and what is off them for age, fees
    /// that the seller charged for services.
    pub registration_fen: Option<i64>,
    pub fittings_fen: Option<i64>,
    pub fittings_depreciation_fen: Option<i64>,
    pub service_fees_fen: Option<i64>,
    /// 农忙季节, in the area that is served.
    pub busy_season: Option<bool>,
    /// The consumer asked for an exchange or a return on that day, and it is not done.
    pub claimed_on: Option<Date>,
    /// The goods were given back on that day.
    pub given_back_on: Option<Date>,
    /// The certificate was reported lost on that day.
    pub certificate_lost_on: Option<Date>,
}

/// A share, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rate(pub i64);

impl Case {
    /// Nothing is known but the day.
    pub fn on(as_of: Date) -> Case {
        Case {
            as_of,
            region: None,
            device: Device::default(),
            usage: Usage::default(),
            fault: Fault::default(),
            repairs: Vec::new(),
            seller: Seller::default(),
            promises: Vec::new(),
            facts: Facts::default(),
        }
    }
}

impl Case {
    /// What is known of it, as JSON, for whoever keeps it beside the decision.
    pub fn known(&self) -> serde_json::Value {
        bare(serde_json::to_value(self).expect("a case is plain JSON"))
    }
}

/// Without what says nothing.
fn bare(value: serde_json::Value) -> serde_json::Value {
    let serde_json::Value::Object(fields) = value else { return value };
    let is_empty = |it: &serde_json::Value| match it {
        serde_json::Value::Null => true,
        serde_json::Value::Array(items) => items.is_empty(),
        serde_json::Value::Object(fields) => fields.is_empty(),
        _ => false,
    };
    let kept = fields.into_iter().map(|(name, it)| (name, bare(it)));
    kept.filter(|it| !is_empty(&it.1)).collect()
}

impl Device {
    pub fn day(&self, start: Start) -> Option<Date> {
        match start {
            Start::SoldOn => self.sold_on,
            Start::DeliveredOn => self.delivered_on,
            Start::InstalledOn => self.installed_on,
            Start::AcceptedOn => self.accepted_on,
            Start::ProducedOn => self.produced_on,
        }
    }
}

impl Fault {
    /// A cause that is named and not qualified is proved.
    pub fn evidence(&self) -> Evidence {
        self.evidence.unwrap_or(Evidence::Proved)
    }
}

impl Rate {
    /// `0.004`, `4e-3`: as a decimal, to the sixth place.
    pub fn parse(text: &str) -> Option<Rate> {
        let (digits, exponent) = match text.split_once(['e', 'E']) {
            Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (sign, digits) = match digits.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, digits),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let value: i128 = format!("{whole}{part}").parse().ok()?;
        let places = i32::try_from(part.len()).ok()?.checked_sub(exponent)?;
        let shift = 6i32.checked_sub(places)?;
        let scale = 10i128.checked_pow(shift.unsigned_abs())?;
        let millionths = if shift < 0 { value / scale } else { value.checked_mul(scale)? };
        Some(Rate(i64::try_from(millionths).ok()? * sign))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let text = format!("{}{}.{:06}", sign, self.0.abs() / 1_000_000, self.0.abs() % 1_000_000);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let number = serde_json::from_str::<serde_json::Number>(&self.to_string());
        number.map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Rate, D::Error> {
        let text = serde_json::Number::deserialize(deserializer)?.to_string();
        Rate::parse(&text).ok_or_else(|| D::Error::custom("a rate"))
    }
}

/// `null` says no more than nothing.
fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

/// A day without a clock time begins at midnight,
fn handed_in<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(D::Error::custom)
}

/// and ends with its last second.
fn handed_out<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    if let Ok(day) = text.parse::<Date>()
        && text.len() == "2026-01-01".len()
    {
        return Ok(Some(day.to_datetime(time(23, 59, 59, 0))));
    }
    text.parse().map(Some).map_err(D::Error::custom)
}
