//! The customers of the demo with their devices: people at home, and firms with larger plant.

use kernel::Day;
use rules::pack::Pack;

use super::{chance::Chance, names::Names, places, scale::Scale};
use crate::{customer, device};

/// A device before it is filed.
#[derive(Debug, Clone)]
pub struct Unit {
    pub serial: String,
    pub model: Option<String>,
    pub category: String,
    pub sold_on: Day,
    pub installed_on: Option<Day>,
    pub channel: &'static str,
    pub for_firm: bool,
    /// Whether it is on file before the history begins.
    pub known: bool,
}

/// A customer before they are filed.
#[derive(Debug, Clone)]
pub struct Household {
    pub name: String,
    pub phone: String,
    pub address: String,
    pub district: String,
    pub firm: bool,
    pub contact: Option<String>,
    pub units: Vec<Unit>,
    pub known: bool,
}

/// How devices are bought.
const CHANNELS: &[&str] = &["专卖店", "电商平台", "大卖场", "工程渠道", "官网"];
/// So many of a thousand customers are firms.
const FIRMS: usize = 80;

/// Makes devices one after the other, each with a serial of its own.
pub struct Factory<'a> {
    pack: &'a Pack,
    chance: Chance,
    /// When the youngest of the used devices were bought.
    before: Day,
    made: usize,
}

impl<'a> Factory<'a> {
    pub fn new(pack: &'a Pack, before: Day) -> Factory<'a> {
        Factory { pack, chance: Chance::seeded(29), before, made: 0 }
    }

    /// Leaves out the serials of so many devices: another factory makes those.
    pub fn skip(&mut self, devices: usize) {
        self.made += 2 * devices;
    }

    /// A device that has been in use for some time.
    pub fn used(&mut self, firm: bool) -> Unit {
        // More than half are younger than three years.
        let years = self.chance.below(3) + self.chance.below(5);
        let back = years as i64 * 365 + self.chance.between(20, 360);
        let sold_on = self.before.plus(-back);
        let installed_on = Some(sold_on.plus(self.chance.between(1, 12)));
        self.unit(firm, sold_on, installed_on, true)
    }

    /// A device that was just sold and waits for its installation.
    pub fn new_one(&mut self, firm: bool, sold_on: Day) -> Unit {
        self.unit(firm, sold_on, None, false)
    }

    fn unit(&mut self, firm: bool, sold_on: Day, installed_on: Option<Day>, known: bool) -> Unit {
        self.made += 1;
        let categories = &self.pack.categories;
        // The first category is for everybody, the others for firms.
        let place = if firm { self.chance.below(categories.len().max(1)) } else { 0 };
        let category = categories.get(place).map(|it| it.name.zh.clone()).unwrap_or_default();
        let models: Vec<&str> = self
            .pack
            .models
            .iter()
            .filter(|it| it.category == category)
            .map(|it| it.model.as_str())
            .collect();
        let model = (!models.is_empty()).then(|| (*self.chance.pick(&models)).to_owned());
        // Spread, so that neighbours in the list are no neighbours in the factory.
        let running = (self.made * 61_837) % 10_000_000;
        let letters = ["A", "B", "C", "D", "E", "F", "G", "H"];
        let serial = format!(
            "{}{:02}{}{running:07}",
            ["4H", "6K", "9N"][place % 3],
            sold_on.0.year() % 100,
            letters[self.made % letters.len()],
        );
        let channel = *self.chance.pick(CHANNELS);
        Unit { serial, model, category, sold_on, installed_on, channel, for_firm: firm, known }
    }
}

/// Everybody, with `devices` devices between them, at least one each.
pub fn all(
    scale: Scale,
    devices: usize,
    names: &mut Names,
    factory: &mut Factory,
) -> Vec<Household> {
    let mut chance = Chance::seeded(23);
    let mut all: Vec<Household> =
        (0..scale.customers).map(|_| household(&mut chance, names, factory)).collect();
    for _ in scale.customers..devices {
        // Firms have more of them.
        let mut at = chance.below(all.len());
        if !all[at].firm && chance.permille(500) {
            at = chance.below(all.len());
        }
        let unit = factory.used(all[at].firm);
        all[at].units.push(unit);
    }
    all
}

fn household(chance: &mut Chance, names: &mut Names, factory: &mut Factory) -> Household {
    let district = places::district(chance);
    let firm = chance.permille(FIRMS);
    let place = locality::division(&district).map(|it| it.name).unwrap_or_default();
    let area_code = places::area_code(&district);
    let (name, contact) = match firm {
        true => (names.firm(place), Some(names.person())),
        false => (names.person(), None),
    };
    let phone =
        if firm && chance.permille(600) { names.landline(area_code) } else { names.mobile() };
    let address = match firm {
        true => places::house(chance, &district),
        false => places::home(chance, &district),
    };
    let units = vec![factory.used(firm)];
    Household { name, phone, address, district, firm, contact, units, known: true }
}

impl Household {
    pub fn draft(&self) -> customer::ops::Draft {
        use rules::customer::CustomerKind;
        let kind = if self.firm { CustomerKind::Company } else { CustomerKind::Person };
        customer::ops::Draft {
            name: Some(self.name.clone()),
            phone: Some(self.phone.clone()),
            address: Some(self.address.clone()),
            district: Some(self.district.clone()),
            kind: Some(kind),
            contact: self.contact.clone(),
            ..Default::default()
        }
    }
}

impl Unit {
    pub fn draft(&self) -> device::ops::Draft {
        device::ops::Draft {
            serial: Some(self.serial.clone()),
            model: self.model.clone(),
            category: Some(self.category.clone()),
            sold_on: Some(self.sold_on.to_string()),
            delivered_on: self.installed_on.map(|_| self.sold_on.plus(1).to_string()),
            installed_on: self.installed_on.map(|it| it.to_string()),
            accepted_on: self
                .installed_on
                .filter(|_| self.for_firm)
                .map(|it| it.plus(2).to_string()),
            purchase_channel: Some(self.channel.to_owned()),
            ..Default::default()
        }
    }
}

impl Household {
    /// Who signs.
    pub fn contact_name(&self) -> String {
        self.contact.clone().unwrap_or_else(|| self.name.clone())
    }
}
