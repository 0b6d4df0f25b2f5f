//! 用户 of before: one row each, known by the external id, else by the phone, else by name and
//! address.

use kernel::{Field, Result, Wrongs};
use rules::customer::CustomerKind;

use super::{Filed, Rows, compared, headquarters, known, store};
use crate::{
    Cx,
    customer::{
        self,
        ops::{Draft, import::Listed},
    },
    import::{
        cells::{Cells, Layout},
        problem::Problem,
        reading::{Item, Seen},
        report::Counts,
        store::Known,
    },
};

const SOURCE: &str = "customers";

pub struct Customers;

impl Rows for Customers {
    type Row = Draft;
    const KEY: Option<&'static str> = Some("external_id");

    fn read(cells: &mut Cells<'_>, _seen: &mut Seen) -> Option<(String, Draft)> {
        let draft = Draft {
            external_id: cells.short("external_id", 100),
            name: cells.needed("name").and_then(|_| cells.name("name", 100)),
            kind: cells.choice("kind", CustomerKind::parse),
            contact: cells.name("contact", 100),
            phone: cells.text("phone"),
            address: cells.name("address", 300),
            district: cells.text("district"),
            postcode: cells.short("postcode", 20),
            class: cells.short("class", 40),
        };
        let draft = checked(cells, &draft);
        if draft.phone.is_none() && draft.address.is_none() && cells.problems.is_empty() {
            cells.wrong("phone", Field::new("phone", "phone_or_address"));
        }
        Some((key(&draft)?, draft))
    }

    fn owned(draft: &Draft) -> Vec<(&'static str, String)> {
        draft.phone.iter().map(|it| ("phone", format!("phone {it}"))).collect()
    }

    async fn check(cx: &mut Cx, items: &[Item<Draft>], layout: &Layout) -> Result<Vec<Problem>> {
        headquarters(cx).await?;
        let known = known(cx, SOURCE, items.iter()).await?;
        let rows: Vec<_> = items.iter().map(|it| listed(it, known.get(&it.key))).collect();
        let taken = customer::ops::import::taken(cx, &rows).await?;
        Ok(taken.into_iter().map(|at| phone_taken(&items[at], layout)).collect())
    }

    async fn compare(cx: &mut Cx, items: &[&Item<Draft>]) -> Result<Counts> {
        compared(cx, SOURCE, items).await
    }

    async fn file(cx: &mut Cx, items: &[Item<Draft>], layout: &Layout) -> Result<Filed> {
        let path = headquarters(cx).await?.path;
        let known = known(cx, SOURCE, items.iter()).await?;
        let is_same = |it: &&Item<Draft>| known.get(&it.key).is_some_and(|own| own.hash == it.hash);
        let others: Vec<_> = items.iter().filter(|it| !is_same(it)).collect();
        let rows: Vec<_> = others.iter().map(|it| listed(it, known.get(&it.key))).collect();
        let (done, met) = customer::ops::import::list(cx, &rows, &path).await?;
        let mut filed = Filed::default();
        filed.counts.same = (items.len() - others.len()) as u64;
        filed.counts.new = met.filed;
        filed.counts.made("customers", met.filed);
        for (it, done) in others.iter().zip(done) {
            match done {
                None => filed.wrong.push(phone_taken(it, layout)),
                Some((id, changed)) => {
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

/// By the external id; where the file has none, by what tells people apart anyway.
fn key(draft: &Draft) -> Option<String> {
    let (id, phone) = (draft.external_id.as_ref(), draft.phone.as_ref());
    let place = || Some(format!("{} {}", draft.name.as_ref()?, draft.address.as_ref()?));
    id.or(phone).cloned().or_else(place)
}

fn listed(it: &Item<Draft>, known: Option<&Known>) -> Listed {
    Listed { draft: it.row.clone(), id: known.map(|it| it.subject.clone()) }
}

fn phone_taken(it: &Item<Draft>, layout: &Layout) -> Problem {
    let wrong = Field::new("phone", "import.phone_taken");
    it.wrong(layout, "phone", it.row.phone.as_deref(), wrong)
}

/// What forms ask for as well: phones that can be dialled, districts that exist.
pub(super) fn checked(cells: &mut Cells<'_>, draft: &Draft) -> Draft {
    let mut wrongs = Wrongs::default();
    let clean = customer::ops::check(draft, "", &mut wrongs);
    if let Err(error) = wrongs.done() {
        let fields = error.refusal().map(|it| it.fields.clone()).unwrap_or_default();
        for wrong in fields {
            let field = cells.layout.kind.field(&wrong.field).unwrap_or("name");
            cells.wrong(field, wrong);
        }
    }
    clean
}
