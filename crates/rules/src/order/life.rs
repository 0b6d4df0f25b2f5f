//! 状态与步骤: where an order stands, and what can happen to it.

use kernel::machine;

use crate::policy::Act;

#[rustfmt::skip]
machine! {
    /// Where the order stands.
    pub enum Status {
        Reported  "reported",
        Accepted  "accepted",
        Assigned  "assigned",
        OnWay     "on_way",
        OnSite    "on_site",
        Finished  "finished",
        Signed    "signed",
        Closed    "closed",
        Suspended "suspended",
        Cancelled "cancelled",
    }
    /// What can happen to it.
    pub enum Step {
        Accept   "accept":   Reported                                   => Accepted;
        Refuse   "refuse":   Reported | Accepted                        => Reported;
        Route    "route":    Reported | Accepted | Assigned             => Reported;
        Contact  "contact":  Reported => Reported, Accepted => Accepted, Assigned => Assigned,
                             OnWay => OnWay, OnSite => OnSite, Finished => Finished,
                             Signed => Signed, Suspended => Suspended;
        Assign   "assign":   Reported | Accepted                        => Assigned;
        Reassign "reassign": Assigned | OnWay                           => Assigned;
        Book     "book":     Assigned                                   => Assigned;
        Depart   "depart":   Assigned                                   => OnWay;
        Arrive   "arrive":   Assigned | OnWay                           => OnSite;
        NoShow   "no_show":  OnWay | OnSite                             => Accepted;
        Suspend  "suspend":  Accepted | Assigned | OnWay | OnSite       => Suspended;
        Resume   "resume":   Suspended => Accepted | Assigned | OnWay | OnSite;
        Finish   "finish":   OnSite                                     => Finished;
        Sign     "sign":     Finished                                   => Signed;
        Object   "object":   Finished => OnSite, Signed => Accepted;
        Resend   "resend":   Finished                                   => Finished;
        Close    "close":    Finished | Signed                          => Closed;
        Cancel   "cancel":   Reported | Accepted | Assigned | Suspended => Cancelled;
    }
}

impl Step {
    /// The right that the step asks for.
    pub fn act(self) -> Act {
        match self {
            Step::Accept | Step::Refuse | Step::Assign | Step::Reassign => Act::OrderDispatch,
            Step::Book | Step::Suspend | Step::Resume => Act::OrderHold,
            Step::Route => Act::OrderRoute,
            Step::Contact => Act::OrderContact,
            Step::Depart | Step::Arrive | Step::NoShow | Step::Finish | Step::Sign => {
                Act::OrderVisit
            }
            Step::Object => Act::OrderObject,
            Step::Resend => Act::OrderResend,
            Step::Close => Act::OrderClose,
            Step::Cancel => Act::OrderCancel,
        }
    }
}

impl Status {
    /// What is not finished yet.
    pub const OPEN: [Status; 8] = [
        Status::Reported,
        Status::Accepted,
        Status::Assigned,
        Status::OnWay,
        Status::OnSite,
        Status::Finished,
        Status::Signed,
        Status::Suspended,
    ];

    pub fn is_open(self) -> bool {
        Status::OPEN.contains(&self)
    }

    /// How far along: the place on the step bar.
    pub fn stage(self) -> usize {
        match self {
            Status::Reported => 0,
            Status::Accepted | Status::Suspended => 1,
            Status::Assigned => 2,
            Status::OnWay | Status::OnSite => 3,
            Status::Finished => 4,
            Status::Signed => 5,
            Status::Closed | Status::Cancelled => 6,
        }
    }
}
