//! Names nobody else in the demo has: of people, of firms, and phone numbers.

use std::collections::HashSet;

use super::chance::Chance;

const LISTS: &str = include_str!("data/names.txt");
/// The first three digits of mobile numbers.
const MOBILE: &[&str] = &[
    "130", "131", "132", "133", "134", "135", "136", "137", "138", "139", "150", "151", "152",
    "153", "155", "156", "157", "158", "159", "176", "177", "178", "180", "181", "182", "185",
    "186", "187", "188", "189",
];
const FIRM: &[&str] = &[
    "华景",
    "海悦",
    "中恒",
    "金茂源",
    "南粤",
    "恒丰",
    "嘉信",
    "鸿福",
    "瑞祥",
    "天成",
    "万和",
    "新城",
    "东方",
    "银座",
    "粤海",
    "珠江",
    "星河",
    "润达",
    "宏远",
    "联发",
    "德力",
    "百盛",
    "远东",
    "明珠",
    "卓越",
    "泰安",
    "春晖",
    "凯悦",
    "华联",
    "金域",
];
const TRADE: &[&str] = &[
    "酒店",
    "大厦物业管理处",
    "商务中心",
    "医院",
    "中学",
    "科技园",
    "购物中心",
    "电子厂",
    "食品有限公司",
    "写字楼",
    "幼儿园",
    "健身会所",
    "餐饮有限公司",
    "物流中心",
    "图书馆",
];

pub struct Names {
    chance: Chance,
    surnames: Vec<&'static str>,
    weights: Vec<i64>,
    given: Vec<String>,
    taken: HashSet<String>,
    phones: HashSet<String>,
}

impl Names {
    pub fn new(seed: u64) -> Names {
        let (mut surnames, mut weights) = (Vec::new(), Vec::new());
        for word in section("surnames") {
            let digits = word.find(|it: char| it.is_ascii_digit()).unwrap_or(word.len());
            surnames.push(&word[..digits]);
            weights.push(word[digits..].parse().unwrap_or(1));
        }
        let mut given = Vec::new();
        for sex in ["male", "female"] {
            given_names(sex, &mut given);
        }
        let chance = Chance::seeded(seed);
        let (taken, phones) = (HashSet::new(), HashSet::new());
        Names { chance, surnames, weights, given, taken, phones }
    }

    pub fn person(&mut self) -> String {
        loop {
            let surname = self.surnames[self.chance.weighted(&self.weights)];
            let name = format!("{surname}{}", self.chance.pick(&self.given));
            if self.taken.insert(name.clone()) {
                return name;
            }
        }
    }

    /// A firm of the place: 天河海悦酒店.
    pub fn firm(&mut self, place: &str) -> String {
        let short = place.trim_end_matches(['区', '市', '县']);
        for round in 0.. {
            let again = ["", "新", "大", "北", "南", "东", "西"].get(round / 40).copied();
            let (firm, trade) = (self.chance.pick(FIRM), self.chance.pick(TRADE));
            let name = match again {
                Some(again) => format!("{short}{again}{firm}{trade}"),
                None => format!("{short}{firm}{trade}第{round}分部"),
            };
            if self.taken.insert(name.clone()) {
                return name;
            }
        }
        unreachable!("the rounds have no end")
    }

    pub fn mobile(&mut self) -> String {
        let start = *self.chance.pick(MOBILE);
        self.fresh(start, 8)
    }

    pub fn landline(&mut self, area_code: &str) -> String {
        self.fresh(&format!("{area_code}8"), 7)
    }

    fn fresh(&mut self, start: &str, digits: usize) -> String {
        loop {
            let mut number = start.to_owned();
            for _ in 0..digits {
                number.push(char::from(b'0' + u8::try_from(self.chance.below(10)).unwrap_or(0)));
            }
            if self.phones.insert(number.clone()) {
                return number;
            }
        }
    }
}

/// Names as they are, and those of a leading and a closing sign.
fn given_names(sex: &str, all: &mut Vec<String>) {
    let whole: Vec<&str> = section(sex).collect();
    all.extend(whole.iter().map(|it| (*it).to_owned()));
    for lead in section(&format!("{sex} leads")) {
        let single = whole.iter().filter(|it| it.chars().count() == 1 && **it != lead);
        all.extend(single.map(|it| format!("{lead}{it}")));
    }
    all.sort();
    all.dedup();
}

fn section(name: &str) -> impl Iterator<Item = &'static str> {
    let head = format!("[{name}]");
    LISTS
        .lines()
        .skip_while(move |line| *line != head)
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .flat_map(str::split_whitespace)
}
