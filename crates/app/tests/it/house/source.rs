//! The program as text: its files, without comments, with what stands in quotes apart.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// One file of Rust.
pub struct Source {
    /// From the root of the repository.
    pub path: String,
    /// As it stands.
    pub text: String,
    /// Without comments and without its own `#[cfg(test)]` modules; texts are there.
    pub code: String,
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Every `.rs` file under a folder of the repository, in order.
pub fn sources(folder: &str) -> Vec<Source> {
    let root = root();
    let mut paths = Vec::new();
    walk(&root.join(folder), &mut paths);
    paths.retain(|it| it.extension().is_some_and(|it| it == "rs"));
    paths.sort();
    paths.iter().map(|path| Source::read(&root, path)).collect()
}

pub fn walk(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, into);
        } else {
            into.push(path);
        }
    }
}

impl Source {
    fn read(root: &Path, path: &Path) -> Source {
        let text = fs::read_to_string(path).unwrap();
        let path = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
        let code = without_tests(&without_comments(&text));
        Source { path, text, code }
    }

    /// Path and line of a place in the code.
    pub fn at(&self, offset: usize) -> String {
        let line = self.code[..offset].matches('\n').count() + 1;
        format!("{}:{line}", self.path)
    }

    /// What stands in double quotes, with where it begins.
    pub fn quoted(&self) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        let mut rest = 0;
        while let Some(open) = self.code[rest..].find('"').map(|it| rest + it) {
            if self.code[..open].ends_with('\'') && self.code[open..].starts_with("\"'") {
                rest = open + 2;
                continue;
            }
            let close = end_of_text(&self.code, open);
            found.push((open, self.code[open + 1..close - 1].to_owned()));
            rest = close;
        }
        found
    }
}

/// Just behind the closing quote.
fn end_of_text(code: &str, open: usize) -> usize {
    let hashes = code[..open].bytes().rev().take_while(|it| *it == b'#').count();
    let raw = code[..open - hashes].ends_with('r');
    if raw {
        let close = format!("\"{}", "#".repeat(hashes));
        return code[open + 1..].find(&close).map_or(code.len(), |it| open + 2 + it);
    }
    let bytes = code.as_bytes();
    let mut at = open + 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(code.len())
}

/// Comments become blanks, so that lines keep their numbers.
fn without_comments(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let letter = rest.chars().next().unwrap();
        if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("'\"'") {
            code.push_str("'\"'");
            at += 3;
        } else if letter == '"' {
            let end = end_of_text(text, at);
            code.push_str(&text[at..end]);
            at = end;
        } else {
            code.push(letter);
            at += letter.len_utf8();
        }
    }
    code
}

fn without_tests(code: &str) -> String {
    code.find("#[cfg(test)]\nmod tests {").map_or(code, |at| &code[..at]).to_owned()
}

/// Every place where a word stands by itself.
pub fn words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let letter = |it: Option<char>| it.is_some_and(|it| it.is_alphanumeric() || it == '_');
    code.match_indices(word).map(|it| it.0).filter(move |at| {
        let before = code[..*at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        !letter(before) && !letter(after)
    })
}

/// Every broken rule is said at once.
pub fn none(broken: &[String], rule: &str) {
    assert!(broken.is_empty(), "{rule}:\n  {}", broken.join("\n  "));
}
