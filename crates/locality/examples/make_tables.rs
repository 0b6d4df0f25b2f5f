//! Makes the tables in `data/` from the published lists named in `data/README.md`:
//! `cargo run -p locality --example make_tables -- FOLDER`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::path::Path;
use std::{env, fs, io};

use flate2::{Compression, GzBuilder, read::GzDecoder};

fn main() -> io::Result<()> {
    let folder = env::args().nth(1).expect("the folder that holds the published lists");
    let source = Path::new(&folder);
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let towns = Divisions::read(&source.join("cn_divisions"), &own)?;
    fs::write(own.join("divisions.tsv"), towns.table())?;
    fs::write(own.join("hk_mo_tw.tsv"), beyond(&source.join("cn_divisions"))?)?;
    fs::write(own.join("streets.tsv.gz"), streets(&source.join("cn_divisions"))?)?;
    let mobiles = Mobiles::read(&source.join("cn_phone_segments"), &towns)?;
    fs::write(own.join("area_codes.tsv"), mobiles.area_codes())?;
    fs::write(own.join("mobiles.bin.gz"), packed(&mobiles.planes())?)
}

/// Everything known of provinces, cities and districts, by code.
struct Divisions {
    current: BTreeMap<String, String>,
    former: BTreeMap<String, String>,
    centres: BTreeMap<String, (f64, f64)>,
    /// Former code → present code.
    successors: BTreeMap<String, String>,
}

impl Divisions {
    fn read(lists: &Path, own: &Path) -> io::Result<Divisions> {
        let mut current = BTreeMap::new();
        let provinces: serde_json::Value = serde_json::from_str(&text(lists, "provinces.json")?)?;
        for province in provinces.as_array().into_iter().flatten() {
            let (Some(code), Some(name)) = (province["code"].as_str(), province["name"].as_str())
            else {
                continue;
            };
            current.insert(format!("{code}0000"), name.to_owned());
        }
        // Cities first: where a city has no districts the list of areas repeats its code.
        for row in rows(&text(lists, "cities.csv")?) {
            current.insert(format!("{}00", row[0]), row[1].clone());
        }
        for row in rows(&text(lists, "areas.csv")?) {
            current.entry(row[0].clone()).or_insert_with(|| row[1].clone());
        }
        let (mut former, mut centres) = (BTreeMap::new(), BTreeMap::new());
        for row in rows(&text(lists, "cpca_adcodes_lonlat.csv")?) {
            let code = row[0][..6].to_owned();
            if let (Ok(lon), Ok(lat)) = (row[2].parse(), row[3].parse()) {
                centres.insert(code.clone(), (lat, lon));
            }
            if matches!(code.as_str(), "710000" | "810000" | "820000") {
                current.insert(code, row[1].clone());
            } else if !current.contains_key(&code) {
                former.insert(code, row[1].clone());
            }
        }
        let mut all = Divisions { current, former, centres, successors: BTreeMap::new() };
        all.succeed(&text(own, "successors.tsv")?);
        all.place(&text(own, "centres.tsv")?);
        Ok(all)
    }

    /// Who took the seat of a former division: the list made by hand, else the one of the same
    /// name in the same city, else in the same province.
    fn succeed(&mut self, by_hand: &str) {
        for row in tabs(by_hand) {
            self.successors.insert(row[0].to_owned(), row[1].to_owned());
        }
        for (code, name) in &self.former {
            if self.successors.contains_key(code) || name.contains("辖") {
                continue;
            }
            let heir = [4, 2].into_iter().find_map(|digits| {
                let mut same = self.current.iter().filter(|(other, other_name)| {
                    other[..digits] == code[..digits]
                        && (other.ends_with("00") == code.ends_with("00") || digits == 2)
                        && bare(other_name) == bare(name)
                });
                same.next().filter(|_| same.next().is_none())
            });
            if let Some((heir, _)) = heir {
                self.successors.insert(code.clone(), heir.clone());
            }
        }
    }

    /// A new division without coordinates takes the middle of those it came from.
    fn place(&mut self, by_hand: &str) {
        for row in tabs(by_hand) {
            if let (Ok(lat), Ok(lon)) = (row[1].parse(), row[2].parse()) {
                self.centres.insert(row[0].to_owned(), (lat, lon));
            }
        }
        for code in self.current.keys() {
            if self.centres.contains_key(code) {
                continue;
            }
            let before: Vec<(f64, f64)> = self
                .successors
                .iter()
                .filter(|(_, heir)| *heir == code)
                .filter_map(|(old, _)| self.centres.get(old).copied())
                .collect();
            if !before.is_empty() {
                let n = before.len() as f64;
                let lat = before.iter().map(|p| p.0).sum::<f64>() / n;
                let lon = before.iter().map(|p| p.1).sum::<f64>() / n;
                self.centres.insert(code.clone(), (lat, lon));
            }
        }
    }

    /// code, name, latitude, longitude, standing (empty: current; a code: its successor).
    fn table(&self) -> String {
        let mut all: BTreeMap<&String, (&String, &str)> = BTreeMap::new();
        all.extend(self.current.iter().map(|(code, name)| (code, (name, ""))));
        all.extend(self.former.iter().map(|(code, name)| {
            (code, (name, self.successors.get(code).map_or("former", String::as_str)))
        }));
        let mut table = String::new();
        for (code, (name, standing)) in all {
            let centre = self.centres.get(code);
            let (lat, lon) = centre.map_or_else(Default::default, |c| (place(c.0), place(c.1)));
            let line = format!("{code}\t{name}\t{lat}\t{lon}\t{standing}");
            let _ = writeln!(table, "{}", line.trim_end());
        }
        table
    }
}

impl Divisions {
    /// The code for the short names of the list of segments: the city, else the district.
    fn city(&self, province: &str, city: &str) -> String {
        let by_hand = match city {
            "克州" => "653000",
            "博州" => "652700",
            "巴州" => "652800",
            "雄安" => "130600",
            // 江汉 is the oil field: the area of 仙桃, 潜江 and 天门.
            "江汉" => "429000",
            "北京" => "110000",
            "天津" => "120000",
            "上海" => "310000",
            "重庆" => "500000",
            _ => "",
        };
        if !by_hand.is_empty() {
            return by_hand.to_owned();
        }
        let is_province = |(code, name): &(&String, &String)| {
            code.ends_with("0000") && name.starts_with(province)
        };
        let (province_code, _) =
            self.current.iter().find(is_province).expect("a province by its short name");
        let inside: Vec<_> = self
            .current
            .iter()
            .filter(|(code, name)| {
                code[..2] == province_code[..2] && !code.ends_with("0000") && name.starts_with(city)
            })
            .collect();
        let cities: Vec<_> = inside.iter().filter(|(code, _)| code.ends_with("00")).collect();
        match (&cities[..], &inside[..]) {
            ([(code, _)], _) | ([], [(code, _)]) => (*code).clone(),
            _ => panic!("{province} {city} is not one place: {inside:?}"),
        }
    }
}

/// province code, area or city, district: there are no GB codes below these three provinces.
fn beyond(lists: &Path) -> io::Result<String> {
    let tree: serde_json::Value = serde_json::from_str(&text(lists, "HK-MO-TW.json")?)?;
    let mut table = String::new();
    for (province, code) in
        [("台湾省", "710000"), ("香港特别行政区", "810000"), ("澳门特别行政区", "820000")]
    {
        for (city, districts) in tree[province].as_object().into_iter().flatten() {
            for district in districts.as_array().into_iter().flatten() {
                // 嘉模堂区（氹仔）: the island in brackets is a name of its own, not part of this.
                let name = district.as_str().unwrap_or_default().split('（').next();
                let _ = writeln!(table, "{code}\t{city}\t{}", name.unwrap_or_default());
            }
        }
    }
    Ok(table)
}

/// code (nine digits), name.
fn streets(lists: &Path) -> io::Result<Vec<u8>> {
    let mut list = String::new();
    GzDecoder::new(fs::File::open(lists.join("streets.csv.gz"))?).read_to_string(&mut list)?;
    let mut lines: Vec<String> =
        rows(&list).map(|row| format!("{}\t{}\n", row[0], row[1])).collect();
    lines.sort();
    packed(lines.concat().as_bytes())
}

/// A telephone area and the city it serves.
type Home = (String, String);

/// The first seven digits of mobile numbers and where they were given out.
struct Mobiles {
    segments: Vec<(usize, Home)>,
}

impl Mobiles {
    fn read(lists: &Path, towns: &Divisions) -> io::Result<Mobiles> {
        let mut list = String::new();
        let packed = fs::File::open(lists.join("segments.csv.gz"))?;
        GzDecoder::new(packed).read_to_string(&mut list)?;
        let mut known: BTreeMap<(String, String), String> = BTreeMap::new();
        let mut segments = Vec::new();
        for row in rows(&list) {
            let [segment, province, city, _, area] = &row[..5] else { continue };
            let name = (province.clone(), city.clone());
            let code = known.entry(name).or_insert_with(|| towns.city(province, city)).clone();
            let segment: usize = segment.parse().expect("a segment is seven digits");
            // One area has a zero too many: 00479.
            let area = format!("0{}", area.trim_start_matches('0'));
            segments.push((segment, (area, code)));
        }
        Ok(Mobiles { segments })
    }

    /// In order of area codes, in each the city with most numbers first.
    fn homes(&self) -> Vec<Home> {
        let mut count: BTreeMap<&Home, usize> = BTreeMap::new();
        for (_, home) in &self.segments {
            *count.entry(home).or_default() += 1;
        }
        let mut homes: Vec<_> = count.into_iter().collect();
        homes.sort_by_key(|((area, code), n)| (area, usize::MAX - n, code));
        homes.into_iter().map(|(home, _)| home.clone()).collect()
    }

    fn area_codes(&self) -> String {
        self.homes().iter().map(|(area, code)| format!("{area}\t{code}\n")).collect()
    }

    /// For each segment from 1300000 to 1999999 the line of `area_codes.tsv`, counted from one:
    /// first all high bytes, then all low bytes, which packs to a third.
    fn planes(&self) -> Vec<u8> {
        let homes = self.homes();
        let line: BTreeMap<&Home, usize> = homes.iter().zip(1..).collect();
        let mut planes = vec![0; 2 * MOBILES];
        for (segment, home) in &self.segments {
            let at = segment - 1_300_000;
            planes[at] = (line[home] >> 8) as u8;
            planes[MOBILES + at] = line[home] as u8;
        }
        planes
    }
}

const MOBILES: usize = 700_000;

fn packed(bytes: &[u8]) -> io::Result<Vec<u8>> {
    // No name and no time in the header: the same input makes the same file.
    let mut gz = GzBuilder::new().write(Vec::new(), Compression::best());
    gz.write_all(bytes)?;
    gz.finish()
}

fn place(degrees: f64) -> String {
    let text = format!("{degrees:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The name without its kind, if two characters remain.
fn bare(name: &str) -> &str {
    ["地区", "市", "区", "县"]
        .iter()
        .find_map(|kind| name.strip_suffix(kind))
        .filter(|stem| stem.chars().count() >= 2)
        .unwrap_or(name)
}

fn text(folder: &Path, file: &str) -> io::Result<String> {
    fs::read_to_string(folder.join(file))
}

/// The rows of a CSV whose fields hold no commas, without its heading.
fn rows(csv: &str) -> impl Iterator<Item = Vec<String>> {
    csv.lines().skip(1).map(|line| {
        line.split(',').map(|field| field.trim().trim_matches('"').to_owned()).collect()
    })
}

fn tabs(tsv: &str) -> impl Iterator<Item = Vec<&str>> {
    tsv.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
}
