//! How large a demo is.

/// What is made of everything.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    pub name: &'static str,
    pub orders: usize,
    /// Requests that become no order: questions, complaints, suggestions.
    pub others: usize,
    pub days: i64,
    pub customers: usize,
    pub devices: usize,
    pub people: usize,
    /// Dispatchers of an outlet.
    pub dispatchers: usize,
    /// At headquarters: agents, callers, managers, supervisors, auditors, finance, storekeepers,
    /// administrators, security.
    pub headquarters: [usize; 9],
}

impl Scale {
    pub const ALL: &'static [Scale] = &[SMALL, MEDIUM, LARGE];

    pub fn named(name: &str) -> Option<Scale> {
        Scale::ALL.iter().find(|it| it.name == name).copied()
    }
}

pub const SMALL: Scale = Scale {
    name: "small",
    orders: 600,
    others: 90,
    days: 20,
    customers: 600,
    devices: 900,
    people: 85,
    dispatchers: 1,
    headquarters: [3, 2, 1, 1, 1, 1, 1, 1, 1],
};

pub const MEDIUM: Scale = Scale {
    name: "medium",
    orders: 6_000,
    others: 900,
    days: 60,
    customers: 5_000,
    devices: 8_000,
    people: 120,
    dispatchers: 1,
    headquarters: [8, 4, 2, 2, 1, 2, 1, 1, 1],
};

pub const LARGE: Scale = Scale {
    name: "large",
    orders: 100_000,
    others: 12_000,
    days: 365,
    customers: 60_000,
    devices: 90_000,
    people: 300,
    dispatchers: 3,
    headquarters: [24, 14, 3, 3, 2, 3, 2, 1, 1],
};
