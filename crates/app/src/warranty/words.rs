//! A decision in the reader's language: codes with their arguments become sentences that can be
//! read to the customer.

use std::{collections::HashMap, sync::LazyLock};

use entitlement::{Clause, Rate, RuleBook};
use kernel::Fen;
use serde_json::Value as Json;

use crate::{
    args,
    say::{Args, Say},
};

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
    sentence(say, "reason", code, args)
}

/// 换货，由销售者承担：…（《部分商品修理更换退货责任规定》第11条）。 A right of a kept decision.
pub fn right(say: Say, it: &Json) -> String {
    let versions = it["because"].as_array().map(Vec::as_slice).unwrap_or_default();
    let rules = versions.iter().filter_map(Json::as_str);
    let rules = rules.map(|it| it.split_once('@').map_or(it, |it| it.0));
    let said = rules.map(|it| match clause_of(it) {
        Some(clause) => named(say, clause),
        // What is no law was promised.
        None => say.t("clause-promised"),
    });
    let said: Vec<String> = said.collect();
    let mut args = args! {
        "kind" => say.code("entitlement", it["kind"].as_str().unwrap_or_default()),
        "payer" => say.code("payer", it["who_pays"].as_str().unwrap_or_default()),
        "clauses" => said.concat(),
    };
    let money = |name: &str| it[name].as_i64().map(|it| say.money(Fen::new(it)));
    let key = match (money("refund_fen"), money("deduction_fen")) {
        (Some(refund), Some(deduction)) => {
            args.insert("refund".into(), refund.into());
            args.insert("deduction".into(), deduction.into());
            "right-refund-less"
        }
        (Some(refund), None) => {
            args.insert("refund".into(), refund.into());
            "right-refund"
        }
        (None, _) => "right",
    };
    say.with(key, &args)
}

/// One reason, or one change, by its code: `reason-warranty-in_term`.
pub fn sentence<'a>(
    say: Say,
    group: &str,
    code: &str,
    args: impl Iterator<Item = (&'a str, &'a str)> + Clone,
) -> String {
    let mut said = Args::new();
    let of = |name: &str| args.clone().find(|it| it.0 == name).map(|it| it.1);
    for (name, value) in args.clone() {
        // What was kept before the pack had an English name has only the Chinese one.
        let english = of(&format!("{name}_en")).filter(|_| !say.is_chinese());
        let text = english.map_or_else(|| argument(say, name, value), str::to_owned);
        said.insert(name.to_owned().into(), text.into());
    }
    let text = match (of("cause"), of("zh"), of("en"), of("rule")) {
        (_, Some(zh), Some(en), _) => Some(if say.is_chinese() { zh } else { en }.to_owned()),
        (Some(cause), ..) => Some(say.code("cause", cause)),
        (.., Some(rule)) => Some(law(say, rule)),
        (..) => None,
    };
    if let Some(text) = text.filter(|_| of("text").is_none()) {
        said.insert("text".into(), text.into());
    }
    let suffix = match (code, of("from"), of("until")) {
        ("warranty.in_term", _, Some("")) => "_lifelong",
        ("warranty.in_term", Some(""), _) => "_certain",
        (..) => "",
    };
    let prefix = if group.is_empty() { String::new() } else { format!("{group}-") };
    say.with(&format!("{prefix}{}{suffix}", code.replace('.', "-")), &said)
}

/// A category or a part that the law names, in the reader's language; anything else as it is.
pub fn of_the_law(say: Say, zh: &str) -> String {
    let english = if say.is_chinese() { None } else { entitlement::english(zh) };
    english.unwrap_or(zh).to_owned()
}

/// As it stands within a sentence: only what is written in capitals throughout keeps them.
fn within(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().unwrap_or_default();
    match letters.clone().next() {
        Some(second) if second.is_lowercase() => first.to_lowercase().chain(letters).collect(),
        _ => word.to_owned(),
    }
}

fn argument(say: Say, name: &str, value: &str) -> String {
    match name {
        "began_by" => say.code("start", value),
        "component" if value.is_empty() => say.t("warranty-unit"),
        "component" => {
            say.with("warranty-part", &args! { "part" => within(&of_the_law(say, value)) })
        }
        "category" => of_the_law(say, value),
        "kind" => say.code("entitlement", value),
        "payer" => say.code("payer", value),
        "cause" => say.code("cause", value),
        "rule" => clause_of(value).map_or_else(String::new, |it| named(say, it)),
        "rate_ppm" => percent(value),
        "fields" => {
            let words: Vec<_> = value.split(',').map(|it| say.code("start", it)).collect();
            words.join(say.comma())
        }
        it if it.ends_with("_fen") => {
            value.parse().map_or_else(|_| value.to_owned(), |fen| say.money(Fen::new(fen)))
        }
        _ => value.to_owned(),
    }
}

/// Millionths as percent: 500 is 0.05 %.
fn percent(ppm: &str) -> String {
    let share = ppm.parse::<i64>().map(|it| Rate(it.saturating_mul(100)).to_string());
    share.map_or_else(|_| ppm.to_owned(), |it| format!("{it}%"))
}

/// Of the shipped law, by the id of the rule.
fn clause_of(rule: &str) -> Option<&'static Clause> {
    static LAW: LazyLock<RuleBook> = LazyLock::new(RuleBook::law);
    static CLAUSES: LazyLock<HashMap<&str, &Clause>> = LazyLock::new(|| {
        let of_rules = LAW.rules().iter().map(|it| &*it.clause);
        let all = of_rules.chain(LAW.catalogue().iter().map(|it| &*it.clause));
        // The first of a name counts.
        all.rev().map(|it| (it.rule.as_str(), it)).collect()
    });
    CLAUSES.get(rule).copied()
}

/// （《部分商品修理更换退货责任规定》第11条）.
fn named(say: Say, clause: &Clause) -> String {
    let said = args! { "instrument" => instrument(say, clause), "article" => article(say, clause) };
    let key = if clause.article.is_empty() { "clause-said-plain" } else { "clause-said" };
    say.with(key, &said)
}

/// What a rule of the law says, in a sentence.
fn law(say: Say, rule: &str) -> String {
    let key = format!("law-{rule}");
    if say.knows(&key) { say.t(&key) } else { say.t("law-goods") }
}

pub fn instrument(say: Say, clause: &Clause) -> String {
    if clause.rule.starts_with("promises[") {
        return say.code("promiser", &clause.source);
    }
    let name = if say.is_chinese() { &clause.instrument.zh } else { &clause.instrument.en };
    name.clone()
}

/// `24(1)` → 第24条(1); 目录 stays as it is; of a company's own table, which document it comes from:
/// where that is the law or the company itself, their own clauses stand beside it.
pub fn article(say: Say, clause: &Clause) -> String {
    if clause.text.is_some() && !clause.rule.starts_with("promises[") {
        let source = clause.source.as_str();
        let says_nothing = source == "own" || source.starts_with("law: ");
        return if says_nothing { String::new() } else { source.to_owned() };
    }
    let digits = clause.article.find(|it: char| !it.is_ascii_digit() && it != '-');
    let (number, rest) = clause.article.split_at(digits.unwrap_or(clause.article.len()));
    if number.is_empty() {
        return if say.is_chinese() || rest.is_empty() {
            rest.to_owned()
        } else {
            say.t("law-annex")
        };
    }
    format!("{}{rest}", say.with("clause-article", &args! { "article" => number.to_owned() }))
}

/// A clause in words: of a promise its own, as far as it has any.
pub fn text(say: Say, clause: &Clause) -> String {
    match clause.text.as_deref() {
        Some("") => say.t("promiser-company"),
        Some(text) => text.to_owned(),
        None => law(say, &clause.rule),
    }
}
