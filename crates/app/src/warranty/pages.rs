//! 规则: every rule with its dates, its source and how far it was checked; and a case to be tried
//! by hand. Law is no secret, so everybody who is signed in may read it.

mod trial;

use axum::{Router, routing::get};
use entitlement::{Clause, Confidence, Rule, RuleBook};
use maud::{Markup, html};
use rules::warranty;

use super::words;
use crate::{
    App, args,
    ui::{Column, Frame, Page, empty, filter, heading, page, pill, search_box, table},
};

pub fn routes() -> Router<App> {
    Router::new().route("/rules", get(list)).route("/rules/try", get(trial::blank).post(trial::ask))
}

/// One line of the list: a rule of the law, a row of the catalogue, or what the company promises.
struct Shown {
    clause: Clause,
    text: String,
    goods: String,
    place: String,
    confidence: &'static str,
}

const CONFIDENCES: &[&str] = &["read", "secondhand", "unverified"];

async fn list(f: Frame) -> Page {
    let all = shown(&f);
    let asked = f.asked("q").unwrap_or_default().to_lowercase();
    let chosen = f.asked_all("confidence");
    let laws = f.asked_all("law");
    let mut named: Vec<(String, String)> = Vec::new();
    for it in &all {
        let zh = &it.clause.instrument.zh;
        if !named.iter().any(|it| it.0 == *zh) {
            named.push((zh.clone(), words::instrument(f.say, &it.clause)));
        }
    }
    let fits = |it: &Shown| {
        let clause = &it.clause;
        let names = [&clause.rule, &clause.instrument.zh, &clause.instrument.en, &clause.article];
        let texts = [&it.text, &it.goods, &it.place, &clause.source];
        let found = names.into_iter().chain(texts).any(|it| it.to_lowercase().contains(&asked));
        let by = laws.is_empty() || laws.contains(&clause.instrument.zh);
        found && by && (chosen.is_empty() || chosen.iter().any(|code| code == it.confidence))
    };
    let rows: Vec<Shown> = all.into_iter().filter(fits).collect();
    page(&f, &f.t("rules"), draw(&f, &rows, &named))
}

fn draw(f: &Frame, rows: &[Shown], laws: &[(String, String)]) -> Markup {
    let word = |code: &&str| ((*code).to_owned(), f.code("confidence", code));
    let options: Vec<_> = CONFIDENCES.iter().map(word).collect();
    let acts = html! { a class="btn btn-primary" href="/rules/try" { (f.t("rules-try")) } };
    let none = empty("search", &f.t("rules-none"), &f.t("rules-none-what"), html! {});
    let foot = html! {
        span { (f.with("rows-shown", &args! { "count" => rows.len() as i64 })) }
    };
    html! {
        (heading(None, &f.t("rules"), acts))
        div class="chips" {
            (search_box(f, &f.t("rules-find")))
            (filter(f, "law", &f.t("rules-law"), laws))
            (filter(f, "confidence", &f.t("rules-confidence"), &options))
        }
        (table(f, &columns(f), rows, none, foot))
    }
}

fn columns(f: &Frame) -> Vec<Column<'_, Shown>> {
    let clause = move |it: &Shown| {
        html! {
            (words::instrument(f.say, &it.clause)) " "
            span class="muted keep" { (words::article(f.say, &it.clause)) }
        }
    };
    let dates = move |it: &Shown| {
        let day = |it: Option<jiff::civil::Date>| it.map(|it| it.to_string()).unwrap_or_default();
        let said = args! { "from" => day(it.clause.from), "to" => day(it.clause.to) };
        html! {
            @match (it.clause.from, it.clause.to) {
                (Some(_), None) => (f.with("rules-since", &said)),
                (Some(_), Some(_)) => (f.with("rules-from-to", &said)),
                (None, _) => {}
            }
        }
    };
    let goods = |it: &Shown| {
        html! { (it.goods) @if !it.place.is_empty() { " " (pill("", &it.place)) } }
    };
    let confidence = move |it: &Shown| {
        let kind = if it.confidence == "unverified" { "late" } else { "" };
        let word = f.code("confidence", it.confidence);
        html! { span title=(it.clause.source) { (pill(kind, &word)) } }
    };
    vec![
        Column::new(f.t("rules-clause"), clause).title().wraps(),
        Column::new(f.t("rules-text"), |it: &Shown| html! { (it.text) }).line().wraps(),
        Column::new(f.t("rules-goods"), goods).quiet().slim(),
        Column::new(f.t("rules-dates"), dates).quiet().slim(),
        Column::new(f.t("rules-confidence"), confidence).due().slim(),
    ]
}

fn shown(f: &Frame) -> Vec<Shown> {
    let book = warranty::book(&f.company.pack);
    let law = book.rules().iter().map(|it| rule(f, it));
    let goods = book.catalogue().iter().map(|it| {
        let months = args! {
            "unit" => it.unit_months, "part" => it.part_months.unwrap_or(it.unit_months),
        };
        Shown {
            text: f.with("rules-catalogue", &months),
            goods: f.category(&it.category),
            place: String::new(),
            confidence: if it.clause.verified { "secondhand" } else { "unverified" },
            clause: (*it.clause).clone(),
        }
    });
    law.chain(goods).chain(promised(f, &book)).collect()
}

fn rule(f: &Frame, it: &Rule) -> Shown {
    let group = |it: &entitlement::Group| f.code("goods", it.code());
    let goods: Vec<String> = match it.when.categories.as_slice() {
        [] => it.goods.iter().map(group).collect(),
        named => named.iter().map(|it| f.category(it)).collect(),
    };
    let name = |code: &String| locality::full_name(&format!("{code:0<6}")).unwrap_or_default();
    Shown {
        text: words::text(f.say, &it.clause),
        goods: goods.join(f.say.comma()),
        place: it.region.as_ref().map(name).unwrap_or_default(),
        confidence: match it.confidence {
            Confidence::T => "read",
            Confidence::S => "secondhand",
            Confidence::M => "unverified",
        },
        clause: (*it.clause).clone(),
    }
}

/// What the pack of this company promises.
fn promised(f: &Frame, book: &RuleBook) -> Vec<Shown> {
    let offers = book.own().offers.iter().map(|it| {
        let category = it.category.as_deref().map(|it| f.category(it)).unwrap_or_default();
        let unit = || f.t("warranty-unit");
        let component = it.component.as_deref().map_or_else(unit, |it| f.found(it));
        let said = words::text(f.say, &it.clause);
        let months = it.months.unwrap_or_default();
        let term = args! { "months" => months, "days" => it.days.unwrap_or_default() };
        let key = if it.days.is_some() { "rules-days" } else { "rules-months" };
        let text =
            format!("{} {} {said}", f.code("entitlement", it.kind.code()), f.with(key, &term));
        Shown {
            text,
            goods: format!("{category} {component}"),
            place: String::new(),
            confidence: if it.clause.verified { "read" } else { "unverified" },
            clause: (*it.clause).clone(),
        }
    });
    offers.collect()
}
