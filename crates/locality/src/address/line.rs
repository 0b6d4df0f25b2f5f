//! A pasted line made even: half-width, phones taken out, labels (收货人, 电话, 地址) turned into
//! marks, and then cut into pieces at blanks and punctuation.

use super::{dialled, person};
use crate::phone::narrow;

/// Where a phone stood.
pub(crate) const PHONE: char = '\u{1}';

/// What the next piece is said to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label {
    Name,
    Phone,
    Address,
    Postcode,
    Remark,
}

pub(crate) struct Line {
    /// Without phones and labels, with marks in their place.
    pub text: String,
    /// As they are dialled, in order.
    pub phones: Vec<String>,
}

/// Nobody pastes more than this for one address; what follows is not read.
const LONGEST: usize = 1000;

impl Line {
    pub fn read(pasted: &str) -> Line {
        let even: String = pasted.chars().take(LONGEST).filter_map(even).collect();
        let (text, phones) = dialled::take_out(&even);
        Line { text: mark_labels(&text), phones }
    }
}

/// Whether a character parts two pieces. Marks do too.
pub(crate) fn is_separator(character: char) -> bool {
    matches!(character, ' ' | ',' | ';' | '。' | '!' | '?' | '|' | '"') || is_mark(character)
}

pub(crate) fn is_mark(character: char) -> bool {
    character < '\u{10}'
}

pub(crate) fn starts_piece(text: &str, at: usize) -> bool {
    text[..at].chars().next_back().is_none_or(|c| is_separator(c) || ":/-(>·".contains(c))
}

/// A part of the line between separators.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece<'a> {
    pub text: &'a str,
    pub label: Option<Label>,
    pub after_phone: bool,
    pub before_phone: bool,
    /// Of all pieces that were cut.
    pub first: bool,
    pub last: bool,
}

pub(crate) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces: Vec<Piece> = Vec::new();
    let (mut label, mut after_phone, mut start) = (None, false, 0);
    for (at, character) in text.char_indices().chain([(text.len(), ' ')]) {
        if !is_separator(character) {
            continue;
        }
        let cut = text[start..at].trim_matches(|c| "-:/·~>".contains(c));
        if !cut.is_empty() {
            let spelled = |text: &str| text.bytes().all(|b| b.is_ascii_alphabetic());
            match pieces.last_mut() {
                // Tom Lee is one.
                Some(one)
                    if spelled(one.text)
                        && spelled(cut)
                        && text[..start].ends_with(' ')
                        && offset(one.text, text) + one.text.len() + 1 == start =>
                {
                    one.text = &text[start - one.text.len() - 1..start + cut.len()];
                }
                _ => {
                    let (first, before_phone, last) = (pieces.is_empty(), false, false);
                    pieces.push(Piece { text: cut, label, after_phone, before_phone, first, last });
                }
            }
            after_phone = false;
            // A name is one piece; an address and a remark go on.
            label = label.filter(|label| matches!(label, Label::Address | Label::Remark));
        }
        start = at + character.len_utf8();
        if character == PHONE {
            after_phone = true;
            if let Some(piece) = pieces.last_mut().filter(|_| label != Some(Label::Phone)) {
                piece.before_phone = true;
            }
            label = None;
        } else if let Some(next) = label_of(character) {
            (label, after_phone) = (Some(next), false);
        }
    }
    if let Some(piece) = pieces.last_mut() {
        piece.last = true;
    }
    pieces
}

/// Where a part of the text begins in it.
pub(crate) fn offset(part: &str, text: &str) -> usize {
    part.as_ptr() as usize - text.as_ptr() as usize
}

/// Half-width; brackets and line ends become blanks, what cannot be seen goes.
fn even(character: char) -> Option<char> {
    match narrow(character) {
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}' => None,
        '【' | '】' | '[' | ']' | '{' | '}' | '「' | '」' | '《' | '》' | '“' | '”' => {
            Some(' ')
        }
        character if character.is_whitespace() || character.is_control() => Some(' '),
        character => Some(character),
    }
}

pub(crate) fn label_of(mark: char) -> Option<Label> {
    Some(match mark {
        '\u{2}' => Label::Name,
        '\u{3}' => Label::Phone,
        '\u{4}' => Label::Address,
        '\u{5}' => Label::Postcode,
        '\u{6}' => Label::Remark,
        _ => return None,
    })
}

fn mark(label: Label) -> char {
    match label {
        Label::Name => '\u{2}',
        Label::Phone => '\u{3}',
        Label::Address => '\u{4}',
        Label::Postcode => '\u{5}',
        Label::Remark => '\u{6}',
    }
}

fn mark_labels(text: &str) -> String {
    let mut marked = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(character) = text[at..].chars().next() {
        let Some((label, bytes)) = label_at(text, at) else {
            marked.push(character);
            at += character.len_utf8();
            continue;
        };
        marked.push(mark(label));
        let rest = text[at + bytes..].trim_start_matches([' ', ':', '是', '为', ')', '-', '=']);
        at = text.len() - rest.len();
    }
    marked
}

/// The label that stands here, if it is meant as one: long ones always, short ones before a colon,
/// before 是, before the phone or alone in their piece.
fn label_at(text: &str, at: usize) -> Option<(Label, usize)> {
    let here = &text[at..];
    let (label, word, always) = LABELS.iter().find(|(_, word, _)| {
        here.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
    })?;
    let rest = &here[word.len()..];
    let said = rest.trim_start().starts_with([':', PHONE])
        || rest.starts_with(['是', '为']) && *label != Label::Remark;
    let opens = starts_piece(text, at);
    let led = match label {
        // 客户张先生, 地址珠海市…
        Label::Name => rest.starts_with(is_separator) || person::has_surname(rest),
        Label::Address if word.ends_with('址') => true,
        Label::Address | Label::Phone | Label::Postcode => rest.starts_with(is_separator),
        Label::Remark => false,
    };
    (*always || said || (opens && led)).then_some((*label, word.len()))
}

/// The longer before the shorter that it begins with.
#[rustfmt::skip]
const LABELS: [(Label, &str, bool); 74] = [
    (Label::Name, "收货人姓名", true), (Label::Name, "收件人姓名", true),
    (Label::Name, "联系人姓名", true), (Label::Name, "客户姓名", true),
    (Label::Name, "用户姓名", true), (Label::Name, "客户名称", false),
    (Label::Name, "用户名称", false), (Label::Name, "单位名称", false),
    (Label::Phone, "联系人电话", true), (Label::Phone, "联系人手机", true),
    (Label::Phone, "收货人电话", true), (Label::Phone, "收件人电话", true),
    (Label::Phone, "客户电话", true), (Label::Phone, "用户电话", true),
    (Label::Address, "收货人地址", true), (Label::Address, "收件人地址", true),
    (Label::Address, "客户地址", true), (Label::Address, "用户地址", true),
    (Label::Name, "收货人", true), (Label::Name, "收件人", true), (Label::Name, "联系人", false),
    (Label::Name, "报修人", false), (Label::Name, "姓名", false), (Label::Name, "名字", false),
    (Label::Name, "客户", false), (Label::Name, "用户", false), (Label::Name, "称呼", false),
    (Label::Name, "顾客", false), (Label::Name, "业主", false), (Label::Name, "买家", false),
    (Label::Name, "车主", false), (Label::Name, "name", false),
    (Label::Phone, "手机号码", true), (Label::Phone, "电话号码", true),
    (Label::Phone, "联系电话", true), (Label::Phone, "联系方式", true),
    (Label::Phone, "联系手机", true), (Label::Phone, "备用电话", true),
    (Label::Phone, "来电号码", true), (Label::Phone, "手机号", true), (Label::Phone, "电话", false),
    (Label::Phone, "手机", false), (Label::Phone, "座机", false), (Label::Phone, "固话", false),
    (Label::Phone, "来电", false),
    (Label::Phone, "号码", false), (Label::Phone, "telephone", false), (Label::Phone, "tel", false),
    (Label::Phone, "mobile", false), (Label::Phone, "phone", false),
    (Label::Address, "所在地区", true), (Label::Address, "所在区域", true),
    (Label::Address, "所在地", false), (Label::Address, "详细地址", true),
    (Label::Address, "收货地址", true), (Label::Address, "收件地址", true),
    (Label::Address, "联系地址", true), (Label::Address, "家庭住址", true),
    (Label::Address, "家庭地址", true), (Label::Address, "安装地址", true),
    (Label::Address, "服务地址", true), (Label::Address, "上门地址", true),
    (Label::Address, "维修地址", true), (Label::Address, "报修地址", true),
    (Label::Address, "地址", false), (Label::Address, "住址", false),
    (Label::Address, "省市区", false), (Label::Address, "区域", false), (Label::Address, "地区", false),
    (Label::Address, "address", false), (Label::Postcode, "邮政编码", true),
    (Label::Postcode, "邮编", true), (Label::Remark, "备注", false), (Label::Remark, "故障", false),
];
