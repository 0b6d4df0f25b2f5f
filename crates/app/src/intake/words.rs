//! What the customer may be told of who pays, and why.

use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::{say::Say, warranty};

/// Of a decision as it is kept what can be told; the rest of it is long, and a list has many.
pub fn what_is_told(kept: &str) -> Json {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Told {
        coverage: Json,
        reasons: Json,
        missing: Json,
    }
    let it: Told = serde_json::from_str(kept).unwrap_or_default();
    json!({"coverage": it.coverage, "reasons": it.reasons, "missing": it.missing})
}

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
