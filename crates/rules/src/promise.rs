//! 服务承诺: every time given to a customer is kept as a promise with a due moment and an end.
//! How long each is stands in the pack; here is what starts it, what ends it, and how it ended.
//!
//! Source: C6; interfaces, the table of promises; [3.15] (arrangement also after each hand-over).

use kernel::{Time, codes, id};

use crate::order::Step;

id! {
    /// A promise.
    PromiseId = "prm";
}

codes! {
    /// What is promised.
    pub enum PromiseKind {
        FirstContact "first_contact",
        Arrangement "arrangement",
        Arrival "arrival",
        Repair "repair",
        Appointment "appointment",
        Callback "callback",
        Reply "reply",
    }
}

codes! {
    /// Where a promise stands.
    pub enum PromiseState {
        Open "open",
        Met "met",
        Missed "missed",
        Withdrawn "withdrawn",
    }
}

codes! {
    /// On which clock it runs: natural hours, or a calendar of working time.
    pub enum Clock {
        Natural "natural",
        Working "working",
    }
}

/// A promise as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    pub id: PromiseId,
    pub request: String,
    pub order: Option<String>,
    pub kind: PromiseKind,
    pub state: PromiseState,
    pub started_at: Time,
    /// An appointment may be kept from here on; the others at once.
    pub from: Option<Time>,
    pub due: Time,
    /// The calendar of that year is not published yet; the day may move.
    pub provisional: bool,
    pub clock: Clock,
    pub ended_at: Option<Time>,
    /// Which document promises it, in words: `3.1 · 30 min`.
    pub source: String,
    /// Whether those who answer for it were told of the miss.
    pub told: bool,
}

impl Promise {
    /// Where it stands at that moment: past its time it is missed, told or not.
    pub fn state_at(&self, now: Time) -> PromiseState {
        if self.state == PromiseState::Open && self.due < now {
            return PromiseState::Missed;
        }
        self.state
    }

    pub fn is_running(&self) -> bool {
        self.ended_at.is_none() && self.state != PromiseState::Withdrawn
    }

    /// What was promised happened. Too late, or before the agreed window, is missed.
    pub fn meet(&mut self, now: Time) {
        let in_time = now <= self.due && self.from.is_none_or(|from| from <= now);
        self.state = if in_time { PromiseState::Met } else { PromiseState::Missed };
        self.ended_at = Some(now);
    }

    /// It no longer counts. What was missed already stays missed.
    pub fn withdraw(&mut self, now: Time) {
        self.state = match self.state_at(now) {
            PromiseState::Open => PromiseState::Withdrawn,
            ended => ended,
        };
        self.ended_at = Some(now);
    }
}

/// What a new order is promised at once.
pub const AT_INTAKE: &[PromiseKind] = &[
    PromiseKind::FirstContact,
    PromiseKind::Arrangement,
    PromiseKind::Arrival,
    PromiseKind::Repair,
];

/// What the step fulfils. That the customer was reached, and what a notice says, are told apart
/// by whoever knows it.
pub fn met_by(step: Step) -> &'static [PromiseKind] {
    match step {
        Step::Assign => &[PromiseKind::Arrangement],
        Step::Arrive => &[PromiseKind::Appointment, PromiseKind::Arrival],
        Step::Sign => &[PromiseKind::Repair],
        _ => &[],
    }
}

/// What the step starts, or starts again.
pub fn started_by(step: Step) -> &'static [PromiseKind] {
    match step {
        Step::Route | Step::NoShow => &[PromiseKind::Arrangement],
        Step::Assign | Step::Reassign | Step::Book => &[PromiseKind::Appointment],
        Step::Sign => &[PromiseKind::Callback],
        _ => &[],
    }
}

/// What the step makes pointless.
pub fn withdrawn_by(step: Step) -> &'static [PromiseKind] {
    match step {
        Step::NoShow | Step::Suspend | Step::Route | Step::Refuse => &[PromiseKind::Appointment],
        Step::Close | Step::Cancel => PromiseKind::ALL,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Dice, Span};

    use super::*;

    struct Zero;
    impl Dice for Zero {
        fn roll(&mut self) -> u128 {
            0
        }
    }

    const T0: Time = Time::from_millis(1_800_000_000_000);

    fn promise(from: Option<Time>) -> Promise {
        Promise {
            id: PromiseId::born(T0, &mut Zero),
            request: "req".into(),
            order: None,
            kind: PromiseKind::Appointment,
            state: PromiseState::Open,
            started_at: T0,
            from,
            due: T0.after(Span::hours(2)),
            provisional: false,
            clock: Clock::Natural,
            ended_at: None,
            source: String::new(),
            told: false,
        }
    }

    #[test]
    fn a_promise_is_met_until_its_last_moment() {
        let hour = |h| T0.after(Span::hours(h));
        #[rustfmt::skip]
        let cases = [
            (None, hour(2), PromiseState::Met),
            (None, hour(2).after(Span::millis(1)), PromiseState::Missed),
            (Some(hour(1)), hour(1), PromiseState::Met),
            (Some(hour(1)), T0, PromiseState::Missed),
        ];
        for (from, at, state) in cases {
            let mut promise = promise(from);
            promise.meet(at);
            assert_eq!((promise.state, promise.ended_at), (state, Some(at)));
        }
    }

    #[test]
    fn what_was_missed_cannot_be_withdrawn() {
        let mut late = promise(None);
        late.withdraw(T0.after(Span::hours(3)));
        assert_eq!(late.state, PromiseState::Missed);
        let mut early = promise(None);
        early.withdraw(T0.after(Span::hours(1)));
        assert_eq!(early.state, PromiseState::Withdrawn);
    }

    #[test]
    fn past_its_time_it_is_missed_without_anybody_saying_so() {
        let open = promise(None);
        assert_eq!(open.state_at(T0), PromiseState::Open);
        assert_eq!(open.state_at(T0.after(Span::hours(3))), PromiseState::Missed);
    }
}
