//! What callers say and clerks write in the demo.

use super::chance::Chance;

const SINCE: &[&str] = &[
    "昨晚开始",
    "今天早上开始",
    "这两天",
    "前天起",
    "开机半小时后",
    "上周五开始",
    "中午起",
    "每到晚上",
    "刚才",
    "换季第一次开机就",
    "停电以后",
    "搬家装好后一直",
    "雨天以后",
    "最近一周",
];
const AND: &[&str] = &[
    "重启过几次还是一样",
    "清洗过滤网后没有改善",
    "面板没有显示故障码",
    "面板闪灯",
    "断电十分钟再开也没用",
    "家里有老人，请尽快来",
    "家里有小孩，麻烦快一点",
    "下班后六点以后有人在家",
    "上午都在家",
    "请上门前先打电话",
    "楼下可以停车",
    "需要登记才能进小区",
    "去年也出现过一次",
    "室外机在阳台外面，需要带梯子",
    "声音比以前大",
    "用了三年一直正常",
    "同一层另外一台是好的",
    "请带配件过来",
    "客厅那台",
    "主卧那台",
    "机房那台",
    "一楼大堂那台",
    "二楼会议室那台",
];
const INSTALL: &[&str] = &[
    "新机已送到，预约安装",
    "新买的机器，请安排安装，需要打孔",
    "新房装修好了，可以安装",
    "移机重装，室外机架要换新的",
    "样板间新机安装，周末不能施工",
    "新机安装，室外机要用加长铜管",
    "送货到了，希望明天上午装",
];
const MAINTAIN: &[&str] = &[
    "换季保养，清洗过滤网和换热器",
    "年度保养，按合同约定",
    "清洗室内机，有异味",
    "保养并检查制冷剂压力",
    "例行保养，请提前一天联系",
    "全面清洗，共三台",
];
const CONSULT: &[(&str, &str)] = &[
    ("过滤网多久洗一次？", "一般每两周清洗一次，清水冲洗后晾干再装回。"),
    ("遥控器怎么设置定时？", "按“定时”键选择小时数，再按“确认”；显示屏出现时钟图标即设好。"),
    ("保修期多长？", "按三包凭证：整机一年，压缩机三年，自安装之日起算，请保留发票和凭证。"),
    ("上门收费标准是什么？", "保修期内免费；过了保修期，上门前会先报价，您同意后再修。"),
    ("电子保修卡在哪里查？", "公众号“我的设备”里输入机身序列号即可查到。"),
    (
        "冬天制热出风不热正常吗？",
        "开机三到五分钟内先预热，之后出热风；外温很低时会除霜十分钟左右，属正常。",
    ),
    ("移机要找谁？", "可以由我们预约上门移机，费用按公示价目，加长铜管另计。"),
    ("耗电量怎么看？", "机身铭牌标有额定功率，能效标识上有年耗电量。"),
    ("发票丢了还能保修吗？", "能提供购买记录或安装单也可以，请把照片发给我们核对。"),
    ("附近有没有网点可以买遥控器？", "有，已把最近网点的地址和电话发给您。"),
];
const COMPLAIN: &[&str] = &[
    "上门的师傅迟到两个小时，也没有提前打电话",
    "修了两次还是同样的问题",
    "收费没有开票，要求说明",
    "安装时把墙面弄脏了，没有清理",
    "约好上午来，等了一天没有人来",
    "客服说当天安排，三天没有消息",
    "师傅要求加微信私下转账",
    "更换的配件没有拿出旧件给我看",
];
const APOLOGY: &[&str] = &[
    "已核实，网点负责人上门道歉，补开发票。",
    "已联系用户致歉，改派资深技师当天上门处理。",
    "已核实为预约登记有误，已向用户说明并重新约定时间。",
    "已退还多收费用，并对当事人按制度处理。",
    "已安排保洁清理墙面，用户表示接受。",
];
const SUGGEST: &[&str] = &[
    "建议公众号可以看到师傅到哪里了",
    "建议预约时段细分到一小时",
    "建议遥控器字大一点，老人看不清",
    "建议保养可以按年付费",
    "建议上门前发短信，不打电话",
];
const THANKS: &[&str] = &["感谢建议，已转产品部门评估。", "已记录并转服务管理部，采纳后会通知您。"];
const QUALITY: &[&str] = &[
    "同一批三台都在同一位置漏水",
    "包装完好但面板有裂纹",
    "新机异味明显，一周不散",
    "室内机电机半年内坏了两次",
];
const RETURN: &[&str] = &[
    "买了五天，声音很大，要求退货",
    "型号与订单不符，要求换货",
    "修了两次没修好，要求换机",
    "开箱就有划痕，要求更换",
];
const CLAIM: &[&str] =
    &["漏水泡坏地板，要求赔偿", "误工费用索赔", "空调滴水弄湿楼下家具，要求处理"];
const HANDLED: &[&str] = &[
    "已与用户联系，安排检测后按三包规定处理。",
    "已核对订单，同意更换，物流三日内上门。",
    "已上门鉴定，用户接受处理结果。",
    "已登记并转质量部门，检测报告七日内回复用户。",
];
const REFUSE: &[&str] =
    &["今天人手不足", "会修这个型号的技师外出培训", "地点离得太远，当天到不了", "缺专用检漏设备"];
const ROUTE: &[&str] =
    &["离用户最近", "有会修这个型号的技师", "本地暂无网点，请支援", "当天有空档"];
const CANCEL: &[&str] =
    &["用户自行解决了", "用户要求取消，另约时间再报", "重复报修，已合并", "用户搬家，不再需要"];
const NOT_HOME: &[&str] =
    &["敲门无人应，电话未接", "用户临时外出，改天再约", "小区门禁无法进入，用户不在"];
const OBJECTION: &[&str] =
    &["声音还是有一点大，请再检查", "制冷还没有达到要求", "墙面没有清理干净"];
const UNHAPPY: &[&str] =
    &["修完第二天又不冷了", "态度不好，讲得不清楚", "还是漏水，只是慢了一点", "等了太久"];
const HAPPY: &[&str] =
    &["师傅很专业", "讲解得很仔细", "来得很准时", "现场收拾得干净", "服务不错，希望收费更便宜些"];
const BUSY: &[&str] = &["用户的电话占线，稍后再打", "用户在开会，约下午再联系", "无人接听"];
const PARTS: &[&str] = &["等总部发货", "配件缺货，已申领", "等厂家寄控制板"];

/// What is wrong, as somebody says it on the phone.
pub fn fault(chance: &mut Chance, fault: &str) -> String {
    let (since, and) = (*chance.pick(SINCE), *chance.pick(AND));
    match chance.below(4) {
        0 => format!("{since}{fault}"),
        1 => format!("{fault}，{and}"),
        2 => format!("{since}{fault}，{and}"),
        _ => format!("{and}，{since}{fault}"),
    }
}

/// A text of one sort, picked by chance.
macro_rules! sorts {
    ($($name:ident $list:ident)+) => {
        $(pub fn $name(chance: &mut Chance) -> String {
            (*chance.pick($list)).to_owned()
        })+
    };
}

sorts! {
    install INSTALL
    maintain MAINTAIN
    complain COMPLAIN
    apology APOLOGY
    suggest SUGGEST
    thanks THANKS
    quality QUALITY
    give_back RETURN
    claim CLAIM
    handled HANDLED
    refuse REFUSE
    route ROUTE
    cancel CANCEL
    not_home NOT_HOME
    objection OBJECTION
    unhappy UNHAPPY
    happy HAPPY
    busy BUSY
    waiting PARTS
}

/// A question with its answer.
pub fn consult(chance: &mut Chance) -> (String, String) {
    let (question, answer) = *chance.pick(CONSULT);
    (question.to_owned(), answer.to_owned())
}
