//! XML piece by piece, as workbooks and event logs have it: no piece larger than anybody writes,
//! nothing nested without end.

use std::io::{self, BufRead, BufReader, Read};

use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_predefined_entity,
    events::{BytesRef, BytesStart, Event},
};

use super::{
    charset::{self, Decoded},
    source::Bytes,
    trouble::{self, Trouble},
};

/// A cell of a workbook has at most 32,767 letters.
pub(super) const MOST_PIECE: usize = 1 << 20;
const MOST_DEPTH: usize = 256;
const HEAD: usize = 1024;

pub(super) struct Xml {
    reader: Reader<Rationed>,
    buf: Vec<u8>,
    depth: usize,
}

impl Xml {
    pub fn new(mut bytes: Bytes) -> Result<Xml, Trouble> {
        let mut head = Vec::new();
        (&mut bytes).take(HEAD as u64).read_to_end(&mut head)?;
        let encoding = charset::of_xml(&head);
        let all: Bytes = Box::new(io::Cursor::new(head).chain(bytes));
        let mut text = BufReader::with_capacity(64 << 10, Decoded::new(all, encoding));
        skip_declaration(&mut text)?;
        let reader = Reader::from_reader(Rationed { inner: text, left: MOST_PIECE });
        Ok(Xml { reader, buf: Vec::new(), depth: 0 })
    }

    /// An end comes with the depth it had, as its start does; the outermost element has 1.
    pub fn next(&mut self) -> Result<(usize, Event<'_>), Trouble> {
        self.buf.clear();
        self.reader.get_mut().left = MOST_PIECE;
        let event = self.reader.read_event_into(&mut self.buf).map_err(read)?;
        let depth = self.depth;
        match &event {
            Event::Start(_) if depth >= MOST_DEPTH => {
                return Err(Trouble::damaged("nested too deep"));
            }
            Event::Start(_) => self.depth += 1,
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            Event::Eof if depth > 0 => return Err(Trouble::new(trouble::TRUNCATED)),
            _ => {}
        }
        let depth =
            if matches!(event, Event::Start(_) | Event::Empty(_)) { depth + 1 } else { depth };
        Ok((depth, event))
    }

    /// The text up to the end of the element that has just begun, added to what is there.
    pub fn text(&mut self, into: &mut String) -> Result<(), Trouble> {
        let own = self.depth;
        loop {
            match self.next()? {
                (_, Event::Text(text)) => into.push_str(&text.xml10_content()),
                (_, Event::CData(text)) => into.push_str(&text.xml10_content()),
                (_, Event::GeneralRef(reference)) => into.push_str(&resolved(&reference)?),
                (depth, Event::End(_)) if depth == own => return Ok(()),
                _ => {}
            }
            if into.len() > MOST_PIECE {
                return Err(Trouble::new(trouble::TOO_LONG).with("most", MOST_PIECE));
            }
        }
    }
}

/// The text is UTF-8 by now, whatever its declaration says.
fn skip_declaration(text: &mut impl BufRead) -> io::Result<()> {
    let mut declaration = Vec::new();
    if text.fill_buf()?.starts_with(b"<?xml") {
        text.take(HEAD as u64).read_until(b'>', &mut declaration)?;
    }
    Ok(())
}

pub(super) fn attribute(element: &BytesStart, name: &str) -> Result<Option<String>, Trouble> {
    for attribute in element.attributes().with_checks(false) {
        let attribute = attribute.map_err(Trouble::damaged)?;
        if attribute.key.as_ref() == name {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            return Ok(Some(value.map_err(Trouble::damaged)?.into_owned()));
        }
    }
    Ok(None)
}

fn resolved(reference: &BytesRef) -> Result<String, Trouble> {
    if let Some(letter) = reference.resolve_char_ref().map_err(Trouble::damaged)? {
        return Ok(letter.to_string());
    }
    let known = resolve_predefined_entity(reference);
    known.map(str::to_owned).ok_or_else(|| Trouble::damaged(format!("&{};", &**reference)))
}

fn read(error: quick_xml::Error) -> Trouble {
    match error {
        quick_xml::Error::Io(error) => Trouble::from(&*error),
        other => Trouble::damaged(other),
    }
}

/// Gives so much for one piece, then no more.
struct Rationed {
    inner: BufReader<Decoded>,
    left: usize,
}

impl BufRead for Rationed {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Err(Trouble::new(trouble::TOO_LONG).with("most", MOST_PIECE).into());
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.left = self.left.saturating_sub(amount);
        self.inner.consume(amount);
    }
}

impl Read for Rationed {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buf)
    }
}
