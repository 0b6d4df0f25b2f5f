//! What the customer may be told of who pays, and why.

use serde_json::Value as Json;

use crate::say::{Args, Say};

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
    let mut args = Args::new();
    for (name, value) in it["args"].as_object().into_iter().flatten() {
        let text = value.as_str().unwrap_or_default();
        let said = match name.as_str() {
            "began_by" => say.code("start", text),
            "component" if text.is_empty() => say.t("warranty-unit"),
            "fields" => {
                let words: Vec<_> = text.split(',').map(|it| say.code("start", it)).collect();
                words.join(say.comma())
            }
            "component" | "category" if !say.is_chinese() => {
                // What was kept before the pack had an English name has only the Chinese one.
                it["args"][format!("{name}_en")].as_str().unwrap_or(text).to_owned()
            }
            _ => text.to_owned(),
        };
        args.insert(name.clone().into(), said.into());
    }
    say.with(&format!("reason-{}", code.replace('.', "-")), &args)
}
