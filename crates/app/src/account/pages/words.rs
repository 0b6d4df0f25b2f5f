//! How roles, posts and categories are called on pages.

use rules::pack::{Name, Pack, Post};

use super::super::CustomRole;
use crate::ui::Frame;

/// Base roles by their words, those of the company's own by their names.
pub fn role_words(f: &Frame, customs: &[CustomRole], codes: &[String]) -> String {
    let words: Vec<_> = codes.iter().map(|it| role_word(f, customs, it)).collect();
    words.join(f.say.comma())
}

pub fn role_word(f: &Frame, customs: &[CustomRole], code: &str) -> String {
    match customs.iter().find(|it| it.code == code) {
        Some(custom) => custom.name.clone(),
        None => f.code("role", code),
    }
}

pub fn named(f: &Frame, name: &Name) -> String {
    if f.say.is_chinese() { name.zh.clone() } else { name.en.clone() }
}

/// Posts to choose from: each once, with its tier where two tiers have the name.
pub fn posts(f: &Frame) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    for it in &f.company.pack.posts {
        if !all.iter().any(|known| known.0 == it.name.zh) {
            all.push((it.name.zh.clone(), named(f, &it.name)));
        }
    }
    all
}

/// The post of that name; of two tiers, the one for that kind of place.
pub fn post_of<'a>(pack: &'a Pack, name: &str, tier: i64) -> Option<&'a Post> {
    let mut named = pack.posts.iter().filter(|it| it.name.zh == name);
    named.clone().find(|it| it.tier == tier).or_else(|| named.next())
}

pub fn categories(f: &Frame) -> Vec<(String, String)> {
    let all = f.company.pack.categories.iter();
    all.map(|it| (it.name.zh.clone(), named(f, &it.name))).collect()
}
