//! What the customer may be told of who pays, and why.

use serde_json::Value as Json;

use crate::{say::Say, warranty};

/// A kept decision in the reader's words: its reasons as sentences.
pub fn explanation(say: Say, kept: &Json) -> String {
    let reasons = kept["reasons"].as_array().map(Vec::as_slice).unwrap_or_default();
    let sentences: Vec<String> = reasons.iter().map(|it| reason(say, it)).collect();
    if sentences.is_empty() {
        return say.code("coverage", kept["coverage"].as_str().unwrap_or("unknown"));
    }
    sentences.join(if say.is_chinese() { "" } else { " " })
}

fn reason(say: Say, it: &Json) -> String {
    let code = it["code"].as_str().unwrap_or_default();
    let args = it["args"].as_object().into_iter().flatten();
    let args = args.map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default()));
    warranty::words::sentence(say, "reason", code, args)
}
