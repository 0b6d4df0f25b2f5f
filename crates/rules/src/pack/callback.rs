//! 回访: what is asked, and at which answer an order comes back.
//!
//! Source: C16 [2][3.13]: every finished order; attitude, quality, whether the fault is solved.

use kernel::codes;
use serde::{Deserialize, Serialize};

use super::{Name, Origin, Pack, fields::Fields, mistake::Word};

codes! {
    /// How a question is answered.
    pub enum QuestionKind {
        YesNo "yes_no",
        /// 1–5.
        Score "score",
        /// 0–10.
        Nps "nps",
        Text "text",
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Callback {
    /// A score of this or less reopens the order.
    pub reopen_at: i64,
    /// The last of these tries, not reached, closes the order.
    pub tries: i64,
    /// A failed try is repeated so many working days later.
    pub again_after: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(flatten)]
    pub origin: Origin,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// The field of the answer: `attitude`.
    pub code: String,
    #[serde(flatten)]
    pub name: Name,
    pub answer: QuestionKind,
    pub required: bool,
    #[serde(flatten)]
    pub origin: Origin,
}

pub(super) fn read(pack: &mut Pack, head: &mut Fields) {
    pack.callback = head.required("callback", |head, key| head.table(key, callback));
    pack.questions = head.rows("question", question);
}

fn callback(row: &mut Fields) -> Option<Callback> {
    let reopen_at = row.required("reopen_at", |row, key| row.whole(key, 1..=5));
    let tries = row.required("tries", |row, key| row.whole(key, 1..=10));
    let again_after = row.required("again_after", |row, key| row.whole(key, 1..=30));
    let (note, origin) = (row.note(), row.origin());
    let (reopen_at, tries, again_after) = (reopen_at?, tries?, again_after?);
    Some(Callback { reopen_at, tries, again_after, note, origin })
}

fn question(row: &mut Fields) -> Option<Question> {
    let code = row.required("code", Fields::code);
    let name = row.name();
    let answer =
        row.required("answer", |row, key| row.choice(key, QuestionKind::ALL, QuestionKind::code));
    let required = row.flag("required").unwrap_or(false);
    let origin = row.origin();
    let code = code?;
    row.is_called(Word::Question, &code);
    Some(Question { code, name: name?, answer: answer?, required, origin })
}
