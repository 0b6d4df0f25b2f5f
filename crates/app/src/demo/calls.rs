//! Who calls when, about what: the list of all requests of the demo, in the order of their times.

use kernel::{Day, Span, Time};
use rules::{
    intake::{Channel, RequestKind},
    pack::Pack,
};

use super::{
    chance::Chance,
    households::{Factory, Household},
    scale::Scale,
    words,
};

/// One request.
#[derive(Debug, Clone)]
pub struct Call {
    pub at: Time,
    pub household: usize,
    pub unit: usize,
    pub kind: RequestKind,
    pub channel: Channel,
    pub text: String,
    /// The fault the technician will find; the agent may have written its code down.
    pub fault: Option<String>,
    pub coded: bool,
    /// Somebody else of the house is on the phone.
    pub other_name: Option<String>,
    pub answer: Option<String>,
}

/// So many of a thousand orders install something, and maintain it.
const INSTALLS: usize = 120;
const MAINTAINS: usize = 90;
/// So many of a thousand orders come from somebody who was not on file.
const NEWCOMERS: usize = 150;
/// So many of a thousand repairs are about what was repaired lately.
const REPEATS: usize = 30;

/// How many orders are installations of a new device.
pub fn installs(scale: Scale) -> usize {
    scale.orders * INSTALLS / 1000
}

/// Draws the calls between two moments.
pub struct Draw<'a> {
    pub pack: &'a Pack,
    pub zone: jiff::tz::TimeZone,
    pub begins: Time,
    pub ends: Time,
    pub households: &'a mut Vec<Household>,
    pub factory: &'a mut Factory<'a>,
    pub chance: Chance,
}

impl Draw<'_> {
    pub fn all(&mut self, scale: Scale) -> Vec<Call> {
        let newcomers = self.newcomers(scale);
        let mut times: Vec<Time> = (0..scale.orders).map(|_| self.moment()).collect();
        times.sort();
        let mut kinds = self.kinds(scale);
        let mut newcomers = newcomers.into_iter();
        let mut calls: Vec<Call> = Vec::new();
        for at in times {
            let kind = kinds.pop().unwrap_or(RequestKind::Repair);
            let left = newcomers.len();
            let call = match () {
                () if left > 0 && self.chance.permille(NEWCOMERS + 50) => {
                    self.newcomer(at, kind, newcomers.next().unwrap_or(0))
                }
                () => self.known(at, kind),
            };
            calls.push(call);
        }
        // Whoever was left over calls in the place of somebody known.
        let mut place = calls.len();
        for household in newcomers {
            place = (0..place).rev().find(|it| self.replaceable(&calls[*it])).unwrap_or(0);
            let (at, kind) = (calls[place].at, calls[place].kind);
            calls[place] = self.newcomer(at, kind, household);
        }
        self.repeat_some(&mut calls);
        for _ in 0..scale.others {
            let at = self.moment();
            calls.push(self.other(at));
        }
        calls.sort_by_key(|it| it.at);
        calls
    }

    fn replaceable(&self, call: &Call) -> bool {
        self.households[call.household].known && call.kind != RequestKind::Install
    }

    /// Some of those with one device are not on file yet: their call brings them in.
    fn newcomers(&mut self, scale: Scale) -> Vec<usize> {
        let mut all = Vec::new();
        for (place, household) in self.households.iter_mut().enumerate() {
            let wanted = all.len() < scale.orders * NEWCOMERS / 1000;
            if wanted && household.units.len() == 1 && self.chance.permille(400) {
                household.known = false;
                household.units[0].known = false;
                all.push(place);
            }
        }
        all
    }

    fn kinds(&mut self, scale: Scale) -> Vec<RequestKind> {
        let (installs, maintains) = (installs(scale), scale.orders * MAINTAINS / 1000);
        let mut kinds = vec![RequestKind::Repair; scale.orders];
        kinds[..installs].fill(RequestKind::Install);
        kinds[installs..installs + maintains].fill(RequestKind::Maintain);
        for last in (1..kinds.len()).rev() {
            kinds.swap(last, self.chance.below(last + 1));
        }
        kinds
    }

    /// Mornings are busy, nights are quiet, weekends a little quieter.
    fn moment(&mut self) -> Time {
        #[rustfmt::skip]
        const HOURS: [i64; 24] = [
            1, 1, 0, 0, 0, 1, 3, 12, 40, 60, 62, 48, 26, 30, 46, 48, 42, 34, 26, 24, 20, 12, 5, 2,
        ];
        let days = self.begins.until(self.ends).whole_hours() / 24;
        loop {
            let back = self.chance.between(0, days);
            let day = self.day(self.ends).plus(-back);
            let weekend = day.0.weekday().to_monday_zero_offset() >= 5;
            let hour = self.chance.weighted(&HOURS) as i64;
            let seconds = hour * 3600 + self.chance.between(0, 3599);
            let at = day.start(&self.zone).after(Span::seconds(seconds));
            let quiet = weekend && self.chance.permille(250);
            if !quiet && self.begins < at && at < self.ends {
                return at;
            }
        }
    }

    fn day(&self, at: Time) -> Day {
        at.day(&self.zone)
    }

    fn newcomer(&mut self, at: Time, kind: RequestKind, household: usize) -> Call {
        if kind == RequestKind::Install {
            let sold = self.day(at).plus(-self.chance.between(1, 6));
            let unit = &mut self.households[household].units[0];
            (unit.sold_on, unit.installed_on) = (sold, None);
        }
        self.call(at, kind, household, 0)
    }

    fn known(&mut self, at: Time, kind: RequestKind) -> Call {
        let household = self.somebody();
        let unit = match kind {
            RequestKind::Install => {
                let sold = self.day(at).plus(-self.chance.between(1, 6));
                let unit = self.factory.new_one(self.households[household].firm, sold);
                self.households[household].units.push(unit);
                self.households[household].units.len() - 1
            }
            _ => self.some_unit(household),
        };
        self.call(at, kind, household, unit)
    }

    fn somebody(&mut self) -> usize {
        loop {
            let household = self.chance.below(self.households.len());
            if self.households[household].known {
                return household;
            }
        }
    }

    /// A unit that was on file from the beginning.
    fn some_unit(&mut self, household: usize) -> usize {
        let known = self.households[household].units.iter().filter(|it| it.known).count();
        self.chance.below(known)
    }

    fn call(&mut self, at: Time, kind: RequestKind, household: usize, unit: usize) -> Call {
        let category = self.households[household].units[unit].category.clone();
        let fault = self.fault(&category, kind);
        let name = fault.as_ref().and_then(|it| self.pack.fault(it)).map(|it| it.name.zh.clone());
        let text = match kind {
            RequestKind::Install => words::install(&mut self.chance),
            RequestKind::Maintain => words::maintain(&mut self.chance),
            _ => words::fault(&mut self.chance, name.as_deref().unwrap_or("不能正常使用")),
        };
        let coded = self.chance.permille(700);
        let channel = self.channel();
        let answer = None;
        Call { at, household, unit, kind, channel, text, fault, coded, other_name: None, answer }
    }

    fn fault(&mut self, category: &str, kind: RequestKind) -> Option<String> {
        let word = match kind {
            RequestKind::Install => "安装",
            RequestKind::Maintain => "保养",
            _ => "",
        };
        let all: Vec<_> = self.pack.fault_codes(Some(category)).collect();
        let service = |name: &str| name.contains("安装") || name.contains("保养");
        let fitting: Vec<&str> = all
            .iter()
            .filter(|it| match word {
                "" => !service(&it.name.zh),
                word => it.name.zh.contains(word),
            })
            .map(|it| it.code.as_str())
            .collect();
        match (fitting.is_empty(), all.is_empty()) {
            (false, _) => Some((*self.chance.pick(&fitting)).to_owned()),
            (true, false) => Some(self.chance.pick(&all).code.clone()),
            (true, true) => None,
        }
    }

    fn channel(&mut self) -> Channel {
        const CHANNELS: [Channel; 6] = [
            Channel::Phone,
            Channel::Wechat,
            Channel::Web,
            Channel::Visit,
            Channel::App,
            Channel::Email,
        ];
        CHANNELS[self.chance.weighted(&[720, 140, 60, 40, 30, 10])]
    }

    /// A few devices come back soon after they were repaired.
    fn repeat_some(&mut self, calls: &mut [Call]) {
        for first in 0..calls.len() {
            let fits = calls[first].kind == RequestKind::Repair && self.chance.permille(REPEATS);
            let again = first + self.chance.between(1, 400) as usize;
            if !fits || again >= calls.len() || !self.replaceable(&calls[again]) {
                continue;
            }
            let late = calls[first].at.after(Span::days(5));
            if calls[again].at > late && calls[again].kind == RequestKind::Repair {
                let (at, before) = (calls[again].at, calls[first].clone());
                calls[again] = Call { at, text: format!("又来了：{}", before.text), ..before };
            }
        }
    }

    /// A question, a complaint, a suggestion: no order comes of it.
    fn other(&mut self, at: Time) -> Call {
        let household = self.somebody();
        let unit = self.some_unit(household);
        let mut call = self.call(at, RequestKind::Consult, household, unit);
        (call.fault, call.coded) = (None, false);
        let chance = &mut self.chance;
        let (kind, text) = match chance.weighted(&[52, 16, 10, 6, 10, 6]) {
            0 => {
                let (question, answer) = words::consult(chance);
                call.answer = chance.permille(750).then_some(answer);
                (RequestKind::Consult, question)
            }
            1 => (RequestKind::Complain, words::complain(chance)),
            2 => (RequestKind::Suggest, words::suggest(chance)),
            3 => (RequestKind::Quality, words::quality(chance)),
            4 => (RequestKind::Return, words::give_back(chance)),
            _ => (RequestKind::Claim, words::claim(chance)),
        };
        (call.kind, call.text) = (kind, text);
        call
    }
}
