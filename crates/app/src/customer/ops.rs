//! What people do with customers: find them while they speak, file them, merge them, and see
//! their data in the clear when there is a reason.

mod alike;
pub mod import;

use kernel::{Field, Refusal, Result, Value, Wrongs, refusals};
use locality::{Phone, PhoneError};
use rules::{
    customer::{CustomerId, CustomerKind, mask_address, mask_name, mask_named, mask_phone},
    policy::{Act, Grant, Reach, Role},
};
use serde_json::json;

use super::store::{self, Customer};
use crate::{Cx, paging::Paged};

pub use alike::{duplicates, merge, united};
pub use store::{Group, Sort, Which};

refusals! {
    MERGED         Conflict "customer.merged_already";
    KNOWN_EXTERNAL Conflict "customer.known_external";
    STALE_VERSION  Stale    "stale_version";
}

/// A search shows people in the clear only if it says enough of whom it looks for.
const TYPED_ENOUGH: usize = 4;
/// A reason for revealing has to say something.
const REASON: usize = 4;

/// What is said of a customer.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    pub name: Option<String>,
    pub phone: Option<String>,
    pub address: Option<String>,
    pub district: Option<String>,
    pub kind: Option<CustomerKind>,
    pub contact: Option<String>,
    pub postcode: Option<String>,
    pub class: Option<String>,
    pub external_id: Option<String>,
}

/// Where an address is, as far as it says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    pub district: Option<String>,
    pub lat: Option<i64>,
    pub lon: Option<i64>,
}

/// A phone as it is kept: digits only.
pub fn phone(field: &str, text: &str) -> Result<String, Field> {
    let field = |code| Field::new(field, code);
    match Phone::parse(text) {
        Ok(phone) => Ok(phone.digits().to_owned()),
        Err(PhoneError::Empty) => Err(field("missing")),
        Err(PhoneError::Foreign { character }) => {
            Err(field("phone.letters").with("letter", character.to_string()))
        }
        Err(PhoneError::MobileLength { digits }) => {
            Err(field("phone.mobile_length").with("digits", digits as i64))
        }
        Err(PhoneError::Length { digits }) => {
            Err(field("phone.length").with("digits", digits as i64))
        }
    }
}

/// The district that was named wins over the one read from the address.
pub fn place_of(address: Option<&str>, district: Option<&str>) -> Place {
    let named = district.map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned);
    // Reading an address costs more than all else of a customer: a file has thousands of them.
    let code = named.or_else(|| locality::parse(address?).code.map(str::to_owned));
    let centre = code.as_deref().and_then(locality::centre);
    let micro = |degrees: f64| (degrees * 1e6).round() as i64;
    Place {
        lat: centre.as_ref().map(|it| micro(it.lat)),
        lon: centre.as_ref().map(|it| micro(it.lon)),
        district: code,
    }
}

/// What is wrong with a draft, in the words of the form it came from.
pub fn check(draft: &Draft, prefix: &str, wrongs: &mut Wrongs) -> Draft {
    let mut clean = draft.clone();
    // What was pasted over several lines is one all the same.
    let tidy = |it: &Option<String>| {
        it.as_ref().map(|it| it.trim().replace('\n', " ")).filter(|it| !it.is_empty())
    };
    clean.name = tidy(&draft.name);
    clean.address = tidy(&draft.address);
    clean.contact = tidy(&draft.contact);
    clean.postcode = tidy(&draft.postcode);
    clean.class = tidy(&draft.class);
    clean.phone = match tidy(&draft.phone) {
        Some(text) => wrongs.take(phone(&format!("{prefix}phone"), &text)),
        None => None,
    };
    let long = |text: &Option<String>, most: usize| {
        text.as_ref().is_some_and(|it| it.chars().count() > most)
    };
    for (name, text, most) in [
        ("name", &clean.name, 100),
        ("contact", &clean.contact, 100),
        ("address", &clean.address, 300),
        ("postcode", &clean.postcode, 20),
        ("class", &clean.class, 40),
    ] {
        if long(text, most) {
            let field = Field::new(format!("{prefix}{name}"), "too_long");
            wrongs.add(field.with("most", most as i64));
        }
    }
    if let Some(district) = tidy(&draft.district)
        && locality::division(&district).is_none()
    {
        wrongs.say(format!("{prefix}district"), "division.unknown");
    }
    clean
}

/// The known customer, or a new file. Same phone and another name: the same customer, and the
/// name is whom to ask for this time.
pub async fn find_or_file(cx: &mut Cx, draft: &Draft) -> Result<(Customer, Option<String>)> {
    let Some(mut known) = known(cx, draft).await? else {
        let contact = draft.contact.clone();
        return Ok((file_new(cx, draft).await?, contact));
    };
    // Whoever speaks with them knows them, as if they had filed them.
    if cx.actor.grant_for(Act::Read).reach() == Reach::Branch {
        let place = cx.actor.path.clone();
        store::acquaint(cx, &known.id, &place).await?;
    }
    let other = draft.name.clone().filter(|it| *it != known.name);
    if known.address.is_none() && draft.address.is_some() {
        move_to(&mut known, draft);
        store::update(cx, &known).await?;
        known.version += 1;
        cx.record("customer.changed", &known.id, json!({"fields": ["address"]})).await?;
    }
    Ok((known, draft.contact.clone().or(other)))
}

/// By phone; without one, by name and address. Whoever files them first is waited for.
async fn known(cx: &mut Cx, draft: &Draft) -> Result<Option<Customer>> {
    match (&draft.phone, &draft.name, &draft.address) {
        (Some(phone), ..) => {
            cx.tx.alone(&format!("customer {phone}")).await?;
            store::by_phone(cx, phone).await
        }
        (None, Some(name), Some(address)) => {
            cx.tx.alone(&format!("customer {name} {address}")).await?;
            store::by_place(cx, name, address).await
        }
        _ => Ok(None),
    }
}

fn move_to(customer: &mut Customer, draft: &Draft) {
    let place = place_of(draft.address.as_deref(), draft.district.as_deref());
    customer.address = draft.address.clone();
    customer.district = place.district;
    (customer.lat, customer.lon) = (place.lat, place.lon);
}

async fn file_new(cx: &mut Cx, draft: &Draft) -> Result<Customer> {
    let it = new(cx, draft);
    store::insert(cx, &it).await?;
    cx.record("customer.filed", &it.id, json!({})).await?;
    Ok(it)
}

fn new(cx: &mut Cx, draft: &Draft) -> Customer {
    let now = cx.now();
    let name = draft.name.clone().or_else(|| draft.contact.clone());
    let mut it = Customer {
        id: CustomerId::born(now, cx.dice()),
        name: name.or_else(|| draft.phone.clone()).unwrap_or_else(|| "—".into()),
        kind: draft.kind.unwrap_or(CustomerKind::Person),
        contact: draft.contact.clone(),
        phone: draft.phone.clone(),
        address: None,
        district: None,
        postcode: draft.postcode.clone(),
        class: draft.class.clone(),
        lat: None,
        lon: None,
        path: cx.actor.path.clone(),
        merged_into: None,
        external_id: draft.external_id.clone(),
        created_at: now,
        version: 0,
    };
    move_to(&mut it, draft);
    it
}

/// 建档: with a name and a phone or an address.
pub async fn file(cx: &mut Cx, draft: &Draft) -> Result<Customer> {
    cx.may(Act::RequestTake)?;
    let mut wrongs = Wrongs::default();
    let clean = check(draft, "", &mut wrongs);
    if clean.name.is_none() {
        wrongs.say("name", "missing");
    }
    if draft.phone.as_deref().is_none_or(|it| it.trim().is_empty()) && clean.address.is_none() {
        wrongs.say("phone", "phone_or_address");
    }
    wrongs.done()?;
    if let Some(known) = known(cx, &clean).await?.filter(|_| clean.phone.is_some()) {
        let id = known.id.to_string();
        return Err(Refusal::INVALID
            .and(Field::new("phone", "phone.known").with("customer", id))
            .into());
    }
    if let Some(external) = &clean.external_id {
        cx.tx.alone(&format!("customer of {external}")).await?;
        if store::by_external(cx, external).await?.is_some() {
            return Err(KNOWN_EXTERNAL.into());
        }
    }
    file_new(cx, &clean).await
}

/// Changes what is on file. Whoever read an older version is told so.
pub async fn change(
    cx: &mut Cx,
    id: &CustomerId,
    draft: &Draft,
    version: Option<i64>,
) -> Result<Customer> {
    let grant = to_change(cx, id).await?;
    let mut it = store::get(cx, &grant, id).await?;
    if it.merged_into.is_some() {
        return Err(MERGED.into());
    }
    if version.is_some_and(|read| read != it.version) {
        return Err(STALE_VERSION.into());
    }
    let mut wrongs = Wrongs::default();
    let clean = check(draft, "", &mut wrongs);
    if clean.name.is_none() {
        wrongs.say("name", "missing");
    }
    if clean.phone.is_none()
        && clean.address.is_none()
        && draft.phone.as_deref().is_none_or(|it| it.trim().is_empty())
    {
        wrongs.say("phone", "phone_or_address");
    }
    if clean.phone != it.phone
        && let Some(phone) = &clean.phone
        && let Some(known) = store::by_phone(cx, phone).await?.filter(|known| known.id != it.id)
    {
        let other = known.id.to_string();
        wrongs.add(Field::new("phone", "phone.known").with("customer", other));
    }
    wrongs.done()?;
    let before = it.clone();
    it.name = clean.name.clone().unwrap_or(it.name);
    it.kind = clean.kind.unwrap_or(it.kind);
    (it.contact, it.phone) = (clean.contact.clone(), clean.phone.clone());
    (it.postcode, it.class) = (clean.postcode.clone(), clean.class.clone());
    if clean.address != before.address || clean.district.is_some() {
        move_to(&mut it, &clean);
    }
    let fields = changed(&before, &it);
    if fields.is_empty() {
        return Ok(it);
    }
    store::update(cx, &it).await?;
    it.version += 1;
    cx.record("customer.changed", id, json!({"fields": fields})).await?;
    Ok(it)
}

/// Which of the fields are not what they were. What stood there is personal and stays out of the
/// events, which nobody can erase.
fn changed(before: &Customer, after: &Customer) -> Vec<&'static str> {
    let all = [
        ("name", before.name == after.name),
        ("kind", before.kind == after.kind),
        ("contact", before.contact == after.contact),
        ("phone", before.phone == after.phone),
        ("address", before.address == after.address),
        ("district", before.district == after.district),
        ("postcode", before.postcode == after.postcode),
        ("class", before.class == after.class),
    ];
    all.into_iter().filter(|it| !it.1).map(|it| it.0).collect()
}

/// One customer in reach. What was merged leads to what it was merged into.
pub async fn get(cx: &mut Cx, grant: &Grant, id: &CustomerId) -> Result<Customer> {
    let found = store::get(cx, grant, id).await?;
    match &found.merged_into {
        Some(into) => store::get(cx, grant, into).await,
        None => Ok(found),
    }
}

/// The grant of whoever wants to change this file. Who may not see it does not learn that it is
/// there; who may only see it is told so.
pub async fn to_change(cx: &mut Cx, id: &CustomerId) -> Result<Grant> {
    let seen = cx.may(Act::Read)?;
    store::get(cx, &seen, id).await?;
    cx.may(Act::RequestTake)
}

/// For what follows from something already allowed; what was merged comes as it is.
pub async fn several_known(cx: &mut Cx, ids: &[Value]) -> Result<Vec<Customer>> {
    store::by_ids(cx, ids).await
}

pub async fn list(cx: &mut Cx, which: &Which) -> Result<Vec<Customer>> {
    let grant = cx.may(Act::Read)?;
    store::list(cx, &grant, which).await
}

/// What a list can be narrowed by, as far as there is somebody in reach.
pub async fn common(cx: &mut Cx, of: Group, most: i64) -> Result<Vec<String>> {
    let grant = cx.may(Act::Read)?;
    store::common(cx, &grant, of, most).await
}

/// Whether these words find this very customer: then whoever typed them knew whom they meant.
pub async fn finds(cx: &mut Cx, id: &CustomerId, q: &str) -> Result<bool> {
    let (id, q) = (Some(id.to_string()), Some(q.to_owned()));
    let which = Which { id, q, page: Paged::first(1), ..Which::default() };
    Ok(!list(cx, &which).await?.is_empty())
}

/// The files that became part of this one.
pub async fn parts_of(cx: &mut Cx, id: &CustomerId) -> Result<Vec<CustomerId>> {
    store::parts_of(cx, id).await
}

/// Who of the network has had to do with them: paths of organisations and ids of people.
pub async fn acquaintances(cx: &mut Cx, id: &CustomerId) -> Result<Vec<String>> {
    store::acquaintances(cx, id).await
}

pub async fn by_phone(cx: &mut Cx, phone: &str) -> Result<Option<Customer>> {
    store::by_phone(cx, phone).await
}

/// They have to do with the customer now.
pub async fn acquaint(cx: &mut Cx, id: &CustomerId, who: &str) -> Result<()> {
    store::acquaint(cx, id, who).await
}

/// 显示: everything in the clear, for a reason that stays on record.
pub async fn reveal(cx: &mut Cx, id: &CustomerId, reason: &str) -> Result<Customer> {
    let read = cx.may(Act::Read)?;
    let it = get(cx, &read, id).await?;
    cx.may(Act::Reveal)?;
    if reason.trim().chars().count() < REASON {
        let field = Field::new("reason", "too_short").with("least", REASON as i64);
        return Err(field.into());
    }
    cx.record("customer.revealed", &it.id, json!({"reason": reason.trim()})).await?;
    Ok(it)
}

/// Whether a search by this person says enough to show whom it finds.
pub fn typed_enough(q: Option<&str>) -> bool {
    q.is_some_and(|it| it.trim().chars().count() >= TYPED_ENOUGH)
}

/// Agents and dispatchers who type enough of whom they look for see who it is.
pub fn searches_clear(cx: &Cx, q: Option<&str>) -> bool {
    let desk = cx.actor.has(Role::Agent) || cx.actor.has(Role::Dispatcher);
    desk && typed_enough(q)
}

/// Notes that somebody saw it in the clear: once per person, thing and day.
pub async fn viewed(cx: &mut Cx, subject: &str) -> Result<()> {
    let Some(person) = cx.person() else { return Ok(()) };
    let day = cx.today().to_string();
    if store::first_sight(cx, &person, subject, &day).await? {
        cx.record("viewed", subject, json!({})).await?;
    }
    Ok(())
}

/// The same customer with what identifies them hidden.
pub fn masked(mut it: Customer) -> Customer {
    it.name = mask_named(it.kind, &it.name);
    it.contact = it.contact.as_deref().map(mask_name);
    it.phone = it.phone.as_deref().map(mask_phone);
    it.address = it.address.as_deref().map(mask_address);
    it
}
