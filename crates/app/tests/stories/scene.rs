//! A scene: the system with its pack, who acted last, and what "this order" means just now.

use std::collections::BTreeMap;

use baoxiu::{account, org};
use cucumber::World;
use kernel::Time;
use rules::{org::OrgKind, policy::OrgId};
use serde_json::Value as Json;

use crate::town::{Answer, On, Town};

pub type Rows = [Vec<String>];

#[derive(World)]
#[world(init = Self::empty)]
pub struct Scene {
    town: Option<Town>,
    pub last: Option<Answer>,
    /// A "no" that nobody has spoken of yet.
    pub unheard: Option<String>,
    pub actor: Option<String>,
    pub request: Option<String>,
    pub order: Option<String>,
    pub names: BTreeMap<String, String>,
    /// Who they are by the name of their post, for what a sentence leaves open.
    pub posts: Vec<(String, Vec<String>, String)>,
    /// A case for the engine alone, and what it said.
    pub case: Json,
    pub verdict: Json,
}

impl std::fmt::Debug for Scene {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "actor {:?}, order {:?}", self.actor, self.order)?;
        self.last.as_ref().map_or(Ok(()), |it| write!(f, ", {}: {}", it.status, it.text))
    }
}

/// The parts of a sentence between its quotation marks, and what is left of it.
pub fn quoted(text: &str) -> (String, Vec<String>) {
    let (mut pattern, mut parts) = (String::new(), Vec::new());
    for (i, part) in text.split('"').enumerate() {
        if i % 2 == 0 {
            pattern.push_str(part);
        } else {
            pattern.push('_');
            parts.push(part.to_owned());
        }
    }
    (pattern, parts)
}

/// The table of field and value.
pub fn fields(rows: &Rows) -> BTreeMap<&str, &str> {
    rows.iter().map(|it| (it[0].as_str(), it[1].as_str())).collect()
}

/// The table with a head.
pub fn records(rows: &Rows) -> Vec<BTreeMap<&str, &str>> {
    let Some((head, rest)) = rows.split_first() else { return Vec::new() };
    rest.iter()
        .map(|row| head.iter().zip(row).map(|(name, it)| (name.as_str(), it.as_str())).collect())
        .collect()
}

impl Scene {
    fn empty() -> Scene {
        Scene {
            town: None,
            last: None,
            unheard: None,
            actor: None,
            request: None,
            order: None,
            names: BTreeMap::new(),
            posts: Vec::new(),
            case: Json::Null,
            verdict: Json::Null,
        }
    }

    pub fn town(&self) -> &Town {
        self.town.as_ref().expect("the story says which pack it is")
    }

    pub async fn hear(&mut self, text: &str, rows: &Rows) {
        let (pattern, parts) = quoted(text);
        if let Some(no) = self.unheard.take() {
            assert!(pattern.starts_with("系统拒绝"), "the system refused: {no}");
        }
        let known = self.judge(&pattern, &parts, rows)
            || self.set_up(&pattern, &parts, rows).await
            || self.decides(&pattern, &parts, rows).await
            || self.act(&pattern, &parts, rows).await
            || self.see(&pattern, &parts, rows).await;
        assert!(known, "nobody knows what this means: {text}");
    }

    async fn set_up(&mut self, pattern: &str, parts: &[String], rows: &Rows) -> bool {
        match pattern {
            "系统装有行业包_" => {
                let on = if std::env::var("BAOXIU_STORIES_POSTGRES").is_ok() {
                    On::Postgres
                } else {
                    On::Sqlite
                };
                let mut town = Town::bare("story", on, &parts[0]).await;
                let orgs = town.house(async |cx| network(cx).await).await;
                town.ids.extend(orgs);
                self.town = Some(town);
            }
            "现在是_" => self.town().set_clock(moment(self.town(), &parts[0])),
            "有下列区域" => self.regions(rows).await,
            "有下列网点" => self.outlets(rows).await,
            "有下列人员" => self.people(rows).await,
            "记这张服务单为_" => {
                let order = self.order.clone().expect("an order to remember");
                self.names.insert(parts[0].clone(), order);
            }
            _ => return self.clock_moves(pattern) || self.order_at(pattern).await,
        }
        true
    }

    fn clock_moves(&mut self, pattern: &str) -> bool {
        let Some(rest) = pattern.strip_prefix("过了 ") else { return false };
        let mut words = rest.split(' ');
        let count: i64 = words.next().unwrap_or_default().parse().expect("a number");
        let minutes = match words.next() {
            Some("分钟") => count,
            Some("小时") => count * 60,
            Some("天") => count * 1440,
            other => panic!("no unit of time: {other:?}"),
        };
        self.town().later(minutes);
        true
    }

    async fn regions(&mut self, rows: &Rows) {
        for row in records(rows) {
            let (name, area) = (row["区域"].to_owned(), code(row["范围"]));
            let hq = OrgId::parse(&self.town().id("总部")).unwrap();
            let id = self.found(OrgKind::Region, &hq, name.clone(), vec![area]).await;
            self.town.as_mut().unwrap().ids.insert(name, id);
        }
    }

    async fn outlets(&mut self, rows: &Rows) {
        for row in records(rows) {
            let name = row["网点"].to_owned();
            let above = OrgId::parse(&self.town().id(row["区域"])).unwrap();
            let areas = row["服务区县"].split('、').map(code).collect();
            let id = self.found(OrgKind::Outlet, &above, name.clone(), areas).await;
            self.town.as_mut().unwrap().ids.insert(name, id);
        }
    }

    async fn found(
        &self,
        kind: OrgKind,
        above: &OrgId,
        name: String,
        areas: Vec<String>,
    ) -> String {
        let above = above.clone();
        let work = async move |cx: &mut baoxiu::Cx| {
            let draft = org::ops::Draft { name: name.clone(), ..Default::default() };
            let it = org::ops::found(cx, kind, Some(&above), &draft).await?;
            let areas: Vec<_> = areas.iter().map(|it| (it.clone(), None)).collect();
            org::ops::set_territory(cx, &it.id, &areas).await?;
            Ok(it.id.to_string())
        };
        self.town().house(work).await
    }

    async fn people(&mut self, rows: &Rows) {
        for row in records(rows) {
            let (name, place) = (row["姓名"].to_owned(), row["机构"].to_owned());
            let pack = self.town().app.company().pack.clone();
            let regions = pack.regions.iter().any(|it| it.name.zh == place);
            let tier = if place == "总部" {
                1
            } else if regions || place.ends_with("办事处") {
                2
            } else {
                3
            };
            let post = pack.posts.iter().find(|it| it.tier == tier && it.name.zh == row["岗位"]);
            let post = post.unwrap_or_else(|| panic!("no post {} at tier {tier}", row["岗位"]));
            let roles: Vec<String> = post.roles.iter().map(|it| it.code().to_owned()).collect();
            let held = row.get("资格证").unwrap_or(&"").split('、');
            let held: Vec<String> = held.filter(|it| !it.is_empty()).map(str::to_owned).collect();
            let draft = account::ops::Draft {
                login: format!("p{}", self.posts.len()),
                name: name.clone(),
                roles: roles.clone(),
                post: Some(post.name.zh.clone()),
                ..Default::default()
            };
            let org = self.town().id(&place);
            self.town.as_mut().unwrap().hire(&name, &org, draft, Some(held)).await;
            self.posts.push((name, roles, place));
        }
    }

    /// Somebody who holds the role, for what a sentence leaves open.
    pub fn somebody(&self, role: &str, place: Option<&str>) -> String {
        let holds = |it: &&(String, Vec<String>, String)| {
            it.1.iter().any(|has| has == role) && place.is_none_or(|place| it.2 == place)
        };
        let found = self.posts.iter().find(holds);
        found.unwrap_or_else(|| panic!("nobody is {role}")).0.clone()
    }

    /// The answer of a call, and the "no" it may be.
    pub fn heard(&mut self, who: &str, answer: Answer) -> &Json {
        self.actor = Some(who.to_owned());
        self.unheard = (!answer.status.is_success()).then(|| answer.text.clone());
        self.last = Some(answer);
        &self.last.as_ref().unwrap().json
    }
}

/// `天河区 440106` → `440106`.
fn code(text: &str) -> String {
    text.trim().rsplit(' ').next().unwrap_or_default().to_owned()
}

/// A moment as a story says it.
pub fn moment(town: &Town, text: &str) -> Time {
    let text = text.replace(' ', "T");
    let text = if text.len() == 10 { format!("{text}T00:00") } else { text };
    Time::parse(&format!("{text}:00"), &town.app.company().zone).expect("a moment")
}

/// Headquarters and the pack's regions.
async fn network(cx: &mut baoxiu::Cx) -> kernel::Result<BTreeMap<String, String>> {
    let named = |name: &str| org::ops::Draft { name: name.into(), ..Default::default() };
    let hq = org::ops::found(cx, OrgKind::Hq, None, &named("总部")).await?;
    let mut ids = BTreeMap::from([("总部".to_owned(), hq.id.to_string())]);
    let pack = cx.company.pack.clone();
    for region in &pack.regions {
        let it =
            org::ops::found(cx, OrgKind::Region, Some(&hq.id), &named(&region.name.zh)).await?;
        let areas: Vec<_> = region.areas.iter().map(|it| (it.clone(), None)).collect();
        org::ops::set_territory(cx, &it.id, &areas).await?;
        ids.insert(region.name.zh.clone(), it.id.to_string());
    }
    Ok(ids)
}
