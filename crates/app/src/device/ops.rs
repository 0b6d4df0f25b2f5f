//! What people do with devices: find or file a unit by its serial, give it a new user, and set
//! the dates from which its terms run.

mod hands;
pub mod import;
mod learn;
mod papers;
mod usage;

use kernel::{Day, Fen, Field, Refusal, Result, Value, Wrongs};
use rules::{
    customer::{CustomerId, DeviceId, misordered},
    policy::{Act, Grant},
};
use serde_json::json;

use self::{
    learn::{complete, fill},
    papers::Papers,
};
use super::store::{self, Device};
use crate::{
    Cx, customer,
    edge::asked::{self, cut},
    product,
};

pub use hands::{follow_merge, hand_over, to_change};
pub use store::{Owned, Sort, Which};
pub use usage::{Reading, last_usage, last_usages, read_usage};

/// What is said of a device.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    pub serial: Option<String>,
    pub model: Option<String>,
    pub category: Option<String>,
    pub sold_on: Option<String>,
    pub delivered_on: Option<String>,
    pub installed_on: Option<String>,
    pub accepted_on: Option<String>,
    pub produced_on: Option<String>,
    pub exchanged_on: Option<String>,
    pub price_fen: Option<i64>,
    pub invoice: Option<bool>,
    pub certificate: Option<bool>,
    pub purchase_channel: Option<String>,
    pub card: Option<String>,
    pub buyer: Option<customer::ops::Draft>,
    /// The unit has changed hands: the caller is its user from now on.
    pub new_user: bool,
    pub external_id: Option<String>,
}

/// A draft that was read: the dates are days, and lie in the past.
#[derive(Debug, Clone, Default)]
pub struct Clean {
    draft: Draft,
    sold_on: Option<Day>,
    delivered_on: Option<Day>,
    installed_on: Option<Day>,
    accepted_on: Option<Day>,
    papers: Papers,
}

/// What is wrong with a draft, in the words of the form it came from.
pub fn check(cx: &Cx, draft: &Draft, prefix: &str, wrongs: &mut Wrongs) -> Clean {
    let tidy = |it: &Option<String>| {
        it.as_ref().map(|it| it.trim().to_owned()).filter(|it| !it.is_empty())
    };
    let mut day = |name: &str, text: &Option<String>| {
        let text = tidy(text)?;
        let field = format!("{prefix}{name}");
        match Day::parse(&text) {
            None => wrongs.say(field, "day"),
            Some(day) if day > cx.today() => wrongs.say(field, "day.future"),
            Some(day) if day.0.year() < 1970 => wrongs.say(field, "day.too_old"),
            Some(day) => return Some(day),
        }
        None
    };
    let sold_on = day("sold_on", &draft.sold_on);
    let delivered_on = day("delivered_on", &draft.delivered_on);
    let installed_on = day("installed_on", &draft.installed_on);
    let accepted_on = day("accepted_on", &draft.accepted_on);
    let papers = Papers {
        produced_on: day("produced_on", &draft.produced_on),
        exchanged_on: day("exchanged_on", &draft.exchanged_on),
        price: draft.price_fen.map(Fen::new),
        invoice: draft.invoice,
        certificate: draft.certificate,
    };
    papers.check(sold_on, [sold_on, delivered_on, installed_on], prefix, wrongs);
    let date = |it: Option<Day>| it.map(|it| it.0);
    let (sold, delivered) = (date(sold_on), date(delivered_on));
    if let Some((late, code)) = misordered(sold, delivered, date(installed_on), date(accepted_on)) {
        wrongs.say(format!("{prefix}{late}"), code);
    }
    let mut draft = draft.clone();
    draft.serial = serial(draft.serial.as_deref());
    draft.model = tidy(&draft.model);
    draft.category = tidy(&draft.category);
    for (name, text, most) in [
        ("serial", &draft.serial, 64),
        ("model", &draft.model, 100),
        ("purchase_channel", &draft.purchase_channel, 100),
        ("card", &draft.card, 100),
    ] {
        if text.as_ref().is_some_and(|it| it.chars().count() > most) {
            let field = Field::new(format!("{prefix}{name}"), "too_long");
            wrongs.add(field.with("most", most as i64));
        }
    }
    if let Some(category) = &draft.category
        && cx.company.pack.category(category).is_none()
    {
        let field = Field::new(format!("{prefix}category"), "category.unknown");
        wrongs.add(field.with("value", category.as_str()));
    }
    if let Some(buyer) = &draft.buyer {
        let buyer = customer::ops::check(buyer, &format!("{prefix}buyer."), wrongs);
        draft.buyer = Some(buyer);
    }
    Clean { draft, sold_on, delivered_on, installed_on, accepted_on, papers }
}

impl Clean {
    /// Nothing was said of any device.
    pub fn is_empty(&self) -> bool {
        let it = &self.draft;
        it.serial.is_none() && it.model.is_none() && it.category.is_none()
    }
}

/// A serial as it is kept, however it was typed.
pub fn serial(typed: Option<&str>) -> Option<String> {
    typed.map(|it| it.trim().to_uppercase()).filter(|it| !it.is_empty())
}

/// The known unit, or a new file for the customer. A serial that belongs to somebody else is
/// refused unless it has changed hands.
pub async fn find_or_file(
    cx: &mut Cx,
    user: &CustomerId,
    clean: &Clean,
    prefix: &str,
) -> Result<Device> {
    let known = match &clean.draft.serial {
        Some(serial) => store::by_serial(cx, serial).await?,
        None => same_model(cx, user, clean).await?,
    };
    let Some(known) = known else { return file_new(cx, Some(user), clean).await };
    if known.user.as_ref().is_some_and(|it| it != user) {
        if !clean.draft.new_user {
            let field = Field::new(format!("{prefix}serial"), "device.belongs_to_other");
            return Err(Refusal::new(kernel::Kind::Invalid, "device.belongs_to_other")
                .and(field)
                .into());
        }
        let mut moved = known;
        let before = moved.user.replace(user.clone());
        fill(&mut moved, clean, prefix)?;
        store::update(cx, &moved).await?;
        moved.version += 1;
        cx.record("device.new_user", &moved.id, json!({"from": before, "to": user})).await?;
        return Ok(moved);
    }
    complete(cx, known, user, clean, prefix).await
}

/// Without a serial: the customer's only unit of that model or category.
async fn same_model(cx: &mut Cx, user: &CustomerId, clean: &Clean) -> Result<Option<Device>> {
    let which = Which { customer: Some(user.to_string()), ..Which::default() };
    let theirs = store::list(cx, &Grant::house(), &which).await?;
    let same = |it: &&Device| match (&clean.draft.model, &clean.draft.category) {
        (Some(model), _) => it.model.as_ref() == Some(model),
        (None, category) => it.category == *category && it.serial.is_none(),
    };
    let mut same: Vec<Device> = theirs.iter().filter(same).cloned().collect();
    Ok(if same.len() == 1 { same.pop() } else { None })
}

async fn file_new(cx: &mut Cx, user: Option<&CustomerId>, clean: &Clean) -> Result<Device> {
    let draft = &clean.draft;
    let product = match &draft.model {
        Some(model) => {
            Some(product::ops::find_or_file(cx, model, draft.category.as_deref()).await?)
        }
        None => None,
    };
    let buyer = match &draft.buyer {
        Some(buyer) if buyer.name.is_some() || buyer.phone.is_some() => {
            Some(customer::ops::find_or_file(cx, buyer).await?.0.id)
        }
        _ => user.cloned(),
    };
    let category = product.as_ref().and_then(|it| it.category.clone());
    let it = Device {
        product: product.map(|it| it.id),
        category: draft.category.clone().or(category),
        buyer,
        ..import::new(cx, user, clean)
    };
    store::insert(cx, &it).await?;
    cx.record("device.filed", &it.id, json!({"serial": it.serial})).await?;
    Ok(it)
}

/// 建档 of a unit by itself, as at the sale.
pub async fn file(cx: &mut Cx, user: Option<&CustomerId>, draft: &Draft) -> Result<Device> {
    let grant = cx.may(Act::RequestTake)?;
    let mut wrongs = Wrongs::default();
    let clean = check(cx, draft, "", &mut wrongs);
    if clean.is_empty() {
        wrongs.say("serial", "missing");
    }
    wrongs.done()?;
    if let Some(user) = user {
        customer::ops::get(cx, &grant, user).await?;
    }
    if let Some(serial) = &clean.draft.serial
        && store::by_serial(cx, serial).await?.is_some()
    {
        return Err(Refusal::field("serial", "device.known").into());
    }
    if let Some(external) = &clean.draft.external_id {
        cx.tx.alone(&format!("device of {external}")).await?;
        if store::by_external(cx, external).await?.is_some() {
            return Err(Refusal::new(kernel::Kind::Conflict, "device.known_external").into());
        }
    }
    file_new(cx, user, &clean).await
}

/// Changes what is on file of a unit.
pub async fn change(
    cx: &mut Cx,
    id: &DeviceId,
    draft: &Draft,
    version: Option<i64>,
) -> Result<Device> {
    let grant = to_change(cx, id).await?;
    let mut it = store::get(cx, &grant, id).await?;
    if version.is_some_and(|read| read != it.version) {
        return Err(Refusal::new(kernel::Kind::Stale, "stale_version").into());
    }
    let mut wrongs = Wrongs::default();
    let clean = check(cx, draft, "", &mut wrongs);
    if clean.is_empty() {
        wrongs.say("serial", "missing");
    }
    wrongs.done()?;
    if let Some(serial) = &clean.draft.serial
        && store::by_serial(cx, serial).await?.is_some_and(|other| other.id != it.id)
    {
        return Err(Refusal::field("serial", "device.known").into());
    }
    let before = it.clone();
    rewrite(cx, &mut it, &clean).await?;
    let changes = changed(&before, &it);
    if changes.is_empty() {
        return Ok(it);
    }
    store::update(cx, &it).await?;
    it.version += 1;
    cx.record("device.changed", id, json!({"changes": changes})).await?;
    Ok(it)
}

async fn rewrite(cx: &mut Cx, it: &mut Device, clean: &Clean) -> Result<()> {
    let draft = &clean.draft;
    if draft.model != it.model {
        let category = draft.category.as_deref();
        it.product = match &draft.model {
            Some(model) => Some(product::ops::find_or_file(cx, model, category).await?.id),
            None => None,
        };
    }
    it.serial = draft.serial.clone();
    it.model = draft.model.clone();
    it.category = draft.category.clone();
    it.sold_on = clean.sold_on;
    it.delivered_on = clean.delivered_on;
    it.installed_on = clean.installed_on;
    it.accepted_on = clean.accepted_on;
    clean.papers.rewrite(it);
    it.card = draft.card.clone();
    it.purchase_channel = draft.purchase_channel.clone();
    Ok(())
}

/// What stood there and what stands there now: on these days and names hangs who pays.
fn changed(before: &Device, after: &Device) -> Vec<serde_json::Value> {
    let day = |it: Option<Day>| it.map(|it| it.to_string());
    let all = [
        ("serial", before.serial.clone(), after.serial.clone()),
        ("model", before.model.clone(), after.model.clone()),
        ("category", before.category.clone(), after.category.clone()),
        ("sold_on", day(before.sold_on), day(after.sold_on)),
        ("delivered_on", day(before.delivered_on), day(after.delivered_on)),
        ("installed_on", day(before.installed_on), day(after.installed_on)),
        ("accepted_on", day(before.accepted_on), day(after.accepted_on)),
        ("card", before.card.clone(), after.card.clone()),
        ("purchase_channel", before.purchase_channel.clone(), after.purchase_channel.clone()),
    ];
    let all = all.into_iter().chain(
        papers::of(before)
            .into_iter()
            .zip(papers::of(after))
            .map(|((field, before), (_, after))| (field, before, after)),
    );
    let differ = all.filter(|it| it.1 != it.2);
    differ.map(|(field, from, to)| json!({"field": field, "from": from, "to": to})).collect()
}

/// 安装完成: the customer signed for it, so the term starts today.
pub async fn installed(
    cx: &mut Cx,
    id: &DeviceId,
    on: Day,
    installer: Option<&str>,
    readings: Option<&str>,
) -> Result<()> {
    let mut it = store::get(cx, &Grant::house(), id).await?;
    it.installed_on = Some(on);
    it.installer = installer.map(str::to_owned);
    it.readings = readings.map(str::to_owned).or(it.readings);
    store::update(cx, &it).await?;
    cx.record("device.installed", id, json!({"on": on, "installer": installer})).await
}

pub async fn get(cx: &mut Cx, grant: &Grant, id: &DeviceId) -> Result<Device> {
    store::get(cx, grant, id).await
}

/// For what follows from something already allowed.
pub async fn several_known(cx: &mut Cx, ids: &[Value]) -> Result<Vec<Device>> {
    store::by_ids(cx, ids).await
}

pub async fn list(cx: &mut Cx, which: &Which) -> Result<Vec<Device>> {
    let grant = cx.may(Act::Read)?;
    store::list(cx, &grant, which).await
}

/// With whose it is, and whether there are more behind them.
pub async fn owned(cx: &mut Cx, which: &Which) -> Result<(Vec<Owned>, bool)> {
    let grant = cx.may(Act::Read)?;
    Ok(cut(store::owned(cx, &grant, which).await?, which.page.limit))
}

/// The sorted value and the id of a row.
pub fn key(which: &Which, it: &Device) -> (String, String) {
    let none = if which.page.descending { "" } else { "zzzz" };
    let day = |it: Option<Day>| it.map_or_else(|| none.to_owned(), |it| it.to_string());
    let value = match which.page.sort {
        Sort::Filed => String::new(),
        Sort::Serial => it.serial.clone().unwrap_or_else(|| none.to_owned()),
        Sort::Sold => day(it.sold_on),
        Sort::Installed => day(it.installed_on),
    };
    (value, it.id.to_string())
}

/// Where the page after this device begins.
pub fn cursor(which: &Which, it: &Device) -> String {
    let (value, id) = key(which, it);
    asked::cursor(value, id)
}

pub async fn models(cx: &mut Cx, most: i64) -> Result<Vec<String>> {
    let grant = cx.may(Act::Read)?;
    store::models(cx, &grant, most).await
}

pub async fn by_serial(cx: &mut Cx, serial: &str) -> Result<Option<Device>> {
    store::by_serial(cx, serial).await
}
