//! 受理: what a customer wants, by whatever way it reaches us. Repair, installation and
//! maintenance become a service order; the rest is answered, with an owner and a promised reply.
//!
//! Source: C3 Intake [0][1][2][3.15][4.3]; 《产品售后服务登记表》.

use kernel::{Result, Span, Time, codes, id, machine, refusals};

use crate::policy::Act;

id! {
    /// A request.
    RequestId = "req";
}

codes! {
    /// 受理类型.
    pub enum RequestKind {
        Consult "consult",
        Repair "repair",
        Install "install",
        Maintain "maintain",
        Complain "complain",
        Return "return",
        Suggest "suggest",
        Quality "quality",
        Claim "claim",
    }
}

codes! {
    /// 来源: how it reached us.
    pub enum Channel {
        Phone "phone",
        Letter "letter",
        Visit "visit",
        Web "web",
        Wechat "wechat",
        Email "email",
        Fax "fax",
        Chat "chat",
        App "app",
        Import "import",
    }
}

#[rustfmt::skip]
machine! {
    /// Where a request stands.
    pub enum RequestStatus {
        Open     "open",
        Ordered  "ordered",
        Answered "answered",
        Closed   "closed",
    }
    /// What can happen to it.
    pub enum RequestStep {
        Order  "order":  Open => Ordered;
        Answer "answer": Open => Answered;
        Close  "close":  Ordered => Closed;
        Reopen "reopen": Closed => Ordered;
    }
}

refusals! {
    NOT_OPEN     Conflict "request.not_open";
    /// Somebody is at it already; whoever has seen that may still want a second order.
    SAME_RUNNING Conflict "request.same_running";
}

/// How far ahead a wish may lie.
pub const WISH_AHEAD: Span = Span::days(180);

impl RequestKind {
    /// The kinds that send somebody out.
    pub fn makes_an_order(self) -> bool {
        matches!(self, RequestKind::Repair | RequestKind::Install | RequestKind::Maintain)
    }

    /// Complaints go to a desk without interest in after-sales [3.4].
    pub fn is_complaint(self) -> bool {
        self == RequestKind::Complain
    }

    pub fn take(self) -> Act {
        if self.is_complaint() { Act::ComplaintFile } else { Act::RequestTake }
    }

    pub fn answer(self) -> Act {
        if self.is_complaint() { Act::ComplaintAnswer } else { Act::RequestAnswer }
    }

    pub fn read(self) -> Act {
        if self.is_complaint() { Act::ComplaintRead } else { Act::Read }
    }
}

impl RequestStatus {
    pub fn take(self, step: RequestStep) -> Result<RequestStatus> {
        Ok(self.after(step).ok_or(NOT_OPEN)?)
    }
}

/// What somebody reports of a device, and what an open order about it was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matter<'a> {
    pub kind: RequestKind,
    pub fault_code: Option<&'a str>,
}

impl Matter<'_> {
    /// The same thing said twice: of one kind, and not of two faults that are known to differ.
    pub fn is_same(self, other: Matter<'_>) -> bool {
        let differ = match (self.fault_code, other.fault_code) {
            (Some(one), Some(two)) => one != two,
            _ => false,
        };
        self.kind.makes_an_order() && self.kind == other.kind && !differ
    }
}

/// What is wrong with a wished time, if anything.
pub fn wish(now: Time, from: Option<Time>, to: Option<Time>) -> Result<(), &'static str> {
    let (Some(first), Some(last)) = (from.or(to), to.or(from)) else { return Ok(()) };
    if last < first {
        return Err("wish.backwards");
    }
    if last < now {
        return Err("wish.past");
    }
    if last > now.after(WISH_AHEAD) {
        return Err("wish.too_far");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time::from_millis(1_800_000_000_000);

    #[test]
    fn a_wish_lies_between_now_and_half_a_year_ahead() {
        let at = |hours| Some(NOW.after(Span::hours(hours)));
        let day = 24;
        #[rustfmt::skip]
        let cases = [
            (None, None, Ok(())),
            (at(1), at(3), Ok(())),
            (at(-1), at(1), Ok(())),
            (at(-3), at(-1), Err("wish.past")),
            (at(-1), None, Err("wish.past")),
            (at(3), at(1), Err("wish.backwards")),
            (at(180 * day), None, Ok(())),
            (at(180 * day + 1), None, Err("wish.too_far")),
            (None, at(181 * day), Err("wish.too_far")),
        ];
        for (from, to, expected) in cases {
            assert_eq!(wish(NOW, from, to), expected, "{from:?} {to:?}");
        }
    }

    #[test]
    fn a_second_report_is_the_same_unless_kind_or_fault_differ() {
        use RequestKind::{Consult, Install, Repair};
        let of = |kind, fault_code| Matter { kind, fault_code };
        #[rustfmt::skip]
        let cases = [
            (of(Repair, Some("KT-01")),  of(Repair, Some("KT-01")),  true),
            (of(Repair, Some("KT-01")),  of(Repair, None),           true),
            (of(Repair, None),           of(Repair, None),           true),
            (of(Repair, Some("KT-01")),  of(Repair, Some("KT-02")),  false),
            (of(Repair, None),           of(Install, None),          false),
            (of(Consult, None),          of(Consult, None),          false),
        ];
        for (one, two, same) in cases {
            assert_eq!(one.is_same(two), same, "{one:?} {two:?}");
            assert_eq!(two.is_same(one), same, "{two:?} {one:?}");
        }
    }

    #[test]
    fn only_what_sends_somebody_out_becomes_an_order() {
        let orders: Vec<_> =
            RequestKind::ALL.iter().filter(|it| it.makes_an_order()).map(|it| it.code()).collect();
        assert_eq!(orders, ["repair", "install", "maintain"]);
    }

    #[test]
    fn an_answered_request_is_not_answered_again() {
        assert!(RequestStatus::Open.take(RequestStep::Answer).is_ok());
        assert!(RequestStatus::Answered.take(RequestStep::Answer).is_err());
        assert!(RequestStatus::Ordered.take(RequestStep::Answer).is_err());
    }
}
