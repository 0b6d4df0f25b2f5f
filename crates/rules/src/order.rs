//! 服务单: one promise to one customer about one device, from the call to the closed order.
//!
//! Source: [1] ch. 3 (appointment, visit, acceptance); [3.15] §4 (who must arrange what);
//! interfaces, the table of steps.

mod life;
mod sending;

use kernel::{Fen, Field, Refusal, Result, Span, Time, codes, id, refusals};

use crate::{
    intake::{RequestId, RequestKind},
    policy::{Act, Actor, OrgId, PersonId},
};

pub use life::{Status, Step};
pub use sending::{
    Candidate, NOT_CERTIFIED, OTHER_OUTLET, Obstacle, TECHNICIAN_ABSENT, TECHNICIAN_BUSY, Window,
};

id! {
    /// A service order.
    OrderId = "ord";
    /// A visit: one technician's window on one order.
    VisitId = "vis";
}

codes! {
    /// Why an order waits.
    pub enum Wait {
        Part "part",
        Customer "customer",
        Appraisal "appraisal",
        Depot "depot",
        Approval "approval",
        Access "access",
        Other "other",
    }
}

codes! {
    /// 久修原因: why a repair takes so long, as a person says; the law asks for it after 30, 60 and 90
    /// days.
    pub enum DelayBy {
        Parts "parts",
        Repairer "repairer",
    }
}

codes! {
    /// How somebody spoke with the customer.
    pub enum Means {
        Phone "phone",
        Sms "sms",
        Wechat "wechat",
        Visit "visit",
    }
}

codes! {
    /// How the customer confirmed the work.
    pub enum SignedBy {
        Screen "signature",
        Code "code",
    }
}

codes! {
    /// Who pays a line.
    pub enum Pays {
        Customer "customer",
        Company "company",
    }
}

codes! {
    /// 三包 outcome: more than yes and no [3.3][3.9].
    pub enum Coverage {
        Free "free",
        CostPrice "cost_price",
        FullPrice "full_price",
        Refuse "refuse",
        Unknown "unknown",
    }
}

refusals! {
    STEP_NOT_POSSIBLE Conflict "order.step_not_possible";
    CONSENT_MISSING   Conflict "order.consent_missing";
    WRONG_CODE        Invalid  "order.wrong_code";
}

/// A code read out by the customer is good for so long, and for so many tries.
pub const CODE_LIVES: Span = Span::hours(24);
pub const CODE_TRIES: i64 = 5;

/// A service order as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub id: OrderId,
    /// `GD-2611-000123`.
    pub number: String,
    pub kind: RequestKind,
    pub status: Status,
    /// Where a suspended order was.
    pub before: Option<Status>,
    pub request: RequestId,
    pub customer: Option<String>,
    pub device: Option<String>,
    pub category: Option<String>,
    pub district: Option<String>,
    /// Whose it is: the outlet, or the region or headquarters whose pool it lies in.
    pub outlet: Option<OrgId>,
    pub path: String,
    pub technician: Option<PersonId>,
    /// Who has to see to it that it goes on, after it came back.
    pub owner: Option<PersonId>,
    pub window_from: Option<Time>,
    pub window_to: Option<Time>,
    pub fault_code: Option<String>,
    pub fault_level: i64,
    pub fault_text: Option<String>,
    pub cause: Option<String>,
    pub action: Option<String>,
    pub found_code: Option<String>,
    pub finished_at: Option<Time>,
    pub coverage: Coverage,
    pub signed_name: Option<String>,
    pub signed_at: Option<Time>,
    pub signed_by: Option<SignedBy>,
    /// The drawn signature, a stored file.
    pub signature: Option<String>,
    pub code: Option<String>,
    pub code_until: Option<Time>,
    pub code_tries: i64,
    pub wait: Option<Wait>,
    pub wait_until: Option<Time>,
    pub wait_text: Option<String>,
    pub reopened_count: i64,
    pub repeat_of: Option<String>,
    /// 同一问题: the first order about it, as a person confirmed.
    pub problem: Option<String>,
    /// Why the repair takes so long, where a person has said so.
    pub delay_by: Option<DelayBy>,
    pub close_reason: Option<String>,
    pub opened_at: Time,
    pub closed_at: Option<Time>,
    /// The running promise that falls due first.
    pub due: Option<Time>,
    pub version: i64,
}

/// What the technician found and did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub cause: String,
    pub action: String,
    pub fault_code: String,
}

impl Order {
    /// The steps this person may take now, in the order of the table.
    pub fn steps_for(&self, actor: &Actor) -> Vec<Step> {
        let mine = |step: &Step| {
            self.covered(actor, step.act()) && self.is_theirs(actor, *step) && self.is_ready(*step)
        };
        self.status.steps().filter(mine).collect()
    }

    pub fn covered(&self, actor: &Actor, act: Act) -> bool {
        actor.grant_for(act).covers(&self.path, self.technician.as_ref())
    }

    /// Of one step, some states belong to the one desk and some to the other.
    fn is_theirs(&self, actor: &Actor, step: Step) -> bool {
        let own = self.technician.is_some() && self.technician == actor.person;
        match (step, self.status) {
            (Step::Object, Status::Finished) => own,
            (Step::Object, _) => actor.rights.reach(Act::OrderObject) > crate::policy::Reach::Own,
            _ => true,
        }
    }

    /// What belongs to no outlet can be routed, and nobody there can accept it.
    fn is_ready(&self, step: Step) -> bool {
        match step {
            Step::Accept | Step::Refuse | Step::Assign | Step::Reassign => self.outlet.is_some(),
            _ => true,
        }
    }

    /// In reach but not yours to do: not allowed. Yours, but not now: what is possible instead.
    pub fn check(&self, actor: &Actor, step: Step) -> Result<()> {
        if !self.covered(actor, step.act()) {
            return Err(Refusal::NOT_ALLOWED.into());
        }
        let possible = !self.status.targets(step).is_empty() && self.is_ready(step);
        if possible && !self.is_theirs(actor, step) {
            return Err(Refusal::NOT_ALLOWED.into());
        }
        if !possible {
            return Err(self.not_possible(actor).into());
        }
        Ok(())
    }

    fn not_possible(&self, actor: &Actor) -> Refusal {
        let steps = self.steps_for(actor).iter().map(|it| it.code().to_owned()).collect::<Vec<_>>();
        STEP_NOT_POSSIBLE.with("steps", steps).with("status", self.status.code())
    }

    /// The only place a status changes.
    fn go(&mut self, step: Step, to: Status) {
        debug_assert!(self.status.targets(step).contains(&to), "{} {step} {to}", self.status);
        self.status = to;
    }

    pub fn accept(&mut self) {
        self.go(Step::Accept, Status::Accepted);
    }

    /// Into the pool: of the region if there is one, else of headquarters.
    pub fn refuse(&mut self, pool: &str) {
        self.go(Step::Refuse, Status::Reported);
        self.outlet = None;
        self.path = pool.to_owned();
        self.free();
    }

    pub fn route(&mut self, outlet: OrgId, path: &str) {
        self.go(Step::Route, Status::Reported);
        self.outlet = Some(outlet);
        self.path = path.to_owned();
        self.free();
    }

    pub fn assign(&mut self, step: Step, technician: PersonId, window: Window) {
        self.go(step, Status::Assigned);
        self.technician = Some(technician);
        self.set_window(window);
        self.owner = None;
        self.resume_from_wait();
    }

    pub fn book(&mut self, window: Window) {
        self.go(Step::Book, Status::Assigned);
        self.set_window(window);
    }

    pub fn depart(&mut self) {
        self.go(Step::Depart, Status::OnWay);
    }

    pub fn arrive(&mut self) {
        self.go(Step::Arrive, Status::OnSite);
    }

    /// The customer was not there: a new time has to be arranged.
    pub fn no_show(&mut self) {
        self.go(Step::NoShow, Status::Accepted);
        self.free();
    }

    pub fn suspend(&mut self, wait: Wait, until: Option<Time>, text: Option<String>) {
        self.before = Some(self.status);
        self.go(Step::Suspend, Status::Suspended);
        (self.wait, self.wait_until, self.wait_text) = (Some(wait), until, text);
    }

    /// Back to where it was.
    pub fn resume(&mut self) {
        let before = self.before.unwrap_or(Status::Accepted);
        self.go(Step::Resume, before);
        self.resume_from_wait();
    }

    /// What the technician found; what the customer has to pay must be agreed before.
    pub fn finish(
        &mut self,
        finding: Finding,
        customer_pays: Fen,
        consented: Fen,
        now: Time,
    ) -> Result<()> {
        if customer_pays > consented {
            let missing = Fen::new(customer_pays.fen() - consented.fen());
            return Err(CONSENT_MISSING.with("missing", missing.to_string()).into());
        }
        self.go(Step::Finish, Status::Finished);
        self.cause = Some(finding.cause);
        self.action = Some(finding.action);
        self.found_code = Some(finding.fault_code);
        self.finished_at = Some(now);
        Ok(())
    }

    pub fn new_code(&mut self, code: String, now: Time) {
        self.code = Some(code);
        self.code_until = Some(now.after(CODE_LIVES));
        self.code_tries = 0;
    }

    /// Whether the customer's code is right. Wrong ones count, even though the step is refused.
    pub fn try_code(&mut self, said: &str, now: Time) -> Result<()> {
        self.code_tries += 1;
        let alive = self.code_until.is_some_and(|until| now <= until);
        let left = CODE_TRIES - self.code_tries;
        if alive && left >= 0 && self.code.as_deref() == Some(said.trim()) {
            return Ok(());
        }
        let reason = match (alive, left > 0) {
            (false, _) => "code.expired",
            (true, false) => "code.no_tries",
            (true, true) => "code.wrong",
        };
        let field = Field::new("code", reason).with("left", left.max(0));
        Err(WRONG_CODE.and(field).into())
    }

    pub fn sign(&mut self, name: String, by: SignedBy, signature: Option<String>, now: Time) {
        self.go(Step::Sign, Status::Signed);
        self.signed_name = Some(name);
        self.signed_at = Some(now);
        self.signed_by = Some(by);
        self.signature = signature;
        self.code = None;
    }

    /// The customer is not satisfied: before the signature the technician goes on, after it the
    /// outlet's manager owns it.
    pub fn object(&mut self, owner: Option<PersonId>) {
        if self.status == Status::Finished {
            self.go(Step::Object, Status::OnSite);
            self.code = None;
        } else {
            self.go(Step::Object, Status::Accepted);
            self.reopened_count += 1;
            self.owner = owner;
            self.free();
            (self.signed_name, self.signed_at) = (None, None);
            (self.signed_by, self.signature) = (None, None);
        }
    }

    pub fn close(&mut self, reason: &str, now: Time) {
        self.go(Step::Close, Status::Closed);
        self.close_reason = Some(reason.to_owned());
        self.closed_at = Some(now);
        self.code = None;
    }

    pub fn cancel(&mut self, reason: &str, now: Time) {
        self.go(Step::Cancel, Status::Cancelled);
        self.close_reason = Some(reason.to_owned());
        self.closed_at = Some(now);
        self.resume_from_wait();
    }

    pub fn window(&self) -> Option<Window> {
        Some(Window { from: self.window_from?, to: self.window_to? })
    }

    fn set_window(&mut self, window: Window) {
        self.window_from = Some(window.from);
        self.window_to = Some(window.to);
    }

    fn free(&mut self) {
        self.technician = None;
        (self.window_from, self.window_to) = (None, None);
        self.resume_from_wait();
    }

    fn resume_from_wait(&mut self) {
        (self.before, self.wait, self.wait_until, self.wait_text) = (None, None, None, None);
    }
}

/// So long after the signature the technician still sees whom they were at.
const AFTERGLOW: Span = Span::hours(24);

impl Order {
    /// Whether the customer's data are shown in the clear: to the agent and the order's dispatcher
    /// while it is open, to its technician until a day after the signature, to callback staff
    /// while they have to call. Everybody else asks, with a reason.
    pub fn shows_customer(&self, actor: &Actor, callback_waits: bool, now: Time) -> bool {
        use crate::policy::Role;
        let open = self.status.is_open();
        let branch = actor.grant_for(Act::OrderDispatch).covers(&self.path, None);
        let own = self.technician.is_some() && self.technician == actor.person;
        let fresh = self.signed_at.is_none_or(|at| now <= at.after(AFTERGLOW));
        (open && actor.has(Role::Agent))
            || (open && actor.has(Role::Dispatcher) && branch)
            || (own && actor.has(Role::Technician) && fresh)
            || (callback_waits && actor.has(Role::Caller))
            || actor.is_house()
    }
}

#[cfg(test)]
mod tests;
