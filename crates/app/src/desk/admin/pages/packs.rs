//! 行业包: the pack the company works with, table by table, each row with where it comes from; and
//! what the version that came with the program would change, before it does.
//!
//! Source: interfaces 3.

use axum::{
    Router,
    extract::State,
    response::Response,
    routing::{get, post},
};
use kernel::{Result, Time};
use maud::{Markup, html};
use rules::{
    pack::{Diff, Pack, Row},
    policy::Act,
};
use serde_json::Value as Json;

use crate::{
    App, Cx, args,
    edge::Fail,
    packs,
    ui::{
        Column, Frame, Page, Typed, ago, card, empty, facts, heading, or_dash, page, pill,
        settings_tabs, source, table,
    },
};

pub fn routes() -> Router<App> {
    Router::new().route("/admin/packs", get(show)).route("/admin/packs/load", post(load))
}

struct Read {
    rows: Vec<Row>,
    since: Option<Time>,
    newer: Option<(Pack, Diff)>,
}

async fn show(State(app): State<App>, f: Frame) -> Result<Page, Fail> {
    let read = app.look(&f.who.actor, async |cx: &mut Cx| {
        let rows = packs::kept(cx).await?;
        Ok(Read { rows, since: packs::since(cx).await?, newer: packs::newer(cx).await? })
    });
    let it = read.await?;
    let title = f.t("tab-packs");
    let body = html! {
        (heading(None, &title, html! {}))
        (settings_tabs(&f, "packs"))
        div class="stack" {
            (card(&f.t("pack"), facts(&about(&f, &it))))
            @if let Some((pack, diff)) = &it.newer { (offer(&f, pack, diff)) }
            (content(&f, &it.rows))
        }
    };
    Ok(page(&f, &title, body))
}

fn about(f: &Frame, it: &Read) -> Vec<(String, Markup)> {
    let about = &f.company.pack.about;
    let unverified = it.rows.iter().filter(|it| !it.verified).count();
    vec![
        (f.t("org-name"), html! { (f.name(&about.name)) }),
        (f.t("pack-version"), html! { (about.version) }),
        (
            f.t("pack-since"),
            match it.since {
                Some(at) => ago(f, at),
                None => or_dash(None::<&str>),
            },
        ),
        (f.t("field-source"), or_dash(about.origin.source.as_deref().map(|it| source(f, it)))),
        (
            f.t("pack-rows"),
            html! {
                (it.rows.len())
                @if unverified > 0 {
                    " · " span class="t-wait" {
                        (f.with("pack-unverified-count", &args! { "count" => unverified }))
                    }
                }
            },
        ),
        (f.t("pack-note"), or_dash(about.note.as_deref().filter(|_| f.say.is_chinese()))),
    ]
}

fn table_word(f: &Frame, table: &str) -> String {
    let key = format!("pack-table-{table}");
    if f.say.knows(&key) { f.t(&key) } else { f.t("pack-table-other") }
}

/// One table of the pack at a time.
fn content(f: &Frame, rows: &[Row]) -> Markup {
    let mut names: Vec<&str> = Vec::new();
    for it in rows.iter().filter(|it| it.table != "pack") {
        if !names.contains(&it.table.as_str()) {
            names.push(&it.table);
        }
    }
    let asked = f.asked("table").filter(|it| names.contains(it));
    let Some(here) = asked.or(names.first().copied()) else {
        return empty("package", &f.t("pack-none"), &f.t("pack-none-what"), html! {});
    };
    let count = |name: &str| rows.iter().filter(|it| it.table == name).count();
    let mine: Vec<&Row> = rows.iter().filter(|it| it.table == here).collect();
    let columns = [
        Column::new(f.t("org-name"), |it: &&Row| html! { (called(f, it)) }).title().wraps(),
        Column::new(f.t("pack-says"), |it: &&Row| html! { (says(f, it)) }).line().wraps(),
        Column::new(f.t("field-source"), |it: &&Row| {
            or_dash(it.source.as_deref().map(|it| source(f, it)))
        })
        .line(),
        Column::new(f.t("pack-verified"), |it: &&Row| verified(f, it)).due(),
    ];
    html! {
        section {
            div class="chips" {
                @for name in &names {
                    @let on = *name == here;
                    a class=(if on { "chip on" } else { "chip" }) href=(f.href("table", name))
                        aria-current=[on.then_some("true")] {
                        (table_word(f, name)) " " b { (count(name)) }
                    }
                }
            }
            (table(f, &columns, &mine, html! {}, html! {}))
        }
    }
}

fn verified(f: &Frame, it: &Row) -> Markup {
    if it.verified {
        html! { span class="muted" { (f.t("pack-is-verified")) } }
    } else {
        pill("wait", &f.t("pack-not-verified"))
    }
}

fn json(it: &Row) -> Json {
    serde_json::from_str(&it.json).unwrap_or_default()
}

/// What people call a row.
fn called(f: &Frame, it: &Row) -> String {
    let row = json(it);
    let text = |name: &str| row[name].as_str().map(str::to_owned);
    let own = if f.say.is_chinese() { text("zh") } else { text("en") };
    let code = text("code").filter(|_| it.table == "fault");
    match (own, code) {
        (Some(name), Some(code)) => format!("{code} {name}"),
        (Some(name), None) => name,
        (None, _) => match it.table.as_str() {
            "promise" => f.code("promise", row["promise"].as_str().unwrap_or_default()),
            "term" => [
                text("category").map_or_else(|| f.t("category-all"), |it| f.category(&it)),
                text("component").map_or_else(|| f.t("warranty-unit"), |it| f.found(&it)),
            ]
            .join(" · "),
            "requirement" => text("certificate").unwrap_or_default(),
            "callback" | "dispatch" => table_word(f, &it.table),
            "model" => text("model").unwrap_or_default(),
            _ => it.key.clone(),
        },
    }
}

/// The numbers of a row, where it has some that people read.
fn says(f: &Frame, it: &Row) -> String {
    let row = json(it);
    let comma = f.say.comma();
    let list = |name: &str| -> Vec<String> {
        let all = row[name].as_array().into_iter().flatten();
        all.map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned)).collect()
    };
    let words = |group: &str, name: &str| -> Vec<String> {
        list(name).iter().map(|it| f.code(group, it)).collect()
    };
    let mut said: Vec<String> = Vec::new();
    match it.table.as_str() {
        "promise" => {
            said.extend(amount(f, &row));
            said.push(words("kind", "kind").join(comma));
            let levels = list("level").join(comma);
            if !levels.is_empty() {
                said.push(f.with("pack-level", &args! { "level" => levels }));
            }
            said.extend(
                ["region_class", "customer_class", "category"].map(|it| list(it).join(comma)),
            );
        }
        "term" => {
            let months = row["months"].as_i64().unwrap_or_default();
            said.push(f.with("pack-months", &args! { "count" => months }));
            said.push(f.code("coverage", row["coverage"].as_str().unwrap_or_default()));
        }
        "fault" => {
            said.push(row["category"].as_str().map(|it| f.category(it)).unwrap_or_default());
            let level = row["level"].as_i64().unwrap_or_default();
            said.push(f.with("pack-level", &args! { "level" => level }));
        }
        "requirement" => {
            said.push(
                list("category").iter().map(|it| f.category(it)).collect::<Vec<_>>().join(comma),
            );
            said.push(words("kind", "kind").join(comma));
        }
        "post" => said.push(words("role", "roles").join(comma)),
        "exclusion" => {
            said.push(f.code("coverage", row["outcome"].as_str().unwrap_or_default()));
        }
        "region" | "region_class" => said.push(areas(&list("areas")).join(comma)),
        _ => (),
    }
    // Notes are written in the language of the document.
    let note = row["note"].as_str().filter(|_| f.say.is_chinese());
    said.extend(note.map(str::to_owned));
    said.retain(|it| !it.is_empty());
    said.join(" · ")
}

fn areas(codes: &[String]) -> Vec<String> {
    codes.iter().map(|it| locality::full_name(it).unwrap_or_else(|| it.clone())).collect()
}

/// `2 小时`, as the promise has it.
fn amount(f: &Frame, row: &Json) -> Option<String> {
    let unit = match row["unit"].as_str()? {
        "minutes" => "min",
        "hours" => "h",
        "working_days" => "wd",
        _ => "d",
    };
    let thousandths = row["thousandths"].as_i64().filter(|it| *it > 0)?;
    let count = thousandths as f64 / 1000.0;
    Some(f.with(&format!("amount-{unit}"), &args! { "count" => count }))
}

/// What the shipped version would change, and the button that lets it.
fn offer(f: &Frame, pack: &Pack, diff: &Diff) -> Markup {
    let version = pack.about.version.clone();
    let row =
        |it: &Row| format!("{} · {}: {}", table_word(f, &it.table), called(f, it), says(f, it));
    let counts = args! {
        "added" => diff.added.len(), "changed" => diff.changed.len(),
        "removed" => diff.removed.len(), "version" => version.clone(),
    };
    let body = html! {
        p { (f.with("pack-newer-what", &counts)) }
        @for it in &diff.added { pre class="row come" { "+ " (row(it)) } }
        @for (was, is) in &diff.changed {
            pre class="row gone" { "− " (row(was)) }
            pre class="row come" { "+ " (row(is)) (otherwise(f, was, is)) }
        }
        @for it in &diff.removed { pre class="row gone" { "− " (row(it)) } }
        @if f.may(Act::AccountManage) {
            form method="post" action="/admin/packs/load" class="mt-2" {
                input type="hidden" name="version" value=(version);
                button class="btn btn-primary" { (f.with("pack-load", &counts)) }
            }
        }
    };
    card(&f.t("pack-newer"), body)
}

/// Two versions that read alike differ in what people do not read: where it is from, whether
/// somebody checked it.
fn otherwise(f: &Frame, was: &Row, is: &Row) -> String {
    let mut said = Vec::new();
    if was.source != is.source {
        said.push(is.source.as_deref().map(|it| source(f, it)).unwrap_or_default());
    }
    if was.verified != is.verified {
        said.push(f.t(if is.verified { "pack-is-verified" } else { "pack-not-verified" }));
    }
    if said.is_empty() { String::new() } else { format!(" ({})", said.join(", ")) }
}

async fn load(State(app): State<App>, f: Frame, typed: Typed) -> Result<Response, Fail> {
    let version = typed.get("version");
    let done = app.act(&f.who.actor, async move |cx| packs::take_newer(cx, &version).await);
    match done.await {
        Ok(_) => {
            app.learn().await?;
            Ok(f.go("/admin/packs", "pack-is-loaded"))
        }
        Err(no) => f.stay("/admin/packs", no),
    }
}
