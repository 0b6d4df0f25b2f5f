//! The words by which a person, a place and a remark are told apart in what people paste.
//!
//! Source: own collection from everyday Chinese; the commoner surnames.

/// Words with a blank between them.
pub(crate) struct Words(&'static str);

impl Words {
    fn any(&self, fits: impl Fn(&str) -> bool) -> bool {
        self.0.split_ascii_whitespace().any(fits)
    }

    pub fn within(&self, text: &str) -> bool {
        self.any(|word| text.contains(word))
    }

    pub fn begin(&self, text: &str) -> bool {
        self.any(|word| text.starts_with(word))
    }

    pub fn end(&self, text: &str) -> bool {
        self.any(|word| text.ends_with(word))
    }

    pub fn contain(&self, text: &str) -> bool {
        self.any(|word| text == word)
    }

    /// The text without the first of the words that it begins with.
    pub fn strip_begin<'a>(&self, text: &'a str) -> Option<&'a str> {
        self.0.split_ascii_whitespace().find_map(|word| text.strip_prefix(word))
    }

    /// The text up to the end of the first of the words in it.
    pub fn up_to<'a>(&self, text: &'a str) -> Option<&'a str> {
        let end = |word: &str| text.find(word).map(|at| at + word.len());
        self.0.split_ascii_whitespace().find_map(end).map(|end| &text[..end])
    }
}

/// How a person is called behind the surname.
pub(crate) const TITLES: Words = Words(
    "先生 女士 小姐 师傅 老师 阿姨 大姐 大哥 经理 主任 太太 同学 老板 医生 大爷 大妈 叔叔 店长 厂长 某某 总 工 生 姐 \
     哥 叔",
);

/// What a sentence goes on with behind a name: 李女士反映.
pub(crate) const SAYS: Words = Words("反映 反应 来电 致电 报修 称 说 的 家 要 想 需");

/// What stands before a name: 您好我叫周杰.
pub(crate) const INTRODUCES: Words = Words("您好 你好 我叫 我是 本人 我姓 这里是 我");

/// What stands before a name or an address and says nothing.
pub(crate) const FILLERS: Words = Words(
    "我 我家 我家的 我的 您的 你好 您好 这个 家 我家里 家里 家庭 寄 送 我们 中国 中华人民共和国 先生 女士 小姐 男 女",
);

pub(crate) const COMPANIES: Words =
    Words("公司 集团 工厂 学校 医院 大学 中学 小学 酒店 银行 商行 经营部 营业部 中心 超市 物业");

/// What no name contains.
pub(crate) const NEVER_IN_NAMES: Words = Words(
    "售后 客服 热线 我 您 你 的 是 不 请 谢谢 感谢 麻烦 快递 备注 电话 地址 手机 空调 冰箱 洗衣 热水 电视 维修 \
     报修 上门 送货 预约 尽快 小区 花园 单元 附近 对面 旁边 门口 隔壁 楼下 楼上 大厦 广场 街道 工业 开发区 客户 用户 \
     产品 型号 坏了 故障 漏水 异响 今天 明天 上午 下午 晚上 以后 需要 联系 发货 打电 在家 身份证",
);

/// What only a remark contains, if nothing in it is an address.
pub(crate) const REMARKS: Words = Words(
    "请 谢谢 多谢 感谢 麻烦 尽快 上门 快递 备注 不 坏了 漏水 异响 故障 维修 报修 保修 安装 预约 空调 冰箱 洗衣机 \
     电视 热水器 油烟机 燃气灶 周末 今天 明天 上午 下午 晚上",
);

/// Words of addresses longer than one character.
pub(crate) const PLACES: Words =
    Words("小区 花园 单元 广场 大厦 工业 公寓 开发区 大道 物流园 学校 医院");

/// Characters of which an address has at least one.
pub(crate) const PLACE_MARKS: &str = "路街巷弄号栋幢楼室镇乡村苑";

/// Characters that names of places end with.
pub(crate) const PLACE_ENDS: &str =
    "路街巷弄道号栋幢楼层室房镇乡村组区县市省屯苑园厦城座厂店庄府旗户站桥场湾家";

/// Characters that an address may end with before a name runs on.
pub(crate) const DOORS: &str = "号室栋幢楼层户房座铺店村区园苑城厦府湾组队口院元F";

/// What makes a bare name the beginning of another word: 上海路, 南京大学.
pub(crate) const OTHER_PLACES: Words = Words(
    "路 街 巷 弄 道 大道 大街 国道 省道 公路 高速 公寓 公园 公司 大学 学院 中学 小学 医院 宾馆 酒店 饭店 大厦 \
     大酒店 广场 花园 小区 商场 商城 市场 银行 车站 火车站 机场 码头 新村 村 苑 镇 乡 人家 菜 话 籍",
);

/// What makes a bare name of a street the beginning of another word.
pub(crate) const AFTER_STREETS: &str = "路大公广医中小花街市县东西南北";

/// Zones that addresses name and the list of divisions does not have.
pub(crate) const ZONES: Words = Words("新区 高新区 经开区 开发区 示范区 管委会");

/// The commoner surnames.
pub(crate) const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘\
    于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱丘江尹薛闫阎段雷\
    侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷\
    詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴\
    蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米\
    柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈\
    匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练\
    廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修\
    邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝\
    智幸奉植衡富尧闭由";

pub(crate) const DOUBLE_SURNAMES: Words = Words(
    "欧阳 上官 司马 诸葛 东方 皇甫 尉迟 公孙 令狐 慕容 司徒 夏侯 端木 长孙 宇文 轩辕 南宫 独孤 司空 百里",
);
