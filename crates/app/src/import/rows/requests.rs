//! 受理单 of before: one row each, with its order where its kind has one.

use kernel::{Field, Result, Span, Time};
use rules::intake::{Channel, RequestKind};

use super::{Filed, Named, Rows, compared, known, store};
use crate::{
    Cx, customer,
    import::{
        cells::{Cells, Layout},
        kind::COURSES,
        problem::Problem,
        reading::{Item, Pass, Seen},
        report::Counts,
    },
    intake::{
        self,
        ops::import::{Course, Past},
    },
    order::ops::import::End,
};

const SOURCE: &str = "requests";
/// Hours are often written with two decimals.
const HOURS_OFF: f64 = 0.01;
const LONGEST: usize = crate::order::ops::LONGEST;

pub struct Requests;

/// What a row says, before the house knows whom it names.
#[derive(Debug, Clone)]
pub struct Row {
    past: Past,
    outlet: Option<String>,
    product: Option<String>,
}

impl Rows for Requests {
    type Row = Row;
    const KEY: Option<&'static str> = Some("external_id");

    fn read(cells: &mut Cells<'_>, _seen: &mut Seen) -> Option<(String, Row)> {
        let key = cells.needed("external_id");
        let key = key.and_then(|_| cells.short("external_id", 100));
        let kind = match cells.needed("kind") {
            Some(_) => cells.choice("kind", RequestKind::parse),
            None => None,
        };
        let channel = cells.choice("channel", Channel::parse).unwrap_or(Channel::Import);
        let times = times(cells);
        let place = place(cells);
        let customer = customer(cells);
        let serial = cells.short("serial", 64).map(|it| it.to_uppercase());
        let (outlet, product) = (cells.text("outlet"), cells.text("product"));
        let fault_code = cells.short("fault_code", 40);
        let fault_text = cells.short("fault_text", LONGEST);
        let level =
            cells.choice("level", |it| it.parse::<i64>().ok().filter(|it| (1..=4).contains(it)));
        let (opened_at, promised_at, course) = times?;
        let key = key?;
        let past = Past {
            external_id: key.clone(),
            kind: kind?,
            channel,
            opened_at,
            promised_at,
            course,
            address: customer.address.clone(),
            customer: Some(customer).filter(|it| it.name.is_some() || it.phone.is_some()),
            place,
            outlet: None,
            path: String::new(),
            product: None,
            serial,
            fault_code,
            fault_text,
            level: level.unwrap_or(3),
            is_case: false,
        };
        Some((key, Row { past, outlet, product }))
    }

    async fn check(cx: &mut Cx, items: &[Item<Row>], layout: &Layout) -> Result<Vec<Problem>> {
        let named = named(cx, items).await?;
        let mut problems = Vec::new();
        for it in items {
            let (outlet, product) = (it.row.outlet.as_deref(), it.row.product.as_deref());
            for (field, wrong) in named.wrongs(outlet, product) {
                let value = if field == "outlet" { outlet } else { product };
                problems.push(it.wrong(layout, field, value, wrong));
            }
        }
        Ok(problems)
    }

    async fn compare(cx: &mut Cx, items: &[&Item<Row>]) -> Result<Counts> {
        compared(cx, SOURCE, items).await
    }

    async fn file(cx: &mut Cx, items: &[Item<Row>], layout: &Layout) -> Result<Filed> {
        let mut filed =
            Filed { wrong: Requests::check(cx, items, layout).await?, ..Filed::default() };
        let wrong: Vec<_> = filed.wrong.iter().filter_map(|it| it.row).collect();
        let named = named(cx, items).await?;
        let known = known(cx, SOURCE, items.iter()).await?;
        let others = items.iter().filter(|it| !known.contains_key(&it.key));
        let others: Vec<String> = others.map(|it| it.key.clone()).collect();
        let mut on_file = intake::ops::import::on_file(cx, &others).await?;
        let ids = items.iter().filter_map(|it| Some((known.get(&it.key)?, it)));
        let ids = ids.filter(|(known, it)| known.hash != it.hash).map(|it| it.0.subject.clone());
        let by_id = intake::ops::import::by_ids(cx, ids).await?;

        let (mut new, mut changed) = (Vec::new(), Vec::new());
        for it in items.iter().filter(|it| !wrong.contains(&it.number)) {
            let past = settled(&it.row, &named);
            match known.get(&it.key) {
                Some(known) if known.hash == it.hash => filed.counts.same += 1,
                Some(known) => match by_id.get(&known.subject) {
                    Some(request) => changed.push((it, (request.clone(), past))),
                    None => new.push((it, past)),
                },
                None => match on_file.remove(&it.key) {
                    Some(request) => changed.push((it, (request, past))),
                    None => new.push((it, past)),
                },
            }
        }
        file_new(cx, new, &mut filed.counts).await?;
        file_changed(cx, changed, &mut filed.counts).await?;
        Ok(filed)
    }
}

async fn file_new(cx: &mut Cx, new: Vec<(&Item<Row>, Past)>, counts: &mut Counts) -> Result<()> {
    let (items, pasts): (Vec<_>, Vec<_>) = new.into_iter().unzip();
    let (ids, made) = intake::ops::import::file(cx, &pasts).await?;
    for (it, id) in items.iter().zip(&ids) {
        store::remember(cx, SOURCE, &it.key, id.as_str(), &it.hash).await?;
    }
    counts.new += made.requests;
    count(counts, &made);
    Ok(())
}

pub(super) fn count(counts: &mut Counts, made: &intake::ops::import::Filed) {
    counts.made("requests", made.requests);
    counts.made("orders", made.orders);
    counts.made("customers", made.customers);
    counts.made("devices", made.devices);
    counts.made("products", made.products);
}

async fn file_changed(
    cx: &mut Cx,
    changed: Vec<(&Item<Row>, (intake::Request, Past))>,
    counts: &mut Counts,
) -> Result<()> {
    let (items, pairs): (Vec<_>, Vec<_>) = changed.into_iter().unzip();
    let outcomes = intake::ops::import::change(cx, &pairs).await?;
    for ((it, (request, _)), changed) in items.iter().zip(&pairs).zip(outcomes) {
        store::remember(cx, SOURCE, &it.key, request.id.as_str(), &it.hash).await?;
        match changed {
            true => counts.changed += 1,
            false => counts.same += 1,
        }
    }
    Ok(())
}

async fn named(cx: &mut Cx, items: &[Item<Row>]) -> Result<Named> {
    let outlets = items.iter().filter_map(|it| it.row.outlet.clone());
    let products = items.iter().filter_map(|it| it.row.product.clone());
    Named::read(cx, outlets, products).await
}

fn settled(row: &Row, named: &Named) -> Past {
    let (outlet, path) = named.place(row.outlet.as_deref());
    let product = named.product(row.product.as_deref());
    Past { outlet, path, product, ..row.past.clone() }
}

/// When it was opened, what was promised, and how it went, where the three do not contradict
/// each other.
fn times(cells: &mut Cells<'_>) -> Option<(Time, Option<Time>, Course)> {
    let opened = match cells.needed("opened_at") {
        Some(_) => cells.time("opened_at"),
        None => None,
    };
    let promised = cells.time("promised_at");
    let closed = cells.time("closed_at");
    let hours = cells.number("duration_hours");
    let known = |it: &str| COURSES.into_iter().find(|own| *own == it);
    let status = cells.choice("status", known);
    let opened = opened?;
    if closed.is_some_and(|it| it < opened) {
        cells.wrong("closed_at", Field::new("closed_at", "import.ends_before_start"));
        return None;
    }
    let closed = match hours {
        Some(hours) => lasted(cells, opened, closed, hours)?,
        None => closed,
    };
    let course = match (status, closed) {
        (Some("open" | "ordered"), Some(_)) => {
            cells.wrong("status", Field::new("status", "import.open_and_closed"));
            return None;
        }
        (Some("open" | "ordered") | None, None) => Course::Open,
        (Some("answered"), at) => Course::Answered(at.unwrap_or(opened)),
        (status, at) => {
            let cancelled = status == Some("cancelled");
            Course::Ended(End { at: at.unwrap_or(opened), cancelled })
        }
    };
    Some((opened, promised, course))
}

/// The end, if the hours agree with it.
fn lasted(
    cells: &mut Cells<'_>,
    opened: Time,
    closed: Option<Time>,
    hours: f64,
) -> Option<Option<Time>> {
    const CENTURY: f64 = 24.0 * 366.0 * 100.0;
    if !(0.0..CENTURY).contains(&hours) {
        cells.wrong("duration_hours", Field::new("duration_hours", "negative"));
        return None;
    }
    let Some(closed) = closed else {
        return Some(Some(opened.after(Span::millis((hours * 3_600_000.0).round() as i64))));
    };
    let between = opened.until(closed).as_millis() as f64 / 3_600_000.0;
    if (between - hours).abs() > HOURS_OFF + 1e-9 {
        let wrong = Field::new("duration_hours", "import.hours_differ");
        cells.wrong("duration_hours", wrong.with("hours", format!("{between:.2}")));
        return None;
    }
    Some(Some(closed))
}

/// Who called and where they live, as far as it says.
fn customer(cells: &mut Cells<'_>) -> customer::ops::Draft {
    let phone = cells.text("phone");
    let phone = phone.and_then(|text| match customer::ops::phone("phone", &text) {
        Ok(phone) => Some(phone),
        Err(wrong) => {
            cells.wrong("phone", wrong);
            None
        }
    });
    customer::ops::Draft {
        name: cells.name("customer_name", 100),
        phone,
        address: cells.name("address", 300),
        district: cells.text("district"),
        ..Default::default()
    }
}

fn place(cells: &mut Cells<'_>) -> customer::ops::Place {
    let district = cells.text("district");
    if let Some(district) = &district
        && locality::division(district).is_none()
    {
        cells.wrong("district", Field::new("district", "division.unknown"));
    }
    let before = cells.problems.len();
    let (lat, lon) = (cells.number("lat"), cells.number("lon"));
    let point = match (lat, lon) {
        _ if cells.problems.len() > before => None,
        (None, None) => None,
        (Some(lat), Some(lon)) => on_earth(cells, lat, lon),
        (lat, _) => {
            let missing = if lat.is_none() { "lat" } else { "lon" };
            cells.wrong(missing, Field::new(missing, "import.half_a_place"));
            None
        }
    };
    let micro = |degrees: f64| (degrees * 1e6).round() as i64;
    match point {
        Some((lat, lon)) => {
            customer::ops::Place { district, lat: Some(micro(lat)), lon: Some(micro(lon)) }
        }
        // An address that names its district says as much. It is asked for in both passes, as a row
        // is known by what was asked of it; but worked out once.
        None => {
            let address = cells.text("address").filter(|_| cells.pass == Pass::File);
            let place = customer::ops::place_of(address.as_deref(), district.as_deref());
            customer::ops::Place { lat: None, lon: None, ..place }
        }
    }
}

/// 0/0 lies in the sea, where nobody calls from: it means that nothing was known.
fn on_earth(cells: &mut Cells<'_>, lat: f64, lon: f64) -> Option<(f64, f64)> {
    if lat == 0.0 && lon == 0.0 {
        cells.wrong("lat", Field::new("lat", "import.nowhere"));
        return None;
    }
    let mut fits = true;
    for (field, degrees, most) in [("lat", lat, 90), ("lon", lon, 180)] {
        if degrees.abs() > f64::from(most) {
            let wrong = Field::new(field, "range").with("min", -i64::from(most));
            cells.wrong(field, wrong.with("max", i64::from(most)));
            fits = false;
        }
    }
    fits.then_some((lat, lon))
}
