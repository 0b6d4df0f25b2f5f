//! The kinds of rows: how each is read, what the house has against it, and how it is filed.

mod customers;
mod devices;
mod events;
mod people;
mod requests;

use std::collections::HashMap;

use kernel::{Arg, Field, Result, refusals};
use rules::policy::OrgId;

pub use self::{
    customers::Customers, devices::Devices, events::Events, people::People, requests::Requests,
};
use super::{
    cells::{Cells, Layout},
    problem::Problem,
    reading::{Item, Seen},
    report::Counts,
    run::headquarters,
    store::{self, Known},
};
use crate::{
    Cx,
    intake::ops::import::Product,
    org::{self, Org},
    product,
};

refusals! {
    NO_HOUSE Conflict "import.no_house";
}

/// One kind of rows.
pub trait Rows: Send + Sync + 'static {
    type Row: std::fmt::Debug + Clone + Send + Sync + 'static;

    /// The field by which a row is known. Nothing where rows that are equal are counted apart.
    const KEY: Option<&'static str>;

    /// What the row says, with its key; what is wrong is noted in the cells.
    fn read(cells: &mut Cells<'_>, seen: &mut Seen) -> Option<(String, Self::Row)>;

    /// What can be one row's only, by field.
    fn owned(_row: &Self::Row) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// What speaks against rows that only the house knows.
    fn check(
        cx: &mut Cx,
        items: &[Item<Self::Row>],
        layout: &Layout,
    ) -> impl Future<Output = Result<Vec<Problem>>>;

    /// Which are new, changed or the same; nothing is written.
    fn compare(cx: &mut Cx, items: &[&Item<Self::Row>]) -> impl Future<Output = Result<Counts>>;

    /// Files a group.
    fn file(
        cx: &mut Cx,
        items: &[Item<Self::Row>],
        layout: &Layout,
    ) -> impl Future<Output = Result<Filed>>;
}

/// What became of a group.
#[derive(Debug, Default)]
pub struct Filed {
    pub counts: Counts,
    /// What turned out to be wrong since it was checked.
    pub wrong: Vec<Problem>,
}

impl<R> Item<R> {
    /// What is wrong with one of its fields.
    fn wrong(&self, layout: &Layout, field: &str, value: Option<&str>, wrong: Field) -> Problem {
        let column = layout.column(field).or_else(|| Some(field.to_owned()));
        Problem::of_field(self.number, column, value, wrong)
    }
}

/// Those of the items that are known, by key.
async fn known<'a, R: 'a>(
    cx: &mut Cx,
    source: &str,
    items: impl Iterator<Item = &'a Item<R>>,
) -> Result<HashMap<String, Known>> {
    let keys: Vec<String> = items.map(|it| it.key.clone()).collect();
    store::known(cx, source, keys.iter()).await
}

/// New, changed or the same, by what each said the last time.
async fn compared<R>(cx: &mut Cx, source: &str, items: &[&Item<R>]) -> Result<Counts> {
    let known = known(cx, source, items.iter().copied()).await?;
    let mut counts = Counts::default();
    for it in items {
        match known.get(&it.key) {
            None => counts.new += 1,
            Some(known) if known.hash == it.hash => counts.same += 1,
            Some(_) => counts.changed += 1,
        }
    }
    Ok(counts)
}

/// What is against the name of an outlet, an organisation or a product.
pub async fn unknown(cx: &mut Cx, field: &str, name: &str) -> Result<Option<Field>> {
    if field == "product" {
        let found = product::ops::by_model(cx, name).await?;
        return Ok(found.is_none().then(|| no_product(name)));
    }
    let found = org::ops::find(cx, name).await?;
    Ok(no_org(found.as_ref(), field, name))
}

fn no_org(found: Option<&Org>, field: &str, name: &str) -> Option<Field> {
    let wrong = match found {
        None => Field::new("outlet", "import.unknown_org"),
        Some(it) if field == "outlet" && !it.kind.serves() => {
            Field::new("outlet", "import.not_an_outlet")
        }
        Some(_) => return None,
    };
    Some(wrong.with("value", Arg::Text(name.to_owned())))
}

fn no_product(name: &str) -> Field {
    Field::new("product", "import.unknown_product").with("value", name)
}

/// The outlets and products that a group names.
#[derive(Debug, Default)]
struct Named {
    orgs: HashMap<String, Org>,
    products: HashMap<String, product::Product>,
    headquarters: Option<Org>,
}

impl Named {
    async fn read(
        cx: &mut Cx,
        outlets: impl Iterator<Item = String>,
        products: impl Iterator<Item = String>,
    ) -> Result<Named> {
        Ok(Named {
            orgs: org::ops::find_all(cx, each_once(outlets)).await?,
            products: product::ops::by_models(cx, each_once(products)).await?,
            headquarters: Some(headquarters(cx).await?),
        })
    }

    fn wrongs(&self, outlet: Option<&str>, product: Option<&str>) -> Vec<(&'static str, Field)> {
        let mut wrongs = Vec::new();
        if let Some(name) = outlet {
            let wrong = no_org(self.orgs.get(name), "outlet", name);
            wrongs.extend(wrong.map(|it| ("outlet", it)));
        }
        if let Some(model) = product.filter(|it| !self.products.contains_key(*it)) {
            wrongs.push(("product", no_product(model)));
        }
        wrongs
    }

    /// The outlet, and whose it is then.
    fn place(&self, outlet: Option<&str>) -> (Option<OrgId>, String) {
        let outlet = outlet.and_then(|it| self.orgs.get(it));
        let path = outlet.or(self.headquarters.as_ref()).map(|it| it.path.clone());
        (outlet.map(|it| it.id.clone()), path.unwrap_or_else(|| "/".to_owned()))
    }

    fn product(&self, model: Option<&str>) -> Option<Product> {
        let it = self.products.get(model?)?;
        let (model, category) = (it.model.clone(), it.category.clone());
        Some(Product { id: it.id.clone(), model, category })
    }
}

fn each_once(names: impl Iterator<Item = String>) -> impl Iterator<Item = String> {
    let mut names: Vec<String> = names.collect();
    names.sort();
    names.dedup();
    names.into_iter()
}
