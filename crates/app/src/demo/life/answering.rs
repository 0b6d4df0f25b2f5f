//! At headquarters: requests are taken and answered, customers are called back.

use kernel::{Day, Result, Span};
use rules::{callback::Said, intake::RequestKind};

use super::{Case, Now, What};
use crate::{callback, demo::words, intake, order};

impl Now<'_> {
    /// The phone rings: somebody of the hotline files who calls and what is wrong.
    pub(super) async fn call(&mut self) -> Result<()> {
        let cast = self.cast;
        let place = self.case as usize;
        let call = &cast.calls[place];
        let household = &cast.households[call.household];
        let mut customer = household.draft();
        if let Some(other) = &call.other_name {
            customer.name = Some(other.clone());
        }
        let said = intake::ops::Report {
            kind: Some(call.kind.code().to_owned()),
            channel: Some(call.channel.code().to_owned()),
            customer,
            device: household.units[call.unit].draft(),
            fault_code: call.fault.clone().filter(|_| call.coded),
            fault_text: Some(call.text.clone()),
            answer: call.answer.clone(),
            ..Default::default()
        };
        let agent = self.one_of(&cast.desks.agents);
        let report = async |cx: &mut crate::Cx| intake::ops::report(cx, &said).await;
        let intake::ops::Filed { request, order, .. } = self.does(&agent, report).await?;
        self.world.expect_call(cast);
        if request.answer.is_some() {
            return Ok(());
        }
        let outlet = order
            .as_ref()
            .and_then(|it| it.outlet.as_ref())
            .and_then(|org| cast.desks.outlets.iter().position(|it| it.id == org.as_str()));
        let case = Case {
            call: place,
            request: request.id,
            order: order.map(|it| it.id),
            callback: None,
            outlet,
            technician: None,
            window: None,
            round: 0,
            visits: 0,
            rework: 0,
        };
        self.world.cases.insert(self.case, case);
        match call.kind.makes_an_order() {
            true => self.ordered(),
            // What went wrong has to be looked into first.
            false if call.kind == RequestKind::Complain => {
                self.then_by_day(4 * 60, 21 * 60, What::Answer);
            }
            false => self.then_by_day(20, 20 * 60, What::Answer),
        }
        Ok(())
    }

    fn ordered(&mut self) {
        if self.chance().permille(35) {
            self.then(10, 300, What::Cancel);
        }
        if self.it().outlet.is_none() {
            // Now and then a pool is looked through too late.
            self.then_by_day(15, 200, What::Route);
            return;
        }
        self.lies_at_the_outlet();
    }

    /// A new order lies at the outlet.
    pub(super) fn lies_at_the_outlet(&mut self) {
        match self.chance().below(1000) {
            0..25 => self.then_by_day(10, 90, What::Refuse),
            // Overlooked until the next day.
            25..40 => self.then_by_day(300, 1500, What::Accept),
            _ => self.then_by_day(2, 18, What::Accept),
        }
    }

    /// A question, a complaint: the desk it belongs to replies.
    pub(super) async fn answer(&mut self) -> Result<()> {
        let cast = self.cast;
        let id = self.it().request.clone();
        let kind = self.told().kind;
        let chance = self.chance();
        let text = match kind {
            RequestKind::Complain => words::apology(chance),
            RequestKind::Suggest => words::thanks(chance),
            RequestKind::Consult => words::consult(chance).1,
            _ => words::handled(chance),
        };
        let desk = match kind {
            RequestKind::Complain => &cast.desks.supervisors,
            _ => &cast.desks.agents,
        };
        let actor = self.one_of(desk);
        self.does(&actor, async |cx| intake::ops::answer(cx, &id, &text, None).await).await?;
        self.forget();
        Ok(())
    }

    pub(super) async fn cancel(&mut self) -> Result<()> {
        let cast = self.cast;
        // Somebody is there already, or it is done.
        if self.it().visits > 0 {
            return Ok(());
        }
        let id = self.order();
        let agent = self.one_of(&cast.desks.agents);
        let reason = words::cancel(self.chance());
        let cancel = async |cx: &mut crate::Cx| order::ops::cancel(cx, &id, &reason).await;
        self.does(&agent, cancel).await?;
        self.free_window();
        self.forget();
        Ok(())
    }

    /// 回访: planned for the hours of the day on which it is due.
    pub(super) fn plan_callback(&mut self, due: Day) {
        let start = due.start(&self.cast.zone);
        let minutes = self.chance().between(9 * 60, 16 * 60 + 30);
        let mut at = start.after(Span::minutes(minutes));
        if self.chance().permille(40) {
            at = at.after(Span::days(1));
        }
        self.at_time(at, What::Callback);
    }

    pub(super) async fn callback(&mut self) -> Result<()> {
        let cast = self.cast;
        let caller = self.one_of(&cast.desks.callers);
        let Some(id) = self.it().callback.clone() else { return Ok(()) };
        let said = self.opinion();
        let answer = async |cx: &mut crate::Cx| callback::ops::answer(cx, &id, &said).await;
        let it = self.does(&caller, answer).await?;
        if !said.reached {
            match it.status {
                rules::callback::CallbackStatus::Tried => {
                    let due = it.due.day(&cast.zone);
                    self.plan_callback(due);
                }
                _ => self.forget(),
            }
            return Ok(());
        }
        let order = self.order();
        let known = async |cx: &mut crate::Cx| order::ops::known(cx, &order).await;
        let order = self.does(&caller, known).await?;
        if order.status.is_open() {
            self.came_back();
        } else {
            self.forget();
        }
        Ok(())
    }

    /// What the customer says of the visit.
    fn opinion(&mut self) -> Said {
        let chance = self.chance();
        if chance.permille(90) {
            return Said::default();
        }
        let score = |chance: &mut crate::demo::chance::Chance| {
            Some([5, 4, 3][chance.weighted(&[720, 230, 50])])
        };
        let mut said = Said {
            reached: true,
            attitude: score(chance),
            quality: score(chance),
            solved: Some(true),
            nps: chance.permille(800).then(|| chance.between(7, 10)),
            text: chance.permille(150).then(|| words::happy(chance)),
        };
        if chance.permille(35) {
            said.solved = Some(chance.permille(400));
            said.quality = Some(chance.between(1, 2));
            said.nps = Some(chance.between(0, 5));
            said.text = Some(words::unhappy(chance));
        }
        said
    }
}
