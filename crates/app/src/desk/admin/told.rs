//! An event as a line of the log: who did what to whom in the reader's words, with the way there.
//! Nobody customers are is said here: a log is read for what people of the house did.

use std::collections::BTreeMap;

use kernel::{Result, Time};
use platform::events::{Happened, Logged};
use rules::{
    intake::RequestId,
    order::OrderId,
    policy::{Act, PersonId},
};

use crate::{
    Cx, account,
    desk::show::{Show, hide},
    intake, order,
    say::Say,
};

/// What the log tells apart, by the beginning of the events' names; a word for each stands in the
/// texts.
pub const MATTERS: &[&str] = &[
    "order", "request", "callback", "promise", "notice", "customer", "device", "product", "person",
    "org", "account", "role", "company", "pack", "fault", "job", "log", "data", "viewed",
];

/// One line of the log.
#[derive(Debug, Clone)]
pub struct Line {
    pub at: Time,
    /// The person's id and name; nobody: the house by itself.
    pub who: Option<(String, String)>,
    pub text: String,
    pub about: About,
}

/// What it happened to.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// Its kind, as a code of the group `matter`.
    pub matter: String,
    /// What people call it: a number, a name.
    pub name: Option<String>,
    /// Where it is looked at, for those who may.
    pub href: Option<String>,
}

pub async fn told(cx: &mut Cx, say: Say, rows: Vec<Logged>) -> Result<Vec<Line>> {
    let mut show = Show::new(cx, say);
    let mut known: BTreeMap<String, About> = BTreeMap::new();
    let mut lines = Vec::new();
    for Logged { mut it, .. } in rows {
        hide(&mut it);
        let who = match &it.actor {
            Some(id) => Some((id.clone(), show.person(id).await?.0)),
            None => None,
        };
        let text = show.happened(&it).await?;
        let about = match known.get(&it.subject) {
            Some(about) => about.clone(),
            None => {
                let about = about(&mut show, &it).await?;
                known.insert(it.subject.clone(), about.clone());
                about
            }
        };
        lines.push(Line { at: it.at, who, text, about });
    }
    Ok(lines)
}

/// The id says what kind of thing it is.
async fn about(show: &mut Show<'_>, it: &Happened) -> Result<About> {
    let id = it.subject.as_str();
    let reads = show.cx.may(Act::Read).is_ok();
    let manages = account::ops::managing(show.cx).is_ok();
    let link = |may: bool, path: &str| may.then(|| format!("/{path}/{id}"));
    let about = |matter: &str, name: Option<String>, href: Option<String>| About {
        matter: matter.to_owned(),
        name,
        href,
    };
    let prefix = id.split_once('_').map_or("", |it| it.0);
    Ok(match prefix {
        "ord" if reads => {
            let it = order::ops::known(show.cx, &OrderId::parse(id)?).await.ok();
            about("order", it.map(|it| it.number), link(true, "orders"))
        }
        "req" if reads => {
            // A complaint is for those who may read complaints.
            let it = intake::ops::get(show.cx, &RequestId::parse(id)?).await.ok();
            let href = link(it.is_some(), "requests");
            about("request", it.map(|it| it.number), href)
        }
        "per" => {
            let name = show.person(id).await?.0;
            let within = match PersonId::parse(id) {
                Ok(id) if manages => account::ops::managed_one(show.cx, &id).await.is_ok(),
                _ => false,
            };
            about("person", Some(name), link(within, "people"))
        }
        "org" => about("org", Some(show.org(id).await?), link(manages, "orgs")),
        "ord" => about("order", None, None),
        "req" => about("request", None, None),
        "cus" => about("customer", None, None),
        "dev" => about("device", None, None),
        _ => other(show, it),
    })
}

/// What has no id of its own: the kind of the event tells.
fn other(show: &Show<'_>, it: &Happened) -> About {
    let part = it.kind.split('.').next().unwrap_or_default();
    let matter = MATTERS.iter().find(|known| **known == part).copied().unwrap_or("company");
    let said = |name: &str| it.data[name].as_str().map(str::to_owned);
    let (name, href) = match matter {
        "role" => (said("name"), Some("/admin/roles".to_owned())),
        "pack" => (Some(show.say.name(&show.cx.company.pack.about.name)), None),
        "fault" => (Some(it.subject.clone()), Some("/admin/faults".to_owned())),
        "product" => (said("model"), None),
        _ => (None, None),
    };
    About { matter: matter.to_owned(), name, href }
}
