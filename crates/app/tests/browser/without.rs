//! Where scripts are forbidden, or did not arrive over one bar of network: the pages can be read
//! and their forms sent all the same. The call is taken, the order accepted and sent, a photo put
//! up, the finding written, the work signed for with the code.

use std::time::Duration;

use serde_json::Value as Json;
use thirtyfour::{
    By, WebDriver,
    error::{WebDriverErrorInner, WebDriverResult},
    extensions::query::ElementQueryable as _,
};

use crate::{
    house::{DESK, House, pictures},
    story::OUTLET,
};

const PATIENCE: Duration = Duration::from_secs(20);
const AGAIN: Duration = Duration::from_millis(50);

pub async fn script(house: &House) -> Vec<String> {
    match whole(house).await {
        Ok(()) => Vec::new(),
        Err(error) => vec![error.to_string()],
    }
}

async fn whole(house: &House) -> WebDriverResult<()> {
    let page = take(house).await?;
    let technician = send(house, &page).await?;
    work(house, &page, &technician).await
}

async fn enter(house: &House, who: &Json) -> WebDriverResult<WebDriver> {
    let browser = house.browser_with(DESK, false).await;
    house.speak(&browser, "zh-CN").await?;
    house.sign_in(&browser, who).await?;
    one(&browser, "main").await?;
    Ok(browser)
}

/// The first shown element that matches, once it is there.
async fn one(browser: &WebDriver, selector: &str) -> WebDriverResult<thirtyfour::WebElement> {
    let mut tries = 0;
    loop {
        let found = browser.query(By::Css(selector)).wait(PATIENCE, AGAIN).and_displayed();
        let found = found.desc(selector).first().await;
        tries += 1;
        match found {
            // It went with its page while it was looked at: the next page is asked.
            Err(error)
                if matches!(*error, WebDriverErrorInner::StaleElementReference(_)) && tries < 5 => {
            }
            found => return found,
        }
    }
}

async fn press(browser: &WebDriver, selector: &str) -> WebDriverResult<()> {
    let element = one(browser, selector).await?;
    // At once: while a page still glides, what is pressed lies under the bar at its foot.
    let there = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
    browser.execute(there, vec![element.to_json()?]).await?;
    let pressed = element.click().await;
    if pressed.is_err() {
        kept(browser, "not-pressed").await?;
    }
    pressed
}

async fn fill(browser: &WebDriver, selector: &str, text: &str) -> WebDriverResult<()> {
    one(browser, selector).await?.send_keys(text).await
}

async fn kept(browser: &WebDriver, name: &str) -> WebDriverResult<()> {
    browser.screenshot(&pictures("without-script").join(format!("{name}.png"))).await
}

/// The last with that role, at the outlet of these stories or anywhere: the first is at work in
/// another story, whose unfinished form would stand here too.
fn of_outlet(house: &House, role: &str) -> Json {
    let all = || house.people.iter().rev().filter(|it| it["role"] == role);
    let mine = all().find(|it| it["org"]["name"] == OUTLET).or_else(|| all().next());
    mine.expect("the demo has everybody").clone()
}

/// 受理: a new customer, found by nobody, filed with their words. Returns the order's page.
async fn take(house: &House) -> WebDriverResult<String> {
    let agent = enter(house, &of_outlet(house, "agent")).await?;
    agent.goto(format!("{}/intake", house.url)).await?;
    fill(&agent, "#find", "13926940201").await?;
    press(&agent, "button[formaction='/intake']").await?;
    one(&agent, "#who").await?;
    kept(&agent, "found-nobody").await?;
    fill(&agent, "input[name='customer.name']", "公孙静").await?;
    // What is missing is said beside the field, and what was typed is still there.
    press(&agent, "button.btn-primary.tall").await?;
    one(&agent, ".errors").await?;
    kept(&agent, "refused").await?;
    fill(&agent, "input[name='customer.phone']", "13926940201").await?;
    let address = "广东省珠海市香洲区吉大街道海滨南路47号";
    fill(&agent, "input[name='customer.address']", address).await?;
    fill(&agent, "textarea[name='fault.text']", "遥控没有反应").await?;
    press(&agent, "button.btn-primary.tall").await?;
    one(&agent, ".filed-number").await?;
    kept(&agent, "filed").await?;
    let page = one(&agent, "a.btn[href^='/orders/']").await?.attr("href").await?;
    agent.quit().await?;
    Ok(page.unwrap_or_default())
}

/// 接单, 派工. Returns who was sent.
async fn send(house: &House, page: &str) -> WebDriverResult<String> {
    let dispatcher = enter(house, &of_outlet(house, "dispatcher")).await?;
    dispatcher.goto(format!("{}{page}", house.url)).await?;
    press(&dispatcher, ".acts form:has(input[value=accept]) button").await?;
    press(&dispatcher, ".acts form:has(input[value=assign]) button").await?;
    let sent = one(&dispatcher, "dl a[href^='/technicians/']").await?.attr("href").await?;
    // A question that is a dialog with script is a form at the end of the page without.
    press(&dispatcher, ".acts a[href='?step=contact'], .acts summary").await?;
    press(&dispatcher, ".acts a[href='?step=contact']")
        .await
        .or(Ok::<_, thirtyfour::error::WebDriverError>(()))?;
    fill(&dispatcher, "noscript textarea[name=text]", "用户下午在家").await?;
    kept(&dispatcher, "contact").await?;
    press(&dispatcher, "noscript form button[type=submit]").await?;
    one(&dispatcher, "#happened").await?;
    dispatcher.quit().await?;
    Ok(sent.unwrap_or_default().rsplit('/').next().unwrap_or_default().to_owned())
}

/// 出发, 到场, a photo, the finding, 完工.
async fn work(house: &House, page: &str, technician: &str) -> WebDriverResult<()> {
    let who = house.known(technician).expect("somebody of the demo");
    let job = page.replace("/orders/", "/jobs/");
    let technician = enter(house, who).await?;
    technician.goto(format!("{}{job}", house.url)).await?;
    press(&technician, "form[action$='/depart'] button").await?;
    press(&technician, "form[action$='/arrive'] button").await?;
    one(&technician, ".shots").await?;
    kept(&technician, "photos").await?;
    let picture = house.file("without.png");
    image::RgbImage::from_pixel(320, 240, image::Rgb([90, 120, 160])).save(&picture).unwrap();
    let input = technician.find(By::Css("input[name=before]")).await?;
    input.send_keys(picture.display().to_string()).await?;
    press(&technician, "form:has(input[name=before]) button.no-js").await?;
    one(&technician, ".photos figcaption").await?;
    press(&technician, "a[href*='at=work']").await?;
    kept(&technician, "work").await?;
    let fault = one(&technician, "select[name=fault_code] option:nth-child(2)").await?;
    fault.click().await?;
    press(&technician, "button[value=look].no-js").await?;
    press(&technician, "#f-cause > label.pick").await?;
    press(&technician, "#f-action > label.pick").await?;
    press(&technician, "button[value=finish]").await?;
    one(&technician, "details:has(#code) > summary").await?;
    kept(&technician, "sign").await?;
    technician.quit().await
}
