//! The numbers in a workbook, which are dates, times and postcodes as well: what they mean stands
//! only in the way they are to be shown.

use jiff::{
    Span,
    civil::{Date, date},
};

/// How a number is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Look {
    #[default]
    Number,
    /// With zeros in front, up to so many digits.
    Padded(usize),
    Date,
    Time,
    DateTime,
    /// Hours that may be more than a day has.
    Span,
}

/// 9999-12-31.
const LAST_DAY: f64 = 2_958_466.0;
const DAYS_FROM_1900_TO_1904: f64 = 1462.0;
const MILLIS: f64 = 86_400_000.0;

impl Look {
    /// Formats that every workbook has, by number; 27 to 36 and 50 to 58 are Chinese, Japanese and
    /// Korean dates.
    pub fn of_builtin(id: &str) -> Look {
        match id.parse().unwrap_or(0) {
            14..=17 | 27..=31 | 36 | 50..=54 | 57 | 58 => Look::Date,
            18..=21 | 32..=35 | 45 | 47 | 55 | 56 => Look::Time,
            22 => Look::DateTime,
            46 => Look::Span,
            _ => Look::Number,
        }
    }

    /// Of the format's code, as `yyyy"年"m"月"d"日"` or `000000`; only what is meant for positive
    /// numbers counts.
    pub fn of_code(code: &str) -> Look {
        let (letters, span) = bare(code);
        if span {
            return Look::Span;
        }
        if letters.eq_ignore_ascii_case("general") {
            return Look::Number;
        }
        if letters.len() > 1 && letters.bytes().all(|letter| letter == b'0') {
            return Look::Padded(letters.len());
        }
        let has = |wanted: &str| letters.chars().any(|letter| wanted.contains(letter));
        let (day, time) = (has("yd"), has("hs"));
        match (day, time, has("m")) {
            (true, true, _) => Look::DateTime,
            (true, false, _) | (false, false, true) => Look::Date,
            (false, true, _) => Look::Time,
            (false, false, false) => Look::Number,
        }
    }

    /// A number that is shown as a date and lies outside of all dates stays a number.
    pub fn show(self, raw: &str, since_1904: bool) -> String {
        let Some(number) = raw.parse::<f64>().ok().filter(|number| number.is_finite()) else {
            return raw.to_owned();
        };
        let dated = match self {
            Look::Number => None,
            Look::Padded(digits) => {
                let whole = number >= 0.0 && number.fract() == 0.0 && number < 1e15;
                whole.then(|| format!("{:0digits$}", number as u64))
            }
            Look::Span => span(number),
            Look::Date | Look::Time | Look::DateTime => self.moment(number, since_1904),
        };
        dated.unwrap_or_else(|| plain(raw, number))
    }

    fn moment(self, number: f64, since_1904: bool) -> Option<String> {
        let (day, millis) = split(number)?;
        let seconds = clock(millis);
        if day == 0 && self != Look::Date && !(since_1904 && self == Look::DateTime) {
            return Some(seconds);
        }
        let date = day_of(day, since_1904)?;
        match (self, millis) {
            (Look::Date, 0) => Some(date.to_string()),
            _ => Some(format!("{date}T{seconds}")),
        }
    }
}

/// Without texts, colours, fillers and all sections but the first; and whether hours run on.
fn bare(code: &str) -> (String, bool) {
    let mut letters = String::new();
    let mut span = false;
    let mut rest = code.chars();
    while let Some(letter) = rest.next() {
        match letter {
            ';' => break,
            '"' => {
                rest.by_ref().find(|letter| *letter == '"');
            }
            '\\' | '_' | '*' => {
                rest.next();
            }
            '[' => {
                let inside: String = rest.by_ref().take_while(|letter| *letter != ']').collect();
                let inside = inside.to_ascii_lowercase();
                let unit = inside.chars().next().filter(|unit| matches!(unit, 'h' | 'm' | 's'));
                span |= unit.is_some_and(|unit| inside.chars().all(|letter| letter == unit));
            }
            letter => letters.extend(letter.to_lowercase()),
        }
    }
    (letters, span)
}

/// Whole days and milliseconds, rounded as Excel rounds.
fn split(number: f64) -> Option<(i64, i64)> {
    if !(0.0..LAST_DAY).contains(&number) {
        return None;
    }
    let millis = (number * MILLIS).round() as i64;
    let day = MILLIS as i64;
    Some((millis / day, millis % day))
}

/// Excel believes that 1900 was a leap year: its day 60 never was.
fn day_of(day: i64, since_1904: bool) -> Option<Date> {
    let (first, days) = match (since_1904, day) {
        (true, _) => (date(1899, 12, 30), day + DAYS_FROM_1900_TO_1904 as i64),
        (false, 1..=59) => (date(1899, 12, 31), day),
        (false, 61..) => (date(1899, 12, 30), day),
        (false, _) => return None,
    };
    first.checked_add(Span::new().try_days(days).ok()?).ok()
}

fn clock(millis: i64) -> String {
    let (seconds, rest) = (millis / 1000, millis % 1000);
    let text = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if rest == 0 { text } else { format!("{text}.{rest:03}") }
}

fn span(number: f64) -> Option<String> {
    let (days, millis) = split(number)?;
    Some(clock(days * MILLIS as i64 + millis))
}

/// As Excel shows it: fifteen digits, no exponent. A whole number keeps all digits it was given.
fn plain(raw: &str, number: f64) -> String {
    let digits = raw.strip_prefix('-').unwrap_or(raw);
    if !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return raw.to_owned();
    }
    let rounded = format!("{number:.14e}").parse().unwrap_or(number);
    format!("{}", if rounded == 0.0 { 0.0 } else { rounded })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_says_what_a_number_means() {
        for (code, look) in [
            ("General", Look::Number),
            ("0.00", Look::Number),
            ("#,##0.00_);[Red](#,##0.00)", Look::Number),
            ("0.00E+00", Look::Number),
            ("\"days\" 0", Look::Number),
            ("[$-804]0", Look::Number),
            ("0", Look::Number),
            ("000000", Look::Padded(6)),
            ("00000;@", Look::Padded(5)),
            ("yyyy-mm-dd", Look::Date),
            ("yyyy\"年\"m\"月\"d\"日\"", Look::Date),
            ("yyyy年m月d日;@", Look::Date),
            ("[$-804]yyyy/m/d", Look::Date),
            ("mmm", Look::Date),
            ("yyyy-mm-dd hh:mm:ss", Look::DateTime),
            ("d/m/yy h:mm AM/PM", Look::DateTime),
            ("h:mm", Look::Time),
            ("mm:ss.0", Look::Time),
            ("[h]:mm:ss", Look::Span),
            ("[hh]:mm", Look::Span),
            ("[Red]h:mm", Look::Time),
            ("", Look::Number),
            ("\"", Look::Number),
        ] {
            assert_eq!(Look::of_code(code), look, "{code}");
        }
    }

    #[test]
    fn numbers_are_shown_as_a_person_sees_them() {
        for (look, raw, shown) in [
            (Look::Number, "13800138000", "13800138000"),
            (Look::Number, "440402199001011234", "440402199001011234"),
            (Look::Number, "3.0", "3"),
            (Look::Number, "1.3800138E10", "13800138000"),
            (Look::Number, "22.300000000000001", "22.3"),
            (Look::Number, "0.30000000000000004", "0.3"),
            (Look::Number, "-71.0772", "-71.0772"),
            (Look::Number, "-0.0", "0"),
            (Look::Number, "1e-7", "0.0000001"),
            (Look::Number, "abc", "abc"),
            (Look::Number, "NaN", "NaN"),
            (Look::Padded(6), "10000", "010000"),
            (Look::Padded(6), "2.5", "2.5"),
            (Look::Date, "45943", "2025-10-13"),
            (Look::Date, "45943.5", "2025-10-13T12:00:00"),
            (Look::DateTime, "45943", "2025-10-13T00:00:00"),
            (Look::DateTime, "45943.541", "2025-10-13T12:59:02.400"),
            (Look::DateTime, "40725.064270833333", "2011-07-01T01:32:33"),
            (Look::Date, "1", "1900-01-01"),
            (Look::Date, "59", "1900-02-28"),
            (Look::Date, "60", "60"),
            (Look::Date, "61", "1900-03-01"),
            (Look::Date, "2958465", "9999-12-31"),
            (Look::Date, "2958466", "2958466"),
            (Look::DateTime, "2958465.9999999995", "2958466"),
            (Look::Date, "-3", "-3"),
            (Look::Date, "0", "0"),
            (Look::Time, "0.5", "12:00:00"),
            (Look::Span, "1.5", "36:00:00"),
        ] {
            assert_eq!(look.show(raw, false), shown, "{look:?} {raw}");
        }
    }

    #[test]
    fn old_macs_count_from_1904() {
        assert_eq!(Look::Date.show("0", true), "1904-01-01");
        assert_eq!(Look::Date.show("44481", true), "2025-10-13");
    }
}
