//! A network that lives: people, customers, devices and weeks of history, made by the same use
//! cases that people use, always the same story up to the present moment.

mod calls;
mod chance;
mod households;
mod life;
mod names;
mod network;
mod places;
mod scale;
mod secrets;
mod words;

pub use scale::Scale;
pub use secrets::{Account, Home, Secrets};

use std::sync::Arc;

use kernel::{Day, Result, Span, Time};
use platform::db::Tx;
use rules::{
    org::OrgKind,
    policy::{Actor, OrgId, Role},
};

use crate::{
    App, account,
    account::password,
    company, customer, device, packs,
    visit::picture::{self, Kept},
};
use calls::Draw;
use chance::Chance;
use households::{Factory, Household};
use life::{Cast, Desks, World};
use names::Names;
use network::{Plan, Staff};

/// So many customers are filed in one transaction.
const GROUP: usize = 250;
/// For how long the tokens of the demo open the door.
const TOKEN_DAYS: i64 = 3650;

/// What is being made, and how much of it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    People(usize, usize),
    Customers(usize, usize),
    Requests(usize, usize),
    /// Into the database of a server.
    Moving,
}

/// Makes the demo in an empty house. Returns everybody with their keys.
pub async fn make(
    app: &App,
    pack: &str,
    scale: Scale,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Vec<Account>> {
    let now = app.now();
    load_pack(app, pack, now).await?;
    let company = app.company();
    let today = now.day(&company.zone);
    let begins = today.plus(-scale.days).start(&company.zone);
    let mut names = Names::new(7);
    let plan = network::plan(&company.pack, scale, &mut names, today);
    let (orgs, staff, passwords) = found(app, &plan, begins, progress).await?;

    // What is on file before the history begins was installed before it, too.
    let before = today.plus(-scale.days - 3);
    let mut factory = Factory::new(&company.pack, before);
    let filed_before = scale.devices - calls::installs(scale);
    let mut all = households::all(scale, filed_before, &mut names, &mut factory);
    let mut draw = Draw {
        pack: &company.pack,
        zone: company.zone.clone(),
        begins,
        ends: now,
        households: &mut all,
        factory: &mut factory,
        chance: Chance::seeded(31),
    };
    let calls = draw.all(scale);
    top_up(&mut all, scale, before, &company.pack);
    let desks = desks(&plan, &orgs, &staff);
    let away = send_away(app, &staff, today, begins).await?;
    file(app, &desks, &staff, &all, begins, progress).await?;

    let cast = Cast {
        households: all,
        calls,
        desks,
        away,
        zone: company.zone.clone(),
        ends: now,
        pack: Arc::clone(&company.pack),
        signature: signature(app).await?,
        staff,
    };
    let cast = Arc::new(cast);
    live(app, &cast, begins, progress).await?;
    keys(app, &plan, &orgs, &cast.staff, &passwords).await
}

async fn load_pack(app: &App, id: &str, now: Time) -> Result<()> {
    let pack = packs::read(id)?;
    let name = format!("{}（演示）", pack.about.name.zh);
    let load = async move |mut tx: Tx| {
        packs::load(&mut tx, &pack, now).await?;
        company::set(&mut tx, "company", &name).await
    };
    app.db.act(load).await?;
    app.learn().await
}

type Founded = (Vec<OrgId>, Vec<Staff>, Vec<String>);

/// Organisations and people, with a password each.
async fn found(
    app: &App,
    plan: &Plan,
    begins: Time,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Founded> {
    let house = Arc::new(Actor::house());
    let at = network::founded(begins);
    let drawn = plan.clone();
    let found = async move |cx: &mut crate::Cx| network::found(cx, &drawn).await;
    let orgs = app.act_at(&house, at, found).await?;
    let passwords: Vec<String> =
        plan.hires.iter().map(|_| password::made_up((app.dice)().as_mut(), 10)).collect();
    let hashed = futures_util::future::join_all(passwords.iter().map(|it| password::hash(app, it)));
    let hashed = hashed.await.into_iter().collect::<Result<Vec<String>>>()?;
    progress(Progress::People(0, plan.hires.len()));
    let (hires, ids) = (plan.hires.clone(), orgs.clone());
    let hire = async move |cx: &mut crate::Cx| {
        let mut staff = Vec::new();
        for (one, hashed) in hires.iter().zip(&hashed) {
            staff.push(network::hire(cx, one, &ids[one.site], hashed).await?);
        }
        Ok(staff)
    };
    let staff = app.act_at(&house, at.after(Span::minutes(30)), hire).await?;
    progress(Progress::People(staff.len(), plan.hires.len()));
    Ok((orgs, staff, passwords))
}

/// Who sits where.
fn desks(plan: &Plan, orgs: &[OrgId], staff: &[Staff]) -> Desks {
    let mut desks = Desks::default();
    let at_hq = |role: Role| -> Vec<usize> {
        let places = staff.iter().enumerate();
        places.filter(|(_, it)| it.site == 0 && it.role == role).map(|(place, _)| place).collect()
    };
    desks.agents = at_hq(Role::Agent);
    desks.callers = at_hq(Role::Caller);
    desks.managers = at_hq(Role::HqManager);
    desks.supervisors = at_hq(Role::Supervisor);
    for (site, it) in plan.sites.iter().enumerate() {
        let of = |role: Role| -> Vec<usize> {
            let places = staff.iter().enumerate();
            places
                .filter(|(_, it)| it.site == site && it.role == role)
                .map(|(place, _)| place)
                .collect()
        };
        let path = |place: usize| staff[place].actor.path.clone();
        match it.kind {
            OrgKind::Region => {
                let manager = of(Role::RegionManager)[0];
                desks.regions.push(life::Region { path: path(manager), manager });
            }
            OrgKind::Outlet => {
                let manager = of(Role::OutletManager)[0];
                desks.outlets.push(life::Outlet {
                    id: orgs[site].to_string(),
                    path: path(manager),
                    districts: it.areas.clone(),
                    dispatchers: of(Role::Dispatcher),
                    technicians: of(Role::Technician),
                });
            }
            _ => (),
        }
    }
    desks
}

/// Devices that no call brought in are filed from the beginning, so that there are as many as
/// the scale says.
fn top_up(all: &mut [Household], scale: Scale, before: Day, pack: &rules::pack::Pack) {
    let there: usize = all.iter().map(|it| it.units.len()).sum();
    let mut factory = Factory::new(pack, before);
    factory.skip(scale.devices);
    let mut chance = Chance::seeded(37);
    for _ in there..scale.devices {
        let known: usize = loop {
            let place = chance.below(all.len());
            if all[place].known {
                break place;
            }
        };
        let unit = factory.used(all[known].firm);
        all[known].units.push(unit);
    }
}

/// Two technicians are not there today.
async fn send_away(
    app: &App,
    staff: &[Staff],
    today: Day,
    begins: Time,
) -> Result<Vec<(usize, Day)>> {
    let technicians: Vec<usize> =
        (0..staff.len()).filter(|it| staff[*it].role == Role::Technician).collect();
    let zone = app.company().zone.clone();
    let house = Arc::new(Actor::house());
    let mut away = Vec::new();
    for (nth, days, reason) in [(2, 1, "病假"), (9, 2, "培训")] {
        let place = technicians[nth % technicians.len()];
        let Some(person) = staff[place].actor.person.clone() else { continue };
        let (from, to) = (today.start(&zone), today.plus(days).start(&zone));
        let absent = async move |cx: &mut crate::Cx| {
            account::ops::set_absence(cx, &person, from, to, reason).await
        };
        app.act_at(&house, begins.before(Span::hours(20)), absent).await?;
        away.extend((0..days).map(|day| (place, today.plus(day))));
    }
    Ok(away)
}

/// Everybody who was a customer before the history begins, with their devices.
async fn file(
    app: &App,
    desks: &Desks,
    staff: &[Staff],
    all: &[Household],
    begins: Time,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<()> {
    let starts = begins.before(Span::hours(18));
    let step = Span::hours(17).as_millis() / all.len() as i64;
    let mut entries = Vec::new();
    let mut chance = Chance::seeded(43);
    for (place, household) in all.iter().enumerate().filter(|(_, it)| it.known) {
        let at = starts.after(Span::millis(step * place as i64));
        let outlet = desks.outlets.iter().find(|it| it.districts.contains(&household.district));
        let desk = match outlet {
            Some(outlet) if chance.permille(600) => &outlet.dispatchers,
            _ => &desks.agents,
        };
        let actor = Arc::clone(&staff[*chance.pick(desk)].actor);
        entries.push((at, actor, household.clone()));
    }
    let count = entries.len();
    for (nth, group) in entries.chunks(GROUP).enumerate() {
        progress(Progress::Customers(nth * GROUP, count));
        let group = group.to_vec();
        let work = async move |cx: &mut crate::Cx| {
            for (at, actor, household) in &group {
                cx.step(actor, *at, async |cx| file_one(cx, household).await).await?;
            }
            Ok(())
        };
        app.act(&Arc::new(Actor::house()), work).await?;
    }
    progress(Progress::Customers(count, count));
    Ok(())
}

async fn file_one(cx: &mut crate::Cx, household: &Household) -> Result<()> {
    let customer = customer::ops::file(cx, &household.draft()).await?;
    for unit in household.units.iter().filter(|it| it.known) {
        device::ops::file(cx, Some(&customer.id), &unit.draft()).await?;
    }
    Ok(())
}

/// The story, piece by piece.
async fn live(
    app: &App,
    cast: &Arc<Cast>,
    begins: Time,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<()> {
    let mut world = World::begin(cast, begins);
    loop {
        progress(Progress::Requests(world.told(), cast.calls.len()));
        let (cast, start) = (Arc::clone(cast), world);
        let piece = async move |cx: &mut crate::Cx| {
            let mut world = start.clone();
            let over = world.go_on(&cast, cx).await?;
            Ok((world, over))
        };
        let (next, over) = app.act(&Arc::new(Actor::house()), piece).await?;
        world = next;
        if over {
            return Ok(());
        }
    }
}

/// A token for everybody, made now.
async fn keys(
    app: &App,
    plan: &Plan,
    orgs: &[OrgId],
    staff: &[Staff],
    passwords: &[String],
) -> Result<Vec<Account>> {
    let people: Vec<_> = staff.iter().filter_map(|it| it.actor.person.clone()).collect();
    let ids = people.clone();
    let make = async move |cx: &mut crate::Cx| {
        let mut tokens = Vec::new();
        for id in &ids {
            tokens.push(account::ops::create_token(cx, id, "demo", TOKEN_DAYS).await?);
        }
        Ok(tokens)
    };
    let tokens = app.act(&Arc::new(Actor::house()), make).await?;
    let mut all = Vec::new();
    for (place, hire) in plan.hires.iter().enumerate() {
        let site = &plan.sites[hire.site];
        all.push(Account {
            id: people[place].to_string(),
            role: hire.role.code().to_owned(),
            name: hire.draft.name.clone(),
            login: hire.login.clone(),
            password: passwords[place].clone(),
            token: tokens[place].clone(),
            org: Home {
                id: orgs[hire.site].to_string(),
                name: site.name.clone(),
                kind: site.kind.code().to_owned(),
            },
        });
    }
    Ok(all)
}

/// What a customer draws with a finger.
async fn signature(app: &App) -> Result<Kept> {
    use base64::Engine as _;
    let mut picture = image::RgbImage::from_pixel(320, 120, image::Rgb([255, 255, 255]));
    for step in 0..2400u32 {
        let t = f64::from(step) / 2400.0;
        let x = 20.0 + 270.0 * t + 18.0 * (t * 31.0).sin();
        let y = 60.0 + 32.0 * (t * 23.0).sin() * (1.0 - t * 0.6) + 8.0 * (t * 71.0).cos();
        for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            let (x, y) = (x as u32 + dx, y as u32 + dy);
            if x < 320 && y < 120 {
                picture.put_pixel(x, y, image::Rgb([24, 32, 72]));
            }
        }
    }
    let mut bytes = Vec::new();
    let written = image::DynamicImage::ImageRgb8(picture)
        .write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Png);
    written.map_err(|e| kernel::Error::fault(format!("drawing a signature: {e}")))?;
    let text = base64::engine::general_purpose::STANDARD.encode(bytes);
    picture::keep_signature(app, &text).await
}
