//! 用户档案: who calls, under which name, at which place. Buyer and user of a device may differ.
//! Personal data is masked for whoever does not need it.
//!
//! Source: C4 [0][2]; 个人信息保护法; law-and-standards 4.2 (masking practice).

use jiff::civil::Date;
use kernel::{codes, id};

id! {
    /// A customer.
    CustomerId = "cus";
    /// A product model.
    ProductId = "pro";
    /// A device.
    DeviceId = "dev";
    /// A reading of a device.
    UsageId = "usg";
}

codes! {
    /// A person or a company.
    pub enum CustomerKind {
        Person "person",
        Company "company",
    }
}

codes! {
    /// Why two files may be about one customer, the strongest reason first.
    pub enum Alike {
        Phone "phone",
        Place "place",
        Name "name",
    }
}

/// What two files are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known<'a> {
    pub name: &'a str,
    pub phone: Option<&'a str>,
    pub address: Option<&'a str>,
    pub district: Option<&'a str>,
}

/// Whether two files may be one customer's. One phone is one customer; one name at one address
/// too; one name is a reason to look only where both live in the same district, or one of them
/// nobody knows where.
pub fn alike(one: &Known, other: &Known) -> Option<Alike> {
    let same = |one: Option<&str>, other: Option<&str>| one.is_some() && one == other;
    if same(one.phone, other.phone) {
        return Some(Alike::Phone);
    }
    let plain = |text: &str| -> String { text.chars().filter(|it| !it.is_whitespace()).collect() };
    if plain(one.name) != plain(other.name) {
        return None;
    }
    if same(one.address.map(plain).as_deref(), other.address.map(plain).as_deref()) {
        return Some(Alike::Place);
    }
    let is_near = one.district.is_none() || other.district.is_none();
    (is_near || one.district == other.district).then_some(Alike::Name)
}

/// The days of a device that cannot be in this order: the field of the one that is too early, and
/// what is wrong with it. Nothing is installed before it was sold or delivered, nothing accepted
/// before it was installed. That it was delivered before the invoice happens.
pub fn misordered(
    sold: Option<Date>,
    delivered: Option<Date>,
    installed: Option<Date>,
    accepted: Option<Date>,
) -> Option<(&'static str, &'static str)> {
    let pairs = [
        ("installed_on", installed, sold, "day.before_sold"),
        ("installed_on", installed, delivered, "day.before_delivered"),
        ("accepted_on", accepted, installed, "day.before_installed"),
        ("accepted_on", accepted, sold, "day.before_sold"),
    ];
    let too_early = |late: Option<Date>, early| late.zip(early).is_some_and(|it| it.0 < it.1);
    pairs.iter().find(|it| too_early(it.1, it.2)).map(|it| (it.0, it.3))
}

/// Two-letter surnames: only they keep two characters when masked.
const DOUBLE: &[&str] = &[
    "欧阳", "太史", "端木", "上官", "司马", "东方", "独孤", "南宫", "万俟", "闻人", "夏侯", "诸葛",
    "尉迟", "公羊", "赫连", "澹台", "皇甫", "宗政", "濮阳", "公冶", "太叔", "申屠", "公孙", "慕容",
    "仲孙", "钟离", "长孙", "宇文", "司徒", "鲜于", "司空", "令狐",
];

/// `欧阳*`, `张*`, `J***`.
pub fn mask_name(name: &str) -> String {
    let double = DOUBLE.iter().find(|it| name.starts_with(**it));
    let kept = double.map_or(1, |it| it.chars().count());
    let rest = name.chars().count().saturating_sub(kept);
    if rest == 0 && kept == 1 {
        return "*".into();
    }
    let kept: String = name.chars().take(kept).collect();
    let stars = if name.is_ascii() { "***" } else { "*" };
    format!("{kept}{stars}")
}

/// A company's name is public; what hides is the person.
pub fn mask_named(kind: CustomerKind, name: &str) -> String {
    match kind {
        CustomerKind::Person => mask_name(name),
        CustomerKind::Company => name.to_owned(),
    }
}

/// `138****5678`.
pub fn mask_phone(phone: &str) -> String {
    let letters: Vec<char> = phone.chars().collect();
    let (head, tail) = match letters.len() {
        11.. => (3, 4),
        7..=10 => (2, 2),
        _ => (0, 0),
    };
    let head: String = letters[..head].iter().collect();
    let tail: String = letters[letters.len() - tail..].iter().collect();
    format!("{head}****{tail}")
}

/// Up to the street: what follows the last word for a street, a town or a village is hidden.
pub fn mask_address(address: &str) -> String {
    const WORDS: &[&str] = &["街道", "路", "街", "大道", "镇", "乡", "巷", "村", "区", "县", "市"];
    let end = WORDS
        .iter()
        .take(7)
        .filter_map(|word| address.find(word).map(|at| at + word.len()))
        .max()
        .or_else(|| WORDS.iter().filter_map(|it| address.find(it).map(|at| at + it.len())).max());
    match end {
        Some(end) => format!("{}***", &address[..end]),
        None => {
            let kept: String = address.chars().take(6).collect();
            format!("{kept}***")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_does_not_need_it_sees_enough_to_recognise_and_no_more() {
        #[rustfmt::skip]
        let names = [("欧阳静姝", "欧阳*"), ("张三", "张*"), ("王", "*"), ("John Smith", "J***")];
        for (name, masked) in names {
            assert_eq!(mask_name(name), masked);
        }
        #[rustfmt::skip]
        let phones = [("13800138000", "138****8000"), ("07568615022", "075****5022"),
                      ("8615022", "86****22"), ("110", "****")];
        for (phone, masked) in phones {
            assert_eq!(mask_phone(phone), masked);
        }
        #[rustfmt::skip]
        let addresses = [
            ("广东省珠海市香洲区前山街道金鸡路789号2栋1203", "广东省珠海市香洲区前山街道金鸡路***"),
            ("广东省珠海市斗门区井岸镇中兴中路16号", "广东省珠海市斗门区井岸镇中兴中路***"),
            ("珠海市香洲区789号", "珠海市香洲区***"),
            ("39 Lorraine St", "39 Lor***"),
        ];
        for (address, masked) in addresses {
            assert_eq!(mask_address(address), masked);
        }
    }
    #[test]
    fn one_phone_is_one_customer_and_one_name_is_a_reason_to_look() {
        let file = |name, phone, address, district| Known { name, phone, address, district };
        let wang = file("王芳", Some("13800138000"), Some("金鸡路789号"), Some("440402"));
        #[rustfmt::skip]
        let others = [
            (file("王先生", Some("13800138000"), None, None), Some(Alike::Phone)),
            (file("王 芳", Some("13900139000"), Some("金鸡路 789号"), Some("440402")), Some(Alike::Place)),
            (file("王芳", Some("13900139000"), Some("吉大路1号"), Some("440402")), Some(Alike::Name)),
            (file("王芳", None, None, None), Some(Alike::Name)),
            (file("王芳", Some("13900139000"), Some("吉大路1号"), Some("440403")), None),
            (file("李芳", Some("13900139000"), Some("金鸡路789号"), Some("440402")), None),
            (file("李芳", None, None, None), None),
        ];
        for (other, how) in others {
            assert_eq!(alike(&wang, &other), how, "{other:?}");
            assert_eq!(alike(&other, &wang), how, "{other:?}");
        }
        let nobody = file("李", None, None, None);
        assert_eq!(alike(&nobody, &file("王", None, None, None)), None);
    }

    #[test]
    fn nothing_is_installed_before_it_was_sold() {
        let day = |it: i8| Some(jiff::civil::date(2026, 6, it));
        #[rustfmt::skip]
        let cases = [
            (day(20), None,    day(25), day(25), None),
            (day(20), None,    day(20), None,    None),
            (day(20), day(18), day(21), None,    None),
            (None,    None,    day(1),  None,    None),
            (day(20), None,    day(19), None,    Some(("installed_on", "day.before_sold"))),
            (None,    day(20), day(19), None,    Some(("installed_on", "day.before_delivered"))),
            (None,    None,    day(20), day(19), Some(("accepted_on", "day.before_installed"))),
            (day(20), None,    None,    day(19), Some(("accepted_on", "day.before_sold"))),
        ];
        for (sold, delivered, installed, accepted, wrong) in cases {
            assert_eq!(misordered(sold, delivered, installed, accepted), wrong);
        }
    }
}
