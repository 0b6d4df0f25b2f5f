//! Every word the house says stands in both languages, under the same key and of the same things.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    sync::LazyLock,
};

use baoxiu::{account::KeyKind, config::SettingFrom};
use rules::{
    account::{PasswordProfile, PersonStatus},
    callback::CallbackStatus,
    customer::{Alike, CustomerKind},
    intake::{Channel, RequestKind, RequestStatus},
    notice::{By, NoticeKind, NoticeState},
    order::{Coverage, DelayBy, Means, Pays, SignedBy, Status, Step, Wait},
    org::{Because, OrgKind, OrgStatus},
    policy::{Act, Reach, Role},
    promise::{Clock, PromiseKind, PromiseState},
    visit::{ChargeKind, ConsentBy, OldPart, PhotoKind},
    warranty::Occasion,
};

use super::source::{Source, none, root, sources, walk};

/// Key, its text, and the file it stands in.
type Texts = BTreeMap<String, (String, String)>;

fn texts(lang: &str, twice: &mut Vec<String>) -> Texts {
    let mut files = Vec::new();
    walk(&root().join("crates/app/locales").join(lang), &mut files);
    files.sort();
    let mut all = Texts::new();
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let mut key = String::new();
        for line in fs::read_to_string(&file).unwrap().lines() {
            if line.starts_with('#') || line.trim().is_empty() {
                continue;
            }
            if line.starts_with([' ', '}']) {
                let text = &mut all.get_mut(&key).expect("a text begins with its key").0;
                *text += line;
                continue;
            }
            let (left, right) = line.split_once('=').expect("key = text");
            left.trim().clone_into(&mut key);
            let known = all.insert(key.clone(), (right.trim().to_owned(), name.clone()));
            if known.is_some() {
                twice.push(format!("{lang}/{name}: {key}"));
            }
        }
    }
    all
}

fn both() -> [Texts; 2] {
    ["zh-CN", "en"].map(|it| texts(it, &mut Vec::new()))
}

/// The arguments a text speaks of.
fn arguments(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices('$') {
        let name = text[at + 1..].chars().take_while(|it| it.is_alphanumeric() || *it == '_');
        found.insert(name.collect());
    }
    found
}

#[test]
fn no_key_stands_twice() {
    let mut twice = Vec::new();
    for lang in ["zh-CN", "en"] {
        texts(lang, &mut twice);
    }
    none(&twice, "a key stands twice");
}

#[test]
fn both_languages_have_the_same_keys_of_the_same_things_in_the_same_files() {
    let [zh, en] = both();
    let mut broken = Vec::new();
    for (here, there, name) in [(&zh, &en, "en"), (&en, &zh, "zh-CN")] {
        for key in here.keys().filter(|it| !there.contains_key(*it)) {
            broken.push(format!("{key} is not in {name}"));
        }
    }
    for (key, (text, file)) in &zh {
        let Some((other, there)) = en.get(key) else { continue };
        if arguments(text) != arguments(other) {
            broken.push(format!(
                "{key} speaks of {:?} and {:?}",
                arguments(text),
                arguments(other)
            ));
        }
        if file != there {
            broken.push(format!("{key} stands in {file} and {there}"));
        }
    }
    none(&broken, "the two languages differ");
}

/// Some words are the same in both languages; the rest is Chinese here and has none there.
#[test]
fn each_language_is_spoken_in_its_own_file() {
    let [zh, en] = both();
    let chinese = |text: &str| text.chars().any(|it| ('\u{4e00}'..='\u{9fff}').contains(&it));
    let mut broken = Vec::new();
    for (key, (text, _)) in &en {
        if chinese(text) && key != "other-language" {
            broken.push(format!("en: {key} = {text}"));
        }
    }
    for (key, (text, _)) in &zh {
        let letters = text.replace(|it: char| it.is_ascii_punctuation() || it.is_whitespace(), "");
        // What is left is an argument or a name that stays as it is.
        let alike = en.get(key).is_some_and(|it| it.0 == *text);
        let named = key == "other-language" || !arguments(text).is_empty();
        if !chinese(&letters) && !alike && !letters.is_empty() && !named {
            broken.push(format!("zh-CN: {key} = {text}"));
        }
    }
    none(&broken, "a text in the other language");
}

fn known(key: &str) -> bool {
    static BOTH: LazyLock<[Texts; 2]> = LazyLock::new(both);
    BOTH.iter().all(|it| it.contains_key(key))
}

fn shown_code() -> Vec<Source> {
    sources("crates/app/src").into_iter().chain(sources("crates/rules/src")).collect()
}

#[test]
fn every_key_in_the_code_has_a_text() {
    let mut broken = Vec::new();
    for file in sources("crates/app/src") {
        for (at, key) in file.quoted() {
            let before = file.code[..at].trim_end();
            let behind = file.code[at + key.len() + 2..].trim_start();
            let plain = before.ends_with(".t(");
            let with = before.ends_with(".with(") && behind.starts_with(", &");
            let is_key = plain || with;
            if is_key && !key.contains('{') && !known(&key) {
                broken.push(format!("{} {key}", file.at(at)));
            }
        }
    }
    none(&broken, "a text is missing");
}

#[test]
fn every_group_in_the_code_has_words() {
    let [zh, _] = both();
    let mut broken = Vec::new();
    for file in sources("crates/app/src") {
        for (at, group) in file.quoted() {
            let asked = file.code[..at].trim_end().ends_with(".code(");
            let prefix = format!("{group}-");
            if asked && !zh.keys().any(|it| it.starts_with(&prefix)) {
                broken.push(format!("{} {group}", file.at(at)));
            }
        }
    }
    none(&broken, "no word of this group");
}

fn codes<T: std::fmt::Display>(all: &[T]) -> Vec<String> {
    all.iter().map(ToString::to_string).collect()
}

/// The codes that people may see, by the group of their words.
fn groups() -> Vec<(&'static str, Vec<String>)> {
    let because = [
        Because::OnlyOne,
        Because::SmallestTerritory,
        Because::Category,
        Because::FewestOrders,
        Because::NobodyServes,
    ];
    vec![
        ("status", codes(Status::ALL)),
        ("step", codes(Step::ALL)),
        ("wait", codes(Wait::ALL)),
        ("means", codes(Means::ALL)),
        ("signed-by", codes(SignedBy::ALL)),
        ("pays", codes(Pays::ALL)),
        ("coverage", codes(Coverage::ALL)),
        ("kind", codes(RequestKind::ALL)),
        ("channel", codes(Channel::ALL)),
        ("request-status", codes(RequestStatus::ALL)),
        ("callback-status", codes(CallbackStatus::ALL)),
        ("alike", codes(Alike::ALL)),
        ("customer-kind", codes(CustomerKind::ALL)),
        ("notice-kind", codes(NoticeKind::ALL)),
        ("notice-state", codes(NoticeState::ALL)),
        ("by", codes(By::ALL)),
        ("org-kind", codes(OrgKind::ALL)),
        ("org-status", codes(OrgStatus::ALL)),
        ("because", because.map(|it| it.code().to_owned()).to_vec()),
        ("role", codes(Role::ALL)),
        ("reach", codes(Reach::ALL)),
        ("act", codes(Act::ALL)),
        ("person-status", codes(PersonStatus::ALL)),
        ("password-profile", codes(PasswordProfile::ALL)),
        ("promise", codes(PromiseKind::ALL)),
        ("promise-state", codes(PromiseState::ALL)),
        ("clock", codes(Clock::ALL)),
        ("charge", codes(ChargeKind::ALL)),
        ("old-part", codes(OldPart::ALL)),
        ("consent-by", codes(ConsentBy::ALL)),
        ("occasion", codes(Occasion::ALL)),
        ("delay", codes(DelayBy::ALL)),
        ("photo", codes(PhotoKind::ALL)),
        ("key-kind", codes(&[KeyKind::Session, KeyKind::Token])),
        ("setting-from", codes(SettingFrom::ALL)),
    ]
}

/// Steps of lives that no page offers by name, and codes for programs only.
const SILENT: &[&str] = &[
    "CallbackStep",
    "NoticeStep",
    "OrgStep",
    "RequestStep",
    "KeyKind",
    "VisitState",
    "Sort",
    "Lang",
    // The pack's own words: its files are written, not shown.
    "Start",
    "Milestone",
    "Mark",
    "HolidayKind",
    "QuestionKind",
    "Language",
    "Outside",
];

#[test]
fn every_code_has_its_word() {
    let mut broken = Vec::new();
    for (group, codes) in groups() {
        let keys = codes.iter().map(|it| format!("{group}-{}", it.replace('.', "-")));
        broken.extend(keys.filter(|it| !known(it)));
    }
    none(&broken, "a raw code would be shown");
}

/// An enum of codes is in the table above, or silent.
#[test]
fn every_enum_of_codes_is_asked_for_its_words() {
    let spoken = [
        "Status",
        "Step",
        "Wait",
        "Means",
        "SignedBy",
        "Pays",
        "Coverage",
        "RequestKind",
        "Channel",
        "RequestStatus",
        "CallbackStatus",
        "Alike",
        "CustomerKind",
        "NoticeKind",
        "NoticeState",
        "By",
        "OrgKind",
        "OrgStatus",
        "Role",
        "Reach",
        "Act",
        "PersonStatus",
        "PasswordProfile",
        "PromiseKind",
        "PromiseState",
        "Clock",
        "ChargeKind",
        "OldPart",
        "ConsentBy",
        "Occasion",
        "DelayBy",
        "PhotoKind",
        "SettingFrom",
    ];
    let mut broken = Vec::new();
    for file in shown_code() {
        for (at, _) in
            file.code.match_indices("codes! {").chain(file.code.match_indices("machine! {"))
        {
            let rest = file.code[at..].split("pub enum ").skip(1);
            let names = rest.take(if file.code[at..].starts_with("machine") { 2 } else { 1 });
            for name in names {
                let name: String = name.chars().take_while(|it| it.is_alphanumeric()).collect();
                if !spoken.contains(&name.as_str()) && !SILENT.contains(&name.as_str()) {
                    broken.push(format!("{} {name}", file.at(at)));
                }
            }
        }
    }
    none(&broken, "codes without words");
}

#[test]
fn every_refusal_has_its_words() {
    let mut broken = Vec::new();
    for file in shown_code() {
        for (at, code) in file.quoted() {
            let before = file.code[..at].trim_end();
            let line = before.rsplit('\n').next().unwrap_or_default().trim_start();
            let declared = file.code[..at]
                .rfind("refusals! {")
                .is_some_and(|begin| !file.code[begin..at].contains('}'));
            let made = (before.ends_with(',') && line.contains("Kind::")) && !line.contains("=>")
                || line.contains("=> (Kind::");
            let key = format!("refusal-{}", code.replace('.', "-"));
            if (declared || made) && plain(&code) && !known(&key) {
                broken.push(format!("{} {key}", file.at(at)));
            }
        }
    }
    none(&broken, "a refusal without words");
}

fn plain(code: &str) -> bool {
    !code.is_empty()
        && code.chars().all(|it| it.is_ascii_lowercase() || "._0123456789".contains(it))
}

/// `Field::new(name, "code")`, `wrongs.say(name, "code")`, `Refusal::field(name, "code")`.
#[test]
fn every_wrong_field_has_its_words() {
    let mut broken = Vec::new();
    for file in shown_code() {
        for call in ["Field::new(", "wrongs.say(", "Refusal::field("] {
            for (at, _) in file.code.match_indices(call) {
                let Some(code) = last_literal(&file.code[at + call.len()..]) else { continue };
                let key = format!("wrong-{}", code.replace('.', "-"));
                if !known(&key) {
                    broken.push(format!("{} {key}", file.at(at)));
                }
            }
        }
    }
    none(&broken, "a wrong field without words");
}

/// The second argument, where it is a text.
fn last_literal(call: &str) -> Option<String> {
    let (mut depth, mut comma, mut quoted) = (0, None, false);
    for (at, letter) in call.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            _ if quoted => (),
            '(' | '[' | '{' => depth += 1,
            ')' if depth == 0 => {
                let argument = call[comma?..at].trim().trim_end_matches(',').trim();
                let code = argument.strip_prefix('"')?.strip_suffix('"')?;
                return plain(code).then(|| code.to_owned());
            }
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 && comma.is_none() => comma = Some(at + 1),
            _ => (),
        }
    }
    None
}

#[test]
fn every_event_has_its_words() {
    let mut broken = Vec::new();
    for file in sources("crates/app/src") {
        for (at, kind) in file.quoted() {
            let before = file.code[..at].trim_end();
            let recorded = before.ends_with("record(");
            let stepped = file.path.ends_with("order/ops.rs")
                && before.ends_with("=>")
                && kind.starts_with("order.");
            let key = format!("event-{}", kind.replace('.', "-"));
            if (recorded || stepped) && plain(&kind) && !known(&key) {
                broken.push(format!("{} {key}", file.at(at)));
            }
        }
    }
    none(&broken, "an event without words");
}

/// Whatever looks like one of our codes is said somewhere: in a refusal, a wrong field, an event, a
/// reason or a mistake.
#[test]
fn every_dotted_code_is_said_somewhere() {
    let [zh, _] = both();
    let groups = ["refusal", "wrong", "event", "reason", "mistake", "problem"];
    let endings = [
        ".toml",
        ".db",
        ".half",
        ".rs",
        ".html",
        ".json",
        ".css",
        ".js",
        ".svg",
        ".feature",
        ".xlsx",
        ".csv",
        ".ico",
        ".webmanifest",
        ".png",
        ".jpg",
        ".tsv",
        ".md",
        ".pem",
        ".gz",
        ".txt",
    ];
    let mut broken = Vec::new();
    for file in shown_code() {
        // What the calculators say on the command line is for programs.
        if file.path.contains("/calc/") || file.path.contains("/cli/") {
            continue;
        }
        for (at, code) in file.quoted() {
            let dotted = code.contains('.') && !code.starts_with('.') && !code.ends_with('.');
            if !dotted
                || !plain(&code)
                || code.contains("..")
                || code.starts_with(|it: char| it.is_ascii_digit())
            {
                continue;
            }
            // Names of fields are paths as well: "customer.phone".
            let named = ["customer.", "device.", "fault.", "wanted.", "user.", "buyer."];
            let field = named.iter().any(|it| code.starts_with(it));
            // A column under an alias; what is wrong with a calendar stands inside a mistake.
            let inside = code.split('.').next().is_some_and(|it| it.len() == 1 || it == "calendar");
            let said = inside
                || groups
                    .iter()
                    .any(|it| zh.contains_key(&format!("{it}-{}", code.replace('.', "-"))));
            if !said && !field && !endings.iter().any(|it| code.ends_with(it)) {
                broken.push(format!("{} {code}", file.at(at)));
            }
        }
    }
    none(&broken, "a code nobody says");
}

/// The reasons of a decision, whatever it decides.
#[test]
fn every_reason_has_its_words() {
    let mut broken = Vec::new();
    for file in sources("crates/rules/src") {
        for (at, code) in file.quoted() {
            let before = file.code[..at].trim_end();
            let reason = before.ends_with("Reason::new(") || before.ends_with("reason(");
            let key = format!("reason-{}", code.replace('.', "-"));
            if reason && plain(&code) && !known(&key) {
                broken.push(format!("{} {key}", file.at(at)));
            }
        }
    }
    none(&broken, "a reason without words");
}
