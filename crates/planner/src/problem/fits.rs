//! Who may do what: the reasons, one by one, for whoever asks why not.

use super::{Job, Technician};
use crate::travel::Time;

/// What a technician lacks for a job, whatever the time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Lack {
    Forbidden,
    OnlyOthers,
    FixedElsewhere,
    Skill(String),
    Level {
        skill: String,
        has: u32,
        needs: u32,
    },
    Certificate(String),
    /// It no longer holds when the shift begins.
    CertificateEnded {
        name: String,
        end: Time,
    },
}

/// In a shift that begins then. Tools and parts are another matter: they can be fetched.
pub(crate) fn lacks(job: &Job, technician: &Technician, begin: Time) -> Option<Lack> {
    if job.never.contains(&technician.id) {
        return Some(Lack::Forbidden);
    }
    if !job.only.is_empty() && !job.only.contains(&technician.id) {
        return Some(Lack::OnlyOthers);
    }
    if job.fixed.as_ref().is_some_and(|it| it.technician != technician.id) {
        return Some(Lack::FixedElsewhere);
    }
    for (skill, needs) in &job.skills {
        let has = technician.skills.iter().filter(|it| it.0 == *skill).map(|it| it.1).max();
        match has {
            None => return Some(Lack::Skill(skill.clone())),
            Some(has) if has < *needs => {
                return Some(Lack::Level { skill: skill.clone(), has, needs: *needs });
            }
            Some(_) => {}
        }
    }
    for name in &job.certificates {
        let held = technician.certificates.iter().filter(|it| it.0 == *name).map(|it| it.1).max();
        match held {
            None => return Some(Lack::Certificate(name.clone())),
            Some(end) if end <= begin => {
                return Some(Lack::CertificateEnded { name: name.clone(), end });
            }
            Some(_) => {}
        }
    }
    None
}

/// Whether tools and parts suffice if every depot may be visited.
pub(crate) fn can_be_equipped(job: &Job, technician: &Technician, depots: &[super::Depot]) -> bool {
    let everything = depots.iter().any(|it| it.everything);
    let tool = |name: &String| {
        technician.tools.contains(name) || depots.iter().any(|it| it.tools.contains(name))
    };
    let part = |(name, needs): &(String, i64)| {
        let in_van = count(&technician.parts, name);
        let stored: i64 = depots.iter().map(|it| count(&it.parts, name)).sum();
        in_van.saturating_add(stored) >= *needs
    };
    everything || (job.tools.iter().all(tool) && job.parts.iter().all(part))
}

pub(crate) fn count(parts: &[(String, i64)], name: &str) -> i64 {
    parts.iter().filter(|it| it.0 == *name).map(|it| it.1).sum()
}
