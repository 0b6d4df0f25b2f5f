//! Chance from the operating system: for ids, keys and codes.

use kernel::Dice;

/// Fresh dice, for one use case.
pub fn from_system() -> Box<dyn Dice> {
    Box::new(System { hand: [0; HAND], left: 0 })
}

/// So many bytes are asked for at a time: a use case throws a dozen times, and an import of a
/// thousand rows ten thousand times.
const HAND: usize = 512;
const THROW: usize = 16;

/// What was asked for and not thrown yet; each byte is used once.
struct System {
    hand: [u8; HAND],
    left: usize,
}

impl Dice for System {
    fn roll(&mut self) -> u128 {
        if self.left == 0 {
            getrandom::fill(&mut self.hand).expect("an operating system has random numbers");
            self.left = HAND;
        }
        let mut bytes = [0; THROW];
        bytes.copy_from_slice(&self.hand[self.left - THROW..self.left]);
        self.hand[self.left - THROW..self.left].fill(0);
        self.left -= THROW;
        u128::from_be_bytes(bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_throw_comes_twice() {
        let (mut one, mut other) = (from_system(), from_system());
        let thrown: BTreeSet<u128> = (0..500).flat_map(|_| [one.roll(), other.roll()]).collect();
        assert_eq!(thrown.len(), 1000);
    }
}
