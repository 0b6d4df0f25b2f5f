//! A Monday in Zhuhai. The shift is 08:30–12:00 and 13:30–18:00, a visit lasts an hour, a way inside a
//! district twenty minutes, and times are offered at the quarters.

use jiff::tz::TimeZone;
use kernel::{Day, Span, Time};

use super::*;
use crate::{pack::Pack, policy::PersonId};

const HOME: &str = "440402";
const AWAY: &str = "440403";
const OUTLET: &str = "1.2.3";

fn by() -> Dispatch {
    Pack::default().dispatch().clone()
}

fn zone() -> TimeZone {
    TimeZone::get("Asia/Shanghai").unwrap()
}

fn at(text: &str) -> Time {
    let text = if text.len() == 5 { format!("2026-11-23T{text}") } else { text.to_owned() };
    Time::parse(&text, &zone()).unwrap()
}

fn clock(at: Time) -> String {
    at.stamp().to_zoned(zone()).strftime("%d %H:%M").to_string()
}

/// `09:00-10:00`.
fn window(text: &str) -> Window {
    let (from, to) = text.split_once('-').unwrap();
    Window { from: at(from), to: at(to) }
}

fn district(code: &str) -> Site {
    Site::kept(None, None, Some(code))
}

fn task() -> Task {
    Task {
        length: Span::hours(1),
        site: district(HOME),
        wish: None,
        arrive_by: None,
        done_by: None,
        level: 3,
        certificates: vec![],
        outlet: OUTLET.into(),
    }
}

/// What is left of a shift beside some windows.
fn round(date: &str, taken: &[&str]) -> Round {
    let on = |text: &str| Time::parse(&format!("{date}T{text}"), &zone()).unwrap();
    let span = |text: &str| {
        let (from, to) = text.split_once('-').unwrap();
        Window { from: on(from), to: on(to) }
    };
    let mut free = vec![span("08:30-12:00"), span("13:30-18:00")];
    for busy in taken.iter().map(|it| span(it)) {
        free = free.into_iter().flat_map(|it| it.without(busy)).collect();
    }
    Round {
        date: Day::parse(date).unwrap(),
        shift: Some(span("08:30-18:00")),
        pauses: vec![span("12:00-13:30")],
        free,
        visits: vec![],
        away: vec![],
    }
}

fn booked(number: &str, text: &str, site: &str, stage: Stage) -> Booked {
    Booked {
        order: OrderId::parse("ord_01kavwh4zefb0v6w8tkaeqxh2r").unwrap(),
        number: number.into(),
        window: window(text),
        length: Span::hours(1),
        site: district(site),
        stage,
    }
}

/// A Monday with these visits ahead, each in the home district, and a Tuesday without.
fn hand(visits: &[(&str, &str)]) -> Hand {
    let taken: Vec<&str> = visits.iter().map(|it| it.1).collect();
    let mut today = round("2026-11-23", &taken);
    today.visits = visits.iter().map(|it| booked(it.0, it.1, HOME, Stage::Ahead)).collect();
    Hand {
        candidate: Candidate {
            id: PersonId::parse("per_01kavwh4zefb0v6w8tkaeqxh2r").unwrap(),
            path: OUTLET.into(),
            active: true,
            certificates: vec![],
        },
        home: district(HOME),
        days: vec![today, round("2026-11-24", &[])],
        knows_device: false,
    }
}

fn found(task: &Task, hand: &Hand, now: &str) -> Proposal {
    task.verdict(hand, &by(), at(now)).unwrap()
}

fn no(task: &Task, hand: &Hand, now: &str) -> No {
    task.verdict(hand, &by(), at(now)).unwrap_err()
}

/// Visits given one after the other are as good as visits that were there before.
#[test]
fn what_somebody_is_given_is_not_offered_to_the_next() {
    let mut given = hand(&[]);
    for expected in ["23 09:00", "23 10:30", "23 13:30", "23 15:00", "23 16:30", "24 09:00"] {
        let it = found(&task(), &given, "07:00");
        assert_eq!(clock(it.window.from), expected);
        let visit = Booked { window: it.window, ..booked("A", "08:00-09:00", HOME, Stage::Ahead) };
        given.give(visit);
    }
    let jobs: Vec<_> = given.days.iter().map(|it| it.visits.len()).collect();
    assert_eq!(jobs, [5, 1]);
}

/// When one looks, what is agreed, and the first that is offered.
type First<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);

#[test]
fn the_first_quarter_one_can_be_there_is_offered() {
    #[rustfmt::skip]
    let cases: &[First<'_>] = &[
        // The way from home is twenty minutes, and the shift begins at half past eight.
        ("06:00", &[],                                             "23 09:00"),
        ("10:07", &[],                                             "23 10:30"),
        ("10:40", &[],                                             "23 11:00"),
        // After the pause, for which it would be too long.
        ("10:41", &[],                                             "23 13:30"),
        ("17:00", &[],                                             "24 09:00"),
        // The way from one to the next takes twenty minutes too.
        ("07:00", &[("A", "08:30-09:30")],                         "23 10:00"),
        ("07:00", &[("A", "08:30-09:30"), ("B", "10:30-12:00")],   "23 13:30"),
    ];
    for (now, visits, first) in cases {
        let it = found(&task(), &hand(visits), now);
        assert_eq!(clock(it.window.from), *first, "{now} {visits:?}");
        assert_eq!(it.window.from.until(it.window.to), Span::hours(1), "{now}");
        assert!(it.is_clean(), "{now} {it:?}");
    }
}

#[test]
fn it_says_from_where_somebody_comes() {
    let it = found(&task(), &hand(&[("A", "08:30-09:30")]), "07:00");
    assert_eq!((it.after.as_deref(), it.way, it.minutes), (Some("A"), Way::SameDistrict, 20));
    let it = found(&task(), &hand(&[]), "07:00");
    assert_eq!((it.after, it.jobs), (None, 0));
}

#[test]
fn whoever_is_under_way_comes_from_there() {
    #[rustfmt::skip]
    let cases = [
        // Still there for an hour from when it began, but at least until now.
        (Stage::OnSite(at("09:40")), "10:00", "23 11:00"),
        (Stage::OnSite(at("08:00")), "10:00", "23 10:30"),
        // Twenty minutes from home, then an hour's work, then twenty minutes again.
        (Stage::OnWay(at("08:20")),  "08:30", "23 10:00"),
        (Stage::Done(at("08:50")),   "10:00", "23 10:30"),
    ];
    for (stage, now, first) in cases {
        let mut hand = hand(&[]);
        hand.days[0].visits = vec![booked("A", "08:30-09:30", HOME, stage)];
        let it = found(&task(), &hand, now);
        assert_eq!(clock(it.window.from), first, "{stage:?}");
        assert_eq!(it.after.as_deref(), Some("A"), "{stage:?}");
    }
}

#[test]
fn who_waits_for_it_is_named_with_how_long_and_whether_it_was_agreed_otherwise() {
    // The only gap of the day, until eleven; the next one is twenty minutes away.
    #[rustfmt::skip]
    let cases = [
        ("11:00-12:00", 20, 0),
        ("11:00-11:10", 20, 10),
        ("11:15-12:00", 5,  0),
    ];
    for (next, by_minutes, over) in cases {
        let mut hand = hand(&[("B", next)]);
        hand.days[0].free = vec![window("10:00-11:00")];
        hand.days.truncate(1);
        let it = found(&task(), &hand, "09:00");
        assert_eq!(clock(it.window.from), "23 10:00");
        let said: Vec<_> = it
            .delays
            .iter()
            .map(|it| (it.number.as_str(), it.by.whole_minutes(), it.over.whole_minutes()))
            .collect();
        assert_eq!(said, [("B", by_minutes, over)], "{next}");
        assert_eq!(it.is_clean(), over == 0, "{next}");
    }
}

#[test]
fn a_time_that_breaks_what_was_agreed_with_another_gives_way_to_one_that_does_not() {
    let mut hand = hand(&[("B", "11:00-11:10")]);
    hand.days[0].free = vec![window("10:00-11:00"), window("14:00-16:00")];
    let it = found(&task(), &hand, "09:00");
    assert_eq!(clock(it.window.from), "23 14:00");
    // But not to one that breaks the promise to this customer.
    let urgent = Task { arrive_by: Some(at("12:00")), ..task() };
    let it = found(&urgent, &hand, "09:00");
    assert_eq!((clock(it.window.from).as_str(), it.late), ("23 10:00", None));
}

#[test]
fn a_promise_that_cannot_be_kept_says_which_and_by_how_much() {
    #[rustfmt::skip]
    let cases = [
        (Some("09:00"), None,          None),
        (Some("08:45"), None,          Some((PromiseKind::Arrival, 15))),
        (None,          Some("10:00"), None),
        (None,          Some("09:30"), Some((PromiseKind::Repair, 30))),
        (Some("08:45"), Some("09:30"), Some((PromiseKind::Repair, 30))),
    ];
    for (arrive, done, late) in cases {
        let task = Task { arrive_by: arrive.map(at), done_by: done.map(at), ..task() };
        let it = found(&task, &hand(&[]), "07:00");
        assert_eq!(it.late.map(|it| (it.0, it.1.whole_minutes())), late, "{arrive:?} {done:?}");
        assert!(it.promised);
    }
    assert!(!found(&task(), &hand(&[]), "07:00").promised);
}

#[test]
fn the_wish_is_met_where_it_can_be() {
    #[rustfmt::skip]
    let cases: &[(&str, &[&str], &str, bool)] = &[
        ("15:00-17:00",                           &[],              "23 15:00", false),
        ("15:20-17:00",                           &[],              "23 15:30", false),
        ("15:00-15:00",                           &[],              "23 15:00", false),
        ("15:00-16:00",                           &["14:00-18:00"], "23 09:00", true),
        ("2026-11-24T10:00-2026-11-24T11:00",     &[],              "24 10:00", false),
    ];
    for (wish, taken, first, unwished) in cases {
        let wish = match wish.len() {
            11 => window(wish),
            _ => Window { from: at(&wish[..16]), to: at(&wish[17..]) },
        };
        let mut hand = hand(&[]);
        hand.days[0] = round("2026-11-23", taken);
        let it = found(&Task { wish: Some(wish), ..task() }, &hand, "07:00");
        assert_eq!((clock(it.window.from).as_str(), it.unwished), (*first, *unwished), "{wish:?}");
    }
}

#[test]
fn who_cannot_go_says_what_binds() {
    let certified = Task { certificates: vec!["制冷证".into()], ..task() };
    let holds = |until: Option<&str>| {
        let mut hand = hand(&[]);
        let until = until.map(|it| Day::parse(it).unwrap());
        hand.candidate.certificates = vec![("制冷证".into(), until)];
        hand
    };
    let missing = |ended: Option<&str>| No::NotCertified {
        name: "制冷证".into(),
        ended: ended.map(|it| Day::parse(it).unwrap()),
    };
    assert_eq!(no(&certified, &hand(&[]), "07:00"), missing(None));
    assert_eq!(no(&certified, &holds(Some("2026-11-20")), "07:00"), missing(Some("2026-11-20")));
    assert!(certified.verdict(&holds(None), &by(), at("07:00")).is_ok());
    // It still holds today, and today there is nothing left.
    let last_day = holds(Some("2026-11-23"));
    assert_eq!(clock(found(&certified, &last_day, "07:00").window.from), "23 09:00");
    let monday = Day::parse("2026-11-23").unwrap();
    assert_eq!(no(&certified, &last_day, "17:30"), No::Full(monday));

    let elsewhere = Task { outlet: "1.2.4".into(), ..task() };
    assert_eq!(no(&elsewhere, &hand(&[]), "07:00"), No::OtherOutlet);

    let mut away = hand(&[]);
    for it in &mut away.days {
        it.free.clear();
        it.away = vec![Window { from: at("08:00"), to: at("2026-11-30T08:00") }];
    }
    assert_eq!(no(&task(), &away, "07:00"), No::Absent(at("2026-11-30T08:00")));

    let mut full = hand(&[]);
    full.days = vec![round("2026-11-23", &["08:30-12:00", "13:30-17:30"])];
    assert_eq!(no(&task(), &full, "07:00"), No::Full(monday));

    let mut idle = hand(&[]);
    for it in &mut idle.days {
        (it.shift, it.free, it.pauses) = (None, vec![], vec![]);
    }
    assert_eq!(no(&task(), &idle, "07:00"), No::OffDuty);
}

#[test]
fn a_gap_that_cannot_be_reached_says_by_how_much() {
    let mut hand = hand(&[]);
    hand.days = vec![round("2026-11-23", &["08:30-12:00", "14:45-18:00"])];
    // On site until two: there at twenty past, but the last begin is a quarter to two.
    hand.days[0].visits = vec![booked("A", "12:00-13:00", HOME, Stage::OnSite(at("13:00")))];
    assert_eq!(no(&task(), &hand, "13:10"), No::TooFar(Span::minutes(35)));
}

#[test]
fn long_work_goes_on_after_the_pause_and_the_longest_takes_a_day() {
    #[rustfmt::skip]
    let cases = [
        (4,  "23 13:30", 4 * 60),
        (5,  "23 09:00", 5 * 60),
        (24, "23 08:30", 9 * 60 + 30),
    ];
    for (hours, first, minutes) in cases {
        let mut hand = hand(&[]);
        hand.home = district(HOME);
        let mut by = by();
        if hours == 24 {
            by.same_district_minutes = 0;
        }
        let task = Task { length: Span::hours(hours), ..task() };
        let it = task.verdict(&hand, &by, at("07:00")).unwrap();
        let lasts = it.window.from.until(it.window.to).whole_minutes();
        assert_eq!((clock(it.window.from).as_str(), lasts), (first, minutes), "{hours} h");
    }
}

#[test]
fn a_way_is_as_exact_as_what_is_known_of_its_ends() {
    let exact = |lat, lon| Site::kept(Some(lat), Some(lon), Some(HOME));
    let centre = locality::centre(HOME).unwrap().micro();
    let (here, there) = (exact(22_270_000, 113_540_000), exact(22_280_000, 113_540_000));
    let by_centre = exact(centre.0, centre.1);
    // 1,112 m as the crow flies, by 1.4; at 25 km/h four minutes.
    #[rustfmt::skip]
    let cases = [
        (&here,           &there,         Way::Road(1_556),     4),
        (&here,           &here,          Way::Road(0),         0),
        (&by_centre,      &by_centre,     Way::SameDistrict,    20),
        (&here,           &by_centre,     Way::SameDistrict,    20),
        (&district(HOME), &Site::default(), Way::Unknown,       40),
        (&Site::default(), &Site::default(), Way::Unknown,      40),
    ];
    for (from, to, way, minutes) in cases {
        assert_eq!(from.way(to, &by()), way, "{from:?} {to:?}");
        assert_eq!(way.minutes(&by()), minutes, "{from:?} {to:?}");
        assert_eq!(to.way(from, &by()), way, "there as back");
    }
    let far = district(HOME).way(&district(AWAY), &by());
    assert!(matches!(far, Way::Districts(metres) if metres > 20_000), "{far:?}");
    assert!(far.minutes(&by()) > 48, "{far:?}");
    assert!(!Site::default().is_known() && district(HOME).is_known());
}

#[test]
fn promises_come_before_agreements_before_wishes_before_early_before_near() {
    let base = found(&task(), &hand(&[]), "07:00");
    let delay = |over| Delay {
        order: OrderId::parse("ord_01kavwh4zefb0v6w8tkaeqxh2r").unwrap(),
        number: "B".into(),
        by: Span::minutes(30),
        over: Span::minutes(over),
    };
    let later = |hours| Window {
        from: base.window.from.after(Span::hours(hours)),
        to: base.window.to.after(Span::hours(hours)),
    };
    // Each is worse than the one above it, whatever else speaks for it.
    let far = Proposal { minutes: 45, ..base.clone() };
    let holding_up = Proposal { minutes: 20, delays: vec![delay(0)], ..base.clone() };
    let late_in_the_day = Proposal { window: later(5), minutes: 0, ..base.clone() };
    let unwished = Proposal { unwished: true, minutes: 0, ..base.clone() };
    let breaking = Proposal { delays: vec![delay(5)], minutes: 0, ..base.clone() };
    let late = Proposal {
        late: Some((PromiseKind::Arrival, Span::minutes(15))),
        minutes: 0,
        ..base.clone()
    };
    let worse = [base, far, holding_up, late_in_the_day, unwished, breaking, late];
    for pair in worse.windows(2) {
        assert_eq!(by().compare(&pair[0], &pair[1]), Ordering::Less, "{pair:#?}");
    }
    let mut verdicts: Vec<(Verdict, bool)> =
        worse.iter().rev().map(|it| (Ok(it.clone()), false)).collect();
    verdicts.insert(0, (Err(No::OtherOutlet), false));
    verdicts.insert(0, (Err(No::OffDuty), false));
    verdicts.push((Ok(worse[0].clone()), true));
    verdicts.sort_by(|a, b| by().rank((&a.0, a.1), (&b.0, b.1)));
    assert_eq!(verdicts[0], (Ok(worse[0].clone()), true), "who knows the device is first");
    assert_eq!(verdicts[1], (Ok(worse[0].clone()), false));
    assert_eq!(verdicts[8].0, Err(No::OffDuty));
    assert_eq!(verdicts[9].0, Err(No::OtherOutlet), "what nobody can override is last");
}
