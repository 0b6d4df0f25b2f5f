//! Where the people of the demo live: real districts and streets, with a made-up road and house.

use super::chance::Chance;

const ROADS: &[&str] = &[
    "人民路",
    "建设路",
    "解放路",
    "中山路",
    "新华路",
    "和平路",
    "文化路",
    "胜利路",
    "光明路",
    "东风路",
    "长江路",
    "黄河路",
    "朝阳路",
    "花园路",
    "湖滨路",
    "迎宾大道",
    "滨江路",
    "科技路",
    "学院路",
    "工业大道",
    "幸福路",
    "兴业路",
    "环城路",
    "振兴路",
    "康乐路",
    "荔湾路",
    "桂花路",
    "木棉路",
    "凤凰路",
    "翠湖路",
    "港湾大道",
    "明珠路",
    "景山路",
    "柠溪路",
    "银桦路",
    "竹园街",
];
const SIDES: &[&str] = &["", "", "东", "西", "南", "北", "中"];
const ESTATES: &[&str] = &[
    "花园", "新村", "家园", "雅苑", "名都", "华庭", "公寓", "豪庭", "小区", "府邸", "湾畔", "山庄",
];
const ESTATE_NAMES: &[&str] = &[
    "翠竹",
    "金域",
    "碧水",
    "康乐",
    "锦绣",
    "阳光",
    "丽景",
    "海怡",
    "东湖",
    "凤凰",
    "南国",
    "雅居",
    "星海",
    "嘉和",
    "富力",
    "万科里",
    "荔景",
    "海棠",
    "云山",
    "珠江",
    "怡景",
    "华南",
    "兰亭",
    "学府",
];

/// A home: 广东省珠海市香洲区前山街道景山路128号翠竹花园3栋1204房.
pub fn home(chance: &mut Chance, district: &str) -> String {
    let (estate, name) = (*chance.pick(ESTATES), *chance.pick(ESTATE_NAMES));
    let (block, floor, room) = (chance.between(1, 28), chance.between(1, 32), chance.between(1, 8));
    format!("{}{name}{estate}{block}栋{floor}{room:02}房", house(chance, district))
}

/// A house on a road: where firms and outlets are.
pub fn house(chance: &mut Chance, district: &str) -> String {
    let streets = locality::children(district);
    let street = if streets.is_empty() { "" } else { chance.pick(&streets).name };
    let place = locality::full_name(district).unwrap_or_default();
    let (road, side) = (*chance.pick(ROADS), *chance.pick(SIDES));
    let road = match road.strip_suffix('路') {
        Some(bare) if !side.is_empty() => format!("{bare}{side}路"),
        _ => road.to_owned(),
    };
    format!("{place}{street}{road}{}号", chance.between(1, 399))
}

/// Where calls come from: mostly where outlets are, some from their neighbours, a few from afar.
pub fn district(chance: &mut Chance) -> String {
    let area = match chance.weighted(&[42, 38, 14, 4, 1, 1]) {
        0 => "4401",
        1 => "4403",
        2 => "4404",
        // Nobody serves these: their orders lie in a pool until somebody routes them.
        3 => *chance.pick(&["4407", "4417", "4407", "4406"]),
        4 => *chance.pick(&["4419", "4408", "4409"]),
        _ => *chance.pick(&["4413", "4420"]),
    };
    let within = locality::districts_in(area);
    chance.pick(&within).code.to_owned()
}

/// The code one dials before a landline there.
pub fn area_code(district: &str) -> &'static str {
    const CODES: &[(&str, &str)] = &[
        ("4401", "020"),
        ("4403", "0755"),
        ("4404", "0756"),
        ("4406", "0757"),
        ("4407", "0750"),
        ("4408", "0759"),
        ("4409", "0668"),
        ("4413", "0752"),
        ("4417", "0662"),
        ("4419", "0769"),
        ("4420", "0760"),
    ];
    CODES.iter().find(|(area, _)| district.starts_with(area)).map_or("020", |(_, code)| code)
}
