//! Who may do what, and how far their arm reaches. The table is the policy: a manager reads it,
//! `docs/policy.md` prints it, the tests walk every route with it.
//!
//! Source: requirements 1.7 (posts), interfaces "Rights"; 等保 keeps system, security and audit
//! administration apart, so `admin` and `security` see no customer data.

use kernel::{Refusal, Result, codes, id};

id! {
    /// A person of the network.
    PersonId = "per";
    /// An organisation: headquarters, a region, an outlet, a dealer, a partner.
    OrgId = "org";
}

codes! {
    /// How far a permission extends over the network.
    pub enum Reach {
        Nothing "none",
        /// What is assigned to me, or was taken by me.
        Own "own",
        /// My organisation and everything under it.
        Branch "branch",
        Everything "all",
    }
}

macro_rules! policy {
    (
        roles [$($role:ident $rcode:literal)+]
        $($act:ident $acode:literal [$($reach:tt)+])+
    ) => {
        codes! {
            /// The base roles; a pack's posts hold one or more of them.
            pub enum Role { $($role $rcode,)+ }
        }
        codes! {
            /// What can be done, as far as rights are concerned.
            pub enum Act { $($act $acode,)+ }
        }

        const TABLE: &[[Reach; Role::ALL.len()]] = &[$([$(reach!($reach)),+]),+];
    };
}
macro_rules! reach {
    (all) => {
        Reach::Everything
    };
    (br) => {
        Reach::Branch
    };
    (own) => {
        Reach::Own
    };
    (-) => {
        Reach::Nothing
    };
}

#[rustfmt::skip]
policy! {
    roles [ Agent "agent" Dispatcher "dispatcher" Technician "technician" Caller "caller"
            OutletManager "outlet_manager" RegionManager "region_manager" HqManager "hq_manager"
            Supervisor "supervisor" Storekeeper "storekeeper" Finance "finance"
            Auditor "auditor" Admin "admin" Security "security" ]
    //                                   agent disp tech caller outl reg  hq  superv store fin audit admin sec
    RequestTake     "request_take"      [ all  br   -    -     br   br   all  all    -    -    -    -    -  ]
    Read            "read"              [ all  br   own  all   br   br   all  all    br   br   all  -    -  ]
    Reveal          "reveal"            [ all  br   -    all   br   br   all  all    -    -    -    -    -  ]
    RequestAnswer   "request_answer"    [ all  -    -    -     -    -    -    all    -    -    -    -    -  ]
    TechnicianRead  "technician_read"   [ all  br   own  -     br   br   all  -      -    -    all  -    -  ]
    OrderContact    "order_contact"     [ all  br   own  -     br   br   all  -      -    -    -    -    -  ]
    OrderDispatch   "order_dispatch"    [ -    br   -    -     br   br   all  -      -    -    -    -    -  ]
    OrderHold       "order_hold"        [ -    br   own  -     br   br   all  -      -    -    -    -    -  ]
    OrderOverride   "order_override"    [ -    -    -    -     br   br   all  -      -    -    -    -    -  ]
    OrderRoute      "order_route"       [ all  -    -    -     -    br   all  -      -    -    -    -    -  ]
    OrderCancel     "order_cancel"      [ all  -    -    -     br   br   all  -      -    -    -    -    -  ]
    OrderVisit      "order_visit"       [ -    -    own  -     -    -    -    -      -    -    -    -    -  ]
    OrderConsent    "order_consent"     [ all  -    own  -     -    -    -    -      -    -    -    -    -  ]
    OrderResend     "order_resend"      [ all  -    own  -     -    -    -    -      -    -    -    -    -  ]
    OrderObject     "order_object"      [ all  -    own  all   -    -    -    -      -    -    -    -    -  ]
    OrderClose      "order_close"       [ -    -    -    -     -    -    all  -      -    -    -    -    -  ]
    WarrantyOverride "warranty_override" [ -   -    -    -     -    br   all  -      -    -    -    -    -  ]
    ProblemConfirm  "problem_confirm"   [ all  br   own  -     br   br   all  -      -    -    -    -    -  ]
    CodeRead        "code_read"         [ all  -    -    all   -    -    -    -      -    -    -    -    -  ]
    CallbackRead    "callback_read"     [ all  br   own  all   br   br   all  all    -    -    all  -    -  ]
    CallbackAnswer  "callback_answer"   [ -    -    -    all   -    -    all  -      -    -    -    -    -  ]
    ComplaintFile   "complaint_file"    [ all  br   -    all   br   br   -    all    -    -    -    -    -  ]
    ComplaintRead   "complaint_read"    [ own  -    -    -     -    -    all  all    -    -    all  -    -  ]
    ComplaintAnswer "complaint_answer"  [ -    -    -    -     -    -    -    all    -    -    -    -    -  ]
    PeopleManage    "people_manage"     [ -    -    -    -     br   br   all  -      -    -    -    -    -  ]
    EventRead       "event_read"        [ -    -    -    -     -    -    all  -      -    -    all  -    -  ]
    AccountManage   "account_manage"    [ -    -    -    -     -    -    -    -      -    -    -    all  -  ]
    SecurityManage  "security_manage"   [ -    -    -    -     -    -    -    -      -    -    -    -    all]
}

/// What a base role may do by default.
pub fn reach(role: Role, act: Act) -> Reach {
    TABLE[act as usize][role as usize]
}

impl Act {
    /// How far it can be given in a role of the company's own. The log, accounts and security are
    /// of the whole house or not at all; people are managed of a branch at least.
    pub fn reaches(self) -> &'static [Reach] {
        match self {
            Act::EventRead | Act::AccountManage | Act::SecurityManage => &[Reach::Everything],
            Act::PeopleManage => &[Reach::Branch, Reach::Everything],
            Act::RequestTake
            | Act::Read
            | Act::Reveal
            | Act::RequestAnswer
            | Act::TechnicianRead
            | Act::OrderContact
            | Act::OrderDispatch
            | Act::OrderHold
            | Act::OrderOverride
            | Act::OrderRoute
            | Act::OrderCancel
            | Act::OrderVisit
            | Act::OrderConsent
            | Act::OrderResend
            | Act::OrderObject
            | Act::OrderClose
            | Act::WarrantyOverride
            | Act::ProblemConfirm
            | Act::CodeRead
            | Act::CallbackRead
            | Act::CallbackAnswer
            | Act::ComplaintFile
            | Act::ComplaintRead
            | Act::ComplaintAnswer => &[Reach::Own, Reach::Branch, Reach::Everything],
        }
    }
}

/// Every act with its reach: what a role is. Of several roles the wider arm counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rights([Reach; Act::ALL.len()]);

impl Rights {
    pub fn none() -> Rights {
        Rights([Reach::Nothing; Act::ALL.len()])
    }

    pub fn of(roles: &[Role]) -> Rights {
        let mut rights = Rights::none();
        for role in roles {
            for act in Act::ALL {
                rights.allow(*act, reach(*role, *act));
            }
        }
        rights
    }

    pub fn allow(&mut self, act: Act, reach: Reach) {
        let slot = &mut self.0[act as usize];
        *slot = (*slot).max(reach);
    }

    pub fn reach(&self, act: Act) -> Reach {
        self.0[act as usize]
    }

    /// Nobody gives what they do not have: a manager may hand out a role no wider than their own.
    pub fn covers(&self, other: &Rights) -> bool {
        self.0.iter().zip(&other.0).all(|(mine, theirs)| mine >= theirs)
    }
}

/// Someone acting: a person of the network, or the house itself (no person, every right).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub person: Option<PersonId>,
    pub name: String,
    pub roles: Vec<Role>,
    pub rights: Rights,
    pub org: Option<OrgId>,
    /// The place in the tree: `/1/4/17/`.
    pub path: String,
}

/// Proof that the policy was asked. Stores take it instead of trusting their caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    person: Option<PersonId>,
    path: String,
    reach: Reach,
}

impl Actor {
    /// The house: schedules, jobs, the demo, the command line of whoever owns the machine.
    pub fn house() -> Actor {
        let mut rights = Rights::none();
        for act in Act::ALL {
            rights.allow(*act, Reach::Everything);
        }
        let (name, path) = (String::new(), "/".to_owned());
        Actor { person: None, name, roles: Vec::new(), rights, org: None, path }
    }

    pub fn is_house(&self) -> bool {
        self.person.is_none()
    }

    pub fn may(&self, act: Act) -> Result<Grant> {
        match self.rights.reach(act) {
            Reach::Nothing => Err(Refusal::NOT_ALLOWED.into()),
            reach => Ok(self.grant(reach)),
        }
    }

    /// As far as the arm reaches, were it nowhere: for asking about one thing among many.
    pub fn grant_for(&self, act: Act) -> Grant {
        self.grant(self.rights.reach(act))
    }

    fn grant(&self, reach: Reach) -> Grant {
        Grant { person: self.person.clone(), path: self.path.clone(), reach }
    }

    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

impl Grant {
    /// Everything: for what follows from a permission already asked, never instead of asking.
    pub fn house() -> Grant {
        Grant { person: None, path: "/".into(), reach: Reach::Everything }
    }

    pub fn person(&self) -> Option<&PersonId> {
        self.person.as_ref()
    }
    pub fn path(&self) -> &str {
        &self.path
    }
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// Whether something at that place, in the hands of that person, is within reach.
    pub fn covers(&self, path: &str, own: Option<&PersonId>) -> bool {
        match self.reach {
            Reach::Everything => true,
            Reach::Branch => path.starts_with(&self.path),
            Reach::Own => own.is_some() && own == self.person.as_ref(),
            Reach::Nothing => false,
        }
    }
}

/// The table for the manual: one line per act, one column per role.
pub fn sheet() -> String {
    let mut text = String::from("| act |");
    for role in Role::ALL {
        text += &format!(" {role} |");
    }
    text += &format!("\n|---|{}\n", "---|".repeat(Role::ALL.len()));
    for act in Act::ALL {
        text += &format!("| {act} |");
        for role in Role::ALL {
            let reach = reach(*role, *act);
            text += &format!(" {} |", if reach == Reach::Nothing { "–" } else { reach.code() });
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(roles: &[Role], path: &str) -> Actor {
        let rights = Rights::of(roles);
        Actor { roles: roles.to_vec(), rights, path: path.into(), ..Actor::house() }
    }

    #[test]
    fn of_two_roles_the_wider_arm_counts() {
        let both = Rights::of(&[Role::Technician, Role::OutletManager]);
        assert_eq!(both.reach(Act::Read), Reach::Branch);
        assert_eq!(both.reach(Act::OrderVisit), Reach::Own);
    }

    #[test]
    fn a_branch_ends_where_the_path_ends() {
        let grant = actor(&[Role::Dispatcher], "/1/4/").may(Act::Read).unwrap();
        assert!(grant.covers("/1/4/17/", None));
        assert!(!grant.covers("/1/41/", None));
        assert!(!grant.covers("/1/", None));
    }

    #[test]
    fn system_and_security_administrators_see_no_customer() {
        for role in [Role::Admin, Role::Security] {
            for act in [Act::Read, Act::Reveal, Act::CallbackRead, Act::ComplaintRead] {
                assert_eq!(reach(role, act), Reach::Nothing, "{role} {act}");
            }
        }
    }

    #[test]
    fn complaints_are_out_of_sight_of_those_complained_about() {
        for role in [Role::Dispatcher, Role::Technician, Role::OutletManager, Role::RegionManager] {
            assert_eq!(reach(role, Act::ComplaintRead), Reach::Nothing, "{role}");
        }
    }

    #[test]
    fn every_reach_of_a_base_role_can_be_given_in_a_role_of_ones_own() {
        for role in Role::ALL {
            for act in Act::ALL {
                let reach = reach(*role, *act);
                assert!(reach == Reach::Nothing || act.reaches().contains(&reach), "{role} {act}");
            }
        }
        assert!(!Act::SecurityManage.reaches().contains(&Reach::Branch));
    }

    #[test]
    fn nobody_gives_more_than_they_have() {
        let manager = Rights::of(&[Role::OutletManager]);
        assert!(manager.covers(&Rights::of(&[Role::Dispatcher])));
        assert!(!manager.covers(&Rights::of(&[Role::Agent])));
    }
}
