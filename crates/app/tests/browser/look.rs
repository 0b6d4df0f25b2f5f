//! Looking at everything: every area a person finds, and the first thing in each list, as long as
//! there is something new; each page is measured and kept as a picture.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::{Arc, Mutex},
};

use futures_util::{StreamExt as _, stream};
use serde_json::Value as Json;
use thirtyfour::{WebDriver, error::WebDriverResult};

use crate::{
    house::{DESK, House, PHONE, Size, pictures},
    page::{self, Eyes},
};

const ROLES: &[&str] = &[
    "agent",
    "dispatcher",
    "technician",
    "caller",
    "outlet_manager",
    "region_manager",
    "hq_manager",
    "supervisor",
    "storekeeper",
    "finance",
    "auditor",
    "admin",
    "security",
];
/// So many pages of one person are enough to know the way.
const PAGES: usize = 40;
/// Who looks at a list that is as long as it gets.
const LONGEST: &[(&str, &str)] = &[
    ("hq_manager", "/orders?status=closed&limit=50"),
    ("hq_manager", "/callbacks?status=answered&limit=50"),
    ("agent", "/requests?limit=50"),
];

/// A round: who, on what, in which language.
#[derive(Debug, Clone, Copy)]
struct Round {
    role: &'static str,
    size: Size,
    lang: &'static str,
}

impl Round {
    /// At a desk everybody looks at all they find; so do technicians on their phones. Elsewhere
    /// one person is enough for each kind of page.
    fn is_whole(self) -> bool {
        self.lang == "zh-CN" && (!self.size.phone || self.role == "technician")
    }
}

/// Which kinds of pages somebody has looked at: on a desk or on a phone, in which language.
type Seen = Arc<Mutex<BTreeSet<(String, &'static str, &'static str)>>>;

/// Everything that is wrong, in words.
pub async fn at_everything(house: &House) -> Vec<String> {
    let looks = [(DESK, "zh-CN"), (PHONE, "zh-CN"), (DESK, "en"), (PHONE, "en")];
    let rounds = looks
        .into_iter()
        .flat_map(|(size, lang)| ROLES.iter().map(move |role| Round { role, size, lang }));
    let seen = Seen::default();
    let found = stream::iter(rounds).map(|round| one(house, round, seen.clone()));
    found.buffer_unordered(2).collect::<Vec<_>>().await.concat()
}

async fn one(house: &House, round: Round, seen: Seen) -> Vec<String> {
    let Some(person) = house.person(round.role, None) else {
        return vec![format!("the demo has no {}", round.role)];
    };
    let browser = house.browser(round.size).await;
    let mut wrong = Vec::new();
    if let Err(error) = walk(house, &browser, person, round, &seen, &mut wrong).await {
        wrong.push(error.to_string());
    }
    let _ = browser.quit().await;
    let who = format!("{} {} {}", round.role, round.size.name, round.lang);
    wrong.into_iter().map(|it| format!("{who} {it}")).collect()
}

async fn walk(
    house: &House,
    browser: &WebDriver,
    person: &Json,
    round: Round,
    seen: &Seen,
    wrong: &mut Vec<String>,
) -> WebDriverResult<()> {
    let Round { role, size, lang } = round;
    let pictures = pictures("look");
    house.speak(browser, lang).await?;
    house.sign_in(browser, person).await?;
    let mut ahead = VecDeque::from(["/".to_owned()]);
    let longest = LONGEST.iter().filter(|it| it.0 == role);
    ahead.extend(longest.map(|it| it.1.to_owned()));
    let mut known: BTreeSet<String> = ahead.iter().map(|it| shape(it)).collect();
    let eyes = Eyes { lang, size, on_the_way: role == "technician" };
    for _ in 0..PAGES {
        let Some(path) = ahead.pop_front() else { break };
        let first = seen.lock().unwrap().insert((shape(&path), size.name, lang));
        if !first && !round.is_whole() && path != "/" {
            continue;
        }
        browser.goto(format!("{}{path}", house.url)).await?;
        let (it, mut bad) = page::check(browser, eyes).await?;
        let file = format!("{role}-{}-{lang}-{}.png", size.name, file_name(&path));
        browser.screenshot(&pictures.join(file)).await?;
        if first && lang == "zh-CN" {
            bad.extend(page::axe(browser).await?);
        }
        wrong.extend(bad.into_iter().map(|what| format!("{path}: {what}")));
        let links = it["links"].as_array().into_iter().flatten().filter_map(Json::as_str);
        for link in links.map(|it| it.split('#').next().unwrap_or_default()) {
            if is_page(link) && known.insert(shape(link)) {
                ahead.push_back(link.to_owned());
            }
        }
    }
    wrong.extend(page::complaints(browser).await?);
    Ok(())
}

/// Not a file, and nothing that does something.
fn is_page(link: &str) -> bool {
    let other = ["/api/", "/assets/", ".xlsx", ".csv", "logout", "lang"];
    !link.is_empty() && !other.iter().any(|it| link.contains(it))
}

/// Two links to two orders are one kind of page.
fn shape(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let part = |it: &str| {
        let id = it.len() > 20 && it.contains('_');
        if id { "…".to_owned() } else { it.to_owned() }
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

fn file_name(path: &str) -> String {
    let name = shape(path).replace('/', "_").replace('…', "one");
    if name == "_" { "workbench".into() } else { name.trim_matches('_').to_owned() }
}
