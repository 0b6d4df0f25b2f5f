use kernel::{Day, Dice};
use proptest::prelude::*;

use super::*;
use crate::policy::{Rights, Role};

const NOW: Time = Time::from_millis(1_800_000_000_000);

struct Counting(u128);
impl Dice for Counting {
    fn roll(&mut self) -> u128 {
        self.0 += 1;
        self.0
    }
}

fn person(n: u128) -> PersonId {
    PersonId::born(NOW, &mut Counting(n))
}

fn order(status: Status) -> Order {
    let mut dice = Counting(0);
    Order {
        id: OrderId::born(NOW, &mut dice),
        number: "GD-2611-000001".into(),
        kind: RequestKind::Repair,
        status,
        before: (status == Status::Suspended).then_some(Status::Assigned),
        request: RequestId::born(NOW, &mut dice),
        customer: None,
        device: None,
        category: None,
        district: None,
        outlet: Some(OrgId::born(NOW, &mut dice)),
        path: "/1/2/".into(),
        technician: Some(person(7)),
        owner: None,
        window_from: None,
        window_to: None,
        fault_code: None,
        fault_level: 3,
        fault_text: None,
        cause: None,
        action: None,
        found_code: None,
        finished_at: None,
        coverage: Coverage::Free,
        signed_name: None,
        signed_at: None,
        signed_by: None,
        signature: None,
        code: None,
        code_until: None,
        code_tries: 0,
        wait: None,
        wait_until: None,
        wait_text: None,
        reopened_count: 0,
        repeat_of: None,
        problem: None,
        delay_by: None,
        close_reason: None,
        opened_at: NOW,
        closed_at: None,
        due: None,
        version: 0,
    }
}

fn actor(role: Role, path: &str, id: u128) -> Actor {
    Actor {
        person: Some(person(id)),
        roles: vec![role],
        rights: Rights::of(&[role]),
        path: path.into(),
        ..Actor::house()
    }
}

/// The table of the interfaces, written out: from which states a step may be taken.
#[rustfmt::skip]
const TABLE: &[(&str, &str)] = &[
    ("accept", "reported"),
    ("refuse", "reported accepted"),
    ("route", "reported accepted assigned"),
    ("contact", "reported accepted assigned on_way on_site finished signed suspended"),
    ("assign", "reported accepted"),
    ("reassign", "assigned on_way"),
    ("book", "assigned"),
    ("depart", "assigned"),
    ("arrive", "assigned on_way"),
    ("no_show", "on_way on_site"),
    ("suspend", "accepted assigned on_way on_site"),
    ("resume", "suspended"),
    ("finish", "on_site"),
    ("sign", "finished"),
    ("object", "finished signed"),
    ("resend", "finished"),
    ("close", "finished signed"),
    ("cancel", "reported accepted assigned suspended"),
];

#[test]
fn every_step_is_possible_exactly_where_the_table_says() {
    assert_eq!(TABLE.len(), Step::ALL.len());
    for (step, states) in TABLE {
        let step = Step::parse(step).unwrap();
        let states: Vec<_> = states.split(' ').collect();
        for status in Status::ALL {
            let possible = !status.targets(step).is_empty();
            assert_eq!(possible, states.contains(&status.code()), "{step} from {status}");
        }
    }
}

#[test]
fn nothing_follows_the_end() {
    for status in [Status::Closed, Status::Cancelled] {
        assert_eq!(status.steps().count(), 0, "{status}");
    }
}

#[test]
fn each_person_sees_the_buttons_that_are_theirs() {
    #[rustfmt::skip]
    let cases: &[(Role, &str, u128, Status, &str)] = &[
        (Role::Dispatcher, "/1/2/", 1, Status::Reported, "accept refuse contact assign"),
        (Role::Dispatcher, "/1/3/", 1, Status::Reported, ""),
        (Role::Agent, "/1/", 1, Status::Reported, "route contact cancel"),
        (Role::Technician, "/1/2/", 7, Status::Assigned, "contact book depart arrive suspend"),
        (Role::Technician, "/1/2/", 8, Status::Assigned, ""),
        (Role::Technician, "/1/2/", 7, Status::Finished, "contact sign object resend"),
        (Role::Agent, "/1/", 1, Status::Finished, "contact resend"),
        (Role::Agent, "/1/", 1, Status::Signed, "contact object"),
        (Role::Technician, "/1/2/", 7, Status::Signed, "contact"),
        (Role::HqManager, "/1/", 1, Status::Finished, "contact close"),
        (Role::Auditor, "/1/", 1, Status::Reported, ""),
    ];
    for (role, path, id, status, expected) in cases {
        let steps = order(*status).steps_for(&actor(*role, path, *id));
        let steps: Vec<_> = steps.iter().map(|it| it.code()).collect();
        assert_eq!(steps.join(" "), *expected, "{role} {status}");
    }
}

#[test]
fn what_lies_in_a_pool_is_routed_and_not_accepted() {
    let mut order = order(Status::Reported);
    order.outlet = None;
    let region = actor(Role::RegionManager, "/1/", 1);
    let steps = order.steps_for(&region);
    assert!(steps.contains(&Step::Route) && !steps.contains(&Step::Accept), "{steps:?}");
    let refused = order.check(&region, Step::Accept).unwrap_err();
    assert!(refused.is(&STEP_NOT_POSSIBLE));
}

#[test]
fn resuming_leads_back_to_where_it_was() {
    for status in [Status::Accepted, Status::Assigned, Status::OnWay, Status::OnSite] {
        let mut order = order(status);
        order.suspend(Wait::Part, Some(NOW.after(Span::hours(5))), None);
        assert_eq!(order.status, Status::Suspended);
        order.resume();
        assert_eq!((order.status, order.wait, order.before), (status, None, None));
    }
}

#[test]
fn an_objection_before_the_signature_stays_with_the_technician() {
    let mut finished = order(Status::Finished);
    finished.object(Some(person(1)));
    assert_eq!((finished.status, finished.reopened_count), (Status::OnSite, 0));
    assert!(finished.technician.is_some());
    let mut signed = order(Status::Signed);
    signed.object(Some(person(1)));
    assert_eq!((signed.status, signed.reopened_count), (Status::Accepted, 1));
    assert_eq!((signed.technician, signed.owner), (None, Some(person(1))));
}

#[test]
fn a_code_lives_a_day_and_five_tries() {
    let mut order = order(Status::Finished);
    order.new_code("123456".into(), NOW);
    let reason = |it: Result<()>| it.unwrap_err().refusal().unwrap().fields[0].code;
    for _ in 0..4 {
        assert_eq!(reason(order.try_code("000000", NOW)), "code.wrong");
    }
    assert_eq!(reason(order.try_code("000000", NOW)), "code.no_tries");
    assert_eq!(reason(order.try_code("123456", NOW)), "code.no_tries");
    order.new_code("123456".into(), NOW);
    assert!(order.clone().try_code(" 123456 ", NOW.after(CODE_LIVES)).is_ok());
    let late = NOW.after(CODE_LIVES).after(Span::millis(1));
    assert_eq!(reason(order.try_code("123456", late)), "code.expired");
}

#[test]
fn who_pays_must_have_agreed() {
    let finding =
        Finding { cause: "缺氟".into(), action: "加氟".into(), fault_code: "KT-01".into() };
    let (asked, agreed) = (Fen::yuan(98), Fen::yuan(97));
    let refused = order(Status::OnSite).finish(finding.clone(), asked, agreed, NOW).unwrap_err();
    assert!(refused.is(&CONSENT_MISSING));
    assert!(order(Status::OnSite).finish(finding, asked, asked, NOW).is_ok());
}

#[test]
fn a_certificate_is_good_on_its_last_day() {
    let day = |text| Day::parse(text).unwrap();
    let candidate = |until| Candidate {
        id: person(1),
        path: "/1/2/".into(),
        active: true,
        certificates: vec![("制冷".into(), until)],
    };
    let today = day("2026-11-23");
    #[rustfmt::skip]
    let cases = [
        (None, Some("制冷"), "/1/2/", None),
        (Some(day("2026-11-23")), Some("制冷"), "/1/2/", None),
        (Some(day("2026-11-22")), Some("制冷"), "/1/2/", Some(Obstacle::NotCertified)),
        (None, Some("电工"), "/1/2/", Some(Obstacle::NotCertified)),
        (None, None, "/1/2/", None),
        (None, None, "/1/3/", Some(Obstacle::OtherOutlet)),
    ];
    for (until, needs, outlet, obstacle) in cases {
        assert_eq!(candidate(until).obstacle(outlet, needs, today), obstacle);
    }
}

#[test]
fn a_window_lies_ahead_and_runs_forward() {
    let window =
        |from, to| Window { from: NOW.after(Span::hours(from)), to: NOW.after(Span::hours(to)) };
    assert!(window(1, 3).check(NOW).is_ok());
    assert!(window(-1, 1).check(NOW).is_ok(), "it may have begun");
    let far = 24 * 181;
    for (from, to) in [(3, 1), (2, 2), (-3, -1), (far, far + 2), (1, far), (-25, 1)] {
        assert!(window(from, to).check(NOW).is_err(), "{from} {to}");
    }
}

#[test]
fn the_customer_shows_to_whom_has_to_do_with_them() {
    let hour = Span::hours(1);
    let signed = Order { signed_at: Some(NOW), ..order(Status::Signed) };
    let day_later = NOW.after(Span::hours(24)).after(hour);
    #[rustfmt::skip]
    let cases = [
        (Role::Agent, "/1/", 1, order(Status::Reported), false, NOW, true),
        (Role::Agent, "/1/", 1, order(Status::Closed), false, NOW, false),
        (Role::Dispatcher, "/1/2/", 1, order(Status::Assigned), false, NOW, true),
        (Role::Dispatcher, "/1/3/", 1, order(Status::Assigned), false, NOW, false),
        (Role::OutletManager, "/1/2/", 1, order(Status::Assigned), false, NOW, false),
        (Role::Technician, "/1/2/", 7, order(Status::Assigned), false, NOW, true),
        (Role::Technician, "/1/2/", 8, order(Status::Assigned), false, NOW, false),
        (Role::Technician, "/1/2/", 7, signed.clone(), true, NOW.after(hour), true),
        (Role::Technician, "/1/2/", 7, signed.clone(), true, day_later, false),
        (Role::Caller, "/1/", 1, signed.clone(), true, NOW, true),
        (Role::Caller, "/1/", 1, signed, false, NOW, false),
        (Role::HqManager, "/1/", 1, order(Status::Reported), true, NOW, false),
    ];
    for (role, path, id, order, waits, now, shows) in cases {
        let seen = order.shows_customer(&actor(role, path, id), waits, now);
        assert_eq!(seen, shows, "{role} {} {waits}", order.status);
    }
}

proptest! {
    /// Whatever is done in whatever order, a status is reached only by a step that leads there.
    #[test]
    fn no_status_outside_the_machine(steps in prop::collection::vec(0usize..18, 1..60)) {
        let mut order = order(Status::Reported);
        for step in steps {
            let step = Step::ALL[step];
            let before = order.status;
            if before.targets(step).is_empty() {
                continue;
            }
            take(&mut order, step);
            prop_assert!(before.targets(step).contains(&order.status));
            prop_assert_eq!(order.status == Status::Suspended, order.wait.is_some());
            prop_assert_eq!(order.closed_at.is_some(), !order.status.is_open());
        }
    }
}

fn take(order: &mut Order, step: Step) {
    let window = Window { from: NOW, to: NOW.after(Span::hours(2)) };
    let outlet = OrgId::born(NOW, &mut Counting(9));
    let finding = Finding { cause: "a".into(), action: "b".into(), fault_code: "c".into() };
    match step {
        Step::Accept => order.accept(),
        Step::Refuse => order.refuse("/1/"),
        Step::Route => order.route(outlet, "/1/2/"),
        Step::Contact | Step::Resend => (),
        Step::Assign | Step::Reassign => order.assign(step, person(7), window),
        Step::Book => order.book(window),
        Step::Depart => order.depart(),
        Step::Arrive => order.arrive(),
        Step::NoShow => order.no_show(),
        Step::Suspend => order.suspend(Wait::Part, Some(NOW), None),
        Step::Resume => order.resume(),
        Step::Finish => order.finish(finding, Fen::ZERO, Fen::ZERO, NOW).unwrap(),
        Step::Sign => order.sign("王芳".into(), SignedBy::Code, None, NOW),
        Step::Object => order.object(None),
        Step::Close => order.close("content", NOW),
        Step::Cancel => order.cancel("doubt", NOW),
    }
}
