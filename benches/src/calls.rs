//! Calls as a hotline gets them: somebody nobody knows yet, about a device that is not on file.
//! More than that one request cannot write.

use serde_json::{Value as Json, json};

pub const CATEGORY: &str = "家用空调器";
const FAMILIES: &[&str] = &["王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "欧阳"];
const GIVEN: &[&str] =
    &["芳", "伟", "秀英", "敏", "静", "丽", "强", "磊", "洋", "艳", "建国", "桂兰"];
const STREETS: &[&str] = &[
    "广东省珠海市香洲区前山街道金鸡路",
    "广东省珠海市斗门区井岸镇中兴中路",
    "广东省广州市天河区石牌街道天河路",
    "广东省广州市番禺区市桥街道大北路",
    "广东省深圳市南山区粤海街道科技路",
    "广东省佛山市禅城区祖庙街道人民路",
    "广东省东莞市南城街道鸿福路",
    "广东省中山市石岐街道孙文中路",
];
const FAULTS: &[&str] = &[
    "制冷效果差，吹出来的风不凉",
    "室外机有异响，制冷比以前慢",
    "开机后十分钟左右自动停机",
    "室内机漏水，墙面已经湿了",
    "遥控器没有反应，面板也按不动",
    "显示屏报故障代码，无法启动",
];

/// After so many calls families, given names, streets and faults are the same again.
pub const ROUND: usize = FAMILIES.len() * GIVEN.len() * STREETS.len();

/// The n-th call, as it is sent to the API. Nothing of it is on file after any other n.
pub fn call(series: u64, n: usize, models: &[String]) -> Json {
    let pick = |all: &[&str], by: usize| all[(n / by) % all.len()].to_owned();
    let name = pick(FAMILIES, 1) + &pick(GIVEN, FAMILIES.len());
    let number = series * 10_000_000 + n as u64;
    let (house, flat) = (1 + n % 997, 101 + n % 1803);
    json!({
        "kind": "repair", "channel": "phone",
        "customer": {
            "name": name,
            "phone": format!("19{:09}", number % 1_000_000_000),
            "address": format!("{}{house}号{}栋{flat}", pick(STREETS, 1), 1 + n % 23),
        },
        "device": {
            "serial": format!("9B{number:012}"),
            "model": models[n % models.len()],
            "category": CATEGORY,
            "sold_on": "2026-03-18", "installed_on": "2026-03-25",
        },
        "fault": {"text": pick(FAULTS, 1), "level": 3},
    })
}
