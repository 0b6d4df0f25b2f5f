//! 用户档案: who calls, under which name, at which place. Buyer and user of a device may differ.
//! Personal data is masked for whoever does not need it.
//!
//! Source: C4 [0][2]; 个人信息保护法; law-and-standards 4.2 (masking practice).

use kernel::{codes, id};

id! {
    /// A customer.
    CustomerId = "cus";
    /// A product model.
    ProductId = "pro";
    /// A device.
    DeviceId = "dev";
}

codes! {
    /// A person or a company.
    pub enum CustomerKind {
        Person "person",
        Company "company",
    }
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
}
