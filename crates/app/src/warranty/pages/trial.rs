//! A case tried by hand: what is known goes in, who pays and what may be claimed comes out. Nothing
//! is kept.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use rules::warranty;
use serde_json::{Map, Value as Json, json};

use crate::{
    args,
    calc::entitlement,
    ui::{Form, Frame, Page, Typed, card, coverage, facts_one, heading, page},
};

/// Name of the field, where it stands in a case, and its choices or what it is.
const FIELDS: &[(&str, &str, &[&str])] = &[
    ("price", "device/price_fen", &[]),
    ("sold_on", "device/sold_on", &["day"]),
    ("delivered_on", "device/delivered_on", &["day"]),
    ("installed_on", "device/installed_on", &["day"]),
    ("accepted_on", "device/accepted_on", &["day"]),
    ("component", "fault/component", &[]),
    ("kind", "fault/kind", &["performance", "serious_safety", "cosmetic"]),
    ("cause", "fault/cause", CAUSES),
    ("evidence", "fault/evidence", &["none", "suspected", "proved"]),
    ("km", "usage/km", &[]),
];

const CAUSES: &[&str] =
    &["quality", "misuse", "unauthorised_repair", "force_majeure", "transport", "unknown"];

pub async fn blank(f: Frame) -> Page {
    let today = f.today().to_string();
    let typed = Typed::of([("as_of", Some(today)), ("cause", Some("quality".to_owned()))]);
    draw(&f, &typed, None)
}

pub async fn ask(f: Frame, typed: Typed) -> Response {
    let book = warranty::book(&f.company.pack);
    let answer = entitlement::answer(&case(&typed).to_string(), &book, f.say);
    let page = draw(&f, &typed, Some(&answer.json));
    match answer.refused {
        true => page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response(),
        false => page.into_response(),
    }
}

/// What was typed, as a case; what is no number stays as it is and is refused with its field.
fn case(typed: &Typed) -> Json {
    let mut parts: Map<String, Json> = Map::new();
    for (name, place, _) in FIELDS {
        let Some(text) = typed.text(name) else { continue };
        let (part, field) = place.split_once('/').unwrap_or(("", place));
        let value = match *name {
            "price" => fen(&text).map_or(Json::from(text), Json::from),
            "km" => text.parse::<i64>().map_or(Json::from(text), Json::from),
            _ => text.into(),
        };
        parts.entry(part).or_insert_with(|| json!({}))[field] = value;
    }
    let mut case = Json::Object(parts);
    case["as_of"] = typed.get("as_of").into();
    case["region"] = typed.text("region").into();
    case["device"]["category"] = typed.text("category").into();
    // Every line is a repair of the problem at hand: the day in, the day out.
    let repairs = typed.get("repairs");
    let repair = |line: &str| {
        let mut days = line.split_whitespace();
        json!({"in": days.next(), "out": days.next(), "problem": "1", "fixed": false})
    };
    let lines = repairs.lines().filter(|it| !it.trim().is_empty());
    case["repairs"] = lines.map(repair).collect();
    case["fault"]["problem"] = "1".into();
    case
}

/// Yuan with at most two decimals.
fn fen(text: &str) -> Option<i64> {
    let (yuan, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{yuan}{rest:0<2}");
    (rest.len() <= 2).then(|| digits.parse().ok()).flatten()
}

fn draw(f: &Frame, typed: &Typed, answer: Option<&Json>) -> Page {
    let title = f.t("rules-try");
    let form = Form::new(f, typed);
    let body = form.post("case", "/rules/try", "rules-decide", fields(f, form));
    page(
        f,
        &title,
        html! {
            (heading(Some(("/rules", &f.t("rules"))), &title, html! {}))
            @match answer {
                Some(answer) => {
                    div class="cols even turn" {
                        div class="stack" { (card(&f.t("rules-case"), body)) }
                        div class="stack first" { (verdict(f, answer)) }
                    }
                }
                None => { div class="narrow" { (card(&f.t("rules-case"), body)) } }
            }
        },
    )
}

fn fields(f: &Frame, form: Form) -> Markup {
    let provinces = locality::provinces().into_iter();
    let regions: Vec<_> = provinces.map(|it| (it.code.to_owned(), it.name.to_owned())).collect();
    let book = warranty::book(&f.company.pack);
    let law = book.catalogue().iter().map(|it| it.category.clone());
    let own = f.company.pack.categories.iter().map(|it| it.name.zh.clone());
    let terms = f.company.pack.terms.iter().filter_map(|it| it.category.clone());
    let mut categories: Vec<(String, String)> = Vec::new();
    for zh in own.chain(terms).chain(law) {
        if !categories.iter().any(|it| it.0 == zh) {
            let word = f.category(&zh);
            categories.push((zh, word));
        }
    }
    let none = || Some(f.t("rules-unknown"));
    let label = |name: &str| f.code("rules-field", name);
    html! {
        div class="halves" {
            (form.day("as_of").label(label("as_of")).required())
            (form.select("category", categories, none()).label(label("category")))
            (form.select("region", regions, none()).label(label("region")))
            @for (name, _, choices) in FIELDS {
                @match choices {
                    [] => (form.text(name).label(label(name))),
                    ["day"] => (form.day(name).label(label(name))),
                    choices => {
                        @let word = |it: &&str| ((*it).to_owned(), f.code(group(name), it));
                        @let words: Vec<_> = choices.iter().map(word).collect();
                        (form.select(name, words, none()).label(label(name)))
                    }
                }
            }
        }
        (form.area("repairs", 3).label(label("repairs")).hint(f.t("rules-repairs-hint")))
    }
}

fn group(name: &str) -> &'static str {
    match name {
        "kind" => "fault-kind",
        "evidence" => "evidence",
        _ => "cause",
    }
}

fn verdict(f: &Frame, it: &Json) -> Markup {
    let text = |it: &Json| it.as_str().unwrap_or_default().to_owned();
    if let Some(error) = it.get("error") {
        return html! { div class="errors" role="alert" { b { (text(&error["text"])) } } };
    }
    let language = if f.say.is_chinese() { "zh" } else { "en" };
    let changes = it["would_change"].as_array().into_iter().flatten();
    let changes: Vec<String> = changes.map(|it| text(&it["how"])).collect();
    let until = |it: &Json| it.as_str().map_or_else(|| "—".to_owned(), str::to_owned);
    let mut all = vec![(f.t("warranty-unit"), html! { (until(&it["expires"]["unit"])) })];
    for (name, day) in it["expires"]["components"].as_object().into_iter().flatten() {
        all.push((f.found(name), html! { (until(day)) }));
    }
    let body = html! {
        p { (coverage(f, it["coverage"].as_str().unwrap_or("unknown"))) }
        p { (text(&it["explanation"][language])) }
        (rights(f, it))
        (facts_one(&all))
        @if !changes.is_empty() {
            p class="muted" { (f.t("rules-would-change")) }
            ul { @for it in &changes { li { (it) } } }
        }
    };
    card(&f.t("rules-verdict"), body)
}

fn rights(f: &Frame, it: &Json) -> Markup {
    let text = |it: &Json| it.as_str().unwrap_or_default().to_owned();
    let all = it["entitlements"].as_array().map(Vec::as_slice).unwrap_or_default();
    html! {
        ul {
            @for right in all {
                @let because = right["because"].as_array().into_iter().flatten();
                @let said = args! {
                    "kind" => f.code("entitlement", &text(&right["kind"])),
                    "payer" => f.code("payer", &text(&right["who_pays"])),
                };
                li {
                    b { (f.with("rules-right", &said)) }
                    @for it in because {
                        div class="sub" {
                            @for part in ["instrument", "article", "text"] { (text(&it[part])) " " }
                        }
                    }
                }
            }
        }
    }
}
