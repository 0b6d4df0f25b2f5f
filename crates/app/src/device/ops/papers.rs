//! What the customer can show of a unit, what was paid, when it was made, and whether it took the
//! place of another: on these hang rights.

use kernel::{Day, Fen, Field, Wrongs};
use rules::customer::misordered;

use crate::device::Device;

/// No unit costs more: a slip of the keyboard.
const MOST: Fen = Fen::yuan(1_000_000_000);

/// What was read of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Papers {
    pub produced_on: Option<Day>,
    pub exchanged_on: Option<Day>,
    pub price: Option<Fen>,
    pub invoice: Option<bool>,
    pub certificate: Option<bool>,
}

/// Nothing is used before it is made, and nothing exchanged before it is sold.
fn misdated(
    sold_on: Option<Day>,
    begun: [Option<Day>; 3],
    produced_on: Option<Day>,
    exchanged_on: Option<Day>,
) -> impl Iterator<Item = (&'static str, &'static str)> {
    let begun = begun.into_iter().flatten().min();
    let early = begun.zip(produced_on).is_some_and(|(begun, made)| begun < made);
    let before = sold_on.zip(exchanged_on).is_some_and(|(sold, on)| on < sold);
    let produced = early.then_some(("produced_on", "day.after_sold"));
    produced.into_iter().chain(before.then_some(("exchanged_on", "day.before_sold")))
}

/// The first day on file that cannot be, beside the others, and why.
pub fn contradiction(it: &Device) -> Option<(&'static str, &'static str)> {
    let date = |it: Option<Day>| it.map(|it| it.0);
    let (sold, delivered) = (date(it.sold_on), date(it.delivered_on));
    misordered(sold, delivered, date(it.installed_on), date(it.accepted_on)).or_else(|| {
        let begun = [it.sold_on, it.delivered_on, it.installed_on];
        misdated(it.sold_on, begun, it.produced_on, it.exchanged_on).next()
    })
}

impl Papers {
    /// What contradicts itself or the other days.
    pub fn check(
        &self,
        sold_on: Option<Day>,
        begun: [Option<Day>; 3],
        prefix: &str,
        wrongs: &mut Wrongs,
    ) {
        if self.price.is_some_and(|it| it.fen() < 1 || it > MOST) {
            let field = Field::new(format!("{prefix}price_fen"), "range");
            wrongs.add(field.with("min", 1i64).with("max", MOST.fen()));
        }
        for (field, code) in misdated(sold_on, begun, self.produced_on, self.exchanged_on) {
            wrongs.say(format!("{prefix}{field}"), code);
        }
    }

    /// What was not known is learnt.
    pub fn fill(&self, it: &mut Device) {
        it.produced_on = it.produced_on.or(self.produced_on);
        it.exchanged_on = it.exchanged_on.or(self.exchanged_on);
        it.price = it.price.or(self.price);
        it.invoice = it.invoice.or(self.invoice);
        it.certificate = it.certificate.or(self.certificate);
    }

    /// What is said counts; what nobody says stays.
    pub fn overwrite(&self, it: &mut Device) {
        it.produced_on = self.produced_on.or(it.produced_on);
        it.exchanged_on = self.exchanged_on.or(it.exchanged_on);
        it.price = self.price.or(it.price);
        it.invoice = self.invoice.or(it.invoice);
        it.certificate = self.certificate.or(it.certificate);
    }

    pub fn rewrite(&self, it: &mut Device) {
        (it.produced_on, it.exchanged_on) = (self.produced_on, self.exchanged_on);
        it.price = self.price;
        (it.invoice, it.certificate) = (self.invoice, self.certificate);
    }
}

/// As the timeline tells of them.
pub fn of(it: &Device) -> [(&'static str, Option<String>); 5] {
    let day = |it: Option<Day>| it.map(|it| it.to_string());
    let paper = |it: Option<bool>| it.map(|it| if it { "✓" } else { "✗" }.to_owned());
    [
        ("produced_on", day(it.produced_on)),
        ("exchanged_on", day(it.exchanged_on)),
        ("price", it.price.map(|it| it.to_string())),
        ("invoice", paper(it.invoice)),
        ("certificate", paper(it.certificate)),
    ]
}
