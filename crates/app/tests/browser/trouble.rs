//! What does not go smoothly, by hand: an outlet refuses and the region routes, work that waits,
//! an order that is cancelled, a customer who is not content, a complaint the outlet must not see.

use thirtyfour::{Key, error::WebDriverResult};

use crate::{
    house::{DESK, House, PHONE},
    story::{Caller, Filed, OUTLET, Walk},
};

/// The region of the outlet, and who gets the order in its place.
const REGION: &str = "粤西";
const OTHER_OUTLET: &str = "斗门网点";

pub async fn what_goes_wrong(house: &House) -> Vec<String> {
    let name = "story-trouble".to_owned();
    let mut walk = Walk { house, size: DESK, lang: "zh-CN", name, wrong: Vec::new() };
    let mut failed = Vec::new();
    failed.extend(walk.refused_and_routed().await.err());
    failed.extend(walk.not_content().await.err());
    failed.extend(walk.cancelled().await.err());
    failed.extend(walk.complained().await.err());
    walk.wrong.extend(failed.into_iter().map(|it| it.to_string()));
    walk.wrong
}

fn caller(name: &'static str, phone: &'static str) -> Caller {
    Caller {
        name, phone, address: "广东省珠海市香洲区前山街道明珠南路2029号7栋"
    }
}

impl Walk<'_> {
    /// 拒单 with a reason: it lies in the region's pool, and the region sends it elsewhere.
    async fn refused_and_routed(&mut self) -> WebDriverResult<()> {
        let order = self.call(caller("诸葛敏", "13926940101"), false).await?;
        let page = format!("/orders/{}", order.id);
        let mut outlet = self.enter("dispatcher", DESK).await?;
        outlet.open(&page).await?;
        outlet.ask_step("refuse").await?;
        outlet.look("asked-to-refuse").await?;
        // Without a reason it is asked again, and nothing is lost.
        outlet.press("#form-refuse button[type=submit]").await?;
        outlet.reads("dialog[open] .errors").await?;
        outlet.fill("#form-refuse textarea[name=reason]", "这个型号我们没有配件").await?;
        outlet.press("#form-refuse button[type=submit]").await?;
        outlet.here("/orders").await?;
        outlet.look("refused").await?;
        outlet.open(&page).await?;
        outlet.reads(".sorry").await?;
        self.leave(outlet).await?;
        self.route(&order).await
    }

    async fn route(&mut self, order: &Filed) -> WebDriverResult<()> {
        let person = self.house.person("region_manager", Some(REGION)).cloned();
        let who = person.expect("the region has a manager");
        let mut region = self.enter_as(&who, DESK).await?;
        region.look("workbench").await?;
        region.open("/orders?status=reported&pool=true").await?;
        region.reads_within("table", &order.number).await?;
        region.look("pool").await?;
        region.open(&format!("/orders/{}", order.id)).await?;
        region.reads_within("#happened", "没有配件").await?;
        region.ask_step("route").await?;
        region.select_word("outlet", OTHER_OUTLET).await?;
        region.fill("#form-route textarea[name=reason]", "斗门有配件").await?;
        region.look("asked-to-route").await?;
        region.press("#form-route button[type=submit]").await?;
        region.reads_within("dl", OTHER_OUTLET).await?;
        region.look("routed").await?;
        self.leave(region).await
    }

    /// 挂起 for a part and 恢复; then 不满意: the order is open again, and somebody owns it.
    async fn not_content(&mut self) -> WebDriverResult<()> {
        let order = self.call(caller("尉迟建国", "13926940102"), false).await?;
        let who = self.dispatch(&order).await?;
        let mut technician = self.enter_as(&who, PHONE).await?;
        self.arrive(&mut technician, &order).await?;
        technician.press("a[href$='/aside/suspend']").await?;
        technician.choose("reason", "part").await?;
        technician.fill("textarea[name=text]", "压缩机要从总部调").await?;
        technician.look("asked-to-suspend").await?;
        technician.press(".dock button.btn-primary").await?;
        technician.reads(".card2.warn").await?;
        technician.look("suspended").await?;
        technician.press("form[action$='/resume'] button").await?;
        technician.gone("form[action$='/resume'] button").await?;
        technician.look("resumed").await?;
        self.finish(&mut technician).await?;
        self.leave(technician).await?;
        self.sign(&order, &who).await?;
        self.call_back(&order, false).await?;
        let mut manager = self.enter("outlet_manager", DESK).await?;
        manager.open(&format!("/orders/{}", order.id)).await?;
        manager.reads(".order-head .pill.p-late, .order-head .late").await?;
        manager.look("reopened").await?;
        self.leave(manager).await
    }

    /// 取消: the customer has found the plug.
    async fn cancelled(&mut self) -> WebDriverResult<()> {
        let order = self.call(caller("夏侯丽", "13926940103"), false).await?;
        let mut agent = self.enter("agent", DESK).await?;
        agent.open(&format!("/orders/{}", order.id)).await?;
        agent.ask_step("cancel").await?;
        agent.fill("#form-cancel textarea[name=reason]", "用户说插头松了，已经好了").await?;
        agent.look("asked-to-cancel").await?;
        agent.press("#form-cancel button[type=submit]").await?;
        agent.reads(".step-bar .halt, .steps2 .halt").await?;
        agent.look("cancelled").await?;
        self.leave(agent).await
    }

    /// 投诉: it lies on the supervisor's desk; the outlet does not learn that it exists.
    async fn complained(&mut self) -> WebDriverResult<()> {
        let mut agent = self.enter("agent", DESK).await?;
        agent.open("/intake?phone=13926940102").await?;
        agent.reads_within("#person", "尉迟建国").await?;
        agent.choose("kind", "complain").await?;
        agent.reads_within("#told", "投诉").await?;
        agent.fill("textarea[name='fault.text']", "师傅迟到两个小时，态度不好").await?;
        agent.look("complaint").await?;
        agent.chord(Key::Control, Key::Enter).await?;
        let number = agent.reads(".filed-number").await?;
        let page = agent.attr("a[href^='/requests/']", "href").await?;
        agent.look("complaint-filed").await?;
        self.leave(agent).await?;
        self.supervised(&number, &page).await?;
        let mut outlet = self.enter("dispatcher", DESK).await?;
        outlet.open("/requests?kind=complain").await?;
        outlet.reads("main").await?;
        if outlet.texts("main").await?.concat().contains(&number) {
            outlet.wrong.push(format!("{OUTLET} sees the complaint {number} in its list"));
        }
        outlet.open(&page).await?;
        outlet.reads(".sorry").await?;
        outlet.open(&format!("/search?q={number}")).await?;
        outlet.reads("main").await?;
        if outlet.has(&format!("main a[href='{page}']")).await? {
            outlet.wrong.push(format!("{OUTLET} finds the complaint {number}"));
        }
        outlet.look("finds-no-complaint").await?;
        self.leave(outlet).await
    }

    async fn supervised(&mut self, number: &str, page: &str) -> WebDriverResult<()> {
        let mut supervisor = self.enter("supervisor", DESK).await?;
        supervisor.look("workbench").await?;
        supervisor.open("/requests?kind=complain&status=open").await?;
        supervisor.reads_within("table", number).await?;
        supervisor.look("complaints").await?;
        supervisor.open(page).await?;
        supervisor.fill("#answer textarea[name=text]", "已向用户道歉，网点已整改").await?;
        supervisor.look("answer").await?;
        supervisor.press("#answer button[type=submit]").await?;
        supervisor.gone("#answer").await?;
        supervisor.reads_within("main", "已向用户道歉").await?;
        supervisor.look("answered").await?;
        self.leave(supervisor).await
    }
}
