//! Why not, and why this one.

use planner::{Fixed, Job, Objective, Technician, explain, why_unassigned};

use crate::plain::{HOUR, job, line, solved, technician};

#[test]
fn of_every_technician_the_binding_reason_is_said() {
    let mut people: Vec<_> = ["a", "b", "c", "d", "e", "f"].map(technician).into();
    for (row, it) in people.iter_mut().enumerate() {
        (it.row, it.shifts[0].0) = (row, 12 * HOUR);
        it.certificates = vec![("gas".into(), 100 * HOUR)];
        it.skills = vec![("ac".into(), 2)];
    }
    people[0].shifts[0].0 = 8 * HOUR;
    people[0].certificates = vec![];
    people[1].certificates[0].1 = HOUR;
    people[2].skills[0].1 = 1;
    people[4].shifts[0].0 = 8 * HOUR;
    people[4].max_drive = Some(1200);
    let mut urgent = job("urgent", 3, 9 * HOUR, 11 * HOUR);
    urgent.certificates = vec!["gas".into()];
    urgent.skills = vec![("ac".into(), 2)];
    urgent.never = vec!["f".into()];
    let (problem, plan) = solved(line(people, vec![urgent]));
    assert_eq!(plan.unassigned, [0]);
    let reasons = explain(&problem, &Objective::service(), &plan, 0);
    let said: Vec<(&str, i64)> = reasons
        .iter()
        .map(|it| it.binding.as_ref().map_or(("", 0), |it| (it.code, it.amount)))
        .collect();
    let expected = [
        ("certificate", 0),
        ("certificate_ended", HOUR),
        ("skill_level", 1),
        ("too_late", HOUR + 1800),
        ("max_drive", 2400),
        ("forbidden", 0),
    ];
    assert_eq!(said, expected);
    let why = why_unassigned(&problem, &Objective::service(), &plan);
    assert_eq!(why[0].1.as_ref().map(|it| it.code), Some("too_late"));
}

#[test]
fn of_a_served_job_the_others_say_what_they_would_cost() {
    let mut far = technician("far");
    (far.start, far.end) = (Some(10), Some(10));
    let (problem, plan) =
        solved(line(vec![far, technician("near")], vec![job("a", 2, 9 * HOUR, 10 * HOUR)]));
    let reasons = explain(&problem, &Objective::service(), &plan, 0);
    let costs: Vec<Option<f64>> = reasons.iter().map(|it| it.cost).collect();
    assert_eq!(costs, [Some(2.0 * 8.0 * 600.0), Some(2.0 * 2.0 * 600.0)]);
}

type Spoil = fn(&mut Technician, &mut Job);

#[rustfmt::skip]
const TABLE: &[(Spoil, &str)] = &[
    (|_, job| job.skills = vec![("ac".into(), 1)],                        "skill"),
    (|_, job| job.only = vec!["other".into()],                            "only_others"),
    (|_, job| job.tools = vec!["crane".into()],                           "tools_or_parts"),
    (|_, job| job.parts = vec![("fan".into(), 1)],                        "tools_or_parts"),
    (|_, job| job.certificates = vec!["gas".into()],                      "certificate"),
    (|ann, _| ann.max_work = Some(HOUR),                                  "max_work"),
    (|ann, _| ann.max_jobs = Some(0),                                     "max_jobs"),
    (|ann, job| (ann.capacity, job.load) = (Some(1), 2),                  "capacity"),
    (|_, job| job.fixed = Some(Fixed { technician: "other".into(), start: None }),
                                                                          "fixed_elsewhere"),
];

/// Of one technician, while another one could do it and is never there in time.
#[test]
fn what_binds_is_named_case_by_case() {
    for (spoil, said) in TABLE {
        let mut other = technician("other");
        other.shifts = vec![(16 * HOUR, 17 * HOUR)];
        (other.skills, other.tools) = (vec![("ac".into(), 1)], vec!["crane".into()]);
        (other.parts, other.certificates) =
            (vec![("fan".into(), 1)], vec![("gas".into(), 100 * HOUR)]);
        let (mut ann, mut a) = (technician("ann"), job("a", 1, 9 * HOUR, 10 * HOUR));
        spoil(&mut ann, &mut a);
        let (problem, plan) = solved(line(vec![ann, other], vec![a]));
        assert_eq!(plan.unassigned, [0], "{said}");
        let reasons = explain(&problem, &Objective::service(), &plan, 0);
        assert_eq!(reasons[0].binding.as_ref().map(|it| it.code), Some(*said));
    }
}
