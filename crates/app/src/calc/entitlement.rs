//! 三包: one case or an array of them, with what the customer may be told in both languages. A
//! case that contradicts itself says which field and why; the others are answered.
//!
//! Source: interfaces, `calc entitlement FILE.json`.

use entitlement::{
    Case, Change, Clause, Decision, Due, Entitlement, Reason, Refused, RuleBook, decide,
};
use kernel::Lang;
use serde_json::{Map, Value as Json, json};

use crate::{say::Say, warranty::words};

/// The answer, and whether every case could be decided.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub json: Json,
    pub refused: bool,
}

pub fn answer(text: &str, book: &RuleBook, say: Say) -> Answer {
    let text = text.trim_start_matches('\u{feff}');
    let said = match serde_json::from_str::<Json>(text) {
        Ok(said) => said,
        Err(error) => {
            let place = format!("{}:{}", error.line(), error.column());
            let refused = Refused { field: String::new(), code: "case.not_json", args: vec![] };
            return told(Err(refused.with("value", place)), say);
        }
    };
    let Json::Array(cases) = said else { return told(one(&said, book), say) };
    let answers: Vec<Answer> = cases.iter().map(|it| told(one(it, book), say)).collect();
    let refused = answers.iter().any(|it| it.refused);
    Answer { json: answers.into_iter().map(|it| it.json).collect(), refused }
}

fn one(said: &Json, book: &RuleBook) -> Result<Decision, Refused> {
    let case: Result<Case, _> = serde_path_to_error::deserialize(said);
    let case = case.map_err(|error| {
        let path = error.path().to_string();
        unreadable(said, &path, &error.inner().to_string())
    })?;
    decide(&case, book)
}

/// Which field it was, from what the reader says of it.
fn unreadable(said: &Json, path: &str, why: &str) -> Refused {
    let path = if path == "." { "" } else { path };
    let quoted = |text: &str| text.split('`').nth(1).unwrap_or_default().to_owned();
    let refused = |field: String, code| Refused { field, code, args: vec![] };
    if why.starts_with("missing field") {
        let name = quoted(why);
        let field = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        return refused(field, "case.missing_key").with("value", name);
    }
    if why.starts_with("unknown field") {
        let name = quoted(why);
        let is_there = path == name || path.ends_with(&format!(".{name}"));
        let field = match path {
            "" => name.clone(),
            path if is_there => path.to_owned(),
            path => format!("{path}.{name}"),
        };
        return refused(field, "case.unknown_key").with("value", name);
    }
    let pointer = format!("/{}", path.replace(['.', '['], "/").replace(']', ""));
    let value = if path.is_empty() { Some(said) } else { said.pointer(&pointer) };
    let value = value.map(Json::to_string).unwrap_or_default();
    let short: String = value.chars().take(80).collect();
    refused(path.to_owned(), "case.not_readable").with("value", short)
}

fn told(decided: Result<Decision, Refused>, say: Say) -> Answer {
    match decided {
        Ok(decision) => Answer { json: decision_json(&decision, say), refused: false },
        Err(refused) => {
            let text = refusal(&refused, say);
            let error = json!({"field": refused.field, "code": refused.code, "text": text});
            Answer { json: json!({"error": error}), refused: true }
        }
    }
}

pub fn refusal(refused: &Refused, say: Say) -> String {
    let args = refused.args.iter().map(|(name, value)| (*name, value.as_str()));
    words::sentence(say, "refused", refused.code, args)
}

fn decision_json(it: &Decision, say: Say) -> Json {
    let [zh, en] = [Lang::Zh, Lang::En].map(|lang| explanation(it, Say(lang)));
    json!({
        "coverage": it.coverage,
        "pays": it.pays,
        "entitlements": rights(&it.entitlements, say),
        "expires": it.expires,
        "due": it.due.iter().map(|it| due(it, say)).collect::<Vec<_>>(),
        "burden_of_proof": it.burden_of_proof,
        "would_change": it.would_change.iter().map(|it| change(it, say)).collect::<Vec<_>>(),
        "explanation": {"zh": zh, "en": en},
        "others": rights(&it.others, say),
        "reasons": it.reasons.iter().map(reason).collect::<Vec<_>>(),
        "rules": it.rules,
    })
}

fn rights(all: &[Entitlement], say: Say) -> Vec<Json> {
    let right = |it: &Entitlement| {
        let because: Vec<Json> = it.because.iter().map(|it| clause(it, say)).collect();
        let mut right = json!({
            "kind": it.kind, "who_pays": it.who_pays, "refund_fen": it.refund_fen,
            "deduction_fen": it.deduction_fen, "because": because,
        });
        if let Some(amount) = it.amount_fen {
            right["amount_fen"] = amount.into();
        }
        right
    };
    all.iter().map(right).collect()
}

fn due(it: &Due, say: Say) -> Json {
    let mut clause = clause(&it.clause, say);
    clause["by"] = it.by.to_string().into();
    clause
}

fn clause(it: &Clause, say: Say) -> Json {
    let text = words::text(say, it);
    let text = match it.verified {
        true => text,
        false if say.is_chinese() => format!("{text}（{}）", say.t("clause-unverified")),
        false => format!("{text} ({})", say.t("clause-unverified")),
    };
    json!({
        "instrument": words::instrument(say, it), "article": words::article(say, it),
        "text": text, "verified": it.verified, "rule": it.version,
    })
}

fn change(it: &Change, say: Say) -> Json {
    let args = it.args.iter().map(|(name, value)| (*name, value.as_str()));
    json!({"field": it.field, "how": words::sentence(say, "", it.code, args)})
}

fn reason(it: &Reason) -> Json {
    let args = it.args.iter().map(|(name, value)| ((*name).to_owned(), json!(value)));
    json!({"code": it.code, "args": args.collect::<Map<_, _>>()})
}

/// The verdict first, then why, as one would say it on the phone.
pub fn explanation(it: &Decision, say: Say) -> String {
    let mut sentences = vec![say.code("verdict", it.coverage.code())];
    sentences.extend(it.reasons.iter().map(|it| {
        let args = it.args.iter().map(|(name, value)| (*name, value.as_str()));
        words::sentence(say, "reason", it.code, args)
    }));
    sentences.push(say.code("burden", it.burden_of_proof.code()));
    sentences.join(if say.is_chinese() { "" } else { " " })
}
