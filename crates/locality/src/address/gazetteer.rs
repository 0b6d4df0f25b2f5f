//! The names by which people call divisions: in full (广西壮族自治区), by the bare name (广西), with
//! another kind behind it (广西省, 浦东区), by a former name, and zones by their short forms (高新区).
//!
//! Source: the tables of `data/`; the names of peoples inside names of autonomous divisions.

use std::sync::LazyLock;

use crate::divisions::{self, Level, successor};

/// A division as an address names it. Districts of Hong Kong, Macau and Taiwan are here too, with
/// the code of their province, as they have none of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unit {
    pub code: &'static str,
    pub name: &'static str,
    pub level: Level,
    /// Its place in the list, and that of the unit above.
    id: u16,
    above: Option<u16>,
}

/// How sure a spelling is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Spelling {
    /// The bare name, which may as well be part of another word.
    Bare,
    /// With a kind that is not the official one, or a usual short form.
    Near,
    Full,
}

/// A name found in a text: what it means and how many bytes it is long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    pub unit: &'static Unit,
    pub bytes: usize,
    pub spelling: Spelling,
    /// Says nothing without the city before it: 城区, 高新区, 市辖区.
    pub needs_city: bool,
}

impl Unit {
    /// Whether the other is this one or lies in it.
    pub fn contains(&self, other: &Unit) -> bool {
        self.id == other.id || other.above().is_some_and(|above| self.contains(above))
    }

    pub fn above(&self) -> Option<&'static Unit> {
        self.above.map(|id| &UNITS.all[usize::from(id)])
    }

    /// This unit or the one above it that is of this level.
    pub fn at(&'static self, level: Level) -> Option<&'static Unit> {
        if self.level == level { Some(self) } else { self.above()?.at(level) }
    }

    /// The name without its kind.
    pub fn bare(&self) -> &'static str {
        bare(self.name)
    }

    /// In Hong Kong, Macau and Taiwan, where no unit below the province has a code.
    pub fn is_beyond(&self) -> bool {
        self.code.starts_with(['7', '8'])
    }

    fn has_own_code(&self) -> bool {
        usize::from(self.id) < UNITS.coded
    }
}

/// Every name that begins where the text begins.
pub(crate) fn names_at(text: &str) -> impl Iterator<Item = Token> + '_ {
    let key = key(text);
    let first = ENTRIES.partition_point(|entry| entry.key < key);
    ENTRIES[first..]
        .iter()
        .take_while(move |entry| entry.key == key && key != NO_KEY)
        .filter(|entry| text.starts_with(entry.bare))
        .flat_map(move |entry| entry.readings(text))
}

/// 雨花区 in 南京: the beginning of one district's name in this city, and a kind.
pub(crate) fn short_of(text: &str, city: &'static Unit) -> Option<Token> {
    if city.level != Level::City || !city.has_own_code() {
        return None;
    }
    let (at, kind) = text.char_indices().skip(2).take(2).find(|(_, c)| "区县市".contains(*c))?;
    let bytes = at + kind.len_utf8();
    let mut alike = UNITS.all[usize::from(city.id)..UNITS.coded]
        .iter()
        .skip(1)
        .take_while(|unit| city.contains(unit))
        .filter(|unit| unit.name.starts_with(&text[..at]));
    let unit = alike.next().filter(|unit| !unit.name.starts_with(&text[..bytes]))?;
    let spelling = Spelling::Near;
    alike.next().is_none().then_some(Token { unit, bytes, spelling, needs_city: true })
}

/// The present division of this code, down to districts.
pub(crate) fn unit(code: &str) -> Option<&'static Unit> {
    let coded = &UNITS.all[..UNITS.coded];
    coded.binary_search_by(|unit| unit.code.cmp(code)).ok().map(|at| &coded[at])
}

/// The name without its kind, if two characters remain: 香洲区 → 香洲, 恭城瑶族自治县 → 恭城; but 城区.
pub(crate) fn bare(name: &str) -> &str {
    let long = |stem: &str| stem.chars().nth(1).is_some();
    let mut stems = KINDS.iter().filter_map(|kind| name.strip_suffix(kind));
    let Some(mut stem) = stems.find(|stem| long(stem)) else { return name };
    // 管城回族区, 黔南布依族苗族自治州, 巴音郭楞蒙古自治州; but 内蒙古, and 东乡 of 东乡族自治县.
    while let Some(shorter) = without_people(stem).filter(|stem| long(stem)) {
        stem = shorter;
    }
    stem.strip_suffix('族').filter(|stem| long(stem)).unwrap_or(stem)
}

fn without_people(stem: &str) -> Option<&str> {
    let bare = stem.strip_suffix('族');
    PEOPLES.iter().find_map(|people| match bare {
        Some(bare) => bare.strip_suffix(people),
        // Without 族 only names of two syllables: 蒙古, 哈萨克, 柯尔克孜, 锡伯, 塔吉克.
        None if people.chars().nth(1).is_some() => stem.strip_suffix(people),
        None => None,
    })
}

struct Entry {
    key: [char; 2],
    bare: &'static str,
    full: &'static str,
    unit: &'static Unit,
    needs_city: bool,
    /// A short form, taken as it stands.
    short: bool,
}

impl Entry {
    fn readings(&self, text: &str) -> impl Iterator<Item = Token> + use<> {
        let (unit, needs_city) = (self.unit, self.needs_city);
        let token = |bytes, spelling| Token { unit, bytes, spelling, needs_city };
        let rest = &text[self.bare.len()..];
        let in_full = text.starts_with(self.full).then(|| {
            let has_kind = KINDS.iter().any(|kind| self.full.ends_with(kind));
            let spelling = match (self.short, has_kind) {
                (true, _) => Spelling::Near,
                (false, true) => Spelling::Full,
                (false, false) => Spelling::Bare,
            };
            token(self.full.len(), spelling)
        });
        let stem_only = self.bare != self.full;
        let near = other_kinds(self.unit.level)
            .iter()
            .find(|kind| stem_only && in_full.is_none() && rest.starts_with(**kind))
            .map(|kind| token(self.bare.len() + kind.len(), Spelling::Near));
        let bare = stem_only.then(|| token(self.bare.len(), Spelling::Bare));
        [in_full, near, bare].into_iter().flatten()
    }
}

/// Kinds that people put behind the bare name of such a division, the longest first.
fn other_kinds(level: Level) -> &'static [&'static str] {
    match level {
        Level::Province => &["自治区", "特区", "省", "市"],
        Level::City => &["自治州", "地区", "市", "州", "盟"],
        Level::District | Level::Street => &["自治县", "林区", "新区", "区", "县", "市", "旗"],
    }
}

struct Units {
    all: Vec<Unit>,
    /// How many have codes of their own; they come first, in order.
    coded: usize,
}

static UNITS: LazyLock<Units> = LazyLock::new(|| {
    let table = divisions::units();
    let row = |code: &str| table.binary_search_by(|d| d.code.cmp(code)).ok();
    let mut all = Vec::new();
    for (division, id) in table.iter().zip(0..) {
        let above = division.parent.and_then(row).map(|at| at as u16);
        let (code, name, level) = (division.code, division.name, division.level);
        all.push(Unit { code, name, level, id, above });
    }
    let coded = all.len();
    for line in include_str!("../../data/hk_mo_tw.tsv").lines() {
        let mut fields = line.split('\t');
        let mut field = || fields.next().unwrap_or_default();
        let (code, city, name) = (field(), field(), field());
        let city_row = all[coded..].iter().rposition(|u: &Unit| u.name == city && u.code == code);
        let city_id = city_row.map_or(all.len(), |at| coded + at) as u16;
        if city_row.is_none() {
            let (level, above) = (Level::City, row(code).map(|at| at as u16));
            all.push(Unit { code, name: city, level, id: city_id, above });
        }
        let (level, id) = (Level::District, all.len() as u16);
        all.push(Unit { code, name, level, id, above: Some(city_id) });
    }
    Units { all, coded }
});

static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let mut entries = Vec::new();
    for named in &UNITS.all {
        if divisions::is_grouping(named.name) && named.level == Level::City {
            continue;
        }
        let heir = if named.has_own_code() { successor(named.code) } else { None };
        let unit = heir.and_then(|heir| self::unit(heir.code)).unwrap_or(named);
        let (full, bare) = (named.name, named.bare());
        let vague = bare == full && full.ends_with('区') || full == "市辖区";
        let beyond = !named.has_own_code() && named.level == Level::District;
        let needs_city = vague || beyond;
        entries.push(Entry { key: key(bare), bare, full, unit, needs_city, short: false });
        if is_zone(named) {
            let city = named.at(Level::City).map_or("", Unit::bare);
            entries.extend(zone_names(named.name, city).iter().map(|short| Entry {
                key: key(short),
                bare: short,
                full: short,
                unit,
                needs_city: true,
                short: true,
            }));
        }
    }
    let dissolved = include_str!("../../data/dissolved.tsv").lines();
    let dissolved = dissolved.filter_map(|line| line.split_once('\t'));
    entries.extend(SHORT.into_iter().chain(dissolved).map(|(name, code)| Entry {
        key: key(name),
        bare: name,
        full: name,
        unit: unit(code).expect("a hand-made name stands for a division of the table"),
        needs_city: false,
        short: true,
    }));
    entries.sort_by_key(|entry| entry.key);
    entries
});

/// The Statistics Bureau gives functional zones the codes from 71.
fn is_zone(unit: &Unit) -> bool {
    unit.has_own_code() && unit.level == Level::District && matches!(&unit.code[4..5], "7")
}

/// 合肥高新技术产业开发区 → 高新技术产业开发区, 高新区.
fn zone_names(full: &'static str, city: &str) -> Vec<&'static str> {
    let mut own = full;
    if let Some(at) = full.find(city).filter(|_| !city.is_empty()) {
        own = full[at + city.len()..].trim_start_matches('市');
    }
    let usual: &[&str] = if own.starts_with("高新") {
        &["高新技术产业开发区", "高新技术开发区", "高新开发区", "高新区"]
    } else if own.starts_with("经济技术") || own.starts_with("经济开发区") {
        &["经济技术开发区", "经济开发区", "经开区", "开发区"]
    } else if own.starts_with("城乡一体化示范区") {
        &["示范区"]
    } else if own.starts_with("航空港") {
        &["航空港区", "航空港"]
    } else {
        &[]
    };
    let mut names = usual.to_vec();
    if own != full && own.chars().nth(2).is_some() && !names.contains(&own) {
        names.push(own);
    }
    names
}

const NO_KEY: [char; 2] = ['\0'; 2];

fn key(text: &str) -> [char; 2] {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(first), Some(second)) => [first, second],
        _ => NO_KEY,
    }
}

/// Contractions that are not the beginning of the official name.
const SHORT: [(&str, &str); 16] = [
    ("内蒙", "150000"),
    ("巴州", "652800"),
    ("博州", "652700"),
    ("克州", "653000"),
    ("锡盟", "152500"),
    ("兴安盟", "152200"),
    ("科左中旗", "150521"),
    ("科左后旗", "150522"),
    ("科右前旗", "152221"),
    ("科右中旗", "152222"),
    ("土左旗", "150121"),
    ("土右旗", "150221"),
    ("前郭县", "220721"),
    ("喀左县", "211324"),
    ("莫旗", "150722"),
    ("塔县", "653131"),
];

/// What a name ends with, the longest first.
const KINDS: [&str; 20] = [
    "特别行政区",
    "维吾尔自治区",
    "壮族自治区",
    "回族自治区",
    "行政委员会",
    "自治区",
    "自治州",
    "自治县",
    "自治旗",
    "地区",
    "林区",
    "特区",
    "新区",
    "省",
    "市",
    "区",
    "县",
    "旗",
    "盟",
    "乡",
];

#[rustfmt::skip]
const PEOPLES: [&str; 56] = [
    "柯尔克孜", "乌孜别克", "维吾尔", "哈萨克", "达斡尔", "塔吉克", "俄罗斯", "鄂温克", "塔塔尔",
    "鄂伦春", "蒙古", "布依", "朝鲜", "土家", "哈尼", "傈僳", "高山", "拉祜", "东乡", "纳西", "景颇",
    "仫佬", "布朗", "撒拉", "毛南", "仡佬", "锡伯", "阿昌", "普米", "德昂", "保安", "裕固", "独龙",
    "赫哲", "门巴", "珞巴", "基诺", "回", "藏", "苗", "彝", "壮", "满", "侗", "瑶", "白", "傣", "黎",
    "佤", "畲", "水", "土", "羌", "怒", "京", "各",
];
