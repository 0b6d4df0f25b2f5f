//! What is wrong with a row: where it is, what stands there, and why it cannot be so.

use kernel::{Arg, Field};
use platform::sheet::Trouble;
use serde_json::{Value as Json, json};

use crate::say::Say;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// As a spreadsheet counts: the header is 1. Nothing where the file is wrong as a whole.
    pub row: Option<u64>,
    /// The file's own heading.
    pub column: Option<String>,
    pub value: Option<String>,
    pub code: &'static str,
    pub args: Vec<(&'static str, Arg)>,
}

/// A value in the report is to be recognised, not to be read.
const SHOWN: usize = 200;

impl Problem {
    pub fn of_trouble(it: &Trouble) -> Problem {
        let args = it.args.iter().map(|(name, value)| (*name, Arg::Text(value.clone())));
        Problem {
            row: it.row,
            column: it.column.clone(),
            value: it.arg("value").map(short),
            code: it.code,
            args: args.collect(),
        }
    }

    pub fn of_field(row: u64, column: Option<String>, value: Option<&str>, it: Field) -> Problem {
        Problem { row: Some(row), column, value: value.map(short), code: it.code, args: it.args }
    }

    pub fn text(&self, say: Say) -> String {
        let code = self.code.replace('.', "-");
        let known = |group: &&str| say.knows(&format!("{group}-{code}"));
        let group = ["problem", "wrong"].into_iter().find(known);
        say.by_code(group.unwrap_or("refusal"), self.code, &self.args)
    }

    pub fn json(&self, say: Say) -> Json {
        json!({
            "row": self.row, "column": self.column, "value": self.value,
            "code": self.code, "text": self.text(say),
        })
    }
}

fn short(value: &str) -> String {
    match value.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}
