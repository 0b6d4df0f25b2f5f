//! Tables that lie packed in the binary and are unpacked when first asked for.

use std::io::Read;

use flate2::read::GzDecoder;

pub(crate) fn bytes(gz: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    GzDecoder::new(gz).read_to_end(&mut plain).expect("the tables of this crate are whole");
    plain
}

pub(crate) fn text(gz: &[u8]) -> String {
    String::from_utf8(bytes(gz)).expect("the tables of this crate are UTF-8")
}
