//! Chance from the operating system: for ids, keys and codes.

use kernel::Dice;

/// Fresh dice; each throw asks the system anew.
pub fn from_system() -> Box<dyn Dice> {
    Box::new(System)
}

struct System;

impl Dice for System {
    fn roll(&mut self) -> u128 {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).expect("an operating system has random numbers");
        u128::from_be_bytes(bytes)
    }
}
