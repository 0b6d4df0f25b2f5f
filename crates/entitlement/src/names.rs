//! What the law's goods and their parts are called in English. In rules and cases they go by their
//! Chinese names; the translation is ours, and nothing is decided by it.

use std::{collections::BTreeMap, sync::LazyLock};

static NAMES: LazyLock<BTreeMap<&'static str, &'static str>> = LazyLock::new(|| {
    let lines = include_str!("../data/names.tsv").lines().skip(1);
    lines.filter_map(|line| line.split_once('\t')).collect()
});

/// The English name of something the catalogue or a rule names: `压缩机` is a compressor.
pub fn english(name: &str) -> Option<&'static str> {
    NAMES.get(name).copied()
}
