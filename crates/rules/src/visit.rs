//! 上门: what the technician records on site: parts, charges, consents, pictures.
//!
//! Source: C8, C9 (part name, price, consent before work) [1][3.9][3.15]; C10.

use kernel::{Fen, Field, codes, id};

use crate::order::Pays;

id! {
    /// A part on an order.
    PartId = "prt";
    /// A charge on an order.
    ChargeId = "chg";
    /// A customer's consent to a price.
    ConsentId = "con";
    /// A picture.
    PhotoId = "pho";
}

codes! {
    /// What became of the part that was taken out.
    pub enum OldPart {
        Returned "returned",
        Kept "kept",
        None "none",
    }
}

codes! {
    /// What is charged beside parts.
    pub enum ChargeKind {
        Labour "labour",
        Travel "travel",
        Other "other",
    }
}

codes! {
    /// How the customer said yes.
    pub enum ConsentBy {
        Signature "signature",
        Phone "phone",
        Message "message",
    }
}

codes! {
    /// What a picture shows.
    pub enum PhotoKind {
        Before "before",
        After "after",
        OldPart "old_part",
        Other "other",
    }
}

/// No price and no charge beyond this: a slip of the keyboard, not a repair.
pub const MOST: Fen = Fen::yuan(10_000_000);
/// Nor more pieces, in thousandths.
pub const MOST_PIECES: i64 = 1_000_000_000;

/// A quantity as typed: a number with at most three decimals, in thousandths.
pub fn quantity(text: &str) -> Result<i64, Field> {
    let wrong = |code| Err(Field::new("quantity", code));
    let text = text.trim();
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = |it: &str| it.chars().all(|it| it.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(rest) || whole.len() > 7 {
        return wrong("number");
    }
    if rest.len() > 3 {
        return wrong("decimals");
    }
    let thousandths: i64 = format!("{whole}{rest:0<3}").parse().unwrap_or(0);
    match thousandths {
        0 => wrong("positive"),
        it if it > MOST_PIECES => wrong("too_much"),
        it => Ok(it),
    }
}

/// 1.5, 2, 0.125: as people write a quantity.
pub fn quantity_text(thousandths: i64) -> String {
    let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// An amount of money as typed, in fen.
pub fn amount(field: &'static str, fen: Option<i64>) -> Result<Fen, Field> {
    match fen {
        None => Err(Field::new(field, "missing")),
        Some(it) if it < 0 => Err(Field::new(field, "negative")),
        Some(it) if it > MOST.fen() => Err(Field::new(field, "too_much")),
        Some(it) => Ok(Fen::new(it)),
    }
}

/// Yuan as people type them, `1,200`, `¥18.50`, in fen; of nothing typed there is no amount.
pub fn yuan(field: &'static str, text: &str) -> Result<Option<i64>, Field> {
    let text: String =
        text.chars().filter(|it| !matches!(it, ',' | '，' | '¥' | '￥' | '元' | ' ')).collect();
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = |code| Err(Field::new(field, code));
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.as_str()),
    };
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
    let are_digits = |it: &str| it.chars().all(|it| it.is_ascii_digit());
    if whole.is_empty() || !are_digits(whole) || !are_digits(rest) {
        return wrong("number");
    }
    if rest.len() > 2 {
        return wrong("fen");
    }
    if whole.len() > 12 {
        return wrong("too_much");
    }
    let fen: i64 = format!("{whole}{rest:0<2}").parse().unwrap_or(0);
    Ok(Some(sign * fen))
}

/// One line of money on an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    pub amount: Fen,
    pub pays: Pays,
}

/// Everything, and what the customer pays of it: sums of lines, nothing else.
pub fn totals(lines: &[Line]) -> (Fen, Fen) {
    let total = lines.iter().map(|it| it.amount).sum();
    let customer = lines.iter().filter(|it| it.pays == Pays::Customer).map(|it| it.amount).sum();
    (total, customer)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_quantity_has_at_most_three_decimals() {
        #[rustfmt::skip]
        let cases = [
            ("1", Ok(1000)), ("1.5", Ok(1500)), (" 0.125 ", Ok(125)), ("2.", Ok(2000)),
            ("0", Err("positive")), ("1.2345", Err("decimals")), ("-1", Err("number")),
            ("1e3", Err("number")), ("", Err("number")), ("9999999", Err("too_much")),
        ];
        for (text, expected) in cases {
            assert_eq!(quantity(text).map_err(|it| it.code), expected, "{text}");
        }
        assert_eq!(quantity_text(1500), "1.5");
        assert_eq!(quantity_text(2000), "2");
    }

    #[test]
    fn yuan_are_typed_in_many_ways() {
        #[rustfmt::skip]
        let cases = [
            ("18", Ok(Some(1800))), (" ¥1,200.5 ", Ok(Some(120_050))), ("0.07元", Ok(Some(7))),
            ("", Ok(None)), ("-3", Ok(Some(-300))), ("1.234", Err("fen")), ("abc", Err("number")),
            (".", Err("number")), ("9999999999999", Err("too_much")),
        ];
        for (text, expected) in cases {
            assert_eq!(yuan("price", text).map_err(|it| it.code), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn totals_are_sums_of_lines(amounts in prop::collection::vec((0i64..1_000_000, any::<bool>()), 0..30)) {
            let lines: Vec<Line> = amounts
                .iter()
                .map(|(fen, customer)| Line {
                    amount: Fen::new(*fen),
                    pays: if *customer { Pays::Customer } else { Pays::Company },
                })
                .collect();
            let (total, customer) = totals(&lines);
            let company: i64 = amounts.iter().filter(|it| !it.1).map(|it| it.0).sum();
            prop_assert_eq!(total.fen(), customer.fen() + company);
            prop_assert!(customer <= total && customer >= Fen::ZERO);
        }

        #[test]
        fn a_quantity_reads_back(thousandths in 1i64..MOST_PIECES) {
            prop_assert_eq!(quantity(&quantity_text(thousandths)).ok(), Some(thousandths));
        }
    }
}
