//! 规则: every rule can be found, and a case can be tried by hand.

use crate::{
    forms::{look, see, send},
    town::everywhere,
};

#[tokio::test]
async fn rules_are_found_by_law_article_goods_and_words() {
    everywhere("prules", async |town| {
        let all = see(town, "mei", "/rules").await;
        for it in ["部分商品修理更换退货责任规定", "第24条(4)", "家用空调器", "未核实", "浙江省"]
        {
            assert!(all.contains(it), "{it}");
        }
        let some = see(town, "mei", "/rules?q=%E4%BD%BF%E7%94%A8%E8%A1%A5%E5%81%BF%E8%B4%B9").await;
        assert!(some.contains("第27条") && !some.contains("第11条"), "{some}");
        let open = see(town, "mei", "/rules?confidence=unverified").await;
        assert!(open.contains("第17条") && !open.contains("第27条"), "{open}");
        let none = see(town, "mei", "/rules?q=gremlins").await;
        assert!(none.contains("没有这样的规则"), "{none}");
        let english = look(town, "mei", "/rules", "en").await.text;
        assert!(english.contains("Two repairs") || english.contains("Repaired twice"), "{english}");
        assert!(!english.contains('⟨'), "{english}");
    })
    .await;
}

const CASE: [(&str, &str); 8] = [
    ("as_of", "2026-05-01"),
    ("category", "家用电冰箱"),
    ("region", "440000"),
    ("price", "3999"),
    ("sold_on", "2026-01-01"),
    ("cause", "quality"),
    ("kind", "performance"),
    ("repairs", "2026-02-01 2026-02-10\n2026-03-01 2026-03-05\n"),
];

#[tokio::test]
async fn a_case_is_tried_by_hand_and_nothing_typed_is_lost() {
    everywhere("ptrial", async |town| {
        assert!(see(town, "mei", "/rules/try").await.contains("家用电冰箱"));
        let page = send(town, "mei", "/rules/try", &CASE).await.text;
        for it in ["¥3,789.06", "可以主张退货，由销售者承担", "第13条", "2026-02-01 2026-02-10"]
        {
            assert!(page.contains(it), "{it}: {page}");
        }
        let mut wrong = CASE;
        wrong[3].1 = "much";
        let page = send(town, "mei", "/rules/try", &wrong).await.text;
        assert!(page.contains("读不懂这个值") && page.contains("much"), "{page}");
        wrong[3].1 = "0";
        let page = send(town, "mei", "/rules/try", &wrong).await.text;
        assert!(page.contains("价格应当大于零"), "{page}");
    })
    .await;
}
