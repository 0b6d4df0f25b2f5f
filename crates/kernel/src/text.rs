//! Text as people paste it, without what nobody sees: marks that have no width or turn the
//! direction of reading, and letters that only steered a printer.

use std::borrow::Cow;

/// The same words, as they look. Lines stay lines; an emoji that is joined of several stays one.
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(|it| is_unseen(it) || is_joiner(it) || (it.is_control() && it != '\n')) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\0' => (),
            '\r' if letters.peek() == Some(&'\n') => (),
            '\r' => out.push('\n'),
            '\n' => out.push('\n'),
            it if it.is_control() => out.push(' '),
            it if is_unseen(it) => (),
            it if is_joiner(it) && !joins(&out) => (),
            it => out.push(it),
        }
    }
    Cow::Owned(out)
}

fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn is_joiner(letter: char) -> bool {
    matches!(letter, '\u{200c}' | '\u{200d}')
}

/// Between pictures a joiner makes one of two; between letters nobody sees it.
fn joins(before: &str) -> bool {
    before.chars().next_back().is_some_and(|it| it > '\u{2000}' && !it.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_goes_and_what_is_seen_stays() {
        for (typed, seen) in [
            ("王芳", "王芳"),
            ("王\u{200b}芳\u{feff}", "王芳"),
            ("\u{202d}138 0013 8000\u{202c}", "138 0013 8000"),
            ("a\u{202e}gpj.exe", "agpj.exe"),
            ("王\u{200d}芳", "王芳"),
            ("\u{200d}", ""),
            ("一\r\n二\r三\n四", "一\n二\n三\n四"),
            ("a\tb\u{7}c\0d", "a b cd"),
            ("👨\u{200d}👩\u{200d}👧", "👨\u{200d}👩\u{200d}👧"),
            ("é 𠮷 ﷺ", "é 𠮷 ﷺ"),
        ] {
            assert_eq!(plain(typed), seen, "{typed:?}");
        }
    }
}
