//! What the house says, in the reader's language. All words stand in `locales/`, by key.

use std::{borrow::Cow, collections::HashMap};

use fluent_templates::{
    LanguageIdentifier, Loader as _, fluent_bundle::FluentValue, langid, static_loader,
};
use kernel::{Arg, Fen, Field, Lang, Refusal};
use rules::pack::Name;

static_loader! {
    static TEXTS = {
        locales: "./locales",
        fallback_language: "zh-CN",
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static ZH: LanguageIdentifier = langid!("zh-CN");
static EN: LanguageIdentifier = langid!("en");

/// Speaks one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Say(pub Lang);

pub type Args = HashMap<Cow<'static, str>, FluentValue<'static>>;

/// Arguments of a text: `args! { "name" => name, "count" => 3 }`.
#[macro_export]
macro_rules! args {
    ($($name:literal => $value:expr),* $(,)?) => {
        $crate::say::Args::from([$(($name.into(), $value.into())),*])
    };
}

impl Say {
    fn id(self) -> &'static LanguageIdentifier {
        match self.0 {
            Lang::Zh => &ZH,
            Lang::En => &EN,
        }
    }

    pub fn is_chinese(self) -> bool {
        self.0 == Lang::Zh
    }

    /// The text of a key. A house test knows every key; a missing one shows itself.
    pub fn t(self, key: &str) -> String {
        TEXTS.try_lookup(self.id(), key).unwrap_or_else(|| format!("⟨{key}⟩"))
    }

    pub fn with(self, key: &str, args: &Args) -> String {
        let found = TEXTS.try_lookup_with_args(self.id(), key, args);
        found.unwrap_or_else(|| format!("⟨{key}⟩"))
    }

    /// Several words, as one says them one after the other.
    pub fn list(self, words: impl IntoIterator<Item = String>) -> String {
        words.into_iter().collect::<Vec<_>>().join(self.comma())
    }

    /// What stands between the words of a list.
    pub fn comma(self) -> &'static str {
        if self.is_chinese() { "、" } else { ", " }
    }

    /// Whether there is such a text in this very language.
    pub fn knows(self, key: &str) -> bool {
        // One that wants arguments says which; one that is not there says its own name.
        let found = TEXTS.lookup_single_language::<&str>(self.id(), key, None);
        found.is_ok() || found.is_err_and(|no| !no.to_string().contains(key))
    }

    /// The word of a code: `status-reported`.
    pub fn code(self, group: &str, code: &str) -> String {
        self.t(&format!("{group}-{}", code.replace('.', "-")))
    }

    /// A name of the pack, which has it in both.
    pub fn name(self, name: &Name) -> String {
        if self.is_chinese() { name.zh.clone() } else { name.en.clone() }
    }

    pub fn refusal(self, refusal: &Refusal) -> String {
        self.by_code("refusal", refusal.code, &refusal.args)
    }

    pub fn field(self, field: &Field) -> String {
        self.by_code("wrong", field.code, &field.args)
    }

    pub fn by_code(self, group: &str, code: &str, args: &[(&'static str, Arg)]) -> String {
        let said = args.iter().map(|(name, arg)| {
            let value = match arg {
                Arg::Text(text) => FluentValue::from(text.clone()),
                Arg::Int(int) => FluentValue::from(*int),
                Arg::Many(many) => {
                    let group = if *name == "steps" { "step" } else { "word" };
                    let words: Vec<_> = many
                        .iter()
                        .map(|it| if group == "step" { self.code(group, it) } else { it.clone() })
                        .collect();
                    FluentValue::from(words.join(self.comma()))
                }
            };
            ((*name).into(), value)
        });
        self.with(&format!("{group}-{}", code.replace('.', "-")), &said.collect())
    }

    /// `¥1,234.50`.
    pub fn money(self, fen: Fen) -> String {
        let text = fen.to_string();
        let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |it| ("-", it));
        let (yuan, rest) = digits.split_once('.').unwrap_or((digits, "00"));
        let mut grouped = String::new();
        for (i, digit) in yuan.chars().enumerate() {
            if i > 0 && (yuan.len() - i).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        format!("{sign}¥{grouped}.{rest}")
    }
}
