//! What no page may do, whoever looks at it: measured in the browser, and by axe.

use std::{collections::BTreeSet, sync::LazyLock};

use serde_json::{Value as Json, json};
use thirtyfour::{WebDriver, error::WebDriverResult};

use crate::house::Size;

/// A page may be so large, as it comes over the line.
const MOST_BYTES: u64 = 150_000;
const MOST_NODES: u64 = 1_500;
/// The pages of the staircase, with one bar of network.
const MOST_BYTES_ON_THE_WAY: u64 = 60_000;

const MEASURE: &str = include_str!("measure.js");
const AXE: &str = include_str!("vendor/axe-core/axe.min.js");

/// A page is measured when it stands: its styles are there, and it was laid out for this screen.
const STANDS: &str = r"
    const [width, done] = arguments;
    const sheets = () => [...document.querySelectorAll('link[rel=stylesheet]')];
    const stands = () => document.readyState === 'complete' && sheets().every(it => it.sheet)
        && (width === 0
            || (window.innerWidth === width && matchMedia(`(max-width: ${width}px)`).matches));
    const began = Date.now();
    const wait = () => stands() || Date.now() - began > 1500 ? setTimeout(done, 30)
        : setTimeout(wait, 20);
    wait();
";

/// Looks at a page once as it is, and once more in the other light.
const RUN_AXE: &str = r"
    const [done] = arguments;
    const bad = (found, light) => found.violations
        .filter(it => ['serious', 'critical'].includes(it.impact))
        .map(it => `${light}${it.id}: ${it.nodes.length}× ${it.nodes.slice(0, 3).map(n =>
            n.html.slice(0, 160) + ' ' + (n.any[0]?.message ?? '').slice(0, 160)).join(' | ')}`);
    const rest = () => document.getAnimations().forEach(it => it.finish());
    const look = { resultTypes: ['violations'], iframes: false };
    const contrast = { ...look, runOnly: ['color-contrast'] };
    const before = document.documentElement.getAttribute('data-bs-theme');
    (async () => {
        document.documentElement.setAttribute('data-bs-theme', 'light');
        rest();
        const light = await axe.run(document, look);
        document.documentElement.setAttribute('data-bs-theme', 'dark');
        rest();
        const dark = await axe.run(document, contrast);
        if (before) document.documentElement.setAttribute('data-bs-theme', before);
        else document.documentElement.removeAttribute('data-bs-theme');
        done([...bad(light, ''), ...bad(dark, 'dark: ')]);
    })().catch(it => done([`axe: ${it}`]));
";

/// Chinese words of the pack that have an English one: on an English page only that is right.
static PACK_WORDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs/gree-hvac");
    let mut words = BTreeSet::new();
    for file in std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()) {
        if file.extension().is_some_and(|it| it == "toml") {
            let mut table: toml::Table = std::fs::read_to_string(&file).unwrap().parse().unwrap();
            // What a company and its regions are called is a name in any language.
            table.retain(|key, _| key != "zh" && key != "region");
            both(&toml::Value::Table(table), &mut words);
        }
    }
    words.into_iter().collect()
});

fn both(value: &toml::Value, words: &mut BTreeSet<String>) {
    match value {
        toml::Value::Table(table) => {
            if let (Some(zh), Some(en)) = (table.get("zh"), table.get("en"))
                && let (Some(zh), Some(en)) = (zh.as_str(), en.as_str())
                && zh != en
            {
                words.insert(zh.to_owned());
            }
            table.values().for_each(|it| both(it, words));
        }
        toml::Value::Array(all) => all.iter().for_each(|it| both(it, words)),
        _ => {}
    }
}

/// Who looks, and how.
#[derive(Debug, Clone, Copy)]
pub struct Eyes<'a> {
    pub lang: &'a str,
    pub size: Size,
    /// A technician's: pressed with a thumb, loaded over a bad line.
    pub on_the_way: bool,
}

/// Where the links of a page lead, and what is wrong with it.
pub async fn check(browser: &WebDriver, eyes: Eyes<'_>) -> WebDriverResult<(Json, Vec<String>)> {
    let thumbs = eyes.on_the_way && eyes.size.phone;
    let width = if eyes.size.phone { eyes.size.width } else { 0 };
    browser.execute_async(STANDS, vec![json!(width)]).await?;
    let args = vec![json!(eyes.lang), json!(*PACK_WORDS), json!(thumbs)];
    let it = browser.execute(MEASURE, args).await?.json().clone();
    let wrong = measured(&it, thumbs);
    Ok((it, wrong))
}

/// Whether everybody can use it: no serious violation, and contrast enough in both lights.
pub async fn axe(browser: &WebDriver) -> WebDriverResult<Vec<String>> {
    browser.execute(AXE, vec![]).await?;
    let found = browser.execute_async(RUN_AXE, vec![]).await?;
    found.convert()
}

fn measured(it: &Json, thumbs: bool) -> Vec<String> {
    let mut wrong = Vec::new();
    let text = it["text"].as_str().unwrap_or_default();
    if let Some(status) = it["status"].as_u64().filter(|it| *it >= 400) {
        wrong.push(format!("a link leads to {status}"));
    }
    if let Some(at) = text.find('⟨') {
        let said: String = text[at..].chars().take(40).collect();
        wrong.push(format!("a text is missing: {said}"));
    }
    if it["wide"].as_i64().unwrap_or(0) > 1 {
        wrong.push(format!("{} px wider than the screen: {}", it["wide"], it["widest"]));
    }
    wrong.extend(raw_codes(text).map(|code| format!("a raw code: {code}")));
    if text.trim().chars().count() < 10 {
        wrong.push("an empty page".into());
    }
    let (bytes, nodes) = (it["bytes"].as_u64().unwrap_or(0), it["nodes"].as_u64().unwrap_or(0));
    let most = if thumbs { MOST_BYTES_ON_THE_WAY } else { MOST_BYTES };
    if bytes > most {
        wrong.push(format!("{bytes} bytes of HTML, {most} at most"));
    }
    if nodes > MOST_NODES {
        wrong.push(format!("{nodes} nodes, {MOST_NODES} at most"));
    }
    for (key, what) in [
        ("nameless", "a control without a name"),
        ("blocking", "the first paint waits for a script"),
        ("small", "smaller than a thumb"),
        ("spilled", "words lie on what stands beside them"),
        ("foreign", "in the wrong language"),
        ("inline", "an inline script or style"),
    ] {
        let all = it[key].as_array().into_iter().flatten();
        wrong.extend(all.map(|it| format!("{what}: {}", it.as_str().unwrap_or_default())));
    }
    wrong
}

/// Ids and codes are for programs.
fn raw_codes(text: &str) -> impl Iterator<Item = &str> {
    const PREFIXES: &[&str] = &["ord_", "req_", "cus_", "dev_", "per_", "org_", "cbk_", "ntc_"];
    let id = |word: &&str| PREFIXES.iter().any(|it| word.starts_with(it) && word.len() > 20);
    text.split_whitespace().filter(id)
}

/// What the browser says in its console: scripts that fail, things the CSP forbids. That a page
/// answered "no" is measured on the page itself.
pub async fn complaints(browser: &WebDriver) -> WebDriverResult<Vec<String>> {
    let said = browser.browser_log().await?;
    let bad = said.into_iter().filter(|it| it.level == "SEVERE" || it.level == "WARNING");
    let bad = bad.map(|it| it.message).filter(|it| !it.contains("the server responded"));
    Ok(bad.map(|it| format!("the browser complains: {it}")).collect())
}
