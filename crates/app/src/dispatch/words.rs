//! Why somebody is sent, or cannot be, in the reader's words.

use kernel::Span;
use rules::{
    dispatch::{Delay, No, Proposal, Way},
    order::Obstacle,
    pack::Pack,
};

use super::Choice;
use crate::{args, say::Say, ui::time::Here};

/// Why this one, or why not.
pub fn why(pack: &Pack, here: Here, it: &Choice) -> String {
    let parts = match &it.verdict {
        Ok(proposal) => reasons(here.say, it, proposal),
        Err(no) => vec![why_not(pack, here, it, no)],
    };
    parts.join(if here.say.is_chinese() { "，" } else { ", " })
}

/// What matters most stands first: the promise, the others, then how one gets there.
fn reasons(say: Say, it: &Choice, proposal: &Proposal) -> Vec<String> {
    let mut parts = Vec::new();
    match proposal.late {
        Some((promise, by)) => {
            let late = args! {
                "promise" => say.code("promise", promise.code()), "time" => lasting(say, by),
            };
            parts.push(say.with("why-late", &late));
        }
        None if proposal.promised => parts.push(say.t("why-in-time")),
        None => (),
    }
    parts.extend(proposal.delays.iter().map(|it| delayed(say, it)));
    if proposal.unwished {
        parts.push(say.t("why-unwished"));
    }
    if let Some(number) = &proposal.after {
        parts.push(say.with("why-comes-from", &args! { "number" => number.clone() }));
    }
    if it.knows_device {
        parts.push(say.t("why-knows-device"));
    }
    parts.push(say.with("why-jobs", &args! { "count" => proposal.jobs }));
    parts
}

fn delayed(say: Say, it: &Delay) -> String {
    let breaks = it.over > Span::minutes(0);
    let (key, time) = if breaks { ("why-breaks", it.over) } else { ("why-delays", it.by) };
    say.with(key, &args! { "number" => it.number.clone(), "time" => lasting(say, time) })
}

fn why_not(pack: &Pack, here: Here, it: &Choice, no: &No) -> String {
    let say = here.say;
    match no {
        No::OtherOutlet => {
            let refusal = Obstacle::OtherOutlet.refusal();
            say.refusal(&refusal.with("technician", it.technician.name.as_str()))
        }
        No::NotCertified { name, ended: None } => {
            say.with("why-no-certificate", &args! { "name" => certificate(pack, say, name) })
        }
        No::NotCertified { name, ended: Some(on) } => {
            let ended = args! {
                "name" => certificate(pack, say, name), "day" => here.day(*on),
            };
            say.with("why-certificate-ended", &ended)
        }
        No::Absent(until) => say.with("why-absent", &args! { "until" => here.moment(*until) }),
        No::OffDuty => say.t("why-off-duty"),
        No::Full(day) => say.with("why-full", &args! { "day" => here.day(*day) }),
        No::TooFar(by) => say.with("why-too-far", &args! { "time" => lasting(say, *by) }),
    }
}

fn certificate(pack: &Pack, say: Say, zh: &str) -> String {
    let known = pack.certificates.iter().find(|it| it.name.zh == zh);
    known.map_or_else(|| zh.to_owned(), |it| say.name(&it.name))
}

/// `20 分钟`, `3 小时`, `2 天`: the larger, the rougher, and never less than it is.
fn lasting(say: Say, span: Span) -> String {
    let minutes = span.whole_minutes().max(1);
    let (key, count) = match minutes {
        ..120 => ("amount-min", minutes),
        120..2_880 => ("amount-h", (minutes + 59) / 60),
        _ => ("amount-d", (minutes + 1_439) / 1_440),
    };
    say.with(key, &args! { "count" => count })
}

/// How far it is: kilometres where both ends are known, else what is known.
pub fn far(say: Say, way: Way) -> Option<String> {
    let km = |metres: i64| format!("{}.{}", metres / 1000, metres % 1000 / 100);
    match way {
        Way::Road(metres) => Some(say.with("way-road", &args! { "km" => km(metres) })),
        Way::SameDistrict => Some(say.t("way-same-district")),
        Way::Districts(metres) => {
            let km = (metres + 500) / 1000;
            Some(say.with("way-districts", &args! { "km" => km.to_string() }))
        }
        Way::Unknown => None,
    }
}
