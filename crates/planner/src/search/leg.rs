//! From one stop to the next, with or without lunch on the way.

use super::route::{Pins, Sums};
use crate::{
    problem::{Lunch, Problem, Shift, Task},
    travel::{FULL, NEVER, Time, Travel},
};

/// When one arrives before and after lunch, and what was driven by then. Of two ways to have had
/// lunch, the one that arrives first.
#[inline]
pub(crate) fn arrivals(
    problem: &Problem,
    shift: &Shift,
    leave: [Time; 2],
    drive: i64,
    sums: Sums,
) -> ([Time; 2], Sums) {
    let travel = &problem.day.travel;
    let mut arrive = [NEVER; 2];
    let mut next = Sums { fresh: false, ..sums };
    if leave[0] < NEVER {
        arrive[0] = travel.arrive(leave[0], drive);
        next.travel[0] += arrive[0] - leave[0];
    }
    let Some(lunch) = shift.lunch else { return (arrive, next) };
    if leave[1] < NEVER {
        arrive[1] = travel.arrive(leave[1], drive);
        next.travel[1] += arrive[1] - leave[1];
    }
    if leave[0] <= lunch.latest {
        let (with, driven) = lunch_on_the_way(travel, lunch, leave[0], drive);
        if with < arrive[1] {
            arrive[1] = with;
            next.travel[1] = sums.travel[0] + driven;
            next.lateness[1] = sums.lateness[0];
            next.fresh = true;
        }
    }
    (arrive, next)
}

/// When one must leave at the latest, before and after lunch, to arrive in time.
#[inline]
pub(crate) fn departures(
    problem: &Problem,
    shift: &Shift,
    arrive: [Time; 2],
    drive: i64,
) -> [Time; 2] {
    let travel = &problem.day.travel;
    let depart = |by: Time| if by <= -NEVER { -NEVER } else { travel.depart(by, drive) };
    let Some(lunch) = shift.lunch else { return [depart(arrive[0]), -NEVER] };
    let with = latest_with_lunch(travel, lunch, arrive[1], drive);
    [depart(arrive[0]).max(with), depart(arrive[1])]
}

/// As soon as it is time for lunch. When one arrives, and how long one drove.
pub(crate) fn lunch_on_the_way(
    travel: &Travel,
    lunch: Lunch,
    leave: Time,
    drive: i64,
) -> (Time, Time) {
    let direct = travel.arrive(leave, drive);
    if direct <= lunch.earliest {
        return (lunch.earliest + lunch.length, direct - leave);
    }
    if !travel.changes_with_the_hour() {
        return (direct + lunch.length, drive);
    }
    let from = leave.max(lunch.earliest);
    let rest = drive * FULL - travel.progress(leave, from);
    let arrive = travel.finish(from + lunch.length, rest);
    (arrive, arrive - leave - lunch.length)
}

fn latest_with_lunch(travel: &Travel, lunch: Lunch, by: Time, drive: i64) -> Time {
    if by < lunch.earliest + lunch.length {
        return -NEVER;
    }
    let after = travel.depart(by, drive) - lunch.length;
    if !travel.changes_with_the_hour() || after >= lunch.earliest {
        return after.min(lunch.latest);
    }
    let done_after = travel.progress(lunch.earliest + lunch.length, by);
    let to_do_before = drive * FULL - done_after;
    if to_do_before <= 0 {
        return lunch.earliest;
    }
    travel.depart_for(lunch.earliest, to_do_before)
}

#[inline]
pub(crate) fn start(row: &Task, pins: &Pins, task: u32, arrive: Time) -> Option<Time> {
    match pins.get(task as usize) {
        None => row.start(arrive),
        Some((from, to)) => row.start(arrive.max(*from)).filter(|it| it <= to),
    }
}

#[cfg(test)]
mod tests {
    use super::{latest_with_lunch, lunch_on_the_way};
    use crate::{problem::Lunch, travel::Travel};

    #[test]
    fn the_latest_departure_with_lunch_is_the_last_that_arrives_in_time() {
        let lunch = Lunch { length: 100, earliest: 1000, latest: 1200 };
        let even = Travel::matrix(&[vec![0, 300], vec![300, 0]], 1.0).unwrap();
        let uneven = even.clone().with_rates(vec![(0, 1000), (900, 400), (1150, 1700)]);
        for travel in [even, uneven] {
            for by in 1100..1900 {
                let leave = latest_with_lunch(&travel, lunch, by, 300);
                let arrive = |leave| lunch_on_the_way(&travel, lunch, leave, 300).0;
                assert!(leave <= lunch.latest && arrive(leave) <= by, "{by} {leave}");
                assert!(leave == lunch.latest || arrive(leave + 1) > by, "{by} {leave}");
            }
        }
    }
}
