//! 账号: passwords, lockout, sessions.
//!
//! Source: 等保 2.0 GB/T 22239-2019 身份鉴别; OWASP ASVS 5.0 6.2: the two contradict each other in
//! composition and rotation, so a company chooses its profile.

use kernel::{Field, Refusal, Span, Time, codes, id, refusals};

use crate::policy::{Act, Reach, Rights};

id! {
    /// A list that somebody keeps for themselves.
    ViewId = "viw";
}

codes! {
    /// Whether somebody works here.
    pub enum PersonStatus {
        Active "active",
        Suspended "suspended",
        Left "left",
    }
}

codes! {
    /// 等保 wants composition and rotation; ASVS forbids both.
    pub enum PasswordProfile {
        Mlps "mlps",
        Asvs "asvs",
    }
}

refusals! {
    WRONG_LOGIN  Unknown  "account.wrong_login";
    LOCKED       TooMany  "account.locked";
    WRONG_CODE   Unknown  "account.wrong_code";
    TOO_SLOW     Unknown  "account.too_slow";
    LOGIN_TAKEN  Conflict "account.login_taken";
    WIDER_RIGHTS NotAllowed "account.wider_rights";
    MUST_CHANGE  NotAllowed "account.must_change_password";
    NOT_APART    Conflict "account.not_apart";
    TOKEN_APART  NotAllowed "account.token_apart";
    OWN_ACCOUNT  NotAllowed "account.own";
    SECOND_FACTOR_IS_ON Conflict "account.second_factor_is_on";
    ROLE_IN_USE  Conflict "role.in_use";
}

/// So many wrong tries, then nobody comes in for so long.
pub const TRIES: i64 = 5;
pub const LOCKED_FOR: Span = Span::minutes(15);
/// A browser's session ends after so long without use, where the company says nothing else.
pub const SESSION: Span = Span::hours(12);
/// Between the password and the second factor.
pub const HALF_WAY: Span = Span::minutes(5);
/// What a company may say, in minutes. 等保 leaves the number open; half an hour is usual.
pub const IDLE_CHOICES: [i64; 4] = [15, 30, 120, 720];
/// However much it is used, a session ends: ASVS 7.3.2.
pub const SESSION_MOST: Span = Span::days(7);
/// Under 等保 a password is good for so long.
pub const ROTATION: Span = Span::days(90);

/// More lists of one kind than these nobody finds again.
pub const VIEWS: usize = 20;
const VIEW_NAME: usize = 40;
/// What a list is asked has an end: so many bytes, as the address has it.
pub const VIEW_QUERY: usize = 2000;

const SHORTEST: usize = 8;
const LONGEST: usize = 128;

/// The passwords people choose first, in lower case. Ours: patterns of keyboards, years and birthdays.
const COMMON: &str = include_str!("account/common_passwords.txt");
/// And those that leaked most often, of those that are long enough, the commonest first. Source: the
/// 20,000 commonest of Pwned Passwords, counted by R. Williams, as Django 5.2 has them (BSD-3, beside it).
const LEAKED: &str = include_str!("account/leaked_passwords.txt");

/// What somebody calls a list of their own.
pub fn view_name(text: &str) -> Result<String, Field> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match name.chars().count() {
        0 => Err(Field::new("name", "missing")),
        it if it > VIEW_NAME => Err(Field::new("name", "too_long").with("most", VIEW_NAME as i64)),
        _ => Ok(name),
    }
}

/// What is wrong with a new password, for the field it was typed into.
pub fn check_password(profile: PasswordProfile, login: &str, password: &str) -> Result<(), Field> {
    let length = password.chars().count();
    let wrong = |code| Err(Field::new("password", code));
    if length < SHORTEST {
        return Err(Field::new("password", "password.short").with("least", SHORTEST as i64));
    }
    if length > LONGEST {
        return Err(Field::new("password", "password.long").with("most", LONGEST as i64));
    }
    let plain = password.to_lowercase();
    let known = [COMMON, LEAKED].into_iter().flat_map(str::lines).any(|it| it == plain);
    if plain == login.to_lowercase() || known {
        return wrong("password.common");
    }
    let kinds = [
        password.chars().any(|it| it.is_ascii_lowercase()),
        password.chars().any(|it| it.is_ascii_uppercase()),
        password.chars().any(|it| it.is_ascii_digit()),
        password.chars().any(|it| !it.is_ascii_alphanumeric()),
    ];
    if profile == PasswordProfile::Mlps && kinds.iter().filter(|it| **it).count() < 3 {
        return wrong("password.composition");
    }
    Ok(())
}

/// Whether a password has to be chosen anew.
pub fn is_stale(profile: PasswordProfile, changed_at: Option<Time>, now: Time) -> bool {
    profile == PasswordProfile::Mlps && changed_at.is_none_or(|at| at.after(ROTATION) < now)
}

/// Under 等保 the administrations of system, security and audit are three persons, and the first
/// two see nothing of customers. A small company under the other profile may do as it likes.
pub fn apart(profile: PasswordProfile, rights: &Rights) -> Result<(), Refusal> {
    if profile == PasswordProfile::Mlps && is_mixed(&[rights]) { Err(NOT_APART) } else { Ok(()) }
}

/// Whoever holds somebody's token acts as them and nobody notices, so under 等保 nobody makes one
/// that would give them together what has to be apart. Everybody makes their own. A password that is
/// set for somebody is another matter: they notice, and choose their own at once.
pub fn may_hold_token(
    profile: PasswordProfile,
    mine: &Rights,
    theirs: &Rights,
) -> Result<(), Refusal> {
    let mixed = profile == PasswordProfile::Mlps && is_mixed(&[mine, theirs]);
    if mixed { Err(TOKEN_APART) } else { Ok(()) }
}

/// Whether one hand has the rights of two administrations, or those of one and what it must not see.
fn is_mixed(rights: &[&Rights]) -> bool {
    let has = |act: Act| rights.iter().any(|it| it.reach(act) > Reach::Nothing);
    let governs = has(Act::AccountManage) || has(Act::SecurityManage);
    let both = has(Act::AccountManage) && has(Act::SecurityManage);
    both || (governs && (has(Act::EventRead) || has(Act::Read)))
}

/// After a wrong try: how many there have been, and until when the door stays shut.
pub fn after_failure(failed: i64, now: Time) -> (i64, Option<Time>) {
    let failed = failed + 1;
    if failed >= TRIES { (0, Some(now.after(LOCKED_FOR))) } else { (failed, None) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_profile_has_its_own_idea_of_a_good_password() {
        let asvs = PasswordProfile::Asvs;
        let mlps = PasswordProfile::Mlps;
        #[rustfmt::skip]
        let cases = [
            (asvs, "correct horse battery", None),
            (mlps, "correct horse battery", Some("password.composition")),
            (mlps, "Correct-horse", None),
            (asvs, "short", Some("password.short")),
            (asvs, "password123", Some("password.common")),
            (asvs, "liu.yang.gz", Some("password.common")),
            (asvs, "Trustno1", Some("password.common")),
            (asvs, "elizabeth", Some("password.common")),
            (asvs, "0987654321", Some("password.common")),
            (mlps, "Password1", Some("password.common")),
            (mlps, "P@ssw0rd", Some("password.common")),
        ];
        for (profile, password, wrong) in cases {
            let found = check_password(profile, "liu.yang.gz", password).err().map(|it| it.code);
            assert_eq!(found, wrong, "{password}");
        }
    }

    /// ASVS 5.0, 6.2.4: more than the first 3,000 that a house would otherwise take, in either profile.
    #[test]
    fn the_passwords_that_leaked_most_are_as_many_as_asked_and_long_enough() {
        let all: std::collections::BTreeSet<&str> = LEAKED.lines().collect();
        let mixed = |it: &&&str| it.chars().any(|it| !it.is_ascii_lowercase());
        assert!(all.len() > 8000 && all.iter().filter(mixed).count() > 3000);
        for it in all {
            assert!(it.chars().count() >= SHORTEST && it == it.to_lowercase(), "{it}");
        }
    }

    #[test]
    fn under_mlps_system_security_and_audit_are_three_persons() {
        use crate::policy::Role::*;
        #[rustfmt::skip]
        let cases: [(&[_], bool); 7] = [
            (&[Admin],                 true),
            (&[Security],              true),
            (&[Auditor],               true),
            (&[HqManager, Agent],      true),
            (&[Admin, Security],       false),
            (&[Admin, Auditor],        false),
            (&[Security, OutletManager], false),
        ];
        for (roles, fine) in cases {
            let rights = Rights::of(roles);
            assert_eq!(apart(PasswordProfile::Mlps, &rights).is_ok(), fine, "{roles:?}");
            assert!(apart(PasswordProfile::Asvs, &rights).is_ok(), "{roles:?}");
        }
    }

    #[test]
    fn under_mlps_nobody_makes_a_token_that_unites_what_has_to_be_apart() {
        use crate::policy::Role::*;
        let cases = [
            (Admin, Admin, true),
            (Admin, Security, false),
            (Admin, Auditor, false),
            (Admin, Agent, false),
            (Admin, Technician, false),
            (OutletManager, Agent, true),
        ];
        for (mine, theirs, fine) in cases {
            let rights = (Rights::of(&[mine]), Rights::of(&[theirs]));
            let asked = |profile| may_hold_token(profile, &rights.0, &rights.1).is_ok();
            assert_eq!(asked(PasswordProfile::Mlps), fine, "{mine} for {theirs}");
            assert!(asked(PasswordProfile::Asvs), "{mine} for {theirs}");
        }
    }

    #[test]
    fn the_fifth_wrong_try_shuts_the_door_for_a_quarter_of_an_hour() {
        let now = Time::from_millis(0);
        assert_eq!(after_failure(3, now), (4, None));
        assert_eq!(after_failure(4, now), (0, Some(now.after(Span::minutes(15)))));
    }
}
