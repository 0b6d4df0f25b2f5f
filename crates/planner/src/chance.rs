//! Chance from a seed: the same seed, the same plan, on every machine and in every version.
//! The generator is xoshiro256++ of Blackman and Vigna, seeded by their splitmix64.

#[derive(Debug, Clone)]
pub(crate) struct Chance {
    state: [u64; 4],
}

impl Chance {
    pub fn new(seed: u64) -> Chance {
        let mut at = seed;
        let mut next = || {
            at = at.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut mixed = at;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            mixed ^ (mixed >> 31)
        };
        Chance { state: [next(), next(), next(), next()] }
    }

    fn next(&mut self) -> u64 {
        let [a, b, c, d] = self.state;
        let drawn = a.wrapping_add(d).rotate_left(23).wrapping_add(a);
        let (c, d) = (c ^ a, d ^ b);
        self.state = [a ^ d, b ^ c, c ^ (b << 17), d.rotate_left(45)];
        drawn
    }

    /// 0 ≤ drawn < 1.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// 0 ≤ drawn < `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }

    pub fn happens(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    pub fn shuffle<T>(&mut self, them: &mut [T]) {
        for last in (1..them.len()).rev() {
            them.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Chance;

    #[test]
    fn the_stream_of_a_seed_never_changes() {
        // The first outputs of the authors' reference code for the state 1, 2, 3, 4.
        let mut chance = Chance { state: [1, 2, 3, 4] };
        let drawn: Vec<u64> = (0..4).map(|_| chance.next()).collect();
        assert_eq!(drawn, [41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386]);
    }

    #[test]
    fn draws_are_even_and_inside() {
        let mut chance = Chance::new(7);
        let mut counts = [0_u32; 6];
        for _ in 0..60_000 {
            counts[chance.below(6)] += 1;
            assert!((0.0..1.0).contains(&chance.unit()));
        }
        assert!(counts.iter().all(|it| (9_500..10_500).contains(it)), "{counts:?}");
    }
}
