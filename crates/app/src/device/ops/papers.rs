//! What the customer can show of a unit, what was paid, when it was made, and whether it took the
//! place of another: on these hang rights.

use kernel::{Day, Fen, Field, Wrongs};

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
        let begun = begun.into_iter().flatten().min();
        if begun.zip(self.produced_on).is_some_and(|(begun, made)| begun < made) {
            wrongs.say(format!("{prefix}produced_on"), "day.after_sold");
        }
        if sold_on.zip(self.exchanged_on).is_some_and(|(sold, on)| on < sold) {
            wrongs.say(format!("{prefix}exchanged_on"), "day.before_sold");
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
