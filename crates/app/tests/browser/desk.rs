//! What one sits in front of all day: lists that are kept and done with many at once, a workbench
//! that moves by itself, a form that outlives its tab, and names as long and as short as they come.

use serde_json::json;
use thirtyfour::error::WebDriverResult;

use crate::{
    house::{DESK, House, PHONE, Size},
    story::{Caller, Walk},
};

pub async fn all_day(house: &House, lang: &str) -> Vec<String> {
    let name = format!("desk-{lang}");
    let mut walk = Walk { house, size: DESK, lang, name, wrong: Vec::new() };
    let mut failed = Vec::new();
    failed.extend(walk.many_at_once().await.err());
    failed.extend(walk.lists_are_kept().await.err());
    failed.extend(walk.the_workbench_moves().await.err());
    failed.extend(walk.a_form_outlives_its_tab().await.err());
    failed.extend(walk.nothing_stays_behind().await.err());
    for size in [DESK, PHONE] {
        failed.extend(walk.long_and_short(size).await.err());
    }
    walk.wrong.extend(failed.into_iter().map(|it| it.to_string()));
    walk.wrong
}

fn caller(name: &'static str, phone: &'static str) -> Caller {
    Caller { name, phone, address: "广东省珠海市香洲区拱北街道迎宾南路1155号" }
}

/// Files what a program would, as whoever is signed in.
const FILE: &str = r"
    const [body, done] = arguments;
    fetch('/api/v1/requests', { method: 'POST', body: JSON.stringify(body),
        headers: { 'Content-Type': 'application/json' } })
        .then(it => it.json()).then(it => done(it.order?.id ?? JSON.stringify(it)));
";

impl Walk<'_> {
    /// 批量接单: ticked, looked at, done, told.
    async fn many_at_once(&mut self) -> WebDriverResult<()> {
        let one = self.call(caller("公孙丽", "13926940211"), false).await?;
        let two = self.call(caller("端木杰", "13926940212"), false).await?;
        let mut outlet = self.enter("dispatcher", DESK).await?;
        outlet.open("/orders?status=reported&sort=-opened_at").await?;
        for order in [&one, &two] {
            outlet.press(&format!("input[name=row][value^='{}:']", order.id)).await?;
        }
        outlet.look("ticked").await?;
        outlet.press("#bulk button[value=accept]").await?;
        outlet.here("/orders/bulk").await?;
        outlet.reads_within("main", &one.number).await?;
        outlet.look("bulk-look").await?;
        outlet.press("#bulk-ask button.btn-primary").await?;
        outlet.here("/orders/bulk/do").await?;
        outlet.reads_within("main", &two.number).await?;
        outlet.look("bulk-done").await?;
        if outlet.has(".t-late").await? {
            outlet.wrong.push("one of two was not accepted".into());
        }
        outlet.open("/orders?status=accepted&sort=-opened_at").await?;
        for order in [&one, &two] {
            outlet.press(&format!("input[name=row][value^='{}:']", order.id)).await?;
        }
        outlet.press("#bulk button[value=assign]").await?;
        outlet.here("/orders/bulk").await?;
        outlet.reads_within("main", &one.number).await?;
        outlet.look("send-look").await?;
        // Late in the day somebody's promise may be in the way: then a person ticks it.
        for order in [&one, &two] {
            let left = format!("input[form=bulk-ask][value^='{}:']:not(:checked)", order.id);
            if outlet.has(&left).await? {
                outlet.press(&left).await?;
            }
        }
        outlet.press("#bulk-ask button.btn-primary").await?;
        outlet.here("/orders/bulk/do").await?;
        outlet.reads_within("main", &two.number).await?;
        outlet.look("sent").await?;
        if outlet.has(".t-late").await? {
            outlet.wrong.push("nobody goes to one of two".into());
        }
        self.leave(outlet).await
    }

    /// 视图 and 列.
    async fn lists_are_kept(&mut self) -> WebDriverResult<()> {
        let mut manager = self.enter("outlet_manager", DESK).await?;
        manager.open("/orders?status=closed&sort=-opened_at").await?;
        let columns = "details.menu:has(input[name=columns])";
        manager.press(&format!("{columns} > summary")).await?;
        manager.press(&format!("{columns} label:has(input[value=total])")).await?;
        manager.look("columns").await?;
        manager.press(&format!("{columns} button")).await?;
        manager.reads("tfoot").await?;
        manager.look("sums").await?;
        let views = "details.menu:has(form[action='/views'])";
        manager.press(&format!("{views} > summary")).await?;
        manager.fill(&format!("{views} input[name=name]"), "归档的钱").await?;
        manager.press(&format!("{views} button")).await?;
        manager.reads_within(".tabs a.on", "归档的钱").await?;
        manager.look("kept").await?;
        manager.open("/views").await?;
        manager.look("views").await?;
        manager.press("form.view button[value=drop]").await?;
        manager.gone("form.view").await?;
        manager.look("no-views").await?;
        self.leave(manager).await
    }

    /// A call comes in, and the number stands there by itself.
    async fn the_workbench_moves(&mut self) -> WebDriverResult<()> {
        let mut outlet = self.enter("dispatcher", DESK).await?;
        let number = outlet.reads("[data-waits='/orders'] b").await;
        // Where nothing waits the number is there all the same, unseen.
        let number: i64 = number.ok().and_then(|it| it.parse().ok()).unwrap_or(0);
        outlet.browser.execute("window.stayed = true", vec![]).await?;
        let order = self.call(caller("夏侯敏", "13926940213"), false).await?;
        outlet.reads_within("[data-waits='/orders'] b", &(number + 1).to_string()).await?;
        let tail = order.number.rsplit('-').next().unwrap_or_default().to_owned();
        outlet.reads_within("#workbench", &tail).await?;
        let stayed = outlet.browser.execute("return window.stayed === true", vec![]).await?;
        if !stayed.convert::<bool>()? {
            outlet.wrong.push("the page was loaded anew".into());
        }
        outlet.look("moved").await?;
        self.leave(outlet).await
    }

    /// Whose session is over goes to the door, and finds what they typed when they come back; who
    /// signs out leaves nothing on any page.
    async fn nothing_stays_behind(&mut self) -> WebDriverResult<()> {
        let who = self.house.person("agent", None).cloned().expect("somebody answers the phone");
        let mut agent = self.enter_as(&who, DESK).await?;
        agent.open("/intake").await?;
        agent.fill("input[name='customer.name']", "濮阳静").await?;
        // As if another hand had ended it: the page itself does nothing.
        agent.browser.execute("fetch('/logout', { method: 'POST' })", vec![]).await?;
        agent.here("/login").await?;
        agent.look("session-over").await?;
        agent.fill("input[name=login]", who["login"].as_str().unwrap()).await?;
        agent.fill("input[name=password]", who["password"].as_str().unwrap()).await?;
        agent
            .press("form[action='/login'] button[type=submit], form[action='/login'] button")
            .await?;
        agent.here("/intake").await?;
        agent.holds("input[name='customer.name']", "濮阳静").await?;
        let first = agent.browser.window().await?;
        let other = agent.browser.new_tab().await?;
        agent.browser.switch_to_window(other).await?;
        agent.open("/orders").await?;
        agent.press("details:has(form[data-signout]) > summary").await?;
        agent.press("form[data-signout] button").await?;
        agent.here("/login").await?;
        agent.browser.switch_to_window(first).await?;
        agent.here("/login").await?;
        let left = "return !Object.keys(sessionStorage).some(it => it.startsWith('typed:'))";
        agent.waits("nothing that was typed is left", left).await?;
        self.leave(agent).await
    }

    async fn a_form_outlives_its_tab(&mut self) -> WebDriverResult<()> {
        let mut agent = self.enter("agent", DESK).await?;
        agent.open("/intake?phone=%2B86%20139%202694%200214").await?;
        agent.holds("input[name='customer.phone']", "13926940214").await?;
        agent.fill("input[name='customer.name']", "闻人静").await?;
        agent.fill("textarea[name='fault.text']", "遥控器没反应").await?;
        let kept = "return performance.getEntriesByName(location.origin + '/intake/draft')
            .some(it => it.responseStatus === 204)";
        agent.waits("the draft is kept", kept).await?;
        let other = agent.browser.new_tab().await?;
        agent.browser.close_window().await?;
        agent.browser.switch_to_window(other).await?;
        agent.open("/intake").await?;
        agent.reads(".flash.draft").await?;
        agent.holds("input[name='customer.name']", "闻人静").await?;
        agent.holds("textarea[name='fault.text']", "遥控器没反应").await?;
        agent.look("goes-on").await?;
        agent.press(".flash.draft button").await?;
        agent.gone(".flash.draft").await?;
        agent.holds("input[name='customer.name']", "").await?;
        self.leave(agent).await
    }

    /// Names of forty letters and of one, and a fault that takes a page to tell.
    async fn long_and_short(&mut self, size: Size) -> WebDriverResult<()> {
        let mut agent = self.enter("agent", size).await?;
        let long =
            "珠海横琴粤澳深度合作区某某某某某某智能装备制造股份有限公司香洲第一分公司".repeat(2);
        let names: [String; 2] = [long.chars().take(40).collect(), "李".into()];
        for (n, name) in names.iter().enumerate() {
            let phone = format!("1392694{}22{n}", if size.phone { 1 } else { 2 });
            let body = json!({
                "kind": "repair", "channel": "phone",
                "customer": {"name": name, "phone": phone, "contact": name,
                    "address": format!("广东省珠海市香洲区前山街道{}", "金鸡路".repeat(15))},
                "device": {"category": "家用空调器", "model": "KFR-35GW/(35592)FNhAa-A3-ABCDEFGHIJKLM"},
                "fault": {"text": "Lärm".repeat(if n == 0 { 200 } else { 1 })},
            });
            let id: String = agent.browser.execute_async(FILE, vec![body]).await?.convert()?;
            for path in [format!("/orders/{id}"), format!("/orders/{id}/print/dispatch")] {
                agent.open(&path).await?;
                agent.look(if n == 0 { "longest" } else { "shortest" }).await?;
            }
        }
        for path in ["/orders?sort=-opened_at", "/customers", "/devices", "/requests", "/"] {
            agent.open(path).await?;
            agent.look("long-and-short").await?;
        }
        agent.open("/customers?q=2694").await?;
        agent.look("long-and-short-clear").await?;
        self.leave(agent).await
    }
}
