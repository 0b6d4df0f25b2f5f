//! 折旧费, 使用补偿费: whole fen, rounded down, so that the consumer has the fraction.
//!
//! Source: 1995 13 and its catalogue; 车三包 26, 27; 消法 55.

use crate::case::Facts;

/// Price × daily rate × days, never more than the price.
pub fn depreciation(price_fen: i64, rate_ppm: i64, days: i64) -> i64 {
    at_most(product([price_fen, rate_ppm, days.max(0)]) / 1_000_000, price_fen)
}

/// Price × km / 1000 × n, never more than the price.
pub fn use_compensation(price_fen: i64, km: i64, rate_ppm: i64) -> i64 {
    at_most(product([price_fen, km.max(0), rate_ppm]) / 1_000_000_000, price_fen)
}

/// So many times the price, at least so much.
pub fn times_price(price_fen: i64, times: i64, least_fen: i64) -> i64 {
    price_fen.saturating_mul(times).max(least_fen)
}

/// 车三包 26: registration, fittings less what is off them for age, and fees for services; nothing
/// known, no sum.
pub(crate) fn paid_beside(facts: &Facts) -> Option<i64> {
    let fittings = facts
        .fittings_fen
        .map(|it| it.saturating_sub(facts.fittings_depreciation_fen.unwrap_or_default()).max(0));
    let all = [facts.registration_fen, fittings, facts.service_fees_fen];
    all.into_iter().flatten().reduce(i64::saturating_add)
}

/// Beyond what anybody owns it stays the largest number there is.
fn product(factors: [i64; 3]) -> i128 {
    factors.into_iter().fold(1, |product: i128, it| product.saturating_mul(i128::from(it)))
}

fn at_most(amount: i128, price_fen: i64) -> i64 {
    i64::try_from(amount.min(i128::from(price_fen))).unwrap_or(price_fen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worked_numbers_come_out_to_the_fen() {
        // A fridge for 3,999 after 120 days, 15 of them in repair; a phone for 5,000 after 60, 7.
        assert_eq!(depreciation(399_900, 500, 120 - 15), 20_994);
        assert_eq!(depreciation(500_000, 5_000, 60 - 7), 132_500);
        // A car for 200,000 after 8,000 km.
        assert_eq!(use_compensation(20_000_000, 8_000, 5_000), 800_000);
    }

    #[test]
    fn nothing_is_deducted_beyond_the_price_nor_below_zero() {
        assert_eq!(depreciation(100, 5_000, 1_000), 100);
        assert_eq!(depreciation(100, 5_000, -3), 0);
        assert_eq!(use_compensation(i64::MAX, i64::MAX, 1_000_000), i64::MAX);
        assert_eq!(times_price(10_000, 3, 50_000), 50_000);
        assert_eq!(times_price(20_000, 3, 50_000), 60_000);
    }
}
