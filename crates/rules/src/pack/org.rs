//! 网络: tiers, regions with the areas they own, posts with the base roles they hold.
//!
//! Source: C1 [0][2][3.9]; requirements 1.7. A region owns a set of areas and is not a province:
//! of two regions the one that names the smaller area has it.

use serde::{Deserialize, Serialize};

use super::{Name, Origin, Pack, fields::Fields, mistake::Word};
use crate::policy::Role;

/// 级: headquarters, region, outlet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tier {
    /// 1 is headquarters.
    pub tier: i64,
    #[serde(flatten)]
    pub name: Name,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(flatten)]
    pub origin: Origin,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Region {
    #[serde(flatten)]
    pub name: Name,
    /// GB/T 2260 codes of provinces (2 digits), cities (4) and districts (6).
    pub areas: Vec<String>,
    /// Which class of `sla.toml` its promises are of, unless an area says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region_class: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(flatten)]
    pub origin: Origin,
}

/// 岗位.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Post {
    pub tier: i64,
    /// `service_head`: of one tier, one post.
    pub code: String,
    #[serde(flatten)]
    pub name: Name,
    /// Codes of the base roles the post holds.
    pub roles: Vec<Role>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(flatten)]
    pub origin: Origin,
}

impl Pack {
    /// The region that owns a division (6, 9 or 12 digits); the longest area wins. Nobody's:
    /// headquarters answers.
    pub fn region_of(&self, division: &str) -> Option<&Region> {
        let owned = self.regions.iter().flat_map(|region| {
            region.areas.iter().filter(|area| covers(area, division)).map(move |it| (it, region))
        });
        owned.max_by_key(|(area, _)| area.len()).map(|(_, region)| region)
    }
}

/// Whether the division lies in the area.
pub(super) fn covers(area: &str, division: &str) -> bool {
    division.starts_with(area)
}

pub(super) fn read(pack: &mut Pack, head: &mut Fields) {
    pack.tiers = head.rows("tier", tier);
    pack.regions = head.rows("region", region);
    pack.posts = head.rows("post", post);
}

fn tier(row: &mut Fields) -> Option<Tier> {
    let tier = row.required("tier", |row, key| row.whole(key, 1..=9));
    let name = row.name();
    let (note, origin) = (row.note(), row.origin());
    row.is_called(Word::Tier, &tier?.to_string());
    Some(Tier { tier: tier?, name: name?, note, origin })
}

fn region(row: &mut Fields) -> Option<Region> {
    let name = row.name();
    let areas = row.required("areas", |row, key| Some(areas(row, key, Word::Area)));
    let region_class = row.reference("region_class", Word::RegionClass);
    let (note, origin) = (row.note(), row.origin());
    let name = name?;
    row.is_called(Word::Region, &name.zh);
    Some(Region { name, areas: areas?, region_class, note, origin })
}

/// Division codes, each owned once; `440000` is another spelling of `44`.
pub(super) fn areas(row: &mut Fields, key: &'static str, word: Word) -> Vec<String> {
    let mut areas = Vec::new();
    for (text, span) in row.spanned_texts(key) {
        let area = shortest(&text);
        let digits = text.bytes().all(|it| it.is_ascii_digit());
        if digits && matches!(area.len(), 2 | 4 | 6) && is_division(area) {
            row.has(word, area, span);
            areas.push(area.to_owned());
        } else {
            let args = vec![("key", key.into()), ("value", text.as_str().into())];
            row.wrong(span, "pack.unknown_division", args);
        }
    }
    areas
}

fn shortest(code: &str) -> &str {
    let code = code.strip_suffix("00").unwrap_or(code);
    if code.len() == 4 { code.strip_suffix("00").unwrap_or(code) } else { code }
}

fn is_division(area: &str) -> bool {
    locality::division(area).is_some()
}

fn post(row: &mut Fields) -> Option<Post> {
    let tier = row.required("tier", |row, key| row.whole(key, 1..=9));
    if let Some(tier) = tier {
        row.refer(Word::Tier, &tier.to_string(), row.span_of("tier"));
    }
    let code = row.required("code", Fields::code);
    let name = row.name();
    let roles = row.required("roles", |row, key| Some(row.choices(key, Role::ALL, Role::code)));
    let (note, origin) = (row.note(), row.origin());
    let post = Post { tier: tier?, code: code?, name: name?, roles: roles?, note, origin };
    row.is_called(Word::Post, &post.key());
    Some(post)
}

impl Post {
    pub fn key(&self) -> String {
        format!("{}/{}", self.tier, self.code)
    }
}
