//! Looking at everything: every area a person finds, and the first thing in each list, as long as
//! there is something new; each page is measured and kept as a picture.

use std::collections::{BTreeSet, VecDeque};

use serde_json::Value as Json;
use thirtyfour::{WebDriver, error::WebDriverResult};

use crate::house::{DESK, House, PHONE, Size};

const ROLES: &[&str] = &[
    "agent",
    "dispatcher",
    "technician",
    "caller",
    "outlet_manager",
    "region_manager",
    "hq_manager",
    "supervisor",
    "storekeeper",
    "finance",
    "auditor",
    "admin",
    "security",
];
/// So many pages of one person are enough to know the way.
const PAGES: usize = 40;

/// What a page may not do.
const MEASURE: &str = r"
    const text = document.body.innerText;
    const wide = document.documentElement.scrollWidth - window.innerWidth;
    const links = [...document.querySelectorAll('a[href^=\'/\']')].map(a => a.getAttribute('href'));
    const nameless = [...document.querySelectorAll('button, a[href], input:not([type=hidden]), select, textarea')]
        .filter(it => it.offsetParent !== null)
        .filter(it => {
            const label = it.labels && it.labels.length ? it.labels[0].textContent : '';
            const words = it.textContent || it.value || it.getAttribute('aria-label') || it.title
                || label || it.placeholder || (it.getAttribute('aria-labelledby') ? 'x' : '');
            return !words.trim();
        }).map(it => it.outerHTML.slice(0, 120));
    return {text, wide, links, nameless, title: document.title,
            nodes: document.querySelectorAll('*').length,
            status: performance.getEntriesByType('navigation')[0]?.responseStatus};
";

/// Everything that is wrong, in words.
pub async fn at_everything(house: &House) -> Vec<String> {
    let mut wrong = Vec::new();
    for (size, lang, roles) in
        [(DESK, "zh-CN", ROLES), (PHONE, "zh-CN", ROLES), (DESK, "en", ROLES), (PHONE, "en", ROLES)]
    {
        for role in roles {
            let Some(person) = house.person(role, None) else {
                wrong.push(format!("the demo has no {role}"));
                continue;
            };
            let browser = house.browser(size).await;
            match as_person(house, &browser, person, role, size, lang).await {
                Ok(found) => wrong.extend(found),
                Err(error) => wrong.push(format!("{role} {} {lang}: {error}", size.name)),
            }
            let _ = browser.quit().await;
        }
    }
    wrong
}

async fn as_person(
    house: &House,
    browser: &WebDriver,
    person: &Json,
    role: &str,
    size: Size,
    lang: &str,
) -> WebDriverResult<Vec<String>> {
    let mut wrong = Vec::new();
    browser.goto(format!("{}/login", house.url)).await?;
    let cookie = format!("document.cookie = 'lang={lang}; path=/'");
    browser.execute(&cookie, vec![]).await?;
    house.sign_in(browser, person).await?;
    let mut ahead = VecDeque::from(["/".to_owned()]);
    let mut known = BTreeSet::from([shape("/")]);
    let mut pages = 0;
    while let Some(path) = ahead.pop_front() {
        if pages == PAGES {
            break;
        }
        pages += 1;
        browser.goto(format!("{}{path}", house.url)).await?;
        let it = browser.execute(MEASURE, vec![]).await?.json().clone();
        let place = format!("{role} {} {lang} {path}", size.name);
        wrong.extend(measured(&it, lang).into_iter().map(|what| format!("{place}: {what}")));
        let file = format!("{role}-{}-{lang}-{}.png", size.name, file_name(&path));
        browser.screenshot(&house.pictures.join(file)).await?;
        for link in it["links"].as_array().into_iter().flatten().filter_map(Json::as_str) {
            let link = link.split('#').next().unwrap_or_default();
            let page = !link.starts_with("/api/")
                && !link.starts_with("/assets/")
                && !link.contains(".xlsx")
                && !link.contains(".csv")
                && !link.contains("logout")
                && !link.contains("lang");
            if page && known.insert(shape(link)) {
                ahead.push_back(link.to_owned());
            }
        }
    }
    wrong.extend(
        complaints(browser)
            .await?
            .into_iter()
            .map(|it| format!("{role} {} {lang}: the browser complains: {it}", size.name)),
    );
    Ok(wrong)
}

fn measured(it: &Json, lang: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let text = it["text"].as_str().unwrap_or_default();
    if let Some(status) = it["status"].as_u64().filter(|it| *it >= 400) {
        wrong.push(format!("a link leads to {status}"));
    }
    if text.contains('⟨') {
        let at = text.find('⟨').unwrap_or(0);
        wrong.push(format!(
            "a text is missing: {}",
            text[at..].chars().take(40).collect::<String>()
        ));
    }
    if it["wide"].as_i64().unwrap_or(0) > 1 {
        wrong.push(format!("{} px wider than the screen", it["wide"]));
    }
    for code in raw_codes(text) {
        wrong.push(format!("a raw code: {code}"));
    }
    for nameless in it["nameless"].as_array().into_iter().flatten() {
        wrong.push(format!("a control without a name: {nameless}"));
    }
    if text.trim().chars().count() < 10 {
        wrong.push("an empty page".into());
    }
    if lang == "en" && !text.is_ascii() && !has_latin(text) {
        wrong.push("no English on an English page".into());
    }
    wrong
}

fn has_latin(text: &str) -> bool {
    text.chars().filter(char::is_ascii_alphabetic).count() > 20
}

/// Ids and codes are for programs.
fn raw_codes(text: &str) -> Vec<String> {
    const PREFIXES: &[&str] = &["ord_", "req_", "cus_", "dev_", "per_", "org_", "cbk_", "ntc_"];
    text.split_whitespace()
        .filter(|word| PREFIXES.iter().any(|it| word.starts_with(it) && word.len() > 20))
        .map(str::to_owned)
        .collect()
}

/// Two links to two orders are one kind of page.
fn shape(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let part = |it: &str| {
        let id = it.len() > 20 && it.contains('_');
        if id { "…".to_owned() } else { it.to_owned() }
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

fn file_name(path: &str) -> String {
    let name = shape(path).replace('/', "_").replace('…', "one");
    if name == "_" { "workbench".into() } else { name.trim_matches('_').to_owned() }
}

/// What the browser says in its console: scripts that fail, things the CSP forbids. That a page
/// answered "no" is measured on the page itself.
async fn complaints(browser: &WebDriver) -> WebDriverResult<Vec<String>> {
    let said = browser.browser_log().await?;
    let bad = said.into_iter().filter(|it| it.level == "SEVERE" || it.level == "WARNING");
    Ok(bad.map(|it| it.message).filter(|it| !it.contains("the server responded")).collect())
}
