//! 通知: what technician and customer are told, as a row of its own: read in the program, read
//! aloud on the phone, or sent as a message.
//!
//! Source: [1] appointment ("notify time, place, technician name and phone"); C7.

use kernel::{codes, id, machine, refusals};

id! {
    /// A notice.
    NoticeId = "ntc";
}

machine! {
    /// Where a notice stands.
    pub enum NoticeState {
        Queued "queued",
        Sent "sent",
        Spoken "spoken",
        Failed "failed",
    }
    /// What can happen to it.
    pub enum NoticeStep {
        Send "send": Queued | Failed => Sent;
        Speak "speak": Queued | Failed | Sent => Spoken;
        Fail "fail": Queued => Failed;
    }
}

codes! {
    /// By which way it goes.
    pub enum By {
        InApp "in_app",
        Aloud "aloud",
        Sms "sms",
    }
}

codes! {
    /// What it tells.
    pub enum NoticeKind {
        /// To the technician: a job, with place and time.
        Job "job",
        /// To the technician: the job went to somebody else, or the time moved.
        JobGone "job_gone",
        /// To the customer: who comes, and when.
        Visit "visit",
        /// To the customer: the code to read out.
        Code "code",
        /// To the customer: a promised time was counted anew with the holidays of its year.
        Moved "moved",
        /// To whoever answers for it: a promise was missed.
        Missed "missed",
        /// To the owner: the customer is not content.
        Reopened "reopened",
        /// To a person: the house tried and could not.
        Stuck "stuck",
    }
}

refusals! {
    NOT_SPOKEN Conflict "notice.not_to_be_spoken";
}
