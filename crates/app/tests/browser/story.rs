//! The main job by hand: the call, the promises told, the order accepted and sent, the customer
//! told, the work on the phone, the signature, the callback.

use std::path::Path;

use serde_json::Value as Json;
use thirtyfour::{Key, error::WebDriverResult};

use crate::{
    house::{House, PHONE, Size},
    person::Person,
};

/// Serves 香洲, where everybody in these stories lives.
pub const OUTLET: &str = "香洲网点";
const PLACE: (f64, f64) = (22.271, 113.543);

/// One walk through the house, with everything wrong that was seen on it.
pub struct Walk<'a> {
    pub house: &'a House,
    pub size: Size,
    pub lang: &'a str,
    pub name: String,
    pub wrong: Vec<String>,
}

/// Somebody who calls.
#[derive(Debug, Clone, Copy)]
pub struct Caller {
    pub name: &'static str,
    pub phone: &'static str,
    pub address: &'static str,
}

/// An order as the people speak of it.
#[derive(Debug, Clone)]
pub struct Filed {
    pub number: String,
    pub id: String,
}

pub async fn main_job(house: &House, size: Size, lang: &str) -> Vec<String> {
    let name = format!("story-{}-{lang}", size.name);
    let mut walk = Walk { house, size, lang, name, wrong: Vec::new() };
    let caller = match (size.phone, lang) {
        (false, "zh-CN") => Caller {
            name: "欧阳淑芬",
            phone: "13926940017",
            address: "广东省珠海市香洲区翠香街道银桦路88号3栋1204房",
        },
        (true, _) => Caller {
            name: "司徒国栋",
            phone: "13926940028",
            address: "广东省珠海市香洲区梅华街道红山路9号2栋302房",
        },
        _ => Caller {
            name: "上官文斌",
            phone: "13926940039",
            address: "广东省珠海市香洲区拱北街道粤海东路1145号",
        },
    };
    if let Err(error) = walk.main_job(caller).await {
        walk.wrong.push(error.to_string());
    }
    walk.wrong
}

impl<'a> Walk<'a> {
    async fn main_job(&mut self, caller: Caller) -> WebDriverResult<()> {
        let order = self.call(caller, true).await?;
        let technician = self.dispatch(&order).await?;
        self.tell(&order).await?;
        self.work(&order, &technician).await?;
        self.sign(&order, &technician).await?;
        self.call_back(&order, true).await?;
        self.knows_them_again(caller, &order).await
    }

    /// Somebody with that role at headquarters or at the outlet of these stories.
    pub async fn enter(&mut self, role: &str, size: Size) -> WebDriverResult<Person<'a>> {
        let house = self.house;
        let mine = house.person(role, Some(OUTLET)).or_else(|| house.person(role, None));
        let who = mine.expect("the demo has everybody").clone();
        self.enter_as(&who, size).await
    }

    pub async fn enter_as(&mut self, who: &Json, size: Size) -> WebDriverResult<Person<'a>> {
        Person::enter(self.house, who, size, self.lang, &self.name).await
    }

    pub async fn leave(&mut self, who: Person<'_>) -> WebDriverResult<()> {
        let place = format!("{} {}", self.name, self.lang);
        let wrong = who.leave().await?;
        self.wrong.extend(wrong.into_iter().map(|it| format!("{place} {it}")));
        Ok(())
    }

    /// 受理 by keyboard alone: a pasted line, a new device, the trouble, the promises, filed.
    pub async fn call(&mut self, caller: Caller, look: bool) -> WebDriverResult<Filed> {
        let mut agent = self.enter("agent", self.size).await?;
        agent.types("n").await?;
        agent.here("/intake").await?;
        agent.tab_to("#find").await?;
        let Caller { name, phone, address } = caller;
        agent.types(format!("{name} {phone} {address}")).await?;
        if look {
            agent.reads("#who [data-row]").await?;
            agent.look("found").await?;
        }
        // Pressed before the answer is there, it means what was typed, not what was found before.
        agent.types(Key::Enter).await?;
        agent.holds("input[name='customer.name']", name).await?;
        agent.holds("input[name='customer.phone']", phone).await?;
        agent.holds("input[name='customer.address']", address).await?;
        // A new device: from "none on file" one to the right.
        agent.tab_to("input[name=device]").await?;
        agent.types(Key::Right).await?;
        agent.tab_to("input[name='device.model']").await?;
        agent.types("KFR-35GW").await?;
        agent.tab_to("select[name='device.category']").await?;
        agent.types(Key::Down).await?;
        agent.reads("#faults input[name='fault.code'] ~ span").await?;
        agent.tab_to("textarea[name='fault.text']").await?;
        agent.types("开机半小时还是不凉，外机声音很大").await?;
        agent.tab_to("input[name='fault.code']").await?;
        agent.types(Key::Right).await?;
        agent.reads("#told .clock").await?;
        agent.reads_within("#told", OUTLET).await?;
        if look {
            agent.look("told").await?;
        }
        agent.chord(Key::Control, Key::Enter).await?;
        let number = agent.reads(".filed-number").await?;
        agent.reads("ol.aloud li:nth-child(3)").await?;
        if look {
            agent.look("filed").await?;
        }
        let link = agent.attr("a[href^='/orders/']", "href").await?;
        // The next call is one key away.
        agent.types("n").await?;
        agent.here("/intake").await?;
        self.leave(agent).await?;
        let id = link.rsplit('/').next().unwrap_or_default().to_owned();
        Ok(Filed { number, id })
    }

    /// 接单, 派工: found by its number, accepted, sent to the best of those who could go.
    pub async fn dispatch(&mut self, order: &Filed) -> WebDriverResult<Json> {
        let mut dispatcher = self.enter("dispatcher", self.size).await?;
        if self.size.phone {
            dispatcher.press("input[data-search]").await?;
        } else {
            dispatcher.types("/").await?;
        }
        dispatcher.types(&order.number).await?;
        dispatcher.types(Key::Enter).await?;
        dispatcher.open_or_press(&format!("/orders/{}", order.id)).await?;
        dispatcher.press_step("accept").await?;
        dispatcher.reads("form:has(input[value=assign]) button").await?;
        dispatcher.look("accepted").await?;
        dispatcher.press_step("assign").await?;
        let technician = dispatcher.attr("dl a[href^='/technicians/']", "href").await?;
        dispatcher.look("assigned").await?;
        dispatcher.open("/dispatch").await?;
        dispatcher.reads(".board").await?;
        dispatcher.look("board").await?;
        self.leave(dispatcher).await?;
        let id = technician.rsplit('/').next().unwrap_or_default();
        Ok(self.house.known(id).expect("somebody of the demo").clone())
    }

    /// 告知: the agent reads aloud what the customer is to hear, and says so.
    pub async fn tell(&mut self, order: &Filed) -> WebDriverResult<()> {
        let mut agent = self.enter("agent", self.size).await?;
        agent.open(&format!("/orders/{}", order.id)).await?;
        agent.reads(".notice .say").await?;
        agent.look("to-tell").await?;
        agent.press("form[action$='/spoken'] button").await?;
        agent.gone("form[action$='/spoken'] button").await?;
        agent.look("is-told").await?;
        self.leave(agent).await
    }

    /// The technician's phone: 出发, 到场, photos, finding, a part with its price, the customer's
    /// yes, 完工.
    async fn work(&mut self, order: &Filed, who: &Json) -> WebDriverResult<()> {
        let mut technician = self.enter_as(who, PHONE).await?;
        technician.look("today").await?;
        self.arrive(&mut technician, order).await?;
        self.finish(&mut technician).await?;
        self.leave(technician).await
    }

    /// What is done on site.
    pub async fn finish(&mut self, technician: &mut Person<'_>) -> WebDriverResult<()> {
        let picture = picture(self.house, &self.name);
        technician.give("input[name=before]", &picture).await?;
        technician.reads(".photos figcaption").await?;
        technician.look("photos").await?;
        technician.press("a[href*='at=work']").await?;
        technician.reads("#f-cause").await?;
        technician.look("work").await?;
        // Another code has other causes.
        technician.select("fault_code", "KT-02").await?;
        technician.settled().await?;
        technician.press("#f-cause > label.pick").await?;
        technician.press("#f-action > label.pick").await?;
        technician.press("details.adds:has(button[value=part]) summary").await?;
        technician.fill("input[name=part_name]", "启动电容 35μF").await?;
        technician.fill("input[name=part_price]", "85.50").await?;
        technician.choose("part_pays", "customer").await?;
        technician.look("part").await?;
        technician.press("button[name=do][value=part]").await?;
        technician.reads("#consent").await?;
        // Without the customer's yes it is not finished, and it says why.
        technician.press("button[value=finish]").await?;
        technician.reads(".errors").await?;
        technician.look("no-consent").await?;
        technician.choose("consent_means", "signature").await?;
        technician.press("button[name=do][value=consent]").await?;
        technician.gone("#consent").await?;
        technician.look("consent").await?;
        technician.press("button[value=finish]").await?;
        technician.reads("#sign").await?;
        Ok(())
    }

    /// 出发, 到场, from whatever the day shows.
    pub async fn arrive(
        &mut self,
        technician: &mut Person<'_>,
        order: &Filed,
    ) -> WebDriverResult<()> {
        technician.stands_at(PLACE.0, PLACE.1).await?;
        technician.open(&format!("/jobs/{}", order.id)).await?;
        technician.look("job").await?;
        technician.press("form[action$='/depart'] button").await?;
        technician.gone("form[action$='/depart'] button").await?;
        technician.look("on-the-way").await?;
        technician.press("form[action$='/arrive'] button").await?;
        technician.reads(".shots").await?;
        Ok(())
    }

    /// 签字 on the screen; in English with the code that the agent reads out.
    pub async fn sign(&mut self, order: &Filed, who: &Json) -> WebDriverResult<()> {
        let code = if self.lang == "en" { Some(self.code(order).await?) } else { None };
        let mut technician = self.enter_as(who, PHONE).await?;
        technician.open(&format!("/jobs/{}", order.id)).await?;
        technician.reads("#sign").await?;
        technician.look("sign").await?;
        match code {
            Some(code) => {
                technician.press("details:has(#code) > summary").await?;
                technician.fill("#code input[name=code]", &code).await?;
                technician.look("code").await?;
                technician.press("#code button").await?;
            }
            None => {
                // An empty picture is no signature.
                technician.press("#sign button.wide").await?;
                technician.reads(".sign.blank").await?;
                technician.draw("#sign canvas").await?;
                technician.look("drawn").await?;
                technician.press("#sign button.wide").await?;
            }
        }
        technician.here("/today").await?;
        technician.look("signed").await?;
        self.leave(technician).await
    }

    /// The six digits, as they stand in the message that is read to the customer.
    async fn code(&mut self, order: &Filed) -> WebDriverResult<String> {
        let mut agent = self.enter("agent", self.size).await?;
        agent.open(&format!("/orders/{}", order.id)).await?;
        agent.reads(".notice .say").await?;
        let said = agent.texts(".notice .say").await?;
        agent.look("code").await?;
        self.leave(agent).await?;
        let digits = |text: &String| {
            let found = text.split(|it: char| !it.is_ascii_digit());
            let mut code = found.filter(|it| it.len() == 6 && !order.number.ends_with(it));
            code.next().map(str::to_owned)
        };
        Ok(said.iter().find_map(digits).expect("a message with a code of six digits"))
    }

    /// 回访: content closes it, not content opens it again and names an owner.
    pub async fn call_back(&mut self, order: &Filed, content: bool) -> WebDriverResult<()> {
        let mut caller = self.enter("caller", self.size).await?;
        caller.open("/callbacks").await?;
        caller.reads("table").await?;
        caller.look("list").await?;
        caller.open(&format!("/orders/{}", order.id)).await?;
        caller.press("a[href^='/callbacks/'].btn-primary").await?;
        caller.reads("#callback").await?;
        let mark = if content { "5" } else { "1" };
        caller.choose("attitude", mark).await?;
        caller.choose("quality", mark).await?;
        caller.choose("solved", if content { "true" } else { "false" }).await?;
        if !content {
            caller.fill("#callback textarea[name=text]", "第二天又不制冷了").await?;
        }
        caller.look("asked").await?;
        caller.press("#callback button[name=reached][value=true]").await?;
        let said = caller.reads(".flash.good").await?;
        if !said.contains(&order.number) {
            caller.wrong.push(format!("the answer does not name the order: {said}"));
        }
        caller.open(&format!("/orders/{}", order.id)).await?;
        caller.reads("#happened").await?;
        caller.look(if content { "closed" } else { "reopened" }).await?;
        self.leave(caller).await
    }

    /// The next time they call, the end of their number is enough: device and history are there,
    /// and what telephone systems open shows the same.
    async fn knows_them_again(&mut self, caller: Caller, before: &Filed) -> WebDriverResult<()> {
        let mut agent = self.enter("agent", self.size).await?;
        agent.open("/intake").await?;
        agent.tab_to("#find").await?;
        agent.types(&caller.phone[7..]).await?;
        agent.reads_within("#who [data-row]", caller.name).await?;
        agent.types(Key::Enter).await?;
        agent.reads_within("#person", &before.number).await?;
        agent.reads_within("#devices", "KFR-35GW").await?;
        agent.look("known").await?;
        agent.open(&format!("/intake?phone={}", caller.phone)).await?;
        agent.reads_within("#person", caller.name).await?;
        self.leave(agent).await
    }
}

/// A picture of something broken.
fn picture(house: &House, name: &str) -> String {
    let file = house.file(&format!("{name}.jpg"));
    save(&file);
    file.display().to_string()
}

fn save(file: &Path) {
    let colour = |x: u32, y: u32| image::Rgb([(x / 3) as u8, (y / 2) as u8, 120]);
    image::RgbImage::from_fn(640, 480, colour).save(file).unwrap();
}
