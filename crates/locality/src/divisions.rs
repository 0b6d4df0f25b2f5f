//! 行政区划: provinces, cities, districts and streets by GB code, as territories, forms and order
//! numbers need them.
//!
//! Source: GB/T 2260 (codes of six digits, letters of provinces) and the statistical extension to
//! nine digits for streets and towns; state of mid-2023, see `data/README.md`.

use std::sync::LazyLock;

use crate::Point;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Province,
    City,
    District,
    /// 街道, 镇, 乡 and what else stands below a district.
    Street,
}

/// One unit of the administrative tree.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Division {
    /// Six digits; nine for a street.
    pub code: &'static str,
    pub name: &'static str,
    pub level: Level,
    pub parent: Option<&'static str>,
    /// The centre, where the source knows one; `centre` falls back on the parent's.
    pub lat: Option<f64>,
    pub lon: Option<f64>,
    /// False for units that were dissolved or renamed and for 市辖区 as a unit of its own: old
    /// documents name them, nobody is assigned to them.
    pub current: bool,
}

/// The division of this code: `44`, `4404`, `440402`, `440402001`; `440000` and `440400` as well.
pub fn division(code: &str) -> Option<Division> {
    match code.len() {
        2 => find(&format!("{code}0000")),
        4 => find(&format!("{code}00")),
        6 => find(code),
        9 => street(code),
        _ => None,
    }
}

/// `440402` → 广东省珠海市香洲区. Groupings without a name of their own (市辖区 of a municipality,
/// 省直辖县级行政区划) are left out, as on an envelope.
pub fn full_name(code: &str) -> Option<String> {
    let mut unit = division(code)?;
    let mut names = vec![unit.name];
    while let Some(above) = unit.parent.and_then(division) {
        if !is_grouping(above.name) && above.name != unit.name {
            names.push(above.name);
        }
        unit = above;
    }
    names.reverse();
    Some(names.concat())
}

/// The present divisions one level below, in order of their codes.
pub fn children(code: &str) -> Vec<Division> {
    let Some(unit) = division(code) else { return Vec::new() };
    match unit.level {
        Level::Street => Vec::new(),
        Level::District => streets_of(unit.code),
        Level::Province | Level::City => {
            let below: Vec<Division> = part_of(prefix(unit.code))
                .filter(|d| d.current && d.parent == Some(unit.code))
                .collect();
            // 东莞, 中山 and 儋州 have no districts: the towns follow at once.
            if below.is_empty() { streets_of(unit.code) } else { below }
        }
    }
}

pub fn provinces() -> Vec<Division> {
    units().iter().filter(|d| d.level == Level::Province && d.current).copied().collect()
}

/// The present districts in an area, in order of their codes. A city without districts (东莞) counts
/// as one, so that the districts of all provinces together cover the country.
pub fn districts_in(area: &str) -> Vec<Division> {
    let area = prefix(area);
    if area.len() < 2 {
        return Vec::new();
    }
    part_of(area)
        .filter(|d| d.current)
        .filter(|d| match d.level {
            Level::District => true,
            Level::City => has_no_districts(d.code),
            Level::Province | Level::Street => false,
        })
        .collect()
}

/// Whether a code lies in an area: 440402 in 44, 4404, 440000, 440400 and itself.
pub fn within(code: &str, area: &str) -> bool {
    let area = prefix(area);
    area.len() >= 2
        && area.len() != 3
        && area.bytes().all(|b| b.is_ascii_digit())
        && code.bytes().all(|b| b.is_ascii_digit())
        && prefix(code).starts_with(area)
}

/// The two letters of GB/T 2260 for the province of a code; `ZZ` if there is no such province.
pub fn province_letters(code: &str) -> &'static str {
    let Some(province) = code.get(..2) else { return "ZZ" };
    LETTERS.iter().find(|(digits, _)| *digits == province).map_or("ZZ", |(_, letters)| letters)
}

/// The centre of a division, or of the smallest one above it that has a known centre.
pub fn centre(code: &str) -> Option<Point> {
    let mut unit = division(code)?;
    loop {
        if let (Some(lat), Some(lon)) = (unit.lat, unit.lon) {
            return Some(Point { lat, lon });
        }
        unit = unit.parent.and_then(division)?;
    }
}

/// Who took the seat of a dissolved or renamed division: 即墨市 370282 → 即墨区 370215.
pub fn successor(code: &str) -> Option<Division> {
    let table = &*TABLE;
    let row = table.heirs.binary_search_by(|(former, _)| (*former).cmp(code)).ok()?;
    find(table.heirs[row].1)
}

/// A name that only groups: the form has it, no address says it.
pub(crate) fn is_grouping(name: &str) -> bool {
    name == "县" || name.ends_with("辖区") || name.ends_with("直辖县级行政区划")
}

/// All divisions down to districts, former ones included, in order of their codes.
pub(crate) fn units() -> &'static [Division] {
    &TABLE.units
}

/// The streets whose code begins so, as (code, name).
pub(crate) fn streets_from(
    start: &str,
) -> impl Iterator<Item = (&'static str, &'static str)> + use<'_> {
    let all = &*STREETS;
    let first = all.starts.partition_point(|at| all.row(*at).0 < start);
    all.starts[first..].iter().map(|at| all.row(*at)).take_while(move |r| r.0.starts_with(start))
}

fn find(code: &str) -> Option<Division> {
    let units = units();
    units.binary_search_by(|d| d.code.cmp(code)).ok().map(|row| units[row])
}

fn street(code: &str) -> Option<Division> {
    streets_from(code).next().map(as_street)
}

fn streets_of(parent: &str) -> Vec<Division> {
    streets_from(parent).map(as_street).collect()
}

fn as_street((code, name): (&'static str, &'static str)) -> Division {
    let (level, parent) = (Level::Street, Some(&code[..6]));
    Division { code, name, level, parent, lat: None, lon: None, current: true }
}

/// The units whose codes begin so, the unit itself included.
fn part_of(start: &str) -> impl Iterator<Item = Division> {
    let units = units();
    let first = units.partition_point(|d| d.code < start);
    units[first..].iter().take_while(move |d| d.code.starts_with(start)).copied()
}

/// 东莞, 中山 and 儋州.
pub(crate) fn has_no_districts(city: &str) -> bool {
    !part_of(prefix(city)).any(|d| d.current && d.level == Level::District)
}

/// The digits that count: 440000 → 44, 440400 → 4404.
fn prefix(code: &str) -> &str {
    match code.len() {
        6 => code.strip_suffix("0000").or_else(|| code.strip_suffix("00")).unwrap_or(code),
        _ => code,
    }
}

struct Table {
    units: Vec<Division>,
    /// Former code → present code, in order.
    heirs: Vec<(&'static str, &'static str)>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table { units: Vec::new(), heirs: Vec::new() };
    for line in include_str!("../data/divisions.tsv").lines() {
        let mut fields = line.split('\t');
        let mut next = || fields.next().unwrap_or_default();
        let (code, name, lat, lon, standing) = (next(), next(), next(), next(), next());
        let level = match (&code[2..4], &code[4..]) {
            ("00", _) => Level::Province,
            (_, "00") => Level::City,
            _ => Level::District,
        };
        let (lat, lon) = (lat.parse().ok(), lon.parse().ok());
        let parent = None;
        let current = standing.is_empty();
        table.units.push(Division { code, name, level, parent, lat, lon, current });
        if standing.len() == 6 && standing != "former" {
            table.heirs.push((code, standing));
        }
    }
    adopt(&mut table.units);
    table
});

/// In order of codes the province comes first, then a city, then its districts.
fn adopt(units: &mut [Division]) {
    let (mut province, mut city) = ("", "");
    for unit in units {
        unit.parent = match unit.level {
            Level::Province => None,
            Level::City => Some(province),
            Level::District | Level::Street if city[..4] == unit.code[..4] => Some(city),
            Level::District | Level::Street => Some(province),
        };
        match unit.level {
            Level::Province => (province, city) = (unit.code, unit.code),
            Level::City => city = unit.code,
            Level::District | Level::Street => {}
        }
    }
}

struct Streets {
    text: String,
    /// Where each line begins, in order of codes.
    starts: Vec<u32>,
}

impl Streets {
    fn row(&'static self, at: u32) -> (&'static str, &'static str) {
        let line = self.text[at as usize..].lines().next().unwrap_or_default();
        line.split_once('\t').unwrap_or_default()
    }
}

static STREETS: LazyLock<Streets> = LazyLock::new(|| {
    let text = crate::packed::text(include_bytes!("../data/streets.tsv.gz"));
    let starts = text
        .char_indices()
        .filter(|(at, _)| *at == 0 || text.as_bytes()[at - 1] == b'\n')
        .map(|(at, _)| at as u32)
        .collect();
    Streets { text, starts }
});

#[rustfmt::skip]
const LETTERS: [(&str, &str); 34] = [
    ("11", "BJ"), ("12", "TJ"), ("13", "HE"), ("14", "SX"), ("15", "NM"),
    ("21", "LN"), ("22", "JL"), ("23", "HL"),
    ("31", "SH"), ("32", "JS"), ("33", "ZJ"), ("34", "AH"), ("35", "FJ"), ("36", "JX"),
    ("37", "SD"),
    ("41", "HA"), ("42", "HB"), ("43", "HN"), ("44", "GD"), ("45", "GX"), ("46", "HI"),
    ("50", "CQ"), ("51", "SC"), ("52", "GZ"), ("53", "YN"), ("54", "XZ"),
    ("61", "SN"), ("62", "GS"), ("63", "QH"), ("64", "NX"), ("65", "XJ"),
    ("71", "TW"), ("81", "HK"), ("82", "MO"),
];
