//! In which letters a text is written: seen from its bytes, as no file says so.

use std::io::{self, Read};

use encoding_rs::{Decoder, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::{
    source::Bytes,
    trouble::{self, Trouble},
};

const CHUNK: usize = 32 << 10;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Charset {
    pub encoding: &'static Encoding,
    /// Some bytes are no letters of it: they show as U+FFFD.
    pub damaged: bool,
}

/// Looks at all of a text: its first accent may stand in its last line.
pub(super) fn of_text(mut bytes: Bytes) -> Result<Charset, Trouble> {
    let mut census = Census::default();
    let mut chunk = vec![0; CHUNK];
    let mut first = true;
    loop {
        let read = fill(&mut bytes, &mut chunk)?;
        if first && let Some(encoding) = wide(&chunk[..read]) {
            // Two bytes a letter; the rest only has to be there.
            io::copy(&mut bytes, &mut io::sink())?;
            return Ok(Charset { encoding, damaged: false });
        }
        first = false;
        if read == 0 {
            return census.verdict();
        }
        census.count(&chunk[..read]);
    }
}

/// XML says it itself, in letters that all its encodings share.
pub(super) fn of_xml(head: &[u8]) -> &'static Encoding {
    if let Some(encoding) = wide(head) {
        return encoding;
    }
    let declared = || {
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).strip_prefix(b"<?xml")?;
        let end = head.windows(2).position(|pair| pair == b"?>")?;
        let text = std::str::from_utf8(&head[..end]).ok()?.split_once("encoding")?.1;
        let text = text.trim_start().strip_prefix('=')?.trim_start();
        let quote = text.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        Encoding::for_label(text[1..].split(quote).next()?.as_bytes())
    };
    // Who declares UTF-16 in bytes that can be read here does not mean it.
    declared().filter(|encoding| encoding.is_ascii_compatible()).unwrap_or(UTF_8)
}

/// UTF-16, by its mark or by the zero in every other byte.
fn wide(head: &[u8]) -> Option<&'static Encoding> {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return (encoding != UTF_8).then_some(encoding);
    }
    let plain = |byte: u8| byte >= 0x20 || matches!(byte, b'\t' | b'\n' | b'\r');
    let written = |low: usize| {
        let (letters, _) = head.as_chunks::<2>();
        let narrow = letters.iter().filter(|letter| letter[1 - low] == 0);
        let (plain, odd): (Vec<&[u8; 2]>, Vec<_>) = narrow.partition(|letter| plain(letter[low]));
        odd.is_empty() && plain.len() * 4 > letters.len()
    };
    match (written(0), written(1)) {
        (true, false) => Some(UTF_16LE),
        (false, true) => Some(UTF_16BE),
        _ => None,
    }
}

/// Fills the chunk as far as there is something.
fn fill(bytes: &mut Bytes, chunk: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < chunk.len() {
        match bytes.read(&mut chunk[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

/// What was seen, counted for each reading at once.
#[derive(Default)]
struct Census {
    bytes: u64,
    /// What no text has: zeros, bells, escapes.
    controls: u64,
    zeros: u64,
    utf8: Utf8,
    gb: Gb,
}

impl Census {
    fn count(&mut self, chunk: &[u8]) {
        self.bytes += chunk.len() as u64;
        let control = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c);
        self.controls += chunk.iter().filter(|byte| control(byte)).count() as u64;
        self.zeros += chunk.iter().filter(|byte| **byte == 0).count() as u64;
        if chunk.is_ascii() && self.utf8.missing == 0 && self.gb.lead.is_none() {
            return;
        }
        for &byte in chunk {
            self.utf8.see(byte);
            self.gb.see(byte);
        }
    }

    fn verdict(self) -> Result<Charset, Trouble> {
        if self.zeros > 0 || self.controls * 100 > self.bytes {
            return Err(Trouble::new(trouble::BINARY));
        }
        let utf8_damage = self.utf8.bad + u64::from(self.utf8.missing > 0);
        let gb_damage = self.gb.bad + u64::from(self.gb.lead.is_some());
        let pick = |encoding, damage| Ok(Charset { encoding, damaged: damage > 0 });
        // Three bytes in a row hardly ever fit by chance: a file of two alphabets is read as UTF-8,
        // and what is of the other one is said, instead of turning the good lines into nonsense.
        let is_mixed = self.utf8.long > 0 && utf8_damage <= self.utf8.long;
        if utf8_damage * 8 <= self.utf8.good || is_mixed {
            return pick(UTF_8, utf8_damage);
        }
        // Chinese comes in pairs of high bytes; an accent stands between plain letters.
        if self.gb.common > 4 * (self.gb.odd + gb_damage) {
            return pick(GB18030, gb_damage);
        }
        pick(WINDOWS_1252, 0)
    }
}

#[derive(Default)]
struct Utf8 {
    good: u64,
    /// Of the good ones, those of three bytes or more.
    long: u64,
    bad: u64,
    missing: u8,
    is_long: bool,
}

impl Utf8 {
    fn see(&mut self, byte: u8) {
        match (self.missing, byte) {
            (0, 0..=0x7f) => {}
            (0, 0xc2..=0xf4) => {
                self.missing = 1 + u8::from(byte >= 0xe0) + u8::from(byte >= 0xf0);
                self.is_long = self.missing > 1;
            }
            (0, _) => self.bad += 1,
            (1, 0x80..=0xbf) => {
                self.missing = 0;
                self.good += 1;
                self.long += u64::from(self.is_long);
            }
            (_, 0x80..=0xbf) => self.missing -= 1,
            _ => {
                self.bad += 1;
                self.missing = 0;
                self.see(byte);
            }
        }
    }
}

#[derive(Default)]
struct Gb {
    /// Pairs of two high bytes, as nearly all Chinese letters are.
    common: u64,
    /// Pairs whose second byte is low: rare Chinese, or an accent before a plain letter.
    odd: u64,
    bad: u64,
    lead: Option<u8>,
}

impl Gb {
    fn see(&mut self, byte: u8) {
        let Some(lead) = self.lead.take() else {
            match byte {
                0..=0x7f => {}
                0x81..=0xfe => self.lead = Some(byte),
                _ => self.bad += 1,
            }
            return;
        };
        match byte {
            0xa1..=0xfe if lead >= 0xa1 => self.common += 1,
            0x30..=0x39 | 0x40..=0x7e | 0x80..=0xfe => self.odd += 1,
            _ => self.bad += 1,
        }
    }
}

/// Gives UTF-8, whatever comes in; a mark at the beginning is left out.
pub(super) struct Decoded {
    inner: Bytes,
    decoder: Decoder,
    raw: Vec<u8>,
    text: Vec<u8>,
    given: usize,
    done: bool,
}

impl Decoded {
    pub fn new(inner: Bytes, encoding: &'static Encoding) -> Decoded {
        Decoded {
            inner,
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: vec![0; CHUNK],
            text: Vec::new(),
            given: 0,
            done: false,
        }
    }

    fn more(&mut self) -> io::Result<()> {
        let read = self.inner.read(&mut self.raw)?;
        self.done = read == 0;
        let room = self.decoder.max_utf8_buffer_length(read).unwrap_or(CHUNK * 4);
        self.text.resize(room, 0);
        let (_, _, written, _) =
            self.decoder.decode_to_utf8(&self.raw[..read], &mut self.text, self.done);
        self.text.truncate(written);
        self.given = 0;
        Ok(())
    }
}

impl Read for Decoded {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() && !self.done {
            self.more()?;
        }
        let left = &self.text[self.given..];
        let give = left.len().min(buf.len());
        buf[..give].copy_from_slice(&left[..give]);
        self.given += give;
        Ok(give)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn seen(bytes: &[u8]) -> Result<&'static str, &'static str> {
        of_text(Box::new(Cursor::new(bytes.to_vec())))
            .map(|charset| charset.encoding.name())
            .map_err(|trouble| trouble.code)
    }

    #[test]
    fn the_letters_are_seen_from_the_bytes() {
        let gb = |text: &str| GB18030.encode(text).0.into_owned();
        let western = |text: &str| WINDOWS_1252.encode(text).0.into_owned();
        let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        let wide_be =
            |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
        for (bytes, expected) in [
            (b"name,phone\nWang,138".to_vec(), "UTF-8"),
            ("姓名,电话\n王芳,138".into(), "UTF-8"),
            ("\u{feff}姓名,电话".into(), "UTF-8"),
            (gb("姓名,电话\n王芳,13800138000"), "gb18030"),
            (gb("姓名,电话,地址\n朱镕基,138,深圳市南山区\n李珺,139,珠海市香洲区"), "gb18030"),
            (western("name,city\nMüller,Köln\nDésirée,Orléans"), "windows-1252"),
            (western("name\nMüller"), "windows-1252"),
            (western("prix: 5 €, créé à Orléans"), "windows-1252"),
            (wide("\u{feff}name,phone"), "UTF-16LE"),
            (wide("name,phone\nWang,138"), "UTF-16LE"),
            (wide_be("name,phone\nWang,138"), "UTF-16BE"),
            (wide("\u{feff}姓名,电话\n王芳,138"), "UTF-16LE"),
        ] {
            assert_eq!(seen(&bytes), Ok(expected), "{:?}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn a_single_bad_byte_does_not_turn_a_chinese_file_into_a_western_one() {
        let mut bytes = "地址,广东省珠海市香洲区凤凰北路\n".repeat(4).into_bytes();
        bytes[60] = 0xff;
        let charset = of_text(Box::new(Cursor::new(bytes))).unwrap();
        assert_eq!((charset.encoding, charset.damaged), (UTF_8, true));
    }

    #[test]
    fn what_is_no_text_is_called_binary() {
        assert_eq!(seen(&[0, 1, 2, 3, 255, 254, 0, 0, 7]), Err(trouble::BINARY));
        assert_eq!(seen(b"a\x01\x02\x03b"), Err(trouble::BINARY));
    }

    #[test]
    fn letters_that_lie_across_two_chunks_stay_whole() {
        let text = format!("{}{}", "a".repeat(CHUNK - 1), "格力".repeat(CHUNK));
        for encoding in [UTF_8, GB18030] {
            let bytes = encoding.encode(&text).0.into_owned();
            let charset = of_text(Box::new(Cursor::new(bytes.clone()))).unwrap();
            assert_eq!(charset, Charset { encoding, damaged: false });
            let mut read = String::new();
            let mut decoded = Decoded::new(Box::new(Cursor::new(bytes)), encoding);
            decoded.read_to_string(&mut read).unwrap();
            assert!(read == text, "{}", encoding.name());
        }
    }

    #[test]
    fn xml_names_its_letters_itself() {
        for (head, expected) in [
            (&b"<?xml version=\"1.0\" encoding=\"GB2312\"?><log>"[..], "GBK"),
            (b"<?xml version='1.0' encoding = 'iso-8859-1' ?>", "windows-1252"),
            (b"<?xml version=\"1.0\"?><log a=\"encoding='x'\">", "UTF-8"),
            (b"<?xml version=\"1.0\" encoding=\"UTF-16\"?>", "UTF-8"),
            (b"<log>", "UTF-8"),
        ] {
            assert_eq!(of_xml(head).name(), expected);
        }
    }
}
