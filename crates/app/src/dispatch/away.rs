//! 请假: who is absent when, and which visits they were to make in that time.

use kernel::{Result, Time};
use rules::{
    order::Window,
    org::OrgKind,
    policy::{Act, Grant, PersonId, Reach, Role},
};

use super::store::{self, Planned, VisitState};
use crate::{
    Cx,
    account::{
        self, Person,
        ops::{Away, WhichAway},
    },
    org::{self, Org},
};

/// More people than these no list to choose from holds.
const PEOPLE_MOST: i64 = 2_000;

/// Absences, with what they mean for the board.
pub struct Absences {
    pub outlets: Vec<Org>,
    /// Whom an absence can be noted for.
    pub people: Vec<Person>,
    pub away: Vec<(Away, Vec<Planned>)>,
}

pub async fn absences(cx: &mut Cx, which: &WhichAway) -> Result<Absences> {
    let away = account::ops::away(cx, which).await?;
    let grant = cx.may(Act::TechnicianRead)?;
    let mut outlets = Vec::new();
    for kind in [OrgKind::Outlet, OrgKind::Partner] {
        outlets.extend(org::ops::list(cx, &grant, Some(kind)).await?);
    }
    let people = match account::ops::managing(cx) {
        Ok(manages) => technicians(cx, &manages, which).await?,
        Err(_) => Vec::new(),
    };
    let mut all = Vec::new();
    for it in away {
        let absent = Window { from: it.absence.starts, to: it.absence.ends };
        let planned = left_to_do(cx, &it.absence.person, absent).await?;
        all.push((it, planned));
    }
    Ok(Absences { outlets, people, away: all })
}

async fn technicians(cx: &mut Cx, grant: &Grant, which: &WhichAway) -> Result<Vec<Person>> {
    if grant.reach() == Reach::Nothing {
        return Ok(Vec::new());
    }
    let wanted = account::ops::WhichPeople {
        org: which.org.clone(),
        role: Some(Role::Technician),
        limit: Some(PEOPLE_MOST),
        ..Default::default()
    };
    account::ops::list(cx, grant, &wanted).await
}

/// What somebody is still to do in that time: for others to take over.
pub async fn left_to_do(cx: &mut Cx, id: &PersonId, absent: Window) -> Result<Vec<Planned>> {
    let from: Time = absent.from.max(cx.now());
    if from >= absent.to {
        return Ok(Vec::new());
    }
    let all = store::planned(cx, std::slice::from_ref(id), from, absent.to).await?;
    Ok(all.into_iter().filter(|it| it.visit.state == VisitState::Planned).collect())
}
