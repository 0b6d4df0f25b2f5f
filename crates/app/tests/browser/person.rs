//! Somebody at a browser: what they press, type and see. Every wait ends, and what did not happen
//! is said with a picture of what stood there instead.

use std::{collections::BTreeSet, path::PathBuf, sync::Mutex, time::Duration};

use serde_json::{Value as Json, json};
use thirtyfour::{
    By, Key, TypingData, WebDriver, WebElement,
    error::{WebDriverErrorInner, WebDriverResult},
};

use crate::{
    house::{House, Size, pictures},
    page::{self, Eyes},
};

/// Nothing on these pages takes longer, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);
const AGAIN: Duration = Duration::from_millis(40);
/// So many presses of Tab lead anywhere on a page.
const TABS: usize = 120;

/// The last shown element that matches, in the open dialog if there is one, with a word in it.
const FIND: &str = r"
    const [selector, word] = arguments;
    const dialogs = [...document.querySelectorAll('dialog[open]')];
    const within = dialogs.length ? dialogs[dialogs.length - 1] : document;
    const found = [...within.querySelectorAll(selector)]
        .filter(it => it.getClientRects().length && it.textContent.includes(word))[0] ?? null;
    found?.scrollIntoView({ block: 'center', behavior: 'instant' });
    return found;
";

/// What axe has looked at: whose page, which, on a desk or on a phone.
static AXED: Mutex<BTreeSet<(String, String, &str)>> = Mutex::new(BTreeSet::new());

pub struct Person<'a> {
    house: &'a House,
    pub browser: WebDriver,
    name: String,
    eyes: Eyes<'a>,
    pictures: PathBuf,
    taken: usize,
    pub wrong: Vec<String>,
}

impl<'a> Person<'a> {
    /// Opens a browser and signs in.
    pub async fn enter(
        house: &'a House,
        who: &Json,
        size: Size,
        lang: &'a str,
        story: &str,
    ) -> WebDriverResult<Person<'a>> {
        let browser = house.browser(size).await;
        house.speak(&browser, lang).await?;
        house.sign_in(&browser, who).await?;
        let role = who["role"].as_str().unwrap();
        let mut it = Person {
            house,
            browser,
            name: role.to_owned(),
            eyes: Eyes { lang, size, on_the_way: role == "technician" },
            pictures: pictures(story),
            taken: 0,
            wrong: Vec::new(),
        };
        // A technician's day is their workbench.
        let inside = "return document.readyState === 'complete'
            && ['/', '/today'].includes(location.pathname)";
        it.until("the way in", inside, vec![]).await?;
        Ok(it)
    }

    /// Closes the browser; hands over what was wrong.
    pub async fn leave(mut self) -> WebDriverResult<Vec<String>> {
        self.wrong.extend(page::complaints(&self.browser).await?);
        self.browser.quit().await?;
        Ok(self.wrong.into_iter().map(|it| format!("{}: {it}", self.name)).collect())
    }

    pub async fn open(&self, path: &str) -> WebDriverResult<()> {
        self.browser.goto(format!("{}{path}", self.house.url)).await
    }

    /// A picture of this moment, and what is wrong with the page.
    pub async fn look(&mut self, what: &str) -> WebDriverResult<()> {
        self.taken += 1;
        let file = format!("{}-{:02}-{what}.png", self.name, self.taken);
        self.browser.screenshot(&self.pictures.join(file)).await?;
        let (_, mut wrong) = page::check(&self.browser, self.eyes).await?;
        // The same page of another story has the same names and colours.
        let kind = (self.name.clone(), what.to_owned(), self.eyes.size.name);
        if AXED.lock().unwrap().insert(kind) {
            wrong.extend(page::axe(&self.browser).await?);
        }
        self.wrong.extend(wrong.into_iter().map(|it| format!("{what}: {it}")));
        Ok(())
    }

    /// Waits until a script says something.
    async fn until(&mut self, what: &str, script: &str, args: Vec<Json>) -> WebDriverResult<Json> {
        let began = tokio::time::Instant::now();
        loop {
            // While a page is being left there is nobody to ask.
            if let Ok(said) = self.browser.execute(script, args.clone()).await {
                let said = said.json();
                if !said.is_null() && *said != json!(false) && *said != json!("") {
                    return Ok(said.clone());
                }
            }
            if began.elapsed() > PATIENCE {
                return Err(self.missed(what).await);
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// Why it does not go on.
    async fn missed(&mut self, what: &str) -> thirtyfour::error::WebDriverError {
        let file = format!("{}-missed.png", self.name);
        let _ = self.browser.screenshot(&self.pictures.join(file)).await;
        let address = self.browser.current_url().await.map(|it| it.to_string());
        let text = self.browser.execute("return document.body.innerText", vec![]).await;
        let text = text.map(|it| it.json().as_str().unwrap_or_default().to_owned());
        let text: String = text.unwrap_or_default().chars().take(600).collect();
        let said = format!("{} misses {what} at {address:?}:\n{text}", self.name);
        WebDriverErrorInner::FatalError(said).into()
    }

    /// Waits until a script of the test says so.
    pub async fn waits(&mut self, what: &str, script: &str) -> WebDriverResult<()> {
        self.until(what, script, vec![]).await.map(|_| ())
    }

    /// Waits until something stands on the page; says its text.
    pub async fn reads(&mut self, selector: &str) -> WebDriverResult<String> {
        let script = "if (document.readyState !== 'complete') return '';
            return document.querySelector(arguments[0])?.innerText.trim()";
        let said = self.until(selector, script, vec![json!(selector)]).await?;
        Ok(said.as_str().unwrap_or_default().to_owned())
    }

    /// An attribute of something on the page.
    pub async fn attr(&mut self, selector: &str, name: &str) -> WebDriverResult<String> {
        let script = "return document.querySelector(arguments[0])?.getAttribute(arguments[1])";
        let said = self.until(selector, script, vec![json!(selector), json!(name)]).await?;
        Ok(said.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until the address is that.
    pub async fn here(&mut self, path: &str) -> WebDriverResult<()> {
        let script = "return document.readyState === 'complete'
            && location.pathname === arguments[0]";
        self.until(path, script, vec![json!(path)]).await.map(|_| ())
    }

    /// Waits until a word stands within something.
    pub async fn reads_within(&mut self, selector: &str, word: &str) -> WebDriverResult<()> {
        let script = "return [...document.querySelectorAll(arguments[0])]
            .some(it => it.innerText.includes(arguments[1]))";
        let args = vec![json!(selector), json!(word)];
        self.until(&format!("{word} in {selector}"), script, args).await.map(|_| ())
    }

    /// Waits until a field holds that.
    pub async fn holds(&mut self, selector: &str, value: &str) -> WebDriverResult<()> {
        let script = "return document.querySelector(arguments[0])?.value === arguments[1]";
        let args = vec![json!(selector), json!(value)];
        self.until(&format!("{value} in {selector}"), script, args).await.map(|_| ())
    }

    /// Waits until nothing is being fetched into the page.
    pub async fn settled(&mut self) -> WebDriverResult<()> {
        let script = "return document.querySelector('.htmx-request, .htmx-swapping, \
            .htmx-settling') === null";
        self.until("a page at rest", script, vec![]).await.map(|_| ())
    }

    /// Waits until something is no longer there.
    pub async fn gone(&mut self, selector: &str) -> WebDriverResult<()> {
        let script = "return document.readyState === 'complete'
            && document.querySelector(arguments[0]) === null";
        let args = vec![json!(selector)];
        self.until(&format!("no more {selector}"), script, args).await.map(|_| ())
    }

    /// The texts of all that match, as they stand.
    pub async fn texts(&self, selector: &str) -> WebDriverResult<Vec<String>> {
        let script = "return [...document.querySelectorAll(arguments[0])].map(it => it.innerText)";
        self.browser.execute(script, vec![json!(selector)]).await?.convert()
    }

    /// What a search led to: the page itself, or a link to it.
    pub async fn open_or_press(&mut self, path: &str) -> WebDriverResult<()> {
        let script = "return document.readyState === 'complete' && (location.pathname ===
            arguments[0] || document.querySelector(`main a[href='${arguments[0]}']`) !== null)";
        self.until(path, script, vec![json!(path)]).await?;
        // Where one thing alone is found the page goes there by itself, perhaps just now.
        if let Ok(link) = self.browser.find(By::Css(format!("main a[href='{path}']"))).await {
            let _ = link.click().await;
        }
        self.here(path).await
    }

    /// Takes a step that the page of an order offers by one press.
    pub async fn press_step(&mut self, step: &str) -> WebDriverResult<()> {
        let button = format!(".acts form:has(input[name=step][value={step}]) button");
        self.press(&button).await
    }

    /// Opens the question behind a step; the menu first, where it stands there.
    pub async fn ask_step(&mut self, step: &str) -> WebDriverResult<()> {
        let opener = format!("[data-dialog=ask-{step}]");
        self.reads("#happened").await?;
        if self.has(&format!("details.menu .list {opener}")).await? {
            self.press(&format!("details.menu:has({opener}) > summary")).await?;
        }
        self.press(&opener).await?;
        self.reads(&format!("dialog[open] #form-{step}")).await?;
        Ok(())
    }

    /// Whether something is there now.
    pub async fn has(&self, selector: &str) -> WebDriverResult<bool> {
        let script = "return document.querySelector(arguments[0]) !== null";
        self.browser.execute(script, vec![json!(selector)]).await?.convert()
    }

    async fn element(&mut self, selector: &str, word: &str) -> WebDriverResult<WebElement> {
        let args = vec![json!(selector), json!(word)];
        self.until(&format!("{selector} {word}"), FIND, args.clone()).await?;
        self.browser.execute(FIND, args).await?.element()
    }

    /// Presses what matches.
    pub async fn press(&mut self, selector: &str) -> WebDriverResult<()> {
        self.press_word(selector, "").await
    }

    /// Presses what matches and says that.
    pub async fn press_word(&mut self, selector: &str, word: &str) -> WebDriverResult<()> {
        let element = self.element(selector, word).await?;
        element.click().await
    }

    /// Chooses one of several by its field's name and value: the words around it are pressed.
    pub async fn choose(&mut self, name: &str, value: &str) -> WebDriverResult<()> {
        let selector = format!("label:has(input[name='{name}'][value='{value}'])");
        self.press(&selector).await
    }

    /// Chooses an entry of a list that is folded.
    pub async fn select(&mut self, name: &str, value: &str) -> WebDriverResult<()> {
        let selector = format!("select[name='{name}']");
        let element = self.element(&selector, "").await?;
        // A phone shows a list of its own, which no driver can press: what it does is done.
        let chosen = "const [it, value] = arguments; it.value = value;
            for (const what of ['input', 'change']) {
                it.dispatchEvent(new Event(what, { bubbles: true }));
            }
            return it.value === value";
        let args = vec![element.to_json()?, json!(value)];
        let done: bool = self.browser.execute(chosen, args).await?.convert()?;
        if done { Ok(()) } else { Err(self.missed(&format!("{value} in {selector}")).await) }
    }

    /// The same by what the entry says.
    pub async fn select_word(&mut self, name: &str, word: &str) -> WebDriverResult<()> {
        let script = "const all = [...document.querySelectorAll(`select[name='${arguments[0]}'] \
            option`)]; return all.find(it => it.textContent.includes(arguments[1]))?.value";
        let value = self.until(word, script, vec![json!(name), json!(word)]).await?;
        self.select(name, value.as_str().unwrap_or_default()).await
    }

    pub async fn fill(&mut self, selector: &str, text: &str) -> WebDriverResult<()> {
        let element = self.element(selector, "").await?;
        element.clear().await?;
        element.send_keys(text).await
    }

    /// Gives a file to a field that is not shown.
    pub async fn give(&mut self, selector: &str, file: &str) -> WebDriverResult<()> {
        let element = self.browser.find(By::Css(selector)).await?;
        element.send_keys(file).await
    }

    /// Types where the cursor is.
    pub async fn types(&self, keys: impl Into<TypingData>) -> WebDriverResult<()> {
        self.browser.action_chain().send_keys(keys).perform().await
    }

    /// Holds one key and presses another.
    pub async fn chord(&self, held: Key, key: Key) -> WebDriverResult<()> {
        let keys = self.browser.action_chain().key_down(held.clone()).send_keys(key);
        keys.key_up(held).perform().await
    }

    /// Goes on with Tab until the cursor is there: whatever cannot be reached so is a wall for
    /// whoever uses no mouse.
    pub async fn tab_to(&mut self, selector: &str) -> WebDriverResult<()> {
        let script = "return document.activeElement.matches(arguments[0])";
        for _ in 0..TABS {
            let there = self.browser.execute(script, vec![json!(selector)]).await?;
            if there.convert()? {
                return Ok(());
            }
            self.types(Key::Tab).await?;
        }
        Err(self.missed(&format!("a way by Tab to {selector}")).await)
    }

    /// Draws a stroke with a finger.
    pub async fn draw(&mut self, selector: &str) -> WebDriverResult<()> {
        let canvas = self.element(selector, "").await?;
        let mut pen = self.browser.action_chain().move_to_element_with_offset(&canvas, -80, 0);
        pen = pen.click_and_hold();
        for (x, y) in [(20, -25), (20, 40), (20, -40), (20, 40), (25, -15), (30, 10)] {
            pen = pen.move_by_offset(x, y);
        }
        pen.release().perform().await
    }

    /// Where this phone says that it is.
    pub async fn stands_at(&self, latitude: f64, longitude: f64) -> WebDriverResult<()> {
        let place = json!({"latitude": latitude, "longitude": longitude, "accuracy": 20});
        self.browser.cdp().send_raw("Emulation.setGeolocationOverride", place).await?;
        Ok(())
    }
}
