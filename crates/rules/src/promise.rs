//! 服务承诺: every time given to a customer is kept as a promise with a due moment and an end.
//! How long each is stands in the pack; here is what starts it, what ends it, and how it ended.
//!
//! Source: C6; interfaces, the table of promises; [3.15] (arrangement also after each hand-over).

use kernel::{Column, Error, Result, Time, Value, codes, id};
use serde::{Deserialize, Serialize};
use worktime::Amount;

use crate::order::{Step, Wait};

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

/// How long a promise runs, on which calendar, and what stops its clock for a while. It is kept
/// with every promise given: what was promised stays, whatever the pack says later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timing {
    #[serde(flatten)]
    pub amount: Amount,
    /// Working days after the day of the start, whatever its hour and be it worked or not; due at
    /// the last closing. "The next working day" after a Saturday is Monday.
    #[serde(default)]
    pub whole_days: bool,
    /// Needed by a working clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<String>,
    /// While the order waits for one of these the clock stands still.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paused_by: Vec<Wait>,
}

impl Column for Timing {
    fn write(&self) -> Value {
        Value::Text(serde_json::to_string(self).expect("a timing is plain data"))
    }
    fn read(value: &Value) -> Result<Self> {
        serde_json::from_str(value.text()?).map_err(|e| Error::fault(format!("no timing: {e}")))
    }
}

/// A time during which a clock stood still; open while it has no end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    pub from: Time,
    pub to: Option<Time>,
}

/// The pauses of a promise, oldest first; only the last may be open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pauses(pub Vec<Pause>);

/// `1795395600000-1795399200000,1795400000000-`: rows of a database are read by people, too.
impl Column for Pauses {
    fn write(&self) -> Value {
        let one = |it: &Pause| {
            let to = it.to.map(|to| to.millis().to_string()).unwrap_or_default();
            format!("{}-{to}", it.from.millis())
        };
        Value::Text(self.0.iter().map(one).collect::<Vec<_>>().join(","))
    }
    fn read(value: &Value) -> Result<Self> {
        let text = value.text()?;
        let one = |it: &str| {
            let (from, to) = it.split_once('-')?;
            let at = |it: &str| it.parse().ok().map(Time::from_millis);
            let to = if to.is_empty() { None } else { Some(at(to)?) };
            Some(Pause { from: at(from)?, to })
        };
        let all: Option<_> = text.split(',').filter(|it| !it.is_empty()).map(one).collect();
        all.map(Pauses).ok_or_else(|| Error::fault(format!("no pauses: {text}")))
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
    /// How its time was counted. An appointment has the time that was agreed instead.
    pub timing: Option<Timing>,
    pub pauses: Pauses,
}

impl Promise {
    /// Where it stands at that moment: past its time it is missed, told or not. While the clock
    /// stands still no time passes.
    pub fn state_at(&self, now: Time) -> PromiseState {
        if self.state == PromiseState::Open && self.due < self.paused_since().unwrap_or(now) {
            return PromiseState::Missed;
        }
        self.state
    }

    /// Since when the clock stands still, if it does.
    pub fn paused_since(&self) -> Option<Time> {
        self.pauses.0.last().filter(|it| it.to.is_none()).map(|it| it.from)
    }

    /// The order waits: the clock stands still, if this promise waits for that. Says whether it
    /// does. What is late already stays late.
    pub fn pause(&mut self, wait: Wait, now: Time) -> bool {
        let waits = self.timing.as_ref().is_some_and(|it| it.paused_by.contains(&wait));
        let pauses = waits
            && self.is_running()
            && self.state_at(now) == PromiseState::Open
            && self.paused_since().is_none();
        if pauses {
            self.pauses.0.push(Pause { from: now, to: None });
        }
        pauses
    }

    /// The clock runs on. Says whether it had stood still: then its end is to be counted anew.
    pub fn go_on(&mut self, now: Time) -> bool {
        match self.pauses.0.last_mut() {
            Some(last) if last.to.is_none() => {
                last.to = Some(now);
                true
            }
            _ => false,
        }
    }

    pub fn is_running(&self) -> bool {
        self.ended_at.is_none() && self.state != PromiseState::Withdrawn
    }

    /// What was promised happened. Too late, or before the agreed window, is missed.
    pub fn meet(&mut self, now: Time) {
        let counted = self.paused_since().unwrap_or(now);
        let in_time = counted <= self.due && self.from.is_none_or(|from| from <= now);
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

/// What falls due next, as a list says it: which promise, and on which clock it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coming {
    pub kind: PromiseKind,
    pub clock: Clock,
}

/// `repair working`: how a query brings both along in one cell.
impl Column for Coming {
    fn write(&self) -> Value {
        Value::Text(format!("{} {}", self.kind.code(), self.clock.code()))
    }
    fn read(value: &Value) -> Result<Self> {
        let text = value.text()?;
        let both = text.split_once(' ').and_then(|(kind, clock)| {
            Some(Coming { kind: PromiseKind::parse(kind)?, clock: Clock::parse(clock)? })
        });
        both.ok_or_else(|| Error::fault(format!("no promise: {text}")))
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
            timing: None,
            pauses: Pauses::default(),
        }
    }

    /// Two hours that stand still while the order waits for the customer.
    fn pausing() -> Promise {
        let amount = Amount::hours(2);
        let paused_by = vec![Wait::Customer];
        let timing = Timing { amount, whole_days: false, calendar: None, paused_by };
        Promise { timing: Some(timing), ..promise(None) }
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

    #[test]
    fn a_clock_stands_still_for_what_it_waits_for_and_for_nothing_else() {
        let hour = |h| T0.after(Span::hours(h));
        let mut it = pausing();
        assert!(!it.pause(Wait::Part, hour(1)), "a part is no reason to wait");
        assert!(it.pause(Wait::Customer, hour(1)));
        assert!(!it.pause(Wait::Customer, hour(1)), "it stands still already");
        assert_eq!(it.state_at(hour(9)), PromiseState::Open, "no time passes");
        assert!(it.go_on(hour(9)));
        assert!(!it.go_on(hour(9)), "it runs already");
        assert_eq!(it.pauses.0, [Pause { from: hour(1), to: Some(hour(9)) }]);
        assert!(!promise(None).pause(Wait::Customer, hour(1)), "an agreed time waits for nobody");
    }

    #[test]
    fn what_is_late_already_does_not_become_timely_by_waiting() {
        let hour = |h| T0.after(Span::hours(h));
        let mut it = pausing();
        assert!(!it.pause(Wait::Customer, hour(3)));
        assert_eq!(it.state_at(hour(3)), PromiseState::Missed);
        let mut met = pausing();
        met.meet(hour(1));
        assert!(!met.pause(Wait::Customer, hour(1)), "what is over has no clock");
    }

    #[test]
    fn what_happens_during_a_pause_happens_in_time() {
        let hour = |h| T0.after(Span::hours(h));
        let mut it = pausing();
        it.pause(Wait::Customer, hour(1));
        it.meet(hour(5));
        assert_eq!(it.state, PromiseState::Met);
    }

    #[test]
    fn pauses_and_timings_come_back_as_they_were_kept() {
        let hour = |h| T0.after(Span::hours(h));
        let all = Pauses(vec![
            Pause { from: hour(1), to: Some(hour(2)) },
            Pause { from: hour(3), to: None },
        ]);
        for it in [Pauses::default(), all] {
            assert_eq!(Pauses::read(&it.write()).unwrap(), it);
        }
        assert!(Pauses::read(&Value::Text("yesterday".into())).is_err());
        let timing = pausing().timing.unwrap();
        assert_eq!(Timing::read(&timing.write()).unwrap(), timing);
    }
}
