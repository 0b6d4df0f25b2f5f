//! At the outlet and on the road: orders are accepted, assigned, done and signed.

use kernel::{Fen, Result, Span};
use rules::{
    order::{Means, Step, Wait, Window},
    visit::totals,
};

use super::{Agenda, Now, What};
use crate::{
    callback,
    demo::words,
    dispatch::{self, ops::Sending},
    notice, order,
    visit::{self, ops::Signature},
};

/// When visits begin, in minutes of the day.
const STARTS: [i64; 5] = [8 * 60 + 30, 10 * 60 + 30, 13 * 60 + 30, 15 * 60 + 30, 18 * 60];
/// No visit ends later.
const LATEST: i64 = 20 * 60 + 30;
const WINDOW: i64 = 120;

impl Now<'_> {
    fn dispatcher(&mut self) -> std::sync::Arc<rules::policy::Actor> {
        let cast = self.cast;
        let outlet = self.it().outlet.expect("the order lies at an outlet");
        self.one_of(&cast.desks.outlets[outlet].dispatchers)
    }

    fn technician(&self) -> std::sync::Arc<rules::policy::Actor> {
        self.actor(self.it().technician.expect("the order is assigned"))
    }

    pub(super) async fn accept(&mut self) -> Result<()> {
        let (id, dispatcher) = (self.order(), self.dispatcher());
        self.does(&dispatcher, async |cx| order::ops::accept(cx, &id).await).await?;
        self.then(1, 9, What::Contact);
        self.then_by_day(5, 70, What::Assign);
        Ok(())
    }

    pub(super) async fn contact(&mut self) -> Result<()> {
        let (id, dispatcher) = (self.order(), self.dispatcher());
        let reached = self.chance().permille(930);
        let text = (!reached).then(|| words::busy(self.chance()));
        let contact = async |cx: &mut crate::Cx| {
            order::ops::contact(cx, &id, Means::Phone, reached, text.as_deref()).await
        };
        self.does(&dispatcher, contact).await?;
        if !reached {
            self.then(20, 90, What::Contact);
        }
        Ok(())
    }

    pub(super) async fn refuse(&mut self) -> Result<()> {
        let (id, dispatcher) = (self.order(), self.dispatcher());
        let reason = words::refuse(self.chance());
        self.does(&dispatcher, async |cx| order::ops::refuse(cx, &id, &reason).await).await?;
        self.then_by_day(10, 150, What::Route);
        Ok(())
    }

    /// Out of the pool: to another outlet of the city, else to the nearest that can.
    pub(super) async fn route(&mut self) -> Result<()> {
        let cast = self.cast;
        let id = self.order();
        let household = &cast.households[self.told().household];
        let before = self.it().outlet;
        let score = |place: usize| {
            let outlet = &cast.desks.outlets[place];
            let city = outlet.districts.iter().any(|it| household.district[..4] == it[..4]);
            (!city, Some(place) == before)
        };
        let mut places: Vec<usize> = (0..cast.desks.outlets.len()).collect();
        places.sort_by_key(|it| score(*it));
        let to = match household.district.get(..4) {
            Some("4401" | "4403" | "4404") => {
                let same = |it: &&usize| !score(**it).0 && Some(**it) != before;
                places.iter().find(same).copied().unwrap_or(places[0])
            }
            // 东莞 and 惠州 are near 深圳, 佛山 near 广州, the west near 珠海.
            Some("4419" | "4413") => 7,
            Some("4406") => 3,
            _ => self.chance().below(2),
        };
        let known = async |cx: &mut crate::Cx| order::ops::known(cx, &id).await;
        let agent = self.one_of(&cast.desks.agents);
        let path = self.does(&agent, known).await?.path;
        let outlet = &cast.desks.outlets[to];
        let manager = cast
            .desks
            .regions
            .iter()
            .find(|it| path.starts_with(&it.path) && outlet.path.starts_with(&it.path));
        let actor = match manager {
            Some(region) => self.actor(region.manager),
            None => self.one_of(&cast.desks.managers),
        };
        let (reason, name) = (words::route(self.chance()), outlet.id.clone());
        let route = async |cx: &mut crate::Cx| order::ops::route(cx, &id, &name, &reason).await;
        self.does(&actor, route).await?;
        self.it_mut().outlet = Some(to);
        self.then_by_day(2, 40, What::Accept);
        Ok(())
    }

    pub(super) async fn assign(&mut self) -> Result<()> {
        let Some((technician, window)) = self.find_window() else {
            // Nobody is free for days: tomorrow things may look different.
            self.then_by_day(600, 1200, What::Assign);
            return Ok(());
        };
        let (id, dispatcher) = (self.order(), self.dispatcher());
        let sending = Sending {
            technician: self.cast.staff[technician]
                .actor
                .person
                .as_ref()
                .map_or_else(String::new, ToString::to_string),
            window,
            overriding: None,
            reason: None,
        };
        let assign =
            async |cx: &mut crate::Cx| dispatch::ops::assign(cx, &id, Step::Assign, &sending).await;
        self.does(&dispatcher, assign).await?;
        self.world.agendas.entry(technician).or_default().booked.push(window);
        let it = self.it_mut();
        (it.technician, it.window) = (Some(technician), Some(window));
        self.then(2, 25, What::Speak);
        let early = self.chance().between(10, 45);
        let leaves = window.from.before(Span::minutes(early)).max(self.at.after(Span::minutes(3)));
        self.at_time(leaves, What::Depart);
        Ok(())
    }

    /// Who of the outlet is free first; of several, the one with the least to do that day.
    fn find_window(&mut self) -> Option<(usize, Window)> {
        let cast = self.cast;
        let outlet = self.it().outlet.expect("the order lies at an outlet");
        let call = self.told();
        let category = cast.households[call.household].units[call.unit].category.clone();
        let minutes = cast.pack.minutes(&category, call.kind).unwrap_or(WINDOW);
        let long = minutes.clamp(WINDOW, 480);
        let wish = if self.chance().permille(90) { self.chance().between(1, 3) } else { 0 };
        let today = self.at.day(&cast.zone);
        let earliest = self.at.after(Span::minutes(50));
        for ahead in wish..wish + 8 {
            let day = today.plus(ahead);
            let start = day.start(&cast.zone);
            let evening = self.chance().permille(300);
            for from in STARTS {
                if from + long > LATEST || (from >= 18 * 60 && !evening) {
                    continue;
                }
                let window = Window {
                    from: start.after(Span::minutes(from)),
                    to: start.after(Span::minutes(from + long)),
                };
                if window.from < earliest {
                    continue;
                }
                let crew = &cast.desks.outlets[outlet].technicians;
                let free = crew.iter().filter(|it| {
                    let staff = &cast.staff[**it];
                    staff.certified_until.is_none_or(|until| day <= until)
                        && !cast.away.contains(&(**it, day))
                        && (staff.skills.is_empty() || staff.skills.contains(&category))
                        && self.is_free(**it, window)
                });
                let load = |it: &&usize| {
                    let of_day = |window: &&Window| window.from.day(&cast.zone) == day;
                    let agenda = self.world.agendas.get(*it);
                    agenda.map_or(0, |it| it.booked.iter().filter(of_day).count())
                };
                if let Some(best) = free.min_by_key(load) {
                    return Some((*best, window));
                }
            }
        }
        None
    }

    fn is_free(&self, technician: usize, window: Window) -> bool {
        let agenda = self.world.agendas.get(&technician);
        agenda.is_none_or(|it| !it.booked.iter().any(|one| one.overlaps(window)))
    }

    fn agenda(&mut self) -> &mut Agenda {
        let technician = self.it().technician.expect("the order is assigned");
        self.world.agendas.entry(technician).or_default()
    }

    /// The time that will not be used after all.
    pub(super) fn free_window(&mut self) {
        let (Some(technician), Some(window)) = (self.it().technician, self.it().window) else {
            return;
        };
        let at = self.at;
        if let Some(agenda) = self.world.agendas.get_mut(&technician) {
            agenda.booked.retain(|it| *it != window && it.to.after(Span::days(1)) > at);
        }
    }

    /// The agent reads aloud who comes when.
    pub(super) async fn speak(&mut self) -> Result<()> {
        let cast = self.cast;
        let id = self.order().to_string();
        let agent = self.one_of(&cast.desks.agents);
        let speak = async |cx: &mut crate::Cx| {
            use rules::notice::{NoticeKind, NoticeState};
            let all = notice::ops::to_customer(cx, &id).await?;
            let waiting = |it: &&notice::Notice| {
                it.state == NoticeState::Queued && it.kind == NoticeKind::Visit
            };
            if let Some(notice) = all.iter().find(waiting) {
                notice::ops::spoken(cx, &notice.id).await?;
            }
            Ok(())
        };
        self.does(&agent, speak).await
    }

    pub(super) async fn depart(&mut self) -> Result<()> {
        let at = self.at;
        // Whoever is still at the customer before comes later.
        if let Some(free_at) = self.agenda().free_at.filter(|it| *it > at) {
            self.at_time(free_at.after(Span::minutes(4)), What::Depart);
            return Ok(());
        }
        let (id, technician) = (self.order(), self.technician());
        self.does(&technician, async |cx| visit::ops::depart(cx, &id, None).await).await?;
        self.it_mut().visits += 1;
        let minutes = self.chance().between(10, 45);
        let arrives = at.after(Span::minutes(minutes)).max(self.agreed());
        self.agenda().free_at = Some(arrives.after(Span::minutes(20)));
        self.at_time(arrives, What::Arrive);
        Ok(())
    }

    /// Whoever is early waits in the street: nobody rings before the agreed time. Some come late.
    fn agreed(&mut self) -> kernel::Time {
        let Some(window) = self.it().window else { return self.at };
        if self.chance().permille(35) {
            return window.to.after(Span::minutes(self.chance().between(3, 50)));
        }
        window.from.after(Span::minutes(self.chance().between(1, 12)))
    }

    pub(super) async fn arrive(&mut self) -> Result<()> {
        let (id, technician) = (self.order(), self.technician());
        let place = self.place();
        self.does(&technician, async |cx| visit::ops::arrive(cx, &id, place).await).await?;
        let first = self.it().visits == 1;
        let (least, most) = (25, 105);
        match self.chance().below(1000) {
            0..25 if first => self.then(10, 25, What::NoShow),
            25..75 if first => self.then(20, 60, What::Suspend),
            _ => self.then(least, most, What::Finish),
        }
        let done = self.at.after(Span::minutes(most + 12));
        self.agenda().free_at = Some(done);
        Ok(())
    }

    /// Near the customer's house, as a phone would say it.
    fn place(&mut self) -> Option<(i64, i64)> {
        let household = &self.cast.households[self.told().household];
        let centre = locality::centre(&household.district)?;
        let micro = |degrees: f64| (degrees * 1e6).round() as i64;
        let (lat, lon) = (micro(centre.lat), micro(centre.lon));
        let mut off = || self.world.chance.between(-18_000, 18_000);
        Some((lat + off(), lon + off()))
    }

    pub(super) async fn no_show(&mut self) -> Result<()> {
        let (id, technician) = (self.order(), self.technician());
        let text = words::not_home(self.chance());
        self.does(&technician, async |cx| visit::ops::no_show(cx, &id, &text).await).await?;
        self.leaves();
        self.then_by_day(15, 240, What::Assign);
        Ok(())
    }

    /// The visit is over: the technician has time again.
    fn leaves(&mut self) {
        let at = self.at;
        self.agenda().free_at = Some(at);
        self.free_window();
    }

    pub(super) async fn suspend(&mut self) -> Result<()> {
        let (id, technician) = (self.order(), self.technician());
        let days = self.chance().between(1, 4);
        let until = self.at.after(Span::days(days));
        let wait =
            [Wait::Part, Wait::Customer, Wait::Appraisal][self.chance().weighted(&[7, 2, 1])];
        let text = words::waiting(self.chance());
        let suspend = async |cx: &mut crate::Cx| {
            let text = (wait == Wait::Part).then_some(text.as_str());
            order::ops::suspend(cx, &id, wait, Some(until), text).await
        };
        self.does(&technician, suspend).await?;
        self.leaves();
        self.then_by_day(days * 24 * 60 - 300, days * 24 * 60 + 200, What::Resume);
        Ok(())
    }

    /// What it waited for is there: a further visit.
    pub(super) async fn resume(&mut self) -> Result<()> {
        let Some((technician, window)) = self.find_window() else {
            self.then_by_day(600, 1200, What::Resume);
            return Ok(());
        };
        let (id, dispatcher) = (self.order(), self.dispatcher());
        let person = self.cast.staff[technician].actor.person.clone();
        let sending = Sending {
            technician: person.map_or_else(String::new, |it| it.to_string()),
            window,
            overriding: None,
            reason: None,
        };
        let resume = async |cx: &mut crate::Cx| dispatch::ops::resume_with(cx, &id, &sending).await;
        self.does(&dispatcher, resume).await?;
        self.world.agendas.entry(technician).or_default().booked.push(window);
        let it = self.it_mut();
        (it.technician, it.window) = (Some(technician), Some(window));
        self.then(2, 25, What::Speak);
        self.at_time(window.from.before(Span::minutes(20)).max(self.at), What::Depart);
        Ok(())
    }

    pub(super) async fn finish(&mut self) -> Result<()> {
        let (id, technician) = (self.order(), self.technician());
        let known = async |cx: &mut crate::Cx| order::ops::known(cx, &id).await;
        let order = self.does(&technician, known).await?;
        if self.it().rework == 0 {
            self.record_work(&order).await?;
        }
        let found = self.found();
        self.does(&technician, async |cx| visit::ops::finish(cx, &id, &found).await).await?;
        if self.it().rework == 0 && self.chance().permille(15) {
            self.then(2, 8, What::Object);
        } else {
            self.then(1, 9, What::Sign);
        }
        Ok(())
    }

    /// Parts and charges, and that the customer agreed to what they pay.
    async fn record_work(&mut self, order: &rules::order::Order) -> Result<()> {
        let cast = self.cast;
        let (id, technician) = (order.id.clone(), self.technician());
        let free = order.coverage == rules::order::Coverage::Free;
        let category = order.category.clone().unwrap_or_default();
        let components = cast.pack.category(&category).map(|it| it.components.as_slice());
        let repair = order.kind == rules::intake::RequestKind::Repair;
        if let Some(components) = components.filter(|it| repair && !it.is_empty())
            && self.chance().permille(360)
        {
            let chance = self.chance();
            let part = chance.pick(components).zh.clone();
            let draft = visit::ops::PartDraft {
                number: Some(format!("P{:05}", 10_000 + chance.below(900))),
                name: part,
                quantity: "1".into(),
                price_fen: Some(chance.between(18, 420) * 100),
                old_part: Some(if free { "returned" } else { "kept" }.into()),
                pays: None,
            };
            let add = async |cx: &mut crate::Cx| visit::ops::add_part(cx, &id, &draft).await;
            self.does(&technician, add).await?;
        }
        if !free {
            let amount = self.chance().between(5, 18) * 1000;
            let draft = visit::ops::ChargeDraft {
                kind: Some("labour".into()),
                text: Some("上门检修".into()),
                amount_fen: Some(amount),
                pays: None,
            };
            let add = async |cx: &mut crate::Cx| visit::ops::add_charge(cx, &id, &draft).await;
            self.does(&technician, add).await?;
        }
        let by = cast.households[self.told().household].contact_name();
        let consent = async |cx: &mut crate::Cx| {
            let lines = visit::ops::lines(cx, &id).await?;
            let (_, customer) = totals(&lines);
            if customer > Fen::new(0) {
                let draft = visit::ops::ConsentDraft {
                    by: by.clone(),
                    means: Some("signature".into()),
                    text: Some("同意报价".into()),
                    amount_fen: Some(customer.fen()),
                };
                visit::ops::add_consent(cx, &id, &draft).await?;
            }
            Ok(())
        };
        self.does(&technician, consent).await
    }

    /// Cause, action and code, as the pack's list of the fault has them.
    fn found(&mut self) -> visit::ops::Found {
        let cast = self.cast;
        let call = self.told();
        let unit = &cast.households[call.household].units[call.unit];
        let mut all = cast.pack.fault_codes(Some(&unit.category));
        let fault = call.fault.as_deref().and_then(|it| cast.pack.fault(it));
        let fault = fault.or_else(|| all.next());
        let pick =
            |chance: &mut crate::demo::chance::Chance, of: Option<&Vec<String>>, or: &str| {
                of.filter(|it| !it.is_empty()).map_or(or.to_owned(), |it| chance.pick(it).clone())
            };
        let chance = &mut self.world.chance;
        visit::ops::Found {
            cause: pick(chance, fault.map(|it| &it.causes), "正常损耗"),
            action: pick(chance, fault.map(|it| &it.actions), "检修并试机正常"),
            fault_code: fault.map(|it| it.code.clone()).unwrap_or_default(),
            readings: (call.kind == rules::intake::RequestKind::Install).then(|| {
                format!(
                    "高压 {:.1} MPa，低压 {:.1} MPa，运行电流 {:.1} A",
                    chance.between(24, 29) as f64 / 10.0,
                    chance.between(8, 11) as f64 / 10.0,
                    chance.between(38, 82) as f64 / 10.0
                )
            }),
            // The code says which component it is.
            component: None,
            exclusion: None,
            evidence: None,
        }
    }

    pub(super) async fn object(&mut self) -> Result<()> {
        let (id, technician) = (self.order(), self.technician());
        let text = words::objection(self.chance());
        self.does(&technician, async |cx| order::ops::object(cx, &id, &text).await).await?;
        self.it_mut().rework += 1;
        self.then(15, 50, What::Finish);
        Ok(())
    }

    pub(super) async fn sign(&mut self) -> Result<()> {
        let cast = self.cast;
        let (id, technician) = (self.order(), self.technician());
        let name = cast.households[self.told().household].contact_name();
        let by_code = self.chance().permille(600);
        let sign = async |cx: &mut crate::Cx| {
            let signature = match order::ops::known(cx, &id).await?.code.filter(|_| by_code) {
                Some(code) => Signature::Code(code),
                None => Signature::Drawn(cast.signature.clone()),
            };
            visit::ops::sign(cx, &id, &name, &signature).await
        };
        self.does(&technician, sign).await?;
        self.leaves();
        let planned = async |cx: &mut crate::Cx| callback::ops::of_order(cx, &id).await;
        if let Some(callback) = self.does(&technician, planned).await? {
            self.it_mut().callback = Some(callback.id);
            self.plan_callback(callback.due.day(&cast.zone));
        }
        Ok(())
    }

    /// Not content: the outlet has it again.
    pub(super) fn came_back(&mut self) {
        self.new_round();
        let it = self.it_mut();
        (it.visits, it.rework, it.callback) = (0, 0, None);
        self.then_by_day(10, 110, What::Assign);
    }
}
