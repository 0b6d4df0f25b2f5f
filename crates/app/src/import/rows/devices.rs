//! 设备 of before: one row each, known by the external id, else by the serial; buyer and user are
//! found by phone or filed.

use kernel::{Field, Result, Wrongs};
use rules::warranty::Usage;

use super::{Filed, Rows, compared, headquarters, known, store};
use crate::{
    Cx,
    customer::{self, ops::import::Met},
    device::{
        self,
        ops::{Clean, Draft, import::Listed},
    },
    import::{
        cells::{Cells, Layout},
        kind::paper,
        problem::Problem,
        reading::{Item, Seen},
        report::Counts,
        store::Known,
    },
};

const SOURCE: &str = "devices";

pub struct Devices;

#[derive(Debug, Clone)]
pub struct Row {
    draft: Draft,
    user: customer::ops::Draft,
    buyer: customer::ops::Draft,
    usage: Usage,
}

impl Rows for Devices {
    type Row = Row;
    const KEY: Option<&'static str> = Some("external_id");

    fn read(cells: &mut Cells<'_>, _seen: &mut Seen) -> Option<(String, Row)> {
        let mut day = |field| cells.day(field).map(|it| it.to_string());
        let (sold_on, delivered_on) = (day("sold_on"), day("delivered_on"));
        let (installed_on, accepted_on) = (day("installed_on"), day("accepted_on"));
        let (produced_on, exchanged_on) = (day("produced_on"), day("exchanged_on"));
        let draft = Draft {
            external_id: cells.short("external_id", 100),
            serial: cells.short("serial", 64).map(|it| it.to_uppercase()),
            model: cells.short("model", 60),
            category: cells.short("category", 60),
            sold_on,
            delivered_on,
            installed_on,
            accepted_on,
            purchase_channel: cells.short("purchase_channel", 60),
            produced_on,
            exchanged_on,
            price_fen: cells.whole("price_fen"),
            invoice: cells.choice("invoice", paper),
            certificate: cells.choice("certificate", paper),
            card: cells.short("card", 100),
            ..Default::default()
        };
        if draft.serial.is_none() && draft.model.is_none() && draft.category.is_none() {
            cells.wrong("serial", Field::new("serial", "missing"));
        }
        let usage = Usage { km: cells.whole("km"), hours: cells.whole("hours") };
        let user = person(cells, "user_name", "user_phone");
        let buyer = person(cells, "buyer_name", "buyer_phone");
        let key = draft.external_id.clone().or_else(|| draft.serial.clone());
        if key.is_none() && cells.problems.is_empty() {
            cells.wrong("external_id", Field::new("external_id", "missing"));
        }
        Some((key?, Row { draft, user, buyer, usage }))
    }

    fn owned(row: &Row) -> Vec<(&'static str, String)> {
        row.draft.serial.iter().map(|it| ("serial", format!("serial {it}"))).collect()
    }

    async fn check(cx: &mut Cx, items: &[Item<Row>], layout: &Layout) -> Result<Vec<Problem>> {
        headquarters(cx).await?;
        let known = known(cx, SOURCE, items.iter()).await?;
        let (mut problems, mut rows) = (Vec::new(), Vec::new());
        for it in items {
            let mut wrongs = Wrongs::default();
            let clean = device::ops::check(cx, &it.row.draft, "", &mut wrongs);
            if let Err(error) = wrongs.done() {
                for wrong in error.refusal().map(|it| it.fields.clone()).unwrap_or_default() {
                    problems.push(problem(it, layout, wrong));
                }
            }
            rows.push(listed(clean, None, None, it, known.get(&it.key)));
        }
        for (it, wrongs) in items.iter().zip(device::ops::import::wrongs(cx, &rows).await?) {
            problems.extend(wrongs.into_iter().map(|wrong| problem(it, layout, wrong)));
        }
        Ok(problems)
    }

    async fn compare(cx: &mut Cx, items: &[&Item<Row>]) -> Result<Counts> {
        compared(cx, SOURCE, items).await
    }

    async fn file(cx: &mut Cx, items: &[Item<Row>], layout: &Layout) -> Result<Filed> {
        let path = headquarters(cx).await?.path;
        let known = known(cx, SOURCE, items.iter()).await?;
        let is_same = |it: &&Item<Row>| known.get(&it.key).is_some_and(|own| own.hash == it.hash);
        let others: Vec<_> = items.iter().filter(|it| !is_same(it)).collect();
        let drafts = others.iter().flat_map(|it| [&it.row.user, &it.row.buyer]);
        let mut people = customer::ops::import::meet(cx, drafts).await?;
        let mut rows = Vec::new();
        for it in &others {
            let user = who(cx, &mut people, &it.row.user, &path).await?;
            let buyer = who(cx, &mut people, &it.row.buyer, &path).await?;
            let clean = device::ops::check(cx, &it.row.draft, "", &mut Wrongs::default());
            rows.push(listed(clean, user, buyer, it, known.get(&it.key)));
        }
        let (done, met) = device::ops::import::list(cx, &rows, &path).await?;
        let mut filed = Filed::default();
        filed.counts.same = (items.len() - others.len()) as u64;
        filed.counts.new = met.filed;
        for (what, count) in
            [("devices", met.filed), ("products", met.products), ("customers", people.filed)]
        {
            filed.counts.made(what, count);
        }
        for (it, done) in others.iter().zip(done) {
            match done {
                Err(wrongs) => {
                    filed.wrong.extend(wrongs.into_iter().map(|wrong| problem(it, layout, wrong)));
                }
                Ok((id, changed)) => {
                    store::remember(cx, SOURCE, &it.key, id.as_str(), &it.hash).await?;
                    filed.counts.changed += u64::from(changed);
                    filed.counts.same += u64::from(!changed);
                }
            }
        }
        filed.counts.changed -= met.filed;
        Ok(filed)
    }
}

fn listed(
    clean: Clean,
    user: Option<rules::customer::CustomerId>,
    buyer: Option<rules::customer::CustomerId>,
    it: &Item<Row>,
    known: Option<&Known>,
) -> Listed {
    Listed { clean, user, buyer, usage: it.row.usage, id: known.map(|it| it.subject.clone()) }
}

fn person(cells: &mut Cells<'_>, name: &'static str, phone: &'static str) -> customer::ops::Draft {
    let typed = cells.text(phone);
    let dialled = typed.and_then(|text| match customer::ops::phone(phone, &text) {
        Ok(digits) => Some(digits),
        Err(wrong) => {
            cells.wrong(phone, wrong);
            None
        }
    });
    customer::ops::Draft { name: cells.name(name, 100), phone: dialled, ..Default::default() }
}

/// Somebody is who can be told apart: by the phone. A name alone says too little to find or to
/// file anybody.
async fn who(
    cx: &mut Cx,
    people: &mut Met,
    draft: &customer::ops::Draft,
    path: &str,
) -> Result<Option<rules::customer::CustomerId>> {
    if draft.phone.is_none() {
        return Ok(None);
    }
    let place = customer::ops::Place::default();
    Ok(Some(people.find_or_file(cx, draft, path, &place).await?.0.id))
}

fn problem(it: &Item<Row>, layout: &Layout, wrong: Field) -> Problem {
    let (field, value) = (wrong.field.clone(), said(&it.row, &wrong.field));
    it.wrong(layout, &field, value.as_deref(), wrong)
}

fn said(row: &Row, field: &str) -> Option<String> {
    let draft = &row.draft;
    let number = |it: Option<i64>| it.map(|it| it.to_string());
    match field {
        "serial" => draft.serial.clone(),
        "category" => draft.category.clone(),
        "sold_on" => draft.sold_on.clone(),
        "delivered_on" => draft.delivered_on.clone(),
        "installed_on" => draft.installed_on.clone(),
        "accepted_on" => draft.accepted_on.clone(),
        "produced_on" => draft.produced_on.clone(),
        "exchanged_on" => draft.exchanged_on.clone(),
        "price_fen" => number(draft.price_fen),
        "km" => number(row.usage.km),
        "hours" => number(row.usage.hours),
        _ => None,
    }
}
