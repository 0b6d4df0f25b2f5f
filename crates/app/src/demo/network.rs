//! The network of the demo: headquarters, the regions of the pack, eight outlets that serve
//! 广州, 深圳 and 珠海, and everybody who works there.

use std::sync::Arc;

use kernel::{Day, Result, Span, Time};
use rules::{
    org::OrgKind,
    pack::Pack,
    policy::{Actor, OrgId, Role},
};

use super::{chance::Chance, names::Names, places, scale::Scale};
use crate::{Cx, account, account::Certificate, org};

/// Outlets and the districts each serves; together all of 广州, 深圳 and 珠海.
const OUTLETS: &[(&str, &str, &[&str])] = &[
    ("香洲网点", "xiangzhou", &["440402"]),
    ("斗门网点", "doumen", &["440403", "440404"]),
    ("天河网点", "tianhe", &["440106", "440104", "440112"]),
    ("海珠网点", "haizhu", &["440105", "440103", "440113", "440115"]),
    ("白云网点", "baiyun", &["440111", "440114", "440117", "440118"]),
    ("福田网点", "futian", &["440304", "440303", "440308"]),
    ("南山网点", "nanshan", &["440305", "440306"]),
    ("龙岗网点", "longgang", &["440307", "440309", "440310", "440311"]),
];
/// For a pack that names no regions.
const REGIONS: &[(&str, &[&str])] = &[
    ("广州", &["4401"]),
    ("深圳", &["4403"]),
    ("粤西", &["4404", "4407", "4417", "4409", "4408"]),
];
/// Where these regions have people besides their manager.
const STAFFED: &[&str] = &["广州", "深圳", "粤西"];
/// So many technicians of an outlet know every category.
const SEASONED: usize = 2;
const AT_HEADQUARTERS: [(Role, &str); 9] = [
    (Role::Agent, "agent"),
    (Role::Caller, "caller"),
    (Role::HqManager, "hq"),
    (Role::Supervisor, "supervisor"),
    (Role::Auditor, "auditor"),
    (Role::Finance, "finance"),
    (Role::Storekeeper, "store"),
    (Role::Admin, "admin"),
    (Role::Security, "security"),
];

/// An organisation before it is founded. The first is headquarters.
#[derive(Debug, Clone)]
pub struct Site {
    pub kind: OrgKind,
    pub name: String,
    pub parent: usize,
    pub areas: Vec<String>,
    pub address: Option<String>,
    pub phone: Option<String>,
    /// What the logins of its people begin with.
    pub login: String,
}

/// A person before they are hired.
#[derive(Debug, Clone)]
pub struct Hire {
    pub site: usize,
    pub role: Role,
    pub login: String,
    pub draft: account::ops::Draft,
    pub certificates: Vec<Certificate>,
}

#[derive(Debug, Clone)]
pub struct Plan {
    pub sites: Vec<Site>,
    pub hires: Vec<Hire>,
}

/// Draws the network of a pack.
pub fn plan(pack: &Pack, scale: Scale, names: &mut Names, today: Day) -> Plan {
    let mut chance = Chance::seeded(11);
    let sites = sites(pack, names, &mut chance);
    let mut plan = Plan { sites, hires: Vec::new() };
    let mut people = People { pack, names, today, plan: &mut plan, chance };
    people.hire_all(scale);
    plan
}

fn sites(pack: &Pack, names: &mut Names, chance: &mut Chance) -> Vec<Site> {
    let mut sites = vec![Site {
        kind: OrgKind::Hq,
        name: format!("{}总部", pack.about.name.zh),
        parent: 0,
        areas: Vec::new(),
        address: Some(places::house(chance, "440402")),
        phone: Some(names.landline("0756")),
        login: String::new(),
    }];
    let regions: Vec<(String, Vec<String>)> = if pack.regions.is_empty() {
        let own = |areas: &&[&str]| areas.iter().map(|it| (*it).to_owned()).collect();
        REGIONS.iter().map(|(name, areas)| ((*name).to_owned(), own(areas))).collect()
    } else {
        pack.regions.iter().map(|it| (it.name.zh.clone(), it.areas.clone())).collect()
    };
    for (place, (name, areas)) in regions.into_iter().enumerate() {
        sites.push(Site {
            kind: OrgKind::Region,
            name,
            parent: 0,
            areas,
            address: None,
            phone: None,
            login: format!("region{:02}", place + 1),
        });
    }
    for (name, login, districts) in OUTLETS {
        sites.push(Site {
            kind: OrgKind::Outlet,
            name: (*name).to_owned(),
            parent: owner(&sites, districts[0]),
            areas: districts.iter().map(|it| (*it).to_owned()).collect(),
            address: Some(places::house(chance, districts[0])),
            phone: Some(names.landline(places::area_code(districts[0]))),
            login: (*login).to_owned(),
        });
    }
    sites
}

/// The region with the nearest area over the district; without one, headquarters.
fn owner(sites: &[Site], district: &str) -> usize {
    let nearest = |site: &Site| {
        let over = site.areas.iter().filter(|area| locality::within(district, area));
        over.map(String::len).max()
    };
    let regions = sites.iter().enumerate().filter(|(_, it)| it.kind == OrgKind::Region);
    let best = regions.filter_map(|(place, it)| Some((nearest(it)?, place))).max();
    best.map_or(0, |(_, place)| place)
}

struct People<'a> {
    pack: &'a Pack,
    names: &'a mut Names,
    today: Day,
    plan: &'a mut Plan,
    chance: Chance,
}

impl People<'_> {
    fn hire_all(&mut self, scale: Scale) {
        for ((role, login), count) in AT_HEADQUARTERS.into_iter().zip(scale.headquarters) {
            for n in 1..=count {
                self.hire(0, role, numbered(login, n, count));
            }
        }
        let mut outlets = Vec::new();
        for site in 1..self.plan.sites.len() {
            let Site { kind, name, login, .. } = self.plan.sites[site].clone();
            if kind == OrgKind::Region {
                self.hire(site, Role::RegionManager, login.clone());
                if STAFFED.contains(&name.as_str()) {
                    self.hire(site, Role::Agent, format!("{login}-agent"));
                    self.hire(site, Role::Storekeeper, format!("{login}-store"));
                }
                continue;
            }
            outlets.push((site, login.clone()));
            self.hire(site, Role::OutletManager, format!("{login}-manager"));
            for n in 1..=scale.dispatchers {
                let login = format!("{login}-dispatcher");
                self.hire(site, Role::Dispatcher, numbered(&login, n, scale.dispatchers));
            }
            self.hire(site, Role::Storekeeper, format!("{login}-store"));
        }
        let technicians = scale.people.saturating_sub(self.plan.hires.len());
        for n in 0..technicians.max(outlets.len() * 2) {
            let (site, login) = &outlets[n % outlets.len()];
            let number = n / outlets.len() + 1;
            self.hire(*site, Role::Technician, format!("{login}-tech{number}"));
            // Whatever breaks in a district, somebody of its outlet can repair it.
            if number <= SEASONED
                && let Some(hire) = self.plan.hires.last_mut()
            {
                let all = self.pack.categories.iter().map(|it| it.name.zh.clone());
                hire.draft.skills = all.collect();
            }
        }
        self.let_one_expire();
    }

    fn hire(&mut self, site: usize, role: Role, login: String) {
        let tier = match self.plan.sites[site].kind {
            OrgKind::Hq => 1,
            OrgKind::Region => 2,
            _ => 3,
        };
        let posts: Vec<&str> = self
            .pack
            .posts
            .iter()
            .filter(|it| it.tier == tier && it.roles.contains(&role))
            .map(|it| it.name.zh.as_str())
            .collect();
        let post = if posts.is_empty() { None } else { Some(posts[login.len() % posts.len()]) };
        let technician = role == Role::Technician;
        let draft = account::ops::Draft {
            login: login.clone(),
            name: self.names.person(),
            post: post.map(str::to_owned),
            roles: vec![role.code().to_owned()],
            phone: Some(self.names.mobile()),
            skills: if technician { self.skills() } else { Vec::new() },
            lang: None,
            ..Default::default()
        };
        let certificates = if technician { self.certificates() } else { Vec::new() };
        self.plan.hires.push(Hire { site, role, login, draft, certificates });
    }

    /// Everybody can do the first category; of the others, most.
    fn skills(&mut self) -> Vec<String> {
        let mut skills = Vec::new();
        for (place, category) in self.pack.categories.iter().enumerate() {
            if place == 0 || self.chance.permille(600) {
                skills.push(category.name.zh.clone());
            }
        }
        skills
    }

    fn certificates(&mut self) -> Vec<Certificate> {
        let mut all = Vec::new();
        for certificate in &self.pack.certificates {
            all.push(Certificate {
                name: certificate.name.zh.clone(),
                until: Some(self.today.plus(self.chance.between(40, 1400))),
                number: Some(format!("T44{:09}", self.chance.below(1_000_000_000))),
            });
        }
        all
    }

    /// The last technician's certificate ran out twelve days ago, another one's soon will.
    fn let_one_expire(&mut self) {
        let mut last = self.plan.hires.iter_mut().rev();
        for days in [-12, 17] {
            if let Some(hire) = last.next() {
                hire.certificates.iter_mut().for_each(|it| it.until = Some(self.today.plus(days)));
            }
        }
    }
}

fn numbered(login: &str, n: usize, of: usize) -> String {
    if of == 1 { login.to_owned() } else { format!("{login}{n}") }
}

/// Founds every organisation, headquarters first. Returns their ids in the order of the plan.
pub async fn found(cx: &mut Cx, plan: &Plan) -> Result<Vec<OrgId>> {
    let mut ids: Vec<OrgId> = Vec::new();
    for site in &plan.sites {
        let parent = ids.get(site.parent).cloned();
        let draft = org::ops::Draft {
            name: site.name.clone(),
            phone: site.phone.clone(),
            address: site.address.clone(),
            district: None,
            ..Default::default()
        };
        let it = org::ops::found(cx, site.kind, parent.as_ref(), &draft).await?;
        let areas: Vec<_> = site.areas.iter().map(|it| (it.clone(), None)).collect();
        if !areas.is_empty() {
            org::ops::set_territory(cx, &it.id, &areas).await?;
        }
        ids.push(it.id);
    }
    Ok(ids)
}

/// Somebody who works in the demo.
#[derive(Debug, Clone)]
pub struct Staff {
    pub actor: Arc<Actor>,
    pub role: Role,
    pub site: usize,
    pub skills: Vec<String>,
    /// The last day every certificate is good for.
    pub certified_until: Option<Day>,
}

/// Hires one person with a hashed password.
pub async fn hire(cx: &mut Cx, hire: &Hire, org: &OrgId, hashed: &str) -> Result<Staff> {
    let person = account::ops::hire(cx, org, &hire.draft, Some(hashed.to_owned())).await?;
    if !hire.certificates.is_empty() {
        account::ops::set_certificates(cx, &person.id, &hire.certificates).await?;
    }
    Ok(Staff {
        actor: Arc::new(account::ops::actor(cx, &person).await?),
        role: hire.role,
        site: hire.site,
        skills: hire.draft.skills.clone(),
        certified_until: hire.certificates.iter().filter_map(|it| it.until).min(),
    })
}

/// How long before the history begins the network was founded.
pub fn founded(begins: Time) -> Time {
    begins.before(Span::days(2))
}
