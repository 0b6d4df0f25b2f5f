//! What can be imported, and by which names its fields go.

use rules::{
    customer::CustomerKind,
    intake::{Channel, RequestKind},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Requests,
    Customers,
    Devices,
    People,
    Events,
}

impl Kind {
    pub const NAMES: [&'static str; 5] = ["requests", "customers", "devices", "people", "events"];
    const ALL: [Kind; 5] =
        [Kind::Requests, Kind::Customers, Kind::Devices, Kind::People, Kind::Events];

    pub fn named(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|it| it.name() == name)
    }

    pub fn name(self) -> &'static str {
        Kind::NAMES[self as usize]
    }

    #[rustfmt::skip]
    pub fn fields(self) -> &'static [&'static str] {
        match self {
            Kind::Requests => &[
                "external_id", "kind", "channel", "opened_at", "promised_at", "closed_at",
                "duration_hours", "status", "customer_name", "phone", "address", "district", "lat",
                "lon", "outlet", "product", "serial", "fault_code", "fault_text", "level",
            ],
            Kind::Customers => &[
                "external_id", "name", "kind", "contact", "phone", "address", "district",
                "postcode", "class",
            ],
            Kind::Devices => &[
                "external_id", "serial", "model", "category", "buyer_name", "buyer_phone",
                "user_name", "user_phone", "sold_on", "delivered_on", "installed_on",
                "accepted_on", "purchase_channel", "produced_on", "exchanged_on", "price_fen",
                "invoice", "certificate", "card", "km", "hours",
            ],
            Kind::People => &["login", "name", "role", "org", "phone", "skills"],
            // The first five of each event; the rest is the case's own.
            Kind::Events => &[
                "case", "activity", "at", "person", "group",
                "kind", "channel", "outlet", "product", "fault_text", "level",
            ],
        }
    }

    pub fn field(self, name: &str) -> Option<&'static str> {
        self.fields().iter().copied().find(|it| *it == name)
    }

    /// Without a column or a default for these no row could be filed.
    pub fn needed(self) -> &'static [&'static str] {
        match self {
            Kind::Requests => &["external_id", "kind", "opened_at"],
            Kind::Customers => &["name"],
            Kind::Devices => &[],
            Kind::People => &["login", "name", "role", "org"],
            Kind::Events => &["case", "activity", "at"],
        }
    }
}

/// How a request stood elsewhere: our words for theirs.
pub const COURSES: [&str; 5] = ["open", "ordered", "answered", "closed", "cancelled"];

/// Whether a paper is there.
pub fn paper(said: &str) -> Option<bool> {
    match said {
        "yes" | "有" => Some(true),
        "no" | "无" | "没有" => Some(false),
        _ => None,
    }
}

/// Whether a field has a fixed set of codes, and this is none of them.
pub fn is_wrong_code(kind: Kind, field: &str, value: &str) -> bool {
    match field {
        "kind" if kind == Kind::Customers => CustomerKind::parse(value).is_none(),
        "kind" => RequestKind::parse(value).is_none(),
        "channel" => Channel::parse(value).is_none(),
        "status" => !COURSES.contains(&value),
        "activity" => kind == Kind::Events && !COURSES.contains(&value),
        "level" => !matches!(value, "1" | "2" | "3" | "4"),
        "invoice" | "certificate" => paper(value).is_none(),
        _ => false,
    }
}
